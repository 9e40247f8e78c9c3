package storyui

import (
	"net/http"
	"strings"

	"masthead/internal/newsroom"
	"masthead/internal/workflow"
)

func (u *ui) addNote(w http.ResponseWriter, r *newsroom.Request) error {
	id := r.PathValue("id")
	n := workflow.Note{Story: id, Parent: r.PostFormValue("parent"), Block: r.PostFormValue("block"), Text: r.PostFormValue("text")}
	if strings.TrimSpace(n.Text) == "" && !newsroom.WantsJSON(r) {
		return u.Shell.Redirect(w, r, path(id, "#notes"), r.Words.T("story.e_note_empty"))
	}
	added, err := u.Room.AddNote(r.Context(), r.Who, n)
	if err != nil {
		return err
	}
	if newsroom.WantsJSON(r) {
		return newsroom.JSON(w, http.StatusCreated, added)
	}
	return u.Shell.Redirect(w, r, path(id, "#notes"), r.Words.T("story.note_added"))
}

func (u *ui) resolveNote(w http.ResponseWriter, r *newsroom.Request) error {
	if err := u.Room.ResolveNote(r.Context(), r.Who, r.PathValue("note"), r.PostFormValue("act") != "reopen"); err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, path(r.PathValue("id"), "#notes"), "")
}
