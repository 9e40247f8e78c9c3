package feed

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

type kind uint8

const (
	atEnd kind = iota
	isText
	isStart
	isEnd
)

// attr is an attribute as written, its value resolved.
type attr struct {
	name  string
	key   string // name with its prefix made canonical, lower case; filled by the reader
	value string
}

// scanner cuts markup into tokens and never fails: what is no markup is text. It expands no entity but the predefined
// ones of XML and HTML, and skips document types whole, so that no declaration can make it read or grow anything.
type scanner struct {
	s     string
	i     int
	cut   bool // the input ended inside a tag, comment or CDATA section
	name  string
	attrs []attr
	empty bool // <name/>
	text  string
}

// next returns the kind of the next token; its parts are in the scanner until the next call.
func (sc *scanner) next() kind {
	for sc.i < len(sc.s) {
		rest := sc.s[sc.i:]
		if rest[0] != '<' {
			n := strings.IndexByte(rest, '<')
			if n < 0 {
				n = len(rest)
			}
			sc.i += n
			sc.text = resolve(rest[:n])
			return isText
		}
		switch {
		case strings.HasPrefix(rest, "<!--"):
			sc.skipPast("-->", 4)
		case strings.HasPrefix(rest, "<![CDATA["):
			start := sc.i + 9
			sc.skipPast("]]>", 9)
			end := sc.i
			if !sc.cut {
				end -= 3
			}
			sc.text = clean(sc.s[start:end])
			return isText
		case strings.HasPrefix(rest, "<?"):
			sc.skipPast("?>", 2)
		case strings.HasPrefix(rest, "<!"):
			sc.skipDeclaration()
		default:
			if k := sc.tag(); k != atEnd {
				return k
			}
			if sc.i < len(sc.s) { // a lone "<"
				sc.i++
				sc.text = "<"
				return isText
			}
		}
	}
	return atEnd
}

// skipPast moves behind the next end, which is looked for n bytes on.
func (sc *scanner) skipPast(end string, n int) {
	at := strings.Index(sc.s[sc.i+n:], end)
	if at < 0 {
		sc.i, sc.cut = len(sc.s), true
		return
	}
	sc.i += n + at + len(end)
}

// skipDeclaration moves behind a document type, with its internal subset if it has one.
func (sc *scanner) skipDeclaration() {
	rest := sc.s[sc.i:]
	at := strings.IndexAny(rest, "[>")
	if at >= 0 && rest[at] == '[' {
		for {
			n := strings.IndexByte(rest[at:], ']')
			if n < 0 {
				at = -1
				break
			}
			at += n + 1
			if blank := strings.TrimLeft(rest[at:], " \t\r\n"); strings.HasPrefix(blank, ">") {
				at = len(rest) - len(blank)
				break
			}
		}
	}
	if at < 0 {
		sc.i, sc.cut = len(sc.s), true
		return
	}
	sc.i += at + 1
}

// tag reads a start or end tag. It returns atEnd, without moving, if there is none, or with cut set at the input's end.
func (sc *scanner) tag() kind {
	s, i, k := sc.s, sc.i+1, isStart
	if i < len(s) && s[i] == '/' {
		k, i = isEnd, i+1
	}
	start := i
	for i < len(s) && nameByte(s[i]) {
		i++
	}
	if i == len(s) {
		sc.i, sc.cut = i, true
		return atEnd
	}
	if i == start || s[start] == '-' || s[start] == '.' || '0' <= s[start] && s[start] <= '9' {
		return atEnd
	}
	sc.name, sc.attrs, sc.empty = s[start:i], nil, false
	for {
		for i < len(s) && (space(s[i]) || s[i] == '/') {
			sc.empty = s[i] == '/'
			i++
		}
		if i == len(s) {
			sc.i, sc.cut = i, true
			return atEnd
		}
		if s[i] == '>' {
			sc.i = i + 1
			return k
		}
		if s[i] == '<' {
			return atEnd
		}
		sc.empty = false
		var a attr
		if a, i = attribute(s, i); i < 0 {
			sc.i, sc.cut = len(s), true
			return atEnd
		}
		if len(sc.attrs) < maxAttrs {
			sc.attrs = append(sc.attrs, a)
		}
	}
}

// attribute reads name="value", name='value', name=value or name at i, with spaces around the sign. The index behind
// it is -1 when the input ends first.
func attribute(s string, i int) (attr, int) {
	start := i
	for i++; i < len(s) && !space(s[i]) && strings.IndexByte("=></", s[i]) < 0; i++ {
	}
	a := attr{name: s[start:i]}
	j := i
	for j < len(s) && space(s[j]) {
		j++
	}
	if j == len(s) {
		return a, -1
	}
	if s[j] != '=' {
		return a, i
	}
	for j++; j < len(s) && space(s[j]); j++ {
	}
	if j == len(s) {
		return a, -1
	}
	if q := s[j]; q == '"' || q == '\'' {
		n := strings.IndexByte(s[j+1:], q)
		if n < 0 {
			return a, -1
		}
		a.value = resolve(s[j+1 : j+1+n])
		return a, j + n + 2
	}
	start = j
	for j < len(s) && !space(s[j]) && s[j] != '>' {
		j++
	}
	a.value = resolve(strings.TrimSuffix(s[start:j], "/"))
	return a, j
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == ':' || c >= utf8.RuneSelf
}

// resolve replaces character and predefined entity references, once. Others, and bare ampersands, stay as they are.
func resolve(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return clean(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; at >= 0; at = strings.IndexByte(s, '&') {
		b.WriteString(s[:at])
		s = s[at:]
		char, n := reference(s)
		b.WriteString(char)
		s = s[n:]
	}
	b.WriteString(s)
	return clean(b.String())
}

// reference reads the reference at the start of s, which begins with "&", and returns its text and length.
func reference(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return "&", 1
	}
	name := s[1:end]
	switch name {
	case "amp":
		return "&", 5
	case "lt":
		return "<", 4
	case "gt":
		return ">", 4
	case "quot":
		return `"`, 6
	}
	if name[0] == '#' {
		digits, radix := name[1:], 10
		if digits != "" && digits[0]|0x20 == 'x' {
			digits, radix = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, radix, 32)
		if err != nil {
			return "&", 1
		}
		if n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return "\uFFFD", end + 1
		}
		return string(rune(n)), end + 1
	}
	char := html.UnescapeString(s[:end+1])
	if strings.HasSuffix(char, ";") && name != "semi" {
		return "&", 1
	}
	return char, end + 1
}

// clean drops the control characters that XML forbids, ends lines with \n alone (XML 1.0 §2.11) and reads C1 controls
// as the Windows-1252 characters that their writers meant, as HTML does for character references.
func clean(s string) string {
	i := 0
	for i < len(s) && (s[i] >= ' ' && s[i] != 0xC2 || s[i] == '\n' || s[i] == '\t') {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for j, r := range s[i:] {
		switch {
		case r == '\r':
			if !strings.HasPrefix(s[i+j+1:], "\n") {
				b.WriteByte('\n')
			}
		case r < ' ' && r != '\n' && r != '\t':
		case 0x80 <= r && r <= 0x9F:
			b.WriteRune(windows1252[r-0x80])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// windows1252 is the upper control range of that charset; its five gaps keep their code.
var windows1252 = [32]rune{
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
}
