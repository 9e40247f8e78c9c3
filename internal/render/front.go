package render

import (
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

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
	Service    []Service
	Empty      string
	Older      string
	Newest     string
}

// nearPart is the Near you row alone, for the script.
type nearPart struct {
	Row Container
}

// Service is a useful thing of the region.
type Service struct {
	Link
	Note string
}

// Container is a block of cards.
type Container struct {
	Layout   string // lead, row, split, river, video, opinion
	ID       string
	Title    string
	Hidden   bool // the title is for screen readers only
	More     *Link
	First    bool
	Near     string // the language, where the reader's own place may take the row over
	Note     *Link
	Main     *Card // of lead and split
	Cards    []Card
	HasPhoto bool // some card has one
	Plain    bool // the large card of lead has no picture
}

// Slots of the layouts.
const (
	leadSlots  = 7
	rowSlots   = 4
	splitSlots = 6
	splitLeast = 5 // fewer do not reach the end of the large card
	riverSlots = 12
	videoSlots = 4
	mostSkip   = 20 // how many stories shown above are looked past in a list
	mostCards  = 60
)

// row makes a row; nil without cards.
func (c *Chrome) row(id, title string, more Link, cards []Card) *Container {
	if len(cards) == 0 {
		return nil
	}
	k := &Container{Layout: "row", ID: id, Title: title, Cards: cards}
	if more.Href != "" {
		k.More = &more
	}
	k.photos()
	return k
}

func (k *Container) photos() {
	k.HasPhoto = slices.ContainsFunc(k.Cards, func(c Card) bool { return c.Picture != nil })
}

// frontBuilder fills containers so that no story appears twice.
type frontBuilder struct {
	*Chrome
	seen  map[string]bool
	total int
	near  bool // the row of the reader's place is there
	out   []Container
	cards []published.Card // shown, in order
}

func (r *Renderer) front(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.Path(), "front")
	if err != nil {
		return Page{}, err
	}
	curated, err := rec.Front(ctx, lang+"/home")
	if err != nil {
		return Page{}, err
	}
	if curated == nil {
		curated = c.site.FrontByRule(lang + "/home")
	}
	b := &frontBuilder{Chrome: c, seen: map[string]bool{}}
	if err := b.fill(ctx, curated); err != nil {
		return Page{}, err
	}
	p := &frontPage{Title: c.t("front_title", c.Name)}
	c.current(c.Home)
	place := defaultPlace(c.site)
	title := c.Name
	if place.Slug != "" {
		title = c.t("front_head", c.Name, regionName(place, lang))
		if p.Service, err = c.service(ctx, place); err != nil {
			return Page{}, err
		}
	}
	c.titled(title, c.named(c.site.Tagline, title))
	return r.finishFront(c, b, p, route)
}

// Front makes the page of a front (name: home, r/calgary) as it would be with f: for the newsroom, which shows readers'
// pages before they are. Like every page it shows live stories only.
func (r *Renderer) Front(ctx context.Context, rec *published.Recorder, lang, name string, f *published.Front) (Page, error) {
	return Page{}, errs.Errorf(errs.Unavailable, "no preview of fronts yet")
}

func (r *Renderer) finishFront(c *Chrome, b *frontBuilder, p *frontPage, route Route) (Page, error) {
	p.Containers = b.out
	if len(b.out) == 0 && p.Empty == "" {
		p.Empty = c.t("no_stories")
	}
	c.sameIn(route)
	c.feedsOf(route, c.Name)
	c.lite(route)
	g := c.graph()
	nodes := []feeds.Node{}
	if route.Kind == KindFront {
		nodes = append(nodes, g.Home()...)
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

// fill makes the containers of a front: curated stories first, then the newest of the list.
func (b *frontBuilder) fill(ctx context.Context, f *published.Front) error {
	for i, k := range f.Containers {
		if b.total >= mostCards {
			return nil
		}
		list, err := b.stories(ctx, k)
		if err != nil {
			return err
		}
		b.add("c"+strconv.Itoa(i+1), k, list)
	}
	return nil
}

func slotsOf(k published.Container) int {
	if k.Slots > 0 {
		return min(k.Slots, mostCards)
	}
	switch k.Layout {
	case "lead":
		return leadSlots
	case "split":
		return splitSlots
	case "river":
		return riverSlots
	case "video":
		return videoSlots
	}
	return rowSlots
}

func (b *frontBuilder) stories(ctx context.Context, k published.Container) ([]published.Card, error) {
	slots := min(slotsOf(k), mostCards-b.total)
	var list []published.Card
	take := func(c published.Card) {
		if len(list) >= slots || b.seen[c.ID] {
			return
		}
		b.seen[c.ID] = true
		b.total++
		list = append(list, c)
	}
	for _, placed := range k.Cards {
		c, err := b.rec.Card(ctx, placed.Story)
		if err != nil {
			return nil, err
		}
		if c != nil {
			take(*c)
		}
	}
	if k.List == "" || len(list) >= slots {
		return list, nil
	}
	// What is shown above may be among the newest here too: ask for that many more, in a few sizes only.
	n := slots + min(b.total, mostSkip)
	fill, err := b.rec.List(ctx, b.Lang+"/"+k.List, published.Cursor{}, n)
	if err != nil {
		return nil, err
	}
	for _, c := range fill {
		take(c)
	}
	if main := b.site.Languages[0]; b.Lang != main && k.Layout == "row" && k.List == "region/"+defaultPlace(b.site).Slug && len(list) < slots {
		// The row of the reader's place is there in every edition, in the portal's own language if need be.
		if fill, err = b.rec.List(ctx, main+"/"+k.List, published.Cursor{}, n); err != nil {
			return nil, err
		}
		for _, c := range fill {
			take(c)
		}
	}
	return list, nil
}

// add lays the cards out, in the next smaller layout when there are too few. Without cards there is no container.
func (b *frontBuilder) add(id string, k published.Container, list []published.Card) {
	if len(list) == 0 {
		return
	}
	out := Container{Layout: k.Layout, ID: id, First: len(b.out) == 0}
	out.Title = b.title(k)
	if k.Link != "" {
		out.More = &Link{Text: b.t("more_from", out.Title), Href: b.link(k.Link)}
		if out.Title == "" || k.Layout == "video" || k.Layout == "opinion" {
			out.More.Text = b.t("more_" + k.Layout)
		}
		if k.List == "all" {
			out.More.Text = b.t("all_stories")
		}
	}
	if k.Layout == "lead" && len(k.Cards) == 0 {
		list = pictureFirst(list)
	}
	out.Cards = b.Chrome.cards(list)
	if k.Layout == "opinion" {
		for i := range out.Cards {
			out.Cards[i].Kicker = "" // the container says it
			out.Cards[i] = out.Cards[i].sized("72px")
		}
	}
	switch {
	case len(list) == 1 && k.Layout != "river" && k.Layout != "lead":
		out.Layout = "river"
		out.Cards[0] = out.Cards[0].sized(sizesRiver)
	case k.Layout == "lead" && len(list) < 3, k.Layout == "split" && len(list) < splitLeast:
		out.Layout, out.Cards = "row", out.Cards[:min(len(out.Cards), rowSlots)]
	case k.Layout == "lead", k.Layout == "split":
		size := sizesXL
		if k.Layout == "split" {
			size = sizesL
		}
		main := b.large(out.Cards[0], size)
		if out.First {
			main = main.eager()
		}
		out.Main, out.Cards = &main, out.Cards[1:]
		if k.Layout == "lead" {
			out.Plain = main.Picture == nil
			out.Cards = leadSide(main, out.Cards)
			if out.Plain {
				if n := len(out.Cards); n > 3 {
					out.Cards = out.Cards[:n-n%3] // whole rows of three
				}
			}
		} else {
			summaries(splitRoom(main), out.Cards)
		}
	case k.Layout == "video":
		for i := range out.Cards {
			out.Cards[i] = out.Cards[i].sized(sizesVideo)
		}
	case k.Layout == "river":
		for i := range out.Cards {
			out.Cards[i] = out.Cards[i].sized(sizesRiver)
		}
	case k.Layout != "row" && k.Layout != "opinion":
		out.Layout = "row"
	}
	if out.First {
		out.Hidden = out.Main != nil
		if out.Title == "" {
			out.Title = b.t("lead_stories")
		}
	} else if out.Title == "" {
		out.Title = b.t("more_stories")
	}
	if place := defaultPlace(b.site); !b.near && place.Slug != "" && k.List == "region/"+place.Slug && out.Layout == "row" {
		b.near = true
		out.Near, out.Note = b.site.Languages[0], &Link{Text: b.t("choose_own"), Href: b.Strip.Regions}
	}
	out.photos()
	b.out = append(b.out, out)
	b.cards = append(b.cards, list...)
}

// pictureFirst moves the first story that has a picture to the front: a splash without one leaves a hole.
func pictureFirst(list []published.Card) []published.Card {
	i := slices.IndexFunc(list, func(c published.Card) bool { return c.Picture != nil })
	if i <= 0 {
		return list
	}
	out := append(make([]published.Card, 0, len(list)), list[i])
	return append(append(out, list[:i]...), list[i+1:]...)
}

// leadSide picks how many stories stand beside the splash, 4 to 6, and which of them show their summary, so that both
// columns end at about the same height. Heights are those of the theme at 1200 px, with lines counted by characters.
func leadSide(main Card, side []Card) []Card {
	room := 8 + 60*lines(main.Headline, 29) + 24*lines(main.Summary, 95)
	if main.Picture != nil {
		room += 533
	}
	if main.Kicker != "" || main.Live {
		room += 22
	}
	if main.Age != "" {
		room += 26
	}
	side = side[:min(len(side), 6)]
	used, heights := 0, make([]int, len(side))
	for i, k := range side {
		heights[i] = 29 + 27*lines(k.Headline, 34)
		if k.Kicker != "" || k.Live {
			heights[i] += 22
		}
		if k.Age != "" {
			heights[i] += 25
		}
		used += heights[i]
	}
	for len(side) > 4 && used > room+29 {
		used -= heights[len(side)-1]
		side = side[:len(side)-1]
	}
	for i := range side {
		k := &side[i]
		k.Picture = nil
		if more := 6 + 24*lines(k.Summary, 48); k.Summary != "" && used+more <= room+29 {
			used += more
		} else {
			k.Summary = ""
		}
	}
	return side
}

// splitRoom is the height of a split container's large card.
func splitRoom(main Card) int {
	room := 40*lines(main.Headline, 36) + 24*lines(main.Summary, 80)
	if main.Picture != nil {
		room += 467
	}
	return room
}

// summaries keeps the summaries of a split container's small cards as far as there is room beside the large one.
func summaries(room int, side []Card) {
	for i := range side {
		k := &side[i]
		k.Picture = nil
		room -= 29 + 22*lines(k.Headline, 48)
		if k.Age != "" {
			room -= 25
		}
	}
	for i := range side {
		k := &side[i]
		if room -= 6 + 24*lines(k.Summary, 54); room < 0 {
			k.Summary = ""
		}
	}
}

// lines is how many lines a text takes when so many characters fit on one.
func lines(s string, width int) int { return (utf8.RuneCountInString(s) + width - 1) / width }

// title is a container's own, or that of the list behind it.
func (b *frontBuilder) title(k published.Container) string {
	if s := b.named(k.Title, ""); s != "" {
		return s
	}
	kind, arg, _ := cutList(k.List)
	switch {
	case k.Layout == "video":
		return b.t("watch_title")
	case k.Layout == "opinion":
		return b.t("opinion")
	case kind == "section":
		return b.sectionName(arg)
	case kind == "region":
		if p := b.site.Region(arg); p != nil {
			return regionName(*p, b.Lang)
		}
	}
	return ""
}

// service links the useful things of a place.
func (c *Chrome) service(ctx context.Context, p published.Region) ([]Service, error) {
	s := Service{Link: Link{Text: c.t("weather_in", regionName(p, c.Lang)), Href: c.link("/r/" + p.Slug + "/weather")}}
	s.Note = c.Strip.Temp
	if c.Strip.Temp != "" {
		s.Note += ", " + c.Strip.At
	} else {
		s.Note = c.t("weather_note")
	}
	return []Service{s,
		{Link{Text: c.t("regions"), Href: c.link("/regions")}, c.t("regions_note", len(c.site.Regions))},
		{Link{Text: c.t("archive"), Href: c.link("/archive")}, c.t("archive_note")},
		{Link{Text: c.t("corrections"), Href: c.link("/corrections")}, c.t("corrections_note")},
	}, nil
}

// cutList takes a list name without language apart: section/world.
func cutList(name string) (kind, arg string, ok bool) {
	for i := range len(name) {
		if name[i] == '/' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}
