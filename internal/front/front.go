// Package front is the arranging of fronts: the draft that editors work on together, its launch to readers, now or at a
// moment, and what was launched before. A draft is only the newsroom's; a launch writes the published front. It knows
// neither screens nor HTTP.
package front

import (
	"context"
	"sync"
	"time"

	"masthead/internal/db"
	"masthead/internal/published"
)

// Config is what a Keeper works with.
type Config struct {
	DB *db.DB
	// Sync returns when this node's readers see a change; nil: nobody waits.
	Sync func(ctx context.Context, seq int64) error
}

// Keeper keeps the fronts. It is safe for concurrent use.
type Keeper struct {
	cfg   Config
	view  *published.View
	watch *watch
	along func(ctx context.Context, tx *db.Tx, o Outcome) error
}

// watch is who touched which container on this node lately, by front.
type watch struct {
	mu   sync.Mutex
	seen map[string][]Arranger
}

// New returns the keeper of a portal's fronts.
func New(c Config) *Keeper {
	return &Keeper{cfg: c, view: published.New(c.DB), watch: &watch{seen: map[string][]Arranger{}}}
}

// Outcome is what a deed came to, inside its transaction.
type Outcome struct {
	Version int       // of the draft
	Lost    []Lost    // of Apply
	Launch  *Launched // of Launch and UndoLaunch
}

// Along returns the same keeper, but that Apply, Undo, Launch and UndoLaunch do fn too, in their transaction: an error
// undoes both.
func (k *Keeper) Along(fn func(ctx context.Context, tx *db.Tx, o Outcome) error) *Keeper {
	c := *k
	c.along = fn
	return &c
}

func (k *Keeper) tell(ctx context.Context, tx *db.Tx, o Outcome) error {
	if k.along == nil {
		return nil
	}
	return k.along(ctx, tx, o)
}

// Named is a front that can be arranged.
type Named struct {
	Name     string    `json:"name"` // en/home, en/r/calgary
	Language string    `json:"language"`
	Region   string    `json:"region,omitempty"`  // slug; "": the portal's own front
	Curated  bool      `json:"curated,omitempty"` // it was launched; else it is made by rule
	Changed  int       `json:"changed,omitempty"` // containers in which the draft differs
	Due      time.Time `json:"due,omitzero"`      // of the scheduled launch
}

// Draft is a front as it is being arranged, beside what readers have.
type Draft struct {
	Name       string              `json:"name"`
	Version    int                 `json:"version"` // grows with every deed on the draft
	Front      *published.Front    `json:"front"`
	Live       *published.Front    `json:"live"`    // what was launched, waiting cards included; by rule if nothing was
	ByRule     bool                `json:"by_rule"` // nothing was launched
	Changed    []string            `json:"changed"` // containers that differ, removed ones included
	Previously map[string][]Fallen `json:"previously"`
	Stories    map[string]Story    `json:"stories"` // every story of Front, Live and Previously that the newsroom has
	Media      map[string]Thumb    `json:"media"`   // pictures that cards have on this front only
	Scheduled  *Schedule           `json:"scheduled,omitempty"`
	Last       *Launched           `json:"last,omitempty"`
	Undo       *Deed               `json:"undo,omitempty"` // what Undo would take back; only with a person (see Apply, DraftFor)
	Arranging  []Arranger          `json:"arranging,omitempty"`
}

// Story is what an editor needs to know of a story to place it.
type Story struct {
	Headline string    `json:"headline"`
	Kicker   string    `json:"kicker,omitempty"`
	Section  string    `json:"section"`
	Language string    `json:"language"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Live     bool      `json:"live"` // readers can see it; what is not live is not shown on a front
	Path     string    `json:"path,omitempty"`
	Picture  string    `json:"picture,omitempty"` // address of a small rendition; only of a live story
	Due      time.Time `json:"due,omitzero"`
	At       time.Time `json:"at"`             // first publication, else last change
	Also     []Place   `json:"also,omitempty"` // every place on the draft, if there are several
}

// Place is where a card stands on a draft.
type Place struct {
	Container string `json:"container"`
	N         int    `json:"n"` // from 1
}

// Thumb is a picture of the library, small.
type Thumb struct {
	Src string `json:"src"`
	Alt string `json:"alt"`
}

// Fallen is a card that was taken off a container, or fell off it over its limit.
type Fallen struct {
	published.Placed
	At    time.Time `json:"at"`
	Who   string    `json:"who"`   // name
	Limit bool      `json:"limit"` // it fell off when another card came
}

// Schedule is a launch that waits for its moment: the draft as it then is.
type Schedule struct {
	At  time.Time `json:"at"`
	Who string    `json:"who"` // name
}

// Launched is one launch.
type Launched struct {
	Seq        int64     `json:"seq"`
	At         time.Time `json:"at"`
	Who        string    `json:"who"`        // name
	Containers []string  `json:"containers"` // ids that changed for readers
	Undone     bool      `json:"undone,omitempty"`
	Waiting    []string  `json:"waiting,omitempty"` // stories not live at that moment: they show when they become so
}

// Deed is one deed on a draft.
type Deed struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"` // name
	Op      Op        `json:"op"`
}

// Arranger is somebody who arranges a container at this moment.
type Arranger struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Container string    `json:"container"`
	At        time.Time `json:"at"`
}

// The deeds on a draft.
const (
	OpPlace    = "place"    // Story into Container before Before; with From it moves from there
	OpRemove   = "remove"   // Story from From
	OpCard     = "card"     // Card are the words, picture and boost of its story in Container
	OpAdd      = "add"      // Settings as a new container before Before
	OpShift    = "shift"    // Container before Before
	OpSettings = "settings" // Settings of Container; its cards stay
	OpDrop     = "drop"     // Container with its cards
)

// Op is one small deed on a draft. Before and After name the neighbours that the person saw: a story's id for cards, a
// container's for containers. Before "" is the end; if Before is gone, After decides, and else the end.
type Op struct {
	Do        string               `json:"do"`
	ID        string               `json:"id,omitempty"` // the caller's own, given back with Lost
	Story     string               `json:"story,omitempty"`
	From      string               `json:"from,omitempty"`
	Container string               `json:"container,omitempty"`
	Before    string               `json:"before,omitempty"`
	After     string               `json:"after,omitempty"`
	Card      *published.Placed    `json:"card,omitempty"`     // card; place: how a new card looks
	Settings  *published.Container `json:"settings,omitempty"` // add, settings; ID of add may be "": it gets one
}

// Lost is a deed that was not done because somebody else has moved, changed or removed its card or container since the
// version that the person saw.
type Lost struct {
	Index int       `json:"index"` // of the deed among those of the call
	Op    Op        `json:"op"`
	Who   string    `json:"who"` // name
	When  time.Time `json:"when"`
	Now   *Place    `json:"now,omitempty"` // where the card is now; nil: nowhere on the draft
}
