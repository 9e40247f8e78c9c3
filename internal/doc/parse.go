package doc

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Parse reads and judges a document. A document that the schema does not allow is refused with a *Fault;
// nothing is silently dropped or repaired.
func Parse(text []byte) (Node, error) {
	s := schema()
	if len(text) > s.Limits.Bytes {
		return Node{}, fault("", "is %d bytes, at most %d are allowed", len(text), s.Limits.Bytes)
	}
	if !utf8.Valid(text) {
		return Node{}, fault("", "is not valid UTF-8")
	}
	if i := loneSurrogate(text); i >= 0 {
		return Node{}, fault("", "has half a surrogate pair at byte %d, which is no character", i)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return Node{}, fault("", "is not JSON: %s", err)
	}
	p := parser{nodes: s.Limits.Nodes, depth: s.Limits.Depth}
	d, f := p.node(v, 0)
	if f != nil {
		return Node{}, f
	}
	if err := Validate(d); err != nil {
		return Node{}, err
	}
	return d, nil
}

// loneSurrogate returns where the text has a \u escape that is only half a character (RFC 8259 section 8.2),
// -1 if nowhere: the decoder would put another character in its place without a word.
func loneSurrogate(text []byte) int {
	high := -1 // where the first half stands that waits for its second
	for i := 0; i < len(text); i++ {
		unit := uint64(0)
		if text[i] == '\\' && i+5 < len(text) && text[i+1] == 'u' {
			unit, _ = strconv.ParseUint(string(text[i+2:i+6]), 16, 16)
		}
		second := unit >= 0xdc00 && unit <= 0xdfff
		if second != (high >= 0) {
			if high >= 0 {
				return high
			}
			return i
		}
		high = -1
		if unit >= 0xd800 && unit <= 0xdbff {
			high = i
		}
		switch {
		case unit > 0:
			i += 5
		case text[i] == '\\':
			i++
		}
	}
	return high
}

type parser struct{ nodes, depth int }

func (p *parser) node(v any, depth int) (Node, *Fault) {
	m, ok := v.(map[string]any)
	if !ok {
		return Node{}, wrong(v, "an object")
	}
	if p.nodes--; p.nodes < 0 {
		return Node{}, fault("", "the document has more than %d nodes", schema().Limits.Nodes)
	}
	if depth > p.depth {
		return Node{}, fault("", "nested more than %d deep", p.depth)
	}
	var n Node
	for _, key := range sortedKeys(m) {
		var f *Fault
		switch key {
		case "type":
			n.Type, f = str(m[key])
		case "text":
			n.Text, f = str(m[key])
		case "attrs":
			n.Attrs, f = object(m[key])
		case "content":
			n.Content, f = list(m[key], func(e any) (Node, *Fault) { return p.node(e, depth+1) })
		case "marks":
			n.Marks, f = list(m[key], mark)
		default:
			return n, fault("", "unknown key %q", key)
		}
		if f != nil {
			return n, f.within(key)
		}
	}
	return n, nil
}

func mark(v any) (Mark, *Fault) {
	m, ok := v.(map[string]any)
	if !ok {
		return Mark{}, wrong(v, "an object")
	}
	var k Mark
	for _, key := range sortedKeys(m) {
		var f *Fault
		switch key {
		case "type":
			k.Type, f = str(m[key])
		case "attrs":
			k.Attrs, f = object(m[key])
		default:
			return k, fault("", "unknown key %q", key)
		}
		if f != nil {
			return k, f.within(key)
		}
	}
	return k, nil
}

func str(v any) (string, *Fault) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return "", wrong(v, "a string")
}

func object(v any) (Attrs, *Fault) {
	switch m := v.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return m, nil
	}
	return nil, wrong(v, "an object")
}

func list[T any](v any, read func(any) (T, *Fault)) ([]T, *Fault) {
	l, ok := v.([]any)
	if !ok {
		return nil, wrong(v, "a list")
	}
	out := make([]T, len(l))
	for i, e := range l {
		var f *Fault
		if out[i], f = read(e); f != nil {
			return nil, f.at("", i)
		}
	}
	return out, nil
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// JSON returns the node as JSON, the same bytes for the same node: keys in fixed order, attributes sorted,
// nothing escaped that JSON does not ask for.
func (n Node) JSON() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(n); err != nil {
		// Only a value that Validate refuses (NaN, a channel) gets here.
		panic("doc: a node that was never validated: " + err.Error())
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
