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
