package api

import (
	"context"
	"fmt"
	"strings"

	"masthead/internal/db"
	"masthead/internal/published"
)

// selectTopics returns the slugs of a language's topics after one. It looks for the next list each time and not at every
// story of each.
func selectTopics(ctx context.Context, q db.Queryer, lang, after string, limit int) (slugs []string, err error) {
	from := published.TopicList(lang, "")
	rows, err := q.Query(ctx, `
		WITH RECURSIVE topic (list) AS (
			SELECT MIN(list) FROM pub_list WHERE list > $1 AND list < $2
			UNION ALL
			SELECT (SELECT MIN(list) FROM pub_list WHERE list > topic.list AND list < $2) FROM topic WHERE topic.list IS NOT NULL
		)
		SELECT list FROM topic WHERE list IS NOT NULL LIMIT $3`,
		from+after, strings.TrimSuffix(from, "/")+"0", limit) // 0 is what follows a slash, in every order of letters
	if err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var list string
		if err := rows.Scan(&list); err != nil {
			return nil, fmt.Errorf("topics: %w", err)
		}
		slugs = append(slugs, strings.TrimPrefix(list, from))
	}
	return slugs, rows.Err()
}
