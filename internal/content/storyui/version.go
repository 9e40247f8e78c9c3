package storyui

import (
	"net/http"
	"strconv"

	"masthead/internal/content"
	"masthead/internal/content/compare"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
)

// versioning is the list of a story's versions.
type versioning struct {
	head
	List []saved
	Out  int
	Can  bool // restore
}

// saved is a version with the name of who saved it.
type saved struct {
	content.Version
	Name string
}

func (u *ui) versions(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	list, err := u.saved(r, s.ID)
	if err != nil {
		return err
	}
	p := versioning{head: head{Story: s}, List: list, Out: s.Out, Can: s.MayWrite(r.Who) == nil && s.State != content.Killed}
	return u.screen(w, r, newsroom.Page{Screen: "versions", Title: r.Words.T("versions.title"), Data: p, Areas: []string{"versions"}})
}

func (u *ui) saved(r *newsroom.Request, id string) ([]saved, error) {
	list, err := u.Room.Versions(r.Context(), r.Who, id)
	if err != nil {
		return nil, err
	}
	out := make([]saved, len(list))
	names := map[string]string{}
	for i, v := range list {
		if names[v.Who] == "" {
			if names[v.Who], err = identity.Name(r.Context(), u.DB, v.Who); err != nil {
				return nil, err
			}
		}
		out[i] = saved{v, names[v.Who]}
	}
	return out, nil
}

// comparing is two versions of a story side by side.
type comparing struct {
	head
	A, B  int
	View  string // side, inline, read
	Facts bool   // only what changed of numbers, names and quotes
	Diff  compare.Diff
	List  []saved
	Can   bool
}

func (u *ui) compare(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	list, err := u.saved(r, s.ID)
	if err != nil {
		return err
	}
	p := comparing{head: head{Story: s}, View: r.FormValue("view"), Facts: r.FormValue("facts") != "", List: list, Can: s.MayWrite(r.Who) == nil && s.State != content.Killed}
	if p.View != "inline" && p.View != "read" {
		p.View = "side"
	}
	p.B = s.Version
	if v := r.FormValue("b"); v != "" {
		if p.B, err = strconv.Atoi(v); err != nil {
			return errs.Errorf(errs.Invalid, "b: %q is no version's number", v)
		}
	}
	p.A = p.B
	if v := r.FormValue("a"); v != "" {
		if p.A, err = strconv.Atoi(v); err != nil {
			return errs.Errorf(errs.Invalid, "a: %q is no version's number", v)
		}
	} else {
		for _, v := range list {
			if v.N < p.B {
				p.A = v.N
				break
			}
		}
	}
	a, err := u.Room.Text(r.Context(), r.Who, s.ID, p.A)
	if err != nil {
		return err
	}
	b, err := u.Room.Text(r.Context(), r.Who, s.ID, p.B)
	if err != nil {
		return err
	}
	p.Diff = compare.Stories(a, b)
	for i := range p.Diff.Blocks { // what did not change is shown, too
		if x := &p.Diff.Blocks[i]; x.Ops == nil && x.After != nil {
			x.Ops = []compare.Op{{Kind: "same", Text: compare.Words(x.After)}}
		}
	}
	return u.screen(w, r, newsroom.Page{Screen: "compare", Title: r.Words.T("versions.compare_title", p.A, p.B), Data: p, Areas: []string{"versions"}})
}

func (u *ui) restore(w http.ResponseWriter, r *newsroom.Request) error {
	n, err := strconv.Atoi(r.PostFormValue("n"))
	if err != nil {
		return errs.Errorf(errs.Invalid, "n: %q is no version's number", r.PostFormValue("n"))
	}
	version, err := strconv.Atoi(r.PostFormValue("version"))
	if err != nil {
		return errs.Errorf(errs.Invalid, "version: %q is no version's number", r.PostFormValue("version"))
	}
	s, err := u.Room.Restore(r.Context(), r.Who, r.PathValue("id"), n, version)
	if err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, path(s.ID, ""), r.Words.T("versions.restored", n, s.Version))
}
