package browser_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A board is read as its containers with the stories placed in them, by their ids.
const boardNow = `JSON.stringify(Object.fromEntries([...document.querySelectorAll("[data-container]")].map(k => [k.dataset.container, [...k.querySelectorAll("[data-cards] > [data-card]")].map(c => c.dataset.card)])))`

func (w *window) board() (out map[string][]string) {
	w.t.Helper()
	must(w.t, json.Unmarshal([]byte(w.text(boardNow)), &out))
	return out
}

// order waits until the server has confirmed that a container holds these stories.
func (w *window) order(container string, want ...string) {
	w.t.Helper()
	b, err := json.Marshal(append([]string{}, want...))
	must(w.t, err)
	w.until(fmt.Sprintf("%s holds %v; it is %v", container, want, w.board()[container]), fmt.Sprintf(`JSON.stringify([...document.querySelectorAll('[data-container="%s"] [data-cards] > [data-card]')].map(c => c.dataset.card)) == %q`, container, b))
	res := w.wait(fmt.Sprintf(`fetch(location.href, {headers: {"X-Fragment": "1"}}).then(r => r.text()).then(h => { const t = document.createElement("template"); t.innerHTML = h;
		return JSON.stringify([...t.content.querySelectorAll('[data-container="%s"] [data-cards] > [data-card]')].map(c => c.dataset.card)) })`, container))
	for end := time.Now().Add(5 * time.Second); res != string(b) && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		res = w.wait(fmt.Sprintf(`fetch(location.href, {headers: {"X-Fragment": "1"}}).then(r => r.text()).then(h => { const t = document.createElement("template"); t.innerHTML = h;
		return JSON.stringify([...t.content.querySelectorAll('[data-container="%s"] [data-cards] > [data-card]')].map(c => c.dataset.card)) })`, container))
	}
	if res != string(b) {
		w.t.Fatalf("the server has %s in %s, want %s", res, container, b)
	}
}

// arranging opens a region's front, empties its draft of cards and gives the ids of two containers and of four stories that
// can be placed.
func (w *window) arranging(front string) (lead, row string, stories []string) {
	w.t.Helper()
	w.open("/newsroom/fronts/" + front)
	w.until("the script is there", `document.documentElement.classList.contains("scripted")`)
	var ids []string
	must(w.t, json.Unmarshal([]byte(w.text(`JSON.stringify([...document.querySelectorAll("[data-container]")].filter(k => k.querySelector("[data-cards]")).map(k => k.dataset.container))`)), &ids))
	must(w.t, json.Unmarshal([]byte(w.text(`JSON.stringify([...document.querySelectorAll("[data-offer] [data-offered]")].map(k => k.dataset.offered))`)), &stories))
	if len(ids) < 2 || len(stories) < 6 {
		w.t.Fatalf("the front %s has the containers %v and offers the stories %v", front, ids, stories)
	}
	return ids[0], ids[1], stories
}

// place puts a story at the end of a container by the server's own form.
func (w *window) place(story, container string) {
	w.t.Helper()
	if why := w.wait(fmt.Sprintf(`(f => fetch(f.dataset.front + "/ops", {method: "POST", headers: {"X-Fragment": "1", Accept: "application/json"}, body: new URLSearchParams({do: "place %s %s -", base: f.dataset.version})}).then(r => r.ok ? "" : r.text()))(document.querySelector("[data-front]"))`, story, container)); why != "" {
		w.t.Fatalf("%s cannot be placed in %s: %s", story, container, why)
	}
}

// hit presses what a selector finds as it is at that moment: the board is written anew under the hand that looks for it.
func (w *window) hit(css string) {
	w.t.Helper()
	w.until(css, fmt.Sprintf(`(e => e && (e.focus(), e.click(), true))(document.querySelector(%q))`, css))
}

func handle(container, story string) string { return "#h-" + container + "-" + story }

// at is the middle of what a selector finds, a fraction of its height down.
func (w *window) middle(css string, down float64) (x, y float64) {
	w.t.Helper()
	var p [2]float64
	must(w.t, json.Unmarshal([]byte(w.text(fmt.Sprintf(`(e => { e.scrollIntoView({block: "nearest"}); const r = e.getBoundingClientRect(); return JSON.stringify([r.left + r.width / 2, r.top + r.height * %g]) })(document.querySelector(%q))`, down, css))), &p))
	return p[0], p[1]
}

func (w *window) mouse(kind string, x, y float64) {
	w.t.Helper()
	p := input.DispatchMouseEventParams{Type: input.DispatchMouseEventType(kind), X: x, Y: y, Button: "left", ClickCount: 1}
	if kind == "mouseMoved" {
		p.Buttons = 1
	}
	_, err := chromedp.Call(w.ctx, input.DispatchMouseEvent, p)
	must(w.t, err)
}

// drag pulls what a selector finds over another, to a fraction of its height.
func (w *window) drag(from, to string, down float64) {
	w.t.Helper()
	x, y := w.middle(from, .5)
	tx, ty := w.middle(to, down)
	if x2, y2 := w.middle(from, .5); x2 != x || y2 != y {
		x, y = x2, y2
		tx, ty = w.middle(to, down)
	}
	w.mouse("mousePressed", x, y)
	w.mouse("mouseMoved", x+3, y+8)
	w.mouse("mouseMoved", tx, ty-3)
	w.mouse("mouseMoved", tx, ty)
	if !w.is(`document.querySelector(".insertion")`) {
		w.t.Error("no line shows where the card goes")
	}
	w.mouse("mouseReleased", tx, ty)
}

func (w *window) said(pattern string) {
	w.t.Helper()
	w.until("the screen says "+pattern, fmt.Sprintf(`new RegExp(%q).test(document.querySelector("#front-say").textContent + " " + document.querySelector("#toasts").innerText)`, pattern))
}

func TestFronts(t *testing.T) {
	w := at(t, 1400, 1000, "Fran Post", "publisher")
	w.open("/newsroom/")
	w.key("g")
	w.key("f")
	w.until("the list of fronts", `location.pathname == "/newsroom/fronts" && document.querySelectorAll("main .lines a").length >= 12`)

	t.Run("mouse", func(t *testing.T) {
		w := w.in(t)
		lead, row, s := w.arranging("en/r/calgary")
		for _, id := range s[:3] {
			w.place(id, lead)
		}
		w.arranging("en/r/calgary")
		w.order(lead, s[0], s[1], s[2])
		w.drag(handle(lead, s[2]), "#k-"+lead+"-"+s[0], .2)
		w.order(lead, s[2], s[0], s[1])
		w.drag(handle(lead, s[0]), `[data-container="`+row+`"]`, .5)
		w.order(row, s[0])
		w.order(lead, s[2], s[1])
		w.drag("#fh-"+s[3], "#k-"+lead+"-"+s[1], .2)
		w.order(lead, s[2], s[3], s[1])
		w.key("z")
		w.order(lead, s[2], s[1])
		w.said("taken back")
	})

	t.Run("keyboard", func(t *testing.T) {
		w := w.in(t)
		lead, row, s := w.arranging("en/r/edmonton")
		for _, id := range s[:3] {
			w.place(id, lead)
		}
		w.arranging("en/r/edmonton")
		w.order(lead, s[0], s[1], s[2])
		w.tabTo(handle(lead, s[0]))
		w.key(" ")
		w.said("is lifted. Position 1 of 3 in ")
		w.key(kb.ArrowDown)
		w.said(`Position 2 of 3 in `)
		w.key(kb.Escape)
		w.said("is back where it was")
		w.order(lead, s[0], s[1], s[2])
		w.key(" ")
		w.key(kb.ArrowDown)
		w.key(kb.ArrowDown)
		w.key(" ")
		w.said("is dropped. Position 3 of 3")
		w.order(lead, s[1], s[2], s[0])
		w.until("the focus stays on the card", `document.activeElement.matches("`+handle(lead, s[0])+`")`)
		w.key(" ")
		w.key(kb.ArrowRight)
		w.said("Position 1 of 1 in ")
		w.key(" ")
		w.order(row, s[0])
		w.order(lead, s[1], s[2])
		w.until("the focus goes with the card", `document.activeElement.matches("`+handle(row, s[0])+`")`)
		w.tabTo("#fh-" + s[3])
		w.key(" ")
		w.key(kb.ArrowDown)
		w.key(" ")
		w.order(lead, s[1], s[3], s[2])
	})

	t.Run("buttons", func(t *testing.T) {
		w := w.in(t)
		lead, row, s := w.arranging("en/r/red-deer")
		w.hit("#fp-" + s[0])
		w.order(lead, s[0])
		w.place(s[1], lead)
		w.arranging("en/r/red-deer")
		w.hit("#d-" + lead + "-" + s[0])
		w.order(lead, s[1], s[0])
		w.until("the focus stays on the button", `document.activeElement.id == "d-`+lead+"-"+s[0]+`"`)
		w.hit("#b2-" + lead + "-" + s[1])
		w.until("the boost is on", `document.querySelector("#b2-`+lead+"-"+s[1]+`[aria-pressed=true]")`)
		w.hit("#m-" + lead + "-" + s[0])
		w.until("where to", `document.querySelector("dialog[open] #move-to")`)
		w.do(chromedp.SetValue(chromedp.CSS("#move-to"), row))
		w.hit("#move-go")
		w.order(row, s[0])
		w.hit("#e-" + row + "-" + s[0])
		w.until("the card's form", `document.querySelector("dialog[open] #card-headline")`)
		w.do(chromedp.SendKeys(chromedp.CSS("#card-headline"), "Only here"))
		w.until("it is shown as it will look", `document.querySelector("[data-shown-headline]").textContent == "Only here"`)
		w.hit("#card-save")
		w.until("the mark", `/Only here/.test(document.querySelector("#k-`+row+"-"+s[0]+`").innerText) && /Front only/.test(document.querySelector("#k-`+row+"-"+s[0]+`").innerText)`)
		w.hit("#r-" + row + "-" + s[0])
		w.order(row)
		w.until("Previously", `document.querySelector("#prev-`+row+`")`)
		w.hit("#y-" + lead + "-" + s[1])
		w.until("the clipboard", `document.querySelector("[data-clip-list] [data-offered='`+s[1]+`']")`)
	})

	t.Run("launch", func(t *testing.T) {
		w := w.in(t)
		lead, _, s := w.arranging("en/r/winnipeg")
		w.place(s[4], lead)
		w.place(s[2], lead)
		w.place(s[1], lead)
		w.arranging("en/r/winnipeg")
		before := w.front("/r/winnipeg")
		w.hit("#front-launch")
		w.until("before and after", `document.querySelectorAll("dialog[open] iframe").length == 2 && [...document.querySelectorAll("dialog[open] iframe")].every(f => f.contentDocument && f.contentDocument.querySelector("article"))`)
		w.hit("#launch-go")
		w.said("Launched")
		if got := w.front("/r/winnipeg"); len(got) == 0 || got[0] != s[4] {
			t.Errorf("readers see %v first, want %s; before %v", got, s[4], before)
		}
		w.press("Undo$")
		w.said("The launch is taken back")
		if got := w.front("/r/winnipeg"); !slices.Equal(got, before) {
			t.Errorf("readers see %v after the launch was taken back, before it %v", got, before)
		}
		w.hit("#front-schedule")
		w.until("the moment", `document.querySelector("dialog[open] #launch-at")`)
		w.hit("#schedule-go")
		w.until("it is scheduled", `document.querySelector("#front-unschedule")`)
		w.hit("#front-unschedule")
		w.until("it is not", `!document.querySelector("#front-unschedule")`)
		w.hit("#front-history")
		w.until("the launch in the history", `/Fran Post/.test(document.querySelector("dialog[open] .launches").innerText)`)
		w.key(kb.Escape)
		w.until("the focus is back", `document.activeElement.id == "front-history"`)
	})

	t.Run("two editors", func(t *testing.T) {
		w := w.in(t)
		lead, row, s := w.arranging("en/r/lethbridge")
		for _, id := range s[:3] {
			w.place(id, lead)
		}
		w.arranging("en/r/lethbridge")
		o := at(t, 1400, 1000, "Olga Two", "publisher")
		o.arranging("en/r/lethbridge")
		o.order(lead, s[0], s[1], s[2])
		// The other one moves a card while this one holds another lifted: nothing is taken away, and both come together.
		w.is(fmt.Sprintf(`document.querySelector(%q).focus(), true`, handle(lead, s[0])))
		w.key(" ")
		o.hit("#r-" + lead + "-" + s[2])
		o.order(lead, s[0], s[1])
		time.Sleep(6 * time.Second)
		if !w.is(fmt.Sprintf(`document.activeElement.matches(%q) && document.activeElement.closest(".lifted")`, handle(lead, s[0]))) {
			t.Error("the other's change took the lifted card away")
		}
		w.key(kb.ArrowDown)
		w.key(" ")
		w.order(lead, s[1], s[0])
		w.until("who else is here", `/Olga Two/.test(document.querySelector("#front-head").innerText)`)
		o.order(lead, s[1], s[0])
		// A card that the other has moved meanwhile is not moved again without asking.
		w.is(fmt.Sprintf(`document.querySelector(%q).focus(), true`, handle(lead, s[1])))
		w.key(" ")
		o.is(fmt.Sprintf(`document.querySelector(%q).focus(), true`, handle(lead, s[1])))
		o.key(" ")
		o.key(kb.ArrowRight)
		o.key(" ")
		o.order(row, s[1])
		w.key(kb.ArrowDown)
		w.key(" ")
		w.until("the lost move", `/Olga Two moved/.test(document.querySelector(".lost")?.innerText)`)
		w.order(row, s[1])
		w.hit(".lost button")
		w.order(lead, s[0], s[1])
		w.order(row)
	})

	// What a deed is done on is what its person saw, however much the server has said since.
	t.Run("a slow server", func(t *testing.T) {
		w := w.in(t)
		lead, row, s := w.arranging("en/r/montreal")
		for _, id := range s[:3] {
			w.place(id, lead)
		}
		w.arranging("en/r/montreal")
		o := at(t, 1400, 1000, "Omar Three", "publisher")
		o.arranging("en/r/montreal")
		w.order(lead, s[0], s[1], s[2])
		o.order(lead, s[0], s[1], s[2])
		w.is(`(f => window.fetch = async (url, o) => { if (o?.method == "POST" && !window.waited) { window.waited = true; await new Promise(r => setTimeout(r, 3000)) } return f(url, o) })(window.fetch), true`)
		w.hit("#b1-" + lead + "-" + s[0])
		o.hit("#u-" + lead + "-" + s[1])
		o.order(lead, s[1], s[0], s[2])
		w.is(fmt.Sprintf(`document.querySelector(%q).focus(), true`, handle(lead, s[1])))
		w.key(" ")
		w.key(kb.ArrowRight)
		w.key(" ")
		w.until("the lost move", `/Omar Three moved/.test(document.querySelector(".lost")?.innerText)`)
		w.order(lead, s[1], s[0], s[2])
		w.order(row)

		// A board that was asked for before a deed and comes after its answer is not shown.
		w.arranging("en/r/montreal")
		w.is(`(f => window.fetch = async (url, o) => { const slow = o?.method != "POST" && !window.late; if (slow) window.late = 1; const r = await f(url, o); if (slow) { await new Promise(r => setTimeout(r, 1500)); window.late = 2 } return r })(window.fetch), document.dispatchEvent(new Event("visibilitychange")), true`)
		time.Sleep(300 * time.Millisecond)
		w.hit("#d-" + lead + "-" + s[1])
		w.is(`new MutationObserver(() => { if (document.querySelector("[data-cards] > [data-card]").dataset.card == "` + s[1] + `") window.back = true }).observe(document.querySelector("[data-front]"), {childList: true, subtree: true}), true`)
		w.until("the late board came", `window.late == 2`)
		time.Sleep(300 * time.Millisecond)
		w.order(lead, s[0], s[1], s[2])
		if w.is(`window.back === true`) {
			t.Error("the board of before came back")
		}
	})

	t.Run("a server that is away", func(t *testing.T) {
		w := w.in(t)
		lead, _, s := w.arranging("en/r/halifax")
		w.place(s[0], lead)
		w.place(s[1], lead)
		w.arranging("en/r/halifax")
		w.is(`window.fetch = () => Promise.reject(new TypeError("away")), true`)
		w.hit("#d-" + lead + "-" + s[0])
		w.said("could not be reached")
		if got := w.board()[lead]; !slices.Equal(got, s[:2]) {
			t.Errorf("the move that failed is still painted: %v", got)
		}
	})
}

// front are the ids of the stories that readers see on a front, in order.
func (w *window) front(path string) (ids []string) {
	w.t.Helper()
	_, body := askOf(w.t, w.site, path)
	_, main, _ := strings.Cut(body, "<main")
	for _, m := range storyLink.FindAllStringSubmatch(main, -1) {
		if !slices.Contains(ids, m[1]) {
			ids = append(ids, m[1])
		}
	}
	return ids
}

var storyLink = regexp.MustCompile(`<a href="/[a-z-]+/[a-z0-9-]+-([0-9a-z]{10})"`)

// TestFrontLooks: the board and all that opens over it, narrow and wide, light and dark.
func TestFrontLooks(t *testing.T) {
	w := at(t, 1280, 900, "Lena Look", "publisher")
	lead, _, s := w.arranging("en/home")
	w.place(s[0], lead)
	w.place(s[1], lead)
	for _, width := range []int64{360, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			w.do(chromedp.EmulateViewport(width, 900))
			w.look(scheme, "")
			for _, path := range []string{"", "?preview=360", "?feed=search&q=flood"} {
				w.open("/newsroom/fronts/en/home" + path)
				w.until("the script is there", `document.documentElement.classList.contains("scripted")`)
				w.sound(fmt.Sprint(width, scheme, path))
			}
			for _, id := range []string{"#front-launch", "#front-schedule", "#front-history", "#set-" + lead, "#e-" + lead + "-" + s[0], "#m-" + lead + "-" + s[0]} {
				w.is(fmt.Sprintf(`document.querySelector(%q).click(), true`, id))
				w.until("a dialog", `document.querySelector("dialog[open]")`)
				w.sound(fmt.Sprint(width, scheme, id))
				w.key(kb.Escape)
				w.until("no dialog", `!document.querySelector("dialog")`)
			}
		}
	}
}

// TestFrontOnATelephone: what a hand needs is near, and the bar of places is one row.
func TestFrontOnATelephone(t *testing.T) {
	w := at(t, 360, 800, "Tel Phone", "publisher")
	w.open("/newsroom/fronts/en/home")
	w.until("the script is there", `document.documentElement.classList.contains("scripted")`)
	if rows := w.text(`String(new Set([...document.querySelectorAll("nav .work li, nav .thumb")].filter(e => e.getClientRects().length).map(e => e.getBoundingClientRect().bottom)).size)`); rows != "1" {
		t.Errorf("the places stand in %s rows", rows)
	}
	w.do(chromedp.Click(chromedp.CSS(".to-side")))
	w.until("the stories to place are in sight", `(r => r.top >= 0 && r.top < 400)(document.querySelector("#feed-title").getBoundingClientRect())`)
}

// sound reports what axe finds on the screen as it is, and what sticks out of it.
func (w *window) sound(where string) {
	w.t.Helper()
	for _, v := range w.violations() {
		w.t.Errorf("%s: %s", where, v)
	}
	if wide := w.text(sideways); wide != "0" {
		w.t.Errorf("%s is %s px wider than the window: %s", where, wide, w.text(overhang))
	}
	if small := w.text(smallTargets); small != "" {
		w.t.Errorf("%s has targets under 24 px: %s", where, small)
	}
}
