package xmltree

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Entities that a document declares itself may be plain text of this length, this often, and add this much in all.
const (
	maxEntityValue = 1024
	maxEntities    = 256
	maxExpansion   = 256 << 10
)

// resolve replaces references and normalises line ends (XML 1.0 §2.11) in raw, which begins at p.at; in attributes all
// white space becomes a blank (§3.3.3). Characters that XML forbids are refused.
func (p *parser) resolve(raw string, references, attribute bool) (string, error) {
	plain := true
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c >= ' ' && c != '&' {
			continue
		}
		switch {
		case c == '\n' || c == '\t':
			plain = plain && !attribute
		case c == '\r':
			plain = false
		case c == '&':
			plain = plain && !references
		default:
			return "", p.fail(p.at+i, "the control character U+%04X is not allowed in XML", c)
		}
	}
	if plain {
		return raw, nil
	}
	out := make([]byte, 0, len(raw)+16)
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\r':
			if i+1 < len(raw) && raw[i+1] == '\n' {
				continue
			}
			c = '\n'
			if attribute {
				c = ' '
			}
			out = append(out, c)
		case attribute && (c == '\n' || c == '\t'):
			out = append(out, ' ')
		case c == '&' && references:
			size, value, err := p.reference(raw, i)
			if err != nil {
				return "", err
			}
			out = append(out, value...)
			i += size - 1
		default:
			out = append(out, c)
		}
	}
	return string(out), nil
}

// reference reads the reference at raw[i:] and returns its length and what it stands for.
func (p *parser) reference(raw string, i int) (size int, value string, err error) {
	window := raw[i:min(len(raw), i+64)]
	end := strings.IndexByte(window, ';')
	if end < 2 {
		return 0, "", p.fail(p.at+i, "an & that begins no reference (write &amp;)")
	}
	name := window[1:end]
	if name[0] == '#' {
		r, ok := charRef(name)
		if !ok {
			return 0, "", p.fail(p.at+i, "&%s; is no character of XML", name)
		}
		return end + 1, string(r), nil
	}
	if v, ok := p.entities[name]; ok {
		if p.expanded += len(v); p.expanded > maxExpansion {
			return 0, "", p.fail(p.at+i, "declared entities add more than %d bytes", maxExpansion)
		}
		return end + 1, v, nil
	}
	if v, ok := htmlEntity(name); ok {
		return end + 1, v, nil
	}
	return 0, "", p.fail(p.at+i, "the entity &%s; is unknown or not plain text", name)
}

func charRef(name string) (rune, bool) {
	digits, base := name[1:], 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	r := rune(n)
	if !utf8.ValidRune(r) || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return 0, false
	}
	return r, true
}

// htmlEntity looks up a name among HTML's entities, which include XML's five.
func htmlEntity(name string) (string, bool) {
	switch name {
	case "amp":
		return "&", true
	case "lt":
		return "<", true
	case "gt":
		return ">", true
	case "quot":
		return `"`, true
	case "apos":
		return "'", true
	}
	ref := "&" + name + ";"
	value := html.UnescapeString(ref)
	// A prefix may be an entity of its own ("&notx;"): then the end of the reference is left over.
	if value == ref || strings.HasSuffix(value, ";") {
		return "", false
	}
	return value, true
}

// doctype skips a document type declaration and learns the plain internal entities in it. External subsets,
// external entities and parameter entities are passed over unread.
func (p *parser) doctype() error {
	start := p.at
	if p.root != nil {
		return p.fail(start, "a DOCTYPE after the root element began")
	}
	at := start + len("<!DOCTYPE")
	inside := false
	for at < len(p.s) {
		switch c := p.s[at]; {
		case c == '"' || c == '\'':
			end := strings.IndexByte(p.s[at+1:], c)
			if end < 0 {
				return p.fail(at, "a quote in the DOCTYPE does not end")
			}
			at += end + 1
		case strings.HasPrefix(p.s[at:], "<!--"):
			end := strings.Index(p.s[at:], "-->")
			if end < 0 {
				return p.fail(at, "a comment in the DOCTYPE does not end")
			}
			at += end + 2
		case inside && strings.HasPrefix(p.s[at:], "<!ENTITY"):
			size, err := p.entityDeclaration(at)
			if err != nil {
				return err
			}
			at += size - 1
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case c == '>' && !inside:
			p.at = at + 1
			return nil
		}
		at++
	}
	return p.fail(start, "the DOCTYPE does not end")
}

// entityDeclaration reads one declaration and returns its length. Only <!ENTITY name "plain text"> is remembered;
// a reference to any other entity fails where it stands.
func (p *parser) entityDeclaration(at int) (int, error) {
	end := at + len("<!ENTITY")
	var words []string
	for end < len(p.s) && p.s[end] != '>' {
		switch c := p.s[end]; {
		case isSpace(c):
			end++
		case c == '"' || c == '\'':
			n := strings.IndexByte(p.s[end+1:], c)
			if n < 0 {
				return 0, p.fail(end, "a quote in the DOCTYPE does not end")
			}
			words = append(words, p.s[end:end+n+1])
			end += n + 2
		default:
			n := end
			for n < len(p.s) && !isSpace(p.s[n]) && p.s[n] != '>' && p.s[n] != '"' && p.s[n] != '\'' {
				n++
			}
			words = append(words, p.s[end:n])
			end = n
		}
		if len(words) > 8 {
			return 0, p.fail(at, "an entity declaration that is none")
		}
	}
	if end >= len(p.s) {
		return 0, p.fail(at, "an entity declaration does not end")
	}
	size := end + 1 - at
	if len(words) != 2 || words[1][0] != '"' && words[1][0] != '\'' {
		return size, nil
	}
	value := words[1][1:]
	if len(value) > maxEntityValue || strings.ContainsAny(value, "<&%") {
		return size, nil
	}
	if _, known := p.entities[words[0]]; known {
		return size, nil // the first declaration holds, XML 1.0 §4.2
	}
	if len(p.entities) >= maxEntities {
		return 0, p.fail(at, "more than %d entities are declared", maxEntities)
	}
	if p.entities == nil {
		p.entities = map[string]string{}
	}
	saved := p.at
	p.at = at
	value, err := p.resolve(value, false, false)
	p.at = saved
	p.entities[words[0]] = value
	return size, err
}
