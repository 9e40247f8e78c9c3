// Package identityui is the door of the newsroom and the screens about its people: signing in, first run, invitations,
// one's own account, the people who work here and the tokens of programs. What is right is package identity's to say.
package identityui

import (
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"masthead/internal/caller"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/local/clock"
	"masthead/internal/newsroom"
)

//go:embed views
var views embed.FS

// screens are the routes' state: the frame and the keeper of accounts.
type screens struct {
	shell *newsroom.Shell
	keep  *identity.Keeper
}

// Mount adds the screens to the newsroom.
func Mount(shell *newsroom.Shell, keep *identity.Keeper) error {
	u := &screens{shell, keep}
	return shell.Mount(newsroom.Views(views), []newsroom.Route{
		{Pattern: "GET /newsroom/sign-in", Needs: identity.Anyone, Handle: u.signIn},
		{Pattern: "POST /newsroom/sign-in", Needs: identity.Anyone, Handle: u.signInPost},
		{Pattern: "POST /newsroom/sign-in/passkey/options", Needs: identity.Anyone, Handle: u.passkeyOptions},
		{Pattern: "POST /newsroom/sign-in/passkey", Needs: identity.Anyone, Handle: u.passkeyPost},
		{Pattern: "GET /newsroom/sign-in/second", Needs: identity.Anyone, Handle: u.second},
		{Pattern: "POST /newsroom/sign-in/second", Needs: identity.Anyone, Handle: u.secondPost},
		{Pattern: "GET /newsroom/sign-in/link", Needs: identity.Anyone, Handle: u.link},
		{Pattern: "POST /newsroom/sign-in/link", Needs: identity.Anyone, Handle: u.linkPost},
		{Pattern: "GET /newsroom/sign-in/reset", Needs: identity.Anyone, Handle: u.reset},
		{Pattern: "POST /newsroom/sign-in/reset", Needs: identity.Anyone, Handle: u.resetPost},
		{Pattern: "GET /newsroom/sign-in/oidc", Needs: identity.Anyone, Handle: u.oidc},
		{Pattern: "GET /newsroom/sign-in/oidc/callback", Needs: identity.Anyone, Handle: u.oidcCallback},
		{Pattern: "POST /newsroom/sign-out", Needs: identity.Anyone, Handle: u.signOut},

		{Pattern: "GET /newsroom/setup", Needs: identity.Anyone, Handle: u.setup},
		{Pattern: "POST /newsroom/setup", Needs: identity.Anyone, Handle: u.setupPost},
		{Pattern: "GET /newsroom/invitation", Needs: identity.Anyone, Handle: u.invitation},
		{Pattern: "POST /newsroom/invitation", Needs: identity.Anyone, Handle: u.invitationPost},
		{Pattern: "POST /newsroom/join/passkey/options", Needs: identity.Anyone, Handle: u.joinOptions},
		{Pattern: "POST /newsroom/join/passkey", Needs: identity.Anyone, Handle: u.joinPost},

		{Pattern: "GET /newsroom/confirm", Needs: identity.SignedIn, Handle: u.confirm},
		{Pattern: "POST /newsroom/confirm", Needs: identity.SignedIn, Handle: u.confirmPost},
		{Pattern: "POST /newsroom/confirm/passkey", Needs: identity.SignedIn, Handle: u.confirmPasskey},
		{Pattern: "GET /newsroom/account", Needs: identity.SignedIn, Handle: u.account},
		{Pattern: "POST /newsroom/account", Needs: identity.SignedIn, Handle: u.accountPost},
		{Pattern: "POST /newsroom/account/sessions", Needs: identity.SignedIn, Handle: u.sessionsPost},
		{Pattern: "GET /newsroom/account/password", Needs: identity.SignedIn, Handle: u.fresh(account, u.password)},
		{Pattern: "POST /newsroom/account/password", Needs: identity.SignedIn, Handle: u.fresh(account+"/password", u.passwordPost)},
		{Pattern: "GET /newsroom/account/authenticator", Needs: identity.SignedIn, Handle: u.fresh(account, u.authenticator)},
		{Pattern: "POST /newsroom/account/authenticator", Needs: identity.SignedIn, Handle: u.fresh(account+"/authenticator", u.authenticatorPost)},
		{Pattern: "POST /newsroom/account/authenticator/remove", Needs: identity.SignedIn, Handle: u.fresh(account, u.authenticatorRemove)},
		{Pattern: "POST /newsroom/account/recovery", Needs: identity.SignedIn, Handle: u.fresh(account, u.recoveryPost)},
		{Pattern: "GET /newsroom/account/passkeys", Needs: identity.SignedIn, Handle: u.fresh(account, u.passkeyNew)},
		{Pattern: "POST /newsroom/account/passkeys/options", Needs: identity.SignedIn, Handle: u.fresh(account+"/passkeys", u.passkeyNewOptions)},
		{Pattern: "POST /newsroom/account/passkeys", Needs: identity.SignedIn, Handle: u.fresh(account+"/passkeys", u.passkeyNewPost)},
		{Pattern: "POST /newsroom/account/passkeys/remove", Needs: identity.SignedIn, Handle: u.fresh(account, u.passkeyRemove)},

		{Pattern: "GET /newsroom/people", Needs: identity.Manage, Handle: u.people},
		{Pattern: "GET /newsroom/people/new", Needs: identity.Manage, Handle: u.fresh("", u.personNew)},
		{Pattern: "POST /newsroom/people/new", Needs: identity.Manage, Handle: u.fresh(people+"/new", u.personNewPost)},
		{Pattern: "GET /newsroom/people/{id}", Needs: identity.Manage, Handle: u.fresh("", u.person)},
		{Pattern: "POST /newsroom/people/{id}", Needs: identity.Manage, Handle: u.fresh(people, u.personPost)},
		{Pattern: "POST /newsroom/people/{id}/let-in", Needs: identity.Manage, Handle: u.fresh(people, u.personLetIn)},
		{Pattern: "POST /newsroom/people/{id}/remove", Needs: identity.Manage, Handle: u.fresh(people, u.personRemove)},
		{Pattern: "GET /newsroom/tokens", Needs: identity.Manage, Handle: u.tokens},
		{Pattern: "GET /newsroom/tokens/new", Needs: identity.Manage, Handle: u.fresh("", u.tokenNew)},
		{Pattern: "POST /newsroom/tokens/new", Needs: identity.Manage, Handle: u.fresh(tokens+"/new", u.tokenNewPost)},
		{Pattern: "POST /newsroom/tokens/{id}/revoke", Needs: identity.Manage, Handle: u.tokenRevoke},
	})
}

const (
	front   = newsroom.Prefix + "/"
	account = newsroom.Prefix + "/account"
	people  = newsroom.Prefix + "/people"
	tokens  = newsroom.Prefix + "/tokens"
)

// form is what was typed and what is wrong with it, by field.
type form struct {
	Values url.Values
	Faults []fault
}

type fault struct{ Field, Text string }

// Value returns what was typed into a field, but never a secret.
func (f *form) Value(field string) string { return f.Values.Get(field) }

// Has reports whether a field, which may have many values, has one.
func (f *form) Has(field, value string) bool {
	for _, v := range f.Values[field] {
		if v == value {
			return true
		}
	}
	return false
}

// Fault returns what is wrong with a field; "" if nothing is.
func (f *form) Fault(field string) string {
	for _, x := range f.Faults {
		if x.Field == field {
			return x.Text
		}
	}
	return ""
}

func (f *form) add(field, text string) { f.Faults = append(f.Faults, fault{field, text}) }

// status is what a page with the form is answered with.
func (f *form) status() int {
	if len(f.Faults) > 0 {
		return http.StatusUnprocessableEntity
	}
	return 0
}

// read reads a form that was sent.
func read(r *newsroom.Request) (*form, error) {
	if err := r.ParseForm(); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return nil, err
		}
		return nil, errs.Errorf(errs.Invalid, "%s", r.Words.T("door.e_form"))
	}
	return &form{Values: r.PostForm}, nil
}

// fields are those that package identity names at the head of what is wrong; the words for it are the catalogue's.
var fields = []string{"email", "name", "password", "role", "sections", "language", "code", "expires", "state"}

// take adds what package identity found wrong to the form, in the person's language. What is no fault of the form is
// returned.
func (f *form) take(r *newsroom.Request, err error) error {
	if err == nil {
		return nil
	}
	var many *identity.TooMany
	if errors.As(err, &many) {
		f.add("", r.Words.T("door.e_too_many", clock.TimeOfDay(many.Until.Add(time.Minute-1).In(r.Site.Location()), r.Lang)))
		return nil
	}
	if !errs.Is(err, errs.Invalid) {
		return err
	}
	text := err.Error()
	for _, field := range fields {
		if len(text) > len(field) && text[:len(field)+1] == field+":" {
			f.add(field, r.Words.T("door.e_"+field))
			return nil
		}
	}
	return err
}

// fresh asks the person to prove again who they are before a sensitive act, and comes back to a page: the one that was
// asked for if back is "".
func (u *screens) fresh(back string, do func(http.ResponseWriter, *newsroom.Request) error) func(http.ResponseWriter, *newsroom.Request) error {
	return func(w http.ResponseWriter, r *newsroom.Request) error {
		if !r.Session.Stale(u.keep.DB().Now()) {
			return do(w, r)
		}
		if newsroom.WantsJSON(r) {
			return newsroom.JSON(w, http.StatusForbidden, map[string]string{"title": r.Words.T("shell.e_forbidden"), "detail": r.Words.T("door.e_stale")})
		}
		to := back
		if r.Method == http.MethodGet {
			to = r.URL.RequestURI()
		}
		return u.shell.Redirect(w, r, newsroom.Prefix+"/confirm?to="+url.QueryEscape(to), "")
	}
}

func device(r *newsroom.Request) identity.Device {
	return identity.Device{Address: address(r.Request), Agent: r.UserAgent()}
}

// address returns where a request comes from.
func address(r *http.Request) string {
	if a := caller.Address(r.RemoteAddr, r.Header.Values("X-Forwarded-For")); a.IsValid() {
		return a.String()
	}
	return r.RemoteAddr
}

// admit puts an admission's secret into a cookie and returns where to go. Who was signed in here before is not any more.
func (u *screens) admit(w http.ResponseWriter, r *newsroom.Request, in identity.Admission, to string) (string, error) {
	to = newsroom.Back(to)
	if in.Secret == "" {
		u.cookie(w, secondCookie, in.Ticket, doorPath, 10*time.Minute)
		return newsroom.Prefix + "/sign-in/second?to=" + url.QueryEscape(to), nil
	}
	if r.Session != nil {
		if err := u.keep.SignOut(r.Context(), r.Session); err != nil {
			return "", err
		}
	}
	u.cookie(w, secondCookie, "", doorPath, -1)
	u.cookie(w, u.shell.CookieName(), in.Secret, "/", 365*24*time.Hour) // the server decides when it is over
	return to, nil
}

const (
	doorPath     = newsroom.Prefix + "/sign-in"
	secondCookie = "masthead-second"
	oidcCookie   = "masthead-oidc"
)

// cookie sets a cookie that scripts cannot read; a negative life removes it.
func (u *screens) cookie(w http.ResponseWriter, name, value, path string, life time.Duration) {
	age := int(life / time.Second)
	if life < 0 {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: age, HttpOnly: true, Secure: u.shell.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

func (u *screens) read(r *newsroom.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// script reads what a page's script sends.
func script(r *newsroom.Request, v any) error {
	err := json.NewDecoder(r.Body).Decode(v)
	var big *http.MaxBytesError
	if err != nil && !errors.As(err, &big) {
		return errs.Errorf(errs.Invalid, "%s", r.Words.T("door.e_form"))
	}
	return err
}

// stamp writes a moment in the newsroom's zone; "" for none.
func stamp(r *newsroom.Request, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return clock.Stamp(t.In(r.Site.Location()), r.Lang)
}
