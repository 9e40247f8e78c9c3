package feeds

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlWriter writes XML 1.0, one element a line. Text comes out character for character; what XML cannot hold
// (control characters, the two non-characters) is left out.
type xmlWriter struct {
	bytes.Buffer
	open []string
}

func newXML() *xmlWriter {
	w := new(xmlWriter)
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	return w
}

// start opens an element; attrs are names and values in turn. An attribute whose value is empty is left out.
func (w *xmlWriter) start(name string, attrs ...string) {
	w.tag(name, attrs)
	w.WriteString(">\n")
	w.open = append(w.open, name)
}

// end closes the innermost open element.
func (w *xmlWriter) end() {
	name := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	w.WriteString("</" + name + ">\n")
}

// empty writes an element without content.
func (w *xmlWriter) empty(name string, attrs ...string) {
	w.tag(name, attrs)
	w.WriteString("/>\n")
}

// text writes an element with text, and nothing at all when the text is empty.
func (w *xmlWriter) text(name, text string, attrs ...string) {
	if text == "" {
		return
	}
	w.tag(name, attrs)
	w.WriteByte('>')
	w.escape(text, false)
	w.WriteString("</" + name + ">\n")
}

func (w *xmlWriter) tag(name string, attrs []string) {
	w.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		w.WriteString(" " + attrs[i] + `="`)
		w.escape(attrs[i+1], true)
		w.WriteByte('"')
	}
}

// escape writes s as character data (XML 1.0 §2.4). A carriage return is a reference, because a parser would
// turn it into a line feed; so are tab and line feed in an attribute.
func (w *xmlWriter) escape(s string, attr bool) {
	from := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		var to string
		switch {
		case r == '&':
			to = "&amp;"
		case r == '<':
			to = "&lt;"
		case r == '>':
			to = "&gt;"
		case r == '\r':
			to = "&#13;"
		case attr && r == '"':
			to = "&quot;"
		case attr && (r == '\n' || r == '\t'):
			to = "&#" + strconv.Itoa(int(r)) + ";"
		case r == utf8.RuneError && size == 1:
			to = "\uFFFD"
		case inXML(r):
			i += size
			continue
		}
		w.WriteString(s[from:i])
		w.WriteString(to)
		i += size
		from = i
	}
	w.WriteString(s[from:])
}

// inXML is the production Char of XML 1.0 §2.2.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// number is n in decimal, "" when it is not known.
func number[N int | int64](n N) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

var htmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
