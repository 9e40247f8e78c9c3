package render

import (
	"context"
	"net/url"

	"masthead/internal/local/clock"
	"masthead/internal/published"
)

// SearchView is what a reader asked and what was found. Values of filters are as they stand in the address.
type SearchView struct {
	Lang       string // language prefix; "" is the site's default
	Query      string // as typed
	Best       bool   // best match first; else newest first
	Total      int
	More       bool // there are more than Total
	Results    []Result
	Filters    []Filter
	DidYouMean string // another spelling; "" for none
	Page       int    // from 1
	Pages      int
	ReadOnly   bool
}

// Result is one story that was found.
type Result struct {
	Card     published.Card
	Headline []Segment
	Snippet  []Segment
}

// Segment is a stretch of text; Hit is what was asked for.
type Segment struct {
	Text string
	Hit  bool
}

// Filter is one of section, place, kind, year: its values with counts, and which one is chosen.
type Filter struct {
	Name    string // of the parameter: section, in, type, year
	Chosen  string
	Options []FilterOption
}

// FilterOption is a value that matches have. Text may be empty: then render names the value.
type FilterOption struct {
	Value, Text string
	N           int
}

type searchPage struct {
	Chrome
	Title, Query string
	Action       string
	Best         bool
	Count        string
	Results      []result
	Filters      []filter
	Chips        []Link // remove this filter
	Open         int    // filters that are on
	Suggest      *Link
	Nothing      string
	Latest       []Card
	Newer, Older string
	Help         bool
}

type result struct {
	Card
	Marked, Snippet []Segment
	Section         Link
}

type filter struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

// Search makes the page of results. It is for one reader and not to be cached.
func (r *Renderer) Search(ctx context.Context, rec *published.Recorder, v SearchView) (Page, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	lang, ok := siteLanguage(site, v.Lang)
	if !ok {
		lang = site.Languages[0]
	}
	c, err := r.chrome(ctx, rec, lang, langPath(site, lang, "/search"), "page")
	if err != nil {
		return Page{}, err
	}
	c.looks = nil // results are words alone
	p := &searchPage{Title: c.t("search"), Query: v.Query, Action: c.Search, Best: v.Best, Help: v.Query == ""}
	for _, f := range v.Results {
		k := result{Card: c.card(f.Card), Marked: f.Headline, Snippet: f.Snippet,
			Section: Link{Text: c.sectionName(f.Card.Section), Href: c.link("/" + f.Card.Section)}}
		if len(k.Marked) == 0 {
			k.Marked = []Segment{{Text: f.Card.Headline}}
		}
		p.Results = append(p.Results, k)
	}
	c.filters(p, v)
	switch {
	case v.Query == "":
	case v.Total == 0:
		p.Nothing = c.t("search_nothing", v.Query)
	case v.More:
		p.Count = c.t("results_more", clock.Number(v.Total, lang), v.Query)
	default:
		p.Count = c.t("results", v.Total, v.Query)
	}
	if v.DidYouMean != "" {
		p.Suggest = &Link{Text: v.DidYouMean, Href: c.Search + "?" + url.Values{"q": {v.DidYouMean}}.Encode()}
	}
	if v.Page > 1 {
		p.Newer = c.searchAt(v, "", v.Page-1)
	}
	if v.Page < v.Pages {
		p.Older = c.searchAt(v, "", v.Page+1)
	}
	if len(p.Results) == 0 {
		latest, err := rec.List(ctx, published.AllList(lang), published.Cursor{}, 5)
		if err != nil {
			return Page{}, err
		}
		p.Latest = headlines(c.cards(latest))
	}
	title := p.Title
	if v.Query != "" {
		title = c.t("search_title", v.Query)
	}
	c.titled(title, c.t("search_about", c.Name))
	c.Head.Robots = "noindex, follow"
	if v.Query != "" {
		c.Head.Canonical = c.origin + c.searchAt(v, "", v.Page)
	}
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	page, err := r.execute(c, tmplSearch, p)
	return page, err
}

// searchAt is the address of the same search on another page, or without one filter.
func (c *Chrome) searchAt(v SearchView, without string, page int) string {
	q := url.Values{"q": {v.Query}}
	for _, f := range v.Filters {
		if f.Chosen != "" && f.Name != without {
			q.Set(f.Name, f.Chosen)
		}
	}
	if v.Best {
		q.Set("sort", "best")
	}
	if page > 1 {
		q.Set("page", clock.Decimal(float64(page), 0, "fr"))
	}
	return c.Search + "?" + q.Encode()
}

func (c *Chrome) filters(p *searchPage, v SearchView) {
	for _, f := range v.Filters {
		out := filter{Name: f.Name, Label: c.t("filter_" + f.Name)}
		for _, o := range f.Options {
			name := o.Text
			if name == "" {
				name = c.filterName(f.Name, o.Value)
			}
			out.Options = append(out.Options, option{Value: o.Value, Text: name + " (" + clock.Number(o.N, c.Lang) + ")", Chosen: o.Value == f.Chosen})
		}
		if f.Chosen != "" {
			p.Open++
			p.Chips = append(p.Chips, Link{Text: c.filterName(f.Name, f.Chosen), Href: c.searchAt(v, f.Name, 1)})
		}
		p.Filters = append(p.Filters, out)
	}
}

func (c *Chrome) filterName(filter, value string) string {
	switch filter {
	case "section":
		return c.sectionName(value)
	case "in":
		if r := c.site.Region(value); r != nil {
			return regionName(*r, c.Lang)
		}
	case "type":
		if s, err := c.words.Text("kind_" + value); err == nil {
			return s
		}
	}
	return value
}
