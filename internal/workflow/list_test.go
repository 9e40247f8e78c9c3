package workflow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// listed returns the headlines of a list, read in pages of two, and holds the number beside it to them.
func (r room) listed(q workflow.Query) (heads []string) {
	r.Helper()
	q.Limit = 2
	for {
		l, err := r.List(r.Context(), ben, q)
		if err != nil {
			r.Fatal(err)
		}
		for _, row := range l.Rows {
			heads = append(heads, row.Headline)
		}
		if q.Cursor = l.Next; q.Cursor == "" {
			break
		}
	}
	n, err := r.Counts(r.Context(), ben, q)
	if err != nil || n[0] != len(heads) {
		r.Errorf("counted %v, %v; listed %d", n, err, len(heads))
	}
	return heads
}

func TestListChoosesAndPages(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		insertAccount(r, "ben", "Ben Achak")
		at := func(headline string, change func(*published.Story)) *workflow.Story {
			*r.now = r.now.Add(time.Minute)
			c := clean(headline)
			change(&c)
			return r.create(amina, c)
		}
		same := func(*published.Story) {}
		at("Élan dans la vallée", func(c *published.Story) { c.Regions = nil })
		at("beta", func(c *published.Story) { c.Section, c.Regions = "sports", []string{"red-deer"} })
		ready := at("Gamma 100% sure", func(c *published.Story) { c.Kind = "video" })
		live := r.publish(at("Delta", same))
		changed := r.publish(at("Alpha", same))
		r.save(amina, changed, func(c *published.Story) { c.Kicker = "New" })
		gone := at("Spiked", same)
		for i, due := range []int{3, 1, 2} {
			s := at(fmt.Sprintf("Waits %d", i), same)
			if _, err := r.Publish(ctx, paul, s.ID, workflow.Publication{At: noon.Add(time.Duration(due) * 24 * time.Hour), Embargo: i == 1}); err != nil {
				r.Fatal(err)
			}
		}
		state, spiked, who := content.Ready, content.Spiked, "ben"
		if o, err := r.Edit(ctx, rosa, []workflow.Edit{{ID: ready.ID, State: &state, Assignee: &who}, {ID: gone.ID, State: &spiked}}); err != nil || len(o.Failed) > 0 {
			r.Fatal(o, err)
		}
		no := false
		all := []string{"Gamma 100% sure", "Waits 2", "Waits 1", "Waits 0", "Alpha", "Delta", "beta", "Élan dans la vallée"}
		for name, c := range map[string]struct {
			q    workflow.Query
			want []string
		}{
			"all but the bin":      {workflow.Query{}, all},
			"the bin":              {workflow.Query{State: []string{"spiked"}}, []string{"Spiked"}},
			"live, changed or not": {workflow.Query{State: []string{"live"}}, []string{"Alpha", "Delta"}},
			"both, each once":      {workflow.Query{State: []string{"changed", "live"}}, []string{"Alpha", "Delta"}},
			"changed":              {workflow.Query{State: []string{"changed"}}, []string{"Alpha"}},
			"a section":            {workflow.Query{Section: "sports"}, []string{"beta"}},
			"two filters":          {workflow.Query{Section: "world", State: []string{"draft"}}, []string{"Élan dans la vallée"}},
			"a region":             {workflow.Query{Region: "red-deer"}, []string{"beta"}},
			"part of a region":     {workflow.Query{Region: "red"}, nil},
			"mine":                 {workflow.Query{Mine: "ben"}, []string{"Gamma 100% sure"}},
			"mine, both ways":      {workflow.Query{Mine: "amina", State: []string{"draft", "ready"}}, []string{"Gamma 100% sure", "beta", "Élan dans la vallée"}},
			"of somebody":          {workflow.Query{Assignee: "ben"}, []string{"Gamma 100% sure"}},
			"of nobody":            {workflow.Query{Assignee: "none"}, nil},
			"kind":                 {workflow.Query{Kind: "video"}, []string{"Gamma 100% sure"}},
			"without a picture":    {workflow.Query{Picture: &no, Section: "sports"}, []string{"beta"}},
			"today":                {workflow.Query{Today: true}, []string{"Alpha", "Delta"}},
			"words in any order":   {workflow.Query{Text: "vallee ÉLAN"}, []string{"Élan dans la vallée"}},
			"a sign":               {workflow.Query{Text: "100%"}, []string{"Gamma 100% sure"}},
			"no letters":           {workflow.Query{Text: "%"}, []string{"Gamma 100% sure"}},
			"an id":                {workflow.Query{Text: live.ID}, []string{"Delta"}},
			"by moment":            {workflow.Query{Sort: "due"}, []string{"Waits 1", "Waits 2", "Waits 0"}},
			"by moment, states":    {workflow.Query{Sort: "due", State: []string{"scheduled", "embargoed"}}, []string{"Waits 1", "Waits 2", "Waits 0"}},
			"from":                 {workflow.Query{From: r.now.Add(0)}, []string{"Gamma 100% sure", "Waits 2"}},
			"until":                {workflow.Query{To: noon.Add(2 * time.Minute)}, []string{"Élan dans la vallée"}},
			"by headline":          {workflow.Query{Sort: "headline"}, []string{"Alpha", "Delta", "Gamma 100% sure", "Waits 0", "Waits 1", "Waits 2", "beta", "Élan dans la vallée"}},
			"by headline, states":  {workflow.Query{Sort: "headline", State: []string{"live", "draft", "ready"}}, []string{"Alpha", "Delta", "Gamma 100% sure", "beta", "Élan dans la vallée"}},
		} {
			got := r.listed(c.q)
			if name == "all but the bin" || name == "from" { // some were changed in the same instant
				slices.Sort(got)
				c.want = slices.Sorted(slices.Values(c.want))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				r.Errorf("%s: (-want +got)\n%s", name, diff)
			}
		}
		for _, q := range []workflow.Query{{Sort: "random"}, {Cursor: "x"}, {Cursor: "x.?"}} {
			if _, err := r.List(ctx, ben, q); !errs.Is(err, errs.Invalid) {
				r.Errorf("%+v: %v", q, err)
			}
		}
		long := strings.Repeat("word ", 500)
		if got := r.listed(workflow.Query{Text: long}); got != nil {
			r.Errorf("many words: %v", got)
		}
	})
}
