package frontui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/front"
	"masthead/internal/local/clock"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/theme"
)

// launching is the screen before readers see a draft.
type launching struct {
	form
	Width   string
	Widths  []option
	Frames  []frame
	Boxes   []option // containers that differ; Text says how
	NotLive string
}

// frame is a front as readers see it or will.
type frame struct{ Name, URL, Title string }

func (u *ui) launchPage(w http.ResponseWriter, s *screen) error {
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	return u.showLaunch(w, s, d, "")
}

func (u *ui) showLaunch(w http.ResponseWriter, s *screen, d front.Draft, fault string) error {
	p := launching{form: s.form(d), Width: s.FormValue("width")}
	p.Fault = fault
	if p.Width != "360" {
		p.Width = "1280"
	}
	one := s.FormValue("container")
	for _, width := range []string{"1280", "360"} {
		u := s.base + "/launch?width=" + width
		if isID(one) {
			u += "&container=" + one
		}
		p.Widths = append(p.Widths, option{Name: s.Words.T("fronts.view_" + width), URL: u, Chosen: width == p.Width})
	}
	for _, as := range []string{"live", "draft"} {
		p.Frames = append(p.Frames, frame{
			Name: s.Words.T("fronts.frame_" + as), URL: s.base + "/preview?as=" + as + "&v=" + strconv.Itoa(d.Version),
			Title: s.Words.T("fronts.frame_"+as) + ": " + p.Front,
		})
	}
	var waiting []string
	for _, id := range d.Changed {
		o := option{Value: id, Chosen: one == "" || one == id}
		before, after := d.Live.Container(id), d.Front.Container(id)
		var was, is published.Container
		if before >= 0 {
			was = d.Live.Containers[before]
			o.Name = s.titleOf(was)
		}
		if after >= 0 {
			is = d.Front.Containers[after]
			o.Name = s.titleOf(is)
		}
		o.Text = s.difference(was, is, before >= 0, after >= 0)
		for _, c := range is.Cards {
			if !d.Stories[c.Story].Live {
				waiting = append(waiting, s.headline(d, c.Story))
			}
		}
		p.Boxes = append(p.Boxes, option{Value: id, Name: o.Name, Text: o.Text, Chosen: o.Chosen})
	}
	if len(waiting) > 0 {
		p.NotLive = s.Words.T("fronts.not_live_yet", strings.Join(waiting, " · "))
	}
	return u.page(w, s, "front-launch", s.Words.T("fronts.launch_title", p.Front), fault, p)
}

// difference says in a few words what a launch changes in a container.
func (s *screen) difference(was, is published.Container, before, after bool) string {
	switch {
	case !after:
		return s.Words.T("fronts.diff_removed")
	case !before:
		return s.Words.T("fronts.diff_new")
	}
	var in, out, moved, own int
	for i, c := range is.Cards {
		switch j := was.Card(c.Story); {
		case j < 0:
			in++
		case was.Cards[j] != c:
			own++
		case j != i:
			moved++
		}
	}
	for _, c := range was.Cards {
		if is.Card(c.Story) < 0 {
			out++
		}
	}
	var list []string
	for _, n := range []struct {
		key string
		n   int
	}{{"in", in}, {"out", out}, {"moved", moved}, {"own", own}} {
		if n.n > 0 {
			list = append(list, s.Words.T("fronts.diff_"+n.key, n.n))
		}
	}
	if len(list) == 0 {
		return s.Words.T("fronts.diff_settings")
	}
	return strings.Join(list, ", ")
}

func (u *ui) launch(w http.ResponseWriter, s *screen) error {
	if err := s.ParseForm(); err != nil {
		return errDeed
	}
	chosen := s.PostForm["container"]
	if len(chosen) > published.MaxCards || slices.ContainsFunc(chosen, func(id string) bool { return !isID(id) }) {
		return errDeed
	}
	if len(chosen) == 0 {
		d, err := u.Keeper.Draft(s.Context(), s.name)
		if err != nil {
			return err
		}
		return u.showLaunch(w, s, d, s.Words.T("fronts.e_choose"))
	}
	l, err := u.Keeper.Launch(s.Context(), s.Who, s.name, chosen)
	if err != nil {
		return u.refuse(w, s, err)
	}
	said := s.Words.T("fronts.said_launched", len(l.Containers))
	if len(l.Waiting) > 0 {
		said += " " + s.Words.T("fronts.said_waiting", len(l.Waiting))
	}
	return u.again(w, s, said, "/undo-launch")
}

func (u *ui) undoLaunch(w http.ResponseWriter, s *screen) error {
	if _, err := u.Keeper.UndoLaunch(s.Context(), s.Who, s.name); err != nil {
		return u.refuse(w, s, err)
	}
	return u.again(w, s, s.Words.T("fronts.said_launch_undone"), "")
}

// both tells a moment in the newsroom's zone and, on a region's front, in the region's.
func (s *screen) both(t time.Time) string {
	out := clock.Stamp(t.In(s.Site.Location()), s.Lang)
	if there := s.there(); there != "" {
		out += " = " + clock.Stamp(t.In(published.Zone(there, time.UTC)), s.Lang)
	}
	return out
}

// there is the zone of a region's front where it is not the newsroom's; else "".
func (s *screen) there() string {
	g := s.Site.Region(s.PathValue("region"))
	if g == nil || g.Zone == "" || g.Zone == s.Site.Zone {
		return ""
	}
	return g.Zone
}

// scheduling asks for the moment of a launch.
type scheduling struct {
	form
	Due, At, Zone, There, Both string
}

const moment = "2006-01-02T15:04" // as a browser sends it

func (u *ui) schedulePage(w http.ResponseWriter, s *screen) error {
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	at := s.now.Add(time.Hour).Truncate(time.Hour)
	if d.Scheduled != nil {
		at = d.Scheduled.At
	}
	return u.showSchedule(w, s, d, at.In(s.Site.Location()).Format(moment), at, "")
}

func (u *ui) showSchedule(w http.ResponseWriter, s *screen, d front.Draft, text string, at time.Time, fault string) error {
	p := scheduling{form: s.form(d), At: text, Zone: s.Site.Zone, There: s.there()}
	p.Fault = fault
	if fault == "" {
		p.Both = s.both(at)
	}
	if d.Scheduled != nil {
		p.Due = s.Words.T("fronts.due_by", s.both(d.Scheduled.At), d.Scheduled.Who)
	}
	return u.page(w, s, "front-schedule", s.Words.T("fronts.schedule_title", p.Front), fault, p)
}

func (u *ui) schedule(w http.ResponseWriter, s *screen) error {
	text := s.PostFormValue("at")
	if len(text) > len(moment) {
		text = text[:len(moment)] // some browsers send seconds
	}
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	at, err := time.ParseInLocation(moment, text, s.Site.Location())
	switch {
	case err != nil:
		return u.showSchedule(w, s, d, text, at, s.Words.T("fronts.e_at"))
	case at.Format(moment) != text:
		return u.showSchedule(w, s, d, text, at, s.Words.T("fronts.e_skipped"))
	case !at.After(s.now):
		return u.showSchedule(w, s, d, text, at, s.Words.T("fronts.e_past"))
	}
	if err := u.Keeper.Schedule(s.Context(), s.Who, s.name, at); err != nil {
		return u.refuse(w, s, err)
	}
	return u.again(w, s, s.Words.T("fronts.said_scheduled", s.both(at)), "/unschedule")
}

func (u *ui) unschedule(w http.ResponseWriter, s *screen) error {
	if err := u.Keeper.Unschedule(s.Context(), s.Who, s.name); err != nil {
		return u.refuse(w, s, err)
	}
	return u.again(w, s, s.Words.T("fronts.said_unscheduled"), "")
}

// history is what was launched.
type history struct {
	form
	Rows []launched
}

type launched struct {
	Seq             int64
	When, Who, What string
	Now             bool // readers see it
}

const historyLength = 50

func (u *ui) historyPage(w http.ResponseWriter, s *screen) error {
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	found, err := u.Keeper.History(s.Context(), s.name, historyLength)
	if err != nil {
		return err
	}
	h := history{form: s.form(d)}
	on := true
	for _, l := range found {
		row := launched{Seq: l.Seq, When: s.at(l.At), Who: l.Who, What: s.names(d, l.Containers), Now: on && !l.Undone}
		if l.Undone {
			row.What += " · " + s.Words.T("fronts.undone")
		}
		on = on && l.Undone
		h.Rows = append(h.Rows, row)
	}
	return u.page(w, s, "front-history", s.Words.T("fronts.history_title", h.Front), "", h)
}

// names are the titles of containers, as far as the front still has them.
func (s *screen) names(d front.Draft, ids []string) string {
	var list []string
	for _, id := range ids {
		for _, f := range []*published.Front{d.Front, d.Live} {
			if i := f.Container(id); i >= 0 {
				list = append(list, s.titleOf(f.Containers[i]))
				break
			}
		}
	}
	if more := len(ids) - len(list); more > 0 {
		list = append(list, s.Words.T("fronts.gone_since", more))
	}
	return strings.Join(list, ", ")
}

func (u *ui) restore(w http.ResponseWriter, s *screen) error {
	seq, err := strconv.ParseInt(s.PostFormValue("seq"), 10, 64)
	if err != nil {
		return errDeed
	}
	if _, err := u.Keeper.Restore(s.Context(), s.Who, s.name, seq); err != nil {
		return u.refuse(w, s, err)
	}
	return u.again(w, s, s.Words.T("fronts.said_restored"), "/undo")
}

// preview is the readers' own page of the draft, or of what they have, for a frame in our screens. It shows only stories
// that are live.
func (u *ui) preview(w http.ResponseWriter, s *screen) error {
	var f *published.Front // nil: as readers have it
	if s.FormValue("as") != "live" {
		var err error
		if f, err = u.Keeper.Preview(s.Context(), s.name); err != nil {
			return err
		}
	}
	page, err := u.Render.Front(s.Context(), u.View.Record(s.now), s.lang, strings.TrimPrefix(s.name, s.lang+"/"), f)
	if err != nil {
		return err
	}
	h := w.Header()
	for _, pair := range page.Header {
		h.Set(pair[0], pair[1])
	}
	h.Set("Content-Security-Policy", newsroom.Framed(h.Get("Content-Security-Policy")))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Content-Type", page.Type)
	// A reader's own look is nobody's here, and links lead nowhere in a picture. Pictures that readers cannot see yet are
	// shown from where the newsroom can.
	look, _ := theme.LookScript()
	swap := []string{string(look), ""}
	if l := s.FormValue("look"); l == "light" || l == "dark" {
		swap = append(swap, "<html ", `<html data-theme="`+l+`" `)
	}
	if f != nil {
		for id := range f.Media {
			swap = append(swap, media.Path(id, ""), newsroom.Prefix+media.Path(id, ""))
		}
	}
	_, err = strings.NewReplacer(swap...).WriteString(w, string(page.Body))
	return err
}
