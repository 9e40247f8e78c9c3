package deskui

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/identity"
	"masthead/internal/local/clock"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// today is what the first screen shows.
type today struct {
	Date, Clock string
	Next        []due
	Needs       []need
	Notes       []note
	Drafts      []row
	Changed     []row
	Pulled      []pulled
	Ending      []ending
	Count       int // of what needs the person
	LiveToday   int
	Last        []outCard
	Steps       []step // of the first run; nil when all is done
	StepsLeft   int
}

// due is a story that goes out by itself.
type due struct {
	row
	At   string
	Late string // by how much; "": it is not
}

// need is a number of stories that wait for the person.
type need struct{ Text, URL string }

// ending is a medium whose rights end within days, or have ended, with the stories by which readers see it.
type ending struct {
	Name, URL, When string
	Over            bool
	Stories         []outCard
}

type note struct {
	Who, Headline, Text, URL, When string
}

// outCard is a story that readers have.
type outCard struct{ ID, Headline, Path, When string }

// step is one thing to do in a new newsroom.
type step struct {
	Name, URL string
	Done      bool
}

const (
	nextMax = 12
	mineMax = 6
	lastMax = 5
)

func (u *UI) today(w http.ResponseWriter, r *newsroom.Request) error {
	now, zone := u.db.Now(), r.Site.Location()
	d := &today{Date: clock.LongDate(now.In(zone), r.Lang), Clock: clock.TimeOfDay(now.In(zone), r.Lang)}
	_, names, err := u.names(r.Context())
	if err != nil {
		return err
	}
	for _, part := range []func(*newsroom.Request, *today, map[string]string) error{u.nextUp, u.needsYou, u.onNow, u.firstRun} {
		if err := part(r, d, names); err != nil {
			return err
		}
	}
	return u.shell.Page(w, r, newsroom.Page{Screen: "today", Title: r.Words.T("shell.today"), Nav: "today", Data: d, Areas: []string{"stories"}})
}

// late is when a story that has not gone out is late: the clock that publishes looks every second.
const late = 10 * time.Second

func (u *UI) nextUp(r *newsroom.Request, d *today, names map[string]string) error {
	l, err := u.room.List(r.Context(), r.Who, workflow.Query{State: []string{string(content.Scheduled), string(content.Embargoed)}, Sort: "due", Limit: nextMax})
	if err != nil {
		return err
	}
	now, zone := u.db.Now(), r.Site.Location()
	for _, s := range l.Rows {
		n := due{row: u.row(r, s, names), At: moment(s.Due, now, zone, r.Lang)}
		if behind := now.Sub(s.Due); behind > late {
			n.Late = r.Words.T("today.late", int(max(behind.Round(time.Minute)/time.Minute, 1)))
		}
		d.Next = append(d.Next, n)
	}
	return nil
}

// needsYou is what waits for the person's hand, the most pressing first.
func (u *UI) needsYou(r *newsroom.Request, d *today, names map[string]string) (err error) {
	ctx := r.Context()
	if d.Pulled, err = selectPulled(ctx, u.db); err != nil {
		return err
	}
	notes, err := u.room.Mentions(ctx, r.Who)
	if err != nil {
		return err
	}
	for _, n := range notes[:min(len(notes), mineMax)] {
		d.Notes = append(d.Notes, note{
			n.Name, headlineOf(n.Headline, r.Words), cut(n.Text, 200), stories + "/" + n.Story + "#notes", when(n.At, u.db.Now(), r.Site.Location(), r.Lang),
		})
	}
	counts, err := u.room.Counts(ctx, r.Who, workflow.Query{State: []string{string(content.InEdit)}}, workflow.Query{State: []string{string(content.Ready)}})
	if err != nil {
		return err
	}
	d.Count = len(d.Pulled) + len(notes)
	for i, n := range []struct {
		needs      identity.Action
		text, view string
	}{{identity.Edit, "today.to_edit", "edit"}, {identity.Publish, "today.to_publish", "ready"}} {
		if counts[i] > 0 && r.May(n.needs) {
			d.Needs = append(d.Needs, need{r.Words.T(n.text, counts[i]), stories + "?view=" + n.view})
			d.Count += counts[i]
		}
	}
	if err := u.endingSoon(r, d); err != nil {
		return err
	}
	d.Count += len(d.Ending)
	drafts := workflow.Query{Mine: r.Who.ID, State: []string{string(content.Draft), string(content.InEdit)}, Limit: mineMax}
	changes := workflow.Query{Mine: r.Who.ID, State: []string{"changed"}, Limit: mineMax}
	if r.May(identity.Publish) {
		changes.Mine = ""
	}
	if d.Drafts, err = u.rows(r, drafts, names); err != nil {
		return err
	}
	d.Changed, err = u.rows(r, changes, names)
	d.Count += len(d.Changed)
	return err
}

// endingSoon finds the media whose rights end within a week, or have ended, that readers see in a story.
func (u *UI) endingSoon(r *newsroom.Request, d *today) error {
	list, err := u.media.Expiring(r.Context())
	if err != nil {
		return err
	}
	for _, m := range list {
		uses, err := u.media.Uses(r.Context(), m.ID)
		if err != nil {
			return err
		}
		e := ending{Name: cut(cmp.Or(m.Facts.Title, m.Facts.Caption, m.Caption, m.Original.Name, m.ID), 80), URL: newsroom.Prefix + "/library/" + m.ID}
		for _, use := range uses {
			if use.Live && !strings.HasPrefix(use.Owner, "front/") {
				e.Stories = append(e.Stories, outCard{ID: use.Owner, Headline: headlineOf(use.Headline, r.Words)})
			}
		}
		if len(e.Stories) == 0 {
			continue
		}
		s := m.Rights.Standing(u.db.Now())
		if e.Over = !s.May(); !e.Over {
			e.When = clock.ShortDate(s.Until.Add(-time.Nanosecond).In(r.Site.Location()), r.Lang)
		}
		if d.Ending = append(d.Ending, e); len(d.Ending) == mineMax {
			break
		}
	}
	return nil
}

func (u *UI) rows(r *newsroom.Request, q workflow.Query, names map[string]string) (list []row, err error) {
	l, err := u.room.List(r.Context(), r.Who, q)
	if err != nil {
		return nil, err
	}
	for _, s := range l.Rows {
		list = append(list, u.row(r, s, names))
	}
	return list, nil
}

func (u *UI) onNow(r *newsroom.Request, d *today, _ map[string]string) error {
	counts, err := u.room.Counts(r.Context(), r.Who, workflow.Query{State: []string{string(content.Live), "changed"}, Today: true})
	if err != nil {
		return err
	}
	d.LiveToday = counts[0]
	cards, err := u.newest(r.Context(), r.Site)
	if err != nil {
		return err
	}
	for _, c := range cards {
		d.Last = append(d.Last, outCard{c.ID, c.Headline, c.Path(), when(c.Published, u.db.Now(), r.Site.Location(), r.Lang)})
	}
	return nil
}

// newest are the stories that readers got last, in any language.
func (u *UI) newest(ctx context.Context, site *published.Site) (list []published.Card, err error) {
	view := published.New(u.db).Record(u.db.Now())
	for _, lang := range site.Languages {
		cards, err := view.List(ctx, published.AllList(lang), published.Cursor{}, lastMax)
		if err != nil {
			return nil, err
		}
		list = append(list, cards...)
	}
	slices.SortStableFunc(list, func(a, b published.Card) int { return b.Published.Compare(a.Published) })
	return list[:min(len(list), lastMax)], nil
}

// firstRun is what a new newsroom has yet to do, for whom it may set up.
func (u *UI) firstRun(r *newsroom.Request, d *today, names map[string]string) error {
	if !r.May(identity.Manage) {
		return nil
	}
	written, public, err := anyStory(r.Context(), u.db)
	if err != nil {
		return err
	}
	me, err := identity.FindAccount(r.Context(), u.db, r.Who.ID)
	if err != nil {
		return err
	}
	t := r.Words.T
	d.Steps = []step{
		{t("today.step_sections"), newsroom.Prefix + "/settings", len(r.Site.Sections) > 0},
		{t("today.step_write"), "", written},
		{t("today.step_publish"), stories + "?view=mine", public},
		{t("today.step_people"), newsroom.Prefix + "/people", len(names) > 1},
		{t("today.step_safe"), newsroom.Prefix + "/account", me.TOTP || me.Passkeys > 0},
	}
	for _, s := range d.Steps {
		if !s.Done {
			d.StepsLeft++
		}
	}
	if d.StepsLeft == 0 {
		d.Steps = nil
	}
	return nil
}
