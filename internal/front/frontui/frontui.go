// Package frontui is the screens on which fronts are arranged: the list of fronts, the board of one front with what can be
// placed on it, and the forms of its cards, containers and launches. What the deeds are is package front's; these are their
// forms, which work without script.
package frontui

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/identity"
	"masthead/internal/local/clock"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/render"
	"masthead/internal/workflow"
)

//go:embed views
var views embed.FS

// Config is what the screens work with.
type Config struct {
	DB     *db.DB
	Keeper *front.Keeper
	Room   *workflow.Room
	Shell  *newsroom.Shell
	View   *published.View
	Render *render.Renderer
}

type ui struct{ Config }

const (
	home  = newsroom.Prefix + "/fronts"
	small = 64 << 10 // most bytes of a form
)

// Mount adds the screens to the newsroom. A front is the portal's own in a language, or a region's.
func Mount(c Config) error {
	u := &ui{c}
	routes := []newsroom.Route{{Pattern: "GET " + home, Needs: identity.Curate, Handle: u.list}}
	for _, base := range []string{home + "/{lang}/home", home + "/{lang}/r/{region}"} {
		for pattern, handle := range map[string]func(http.ResponseWriter, *screen) error{
			"GET ":                    u.board,
			"POST /ops":               u.ops,
			"POST /undo":              u.undo,
			"GET /card":               u.cardPage,
			"POST /card":              u.card,
			"GET /move":               u.movePage,
			"POST /move":              u.move,
			"GET /container":          u.containerPage,
			"POST /container":         u.container,
			"GET /launch":             u.launchPage,
			"POST /launch":            u.launch,
			"POST /undo-launch/{seq}": u.undoLaunch,
			"GET /schedule":           u.schedulePage,
			"POST /schedule":          u.schedule,
			"POST /unschedule":        u.unschedule,
			"GET /history":            u.historyPage,
			"POST /restore":           u.restore,
			"GET /preview":            u.preview,
		} {
			method, rest, _ := strings.Cut(pattern, " ")
			routes = append(routes, newsroom.Route{Pattern: method + " " + base + rest, Needs: identity.Curate, Handle: u.on(handle), Limit: small})
		}
	}
	return c.Shell.Mount(newsroom.Views(views), routes)
}

// screen is a request about one front.
type screen struct {
	*newsroom.Request
	name string // as the keeper has it: en/home, en/r/calgary
	base string // address of its board
	lang string // of the front, which may be another than the screens'
	now  time.Time
}

// on finds the front that an address names.
func (u *ui) on(handle func(http.ResponseWriter, *screen) error) func(http.ResponseWriter, *newsroom.Request) error {
	return func(w http.ResponseWriter, r *newsroom.Request) error {
		s := &screen{Request: r, lang: r.PathValue("lang"), now: u.DB.Now()}
		s.name = s.lang + "/home"
		if region := r.PathValue("region"); region != "" {
			s.name = s.lang + "/r/" + region
			if r.Site.Region(region) == nil {
				return errs.Errorf(errs.NotFound, "no region %q", region)
			}
		}
		s.base = home + "/" + s.name
		for _, l := range r.Site.Languages {
			if l == s.lang {
				return handle(w, s)
			}
		}
		return errs.Errorf(errs.NotFound, "the portal is not in %q", s.lang)
	}
}

// title is what a front is called: Home (English), Calgary (French).
func (s *screen) title(region, lang string) string {
	name := s.Words.T("fronts.home")
	if region != "" {
		name = regionName(s.Site, region, s.Lang)
	}
	if len(s.Site.Languages) > 1 {
		return s.Words.T("fronts.name_in", name, s.Words.T("fronts.lang_"+lang))
	}
	return name
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

// at is a moment as short as it can be told: today's by its time, others with their date.
func (s *screen) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(s.Site.Location())
	now := s.now.In(s.Site.Location())
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return clock.TimeOfDay(t, s.Lang)
	}
	return clock.ShortDate(t, s.Lang) + ", " + clock.TimeOfDay(t, s.Lang)
}

// scripted reports whether our own script asks and wants a part of the page.
func (s *screen) scripted() bool { return s.Header.Get("X-Fragment") != "" }

// refusal is an error that a person can do something about, in words of the screen's language; others are returned.
func (s *screen) refusal(err error) (string, error) {
	var known *errs.Error
	if err == nil || !errors.As(err, &known) {
		return "", err
	}
	switch {
	case known.Kind == errs.NotFound:
		return s.Words.T("fronts.e_nothing"), nil
	case known.Kind == errs.Invalid && s.Lang == "en", known.Kind == errs.Conflict && s.Lang == "en":
		return known.Msg, nil
	case known.Kind == errs.Invalid:
		return s.Words.T("fronts.e_invalid"), nil
	case known.Kind == errs.Conflict:
		return s.Words.T("fronts.e_conflict"), nil
	}
	return "", err
}

// answer holds a page back until its fingerprint is known: who has it already is only told so.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// send gives the page away. Times in it are told in full, so it is the same until something changes.
func (a *answer) send(w http.ResponseWriter, known string) error {
	sum := sha256.Sum256(a.body.Bytes())
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", tag)
	if known == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.WriteHeader(cmp.Or(a.status, http.StatusOK))
	_, err := w.Write(a.body.Bytes())
	return err
}

// option is something to choose.
type option struct {
	Value, Name, URL, Text string
	Chosen                 bool
	Changed                int
}
