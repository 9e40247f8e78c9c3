package render_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"masthead/internal/published"
	"masthead/internal/render"
)

func sha256Source(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		path, query string
		want        render.Route
	}{
		{"/", "", render.Route{Kind: render.KindFront}},
		{"/fr", "", render.Route{Kind: render.KindFront, Lang: "fr"}},
		{"/fr/r/montreal", "", render.Route{Kind: render.KindRegion, Lang: "fr", Region: "montreal"}},
		{"/r/calgary/world", "", render.Route{Kind: render.KindRegion, Region: "calgary", Section: "world"}},
		{"/r/calgary/weather", "", render.Route{Kind: render.KindWeather, Region: "calgary"}},
		{"/world", "before=1.abc&x=1", render.Route{Kind: render.KindSection, Section: "world", Before: published.Cursor{At: 1, ID: "abc"}}},
		{"/world", "before=nonsense", render.Route{Kind: render.KindSection, Section: "world"}},
		{"/world/grain-ships-k3f9", "utm=x", render.Route{Kind: render.KindStory, Section: "world", Slug: "grain-ships", ID: "k3f9"}},
		{"/world/-k3f9", "", render.Route{Kind: render.KindStory, Section: "world", ID: "k3f9"}},
		{"/fr/world/grain-ships-k3f9", "", render.Route{Kind: render.KindStory, Section: "world", Slug: "grain-ships", ID: "k3f9"}},
		{"/world/grain-ships-k3f9/changes", "", render.Route{Kind: render.KindChanges, Section: "world", Slug: "grain-ships", ID: "k3f9"}},
		{"/video/chinook-k3f9", "", render.Route{Kind: render.KindVideo, Slug: "chinook", ID: "k3f9"}},
		{"/lite/world/grain-k3f9", "", render.Route{Kind: render.KindStory, Lite: true, Section: "world", Slug: "grain", ID: "k3f9"}},
		{"/lite", "", render.Route{Kind: render.KindFront, Lite: true}},
		{"/lite/fr/world", "", render.Route{Kind: render.KindSection, Lite: true, Lang: "fr", Section: "world"}},
		{"/archive/2024/02/29", "", render.Route{Kind: render.KindArchive, Year: 2024, Month: 2, Day: 29}},
		{"/feed.rss", "", render.Route{Kind: render.KindFront, Format: "rss"}},
		{"/fr/world/feed.atom", "", render.Route{Kind: render.KindSection, Lang: "fr", Format: "atom", Section: "world"}},
		{"/by/amina-okafor/feed.json", "", render.Route{Kind: render.KindAuthor, Format: "json", Slug: "amina-okafor"}},
		{"/_/place/red-deer.json", "", render.Route{Kind: render.KindPlace, Region: "red-deer"}},
		{"/_/near/red-deer", "", render.Route{Kind: render.KindNear, Region: "red-deer"}},
		{"/most-read", "before=1.abc", render.Route{Kind: render.KindMost}},
		{"/fr/most-read", "", render.Route{Kind: render.KindMost, Lang: "fr"}},
		{"/lite/fr/most-read", "", render.Route{Kind: render.KindMost, Lang: "fr", Lite: true}},
		{"/_/most/fr", "", render.Route{Kind: render.KindMostPart, Slug: "fr"}},
		{"/_/most/en/red-deer", "", render.Route{Kind: render.KindMostPart, Slug: "en", Region: "red-deer"}},
		{"/sitemap-2024-11.xml", "", render.Route{Kind: render.KindSitemap, Slug: "2024-11"}},
		{"/world/", "", render.Route{Kind: render.KindSection, Section: "world"}},
	} {
		got, ok := render.Parse(c.path, c.query)
		if !ok || got != c.want {
			t.Errorf("%s?%s: got %+v %v\nwant %+v", c.path, c.query, got, ok, c.want)
		}
		if strings.HasPrefix(c.path, "/fr/") && got.Lang == "" {
			continue // a way to an address without prefix
		}
		if path := strings.TrimSuffix(c.path, "/"); got.Path() != path && got.Path() != c.path {
			t.Errorf("%s: path %s", c.path, got.Path())
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, path := range []string{
		"", "world", "//", "/World", "/a b", "/world/x-1/y", "/archive/2023/02/29", "/archive/24", "/archive/2024/13", "/lite/lite", "/fr/fr", "/fr/lite",
		"/fr/lite/world", "/fr/robots.txt", "/search", "/r", "/_/x/y", "/_/place/x", "/_/most", "/_/most/en/red-deer/x", "/_/near/red-deer/x", "/fr/_/most/fr", "/most-read/feed.rss", "/feed.pdf", "/world/x-1/feed.rss", "/feed.rss/feed.rss", "/lite/feed.rss", "/robots.txt/x",
		"/lite/robots.txt", "/x.php", "/../etc", "/%2e", "/world/x-1.php", "/by", "/topics/a/b", strings.Repeat("/a", 300),
	} {
		if r, ok := render.Parse(path, ""); ok {
			t.Errorf("%q was read as %+v", path, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"/", "/fr/world/feed.rss", "/archive/2024/11/22", "/lite/world/grain-k3f9", "/_/place/x.json", "/_/most/en/x", "/lite/fr/most-read"} {
		f.Add(s, "before=1kq3z.abc")
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		r, ok := render.Parse(path, query)
		if !ok {
			return
		}
		again, q, _ := strings.Cut(r.String(), "?")
		if r2, ok := render.Parse(again, q); !ok || r2 != r {
			t.Errorf("%q?%q is %+v, its canonical form %q is %+v %v", path, query, r, r.String(), r2, ok)
		}
	})
}
