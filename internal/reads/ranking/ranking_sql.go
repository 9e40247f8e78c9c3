package ranking

import (
	"context"
	"time"

	"masthead/internal/db"
)

// takeTurn makes the next ranking ours if it is due, and puts the one after it off by a time. A moment farther away than
// that was written by a clock that was wrong.
func takeTurn(ctx context.Context, tx *db.Tx, off time.Duration) (bool, error) {
	next := tx.Now.Add(off).UnixMicro()
	n, err := tx.Exec(ctx, `UPDATE read_turn SET due = $1 WHERE due <= $2 OR due > $1`, next, tx.Now.UnixMicro())
	return n > 0, err
}
