package identity

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/webauthn"

	"masthead/internal/db"
	"masthead/internal/errs"
)

func selectPasskeys(ctx context.Context, q db.Queryer, account string) (list []passkeyRow, err error) {
	rows, err := q.Query(ctx, `SELECT id, name, data, created, used FROM passkey WHERE account = $1 ORDER BY created DESC, id`, account)
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", account, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r passkeyRow
		var data string
		var created, used int64
		if err := rows.Scan(&r.ID, &r.Name, &data, &created, &used); err != nil {
			return nil, fmt.Errorf("passkeys of %s: %w", account, err)
		}
		r.Created, r.Used = moment(created), moment(used)
		if err := r.read(data); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

func insertPasskey(ctx context.Context, tx *db.Tx, account, name, id string, key *webauthn.Credential) error {
	data, err := json.Marshal(key)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO passkey (id, account, name, data, created, used) VALUES ($1, $2, $3, $4, $5, 0)`,
		id, account, name, string(data), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("passkey of %s: %w", account, err)
	}
	return nil
}

// usePasskey notes a use, with the key's counter.
func usePasskey(ctx context.Context, tx *db.Tx, key *webauthn.Credential) error {
	data, err := json.Marshal(key)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE passkey SET data = $1, used = $2 WHERE id = $3`, string(data), tx.Now.UnixMicro(), base64.RawURLEncoding.EncodeToString(key.ID))
	if err != nil {
		return fmt.Errorf("passkey: %w", err)
	}
	if n == 0 {
		return errRefused // removed since
	}
	return nil
}

// deletePasskey removes a passkey of an account and returns its name.
func deletePasskey(ctx context.Context, tx *db.Tx, account, id string) (name string, err error) {
	err = tx.QueryRow(ctx, `DELETE FROM passkey WHERE account = $1 AND id = $2 RETURNING name`, account, id).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errs.Errorf(errs.NotFound, "passkey: there is none of that name any more")
	}
	if err != nil {
		return "", fmt.Errorf("passkey of %s: %w", account, err)
	}
	return name, nil
}
