package content

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/media"
	"masthead/internal/packed"
	"masthead/internal/published"
)

func readSite(ctx context.Context, q db.Queryer) (*published.Site, error) {
	s := new(published.Site)
	var text string
	err := q.QueryRow(ctx, `SELECT data FROM pub_fact WHERE kind = 'site' AND name = ''`).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), s); err != nil {
			return nil, err
		}
	}
	s.Complete()
	return s, nil
}

// Story returns the newest version of a story; errs.NotFound if there is none.
func (k *Desk) Story(ctx context.Context, id string) (*Story, error) { return Find(ctx, k.tx, id) }

// Find returns the newest version of a story; errs.NotFound if there is none.
func Find(ctx context.Context, q db.Queryer, id string) (*Story, error) {
	s := &Story{ID: id}
	var due *int64
	var data []byte
	err := q.QueryRow(ctx, `SELECT s.state, s.version, s.due, COALESCE(s.approved, 0), r.data FROM story s
		JOIN revision r ON r.story = s.id AND r.version = s.version WHERE s.id = $1`, id).Scan(&s.State, &s.Version, &due, &s.approved, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.Errorf(errs.NotFound, "no story %s", id)
	}
	if err != nil {
		return nil, fmt.Errorf("story %s: %w", id, err)
	}
	if due != nil {
		s.Due = time.UnixMicro(*due).UTC()
	}
	if err := packed.Read(data, &s.Copy); err != nil {
		return nil, fmt.Errorf("story %s version %d: %w", id, s.Version, err)
	}
	return s, nil
}

func (k *Desk) insertStory(ctx context.Context, s *Story) error {
	_, err := k.tx.Exec(ctx, `INSERT INTO story (id, state, version, section, headline, due, published, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, string(s.State), s.Version, s.Copy.Section, s.Copy.Headline, micros(s.Due), micros(s.Copy.Published),
		k.tx.Now.UnixMicro(), k.tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("story %s: %w", s.ID, err)
	}
	return nil
}

func (k *Desk) updateStory(ctx context.Context, s *Story) error {
	_, err := k.tx.Exec(ctx, `UPDATE story SET state = $2, version = $3, section = $4, headline = $5, due = $6, approved = $7, published = $8, updated = $9
		WHERE id = $1`, s.ID, string(s.State), s.Version, s.Copy.Section, s.Copy.Headline, micros(s.Due), s.approved,
		micros(s.Copy.Published), k.tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("story %s: %w", s.ID, err)
	}
	return nil
}

func (k *Desk) insertRevision(ctx context.Context, s *Story, note string) error {
	c := s.Copy
	c.Media = nil // the library has it
	data, err := packed.Value(c)
	if err != nil {
		return fmt.Errorf("story %s: %w", s.ID, err)
	}
	return k.insertPacked(ctx, s, note, data)
}

func (k *Desk) insertPacked(ctx context.Context, s *Story, note string, data []byte) error {
	_, err := k.tx.Exec(ctx, `INSERT INTO revision (story, version, at, who, note, data) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.ID, s.Version, k.tx.Now.UnixMicro(), k.who, note, data)
	if err != nil {
		return fmt.Errorf("story %s version %d: %w", s.ID, s.Version, err)
	}
	return nil
}

// version returns a saved version of a story.
func (k *Desk) version(ctx context.Context, id string, version int) (c published.Story, err error) {
	var data []byte
	err = k.tx.QueryRow(ctx, `SELECT data FROM revision WHERE story = $1 AND version = $2`, id, version).Scan(&data)
	if err == nil {
		err = packed.Read(data, &c)
	}
	if err != nil {
		return c, fmt.Errorf("story %s version %d: %w", id, version, err)
	}
	return c, nil
}

// public returns what readers have of a live story.
func (k *Desk) public(ctx context.Context, id string) (c published.Story, err error) {
	var data []byte
	err = k.tx.QueryRow(ctx, `SELECT data FROM pub_body WHERE id = $1`, id).Scan(&data)
	if err == nil {
		err = packed.Read(data, &c)
	}
	if err != nil {
		return c, fmt.Errorf("story %s as published: %w", id, err)
	}
	return c, nil
}

func selectDue(ctx context.Context, d *db.DB) (ids []string, err error) {
	rows, err := d.Query(ctx, `SELECT id FROM story WHERE due IS NOT NULL AND due <= $1 ORDER BY due LIMIT 500`, d.Now().UnixMicro())
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

// NextDue returns when the next embargo ends; zero if there is none.
func NextDue(ctx context.Context, q db.Queryer) (time.Time, error) {
	var due *int64
	err := q.QueryRow(ctx, `SELECT MIN(due) FROM story WHERE due IS NOT NULL`).Scan(&due)
	if err != nil || due == nil {
		return time.Time{}, err
	}
	return time.UnixMicro(*due).UTC(), nil
}

// media reads from the library what the copy shows. A medium that is not there is left out of the page.
func (k *Desk) media(ctx context.Context, c *published.Story) (map[string]doc.Media, error) {
	ids := doc.MediaIDs(c.Body)
	if c.Lead != nil {
		ids = append(ids, c.Lead.Media)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found := map[string]doc.Media{}
	for _, id := range ids {
		m, err := media.Find(ctx, k.tx, id)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found[id] = m
	}
	return found, nil
}

func micros(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	n := t.UnixMicro()
	return &n
}
