package mediaui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/media"
	"masthead/internal/newsroom"
)

// maxMany is how many media can be changed at once, or asked for.
const maxMany = 200

const (
	undoCookie     = "library-undo"
	undoSaidCookie = "library-undo-said"
	removedCookie  = "library-removed" // the medium that was just removed
	maxCookie      = 3500              // of an undo, in bytes: a browser keeps 4,096 with name and the rest
)

// answer is what a script is told of a form about many media.
type answer struct {
	Said   string            `json:"said"`
	Done   []string          `json:"done"`
	Failed map[string]string `json:"failed,omitempty"` // id → why
	Undo   string            `json:"undo"`             // "": nothing was done
}

// bulk sets the credit or the kind of rights of many media, or adds keywords to them: ids, act, and the field that the act
// needs.
func (u *ui) bulk(w http.ResponseWriter, r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	ids := slices.Compact(slices.Sorted(slices.Values(r.PostForm["id"])))
	act, value := r.PostForm.Get("act"), strings.TrimSpace(r.PostForm.Get(r.PostForm.Get("act")))
	keywords := slices.DeleteFunc(strings.Split(value, ","), func(k string) bool { return strings.TrimSpace(k) == "" })
	switch {
	case len(ids) == 0:
		return u.refused(w, r, r.Words.T("library.e_none"))
	case len(ids) > maxMany:
		return u.refused(w, r, r.Words.T("library.e_many", maxMany))
	case act == "credit" && value == "":
		return u.refused(w, r, r.Words.T("library.e_credit"))
	case act == "category" && !slices.Contains(media.Categories, value):
		return u.refused(w, r, r.Words.T("library.e_category"))
	case act == "keywords" && len(keywords) == 0:
		return u.refused(w, r, r.Words.T("library.e_keywords"))
	case act != "credit" && act != "category" && act != "keywords":
		return u.refused(w, r, r.Words.T("library.e_act"))
	}
	return u.each(w, r, ids, func(id string) (media.Item, error) {
		m, err := u.Media.Item(r.Context(), id)
		if err != nil {
			return m, err
		}
		c := media.Change{}
		switch act {
		case "credit":
			c.Credit = &value
		case "category":
			rights := m.Rights
			rights.Category, rights.Cost = value, ""
			c.Rights = &rights
		case "keywords":
			all := append(slices.Clone(m.Facts.Keywords), keywords...) // the library keeps each once
			c.Keywords = &all
		}
		return u.Room.ChangeMedia(r.Context(), r.Who, id, m.Version, c)
	}, func(n int) string {
		if act == "category" {
			value = r.Words.T("rights.c_" + value)
		}
		return r.Words.T("library.done_"+act, n, value)
	})
}

// undo takes back what bulk did, unless somebody has changed a medium since.
func (u *ui) undo(w http.ResponseWriter, r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	was, err := readUndo(r.PostForm.Get("undo"))
	if err != nil {
		return u.refused(w, r, r.Words.T("library.e_undo"))
	}
	var ids []string
	for id := range was {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return u.each(w, r, ids, func(id string) (media.Item, error) {
		m, err := u.Media.Item(r.Context(), id)
		if err != nil {
			return m, err
		}
		if m.Version != was[id] {
			return m, errs.Errorf(errs.Conflict, "somebody has changed it since")
		}
		return u.Room.RestoreMedia(r.Context(), r.Who, id, m.Version-1)
	}, func(n int) string { return r.Words.T("library.undone", n) })
}

// each does something to many media and tells what became of it, and how to undo it.
func (u *ui) each(w http.ResponseWriter, r *newsroom.Request, ids []string, do func(id string) (media.Item, error), said func(n int) string) error {
	a := answer{Done: []string{}, Failed: map[string]string{}}
	var undo, bad []string
	for _, id := range ids {
		m, err := do(id)
		if err == nil {
			a.Done = append(a.Done, id)
			undo = append(undo, id+"."+strconv.Itoa(m.Version))
			continue
		}
		text, err := why(r, err, "library.e_refused")
		if err != nil {
			return err
		}
		a.Failed[id] = text
		name := id
		if m, err := u.Media.Item(r.Context(), id); err == nil {
			name = m.Called()
		}
		bad = append(bad, r.Words.T("library.failed_one", name, text))
	}
	a.Undo = strings.Join(undo, "-")
	if len(a.Done) > 0 {
		a.Said = said(len(a.Done))
	}
	if len(bad) > 0 {
		a.Said = strings.TrimSpace(a.Said + " " + r.Words.T("library.failed", len(bad)) + " " + strings.Join(bad[:min(5, len(bad))], "; "))
	}
	if newsroom.WantsJSON(r) {
		return newsroom.JSON(w, http.StatusOK, a)
	}
	if a.Undo == "" || len(a.Undo) > maxCookie {
		return u.Shell.Redirect(w, r, back(r), a.Said)
	}
	u.Shell.Tell(w, undoCookie, a.Undo)
	u.Shell.Tell(w, undoSaidCookie, a.Said)
	return u.Shell.Redirect(w, r, back(r), "")
}

// readUndo reads what each offered: media with the version that a deed made, "id.2-id.5". It comes back from a
// browser: the deeds hold it to the rules again.
func readUndo(text string) (was map[string]int, err error) {
	was = map[string]int{}
	for _, part := range strings.Split(text, "-") {
		id, number, ok := strings.Cut(part, ".")
		version, err := strconv.Atoi(number)
		if !ok || err != nil || version < 2 || id == "" || len(was) == maxMany {
			return nil, errs.Errorf(errs.Invalid, "undo: not as it was given")
		}
		was[id] = version
	}
	return was, nil
}
