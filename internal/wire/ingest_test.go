package wire_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/wire"
)

// noon is when the tests happen.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// ingest brings texts in, one file each, in their order.
func ingest(t testing.TB, d *db.DB, o wire.Options, texts ...string) wire.Report {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		write(t, dir, fmt.Sprintf("%03d", i), text)
	}
	r, err := wire.Ingest(context.Background(), d, []string{dir}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// version is a version of an item as ninjs 3; more is JSON that is put into it.
func version(guid string, n int, status, headline, more string) string {
	return fmt.Sprintf(`{"uri":%q,"version":"%d","versionCreated":"2026-03-01T%02d:00:00Z","firstCreated":"2026-03-01T00:00:00Z","type":"text",
	"pubStatus":%q,"language":"en","headlines":[{"value":%q}],"bodies":[{"role":"html","contentType":"text/html","value":"<p>%s: text of the story.</p>"}]%s}`,
		guid, n, n, status, headline, headline, more)
}

// item is what is known of a guid: the status of the wire, the story's state, and its headline for readers.
type item struct {
	id, status, state, headline, public string
	versions                            int
}

func find(t testing.TB, d *db.DB, guid string) item {
	t.Helper()
	ctx := context.Background()
	var it item
	var id *string
	if err := d.QueryRow(ctx, `SELECT story, status FROM wire_item WHERE guid = $1`, guid).Scan(&id, &it.status); err != nil {
		t.Fatalf("%s: %v", guid, err)
	}
	if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM wire_version WHERE guid = $1`, guid).Scan(&it.versions); err != nil {
		t.Fatal(err)
	}
	if id == nil {
		return it
	}
	it.id = *id
	s, err := content.Find(ctx, d, it.id)
	if err != nil {
		t.Fatal(err)
	}
	it.state, it.headline = string(s.State), s.Copy.Headline
	f, err := published.New(d).Record(d.Now()).Story(ctx, it.id)
	switch {
	case errs.Is(err, errs.NotFound):
	case err != nil:
		t.Fatal(err)
	case f.Story != nil:
		it.public = f.Story.Headline
	default:
		it.public = "410"
	}
	return it
}

func story(t testing.TB, d *db.DB, guid string) *published.Story {
	t.Helper()
	s, err := content.Find(context.Background(), d, find(t, d, guid).id)
	if err != nil {
		t.Fatal(err)
	}
	return &s.Copy
}

func count(t testing.TB, d *db.DB, table string) (n int) {
	t.Helper()
	if err := d.QueryRow(context.Background(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestVersions(t *testing.T) {
	v := func(n int, status string) string { return version("g", n, status, fmt.Sprintf("v%d", n), "") }
	tests := []struct {
		name  string
		files []string
		want  item
	}{
		{"one", []string{v(1, "usable")}, item{status: "usable", state: "live", headline: "v1", public: "v1", versions: 1}},
		{"update", []string{v(1, "usable"), v(2, "usable")}, item{status: "usable", state: "live", headline: "v2", public: "v2", versions: 2}},
		{"late", []string{v(2, "usable"), v(1, "usable")}, item{status: "usable", state: "live", headline: "v2", public: "v2", versions: 2}},
		{"repeated", []string{v(2, "usable"), v(1, "usable"), v(2, "usable"), v(1, "usable")}, item{status: "usable", state: "live", headline: "v2", public: "v2", versions: 2}},
		{"canceled", []string{v(1, "usable"), v(2, "canceled")}, item{status: "canceled", state: "taken-down", headline: "v1", public: "410", versions: 2}},
		{"canceled, then an older one", []string{v(1, "usable"), v(3, "canceled"), v(2, "usable")}, item{status: "canceled", state: "taken-down", headline: "v1", public: "410", versions: 3}},
		{"canceled before it came", []string{v(2, "canceled"), v(1, "usable")}, item{status: "canceled", versions: 2}},
		{"canceled, then a newer one", []string{v(1, "usable"), v(2, "canceled"), v(3, "usable")}, item{status: "canceled", state: "taken-down", headline: "v1", public: "410", versions: 3}},
		{"canceled late", []string{v(1, "usable"), v(3, "usable"), v(2, "canceled")}, item{status: "canceled", state: "taken-down", headline: "v3", public: "410", versions: 3}},
		{"withheld", []string{v(1, "withheld")}, item{status: "withheld", state: "draft", headline: "v1", versions: 1}},
		{"withheld, then usable", []string{v(1, "withheld"), v(2, "usable")}, item{status: "usable", state: "live", headline: "v2", public: "v2", versions: 2}},
		{"withheld later", []string{v(1, "usable"), v(2, "withheld")}, item{status: "withheld", state: "taken-down", headline: "v2", public: "410", versions: 2}},
		{"withheld and back", []string{v(1, "usable"), v(2, "withheld"), v(3, "usable")}, item{status: "usable", state: "live", headline: "v3", public: "v3", versions: 3}},
	}
	c := clock{noon}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
				portal(t, d)
				for run := range 2 { // the second changes nothing
					ingest(t, d, wire.Options{Publish: true}, test.files...)
					got := find(t, d, "g")
					got.id = ""
					if got != test.want {
						t.Errorf("run %d: %+v\nwant %+v", run, got, test.want)
					}
				}
			})
		})
	}
}

func TestDrafts(t *testing.T) {
	c := clock{noon}
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		portal(t, d)
		a := version("g", 1, "usable", "first", "")
		if r := ingest(t, d, wire.Options{}, a); r.New != 1 || r.Published != 0 {
			t.Errorf("%+v", r)
		}
		if got := find(t, d, "g"); got.state != "draft" || got.public != "" {
			t.Errorf("%+v", got)
		}
		// The same again with --publish: the draft that nobody touched becomes public.
		if r := ingest(t, d, wire.Options{Publish: true}, a); r.Published != 1 || r.Unchanged != 1 {
			t.Errorf("%+v", r)
		}
		if got := find(t, d, "g"); got.public != "first" || got.versions != 1 || count(t, d, "wire_message") != 1 {
			t.Errorf("%+v, %d messages", got, count(t, d, "wire_message"))
		}
	})
}

func TestEmbargo(t *testing.T) {
	c := clock{noon}
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		c.t = noon
		ctx := context.Background()
		portal(t, d)
		until := `,"embargoedUntil":"2026-03-02T18:00:00Z"`
		r := ingest(t, d, wire.Options{Publish: true}, version("g", 1, "usable", "secret", until),
			version("naive", 1, "usable", "naive", `,"embargoedUntil":"2026-03-02T09:00:00"`),
			version("odd", 1, "usable", "odd", `,"embargoedUntil":"next Friday"`),
			version("past", 1, "usable", "past", `,"embargoedUntil":"2026-03-02T08:00:00Z"`))
		if r.Embargoed != 2 || r.Published != 1 || r.Withheld != 1 || len(r.Problems) < 2 {
			t.Errorf("%+v", r)
		}
		for guid, want := range map[string]string{"g": "embargoed", "naive": "embargoed", "odd": "draft", "past": "live"} {
			if got := find(t, d, guid); got.state != want || (got.public != "") != (want == "live") {
				t.Errorf("%s: %+v", guid, got)
			}
		}
		ingest(t, d, wire.Options{Publish: true}, version("g", 2, "usable", "secret, longer held", `,"embargoedUntil":"2026-03-02T19:00:00Z"`))
		// Without --publish a later end must count all the same.
		ingest(t, d, wire.Options{}, version("g", 3, "usable", "secret, held longest", `,"embargoedUntil":"2026-03-02T20:00:00Z"`))
		release := func(at time.Time, want string) {
			t.Helper()
			c.t = at
			if _, _, err := content.ReleaseDue(ctx, d, "clock"); err != nil {
				t.Fatal(err)
			}
			if got := find(t, d, "g"); got.public != want {
				t.Errorf("at %s: %+v, want %q", at.Format(time.TimeOnly), got, want)
			}
		}
		release(noon.Add(7*time.Hour+59*time.Minute), "")
		release(noon.Add(8*time.Hour), "secret, held longest")
		if s := story(t, d, "g"); !s.Published.Equal(noon.Add(8 * time.Hour)) {
			t.Errorf("published %s", s.Published)
		}
		// The newsroom's clock released it; the wire may still update it.
		if ingest(t, d, wire.Options{Publish: true}, version("g", 4, "usable", "open", "")); find(t, d, "g").public != "open" {
			t.Errorf("%+v", find(t, d, "g"))
		}
	})
}

// TestEmbargoedUpdate: the text of an embargoed version of a public story stays inside.
func TestEmbargoedUpdate(t *testing.T) {
	c := clock{noon}
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		portal(t, d)
		r := ingest(t, d, wire.Options{Publish: true}, version("g", 1, "usable", "open", ""),
			version("g", 2, "usable", "canary", `,"embargoedUntil":"2026-03-02T18:00:00Z"`))
		if got := find(t, d, "g"); got.public != "open" || len(r.Problems) != 1 {
			t.Errorf("%+v, problems %v", got, r.Problems)
		}
	})
}

func TestEditedHere(t *testing.T) {
	c := clock{noon}
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		portal(t, d)
		ingest(t, d, wire.Options{Publish: true}, version("edited", 1, "usable", "one", ""), version("moved", 1, "usable", "one", ""),
			version("down", 1, "usable", "one", ""), version("killed", 1, "usable", "one", ""), version("corrected", 1, "usable", "one", ""))
		edit := func(guid string, fn func(k *content.Desk, s *content.Story) error) {
			t.Helper()
			_, err := content.Do(ctx, d, "editor", func(k *content.Desk) error {
				s, err := k.Story(ctx, find(t, d, guid).id)
				if err != nil {
					return err
				}
				return fn(k, s)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		edit("edited", func(k *content.Desk, s *content.Story) error {
			s.Copy.Headline = "ours"
			if _, err := k.Save(ctx, s.ID, s.Version, s.Copy, ""); err != nil {
				return err
			}
			_, err := k.Publish(ctx, s.ID, content.Publication{})
			return err
		})
		edit("moved", func(k *content.Desk, s *content.Story) error {
			s.Copy.Section = "sports"
			_, err := k.Save(ctx, s.ID, s.Version, s.Copy, "")
			return err
		})
		edit("down", func(k *content.Desk, s *content.Story) error { return k.TakeDown(ctx, s.ID, "for now") })
		edit("killed", func(k *content.Desk, s *content.Story) error { return k.Kill(ctx, s.ID, "for good") })
		edit("corrected", func(k *content.Desk, s *content.Story) error {
			_, err := k.Correct(ctx, s.ID, "It was two.", "end", time.Time{})
			return err
		})
		r := ingest(t, d, wire.Options{Publish: true}, version("edited", 2, "usable", "two", ""), version("moved", 2, "usable", "two", ""),
			version("down", 2, "usable", "two", ""), version("killed", 2, "usable", "two", ""), version("corrected", 2, "usable", "two", ""))
		if r.Edited != 4 || r.Updated != 5 || len(r.Problems) != 4 {
			t.Errorf("%+v", r)
		}
		for guid, want := range map[string]string{"edited": "ours", "moved": "two", "down": "410", "killed": "410", "corrected": "one"} {
			if got := find(t, d, guid); got.public != want {
				t.Errorf("%s: %+v, want %q", guid, got, want)
			}
		}
		if s := story(t, d, "moved"); s.Section != "sports" {
			t.Errorf("section %q: the newsroom's choice is lost", s.Section)
		}
		// A cancellation counts for an edited story too.
		ingest(t, d, wire.Options{Publish: true}, version("edited", 3, "canceled", "three", ""))
		if got := find(t, d, "edited"); got.public != "410" || got.headline != "ours" {
			t.Errorf("%+v", got)
		}
	})
}

func TestFeedDates(t *testing.T) {
	c := clock{noon}
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		c.t = noon
		portal(t, d)
		rss := `<rss version="2.0"><channel><title>Example</title><link>https://example.com/</link>
		<item><guid>https://example.com/none</guid><title>No date</title><description>Text one.</description></item>
		<item><guid>https://example.com/future</guid><title>Future</title><pubDate>Wed, 01 Jan 2098 10:00:00 GMT</pubDate><description>Text two.</description></item>
		<item><guid>https://example.com/twice</guid><title>Newer</title><pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate><description>Text three.</description></item>
		<item><guid>https://example.com/twice</guid><title>Older</title><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><description>Text four.</description></item>
		</channel></rss>`
		first := ingest(t, d, wire.Options{Publish: true}, rss)
		if first.New != 3 || first.Published != 3 || len(first.Problems) != 2 {
			t.Errorf("%+v", first)
		}
		c.t = noon.Add(time.Hour)
		if r := ingest(t, d, wire.Options{Publish: true}, rss, strings.Replace(rss, "No date", "No date, changed", 1)); r.Unchanged != 5 || r.Updated != 1 {
			t.Errorf("%+v", r)
		}
		for guid, want := range map[string]string{"none": "No date, changed", "future": "Future", "twice": "Newer"} {
			if got := find(t, d, "https://example.com/"+guid); got.public != want {
				t.Errorf("%s: %+v", guid, got)
			}
		}
		for _, guid := range []string{"none", "future"} {
			if s := story(t, d, "https://example.com/"+guid); !s.Published.Equal(noon) {
				t.Errorf("%s: published %s, arrived %s", guid, s.Published, noon)
			}
		}
	})
}

func TestSectionRegion(t *testing.T) {
	c := clock{noon}
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		if _, err := wire.Ingest(context.Background(), d, []string{write(t, t.TempDir(), "a", version("g", 1, "usable", "one", ""))}, wire.Options{Section: "any", Region: "where"}); err != nil {
			t.Errorf("a portal without sections: %v", err)
		}
		portal(t, d)
		for _, o := range []wire.Options{{Section: "sprots"}, {Region: "halifacks"}} {
			_, err := wire.Ingest(context.Background(), d, []string{t.TempDir()}, o)
			if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "sprots") && !strings.Contains(err.Error(), "halifacks") ||
				!strings.Contains(err.Error(), "use one of") {
				t.Errorf("%+v: %v", o, err)
			}
		}
		ingest(t, d, wire.Options{Region: "halifax"}, version("a", 1, "usable", "one", `,"subjects":[{"name":"sport","uri":"http://cv.iptc.org/newscodes/mediatopic/15000000"}]`),
			version("b", 1, "usable", "one", `,"subjects":[{"name":"Government","literal":"11006005"}]`), version("c", 1, "usable", "one", ""))
		for guid, want := range map[string]string{"a": "sports", "b": "politics", "c": "local"} {
			if s := story(t, d, guid); s.Section != want || len(s.Regions) != 1 {
				t.Errorf("%s: section %q, regions %v", guid, s.Section, s.Regions)
			}
		}
	})
}

// TestText shows what of an item a story takes over.
func TestText(t *testing.T) {
	tests := []struct {
		name, more string
		check      func(s *published.Story) (got, want string)
	}{
		{"dateline moved", `,"located":"ODESA, Ukraine","bodies":[{"contentType":"text/html","value":"<p>ODESA, Ukraine (AP) — Ships <a href=\"https://example.com/a\">left port</a> again.</p>"}]`,
			func(s *published.Story) (string, string) {
				return s.Dateline + "|" + doc.Text(s.Body), "ODESA, Ukraine|Ships left port again."
			}},
		{"dateline stays", `,"bodies":[{"contentType":"text/html","value":"<p>ODESA, Ukraine (AP) — Ships left.</p>"}]`,
			func(s *published.Story) (string, string) {
				return s.Dateline + "|" + doc.Text(s.Body), "|ODESA, Ukraine (AP) — Ships left."
			}},
		{"another place", `,"located":"Kyiv","bodies":[{"contentType":"text/html","value":"<p>ODESA (AP) — Ships left.</p>"}]`,
			func(s *published.Story) (string, string) {
				return s.Dateline + "|" + doc.Text(s.Body), "|ODESA (AP) — Ships left."
			}},
		{"a word that begins like the place", `,"located":"Rome","bodies":[{"contentType":"text/html","value":"<p>Romeo - a play.</p>"}]`,
			func(s *published.Story) (string, string) {
				return s.Dateline + "|" + doc.Text(s.Body), "|Romeo - a play."
			}},
		{"bylines", `,"by":"By Mia Example and Jean d’Été, The Canadian Press"`, func(s *published.Story) (string, string) {
			return fmt.Sprint(s.Bylines), "[{ Mia Example } { Jean d’Été }]"
		}},
		{"byline with position", `,"by":"By ANNA EXAMPLE, Business Writer"`, func(s *published.Story) (string, string) {
			return fmt.Sprint(s.Bylines), "[{ ANNA EXAMPLE Business Writer}]"
		}},
		{"two names", `,"by":"Maria Example, Jean Essai"`, func(s *published.Story) (string, string) {
			return fmt.Sprint(s.Bylines), "[{ Maria Example } { Jean Essai }]"
		}},
		{"name and house", `,"by":"Aaron J. Example, Northern State University"`, func(s *published.Story) (string, string) {
			return fmt.Sprint(s.Bylines), "[{ Aaron J. Example Northern State University}]"
		}},
		{"agency byline", `,"by":"The Associated Press"`, func(s *published.Story) (string, string) { return fmt.Sprint(s.Bylines), "[]" }},
		{"initials", `,"by":"gr/bp"`, func(s *published.Story) (string, string) { return fmt.Sprint(s.Bylines), "[]" }},
		{"language", `,"language":"fr-CA"`, func(s *published.Story) (string, string) { return s.Language, "fr" }},
		{"provider", `,"infoSources":[{"role":"provider","literal":"reuters.com"}]`, func(s *published.Story) (string, string) { return s.Source, "Reuters" }},
		{"topics", `,"subjects":[{"name":"f"},{"name":"Fishing industry"},{"name":"fishing industry"},{"literal":"medtop:20000350"},{"name":"TSX:T"}]`,
			func(s *published.Story) (string, string) {
				return fmt.Sprint(s.Topics), "[{fishing-industry Fishing industry}]"
			}},
		{"standfirst", `,"descriptions":[{"value":"What the council decided."}]`, func(s *published.Story) (string, string) { return s.Standfirst, "What the council decided." }},
		{"standfirst repeats the text", `,"descriptions":[{"value":"Head: text of the st…"}]`, func(s *published.Story) (string, string) { return s.Standfirst, "" }},
		{"no headline", `,"headlines":[],"bodies":[{"contentType":"text/plain","value":"Flash: the bridge is open.\n\nMore follows."}]`, func(s *published.Story) (string, string) {
			return s.Headline + "|" + doc.Text(s.Body), "Flash: the bridge is open.|Flash: the bridge is open.\n\nMore follows."
		}},
		{"table", `,"bodies":[{"contentType":"text/html","value":"<p>Results</p><table><tr><td>Añé</td><td>3</td></tr></table>"}]`, func(s *published.Story) (string, string) {
			return doc.Text(s.Body), "Results\n\nAñé\t3"
		}},
		{"no picture of others", `,"bodies":[{"contentType":"text/html","value":"<p>Text <img src=\"https://example.com/pixel.gif\">here.</p>"}]`, func(s *published.Story) (string, string) {
			return fmt.Sprint(doc.Text(s.Body), doc.MediaIDs(s.Body)), "Text here.[]"
		}},
		{"hostile", `,"bodies":[{"contentType":"text/html","value":"<p onclick=x()>Text<script>alert(1)</script> here.</p>"}]`, func(s *published.Story) (string, string) {
			return doc.HTML(s.Body, doc.Env{}), "<p>Text here.</p>"
		}},
	}
	d := dbtest.SQLiteAt(t, (&clock{noon}).now)
	portal(t, d)
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			guid := fmt.Sprint("g", i)
			text := version(guid, 1, "usable", "Head", "")
			for _, field := range []string{"bodies", "headlines", "language"} { // more replaces
				if strings.Contains(test.more, `,"`+field+`"`) {
					text = strings.Replace(text, `"`+field+`"`, `"x`+field+`"`, 1)
				}
			}
			text = strings.TrimSuffix(text, "}") + test.more + "}"
			if r := ingest(t, d, wire.Options{Publish: true}, text); r.Published != 1 {
				t.Fatalf("%+v", r)
			}
			if got, want := test.check(story(t, d, guid)); strings.TrimSpace(got) != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}
