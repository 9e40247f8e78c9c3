package storyui

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// state is what the editor's script knows of a story.
type state struct {
	ID       string             `json:"id"`
	Version  int                `json:"version"`
	State    string             `json:"state"`
	Language string             `json:"language"`
	ReadOnly bool               `json:"readOnly"`
	Holder   *workflow.Holder   `json:"holder"`
	Copy     published.Story    `json:"copy"`
	Guard    check.Guard        `json:"guard"`
	Media    map[string]picture `json:"media"`
	Checks   []issue            `json:"checks"`
}

// picture is what the editor shows of a medium.
type picture struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Src      string `json:"src"`
	Thumb    string `json:"thumb"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Alt      string `json:"alt"`
	Caption  string `json:"caption"`
	Credit   string `json:"credit"`
	Title    string `json:"title"`
	Name     string `json:"name"` // what it is called in the newsroom
	Duration int    `json:"duration"`

	Standing media.Standing `json:"standing"` // whether it may be used now
}

func pictureOf(m doc.Media) picture {
	p := picture{ID: m.ID, Kind: m.Kind, Width: m.Width, Height: m.Height, Alt: m.Alt, Caption: m.Caption, Credit: m.Credit, Duration: m.Duration}
	still := &m
	if m.Poster != nil {
		still = m.Poster
	}
	for _, f := range still.Renditions {
		if !strings.HasPrefix(f.Type, "image/") {
			continue
		}
		url := newsroom.Prefix + f.URL // the newsroom shows files that readers may not see yet
		if p.Thumb == "" {
			p.Thumb = url
		}
		p.Src = url
	}
	return p
}

// issue is a check in words.
type issue struct {
	Code  string `json:"code"`
	Level string `json:"level"`
	Text  string `json:"text"`
	Where string `json:"where"`
	Block int    `json:"block"`
}

func (u *ui) issues(r *newsroom.Request, id string) ([]issue, error) {
	list, err := u.Room.Checks(r.Context(), r.Who, id)
	if err != nil {
		return nil, err
	}
	out := []issue{}
	for _, i := range list {
		out = append(out, issue{i.Code, string(i.Level), check.Text(r.Words, i), i.Field, i.Block})
	}
	return out, nil
}

func (u *ui) stateOf(r *newsroom.Request, s *workflow.Story) (*state, error) {
	out := &state{
		ID: s.ID, Version: s.Version, State: s.Shown, Language: s.Copy.Language, ReadOnly: s.MayWrite(r.Who) != nil || s.State == "killed",
		Copy: s.Copy, Guard: s.Guard, Media: map[string]picture{},
	}
	out.Copy.Media = nil
	if out.Copy.Body.Type == "" {
		out.Copy.Body.Type = "doc"
	}
	ids := doc.MediaIDs(s.Copy.Body)
	if s.Copy.Lead != nil {
		ids = append(ids, s.Copy.Lead.Media)
	}
	for _, id := range ids {
		m, err := media.Find(r.Context(), u.DB, id)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out.Media[id] = pictureOf(m)
	}
	var err error
	if out.Holder, err = u.Room.Holder(r.Context(), s.ID); err != nil {
		return nil, err
	}
	out.Checks, err = u.issues(r, s.ID)
	return out, err
}

func (u *ui) state(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	out, err := u.stateOf(r, s)
	if err != nil {
		return err
	}
	return newsroom.JSON(w, http.StatusOK, out)
}

// sent is a save as the editor's script sends it.
type sent struct {
	Version int             `json:"version"`
	Tab     string          `json:"tab"`
	Auto    bool            `json:"auto"`
	Note    string          `json:"note"`
	Guard   *check.Guard    `json:"guard"`
	Was     *check.Guard    `json:"was"` // the guard that the page began from
	Copy    json.RawMessage `json:"copy"`
}

// readSave reads a save: hostile JSON into a story whose document is valid.
func readSave(text []byte) (workflow.Save, error) {
	var in sent
	if err := json.Unmarshal(text, &in); err != nil {
		return workflow.Save{}, errs.Errorf(errs.Invalid, "the save is not JSON as expected: %w", err)
	}
	var c struct {
		published.Story
		Body json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(in.Copy, &c); err != nil {
		return workflow.Save{}, errs.Errorf(errs.Invalid, "copy: %w", err)
	}
	out := workflow.Save{Version: in.Version, Tab: in.Tab, Auto: in.Auto, Note: in.Note, Guard: in.Guard, Was: in.Was, Copy: c.Story}
	out.Copy.Body = doc.Node{Type: "doc"}
	if len(c.Body) > 0 && string(c.Body) != "null" {
		body, err := doc.Parse(c.Body)
		if err != nil {
			return workflow.Save{}, err
		}
		out.Copy.Body = body
	}
	out.Copy.Media = nil
	return out, nil
}

func (u *ui) save(w http.ResponseWriter, r *newsroom.Request) error {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	in, err := readSave(text)
	if err != nil {
		return err
	}
	s, err := u.Room.Save(r.Context(), r.Who, r.PathValue("id"), in)
	var conflict *workflow.ConflictError
	var held *workflow.HeldError
	switch {
	case errors.As(err, &conflict):
		conflict.Newest.Copy.Media = nil
		return newsroom.JSON(w, http.StatusConflict, map[string]any{"version": conflict.Newest.Version, "who": conflict.Who, "copy": conflict.Newest.Copy, "guard": conflict.Newest.Guard})
	case errors.As(err, &held):
		return newsroom.JSON(w, http.StatusLocked, map[string]any{"holder": held.Holder})
	case err != nil:
		return err
	}
	list, err := u.issues(r, s.ID)
	if err != nil {
		return err
	}
	return newsroom.JSON(w, http.StatusOK, map[string]any{
		"version": s.Version, "saved": s.Updated.Format(time.RFC3339Nano), "words": s.Copy.Words, "state": s.Shown, "checks": list,
	})
}

func (u *ui) hold(w http.ResponseWriter, r *newsroom.Request) error {
	var in struct{ Tab, Act string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return errs.Errorf(errs.Invalid, "the request is not JSON as expected: %w", err)
	}
	h, err := u.Room.Hold(r.Context(), r.Who, r.PathValue("id"), in.Tab, in.Act)
	if err != nil {
		return err
	}
	return newsroom.JSON(w, http.StatusOK, h)
}

func (u *ui) mediaSearch(w http.ResponseWriter, r *newsroom.Request) error {
	q, err := media.ParseQuery(r.FormValue("q"))
	if err != nil {
		return err
	}
	if kind := r.FormValue("kind"); kind != "" {
		q.Kind = kind
	}
	page, err := u.Media.List(r.Context(), q)
	if err != nil {
		return err
	}
	items := []picture{}
	for _, m := range page.Items {
		p := pictureOf(m.Media)
		p.Name, p.Title, p.Standing = m.Called(), m.Facts.Title, m.Rights.Standing(u.DB.Now())
		if alt, err := u.Media.LastAlt(r.Context(), m.ID); err != nil {
			return err
		} else if alt != "" {
			p.Alt = alt
		}
		items = append(items, p)
	}
	return newsroom.JSON(w, http.StatusOK, map[string]any{"items": items})
}

// mediaFile serves staff any file of the library.
func (u *ui) mediaFile(w http.ResponseWriter, r *newsroom.Request) error {
	name := r.PathValue("file")
	if strings.HasPrefix(name, "original-") { // it is kept on the disk, and never run in the browser
		w.Header().Set("Content-Disposition", "attachment")
	}
	return u.serveMedia(w, r, r.PathValue("media"), u.Media.OpenStaffFile)
}

// serveMedia serves a file of a medium; one from before the medium was changed leads to the one that took its place.
func (u *ui) serveMedia(w http.ResponseWriter, r *newsroom.Request, id string, open func(ctx context.Context, id, name string) (media.File, error)) error {
	name := r.PathValue("file")
	f, err := open(r.Context(), id, name)
	if errs.Is(err, errs.NotFound) {
		if nearest, ok, err := u.Media.Nearest(r.Context(), id, name); err != nil {
			return err
		} else if ok {
			http.Redirect(w, r.Request, strings.TrimSuffix(r.URL.Path, name)+nearest, http.StatusFound)
			return nil
		}
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Cache-Control", "private, max-age=3600")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("ETag", f.ETag)
	http.ServeContent(w, r.Request, "", f.Modified, f)
	return nil
}

// setState hands a story on: draft, in edit, ready, to the bin and back; with an assignee if one is given.
func (u *ui) setState(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	if err := s.MayWrite(r.Who); err != nil {
		return err
	}
	e := workflow.Edit{ID: s.ID}
	if v := r.PostFormValue("state"); v != "" {
		state := content.State(v)
		e.State = &state
	}
	if r.PostForm.Has("assignee") {
		a := r.PostFormValue("assignee")
		e.Assignee = &a
	}
	o, err := u.Room.Edit(r.Context(), r.Who, []workflow.Edit{e})
	if err != nil {
		return err
	}
	if why := o.Failed[s.ID]; why != "" {
		return u.done(w, r, errs.Errorf(errs.Conflict, "%s", why), "")
	}
	now, err := u.story(r)
	if err != nil {
		return err
	}
	said := r.Words.T("story.now", r.Words.T("shell.state_"+strings.ReplaceAll(now.Shown, "-", "_")))
	if e.State == nil {
		name, err := identity.Name(r.Context(), u.DB, now.Assignee)
		if err != nil {
			return err
		}
		said = r.Words.T("story.assigned", name)
		if now.Assignee == "" {
			said = r.Words.T("story.unassigned")
		}
	}
	return u.Shell.Redirect(w, r, path(s.ID, ""), said)
}
