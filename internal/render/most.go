package render

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/published"
	"masthead/internal/words"
)

// mostPage lists what is read most of the whole portal.
type mostPage struct {
	Chrome
	Title   string
	Cards   []Card
	Nothing string
}

// mostPart is the beginning of that list for the rail of a story, for the script.
type mostPart struct {
	Title string
	Cards []Card
	More  Link
}

// mostShown is how many stories the rail has room for.
const mostShown = 5

func (r *Renderer) most(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.Path(), "page")
	if err != nil {
		return Page{}, err
	}
	cards, err := rec.Most(ctx, lang, "")
	if err != nil {
		return Page{}, err
	}
	p := &mostPage{Title: c.t("most_read")}
	for _, k := range cards {
		k.Picture = nil // the page shows none
		p.Cards = append(p.Cards, c.card(k))
	}
	if len(cards) == 0 {
		p.Nothing = c.t("no_stories")
	}
	c.titled(p.Title, c.t("most_read_about"))
	c.Head.Robots = "noindex, follow" // another list every minute
	c.sameIn(route)
	c.lite(route)
	c.jsonLD(c.graph().Breadcrumbs([]feeds.Crumb{{Name: c.t("home"), URL: c.origin + c.Home}, {Name: p.Title, URL: c.Head.Canonical}}))
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	return r.execute(c, tmplMost, p)
}

// mostPart makes the rail's list: the region's own, or the whole portal's where that is too short. It is empty while
// nobody reads. It depends on the ranking, its stories and the settings, and on nothing else of a page.
func (r *Renderer) mostPart(ctx context.Context, rec *published.Recorder, site *published.Site, route Route) (Page, error) {
	lang := route.Slug
	place := site.Region(route.Region)
	switch {
	case !slices.Contains(site.Languages, lang):
		return Page{}, errs.Errorf(errs.NotFound, "no edition in %q", lang)
	case route.Region != "" && place == nil:
		return Page{}, errs.Errorf(errs.NotFound, "no region %q", route.Region)
	}
	c := &Chrome{Lang: lang, words: words.For(lang), site: site, zone: site.Location(), rec: rec}
	c.now = rec.Now().In(c.zone)
	title, list, err := c.ranked(ctx, place)
	if err != nil {
		return Page{}, err
	}
	p := &mostPart{Title: title, More: Link{Text: c.t("most_read_all"), Href: c.link("/most-read")}}
	page := Page{Status: 200, Type: "text/html; charset=utf-8", Lang: locale(lang), Header: [][2]string{{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}}}
	if len(list) == 0 {
		return page, nil
	}
	for _, k := range list[:min(len(list), mostShown)] {
		k.Picture = nil
		p.Cards = append(p.Cards, c.card(k))
	}
	var b bytes.Buffer
	if err := r.theme.Theme().Execute(&b, c.words.Lang(), tmplMostPart, p); err != nil {
		return Page{}, fmt.Errorf("theme: %w", err)
	}
	page.Body = b.Bytes()
	return page, nil
}

// ranked returns what is read most in a place, and what that is called: of the whole portal where place is nil or has too
// few.
func (c *Chrome) ranked(ctx context.Context, place *published.Region) (title string, list []published.Card, err error) {
	if place != nil {
		list, err = c.rec.Ranked(ctx, c.Lang, place.Slug)
		if err != nil || len(list) >= published.MostReadLeast {
			return c.t("most_read_in", regionName(*place, c.Lang)), list, err
		}
	}
	list, err = c.rec.Ranked(ctx, c.Lang, "")
	return c.t("most_read"), list, err
}
