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
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Config is what a Room works with.
type Config struct {
	DB *db.DB
	// Sync returns when this node's readers see a change; nil: nobody waits.
	Sync func(ctx context.Context, seq int64) error
	// Emit tells subscribers of an event in the transaction that made it; nil: there are none.
	Emit func(ctx context.Context, tx *db.Tx, event string, data any) error
	// Style are the newsroom's house-style rules.
	Style func(ctx context.Context, q db.Queryer) ([]check.StyleRule, error)
	// Mail tells a person by e-mail (mentions, assignments); nil: it is not set up.
	Mail func(ctx context.Context, tx *db.Tx, to, subject, text string) error
}

// Room is the newsroom. It is safe for concurrent use.
type Room struct{ cfg Config }

// New returns the newsroom of a database.
func New(c Config) *Room { return &Room{c} }

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

// List returns the stories that a query chooses, under 200 ms at 500,000 stories.
func (r *Room) List(ctx context.Context, who *identity.Person, q Query) (*Listing, error) {
	return nil, errUnbuilt
}

// Counts returns how many stories a query chooses, counted up to 1,000.
func (r *Room) Counts(ctx context.Context, who *identity.Person, q ...Query) ([]int, error) {
	return nil, errUnbuilt
}

// Story returns a story; errs.NotFound if there is none.
func (r *Room) Story(ctx context.Context, who *identity.Person, id string) (*Story, error) {
	return nil, errUnbuilt
}

// Create makes a draft. Headline and section may be empty until it is published.
func (r *Room) Create(ctx context.Context, who *identity.Person, c published.Story, g check.Guard) (*Story, error) {
	return nil, errUnbuilt
}

// Save is a new text of a story.
type Save struct {
	Version int             // the one it was made from
	Copy    published.Story // what writers decide; what publishing decides is kept from before
	Guard   *check.Guard    // nil: as it is
	Note    string          // of the version
	Auto    bool            // saved while typing: the next automatic save of the same person may take its place in the list of versions
	Tab     string          // who has it open for writing; "": a program. A held story refuses other tabs with *HeldError
}

// ConflictError says that a story was changed since the version a text was made from. Kind errs.Conflict.
type ConflictError struct {
	Newest *Story
	Who    string // the name of who saved it
}

func (e *ConflictError) Error() string { return e.Who + " saved a newer version: compare the two" }

func (e *ConflictError) Unwrap() error { return &errs.Error{Kind: errs.Conflict, Msg: e.Error()} }

// HeldError says that a story is open for writing elsewhere. Kind errs.Conflict.
type HeldError struct{ Holder Holder }

func (e *HeldError) Error() string { return e.Holder.Name + " is editing this story" }

func (e *HeldError) Unwrap() error { return &errs.Error{Kind: errs.Conflict, Msg: e.Error()} }

// BlockedError says which checks keep a story from going out. Kind errs.Invalid.
type BlockedError struct{ Issues []check.Issue }

func (e *BlockedError) Error() string { return "the checks found what must be put right first" }

func (e *BlockedError) Unwrap() error { return &errs.Error{Kind: errs.Invalid, Msg: e.Error()} }

// Save keeps a new version. It never changes a state and never what readers see. The error may be a *ConflictError
// or a *HeldError.
func (r *Room) Save(ctx context.Context, who *identity.Person, id string, s Save) (*Story, error) {
	return nil, errUnbuilt
}

// Edit is a change to a story that is no change of its text. Nil fields stay.
type Edit struct {
	ID       string           `json:"id"`
	State    *content.State   `json:"state,omitempty"` // draft, in-edit, ready; spiked and back (draft)
	Assignee *string          `json:"assignee,omitempty"`
	Section  *string          `json:"section,omitempty"`
	Topic    *published.Topic `json:"topic,omitempty"`    // added
	NoTopic  *string          `json:"no_topic,omitempty"` // slug, removed
}

// Outcome is what became of many edits: those that failed are named, the others are done.
type Outcome struct {
	Done   []string          `json:"done"`
	Failed map[string]string `json:"failed,omitempty"` // id → why
	Undo   []Edit            `json:"undo"`             // makes it as it was
}

// Edit changes many stories, each by itself.
func (r *Room) Edit(ctx context.Context, who *identity.Person, edits []Edit) (*Outcome, error) {
	return nil, errUnbuilt
}

// Checks looks over the newest version.
func (r *Room) Checks(ctx context.Context, who *identity.Person, id string) ([]check.Issue, error) {
	return nil, errUnbuilt
}

// Publication says how a story goes out.
type Publication struct {
	Version     int       // the one the person saw; 0: the newest
	At          time.Time // zero: now. In the future: scheduled, or embargoed if Embargo is set
	Embargo     bool      // At is when others allow it
	Substantive bool      // an update that readers are told of
	Note        string    // for the public list of changes
	Override    string    // why what the checks found does not matter; written into the audit log
}

// Publish makes the newest version public, now or at its moment, or replaces what is public. When it returns, readers
// on this node see it. The error may be a *BlockedError or a *ConflictError.
func (r *Room) Publish(ctx context.Context, who *identity.Person, id string, p Publication) (*Story, error) {
	return nil, errUnbuilt
}

// Unschedule takes a scheduled or embargoed story back to Ready.
func (r *Room) Unschedule(ctx context.Context, who *identity.Person, id string) (*Story, error) {
	return nil, errUnbuilt
}

// UndoPublish takes a publication of the last ten minutes back: the first one leaves the story Ready and its address
// unknown, a later one brings back what was public before.
func (r *Room) UndoPublish(ctx context.Context, who *identity.Person, id string) (*Story, error) {
	return nil, errUnbuilt
}

// Correction is what readers are told. Text is "An earlier version gave … The story now says …" made of Was and Now,
// or the whole sentence if Was is empty.
type Correction struct {
	Was, Now, Text string
	Place          string // top (changes the meaning), end
}

// Correct publishes a correction; a text saved since stays unpublished.
func (r *Room) Correct(ctx context.Context, who *identity.Person, id string, c Correction) (*Story, error) {
	return nil, errUnbuilt
}

// Surface is one place from which a story was removed, and how that was seen.
type Surface struct {
	Name  string `json:"name"` // page, section, region, feed, sitemap, search, api, lite, …
	Path  string `json:"path"`
	State string `json:"state"` // removed, gone (410), redirected
}

// Receipt says where a removed story was taken away.
type Receipt struct {
	Story    string    `json:"story"`
	Act      string    `json:"act"` // take-down, kill
	At       time.Time `json:"at"`
	Who      string    `json:"who"`
	Reason   string    `json:"reason"` // readers see it
	Surfaces []Surface `json:"surfaces"`
}

// TakeDown removes a live story; it may return. Readers get 410 with the reason.
func (r *Room) TakeDown(ctx context.Context, who *identity.Person, id, reason string) (*Receipt, error) {
	return nil, errUnbuilt
}

// Kill removes a story for good, in any state. slug must be the story's, typed by the person.
func (r *Room) Kill(ctx context.Context, who *identity.Person, id, slug, reason string) (*Receipt, error) {
	return nil, errUnbuilt
}

// Receipts returns a story's removals, newest first.
func (r *Room) Receipts(ctx context.Context, who *identity.Person, id string) ([]Receipt, error) {
	return nil, errUnbuilt
}

// Version is one saved version of a story.
type Version struct {
	N    int       `json:"n"`
	At   time.Time `json:"at"`
	Who  string    `json:"who"` // account id or part of the program
	Note string    `json:"note"`
	Auto bool      `json:"auto"`
	Out  bool      `json:"out"` // readers have it
}

// Versions returns a story's versions, newest first.
func (r *Room) Versions(ctx context.Context, who *identity.Person, id string) ([]Version, error) {
	return nil, errUnbuilt
}

// Text returns the text of a version.
func (r *Room) Text(ctx context.Context, who *identity.Person, id string, n int) (*published.Story, error) {
	return nil, errUnbuilt
}

// Restore makes a new version of an old one. version is the newest that the person knows.
func (r *Room) Restore(ctx context.Context, who *identity.Person, id string, n, version int) (*Story, error) {
	return nil, errUnbuilt
}

// Holder is who has a story open for writing.
type Holder struct {
	Account string    `json:"account"`
	Name    string    `json:"name"`
	Tab     string    `json:"tab"`
	At      time.Time `json:"at"` // last sign of life
}

// Hold is who may write now.
type Hold struct {
	Mine    bool    `json:"mine"`
	Holder  *Holder `json:"holder"` // nil: nobody
	Wanted  *Holder `json:"wanted"` // who asks for it
	Version int     `json:"version"`
}

// Hold acts on who has a story open for writing: open, beat, close, ask, take, give. A holder that gives no sign of life
// for 30 seconds has lost it. take makes the holder's next beat tell of it and succeeds once that tab gave it, or 12
// seconds later.
func (r *Room) Hold(ctx context.Context, who *identity.Person, id, tab, act string) (*Hold, error) {
	return nil, errUnbuilt
}

// Note is a remark on a story.
type Note struct {
	ID       string    `json:"id"`
	Story    string    `json:"story"`
	Parent   string    `json:"parent,omitempty"`
	Block    string    `json:"block,omitempty"` // first words of the block it is about
	Who      string    `json:"who"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"`
	Resolved time.Time `json:"resolved,omitzero"`
	Resolver string    `json:"resolver,omitempty"`
}

// Notes returns a story's notes, oldest first.
func (r *Room) Notes(ctx context.Context, who *identity.Person, id string) ([]Note, error) {
	return nil, errUnbuilt
}

// AddNote writes a note. @Name in its text mentions a colleague, who is told.
func (r *Room) AddNote(ctx context.Context, who *identity.Person, n Note) (*Note, error) {
	return nil, errUnbuilt
}

// ResolveNote closes a note, or opens it again.
func (r *Room) ResolveNote(ctx context.Context, who *identity.Person, note string, resolved bool) error {
	return errUnbuilt
}

// Mentions returns the notes that mention a person and that they have not seen, newest first. SeeMentions marks a story's seen.
func (r *Room) Mentions(ctx context.Context, who *identity.Person) ([]Note, error) {
	return nil, errUnbuilt
}

// SeeMentions marks what mentions a person in a story as seen.
func (r *Room) SeeMentions(ctx context.Context, who *identity.Person, id string) error {
	return errUnbuilt
}

// Share is a link that shows an unpublished page to whoever has it.
type Share struct {
	ID      string    `json:"id"`
	Story   string    `json:"story"`
	Who     string    `json:"who"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Revoked time.Time `json:"revoked,omitzero"`
}

// Share makes a link's secret; it works until it expires (at most 30 days) or is revoked.
func (r *Room) Share(ctx context.Context, who *identity.Person, id string, lasts time.Duration) (secret string, s *Share, err error) {
	return "", nil, errUnbuilt
}

// Shares returns a story's links, newest first.
func (r *Room) Shares(ctx context.Context, who *identity.Person, id string) ([]Share, error) {
	return nil, errUnbuilt
}

// Unshare revokes a link.
func (r *Room) Unshare(ctx context.Context, who *identity.Person, share string) error {
	return errUnbuilt
}

// Shared returns the story of a link's secret; errs.NotFound if the link is over, errs.Gone if the story was killed.
func (r *Room) Shared(ctx context.Context, secret string) (*Story, error) { return nil, errUnbuilt }

// View is a named query of the stories list.
type View struct {
	ID, Account, Name, Query string
	Shared                   bool
}

// Views returns a person's views and the shared ones.
func (r *Room) Views(ctx context.Context, who *identity.Person) ([]View, error) {
	return nil, errUnbuilt
}

// SaveView keeps a view; DropView removes one of one's own (an admin: any shared one).
func (r *Room) SaveView(ctx context.Context, who *identity.Person, v View) (*View, error) {
	return nil, errUnbuilt
}

// DropView removes a view of one's own; an admin may remove any shared one.
func (r *Room) DropView(ctx context.Context, who *identity.Person, id string) error {
	return errUnbuilt
}

// Preview returns the page-ready snapshot of the newest version, as Publish would write it, media included.
func (r *Room) Preview(ctx context.Context, who *identity.Person, id string) (*published.Story, error) {
	return nil, errUnbuilt
}

var errUnbuilt = errs.Errorf(errs.Internal, "not built yet")
