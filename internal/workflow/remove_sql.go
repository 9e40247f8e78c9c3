package workflow

import (
	"context"
	"encoding/json"
	"fmt"

	"masthead/internal/db"
)

func insertReceipt(ctx context.Context, d *db.DB, r *Receipt, data string) error {
	return d.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO receipt (story, at, act, who, data) VALUES ($1, $2, $3, $4, $5)`, r.Story, r.At.UnixMicro(), r.Act, r.Who, data)
		if err != nil {
			return fmt.Errorf("receipt of story %s: %w", r.Story, err)
		}
		return nil
	})
}

func selectReceipts(ctx context.Context, q db.Queryer, story string) (list []Receipt, err error) {
	rows, err := q.Query(ctx, `SELECT data FROM receipt WHERE story = $1 ORDER BY at DESC`, story)
	if err != nil {
		return nil, fmt.Errorf("receipts of story %s: %w", story, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		var r Receipt
		err := rows.Scan(&text)
		if err == nil {
			err = json.Unmarshal([]byte(text), &r)
		}
		if err != nil {
			return nil, fmt.Errorf("receipts of story %s: %w", story, err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
