package doc

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

const maxMarkdown = 1 << 20

// FromMarkdown reads CommonMark with tables and strikethrough into a valid, normalised document. HTML in it
// is as hostile as any (see FromHTML); pictures are left out and reported. Links may be paths of this site.
func FromMarkdown(md string) (Node, []Dropped) {
	cut := len(md) > maxMarkdown
	if cut {
		md = md[:maxMarkdown]
	}
	md = strings.ToValidUTF8(md, "\ufffd")
	g := goldmark.New(
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), extension.Strikethrough),
		goldmark.WithRendererOptions(html.WithUnsafe()),
	)
	var b strings.Builder
	if err := g.Convert([]byte(md), &b); err != nil {
		// A strings.Builder takes every write, so this is unreachable; the text is kept all the same.
		return Normalise(Node{Type: "doc", Content: []Node{{Type: "paragraph", Content: []Node{{Type: "text", Text: md}}}}}), nil
	}
	d, dropped := readHTML(b.String(), HTMLOptions{}, true)
	if cut {
		dropped = append(dropped, Dropped{What: "document", Reason: "longer than 1 MiB: the rest was cut off"})
	}
	return d, dropped
}
