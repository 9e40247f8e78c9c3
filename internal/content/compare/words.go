package compare

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"

	"masthead/internal/doc"
)

// token is a number with its signs, a word with what joins its parts, a run of white space, or any one character.
var token = regexp.MustCompile(`[$€£]?\d+(?:[.,\x{a0}]\d+)*%?|[\p{L}\p{M}\p{N}]+(?:[’'-][\p{L}\p{M}\p{N}]+)*|\s+|.`)

func tokens(text string) (list []string) {
	from := 0
	for _, at := range token.FindAllStringIndex(text, -1) {
		if at[0] > from { // bytes that are no characters
			list = append(list, text[from:at[0]])
		}
		list = append(list, text[at[0]:at[1]])
		from = at[1]
	}
	if from < len(text) {
		list = append(list, text[from:])
	}
	return list
}

// most is how much work comparing two texts word by word may be, words of the one times words of the other between
// their common beginning and end; beyond it all of that counts as replaced.
const most = 25_000_000

// Texts compares two texts word by word.
func Texts(old, new string) []Op {
	a, b := tokens(old), tokens(new)
	var ops []Op
	for _, s := range sequence(a, b) {
		switch s.kind {
		case diffmatchpatch.DiffEqual:
			ops = append(ops, Op{"same", strings.Join(a[s.a:s.a+s.n], "")})
		case diffmatchpatch.DiffDelete:
			ops = append(ops, Op{"del", strings.Join(a[s.a:s.a+s.n], "")})
		case diffmatchpatch.DiffInsert:
			ops = append(ops, Op{"ins", strings.Join(b[s.b:s.b+s.n], "")})
		}
	}
	return readable(ops)
}

// stretch is n items that stand on one side or on both, from a on the old and b on the new.
type stretch struct {
	kind    diffmatchpatch.Operation
	a, b, n int
}

// sequence compares two lists of items.
func sequence(a, b []string) (list []stretch) {
	if whole := replaced(a, b); work(whole) > most || len(a)+len(b) > 1_000_000 {
		return whole
	}
	numbers := map[string]rune{}
	x, y := runes(a, numbers), runes(b, numbers)
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the same every time
	i, j := 0, 0
	for _, op := range d.DiffMainRunes(x, y, false) {
		n := utf8.RuneCountInString(op.Text)
		list = append(list, stretch{op.Type, i, j, n})
		if op.Type != diffmatchpatch.DiffInsert {
			i += n
		}
		if op.Type != diffmatchpatch.DiffDelete {
			j += n
		}
	}
	return list
}

func work(list []stretch) int {
	del, ins := 0, 0
	for _, s := range list {
		switch s.kind {
		case diffmatchpatch.DiffDelete:
			del = s.n
		case diffmatchpatch.DiffInsert:
			ins = s.n
		}
	}
	return del * ins
}

// runes writes a list as one character for each different item.
func runes(list []string, numbers map[string]rune) []rune {
	out := make([]rune, len(list))
	for i, s := range list {
		r, ok := numbers[s]
		if !ok {
			r = rune(len(numbers) + 1)
			if r >= 0xd800 { // surrogates are no characters
				r += 0x800
			}
			numbers[s] = r
		}
		out[i] = r
	}
	return out
}

func replaced(a, b []string) (list []stretch) {
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	end := 0
	for end < len(a)-from && end < len(b)-from && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	for _, s := range []stretch{
		{diffmatchpatch.DiffEqual, 0, 0, from},
		{diffmatchpatch.DiffDelete, from, from, len(a) - from - end},
		{diffmatchpatch.DiffInsert, from, from, len(b) - from - end},
		{diffmatchpatch.DiffEqual, len(a) - end, len(b) - end, end},
	} {
		if s.n > 0 {
			list = append(list, s)
		}
	}
	return list
}

// readable joins changes that only white space or marks keep apart, so that a changed phrase reads as one.
func readable(ops []Op) (out []Op) {
	var del, ins strings.Builder
	flush := func() {
		if del.Len() > 0 {
			out = append(out, Op{"del", del.String()})
		}
		if ins.Len() > 0 {
			out = append(out, Op{"ins", ins.String()})
		}
		del.Reset()
		ins.Reset()
	}
	for i, o := range ops {
		switch {
		case o.Kind == "del":
			del.WriteString(o.Text)
		case o.Kind == "ins":
			ins.WriteString(o.Text)
		case i > 0 && i < len(ops)-1 && !strings.ContainsFunc(o.Text, wordy):
			del.WriteString(o.Text)
			ins.WriteString(o.Text)
		default:
			flush()
			out = append(out, o)
		}
	}
	flush()
	return out
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// shown are the attributes with words that a block shows, in the order in which they are read.
var shown = []string{"label", "title", "text", "action", "alt", "caption", "credit", "attribution", "url"}

// Words returns the words of a block, those of its attributes included, a line for each part: what the Ops of a Block
// put together again.
func Words(n *doc.Node) string {
	var lines []string
	doc.Walk(n, func(n *doc.Node) bool {
		lines = append(lines, attributes(n.Attrs)...)
		if len(n.Content) == 0 || n.Content[0].Type != "text" && n.Content[0].Type != "hardBreak" {
			return true
		}
		var b strings.Builder
		for _, c := range n.Content {
			if c.Type == "hardBreak" {
				b.WriteByte('\n')
			}
			b.WriteString(c.Text)
		}
		lines = append(lines, b.String())
		return false
	})
	return strings.Join(lines, "\n")
}

func attributes(a doc.Attrs) (lines []string) {
	for _, name := range shown {
		if s := a.Str(name); s != "" {
			lines = append(lines, s)
		}
	}
	for _, item := range a.Items("items") {
		lines = append(lines, attributes(item)...)
	}
	if spec := a.Object("spec"); spec != nil {
		lines = append(lines, attributes(spec)...)
	}
	return lines
}
