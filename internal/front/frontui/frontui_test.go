package frontui_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/front/frontui"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/reads"
	"masthead/internal/render"
	"masthead/internal/theme"
	"masthead/internal/workflow"
	"masthead/themes"
)

// noon is 5 a.m. in the newsroom's zone.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// The people of the tests' newsroom, by the cookie that is theirs.
var people = map[string]*identity.Person{
	"amina": {ID: "amina", Name: "Amina Okafor", Role: identity.Reporter},
	"rosa":  {ID: "rosa", Name: "Rosa Delgado", Role: identity.Editor},
	"paul":  {ID: "paul", Name: "Paul Nadeau", Role: identity.Publisher},
	"olga":  {ID: "olga", Name: "Olga Two", Role: identity.Publisher},
	"luc":   {ID: "luc", Name: "Luc Roy", Role: identity.Publisher, Language: "fr"},
}

// newsdesk is a newsroom with two containers on its front: lead, with no rule, and world, filled from World.
type newsdesk struct {
	*testing.T
	db      *db.DB
	room    *workflow.Room
	keeper  *front.Keeper
	shell   *newsroom.Shell
	view    *published.View
	now     *time.Time
	stories []string // live, the newest first
}

const home = "/newsroom/fronts/en/home"

func each(t *testing.T, fn func(k newsdesk)) {
	now := noon
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		now = noon
		fn(open(t, d, &now))
	})
}

func open(t *testing.T, d *db.DB, now *time.Time) newsdesk {
	t.Helper()
	k := newsdesk{T: t, db: d, now: now, view: published.New(d), room: workflow.New(workflow.Config{DB: d}), keeper: front.New(front.Config{DB: d})}
	_, err := content.Do(t.Context(), d, "test", func(c *content.Desk) error {
		for id, p := range people {
			if _, err := c.Tx().Exec(t.Context(), `INSERT INTO account (id, email, name, role, sections, language, state, password, totp, prefs, created, seen)
				VALUES ($1, $2, $3, $4, '', '', 'active', '', '', '{}', 0, 0)`, id, id+"@news.example", p.Name, string(p.Role)); err != nil {
				return err
			}
		}
		if err := c.SetSite(t.Context(), &published.Site{
			Name: "The Valley", Zone: "America/Edmonton", Languages: []string{"en", "fr"},
			Sections: []published.Section{{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}}},
			Regions:  []published.Region{{Slug: "calgary", Name: "Calgary", Zone: "America/Edmonton"}, {Slug: "regina", Name: "Regina", Zone: "America/Regina"}},
		}); err != nil {
			return err
		}
		return c.SetFront(t.Context(), "en/home", &published.Front{Containers: []published.Container{
			{ID: "lead", Layout: "lead", Slots: 3}, {ID: "world", Layout: "row", List: "section/world"},
		}})
	})
	k.must(err)
	for i := range 8 {
		s, err := k.room.Create(t.Context(), people["paul"], published.Story{
			Headline: fmt.Sprint("Story ", i), Section: "world", Language: "en", Kind: "story",
			Body: doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "The river fell."}}}}},
		}, check.Guard{})
		k.must(err)
		_, err = k.room.Publish(t.Context(), people["paul"], s.ID, workflow.Publication{})
		k.must(err)
		k.stories = append([]string{s.ID}, k.stories...)
		*now = now.Add(time.Second)
	}
	k.shell, err = newsroom.New(newsroom.Config{
		DB: d, View: k.view,
		Session: func(_ context.Context, secret string) (*identity.Person, *identity.Session, error) {
			if p := people[secret]; p != nil {
				return p, &identity.Session{ID: "s"}, nil
			}
			return nil, nil, errs.Errorf(errs.NotFound, "no such session")
		},
	})
	k.must(err)
	live, err := theme.NewLive(render.ThemeConfig(theme.Config{Files: themes.Broadsheet(), Override: os.DirFS(t.TempDir())}))
	k.must(err)
	k.must(frontui.Mount(frontui.Config{DB: d, Keeper: k.keeper, Room: k.room, Shell: k.shell, View: k.view, Render: render.New(live)}))
	return k
}

func (k newsdesk) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// do asks as a person does who sits at the newsroom's own pages.
func (k newsdesk) do(who, method, path string, form url.Values, header ...string) *http.Response {
	k.Helper()
	r := httptest.NewRequest(method, "http://news.example"+path, strings.NewReader(form.Encode())).WithContext(k.Context())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "masthead", Value: who})
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	k.shell.ServeHTTP(w, r)
	*k.now = k.now.Add(time.Second)
	return w.Result()
}

func (k newsdesk) page(who, path string, header ...string) *goquery.Document {
	k.Helper()
	return k.read(k.do(who, http.MethodGet, path, nil, header...), http.StatusOK)
}

func (k newsdesk) read(res *http.Response, status int) *goquery.Document {
	k.Helper()
	d, err := goquery.NewDocumentFromReader(res.Body)
	k.must(err)
	if res.StatusCode != status {
		k.Fatalf("status %d, want %d: %s", res.StatusCode, status, d.Text())
	}
	return d
}

// press sends a form of the board as a browser without script does, and returns the board it leads to and what is said there.
func (k newsdesk) press(who, path string, pairs ...string) (board *goquery.Document, said string) {
	k.Helper()
	v := url.Values{"base": {k.version()}}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	res := k.do(who, http.MethodPost, home+path, v)
	if res.StatusCode != http.StatusSeeOther {
		k.Fatalf("%s %v: status %d, want a redirect: %s", path, pairs, res.StatusCode, k.read(res, res.StatusCode).Find("main").Text())
	}
	var header []string
	for _, c := range res.Cookies() {
		header = append(header, "Cookie", c.Name+"="+c.Value)
	}
	d := k.page(who, res.Header.Get("Location"), header...)
	return d, strings.TrimSpace(d.Find("#toasts").Text())
}

func (k newsdesk) version() string {
	k.Helper()
	d, err := k.keeper.Draft(k.Context(), "en/home")
	k.must(err)
	return strconv.Itoa(d.Version)
}

// placed are the headlines of a container's cards.
func placed(d *goquery.Document, container string) []string {
	return d.Find(`[data-container="` + container + `"] [data-card]`).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("data-headline", "") })
}

func (k newsdesk) same(what string, got, want []string) {
	k.Helper()
	if len(got) == 0 {
		got = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		k.Errorf("%s: %s", what, diff)
	}
}

func TestWhoMayArrange(t *testing.T) {
	each(t, func(k newsdesk) {
		for _, who := range []string{"amina", "rosa"} {
			for _, path := range []string{"/newsroom/fronts", home, home + "/launch", home + "/preview"} {
				if res := k.do(who, http.MethodGet, path, nil); res.StatusCode != http.StatusForbidden {
					t.Errorf("%s sees %s: %d", who, path, res.StatusCode)
				}
			}
			for _, path := range []string{"/ops", "/launch", "/undo", "/schedule", "/restore"} {
				if res := k.do(who, http.MethodPost, home+path, url.Values{"do": {"remove lead x"}}); res.StatusCode != http.StatusForbidden {
					t.Errorf("%s posts to %s: %d", who, path, res.StatusCode)
				}
			}
		}
		for path, status := range map[string]int{"/newsroom/fronts/de/home": 404, "/newsroom/fronts/en/r/nowhere": 404, "/newsroom/fronts/en/r/calgary": 200, "/newsroom/fronts": 200} {
			if res := k.do("paul", http.MethodGet, path, nil); res.StatusCode != status {
				t.Errorf("%s answers %d, want %d", path, res.StatusCode, status)
			}
		}
	})
}

// TestButtonsWithoutScript: everything that a hand can do works as a plain form.
func TestButtonsWithoutScript(t *testing.T) {
	each(t, func(k newsdesk) {
		s := k.stories
		d, said := k.press("paul", "/ops", "story", s[0], "to", "lead", "at", "1")
		k.same("placed", placed(d, "lead"), []string{"Story 7"})
		if !strings.Contains(said, "“Story 7” is number 1 in Lead.") {
			t.Errorf("it says %q", said)
		}
		k.press("paul", "/ops", "do", "place "+s[1]+" lead -")
		d, _ = k.press("paul", "/ops", "do", "place "+s[2]+" lead ^")
		k.same("first and last", placed(d, "lead"), []string{"Story 5", "Story 7", "Story 6"})
		d, _ = k.press("paul", "/ops", "do", "down lead "+s[2])
		k.same("down", placed(d, "lead"), []string{"Story 7", "Story 5", "Story 6"})
		d, _ = k.press("paul", "/ops", "do", "up lead "+s[1])
		k.same("up", placed(d, "lead"), []string{"Story 7", "Story 6", "Story 5"})
		d, said = k.press("paul", "/ops", "do", "down lead "+s[2])
		k.same("at the end of its way", placed(d, "lead"), []string{"Story 7", "Story 6", "Story 5"})
		if said != "" {
			t.Errorf("nothing was done, and it says %q", said)
		}
		d, said = k.press("paul", "/ops", "do", "place "+s[3]+" lead 2")
		k.same("over the limit", placed(d, "lead"), []string{"Story 7", "Story 4", "Story 6"})
		if !strings.Contains(said, "“Story 5” went to Previously") {
			t.Errorf("it does not say what fell: %q", said)
		}
		if got := d.Find("#prev-lead .headline").Text(); got != "Story 5" {
			t.Errorf("Previously has %q", got)
		}
		d, _ = k.press("paul", "/undo")
		k.same("taken back", placed(d, "lead"), []string{"Story 7", "Story 6", "Story 5"})
		if _, said := k.press("olga", "/undo"); !strings.Contains(said, "You have no change on this draft") {
			t.Errorf("who has changed nothing is told %q", said)
		}
		d, _ = k.press("paul", "/move", "container", "lead", "story", s[0], "to", "world", "at", "1")
		k.same("moved from", placed(d, "lead"), []string{"Story 6", "Story 5"})
		k.same("moved to", placed(d, "world"), []string{"Story 7"})
		d, _ = k.press("paul", "/ops", "do", "boost world "+s[0]+" 2")
		if got := d.Find(`#b2-world-`+s[0]).AttrOr("aria-pressed", ""); got != "true" {
			t.Errorf("boosted: %q", got)
		}
		d, _ = k.press("paul", "/ops", "do", "container-down lead")
		k.same("containers", d.Find("[data-container]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("data-container", "") }), []string{"world", "lead"})
		d, _ = k.press("paul", "/ops", "do", "add", "layout", "river")
		if n := d.Find("[data-container]").Length(); n != 3 {
			t.Errorf("%d containers after one was added", n)
		}
		d, _ = k.press("paul", "/ops", "do", "remove lead "+s[1])
		k.same("removed", placed(d, "lead"), []string{"Story 5"})
	})
}

func TestByRule(t *testing.T) {
	each(t, func(k newsdesk) {
		d, _ := k.press("paul", "/ops", "do", "place "+k.stories[1]+" lead -")
		got := d.Find(`[data-container="world"] .rule .headline`).Map(func(_ int, s *goquery.Selection) string { return s.Text() })
		k.same("the newest that are not above", got, []string{"Story 7", "Story 5", "Story 4", "Story 3"})
		d, _ = k.press("paul", "/ops", "do", "place "+k.stories[3]+" world -")
		k.same("kept", placed(d, "world"), []string{"Story 4"})
		if n := d.Find(`[data-container="world"] .rule .card`).Length(); n != 3 {
			t.Errorf("the rule fills %d places of 3", n)
		}
		// What is placed further down is not taken above; a card that waits for its story takes no place yet.
		draft, err := k.room.Create(k.Context(), people["amina"], published.Story{Headline: "Not yet", Section: "world", Language: "en", Kind: "story", Body: doc.Node{Type: "doc"}}, check.Guard{})
		k.must(err)
		k.press("paul", "/ops", "do", "place "+draft.ID+" lead -")
		d, _ = k.press("paul", "/container", "id", "lead", "layout", "lead", "slots", "4", "list", "section/world")
		rule := func(d *goquery.Document) []string {
			return d.Find(`[data-container="lead"] .rule .headline`).Map(func(_ int, s *goquery.Selection) string { return s.Text() })
		}
		k.same("above what is placed", rule(d), []string{"Story 7", "Story 5", "Story 3"})
		site := k.page("paul", home+"/preview?as=draft").Find("section.first h3").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
		k.same("on the site", site, append([]string{"Story 6"}, rule(d)...))
	})
}

func TestCardOnThisFrontOnly(t *testing.T) {
	each(t, func(k newsdesk) {
		s := k.stories[0]
		k.press("paul", "/ops", "do", "place "+s+" lead -")
		form := k.page("paul", home+"/card?container=lead&story="+s)
		if got := form.Find("#card-headline-hint").Text(); !strings.Contains(got, "Story 7") {
			t.Errorf("the story's own headline is not told: %q", got)
		}
		d, _ := k.press("paul", "/card", "container", "lead", "story", s, "headline", " Shorter  words ", "kicker", "Flood", "picture", "none")
		card := d.Find(`[data-card="` + s + `"]`)
		if got := card.Find(".headline").Text() + "|" + card.Find(".kicker").Text(); got != "Shorter words|Flood" {
			t.Errorf("the card says %q", got)
		}
		k.same("marks", card.Find(".mark").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), []string{"Front only: headline", "Front only: kicker", "Front only: no picture"})
		v := url.Values{"base": {k.version()}, "container": {"lead"}, "story": {s}, "headline": {strings.Repeat("x", 201)}}
		if d := k.read(k.do("paul", http.MethodPost, home+"/card", v), 422); !strings.Contains(d.Find("#fault").Text(), "200") {
			t.Errorf("too long, and it says %q", d.Find("#fault").Text())
		}
	})
}

// The form says what may be done with a picture, and keeps none that may not be used.
func TestRightsOfACardsPicture(t *testing.T) {
	each(t, func(k newsdesk) {
		s := k.stories[0]
		k.press("paul", "/ops", "do", "place "+s+" lead -")
		lib, err := media.Open(k.db, k.TempDir())
		k.must(err)
		var file bytes.Buffer
		k.must(png.Encode(&file, image.NewGray(image.Rect(0, 0, 60, 40))))
		p, err := lib.TakeIn(k.Context(), media.Upload{Name: "river.png", Body: &file, Rights: media.Rights{Category: "agency", Leases: []media.Lease{{Until: noon.Add(19 * time.Hour)}}}})
		k.must(err)
		var m media.Item
		k.must(k.db.InTx(k.Context(), func(tx *db.Tx) (err error) { m, err = lib.Save(k.Context(), tx, "ana", p); return err }))
		label := func() string {
			return strings.Join(strings.Fields(k.page("paul", home+"/card?container=lead&story="+s).Find("[data-pictures] label").Text()), " ")
		}
		if got := label(); got != "river.png No credit Rights end Fri., Nov. 20" {
			t.Errorf("before its end: %q", got)
		}
		*k.now = noon.Add(24 * time.Hour)
		if got := label(); got != "river.png No credit Rights have ended" {
			t.Errorf("after it: %q", got)
		}
		v := url.Values{"base": {k.version()}, "container": {"lead"}, "story": {s}, "headline": {"Kept as typed"}, "picture": {m.ID}}
		d := k.read(k.do("paul", http.MethodPost, home+"/card", v), 422)
		if got := d.Find("#fault").Text(); !strings.Contains(got, "The rights of this picture") {
			t.Errorf("it says %q", got)
		}
		if got, _ := d.Find("#card-headline").Attr("value"); got != "Kept as typed" {
			t.Errorf("the headline became %q", got)
		}
	})
}

func TestContainerSettings(t *testing.T) {
	each(t, func(k newsdesk) {
		k.press("paul", "/ops", "do", "place "+k.stories[0]+" world -")
		d, _ := k.press("paul", "/container", "id", "world", "title_en", "The world", "title_fr", "Le monde", "layout", "split", "list", "all", "slots", "5")
		if got := d.Find("#c-world").Text(); got != "The world Split" {
			t.Errorf("it is called %q", got)
		}
		k.same("its cards stay", placed(d, "world"), []string{"Story 7"})
		form := k.page("paul", home+"/container?id=world")
		for field, value := range map[string]string{"slots": form.Find("#box-slots").AttrOr("max", ""), "text": strings.Repeat("x", length(form.Find("#box-text"))), "title_en": strings.Repeat("x", length(form.Find("#title-en")))} {
			k.press("paul", "/container", "id", "world", "layout", "row", field, value)
			if field == "slots" {
				value += "0"
			} else {
				value += "x"
			}
			v := url.Values{"base": {k.version()}, "id": {"world"}, "layout": {"row"}, field: {value}}
			if d := k.read(k.do("paul", http.MethodPost, home+"/container", v), 422); d.Find("#fault").Text() == "" {
				t.Errorf("%s: no word of what is wrong", field)
			}
		}
		d, _ = k.press("paul", "/container", "id", "world", "do", "remove")
		if got := d.Find(`[data-container="world"]`).Text(); !strings.Contains(got, "Removed in the draft") {
			t.Errorf("readers still have it, and the board says %q", got)
		}
	})
}

func length(field *goquery.Selection) int {
	n, _ := strconv.Atoi(field.AttrOr("maxlength", ""))
	return n
}

func TestEveryLayoutCanBeAdded(t *testing.T) {
	each(t, func(k newsdesk) {
		for i, layout := range published.Layouts {
			if d, said := k.press("paul", "/ops", "do", "add", "layout", layout); d.Find("[data-container]").Length() != 3+i {
				t.Errorf("%s: %s", layout, said)
			}
		}
	})
}

// TestNothingTypedIsLost: who writes the words of a card or a container while somebody else is quicker has them still, on the
// same form, and can keep them.
func TestNothingTypedIsLost(t *testing.T) {
	each(t, func(k newsdesk) {
		s := k.stories
		k.press("paul", "/ops", "do", "place "+s[0]+" lead -")
		send := func(path, base string, pairs ...string) *goquery.Document {
			k.Helper()
			v := url.Values{"base": {base}}
			for i := 0; i < len(pairs); i += 2 {
				v.Set(pairs[i], pairs[i+1])
			}
			return k.read(k.do("paul", http.MethodPost, home+path, v), 422)
		}
		fault := func(d *goquery.Document, want string) {
			k.Helper()
			if got := d.Find("#fault").Text(); !strings.Contains(got, want) {
				t.Errorf("it says %q, want %q", got, want)
			}
		}
		typed := []string{"container", "lead", "story", s[0], "headline", "Two hours of work", "kicker", "Flood"}

		seen := k.version()
		k.press("olga", "/ops", "do", "move lead "+s[0]+" world -")
		d := send("/card", seen, typed...)
		fault(d, "Olga Two moved")
		if got := d.Find("#card-headline").AttrOr("value", "") + "|" + d.Find("#card-kicker").AttrOr("value", ""); got != "Two hours of work|Flood" {
			t.Errorf("the form has %q", got)
		}
		now := d.Find("input[name=container]").AttrOr("value", "")
		k.press("paul", "/card", "container", now, "story", s[0], "headline", "Two hours of work")
		if got := k.page("paul", home).Find(`[data-container="world"] .headline`).First().Text(); got != "Two hours of work" {
			t.Errorf("saved again the card says %q", got)
		}

		seen = k.version()
		k.press("olga", "/ops", "do", "remove world "+s[0])
		typed[1] = "world"
		d = send("/card", seen, typed...)
		fault(d, "Olga Two removed")
		if got := d.Find("#card-headline").AttrOr("value", ""); got != "Two hours of work" {
			t.Errorf("the form has %q", got)
		}

		settings := []string{"id", "world", "layout", "row", "title_en", "Elsewhere"}
		seen = k.version()
		k.press("olga", "/container", "id", "world", "layout", "split")
		d = send("/container", seen, settings...)
		fault(d, "Olga Two changed")
		if got := d.Find("#title-en").AttrOr("value", ""); got != "Elsewhere" || d.Find("input[name=base]").AttrOr("value", "") != k.version() {
			t.Errorf("the form has %q", got)
		}
		seen = k.version()
		k.press("olga", "/container", "id", "world", "do", "remove")
		d = send("/container", seen, settings...)
		fault(d, "Olga Two changed")
		if got := d.Find("#title-en").AttrOr("value", ""); got != "Elsewhere" {
			t.Errorf("the form has %q", got)
		}
	})
}

func TestLaunch(t *testing.T) {
	each(t, func(k newsdesk) {
		s := k.stories
		k.press("paul", "/ops", "do", "place "+s[2]+" lead -")
		k.press("paul", "/ops", "do", "place "+s[3]+" world -")
		d := k.page("paul", home+"/launch?container=lead")
		if got := d.Find("input[name=container][checked]").AttrOr("value", ""); got != "lead" || d.Find("input[name=container]").Length() != 2 || d.Find("iframe").Length() != 2 {
			t.Errorf("chosen is %q of %d, with %d frames", got, d.Find("input[name=container]").Length(), d.Find("iframe").Length())
		}
		if res := k.do("paul", http.MethodPost, home+"/launch", nil); res.StatusCode != 422 {
			t.Errorf("nothing chosen, and it answers %d", res.StatusCode)
		}
		d, said := k.press("paul", "/launch", "container", "lead")
		if !strings.HasPrefix(said, "Launched") || d.Find(".front-state").Text() == "" {
			t.Errorf("it says %q", said)
		}
		live := func() []string {
			f, err := k.view.Record(*k.now).Front(k.Context(), "en/home")
			k.must(err)
			var ids []string
			for _, c := range f.Containers {
				for _, p := range c.Cards {
					ids = append(ids, c.ID+" "+p.Story)
				}
			}
			return ids
		}
		k.same("readers have", live(), []string{"lead " + s[2]})
		if got := d.Find("#launch-world").Length(); got != 1 {
			t.Error("the other container is no longer a draft")
		}
		undo := strings.TrimPrefix(d.Find("#front-undo-launch").Closest("form").AttrOr("action", ""), home)
		d, _ = k.press("paul", undo)
		k.same("after undo", live(), nil)
		if got := d.Find(".front-last .quiet").Text(); !strings.Contains(got, "taken back") {
			t.Errorf("the last launch: %q", got)
		}
		k.same("the draft stays", placed(d, "lead"), []string{"Story 5"})
		h := k.page("paul", home+"/history")
		if got := h.Find(".launches li").First().Text(); !strings.Contains(got, "Paul Nadeau") || !strings.Contains(got, "taken back") {
			t.Errorf("the history says %q", got)
		}
	})
}

// TestNobodyLaunchesOrTakesBackUnseen: what somebody else has changed since the picture of it, or launched since, is first
// looked at.
func TestNobodyLaunchesOrTakesBackUnseen(t *testing.T) {
	each(t, func(k newsdesk) {
		s := k.stories
		k.press("paul", "/ops", "do", "place "+s[2]+" lead -")
		form := k.page("paul", home+"/launch")
		k.press("olga", "/ops", "do", "place "+s[3]+" lead -")
		base := form.Find("input[name=base]").AttrOr("value", "")
		d := k.read(k.do("paul", http.MethodPost, home+"/launch", url.Values{"base": {base}, "container": {"lead"}}), 422)
		if got := d.Find("#fault").Text(); !strings.Contains(got, "Olga Two has changed it since") || d.Find("iframe").Length() != 2 {
			t.Errorf("it says %q", got)
		}
		d, _ = k.press("paul", "/launch", "container", "lead") // seen
		undo := strings.TrimPrefix(d.Find("#front-undo-launch").Closest("form").AttrOr("action", ""), home)
		k.press("olga", "/ops", "do", "place "+s[4]+" world -")
		k.press("olga", "/launch", "container", "world")
		if _, said := k.press("paul", undo); !strings.Contains(said, "Olga Two has launched the front since") {
			t.Errorf("it says %q", said)
		}
		f, err := k.view.Record(*k.now).Front(k.Context(), "en/home")
		k.must(err)
		if f.Container("world") < 0 || len(f.Containers[f.Container("world")].Cards) != 1 {
			t.Error("the other's launch was taken back")
		}
	})
}

func TestSchedule(t *testing.T) {
	each(t, func(k newsdesk) {
		k.press("paul", "/ops", "do", "place "+k.stories[2]+" lead -")
		for at, word := range map[string]string{"": "Enter a day", "2026-11-20T04:59": "over", "2027-03-14T02:30": "clocks", "tomorrow": "Enter a day"} {
			d := k.read(k.do("paul", http.MethodPost, home+"/schedule", url.Values{"at": {at}}), 422)
			if got := d.Find("#fault").Text(); !strings.Contains(got, word) {
				t.Errorf("%q: it says %q", at, got)
			}
		}
		d, said := k.press("paul", "/schedule", "at", "2026-11-20T07:00")
		if !strings.Contains(said, "7:00") || !strings.Contains(d.Find(".front-due").Text(), "Paul Nadeau") {
			t.Errorf("it says %q and shows %q", said, d.Find(".front-due").Text())
		}
		d, _ = k.press("paul", "/unschedule")
		if d.Find(".front-due").Length() != 0 {
			t.Error("it is still scheduled")
		}
		res := k.do("paul", http.MethodPost, "/newsroom/fronts/en/r/regina/schedule", url.Values{"at": {"2026-11-20T07:00"}}, "X-Fragment", "1")
		if got := k.read(res, 200).Find(".front-due").Text(); !strings.Contains(got, "MST") || !strings.Contains(got, "CST") {
			t.Errorf("a region in another zone is told %q", got)
		}
	})
}

// TestLostMove: what another editor moved is not moved again without asking.
func TestLostMove(t *testing.T) {
	each(t, func(k newsdesk) {
		s := k.stories
		k.press("paul", "/ops", "do", "place "+s[0]+" lead -")
		seen := k.version()
		k.press("olga", "/ops", "do", "move lead "+s[0]+" world -")
		res := k.do("paul", http.MethodPost, home+"/ops", url.Values{"base": {seen}, "do": {"move lead " + s[0] + " lead -"}})
		d := k.read(res, 200)
		if got := d.Find(".lost p").Text(); !strings.Contains(got, "Olga Two moved “Story 7” meanwhile") {
			t.Errorf("it says %q", got)
		}
		again := d.Find(".lost button").AttrOr("value", "")
		d, _ = k.press("paul", "/ops", "do", again)
		k.same("moved again", placed(d, "lead"), []string{"Story 7"})
		if got := k.page("olga", home).Find(".front-others").Text(); !strings.Contains(got, "Paul Nadeau") {
			t.Errorf("who else arranges: %q", got)
		}
	})
}

// TestScriptAsksAgain: the same board is not sent twice.
func TestScriptAsksAgain(t *testing.T) {
	each(t, func(k newsdesk) {
		res := k.do("paul", http.MethodGet, home, nil, "X-Fragment", "1")
		tag := res.Header.Get("ETag")
		if res := k.do("paul", http.MethodGet, home, nil, "X-Fragment", "1", "If-None-Match", tag); res.StatusCode != http.StatusNotModified {
			t.Errorf("nothing has changed, and it answers %d", res.StatusCode)
		}
		k.press("olga", "/ops", "do", "place "+k.stories[0]+" lead -")
		if res := k.do("paul", http.MethodGet, home, nil, "X-Fragment", "1", "If-None-Match", tag); res.StatusCode != 200 {
			t.Errorf("somebody has placed a story, and it answers %d", res.StatusCode)
		}
		res = k.do("rosa", http.MethodPost, home+"/undo", nil, "X-Fragment", "1")
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("an editor takes back a deed: %d", res.StatusCode)
		}
		res = k.do("paul", http.MethodPost, home+"/undo", nil, "X-Fragment", "1", "Accept", "application/json")
		if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusConflict || got != "application/json" {
			t.Errorf("nothing to undo: %d %s", res.StatusCode, got)
		}
	})
}

func TestPreviewIsTheRealPage(t *testing.T) {
	each(t, func(k newsdesk) {
		k.press("paul", "/ops", "do", "place "+k.stories[6]+" lead -")
		res := k.do("paul", http.MethodGet, home+"/preview?as=draft&look=dark", nil)
		if p := res.Header.Get("Content-Security-Policy"); !strings.Contains(p, "frame-ancestors 'self'") {
			t.Errorf("it cannot be framed: %q", p)
		}
		d := k.read(res, 200)
		if got := d.Find("html").AttrOr("data-theme", ""); got != "dark" {
			t.Errorf("the look is %q", got)
		}
		if got := strings.TrimSpace(d.Find("main article").First().Find("a").First().Text()); got != "Story 1" {
			t.Errorf("the first story is %q", got)
		}
		if got := strings.TrimSpace(k.page("paul", home+"/preview?as=live").Find("main article").First().Find("a").First().Text()); got == "Story 1" {
			t.Error("readers' front shows the draft")
		}
	})
}

// picture puts a picture into the library that no reader can see yet.
func (k newsdesk) picture() string {
	k.Helper()
	lib, err := media.Open(k.db, k.TempDir())
	k.must(err)
	var file bytes.Buffer
	k.must(png.Encode(&file, image.NewGray(image.Rect(0, 0, 640, 400))))
	made, err := lib.TakeIn(k.Context(), media.Upload{Name: "river.png", Body: &file, Alt: "A river"})
	k.must(err)
	var m media.Item
	k.must(k.db.InTx(k.Context(), func(tx *db.Tx) (err error) { m, err = lib.Save(k.Context(), tx, "paul", made); return err }))
	return m.ID
}

// TestAPictureThatReadersCannotSeeYet is shown on the board and in the form from where the newsroom can see it.
func TestAPictureThatReadersCannotSeeYet(t *testing.T) {
	each(t, func(k newsdesk) {
		id := k.picture()
		k.press("paul", "/ops", "do", "place "+k.stories[0]+" lead -")
		d, _ := k.press("paul", "/card", "container", "lead", "story", k.stories[0], "picture", id)
		form := k.page("paul", home+"/card?container=lead&story="+k.stories[0])
		for where, src := range map[string]string{"board": d.Find("#k-lead-"+k.stories[0]+" img").AttrOr("src", ""), "form": form.Find("[data-shown-picture]").AttrOr("src", "")} {
			if !strings.HasPrefix(src, "/newsroom/media/"+id+"/") {
				t.Errorf("the %s has the picture at %q", where, src)
			}
		}
	})
}

// TestBeforeIsWhatReadersHave: with the pictures that cards have on the front only.
func TestBeforeIsWhatReadersHave(t *testing.T) {
	each(t, func(k newsdesk) {
		own := doc.Media{ID: "river", Kind: "photo", Renditions: []doc.Rendition{{URL: "/media/river/1a2b-320.jpg", Type: "image/jpeg", Width: 320, Height: 180}}}
		_, err := content.Do(k.Context(), k.db, "test", func(c *content.Desk) error {
			return c.SetFront(k.Context(), "en/home", &published.Front{
				Containers: []published.Container{{ID: "lead", Layout: "lead", Cards: []published.Placed{{Story: k.stories[0], Picture: own.ID}, {Story: k.stories[1]}, {Story: k.stories[2]}}}},
				Media:      map[string]doc.Media{own.ID: own},
			})
		})
		k.must(err)
		if got := k.page("paul", home+"/preview?as=live").Find("main article img").AttrOr("src", ""); got != own.Renditions[0].URL {
			t.Errorf("the picture is %q", got)
		}
	})
}

func TestFeed(t *testing.T) {
	each(t, func(k newsdesk) {
		k.press("paul", "/ops", "do", "place "+k.stories[0]+" lead -")
		draft, err := k.room.Create(k.Context(), people["amina"], published.Story{Headline: "Written today", Section: "world", Language: "en", Kind: "story", Body: doc.Node{Type: "doc"}}, check.Guard{})
		k.must(err)
		offered := func(query string) int { return k.page("paul", home+query).Find("[data-offered]").Length() }
		if a, b := offered(""), offered("?feed=free"); a != 8 || b != 7 {
			t.Errorf("new %d, not placed %d", a, b)
		}
		most := k.page("paul", home+"?feed=read")
		if got := most.Find(".feed .views [aria-current]").Text(); got != "Most read" || most.Find(".feed .none").Text() == "" {
			t.Errorf("nobody has read yet, and %q says %q", got, most.Find(".feed .none").Text())
		}
		d := k.page("paul", home+"?feed=search&q=written")
		if got := d.Find("[data-offered]").AttrOr("data-offered", ""); got != draft.ID || !strings.Contains(d.Find(".offer").Text(), "not live") {
			t.Errorf("found %q: %s", got, d.Find(".offer").Text())
		}
		d, _ = k.press("paul", "/ops", "do", "place "+draft.ID+" lead -")
		if got := d.Find(`[data-card="` + draft.ID + `"] .marks`).Text(); !strings.Contains(got, "not live") {
			t.Errorf("its card says %q", got)
		}
		if got := k.page("luc", home+"?feed=search&q=nothing-like-it").Find(".feed .none").Text(); !strings.HasPrefix(got, "Aucun article") {
			t.Errorf("in French nothing is found as %q", got)
		}
	})
}

// TestHowMuchIsRead: the last hour of each story, on its card and where it is offered; the five minutes that now are in do not
// make another board of it.
func TestHowMuchIsRead(t *testing.T) {
	each(t, func(k newsdesk) {
		k.press("paul", "/ops", "do", "place "+k.stories[0]+" lead -")
		add := func(story string, ago time.Duration, n int) {
			k.must(k.db.InTx(k.Context(), func(tx *db.Tx) error { return reads.Add(k.Context(), tx, story, k.now.Add(-ago), n) }))
		}
		add(k.stories[0], 5*time.Minute, 1200)
		add(k.stories[0], 15*time.Minute, 600)
		add(k.stories[1], 2*time.Hour, 50)
		res := k.do("paul", http.MethodGet, home, nil, "X-Fragment", "1")
		tag := res.Header.Get("ETag")
		d := k.read(res, 200)
		for _, at := range []string{"#k-lead-" + k.stories[0], "#f-" + k.stories[0]} {
			if got := d.Find(at + " .reads").Text(); got != "▁▁▁▄█ 1,800Reads in the last hour: 1,800" {
				t.Errorf("%s: %q", at, got)
			}
		}
		if n := d.Find(".reads").Length(); n != 2 {
			t.Errorf("%d cards say how much they are read", n)
		}
		add(k.stories[0], 0, 9)
		if res := k.do("paul", http.MethodGet, home, nil, "X-Fragment", "1", "If-None-Match", tag); res.StatusCode != http.StatusNotModified {
			t.Errorf("a few reads, and the board is another: %d", res.StatusCode)
		}
	})
}

// TestStrangeForms: what no screen of ours sends is refused and does nothing.
func TestStrangeForms(t *testing.T) {
	each(t, func(k newsdesk) {
		before := k.version()
		for _, do := range []string{"", "fly", "up lead", "boost lead " + k.stories[0] + " 9", "remove LEAD x", "place ../x lead -", strings.Repeat("a ", 300)} {
			v := url.Values{"base": {before}, "do": {do}}
			if res := k.do("paul", http.MethodPost, home+"/ops", v); res.StatusCode != 422 && res.StatusCode != http.StatusSeeOther {
				t.Errorf("%q answers %d", do, res.StatusCode)
			}
		}
		for _, path := range []string{"/card?container=lead&story=none", "/move?container=none", "/container?id=none"} {
			if res := k.do("paul", http.MethodGet, home+path, nil); res.StatusCode != 404 {
				t.Errorf("%s answers %d", path, res.StatusCode)
			}
		}
		if after := k.version(); after != before {
			t.Errorf("the draft went from version %s to %s", before, after)
		}
	})
}
