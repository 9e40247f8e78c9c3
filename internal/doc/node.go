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
