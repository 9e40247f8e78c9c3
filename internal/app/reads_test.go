package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/published"
	"masthead/internal/reads"
)

// newest returns the cards of a list.
func (p *portal) newest(list string, n int) []published.Card {
	p.Helper()
	cards, err := published.New(p.db).Record(p.now).List(p.Context(), list, published.Cursor{}, n)
	if err != nil || len(cards) < n {
		p.Fatalf("%d stories in %s: %v", len(cards), list, err)
	}
	return cards
}

// report says that a story was read, as a browser at an address does.
func (p *portal) report(id, from string, headers ...string) *httptest.ResponseRecorder {
	p.Helper()
	r := httptest.NewRequest("POST", origin+"/_/read/"+id, nil)
	r.RemoteAddr = from + ":4711"
	r.Header.Set("User-Agent", "Mozilla/5.0 Firefox/140.0")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	return w
}

// readsOf returns how often a story was read, in all.
func (p *portal) readsOf(id string) int {
	p.Helper()
	if err := p.reads.Flush(p.Context()); err != nil {
		p.Fatal(err)
	}
	all, err := reads.Of(p.Context(), p.db, p.now, []string{id})
	if err != nil {
		p.Fatal(err)
	}
	return all[id].Total
}

func TestReadIsCountedAndKeepsNothingOfTheReader(t *testing.T) {
	p := open(t)
	id := p.newest("en/all", 1)[0].ID
	before := p.readsOf(id)
	for _, c := range []struct {
		what, from string
		headers    []string
		status     int
		more       int
	}{
		{"a reader", "203.0.113.1", []string{"Sec-Fetch-Site", "same-origin", "Cookie", "mh_place=calgary"}, 204, 1},
		{"the same", "203.0.113.1", nil, 204, 0},
		{"an old browser", "203.0.113.2", []string{"Origin", origin}, 204, 1},
		{"an older one", "203.0.113.3", nil, 204, 1},
		{"another site", "203.0.113.4", []string{"Sec-Fetch-Site", "cross-site"}, 403, 0},
		{"a sister site", "203.0.113.4", []string{"Sec-Fetch-Site", "same-site"}, 403, 0},
		{"another site, old browser", "203.0.113.4", []string{"Origin", "https://evil.test"}, 403, 0},
		{"a robot", "203.0.113.5", []string{"User-Agent", "Examplebot/1"}, 204, 0},
		{"no name", "203.0.113.6", []string{"User-Agent", ""}, 204, 0},
		{"behind the proxy", "127.0.0.1", []string{"X-Forwarded-For", "203.0.113.7"}, 204, 1},
		{"the same behind the proxy", "127.0.0.1", []string{"X-Forwarded-For", "10.1.1.1, 203.0.113.7"}, 204, 0},
		{"says it is another", "203.0.113.1", []string{"X-Forwarded-For", "203.0.113.99"}, 204, 0},
	} {
		w := p.report(id, c.from, c.headers...)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", c.what, w.Code, c.status)
		}
		if h := w.Header(); w.Code == 204 && (h.Get("Set-Cookie") != "" || h.Get("Cache-Control") != "no-store" || w.Body.Len() > 0) {
			t.Errorf("%s: %v %q", c.what, h, w.Body)
		}
		now := p.readsOf(id)
		if now-before != c.more {
			t.Errorf("%s: counted %d times, want %d", c.what, now-before, c.more)
		}
		before = now
	}
	// The answer tells nothing of what is not public.
	for _, unknown := range []string{"zzzzzzzzzz", demoID("story " + "none"), strings.Repeat("z", 300)} {
		if w := p.report(unknown, "203.0.113.8"); w.Code != 204 || p.readsOf(unknown) != 0 {
			t.Errorf("%.20s: %d, and it is counted: %d", unknown, w.Code, p.readsOf(unknown))
		}
	}
	if w := p.get("/_/read/" + id); w.Code != http.StatusNotFound && w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
	if err := p.Do(t.Context(), "test", func(k *content.Desk) error {
		return k.SetMaintenance(t.Context(), published.Maintenance{Level: published.MaintenanceClosed})
	}); err != nil {
		t.Fatal(err)
	}
	if w := p.report(id, "203.0.113.9"); w.Code != 204 || p.readsOf(id) != before {
		t.Errorf("a closed portal counts: %d", w.Code)
	}
	// Nothing of a reader is in the database.
	for _, table := range []string{"read_count", "read_day"} {
		rows, err := p.db.Query(t.Context(), `SELECT * FROM `+table)
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		rows.Close()
		if err != nil || len(names) != 3 || names[0] != "story" || names[2] != "n" {
			t.Errorf("%s has the columns %v: %v", table, names, err)
		}
	}
}

// What readers do is seen where it is shown a minute later, and a story that is taken down is gone from there at once.
func TestMostReadFollowsReaders(t *testing.T) {
	p := open(t)
	card := p.newest("en/region/calgary", 6)[5]
	rail := func() string { return p.get("/_/most/en/calgary").Body.String() }
	if got := p.get("/_/most/en/calgary"); got.Code != 200 || got.Body.Len() != 0 {
		t.Fatalf("before anything was ranked: %d %q", got.Code, got.Body)
	}
	story := p.get(card.Path()).Header().Get("ETag")
	for i := range 3000 {
		if w := p.report(card.ID, fmt.Sprintf("203.0.%d.%d", i/250, i%250)); w.Code != 204 {
			t.Fatal(w.Code)
		}
	}
	p.readsOf(card.ID)
	rank := func() {
		t.Helper()
		p.now = p.now.Add(time.Minute)
		if err := p.RankReads(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rank()
	if got := rail(); !strings.Contains(got, "Most read in Calgary") || !strings.Contains(got[:strings.Index(got, "</li>")], card.ID) {
		t.Errorf("the most read story is not the first: %s", got)
	}
	if got := p.get("/most-read").Body.String(); !strings.Contains(got, card.ID) {
		t.Error("the page of what is read most has not the story")
	}
	if tag := p.get(card.Path()).Header().Get("ETag"); tag == "" || tag != story {
		t.Errorf("the story's page changed with the ranking: %s, before %s", tag, story)
	}
	tag := p.get("/_/most/en/calgary").Header().Get("ETag")
	rank()
	if now := p.get("/_/most/en/calgary").Header().Get("ETag"); now != tag {
		t.Error("the same ranking made another page")
	}
	if err := p.Do(t.Context(), "test", func(k *content.Desk) error { return k.TakeDown(t.Context(), card.ID, "Being checked.") }); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/_/most/en/calgary", "/most-read", "/lite/most-read"} {
		if strings.Contains(p.get(path).Body.String(), card.ID) {
			t.Errorf("%s shows a story that was taken down", path)
		}
	}
}
