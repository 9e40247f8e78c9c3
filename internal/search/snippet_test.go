package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"masthead/internal/db/dbtest"
	"masthead/internal/search"
)

// marked writes segments with the hits in brackets.
func marked(list []search.Segment) string {
	var b strings.Builder
	for _, s := range list {
		if s.Hit {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestSnippets(t *testing.T) {
	long := strings.Repeat("Many words that say little stand before it. ", 12) + "Then the Grain ships leave for the sea, and much more is said. " +
		strings.Repeat("Words follow that nobody asked for. ", 12)
	for _, c := range []struct {
		name, lang, headline, standfirst string
		body                             []string
		query, wantHeadline, wantSnippet string
	}{
		{"stems and case", "en", "SHIPPING grain", "", []string{"A ship’s cargo, shipped."}, "ships grains",
			"[SHIPPING] [grain]", "A [ship]’s cargo, [shipped]."},
		{"the paragraph that has most", "en", "News", "", []string{"Grain here.", "Grain on ships here."}, "grain ship",
			"News", "[Grain] on [ships] here."},
		{"standfirst first", "en", "News", "Grain!", []string{"Grain."}, "grain", "News", "[Grain]!"},
		{"phrase with a common word inside", "en", "News", "", []string{"Health of ministry; the Ministry of Health said."}, `"ministry of health"`,
			"News", "Health of ministry; the [Ministry of Health] said."},
		{"neighbours", "en", "News", "", []string{"grain grain ship"}, "grain ship", "News", "[grain] [grain] [ship]"},
		{"overlap", "en", "News", "", []string{"red deer park"}, `"red deer" "deer park"`, "News", "[red deer park]"},
		{"apostrophes", "fr", "L’eau d’Élise", "", []string{"Qu'est-ce que l'eau ?"}, "EAU elise", "L’[eau] d’[Élise]", "Qu'est-ce que l'[eau] ?"},
		{"ligature and accents", "fr", "Œuvres", "", []string{"Une œuvre élevée."}, "oeuvre eleve", "[Œuvres]", "Une [œuvre] [élevée]."},
		{"nothing in the text", "en", "Grain", "", []string{"First words.", "Second."}, "grain", "[Grain]", "First words."},
		{"no words asked for", "en", "Grain", "", []string{"First words."}, "section:world", "Grain", "First words."},
		{"no text", "en", "Grain", "", nil, "grain", "[Grain]", ""},
		{"excluded words are not marked", "en", "Grain", "", []string{"First."}, "grain -second", "[Grain]", "First."},
		{"long", "en", "News", "", []string{long}, "grain ships", "News",
			"… Many words that say little stand before it. Then the [Grain] [ships] leave for the sea, and much more is said. " +
				"Words follow that nobody asked for. Words follow that nobody asked for. Words follow that nobody asked for. Words …"},
		{"markup is only text", "en", "<b>Grain</b>", "", []string{"<script>grain</script>"}, "grain", "<b>[Grain]</b>", "<script>[grain]</script>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			s := story("a", c.lang, c.headline, date(2024, 1, 1), c.body...)
			s.Standfirst = c.standfirst
			put(t, d, s)
			r := find(t, d, c.query, search.Options{Lang: c.lang})
			if len(r.Hits) != 1 {
				t.Fatalf("%d hits", len(r.Hits))
			}
			if got := marked(r.Hits[0].Headline); got != c.wantHeadline {
				t.Errorf("headline\n got %q\nwant %q", got, c.wantHeadline)
			}
			if got := marked(r.Hits[0].Snippet); got != c.wantSnippet {
				t.Errorf("snippet\n got %q\nwant %q", got, c.wantSnippet)
			}
		})
	}
}

// TestSnippetCutsAnyText cuts texts without spaces, and with characters of several bytes, at every length.
func TestSnippetCutsAnyText(t *testing.T) {
	d := dbtest.SQLite(t)
	for _, filler := range []string{"é", "é ", "x, ", "word é’s ", "\xff"} {
		for n := 0; n < 300; n += 23 {
			text := strings.Repeat(filler, n) + " grain " + strings.Repeat(filler, 300-n)
			put(t, d, story("a", "en", "News", date(2024, 1, 1), text))
			r := find(t, d, "grain", search.Options{Lang: "en"})
			got := marked(r.Hits[0].Snippet)
			if !strings.Contains(got, "[grain]") || len(got) > 300 || filler != "\xff" && !utf8.ValidString(got) {
				t.Errorf("%q × %d: %q", filler, n, got)
			}
		}
	}
}
