// Package reads counts how often stories are read, and nothing of who reads them. It owns the sums, for the ranking of
// what is read most and for the newsroom. What it needs to count a reader once is in memory only, as hashes under a key
// that nobody keeps. It must not know HTTP nor the working copy.
package reads

import (
	"context"
	"fmt"
	"time"

	"masthead/internal/db"
)

// Slot is the stretch of time that has one sum.
const Slot = 5 * time.Minute

// Kept is how long sums of slots are kept; after it they become sums of days.
const Kept = 48 * time.Hour

// Series is how often a story was read lately.
type Series struct {
	Hour  []int // twelve slots, the oldest first; the last is the one that now is in
	Today int   // since midnight
	Total int   // ever
}

// hourSlots are the slots of Series.Hour.
const hourSlots = int(time.Hour / Slot)

// Of returns how often stories were read, by id; stories that nobody read are not in it. Today begins with the day of
// now's location.
func Of(ctx context.Context, q db.Queryer, now time.Time, ids []string) (map[string]Series, error) {
	out := make(map[string]Series, len(ids))
	y, m, d := now.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	first := slotOf(now) - int64(hourSlots-1)*seconds(Slot)
	for len(ids) > 0 {
		some := ids[:min(len(ids), mostAsked)]
		ids = ids[len(some):]
		if err := sums(ctx, q, some, midnight.Unix(), out); err != nil {
			return nil, fmt.Errorf("reads: %w", err)
		}
		if err := lastHour(ctx, q, some, first, out); err != nil {
			return nil, fmt.Errorf("reads of the last hour: %w", err)
		}
	}
	return out, nil
}

// Add adds reads of a story at a moment. Visits are counted by a Counter; this is for counts that come from elsewhere.
func Add(ctx context.Context, tx *db.Tx, story string, at time.Time, n int) error {
	return add(ctx, tx, slot{story, slotOf(at)}, n)
}

// Fold turns the sums of slots that are older than Kept into sums of days.
func Fold(ctx context.Context, tx *db.Tx) error {
	before := slotOf(tx.Now.Add(-Kept))
	if err := addDays(ctx, tx, before); err != nil {
		return fmt.Errorf("fold reads: %w", err)
	}
	if err := deleteSlots(ctx, tx, before); err != nil {
		return fmt.Errorf("fold reads: %w", err)
	}
	return nil
}

// Read is a story and how much it is read: each read counts half of what one counts that is half a life younger.
type Read struct {
	Story string
	Score float64
}

// Top returns what is read most since a moment, the most read first, at most limit.
func Top(ctx context.Context, q db.Queryer, now, since time.Time, halfLife time.Duration, limit int) ([]Read, error) {
	list, err := selectTop(ctx, q, now.Unix(), slotOf(since), halfLife.Seconds(), limit)
	if err != nil {
		return nil, fmt.Errorf("what is read most: %w", err)
	}
	return list, nil
}

// slotOf is the start of the slot of a moment, Unix seconds.
func slotOf(t time.Time) int64 { return t.Unix() - t.Unix()%seconds(Slot) }

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
