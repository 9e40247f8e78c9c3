package doc_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"masthead/internal/doc"
	"masthead/internal/fixture"
)

func TestFromHTMLReadsAsABrowserShows(t *testing.T) {
	photo := func(src string) (string, bool) { return "m1", strings.HasSuffix(src, "/known.jpg") }
	for _, c := range []struct{ name, in, want string }{
		{"spaces around links survive", `<p>See <a href="http://a.ca/x">the  plan</a> , then <a href="/y"> go</a>.</p>`,
			`<p>See <a href="http://a.ca/x">the plan</a> , then <a href="https://base.ca/y">go</a>.</p>`},
		{"one space across elements", "a <b> b </b> <i>c</i>\n\td", `<p>a <strong>b </strong><em>c</em> d</p>`},
		{"no-break spaces stay", "<p>25&nbsp; km</p>", "<p>25\u00a0 km</p>"},
		{"an empty paragraph goes", "<p>a</p><p>&nbsp;</p><p> </p><p>b</p>", "<p>a</p><p>b</p>"},
		{"entities once", "<p>&amp;lt;b&amp;gt; R&amp;D &lt;i&gt;</p>", "<p>&amp;lt;b&amp;gt; R&amp;D &lt;i&gt;</p>"},
		{"text between breaks", "one<br><br>two<br/>\n<br/>three<br>four<br>", "<p>one</p><p>two</p><p>three<br>four</p>"},
		{"text and divs", "one<div>two<div>three</div></div>four", "<p>one</p><p>two</p><p>three</p><p>four</p>"},
		{"headings", "<h1>A</h1><h2>B</h2><h3>C</h3><h6>D</h6>", "<h2>A</h2><h2>B</h2><h3>C</h3><h4>D</h4>"},
		{"nested lists", "<ul><li>a<ol start=3><li>b</ol><li><p>c</p><p>d</p></ul>",
			"<ul><li>a<ol start=\"3\"><li>b</li></ol></li><li><p>c</p><p>d</p></li></ul>"},
		{"a list in a list without an item", "<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"},
		{"quotes, rules and code", "<blockquote>q</blockquote><hr><pre>a\n  b&lt;</pre><p><q>x</q></p>",
			"<blockquote><p>q</p></blockquote><hr><pre><code>a\n  b&lt;</code></pre><p>“x”</p>"},
		{"marks", "<p><b>a</b><i>b</i><del>c</del><sup>2</sup><sub>3</sub><tt>d</tt></p>",
			"<p><strong>a</strong><em>b</em><s>c</s><sup>2</sup><sub>3</sub><code>d</code></p>"},
		{"marks around blocks", "<b><p>a</p><p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"},
		{"bad addresses are text", `<a href="javascript:alert(1)">a</a> <a href=" java&#10;script:x">b</a> <a href="data:x">c</a> <a href="#n">d</a>`, "<p>a b c d</p>"},
		{"mail and telephone", `<a href="MAILTO:a@b.ca">a</a><a href="tel:+1-403">b</a>`, `<p><a href="mailto:a@b.ca">a</a><a href="tel:+1-403">b</a></p>`},
		{"an unknown picture goes with its caption", `<figure><img src="/x.jpg"><figcaption>cap</figcaption></figure><p>t <img src="/x.jpg">u</p>`, "<p>t u</p>"},
		{"a known picture in a sentence stands behind it", `<p>a <img src="/known.jpg" alt="A"> b</p>`, `<p>a b</p><figure><img src="/k.jpg" alt="A"></figure>`},
		{"a known picture with caption", `<figure><img src="/known.jpg"><figcaption>Cap <span class="photo-credit">(X/Y)</span></figcaption></figure>`,
			`<figure><img src="/k.jpg" alt=""><figcaption>Cap (X/Y)</figcaption></figure>`},
		{"tables survive", "<table><caption>C</caption><tr><th>a<th>b<tr><td colspan=2 rowspan=9>c<td></table>",
			`<table><caption>C</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td colspan="2">c</td><td></td></tr></tbody></table>`},
		{"a box is not a table", "<table><tr><td><p>a</p></td></tr></table>", "<p>a</p>"},
		{"scripts, styles, forms, comments and hidden things go", `a<script>x</script><style>y</style><!-- z --><form>f</form><p style="Display : none">h</p><p hidden>h</p><svg><text>s</text></svg>`, "<p>a</p>"},
		{"embeds by list", `<iframe src="//ok.ca/v"></iframe><iframe src="http://ok.ca/v"></iframe><iframe src="https://no.ca/"></iframe>`, `<p><a href="https://ok.ca/v">Open on ok.ca</a></p>`},
		{"stray tags", "</p></div><li>a</li><td>b</td></b>", "<p>a</p><p>b</p>"},
		{"definition lists", "<dl><dt>a<dd>b</dl>", "<p><strong>a</strong></p><p>b</p>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := doc.FromHTML(c.in, doc.HTMLOptions{Base: "https://base.ca/dir/", Media: photo,
				Embed: func(u string) bool { return strings.HasPrefix(u, "https://ok.ca/") }})
			got := doc.FeedHTML(d, doc.Env{Labels: doc.Labels{OpenOn: "Open on {host}"}, Media: func(string) (doc.Media, bool) {
				return doc.Media{Kind: "photo", Renditions: []doc.Rendition{{URL: "/k.jpg", Type: "image/jpeg"}}}, true
			}})
			if got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			if err := doc.Validate(d); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFromHTMLReportsWhatItLeavesOut(t *testing.T) {
	_, dropped := doc.FromHTML(`<script src="/s.js"></script><figure><img src="http://x.ca/a.jpg"><figcaption>Who</figcaption></figure><a href="vbscript:x">y</a>`, doc.HTMLOptions{})
	want := []doc.Dropped{
		{What: "script", Detail: "/s.js", Reason: "not part of the text"},
		{What: "img", Detail: "http://x.ca/a.jpg", Reason: "the picture is not in the library"},
		{What: "figcaption", Detail: "Who", Reason: "its picture was left out"},
		{What: "link", Detail: "vbscript:x", Reason: "not an address that can be linked to"},
	}
	if len(dropped) != len(want) {
		t.Fatalf("got %v", dropped)
	}
	for i, d := range dropped {
		if d != want[i] {
			t.Errorf("%d: got %v, want %v", i, d, want[i])
		}
	}
}

func TestFromHTMLStaysInsideTheLimits(t *testing.T) {
	inputs := map[string]string{
		"deep divs":   strings.Repeat("<div>", 100000) + "x",
		"deep quotes": strings.Repeat("<blockquote>", 300) + "x",
		"deep lists":  strings.Repeat("<ul><li>", 200) + "x",
		"deep tables": strings.Repeat("<table><tr><td>a<td>", 80) + "x",
		"many":        strings.Repeat("<p>x", 200000),
		"long links":  strings.Repeat(`<a href="http://a.ca/`+strings.Repeat("y", 4000)+`"><b>x</b></a>`, 900) + strings.Repeat("<i>z</i>", 9999),
		"long":        strings.Repeat("abcde ", 1<<20),
		"marks":       strings.Repeat("<b><i><s><sup><sub><code>", 80) + "x",
		"figures":     strings.Repeat("<figure>", 250) + strings.Repeat("<b>x</b>", 100000),
	}
	for i := range 8 {
		quotes := strings.Repeat("<blockquote>", 26+i)
		inputs[fmt.Sprint("list in quotes ", i)] = quotes + strings.Repeat("<ul>y<li>x", 9)
		inputs[fmt.Sprint("table in quotes ", i)] = quotes + strings.Repeat("<table><tr><td>x<td>", 9)
	}
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) {
			d, _ := doc.FromHTML(in, doc.HTMLOptions{})
			if _, err := doc.Parse(d.JSON()); err != nil {
				t.Fatal(err)
			}
			if doc.Words(d) == 0 {
				t.Error("nothing is left of the text")
			}
		})
	}
}

// harmless fails when something that can act is left in rendered HTML.
func harmless(t *testing.T, name, out string) {
	t.Helper()
	low := strings.ToLower(tagsOf(out))
	for _, bad := range []string{"<script", "<style", "<iframe", "<object", "<embed", "<form", "<input", "javascript:", "vbscript:", "data:", " style=", "<svg", "<math", "<link", "<meta", "<base", "<applet", "<!--"} {
		if strings.Contains(low, bad) {
			t.Errorf("%s: %q survives in %.300s", name, bad, out)
		}
	}
	if eventHandler(low) {
		t.Errorf("%s: an event handler survives in %.300s", name, out)
	}
}

// tagsOf keeps only what is inside tags: the renderer escapes every < and > of text.
func tagsOf(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		switch r {
		case '<':
			in = true
		case '>':
			in = false
			b.WriteRune(r)
		}
		if in {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func eventHandler(tags string) bool {
	for tag := range strings.SplitSeq(tags, "<") {
		// Outside quotes, where attribute names stand.
		parts := strings.Split(tag, `"`)
		for i := 0; i < len(parts); i += 2 {
			if strings.Contains(parts[i], " on") {
				return true
			}
		}
	}
	return false
}

func TestNothingThatActsSurvives(t *testing.T) {
	text, err := os.ReadFile(fixture.Data(t, "sanitize", "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Name, Input string }
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 200 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		d, _ := doc.FromHTML(c.Input, anyMedia())
		if err := doc.Validate(d); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		harmless(t, c.Name, doc.FeedHTML(d, showAll()))
		harmless(t, c.Name, doc.HTML(d, showAll()))
		if strings.Contains(c.Input, "safe") && !strings.Contains(c.Input, `"safe`) && !strings.Contains(doc.Text(d), "safe") {
			t.Errorf("%s: the words are gone: %q of %q", c.Name, doc.Text(d), c.Input)
		}
	}
}

func anyMedia() doc.HTMLOptions {
	return doc.HTMLOptions{Base: "http://example.org/", Media: func(string) (string, bool) { return "m1", true }, Embed: func(string) bool { return true }}
}

func showAll() doc.Env {
	return doc.Env{Media: func(id string) (doc.Media, bool) {
		return doc.Media{ID: id, Kind: "photo", Renditions: []doc.Rendition{{URL: "/m/1.jpg", Type: "image/jpeg", Width: 640, Height: 480}}}, true
	}, Labels: english()}
}

func TestRealPages(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(fixture.Data(t, "pages", "html"), "*.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(z)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		d, _ := doc.FromHTML(string(page), anyMedia())
		if err := doc.Validate(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if doc.Words(d) < 50 {
			t.Errorf("%s: only %d words", filepath.Base(name), doc.Words(d))
		}
		harmless(t, filepath.Base(name), doc.FeedHTML(d, showAll()))
		if again, _ := doc.FromHTML(doc.FeedHTML(d, doc.Env{}), doc.HTMLOptions{}); doc.Validate(again) != nil {
			t.Errorf("%s: the second reading is not valid", name)
		}
	}
}

// The bodies of real feeds: what stands in their CDATA sections.
func TestRealFeedBodies(t *testing.T) {
	cdata := regexp.MustCompile(`(?s)<!\[CDATA\[(.*?)\]\]>`)
	bodies := 0
	err := filepath.WalkDir(fixture.Data(t, "feeds"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, ".gz") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range cdata.FindAllSubmatch(text, 200) {
			bodies++
			d, _ := doc.FromHTML(string(m[1]), anyMedia())
			if _, err := doc.Parse(d.JSON()); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			harmless(t, filepath.Base(path), doc.FeedHTML(d, showAll()))
			text := doc.FeedHTML(d, doc.Env{})
			if again, _ := doc.FromHTML(text, doc.HTMLOptions{}); doc.Text(again) != doc.Text(d) {
				t.Errorf("%s: the text changes when read again:\n%q\n%q", filepath.Base(path), doc.Text(d), doc.Text(again))
			}
		}
		return nil
	})
	if err != nil || bodies == 0 {
		t.Fatalf("%d bodies: %v", bodies, err)
	}
}

func TestFromMarkdown(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"# A\n\ntext *em* **strong** ~~gone~~ [l](/x) [m](https://a.ca/b \"t\")\nmore\\\nbreak", `<h2>A</h2><p>text <em>em</em> <strong>strong</strong> <s>gone</s> <a href="https://base.ca/x">l</a> <a href="https://a.ca/b">m</a> more<br>break</p>`},
		{"- a\n- b\n  1. c\n\n> q\n\n---\n\n```go\nx := 1\n```", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul><blockquote><p>q</p></blockquote><hr><pre><code class=\"language-go\">x := 1</code></pre>"},
		{"| a | b |\n|---|---|\n| c | d |", "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>"},
		{"<script>x</script>\n\n<b onclick=x>b</b> [j](javascript:x)", "<p><strong>b</strong> j</p>"},
	} {
		d, _ := doc.FromMarkdown(c.in)
		if got := doc.FeedHTML(d, doc.Env{BaseURL: "https://base.ca"}); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func FuzzFromHTML(f *testing.F) {
	for _, s := range []string{"", "<p>a<b>b</p>c", "<table><tr><td><ul><li>x<table>", "<a href='javascript:x'>", "<pre>\n a<br>b", "\x00\xff&#0;&#xD800;", "<figure><img src=x><figcaption>y", "<svg><p>", "<li><dl><dt><select><option>", "<template><td>", "<ul>x<li>y</ul><ol start=-1>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, _ := doc.FromHTML(s, anyMedia())
		if err := doc.Validate(d); err != nil {
			t.Fatal(err)
		}
		harmless(t, "fuzz", doc.HTML(d, showAll()))
		if a, b := string(d.JSON()), string(doc.Normalise(d).JSON()); a != b {
			t.Fatalf("not normal: %s\n%s", a, b)
		}
	})
}

func FuzzFromMarkdown(f *testing.F) {
	for _, s := range []string{"", "# a\n* b\n\t1. c", "[a](<javascript:x>)", "|a|\n|-|\n|b|", "<div>\n\n*x*", "~~a~~ `b` ![c](d)", "> > > a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, _ := doc.FromMarkdown(s)
		if err := doc.Validate(d); err != nil {
			t.Fatal(err)
		}
		harmless(t, "fuzz", doc.HTML(d, showAll()))
	})
}
