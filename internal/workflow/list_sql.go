package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
)

func midnight(y int, m time.Month, d int, zone *time.Location) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

const rowColumns = `id, state, version, out, headline, slug, section, language, kind, places, author, assignee, words, picture, due, updated, published`

// leading says which column's index a statement walks, the choosiest first. The others are hidden from the planner, which
// knows nothing of how many stories are in a section.
var leading = []string{"due", "published", "assignee", "author", "state", "section", "kind"}

// statement returns the SQL that brings an alternative's rows in order.
func (f *find) statement(columns string, alternative []condition) (string, []any, error) {
	all := slices.Concat(alternative, f.where)
	lead := ""
	for _, c := range leading {
		// Most stories are live: a section is choosier than that.
		if slices.ContainsFunc(all, func(o condition) bool { return o.column == c && !(c == "state" && o.args[0] == string(content.Live)) }) {
			lead = c
			break
		}
	}
	if lead == "" && slices.ContainsFunc(all, func(o condition) bool { return o.column == "state" }) {
		lead = "state"
	}
	var args []any
	var where []string
	add := func(sql string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			sql = strings.Replace(sql, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where = append(where, sql)
	}
	for _, c := range all {
		sql := c.sql
		if c.column != "" && c.column != lead && !strings.Contains(sql, "NULL") && c.column != "published" {
			sql = strings.Replace(sql, c.column+" ", c.column+" || '' ", 1)
		}
		add(sql, c.args...)
	}
	column, direction, beyond := f.order.column, "", ">"
	if f.order.down {
		direction, beyond = " DESC", "<"
	}
	if f.afterID != "" {
		var value any = f.after
		if column != "headline" {
			n, err := strconv.ParseInt(f.after, 36, 64)
			if err != nil {
				return "", nil, errs.Errorf(errs.Invalid, "cursor: %q is not from a list", f.after)
			}
			value = n
		}
		add(column+" "+beyond+"= ?", value)
		add("("+column+" "+beyond+" ? OR id "+beyond+" ?)", value, f.afterID)
	}
	sorted := column
	if lead == "published" || lead == "due" && column != "due" {
		sorted = column + " + 0" // few rows by that index, then sorted
	}
	from := "story"
	if f.walk && lead == "" {
		from = fmt.Sprintf("(SELECT * FROM story ORDER BY updated DESC LIMIT %d) AS story", walkMax)
	}
	args = append(args, f.limit)
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s%s, id%s LIMIT $%d", columns, from, strings.Join(where, " AND "), sorted, direction, direction, len(args)), args, nil
}

func (f *find) rows(ctx context.Context, q db.Queryer) (list []Row, err error) {
	for _, a := range f.alternatives {
		text, args, err := f.statement(rowColumns, a)
		if err != nil {
			return nil, err
		}
		rows, err := q.Query(ctx, text, args...)
		if err != nil {
			return nil, fmt.Errorf("list stories: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var r Row
			var state content.State
			var out int
			var places string
			var due, published *int64
			var updated int64
			if err := rows.Scan(&r.ID, &state, &r.Version, &out, &r.Headline, &r.Slug, &r.Section, &r.Language, &r.Kind, &places,
				&r.Author, &r.Assignee, &r.Words, &r.Picture, &due, &updated, &published); err != nil {
				return nil, fmt.Errorf("list stories: %w", err)
			}
			r.Shown, r.Updated = shown(state, r.Version, out), time.UnixMicro(updated).UTC()
			if places != "" {
				r.Regions = strings.Split(places, "\n")
			}
			if due != nil {
				r.Due = time.UnixMicro(*due).UTC()
			}
			if published != nil {
				r.Published = time.UnixMicro(*published).UTC()
			}
			list = append(list, r)
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("list stories: %w", err)
		}
	}
	if len(f.alternatives) > 1 {
		slices.SortFunc(list, f.order.compare)
	}
	return list[:min(len(list), f.limit)], nil
}

func (f *find) count(ctx context.Context, q db.Queryer) (n int, err error) {
	for _, a := range f.alternatives {
		text, args, err := f.statement("1", a)
		if err != nil {
			return 0, err
		}
		var some int
		if err := q.QueryRow(ctx, "SELECT COUNT(*) FROM ("+text+") AS counted", args...).Scan(&some); err != nil {
			return 0, fmt.Errorf("count stories: %w", err)
		}
		n += some
	}
	return min(n, countMax), nil
}
