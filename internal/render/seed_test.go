package render_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/local/weather"
	"masthead/internal/published"
	"masthead/internal/published/publish"
	"masthead/internal/render"
	"masthead/internal/theme"
	"masthead/themes"
)

// now is the moment of every test: 5:42 in the morning in Calgary.
var now = time.Date(2024, 11, 22, 12, 42, 0, 0, time.UTC)

// portal is a small newsroom in a database of its own, and a renderer.
type portal struct {
	t    testing.TB
	db   *db.DB
	view *published.View
	r    *render.Renderer
	site published.Site
}

func newPortal(t testing.TB) *portal {
	t.Helper()
	live, err := theme.NewLive(render.ThemeConfig(theme.Config{Files: themes.Broadsheet()}))
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.SQLiteAt(t, func() time.Time { return now })
	p := &portal{t: t, db: d, view: published.New(d), r: render.New(live), site: testSite()}
	p.fact("site", "", p.site)
	return p
}

func testSite() published.Site {
	return published.Site{
		Name: "Prairie Post", URL: "https://post.test", Languages: []string{"en", "fr"}, Zone: "America/Edmonton", Place: "calgary",
		Tagline: map[string]string{"en": "News from the foothills", "fr": "Les nouvelles des contreforts"}, Contact: "desk@post.test",
		Sections: []published.Section{
			{Slug: "local", Name: map[string]string{"en": "Local", "fr": "Ici"}},
			{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}},
			{Slug: "ukraine", Parent: "world", Name: map[string]string{"en": "Ukraine", "fr": "Ukraine"}},
			{Slug: "opinion", Name: map[string]string{"en": "Opinion", "fr": "Opinions"}},
		},
		Regions: []published.Region{
			{Slug: "calgary", Name: "Calgary", Province: "Alberta", Abbrev: "Alta.", Zone: "America/Edmonton", Lat: 51.05, Lon: -114.07},
			{Slug: "st-johns", Name: "St. John’s", Province: "Newfoundland and Labrador", ProvinceFR: "Terre-Neuve-et-Labrador", Zone: "America/St_Johns"},
			{Slug: "montreal", Name: "Montreal", NameFR: "Montréal", Province: "Quebec", ProvinceFR: "Québec", Zone: "America/Toronto"},
		},
	}
}

func (p *portal) in(fn func(tx *db.Tx) error) {
	p.t.Helper()
	if err := p.db.InTx(context.Background(), fn); err != nil {
		p.t.Fatal(err)
	}
}

func (p *portal) fact(kind, name string, v any) {
	p.t.Helper()
	p.in(func(tx *db.Tx) error {
		_, err := publish.Fact(context.Background(), tx, kind, name, v)
		return err
	})
}

func (p *portal) publish(list ...*published.Story) {
	p.t.Helper()
	p.in(func(tx *db.Tx) error {
		for _, s := range list {
			snap, err := publish.Prepare(s, &p.site)
			if err != nil {
				return err
			}
			if _, err := publish.Put(context.Background(), tx, snap); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *portal) remove(id string, status published.Status, reason string) {
	p.t.Helper()
	p.in(func(tx *db.Tx) error {
		_, err := publish.Remove(context.Background(), tx, published.Tombstone{ID: id, Status: status, At: now, Reason: reason})
		return err
	})
}

func (p *portal) weather(region string, celsius float64, observed time.Time) {
	p.t.Helper()
	b, err := json.Marshal(weather.Report{
		Observed: observed, TempC: weather.Measure{Value: celsius, Valid: true}, WindKPH: weather.Measure{Value: 20, Valid: true}, WindDir: "WNW",
		Condition: weather.Snow, Provider: "Recorded provider", ProviderFR: "Fournisseur enregistré", URL: "https://weather.test/",
		Hours:  []weather.Hour{{Time: now.Truncate(time.Hour), TempC: weather.Measure{Value: -13, Valid: true}, Condition: weather.Snow}},
		Days:   []weather.Day{{Date: time.Date(2024, 11, 22, 7, 0, 0, 0, time.UTC), MinC: weather.Measure{Value: -19, Valid: true}, MaxC: weather.Measure{Value: -8, Valid: true}}},
		Alerts: []weather.Alert{{Title: "Snowfall warning", Text: "Up to 20 cm.", Severity: weather.Warning, Until: now.Add(6 * time.Hour)}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.fact("weather", region, published.RawWeather(b))
}

// get renders an address at the tests' moment.
func (p *portal) get(address string) (render.Page, *published.Recorder, error) {
	p.t.Helper()
	path, query := address, ""
	for i := range address {
		if address[i] == '?' {
			path, query = address[:i], address[i+1:]
			break
		}
	}
	route, ok := render.Parse(path, query)
	if !ok {
		p.t.Fatalf("%s is not an address", address)
	}
	rec := p.view.Record(now)
	page, err := p.r.Page(context.Background(), rec, route)
	return page, rec, err
}

func paragraph(text string) doc.Node {
	return doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}}
}

func photo(id string) doc.Media {
	m := doc.Media{
		ID: id, Kind: "photo", Width: 1600, Height: 1067, Alt: "A combine under a low sun", Caption: "A combine near Lethbridge.",
		Credit: "Jane Robertson/The Associated Press", FocusX: .8, FocusY: .5, Colour: "#7a6a4c",
	}
	for _, w := range []int{320, 640, 1600} {
		for _, kind := range []string{"avif", "webp", "jpeg"} {
			m.Renditions = append(m.Renditions, doc.Rendition{URL: fmt.Sprintf("/media/%s/%d.%s", id, w, kind), Type: "image/" + kind, Width: w, Height: w * 2 / 3})
		}
	}
	for _, r := range []string{"16:9", "4:3", "1:1"} {
		m.Crops = append(m.Crops, doc.Crop{Ratio: r, Renditions: []doc.Rendition{{URL: "/media/" + id + "/" + r[:1] + ".jpg", Type: "image/jpeg", Width: 1200, Height: 900}}})
	}
	for _, w := range []int{112, 224} {
		small := doc.Rendition{URL: fmt.Sprintf("/media/%s/sq%d.jpg", id, w), Type: "image/jpeg", Width: w, Height: w}
		m.Crops[2].Renditions = append(m.Crops[2].Renditions, small)
	}
	return m
}

func video(id string) doc.Media {
	poster := photo(id + "p")
	return doc.Media{
		ID: id, Kind: "video", Width: 1280, Height: 720, Duration: 138, Poster: &poster, Transcript: "We were back on the cranes by two.",
		Renditions: []doc.Rendition{{URL: "/media/" + id + "/clip.mp4", Type: "video/mp4", Width: 1280, Height: 720}},
		Tracks:     []doc.Track{{URL: "/media/" + id + "/en.vtt", Kind: "captions", Lang: "en", Label: "English"}},
	}
}

// brief is a short story published so long before now.
func brief(id, section, headline string, before time.Duration) *published.Story {
	at := now.Add(-before)
	return &published.Story{
		ID: id, Revision: 1, Slug: published.MakeSlug(headline), Language: "en", Section: section, Kind: "story", Headline: headline,
		Standfirst: "What is known about " + headline + ".", Regions: []string{"calgary"}, Bylines: []published.Byline{{Slug: "amina-okafor", Name: "Amina Okafor"}},
		Body: doc.Node{Type: "doc", Content: []doc.Node{paragraph("One paragraph of text.")}}, Published: at, Updated: at, Modified: at, Words: 4,
		Lead: &published.Lead{Media: "m" + id}, Media: map[string]doc.Media{"m" + id: photo("m" + id)},
		Log: []published.LogEntry{{At: at, Kind: "published"}},
	}
}

// full is the story that has everything, three years old.
func full() *published.Story {
	at := time.Date(2021, 11, 20, 12, 42, 0, 0, time.UTC)
	return &published.Story{
		ID: "full1", Revision: 3, Slug: "grain-ships-leave-odesa", Language: "en", Section: "ukraine", Kind: "story",
		Headline:   "Grain ships leave Odesa as port workers return after a night of drone attacks",
		Standfirst: "Three vessels cleared the corridor before dawn.", Dateline: "ODESA, Ukraine", Zone: "America/Edmonton",
		Regions: []string{"calgary"}, Topics: []published.Topic{{Slug: "grain", Name: "Grain"}},
		Bylines: []published.Byline{{Slug: "amina-okafor", Name: "Amina Okafor"}, {Name: "Rosa Delgado"}, {Name: "Marc Roy"}},
		Credits: []string{"With files from The Associated Press and The Canadian Press"},
		Lead:    &published.Lead{Media: "v1", Title: "Port of Odesa reopens", Caption: "Dock workers describe the first hours.", Recorded: at},
		Media:   map[string]doc.Media{"v1": video("v1"), "p1": photo("p1")},
		Body: doc.Node{Type: "doc", Content: []doc.Node{
			{Type: "keyPoints", Content: []doc.Node{{Type: "listItem", Content: []doc.Node{paragraph("Three ships left.")}}}},
			paragraph("Three grain ships left this Black Sea port before dawn."),
			{Type: "promo", Attrs: doc.Attrs{"title": "Ukraine: this week, live", "text": "Join our reporters.", "url": "/ukraine", "action": "Save a seat"}},
			{Type: "photo", Attrs: doc.Attrs{"media": "p1"}},
			{Type: "heading", Attrs: doc.Attrs{"level": 2}, Content: []doc.Node{{Type: "text", Text: "What insurers want"}}},
			{Type: "watch", Attrs: doc.Attrs{"label": "WATCH", "target": "v1", "title": "How a grain corridor works"}},
		}},
		Corrections: []published.Correction{
			{At: at.Add(48 * time.Hour), Text: "The ships carry 92,000 tonnes.", Place: "top"},
			{At: at.Add(24 * time.Hour), Text: "The port has two terminals.", Place: "end"},
		},
		Log:       []published.LogEntry{{At: at.Add(time.Hour), Kind: "updated", Note: "With the insurers’ words."}, {At: at, Kind: "published"}},
		Published: at, Updated: at.Add(time.Hour), Modified: at.Add(48 * time.Hour), Words: 920,
	}
}

// gallery is a story of photos, older than all others: its lead is one of them.
func gallery() *published.Story {
	s := brief("gal1", "local", "The harvest in pictures", 5*365*24*time.Hour)
	s.Kind = "gallery"
	var items []any
	s.Media = map[string]doc.Media{}
	for _, id := range []string{"g1", "g2", "g3"} {
		m := photo(id)
		m.Alt = "A field, " + id
		s.Media[id] = m
		items = append(items, map[string]any{"media": id, "caption": "Caption of " + id + "."})
	}
	s.Lead.Media = "g1"
	s.Body.Content = append(s.Body.Content, doc.Node{Type: "gallery", Attrs: doc.Attrs{"items": items}})
	return s
}

// seed fills the portal: a day of stories, older ones, a French one, an author, weather.
func seed(t testing.TB) *portal {
	p := newPortal(t)
	var list []*published.Story
	for i := range 30 {
		section := []string{"local", "world", "ukraine"}[i%3]
		list = append(list, brief(fmt.Sprintf("s%02d", i), section, fmt.Sprintf("Council hears plan number %d", i), time.Duration(i*i)*time.Hour+30*time.Minute))
	}
	old := brief("old1", "ukraine", "Corridor opens", 4*365*24*time.Hour)
	old.Topics = []published.Topic{{Slug: "grain", Name: "Grain"}}
	older := brief("old2", "ukraine", "Corridor is promised", 4*366*24*time.Hour)
	op := brief("op1", "opinion", "A byelection nobody asked for", 3*time.Hour)
	op.Kind = "opinion"
	clip := brief("vid1", "local", "Chinook over the city", 5*time.Hour)
	clip.Kind, clip.Lead, clip.Media = "video", &published.Lead{Media: "v2", Title: "Chinook"}, map[string]doc.Media{"v2": video("v2")}
	fr := brief("fr1", "world", "Les navires de grain quittent Odessa", 2*time.Hour)
	fr.Language, fr.Translation, fr.Regions = "fr", "full1", []string{"montreal"}
	en := full()
	en.Translation = "fr1"
	p.publish(append(list, old, older, op, clip, fr, en)...)
	p.fact("author", "amina-okafor", published.Author{
		Slug: "amina-okafor", Name: "Amina Okafor", Role: map[string]string{"en": "Health reporter", "fr": "Journaliste, santé"},
		Bio: map[string]string{"en": "Amina Okafor reports on hospitals."}, Email: "amina@post.test",
	})
	p.weather("calgary", -13.4, now.Add(-42*time.Minute))
	return p
}
