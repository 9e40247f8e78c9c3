package identityui

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
)

// door is what the screens before signing in show.
type door struct {
	*form
	To   string // where the person wants to go
	Key  string // of a link, a reset, the setup or an invitation
	Mail bool   // links can be sent
	OIDC string // name of the single sign-on
	Kind string // of what is mailed: link, reset
	Sent bool
	Who  *identity.Account
}

// page answers with a screen of the door. Its title is the text "door.SCREEN".
func (u *screens) page(w http.ResponseWriter, r *newsroom.Request, screen, title string, d *door) error {
	if d.form == nil {
		d.form = &form{Values: url.Values{}}
	}
	return u.shell.Page(w, r, newsroom.Page{
		Screen: "door-" + screen, Title: r.Words.T("door." + title), Status: d.status(), Data: d, Bare: true, Areas: []string{"door"},
	})
}

func (u *screens) signIn(w http.ResponseWriter, r *newsroom.Request) error {
	empty, err := u.keep.Empty(r.Context())
	if err != nil {
		return err
	}
	if empty {
		return u.shell.Redirect(w, r, newsroom.Prefix+"/setup", "")
	}
	return u.signInPage(w, r, &door{To: r.URL.Query().Get("to")})
}

func (u *screens) signInPage(w http.ResponseWriter, r *newsroom.Request, d *door) (err error) {
	d.Mail = u.keep.MailReady(r.Context())
	if d.OIDC, err = u.keep.OIDCName(r.Context()); err != nil {
		return err
	}
	return u.page(w, r, "sign-in", "sign_in", d)
}

func (u *screens) signInPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	to := f.Value("to")
	in, err := u.keep.SignIn(r.Context(), f.Value("email"), r.PostForm.Get("password"), device(r))
	if errs.Is(err, errs.Forbidden) {
		f.add("email", r.Words.T("door.e_credentials"))
		return u.signInPage(w, r, &door{form: f, To: to})
	}
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.signInPage(w, r, &door{form: f, To: to})
	}
	return u.enter(w, r, in, to, "")
}

// enter goes on after a step of signing in.
func (u *screens) enter(w http.ResponseWriter, r *newsroom.Request, in identity.Admission, to, said string) error {
	to, err := u.admit(w, r, in, to)
	if err != nil {
		return err
	}
	return u.shell.Redirect(w, r, to, said)
}

func (u *screens) passkeyOptions(w http.ResponseWriter, r *newsroom.Request) error {
	c, err := u.keep.AskPasskey(r.Context())
	if err != nil {
		return err
	}
	return newsroom.JSON(w, http.StatusOK, c)
}

// answer is what a page's script sends after a ceremony.
type answer struct {
	Ticket string          `json:"ticket"`
	Answer json.RawMessage `json:"answer"`
	Name   string          `json:"name"`
	To     string          `json:"to"`
}

// passed puts the refusals of package identity into the person's language.
func passed(r *newsroom.Request, err error) error {
	f := &form{}
	switch err = f.take(r, err); {
	case len(f.Faults) > 0:
		return errs.Errorf(errs.Invalid, "%s", f.Faults[0].Text)
	case errs.Is(err, errs.Forbidden), errs.Is(err, errs.Invalid):
		return errs.Errorf(errs.Forbidden, "%s", r.Words.T("door.e_passkey"))
	case errs.Is(err, errs.NotFound):
		return errs.Errorf(errs.Forbidden, "%s", r.Words.T("door.e_over"))
	}
	return err
}

func (u *screens) passkeyPost(w http.ResponseWriter, r *newsroom.Request) error {
	var a answer
	if err := script(r, &a); err != nil {
		return err
	}
	in, err := u.keep.SignInPasskey(r.Context(), a.Ticket, a.Answer, device(r))
	if err != nil {
		return passed(r, err)
	}
	return u.enterJSON(w, r, in, a.To)
}

func (u *screens) enterJSON(w http.ResponseWriter, r *newsroom.Request, in identity.Admission, to string) error {
	to, err := u.admit(w, r, in, to)
	if err != nil {
		return err
	}
	return newsroom.JSON(w, http.StatusOK, map[string]string{"to": to})
}

func (u *screens) second(w http.ResponseWriter, r *newsroom.Request) error {
	return u.page(w, r, "second", "second", &door{To: r.URL.Query().Get("to")})
}

func (u *screens) secondPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	to := f.Value("to")
	in, err := u.keep.Second(r.Context(), u.read(r, secondCookie), f.Value("code"), device(r))
	switch {
	case errs.Is(err, errs.NotFound): // it took too long: from the beginning
		return u.shell.Redirect(w, r, doorPath+"?to="+url.QueryEscape(newsroom.Back(to)), r.Words.T("door.e_second_over"))
	case errs.Is(err, errs.Forbidden):
		f.add("code", r.Words.T("door.e_second"))
	default:
		if err := f.take(r, err); err != nil {
			return err
		}
	}
	if len(f.Faults) > 0 {
		return u.page(w, r, "second", "second", &door{form: f, To: to})
	}
	return u.enter(w, r, in, to, "")
}

func (u *screens) link(w http.ResponseWriter, r *newsroom.Request) error {
	key := r.URL.Query().Get("key")
	if key == "" {
		return u.page(w, r, "mail", "link_ask", &door{Kind: "link", Mail: u.keep.MailReady(r.Context())})
	}
	if err := u.keep.CheckLink(r.Context(), key); err != nil {
		return u.over(w, r, err)
	}
	return u.page(w, r, "link", "link", &door{Key: key})
}

// over answers an address that is good no more.
func (u *screens) over(w http.ResponseWriter, r *newsroom.Request, err error) error {
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	return u.shell.Page(w, r, newsroom.Page{Screen: "door-over", Title: r.Words.T("door.over"), Status: http.StatusNotFound, Bare: true})
}

func (u *screens) linkPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	if key := f.Value("key"); key != "" {
		in, err := u.keep.FollowLink(r.Context(), key, device(r))
		if err != nil {
			return u.over(w, r, err)
		}
		return u.enter(w, r, in, front, "")
	}
	return u.mail(w, r, f, "link", u.keep.SendLink(r.Context(), f.Value("email"), r.Lang, device(r)))
}

// mail answers who asked for a message: the same for everybody.
func (u *screens) mail(w http.ResponseWriter, r *newsroom.Request, f *form, kind string, err error) error {
	if err := f.take(r, err); err != nil {
		return err
	}
	d := &door{form: f, Kind: kind, Mail: true, Sent: len(f.Faults) == 0}
	return u.page(w, r, "mail", kind+"_ask", d)
}

func (u *screens) reset(w http.ResponseWriter, r *newsroom.Request) error {
	key := r.URL.Query().Get("key")
	if key == "" {
		return u.page(w, r, "mail", "reset_ask", &door{Kind: "reset", Mail: u.keep.MailReady(r.Context())})
	}
	a, err := u.keep.CheckReset(r.Context(), key)
	if err != nil {
		return u.over(w, r, err)
	}
	return u.page(w, r, "reset", "reset", &door{Key: key, Who: a})
}

func (u *screens) resetPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	key := f.Value("key")
	if key == "" {
		return u.mail(w, r, f, "reset", u.keep.SendReset(r.Context(), f.Value("email"), r.Lang, device(r)))
	}
	a, err := u.keep.CheckReset(r.Context(), key)
	if err != nil {
		return u.over(w, r, err)
	}
	var in identity.Admission
	if err = identity.CheckPassword(r.PostForm.Get("password"), r.Site.Name); err == nil {
		in, err = u.keep.Reset(r.Context(), key, r.PostForm.Get("password"), device(r))
	}
	if errs.Is(err, errs.NotFound) {
		return u.over(w, r, err)
	}
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.page(w, r, "reset", "reset", &door{form: f, Key: key, Who: a})
	}
	return u.enter(w, r, in, front, r.Words.T("door.reset_done"))
}

func (u *screens) oidc(w http.ResponseWriter, r *newsroom.Request) error {
	address, ticket, err := u.keep.BeginOIDC(r.Context(), newsroom.Back(r.URL.Query().Get("to")))
	if err != nil {
		return u.oidcFailed(w, r, err)
	}
	u.cookie(w, oidcCookie, ticket, doorPath, 10*time.Minute)
	http.Redirect(w, r.Request, address, http.StatusSeeOther)
	return nil
}

func (u *screens) oidcCallback(w http.ResponseWriter, r *newsroom.Request) error {
	q := r.URL.Query()
	ticket := u.read(r, oidcCookie)
	u.cookie(w, oidcCookie, "", doorPath, -1)
	if q.Get("error") != "" { // the person said no, or the provider did
		slog.Info("single sign-on refused", "reason", q.Get("error"))
		return u.shell.Redirect(w, r, doorPath, r.Words.T("door.e_oidc_refused"))
	}
	in, to, err := u.keep.FinishOIDC(r.Context(), ticket, q.Get("state"), q.Get("code"), device(r))
	if err != nil {
		return u.oidcFailed(w, r, err)
	}
	return u.enter(w, r, in, to, "")
}

// oidcFailed leads back to the door with the reason, if it is one that the person can do something about.
func (u *screens) oidcFailed(w http.ResponseWriter, r *newsroom.Request, err error) error {
	switch errs.KindOf(err) {
	case errs.Unavailable:
		slog.Warn("single sign-on failed", "err", err)
		return u.shell.Redirect(w, r, doorPath, r.Words.T("door.e_oidc"))
	case errs.NotFound:
		return u.over(w, r, err)
	case errs.Forbidden, errs.Invalid:
		return u.shell.Redirect(w, r, doorPath, r.Words.T("door.e_oidc_unknown"))
	}
	return err
}

func (u *screens) signOut(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	if r.Session != nil {
		if err := u.keep.SignOut(r.Context(), r.Session); err != nil {
			return err
		}
	}
	u.cookie(w, u.shell.CookieName(), "", "/", -1)
	to := doorPath
	if f.Value("to") != "" { // to sign in again and come back
		to += "?to=" + url.QueryEscape(newsroom.Back(f.Value("to")))
	}
	return u.shell.Redirect(w, r, to, r.Words.T("door.signed_out"))
}
