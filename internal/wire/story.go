package wire

import (
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"masthead/internal/doc"
	"masthead/internal/format/ninjs"
	"masthead/internal/published"
)

// Limits of what goes into a story; the item keeps the whole.
const (
	maxHeadline   = 300 // bytes
	maxStandfirst = 1000
	maxTopics     = 8
	stand         = 90 // bytes of text that stand in for a headline
)

// storyOf makes a story of an item and its document. The texts come out as they are, with these exceptions: wire
// marks behind a headline, "By" before a byline, and a dateline that the item states again as one. note says what
// had to be made up, "" if nothing.
func storyOf(it *ninjs.Item, body doc.Node, o Options, site *published.Site) (s published.Story, note string) {
	s = published.Story{
		Kind: "story", Language: languageOf(it.Language, site), Section: sectionOf(it, o, site),
		Headline: clip(headlineOf(it), maxHeadline), Source: providerOf(it), Rights: rightsOf(it),
		Topics: topicsOf(it),
	}
	if o.Region != "" {
		s.Regions = []string{o.Region}
	}
	s.Bylines = bylinesOf(it.By, s.Source)
	s.Dateline, s.Body = takeDateline(withoutByline(withoutHeadline(body, s.Headline), it.By), it.Located)
	text := doc.FirstParagraph(s.Body)
	if text == "" {
		text = doc.Text(s.Body)
	}
	if s.Headline == "" {
		if s.Headline = clip(oneLine(text), stand); s.Headline != "" {
			note = "without a headline: the first words of the text stand in for it"
		}
	}
	s.Standfirst = standfirstOf(it, s.Headline, text)
	s.Slug = published.MakeSlug(slugWords(it.Slugline))
	if len(s.Slug) < 8 || !strings.Contains(s.Slug, "-") {
		s.Slug = published.MakeSlug(s.Headline)
	}
	return s, note
}

// bodyOf reads the item's text into a document.
func bodyOf(it *ninjs.Item) doc.Node {
	b, ok := it.Body()
	if !ok {
		return doc.Node{Type: "doc"}
	}
	text := b.Value
	switch b.ContentType {
	case "text/html", "application/xhtml+xml", "application/nitf+xml":
	default:
		if b.ContentType == "text/plain" || !strings.Contains(text, "</p>") {
			text = paragraphs(text)
		}
	}
	d, _ := doc.FromHTML(text, doc.HTMLOptions{})
	return d
}

// paragraphs writes plain text as HTML: an empty line, or an indented new line, begins a paragraph; in text without
// either, every line is one.
func paragraphs(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	sep := "\n\n"
	if !strings.Contains(text, sep) {
		sep = "\n"
	}
	var b strings.Builder
	for p := range strings.SplitSeq(text, sep) {
		if strings.TrimSpace(p) == "" {
			continue
		}
		b.WriteString("<p>")
		b.WriteString(html.EscapeString(p))
		b.WriteString("</p>")
	}
	return b.String()
}

// languageOf returns the primary tag; the site's first language if there is none.
func languageOf(tag string, site *published.Site) string {
	t, err := language.Parse(strings.TrimSpace(tag))
	if base, conf := t.Base(); err == nil && conf != language.No {
		return base.String()
	}
	return site.Languages[0]
}

func headlineOf(it *ninjs.Item) string {
	h := it.Headline()
	if strings.ContainsAny(h, "<&") {
		h = plain(h)
	}
	return trimMarks(oneLine(h))
}

// trimMarks removes the wire marks that some agencies leave behind a headline.
func trimMarks(h string) string {
	for {
		cut := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(h, " ="), "<"), " ")
		if cut == h {
			return h
		}
		h = cut
	}
}

// standfirstOf takes the first description that is neither a caption, nor the headline, nor the text's own start.
func standfirstOf(it *ninjs.Item, headline, text string) string {
	for _, d := range it.Descriptions {
		if d.Role == "caption" {
			continue
		}
		s := oneLine(d.Value)
		if strings.ContainsAny(s, "<&") {
			s = plain(s)
		}
		if s == "" || sameStart(s, text) || sameStart(s, headline) || it.Slugline != "" && strings.HasPrefix(s, oneLine(it.Slugline)+":") {
			continue
		}
		return clip(s, maxStandfirst)
	}
	return ""
}

// sameStart reports whether two texts begin alike: letters and digits of the shorter one, its end left open.
func sameStart(a, b string) bool {
	x, y := letters(a, 400), letters(b, 400)
	n := min(len(x), len(y))
	if n == 0 {
		return false
	}
	if len(x) > n+n/2 { // the description says much more
		return false
	}
	n = max(n-4, 1)
	return x[:n] == y[:n]
}

func letters(s string, limit int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if b.Len() >= limit {
			break
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80 && r != '“' && r != '”' && r != '’' && r != '‘' && r != '—' && r != '–' && r != '…' && r != '\u00a0' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// slugWords takes the words out of a slugline, without what it says of the update.
func slugWords(slug string) string {
	if i := strings.IndexByte(slug, '('); i >= 0 {
		slug = slug[:i]
	}
	if i := strings.IndexByte(slug, ','); i >= 0 {
		slug = slug[:i]
	}
	return strings.TrimPrefix(slug, "BC-")
}

func rightsOf(it *ninjs.Item) string {
	return clip(oneLine(first(it.CopyrightNotice, it.CopyrightHolder)), maxStandfirst)
}

func topicsOf(it *ninjs.Item) []published.Topic {
	var list []published.Topic
	seen := map[string]bool{}
	for _, s := range it.Subjects {
		name := oneLine(s.Name[strings.LastIndexByte(s.Name, '\\')+1:])
		slug := published.MakeSlug(name)
		if !isTopic(name, slug) || seen[slug] {
			continue
		}
		seen[slug] = true
		list = append(list, published.Topic{Slug: slug, Name: name})
		if len(list) == maxTopics {
			break
		}
	}
	return list
}

// isTopic tells names that readers understand from codes: AFP-20, TSX:T, 11006005, "f".
func isTopic(name, slug string) bool {
	if utf8.RuneCountInString(name) < 3 || len(name) > 80 || len(slug) < 3 || strings.ContainsAny(name, ":;/_#@<>") {
		return false
	}
	lower := 0
	for _, r := range name {
		if r >= '0' && r <= '9' {
			return false
		}
		if r >= 'a' && r <= 'z' || r > 0x7f {
			lower++
		}
	}
	return lower > 0 || len(name) > 5
}

// clip shortens s to at most limit bytes at a blank, with an ellipsis.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	if i := strings.LastIndexByte(s[:cut], ' '); i > limit/2 {
		cut = i
	}
	return strings.TrimRight(s[:cut], " ,;:–—-") + "…"
}
