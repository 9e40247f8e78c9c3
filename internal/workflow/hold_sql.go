package workflow

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/identity"
)

func selectHold(ctx context.Context, q db.Queryer, story string) (*Hold, error) {
	var holder Holder
	var at int64
	var wanted string
	h := new(Hold)
	err := q.QueryRow(ctx, `SELECT tab, account, at, wanted FROM hold WHERE story = $1`, story).Scan(&holder.Tab, &holder.Account, &at, &wanted)
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("who has story %s open: %w", story, err)
	}
	if holder.Tab != "" {
		holder.At = time.UnixMicro(at).UTC()
		if holder.Name, err = identity.Name(ctx, q, holder.Account); err != nil {
			return nil, err
		}
		h.Holder = &holder
	}
	if wanted != "" {
		h.Wanted = new(Holder)
		if err := json.Unmarshal([]byte(wanted), h.Wanted); err != nil {
			return nil, fmt.Errorf("who asks for story %s: %w", story, err)
		}
	}
	return h, nil
}

func putHold(ctx context.Context, tx *db.Tx, story string, h *Hold) (err error) {
	var holder Holder
	var at int64
	wanted := ""
	if h.Holder != nil {
		holder, at = *h.Holder, h.Holder.At.UnixMicro()
	}
	if h.Wanted != nil {
		b, err := json.Marshal(h.Wanted)
		if err != nil {
			return fmt.Errorf("who asks for story %s: %w", story, err)
		}
		wanted = string(b)
	}
	if h.Holder == nil && h.Wanted == nil {
		_, err = tx.Exec(ctx, `DELETE FROM hold WHERE story = $1`, story)
	} else {
		_, err = tx.Exec(ctx, `INSERT INTO hold (story, tab, account, at, wanted) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (story) DO UPDATE SET tab = $2, account = $3, at = $4, wanted = $5`, story, holder.Tab, holder.Account, at, wanted)
	}
	if err != nil {
		return fmt.Errorf("who has story %s open: %w", story, err)
	}
	return nil
}
