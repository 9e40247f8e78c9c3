package storyui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/render"
	"masthead/internal/workflow"
)

// previewing is a frame around the page as readers would see it.
type previewing struct {
	head
	As     string // 360, 1280, lite, feed
	Src    string
	Shares []workflow.Share
	Secret string // of the link just made: shown this once
}

func (u *ui) preview(w http.ResponseWriter, r *newsroom.Request) error {
	return u.previewing(w, r, "")
}

func (u *ui) previewing(w http.ResponseWriter, r *newsroom.Request, link string) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	p := previewing{head: head{Story: s}, As: r.FormValue("as"), Secret: link}
	if !slices.Contains([]string{"360", "1280", "lite", "feed"}, p.As) {
		p.As = "1280"
	}
	p.Src = path(s.ID, "/preview/page")
	if p.As == render.PreviewLite || p.As == render.PreviewFeed {
		p.Src += "?as=" + p.As
	}
	if p.Shares, err = u.Room.Shares(r.Context(), r.Who, s.ID); err != nil {
		return err
	}
	return u.screen(w, r, newsroom.Page{Screen: "preview", Title: r.Words.T("story.preview"), Data: p})
}

func (u *ui) previewPage(w http.ResponseWriter, r *newsroom.Request) error {
	snap, err := u.Room.Preview(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return u.write(w, r, snap, newsroom.Prefix+"/media/")
}

// write answers with the page of an unpublished story: the readers' own page, with files from where they may be seen.
func (u *ui) write(w http.ResponseWriter, r *newsroom.Request, s *published.Story, files string) error {
	page, err := u.Render.Preview(r.Context(), u.View.Record(u.DB.Now()), s, r.FormValue("as"))
	if err != nil {
		return err
	}
	h := w.Header()
	for _, pair := range page.Header {
		value := pair[1]
		if pair[0] == "Content-Security-Policy" {
			value = newsroom.Framed(value)
		}
		h.Set(pair[0], value)
	}
	if len(page.Header) == 0 {
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'")
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Content-Type", page.Type)
	var moved []string
	for id := range s.Media { // and nothing else: a story may link to another site's /media/
		moved = append(moved, media.Path(id, ""), files+id+"/")
	}
	_, err = strings.NewReplacer(moved...).WriteString(w, string(page.Body))
	return err
}

func (u *ui) share(w http.ResponseWriter, r *newsroom.Request) error {
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || !slices.Contains([]int{1, 7, 30}, days) {
		return errs.Errorf(errs.Invalid, "days: a link works for 1, 7 or 30 days")
	}
	secret, _, err := u.Room.Share(r.Context(), r.Who, r.PathValue("id"), time.Duration(days)*24*time.Hour)
	if err != nil {
		return err
	}
	return u.previewing(w, r, newsroom.Prefix+"/shared/"+secret)
}

func (u *ui) unshare(w http.ResponseWriter, r *newsroom.Request) error {
	id := r.PathValue("id")
	if err := u.Room.Unshare(r.Context(), r.Who, id, r.PathValue("share")); err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, path(id, "/preview"), r.Words.T("story.share_revoked"))
}

func (u *ui) shared(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.Room.Shared(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	return u.Shell.Page(w, r, newsroom.Page{
		Screen: "shared", Title: s.Headline, Bare: true,
		Data: newsroom.Prefix + "/shared/" + r.PathValue("secret") + "/page",
	})
}

func (u *ui) sharedPage(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.Room.Shared(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	return u.write(w, r, s, newsroom.Prefix+"/shared/"+r.PathValue("secret")+"/media/")
}

// sharedMedia serves the files of the story that a link shows, and no others.
func (u *ui) sharedMedia(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.Room.Shared(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	id := r.PathValue("media")
	if _, ok := s.Media[id]; !ok { // a film's still has the film's id
		return errs.Errorf(errs.NotFound, "no such file in the story")
	}
	return u.serveMedia(w, r, id, u.Media.OpenFile)
}
