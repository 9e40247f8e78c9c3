package kind

import (
	"bytes"
	"regexp"
	"strings"

	"masthead/internal/format/newsml"
)

// narSpace is the namespace of all G2 items.
const narSpace = "http://iptc.org/std/nar/2006-10-01/"

// ofXML goes by the root element and its namespaces.
func ofXML(b []byte) (Kind, string) {
	r := rootOf(b)
	local := r.name[strings.IndexByte(r.name, ':')+1:]
	switch strings.ToLower(local) {
	case "":
		return Unknown, "XML without an element"
	case "nitf":
		return NITF, "a NITF document"
	case "rss":
		if v := r.attr("version"); v != "" {
			return RSS, "an RSS " + v + " feed"
		}
		return RSS, "an RSS feed"
	case "feed":
		if r.hasSpace("http://www.w3.org/2005/Atom") || r.hasSpace("http://purl.org/atom/") || !r.hasSpaces() {
			return Atom, "an Atom feed"
		}
	case "rdf":
		if r.hasSpace("http://purl.org/rss/") || r.hasSpace("http://purl.org/net/rss") || r.hasSpace("http://my.netscape.com/") || r.hasSpace("http://channel.netscape.com/") {
			return RSS1, "an RSS 1.0 feed"
		}
		return Unknown, "an RDF document that is no feed"
	case "newsml":
		version := first(r.attr("version"), newsMLVersion(b))
		return Unknown, document("NewsML %s document, the format before NewsML-G2", first(version, "1"))
	case "html", "head", "body":
		return Unknown, "an HTML page"
	case "opml":
		return Unknown, "an OPML list of feeds"
	case "svg":
		return Unknown, "an SVG picture"
	}
	if newsml.IsItem(local) && (local != "catalog" && !r.hasSpaces() || r.hasSpace(narSpace)) {
		return NewsMLG2, document("NewsML-G2 %s", local)
	}
	if bytes.HasPrefix(bytes.ToLower(b[:min(len(b), 15)]), []byte("<!doctype html")) {
		return Unknown, "an HTML page"
	}
	if r.hasSpace(narSpace) {
		return Unknown, document("part of a NewsML-G2 item, <%s>, without the item", local)
	}
	return Unknown, "an XML document with the root element <" + local + ">"
}

var newsMLDoctype = regexp.MustCompile(`NewsMLv?_?(1\.[0-9])`)

func newsMLVersion(b []byte) string {
	if m := newsMLDoctype.FindSubmatch(b[:min(len(b), 2048)]); m != nil {
		return string(m[1])
	}
	return ""
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// root is the first tag of a document. It is read leniently: recognising a broken file is what lets its parser say
// what is broken.
type root struct{ name, tag string }

var (
	tagName   = regexp.MustCompile(`^<([A-Za-z_][A-Za-z0-9_.\-]*(?::[A-Za-z_][A-Za-z0-9_.\-]*)?)`)
	attribute = regexp.MustCompile(`([A-Za-z_:][A-Za-z0-9_.:\-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// maxTag bounds how far a root tag is looked at; those with a dozen namespaces reach two kilobytes.
const maxTag = 16 << 10

func rootOf(b []byte) root {
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		switch {
		case bytes.HasPrefix(b, []byte("<?")):
			b = after(b, "?>")
		case bytes.HasPrefix(b, []byte("<!--")):
			b = after(b, "-->")
		case bytes.HasPrefix(b, []byte("<!")):
			b = afterDoctype(b)
		default:
			b = b[:min(len(b), maxTag)]
			m := tagName.FindSubmatch(b)
			if m == nil {
				return root{}
			}
			tag := b[len(m[0]):]
			if end := tagEnd(tag); end >= 0 {
				tag = tag[:end]
			}
			return root{string(m[1]), string(tag)}
		}
	}
}

func after(b []byte, end string) []byte {
	_, rest, _ := bytes.Cut(b, []byte(end))
	return rest
}

// afterDoctype skips a DOCTYPE with its internal subset.
func afterDoctype(b []byte) []byte {
	depth, quote := 0, byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<' || c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>':
			if depth--; depth == 0 {
				return b[i+1:]
			}
		}
	}
	return nil
}

// tagEnd finds the > that no quotes enclose.
func tagEnd(b []byte) int {
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

func (r root) each(f func(name, value string) bool) bool {
	for _, m := range attribute.FindAllStringSubmatch(r.tag, -1) {
		if f(m[1], m[2]+m[3]) {
			return true
		}
	}
	return false
}

func (r root) attr(name string) (value string) {
	r.each(func(n, v string) bool {
		if n == name {
			value = strings.TrimSpace(v)
		}
		return n == name
	})
	return value
}

// hasSpace reports whether the tag declares a namespace that begins like prefix.
func (r root) hasSpace(prefix string) bool {
	return r.each(func(n, v string) bool { return strings.HasPrefix(n, "xmlns") && strings.HasPrefix(v, prefix) })
}

// hasSpaces reports whether the root element is in any namespace.
func (r root) hasSpaces() bool {
	prefix, _, ok := strings.Cut(r.name, ":")
	return r.attr("xmlns") != "" || ok && r.attr("xmlns:"+prefix) != ""
}
