package search

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"masthead/internal/published"
)

// What of a query is read; the rest is ignored.
const (
	maxText    = 500 // bytes
	maxTerms   = 16  // terms and filters together
	maxPhrase  = 12  // words of one term
	maxChoices = 64  // slugs of one filter
)

// Query is what a reader asked for. The zero value asks for nothing.
type Query struct {
	Text          string // as it was read
	Terms         []Term
	Filters       []Filter
	After, Before time.Time // published at After or later, earlier than Before; zero: no bound
}

// Term is a word, or words in this order, that a story must have or (Not) must not have.
type Term struct {
	Text   string
	Phrase bool // in quotes
	Not    bool

	start, end int // in Query.Text
}

// Filter is an operator with its value. Filters of one operator are alternatives.
type Filter struct {
	Op    string   // section, in, by, kind, before, after
	Value string   // as typed, without quotes
	Slugs []string // section, in, kind: what the value stands for; sub-sections and regions of a province included
	Not   bool

	start, end int
}

// Empty reports whether nothing is asked for.
func (q Query) Empty() bool { return len(q.Terms) == 0 && len(q.Filters) == 0 }

// Without returns the query's text without one of its filters, for a link that removes it.
func (q Query) Without(f Filter) string {
	if f.start < 0 || f.end > len(q.Text) || f.start > f.end {
		return q.Text
	}
	return strings.TrimSpace(strings.TrimSpace(q.Text[:f.start]) + " " + strings.TrimSpace(q.Text[f.end:]))
}

// Parse reads a query: words, "phrases", -word and -"phrase", and the operators section:world, in:calgary,
// by:okafor (or by:"amina okafor"), kind:video, after:2024-11 (from its beginning on) and before:2024-11-22
// (until its beginning, in the newsroom's zone). Nothing is an error: an unknown operator is words.
// Site may be nil.
func Parse(text string, site *published.Site) Query {
	if site == nil {
		site = new(published.Site)
	}
	p := parser{text: tidy(text), site: site}
	p.query.Text = p.text
	for p.next() && len(p.query.Terms)+len(p.query.Filters) < maxTerms {
		p.part()
	}
	return p.query
}

// tidy makes the text one line of valid characters with plain quotes, of bounded length.
func tidy(text string) string {
	if len(text) > 4*maxText {
		text = text[:4*maxText]
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '“' || r == '”' || r == '„' || r == '«' || r == '»':
			return '"'
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError:
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	if len(text) > maxText {
		n := maxText
		for !utf8.RuneStart(text[n]) {
			n--
		}
		text = text[:n]
	}
	return strings.TrimSpace(text)
}

type parser struct {
	text  string
	pos   int
	site  *published.Site
	query Query
}

// next goes to the next part of the text.
func (p *parser) next() bool {
	for p.pos < len(p.text) && p.text[p.pos] == ' ' {
		p.pos++
	}
	return p.pos < len(p.text)
}

// part reads one term or filter.
func (p *parser) part() {
	start := p.pos
	not := p.text[p.pos] == '-' && p.pos+1 < len(p.text) && p.text[p.pos+1] != ' ' && p.text[p.pos+1] != '-'
	if not {
		p.pos++
	}
	begin := p.pos
	value, quoted := p.value()
	if op, rest, found := strings.Cut(value, ":"); found && !quoted {
		colon := begin + len(op) + 1
		if rest == "" && colon < len(p.text) && p.text[colon] == '"' {
			p.pos = colon
			rest, _ = p.value()
		}
		if p.filter(Filter{Op: strings.ToLower(op), Value: strings.TrimSpace(rest), Not: not, start: start, end: p.pos}) {
			return
		}
		if p.pos != begin+len(value) {
			p.pos = begin + len(value) // the quoted text is a phrase of its own
		}
	}
	if strings.ContainsFunc(value, inWord) {
		p.query.Terms = append(p.query.Terms, Term{Text: strings.TrimSpace(value), Phrase: quoted, Not: not, start: start, end: p.pos})
	}
}

// value reads up to the closing quote, or else up to the next space or quote.
func (p *parser) value() (value string, quoted bool) {
	if p.text[p.pos] == '"' {
		p.pos++
		value = p.text[p.pos:]
		if n := strings.IndexByte(value, '"'); n >= 0 {
			value = value[:n]
			p.pos++
		}
		p.pos += len(value)
		return value, true
	}
	value = p.text[p.pos:]
	if n := strings.IndexAny(value, ` "`); n >= 0 {
		value = value[:n]
	}
	p.pos += len(value)
	return value, false
}

// filter keeps a filter whose operator and value are understood.
func (p *parser) filter(f Filter) bool {
	if !strings.ContainsFunc(f.Value, inWord) {
		return false
	}
	q := &p.query
	switch f.Op {
	case "section":
		f.Slugs = sectionSlugs(p.site, f.Value)
	case "in":
		f.Slugs = regionSlugs(p.site, f.Value)
	case "kind":
		f.Slugs = []string{strings.ToLower(f.Value)}
	case "by":
	case "after", "before":
		t, ok := day(f.Value, p.site.Location())
		if !ok || f.Not {
			return false
		}
		if f.Op == "after" && (q.After.IsZero() || t.After(q.After)) {
			q.After = t
		}
		if f.Op == "before" && (q.Before.IsZero() || t.Before(q.Before)) {
			q.Before = t
		}
	default:
		return false
	}
	q.Filters = append(q.Filters, f)
	return true
}

// day reads 2024, 2024-11 or 2024-11-22.
func day(s string, zone *time.Location) (time.Time, bool) {
	if len(s) > 10 {
		return time.Time{}, false
	}
	part := strings.Split(s, "-")
	date := [3]int{1, 1, 1}
	if len(part) > len(date) {
		return time.Time{}, false
	}
	for i, d := range part {
		n, err := strconv.Atoi(d)
		if err != nil || n < 1 {
			return time.Time{}, false
		}
		date[i] = n
	}
	t := time.Date(date[0], time.Month(date[1]), date[2], 0, 0, 0, 0, zone)
	if date[0] < 1600 || date[0] > 2999 || int(t.Month()) != date[1] || t.Day() != date[2] {
		return time.Time{}, false
	}
	return t, true
}

// same reports whether a typed value means a name: case, accents and hyphens aside.
func same(value, name string) bool { return name != "" && key(value) == key(name) }

func key(s string) string {
	var b strings.Builder
	for w := range words(s) {
		b.WriteString(w.folded)
		b.WriteByte(' ')
	}
	return b.String()
}

// sectionSlugs returns the section that a value names and those below it; the value itself if there is none.
func sectionSlugs(site *published.Site, value string) []string {
	slugs := []string{}
	for _, s := range site.Sections {
		if len(slugs) == 0 && (same(value, s.Slug) || slices.ContainsFunc(values(s.Name), func(n string) bool { return same(value, n) })) {
			slugs = append(slugs, s.Slug)
		}
	}
	if len(slugs) == 0 {
		return []string{strings.ToLower(value)}
	}
	for i := 0; i < len(slugs) && len(slugs) < maxChoices; i++ {
		for _, s := range site.Sections {
			if s.Parent == slugs[i] && !slices.Contains(slugs, s.Slug) {
				slugs = append(slugs, s.Slug)
			}
		}
	}
	return slugs[:min(len(slugs), maxChoices)]
}

func values(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// regionSlugs returns the region that a value names, or all those of a province; the value itself if there is
// neither.
func regionSlugs(site *published.Site, value string) []string {
	var slugs, province []string
	for _, r := range site.Regions {
		if same(value, r.Slug) || same(value, r.Name) || same(value, r.NameFR) {
			slugs = append(slugs, r.Slug)
		}
		if same(value, r.Province) || same(value, r.ProvinceFR) || same(value, r.Abbrev) {
			province = append(province, r.Slug)
		}
	}
	if len(slugs) == 0 {
		slugs = province
	}
	if len(slugs) == 0 {
		return []string{strings.ToLower(value)}
	}
	return slugs[:min(len(slugs), maxChoices)]
}
