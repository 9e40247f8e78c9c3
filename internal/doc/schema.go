package doc

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed schema.json
var schemaJSON []byte

// attrSpec says what one attribute may hold. Type is string, int, number, bool, id, url, date, list or
// object; Min and Max limit an int's value, a string's characters or a list's length.
type attrSpec struct {
	Type     string
	Required bool
	Null     bool
	Default  any
	Min      int
	Max      int
	Values   []string
	Schemes  []string
	Item     *attrSpec
	Fields   map[string]*attrSpec
}

// term is one part of a content expression: between min and max children (max < 0: no end) of some types.
type term struct {
	types    map[string]bool
	min, max int
	text     string
}

type nodeSpec struct {
	Name    string
	Group   string
	Content string
	Marks   string // "_" all, "" none, for the inline children
	Inline  bool
	Code    bool
	Attrs   map[string]*attrSpec

	terms []term
}

type markSpec struct {
	Name  string
	Attrs map[string]*attrSpec

	rank int
}

type schemaSpec struct {
	Limits struct{ Bytes, Depth, Nodes int }
	Nodes  []*nodeSpec
	Marks  []*markSpec

	node map[string]*nodeSpec
	mark map[string]*markSpec
}

// schema is schema.json, read once. A broken file is a programming error that the first test meets.
var schema = sync.OnceValue(func() *schemaSpec {
	s, err := readSchema(schemaJSON)
	if err != nil {
		panic(err)
	}
	return s
})

func readSchema(text []byte) (*schemaSpec, error) {
	s := &schemaSpec{node: map[string]*nodeSpec{}, mark: map[string]*markSpec{}}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("read schema.json: %w", err)
	}
	for _, n := range s.Nodes {
		s.node[n.Name] = n
	}
	for i, m := range s.Marks {
		m.rank = i
		s.mark[m.Name] = m
	}
	for _, n := range s.Nodes {
		if err := s.compile(n); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// compile reads a content expression: terms one after another, each a name, a group or a choice in
// parentheses, with *, + or ? behind it. Terms are matched greedily, so no term may end where the next
// could also begin.
func (s *schemaSpec) compile(n *nodeSpec) error {
	rest := strings.TrimSpace(n.Content)
	for rest != "" {
		var names string
		if rest[0] == '(' {
			var ok bool
			if names, rest, ok = strings.Cut(rest[1:], ")"); !ok {
				return fmt.Errorf("schema.json: %s: content %q has no closing parenthesis", n.Name, n.Content)
			}
		} else {
			end := strings.IndexAny(rest, "*+? ")
			if end < 0 {
				end = len(rest)
			}
			names, rest = rest[:end], rest[end:]
		}
		t := term{types: map[string]bool{}, min: 1, max: 1, text: strings.TrimSpace(names)}
		for name := range strings.SplitSeq(names, "|") {
			if !s.addTypes(t.types, strings.TrimSpace(name)) {
				return fmt.Errorf("schema.json: %s: content %q names an unknown %q", n.Name, n.Content, name)
			}
		}
		if rest != "" {
			switch rest[0] {
			case '*':
				t.min, t.max = 0, -1
			case '+':
				t.max = -1
			case '?':
				t.min = 0
			}
			rest = strings.TrimLeft(rest, "*+? ")
		}
		n.terms = append(n.terms, t)
	}
	return nil
}

func (s *schemaSpec) addTypes(set map[string]bool, name string) bool {
	found := false
	for _, n := range s.Nodes {
		if n.Name == name || slices.Contains(strings.Fields(n.Group), name) {
			set[n.Name] = true
			found = true
		}
	}
	return found
}

// needsChild reports whether a node of this type may not be empty.
func (n *nodeSpec) needsChild() bool { return len(n.terms) > 0 && n.terms[0].min > 0 }

// SchemaNames returns the names of all nodes and marks.
func SchemaNames() []string {
	var names []string
	for _, n := range schema().Nodes {
		names = append(names, n.Name)
	}
	for _, m := range schema().Marks {
		names = append(names, m.Name)
	}
	return names
}
