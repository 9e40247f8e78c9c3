package ninjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/format/charset"
)

// The limits.
const (
	MaxBytes    = 32 << 20
	maxItems    = 10_000 // of one file
	maxNested   = 8      // associations in associations
	maxElements = 1_000  // of one list
)

// Parse reads one or more items: a bare item, a list of items, an object with such a list under "item" or "items",
// or one item per line. Errors are of kind errs.Invalid.
func Parse(b []byte) ([]Item, error) {
	if len(b) > MaxBytes {
		return nil, errs.Errorf(errs.Invalid, "ninjs of %d bytes: more than %d are not read", len(b), MaxBytes)
	}
	text, _, err := charset.Decode(b, "")
	if err != nil {
		return nil, err
	}
	if at := loneSurrogate(text); at >= 0 {
		return nil, errs.Errorf(errs.Invalid, "line %d: half a character (%s)", line(text, at), text[at:min(len(text), at+6)])
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var items []Item
	for {
		var v any
		err := dec.Decode(&v)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, jsonError(err, text, int(dec.InputOffset()))
		}
		objects, err := itemsOf(v)
		if err != nil {
			return nil, err
		}
		if len(items)+len(objects) > maxItems {
			return nil, errs.Errorf(errs.Invalid, "more than %d items in one file", maxItems)
		}
		for _, o := range objects {
			it, err := parseTop(o)
			if err != nil {
				return nil, err
			}
			items = append(items, it)
		}
	}
	if len(items) == 0 {
		return nil, errs.Errorf(errs.Invalid, "no ninjs item in the file")
	}
	return items, nil
}

// itemsOf finds the items in a JSON value.
func itemsOf(v any) ([]map[string]any, error) {
	switch v := v.(type) {
	case map[string]any:
		for _, list := range []string{"item", "items", "_items"} {
			if inner, ok := v[list].([]any); ok && v["uri"] == nil && v["guid"] == nil {
				return itemsOf(inner)
			}
		}
		return []map[string]any{v}, nil
	case []any:
		all := make([]map[string]any, 0, len(v))
		for i, e := range v {
			m, ok := e.(map[string]any)
			if !ok {
				return nil, errs.Errorf(errs.Invalid, "item %d of the list is no JSON object", i+1)
			}
			all = append(all, m)
		}
		return all, nil
	}
	return nil, errs.Errorf(errs.Invalid, "no JSON object or list of objects")
}

func parseTop(m map[string]any) (Item, error) {
	o := lower(m)
	ver := Version(slices.Collect(maps.Keys(m)), o.obj("standard").str("version"))
	if ver == 0 {
		return Item{}, errs.Errorf(errs.Invalid, "a JSON object that is no ninjs item")
	}
	it := item(o, ver, 0)
	if it.URI == "" {
		return Item{}, errs.Errorf(errs.Invalid, "ninjs item without uri or guid (headline %q)", it.Headline())
	}
	return it, nil
}

func jsonError(err error, text []byte, offset int) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = int(syntax.Offset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errs.Errorf(errs.Invalid, "line %d: the JSON ends in the middle", line(text, len(text)))
	}
	return errs.Errorf(errs.Invalid, "line %d: %w", line(text, offset), err)
}

func line(text []byte, offset int) int {
	return bytes.Count(text[:min(max(offset, 0), len(text))], []byte("\n")) + 1
}

// loneSurrogate returns the offset of a \uD800…\uDFFF escape that is not one of a pair, or -1. The JSON decoder would
// turn it into U+FFFD without a word.
func loneSurrogate(text []byte) int {
	for i := 0; i+1 < len(text); i++ {
		next := bytes.IndexByte(text[i:], '\\')
		if next < 0 {
			return -1
		}
		i += next
		switch high, low := escaped(text[i:]), escaped(text[min(len(text), i+6):]); {
		case high < 0xD800 || high > 0xDFFF:
			i++ // past the escaped character, which may be a backslash
		case high < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF:
			i += 11
		default:
			return i
		}
	}
	return -1
}

// escaped returns the code unit of the \uXXXX that b begins with, or -1.
func escaped(b []byte) int {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	n := 0
	for _, c := range b[2:6] {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 {
			return -1
		}
		n = n<<4 | d
	}
	return n
}

// object is a JSON object with its keys in lower case: ninjs 1 and 2 write versioncreated, ninjs 3 versionCreated.
type object map[string]any

// lower makes an object. Where a file has both spellings of a key, the one with capitals counts.
func lower(m map[string]any) object {
	o := make(object, len(m))
	var capitals []string
	for k, v := range m {
		if strings.ToLower(k) == k {
			o[k] = v
		} else {
			capitals = append(capitals, k)
		}
	}
	slices.Sort(capitals)
	for _, k := range capitals {
		o[strings.ToLower(k)] = m[k]
	}
	return o
}

// str returns the first of the fields that is a non-empty string or a number.
func (o object) str(names ...string) string {
	for _, name := range names {
		switch v := o[name].(type) {
		case string:
			if v != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}

// num returns a field as a number, also if it is written as a string; 0 if it is none.
func (o object) num(names ...string) float64 {
	s := o.str(names...)
	if s == "" {
		return 0
	}
	f, err := json.Number(strings.TrimSpace(s)).Float64()
	if err != nil || f != f || f > 1e15 || f < -1e15 {
		return 0
	}
	return f
}

func (o object) obj(name string) object {
	if m, ok := o[name].(map[string]any); ok {
		return lower(m)
	}
	return nil
}

// list returns the objects in the first of the fields that is a list; plain strings in it become {"name": …}.
func (o object) list(names ...string) []object {
	for _, name := range names {
		l, ok := o[name].([]any)
		if !ok {
			if m, isObject := o[name].(map[string]any); isObject && name != "renditions" && name != "associations" && name != "altids" {
				l, ok = []any{m}, true // one object where a list is due
			}
		}
		if !ok || len(l) == 0 {
			continue
		}
		all := make([]object, 0, len(l))
		for _, e := range l[:min(len(l), maxElements)] {
			switch e := e.(type) {
			case map[string]any:
				all = append(all, lower(e))
			case string:
				all = append(all, object{"name": e})
			}
		}
		return all
	}
	return nil
}
