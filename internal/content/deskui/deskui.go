// Package deskui is the screens on which the newsroom sees its work: Today, the list of stories, what is done to many at
// once, and the stream that keeps them up to date. It decides nothing about stories: the newsroom's deeds do.
package deskui

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/local/clock"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/words"
	"masthead/internal/workflow"
)

//go:embed views
var views embed.FS

// Config is what the screens work with.
type Config struct {
	DB    *db.DB
	Room  *workflow.Room
	Shell *newsroom.Shell
	Media *media.Library
	// Every is how often the stream looks for what changed while somebody listens; 0: once a second.
	Every time.Duration
}

// UI is the screens. It is safe for concurrent use.
type UI struct {
	db    *db.DB
	room  *workflow.Room
	shell *newsroom.Shell
	media *media.Library
	hub   *hub
}

const (
	home    = newsroom.Prefix + "/"
	stories = newsroom.Prefix + "/stories"
)

// New mounts the screens on the newsroom's frame.
func New(c Config) (*UI, error) {
	u := &UI{db: c.DB, room: c.Room, shell: c.Shell, media: c.Media, hub: newHub(c.DB, c.Room, cmp.Or(c.Every, time.Second))}
	return u, c.Shell.Mount(newsroom.Views(views), []newsroom.Route{
		{Pattern: "GET " + newsroom.Prefix, Needs: identity.Read, Handle: u.front},
		{Pattern: "GET " + home + "{$}", Needs: identity.Read, Handle: u.today},
		{Pattern: "GET " + stories, Needs: identity.Read, Handle: u.list},
		{Pattern: "POST " + stories, Needs: identity.Write, Handle: u.create},
		{Pattern: "POST " + stories + "/bulk", Needs: identity.Write, Handle: u.bulk, Limit: 64 << 10},
		{Pattern: "POST " + stories + "/undo", Needs: identity.Write, Handle: u.undo, Limit: 256 << 10},
		{Pattern: "GET " + stories + "/many", Needs: identity.Publish, Handle: u.many},
		{Pattern: "POST " + stories + "/many", Needs: identity.Publish, Handle: u.manyPost, Limit: 64 << 10},
		{Pattern: "GET " + stories + "/search", Needs: identity.Read, Handle: u.search},
		{Pattern: "GET " + stories + "/recent", Needs: identity.Read, Handle: u.recent},
		{Pattern: "GET " + stories + "/{id}/glance", Needs: identity.Read, Handle: u.glance},
		{Pattern: "POST " + newsroom.Prefix + "/views", Needs: identity.Write, Handle: u.saveView},
		{Pattern: "POST " + newsroom.Prefix + "/views/{id}/remove", Needs: identity.Write, Handle: u.dropView},
		{Pattern: "GET " + newsroom.Prefix + "/events", Needs: identity.Read, Handle: u.events},
	})
}

// Close ends all streams: a server that stops calls it so as not to wait for them.
func (u *UI) Close() { u.hub.close() }

func (u *UI) front(w http.ResponseWriter, r *newsroom.Request) error {
	return u.shell.Redirect(w, r, home, "")
}

// create makes a story where the person's last one was, and opens it.
func (u *UI) create(w http.ResponseWriter, r *newsroom.Request) error {
	section, language, err := lastPlace(r.Context(), u.db, r.Who.ID)
	if err != nil {
		return err
	}
	if r.Site.Section(section) == nil || !r.Who.MayIn(identity.Write, section) {
		section = ""
	}
	s, err := u.room.Create(r.Context(), r.Who, published.Story{Section: section, Language: language}, noGuard)
	if err != nil {
		return err
	}
	to := stories + "/" + s.ID
	if newsroom.WantsJSON(r) {
		return newsroom.JSON(w, http.StatusCreated, map[string]string{"id": s.ID, "url": to})
	}
	return u.shell.Redirect(w, r, to, "")
}

// names are the people of the newsroom, and the names of people and tokens by id.
func (u *UI) names(ctx context.Context) (list []identity.Account, byID map[string]string, err error) {
	if list, err = identity.Accounts(ctx, u.db); err != nil {
		return nil, nil, err
	}
	byID, err = identity.Names(ctx, u.db)
	return list, byID, err
}

// option is something to choose in a form.
type option struct {
	Value, Name string
	Chosen      bool
}

// stateWord is a state as people see it, in words.
func stateWord(r *newsroom.Request, shown string) string {
	return r.Words.T("shell.state_" + strings.ReplaceAll(shown, "-", "_"))
}

func sectionName(site *published.Site, slug, lang string) string {
	s := site.Section(slug)
	if s == nil {
		return slug
	}
	return cmp.Or(s.Name[lang], s.Name[site.Languages[0]], slug)
}

func regionName(site *published.Site, slug, lang string) string {
	g := site.Region(slug)
	switch {
	case g == nil:
		return slug
	case lang == "fr":
		return cmp.Or(g.NameFR, g.Name, slug)
	}
	return cmp.Or(g.Name, slug)
}

// when is a moment as short as it can be told: today's by its time, others by their date.
func when(t, now time.Time, zone *time.Location, lang string) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.In(zone), now.In(zone)
	if sameDay(t, now) {
		return clock.TimeOfDay(t, lang)
	}
	return clock.Date(t, lang)
}

// moment is a date, unless it is today, and a time.
func moment(t, now time.Time, zone *time.Location, lang string) string {
	t, now = t.In(zone), now.In(zone)
	if sameDay(t, now) {
		return clock.TimeOfDay(t, lang)
	}
	return clock.ShortDate(t, lang) + ", " + clock.TimeOfDay(t, lang)
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// headlineOf is what a story is called before it has a headline.
func headlineOf(headline string, c *words.Catalogue) string {
	return cmp.Or(headline, c.T("stories.untitled"))
}

// told says in the screens' words why a story could not be changed.
func told(err error) string {
	if errs.KindOf(err) == errs.Internal {
		return ""
	}
	return err.Error()
}
