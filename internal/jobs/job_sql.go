package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"masthead/internal/db"
)

func insert(ctx context.Context, tx *db.Tx, kind, name string, due time.Time, data string) error {
	_, err := tx.Exec(ctx, `INSERT INTO job (kind, name, data, due, tries, state, lease, error, added)
		VALUES ($1, $2, $3, $4, 0, 'waiting', '', '', $5)
		ON CONFLICT (kind, name) DO UPDATE SET data = excluded.data, tries = 0, state = 'waiting', lease = '', error = '',
			due = CASE WHEN job.lease = '' AND job.state = 'waiting' AND job.due < excluded.due THEN job.due ELSE excluded.due END`,
		kind, name, data, due.UnixMicro(), tx.Now.UnixMicro())
	return err
}

const columns = `id, kind, name, data, due, tries, state, error, added`

func scan(row func(...any) error) (j Job, err error) {
	var data string
	var due, added int64
	err = row(&j.ID, &j.Kind, &j.Name, &data, &due, &j.Tries, &j.State, &j.Error, &added)
	j.Data, j.Due, j.Added = []byte(data), time.UnixMicro(due).UTC(), time.UnixMicro(added).UTC()
	return j, err
}

func selectJobs(ctx context.Context, q db.Queryer, state string, limit int) ([]Job, error) {
	return collect(q.Query(ctx, `SELECT `+columns+` FROM job WHERE state = $1 ORDER BY due, id LIMIT $2`, state, limit))
}

// selectDue returns jobs of the kinds that nobody has a lease on at a moment.
func selectDue(ctx context.Context, q db.Queryer, kinds []string, now time.Time, limit int) ([]Job, error) {
	args := []any{now.UnixMicro()}
	var marks []string
	for _, k := range kinds {
		args = append(args, k)
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	args = append(args, limit)
	return collect(q.Query(ctx, `SELECT `+columns+` FROM job WHERE state = 'waiting' AND due <= $1 AND kind IN (`+
		strings.Join(marks, ", ")+`) ORDER BY due, id LIMIT $`+strconv.Itoa(len(args)), args...))
}

func collect(rows *sql.Rows, err error) (list []Job, _ error) {
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		j, err := scan(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
		list = append(list, j)
	}
	return list, rows.Err()
}

func count(ctx context.Context, q db.Queryer) (map[string]int, error) {
	rows, err := q.Query(ctx, `SELECT state, COUNT(*) FROM job GROUP BY state`)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
		out[state] = n
	}
	return out, rows.Err()
}

// claim takes a job that is due under a lease, and counts the try; false if another was faster.
func claim(ctx context.Context, tx *db.Tx, id int64, lease string, until time.Time) (j Job, ok bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE job SET lease = $1, due = $2, tries = tries + 1 WHERE id = $3 AND state = 'waiting' AND due <= $4`,
		lease, until.UnixMicro(), id, tx.Now.UnixMicro())
	if err != nil || n == 0 {
		return j, false, err
	}
	j, err = scan(tx.QueryRow(ctx, `SELECT `+columns+` FROM job WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return j, false, nil
	}
	return j, err == nil, err
}

// renew lets a lease that is still ours end later.
func renew(ctx context.Context, tx *db.Tx, id int64, lease string, until time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE job SET due = $1 WHERE id = $2 AND lease = $3`, until.UnixMicro(), id, lease)
	return err
}

// finish removes a job whose lease is still ours.
func finish(ctx context.Context, tx *db.Tx, id int64, lease string) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM job WHERE id = $1 AND lease = $2`, id, lease)
}

// putBack lets a job whose lease is still ours wait again, or leaves it as given up.
func putBack(ctx context.Context, tx *db.Tx, j Job, lease string) (int64, error) {
	return tx.Exec(ctx, `UPDATE job SET lease = '', due = $1, tries = $2, state = $3, error = $4 WHERE id = $5 AND lease = $6`,
		j.Due.UnixMicro(), j.Tries, j.State, j.Error, j.ID, lease)
}

func revive(ctx context.Context, tx *db.Tx, id int64) (int64, error) {
	return tx.Exec(ctx, `UPDATE job SET state = 'waiting', tries = 0, due = $1, lease = '' WHERE id = $2 AND state = 'failed'`, tx.Now.UnixMicro(), id)
}

func remove(ctx context.Context, tx *db.Tx, id int64) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM job WHERE id = $1`, id)
}
