package doc

import (
	"strconv"
	"strings"
)

// Markdown returns a document as CommonMark with tables and strikethrough. What Markdown has no words for
// (superscript, emphasis inside a word, tables with blocks or joined cells in them) is written as HTML, which
// FromMarkdown reads back; media and references are written as links to their ids.
func Markdown(d Node) string {
	m := markdown{}
	m.blocks(d.Content, "")
	return m.b.String()
}

type markdown struct{ b strings.Builder }

// start begins a block; prefix is what every line of the containers around begins with.
func (m *markdown) start(prefix string, first bool) {
	if !first {
		m.b.WriteString("\n")
		m.b.WriteString(strings.TrimRight(prefix, " "))
		m.b.WriteString("\n")
		m.b.WriteString(prefix)
	}
}

// blocks writes blocks; the first begins where the pen is.
func (m *markdown) blocks(nodes []Node, prefix string) {
	first := true
	last := ""
	for i := range nodes {
		n := &nodes[i]
		s := m.block(n, prefix)
		if s == "" {
			continue
		}
		m.start(prefix, first)
		if last == n.Type && (n.Type == "bulletList" || n.Type == "orderedList" || n.Type == "keyPoints") {
			m.b.WriteString("<!-- -->\n")
			m.b.WriteString(strings.TrimRight(prefix, " "))
			m.b.WriteString("\n" + prefix)
		}
		m.b.WriteString(s)
		first, last = false, n.Type
	}
}

func (m *markdown) nested(nodes []Node, prefix string) string {
	sub := markdown{}
	sub.blocks(nodes, prefix)
	return sub.b.String()
}

func (m *markdown) block(n *Node, prefix string) string {
	a := n.Attrs
	switch n.Type {
	case "paragraph":
		return mdLines(mdInline(n.Content, false), prefix)
	case "heading":
		return strings.Repeat("#", min(max(a.Int("level"), 2), 4)) + " " + strings.ReplaceAll(mdInline(n.Content, true), "\n", " ")
	case "blockquote":
		return "> " + m.nested(n.Content, prefix+"> ")
	case "pullquote":
		s := "> " + m.nested(n.Content, prefix+"> ")
		if by := a.Str("attribution"); by != "" {
			s += "\n" + prefix + ">\n" + prefix + "> " + mdEscape(by, false)
		}
		return s
	case "factbox":
		s := "> " + m.nested(n.Content, prefix+"> ")
		if title := a.Str("title"); title != "" {
			s = "> **" + mdEscape(title, false) + "**\n" + prefix + ">\n" + prefix + s
		}
		return s
	case "bulletList", "orderedList", "keyPoints":
		return m.list(n, prefix)
	case "codeBlock":
		return mdFence(n, prefix)
	case "divider":
		return "* * *"
	case "table":
		return mdTable(n, prefix)
	case "photo":
		return "![" + mdEscape(a.Str("alt"), false) + "](media:" + a.Str("media") + ")"
	case "promo":
		if safeHref(a.Str("url")) {
			return strings.TrimSpace(mdEscape(a.Str("title")+" "+a.Str("text"), true) + " [" + mdEscape(own(a, "action", a.Str("title")), false) + "](<" + a.Str("url") + ">)")
		}
		return mdEscape(strings.TrimSpace(a.Str("title")+" "+a.Str("text")), true)
	case "embed":
		return "<" + a.Str("url") + ">"
	case "video", "audio":
		return mdEscape(a.Str("title"), true)
	}
	return ""
}

func (m *markdown) list(n *Node, prefix string) string {
	var b strings.Builder
	number := 1
	if _, ok := n.Attrs["start"]; ok {
		number = n.Attrs.Int("start")
	}
	for i, item := range n.Content {
		if i > 0 {
			b.WriteString("\n" + prefix)
		}
		marker := "- "
		if n.Type == "orderedList" {
			marker = strconv.Itoa(number+i) + ". "
		}
		b.WriteString(marker)
		b.WriteString(m.nested(item.Content, prefix+strings.Repeat(" ", len(marker))))
	}
	return b.String()
}

// mdLines puts the containers' prefix before every further line.
func mdLines(s, prefix string) string { return strings.ReplaceAll(s, "\n", "\n"+prefix) }

func mdFence(n *Node, prefix string) string {
	var text strings.Builder
	for _, t := range n.Content {
		text.WriteString(t.Text)
	}
	fence := "```"
	for strings.Contains(text.String(), fence) {
		fence += "`"
	}
	return fence + n.Attrs.Str("language") + "\n" + prefix + mdLines(text.String(), prefix) + "\n" + prefix + fence
}

// mdTable writes a simple table with pipes and any other as the HTML it would be in a feed.
func mdTable(n *Node, prefix string) string {
	simple := n.Attrs.Str("caption") == "" && len(n.Content) > 0 && isHeader(n.Content[0])
	for i, row := range n.Content {
		simple = simple && len(row.Content) == len(n.Content[0].Content)
		for _, c := range row.Content {
			simple = simple && len(c.Content) == 1 && c.Content[0].Type == "paragraph" && len(c.Attrs) == 0 &&
				(c.Type == "tableHeader") == (i == 0)
		}
	}
	if !simple {
		r := renderer{feed: true}
		r.table(n)
		return strings.ReplaceAll(string(r.b), "\n", "&#10;")
	}
	var b strings.Builder
	for i, row := range n.Content {
		if i > 0 {
			b.WriteString("\n" + prefix)
		}
		b.WriteByte('|')
		for _, c := range row.Content {
			b.WriteString(" " + mdInline(c.Content[0].Content, true) + " |")
		}
		if i == 0 {
			b.WriteString("\n" + prefix + "|" + strings.Repeat(" --- |", len(row.Content)))
		}
	}
	return b.String()
}
