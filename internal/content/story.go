package content

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

// limits of what one story may hold.
const (
	maxHeadline   = 1000 // bytes
	maxStandfirst = 4000
	maxList       = 200 // regions, topics, bylines, credits
)

// Create saves a new story as a draft that can be published as it is. The id is chosen here unless the copy brings one
// (see NewID).
func (k *Desk) Create(ctx context.Context, c published.Story) (*Story, error) {
	if err := complete(&c); err != nil {
		return nil, err
	}
	if err := publishable(&c); err != nil {
		return nil, err
	}
	return k.Begin(ctx, c, check.Guard{}, "")
}

// Begin saves a new draft, which may still lack its headline and its section. author is an account, "" for a program.
func (k *Desk) Begin(ctx context.Context, c published.Story, g check.Guard, author string) (*Story, error) {
	if c.ID == "" {
		c.ID = NewID(k.tx.Now)
	}
	if err := complete(&c); err != nil {
		return nil, err
	}
	g.Embargo = g.Embargo.UTC().Truncate(time.Microsecond)
	s := &Story{ID: c.ID, State: Draft, Version: 1, Copy: c, Author: author, Assignee: author, Guard: g, Created: k.tx.Now, Updated: k.tx.Now}
	if err := k.insertStory(ctx, s); err != nil {
		return nil, err
	}
	return s, k.insertRevision(ctx, s, "created")
}

// Save keeps a new version; a text that equals the newest one makes none. version is the one the writer began from: if it is no longer the newest, the error is
// of kind errs.Conflict and nothing is written. The published page does not change.
func (k *Desk) Save(ctx context.Context, id string, version int, c published.Story, note string) (*Story, error) {
	return k.save(ctx, id, version, c, nil, note, false)
}

// typing is how long versions that are saved while one person types replace each other.
const typing = 10 * time.Minute

// SaveTyped is Save while somebody types: the version takes the place of the one that the same person saved while typing,
// but for one in each ten minutes. g, if not nil, is what holds the story back from now on.
func (k *Desk) SaveTyped(ctx context.Context, id string, version int, c published.Story, g *check.Guard) (*Story, error) {
	return k.save(ctx, id, version, c, g, "", true)
}

// SaveBy is Save with what holds the story back.
func (k *Desk) SaveBy(ctx context.Context, id string, version int, c published.Story, g *check.Guard, note string) (*Story, error) {
	return k.save(ctx, id, version, c, g, note, false)
}

func (k *Desk) save(ctx context.Context, id string, version int, c published.Story, g *check.Guard, note string, auto bool) (*Story, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.Version != version {
		return nil, errs.Errorf(errs.Conflict, "story %s was changed by somebody else: version %d is the newest, this was made from %d", id, s.Version, version)
	}
	if s.State == Killed {
		return nil, errs.Errorf(errs.Gone, "story %s was killed", id)
	}
	c.ID = id
	carry(&c, &s.Copy)
	if err := complete(&c); err != nil {
		return nil, err
	}
	if c.Slug == "" && !c.Published.IsZero() {
		c.Slug = s.Copy.Slug // an address that readers know does not go away by emptying a field
	}
	guard := s.Guard
	if g != nil {
		guard = *g
		guard.Embargo = guard.Embargo.UTC().Truncate(time.Microsecond)
	}
	alike, err := same(&c, &s.Copy)
	if err != nil {
		return nil, err
	}
	switch {
	case alike && guard == s.Guard:
		return s, nil
	case alike: // what holds a story back is no text: it makes no version
		s.Guard = guard
		return s, k.updateStory(ctx, s)
	}
	if auto && s.approved != s.Version && s.Out != s.Version {
		if err := k.thin(ctx, s, typing); err != nil {
			return nil, err
		}
	}
	s.Version++
	s.Copy = c
	s.Copy.Words = doc.Words(c.Body)
	s.Guard = guard
	if err := k.updateStory(ctx, s); err != nil {
		return nil, err
	}
	return s, k.insertSaved(ctx, s, note, auto)
}

// same reports whether two copies of a story hold the same, however empty fields were written.
func same(a, b *published.Story) (bool, error) {
	var texts [2][]byte
	for i, c := range []published.Story{*a, *b} {
		c.Media, c.Words, c.Revision = nil, 0, 0
		c.Published, c.Updated, c.Modified, c.Corrections, c.Log = time.Time{}, time.Time{}, time.Time{}, nil, nil
		var err error
		if texts[i], err = json.Marshal(c); err != nil {
			return false, fmt.Errorf("story %s: compare two versions: %w", a.ID, err)
		}
	}
	return bytes.Equal(texts[0], texts[1]), nil
}

// publishable checks that the copy has what no published story may lack, and gives it its address.
func publishable(c *published.Story) error {
	switch {
	case c.Headline == "":
		return errs.Errorf(errs.Invalid, "headline: a story needs one")
	case c.Section == "":
		return errs.Errorf(errs.Invalid, "section: a story needs one")
	}
	if c.Slug == "" {
		c.Slug = published.MakeSlug(c.Headline)
	}
	if c.Slug == "" {
		c.Slug = "story"
	}
	return nil
}

// complete checks the copy and fills what follows from the rest. A working copy may still lack headline and section.
func complete(c *published.Story) error {
	c.Headline = strings.TrimSpace(c.Headline)
	switch {
	case len(c.Headline) > maxHeadline:
		return errs.Errorf(errs.Invalid, "headline: longer than %d bytes", maxHeadline)
	case len(c.Standfirst) > maxStandfirst:
		return errs.Errorf(errs.Invalid, "standfirst: longer than %d bytes", maxStandfirst)
	case max(len(c.Regions), len(c.Topics), len(c.Bylines), len(c.Credits)) > maxList:
		return errs.Errorf(errs.Invalid, "more than %d regions, topics, bylines or credits", maxList)
	}
	if c.Language == "" {
		c.Language = "en"
	}
	if c.Kind == "" {
		c.Kind = "story"
	}
	c.Slug = published.MakeSlug(c.Slug)
	for i := range c.Topics {
		if c.Topics[i].Slug == "" {
			c.Topics[i].Slug = published.MakeSlug(c.Topics[i].Name)
		}
	}
	c.Topics = slices.DeleteFunc(c.Topics, func(t published.Topic) bool { return t.Slug == "" })
	if c.Body.Type == "" {
		c.Body.Type = "doc"
	}
	return doc.Validate(c.Body)
}

// Publication says how a story is published.
type Publication struct {
	At          time.Time // first publication; zero: now. In the future: an embargo
	Planned     bool      // At in the future is the newsroom's own choice, not somebody's embargo
	Updated     time.Time // imports: when it was last changed substantively; zero: see Substantive
	Substantive bool      // an update that readers are told of
	Note        string    // for the public list of changes
	Undo        bool      // keep for ten minutes what undoing it brings back
}

// undoTime is how long a publication can be undone.
const undoTime = 10 * time.Minute

// Publish makes the newest version public, or replaces what is public of the story. With a moment in the
// future it becomes public then, and nothing of it before.
func (k *Desk) Publish(ctx context.Context, id string, p Publication) (*Story, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.State == Killed {
		return nil, errs.Errorf(errs.Gone, "story %s was killed and cannot come back", id)
	}
	if p.At.After(k.tx.Now) {
		if s.State == Live {
			return nil, errs.Errorf(errs.Conflict, "story %s is live already: it cannot wait for %s", id, p.At.Format(time.RFC3339))
		}
		if err := publishable(&s.Copy); err != nil {
			return nil, err
		}
		s.State, s.Due, s.approved = Embargoed, p.At, s.Version
		if p.Planned {
			s.State = Scheduled
		}
		s.Spiked = time.Time{}
		against, err := k.against(ctx, s, &s.Copy, p.At)
		if err != nil {
			return nil, err
		}
		s.pardon = strings.Join(against, "\n")
		return s, k.updateStory(ctx, s)
	}
	return s, k.release(ctx, s, s.Copy, p, s.Version)
}

// Unschedule takes a story that waits for its moment back to Ready.
func (k *Desk) Unschedule(ctx context.Context, id string) (*Story, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if !s.State.Waits() {
		return nil, errs.Errorf(errs.Conflict, "story %s does not wait for a moment", id)
	}
	s.unschedule()
	return s, k.updateStory(ctx, s)
}

func (s *Story) unschedule() { s.State, s.Due, s.approved, s.pardon = Ready, time.Time{}, 0, "" }

// against says what speaks against a text of the story going out at a moment, besides its words.
func (k *Desk) against(ctx context.Context, s *Story, c *published.Story, at time.Time) (list []string, err error) {
	g := s.Guard
	if g.Legal != "" {
		list = append(list, "legal")
	}
	if g.Embargo.After(at) {
		list = append(list, "embargo "+g.Embargo.UTC().Format(time.RFC3339))
	}
	if g.Ban && g.Cleared == "" {
		list = append(list, "ban")
	}
	if g.Youth && g.Cleared == "" {
		list = append(list, "youth")
	}
	status, _, err := WireOf(ctx, k.tx, s.ID)
	if err != nil {
		return nil, err
	}
	if status != "" && status != "usable" {
		list = append(list, "wire "+status)
	}
	for _, id := range mediaOf(c) {
		m, err := media.Get(ctx, k.tx, id)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !m.Rights.Standing(at).May() {
			list = append(list, "rights "+id)
		}
	}
	return list, nil
}

// release makes a text of the story public: its newest version, or an earlier one that was approved. What the
// writer has saved since stays as it is, unpublished. version is the one whose text this is.
func (k *Desk) release(ctx context.Context, s *Story, out published.Story, p Publication, version int) (err error) {
	if err := publishable(&out); err != nil {
		return err
	}
	if out.Media, err = Media(ctx, k.tx, &out); err != nil {
		return err
	}
	if err := k.remember(ctx, s, p.Undo); err != nil {
		return err
	}
	stamp(&out, p, k.tx.Now)
	snap, err := publish.Prepare(&out, k.site)
	if err != nil {
		return err
	}
	if err := k.touch(publish.Put(ctx, k.tx, snap)); err != nil {
		return err
	}
	carry(&s.Copy, &out)
	if s.Copy.Slug == "" {
		s.Copy.Slug = out.Slug
	}
	s.Copy.Media = out.Media
	s.unschedule()
	s.State, s.Spiked, s.Out = Live, time.Time{}, version
	if version == s.Version {
		s.Out++ // the version that is written now
	}
	s.Version++
	if err := k.updateStory(ctx, s); err != nil {
		return err
	}
	return k.insertRevision(ctx, s, "published")
}

// remember keeps what undoing the publication that follows would bring back, or forgets what an earlier one kept.
func (k *Desk) remember(ctx context.Context, s *Story, undo bool) error {
	if !undo {
		return k.dropUndo(ctx, s.ID)
	}
	b := before{State: Ready, Out: s.Out}
	var err error
	if s.State == Live {
		if b.Public, err = Public(ctx, k.tx, s.ID); err != nil {
			return err
		}
		b.State = Live
	} else if b.Tombstone, err = tombstone(ctx, k.tx, s.ID); err != nil {
		return err
	}
	if b.Tombstone != nil {
		b.State = TakenDown
		carry(&b.Stamps, &s.Copy)
	}
	return k.keepUndo(ctx, s.ID, k.tx.Now.Add(undoTime), b)
}

// UndoPublish takes the newest publication back if it is less than ten minutes old: a first one leaves the story Ready and
// its address unknown, a later one brings back what was public before, the return of a story that was taken down its
// removal. Its text stays as the newest version.
func (k *Desk) UndoPublish(ctx context.Context, id string) (*Story, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.State != Live {
		return nil, errs.Errorf(errs.Conflict, "story %s is not live: there is no publication to undo", id)
	}
	b, err := k.takeUndo(ctx, id)
	if err != nil {
		return nil, err
	}
	s.State, s.Out = b.State, b.Out
	if b.Tombstone != nil {
		if err := k.touch(publish.Remove(ctx, k.tx, *b.Tombstone)); err != nil {
			return nil, err
		}
		revision := s.Copy.Revision
		carry(&s.Copy, &b.Stamps)
		s.Copy.Revision, s.Copy.Words = revision, doc.Words(s.Copy.Body)
		return s, k.replaceNewest(ctx, s, "publication undone")
	}
	if b.Public == nil {
		if err := k.touch(publish.Erase(ctx, k.tx, id)); err != nil {
			return nil, err
		}
		carry(&s.Copy, &published.Story{})
		s.Copy.Words = doc.Words(s.Copy.Body)
		return s, k.replaceNewest(ctx, s, "publication undone")
	}
	out := *b.Public
	out.Revision, out.Modified = s.Copy.Revision+1, k.tx.Now
	if out.Media, err = Media(ctx, k.tx, &out); err != nil { // as the library has them now
		return nil, err
	}
	snap, err := publish.Prepare(&out, k.site)
	if err != nil {
		return nil, err
	}
	if err := k.touch(publish.Put(ctx, k.tx, snap)); err != nil {
		return nil, err
	}
	carry(&s.Copy, &out)
	s.Copy.Words = doc.Words(s.Copy.Body)
	alike, err := same(&s.Copy, &out)
	if err != nil {
		return nil, err
	}
	if alike { // a correction was undone
		s.Out = s.Version + 1
	}
	return s, k.replaceNewest(ctx, s, "publication undone")
}

// Snapshot returns the page-ready text of a story's newest version, as publishing it at the moment now would write it.
func Snapshot(ctx context.Context, q db.Queryer, s *Story, now time.Time) (*published.Story, error) {
	out := s.Copy
	if out.Slug == "" {
		out.Slug = published.MakeSlug(out.Headline)
	}
	var err error
	if out.Media, err = Media(ctx, q, &out); err != nil {
		return nil, err
	}
	stamp(&out, Publication{}, now)
	return &out, nil
}

// replaceNewest writes a version with the newest text and what publishing has decided of it.
func (k *Desk) replaceNewest(ctx context.Context, s *Story, note string) error {
	s.Version++
	if err := k.updateStory(ctx, s); err != nil {
		return err
	}
	return k.insertRevision(ctx, s, note)
}

// carry gives a text what publishing decided of the story, which no writer changes.
func carry(to, from *published.Story) {
	to.Revision, to.Published, to.Updated, to.Modified = from.Revision, from.Published, from.Updated, from.Modified
	to.Corrections, to.Log, to.Words = from.Corrections, from.Log, from.Words
}

// stamp sets the times, the revision and the public log of a publication at the moment now.
func stamp(c *published.Story, p Publication, now time.Time) {
	first := c.Published.IsZero()
	if first {
		c.Published = now
		if !p.At.IsZero() {
			c.Published = p.At.UTC().Truncate(time.Microsecond)
		}
		c.Updated = c.Published
		c.Log = append(c.Log, published.LogEntry{At: c.Published, Kind: "published"})
	}
	c.Modified = now
	changed := now
	if !p.Updated.IsZero() && p.Updated.After(c.Published) {
		changed = p.Updated.UTC().Truncate(time.Microsecond)
	}
	if (p.Substantive && !first) || changed != now {
		c.Updated = changed
		c.Log = slices.Insert(c.Log, 0, published.LogEntry{At: changed, Kind: "updated", Note: p.Note})
	}
	c.Revision++
	c.Words = doc.Words(c.Body)
}

// Correct adds a correction to what is public and publishes that: top if it changes the story's meaning, end otherwise.
// A text saved since stays unpublished.
func (k *Desk) Correct(ctx context.Context, id, text, place string, at time.Time) (*Story, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.State != Live {
		return nil, errs.Errorf(errs.Conflict, "story %s is not live: correct the draft itself", id)
	}
	if place != "top" && place != "end" {
		return nil, errs.Errorf(errs.Invalid, "place: %q is neither top nor end", place)
	}
	if strings.TrimSpace(text) == "" {
		return nil, errs.Errorf(errs.Invalid, "text: a correction needs one")
	}
	if at.IsZero() {
		at = k.tx.Now
	}
	old, err := Public(ctx, k.tx, id)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, fmt.Errorf("story %s is live but has no public text", id)
	}
	out := *old
	c := published.Correction{At: at.UTC().Truncate(time.Microsecond), Text: text, Place: place}
	out.Corrections = slices.Insert(slices.Clone(out.Corrections), 0, c)
	out.Log = slices.Insert(slices.Clone(out.Log), 0, published.LogEntry{At: c.At, Kind: "corrected", Note: text})
	return s, k.release(ctx, s, out, Publication{Undo: true}, s.Out)
}

// TakeDown removes a live story from readers; it may return. Its address answers 410 with the reason.
func (k *Desk) TakeDown(ctx context.Context, id, reason string) error {
	return k.remove(ctx, id, TakenDown, published.TakenDown, reason)
}

// Kill removes a story for good.
func (k *Desk) Kill(ctx context.Context, id, reason string) error {
	return k.remove(ctx, id, Killed, published.Killed, reason)
}

func (k *Desk) remove(ctx context.Context, id string, state State, status published.Status, reason string) error {
	s, err := k.Story(ctx, id)
	if err != nil {
		return err
	}
	if s.State == Killed || s.State == state {
		return nil
	}
	t := published.Tombstone{ID: id, Status: status, At: k.tx.Now, Reason: reason}
	if err := k.touch(publish.Remove(ctx, k.tx, t)); err != nil {
		return err
	}
	s.unschedule()
	s.State, s.Out, s.Spiked = state, 0, time.Time{}
	if err := k.dropUndo(ctx, id); err != nil {
		return err
	}
	return k.updateStory(ctx, s)
}

// Change is a change to a story that is no change of its text. Nil fields stay.
type Change struct {
	State    *State // Draft, InEdit, Ready, Spiked
	Assignee *string
}

// Change changes where a story stands in the newsroom. What is public, killed or waits for its moment is moved by the
// commands for that.
func (k *Desk) Change(ctx context.Context, id string, c Change) (*Story, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.State == Killed {
		return nil, errs.Errorf(errs.Gone, "story %s was killed", id)
	}
	if c.Assignee != nil {
		s.Assignee = *c.Assignee
	}
	if c.State != nil && *c.State != s.State {
		switch s.State {
		case Draft, InEdit, Ready, Spiked, TakenDown:
		default:
			return nil, errs.Errorf(errs.Conflict, "a story that is %s cannot become %s by itself: take it down or off its schedule first", s.State, *c.State)
		}
		switch *c.State {
		case Draft, InEdit, Ready:
			s.Spiked = time.Time{}
		case Spiked:
			s.Spiked = k.tx.Now
		default:
			return nil, errs.Errorf(errs.Invalid, "state %q is reached by publishing, taking down or killing", *c.State)
		}
		s.State = *c.State
	}
	return s, k.updateStory(ctx, s)
}

// Release makes an embargoed story public if its moment has come: the version that was approved for it. It is safe
// to call at any time, from any number of nodes; it reports whether it did.
func (k *Desk) Release(ctx context.Context, id string) (bool, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return false, err
	}
	if !s.State.Waits() || s.Due.After(k.tx.Now) {
		return false, nil
	}
	out := s.Copy
	if s.approved != s.Version {
		old, err := Text(ctx, k.tx, id, s.approved)
		if err != nil {
			return false, err
		}
		out = *old
		carry(&out, &s.Copy)
	}
	against, err := k.against(ctx, s, &out, k.tx.Now)
	if err != nil {
		return false, err
	}
	pardoned := strings.Split(s.pardon, "\n")
	against = slices.DeleteFunc(against, func(why string) bool { return slices.Contains(pardoned, why) })
	if len(against) > 0 { // somebody held it back after it was scheduled
		s.unschedule()
		if err := audit.Record(ctx, k.tx, audit.Entry{Who: k.who, What: "story.held-back", Target: "story/" + id}, map[string][]string{"against": against}); err != nil {
			return false, err
		}
		return false, k.updateStory(ctx, s)
	}
	return true, k.release(ctx, s, out, Publication{At: s.Due}, s.approved)
}

// ReleaseDue releases the stories whose moment has come, each in a transaction of its own, so that one that fails
// keeps none of the others back. It returns how many, and the change that readers' pages must have applied.
func ReleaseDue(ctx context.Context, d *db.DB, who string) (n int, seq int64, err error) {
	ids, err := selectDue(ctx, d)
	if err != nil {
		return 0, 0, err
	}
	var failed error
	for _, id := range ids {
		done := false
		last, err := Do(ctx, d, who, func(k *Desk) (err error) {
			done, err = k.Release(ctx, id)
			return err
		})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("release story %s: %w", id, err))
			continue
		}
		if done {
			n, seq = n+1, max(seq, last)
		}
	}
	return n, seq, failed
}
