package doc

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mdInline writes text with marks. oneLine keeps line breaks out (headings, table cells).
func mdInline(content []Node, oneLine bool) string {
	var b strings.Builder
	for i := 0; i < len(content); {
		n := &content[i]
		if n.Type == "hardBreak" {
			switch {
			case oneLine:
				b.WriteString("<br>")
			case strings.HasSuffix(b.String(), `\`):
				b.WriteString("<br>\n")
			default:
				b.WriteString("\\\n")
			}
			i++
			continue
		}
		// Texts under one link are one link.
		href, end := linkOf(n), i+1
		for href != "" && end < len(content) && linkOf(&content[end]) == href {
			end++
		}
		if href != "" && safeHref(href) {
			b.WriteByte('[')
			for j := i; j < end; j++ {
				mdText(&b, content, j, true)
			}
			b.WriteString("](<" + strings.NewReplacer("<", "%3C", ">", "%3E", `\`, "%5C").Replace(href) + ">)")
		} else {
			for j := i; j < end; j++ {
				mdText(&b, content, j, b.Len() > 0 && !strings.HasSuffix(b.String(), "\n"))
			}
		}
		i = end
	}
	return b.String()
}

func linkOf(n *Node) string {
	for _, m := range n.Marks {
		if m.Type == "link" {
			return m.Attrs.Str("href")
		}
	}
	return ""
}

var mdTags = map[string][2]string{
	"superscript": {"<sup>", "</sup>"}, "subscript": {"<sub>", "</sub>"},
	"strong": {"<strong>", "</strong>"}, "em": {"<em>", "</em>"}, "strike": {"<s>", "</s>"}, "code": {"<code>", "</code>"},
}

var mdSigns = map[string]string{"strong": "**", "em": "*", "strike": "~~"}

// mdText writes one text. Stars and tildes are used where they are sure to be read as marks: a single such
// mark around words with white space, punctuation or the line's end on both sides. Everything else is written as elements.
func mdText(b *strings.Builder, content []Node, i int, midLine bool) {
	n := &content[i]
	var kinds []string
	for _, m := range n.Marks {
		if _, ok := mdTags[m.Type]; ok {
			kinds = append(kinds, m.Type)
		}
	}
	core := strings.TrimSpace(n.Text)
	sure := len(kinds) == 1 && mdSigns[kinds[0]] != "" && core == n.Text && core != "" && wordy(core) &&
		spaceBefore(content, i) && spaceAfter(content, i)
	if sure {
		sign := mdSigns[kinds[0]]
		b.WriteString(sign + mdEscape(n.Text, false) + sign)
		return
	}
	if len(kinds) == 1 && kinds[0] == "code" && plainCode(n.Text) {
		b.WriteString("`" + n.Text + "`")
		return
	}
	for _, k := range kinds {
		b.WriteString(mdTags[k][0])
	}
	b.WriteString(mdEscape(n.Text, !midLine && len(kinds) == 0))
	for _, k := range slices.Backward(kinds) {
		b.WriteString(mdTags[k][1])
	}
}

// wordy reports whether the text begins and ends with a letter or digit.
func wordy(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return (unicode.IsLetter(first) || unicode.IsDigit(first)) && (unicode.IsLetter(last) || unicode.IsDigit(last))
}

func spaceBefore(content []Node, i int) bool {
	if i == 0 || content[i-1].Type == "hardBreak" {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(content[i-1].Text)
	return strings.ContainsRune(" (“‘«", last)
}

func spaceAfter(content []Node, i int) bool {
	if i == len(content)-1 || content[i+1].Type == "hardBreak" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(content[i+1].Text)
	return strings.ContainsRune(" .,;:?)”’»…", first)
}

func plainCode(s string) bool {
	return s != "" && !strings.ContainsAny(s, "`\n\\|<&") && strings.TrimSpace(s) == s
}

// mdEscape makes text stand for itself; at the start of a line also what would begin another block.
func mdEscape(s string, lineStart bool) string {
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '<', '>', '&', '~', '|', '!', '#':
			b.WriteByte('\\')
		case '-', '+', '=', ':':
			if lineStart && i == 0 {
				b.WriteByte('\\')
			}
		case '.', ')':
			if lineStart && i > 0 && i <= 9 && digits(s[:i]) {
				b.WriteByte('\\')
			}
		case '\n':
			b.WriteString(html.EscapeString("\n"))
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func digits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
