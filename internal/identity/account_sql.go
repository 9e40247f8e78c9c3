package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"masthead/internal/db"
)

// prefs is what the column of that name holds.
type prefs struct {
	NoKeys bool `json:"no_keys,omitempty"`
}

const accountColumns = `a.id, a.email, a.name, a.role, a.sections, a.language, a.state, a.password, a.totp, a.prefs, a.created, a.seen`

// accountRow takes the columns of accountColumns.
type accountRow struct {
	Account
	sections, password, totp, prefs string
	created, seen                   int64
}

func (r *accountRow) fields() []any {
	return []any{&r.ID, &r.Email, &r.Name, &r.Role, &r.sections, &r.Language, &r.State, &r.password, &r.totp, &r.prefs, &r.created, &r.seen}
}

func (r *accountRow) account() (Account, error) {
	a := r.Account
	a.Sections = strings.Fields(r.sections)
	if len(a.Sections) == 0 {
		a.Sections = nil
	}
	a.Password, a.TOTP = r.password != "", r.totp != ""
	a.Created, a.Seen = moment(r.created), moment(r.seen)
	var p prefs
	if r.prefs != "" {
		if err := json.Unmarshal([]byte(r.prefs), &p); err != nil {
			return a, fmt.Errorf("preferences of account %s: %w", a.ID, err)
		}
	}
	a.NoKeys = p.NoKeys
	return a, nil
}

// moment is a time of the database; 0 is none.
func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// selectAccounts returns the accounts whose column (id or email) has a value; all for no column.
func selectAccounts(ctx context.Context, q db.Queryer, column, value string) (list []Account, err error) {
	query := `SELECT ` + accountColumns + `, (SELECT COUNT(*) FROM passkey WHERE passkey.account = a.id) FROM account a`
	var args []any
	if column != "" {
		query += ` WHERE a.` + column + ` = $1`
		args = append(args, value)
	}
	rows, err := q.Query(ctx, query+` ORDER BY a.name, a.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r accountRow
		if err := rows.Scan(append(r.fields(), &r.Passkeys)...); err != nil {
			return nil, fmt.Errorf("accounts: %w", err)
		}
		a, err := r.account()
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

func countAccounts(ctx context.Context, q db.Queryer) (n int, err error) {
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM account`).Scan(&n); err != nil {
		return 0, fmt.Errorf("accounts: %w", err)
	}
	return n, nil
}

// countAdmins returns how many active administrators there are but for one.
func countAdmins(ctx context.Context, q db.Queryer, but string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM account WHERE role = $1 AND state = $2 AND id <> $3`, Admin, Active, but).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("administrators: %w", err)
	}
	return n, nil
}

// insertAccount adds an account without any way to sign in.
func insertAccount(ctx context.Context, tx *db.Tx, a *Account) error {
	_, err := tx.Exec(ctx, `INSERT INTO account (id, email, name, role, sections, language, state, password, totp, prefs, created, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '', $8, 0)`,
		a.ID, a.Email, a.Name, a.Role, strings.Join(a.Sections, "\n"), a.Language, a.State, a.Created.UnixMicro())
	if err != nil {
		return fmt.Errorf("account %s: %w", a.Email, err)
	}
	return nil
}

// updateAccount writes what is not a factor.
func updateAccount(ctx context.Context, tx *db.Tx, a *Account) error {
	p, err := json.Marshal(prefs{a.NoKeys})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE account SET name = $1, role = $2, sections = $3, language = $4, state = $5, prefs = $6 WHERE id = $7`,
		a.Name, a.Role, strings.Join(a.Sections, "\n"), a.Language, a.State, string(p), a.ID)
	if err != nil {
		return fmt.Errorf("account %s: %w", a.ID, err)
	}
	return nil
}

func deleteAccount(ctx context.Context, tx *db.Tx, id string) error {
	for _, query := range []string{
		`DELETE FROM session WHERE account = $1`, `DELETE FROM passkey WHERE account = $1`, `DELETE FROM recovery WHERE account = $1`,
		`DELETE FROM ticket WHERE account = $1`, `DELETE FROM account WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, query, id); err != nil {
			return fmt.Errorf("account %s: %w", id, err)
		}
	}
	return nil
}

// secrets returns the hash of the password and the sealed seed of the authenticator; empty for none.
func secrets(ctx context.Context, q db.Queryer, id string) (password, totp string, err error) {
	if err := q.QueryRow(ctx, `SELECT password, totp FROM account WHERE id = $1`, id).Scan(&password, &totp); err != nil {
		return "", "", fmt.Errorf("account %s: %w", id, err)
	}
	return password, totp, nil
}

func setPassword(ctx context.Context, tx *db.Tx, id, hash string) error {
	if _, err := tx.Exec(ctx, `UPDATE account SET password = $1 WHERE id = $2`, hash, id); err != nil {
		return fmt.Errorf("account %s: %w", id, err)
	}
	return nil
}

func setTOTP(ctx context.Context, tx *db.Tx, id, sealed string) error {
	if _, err := tx.Exec(ctx, `UPDATE account SET totp = $1 WHERE id = $2`, sealed, id); err != nil {
		return fmt.Errorf("account %s: %w", id, err)
	}
	return nil
}

func setRecovery(ctx context.Context, tx *db.Tx, id string, hashes []string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM recovery WHERE account = $1`, id); err != nil {
		return fmt.Errorf("recovery codes of %s: %w", id, err)
	}
	for _, h := range hashes {
		if _, err := tx.Exec(ctx, `INSERT INTO recovery (account, hash) VALUES ($1, $2)`, id, h); err != nil {
			return fmt.Errorf("recovery codes of %s: %w", id, err)
		}
	}
	return nil
}

// useRecovery takes a recovery code away and reports whether it was there.
func useRecovery(ctx context.Context, tx *db.Tx, id, hash string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM recovery WHERE account = $1 AND hash = $2`, id, hash)
	if err != nil {
		return false, fmt.Errorf("recovery codes of %s: %w", id, err)
	}
	return n == 1, nil
}

func countRecovery(ctx context.Context, q db.Queryer, id string) (n int, err error) {
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM recovery WHERE account = $1`, id).Scan(&n); err != nil {
		return 0, fmt.Errorf("recovery codes of %s: %w", id, err)
	}
	return n, nil
}
