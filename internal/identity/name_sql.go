package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"masthead/internal/db"
)

// Name returns the name to show for who did something: an account's, a token's, or the part of the program itself.
func Name(ctx context.Context, q db.Queryer, who string) (string, error) {
	table, id := "account", who
	if token, ok := strings.CutPrefix(who, "token:"); ok {
		table, id = "token", token
	}
	var name string
	err := q.QueryRow(ctx, `SELECT name FROM `+table+` WHERE id = $1`, id).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return who, nil
	}
	if err != nil {
		return "", fmt.Errorf("name of %s: %w", who, err)
	}
	return name, nil
}

// Names returns the names of everybody who works here and of every token, by what Name is asked with.
func Names(ctx context.Context, q db.Queryer) (map[string]string, error) {
	rows, err := q.Query(ctx, `SELECT id, name FROM account UNION ALL SELECT 'token:' || id, name FROM token`)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	defer rows.Close()
	names := map[string]string{}
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, fmt.Errorf("names: %w", err)
		}
		names[id] = name
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return names, nil
}
