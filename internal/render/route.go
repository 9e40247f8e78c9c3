package render

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/published"
	"masthead/internal/words"
)

// Kinds of pages.
const (
	KindFront       = "front"
	KindRegion      = "region"  // Region; Section for /r/{region}/{section}
	KindWeather     = "weather" // Region
	KindSection     = "section" // Section
	KindTopic       = "topic"   // Slug
	KindAuthor      = "author"  // Slug
	KindVideos      = "videos"  // every video
	KindStory       = "story"   // Section, Slug, ID
	KindVideo       = "video"   // Slug, ID
	KindChanges     = "changes" // Section, Slug, ID
	KindCorrections = "corrections"
	KindArchive     = "archive" // Year, Month, Day, as many as given
	KindRegions     = "regions" // the chooser
	KindPlace       = "place"   // Region: the strip's facts as JSON
	KindNear        = "near"    // Region: the Near you row as a fragment
	KindMost        = "most"    // what is read most
	KindMostPart    = "ranks"   // Slug: language; Region, or "" for the whole portal: the same as a fragment
	KindSitemap     = "sitemap" // Slug: "" the index, "news", or a month "2024-11"
	KindRobots      = "robots"
	KindManifest    = "manifest"
	KindIcon        = "icon"  // Slug: file name
	KindShare       = "share" // ID, Slug: ratio, Sum: the drawn picture of a story
)

// Feed formats, the ends of feed.rss, feed.atom and feed.json.
const (
	FormatRSS  = "rss"
	FormatAtom = "atom"
	FormatJSON = "json"
)

// Route is the address of one page, taken apart. It is comparable; two addresses of one page give one Route.
type Route struct {
	Kind    string
	Lang    string // of a listing whose path has a language prefix; "" is the site's default language
	Lite    bool   // the text-only edition
	Format  string // of a listing: a feed instead of a page
	Section string
	Region  string
	Slug    string
	ID      string
	Sum     string // of what a drawn picture shows
	Year    int
	Month   int
	Day     int
	Before  published.Cursor // of a listing: the stories older than this
}

// Parse reads a path and its query. It reports false when no page can have that address. Query parameters that
// pages do not know are ignored: they cannot make a second copy of a page. An empty last segment is ignored too,
// so the caller may redirect when path differs from Route.Path.
func Parse(path, rawQuery string) (Route, bool) {
	if len(path) > 400 || !strings.HasPrefix(path, "/") {
		return Route{}, false
	}
	segs := strings.Split(strings.TrimSuffix(path[1:], "/"), "/")
	if path == "/" {
		segs = nil
	}
	for _, s := range segs {
		if !plain(s) {
			return Route{}, false
		}
	}
	r, ok := parse(segs)
	if !ok {
		return Route{}, false
	}
	if r.pages() && rawQuery != "" && len(rawQuery) < 2000 {
		// A bad pair elsewhere in the query does not hide the cursor.
		q, _ := url.ParseQuery(rawQuery)
		if c, ok := parseCursor(q.Get("before")); ok {
			r.Before = c
		}
	}
	return r, true
}

// plain reports whether a segment has only the letters that our addresses are made of.
func plain(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

func parse(segs []string) (Route, bool) {
	if len(segs) > 0 {
		switch segs[0] {
		case "lite":
			r, ok := parse(segs[1:])
			if !ok || r.Lite || !r.hasLite() {
				return Route{}, false
			}
			r.Lite = true
			return r, true
		case "_":
			return parseFragment(segs[1:])
		}
		if slices.Contains(words.Languages(), segs[0]) {
			r, ok := parse(segs[1:])
			switch {
			case !ok || r.Lang != "" || r.Lite:
				return Route{}, false
			case r.listing():
				r.Lang = segs[0]
				return r, true
			}
			// A story has one address, whatever its language; with a prefix it is a way there.
			return r, r.Kind == KindStory || r.Kind == KindChanges
		}
		last := segs[len(segs)-1]
		if format, ok := strings.CutPrefix(last, "feed."); ok {
			r, ok := parse(segs[:len(segs)-1])
			if !ok || r.Format != "" || !r.feeds() || !slices.Contains([]string{FormatRSS, FormatAtom, FormatJSON}, format) {
				return Route{}, false
			}
			r.Format = format
			return r, true
		}
	}
	return parsePage(segs)
}

func parseFragment(segs []string) (Route, bool) {
	if len(segs) == 3 && segs[0] == "most" {
		return Route{Kind: KindMostPart, Slug: segs[1], Region: segs[2]}, true
	}
	if len(segs) != 2 {
		return Route{}, false
	}
	switch segs[0] {
	case "most":
		return Route{Kind: KindMostPart, Slug: segs[1]}, true
	case "place":
		slug, ok := strings.CutSuffix(segs[1], ".json")
		return Route{Kind: KindPlace, Region: slug}, ok && slug != ""
	case "near":
		return Route{Kind: KindNear, Region: segs[1]}, true
	case "share":
		return shareRoute(segs[1])
	}
	return Route{}, false
}

func parsePage(segs []string) (Route, bool) {
	switch len(segs) {
	case 0:
		return Route{Kind: KindFront}, true
	case 1:
		return parseOne(segs[0])
	}
	rest := segs[1:]
	switch segs[0] {
	case "r":
		r := Route{Kind: KindRegion, Region: rest[0]}
		switch {
		case len(rest) == 1:
			return r, true
		case len(rest) == 2 && rest[1] == "weather":
			r.Kind = KindWeather
			return r, true
		case len(rest) == 2:
			r.Section = rest[1]
			return r, true
		}
		return Route{}, false
	case "topics":
		return Route{Kind: KindTopic, Slug: rest[0]}, len(rest) == 1
	case "by":
		return Route{Kind: KindAuthor, Slug: rest[0]}, len(rest) == 1
	case "archive":
		return parseArchive(rest)
	}
	if strings.Contains(segs[0], ".") {
		return Route{}, false
	}
	i := strings.LastIndexByte(rest[0], '-')
	r := Route{Kind: KindStory, Section: segs[0], ID: rest[0][i+1:]}
	if i > 0 {
		r.Slug = rest[0][:i]
	}
	if r.ID == "" || strings.Contains(rest[0], ".") {
		return Route{}, false
	}
	switch {
	case len(rest) == 2 && rest[1] == "changes" && r.Section != "video":
		r.Kind = KindChanges
		return r, true
	case len(rest) != 1:
		return Route{}, false
	case r.Section == "video":
		r.Kind, r.Section = KindVideo, ""
	}
	return r, true
}

func parseOne(s string) (Route, bool) {
	switch s {
	case "video":
		return Route{Kind: KindVideos}, true
	case "corrections":
		return Route{Kind: KindCorrections}, true
	case "archive":
		return Route{Kind: KindArchive}, true
	case "regions":
		return Route{Kind: KindRegions}, true
	case "most-read":
		return Route{Kind: KindMost}, true
	case "robots.txt":
		return Route{Kind: KindRobots}, true
	case "manifest.webmanifest":
		return Route{Kind: KindManifest}, true
	case "favicon.ico", "icon.svg", "icon-32.png", "icon-192.png", "icon-512.png", "icon-maskable-512.png", "apple-touch-icon.png":
		return Route{Kind: KindIcon, Slug: s}, true
	case "sitemap.xml":
		return Route{Kind: KindSitemap}, true
	case "r", "topics", "by", "search", "lite", "account", "newsroom", "mail", "advertise", "api", "media", "_":
		return Route{}, false
	}
	if name, ok := strings.CutPrefix(s, "sitemap-"); ok {
		name, ok = strings.CutSuffix(name, ".xml")
		return Route{Kind: KindSitemap, Slug: name}, ok && name != ""
	}
	return Route{Kind: KindSection, Section: s}, !strings.Contains(s, ".")
}

func parseArchive(rest []string) (Route, bool) {
	r := Route{Kind: KindArchive}
	if len(rest) > 3 {
		return r, false
	}
	for i, s := range rest {
		n, err := strconv.Atoi(s)
		if err != nil || len(s) != [3]int{4, 2, 2}[i] || n < 1 {
			return r, false
		}
		*[3]*int{&r.Year, &r.Month, &r.Day}[i] = n
	}
	if r.Year != 0 && r.Year < 1000 || r.Month > 12 || r.Day > daysIn(r.Year, r.Month) {
		return r, false
	}
	return r, true
}

// listing reports whether the page is in one of the site's languages, by prefix; a story is in its own.
func (r Route) listing() bool {
	switch r.Kind {
	case KindFront, KindRegion, KindWeather, KindSection, KindTopic, KindAuthor, KindVideos, KindCorrections, KindArchive, KindRegions, KindMost:
		return true
	}
	return false
}

// pages reports whether the listing goes on behind a cursor.
func (r Route) pages() bool {
	if r.Format != "" {
		return false
	}
	switch r.Kind {
	case KindRegion, KindSection, KindTopic, KindAuthor, KindVideos, KindCorrections:
		return true
	case KindArchive:
		return r.Day != 0
	}
	return false
}

func (r Route) feeds() bool {
	switch r.Kind {
	case KindFront, KindRegion, KindSection, KindTopic, KindAuthor, KindVideos, KindCorrections:
		return true
	}
	return false
}

func (r Route) hasLite() bool {
	switch r.Kind {
	case KindStory, KindVideo, KindChanges, KindFront, KindRegion, KindSection, KindTopic, KindAuthor, KindVideos, KindCorrections, KindArchive, KindWeather, KindRegions, KindMost:
		return r.Format == ""
	}
	return false
}

// Path returns the one path of the page.
func (r Route) Path() string {
	var b strings.Builder
	if r.Lite {
		b.WriteString("/lite")
	}
	if r.Lang != "" {
		b.WriteString("/" + r.Lang)
	}
	b.WriteString(r.own())
	if r.Format != "" {
		b.WriteString("/feed." + r.Format)
	}
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

// own is the path without prefixes and format; empty for the front.
func (r Route) own() string {
	switch r.Kind {
	case KindRegion:
		if r.Section != "" {
			return "/r/" + r.Region + "/" + r.Section
		}
		return "/r/" + r.Region
	case KindWeather:
		return "/r/" + r.Region + "/weather"
	case KindSection:
		return "/" + r.Section
	case KindTopic:
		return "/topics/" + r.Slug
	case KindAuthor:
		return "/by/" + r.Slug
	case KindVideos:
		return "/video"
	case KindVideo:
		return published.Path("video", r.Slug, r.ID)
	case KindStory:
		return published.Path(r.Section, r.Slug, r.ID)
	case KindChanges:
		return published.Path(r.Section, r.Slug, r.ID) + "/changes"
	case KindCorrections, KindRegions:
		return "/" + r.Kind
	case KindArchive:
		return archivePath(r.Year, r.Month, r.Day)
	case KindPlace:
		return "/_/place/" + r.Region + ".json"
	case KindNear:
		return "/_/near/" + r.Region
	case KindMost:
		return "/most-read"
	case KindMostPart:
		if r.Region != "" {
			return "/_/most/" + r.Slug + "/" + r.Region
		}
		return "/_/most/" + r.Slug
	case KindShare:
		return "/_/share/" + r.ID + "-" + r.Slug + "-" + r.Sum + ".jpg"
	case KindSitemap:
		if r.Slug != "" {
			return "/sitemap-" + r.Slug + ".xml"
		}
		return "/sitemap.xml"
	case KindRobots:
		return "/robots.txt"
	case KindManifest:
		return "/manifest.webmanifest"
	case KindIcon:
		return "/" + r.Slug
	}
	return ""
}

func archivePath(y, m, d int) string {
	switch {
	case y == 0:
		return "/archive"
	case m == 0:
		return fmt.Sprintf("/archive/%04d", y)
	case d == 0:
		return fmt.Sprintf("/archive/%04d/%02d", y, m)
	}
	return fmt.Sprintf("/archive/%04d/%02d/%02d", y, m, d)
}

// String returns the canonical address with its query: the key of the page in a cache.
func (r Route) String() string {
	if r.Before.Zero() {
		return r.Path()
	}
	return r.Path() + "?before=" + cursorText(r.Before)
}

// A cursor is written as its moment in base 36 and the story's id, so that it reads as one word in an address.
func cursorText(c published.Cursor) string { return strconv.FormatInt(c.At, 36) + "." + c.ID }

func parseCursor(s string) (published.Cursor, bool) {
	at, id, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || n <= 0 || !plain(id) || strconv.FormatInt(n, 36) != at {
		return published.Cursor{}, false
	}
	return published.Cursor{At: n, ID: id}, true
}
