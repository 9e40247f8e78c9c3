package feed

import "strings"

// namespaces gives known namespaces one short prefix each, keyed as canonicalURI writes them. The RSS namespaces have
// none: their elements are those of plain RSS.
var namespaces = map[string]string{
	"purl.org/rss/1.0":                         "",
	"purl.org/net/rss1.1#":                     "",
	"my.netscape.com/rdf/simple/0.9":           "",
	"channel.netscape.com/rdf/simple/0.9":      "",
	"my.netscape.com/publish/formats/rss-0.91": "",
	"backend.userland.com/rss":                 "",
	"backend.userland.com/rss2":                "",
	"blogs.law.harvard.edu/tech/rss":           "",
	"www.w3.org/2005/atom":                     "atom",
	"purl.org/atom/ns#":                        "atom",
	"www.w3.org/1999/02/22-rdf-syntax-ns#":     "rdf",
	"www.w3.org/1999/xhtml":                    "xhtml",
	"www.w3.org/xml/1998/namespace":            "xml",
	"www.w3.org/1999/xlink":                    "xlink",
	"www.w3.org/2000/svg":                      "svg",
	"www.w3.org/1998/math/mathml":              "math",
	"purl.org/dc/elements/1.0":                 "dc",
	"purl.org/dc/elements/1.1":                 "dc",
	"purl.org/dc/terms":                        "dcterms",
	"purl.org/rss/1.0/modules/content":         "content",
	"purl.org/rss/1.0/modules/dcterms":         "dcterms",
	"purl.oclc.org/net/rss_2.0/enc#":           "enc",
	"search.yahoo.com/mrss":                    "media",
	"video.search.yahoo.com/mrss":              "media",
	"www.rssboard.org/media-rss":               "media",
	"www.itunes.com/dtds/podcast-1.0.dtd":      "itunes",
	"www.itunes.com/dtds/podcast-1.0":          "itunes",
}

// undeclared is what a prefix means when the feed forgot to declare it.
var undeclared = map[string]string{
	"atom": "atom", "a10": "atom", "rdf": "rdf", "rss": "", "xhtml": "xhtml", "xml": "xml", "xlink": "xlink", "dc": "dc",
	"dcterms": "dcterms", "content": "content", "enc": "enc", "media": "media", "itunes": "itunes",
}

// unknown is the prefix of elements in a namespace that this package does not read.
const unknown = "?"

// canonicalURI makes the spellings of one namespace equal: letter case, scheme and the final slash vary in feeds.
func canonicalURI(uri string) string {
	uri = strings.ToLower(strings.TrimSpace(uri))
	uri = strings.TrimPrefix(strings.TrimPrefix(uri, "https://"), "http://")
	return strings.TrimSuffix(uri, "/")
}

// binding is a namespace declaration in scope.
type binding struct{ prefix, uri string }

// scope resolves names. core is the namespace of the document's own format, whose elements get no prefix.
type scope struct {
	bound []binding
	core  string
}

// declare adds the declarations among an element's attributes.
func (sc *scope) declare(attrs []attr) {
	for _, a := range attrs {
		prefix, ok := strings.CutPrefix(a.name, "xmlns")
		if !ok || prefix != "" && prefix[0] != ':' || len(sc.bound) >= maxAttrs {
			continue
		}
		sc.bound = append(sc.bound, binding{strings.TrimPrefix(prefix, ":"), canonicalURI(a.value)})
	}
}

// uri returns what a prefix is bound to.
func (sc *scope) uri(prefix string) (string, bool) {
	for i := len(sc.bound) - 1; i >= 0; i-- {
		if sc.bound[i].prefix == prefix {
			return sc.bound[i].uri, true
		}
	}
	return "", false
}

// element returns the canonical name of an element: "title", "media:content", "?:description", in lower case.
// An element without prefix in an unknown default namespace counts as one of the format.
func (sc *scope) element(name string) string {
	prefix, local := split(name)
	short := sc.short(prefix)
	if prefix == "" && short == unknown {
		short = ""
	}
	return join(short, local)
}

// attribute returns the canonical name of an attribute; without prefix it belongs to its element.
func (sc *scope) attribute(name string) string {
	prefix, local := split(name)
	if prefix == "" {
		return strings.ToLower(local)
	}
	return join(sc.short(prefix), local)
}

func (sc *scope) short(prefix string) string {
	uri, ok := sc.uri(prefix)
	if !ok {
		if prefix == "" {
			return ""
		}
		if short, ok := undeclared[strings.ToLower(prefix)]; ok {
			if short == "atom" && namespaces[sc.core] == "atom" {
				return ""
			}
			return short
		}
		return unknown
	}
	if uri == sc.core || uri == "" {
		return ""
	}
	short, ok := namespaces[uri]
	switch {
	case !ok: // many feeds bind a usual prefix to an address of their own
		if short = undeclared[strings.ToLower(prefix)]; short == "" {
			return unknown
		}
		return short
	case short == "atom" && namespaces[sc.core] == "atom":
		return ""
	}
	return short
}

func split(name string) (prefix, local string) {
	if p, l, ok := strings.Cut(name, ":"); ok {
		return p, l
	}
	return "", name
}

func join(short, local string) string {
	local = strings.ToLower(local)
	if short == "" {
		return local
	}
	return short + ":" + local
}
