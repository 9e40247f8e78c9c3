// Package jobs does work that waits: what a transaction leaves to do is a row of the same transaction, and any node
// takes it, once it is due, under a lease. The work itself may happen more than once (a machine can stop in the middle
// of it); what it writes to the database is written once. It does not know what the work is.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

// The states of a job.
const (
	Waiting = "waiting" // for its time, or being worked on
	Failed  = "failed"  // given up
)

// Job is one piece of work.
type Job struct {
	ID    int64
	Kind  string
	Name  string // the same kind and name waits once
	Data  json.RawMessage
	Due   time.Time
	Tries int // how often it was begun, this time included
	State string
	Error string // of the last try; empty: none has failed
	Added time.Time
}

// Add leaves work to do, at due or as soon as possible after it, once the transaction has committed. If the same kind and
// name waits already it stays one job, with the newer data and the earlier time; if it is being worked on or was given
// up, it begins anew, and what the try under way would have written is not written.
func Add(ctx context.Context, tx *db.Tx, kind, name string, due time.Time, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("job %s %s: %w", kind, name, err)
	}
	if err := insert(ctx, tx, kind, name, due, string(text)); err != nil {
		return fmt.Errorf("job %s %s: %w", kind, name, err)
	}
	tx.NotifyWork()
	return nil
}

// List returns jobs of a state, those that are due first, at most limit.
func List(ctx context.Context, q db.Queryer, state string, limit int) ([]Job, error) {
	return selectJobs(ctx, q, state, limit)
}

// Counts returns how many jobs there are in each state.
func Counts(ctx context.Context, q db.Queryer) (map[string]int, error) { return count(ctx, q) }

// Retry gives a job that was given up all its tries again, from now; errs.NotFound if no such job has failed.
func Retry(ctx context.Context, tx *db.Tx, id int64) error {
	n, err := revive(ctx, tx, id)
	if err == nil && n == 0 {
		err = errs.Errorf(errs.NotFound, "job %d: it has not failed, or is gone", id)
	}
	tx.NotifyWork()
	return err
}

// Drop removes a job, also one that is being worked on: what that would have written is not written. errs.NotFound if
// there is none.
func Drop(ctx context.Context, tx *db.Tx, id int64) error {
	n, err := remove(ctx, tx, id)
	if err == nil && n == 0 {
		err = errs.Errorf(errs.NotFound, "job %d: it is done, or was dropped", id)
	}
	return err
}
