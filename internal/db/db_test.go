package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
)

func TestTransactionIsAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		stop := errors.New("stop")
		put := func(after error) error {
			return d.InTx(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `INSERT INTO pub_path (path, story) VALUES ($1, $2)`, "/old", "1"); err != nil {
					return err
				}
				return after
			})
		}
		count := func() (n int) {
			if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM pub_path`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if err := put(stop); !errors.Is(err, stop) || count() != 0 {
			t.Errorf("rolled back: %v, %d rows", err, count())
		}
		if err := put(nil); err != nil || count() != 1 {
			t.Errorf("committed: %v, %d rows", err, count())
		}
		err := put(nil)
		if !errors.Is(err, db.ErrDuplicate) || !errs.Is(err, errs.Conflict) {
			t.Errorf("duplicate key: %v", err)
		}
	})
}

func TestTransactionClockIsFixed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.InTx(t.Context(), func(tx *db.Tx) error {
			if tx.Now.IsZero() || tx.Now.Nanosecond()%1000 != 0 {
				t.Errorf("now is %v, want whole microseconds", tx.Now)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// Pragmas must hold on every connection of the pool, or an acknowledged write may not survive a power cut.
func TestSQLiteSettingsHoldOnEveryConnection(t *testing.T) {
	d := dbtest.SQLite(t)
	for range 5 {
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"} {
				var got string
				if err := tx.QueryRow(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil {
					return err
				}
				if got != want {
					t.Errorf("%s is %s, want %s", pragma, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadingHandleCannotWrite(t *testing.T) {
	d := dbtest.SQLite(t)
	rows, err := d.Query(t.Context(), `INSERT INTO pub_path (path, story) VALUES ('/a', 'b') RETURNING path`)
	if err == nil {
		rows.Next()
		err = rows.Err()
		rows.Close()
	}
	if err == nil {
		t.Error("the reading pool wrote")
	}
}

func TestNewerDataIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "masthead.db")
	open := func() error {
		d, err := db.Open(context.Background(), db.Config{URL: path})
		if err == nil {
			d.Close()
		}
		return err
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	if err := open(); !errs.Is(err, errs.Invalid) || !strings.Contains(fmt.Sprint(err), "newer version") {
		t.Errorf("newer data: %v", err)
	}
}

// The two engines must have the same tables and columns, apart from the text index.
func TestSchemasAgree(t *testing.T) {
	columns := func(d *db.DB, query string) map[string]bool {
		rows, err := d.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		found := map[string]bool{}
		for rows.Next() {
			var table, column string
			if err := rows.Scan(&table, &column); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(table, "search_") && !strings.HasPrefix(table, "goose") {
				found[table+"."+column] = true
			}
		}
		return found
	}
	lite := columns(dbtest.SQLite(t), `SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`)
	pg := columns(dbtest.Postgres(t), `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'`)
	for c := range lite {
		if !pg[c] {
			t.Errorf("%s is missing on PostgreSQL", c)
		}
	}
	for c := range pg {
		if !lite[c] {
			t.Errorf("%s is missing on SQLite", c)
		}
	}
	if len(lite) < 20 {
		t.Errorf("only %d columns found", len(lite))
	}
}

// However many different lists are asked for, the statements that stay prepared are bounded, and all are answered.
func TestFewStatementsStayPrepared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 1200 {
			var n int
			if err := d.QueryRow(t.Context(), fmt.Sprintf(`SELECT %d`, i)).Scan(&n); err != nil || n != i {
				t.Fatal(n, err)
			}
			rows, err := d.Query(t.Context(), fmt.Sprintf(`SELECT %d + $1`, i), 1)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				if err := rows.Scan(&n); err != nil || n != i+1 {
					t.Fatal(n, err)
				}
			}
			rows.Close()
		}
		if n := d.Kept(); n > 1000 {
			t.Errorf("%d statements stay prepared", n)
		}
	})
}
