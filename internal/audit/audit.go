// Package audit is the log of what was done, by whom, for good: a row in the same transaction as the deed. It does
// not know what the deeds mean.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"masthead/internal/db"
)

// Entry is one deed.
type Entry struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Who     string          `json:"who"`    // an account's id, "token:…", or a part of the program such as "wire"
	What    string          `json:"what"`   // story.publish, sign-in, settings.site, …
	Target  string          `json:"target"` // what it was done to: story/ID, account/ID, …
	Detail  json.RawMessage `json:"detail,omitempty"`
	Address string          `json:"address,omitempty"` // of the person's computer, where it matters: sign-in
}

// Record writes a deed. detail is anything that JSON can hold, nil for none; it must hold no secret.
func Record(ctx context.Context, tx *db.Tx, e Entry, detail any) error {
	text := []byte("{}")
	if detail != nil {
		var err error
		if text, err = json.Marshal(detail); err != nil {
			return fmt.Errorf("audit %s: %w", e.What, err)
		}
	}
	return insert(ctx, tx, e, string(text))
}

// Filter chooses entries; empty fields choose all.
type Filter struct {
	Who, Target string
	What        string // an exact deed, or a group with a star: "story.*"
	From, To    time.Time
	Before      int64 // entries with a smaller number; 0: from the newest
	Limit       int   // at most 500; 0: 100
}

// List returns entries, newest first.
func List(ctx context.Context, q db.Queryer, f Filter) ([]Entry, error) {
	return selectEntries(ctx, q, f)
}
