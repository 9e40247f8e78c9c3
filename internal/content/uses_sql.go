package content

import (
	"context"
	"fmt"
	"strings"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/media"
	"masthead/internal/published"
)

// altsOf returns the media of a text with their alternative texts there.
func altsOf(c *published.Story) map[string]doc.Alt {
	alts := doc.Alts(c.Body)
	if lead := c.Lead; lead != nil && lead.Media != "" {
		alt := alts[lead.Media]
		if alt.Text == "" {
			alt.Text = lead.Alt
		}
		alt.Lacks = alt.Lacks || strings.TrimSpace(lead.Alt) == ""
		alts[lead.Media] = alt
	}
	return alts
}

// setUses notes which media the newest text uses, and the one that was approved and waits to go out.
func setUses(ctx context.Context, tx *db.Tx, s *Story) error {
	alts := altsOf(&s.Copy)
	if s.approved != 0 && s.approved != s.Version {
		waits, err := Text(ctx, tx, s.ID, s.approved)
		if err != nil {
			return err
		}
		for id, alt := range altsOf(waits) {
			if _, both := alts[id]; !both {
				alts[id] = alt
			}
		}
	}
	return media.SetUses(ctx, tx, s.ID, alts)
}

// IndexUses tells the library what the newest texts use, where they were written before it asked: a hundred stories, by id
// after last. It returns the last one's id, "" when there are no more.
func IndexUses(ctx context.Context, tx *db.Tx, last string) (string, error) {
	ids, err := db.Texts(ctx, tx, `SELECT id FROM story WHERE picture AND id > $1 ORDER BY id LIMIT 100`, last)
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
		if err := setUses(ctx, tx, s); err != nil {
			return "", err
		}
		next = id
	}
	return next, nil
}
