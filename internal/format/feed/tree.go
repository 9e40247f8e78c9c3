package feed

import (
	"net/url"
	"strings"
)

// node is an element, or a text when name is "".
type node struct {
	name  string // canonical
	tag   string // local name as written
	text  string
	attrs []attr
	kids  []*node
	base  string // address that relative references start from; "" is unknown
	lang  string // xml:lang in force
	bare  bool   // has no xml:lang, not even inherited
}

// attr returns the value of the attribute with a canonical name, trimmed.
func (n *node) attr(key string) string {
	for i := range n.attrs {
		if n.attrs[i].key == key {
			return strings.TrimSpace(n.attrs[i].value)
		}
	}
	return ""
}

// own returns the element's own text, without that of elements inside it, trimmed.
func (n *node) own() string { return strings.TrimSpace(n.exact()) }

// exact is own with the white space around it; text of nothing else is "".
func (n *node) exact() string {
	s := ""
	if len(n.kids) == 1 {
		s = n.kids[0].text
	} else {
		var b strings.Builder
		for _, k := range n.kids {
			b.WriteString(k.text)
		}
		s = b.String()
	}
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return s
}

// all returns the text of the element and everything in it.
func (n *node) all() string {
	var b strings.Builder
	var walk func(*node)
	walk = func(n *node) {
		b.WriteString(n.text)
		for _, k := range n.kids {
			walk(k)
		}
	}
	walk(n)
	return b.String()
}

// child returns the first element of a name inside n, or nil.
func (n *node) child(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// markup reports whether there are elements inside n.
func (n *node) markup() bool {
	for _, k := range n.kids {
		if k.name != "" {
			return true
		}
	}
	return false
}

// url resolves a reference that stands on n.
func (n *node) url(ref string) string { return resolveURL(n.base, ref) }

// resolveURL makes ref absolute against base where that is possible, and otherwise returns it as it is.
func resolveURL(base, ref string) string {
	ref = strings.TrimSpace(ref)
	if base == "" || ref == "" || len(base) > maxAddress || len(ref) > maxAddress || absolute(ref) {
		return ref
	}
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	r, err := url.Parse(ref)
	if err != nil {
		return ref
	}
	return b.ResolveReference(r).String()
}

// absolute reports whether ref begins with a scheme.
func absolute(ref string) bool {
	for i := range len(ref) {
		c := ref[i] | 0x20
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && ref[i] == ':':
			return true
		case i > 0 && ('0' <= ref[i] && ref[i] <= '9' || ref[i] == '+' || ref[i] == '-' || ref[i] == '.'):
		default:
			return false
		}
	}
	return false
}

// webURL reports whether ref is an absolute address of the web.
func webURL(ref string) bool {
	ref = strings.ToLower(ref[:min(len(ref), 9)])
	return strings.HasPrefix(ref, "http://") && len(ref) > 7 || strings.HasPrefix(ref, "https://") && len(ref) > 8
}

// child makes the node for the start tag that the scanner is on.
func (r *reader) child(up *node) *node {
	_, local := split(r.sc.name)
	n := &node{name: r.names.element(r.sc.name), tag: local, attrs: r.sc.attrs, base: up.base, lang: up.lang, bare: up.bare}
	for i := range n.attrs {
		a := &n.attrs[i]
		a.key = r.names.attribute(a.name)
		switch a.key {
		case "xml:base":
			n.base = resolveURL(n.base, a.value)
		case "xml:lang":
			n.lang, n.bare = strings.TrimSpace(a.value), false
		}
	}
	return n
}

// open is an element being read: its name as written and where its namespaces begin.
type open struct {
	*node
	raw   string
	scope int
}

// fill reads the inside of n up to its end tag. It reports false if the document ends first or the element passes a
// limit, which is then in r.stop. Elements left open end with their parent; end tags of nothing are skipped.
func (r *reader) fill(n *node, raw string, scopeStart int) bool {
	stack := []open{{n, raw, scopeStart}}
	for nodes := 0; ; nodes++ {
		if nodes > maxNodes {
			r.stop = "an item holds more than 100,000 elements"
			return false
		}
		top := &stack[len(stack)-1]
		before := r.sc.i
		switch r.sc.next() {
		case atEnd:
			r.stop = "the document ends inside <" + top.raw + ">"
			return false
		case isText:
			top.kids = append(top.kids, &node{text: r.sc.text})
		case isStart:
			mark := len(r.names.bound)
			r.names.declare(r.sc.attrs)
			k := r.child(top.node)
			top.kids = append(top.kids, k)
			if r.sc.empty || len(stack) > 1 && void(k) {
				r.names.bound = r.names.bound[:mark]
				continue
			}
			if len(stack) >= maxDepth {
				r.stop = "elements lie inside each other more than 256 deep"
				return false
			}
			stack = append(stack, open{k, r.sc.name, mark})
		case isEnd:
			at := len(stack) - 1
			for at >= 0 && !strings.EqualFold(stack[at].raw, r.sc.name) {
				at--
			}
			if at < 0 {
				if r.opened(r.sc.name) {
					r.sc.i = before
					at = 0
				} else {
					continue
				}
			}
			r.names.bound = r.names.bound[:stack[at].scope]
			if at == 0 {
				return true
			}
			stack = stack[:at]
		}
	}
}

// void reports whether n is an HTML element that never has an end tag.
func void(n *node) bool {
	switch strings.TrimPrefix(n.name, "xhtml:") {
	case "br", "hr", "img", "wbr", "input", "area", "col", "embed", "param", "track":
		return true
	}
	return false
}
