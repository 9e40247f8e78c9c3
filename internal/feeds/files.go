package feeds

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"masthead/internal/published"
)

// Robots writes robots.txt (RFC 9309): everything that is news may be read. The site's own lines are paths
// ("/drafts/") or names of crawlers that shall stay away altogether ("ExampleBot").
func Robots(site *published.Site, origin string) []byte {
	var b bytes.Buffer
	var agents []string
	b.WriteString("User-agent: *\n")
	for _, lang := range site.Languages {
		prefix := ""
		if lang != site.Languages[0] {
			prefix = "/" + lang
		}
		b.WriteString("Disallow: " + prefix + "/search\n")
	}
	for _, path := range []string{"/_/", "/account/", "/newsroom/"} {
		b.WriteString("Disallow: " + path + "\n")
	}
	for _, line := range site.RobotsDisallow {
		line = oneLine(line)
		if strings.HasPrefix(line, "/") || strings.HasPrefix(line, "*") {
			b.WriteString("Disallow: " + line + "\n")
		} else if line != "" {
			agents = append(agents, line)
		}
	}
	for _, a := range agents {
		b.WriteString("\nUser-agent: " + a + "\nDisallow: /\n")
	}
	b.WriteString("\nSitemap: " + origin + "/sitemap.xml\nSitemap: " + origin + "/sitemap-news.xml\n")
	return b.Bytes()
}

// AdsTxt writes ads.txt (IAB ads.txt 1.1) from its records, nil when there are none: then there is no such file.
func AdsTxt(records []string) []byte {
	var b bytes.Buffer
	for _, r := range records {
		if r = oneLine(r); r != "" {
			b.WriteString(r + "\n")
		}
	}
	return b.Bytes()
}

// oneLine keeps a setting from adding lines of its own.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s))
}

// Icon is a file of the site's icon. Size is its edge in pixels, 0 for SVG; Purpose is "", "any" or "maskable".
type Icon struct {
	URL     string
	Type    string
	Size    int
	Purpose string
}

type manifest struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	ShortName   string         `json:"short_name"`
	Description string         `json:"description,omitempty"`
	Lang        string         `json:"lang"`
	StartURL    string         `json:"start_url"`
	Scope       string         `json:"scope"`
	Display     string         `json:"display"`
	Background  string         `json:"background_color"`
	Theme       string         `json:"theme_color"`
	Icons       []manifestIcon `json:"icons,omitempty"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Type    string `json:"type"`
	Sizes   string `json:"sizes"`
	Purpose string `json:"purpose,omitempty"`
}

// Accent is the default accent, Spruce.
const Accent = "#0B5563"

// Manifest writes the web app manifest.
func Manifest(site *published.Site, icons []Icon) []byte {
	lang := "en"
	if len(site.Languages) > 0 {
		lang = site.Languages[0]
	}
	m := manifest{
		ID: "/", Name: site.Name, ShortName: shortName(site.Name), Description: named(site.Tagline, lang, ""), Lang: lang,
		StartURL: "/", Scope: "/", Display: "minimal-ui", Background: "#FFFFFF", Theme: accent(site),
	}
	for _, i := range icons {
		sizes := "any"
		if i.Size > 0 {
			sizes = number(i.Size) + "x" + number(i.Size)
		}
		m.Icons = append(m.Icons, manifestIcon{i.URL, i.Type, sizes, i.Purpose})
	}
	return plainJSON(m)
}

func accent(site *published.Site) string {
	if site.Accent == "" {
		return Accent
	}
	return site.Accent
}

// shortName is what fits under an icon: the name up to 12 characters, else its first word, else its beginning.
func shortName(name string) string {
	if utf8.RuneCountInString(name) > 12 {
		name, _, _ = strings.Cut(name, " ")
	}
	return cut(name, 12)
}

// cut returns at most n characters.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// OpenSearch writes the search description (OpenSearch 1.1) of the site in a language, for browsers' search
// boxes. self is the document's own address.
func OpenSearch(site *published.Site, origin, lang, self string, icons []Icon) []byte {
	w := newXML()
	w.start("OpenSearchDescription", "xmlns", "http://a9.com/-/spec/opensearch/1.1/")
	w.text("ShortName", cut(site.Name, 16))
	w.text("LongName", cut(site.Name, 48))
	w.text("Description", cut(named(site.Tagline, lang, site.Name), 1024))
	if strings.Contains(site.Contact, "@") {
		w.text("Contact", site.Contact)
	}
	w.empty("Url", "type", "text/html", "method", "get", "template", Address(site, origin, lang, "/search")+"?q={searchTerms}")
	w.empty("Url", "type", "application/opensearchdescription+xml", "rel", "self", "template", self)
	for _, i := range icons {
		if i.Purpose != "maskable" && i.Size > 0 {
			w.text("Image", absolute(origin, i.URL), "width", number(i.Size), "height", number(i.Size), "type", i.Type)
		}
	}
	w.text("Language", lang)
	w.text("InputEncoding", "UTF-8")
	w.text("OutputEncoding", "UTF-8")
	w.end()
	return w.Bytes()
}
