package browser_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"masthead/internal/content"
	"masthead/internal/published"
)

// firstLink returns the first address on a page that matches.
func firstLink(t *testing.T, page, pattern string) string {
	t.Helper()
	_, body := ask(t, page)
	m := regexp.MustCompile(`href="(` + pattern + `)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("%s has no link like %s", page, pattern)
	}
	return m[1]
}

// pages are one address of every template.
func pages(t *testing.T) []string {
	story := firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`)
	return []string{
		"/", "/fr", "/r/calgary", "/r/st-johns/weather", "/world", "/local", story, story + "/changes",
		firstLink(t, "/video", `/[a-z/]+/[a-z0-9-]+-[0-9a-z]{10}`), "/video", firstLink(t, story, `/topics/[a-z0-9-]+`),
		"/archive", time.Now().Format("/archive/2006/01"), "/corrections", "/regions", "/search", "/search?q=river",
		"/lite", "/lite" + story, "/nowhere",
	}
}

// TestEveryPage holds what is true of every page, at the narrowest width and at the widest, light and dark:
// nothing scrolls sideways, one h1, no heading level is left out, every picture has alt text, nothing goes wrong
// in the browser and no other server is asked (newWindow looks at these two).
func TestEveryPage(t *testing.T) {
	for _, size := range []struct {
		width  int64
		scheme string
	}{{320, "light"}, {1280, "dark"}} {
		t.Run(fmt.Sprint(size.width), func(t *testing.T) {
			w := newWindow(t, size.width, 800)
			w.look(size.scheme, "")
			for _, page := range pages(t) {
				w.open(page)
				if wide := w.text(`String(document.documentElement.scrollWidth - innerWidth)`); wide != "0" && !strings.HasPrefix(wide, "-") {
					t.Errorf("%s is %s px wider than the window: %s", page, wide, w.text(widest))
				}
				if n := w.text(`String(document.querySelectorAll("h1").length)`); n != "1" {
					t.Errorf("%s has %s h1", page, n)
				}
				if skipped := w.text(skippedLevel); skipped != "" {
					t.Errorf("%s leaves out a heading level before %q", page, skipped)
				}
				if !w.is(`document.documentElement.lang && document.title`) {
					t.Errorf("%s has no language or no title", page)
				}
				if !w.is(`[...document.images].every(i => i.hasAttribute("alt"))`) {
					t.Errorf("%s has a picture without alt", page)
				}
				if bad := w.text(`[...document.querySelectorAll("[style]")].map(e => e.tagName).join(" ")`); bad != "" && strings.Contains(policy(t, page), "style-src 'self'") {
					t.Errorf("%s has style attributes that its policy refuses: %s", page, bad)
				}
			}
		})
	}
}

const (
	widest       = `(e => e ? e.tagName + "." + e.className + " " + e.textContent.slice(0, 60) : "")([...document.querySelectorAll("body *")].find(e => e.getBoundingClientRect().right > innerWidth + 1))`
	skippedLevel = `(() => { let last = 0; for (const h of document.querySelectorAll("main h1,main h2,main h3,main h4,main h5")) { const n = +h.tagName[1]; if (n > last + 1) return h.textContent; last = n } return "" })()`
)

func policy(t *testing.T, page string) string {
	t.Helper()
	res, _ := ask(t, page)
	p := res.Header.Get("Content-Security-Policy")
	if p == "" || strings.Contains(p, "unsafe-inline") || strings.Contains(p, "unsafe-eval") {
		t.Errorf("%s has the policy %q", page, p)
	}
	return p
}

func TestChoosesPlaceWithoutScript(t *testing.T) {
	w := newWindow(t, 360, 800)
	_, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	must(t, err)
	w.open("/world")
	w.do(chromedp.Click(chromedp.CSS("[data-choose]")), chromedp.WaitVisible(chromedp.CSS("form[data-regions]")),
		chromedp.Click(chromedp.CSS(`button[value="halifax"]`)), chromedp.WaitReady(chromedp.CSS("nav.sec a[aria-current]")))
	if got := w.text("location.pathname"); got != "/world" {
		t.Errorf("after choosing, the reader is on %s, not back on /world", got)
	}
	if got := w.text("decodeURIComponent(document.cookie)"); !strings.HasPrefix(got, "mh_place=halifax|America/Halifax|Halifax|") {
		t.Errorf("the cookie is %q", got)
	}
}

func TestChoosesPlaceWithScript(t *testing.T) {
	w := newWindow(t, 1280, 800)
	w.open("/")
	w.do(chromedp.Click(chromedp.CSS("[data-choose]")), chromedp.WaitVisible(chromedp.CSS("#choose-field")),
		chromedp.SendKeys(chromedp.CSS("#choose-field"), "st j"))
	w.until("the list is narrowed to one place", `document.querySelectorAll("#choose-list li").length == 1`)
	w.do(chromedp.SendKeys(chromedp.CSS("#choose-field"), "\n"))
	w.until("the strip names the place", `document.querySelector("[data-name]").textContent == "St. John’s" || document.querySelector("[data-name]").textContent == "St. John's"`)
	w.until("the temperature of the place", `!document.querySelector("[data-temp]").hidden && /°C/.test(document.querySelector("[data-shown]").textContent)`)
	if got := w.text("location.pathname"); got != "/" {
		t.Errorf("choosing left the page for %s", got)
	}
	zone, err := time.LoadLocation("America/St_Johns")
	must(t, err)
	shown := w.text(`document.querySelector("[data-long]").textContent`)
	now := time.Now().In(zone)
	const form = "Monday, January 2, 2006, 03:04 PM"
	if shown != now.Format(form) && shown != now.Add(-time.Minute).Format(form) {
		t.Errorf("the strip says %q; in St. John's it is %q", shown, now.Format(form))
	}
	w.open("/world")
	w.until("the next page knows the place", `document.querySelector("[data-name]").textContent.startsWith("St. John")`)
}

// TestNearYouShowsAStoryOnce: the row of the reader's place leaves out what the front shows elsewhere.
func TestNearYouShowsAStoryOnce(t *testing.T) {
	link := regexp.MustCompile(`<h3><a href="([^"]+)"`)
	_, front := ask(t, "/")
	place := ""
	for _, slug := range []string{"edmonton", "red-deer", "lethbridge", "winnipeg", "halifax"} {
		_, near := ask(t, "/_/near/"+slug)
		for _, m := range link.FindAllStringSubmatch(near, 4) {
			if strings.Contains(front, m[0]) {
				place = slug
			}
		}
	}
	if place == "" {
		t.Fatal("no place has a story on the front: nothing to see")
	}
	w := newWindow(t, 1280, 900)
	w.open("/")
	w.is(fmt.Sprintf(`document.cookie = "mh_place=%s|America/Edmonton|Elsewhere|C; path=/", true`, place))
	w.open("/")
	w.until("the row of the place", fmt.Sprintf(`document.querySelector("[data-near] a[href='/r/%s']")`, place))
	if twice := w.text(`(all => all.filter((a, i) => all.indexOf(a) < i).join(" "))([...document.querySelectorAll("main h3 a")].slice(0, 20).map(a => a.pathname))`); twice != "" {
		t.Errorf("twice on the front: %s", twice)
	}
	if row := w.text(`(ul => ul.className + " " + ul.children.length)(document.querySelector("[data-near] ul"))`); !regexp.MustCompile(`\bn([1-4])\b.* ([1-4])$`).MatchString(row) {
		t.Errorf("the row is %q", row)
	}
}

func TestTemperatureDisappearsInsteadOfLying(t *testing.T) {
	w := newWindow(t, 1280, 800)
	w.open("/regions")
	w.do(chromedp.Click(chromedp.CSS(`button[value="edmonton"]`)), chromedp.WaitReady(chromedp.CSS("[data-strip]")))
	w.until("the choice is stored and the page is back", `document.cookie.includes("edmonton") && document.readyState == "complete"`)
	_, err := chromedp.Call(w.ctx, network.SetBlockedURLs, network.SetBlockedURLsParams{
		URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/_/place/*", Block: true}},
	})
	must(t, err)
	w.open("/world")
	w.until("the place is shown", `document.querySelector("[data-name]").textContent == "Edmonton"`)
	w.until("the temperature is gone", `document.querySelector("[data-temp]").hidden`)
	if !w.is(`/\d:\d\d [AP]M/.test(document.querySelector("[data-long]").textContent)`) {
		t.Error("the clock went with the temperature")
	}
}

func TestLightAndDark(t *testing.T) {
	w := newWindow(t, 1280, 800)
	paper := `getComputedStyle(document.body).backgroundColor`
	w.look("light", "")
	w.open("/")
	if got := w.text(paper); got != "rgb(255, 255, 255)" {
		t.Errorf("light paper is %s", got)
	}
	w.look("dark", "")
	if got := w.text(paper); got != "rgb(20, 19, 18)" {
		t.Errorf("dark paper is %s", got)
	}
	w.do(chromedp.Click(chromedp.CSS(`form[data-look] [name="theme"][value="light"]`)))
	w.until("the reader's choice is over the system's", paper+` == "rgb(255, 255, 255)"`)
	w.open("/world")
	if got := w.text(paper); got != "rgb(255, 255, 255)" {
		t.Errorf("on the next page the choice is forgotten: %s", got)
	}
}

func TestKeyboard(t *testing.T) {
	w := newWindow(t, 1280, 800)
	w.open("/world")
	w.do(chromedp.KeyEvent("\t"))
	if got := w.text(`document.activeElement.className`); got != "skip" {
		t.Fatalf("the first stop is %q, not the skip link", got)
	}
	if !w.is(`(r => r.top >= 0 && r.left >= 0 && r.height > 20)(document.activeElement.getBoundingClientRect())`) {
		t.Error("the skip link cannot be seen when it has the focus")
	}
	w.do(chromedp.KeyEvent("\r"))
	w.until("the skip link leads to the story", `location.hash == "#main"`)
	for range 6 {
		w.do(chromedp.KeyEvent("\t"))
		if !w.is(`document.querySelector("main").contains(document.activeElement)`) {
			t.Fatalf("after the skip link the focus is in %s", w.text(`document.activeElement.outerHTML.slice(0, 80)`))
		}
		if !w.is(`(s => s.outlineStyle != "none" && parseFloat(s.outlineWidth) >= 2)(getComputedStyle(document.activeElement))`) {
			t.Errorf("the focus cannot be seen on %s", w.text(`document.activeElement.outerHTML.slice(0, 80)`))
		}
	}
}

func TestSearch(t *testing.T) {
	w := newWindow(t, 360, 800)
	w.open("/search")
	w.do(chromedp.SendKeys(chromedp.CSS("#q"), "grain ships\n"))
	w.until("results with the words marked", `location.search.includes("grain") && [...document.querySelectorAll("main mark")].some(m => /^grain$/i.test(m.textContent))`)
	w.do(chromedp.Click(chromedp.CSS(`main article a[href*="/grain-ships-"]`)))
	w.until("the story", `/^Grain ships/i.test(document.querySelector("h1").textContent)`)
	w.open("/search?q=qqqzzz")
	if !w.is(`/No stories match/.test(document.querySelector("main").textContent)`) {
		t.Error("a search without results does not say so")
	}
	if res, _ := ask(t, "/search?q=grain"); !strings.Contains(res.Header.Get("Cache-Control"), "no-store") && !strings.Contains(res.Header.Get("Cache-Control"), "private") {
		t.Errorf("search results may be kept: %q", res.Header.Get("Cache-Control"))
	}
}

func TestLite(t *testing.T) {
	story := firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`)
	for _, page := range []string{"/lite", "/lite/world", "/lite" + story} {
		res, body := ask(t, page)
		if res.StatusCode != 200 {
			t.Fatalf("%s answers %s", page, res.Status)
		}
		if len(body) >= 10<<10 {
			t.Errorf("%s has %d bytes, which is over 10 KB", page, len(body))
		}
		for _, tag := range []string{"<img", "<script", "<video", "<picture", "<link rel=\"preload\""} {
			if strings.Contains(body, tag) {
				t.Errorf("%s has a %s", page, tag)
			}
		}
	}
}

func TestSameForEveryReader(t *testing.T) {
	for _, page := range []string{"/", "/world", "/r/calgary", firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`)} {
		first, one := ask(t, page, "Cookie", "mh_place=halifax%7CAmerica%2FHalifax%7CHalifax%7CC")
		second, two := ask(t, page, "Cookie", "other=1", "Accept-Language", "fr")
		if one != two || first.Header.Get("Etag") != second.Header.Get("Etag") {
			t.Errorf("%s is not the same for two readers", page)
		}
		if v := first.Header.Get("Vary"); strings.Contains(strings.ToLower(v), "cookie") {
			t.Errorf("%s varies by %s", page, v)
		}
		if first.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", page)
		}
		if again, _ := ask(t, page, "If-None-Match", first.Header.Get("Etag")); again.StatusCode != 304 {
			t.Errorf("%s asked again with its tag answers %s", page, again.Status)
		}
	}
}

func TestFrench(t *testing.T) {
	w := newWindow(t, 360, 800)
	w.open("/fr")
	if got := w.text("document.documentElement.lang"); got != "fr-CA" {
		t.Errorf("the French front is in %q", got)
	}
	page := w.text("document.body.innerText")
	for _, word := range []string{"Régions", "Aller au contenu", "Archives"} {
		if !strings.Contains(page, word) && !strings.Contains(w.text("document.body.textContent"), word) {
			t.Errorf("the French front does not say %q", word)
		}
	}
	if strings.Contains(page, "Top stories") || strings.Contains(page, "Regions") {
		t.Error("the French front has English words around the stories")
	}
	if w.is(`document.querySelector("[data-long]").textContent.includes("day,")`) {
		t.Errorf("the French clock says %s", w.text(`document.querySelector("[data-long]").textContent`))
	}
}

func TestPrint(t *testing.T) {
	w := newWindow(t, 1280, 800)
	w.look("light", "print")
	w.open(firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`))
	for _, sel := range []string{"nav", ".strip", "form", "video", "button"} {
		if w.is(`[...document.querySelectorAll("` + sel + `")].some(e => e.checkVisibility() && e.getBoundingClientRect().height > 0)`) {
			t.Errorf("the printed story has a %s", sel)
		}
	}
	for _, sel := range []string{"h1", "main article p", "figcaption"} {
		if !w.is(`document.querySelector("` + sel + `").checkVisibility()`) {
			t.Errorf("the printed story lacks its %s", sel)
		}
	}
	if !strings.Contains(w.text("document.body.innerText"), "With files from") {
		t.Error("the printed story lacks its closing credit")
	}
}

// command runs newsroom commands; when it returns, readers of this node see their effect.
func command(t *testing.T, fn func(context.Context, *content.Desk) error) {
	t.Helper()
	ctx := context.Background()
	must(t, portal.app.Do(ctx, "test", func(k *content.Desk) error { return fn(ctx, k) }))
}

func maintenance(t *testing.T, level string) {
	t.Helper()
	command(t, func(ctx context.Context, k *content.Desk) error {
		return k.SetMaintenance(ctx, published.Maintenance{Level: level})
	})
}

func TestMaintenance(t *testing.T) {
	t.Cleanup(func() { maintenance(t, published.MaintenanceOff) })
	w := newWindow(t, 360, 800)
	maintenance(t, published.MaintenanceNotice)
	w.open("/world")
	if got := w.text(`document.querySelector("section.notice p").textContent`); !strings.HasPrefix(got, "Our platform is in maintenance mode") {
		t.Errorf("the notice says %q", got)
	}
	maintenance(t, published.MaintenanceReadOnly)
	if res, _ := ask(t, "/world"); res.StatusCode != 200 {
		t.Errorf("read-only: the section answers %s", res.Status)
	}
	maintenance(t, published.MaintenanceClosed)
	res, body := ask(t, "/world")
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("closed: %s with Retry-After %q", res.Status, res.Header.Get("Retry-After"))
	}
	if !strings.Contains(body, `href="/lite/`) {
		t.Error("closed: no headline leads to the text edition")
	}
	w.open("/world")
	w.do(chromedp.Click(chromedp.CSS(`a[href^="/lite/"]`)))
	w.until("the text edition reads on", `location.pathname.startsWith("/lite/") && document.querySelector("h1")`)
	maintenance(t, published.MaintenanceOff)
	if res, body := ask(t, "/world"); res.StatusCode != 200 || strings.Contains(body, "maintenance mode") {
		t.Errorf("off: %s, or the notice stays", res.Status)
	}
}

func TestErrorPages(t *testing.T) {
	w := newWindow(t, 360, 800)
	w.open("/world/no-such-story-at-all-zzzzzzzzzz")
	if !w.is(`document.querySelector("main input[type=search]")`) {
		t.Error("the page that is not there does not offer to search")
	}
	story := firstLink(t, "/culture", `/culture/[a-z0-9-]+-[0-9a-z]{10}`)
	old := regexp.MustCompile(`/[a-z0-9-]+-([0-9a-z]{10})$`).ReplaceAllString(story, "/an-old-slug-$1")
	if res, _ := ask(t, old); res.StatusCode != 301 || res.Header.Get("Location") != story {
		t.Errorf("an old address answers %s to %q, not 301 to %s", res.Status, res.Header.Get("Location"), story)
	}
	command(t, func(ctx context.Context, k *content.Desk) error {
		return k.Kill(ctx, story[len(story)-10:], "This story was removed on legal advice.")
	})
	w.open(story)
	if !w.is(`document.body.innerText.includes("This story was removed on legal advice.")`) {
		t.Error("a killed story does not say why")
	}
	if res, _ := ask(t, story); res.StatusCode != 410 {
		t.Errorf("a killed story answers %s", res.Status)
	}
	for _, page := range []string{"/culture", "/culture/feed.rss", "/", "/sitemap-news.xml"} {
		if _, body := ask(t, page); strings.Contains(body, story) {
			t.Errorf("%s still leads to the killed story", page)
		}
	}
}
