// Package dbtest gives tests a database of each engine. Only tests import it.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	return open(t, filepath.Join(t.TempDir(), "masthead.db"), nil)
}

// SQLiteAt is SQLite with a clock of the test's own.
func SQLiteAt(t testing.TB, clock func() time.Time) *db.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "masthead.db"), clock)
}

// Postgres opens a new database on the server that MASTHEAD_TEST_POSTGRES names.
func Postgres(t testing.TB) *db.DB { return PostgresAt(t, nil) }

// PostgresAt is Postgres with a clock of the test's own.
func PostgresAt(t testing.TB, clock func() time.Time) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t), clock)
}

// EachAt is Each with a clock of the test's own.
func EachAt(t *testing.T, clock func() time.Time, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLiteAt(t, clock)) })
	t.Run("postgres", func(t *testing.T) { fn(t, PostgresAt(t, clock)) })
}

// PostgresURL creates an empty database and returns its URL; it is dropped when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("MASTHEAD_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("MASTHEAD_TEST_POSTGRES is not set: the checks must run on PostgreSQL too")
		}
		t.Skip("MASTHEAD_TEST_POSTGRES is not set: not run on PostgreSQL (./check starts one)")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("masthead_%d_%d", os.Getpid(), next())
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
		admin.Close()
	})
	base, query, _ := strings.Cut(server, "?")
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

// PostgresBin returns the folder of PostgreSQL's server programs.
func PostgresBin() (string, error) {
	if p, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(p), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return "", fmt.Errorf("no PostgreSQL server programs: install the package postgresql")
	}
	return filepath.Dir(found[len(found)-1]), nil
}
