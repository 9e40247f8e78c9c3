package content

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

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
