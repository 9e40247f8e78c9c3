// Package browser_test reads the demo portal in Chromium as a person does: the whole program in this process, on a
// port of its own. It fails without a browser; it never skips.
package browser_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"masthead/internal/app"
	"masthead/internal/config"
	"masthead/internal/doc"
)

// portal is the demo under test.
var portal struct {
	app  *app.App
	site string // its address, without a slash at the end
	data string // its folder
}

// browser is the context of the one Chromium; every test has a window of its own in it.
var browser context.Context

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "masthead-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	stop, err := open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "the demo portal does not start:", err)
		return 1
	}
	defer stop()
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

// open fills and serves the demo in dir.
func open(dir string) (stop func(), err error) {
	address, site, err := freePort()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.New(ctx, app.Config{
		Data:    config.Data{Data: dir},
		Server:  config.Server{Listen: address, URL: site, CacheMemory: 64, Weather: "recorded"},
		Version: "test",
	})
	if err != nil {
		cancel()
		return nil, err
	}
	if err := a.FillDemo(ctx, func(string) {}); err != nil {
		cancel()
		return nil, err
	}
	ready, done := make(chan bool, 1), make(chan error, 1)
	go func() { done <- a.Run(ctx, nil, func([]string) { ready <- true }) }()
	select {
	case <-ready:
		portal.app, portal.site, portal.data = a, site, dir
	case err := <-done:
		cancel()
		return nil, err
	}
	return func() {
		cancel()
		<-done
		a.Close()
	}, nil
}

// freePort returns an address that nobody listens on just now, and the site's at it: by name, as passkeys know no others.
func freePort() (address, site string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	address = l.Addr().String()
	return address, "http://localhost:" + address[strings.LastIndexByte(address, ':')+1:], l.Close()
}

// window is one reader: cookies and storage of their own, and a record of what went wrong.
type window struct {
	t    *testing.T
	ctx  context.Context
	site string // the portal's address

	mu       sync.Mutex
	problems []string // console errors, refused content, uncaught exceptions
	foreign  []string // requests to other servers
	expected string   // part of the addresses that may answer with an error
}

// newWindow opens a window; when the test ends nothing may have gone wrong in it and no other server been asked.
func newWindow(t *testing.T, width, height int64) *window {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	w := &window{t: t, site: portal.site}
	must(t, chromedp.Do(tab))
	var cancel context.CancelFunc
	w.ctx, cancel = context.WithTimeout(tab, 5*time.Minute) // the window that looks at every screen has sixty
	t.Cleanup(cancel)
	must(t, chromedp.Listen(tab, w.hear))
	_, err := chromedp.Call(w.ctx, network.Enable, network.EnableParams{})
	must(t, err)
	_, err = chromedp.Call(w.ctx, log.Enable, struct{}{})
	must(t, err)
	must(t, chromedp.Do(w.ctx, chromedp.EmulateViewport(width, height)))
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, p := range w.problems {
			t.Errorf("the browser reports: %s", p)
		}
		for _, p := range w.foreign {
			t.Errorf("another server was asked: %s", p)
		}
	})
	return w
}

func (w *window) hear(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		w.problems = append(w.problems, "exception: "+ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == "error" || ev.Type == "warning" {
			w.problems = append(w.problems, fmt.Sprintf("console.%s", ev.Type))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError && !strings.HasPrefix(ev.Entry.Text, "Failed to load resource") {
			w.problems = append(w.problems, ev.Entry.Text+" "+ev.Entry.URL)
		}
	case *network.EventResponseReceived:
		// A portal that is closed has no icon.
		if ev.Type != "Document" && ev.Response.Status >= 400 && !strings.HasSuffix(ev.Response.URL, "/favicon.ico") &&
			(w.expected == "" || !strings.Contains(ev.Response.URL, w.expected)) {
			w.problems = append(w.problems, fmt.Sprintf("%d %s", ev.Response.Status, ev.Response.URL))
		}
	case *network.EventRequestWillBeSent:
		if u := ev.Request.URL; !strings.HasPrefix(u, w.site+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") && !strings.HasPrefix(u, "blob:") {
			w.foreign = append(w.foreign, u)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *window) open(path string) {
	w.t.Helper()
	must(w.t, chromedp.Do(w.ctx, chromedp.Navigate(w.site+path)))
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	must(w.t, chromedp.Do(w.ctx, steps...))
}

// text evaluates an expression that gives a string.
func (w *window) text(js string) string {
	w.t.Helper()
	s, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](js))
	must(w.t, err)
	return s
}

func (w *window) is(js string) bool {
	w.t.Helper()
	b, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("!!("+js+")"))
	must(w.t, err)
	return b
}

// until waits for an expression to be true.
func (w *window) until(what, js string) {
	w.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ok, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("!!("+js+")")); err == nil && ok {
			return
		}
	}
	w.t.Fatalf("not within 15 seconds: %s (%s) on %s", what, js, w.text("location.href"))
}

// look sets what the reader's system asks for: "light" or "dark"; media "print" or "".
func (w *window) look(scheme, media string) {
	w.t.Helper()
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	must(w.t, err)
}

// ask sends a plain request and returns the answer with its body read.
func ask(t *testing.T, path string, header ...string) (*http.Response, string) {
	t.Helper()
	return askOf(t, portal.site, path, header...)
}

// askOf asks a portal.
func askOf(t *testing.T, site, path string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site+path, nil)
	must(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return res, string(body)
}

// paragraph is a document of one.
func paragraph(text string) doc.Node {
	return doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}}}}
}
