package doc

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// HTMLOptions says how foreign HTML is read.
type HTMLOptions struct {
	// Base completes relative addresses; without it links to relative addresses become plain text.
	Base string
	// Media gives the id under which the picture at an absolute address is held here. Without it, or when
	// it says no, the picture is left out together with its caption.
	Media func(src string) (id string, ok bool)
	// Embed allows an https address of an iframe to become an embed block. Without it none does.
	Embed func(url string) bool
}

// Dropped is one thing that was in the input and is not in the document.
type Dropped struct {
	What   string // the element, as "script", or "link" for an address
	Detail string // its address or the start of its text, if any
	Reason string
}

// The limits on foreign HTML. The document that comes out always stays inside the schema's own.
const (
	maxHTML    = 4 << 20
	maxDropped = 200
)

// FromHTML reads hostile HTML into a valid, normalised document. It never fails: what it cannot keep it
// leaves out and reports, at most 200 things.
func FromHTML(text string, o HTMLOptions) (Node, []Dropped) {
	return readHTML(text, o, false)
}

func readHTML(text string, o HTMLOptions, rooted bool) (Node, []Dropped) {
	r := &htmlReader{o: o, rooted: rooted, lineStart: true, room: schema().Limits.Nodes / 2, bytes: schema().Limits.Bytes / 4}
	r.stack = append(r.stack, Node{Type: "doc"})
	if u, err := url.Parse(strings.TrimSpace(o.Base)); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		r.base = u
	}
	if len(text) > maxHTML {
		text = text[:maxHTML]
		r.drop("document", "", "longer than 4 MiB: the rest was cut off")
	}
	text = strings.ToValidUTF8(text, "\ufffd")
	nodes, err := html.ParseFragment(strings.NewReader(text), bodyElement())
	if err != nil {
		r.drop("document", "", "nested too deep: only its text was kept")
		r.textOnly(text)
	}
	for _, n := range nodes {
		r.node(n, context{})
	}
	r.flush(context{})
	return Normalise(r.stack[0]), r.dropped
}

// context is what an element hands down to its children.
type context struct {
	marks   []Mark
	heading int  // the level of the heading we are in, 0 for paragraphs
	pre     bool // white space is kept (white-space: pre)
	figure  *figure
	plain   bool // inside a <figure> without a picture
}

// figure is the caption that waits for the picture of its <figure>.
type figure struct{ caption, credit string }

type htmlReader struct {
	o       HTMLOptions
	base    *url.URL
	rooted  bool
	dropped []Dropped

	stack     []Node // the open blocks, the doc first
	line      []Node // the open text block's content
	lineStart bool   // a space here would not show
	later     []Node // pictures inside a sentence, put behind its paragraph

	room, bytes int // what is left of the limits
	full        bool
}

func (r *htmlReader) drop(what, detail, reason string) {
	if len(r.dropped) < maxDropped {
		r.dropped = append(r.dropped, Dropped{What: what, Detail: clip(strings.Join(strings.Fields(detail), " "), 200), Reason: reason})
	}
}

// spend takes one node of so many bytes from the limits.
func (r *htmlReader) spend(bytes int) bool {
	if r.full {
		return false
	}
	if r.room--; r.room <= 0 || r.bytes < bytes {
		r.full = true
		r.drop("document", "", "too long: the rest was cut off")
		return false
	}
	r.bytes -= bytes
	return true
}

// open starts a block that holds blocks. It refuses a quote, list or table when the document would get too
// deep: the content then lands in the block around. Their items, rows and cells always have room.
func (r *htmlReader) open(n Node) bool {
	deep := len(r.stack) > schema().Limits.Depth-8
	switch n.Type {
	case "listItem", "tableRow", "tableCell", "tableHeader":
		deep = false
	}
	if deep || !r.spend(40) {
		return false
	}
	r.stack = append(r.stack, n)
	return true
}

func (r *htmlReader) close() {
	n := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	if len(n.Content) == 0 && schema().node[n.Type].needsChild() {
		if n.Type != "tableCell" && n.Type != "tableHeader" {
			return
		}
		n.Content = []Node{{Type: "paragraph"}}
	}
	r.add(n)
}

func (r *htmlReader) top() *Node { return &r.stack[len(r.stack)-1] }

func (r *htmlReader) add(n Node) {
	t := r.top()
	t.Content = append(t.Content, n)
}

// block adds a block without text of its own, behind the text before it.
func (r *htmlReader) block(n Node, c context) {
	if r.spend(100) {
		r.flush(c)
		r.add(n)
	}
}

// text adds the text of an element as a browser shows it: runs of white space are one space, and none at
// the start of a line, whatever element the spaces stand in (CSS Text 3 section 4.1.1).
func (r *htmlReader) text(s string, c context) {
	if !c.pre {
		s = r.collapse(s)
	}
	if s == "" {
		return
	}
	cost := len(s)
	for _, m := range c.marks {
		cost += 40 + len(m.Attrs.Str("href"))
	}
	if over := cost - r.bytes; over > 0 && over < len(s) {
		s = strings.ToValidUTF8(s[:len(s)-over], "")
		r.line = append(r.line, Node{Type: "text", Text: s, Marks: c.marks})
	}
	if !r.spend(cost) {
		return
	}
	r.line = append(r.line, Node{Type: "text", Text: s, Marks: c.marks})
	r.lineStart = s[len(s)-1] == ' '
}

func (r *htmlReader) collapse(s string) string {
	space := r.lineStart
	for i := range len(s) {
		is := isSpace(s[i])
		if is && (space || s[i] != ' ') {
			return collapseFrom(s, i, space)
		}
		space = is
	}
	return s
}

func collapseFrom(s string, i int, space bool) string {
	b := append(make([]byte, 0, len(s)), s[:i]...)
	for ; i < len(s); i++ {
		switch {
		case !isSpace(s[i]):
			b = append(b, s[i])
			space = false
		case !space:
			b = append(b, ' ')
			space = true
		}
	}
	return string(b)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

func (r *htmlReader) hardBreak() {
	if r.spend(20) {
		r.trimLine()
		r.line = append(r.line, Node{Type: "hardBreak"})
		r.lineStart = true
	}
}

// trimLine removes the space at the end of a line, which no browser shows.
func (r *htmlReader) trimLine() {
	for i := len(r.line) - 1; i >= 0 && r.line[i].Type == "text"; i-- {
		r.line[i].Text = strings.TrimRight(r.line[i].Text, " ")
		if r.line[i].Text != "" {
			break
		}
		r.line = r.line[:i]
	}
	r.lineStart = true
}

// flush ends the open text block. Two line breaks in a row are the end of a paragraph.
func (r *htmlReader) flush(c context) {
	r.trimLine()
	line, later := r.line, r.later
	r.line, r.later = nil, nil
	for len(line) > 0 {
		end, next := len(line), len(line)
		for i := 0; i+1 < len(line); i++ {
			if line[i].Type == "hardBreak" && line[i+1].Type == "hardBreak" {
				end, next = i, i+2
				break
			}
		}
		r.textBlock(line[:end], c)
		line = line[next:]
	}
	for _, n := range later {
		r.add(n)
	}
}

func (r *htmlReader) textBlock(content []Node, c context) {
	for len(content) > 0 && content[0].Type == "hardBreak" {
		content = content[1:]
	}
	for len(content) > 0 && content[len(content)-1].Type == "hardBreak" {
		content = content[:len(content)-1]
	}
	if blank(content) {
		return
	}
	n := Node{Type: "paragraph", Content: slices.Clone(content)}
	if c.heading > 0 {
		n.Type, n.Attrs = "heading", Attrs{"level": float64(c.heading)}
	}
	r.add(n)
}

func (r *htmlReader) children(n *html.Node, c context) {
	for k := n.FirstChild; k != nil && !r.full; k = k.NextSibling {
		r.node(k, c)
	}
}

// within reads the children as a block of their own.
func (r *htmlReader) within(n *html.Node, outer, inner context) {
	r.flush(outer)
	r.children(n, inner)
	r.flush(inner)
}

// marked reads the children under one more mark.
func (r *htmlReader) marked(n *html.Node, c context, m Mark) {
	if !slices.ContainsFunc(c.marks, func(o Mark) bool { return o.Type == m.Type }) {
		c.marks = append(slices.Clip(c.marks), m)
	}
	r.children(n, c)
}

// textOnly is for HTML that the parser refuses: its words, in paragraphs, without marks.
func (r *htmlReader) textOnly(text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(maxHTML)
	var skip string
	for !r.full {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if skip == "" {
				r.text(string(z.Text()), context{})
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp", "template":
				if skip == "" {
					skip = string(name)
				}
			case "p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "blockquote", "td":
				r.flush(context{})
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		}
	}
}

// words is the text of an element with white space collapsed, for captions.
func words(n *html.Node, skip func(*html.Node) bool) string {
	var b strings.Builder
	collect(&b, n, " ", skip)
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r < utf8.RuneSelf && isSpace(byte(r)) }), " ")
}

// collect adds the text below an element, with a sign for each block and line break.
func collect(b *strings.Builder, n *html.Node, block string, skip func(*html.Node) bool) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		switch {
		case k.Type == html.TextNode:
			b.WriteString(k.Data)
		case k.Type == html.ElementNode && !skip(k):
			if !inlineElement(k) {
				b.WriteString(block)
			}
			collect(b, k, block, skip)
		}
	}
}
