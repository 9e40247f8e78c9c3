package search_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/packed"
	"masthead/internal/published"
	"masthead/internal/search"
)

var (
	stories = flag.Int("stories", 20_000, "benchmarks: stories in the archive")
	engine  = flag.String("engine", "sqlite", "benchmarks: sqlite or postgres")
)

// archive makes stories of about 150 words over ten years, with words of known frequency: said is in half of
// them, government in 40 %, police in 10 %, harbour in 1 %, lighthouse in 0.01 %.
type archive struct {
	r    *rand.Rand
	zipf *rand.Zipf
	n    int
}

func newArchive(n int) *archive {
	r := rand.New(rand.NewPCG(1, 2))
	return &archive{r, rand.NewZipf(r, 1.08, 25, 80_000), n}
}

func (a *archive) word() string {
	n := a.zipf.Uint64() + 700
	var b []byte
	for ; n > 0; n /= 20 {
		b = append(b, "bcdfghklmnprstvwaeio"[n%20], "aeiou"[n%5])
	}
	return string(b)
}

func (a *archive) text(n int, frequent bool) string {
	list := make([]string, 0, n+8)
	for range n {
		list = append(list, a.word())
	}
	for word, share := range map[string]float64{"said": .5, "government": .4, "police": .1, "harbour": .01, "lighthouse": .0001} {
		if frequent && a.r.Float64() < share {
			list[a.r.IntN(n)] = word
		}
	}
	return strings.Join(list, " ")
}

func (a *archive) story(i int) *published.Story {
	at := date(2015, 1, 1).Add(time.Duration(float64(i) / float64(a.n) * 10 * 365 * 24 * float64(time.Hour)))
	half := a.text(75, true)
	s := story(fmt.Sprintf("s%d", i), "en", a.text(8, false), at, half, a.text(70, false))
	s.Standfirst = a.text(12, false)
	s.Section = []string{"world", "europe", "sports", "canada", "arts", "business", "life", "science"}[a.r.IntN(8)]
	s.Regions = []string{"calgary", "red-deer", "quebec", "toronto"}[a.r.IntN(4):][:1]
	s.Bylines = []published.Byline{{Name: a.word() + " " + a.word()}}
	return s
}

// fill writes the archive: the index as the program does, the view with what a result needs.
func (a *archive) fill(b *testing.B, d *db.DB) {
	ctx := context.Background()
	var prepare, index time.Duration
	const batch = 1000
	for from := 0; from < a.n; from += batch {
		err := d.InTx(ctx, func(tx *db.Tx) error {
			var entries []search.Entry
			for i := from; i < min(a.n, from+batch); i++ {
				s := a.story(i)
				body, err := packed.Value(s)
				if err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO pub_story (id, status, revision, section, slug, language, at, modified, headline, lists, card)
					VALUES ($1, 1, 1, $2, 's', 'en', $3, $4, '', '', $5)`, s.ID, s.Section,
					s.Published.UnixMicro(), s.Published.UnixMicro(), `{"id":"`+s.ID+`","headline":"`+s.Headline+`"}`); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO pub_body VALUES ($1, $2)`, s.ID, body); err != nil {
					return err
				}
				start := time.Now()
				entries = append(entries, search.Prepare(s))
				prepare += time.Since(start)
			}
			start := time.Now()
			err := search.Put(ctx, tx, entries...)
			index += time.Since(start)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	n := time.Duration(a.n)
	fmt.Printf("%d stories: %v to prepare and %v to index each\n", a.n, prepare/n, index/n)
}

// BenchmarkSearch measures questions to an archive; -stories sets its size, -engine the database.
func BenchmarkSearch(b *testing.B) {
	open := dbtest.SQLite
	if *engine == "postgres" {
		open = dbtest.Postgres
	}
	d := open(b)
	newArchive(*stories).fill(b, d)
	if *engine == "postgres" {
		if err := d.InTx(b.Context(), func(tx *db.Tx) error { _, err := tx.Exec(b.Context(), `ANALYZE`); return err }); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range []struct{ name, query string }{
		{"rare", "lighthouse"},
		{"one in 100", "harbour"},
		{"one in 10", "police"},
		{"half", "said"},
		{"two common", "said government"},
		{"common and rare", "said lighthouse"},
		{"three", "police government harbour"},
		{"phrase", `"said police"`},
		{"phrase of common words", `"said government"`},
		{"filtered", "said section:world in:calgary"},
		{"filter alone", "section:world"},
		{"year", "said after:2018 before:2019"},
		{"exclusion", "said -government"},
		{"nothing", "zzzzzzz"},
	} {
		for _, sort := range []search.Sort{search.Newest, search.Best} {
			b.Run(c.name+"/"+string(sort), func(b *testing.B) {
				q := search.Parse(c.query, site)
				var took []time.Duration
				for b.Loop() {
					start := time.Now()
					if _, err := search.Search(b.Context(), d, q, search.Options{Lang: "en", Sort: sort, N: 20}); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			})
		}
	}
	b.Run("suggest", func(b *testing.B) {
		for b.Loop() {
			if _, err := search.Suggest(b.Context(), d, search.Parse("bacadq", site), "en"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
