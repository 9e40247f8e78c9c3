package media

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

func selectByID(ctx context.Context, q db.Queryer, id string) (record, error) {
	r, err := scan(q.QueryRow(ctx, `SELECT created, data FROM media WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return r, errs.Errorf(errs.NotFound, "no media %s", id)
	}
	if err != nil {
		return r, fmt.Errorf("read media %s: %w", id, err)
	}
	return r, nil
}

// selectByHash returns sql.ErrNoRows when there is none.
func selectByHash(ctx context.Context, q db.Queryer, hash string) (record, error) {
	return scan(q.QueryRow(ctx, `SELECT created, data FROM media WHERE hash = $1`, hash))
}

func scan(row *sql.Row) (r record, err error) {
	var created int64
	var data string
	if err := row.Scan(&created, &data); err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(data), &r); err != nil {
		return r, err
	}
	r.created = time.UnixMicro(created).UTC()
	return r, nil
}

// insert writes the row, or leaves the one that is there; it returns what then is there.
func insert(ctx context.Context, tx *db.Tx, p *Prepared) (record, error) {
	data, err := json.Marshal(p.record)
	if err != nil {
		return record{}, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO media (id, hash, created, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		p.record.Media.ID, p.hash, tx.Now.UnixMicro(), string(data))
	if err != nil {
		return record{}, err
	}
	return selectByHash(ctx, tx, p.hash)
}
