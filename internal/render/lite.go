package render

import (
	"context"
	"html/template"
	"slices"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/local/clock"
	"masthead/internal/published"
)

// litePage is any page as text only.
type litePage struct {
	Lang, Locale string
	Name         string
	Style        template.HTML
	Title        string // of the document
	Canonical    string
	Home         string
	Full         string // path of the same page with pictures
	Place        string // place, temperature and date in one line
	Nav          []Link
	Notice       string
	Heading      string
	Intro        string
	Meta         []string
	Age          string
	Fixes        []Fix
	End          []Fix
	Body         template.HTML
	Files        string
	Groups       []liteGroup
	Older        string
	Newest       string
	Search       string
	Legal        string
}

// liteGroup is a list of links.
type liteGroup struct {
	Title string
	Items []liteItem
}

type liteItem struct {
	Link
	Note string
}

// liteHead makes the frame of a text-only page.
func (r *Renderer) liteHead(ctx context.Context, rec *published.Recorder, route Route, lang string) (*Chrome, *litePage, error) {
	full := route
	full.Lite = false
	c, err := r.chrome(ctx, rec, lang, full.String(), "lite")
	if err != nil {
		return nil, nil, err
	}
	sheet := c.theme.Style("lite", "")
	c.sheet, c.bare = sheet, true
	lite := func(path string) string {
		if strings.HasPrefix(path, "/") {
			return strings.TrimSuffix("/lite"+path, "/")
		}
		return path
	}
	p := &litePage{
		Lang: lang, Locale: c.Locale, Name: c.Name, Style: sheet.HTML, Canonical: c.Head.Canonical, Home: lite(c.Home), Full: full.String(),
		Notice: c.Notice, Search: c.Search, Legal: c.legal(),
	}
	p.Place = c.Strip.Long
	if c.Strip.Place != "" {
		p.Place = c.Strip.Place + " · " + p.Place
	}
	if c.Strip.Temp != "" {
		p.Place = c.Strip.Place + " " + c.Strip.Temp + " " + c.Strip.At + " · " + c.Strip.Long
	}
	for _, s := range c.Sections {
		p.Nav = append(p.Nav, Link{Text: s.Text, Href: lite(s.Href)})
	}
	p.Nav = append(p.Nav, Link{Text: c.t("regions"), Href: lite(c.link("/regions"))}, Link{Text: c.t("search"), Href: c.Search})
	return c, p, nil
}

func (r *Renderer) liteStory(ctx context.Context, rec *published.Recorder, route Route, lang string, s *published.Story) (Page, error) {
	c, p, err := r.liteHead(ctx, rec, route, lang)
	if err != nil {
		return Page{}, err
	}
	zone := published.Zone(s.Zone, c.zone)
	p.Title, p.Heading, p.Intro = s.Headline, s.Headline, s.Standfirst
	if route.Kind == KindChanges {
		p.Heading, p.Intro = c.t("what_changed_in", s.Headline), c.t("changes_about")
		g := liteGroup{}
		for _, l := range s.Log {
			g.Items = append(g.Items, liteItem{Link{Text: c.t("log_" + logKind(l.Kind))}, clock.Stamp(l.At.In(zone), lang) + " " + l.Note})
		}
		p.Groups = append(p.Groups, g)
		return r.execute(c, tmplLite, p)
	}
	by, org := c.bylines(s)
	line := ""
	for _, b := range by {
		line += b.Before + b.Text
	}
	if org != "" {
		line += " · " + org
	}
	p.Meta = []string{line, clock.Posted(s.Published.In(zone), lang)}
	if s.Updated.After(s.Published.Add(time.Minute)) {
		p.Meta = append(p.Meta, clock.Updated(s.Updated.In(zone), s.Published.In(zone), lang))
	}
	age, until := clock.Age(rec.Now(), s.Published, lang)
	rec.Expire(until)
	if age != "" {
		p.Age = c.t("story_age", age)
	}
	p.Fixes, p.End = c.fixes(s, zone)
	var failed error
	body := textOnly(datelined(s.Body, s.Dateline), c, s)
	if s.Lead != nil {
		if m, ok := s.Media[s.Lead.Media]; ok {
			body = append(textOnly(doc.Node{Content: []doc.Node{leadNode(s.Lead, m)}}, c, s), body...)
		}
	}
	env := c.env(ctx, s, &failed)
	env.BaseURL = ""
	p.Body = template.HTML(doc.FeedHTML(doc.Node{Type: "doc", Content: body}, env))
	if failed != nil {
		return Page{}, failed
	}
	p.Files = withFiles(s.Credits)
	page, err := r.execute(c, tmplLite, p)
	return page, err
}

// textOnly says pictures, videos and sounds in words.
func textOnly(d doc.Node, c *Chrome, s *published.Story) []doc.Node {
	var out []doc.Node
	say := func(kind string, a doc.Attrs) {
		m := s.Media[a.Str("media")]
		text := or(a.Str("caption"), m.Caption)
		if title := a.Str("title"); title != "" {
			text = strings.TrimSpace(title + ". " + text)
		}
		text = or(text, or(a.Str("alt"), m.Alt))
		if credit := or(a.Str("credit"), m.Credit); credit != "" {
			text = strings.TrimSpace(text + " (" + credit + ")")
		}
		if text != "" {
			out = append(out, doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: c.t("lite_"+kind, text), Marks: []doc.Mark{{Type: "em"}}}}})
		}
	}
	for _, n := range d.Content {
		switch n.Type {
		case "photo", "video", "audio":
			say(n.Type, n.Attrs)
		case "gallery":
			for _, a := range n.Attrs.Items("items") {
				say("photo", a)
			}
		case "watch":
			if m, ok := s.Media[n.Attrs.Str("target")]; ok && m.Kind != "photo" {
				say("video", doc.Attrs{"media": m.ID, "title": n.Attrs.Str("title")})
				continue
			}
			out = append(out, n)
		default:
			out = append(out, n)
		}
	}
	return out
}

// litePageSize is how many headlines a text-only list has.
const litePageSize = 40

func (r *Renderer) liteListing(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, p, err := r.liteHead(ctx, rec, route, lang)
	if err != nil {
		return Page{}, err
	}
	switch {
	case route.Kind == KindRegions:
		p.Heading = c.t("regions")
		for _, v := range c.provinces() {
			g := liteGroup{Title: v.Name}
			for _, k := range v.Places {
				g.Items = append(g.Items, liteItem{Link: Link{Text: k.Name, Href: "/lite" + c.link("/r/"+k.Slug)}})
			}
			p.Groups = append(p.Groups, g)
		}
	case route.Kind == KindWeather:
		err = c.liteWeather(ctx, route, p)
	case route.Kind == KindMost:
		err = c.liteMost(ctx, p)
	case route.Kind == KindArchive && route.Day == 0:
		err = c.liteCalendar(ctx, route, p)
	default:
		err = c.liteList(ctx, route, p)
	}
	if err != nil {
		return Page{}, err
	}
	p.Title = p.Heading
	if route.Kind == KindFront {
		p.Title = c.t("lite_title")
	}
	return r.execute(c, tmplLite, p)
}

// liteList lists headlines.
func (c *Chrome) liteList(ctx context.Context, route Route, p *litePage) error {
	full := &listingPage{}
	l := list{name: published.AllList(c.Lang), title: c.t("top_stories")}
	cursor := route.Before
	var start time.Time
	var err error
	switch route.Kind {
	case KindFront:
	case KindCorrections:
		l.name, l.title = published.CorrectionsList(c.Lang), c.t("corrections")
	case KindArchive:
		start = c.midnight(route.Year, route.Month, route.Day)
		l.title = clock.LongDate(start, c.Lang)
		if end := c.midnight(route.Year, route.Month, route.Day+1).UnixMicro(); cursor.Zero() || cursor.At > end {
			cursor = published.Cursor{At: end}
		}
	default:
		if l, err = c.describe(ctx, route, full); err != nil {
			return err
		}
	}
	cards, err := c.rec.List(ctx, l.name, cursor, litePageSize+1)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(cards, func(k published.Card) bool { return k.Published.Before(start) }); i >= 0 {
		cards = cards[:i]
	}
	p.Heading, p.Intro = l.title, l.about
	if len(cards) > litePageSize && route.Kind != KindCorrections && route.pages() {
		cards = cards[:litePageSize]
		last := cards[litePageSize-1]
		next := route
		next.Before = published.Cursor{At: last.Published.UnixMicro(), ID: last.ID}
		p.Older = next.String()
	}
	if !route.Before.Zero() {
		first := route
		first.Before = published.Cursor{}
		p.Newest = first.Path()
	}
	p.headlines(c, cards[:min(len(cards), litePageSize)])
	return nil
}

// liteMost lists what is read most.
func (c *Chrome) liteMost(ctx context.Context, p *litePage) error {
	cards, err := c.rec.Most(ctx, c.Lang, "")
	if err != nil {
		return err
	}
	p.Heading, p.Intro = c.t("most_read"), c.t("most_read_about")
	p.headlines(c, cards)
	return nil
}

// headlines adds a list of stories.
func (p *litePage) headlines(c *Chrome, cards []published.Card) {
	g := liteGroup{}
	for _, k := range c.cards(cards) {
		note := k.Date
		if k.Age != "" {
			note = k.Age
		}
		g.Items = append(g.Items, liteItem{Link{Text: k.Headline, Href: "/lite" + k.Path}, note})
	}
	if len(g.Items) == 0 {
		p.Intro = c.t("no_stories")
	}
	p.Groups = append(p.Groups, g)
}

func (c *Chrome) liteWeather(ctx context.Context, route Route, p *litePage) error {
	w, err := c.weatherModel(ctx, route)
	if err != nil {
		return err
	}
	p.Heading, p.Intro = w.Title, w.Nothing
	if w.Temp != "" {
		p.Meta = append(p.Meta, strings.TrimSpace(w.Temp+" "+w.Sky), w.At)
	}
	for _, f := range w.Facts {
		p.Meta = append(p.Meta, f.Name+": "+f.Value)
	}
	for _, a := range w.Alerts {
		p.Groups = append(p.Groups, liteGroup{Title: a.Title, Items: []liteItem{{Link{Text: strings.Join(a.Text, " ")}, a.Until}}})
	}
	days := liteGroup{Title: c.t("days")}
	for _, d := range w.Days {
		days.Items = append(days.Items, liteItem{Link{Text: d.When}, d.Sky + " " + d.Temp + " / " + d.Low})
	}
	if len(days.Items) > 0 {
		p.Groups = append(p.Groups, days)
	}
	if w.Provider != "" {
		p.Groups = append(p.Groups, liteGroup{Items: []liteItem{{Link{Text: w.Provider, Href: w.ProviderHref}, ""}}})
	}
	return nil
}

// liteCalendar lists the months of a year or of all, or the days of a month.
func (c *Chrome) liteCalendar(ctx context.Context, route Route, p *litePage) error {
	from, to := 10000101, 99991231
	p.Heading = c.t("archive")
	if route.Year != 0 {
		from, to = route.Year*10000+101, route.Year*10000+1231
	}
	if route.Month != 0 {
		from, to = route.Year*10000+route.Month*100+1, route.Year*10000+route.Month*100+31
	}
	days, err := c.rec.Days(ctx, published.AllList(c.Lang), from, to)
	if err != nil {
		return err
	}
	g, last := liteGroup{}, 0
	for _, d := range slices.Backward(days) {
		y, m := d.Day/10000, d.Day/100%100
		switch {
		case route.Month != 0:
			t := c.midnight(y, m, d.Day%100)
			g.Items = append(g.Items, liteItem{Link{Text: clock.Date(t, c.Lang), Href: "/lite" + c.link(archivePath(y, m, d.Day%100))}, c.t("n_stories", d.N)})
		case d.Day/100 != last:
			last = d.Day / 100
			g.Items = append(g.Items, liteItem{Link: Link{Text: clock.MonthYear(c.midnight(y, m, 1), c.Lang), Href: "/lite" + c.link(archivePath(y, m, 0))}})
		}
	}
	p.Groups = append(p.Groups, g)
	return nil
}
