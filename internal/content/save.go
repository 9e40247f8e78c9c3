package content

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/content/check"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
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
