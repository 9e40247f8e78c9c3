package press_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/press"
	"masthead/internal/published"
)

var start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// clock is a time that only the test moves.
type clock struct{ n atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.n.Store(start.UnixMicro())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMicro(c.n.Load()).UTC() }
func (c *clock) pass(d time.Duration) { c.n.Add(d.Microseconds()) }

// newsroom is a portal with a Build of a few lines per page, so that the test sees the press and nothing else.
type newsroom struct {
	t     *testing.T
	db    *db.DB
	view  *published.View
	press *press.Press
	clock *clock
	built map[string]int
}

func open(t *testing.T, d *db.DB, c *clock, dir string) *newsroom {
	n := &newsroom{t: t, db: d, view: published.New(d), clock: c, built: map[string]int{}}
	p, err := press.New(t.Context(), press.Config{DB: d, View: n.view, Dir: dir, Build: n.build})
	if err != nil {
		t.Fatal(err)
	}
	n.press = p
	t.Cleanup(p.Close)
	return n
}

func (n *newsroom) build(ctx context.Context, rec *published.Recorder, url string) (press.Page, error) {
	body, err := n.text(ctx, rec, url)
	if err != nil {
		return press.Page{}, err
	}
	return press.Page{Status: 200, Type: "text/plain; charset=utf-8", Body: []byte(body), Header: [][2]string{{"X-Test", "1"}}}, nil
}

func (n *newsroom) text(ctx context.Context, rec *published.Recorder, url string) (string, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", site.Name)
	kind, arg, _ := strings.Cut(strings.Trim(url, "/"), "/")
	switch kind {
	case "story":
		f, err := rec.Story(ctx, arg)
		if err != nil {
			return "", err
		}
		if f.Tombstone != nil {
			fmt.Fprintf(&b, "gone: %s\n", f.Tombstone.Reason)
			return b.String(), nil
		}
		fmt.Fprintf(&b, "%s\n%s\n%s\n", f.Story.Headline, doc.Text(f.Story.Body), f.Story.Section)
	case "list":
		cards, err := rec.List(ctx, arg, published.Cursor{}, 3)
		if err != nil {
			return "", err
		}
		for _, c := range cards {
			fmt.Fprintf(&b, "%s %s\n", c.ID, c.Headline)
		}
		if len(cards) == 3 {
			last := cards[2]
			older, err := rec.List(ctx, arg, published.Cursor{At: last.Published.UnixMicro(), ID: last.ID}, 2)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "older: %d\n", len(older))
		}
	case "days":
		days, err := rec.Days(ctx, arg, 20260101, 20271231)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&b, days)
	case "age":
		day := rec.Now().Truncate(24 * time.Hour)
		rec.Expire(day.Add(24 * time.Hour))
		fmt.Fprintln(&b, day.Format(time.DateOnly))
	default:
		return "", errs.Errorf(errs.NotFound, "no page %s", url)
	}
	return b.String(), nil
}

func (n *newsroom) do(fn func(k *content.Desk) error) {
	n.t.Helper()
	seq, err := content.Do(n.t.Context(), n.db, "test", fn)
	if err != nil {
		n.t.Fatal(err)
	}
	if err := n.press.Sync(n.t.Context(), seq); err != nil {
		n.t.Fatal(err)
	}
}

func (n *newsroom) publish(headline, section string) (id string) {
	n.t.Helper()
	n.do(func(k *content.Desk) error {
		s, err := k.Create(n.t.Context(), story(headline, section))
		if err != nil {
			return err
		}
		id = s.ID
		_, err = k.Publish(n.t.Context(), id, content.Publication{})
		return err
	})
	n.clock.pass(time.Second)
	return id
}

func story(headline, section string) published.Story {
	return published.Story{Headline: headline, Section: section, Regions: []string{"calgary"}, Topics: []published.Topic{{Name: "Grain"}}, Body: text(headline)}
}

func text(s string) doc.Node {
	return doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "Text of " + s}}}}}
}

// get asks the press and returns the body; "" for a page that is not there.
func (n *newsroom) get(url string) string {
	n.t.Helper()
	b, stale, err := n.press.Page(n.t.Context(), url)
	if errs.Is(err, errs.NotFound) {
		return ""
	}
	if err != nil || stale {
		n.t.Fatalf("%s: stale %v, %v", url, stale, err)
	}
	return string(b.Page().Body)
}

func TestPublishedMeansVisible(t *testing.T) {
	c := newClock()
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		n := open(t, d, c, t.TempDir())
		first := n.publish("First", "world")
		if got := n.get("/list/en/section/world"); !strings.Contains(got, "First") {
			t.Fatalf("list: %q", got)
		}
		n.publish("Second", "world")
		if got := n.get("/list/en/section/world"); !strings.Contains(got, "Second") {
			t.Errorf("the section does not show the second story: %q", got)
		}
		n.do(func(k *content.Desk) error { return k.Kill(t.Context(), first, "It was wrong.") })
		if got := n.get("/story/" + first); !strings.Contains(got, "gone: It was wrong.") {
			t.Errorf("killed story: %q", got)
		}
		if got := n.get("/list/en/section/world"); strings.Contains(got, "First") {
			t.Errorf("the section still shows the killed story: %q", got)
		}
	})
}

// Nothing but the pages that show it is made anew.
func TestChangeTouchesOnlyThePagesThatShowIt(t *testing.T) {
	c := newClock()
	n := open(t, dbtest.SQLiteAt(t, c.now), c, "")
	old := n.publish("Old", "world")
	for i := range 6 {
		n.publish(fmt.Sprint("Story ", i), "world")
	}
	other := n.publish("Other", "sports")
	urls := []string{"/story/" + old, "/story/" + other, "/list/en/section/world", "/list/en/section/sports", "/list/en/all", "/days/en/all"}
	for _, u := range urls {
		n.get(u)
	}
	tests := []struct {
		name    string
		do      func(k *content.Desk) error
		rebuilt []string
	}{
		{"edit of a story deep in its section", func(k *content.Desk) error {
			s, err := k.Story(t.Context(), old)
			if err != nil {
				return err
			}
			s.Copy.Headline = "Old, edited"
			if _, err := k.Save(t.Context(), old, s.Version, s.Copy, ""); err != nil {
				return err
			}
			_, err = k.Publish(t.Context(), old, content.Publication{})
			return err
		}, []string{"/story/" + old}},
		{"new story in sports", func(k *content.Desk) error {
			s, err := k.Create(t.Context(), story("New", "sports"))
			if err != nil {
				return err
			}
			_, err = k.Publish(t.Context(), s.ID, content.Publication{})
			return err
		}, []string{"/list/en/section/sports", "/list/en/all", "/days/en/all"}},
		{"settings written as they were", func(k *content.Desk) error {
			return k.SetTopic(t.Context(), published.TopicPage{Slug: "grain"})
		}, nil},
		{"draft saved", func(k *content.Desk) error {
			_, err := k.Create(t.Context(), story("Draft", "sports"))
			return err
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := n.press.Stats().Dropped.Load()
			n.do(tt.do)
			if got := n.press.Stats().Dropped.Load() - before; got != int64(len(tt.rebuilt)) {
				t.Errorf("%d pages changed, want %d: %v", got, len(tt.rebuilt), tt.rebuilt)
			}
			c.pass(time.Second)
			for _, u := range urls {
				n.get(u)
			}
		})
	}
}

// After any sequence of commands every page that is kept equals one made now, byte for byte.
func TestOracle(t *testing.T) {
	steps := 150
	c := newClock()
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := open(t, d, c, t.TempDir())
		var ids []string
		urls := []string{"/age", "/days/en/all", "/list/en/all"}
		sections := []string{"world", "sports", "local"}
		for _, s := range sections {
			urls = append(urls, "/list/en/section/"+s, "/list/en/region/calgary/"+s)
		}
		for step := range steps {
			what := n.randomCommand(rnd, &ids, sections)
			if len(ids)+len(urls) < 60 && len(ids) > 0 {
				urls = append(urls, "/story/"+ids[len(ids)-1])
			}
			c.pass(time.Duration(rnd.IntN(5_000_000)) * time.Microsecond)
			if rnd.IntN(10) == 0 {
				c.pass(time.Duration(rnd.IntN(20)) * time.Hour)
			}
			for _, u := range urls {
				want, err := n.text(t.Context(), n.view.Record(c.now()), u)
				if err != nil && !errs.Is(err, errs.NotFound) {
					t.Fatal(err)
				}
				if got := n.get(u); got != want {
					t.Fatalf("step %d, %s: %s is\n%s\nwant\n%s", step, what, u, got, want)
				}
			}
		}
		if kept := n.press.Stats().Kept.Load(); kept == 0 {
			t.Error("no page was ever kept by comparing answers: the early cut-off does not work")
		}
	})
}

func (n *newsroom) randomCommand(rnd *rand.Rand, ids *[]string, sections []string) (what string) {
	ctx := n.t.Context()
	pick := func() string { return (*ids)[rnd.IntN(len(*ids))] }
	op := rnd.IntN(10)
	if len(*ids) == 0 {
		op = 0
	}
	gone := func(err error) error {
		if errs.Is(err, errs.Gone) || errs.Is(err, errs.Conflict) {
			return nil
		}
		return err
	}
	n.do(func(k *content.Desk) error {
		switch op {
		case 0, 1, 2:
			s, err := k.Create(ctx, story(fmt.Sprint("Story ", rnd.IntN(1000)), sections[rnd.IntN(len(sections))]))
			if err != nil {
				return err
			}
			*ids = append(*ids, s.ID)
			p := content.Publication{}
			if rnd.IntN(4) == 0 {
				what, p.At = "embargo", k.Tx().Now.Add(time.Duration(rnd.IntN(20))*time.Second)
			} else if rnd.IntN(3) == 0 {
				what, p.At = "import", k.Tx().Now.Add(-time.Duration(rnd.IntN(500))*time.Hour)
			}
			_, err = k.Publish(ctx, s.ID, p)
			return err
		case 3, 4:
			what = "edit, move or retag"
			s, err := k.Story(ctx, pick())
			if err != nil {
				return err
			}
			if rnd.IntN(2) == 0 {
				s.Copy.Section = sections[rnd.IntN(len(sections))]
			}
			s.Copy.Headline += "."
			if _, err := k.Save(ctx, s.ID, s.Version, s.Copy, ""); err != nil {
				return gone(err)
			}
			if s.State == content.Live && rnd.IntN(3) > 0 {
				_, err = k.Publish(ctx, s.ID, content.Publication{Substantive: rnd.IntN(2) == 0})
			}
			return gone(err)
		case 5:
			what = "take down"
			return k.TakeDown(ctx, pick(), "Being checked.")
		case 6:
			what = "return"
			_, err := k.Publish(ctx, pick(), content.Publication{})
			return gone(err)
		case 7:
			what = "kill"
			if rnd.IntN(4) == 0 {
				return k.Kill(ctx, pick(), "Wrong.")
			}
			_, err := k.Correct(ctx, pick(), "It was five.", "top", time.Time{})
			return gone(err)
		case 8:
			what = "settings"
			if rnd.IntN(3) == 0 {
				return k.SetSite(ctx, &published.Site{Name: fmt.Sprint("Site ", rnd.IntN(3))})
			}
			return nil
		}
		what = "release what is due"
		return nil
	})
	if op == 9 {
		if _, _, err := content.ReleaseDue(ctx, n.db, "test"); err != nil {
			n.t.Fatal(err)
		}
		if err := n.press.Sync(ctx, 0); err != nil {
			n.t.Fatal(err)
		}
	}
	return what
}

// A build that read before a change must not be kept, or given to who asks after it.
func TestBuildUnderWayDuringAChange(t *testing.T) {
	c := newClock()
	d := dbtest.SQLiteAt(t, c.now)
	n := &newsroom{t: t, db: d, view: published.New(d), clock: c}
	began, goOn := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	p, err := press.New(t.Context(), press.Config{DB: d, View: n.view, Build: func(ctx context.Context, rec *published.Recorder, url string) (press.Page, error) {
		page, err := n.build(ctx, rec, url)
		if once.CompareAndSwap(false, true) {
			close(began)
			<-goOn
		}
		return page, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	n.press = p
	first := make(chan string)
	go func() { first <- n.get("/list/en/all") }()
	<-began
	n.publish("While it was built", "world")
	if got := n.get("/list/en/all"); !strings.Contains(got, "While it was built") {
		t.Errorf("asked after the change, told from before it: %q", got)
	}
	close(goOn)
	if got := <-first; !strings.Contains(got, "While it was built") {
		t.Errorf("the build under way was not repeated: %q", got)
	}
	if got := n.get("/list/en/all"); !strings.Contains(got, "While it was built") {
		t.Errorf("the old build was kept: %q", got)
	}
}

func TestPagesOutliveTheDatabase(t *testing.T) {
	c := newClock()
	d := dbtest.SQLiteAt(t, c.now)
	n := open(t, d, c, t.TempDir())
	id := n.publish("Kept", "world")
	n.get("/story/" + id)
	n.get("/age")
	d.Close()
	c.pass(48 * time.Hour)
	ctx, stop := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer stop()
	n.press.Follow(ctx)
	for _, url := range []string{"/story/" + id, "/age"} {
		w := httptest.NewRecorder()
		if err := n.press.Serve(w, httptest.NewRequest("GET", url, nil), url); err != nil {
			t.Fatal(err)
		}
		if w.Code != 200 || w.Header().Get("Warning") == "" {
			t.Errorf("%s without the database: %d, Warning %q", url, w.Code, w.Header().Get("Warning"))
		}
	}
	if _, _, err := n.press.Page(t.Context(), "/story/unknown"); err == nil || errs.Is(err, errs.NotFound) {
		t.Errorf("a page never served: %v, want a failure that is not 'not found'", err)
	}
}

func TestWarmRestart(t *testing.T) {
	c := newClock()
	d, dir := dbtest.SQLiteAt(t, c.now), t.TempDir()
	n := open(t, d, c, dir)
	id, other := n.publish("Kept", "world"), n.publish("Changed", "world")
	n.get("/story/" + id)
	n.get("/story/" + other)
	n.press.Close()
	if _, err := content.Do(t.Context(), d, "test", func(k *content.Desk) error { return k.Kill(t.Context(), other, "Wrong.") }); err != nil {
		t.Fatal(err)
	}
	p, err := press.New(t.Context(), press.Config{DB: d, View: n.view, Dir: dir, Build: n.build})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	n.press = p
	if got := n.get("/story/" + id); !strings.Contains(got, "Kept") {
		t.Errorf("kept page: %q", got)
	}
	if s := p.Stats(); s.FromDisk.Load() != 1 || s.Builds.Load() != 0 {
		t.Errorf("%d pages from disk and %d built, want 1 and 0", s.FromDisk.Load(), s.Builds.Load())
	}
	if got := n.get("/story/" + other); !strings.Contains(got, "gone") {
		t.Errorf("a page killed while the server was off: %q", got)
	}
}

// What was taken down while the server was off must not stay on its disk.
func TestSweepRemovesWhatChanged(t *testing.T) {
	c := newClock()
	d, dir := dbtest.SQLiteAt(t, c.now), t.TempDir()
	n := open(t, d, c, dir)
	kept, killed := n.publish("Kept", "world"), n.publish("Killed", "world")
	n.get("/story/" + kept)
	n.get("/story/" + killed)
	n.press.Close()
	if _, err := content.Do(t.Context(), d, "test", func(k *content.Desk) error { return k.Kill(t.Context(), killed, "Wrong.") }); err != nil {
		t.Fatal(err)
	}
	files := func() (n int) {
		filepath.WalkDir(dir, func(_ string, f fs.DirEntry, _ error) error {
			if !f.IsDir() {
				n++
			}
			return nil
		})
		return n
	}
	if got := files(); got != 2 {
		t.Fatalf("%d copies on disk, want 2", got)
	}
	for _, edition := range []string{"", "another"} {
		p, err := press.New(t.Context(), press.Config{DB: d, View: n.view, Dir: dir, Build: n.build, Edition: edition})
		if err != nil {
			t.Fatal(err)
		}
		p.Sweep(t.Context())
		p.Close()
		if got, want := files(), map[string]int{"": 1, "another": 0}[edition]; got != want {
			t.Errorf("edition %q: %d copies after the sweep, want %d", edition, got, want)
		}
	}
}

// A page whose building panics is an error each time, and harms no other.
func TestPanicWhileBuilding(t *testing.T) {
	c := newClock()
	d := dbtest.SQLiteAt(t, c.now)
	n := open(t, d, c, "")
	p, err := press.New(t.Context(), press.Config{DB: d, View: n.view, Build: func(ctx context.Context, rec *published.Recorder, url string) (press.Page, error) {
		if url == "/bad" {
			panic("no such field")
		}
		return n.build(ctx, rec, url)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, _, err := p.Page(t.Context(), "/bad"); err == nil || errs.KindOf(err) != errs.Internal {
			t.Errorf("panicking page: %v", err)
		}
	}
	if _, _, err := p.Page(t.Context(), "/list/en/all"); err != nil {
		t.Error(err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	c := newClock()
	d := dbtest.SQLiteAt(t, c.now)
	view := published.New(d)
	body := []byte(strings.Repeat("x", 10_000))
	for _, dir := range []string{"", t.TempDir()} {
		p, err := press.New(t.Context(), press.Config{DB: d, View: view, Dir: dir, Memory: 200_000, Build: func(ctx context.Context, rec *published.Recorder, url string) (press.Page, error) {
			_, err := rec.Site(ctx)
			return press.Page{Status: 200, Type: "text/plain", Body: body}, err
		}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 300 {
			url := fmt.Sprint("/", i)
			w := httptest.NewRecorder()
			r := httptest.NewRequest("GET", url, nil)
			r.Header.Set("Accept-Encoding", "gzip, br")
			if err := p.Serve(w, r, url); err != nil || w.Code != 200 {
				t.Fatal(w.Code, err)
			}
		}
		if got := p.Bytes(); got > 220_000 || got <= 0 {
			t.Errorf("%d bytes in memory, allowed 200000", got)
		}
		for i := range 300 { // again: those that memory let go of come from disk
			if _, _, err := p.Page(t.Context(), fmt.Sprint("/", i)); err != nil {
				t.Fatal(err)
			}
		}
		if got := p.Bytes(); got > 220_000 {
			t.Errorf("%d bytes in memory after reading all again, allowed 200000", got)
		}
		p.Renew("2")
		if p.Bytes() != 0 || p.Len() != 0 {
			t.Errorf("after Renew: %d bytes in %d pages", p.Bytes(), p.Len())
		}
		p.Close()
	}
}

func TestServe(t *testing.T) {
	c := newClock()
	n := open(t, dbtest.SQLiteAt(t, c.now), c, "")
	id := n.publish(strings.Repeat("Long headline of a story ", 40), "world")
	url := "/story/" + id
	ask := func(header ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest("GET", url, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		if !n.press.ServeCached(w, r, url) {
			if err := n.press.Serve(w, r, url); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "gzip, deflate, br": "br", "gzip, zstd": "zstd", "br;q=0, gzip": "gzip", "gzip;q=0": "", "identity": "", "*": "",
	} {
		w := ask("Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding"); w.Code != 200 || got != want {
			t.Errorf("Accept-Encoding %q: %d %q, want %q", accept, w.Code, got, want)
		}
	}
	plain := ask()
	tag := plain.Header().Get("Etag")
	if gz := ask("Accept-Encoding", "gzip").Header().Get("Etag"); gz == tag || gz == "" {
		t.Errorf("ETag of gzip %s and of identity %s must differ", gz, tag)
	}
	modified := plain.Header().Get("Last-Modified")
	for _, tt := range []struct {
		header []string
		want   int
	}{
		{[]string{"If-None-Match", tag}, 304},
		{[]string{"If-None-Match", `"x", W/` + tag}, 304},
		{[]string{"If-None-Match", `"x"`}, 200},
		{[]string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200},
		{[]string{"If-Modified-Since", modified}, 304},
		{[]string{"If-Modified-Since", start.Add(-time.Hour).Format(http.TimeFormat)}, 200},
		{[]string{"If-Modified-Since", "yesterday"}, 200},
	} {
		w := ask(tt.header...)
		if w.Code != tt.want || (w.Code == 304) != (w.Body.Len() == 0) {
			t.Errorf("%v: %d with %d bytes, want %d", tt.header, w.Code, w.Body.Len(), tt.want)
		}
	}
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

func BenchmarkServeHit(b *testing.B) {
	d := dbtest.SQLite(b)
	body := []byte(strings.Repeat("A paragraph of a story that is long enough. ", 800))
	p, err := press.New(b.Context(), press.Config{DB: d, View: published.New(d), Build: func(ctx context.Context, rec *published.Recorder, url string) (press.Page, error) {
		_, err := rec.Site(ctx)
		return press.Page{Status: 200, Type: "text/html; charset=utf-8", Body: body, Header: [][2]string{{"Content-Security-Policy", "default-src 'none'"}}}, err
	}})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/world/story-1", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	w := discard{http.Header{}}
	if err := p.Serve(w, r, "/world/story-1"); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if !p.ServeCached(w, r, r.URL.Path) {
			b.Fatal("not a hit")
		}
	}
}
