package feed_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"masthead/internal/fixture"
	"masthead/internal/format/feed"
)

// differs lists the facts of the micro cases that are deliberately read otherwise, with the reason.
var differs = map[string]string{
	"micro/wellformed__rss__item_description_and_summary.xml entries/0/content/0/value": "a summary is not the content",
	"micro/wellformed__namespace__rss2.0svg5.xml entries/0/description":                 "markup is kept as written, attributes in their order",
	"micro/wellformed__namespace__rss2.0xlink.xml entries/0/description":                "markup is kept as written, attributes in their order",
	"micro/wellformed__namespace__rss2.0mathml.xml entries/0/description":               "markup is kept as written, attributes in their order",
	"micro/wellformed__atom10__entry_title_inline_markup_2.xml entries/0/title":         "a title is plain text: the tag's name stands in it",
	"micro/wellformed__lang__http_content_language.xml feed/language":                   "the HTTP Content-Language header is the caller's",
	"micro/wellformed__base__http_feed_tagline_inline_base_docuri.xml feed/tagline":     "a feed's description is plain text",
	"micro/encoding__http_text_xml_qs.xml encoding":                                     "text/xml without charset is UTF-8 (RFC 7303)",
	"micro/encoding__http_text_atom_xml_default.xml encoding":                           "text/xml without charset is UTF-8 (RFC 7303)",
}

// unmodelled are the ends of paths that Feed has no place for.
var unmodelled = []string{
	"bozo", "hreflang", "rights", "rights_detail/value", "publisher_detail/name", "copyright_detail/language", "guidislink",
	"generator_detail/href", "rel", "links/0", "links/1", "subtitle", "subtitle_detail/value", "title_detail/type", "created",
	"where/type", "where/coordinates/0", "count(entries/0/links)", "license/type",
}

// TestSourceTests checks what the micro cases' own tests expect, as far as Feed states it.
func TestSourceTests(t *testing.T) {
	met, skipped, used := 0, 0, map[string]bool{}
	for name, f := range facts(t) {
		if _, bad := refused[name]; bad || len(f.SourceTests) == 0 {
			continue
		}
		b, err := os.ReadFile(fixture.Data(t, "feeds", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := feed.Parse(b, f.header("Content-type"), "http://127.0.0.1:8097/base/"+name[len("micro/"):])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, st := range f.SourceTests {
			value, ok := at(got, st.Path)
			if !ok {
				skipped++
				if !slices.ContainsFunc(unmodelled, func(end string) bool { return strings.HasSuffix(st.Path, end) }) &&
					!strings.Contains(st.Path, "contributors") && !strings.Contains(st.Path, "source/tags") && !strings.Contains(st.Path, "media_") {
					t.Errorf("%s: no rule for %s", name, st.Path)
				}
				continue
			}
			want, isText := st.Is.(string)
			if !isText {
				j, _ := json.Marshal(st.Is)
				want = string(j)
			}
			if st.Path == "encoding" && (want == "us-ascii" || want == "iso-8859-1") && value == "windows-1252" {
				want = value // what those labels mean (WHATWG Encoding)
			}
			key := name + " " + st.Path
			switch {
			case strings.TrimSpace(value) == want || strings.EqualFold(value, want) && st.Path == "encoding":
				met++
			case differs[key] != "":
				used[key] = true
			default:
				t.Errorf("%s: got %q, want %q", key, value, want)
			}
		}
	}
	for key := range differs {
		if !used[key] {
			t.Errorf("%s is listed as different, but is not", key)
		}
	}
	t.Logf("%d facts met, %d deliberately not, %d of things that a Feed does not hold", met, len(differs), skipped)
}

// at returns what a path of the source project names.
func at(f *feed.Feed, path string) (string, bool) {
	switch path {
	case "encoding":
		return f.Charset, true
	case "feed/title":
		return f.Title, true
	case "feed/language":
		return f.Language, true
	case "feed/tagline":
		return f.Description, true
	}
	rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.TrimSuffix(path, ")"), "count("), "entries/0/")
	if !ok || len(f.Items) == 0 {
		return "", false
	}
	it := f.Items[0]
	switch rest {
	case "title":
		return it.Title, true
	case "link":
		return it.Link, true
	case "description", "summary":
		return it.Summary, true
	case "content/0/value":
		return it.Content, true
	case "content/0/language":
		return it.Language, true
	case "published":
		return it.Published.Raw, true
	case "updated_parsed":
		u := it.Updated.Time
		j, _ := json.Marshal([]int{u.Year(), int(u.Month()), u.Day(), u.Hour(), u.Minute(), u.Second(),
			(int(u.Weekday()) + 6) % 7, u.YearDay(), 0})
		return string(j), true
	case "created":
		return it.Published.Time.Format(time.RFC3339), true
	case "category":
		rest = "tags/0/term"
	case "tags":
		return strconv.Itoa(len(it.Categories)), true
	case "source/title":
		return it.Source.Title, true
	case "media_thumbnail/0/url":
		return it.Media[0].URL, true
	case "media_player/url":
		return it.Media[0].Player, true
	}
	if who, ok := strings.CutPrefix(rest, "author"); ok && len(it.Authors) > 0 {
		switch who {
		case "":
			return it.Authors[0].Name, true
		case "_detail/name":
			return it.Authors[0].Name, true
		case "_detail/email":
			return it.Authors[0].Email, true
		}
	}
	if src, ok := strings.CutPrefix(rest, "source/author"); ok {
		a := it.Source.Authors
		switch src {
		case "":
			return fmt.Sprintf("%s (%s)", a[0].Name, a[0].Email), true
		case "_detail/url", "s/0/url":
			return a[0].URI, true
		case "s/1/url":
			return a[1].URI, true
		}
	}
	var n int
	var field string
	if _, err := fmt.Sscanf(rest, "tags/%d/%s", &n, &field); err == nil && n < len(it.Categories) {
		c := it.Categories[n]
		return map[string]string{"term": c.Term, "label": c.Label, "scheme": c.Scheme}[field], true
	}
	if _, err := fmt.Sscanf(rest, "enclosures/%d/%s", &n, &field); err == nil && n < len(it.Media) {
		m := it.Media[n]
		return map[string]string{"url": m.URL, "type": m.Type, "length": strconv.FormatInt(m.Length, 10)}[field], true
	}
	if rest == "source/links/0/href" {
		return it.Source.Link, true
	}
	return "", false
}
