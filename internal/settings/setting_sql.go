package settings

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"masthead/internal/db"
)

// row is a group as it is stored; empty data: it is not.
type row struct{ data string }

func find(ctx context.Context, q db.Queryer, name string) (r row, err error) {
	err = q.QueryRow(ctx, `SELECT data FROM setting WHERE name = $1`, name).Scan(&r.data)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, nil
	}
	if err != nil {
		return r, fmt.Errorf("settings of %s: %w", name, err)
	}
	return r, nil
}

func put(ctx context.Context, tx *db.Tx, name, who, data string) error {
	_, err := tx.Exec(ctx, `INSERT INTO setting (name, data, at, who) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET data = excluded.data, at = excluded.at, who = excluded.who`, name, data, tx.Now.UnixMicro(), who)
	if err != nil {
		return fmt.Errorf("settings of %s: %w", name, err)
	}
	return nil
}

func selectLast(ctx context.Context, q db.Queryer) (map[string]Last, error) {
	rows, err := q.Query(ctx, `SELECT name, at, who FROM setting WHERE name LIKE 'before/%'`)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	defer rows.Close()
	out := map[string]Last{}
	for rows.Next() {
		var name, who string
		var at int64
		if err := rows.Scan(&name, &at, &who); err != nil {
			return nil, fmt.Errorf("settings: %w", err)
		}
		out[strings.TrimPrefix(name, previous)] = Last{time.UnixMicro(at).UTC(), who}
	}
	return out, rows.Err()
}
