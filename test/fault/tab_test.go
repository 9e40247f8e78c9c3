package fault_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// word is what the test types: each stands once, and no rule of typography changes it.
var word = regexp.MustCompile(`w\d{5}x`)

// books are what was typed and what the server said that it has.
type books struct {
	mu     sync.Mutex
	typed  []string
	acked  map[string]bool
	errors []string // what went wrong in the browser
	saves  int
}

func (b *books) next() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprintf("w%05dx", len(b.typed)+1)
}

func (b *books) wrote(w string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.typed = append(b.typed, w)
}

// promised are the words that the server has acknowledged by now.
func (b *books) promised() (list []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.typed {
		if b.acked[w] {
			list = append(list, w)
		}
	}
	return list
}

func (b *books) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.typed)
}

// tab is a tab of a person's browser.
type tab struct {
	t      *testing.T
	ctx    context.Context
	close_ context.CancelFunc
	books  *books
	origin string

	mu   sync.Mutex
	sent map[network.RequestID][]string // saves under way, and their words
}

// newTab opens a tab beside another one of the same person (from is its context), or in a browser of its own.
func newTab(t *testing.T, from context.Context, b *books, origin string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(from, options...)
	w := &tab{t: t, ctx: ctx, close_: end, books: b, origin: origin, sent: map[network.RequestID][]string{}}
	must(t, chromedp.Do(ctx))
	must(t, chromedp.Listen(ctx, w.hear))
	most := int64(16 << 20)
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{MaxPostDataSize: &most})
	must(t, err)
	_, err = chromedp.Call(ctx, page.Enable, page.EnableParams{})
	must(t, err)
	return w
}

func (w *tab) hear(ev any) {
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if ev.Request.Method != "POST" || !strings.HasSuffix(ev.Request.URL, "/save") {
			return
		}
		var body strings.Builder
		for _, e := range ev.Request.PostDataEntries {
			body.Write(e.Bytes)
		}
		w.mu.Lock()
		w.sent[ev.RequestID] = word.FindAllString(body.String(), -1)
		w.mu.Unlock()
	case *network.EventResponseReceived:
		w.mu.Lock()
		words, ok := w.sent[ev.RequestID]
		w.mu.Unlock()
		if !ok || ev.Response.Status != 200 {
			return
		}
		w.books.mu.Lock()
		defer w.books.mu.Unlock()
		w.books.saves++
		for _, one := range words {
			w.books.acked[one] = true
		}
	case *runtime.EventExceptionThrown:
		w.books.mu.Lock()
		defer w.books.mu.Unlock()
		text := ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text += " " + e.Description
		}
		w.books.errors = append(w.books.errors, text)
	case *page.EventJavascriptDialogOpening: // "leave this page?"
		go chromedp.Call(w.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
	}
}

func (w *tab) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (w *tab) text(js string) string {
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+js+")", chromedp.EvalAwaitPromise))
	if err != nil {
		return "error: " + err.Error()
	}
	return s
}

func (w *tab) is(js string) bool { return w.text("!!("+js+")") == "true" }

// until waits for an expression to be true, and reports whether it became so.
func (w *tab) until(limit time.Duration, js string) bool {
	for end := time.Now().Add(limit); ; {
		if w.is(js) {
			return true
		}
		if time.Now().After(end) {
			return false
		}
		pause(50 * time.Millisecond)
	}
}

// pause is time that passes for a person; nothing is proved by it.
func pause(d time.Duration) { <-time.After(d) }

// signIn comes in by the door with a password.
func (w *tab) signIn(email string) {
	w.t.Helper()
	must(w.t, w.do(chromedp.Navigate(w.origin+"/newsroom/sign-in")))
	must(w.t, w.do(
		chromedp.SendKeys(chromedp.CSS(`input[name="email"]`), email),
		chromedp.SendKeys(chromedp.CSS(`input[name="password"]`), password+"\r"),
	))
	if !w.until(15*time.Second, `location.pathname == "/newsroom/" && document.querySelector("main h1")`) {
		w.t.Fatalf("%s is not let in: %s: %s", email, w.text("location.href"), w.text(`document.body.innerText`))
	}
}

// The editor as the page has it.
const (
	text     = `document.querySelector("#editor .ProseMirror")`
	writable = `(e => e && e.isContentEditable)(` + text + `)`
	state    = `document.querySelector("#save-state").textContent.trim()`
	saved    = `/^Saved/.test(` + state + `)`
	settled  = `/^(Saved|Version)/.test(` + state + `)` // Version: nothing was typed in this tab
)

// open loads the editor of a story.
func (w *tab) open(story string) bool {
	if err := w.do(chromedp.Navigate(w.origin + "/newsroom/stories/" + story)); err != nil {
		return false
	}
	return w.until(10*time.Second, text)
}

// press clicks a button or a link by its words.
func (w *tab) press(words string) bool {
	return w.is(`(b => b && (b.click(), true))([...document.querySelectorAll("button, a, summary")].find(b => b.checkVisibility() && /^\s*(?:` + words + `)/.test(b.textContent)))`)
}

// write types words at the end of the text; those that the page took are typed. A page that is not open for writing
// takes none.
func (w *tab) write(n int) {
	if !w.is(writable + ` && (e => { e.focus(); const s = getSelection(); s.selectAllChildren(e); s.collapseToEnd(); return true })(` + text + `)`) {
		return
	}
	for i := range n {
		one := w.books.next()
		if i%9 == 8 {
			if w.do(chromedp.KeyEvent("\r")) != nil {
				return
			}
		}
		if _, err := chromedp.Call(w.ctx, input.InsertText, input.InsertTextParams{Text: one + " "}); err != nil {
			return
		}
		if !w.is(text + `.textContent.includes("` + one + `")`) {
			return
		}
		w.books.wrote(one)
	}
}

// offline drops the network of the tab, or brings it back.
func (w *tab) offline(off bool) {
	w.t.Helper()
	_, err := chromedp.Call(w.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	must(w.t, err)
	_, err = chromedp.Call(w.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: off, DownloadThroughput: -1, UploadThroughput: -1,
	})
	must(w.t, err)
}
