package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/published"
	"masthead/internal/published/publish"
	"masthead/internal/search"
)

var site = &published.Site{
	Languages: []string{"en", "fr"}, Zone: "America/Edmonton",
	Sections: []published.Section{
		{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}},
		{Slug: "europe", Parent: "world", Name: map[string]string{"en": "Europe", "fr": "Europe"}},
		{Slug: "sports", Name: map[string]string{"en": "Sports", "fr": "Sports"}},
	},
	Regions: []published.Region{
		{Slug: "calgary", Name: "Calgary", Province: "Alberta", Abbrev: "Alta."},
		{Slug: "red-deer", Name: "Red Deer", Province: "Alberta", Abbrev: "Alta."},
		{Slug: "quebec", Name: "Quebec City", NameFR: "Québec", Province: "Quebec"},
	},
}

func paragraph(text string, marks ...doc.Mark) doc.Node {
	return doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text, Marks: marks}}}
}

// story is a story with what the tests do not care about filled in.
func story(id, lang, headline string, at time.Time, body ...string) *published.Story {
	s := &published.Story{ID: id, Slug: "s", Language: lang, Section: "world", Kind: "story", Headline: headline,
		Published: at, Updated: at, Modified: at, Body: doc.Node{Type: "doc"}}
	for _, text := range body {
		s.Body.Content = append(s.Body.Content, paragraph(text))
	}
	return s
}

// failer is what a test and a property have in common.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func put(t failer, d *db.DB, list ...*published.Story) {
	t.Helper()
	ctx := context.Background()
	err := d.InTx(ctx, func(tx *db.Tx) error {
		for _, s := range list {
			snap, err := publish.Prepare(s, site)
			if err != nil {
				return err
			}
			if _, err := publish.Put(ctx, tx, snap); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func find(t failer, d *db.DB, text string, o search.Options) search.Results {
	t.Helper()
	if o.N == 0 {
		o.N = 100
	}
	r, err := search.Search(context.Background(), d, search.Parse(text, site), o)
	if err != nil {
		t.Fatalf("search %q: %v", text, err)
	}
	return r
}

func ids(r search.Results) string {
	var list []string
	for _, h := range r.Hits {
		list = append(list, h.Card.ID)
	}
	return strings.Join(list, " ")
}

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC) }

// newsroom is the archive that the query tables ask.
func newsroom() []*published.Story {
	grain := story("grain", "en", "Grain ships leave Odesa’s port", date(2024, 11, 22),
		"The first ships carrying grain sailed on Friday.", "The ministry of health said nothing.")
	grain.Standfirst = "Exports resume under a new deal"
	grain.Regions = []string{"calgary"}
	grain.Bylines = []published.Byline{{Slug: "amina-okafor", Name: "Amina Okafor"}}
	grain.Topics = []published.Topic{{Slug: "ukraine", Name: "Ukraine"}}

	health := story("health", "en", "Hospitals wait", date(2024, 10, 1), "A grain of hope. Not guilty, said the ministry of culture; health came later.")
	health.Section, health.Regions = "europe", []string{"red-deer", "calgary"}
	health.Bylines = []published.Byline{{Name: "Jean Okafor"}}
	health.Body.Content = append(health.Body.Content, doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text",
		Text: "“We cope,” she said.", Marks: []doc.Mark{{Type: "quote", Attrs: doc.Attrs{"speaker": "Zofia Łukasz"}}}}}})

	video := story("video", "en", "Skating on the canal", date(2023, 2, 3), "Skaters skated.")
	video.Section, video.Kind, video.Regions = "sports", "video", []string{"quebec"}
	video.Lead = &published.Lead{Media: "m", Title: "The long glide", Caption: "A rink at dusk", Alt: "Two people on blades", Credit: "Ana Núñez"}
	video.Media = map[string]doc.Media{"m": {ID: "m", Kind: "video", Transcript: "welcome to wintertime"},
		"g": {ID: "g", Kind: "photo", Caption: "Library words"}}
	video.Body.Content = append(video.Body.Content, doc.Node{Type: "gallery", Attrs: doc.Attrs{"items": []any{
		map[string]any{"media": "g", "alt": "thermos"}}}})

	election := story("election", "fr", "Élections : l’eau au cœur du débat", date(2024, 6, 1),
		"La première ministre s’est élevée contre les œuvres d’Ottawa.", "Aujourd’hui, les électeurs votent à Saint-Jean.")
	election.Regions = []string{"quebec"}
	marche := story("marche", "fr", "Le marché ferme", date(2024, 6, 2), "Les travaux des écoles sont finis. Saint homme, Jean part.")
	german := story("german", "de", "Die Häuser", date(2024, 1, 1), "Straße und Häuser")
	chinese := story("chinese", "zh", "北京的春天", date(2024, 1, 1), "今天天气很好")
	return []*published.Story{grain, health, video, election, marche, german, chinese}
}

func TestSearchFinds(t *testing.T) {
	en, fr := "en", "fr"
	table := []struct{ lang, query, want string }{
		{en, "grain", "grain health"},
		{en, "GRAINS", "grain health"},
		{en, "ship", "grain"},
		{en, "sailing carried", "grain"},
		{en, "carry exporting", "grain"},
		{en, "odesa", "grain"},
		{en, "Odesa's", "grain"},
		{en, "skate", "video"},
		{en, "grain hope", "health"},
		{en, "grain -hope", "grain"},
		{en, "grain -ship", "health"},
		{en, `-"ministry of health" grain`, "health"},
		{en, `"ministry of health"`, "grain"},
		{en, `"ministry health"`, "grain"},
		{en, `"health ministry"`, ""},
		{en, "ministry health", "grain health"},
		{en, `"friday ministry"`, ""}, // the end of one paragraph and the beginning of the next
		{en, `"port exports"`, ""},    // the end of the headline and the beginning of the standfirst
		{en, `"ships leave`, "grain"}, // no closing quote
		{en, "“ships leave”", "grain"},
		{en, "-grain", "video"},
		{en, "not guilty", "health"},
		{en, "ukraine", "grain"},
		{en, "amina", "grain"},
		{en, "lukasz", "health"}, // quoted in the text
		{en, "glide", "video"}, {en, "dusk", "video"}, {en, "blade", "video"}, {en, "nunez", "video"},
		{en, "thermos", "video"}, {en, "library", "video"}, {en, "wintertime", "video"},
		{en, "the", ""}, {en, "the of grain", "grain health"}, {en, "", ""}, {en, "!?", ""},
		{en, "section:world", "grain health"},
		{en, "section:Europe", "health"},
		{en, "section:Monde", "grain health"},
		{en, "-section:europe grain", "grain"},
		{en, "section:europe section:sports", "health video"},
		{en, "section:nowhere", ""},
		{en, "in:calgary", "grain health"},
		{en, "in:red-deer", "health"},
		{en, `in:"Red Deer"`, "health"},
		{en, "in:alberta -in:red-deer", "grain"},
		{en, "in:québec", "video"},
		{en, "by:okafor", "grain health"},
		{en, `by:"amina okafor"`, "grain"},
		{en, "by:amina-okafor", "grain"},
		{en, `by:okafor -by:"amina okafor"`, "health"},
		{en, "kind:video", "video"},
		{en, "KIND:Video skating", "video"},
		{en, "-kind:video", "grain health"},
		{en, "before:2024", "video"},
		{en, "after:2024", "grain health"},
		{en, "after:2024-10-02", "grain"},
		{en, "after:2024-10 before:2024-11", "health"},
		{en, "before:2024-11-22", "health video"},
		{en, "grain after:2030", ""},
		{en, "grain before:soon", ""}, // words
		{en, "election", ""},          // another language
		{fr, "election", "election"},
		{fr, "élection", "election"},
		{fr, "eau", "election"}, {fr, "l'eau", "election"}, {fr, "L’EAU", "election"},
		{fr, "oeuvre", "election"}, {fr, "œuvre", "election"},
		{fr, "premier", "election"}, {fr, "premiere", "election"}, {fr, "élever", "election"}, {fr, "eleve", "election"},
		{fr, "aujourd'hui", "election"}, {fr, "aujourd’hui", "election"},
		{fr, "Saint-Jean", "election"}, {fr, "saint jean", "marche election"},
		{fr, "marche", "marche"}, {fr, "marchés", "marche"}, {fr, "école", "marche"}, {fr, "travail", ""},
		{fr, "électeur", "election"},
		{"de", "haeuser", ""}, {"de", "häuser", "german"}, {"de", "strasse", "german"}, {"de-CH", "Hauser", "german"},
		{"zh", "北京", "chinese"}, {"zh", "天京", ""}, {"zh", "天气", "chinese"},
		{"", "grain", ""},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, newsroom()...)
		for _, c := range table {
			for _, sort := range []search.Sort{search.Newest, search.Best} {
				r := find(t, d, c.query, search.Options{Lang: c.lang, Sort: sort})
				got := ids(r)
				if got != c.want {
					t.Errorf("%s %q by %s: got %q, want %q", c.lang, c.query, sort, got, c.want)
				}
				if r.Total != len(r.Hits) || r.More {
					t.Errorf("%s %q: total %d (more: %t) of %d", c.lang, c.query, r.Total, r.More, len(r.Hits))
				}
			}
		}
	})
}

func TestBestMatchPutsHeadlineFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := date(2024, 1, 1)
		body := story("body", "en", "Other news", at.AddDate(0, 0, 5), "The flood rose; a warning came.")
		lede := story("lede", "en", "The flood", at.AddDate(0, 0, 3), "More.")
		lede.Standfirst = "A warning"
		head := story("head", "en", "Flood warnings", at, "More.")
		newer := story("newer", "en", "Warning: flood", at.AddDate(0, 0, 1), "More.")
		put(t, d, body, lede, head, newer)
		for _, c := range []struct {
			o    search.Options
			want string
		}{
			{search.Options{Sort: search.Best}, "newer head lede body"},
			{search.Options{Sort: search.Best, Offset: 1, N: 2}, "head lede"},
			{search.Options{Sort: search.Best, Offset: 3, N: 2}, "body"},
			{search.Options{Sort: search.Best, Offset: 4, N: 2}, ""},
			{search.Options{Sort: search.Newest}, "body lede newer head"},
			{search.Options{Sort: search.Newest, Offset: 2, N: 1}, "newer"},
		} {
			c.o.Lang = "en"
			if got := ids(find(t, d, "flood warning", c.o)); got != c.want {
				t.Errorf("%+v: got %q, want %q", c.o, got, c.want)
			}
		}
	})
}

func TestFacetsCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, newsroom()...)
		got := fmt.Sprint(find(t, d, "-zebra", search.Options{Lang: "en"}).Facets)
		want := "{[{europe 1} {sports 1} {world 1}] [{calgary 2} {quebec 1} {red-deer 1}] [{story 2} {video 1}] [{2024 2} {2023 1}]}"
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
}

func TestUpdateAndRemove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := story("a", "en", "Apples", date(2024, 1, 1), "Pears")
		put(t, d, s)
		s.Headline, s.Section = "Plums", "sports"
		put(t, d, s, story("b", "en", "Plums too", date(2024, 1, 1)))
		for query, want := range map[string]string{"apples": "", "pears": "a", "plums": "b a", "section:world": "b", "section:sports": "a"} {
			if got := ids(find(t, d, query, search.Options{Lang: "en"})); got != want {
				t.Errorf("after update %q: got %q, want %q", query, got, want)
			}
		}
		s.Published = date(2024, 3, 1)
		s.Language = "fr"
		put(t, d, s)
		if got := ids(find(t, d, "plums", search.Options{Lang: "en"})); got != "b" {
			t.Errorf("after moving: got %q", got)
		}
		if got := ids(find(t, d, "plums after:2024-02", search.Options{Lang: "fr"})); got != "a" {
			t.Errorf("after moving: got %q", got)
		}
		for range 2 { // the second removes nothing
			if err := d.InTx(ctx, func(tx *db.Tx) error { return search.Remove(ctx, tx, "a") }); err != nil {
				t.Fatal(err)
			}
		}
		if got := find(t, d, "plums", search.Options{Lang: "fr"}); got.Total != 0 || len(got.Hits) != 0 {
			t.Errorf("after removal: got %+v", got)
		}
	})
}

func TestManyStoriesInOneSecond(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var list []*published.Story
		for i := range 2100 {
			list = append(list, story(fmt.Sprintf("s%04d", i), "en", "Imported", date(2020, 5, 1)))
		}
		put(t, d, list...)
		put(t, d, story("next", "en", "Imported", date(2020, 5, 2)))
		r := find(t, d, "imported", search.Options{Lang: "en", N: 3})
		if r.Total != search.Cap || !r.More || ids(r) != "next s2099 s2098" {
			t.Errorf("got %d: %s", r.Total, ids(r))
		}
	})
}

func TestHostileQueries(t *testing.T) {
	queries := []string{
		`"`, `""`, `" OR 1`, `grain' OR '1'='1`, `grain*`, `^grain`, `{head} : grain`, `grain NEAR(ship)`, `NEAR("a" "b", 5)`,
		`(grain`, `grain)`, `grain AND`, `NOT`, `AND OR NOT`, `-`, `--grain`, `-"`, `a:b:c`, `:`, `section:`, `in:""`, `by:"`, `kind:'x'`,
		`section:world" OR "`, "grain\x00ship", "\xff\xfe", "grain & !ship | x", "grain <-> ship", `\' grain \\`, "$1 %s ?", "в’язень", "ﬁnal ½ Ⅷ",
		"before:9999-99-99", "after:-1", "before:2024-02-30", "after:2024-1-1-1", "in:İstanbul", "by:_", "section:%",
		strings.Repeat("grain ", 500), strings.Repeat("g", 5000), strings.Repeat(`"`, 999), strings.Repeat("é", 2000), strings.Repeat("-section:x ", 99),
		`"` + strings.Repeat("ship grain ", 60) + `"`,
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, newsroom()...)
		for _, q := range queries {
			for _, lang := range []string{"en", "fr", "zh", "x'y\"", ""} {
				r := find(t, d, q, search.Options{Lang: lang, Sort: search.Best})
				if r.Total > 3 {
					t.Errorf("%q found %d", q, r.Total)
				}
			}
		}
		if n := find(t, d, "-zebra", search.Options{Lang: "en"}).Total; n != 3 {
			t.Errorf("%d stories left", n)
		}
	})
}

func TestHostileStoryIsIndexed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := story("x", "EN-ca'; DROP", "Quotes ' \" \\ and \x00 bytes \xff here", time.Unix(-5e9, 0), "")
		s.Section, s.Kind, s.Regions = "a|b,c'\"", "", []string{"", "|", strings.Repeat("r", 300)}
		var b strings.Builder
		for i := range 40_000 {
			fmt.Fprintf(&b, "%s%d ", strings.Repeat("w", 60), i)
		}
		for i := range 17_000 {
			fmt.Fprintf(&b, "word%d ", i)
		}
		s.Body.Content = []doc.Node{paragraph(b.String())}
		deep := doc.Node{Type: "paragraph"}
		for range 10_000 {
			deep = doc.Node{Type: "blockquote", Content: []doc.Node{deep}}
		}
		s.Body.Content = append(s.Body.Content, deep)
		ctx := context.Background()
		err := d.InTx(ctx, func(tx *db.Tx) error { return search.Put(ctx, tx, search.Prepare(s)) })
		if err != nil {
			t.Fatal(err)
		}
		r, err := search.Search(ctx, d, search.Parse("quotes bytes", nil), search.Options{Lang: "en"})
		if err != nil || r.Total != 1 {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

func TestSuggest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, newsroom()...)
		put(t, d, story("g2", "en", "Grief and grain", date(2024, 1, 1)), story("g3", "en", "Mining", date(2024, 1, 1)))
		for _, c := range []struct{ lang, query, want string }{
			{"en", "grian", "grain"},
			{"en", "Grian shipps", "grain ships"},
			{"en", `"grian ships" in:calgary`, `"grain ships" in:calgary`},
			{"en", "hospitels -grian", "hospitals -grian"},
			{"en", "grain", ""},
			{"en", "zzzzzz", ""},
			{"en", "minning", "mining"},
			{"fr", "elecsions", "élections"},
			{"fr", "grian", ""},
			{"en", "", ""},
		} {
			got, err := search.Suggest(context.Background(), d, search.Parse(c.query, site), c.lang)
			if err != nil || got != c.want {
				t.Errorf("%s %q: got %q, %v; want %q", c.lang, c.query, got, err, c.want)
			}
		}
	})
}
