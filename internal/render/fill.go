package render

import (
	"context"
	"slices"

	"masthead/internal/published"
)

// Bounds of a front.
const (
	mostSkip   = 20 // how many more of a list are asked for at first, because they may be shown above
	mostPhotos = 20
	firstCards = 20 // among so many no story stands twice
)

// frontBuilder fills containers so that no story appears twice.
type frontBuilder struct {
	*Chrome
	front    *published.Front
	place    published.Region // whose front it is; for the portal's own the default one
	regional bool             // it is the front of a region
	placed   map[string]bool  // put somewhere by hand: no list takes them
	seen     map[string]bool
	total    int
	photos   int

	near  bool // the row of the reader's place is there
	out   []Container
	cards []published.Card // shown, in order
}

func (c *Chrome) builder(f *published.Front, place published.Region) *frontBuilder {
	b := &frontBuilder{Chrome: c, front: f, place: place, placed: map[string]bool{}, seen: map[string]bool{}}
	for _, k := range f.Containers {
		if !k.Hidden {
			for _, placed := range k.Cards {
				b.placed[placed.Story] = true
			}
		}
	}
	return b
}

// fill makes the containers of the front: curated stories first, then the newest of the list.
func (b *frontBuilder) fill(ctx context.Context) error {
	for _, k := range b.front.Containers {
		switch {
		case k.Hidden:
			continue
		case k.Layout == "notice":
			b.notice(k)
			continue
		case k.Layout == "service":
			b.services(k)
			continue
		case k.Layout == "most":
			if err := b.most(ctx, k); err != nil {
				return err
			}
			continue
		case b.total >= published.MaxCards:
			continue
		}
		list, hand, err := b.stories(ctx, k)
		if err != nil {
			return err
		}
		b.add(k, list, hand)
	}
	return nil
}

// shown is a story on a front, and how it looks there.
type shown struct {
	published.Card
	boost  int  // sizes larger
	kicker bool // it has one on this front only
}

// stories returns the stories of a container, and how many of them were put there by hand.
func (b *frontBuilder) stories(ctx context.Context, k published.Container) (list []shown, hand int, err error) {
	slots := min(k.Room(), published.MaxCards-b.total)
	take := func(s shown) {
		if len(list) >= slots || b.seen[s.ID] {
			return
		}
		b.seen[s.ID] = true
		b.total++
		list = append(list, s)
	}
	for _, placed := range k.Cards {
		c, err := b.rec.Card(ctx, placed.Story)
		if err != nil {
			return nil, 0, err
		}
		if c != nil {
			take(shown{b.dressed(*c, placed), min(max(placed.Boost, 0), 2), placed.Kicker != ""})
		}
	}
	hand = len(list)
	if k.List == "" && k.Layout == "live" {
		k.List = "kind/live"
	}
	if k.List == "" || len(list) >= slots {
		return list, hand, nil
	}
	// What is shown above may be among the newest here too: ask for that many more, and seldom again for what is behind.
	n := slots + min(b.total+len(b.placed), mostSkip)
	fill := func(lang string) error {
		for from, more := (published.Cursor{}), true; more && len(list) < slots; {
			newest, err := b.rec.List(ctx, lang+"/"+k.List, from, n)
			if err != nil {
				return err
			}
			for _, c := range newest {
				if !b.placed[c.ID] {
					take(shown{Card: c})
				}
				from = published.Cursor{At: c.Published.UnixMicro(), ID: c.ID}
			}
			more = len(newest) == n
		}
		return nil
	}
	if err := fill(b.Lang); err != nil {
		return nil, 0, err
	}
	if main := b.site.Languages[0]; b.Lang != main && k.Layout == "row" && k.List == "region/"+defaultPlace(b.site).Slug && len(list) < slots {
		// The row of the reader's place is there in every edition, in the portal's own language if need be.
		err = fill(main)
	}
	return list, hand, err
}

// dressed returns a card with what it has on this front only.
func (b *frontBuilder) dressed(c published.Card, placed published.Placed) published.Card {
	c.Headline, c.Kicker = or(placed.Headline, c.Headline), or(placed.Kicker, c.Kicker)
	if m, ok := b.front.Media[placed.Picture]; ok {
		if m.Poster != nil {
			m = *m.Poster
		}
		c.Picture = &m
	}
	if placed.NoPicture {
		c.Picture = nil
	}
	return c
}

// begin makes a container with its title and the way to more.
func (b *frontBuilder) begin(k published.Container) Container {
	out := Container{Layout: k.Layout, ID: "c" + k.ID, Title: b.title(k)}
	if k.Link != "" {
		out.More = &Link{Text: b.t("more_from", out.Title), Href: b.link(k.Link)}
		if out.Title == "" || k.Layout == "video" || k.Layout == "opinion" || k.Layout == "notice" {
			out.More.Text = b.t("more_" + k.Layout)
		}
		if k.List == "all" {
			out.More.Text = b.t("all_stories")
		}
	}
	return out
}

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
	case k.Layout == "live":
		return b.t("live_now")
	case kind == "section":
		return b.sectionName(arg)
	case kind == "region":
		if p := b.site.Region(arg); p != nil {
			return regionName(*p, b.Lang)
		}
	}
	return ""
}

func (b *frontBuilder) notice(k published.Container) {
	if k.Text == "" {
		return
	}
	out := b.begin(k)
	out.Text, out.Hidden = k.Text, true
	if out.Title == "" {
		out.Title = b.t("notice")
	}
	b.out = append(b.out, out)
}

func (b *frontBuilder) services(k published.Container) {
	if b.place.Slug == "" {
		return
	}
	out := b.begin(k)
	out.Service = b.service(b.place)
	if out.Title == "" {
		out.Title = b.t("service")
	}
	b.out = append(b.out, out)
}

// service links the useful things of a place.
func (c *Chrome) service(p published.Region) []Service {
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
	}
}

// most adds what is read most: of the region on its own front, or of the whole portal where that is too short. Among the
// first cards of a front it leaves out what stands elsewhere on it; further down it is the whole ranking.
func (b *frontBuilder) most(ctx context.Context, k published.Container) error {
	var place *published.Region
	if b.regional {
		place = &b.place
	}
	title, list, err := b.ranked(ctx, place)
	if err != nil {
		return err
	}
	slots := mostShown
	if k.Slots > 0 {
		slots = k.Slots
	}
	out := b.begin(k)
	for _, c := range list {
		known := b.seen[c.ID] || b.placed[c.ID] // above, or further down by somebody's hand
		if len(out.Cards) >= slots || b.total < firstCards && known {
			continue
		}
		if !known {
			b.seen[c.ID] = true
			b.total++
		}
		c.Picture = nil
		v := b.card(c)
		v.Summary, v.Age = "", ""
		out.Cards = append(out.Cards, v)
	}
	if len(out.Cards) == 0 {
		return nil
	}
	if out.Title == "" {
		out.Title = title
	}
	if out.More == nil {
		out.More = &Link{Text: b.t("most_read_all"), Href: b.link("/most-read")}
	}
	b.out = append(b.out, out)
	return nil
}

// add lays the cards out, in the next smaller layout when there are too few. Without cards there is no container.
func (b *frontBuilder) add(k published.Container, list []shown, hand int) {
	if len(list) == 0 {
		return
	}
	out := b.begin(k)
	out.First = len(b.cards) == 0
	if k.Layout == "lead" && hand == 0 {
		list = pictureFirst(list)
	}
	for _, s := range list {
		c := b.card(s.Card)
		c.Boost = s.boost
		if k.Layout == "opinion" && !s.kicker {
			c.Kicker = "" // the container says it
		}
		out.Cards = append(out.Cards, c)
	}
	b.lay(&out)
	if n := len(out.Cards); out.Main != nil {
		b.leave(list[n+1:])
		list = list[:n+1]
	} else {
		b.leave(list[n:])
		list = list[:n]
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
	b.limitPhotos(&out)
	b.out = append(b.out, out)
	for _, s := range list {
		b.cards = append(b.cards, s.Card)
	}
}

// pictureFirst moves the first story that has a picture to the front: a splash without one leaves a hole.
func pictureFirst(list []shown) []shown {
	i := slices.IndexFunc(list, func(s shown) bool { return s.Picture != nil })
	if i <= 0 {
		return list
	}
	out := append(make([]shown, 0, len(list)), list[i])
	return append(append(out, list[:i]...), list[i+1:]...)
}

// leave gives stories back that a container had no room for: others below may show them.
func (b *frontBuilder) leave(list []shown) {
	for _, s := range list {
		delete(b.seen, s.ID)
		delete(b.placed, s.ID)
		b.total--
	}
}

// limitPhotos leaves out the photos that would be too many on the front. Heads beside opinions do not count.
func (b *frontBuilder) limitPhotos(out *Container) {
	limit := func(k *Card) {
		if k.Picture == nil {
			return
		}
		if b.photos++; b.photos > mostPhotos {
			k.Picture = nil
		}
	}
	if out.Main != nil {
		limit(out.Main)
		out.Plain = out.Layout == "lead" && out.Main.Picture == nil
	}
	for i := range out.Cards {
		if out.Layout != "opinion" {
			limit(&out.Cards[i])
		}
	}
	out.photos()
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
