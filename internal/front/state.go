package front

import (
	"slices"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/published"
)

// state is the stored draft.
type state struct {
	Front      published.Front     `json:"front"`
	Previously map[string][]Fallen `json:"previously,omitempty"`
}

// kept is how many fallen cards a container remembers: as many as can fall at once.
const kept = MostSlots

// hand is who does a deed, and when.
type hand struct {
	who, name string
	at        time.Time
}

// done is what a deed touched, and how it was before: what takes it back.
type done struct {
	touched []string
	undo    undo
}

// undo is how the cards and the container that a deed touched were before it.
type undo struct {
	Cards     []cardWas     `json:"cards,omitempty"`
	Container *containerWas `json:"container,omitempty"`
	Whole     *state        `json:"whole,omitempty"`
}

// cardWas is the place of a card before a deed: nil Card is that it was not in the container.
type cardWas struct {
	Container string            `json:"container"`
	Story     string            `json:"story"`
	Card      *published.Placed `json:"card,omitempty"`
	Before    string            `json:"before,omitempty"`
	After     string            `json:"after,omitempty"`
}

// containerWas is a container before a deed; nil Was is that there was none.
type containerWas struct {
	ID         string               `json:"id"`
	Was        *published.Container `json:"was,omitempty"`
	Cards      bool                 `json:"cards,omitempty"` // Was has the cards too: it was dropped
	Moved      bool                 `json:"moved,omitempty"` // only its place was changed
	Previously []Fallen             `json:"previously,omitempty"`
	Before     string               `json:"before,omitempty"`
	After      string               `json:"after,omitempty"`
}

// Keys of what deeds touch: "card CONTAINER STORY", "settings CONTAINER", "order CONTAINER".
func cardKey(container, story string) string { return "card " + container + " " + story }
func settingsKey(container string) string    { return "settings " + container }
func orderKey(container string) string       { return "order " + container }

// inside reports whether a key is of a container or of something in it.
func inside(key, container string) bool {
	_, rest, _ := strings.Cut(key, " ")
	id, _, _ := strings.Cut(rest, " ")
	return id == container
}

// clashes reports whether what somebody else touched is in the way of a deed.
func (op *Op) clashes(key string) bool {
	switch op.Do {
	case OpPlace:
		return op.From != "" && key == cardKey(op.From, op.Story) || key == cardKey(op.Container, op.Story)
	case OpRemove:
		return key == cardKey(op.From, op.Story)
	case OpCard:
		return key == cardKey(op.Container, op.Story)
	case OpShift:
		return key == orderKey(op.Container)
	case OpSettings:
		return key == settingsKey(op.Container)
	case OpDrop:
		return inside(key, op.Container)
	}
	return false
}

// about reports whether a key is of what the deed is about: who touched it last has moved or removed it.
func (op *Op) about(key string) bool {
	return op.clashes(key) || key == settingsKey(op.Container) || op.From != "" && key == settingsKey(op.From)
}

// errMissing says that the card or container of a deed is not there (any more).
var errMissing = errs.Errorf(errs.Conflict, "the card or the container is not there any more")

// apply does a deed. It returns errMissing, with nothing changed, if what it is about is not there; an error of kind
// Invalid if it can never be done.
func (s *state) apply(op Op, by hand) (done, error) {
	switch op.Do {
	case OpPlace:
		return s.place(op, by)
	case OpRemove:
		return s.remove(op, by)
	case OpCard:
		return s.dress(op)
	case OpAdd:
		return s.add(op)
	case OpShift:
		return s.shift(op)
	case OpSettings:
		return s.settings(op, by)
	case OpDrop:
		return s.drop(op)
	}
	return done{}, errs.Errorf(errs.Invalid, "do: %q is none of place, remove, card, add, shift, settings, drop", op.Do)
}

func (s *state) container(id string) *published.Container {
	if i := s.Front.Container(id); i >= 0 {
		return &s.Front.Containers[i]
	}
	return nil
}

// was notes the place of a story in a container.
func was(k *published.Container, story string) cardWas {
	w := cardWas{Container: k.ID, Story: story}
	i := k.Card(story)
	if i < 0 {
		return w
	}
	c := k.Cards[i]
	w.Card = &c
	if i > 0 {
		w.After = k.Cards[i-1].Story
	}
	if i+1 < len(k.Cards) {
		w.Before = k.Cards[i+1].Story
	}
	return w
}

// take removes a story's card from a container.
func take(k *published.Container, story string) {
	k.Cards = slices.DeleteFunc(k.Cards, func(c published.Placed) bool { return c.Story == story })
}

// put inserts a card before one, else after one, else at the end.
func put(k *published.Container, c published.Placed, before, after string) {
	i := len(k.Cards)
	if b := k.Card(before); b >= 0 {
		i = b
	} else if a := k.Card(after); before != "" && a >= 0 {
		i = a + 1
	}
	k.Cards = slices.Insert(k.Cards, i, c)
}

func (s *state) place(op Op, by hand) (done, error) {
	k := s.container(op.Container)
	if k == nil {
		return done{}, errMissing
	}
	if k.Room() == 0 {
		return done{}, errs.Errorf(errs.Invalid, "container: a container of layout %q has no cards", k.Layout)
	}
	c := published.Placed{Story: op.Story}
	if op.Card != nil {
		c = *op.Card
		c.Story = op.Story
	}
	d := done{touched: []string{cardKey(k.ID, op.Story)}}
	from := k
	if op.From != "" {
		from = s.container(op.From)
	}
	if from == nil || op.From != "" && from.Card(op.Story) < 0 {
		return done{}, errMissing
	}
	if i := from.Card(op.Story); i >= 0 {
		c = from.Cards[i]
	}
	if from.ID != k.ID {
		d.touched = append(d.touched, cardKey(from.ID, op.Story))
		d.undo.Cards = append(d.undo.Cards, was(from, op.Story))
		take(from, op.Story)
	}
	d.undo.Cards = append(d.undo.Cards, was(k, op.Story))
	if op.Before == op.Story { // dropped where it lay
		op.Before, op.After = was(k, op.Story).Before, was(k, op.Story).After
	}
	take(k, op.Story)
	put(k, c, op.Before, op.After)
	s.Previously[k.ID] = slices.DeleteFunc(s.Previously[k.ID], func(f Fallen) bool { return f.Story == op.Story })
	s.trim(k, op.Story, by, &d)
	return d, nil
}

// trim lets the last cards of a container fall until it holds no more than it has room for; the card of story stays.
func (s *state) trim(k *published.Container, story string, by hand, d *done) {
	for len(k.Cards) > k.Room() {
		i := len(k.Cards) - 1
		if k.Cards[i].Story == story && i > 0 {
			i--
		}
		c := k.Cards[i]
		d.touched = append(d.touched, cardKey(k.ID, c.Story))
		d.undo.Cards = append(d.undo.Cards, was(k, c.Story))
		take(k, c.Story)
		s.fall(k.ID, c, by, true)
	}
}

// fall remembers a card that is no longer in a container.
func (s *state) fall(container string, c published.Placed, by hand, limit bool) {
	list := slices.DeleteFunc(s.Previously[container], func(f Fallen) bool { return f.Story == c.Story })
	list = slices.Insert(list, 0, Fallen{Placed: c, At: by.at, Who: by.name, Limit: limit})
	s.Previously[container] = list[:min(len(list), kept)]
}

func (s *state) remove(op Op, by hand) (done, error) {
	k := s.container(op.From)
	if k == nil || k.Card(op.Story) < 0 {
		return done{}, errMissing
	}
	d := done{touched: []string{cardKey(k.ID, op.Story)}, undo: undo{Cards: []cardWas{was(k, op.Story)}}}
	c := k.Cards[k.Card(op.Story)]
	take(k, op.Story)
	s.fall(k.ID, c, by, false)
	return d, nil
}

func (s *state) dress(op Op) (done, error) {
	k := s.container(op.Container)
	if k == nil || k.Card(op.Story) < 0 {
		return done{}, errMissing
	}
	if op.Card == nil {
		return done{}, errs.Errorf(errs.Invalid, "card: say how the card looks")
	}
	d := done{touched: []string{cardKey(k.ID, op.Story)}, undo: undo{Cards: []cardWas{was(k, op.Story)}}}
	c := *op.Card
	c.Story = op.Story
	k.Cards[k.Card(op.Story)] = c
	return d, nil
}

// stood notes a container's place.
func (s *state) stood(id string) *containerWas {
	w := &containerWas{ID: id}
	i := s.Front.Container(id)
	if i < 0 {
		return w
	}
	k := s.Front.Containers[i]
	k.Cards = nil
	w.Was = &k
	if i > 0 {
		w.After = s.Front.Containers[i-1].ID
	}
	if i+1 < len(s.Front.Containers) {
		w.Before = s.Front.Containers[i+1].ID
	}
	return w
}

// insert puts a container before one, else after one, else at the end.
func (s *state) insert(k published.Container, before, after string) {
	i := len(s.Front.Containers)
	if b := s.Front.Container(before); b >= 0 {
		i = b
	} else if a := s.Front.Container(after); before != "" && a >= 0 {
		i = a + 1
	}
	s.Front.Containers = slices.Insert(s.Front.Containers, i, k)
}

func (s *state) delete(id string) {
	s.Front.Containers = slices.DeleteFunc(s.Front.Containers, func(k published.Container) bool { return k.ID == id })
}

func (s *state) add(op Op) (done, error) {
	if op.Settings == nil {
		return done{}, errs.Errorf(errs.Invalid, "settings: say what the new container is")
	}
	if len(s.Front.Containers) >= mostContainers {
		return done{}, errs.Errorf(errs.Invalid, "settings: a front has at most %d containers: remove one first", mostContainers)
	}
	k := *op.Settings
	if s.container(k.ID) != nil {
		return done{}, errs.Errorf(errs.Invalid, "settings.id: there is a container %q already", k.ID)
	}
	k.Cards = nil
	d := done{touched: []string{settingsKey(k.ID), orderKey(k.ID)}, undo: undo{Container: s.stood(k.ID)}}
	s.insert(k, op.Before, op.After)
	return d, nil
}

func (s *state) shift(op Op) (done, error) {
	k := s.container(op.Container)
	if k == nil {
		return done{}, errMissing
	}
	d := done{touched: []string{orderKey(k.ID)}, undo: undo{Container: s.stood(k.ID)}}
	d.undo.Container.Moved = true
	if op.Before == k.ID {
		return d, nil
	}
	c := *k
	s.delete(c.ID)
	s.insert(c, op.Before, op.After)
	return d, nil
}

func (s *state) settings(op Op, by hand) (done, error) {
	k := s.container(op.Container)
	if k == nil {
		return done{}, errMissing
	}
	if op.Settings == nil {
		return done{}, errs.Errorf(errs.Invalid, "settings: say how the container is to be")
	}
	d := done{touched: []string{settingsKey(k.ID)}, undo: undo{Container: s.stood(k.ID)}}
	to := *op.Settings
	to.ID, to.Cards = k.ID, k.Cards
	*k = to
	s.trim(k, "", by, &d)
	return d, nil
}

func (s *state) drop(op Op) (done, error) {
	k := s.container(op.Container)
	if k == nil {
		return done{}, errMissing
	}
	d := done{touched: []string{settingsKey(k.ID), orderKey(k.ID)}, undo: undo{Container: s.stood(k.ID)}}
	for _, c := range k.Cards {
		d.touched = append(d.touched, cardKey(k.ID, c.Story))
	}
	d.undo.Container.Was.Cards, d.undo.Container.Cards = k.Cards, true
	d.undo.Container.Previously = s.Previously[k.ID]
	delete(s.Previously, k.ID)
	s.delete(k.ID)
	return d, nil
}

// takeBack undoes a deed. Nobody else has touched since what it touched; own deeds after it may have.
func (s *state) takeBack(u undo, by hand) error {
	if u.Whole != nil {
		*s = *u.Whole
		s.ready()
		return nil
	}
	if w := u.Container; w != nil {
		k := s.container(w.ID)
		switch {
		case w.Was == nil:
			s.delete(w.ID)
			delete(s.Previously, w.ID)
		case w.Cards:
			if k != nil {
				return errMissing
			}
			s.insert(*w.Was, w.Before, w.After)
			s.Previously[w.ID] = w.Previously
		case k == nil:
			return errMissing
		case w.Moved:
			c := *k
			s.delete(w.ID)
			s.insert(c, w.Before, w.After)
		default:
			to := *w.Was
			to.Cards = k.Cards
			*k = to
		}
	}
	for _, w := range u.Cards {
		k := s.container(w.Container)
		if k == nil {
			return errMissing
		}
		take(k, w.Story)
	}
	// What was removed last comes back first: its neighbours are as they were then.
	for _, w := range slices.Backward(u.Cards) {
		if w.Card == nil {
			continue
		}
		put(s.container(w.Container), *w.Card, w.Before, w.After)
		s.Previously[w.Container] = slices.DeleteFunc(s.Previously[w.Container], func(f Fallen) bool { return f.Story == w.Story })
	}
	for _, w := range u.Cards {
		s.trim(s.container(w.Container), "", by, &done{})
	}
	if w := u.Container; w != nil {
		if k := s.container(w.ID); k != nil { // it may have had less room
			s.trim(k, "", by, &done{})
		}
	}
	return nil
}

// ready makes the maps of a state that was read.
func (s *state) ready() {
	if s.Previously == nil {
		s.Previously = map[string][]Fallen{}
	}
}

// lostTo moves the cards that another front does not have to Previously.
func (s *state) lostTo(next *published.Front, by hand) {
	there := map[string]bool{}
	for _, k := range next.Containers {
		for _, c := range k.Cards {
			there[c.Story] = true
		}
	}
	for _, k := range s.Front.Containers {
		for _, c := range slices.Backward(k.Cards) {
			if !there[c.Story] && next.Container(k.ID) >= 0 {
				s.fall(k.ID, c, by, false)
			}
		}
	}
}

// where returns the place of a story on a front: in the container if it is there, else the first; nil: nowhere.
func where(f *published.Front, story, container string) *Place {
	var found *Place
	for _, k := range f.Containers {
		if i := k.Card(story); i >= 0 && (found == nil || k.ID == container) {
			found = &Place{k.ID, i + 1}
		}
	}
	return found
}
