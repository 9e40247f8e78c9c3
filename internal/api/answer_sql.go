package api

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
)

// kept is an answer that a repeated request gets again.
type kept struct {
	digest string
	status int
	body   string
}

// findAnswer returns the answer of a caller's key that is not older than a moment; nil if there is none.
func findAnswer(ctx context.Context, q db.Queryer, caller, key string, since time.Time) (*kept, error) {
	var k kept
	err := q.QueryRow(ctx, `SELECT digest, status, body FROM answer WHERE caller = $1 AND key = $2 AND at >= $3`,
		caller, key, since.UnixMicro()).Scan(&k.digest, &k.status, &k.body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("answer of request %s: %w", key, err)
	}
	return &k, nil
}

// insertAnswer keeps an answer, and lets go of those older than a moment.
func insertAnswer(ctx context.Context, tx *db.Tx, caller, key string, k kept, before time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM answer WHERE at < $1`, before.UnixMicro()); err != nil {
		return fmt.Errorf("old answers: %w", err)
	}
	_, err := tx.Exec(ctx, `INSERT INTO answer (caller, key, digest, status, body, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		caller, key, k.digest, k.status, k.body, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("answer of request %s: %w", key, err)
	}
	return nil
}
