package workflow_test

import (
	"fmt"
	"testing"
	"time"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/identity"
	"masthead/internal/workflow"
)

// benchStories is how many stories the lists are measured with.
const benchStories = 500_000

// fill writes stories by SQL: most live, in twenty sections of very different size, some waiting, few in work.
func fill(b *testing.B, d *db.DB) {
	b.Helper()
	err := d.InTx(b.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(b.Context(), `INSERT INTO story (id, state, version, section, headline, due, published, created, updated,
				language, slug, author, assignee, words, picture, places, out, kind)
			WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT))
			SELECT 'story' || (1000000 + i),
				CASE WHEN i % 5000 = 0 THEN 'ready' WHEN i % 5000 = 1 THEN 'scheduled' WHEN i % 500 = 2 THEN 'in-edit' WHEN i % 100 = 3 THEN 'draft'
					WHEN i % 100 = 4 THEN 'spiked' WHEN i % 1000 = 5 THEN 'taken-down' ELSE 'live' END,
				5, CASE WHEN i % 2 = 0 THEN 'world' WHEN i % 1000 = 7 THEN 'chess' ELSE 'section' || (i % 19) END,
				'Headline ' || (i * 7919 % $1) || ' about the river',
				CASE WHEN i % 5000 = 1 THEN CAST($2 AS BIGINT) + i END, CASE WHEN i % 100 > 4 THEN CAST($2 AS BIGINT) - ($1 - i) * 60000000 END,
				CAST($2 AS BIGINT) - ($1 - i) * 60000000, CAST($2 AS BIGINT) - ($1 - i) * 60000000,
				CASE WHEN i % 50 = 9 THEN 'fr' ELSE 'en' END, 'headline-' || (i * 7919 % $1) || '-about-the-river',
				'account' || (i % 200), CASE WHEN i % 3 = 0 THEN '' ELSE 'account' || (i % 150) END,
				400, i % 10 <> 0, CASE WHEN i % 4 = 0 THEN 'calgary' WHEN i % 5000 = 8 THEN 'red-deer' ELSE '' END,
				CASE WHEN i % 10000 = 6 THEN 4 ELSE 5 END, CASE WHEN i % 5000 = 10 THEN 'obituary' WHEN i % 20 = 0 THEN 'video' ELSE 'story' END
			FROM n`, benchStories, noon.UnixMicro())
		if err == nil {
			_, err = tx.Exec(b.Context(), `ANALYZE`)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkList measures the lists of the Stories screen and the numbers beside its views.
func BenchmarkList(b *testing.B) {
	yes, no := true, false
	queries := map[string]workflow.Query{
		"all": {}, "world": {Section: "world"}, "chess": {Section: "chess"}, "unknown": {Section: "none"}, "live": {State: []string{"live"}},
		"changed": {State: []string{"changed"}}, "ready": {State: []string{"ready"}}, "work": {State: []string{"draft", "in-edit", "ready"}},
		"spiked": {State: []string{"spiked"}}, "killed": {State: []string{"killed"}}, "waiting": {State: []string{"scheduled", "embargoed"}, Sort: "due"},
		"due": {Sort: "due"}, "mine": {Mine: "account7"}, "mine-ready": {Mine: "account7", State: []string{"ready"}},
		"assigned-live": {Assignee: "account7", State: []string{"live", "changed"}}, "nobody": {Assignee: "none"}, "nobody-chess": {Assignee: "none", Section: "chess"},
		"world-changed": {Section: "world", State: []string{"changed"}}, "world-obituary": {Section: "world", Kind: "obituary"},
		"world-fr": {Section: "world", Language: "fr"}, "language": {Language: "de"}, "chess-fr-nophoto": {Section: "chess", Language: "fr", Picture: &no},
		"photo": {Picture: &yes}, "nophoto-video": {Picture: &no, Kind: "video"}, "region": {Region: "calgary"}, "region-rare": {Region: "red-deer"},
		"region-none": {Region: "nowhere"}, "world-region-none": {Section: "world", Region: "nowhere"}, "live-region-none": {State: []string{"live"}, Region: "nowhere"},
		"text": {Text: "river"}, "text-none": {Text: "zeppelin"}, "world-text-none": {Section: "world", Text: "zeppelin flies"}, "id": {Text: "story1000100"},
		"today": {Today: true}, "old": {To: noon.AddDate(0, -6, 0)}, "old-world": {Section: "world", To: noon.AddDate(0, -6, 0)},
		"headline": {Sort: "headline"}, "headline-live": {Sort: "headline", State: []string{"live"}}, "headline-ready": {Sort: "headline", State: []string{"ready"}},
		"headline-world-text-none": {Sort: "headline", Section: "world", Text: "zeppelin"}, "due-world": {Sort: "due", Section: "world"},
	}
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			fill(b, d)
			r := workflow.New(workflow.Config{DB: d})
			who := &identity.Person{ID: "rosa", Role: identity.Editor}
			for name, q := range queries {
				measure(b, name, func() error {
					_, err := r.List(b.Context(), who, q)
					return err
				})
				measure(b, name+"-count", func() error {
					_, err := r.Counts(b.Context(), who, q)
					return err
				})
			}
			measure(b, "tenth-page", func() error {
				q := workflow.Query{Limit: 200, Section: "world"}
				for range 10 {
					l, err := r.List(b.Context(), who, q)
					if err != nil {
						return err
					}
					q.Cursor = l.Next
				}
				return nil
			})
		})
	}
}

// measure runs a list and complains if one takes longer than a person should wait.
func measure(b *testing.B, name string, fn func() error) {
	b.Run(name, func(b *testing.B) {
		began := time.Now()
		n := 0
		for b.Loop() {
			n++
			if err := fn(); err != nil {
				b.Fatal(err)
			}
		}
		if each := time.Since(began) / time.Duration(n); each > 200*time.Millisecond {
			fmt.Printf("SLOW %s: %s\n", b.Name(), each)
		}
	})
}
