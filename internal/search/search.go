// Package search finds published stories for readers. It owns the index, which is written in the transaction that
// publishes, the query language, and the snippets; it must not know the working copy, HTTP or how results look.
//
// Words are brought to their stems in Go (English and French; other languages by their folded form), so SQLite's
// FTS5 and PostgreSQL's text search see the same tokens and find the same stories. A search stays within one
// language: every token carries it. Accents, case and apostrophes do not count; the commonest function words are
// neither indexed nor searched.
//
// Work is bounded for words that stand in half of all stories. Results are read from the newest backwards and
// only as far as the page needs; the newest 1,000 matches are counted and ranked. Best match does
// not weigh one story against another: those that have all words in the headline come first, then those that have
// them in headline, standfirst, people and topics, then the rest, each newest first. What is not bounded is a
// conjunction of very common words that hardly ever meet (a phrase of two of them): it reads both lists.
package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/packed"
	"masthead/internal/published"
)

// Cap is how many matches, the newest, are counted, put in order of merit and paged through.
const Cap = 1_000

// maxPage bounds the results of one page.
const maxPage = 100

// Sort is the order of results.
type Sort string

// The orders. Newest is by first publication.
const (
	Newest Sort = "newest"
	Best   Sort = "best"
)

// Options say which part of the results to return.
type Options struct {
	Lang      string // the language of the page: only stories in it are found
	Sort      Sort   // anything but Best is Newest
	Offset, N int    // skip Offset results, return at most N (1 to 100)
}

// Results is one page of what was found.
type Results struct {
	Hits  []Hit
	Total int  // matches; the newest Cap if More
	More  bool // there are more than Total
	Facets
}

// Facets count the matches that Total counts, most first, years newest first. A story in two regions counts in
// both. Years are those of UTC.
type Facets struct {
	Sections, Regions, Kinds, Years []Count
}

// Count is how many matches have a value.
type Count struct {
	Value string
	N     int
}

// Hit is one story that was found.
type Hit struct {
	Card     published.Card
	Headline []Segment // the card's headline
	Snippet  []Segment // from the text; its beginning if the words stand elsewhere
}

// Segment is a stretch of text, with Hit where it is what was asked for.
type Segment struct {
	Text string
	Hit  bool
}

// Search answers a query. An empty query, or one of nothing but words that are not searched, finds nothing.
func Search(ctx context.Context, d *db.DB, q Query, o Options) (r Results, err error) {
	defer errs.Wrap(&err, "search")
	l := languageOf(o.Lang)
	p, ok := planOf(q, l)
	if !ok {
		return r, nil
	}
	o.N = min(max(o.N, 1), maxPage)
	o.Offset = max(o.Offset, 0)
	groups, err := selectFacets(ctx, d, p, Cap+1)
	if err != nil {
		return r, err
	}
	r.Total, r.Facets = countFacets(groups)
	if r.Total > Cap {
		r.Total, r.More = Cap, true
	}
	p.within(groups)
	numbers, err := page(ctx, d, p, o, r.Total)
	if err != nil {
		return r, err
	}
	for _, n := range numbers {
		h, found, err := hit(ctx, d, n, l, p.have)
		if err != nil {
			return r, fmt.Errorf("result %d: %w", n, err)
		}
		if found {
			r.Hits = append(r.Hits, h)
		}
	}
	return r, nil
}

// within narrows the plan to the stretch where the counted matches are, so that nothing reads beyond it again.
func (p *plan) within(list []facetCount) {
	lowest, highest := p.to, p.from-1
	for _, c := range list {
		lowest, highest = min(lowest, c.lowest), max(highest, c.highest)
	}
	p.from, p.to = lowest, highest+1
}

// page returns the numbers of the documents on a page.
func page(ctx context.Context, d *db.DB, p plan, o Options, total int) ([]int64, error) {
	if o.Sort != Best || len(p.have) == 0 {
		if o.Offset >= total {
			return nil, nil
		}
		return selectNumbers(ctx, d, p, inAll, o.N, o.Offset)
	}
	want := o.Offset + o.N
	if o.Offset >= total {
		return nil, nil
	}
	var list []int64
	seen := make(map[int64]bool, want)
	for t := inHead; t <= inAll && len(list) < want; t++ {
		// The tier holds what the tiers above it gave: ask for as many more.
		numbers, err := selectNumbers(ctx, d, p, t, want, 0)
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			if !seen[n] && len(list) < want {
				seen[n] = true
				list = append(list, n)
			}
		}
	}
	return list[min(o.Offset, len(list)):], nil
}

// hit reads what a page shows of a story. It reports false for a story that was removed meanwhile.
func hit(ctx context.Context, d *db.DB, number int64, l language, have [][]string) (h Hit, found bool, err error) {
	card, body, found, err := selectHit(ctx, d, number)
	if err != nil || !found {
		return h, false, err
	}
	if err := json.Unmarshal([]byte(card), &h.Card); err != nil {
		return h, false, fmt.Errorf("card: %w", err)
	}
	var s published.Story
	if err := packed.Read(body, &s); err != nil {
		return h, false, fmt.Errorf("snapshot: %w", err)
	}
	m := marker{l, have}
	h.Headline = m.mark(h.Card.Headline)
	h.Snippet = m.snippet(&s)
	return h, true, nil
}

// facetCount is how many of the counted matches share a facets text.
type facetCount struct {
	facets          string
	n               int
	lowest, highest int64 // of their numbers
}

func countFacets(list []facetCount) (total int, f Facets) {
	var section, kind, year, region = map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range list {
		total += c.n
		part := strings.SplitN(c.facets, "|", 4)
		if len(part) != 4 {
			continue
		}
		section[part[0]] += c.n
		kind[part[1]] += c.n
		year[part[2]] += c.n
		for r := range strings.SplitSeq(part[3], ",") {
			region[r] += c.n
		}
	}
	f = Facets{Sections: counts(section), Regions: counts(region), Kinds: counts(kind), Years: counts(year)}
	slices.SortFunc(f.Years, func(a, b Count) int {
		x, _ := strconv.Atoi(a.Value)
		y, _ := strconv.Atoi(b.Value)
		return y - x
	})
	return total, f
}

func counts(m map[string]int) []Count {
	list := make([]Count, 0, len(m))
	for v, n := range m {
		if v != "" {
			list = append(list, Count{v, n})
		}
	}
	slices.SortFunc(list, func(a, b Count) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Value, b.Value)
	})
	return list
}
