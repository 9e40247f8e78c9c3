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
	Name     string // en/home, en/r/calgary
	Language string
	Region   string    // slug; "": the portal's own front
	Curated  bool      // it was launched; else it is made by rule
	Changed  int       // containers in which the draft differs
	Due      time.Time // of the scheduled launch
}

// Draft is a front as it is being arranged, beside what readers have.
type Draft struct {
	Name       string
	Version    int // grows with every deed on the draft
	Front      *published.Front
	Live       *published.Front // what was launched, waiting cards included; by rule if nothing was
	ByRule     bool             // nothing was launched
	Changed    []string         // containers that differ, removed ones included
	Previously map[string][]Fallen
	Stories    map[string]Story // every story of Front, Live and Previously that the newsroom has
	Media      map[string]Thumb // pictures that cards have on this front only
	Scheduled  *Schedule
	Last       *Launched
	Arranging  []Arranger
}

// Story is what an editor needs to know of a story to place it.
type Story struct {
	Headline string
	Kicker   string
	Section  string
	Language string
	Kind     string
	State    string
	Live     bool // readers can see it; what is not live is not shown on a front
	Path     string
	Picture  string // address of a small rendition; only of a live story
	Due      time.Time
	At       time.Time // first publication, else last change
	Also     []Place   // every place on the draft, if there are several
}

// Place is where a card stands on a draft.
type Place struct {
	Container string
	N         int // from 1
}

// Thumb is a picture of the library, small.
type Thumb struct {
	Src string
	Alt string
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
	At  time.Time
	Who string // name
}

// Launched is one launch.
type Launched struct {
	Seq        int64
	At         time.Time
	Who        string   // name
	Containers []string // ids that changed for readers
	Undone     bool
	Waiting    []string // stories not live at that moment: they show when they become so
}

// Arranger is somebody who arranges a container at this moment.
type Arranger struct {
	ID        string
	Name      string
	Container string
	At        time.Time
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
	Index int // of the deed among those of the call
	Op    Op
	Who   string // name
	When  time.Time
	Now   *Place // where the card is now; nil: nowhere on the draft
}
