package content

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content/check"
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

const storyColumns = `s.id, s.state, s.version, s.out, s.due, COALESCE(s.approved, 0), s.pardon, s.author, s.assignee, s.guard, s.created, s.updated, s.spiked`

// Find returns the newest version of a story; errs.NotFound if there is none.
func Find(ctx context.Context, q db.Queryer, id string) (*Story, error) {
	s := new(Story)
	var due *int64
	var created, updated, spiked int64
	var guard string
	var data []byte
	err := q.QueryRow(ctx, `SELECT `+storyColumns+`, r.data FROM story s JOIN revision r ON r.story = s.id AND r.version = s.version WHERE s.id = $1`, id).
		Scan(&s.ID, &s.State, &s.Version, &s.Out, &due, &s.approved, &s.pardon, &s.Author, &s.Assignee, &guard, &created, &updated, &spiked, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.Errorf(errs.NotFound, "no story %s", id)
	}
	if err != nil {
		return nil, fmt.Errorf("story %s: %w", id, err)
	}
	if due != nil {
		s.Due = time.UnixMicro(*due).UTC()
	}
	s.Created, s.Updated = time.UnixMicro(created).UTC(), time.UnixMicro(updated).UTC()
	if spiked != 0 {
		s.Spiked = time.UnixMicro(spiked).UTC()
	}
	if guard != "" {
		if err := json.Unmarshal([]byte(guard), &s.Guard); err != nil {
			return nil, fmt.Errorf("story %s: what holds it back: %w", id, err)
		}
	}
	if err := packed.Read(data, &s.Copy); err != nil {
		return nil, fmt.Errorf("story %s version %d: %w", id, s.Version, err)
	}
	return s, nil
}

// row is what lists of the newsroom show of a story, beside the columns that Story has.
type row struct {
	slug, places, guard string
	words               int
	picture             bool
	spiked              int64
}

func rowOf(s *Story) (r row, err error) {
	r = row{slug: s.Copy.Slug, places: strings.Join(s.Copy.Regions, "\n"), words: s.Copy.Words, picture: s.Copy.Lead != nil || len(doc.MediaIDs(s.Copy.Body)) > 0}
	if r.slug == "" {
		r.slug = published.MakeSlug(s.Copy.Headline)
	}
	if r.words == 0 {
		r.words = doc.Words(s.Copy.Body)
	}
	if !s.Spiked.IsZero() {
		r.spiked = s.Spiked.UnixMicro()
	}
	if s.Guard != (check.Guard{}) {
		b, err := json.Marshal(s.Guard)
		if err != nil {
			return r, fmt.Errorf("story %s: what holds it back: %w", s.ID, err)
		}
		r.guard = string(b)
	}
	return r, nil
}

func (k *Desk) insertStory(ctx context.Context, s *Story) error {
	r, err := rowOf(s)
	if err != nil {
		return err
	}
	_, err = k.tx.Exec(ctx, `INSERT INTO story (id, state, version, section, headline, due, published, created, updated,
			language, kind, slug, author, assignee, words, picture, places, out, guard)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		s.ID, string(s.State), s.Version, s.Copy.Section, s.Copy.Headline, micros(s.Due), micros(s.Copy.Published),
		k.tx.Now.UnixMicro(), k.tx.Now.UnixMicro(),
		s.Copy.Language, s.Copy.Kind, r.slug, s.Author, s.Assignee, r.words, r.picture, r.places, s.Out, r.guard)
	if err != nil {
		return fmt.Errorf("story %s: %w", s.ID, err)
	}
	if !r.picture {
		return nil
	}
	return media.SetUses(ctx, k.tx, s.ID, altsOf(&s.Copy))
}

func (k *Desk) updateStory(ctx context.Context, s *Story) error {
	r, err := rowOf(s)
	if err != nil {
		return err
	}
	s.Updated = k.tx.Now
	_, err = k.tx.Exec(ctx, `UPDATE story SET state = $2, version = $3, section = $4, headline = $5, due = $6, approved = $7, published = $8, updated = $9,
			language = $10, kind = $11, slug = $12, assignee = $13, words = $14, picture = $15, places = $16, out = $17, guard = $18, spiked = $19, pardon = $20
		WHERE id = $1`, s.ID, string(s.State), s.Version, s.Copy.Section, s.Copy.Headline, micros(s.Due), s.approved,
		micros(s.Copy.Published), k.tx.Now.UnixMicro(),
		s.Copy.Language, s.Copy.Kind, r.slug, s.Assignee, r.words, r.picture, r.places, s.Out, r.guard, r.spiked, s.pardon)
	if err != nil {
		return fmt.Errorf("story %s: %w", s.ID, err)
	}
	return setUses(ctx, k.tx, s)
}

func (k *Desk) insertRevision(ctx context.Context, s *Story, note string) error {
	return k.insertSaved(ctx, s, note, false)
}

func (k *Desk) insertSaved(ctx context.Context, s *Story, note string, auto bool) error {
	c := s.Copy
	c.Media = nil // the library has it
	data, err := packed.Value(c)
	if err != nil {
		return fmt.Errorf("story %s: %w", s.ID, err)
	}
	return k.insertVersion(ctx, s, note, data, auto)
}

func (k *Desk) insertPacked(ctx context.Context, s *Story, note string, data []byte) error {
	return k.insertVersion(ctx, s, note, data, false)
}

func (k *Desk) insertVersion(ctx context.Context, s *Story, note string, data []byte, auto bool) error {
	_, err := k.tx.Exec(ctx, `INSERT INTO revision (story, version, at, who, note, data, auto) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, s.Version, k.tx.Now.UnixMicro(), k.who, note, data, auto)
	if err != nil {
		return fmt.Errorf("story %s version %d: %w", s.ID, s.Version, err)
	}
	return nil
}

// thin removes the newest version if it was saved while typing by the same person within a while: the version being
// saved now takes its place. One of each while stays, however long somebody types: a slip can be taken back.
func (k *Desk) thin(ctx context.Context, s *Story, within time.Duration) error {
	_, err := k.tx.Exec(ctx, `DELETE FROM revision WHERE story = $1 AND version = $2 AND auto AND who = $3 AND at > $4
			AND EXISTS (SELECT 1 FROM revision before WHERE before.story = $1 AND before.version < $2 AND before.at > $4)`,
		s.ID, s.Version, k.who, k.tx.Now.Add(-within).UnixMicro())
	if err != nil {
		return fmt.Errorf("story %s: versions saved while typing: %w", s.ID, err)
	}
	return nil
}

// Version is one saved version of a story.
type Version struct {
	N    int       `json:"n"`
	At   time.Time `json:"at"`
	Who  string    `json:"who"` // an account's id, or a part of the program
	Note string    `json:"note"`
	Auto bool      `json:"auto"` // saved while typing
}

// Versions returns a story's versions, newest first.
func Versions(ctx context.Context, q db.Queryer, id string) (list []Version, err error) {
	rows, err := q.Query(ctx, `SELECT version, at, who, note, auto FROM revision WHERE story = $1 ORDER BY version DESC`, id)
	if err != nil {
		return nil, fmt.Errorf("versions of story %s: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var v Version
		var at int64
		if err := rows.Scan(&v.N, &at, &v.Who, &v.Note, &v.Auto); err != nil {
			return nil, fmt.Errorf("versions of story %s: %w", id, err)
		}
		v.At = time.UnixMicro(at).UTC()
		list = append(list, v)
	}
	return list, rows.Err()
}

// Text returns the text of a version; errs.NotFound if there is none.
func Text(ctx context.Context, q db.Queryer, id string, n int) (*published.Story, error) {
	var data []byte
	err := q.QueryRow(ctx, `SELECT data FROM revision WHERE story = $1 AND version = $2`, id, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.Errorf(errs.NotFound, "story %s has no version %d", id, n)
	}
	c := new(published.Story)
	if err == nil {
		err = packed.Read(data, c)
	}
	if err != nil {
		return nil, fmt.Errorf("story %s version %d: %w", id, n, err)
	}
	return c, nil
}

// before is what undoing a publication brings back.
type before struct {
	State     State                `json:"state"`
	Out       int                  `json:"out"`
	Public    *published.Story     `json:"public,omitempty"`    // nil: nothing was public
	Tombstone *published.Tombstone `json:"tombstone,omitempty"` // it had been taken down
	Stamps    published.Story      `json:"stamps,omitzero"`     // what publishing had decided of it by then
}

func (k *Desk) keepUndo(ctx context.Context, id string, until time.Time, b before) error {
	data, err := packed.Value(b)
	if err == nil {
		_, err = k.tx.Exec(ctx, `INSERT INTO undo (story, until, data) VALUES ($1, $2, $3) ON CONFLICT (story) DO UPDATE SET until = $2, data = $3`,
			id, until.UnixMicro(), data)
	}
	if err != nil {
		return fmt.Errorf("story %s: keep what was public before: %w", id, err)
	}
	return nil
}

// tombstone returns what readers are told of a story that was taken down; nil if it was not.
func tombstone(ctx context.Context, q db.Queryer, id string) (*published.Tombstone, error) {
	var text string
	err := q.QueryRow(ctx, `SELECT card FROM pub_story WHERE id = $1 AND status = $2`, id, int(published.TakenDown)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	t := new(published.Tombstone)
	if err == nil {
		err = json.Unmarshal([]byte(text), t)
	}
	if err != nil {
		return nil, fmt.Errorf("story %s: what readers are told: %w", id, err)
	}
	return t, nil
}

// WireOf returns the status (usable, withheld, canceled) and the guid of the wire item that a story was made of; "" if it
// was not made of one.
func WireOf(ctx context.Context, q db.Queryer, id string) (status, guid string, err error) {
	err = q.QueryRow(ctx, `SELECT status, guid FROM wire_item WHERE story = $1`, id).Scan(&status, &guid)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("wire item of story %s: %w", id, err)
	}
	return status, guid, nil
}

func (k *Desk) dropUndo(ctx context.Context, id string) error {
	_, err := k.tx.Exec(ctx, `DELETE FROM undo WHERE story = $1`, id)
	return err
}

// takeUndo returns what was before the publication and forgets it; errs.Conflict if the time for that is over.
func (k *Desk) takeUndo(ctx context.Context, id string) (b before, err error) {
	var data []byte
	err = k.tx.QueryRow(ctx, `SELECT data FROM undo WHERE story = $1 AND until > $2`, id, k.tx.Now.UnixMicro()).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return b, errs.Errorf(errs.Conflict, "a publication can be undone for ten minutes only: take the story down instead")
	}
	if err == nil {
		err = packed.Read(data, &b)
	}
	if err != nil {
		return b, fmt.Errorf("story %s: what was public before: %w", id, err)
	}
	return b, k.dropUndo(ctx, id)
}

// UndoUntil returns until when a story's newest publication can be undone; zero if it cannot.
func UndoUntil(ctx context.Context, q db.Queryer, id string) (time.Time, error) {
	var until int64
	err := q.QueryRow(ctx, `SELECT until FROM undo WHERE story = $1`, id).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.UnixMicro(until).UTC(), err
}

// Late returns the stories whose moment passed more than a minute ago and that are not public: an alarm.
func Late(ctx context.Context, q db.Queryer, now time.Time) (ids []string, err error) {
	return db.Texts(ctx, q, `SELECT id FROM story WHERE due IS NOT NULL AND due <= $1 ORDER BY due LIMIT 500`, now.Add(-time.Minute).UnixMicro())
}

// PurgeSpiked removes what has been in the bin for 30 days and was never public, with all its versions.
func PurgeSpiked(ctx context.Context, d *db.DB) error {
	return d.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil { // nobody takes one out of the bin meanwhile
			return err
		}
		ids, err := db.Texts(ctx, tx, `SELECT id FROM story WHERE state = 'spiked' AND spiked < $1 AND published IS NULL LIMIT 500`, tx.Now.AddDate(0, 0, -30).UnixMicro())
		if err != nil {
			return err
		}
		for _, id := range ids {
			for _, q := range []string{
				`DELETE FROM revision WHERE story = $1`, `DELETE FROM note WHERE story = $1`, `DELETE FROM mention WHERE story = $1`,
				`DELETE FROM share WHERE story = $1`, `DELETE FROM hold WHERE story = $1`, `DELETE FROM undo WHERE story = $1`, `DELETE FROM media_use WHERE owner = $1`,
				`UPDATE wire_item SET story = NULL, made = '' WHERE story = $1`, `DELETE FROM story WHERE id = $1`,
			} {
				if _, err := tx.Exec(ctx, q, id); err != nil {
					return fmt.Errorf("empty the bin: story %s: %w", id, err)
				}
			}
			if err := audit.Record(ctx, tx, audit.Entry{Who: "clock", What: "story.purge", Target: "story/" + id}, nil); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `DELETE FROM undo WHERE until < $1`, tx.Now.UnixMicro())
		return err
	})
}

func selectDue(ctx context.Context, d *db.DB) ([]string, error) {
	return db.Texts(ctx, d, `SELECT id FROM story WHERE due IS NOT NULL AND due <= $1 ORDER BY due LIMIT 500`, d.Now().UnixMicro())
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

// Media reads from the library what a copy shows. A medium that is not there is left out of the page.
func Media(ctx context.Context, q db.Queryer, c *published.Story) (map[string]doc.Media, error) {
	ids := mediaOf(c)
	if len(ids) == 0 {
		return nil, nil
	}
	found := map[string]doc.Media{}
	for _, id := range ids {
		m, err := media.Find(ctx, q, id)
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

// mediaOf returns the ids of all media that a text shows.
func mediaOf(c *published.Story) []string {
	ids := doc.MediaIDs(c.Body)
	if c.Lead != nil && c.Lead.Media != "" && !slices.Contains(ids, c.Lead.Media) {
		ids = append(ids, c.Lead.Media)
	}
	return ids
}

// Public returns what readers have of a story; nil if nothing of it is live.
func Public(ctx context.Context, q db.Queryer, id string) (*published.Story, error) {
	var data []byte
	err := q.QueryRow(ctx, `SELECT data FROM pub_body WHERE id = $1`, id).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	c := new(published.Story)
	if err == nil {
		err = packed.Read(data, c)
	}
	if err != nil {
		return nil, fmt.Errorf("story %s as published: %w", id, err)
	}
	return c, nil
}

func micros(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	n := t.UnixMicro()
	return &n
}
