package nitf_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/format/date"
	"masthead/internal/format/nitf"
)

type stamp struct{ Raw, UTC string }

// facts are what expected.json says of a file.
type facts struct {
	GUID, Title, Urgency, Headline, Headline2, Byline, Dateline, Distributor, Abstract, EdNote, Language, Tagline, Fixture string
	PubStatus                                                                                                              string `json:"pub_status"`
	BylineTitle                                                                                                            string `json:"byline_title"`
	DuKey                                                                                                                  string `json:"du_key"`
	DuKeyVersion                                                                                                           string `json:"du_key_version"`
	DuKeyGeneration                                                                                                        string `json:"du_key_generation"`
	RegSrc                                                                                                                 string `json:"doc_id_regsrc"`
	TobjectType                                                                                                            string `json:"tobject_type"`
	PropertyType                                                                                                           string `json:"property_type"`
	RefersTo                                                                                                               string `json:"management_idref"`
	Issued, Release, Expire                                                                                                stamp
	Keywords                                                                                                               []string
	Subjects                                                                                                               []struct{ Code, Scheme, Type, Matter, Detail string }
	Copyright                                                                                                              struct{ Holder, Year string }
	Series                                                                                                                 struct{ Name string }
	Meta                                                                                                                   map[string]string
	Media                                                                                                                  []struct{ Type, Source, Caption string }
	BodyStart                                                                                                              string `json:"body_start"`
	BodyEnd                                                                                                                string `json:"body_end"`
	BodyWords                                                                                                              int    `json:"body_words"`
	Tables                                                                                                                 int
	Revision                                                                                                               struct{ Comment string } `json:"revision_history"`
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func plain(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return words(b.String())
		case html.TextToken:
			b.Write(z.Text())
		default:
			b.WriteByte(' ')
		}
	}
}

func squeeze(s string) string { return strings.ReplaceAll(words(s), " ", "") }

func TestRealFiles(t *testing.T) {
	b, err := os.ReadFile(fixture.Data(t, "wire", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct{ Items json.RawMessage }
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	n := 0
	for name, f := range all {
		if !strings.HasPrefix(name, "nitf/") {
			continue
		}
		n++
		t.Run(name, func(t *testing.T) {
			var want []facts
			if err := json.Unmarshal(f.Items, &want); err != nil {
				t.Fatal(err)
			}
			file, err := os.ReadFile(fixture.Data(t, "wire", name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := nitf.Parse(file)
			if err != nil {
				t.Fatal(err)
			}
			check(t, got, &want[0])
		})
	}
	if n < 14 {
		t.Errorf("only %d files", n)
	}
}

func check(t *testing.T, got *nitf.Item, want *facts) {
	same := func(what, got, want string) {
		t.Helper()
		if cut, ok := strings.CutSuffix(want, "…"); ok {
			if !strings.HasPrefix(words(got), words(cut)) {
				t.Errorf("%s: got %q, want it to begin with %q", what, got, cut)
			}
			return
		}
		if want != "" && words(got) != words(want) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	when := func(what string, got date.Date, want stamp) {
		t.Helper()
		if got.Raw != want.Raw {
			t.Errorf("%s: got %q, want %q", what, got.Raw, want.Raw)
		}
		utc := ""
		if !got.IsZero() {
			utc = got.Time.UTC().Format(time.RFC3339)
		}
		if utc != want.UTC {
			t.Errorf("%s: got %s, want %s", what, utc, want.UTC)
		}
	}
	same("id", got.ID, want.GUID)
	if got.ID == "" || got.IDDerived != (want.GUID == "") {
		t.Errorf("id %q, derived %v", got.ID, got.IDDerived)
	}
	same("regsrc", got.IDSource, want.RegSrc)
	same("title", got.Title, want.Title)
	if want.Urgency != "" && strconv.Itoa(got.Urgency) != want.Urgency {
		t.Errorf("urgency %d, want %s", got.Urgency, want.Urgency)
	}
	if got.Headline != want.Headline {
		t.Errorf("headline %q, want %q", got.Headline, want.Headline)
	}
	if want.Headline2 != "" {
		same("headline2", strings.Join(got.Subheads, "|"), want.Headline2)
	}
	same("byline", got.Byline, want.Byline)
	same("byline title", got.BylTitle, want.BylineTitle)
	if _, err := strconv.Atoi(want.Dateline[:min(4, len(want.Dateline))]); err != nil { // one dateline is only a date
		same("dateline", got.Dateline, want.Dateline)
	}
	same("distributor", got.Distributor, want.Distributor)
	same("abstract", got.Abstract, want.Abstract)
	same("ednote", strings.Join(got.EdNotes, "\n"), strings.TrimSuffix(want.EdNote, "…")+"…")
	same("language", got.Language, want.Language)
	same("tagline", got.Tagline, want.Tagline)
	same("fixture", got.Fixture, want.Fixture)
	if got.Status != want.PubStatus {
		t.Errorf("status %q, want %q", got.Status, want.PubStatus)
	}
	same("du-key", got.DuKey+" "+got.DuVersion+" "+got.DuGeneration, want.DuKey+" "+want.DuKeyVersion+" "+want.DuKeyGeneration)
	same("type", got.Type+" "+got.Property, want.TobjectType+" "+want.PropertyType)
	same("refers to", got.RefersTo, want.RefersTo)
	when("issued", got.Issued, want.Issued)
	when("release", got.Released, want.Release)
	when("expire", got.Expires, want.Expire)
	if d := cmp.Diff(want.Keywords, got.Keywords); d != "" {
		t.Errorf("keywords: %s", d)
	}
	if len(want.Subjects) != len(got.Subjects) {
		t.Errorf("%d subjects, want %d", len(got.Subjects), len(want.Subjects))
	}
	for i, s := range want.Subjects {
		if g := got.Subjects[i]; g != nitf.Subject(s) && s.Scheme != "" || g.Code != s.Code || g.Detail != s.Detail || g.Matter != s.Matter || g.Type != s.Type {
			t.Errorf("subject %v, want %v", g, s)
		}
	}
	same("copyright", got.CopyrightHolder+" "+got.CopyrightYear, want.Copyright.Holder+" "+want.Copyright.Year)
	same("series", got.Series, want.Series.Name)
	for _, m := range got.Meta {
		if w := want.Meta[m.Name]; w != m.Content && m.Content != "" {
			t.Errorf("meta %v, want %q", m, w)
		}
	}
	if len(got.Media) != len(want.Media) {
		t.Errorf("%d media, want %d", len(got.Media), len(want.Media))
	}
	for i, m := range want.Media {
		g := got.Media[i]
		same("media", g.Type+" "+g.Files[0].Source+" "+g.Caption, m.Type+" "+m.Source+" "+m.Caption)
	}
	text := squeeze(plain(got.BodyHTML))
	if !strings.HasPrefix(text, squeeze(want.BodyStart)) || !strings.HasSuffix(text, squeeze(want.BodyEnd)) {
		t.Errorf("body %.80q … %q, want %q … %q", plain(got.BodyHTML), text[max(0, len(text)-60):], want.BodyStart, want.BodyEnd)
	}
	if n := len(strings.Fields(plain(got.BodyHTML))); n < want.BodyWords*95/100 || n > want.BodyWords*105/100+1 {
		t.Errorf("%d words, want about %d", n, want.BodyWords)
	}
	if n := strings.Count(got.BodyHTML, "<table"); n != want.Tables {
		t.Errorf("%d tables, want %d", n, want.Tables)
	}
}

func parse(t *testing.T, head, bodyHead, body string) *nitf.Item {
	t.Helper()
	it, err := nitf.Parse([]byte("<nitf><head>" + head + "</head><body><body.head>" + bodyHead + "</body.head><body.content>" + body + "</body.content></body></nitf>"))
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func TestBodyHTML(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"blanks round links":    {`<p>See <a href="http://x/?a=1&amp;b=2">this</a>, <em>that</em> and <person>Ann Lee</person> , too.</p>`, `<p>See <a href="http://x/?a=1&amp;b=2">this</a>, <em>that</em> and Ann Lee , too.</p>`},
		"line ends kept":        {"<p>one\n  <org>two</org>\n three</p>", "<p>one\n  two\n three</p>"},
		"exact characters":      {"<p>“10\u00a0%” – d’été &lt;b&gt; &amp;amp;</p>", "<p>“10\u00a0%” – d’été &lt;b&gt; &amp;amp;</p>"},
		"headings and language": {`<hl2>Head</hl2><p xml:lang="fr">Bonjour</p><p/><p> </p>`, `<h2>Head</h2><p lang="fr">Bonjour</p>`},
		"block":                 {"<block id='Main'>\n<p>a</p>\n<block><hl2>b</hl2></block></block>", "<p>a</p><h2>b</h2>"},
		"lists":                 {"<ul>\n <li><em>a:</em> b</li>\n <li><p>c</p></li></ul><ol><li>d</li></ol><dl><dt>e</dt><dd>f</dd></dl>", "<ul><li><em>a:</em> b</li><li><p>c</p></li></ul><ol><li>d</li></ol><dl><dt>e</dt><dd>f</dd></dl>"},
		"table":                 {"<nitf-table><nitf-table-metadata status='x'><nitf-table-summary><p>no</p></nitf-table-summary></nitf-table-metadata><table border='1'><caption>C</caption><tr><th colspan='2'>a</th></tr>\n<tr><td>b </td><td/></tr></table></nitf-table>", `<table><caption>C</caption><tr><th colspan="2">a</th></tr><tr><td>b </td><td></td></tr></table>`},
		"picture":               {`<media media-type="image"><media-reference source="a.jpg" mime-type="image/jpeg" alternate-text="Alt “x”" width="10"/><media-reference source="b.jpg"/><media-caption>Cap <em>x</em></media-caption><media-producer>Photo: Ann</media-producer></media>`, `<figure><img src="a.jpg" alt="Alt “x”"><figcaption>Cap <em>x</em><cite>Photo: Ann</cite></figcaption></figure>`},
		"video":                 {`<media media-type="video"><media-reference source="a.mp4" mime-type="video/mp4"/></media>`, `<figure><video controls src="a.mp4"></video></figure>`},
		"quote":                 {"<bq><block><p>q</p></block><credit>Someone</credit></bq>", "<blockquote><p>q</p><cite>Someone</cite></blockquote>"},
		"footnote":              {"<fn><body.content><p>n</p></body.content></fn>", `<aside class="footnote"><p>n</p></aside>`},
		"pre and hr":            {"<pre>\na  b\n c</pre><hr/>", "<pre>\na  b\n c</pre><hr>"},
		"loose text":            {"text <money>$5</money> more<p>para</p>tail", "<p>text $5 more</p><p>para</p><p>tail</p>"},
		"fraction":              {"<p>1<frac><frac-num>1</frac-num><frac-den>2</frac-den></frac> h</p>", "<p>11/2 h</p>"},
		"foreign language":      {`<p><lang value="de">ja</lang></p>`, `<p><span lang="de">ja</span></p>`},
		"note for editors goes": {`<note type="npa"><body.content><p>hush</p></body.content></note><p>a</p>`, "<p>a</p>"},
		"no script":             {`<p>&lt;script&gt;</p>`, `<p>&lt;script&gt;</p>`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := parse(t, "", "", tt.in).BodyHTML; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	if it := parse(t, `<docdata><du-key key="K" version="2"/></docdata>`, "", ""); it.ID != "du-key:K" || !it.IDDerived {
		t.Errorf("got %q", it.ID)
	}
	one, two := parse(t, "", "", "<p>a</p>"), parse(t, "", "", "<p>b</p>")
	if one.ID == two.ID || one.ID != parse(t, "", "", "<p>a</p>").ID {
		t.Errorf("digests %q and %q", one.ID, two.ID)
	}
}

func TestEmbargo(t *testing.T) {
	dates := `<date.issue norm="20160908T132446+0100"/><date.release norm="20160909T000100+0100"/>`
	tests := map[string]struct {
		docdata string
		held    bool
		until   string
	}{
		"status":             {`<docdata management-status="embargoed">` + dates + `</docdata>`, true, "20160909T000100+0100"},
		"status, no end":     {`<docdata management-status="Embargoed"/>`, true, ""},
		"later release":      {`<docdata management-status="usable">` + dates + `</docdata>`, true, "20160909T000100+0100"},
		"none":               {`<docdata management-status="usable"/>`, false, ""},
		"release at once":    {`<docdata><date.issue norm="20160908T132446Z"/><date.release norm="20160908T132446Z"/></docdata>`, false, ""},
		"no offsets":         {`<docdata><date.issue norm="20160908T132446"/><date.release norm="20160909T000100"/></docdata>`, true, "20160909T000100"},
		"release alone":      {`<docdata><date.release norm="20160909T000100Z"/></docdata>`, true, "20160909T000100Z"},
		"placeholder of one": {`<docdata><date.issue norm="20160908T132446Z"/><date.release norm="YYYYMMDD000000-HHMM"/></docdata>`, false, ""},
	}
	for name, tt := range tests {
		until, held := parse(t, tt.docdata, "", "").Embargo()
		if held != tt.held || until.Raw != tt.until {
			t.Errorf("%s: %v until %q", name, held, until.Raw)
		}
	}
}

func TestBodyHead(t *testing.T) {
	it := parse(t, "", `<hedline><hl1>A <em>b</em></hl1><hl2>C</hl2></hedline><byline>By <person>Ann</person><byttl>Desk</byttl></byline>`+
		`<dateline><location><city>Ottawa</city><state>Ontario</state></location><story.date norm="20200703T165136-0400"/></dateline>`, "")
	if it.Headline != "A b" || it.Byline != "By Ann" || it.BylTitle != "Desk" || it.Dateline != "Ottawa Ontario" || it.StoryDate.IsZero() {
		t.Errorf("%+v", it)
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                "there is no element",
		"<html/>":         "the root element is <html>, not <nitf>",
		"<nitf>\n<head>":  "line 2: <head> is never closed",
		"<nitf>\xE9\x81x": "is no character",
	} {
		_, err := nitf.Parse([]byte(in))
		if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", in, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<nitf><head><docdata><doc-id id-string="x"/></docdata></head><body><body.content><p>a<media><media-reference source="s"/></media></p><bq>b<credit/></bq><table><tr><td><ul><li/></ul></td></tr></table></body.content></body></nitf>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		it, err := nitf.Parse(b)
		if err == nil && it.ID == "" {
			t.Error("no id")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	names, err := filepath.Glob(fixture.Data(b, "wire", "nitf", "*.xml"))
	if err != nil {
		b.Fatal(err)
	}
	var files [][]byte
	for _, name := range names {
		f, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, f)
	}
	for b.Loop() {
		for _, f := range files {
			if _, err := nitf.Parse(f); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(files)*b.N)/b.Elapsed().Seconds(), "items/s")
}
