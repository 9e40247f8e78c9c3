package render

import (
	"context"
	"slices"
	"strconv"
	"strings"
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
	Layout   string // lead, row, split, river, video, opinion, live, most, service, notice
	ID       string
	Title    string
	Hidden   bool // the title is for screen readers only
	More     *Link
	First    bool
	Near     string // the language, where the reader's own place may take the row over
	Note     *Link
	Main     *Card // of lead and split
	Wide     bool  // Main has a row of its own
	Cards    []Card
	HasPhoto bool // some card has one
	Boosted  bool // some card of a row has a row of its own
	Plain    bool // the large card of lead has no picture
	Service  []Service
	Text     string // of a notice
}

// Slots of the layouts.
const (
	leadSlots  = 7
	rowSlots   = 4
	splitSlots = 6
	splitLeast = 5  // fewer do not reach the end of the large card
	mostSkip   = 20 // how many stories shown above are looked past in a list
	mostPhotos = 20
	firstCards = 20 // among so many no story stands twice
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
	front  *published.Front
	place  published.Region // whose front it is; for the portal's own the default one
	placed map[string]bool  // put somewhere by hand: no list takes them
	seen   map[string]bool
	total  int
	photos int
	// regional is set on the front of a region.
	regional bool

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

// Front makes the page of a front (name: home, r/calgary) as it would be with f: for the newsroom, which shows readers'
// pages before they are. Like every page it shows live stories only.
func (r *Renderer) Front(ctx context.Context, rec *published.Recorder, lang, name string, f *published.Front) (p Page, err error) {
	defer errs.Wrap(&err, "render front %s/%s", lang, name)
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	if site.FrontByRule(lang+"/"+name) == nil {
		return Page{}, errs.Errorf(errs.NotFound, "no front %.60s/%.60s", lang, name)
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
	// What is shown above may be among the newest here too: ask for that many more, in a few sizes only.
	n := slots + min(b.total+len(b.placed), mostSkip)
	fill := func(lang string) error {
		newest, err := b.rec.List(ctx, lang+"/"+k.List, published.Cursor{}, n)
		for _, c := range newest {
			if !b.placed[c.ID] {
				take(shown{Card: c})
			}
		}
		return err
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

// most adds what is read most: of the region on its own front, or of the whole portal where that is too short. Among the
// first cards of a front it leaves out what stands above; further down it is the whole ranking.
func (b *frontBuilder) most(ctx context.Context, k published.Container) error {
	title := b.t("most_read")
	var list []published.Card
	var err error
	if b.regional {
		if list, err = b.rec.Ranked(ctx, b.Lang, b.place.Slug); err != nil {
			return err
		}
		title = b.t("most_read_in", regionName(b.place, b.Lang))
	}
	if len(list) < published.MostReadLeast {
		title = b.t("most_read")
		if list, err = b.rec.Ranked(ctx, b.Lang, ""); err != nil {
			return err
		}
	}
	slots := mostShown
	if k.Slots > 0 {
		slots = k.Slots
	}
	out := b.begin(k)
	for _, c := range list {
		if len(out.Cards) >= slots || b.total < firstCards && b.seen[c.ID] {
			continue
		}
		if !b.seen[c.ID] {
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

// leave gives stories back that a container had no room for: others below may show them.
func (b *frontBuilder) leave(list []shown) {
	for _, s := range list {
		delete(b.seen, s.ID)
		delete(b.placed, s.ID)
		b.total--
	}
}

// lay fits a container's cards into its layout.
func (b *frontBuilder) lay(out *Container) {
	n := len(out.Cards)
	switch {
	case n == 1 && out.Layout != "lead":
		out.Layout = "river"
	case out.Layout == "lead" && n < 3, out.Layout == "split" && n < splitLeast:
		out.Layout, out.Cards = "row", out.Cards[:min(n, rowSlots)]
	}
	switch out.Layout {
	case "lead", "split":
		b.layMain(out)
	case "river":
		for i := range out.Cards {
			out.Cards[i] = out.Cards[i].sized(sizesRiver)
		}
	case "video", "opinion", "live":
		out.share()
	default:
		out.Layout = "row"
		out.share()
	}
}

// layMain fits the large card and those beside it.
func (b *frontBuilder) layMain(out *Container) {
	out.Wide = out.Cards[0].Boost > 0
	size := sizesXL
	switch {
	case out.Wide:
		size = sizesWide
	case out.Layout == "split":
		size = sizesL
	}
	main := b.large(out.Cards[0], size)
	out.Main, out.Cards = &main, out.Cards[1:]
	if out.Layout == "split" {
		room := splitRoom(main)
		if out.Wide {
			room = 1 << 20 // below the large card there is as much as they need
		}
		summaries(room, out.Cards)
		return
	}
	out.Plain = main.Picture == nil
	if out.Wide {
		out.Cards = out.Cards[:min(len(out.Cards), 6)]
		for i := range out.Cards {
			out.Cards[i] = out.Cards[i].aside()
		}
	} else {
		out.Cards = leadSide(main, out.Cards)
	}
	if n := len(out.Cards); n > 3 && (out.Plain || out.Wide) {
		out.Cards = out.Cards[:n-n%3] // whole rows of three
	}
}

// aside returns the card for the list beside a large one, where only a card raised by two sizes has a picture.
func (k Card) aside() Card {
	if k.Boost < 2 {
		k.Picture = nil
	}
	return k.sized(sizesS)
}

// share gives each boosted card of a row a row of its own, and lets those between share theirs evenly.
func (out *Container) share() {
	size := sizesS
	switch out.Layout {
	case "video":
		size = sizesVideo
	case "opinion":
		size = "72px"
	}
	out.Boosted = slices.ContainsFunc(out.Cards, func(k Card) bool { return k.Boost > 0 })
	for i := 0; i < len(out.Cards); {
		n := 0
		for i+n < len(out.Cards) && out.Cards[i+n].Boost == 0 {
			n++
		}
		rows := (n + rowSlots - 1) / rowSlots
		for j := range n {
			k := &out.Cards[i+j]
			if size != sizesS { // a card comes for a row
				*k = k.sized(size)
			}
			if out.Boosted {
				in := n / rows
				if j < n%rows*(in+1) {
					in++
				}
				k.Cell = "g" + strconv.Itoa(in)
			}
		}
		if i += n; i < len(out.Cards) {
			k := &out.Cards[i]
			k.Cell = "b" + strconv.Itoa(k.Boost)
			switch {
			case out.Layout == "opinion":
				*k = k.sized(size)
			case k.Boost == 1:
				*k = k.sized(sizesM)
			default:
				*k = k.sized(sizesL)
			}
			i++
		}
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

// pictureFirst moves the first story that has a picture to the front: a splash without one leaves a hole.
func pictureFirst(list []shown) []shown {
	i := slices.IndexFunc(list, func(s shown) bool { return s.Picture != nil })
	if i <= 0 {
		return list
	}
	out := append(make([]shown, 0, len(list)), list[i])
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
		heights[i] = 29 + raised(k, 27, 34)
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
		*k = k.aside()
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
		*k = k.aside()
		room -= 29 + raised(*k, 22, 48)
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

// raised is the height of a headline beside a large card, and of its picture if it has one there: line is a line's
// height and width its characters without a boost.
func raised(k Card, line, width int) int {
	h := (line + 7*k.Boost) * lines(k.Headline, width-8*k.Boost)
	if k.Boost == 2 && k.Picture != nil {
		h += 262
	}
	return h
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

// cutList takes a list name without language apart: section/world.
func cutList(name string) (kind, arg string, ok bool) {
	for i := range len(name) {
		if name[i] == '/' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}
