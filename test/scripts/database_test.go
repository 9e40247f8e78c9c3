package scripts_test

import (
	"context"
	"database/sql"

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
