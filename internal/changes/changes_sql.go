package changes

import (
	"context"
	"time"

	"masthead/internal/db"
)

func insertBatch(ctx context.Context, tx *db.Tx, keys string) (seq int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO change (at, keys) VALUES ($1, $2) RETURNING seq`, tx.Now.UnixMicro(), keys).Scan(&seq)
	if err != nil {
		return 0, err
	}
	return seq, tx.Notify(ctx)
}

type row struct {
	seq  int64
	keys string
}

func selectSince(ctx context.Context, q db.Queryer, seq int64, limit int) (list []row, err error) {
	rows, err := q.Query(ctx, `SELECT seq, keys FROM change WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.seq, &r.keys); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// Last returns the number of the newest batch, 0 if there is none.
func Last(ctx context.Context, q db.Queryer) (seq int64, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(MAX(seq), 0) FROM change`).Scan(&seq)
	return seq, err
}

// Forget removes the batches before a moment, but never the newest: it keeps the numbering.
func Forget(ctx context.Context, d *db.DB, before time.Time) error {
	return d.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM change WHERE at < $1 AND seq < (SELECT MAX(seq) FROM change)`, before.UnixMicro())
		return err
	})
}
