// Package mediaui is the screens of the library: the grid, what is brought to it from a desk or a phone, and the page of
// one medium. What a medium is and who may change it is decided by packages media and workflow.
package mediaui

import (
	"embed"
	"errors"
	"net/http"
	"strings"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/workflow"
)

//go:embed views
var views embed.FS

// Config is what the screens work with.
type Config struct {
	DB    *db.DB
	Room  *workflow.Room
	Shell *newsroom.Shell
	Media *media.Library
	Staff *identity.Keeper
}

type ui struct{ Config }

const (
	base  = newsroom.Prefix + "/library"
	phone = newsroom.Prefix + "/phone/"
)

// maxUpload bounds one request that brings files: the library's own limits for each kind are lower or the same.
const maxUpload = 4<<30 + 1<<20

// Mount adds the screens to the newsroom.
func Mount(c Config) error {
	u := &ui{c}
	read, write := identity.Read, identity.Write
	return c.Shell.Mount(newsroom.Views(views), []newsroom.Route{
		{Pattern: "GET " + base, Needs: read, Handle: u.grid},
		{Pattern: "POST " + base, Needs: write, Handle: u.upload, Limit: maxUpload},
		{Pattern: "GET " + base + "/tiles", Needs: read, Handle: u.tiles},
		{Pattern: "POST " + base + "/bulk", Needs: write, Handle: u.bulk},
		{Pattern: "POST " + base + "/undo", Needs: write, Handle: u.undo},
		{Pattern: "POST " + base + "/phone", Needs: write, Handle: u.openPhone},
		{Pattern: "POST " + base + "/phone/end", Needs: write, Handle: u.endPhone},
		{Pattern: "GET " + base + "/{id}", Needs: read, Handle: u.medium},
		{Pattern: "POST " + base + "/{id}", Needs: write, Handle: u.save},
		{Pattern: "POST " + base + "/{id}/film", Needs: write, Handle: u.film, Limit: maxFilmForm},
		{Pattern: "POST " + base + "/{id}/restore", Needs: write, Handle: u.restore},
		{Pattern: "GET " + base + "/{id}/original", Needs: read, Handle: u.original},
		{Pattern: "GET " + base + "/{id}/remove", Needs: write, Handle: u.askRemove},
		{Pattern: "POST " + base + "/{id}/remove", Needs: write, Handle: u.remove},
		{Pattern: "POST " + base + "/{id}/back", Needs: write, Handle: u.bringBack},
		// A phone needs no sign-in: its address is the permission, to bring files and nothing else.
		{Pattern: "GET " + phone + "{secret}", Needs: identity.Anyone, Handle: u.phone},
		{Pattern: "POST " + phone + "{secret}", Needs: identity.Anyone, Handle: u.phoneUpload, Limit: maxUpload},
	})
}

// option is something to choose in a form.
type option struct {
	Value, Name string
	Chosen      bool
}

// fault is what a field of a form cannot be.
type fault struct{ Field, Text string }

// why says in the screens' language what a rule refused; where that has no words for it, a general sentence comes before the
// rule's English ones. Errors that nobody here can mend are returned.
func why(r *newsroom.Request, err error, general string) (string, error) {
	var known *errs.Error
	if !errors.As(err, &known) || known.Kind == errs.Unavailable || known.Kind == errs.Internal {
		return "", err
	}
	if r.Lang == "en" {
		return known.Msg, nil
	}
	if text, ok := r.Words.Refusal(known.Format, known.Args...); ok {
		return text, nil
	}
	return r.Words.T(general) + " " + r.Words.T("rights.in_english", known.Msg), nil
}

// back is the page of the library that a form was on.
func back(r *newsroom.Request) string {
	to := newsroom.Back(r.PostFormValue("back"))
	if to != base && !strings.HasPrefix(to, base+"?") && !strings.HasPrefix(to, base+"/") {
		return base
	}
	return to
}

// refused answers a script or a page with what could not be done.
func (u *ui) refused(w http.ResponseWriter, r *newsroom.Request, text string) error {
	if newsroom.WantsJSON(r) {
		return newsroom.JSON(w, http.StatusUnprocessableEntity, map[string]string{"detail": text})
	}
	return u.Shell.Redirect(w, r, back(r), text)
}
