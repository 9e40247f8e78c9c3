package xmltree

import (
	"strings"
	"unicode/utf8"

	"masthead/internal/errs"
	"masthead/internal/format/charset"
)

// The limits. The largest real news files are some hundred kilobytes with some thousand nodes.
const (
	MaxBytes  = 32 << 20
	MaxDepth  = 256
	MaxNodes  = 500_000
	maxAttrs  = 100 // of one element
	maxScopes = 100 // namespace declarations in force
)

// Read reads a file in any encoding that package charset can decode. See Parse.
func Read(b []byte) (*Node, error) {
	if err := checkSize(b); err != nil {
		return nil, err
	}
	text, _, err := charset.Decode(b, "")
	if err != nil {
		return nil, err
	}
	return Parse(text)
}

func checkSize(b []byte) error {
	if len(b) > MaxBytes {
		return errs.Errorf(errs.Invalid, "XML of %d bytes: more than %d are not read", len(b), MaxBytes)
	}
	return nil
}

// Parse reads a document of UTF-8 text (package charset makes it) and returns its root element. Errors are of kind
// errs.Invalid and begin with the line. Strings of the tree share one copy of the text.
func Parse(text []byte) (*Node, error) {
	if err := checkSize(text); err != nil {
		return nil, err
	}
	if !utf8.Valid(text) {
		return nil, errs.Errorf(errs.Invalid, "XML is not UTF-8")
	}
	p := &parser{s: strings.TrimPrefix(string(text), "\uFEFF")}
	if err := p.document(); err != nil {
		return nil, err
	}
	return p.root, nil
}

// open is an element whose end tag has not come yet.
type open struct {
	node   *Node
	raw    string // the name as written
	at     int    // where its start tag stands
	kids   int    // where its children begin in parser.pending
	scopes int    // how many namespace bindings were in force outside it
}

type binding struct{ prefix, space string }

type parser struct {
	s        string
	at       int
	root     *Node
	stack    []open
	pending  []*Node // children of all open elements, innermost last
	scopes   []binding
	entities map[string]string
	expanded int // bytes that declared entities have added
	count    int
	run      []string // text since the last tag, in pieces
	nodes    []Node
	attrs    []Attr
	kids     []*Node
	rawAttrs []rawAttr
}

func (p *parser) fail(at int, format string, args ...any) error {
	line := strings.Count(p.s[:min(at, len(p.s))], "\n") + 1
	return errs.Errorf(errs.Invalid, "line %d: "+format, append([]any{line}, args...)...)
}

func (p *parser) document() error {
	for p.at < len(p.s) {
		if err := p.next(); err != nil {
			return err
		}
	}
	if len(p.stack) > 0 {
		o := p.stack[len(p.stack)-1]
		return p.fail(o.at, "<%s> is never closed; the file ends inside it", o.raw)
	}
	if p.root == nil {
		return p.fail(0, "there is no element")
	}
	return nil
}

// next reads one piece of markup or one run of text.
func (p *parser) next() error {
	rest := p.s[p.at:]
	if rest[0] != '<' {
		end := strings.IndexByte(rest, '<')
		if end < 0 {
			end = len(rest)
		}
		return p.text(rest[:end], true)
	}
	switch {
	case strings.HasPrefix(rest, "</"):
		return p.endTag()
	case strings.HasPrefix(rest, "<!--"):
		return p.skip("<!--", "-->", "comment")
	case strings.HasPrefix(rest, "<?"):
		return p.skip("<?", "?>", "processing instruction")
	case strings.HasPrefix(rest, "<![CDATA["):
		return p.cdata()
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		return p.doctype()
	}
	return p.startTag()
}

func (p *parser) skip(start, end, what string) error {
	i := strings.Index(p.s[p.at+len(start):], end)
	if i < 0 {
		return p.fail(p.at, "a %s does not end", what)
	}
	p.at += len(start) + i + len(end)
	return nil
}

func (p *parser) cdata() error {
	start := p.at
	if err := p.skip("<![CDATA[", "]]>", "CDATA section"); err != nil {
		return err
	}
	body := p.s[start+len("<![CDATA[") : p.at-len("]]>")]
	end := p.at
	p.at = start + len("<![CDATA[")
	err := p.text(body, false)
	p.at = end
	return err
}

// text adds a run of character data that begins at p.at.
func (p *parser) text(raw string, references bool) error {
	if len(p.stack) == 0 {
		if blank := len(raw) - len(strings.TrimLeft(raw, " \t\r\n")); blank < len(raw) {
			return p.fail(p.at+blank, "text outside the root element")
		}
		p.at += len(raw)
		return nil
	}
	s, err := p.resolve(raw, references, false)
	if err != nil {
		return err
	}
	p.at += len(raw)
	if s != "" {
		p.run = append(p.run, s)
	}
	return nil
}

// endText makes one node of the text since the last tag.
func (p *parser) endText() error {
	if len(p.run) == 0 {
		return nil
	}
	n, err := p.node()
	if err != nil {
		return err
	}
	n.Text = strings.Join(p.run, "")
	p.run = p.run[:0]
	p.pending = append(p.pending, n)
	return nil
}

func (p *parser) startTag() error {
	if err := p.endText(); err != nil {
		return err
	}
	start := p.at
	raw, err := p.name(start + 1)
	if err != nil {
		return err
	}
	if len(p.stack) == 0 && p.root != nil {
		return p.fail(start, "a second root element <%s>", raw)
	}
	if len(p.stack) >= MaxDepth {
		return p.fail(start, "elements nest deeper than %d", MaxDepth)
	}
	o := open{raw: raw, at: start, kids: len(p.pending), scopes: len(p.scopes)}
	p.at = start + 1 + len(raw)
	empty, err := p.attributes(raw)
	if err != nil {
		return err
	}
	if o.node, err = p.node(); err != nil {
		return err
	}
	o.node.Name = p.resolveName(raw, true)
	if o.node.Attrs, err = p.takeAttrs(start); err != nil {
		return err
	}
	if len(p.stack) == 0 {
		p.root = o.node
	} else {
		p.pending = append(p.pending, o.node)
		o.kids++
	}
	if empty {
		p.scopes = p.scopes[:o.scopes]
		return nil
	}
	p.stack = append(p.stack, o)
	return nil
}

func (p *parser) endTag() error {
	if err := p.endText(); err != nil {
		return err
	}
	raw, err := p.name(p.at + 2)
	if err != nil {
		return err
	}
	at := p.skipSpace(p.at + 2 + len(raw))
	if at >= len(p.s) || p.s[at] != '>' {
		return p.fail(p.at, "the end tag </%s does not end", raw)
	}
	if len(p.stack) == 0 {
		return p.fail(p.at, "</%s> closes nothing", raw)
	}
	o := p.stack[len(p.stack)-1]
	if o.raw != raw {
		line := strings.Count(p.s[:o.at], "\n") + 1
		return p.fail(p.at, "</%s> where </%s> is due, which opened on line %d", raw, o.raw, line)
	}
	p.at = at + 1
	o.node.Kids = p.keep(p.pending[o.kids:])
	p.pending = p.pending[:o.kids]
	p.scopes = p.scopes[:o.scopes]
	p.stack = p.stack[:len(p.stack)-1]
	return nil
}

// name reads a name at an offset. Which characters beyond ASCII a name may hold is not checked.
func (p *parser) name(at int) (string, error) {
	end := at
	for end < len(p.s) && isNameByte(p.s[end]) {
		end++
	}
	if end == at || !isNameStart(p.s[at]) {
		return "", p.fail(at, "a < that begins no tag")
	}
	return p.s[at:end], nil
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= utf8.RuneSelf
}

func isNameByte(c byte) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func (p *parser) skipSpace(at int) int {
	for at < len(p.s) && isSpace(p.s[at]) {
		at++
	}
	return at
}

// node takes a node from the current block.
func (p *parser) node() (*Node, error) {
	if p.count++; p.count > MaxNodes {
		return nil, p.fail(p.at, "more than %d nodes", MaxNodes)
	}
	if len(p.nodes) == 0 {
		p.nodes = make([]Node, 64)
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	return n, nil
}

// keep copies children from the shared stack to where they stay.
func (p *parser) keep(kids []*Node) []*Node {
	if len(kids) == 0 {
		return nil
	}
	if cap(p.kids)-len(p.kids) < len(kids) {
		p.kids = make([]*Node, 0, max(128, len(kids)))
	}
	start := len(p.kids)
	p.kids = append(p.kids, kids...)
	return p.kids[start:len(p.kids):len(p.kids)]
}
