package render_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
)

// shownAs renders a front as the newsroom's preview does.
func (p *portal) shownAs(t *testing.T, name string, f published.Front) *goquery.Document {
	t.Helper()
	page, err := p.r.Front(context.Background(), p.view.Record(now), "en", name, &f)
	if err != nil {
		t.Fatal(err)
	}
	sound(t, page)
	return parsed(t, page)
}

func cards(ids ...string) (list []published.Placed) {
	for _, id := range ids {
		list = append(list, published.Placed{Story: id})
	}
	return list
}

func TestWordsAndPictureOfACardOnAFront(t *testing.T) {
	p := seed(t)
	f := published.Front{
		Containers: []published.Container{
			{ID: "top", Layout: "lead", List: "all", Cards: []published.Placed{
				{Story: "s20", Headline: "Only on this front", Kicker: "Flood", Picture: "own"}, {Story: "s21", NoPicture: true}, {Story: "s22"},
			}},
			{ID: "row", Layout: "row", Cards: []published.Placed{{Story: "s23", NoPicture: true}, {Story: "s24"}, {Story: "s25", Picture: "gone"}}},
			{ID: "op", Layout: "opinion", Cards: []published.Placed{{Story: "op1", Kicker: "Vote"}, {Story: "s26"}}},
		},
		Media: map[string]doc.Media{"own": photo("own")},
	}
	d := p.shownAs(t, "home", f)
	main := d.Find("article.xl")
	if got := main.Find("h3").Text(); got != "Only on this front" {
		t.Errorf("headline %q", got)
	}
	if got := main.Find(".kick").Text(); got != "Flood" {
		t.Errorf("kicker %q", got)
	}
	if src, _ := main.Find("img").Attr("src"); !strings.HasPrefix(src, "/media/own/") {
		t.Errorf("picture %q", src)
	}
	row := d.Find("section[aria-labelledby=crow] li")
	for i, want := range []string{"", "/media/ms24/", "/media/ms25/"} {
		src, _ := row.Eq(i).Find("img").Attr("src")
		if want == "" && src != "" || !strings.HasPrefix(src, want) {
			t.Errorf("card %d of the row: picture %q, want %q", i+1, src, want)
		}
	}
	if got := d.Find("section[aria-labelledby=cop] .kick").Text(); got != "Vote" {
		t.Errorf("kickers of opinions: %q", got)
	}
	// Elsewhere the story is as it was.
	page, _, err := p.get("/")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page.Body), "Only on this front") || strings.Contains(string(page.Body), "/media/own/") {
		t.Error("a preview reached readers")
	}
}

func TestBoostedCardsHaveARowOfTheirOwn(t *testing.T) {
	p := seed(t)
	d := p.shownAs(t, "home", published.Front{Containers: []published.Container{
		{ID: "top", Layout: "lead", Cards: []published.Placed{{Story: "s00"}, {Story: "s01", Boost: 1}, {Story: "s02", Boost: 2}, {Story: "s03"}}},
		{ID: "row", Layout: "row", Slots: 8, Cards: []published.Placed{{Story: "s04"}, {Story: "s05", Boost: 1}, {Story: "s06"}, {Story: "s07"}, {Story: "s08", Boost: 2}, {Story: "s09"}, {Story: "s10"}, {Story: "s11"}}},
		{ID: "five", Layout: "row", Slots: 6, Cards: []published.Placed{{Story: "s12", Boost: 1}, {Story: "s13"}, {Story: "s14"}, {Story: "s15"}, {Story: "s16"}, {Story: "s17"}}},
		{ID: "wide", Layout: "lead", Cards: append([]published.Placed{{Story: "s18", Boost: 1}}, cards("s19", "s20", "s21", "s22", "s23")...)},
	}})
	cells := func(container string) (list []string) {
		d.Find("section[aria-labelledby=c" + container + "] ul > li").Each(func(_ int, li *goquery.Selection) {
			list = append(list, li.AttrOr("class", "-"))
		})
		return list
	}
	for container, want := range map[string]string{
		"top": "[b1 b2 -]", "row": "[g1 b1 g2 g2 b2 g3 g3 g3]", "five": "[b1 g3 g3 g3 g2 g2]", "wide": "[- - -]",
	} {
		if got := fmt.Sprint(cells(container)); got != want {
			t.Errorf("%s: %s, want %s", container, got, want)
		}
	}
	if n := d.Find("section[aria-labelledby=crow] .up.m").Length() + 10*d.Find("section[aria-labelledby=crow] .up.l").Length(); n != 11 {
		t.Errorf("sizes of raised cards: %d", n)
	}
	if n := d.Find(".side .b1 img").Length() + 10*d.Find(".side .b2 img").Length(); n != 10 {
		t.Errorf("pictures of raised cards beside the lead: %d", n)
	}
	if d.Find(".lead.wide").Length() != 1 {
		t.Error("a raised lead has not a row of its own")
	}
}

func TestNoticeServiceAndHiddenContainers(t *testing.T) {
	p := seed(t)
	d := p.shownAs(t, "r/calgary", published.Front{Containers: []published.Container{
		{ID: "n", Layout: "notice", Text: "Polls close at 8 <b>", Link: "/local"},
		{ID: "secret", Layout: "row", Hidden: true, Cards: cards("s01", "s02")},
		{ID: "top", Layout: "lead", List: "region/calgary"},
		{ID: "s", Layout: "service"}, {ID: "m", Layout: "most"}, {ID: "e", Layout: "notice"},
	}})
	if got := d.Find(".tell p").Text(); got != "Polls close at 8 <b> Read more" {
		t.Errorf("notice %q", got)
	}
	if href, _ := d.Find(".tell a").Attr("href"); href != "/local" {
		t.Errorf("the notice leads to %q", href)
	}
	if d.Find("[aria-labelledby=csecret]").Length() != 0 {
		t.Error("a hidden container is shown")
	}
	if !strings.Contains(d.Find("main").Text(), "Council hears plan number 1") {
		t.Error("a story of a hidden container is kept from lists")
	}
	if !d.Find("section[aria-labelledby=ctop]").HasClass("first") || d.Find(".tell").HasClass("first") {
		t.Error("the notice is taken for the first container")
	}
	if href, _ := d.Find(".serv a").First().Attr("href"); href != "/r/calgary/weather" {
		t.Errorf("service leads to %q", href)
	}
	if d.Find("[aria-labelledby=cm], [aria-labelledby=ce]").Length() != 0 {
		t.Error("a container with nothing in it is shown")
	}
}

// What somebody placed below is not taken by a list above; what is placed twice shows once; what a lead has no room for
// may stand below.
func TestAStoryStandsOnceWhereItWasPlaced(t *testing.T) {
	p := seed(t)
	d := p.shownAs(t, "home", published.Front{Containers: []published.Container{
		{ID: "top", Layout: "lead", List: "all"},
		{ID: "row", Layout: "row", Cards: cards("s00", "s01", "s02")},
		{ID: "again", Layout: "row", Cards: cards("s00", "s03", "s04")},
		{ID: "rest", Layout: "river", List: "all"},
	}})
	seen := map[string]string{}
	d.Find("section.cont").Each(func(_ int, k *goquery.Selection) {
		k.Find("article h3 a").Each(func(_ int, a *goquery.Selection) {
			href, in := a.AttrOr("href", ""), k.AttrOr("aria-labelledby", "")
			if seen[href] != "" {
				t.Errorf("%s in %s and in %s", href, seen[href], in)
			}
			seen[href] = in
		})
	})
	for id, want := range map[string]string{"s00": "crow", "s02": "crow", "s03": "cagain", "s04": "cagain"} {
		if got := seen["/"+[]string{"local", "world", "ukraine", "local", "world"}[id[2]-'0']+"/council-hears-plan-number-"+id[2:]+"-"+id]; got != want {
			t.Errorf("%s is in %q, want %s", id, got, want)
		}
	}
	// The newest stories are all on the front, the lead's cut ones below it.
	for i := range 12 {
		if !strings.Contains(d.Find("main").Text(), fmt.Sprintf("plan number %d", i)) {
			t.Errorf("story %d is nowhere", i)
		}
	}
}

func TestFrontsAreBounded(t *testing.T) {
	p := seed(t)
	f := published.Front{}
	for i := range 25 {
		f.Containers = append(f.Containers, published.Container{Layout: "row", Slots: 30, List: "all", ID: fmt.Sprint("r", i)})
	}
	f.Containers[0].Slots, f.Containers[3].List = 24, "section/world"
	for i := range 40 {
		p.publish(brief(fmt.Sprintf("x%02d", i), "local", fmt.Sprintf("Road number %d closes", i), 0))
	}
	d := p.shownAs(t, "home", f)
	if n := d.Find("article.c").Length(); n != published.MaxCards {
		t.Errorf("%d cards", n)
	}
	if n := d.Find("main img").Length(); n == 0 || n > 20 {
		t.Errorf("%d photos", n)
	}
}

func TestPreviewOfFrontsThereAreNot(t *testing.T) {
	p := seed(t)
	for _, name := range []string{"r/atlantis", "x", "../home", ""} {
		if _, err := p.r.Front(context.Background(), p.view.Record(now), "en", name, &published.Front{}); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := p.r.Front(context.Background(), p.view.Record(now), "de", "home", &published.Front{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("de/home: %v", err)
	}
}

func TestMostReadOnAFront(t *testing.T) {
	p := seed(t)
	p.fact("most", "en", published.MostRead{Stories: []string{"s00", "s29", "s28", "s27", "s26", "s25"}})
	p.fact("most", "en/calgary", published.MostRead{Stories: []string{"s29", "s28"}})
	ranked := func(name string, cards ...published.Placed) (title, list string) {
		d := p.shownAs(t, name, published.Front{Containers: []published.Container{{ID: "top", Layout: "row", Cards: cards}, {ID: "m", Layout: "most"}}})
		var numbers []string
		d.Find("ol.rank > li h3").Each(func(_ int, h *goquery.Selection) {
			numbers = append(numbers, strings.TrimPrefix(h.Text(), "Council hears plan number "))
		})
		return d.Find("#cm").Text(), strings.Join(numbers, " ")
	}
	if title, list := ranked("home"); title != "Most read" || list != "0 29 28 27 26" {
		t.Errorf("%s: %s", title, list)
	}
	if _, list := ranked("home", cards("s00", "s28")...); list != "29 27 26 25" {
		t.Errorf("below the same stories: %s", list)
	}
	if title, list := ranked("r/calgary"); title != "Most read" || list != "0 29 28 27 26" {
		t.Errorf("a region that is read little: %s: %s", title, list)
	}
	p.fact("most", "en/calgary", published.MostRead{Stories: []string{"s29", "s28", "s27", "s26", "s25"}})
	if title, list := ranked("r/calgary"); title != "Most read in Calgary" || list != "29 28 27 26 25" {
		t.Errorf("a region: %s: %s", title, list)
	}
}

// What somebody placed below the ranking stands there: the ranking does not take it.
func TestMostReadLeavesWhatIsPlacedBelow(t *testing.T) {
	p := seed(t)
	p.fact("most", "en", published.MostRead{Stories: []string{"s00", "s29", "s28", "s27", "s26", "s25", "s24"}})
	d := p.shownAs(t, "home", published.Front{Containers: []published.Container{
		{ID: "m", Layout: "most"}, {ID: "row", Layout: "row", Cards: cards("s29", "s27", "s01")},
	}})
	if got := d.Find("section[aria-labelledby=crow] h3").Length(); got != 3 {
		t.Errorf("%d of the 3 placed stories stand where they were placed", got)
	}
	if got := d.Find("ol.rank").Text(); strings.Contains(got, "number 29") || strings.Contains(got, "number 27") || !strings.Contains(got, "number 24") {
		t.Errorf("the ranking is %q", got)
	}
}

// However many of a list's newest stories stand above, a container is filled with those behind them.
func TestAListIsLookedThroughUntilItsContainerIsFull(t *testing.T) {
	p := seed(t)
	for i := range 70 {
		p.publish(brief(fmt.Sprintf("x%02d", i), "local", fmt.Sprintf("Road number %d closes", i), 0))
	}
	d := p.shownAs(t, "home", published.Front{Containers: []published.Container{
		{ID: "a", Layout: "river", Slots: 30, List: "all"}, {ID: "b", Layout: "river", Slots: 18, List: "all"}, {ID: "c", Layout: "river", Slots: 12, List: "all"},
	}})
	for id, want := range map[string]int{"a": 30, "b": 18, "c": 12} {
		if got := d.Find("section[aria-labelledby=c" + id + "] li").Length(); got != want {
			t.Errorf("container %s has %d cards, want %d", id, got, want)
		}
	}
}

func TestARegionsFrontSaysTheWayToIt(t *testing.T) {
	p := seed(t)
	for address, want := range map[string]bool{"/": false, "/r/calgary": true, "/fr/r/calgary": true} {
		page, _, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		graph := parsed(t, page).Find(`script[type="application/ld+json"]`).Text()
		if strings.Contains(graph, `"BreadcrumbList"`) != want {
			t.Errorf("%s: %s", address, graph)
		}
	}
}
