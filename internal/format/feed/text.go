package feed

import (
	"encoding/base64"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
)

// title returns the plain text of a title or another one-line construct. Atom says whether it is HTML; RSS does not,
// and there entities and known HTML tags count as such.
func (r *reader) title(n *node) string {
	if n.markup() {
		return line(n.all())
	}
	if !r.atom && !strings.HasPrefix(n.name, "atom:") {
		return plain(n.own())
	}
	s, typ := n.own(), strings.ToLower(n.attr("type"))
	switch {
	case n.attr("mode") == "base64" || encoded(typ):
		return plain(fromBase64(s))
	case typ == "" && !r.old || typ == "text" || typ == "text/plain":
		return line(s)
	}
	return plain(s)
}

// plain turns an HTML line into text: known tags go, entities are resolved, white space collapses. A "<" that begins
// no known tag is text.
func plain(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return line(resolve(s))
	}
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			b.WriteString(resolve(s))
			return line(b.String())
		}
		b.WriteString(resolve(s[:at]))
		s = s[at:]
		n, breaks := knownTag(s)
		switch {
		case n == 0:
			b.WriteByte('<')
			n = 1
		case breaks:
			b.WriteByte(' ')
		}
		s = s[n:]
	}
}

// knownTag returns the length of the HTML tag or comment at the start of s, 0 if there is none, and whether it
// separates words.
func knownTag(s string) (n int, breaks bool) {
	if strings.HasPrefix(s, "<!--") {
		if end := strings.Index(s[:min(len(s), 1024)], "-->"); end > 0 {
			return end + 3, false
		}
		return 0, false
	}
	name := s[1:min(len(s), 14)]
	name = strings.TrimPrefix(name, "/")
	if end := strings.IndexAny(name, " \t\n/>"); end >= 0 {
		name = name[:end]
	} else {
		return 0, false
	}
	name = strings.ToLower(name)
	breaks = slices.Contains(breakingTags, name)
	if !breaks && !slices.Contains(inlineTags, name) {
		return 0, false
	}
	return strings.IndexByte(s[:min(len(s), 1024)], '>') + 1, breaks
}

var (
	breakingTags = []string{"br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "td", "tr", "table",
		"blockquote", "hr", "pre"}
	inlineTags = []string{"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins",
		"kbd", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)

// line trims and collapses white space. No-break and other special spaces stay.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r < utf8.RuneSelf && unicode.IsSpace(r)
	}), " ")
}

// fragment returns the HTML of a text construct. In RSS the decoded text is the HTML; Atom has its own rules.
func (r *reader) fragment(n *node, atom bool) string {
	switch {
	case n.markup():
		return inner(n)
	case atom:
		return r.atomText(n)
	}
	return absolutize(n.exact(), n.base)
}

// atomText applies RFC 4287 §3.1.1 and §4.1.3.3 and, for Atom 0.3, its type and mode. A text without type that closes
// an HTML tag is taken for the HTML that its writer meant.
func (r *reader) atomText(n *node) string {
	s, typ, mode := n.exact(), strings.ToLower(n.attr("type")), strings.ToLower(n.attr("mode"))
	typ, _, _ = strings.Cut(typ, ";")
	switch {
	case s == "":
		return ""
	case mode == "base64" || encoded(typ):
		s = fromBase64(s)
		if typ == "text" || typ == "text/plain" {
			return html.EscapeString(s)
		}
		return absolutize(s, n.base)
	case strings.Contains(typ, "html"):
		return absolutize(s, n.base)
	case typ == "" && tagged(s):
		return absolutize(s, n.base)
	}
	return html.EscapeString(s)
}

// encoded reports whether a media type's content is base64 in Atom: everything but text and XML (RFC 4287 §4.1.3.3).
func encoded(typ string) bool {
	return strings.Contains(typ, "/") && !strings.HasPrefix(typ, "text/") && !strings.Contains(typ, "xml") &&
		!strings.Contains(typ, "html")
}

// fromBase64 returns the decoded text, or "" if it is none: a picture is no fragment.
func fromBase64(s string) string {
	s = strings.Join(strings.Fields(s), "")
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		b, err = base64.RawStdEncoding.DecodeString(s)
	}
	if err != nil || !utf8.Valid(b) || strings.IndexByte(string(b), 0) >= 0 {
		return ""
	}
	return strings.TrimSpace(clean(string(b)))
}

// tagged reports whether s closes or breaks with HTML.
func tagged(s string) bool {
	for range 64 {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			return false
		}
		s = s[at:]
		if n, _ := knownTag(s); n > 0 && (s[1] == '/' || strings.HasPrefix(strings.ToLower(s[:n]), "<br")) {
			return true
		}
		s = s[1:]
	}
	return false
}

// inner writes the elements and texts inside n as HTML. The div that Atom's XHTML is wrapped in goes (RFC 4287 §3.1.1.3).
func inner(n *node) string {
	if only := onlyElement(n); only != nil && only.name == "xhtml:div" && n.name != "xhtml:body" {
		n = only
	}
	var b strings.Builder
	for _, k := range n.kids {
		write(&b, k)
	}
	return strings.TrimSpace(b.String())
}

// onlyElement returns the single element inside n, if there is nothing beside it but white space.
func onlyElement(n *node) *node {
	var only *node
	for _, k := range n.kids {
		switch {
		case k.name == "" && strings.TrimSpace(k.text) == "":
		case k.name == "" || only != nil:
			return nil
		default:
			only = k
		}
	}
	return only
}

func write(b *strings.Builder, n *node) {
	if n.name == "" {
		b.WriteString(textEscaper.Replace(n.text))
		return
	}
	plainTag := asciiName(n.tag)
	if plainTag {
		b.WriteByte('<')
		b.WriteString(n.tag)
		for i := range n.attrs {
			writeAttr(b, n, &n.attrs[i])
		}
		b.WriteByte('>')
		if void(n) {
			return
		}
	}
	for _, k := range n.kids {
		write(b, k)
	}
	if plainTag {
		b.WriteString("</" + n.tag + ">")
	}
}

// writeAttr writes an attribute as HTML has it: xml:lang as lang, addresses absolute, no namespace declarations.
func writeAttr(b *strings.Builder, n *node, a *attr) {
	name, value := a.name, a.value
	switch prefix, local := split(a.name); {
	case a.key == "xml:lang":
		name = "lang"
	case prefix == "xmlns" || local == "xmlns":
		return
	case strings.HasPrefix(a.key, "xlink:"):
		name = "xlink:" + local
	case prefix != "":
		return
	}
	if !asciiName(name) {
		return
	}
	if addressAttr(a.key) {
		value = resolveURL(n.base, value)
	}
	b.WriteString(" " + name + `="` + attrEscaper.Replace(value) + `"`)
}

// asciiName keeps names out of the HTML that could end a tag or begin another.
func asciiName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || !nameByte(c) {
			return false
		}
	}
	return s != ""
}

func addressAttr(key string) bool {
	switch key {
	case "href", "src", "poster", "cite", "data", "longdesc", "background", "xlink:href":
		return true
	}
	return false
}

var (
	textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")
)

// absolutize resolves the relative addresses in an HTML fragment. All else stays byte for byte, except in
// a tag that writes one in an unusual way.
func absolutize(s, base string) string {
	if base == "" || strings.IndexByte(s, '<') < 0 || !relative(s) {
		return s
	}
	z := nethtml.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	b.Grow(len(s) + 64)
	for {
		kind := z.Next()
		raw := z.Raw()
		if kind == nethtml.ErrorToken {
			b.Write(raw)
			return b.String()
		}
		if kind != nethtml.StartTagToken && kind != nethtml.SelfClosingTagToken {
			b.Write(raw)
			continue
		}
		written := string(raw) // before Token, which works on raw
		tok := z.Token()
		for i, a := range tok.Attr[:min(len(tok.Attr), 64)] {
			if !addressAttr(a.Key) || a.Val == "" || absolute(a.Val) {
				continue
			}
			tok.Attr[i].Val = resolveURL(base, a.Val)
			old, now := ` `+a.Key+`="`+a.Val+`"`, ` `+a.Key+`="`+attrEscaper.Replace(tok.Attr[i].Val)+`"`
			if strings.Contains(written, old) {
				written = strings.Replace(written, old, now, 1)
			} else {
				written = tok.String()
			}
		}
		b.WriteString(written)
	}
}

// relative reports whether s may hold a relative address: an attribute's value that begins with no web address.
func relative(s string) bool {
	for {
		at := strings.IndexByte(s, '=')
		if at < 0 {
			return false
		}
		value := strings.TrimLeft(s[at+1:min(len(s), at+16)], " \t\n'\"")
		if !strings.HasPrefix(value, "http") && !strings.HasPrefix(value, "mailto:") && endsInAddress(s[:at]) {
			return true
		}
		s = s[at+1:]
	}
}

func endsInAddress(s string) bool {
	s = strings.TrimRight(s[max(0, len(s)-16):], " \t\n")
	at := strings.LastIndexAny(s, " \t\n\"'<")
	return addressAttr(strings.ToLower(s[at+1:]))
}

// paragraphs writes plain text as HTML: an empty line parts paragraphs, another line end is a break.
func paragraphs(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if strings.IndexByte(s, '\n') < 0 {
		return html.EscapeString(s)
	}
	var b strings.Builder
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			b.WriteString("<p>" + strings.Join(lines, "<br>\n") + "</p>\n")
			lines = nil
		}
	}
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l == "" {
			flush()
			continue
		}
		lines = append(lines, html.EscapeString(l))
	}
	flush()
	return strings.TrimSuffix(b.String(), "\n")
}
