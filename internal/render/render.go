// Package render makes the pages of the reader site: it asks the published view what a page needs, puts it into the
// page's view model and has the theme write it. What it reads it reads through the Recorder, and what it says of
// time it bounds with Recorder.Expire, so that a cache knows when a page has become wrong.
//
// It must not know HTTP, caches, cookies or the working copy: a page is the same for every reader.
package render

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"sync"
	"time"

	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/theme"
	"masthead/internal/words"
)

// Page is the answer to one address, the same for every reader.
type Page struct {
	Status   int
	Type     string // Content-Type
	Body     []byte
	Location string // of a redirect
	Lang     string
	Header   [][2]string // further headers, the Content-Security-Policy among them
}

// Renderer makes pages. It is safe for concurrent use.
type Renderer struct {
	theme *theme.Live

	mu     sync.Mutex
	frames map[frameKey]*frame // what pages of one site and language have in common
	icons  iconMemo
}

// New returns a Renderer that writes with the theme.
func New(t *theme.Live) *Renderer {
	return &Renderer{theme: t, frames: map[frameKey]*frame{}}
}

// ThemeConfig completes a theme's configuration with the pages and words of this package.
func ThemeConfig(cfg theme.Config) theme.Config {
	cfg.Languages, cfg.Pages = words.Languages(), pages()
	cfg.Funcs = func(lang string) template.FuncMap { return template.FuncMap{"t": words.For(lang).Text, "nb": unbroken} }
	return cfg
}

// The templates of the theme.
const (
	tmplFront       = "front/front.html"
	tmplNear        = "front/near.html"
	tmplListing     = "listing/listing.html"
	tmplCorrections = "listing/corrections.html"
	tmplMost        = "listing/most.html"
	tmplMostPart    = "story/most.html"
	tmplStory       = "story/story.html"
	tmplChanges     = "story/changes.html"
	tmplYears       = "archive/years.html"
	tmplMonth       = "archive/month.html"
	tmplRegions     = "regions/regions.html"
	tmplWeather     = "weather/weather.html"
	tmplSearch      = "search/search.html"
	tmplError       = "error/error.html"
	tmplPlain       = "error/plain.html"
	tmplLite        = "lite/lite.html"
)

// pages names every template with the model it is given.
func pages() map[string]any {
	return map[string]any{
		tmplFront: frontPage{}, tmplNear: nearPart{}, tmplListing: listingPage{}, tmplCorrections: correctionsPage{},
		tmplMost: mostPage{}, tmplMostPart: mostPart{},
		tmplStory: storyPage{}, tmplChanges: changesPage{}, tmplYears: yearsPage{}, tmplMonth: monthPage{},
		tmplRegions: regionsPage{}, tmplWeather: weatherPage{}, tmplSearch: searchPage{}, tmplError: errorPage{},
		tmplPlain: plainPage{}, tmplLite: litePage{},
	}
}

// Page makes the page of a route. What is not there is an error of kind errs.NotFound.
func (r *Renderer) Page(ctx context.Context, rec *published.Recorder, route Route) (p Page, err error) {
	defer errs.Wrap(&err, "render %s", route)
	switch route.Kind {
	case KindPlace, KindNear, KindMostPart, KindSitemap, KindRobots, KindManifest, KindIcon:
		return r.file(ctx, rec, route)
	case KindStory, KindVideo, KindChanges, KindShare:
		return r.storyRoute(ctx, rec, route)
	}
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	lang, ok := siteLanguage(site, route.Lang)
	if !ok {
		return Page{}, errs.Errorf(errs.NotFound, "no edition in %q", route.Lang)
	}
	if route.Lang != "" && lang == site.Languages[0] {
		route.Lang = ""
		return moved(route.String()), nil
	}
	if route.Format != "" {
		return r.feed(ctx, rec, route, lang)
	}
	if route.Lite {
		return r.liteListing(ctx, rec, route, lang)
	}
	switch route.Kind {
	case KindFront:
		return r.front(ctx, rec, route, lang)
	case KindRegion:
		if route.Section == "" && route.Before.Zero() {
			return r.region(ctx, rec, route, lang)
		}
		return r.listing(ctx, rec, route, lang)
	case KindSection, KindTopic, KindAuthor, KindVideos:
		return r.listing(ctx, rec, route, lang)
	case KindCorrections:
		return r.corrections(ctx, rec, route, lang)
	case KindMost:
		return r.most(ctx, rec, route, lang)
	case KindArchive:
		return r.archive(ctx, rec, route, lang)
	case KindRegions:
		return r.regions(ctx, rec, route, lang)
	case KindWeather:
		return r.weather(ctx, rec, route, lang)
	}
	return Page{}, errs.Errorf(errs.NotFound, "no page %s", route)
}

// siteLanguage returns the language of a listing's prefix, if the site has it.
func siteLanguage(site *published.Site, prefix string) (string, bool) {
	if prefix == "" {
		return site.Languages[0], true
	}
	for _, l := range site.Languages {
		if l == prefix {
			return l, true
		}
	}
	return "", false
}

func moved(to string) Page {
	return Page{Status: 301, Location: to, Type: "text/plain; charset=utf-8", Body: []byte(to + "\n")}
}

// buffers are kept for the size that pages have.
var buffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }}

// execute writes a template, with the policy of the sheets that the page has inline.
func (r *Renderer) execute(c *Chrome, tmpl string, data any) (Page, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := c.theme.Execute(b, words.For(c.Lang).Lang(), tmpl, data); err != nil {
		return Page{}, fmt.Errorf("theme: %w", err)
	}
	return Page{
		Status: 200, Type: "text/html; charset=utf-8", Body: bytes.Clone(b.Bytes()), Lang: c.Locale,
		Header: [][2]string{{"Content-Security-Policy", theme.Policy(!c.bare, c.sheet, c.looks.sheet())}},
	}, nil
}

func daysIn(y, m int) int {
	if m == 0 {
		return 0
	}
	return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
