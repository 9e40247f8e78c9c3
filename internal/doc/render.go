package doc

import (
	"strconv"
	"strings"
)

// HTML renders a document for the reader site: the inside of the story's body. Everything is escaped, ids
// are unique within it, and there are no inline styles or scripts.
func HTML(d Node, e Env) string {
	r := renderer{e: e}
	return r.render(d)
}

// FeedHTML renders a document for feeds, mail and other places away from the site: whole addresses, plain
// elements, no classes, ids or scripts.
func FeedHTML(d Node, e Env) string {
	r := renderer{e: e, feed: true}
	return r.render(d)
}

type renderer struct {
	b    []byte
	e    Env
	feed bool

	photos, labels, tables int // how many so far, for ids
	eager                  bool
	open                   []Mark
}

func (r *renderer) render(d Node) string {
	r.eager = r.e.FirstEager
	if r.photos = r.e.FirstPhoto - 1; r.photos < 0 {
		r.photos = 0
	}
	r.b = make([]byte, 0, 8192)
	r.blocks(d.Content)
	return string(r.b)
}

func (r *renderer) raw(parts ...string) {
	for _, s := range parts {
		r.b = append(r.b, s...)
	}
}

// text writes escaped text, safe between tags and in quoted attributes alike.
func (r *renderer) text(s string) {
	from := 0
	for i := range len(s) {
		esc := escapes[s[i]]
		if esc == "" {
			continue
		}
		r.b = append(r.b, s[from:i]...)
		r.b = append(r.b, esc...)
		from = i + 1
	}
	r.b = append(r.b, s[from:]...)
}

var escapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// attr writes name="value".
func (r *renderer) attr(name, value string) {
	r.raw(" ", name, `="`)
	r.text(value)
	r.raw(`"`)
}

func (r *renderer) intAttr(name string, n int) {
	r.raw(" ", name, `="`, strconv.Itoa(n), `"`)
}

// class writes a class on the site; feeds have none.
func (r *renderer) class(name string) {
	if !r.feed {
		r.attr("class", name)
	}
}

// elem writes a whole element of text.
func (r *renderer) elem(name, class, text string) {
	r.raw("<", name)
	if class != "" {
		r.class(class)
	}
	r.raw(">")
	r.text(text)
	r.raw("</", name, ">")
}

// url makes a path of this site whole in feeds.
func (r *renderer) url(u string) string {
	if r.feed && strings.HasPrefix(u, "/") && !strings.HasPrefix(u, "//") {
		return r.e.BaseURL + u
	}
	return u
}

// link writes <a href>text</a>, or the text alone when the address must not be linked to.
func (r *renderer) link(href, text string) {
	if !safeHref(href) {
		r.text(text)
		return
	}
	r.raw("<a")
	r.attr("href", r.url(href))
	r.raw(">")
	r.text(text)
	r.raw("</a>")
}

// labelID numbers the ids that aria-labelledby points to.
func (r *renderer) labelID() string {
	r.labels++
	return "part-" + strconv.Itoa(r.labels)
}

func fill(format, name, value string) string {
	return strings.ReplaceAll(format, "{"+name+"}", value)
}

func (r *renderer) blocks(nodes []Node) {
	for i := range nodes {
		r.block(&nodes[i])
	}
}

func (r *renderer) wrap(tag string, content []Node) {
	r.raw("<", tag, ">")
	r.blocks(content)
	r.raw("</", tag, ">")
}

func (r *renderer) block(n *Node) {
	switch n.Type {
	case "paragraph":
		r.raw("<p>")
		r.inline(n.Content)
		r.raw("</p>")
	case "heading":
		tag := headingTag(n)
		r.raw("<", tag, ">")
		r.inline(n.Content)
		r.raw("</", tag, ">")
	case "blockquote":
		r.wrap("blockquote", n.Content)
	case "pullquote":
		r.pullquote(n)
	case "bulletList":
		r.raw("<ul>")
		r.items(n.Content)
		r.raw("</ul>")
	case "orderedList":
		r.raw("<ol")
		if start, ok := n.Attrs["start"]; ok && n.Attrs.Int("start") != 1 && start != nil {
			r.intAttr("start", n.Attrs.Int("start"))
		}
		r.raw(">")
		r.items(n.Content)
		r.raw("</ol>")
	case "codeBlock":
		r.code(n)
	case "divider":
		r.raw("<hr>")
	case "factbox":
		r.factbox(n)
	case "keyPoints":
		r.keyPoints(n)
	case "table":
		r.table(n)
	case "photo", "gallery", "video", "audio":
		r.media(n)
	case "watch", "promo", "related", "embed":
		r.card(n)
	case "chart":
		r.chart(n)
	}
}

func headingTag(n *Node) string {
	switch n.Attrs.Int("level") {
	case 3:
		return "h3"
	case 4:
		return "h4"
	}
	return "h2"
}

// items writes list items; one that is a single paragraph needs no <p>.
func (r *renderer) items(items []Node) {
	for i := range items {
		r.raw("<li>")
		r.tight(items[i].Content)
		r.raw("</li>")
	}
}

// tight writes blocks, but the first paragraph bare when only lists follow it.
func (r *renderer) tight(content []Node) {
	if len(content) == 0 {
		return
	}
	if content[0].Type == "paragraph" {
		lists := true
		for _, c := range content[1:] {
			lists = lists && (c.Type == "bulletList" || c.Type == "orderedList")
		}
		if lists {
			r.inline(content[0].Content)
			content = content[1:]
		}
	}
	r.blocks(content)
}

func (r *renderer) code(n *Node) {
	r.raw("<pre")
	if !r.feed {
		r.raw(` tabindex="0"`)
	}
	r.raw("><code")
	if lang := n.Attrs.Str("language"); lang != "" {
		r.attr("class", "language-"+lang)
	}
	r.raw(">")
	for _, t := range n.Content {
		r.text(t.Text)
	}
	r.raw("</code></pre>")
}

// inline writes text with its marks; a mark that runs over several texts is one element.
func (r *renderer) inline(content []Node) {
	for i := range content {
		n := &content[i]
		if n.Type == "hardBreak" {
			if i == 0 || i == len(content)-1 {
				r.closeMarks(0)
			}
			r.raw("<br>")
			continue
		}
		same := 0
		for same < len(r.open) && same < len(n.Marks) && sameMark(r.open[same], n.Marks[same]) {
			same++
		}
		r.closeMarks(same)
		for _, m := range n.Marks[same:] {
			r.openMark(m)
		}
		r.text(n.Text)
	}
	r.closeMarks(0)
}

var markTags = map[string]string{
	"strong": "strong", "em": "em", "strike": "s", "superscript": "sup", "subscript": "sub", "code": "code",
}

func (r *renderer) openMark(m Mark) {
	r.open = append(r.open, m)
	switch m.Type {
	case "link":
		if href := m.Attrs.Str("href"); safeHref(href) {
			r.raw("<a")
			r.attr("href", r.url(href))
			r.raw(">")
			return
		}
		r.raw("<span>")
	case "quote":
		if !r.feed {
			r.raw("<span")
			r.attr("data-speaker", m.Attrs.Str("speaker"))
			r.raw(">")
		}
	case "claim":
		if !r.feed {
			r.raw(`<span class="claim"`)
			r.attr("data-status", m.Attrs.Str("status"))
			if s := m.Attrs.Str("source"); s != "" {
				r.attr("data-source", s)
			}
			r.raw(">")
		}
	default:
		if tag := markTags[m.Type]; tag != "" {
			r.raw("<", tag, ">")
		}
	}
}

func (r *renderer) closeMarks(down int) {
	for len(r.open) > down {
		m := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		switch m.Type {
		case "link":
			if safeHref(m.Attrs.Str("href")) {
				r.raw("</a>")
				continue
			}
			r.raw("</span>")
		case "quote", "claim":
			if !r.feed {
				r.raw("</span>")
			}
		default:
			if tag := markTags[m.Type]; tag != "" {
				r.raw("</", tag, ">")
			}
		}
	}
}
