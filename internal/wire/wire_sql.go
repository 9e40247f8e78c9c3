package wire

import (
	"context"
	"database/sql"
	"errors"

	"masthead/internal/db"
)

// record is what wire_item holds of a guid.
type record struct {
	version string
	created int64
	status  string
	story   string // "" if none was made
	made    string
}

func selectItem(ctx context.Context, tx *db.Tx, guid string) (*record, error) {
	var r record
	var story *string
	err := tx.QueryRow(ctx, `SELECT version, created, status, story, made FROM wire_item WHERE guid = $1`, guid).
		Scan(&r.version, &r.created, &r.status, &story, &r.made)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if story != nil {
		r.story = *story
	}
	return &r, nil
}

func insertItem(ctx context.Context, tx *db.Tx, e *entry, message string, r record) error {
	_, err := tx.Exec(ctx, `INSERT INTO wire_item (guid, version, created, status, provider, headline, at, message, story, made)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.guid, r.version, r.created, r.status, e.story.Source, e.story.Headline, tx.Now.UnixMicro(), message, orNull(r.story), r.made)
	return err
}

func updateItem(ctx context.Context, tx *db.Tx, e *entry, message string, r record) error {
	_, err := tx.Exec(ctx, `UPDATE wire_item SET version = $2, created = $3, status = $4, provider = $5, headline = $6,
		at = $7, message = $8, story = $9, made = $10 WHERE guid = $1`,
		e.guid, r.version, r.created, r.status, e.story.Source, e.story.Headline, tx.Now.UnixMicro(), message, orNull(r.story), r.made)
	return err
}

func updateStatus(ctx context.Context, tx *db.Tx, guid, status string) error {
	_, err := tx.Exec(ctx, `UPDATE wire_item SET status = $2 WHERE guid = $1`, guid, status)
	return err
}

// selectSeen reports whether this very version arrived before. Of items that carry no version number only the
// content can tell.
func selectSeen(ctx context.Context, tx *db.Tx, e *entry) (bool, error) {
	var n int
	if e.version == "" || e.created == 0 {
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM wire_version WHERE guid = $1 AND digest = $2`, e.guid, e.digest).Scan(&n)
		return n > 0, err
	}
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM wire_version WHERE guid = $1 AND version = $2 AND created = $3`,
		e.guid, e.version, e.created).Scan(&n)
	return n > 0, err
}

func insertVersion(ctx context.Context, tx *db.Tx, e *entry, message string) error {
	_, err := tx.Exec(ctx, `INSERT INTO wire_version (guid, version, created, digest, status, at, message, item)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.guid, e.version, e.created, e.digest, e.status, tx.Now.UnixMicro(), message, e.packed)
	return err
}

// insertMessage keeps a message as it was received; the same bytes twice are one row.
func insertMessage(ctx context.Context, tx *db.Tx, f *file, source string) error {
	_, err := tx.Exec(ctx, `INSERT INTO wire_message (hash, at, source, format, data) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (hash) DO NOTHING`, f.hash, tx.Now.UnixMicro(), source, f.format, f.packed)
	return err
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
