package doc

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalise returns the one form of a valid document that is stored and compared: control characters
// removed, Unicode in NFC, text of equal marks joined, marks in the schema's order, attributes that say
// nothing left out, empty text and empty blocks dropped where nothing is lost by it. It changes nothing the
// second time, and the given node stays as it is.
func Normalise(d Node) Node {
	out, keep := normalNode(d)
	if !keep {
		return Node{Type: d.Type}
	}
	return out
}

func normalNode(n Node) (Node, bool) {
	spec := schema().node[n.Type]
	if spec == nil {
		return n, true
	}
	out := Node{Type: n.Type, Attrs: normalAttrs(n.Attrs, spec.Attrs)}
	switch {
	case n.Type == "text":
		out.Text, out.Marks = n.Text, n.Marks
		return out, true
	case spec.Inline:
		return out, true
	case spec.Marks != "" || spec.Code:
		out.Content = normalInline(n.Content, spec.Code)
		return out, !blank(out.Content) || n.Type == "codeBlock" && len(out.Content) > 0
	}
	if len(n.Content) > 0 {
		out.Content = make([]Node, 0, len(n.Content))
		for _, c := range n.Content {
			if c, keep := normalNode(c); keep {
				out.Content = append(out.Content, c)
			}
		}
	}
	if len(out.Content) > 0 || len(spec.terms) == 0 {
		return out, true
	}
	out.Content = nil
	switch n.Type {
	case "listItem", "tableCell", "tableHeader":
		out.Content = []Node{{Type: "paragraph"}}
		return out, true
	}
	return out, n.Type == "doc" || n.Type == "tableRow"
}

// blank reports whether inline content shows nothing.
func blank(content []Node) bool {
	for _, c := range content {
		if c.Type == "text" && strings.TrimSpace(c.Text) != "" {
			return false
		}
	}
	return true
}

func normalInline(content []Node, code bool) []Node {
	if len(content) == 0 {
		return nil
	}
	out := make([]Node, 0, len(content))
	for _, c := range content {
		if c.Type != "text" {
			c, _ = normalNode(c)
			out = append(out, c)
			continue
		}
		if c.Text = clean(c.Text, code); c.Text == "" {
			continue
		}
		c = Node{Type: "text", Text: c.Text, Marks: normalMarks(c.Marks)}
		if last := len(out) - 1; last >= 0 && out[last].Type == "text" && sameMarks(out[last].Marks, c.Marks) {
			out[last].Text += c.Text
			continue
		}
		out = append(out, c)
	}
	for i := range out {
		if out[i].Type == "text" {
			out[i].Text = norm.NFC.String(out[i].Text)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func normalMarks(marks []Mark) []Mark {
	if len(marks) == 0 {
		return nil
	}
	s := schema()
	out := make([]Mark, 0, len(marks))
	for _, m := range marks {
		if spec := s.mark[m.Type]; spec != nil {
			out = append(out, Mark{Type: m.Type, Attrs: normalAttrs(m.Attrs, spec.Attrs)})
		}
	}
	slices.SortStableFunc(out, func(a, b Mark) int { return cmp.Compare(s.mark[a.Type].rank, s.mark[b.Type].rank) })
	return out
}

func sameMarks(a, b []Mark) bool {
	return slices.EqualFunc(a, b, sameMark)
}

func sameMark(a, b Mark) bool {
	if a.Type != b.Type || len(a.Attrs) != len(b.Attrs) {
		return false
	}
	for k, v := range a.Attrs {
		if w, ok := b.Attrs[k]; !ok || !reflect.DeepEqual(v, w) {
			return false
		}
	}
	return true
}

func normalAttrs(have Attrs, specs map[string]*attrSpec) Attrs {
	if len(have) == 0 {
		return nil
	}
	out := make(Attrs, len(have))
	for name, v := range have {
		spec := specs[name]
		if spec == nil {
			continue
		}
		v = spec.normal(v)
		if !spec.Required && (v == nil || reflect.DeepEqual(v, spec.Default)) {
			continue
		}
		out[name] = v
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (a *attrSpec) normal(v any) any {
	switch v := plain(v).(type) {
	case string:
		if a.Type == "string" {
			return clip(norm.NFC.String(clean(v, false)), a.Max)
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = a.Item.normal(e)
		}
		return out
	case map[string]any:
		return map[string]any(orEmpty(normalAttrs(v, a.Fields)))
	default:
		return v
	}
}

func orEmpty(a Attrs) Attrs {
	if a == nil {
		return Attrs{}
	}
	return a
}

// clip cuts a string to so many characters; only a string that NFC made longer than the schema allows, or
// one of foreign HTML, is ever cut.
func clip(s string, limit int) string {
	if limit <= 0 || len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n == limit {
			return s[:i]
		}
		n++
	}
	return s
}

// clean removes control characters and what is no character; line ends and tabs become spaces except in code.
func clean(s string, code bool) string {
	for i, r := range s {
		if r < ' ' || r >= 0x7f && isControl(r) {
			return cleanFrom(s, i, code)
		}
	}
	return s
}

func cleanFrom(s string, i int, code bool) string {
	if code {
		s = s[:i] + strings.ReplaceAll(s[i:], "\r\n", "\n")
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for _, r := range s[i:] {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == '\u2028' || r == '\u2029':
			if code && r == '\r' {
				r = '\n'
			}
			if !code {
				r = ' '
			}
			b.WriteRune(r)
		case !isControl(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isControl(r rune) bool {
	return r < 0x80 && unicode.IsControl(r) || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' ||
		r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}
