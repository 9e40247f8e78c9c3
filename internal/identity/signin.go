package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/words"
)

// errRefused is the one answer to everything that does not open the door: it does not say what was wrong.
var errRefused = &errs.Error{Kind: errs.Forbidden, Msg: "that does not open the door: check the address, the password or the code and try again"}

// SignIn opens a session by e-mail address and password; if an authenticator has worked once, its ticket leads to
// Second. An error of kind errs.Forbidden is the same, after the same time, for an unknown address and a wrong password.
func (k *Keeper) SignIn(ctx context.Context, email, password string, d Device) (in Admission, err error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if err := k.allow(ctx, email, d); err != nil {
		return in, err
	}
	a, err := FindEmail(ctx, k.cfg.DB, email)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return in, err
	}
	hash := ""
	if a != nil {
		if hash, _, err = secrets(ctx, k.cfg.DB, a.ID); err != nil {
			return in, err
		}
	}
	ok, err := k.matches(ctx, password, hash)
	if err != nil {
		return in, err
	}
	if !ok || a.State != Active {
		return in, k.refuse(ctx, a, "password", d)
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := k.undo(ctx, tx, email, d); err != nil {
			return err
		}
		in, err = k.first(ctx, tx, a.ID, "password", d)
		return err
	})
	return in, err
}

// first follows a first factor that was right: a session, or the ticket for the second factor.
func (k *Keeper) first(ctx context.Context, tx *db.Tx, account, how string, d Device) (Admission, error) {
	a, err := FindAccount(ctx, tx, account)
	if err != nil {
		return Admission{}, err
	}
	if a.State != Active { // suspended since
		return Admission{}, errRefused
	}
	if !a.TOTP {
		return k.open(ctx, tx, a, how, d)
	}
	secret, err := k.issue(ctx, tx, ticket{Kind: kindSecond, Account: a.ID, Data: how}, ceremonyLife)
	return Admission{Ticket: secret}, err
}

// Second opens a session by the ticket of a first factor and a code of the authenticator or a recovery code. A wrong
// code is an error of kind errs.Forbidden, and the ticket stays good.
func (k *Keeper) Second(ctx context.Context, secret, code string, d Device) (in Admission, err error) {
	var how string
	id, err := k.look(ctx, k.cfg.DB, kindSecond, secret, k.cfg.DB.Now(), &how)
	if err != nil {
		return in, err
	}
	a, err := FindAccount(ctx, k.cfg.DB, id)
	if err != nil {
		return in, err
	}
	if err := k.allow(ctx, a.Email, d); err != nil {
		return in, err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, err := k.redeem(ctx, tx, kindSecond, secret, nil); err != nil {
			return err
		}
		if a, err = FindAccount(ctx, tx, id); err != nil {
			return err
		}
		by, err := k.useCode(ctx, tx, a.ID, code)
		if err != nil {
			return err
		}
		if by == "" || a.State != Active {
			return errRefused
		}
		if err := k.undo(ctx, tx, a.Email, d); err != nil {
			return err
		}
		in, err = k.open(ctx, tx, a, how+", "+by, d)
		return err
	})
	if errors.Is(err, errRefused) {
		err = k.refuse(ctx, a, "code", d)
	}
	return in, err
}

// refuse notes a failed sign-in and returns the answer to it. Who is not known is not named: it may be a password in
// the wrong field.
func (k *Keeper) refuse(ctx context.Context, a *Account, how string, d Device) error {
	e := audit.Entry{Who: "nobody", What: "sign-in.failed", Address: d.Address}
	if a != nil {
		e.Who, e.Target = a.ID, "account/"+a.ID
	}
	err := k.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, e, map[string]string{"by": how}) })
	if err != nil {
		return err
	}
	return errRefused
}

// Confirm makes a session fresh by the person's password.
func (k *Keeper) Confirm(ctx context.Context, p *Person, s *Session, password string, d Device) error {
	if err := k.allow(ctx, p.Email, d); err != nil {
		return err
	}
	hash, _, err := secrets(ctx, k.cfg.DB, p.ID)
	if err != nil {
		return err
	}
	ok, err := k.matches(ctx, password, hash)
	if err != nil {
		return err
	}
	if !ok {
		return k.refuse(ctx, &Account{ID: p.ID}, "password", d)
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return k.confirmed(ctx, tx, p, s, d) })
}

// SendLink mails an address that signs in once within fifteen minutes. It does not tell whether the e-mail address is
// anybody's. An error of kind errs.Unavailable says that no mail is sent, or too much.
func (k *Keeper) SendLink(ctx context.Context, email, lang string, d Device) error {
	return k.send(ctx, email, lang, kindLink, "/newsroom/sign-in/link", d)
}

// SendReset is SendLink for an address that chooses a new password within an hour.
func (k *Keeper) SendReset(ctx context.Context, email, lang string, d Device) error {
	return k.send(ctx, email, lang, kindReset, "/newsroom/sign-in/reset", d)
}

func (k *Keeper) send(ctx context.Context, email, lang, kind, path string, d Device) error {
	if !k.MailReady(ctx) {
		return errs.Errorf(errs.Unavailable, "mail: it is not set up: sign in another way, or ask an administrator")
	}
	email = strings.ToLower(strings.TrimSpace(email))
	if err := k.allowMail(ctx, email, d); err != nil {
		return err
	}
	life := resetLife
	if kind == kindLink {
		life = linkLife
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := FindEmail(ctx, tx, email)
		if errs.Is(err, errs.NotFound) || err == nil && a.State != Active {
			return nil
		}
		if err != nil {
			return err
		}
		if a.Language != "" {
			lang = a.Language
		}
		if err := dropTickets(ctx, tx, kind, a.ID); err != nil {
			return err
		}
		secret, err := k.issue(ctx, tx, ticket{Kind: kind, Account: a.ID}, life)
		if err != nil {
			return err
		}
		w := words.Staff(lang)
		return k.cfg.Mail(ctx, tx, a.Email, w.T("door.mail_"+kind+"_subject", k.host(ctx)), w.T("door.mail_"+kind, a.Name, k.address(ctx, path, secret), int(life/time.Minute)))
	})
}

// CheckLink returns an error of kind errs.NotFound unless a sign-in link is still good. Asking does not use it: mail
// programs look at links before people do.
func (k *Keeper) CheckLink(ctx context.Context, key string) error {
	_, err := k.look(ctx, k.cfg.DB, kindLink, key, k.cfg.DB.Now(), nil)
	return err
}

// FollowLink opens a session by a sign-in link.
func (k *Keeper) FollowLink(ctx context.Context, key string, d Device) (in Admission, err error) {
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err := k.redeem(ctx, tx, kindLink, key, nil)
		if err != nil {
			return err
		}
		in, err = k.first(ctx, tx, id, "link", d)
		return err
	})
	return in, err
}

// CheckReset returns the account that may choose a new password; an error of kind errs.NotFound if the key is good no
// more.
func (k *Keeper) CheckReset(ctx context.Context, key string) (*Account, error) {
	id, err := k.look(ctx, k.cfg.DB, kindReset, key, k.cfg.DB.Now(), nil)
	if err != nil {
		return nil, err
	}
	return FindAccount(ctx, k.cfg.DB, id)
}

// Reset gives an account a new password by the key of SendReset or ResetAccount, ends all its sessions and signs in; the
// second factor, if there is one, is still due.
func (k *Keeper) Reset(ctx context.Context, key, password string, d Device) (in Admission, err error) {
	a, err := k.CheckReset(ctx, key)
	if err != nil {
		return in, err
	}
	if err := CheckPassword(password, k.knows(ctx, a.Email, a.Name)...); err != nil {
		return in, err
	}
	hash, err := k.hash(ctx, password)
	if err != nil {
		return in, err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err := k.redeem(ctx, tx, kindReset, key, nil)
		if err != nil {
			return err
		}
		if err := setPassword(ctx, tx, id, hash); err != nil {
			return err
		}
		if _, err := deleteSessions(ctx, tx, id, ""); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, audit.Entry{Who: id, What: "factor.add", Target: "account/" + id, Address: d.Address}, map[string]string{"factor": "password", "by": "reset"})
		if err != nil {
			return err
		}
		in, err = k.first(ctx, tx, id, "reset", d)
		return err
	})
	return in, err
}

// ResetAccount lets somebody back in whatever happened: it ends the account's sessions, takes away its password and its
// second factor, makes it active and returns an address that chooses a new password, good for a day. The password goes
// too: whoever knows it must not get in without the second factor.
func (k *Keeper) ResetAccount(ctx context.Context, by *Person, email string) (address string, err error) {
	if err := by.Need(Manage, ""); err != nil {
		return "", err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil { // the row is written whole
			return err
		}
		a, err := FindEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		a.State = Active
		if err := updateAccount(ctx, tx, a); err != nil {
			return err
		}
		if err := setPassword(ctx, tx, a.ID, ""); err != nil {
			return err
		}
		if err := setTOTP(ctx, tx, a.ID, ""); err != nil {
			return err
		}
		if err := setRecovery(ctx, tx, a.ID, nil); err != nil {
			return err
		}
		if _, err := deleteSessions(ctx, tx, a.ID, ""); err != nil {
			return err
		}
		if err := dropTickets(ctx, tx, "", a.ID); err != nil {
			return err
		}
		if err := k.forgive(ctx, tx, a.Email); err != nil {
			return err
		}
		secret, err := k.issue(ctx, tx, ticket{Kind: kindReset, Account: a.ID}, operatorLife)
		if err != nil {
			return err
		}
		address = k.address(ctx, "/newsroom/sign-in/reset", secret)
		return audit.Record(ctx, tx, audit.Entry{Who: by.ID, What: "account.reset", Target: "account/" + a.ID}, nil)
	})
	return address, err
}
