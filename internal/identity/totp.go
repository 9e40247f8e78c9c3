package identity

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
)

const recoveryCodes = 10

// Authenticator is one that is being added: what its app scans, or a person types into it.
type Authenticator struct {
	Ticket string // for AddAuthenticator
	Secret string // base32
	URI    string // otpauth://…
}

// BeginAuthenticator proposes an authenticator. It counts only when AddAuthenticator has seen it work.
func (k *Keeper) BeginAuthenticator(ctx context.Context, p *Person) (a Authenticator, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: k.host(ctx), AccountName: p.Email})
	if err != nil {
		return a, fmt.Errorf("authenticator: %w", err)
	}
	a = Authenticator{Secret: key.Secret(), URI: key.URL()}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		a.Ticket, err = k.issue(ctx, tx, ticket{Kind: kindTOTP, Account: p.ID, Data: a}, ceremonyLife)
		return err
	})
	return a, err
}

// CheckAuthenticator returns the authenticator that a ticket of a person's own is for.
func (k *Keeper) CheckAuthenticator(ctx context.Context, p *Person, secret string) (a Authenticator, err error) {
	id, err := k.look(ctx, k.cfg.DB, kindTOTP, secret, k.cfg.DB.Now(), &a)
	if err == nil && id != p.ID {
		err = errTicket
	}
	a.Ticket = secret
	return a, err
}

// AddAuthenticator makes an authenticator the account's second factor if its code is right, and returns new recovery
// codes, which are shown once. The one before it is good no more.
func (k *Keeper) AddAuthenticator(ctx context.Context, p *Person, secret, code string) (codes []string, err error) {
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		var a Authenticator
		id, err := k.redeem(ctx, tx, kindTOTP, secret, &a)
		if err != nil {
			return err
		}
		if id != p.ID {
			return errTicket
		}
		if ok, err := useTOTP(ctx, tx, p.ID, a.Secret, plain(code)); err != nil {
			return err
		} else if !ok {
			return errs.Errorf(errs.Invalid, "code: it is not the one of this moment: check the clock of your telephone and type the next one")
		}
		if err := setTOTP(ctx, tx, p.ID, k.cfg.Key.Seal(a.Secret, "totp "+p.ID)); err != nil {
			return err
		}
		if codes, err = newRecovery(ctx, tx, p.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "factor.add", Target: "account/" + p.ID}, map[string]string{"factor": "authenticator"})
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// RemoveAuthenticator takes the second factor away, with its recovery codes.
func (k *Keeper) RemoveAuthenticator(ctx context.Context, p *Person) error {
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := setTOTP(ctx, tx, p.ID, ""); err != nil {
			return err
		}
		if err := setRecovery(ctx, tx, p.ID, nil); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "factor.remove", Target: "account/" + p.ID}, map[string]string{"factor": "authenticator"})
	})
}

// NewRecoveryCodes replaces a person's recovery codes by ten new ones. An error of kind errs.Conflict says that there is
// no second factor they could stand for.
func (k *Keeper) NewRecoveryCodes(ctx context.Context, p *Person) (codes []string, err error) {
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := FindAccount(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if !a.TOTP {
			return errs.Errorf(errs.Conflict, "recovery codes: they stand for an authenticator: add one first")
		}
		if codes, err = newRecovery(ctx, tx, p.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "factor.add", Target: "account/" + p.ID}, map[string]string{"factor": "recovery codes"})
	})
	return codes, err
}

// RecoveryLeft returns how many recovery codes an account has left.
func (k *Keeper) RecoveryLeft(ctx context.Context, account string) (int, error) {
	return countRecovery(ctx, k.cfg.DB, account)
}

// newRecovery makes ten codes of 16 letters in groups of four: 80 random bits each.
func newRecovery(ctx context.Context, tx *db.Tx, account string) (codes []string, err error) {
	var hashes []string
	for range recoveryCodes {
		text := strings.ToLower(rand.Text()[:16])
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, recoveryHash(account, text))
	}
	return codes, setRecovery(ctx, tx, account, hashes)
}

func recoveryHash(account, code string) string { return digest("recovery " + account + " " + code) }

// plain is a code as it was meant: people type spaces, dashes and capitals.
func plain(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\t", "").Replace(code))
}

// useCode uses a code of the account's authenticator, or one of its recovery codes, and says which it was; "" for
// neither. No code is good twice.
func (k *Keeper) useCode(ctx context.Context, tx *db.Tx, account, code string) (by string, err error) {
	code = plain(code)
	_, sealed, err := secrets(ctx, tx, account)
	if err != nil || sealed == "" {
		return "", err
	}
	if len(code) > 6 {
		if ok, err := useRecovery(ctx, tx, account, recoveryHash(account, code)); err != nil || !ok {
			return "", err
		}
		return "recovery code", nil
	}
	secret, err := k.cfg.Key.Unseal(sealed, "totp "+account)
	if err != nil {
		return "", err
	}
	if ok, err := useTOTP(ctx, tx, account, secret, code); err != nil || !ok {
		return "", err
	}
	return "authenticator", nil
}

// useTOTP reports whether a code is right now, within a step to either side, and has not been used.
func useTOTP(ctx context.Context, tx *db.Tx, account, secret, code string) (bool, error) {
	ok, err := totp.ValidateCustom(code, secret, tx.Now, totp.ValidateOpts{Period: 30, Skew: 1, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil || !ok { // the error says only that it has not six digits
		return false, nil
	}
	return markUsed(ctx, tx, digest("totp "+account+" "+secret+" "+code), account, tx.Now.Add(3*time.Minute))
}
