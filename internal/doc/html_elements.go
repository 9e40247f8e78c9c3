package doc

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func bodyElement() *html.Node {
	return &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
}

// node reads one node of the parsed HTML.
func (r *htmlReader) node(n *html.Node, c context) {
	switch n.Type {
	case html.TextNode:
		r.text(n.Data, c)
	case html.ElementNode:
		if reason := unwanted(n); reason != "" {
			r.drop(n.Data, address(n), reason)
			return
		}
		if m := markOf(n); m != "" {
			r.marked(n, c, Mark{Type: m})
			return
		}
		r.element(n, c)
	}
}

func (r *htmlReader) element(n *html.Node, c context) {
	switch n.DataAtom {
	case atom.A:
		r.link(n, c)
	case atom.Br:
		if c.pre {
			r.text("\n", c)
		} else {
			r.hardBreak()
		}
	case atom.Hr:
		r.block(Node{Type: "divider"}, c)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		inner := c
		inner.heading = min(max(int(n.Data[1]-'0'), 2), 4)
		r.within(n, c, inner)
	case atom.Blockquote:
		r.container(n, c, Node{Type: "blockquote"})
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		r.list(n, c)
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		r.code(n, c)
	case atom.Table:
		r.table(n, c)
	case atom.Figure:
		r.figure(n, c)
	case atom.Figcaption:
		if c.figure == nil {
			r.within(n, c, c)
		}
	case atom.Img:
		r.image(n, c)
	case atom.Iframe:
		r.iframe(n, c)
	case atom.Q:
		r.text("“", c)
		r.children(n, c)
		r.text("”", c)
	case atom.Dt, atom.Summary:
		inner := c
		inner.marks = append(slices.Clip(c.marks), Mark{Type: "strong"})
		if slices.ContainsFunc(c.marks, func(m Mark) bool { return m.Type == "strong" }) {
			inner = c
		}
		r.within(n, c, inner)
	default:
		if inlineElement(n) {
			r.children(n, c)
		} else {
			r.within(n, c, c)
		}
	}
}

// unwanted says why an element goes with all that is in it, "" if it stays.
func unwanted(n *html.Node) string {
	if n.Namespace != "" {
		return "drawings and formulas are not taken from HTML"
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Link, atom.Meta, atom.Base, atom.Title, atom.Head:
		return "not part of the text"
	case atom.Form:
		if !wrapsPage(n) {
			return "forms are not taken from HTML"
		}
	case atom.Input, atom.Button, atom.Select, atom.Textarea, atom.Option, atom.Optgroup, atom.Datalist,
		atom.Label, atom.Output, atom.Progress, atom.Meter, atom.Keygen:
		return "forms are not taken from HTML"
	case atom.Object, atom.Embed, atom.Applet, atom.Param, atom.Frame, atom.Frameset, atom.Noframes, atom.Noembed,
		atom.Canvas, atom.Map, atom.Area:
		return "embedded programs are not allowed"
	case atom.Video, atom.Audio, atom.Source, atom.Track:
		return "video and sound are taken from the library only"
	case atom.Dialog:
		if !hasAttr(n, "open") {
			return "hidden"
		}
	case atom.Rp:
		return "not shown"
	}
	if len(n.Attr) > 0 && hidden(n) {
		return "hidden"
	}
	return ""
}

// wrapsPage tells a form around a whole text, as some servers write it, from one to fill in.
func wrapsPage(form *html.Node) bool {
	paragraphs := 0
	for k := range form.Descendants() {
		if k.DataAtom == atom.P {
			paragraphs++
		}
	}
	return paragraphs > 3
}

func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			s := strings.ToLower(strings.Map(func(r rune) rune {
				if r <= ' ' {
					return -1
				}
				return r
			}, a.Val))
			if strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func address(n *html.Node) string {
	for _, key := range []string{"src", "href", "data", "action"} {
		if v := attr(n, key); v != "" {
			return v
		}
	}
	return ""
}

func markOf(n *html.Node) string {
	switch n.DataAtom {
	case atom.B, atom.Strong:
		return "strong"
	case atom.I, atom.Em, atom.Cite, atom.Dfn, atom.Var:
		return "em"
	case atom.S, atom.Strike, atom.Del:
		return "strike"
	case atom.Sup:
		return "superscript"
	case atom.Sub:
		return "subscript"
	case atom.Code, atom.Kbd, atom.Samp, atom.Tt:
		return "code"
	}
	return ""
}

// inlineElement reports whether an element runs along in a line. Unknown elements do, as in a browser.
func inlineElement(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd,
		atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure,
		atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html,
		atom.Legend, atom.Li, atom.Listing, atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Plaintext, atom.Pre,
		atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul,
		atom.Xmp, atom.Br:
		return false
	}
	return true
}

func (r *htmlReader) link(n *html.Node, c context) {
	raw := attr(n, "href")
	href, ok := resolve(raw, r.base, r.rooted)
	if !ok {
		if raw != "" && !strings.HasPrefix(strings.TrimSpace(raw), "#") {
			r.drop("link", raw, "not an address that can be linked to")
		}
		r.children(n, c)
		return
	}
	r.marked(n, c, Mark{Type: "link", Attrs: Attrs{"href": href}})
}

func (r *htmlReader) container(n *html.Node, c context, block Node) {
	r.flush(c)
	inner := c
	inner.heading = 0
	opened := r.open(block)
	r.children(n, inner)
	r.flush(inner)
	if opened {
		r.close()
	}
}

func (r *htmlReader) list(n *html.Node, c context) {
	r.flush(c)
	c.heading = 0
	list := Node{Type: "bulletList"}
	if n.DataAtom == atom.Ol {
		list.Type = "orderedList"
		if start, err := strconv.Atoi(strings.TrimSpace(attr(n, "start"))); err == nil && start != 1 && start >= 0 && start <= 1000000 {
			list.Attrs = Attrs{"start": float64(start)}
		}
	}
	if !r.open(list) {
		r.children(n, c)
		r.flush(c)
		return
	}
	for k := n.FirstChild; k != nil && !r.full; k = k.NextSibling {
		if k.Type == html.ElementNode && k.DataAtom == atom.Li && unwanted(k) == "" {
			r.container(k, c, Node{Type: "listItem"})
			continue
		}
		r.stray(k, c)
	}
	r.close()
}

// stray reads what stands in a list outside its items: it belongs to the item before, as browsers show it.
func (r *htmlReader) stray(k *html.Node, c context) {
	if k.Type == html.TextNode && strings.Trim(k.Data, " \n\t\r\f") == "" || k.Type == html.CommentNode {
		return
	}
	items := r.top().Content
	item := Node{Type: "listItem"}
	if len(items) > 0 {
		item = items[len(items)-1]
		r.top().Content = items[:len(items)-1]
	}
	if r.full {
		if len(item.Content) > 0 {
			r.add(item)
		}
		return
	}
	r.stack = append(r.stack, item)
	r.node(k, c)
	r.flush(c)
	r.close()
}

func (r *htmlReader) code(n *html.Node, c context) {
	r.flush(c)
	var b strings.Builder
	collect(&b, n, "\n", func(k *html.Node) bool { return unwanted(k) != "" })
	s := strings.TrimRight(b.String(), " \t\r\n")
	if strings.TrimSpace(s) == "" || !r.spend(len(s)) {
		return
	}
	block := Node{Type: "codeBlock", Content: []Node{{Type: "text", Text: s}}}
	if code := n.FirstChild; code != nil && code.NextSibling == nil && code.DataAtom == atom.Code {
		for class := range strings.FieldsSeq(attr(code, "class")) {
			if lang, ok := strings.CutPrefix(class, "language-"); ok {
				block.Attrs = Attrs{"language": clip(lang, 40)}
			}
		}
	}
	r.add(block)
}

func (r *htmlReader) iframe(n *html.Node, c context) {
	src, ok := resolve(attr(n, "src"), r.base, false)
	switch {
	case !ok || schemeOf(src) != "https":
		r.drop("iframe", attr(n, "src"), "only https pages can be embedded")
	case r.o.Embed == nil || !r.o.Embed(src):
		r.drop("iframe", src, "embeds of this site are not allowed")
	default:
		e := Node{Type: "embed", Attrs: Attrs{"url": src}}
		if title := clip(strings.TrimSpace(clean(attr(n, "title"), false)), 500); title != "" {
			e.Attrs["title"] = title
		}
		r.block(e, c)
	}
}
