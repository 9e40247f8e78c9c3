package wire

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"masthead/internal/db"
)

// StatusOf returns the status (usable, withheld, canceled) and the guid of the wire item that a story was made of; ""
// if it was not made of one.
func StatusOf(ctx context.Context, q db.Queryer, story string) (status, guid string, err error) {
	err = q.QueryRow(ctx, `SELECT status, guid FROM wire_item WHERE story = $1`, story).Scan(&status, &guid)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("wire item of story %s: %w", story, err)
	}
	return status, guid, nil
}
