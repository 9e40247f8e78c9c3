package identityui

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/png"
	"net/http"
	"net/url"
	"strings"

	"github.com/pquerna/otp"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/words"
)

// mine is what the screens of one's own account show.
type mine struct {
	*form
	Account   *identity.Account
	Languages []string
	Passkeys  []key
	Recovery  int
	Sessions  []session
	To        string
	// Of an authenticator that is being added.
	Ticket string
	Secret string       // in groups of four
	QR     template.URL // a picture as data
	Codes  []string     // shown once
}

type key struct{ ID, Name, Created, Used string }

type session struct {
	ID, Device, Address, Seen, Created string
	This                               bool
}

// own answers with a screen of one's own account.
func (u *screens) own(w http.ResponseWriter, r *newsroom.Request, screen, title string, m *mine) (err error) {
	if m.form == nil {
		m.form = &form{Values: url.Values{}}
	}
	if m.Account == nil {
		if m.Account, err = identity.FindAccount(r.Context(), u.keep.DB(), r.Who.ID); err != nil {
			return err
		}
	}
	return u.shell.Page(w, r, newsroom.Page{
		Screen: screen, Title: r.Words.T("people." + title), Nav: "account", Status: m.status(), Data: m, Areas: []string{"door"},
	})
}

func (u *screens) account(w http.ResponseWriter, r *newsroom.Request) error {
	return u.accountPage(w, r, nil)
}

func (u *screens) accountPage(w http.ResponseWriter, r *newsroom.Request, f *form) (err error) {
	m := &mine{form: f, Languages: words.Languages()}
	if m.Account, err = identity.FindAccount(r.Context(), u.keep.DB(), r.Who.ID); err != nil {
		return err
	}
	if f == nil {
		m.form = &form{Values: url.Values{"name": {m.Account.Name}, "language": {m.Account.Language}}}
		if !m.Account.NoKeys {
			m.Values.Set("keys", "on")
		}
	}
	keys, err := u.keep.Passkeys(r.Context(), r.Who.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		m.Passkeys = append(m.Passkeys, key{k.ID, k.Name, stamp(r, k.Created), stamp(r, k.Used)})
	}
	if m.Recovery, err = u.keep.RecoveryLeft(r.Context(), r.Who.ID); err != nil {
		return err
	}
	list, err := u.keep.Sessions(r.Context(), r.Who.ID)
	if err != nil {
		return err
	}
	for _, s := range list {
		m.Sessions = append(m.Sessions, session{s.ID, agent(r, s.Agent), s.Address, stamp(r, s.Seen), stamp(r, s.Created), r.Session != nil && s.ID == r.Session.ID})
	}
	return u.own(w, r, "account", "account", m)
}

func (u *screens) accountPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	err = u.keep.UpdateProfile(r.Context(), r.Who, identity.Profile{Name: f.Value("name"), Language: f.Value("language"), NoKeys: f.Value("keys") == ""})
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.accountPage(w, r, f)
	}
	said := r.Words
	if l := f.Value("language"); l != "" { // in the language that was just chosen
		said = words.Staff(l)
	}
	return u.shell.Redirect(w, r, account, said.T("people.account_saved"))
}

func (u *screens) sessionsPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	if id := f.Value("id"); id != "" {
		if err := u.keep.RevokeSession(r.Context(), r.Who, id); err != nil {
			return err
		}
		return u.shell.Redirect(w, r, account, r.Words.T("people.session_ended"))
	}
	n, err := u.keep.RevokeOthers(r.Context(), r.Session)
	if err != nil {
		return err
	}
	return u.shell.Redirect(w, r, account, r.Words.T("people.sessions_ended", n))
}

func (u *screens) password(w http.ResponseWriter, r *newsroom.Request) error {
	return u.own(w, r, "account-password", "password_title", &mine{})
}

func (u *screens) passwordPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	password := r.PostForm.Get("password")
	if err = identity.CheckPassword(password, r.Site.Name); err == nil {
		err = u.keep.ChangePassword(r.Context(), r.Who, r.Session, password)
	}
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.own(w, r, "account-password", "password_title", &mine{form: f})
	}
	return u.shell.Redirect(w, r, account, r.Words.T("people.password_saved"))
}

func (u *screens) authenticator(w http.ResponseWriter, r *newsroom.Request) error {
	a, err := u.keep.BeginAuthenticator(r.Context(), r.Who)
	if err != nil {
		return err
	}
	return u.authenticatorPage(w, r, nil, a)
}

func (u *screens) authenticatorPage(w http.ResponseWriter, r *newsroom.Request, f *form, a identity.Authenticator) error {
	qr, err := picture(a.URI)
	if err != nil {
		return err
	}
	return u.own(w, r, "account-authenticator", "authenticator_title", &mine{form: f, Ticket: a.Ticket, Secret: grouped(a.Secret), QR: qr})
}

// picture draws the address that an authenticator's app scans.
func picture(uri string) (template.URL, error) {
	k, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return "", fmt.Errorf("authenticator: %w", err)
	}
	img, err := k.Image(232, 232)
	if err != nil {
		return "", fmt.Errorf("authenticator: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", fmt.Errorf("authenticator: %w", err)
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}

func grouped(secret string) string {
	var groups []string
	for len(secret) > 4 {
		groups, secret = append(groups, secret[:4]), secret[4:]
	}
	return strings.Join(append(groups, secret), " ")
}

func (u *screens) authenticatorPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	ticket := f.Value("ticket")
	codes, err := u.keep.AddAuthenticator(r.Context(), r.Who, ticket, f.Value("code"))
	if errs.Is(err, errs.NotFound) {
		return u.shell.Redirect(w, r, account+"/authenticator", r.Words.T("people.e_authenticator_over"))
	}
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		a, err := u.keep.CheckAuthenticator(r.Context(), r.Who, ticket)
		if err != nil {
			return err
		}
		return u.authenticatorPage(w, r, f, a)
	}
	return u.own(w, r, "account-codes", "codes_title", &mine{Codes: codes})
}

func (u *screens) authenticatorRemove(w http.ResponseWriter, r *newsroom.Request) error {
	if err := u.keep.RemoveAuthenticator(r.Context(), r.Who); err != nil {
		return err
	}
	return u.shell.Redirect(w, r, account, r.Words.T("people.authenticator_removed"))
}

// recoveryPost shows new codes in its own answer: they cannot be shown again.
func (u *screens) recoveryPost(w http.ResponseWriter, r *newsroom.Request) error {
	codes, err := u.keep.NewRecoveryCodes(r.Context(), r.Who)
	if errs.Is(err, errs.Conflict) {
		return errs.Errorf(errs.Conflict, "%s", r.Words.T("people.e_no_authenticator"))
	}
	if err != nil {
		return err
	}
	return u.own(w, r, "account-codes", "codes_title", &mine{Codes: codes})
}

func (u *screens) passkeyNew(w http.ResponseWriter, r *newsroom.Request) error {
	return u.own(w, r, "account-passkey", "passkey_title", &mine{})
}

func (u *screens) passkeyNewOptions(w http.ResponseWriter, r *newsroom.Request) error {
	c, err := u.keep.BeginPasskey(r.Context(), r.Who)
	if err != nil {
		return passed(r, err)
	}
	return newsroom.JSON(w, http.StatusOK, c)
}

func (u *screens) passkeyNewPost(w http.ResponseWriter, r *newsroom.Request) error {
	var a answer
	if err := script(r, &a); err != nil {
		return err
	}
	if strings.TrimSpace(a.Name) == "" {
		a.Name = r.Words.T("door.first_passkey")
	}
	if err := u.keep.AddPasskey(r.Context(), r.Who, a.Ticket, a.Name, a.Answer); err != nil {
		return passed(r, err)
	}
	return newsroom.JSON(w, http.StatusOK, map[string]string{"to": account})
}

func (u *screens) passkeyRemove(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	err = u.keep.RemovePasskey(r.Context(), r.Who, f.Value("id"))
	if errs.Is(err, errs.Conflict) {
		return errs.Errorf(errs.Conflict, "%s", r.Words.T("people.e_last_way"))
	}
	if err != nil {
		return err
	}
	return u.shell.Redirect(w, r, account, r.Words.T("people.passkey_removed"))
}

func (u *screens) confirm(w http.ResponseWriter, r *newsroom.Request) error {
	return u.own(w, r, "account-confirm", "confirm_title", &mine{To: newsroom.Back(r.URL.Query().Get("to"))})
}

func (u *screens) confirmPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	to := newsroom.Back(f.Value("to"))
	err = u.keep.Confirm(r.Context(), r.Who, r.Session, r.PostForm.Get("password"), device(r))
	if errs.Is(err, errs.Forbidden) {
		f.add("password", r.Words.T("people.e_confirm"))
	} else if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.own(w, r, "account-confirm", "confirm_title", &mine{form: f, To: to})
	}
	return u.shell.Redirect(w, r, to, "")
}

func (u *screens) confirmPasskey(w http.ResponseWriter, r *newsroom.Request) error {
	var a answer
	if err := script(r, &a); err != nil {
		return err
	}
	if err := u.keep.ConfirmPasskey(r.Context(), r.Who, r.Session, a.Ticket, a.Answer, device(r)); err != nil {
		return passed(r, err)
	}
	return newsroom.JSON(w, http.StatusOK, map[string]string{"to": newsroom.Back(a.To)})
}
