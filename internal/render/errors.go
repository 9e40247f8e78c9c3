package render

import (
	"context"
	"html/template"
	"net/url"
	"strings"
	"time"

	"masthead/internal/local/clock"
	"masthead/internal/published"
	"masthead/internal/words"
)

// Failure is what an error page says.
type Failure struct {
	Status    int
	Path      string // that was asked for
	Reference string // of a 500: the words under which the log has it
	Until     time.Time
	Message   string // of a 503: the portal's own words, in the default language
}

// errorPage is a page inside the portal: not found, removed, a wrong request.
type errorPage struct {
	Chrome
	Title   string
	Text    string
	Query   string
	Latest  []Card
	Archive string
	Report  string
	Find    bool
}

// plainPage stands alone: it needs no database, font or script.
type plainPage struct {
	Lang    string
	Name    string
	Style   template.HTML
	Title   string
	Text    []string
	List    string
	Links   []Link
	Contact string
	Urgent  string
}

// Error makes the page of a failure in the portal's look: 404 searches for the words of the address, 410 says
// that a story was removed, others say what their status means. When the database does not answer either, take Plain.
func (r *Renderer) Error(ctx context.Context, rec *published.Recorder, f Failure) (Page, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	c, err := r.chrome(ctx, rec, pathLanguage(site, f.Path), (&url.URL{Path: f.Path}).EscapedPath(), "page")
	if err != nil {
		return Page{}, err
	}
	p := &errorPage{Title: c.t("not_found"), Text: c.t("not_found_text"), Find: true, Query: slugWords(f.Path)}
	switch f.Status {
	case 404:
	case 410:
		p.Title, p.Text = c.t("removed"), or(f.Message, c.t("removed_text"))
	case 405, 400, 413, 431:
		p.Title, p.Text, p.Query = c.t("bad_request"), c.t("bad_request_text"), ""
	default:
		p.Title, p.Text, p.Find = c.t("problem"), c.t("problem_text"), false
	}
	return r.finishError(ctx, c, p, f.Status)
}

func (r *Renderer) finishError(ctx context.Context, c *Chrome, p *errorPage, status int) (Page, error) {
	c.looks = nil // headlines alone
	latest, err := c.rec.List(ctx, published.AllList(c.Lang), published.Cursor{}, 5)
	if err != nil {
		return Page{}, err
	}
	p.Latest, p.Archive = headlines(c.cards(latest)), c.link("/archive")
	if c.site.Contact != "" && status == 404 {
		p.Report = "mailto:" + c.site.Contact + "?subject=" + mailEscape(c.t("broken_link")) + "&body=" + mailEscape(c.origin+c.path)
	}
	c.titled(p.Title, p.Text)
	c.Head.Robots = "noindex"
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	page, err := r.execute(c, tmplError, p)
	page.Status = status
	return page, err
}

// gone is the page of a removed story.
func (r *Renderer) gone(ctx context.Context, rec *published.Recorder, route Route, t *published.Tombstone) (Page, error) {
	page, err := r.Error(ctx, rec, Failure{Status: 410, Path: route.Path(), Message: t.Reason})
	return page, err
}

// pathLanguage is the language of the edition that the address belongs to.
func pathLanguage(site *published.Site, path string) string {
	seg, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if lang, ok := siteLanguage(site, seg); ok {
		return lang
	}
	return site.Languages[0]
}

// slugWords turns the last part of an address into words to search for.
func slugWords(path string) string {
	path = strings.TrimSuffix(path, "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	if s, err := url.PathUnescape(last); err == nil {
		last = s
	}
	last, _, _ = strings.Cut(last, ".")
	var keep []string
	for _, w := range strings.FieldsFunc(last, func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == '+' }) {
		if strings.ContainsAny(w, "0123456789") || len(w) < 3 || len(keep) == 8 {
			continue
		}
		keep = append(keep, w)
	}
	return strings.Join(keep, " ")
}

// Plain makes a page that needs nothing: 500, and 503 with the headlines that were last known. site may be nil.
func (r *Renderer) Plain(site *published.Site, f Failure, headlines []published.Card) (Page, error) {
	if site == nil {
		site = &published.Site{Name: "Masthead", Languages: []string{"en"}}
	}
	lang := pathLanguage(site, f.Path)
	w := words.For(lang)
	th := r.theme.Theme()
	sheet := th.Style("lite", "")
	p := &plainPage{Lang: locale(lang), Name: site.Name, Style: sheet.HTML, Contact: site.Contact}
	switch f.Status {
	case 503:
		p.Title = w.T("unavailable")
		if f.Message != "" {
			p.Text = append(p.Text, f.Message)
		}
		if f.Until.IsZero() {
			p.Text = append(p.Text, w.T("unavailable_text"))
		} else {
			at := f.Until.In(site.Location())
			p.Text = append(p.Text, w.T("unavailable_until", clock.ShortTime(at, lang)+" "+clock.Zone(at, lang), clock.LongDate(at, lang)))
		}
		p.Urgent = w.T("emergency")
	default:
		p.Title = w.T("problem_site")
		p.Text = []string{w.T("problem_text")}
		if f.Reference != "" {
			p.Text = append(p.Text, w.T("reference", f.Reference))
		}
	}
	for _, k := range headlines {
		p.Links = append(p.Links, Link{Text: k.Headline, Href: "/lite" + k.Path()})
	}
	if len(headlines) > 0 {
		at := headlines[0].Published
		for _, k := range headlines {
			at = later(at, k.Published)
		}
		p.List = w.T("saved_headlines", clock.Stamp(at.In(site.Location()), lang))
	}
	c := &Chrome{Lang: lang, Locale: locale(lang), theme: th, sheet: sheet, bare: true}
	page, err := r.execute(c, tmplPlain, p)
	page.Status = f.Status
	return page, err
}
