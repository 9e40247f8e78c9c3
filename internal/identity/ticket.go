package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

// The kinds of ticket: secrets that are good once, or for a while.
const (
	kindSetup      = "setup"      // makes the first administrator
	kindInvitation = "invitation" // makes an invited account its person's own
	kindReset      = "reset"      // chooses a new password
	kindLink       = "link"       // signs in
	kindSecond     = "second"     // the second factor is due
	kindPasskey    = "passkey"    // a passkey is being asked for
	kindRegister   = "register"   // a passkey is being made
	kindTOTP       = "totp"       // an authenticator is being tried
	kindOIDC       = "oidc"       // the single sign-on has been asked
	kindUsed       = "used"       // a code of an authenticator that has been used
	kindPhone      = "phone"      // brings files to the library, for a while and not only once
)

const (
	setupLife      = 10 * 365 * 24 * time.Hour // it ends with the first account
	invitationLife = 7 * 24 * time.Hour
	linkLife       = 15 * time.Minute
	resetLife      = time.Hour
	operatorLife   = 24 * time.Hour // of a reset that an operator hands over
	ceremonyLife   = 10 * time.Minute
)

// ticket is what a secret stands for. Data is kept sealed: it may hold secrets of its own.
type ticket struct {
	Kind    string
	Account string
	Data    any
}

// errTicket says nothing of why: never was, used, or too old.
var errTicket = &errs.Error{Kind: errs.NotFound, Msg: "the address has been used, has been replaced by a newer one or is too old: ask for a new one"}

// issue writes a ticket and returns its secret.
func (k *Keeper) issue(ctx context.Context, tx *db.Tx, t ticket, life time.Duration) (string, error) {
	if err := sweep(ctx, tx); err != nil {
		return "", err
	}
	sealed := ""
	if t.Data != nil {
		b, err := json.Marshal(t.Data)
		if err != nil {
			return "", fmt.Errorf("ticket %s: %w", t.Kind, err)
		}
		sealed = k.cfg.Key.Seal(string(b), "ticket "+t.Kind)
	}
	secret := newSecret()
	return secret, insertTicket(ctx, tx, digest(secret), t.Kind, t.Account, sealed, tx.Now.Add(life))
}

// look returns whom a ticket of a kind is for, and reads its data into data unless that is nil. The ticket stays good.
func (k *Keeper) look(ctx context.Context, q db.Queryer, kind, secret string, now time.Time, data any) (account string, err error) {
	account, sealed, err := selectTicket(ctx, q, digest(secret), kind, now)
	if err != nil || data == nil {
		return account, err
	}
	text, err := k.cfg.Key.Unseal(sealed, "ticket "+kind)
	if err != nil {
		return "", err
	}
	return account, json.Unmarshal([]byte(text), data)
}

// redeem is look, and the ticket is good no more.
func (k *Keeper) redeem(ctx context.Context, tx *db.Tx, kind, secret string, data any) (account string, err error) {
	if account, err = k.look(ctx, tx, kind, secret, tx.Now, data); err != nil {
		return "", err
	}
	n, err := deleteTicket(ctx, tx, digest(secret))
	if err == nil && n == 0 {
		err = errTicket // another request was faster
	}
	return account, err
}

// spend redeems a ticket in a transaction of its own: a ceremony that fails after it must begin anew.
func (k *Keeper) spend(ctx context.Context, kind, secret string, data any) (account string, err error) {
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		account, err = k.redeem(ctx, tx, kind, secret, data)
		return err
	})
	return account, err
}

// Setup returns the secret of the first run's address (/newsroom/setup?key=…), good while nobody works here; the one
// before it is good no more. An error of kind errs.Conflict says that somebody does.
func (k *Keeper) Setup(ctx context.Context) (secret string, err error) {
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := countAccounts(ctx, tx)
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.Errorf(errs.Conflict, "setup: people work here already: \"masthead user list\" shows them")
		}
		if err := dropTickets(ctx, tx, kindSetup, ""); err != nil {
			return err
		}
		secret, err = k.issue(ctx, tx, ticket{Kind: kindSetup}, setupLife)
		return err
	})
	return secret, err
}

// CheckSetup returns an error of kind errs.NotFound unless a key is the setup's.
func (k *Keeper) CheckSetup(ctx context.Context, key string) error {
	_, err := k.look(ctx, k.cfg.DB, kindSetup, key, k.cfg.DB.Now(), nil)
	return err
}

// CheckInvitation returns the account that an invitation is for; an error of kind errs.NotFound if it is good no more.
func (k *Keeper) CheckInvitation(ctx context.Context, key string) (*Account, error) {
	id, err := k.look(ctx, k.cfg.DB, kindInvitation, key, k.cfg.DB.Now(), nil)
	if err != nil {
		return nil, err
	}
	return FindAccount(ctx, k.cfg.DB, id)
}

// address returns a full address of the newsroom that carries a secret.
func (k *Keeper) address(ctx context.Context, path, secret string) string {
	return k.cfg.Origin(ctx) + path + "?key=" + url.QueryEscape(secret)
}

// host returns the newsroom's host name, as people know the portal.
func (k *Keeper) host(ctx context.Context) string {
	u, err := url.Parse(k.cfg.Origin(ctx))
	if err != nil {
		return ""
	}
	return u.Hostname()
}
