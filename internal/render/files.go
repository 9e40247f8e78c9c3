package render

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/feeds/icon"
	"masthead/internal/published"
)

// file makes what is not a page: fragments, sitemaps, robots.txt, icons.
func (r *Renderer) file(ctx context.Context, rec *published.Recorder, route Route) (Page, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	switch route.Kind {
	case KindPlace:
		return placeFacts(ctx, rec, site, route.Region)
	case KindNear:
		return r.near(ctx, rec, route)
	case KindMostPart:
		return r.mostPart(ctx, rec, site, route)
	case KindSitemap:
		return sitemap(ctx, rec, site, route.Slug)
	case KindRobots:
		return Page{Status: 200, Type: "text/plain; charset=utf-8", Body: feeds.Robots(site, site.URL)}, nil
	case KindManifest:
		set, err := r.iconSet(site)
		if err != nil {
			return Page{}, err
		}
		var list []feeds.Icon
		for _, f := range set {
			if f.Type == "image/png" && (f.Size >= 192 || f.Maskable) || f.Type == "image/svg+xml" {
				purpose := "any"
				if f.Maskable {
					purpose = "maskable"
				}
				list = append(list, feeds.Icon{URL: "/" + f.Name, Type: f.Type, Size: f.Size, Purpose: purpose})
			}
		}
		return Page{Status: 200, Type: "application/manifest+json", Body: feeds.Manifest(site, list)}, nil
	}
	set, err := r.iconSet(site)
	if err != nil {
		return Page{}, err
	}
	for _, f := range set {
		if f.Name == route.Slug {
			return Page{Status: 200, Type: f.Type, Body: f.Data}, nil
		}
	}
	return Page{}, errs.Errorf(errs.NotFound, "no icon %q", route.Slug)
}

// iconMemo keeps the icons of the site as it is named and coloured now.
type iconMemo struct {
	sync.Mutex
	name, accent string
	set          []icon.File
}

func (r *Renderer) iconSet(site *published.Site) ([]icon.File, error) {
	m := &r.icons
	m.Lock()
	defer m.Unlock()
	if m.set == nil || m.name != site.Name || m.accent != site.Accent {
		set, err := icon.Set(site.Name, site.Accent)
		if err != nil {
			return nil, err
		}
		m.name, m.accent, m.set = site.Name, site.Accent, set
	}
	return m.set, nil
}

// placeFacts is what the strip's script asks for a reader's place, at most 200 bytes.
func placeFacts(ctx context.Context, rec *published.Recorder, site *published.Site, slug string) (Page, error) {
	place := site.Region(slug)
	if place == nil {
		return Page{}, errs.Errorf(errs.NotFound, "no region %q", slug)
	}
	obs, ok, err := observation(ctx, rec, slug)
	if err != nil {
		return Page{}, err
	}
	facts := struct {
		Temp *stripTemp `json:"temp,omitempty"`
	}{}
	if ok {
		facts.Temp = &stripTemp{obs.celsius, obs.at.UTC().Format(time.RFC3339)}
	}
	b, err := json.Marshal(facts)
	return Page{Status: 200, Type: "application/json", Body: b}, err
}

// feedItems is how many stories a feed has.
const feedItems = 30

// feed writes a listing for feed readers, with the whole text.
func (r *Renderer) feed(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.Path(), "")
	if err != nil {
		return Page{}, err
	}
	html := route
	html.Format = ""
	ch := feeds.Channel{
		Home: c.origin + html.Path(), Self: c.origin + route.Path(), Language: c.Locale, Author: c.Name, Icon: c.origin + "/icon-512.png",
	}
	name, title, about, err := c.channel(ctx, html)
	if err != nil {
		return Page{}, err
	}
	ch.Title, ch.Description = title, about
	stories, err := rec.Whole(ctx, name, feedItems)
	if err != nil {
		return Page{}, err
	}
	var items []feeds.Item
	for _, s := range stories {
		it, err := c.item(ctx, s)
		if err != nil {
			return Page{}, err
		}
		items = append(items, it)
	}
	p := Page{Status: 200, Lang: c.Locale}
	switch route.Format {
	case FormatAtom:
		p.Type, p.Body = "application/atom+xml; charset=utf-8", feeds.Atom(ch, items)
	case FormatJSON:
		p.Type, p.Body = "application/feed+json; charset=utf-8", feeds.JSONFeed(ch, items)
	default:
		p.Type, p.Body = "application/rss+xml; charset=utf-8", feeds.RSS(ch, items)
	}
	return p, nil
}

// channel names the list behind a listing, and the feed.
func (c *Chrome) channel(ctx context.Context, route Route) (name, title, about string, err error) {
	switch route.Kind {
	case KindFront:
		return published.AllList(c.Lang), c.Name, c.named(c.site.Tagline, c.t("front_title", c.Name)), nil
	case KindCorrections:
		return published.CorrectionsList(c.Lang), c.Name + ": " + c.t("corrections"), c.t("corrections_about", c.Name), nil
	}
	l, err := c.describe(ctx, route, &listingPage{})
	return l.name, c.Name + ": " + l.title, or(l.about, c.t("listing_about", l.title, c.Name)), err
}

func (c *Chrome) item(ctx context.Context, s *published.Story) (feeds.Item, error) {
	var failed error
	env := c.env(ctx, s, &failed)
	html := doc.FeedHTML(datelined(s.Body, s.Dateline), env)
	if s.Lead != nil && !slices.Contains(doc.MediaIDs(s.Body), s.Lead.Media) {
		if m, ok := s.Media[s.Lead.Media]; ok {
			html = doc.FeedKey(leadNode(s.Lead, m), env) + html
		}
	}
	var sections []published.Section
	for _, slug := range c.ancestors(s.Section) {
		if sec := c.site.Section(slug); sec != nil {
			sections = append(sections, *sec)
		}
	}
	return feeds.ItemOf(s, c.site, c.origin, html, sections), failed
}

const typeXML = "application/xml; charset=utf-8"

// sitemap writes the index, the news of two days, or one month.
func sitemap(ctx context.Context, rec *published.Recorder, site *published.Site, name string) (Page, error) {
	switch {
	case name == "":
		return sitemapIndex(ctx, rec, site)
	case name == "news":
		return newsSitemap(ctx, rec, site)
	}
	t, err := time.ParseInLocation("2006-01", name, site.Location())
	if err != nil || t.Format("2006-01") != name || t.Year() < 1600 {
		return Page{}, errs.Errorf(errs.NotFound, "no sitemap %q", name)
	}
	var pages []feeds.SitemapURL
	for _, lang := range site.Languages {
		links, err := rec.Links(ctx, published.AllList(lang), t, t.AddDate(0, 1, 0), 50_000)
		if err != nil {
			return Page{}, err
		}
		for _, l := range links {
			pages = append(pages, feeds.SitemapURLOf(l, site, site.URL))
		}
	}
	if len(pages) == 0 {
		return Page{}, errs.Errorf(errs.NotFound, "no stories in %s", name)
	}
	body, _ := feeds.Sitemap(pages)
	return Page{Status: 200, Type: typeXML, Body: body}, nil
}

func sitemapIndex(ctx context.Context, rec *published.Recorder, site *published.Site) (Page, error) {
	months := map[int]bool{}
	for _, lang := range site.Languages {
		days, err := rec.Days(ctx, published.AllList(lang), 16000101, 99991231)
		if err != nil {
			return Page{}, err
		}
		for _, d := range days {
			months[d.Day/100] = true
		}
	}
	files := []feeds.SitemapFile{{Loc: site.URL + "/sitemap-news.xml"}}
	for _, m := range slices.Backward(slices.Sorted(maps.Keys(months))) {
		files = append(files, feeds.SitemapFile{Loc: fmt.Sprintf("%s/sitemap-%04d-%02d.xml", site.URL, m/100, m%100)})
	}
	return Page{Status: 200, Type: typeXML, Body: feeds.SitemapIndex(files)}, nil
}

func newsSitemap(ctx context.Context, rec *published.Recorder, site *published.Site) (Page, error) {
	var list []feeds.News
	for _, lang := range site.Languages {
		links, err := rec.Links(ctx, published.AllList(lang), rec.Now().Add(-feeds.NewsWindow), farFuture, feeds.MaxNews)
		if err != nil {
			return Page{}, err
		}
		for _, l := range links {
			list = append(list, feeds.NewsOf(l, site, site.URL))
		}
		if n := len(links); n > 0 {
			rec.Expire(links[n-1].Published.Add(feeds.NewsWindow))
		}
	}
	return Page{Status: 200, Type: typeXML, Body: feeds.NewsSitemap(site.Name, list, rec.Now())}, nil
}

// farFuture is after every story.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
