package content

import (
	"context"
	"time"

	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/packed"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

// Prepared is a new story made ready to be created, and perhaps published, in one go: all the work that needs no
// transaction is done. It is for copy that comes in by the thousand; what is written is what Create and Publish
// write.
type Prepared struct {
	first, story Story // after Create, and after Publish
	created      []byte
	released     []byte
	snap         publish.Snapshot
	p            Publication
	site         time.Time // the settings it was made under
}

// PrepareNew prepares a story. p is nil for a draft; an embargo (p.At after now) or media are not for this path:
// errs.Invalid. now stands for the transaction's time. A site changed in between is noticed by CreateReady.
func PrepareNew(c published.Story, p *Publication, site *published.Site, now time.Time) (*Prepared, error) {
	now = now.UTC().Truncate(time.Microsecond)
	if c.ID == "" {
		c.ID = NewID(now)
	}
	if err := complete(&c); err != nil {
		return nil, err
	}
	if err := publishable(&c); err != nil {
		return nil, err
	}
	r := &Prepared{first: Story{ID: c.ID, State: Draft, Version: 1, Copy: c}, site: site.Changed}
	var err error
	if r.created, err = packed.Value(c); err != nil {
		return nil, err
	}
	if p == nil {
		return r, nil
	}
	if p.At.After(now) || c.Lead != nil || len(c.Media) > 0 || len(doc.MediaIDs(c.Body)) > 0 {
		return nil, errs.Errorf(errs.Invalid, "a story with an embargo or media is published by Publish")
	}
	r.p = *p
	return r, r.publish(site, now)
}

func (r *Prepared) publish(site *published.Site, now time.Time) (err error) {
	r.story = r.first
	stamp(&r.story.Copy, r.p, now)
	r.snap, err = publish.Prepare(&r.story.Copy, site)
	r.released = r.snap.Packed() // without media, the revision and the snapshot are one
	return err
}

// CreateReady does what Create, and Publish if it was prepared for that, would have done.
func (k *Desk) CreateReady(ctx context.Context, r *Prepared) (*Story, error) {
	if r.released == nil {
		s := r.first
		if err := k.insertStory(ctx, &s); err != nil {
			return nil, err
		}
		return &s, k.insertPacked(ctx, &s, "created", r.created)
	}
	if !r.site.Equal(k.site.Changed) {
		if err := r.publish(k.site, k.tx.Now); err != nil {
			return nil, err
		}
	}
	if err := k.touch(publish.Put(ctx, k.tx, r.snap)); err != nil {
		return nil, err
	}
	s := r.story
	if err := k.insertPacked(ctx, &Story{ID: s.ID, Version: 1}, "created", r.created); err != nil {
		return nil, err
	}
	s.State, s.Version, s.Out = Live, 2, 2
	if err := k.insertStory(ctx, &s); err != nil {
		return nil, err
	}
	return &s, k.insertPacked(ctx, &s, "published", r.released)
}
