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

// enough is how many stories a condition may find and still be choosy.
const enough = 5000

// lead returns the place of the condition that finds the fewest stories by its index; -1 if none has one.
func lead(ctx context.Context, q db.Queryer, all []condition) (int, error) {
	best, fewest := -1, 0
	for i, c := range all {
		switch c.index {
		case "", "updated":
			continue
		case "id", "due":
			return i, nil
		}
		n := 0
		text, args := numbered(nil, c)
		if err := q.QueryRow(ctx, fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM story WHERE %s LIMIT %d) AS found", text, enough), args...).Scan(&n); err != nil {
			return 0, fmt.Errorf("list stories: %w", err)
		}
		// Most stories are live: of two that find many, any other is better.
		if best < 0 || n < fewest || n == fewest && all[best].index == "state" {
			best, fewest = i, n
		}
	}
	return best, nil
}

// numbered returns a condition's SQL with $n for its values, which follow args.
func numbered(args []any, c condition) (string, []any) {
	text := c.sql
	for _, v := range c.args {
		args = append(args, v)
		text = strings.Replace(text, "?", "$"+strconv.Itoa(len(args)), 1)
	}
	return text, args
}

// statement returns the SQL that brings an alternative's rows in order.
func (f *find) statement(ctx context.Context, q db.Queryer, columns string, alternative []condition) (string, []any, error) {
	all := slices.Concat(alternative, f.where)
	first, err := lead(ctx, q, all)
	if err != nil {
		return "", nil, err
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
		all = append(all, condition{column, column + " " + beyond + "= ?", []any{value}},
			condition{column, "(" + column + " " + beyond + " ? OR id " + beyond + " ?)", []any{value, f.afterID}})
	}
	// The index is walked within; what it does not know is looked at without.
	walked, sorted := []string{"1 = 1"}, "updated"
	var rest []string
	var args []any
	for i, c := range all {
		if text := ""; i == first || c.index == "updated" {
			text, args = numbered(args, c)
			walked = append(walked, text)
		}
	}
	if first >= 0 && (all[first].index == "published" || all[first].index == "due" || all[first].index == "id") {
		sorted = "updated + 0" // few, by an index that does not sort them
	}
	for i, c := range all {
		if text := ""; i != first && c.index != "updated" {
			text, args = numbered(args, c)
			rest = append(rest, text)
		}
	}
	within := fmt.Sprintf("FROM story WHERE %s ORDER BY %s DESC, id DESC LIMIT ", strings.Join(walked, " AND "), sorted)
	args = append(args, f.limit)
	limit := "$" + strconv.Itoa(len(args))
	if len(rest) == 0 && column == "updated" {
		return "SELECT " + columns + " " + within + limit, args, nil
	}
	rest = append(rest, "1 = 1")
	return fmt.Sprintf("SELECT %s FROM (SELECT * %s%d) AS story WHERE %s ORDER BY %s%s, id%s LIMIT %s",
		columns, within, walkMax, strings.Join(rest, " AND "), column, direction, direction, limit), args, nil
}

// isID reports whether a text is a story's id.
func isID(ctx context.Context, q db.Queryer, text string) (bool, error) {
	n := 0
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM story WHERE id = $1`, text).Scan(&n); err != nil {
		return false, fmt.Errorf("find story %s: %w", text, err)
	}
	return n > 0, nil
}

func (f *find) rows(ctx context.Context, q db.Queryer) (list []Row, err error) {
	for _, a := range f.alternatives {
		text, args, err := f.statement(ctx, q, rowColumns, a)
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
		text, args, err := f.statement(ctx, q, "1", a)
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
