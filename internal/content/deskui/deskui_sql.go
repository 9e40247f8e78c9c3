package deskui

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
)

// lastPlace returns section and language of the story that a person wrote last; nothing if there is none.
func lastPlace(ctx context.Context, q db.Queryer, account string) (section, language string, err error) {
	err = q.QueryRow(ctx, `SELECT section, language FROM story WHERE author = $1 ORDER BY updated DESC LIMIT 1`, account).Scan(&section, &language)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("last story of %s: %w", account, err)
	}
	return section, language, nil
}

// pulled is a wire item that its agency killed or withholds while a story made of it is not gone.
type pulled struct{ Status, Item, Story, Headline string }

func selectPulled(ctx context.Context, q db.Queryer) (list []pulled, err error) {
	rows, err := q.Query(ctx, `SELECT w.status, w.headline, s.id, s.headline FROM wire_item w JOIN story s ON s.id = w.story
		WHERE w.status <> 'usable' AND s.state NOT IN ('taken-down', 'killed', 'spiked') ORDER BY w.at DESC LIMIT 20`)
	if err != nil {
		return nil, fmt.Errorf("wire items that were pulled: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p pulled
		if err := rows.Scan(&p.Status, &p.Item, &p.Story, &p.Headline); err != nil {
			return nil, fmt.Errorf("wire items that were pulled: %w", err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// any reports whether there is a story, and whether there was ever one that readers could see.
func anyStory(ctx context.Context, q db.Queryer) (written, public bool, err error) {
	if err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM story), EXISTS (SELECT 1 FROM pub_story)`).Scan(&written, &public); err != nil {
		return false, false, fmt.Errorf("first stories: %w", err)
	}
	return written, public, nil
}

// changed is a story that was changed, as far as a list shows it.
type changed struct {
	ID    string `json:"id"`
	State string `json:"state"` // as people see it
	at    int64
}

// changedMax is how many changes are told at once: who sees that many looks anew anyway.
const changedMax = 500

// selectChanged returns the stories changed at or after a moment, the newest first.
func selectChanged(ctx context.Context, q db.Queryer, since int64) (list []changed, err error) {
	rows, err := q.Query(ctx, `SELECT id, state, version, out, updated FROM story WHERE updated >= $1 ORDER BY updated DESC, id DESC LIMIT $2`, since, changedMax)
	if err != nil {
		return nil, fmt.Errorf("changed stories: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c changed
		var version, out int
		if err := rows.Scan(&c.ID, &c.State, &version, &out, &c.at); err != nil {
			return nil, fmt.Errorf("changed stories: %w", err)
		}
		if c.State == string(content.Live) && version != out {
			c.State = "changed"
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// held is who has which story open for writing.
type held struct{ account, story string }

func selectHeld(ctx context.Context, q db.Queryer, since time.Time) (list []held, err error) {
	rows, err := q.Query(ctx, `SELECT account, story FROM hold WHERE tab <> '' AND at >= $1 ORDER BY account, story LIMIT 500`, since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("who writes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h held
		if err := rows.Scan(&h.account, &h.story); err != nil {
			return nil, fmt.Errorf("who writes: %w", err)
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

func countMentions(ctx context.Context, q db.Queryer, account string) (n int, err error) {
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM mention WHERE account = $1 AND seen = 0`, account).Scan(&n); err != nil {
		return 0, fmt.Errorf("mentions of %s: %w", account, err)
	}
	return n, nil
}
