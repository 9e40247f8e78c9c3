package compare

import (
	"slices"

	"masthead/internal/doc"
)

// Piece is a stretch of blocks of a text that two people changed from one version.
type Piece struct {
	State  string     `json:"state"` // same, mine or theirs (one changed it), both (in the same way), conflict (in two ways)
	Base   []doc.Node `json:"base"`
	Mine   []doc.Node `json:"mine"`
	Theirs []doc.Node `json:"theirs"`
}

// Merge lays two texts made from one beside each other, block by block. Blocks are never mixed: where both changed one,
// a person decides. The pieces hold every block of each side, in its order.
func Merge(base, mine, theirs doc.Node) []Piece {
	a, b, c := faces(base.Content), faces(mine.Content), faces(theirs.Content)
	m, t := align(a, b), align(a, c)
	pieces := []Piece{}
	i, j, k := 0, 0, 0
	add := func(i2, j2, k2 int) {
		if i2 == i && j2 == j && k2 == k {
			return
		}
		p := Piece{state(a[i:i2], b[j:j2], c[k:k2]), base.Content[i:i2:i2], mine.Content[j:j2:j2], theirs.Content[k:k2:k2]}
		if last := len(pieces) - 1; p.State == "same" && last >= 0 && pieces[last].State == "same" {
			l := &pieces[last]
			l.Base, l.Mine, l.Theirs = slices.Concat(l.Base, p.Base), slices.Concat(l.Mine, p.Mine), slices.Concat(l.Theirs, p.Theirs)
		} else {
			pieces = append(pieces, p)
		}
		i, j, k = i2, j2, k2
	}
	for n := range a {
		if m[n] >= 0 && t[n] >= 0 {
			add(n, m[n], t[n])
			add(n+1, m[n]+1, t[n]+1)
		}
	}
	add(len(a), len(b), len(c))
	return pieces
}

func state(base, mine, theirs []face) string {
	equal := func(x, y []face) bool { return slices.EqualFunc(x, y, func(f, g face) bool { return f.key == g.key }) }
	switch m, t := !equal(base, mine), !equal(base, theirs); {
	case !m && !t:
		return "same"
	case !t:
		return "mine"
	case !m:
		return "theirs"
	case equal(mine, theirs):
		return "both"
	}
	return "conflict"
}

// Join puts merged pieces together. ok is false if there is a conflict: mine stands in its place.
func Join(pieces []Piece) (d doc.Node, ok bool) {
	d, ok = doc.Node{Type: "doc"}, true
	for _, p := range pieces {
		switch p.State {
		case "theirs":
			d.Content = append(d.Content, p.Theirs...)
		case "conflict":
			ok = false
			fallthrough
		default:
			d.Content = append(d.Content, p.Mine...)
		}
	}
	return d, ok
}
