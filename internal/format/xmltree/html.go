package xmltree

import "strings"

// AppendText appends s to b as HTML text.
func AppendText(b []byte, s string) []byte { return appendEscaped(b, s, "&<>") }

// AppendValue appends s to b as an HTML attribute value with its quotes.
func AppendValue(b []byte, s string) []byte {
	return append(appendEscaped(append(b, '"'), s, `&<>"`), '"')
}

func appendEscaped(b []byte, s, special string) []byte {
	for {
		i := strings.IndexAny(s, special)
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		}
		s = s[i+1:]
	}
}

// AppendHTML appends n as HTML: local names in lower case, attributes without namespaces, text exact. Nothing is
// left out or made safe; that is for whoever reads the HTML.
func (n *Node) AppendHTML(b []byte) []byte {
	if n.IsText() {
		return AppendText(b, n.Text)
	}
	name := strings.ToLower(n.Name.Local)
	b = append(append(b, '<'), name...)
	for _, a := range n.Attrs {
		if a.Name.Space != "" && a.Name.Space != XMLSpace {
			continue
		}
		b = append(append(b, ' '), a.Name.Local...)
		b = AppendValue(append(b, '='), a.Value)
	}
	b = append(b, '>')
	if isVoid(name) {
		return n.AppendInnerHTML(b)
	}
	b = n.AppendInnerHTML(b)
	return append(append(append(b, "</"...), name...), '>')
}

// AppendInnerHTML appends n's children as HTML.
func (n *Node) AppendInnerHTML(b []byte) []byte {
	for _, k := range n.Kids {
		b = k.AppendHTML(b)
	}
	return b
}

// isVoid reports whether HTML knows the element without an end tag.
func isVoid(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr":
		return true
	}
	return false
}
