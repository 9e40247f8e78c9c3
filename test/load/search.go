package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// searches measures the search page with a mix of questions.
func searches(ctx context.Context, o options) error {
	p, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer p.stop()
	pick, err := newPicker(ctx, p.DB(), o.seed)
	if err != nil {
		return err
	}
	t := times{}
	for i := range o.n {
		q, err := question(ctx, pick, i)
		if err != nil {
			return err
		}
		work, began := processorTime(), time.Now()
		status, text := p.get(q.path)
		spent := time.Since(began)
		t.add("processor time of all", processorTime()-work)
		if status != http.StatusOK || text == "" {
			return fmt.Errorf("page %s answers %d", q.path, status)
		}
		t.add(q.kind, spent)
		t.add("all", spent)
	}
	return t.print(os.Stdout)
}

// Words of the invented archive by how many stories have them.
var (
	everywhere = []string{"people", "city", "year", "plan", "report", "government", "said", "Monday"}
	frequent   = []string{"hospital", "election", "bridge", "farmer", "storm", "teacher", "budget", "glacier"}
	rare       = []string{"kayak", "carver", "quilt", "sprint", "rower", "paddle", "touchdown", "jersey"}
	places     = []string{"calgary", "edmonton", "toronto", "vancouver"}
)

// question returns the i-th question of the mix: what readers type, the cheap and the dear.
func question(ctx context.Context, p *picker, i int) (page, error) {
	any := func(list []string) string { return list[p.r.IntN(len(list))] }
	headline, err := p.headline(ctx)
	if err != nil {
		return page{}, err
	}
	words := strings.Fields(strings.Map(func(r rune) rune {
		if r == ',' || r == '.' || r == ':' {
			return -1
		}
		return r
	}, headline))
	name := words[len(words)-1]
	ask := func(kind, q string, more ...string) (page, error) {
		return page{kind, "/search?" + strings.Join(append(more, "q="+url.QueryEscape(q)), "&")}, nil
	}
	switch i % 12 {
	case 0:
		return ask("a word of half of all stories", any(everywhere))
	case 1:
		return ask("a frequent word", any(frequent))
	case 2:
		return ask("a rare word", any(rare))
	case 3:
		return ask("a name", name)
	case 4:
		return ask("two words", any(frequent)+" "+any(rare))
	case 5:
		return ask("two words of many stories", any(everywhere)+" "+any(everywhere))
	case 6:
		return ask("a phrase", `"`+words[0]+" "+words[min(1, len(words)-1)]+`"`)
	case 7:
		return ask("words by merit", any(everywhere)+" "+any(frequent), "sort=best")
	case 8:
		return ask("a word in a section and a year", any(frequent)+" section:business after:2024-01-01 before:2025-01-01")
	case 9:
		return ask("a word in a region without another", any(everywhere)+" in:"+any(places)+" -"+any(frequent))
	case 10:
		return ask("a misspelled word", "qu"+any(frequent)[1:]+"x")
	}
	q := []string{"école", "hôpital", "rivière", "élection", "été", "neige"}
	return page{"a French word", "/fr/search?q=" + url.QueryEscape(any(q))}, nil
}
