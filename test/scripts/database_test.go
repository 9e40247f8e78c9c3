package scripts_test

import (
	"context"
	"database/sql"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // the engine of a data folder
)

// databaseCommand runs one statement on a SQLite file: what no command of the program does, such as making a
// folder of a newer version.
func databaseCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: database FILE STATEMENT")
	}
	d, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer d.Close()
	_, err = d.ExecContext(context.Background(), args[1])
	ts.Check(err)
}

// countedCommand runs a query that counts, for up to a minute until it gives the number.
func countedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: counted FILE QUERY NUMBER")
	}
	d, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer d.Close()
	n, want := 0, wanted(ts, args[2])
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		ts.Check(d.QueryRowContext(context.Background(), args[1]).Scan(&n))
		if n == want {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s: %s is %d, not %d", args[0], args[1], n, want)
		}
	}
}
