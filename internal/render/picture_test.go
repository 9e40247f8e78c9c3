package render_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/doc"
	"masthead/internal/published"
	"masthead/internal/render"
)

// soundPictures checks what must hold for the pictures of every page.
func soundPictures(t *testing.T, d *goquery.Document) {
	t.Helper()
	d.Find("main img").Each(func(_ int, img *goquery.Selection) {
		_, lazy := img.Attr("loading")
		if first := img.AttrOr("fetchpriority", "") == "high"; first == lazy {
			t.Errorf("%s is loaded first and late, or neither", img.AttrOr("src", ""))
		}
		if img.AttrOr("srcset", "") != "" && img.AttrOr("sizes", "") == "" {
			t.Errorf("%s has a srcset without sizes", img.AttrOr("src", ""))
		}
		class := img.AttrOr("class", "")
		if class != "" && !strings.Contains(d.Find("head style").Last().Text(), "."+class+"{") {
			t.Errorf("no rule for class %q", class)
		}
	})
	if n := d.Find("img[fetchpriority=high]").Length(); n > 1 {
		t.Errorf("%d pictures are loaded first", n)
	}
	d.Find("picture").Each(func(_ int, p *goquery.Selection) {
		best := []string{"image/avif", "image/webp", "image/jpeg"}
		last, narrow := -1, true
		p.Find("source").Each(func(_ int, s *goquery.Selection) {
			if _, media := s.Attr("media"); !media && narrow {
				last, narrow = -1, false
			}
			if at := slices.Index(best, s.AttrOr("type", "")); at <= last {
				t.Errorf("source %s stands behind a worse one", s.AttrOr("type", ""))
			} else {
				last = at
			}
		})
	})
}

// The first picture of a page is the largest thing on its first screen.
func TestTheLargestPictureIsLoadedFirst(t *testing.T) {
	p := seed(t)
	p.publish(gallery())
	p.fact("front", "en/home", published.Front{Containers: []published.Container{{Layout: "row", Cards: []published.Placed{{Story: "s01"}, {Story: "s02"}}}, {Layout: "lead", List: "all"}}})
	for _, address := range append(slices.Clone(everyPage), "/ukraine/corridor-opens-old1", "/local/the-harvest-in-pictures-gal1") {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(address, err)
		}
		if page.Status == 301 {
			continue
		}
		d := parsed(t, page)
		first := d.Find("main img").First()
		if first.Length() == 0 || first.Closest(".rel").Length() > 0 {
			continue
		}
		if first.AttrOr("fetchpriority", "") != "high" {
			t.Errorf("%s: %s is not loaded first", address, first.AttrOr("src", ""))
		}
		if _, lazy := first.Attr("loading"); lazy {
			t.Errorf("%s: %s is loaded late", address, first.AttrOr("src", ""))
		}
	}
}

func TestPicturesComeInTheBestFormat(t *testing.T) {
	p := seed(t)
	for address, place := range map[string]string{
		"/": "article.xl .im", "/world": "article.l .im", "/by/amina-okafor": ".river .im", "/ukraine/grain-ships-leave-odesa-full1": "#photo-1",
		"/ukraine/corridor-opens-old1": "figure.key", "/local/chinook-over-the-city-vid1": "figure.key .frame",
	} {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		var types []string
		parsed(t, page).Find("main " + place).First().Find("picture source:not([media])").Each(func(_ int, s *goquery.Selection) {
			types = append(types, s.AttrOr("type", ""))
		})
		if want := []string{"image/avif", "image/webp"}; !slices.Equal(types, want) {
			t.Errorf("%s: %s has sources %v, want %v", address, place, types, want)
		}
	}
}

// A gallery shows each photo once, the lead too, numbered, and search engines are told of all.
func TestAGalleryIsItsPhotos(t *testing.T) {
	p := newPortal(t)
	p.publish(gallery())
	page, _, err := p.get("/local/the-harvest-in-pictures-gal1")
	if err != nil {
		t.Fatal(err)
	}
	sound(t, page)
	d := parsed(t, page)
	if n := d.Find("main figure").Length(); n != 3 {
		t.Errorf("%d photos, want 3", n)
	}
	d.Find("main figure").Each(func(i int, f *goquery.Selection) {
		if got, want := f.Find("figcaption .no").Text(), fmt.Sprintf("%d of 3", i+1); got != want {
			t.Errorf("photo %d says %q, want %q", i+1, got, want)
		}
		if id := f.Find("a").AttrOr("id", ""); id != fmt.Sprintf("photo-%d", i+1) {
			t.Errorf("photo %d has the id %q", i+1, id)
		}
		if href := f.Find("a").AttrOr("href", ""); !strings.HasSuffix(href, "/1600.jpeg") {
			t.Errorf("without a script, photo %d leads to %q", i+1, href)
		}
	})
	var graph struct {
		Graph []struct {
			Type  string           `json:"@type"`
			Image []map[string]any `json:"image"`
		} `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(d.Find(`script[type="application/ld+json"]`).Text()), &graph); err != nil {
		t.Fatal(err)
	}
	if g := graph.Graph[0]; g.Type != "ImageGallery" || len(g.Image) != 3 || g.Image[2]["caption"] != "Caption of g3." {
		t.Errorf("%+v", g)
	}
}

func TestThumbnailsAreSquareOnATelephone(t *testing.T) {
	p := seed(t)
	page, _, err := p.get("/")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	set := d.Find(`.row .im source[media]`).First().AttrOr("srcset", "")
	if !strings.Contains(set, "/sq224.") || strings.Contains(set, "1200w") {
		t.Errorf("squares %q, want the small ones", set)
	}
	if d.Find("article.xl source[media]").Length() > 0 {
		t.Error("the splash is cut to a square")
	}
}

func TestFocalPointAndColourStandInTheSheet(t *testing.T) {
	p := newPortal(t)
	m := photo("m1")
	m.Colour, m.FocusX, m.FocusY = "#a1b2c3", .3125, .2
	odd := photo("m2")
	odd.Colour, odd.FocusX, odd.FocusY = "#fff}body{display:none", .5, .5
	a, b, c := brief("a", "local", "One", time.Minute), brief("b", "local", "Two", 2*time.Minute), brief("c", "local", "Three", 3*time.Minute)
	a.Media, b.Media, c.Media = map[string]doc.Media{"ma": m}, map[string]doc.Media{"mb": m}, map[string]doc.Media{"mc": odd}
	p.publish(a, b, c)
	for _, address := range []string{"/", "/local", "/local/one-a"} {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		d := parsed(t, page)
		if got := d.Find("head style").Last().Text(); got != ".k0{background:#a1b2c3;object-position:31.3% 20%}" {
			t.Errorf("%s: %q", address, got)
		}
		checkPolicy(t, page)
	}
	page, _, err := p.get("/_/near/calgary")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	if img := d.Find("img").First(); img.AttrOr("data-look", "") != "background:#a1b2c3;object-position:31.3% 20%" || d.Find("img[class]").Length() > 0 {
		t.Error("the row of a place does not bring its pictures' look along")
	}
}

// A page's own sheet is allowed by its hash, and by no other page's.
func TestEachPageAllowsItsOwnSheet(t *testing.T) {
	p := seed(t)
	policies := map[string]string{}
	for _, address := range []string{"/", "/world", "/ukraine/grain-ships-leave-odesa-full1"} {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		checkPolicy(t, page)
		policies[address] = policyOf(page)
	}
	if n := strings.Count(regexp.MustCompile(`style-src[^;]*`).FindString(policies["/"]), "'sha256-"); n != 2 {
		t.Errorf("%d hashes of sheets in %q, want 2", n, policies["/"])
	}
}

func policyOf(page render.Page) string {
	for _, h := range page.Header {
		if h[0] == "Content-Security-Policy" {
			return h[1]
		}
	}
	return ""
}

// Feed readers see the lead with the text, with its size and words, from the site's own address.
func TestFeedsBringTheLead(t *testing.T) {
	p := newPortal(t)
	p.publish(brief("a", "local", "One", time.Hour), gallery())
	page, _, err := p.get("/feed.json")
	if err != nil {
		t.Fatal(err)
	}
	var feed struct {
		Items []struct {
			HTML   string `json:"content_html"`
			Image  string `json:"image"`
			Banner string `json:"banner_image"`
		} `json:"items"`
	}
	if err := json.Unmarshal(page.Body, &feed); err != nil || len(feed.Items) != 2 {
		t.Fatal(len(feed.Items), err)
	}
	if feed.Items[0].Image != "https://post.test/media/ma/1600.jpeg" || feed.Items[0].Banner != "https://post.test/media/ma/1.jpg" {
		t.Errorf("%+v", feed.Items[0])
	}
	for i, want := range []int{1, 3} { // the lead of a gallery is in its text
		d, err := goquery.NewDocumentFromReader(strings.NewReader(feed.Items[i].HTML))
		if err != nil {
			t.Fatal(err)
		}
		if n := d.Find("img").Length(); n != want {
			t.Errorf("%d pictures, want %d: %s", n, want, feed.Items[i].HTML)
		}
		d.Find("img").Each(func(_ int, img *goquery.Selection) {
			if !strings.HasPrefix(img.AttrOr("src", ""), "https://post.test/media/") || img.AttrOr("width", "") == "" || img.AttrOr("height", "") == "" || img.AttrOr("alt", "") == "" {
				t.Errorf("%s", feed.Items[i].HTML)
			}
		})
		if d.Find("[class],[id],style,source").Length() > 0 {
			t.Errorf("a feed has what belongs to pages: %s", feed.Items[i].HTML)
		}
	}
}
