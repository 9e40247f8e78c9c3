package workflow

import (
	"context"
	"fmt"

	"masthead/internal/db"
)

// selectShowing returns the sections of the live stories that show a medium; "" stands for a front.
func selectShowing(ctx context.Context, q db.Queryer, media string) (sections []string, err error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT COALESCE(s.section, '') FROM pub_media p LEFT JOIN story s ON s.id = p.story WHERE p.media = $1`, media)
	if err != nil {
		return nil, fmt.Errorf("where media %s are shown: %w", media, err)
	}
	defer rows.Close()
	for rows.Next() {
		var section string
		if err := rows.Scan(&section); err != nil {
			return nil, fmt.Errorf("where media %s are shown: %w", media, err)
		}
		sections = append(sections, section)
	}
	return sections, rows.Err()
}
