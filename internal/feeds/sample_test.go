package feeds_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"masthead/internal/doc"
	"masthead/internal/feeds"
	"masthead/internal/published"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs (run with -update and look at the change):\n%s", name, got)
	}
}

const origin = "https://ledger.example"

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func sampleSite() *published.Site {
	return &published.Site{
		Name: "Foothills Ledger (weekdays)", Languages: []string{"en", "fr"}, Zone: "America/Edmonton", Accent: "#0B5563", Founded: 1897,
		Tagline: map[string]string{"en": "News of the foothills & plains", "fr": "Nouvelles des contreforts"},
		Contact: "desk@ledger.example", RobotsDisallow: []string{"/drafts/", "ExampleBot", "Evil\nUser-agent: *"},
	}
}

func photo() doc.Media {
	jpeg := func(name string, w, h int) doc.Rendition {
		return doc.Rendition{URL: "/media/ph1/" + name + ".jpg", Type: "image/jpeg", Width: w, Height: h, Bytes: int64(w * 90)}
	}
	return doc.Media{
		ID: "ph1", Kind: "photo", Width: 2400, Height: 1600, Alt: "Ships at anchor", Caption: "Ships wait & load.", Credit: "Jane Robertson/Wire",
		Renditions: []doc.Rendition{jpeg("w320-0a", 320, 213), {URL: "/media/ph1/w1216-0b.webp", Type: "image/webp", Width: 1216, Height: 811}, jpeg("w1216-0c", 1216, 811)},
		Crops: []doc.Crop{
			{Ratio: "1:1", Renditions: []doc.Rendition{jpeg("s112-0d", 112, 112), jpeg("s1200-0e", 1200, 1200)}},
			{Ratio: "16:9", Renditions: []doc.Rendition{jpeg("x1200-0f", 1200, 675)}},
			{Ratio: "4:3", Renditions: []doc.Rendition{jpeg("f1200-10", 1200, 900)}},
		},
	}
}

func video() doc.Media {
	poster := photo()
	return doc.Media{
		ID: "vi1", Kind: "video", Width: 1280, Height: 720, Duration: 138, Poster: &poster, Transcript: "Narrator: the <port> is open.",
		Renditions: []doc.Rendition{{URL: "/media/vi1/video-0a.mp4", Type: "video/mp4", Width: 1280, Height: 720, Bytes: 345678}},
		Tracks:     []doc.Track{{URL: "/media/vi1/en-0b.vtt", Kind: "captions", Lang: "en", Label: "English"}},
	}
}

func story() *published.Story {
	return &published.Story{
		ID: "k3f9", Slug: "grain-ships-leave", Language: "en", Section: "world", Kind: "story",
		Headline:   `Grain ships leave Odesa: “first” <of> many & more`,
		Standfirst: "Crews return after a night of drone attacks; 5 < 6 & so on.",
		Topics:     []published.Topic{{Slug: "ukraine", Name: "Ukraine"}, {Slug: "agriculture", Name: "Food & farms"}},
		Bylines:    []published.Byline{{Slug: "amina-okafor", Name: "Amina Okafor", Role: "World reporter"}, {Name: "Łukasz Żak"}},
		Dateline:   "ODESA, Ukraine", Source: "The Associated Press", Rights: "© 2024 Foothills Ledger",
		Lead:        &published.Lead{Media: "vi1", Title: "Port of Odesa reopens", Caption: "What crews found.", Credit: "AP", Recorded: at("2024-11-21T20:00:00Z")},
		Media:       map[string]doc.Media{"vi1": video(), "ph1": photo()},
		Corrections: []published.Correction{{At: at("2024-11-23T01:00:00Z"), Text: "An earlier version gave a wrong number.", Place: "end"}},
		Body: doc.Node{Type: "doc", Content: []doc.Node{
			{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "Three ships left."}}},
			{Type: "gallery", Attrs: doc.Attrs{"items": []any{map[string]any{"media": "ph1", "caption": "Loaded."}, map[string]any{"media": "gone"}}}},
		}},
		Published: at("2024-11-22T12:42:00Z"), Updated: at("2024-11-22T14:10:00Z"), Modified: at("2024-11-23T01:00:00Z"), Words: 612,
	}
}

func frenchStory() *published.Story {
	return &published.Story{
		ID: "m2b7", Slug: "les-navires-partent", Language: "fr", Section: "world", Kind: "story",
		Headline: "Les navires de blé quittent Odessa\u00a0: «\u00a0enfin\u00a0»", Source: "La Presse Canadienne",
		Lead:      &published.Lead{Media: "ph1", Alt: "Navires à l’ancre"},
		Media:     map[string]doc.Media{"ph1": photo()},
		Published: at("2024-11-21T12:00:00Z"), Updated: at("2024-11-21T12:00:00Z"), Modified: at("2024-11-21T12:00:00Z"), Zone: "America/Montreal",
	}
}

func channel(kind string) feeds.Channel {
	return feeds.Channel{
		Title: "Foothills Ledger: World", Description: "World news", Home: origin + "/world", Self: origin + "/world/feed." + kind,
		Next: origin + "/world/feed." + kind + "?before=1", Language: "en-CA", Icon: origin + "/icon-192.png", Author: "Foothills Ledger",
	}
}

const storyHTML = `<p>Three ships &amp; a tug <em>left</em>.</p><pre>a]]&gt;b</pre>`

func items() []feeds.Item {
	s := sampleSite()
	sections := []published.Section{{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}}}
	return []feeds.Item{
		feeds.ItemOf(story(), s, origin, storyHTML, sections),
		feeds.ItemOf(frenchStory(), s, origin, "<p>Enfin\u00a0: 😀</p>", sections),
	}
}
