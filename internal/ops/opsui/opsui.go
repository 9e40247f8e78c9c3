// Package opsui is the newsroom's screens for those who run the portal: settings, the first run, the state of the
// system, the log of deeds. It changes things through the packages they belong to.
package opsui

import (
	"context"
	"embed"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/local/clock"
	"masthead/internal/mailer"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/seal"
	"masthead/internal/settings"
)

//go:embed views
var views embed.FS

// Config is what the screens work with.
type Config struct {
	Shell *newsroom.Shell
	DB    *db.DB
	View  *published.View
	Key   seal.Key
	Mail  *mailer.Mailer
	// Do runs commands of the domain in one transaction and returns when readers see what they changed.
	Do func(ctx context.Context, who string, fn func(*content.Desk) error) error
	// FirstDraft makes the story that the first run ends with.
	FirstDraft func(ctx context.Context, who *identity.Person, title string) error
	// FromFile names the settings that the settings file sets again at each start: name, sections, …
	FromFile []string
	Weather  string // the source that this run uses: off, open-meteo, …
	Version  string
	// Cache returns the numbers of the page cache on this node.
	Cache func() Cache
	// Storage measures what the portal takes of the disk.
	Storage func(ctx context.Context) (Storage, error)
}

// Cache is what the page cache of one node holds and did since its start.
type Cache struct {
	Pages        int
	Bytes        int64
	Hits, Misses int64
}

// Storage is in bytes. Free is what is left on the disk; 0: not known.
type Storage struct{ Database, Media, Free int64 }

type ui struct {
	Config
	groups map[string]group
}

// Mount adds the screens to the shell.
func Mount(c Config) error {
	u := &ui{Config: c}
	u.groups = u.allGroups()
	manage := func(pattern string, h func(http.ResponseWriter, *newsroom.Request) error) newsroom.Route {
		return newsroom.Route{Pattern: pattern, Needs: identity.Manage, Handle: h}
	}
	return c.Shell.Mount(newsroom.Views(views), []newsroom.Route{
		manage("GET /newsroom/settings", u.showSettings),
		manage("GET /newsroom/settings/{group}", u.showSettings),
		manage("POST /newsroom/settings/{group}", u.saveSettings),
		manage("POST /newsroom/settings/{group}/undo", u.undoSettings),
		manage("GET /newsroom/setup/site", u.showSetup),
		manage("POST /newsroom/setup/site", u.saveSetup),
		manage("GET /newsroom/system", u.showSystem),
		manage("POST /newsroom/system/maintenance", u.setMaintenance),
		manage("POST /newsroom/system/jobs", u.changeJob),
		{Pattern: "GET /newsroom/audit", Needs: identity.ReadAudit, Handle: u.showLog},
		{Pattern: "POST /newsroom/audit/export", Needs: identity.ReadAudit, Handle: u.exportLog},
	})
}

// wrong is something that the person who sent a form must change: a field, and the key of the sentence about it in the
// words of settings.
type wrong struct {
	field, key string
	args       []any
}

func (w *wrong) Error() string { return w.field + ": " + w.key }

func fault(field, key string, args ...any) error { return &wrong{field, key, args} }

// Fault is what a page says about a field.
type Fault struct{ Field, Text string }

// form is what a screen with fields shows: what is stored, or after a mistake what was sent.
type form struct {
	Faults []Fault
	Stored map[string]string
	sent   url.Values
}

// Value returns what a field shows.
func (f *form) Value(field string) string {
	if f.sent != nil {
		return f.sent.Get(field)
	}
	return f.Stored[field]
}

// Has reports whether a choice of a field is ticked.
func (f *form) Has(field, choice string) bool {
	if f.sent != nil {
		return slices.Contains(f.sent[field], choice)
	}
	return slices.Contains(strings.Split(f.Stored[field], "\n"), choice)
}

// Wrong returns what is wrong with a field, or nothing.
func (f *form) Wrong(field string) string {
	for _, w := range f.Faults {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// take turns a mistake in a form into words beside its field; any other error it returns.
func (f *form) take(r *newsroom.Request, err error) error {
	var w *wrong
	switch {
	case errors.As(err, &w):
	case errs.Is(err, errs.Invalid):
		field, _, ok := strings.Cut(err.Error(), ": ")
		if !ok {
			return err
		}
		w = &wrong{field: field, key: "e_" + field}
	default:
		return err
	}
	text, missing := r.Words.Text("settings."+w.key, w.args...)
	if missing != nil {
		return err
	}
	f.Faults, f.sent = []Fault{{w.field, text}}, r.PostForm
	return nil
}

// post reads a form; what cannot be read is the sender's mistake.
func post(r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Errorf(errs.Invalid, "the form cannot be read: %w", err)
	}
	return nil
}

// stamp writes a moment in the newsroom's zone and the person's language.
func stamp(r *newsroom.Request, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return clock.Stamp(t.In(r.Site.Location()), r.Lang)
}

// names returns the names of everybody who works here, by id.
func (u *ui) names(ctx context.Context) (map[string]string, error) {
	list, err := identity.Accounts(ctx, u.DB)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, a := range list {
		out[a.ID] = a.Name
	}
	return out, nil
}

// group is one part of the settings, which saves itself.
type group struct {
	// fill adds what the group's page shows.
	fill func(r *newsroom.Request, p *settingsPage) error
	// save does what the form says and returns what to tell.
	save func(r *newsroom.Request) (said string, err error)
	// undo brings back what was there before; nil: that cannot be.
	undo func(r *newsroom.Request) error
	kept string // its name in settings.Changed
}

// order is how the groups are listed.
var order = []string{"site", "look", "sections", "places", "mail", "sign-on", "webhooks", "style"}

type settingsPage struct {
	form
	Group  string
	Groups []string
	Undo   string // when and by whom it was last changed, if that can be undone
	File   []string
	X      any // what only this group shows
}

func (u *ui) showSettings(w http.ResponseWriter, r *newsroom.Request) error {
	name := r.PathValue("group")
	if name == "" {
		name = order[0]
	}
	return u.settingsPage(w, r, name, nil, nil)
}

// settingsPage shows a group; after a mistake with what was sent; x, if not nil, is shown once.
func (u *ui) settingsPage(w http.ResponseWriter, r *newsroom.Request, name string, mistake error, x any) error {
	g, ok := u.groups[name]
	if !ok {
		return errs.Errorf(errs.NotFound, "no settings of %s", name)
	}
	p := &settingsPage{form: form{Stored: map[string]string{}}, Group: name, Groups: order}
	for _, f := range fileOf[name] {
		if slices.Contains(u.FromFile, f) {
			p.File = append(p.File, f)
		}
	}
	status := 0
	if mistake != nil {
		if err := p.take(r, mistake); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	p.X = x
	if err := g.fill(r, p); err != nil {
		return err
	}
	if err := u.lastChange(r, g, p); err != nil {
		return err
	}
	title := r.Words.T("settings.g_" + name)
	return u.Shell.Page(w, r, newsroom.Page{Screen: "settings", Title: title, Nav: "settings", Data: p, Status: status})
}

// fileOf are the keys of the settings file's [site] table that belong to a group.
var fileOf = map[string][]string{
	"site":     {"name", "tagline", "languages", "zone", "clock", "density", "contact"},
	"look":     {"accent"},
	"sections": {"sections"},
	"places":   {"regions", "place"},
}

func (u *ui) lastChange(r *newsroom.Request, g group, p *settingsPage) error {
	if g.undo == nil {
		return nil
	}
	all, err := settings.Changed(r.Context(), u.DB)
	if err != nil {
		return err
	}
	last, ok := all[g.kept]
	if !ok {
		return nil
	}
	name, err := identity.Name(r.Context(), u.DB, last.Who)
	p.Undo = r.Words.T("settings.last", stamp(r, last.At), name)
	return err
}

func (u *ui) saveSettings(w http.ResponseWriter, r *newsroom.Request) error {
	name := r.PathValue("group")
	g, ok := u.groups[name]
	if !ok {
		return errs.Errorf(errs.NotFound, "no settings of %s", name)
	}
	if name == "sign-on" && r.Session.Stale(u.DB.Now()) { // whoever decides who signs in proves who they are first
		return u.Shell.Redirect(w, r, "/newsroom/confirm?to="+url.QueryEscape("/newsroom/settings/"+name), "")
	}
	if err := post(r); err != nil {
		return err
	}
	said, err := g.save(r)
	var once *showOnce
	switch {
	case errors.As(err, &once):
		return u.settingsPage(w, r, name, nil, once)
	case err != nil:
		return u.settingsPage(w, r, name, err, nil)
	}
	return u.Shell.Redirect(w, r, "/newsroom/settings/"+name, said)
}

// showOnce ends a form with something that is shown on the answer and never again.
type showOnce struct{ ID, Secret, Said string }

func (s *showOnce) Error() string { return s.Said }

func (u *ui) undoSettings(w http.ResponseWriter, r *newsroom.Request) error {
	name := r.PathValue("group")
	g, ok := u.groups[name]
	if !ok || g.undo == nil {
		return errs.Errorf(errs.NotFound, "no settings of %s", name)
	}
	if err := g.undo(r); err != nil {
		return u.settingsPage(w, r, name, err, nil)
	}
	return u.Shell.Redirect(w, r, "/newsroom/settings/"+name, r.Words.T("settings.undone"))
}

func (u *ui) allGroups() map[string]group {
	all := map[string]group{
		"site":     u.public("site", u.fillSite, changeSite),
		"look":     u.public("look", u.fillLook, changeLook),
		"sections": u.public("sections", u.fillSections, u.changeSections),
		"places":   u.public("places", u.fillPlaces, changePlaces),
	}
	maps.Copy(all, u.privateGroups())
	return all
}
