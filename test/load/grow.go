package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the engine of a data folder
)

// grow makes a newsroom of n stories out of one that has some thousand, by copying the working copies and their newest
// versions under new ids: lists of the newsroom look at nothing else. Every seventh copy is still being worked on, the
// others are live; none of the copies is shown to readers. It returns how many there are.
func grow(ctx context.Context, file string, n int) (have int, err error) {
	d, err := sql.Open("sqlite", file+"?_pragma=journal_mode(wal)&_pragma=synchronous(off)&_pragma=busy_timeout(10000)")
	if err != nil {
		return 0, err
	}
	defer d.Close()
	d.SetMaxOpenConns(1)
	if err := d.QueryRowContext(ctx, `SELECT COUNT(*) FROM story`).Scan(&have); err != nil || have >= n {
		return have, err
	}
	if have < 1000 {
		return have, fmt.Errorf("the portal has %d stories: make at least 1000 with tools/dataset", have)
	}
	for round := 1; have < n; round++ {
		copied, err := copies(ctx, d, round, min(have, n-have))
		if err != nil {
			return have, fmt.Errorf("copy %d: %w", round, err)
		}
		have += copied
	}
	_, err = d.ExecContext(ctx, `ANALYZE`)
	return have, err
}

// copies doubles the stories, up to a limit. The copies are as old as their originals and some minutes.
func copies(ctx context.Context, d *sql.DB, round, limit int) (int, error) {
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE copied AS SELECT id AS old, version,
		'y' || substr('0000' || CAST(? AS TEXT), -2) || substr('0000000' || CAST(rowid AS TEXT), -7) AS new, rowid AS i FROM story LIMIT ?`, round, limit); err != nil {
		return 0, err
	}
	story, err := columns(ctx, tx, "story")
	if err != nil {
		return 0, err
	}
	revision, err := columns(ctx, tx, "revision")
	if err != nil {
		return 0, err
	}
	change := func(list []string, to map[string]string) string {
		out := make([]string, len(list))
		for i, c := range list {
			out[i] = "t." + c
			if e, ok := to[c]; ok {
				out[i] = e
			}
		}
		return strings.Join(out, ", ")
	}
	const working = `CASE c.i % 7 WHEN 0 THEN CASE c.i % 3 WHEN 0 THEN 'draft' WHEN 1 THEN 'in-edit' ELSE 'ready' END ELSE 'live' END`
	result, err := tx.ExecContext(ctx, `INSERT INTO story (`+strings.Join(story, ", ")+`) SELECT `+
		change(story, map[string]string{"id": "c.new", "state": working, "updated": fmt.Sprintf("t.updated - %d * 61000000", round)})+
		` FROM story t JOIN copied c ON c.old = t.id`)
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO revision (`+strings.Join(revision, ", ")+`) SELECT `+
		change(revision, map[string]string{"story": "c.new"})+` FROM revision t JOIN copied c ON c.old = t.story AND c.version = t.version`); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `DROP TABLE copied`); err != nil {
		return 0, err
	}
	made, err := result.RowsAffected()
	if err != nil {
		return 0, err
	}
	return int(made), tx.Commit()
}

// columns returns the names of a table's columns that are written.
func columns(ctx context.Context, tx *sql.Tx, table string) (list []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, table)
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
	slices.Sort(list)
	return list, rows.Err()
}
