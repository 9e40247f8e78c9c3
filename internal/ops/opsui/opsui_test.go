package opsui_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/jobs"
	"masthead/internal/mailer"
	"masthead/internal/newsroom"
	"masthead/internal/ops/opsui"
	"masthead/internal/published"
	"masthead/internal/seal"
	"masthead/internal/settings"
)

var noon = time.Date(2026, 3, 1, 19, 0, 0, 0, time.UTC)

// office is a newsroom with these screens alone; a cookie's value is the role of who asks, and their language.
type office struct {
	*testing.T
	d      *db.DB
	shell  *newsroom.Shell
	key    seal.Key
	drafts []string
}

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{T: t, d: d}
	var err error
	if o.key, err = seal.New(bytes.Repeat([]byte{5}, 32)); err != nil {
		t.Fatal(err)
	}
	view := published.New(d)
	o.shell, err = newsroom.New(newsroom.Config{
		DB: d, View: view,
		Session: func(_ context.Context, secret string) (*identity.Person, *identity.Session, error) {
			secret, old := strings.CutSuffix(secret, " of long ago")
			age := time.Minute
			if old {
				age = time.Hour
			}
			role, lang, _ := strings.Cut(secret, "-")
			if role == "" {
				return nil, nil, errs.Errorf(errs.NotFound, "no such session")
			}
			return &identity.Person{ID: "ada", Name: "Ada", Email: "ada@example.com", Role: identity.Role(role), Language: lang}, &identity.Session{ID: "s", Fresh: d.Now().Add(-age)}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := opsui.Mount(opsui.Config{
		Shell: o.shell, DB: d, View: view, Key: o.key, Mail: &mailer.Mailer{DB: d, Key: o.key}, Weather: "recorded", Version: "1.2",
		FromFile: []string{"accent"},
		Do: func(ctx context.Context, who string, fn func(*content.Desk) error) error {
			_, err := content.Do(ctx, d, who, fn)
			return err
		},
		FirstDraft: func(_ context.Context, who *identity.Person, title string) error {
			o.drafts = append(o.drafts, who.ID+": "+title)
			return nil
		},
		Cache:   func() opsui.Cache { return opsui.Cache{Pages: 7, Bytes: 1_500_000, Hits: 97, Misses: 3} },
		Storage: func(context.Context) (opsui.Storage, error) { return opsui.Storage{Database: 41e9, Media: 2e6}, nil },
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) ask(method, path, who string, form url.Values) *http.Response {
	o.Helper()
	r := httptest.NewRequest(method, "http://news.example"+path, strings.NewReader(form.Encode()))
	r.AddCookie(&http.Cookie{Name: "masthead", Value: who})
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	o.shell.ServeHTTP(w, r)
	return w.Result()
}

func (o *office) page(path, who string) *goquery.Document {
	o.Helper()
	res := o.ask("GET", path, who, nil)
	if res.StatusCode != 200 {
		b, _ := io.ReadAll(res.Body)
		o.Fatalf("%s: %d %s", path, res.StatusCode, b)
	}
	return read(o.T, res)
}

func read(t *testing.T, res *http.Response) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// do sends a form that must work.
func (o *office) do(path string, pairs ...string) {
	o.Helper()
	if res := o.ask("POST", path, "admin", form(pairs...)); res.StatusCode != 303 {
		o.Fatalf("%s %v: %d %s", path, pairs, res.StatusCode, read(o.T, res).Find("main").Text())
	}
}

// refused sends a form that must not, and checks the page that says why.
func (o *office) refused(path, field string, pairs ...string) *goquery.Document {
	o.Helper()
	res := o.ask("POST", path, "admin-en", form(pairs...))
	d := read(o.T, res)
	if res.StatusCode != 422 {
		o.Errorf("%s %v: %d", path, pairs, res.StatusCode)
	}
	link := d.Find(`[role="alert"] a[href="#` + field + `"]`)
	if link.Length() != 1 || d.Find("#"+field).Length() != 1 || !strings.HasPrefix(d.Find("title").Text(), "Error: ") {
		o.Errorf("%s %v: the page does not lead to %s: %s", path, pairs, field, d.Find(`[role="alert"]`).Text())
	}
	if beside := d.Find("#" + field + "-wrong").Text(); !strings.HasSuffix(beside, link.Text()) || link.Text() == "" {
		o.Errorf("%s %v: at the field it says %q, above %q", path, pairs, beside, link.Text())
	}
	return d
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func (o *office) site() *published.Site {
	o.Helper()
	s, err := published.New(o.d).Record(noon).Site(o.Context())
	if err != nil {
		o.Fatal(err)
	}
	return s
}

func (o *office) log(what string) []audit.Entry {
	o.Helper()
	list, err := audit.List(o.Context(), o.d, audit.Filter{What: what})
	if err != nil {
		o.Fatal(err)
	}
	return list
}

func clock() time.Time { return noon }

// screens are all addresses that show something.
var screens = []string{
	"/newsroom/settings", "/newsroom/settings/look", "/newsroom/settings/sections", "/newsroom/settings/places?q=calg", "/newsroom/settings/mail",
	"/newsroom/settings/sign-on", "/newsroom/settings/webhooks", "/newsroom/settings/style", "/newsroom/setup/site", "/newsroom/setup/site?step=places",
	"/newsroom/setup/site?step=look", "/newsroom/setup/site?step=sections", "/newsroom/setup/site?step=mail", "/newsroom/setup/site?step=done",
	"/newsroom/system", "/newsroom/audit",
}

// TestScreensAreSound: one first heading, headings in order, a label for each control, ids once, nothing inline, in both
// languages, empty and filled.
func TestScreensAreSound(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	check := func(path, who string) {
		d := o.page(path, who)
		if n := d.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d first headings", path, n)
		}
		last := 0
		d.Find("main").Find("h1,h2,h3,h4").Each(func(_ int, h *goquery.Selection) {
			level := int(goquery.NodeName(h)[1] - '0')
			if level > last+1 || strings.TrimSpace(h.Text()) == "" {
				t.Errorf("%s: heading %q of level %d after one of level %d", path, h.Text(), level, last)
			}
			last = level
		})
		ids := map[string]bool{}
		d.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			if ids[id] {
				t.Errorf("%s: two things are called %s", path, id)
			}
			ids[id] = true
		})
		d.Find(`main input:not([type="hidden"]), main select, main textarea`).Each(func(_ int, e *goquery.Selection) {
			if id := e.AttrOr("id", ""); d.Find(`label[for="`+id+`"]`).Length() != 1 {
				t.Errorf("%s: the field %q has no label", path, id)
			}
		})
		d.Find("[aria-labelledby], [aria-describedby]").Each(func(_ int, e *goquery.Selection) {
			for _, id := range strings.Fields(e.AttrOr("aria-labelledby", "") + " " + e.AttrOr("aria-describedby", "")) {
				if !ids[id] {
					t.Errorf("%s: nothing is called %s", path, id)
				}
			}
		})
		if n := d.Find("[style], main script").Length(); n > 0 {
			t.Errorf("%s: %d things that the page's policy forbids", path, n)
		}
	}
	for _, who := range []string{"admin-en", "admin-fr"} {
		for _, s := range screens {
			check(s, who)
		}
	}
	o.do("/newsroom/settings/sections", "do", "add", "name_en", "World")
	o.do("/newsroom/settings/places", "do", "add", "slug", "calgary")
	o.do("/newsroom/settings/style", "do", "add", "pattern", "very", "reason", "It says nothing.")
	o.ask("POST", "/newsroom/settings/webhooks", "admin", form("do", "add", "url", "https://example.com/hook"))
	for _, h := range o.hooks() {
		o.do("/newsroom/settings/webhooks", "do", "ping", "id", h)
	}
	for _, s := range screens {
		check(s, "admin-en")
	}
}

func (o *office) hooks() (ids []string) {
	o.page("/newsroom/settings/webhooks", "admin").Find(`section.line > form input[name="id"]`).Each(func(_ int, e *goquery.Selection) {
		ids = append(ids, e.AttrOr("value", ""))
	})
	return ids
}

func TestWhoMay(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	for _, s := range screens {
		want := map[string]int{"reporter": 403, "editor": 403, "publisher": 403, "admin": 200}
		if s == "/newsroom/audit" {
			want["publisher"] = 200
		}
		for who, status := range want {
			if res := o.ask("GET", s, who, nil); res.StatusCode != status {
				t.Errorf("%s for a %s: %d, want %d", s, who, res.StatusCode, status)
			}
		}
	}
}

var goodSite = []string{
	"name", "The Calgary Sun-Times", "tagline_en", "News", "tagline_fr", "Nouvelles", "languages", "en", "languages", "fr", "first", "fr",
	"zone", "America/Edmonton", "clock", "cp", "density", "compact", "contact", "news@example.com",
}

func with(pairs []string, field, value string) []string {
	out := append([]string{}, pairs...)
	for i := 0; i < len(out); i += 2 {
		if out[i] == field {
			out[i+1] = value
		}
	}
	return out
}

func TestSite(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		before := o.site()
		o.do("/newsroom/settings/site", goodSite...)
		want := *before
		want.Name, want.Tagline, want.Languages, want.Zone = "The Calgary Sun-Times", map[string]string{"en": "News", "fr": "Nouvelles"}, []string{"fr", "en"}, "America/Edmonton"
		want.Clock, want.Density, want.Contact, want.Changed = "cp", "compact", "news@example.com", noon
		if diff := cmp.Diff(&want, o.site()); diff != "" {
			t.Error(diff)
		}
		for field, value := range map[string]string{"name": " ", "languages": "de", "first": "de", "zone": "Mars/Base", "contact": "nobody", "clock": "13"} {
			at := field
			if field == "first" {
				at = "languages"
			}
			page := o.refused("/newsroom/settings/site", at, with(goodSite, field, value)...)
			if got := page.Find("#tagline_fr").AttrOr("value", ""); got != "Nouvelles" {
				t.Errorf("after a wrong %s, what was typed elsewhere is %q", field, got)
			}
		}
		if diff := cmp.Diff(&want, o.site()); diff != "" {
			t.Errorf("a refused form changed something: %s", diff)
		}
		o.do("/newsroom/settings/site/undo")
		if got := o.site().Name; got != before.Name {
			t.Errorf("after undo the name is %q", got)
		}
		o.do("/newsroom/settings/site/undo")
		if got := o.site().Name; got != want.Name {
			t.Errorf("after undoing that, the name is %q", got)
		}
		if n := len(o.log("settings.*")); n != 3 {
			t.Errorf("%d deeds are in the log", n)
		}
		o.do("/newsroom/settings/places", "do", "add", "slug", "calgary")
		if text := o.page("/newsroom/audit", "publisher").Find("tbody tr").First().Find("td").Last().Text(); text != "place: calgary, regions: calgary" {
			t.Errorf("a deed’s detail reads %q", text)
		}
	})
}

func TestLook(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	text := o.page("/newsroom/settings/look?accent=%23FFE600", "admin").Find(".looks").Text()
	for _, want := range []string{"#756901", "4.59", "#f6e67b"} {
		if !strings.Contains(strings.ToLower(text), want) {
			t.Errorf("the colours that come of #FFE600 are shown as %q, without %s", text, want)
		}
	}
	if o.site().Accent != "" {
		t.Error("looking changed the accent")
	}
	if text := o.page("/newsroom/settings/look", "admin").Find(".box.warn").Text(); !strings.Contains(text, "accent") {
		t.Errorf("it is not said that the settings file sets the accent: %q", text)
	}
	for _, path := range []string{"/newsroom/settings/look", "/newsroom/setup/site?step=look"} {
		to := o.page(path, "admin").Find(".presets a").Eq(1).AttrOr("href", "")
		if got := o.page(to, "admin").Find("#accent").AttrOr("value", ""); got != "#1f3a93" {
			t.Errorf("%s: the second preset leads to %s, with the accent %q", path, to, got)
		}
	}
	o.refused("/newsroom/settings/look", "accent", "accent", "yellow")
	o.do("/newsroom/settings/look", "accent", "#FFE600")
	if got := o.site().Accent; got != "#ffe600" {
		t.Errorf("accent %q", got)
	}
	o.do("/newsroom/settings/look/undo")
	if got := o.site().Accent; got != "" {
		t.Errorf("accent after undo %q", got)
	}
}

func (o *office) sections() string {
	var list []string
	for _, s := range o.site().Sections {
		list = append(list, fmt.Sprintf("%s<%s %s %v", s.Slug, s.Parent, s.Name["en"], s.Hidden))
	}
	return strings.Join(list, ", ")
}

func TestSections(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	const path = "/newsroom/settings/sections"
	o.do(path, "do", "add", "name_en", "World")
	o.do(path, "do", "add", "name_en", "Élections", "slug", "vote", "parent", "world")
	o.do(path, "do", "add", "name_en", "Sports")
	o.do(path, "do", "up", "slug", "sports")
	o.do(path, "do", "change", "slug", "sports", "name_en", "Sport", "hidden", "1")
	const want = "world< World false, sports< Sport true, vote<world Élections false"
	if got := o.sections(); got != want {
		t.Errorf("sections %s, want %s", got, want)
	}
	for _, c := range []struct {
		field string
		pairs []string
	}{
		{"slug", []string{"do", "add", "name_en", "Search"}}, {"slug", []string{"do", "add", "name_en", "French", "slug", "fr"}},
		{"slug", []string{"do", "add", "name_en", "World"}}, {"slug", []string{"do", "add", "name_en", "W", "slug", "Wo rld"}},
		{"name_en", []string{"do", "add", "slug", "arts"}}, {"parent", []string{"do", "add", "name_en", "Arts", "parent", "vote"}},
		{"section-world", []string{"do", "remove", "slug", "world"}},
	} {
		o.refused(path, c.field, c.pairs...)
	}
	if _, err := content.Do(t.Context(), o.d, "ada", func(k *content.Desk) error {
		_, err := k.Create(t.Context(), published.Story{Section: "sports", Headline: "Hello", Language: "en"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	o.refused(path, "section-sports", "do", "remove", "slug", "sports")
	o.do(path, "do", "remove", "slug", "vote")
	if got := o.sections(); got != "world< World false, sports< Sport true" {
		t.Errorf("sections %s", got)
	}
	o.do(path + "/undo")
	if got := o.sections(); got != want {
		t.Errorf("after undo %s", got)
	}
}

// TestUndoKeepsSectionsInUse: undoing the addition of a section that has a story by now is refused.
func TestUndoKeepsSectionsInUse(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	o.do("/newsroom/settings/sections", "do", "add", "name_en", "World")
	if _, err := content.Do(t.Context(), o.d, "ada", func(k *content.Desk) error {
		_, err := k.Create(t.Context(), published.Story{Section: "world", Headline: "Hello", Language: "en"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	o.refused("/newsroom/settings/sections/undo", "section-world")
}

func TestPlaces(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	const path = "/newsroom/settings/places"
	if n := o.page(path+"?q=calg", "admin").Find(`.found input[value="calgary"]`).Length(); n != 1 {
		t.Fatalf("Calgary was found %d times", n)
	}
	o.do(path, "do", "add", "slug", "calgary")
	o.do(path, "do", "add", "slug", "red-deer")
	if n := o.page(path+"?q=calg", "admin").Find(`.found input[value="calgary"]`).Length(); n != 0 {
		t.Error("what is on the site is found once more")
	}
	s := o.site()
	if len(s.Regions) != 2 || s.Place != "calgary" || s.Regions[1].Zone != "America/Edmonton" {
		t.Errorf("places %+v, first %s", s.Regions, s.Place)
	}
	o.do(path, "do", "default", "slug", "red-deer")
	o.do(path, "do", "remove", "slug", "red-deer")
	if s = o.site(); len(s.Regions) != 1 || s.Place != "calgary" {
		t.Errorf("after removing the first: %+v, first %s", s.Regions, s.Place)
	}
	o.refused(path, "q", "do", "add", "slug", "atlantis")
	if _, err := content.Do(t.Context(), o.d, "ada", func(k *content.Desk) error {
		s, err := k.Create(t.Context(), published.Story{Section: "world", Headline: "Hello", Language: "en", Regions: []string{"calgary"}})
		if err == nil {
			_, err = k.Publish(t.Context(), s.ID, content.Publication{})
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	o.refused(path, "place-calgary", "do", "remove", "slug", "calgary")
	o.do(path + "/undo")
	if s = o.site(); len(s.Regions) != 2 || s.Place != "red-deer" {
		t.Errorf("after undo: %+v, first %s", s.Regions, s.Place)
	}
}

// TestSingleSignOnNeedsAFreshProof: whoever decides who signs in proves who they are first.
func TestSingleSignOnNeedsAFreshProof(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	res := o.ask("POST", "/newsroom/settings/sign-on", "admin of long ago", form("do", "save", "issuer", "https://id.example", "client_id", "x"))
	if to := res.Header.Get("Location"); res.StatusCode != 303 || to != "/newsroom/confirm?to=%2Fnewsroom%2Fsettings%2Fsign-on" {
		t.Errorf("%d to %q", res.StatusCode, to)
	}
	if v, err := settings.Load[settings.OIDC](t.Context(), o.d, o.key); err != nil || v.Issuer != "" {
		t.Errorf("saved all the same: %+v, %v", v, err)
	}
}

func TestMail(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	const path = "/newsroom/settings/mail"
	good := []string{"do", "save", "host", "127.0.0.1", "port", "1", "mode", "starttls", "user", "news", "password", "hush-hush", "from", "news@example.com"}
	o.do(path, good...)
	load := func() settings.Mail {
		m, err := settings.Load[settings.Mail](t.Context(), o.d, o.key)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if html, _ := o.page(path, "admin").Html(); strings.Contains(html, "hush-hush") {
		t.Error("the password is on the page")
	}
	o.do(path, with(good, "password", "")...)
	if got := load().Password; got != "hush-hush" {
		t.Errorf("an empty field made the password %q", got)
	}
	o.refused(path, "port", with(good, "port", "smtp")...)
	o.refused(path, "mode", with(good, "mode", "none")...)
	page := o.refused(path, "to", "do", "test", "to", "ada@example.com")
	if text := page.Find("#to-wrong").Text(); !strings.Contains(text, "127.0.0.1") {
		t.Errorf("a test that fails says %q", text)
	}
	o.do(path, with(with(good, "password", ""), "host", "other.example.com")...)
	if got := load().Password; got != "" {
		t.Error("the password for one server goes to another")
	}
	o.do(path + "/undo")
	if got := load(); got.Host != "127.0.0.1" || got.Password != "hush-hush" {
		t.Errorf("after undo: %+v", got)
	}
}

func TestSignOnAndStyle(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	o.do("/newsroom/settings/sign-on", "issuer", "https://id.example.com/", "client_id", "m", "secret", "hush", "domains", "example.com\r\nexample.ca", "role", "editor")
	o.do("/newsroom/settings/sign-on", "issuer", "https://id.example.com", "client_id", "m", "secret", "", "button", "Company", "domains", "example.com", "role", "")
	got, err := settings.Load[settings.OIDC](t.Context(), o.d, o.key)
	want := settings.OIDC{Issuer: "https://id.example.com", ClientID: "m", Secret: "hush", Name: "Company", Domains: []string{"example.com"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	o.refused("/newsroom/settings/sign-on", "issuer", "issuer", "http://id.example.com", "client_id", "m")

	const style = "/newsroom/settings/style"
	o.refused(style, "pattern", "do", "add", "pattern", " ")
	o.do(style, "do", "add", "pattern", "very", "reason", "It says nothing.")
	o.do(style, "do", "add", "pattern", "utilize", "suggestion", "use")
	if res := o.ask("POST", style, "admin", form("do", "remove", "n", "0", "pattern", "utilize")); res.StatusCode != 409 {
		t.Errorf("a page that is out of date removed a rule: %d", res.StatusCode)
	}
	o.do(style, "do", "remove", "n", "0", "pattern", "very")
	rules, err := settings.Load[settings.Style](t.Context(), o.d, o.key)
	if diff := cmp.Diff([]settings.Rule{{Pattern: "utilize", Suggestion: "use"}}, rules.Rules); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestWebhooks(t *testing.T) {
	o := open(t, dbtest.SQLiteAt(t, clock))
	const path = "/newsroom/settings/webhooks"
	page := o.refused(path, "url", "do", "add", "url", "nowhere", "events", "story.killed")
	if page.Find("#event-story\\.killed[checked]").Length() != 1 {
		t.Error("what was ticked is not")
	}
	d := read(t, o.ask("POST", path, "admin", form("do", "add", "url", "https://example.com/hook", "events", "story.killed")))
	secret := d.Find(".box code").Text()
	if len(secret) < 20 {
		t.Fatalf("secret %q", secret)
	}
	if html, _ := o.page(path, "admin").Html(); strings.Contains(html, secret) {
		t.Error("the secret is shown twice")
	}
	id := o.hooks()[0]
	o.do(path, "do", "ping", "id", id)
	o.do(path, "do", "off", "id", id)
	d = o.page(path, "admin")
	if text := d.Find("section.line td").First().Next().Text(); text != "ping" || !strings.Contains(d.Find("section.line .chip").Text(), "Off") {
		t.Errorf("deliveries %q", d.Find("section.line").Text())
	}
	o.do(path, "do", "redeliver", "id", d.Find(`section.line td input[name="id"]`).AttrOr("value", ""))
	o.do(path, "do", "remove", "id", id)
	if len(o.hooks()) != 0 {
		t.Error("it is still there")
	}
	if res := o.ask("POST", path, "admin", form("do", "on", "id", id)); res.StatusCode != 404 {
		t.Errorf("turning on what is gone: %d", res.StatusCode)
	}
}

func TestFirstRun(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		const path = "/newsroom/setup/site"
		next := func(pairs ...string) string {
			t.Helper()
			res := o.ask("POST", path, "admin-en", form(pairs...))
			if res.StatusCode != 303 {
				t.Fatalf("%v: %d %s", pairs, res.StatusCode, read(t, res).Find("main").Text())
			}
			return res.Header.Get("Location")
		}
		steps := [][]string{
			append([]string{"step", "site"}, with(goodSite, "zone", "UTC")...),
			{"step", "places", "country", "ca", "places", "red-deer", "places", "calgary", "place", "calgary"},
			{"step", "look", "accent", "#1f3a93"},
			{"step", "sections", "preset", "starter"},
			{"step", "mail", "host", "", "port", "587", "mode", "starttls", "from", ""},
			{"step", "done"},
		}
		to := path + "?step=site"
		for _, s := range steps {
			if at := strings.TrimPrefix(to, path+"?step="); at != s[1] {
				t.Fatalf("led to %s, want %s", at, s[1])
			}
			o.page(to, "admin-en")
			to = next(s...)
		}
		s := o.site()
		if to != "/newsroom/" || s.Zone != "America/Edmonton" || s.Place != "calgary" || s.Accent != "#1f3a93" || len(s.Regions) != 2 || len(s.Sections) != 4 ||
			s.Sections[0].Name["fr"] != "Actualités" {
			t.Errorf("led to %s with %+v", to, s)
		}
		if diff := cmp.Diff([]string{"ada: Hello, Calgary"}, o.drafts); diff != "" {
			t.Error(diff)
		}
		o.refused(path, "places", "step", "places", "country", "ca")
		o.refused(path, "place", "step", "places", "country", "ca", "places", "calgary", "place", "red-deer")
		// What is saved is what is ticked: towns of other provinces are there too, ticked.
		next("step", "places", "country", "ca", "province", "Quebec", "places", "montreal", "places", "calgary", "place", "montreal")
		var ticked []string
		for _, at := range []string{"?step=places", "?step=places&country=ca&province=Alberta"} {
			o.page(path+at, "admin-en").Find("#places input[checked]").Each(func(_ int, x *goquery.Selection) {
				ticked = append(ticked, x.AttrOr("value", ""))
			})
		}
		if diff := cmp.Diff([]string{"calgary", "montreal", "montreal", "calgary"}, ticked); diff != "" {
			t.Error(diff)
		}
		o.refused(path, "preset", "step", "sections", "preset", "everything")
	})
}

func TestFolderSize(t *testing.T) {
	dir := t.TempDir()
	for name, n := range map[string]int{"a": 100, "b/c": 23} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, make([]byte, n), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := opsui.FolderSize(dir); n != 123 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

func TestSystem(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		const path = "/newsroom/system"
		text := o.page(path, "admin").Find("main").Text()
		for _, want := range []string{"7 pages", "97", "41.0\u00a0GB", "1.2", "E-mail is not set"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not on the page", want)
			}
		}
		o.do(path+"/maintenance", "level", "notice", "text_en", "Back soon", "until", "2026-03-02T07:00")
		m, err := published.New(d).Record(noon).Maintenance(t.Context())
		want := &published.Maintenance{Level: "notice", Message: map[string]string{"en": "Back soon"}, Until: time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC)}
		if diff := cmp.Diff(want, m); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		o.refused(path+"/maintenance", "until", "level", "notice", "until", "2026-01-01T07:00")
		o.refused(path+"/maintenance", "level", "level", "upside-down")
		if n := len(o.log("maintenance.*")); n != 1 {
			t.Errorf("%d deeds are in the log", n)
		}
		if err := d.InTx(t.Context(), func(tx *db.Tx) error { return jobs.Add(t.Context(), tx, "mail", "x", noon.Add(time.Hour), nil) }); err != nil {
			t.Fatal(err)
		}
		id := o.page(path, "admin").Find(`#jobs ~ div input[name="id"]`).AttrOr("value", "")
		if res := o.ask("POST", path+"/jobs", "admin", form("do", "retry", "id", id)); res.StatusCode != 404 {
			t.Errorf("retrying what waits: %d", res.StatusCode)
		}
		o.do(path+"/jobs", "do", "drop", "id", id)
		if n, err := jobs.Counts(t.Context(), d); err != nil || n[jobs.Waiting] != 0 {
			t.Errorf("%v: jobs %v", err, n)
		}
	})
}

func TestLog(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		if err := d.InTx(t.Context(), func(tx *db.Tx) error {
			for i := range 150 {
				if err := audit.Record(t.Context(), tx, audit.Entry{Who: "ada", What: "story.save", Target: fmt.Sprintf("story/%03d", i)}, map[string]string{"note": "=1+1"}); err != nil {
					return err
				}
			}
			return audit.Record(t.Context(), tx, audit.Entry{Who: "=cmd", What: "sign-in", Target: "account/x"}, nil)
		}); err != nil {
			t.Fatal(err)
		}
		rows := func(d *goquery.Document) int { return d.Find("tbody tr").Length() }
		first := o.page("/newsroom/audit", "publisher")
		older := first.Find(".actions a.button").AttrOr("href", "")
		if rows(first) != 100 || rows(o.page(older, "publisher")) != 51 {
			t.Errorf("%d rows, then %s", rows(first), older)
		}
		for query, want := range map[string]int{
			"?what=sign-in*": 1, "?target=story/007": 1, "?who=%3Dcmd": 1, "?day=2026-03-01&what=story.*&target=story/149": 1, "?day=2026-02-28": 0, "?who=nobody": 0,
		} {
			if got := rows(o.page("/newsroom/audit"+query, "publisher")); got != want {
				t.Errorf("%s: %d rows, want %d", query, got, want)
			}
		}
		if res := o.ask("GET", "/newsroom/audit?day=yesterday", "publisher", nil); res.StatusCode != 422 {
			t.Errorf("a day that is none: %d", res.StatusCode)
		}
		for format, want := range map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"} {
			res := o.ask("POST", "/newsroom/audit/export", "publisher", form("format", format, "what", "sign-in*"))
			body, err := io.ReadAll(res.Body)
			if err != nil || res.Header.Get("Content-Type") != want || !bytes.Contains(body, []byte("account/x")) || bytes.Contains(body, []byte("story/")) {
				t.Errorf("%s: %v %v %s", format, err, res.Header, body)
			}
			if format == "csv" && (!bytes.HasPrefix(body, []byte("seq,at,who")) || !bytes.Contains(body, []byte("'=cmd"))) {
				t.Errorf("a spreadsheet takes this for a formula: %s", body)
			}
		}
		whole, _ := io.ReadAll(o.ask("POST", "/newsroom/audit/export", "publisher", form("format", "jsonl")).Body)
		if n := bytes.Count(whole, []byte("\n")); n != 154 {
			t.Errorf("all that was done is %d lines, want 151 and three exports", n)
		}
		if n := len(o.log("audit.export")); n != 3 {
			t.Errorf("%d exports are in the log", n)
		}
	})
}
