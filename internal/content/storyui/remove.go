package storyui

import (
	"net/http"

	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/workflow"
)

// removing is the form of a removal.
type removing struct {
	head
	Reason, Slug, Want string
}

func (u *ui) takeDownPage(w http.ResponseWriter, r *newsroom.Request) error {
	return u.removePage(w, r, "take_down")
}

func (u *ui) killPage(w http.ResponseWriter, r *newsroom.Request) error {
	return u.removePage(w, r, "kill")
}

func (u *ui) removePage(w http.ResponseWriter, r *newsroom.Request, screen string) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	return u.removing(w, r, screen, removing{head: head{Story: s}})
}

func (u *ui) removing(w http.ResponseWriter, r *newsroom.Request, screen string, p removing) error {
	p.Want = workflow.SlugOf(p.Story.ID, &p.Story.Copy)
	return u.screen(w, r, newsroom.Page{Screen: screen, Title: r.Words.T("publish." + screen + "_title"), Data: p, Areas: []string{"publish"}})
}

func (u *ui) takeDown(w http.ResponseWriter, r *newsroom.Request) error {
	return u.remove(w, r, "take_down", func(p removing) error {
		_, err := u.Room.TakeDown(r.Context(), r.Who, p.Story.ID, p.Reason)
		return err
	})
}

func (u *ui) kill(w http.ResponseWriter, r *newsroom.Request) error {
	return u.remove(w, r, "kill", func(p removing) error {
		_, err := u.Room.Kill(r.Context(), r.Who, p.Story.ID, p.Slug, p.Reason)
		return err
	})
}

func (u *ui) remove(w http.ResponseWriter, r *newsroom.Request, screen string, do func(removing) error) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	p := removing{head: head{Story: s}, Reason: r.PostFormValue("reason"), Slug: r.PostFormValue("slug")}
	if p.Fault, err = faultOf(r.Words, do(p)); err != nil {
		return err
	}
	if p.Fault != nil {
		return u.removing(w, r, screen, p)
	}
	return u.Shell.Redirect(w, r, path(s.ID, "/receipts"), r.Words.T("publish."+screen+"_done"))
}

// receipts shows from where a story was removed.
func (u *ui) receipts(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	list, err := u.Room.Receipts(r.Context(), r.Who, s.ID)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Who, err = identity.Name(r.Context(), u.DB, list[i].Who); err != nil {
			return err
		}
	}
	data := struct {
		head
		List []workflow.Receipt
	}{head{Story: s}, list}
	return u.screen(w, r, newsroom.Page{Screen: "receipts", Title: r.Words.T("publish.receipts_title"), Data: data, Areas: []string{"publish"}})
}
