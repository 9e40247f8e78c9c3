// Package doc is the story document: ProseMirror JSON whose schema (schema.json) this package
// judges. It validates, normalises, reads HTML and Markdown into it, and renders it to HTML, feed HTML,
// Markdown and plain text. It knows nothing of stories, stores or HTTP.
package doc

// Node is one ProseMirror node. The root has Type "doc"; only nodes of type "text" have Text and Marks.
type Node struct {
	Type    string `json:"type"`
	Attrs   Attrs  `json:"attrs,omitempty"`
	Content []Node `json:"content,omitempty"`
	Marks   []Mark `json:"marks,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Mark is a ProseMirror mark on a text node.
type Mark struct {
	Type  string `json:"type"`
	Attrs Attrs  `json:"attrs,omitempty"`
}

// Attrs are the attributes of a node or mark as the schema names them.
type Attrs map[string]any

// Str returns the attribute as a string, "" when it is absent or not a string.
func (a Attrs) Str(name string) string { s, _ := a[name].(string); return s }

// Int returns the attribute as an int, 0 when it is absent or not a number.
func (a Attrs) Int(name string) int {
	switch n := a[name].(type) {
	case float64:
		return int(n)
	case int:
		return n
	}
	return 0
}

// Bool returns the attribute as a truth value, false when it is absent or none.
func (a Attrs) Bool(name string) bool { b, _ := a[name].(bool); return b }

// Strings returns the strings of a list, nil when it is absent or no list.
func (a Attrs) Strings(name string) []string {
	var out []string
	l, _ := plain(a[name]).([]any)
	for _, e := range l {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Items returns the objects of a list, nil when it is absent or no list.
func (a Attrs) Items(name string) []Attrs {
	var out []Attrs
	l, _ := plain(a[name]).([]any)
	for _, e := range l {
		if m, ok := plain(e).(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// Object returns the attribute as an object, nil when it is absent or none.
func (a Attrs) Object(name string) Attrs {
	m, _ := plain(a[name]).(map[string]any)
	return m
}
