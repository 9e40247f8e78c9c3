package render_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/render"
)

var update = flag.Bool("update", false, "write the golden files anew")

func parsed(t *testing.T, p render.Page) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// everyPage has an address of each template, in both languages where it has them.
var everyPage = []string{
	"/", "/fr", "/r/calgary", "/fr/r/montreal", "/r/calgary/local", "/r/calgary/weather", "/fr/r/calgary/weather", "/r/st-johns", "/world", "/fr/world", "/ukraine",
	"/topics/grain", "/by/amina-okafor", "/video", "/corrections", "/fr/corrections", "/archive", "/archive/2024", "/archive/2024/11", "/fr/archive/2024/11",
	"/archive/2024/11/22", "/archive/2024/11/01", "/regions", "/fr/regions", "/most-read", "/fr/most-read",
	"/ukraine/grain-ships-leave-odesa-full1", "/ukraine/grain-ships-leave-odesa-full1/changes", "/world/les-navires-de-grain-quittent-odessa-fr1",
	"/opinion/a-byelection-nobody-asked-for-op1", "/local/chinook-over-the-city-vid1",
}

func TestEveryPageIsSound(t *testing.T) {
	p := seed(t)
	p.remove("s05", published.Killed, "A court ordered it.")
	addresses := append(slices.Clone(everyPage), "/local/x-s05")
	for _, address := range addresses {
		t.Run(address, func(t *testing.T) {
			page, rec, err := p.get(address)
			if err != nil {
				t.Fatal(err)
			}
			if page.Status == 301 {
				page, rec, err = p.get(page.Location)
				if err != nil {
					t.Fatal(err)
				}
			}
			sound(t, page)
			if until := rec.Until(); until.IsZero() || !until.After(now) || until.After(now.Add(24*time.Hour)) {
				t.Errorf("right until %v, want the place's next midnight or before", until)
			}
		})
	}
}

// sound checks what must hold for every page of the portal.
func sound(t *testing.T, page render.Page) {
	t.Helper()
	d := parsed(t, page)
	if n := d.Find("h1").Length(); n != 1 || d.Find("main h1").Length() != 1 {
		t.Errorf("%d h1, want one, in main", n)
	}
	if got := d.Find("html").AttrOr("lang", ""); got != page.Lang || got != "en-CA" && got != "fr-CA" {
		t.Errorf("html lang %q, page %q", got, page.Lang)
	}
	last := 0
	d.Find("h1,h2,h3,h4").Each(func(_ int, h *goquery.Selection) {
		level := int(goquery.NodeName(h)[1] - '0')
		if level > last+1 {
			t.Errorf("heading %q skips from h%d to h%d", h.Text(), last, level)
		}
		last = level
	})
	if n := d.Find("[style],[onclick],[onload]").Length(); n > 0 {
		t.Errorf("%d style attributes or handlers", n)
	}
	pictured := d.Find("main img").Length() > 0
	if n := d.Find("head style").Length(); n != d.Find("style").Length() || n != 1 && !(pictured && n == 2) {
		t.Errorf("%d style elements, want the theme's and, with pictures, theirs", n)
	}
	soundPictures(t, d)
	seen := map[string]bool{}
	d.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		if id := s.AttrOr("id", ""); seen[id] {
			t.Errorf("id %q twice", id)
		} else {
			seen[id] = true
		}
	})
	d.Find("[aria-labelledby]").Each(func(_ int, s *goquery.Selection) {
		if id := s.AttrOr("aria-labelledby", ""); !seen[id] {
			t.Errorf("aria-labelledby %q names nothing", id)
		}
	})
	d.Find("img,script,link[rel=stylesheet],link[rel=preload],source,video,iframe").Each(func(_ int, s *goquery.Selection) {
		for _, a := range []string{"src", "href", "srcset", "poster"} {
			if v := s.AttrOr(a, "/"); !strings.HasPrefix(v, "/") || strings.HasPrefix(v, "//") {
				t.Errorf("%s loads %q from elsewhere", goquery.NodeName(s), v)
			}
		}
	})
	d.Find("img").Each(func(_ int, s *goquery.Selection) {
		for _, a := range []string{"alt", "width", "height"} {
			if _, ok := s.Attr(a); !ok {
				t.Errorf("img without %s", a)
			}
		}
	})
	d.Find("a").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("href", "") == "" || s.AttrOr("href", "") == "#" {
			t.Errorf("dead link %q", s.Text())
		}
	})
	if strings.Contains(d.Find("body").Text(), "\u2011") {
		t.Error("a hyphen that the fonts do not have")
	}
	if title := d.Find("title").Text(); !strings.Contains(title, "Prairie Post") {
		t.Errorf("title %q", title)
	}
	checkPolicy(t, page)
}

var inline = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>`)

// checkPolicy compares the inline parts with the hashes in the policy.
func checkPolicy(t *testing.T, page render.Page) {
	t.Helper()
	policy := policyOf(page)
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	for _, m := range inline.FindAll(page.Body, -1) {
		text := m[bytes.IndexByte(m, '>')+1 : bytes.LastIndexByte(m, '<')]
		if !strings.Contains(policy, sha256Source(text)) {
			t.Errorf("policy does not allow %.40s…", m)
		}
	}
}

func TestStoryHasItsPartsInOrder(t *testing.T) {
	p := seed(t)
	page, _, err := p.get("/ukraine/grain-ships-leave-odesa-full1")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	want := []string{
		"a.kick", "h1", "p.stand", "figure.key", ".meta", ".box.info", ".fix", ".kp", ".body > p", "aside.promo", "#photo-1", ".body > h2", "figure.watch",
		".files", ".after .fix", ".tags", ".writer", ".share", ".tell",
	}
	all := d.Find("*")
	last := -1
	for _, sel := range want {
		s := d.Find("main " + sel)
		if s.Length() == 0 {
			t.Fatalf("no %s", sel)
		}
		at := all.IndexOfNode(s.Nodes[0])
		if at <= last {
			t.Errorf("%s stands before its predecessor", sel)
		}
		last = at
	}
	for sel, text := range map[string]string{
		".meta p:first-child":  "Amina Okafor, Rosa Delgado and Marc Roy",
		".meta p:nth-child(2)": "Posted Nov. 20, 2021, 5:42 a.m. MST",
		".meta p:nth-child(3)": "Updated 6:42 a.m.",
		".text > .box.info":    "This story is 3 years old.",
		".text > .fix":         "Correction, Nov. 22, 2021: The ships carry 92,000 tonnes.",
		".body > p":            "ODESA, Ukraine — Three grain ships left this Black Sea port before dawn.",
		"figure.key .vm":       "3 years ago · Duration 2:18",
		".files":               "With files from The Associated Press and The Canadian Press",
		".rel h2":              "Earlier in Ukraine",
	} {
		if got := strings.Join(strings.Fields(d.Find(sel).First().Text()), " "); !strings.HasPrefix(got, text) {
			t.Errorf("%s: got %q, want %q", sel, got, text)
		}
	}
	if got := d.Find(`meta[property="og:image"]`).Length(); got != 3 {
		t.Errorf("%d sharing pictures, want 3 crops", got)
	}
	if href := d.Find(`link[hreflang="fr-CA"]`).AttrOr("href", ""); !strings.HasSuffix(href, "-fr1") {
		t.Errorf("translation %q", href)
	}
	if got := d.Find(".rel article").Length(); got < 2 {
		t.Errorf("%d earlier stories, want those of the section", got)
	}
}

func TestStoryIsFrenchThroughout(t *testing.T) {
	p := seed(t)
	page, _, err := p.get("/world/les-navires-de-grain-quittent-odessa-fr1")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	for sel, text := range map[string]string{
		".meta p:nth-child(2)": "Publié le 22\u00a0nov. 2024 à 3\u00a0h\u00a042 HNR",
		".sec .row a":          "À la une", "a.kick": "Monde", ".skip": "Aller au contenu principal", "[data-shown]": "−13,4\u00a0°C",
	} {
		if got := strings.TrimSpace(d.Find(sel).First().Text()); got != text {
			t.Errorf("%s: got %q, want %q", sel, got, text)
		}
	}
	if got := d.Find(".sec .row a").First().AttrOr("href", ""); got != "/fr" {
		t.Errorf("front of a French page is %q", got)
	}
}

func TestANewStoryLeavesOldPagesAlone(t *testing.T) {
	p := seed(t)
	_, rec, err := p.get("/ukraine/grain-ships-leave-odesa-full1")
	if err != nil {
		t.Fatal(err)
	}
	p.publish(brief("new1", "ukraine", "Another ship sails", time.Minute))
	for _, dep := range rec.Deps() {
		sum, err := p.view.Sum(context.Background(), dep.Read)
		if err != nil {
			t.Fatal(err)
		}
		if sum != dep.Sum {
			t.Errorf("the page of an old story depends on %s, which changed", dep.Read.Key())
		}
	}
}

func TestOnlyTheIDCounts(t *testing.T) {
	p := seed(t)
	for _, address := range []string{"/local/old-slug-full1", "/ukraine/full1", "/video/grain-ships-leave-odesa-full1"} {
		page, _, err := p.get(address)
		if err != nil || page.Status != 301 || page.Location != "/ukraine/grain-ships-leave-odesa-full1" {
			t.Errorf("%s: %d %q %v", address, page.Status, page.Location, err)
		}
	}
	page, _, err := p.get("/lite/world/full1")
	if err != nil || page.Location != "/lite/ukraine/grain-ships-leave-odesa-full1" {
		t.Errorf("lite: %q %v", page.Location, err)
	}
	if _, _, err := p.get("/world/never-was-zzz"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a story that never was: %v", err)
	}
	for _, address := range []string{"/nosection", "/r/nowhere", "/r/nowhere/weather", "/topics/none", "/by/nobody", "/r/calgary/none", "/archive/1999/01/01/x", "/archive/2031/01"} {
		route, ok := render.Parse(address, "")
		if !ok {
			continue
		}
		if _, err := p.r.Page(context.Background(), p.view.Record(now), route); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v, want not found", address, err)
		}
	}
}

func TestRemovedStoryIsGone(t *testing.T) {
	p := seed(t)
	p.remove("s00", published.Killed, "A court ordered it.")
	page, _, err := p.get("/local/whatever-s00")
	if err != nil || page.Status != 410 {
		t.Fatalf("%d %v", page.Status, err)
	}
	d := parsed(t, page)
	if d.Find("h1").Text() != "This story was removed" || !strings.Contains(d.Find(".about").Text(), "A court ordered it.") {
		t.Errorf("%s: %s", d.Find("h1").Text(), d.Find(".about").Text())
	}
	if strings.Contains(string(page.Body), "Council hears plan number 0<") {
		t.Error("the headline of a removed story is still there")
	}
}

func TestFrontShowsNoStoryTwiceNearTheTop(t *testing.T) {
	p := seed(t)
	for _, address := range []string{"/", "/r/calgary"} {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		parsed(t, page).Find("article h3 a").Each(func(i int, a *goquery.Selection) {
			if i < 20 {
				seen[a.AttrOr("href", "")]++
			}
		})
		for href, n := range seen {
			if n > 1 {
				t.Errorf("%s: %s %d times in the first 20 cards", address, href, n)
			}
		}
		if len(seen) < 15 {
			t.Errorf("%s: only %d cards", address, len(seen))
		}
	}
}

func TestCuratedFrontComesFirstAndIsFilled(t *testing.T) {
	p := seed(t)
	p.fact("front", "en/home", published.Front{Containers: []published.Container{
		{Layout: "lead", Cards: []published.Placed{{Story: "full1"}, {Story: "gone"}, {Story: "s20"}}, List: "all"},
		{Layout: "split", Cards: []published.Placed{{Story: "s21"}, {Story: "s22"}}, Title: map[string]string{"en": "Two only"}},
		{Layout: "row", List: "section/nothing", Title: map[string]string{"en": "Empty"}},
		{Layout: "row", List: "section/local", Link: "/local"},
	}})
	page, _, err := p.get("/")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	if got := d.Find("article.xl h3").Text(); !strings.HasPrefix(got, "Grain ships leave Odesa") {
		t.Errorf("splash %q", got)
	}
	if got := d.Find(".side h3").First().Text(); got != "Council hears plan number 20" {
		t.Errorf("second %q", got)
	}
	if n := d.Find(".side li").Length(); n < 3 || n > 6 {
		t.Errorf("%d beside the splash", n)
	}
	if d.Find(".split").Length() != 0 || !strings.Contains(d.Find("main h2").Text(), "Two only") {
		t.Error("two stories were not laid out as a row")
	}
	if strings.Contains(d.Find("main h2").Text(), "Empty") {
		t.Error("a container without stories is shown")
	}
	if href := d.Find(".bar p a").Last().AttrOr("href", ""); href != "/local" {
		t.Errorf("more leads to %q", href)
	}
}

func TestListingsGoOnBehindACursor(t *testing.T) {
	p := seed(t)
	seen := map[string]bool{}
	address := "/by/amina-okafor"
	for pages := 0; address != ""; pages++ {
		page, _, err := p.get(address)
		if err != nil || pages > 5 {
			t.Fatal(pages, err)
		}
		d := parsed(t, page)
		d.Find("main article h3 a").Each(func(_ int, a *goquery.Selection) {
			href := a.AttrOr("href", "")
			if seen[href] {
				t.Errorf("%s shows %s again", address, href)
			}
			seen[href] = true
		})
		address = d.Find(`.pager a[rel=next]`).AttrOr("href", "")
	}
	if len(seen) != 36 {
		t.Errorf("%d stories of the author, want 36", len(seen))
	}
}

func TestStripTellsNoStaleTemperature(t *testing.T) {
	p := seed(t)
	page, rec, err := p.get("/world")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	if d.Find("[data-shown]").Text() != "−13.4°C" || d.Find("[data-spoken]").Text() != "minus 13.4 degrees Celsius" || d.Find("[data-at]").Text() != " at 5 a.m." {
		t.Errorf("strip %q", d.Find(".strip").Text())
	}
	if d.Find("[data-long]").Text() != "Friday, November 22, 2024" || d.Find("[data-short]").Text() != "Fri., Nov. 22" {
		t.Errorf("date %q", d.Find("time").First().Text())
	}
	if want := now.Add(-42 * time.Minute).Add(3 * time.Hour); !rec.Until().Equal(want) {
		t.Errorf("right until %v, want %v", rec.Until(), want)
	}
	p.weather("calgary", -13.4, now.Add(-4*time.Hour))
	page, _, err = p.get("/world")
	if err != nil {
		t.Fatal(err)
	}
	if d := parsed(t, page); d.Find("[data-temp][hidden]").Length() != 1 || d.Find("[data-shown]").Text() != "" {
		t.Error("an old temperature is shown")
	}
}

func TestPlaceFactsAreSmall(t *testing.T) {
	p := seed(t)
	page, _, err := p.get("/_/place/calgary.json")
	if err != nil || string(page.Body) != `{"temp":{"c":-13.4,"at":"2024-11-22T12:00:00Z"}}` {
		t.Errorf("%s %v", page.Body, err)
	}
	page, _, err = p.get("/_/place/montreal.json")
	if err != nil || string(page.Body) != `{}` {
		t.Errorf("%s %v", page.Body, err)
	}
}

func TestMaintenanceNotice(t *testing.T) {
	p := seed(t)
	p.fact("maintenance", "", published.Maintenance{Level: published.MaintenanceNotice})
	page, _, err := p.get("/")
	if err != nil {
		t.Fatal(err)
	}
	if got := parsed(t, page).Find(".notice p").Text(); got != "Our platform is in maintenance mode." {
		t.Errorf("notice %q", got)
	}
	p.fact("maintenance", "", published.Maintenance{Level: published.MaintenanceReadOnly, Message: map[string]string{"fr": "On déménage."}})
	page, _, err = p.get("/fr")
	if err != nil || parsed(t, page).Find(".notice p").Text() != "On déménage." {
		t.Errorf("notice %v", err)
	}
}

func TestLiteIsSmallAndPlain(t *testing.T) {
	p := seed(t)
	for _, address := range everyPage {
		if strings.HasPrefix(address, "/opinion") {
			continue
		}
		page, _, err := p.get(strings.TrimSuffix("/lite"+address, "/"))
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		d := parsed(t, page)
		if n := d.Find("img,script,video,svg,link[rel=preload]").Length(); n > 0 || len(page.Body) > 10<<10 {
			t.Errorf("%s: %d heavy elements, %d bytes", address, n, len(page.Body))
		}
		if d.Find("h1").Length() != 1 || strings.TrimSpace(d.Find("h1").Text()) == "" {
			t.Errorf("%s: h1 %q", address, d.Find("h1").Text())
		}
		if got := d.Find("a").First().AttrOr("href", ""); got != address {
			t.Errorf("%s: full site is %q", address, got)
		}
		checkPolicy(t, page)
	}
}

func TestErrorPages(t *testing.T) {
	p := seed(t)
	ctx := context.Background()
	page, err := p.r.Error(ctx, p.view.Record(now), render.Failure{Status: 404, Path: "/world/grain-ships-leave-k3f9x"})
	if err != nil || page.Status != 404 {
		t.Fatal(page.Status, err)
	}
	sound(t, page)
	d := parsed(t, page)
	if got := d.Find("#q").AttrOr("value", ""); got != "grain ships leave" {
		t.Errorf("search box %q", got)
	}
	if d.Find("main article").Length() != 5 {
		t.Errorf("%d headlines", d.Find("main article").Length())
	}
	page, err = p.r.Error(ctx, p.view.Record(now), render.Failure{Status: 404, Path: "/fr/rien"})
	if err != nil || parsed(t, page).Find("h1").Text() != "Page introuvable" {
		t.Errorf("French: %v", err)
	}
	page, err = p.r.Plain(nil, render.Failure{Status: 500, Reference: "8F2C"}, nil)
	if err != nil || page.Status != 500 || !strings.Contains(parsed(t, page).Find("main").Text(), "Reference 8F2C") {
		t.Errorf("500: %s %v", page.Body, err)
	}
	site, err := p.view.Record(now).Site(ctx)
	if err != nil {
		t.Fatal(err)
	}
	page, err = p.r.Plain(site, render.Failure{Status: 503, Until: now.Add(78 * time.Minute)}, []published.Card{{ID: "a", Slug: "b", Section: "c", Headline: "Kept"}})
	if err != nil {
		t.Fatal(err)
	}
	d = parsed(t, page)
	if text := d.Find("main").Text(); !strings.Contains(text, "from 7 a.m. MST, Friday, November 22, 2024.") || !strings.Contains(text, "911") || len(page.Body) > 3<<10 {
		t.Errorf("503 of %d bytes: %s", len(page.Body), text)
	}
	if d.Find("li a").AttrOr("href", "") != "/lite/c/b-a" {
		t.Error("503 without its headlines")
	}
}

func TestSearchPage(t *testing.T) {
	p := seed(t)
	card := publishedCard(t, p, "s01")
	v := render.SearchView{Query: `council "<b>"`, Total: 21, Page: 1, Pages: 2,
		Results: []render.Result{{Card: card, Snippet: []render.Segment{{Text: "One <i> "}, {Text: "council", Hit: true}}}},
		Filters: []render.Filter{{Name: "section", Chosen: "world", Options: []render.FilterOption{{Value: "world", N: 12}}}, {Name: "in", Options: []render.FilterOption{{Value: "calgary", N: 21}}}},
	}
	page, err := p.r.Search(context.Background(), p.view.Record(now), v)
	if err != nil {
		t.Fatal(err)
	}
	sound(t, page)
	d := parsed(t, page)
	if d.Find("#q").AttrOr("value", "") != v.Query || d.Find("mark").Text() != "council" || d.Find(".text i").Length() != 0 {
		t.Error("query or snippet")
	}
	if got := d.Find("option[selected]").First().Text(); got != "World (12)" {
		t.Errorf("chosen %q", got)
	}
	if got := d.Find(".chips a").AttrOr("href", ""); strings.Contains(got, "section") || !strings.Contains(got, "q=council") {
		t.Errorf("without the filter: %q", got)
	}
	if got := d.Find(".pager a").AttrOr("href", ""); !strings.Contains(got, "page=2") {
		t.Errorf("next page %q", got)
	}
	page, err = p.r.Search(context.Background(), p.view.Record(now), render.SearchView{Lang: "fr", Query: "grian", DidYouMean: "grain"})
	if err != nil {
		t.Fatal(err)
	}
	sound(t, page)
	d = parsed(t, page)
	if got := d.Find(".empty").Text(); !strings.HasPrefix(got, "Aucun article pour «\u00a0grian\u00a0»") || d.Find(".count a").Text() != "grain" {
		t.Errorf("nothing found: %q", got)
	}
}

func publishedCard(t *testing.T, p *portal, id string) published.Card {
	t.Helper()
	c, err := p.view.Record(now).Card(context.Background(), id)
	if err != nil || c == nil {
		t.Fatal(id, err)
	}
	return *c
}

func TestFeedsAndSitemaps(t *testing.T) {
	p := seed(t)
	for address, want := range map[string]string{
		"/feed.rss": "<rss", "/world/feed.atom": "<feed", "/topics/grain/feed.json": "jsonfeed.org", "/fr/feed.rss": "Odessa", "/by/amina-okafor/feed.rss": "Amina",
		"/sitemap.xml": "sitemap-2024-11.xml", "/sitemap-2021-11.xml": "full1", "/sitemap-news.xml": "news:title", "/robots.txt": "Sitemap:",
		"/manifest.webmanifest": "Prairie Post", "/favicon.ico": "\x00\x00\x01", "/icon.svg": "<svg", "/_/near/calgary": "data-near",
	} {
		page, _, err := p.get(address)
		if err != nil || page.Status != 200 || !strings.Contains(string(page.Body), want) {
			t.Errorf("%s: %d %v, no %q", address, page.Status, err, want)
		}
	}
}

func TestWeatherPage(t *testing.T) {
	p := seed(t)
	page, _, err := p.get("/r/calgary/weather")
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, page)
	if d.Find(".deg [aria-hidden]").Text() != "−13.4°C" || !strings.Contains(d.Find("main").Text(), "Weather from Recorded provider") ||
		d.Find(".alert h3").Text() != "Snowfall warning" || d.Find("tbody tr").Length() != 2 {
		t.Error(d.Find("main").Text())
	}
	page, _, err = p.get("/r/st-johns/weather")
	if err != nil || !strings.Contains(parsed(t, page).Find(".empty").Text(), "No weather for St. John’s") {
		t.Errorf("without a report: %v", err)
	}
}

// TestBudget holds a story's page, style sheet included, under the promised size.
func TestBudget(t *testing.T) {
	p := seed(t)
	for _, address := range []string{"/", "/ukraine/grain-ships-leave-odesa-full1"} {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, 6)
		w.Write(page.Body)
		w.Close()
		t.Logf("%s: %d bytes, %d compressed", address, len(page.Body), b.Len())
		if b.Len() > 20_000 {
			t.Errorf("%s is %d bytes compressed", address, b.Len())
		}
	}
}

func TestGolden(t *testing.T) {
	p := seed(t)
	p.publish(gallery())
	for name, address := range map[string]string{"story": "/ukraine/grain-ships-leave-odesa-full1", "front": "/", "gallery": "/local/the-harvest-in-pictures-gal1"} {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		// The sheet has its own sources, and addresses of files change with their content.
		got := inline.ReplaceAll(page.Body, nil)
		got = regexp.MustCompile(`(/_/a/[a-z0-9-]+)-[0-9a-f]{8}\.`).ReplaceAll(got, []byte("$1."))
		file := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s; if that is meant, run with -update and read the difference", address, file)
		}
	}
}

func BenchmarkStory(b *testing.B) { benchmark(b, "/ukraine/grain-ships-leave-odesa-full1") }
func BenchmarkFront(b *testing.B) { benchmark(b, "/") }

// benchmark measures rendering; the recorder has its answers already, as far as pages share them.
func benchmark(b *testing.B, address string) {
	p := seed(b)
	route, _ := render.Parse(address, "")
	rec := p.view.Record(now)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.r.Page(context.Background(), rec, route); err != nil {
			b.Fatal(err)
		}
	}
}
