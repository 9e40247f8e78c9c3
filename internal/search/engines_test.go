package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/published"
	"masthead/internal/search"
)

// TestEnginesAgree keeps random archives in both databases and asks both the same random questions.
func TestEnginesAgree(t *testing.T) {
	both := []*db.DB{dbtest.SQLite(t), dbtest.Postgres(t)}
	ctx := context.Background()
	vocabulary := rapid.SampledFrom([]string{"grain", "grains", "ship", "the", "of", "port", "Élan", "elan", "l’eau", "Saint-Jean", "jean", "U.S.", "œuf", "a", "x"})
	sentence := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(vocabulary, 0, 6).Draw(t, "words"), rapid.SampledFrom([]string{" ", ", ", "-", "’"}).Draw(t, "between"))
	})
	language := rapid.SampledFrom([]string{"en", "fr", "uk"})
	section := rapid.SampledFrom([]string{"world", "europe", "sports"})
	term := rapid.Custom(func(t *rapid.T) string {
		not := rapid.SampledFrom([]string{"", "", "-"}).Draw(t, "not")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return not + "section:" + section.Draw(t, "section")
		case 1:
			return not + `by:"` + sentence.Draw(t, "name") + `"`
		case 2:
			return rapid.SampledFrom([]string{"after:2024-01-02", "before:2024-01-03", "before:2024-01-02", "in:calgary", "-in:quebec"}).Draw(t, "filter")
		case 3:
			return not + `"` + sentence.Draw(t, "phrase") + `"`
		}
		return not + vocabulary.Draw(t, "word")
	})
	present := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		var list []*published.Story
		for range rapid.IntRange(1, 6).Draw(t, "stories") {
			// Few ids, so that stories replace each other.
			s := story(fmt.Sprint("s", rapid.IntRange(0, 9).Draw(t, "id")), language.Draw(t, "language"), sentence.Draw(t, "headline"),
				date(2024, 1, 1).Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hour"))*time.Hour),
				rapid.SliceOfN(sentence, 0, 3).Draw(t, "body")...)
			s.Section, s.Standfirst = section.Draw(t, "section"), sentence.Draw(t, "standfirst")
			s.Bylines = []published.Byline{{Name: sentence.Draw(t, "byline")}}
			s.Regions = rapid.SliceOfN(rapid.SampledFrom([]string{"calgary", "quebec"}), 0, 2).Draw(t, "regions")
			list = append(list, s)
		}
		lang := language.Draw(t, "asked language")
		queries := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(term, 1, 4).Draw(t, "terms"), " ")
		}), 4, 4).Draw(t, "queries")
		for _, d := range both {
			err := d.InTx(ctx, func(tx *db.Tx) error {
				for id := range present {
					if err := search.Remove(ctx, tx, id); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			put(t, d, list...)
		}
		for _, s := range list {
			present[s.ID] = true
		}
		for _, q := range queries {
			for _, sort := range []search.Sort{search.Newest, search.Best} {
				o := search.Options{Lang: lang, Sort: sort, N: 100}
				lite, pg := find(t, both[0], q, o), find(t, both[1], q, o)
				if ids(lite) != ids(pg) || lite.Total != pg.Total || fmt.Sprint(lite.Facets) != fmt.Sprint(pg.Facets) {
					t.Fatalf("%s %q by %s: SQLite found %q (%d), PostgreSQL %q (%d)", lang, q, sort, ids(lite), lite.Total, ids(pg), pg.Total)
				}
			}
		}
	})
}

// TestStoryFindsItself indexes any text and asks for each of its words, as they stand between spaces.
func TestStoryFindsItself(t *testing.T) {
	d := dbtest.SQLite(t)
	part := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\pL\pM\pN'’.-]{0,12}`), rapid.SampledFrom([]string{
		"Odesa’s", "L’œuvre", "s’est", "élevée", "北京的春天", "ｶﾅ", "U.S.", "don't", "1,000", "½", "ﬁn", "Ⅷ", "İstanbul", "a'", "''", "x\u0301\u0327"}))
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"en", "fr", "de"}).Draw(t, "language")
		text := strings.Join(rapid.SliceOfN(part, 0, 5).Draw(t, "parts"), " ")
		put(t, d, story("a", lang, "zebra", date(2024, 1, 1), text))
		for _, p := range strings.Fields(text) {
			if len(p) > 400 || !utf8.ValidString(p) || strings.ContainsAny(p, "\"“”„«»\ufffd") {
				continue
			}
			if got := find(t, d, `zebra "`+p+`"`, search.Options{Lang: lang, N: 2}).Total; got != 1 {
				t.Fatalf("%q in %q (%s): %d found", p, text, lang, got)
			}
		}
	})
}
