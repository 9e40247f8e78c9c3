package doc_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/doc"
	"masthead/internal/errs"
)

var update = flag.Bool("update", false, "write the golden files anew")

func english() doc.Labels {
	return doc.Labels{
		Watch: "WATCH", Listen: "LISTEN", Read: "READ", Play: "Play video", PlayVideo: "Play video: {title}, {duration}",
		Duration: "Duration {duration}", Recorded: "Recorded {date}", Transcript: "Transcript", Captions: "Captions",
		KeyPoints: "Key points", Related: "Related", Gallery: "Pictures", Enlarge: "Open the full picture",
		Table: "Table {number}", Chart: "Chart", Data: "The numbers", Source: "Source: {source}", OpenOn: "Open on {host}",
		Spoken: func(s int) string { return "2 minutes 18 seconds" },
	}
}

// newsroom is an Env with a few things in its library.
func newsroom() doc.Env {
	still := func(id string) doc.Media {
		return doc.Media{ID: id, Kind: "photo", Width: 1600, Height: 1067, Alt: "Library alt", Caption: "Library caption.", Credit: "Library",
			Renditions: []doc.Rendition{
				{URL: "/m/" + id + "-640.webp", Type: "image/webp", Width: 640, Height: 427},
				{URL: "/m/" + id + "-1600.webp", Type: "image/webp", Width: 1600, Height: 1067},
				{URL: "/m/" + id + "-640.jpg", Type: "image/jpeg", Width: 640, Height: 427},
				{URL: "/m/" + id + "-1600.jpg", Type: "image/jpeg", Width: 1600, Height: 1067},
			}}
	}
	poster := still("poster")
	library := map[string]doc.Media{
		"combine": still("combine"), "dock": still("dock"),
		"clip": {ID: "clip", Kind: "video", Width: 1280, Height: 720, Duration: 138, Transcript: "First line.\nSecond <line>.", Poster: &poster,
			Renditions: []doc.Rendition{{URL: "/m/clip.mp4", Type: "video/mp4"}}, Tracks: []doc.Track{{URL: "/m/clip.vtt", Kind: "captions", Lang: "en", Label: "English"}}},
		"talk": {ID: "talk", Kind: "audio", Duration: 3700, Renditions: []doc.Rendition{{URL: "/m/talk.mp3", Type: "audio/mpeg"}}},
	}
	return doc.Env{
		Media: func(id string) (doc.Media, bool) { m, ok := library[id]; return m, ok },
		Story: func(id string) (doc.Ref, bool) {
			return doc.Ref{URL: "/world/corridor-" + id, Headline: "How the corridor opened"}, id == "k3f9"
		},
		Labels: english(), Lang: "en-CA", BaseURL: "https://ledger.example", Sizes: doc.Sizes{Text: "(min-width:640px) 608px, 100vw"}, FirstPhoto: 2, Day: "2024-11-22",
	}
}

func everything(t testing.TB) doc.Node {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "everything.json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := doc.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryElementRenders(t *testing.T) {
	d, e := everything(t), newsroom()
	for name, got := range map[string]string{
		"everything.html":      doc.HTML(d, e),
		"everything.feed.html": doc.FeedHTML(d, e),
		"everything.md":        doc.Markdown(d),
		"everything.txt":       doc.Text(d),
		"key.html": doc.KeyVideo(doc.Node{Type: "video", Attrs: doc.Attrs{"media": "clip", "title": "Port of Odesa reopens", "caption": "Dock workers."}}, "2 years ago", e) +
			doc.KeyPhoto(doc.Node{Type: "photo", Attrs: doc.Attrs{"media": "dock"}}, e),
	} {
		if strings.HasSuffix(name, ".html") {
			got = strings.ReplaceAll(got, "><", ">\n<")
		}
		golden(t, name, got+"\n")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestEveryTypeOfTheSchemaIsInTheGolden(t *testing.T) {
	d := everything(t)
	seen := map[string]bool{}
	doc.Walk(&d, func(n *doc.Node) bool {
		seen[n.Type] = true
		for _, m := range n.Marks {
			seen[m.Type] = true
		}
		return true
	})
	for _, name := range doc.SchemaNames() {
		if !seen[name] {
			t.Errorf("testdata/everything.json has no %s", name)
		}
	}
}

func TestParseNamesTheFault(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{`, `document: is not JSON: unexpected end of JSON input`},
		{`[]`, `document: is a list, want an object`},
		{`{"type":"paragraph"}`, `document: the root is a "paragraph", want a doc`},
		{`{"type":"doc","extra":1}`, `document: unknown key "extra"`},
		{`{"type":"doc","content":[{"type":"paragraph"},{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"em"},{"type":"blink"}]}]}]}`,
			`content[1].content[0].marks[1]: unknown mark "blink"`},
		{`{"type":"doc","content":[{"type":"marquee"}]}`, `content[0]: unknown node "marquee"`},
		{`{"type":"doc","content":[{"type":"listItem"}]}`, `content[0]: a listItem cannot stand in a doc`},
		{`{"type":"doc","content":[{"type":"bulletList"}]}`, `content[0].content: a bulletList needs at least one listItem`},
		{`{"type":"doc","content":[{"type":"heading"}]}`, `content[0].attrs.level: is missing`},
		{`{"type":"doc","content":[{"type":"heading","attrs":{"level":1}}]}`, `content[0].attrs.level: is 1, want 2 to 4`},
		{`{"type":"doc","content":[{"type":"heading","attrs":{"level":2.5}}]}`, `content[0].attrs.level: is 2.5, want a whole number`},
		{`{"type":"doc","content":[{"type":"heading","attrs":{"level":"2"}}]}`, `content[0].attrs.level: is a string, want a whole number`},
		{`{"type":"doc","content":[{"type":"paragraph","attrs":{"align":"left"}}]}`, `content[0].attrs: unknown attribute "align"`},
		{`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"link","attrs":{"href":"javascript:x"}}]}]}]}`,
			`content[0].content[0].marks[0].attrs.href: addresses that begin with javascript: are not allowed here`},
		{`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"link","attrs":{"href":"//evil"}}]}]}]}`,
			`content[0].content[0].marks[0].attrs.href: the address is relative; write it out with https:// in front`},
		{`{"type":"doc","content":[{"type":"embed","attrs":{"url":"http://a.ca/"}}]}`, `content[0].attrs.url: addresses that begin with http: are not allowed here`},
		{`{"type":"doc","content":[{"type":"related","attrs":{"stories":["a",2]}}]}`, `content[0].attrs.stories[1]: is a number, want a string`},
		{`{"type":"doc","content":[{"type":"gallery","attrs":{"items":[{"media":"a","x":1}]}}]}`, `content[0].attrs.items[0]: unknown attribute "x"`},
		{`{"type":"doc","content":[{"type":"photo","attrs":{"media":"../x"}}]}`, `content[0].attrs.media: "../x" is not an id: want 1 to 128 letters, digits, '-', '_', '.' or ':'`},
		{`{"type":"doc","content":[{"type":"paragraph","marks":[{"type":"em"}]}]}`, `content[0].marks: no marks are allowed on this paragraph`},
		{`{"type":"doc","content":[{"type":"codeBlock","content":[{"type":"text","text":"a","marks":[{"type":"em"}]}]}]}`, `content[0].content[0].marks: no marks are allowed on this text`},
		{`{"type":"doc","content":[{"type":"paragraph","text":"a"}]}`, `content[0].text: only text nodes have text`},
		{`{"type":"doc","content":[{"type":"promo","attrs":{"until":"soon"}}]}`, `content[0].attrs.until: "soon" is not a date: want it as 2024-11-22`},
		{`{"type":"doc","content":[7]}`, `content[0]: is a number, want an object`},
		{`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"\\ud83d \ud83d\ude00 \ud83d"}]}]}`,
			`document: has half a surrogate pair at byte 100, which is no character`},
		{"{\"type\":\"doc\xff\"}", `document: is not valid UTF-8`},
		{`{"type":"doc","content":[` + strings.Repeat(`{"type":"blockquote","content":[`, 60) + strings.Repeat(`]}`, 60) + `]}`, `nested more than 40 deep`},
	} {
		_, err := doc.Parse([]byte(c.in))
		var f *doc.Fault
		if !errors.As(err, &f) || !errs.Is(err, errs.Invalid) {
			t.Errorf("%.100s: got %v", c.in, err)
			continue
		}
		if got := f.Error(); got != c.want && !(f.Reason == c.want && strings.HasPrefix(f.Path, "content[0].content[0]")) {
			t.Errorf("%.100s:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestNormalise(t *testing.T) {
	p := func(texts ...doc.Node) doc.Node { return doc.Node{Type: "paragraph", Content: texts} }
	tx := func(s string, marks ...string) doc.Node {
		n := doc.Node{Type: "text", Text: s}
		for _, m := range marks {
			n.Marks = append(n.Marks, doc.Mark{Type: m})
		}
		return n
	}
	in := doc.Node{Type: "doc", Content: []doc.Node{
		p(tx("e", "em", "strong"), tx("\u0301\x07t\n", "strong", "em"), tx(""), tx("x")),
		p(), p(tx(" ")),
		{Type: "blockquote", Content: []doc.Node{p()}},
		{Type: "bulletList", Content: []doc.Node{{Type: "listItem", Content: []doc.Node{p()}}}},
		{Type: "watch", Attrs: doc.Attrs{"label": "WATCH", "title": "t", "target": nil}},
	}}
	want := `{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","marks":[{"type":"strong"},{"type":"em"}],"text":"ét "},{"type":"text","text":"x"}]},` +
		`{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph"}]}]},{"type":"watch","attrs":{"title":"t"}}]}`
	if got := string(doc.Normalise(in).JSON()); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestWalkers(t *testing.T) {
	d := everything(t)
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"media", doc.MediaIDs(d), []string{"combine", "dock", "clip", "talk", "k3f9"}},
		{"stories", doc.StoryIDs(d), []string{"clip", "k3f9", "zzzz"}},
		{"links", doc.Links(d), []string{"https://grain.example/prices?a=1&b=2", "/events/live", "https://maps.example/odesa"}},
		{"quotes", doc.Quotes(d), []doc.Quote{{Speaker: "Danylo Hrytsenko", Text: "We were back on the cranes by two"}}},
		{"headings", doc.Headings(d), []doc.Heading{{Level: 2, Text: "What insurers want"}, {Level: 3, Text: "The rate"}}},
		{"first", doc.FirstParagraph(d), "Three grain ships left before dawn. “We were back on the cranes by two,” said a foreman; 5 < 6 & H2O, 10\u00a0m3."},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %#v, want %#v", c.name, c.got, c.want)
		}
	}
}

func TestRenderingNeverLinksToWhatWasNotValidated(t *testing.T) {
	link := doc.Mark{Type: "link", Attrs: doc.Attrs{"href": "javascript:alert(1)"}}
	d := doc.Node{Type: "doc", Content: []doc.Node{
		{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "<b>'\"&", Marks: []doc.Mark{link}}}},
		{Type: "promo", Attrs: doc.Attrs{"title": "t", "url": "javascript:x"}},
		{Type: "embed", Attrs: doc.Attrs{"url": "data:text/html,x"}},
	}}
	want := `<p><span>&lt;b&gt;&#39;&#34;&amp;</span></p><aside class="promo" aria-labelledby="part-1"><p><b id="part-1">t</b> </p></aside>`
	if got := doc.HTML(d, doc.Env{}); got != want {
		t.Errorf("got %s", got)
	}
}

func FuzzParse(f *testing.F) {
	if text, err := os.ReadFile(filepath.Join("testdata", "everything.json")); err == nil {
		f.Add(text)
	}
	f.Add([]byte(`{"type":"doc","content":[{"type":"chart","attrs":{"spec":{"type":"bar","labels":["a"],"series":[{"values":[1e308,null]}]}}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := doc.Parse(text)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			return
		}
		n := doc.Normalise(d)
		if err := doc.Validate(n); err != nil {
			t.Fatalf("normalised: %v", err)
		}
		again, err := doc.Parse(n.JSON())
		if err != nil || string(again.JSON()) != string(n.JSON()) {
			t.Fatalf("JSON does not come back: %v", err)
		}
		doc.HTML(d, newsroom())
		doc.Markdown(d)
	})
}
