package storyui

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/errs"
	"masthead/internal/local/clock"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// publishing is the screen before a story goes out.
type publishing struct {
	head
	Issues   []check.Issue
	Must     int
	Path     string
	Appears  []string
	Update   bool // it is live already
	Zone     string
	When     string // now, at
	Day      string
	Clock    string
	Which    string // of a time that comes twice: first, second
	Embargo  bool
	Tell     bool
	Note     string
	Override string
	Version  int

	Conditional bool // a medium in it may be used on a condition, which must be ticked as read
	Read        bool // it is
}

func (u *ui) publishPage(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	zone := r.Site.Location()
	p := publishing{head: head{Story: s}, When: "now", Tell: true, Version: s.Version}
	at := s.Guard.Embargo
	p.Embargo = at.After(u.DB.Now())
	if !s.Due.IsZero() {
		at, p.Embargo = s.Due, s.State == "embargoed"
	}
	if at.After(u.DB.Now()) {
		p.When = "at"
	} else {
		at = u.DB.Now().Add(time.Hour).Truncate(time.Hour)
	}
	p.Day, p.Clock = at.In(zone).Format(time.DateOnly), at.In(zone).Format("15:04")
	return u.publishing(w, r, p)
}

func (u *ui) publishing(w http.ResponseWriter, r *newsroom.Request, p publishing) (err error) {
	s := p.Story
	if p.Issues, err = u.Room.Checks(r.Context(), r.Who, s.ID); err != nil {
		return err
	}
	for _, i := range p.Issues {
		if i.Level == check.Must {
			p.Must++
		}
	}
	p.Conditional = conditional(p.Issues)
	p.Update = s.State == "live"
	snap, err := u.Room.Preview(r.Context(), r.Who, s.ID)
	if err != nil {
		return err
	}
	if snap.Section != "" && snap.Slug != "" {
		p.Path = snap.Path()
	}
	p.Appears = u.appears(r, snap)
	p.Zone = r.Site.Zone
	return u.screen(w, r, newsroom.Page{Screen: "publish", Title: r.Words.T("publish.title"), Data: p, Areas: []string{"publish"}})
}

// conditional reports whether the checks found a medium that may be used on a condition.
func conditional(issues []check.Issue) bool {
	return slices.ContainsFunc(issues, func(i check.Issue) bool { return strings.HasSuffix(i.Code, "rights_promise") })
}

// appears names where readers will find the story.
func (u *ui) appears(r *newsroom.Request, s *published.Story) (list []string) {
	for slug := s.Section; slug != ""; {
		sec := r.Site.Section(slug)
		if sec == nil {
			break
		}
		list = append(list, newsroom.Local(sec.Name, r.Lang, sec.Slug))
		slug = sec.Parent
	}
	for _, slug := range s.Regions {
		if region := r.Site.Region(slug); region != nil {
			name := region.Name
			if r.Lang == "fr" && region.NameFR != "" {
				name = region.NameFR
			}
			list = append(list, name)
		}
	}
	for _, t := range s.Topics {
		list = append(list, t.Name)
	}
	return append(list, r.Words.T("publish.feeds"), r.Words.T("publish.sitemap"), r.Words.T("publish.search"))
}

func (u *ui) publish(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	v := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	p := publishing{
		head: head{Story: s}, When: v("when"), Day: v("day"), Clock: v("clock"), Which: v("which"), Embargo: v("embargo") != "", Tell: v("tell") == "yes",
		Note: v("note"), Override: v("override"), Version: s.Version,
		Read: v("conditions") != "",
	}
	in := workflow.Publication{Version: s.Version, Embargo: p.Embargo, Substantive: p.Tell, Note: p.Note, Override: p.Override, Conditions: p.Read}
	if v("version") != strconv.Itoa(s.Version) {
		p.Fault = &fault{Text: r.Words.T("publish.changed_meanwhile")}
		return u.publishing(w, r, p)
	}
	if p.When == "at" {
		if in.At, err = moment(p.Day, p.Clock, p.Which, r.Site.Location()); err == nil && !in.At.After(u.DB.Now()) {
			p.Fault = &fault{"day", r.Words.T("publish.past")}
			return u.publishing(w, r, p)
		}
	}
	if !p.Read {
		issues, err := u.Room.Checks(r.Context(), r.Who, s.ID)
		if err != nil {
			return err
		}
		if conditional(issues) {
			p.Fault = &fault{"conditions", r.Words.T("publish.e_conditions")}
			return u.publishing(w, r, p)
		}
	}
	out := s
	if err == nil {
		out, err = u.Room.Publish(r.Context(), r.Who, s.ID, in)
	}
	var blocked *workflow.BlockedError
	var conflict *workflow.ConflictError
	switch {
	case errors.As(err, &blocked):
		p.Fault = &fault{"override", r.Words.T("publish.blocked")}
	case errors.As(err, &conflict):
		p.Fault = &fault{Text: r.Words.T("publish.changed_meanwhile")}
	default:
		if p.Fault, err = faultOf(r.Words, err); err != nil {
			return err
		}
	}
	if p.Fault != nil {
		return u.publishing(w, r, p)
	}
	said := r.Words.T("publish.live")
	if out.State.Waits() {
		said = r.Words.T("publish.waits", clock.Stamp(out.Due.In(r.Site.Location()), r.Lang))
	}
	return u.Shell.Redirect(w, r, path(s.ID, ""), said)
}

func (u *ui) unschedule(w http.ResponseWriter, r *newsroom.Request) error {
	_, err := u.Room.Unschedule(r.Context(), r.Who, r.PathValue("id"))
	return u.done(w, r, err, r.Words.T("publish.unscheduled"))
}

func (u *ui) undoPublish(w http.ResponseWriter, r *newsroom.Request) error {
	_, err := u.Room.UndoPublish(r.Context(), r.Who, r.PathValue("id"))
	return u.done(w, r, err, r.Words.T("publish.undone"))
}

// done goes back to the story after a button's deed. That the story no longer allows it, because a colleague was faster or
// time has passed, is said there.
func (u *ui) done(w http.ResponseWriter, r *newsroom.Request, err error, said string) error {
	if errs.Is(err, errs.Conflict) {
		said, err = r.Words.T("story.e_changed"), nil
	}
	if err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, path(r.PathValue("id"), ""), said)
}

// correcting is the form of a correction.
type correcting struct {
	head
	Was, Now, Place, Sentence string
}

func (u *ui) correctPage(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	if s.State != content.Live {
		return u.Shell.Redirect(w, r, path(s.ID, ""), r.Words.T("publish.correct_not_live"))
	}
	return u.correcting(w, r, correcting{head: head{Story: s}, Place: "end"})
}

func (u *ui) correcting(w http.ResponseWriter, r *newsroom.Request, p correcting) error {
	return u.screen(w, r, newsroom.Page{Screen: "correct", Title: r.Words.T("publish.correct_title"), Data: p, Areas: []string{"publish"}})
}

func (u *ui) correct(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	p := correcting{head: head{Story: s}, Was: r.PostFormValue("was"), Now: r.PostFormValue("now"), Place: r.PostFormValue("place")}
	c := workflow.Correction{Was: p.Was, Now: p.Now, Place: p.Place}
	if r.PostFormValue("act") == "preview" {
		if p.Sentence, err = c.Sentence(s.Copy.Language); err == nil {
			return u.correcting(w, r, p)
		}
	} else {
		_, err = u.Room.Correct(r.Context(), r.Who, s.ID, c)
	}
	if p.Fault, err = faultOf(r.Words, err); err != nil {
		return err
	}
	if p.Fault != nil {
		return u.correcting(w, r, p)
	}
	return u.Shell.Redirect(w, r, path(s.ID, ""), r.Words.T("publish.corrected"))
}
