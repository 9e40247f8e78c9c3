package identity

import (
	"context"
	"fmt"
	"strings"

	"masthead/internal/db"
)

// selectTokens returns the tokens whose column (hash) has a value; all for no column.
func selectTokens(ctx context.Context, q db.Queryer, column, value string) (list []Token, err error) {
	query := `SELECT id, name, role, sections, account, created, expires, used, revoked FROM token`
	var args []any
	if column != "" {
		query += ` WHERE ` + column + ` = $1`
		args = append(args, value)
	}
	rows, err := q.Query(ctx, query+` ORDER BY created DESC, id`, args...)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var t Token
		var sections string
		var created, expires, used, revoked int64
		if err := rows.Scan(&t.ID, &t.Name, &t.Role, &sections, &t.Account, &created, &expires, &used, &revoked); err != nil {
			return nil, fmt.Errorf("tokens: %w", err)
		}
		if sections != "" {
			t.Sections = strings.Split(sections, "\n")
		}
		t.Created, t.Expires, t.Used, t.Revoked = moment(created), moment(expires), moment(used), moment(revoked)
		list = append(list, t)
	}
	return list, rows.Err()
}

func insertToken(ctx context.Context, tx *db.Tx, hash string, t *Token) error {
	_, err := tx.Exec(ctx, `INSERT INTO token (id, hash, name, role, sections, account, created, expires, used, revoked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)`,
		t.ID, hash, t.Name, t.Role, strings.Join(t.Sections, "\n"), t.Account, t.Created.UnixMicro(), micro(t.Expires))
	if err != nil {
		return fmt.Errorf("token %s: %w", t.Name, err)
	}
	return nil
}

func touchToken(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `UPDATE token SET used = $1 WHERE id = $2`, tx.Now.UnixMicro(), id); err != nil {
		return fmt.Errorf("token %s: %w", id, err)
	}
	return nil
}

func revokeToken(ctx context.Context, tx *db.Tx, id string) (int64, error) {
	n, err := tx.Exec(ctx, `UPDATE token SET revoked = $1 WHERE id = $2 AND revoked = 0`, tx.Now.UnixMicro(), id)
	if err != nil {
		return 0, fmt.Errorf("token %s: %w", id, err)
	}
	return n, nil
}
