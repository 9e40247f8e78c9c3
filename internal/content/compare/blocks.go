package compare

import (
	"hash/maphash"
	"slices"

	"github.com/sergi/go-diff/diffmatchpatch"

	"masthead/internal/doc"
)

// face is what a block is compared by.
type face struct {
	key   string   // the whole of it
	kind  string   // of the node
	media string   // the picture, video or sound that it shows
	words []uint64 // sorted
}

var seed = maphash.MakeSeed()

func faces(nodes []doc.Node) []face {
	list := make([]face, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		f := face{key: string(n.JSON()), kind: n.Type, media: n.Attrs.Str("media")}
		for _, t := range tokens(Words(n)) {
			if r := []rune(t)[0]; wordy(r) || len(t) > 1 && r != ' ' {
				f.words = append(f.words, maphash.String(seed, t))
			}
		}
		slices.Sort(f.words)
		list[i] = f
	}
	return list
}

// running are the kinds of block that one makes of another without writing it anew.
var running = []string{"paragraph", "heading", "blockquote", "pullquote", "bulletList", "orderedList", "keyPoints", "factbox"}

// like returns from 0 to 1 how much of two blocks is the same.
func (f *face) like(g *face) float64 {
	if f.key == g.key {
		return 1
	}
	if f.kind != g.kind && !(slices.Contains(running, f.kind) && slices.Contains(running, g.kind)) {
		return 0
	}
	if f.media != "" && f.media == g.media {
		return 0.9
	}
	if len(f.words)+len(g.words) == 0 {
		return 0
	}
	same := 0
	for i, j := 0, 0; i < len(f.words) && j < len(g.words); {
		switch a, b := f.words[i], g.words[j]; {
		case a == b:
			same++
			i++
			j++
		case a < b:
			i++
		default:
			j++
		}
	}
	return 2 * float64(same) / float64(len(f.words)+len(g.words))
}

const (
	related = 0.45   // so much alike, a block is another version of one at its place
	carried = 0.75   // and of one elsewhere
	table   = 60_000 // pairs of blocks in one gap that are looked at; beyond, only near ones
)

// align returns for each old block the new one that it became, -1 if none; both in ascending order.
func align(a, b []face) []int {
	to := make([]int, len(a))
	for i := range to {
		to[i] = -1
	}
	keys := func(list []face) (out []string) {
		for _, f := range list {
			out = append(out, f.key)
		}
		return out
	}
	i, j := 0, 0 // the first blocks of the gap
	for _, s := range sequence(keys(a), keys(b)) {
		if s.kind != diffmatchpatch.DiffEqual {
			continue
		}
		fill(to, a, b, i, s.a, j, s.b)
		for n := range s.n {
			to[s.a+n] = s.b + n
		}
		i, j = s.a+s.n, s.b+s.n
	}
	fill(to, a, b, i, len(a), j, len(b))
	return to
}

// fill pairs the blocks a[i:m] and b[j:n], which lie between blocks that are the same, by how much they are alike.
func fill(to []int, a, b []face, i, m, j, n int) {
	switch {
	case m == i || n == j:
		return
	case m-i == 1 && n-j == 1:
		if a[i].kind == b[j].kind || a[i].like(&b[j]) >= related {
			to[i] = j
		}
		return
	case (m-i)*(n-j) > table:
		for ; i < m && j < n; i++ {
			for k := j; k < min(n, j+20); k++ {
				if a[i].like(&b[k]) >= related {
					to[i], j = k, k+1
					break
				}
			}
		}
		return
	}
	best := make([][]float64, m-i+1) // best[x][y]: of a[i+x:m] and b[j+y:n]
	for x := range best {
		best[x] = make([]float64, n-j+1)
	}
	alike := make([][]float64, m-i)
	for x := m - i - 1; x >= 0; x-- {
		alike[x] = make([]float64, n-j)
		for y := n - j - 1; y >= 0; y-- {
			v := max(best[x+1][y], best[x][y+1])
			if l := a[i+x].like(&b[j+y]); l >= related {
				alike[x][y] = l
				v = max(v, best[x+1][y+1]+l)
			}
			best[x][y] = v
		}
	}
	for x, y := 0, 0; x < m-i && y < n-j; {
		switch v := best[x][y]; {
		case alike[x][y] > 0 && v == best[x+1][y+1]+alike[x][y]:
			to[i+x] = j + y
			x++
			y++
		case v == best[x+1][y]:
			x++
		default:
			y++
		}
	}
}

// blocks compares two bodies.
func blocks(old, new []doc.Node) []Block {
	a, b := faces(old), faces(new)
	to := align(a, b)
	from := make([]int, len(b))
	for j := range from {
		from[j] = -1
	}
	for i, j := range to {
		if j >= 0 {
			from[j] = i
		}
	}
	movedTo := moved(a, b, to, from)
	movedFrom := map[int]int{}
	for i, j := range movedTo {
		movedFrom[j] = i
	}
	list := []Block{}
	pair := func(kind string, i, j int) {
		x := Block{Kind: kind, Type: new[j].Type, Old: i, New: j, Before: &old[i], After: &new[j]}
		if a[i].key != b[j].key {
			x.Ops = Texts(Words(&old[i]), Words(&new[j]))
		}
		list = append(list, x)
	}
	i := 0
	removed := func(end int) {
		for ; i < end; i++ {
			if _, elsewhere := movedTo[i]; to[i] < 0 && !elsewhere {
				list = append(list, Block{Kind: "removed", Type: old[i].Type, Old: i, New: -1, Before: &old[i], Ops: Texts(Words(&old[i]), "")})
			}
		}
	}
	for j := range new {
		if was := from[j]; was >= 0 {
			removed(was)
			i = was + 1
			kind := "changed"
			if a[was].key == b[j].key {
				kind = "same"
			}
			pair(kind, was, j)
		} else if was, ok := movedFrom[j]; ok {
			pair("moved", was, j)
		} else {
			list = append(list, Block{Kind: "added", Type: new[j].Type, Old: -1, New: j, After: &new[j], Ops: Texts("", Words(&new[j]))})
		}
	}
	removed(len(old))
	return list
}

// moved finds old blocks that stand elsewhere among the new ones, changed a little or not at all.
func moved(a, b []face, to, from []int) map[int]int {
	out := map[int]int{}
	left := []int{}
	for j := range b {
		if from[j] < 0 && (len(b[j].words) >= 4 || b[j].media != "") {
			left = append(left, j)
		}
	}
	for i := range a {
		if to[i] >= 0 || len(left) == 0 {
			continue
		}
		at, most := -1, carried
		for k, j := range left[:min(len(left), 200)] {
			if l := a[i].like(&b[j]); l >= most && (at < 0 || l > most) {
				at, most = k, l
			}
		}
		if at >= 0 {
			out[i] = left[at]
			left = slices.Delete(left, at, at+1)
		}
	}
	return out
}
