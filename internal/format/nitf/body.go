package nitf

import (
	"strings"

	"masthead/internal/format/xmltree"
)

// renderer turns the body into HTML. Blocks stand without blanks between them; inside a block every character of the
// file is kept.
type renderer struct {
	b    []byte
	item *Item
	open bool // a paragraph made for text that has none is open
}

// blocks writes the children of an element that holds blocks: body.content, block, bq, li, fn. Text and inline
// elements between blocks become paragraphs.
func (r *renderer) blocks(n *xmltree.Node) {
	if n == nil {
		return
	}
	for _, k := range n.Kids {
		switch {
		case k.IsText():
			if r.open || strings.Trim(k.Text, " \t\r\n") != "" {
				r.openParagraph()
				r.b = xmltree.AppendText(r.b, k.Text)
			}
		case isBlock(k.Name.Local):
			r.closeParagraph()
			r.block(k)
		case k.Name.Local == "br" && !r.open:
		default:
			r.openParagraph()
			r.inlineElement(k)
		}
	}
	r.closeParagraph()
}

func (r *renderer) openParagraph() {
	if !r.open {
		r.b = append(r.b, "<p>"...)
		r.open = true
	}
}

func (r *renderer) closeParagraph() {
	if r.open {
		r.b = append(r.b, "</p>"...)
		r.open = false
	}
}

func isBlock(name string) bool {
	switch name {
	case "p", "hl1", "hl2", "h1", "h2", "h3", "h4", "block", "div", "section", "table", "nitf-table", "custom-table",
		"media", "ol", "ul", "dl", "bq", "blockquote", "fn", "note", "pre", "hr", "byline", "dateline", "abstract",
		"datasource", "copyrite", "tobject", "key-list", "body.content", "tagline", "bibliography",
		"nitf-table-metadata", "table-reference", "media-metadata":
		return true
	}
	return false
}

func (r *renderer) block(n *xmltree.Node) {
	switch name := n.Name.Local; name {
	case "p":
		if len(n.Kids) > 0 && !(len(n.Kids) == 1 && n.Kids[0].IsText() && strings.Trim(n.Kids[0].Text, " \t\r\n") == "") {
			r.wrap("p", n)
		}
	case "byline", "dateline", "datasource", "copyrite", "tagline", "bibliography":
		if n.Line() != "" {
			r.wrap("p", n)
		}
	case "hl1", "hl2":
		r.wrap("h2", n)
	case "h1", "h2", "h3", "h4", "pre":
		r.wrap(name, n)
	case "block", "div", "section", "body.content", "abstract":
		r.blocks(n)
	case "custom-table", "nitf-table":
		r.blocks(n)
	case "table":
		r.table(n)
	case "media":
		r.media(n)
	case "ol", "ul", "dl":
		r.list(n)
	case "bq", "blockquote":
		r.quote(n)
	case "fn":
		r.b = append(r.b, `<aside class="footnote">`...)
		r.blocks(n)
		r.b = append(r.b, "</aside>"...)
	case "note":
		if !publishable(n) {
			r.item.EdNotes = collect(r.item.EdNotes, n.Spaced())
			return
		}
		r.b = append(r.b, `<aside class="note">`...)
		r.blocks(n)
		r.b = append(r.b, "</aside>"...)
	case "hr":
		r.b = append(r.b, "<hr>"...)
	}
}

// wrap writes n as an HTML element that holds text, keeping its language.
func (r *renderer) wrap(tag string, n *xmltree.Node) {
	r.start(tag, n)
	r.inline(n)
	r.end(tag)
}

func (r *renderer) start(tag string, n *xmltree.Node) {
	r.b = append(append(r.b, '<'), tag...)
	if lang := n.Lang(); lang != "" {
		r.b = xmltree.AppendValue(append(r.b, " lang="...), lang)
	}
	r.b = append(r.b, '>')
}

func (r *renderer) end(tag string) {
	r.b = append(append(append(r.b, "</"...), tag...), '>')
}

// inline writes the text and inline elements in n.
func (r *renderer) inline(n *xmltree.Node) {
	for _, k := range n.Kids {
		switch {
		case k.IsText():
			r.b = xmltree.AppendText(r.b, k.Text)
		case k.Name.Local == "media", k.Name.Local == "table", k.Name.Local == "nitf-table", k.Name.Local == "ul", k.Name.Local == "ol":
			r.block(k)
		default:
			r.inlineElement(k)
		}
	}
}

// inlineElement writes one element; those that only say what a word means (person, org, money, …) leave the word.
func (r *renderer) inlineElement(n *xmltree.Node) {
	switch name := n.Name.Local; name {
	case "br":
		r.b = append(r.b, "<br>"...)
	case "a":
		href := n.Attr("href")
		if href == "" {
			r.inline(n)
			return
		}
		r.b = xmltree.AppendValue(append(r.b, "<a href="...), href)
		r.b = append(r.b, '>')
		r.inline(n)
		r.end("a")
	case "em", "strong", "b", "i", "u", "s", "strike", "sub", "sup", "code", "small", "cite":
		r.wrap(name, n)
	case "lang":
		r.b = xmltree.AppendValue(append(r.b, "<span lang="...), first(n.Attr("value"), n.Lang()))
		r.b = append(r.b, '>')
		r.inline(n)
		r.end("span")
	case "frac":
		r.fraction(n)
	case "media-metadata", "media-object", "alt-code":
	default:
		r.inline(n)
	}
}

// fraction writes frac-num, frac-sep and frac-den; the separator may be left to the reader of the file.
func (r *renderer) fraction(n *xmltree.Node) {
	separated := n.Child("frac-sep") != nil
	for _, k := range n.Kids {
		if k.Name.Local == "frac-den" && !separated {
			r.b = append(r.b, '/')
		}
		if !k.IsText() || strings.TrimSpace(k.Text) != "" {
			r.b = xmltree.AppendText(r.b, k.AllText())
		}
	}
}

func (r *renderer) list(n *xmltree.Node) {
	tag := n.Name.Local
	r.start(tag, n)
	for _, k := range n.Kids {
		switch k.Name.Local {
		case "li", "dt", "dd":
			r.start(k.Name.Local, k)
			r.flow(k)
			r.end(k.Name.Local)
		}
	}
	r.end(tag)
}

// flow writes what a list item or a table cell holds: text as it is if there is nothing but text, else blocks.
func (r *renderer) flow(n *xmltree.Node) {
	for _, k := range n.Kids {
		if !k.IsText() && isBlock(k.Name.Local) {
			r.blocks(n)
			return
		}
	}
	r.inline(n)
}

func (r *renderer) quote(n *xmltree.Node) {
	r.b = append(r.b, "<blockquote>"...)
	var credits []*xmltree.Node
	rest := &xmltree.Node{Name: n.Name}
	for _, k := range n.Kids {
		if k.Name.Local == "credit" {
			credits = append(credits, k)
		} else {
			rest.Kids = append(rest.Kids, k)
		}
	}
	r.blocks(rest)
	for _, c := range credits {
		r.wrap("cite", c)
	}
	r.b = append(r.b, "</blockquote>"...)
}

// table writes a table, whose elements are HTML's own (NITF 3.6 §table); blanks between them go.
func (r *renderer) table(n *xmltree.Node) {
	r.start("table", n)
	r.rows(n)
	r.end("table")
}

func (r *renderer) rows(n *xmltree.Node) {
	for _, k := range n.Kids {
		switch name := k.Name.Local; name {
		case "thead", "tbody", "tfoot", "tr", "colgroup":
			r.start(name, k)
			r.rows(k)
			r.end(name)
		case "col":
			r.b = append(r.b, "<col>"...)
		case "caption":
			r.wrap(name, k)
		case "td", "th":
			r.b = append(append(r.b, '<'), name...)
			for _, attr := range []string{"colspan", "rowspan", "scope", "align"} {
				if v := k.Attr(attr); v != "" && v != "1" {
					r.b = append(append(r.b, ' '), attr...)
					r.b = xmltree.AppendValue(append(r.b, '='), v)
				}
			}
			r.b = append(r.b, '>')
			r.flow(k)
			r.end(name)
		}
	}
}
