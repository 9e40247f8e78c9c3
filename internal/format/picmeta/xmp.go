package picmeta

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"maps"
	"strings"

	"masthead/internal/format/charset"
)

// XMP is an XMP packet (ISO 16684-1): the values of each property of the namespaces that news pictures use, in their
// order. A key is the property's usual name, "dc:creator"; a field of a structure is "plus:Licensor/plus:LicensorURL".
// Of texts in several languages the default is kept.
type XMP map[string][]string

const (
	maxDepth = 32  // of elements; real packets have about ten
	maxName  = 128 // bytes of a name; the longest real one has about thirty
)

const (
	spaceRDF  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	spaceMeta = "adobe:ns:meta/"
	spaceXML  = "http://www.w3.org/XML/1998/namespace"
)

// prefixes gives the usual prefix of each namespace that is read, without the "/" or "#" at its end.
var prefixes = map[string]string{
	"http://purl.org/dc/elements/1.1":            "dc",
	"http://ns.adobe.com/photoshop/1.0":          "photoshop",
	"http://ns.adobe.com/xap/1.0/rights":         "xmpRights",
	"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns": "Iptc4xmpCore",
	"http://iptc.org/std/Iptc4xmpExt/2008-02-29": "Iptc4xmpExt",
	"http://iptc.org/std/Iptc4xmpExt/2008-02-19": "Iptc4xmpExt", // a slip of early software
	"http://ns.useplus.org/ldf/xmp/1.0":          "plus",
	"http://ns.adobe.com/exif/1.0":               "exif",
	"http://ns.adobe.com/xmp/note":               "xmpNote",
}

// looksLikeXMP reports whether bytes begin like a packet, in any encoding of Unicode.
func looksLikeXMP(b []byte) bool {
	head := bytes.ReplaceAll(b[:min(len(b), 1024)], []byte{0}, nil)
	head = bytes.TrimLeft(head, "\uFEFF\xFE\xFF \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) {
		return false
	}
	for _, sign := range []string{"<?xpacket", ":xmpmeta", ":xapmeta", "<rdf:RDF"} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}

// readXMP reads a file's packets, and the extension that they announce. What a later packet says replaces what an earlier
// one said. What stands before a damaged place is kept. It returns nil if there is no packet.
func readXMP(packets, extended [][]byte) XMP {
	var all XMP
	for _, p := range packets {
		all = all.with(readPacket(p))
	}
	if guid := all.text("xmpNote:HasExtendedXMP"); guid != "" {
		all = readPacket(assemble(extended, guid)).with(all)
	}
	return all
}

// with returns x with y's properties in place of its own.
func (x XMP) with(y XMP) XMP {
	if x == nil {
		return y
	}
	maps.Copy(x, y)
	return x
}

// assemble joins the parts of an extension (XMP part 3, section 1.1.3.1). Each begins with the identifier's 32
// characters, the length of the whole, and where it belongs.
func assemble(extended [][]byte, guid string) []byte {
	const head = 32 + 4 + 4
	var whole []byte
	filled := 0
	for _, b := range extended {
		if len(b) < head || string(b[:32]) != guid {
			continue
		}
		size, at, body := binary.BigEndian.Uint32(b[32:]), int64(binary.BigEndian.Uint32(b[36:])), b[head:]
		if whole == nil && size <= maxBlock {
			whole = make([]byte, size)
		}
		if int64(size) != int64(len(whole)) || at+int64(len(body)) > int64(size) {
			return nil
		}
		filled += copy(whole[at:], body)
	}
	if filled != len(whole) {
		return nil
	}
	return whole
}

// text returns a property's first value.
func (x XMP) text(key string) string {
	if v := x[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// xmpReader walks through the elements of a packet and keeps no tree of them, so that a packet of a megabyte of tags
// costs no more than its values. (Raw converters write hundreds of attributes to one element, too.)
type xmpReader struct {
	out   XMP
	langs map[string]string // of the value kept of texts in several languages, by key
	count int
	stack []open
}

// open is an element that has not ended.
type open struct {
	key     string // of the property it is in, or is
	text    []byte
	lang    string
	inner   bool // it has elements
	alt     bool // it is in a list of alternatives
	foreign bool // it is in a namespace that is not read
}

// readPacket reads one packet; nil if there is no element in it.
func readPacket(packet []byte) XMP {
	text, _, err := charset.Decode(packet, "")
	if err != nil {
		return nil
	}
	r := xmpReader{langs: map[string]string{}}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict = false // entities that a packet declares are not expanded, and unknown ones are left as they stand
	for {
		token, err := d.Token()
		if err != nil {
			return r.out
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(r.stack) == maxDepth {
				return r.out
			}
			if r.out == nil {
				r.out = XMP{}
			}
			r.start(t)
		case xml.CharData:
			r.chars(t)
		case xml.EndElement:
			if r.end(); len(r.stack) == 0 {
				return r.out // what follows the root is padding
			}
		}
	}
}

func (r *xmpReader) start(t xml.StartElement) {
	var up open
	if n := len(r.stack); n > 0 {
		r.stack[n-1].inner = true
		up = r.stack[n-1]
	}
	e := open{key: up.key, foreign: up.foreign, alt: up.alt || isRDF(t.Name, "Alt")}
	if !isRDF(t.Name, "") && t.Name.Space != spaceMeta {
		name, ok := usualName(t.Name)
		e.key, e.foreign, e.alt = join(up.key, name), e.foreign || !ok, false
	}
	for _, a := range t.Attr {
		switch name, ok := usualName(a.Name); {
		case a.Name.Space == spaceXML && a.Name.Local == "lang":
			e.lang = a.Value
		case isRDF(a.Name, "resource"), isRDF(a.Name, "value"):
			r.keep(e, e.key, a.Value)
		case ok:
			r.keep(e, join(e.key, name), a.Value)
		}
	}
	r.stack = append(r.stack, e)
}

func (r *xmpReader) chars(t xml.CharData) {
	if n := len(r.stack); n > 0 {
		if e := &r.stack[n-1]; !e.foreign && e.key != "" && !e.inner && len(e.text) <= maxValue {
			e.text = append(e.text, t...)
		}
	}
}

func (r *xmpReader) end() {
	e := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	if !e.inner {
		r.keep(e, e.key, string(e.text))
	}
}

// keep stores a value that stands in an element.
func (r *xmpReader) keep(e open, key, value string) {
	if e.foreign || key == "" || len(value) > maxValue || strings.TrimSpace(value) == "" || r.count >= maxValues {
		return
	}
	if lang, has := r.langs[key]; e.alt && has {
		if lang != "x-default" && e.lang == "x-default" {
			r.langs[key], r.out[key] = e.lang, []string{value}
		}
		return
	}
	if e.alt {
		r.langs[key] = e.lang
	}
	r.out[key] = append(r.out[key], value)
	r.count++
}

// isRDF reports whether a name is RDF's own; with no local name, whether it is any of them.
func isRDF(n xml.Name, local string) bool {
	return n.Space == spaceRDF && (local == "" || n.Local == local)
}

// usualName writes a name with its usual prefix; it reports false for a namespace that is not read, and for a name that
// is none: thousands of properties would each hold it.
func usualName(n xml.Name) (string, bool) {
	prefix, ok := prefixes[strings.TrimRight(n.Space, "/#")]
	if len(n.Local) > maxName {
		return "", false
	}
	if prefix == "dc" {
		return "dc:" + strings.ToLower(n.Local), ok // some software writes dc:Rights
	}
	return prefix + ":" + n.Local, ok
}

func join(outer, name string) string {
	if outer == "" {
		return name
	}
	return outer + "/" + name
}
