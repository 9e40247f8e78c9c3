package render_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/render"
)

// bare is a story without a picture.
func bare(id, headline string, before time.Duration) *published.Story {
	s := brief(id, "local", headline, before)
	s.Lead, s.Media = nil, nil
	return s
}

// shared are the paths of a story's pictures for sharing.
func shared(t *testing.T, p *portal, address string) (paths []string) {
	t.Helper()
	page, _, err := p.get(address)
	if err != nil {
		t.Fatal(err)
	}
	parsed(t, page).Find(`meta[property="og:image"]`).Each(func(_ int, m *goquery.Selection) {
		paths = append(paths, strings.TrimPrefix(m.AttrOr("content", ""), "https://post.test"))
	})
	return paths
}

func TestAStoryWithoutAPictureGetsDrawnOnes(t *testing.T) {
	p := newPortal(t)
	p.publish(bare("none1", "Water is safe again", time.Hour))
	page, _, err := p.get("/local/water-is-safe-again-none1")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	meta := func(name string) (list []string) {
		d.Find(`meta[property="` + name + `"]`).Each(func(_ int, m *goquery.Selection) { list = append(list, m.AttrOr("content", "")) })
		return list
	}
	urls, widths, heights, alts := meta("og:image"), meta("og:image:width"), meta("og:image:height"), meta("og:image:alt")
	if len(urls) != 3 || len(widths) != 3 || len(heights) != 3 || len(alts) != 3 || !strings.HasPrefix(alts[0], "Water is safe again") {
		t.Fatalf("%v %v %v %v", urls, widths, heights, alts)
	}
	if d.Find(`meta[name="twitter:card"]`).AttrOr("content", "") != "summary_large_image" {
		t.Error("the card is a small one")
	}
	for i, u := range urls {
		pic, rec, err := p.get(strings.TrimPrefix(u, "https://post.test"))
		if err != nil || pic.Status != 200 || pic.Type != "image/jpeg" {
			t.Fatalf("%s: %d %s %v", u, pic.Status, pic.Type, err)
		}
		img, err := jpeg.DecodeConfig(bytes.NewReader(pic.Body))
		if err != nil || strconv.Itoa(img.Width) != widths[i] || strconv.Itoa(img.Height) != heights[i] {
			t.Errorf("%s is %d × %d, said to be %s × %s: %v", u, img.Width, img.Height, widths[i], heights[i], err)
		}
		for _, dep := range rec.Deps() {
			if k := dep.Read.Kind; k != published.KindStory && k != published.KindSite {
				t.Errorf("%s depends on %s", u, dep.Read.Key())
			}
		}
	}
	var graph struct {
		Graph []struct {
			Image []struct{ URL string } `json:"image"`
		} `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(d.Find(`script[type="application/ld+json"]`).Text()), &graph); err != nil {
		t.Fatal(err)
	}
	if len(graph.Graph) == 0 || len(graph.Graph[0].Image) != 3 || graph.Graph[0].Image[1].URL != urls[1] {
		t.Errorf("search engines are given %+v", graph.Graph)
	}
}

// A picture without crops is drawn for as long as it has none; a photo of the text will do as well as a lead.
func TestDrawnOnlyWithoutCrops(t *testing.T) {
	p := newPortal(t)
	raw := brief("raw1", "local", "Raw", time.Hour)
	m := raw.Media["mraw1"]
	m.Crops = m.Crops[:2]
	raw.Media["mraw1"] = m
	inside := bare("in1", "Inside", time.Hour)
	inside.Media = map[string]doc.Media{"p1": photo("p1")}
	inside.Body.Content = append(inside.Body.Content, doc.Node{Type: "photo", Attrs: doc.Attrs{"media": "p1"}})
	p.publish(raw, inside, brief("has1", "local", "Has", time.Hour))
	for address, drawn := range map[string]bool{"/local/raw-raw1": true, "/local/inside-in1": false, "/local/has-has1": false} {
		paths := shared(t, p, address)
		if len(paths) != 3 || strings.HasPrefix(paths[0], "/_/share/") != drawn {
			t.Errorf("%s: %v", address, paths)
		}
	}
}

func TestADrawnPictureFollowsItsStory(t *testing.T) {
	p := newPortal(t)
	p.publish(bare("none1", "Water is safe again", time.Hour))
	old := shared(t, p, "/local/water-is-safe-again-none1")[0]
	changed := bare("none1", "Water is not safe", time.Hour)
	changed.Slug = "water-is-safe-again"
	p.publish(changed)
	now := shared(t, p, "/local/water-is-safe-again-none1")[0]
	if old == now {
		t.Fatal("another headline has the same address")
	}
	if page, _, err := p.get(old); err != nil || page.Status != 302 || page.Location != now {
		t.Errorf("the address of before: %d %q %v", page.Status, page.Location, err)
	}
	p.remove("none1", published.Killed, "A court ordered it.")
	for _, path := range []string{old, now} {
		if page, _, err := p.get(path); err != nil || page.Status != 410 || page.Type == "image/jpeg" {
			t.Errorf("%s of a killed story: %d %s %v", path, page.Status, page.Type, err)
		}
	}
	for _, path := range []string{"/_/share/secret1-16x9-0000000000.jpg", "/_/share/secret1-1x1-x.jpg"} {
		if _, _, err := p.get(path); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s of a story that nobody published: %v", path, err)
		}
	}
	for _, path := range []string{"/_/share/a-2x1-s.jpg", "/_/share/a-16x9.jpg", "/_/share/a-16x9-s.png", "/_/share/a-16x9-s-t.jpg", "/_/share/-16x9-s.jpg"} {
		if _, ok := render.Parse(path, ""); ok {
			t.Errorf("%s is an address", path)
		}
	}
}

// An old story says that it is old, from the day on which it is.
func TestADrawnPictureSaysItsAge(t *testing.T) {
	p := newPortal(t)
	p.publish(bare("old1", "Water is safe again", 365*24*time.Hour-12*time.Hour))
	path := shared(t, p, "/local/water-is-safe-again-old1")[0]
	young, rec, err := p.get(path)
	if err != nil || young.Status != 200 {
		t.Fatal(young.Status, err)
	}
	birthday := rec.Until()
	if birthday.IsZero() || birthday.After(now.Add(3*24*time.Hour)) {
		t.Fatalf("right until %v", birthday)
	}
	route, _ := render.Parse(path, "")
	page, err := p.r.Page(context.Background(), p.view.Record(birthday.Add(time.Minute)), route)
	if err != nil || page.Status != 302 {
		t.Fatalf("a year later: %d %v", page.Status, err)
	}
	route, _ = render.Parse(page.Location, "")
	aged, err := p.r.Page(context.Background(), p.view.Record(birthday.Add(time.Minute)), route)
	if err != nil {
		t.Fatal(err)
	}
	yellow := func(b []byte) bool {
		img, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		for y := range img.Bounds().Dy() {
			r, _, b, _ := img.At(90, y).RGBA()
			if r>>8 > 240 && b>>8 < 150 {
				return true
			}
		}
		return false
	}
	if yellow(young.Body) || !yellow(aged.Body) {
		t.Errorf("marked as old: %v, %v a year later; want only the second", yellow(young.Body), yellow(aged.Body))
	}
}

// The site's colour is on the picture, made dark enough to read.
func TestADrawnPictureHasTheSitesColour(t *testing.T) {
	p := newPortal(t)
	p.site.Accent = "#b00020"
	p.fact("site", "", p.site)
	p.publish(bare("none1", "Water is safe again", time.Hour))
	page, _, err := p.get(shared(t, p, "/local/water-is-safe-again-none1")[2])
	if err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(page.Body))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, _, _ := img.At(10, 600).RGBA(); r>>8 < 0x90 || g>>8 > 0x40 {
		t.Errorf("the edge is %v", img.At(10, 600))
	}
}

func TestEverySharedPictureHasItsSize(t *testing.T) {
	p := seed(t)
	for _, address := range everyPage {
		page, _, err := p.get(address)
		if err != nil || page.Status != 200 {
			continue
		}
		d := parsed(t, page)
		var names []string
		d.Find(`meta[property^="og:image"]`).Each(func(_ int, m *goquery.Selection) { names = append(names, m.AttrOr("property", "")) })
		for i, n := range names {
			if n == "og:image" && !slices.Equal(names[i+1:min(i+4, len(names))], []string{"og:image:width", "og:image:height", "og:image:alt"}) {
				t.Errorf("%s: %v", address, names)
			}
		}
	}
}
