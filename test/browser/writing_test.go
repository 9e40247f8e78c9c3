package browser_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"masthead/internal/content"
	"masthead/internal/published"
)

// The editor as its page has it.
const (
	prose    = `#editor .ProseMirror`
	proseIs  = `document.querySelector("#editor .ProseMirror")`
	savedNow = `/^Saved/.test(document.querySelector("#save-state").textContent.trim())`
)

// saved saves and waits until the server has it.
func (w *window) saved() {
	w.t.Helper()
	w.until("the script of the editor", `(e => e && e.isContentEditable)(`+proseIs+`)`)
	w.key("s", chromedp.ModifierCtrl)
	w.until("saved", savedNow)
}

// write puts the focus at the end of the text and types.
func (w *window) write(text string) {
	w.t.Helper()
	w.until("the script of the editor", `(e => e && e.isContentEditable)(`+proseIs+`)`)
	if !w.is(`(e => { e.focus(); const s = getSelection(); s.selectAllChildren(e); s.collapseToEnd(); return true })(` + proseIs + `)`) {
		w.t.Fatal("the text takes no focus")
	}
	w.key(text)
}

// TestWritesWithKeysOnly: a story is made, written, illustrated, checked and published without a pointer.
func TestWritesWithKeysOnly(t *testing.T) {
	w := at(t, 1280, 900, "Kay Board", "publisher")
	w.open("/newsroom/stories")
	w.until("the screen's script", `document.readyState == "complete"`)
	w.key("c")
	w.until("a new story", `/^\/newsroom\/stories\/[0-9a-z]{10,}/.test(location.pathname) && `+proseIs)
	story := w.text("location.pathname")
	w.tabTo(`[name="headline"]`)
	w.key("Ice leaves the river early")
	w.tabTo(`[name="standfirst"]`)
	w.key("The break-up came nine days before the mean of thirty years.")
	w.tabTo(prose)
	w.key("The ice went out at noon on Thursday.\r")
	w.key("/photo")
	w.until("the menu of blocks", `[...document.querySelectorAll("[role=option]")].some(o => o.checkVisibility() && /photo/i.test(o.textContent))`)
	w.key("\r")
	w.until("the choice of pictures", `document.querySelector("dialog[open], [role=dialog]")`)
	w.until("pictures", `document.querySelector("dialog[open] button.pick")`)
	w.tabTo("dialog[open] button.pick")
	w.key("\r")
	w.until("the picture is in the text", proseIs+`.querySelector("img")`)
	w.saved()
	w.tabTo(`select[name="section"]`)
	w.key("World")
	w.tabTo(`#editor .ProseMirror, #editor [data-field], #editor input, #editor textarea`)
	w.saved()
	w.key("\r", chromedp.ModifierCtrl)
	w.until("the way to publish", `location.pathname.endsWith("/publish") || document.querySelector("dialog[open] form[action$='/publish']")`)
	if w.is(`(e => e && e.checkVisibility())(document.querySelector('[name="override"]'))`) {
		w.tabTo(`[name="override"]`)
		w.key("Nothing to add")
	}
	w.tabTo(`form[action$="/publish"] button:not([type="button"]), form[action$="/publish"] button[type="submit"], button[data-publish]`)
	w.key("\r")
	w.until("it is live", `/Live/.test(document.body.innerText)`)
	id := story[strings.LastIndexByte(story, '/')+1:]
	res, body := ask(t, "/world/x-"+id)
	if res.StatusCode == 301 {
		res, body = ask(t, res.Header.Get("Location"))
	}
	if res.StatusCode != 200 || !strings.Contains(body, "Ice leaves the river early") || !strings.Contains(body, "<figure") {
		_, title, _ := strings.Cut(body, "<h1")
		t.Errorf("readers get %s; picture: %v, headline %.80q", res.Status, strings.Contains(body, "<figure"), title)
	}
}

// TestAltGr: characters that many keyboards have on AltGr, which programs see as Ctrl with Alt, arrive, and do nothing else.
func TestAltGr(t *testing.T) {
	w := at(t, 1280, 900, "Renee Levesque", "reporter")
	w.newStory()
	w.write("a")
	at := w.text("location.href")
	const typed = `@{}[]~|\#€±£¢¤¬¦²³¼½¾µ«»`
	for _, c := range typed {
		for _, p := range []input.DispatchKeyEventParams{
			{Type: "rawKeyDown", Key: string(c), Code: "Digit2", WindowsVirtualKeyCode: 50, Modifiers: 1 | 2},
			{Type: "char", Key: string(c), Code: "Digit2", Text: string(c), UnmodifiedText: string(c)},
			{Type: "keyUp", Key: string(c), Code: "Digit2", WindowsVirtualKeyCode: 50, Modifiers: 1 | 2},
		} {
			_, err := chromedp.Call(w.ctx, input.DispatchKeyEvent, p)
			must(t, err)
		}
	}
	if got := w.text(proseIs + `.textContent`); !strings.Contains(strings.ReplaceAll(got, "\u00a0", ""), "a"+typed) {
		t.Errorf("typed %q, the text is %q", "a"+typed, got)
	}
	if w.text("location.href") != at || w.is(`document.querySelector("dialog[open]")`) {
		t.Error("one of them was taken for a command")
	}
}

// live makes a story that readers have, and returns its id.
func live(t *testing.T, headline string) (id string) {
	t.Helper()
	command(t, func(ctx context.Context, k *content.Desk) error {
		s, err := k.Create(ctx, published.Story{Headline: headline, Section: "world", Regions: []string{"calgary"}, Body: paragraph("It began on Monday.")})
		if err != nil {
			return err
		}
		id = s.ID
		_, err = k.Publish(ctx, s.ID, content.Publication{})
		return err
	})
	return id
}

// TestLeavesLiveStoryWithChanges: closing the editor changes nothing for readers, and the newsroom says that there is more.
func TestLeavesLiveStoryWithChanges(t *testing.T) {
	w := at(t, 1280, 900, "Leah Ving", "publisher")
	id := live(t, "Bridge opens after repairs")
	w.open("/newsroom/stories/" + id)
	w.write(" More was said on Tuesday.")
	w.saved()
	w.open("/newsroom/stories?q=" + id)
	if got := w.text(`document.querySelector("main").innerText`); !strings.Contains(got, "unpublished changes") {
		t.Errorf("the list does not say that the story has unpublished changes: %s", got)
	}
	res, body := ask(t, "/world/bridge-opens-after-repairs-"+id)
	if res.StatusCode != 200 || strings.Contains(body, "More was said") || !strings.Contains(body, "It began on Monday.") {
		t.Errorf("readers get %s, with the change: %v", res.Status, strings.Contains(body, "More was said"))
	}
}

// TestBlockedStory: what must be put right keeps a story back, says where it is, and an override with a reason is logged.
func TestBlockedStory(t *testing.T) {
	w := at(t, 1280, 900, "Bo Locke", "admin")
	w.expected = "/publish"
	id := w.newStory()
	w.until("the script of the editor", proseIs)
	w.do(chromedp.SendKeys(chromedp.CSS(`[name="headline"]`), "Council delays vote TK"))
	w.write("Three of [TK] members were there.")
	w.saved()
	w.open("/newsroom/stories/" + id + "/publish")
	page := w.text(`document.querySelector("main").innerText`)
	for _, want := range []string{"TK", "ection"} {
		if !strings.Contains(page, want) {
			t.Errorf("the checks do not speak of %q: %s", want, page)
		}
	}
	if n := w.text(`String([...document.querySelectorAll("main a")].filter(a => /^\s*Go/.test(a.textContent)).length)`); n == "0" {
		t.Error("no Go link leads to what must be put right")
	}
	if res, _ := ask(t, "/world/x-"+id); res.StatusCode != 404 {
		t.Errorf("readers get %s", res.Status)
	}
	w.open("/newsroom/stories/" + id)
	w.do(chromedp.SetValue(chromedp.CSS(`select[name="section"]`), "world"))
	w.is(`document.querySelector('select[name="section"]').dispatchEvent(new Event("change", {bubbles: true}))`)
	w.write(" Later.")
	w.saved()
	w.open("/newsroom/stories/" + id + "/publish")
	reason := "The editor in chief knows " + strconv.FormatInt(time.Now().UnixNano(), 36)
	w.do(chromedp.SendKeys(chromedp.CSS(`[name="override"]`), reason))
	w.press("Publish")
	w.until("it is live", `/Live/.test(document.body.innerText)`)
	w.open("/newsroom/audit")
	if !strings.Contains(w.text(`document.querySelector("main").innerText`), reason) {
		t.Error("the override's reason is not in the log")
	}
}

// TestChangesManyStories: two hundred rows change before the next paint, and come back.
func TestChangesManyStories(t *testing.T) {
	const n = 200
	w := at(t, 1280, 900, "Max Bulk", "editor")
	mark := "bulkrow" + strconv.FormatInt(time.Now().UnixNano(), 36)
	command(t, func(ctx context.Context, k *content.Desk) error {
		for i := range n {
			if _, err := k.Create(ctx, published.Story{Headline: fmt.Sprintf("%s number %d", mark, i), Section: "world", Body: paragraph("Text.")}); err != nil {
				return err
			}
		}
		return nil
	})
	w.open("/newsroom/stories?rows=200&state=draft&q=" + mark)
	w.until("two hundred rows", fmt.Sprintf(`document.querySelectorAll("[data-row]").length == %d`, n))
	w.is(`document.querySelectorAll("[data-row] input[type=checkbox]").forEach(c => { if (!c.checked) c.click() }), true`)
	took := w.wait(`new Promise(done => {
		document.querySelector("#f-set-state").value = "ready";
		const button = document.querySelector('button[name="act"][value="state"]');
		const began = performance.now();
		button.click();
		const look = () => document.querySelectorAll('[data-row][data-state="ready"]').length == 200 ? requestAnimationFrame(() => done(String(performance.now() - began))) :
			performance.now() - began > 10000 ? done("never") : requestAnimationFrame(look);
		look();
	})`)
	t.Logf("from the click to the paint: %s ms", took)
	if ms, err := strconv.ParseFloat(took, 64); err != nil || ms > 100 {
		t.Errorf("two hundred rows change in %s ms, not within 100", took)
	}
	w.until("it is told", `/200 stories set to Ready/.test(document.body.innerText)`)
	w.press("Undo")
	w.until("all are drafts again", `document.querySelectorAll('[data-row][data-state="draft"]').length == 200`)
	w.open("/newsroom/stories?rows=200&state=draft&q=" + mark)
	if got := w.text(`String(document.querySelectorAll("[data-row]").length)`); got != strconv.Itoa(n) {
		t.Errorf("after Undo %s drafts are left of %d", got, n)
	}
}

// TestVersions: any two versions are compared, with what matters first, and an old one comes back as a new one.
func TestVersions(t *testing.T) {
	w := at(t, 1280, 900, "Vera Sion", "publisher")
	id := live(t, "Grain exports rise")
	w.open("/newsroom/stories/" + id)
	w.write(" Ships took 88,000 tonnes.")
	w.saved()
	first := w.text(`document.querySelector("#story [name=version]").value`)
	w.open("/newsroom/stories/" + id)
	w.until("the script of the editor", proseIs)
	w.write(" Later ships took 92,000 tonnes.")
	w.saved()
	w.open("/newsroom/stories/" + id + "/versions")
	versions := w.text(`String(document.querySelectorAll("main [data-version], main tbody tr, main ol > li").length)`)
	if n, _ := strconv.Atoi(versions); n < 3 {
		t.Errorf("%s versions are listed, not three or more", versions)
	}
	w.open("/newsroom/stories/" + id + "/versions/compare?a=1&b=" + first)
	if !w.is(`document.querySelector("main ins")`) || !strings.Contains(w.text(`document.querySelector("main").innerText`), "88,000") {
		t.Errorf("what was added is not marked: %s", w.text(`document.querySelector("main").innerText`))
	}
	w.press("Restore")
	w.until("it is restored", `/[Rr]estored/.test(document.body.innerText)`)
	w.open("/newsroom/stories/" + id)
	w.until("the script of the editor", proseIs)
	if got := w.text(proseIs + `.textContent`); strings.Contains(got, "92,000") {
		t.Errorf("the old version is not back: %s", got)
	}
	if res, body := ask(t, "/world/grain-exports-rise-"+id); res.StatusCode != 200 || strings.Contains(body, "88,000") {
		t.Errorf("readers get %s, with what was only saved: %v", res.Status, strings.Contains(body, "88,000"))
	}
}
