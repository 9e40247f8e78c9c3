package deskui_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/workflow"
)

type news struct {
	At      int64
	Changed []struct{ ID, State string }
	Counts  map[string]int
	Act     map[string]int
	Online  []struct{ ID, Name, Story string }

	Mentions *int
}

// ear listens to a stream of the newsroom.
type ear struct {
	desk
	body  *bufio.Scanner
	close func()
}

func (k desk) listen(url, who string, header ...string) ear {
	k.Helper()
	ctx, stop := context.WithTimeout(k.Context(), 30*time.Second)
	k.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/newsroom/events", nil)
	if err != nil {
		k.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "masthead", Value: who})
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		k.Fatal(err)
	}
	k.Cleanup(func() { res.Body.Close() })
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		k.Fatalf("a stream of %q", kind)
	}
	return ear{k, bufio.NewScanner(res.Body), func() { res.Body.Close() }}
}

// until reads notices until one satisfies ok; the stream's end is a failure.
func (e ear) until(what string, ok func(n news) bool) news {
	e.Helper()
	for e.body.Scan() {
		text, found := strings.CutPrefix(e.body.Text(), "data: ")
		if !found {
			continue
		}
		var n news
		if err := json.Unmarshal([]byte(text), &n); err != nil {
			e.Fatal(err)
		}
		if ok(n) {
			return n
		}
	}
	e.Fatalf("the stream ended before it told of %s: %v", what, e.body.Err())
	return news{}
}

// atNoon is a newsroom whose clock stands: what another goroutine reads must not move.
func atNoon(t *testing.T, fn func(k desk, url string)) {
	dbtest.EachAt(t, func() time.Time { return noon }, func(t *testing.T, d *db.DB) {
		now := noon
		k := open(t, d, &now)
		s := httptest.NewServer(k.shell)
		t.Cleanup(func() { k.ui.Close(); s.Close() })
		fn(k, s.URL)
	})
}

func TestStreamTellsWhatOthersDo(t *testing.T) {
	atNoon(t, func(k desk, url string) {
		s := k.story("amina", "River falls")
		e := k.listen(url, "rosa")
		first := e.until("how things stand", func(n news) bool { return true })
		if diff := cmp.Diff(map[string]int{"mine": 0, "edit": 0, "ready": 0, "scheduled": 0, "today": 0, "no-photo": 1}, first.Counts); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]struct{ ID, Name, Story string }{{"rosa", "Rosa Delgado", ""}}, first.Online); diff != "" {
			t.Error(diff)
		}
		if first.Mentions == nil || *first.Mentions != 0 {
			t.Errorf("mentions %v", first.Mentions)
		}
		t2 := k.story("amina", "Council votes")
		e.until("the new story", func(n news) bool {
			return len(n.Changed) > 0 && n.Changed[0].ID == t2.ID && n.Changed[0].State == "draft"
		})
		if _, err := k.room.Hold(k.Context(), people["amina"], s.ID, "tab", "open"); err != nil {
			t.Fatal(err)
		}
		e.until("who writes", func(n news) bool { return len(n.Online) == 2 && n.Online[0].Story == s.ID })
		if _, err := k.room.AddNote(k.Context(), people["amina"], workflow.Note{Story: s.ID, Text: "@Rosa look"}); err != nil {
			t.Fatal(err)
		}
		if n := e.until("the mention", func(n news) bool { return n.Mentions != nil && *n.Mentions == 1 }); n.Act["today"] != 1 {
			t.Errorf("what waits: %v", n.Act)
		}
	})
}

// TestStreamTellsEveryoneTheirOwn: counts are those of the person.
func TestStreamTellsEveryoneTheirOwn(t *testing.T) {
	atNoon(t, func(k desk, url string) {
		amina, paul := k.listen(url, "amina"), k.listen(url, "paul")
		s := k.story("amina", "River falls")
		amina.until("her story", func(n news) bool { return n.Counts["mine"] == 1 })
		paul.until("the story without a photo", func(n news) bool { return n.Counts["no-photo"] == 1 && n.Counts["mine"] == 0 })
		ready := content.Ready
		if _, err := k.room.Edit(k.Context(), people["rosa"], []workflow.Edit{{ID: s.ID, State: &ready}}); err != nil {
			t.Fatal(err)
		}
		paul.until("what he could publish", func(n news) bool { return n.Act["stories"] == 1 })
		amina.until("that nothing of it is hers", func(n news) bool { return n.Counts["ready"] == 1 && n.Act["stories"] == 0 })
	})
}

func TestStreamGoesOnWhereItEnded(t *testing.T) {
	atNoon(t, func(k desk, url string) {
		e := k.listen(url, "rosa")
		first := e.until("how things stand", func(news) bool { return true })
		e.close()
		s := k.story("amina", "River falls")
		id, err := json.Marshal(first.At)
		if err != nil {
			t.Fatal(err)
		}
		k.listen(url, "rosa", "Last-Event-ID", string(id)).until("what was missed", func(n news) bool { return len(n.Changed) == 1 && n.Changed[0].ID == s.ID })
	})
}

func TestWithoutAStream(t *testing.T) {
	each(t, func(k desk) {
		s := k.story("amina", "River falls")
		var n news
		if err := json.NewDecoder(k.do("rosa", http.MethodGet, "/newsroom/events?once=1", nil).Body).Decode(&n); err != nil || n.Counts["no-photo"] != 1 || len(n.Changed) != 0 {
			t.Errorf("%+v %v", n, err)
		}
		n = news{}
		if err := json.NewDecoder(k.do("rosa", http.MethodGet, "/newsroom/events?once=1&since=1", nil).Body).Decode(&n); err != nil || len(n.Changed) != 1 || n.Changed[0].ID != s.ID {
			t.Errorf("%+v %v", n, err)
		}
		if res := k.do("nobody", http.MethodGet, "/newsroom/events?once=1", nil, "Accept", "application/json"); res.StatusCode != 401 {
			t.Errorf("nobody gets %d", res.StatusCode)
		}
	})
}

// TestCloseEndsStreams: a server that stops does not wait for browsers.
func TestCloseEndsStreams(t *testing.T) {
	atNoon(t, func(k desk, url string) {
		e := k.listen(url, "rosa")
		e.until("how things stand", func(news) bool { return true })
		k.ui.Close()
		for e.body.Scan() {
		}
		if err := e.body.Err(); err != nil {
			t.Error(err)
		}
	})
}
