package api

import (
	"context"
	"fmt"
	"strings"

	"masthead/internal/db"
	"masthead/internal/published"
)

// selectTopics returns the topics of a language after one, by slug, with how many stories are public.
func selectTopics(ctx context.Context, q db.Queryer, lang, after string, limit int) ([]Topic, error) {
	from := published.TopicList(lang, "")
	rows, err := q.Query(ctx, `SELECT list, SUM(n) FROM pub_count WHERE list > $1 AND list < $2 GROUP BY list HAVING SUM(n) > 0 ORDER BY list LIMIT $3`,
		from+after, from+"~", limit)
	if err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	defer rows.Close()
	list := []Topic{}
	for rows.Next() {
		var t Topic
		if err := rows.Scan(&t.Slug, &t.Stories); err != nil {
			return nil, fmt.Errorf("topics: %w", err)
		}
		t.Slug = strings.TrimPrefix(t.Slug, from)
		list = append(list, t)
	}
	return list, rows.Err()
}
