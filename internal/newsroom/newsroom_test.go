package newsroom_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/published"
)

// frame is a shell with a screen of the test's own, where a cookie's value is the role of who asks.
func frame(t *testing.T, empty bool) *newsroom.Shell {
	t.Helper()
	d := dbtest.SQLite(t)
	s, err := newsroom.New(newsroom.Config{
		DB: d, View: published.New(d), Empty: func(context.Context) (bool, error) { return empty, nil },
		Session: func(_ context.Context, secret string) (*identity.Person, *identity.Session, error) {
			role, lang, _ := strings.Cut(secret, "-")
			if role == "" || role == "over" {
				return nil, nil, errs.Errorf(errs.NotFound, "no such session")
			}
			return &identity.Person{ID: "p", Name: "Ada", Role: identity.Role(role), Language: lang}, &identity.Session{ID: "s"}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	views := fstest.MapFS{"desk.html": {Data: []byte(`{{define "content"}}<h1>{{.Data}}</h1>{{end}}`)}}
	show := func(w http.ResponseWriter, r *newsroom.Request) error {
		return s.Page(w, r, newsroom.Page{Screen: "desk", Title: "Desk", Nav: "today", Data: "A desk"})
	}
	fail := func(kind errs.Kind) func(http.ResponseWriter, *newsroom.Request) error {
		return func(http.ResponseWriter, *newsroom.Request) error { return errs.Errorf(kind, "slug: it is taken") }
	}
	if err := s.Mount(views, []newsroom.Route{
		{Pattern: "GET /newsroom/desk", Needs: identity.Read, Handle: show},
		{Pattern: "GET /newsroom/door", Needs: identity.Anyone, Handle: func(w http.ResponseWriter, r *newsroom.Request) error {
			return s.Page(w, r, newsroom.Page{Screen: "desk", Title: "Door", Data: "A door", Bare: true})
		}},
		{Pattern: "POST /newsroom/desk", Needs: identity.Publish, Limit: 10, Handle: func(w http.ResponseWriter, r *newsroom.Request) error {
			if _, err := io.ReadAll(r.Body); err != nil {
				return err
			}
			return s.Redirect(w, r, "/newsroom/desk", "Done; 100 % “sure”")
		}},
		{Pattern: "GET /newsroom/wrong", Needs: identity.Read, Handle: fail(errs.Invalid)},
		{Pattern: "GET /newsroom/ours", Needs: identity.Read, Handle: fail(errs.Internal)},
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

type ask struct {
	method, path, who, body string
	header                  map[string]string
}

func (a ask) of(s http.Handler) *http.Response {
	if a.method == "" {
		a.method = "GET"
	}
	r := httptest.NewRequest(a.method, "http://news.example"+a.path, strings.NewReader(a.body))
	if a.who != "" {
		r.AddCookie(&http.Cookie{Name: "masthead", Value: a.who})
	}
	for k, v := range a.header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestWhoGetsIn(t *testing.T) {
	s := frame(t, false)
	same := map[string]string{"Sec-Fetch-Site": "same-origin"}
	for name, c := range map[string]struct {
		ask
		status int
		to     string
	}{
		"nobody":                  {ask{path: "/newsroom/desk?a=1"}, 303, "/newsroom/sign-in?to=%2Fnewsroom%2Fdesk%3Fa%3D1"},
		"nobody at the door":      {ask{path: "/newsroom/door"}, 200, ""},
		"a sign-in that is over":  {ask{path: "/newsroom/desk", who: "over"}, 303, "/newsroom/sign-in?to=%2Fnewsroom%2Fdesk"},
		"a script of nobody":      {ask{path: "/newsroom/desk", header: map[string]string{"Accept": "application/json"}}, 401, ""},
		"a form of nobody":        {ask{method: "POST", path: "/newsroom/desk", header: same}, 401, ""},
		"a reporter":              {ask{path: "/newsroom/desk", who: "reporter"}, 200, ""},
		"a role that is none":     {ask{path: "/newsroom/desk", who: "king"}, 403, ""},
		"a reporter's publishing": {ask{method: "POST", path: "/newsroom/desk", who: "reporter", header: same}, 403, ""},
		"a publisher's":           {ask{method: "POST", path: "/newsroom/desk", who: "publisher", header: same}, 303, "/newsroom/desk"},
		"from another site":       {ask{method: "POST", path: "/newsroom/desk", who: "publisher", header: map[string]string{"Sec-Fetch-Site": "cross-site"}}, 403, ""},
		"from a sister site":      {ask{method: "POST", path: "/newsroom/desk", who: "publisher", header: map[string]string{"Sec-Fetch-Site": "same-site"}}, 403, ""},
		"from an old browser":     {ask{method: "POST", path: "/newsroom/desk", who: "publisher", header: map[string]string{"Origin": "http://news.example"}}, 303, "/newsroom/desk"},
		"another origin":          {ask{method: "POST", path: "/newsroom/desk", who: "publisher", header: map[string]string{"Origin": "http://evil.example"}}, 403, ""},
		"no word where from":      {ask{method: "POST", path: "/newsroom/desk", who: "publisher"}, 403, ""},
		"too much":                {ask{method: "POST", path: "/newsroom/desk", who: "publisher", header: same, body: "more than ten bytes"}, 413, ""},
		"no such screen":          {ask{path: "/newsroom/nothing", who: "admin"}, 404, ""},
		"something wrong":         {ask{path: "/newsroom/wrong", who: "admin"}, 422, ""},
	} {
		res := c.of(s)
		if res.StatusCode != c.status || res.Header.Get("Location") != c.to {
			t.Errorf("%s: %d to %q, want %d to %q", name, res.StatusCode, res.Header.Get("Location"), c.status, c.to)
		}
		for header, want := range map[string]string{
			"Cache-Control": "no-store", "Content-Security-Policy": newsroom.Policy, "X-Frame-Options": "SAMEORIGIN", "X-Robots-Tag": "noindex",
		} {
			if got := res.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
	}
	if res := (ask{path: "/newsroom/desk"}).of(frame(t, true)); res.Header.Get("Location") != "/newsroom/setup" {
		t.Errorf("a newsroom without people leads to %q, want the setup", res.Header.Get("Location"))
	}
}

func page(t *testing.T, res *http.Response) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPage(t *testing.T) {
	s := frame(t, false)
	d := page(t, ask{path: "/newsroom/desk", who: "reporter-fr"}.of(s))
	if lang, _ := d.Find("html").Attr("lang"); lang != "fr" || d.Find("main h1").Text() != "A desk" {
		t.Errorf("language %q, heading %q", lang, d.Find("main h1").Text())
	}
	if n := d.Find(`nav a[aria-current="page"]`).Text(); n != "Aujourd’hui" {
		t.Errorf("the current entry is %q", n)
	}
	if n := d.Find(`nav a[href="/newsroom/people"]`).Length(); n != 0 {
		t.Error("a reporter is shown the way to the people")
	}
	if n := page(t, ask{path: "/newsroom/desk", who: "admin"}.of(s)).Find(`nav a[href="/newsroom/people"]`).Length(); n != 1 {
		t.Error("an admin is not")
	}
	if d := page(t, ask{path: "/newsroom/door"}.of(s)); d.Find("nav").Length() != 0 {
		t.Error("a bare page has a navigation")
	}
	if d := page(t, ask{path: "/newsroom/desk", who: "admin", header: map[string]string{"X-Fragment": "1"}}.of(s)); d.Find("nav, link").Length() != 0 || d.Find("h1").Length() != 1 {
		t.Error("a fragment is not the content alone")
	}
	d = page(t, ask{path: "/newsroom/ours", who: "admin", header: map[string]string{"Accept-Language": "fr"}}.of(s))
	if text := d.Find("main").Text(); strings.Contains(text, "taken") || !strings.Contains(text, "reference") {
		t.Errorf("an error of ours shows %q", text)
	}
	if title := d.Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
		t.Errorf("its title is %q", title)
	}
	if text := page(t, ask{path: "/newsroom/wrong", who: "admin"}.of(s)).Find("main").Text(); !strings.Contains(text, "it is taken") {
		t.Errorf("what the person can change is not told: %q", text)
	}
}

// TestSaid: what a form did is told once, on the next page.
func TestSaid(t *testing.T) {
	s := frame(t, false)
	res := ask{method: "POST", path: "/newsroom/desk", who: "publisher", header: map[string]string{"Sec-Fetch-Site": "same-origin"}}.of(s)
	said := res.Cookies()[0]
	if !said.HttpOnly || said.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", said)
	}
	res = ask{path: "/newsroom/desk", who: "publisher", header: map[string]string{"Cookie": "masthead=publisher; " + said.Name + "=" + said.Value}}.of(s)
	if text := page(t, res).Find(".toast").Text(); text != "Done; 100 % “sure”" {
		t.Errorf("told %q", text)
	}
	if c := res.Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("it is not forgotten: %v", c)
	}
}

func TestBuiltFiles(t *testing.T) {
	s := frame(t, false)
	d := page(t, ask{path: "/newsroom/desk", who: "admin"}.of(s))
	href, _ := d.Find(`link[rel="stylesheet"]`).Attr("href")
	for encoding, want := range map[string]string{"br, gzip": "br", "gzip": "gzip", "": ""} {
		res := ask{path: href, header: map[string]string{"Accept-Encoding": encoding}}.of(s)
		if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != want || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%q: %d %v", encoding, res.StatusCode, res.Header)
		}
	}
	css, err := io.ReadAll(ask{path: href}.of(s).Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(css), "url(")
	font, _, _ := strings.Cut(rest, ")")
	if res := (ask{path: font}).of(s); !ok || res.StatusCode != 200 || res.Header.Get("Content-Type") != "font/woff2" {
		t.Errorf("font %s: %d", font, res.StatusCode)
	}
	if res := (ask{path: "/newsroom/_/nothing.js"}).of(s); res.StatusCode != 404 {
		t.Errorf("a file that is not there: %d", res.StatusCode)
	}
}

func TestBack(t *testing.T) {
	for to, want := range map[string]string{
		"/newsroom/stories?q=a": "/newsroom/stories?q=a", "": "/newsroom/", "//evil.example/newsroom/": "/newsroom/", "https://evil.example/newsroom/x": "/newsroom/",
		`/newsroom\..\x`: "/newsroom/", "/newsroomer": "/newsroom/", "/world": "/newsroom/", "javascript:alert(1)": "/newsroom/", "/newsroom": "/newsroom",
	} {
		if got := newsroom.Back(to); got != want {
			t.Errorf("Back(%q) = %q, want %q", to, got, want)
		}
	}
}

func FuzzBack(f *testing.F) {
	f.Add("/newsroom/a")
	f.Add("//x/newsroom")
	f.Fuzz(func(t *testing.T, to string) {
		u, err := url.Parse(newsroom.Back(to))
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/newsroom") {
			t.Errorf("Back(%q) leaves the newsroom: %v", to, u)
		}
	})
}

// TestRefusalsInTheReadersLanguage: what the rules say in English is not shown to who reads French.
func TestRefusalsInTheReadersLanguage(t *testing.T) {
	s := frame(t, false)
	for who, want := range map[string]string{"admin-en": "slug: it is taken", "admin-fr": "Ce qui a été envoyé ne convient pas"} {
		res := ask{path: "/newsroom/wrong", who: who}.of(s)
		page, err := goquery.NewDocumentFromReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := page.Find("main p").First().Text(); res.StatusCode != 422 || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %d %q", who, res.StatusCode, got)
		}
	}
}
