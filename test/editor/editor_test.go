// Package editor_test drives the editor's script in Chromium against a server of its own that keeps the editor's contract
// in memory. It fails without a browser; it never skips.
package editor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var (
	browser context.Context
	server  *httptest.Server
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	files, err := build()
	if err != nil {
		fmt.Fprintln(os.Stderr, "the editor does not build (run npm ci in ui once):", err)
		return 1
	}
	site.files, site.stories = files, map[string]*story{}
	server = httptest.NewServer(handler())
	defer server.Close()
	alloc, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	defer end()
	var closeAll context.CancelFunc
	browser, closeAll = chromedp.NewContext(alloc)
	defer closeAll()
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintln(os.Stderr, "Chromium does not start (Debian's package is chromium):", err)
		return 1
	}
	return m.Run()
}

// window is a tab and what went wrong in it.
type window struct {
	t        *testing.T
	ctx      context.Context
	mu       sync.Mutex
	problems []string
}

// newWindow opens a tab: of a person of its own, or, beside another, of the same browser.
func newWindow(t *testing.T, beside *window) *window {
	t.Helper()
	parent, opts := browser, []chromedp.ContextOption{chromedp.WithNewBrowserContext()}
	if beside != nil {
		parent, opts = beside.ctx, nil
	}
	tab, closeTab := chromedp.NewContext(parent, opts...)
	t.Cleanup(closeTab)
	w := &window{t: t}
	w.must(chromedp.Do(tab))
	var cancel context.CancelFunc
	w.ctx, cancel = context.WithTimeout(tab, time.Minute)
	t.Cleanup(cancel)
	w.must(chromedp.Listen(tab, w.hear))
	_, err := chromedp.Call(w.ctx, log.Enable, struct{}{})
	w.must(err)
	w.must(chromedp.Do(w.ctx, chromedp.EmulateViewport(1280, 900)))
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, p := range w.problems {
			t.Errorf("the browser reports: %s", p)
		}
	})
	return w
}

func (w *window) hear(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text += " " + e.Description
		}
		w.problems = append(w.problems, text)
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError && !strings.HasPrefix(ev.Entry.Text, "Failed to load resource") && !strings.HasPrefix(ev.Entry.Text, "Failed to decode") {
			w.problems = append(w.problems, ev.Entry.Text)
		}
	}
}

func (w *window) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

const ready = `document.querySelector("#editor .ProseMirror[contenteditable=true]")`

// open shows a story and waits until it can be written in.
func (w *window) open(id string) {
	w.t.Helper()
	w.visit(id)
	w.until("the editor is ready", ready)
}

func (w *window) visit(id string) {
	w.t.Helper()
	w.must(chromedp.Do(w.ctx, chromedp.Navigate(server.URL+"/newsroom/stories/"+id)))
}

func (w *window) text(js string) string {
	w.t.Helper()
	s, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](js))
	w.must(err)
	return s
}

func (w *window) run(js string) {
	w.t.Helper()
	_, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("(() => { "+js+"; return true })()"))
	w.must(err)
}

// until waits for an expression to be true.
func (w *window) until(what, js string) {
	w.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if ok, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("!!("+js+")")); err == nil && ok {
			return
		}
	}
	w.t.Fatalf("not within 15 seconds: %s (%s); the page says %q", what, js, w.text(`document.querySelector("#save-state").textContent + " | " + (document.querySelector(".presence")?.textContent ?? "") + " | " + document.querySelector("#editor").innerText.slice(0, 400)`))
}

func (w *window) untilState(words string) {
	w.t.Helper()
	w.until("the page says "+words, fmt.Sprintf(`document.querySelector("#save-state").textContent == %q`, words))
}

const saved = "Saved 5:42:10 a.m."

// caret puts the caret at the end of the text.
func (w *window) caret() {
	w.t.Helper()
	w.run(`const e = document.querySelector("#editor .ProseMirror"); e.focus(); const s = getSelection(); s.selectAllChildren(e); s.collapseToEnd()`)
	w.until("the editor has the focus", `document.activeElement.classList.contains("ProseMirror")`)
}

// typing sends real keys; \n is Enter.
func (w *window) typing(keys string) {
	w.t.Helper()
	for i, line := range strings.Split(keys, "\n") {
		if i > 0 {
			w.key("Enter", 13, 0)
		}
		w.must(chromedp.Do(w.ctx, chromedp.KeyEvent(line)))
	}
}

// key sends one key by its name with modifiers: 1 Alt, 2 Ctrl, 8 Shift.
func (w *window) key(name string, code int64, modifiers int64) {
	w.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{"rawKeyDown", "keyUp"} {
		_, err := chromedp.Call(w.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: name, WindowsVirtualKeyCode: code, Modifiers: modifiers})
		w.must(err)
	}
}

func (w *window) undo() { w.t.Helper(); w.key("z", 90, 2) }

// paste puts something onto the clipboard event that the editor gets.
func (w *window) paste(html, plain string) {
	w.t.Helper()
	w.run(fmt.Sprintf(`const d = new DataTransfer(); if (%[1]s) d.setData("text/html", %[1]s); d.setData("text/plain", %[2]s);
document.querySelector("#editor .ProseMirror").dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true }))`, quoted(html), quoted(plain)))
}

func (w *window) click(selector string) {
	w.t.Helper()
	w.until(selector, fmt.Sprintf("document.querySelector(%q)", selector))
	w.run(fmt.Sprintf("document.querySelector(%q).click()", selector))
}

// press clicks the button that says something.
func (w *window) press(label string) {
	w.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll("button")].find(b => b.textContent.trim() == %s && b.offsetParent)`, quoted(label))
	w.until("a button "+label, find)
	w.run(find + ".click()")
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// refuse answers a save with a status.
func refuse(status int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { answer(w, status, map[string]any{"title": "no", "detail": "no"}) }
}

// cut breaks the connection.
func cut(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// submit sends the open dialog's form.
func (w *window) submit() {
	w.t.Helper()
	w.run(`const f = document.querySelector("dialog form"); f?.requestSubmit(f.querySelector(".primary"))`)
}

func (w *window) narrow() {
	w.t.Helper()
	w.must(chromedp.Do(w.ctx, chromedp.EmulateViewport(360, 800)))
}
