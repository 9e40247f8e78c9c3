package content

import (
	"context"
	"fmt"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/media"
)

// altsOf returns the media of the newest text with their alternative texts there.
func altsOf(s *Story) map[string]string {
	alts := doc.Alts(s.Copy.Body)
	if lead := s.Copy.Lead; lead != nil && lead.Media != "" && alts[lead.Media] == "" {
		alts[lead.Media] = lead.Alt
	}
	return alts
}

// IndexUses tells the library what the newest texts use, where they were written before it asked: a hundred stories, by id
// after last. It returns the last one's id, "" when there are no more.
func IndexUses(ctx context.Context, tx *db.Tx, last string) (string, error) {
	ids, err := selectPictured(ctx, tx, last, 100)
	if err != nil {
		return "", fmt.Errorf("stories with pictures: %w", err)
	}
	next := ""
	for _, id := range ids {
		// Whoever saves the story now waits, or has saved: what is read is the newest text.
		if _, err := tx.Exec(ctx, `UPDATE story SET version = version WHERE id = $1`, id); err != nil {
			return "", fmt.Errorf("story %s: %w", id, err)
		}
		s, err := Find(ctx, tx, id)
		if err != nil {
			return "", err
		}
		if err := media.SetUses(ctx, tx, id, altsOf(s)); err != nil {
			return "", err
		}
		next = id
	}
	return next, nil
}

func selectPictured(ctx context.Context, q db.Queryer, after string, n int) (ids []string, err error) {
	rows, err := q.Query(ctx, `SELECT id FROM story WHERE picture AND id > $1 ORDER BY id LIMIT $2`, after, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
