package workflow

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

const noteColumns = `n.id, n.story, n.parent, n.block, n.who, COALESCE(a.name, n.who), n.at, n.text, n.resolved, n.resolver`

func scanNotes(rows *sql.Rows, more func(*Note) []any) (list []Note, err error) {
	defer rows.Close()
	for rows.Next() {
		var n Note
		var at, resolved int64
		into := append([]any{&n.ID, &n.Story, &n.Parent, &n.Block, &n.Who, &n.Name, &at, &n.Text, &resolved, &n.Resolver}, more(&n)...)
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("notes: %w", err)
		}
		n.At = time.UnixMicro(at).UTC()
		if resolved != 0 {
			n.Resolved = time.UnixMicro(resolved).UTC()
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

func selectNotes(ctx context.Context, q db.Queryer, story string) ([]Note, error) {
	rows, err := q.Query(ctx, `SELECT `+noteColumns+` FROM note n LEFT JOIN account a ON a.id = n.who WHERE n.story = $1 ORDER BY n.at, n.id`, story)
	if err != nil {
		return nil, fmt.Errorf("notes of story %s: %w", story, err)
	}
	return scanNotes(rows, func(*Note) []any { return nil })
}

func insertNote(ctx context.Context, tx *db.Tx, n *Note) error {
	_, err := tx.Exec(ctx, `INSERT INTO note (id, story, parent, block, who, at, text, resolved, resolver) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '')`,
		n.ID, n.Story, n.Parent, n.Block, n.Who, n.At.UnixMicro(), n.Text)
	if err != nil {
		return fmt.Errorf("note on story %s: %w", n.Story, err)
	}
	return nil
}

func insertMention(ctx context.Context, tx *db.Tx, account string, n *Note) error {
	_, err := tx.Exec(ctx, `INSERT INTO mention (account, note, story, at, seen) VALUES ($1, $2, $3, $4, 0)`, account, n.ID, n.Story, n.At.UnixMicro())
	if err != nil {
		return fmt.Errorf("mention of %s: %w", account, err)
	}
	return nil
}

func updateNote(ctx context.Context, tx *db.Tx, note string, resolved int64, by string) error {
	n, err := tx.Exec(ctx, `UPDATE note SET resolved = $2, resolver = $3 WHERE id = $1`, note, resolved, by)
	if err == nil && n == 0 {
		err = errs.Errorf(errs.NotFound, "no such note")
	}
	return err
}

func selectMentions(ctx context.Context, q db.Queryer, account string) ([]Note, error) {
	rows, err := q.Query(ctx, `SELECT `+noteColumns+`, s.headline FROM mention m JOIN note n ON n.id = m.note JOIN story s ON s.id = m.story
		LEFT JOIN account a ON a.id = n.who WHERE m.account = $1 AND m.seen = 0 ORDER BY m.at DESC LIMIT 50`, account)
	if err != nil {
		return nil, fmt.Errorf("mentions of %s: %w", account, err)
	}
	return scanNotes(rows, func(n *Note) []any { return []any{&n.Headline} })
}

func seeMentions(ctx context.Context, tx *db.Tx, account, story string) error {
	_, err := tx.Exec(ctx, `UPDATE mention SET seen = $3 WHERE account = $1 AND story = $2 AND seen = 0`, account, story, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("mentions of %s: %w", account, err)
	}
	return nil
}
