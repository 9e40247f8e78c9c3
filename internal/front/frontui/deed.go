package frontui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/newsroom"
	"masthead/internal/published"
)

// A deed is what a button of the board says: its name, and what it is done to, divided by spaces.
//
//	place STORY CONTAINER AT             onto the front, or to another place: AT is a story to stand before, a number from 1, ^ or - (the end)
//	move FROM STORY CONTAINER BEFORE     from one place to another; BEFORE is a story, or -
//	up CONTAINER STORY, down …, remove …
//	boost CONTAINER STORY N
//	discard CONTAINER
//	container-up CONTAINER, container-down …
//	add                                  a container of the layout that the form has
type deed struct {
	name string
	args []string
}

var errDeed = errs.Errorf(errs.Invalid, "the form is not one of this screen: open the front again")

// arguments is how many each deed has.
var arguments = map[string]int{
	"place": 3, "move": 4, "up": 2, "down": 2, "remove": 2, "boost": 3, "discard": 1, "container-up": 1, "container-down": 1, "add": 0,
}

// parseDeed reads a deed. Its arguments are ids, numbers, ^ or -.
func parseDeed(text string) (deed, error) {
	if len(text) > 400 {
		return deed{}, errDeed
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return deed{}, errDeed
	}
	n, known := arguments[words[0]]
	if !known || len(words) != n+1 {
		return deed{}, errDeed
	}
	for _, w := range words[1:] {
		if w != "^" && w != "-" && !isID(w) {
			return deed{}, errDeed
		}
	}
	return deed{words[0], words[1:]}, nil
}

// isID reports whether a text can be a story's or a container's id.
func isID(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
}

// ops does what a button of the board says.
func (u *ui) ops(w http.ResponseWriter, s *screen) error {
	text := s.PostFormValue("do")
	if story := s.PostFormValue("story"); text == "" && story != "" {
		text = "place " + story + " " + s.PostFormValue("to") + " " + s.PostFormValue("at")
	}
	a, err := parseDeed(text)
	if err != nil {
		return err
	}
	if a.name == "discard" {
		d, err := u.Keeper.Discard(s.Context(), s.Who, s.name, a.args)
		if err != nil {
			return u.refuse(w, s, err)
		}
		return u.done(w, s, d, nil, s.Words.T("fronts.said_discarded"), "/undo")
	}
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	op, err := s.op(d, a)
	if err != nil {
		return u.refuse(w, s, err)
	}
	if op == nil { // it is at the end of its way
		return u.done(w, s, d, nil, "", "")
	}
	return u.apply(w, s, *op)
}

// apply does one deed on the draft that the form was made from and says so.
func (u *ui) apply(w http.ResponseWriter, s *screen, op front.Op) error {
	d, gone, err := u.do(s, op)
	if err != nil {
		return u.refuse(w, s, err)
	}
	if len(gone) > 0 {
		return u.done(w, s, d, gone, "", "")
	}
	return u.done(w, s, d, nil, s.said(d, op), "/undo")
}

func (u *ui) do(s *screen, op front.Op) (d front.Draft, gone []front.Lost, err error) {
	base, err := strconv.Atoi(s.PostFormValue("base"))
	if err != nil || base < 0 {
		return front.Draft{}, nil, errDeed
	}
	return u.Keeper.Apply(s.Context(), s.Who, s.name, base, []front.Op{op})
}

// keep is apply for a form in which somebody has typed: what cannot be done, because it does not fit or somebody else was
// first, is never the end of the words. again shows them on the newest draft, with the reason; now is where a card is.
func (u *ui) keep(w http.ResponseWriter, s *screen, op front.Op, again func(d front.Draft, now *front.Place, why string) error) error {
	d, gone, err := u.do(s, op)
	why, other := s.refusal(err)
	switch {
	case other != nil:
		return other
	case why != "":
		if d, err = u.Keeper.Draft(s.Context(), s.name); err != nil {
			return err
		}
		return again(d, nil, why)
	case len(gone) > 0:
		why = s.lost(d, gone[0]).Text
		if gone[0].Now != nil || op.Story == "" && d.Front.Container(op.Container) >= 0 {
			why += " " + s.Words.T("fronts.save_again")
		}
		return again(d, gone[0].Now, why)
	}
	return u.done(w, s, d, nil, s.said(d, op), "/undo")
}

// op turns a deed into what the keeper does; nil if it changes nothing.
func (s *screen) op(d front.Draft, a deed) (*front.Op, error) {
	arg := func(i int) string { return a.args[i] }
	switch a.name {
	case "add":
		layout := s.PostFormValue("layout")
		if !slices.Contains(published.Layouts, layout) {
			return nil, errDeed
		}
		return &front.Op{Do: front.OpAdd, Settings: &published.Container{Layout: layout}}, nil
	case "container-up", "container-down":
		return shift(d, arg(0), a.name == "container-up")
	case "place":
		return place(d, arg(0), arg(1), arg(2))
	case "move":
		before := arg(3)
		if before == "-" {
			before = ""
		}
		return moved(d, arg(0), arg(1), arg(2), before)
	case "remove":
		return &front.Op{Do: front.OpRemove, Story: arg(1), From: arg(0)}, nil
	}
	i := d.Front.Container(arg(0))
	if i < 0 {
		return nil, gone(a.name)
	}
	k := d.Front.Containers[i]
	j := k.Card(arg(1))
	if j < 0 {
		return nil, gone(a.name)
	}
	switch a.name {
	case "up":
		if j == 0 {
			return nil, nil
		}
		return moved(d, k.ID, arg(1), k.ID, k.Cards[j-1].Story)
	case "down":
		switch j {
		case len(k.Cards) - 1:
			return nil, nil
		case len(k.Cards) - 2:
			return moved(d, k.ID, arg(1), k.ID, "")
		}
		return moved(d, k.ID, arg(1), k.ID, k.Cards[j+2].Story)
	}
	n, err := strconv.Atoi(arg(2))
	if err != nil || n < 0 || n > 2 {
		return nil, errDeed
	}
	c := k.Cards[j]
	c.Boost = n
	return &front.Op{Do: front.OpCard, Story: c.Story, Container: k.ID, Card: &c}, nil
}

func gone(what string) error {
	return errs.Errorf(errs.Conflict, "%s: somebody has moved or removed it meanwhile; look at the front as it is now", what)
}

// moved is a card's way from a container to a place before a story, "" for the end.
func moved(d front.Draft, from, story, to, before string) (*front.Op, error) {
	i := d.Front.Container(to)
	if i < 0 {
		return nil, gone("move")
	}
	op := &front.Op{Do: front.OpPlace, Story: story, From: from, Container: to, Before: before}
	op.After = neighbour(d.Front.Containers[i].Cards, story, before)
	return op, nil
}

// neighbour is the story after which one stands that goes before another.
func neighbour(cards []published.Placed, story, before string) (after string) {
	for _, c := range cards {
		if c.Story == before {
			return after
		}
		if c.Story != story {
			after = c.Story
		}
	}
	return after
}

// place is a story's way onto the front: before a story, at a place counted from 1, first (^) or last (-).
func place(d front.Draft, story, to, at string) (*front.Op, error) {
	i := d.Front.Container(to)
	if i < 0 {
		return nil, gone("place")
	}
	k := d.Front.Containers[i]
	others := slices.DeleteFunc(slices.Clone(k.Cards), func(c published.Placed) bool { return c.Story == story })
	before := ""
	switch n, err := strconv.Atoi(at); {
	case at == "^" && len(others) > 0:
		before = others[0].Story
	case at == "^", at == "-":
	case k.Card(at) >= 0:
		before = at
	case err == nil && n >= 1 && n <= len(others):
		before = others[n-1].Story
	}
	op := &front.Op{Do: front.OpPlace, Story: story, Container: to, Before: before, After: neighbour(others, story, before)}
	if k.Card(story) >= 0 {
		op.From = to
	}
	for _, f := range d.Previously[to] {
		if f.Story == story && op.From == "" {
			c := f.Placed // it comes back as it was
			op.Card = &c
			break
		}
	}
	return op, nil
}

// shift is a container's way up or down.
func shift(d front.Draft, id string, up bool) (*front.Op, error) {
	all := d.Front.Containers
	i := d.Front.Container(id)
	if i < 0 {
		return nil, gone("move")
	}
	op := &front.Op{Do: front.OpShift, Container: id}
	switch {
	case up && i == 0, !up && i == len(all)-1:
		return nil, nil
	case up:
		op.Before = all[i-1].ID
		if i > 1 {
			op.After = all[i-2].ID
		}
	default:
		op.After = all[i+1].ID
		if i+2 < len(all) {
			op.Before = all[i+2].ID
		}
	}
	return op, nil
}

// said tells what was done, by name.
func (s *screen) said(d front.Draft, op front.Op) string {
	headline := s.headline(d, op.Story)
	name := func(id string) string {
		if i := d.Front.Container(id); i >= 0 {
			return s.titleOf(d.Front.Containers[i])
		}
		return ""
	}
	switch op.Do {
	case front.OpPlace:
		n := 0
		if i := d.Front.Container(op.Container); i >= 0 {
			n = d.Front.Containers[i].Card(op.Story) + 1
		}
		text := s.Words.T("fronts.said_placed", headline, n, name(op.Container))
		if n == 0 {
			return s.Words.T("fronts.said_over", headline, name(op.Container))
		}
		if over := s.overflow(d, op); over != "" {
			text += " " + s.Words.T("fronts.said_fell", over)
		}
		return text
	case front.OpRemove:
		return s.Words.T("fronts.said_removed", headline, name(op.From))
	case front.OpCard:
		return s.Words.T("fronts.said_card", headline)
	case front.OpAdd:
		return s.Words.T("fronts.said_added")
	case front.OpShift:
		return s.Words.T("fronts.said_shifted", name(op.Container))
	case front.OpSettings:
		return s.Words.T("fronts.said_settings", name(op.Container))
	case front.OpDrop:
		return s.Words.T("fronts.said_dropped")
	}
	return ""
}

// overflow is the headline of the card that a placed one has just pushed off its container; "" if there was room.
func (s *screen) overflow(d front.Draft, op front.Op) string {
	fallen := d.Previously[op.Container]
	if len(fallen) == 0 || !fallen[0].Limit || fallen[0].At.Before(s.now) {
		return ""
	}
	return s.headline(d, fallen[0].Story)
}

func (s *screen) headline(d front.Draft, story string) string {
	if h := d.Stories[story].Headline; h != "" {
		return h
	}
	return s.Words.T("stories.untitled")
}

// lost offers a deed again that somebody else's came before.
func (s *screen) lost(d front.Draft, l front.Lost) lost {
	headline := s.headline(d, l.Op.Story)
	name := func(id string) string {
		if i := d.Front.Container(id); i >= 0 {
			return s.titleOf(d.Front.Containers[i])
		}
		return ""
	}
	var out lost
	switch {
	case l.Op.Story == "":
		out.Text = s.Words.T("fronts.lost_container", l.Who, s.at(l.When))
		return out
	case l.Now != nil:
		out.Text = s.Words.T("fronts.lost_moved", l.Who, headline, l.Now.N, name(l.Now.Container))
	default:
		out.Text = s.Words.T("fronts.lost_removed", l.Who, headline)
	}
	to := name(l.Op.Container)
	before := l.Op.Before
	if before == "" {
		before = "-"
	}
	switch {
	case l.Op.Do == front.OpPlace && to != "" && l.Now != nil:
		out.Do = strings.Join([]string{"move", l.Now.Container, l.Op.Story, l.Op.Container, before}, " ")
		out.Again = s.Words.T("fronts.again_move", to)
	case l.Op.Do == front.OpPlace && to != "":
		out.Do = strings.Join([]string{"place", l.Op.Story, l.Op.Container, before}, " ")
		out.Again = s.Words.T("fronts.again_place", to)
	case l.Op.Do == front.OpRemove && l.Now != nil:
		out.Do = strings.Join([]string{"remove", l.Now.Container, l.Op.Story}, " ")
		out.Again = s.Words.T("fronts.again_remove", name(l.Now.Container))
	}
	return out
}

// undo takes back the person's last deed on the draft.
func (u *ui) undo(w http.ResponseWriter, s *screen) error {
	d, err := u.Keeper.Undo(s.Context(), s.Who, s.name)
	if errs.Is(err, errs.NotFound) {
		return u.turnDown(w, s, s.Words.T("fronts.e_undo"))
	}
	if err != nil {
		return u.refuse(w, s, err)
	}
	return u.done(w, s, d, nil, s.Words.T("fronts.said_undone"), "")
}

// refuse answers a button that could not do what it says: the board again, and why; a script gets the reason alone.
func (u *ui) refuse(w http.ResponseWriter, s *screen, err error) error {
	why, other := s.refusal(err)
	if other != nil {
		return other
	}
	return u.turnDown(w, s, why)
}

func (u *ui) turnDown(w http.ResponseWriter, s *screen, why string) error {
	if s.scripted() {
		return newsroom.JSON(w, http.StatusConflict, map[string]string{"detail": why})
	}
	return u.Shell.Redirect(w, s.Request, s.base+s.seen().query(), why)
}
