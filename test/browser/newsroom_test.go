package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"masthead/internal/app"
	"masthead/internal/cli"
	"masthead/internal/config"
)

// password is what everybody types at the door.
const password = "seven grey geese over the river"

// hire makes an account of the demo's newsroom, as an operator does beside the running server.
func hire(t *testing.T, data, name, role string) (email string) {
	t.Helper()
	email = strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@ledger.example"
	typed := filepath.Join(t.TempDir(), "typed")
	must(t, os.WriteFile(typed, []byte(password+"\n"), 0o600))
	in, err := os.Open(typed)
	must(t, err)
	defer in.Close()
	keep := os.Stdin
	os.Stdin = in
	defer func() { os.Stdin = keep }()
	if code := cli.Main([]string{"user", "add", email, "--name", name, "--role", role, "--password-stdin", "--data", data}); code != 0 {
		t.Fatalf("masthead user add %s ends with %d", email, code)
	}
	return email
}

// signIn comes in by the door.
func (w *window) signIn(email string) {
	w.t.Helper()
	w.open("/newsroom/sign-in")
	w.do(chromedp.SendKeys(chromedp.CSS(`input[name="email"]`), email),
		chromedp.SendKeys(chromedp.CSS(`input[name="password"]`), password+"\r"))
	w.until("the newsroom", `location.pathname == "/newsroom/" && document.querySelector("main h1")`)
}

// at opens a window in which somebody of a role has signed in.
func at(t *testing.T, width, height int64, name, role string) *window {
	t.Helper()
	email := hire(t, portal.data, name, role)
	w := newWindow(t, width, height)
	w.signIn(email)
	return w
}

// newStory makes a story by the screens' own form and opens its editor; it returns the id.
func (w *window) newStory() string {
	w.t.Helper()
	id := w.wait(`fetch("/newsroom/stories", {method: "POST"}).then(r => r.url.split("/").pop().split("?")[0])`)
	w.open("/newsroom/stories/" + id)
	return id
}

// wait evaluates a promise that gives a string.
func (w *window) wait(js string) string {
	w.t.Helper()
	s, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise))
	must(w.t, err)
	return s
}

// key presses keys.
func (w *window) key(keys string, modifiers ...chromedp.Modifier) {
	w.t.Helper()
	w.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// tabTo presses Tab until the focus is on what a selector names.
func (w *window) tabTo(css string) {
	w.t.Helper()
	for range 150 {
		if w.is(`document.activeElement && document.activeElement.matches(` + fmt.Sprintf("%q", css) + `)`) {
			return
		}
		w.key("\t")
	}
	w.t.Fatalf("150 times Tab do not lead to %s on %s; the focus is on %s", css, w.text("location.pathname"), w.text(`document.activeElement.outerHTML.slice(0, 120)`))
}

// axe is the source of axe-core, which only tests use.
var axe = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(filepath.Join("..", "..", "ui", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return "", fmt.Errorf("%w: run npm ci in the folder ui", err)
	}
	return string(b), nil
})

// violations runs axe-core on the page, all rules or those named, and returns what it finds.
func (w *window) violations(rules ...string) (list []string) {
	w.t.Helper()
	source, err := axe()
	must(w.t, err)
	w.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](source+"; true"))
		return err
	}))
	only := `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
	if len(rules) > 0 {
		b, err := json.Marshal(rules)
		must(w.t, err)
		only = `{type: "rule", values: ` + string(b) + `}`
	}
	found := w.wait(`axe.run(document, {resultTypes: ["violations"], iframes: false, runOnly: ` + only + `}).then(r => JSON.stringify(
		r.violations.map(v => v.id + " (" + v.help + "): " + v.nodes.slice(0, 4).map(n => n.target.join(" ") + (n.any[0] && n.any[0].data && n.any[0].data.contrastRatio ? " " + n.any[0].data.contrastRatio : "")).join("; "))))`)
	must(w.t, json.Unmarshal([]byte(found), &list))
	return list
}

// pattern takes the ids out of an address, so that one of each kind of screen is looked at.
var pattern = regexp.MustCompile(`/[0-9a-z]{10,}|=[^&]*|/fronts/[a-z]+/(?:home|r/[a-z-]+)`)

// screens finds one address of every kind of screen of the newsroom that links lead to, from where the window is signed in.
func (w *window) screens(from ...string) (list []string) {
	w.t.Helper()
	seen := map[string]bool{}
	add := func(u string) {
		u, _, _ = strings.Cut(u, "#")
		if !strings.HasPrefix(u, "/newsroom/") || strings.Contains(u, "/_/") || strings.Contains(u, "export") || strings.Contains(u, "/events") || strings.Contains(u, "/page") {
			return
		}
		if p := pattern.ReplaceAllString(u, "*"); !seen[p] {
			seen[p] = true
			list = append(list, u)
		}
	}
	for _, u := range from {
		add(u)
	}
	for i := 0; i < len(list) && i < 80; i++ {
		w.open(list[i])
		var links []string
		must(w.t, json.Unmarshal([]byte(w.text(`JSON.stringify([...document.querySelectorAll("a[href]")].filter(a => a.origin == location.origin).map(a => a.pathname + a.search))`)), &links))
		for _, u := range links {
			add(u)
		}
	}
	return list
}

// sideways is how many pixels a page is wider than its window.
const sideways = `String(Math.max(0, document.documentElement.scrollWidth - innerWidth))`

// overhang is what sticks out of the window, the innermost of it.
const overhang = `[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
	.filter(e => { for (let p = e.parentElement; p; p = p.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX) && p !== document.body && p !== document.documentElement) return false; return true })
	.filter((e, i, all) => !all.some(o => o !== e && e.contains(o))).slice(0, 3).map(e => e.tagName + "." + e.className + "#" + e.id + " " + Math.round(e.getBoundingClientRect().right) + " " + e.textContent.trim().slice(0, 40)).join(" | ")`

// TestEveryNewsroomScreen holds what is true of every screen, narrow and wide, light and dark: axe finds nothing, nothing
// scrolls sideways, one h1, no heading level is left out, and nothing goes wrong in the browser.
func TestEveryNewsroomScreen(t *testing.T) {
	w := at(t, 360, 800, "Axel Roy", "admin")
	id := w.newStory()
	story := "/newsroom/stories/" + id
	list := w.screens("/newsroom/", "/newsroom/stories", story, story+"/versions", story+"/publish", story+"/preview?as=360", story+"/kill",
		"/newsroom/people", "/newsroom/tokens", "/newsroom/account", "/newsroom/settings", "/newsroom/system", "/newsroom/audit", "/newsroom/setup/site", "/newsroom/fronts")
	t.Logf("%d screens: %s", len(list), strings.Join(list, " "))
	if len(list) < 20 {
		t.Errorf("only %d screens are found", len(list))
	}
	for _, look := range []struct {
		width  int64
		scheme string
		rules  []string
	}{{360, "light", nil}, {1280, "dark", nil}, {360, "dark", []string{"color-contrast"}}, {1280, "light", []string{"color-contrast"}}} {
		t.Run(fmt.Sprint(look.width, look.scheme), func(t *testing.T) {
			w := w.in(t)
			w.do(chromedp.EmulateViewport(look.width, 800))
			w.look(look.scheme, "")
			for _, u := range list {
				w.open(u)
				for _, v := range w.violations(look.rules...) {
					t.Errorf("%s: %s", u, v)
				}
				if wide := w.text(sideways); wide != "0" {
					t.Errorf("%s is %s px wider than the window: %s", u, wide, w.text(overhang))
				}
				if look.rules != nil {
					continue
				}
				if n := w.text(`String(document.querySelectorAll("h1").length)`); n != "1" {
					t.Errorf("%s has %s h1", u, n)
				}
				if skipped := w.text(skippedLevel); skipped != "" {
					t.Errorf("%s leaves out a heading level before %q", u, skipped)
				}
				if small := w.text(smallTargets); small != "" {
					t.Errorf("%s has targets under 24 px: %s", u, small)
				}
			}
		})
	}
}

// smallTargets are buttons, and links that stand alone, below the least size of WCAG 2.2.
const smallTargets = `[...document.querySelectorAll("main button, main select, main input:not([type=hidden]):not([type=checkbox]):not([type=radio])")]
	.filter(e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && !e.closest(".skip, .vh"))
	.filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.height < 23.5 || r.width < 23.5) })
	.slice(0, 5).map(e => e.outerHTML.slice(0, 80)).join(" | ")`

// in lets a subtest use a window.
func (w *window) in(t *testing.T) *window {
	w.mu.Lock()
	defer w.mu.Unlock()
	return &window{t: t, ctx: w.ctx, site: w.site}
}

// TestNewsroomInFrench: somebody who works in French is not shown English.
func TestNewsroomInFrench(t *testing.T) {
	english := onlyEnglish(t)
	email := hire(t, portal.data, "Francine Cote", "admin")
	w := newWindow(t, 1280, 800)
	w.signIn(email)
	id := w.newStory()
	w.open("/newsroom/account")
	w.do(chromedp.SetValue(chromedp.CSS(`select[name="language"]`), "fr"))
	w.do(chromedp.Submit(chromedp.CSS(`select[name="language"]`)))
	w.until("the screens are in French", `document.documentElement.lang.startsWith("fr")`)
	story := "/newsroom/stories/" + id
	for _, u := range w.screens("/newsroom/", "/newsroom/stories", story, story+"/publish", "/newsroom/people", "/newsroom/settings", "/newsroom/system", "/newsroom/audit") {
		w.open(u)
		if got := w.text("document.documentElement.lang"); !strings.HasPrefix(got, "fr") {
			t.Errorf("%s is in %q", u, got)
		}
		seen := w.text(`document.title + "\n" + document.body.innerText`)
		for _, sentence := range english {
			if strings.Contains(seen, sentence) {
				t.Errorf("%s says %q", u, sentence)
			}
		}
	}
}

// onlyEnglish are the sentences of the newsroom's English words that its French ones do not have.
func onlyEnglish(t *testing.T) (list []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "internal", "words", "staff", "*.en.json"))
	must(t, err)
	read := func(name string) map[string]string {
		b, err := os.ReadFile(name)
		must(t, err)
		var loose map[string]any
		must(t, json.Unmarshal(b, &loose))
		m := map[string]string{}
		for k, v := range loose {
			if s, ok := v.(string); ok {
				m[k] = s
			}
		}
		return m
	}
	for _, name := range names {
		fr := read(strings.TrimSuffix(name, ".en.json") + ".fr.json")
		for k, s := range read(name) {
			if len(s) >= 12 && strings.Contains(s, " ") && !strings.ContainsAny(s, "{}<") && s != fr[k] {
				list = append(list, s)
			}
		}
	}
	if len(list) < 50 {
		t.Errorf("only %d English sentences", len(list))
	}
	slices.Sort(list)
	return list
}

// TestPasskey: somebody adds a passkey and then comes in with it alone.
func TestPasskey(t *testing.T) {
	w := at(t, 1280, 800, "Pia Key", "reporter")
	_, err := chromedp.Call(w.ctx, webauthn.Enable, webauthn.EnableParams{})
	must(t, err)
	made, err := chromedp.Call(w.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, AutomaticPresenceSimulation: true, IsUserVerified: true,
	}})
	must(t, err)
	if made.AuthenticatorID == "" {
		t.Fatal("the browser makes no authenticator")
	}
	w.open("/newsroom/account/passkeys")
	w.press("Add a passkey")
	w.until("the passkey is listed", `location.pathname == "/newsroom/account" && document.querySelector('main form[action$="/passkeys/remove"]')`)
	w.is(`document.querySelector('form[action="/newsroom/sign-out"]').requestSubmit(), true`)
	w.until("the door", `location.pathname.startsWith("/newsroom/sign-in")`)
	w.open("/newsroom/sign-in")
	w.press("Sign in with a passkey|Use a passkey|Passkey")
	w.until("the newsroom", `location.pathname == "/newsroom/" && document.querySelector("main h1")`)
}

// press clicks a button or a link by the beginning of its words.
func (w *window) press(words string) {
	w.t.Helper()
	w.until("a button "+words, `(b => b && (b.click(), true))([...document.querySelectorAll("button, a, summary, input[type=submit]")].find(b => b.checkVisibility() && !b.disabled && !b.closest(".skip, .tabs, nav") && /^\s*(?:`+words+`)/i.test(b.innerText || b.value || "")))`)
}

// TestFirstRun: from an empty folder to a published story, with everything skipped that can be.
func TestFirstRun(t *testing.T) {
	began := time.Now()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	address, site, err := freePort()
	must(t, err)
	a, err := app.New(ctx, app.Config{Data: config.Data{Data: dir}, Server: config.Server{Listen: address, URL: site, CacheMemory: 16, Weather: "off"}, Version: "test"})
	must(t, err)
	ready, done := make(chan bool, 1), make(chan error, 1)
	go func() { done <- a.Run(ctx, nil, func([]string) { ready <- true }) }()
	t.Cleanup(func() {
		cancel()
		<-done
		a.Close()
	})
	w := newWindow(t, 1280, 800)
	select {
	case <-ready:
		w.site = site
	case err := <-done:
		t.Fatal(err)
	}
	w.open("/newsroom/stories")
	w.until("the setup, which says where its key is", `location.pathname == "/newsroom/setup" && /masthead|key|address/i.test(document.querySelector("main").innerText)`)
	key, err := setupKey(ctx, a)
	must(t, err)
	w.open("/newsroom/setup?key=" + key)
	w.do(chromedp.SendKeys(chromedp.CSS(`input[name="name"]`), "Ada Fournier"), chromedp.SendKeys(chromedp.CSS(`input[name="email"]`), "ada@ledger.example"),
		chromedp.SendKeys(chromedp.CSS(`input[name="password"]`), password+"\r"))
	w.until("the next step", `location.pathname.startsWith("/newsroom/setup/site") && document.querySelector("main h1")`)
	for range 12 {
		if !w.is(`location.pathname.startsWith("/newsroom/setup")`) {
			break
		}
		at := w.text("location.href + document.querySelector('main').innerText")
		w.press("Skip|Finish|Done|Go to Today")
		w.until("another step", `location.href + document.querySelector("main").innerText != `+fmt.Sprintf("%q", at))
	}
	w.until("Today", `location.pathname == "/newsroom/" && document.querySelector("main h1")`)
	if !w.is(`/Hello/.test(document.querySelector("main").innerText)`) {
		t.Errorf("the first draft is not on Today: %s", w.text(`document.querySelector("main").innerText`))
	}
	w.do(chromedp.Click(chromedp.CSS(`main a[href^="/newsroom/stories/"]`)))
	w.until("the editor", `document.querySelector('[name="headline"]')`)
	w.publishAnyway()
	_, body := askOf(t, w.site, "/")
	if !strings.Contains(body, "Hello") {
		t.Error("the front page does not show the story")
	}
	if took := time.Since(began); took > 5*time.Minute {
		t.Errorf("from nothing to a published story took %s", took)
	}
}

// publishAnyway publishes what is open, with a section and a reason where the checks ask for one.
func (w *window) publishAnyway() {
	w.t.Helper()
	story := w.text("location.pathname")
	if w.is(`(s => s && !s.value && s.options.length > 1)(document.querySelector('select[name="section"]'))`) {
		w.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(s => { s.selectedIndex = 1; s.dispatchEvent(new Event("change", {bubbles: true})); s.dispatchEvent(new Event("input", {bubbles: true})); return true })(document.querySelector('select[name="section"]'))`))
			return err
		}))
		w.until("saved", `/^Saved/.test(document.querySelector("#save-state").textContent.trim())`)
	}
	w.open(story + "/publish")
	if w.is(`(e => e && e.checkVisibility())(document.querySelector('[name="override"]'))`) {
		w.do(chromedp.SendKeys(chromedp.CSS(`[name="override"]`), "The first story of a new site"))
	}
	w.press("Publish")
	w.until("an answer", `!location.pathname.endsWith("/publish") || document.querySelector("#fault")`)
	if !w.is(`/Live/.test(document.body.innerText)`) {
		w.t.Fatalf("it is not live: %s", w.text(`document.querySelector("main").innerText`))
	}
}

// setupKey is what serve prints for an empty newsroom.
func setupKey(ctx context.Context, a *app.App) (string, error) {
	address, err := a.SetupAddress(ctx)
	_, key, _ := strings.Cut(address, "key=")
	return key, err
}
