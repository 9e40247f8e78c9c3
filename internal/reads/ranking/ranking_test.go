package ranking_test

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/changes"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/published"
	"masthead/internal/published/publish"
	"masthead/internal/reads"
	"masthead/internal/reads/ranking"
)

// portal is a database with a site of two languages and two regions, at a time that a test moves on.
type portal struct {
	*testing.T
	db    *db.DB
	view  *published.View
	count *reads.Counter
	off   *atomic.Int64
	guest int
}

func each(t *testing.T, fn func(p *portal)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB, func() time.Time) *db.DB{"sqlite": dbtest.SQLiteAt, "postgres": dbtest.PostgresAt} {
		t.Run(name, func(t *testing.T) {
			off := new(atomic.Int64)
			d := open(t, func() time.Time {
				return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(off.Load()))
			})
			view := published.New(d)
			p := &portal{T: t, db: d, view: view, count: reads.New(d, view), off: off}
			p.site("calgary", "montreal")
			fn(p)
		})
	}
}

func (p *portal) in(fn func(tx *db.Tx) ([]changes.Change, error)) {
	p.Helper()
	err := p.db.InTx(p.Context(), func(tx *db.Tx) error {
		list, err := fn(tx)
		if err != nil {
			return err
		}
		_, err = changes.Record(p.Context(), tx, list)
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
}

func (p *portal) site(regions ...string) {
	p.Helper()
	s := published.Site{Languages: []string{"en", "fr"}}
	for _, slug := range regions {
		s.Regions = append(s.Regions, published.Region{Slug: slug})
	}
	p.in(func(tx *db.Tx) ([]changes.Change, error) {
		return publish.Fact(p.Context(), tx, published.KindSite, "", s)
	})
}

// publish makes a story live.
func (p *portal) publish(id, lang string, regions ...string) {
	p.Helper()
	p.in(func(tx *db.Tx) ([]changes.Change, error) {
		s := &published.Story{
			ID: id, Revision: 1, Slug: id, Language: lang, Section: "world", Kind: "story", Headline: id, Regions: regions,
			Body: doc.Node{Type: "doc"}, Published: tx.Now, Updated: tx.Now, Modified: tx.Now,
		}
		snap, err := publish.Prepare(s, &published.Site{Languages: []string{"en", "fr"}})
		if err != nil {
			return nil, err
		}
		return publish.Put(p.Context(), tx, snap)
	})
}

func (p *portal) takeDown(id string) {
	p.Helper()
	p.in(func(tx *db.Tx) ([]changes.Change, error) {
		return publish.Remove(p.Context(), tx, published.Tombstone{ID: id, Status: published.TakenDown, At: tx.Now})
	})
}

// read has so many readers read a story.
func (p *portal) read(id string, times int) {
	p.Helper()
	for range times {
		p.guest++
		v := reads.Visit{Story: id, From: netip.AddrFrom4([4]byte{203, 0, byte(p.guest >> 8), byte(p.guest)}), Agent: "Firefox"}
		if got := p.count.Count(p.Context(), v); got != reads.Counted {
			p.Fatal(got)
		}
	}
	if err := p.count.Flush(p.Context()); err != nil {
		p.Fatal(err)
	}
}

// rank lets a minute pass and makes the rankings. It returns the keys that changed.
func (p *portal) rank() []string {
	p.Helper()
	p.off.Add(int64(time.Minute))
	last, err := changes.Last(p.Context(), p.db)
	if err != nil {
		p.Fatal(err)
	}
	if _, err := ranking.Make(p.Context(), p.db, p.view); err != nil {
		p.Fatal(err)
	}
	list, err := changes.Since(p.Context(), p.db, last, 10)
	if err != nil {
		p.Fatal(err)
	}
	var keys []string
	for _, b := range list {
		for _, c := range b.Changes {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// most returns what pages would show, as ids with spaces, and the keys that such a page depends on.
func (p *portal) most(lang, region string) (ids string, keys []string) {
	p.Helper()
	rec := p.view.Record(p.db.Now())
	cards, err := rec.Most(p.Context(), lang, region)
	if err != nil {
		p.Fatal(err)
	}
	var list []string
	for _, c := range cards {
		list = append(list, c.ID)
	}
	for _, d := range rec.Deps() {
		keys = append(keys, d.Read.Key())
	}
	return strings.Join(list, " "), keys
}

func (p *portal) want(lang, region, want string) {
	p.Helper()
	if got, _ := p.most(lang, region); got != want {
		p.Errorf("most read in %s %q: %q, want %q", lang, region, got, want)
	}
}

func TestRankingsByLanguageAndRegion(t *testing.T) {
	each(t, func(p *portal) {
		p.want("en", "", "")
		p.want("en", "calgary", "")
		if keys := p.rank(); len(keys) != 0 {
			t.Errorf("nothing was read, and %v changed", keys)
		}
		for i := range 6 {
			p.publish(fmt.Sprint("c", i), "en", "calgary", "calgary", "atlantis")
			p.read(fmt.Sprint("c", i), 10+i)
		}
		p.publish("m0", "en", "montreal")
		p.read("m0", 30)
		p.publish("f0", "fr", "montreal")
		p.read("f0", 3)
		p.publish("x0", "de")
		p.read("x0", 50)
		want := []string{"most/en", "most/en/calgary", "most/en/montreal", "most/fr", "most/fr/montreal"}
		if diff := cmp.Diff(want, p.rank()); diff != "" {
			t.Error(diff)
		}
		p.want("en", "", "m0 c5 c4 c3 c2 c1 c0")
		p.want("en", "calgary", "c5 c4 c3 c2 c1 c0")
		p.want("en", "montreal", "m0 c5 c4 c3 c2 c1 c0") // one story is no list: the portal's
		p.want("fr", "", "f0")
		p.want("fr", "calgary", "f0")
		p.want("de", "", "")

		// More reads that leave the order as it is change no page.
		p.read("m0", 5)
		if keys := p.rank(); len(keys) != 0 {
			t.Errorf("the order is the same, and %v changed", keys)
		}
		// Another order changes the lists that have it, and no others.
		p.read("c0", 100)
		if diff := cmp.Diff([]string{"most/en", "most/en/calgary"}, p.rank()); diff != "" {
			t.Error(diff)
		}
		p.want("en", "calgary", "c0 c5 c4 c3 c2 c1")
		_, keys := p.most("fr", "")
		if diff := cmp.Diff([]string{"most/fr", "story/f0"}, keys); diff != "" {
			t.Error(diff)
		}

		// What is taken down is gone at once, and makes room in the next ranking.
		p.takeDown("c0")
		p.takeDown("c5")
		p.want("en", "calgary", "m0 c4 c3 c2 c1") // four of its own
		p.rank()
		p.want("en", "", "m0 c4 c3 c2 c1")

		// A region that the site gave up has no ranking, and old reads do not count.
		p.site("calgary")
		if diff := cmp.Diff([]string{"most/en/montreal", "most/fr/montreal"}, p.rank()); diff != "" {
			t.Error(diff)
		}
		p.off.Add(int64(25 * time.Hour))
		if diff := cmp.Diff([]string{"most/en", "most/en/calgary", "most/fr"}, p.rank()); diff != "" {
			t.Error(diff)
		}
		p.want("en", "", "")
	})
}

func TestRankingHasTenStories(t *testing.T) {
	each(t, func(p *portal) {
		for i := range 14 {
			id := fmt.Sprintf("s%02d", i)
			p.publish(id, "en")
			p.read(id, 20-i)
		}
		p.rank()
		p.want("en", "", "s00 s01 s02 s03 s04 s05 s06 s07 s08 s09")
	})
}

// Whoever comes first makes the ranking; a clock that was ahead does not stop it.
func TestOneNodeRanksEachMinute(t *testing.T) {
	each(t, func(p *portal) {
		p.publish("a", "en")
		p.read("a", 1)
		ranked := func() int {
			var n atomic.Int64
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					seq, err := ranking.Make(t.Context(), p.db, published.New(p.db))
					if err != nil {
						t.Error(err)
					}
					if seq != 0 {
						n.Add(1)
					}
				})
			}
			all.Wait()
			return int(n.Load())
		}
		if n := ranked(); n != 1 {
			t.Errorf("%d nodes ranked", n)
		}
		p.publish("b", "en")
		p.read("b", 2)
		if n := ranked(); n != 0 {
			t.Errorf("%d nodes ranked in the same minute", n)
		}
		p.off.Add(int64(time.Minute))
		if n := ranked(); n != 1 {
			t.Errorf("%d nodes ranked a minute later", n)
		}
		p.want("en", "", "b a")
		p.off.Add(int64(-30 * time.Minute))
		p.publish("c", "en")
		p.read("c", 3)
		if n := ranked(); n != 1 {
			t.Errorf("%d nodes ranked after the clock was set back", n)
		}
	})
}
