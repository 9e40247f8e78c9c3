package workflow

import (
	"context"
	"fmt"

	"masthead/internal/db"
	"masthead/internal/errs"
)

func selectViews(ctx context.Context, q db.Queryer, account string) (list []View, err error) {
	rows, err := q.Query(ctx, `SELECT id, account, name, query, shared FROM saved_view WHERE account = $1 OR shared ORDER BY name, id LIMIT 100`, account)
	if err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var v View
		if err := rows.Scan(&v.ID, &v.Account, &v.Name, &v.Query, &v.Shared); err != nil {
			return nil, fmt.Errorf("views: %w", err)
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

func insertView(ctx context.Context, tx *db.Tx, v *View) error {
	_, err := tx.Exec(ctx, `INSERT INTO saved_view (id, account, name, query, shared, created) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.ID, v.Account, v.Name, v.Query, v.Shared, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("view %s: %w", v.Name, err)
	}
	return nil
}

func deleteView(ctx context.Context, tx *db.Tx, id, account string, any bool) error {
	n, err := tx.Exec(ctx, `DELETE FROM saved_view WHERE id = $1 AND (account = $2 OR shared AND $3)`, id, account, any)
	if err == nil && n == 0 {
		err = errs.Errorf(errs.NotFound, "no such view of yours")
	}
	return err
}
