package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

const accountColumns = `a.id, a.email, a.name, a.role, a.sections, a.language, a.state, a.password <> '', a.totp <> '',
	(SELECT COUNT(*) FROM passkey p WHERE p.account = a.id), a.prefs, a.created, a.seen`

func scanAccount(scan func(...any) error) (a Account, err error) {
	var sections string
	var created, seen int64
	if err := scan(&a.ID, &a.Email, &a.Name, &a.Role, &sections, &a.Language, &a.State, &a.Password, &a.TOTP, &a.Passkeys, &a.Prefs, &created, &seen); err != nil {
		return a, err
	}
	a.Sections = lines(sections)
	a.Created = time.UnixMicro(created).UTC()
	if seen != 0 {
		a.Seen = time.UnixMicro(seen).UTC()
	}
	return a, nil
}

// lines returns the lines of a text, nil if it is empty.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// Accounts returns everybody who works here, by name.
func Accounts(ctx context.Context, q db.Queryer) (list []Account, err error) {
	rows, err := q.Query(ctx, `SELECT `+accountColumns+` FROM account a ORDER BY a.name, a.id`)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanAccount(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("accounts: %w", err)
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// FindAccount returns an account by id; errs.NotFound if there is none.
func FindAccount(ctx context.Context, q db.Queryer, id string) (*Account, error) {
	return account(ctx, q, "a.id", id)
}

// AccountOf returns an account by its e-mail address; errs.NotFound if there is none.
func AccountOf(ctx context.Context, q db.Queryer, email string) (*Account, error) {
	return account(ctx, q, "a.email", strings.ToLower(strings.TrimSpace(email)))
}

func account(ctx context.Context, q db.Queryer, column, value string) (*Account, error) {
	a, err := scanAccount(q.QueryRow(ctx, `SELECT `+accountColumns+` FROM account a WHERE `+column+` = $1`, value).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.Errorf(errs.NotFound, "nobody here is called %s", value)
	}
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", value, err)
	}
	return &a, nil
}

// Name returns the name to show for who did something: an account's, a token's, or the part of the program itself.
func Name(ctx context.Context, q db.Queryer, who string) (string, error) {
	table, id := "account", who
	if token, ok := strings.CutPrefix(who, "token:"); ok {
		table, id = "token", token
	}
	var name string
	err := q.QueryRow(ctx, `SELECT name FROM `+table+` WHERE id = $1`, id).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return who, nil
	}
	if err != nil {
		return "", fmt.Errorf("name of %s: %w", who, err)
	}
	return name, nil
}
