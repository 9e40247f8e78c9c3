package doc

import (
	"fmt"
	"math"
	"slices"
	"time"
	"unicode/utf8"
)

// Validate judges a document by the schema. The error is a *Fault.
func Validate(d Node) error {
	j := judge{s: schema()}
	if d.Type != "doc" {
		return fault("", "the root is a %q, want a doc", d.Type)
	}
	if f := j.node(&d, 0, true); f != nil {
		return f
	}
	return nil
}

type judge struct {
	s     *schemaSpec
	nodes int
}

func (j *judge) node(n *Node, depth int, marksAllowed bool) *Fault {
	spec := j.s.node[n.Type]
	if spec == nil {
		return fault("", "unknown node %q", n.Type)
	}
	if j.nodes++; j.nodes > j.s.Limits.Nodes {
		return fault("", "the document has more than %d nodes", j.s.Limits.Nodes)
	}
	if depth > j.s.Limits.Depth {
		return fault("", "nested more than %d deep", j.s.Limits.Depth)
	}
	if n.Type != "text" && n.Text != "" {
		return fault("text", "only text nodes have text")
	}
	if !utf8.ValidString(n.Text) {
		return fault("text", "not valid UTF-8")
	}
	if f := attrs(n.Attrs, spec.Attrs); f != nil {
		return f
	}
	if f := j.marks(n, spec, marksAllowed); f != nil {
		return f
	}
	if f := spec.children(n.Content); f != nil {
		return f
	}
	for i := range n.Content {
		if f := j.node(&n.Content[i], depth+1, spec.Marks == "_"); f != nil {
			return f.at("content", i)
		}
	}
	return nil
}

func (j *judge) marks(n *Node, spec *nodeSpec, allowed bool) *Fault {
	if len(n.Marks) == 0 {
		return nil
	}
	if !spec.Inline || !allowed {
		return fault("marks", "no marks are allowed on this %s", n.Type)
	}
	for i, m := range n.Marks {
		spec := j.s.mark[m.Type]
		if spec == nil {
			return fault("", "unknown mark %q", m.Type).at("marks", i)
		}
		if slices.ContainsFunc(n.Marks[:i], func(o Mark) bool { return o.Type == m.Type }) {
			return fault("", "a second %q on the same text", m.Type).at("marks", i)
		}
		if f := attrs(m.Attrs, spec.Attrs); f != nil {
			return f.at("marks", i)
		}
	}
	return nil
}

// children matches the content expression.
func (n *nodeSpec) children(content []Node) *Fault {
	i := 0
	for _, t := range n.terms {
		count := 0
		for i < len(content) && (t.max < 0 || count < t.max) && t.types[content[i].Type] {
			i++
			count++
		}
		if count < t.min {
			if i < len(content) {
				return misplaced(content[i].Type, n).at("content", i)
			}
			return fault("content", "a %s needs at least one %s", n.Name, t.text)
		}
	}
	if i < len(content) {
		return misplaced(content[i].Type, n).at("content", i)
	}
	return nil
}

func misplaced(child string, parent *nodeSpec) *Fault {
	if schema().node[child] == nil {
		return fault("", "unknown node %q", child)
	}
	return fault("", "a %s cannot stand in a %s", child, parent.Name)
}

func attrs(have Attrs, specs map[string]*attrSpec) *Fault {
	if f := fields(have, specs); f != nil {
		return f.within("attrs")
	}
	return nil
}

func fields(have map[string]any, specs map[string]*attrSpec) *Fault {
	if len(have) > 0 {
		for _, name := range sortedKeys(have) {
			spec := specs[name]
			if spec == nil {
				return fault("", "unknown attribute %q", name)
			}
			if have[name] == nil && !spec.Required {
				continue
			}
			if f := spec.judge(have[name]); f != nil {
				return f.within(name)
			}
		}
	}
	for name, spec := range specs {
		if spec.Required && have[name] == nil {
			return fault(name, "is missing")
		}
	}
	return nil
}

// judge says what is wrong with a value, nil if nothing is.
func (a *attrSpec) judge(v any) *Fault {
	if v == nil && a.Null {
		return nil
	}
	switch a.Type {
	case "bool":
		if _, ok := v.(bool); !ok {
			return wrong(v, "true or false")
		}
	case "int", "number":
		return a.judgeNumber(v)
	case "string", "id", "url", "date":
		s, ok := v.(string)
		if !ok {
			return wrong(v, "a string")
		}
		return a.judgeString(s)
	case "list":
		list, ok := plain(v).([]any)
		if !ok {
			return wrong(v, "a list")
		}
		if len(list) > a.Max {
			return fault("", "has %d entries, at most %d are allowed", len(list), a.Max)
		}
		for i, e := range list {
			if f := a.Item.judge(e); f != nil {
				return f.within(fmt.Sprintf("[%d]", i))
			}
		}
	case "object":
		m, ok := plain(v).(map[string]any)
		if !ok {
			return wrong(v, "an object")
		}
		return fields(m, a.Fields)
	}
	return nil
}

func wrong(v any, want string) *Fault {
	is := fmt.Sprintf("a %T", v)
	switch v.(type) {
	case nil:
		is = "null"
	case bool:
		is = "true or false"
	case float64, int:
		is = "a number"
	case string:
		is = "a string"
	case []any:
		is = "a list"
	case map[string]any:
		is = "an object"
	}
	return fault("", "is %s, want %s", is, want)
}

func (a *attrSpec) judgeNumber(v any) *Fault {
	n, ok := plain(v).(float64)
	switch {
	case !ok && a.Type == "int":
		return wrong(v, "a whole number")
	case !ok:
		return wrong(v, "a number")
	case math.IsNaN(n) || math.IsInf(n, 0):
		return fault("", "is not a finite number")
	case a.Type == "number":
		return nil
	case n != math.Trunc(n):
		return fault("", "is %v, want a whole number", n)
	case n < float64(a.Min) || n > float64(a.Max):
		return fault("", "is %v, want %d to %d", n, a.Min, a.Max)
	}
	return nil
}

func (a *attrSpec) judgeString(s string) *Fault {
	if !utf8.ValidString(s) {
		return fault("", "is not valid UTF-8")
	}
	if a.Values != nil && !slices.Contains(a.Values, s) {
		return fault("", "is %q, want one of %q", s, a.Values)
	}
	if a.Max > 0 && len(s) > a.Max && utf8.RuneCountInString(s) > a.Max {
		return fault("", "has more than %d characters", a.Max)
	}
	if s == "" && !a.Required || a.Type == "string" {
		return nil
	}
	switch a.Type {
	case "id":
		if !isID(s) {
			return fault("", "%q is not an id: want 1 to 128 letters, digits, '-', '_', '.' or ':'", s)
		}
	case "date":
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return fault("", "%q is not a date: want it as 2024-11-22", s)
		}
	case "url":
		if reason := badURL(s, a.Schemes); reason != "" {
			return fault("", "%s", reason)
		}
	}
	return nil
}

func isID(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == ':') {
			return false
		}
	}
	return true
}

// plain turns what Go code puts into attributes into what JSON decoding gives: float64, []any, map[string]any.
func plain(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case []string:
		return plainList(v)
	case []int:
		return plainList(v)
	case []float64:
		return plainList(v)
	case []Attrs:
		return plainList(v)
	case []map[string]any:
		return plainList(v)
	case Attrs:
		return map[string]any(v)
	}
	return v
}

func plainList[T any](list []T) []any {
	out := make([]any, len(list))
	for i, e := range list {
		out[i] = plain(e)
	}
	return out
}
