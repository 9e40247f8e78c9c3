package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"masthead/internal/reads"
)

const shifts = `(() => { let sum = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) sum += e.value; window.shifted = sum }).observe({ type: "layout-shift", buffered: true }); return window.shifted = 0 })()`

// TestStoryIsReportedAndHasMostReadBesideIt reads a story for some seconds: it is counted once, without a cookie, and the
// list that comes beside it moves nothing.
func TestStoryIsReportedAndHasMostReadBesideIt(t *testing.T) {
	story := firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`)
	id := story[strings.LastIndexByte(story, '-')+1:]
	count := func() int {
		t.Helper()
		d := portal.app.DB()
		all, err := reads.Of(t.Context(), d, d.Now(), []string{id})
		must(t, err)
		return all[id].Total
	}
	before := count()
	w := newWindow(t, 1280, 900)
	w.open(story)
	w.text(`String(` + shifts + `)`)
	w.until("the list beside the story", `document.querySelectorAll(".rail ol.rank > li a").length == 5`)
	if got := w.text(`document.querySelector(".rail h2").textContent`); got != "Most read in Calgary" && got != "Most read" {
		t.Errorf("the list is headed %q", got)
	}
	if !w.is(`(r => r.left > document.querySelector(".story .body").getBoundingClientRect().right && r.right <= innerWidth && r.height <= document.querySelector(".rail").offsetHeight)(document.querySelector(".rail ol").getBoundingClientRect())`) {
		t.Error("the list does not stand beside the story, or is higher than its room")
	}
	if list := w.violations("color-contrast", "list", "heading-order", "link-name", "landmark-unique", "region"); len(list) > 0 {
		t.Error(list)
	}
	w.open(story) // a reload is the same reader
	w.text(`String(` + shifts + `)`)
	deadline := time.Now().Add(40 * time.Second)
	for count() == before {
		if time.Now().After(deadline) {
			t.Fatal("the story was never counted")
		}
		time.Sleep(200 * time.Millisecond)
	}
	if got := w.text(`String(window.shifted)`); got != "0" {
		t.Errorf("the page moved by %s", got)
	}
	if got := w.text(`document.cookie`); got != "" {
		t.Errorf("a reader has the cookie %q", got)
	}
	time.Sleep(100 * time.Millisecond)
	if n := count() - before; n != 1 {
		t.Errorf("one reader was counted %d times", n)
	}
}

// TestMostReadWithoutRoomOrScript: the link beside a story leads to the list.
func TestMostReadWithoutRoomOrScript(t *testing.T) {
	story := firstLink(t, "/world", `/world/grain-ships-leave-odesa-[0-9a-z]+`)
	for _, script := range []bool{true, false} {
		w := newWindow(t, 360, 800)
		if !script {
			_, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			must(t, err)
		}
		w.open(story)
		w.do(chromedp.Click(chromedp.CSS(".rail a")), chromedp.WaitReady(chromedp.CSS("main ol.rank li")))
		if got := w.text(`location.pathname + " " + document.querySelectorAll("ol.rank > li").length + " " + document.querySelector("h1").textContent`); got != "/most-read 10 Most read" {
			t.Errorf("the link leads to %q", got)
		}
		if wide := w.text(`String(document.documentElement.scrollWidth - innerWidth)`); wide != "0" && !strings.HasPrefix(wide, "-") {
			t.Errorf("the list is %s px wider than the window: %s", wide, w.text(widest))
		}
	}
}
