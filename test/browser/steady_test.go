package browser_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestNothingMoves: letters that come a second and a half after the page was painted move next to nothing on it.
func TestNothingMoves(t *testing.T) {
	const moved = `new Promise(done => {
		let sum = 0
		new PerformanceObserver(list => list.getEntries().forEach(e => { sum += e.value })).observe({ type: "layout-shift", buffered: true })
		setTimeout(() => done(sum), 300)
	})`
	to, err := url.Parse(portal.site)
	must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	for _, path := range []string{
		"/", firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`), firstLink(t, "/local", photoGallery),
		firstLink(t, "/local", `/local/airdrie-water-advisory-what-we-know-[0-9a-z]+`),
		firstLink(t, "/alberta", `/alberta/legislature-sits-through-night-[0-9a-z]+`),
		firstLink(t, "/fr/agriculture", `/agriculture/les-erables-coulent-trop-tot-[0-9a-z]+`),
	} {
		for _, width := range []int64{360, 1280} {
			painted := make(chan bool)
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, ".woff2") {
					select {
					case <-painted:
						time.Sleep(1500 * time.Millisecond)
					case <-r.Context().Done():
					}
				}
				proxy.ServeHTTP(rw, r)
			}))
			t.Cleanup(server.Close)
			w := newWindow(t, width, 740)
			w.site = server.URL
			_, err := chromedp.Call(w.ctx, page.Navigate, page.NavigateParams{URL: w.site + path}) // and does not wait for letters
			must(t, err)
			w.until("it is painted", `performance.getEntriesByName("first-contentful-paint").length`)
			if w.is(`document.fonts.status == "loaded"`) {
				t.Fatalf("%s at %d waits for no letters", path, width)
			}
			close(painted)
			w.until("the letters are there", `document.readyState == "complete" && document.fonts.status == "loaded"`)
			sum, err := chromedp.Run(w.ctx, chromedp.Evaluate[float64](moved, chromedp.EvalAwaitPromise))
			must(t, err)
			if sum > .02 {
				t.Errorf("%s at %d: a layout shift of %.4f", path, width, sum)
			}
		}
	}
}
