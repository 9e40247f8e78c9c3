package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Surface is one place from which a story was removed, and what was seen there afterwards.
type Surface struct {
	Name  string `json:"name"` // page, front, section, region, topic, author, feed, sitemap, search, text-only
	Path  string `json:"path"`
	State string `json:"state"` // removed, gone (410), still-there
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

// lookTime is how long looking at all surfaces may take.
const lookTime = time.Minute

// TakeDown removes a live story; it may return. Readers get 410 with the reason.
func (r *Room) TakeDown(ctx context.Context, who *identity.Person, id, reason string) (*Receipt, error) {
	return r.remove(ctx, who, id, reason, "take-down", func(k *content.Desk) (*content.Story, error) {
		s, err := r.mine(ctx, k, who, id, identity.Publish)
		if err != nil {
			return nil, err
		}
		if s.State != content.Live {
			return nil, errs.Errorf(errs.Conflict, "the story is not live: there is nothing to take down")
		}
		return s, k.TakeDown(ctx, id, reason)
	})
}

// Kill removes a story for good, in any state. slug must be the story's, typed by the person.
func (r *Room) Kill(ctx context.Context, who *identity.Person, id, slug, reason string) (*Receipt, error) {
	return r.remove(ctx, who, id, reason, "kill", func(k *content.Desk) (*content.Story, error) {
		s, err := r.mine(ctx, k, who, id, identity.Kill)
		if err != nil {
			return nil, err
		}
		if want := SlugOf(s.ID, &s.Copy); strings.TrimSpace(slug) != want {
			return nil, errs.Errorf(errs.Invalid, "slug: to kill the story, type its slug: %s", want)
		}
		if err := revokeShares(ctx, k.Tx(), id); err != nil {
			return nil, err
		}
		return s, k.Kill(ctx, id, reason)
	})
}

// SlugOf returns what is typed to kill a story: its slug, or its id if it has none yet.
func SlugOf(id string, c *published.Story) string {
	if c.Slug != "" {
		return c.Slug
	}
	if slug := published.MakeSlug(c.Headline); slug != "" {
		return slug
	}
	return id
}

// remove removes a story, then looks where readers could find it. The removal stands even if the receipt
// fails: then both are returned, the receipt and the error.
func (r *Room) remove(ctx context.Context, who *identity.Person, id, reason, act string, fn func(*content.Desk) (*content.Story, error)) (*Receipt, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return nil, errs.Errorf(errs.Invalid, "reason: readers are told why; write a sentence")
	case len(reason) > 2000:
		return nil, errs.Errorf(errs.Invalid, "reason: longer than 2,000 bytes")
	}
	var public *published.Story
	receipt := &Receipt{Story: id, Act: act, Who: who.ID, Reason: reason}
	seq, err := content.Do(ctx, r.cfg.DB, who.ID, func(k *content.Desk) (err error) {
		receipt.At = k.Tx().Now
		if public, err = content.Public(ctx, k.Tx(), id); err != nil {
			return err
		}
		s, err := fn(k)
		if err != nil {
			return err
		}
		if s, err = k.Story(ctx, s.ID); err != nil {
			return err
		}
		return r.record(ctx, k, who, "story."+act, s, map[string]string{"reason": reason})
	})
	if err != nil {
		return nil, err
	}
	late := r.sync(ctx, seq)
	// Whoever asked may be gone by now: the receipt is written all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer cancel()
	if public != nil && r.cfg.Surfaces != nil {
		receipt.Surfaces = r.cfg.Surfaces(ctx, public)
	}
	data, err := json.Marshal(receipt)
	if err != nil {
		return nil, fmt.Errorf("receipt of story %s: %w", id, err)
	}
	return receipt, errors.Join(late, insertReceipt(ctx, r.cfg.DB, receipt, string(data)))
}

// Receipts returns a story's removals, newest first.
func (r *Room) Receipts(ctx context.Context, who *identity.Person, id string) ([]Receipt, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	return selectReceipts(ctx, r.cfg.DB, id)
}
