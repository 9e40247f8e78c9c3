package render_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/render"
)

func (p *portal) ranks(name string, ids ...string) {
	p.t.Helper()
	p.fact("most", name, published.MostRead{Stories: ids})
}

// rail returns what the list beside a story says, and the keys that it depends on.
func (p *portal) rail(address string) (title string, headlines []string, keys []string) {
	p.t.Helper()
	page, rec, err := p.get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	d := parsed(p.t.(*testing.T), page)
	d.Find("ol.rank > li a").Each(func(_ int, a *goquery.Selection) { headlines = append(headlines, a.Text()) })
	for _, dep := range rec.Deps() {
		keys = append(keys, dep.Read.Key())
	}
	slices.Sort(keys)
	return d.Find("h2").Text(), headlines, keys
}

func TestMostReadRail(t *testing.T) {
	p := seed(t)
	page, _, err := p.get("/_/most/en/calgary")
	if err != nil || page.Status != 200 || len(page.Body) != 0 {
		t.Fatalf("nobody read anything: %d %q %v, want an empty answer", page.Status, page.Body, err)
	}
	p.ranks("en", "s09", "s08", "s07", "s06", "s05", "s04", "s03")
	p.ranks("en/calgary", "s01", "op1", "gone", "s02", "s03", "s04", "s05")
	p.ranks("en/montreal", "s01", "s02")
	p.ranks("fr", "fr1")

	title, list, keys := p.rail("/_/most/en/calgary")
	if title != "Most read in Calgary" {
		t.Error(title)
	}
	want := []string{"Council hears plan number 1", "Amina Okafor: A byelection nobody asked for", "Council hears plan number 2", "Council hears plan number 3", "Council hears plan number 4"}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"most/en/calgary", "site", "story/gone", "story/op1", "story/s01", "story/s02", "story/s03", "story/s04", "story/s05"}, keys); diff != "" {
		t.Error(diff)
	}
	// Two stories are no list: the portal's, and it does not say that it is Montreal's.
	if title, list, _ := p.rail("/_/most/en/montreal"); title != "Most read" || len(list) != 5 || list[0] != "Council hears plan number 9" {
		t.Errorf("%q %q", title, list)
	}
	if title, list, _ := p.rail("/_/most/fr/calgary"); title != "Les plus lus" || len(list) != 1 {
		t.Errorf("%q %q", title, list)
	}
	p.remove("s01", published.TakenDown, "")
	if _, list, _ := p.rail("/_/most/en/calgary"); list[0] != "Amina Okafor: A byelection nobody asked for" {
		t.Errorf("a story that was taken down is shown: %q", list)
	}
	for _, address := range []string{"/_/most/de", "/_/most/en/atlantis"} {
		if _, _, err := p.get(address); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A ranking changes no story's page: it has a link, which works without script.
func TestStoryDoesNotDependOnRanks(t *testing.T) {
	p := seed(t)
	page, rec, err := p.get("/ukraine/grain-ships-leave-odesa-full1")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range rec.Deps() {
		if strings.HasPrefix(d.Read.Key(), "most") {
			t.Errorf("the page depends on %s", d.Read.Key())
		}
	}
	d := parsed(t, page)
	if rail := d.Find("aside[data-most=en]"); rail.Find("a").AttrOr("href", "") != "/most-read" || d.Find("article").First().AttrOr("data-read", "") != "full1" {
		t.Errorf("no link to what is read most, or no id to report: %q", rail.Text())
	}
	page, _, err = p.get("/world/les-navires-de-grain-quittent-odessa-fr1")
	if err != nil {
		t.Fatal(err)
	}
	if href := parsed(t, page).Find("aside[data-most=fr] a").AttrOr("href", ""); href != "/fr/most-read" {
		t.Errorf("the French link goes to %q", href)
	}
	grave := brief("ob1", "local", "Ada Bell", 0)
	grave.Kind = "obituary"
	p.publish(grave)
	page, _, err = p.get(grave.Path())
	if err != nil || parsed(t, page).Find("[data-most]").Length() != 0 {
		t.Errorf("an obituary has a ranking beside it: %v", err)
	}
}

func TestMostReadPage(t *testing.T) {
	p := seed(t)
	if page, _, err := p.get("/most-read"); err != nil || parsed(t, page).Find(".empty").Length() != 1 || parsed(t, page).Find("ol.rank").Length() != 0 {
		t.Errorf("nobody read anything: %v", err)
	}
	var ids []string
	for i := range 10 {
		ids = append(ids, "s0"+string(rune('0'+i)))
	}
	p.ranks("en", ids...)
	p.ranks("fr", "fr1")
	for address, want := range map[string]int{"/most-read": 10, "/fr/most-read": 1, "/lite/most-read": 10, "/lite/fr/most-read": 1} {
		page, rec, err := p.get(address)
		if err != nil {
			t.Fatal(err)
		}
		d := parsed(t, page)
		if n := d.Find("main ol li, main ul li").Length(); n != want {
			t.Errorf("%s has %d stories, want %d", address, n, want)
		}
		if !strings.HasPrefix(address, "/lite") {
			sound(t, page)
			if robots := d.Find("meta[name=robots]").AttrOr("content", ""); !strings.HasPrefix(robots, "noindex") {
				t.Errorf("robots %q", robots)
			}
		}
		if got := slices.ContainsFunc(rec.Deps(), func(dep published.Dep) bool { return strings.HasPrefix(dep.Read.Key(), "most/") }); !got {
			t.Errorf("%s does not depend on the ranking", address)
		}
	}
	if _, ok := render.Parse("/most-read/feed.rss", ""); ok {
		t.Error("there is a feed of it")
	}
}
