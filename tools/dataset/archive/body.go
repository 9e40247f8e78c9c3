package archive

import (
	"strings"

	"masthead/internal/doc"
)

// body returns a document of about so many words.
func body(w *writer, words int) doc.Node {
	root := doc.Node{Type: "doc"}
	long := words > 700
	for n := 0; n < words; {
		text, count := w.paragraph(1 + w.r.IntN(3))
		n += count
		root.Content = append(root.Content, doc.Node{Type: "paragraph", Content: w.marked(text)})
		switch w.r.IntN(24) {
		case 0:
			if long {
				root.Content = append(root.Content, doc.Node{
					Type: "heading", Attrs: doc.Attrs{"level": 2}, Content: []doc.Node{{Type: "text", Text: w.line(w.headings)}},
				})
			}
		case 1:
			list := doc.Node{Type: "bulletList"}
			for range 3 {
				text, count := w.paragraph(1)
				n += count
				list.Content = append(list.Content, doc.Node{Type: "listItem", Content: []doc.Node{
					{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}},
				}})
			}
			root.Content = append(root.Content, list)
		case 2:
			text, count := w.paragraph(2)
			n += count
			root.Content = append(root.Content, doc.Node{Type: "blockquote", Content: []doc.Node{
				{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}},
			}})
		}
	}
	return root
}

// marked returns a paragraph's text, here and there with a link or an emphasis.
func (w *writer) marked(text string) []doc.Node {
	if w.r.IntN(6) > 0 {
		return []doc.Node{{Type: "text", Text: text}}
	}
	from := strings.IndexByte(text, ' ') + 1
	to := strings.IndexByte(text[from:], ' ')
	if from == 0 || to < 1 {
		return []doc.Node{{Type: "text", Text: text}}
	}
	to += from
	mark := doc.Mark{Type: "em"}
	if w.r.IntN(2) == 0 {
		mark = doc.Mark{Type: "link", Attrs: doc.Attrs{"href": "https://www.example.org/documents/" + strings.ToLower(w.names[0])}}
	}
	return []doc.Node{{Type: "text", Text: text[:from]}, {Type: "text", Text: text[from:to], Marks: []doc.Mark{mark}}, {Type: "text", Text: text[to:]}}
}
