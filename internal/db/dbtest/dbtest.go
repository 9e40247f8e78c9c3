// Package dbtest gives tests a database of each engine: a copy of one that was migrated once, which takes a tenth of the
// time. Only tests import it.
package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"masthead/internal/db"
)

// Each runs fn as a subtest on SQLite and on PostgreSQL, each with an empty database of its own.
// PostgreSQL is the one that MASTHEAD_TEST_POSTGRES names (a URL whose user may create databases). Without it
// the subtest is skipped; in CI (CI=true) that is a failure.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// SQLite opens a new database in a temporary folder.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return SQLiteAt(t, nil)
}

// SQLiteAt is SQLite with a clock of the test's own.
func SQLiteAt(t testing.TB, clock func() time.Time) *db.DB {
	t.Helper()
	empty, err := migratedFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "masthead.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, path, clock)
}

// migratedFile is SQLite's file of an empty portal.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "dbtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "masthead.db")
	d, err := db.Open(context.Background(), db.Config{URL: path})
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres opens a new database on the server that MASTHEAD_TEST_POSTGRES names.
func Postgres(t testing.TB) *db.DB { return PostgresAt(t, nil) }

// PostgresAt is Postgres with a clock of the test's own.
func PostgresAt(t testing.TB, clock func() time.Time) *db.DB {
	t.Helper()
	admin := administer(t)
	template, err := migratedDatabase()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, create(t, admin, " TEMPLATE "+template), clock)
}

// migratedDatabase is PostgreSQL's database of an empty portal. It is named by the schema and stays for other packages.
var migratedDatabase = sync.OnceValues(func() (name string, err error) {
	if name, err = schemaName(); err != nil {
		return "", err
	}
	ctx := context.Background()
	admin, err := sql.Open("pgx", os.Getenv(server))
	if err != nil {
		return "", err
	}
	defer admin.Close()
	admin.SetMaxOpenConns(1) // the lock is the connection's
	if _, err := admin.Exec(`SELECT pg_advisory_lock(7740127)`); err != nil {
		return "", err
	}
	var there bool
	if err := admin.QueryRow(`SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
		return name, err
	}
	making := fmt.Sprintf("masthead_%d_template", os.Getpid())
	if _, err := admin.Exec("CREATE DATABASE " + making); err != nil {
		return "", err
	}
	d, err := db.Open(ctx, db.Config{URL: urlOf(making)})
	if err == nil {
		err = d.Close()
	}
	if err == nil {
		_, err = admin.Exec("ALTER DATABASE " + making + " RENAME TO " + name)
	}
	return name, err
})

// schemaName names the template by all migrations.
func schemaName() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	list, err := filepath.Glob(filepath.Join(filepath.Dir(here), "..", "migrations", "*.sql"))
	if err != nil || len(list) == 0 {
		return "", fmt.Errorf("no migrations beside %s: %w", here, err)
	}
	h := sha256.New()
	for _, f := range list {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		h.Write(b)
	}
	return fmt.Sprintf("masthead_template_%x", h.Sum(nil)[:6]), nil
}

// EachAt is Each with a clock of the test's own.
func EachAt(t *testing.T, clock func() time.Time, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLiteAt(t, clock)) })
	t.Run("postgres", func(t *testing.T) { fn(t, PostgresAt(t, clock)) })
}

// server is the variable that names the PostgreSQL server.
const server = "MASTHEAD_TEST_POSTGRES"

// PostgresURL creates an empty database, without a schema, and returns its URL; it is dropped when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return create(t, administer(t), "")
}

// administer opens the server's own database.
func administer(t testing.TB) *sql.DB {
	t.Helper()
	if os.Getenv(server) == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("MASTHEAD_TEST_POSTGRES is not set: the checks must run on PostgreSQL too")
		}
		t.Skip("MASTHEAD_TEST_POSTGRES is not set: not run on PostgreSQL (./check starts one)")
	}
	admin, err := sql.Open("pgx", os.Getenv(server))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.Close() })
	return admin
}

func create(t testing.TB, admin *sql.DB, like string) (url string) {
	t.Helper()
	name := fmt.Sprintf("masthead_%d_%d", os.Getpid(), next())
	if _, err := admin.Exec("CREATE DATABASE " + name + like); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return urlOf(name)
}

// urlOf returns the address of a database of the server.
func urlOf(name string) string {
	base, query, _ := strings.Cut(os.Getenv(server), "?")
	return base[:strings.LastIndex(base, "/")+1] + name + "?" + query
}

var counter struct {
	sync.Mutex
	n int
}

func next() int {
	counter.Lock()
	defer counter.Unlock()
	counter.n++
	return counter.n
}

func open(t testing.TB, url string, clock func() time.Time) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Config{URL: url, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}
