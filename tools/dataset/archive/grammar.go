package archive

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// table is a list of words, the frequent ones first.
type table []string

func split(s string) table {
	seen := map[string]bool{}
	var t table
	for w := range strings.FieldsSeq(s) {
		if !seen[w] {
			seen[w] = true
			t = append(t, w)
		}
	}
	return t
}

func list(s string) table {
	var t table
	for w := range strings.SplitSeq(s, ",") {
		t = append(t, strings.TrimSpace(w))
	}
	return t
}

// zipf draws an index below n: the i-th is drawn about as often as 1/i, as words of a language are.
func zipf(r *rand.Rand, n int) int {
	i := int(math.Exp(r.Float64()*math.Log(float64(n)+1))) - 1
	return min(max(i, 0), n-1)
}

// lexicon is all that the grammar knows of a language.
type lexicon struct {
	slots             map[string]table
	plural, past, ing []string // by the index of noun and verb
	articles          func(noun, adj string, pick int) (the, a string)

	sentences, headlines, standfirsts, headings []pattern
}

// pattern is a sentence with slots.
type pattern []part

type part struct {
	text string // literal text, or the slot's name
	slot bool
	cap  bool // begins with a capital
}

// patterns reads one pattern a line. The first slot of a line gets its capital by itself.
func patterns(text string) []pattern {
	var all []pattern
	for line := range strings.SplitSeq(text, "\n") {
		var p pattern
		for line != "" {
			before, rest, found := strings.Cut(line, "{")
			if before != "" {
				p = append(p, part{text: before})
			}
			if !found {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			name, capital := strings.CutPrefix(name, "cap ")
			p = append(p, part{text: name, slot: true, cap: capital || len(p) == 0})
			line = after
		}
		all = append(all, p)
	}
	return all
}

// writer makes the text of one story. It has a subject: a few nouns and names that come again and again, as they do in
// real copy.
type writer struct {
	*lexicon
	r      *rand.Rand
	place  string
	nouns  []int
	names  []string
	people []string
	year   int
	out    []byte
}

func newWriter(l *lexicon, r *rand.Rand, place string, year int) *writer {
	w := &writer{lexicon: l, r: r, place: place, year: year}
	for range 5 {
		w.nouns = append(w.nouns, r.IntN(len(l.slots["noun"])))
	}
	for range 2 {
		w.names = append(w.names, w.draw("name"))
	}
	for range 3 {
		w.people = append(w.people, w.draw("first")+" "+w.draw("last"))
	}
	return w
}

func (w *writer) draw(slot string) string {
	t := w.slots[slot]
	return t[zipf(w.r, len(t))]
}

func (w *writer) noun() int {
	if w.r.IntN(3) == 0 {
		return w.nouns[w.r.IntN(len(w.nouns))]
	}
	return zipf(w.r, len(w.slots["noun"]))
}

// write appends one pattern with its slots filled.
func (w *writer) write(p pattern) {
	for _, part := range p {
		from := len(w.out)
		if part.slot {
			w.out = append(w.out, w.fill(part.text)...)
		} else {
			w.out = append(w.out, part.text...)
		}
		if part.cap {
			r, n := utf8.DecodeRune(w.out[from:])
			if up := unicode.ToUpper(r); up != r && utf8.RuneLen(up) == n {
				utf8.EncodeRune(w.out[from:], up)
			}
		}
	}
}

func (w *writer) fill(slot string) string {
	switch slot {
	case "the", "a":
		n, adj := w.noun(), ""
		if w.r.IntN(3) == 0 {
			adj = w.draw("adj")
		}
		the, a := w.articles(w.slots["noun"][n], adj, n)
		if slot == "a" {
			return a
		}
		return the
	case "noun":
		return w.slots["noun"][w.noun()]
	case "plural":
		return w.plural[w.noun()]
	case "past":
		return w.past[zipf(w.r, len(w.past))]
	case "ing":
		return w.ing[zipf(w.r, len(w.ing))]
	case "place":
		if w.r.IntN(3) > 0 {
			return w.place
		}
		return w.draw("name")
	case "name":
		if w.r.IntN(2) == 0 {
			return w.names[w.r.IntN(len(w.names))]
		}
	case "person":
		if w.r.IntN(4) > 0 {
			return w.people[w.r.IntN(len(w.people))]
		}
		return w.draw("first") + " " + w.draw("last")
	case "number":
		return strconv.Itoa(2 + int(math.Exp(w.r.Float64()*7)))
	case "small":
		return strconv.Itoa(1 + w.r.IntN(28))
	case "year":
		return strconv.Itoa(w.year - w.r.IntN(30))
	}
	return w.draw(slot)
}

// line returns the text of one pattern of a list.
func (w *writer) line(list []pattern) string {
	w.out = w.out[:0]
	w.write(list[w.r.IntN(len(list))])
	return string(w.out)
}

// paragraph returns a few sentences and how many words they have.
func (w *writer) paragraph(sentences int) (text string, words int) {
	w.out = w.out[:0]
	for i := range sentences {
		if i > 0 {
			w.out = append(w.out, ' ')
		}
		w.write(w.sentences[w.r.IntN(len(w.sentences))])
	}
	for _, c := range w.out {
		if c == ' ' {
			words++
		}
	}
	return string(w.out), words + 1
}

// headline returns a headline of 40 to 100 letters.
func (w *writer) headline() string {
	best := ""
	for range 6 {
		s := w.line(w.headlines)
		if n := utf8.RuneCountInString(s); n >= 40 && n <= 100 {
			return s
		}
		if best == "" || len(s) < len(best) && len(s) >= 40 || len(best) < 40 {
			best = s
		}
	}
	for utf8.RuneCountInString(best) < 40 {
		best += " in " + w.place
	}
	if utf8.RuneCountInString(best) > 100 {
		best = string([]rune(best)[:100])
		best = best[:strings.LastIndexByte(best, ' ')]
	}
	return best
}

// names are the words that no dictionary has: most of the different words of a news archive are such.
type names struct {
	places, placesFR table
	first, firstFR   table
	last, lastFR     table
}

const (
	firstNames   = `Anna James Mary Robert Linda David Susan Michael Karen William Grace Thomas Emma Daniel Olivia Peter Sarah Omar Priya Wei Fatima Ivan Aisha Carlos Yuki Nadia Kofi Ingrid Arjun Mei`
	firstNamesFR = `Amélie Étienne Chloé Gaétan Hélène François Noémie Benoît Geneviève Rémi Joëlle André Zoé Frédéric Mélanie Jérôme Céline Loïc Valérie Gaël`
)

// newNames makes names from syllables, the same ones every time.
func newNames() *names {
	r := rand.New(rand.NewPCG(7, 11))
	make := func(n int, head, middle, tail string) table {
		heads, middles, tails := split(head), split(middle), split(tail)
		seen := map[string]bool{}
		var t table
		for len(t) < n {
			s := heads[r.IntN(len(heads))]
			if r.IntN(3) > 0 {
				s += middles[r.IntN(len(middles))]
			}
			s += tails[r.IntN(len(tails))]
			if !seen[s] {
				seen[s] = true
				t = append(t, s)
			}
		}
		return t
	}
	const head = `Ald Ash Bar Bel Bran Cal Car Cor Dal Dun Ed El Fair Fal Gar Glen Hal Har Hol Ir Kel Ken Kil Lan Lin Mal Mar Nor Oak Or Pem Quin Ran Ros Sal Sel Stan Tal Thorn Tor Ul Van Wal Wes Win Wol Yar Zel`
	const headFR = `Aubi Beau Bel Château Clair Côte Dé Éper Fré Gué Haute Îlet Jol Lé Mont Né Ormé Pré Ré Roche Sé Thé Val Ver Vé`
	n := &names{
		places:   make(5200, head, "a er i o en in u ing ar es", "bury by dale den fell field ford gate ham haven holm hurst land ley low mere minster mont more ness port ridge shaw stead stoke ton vale view ville wick wood worth"),
		last:     make(5200, head, "a er i o en in u al em ov", "son sen man smith ski wright well burn ard ell er kin by ley lock mar ner nov quist rell ridge shaw stad stein stone strom ters th ton vel wald wick yer"),
		placesFR: make(2200, headFR, "a e i o ou ai an in on eau", "court mont ville vallée rive rivière bois champ fort gué lac pré roche source val tour île côte bourg clair"),
		lastFR:   make(2200, headFR, "a e i o ou ai an in on eu", "ard in eau eux et ette ier ière on ot oux ault é lé né ré tier vé zé"),
		first:    split(firstNames), firstFR: split(firstNamesFR),
	}
	n.placesFR = slices.Concat(n.placesFR, n.places[:500])
	return n
}
