package identity

import (
	"context"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

// How many attempts may fail in a window, which begins with the first.
const (
	window           = 15 * time.Minute
	perAccount       = 10
	perAddress       = 50
	mailsPerAccount  = 5
	accountAttempts  = "account "
	addressAttempts  = "address "
	mailAttempts     = "mail "
	mailAddrAttempts = "mail from "
)

// TooMany is the cause of an error of kind errs.Unavailable: too many attempts have failed.
type TooMany struct{ Until time.Time }

func (t *TooMany) Error() string { return "try again at " + t.Until.Format(time.RFC3339) }

// allow counts an attempt before it is made, so that a thousand at once are no more than ten; undo or forgive take it
// back. An error of kind errs.Unavailable, whose cause is a *TooMany, says that there were too many.
func (k *Keeper) allow(ctx context.Context, email string, d Device) error {
	return k.count(ctx, limit{accountName(email), perAccount}, limit{addressAttempts + d.Address, perAddress})
}

// allowMail is allow for messages that somebody asks for.
func (k *Keeper) allowMail(ctx context.Context, email string, d Device) error {
	return k.count(ctx, limit{mailAttempts + digest(email), mailsPerAccount}, limit{mailAddrAttempts + d.Address, perAddress})
}

// limit is how many attempts a name has in a window.
type limit struct {
	name string
	most int64
}

func (k *Keeper) count(ctx context.Context, limits ...limit) error {
	var until time.Time
	err := k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		until = time.Time{}
		for _, l := range limits {
			n, end, err := countAttempt(ctx, tx, l.name, tx.Now.Add(window))
			if err != nil {
				return err
			}
			if n > l.most && end.After(until) {
				until = end
			}
		}
		return nil
	})
	if err == nil && !until.IsZero() {
		err = errs.Errorf(errs.Unavailable, "too many attempts have failed: %w", &TooMany{until})
	}
	return err
}

// undo takes back an attempt that did not fail. The account's others are forgotten only when its person is in: the first
// of two factors must not make room for guesses of the second.
func (k *Keeper) undo(ctx context.Context, tx *db.Tx, email string, d Device) error {
	for _, name := range []string{accountName(email), addressAttempts + d.Address} {
		if err := lessAttempts(ctx, tx, name); err != nil {
			return err
		}
	}
	return nil
}

// forgive forgets the failed attempts of an account: its person is in.
func (k *Keeper) forgive(ctx context.Context, tx *db.Tx, email string) error {
	return deleteAttempts(ctx, tx, accountName(email))
}

// accountName hides what was typed: it may be no address but a password in the wrong field.
func accountName(email string) string { return accountAttempts + digest(email) }
