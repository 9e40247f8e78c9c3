package frontui

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/front"
	"masthead/internal/newsroom"
	"masthead/internal/published"
)

// board is the arranging of one front.
type board struct {
	Base, Title, Query string
	Version            int
	Fronts             []option
	Changed            int // containers that differ from what readers have
	Others             string
	Due, Last          string
	UndoLaunch         string // address that takes the last launch back; "": there is none
	Boxes              []box
	Lost               []lost
	Layouts            []option
	Said, UndoAt       string // what was just done, for the script, and where it is taken back

	Views, Looks []option
	Preview      string // address; "": the feed is shown instead
	Width        string
	feed
}

// box is a container as it is arranged.
type box struct {
	ID, Title, Kind string
	Changed, Hidden bool
	Gone            bool // removed from the draft; readers still have it
	By              string
	Text, About     string
	Places          bool // stories can be placed in it
	Cards, Fill     []card
	Previously      []card
	Placed, Limit   int
	Rule, Why       string
}

// card is a story in a row.
type card struct {
	Story, Headline, Kicker, Thumb string
	Size                           string
	State, Word                    string
	Live                           bool
	When, Also, Why                string
	Reads                          *readings // nil: nobody lately
	Own                            []string  // what it has on this front only
	Boosts                         []boost
}

type boost struct {
	N      int
	Name   string
	Chosen bool
}

// lost is a deed that somebody else's came before.
type lost struct{ Text, Again, Do string }

// seen is how the screen is looked at: a part of its address.
type seen struct{ preview, look, feed, text string }

func (s *screen) seen() seen {
	q := s.URL.Query()
	one := func(name string, of ...string) string {
		if v := q.Get(name); slices.Contains(of, v) {
			return v
		}
		return ""
	}
	v := seen{preview: one("preview", "360", "1280"), look: one("look", "light", "dark"), feed: one("feed", "free", "read", "search"), text: strings.TrimSpace(q.Get("q"))}
	if len(v.text) > maxText {
		v.text = v.text[:maxText]
	}
	return v
}

// query is the part of an address that says how the screen is looked at; "" for the usual way.
func (v seen) query() string {
	q := url.Values{}
	for name, value := range map[string]string{"preview": v.preview, "look": v.look, "feed": v.feed, "q": v.text} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

const maxText = 200

func (u *ui) board(w http.ResponseWriter, s *screen) error {
	if _, err := u.Keeper.Arranging(s.Context(), s.Who, s.name, ""); err != nil {
		return err
	}
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	return u.show(w, s, d, nil, "", "")
}

// show answers with the board: what a script asks for again it gets only if it has changed.
func (u *ui) show(w http.ResponseWriter, s *screen, d front.Draft, gone []front.Lost, said, undo string) error {
	b, err := u.arrange(s, d, gone)
	if err != nil {
		return err
	}
	b.Said, b.UndoAt = said, undo
	page := newsroom.Page{Screen: "front", Title: b.Title, Nav: "fronts", Data: b, Areas: []string{"fronts"}}
	if !s.scripted() {
		return u.Shell.Page(w, s.Request, page)
	}
	a := &answer{header: w.Header()}
	if err := u.Shell.Page(a, s.Request, page); err != nil {
		return err
	}
	return a.send(w, s.Header.Get("If-None-Match"))
}

// done answers a form: a browser goes back to the board, a script gets it at once.
func (u *ui) done(w http.ResponseWriter, s *screen, d front.Draft, gone []front.Lost, said, undo string) error {
	if s.scripted() || len(gone) > 0 {
		return u.show(w, s, d, gone, said, undo)
	}
	return u.Shell.Redirect(w, s.Request, s.base+s.seen().query(), said)
}

// again answers a form with the newest board.
func (u *ui) again(w http.ResponseWriter, s *screen, said, undo string) error {
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	return u.done(w, s, d, nil, said, undo)
}

func (u *ui) arrange(s *screen, d front.Draft, gone []front.Lost) (*board, error) {
	v := s.seen()
	b := &board{Base: s.base, Title: s.title(s.PathValue("region"), s.lang), Query: v.query(), Version: d.Version, Changed: len(d.Changed)}
	names, err := u.Keeper.Names(s.Context())
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		b.Fronts = append(b.Fronts, option{Name: s.title(n.Region, n.Language), URL: home + "/" + n.Name, Chosen: n.Name == s.name, Changed: n.Changed})
	}
	if d.Scheduled != nil {
		b.Due = s.Words.T("fronts.due_by", s.both(d.Scheduled.At), d.Scheduled.Who)
	}
	if d.Last != nil {
		key := "fronts.last_undone"
		if !d.Last.Undone {
			key, b.UndoLaunch = "fronts.last", s.base+takeBack(*d.Last)
		}
		b.Last = s.Words.T(key, d.Last.Who, s.at(d.Last.At))
	} else if d.ByRule {
		b.Last = s.Words.T("fronts.by_rule_yet")
	}
	by := s.others(d)
	b.Others = by[""]
	shown := map[string]bool{} // false: only placed, further down
	for _, k := range d.Front.Containers {
		for _, c := range k.Cards {
			if !k.Hidden {
				shown[c.Story] = false
			}
		}
	}
	for _, k := range d.Front.Containers {
		x, err := u.box(s, d, k, shown)
		if err != nil {
			return nil, err
		}
		x.By = by[k.ID]
		b.Boxes = append(b.Boxes, x)
	}
	for _, id := range d.Changed {
		if i := d.Live.Container(id); d.Front.Container(id) < 0 && i >= 0 {
			k := d.Live.Containers[i]
			b.Boxes = append(b.Boxes, box{ID: id, Title: s.titleOf(k), Kind: s.layout(k.Layout), Changed: true, Gone: true})
		}
	}
	for _, l := range gone {
		b.Lost = append(b.Lost, s.lost(d, l))
	}
	for _, l := range published.Layouts {
		b.Layouts = append(b.Layouts, option{Value: l, Name: s.layout(l), Chosen: l == "row"})
	}
	s.views(b, v)
	if b.Preview == "" {
		if b.feed, err = u.feed(s, d, v); err != nil {
			return nil, err
		}
	}
	return b, u.count(s, b)
}

// views are the ways to look at the front.
func (s *screen) views(b *board, v seen) {
	with := func(change func(*seen)) string {
		w := v
		change(&w)
		return s.base + w.query()
	}
	for _, p := range []string{"", "360", "1280"} {
		b.Views = append(b.Views, option{
			Value: cmp.Or(p, "feed"), Name: s.Words.T("fronts.view_" + cmp.Or(p, "feed")), Chosen: v.preview == p, URL: with(func(w *seen) { w.preview = p }),
		})
	}
	for _, l := range []string{"light", "dark"} {
		b.Looks = append(b.Looks, option{Value: l, Name: s.Words.T("shell.look_" + l), Chosen: cmp.Or(v.look, "light") == l, URL: with(func(w *seen) { w.look = l })})
	}
	if v.preview != "" {
		b.Width = v.preview
		b.Preview = s.base + "/preview?as=draft&look=" + cmp.Or(v.look, "light") + "&v=" + strconv.Itoa(b.Version)
	}
}

// others says who else arranges, as a sentence for each container and, under "", for the front.
func (s *screen) others(d front.Draft) map[string]string {
	by := map[string][]string{}
	for _, a := range d.Arranging {
		if a.ID == s.Who.ID {
			continue
		}
		if !slices.Contains(by[a.Container], a.Name) {
			by[a.Container] = append(by[a.Container], a.Name)
		}
		if a.Container != "" && !slices.Contains(by[""], a.Name) {
			by[""] = append(by[""], a.Name)
		}
	}
	out := map[string]string{}
	for id, names := range by {
		key := "fronts.is_arranging"
		if id == "" {
			key = "fronts.is_here"
		}
		slices.Sort(names)
		out[id] = s.Words.T(key, strings.Join(names, ", "))
	}
	return out
}

func (u *ui) box(s *screen, d front.Draft, k published.Container, shown map[string]bool) (x box, err error) {
	x = box{ID: k.ID, Title: s.titleOf(k), Kind: s.layout(k.Layout), Changed: slices.Contains(d.Changed, k.ID), Hidden: k.Hidden, Text: k.Text}
	x.Limit, x.Placed, x.Rule = k.Room(), len(k.Cards), s.listName(k.List)
	x.Places = places(k)
	if !x.Places {
		x.About = s.Words.T("fronts.about_" + k.Layout)
	}
	x.Why = s.why(k)
	live := 0
	for i, c := range k.Cards {
		y := s.placed(d, k, c, i)
		if y.Live && !k.Hidden && !shown[c.Story] {
			shown[c.Story] = true
			live++
		}
		x.Cards = append(x.Cards, y)
	}
	for _, f := range d.Previously[k.ID] {
		y := s.cardOf(d, f.Placed)
		y.Why = s.Words.T("fronts.fell_off", f.Who, s.at(f.At))
		if f.Limit {
			y.Why = s.Words.T("fronts.fell_over", s.at(f.At))
		}
		x.Previously = append(x.Previously, y)
	}
	if !x.Places || k.Hidden || k.List == "" {
		return x, nil
	}
	x.Fill, err = u.fill(s, k, live, shown)
	return x, err
}

// places reports whether stories can be placed in a container.
func places(k published.Container) bool {
	return k.Room() > 0 && k.Layout != "most"
}

// fill is what the rule adds to a container behind the cards that readers see: the newest of its list, each story once on
// the front, and none that somebody has placed.
func (u *ui) fill(s *screen, k published.Container, live int, shown map[string]bool) (list []card, err error) {
	left := k.Room() - live
	if left <= 0 {
		return nil, nil
	}
	found, err := u.View.Record(s.now).List(s.Context(), s.lang+"/"+k.List, published.Cursor{}, left+len(shown))
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		if _, known := shown[c.ID]; known || len(list) == left {
			continue
		}
		shown[c.ID] = true
		y := s.liveCard(c)
		y.Size, y.Why = sizeOf(k.Layout, live+len(list), 0), s.Words.T("fronts.by_rule")
		list = append(list, y)
	}
	return list, nil
}

// liveCard is a story that readers can see.
func (s *screen) liveCard(c published.Card) card {
	y := card{Story: c.ID, Headline: c.Headline, Kicker: c.Kicker, Live: true, State: "live", Word: s.state("live"), When: s.at(c.Published)}
	if c.Picture != nil {
		y.Thumb = thumb(c.Picture.Renditions)
	}
	return y
}

// cardOf is a story as the newsroom knows it, with the words it has on this front.
func (s *screen) cardOf(d front.Draft, p published.Placed) card {
	t, known := d.Stories[p.Story]
	y := card{
		Story: p.Story, Headline: cmp.Or(p.Headline, t.Headline, s.Words.T("stories.untitled")), Kicker: cmp.Or(p.Kicker, t.Kicker),
		Thumb: t.Picture, State: t.State, Live: t.Live, When: s.at(t.At),
	}
	if !known {
		y.State = "killed"
	}
	y.Word = s.state(y.State)
	if !t.Due.IsZero() && !t.Live {
		y.When = s.at(t.Due)
	}
	switch {
	case p.NoPicture:
		y.Thumb = ""
	case d.Media[p.Picture].Src != "":
		y.Thumb = ownPicture(d, p.Picture)
	}
	return y
}

// ownPicture is the address of a picture that a card has on a front only, where the newsroom may see it before readers can.
func ownPicture(d front.Draft, id string) string {
	if src := d.Media[id].Src; src != "" {
		return newsroom.Prefix + src
	}
	return ""
}

func (s *screen) placed(d front.Draft, k published.Container, p published.Placed, i int) card {
	y := s.cardOf(d, p)
	y.Size = sizeOf(k.Layout, i, p.Boost)
	for what, own := range map[string]bool{"headline": p.Headline != "", "kicker": p.Kicker != "", "picture": p.Picture != "", "no_picture": p.NoPicture} {
		if own {
			y.Own = append(y.Own, s.Words.T("fronts.own_"+what))
		}
	}
	slices.Sort(y.Own)
	for n := range 3 {
		y.Boosts = append(y.Boosts, boost{n, []string{"0", "+1", "+2"}[n], n == p.Boost})
	}
	for _, place := range d.Stories[p.Story].Also {
		j := d.Front.Container(place.Container)
		if j < 0 || place.Container == k.ID {
			continue
		}
		y.Also = s.Words.T("fronts.also", place.N, s.titleOf(d.Front.Containers[j]))
		break
	}
	return y
}

// sizeOf is how large a card is: by its place in the layout, raised by its boost.
func sizeOf(layout string, place, boost int) string {
	sizes := []string{"XS", "S", "M", "L", "XL"}
	n := 1
	switch {
	case layout == "lead" && place == 0:
		n = 4
	case layout == "lead":
		n = 2
	case layout == "split" && place == 0:
		n = 3
	case layout == "split":
		n = 0
	}
	return sizes[min(n+boost, len(sizes)-1)]
}

func (s *screen) state(shown string) string {
	return s.Words.T("shell.state_" + strings.ReplaceAll(shown, "-", "_"))
}

func (s *screen) layout(name string) string { return s.Words.T("fronts.layout_" + name) }

// titleOf is what a container is called on the screen: its own title in the front's language, its list, its layout.
func (s *screen) titleOf(k published.Container) string {
	own := k.Title[s.lang]
	if own == "" {
		own = newsroom.Local(k.Title, s.lang, "")
	}
	if own == "" && k.Layout != "lead" && k.List != "" {
		own = s.listName(k.List)
	}
	return cmp.Or(own, s.layout(k.Layout))
}

// listName is a list in words; "" for none.
func (s *screen) listName(list string) string {
	if list == "" {
		return ""
	}
	kind, arg, _ := strings.Cut(list, "/")
	switch kind {
	case "all":
		return s.Words.T("fronts.list_all")
	case "section":
		if sec := s.Site.Section(arg); sec != nil {
			return newsroom.Local(sec.Name, s.Lang, arg)
		}
	case "region":
		region, section, in := strings.Cut(arg, "/")
		name := regionName(s.Site, region, s.Lang)
		if sec := s.Site.Section(section); in && sec != nil {
			return name + ": " + newsroom.Local(sec.Name, s.Lang, section)
		}
		return name
	case "kind":
		if arg == "video" || arg == "opinion" {
			return s.layout(arg)
		}
	}
	return arg
}

// why says what decides about a container's cards.
func (s *screen) why(k published.Container) string {
	switch {
	case !places(k):
		return s.Words.T("fronts.about_" + k.Layout)
	case k.List == "":
		return s.Words.T("fronts.why_curated", k.Room())
	}
	return s.Words.T("fronts.why_rule", k.Room(), s.listName(k.List))
}
