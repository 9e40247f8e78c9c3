// Package identity knows who works here: accounts, how they prove who they are, their sessions, the tokens of
// programs, and the one table of who may do what. It knows no stories and no HTTP.
package identity

import "time"

// Session is one sign-in on one device.
type Session struct {
	ID      string    `json:"id"`
	Account string    `json:"account"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
	Fresh   time.Time `json:"fresh"` // when the person last proved who they are
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
}

// The states of an account.
const (
	Invited   = "invited" // has not chosen a way to sign in yet
	Active    = "active"
	Suspended = "suspended" // may not sign in
)

// Account is a member of staff.
type Account struct {
	ID       string    `json:"id"`
	Email    string    `json:"email"`
	Name     string    `json:"name"`
	Role     Role      `json:"role"`
	Sections []string  `json:"sections,omitempty"` // only these; empty: all
	Language string    `json:"language,omitempty"` // of the screens; "": the site's first
	State    string    `json:"state"`
	Password bool      `json:"-"` // has one
	TOTP     bool      `json:"-"` // has an authenticator that has worked once
	Passkeys int       `json:"-"`
	Prefs    string    `json:"-"` // JSON: what the person chose of the screens
	Created  time.Time `json:"created"`
	Seen     time.Time `json:"seen,omitzero"`
}

// Person returns who the account is when it acts.
func (a *Account) Person() *Person {
	return &Person{ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, Sections: a.Sections, Language: a.Language, Prefs: a.Prefs}
}
