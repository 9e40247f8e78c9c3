package content

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

// limits of what one story may hold.
const (
	maxHeadline   = 1000 // bytes
	maxStandfirst = 4000
	maxList       = 200 // regions, topics, bylines, credits
)

// Create saves a new story as a draft. The id is chosen here unless the copy brings one (see NewID).
func (k *Desk) Create(ctx context.Context, c published.Story) (*Story, error) {
	if c.ID == "" {
		c.ID = NewID(k.tx.Now)
	}
	if err := complete(&c); err != nil {
		return nil, err
	}
	s := &Story{ID: c.ID, State: Draft, Version: 1, Copy: c}
	if err := k.insertStory(ctx, s); err != nil {
		return nil, err
	}
	return s, k.insertRevision(ctx, s, "created")
}

// Save keeps a new version. version is the one the writer began from: if it is no longer the newest, the error is
// of kind errs.Conflict and nothing is written. The published page does not change.
func (k *Desk) Save(ctx context.Context, id string, version int, c published.Story, note string) (*Story, error) {
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
	s.Version++
	s.Copy = c
	if err := k.updateStory(ctx, s); err != nil {
		return nil, err
	}
	return s, k.insertRevision(ctx, s, note)
}

// complete checks the copy and fills what follows from the rest.
func complete(c *published.Story) error {
	c.Headline = strings.TrimSpace(c.Headline)
	switch {
	case c.Headline == "":
		return errs.Errorf(errs.Invalid, "headline: a story needs one")
	case len(c.Headline) > maxHeadline:
		return errs.Errorf(errs.Invalid, "headline: longer than %d bytes", maxHeadline)
	case len(c.Standfirst) > maxStandfirst:
		return errs.Errorf(errs.Invalid, "standfirst: longer than %d bytes", maxStandfirst)
	case c.Section == "":
		return errs.Errorf(errs.Invalid, "section: a story needs one")
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
	if c.Slug == "" {
		c.Slug = published.MakeSlug(c.Headline)
	}
	if c.Slug == "" {
		c.Slug = "story"
	}
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
	Updated     time.Time // imports: when it was last changed substantively; zero: see Substantive
	Substantive bool      // an update that readers are told of
	Note        string    // for the public list of changes
}

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
		s.State, s.Due, s.approved = Embargoed, p.At, s.Version
		return s, k.updateStory(ctx, s)
	}
	return s, k.release(ctx, s, s.Copy, p)
}

// release makes a text of the story public: its newest version, or an earlier one that was approved. What the
// writer has saved since stays as it is, unpublished.
func (k *Desk) release(ctx context.Context, s *Story, out published.Story, p Publication) (err error) {
	if out.Media, err = k.media(ctx, &out); err != nil {
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
	s.Copy.Media = out.Media
	s.State, s.Due, s.approved = Live, time.Time{}, 0
	s.Version++
	if err := k.updateStory(ctx, s); err != nil {
		return err
	}
	return k.insertRevision(ctx, s, "published")
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
		return nil, errs.Errorf(errs.Invalid, "place %q of a correction: use top or end", place)
	}
	if strings.TrimSpace(text) == "" {
		return nil, errs.Errorf(errs.Invalid, "a correction needs a text")
	}
	if at.IsZero() {
		at = k.tx.Now
	}
	out, err := k.public(ctx, id)
	if err != nil {
		return nil, err
	}
	c := published.Correction{At: at.UTC().Truncate(time.Microsecond), Text: text, Place: place}
	out.Corrections = slices.Insert(slices.Clone(out.Corrections), 0, c)
	out.Log = slices.Insert(slices.Clone(out.Log), 0, published.LogEntry{At: c.At, Kind: "corrected", Note: text})
	return s, k.release(ctx, s, out, Publication{})
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
	s.State, s.Due, s.approved = state, time.Time{}, 0
	return k.updateStory(ctx, s)
}

// Release makes an embargoed story public if its moment has come: the version that was approved for it. It is safe
// to call at any time, from any number of nodes; it reports whether it did.
func (k *Desk) Release(ctx context.Context, id string) (bool, error) {
	s, err := k.Story(ctx, id)
	if err != nil {
		return false, err
	}
	if s.State != Embargoed || s.Due.After(k.tx.Now) {
		return false, nil
	}
	out := s.Copy
	if s.approved != s.Version {
		if out, err = k.version(ctx, id, s.approved); err != nil {
			return false, err
		}
		carry(&out, &s.Copy)
	}
	return true, k.release(ctx, s, out, Publication{At: s.Due})
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
