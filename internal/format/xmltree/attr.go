package xmltree

import "strings"

type rawAttr struct{ name, value string }

// attributes reads what follows the name of a start tag up to its end into p.rawAttrs, and binds the prefixes that
// are declared there. It reports whether the tag is an empty element's.
func (p *parser) attributes(tag string) (empty bool, err error) {
	p.rawAttrs = p.rawAttrs[:0]
	start := p.at
	for {
		at := p.skipSpace(p.at)
		if at >= len(p.s) {
			return false, p.fail(start, "the file ends inside the tag <%s", tag)
		}
		switch {
		case p.s[at] == '>':
			p.at = at + 1
			return false, nil
		case strings.HasPrefix(p.s[at:], "/>"):
			p.at = at + 2
			return true, nil
		case at == p.at:
			return false, p.fail(at, "no blank before an attribute of <%s>", tag)
		}
		p.at = at
		if err := p.attribute(tag); err != nil {
			return false, err
		}
	}
}

func (p *parser) attribute(tag string) error {
	name, err := p.name(p.at)
	if err != nil {
		return p.fail(p.at, "no attribute begins like this in <%s>", tag)
	}
	at := p.skipSpace(p.at + len(name))
	if at >= len(p.s) || p.s[at] != '=' {
		return p.fail(at, "attribute %s of <%s> has no value", name, tag)
	}
	at = p.skipSpace(at + 1)
	if at >= len(p.s) || p.s[at] != '"' && p.s[at] != '\'' {
		return p.fail(at, "the value of attribute %s of <%s> has no quotes", name, tag)
	}
	end := strings.IndexByte(p.s[at+1:], p.s[at])
	if end < 0 {
		return p.fail(at, "the value of attribute %s of <%s> does not end", name, tag)
	}
	p.at = at + 1
	value, err := p.resolve(p.s[at+1:at+1+end], true, true)
	if err != nil {
		return err
	}
	p.at = at + 1 + end + 1
	if prefix, ok := strings.CutPrefix(name, "xmlns"); ok && (prefix == "" || prefix[0] == ':') {
		if len(p.scopes) >= maxScopes {
			return p.fail(at, "more than %d namespaces", maxScopes)
		}
		p.scopes = append(p.scopes, binding{strings.TrimPrefix(prefix, ":"), value})
		return nil
	}
	if len(p.rawAttrs) >= maxAttrs {
		return p.fail(at, "<%s> has more than %d attributes", tag, maxAttrs)
	}
	p.rawAttrs = append(p.rawAttrs, rawAttr{name, value})
	return nil
}

// takeAttrs resolves the names of p.rawAttrs once all prefixes of the tag are known.
func (p *parser) takeAttrs(tagAt int) ([]Attr, error) {
	if len(p.rawAttrs) == 0 {
		return nil, nil
	}
	if cap(p.attrs)-len(p.attrs) < len(p.rawAttrs) {
		p.attrs = make([]Attr, 0, max(64, len(p.rawAttrs)))
	}
	start := len(p.attrs)
	for _, r := range p.rawAttrs {
		a := Attr{p.resolveName(r.name, false), r.value}
		for _, b := range p.attrs[start:] {
			if a.Name == b.Name {
				return nil, p.fail(tagAt, "attribute %s stands twice in one tag", r.name)
			}
		}
		p.attrs = append(p.attrs, a)
	}
	return p.attrs[start:len(p.attrs):len(p.attrs)], nil
}

// resolveName applies the bindings in force. The default namespace holds for elements only (Namespaces §6.2).
func (p *parser) resolveName(raw string, element bool) Name {
	prefix, local := "", raw
	if i := strings.IndexByte(raw, ':'); i > 0 && i < len(raw)-1 {
		prefix, local = raw[:i], raw[i+1:]
	}
	if prefix == "" && !element {
		return Name{"", local}
	}
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if p.scopes[i].prefix == prefix {
			return Name{p.scopes[i].space, local}
		}
	}
	if prefix == "xml" {
		return Name{XMLSpace, local}
	}
	return Name{prefix, local}
}
