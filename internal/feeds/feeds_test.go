package feeds_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"masthead/internal/doc"
	"masthead/internal/feeds"
	"masthead/internal/published"
)

func TestItemOf(t *testing.T) {
	got := items()[0]
	want := feeds.Item{
		ID: "tag:ledger.example,2024-11-22:story/k3f9", URL: origin + "/world/grain-ships-leave-k3f9",
		Title: story().Headline, Summary: story().Standfirst, HTML: storyHTML, Language: "en", Rights: "© 2024 Foothills Ledger",
		Published: at("2024-11-22T12:42:00Z"), Updated: at("2024-11-22T14:10:00Z"), Modified: at("2024-11-23T01:00:00Z"),
		Authors:    []feeds.Author{{Name: "Amina Okafor", URL: origin + "/by/amina-okafor"}, {Name: "Łukasz Żak"}},
		Categories: []feeds.Category{{Term: "world", Label: "World"}, {Term: "ukraine", Label: "Ukraine"}, {Term: "agriculture", Label: "Food & farms"}},
		Picture:    &feeds.File{URL: origin + "/media/ph1/w1216-0c.jpg", Type: "image/jpeg", Width: 1216, Height: 811, Bytes: 109440, Text: "Ships wait & load.", Credit: "Jane Robertson/Wire"},
		Thumbnail:  &feeds.File{URL: origin + "/media/ph1/w320-0a.jpg", Type: "image/jpeg", Width: 320, Height: 213, Bytes: 28800, Text: "Ships wait & load.", Credit: "Jane Robertson/Wire"},
		Banner:     &feeds.File{URL: origin + "/media/ph1/x1200-0f.jpg", Type: "image/jpeg", Width: 1200, Height: 675, Bytes: 108000, Text: "Ships wait & load.", Credit: "Jane Robertson/Wire"},
		Clip:       &feeds.File{URL: origin + "/media/vi1/video-0a.mp4", Type: "video/mp4", Width: 1280, Height: 720, Bytes: 345678, Duration: 138, Title: "Port of Odesa reopens", Text: "What crews found.", Credit: "AP"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("item:\n got %+v\nwant %+v", got, want)
	}
	fr := items()[1]
	if fr.URL != origin+"/world/les-navires-partent-m2b7" || fr.Categories[0].Label != "Monde" || fr.Authors[0] != (feeds.Author{Name: "La Presse Canadienne"}) {
		t.Errorf("french item: %+v", fr)
	}
}

// A sound is enclosed as a video is; a story without a lead brings the first photo of its text.
func TestItemsBringTheirMedia(t *testing.T) {
	s := story()
	s.Lead = &published.Lead{Media: "au1"}
	s.Media["au1"] = doc.Media{ID: "au1", Kind: "audio", Duration: 61, Renditions: []doc.Rendition{{URL: "/media/au1/talk.mp3", Type: "audio/mpeg", Bytes: 99}}}
	it := feeds.ItemOf(s, sampleSite(), origin, "", nil)
	if it.Clip == nil || it.Clip.Type != "audio/mpeg" || it.Clip.Title != s.Headline || it.Clip.Duration != 61 || it.Picture == nil || it.Picture.Text != "Loaded." {
		t.Fatalf("%+v %+v", it.Clip, it.Picture)
	}
	rss, atom := string(feeds.RSS(channel("rss"), []feeds.Item{it})), string(feeds.Atom(channel("atom"), []feeds.Item{it}))
	if !strings.Contains(rss, `<enclosure url="`+origin+`/media/au1/talk.mp3" length="99" type="audio/mpeg"/>`) || !strings.Contains(rss, `medium="audio"`) {
		t.Errorf("RSS:\n%s", rss)
	}
	if strings.Count(atom, `rel="enclosure"`) != 2 {
		t.Errorf("Atom:\n%s", atom)
	}
	s.Lead = nil
	if it := feeds.ItemOf(s, sampleSite(), origin, "", nil); it.Clip != nil || it.Thumbnail == nil || it.Banner == nil {
		t.Errorf("without a lead: %+v", it)
	}
}

func TestIDsSurviveMoves(t *testing.T) {
	s, site := story(), sampleSite()
	before := feeds.ItemOf(s, site, origin, "", nil).ID
	s.Slug, s.Section, s.Updated = "other", "politics", s.Updated.Add(time.Hour)
	if after := feeds.ItemOf(s, site, origin, "", nil).ID; after != before {
		t.Errorf("id went from %s to %s", before, after)
	}
	if id := feeds.ItemOf(s, site, "http://127.0.0.1:8080", "", nil).ID; id != "tag:127.0.0.1,2024-11-22:story/k3f9" {
		t.Errorf("id with a port: %s", id)
	}
	site.URL = "https://ledger.example"
	if id := feeds.ItemOf(s, site, "http://127.0.0.1:8080", "", nil).ID; id != before {
		t.Errorf("id depends on how it was asked: %s", id)
	}
}

type rssDoc struct {
	Channel struct {
		Title string `xml:"title"`
		Links []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
			Text string `xml:",chardata"`
		} `xml:"link"`
		Language string `xml:"language"`
		Built    string `xml:"lastBuildDate"`
		Items    []struct {
			Title string `xml:"title"`
			Link  string `xml:"link"`
			GUID  struct {
				Perma string `xml:"isPermaLink,attr"`
				Text  string `xml:",chardata"`
			} `xml:"guid"`
			PubDate     string   `xml:"pubDate"`
			Creators    []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
			Categories  []string `xml:"category"`
			Description string   `xml:"description"`
			Encoded     string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Enclosure   struct {
				URL    string `xml:"url,attr"`
				Length int64  `xml:"length,attr"`
				Type   string `xml:"type,attr"`
			} `xml:"enclosure"`
			Media []struct {
				URL      string `xml:"url,attr"`
				Medium   string `xml:"medium,attr"`
				Width    int    `xml:"width,attr"`
				Height   int    `xml:"height,attr"`
				Duration int    `xml:"duration,attr"`
				Text     string `xml:"http://search.yahoo.com/mrss/ description"`
				Credit   string `xml:"http://search.yahoo.com/mrss/ credit"`
			} `xml:"http://search.yahoo.com/mrss/ content"`
			Thumbnail struct {
				URL string `xml:"url,attr"`
			} `xml:"http://search.yahoo.com/mrss/ thumbnail"`
		} `xml:"item"`
	} `xml:"channel"`
}

func TestRSS(t *testing.T) {
	b := feeds.RSS(channel("rss"), items())
	golden(t, "world.rss", b)
	var d rssDoc
	if err := xml.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	c := d.Channel
	if c.Title != "Foothills Ledger: World" || c.Language != "en-CA" || c.Built != "Sat, 23 Nov 2024 01:00:00 +0000" || len(c.Items) != 2 {
		t.Errorf("channel: %+v", c)
	}
	if c.Links[0].Text != origin+"/world" || c.Links[1].Rel != "self" || c.Links[1].Href != origin+"/world/feed.rss" || c.Links[2].Rel != "next" {
		t.Errorf("links: %+v", c.Links)
	}
	it := c.Items[0]
	if it.Title != story().Headline || it.Encoded != storyHTML || it.Description != "Crews return after a night of drone attacks; 5 &lt; 6 &amp; so on." {
		t.Errorf("text: %+v", it)
	}
	if it.GUID.Perma != "false" || it.GUID.Text != items()[0].ID || it.Link != items()[0].URL || it.PubDate != "Fri, 22 Nov 2024 12:42:00 +0000" {
		t.Errorf("identity: %+v", it)
	}
	if !reflect.DeepEqual(it.Creators, []string{"Amina Okafor", "Łukasz Żak"}) || !reflect.DeepEqual(it.Categories, []string{"World", "Ukraine", "Food & farms"}) {
		t.Errorf("people and subjects: %+v", it)
	}
	if it.Enclosure.URL != origin+"/media/vi1/video-0a.mp4" || it.Enclosure.Length != 345678 || it.Enclosure.Type != "video/mp4" {
		t.Errorf("enclosure: %+v", it.Enclosure)
	}
	if len(it.Media) != 2 || it.Media[0].Duration != 138 || it.Media[1].Width != 1216 || it.Media[1].Text != "Ships wait & load." || it.Media[1].Credit != "Jane Robertson/Wire" ||
		it.Thumbnail.URL != origin+"/media/ph1/w320-0a.jpg" {
		t.Errorf("media: %+v", it.Media)
	}
}

type atomDoc struct {
	ID      string `xml:"id"`
	Updated string `xml:"updated"`
	Author  string `xml:"author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID        string `xml:"id"`
		Title     string `xml:"title"`
		Published string `xml:"published"`
		Updated   string `xml:"updated"`
		Summary   string `xml:"summary"`
		Rights    string `xml:"rights"`
		Authors   []struct {
			Name string `xml:"name"`
			URI  string `xml:"uri"`
		} `xml:"author"`
		Categories []struct {
			Term  string `xml:"term,attr"`
			Label string `xml:"label,attr"`
		} `xml:"category"`
		Content struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"http://www.w3.org/2005/Atom content"`
	} `xml:"entry"`
}

func TestAtom(t *testing.T) {
	b := feeds.Atom(channel("atom"), items())
	golden(t, "world.atom", b)
	var d atomDoc
	if err := xml.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	if d.ID != origin+"/world/feed.atom" || d.Updated != "2024-11-23T01:00:00Z" || d.Author != "Foothills Ledger" || len(d.Links) != 3 || len(d.Entries) != 2 {
		t.Errorf("feed: %+v", d)
	}
	e := d.Entries[0]
	if e.ID != items()[0].ID || e.Title != story().Headline || e.Summary != story().Standfirst || e.Rights != story().Rights ||
		e.Published != "2024-11-22T12:42:00Z" || e.Updated != "2024-11-22T14:10:00Z" {
		t.Errorf("entry: %+v", e)
	}
	if e.Content.Type != "html" || e.Content.Text != storyHTML || e.Authors[0].URI != origin+"/by/amina-okafor" || e.Authors[1].Name != "Łukasz Żak" ||
		e.Categories[2].Term != "agriculture" || e.Categories[2].Label != "Food & farms" {
		t.Errorf("entry: %+v", e)
	}
	if empty := feeds.Atom(feeds.Channel{Title: "None", Self: origin + "/feed.atom"}, nil); !bytes.Contains(empty, []byte("<updated>1970-01-01T00:00:00Z</updated>")) {
		t.Errorf("an empty feed needs a date:\n%s", empty)
	}
}

func TestJSONFeed(t *testing.T) {
	b := feeds.JSONFeed(channel("json"), items())
	golden(t, "world.json", b)
	var f struct {
		Version string
		NextURL string `json:"next_url"`
		Items   []struct {
			ID, URL, Title, Summary, Image, Language string
			HTML                                     string `json:"content_html"`
			Modified                                 string `json:"date_modified"`
			Authors                                  []struct{ Name, URL string }
			Tags                                     []string
			Attachments                              []struct {
				URL      string
				Type     string `json:"mime_type"`
				Bytes    int64  `json:"size_in_bytes"`
				Duration int    `json:"duration_in_seconds"`
			}
		}
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	it := f.Items[0]
	if f.Version != "https://jsonfeed.org/version/1.1" || f.NextURL != origin+"/world/feed.json?before=1" || it.ID != items()[0].ID || it.HTML != storyHTML ||
		it.Modified != "2024-11-23T01:00:00Z" || it.Image != origin+"/media/ph1/w1216-0c.jpg" || it.Language != "en" || it.Title != story().Headline ||
		len(it.Authors) != 2 || len(it.Tags) != 3 || it.Attachments[0].Bytes != 345678 || it.Attachments[0].Duration != 138 {
		t.Errorf("feed: %+v", f)
	}
	if b := feeds.JSONFeed(feeds.Channel{Title: "None"}, nil); !bytes.Contains(b, []byte(`"items":[]`)) {
		t.Errorf("an empty feed has an empty list: %s", b)
	}
}

func TestSitemaps(t *testing.T) {
	site := sampleSite()
	link := published.Link{ID: "k3f9", Section: "world", Slug: "grain-ships", Language: "en", Headline: "Grain & ships", Published: at("2024-11-22T12:42:00Z"), Modified: at("2024-11-23T01:00:00Z")}
	old := link
	old.ID, old.Published = "old1", at("2024-11-20T01:00:00Z")
	french := link
	french.ID, french.Language, french.Published = "m2b7", "fr", at("2024-11-22T13:00:00Z")
	page := feeds.SitemapURLOf(link, site, origin)
	page.Images = []string{origin + "/media/ph1/x.jpg"}
	page.Alternates = []feeds.Alternate{{Language: "fr-CA", URL: origin + "/fr/world/grain-ships-m2b7"}}
	file, n := feeds.Sitemap([]feeds.SitemapURL{page, feeds.SitemapURLOf(french, site, origin)})
	if n != 2 {
		t.Errorf("wrote %d pages, want 2", n)
	}
	golden(t, "sitemap.xml", file)
	golden(t, "sitemap-index.xml", feeds.SitemapIndex([]feeds.SitemapFile{{Loc: origin + "/sitemap-2024-11.xml", Modified: link.Modified}, {Loc: origin + "/sitemap-news.xml"}}))
	news := []feeds.News{feeds.NewsOf(old, site, origin), feeds.NewsOf(link, site, origin), feeds.NewsOf(french, site, origin)}
	golden(t, "sitemap-news.xml", feeds.NewsSitemap(site.Name, news, at("2024-11-23T02:00:00Z")))
}

func TestSitemapStopsAtTheLimits(t *testing.T) {
	pages := make([]feeds.SitemapURL, feeds.MaxURLs+1)
	for i := range pages {
		pages[i].Loc = origin + "/x"
	}
	if _, n := feeds.Sitemap(pages); n != feeds.MaxURLs {
		t.Errorf("wrote %d pages, want %d", n, feeds.MaxURLs)
	}
	long := origin + "/" + strings.Repeat("a", 2000)
	for i := range pages {
		pages[i].Loc = long
	}
	file, n := feeds.Sitemap(pages)
	if n >= feeds.MaxURLs || len(file) > 50<<20 || len(file) < 49<<20 || bytes.Count(file, []byte("<url>")) != n || !bytes.HasSuffix(file, []byte("</urlset>\n")) {
		t.Errorf("wrote %d pages in %d bytes", n, len(file))
	}
}

func TestSmallFiles(t *testing.T) {
	site := sampleSite()
	icons := []feeds.Icon{
		{URL: "/icon.svg", Type: "image/svg+xml", Purpose: "any"}, {URL: "/icon-192.png", Type: "image/png", Size: 192},
		{URL: "/icon-maskable-512.png", Type: "image/png", Size: 512, Purpose: "maskable"},
	}
	golden(t, "robots.txt", feeds.Robots(site, origin))
	golden(t, "manifest.json", feeds.Manifest(site, icons))
	golden(t, "opensearch.xml", feeds.OpenSearch(site, origin, "fr", origin+"/fr/opensearch.xml", icons))
	if got := feeds.AdsTxt(nil); got != nil {
		t.Errorf("ads.txt without records: %q", got)
	}
	if got := string(feeds.AdsTxt([]string{"ads.example, 12, DIRECT", " ", "x\ny"})); got != "ads.example, 12, DIRECT\nx y\n" {
		t.Errorf("ads.txt: %q", got)
	}
}

// FuzzXML holds that any text comes back as it was, but for what XML cannot hold, and that the feeds stay
// well-formed.
func FuzzXML(f *testing.F) {
	for _, s := range []string{"plain", "a\x00b\x1f", "]]>", "\r\n\t\"'<>&", "\uFFFE\uFFFF", "\xff\xed\xa0\x80", "😀 \u2028 é", "&amp;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
				return -1
			}
			return r
		}, s)
		it := feeds.Item{ID: s, Title: s, HTML: s, Summary: s, Authors: []feeds.Author{{Name: s}}, Categories: []feeds.Category{{Term: s, Label: s}}, Clip: &feeds.File{Title: s, Bytes: 1}}
		var d atomDoc
		b := feeds.Atom(feeds.Channel{Title: s, Self: s}, []feeds.Item{it})
		if err := xml.Unmarshal(b, &d); err != nil {
			t.Fatalf("%v in\n%s", err, b)
		}
		if want != "" && (d.Entries[0].Title != want || d.Entries[0].Content.Text != want || d.Entries[0].Categories[0].Term != want) {
			t.Errorf("%q came out as %+v", s, d.Entries[0])
		}
		dec := xml.NewDecoder(bytes.NewReader(feeds.RSS(feeds.Channel{Title: s}, []feeds.Item{it})))
		for {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func parsed(t *testing.T, b []byte) []map[string]any {
	t.Helper()
	var g struct {
		Context string           `json:"@context"`
		Graph   []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if g.Context != "https://schema.org" {
		t.Errorf("context %q", g.Context)
	}
	return g.Graph
}

func graph() feeds.Graph {
	return feeds.Graph{Site: sampleSite(), Origin: origin, Language: "en", Logo: origin + "/icon-512.png", LogoSize: 512}
}

func TestStoryJSONLD(t *testing.T) {
	g := graph()
	crumbs := g.Breadcrumbs([]feeds.Crumb{{Name: "World", URL: origin + "/world"}, {Name: "Grain", URL: origin + "/world/grain-ships-leave-k3f9"}})
	b := feeds.JSONLD(append(g.Story(story(), []string{"World"}), crumbs)...)
	golden(t, "story.jsonld", b)
	a := parsed(t, b)[0]
	if a["@type"] != "NewsArticle" || a["headline"] != story().Headline || a["datePublished"] != "2024-11-22T05:42:00-07:00" || a["dateModified"] != "2024-11-22T07:10:00-07:00" ||
		a["dateline"] != "ODESA, Ukraine" || a["isAccessibleForFree"] != true || len(a["image"].([]any)) != 3 || len(a["author"].([]any)) != 2 {
		t.Errorf("article: %v", a)
	}
	v := a["video"].(map[string]any)
	if v["duration"] != "PT2M18S" || v["contentUrl"] != origin+"/media/vi1/video-0a.mp4" || v["transcript"] != "Narrator: the <port> is open." || len(v["thumbnailUrl"].([]any)) != 3 ||
		v["uploadDate"] != "2024-11-22T05:42:00-07:00" {
		t.Errorf("video: %v", v)
	}
	if bytes.ContainsAny(b, "<>&") {
		t.Errorf("the script could be ended by its own text: %s", b)
	}
}

func TestKindsOfStory(t *testing.T) {
	g := graph()
	for kind, want := range map[string][]string{
		"story": {"NewsArticle"}, "opinion": {"OpinionNewsArticle"}, "video": {"VideoObject", "NewsArticle"}, "gallery": {"ImageGallery", "NewsArticle"}, "obituary": nil,
	} {
		s := story()
		s.Kind = kind
		var got []string
		for _, n := range g.Story(s, nil) {
			got = append(got, n["@type"].(string))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", kind, got, want)
		}
	}
	if b := feeds.JSONLD(g.Story(&published.Story{Kind: "obituary"}, nil)...); b != nil {
		t.Errorf("obituary: %s", b)
	}
	bare := g.Article(&published.Story{ID: "x", Slug: "y", Section: "z", Headline: strings.Repeat("long words ", 20), Published: at("2024-11-22T12:42:00Z")}, nil)
	if h := bare["headline"].(string); utf8.RuneCountInString(h) > 110 || !strings.HasSuffix(h, "words…") && !strings.HasSuffix(h, "long…") {
		t.Errorf("headline %q", h)
	}
	gallery := g.Gallery(story())["image"].([]feeds.Node)
	if len(gallery) != 1 || gallery[0]["caption"] != "Loaded." {
		t.Errorf("gallery: %v", gallery)
	}
}

func TestPageJSONLD(t *testing.T) {
	g := graph()
	card := published.Card{ID: "k3f9", Slug: "grain", Section: "world", Language: "en", Headline: "Grain ships"}
	var nodes []feeds.Node
	nodes = append(nodes, g.Home()...)
	nodes = append(nodes, g.Collection("World", "", origin+"/world", []published.Card{card}),
		g.Profile(published.Author{Slug: "amina-okafor", Name: "Amina Okafor", Role: map[string]string{"en": "Reporter"}}),
		g.Place(published.Region{Slug: "calgary", Name: "Calgary", Province: "Alberta", Lat: 51.05, Lon: -114.07}),
		g.Breadcrumbs([]feeds.Crumb{{Name: "alone"}}))
	b := feeds.JSONLD(nodes...)
	golden(t, "pages.jsonld", b)
	if got := parsed(t, b); len(got) != 5 {
		t.Errorf("%d things, want 5: one crumb alone is no way", len(got))
	}
	bad := feeds.JSONLD(feeds.Node{"@type": "Thing", "name": "</script>\u2028\u2029&"})
	if want := `{"@context":"https://schema.org","@graph":[{"@type":"Thing","name":"\u003c/script\u003e\u2028\u2029\u0026"}]}`; string(bad) != want {
		t.Errorf("unsafe in a script: %s", bad)
	}
}

func TestStoryWithoutAnything(t *testing.T) {
	s := &published.Story{ID: "a", Slug: "b", Section: "c", Lead: &published.Lead{Media: "gone"}, Body: doc.Node{Type: "doc"}}
	if it := feeds.ItemOf(s, sampleSite(), origin, "", nil); it.Picture != nil || it.Authors[0].Name != sampleSite().Name {
		t.Errorf("item: %+v", it)
	}
	a := parsed(t, feeds.JSONLD(graph().Story(s, nil)...))[0]
	if _, has := a["video"]; has || a["image"] != nil {
		t.Errorf("article: %v", a)
	}
}

// What is enclosed of a film is its largest file, never its playlist, which stands first.
func TestEncloseFileNotPlaylist(t *testing.T) {
	s := story()
	s.Lead = &published.Lead{Media: "f"}
	s.Media["f"] = doc.Media{ID: "f", Kind: "video", Renditions: []doc.Rendition{
		{URL: "/media/f/hls-00000000.m3u8", Type: "application/vnd.apple.mpegurl"}, {URL: "/media/f/v720-00000000.mp4", Type: "video/mp4", Width: 1280}, {URL: "/media/f/v360-00000000.mp4", Type: "video/mp4", Width: 640},
	}}
	if it := feeds.ItemOf(s, sampleSite(), origin, "", nil); it.Clip == nil || it.Clip.URL != origin+"/media/f/v720-00000000.mp4" {
		t.Errorf("%+v", it.Clip)
	}
}
