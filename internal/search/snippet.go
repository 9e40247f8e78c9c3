package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"masthead/internal/published"
)

// How much text a snippet shows, and how much of it stands before the first word that was asked for. In bytes;
// cuts are made between words.
const (
	snippetLength = 220
	snippetBefore = 60
)

// maxMarks bounds the places looked at in one text.
const maxMarks = 200

// marker finds in real text what a plan asks for.
type marker struct {
	lang language
	have [][]string
}

// place is where a sequence stands in a text.
type place struct {
	start, end int
	sequence   int // which one
}

// placed is an indexed word of a text.
type placed struct {
	token      string // "" if its first letter already says that it cannot be one of those looked for
	start, end int
}

// places returns where the sequences stand in a text, in order.
func (m marker) places(text string) []place {
	if len(m.have) == 0 {
		return nil
	}
	var list []placed
	for w := range words(text) {
		if m.lang.stop(w.folded) {
			continue
		}
		p := placed{start: w.start, end: w.end}
		if m.possible(w.folded) {
			p.token = m.lang.token(w.folded)
		}
		list = append(list, p)
	}
	var found []place
	for i := range list {
		if list[i].token == "" {
			continue
		}
		for n, s := range m.have {
			if stands(list[i:], s) {
				found = append(found, place{list[i].start, list[i+len(s)-1].end, n})
			}
		}
		if len(found) >= maxMarks {
			break
		}
	}
	return found
}

// possible compares first letters, which no stemmer changes: stemming every word of every text on a page
// would cost more than all the rest.
func (m marker) possible(folded string) bool {
	for _, s := range m.have {
		for _, t := range s {
			if t[len(m.lang.code)+1] == folded[0] {
				return true
			}
		}
	}
	return false
}

func stands(list []placed, sequence []string) bool {
	if len(list) < len(sequence) {
		return false
	}
	for i, t := range sequence {
		if list[i].token != t {
			return false
		}
	}
	return true
}

// mark returns the whole text in segments.
func (m marker) mark(text string) []Segment { return cut(text, 0, len(text), m.places(text)) }

// snippet returns the stretch of a story that has the most of what was asked for, the first of equals: standfirst
// and body are looked through. Without any it is their beginning.
func (m marker) snippet(s *published.Story) []Segment {
	texts := fieldsOf(s).body
	if s.Standfirst != "" {
		texts = append([]string{s.Standfirst}, texts...)
	} else if s.Dateline != "" && len(texts) > 1 {
		texts = texts[1:] // the dateline says too little to stand alone
	}
	if len(texts) == 0 {
		return nil
	}
	best, bestText, bestPlaces, bestScore := 0, texts[0], []place(nil), 0
	for _, text := range texts {
		places := m.places(text)
		for i := range places {
			if n := distinct(places[i:]); n > bestScore {
				best, bestText, bestPlaces, bestScore = i, text, places, n
			}
		}
		if bestScore == len(m.have) {
			break
		}
	}
	from := 0
	if bestScore > 0 && bestPlaces[best].end > snippetLength {
		from = bestPlaces[best].start - snippetBefore
	}
	return around(bestText, from, bestPlaces)
}

// distinct counts the sequences that begin within a snippet's length of the first place.
func distinct(places []place) int {
	var seen uint64
	n := 0
	for _, p := range places {
		if p.end > places[0].start+snippetLength-snippetBefore && n > 0 {
			break
		}
		if bit := uint64(1) << (p.sequence % 64); seen&bit == 0 {
			seen |= bit
			n++
		}
	}
	return n
}

const ellipsis = "…"

// around cuts a snippet that begins near from, and says where text was left out.
func around(text string, from int, places []place) []Segment {
	start, end := boundaryAfter(text, min(from, len(text)-snippetLength)), len(text)
	if len(text)-start > snippetLength {
		end = boundaryBefore(text, start, start+snippetLength)
	}
	list := cut(text, start, end, places)
	if len(list) == 0 {
		return nil
	}
	if start > 0 {
		list = slices.Insert(list, 0, Segment{Text: ellipsis + " "})
	}
	if end < len(text) {
		list = append(list, Segment{Text: " " + ellipsis})
	}
	return joined(list)
}

// boundaryAfter returns the beginning of the first sentence soon after n, else of the first word, else n itself
// (on a character).
func boundaryAfter(text string, n int) int {
	if n <= 0 {
		return 0
	}
	if i := strings.Index(text[n-1:min(len(text), n+snippetBefore)], ". "); i >= 0 {
		return n + i + 1
	}
	if i := strings.IndexByte(text[n-1:min(len(text), n+snippetBefore)], ' '); i >= 0 {
		return n + i
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// boundaryBefore returns the end of the last whole word before n.
func boundaryBefore(text string, start, n int) int {
	if i := strings.LastIndexByte(text[start+snippetLength/2:n+1], ' '); i >= 0 {
		return start + snippetLength/2 + i
	}
	for n > start && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// cut returns text[start:end] in segments. Places may overlap.
func cut(text string, start, end int, places []place) []Segment {
	var list []Segment
	at := start
	for _, p := range places {
		from, to := max(p.start, at), min(p.end, end)
		if from >= to {
			continue
		}
		if from > at {
			list = append(list, Segment{Text: text[at:from]})
		}
		list = append(list, Segment{Text: text[from:to], Hit: true})
		at = to
	}
	if at < end {
		list = append(list, Segment{Text: text[at:end]})
	}
	return joined(list)
}

// joined merges neighbours of the same sort.
func joined(list []Segment) []Segment {
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && out[n-1].Hit == s.Hit {
			out[n-1].Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}
