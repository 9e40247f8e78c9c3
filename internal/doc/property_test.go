package doc_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"masthead/internal/doc"
)

var (
	wordGen = rapid.StringMatching(`[A-Za-zéœ0-9“”'"<>&*_#|~.!\\\-\[\]()+=:$^@/]{1,8}|e\x{301}|日本`)
	idGen   = rapid.StringMatching(`[a-z0-9]{1,8}`)
	hrefGen = rapid.SampledFrom([]string{"https://a.ca/x?b=1&c=2", "http://b.ca/(y)", "mailto:a@b.ca", "tel:+1403", "/local/x-1"})
)

// phrase is words with single spaces between them, as text-only formats can carry it.
func phrase(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(wordGen, 1, 6).Draw(t, "words"), " ")
}

func marks(t *rapid.T, all bool) []doc.Mark {
	var out []doc.Mark
	for _, m := range []string{"link", "quote", "claim", "strong", "em", "strike", "superscript", "subscript", "code"} {
		if rapid.IntRange(0, 7).Draw(t, m) > 0 {
			continue
		}
		switch m {
		case "link":
			out = append(out, doc.Mark{Type: m, Attrs: doc.Attrs{"href": hrefGen.Draw(t, "href")}})
		case "quote":
			if all {
				out = append(out, doc.Mark{Type: m, Attrs: doc.Attrs{"speaker": phrase(t)}})
			}
		case "claim":
			if all {
				out = append(out, doc.Mark{Type: m, Attrs: doc.Attrs{"status": "unverified"}})
			}
		default:
			out = append(out, doc.Mark{Type: m})
		}
	}
	return out
}

func inline(t *rapid.T, all bool) []doc.Node {
	n := rapid.IntRange(1, 4).Draw(t, "texts")
	var out []doc.Node
	for i := range n {
		s := phrase(t)
		if i < n-1 && rapid.Bool().Draw(t, "space") {
			s += " "
		}
		out = append(out, doc.Node{Type: "text", Text: s, Marks: marks(t, all)})
		if i < n-1 && !strings.HasSuffix(s, " ") && rapid.IntRange(0, 3).Draw(t, "break") == 0 {
			out = append(out, doc.Node{Type: "hardBreak"})
		}
	}
	return out
}

func paragraph(t *rapid.T, all bool) doc.Node {
	return doc.Node{Type: "paragraph", Content: inline(t, all)}
}

func textBlock(t *rapid.T, depth int, all bool) doc.Node {
	kinds := []string{"paragraph", "paragraph", "heading", "divider", "codeBlock"}
	if depth < 3 {
		kinds = append(kinds, "blockquote", "bulletList", "orderedList", "table")
	}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	switch kind {
	case "paragraph":
		return paragraph(t, all)
	case "heading":
		return doc.Node{Type: kind, Attrs: doc.Attrs{"level": rapid.IntRange(2, 4).Draw(t, "level")}, Content: inline(t, all)}
	case "codeBlock":
		return doc.Node{Type: kind, Content: []doc.Node{{Type: "text", Text: phrase(t) + "\n  " + phrase(t)}}}
	case "blockquote":
		return doc.Node{Type: kind, Content: textBlocks(t, depth+1, all)}
	case "bulletList", "orderedList":
		n := doc.Node{Type: kind}
		if kind == "orderedList" && rapid.Bool().Draw(t, "started") {
			n.Attrs = doc.Attrs{"start": rapid.IntRange(0, 99).Draw(t, "start")}
		}
		for range rapid.IntRange(1, 3).Draw(t, "items") {
			item := []doc.Node{paragraph(t, all)}
			if rapid.Bool().Draw(t, "more") {
				item = append(item, textBlocks(t, depth+2, all)...)
			}
			n.Content = append(n.Content, doc.Node{Type: "listItem", Content: item})
		}
		return n
	case "table":
		n := doc.Node{Type: kind}
		columns := rapid.IntRange(2, 3).Draw(t, "columns")
		for i := range rapid.IntRange(1, 3).Draw(t, "rows") {
			row := doc.Node{Type: "tableRow"}
			for range columns {
				cell := doc.Node{Type: "tableCell", Content: []doc.Node{paragraph(t, all)}}
				if i == 0 {
					cell.Type = "tableHeader"
				}
				row.Content = append(row.Content, cell)
			}
			n.Content = append(n.Content, row)
		}
		return n
	}
	return doc.Node{Type: kind}
}

func textBlocks(t *rapid.T, depth int, all bool) []doc.Node {
	var out []doc.Node
	for range rapid.IntRange(1, 3).Draw(t, "blocks") {
		out = append(out, textBlock(t, depth, all))
	}
	return out
}

func textDoc(t *rapid.T) doc.Node { return doc.Node{Type: "doc", Content: textBlocks(t, 0, false)} }

// anyDoc has blocks of every kind, and text that still has to be normalised.
func anyDoc(t *rapid.T) doc.Node {
	d := doc.Node{Type: "doc"}
	for range rapid.IntRange(0, 5).Draw(t, "blocks") {
		switch rapid.IntRange(0, 9).Draw(t, "sort") {
		case 0:
			d.Content = append(d.Content, doc.Node{Type: "photo", Attrs: doc.Attrs{"media": idGen.Draw(t, "id"), "alt": rapid.String().Draw(t, "alt"), "credit": nil}})
		case 1:
			d.Content = append(d.Content, doc.Node{Type: "factbox", Content: textBlocks(t, 1, true)})
		case 2:
			d.Content = append(d.Content, doc.Node{Type: "related", Attrs: doc.Attrs{"stories": rapid.SliceOfN(idGen, 0, 3).Draw(t, "ids")}})
		case 3:
			d.Content = append(d.Content, doc.Node{Type: "promo", Attrs: doc.Attrs{"title": rapid.String().Draw(t, "title"), "url": hrefGen.Draw(t, "href")}})
		case 4:
			d.Content = append(d.Content, doc.Node{Type: "paragraph", Content: []doc.Node{
				{Type: "text", Text: rapid.String().Draw(t, "text"), Marks: []doc.Mark{{Type: "em"}, {Type: "strong"}}},
				{Type: "text", Text: rapid.String().Draw(t, "text"), Marks: []doc.Mark{{Type: "strong"}, {Type: "em"}}}}})
		case 5:
			d.Content = append(d.Content, doc.Node{Type: "blockquote", Content: []doc.Node{{Type: "paragraph"}}})
		default:
			d.Content = append(d.Content, textBlock(t, 0, true))
		}
	}
	return d
}

func TestNormaliseTwiceIsNormaliseOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDoc(t)
		if err := doc.Validate(d); err != nil {
			t.Fatal(err)
		}
		before := string(d.JSON())
		once := doc.Normalise(d)
		if err := doc.Validate(once); err != nil {
			t.Fatalf("normalised: %v", err)
		}
		if a, b := string(once.JSON()), string(doc.Normalise(once).JSON()); a != b {
			t.Fatalf("once  %s\ntwice %s", a, b)
		}
		if string(d.JSON()) != before {
			t.Fatal("the given document was changed")
		}
	})
}

func TestJSONComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := doc.Normalise(anyDoc(t))
		back, err := doc.Parse(d.JSON())
		if err != nil {
			t.Fatal(err)
		}
		if a, b := string(d.JSON()), string(back.JSON()); a != b {
			t.Fatalf("%s\n%s", a, b)
		}
	})
}

func TestHTMLComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := doc.Normalise(textDoc(t))
		out := doc.FeedHTML(d, doc.Env{BaseURL: "https://a.ca"})
		back, dropped := doc.FromHTML(out, doc.HTMLOptions{})
		if len(dropped) > 0 {
			t.Fatalf("dropped %v", dropped)
		}
		if a, b := doc.Text(d), doc.Text(back); a != b {
			t.Fatalf("%s\n%q\n%q", out, a, b)
		}
		if again := doc.FeedHTML(back, doc.Env{}); again != out {
			t.Fatalf("\n%s\n%s", out, again)
		}
	})
}

func TestMarkdownComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := doc.Normalise(textDoc(t))
		md := doc.Markdown(d)
		back, dropped := doc.FromMarkdown(md)
		if len(dropped) > 0 {
			t.Fatalf("%s\ndropped %v", md, dropped)
		}
		if a, b := doc.Text(d), doc.Text(back); a != b {
			t.Fatalf("%s\n%q\n%q", md, a, b)
		}
		if a, b := doc.FeedHTML(d, doc.Env{}), doc.FeedHTML(back, doc.Env{}); a != b {
			t.Fatalf("%s\n%s\n%s", md, a, b)
		}
	})
}

// wellFormed fails when a browser would build another tree than the tags say (a block in a <p>, a cell out of
// place), or when two elements have one id.
func wellFormed(t interface{ Fatalf(string, ...any) }, out string) {
	written, built, ids := map[string]int{}, map[string]int{}, map[string]int{}
	z := html.NewTokenizer(strings.NewReader(out))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			name, _ := z.TagName()
			written[strings.ToLower(string(name))]++
		}
	}
	nodes, err := html.ParseFragment(strings.NewReader(out), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, n := range nodes {
		root := &html.Node{Type: html.DocumentNode}
		root.AppendChild(n)
		for k := range root.Descendants() {
			if k.Type == html.ElementNode {
				built[strings.ToLower(k.Data)]++
			}
			for _, a := range k.Attr {
				if a.Key == "id" {
					ids[a.Val]++
				}
			}
		}
	}
	if !maps.Equal(written, built) {
		t.Fatalf("written %v\nbuilt %v\n%s", written, built, out)
	}
	for id, n := range ids {
		if n > 1 {
			t.Fatalf("%d elements have the id %q", n, id)
		}
	}
}

func TestBrowsersBuildTheTreeThatWasWritten(t *testing.T) {
	d := everything(t)
	wellFormed(t, doc.HTML(d, newsroom()))
	wellFormed(t, doc.FeedHTML(d, newsroom()))
	rapid.Check(t, func(t *rapid.T) {
		d := anyDoc(t)
		wellFormed(t, doc.HTML(d, showAll()))
		wellFormed(t, doc.FeedHTML(doc.Normalise(d), showAll()))
	})
}

func story900() doc.Node {
	text := "The ships carry about 92,000 tonnes of wheat, roughly what a mid-size Prairie elevator handles in a “season,” she said & left. "
	d := doc.Node{Type: "doc"}
	for i := range 20 {
		d.Content = append(d.Content, doc.Node{Type: "paragraph", Content: []doc.Node{
			{Type: "text", Text: text}, {Type: "text", Text: "Save a seat", Marks: []doc.Mark{{Type: "link", Attrs: doc.Attrs{"href": "/events/live"}}}},
			{Type: "text", Text: " " + text}}})
		if i%8 == 3 {
			d.Content = append(d.Content, doc.Node{Type: "photo", Attrs: doc.Attrs{"media": "combine", "caption": "A caption."}})
		}
	}
	return d
}

func BenchmarkHTML(b *testing.B) {
	d, e := story900(), newsroom()
	b.ReportMetric(float64(doc.Words(d)), "words")
	b.ReportAllocs()
	for b.Loop() {
		doc.HTML(d, e)
	}
}

func BenchmarkText(b *testing.B) {
	d := story900()
	for b.Loop() {
		doc.Text(d)
	}
}

func BenchmarkParse(b *testing.B) {
	text := story900().JSON()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := doc.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFromHTML(b *testing.B) {
	page := doc.FeedHTML(story900(), newsroom())[:5000]
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		doc.FromHTML(page, doc.HTMLOptions{})
	}
}

func BenchmarkFromMarkdown(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("testdata", "everything.md"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		doc.FromMarkdown(string(text))
	}
}
