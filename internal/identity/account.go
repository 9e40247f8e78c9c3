package identity

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/words"
)

// The states of an account.
const (
	Invited   = "invited" // has not chosen a way to sign in yet
	Active    = "active"
	Suspended = "suspended" // may not sign in
)

// Account is one who works here.
type Account struct {
	ID       string    `json:"id"`
	Email    string    `json:"email"` // lower case
	Name     string    `json:"name"`
	Role     Role      `json:"role"`
	Sections []string  `json:"sections,omitempty"` // slugs; empty: all
	Language string    `json:"language,omitempty"` // of the screens; empty: the site's first
	State    string    `json:"state"`
	Password bool      `json:"password"` // has one
	TOTP     bool      `json:"totp"`     // has an authenticator that has worked once
	Passkeys int       `json:"passkeys"`
	NoKeys   bool      `json:"no_keys,omitempty"` // shortcuts of a single key are off
	Created  time.Time `json:"created"`
	Seen     time.Time `json:"seen,omitzero"` // last use; zero: never
}

// Person returns the account as one who asks.
func (a *Account) Person() *Person {
	return &Person{ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, Sections: a.Sections, Language: a.Language, NoKeys: a.NoKeys}
}

// Accounts returns all accounts by name.
func Accounts(ctx context.Context, q db.Queryer) ([]Account, error) {
	list, err := selectAccounts(ctx, q, "", "")
	slices.SortStableFunc(list, func(a, b Account) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return list, err
}

// FindAccount returns an account; an error of kind errs.NotFound if there is none.
func FindAccount(ctx context.Context, q db.Queryer, id string) (*Account, error) {
	return oneAccount(ctx, q, "id", id)
}

// FindEmail returns the account of an e-mail address; an error of kind errs.NotFound if there is none.
func FindEmail(ctx context.Context, q db.Queryer, email string) (*Account, error) {
	return oneAccount(ctx, q, "email", strings.ToLower(strings.TrimSpace(email)))
}

func oneAccount(ctx context.Context, q db.Queryer, column, value string) (*Account, error) {
	list, err := selectAccounts(ctx, q, column, value)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errs.Errorf(errs.NotFound, "account %s: there is none: \"masthead user list\" shows all", value)
	}
	return &list[0], nil
}

// Empty reports whether nobody works here yet.
func (k *Keeper) Empty(ctx context.Context) (bool, error) {
	n, err := countAccounts(ctx, k.cfg.DB)
	return n == 0, err
}

// Invitation is who is asked to join, and as what.
type Invitation struct {
	Email, Name string
	Role        Role
	Sections    []string
	Language    string // of the screens and of the message
}

// Invite adds an account that its person makes their own by the address returned, which is good for seven days. When
// mail is ready the address is sent as well; sent says so. Inviting the same address again replaces the invitation.
func (k *Keeper) Invite(ctx context.Context, by *Person, in Invitation) (a *Account, address string, sent bool, err error) {
	if err := by.Need(Manage, ""); err != nil {
		return nil, "", false, err
	}
	if err := in.check(); err != nil {
		return nil, "", false, err
	}
	sent = k.MailReady(ctx)
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil { // the person may join at this moment
			return err
		}
		a, err = FindEmail(ctx, tx, in.Email)
		switch {
		case errs.Is(err, errs.NotFound):
			a = &Account{ID: newID(), Email: in.Email, State: Invited, Created: tx.Now}
			a.take(in)
			err = insertAccount(ctx, tx, a)
		case err == nil && a.State != Invited:
			return errs.Errorf(errs.Invalid, "email: %s works here already: change the account instead", in.Email)
		case err == nil:
			a.take(in)
			err = updateAccount(ctx, tx, a)
		}
		if err != nil {
			return err
		}
		if err := dropTickets(ctx, tx, kindInvitation, a.ID); err != nil {
			return err
		}
		secret, err := k.issue(ctx, tx, ticket{Kind: kindInvitation, Account: a.ID}, invitationLife)
		if err != nil {
			return err
		}
		address = k.address(ctx, "/newsroom/invitation", secret)
		if sent {
			w := words.Staff(in.Language)
			if err := k.cfg.Mail(ctx, tx, a.Email, w.T("door.mail_invite_subject", k.host(ctx)), w.T("door.mail_invite", a.Name, by.Name, address)); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Entry{Who: by.ID, What: "account.invite", Target: "account/" + a.ID},
			map[string]any{"email": a.Email, "name": a.Name, "role": a.Role, "sections": a.Sections})
	})
	if err != nil {
		return nil, "", false, err
	}
	return a, address, sent, nil
}

func (a *Account) take(in Invitation) {
	a.Name, a.Role, a.Sections, a.Language = in.Name, in.Role, in.Sections, in.Language
}

func (in *Invitation) check() (err error) {
	if in.Email, err = checkEmail(in.Email); err != nil {
		return err
	}
	if in.Name, err = checkName(in.Name); err != nil {
		return err
	}
	if in.Sections, err = checkSections(in.Sections); err != nil {
		return err
	}
	return checkRole(in.Role)
}

// Change is what an administrator decides about an account.
type Change struct {
	Name     string
	Role     Role
	Sections []string
	State    string // Active or Suspended; "" or Invited: as it is
}

// UpdateAccount changes an account. Its sessions end when it is suspended. The last administrator cannot be made less
// or suspended: the error is of kind errs.Conflict.
func (k *Keeper) UpdateAccount(ctx context.Context, by *Person, id string, c Change) (err error) {
	if err := by.Need(Manage, ""); err != nil {
		return err
	}
	if c.Name, err = checkName(c.Name); err != nil {
		return err
	}
	if c.Sections, err = checkSections(c.Sections); err != nil {
		return err
	}
	if err := checkRole(c.Role); err != nil {
		return err
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil { // two administrators may each be about to demote the other
			return err
		}
		a, err := FindAccount(ctx, tx, id)
		if err != nil {
			return err
		}
		old := *a
		a.Name, a.Role, a.Sections = c.Name, c.Role, c.Sections
		switch {
		case c.State == Suspended:
			a.State = Suspended
		case c.State == Active && a.State == Suspended:
			a.State = Active
		case c.State != "" && c.State != Invited && c.State != a.State:
			return errs.Errorf(errs.Invalid, "state: %q is none that can be chosen: use active or suspended", c.State)
		}
		if (a.Role != Admin || a.State != Active) && old.Role == Admin && old.State == Active {
			if err := notLast(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := updateAccount(ctx, tx, a); err != nil {
			return err
		}
		if a.State == Suspended {
			if _, err := deleteSessions(ctx, tx, id, ""); err != nil {
				return err
			}
			if err := dropTickets(ctx, tx, "", id); err != nil {
				return err
			}
		}
		detail := map[string]any{}
		if old.Name != a.Name {
			detail["name"] = []string{old.Name, a.Name}
		}
		if old.Role != a.Role {
			detail["role"] = []Role{old.Role, a.Role}
		}
		if !slices.Equal(old.Sections, a.Sections) {
			detail["sections"] = [][]string{old.Sections, a.Sections}
		}
		if old.State != a.State {
			detail["state"] = []string{old.State, a.State}
		}
		if len(detail) == 0 {
			return nil
		}
		return audit.Record(ctx, tx, audit.Entry{Who: by.ID, What: "account.change", Target: "account/" + id}, detail)
	})
}

// RemoveAccount removes an account with its sessions and factors; what the person wrote stays, and so do their tokens.
// The last administrator stays: the error is of kind errs.Conflict.
func (k *Keeper) RemoveAccount(ctx context.Context, by *Person, id string) error {
	if err := by.Need(Manage, ""); err != nil {
		return err
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil {
			return err
		}
		a, err := FindAccount(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Role == Admin && a.State == Active {
			if err := notLast(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := deleteAccount(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: by.ID, What: "account.remove", Target: "account/" + id},
			map[string]string{"email": a.Email, "name": a.Name})
	})
}

// notLast refuses to lose an account that is the only active administrator.
func notLast(ctx context.Context, q db.Queryer, id string) error {
	n, err := countAdmins(ctx, q, id)
	if err == nil && n == 0 {
		err = errs.Errorf(errs.Conflict, "this is the last administrator: make somebody else one first")
	}
	return err
}

// Profile is what a person decides about the own account.
type Profile struct {
	Name     string
	Language string // "": the site's first
	NoKeys   bool
}

// UpdateProfile changes one's own account.
func (k *Keeper) UpdateProfile(ctx context.Context, p *Person, c Profile) (err error) {
	if c.Name, err = checkName(c.Name); err != nil {
		return err
	}
	if c.Language != "" && !slices.Contains(words.Languages(), c.Language) {
		return errs.Errorf(errs.Invalid, "language: the screens have no %q: use %s", c.Language, strings.Join(words.Languages(), " or "))
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil { // the row is written whole: a demotion meanwhile must not come undone
			return err
		}
		a, err := FindAccount(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if a.Name != c.Name {
			err := audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "account.change", Target: "account/" + p.ID},
				map[string]any{"name": []string{a.Name, c.Name}})
			if err != nil {
				return err
			}
		}
		a.Name, a.Language, a.NoKeys = c.Name, c.Language, c.NoKeys
		return updateAccount(ctx, tx, a)
	})
}

func checkEmail(text string) (string, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 || !strings.Contains(text, "@") {
		return "", errs.Errorf(errs.Invalid, "email: %q is no e-mail address: write it like name@news.example", text)
	}
	return text, nil
}

func checkName(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || utf8.RuneCountInString(text) > 100 {
		return "", errs.Errorf(errs.Invalid, "name: write the name that colleagues know, of at most 100 letters")
	}
	return text, nil
}

func checkRole(r Role) error {
	if slices.Contains(Roles, r) {
		return nil
	}
	return errs.Errorf(errs.Invalid, "role: there is no %q: use reporter, editor, publisher or admin", r)
}

func checkSections(slugs []string) (list []string, err error) {
	for _, s := range slugs {
		s = strings.TrimSpace(s)
		if s == "" {
			continue
		}
		if strings.ContainsAny(s, " \t\r\n/") {
			return nil, errs.Errorf(errs.Invalid, "sections: %q is no section's address: write it like world", s)
		}
		list = append(list, s)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
