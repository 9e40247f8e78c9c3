package media

import "strings"

// repeats counts what a drawing draws. An element that refers to another draws that one again, with all it refers to: a
// dozen lines can make billions of shapes.
type repeats struct {
	root *drawn
	open []*drawn          // the root, and the elements that are open
	byID map[string]*drawn // the first of each id, which is the one that is meant
}

// drawn is an element with an id, or the whole drawing.
type drawn struct {
	own     int // elements in it that are in none of inner
	inner   []*drawn
	refers  []string // ids that it refers to
	total   int      // once it is counted
	counted bool
}

func newRepeats() *repeats {
	root := &drawn{}
	return &repeats{root, []*drawn{root}, map[string]*drawn{}}
}

// begin and end go along with an element that has these attributes.
func (r *repeats) begin(attrs map[string]string) {
	in := r.open[len(r.open)-1]
	if id := attrs["id"]; id != "" {
		e := &drawn{}
		in.inner = append(in.inner, e)
		if r.byID[id] == nil {
			r.byID[id] = e
		}
		in = e
	}
	in.own++
	for name, v := range attrs {
		if id, ok := strings.CutPrefix(strings.TrimSpace(v), "#"); ok && name == "href" {
			in.refers = append(in.refers, id)
		}
		for _, m := range cssURL.FindAllStringSubmatch(v, -1) {
			in.refers = append(in.refers, strings.TrimPrefix(m[1], "#"))
		}
	}
	r.open = append(r.open, in)
}

func (r *repeats) end() { r.open = r.open[:len(r.open)-1] }

// count returns how many elements are drawn, or some number above maxSVGDrawn.
func (r *repeats) count() int { return r.of(r.root) }

func (r *repeats) of(e *drawn) int {
	if e == nil {
		return 0
	}
	if e.counted { // one that refers to itself is still at zero: browsers do not draw it
		return e.total
	}
	e.counted = true
	total := e.own
	for _, in := range e.inner {
		total = min(total+r.of(in), maxSVGDrawn+1)
	}
	for _, id := range e.refers {
		total = min(total+r.of(r.byID[id]), maxSVGDrawn+1)
	}
	e.total = total
	return total
}
