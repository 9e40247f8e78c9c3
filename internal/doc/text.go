package doc

import (
	"strings"
	"unicode"
)

// Text returns the exact words of a document: blocks separated by an empty line, list items by a line end,
// table cells by a tab. Captions, promos and links to other stories are not part of it.
func Text(d Node) string {
	var t textWriter
	t.blocks(d.Content)
	return t.b.String()
}

// Words counts the words of Text: runs between white space with a letter or digit in them.
func Words(d Node) int {
	count, counted := 0, false
	for _, r := range Text(d) {
		switch {
		case unicode.IsSpace(r):
			counted = false
		case !counted && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			counted = true
			count++
		}
	}
	return count
}

type textWriter struct {
	b   strings.Builder
	sep string // what stands before the next words
}

func (t *textWriter) words(s string) {
	if s == "" {
		return
	}
	if t.b.Len() > 0 {
		t.b.WriteString(t.sep)
	}
	t.b.WriteString(s)
	t.sep = "\n\n"
}

func (t *textWriter) blocks(nodes []Node) {
	for i := range nodes {
		t.block(&nodes[i])
	}
}

func (t *textWriter) block(n *Node) {
	switch n.Type {
	case "paragraph", "heading", "codeBlock":
		t.words(inlineText(n.Content))
	case "bulletList", "orderedList", "keyPoints":
		for i := range n.Content {
			if i > 0 {
				t.sep = "\n"
			}
			t.list(n.Content[i].Content)
		}
		t.sep = "\n\n"
	case "table":
		t.words(n.Attrs.Str("caption"))
		for i, row := range n.Content {
			cells := make([]string, len(row.Content))
			for j, c := range row.Content {
				cells[j] = strings.Join(strings.Fields(Text(c)), " ")
			}
			if i > 0 {
				t.sep = "\n"
			}
			t.words(strings.Join(cells, "\t"))
		}
		t.sep = "\n\n"
	case "factbox":
		t.words(n.Attrs.Str("title"))
		t.blocks(n.Content)
	case "pullquote":
		t.blocks(n.Content)
		t.words(n.Attrs.Str("attribution"))
	case "blockquote":
		t.blocks(n.Content)
	}
}

// list writes one item; what is nested in it starts on a new line.
func (t *textWriter) list(content []Node) {
	for i := range content {
		if i > 0 {
			t.sep = "\n"
		}
		t.block(&content[i])
	}
}

func inlineText(content []Node) string {
	if len(content) == 1 && content[0].Type == "text" {
		return content[0].Text
	}
	var b strings.Builder
	for _, c := range content {
		if c.Type == "hardBreak" {
			b.WriteByte('\n')
		} else {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}
