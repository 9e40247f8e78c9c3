package identityui

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/words"
)

// staff is what the screens of people and tokens show.
type staff struct {
	*form
	People    []row
	Account   *identity.Account
	Self      bool
	Roles     []identity.Role
	Sections  []section
	Languages []string
	Address   string // shown once
	Mail      bool
	Tokens    []tokenRow
	Token     *identity.Token
	Secret    string // shown once
}

type row struct {
	identity.Account
	Ways []string // into the account, in words
	Last string
}

type section struct{ Slug, Name string }

type tokenRow struct {
	identity.Token
	By, Made, Ends, Last, Gone string
	Works                      bool
}

func (u *screens) staff(w http.ResponseWriter, r *newsroom.Request, screen, title, nav string, s *staff) error {
	if s.form == nil {
		s.form = &form{Values: url.Values{}}
	}
	s.Roles, s.Languages = identity.Roles, words.Languages()
	for _, x := range r.Site.Sections {
		name := x.Name[r.Lang]
		if name == "" {
			name = x.Slug
		}
		s.Sections = append(s.Sections, section{x.Slug, name})
	}
	return u.shell.Page(w, r, newsroom.Page{Screen: screen, Title: title, Nav: nav, Status: s.status(), Data: s})
}

func (u *screens) people(w http.ResponseWriter, r *newsroom.Request) error {
	list, err := identity.Accounts(r.Context(), u.keep.DB())
	if err != nil {
		return err
	}
	s := &staff{}
	for _, a := range list {
		x := row{Account: a, Last: stamp(r, a.Seen)}
		if a.Password {
			x.Ways = append(x.Ways, r.Words.T("people.way_password"))
		}
		if a.TOTP {
			x.Ways = append(x.Ways, r.Words.T("people.way_authenticator"))
		}
		if a.Passkeys > 0 {
			x.Ways = append(x.Ways, r.Words.T("people.way_passkeys", a.Passkeys))
		}
		s.People = append(s.People, x)
	}
	return u.staff(w, r, "people", r.Words.T("people.people"), "people", s)
}

func (u *screens) personNew(w http.ResponseWriter, r *newsroom.Request) error {
	f := &form{Values: url.Values{"role": {string(identity.Reporter)}, "language": {r.Lang}}}
	return u.staff(w, r, "people-new", r.Words.T("people.invite"), "people", &staff{form: f, Mail: u.keep.MailReady(r.Context())})
}

func (u *screens) personNewPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	in := identity.Invitation{
		Email: f.Value("email"), Name: f.Value("name"), Role: identity.Role(f.Value("role")), Sections: f.Values["sections"], Language: f.Value("language"),
	}
	if a, err := identity.FindEmail(r.Context(), u.keep.DB(), in.Email); err == nil && a.State != identity.Invited {
		f.add("email", r.Words.T("people.e_taken", a.Name))
	} else if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if len(f.Faults) == 0 {
		return u.invited(w, r, f, in)
	}
	return u.staff(w, r, "people-new", r.Words.T("people.invite"), "people", &staff{form: f, Mail: u.keep.MailReady(r.Context())})
}

// invited invites and shows the address to hand over, unless it was mailed.
func (u *screens) invited(w http.ResponseWriter, r *newsroom.Request, f *form, in identity.Invitation) error {
	a, address, sent, err := u.keep.Invite(r.Context(), r.Who, in)
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.staff(w, r, "people-new", r.Words.T("people.invite"), "people", &staff{form: f, Mail: u.keep.MailReady(r.Context())})
	}
	if sent {
		return u.shell.Redirect(w, r, people, r.Words.T("people.invited_mail", a.Name, a.Email))
	}
	return u.staff(w, r, "people-address", r.Words.T("people.invited", a.Name), "people", &staff{Account: a, Address: address})
}

func (u *screens) person(w http.ResponseWriter, r *newsroom.Request) error {
	return u.personPage(w, r, nil)
}

func (u *screens) personPage(w http.ResponseWriter, r *newsroom.Request, f *form) error {
	a, err := identity.FindAccount(r.Context(), u.keep.DB(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if f == nil {
		f = &form{Values: url.Values{"name": {a.Name}, "role": {string(a.Role)}, "sections": a.Sections, "state": {a.State}}}
	}
	return u.staff(w, r, "person", a.Name, "people", &staff{form: f, Account: a, Self: a.ID == r.Who.ID})
}

func (u *screens) personPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	c := identity.Change{Name: f.Value("name"), Role: identity.Role(f.Value("role")), Sections: f.Values["sections"], State: f.Value("state")}
	err = u.keep.UpdateAccount(r.Context(), r.Who, r.PathValue("id"), c)
	if errs.Is(err, errs.Conflict) {
		f.add("role", r.Words.T("people.e_last_admin"))
	} else if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.personPage(w, r, f)
	}
	return u.shell.Redirect(w, r, people, r.Words.T("people.person_saved", strings.TrimSpace(c.Name)))
}

// personLetIn gives somebody another address to come in by: the invitation again, or one that chooses a new password.
func (u *screens) personLetIn(w http.ResponseWriter, r *newsroom.Request) error {
	a, err := identity.FindAccount(r.Context(), u.keep.DB(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if a.State == identity.Invited {
		in := identity.Invitation{Email: a.Email, Name: a.Name, Role: a.Role, Sections: a.Sections, Language: a.Language}
		return u.invited(w, r, &form{Values: url.Values{}}, in)
	}
	address, err := u.keep.ResetAccount(r.Context(), r.Who, a.Email)
	if err != nil {
		return err
	}
	return u.staff(w, r, "people-address", r.Words.T("people.let_in_title", a.Name), "people", &staff{Account: a, Address: address})
}

func (u *screens) personRemove(w http.ResponseWriter, r *newsroom.Request) error {
	a, err := identity.FindAccount(r.Context(), u.keep.DB(), r.PathValue("id"))
	if err != nil {
		return err
	}
	err = u.keep.RemoveAccount(r.Context(), r.Who, a.ID)
	if errs.Is(err, errs.Conflict) {
		return errs.Errorf(errs.Conflict, "%s", r.Words.T("people.e_last_admin"))
	}
	if err != nil {
		return err
	}
	return u.shell.Redirect(w, r, people, r.Words.T("people.person_removed", a.Name))
}

func (u *screens) tokens(w http.ResponseWriter, r *newsroom.Request) error {
	list, err := u.keep.Tokens(r.Context())
	if err != nil {
		return err
	}
	names := map[string]string{identity.CommandLine().ID: r.Words.T("people.command_line")}
	all, err := identity.Accounts(r.Context(), u.keep.DB())
	if err != nil {
		return err
	}
	for _, a := range all {
		names[a.ID] = a.Name
	}
	s := &staff{}
	now := u.keep.DB().Now()
	for _, t := range list {
		by := names[t.Account]
		if by == "" {
			by = r.Words.T("people.gone")
		}
		s.Tokens = append(s.Tokens, tokenRow{
			Token: t, By: by, Made: stamp(r, t.Created), Ends: stamp(r, t.Expires), Last: stamp(r, t.Used), Gone: stamp(r, t.Revoked),
			Works: t.Revoked.IsZero() && (t.Expires.IsZero() || t.Expires.After(now)),
		})
	}
	return u.staff(w, r, "tokens", r.Words.T("people.tokens"), "people", s)
}

func (u *screens) tokenNew(w http.ResponseWriter, r *newsroom.Request) error {
	f := &form{Values: url.Values{"role": {string(identity.Editor)}, "days": {"90"}}}
	return u.staff(w, r, "token-new", r.Words.T("people.token_new"), "people", &staff{form: f})
}

// lives are how long a token may live, by what the form calls it.
var lives = map[string]time.Duration{"30": 30 * 24 * time.Hour, "90": 90 * 24 * time.Hour, "365": 365 * 24 * time.Hour, "never": 0}

func (u *screens) tokenNewPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	life, ok := lives[f.Value("days")]
	if !ok {
		f.add("days", r.Words.T("door.e_expires"))
	}
	in := identity.TokenInput{Name: f.Value("name"), Role: identity.Role(f.Value("role")), Sections: f.Values["sections"]}
	if life > 0 {
		in.Expires = u.keep.DB().Now().Add(life)
	}
	var secret string
	var t identity.Token
	if len(f.Faults) == 0 {
		secret, t, err = u.keep.CreateToken(r.Context(), r.Who, in)
		if err := f.take(r, err); err != nil {
			return err
		}
	}
	if len(f.Faults) > 0 {
		return u.staff(w, r, "token-new", r.Words.T("people.token_new"), "people", &staff{form: f})
	}
	return u.staff(w, r, "token-made", r.Words.T("people.token_made", t.Name), "people", &staff{Token: &t, Secret: secret})
}

func (u *screens) tokenRevoke(w http.ResponseWriter, r *newsroom.Request) error {
	if err := u.keep.RevokeToken(r.Context(), r.Who, r.PathValue("id")); err != nil {
		return err
	}
	return u.shell.Redirect(w, r, tokens, r.Words.T("people.token_revoked"))
}
