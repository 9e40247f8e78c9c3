package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"masthead/internal/db"
)

func insert(ctx context.Context, tx *db.Tx, e Entry, detail string) error {
	_, err := tx.Exec(ctx, `INSERT INTO audit (at, who, what, target, detail, address) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Now.UnixMicro(), e.Who, e.What, e.Target, detail, e.Address)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.What, err)
	}
	return nil
}

func selectEntries(ctx context.Context, q db.Queryer, f Filter) (list []Entry, err error) {
	var where []string
	var args []any
	add := func(condition string, v any) {
		args = append(args, v)
		where = append(where, condition+" $"+strconv.Itoa(len(args)))
	}
	if f.Who != "" {
		add("who =", f.Who)
	}
	if f.Target != "" {
		add("target =", f.Target)
	}
	if group, ok := strings.CutSuffix(f.What, "*"); ok {
		if group != "" {
			add("what >=", group)
			add("what <", group[:len(group)-1]+string(group[len(group)-1]+1))
		}
	} else if f.What != "" {
		add("what =", f.What)
	}
	if !f.From.IsZero() {
		add("at >=", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		add("at <", f.To.UnixMicro())
	}
	if f.Before > 0 {
		add("seq <", f.Before)
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	query := `SELECT seq, at, who, what, target, detail, address FROM audit`
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	args = append(args, min(f.Limit, 500))
	rows, err := q.Query(ctx, query+" ORDER BY seq DESC LIMIT $"+strconv.Itoa(len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e Entry
		var at int64
		var detail string
		if err := rows.Scan(&e.Seq, &at, &e.Who, &e.What, &e.Target, &detail, &e.Address); err != nil {
			return nil, fmt.Errorf("audit log: %w", err)
		}
		e.At = time.UnixMicro(at).UTC()
		if detail != "{}" {
			e.Detail = []byte(detail)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
