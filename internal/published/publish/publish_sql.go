package publish

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"masthead/internal/db"
	"masthead/internal/packed"
	"masthead/internal/published"
)

// stand is how a story stands in the view before it is written.
type stand struct {
	status published.Status
	lists  []place
	media  []string
	all    string // its language's list of everything
	day    int
}

// The calendar day and the media of a live story stand behind its lists in the same column, so that taking
// it out needs no second index and no memory of an older time zone.
func encodeStand(snap Snapshot) string {
	var b strings.Builder
	for _, p := range snap.lists {
		b.WriteString(p.String())
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "#%d %s", snap.day, strings.Join(snap.media, " "))
	return b.String()
}

func selectStand(ctx context.Context, tx *db.Tx, id string) (s stand, err error) {
	var text, lang string
	err = tx.QueryRow(ctx, `SELECT status, language, lists FROM pub_story WHERE id = $1`, id).Scan(&s.status, &lang, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return stand{}, nil
	}
	if err != nil {
		return stand{}, err
	}
	s.all = published.AllList(lang)
	for line := range strings.SplitSeq(text, "\n") {
		if rest, ok := strings.CutPrefix(line, "#"); ok {
			words := strings.Fields(rest)
			if len(words) == 0 {
				continue
			}
			if s.day, err = strconv.Atoi(words[0]); err != nil {
				return stand{}, err
			}
			s.media = words[1:]
			continue
		}
		list, at, ok := strings.Cut(line, "@")
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(at, 36, 64)
		if err != nil {
			return stand{}, err
		}
		s.lists = append(s.lists, place{list, n})
	}
	return s, nil
}

func upsertStory(ctx context.Context, tx *db.Tx, snap Snapshot, exists bool) error {
	s := snap.story
	insert := `INSERT INTO pub_story (id, status, revision, section, slug, language, at, modified, headline, lists, card)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	body := `INSERT INTO pub_body (id, data) VALUES ($1, $2)`
	if exists {
		insert += ` ON CONFLICT (id) DO UPDATE SET status = 1, revision = $2, section = $3, slug = $4, language = $5,
			at = $6, modified = $7, headline = $8, lists = $9, card = $10`
		body += ` ON CONFLICT (id) DO UPDATE SET data = $2`
	}
	_, err := tx.Exec(ctx, insert, s.ID, s.Revision, s.Section, s.Slug, s.Language, s.Published.UnixMicro(),
		s.Modified.UnixMicro(), s.Headline, encodeStand(snap), snap.card)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, body, s.ID, snap.body)
	return err
}

func buryStory(ctx context.Context, tx *db.Tx, t published.Tombstone, card string) error {
	_, err := tx.Exec(ctx, `UPDATE pub_story SET status = $2, modified = $3, headline = '', lists = '', card = $4 WHERE id = $1`,
		t.ID, int(t.Status), t.At.UnixMicro(), card)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM pub_body WHERE id = $1`, t.ID)
	return err
}

func deleteStory(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM pub_story WHERE id = $1`, id)
	return err
}

// selectShowing returns the live stories that show a medium.
func selectShowing(ctx context.Context, tx *db.Tx, media string) ([]string, error) {
	return db.Texts(ctx, tx, `SELECT story FROM pub_media WHERE media = $1 ORDER BY story`, media)
}

// selectSnapshot returns what is public of a story; nil if nothing is.
func selectSnapshot(ctx context.Context, tx *db.Tx, id string) (*published.Story, error) {
	var data []byte
	err := tx.QueryRow(ctx, `SELECT data FROM pub_body WHERE id = $1`, id).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := new(published.Story)
	return s, packed.Read(data, s)
}

func rewriteStory(ctx context.Context, tx *db.Tx, id, card string, body []byte) error {
	if _, err := tx.Exec(ctx, `UPDATE pub_story SET card = $1 WHERE id = $2`, card, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE pub_body SET data = $1 WHERE id = $2`, body, id)
	return err
}

func insertIntoList(ctx context.Context, tx *db.Tx, p place, story string) error {
	_, err := tx.Exec(ctx, `INSERT INTO pub_list (list, at, story) VALUES ($1, $2, $3)`, p.list, p.at, story)
	return err
}

func deleteFromList(ctx context.Context, tx *db.Tx, p place, story string) error {
	_, err := tx.Exec(ctx, `DELETE FROM pub_list WHERE list = $1 AND at = $2 AND story = $3`, p.list, p.at, story)
	return err
}

func addCount(ctx context.Context, tx *db.Tx, list string, day, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO pub_count (list, day, n) VALUES ($1, $2, $3)
		ON CONFLICT (list, day) DO UPDATE SET n = pub_count.n + $3`, list, day, n)
	return err
}

func insertMedia(ctx context.Context, tx *db.Tx, media, story string) error {
	_, err := tx.Exec(ctx, `INSERT INTO pub_media (media, story) VALUES ($1, $2)`, media, story)
	return err
}

func deleteMedia(ctx context.Context, tx *db.Tx, media, story string) error {
	_, err := tx.Exec(ctx, `DELETE FROM pub_media WHERE media = $1 AND story = $2`, media, story)
	return err
}

func upsertFact(ctx context.Context, tx *db.Tx, kind, name, data string) error {
	_, err := tx.Exec(ctx, `INSERT INTO pub_fact (kind, name, data) VALUES ($1, $2, $3)
		ON CONFLICT (kind, name) DO UPDATE SET data = $3`, kind, name, data)
	return err
}

func deleteFact(ctx context.Context, tx *db.Tx, kind, name string) error {
	_, err := tx.Exec(ctx, `DELETE FROM pub_fact WHERE kind = $1 AND name = $2`, kind, name)
	return err
}

func upsertPath(ctx context.Context, tx *db.Tx, path, story string) error {
	_, err := tx.Exec(ctx, `INSERT INTO pub_path (path, story) VALUES ($1, $2)
		ON CONFLICT (path) DO UPDATE SET story = $2`, path, story)
	return err
}
