// Package db opens the one database of a portal, SQLite or PostgreSQL, and hands out the two things that the
// rest of the program may hold: DB, which reads, and Tx, which also writes. SQL is written once, with $n
// placeholders in ascending order of first appearance, and runs on both. Times are Unix microseconds.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers "sqlite"
)

// Dialect names the database engine. Only db, search and migrations may look at it.
type Dialect string

// The two engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Queryer is what reading code accepts: the pool outside a transaction, the transaction inside.
type Queryer interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// Texts returns the only column of a query's rows: ids, mostly.
func Texts(ctx context.Context, q Queryer, query string, args ...any) (list []string, err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// DB is an open database: a pool for reading, and InTx for writing.
type DB struct {
	dialect Dialect
	read    *sql.DB
	write   *sql.DB // SQLite: one connection; PostgreSQL: the same pool as read
	clock   func() time.Time
	wake    chan struct{}

	mu    sync.RWMutex
	stmts map[string]*sql.Stmt // prepared on read

	working sync.Mutex
	work    chan struct{} // closed, and another made, when there is work
}

// Config says which database to open.
type Config struct {
	URL   string           // path of a SQLite file, or postgres://…
	Clock func() time.Time // nil: the system's

	// Bulk is for filling a database that is begun anew after a crash: SQLite then waits for no disk and keeps
	// more pages in memory. What was committed is safe only when the database has been closed and its file synced.
	Bulk bool
}

// Open opens the database, creates it if it is a SQLite file that does not exist, and brings its schema up to
// date. A database of a newer version of the program is refused, untouched.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	d := &DB{clock: c.Clock, wake: make(chan struct{}, 1), work: make(chan struct{}), stmts: map[string]*sql.Stmt{}}
	var err error
	if strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://") {
		err = d.openPostgres(c.URL)
	} else {
		err = d.openSQLite(c.URL, c.Bulk)
	}
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", redact(c.URL), err)
	}
	if err := d.migrate(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("open database %s: %w", redact(c.URL), err)
	}
	return d, nil
}

func (d *DB) openPostgres(dsn string) (err error) {
	d.dialect = Postgres
	if d.read, err = sql.Open("pgx", dsn); err != nil {
		return err
	}
	d.read.SetMaxOpenConns(16)
	d.read.SetMaxIdleConns(16)
	d.write = d.read
	return nil
}

// openSQLite sets every pragma in the DSN, because one set by Exec holds on one connection of the pool only.
// synchronous=FULL is a promise: what was acknowledged survives a power cut.
func (d *DB) openSQLite(path string, bulk bool) (err error) {
	d.dialect = SQLite
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	pragmas := "_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)"
	cache := "-32768"
	if bulk {
		pragmas = strings.Replace(pragmas, "synchronous(FULL)", "synchronous(OFF)", 1)
		cache = "-524288"
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	if d.write, err = sql.Open("sqlite", file+"?_txlock=immediate&_pragma=cache_size("+cache+")&"+pragmas); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	if d.read, err = sql.Open("sqlite", file+"?_pragma=query_only(1)&_pragma=cache_size(-4096)&"+pragmas); err != nil {
		return err
	}
	d.read.SetMaxOpenConns(8)
	d.read.SetMaxIdleConns(8)
	return nil
}

// Close closes the pools.
func (d *DB) Close() error {
	err := d.read.Close()
	if d.write != d.read {
		err = errors.Join(err, d.write.Close())
	}
	return err
}

// Dialect returns the engine's name.
func (d *DB) Dialect() Dialect { return d.dialect }

// Now returns the time by the database's clock, the one that transactions use.
func (d *DB) Now() time.Time { return d.clock() }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return fold(d.read.PingContext(ctx)) }

// Query runs a reading query on the pool.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := d.prepared(ctx, query)
	if err != nil {
		return nil, fold(err)
	}
	if s == nil {
		rows, err := d.read.QueryContext(ctx, query, args...)
		return rows, fold(err)
	}
	rows, err := s.QueryContext(ctx, args...)
	return rows, fold(err)
}

// QueryRow runs a reading query that answers one row; sql.ErrNoRows comes from Scan.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := d.prepared(ctx, query)
	if err != nil || s == nil {
		return d.read.QueryRowContext(ctx, query, args...) // carries the same error to Scan
	}
	return s.QueryRowContext(ctx, args...)
}

// maxStatements bounds how many statements stay prepared. Most texts are constants of the program; those of lists are put
// together of what somebody asks for, in any number.
const maxStatements = 1000

// prepared keeps one statement per query text, as long as they are few; nil: it is not kept.
func (d *DB) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	d.mu.RLock()
	s, full := d.stmts[query], len(d.stmts) >= maxStatements
	d.mu.RUnlock()
	if s != nil || full {
		return s, nil
	}
	s, err := d.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if old := d.stmts[query]; old != nil {
		s.Close()
		return old, nil
	}
	d.stmts[query] = s
	return s, nil
}

// Wake is signalled after each local commit that recorded changes, and by other processes where the engine
// can tell; followers poll the change log as well.
func (d *DB) Wake() <-chan struct{} { return d.wake }

// Work returns a channel that is closed when a transaction of this process leaves work to do (see Tx.NotifyWork): so that
// all who wait for some hear of it. Take it before looking for work.
func (d *DB) Work() <-chan struct{} {
	d.working.Lock()
	defer d.working.Unlock()
	return d.work
}

func (d *DB) tellWork() {
	d.working.Lock()
	defer d.working.Unlock()
	close(d.work)
	d.work = make(chan struct{})
}

func (d *DB) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Listen signals Wake for commits of other processes until ctx ends. On PostgreSQL it holds a connection
// that LISTENs; on SQLite it polls the file's data version, which costs microseconds.
func (d *DB) Listen(ctx context.Context) {
	for ctx.Err() == nil {
		var err error
		if d.dialect == Postgres {
			err = d.listenPostgres(ctx)
		} else {
			err = d.watchSQLite(ctx)
		}
		if err != nil && ctx.Err() == nil {
			slog.Warn("database notification lost; trying again", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (d *DB) watchSQLite(ctx context.Context) error {
	conn, err := d.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	last := int64(-1)
	for {
		var v int64
		if err := conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&v); err != nil {
			return err
		}
		if v != last {
			last = v
			d.signal()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (d *DB) listenPostgres(ctx context.Context) error {
	conn, err := d.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		pg := driver.(*stdlib.Conn).Conn()
		if _, err := pg.Exec(ctx, `LISTEN masthead_change`); err != nil {
			return err
		}
		d.signal() // what was committed while nobody listened
		for {
			if _, err := pg.WaitForNotification(ctx); err != nil {
				return err
			}
			d.signal()
		}
	})
}

func redact(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil {
		return dsn
	}
	return u.Redacted()
}

// Size returns the bytes that the database takes.
func (d *DB) Size(ctx context.Context) (n int64, err error) {
	query := `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	if d.dialect == Postgres {
		query = `SELECT pg_database_size(current_database())`
	}
	if err := d.QueryRow(ctx, query).Scan(&n); err != nil {
		return 0, fmt.Errorf("size of the database: %w", fold(err))
	}
	return n, nil
}
