package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"masthead/internal/config"
	"masthead/internal/content"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/reads"
	"masthead/internal/render"
	"masthead/internal/site"
)

const origin = "http://ledger.test"

// portal is the demo newsroom without its pictures, at a time that the test moves.
type portal struct {
	*testing.T
	*App
	now time.Time
}

func open(t *testing.T) *portal {
	t.Helper()
	p := &portal{T: t, now: time.Date(2026, 11, 20, 18, 30, 0, 0, time.UTC)}
	a, err := New(t.Context(), Config{
		Data: config.Data{Data: t.TempDir()}, Server: config.Server{Listen: "127.0.0.1:0", URL: origin, CacheMemory: 64, Weather: "recorded"},
		Version: "test", Clock: func() time.Time { return p.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	p.App = a
	if err := a.fillDemo(t.Context(), func(string) {}, false); err != nil {
		t.Fatal(err)
	}
	a.askWeather(t.Context(), map[string]*asking{})
	return p
}

// get asks as a reader does.
func (p *portal) get(path string) *httptest.ResponseRecorder {
	p.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", path, nil)
	p.Handler().ServeHTTP(w, r)
	return w
}

// addresses returns where a page leads on this site, and what it loads from anywhere.
func addresses(p *portal, page string, w *httptest.ResponseRecorder) (links, loads []string) {
	z := html.NewTokenizer(w.Body)
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				p.Errorf("%s: %v", page, z.Err())
			}
			return links, loads
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			attr := func(name string) string {
				for _, a := range t.Attr {
					if a.Key == name {
						return a.Val
					}
				}
				return ""
			}
			switch t.Data {
			case "a":
				links = append(links, attr("href"))
			case "form":
				if strings.EqualFold(attr("method"), "get") || attr("method") == "" {
					links = append(links, attr("action"))
				}
			case "link":
				if rel := attr("rel"); strings.Contains("stylesheet icon manifest preload apple-touch-icon search", rel) {
					loads = append(loads, attr("href"))
				} else {
					links = append(links, attr("href"))
				}
			case "script", "img", "video", "audio", "source", "track", "iframe":
				loads = append(loads, attr("src"), attr("poster"))
				for _, c := range strings.Split(attr("srcset"), ",") {
					loads = append(loads, strings.SplitN(strings.TrimSpace(c), " ", 2)[0])
				}
			}
			if style := attr("style"); style != "" {
				p.Errorf("%s: <%s style=%q>: the policy forbids inline styles", page, t.Data, style)
			}
		}
	}
}

// Every link of every page leads somewhere, and no page loads anything from elsewhere.
func TestNoDeadLinkAndNothingThirdParty(t *testing.T) {
	p := open(t)
	seen := map[string]string{} // address → the page that led there
	queue := []string{"/", "/fr", "/lite", "/_/most/en/calgary", "/lite/most-read", "/sitemap.xml", "/robots.txt", "/feed.rss", "/feed.atom", "/feed.json", "/sitemap-news.xml", "/manifest.webmanifest", "/search?q=grain", "/archive", "/corrections", "/regions"}
	for _, u := range queue {
		seen[u] = "the test"
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		w := p.get(at)
		if w.Code == http.StatusMovedPermanently {
			t.Errorf("%s links to %s, which moved to %s", seen[at], at, w.Header().Get("Location"))
			continue
		}
		if w.Code != http.StatusOK {
			t.Errorf("%s links to %s: %d", seen[at], at, w.Code)
			continue
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		links, loads := addresses(p, at, w)
		for _, u := range append(links, loads...) {
			to, err := url.Parse(strings.TrimPrefix(u, origin))
			if err != nil {
				t.Errorf("%s: address %q: %v", at, u, err)
				continue
			}
			if to.Host != "" || to.Scheme == "mailto" || to.Scheme == "tel" || to.Path == "" {
				continue
			}
			to.Fragment = ""
			if s := to.String(); seen[s] == "" && len(seen) < 4000 {
				seen[s] = at
				queue = append(queue, s)
			}
		}
		for _, u := range loads {
			if to, err := url.Parse(strings.TrimPrefix(u, origin)); err != nil || to.Host != "" {
				t.Errorf("%s loads %s from elsewhere", at, u)
			}
		}
	}
	if len(seen) < 300 {
		t.Errorf("only %d addresses found", len(seen))
	}
	t.Logf("%d addresses", len(seen))
}

// listed returns addresses of every kind of page, for tests that look at all of them.
func (p *portal) listed() []string {
	list := []string{
		"/", "/fr", "/lite", "/world", "/lite/world", "/opinion", "/fr/world", "/hockey", "/r/calgary", "/r/montreal", "/fr/r/montreal", "/r/calgary/world",
		"/r/calgary/weather", "/topics/ukraine", "/topics/city-budget", "/archive", "/archive/2026", "/archive/2026/11", "/archive/2026/11/20", "/corrections",
		"/regions", "/feed.rss", "/feed.atom", "/feed.json", "/world/feed.rss", "/r/calgary/feed.json", "/topics/ukraine/feed.atom", "/sitemap.xml",
		"/sitemap-news.xml", "/robots.txt", "/video", "/_/place/calgary.json", "/_/near/calgary", "/by/amina-okafor",
	}
	cards, err := published.New(p.db).Record(p.now).List(p.Context(), "en/all", published.Cursor{}, 100)
	if err != nil {
		p.Fatal(err)
	}
	for _, c := range cards {
		list = append(list, c.Path())
	}
	for _, c := range cards[:8] {
		list = append(list, "/lite"+c.Path(), c.Path()+"/changes")
	}
	return append(list, "/most-read", "/fr/most-read", "/lite/most-read", "/_/most/en", "/_/most/en/calgary", "/_/most/fr/montreal")
}

// After any sequence of commands every kept page equals one made now, byte for byte.
func TestKeptPagesEqualFreshOnes(t *testing.T) {
	p := open(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	urls := p.listed()
	build := site.Build(p.render)
	var ids []string
	for _, u := range urls {
		if r, ok := render.Parse(u, ""); ok && r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	pictures := []string{p.draw("One").ID, p.draw("Another").ID}
	view := published.New(p.db)
	check := func(step int, what string) {
		t.Helper()
		for _, u := range urls {
			want, err := build(t.Context(), view.Record(p.now), u)
			if err != nil && !errs.Is(err, errs.NotFound) {
				t.Fatal(u, err)
			}
			got, stale, err2 := p.press.Page(t.Context(), u)
			if (err == nil) != (err2 == nil) || stale {
				t.Fatalf("step %d, %s, %s: fresh %v, kept %v, stale %v", step, what, u, err, err2, stale)
			}
			if err == nil && (string(got.Page().Body) != string(want.Body) || got.Page().Status != want.Status) {
				t.Fatalf("step %d, %s: %s is not what it would be now:\n%s", step, what, u, firstDifference(string(got.Page().Body), string(want.Body)))
			}
		}
	}
	check(0, "start")
	for step := 1; step <= 40; step++ {
		check(step, p.randomCommand(rnd, ids, pictures))
		p.now = p.now.Add(time.Duration(rnd.IntN(90)) * time.Second)
		if rnd.IntN(6) == 0 {
			p.now = p.now.Add(time.Duration(rnd.IntN(30)) * time.Hour)
		}
	}
	s := p.press.Stats()
	t.Logf("kept %d, dropped %d, built %d", s.Kept.Load(), s.Dropped.Load(), s.Builds.Load())
}

func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("kept:  …%s\nfresh: …%s", a[max(0, i-80):min(len(a), i+80)], b[max(0, i-80):min(len(b), i+80)])
		}
	}
	return fmt.Sprintf("%d bytes kept, %d fresh", len(a), len(b))
}

func (p *portal) randomCommand(rnd *rand.Rand, ids, pictures []string) (what string) {
	ctx := p.Context()
	if rnd.IntN(4) == 0 {
		return p.randomLaunch(rnd, ids, pictures)
	}
	if rnd.IntN(4) == 0 {
		return p.randomPicture(rnd, pictures)
	}
	id := ids[rnd.IntN(len(ids))]
	sections := []string{"world", "sports", "local", "hockey", "opinion"}
	err := p.Do(ctx, "test", func(k *content.Desk) error {
		switch rnd.IntN(9) {
		case 0, 1:
			what = "publish"
			s, err := k.Create(ctx, published.Story{
				Headline: fmt.Sprint("New story ", rnd.IntN(1e6)), Section: sections[rnd.IntN(len(sections))], Regions: []string{"calgary"},
				Topics: []published.Topic{{Slug: "ukraine", Name: "Ukraine"}}, Body: paragraph("Some text."),
			})
			if err != nil {
				return err
			}
			_, err = k.Publish(ctx, s.ID, content.Publication{})
			return err
		case 2, 3:
			what = "edit and move " + id
			s, err := k.Story(ctx, id)
			if err != nil || s.State != content.Live {
				return err
			}
			s.Copy.Headline += " again"
			if rnd.IntN(2) == 0 {
				s.Copy.Lead = &published.Lead{Media: pictures[rnd.IntN(len(pictures))], Alt: "A picture"}
			}
			s.Copy.Section = sections[rnd.IntN(len(sections))]
			if _, err := k.Save(ctx, id, s.Version, s.Copy, ""); err != nil {
				return err
			}
			_, err = k.Publish(ctx, id, content.Publication{Substantive: rnd.IntN(2) == 0})
			return err
		case 4:
			what = "take down " + id
			return k.TakeDown(ctx, id, "Being checked.")
		case 5:
			what = "correct " + id
			_, err := k.Correct(ctx, id, "It was five.", "end", time.Time{})
			if errs.Is(err, errs.Conflict) {
				return nil
			}
			return err
		case 6:
			what = "curate the front"
			return k.SetFront(ctx, "en/home", &published.Front{Containers: []published.Container{
				{Layout: "lead", Cards: []published.Placed{{Story: id, Headline: "Of the test"}}, List: "all"}, {Layout: "row", Title: map[string]string{"en": "World"}, List: "section/world", Link: "/world"},
			}})
		case 7:
			what = "settings"
			s := *k.Site()
			s.Tagline = map[string]string{"en": fmt.Sprint("Line ", rnd.IntN(5))}
			return k.SetSite(ctx, &s)
		}
		what = "maintenance"
		return k.SetMaintenance(ctx, published.Maintenance{Level: []string{"off", "notice", "read-only"}[rnd.IntN(3)]})
	})
	if err != nil {
		p.Fatal(what, err)
	}
	if rnd.IntN(3) == 0 {
		what += ", ranked"
		for range 30 {
			p.reads.Count(ctx, reads.Visit{Story: ids[rnd.IntN(len(ids))], From: netip.AddrFrom4([4]byte{10, 0, byte(rnd.IntN(256)), byte(rnd.IntN(256))}), Agent: "x"})
		}
		if err := errors.Join(p.reads.Flush(ctx), p.RankReads(ctx)); err != nil {
			p.Fatal(what, err)
		}
	}
	if rnd.IntN(4) == 0 {
		what += ", embargo passes"
		if err := p.ReleaseDue(ctx); err != nil {
			p.Fatal(err)
		}
	}
	return what
}

// randomPicture changes what is known of a picture, and now and then makes its files.
func (p *portal) randomPicture(rnd *rand.Rand, pictures []string) (what string) {
	id := pictures[rnd.IntN(len(pictures))]
	m, err := p.media.Item(p.Context(), id)
	if err != nil {
		p.Fatal(err)
	}
	what = "picture " + id
	credit, caption := fmt.Sprint("Ana/", rnd.IntN(100)), fmt.Sprint("Caption ", rnd.IntN(100))
	c := media.Change{Credit: &credit}
	switch rnd.IntN(3) {
	case 0:
		c = media.Change{Focus: &media.Focus{X: rnd.Float64(), Y: rnd.Float64()}}
	case 1:
		c = media.Change{Caption: &caption}
	}
	if _, err := p.Room().ChangeMedia(p.Context(), identity.CommandLine(), id, m.Version, c); err != nil {
		p.Fatal(what, err)
	}
	if rnd.IntN(4) == 0 {
		what += ", made"
		if err := p.Room().MakeMedia(p.Context(), id); err != nil {
			p.Fatal(what, err)
		}
	}
	return what
}

// Another focal point of a picture changes the pages that show the picture, and no others.
func TestAPictureChangesThePagesThatShowIt(t *testing.T) {
	p := open(t)
	urls := p.listed()
	bodies := func() map[string]string {
		out := map[string]string{}
		for _, u := range urls {
			got, _, err := p.press.Page(t.Context(), u)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				t.Fatal(u, err)
			}
			out[u] = string(got.Page().Body)
		}
		return out
	}
	id := p.draw("Grain").ID
	if err := p.Do(t.Context(), "test", func(k *content.Desk) error {
		s, err := k.Create(t.Context(), published.Story{
			Headline: "Grain leaves", Section: "world", Regions: []string{"calgary"}, Body: paragraph("It left."), Lead: &published.Lead{Media: id, Alt: "Grain"},
		})
		if err != nil {
			return err
		}
		urls = append(urls, s.Copy.Path())
		_, err = k.Publish(t.Context(), s.ID, content.Publication{})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	before := bodies()
	m, err := p.media.Item(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	built := p.press.Stats().Builds.Load()
	if _, err := p.Room().ChangeMedia(t.Context(), identity.CommandLine(), id, m.Version, media.Change{Focus: &media.Focus{X: .013, Y: .987}}); err != nil {
		t.Fatal(err)
	}
	after := bodies()
	changed := 0
	for u, was := range before {
		shows := strings.Contains(was, "/media/"+id+"/") || strings.Contains(was, "/world/grain-leaves-") // a page keeps the look of a picture for a card that has no room to show it
		switch {
		case was != after[u] && !shows:
			t.Errorf("%s changed but does not show the picture:\n%s", u, firstDifference(was, after[u]))
		case was != after[u]:
			changed++
		}
	}
	if changed == 0 {
		t.Error("no page shows the new focal point")
	}
	if n := int(p.press.Stats().Builds.Load() - built); n > len(urls)/2 {
		t.Errorf("%d pages of %d were made anew for one picture", n, len(urls))
	}
	if _, err := p.Room().ChangeMedia(t.Context(), identity.CommandLine(), id, m.Version, media.Change{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a change of an old version: %v", err)
	}
}

func paragraph(text string) doc.Node {
	return doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}}}}
}

// The embargoed story of the demo holds a word that stands nowhere else: no page may show it, or its address, until
// its moment, and then every page that should.
func TestEmbargoedWordAppearsNowhereUntilItsMoment(t *testing.T) {
	p := open(t)
	const canary = "quillfeather"
	id := demoID("story embargo-report")
	due, err := content.NextDue(t.Context(), p.db)
	if err != nil || due.IsZero() {
		t.Fatal("the demo has no embargoed story", err)
	}
	leaks := func() (found []string) {
		urls := append(p.listed(), "/search?q="+canary, "/fr/search?q="+canary, "/local/x-"+id, "/lite/local/x-"+id, "/local/x-"+id+"/changes", "/video/x-"+id)
		for _, u := range urls {
			w := p.get(u)
			body := strings.ToLower(w.Body.String())
			if strings.HasPrefix(u, "/search") || strings.HasPrefix(u, "/fr/search") { // it shows what was asked for
				body = body[strings.Index(body, "<main")+1:]
				body = strings.ReplaceAll(body, "value=\""+canary+"\"", "")
				body = strings.ReplaceAll(body, "“"+canary+"”", "")
				body = strings.ReplaceAll(body, "«\u00a0"+canary+"\u00a0»", "")
			}
			if strings.Contains(u, id) && w.Code != http.StatusNotFound {
				found = append(found, fmt.Sprintf("%s: %d", u, w.Code))
			}
			if !strings.Contains(u, id) && (strings.Contains(body, canary) || strings.Contains(body, id)) || strings.Contains(fmt.Sprint(w.Header()), id) {
				found = append(found, u)
			}
		}
		return found
	}
	if got := leaks(); len(got) > 0 {
		t.Errorf("before its moment: %v", got)
	}
	p.now = due.Add(-time.Microsecond)
	if err := p.ReleaseDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := leaks(); len(got) > 0 {
		t.Errorf("a microsecond before: %v", got)
	}
	p.now = due
	if err := p.ReleaseDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	story, err := published.New(p.db).Record(p.now).Story(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []string{"/", "/" + story.Story.Section, "/feed.rss", "/sitemap-news.xml", "/search?q=" + canary, story.Story.Path(), "/lite" + story.Story.Path()} {
		if body := p.get(u).Body.String(); !strings.Contains(body, id) {
			t.Errorf("at its moment %s does not show the story", u)
		}
	}
}

func TestMaintenanceLevels(t *testing.T) {
	p := open(t)
	set := func(m published.Maintenance) {
		if err := p.Do(context.Background(), "test", func(k *content.Desk) error { return k.SetMaintenance(t.Context(), m) }); err != nil {
			t.Fatal(err)
		}
	}
	const notice = "Our platform is in maintenance mode"
	p.get("/")
	for _, tt := range []struct {
		level        string
		front        int
		shows, after bool
	}{{"notice", 200, true, false}, {"read-only", 200, true, false}, {"closed", 503, false, true}, {"off", 200, false, false}} {
		set(published.Maintenance{Level: tt.level, Until: p.now.Add(2 * time.Hour)})
		w := p.get("/")
		if w.Code != tt.front || strings.Contains(w.Body.String(), notice) != tt.shows || (w.Header().Get("Retry-After") != "") != tt.after {
			t.Errorf("%s: front %d, notice %v, Retry-After %q", tt.level, w.Code, strings.Contains(w.Body.String(), notice), w.Header().Get("Retry-After"))
		}
		for _, beside := range []string{"/lite", "/icon.svg", "/favicon.ico", "/manifest.webmanifest", "/robots.txt"} {
			if w := p.get(beside); w.Code != http.StatusOK {
				t.Errorf("%s: %s answers %d", tt.level, beside, w.Code)
			}
		}
	}
}

func TestChoosingAPlace(t *testing.T) {
	p := open(t)
	post := func(form url.Values) *http.Response {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/regions", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		p.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	res := post(url.Values{"place": {"st-johns"}, "return": {"/world"}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/world" || len(res.Cookies()) != 1 {
		t.Fatalf("%d to %q with %v", res.StatusCode, res.Header.Get("Location"), res.Cookies())
	}
	if v, _ := url.PathUnescape(res.Cookies()[0].Value); !strings.HasPrefix(v, "st-johns|America/St_Johns|St. John") {
		t.Errorf("cookie %q", v)
	}
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "world"} {
		if res := post(url.Values{"place": {"calgary"}, "return": {to}}); res.Header.Get("Location") != "/" {
			t.Errorf("return to %q goes to %q", to, res.Header.Get("Location"))
		}
	}
	if res := post(url.Values{"place": {"atlantis"}}); res.StatusCode != http.StatusNotFound || len(res.Cookies()) != 0 {
		t.Errorf("unknown place: %d with %v", res.StatusCode, res.Cookies())
	}
	a, b := p.get("/world"), httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/world", nil)
	r.AddCookie(&http.Cookie{Name: "mh_place", Value: "halifax|America/Halifax|Halifax|C"})
	p.Handler().ServeHTTP(b, r)
	if a.Body.String() != b.Body.String() || strings.Contains(a.Header().Get("Vary"), "Cookie") {
		t.Error("the page differs by cookie")
	}
}

func TestOddRequests(t *testing.T) {
	p := open(t)
	story := p.listed()[34]
	id := story[strings.LastIndexByte(story, '-')+1:]
	for _, tt := range []struct {
		method, path string
		want         int
		location     string
	}{
		{"GET", "/world/", 301, "/world"},
		{"GET", "/world?utm_source=x", 200, ""},
		{"GET", "/wrong/old-slug-" + id, 301, story},
		{"GET", "/world/no-such-story-0000000000", 404, ""},
		{"GET", "/no-such-section", 404, ""},
		{"GET", "/../etc/passwd", 307, "/etc/passwd"},
		{"GET", "//world", 307, "/world"},
		{"GET", "/media/none/none.webp", 404, ""},
		{"GET", "/_/a/none.css", 404, ""},
		{"GET", "/search?q=" + strings.Repeat("x", 5000), 400, ""},
		{"POST", "/world", 405, ""},
		{"DELETE", "/", 405, ""},
		{"HEAD", "/", 200, ""},
		{"GET", "/healthz", 200, ""},
		{"GET", "/readyz", 200, ""},
		{"GET", "/metrics", 404, ""},
		{"GET", "/favicon.ico", 200, ""},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(tt.method, "http://ledger.test/", nil)
		r.URL, _ = url.Parse("http://ledger.test")
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(tt.path, "?")
		p.Handler().ServeHTTP(w, r)
		if w.Code != tt.want || (tt.location != "" && w.Header().Get("Location") != tt.location) {
			t.Errorf("%s %.60s: %d to %q, want %d to %q", tt.method, tt.path, w.Code, w.Header().Get("Location"), tt.want, tt.location)
		}
		if tt.method == "HEAD" && w.Body.Len() > 0 {
			t.Errorf("HEAD %s has a body", tt.path)
		}
	}
}

// A reader asked for nothing but what a browser shows: every page says what it may load, and that it is no frame.
func TestEveryPageIsGuarded(t *testing.T) {
	p := open(t)
	for _, u := range append(p.listed(), "/search?q=x", "/nothing-here") {
		h := p.get(u).Header()
		if h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: no nosniff", u)
		}
		if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			csp := h.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
				t.Errorf("%s: policy %q", u, csp)
			}
		}
	}
}
