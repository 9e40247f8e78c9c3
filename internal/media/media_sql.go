package media

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
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

// Search returns the newest media whose words (caption, credit, alternative text) hold every word of a text, at most n. kind is
// photo, video or audio; "" is all.
func Search(ctx context.Context, q db.Queryer, text, kind string, n int) (list []doc.Media, err error) {
	query, args := `SELECT data FROM media`, []any{}
	joint := " WHERE "
	add := func(pattern string) {
		args = append(args, pattern)
		query += joint + `LOWER(data) LIKE $` + strconv.Itoa(len(args))
		joint = " AND "
	}
	if kind != "" {
		add(`%"kind":"` + kind + `"%`)
	}
	for i, word := range strings.Fields(strings.ToLower(text)) {
		if i < 8 {
			add("%" + word + "%")
		}
	}
	args = append(args, n)
	rows, err := q.Query(ctx, query+` ORDER BY created DESC, id LIMIT $`+strconv.Itoa(len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("search media: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var data string
		var r record
		err := rows.Scan(&data)
		if err == nil {
			err = json.Unmarshal([]byte(data), &r)
		}
		if err != nil {
			return nil, fmt.Errorf("search media: %w", err)
		}
		list = append(list, r.Media)
	}
	return list, rows.Err()
}
