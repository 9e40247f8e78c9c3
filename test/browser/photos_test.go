package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const photoGallery = `/local/first-snow-in-pictures-[0-9a-z]+`

// lit is the photo that the lightbox shows, "" when it is closed.
const lit = `(d => d && d.open ? d.querySelector("[role=status]").textContent : "")(document.querySelector("dialog.light"))`

func (w *window) lit(want string) {
	w.t.Helper()
	w.until("the lightbox shows "+want, lit+` == "`+want+`"`)
}

// TestLightboxByKeyboard opens a photo, goes through them, and comes back to where it began.
func TestLightboxByKeyboard(t *testing.T) {
	gallery := firstLink(t, "/local", photoGallery)
	w := newWindow(t, 1280, 800)
	w.open(gallery)
	if n := w.text(`String(performance.getEntriesByType("resource").filter(r => r.name.includes("lightbox")).length)`); n != "0" {
		t.Error("the lightbox is fetched before anybody opens a photo")
	}
	w.do(chromedp.Focus(chromedp.CSS("#photo-2")))
	w.key(kb.Enter)
	w.lit("2 of 6")
	if got := w.text(`location.hash`); got != "#photo-2" {
		t.Errorf("the address says %q", got)
	}
	w.key(kb.ArrowRight)
	w.lit("3 of 6")
	if got := w.text(`location.hash`); got != "#photo-3" {
		t.Errorf("the address says %q", got)
	}
	w.key(kb.ArrowLeft)
	w.key(kb.ArrowLeft)
	w.key(kb.ArrowLeft)
	w.lit("6 of 6")
	w.key(kb.Home)
	w.lit("1 of 6")
	if !w.is(`(d => d.querySelector("img").alt && d.querySelector("figcaption").textContent && d.querySelector(".credit").textContent.startsWith("("))(document.querySelector("dialog.light"))`) {
		t.Error("alt text, caption or credit is missing")
	}
	for range 7 { // round and round, and never out
		w.key(kb.Tab)
		if !w.is(`document.activeElement.closest("dialog.light")`) {
			t.Fatalf("the focus has left the dialog for %s", w.text(`document.activeElement.outerHTML.slice(0, 200)`))
		}
	}
	w.key(kb.Escape)
	w.until("it is closed", `!document.querySelector("dialog.light") && location.hash == ""`)
	w.until("the focus is on the photo's link", `document.activeElement.id == "photo-1"`)
	if got := w.text("location.pathname"); got != gallery {
		t.Errorf("closing left for %s", got)
	}
}

// TestLightboxByTouch goes through the photos with a finger, as on a telephone: a stroke to the side turns one photo; one
// upwards, a short one and one with two fingers turn none.
func TestLightboxByTouch(t *testing.T) {
	gallery := firstLink(t, "/local", photoGallery)
	w := newWindow(t, 360, 740)
	_, err := chromedp.Call(w.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 740, DeviceScaleFactor: 2, Mobile: true})
	must(t, err)
	_, err = chromedp.Call(w.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 2})
	must(t, err)
	w.open(gallery)
	finger := func(n, x, y float64) *input.TouchPoint { return &input.TouchPoint{X: x, Y: y, ID: &n} }
	touch := func(what input.DispatchTouchEventType, at ...*input.TouchPoint) {
		_, err := chromedp.Call(w.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: what, TouchPoints: at})
		must(t, err)
	}
	stroke := func(x, y, toX, toY float64) {
		touch("touchStart", finger(1, x, y))
		for i := range 5 {
			by := float64(i+1) / 5
			touch("touchMove", finger(1, x+(toX-x)*by, y+(toY-y)*by))
		}
		touch("touchEnd")
	}
	w.is(`document.querySelector("#photo-2").scrollIntoView({block: "center", behavior: "instant"}) || true`)
	w.until("the photo", `document.querySelector("#photo-2 img").naturalWidth > 0`)
	var x, y float64
	_, err = fmt.Sscan(w.text(`(r => (r.left + r.width / 2) + " " + (r.top + r.height / 2))(document.querySelector("#photo-2").getBoundingClientRect())`), &x, &y)
	must(t, err)
	touch("touchStart", finger(1, x, y))
	touch("touchEnd")
	w.lit("2 of 6")
	stroke(300, 300, 80, 310)
	w.lit("3 of 6")
	stroke(80, 300, 300, 290)
	w.lit("2 of 6")
	stroke(80, 300, 300, 310)
	stroke(80, 300, 300, 310)
	w.lit("6 of 6")
	if got := w.text(`location.hash`); got != "#photo-6" {
		t.Errorf("the address says %q", got)
	}
	stroke(180, 600, 190, 200)
	stroke(180, 300, 150, 300)
	touch("touchStart", finger(1, 300, 300), finger(2, 320, 400))
	touch("touchMove", finger(1, 80, 300), finger(2, 100, 400))
	touch("touchEnd")
	stroke(300, 300, 80, 310) // from the last to the first: none of those before has turned one
	w.lit("1 of 6")
	w.key(kb.Escape)
	w.until("it is closed", `!document.querySelector("dialog.light") && location.hash == ""`)
	w.until("the focus is on the photo's link", `document.activeElement.id == "photo-1"`)
}

// TestGalleryFollowsItsHead: on a wide screen nothing stands between the names of a gallery's authors and its first words.
func TestGalleryFollowsItsHead(t *testing.T) {
	w := newWindow(t, 1280, 900)
	w.open(firstLink(t, "/local", photoGallery))
	w.until("most read has come", `document.querySelector(".rail .rank")`)
	if got := w.text(`String(document.querySelector(".gal .body").getBoundingClientRect().top - document.querySelector(".gal > .meta").getBoundingClientRect().bottom < 80)`); got != "true" {
		t.Errorf("the photos stand %s pixels below their head", w.text(`String(document.querySelector(".gal .body").getBoundingClientRect().top - document.querySelector(".gal > .meta").getBoundingClientRect().bottom)`))
	}
}

// TestLightboxIsInTheHistory: the back button closes it, a link opens it.
func TestLightboxIsInTheHistory(t *testing.T) {
	gallery := firstLink(t, "/local", photoGallery)
	w := newWindow(t, 360, 800)
	w.open("/local")
	w.open(gallery)
	w.do(chromedp.Click(chromedp.CSS("#photo-4")))
	w.lit("4 of 6")
	w.do(chromedp.Click(chromedp.CSS("dialog.light nav button:nth-child(2)")))
	w.lit("5 of 6")
	w.is(`history.back(), true`)
	w.until("the back button closes it", `!document.querySelector("dialog.light") && location.hash == ""`)
	if got := w.text("location.pathname"); got != gallery {
		t.Errorf("the back button left for %s", got)
	}
	w.open("/local")
	w.open(gallery + "#photo-3")
	w.lit("3 of 6")
	w.key(kb.Escape)
	w.until("it is closed", `!document.querySelector("dialog.light") && location.hash == ""`)
	if got := w.text("location.pathname"); got != gallery {
		t.Errorf("closing left for %s", got)
	}
}

// TestLightboxIsAccessible holds that axe finds nothing, narrow and wide, light and dark, with the lightbox closed and open, and
// that nothing of it sticks out.
func TestLightboxIsAccessible(t *testing.T) {
	gallery := firstLink(t, "/local", photoGallery)
	for _, width := range []int64{360, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			w := newWindow(t, width, 800)
			w.look(scheme, "")
			w.open(gallery)
			for _, v := range w.violations() {
				t.Errorf("%d %s: %s", width, scheme, v)
			}
			w.do(chromedp.Click(chromedp.CSS("#photo-2")))
			w.lit("2 of 6")
			w.until("the photo is there", `document.querySelector("dialog.light img").naturalWidth > 0`)
			for _, v := range w.violations() {
				t.Errorf("%d %s, opened: %s", width, scheme, v)
			}
			if out := w.text(`[...document.querySelectorAll("dialog.light *")].filter(e => { const r = e.getBoundingClientRect(); return r.right > innerWidth + 1 || r.bottom > innerHeight + 1 || r.left < -1 || r.top < -1 }).map(e => e.tagName).join(" ")`); out != "" {
				t.Errorf("%d: %s stick out of the window", width, out)
			}
		}
	}
}

// TestPhotosWithoutScript: the link is the file.
func TestPhotosWithoutScript(t *testing.T) {
	gallery := firstLink(t, "/local", photoGallery)
	w := newWindow(t, 360, 800)
	_, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	must(t, err)
	w.open(gallery)
	w.do(chromedp.Click(chromedp.CSS("#photo-1")))
	w.until("the file is open", `/\/media\/.*\.jpg$/.test(location.pathname) && document.images.length == 1`)
}

// TestSheetOfPictures: the browser takes a page's own sheet, and refuses it when a single letter is another.
func TestSheetOfPictures(t *testing.T) {
	const applied = `(i => [...i.classList].some(c => /^k\d/.test(c)) && getComputedStyle(i).backgroundColor != getComputedStyle(document.body).backgroundColor && document.styleSheets.length == 2)(document.querySelector("main img"))`
	w := newWindow(t, 360, 800)
	w.open("/")
	if !w.is(applied) {
		t.Error("the colour of the first picture is not behind it")
	}
	to, err := url.Parse(portal.site)
	must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(res *http.Response) error {
		policy := res.Header.Get("Content-Security-Policy")
		hashes := regexp.MustCompile(`style-src ('sha256-[^']+') ('sha256-[^']+')`).FindStringSubmatch(policy)
		if hashes != nil {
			res.Header.Set("Content-Security-Policy", strings.Replace(policy, hashes[2], "'sha256-"+strings.Repeat("A", 43)+"='", 1))
		}
		return nil
	}
	address, site, err := freePort()
	must(t, err)
	server := &http.Server{Addr: address, Handler: proxy}
	go server.ListenAndServe()
	t.Cleanup(func() { server.Close() })
	other := newWindow(t, 360, 800)
	other.site = site
	for range 50 {
		if res, err := http.Get(site + "/healthz"); err == nil {
			res.Body.Close()
			break
		}
	}
	other.open("/")
	if other.is(applied) {
		t.Error("the browser takes a sheet that the policy does not name")
	}
	other.mu.Lock()
	defer other.mu.Unlock()
	if refused := strings.Join(other.problems, " "); !strings.Contains(refused, "Content Security Policy") {
		t.Errorf("nothing was refused: %q", refused)
	}
	other.problems = nil
}

// TestFirstPictureIsLight: what a telephone fetches first is at most 90 KB, even while there is nothing but JPEG yet.
func TestFirstPictureIsLight(t *testing.T) {
	gallery := firstLink(t, "/local", photoGallery)
	for _, density := range []float64{1, 2, 3} {
		for _, page := range []string{"/", "/local", gallery, firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`)} {
			w := newWindow(t, 360, 740)
			_, err := chromedp.Call(w.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 740, DeviceScaleFactor: density, Mobile: true})
			must(t, err)
			w.open(page)
			w.until("the first picture is there", `document.querySelector("main img").complete`)
			src := w.text(`new URL(document.querySelector("main img").currentSrc).pathname`)
			res, body := ask(t, src)
			if len(body) > 90<<10 {
				t.Errorf("%s at %v: %s, %d bytes of %s", page, density, src, len(body), res.Header.Get("Content-Type"))
			}
			t.Logf("%s at %v: %s, %d bytes", page, density, src, len(body))
		}
	}
}

// TestFirstVisitIsLight: on a telephone a page needs few requests and little of letters before it is complete.
func TestFirstVisitIsLight(t *testing.T) {
	const fonts = `performance.getEntriesByType("resource").filter(r => /\.woff2$/.test(r.name)).reduce((n, r) => n + r.encodedBodySize, 0)`
	for _, page := range []string{"/", firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`)} {
		w := newWindow(t, 360, 740)
		w.open(page)
		w.until("the page is complete", `document.readyState == "complete" && document.fonts.status == "loaded"`)
		n := w.text(`String(1 + performance.getEntriesByType("resource").filter(r => r.startTime < performance.getEntriesByType("navigation")[0].loadEventStart).length)`)
		if !w.is(fonts + ` <= 85 << 10`) {
			t.Errorf("%s: %s bytes of fonts", page, w.text("String("+fonts+")"))
		}
		if !w.is(n + " <= 12") {
			t.Errorf("%s: %s requests before it is complete", page, n)
		}
	}
}

// TestSizesAreAnnounced: a tile renews itself when its sizes are made, and that is said to those who do not see it.
func TestSizesAreAnnounced(t *testing.T) {
	w := at(t, 1280, 900, "Anna Ounce", "reporter")
	w.open("/newsroom/library?q=announced")
	w.dropped("main", drawing("Announced.jpg", 43))
	w.until("it is being made", tileOf("Announced.jpg")+`?.querySelector(".making")`)
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end) && !w.is(tileOf("Announced.jpg")+`.dataset.state != "making"`); {
		time.Sleep(time.Second) // the pictures of the demo come first: by now they are there
	}
	w.until("it says so", `document.querySelector("[data-made][role=status]").textContent == "All sizes are ready." && !`+tileOf("Announced.jpg")+`.querySelector(".making")`)
}
