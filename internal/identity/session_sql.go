package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

const sessionColumns = `s.id, s.account, s.created, s.seen, s.expires, s.fresh, s.address, s.agent`

// sessionRow takes the columns of sessionColumns.
type sessionRow struct {
	Session
	created, seen, expires, fresh int64
}

func (r *sessionRow) fields() []any {
	return []any{&r.ID, &r.Account, &r.created, &r.seen, &r.expires, &r.fresh, &r.Address, &r.Agent}
}

func (r *sessionRow) session() Session {
	s := r.Session
	s.Created, s.Seen, s.Expires, s.Fresh = moment(r.created), moment(r.seen), moment(r.expires), moment(r.fresh)
	return s
}

// selectSession returns a session that is not over, with its account if that may sign in.
func selectSession(ctx context.Context, q db.Queryer, hash string, now time.Time) (*Session, *Account, error) {
	var sr sessionRow
	var ar accountRow
	err := q.QueryRow(ctx, `SELECT `+sessionColumns+`, `+accountColumns+` FROM session s JOIN account a ON a.id = s.account
		WHERE s.hash = $1 AND s.expires > $2 AND a.state = $3`, hash, now.UnixMicro(), Active).Scan(append(sr.fields(), ar.fields()...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, errs.Errorf(errs.NotFound, "session: it is over: sign in again")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("session: %w", err)
	}
	a, err := ar.account()
	if err != nil {
		return nil, nil, err
	}
	s := sr.session()
	return &s, &a, nil
}

func selectSessions(ctx context.Context, q db.Queryer, account string, now time.Time) (list []Session, err error) {
	rows, err := q.Query(ctx, `SELECT `+sessionColumns+` FROM session s WHERE s.account = $1 AND s.expires > $2 ORDER BY s.seen DESC, s.id`,
		account, now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r sessionRow
		if err := rows.Scan(r.fields()...); err != nil {
			return nil, fmt.Errorf("sessions: %w", err)
		}
		list = append(list, r.session())
	}
	return list, rows.Err()
}

func insertSession(ctx context.Context, tx *db.Tx, hash string, s *Session) error {
	_, err := tx.Exec(ctx, `INSERT INTO session (hash, id, account, created, seen, expires, fresh, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		hash, s.ID, s.Account, s.Created.UnixMicro(), s.Seen.UnixMicro(), s.Expires.UnixMicro(), s.Fresh.UnixMicro(), s.Address, s.Agent)
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE account SET seen = $1 WHERE id = $2`, tx.Now.UnixMicro(), s.Account)
	}
	if err != nil {
		return fmt.Errorf("session of %s: %w", s.Account, err)
	}
	return nil
}

// touchSession notes the use of a session, whose end moves with it.
func touchSession(ctx context.Context, tx *db.Tx, s *Session) error {
	now := tx.Now.UnixMicro()
	if _, err := tx.Exec(ctx, `UPDATE session SET seen = $1, expires = $2 WHERE id = $3`, now, tx.Now.Add(sessionLife).UnixMicro(), s.ID); err != nil {
		return fmt.Errorf("session %s: %w", s.ID, err)
	}
	if _, err := tx.Exec(ctx, `UPDATE account SET seen = $1 WHERE id = $2`, now, s.Account); err != nil {
		return fmt.Errorf("account %s: %w", s.Account, err)
	}
	return nil
}

func setFresh(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `UPDATE session SET fresh = $1 WHERE id = $2`, tx.Now.UnixMicro(), id); err != nil {
		return fmt.Errorf("session %s: %w", id, err)
	}
	return nil
}

func deleteSession(ctx context.Context, tx *db.Tx, account, id string) (int64, error) {
	n, err := tx.Exec(ctx, `DELETE FROM session WHERE account = $1 AND id = $2`, account, id)
	if err != nil {
		return 0, fmt.Errorf("session %s: %w", id, err)
	}
	return n, nil
}

// deleteSessions ends all sessions of an account but one.
func deleteSessions(ctx context.Context, tx *db.Tx, account, but string) (int64, error) {
	n, err := tx.Exec(ctx, `DELETE FROM session WHERE account = $1 AND id <> $2`, account, but)
	if err != nil {
		return 0, fmt.Errorf("sessions of %s: %w", account, err)
	}
	return n, nil
}
