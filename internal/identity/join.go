package identity

import (
	"context"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
)

// Joining is somebody who takes up an invitation, or sets the portal up: then Email is theirs to choose.
type Joining struct {
	Key      string // of the setup or the invitation
	Name     string
	Email    string // of the setup
	Password string // Join only
	Language string // of the screens; "": the site's first
}

// Join makes the first administrator's account, or an invited one, its person's own with a password, and signs in.
func (k *Keeper) Join(ctx context.Context, j Joining, d Device) (in Admission, err error) {
	a, err := k.joiner(ctx, &j)
	if err != nil {
		return in, err
	}
	if err := CheckPassword(j.Password, k.knows(ctx, a.Email, a.Name)...); err != nil {
		return in, err
	}
	hash, err := k.hash(ctx, j.Password)
	if err != nil {
		return in, err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := k.admit(ctx, tx, j, a.ID, d)
		if err != nil {
			return err
		}
		if err := setPassword(ctx, tx, a.ID, hash); err != nil {
			return err
		}
		in, err = k.open(ctx, tx, a, "password", d)
		return err
	})
	return in, err
}

// BeginJoin asks the browser to make a passkey for somebody who joins.
func (k *Keeper) BeginJoin(ctx context.Context, j Joining) (Ceremony, error) {
	a, err := k.joiner(ctx, &j)
	if err != nil {
		return Ceremony{}, err
	}
	j.Password = ""
	return k.beginRegister(ctx, holder{id: a.ID, email: a.Email, name: a.Name}, &j)
}

// FinishJoin is Join with the passkey that the browser made.
func (k *Keeper) FinishJoin(ctx context.Context, secret, name string, answer []byte, d Device) (in Admission, err error) {
	if name, err = checkName(name); err != nil {
		return in, err
	}
	r, key, err := k.finishRegister(ctx, secret, answer)
	if err != nil {
		return in, err
	}
	if r.Joining == nil {
		return in, errTicket
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		a, err := k.admit(ctx, tx, *r.Joining, r.Account, d)
		if err != nil {
			return err
		}
		if err := addPasskey(ctx, tx, a.ID, name, key); err != nil {
			return err
		}
		in, err = k.open(ctx, tx, a, "passkey", d)
		return err
	})
	return in, err
}

// joiner returns who joins, with an account's id that nobody has yet for the setup, and tidies what they typed.
func (k *Keeper) joiner(ctx context.Context, j *Joining) (a *Account, err error) {
	a, err = k.CheckInvitation(ctx, j.Key)
	if errs.Is(err, errs.NotFound) {
		a = &Account{ID: newID()}
		if err = k.CheckSetup(ctx, j.Key); err == nil {
			a.Email, err = checkEmail(j.Email)
		}
	}
	if err != nil {
		return nil, err
	}
	if a.Name, err = checkName(j.Name); err != nil {
		return nil, err
	}
	j.Name, j.Email = a.Name, a.Email
	return a, nil
}

// admit uses up the key and makes the account an active one.
func (k *Keeper) admit(ctx context.Context, tx *db.Tx, j Joining, id string, d Device) (a *Account, err error) {
	if err := tx.LockOrder(ctx); err != nil { // two may hold the setup's key
		return nil, err
	}
	invited, err := k.redeem(ctx, tx, kindInvitation, j.Key, nil)
	switch {
	case errs.Is(err, errs.NotFound):
		a, err = k.admitFirst(ctx, tx, j, id)
	case err == nil && invited != id:
		return nil, errTicket
	case err == nil:
		if a, err = FindAccount(ctx, tx, id); err != nil {
			return nil, err
		}
		if a.State != Invited {
			return nil, errTicket
		}
		a.Name, a.State = j.Name, Active
		if j.Language != "" {
			a.Language = j.Language
		}
		err = updateAccount(ctx, tx, a)
	}
	if err != nil {
		return nil, err
	}
	return a, audit.Record(ctx, tx, audit.Entry{Who: a.ID, What: "account.join", Target: "account/" + a.ID, Address: d.Address},
		map[string]any{"email": a.Email, "name": a.Name, "role": a.Role})
}

func (k *Keeper) admitFirst(ctx context.Context, tx *db.Tx, j Joining, id string) (*Account, error) {
	if _, err := k.redeem(ctx, tx, kindSetup, j.Key, nil); err != nil {
		return nil, err
	}
	if n, err := countAccounts(ctx, tx); err != nil {
		return nil, err
	} else if n > 0 {
		return nil, errTicket
	}
	a := &Account{ID: id, Email: j.Email, Name: j.Name, Role: Admin, Language: j.Language, State: Active, Created: tx.Now}
	return a, insertAccount(ctx, tx, a)
}

// Add makes an account that can sign in at once, by a password that was chosen for it.
func (k *Keeper) Add(ctx context.Context, by *Person, in Invitation, password string) (a *Account, err error) {
	if err := by.Need(Manage, ""); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if err := CheckPassword(password, k.knows(ctx, in.Email, in.Name)...); err != nil {
		return nil, err
	}
	hash, err := k.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, err := FindEmail(ctx, tx, in.Email); err == nil {
			return errs.Errorf(errs.Invalid, "email: %s works here already: \"masthead user reset\" lets them in again", in.Email)
		} else if !errs.Is(err, errs.NotFound) {
			return err
		}
		a = &Account{ID: newID(), Email: in.Email, State: Active, Created: tx.Now}
		a.take(in)
		if err := insertAccount(ctx, tx, a); err != nil {
			return err
		}
		if err := setPassword(ctx, tx, a.ID, hash); err != nil {
			return err
		}
		if err := dropTickets(ctx, tx, kindSetup, ""); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: by.ID, What: "account.add", Target: "account/" + a.ID},
			map[string]any{"email": a.Email, "name": a.Name, "role": a.Role, "sections": a.Sections})
	})
	return a, err
}
