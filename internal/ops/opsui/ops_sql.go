package opsui

import (
	"context"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/published"
)

// storiesIn counts the stories of a section, also those that are not public.
func storiesIn(ctx context.Context, q db.Queryer, section string) (n int, err error) {
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM story WHERE section = $1`, section).Scan(&n); err != nil {
		return 0, fmt.Errorf("stories of %s: %w", section, err)
	}
	return n, nil
}

// storiesOf counts the published stories of a region.
func storiesOf(ctx context.Context, q db.Queryer, languages []string, region string) (n int, err error) {
	for _, lang := range languages {
		var some int
		if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM pub_list WHERE list = $1`, published.RegionList(lang, region)).Scan(&some); err != nil {
			return 0, fmt.Errorf("stories of %s: %w", region, err)
		}
		n += some
	}
	return n, nil
}

// wires returns the names of the sources that messages came from.
func wires(ctx context.Context, q db.Queryer) (list []string, err error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT source FROM wire_message ORDER BY source`)
	if err != nil {
		return nil, fmt.Errorf("wires: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("wires: %w", err)
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// lastMessages returns when the last messages of a source came, the newest first, at most n.
func lastMessages(ctx context.Context, q db.Queryer, source string, n int) (list []time.Time, err error) {
	rows, err := q.Query(ctx, `SELECT at FROM wire_message WHERE source = $1 ORDER BY at DESC LIMIT $2`, source, n)
	if err != nil {
		return nil, fmt.Errorf("wire %s: %w", source, err)
	}
	defer rows.Close()
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return nil, fmt.Errorf("wire %s: %w", source, err)
		}
		list = append(list, time.UnixMicro(at).UTC())
	}
	return list, rows.Err()
}
