package reads_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/published"
	"masthead/internal/published/publish"
	"masthead/internal/reads"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// clock is a time that a test moves on.
type clock struct{ off atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 3, 1, 12, 2, 0, 0, time.UTC).Add(time.Duration(c.off.Load()))
}

func (c *clock) on(d time.Duration) { c.off.Add(int64(d)) }

func each(t *testing.T, fn func(t *testing.T, d *db.DB, c *clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { c := &clock{}; fn(t, dbtest.SQLiteAt(t, c.now), c) })
	t.Run("postgres", func(t *testing.T) { c := &clock{}; fn(t, dbtest.PostgresAt(t, c.now), c) })
}

func publishAll(t testing.TB, d *db.DB, ids ...string) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		for _, id := range ids {
			s := &published.Story{
				ID: id, Revision: 1, Slug: id, Language: "en", Section: "world", Kind: "story", Headline: id,
				Body: doc.Node{Type: "doc"}, Published: tx.Now, Updated: tx.Now, Modified: tx.Now,
			}
			snap, err := publish.Prepare(s, &published.Site{Languages: []string{"en"}})
			if err != nil {
				return err
			}
			if _, err := publish.Put(t.Context(), tx, snap); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, d *db.DB, id string) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := publish.Remove(t.Context(), tx, published.Tombstone{ID: id, Status: published.TakenDown, At: tx.Now})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func by(story, address string) reads.Visit {
	return reads.Visit{Story: story, From: netip.MustParseAddr(address), Agent: firefox}
}

func flush(t testing.TB, c *reads.Counter) {
	t.Helper()
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// total returns the sums that the database has.
func total(t testing.TB, d *db.DB, ids ...string) map[string]int {
	t.Helper()
	all, err := reads.Of(t.Context(), d, d.Now(), ids)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for id, s := range all {
		out[id] = s.Total
	}
	return out
}

func TestReaderIsCountedOnceInHalfAnHour(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		publishAll(t, d, "a", "b")
		n := reads.New(d, published.New(d))
		edge := by("a", "203.0.113.7")
		edge.Agent = "Mozilla/5.0 Edg/140.0"
		for _, step := range []struct {
			after time.Duration
			what  string
			visit reads.Visit
			want  reads.Outcome
		}{
			{0, "first", by("a", "203.0.113.7"), reads.Counted},
			{0, "reload", by("a", "203.0.113.7"), reads.Again},
			{0, "another story", by("b", "203.0.113.7"), reads.Counted},
			{0, "another reader", by("a", "203.0.113.8"), reads.Counted},
			{0, "another browser of the house", edge, reads.Counted},
			{29 * time.Minute, "later", by("a", "203.0.113.7"), reads.Again},
			{0, "late reader", by("a", "203.0.113.9"), reads.Counted},
			{time.Minute, "half an hour after the first", by("a", "203.0.113.7"), reads.Counted},
			{28 * time.Minute, "with the key of before", by("a", "203.0.113.9"), reads.Again},
			{time.Minute + time.Second, "with the key of before, too late", by("a", "203.0.113.9"), reads.Counted},
			{3 * time.Hour, "much later", by("a", "203.0.113.7"), reads.Counted},
			{-time.Hour, "the clock is set back", by("b", "203.0.113.7"), reads.Counted},
		} {
			c.on(step.after)
			if got := n.Count(t.Context(), step.visit); got != step.want {
				t.Errorf("%s: %s, want %s", step.what, got, step.want)
			}
		}
		flush(t, n)
		if diff := cmp.Diff(map[string]int{"a": 7, "b": 2}, total(t, d, "a", "b", "none")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHomeIsOneAddress(t *testing.T) {
	d := dbtest.SQLite(t)
	publishAll(t, d, "a")
	n := reads.New(d, published.New(d))
	for _, step := range []struct {
		from string
		want reads.Outcome
	}{
		{"2001:db8:1:2::1", reads.Counted},
		{"2001:db8:1:2:ffff::1", reads.Again}, // the same home under another of its addresses
		{"2001:db8:1:3::1", reads.Counted},
	} {
		if got := n.Count(t.Context(), by("a", step.from)); got != step.want {
			t.Errorf("%s: %s, want %s", step.from, got, step.want)
		}
	}
}

// One address cannot lift a story by inventing browsers, unless it is this machine's own proxy.
func TestAddressHasSoManyReaders(t *testing.T) {
	d := dbtest.SQLite(t)
	publishAll(t, d, "a", "b")
	n := reads.New(d, published.New(d))
	counted := func(story, from string) (sum int) {
		for i := range 500 {
			v := by(story, from)
			v.Agent = fmt.Sprint("Browser/", i)
			if n.Count(t.Context(), v) == reads.Counted {
				sum++
			}
		}
		return sum
	}
	if got := counted("a", "203.0.113.7"); got != 100 {
		t.Errorf("%d readers of one address were counted", got)
	}
	if got := counted("b", "203.0.113.7"); got != 100 {
		t.Errorf("%d readers of another story", got)
	}
	if got := counted("a", "127.0.0.1"); got != 500 {
		t.Errorf("%d readers behind a silent proxy", got)
	}
}

func TestRobotsAreNotCounted(t *testing.T) {
	d := dbtest.SQLite(t)
	publishAll(t, d, "a")
	n := reads.New(d, published.New(d))
	for i, step := range []struct {
		agent string
		want  reads.Outcome
	}{
		{"", reads.Robot}, {"  ", reads.Robot},
		{"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", reads.Robot},
		{"Mozilla/5.0 (compatible; Baiduspider/2.0)", reads.Robot}, {"SomeCrawler/1", reads.Robot},
		{firefox, reads.Counted},
		{"Mozilla/5.0 (X11) HeadlessChrome/140.0", reads.Counted},
		{"Mozilla/5.0 (Linux; Android 13; CUBOT P80) Chrome/140.0", reads.Counted}, // a phone
		{strings.Repeat("x", 30_000), reads.Counted},
	} {
		v := by("a", fmt.Sprintf("203.0.113.%d", i))
		v.Agent = step.agent
		if got := n.Count(t.Context(), v); got != step.want {
			t.Errorf("%.60q: %s, want %s", step.agent, got, step.want)
		}
	}
}

func TestOnlyLiveStoriesAreCounted(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		publishAll(t, d, "live", "gone")
		n := reads.New(d, published.New(d))
		want := func(id string, want reads.Outcome) {
			t.Helper()
			c.on(time.Hour)
			if got := n.Count(t.Context(), by(id, "203.0.113.7")); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
		}
		want("live", reads.Counted)
		want("gone", reads.Counted)
		for _, id := range []string{"", "never", "LIVE", "live\x00", "a b", "../x", strings.Repeat("x", 10_000), "live'--"} {
			want(id, reads.Unknown)
		}
		remove(t, d, "gone")
		flush(t, n) // what was known of stories is asked anew
		want("gone", reads.Unknown)
		publishAll(t, d, "never")
		flush(t, n)
		want("never", reads.Counted)
		for i := range 20_000 {
			if i%5000 == 0 {
				want(fmt.Sprint("made", i, "up"), reads.Unknown)
			}
		}
		flush(t, n)
		if diff := cmp.Diff(map[string]int{"live": 1, "gone": 1, "never": 1}, total(t, d, "live", "gone", "never", "made0up")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNodesAddTheirSums(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { d := dbtest.SQLite(t); nodesAdd(t, d, d) })
	t.Run("postgres", func(t *testing.T) {
		url := dbtest.PostgresURL(t)
		var two [2]*db.DB
		for i := range two {
			d, err := db.Open(t.Context(), db.Config{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			two[i] = d
		}
		nodesAdd(t, two[0], two[1])
	})
}

// nodesAdd has two nodes count the same stories and write at the same time, many times.
func nodesAdd(t *testing.T, one, two *db.DB) {
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	publishAll(t, one, ids...)
	var all sync.WaitGroup
	for node, d := range []*db.DB{one, two} {
		all.Go(func() {
			n := reads.New(d, published.New(d))
			for i := range 25 {
				for _, id := range ids {
					if got := n.Count(t.Context(), by(id, fmt.Sprintf("203.0.%d.%d", node, i))); got != reads.Counted {
						t.Errorf("node %d: %s", node, got)
					}
				}
				if err := n.Flush(t.Context()); err != nil {
					t.Errorf("node %d: %v", node, err)
				}
			}
		})
	}
	all.Wait()
	for id, n := range total(t, one, ids...) {
		if n != 50 {
			t.Errorf("%s was read %d times, want 50", id, n)
		}
	}
}

// What a node counted is written when it stops, and waits while it cannot be.
func TestSumsWaitAndAreWrittenAtTheEnd(t *testing.T) {
	d := dbtest.SQLite(t)
	publishAll(t, d, "a")
	n := reads.New(d, published.New(d))
	n.Count(t.Context(), by("a", "203.0.113.1"))
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := n.Flush(over); err == nil {
		t.Fatal("written with a context that was over")
	}
	n.Count(t.Context(), by("a", "203.0.113.2"))
	if got := total(t, d, "a"); len(got) != 0 {
		t.Fatalf("written already: %v", got)
	}
	n.Run(over)
	if got := total(t, d, "a")["a"]; got != 2 {
		t.Errorf("%d reads written at the end, want 2", got)
	}
	n.Run(over)
	if got := total(t, d, "a")["a"]; got != 2 {
		t.Errorf("written twice: %d", got)
	}
}

func TestSeries(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		publishAll(t, d, "a", "b")
		n := reads.New(d, published.New(d))
		reader := 0
		read := func(id string, times int) {
			for range times {
				reader++
				if got := n.Count(t.Context(), by(id, fmt.Sprintf("203.0.%d.%d", reader/250, reader%250))); got != reads.Counted {
					t.Fatal(got)
				}
			}
			flush(t, n)
		}
		read("a", 1) // 12:02 UTC on March 1
		c.on(19*time.Hour + 30*time.Minute)
		read("a", 2) // 7:32 on March 2, half past midnight in Calgary
		c.on(time.Hour)
		read("a", 4) // 8:32
		c.on(55 * time.Minute)
		read("a", 8) // 9:27
		read("b", 3)
		calgary, err := time.LoadLocation("America/Edmonton")
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]reads.Series{
			"a": {Hour: []int{4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8}, Today: 14, Total: 15},
			"b": {Hour: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}, Today: 3, Total: 3},
		}
		ask := func(want map[string]reads.Series) {
			t.Helper()
			got, err := reads.Of(t.Context(), d, c.now().In(calgary), []string{"a", "b", "none", "a"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		ask(want)
		c.on(5 * time.Minute) // 9:32: what was read at 8:32 is an hour ago
		want["a"] = reads.Series{Hour: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0}, Today: 14, Total: 15}
		want["b"] = reads.Series{Hour: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0}, Today: 3, Total: 3}
		ask(want)
		// Five minutes become days after two of them, and nothing is lost, however often it is done.
		for range 3 {
			c.on(25 * time.Hour)
			if err := d.InTx(t.Context(), func(tx *db.Tx) error { return reads.Fold(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
			for id, s := range want {
				want[id] = reads.Series{Hour: make([]int, 12), Total: s.Total}
			}
			ask(want)
		}
		var slots, days int
		if err := d.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM read_count), (SELECT COUNT(*) FROM read_day)`).Scan(&slots, &days); err != nil {
			t.Fatal(err)
		}
		if slots != 0 || days != 3 {
			t.Errorf("%d slots and %d days are kept, want 0 and 3", slots, days)
		}
		read("b", 2)
		if got := total(t, d, "b")["b"]; got != 5 {
			t.Errorf("%d in all after it was read again, want 5", got)
		}
	})
}

func TestSeriesOfManyStories(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock) {
		var ids []string
		for i := range 250 {
			ids = append(ids, fmt.Sprint("s", i))
		}
		publishAll(t, d, ids...)
		n := reads.New(d, published.New(d))
		for _, id := range ids {
			n.Count(t.Context(), by(id, "203.0.113.1"))
		}
		flush(t, n)
		got, err := reads.Of(t.Context(), d, d.Now(), ids)
		if err != nil || len(got) != 250 {
			t.Fatalf("%d of 250 stories: %v", len(got), err)
		}
		for id, s := range got {
			if s.Hour[11] != 1 || s.Today != 1 {
				t.Errorf("%s: %+v", id, s)
			}
		}
	})
}

func TestTopWeighsByAge(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		publishAll(t, d, "old", "new", "ancient")
		n := reads.New(d, published.New(d))
		read := func(id string, times int) {
			for i := range times {
				n.Count(t.Context(), by(id, fmt.Sprintf("203.0.113.%d", i)))
			}
			flush(t, n)
		}
		c.on(-2 * time.Minute) // to the start of five minutes
		read("ancient", 200)
		c.on(19 * time.Hour)
		read("old", 100)
		c.on(6 * time.Hour)
		read("new", 60)
		top, err := reads.Top(t.Context(), d, c.now(), c.now().Add(-24*time.Hour), 6*time.Hour, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(top) != 2 || top[0].Story != "new" || top[1].Story != "old" {
			t.Fatalf("%+v", top)
		}
		for i, want := range []float64{60, 50} {
			if got := top[i].Score; got < want-.001 || got > want+.001 {
				t.Errorf("%s: %v, want %v", top[i].Story, got, want)
			}
		}
		if top, err = reads.Top(t.Context(), d, c.now(), c.now().Add(-24*time.Hour), 6*time.Hour, 1); err != nil || len(top) != 1 {
			t.Errorf("%+v %v", top, err)
		}
	})
}

// What a node counted whose clock was wrong by a year is not weighed, and does not keep the rest from being.
func TestTopWithoutTheFuture(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		publishAll(t, d, "now", "wrong")
		if err := d.InTx(t.Context(), func(tx *db.Tx) error {
			if err := reads.Add(t.Context(), tx, "wrong", c.now().AddDate(1, 0, 0), 1); err != nil {
				return err
			}
			return reads.Add(t.Context(), tx, "now", c.now(), 1)
		}); err != nil {
			t.Fatal(err)
		}
		top, err := reads.Top(t.Context(), d, c.now(), c.now().Add(-24*time.Hour), 6*time.Hour, 10)
		if err != nil || len(top) != 1 || top[0].Story != "now" {
			t.Errorf("%+v %v", top, err)
		}
	})
}

// BenchmarkCount is the path of a beacon in memory: every visit a new reader, of a few hundred stories.
func BenchmarkCount(b *testing.B) {
	d := dbtest.SQLite(b)
	var ids []string
	for i := range 300 {
		ids = append(ids, fmt.Sprint("s", i))
	}
	publishAll(b, d, ids...)
	n := reads.New(d, published.New(d))
	var next atomic.Uint32
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			i := next.Add(1)
			v := reads.Visit{Story: ids[i%300], From: netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}), Agent: firefox}
			n.Count(b.Context(), v)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
}

func FuzzCount(f *testing.F) {
	d := dbtest.SQLite(f)
	publishAll(f, d, "a")
	n := reads.New(d, published.New(d))
	f.Add("a", firefox, []byte{203, 0, 113, 7})
	f.Add("a\x00", "", []byte{})
	f.Fuzz(func(t *testing.T, id, agent string, from []byte) {
		addr, _ := netip.AddrFromSlice(from)
		out := n.Count(t.Context(), reads.Visit{Story: id, From: addr, Agent: agent})
		if out == reads.Counted && id != "a" || out == reads.Lost {
			t.Errorf("%q: %s", id, out)
		}
	})
}
