package doc

import (
	"net/url"
	"strconv"
	"strings"
)

// part opens an aside or figure that is named by the label written right after it.
func (r *renderer) part(tag, class, id string) {
	r.raw("<", tag)
	if !r.feed {
		r.attr("class", class)
		r.attr("aria-labelledby", id)
	}
	r.raw(">")
}

func (r *renderer) id(id string) {
	if !r.feed {
		r.attr("id", id)
	}
}

func (r *renderer) pullquote(n *Node) {
	if r.feed {
		r.wrapQuote(n)
		return
	}
	r.raw(`<figure class="pull">`)
	r.wrapQuote(n)
	if by := n.Attrs.Str("attribution"); by != "" {
		r.elem("figcaption", "", by)
	}
	r.raw("</figure>")
}

func (r *renderer) wrapQuote(n *Node) {
	r.raw("<blockquote>")
	r.blocks(n.Content)
	if by := n.Attrs.Str("attribution"); by != "" && r.feed {
		r.elem("p", "", by)
	}
	r.raw("</blockquote>")
}

func (r *renderer) factbox(n *Node) {
	title := n.Attrs.Str("title")
	switch {
	case r.feed:
		r.raw("<blockquote>")
		if title != "" {
			r.raw("<p>")
			r.elem("strong", "", title)
			r.raw("</p>")
		}
		r.blocks(n.Content)
		r.raw("</blockquote>")
	case title == "":
		r.raw(`<aside class="facts">`)
		r.blocks(n.Content)
		r.raw("</aside>")
	default:
		id := r.labelID()
		r.part("aside", "facts", id)
		r.raw(`<p class="ft"`)
		r.id(id)
		r.raw(">")
		r.text(title)
		r.raw("</p>")
		r.blocks(n.Content)
		r.raw("</aside>")
	}
}

func (r *renderer) keyPoints(n *Node) {
	id := r.labelID()
	if !r.feed {
		r.part("section", "kp", id)
	}
	r.raw("<h2")
	r.id(id)
	r.raw(">")
	r.text(r.e.Labels.KeyPoints)
	r.raw("</h2><ul>")
	r.items(n.Content)
	r.raw("</ul>")
	if !r.feed {
		r.raw("</section>")
	}
}

// card writes the blocks that lead elsewhere.
func (r *renderer) card(n *Node) {
	switch n.Type {
	case "watch":
		r.watch(n)
	case "promo":
		r.promo(n)
	case "related":
		r.related(n)
	case "embed":
		r.embed(n)
	}
}

// watch is a player when its target is in the library and a link when it is a story.
func (r *renderer) watch(n *Node) {
	target, title := n.Attrs.Str("target"), n.Attrs.Str("title")
	if m, ok := r.find(target); ok && m.Kind != "photo" {
		r.watchPlayer(n, m, title)
		return
	}
	if r.e.Story == nil || target == "" {
		return
	}
	ref, ok := r.e.Story(target)
	if !ok {
		return
	}
	if title == "" {
		title = ref.Headline
	}
	id := r.labelID()
	if !r.feed {
		r.part("aside", "watch", id)
	}
	r.raw("<p")
	r.class("wt")
	r.id(id)
	r.raw(">")
	r.watchLabel(n)
	r.link(ref.URL, title)
	r.raw("</p>")
	if !r.feed {
		r.raw("</aside>")
	}
}

func (r *renderer) watchLabel(n *Node) {
	word := r.e.Labels.Watch
	switch n.Attrs.Str("label") {
	case "LISTEN":
		word = r.e.Labels.Listen
	case "READ":
		word = r.e.Labels.Read
	}
	if r.feed {
		r.elem("strong", "", word)
	} else {
		r.elem("span", "lab", word)
	}
	r.raw(" ")
}

func (r *renderer) watchPlayer(n *Node, m Media, title string) {
	id := r.labelID()
	r.part("figure", "watch", id)
	r.raw("<p")
	r.class("wt")
	r.id(id)
	r.raw(">")
	r.watchLabel(n)
	r.text(title)
	r.raw("</p>")
	r.player(m, title, r.e.Sizes.Text)
	if d := r.duration(m.Duration); d != "" || m.Transcript != "" {
		r.raw("<figcaption>")
		if d != "" {
			r.elem("p", "vm", d)
		}
		r.transcript(m)
		r.raw("</figcaption>")
	}
	r.raw("</figure>")
}

func (r *renderer) promo(n *Node) {
	a := n.Attrs
	title, text, href, action := a.Str("title"), a.Str("text"), a.Str("url"), a.Str("action")
	if until := a.Str("until"); until != "" && r.e.Day != "" && until < r.e.Day || title == "" && text == "" {
		return
	}
	id := r.labelID()
	if title == "" {
		id = ""
	}
	r.raw("<aside")
	r.class("promo")
	if id != "" && !r.feed {
		r.attr("aria-labelledby", id)
	}
	r.raw("><p>")
	if title != "" {
		r.raw("<b")
		r.id(id)
		r.raw(">")
		if action == "" {
			r.link(href, title)
		} else {
			r.text(title)
		}
		r.raw("</b> ")
	}
	r.text(text)
	if action != "" {
		r.raw(" ")
		r.link(href, action)
	}
	r.raw("</p></aside>")
}

func (r *renderer) related(n *Node) {
	var refs []Ref
	for _, id := range n.Attrs.Strings("stories") {
		if r.e.Story == nil {
			break
		}
		if ref, ok := r.e.Story(id); ok {
			refs = append(refs, ref)
		}
	}
	if len(refs) == 0 {
		return
	}
	id := r.labelID()
	if !r.feed {
		r.part("aside", "related", id)
	}
	r.raw("<p")
	r.class("rt")
	r.id(id)
	r.raw(">")
	r.text(r.e.Labels.Related)
	r.raw("</p><ul>")
	for _, ref := range refs {
		r.raw("<li>")
		r.link(ref.URL, ref.Headline)
		r.raw("</li>")
	}
	r.raw("</ul>")
	if !r.feed {
		r.raw("</aside>")
	}
}

// embed is a link and loads nothing of the other site.
func (r *renderer) embed(n *Node) {
	href := n.Attrs.Str("url")
	if schemeOf(href) != "https" {
		return
	}
	u, err := url.Parse(href)
	if err != nil {
		return
	}
	r.raw("<p")
	r.class("embed")
	r.raw(">")
	if title := n.Attrs.Str("title"); title != "" {
		r.elem("b", "", title)
		r.raw(" ")
	}
	r.link(href, fill(r.e.Labels.OpenOn, "host", strings.TrimPrefix(u.Hostname(), "www.")))
	r.raw("</p>")
}

func (r *renderer) table(n *Node) {
	caption := n.Attrs.Str("caption")
	if r.feed {
		r.raw("<table>")
		if caption != "" {
			r.elem("caption", "", caption)
		}
		r.rows(n.Content)
		r.raw("</table>")
		return
	}
	r.tables++
	id := "table-" + strconv.Itoa(r.tables)
	r.raw(`<div class="tbl" role="region" tabindex="0"`)
	if caption != "" {
		r.attr("aria-labelledby", id)
	} else {
		r.attr("aria-label", fill(r.e.Labels.Table, "number", strconv.Itoa(r.tables)))
	}
	r.raw("><table>")
	if caption != "" {
		r.raw("<caption")
		r.attr("id", id)
		r.raw(">")
		r.text(caption)
		r.raw("</caption>")
	}
	r.rows(n.Content)
	r.raw("</table></div>")
}

// rows writes a header and a body. A cell that would reach past the last row of its part is cut there, as
// HTML asks; a header that reaches into the body makes all of it one part.
func (r *renderer) rows(rows []Node) {
	head := 0
	for head < len(rows) && isHeader(rows[head]) {
		head++
	}
	for i := range head {
		for _, c := range rows[i].Content {
			if i+max(c.Attrs.Int("rowspan"), 1) > head {
				head = 0
				break
			}
		}
		if head == 0 {
			break
		}
	}
	if head == len(rows) {
		head = 0
	}
	if head > 0 {
		r.raw("<thead>")
		r.rowGroup(rows[:head], true)
		r.raw("</thead>")
	}
	r.raw("<tbody>")
	r.rowGroup(rows[head:], false)
	r.raw("</tbody>")
}

func isHeader(row Node) bool {
	for _, c := range row.Content {
		if c.Type != "tableHeader" {
			return false
		}
	}
	return len(row.Content) > 0
}

func (r *renderer) rowGroup(rows []Node, head bool) {
	for i, row := range rows {
		r.raw("<tr>")
		for j := range row.Content {
			c := &row.Content[j]
			tag := "td"
			if c.Type == "tableHeader" {
				tag = "th"
			}
			r.raw("<", tag)
			if tag == "th" && !r.feed {
				if head || i == 0 && isHeader(row) {
					r.raw(` scope="col"`)
				} else {
					r.raw(` scope="row"`)
				}
			}
			if n := c.Attrs.Int("colspan"); n > 1 {
				r.intAttr("colspan", n)
			}
			if n := min(c.Attrs.Int("rowspan"), len(rows)-i); n > 1 {
				r.intAttr("rowspan", n)
			}
			r.raw(">")
			r.tight(c.Content)
			r.raw("</", tag, ">")
		}
		r.raw("</tr>")
	}
}
