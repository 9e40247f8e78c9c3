package front

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/published"
)

// row is a stored draft.
type row struct {
	version    int
	state      state
	due        time.Time // of its scheduled launch; zero: none
	by, person string    // who scheduled that: id and name
}

const rowColumns = `name, version, data, due, who, person`

func scanRow(s interface{ Scan(...any) error }) (front string, r row, err error) {
	var text string
	var due int64
	if err := s.Scan(&front, &r.version, &text, &due, &r.by, &r.person); err != nil {
		return "", row{}, err
	}
	if due != 0 {
		r.due = micro(due)
	}
	return front, r, json.Unmarshal([]byte(text), &r.state)
}

// selectDraft returns the stored draft of a front, if there is one.
func selectDraft(ctx context.Context, q db.Queryer, front string) (r row, stored bool, err error) {
	_, r, err = scanRow(q.QueryRow(ctx, `SELECT `+rowColumns+` FROM front_draft WHERE name = $1`, front))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// selectDrafts returns every stored draft, by front.
func selectDrafts(ctx context.Context, q db.Queryer) (map[string]row, error) {
	rows, err := q.Query(ctx, `SELECT `+rowColumns+` FROM front_draft`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]row{}
	for rows.Next() {
		front, r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		out[front] = r
	}
	return out, rows.Err()
}

func putDraft(ctx context.Context, tx *db.Tx, o *open) error {
	text, err := json.Marshal(o.state)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO front_draft (name, version, data, due, who, person) VALUES ($1, $2, $3, 0, '', '')
		ON CONFLICT (name) DO UPDATE SET version = $2, data = $3`, o.name, o.version, string(text))
	return err
}

// past is a deed that was done.
type past struct {
	version   int
	at        time.Time
	who, name string
	touched   []string
	op        Op
	undo      undo
}

func insertOp(ctx context.Context, tx *db.Tx, front string, version int, by hand, op Op, d done) error {
	data, err := json.Marshal(op)
	if err != nil {
		return err
	}
	back, err := json.Marshal(d.undo)
	if err != nil {
		return err
	}
	return insertPast(ctx, tx, front, version, by, d.touched, string(data), string(back))
}

// insertUndo notes that a deed was taken back, which nobody can take back.
func insertUndo(ctx context.Context, tx *db.Tx, front string, version int, by hand, p *past) error {
	data, err := json.Marshal(Op{Do: "undo", Story: p.op.Story, Container: p.op.Container, From: p.op.From})
	if err != nil {
		return err
	}
	return insertPast(ctx, tx, front, version, by, p.touched, string(data), "")
}

func insertPast(ctx context.Context, tx *db.Tx, front string, version int, by hand, touched []string, data, back string) error {
	_, err := tx.Exec(ctx, `INSERT INTO front_op (name, version, at, who, person, touched, data, undo) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		front, version, by.at.UnixMicro(), by.who, by.name, strings.Join(touched, "\n"), data, back)
	return err
}

// selectOps returns the deeds after a version, oldest first, without what takes them back.
func selectOps(ctx context.Context, q db.Queryer, front string, base int) ([]past, error) {
	return scanOps(q.Query(ctx, `SELECT version, at, who, person, touched FROM front_op WHERE name = $1 AND version > $2 ORDER BY version`, front, base))
}

func selectOpsAfter(ctx context.Context, q db.Queryer, front string, after time.Time) ([]past, error) {
	return scanOps(q.Query(ctx, `SELECT version, at, who, person, touched FROM front_op WHERE at > $1 AND name = $2 ORDER BY version`, after.UnixMicro(), front))
}

func scanOps(rows *sql.Rows, err error) (list []past, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p past
		var at int64
		var touched string
		if err := rows.Scan(&p.version, &at, &p.who, &p.name, &touched); err != nil {
			return nil, err
		}
		p.at, p.touched = micro(at), lines(touched)
		list = append(list, p)
	}
	return list, rows.Err()
}

// selectUndo returns the newest deed of a person that can be taken back; errs.NotFound if there is none.
func selectUndo(ctx context.Context, q db.Queryer, front, who string) (*past, error) {
	var p past
	var at int64
	var touched, data, back string
	err := q.QueryRow(ctx, `SELECT version, at, who, person, touched, data, undo FROM front_op
		WHERE name = $1 AND who = $2 AND undo <> '' ORDER BY version DESC LIMIT 1`, front, who).Scan(&p.version, &at, &p.who, &p.name, &touched, &data, &back)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.Errorf(errs.NotFound, "there is nothing of yours to take back on this front")
	}
	if err != nil {
		return nil, err
	}
	p.at, p.touched = micro(at), lines(touched)
	if err := json.Unmarshal([]byte(data), &p.op); err != nil {
		return nil, err
	}
	return &p, json.Unmarshal([]byte(back), &p.undo)
}

func markUndone(ctx context.Context, tx *db.Tx, front string, version int) error {
	_, err := tx.Exec(ctx, `UPDATE front_op SET undo = '' WHERE name = $1 AND version = $2`, front, version)
	return err
}

func forgetOps(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM front_op WHERE at < $1`, before.UnixMicro())
	return err
}

// setDue schedules the launch of a draft, or with a zero time calls it off.
func setDue(ctx context.Context, tx *db.Tx, front string, due time.Time, who, name string) error {
	var at int64
	if !due.IsZero() {
		at = due.UnixMicro()
	}
	_, err := tx.Exec(ctx, `UPDATE front_draft SET due = $2, who = $3, person = $4 WHERE name = $1`, front, at, who, name)
	return err
}

func selectDue(ctx context.Context, q db.Queryer, now time.Time) (list []string, err error) {
	rows, err := q.Query(ctx, `SELECT name FROM front_draft WHERE due > 0 AND due <= $1 ORDER BY due, name`, now.UnixMicro())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		list = append(list, name)
	}
	return list, rows.Err()
}

// launch is a launch with what it launched.
type launch struct {
	Launched
	before, data string // JSON; before "": by rule
}

func insertLaunch(ctx context.Context, tx *db.Tx, front string, by hand, l *launch) error {
	return tx.QueryRow(ctx, `INSERT INTO front_launch (name, at, who, person, containers, waiting, before, data, undone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) RETURNING seq`, front, by.at.UnixMicro(), by.who, by.name,
		strings.Join(l.Containers, "\n"), strings.Join(l.Waiting, "\n"), l.before, l.data).Scan(&l.Seq)
}

const launchColumns = `seq, at, person, containers, waiting, undone`

func selectLaunches(ctx context.Context, q db.Queryer, front string, n int) (list []Launched, err error) {
	rows, err := q.Query(ctx, `SELECT `+launchColumns+` FROM front_launch WHERE name = $1 ORDER BY seq DESC LIMIT $2`, front, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		l, err := scanLaunch(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

func scanLaunch(row interface{ Scan(...any) error }, more ...any) (l Launched, err error) {
	var at, undone int64
	var containers, waiting string
	err = row.Scan(append([]any{&l.Seq, &at, &l.Who, &containers, &waiting, &undone}, more...)...)
	l.At, l.Containers, l.Waiting, l.Undone = micro(at), lines(containers), lines(waiting), undone != 0
	return l, err
}

// selectLaunch returns one launch; seq 0 is the newest that is not undone.
func selectLaunch(ctx context.Context, q db.Queryer, front string, seq int64) (l launch, err error) {
	query, args := `SELECT `+launchColumns+`, before, data FROM front_launch WHERE name = $1 AND seq = $2`, []any{front, seq}
	if seq == 0 {
		query, args = `SELECT `+launchColumns+`, before, data FROM front_launch WHERE name = $1 AND undone = 0 ORDER BY seq DESC LIMIT 1`, args[:1]
	}
	l.Launched, err = scanLaunch(q.QueryRow(ctx, query, args...), &l.before, &l.data)
	if errors.Is(err, sql.ErrNoRows) {
		return l, errs.Errorf(errs.NotFound, "there is no such launch of this front")
	}
	return l, err
}

func markLaunchUndone(ctx context.Context, tx *db.Tx, seq int64) error {
	_, err := tx.Exec(ctx, `UPDATE front_launch SET undone = $2 WHERE seq = $1`, seq, tx.Now.UnixMicro())
	return err
}

func forgetLaunches(ctx context.Context, tx *db.Tx, front string, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM front_launch WHERE name = $1 AND at < $2`, front, before.UnixMicro())
	return err
}

func storyExists(ctx context.Context, q db.Queryer, id string) (ok bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM story WHERE id = $1 AND state NOT IN ('killed', 'spiked'))`, id).Scan(&ok)
	return ok, err
}

// atOnce is how many stories one query asks for.
const atOnce = 40

var storiesQuery = func() string {
	var marks []string
	for i := range atOnce {
		marks = append(marks, fmt.Sprintf("$%d", i+1))
	}
	return `SELECT s.id, s.state, s.section, s.headline, s.language, s.kind, s.due, s.published, s.updated, p.card
		FROM story s LEFT JOIN pub_story p ON p.id = s.id AND p.status = 1 WHERE s.id IN (` + strings.Join(marks, ", ") + `)`
}()

// selectStories returns what the newsroom has of the stories.
func selectStories(ctx context.Context, q db.Queryer, ids []string) (map[string]Story, error) {
	out := make(map[string]Story, len(ids))
	for len(ids) > 0 {
		args := make([]any, atOnce)
		n := min(len(ids), atOnce)
		for i := range args {
			args[i] = ""
			if i < n {
				args[i] = ids[i]
			}
		}
		ids = ids[n:]
		if err := addStories(ctx, q, args, out); err != nil {
			return nil, fmt.Errorf("stories of a front: %w", err)
		}
	}
	return out, nil
}

func addStories(ctx context.Context, q db.Queryer, args []any, out map[string]Story) error {
	rows, err := q.Query(ctx, storiesQuery, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var s Story
		var due, first sql.NullInt64
		var updated int64
		var card sql.NullString
		if err := rows.Scan(&id, &s.State, &s.Section, &s.Headline, &s.Language, &s.Kind, &due, &first, &updated, &card); err != nil {
			return err
		}
		s.At = micro(updated)
		if due.Valid {
			s.Due = micro(due.Int64)
		}
		if card.Valid {
			var c published.Card
			if err := json.Unmarshal([]byte(card.String), &c); err != nil {
				return fmt.Errorf("card of %s: %w", id, err)
			}
			s.Live, s.Headline, s.Kicker, s.Section, s.Kind, s.Path, s.At = true, c.Headline, c.Kicker, c.Section, c.Kind, c.Path(), c.Published
			if c.Picture != nil {
				s.Picture = small(c.Picture)
			}
		}
		out[id] = s
	}
	return rows.Err()
}

func micro(n int64) time.Time { return time.UnixMicro(n).UTC() }

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
