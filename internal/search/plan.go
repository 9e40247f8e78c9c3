package search

import (
	"strings"
	"time"

	"masthead/internal/db"
)

// plan is a query in the tokens of one language: a story matches that has every sequence of have, one
// alternative of every group, no sequence of not and no alternative of without.
type plan struct {
	have     [][]string // one token, or several in a row
	groups   []group
	not      [][]string
	without  group
	from, to int64 // numbers of documents: from inclusive, to exclusive
}

// group holds alternatives, each of them tags that a story must all have.
type group [][]string

// lastNumber is above the number of every document.
const lastNumber = 1 << 62

// planOf translates a query. The second result is false if nothing searchable is asked for: no words but those
// that stand in every story.
func planOf(q Query, l language) (plan, bool) {
	p := plan{from: 0, to: lastNumber}
	for _, t := range q.Terms {
		s := l.tokens(t.Text)
		s = s[:min(len(s), maxPhrase)]
		if len(s) == 0 {
			continue
		}
		if t.Not {
			p.not = append(p.not, s)
		} else {
			p.have = append(p.have, s)
		}
	}
	asked := len(p.have)+len(p.not) > 0
	byOp := map[string]group{}
	for _, f := range q.Filters {
		choices := choicesOf(f, l)
		asked = true
		switch {
		case f.Not:
			p.without = append(p.without, choices...)
		case len(choices) > 0:
			byOp[f.Op] = append(byOp[f.Op], choices...)
		}
	}
	for _, op := range []string{"section", "in", "kind", "by"} {
		if g := byOp[op]; len(g) > 0 {
			p.groups = append(p.groups, g)
		}
	}
	if len(p.have)+len(p.groups) == 0 {
		p.groups = []group{{{l.tag(tagAny, "")}}}
	}
	if !q.After.IsZero() {
		p.from = number(q.After)
	}
	if !q.Before.IsZero() {
		p.to = number(q.Before)
	}
	return p, asked || !q.After.IsZero() || !q.Before.IsZero()
}

// number returns the lowest number that a story published at t can have.
func number(t time.Time) int64 { return max(0, t.Unix()) * second }

func choicesOf(f Filter, l language) group {
	kind := map[string]string{"section": tagSection, "in": tagRegion, "kind": tagKind}[f.Op]
	if kind != "" {
		var g group
		for _, s := range f.Slugs {
			g = append(g, []string{l.tag(kind, s)})
		}
		return g
	}
	if f.Op != "by" {
		return nil
	}
	var all []string
	for w := range words(f.Value) {
		if len(all) < maxPhrase {
			all = append(all, l.tag(tagBy, w.folded))
		}
	}
	if len(all) == 0 {
		all = []string{l.tag(tagBy, "")}
	}
	return group{all}
}

// tier says where the words of a match stand. Every tier holds the ones above it.
type tier int

const (
	inHead tier = iota // all in the headline
	inLede             // all in headline, standfirst, people, topics
	inAll              // anywhere
)

// syntax is how an engine writes a search expression. Tokens are letters, digits and underscores, which
// Entry and plan alone make, so there is nothing to escape.
type syntax struct {
	and, or, row string
	quote        string // around tokens, or around a whole row
	quoteRow     bool
}

var (
	fts5    = syntax{and: " AND ", or: " OR ", row: " ", quote: `"`, quoteRow: true}
	tsquery = syntax{and: " & ", or: " | ", row: " <-> ", quote: "'"}
)

func (x syntax) sequence(tokens []string) string {
	if x.quoteRow {
		return x.quote + strings.Join(tokens, x.row) + x.quote
	}
	list := make([]string, len(tokens))
	for i, t := range tokens {
		list[i] = x.quote + t + x.quote
	}
	return "(" + strings.Join(list, x.row) + ")"
}

func (x syntax) join(op string, list [][]string) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = x.sequence(s)
	}
	return strings.Join(parts, op)
}

func (x syntax) group(g group) string {
	choices := make([]string, len(g))
	for i, tags := range g {
		single := make([]string, len(tags))
		for j, t := range tags {
			single[j] = x.quote + t + x.quote
		}
		choices[i] = "(" + strings.Join(single, x.and) + ")"
	}
	return strings.Join(choices, x.or)
}

// expression returns the plan as the engine's search expression. On PostgreSQL the tier is a column of its own
// (see narrow), here it is part of the expression.
func (p plan) expression(d db.Dialect, t tier) string {
	x := fts5
	if d == db.Postgres {
		x = tsquery
	}
	var must []string
	if len(p.have) > 0 {
		have := "(" + x.join(x.and, p.have) + ")"
		if d == db.SQLite {
			have = [...]string{"{head} : ", "{head lede} : ", "{head lede body} : "}[t] + have
		}
		must = append(must, have)
	}
	for _, g := range p.groups {
		must = append(must, "("+x.group(g)+")")
	}
	var not []string
	if len(p.not) > 0 {
		not = append(not, x.join(x.or, p.not))
	}
	if len(p.without) > 0 {
		not = append(not, x.group(p.without))
	}
	text := strings.Join(must, x.and)
	if len(not) == 0 {
		return text
	}
	if d == db.Postgres {
		return text + " & !(" + strings.Join(not, x.or) + ")"
	}
	return "(" + text + ") NOT (" + strings.Join(not, x.or) + ")"
}

// narrow returns what the words must be found by in the column of a tier on PostgreSQL.
func (p plan) narrow() string { return tsquery.join(tsquery.and, p.have) }
