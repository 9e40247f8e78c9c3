package deskui

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// maxMany is how many stories can be changed at once.
const maxMany = 200

const (
	undoCookie     = "undo"
	undoSaidCookie = "undo-said"
	maxCookie      = 3500 // of an undo, in bytes: a browser keeps 4,096 with name and the rest
)

// bulk changes many stories: ids, act, and the field that the act needs.
func (u *UI) bulk(w http.ResponseWriter, r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	form := r.PostForm
	ids := slices.Compact(slices.Sorted(slices.Values(form["id"])))
	act := form.Get("act")
	switch {
	case len(ids) == 0:
		return u.refuse(w, r, "id", r.Words.T("stories.e_none"))
	case len(ids) > maxMany:
		return u.refuse(w, r, "id", r.Words.T("stories.e_many", maxMany))
	case act == "schedule" || act == "take-down":
		v := url.Values{"act": {act}, "id": ids, "back": {back(form)}}
		return u.shell.Redirect(w, r, stories+"/many?"+v.Encode(), "")
	}
	edit, done, wrong := u.readAct(r, act, form)
	if wrong != "" {
		return u.refuse(w, r, act, r.Words.T(wrong))
	}
	edits := make([]workflow.Edit, len(ids))
	for i, id := range ids {
		edits[i] = edit
		edits[i].ID = id
	}
	out, err := u.room.Edit(r.Context(), r.Who, edits)
	if err != nil {
		return err
	}
	return u.outcome(w, r, out, done)
}

// readAct makes an edit of what a form asks for, and the words for having done it to n stories. wrong is the key of what
// is missing.
func (u *UI) readAct(r *newsroom.Request, act string, form url.Values) (e workflow.Edit, done func(n int) string, wrong string) {
	value := strings.TrimSpace(form.Get(act))
	say := func(key string, args ...any) func(int) string {
		return func(n int) string { return r.Words.T(key, append([]any{n}, args...)...) }
	}
	switch act {
	case "state":
		if !slices.Contains(shownStates[:3], value) {
			return e, nil, "stories.e_choose_state"
		}
		state := content.State(value)
		e.State = &state
		return e, say("stories.done_state", stateWord(r, value)), ""
	case "assign":
		if value == "" {
			return e, nil, "stories.e_choose_person"
		}
		if value == "none" {
			none := ""
			e.Assignee = &none
			return e, say("stories.done_unassign"), ""
		}
		a, err := identity.FindAccount(r.Context(), u.db, value)
		if err != nil {
			return e, nil, "stories.e_choose_person"
		}
		e.Assignee = &a.ID
		return e, say("stories.done_assign", a.Name), ""
	case "section":
		if r.Site.Section(value) == nil {
			return e, nil, "stories.e_choose_section"
		}
		e.Section = &value
		return e, say("stories.done_section", sectionName(r.Site, value, r.Lang)), ""
	case "topic":
		if published.MakeSlug(value) == "" || len(value) > 100 {
			return e, nil, "stories.e_topic"
		}
		e.Topic = &published.Topic{Name: value}
		return e, say("stories.done_topic", value), ""
	case "spike":
		state := content.Spiked
		e.State = &state
		return e, say("stories.done_spike"), ""
	}
	return e, nil, "stories.e_act"
}

// back is the list that a form was on.
func back(form url.Values) string {
	if to := newsroom.Back(form.Get("back")); to != home {
		return to
	}
	return stories
}

// refuse answers a form that cannot be done with the list it came from.
func (u *UI) refuse(w http.ResponseWriter, r *newsroom.Request, field, text string) error {
	if newsroom.WantsJSON(r) {
		return newsroom.JSON(w, http.StatusUnprocessableEntity, map[string]string{"field": field, "detail": text})
	}
	list, err := url.Parse(back(r.PostForm))
	if err != nil {
		return err
	}
	return u.listPage(w, r, list.Query(), []fault{{field, text}})
}

// answer is what a script is told of a form about many stories.
type answer struct {
	Said   string            `json:"said"`
	Done   []string          `json:"done"`
	Failed map[string]string `json:"failed"` // id → why
	Undo   string            `json:"undo"`   // "": nothing was done
}

// outcome tells what became of many edits: the number done, those that failed by name, and how to undo.
func (u *UI) outcome(w http.ResponseWriter, r *newsroom.Request, out *workflow.Outcome, done func(int) string) error {
	a := answer{Done: out.Done, Failed: out.Failed}
	if len(out.Done) > 0 {
		a.Said = done(len(out.Done))
		undo, err := packEdits(out.Undo)
		if err != nil {
			return err
		}
		a.Undo = undo
	}
	a.Said = strings.TrimSpace(a.Said + " " + u.failures(r, out.Failed))
	if newsroom.WantsJSON(r) {
		return newsroom.JSON(w, http.StatusOK, a)
	}
	to := back(r.PostForm)
	if a.Undo == "" || len(a.Undo) > maxCookie {
		return u.shell.Redirect(w, r, to, a.Said)
	}
	u.shell.Tell(w, undoCookie, a.Undo)
	u.shell.Tell(w, undoSaidCookie, a.Said)
	return u.shell.Redirect(w, r, to, "")
}

// failures names the stories that could not be changed, and why; the first five, for a sentence is not a list.
func (u *UI) failures(r *newsroom.Request, failed map[string]string) string {
	if len(failed) == 0 {
		return ""
	}
	var parts []string
	for id, why := range failed {
		name := id
		if s, err := u.room.Story(r.Context(), r.Who, id); err == nil {
			name = headlineOf(s.Copy.Headline, r.Words)
		}
		if runes := []rune(name); len(runes) > 60 {
			name = string(runes[:59]) + "…"
		}
		parts = append(parts, r.Words.T("stories.failed_one", name, why))
	}
	slices.Sort(parts)
	said := r.Words.T("stories.failed", len(parts)) + " " + strings.Join(parts[:min(5, len(parts))], "; ")
	if more := len(parts) - 5; more > 0 {
		said += "; " + r.Words.T("stories.failed_more", more)
	}
	return said + "."
}

// undo posts back what an outcome offered.
func (u *UI) undo(w http.ResponseWriter, r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	edits, err := unpackEdits(r.PostForm.Get("edits"))
	if err != nil {
		return u.refuse(w, r, "edits", r.Words.T("stories.e_undo"))
	}
	out, err := u.room.Edit(r.Context(), r.Who, edits)
	if err != nil {
		return err
	}
	return u.outcome(w, r, &workflow.Outcome{Done: out.Done, Failed: out.Failed, Undo: out.Undo}, func(n int) string { return r.Words.T("stories.undone", n) })
}

// packEdits makes edits short enough for a cookie: most of two hundred are alike.
func packEdits(edits []workflow.Edit) (string, error) {
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if err := json.NewEncoder(z).Encode(edits); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

// unpackEdits reads what packEdits made. It comes back from a browser: everything in it is held to the rules again.
func unpackEdits(text string) (edits []workflow.Edit, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "edits: not as they were given")
	}
	d := json.NewDecoder(io.LimitReader(flate.NewReader(bytes.NewReader(b)), 256<<10))
	if err := d.Decode(&edits); err != nil || len(edits) == 0 || len(edits) > maxMany {
		return nil, errs.Errorf(errs.Invalid, "edits: not as they were given")
	}
	return edits, nil
}

// many is what the screen shows that asks before many stories are scheduled or taken down.
type many struct {
	Act          string
	Rows         []row
	Back         string
	At, Reason   string
	Embargo      bool
	Zone         string
	Faults       []fault
	Ask, Confirm string
}

// Fault returns what is wrong with a field; "" if nothing is.
func (m *many) Fault(field string) string {
	for _, f := range m.Faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

func (u *UI) many(w http.ResponseWriter, r *newsroom.Request) error {
	return u.manyPage(w, r, r.URL.Query(), nil)
}

func (u *UI) manyPage(w http.ResponseWriter, r *newsroom.Request, v url.Values, faults []fault) error {
	m := &many{
		Act: v.Get("act"), Back: back(v), At: v.Get("at"), Reason: v.Get("reason"), Embargo: v.Get("embargo") != "",
		Zone: r.Site.Location().String(), Faults: faults,
	}
	if m.Act != "schedule" && m.Act != "take-down" || len(v["id"]) == 0 || len(v["id"]) > maxMany {
		return u.shell.Redirect(w, r, m.Back, r.Words.T("stories.e_none"))
	}
	_, names, err := u.names(r.Context())
	if err != nil {
		return err
	}
	for _, id := range v["id"] {
		s, err := u.room.Story(r.Context(), r.Who, id)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		m.Rows = append(m.Rows, u.row(r, workflow.Row{
			ID: s.ID, Headline: s.Copy.Headline, Slug: s.Copy.Slug, Section: s.Copy.Section, Shown: s.Shown, Author: s.Author, Assignee: s.Assignee, Due: s.Due, Updated: s.Updated,
		}, names))
	}
	key := strings.ReplaceAll(m.Act, "-", "_")
	m.Ask, m.Confirm = r.Words.T("stories.ask_"+key, len(m.Rows)), r.Words.T("stories.confirm_"+key, len(m.Rows))
	page := newsroom.Page{Screen: "stories-many", Title: m.Ask, Nav: "stories", Data: m}
	if len(faults) > 0 {
		page.Status = http.StatusUnprocessableEntity
	}
	return u.shell.Page(w, r, page)
}

func (u *UI) manyPost(w http.ResponseWriter, r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v := r.PostForm
	var at time.Time
	var faults []fault
	switch v.Get("act") {
	case "schedule":
		var ok bool
		if at, ok = local(v.Get("at"), r.Site.Location()); !ok {
			faults = append(faults, fault{"at", r.Words.T("stories.e_at")})
		} else if !at.After(u.db.Now()) {
			faults = append(faults, fault{"at", r.Words.T("stories.e_at_past")})
		}
	case "take-down":
		if strings.TrimSpace(v.Get("reason")) == "" {
			faults = append(faults, fault{"reason", r.Words.T("stories.e_reason")})
		} else if len(v.Get("reason")) > 2000 {
			faults = append(faults, fault{"reason", r.Words.T("stories.e_reason_long")})
		}
	}
	if len(faults) > 0 || len(v["id"]) > maxMany {
		return u.manyPage(w, r, v, faults)
	}
	done, failed := 0, map[string]string{}
	for _, id := range v["id"] {
		var err error
		switch v.Get("act") {
		case "schedule":
			_, err = u.room.Publish(r.Context(), r.Who, id, workflow.Publication{At: at, Embargo: v.Get("embargo") != ""})
		case "take-down":
			_, err = u.room.TakeDown(r.Context(), r.Who, id, v.Get("reason"))
		default:
			return errs.Errorf(errs.Invalid, "act: %s", r.Words.T("stories.e_act"))
		}
		switch why := told(err); {
		case err == nil:
			done++
		case why == "":
			return err
		default:
			failed[id] = why
		}
	}
	said := ""
	if done > 0 && v.Get("act") == "schedule" {
		said = r.Words.T("stories.done_schedule", done, moment(at, u.db.Now(), r.Site.Location(), r.Lang))
	} else if done > 0 {
		said = r.Words.T("stories.done_take_down", done)
	}
	return u.shell.Redirect(w, r, back(v), strings.TrimSpace(said+" "+u.failures(r, failed)))
}

// number is a count beside a name; nothing where nobody must act.
func number(n int) string {
	switch {
	case n == 0:
		return ""
	case n >= 1000:
		return "999+"
	}
	return strconv.Itoa(n)
}
