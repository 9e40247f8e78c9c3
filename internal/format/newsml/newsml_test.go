package newsml_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/format/date"
	"masthead/internal/format/newsml"
)

type stamp struct{ Raw, UTC string }

type conceptFacts struct{ Code, Type, Name, Role string }

// facts are what expected.json says of an item.
type facts struct {
	Kind                                                          string `json:"item_kind"`
	GUID, Version, Language, Provider, EdNote, Urgency, Title     string
	Headline, Slugline, Byline, Dateline, CreditLine, Description string
	StandardVersion                                               string `json:"standard_version"`
	Class                                                         string `json:"item_class"`
	PubStatus                                                     string `json:"pub_status"`
	VersionCreated                                                stamp  `json:"version_created"`
	FirstCreated                                                  stamp  `json:"first_created"`
	ContentCreated                                                stamp  `json:"content_created"`
	ContentModified                                               stamp  `json:"content_modified"`
	Embargo                                                       *stamp
	Signals, Keywords                                             []string
	Headlines                                                     []struct{ Role, Text string }
	Languages                                                     []string `json:"content_languages"`
	Creators, Subjects, Located                                   []conceptFacts
	Genres                                                        []string
	SubjectCount                                                  int                                                           `json:"subject_count"`
	CopyrightHolder                                               string                                                        `json:"copyright_holder"`
	CopyrightNotice                                               string                                                        `json:"copyright_notice"`
	UsageTerms                                                    string                                                        `json:"usage_terms"`
	Links                                                         []struct{ Rel, Href, ResidRef string }                        `json:"item_links"`
	Remote                                                        []struct{ Rendition, Href, Type, Width, Height, Size string } `json:"remote_content"`
	RemoteCount                                                   int                                                           `json:"remote_content_count"`
	RootGroup                                                     string                                                        `json:"root_group"`
	Groups                                                        []struct {
		ID, Role string
		Refs     []string
	}
	InlineType string `json:"inline_type"`
	BodyStart  string `json:"body_start"`
	BodyEnd    string `json:"body_end"`
	BodyWords  int    `json:"body_words"`
}

type fileFacts struct {
	Format, Root string
	Message      *struct {
		Sent           stamp
		Sender, Origin string
		Priority       string
		TransmitID     string `json:"transmit_id"`
		Destinations   []string
		Signals        []string
	}
	Items []facts
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

func expected(t testing.TB) map[string]fileFacts {
	b, err := os.ReadFile(fixture.Data(t, "wire", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	all := map[string]fileFacts{}
	for name, r := range raw {
		if !strings.HasPrefix(name, "newsml-g2/") && !strings.HasPrefix(name, "events/") {
			continue
		}
		var f fileFacts
		if err := json.Unmarshal(r, &f); err != nil {
			if f.Format == "newsml-g2" {
				t.Fatal(name, err)
			}
			continue
		}
		if f.Format == "newsml-g2" || strings.HasPrefix(name, "newsml-g2/") {
			all[name] = f
		}
	}
	return all
}

func TestRealFiles(t *testing.T) {
	all := expected(t)
	if len(all) < 45 {
		t.Fatalf("only %d files", len(all))
	}
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(fixture.Data(t, "wire", name))
			if err != nil {
				t.Fatal(err)
			}
			m, err := newsml.Parse(b)
			if want.Format != "newsml-g2" { // a fragment
				if err == nil || !strings.Contains(err.Error(), "<"+want.Root+">") {
					t.Errorf("error %v, want one that names <%s>", err, want.Root)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if w := want.Message; w != nil {
				if m.Sender != w.Sender || m.TransmitID != w.TransmitID || m.Origin != w.Origin || m.Priority != w.Priority ||
					len(m.Destinations) != len(w.Destinations) || len(m.Signals) != len(w.Signals) {
					t.Errorf("message %+v, want %+v", m, w)
				}
				when(t, "sent", m.Sent, w.Sent)
			}
			if len(m.Items) != len(want.Items) {
				t.Fatalf("%d items, want %d", len(m.Items), len(want.Items))
			}
			for i := range want.Items {
				checkItem(t, &m.Items[i], &want.Items[i])
				checkConcepts(t, &m.Items[i], &want.Items[i])
				checkContent(t, name, &m.Items[i], &want.Items[i])
			}
		})
	}
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if cut, ok := strings.CutSuffix(want, "…"); ok {
		if !strings.HasPrefix(words(got), words(cut)) {
			t.Errorf("%s: got %q, want it to begin with %q", what, got, cut)
		}
		return
	}
	if words(got) != words(want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func when(t *testing.T, what string, got date.Date, want stamp) {
	t.Helper()
	utc := ""
	if !got.IsZero() {
		utc = got.Time.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	if got.Raw != want.Raw || utc != want.UTC {
		t.Errorf("%s: got %q = %s, want %q = %s", what, got.Raw, utc, want.Raw, want.UTC)
	}
}

func checkItem(t *testing.T, got *newsml.Item, want *facts) {
	same(t, "kind", got.Kind, want.Kind)
	same(t, "guid", got.GUID, want.GUID)
	same(t, "version", got.Version, want.Version)
	same(t, "standard version", got.StandardVersion, want.StandardVersion)
	same(t, "language", got.Language, want.Language)
	same(t, "class", got.Class, want.Class)
	same(t, "provider", got.Provider.Code(), want.Provider)
	same(t, "status", got.StatusCode, want.PubStatus)
	when(t, "version created", got.VersionCreated, want.VersionCreated)
	when(t, "first created", got.FirstCreated, want.FirstCreated)
	when(t, "content created", got.ContentCreated, want.ContentCreated)
	when(t, "content modified", got.ContentModified, want.ContentModified)
	until, held := got.Embargo()
	if held != (want.Embargo != nil) {
		t.Errorf("embargo: held %v, want %v", held, want.Embargo)
	}
	if want.Embargo != nil {
		when(t, "embargo", until, *want.Embargo)
	}
	same(t, "signals", strings.Join(got.Signals, " "), strings.Join(want.Signals, " "))
	if want.EdNote != "" {
		same(t, "ednote", got.EdNotes[0].Text, want.EdNote)
	}
	same(t, "title", got.Title, want.Title)
	if want.Urgency != "" || got.Urgency != 0 {
		same(t, "urgency", strconv.Itoa(got.Urgency), want.Urgency)
	}
	if want.Kind != "newsItem" && want.Kind != "packageItem" {
		if got.Refusal() == nil {
			t.Error("taken for a story")
		}
		return
	}
	if (got.Refusal() == nil) != (want.GUID != "") {
		t.Errorf("refusal %v of guid %q", got.Refusal(), want.GUID)
	}
	same(t, "headline", got.Headline(), want.Headline)
	for i, h := range want.Headlines {
		same(t, "headlines", got.Headlines[i].Role+"|"+got.Headlines[i].Value, h.Role+"|"+h.Text)
	}
	same(t, "slugline", got.Slugline, want.Slugline)
	if got.NITF == nil || want.Byline != "" {
		same(t, "byline", strings.Join(got.Bylines, ", "), want.Byline)
	}
	same(t, "dateline", got.Dateline, want.Dateline)
	same(t, "credit line", got.CreditLine, want.CreditLine)
	same(t, "description", got.Description(""), want.Description)
	same(t, "languages", strings.Join(got.Languages, " "), strings.Join(want.Languages, " "))
	same(t, "keywords", strings.Join(got.Keywords, "|"), strings.Join(want.Keywords, "|"))
	same(t, "copyright holder", got.CopyrightHolder, want.CopyrightHolder)
	if want.CopyrightNotice != "" && got.CopyrightNotice == "" || want.UsageTerms != "" && got.UsageTerms == "" {
		t.Errorf("copyright notice %q, usage %q", got.CopyrightNotice, got.UsageTerms)
	}
	if len(got.Links) != len(want.Links) {
		t.Errorf("%d links, want %d", len(got.Links), len(want.Links))
	}
	for i, l := range want.Links {
		if i < len(got.Links) && (got.Links[i].Rel != l.Rel || got.Links[i].Href != l.Href || l.ResidRef != "" && got.Links[i].ResidRef != l.ResidRef) {
			t.Errorf("link %+v, want %+v", got.Links[i], l)
		}
	}
}

func checkConcepts(t *testing.T, got *newsml.Item, want *facts) {
	if want.Kind != "newsItem" && want.Kind != "packageItem" {
		return
	}
	if len(got.Subjects) != want.SubjectCount {
		t.Errorf("%d subjects, want %d", len(got.Subjects), want.SubjectCount)
	}
	list := func(what string, got []newsml.Concept, want []conceptFacts) {
		t.Helper()
		for i, w := range want {
			if i >= len(got) {
				t.Errorf("%s %d is missing: %+v", what, i, w)
				return
			}
			g := got[i]
			if g.Code() != w.Code || g.Type != w.Type || w.Role != "" && g.Role != w.Role ||
				w.Name != "" && !slices.ContainsFunc(g.Names, func(n newsml.Text) bool { return n.Value == words(w.Name) }) {
				t.Errorf("%s: got %+v, want %+v", what, g, w)
			}
		}
	}
	list("subject", got.Subjects, want.Subjects)
	list("located", got.Located, want.Located)
	for i := range want.Creators {
		want.Creators[i].Type = got.Creators[i].Type
	}
	list("creator", got.Creators, want.Creators)
	if len(got.Genres) != len(want.Genres) {
		t.Errorf("%d genres, want %d", len(got.Genres), len(want.Genres))
	}
	for i, g := range want.Genres {
		if c := got.Genres[i]; c.Code() != g && !strings.HasPrefix(g, c.Name("en-GB")) {
			t.Errorf("genre %+v, want %q", c, g)
		}
	}
}

func checkContent(t *testing.T, name string, got *newsml.Item, want *facts) {
	if len(got.Renditions) < len(want.Remote) || want.RemoteCount != 0 && len(got.Renditions) != want.RemoteCount {
		t.Fatalf("%d renditions, want %d", len(got.Renditions), want.RemoteCount)
	}
	for i, w := range want.Remote {
		g := got.Renditions[i]
		if g.Rendition != w.Rendition || g.Href != w.Href || g.ContentType != w.Type ||
			w.Width != "" && strconv.Itoa(g.Width) != w.Width || w.Height != "" && strconv.Itoa(g.Height) != w.Height ||
			w.Size != "" && strconv.FormatInt(g.Size, 10) != w.Size {
			t.Errorf("rendition %+v, want %+v", g, w)
		}
	}
	same(t, "root group", got.RootGroup, want.RootGroup)
	for i, w := range want.Groups {
		g := got.Groups[i]
		var refs []string
		for _, r := range g.Refs {
			refs = append(refs, r.ResidRef+r.GroupID)
		}
		if g.ID != w.ID || g.Role != w.Role || strings.Join(refs, " ") != strings.Join(w.Refs, " ") {
			t.Errorf("group %+v, want %+v", g, w)
		}
	}
	if want.InlineType == "" {
		return
	}
	same(t, "inline type", got.BodyType, want.InlineType)
	text := squeeze(plain(got.BodyHTML))
	if strings.Contains(name, "/dpa-") {
		// The expectation was read from the whole body; ours begins with the story.
		if dateline := squeeze(got.Dateline); !strings.HasPrefix(text, dateline) {
			t.Errorf("body %.60q, want it to begin with %q", text, dateline)
		}
	} else if !strings.HasPrefix(text, squeeze(plain(want.BodyStart))) {
		t.Errorf("body %.80q, want %q", plain(got.BodyHTML), want.BodyStart)
	} else if n := len(strings.Fields(plain(got.BodyHTML))); want.BodyWords > 0 && (n < want.BodyWords*95/100 || n > want.BodyWords*105/100+1) {
		t.Errorf("%d words, want about %d", n, want.BodyWords)
	}
	if !strings.HasSuffix(text, squeeze(want.BodyEnd)) {
		t.Errorf("body ends %q, want %q", text[max(0, len(text)-60):], want.BodyEnd)
	}
}

func TestConformance(t *testing.T) {
	b, err := os.ReadFile(fixture.Data(t, "wire", "newsml-g2-conformance", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct {
		Kind            string `json:"item_kind"`
		GUID            string
		StandardVersion string `json:"standard_version"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for name, want := range all {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(fixture.Data(t, "wire", "newsml-g2-conformance", name))
			if err != nil {
				t.Fatal(err)
			}
			m, err := newsml.Parse(b)
			if err != nil {
				if strings.Contains(name, "incomplete") && errs.Is(err, errs.Invalid) {
					return
				}
				t.Fatal(err)
			}
			if want.Kind == "newsMessage" {
				if len(m.Items) == 0 {
					t.Error("no items")
				}
				return
			}
			it := m.Items[0]
			if it.Kind != want.Kind || it.GUID != want.GUID || it.StandardVersion != want.StandardVersion {
				t.Errorf("got %s %q %s, want %+v", it.Kind, it.GUID, it.StandardVersion, want)
			}
		})
	}
}

func parse(t *testing.T, itemMeta, contentMeta, contentSet string) *newsml.Item {
	t.Helper()
	m, err := newsml.Parse([]byte(`<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g" version="1" xml:lang="en-CA"><itemMeta>` +
		itemMeta + `</itemMeta><contentMeta>` + contentMeta + `</contentMeta><contentSet>` + contentSet + `</contentSet></newsItem>`))
	if err != nil {
		t.Fatal(err)
	}
	return &m.Items[0]
}

func TestEmbargo(t *testing.T) {
	tests := map[string]struct {
		in    string
		held  bool
		until string
	}{
		"none":        {"", false, ""},
		"date":        {"<embargoed>2018-10-23T12:00:00Z</embargoed>", true, "2018-10-23T12:00:00Z"},
		"no end":      {"<embargoed/>", true, ""},
		"no offset":   {"<embargoed>2018-10-23T12:00:00</embargoed>", true, "2018-10-23T12:00:00"},
		"unreadable":  {"<embargoed>Friday noon</embargoed>", true, "Friday noon"},
		"placeholder": {"<embargoed>0001-01-01T00:00:00</embargoed>", false, ""},
	}
	for name, tt := range tests {
		until, held := parse(t, tt.in, "", "").Embargo()
		if held != tt.held || until.Raw != tt.until {
			t.Errorf("%s: held %v until %q", name, held, until.Raw)
		}
	}
}

func TestStatus(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "usable",
		`<pubStatus qcode="stat:usable"/>`: "usable", `<pubStatus qcode="stat:Canceled"/>`: "canceled",
		`<pubStatus literal="cancelled"/>`: "canceled", `<pubStatus qcode="stat:withheld"/>`: "withheld",
		`<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"/>`: "canceled",
	} {
		if got := parse(t, in, "", "").Status; got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestBody(t *testing.T) {
	const xhtml = `<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>no</title></head><body>`
	tests := map[string]struct{ in, html, text string }{
		"xhtml":              {xhtml + `<p>“a”&#160;<a href="u?x=1&amp;y">b</a> , c<br/>d</p>` + "\n" + `<table><tr><td>1</td></tr></table></body></html></inlineXML>`, "<p>“a”\u00a0<a href=\"u?x=1&amp;y\">b</a> , c<br>d</p>\n<table><tr><td>1</td></tr></table>", ""},
		"main section":       {xhtml + `<header><h1>h</h1></header><section class="main x"><p>s</p></section><section class="notepad"><p>n</p></section></body></html></inlineXML>`, "<p>s</p>", ""},
		"notepad alone":      {xhtml + `<p>s</p><section class="notepad"><p>n</p></section></body></html></inlineXML>`, "<p>s</p>", ""},
		"nitf":               {`<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.content><hl2>h</hl2><p>a <person>b</person> c</p></body.content></body></nitf></inlineXML>`, "<h2>h</h2><p>a b c</p>", ""},
		"bare paragraphs":    {`<inlineXML><p xmlns="http://www.w3.org/1999/xhtml">a</p><p>b</p></inlineXML>`, "<p>a</p><p>b</p>", ""},
		"other vocabulary":   {`<inlineXML><events><event>x</event></events></inlineXML>`, "", ""},
		"plain text":         {"<inlineData contenttype=\"text/plain\">\n  a &lt; b\n  c\n</inlineData>", "", "  a < b\n  c"},
		"html as data":       {`<inlineData contenttype="text/html"><![CDATA[<p>a &amp; b</p>]]></inlineData>`, "<p>a &amp; b</p>", ""},
		"html as plain":      {`<inlineData contenttype="text/plain"><![CDATA[<p>a</p>]]></inlineData>`, "<p>a</p>", ""},
		"base64":             {`<inlineData contenttype="text/plain; charset=iso-8859-1" encoding="enc:base64">Y2Fm6Q==</inlineData>`, "", "café"},
		"one long paragraph": {xhtml + "<p>(Adds)\n    * One &amp;\n    By Ann\n    Gold\nrose.</p></body></html></inlineXML>", "<p>(Adds)</p><p>* One &amp;</p><p>By Ann</p><p>Gold\nrose.</p>", ""},
		"empty, then full":   {`<inlineXML><!-- --></inlineXML><inlineData contenttype="text/plain">x</inlineData>`, "", "x"},
	}
	for name, tt := range tests {
		it := parse(t, "", "", tt.in)
		if it.BodyHTML != tt.html || it.BodyText != tt.text {
			t.Errorf("%s: got %q and %q", name, it.BodyHTML, it.BodyText)
		}
	}
}

func TestNames(t *testing.T) {
	it := parse(t, "", `<subject qcode="a:1"><name role="nrol:mnemonic">sp</name><name xml:lang="de">Sport</name><name xml:lang="fr">Sports</name></subject>`, "")
	s := it.Subjects[0]
	if s.Name("fr-CA") != "Sports" || s.Name("en") != "Sport" || s.Name("de") != "Sport" || s.Code() != "a:1" {
		t.Errorf("%+v", s)
	}
}

func TestPackage(t *testing.T) {
	m, err := newsml.Parse([]byte(`<packageItem guid="p"><groupSet root="r"><group id="r" mode="pgrmod:seq"><groupRef idref="m"/></group>
		<group id="m" role="main"><itemRef residref="a" version="2"><headline>A</headline></itemRef><itemRef href="http://x/b"/></group></groupSet></packageItem>`))
	if err != nil {
		t.Fatal(err)
	}
	g := m.Items[0].Groups
	if len(g) != 2 || g[0].Refs[0].GroupID != "m" || g[1].Refs[0] != (newsml.Ref{ResidRef: "a", Version: "2", Headline: "A"}) || g[1].Refs[1].Href != "http://x/b" {
		t.Errorf("%+v", g)
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "there is no element",
		"<NewsML/>":                            "<NewsML> is no NewsML-G2",
		"<newsMessage><header/></newsMessage>": "without items",
		"<newsItem>\n<itemMeta>":               "line 2: <itemMeta> is never closed",
	} {
		_, err := newsml.Parse([]byte(in))
		if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", in, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<newsMessage><itemSet><newsItem guid="g"><itemMeta><embargoed/><edNote>x<br/>y</edNote></itemMeta><contentMeta><subject><name>n</name></subject></contentMeta><contentSet><inlineXML><html><body><p>x</p></body></html></inlineXML><inlineData encoding="base64" contenttype="text/plain">eA==</inlineData><remoteContent width="1" duration="2" durationunit="timeunit:minutes"/></contentSet></newsItem></itemSet></newsMessage>`))
	f.Add([]byte(`<packageItem><itemRef residref="x"/><groupSet><group><groupRef/></group></groupSet></packageItem>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := newsml.Parse(b)
		if err != nil {
			return
		}
		for i := range m.Items {
			m.Items[i].Headline()
			m.Items[i].Embargo()
			_ = m.Items[i].Refusal()
		}
	})
}

func BenchmarkParse(b *testing.B) {
	names, err := filepath.Glob(fixture.Data(b, "wire", "newsml-g2", "*.xml"))
	if err != nil {
		b.Fatal(err)
	}
	var files [][]byte
	for _, name := range names {
		f, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		if !strings.Contains(name, "LISTING") {
			files = append(files, f)
		}
	}
	for b.Loop() {
		for _, f := range files {
			if _, err := newsml.Parse(f); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(files)*b.N)/b.Elapsed().Seconds(), "items/s")
}
