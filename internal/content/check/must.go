package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/published"
)

// guard looks at what holds the story back besides its text.
func (l *look) guard(g Guard) {
	if g.Embargo.After(l.f.Now) {
		zone := time.UTC
		if l.f.Site != nil {
			zone = published.Zone(l.f.Site.Zone, time.UTC)
		}
		l.field(Must, "embargo", "embargo", g.Embargo.In(zone).Format(time.RFC3339))
	}
	if g.Legal != "" {
		l.field(Must, "legal", "legal", g.Legal)
	}
	if g.Ban && g.Cleared == "" {
		l.field(Must, "ban", "ban")
	}
	if g.Youth && g.Cleared == "" {
		l.field(Must, "youth", "youth")
	}
	switch l.f.Wire {
	case "withheld":
		l.field(Must, "wire_withheld", "wire")
	case "canceled":
		l.field(Must, "wire_canceled", "wire")
	}
}

// longestHeadline is what search results and phones show whole in three lines.
const longestHeadline = 95

// details looks at the headline and at where the story is filed.
func (l *look) details() {
	c := l.c
	switch n := len([]rune(c.Headline)); {
	case strings.TrimSpace(c.Headline) == "":
		l.field(Must, "headline", "headline")
	case n > longestHeadline:
		l.field(Consider, "headline_long", "headline", strconv.Itoa(n), strconv.Itoa(longestHeadline))
	}
	switch {
	case c.Section == "":
		l.field(Must, "section", "section")
	case l.f.Site != nil && !slices.ContainsFunc(l.f.Site.Sections, func(s published.Section) bool { return s.Slug == c.Section }):
		l.field(Must, "section_unknown", "section", c.Section)
	}
	if strings.TrimSpace(c.Standfirst) == "" {
		l.field(Consider, "standfirst", "standfirst")
	}
	if len(c.Regions) == 0 {
		l.field(Consider, "region", "regions")
	}
	if len(c.Topics) == 0 {
		l.field(Consider, "topic", "topics")
	}
}

// media looks at pictures, videos and sounds: the words they need, and whether they may be used.
func (l *look) media() {
	if lead := l.c.Lead; lead != nil && lead.Media != "" {
		l.medium(use{field: "lead", block: -1, id: lead.Media, alt: lead.Alt, caption: lead.Caption, credit: lead.Credit, title: lead.Title})
	}
	for i := range l.c.Body.Content {
		doc.Walk(&l.c.Body.Content[i], func(n *doc.Node) bool {
			switch n.Type {
			case "photo", "video", "audio":
				l.medium(used(n.Attrs, n.Type, i))
			case "gallery":
				for k, item := range n.Attrs.Items("items") {
					u := used(item, "photo", i)
					u.number = k + 1
					l.medium(u)
				}
			}
			return true
		})
	}
}

// use is one place where a story shows a medium, with the story's own words for it.
type use struct {
	field, kind                     string // kind: "" as the library says
	block, number                   int    // number of a gallery's picture; 0: no gallery
	id, alt, caption, credit, title string
	decorative                      bool
}

func used(a doc.Attrs, kind string, block int) use {
	return use{field: "body", block: block, kind: kind, id: a.Str("media"), alt: a.Str("alt"), caption: a.Str("caption"),
		credit: a.Str("credit"), title: a.Str("title"), decorative: a.Bool("decorative")}
}

func (l *look) medium(u use) {
	say := func(level Level, code string, args ...string) {
		if u.number > 0 {
			code, args = "gallery_"+code, append([]string{strconv.Itoa(u.number)}, args...)
		}
		l.found = append(l.found, Issue{Code: code, Level: level, Args: args, Field: u.field, Block: u.block})
	}
	m, known := l.f.Media[u.id]
	if !known && l.f.Media != nil {
		say(Must, "media_missing", u.id)
		return
	}
	if u.kind == "" {
		u.kind = m.Kind
	}
	l.right(u, say)
	if u.kind == "photo" && !u.decorative && blank(u.alt) && blank(m.Alt) {
		say(Must, "alt")
	}
	if u.kind != "audio" && blank(u.credit) && blank(m.Credit) {
		say(Must, "credit_"+u.kind)
	}
	if u.kind == "video" && known && len(m.Tracks) == 0 {
		say(Consider, "video_captions", or(u.title, u.id))
	}
	for _, words := range []struct{ own, library string }{{u.caption, m.Caption}, {u.credit, m.Credit}} {
		if blank(words.own) {
			l.unfinished(part{field: u.field, block: u.block, text: words.library})
		}
	}
	if other := l.f.RecentPhotos[u.id]; other != "" && u.kind == "photo" {
		say(Consider, "photo_recent", other)
	}
}

// endsSoon is how long before their end rights are spoken of.
const endsSoon = 7 * 24 * time.Hour

// right says what stands in the way of using a medium.
func (l *look) right(u use, say func(Level, string, ...string)) {
	r, some := l.f.Rights[u.id]
	if !some {
		return
	}
	zone := time.UTC
	if l.f.Site != nil {
		zone = published.Zone(l.f.Site.Zone, time.UTC)
	}
	ends := r.Ends.Add(-time.Nanosecond).In(zone).Format(time.DateOnly) // the last day
	switch {
	case r.Denied:
		say(Must, "rights_denied")
	case !r.Ends.IsZero() && !r.Ends.After(l.f.Now):
		say(Must, "rights_ended", ends)
	case !r.Ends.IsZero() && r.Ends.Before(l.f.Now.Add(endsSoon)):
		say(Consider, "rights_end", ends)
	}
	if r.Ban && !l.cleared {
		say(Must, "rights_ban")
	}
	if r.Minor {
		say(Consider, "rights_minor")
	}
	if r.Unasked {
		say(Consider, "rights_unasked")
	}
	if r.Pay {
		say(Consider, "rights_pay")
	}
	if r.Promise != "" {
		say(Consider, "rights_promise", r.Promise)
	}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func or(a, b string) string {
	if blank(a) {
		return b
	}
	return a
}

// toCome finds TK, the desk's mark for what is still to come, as a word of its own; the names of companies are none.
var toCome = regexp.MustCompile(`(?:^|[^\p{L}\p{N}])((?:TK)+)(?:$|[^\p{L}\p{N}])`)

var tkNames = regexp.MustCompile(`\bTK (?:Maxx|Elevator)\b`)

// unfinished finds what was left to be filled in.
func (l *look) unfinished(p part) {
	text := tkNames.ReplaceAllString(p.text, "")
	if at := toCome.FindStringSubmatchIndex(text); at != nil {
		l.at(Must, "tk", p, around(text, at[2], at[3]))
	}
}

// around returns a few words on either side of text[from:to], for a person to find the place.
func around(text string, from, to int) string {
	const reach = 3
	before, after := strings.Fields(text[:from]), strings.Fields(text[to:])
	start, end := max(0, len(before)-reach), min(len(after), reach)
	s := text[from:to]
	if n := len(text[:from]) - len(strings.TrimRight(text[:from], " \n\t\u00a0")); n > 0 && start < len(before) {
		s = strings.Join(before[start:], " ") + " " + s
	} else if start < len(before) {
		s = strings.Join(before[start:], " ") + s
	}
	if end > 0 {
		rest := strings.Join(after[:end], " ")
		if strings.HasPrefix(text[to:], after[0]) {
			s += rest
		} else {
			s += " " + rest
		}
	}
	if start > 0 {
		s = "… " + s
	}
	if end < len(after) {
		s += " …"
	}
	return s
}
