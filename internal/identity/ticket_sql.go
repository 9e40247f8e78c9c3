package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
)

func insertTicket(ctx context.Context, tx *db.Tx, hash, kind, account, data string, expires time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO ticket (hash, kind, account, data, expires) VALUES ($1, $2, $3, $4, $5)`,
		hash, kind, account, data, expires.UnixMicro())
	if err != nil {
		return fmt.Errorf("ticket %s: %w", kind, err)
	}
	return nil
}

// markUsed notes something that may be used once and reports whether it had not been.
func markUsed(ctx context.Context, tx *db.Tx, hash, account string, expires time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO ticket (hash, kind, account, data, expires) VALUES ($1, $2, $3, '', $4) ON CONFLICT (hash) DO NOTHING`,
		hash, kindUsed, account, expires.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("code of %s: %w", account, err)
	}
	return n == 1, nil
}

func selectTicket(ctx context.Context, q db.Queryer, hash, kind string, now time.Time) (account, data string, err error) {
	err = q.QueryRow(ctx, `SELECT account, data FROM ticket WHERE hash = $1 AND kind = $2 AND expires > $3`, hash, kind, now.UnixMicro()).Scan(&account, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", errTicket
	}
	if err != nil {
		return "", "", fmt.Errorf("ticket %s: %w", kind, err)
	}
	return account, data, nil
}

func deleteTicket(ctx context.Context, tx *db.Tx, hash string) (int64, error) {
	n, err := tx.Exec(ctx, `DELETE FROM ticket WHERE hash = $1`, hash)
	if err != nil {
		return 0, fmt.Errorf("ticket: %w", err)
	}
	return n, nil
}

// dropTickets removes an account's tickets of a kind; of all kinds for "".
func dropTickets(ctx context.Context, tx *db.Tx, kind, account string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM ticket WHERE account = $1 AND ($2 = '' OR kind = $2)`, account, kind); err != nil {
		return fmt.Errorf("tickets of %q: %w", account, err)
	}
	return nil
}

// sweep removes what is over.
func sweep(ctx context.Context, tx *db.Tx) error {
	for _, query := range []string{
		`DELETE FROM ticket WHERE expires <= $1`, `DELETE FROM attempt WHERE until <= $1`, `DELETE FROM session WHERE expires <= $1`,
	} {
		if _, err := tx.Exec(ctx, query, tx.Now.UnixMicro()); err != nil {
			return fmt.Errorf("what is over: %w", err)
		}
	}
	return nil
}
