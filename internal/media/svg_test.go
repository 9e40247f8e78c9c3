package media

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"masthead/internal/errs"
)

// CheckCleanSVG cleans a drawing and looks at what is left: nothing that runs, fetches or embeds, and the same when it is
// cleaned again.
func CheckCleanSVG(t *testing.T, file []byte) {
	clean, w, h, err := cleanSVG(file)
	if err != nil {
		return
	}
	if w < 1 || h < 1 || w > maxEdge || h > maxEdge {
		t.Errorf("size %d × %d", w, h)
	}
	dec := xml.NewDecoder(strings.NewReader(string(clean)))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("what is left is damaged: %v\n%s", err, clean)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !svgElements[e.Name.Local] && e.Name.Local != "style" {
			t.Errorf("<%s> is left", e.Name.Local)
		}
		names := map[string]bool{}
		for _, a := range e.Attr {
			if names[a.Name.Local] {
				t.Errorf("<%s> has %s twice", e.Name.Local, a.Name.Local)
			}
			names[a.Name.Local] = true
			low := strings.ToLower(strings.TrimSpace(a.Value))
			if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || strings.Contains(low, "javascript:") && a.Name.Local != "id" && a.Name.Local != "class" ||
				a.Name.Local == "href" && !strings.HasPrefix(low, "#") && !strings.HasPrefix(low, "data:image/") {
				t.Errorf("%s=%q is left", a.Name.Local, a.Value)
			}
		}
	}
	again, _, _, err := cleanSVG(clean)
	if err != nil || string(again) != string(clean) {
		t.Errorf("cleaned again: %v\n%s\n%s", err, clean, again)
	}
}

// A drawing of a few lines that draws billions of shapes is refused, one that uses its parts as drawings do is not.
func TestRepeatedParts(t *testing.T) {
	bomb := func(levels int, part, refer string) string {
		var b strings.Builder
		b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect id="p0" width="9" height="9"/>`)
		for i := range levels {
			fmt.Fprintf(&b, part, i+1, strings.Repeat(fmt.Sprintf(refer, i), 10))
		}
		return b.String() + "</svg>"
	}
	for name, c := range map[string]struct {
		file string
		ok   bool
	}{
		"use":      {bomb(9, `<g id="p%d">%s</g>`, `<use href="#p%d"/>`), false},
		"pattern":  {bomb(9, `<pattern id="p%d">%s</pattern>`, `<path fill="url(#p%d)"/>`), false},
		"style":    {bomb(9, `<mask id="p%d">%s</mask>`, `<path style="mask:url(#p%d)"/>`), false},
		"few":      {bomb(3, `<g id="p%d">%s</g>`, `<use href="#p%d"/>`), true},
		"itself":   {`<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/><use href="#b"/></g></svg>`, true},
		"a chain":  {`<svg xmlns="http://www.w3.org/2000/svg">` + chain(50_000) + `</svg>`, false},
		"nowhere":  {`<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/><path fill="url(#b)"/></svg>`, true},
		"no parts": {`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat("<g/>", 500_001) + `</svg>`, false},
	} {
		if _, _, _, err := cleanSVG([]byte(c.file)); (err == nil) != c.ok || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// chain is a drawing's parts, each of which draws the one before it.
func chain(n int) string {
	var b strings.Builder
	b.WriteString(`<g id="p0"/>`)
	for i := range n {
		fmt.Fprintf(&b, `<g id="p%d"><use href="#p%d"/></g>`, i+1, i)
	}
	return b.String()
}

func TestCleanSVG(t *testing.T) {
	in := `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20mm" viewBox="0 0 40 20" onload="a()">
<script>a()</script><style>.a{fill:#c00}/* no */</style><g class="a" style="fill:url(http://example.org/x)"><path d="M0 0h9" fill="url(#p)"/><a href="https://example.org"><text>É &lt; “x”</text></a></g>
<image href="https://example.org/a.png"/><image href="data:image/png;base64,AAAA"/><use xlink:href="#p" href="#p" x="1" x="2"/><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject></svg>`
	clean, w, h, err := cleanSVG([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	got := string(clean)
	for _, bad := range []string{"script", "onload", "example.org", "foreignObject", "<a ", "/*"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is left: %s", bad, got)
		}
	}
	for _, good := range []string{".a{fill:#c00}", `d="M0 0h9"`, "url(#p)", "É &lt; “x”", "data:image/png;base64,AAAA", `href="#p"`, `viewBox="0 0 40 20"`} {
		if !strings.Contains(got, good) {
			t.Errorf("%q is gone: %s", good, got)
		}
	}
	if w != 76 || h != 38 {
		t.Errorf("%d × %d", w, h)
	}
	CheckCleanSVG(t, []byte(in))
}
