package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Tx is a writing transaction. Now is fixed for its whole life, in UTC and whole microseconds.
type Tx struct {
	Now time.Time

	tx     *sql.Tx
	db     *DB
	wakes  bool
	works  bool
	locked bool
	stmts  map[string]*sql.Stmt
}

// InTx runs fn in one transaction: committed if fn returns nil, rolled back otherwise, all or nothing.
// Writes of one process are serialised on SQLite; there is no need to retry.
func (d *DB) InTx(ctx context.Context, fn func(*Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", fold(err))
	}
	defer tx.Rollback()
	t := &Tx{Now: d.clock().UTC().Truncate(time.Microsecond), tx: tx, db: d, stmts: map[string]*sql.Stmt{}}
	if err := fn(t); err != nil {
		return fold(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", fold(err))
	}
	if t.wakes {
		d.signal()
	}
	if t.works {
		d.tellWork()
	}
	return nil
}

// Query runs a query inside the transaction.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.prepared(ctx, query)
	if err != nil {
		return nil, fold(err)
	}
	rows, err := s.QueryContext(ctx, args...)
	return rows, fold(err)
}

// QueryRow runs a query that answers one row inside the transaction.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := t.prepared(ctx, query)
	if err != nil {
		return t.tx.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := t.prepared(ctx, query)
	if err != nil {
		return 0, fold(err)
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, fold(err)
	}
	return res.RowsAffected()
}

// prepared saves parsing in transactions that repeat a statement (an ingest of thousands).
func (t *Tx) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := t.stmts[query]; s != nil {
		return s, nil
	}
	s, err := t.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	t.stmts[query] = s
	return s, nil
}

// Dialect returns the engine's name.
func (t *Tx) Dialect() Dialect { return t.db.dialect }

// LockOrder makes this transaction the only one past this point until it ends, so that numbers it takes
// become visible in order. SQLite has one writer anyway.
func (t *Tx) LockOrder(ctx context.Context) error {
	if t.db.dialect != Postgres || t.locked {
		return nil
	}
	t.locked = true
	_, err := t.Exec(ctx, `SELECT pg_advisory_xact_lock(7740126)`)
	return err
}

// Notify wakes followers of this database, here and on other nodes, once the transaction has committed.
func (t *Tx) Notify(ctx context.Context) error {
	t.wakes = true
	if t.db.dialect != Postgres {
		return nil
	}
	_, err := t.Exec(ctx, `SELECT pg_notify('masthead_change', '')`)
	return err
}

// NotifyWork wakes whoever does this process's work that is done later, once the transaction has committed.
func (t *Tx) NotifyWork() { t.works = true }
