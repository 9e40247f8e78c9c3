package workflow

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
)

// recentPhotos returns the headlines of other stories that showed one of these photos in the last two days.
func recentPhotos(ctx context.Context, q db.Queryer, story string, used map[string]doc.Media, now time.Time) (map[string]string, error) {
	var found map[string]string
	for id, m := range used {
		if m.Kind != "photo" {
			continue
		}
		var headline string
		err := q.QueryRow(ctx, `SELECT p.headline FROM pub_media m JOIN pub_story p ON p.id = m.story
			WHERE m.media = $1 AND p.id <> $2 AND p.at > $3 ORDER BY p.at DESC LIMIT 1`, id, story, now.Add(-48*time.Hour).UnixMicro()).Scan(&headline)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("where photo %s was used: %w", id, err)
		}
		if found == nil {
			found = map[string]string{}
		}
		found[id] = headline
	}
	return found, nil
}
