package published

import (
	"encoding/json"
	"slices"
	"strconv"

	"masthead/internal/doc"
)

// Front is a curated page: containers in order. Key "front/{name}" with name "home" or "r/{region}", in a
// language: "en/home".
type Front struct {
	Containers []Container          `json:"containers"`
	Media      map[string]doc.Media `json:"media,omitempty"` // pictures that cards have on this front only
}

// Container is a block of cards: the curated ones first, then the newest of List up to the layout's slots.
type Container struct {
	ID     string            `json:"id,omitempty"` // lower-case letters and digits; stays when the container moves
	Layout string            `json:"layout"`       // one of Layouts
	Title  map[string]string `json:"title,omitempty"`
	Link   string            `json:"link,omitempty"`  // path of "More from …", without language prefix
	List   string            `json:"list,omitempty"`  // list name without language: section/world; "" = no backfill
	Slots  int               `json:"slots,omitempty"` // 0 = the layout's own
	Cards  []Placed          `json:"cards,omitempty"`
	Text   string            `json:"text,omitempty"`   // of a notice
	Hidden bool              `json:"hidden,omitempty"` // not shown to readers
}

// Placed is a story that an editor put on a front, and how it looks there.
type Placed struct {
	Story     string `json:"story"`
	Headline  string `json:"headline,omitempty"` // on this front only; "" = the story's
	Kicker    string `json:"kicker,omitempty"`   // the same
	Picture   string `json:"picture,omitempty"`  // id of a picture, the same
	NoPicture bool   `json:"no_picture,omitempty"`
	Boost     int    `json:"boost,omitempty"` // 0 to 2: sizes larger than the layout has it
}

// Layouts of containers. What is read most, services and notices have no cards of anybody's choice.
var Layouts = []string{"lead", "row", "split", "river", "video", "opinion", "live", "most", "service", "notice"}

// MaxCards is how many cards a front has at most.
const MaxCards = 60

// Room returns how many cards a container has at most, those that somebody placed and those that fill it.
func (k *Container) Room() int {
	switch k.Layout {
	case "most", "service", "notice":
		return 0
	}
	if k.Slots > 0 {
		return min(k.Slots, MaxCards)
	}
	switch k.Layout {
	case "lead":
		return 7
	case "split":
		return 6
	case "river":
		return 12
	}
	return 4
}

// Card returns the place of a story in the container, -1 if it is not there.
func (k *Container) Card(story string) int {
	return slices.IndexFunc(k.Cards, func(c Placed) bool { return c.Story == story })
}

// Container returns the place of a container on the front, -1 if there is none.
func (f *Front) Container(id string) int {
	return slices.IndexFunc(f.Containers, func(k Container) bool { return k.ID == id })
}

// UnmarshalJSON reads a container; one from before cards had their own words names its stories in "pinned".
func (k *Container) UnmarshalJSON(b []byte) error {
	type plain Container
	v := struct {
		*plain
		Pinned []string `json:"pinned"`
	}{plain: (*plain)(k)}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	for _, id := range v.Pinned {
		k.Cards = append(k.Cards, Placed{Story: id})
	}
	return nil
}

// UnmarshalJSON reads a front; containers without an id get one that is the same each time.
func (f *Front) UnmarshalJSON(b []byte) error {
	type plain Front
	if err := json.Unmarshal(b, (*plain)(f)); err != nil {
		return err
	}
	f.Complete()
	return nil
}

// Complete gives ids to the containers that have none.
func (f *Front) Complete() {
	n := 0
	for i := range f.Containers {
		for k := &f.Containers[i]; k.ID == ""; {
			n++
			if id := strconv.Itoa(n); f.Container(id) < 0 {
				k.ID = id
			}
		}
	}
}
