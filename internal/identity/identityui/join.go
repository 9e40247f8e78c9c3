package identityui

import (
	"net/http"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
)

// afterSetup is where the first run goes on.
const afterSetup = newsroom.Prefix + "/setup/site"

func (u *screens) setup(w http.ResponseWriter, r *newsroom.Request) error {
	empty, err := u.keep.Empty(r.Context())
	if err != nil {
		return err
	}
	if !empty { // done: to the door, or to work
		return u.shell.Redirect(w, r, front, "")
	}
	key := r.URL.Query().Get("key")
	if err := u.keep.CheckSetup(r.Context(), key); errs.Is(err, errs.NotFound) {
		return u.page(w, r, "setup", "setup", &door{})
	} else if err != nil {
		return err
	}
	return u.page(w, r, "setup", "setup", &door{Key: key})
}

func (u *screens) setupPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	in, err := u.join(r, f)
	if errs.Is(err, errs.NotFound) {
		return u.over(w, r, err)
	}
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.page(w, r, "setup", "setup", &door{form: f, Key: f.Value("key")})
	}
	return u.enter(w, r, in, afterSetup, "")
}

func (u *screens) join(r *newsroom.Request, f *form) (identity.Admission, error) {
	password := r.PostForm.Get("password")
	if err := identity.CheckPassword(password, r.Site.Name); err != nil && f.Value("key") != "" {
		return identity.Admission{}, err
	}
	return u.keep.Join(r.Context(), identity.Joining{
		Key: f.Value("key"), Name: f.Value("name"), Email: f.Value("email"), Password: password, Language: r.Lang,
	}, device(r))
}

func (u *screens) invitation(w http.ResponseWriter, r *newsroom.Request) error {
	key := r.URL.Query().Get("key")
	a, err := u.keep.CheckInvitation(r.Context(), key)
	if err != nil {
		return u.over(w, r, err)
	}
	return u.page(w, r, "invitation", "invitation", &door{Key: key, Who: a, form: &form{Values: map[string][]string{"name": {a.Name}}}})
}

func (u *screens) invitationPost(w http.ResponseWriter, r *newsroom.Request) error {
	f, err := read(r)
	if err != nil {
		return err
	}
	a, err := u.keep.CheckInvitation(r.Context(), f.Value("key"))
	if err != nil {
		return u.over(w, r, err)
	}
	in, err := u.join(r, f)
	if errs.Is(err, errs.NotFound) {
		return u.over(w, r, err)
	}
	if err := f.take(r, err); err != nil {
		return err
	}
	if len(f.Faults) > 0 {
		return u.page(w, r, "invitation", "invitation", &door{form: f, Key: f.Value("key"), Who: a})
	}
	return u.enter(w, r, in, front, r.Words.T("door.welcome", in.Person.Name))
}

func (u *screens) joinOptions(w http.ResponseWriter, r *newsroom.Request) error {
	var j struct{ Key, Name, Email string }
	if err := script(r, &j); err != nil {
		return err
	}
	c, err := u.keep.BeginJoin(r.Context(), identity.Joining{Key: j.Key, Name: j.Name, Email: j.Email, Language: r.Lang})
	if err != nil {
		return passed(r, err)
	}
	return newsroom.JSON(w, http.StatusOK, c)
}

func (u *screens) joinPost(w http.ResponseWriter, r *newsroom.Request) error {
	var a answer
	if err := script(r, &a); err != nil {
		return err
	}
	first, err := u.keep.Empty(r.Context())
	if err != nil {
		return err
	}
	in, err := u.keep.FinishJoin(r.Context(), a.Ticket, r.Words.T("door.first_passkey"), a.Answer, device(r))
	if err != nil {
		return passed(r, err)
	}
	to := front
	if first {
		to = afterSetup
	}
	return u.enterJSON(w, r, in, to)
}
