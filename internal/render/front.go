package render

import (
	"context"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/published"
)

// frontPage is the front of the portal or of a region.
type frontPage struct {
	Chrome
	Title      string
	Region     bool
	Place      string // slug, for the form that sets the reader's place
	Acts       []Link
	Containers []Container
	Empty      string
	Older      string
	Newest     string
}

func (r *Renderer) front(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	f, err := curated(ctx, rec, lang+"/home")
	if err != nil {
		return Page{}, err
	}
	return r.home(ctx, rec, route, lang, f)
}

// curated returns a front as it was launched, else by rule.
func curated(ctx context.Context, rec *published.Recorder, name string) (*published.Front, error) {
	f, err := rec.Front(ctx, name)
	if err != nil || f != nil {
		return f, err
	}
	site, err := rec.Site(ctx)
	if err != nil {
		return nil, err
	}
	if f = site.FrontByRule(name); f == nil {
		return nil, errs.Errorf(errs.NotFound, "no front %s", name)
	}
	return f, nil
}

// Front makes the page of a front (name: home, r/calgary) as it would be with f, or with nil as it is: for the newsroom,
// which shows readers' pages before they are. Like every page it shows live stories only.
func (r *Renderer) Front(ctx context.Context, rec *published.Recorder, lang, name string, f *published.Front) (p Page, err error) {
	defer errs.Wrap(&err, "render front %s/%s", lang, name)
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	if site.FrontByRule(lang+"/"+name) == nil {
		return Page{}, errs.Errorf(errs.NotFound, "no front %.60s/%.60s", lang, name)
	}
	if f == nil {
		if f, err = curated(ctx, rec, lang+"/"+name); err != nil {
			return Page{}, err
		}
	}
	route := Route{Kind: KindFront}
	if lang != site.Languages[0] {
		route.Lang = lang
	}
	if slug, ok := strings.CutPrefix(name, "r/"); ok {
		route.Kind, route.Region = KindRegion, slug
		return r.placeFront(ctx, rec, route, lang, f)
	}
	return r.home(ctx, rec, route, lang, f)
}

// home makes the portal's own front.
func (r *Renderer) home(ctx context.Context, rec *published.Recorder, route Route, lang string, f *published.Front) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.Path(), "front")
	if err != nil {
		return Page{}, err
	}
	place := defaultPlace(c.site)
	b := c.builder(f, place)
	if err := b.fill(ctx); err != nil {
		return Page{}, err
	}
	p := &frontPage{Title: c.t("front_title", c.Name)}
	c.current(c.Home)
	title := c.Name
	if place.Slug != "" {
		title = c.t("front_head", c.Name, regionName(place, lang))
	}
	c.titled(title, c.named(c.site.Tagline, title))
	return r.finishFront(c, b, p, route)
}

func (r *Renderer) finishFront(c *Chrome, b *frontBuilder, p *frontPage, route Route) (Page, error) {
	p.Containers = b.out
	for i := range p.Containers {
		if p.Containers[i].First {
			eager(&p.Containers[i])
		}
	}
	if len(b.out) == 0 && p.Empty == "" {
		p.Empty = c.t("no_stories")
	}
	c.sameIn(route)
	c.feedsOf(route, c.Name)
	c.lite(route)
	g := c.graph()
	nodes := []feeds.Node{g.Breadcrumbs([]feeds.Crumb{{Name: c.t("home"), URL: c.origin + c.Home}, {Name: p.Title, URL: c.Head.Canonical}})}
	if route.Kind == KindFront {
		nodes = g.Home()
	}
	c.jsonLD(append(nodes, g.ItemList(b.cards[:min(len(b.cards), 10)]))...)
	if c.site.SocialImage != "" {
		c.Head.Images, c.Head.Large = []SocialImage{{URL: c.origin + c.site.SocialImage, Alt: c.Name}}, true
	} else if len(b.cards) > 0 {
		c.images(b.cards[0].Picture)
	}
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	return r.execute(c, tmplFront, p)
}
