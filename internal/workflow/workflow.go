// Package workflow is the newsroom at work on stories: every deed of a person or a program that acts for one. It holds
// each deed to the rules, checks a story before it goes out, and writes the deed, its audit entry and what others are
// told of it in one transaction. Screens and the staff API call it; it knows neither, and no HTTP.
package workflow

import (
	"context"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/media"
	"masthead/internal/published"
)

// Config is what a Room works with.
type Config struct {
	DB    *db.DB
	Media *media.Library
	// Sync returns when this node's readers see a change; nil: nobody waits.
	Sync func(ctx context.Context, seq int64) error
	// Emit tells subscribers of an event in the transaction that made it; nil: there are none.
	Emit func(ctx context.Context, tx *db.Tx, event string, data any) error
	// Style are the newsroom's house-style rules.
	Style func(ctx context.Context, q db.Queryer) ([]check.StyleRule, error)
	// Surfaces looks where readers could find a story that was just removed: before is what was public.
	Surfaces func(ctx context.Context, before *published.Story) []Surface
}

// Room is the newsroom. It is safe for concurrent use.
type Room struct {
	cfg   Config
	along func(ctx context.Context, tx *db.Tx, s *Story) error
}

// New returns the newsroom of a database.
func New(c Config) *Room { return &Room{cfg: c} }

// Along returns the same newsroom, but that every deed on one story does fn too, in its transaction: an error undoes
// both. Removals (TakeDown, Kill) are without it.
func (r *Room) Along(fn func(ctx context.Context, tx *db.Tx, s *Story) error) *Room {
	return &Room{cfg: r.cfg, along: fn}
}

// Story is a story as the newsroom sees it: the newest version of its text, and where it stands.
type Story struct {
	ID       string          `json:"id"`
	State    content.State   `json:"state"`   // as stored
	Shown    string          `json:"shown"`   // for people: State, or "changed" for a live story with unpublished changes
	Version  int             `json:"version"` // of the newest text
	Out      int             `json:"out"`     // the version that readers have; 0: none
	Due      time.Time       `json:"due,omitzero"`
	Author   string          `json:"author"`   // account ids
	Assignee string          `json:"assignee"` // "": nobody
	Created  time.Time       `json:"created"`
	Updated  time.Time       `json:"updated"`
	Copy     published.Story `json:"copy"`
	Guard    check.Guard     `json:"guard"`
	URL      string          `json:"url,omitempty"`      // path at which readers find it, or will
	UndoTill time.Time       `json:"undo_till,omitzero"` // until when its publication can be undone
	Wire     string          `json:"wire,omitempty"`     // guid of the wire item it was made of
}

// Row is a story in a list.
type Row struct {
	ID, Headline, Slug, Section, Language, Kind string
	Shown                                       string // state for people, see Story
	Regions                                     []string
	Author, Assignee                            string
	Version, Words                              int
	Picture                                     bool
	Due, Updated, Published                     time.Time
}

// Query chooses stories. Empty fields choose all. Spiked stories are only in lists that ask for that state.
type Query struct {
	State    []string // draft, in-edit, ready, scheduled, embargoed, live, changed, taken-down, killed, spiked
	Section  string
	Region   string
	Language string
	Assignee string // an account's id, or "none"
	Mine     string // author or assignee
	Kind     string
	Picture  *bool     // with, without
	Text     string    // words of the headline or the slug, or an id
	From, To time.Time // updated
	Today    bool      // first published today in the newsroom's zone
	Sort     string    // "updated" (default), "due", "headline"
	Cursor   string    // from a Listing
	Limit    int       // at most 200; 0: 50
}

// Listing is a page of a list.
type Listing struct {
	Rows []Row
	Next string // cursor of the following page; "": this is the last
}
