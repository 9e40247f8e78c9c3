package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/render"
	"masthead/internal/search"
)

// resultsPerPage is how many stories a page of results shows; deeper pages than the last are not made.
const (
	resultsPerPage = 20
	mostPages      = 50
)

// search answers a reader's question. It is the one public page that is not kept: there are too many questions.
func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	if m := s.closed(); m != nil {
		return s.close(w, r, *m)
	}
	ctx := r.Context()
	rec := s.View.Record(s.DB.Now())
	site, err := rec.Site(ctx)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(r.URL.RawQuery) > 2000 {
		return &refusal{http.StatusBadRequest}
	}
	lang := r.PathValue("lang")
	if lang != "" && !slices.Contains(site.Languages, lang) {
		return errs.Errorf(errs.NotFound, "no page %s", r.URL.Path)
	}
	v := render.SearchView{Lang: lang, Query: strings.TrimSpace(form.Get("q")), Best: form.Get("sort") == "best", Page: 1}
	if lang == "" {
		lang = site.Languages[0]
	}
	if n, err := strconv.Atoi(form.Get("page")); err == nil && n > 1 {
		v.Page = min(n, mostPages)
	}
	q := search.Parse(v.Query+chosen(form), site)
	o := search.Options{Lang: lang, Sort: search.Newest, Offset: (v.Page - 1) * resultsPerPage, N: resultsPerPage}
	if v.Best {
		o.Sort = search.Best
	}
	found, err := search.Search(ctx, s.DB, q, o)
	if err != nil {
		return err
	}
	show(&v, found, form)
	if found.Total == 0 && v.Query != "" {
		if v.DidYouMean, err = search.Suggest(ctx, s.DB, search.Parse(v.Query, site), lang); err != nil {
			return err
		}
	}
	page, err := s.Render.Search(ctx, rec, v)
	if err != nil {
		return err
	}
	write(w, r, page)
	return nil
}

// chosen writes the form's filters as a query does.
func chosen(form url.Values) string {
	var b strings.Builder
	for param, op := range map[string]string{"section": "section", "in": "in", "type": "kind"} {
		if v := published.MakeSlug(form.Get(param)); v != "" {
			b.WriteString(" " + op + ":" + v)
		}
	}
	if year, err := strconv.Atoi(form.Get("year")); err == nil && year > 1000 && year < 9999 {
		b.WriteString(" after:" + strconv.Itoa(year) + " before:" + strconv.Itoa(year+1))
	}
	return b.String()
}

func show(v *render.SearchView, found search.Results, form url.Values) {
	v.Total, v.More = found.Total, found.More
	v.Pages = min((found.Total+resultsPerPage-1)/resultsPerPage, mostPages)
	for _, h := range found.Hits {
		v.Results = append(v.Results, render.Result{Card: h.Card, Headline: segments(h.Headline), Snippet: segments(h.Snippet)})
	}
	for _, f := range []struct {
		name   string
		counts []search.Count
	}{{"year", found.Years}, {"section", found.Sections}, {"in", found.Regions}, {"type", found.Kinds}} {
		filter := render.Filter{Name: f.name, Chosen: form.Get(f.name)}
		for _, c := range f.counts {
			filter.Options = append(filter.Options, render.FilterOption{Value: c.Value, N: c.N})
		}
		v.Filters = append(v.Filters, filter)
	}
}

func segments(list []search.Segment) []render.Segment {
	out := make([]render.Segment, len(list))
	for i, s := range list {
		out[i] = render.Segment{Text: s.Text, Hit: s.Hit}
	}
	return out
}
