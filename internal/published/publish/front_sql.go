package publish

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"masthead/internal/db"
	"masthead/internal/published"
)

func putLaunched(ctx context.Context, tx *db.Tx, name string, f *published.Front) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := deleteLaunched(ctx, tx, name); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO front_live (name, data) VALUES ($1, $2)`, name, string(data)); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, k := range f.Containers {
		for _, c := range k.Cards {
			if seen[c.Story] {
				continue
			}
			seen[c.Story] = true
			if _, err := tx.Exec(ctx, `INSERT INTO front_story (story, name) VALUES ($1, $2)`, c.Story, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func deleteLaunched(ctx context.Context, tx *db.Tx, name string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM front_live WHERE name = $1`, name); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM front_story WHERE name = $1`, name)
	return err
}

// selectLaunched returns nil if the front is made by rule. One that was curated before launches were kept is what readers
// have of it.
func selectLaunched(ctx context.Context, q db.Queryer, name string) (*published.Front, error) {
	var text string
	err := q.QueryRow(ctx, `SELECT data FROM front_live WHERE name = $1`, name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		err = q.QueryRow(ctx, `SELECT data FROM pub_fact WHERE kind = 'front' AND name = $1`, name).Scan(&text)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := new(published.Front)
	return f, json.Unmarshal([]byte(text), f)
}

func selectAllLaunched(ctx context.Context, q db.Queryer) (map[string]*published.Front, error) {
	rows, err := q.Query(ctx, `SELECT name, data FROM front_live UNION ALL
		SELECT name, data FROM pub_fact WHERE kind = 'front' AND name NOT IN (SELECT name FROM front_live)`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]*published.Front{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		f := new(published.Front)
		if err := json.Unmarshal([]byte(text), f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[name] = f
	}
	return all, rows.Err()
}

func selectFrontsOf(ctx context.Context, q db.Queryer, story string) ([]string, error) {
	return selectNames(ctx, q, `SELECT name FROM front_story WHERE story = $1 ORDER BY name`, story)
}

// selectLiveOf returns which stories of a launched front are live.
func selectLiveOf(ctx context.Context, q db.Queryer, name string) (map[string]bool, error) {
	list, err := selectNames(ctx, q, `SELECT f.story FROM front_story f JOIN pub_story s ON s.id = f.story WHERE f.name = $1 AND s.status = 1`, name)
	live := make(map[string]bool, len(list))
	for _, id := range list {
		live[id] = true
	}
	return live, err
}

func selectNames(ctx context.Context, q db.Queryer, query string, args ...any) (list []string, err error) {
	rows, err := q.Query(ctx, query, args...)
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

// selectFront returns what readers have of a front as JSON.
func selectFront(ctx context.Context, q db.Queryer, name string) (text string, ok bool, err error) {
	err = q.QueryRow(ctx, `SELECT data FROM pub_fact WHERE kind = 'front' AND name = $1`, name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return text, err == nil, err
}
