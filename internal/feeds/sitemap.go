package feeds

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"masthead/internal/published"
)

// The limits of the sitemap protocol 0.9 and of Google's news sitemaps.
const (
	MaxURLs       = 50_000
	MaxNews       = 1_000
	maxSitemap    = 50 << 20
	NewsWindow    = 48 * time.Hour
	closeOfURLSet = "</urlset>\n"
)

// SitemapFile is one sitemap that the index names.
type SitemapFile struct {
	Loc      string
	Modified time.Time // zero: unknown
}

// SitemapIndex writes the list of sitemaps; those past the 50,000th are left out.
func SitemapIndex(files []SitemapFile) []byte {
	w := newXML()
	w.start("sitemapindex", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")
	for _, f := range files[:min(len(files), MaxURLs)] {
		w.start("sitemap")
		w.text("loc", f.Loc)
		w.text("lastmod", atomTime(f.Modified))
		w.end()
	}
	w.end()
	return w.Bytes()
}

// SitemapURL is one page of a sitemap.
type SitemapURL struct {
	Loc        string
	Modified   time.Time
	Images     []string    // absolute URLs
	Alternates []Alternate // the page in each language, itself included
}

// Alternate is a page in another language.
type Alternate struct{ Language, URL string }

// SitemapURLOf makes the entry of a story.
func SitemapURLOf(l published.Link, site *published.Site, origin string) SitemapURL {
	return SitemapURL{
		Loc:      StoryAddress(origin, l.Section, l.Slug, l.ID),
		Modified: latest(l.Published, l.Modified),
	}
}

// Sitemap writes as many of the pages, in their order, as one file may hold (50,000 and 50 MiB) and returns how
// many those are; the rest belongs in the next file.
func Sitemap(pages []SitemapURL) (file []byte, written int) {
	w := newXML()
	w.start("urlset", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9",
		"xmlns:image", "http://www.google.com/schemas/sitemap-image/1.1", "xmlns:xhtml", "http://www.w3.org/1999/xhtml")
	for _, p := range pages[:min(len(pages), MaxURLs)] {
		before := w.Len()
		w.sitemapURL(p)
		if w.Len()+len(closeOfURLSet) > maxSitemap {
			w.Truncate(before)
			break
		}
		written++
	}
	w.end()
	return w.Bytes(), written
}

func (w *xmlWriter) sitemapURL(p SitemapURL) {
	w.start("url")
	w.text("loc", p.Loc)
	w.text("lastmod", atomTime(p.Modified))
	for _, a := range p.Alternates {
		w.empty("xhtml:link", "rel", "alternate", "hreflang", a.Language, "href", a.URL)
	}
	for _, i := range p.Images[:min(len(p.Images), 1000)] {
		w.start("image:image")
		w.text("image:loc", i)
		w.end()
	}
	w.end()
}

// News is one story of a news sitemap.
type News struct {
	Loc       string
	Language  string
	Title     string
	Published time.Time
}

// NewsOf makes the entry of a story.
func NewsOf(l published.Link, site *published.Site, origin string) News {
	return News{StoryAddress(origin, l.Section, l.Slug, l.ID), l.Language, l.Headline, l.Published}
}

// NewsSitemap writes the stories of the 48 hours before now, newest first, at most 1,000, by Google's news
// schema 0.9. publication is the site's name; what it has in parentheses is left out, as Google asks.
func NewsSitemap(publication string, list []News, now time.Time) []byte {
	fresh := slices.DeleteFunc(slices.Clone(list), func(n News) bool {
		return n.Published.After(now) || n.Published.Before(now.Add(-NewsWindow)) || n.Title == ""
	})
	slices.SortStableFunc(fresh, func(a, b News) int { return b.Published.Compare(a.Published) })
	name := withoutParentheses(publication)
	w := newXML()
	w.start("urlset", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9")
	for _, n := range fresh[:min(len(fresh), MaxNews)] {
		w.start("url")
		w.text("loc", n.Loc)
		w.start("news:news")
		w.start("news:publication")
		w.text("news:name", name)
		w.text("news:language", n.Language)
		w.end()
		w.text("news:publication_date", atomTime(n.Published))
		w.text("news:title", n.Title)
		w.end()
		w.end()
	}
	w.end()
	return w.Bytes()
}

func withoutParentheses(s string) string {
	var b bytes.Buffer
	depth := 0
	for _, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(0, depth-1)
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
