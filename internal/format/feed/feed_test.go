package feed_test

import (
	"encoding/json"
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/format/feed"
)

// fact is one file's entry in expected.json.
type fact struct {
	Format      string
	Title       string
	Link        string
	Self        string
	FeedURL     string `json:"feed_url"`
	ID          string
	Language    string
	Description string
	Updated     when
	Built       when
	ItemCount   *int     `json:"item_count"`
	Authors     []string `json:"authors"`
	Items       []itemFact
	HTTPHeaders []string     `json:"http_headers"`
	SourceTests []sourceTest `json:"source_tests"`
}

type when struct{ Raw, UTC string }

type itemFact struct {
	ID, Title, Link   string
	IDIsPermalink     string `json:"id_is_permalink"`
	Published         when
	Updated           when
	Author            string
	Authors           []*string
	Categories        []*string
	Tags              []string
	DescriptionStart  string `json:"description_start"`
	DescriptionHTML   bool   `json:"description_has_html"`
	SummaryStart      string `json:"summary_start"`
	ContentStart      string `json:"content_start"`
	ContentChars      int    `json:"content_chars"`
	ContentSrc        string `json:"content_src"`
	ExternalURL       string `json:"external_url"`
	Enclosures, Media []mediaFact
	Attachments       []mediaFact
}

type mediaFact struct{ URL, Type, Length, Width, Height, Medium string }

type sourceTest struct {
	Path string
	Is   any
}

// unmet lists the expected facts that are deliberately not met, by file and fact, with the reason.
var unmet = map[string]string{
	"blogs/AmazonWebServicesBlog.xml item 0 title":   "the reader of the facts lost the ampersand",
	"blogs/AmazonWebServicesBlog.xml item 0 content": "the reader of the facts lost the brackets of the markup",
	"blogs/AmazonWebServicesBlog.xml item 1 content": "the reader of the facts lost the brackets of the markup",
	"blogs/AmazonWebServicesBlog.xml item 2 content": "the reader of the facts lost the brackets of the markup",
	"blogs/TypePadNews.xml item 1 summary":           "the reader of the facts lost the ampersand",
	"blogs/TypePadNews.xml item 1 content":           "the reader of the facts lost the ampersand",
	"odd/AtomFeedWithSpacesAroundEquals.xml id":      "the reader of the facts lost the ampersand",
	"odd/gofeed-issue_305_bare_ampersand.xml title":  "the reader of the facts lost what the entities stand for",
	"blogs/natasha.xml item 1 content_chars":         "a script's address without scheme was made absolute: six characters more",
	"blogs/rssparser-craigslist.rss item 0 title":    "titles are plain text: HTML entities resolved, tags removed",
	"blogs/rssparser-craigslist.rss item 1 title":    "titles are plain text: HTML entities resolved",
	"blogs/rssparser-craigslist.rss item 2 title":    "titles are plain text: HTML entities resolved, tags removed",
	"blogs/rssparser-gulp-atom.atom item 0 link":     "a relative link is made absolute",
	"blogs/rssparser-gulp-atom.atom item 1 link":     "a relative link is made absolute",
	"blogs/rssparser-gulp-atom.atom item 2 link":     "a relative link is made absolute",
}

var tag = regexp.MustCompile(`(?s)<!--.*?-->|</?[a-zA-Z][^>]*>`)

// words reduces a fragment to its text, as the facts state it.
func words(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(s, " "))), " ")
}

func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

// letters leaves only what the reader of the facts and this package cannot differ in: no white space.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }

func facts(t testing.TB) map[string]fact {
	b, err := os.ReadFile(fixture.Data(t, "feeds", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]fact
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// header returns the value of one of the HTTP headers of a case.
func (f fact) header(name string) string {
	for _, h := range f.HTTPHeaders {
		if k, v, ok := strings.Cut(h, ":"); ok && strings.EqualFold(k, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func TestExpectedFacts(t *testing.T) {
	all := facts(t)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	met, used := 0, map[string]bool{}
	for _, name := range names {
		f := all[name]
		check := func(what, got, want string) {
			t.Helper()
			key := name + " " + what
			if got == want {
				met++
				return
			}
			if unmet[key] != "" {
				used[key] = true
				return
			}
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
		b, err := os.ReadFile(fixture.Data(t, "feeds", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := feed.Parse(b, f.header("Content-type"), "")
		if reason, bad := refused[name]; bad {
			if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: got error %v, want Invalid with %q", name, err, reason)
			}
			met++
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkFeed(check, got, f)
		for i, want := range f.Items {
			if i >= len(got.Items) {
				t.Errorf("%s: only %d items", name, len(got.Items))
				break
			}
			checkItem(func(what, g, w string) {
				check("item "+string(rune('0'+i))+" "+what, g, w)
			}, got.Items[i], want)
		}
	}
	for key := range unmet {
		if !used[key] {
			t.Errorf("%s is listed as unmet, but is met or not expected", key)
		}
	}
	t.Logf("%d facts met, %d deliberately not", met, len(unmet))
}

// refused are the files that are no feed or hold no complete item, with a part of the reason.
var refused = map[string]string{
	"blogs/DuplicateContentAtomFeed.xml":              "HTML page",
	"blogs/rss_2.0_invalid_1.xml":                     "no complete item",
	"jsonfeed/gofeed-invalid.json":                    "JSON is broken",
	"micro/encoding__bozo_invalid-bytes-with-bom.xml": "not UTF-8",
	"micro/illformed__chardet__big5.xml":              "names no other encoding",
	"micro/illformed__chardet__euckr.xml":             "names no other encoding",
	"micro/illformed__chardet__gb2312.xml":            "names no other encoding",
	"micro/illformed__chardet__koi8r.xml":             "names no other encoding",
	"micro/illformed__chardet__shiftjis.xml":          "names no other encoding",
	"micro/illformed__chardet__tis620.xml":            "names no other encoding",
	"micro/illformed__chardet__windows1255.xml":       "names no other encoding",
	"odd/rssparser-unrecognized.rss":                  "HTML page",
	"odd/gofeed-unknown_feed.xml":                     "<note>",
	"odd/gofeed-empty_feed.xml":                       "empty",
	"opml/Subs.opml":                                  "OPML",
	"micro/illformed__aaa_illformed.xml":              "no complete item",
	"micro/illformed__rss_empty_document.xml":         "no XML element",
}

type checker func(what, got, want string)

func checkFeed(check checker, got *feed.Feed, f fact) {
	stated := func(what, got, want string) {
		if want != "" {
			check(what, got, want)
		}
	}
	format := f.Format
	switch format {
	case "rdf":
		format = "rss 1.0"
	case "rss ?":
		format = "rss"
	case "atom 0.3/other":
		format = "atom 1.0"
	case "json", "jsonfeed":
		format = ""
	}
	stated("format", got.Format, format)
	stated("title", got.Title, squash(f.Title))
	stated("link", got.Link, f.Link)
	stated("self", got.Self, f.Self)
	stated("feed_url", got.Self, f.FeedURL)
	stated("language", got.Language, f.Language)
	if strings.HasPrefix(f.Format, "atom") {
		stated("id", got.ID, f.ID)
	}
	if _, _, cut := strings.Cut(f.Description, "…"); f.Description != "" {
		g, w := got.Description, squash(f.Description)
		if tag.MatchString(w) {
			w = words(w)
		}
		if cut && strings.HasSuffix(w, "…") {
			w = strings.TrimSuffix(w, "…")
			g = g[:min(len(g), len(w))]
		}
		stated("description", g, w)
	}
	built := f.Updated
	if built.Raw == "" {
		built = f.Built
	}
	checkDate(stated, "updated", got.Updated, built)
	if f.ItemCount != nil {
		check("items", itoa(len(got.Items)), itoa(*f.ItemCount))
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func checkDate(stated checker, what string, got feed.Date, want when) {
	stated(what+" raw", got.Raw, squash(want.Raw))
	if want.UTC != "" {
		stated(what, got.Time.Truncate(time.Second).Format(time.RFC3339), want.UTC)
	}
}

func checkItem(check checker, got feed.Item, f itemFact) {
	stated := func(what, got, want string) {
		if want != "" {
			check(what, got, want)
		}
	}
	stated("title", squash(got.Title), squash(f.Title))
	stated("id", got.GUID, f.ID)
	stated("link", got.Link, f.Link)
	stated("external", got.External, f.ExternalURL)
	stated("content_src", got.ContentURL, f.ContentSrc)
	checkDate(stated, "published", got.Published, f.Published)
	checkDate(stated, "updated", got.Updated, f.Updated)
	start := func(what, html, want string) {
		if want == "" {
			return
		}
		g, w := letters(words(html)), letters(want)
		check(what, g[:min(len(g), len(w))], w)
	}
	start("description", got.Summary, f.DescriptionStart)
	if f.DescriptionHTML {
		check("description_has_html", itoa(strings.Count(tag.FindString(got.Summary), "<")), "1")
	}
	start("summary", got.Summary, f.SummaryStart)
	start("content", got.Content, f.ContentStart)
	if f.ContentChars > 0 {
		check("content_chars", itoa(len([]rune(got.Content))), itoa(f.ContentChars))
	}
	if f.Author != "" {
		g := ""
		for _, a := range got.Authors {
			if g = a.Name; f.Author == a.Email+" ("+a.Name+")" || f.Author == a.Name+" "+a.URI+" "+a.Email || a.Name == "" && f.Author == a.Email {
				g = f.Author
			}
			if g == squash(f.Author) {
				break
			}
		}
		check("author", g, squash(f.Author))
	}
	var authors, wantAuthors, terms, wantTerms []string
	for _, a := range f.Authors {
		if a != nil {
			wantAuthors = append(wantAuthors, *a)
		}
	}
	for _, a := range got.Authors {
		if a.Name == "" {
			a.Name = a.Email
		}
		authors = append(authors, a.Name)
	}
	if len(wantAuthors) > 0 {
		check("authors", strings.Join(authors, "|"), strings.Join(wantAuthors, "|"))
	}
	for _, c := range got.Categories {
		terms = append(terms, c.Term)
	}
	for _, c := range f.Categories {
		if c != nil {
			wantTerms = append(wantTerms, squash(*c))
		}
	}
	wantTerms = append(wantTerms, f.Tags...)
	if len(wantTerms) > 0 {
		if len(wantTerms) == 8 { // the facts list no more
			terms = terms[:min(len(terms), 8)]
		}
		check("categories", strings.Join(terms, "|"), strings.Join(wantTerms, "|"))
	}
	checkMedia(check, got.Media, slices.Concat(f.Enclosures, f.Media, f.Attachments))
}

// checkMedia finds every expected object among the item's by address; width, height and length as far as stated.
func checkMedia(check checker, got []feed.Media, want []mediaFact) {
	for _, w := range want {
		if w.URL == "" {
			continue
		}
		at := slices.IndexFunc(got, func(m feed.Media) bool { return m.URL == w.URL })
		if at < 0 {
			at = slices.IndexFunc(got, func(m feed.Media) bool { return m.Thumbnail == w.URL })
			if at < 0 {
				check("media", "", w.URL)
			}
			continue
		}
		m := got[at]
		for _, p := range [][3]string{
			{"type", m.Type, w.Type}, {"medium", m.Medium, w.Medium}, {"length", itoa(int(m.Length)), w.Length},
			{"width", itoa(m.Width), w.Width}, {"height", itoa(m.Height), w.Height},
		} {
			if p[2] != "" {
				check("media "+p[0], p[1], p[2])
			}
		}
	}
}
