package db

import (
	"database/sql"
	"errors"
	"fmt"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"masthead/internal/errs"
)

// ErrDuplicate is a violated unique key.
var ErrDuplicate = &errs.Error{Kind: errs.Conflict, Msg: "there is one already"}

// ErrFull is a full disk: nothing of the transaction was kept, everything before it was.
var ErrFull = &errs.Error{Kind: errs.Unavailable, Msg: "the disk is full: free some space and run it again; what was reported as done is kept"}

// fold turns the drivers' errors into the program's own, by code and never by message.
func fold(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w (%v)", ErrFull, err)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return fmt.Errorf("%w (%v)", ErrDuplicate, err)
		case sqlite3.SQLITE_FULL:
			return fmt.Errorf("%w (%v)", ErrFull, err)
		}
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "23505":
			return fmt.Errorf("%w (%v)", ErrDuplicate, err)
		case "53100":
			return fmt.Errorf("%w (%v)", ErrFull, err)
		}
	}
	return err
}
