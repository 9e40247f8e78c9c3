package identity

import (
	"context"
	"fmt"
	"time"

	"masthead/internal/db"
)

// countAttempt adds one and returns how many there are until when they are forgotten.
func countAttempt(ctx context.Context, tx *db.Tx, name string, until time.Time) (n int64, end time.Time, err error) {
	if _, err := tx.Exec(ctx, `DELETE FROM attempt WHERE name = $1 AND until <= $2`, name, tx.Now.UnixMicro()); err != nil {
		return 0, end, fmt.Errorf("attempts: %w", err)
	}
	var micro int64
	err = tx.QueryRow(ctx, `INSERT INTO attempt (name, n, until) VALUES ($1, 1, $2) ON CONFLICT (name) DO UPDATE SET n = attempt.n + 1 RETURNING n, until`,
		name, until.UnixMicro()).Scan(&n, &micro)
	if err != nil {
		return 0, end, fmt.Errorf("attempts: %w", err)
	}
	return n, moment(micro), nil
}

func lessAttempts(ctx context.Context, tx *db.Tx, name string) error {
	if _, err := tx.Exec(ctx, `UPDATE attempt SET n = n - 1 WHERE name = $1 AND n > 0`, name); err != nil {
		return fmt.Errorf("attempts: %w", err)
	}
	return nil
}

func deleteAttempts(ctx context.Context, tx *db.Tx, name string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM attempt WHERE name = $1`, name); err != nil {
		return fmt.Errorf("attempts: %w", err)
	}
	return nil
}
