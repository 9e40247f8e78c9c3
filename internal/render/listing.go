package render

import (
	"context"
	"time"

	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/local/clock"
	"masthead/internal/published"
)

// listingPage is a section, topic, author or other list of stories.
type listingPage struct {
	Chrome
	Crumbs  []Link
	Title   string
	About   string
	Since   string
	Subs    []Link
	Acts    []Link
	Author  *Writer
	Email   string
	Feed    string     // path of the list's RSS
	Top     *Container // the newest, on the first page
	Main    *Container // the list
	Older   string
	Newest  string
	Nothing string
}

// riverPage is how many stories a page of a list has.
const riverPage = 24

// list is what a listing shows: which stories, under what name.
type list struct {
	name  string // of the list in the published view
	title string
	about string
	since time.Time
	empty string
	split bool // the newest stand above the list as big cards
	wide  bool // the list exists in every language
}

func (r *Renderer) listing(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.String(), "page")
	if err != nil {
		return Page{}, err
	}
	p := &listingPage{}
	l, err := c.describe(ctx, route, p)
	if err != nil {
		return Page{}, err
	}
	cards, err := rec.List(ctx, l.name, route.Before, riverPage+1)
	if err != nil {
		return Page{}, err
	}
	if len(cards) == 0 && route.Kind == KindTopic && l.about == "" {
		return Page{}, errs.Errorf(errs.NotFound, "no topic %q", route.Slug)
	}
	p.pager(c, route, &cards)
	p.Title, p.About = l.title, l.about
	if len(cards) == 0 {
		p.Nothing = l.empty
	}
	if !l.since.IsZero() {
		p.Since = c.t("about_updated", clock.Date(l.since.In(c.zone), lang))
	}
	c.show(p, cards, l.split && route.Before.Zero())
	title := l.title
	if !route.Before.Zero() {
		title = c.t("older_in", l.title)
		c.Head.Robots = "noindex, follow, max-image-preview:large"
	}
	c.titled(title, or(l.about, c.t("listing_about", l.title, c.Name)))
	if l.wide {
		c.sameIn(route)
	}
	c.feedsOf(route, l.title)
	p.Feed = c.Head.Feeds[0].Href
	c.lite(route)
	if len(cards) > 0 {
		c.images(cards[0].Picture)
	}
	c.listingLD(p, l, cards)
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	page, err := r.execute(c, tmplListing, p)
	return page, err
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// pager cuts the list to a page and links the next and the first.
func (p *listingPage) pager(c *Chrome, route Route, cards *[]published.Card) {
	if len(*cards) > riverPage {
		*cards = (*cards)[:riverPage]
		last := (*cards)[riverPage-1]
		next := route
		next.Before = published.Cursor{At: last.Published.UnixMicro(), ID: last.ID}
		p.Older = next.String()
	}
	if !route.Before.Zero() {
		first := route
		first.Before = published.Cursor{}
		p.Newest = first.Path()
	}
}

// show lays the cards out: the newest as a split container, the others as a river.
func (c *Chrome) show(p *listingPage, list []published.Card, split bool) {
	cards := c.cards(list)
	if split && len(cards) >= splitLeast {
		main := c.large(cards[0], sizesL)
		n := min(len(cards), splitSlots)
		p.Top = &Container{Layout: "split", ID: "top", Title: c.t("lead_stories"), Hidden: true, First: true, Main: &main, Cards: cards[1:n]}
		summaries(splitRoom(main), p.Top.Cards)
		cards = cards[n:]
	}
	if len(cards) > 0 {
		c.river(p, cards)
	}
	eager(p.Top, p.Main)
}

// river lays cards out one below the other.
func (c *Chrome) river(p *listingPage, cards []Card) {
	for i := range cards {
		cards[i] = cards[i].sized(sizesRiver)
	}
	p.Main = &Container{Layout: "river", ID: "list", Title: c.t("more_stories"), First: p.Top == nil, Cards: cards}
	p.Main.Hidden = p.Main.First
	if p.Main.First {
		p.Main.Title = c.t("stories")
	}
}

// describe says what the route lists. What does not exist is errs.NotFound.
func (c *Chrome) describe(ctx context.Context, route Route, p *listingPage) (list, error) {
	p.Crumbs = []Link{{Text: c.t("home"), Href: c.Home}}
	l := list{empty: c.t("no_stories"), wide: true}
	switch route.Kind {
	case KindSection:
		s := c.site.Section(route.Section)
		if s == nil {
			return l, errs.Errorf(errs.NotFound, "no section %q", route.Section)
		}
		l.name, l.title, l.about, l.split = published.SectionList(c.Lang, s.Slug), c.sectionName(s.Slug), c.named(s.About, ""), true
		if s.Parent != "" {
			p.Crumbs = append(p.Crumbs, Link{Text: c.sectionName(s.Parent), Href: c.link("/" + s.Parent)})
		}
		for _, sub := range c.site.Sections {
			if sub.Parent == s.Slug && !sub.Hidden {
				p.Subs = append(p.Subs, Link{Text: c.sectionName(sub.Slug), Href: c.link("/" + sub.Slug)})
			}
		}
		c.currentSection(s.Slug)
	case KindRegion:
		return c.describeRegion(route, p, l)
	case KindTopic:
		t, err := c.rec.Topic(ctx, route.Slug)
		if err != nil {
			return l, err
		}
		l.name, l.title, l.split = published.TopicList(c.Lang, route.Slug), route.Slug, true
		l.wide = false // a topic may have stories in one language only
		if t != nil {
			l.title, l.about, l.since = c.named(t.Name, route.Slug), c.named(t.About, ""), t.Since
			break
		}
		l.title, err = c.topicName(ctx, l.name, route.Slug)
		if err != nil {
			return l, err
		}
	case KindAuthor:
		return c.describeAuthor(ctx, route, p, l)
	case KindVideos:
		l.name, l.title, l.split = published.KindListName(c.Lang, "video"), c.t("videos"), true
	}
	return l, nil
}

func (c *Chrome) describeRegion(route Route, p *listingPage, l list) (list, error) {
	place := c.site.Region(route.Region)
	if place == nil {
		return l, errs.Errorf(errs.NotFound, "no region %q", route.Region)
	}
	name := regionName(*place, c.Lang)
	l.name, l.title = published.RegionList(c.Lang, place.Slug), name
	p.Crumbs = append(p.Crumbs, Link{Text: c.t("regions"), Href: c.link("/regions")})
	if route.Section != "" {
		if c.site.Section(route.Section) == nil {
			return l, errs.Errorf(errs.NotFound, "no section %q", route.Section)
		}
		p.Crumbs = append(p.Crumbs, Link{Text: name, Href: c.link("/r/" + place.Slug)})
		l.name = published.RegionSectionList(c.Lang, place.Slug, route.Section)
		l.title, l.split = c.t("section_in", c.sectionName(route.Section), name), true
		c.currentSection(route.Section)
	}
	return l, nil
}

func (c *Chrome) describeAuthor(ctx context.Context, route Route, p *listingPage, l list) (list, error) {
	a, err := c.rec.Author(ctx, route.Slug)
	if err != nil {
		return l, err
	}
	if a == nil {
		return l, errs.Errorf(errs.NotFound, "no author %q", route.Slug)
	}
	l.name, l.title, l.about, l.empty = published.AuthorList(a.Slug), a.Name, c.named(a.Bio, ""), c.t("nothing_by", a.Name)
	p.Author = &Writer{Name: a.Name, Initials: initials(a.Name), Role: c.named(a.Role, "")}
	p.Email = a.Email
	return l, nil
}

// topicName is the name that the newest story gives the topic.
func (c *Chrome) topicName(ctx context.Context, list, slug string) (string, error) {
	cards, err := c.rec.List(ctx, list, published.Cursor{}, 1)
	if err != nil {
		return "", err
	}
	for _, k := range cards {
		for _, t := range k.Topics {
			if t.Slug == slug {
				return t.Name, nil
			}
		}
	}
	return slug, nil
}

func (c *Chrome) listingLD(p *listingPage, l list, cards []published.Card) {
	g := c.graph()
	var steps []feeds.Crumb
	for _, s := range p.Crumbs {
		steps = append(steps, feeds.Crumb{Name: s.Text, URL: c.origin + s.Href})
	}
	steps = append(steps, feeds.Crumb{Name: l.title, URL: c.Head.Canonical})
	c.jsonLD(g.Collection(l.title, l.about, c.Head.Canonical, cards), g.Breadcrumbs(steps))
}

// correctionsPage lists the newest corrections.
type correctionsPage struct {
	Chrome
	Title   string
	List    []corrected
	Older   string
	Newest  string
	Nothing string
}

type corrected struct {
	Link
	Lang  string
	Fixes []Fix
}

// correctionsPageSize is small: each needs its whole story.
const correctionsPageSize = 20

func (r *Renderer) corrections(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.String(), "page")
	if err != nil {
		return Page{}, err
	}
	cards, err := rec.List(ctx, published.CorrectionsList(lang), route.Before, correctionsPageSize+1)
	if err != nil {
		return Page{}, err
	}
	p := &correctionsPage{Title: c.t("corrections")}
	more := len(cards) > correctionsPageSize
	cards = cards[:min(len(cards), correctionsPageSize)]
	var last time.Time
	for _, k := range cards {
		found, err := rec.Story(ctx, k.ID)
		if err != nil {
			return Page{}, err
		}
		if found.Story == nil || len(found.Story.Corrections) == 0 {
			continue
		}
		s := found.Story
		top, end := c.fixes(s, published.Zone(s.Zone, c.zone))
		p.List = append(p.List, corrected{Link: Link{Text: s.Headline, Href: s.Path()}, Fixes: append(top, end...)})
		last = s.Corrections[0].At
	}
	if more {
		next := route
		next.Before = published.Cursor{At: last.UnixMicro(), ID: cards[len(cards)-1].ID}
		p.Older = next.String()
	}
	if !route.Before.Zero() {
		p.Newest = c.link("/corrections")
	}
	if len(p.List) == 0 {
		p.Nothing = c.t("no_corrections")
	}
	c.titled(p.Title, c.t("corrections_about", c.Name))
	c.sameIn(route)
	c.feedsOf(route, p.Title)
	c.lite(route)
	g := c.graph()
	c.jsonLD(g.Collection(p.Title, "", c.Head.Canonical, cards),
		g.Breadcrumbs([]feeds.Crumb{{Name: c.t("home"), URL: c.origin + c.Home}, {Name: p.Title, URL: c.Head.Canonical}}))
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	return r.execute(c, tmplCorrections, p)
}
