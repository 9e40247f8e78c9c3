package workflow

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

func insertShare(ctx context.Context, tx *db.Tx, s *Share, hash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO share (id, hash, story, who, created, expires, revoked) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
		s.ID, hash, s.Story, s.Who, s.Created.UnixMicro(), s.Expires.UnixMicro())
	if err != nil {
		return fmt.Errorf("share story %s: %w", s.Story, err)
	}
	return nil
}

func selectShares(ctx context.Context, q db.Queryer, story string) (list []Share, err error) {
	rows, err := q.Query(ctx, `SELECT id, who, created, expires, revoked FROM share WHERE story = $1 ORDER BY created DESC`, story)
	if err != nil {
		return nil, fmt.Errorf("links to story %s: %w", story, err)
	}
	defer rows.Close()
	for rows.Next() {
		s := Share{Story: story}
		var created, expires, revoked int64
		if err := rows.Scan(&s.ID, &s.Who, &created, &expires, &revoked); err != nil {
			return nil, fmt.Errorf("links to story %s: %w", story, err)
		}
		s.Created, s.Expires = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
		if revoked != 0 {
			s.Revoked = time.UnixMicro(revoked).UTC()
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

func revokeShare(ctx context.Context, tx *db.Tx, story, id string) error {
	n, err := tx.Exec(ctx, `UPDATE share SET revoked = $3 WHERE story = $1 AND id = $2 AND revoked = 0`, story, id, tx.Now.UnixMicro())
	if err == nil && n == 0 {
		err = errs.Errorf(errs.NotFound, "no such link, or it was revoked before")
	}
	return err
}

func revokeShares(ctx context.Context, tx *db.Tx, story string) error {
	_, err := tx.Exec(ctx, `UPDATE share SET revoked = $2 WHERE story = $1 AND revoked = 0`, story, tx.Now.UnixMicro())
	return err
}

func selectShared(ctx context.Context, q db.Queryer, hash string, now time.Time) (story string, err error) {
	err = q.QueryRow(ctx, `SELECT story FROM share WHERE hash = $1 AND revoked = 0 AND expires > $2`, hash, now.UnixMicro()).Scan(&story)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errs.Errorf(errs.NotFound, "the link is over or was revoked")
	}
	return story, err
}
