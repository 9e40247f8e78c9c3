package identityui_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/descope/virtualwebauthn"
	"github.com/google/go-cmp/cmp"
	"github.com/pquerna/otp/totp"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/identity"
	"masthead/internal/identity/identityui"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/seal"
)

const (
	good   = "four quite unusual words"
	better = "another set of strange words"
	origin = "https://ledger.example"
)

// room is a newsroom with its door, on a clock that the test moves.
type room struct {
	*testing.T
	mu    sync.Mutex
	now   time.Time
	db    *db.DB
	keep  *identity.Keeper
	shell *newsroom.Shell
	mail  bool
	mails []string
}

func (m *room) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *room) add(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

func open(t *testing.T) *room {
	t.Helper()
	m := &room{T: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	m.db = dbtest.SQLiteAt(t, m.Now)
	key, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	m.ok(err)
	_, err = content.Do(t.Context(), m.db, "test", func(k *content.Desk) error {
		return k.SetSite(t.Context(), &published.Site{
			Name: "Foothills Ledger", Languages: []string{"en", "fr"}, Zone: "America/Edmonton",
			Sections: []published.Section{{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}}},
		})
	})
	m.ok(err)
	m.keep = identity.New(identity.Config{
		DB: m.db, Key: key, Origin: func(context.Context) string { return origin }, MailReady: func(context.Context) bool { return m.mail },
		Mail: func(_ context.Context, _ *db.Tx, to, _, text string) error {
			m.mails = append(m.mails, to+"\n"+text)
			return nil
		},
	})
	m.shell, err = newsroom.New(newsroom.Config{DB: m.db, View: published.New(m.db), Session: m.keep.Session, Empty: m.keep.Empty, Secure: true})
	m.ok(err)
	m.ok(identityui.Mount(m.shell, m.keep))
	return m
}

// staffed is open with an administrator, boss@ledger.example.
func staffed(t *testing.T) *room {
	t.Helper()
	m := open(t)
	m.person("boss@ledger.example", identity.Admin)
	return m
}

func (m *room) person(email string, role identity.Role) *identity.Account {
	m.Helper()
	a, err := m.keep.Add(m.Context(), identity.CommandLine(), identity.Invitation{Email: email, Name: "Ada Boss", Role: role}, good)
	m.ok(err)
	return a
}

func (m *room) ok(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// browser is what one person uses: it keeps cookies and says where its requests come from.
type browser struct {
	*room
	cookies map[string]*http.Cookie
	lang    string
}

func (m *room) browser() *browser {
	return &browser{room: m, cookies: map[string]*http.Cookie{}, lang: "en"}
}

// page is an answer.
type page struct {
	*goquery.Document
	*testing.T
	status int
	header http.Header
	to     string
	body   string
}

func (b *browser) send(method, path, kind, body string) *page {
	b.Helper()
	r := httptest.NewRequest(method, origin+path, strings.NewReader(body))
	r.RemoteAddr = "192.0.2.7:4711"
	r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if kind == "application/json" {
		r.Header.Set("Accept", kind)
	}
	for _, c := range b.cookies {
		if strings.HasPrefix(r.URL.Path, c.Path) {
			r.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	b.shell.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode {
			b.Errorf("%s %s: the cookie %s is not kept from scripts, other sites or plain HTTP", method, path, c.Name)
		}
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = c
	}
	text, err := io.ReadAll(res.Body)
	b.ok(err)
	d, err := goquery.NewDocumentFromReader(strings.NewReader(string(text)))
	b.ok(err)
	return &page{d, b.T, res.StatusCode, res.Header, res.Header.Get("Location"), string(text)}
}

func (b *browser) get(path string) *page {
	b.Helper()
	return b.send("GET", path, "", "")
}

// post sends a form of pairs.
func (b *browser) post(path string, pairs ...string) *page {
	b.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return b.send("POST", path, "application/x-www-form-urlencoded", v.Encode())
}

// script sends JSON and reads the answer into out.
func (b *browser) script(path string, in, out any) int {
	b.Helper()
	body, err := json.Marshal(in)
	b.ok(err)
	p := b.send("POST", path, "application/json", string(body))
	b.ok(json.Unmarshal([]byte(p.body), out))
	return p.status
}

func (p *page) is(status int, to string) *page {
	p.Helper()
	if p.status != status || p.to != to {
		p.Fatalf("%d to %q, want %d to %q\n%s", p.status, p.to, status, to, p.Find("main").Text())
	}
	return p
}

// refused holds the form of a page with a fault: the summary leads to the field, the same sentence stands at it, what was
// typed is kept, secrets are not, and the title says so.
func (p *page) refused(field string) *page {
	p.Helper()
	p.is(http.StatusUnprocessableEntity, "")
	link := p.Find(`.faults a[href="#f-` + field + `"]`)
	at := p.Find("#e-" + field).Clone()
	at.Find(".vh").Remove()
	if link.Length() != 1 || link.Text() != at.Text() || p.Find("#f-"+field).Length() != 1 {
		p.Errorf("%s: summary %q, at the field %q", field, link.Text(), at.Text())
	}
	if input := p.Find("input#f-" + field); input.Length() == 1 && (input.AttrOr("aria-invalid", "") != "true" || !strings.Contains(input.AttrOr("aria-describedby", ""), "e-"+field)) {
		p.Errorf("%s: the field does not say that it is wrong", field)
	}
	if title := p.Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
		p.Errorf("the title is %q", title)
	}
	p.Find("input[type=password]").Each(func(_ int, s *goquery.Selection) {
		if v := s.AttrOr("value", ""); v != "" {
			p.Errorf("the page shows the password %q", v)
		}
	})
	return p
}

func (b *browser) signIn(email string) *browser {
	b.Helper()
	b.post("/newsroom/sign-in", "email", email, "password", good).is(303, "/newsroom/")
	return b
}

const sessionCookie = "__Host-masthead"

func TestFirstRun(t *testing.T) {
	m := open(t)
	b := m.browser()
	for _, path := range []string{"/newsroom/people", "/newsroom/account", "/newsroom/sign-in"} {
		b.get(path).is(303, "/newsroom/setup")
	}
	p := b.get("/newsroom/setup").is(200, "")
	if p.Find("form").Length() != 0 || !strings.Contains(p.Find("main").Text(), "/newsroom/setup?key=") {
		t.Errorf("without the key it says %q", p.Find("main").Text())
	}
	if b.get("/newsroom/setup?key=guess").Find("form").Length() != 0 {
		t.Error("a guess opens the setup")
	}
	key, err := m.keep.Setup(t.Context())
	m.ok(err)
	p = b.get("/newsroom/setup?key="+key).is(200, "")
	if v := p.Find("input[name=key]").AttrOr("value", ""); v != key {
		t.Errorf("the form's key is %q", v)
	}
	p = b.post("/newsroom/setup", "key", key, "name", "Ada", "email", "ada@ledger.example", "password", "foothills ledger").refused("password")
	if v := p.Find("#f-email").AttrOr("value", ""); v != "ada@ledger.example" {
		t.Errorf("the address was kept as %q", v)
	}
	b.post("/newsroom/setup", "key", key, "name", "Ada", "email", "ada", "password", good).refused("email")
	b.post("/newsroom/setup", "key", key, "name", " ", "email", "ada@ledger.example", "password", good).refused("name")
	b.post("/newsroom/setup", "key", "guess", "name", "Ada", "email", "ada@ledger.example", "password", good).is(404, "")
	b.post("/newsroom/setup", "key", key, "name", "Ada", "email", "ada@ledger.example", "password", good).is(303, "/newsroom/setup/site")
	if c := b.cookies[sessionCookie]; c == nil || c.Path != "/" {
		t.Fatalf("the session's cookie: %v", c)
	}
	b.get("/newsroom/people").is(200, "")
	b.get("/newsroom/setup?key="+key).is(303, "/newsroom/")
	m.browser().get("/newsroom/sign-in").is(200, "")
}

func TestSignIn(t *testing.T) {
	m := staffed(t)
	b := m.browser()
	b.get("/newsroom/people?a=b").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Fpeople%3Fa%3Db")
	p := b.get("/newsroom/sign-in?to=%2Fnewsroom%2Fpeople%3Fa%3Db").is(200, "")
	if v := p.Find("input[name=to]").AttrOr("value", ""); v != "/newsroom/people?a=b" {
		t.Errorf("the form leads to %q", v)
	}
	wrong := b.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", better).refused("email")
	unknown := b.post("/newsroom/sign-in", "email", "nobody@ledger.example", "password", good).refused("email")
	same := func(p *page) string {
		return strings.ReplaceAll(strings.ReplaceAll(p.body, "boss@", "X@"), "nobody@", "X@")
	}
	if diff := cmp.Diff(same(wrong), same(unknown)); diff != "" {
		t.Errorf("the page tells whether an address is known:\n%s", diff)
	}
	b.cookies[sessionCookie] = &http.Cookie{Name: sessionCookie, Value: "planted", Path: "/"}
	b.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", good, "to", "/newsroom/people?a=b").is(303, "/newsroom/people?a=b")
	first := b.cookies[sessionCookie]
	if first.Value == "planted" {
		t.Error("a planted secret is used")
	}
	b.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", good, "to", "https://evil.example/newsroom/").is(303, "/newsroom/")
	old := m.browser()
	old.cookies[sessionCookie] = first
	old.get("/newsroom/people").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Fpeople")
	kept := b.cookies[sessionCookie]
	b.post("/newsroom/sign-out").is(303, "/newsroom/sign-in")
	if b.cookies[sessionCookie] != nil {
		t.Error("the cookie outlives the sign-out")
	}
	old.cookies[sessionCookie] = kept
	old.get("/newsroom/people").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Fpeople")
	b.post("/newsroom/sign-out").is(303, "/newsroom/sign-in")
}

func TestTooManyAttempts(t *testing.T) {
	m := staffed(t)
	b := m.browser()
	for range 10 {
		b.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", better).refused("email")
	}
	p := b.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", good).is(422, "")
	if text := p.Find(".faults").Text(); !strings.Contains(text, "5:15 a.m.") { // in the newsroom's zone
		t.Errorf("it says %q", text)
	}
	b.lang = "fr"
	p = b.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", good).is(422, "")
	if text := p.Find(".faults").Text(); !strings.Contains(text, "Réessayez à 5\u00a0h\u00a015") {
		t.Errorf("it says %q", text)
	}
	m.add(15 * time.Minute)
	b.signIn("boss@ledger.example")
}

func TestSecondFactor(t *testing.T) {
	m := staffed(t)
	b := m.browser().signIn("boss@ledger.example")
	p := b.get("/newsroom/account/authenticator").is(200, "")
	if src := p.Find("img.qr").AttrOr("src", ""); !strings.HasPrefix(src, "data:image/png;base64,") {
		t.Errorf("the picture is %.40q", src)
	}
	seed := strings.ReplaceAll(p.Find("code.secret").Text(), " ", "")
	ticket := p.Find("input[name=ticket]").AttrOr("value", "")
	p = b.post("/newsroom/account/authenticator", "ticket", ticket, "code", "000000").refused("code")
	if again := strings.ReplaceAll(p.Find("code.secret").Text(), " ", ""); again != seed {
		t.Error("after a wrong code there is another secret to scan")
	}
	code := func() string {
		c, err := totp.GenerateCode(seed, m.Now())
		m.ok(err)
		return c
	}
	p = b.post("/newsroom/account/authenticator", "ticket", ticket, "code", code()).is(200, "")
	codes := p.Find(".codes code").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if len(codes) != 10 || p.header.Get("Cache-Control") != "no-store" {
		t.Errorf("codes %v, %s", codes, p.header.Get("Cache-Control"))
	}
	b.post("/newsroom/account/authenticator", "ticket", ticket, "code", code()).is(303, "/newsroom/account/authenticator")
	if text := b.get("/newsroom/account").Find("main").Text(); !strings.Contains(text, "10 recovery codes are left") || strings.Contains(text, codes[0]) {
		t.Error("the account does not count the codes, or shows them")
	}

	c := m.browser()
	c.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", good, "to", "/newsroom/people").is(303, "/newsroom/sign-in/second?to=%2Fnewsroom%2Fpeople")
	if c.cookies[sessionCookie] != nil {
		t.Error("half a sign-in gives a session")
	}
	c.get("/newsroom/people").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Fpeople")
	c.get("/newsroom/sign-in/second?to=%2Fnewsroom%2Fpeople").is(200, "")
	c.post("/newsroom/sign-in/second", "code", "000000", "to", "/newsroom/people").refused("code")
	c.post("/newsroom/sign-in/second", "code", codes[0], "to", "/newsroom/people").is(303, "/newsroom/people")
	c.get("/newsroom/people").is(200, "")
	m.browser().post("/newsroom/sign-in/second", "code", codes[1]).is(303, "/newsroom/sign-in?to=%2Fnewsroom%2F")

	p = b.post("/newsroom/account/recovery").is(200, "")
	if got := p.Find(".codes code").Length(); got != 10 {
		t.Errorf("%d new codes", got)
	}
	b.post("/newsroom/account/authenticator/remove").is(303, "/newsroom/account")
	b.post("/newsroom/account/recovery").is(409, "")
	m.browser().signIn("boss@ledger.example")
}

func TestMailedAddresses(t *testing.T) {
	m := staffed(t)
	b := m.browser()
	if text := b.get("/newsroom/sign-in/link").is(200, "").Find("main").Text(); !strings.Contains(text, "sends no email yet") {
		t.Errorf("without mail it says %q", text)
	}
	if b.get("/newsroom/sign-in").Find(`a[href="/newsroom/sign-in/link"]`).Length() != 0 {
		t.Error("a link is offered that cannot be sent")
	}
	m.mail = true
	for _, kind := range []string{"link", "reset"} {
		known := b.post("/newsroom/sign-in/"+kind, "email", "boss@ledger.example").is(200, "")
		unknown := b.post("/newsroom/sign-in/"+kind, "email", "none@ledger.example").is(200, "")
		if a, z := strings.ReplaceAll(known.body, "boss@", "none@"), unknown.body; a != z {
			t.Errorf("%s: the page tells whether an address is known:\n%s", kind, cmp.Diff(a, z))
		}
	}
	if len(m.mails) != 2 {
		t.Fatalf("%d messages", len(m.mails))
	}
	address := func(i int) string {
		_, rest, _ := strings.Cut(m.mails[i], origin)
		return strings.Fields(rest)[0]
	}
	link := address(0)
	key := link[strings.Index(link, "key=")+4:]
	for range 2 { // a mail program looks first
		b.get(link).is(200, "")
	}
	b.post("/newsroom/sign-in/link", "key", key).is(303, "/newsroom/")
	b.get("/newsroom/account").is(200, "")
	b.get(link).is(404, "")
	m.browser().post("/newsroom/sign-in/link", "key", key).is(404, "")

	reset := address(1)
	key = reset[strings.Index(reset, "key=")+4:]
	c := m.browser()
	c.get(reset).is(200, "")
	c.post("/newsroom/sign-in/reset", "key", key, "password", "short").refused("password")
	c.post("/newsroom/sign-in/reset", "key", key, "password", better).is(303, "/newsroom/")
	c.get("/newsroom/account").is(200, "")
	b.get("/newsroom/account").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Faccount")
	c.get(reset).is(404, "")
}

func TestFreshness(t *testing.T) {
	m := staffed(t)
	b := m.browser().signIn("boss@ledger.example")
	m.add(16 * time.Minute)
	for _, path := range []string{
		"/newsroom/account/password", "/newsroom/account/authenticator", "/newsroom/account/passkeys", "/newsroom/people/new", "/newsroom/tokens/new",
	} {
		b.get(path).is(303, "/newsroom/confirm?to="+url.QueryEscape(path))
	}
	for path, back := range map[string]string{
		"/newsroom/account/password": "/newsroom/account/password", "/newsroom/account/recovery": "/newsroom/account", "/newsroom/tokens/new": "/newsroom/tokens/new",
		"/newsroom/account/authenticator/remove": "/newsroom/account", "/newsroom/people/new": "/newsroom/people/new", "/newsroom/people/x": "/newsroom/people",
		"/newsroom/people/x/let-in": "/newsroom/people", "/newsroom/people/x/remove": "/newsroom/people", "/newsroom/account/passkeys/remove": "/newsroom/account",
	} {
		b.post(path, "password", better).is(303, "/newsroom/confirm?to="+url.QueryEscape(back))
	}
	var said map[string]string
	if status := b.script("/newsroom/account/passkeys/options", map[string]string{}, &said); status != 403 || !strings.Contains(said["detail"], "15 minutes") {
		t.Errorf("%d %v", status, said)
	}
	b.get("/newsroom/account").is(200, "") // reading needs no confirmation
	b.get("/newsroom/confirm?to=%2Fnewsroom%2Ftokens%2Fnew").is(200, "")
	b.post("/newsroom/confirm", "to", "/newsroom/tokens/new", "password", better).refused("password")
	b.post("/newsroom/confirm", "to", "//evil.example/", "password", good).is(303, "/newsroom/")
	b.get("/newsroom/tokens/new").is(200, "")
	m.add(16 * time.Minute)
	b.post("/newsroom/sign-out", "to", "/newsroom/tokens/new").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Ftokens%2Fnew")
}

func TestPeople(t *testing.T) {
	m := staffed(t)
	b := m.browser().signIn("boss@ledger.example")
	p := b.post("/newsroom/people/new", "name", "Bo", "email", "boss@ledger.example", "role", "editor").refused("email")
	if p.Find(`input[name=role][value=editor][checked]`).Length() != 1 {
		t.Error("the chosen role was not kept")
	}
	b.post("/newsroom/people/new", "name", "Bo", "email", "bo@ledger.example").refused("role")
	p = b.post("/newsroom/people/new", "name", "Bo", "email", "bo@ledger.example", "role", "reporter", "sections", "world", "language", "fr").is(200, "")
	address := p.Find("#address").AttrOr("value", "")
	path, ok := strings.CutPrefix(address, origin)
	if !ok {
		t.Fatalf("the address to hand over is %q", address)
	}
	if text := b.get("/newsroom/people").Find("tbody").Text(); !strings.Contains(text, "Invited") || strings.Contains(text, "key=") {
		t.Errorf("the list says %q", text)
	}
	bo := m.browser()
	key := path[strings.Index(path, "key=")+4:]
	bo.get(path).is(200, "")
	bo.post("/newsroom/invitation", "key", key, "name", "Bo Li", "password", "short").refused("password")
	bo.post("/newsroom/invitation", "key", key, "name", "Bo Li", "password", better).is(303, "/newsroom/")
	if lang := bo.get("/newsroom/account").is(200, "").Find("html").AttrOr("lang", ""); lang != "en" { // the browser's, that they joined with
		t.Errorf("the screens are in %q", lang)
	}
	bo.get("/newsroom/people").is(403, "")
	bo.get(path).is(404, "")

	list, err := identity.Accounts(t.Context(), m.db)
	m.ok(err)
	ids := map[string]string{}
	for _, a := range list {
		ids[a.Email] = a.ID
	}
	person := "/newsroom/people/" + ids["bo@ledger.example"]
	b.get(person).is(200, "")
	b.post(person, "name", "Bo Li", "role", "publisher", "state", "active").is(303, "/newsroom/people")
	b.post("/newsroom/people/"+ids["boss@ledger.example"], "name", "Ada", "role", "editor", "state", "active").refused("role")
	p = b.post(person+"/let-in").is(200, "")
	if !strings.HasPrefix(p.Find("#address").AttrOr("value", ""), origin+"/newsroom/sign-in/reset?key=") {
		t.Errorf("no address to come back by: %s", p.Find("main").Text())
	}
	bo.get("/newsroom/account").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Faccount")
	b.post(person+"/remove").is(303, "/newsroom/people")
	b.get(person).is(404, "")
	b.post("/newsroom/people/"+ids["boss@ledger.example"]+"/remove").is(409, "")
	m.mail = true
	b.post("/newsroom/people/new", "name", "Cy", "email", "cy@ledger.example", "role", "editor", "language", "fr").is(303, "/newsroom/people")
	if len(m.mails) != 1 || !strings.Contains(m.mails[0], "vous invite") {
		t.Errorf("mail %q", m.mails)
	}
}

func TestTokens(t *testing.T) {
	m := staffed(t)
	b := m.browser().signIn("boss@ledger.example")
	b.post("/newsroom/tokens/new", "name", "", "role", "editor", "days", "90").refused("name")
	b.post("/newsroom/tokens/new", "name", "Bridge", "role", "editor", "days", "9").refused("days")
	p := b.post("/newsroom/tokens/new", "name", "Bridge", "role", "editor", "days", "90", "sections", "world").is(200, "")
	secret := p.Find("#secret").AttrOr("value", "")
	who, err := m.keep.Token(t.Context(), secret)
	m.ok(err)
	if who.Role != identity.Editor || len(who.Sections) != 1 {
		t.Errorf("%+v", who)
	}
	p = b.get("/newsroom/tokens").is(200, "")
	if text := p.Find("tbody").Text(); !strings.Contains(text, "Bridge") || !strings.Contains(text, "Ada Boss") || strings.Contains(p.body, secret) {
		t.Errorf("the list says %q", text)
	}
	action := p.Find(`form[action$="/revoke"]`).AttrOr("action", "")
	b.post(action).is(303, "/newsroom/tokens")
	if _, err := m.keep.Token(t.Context(), secret); err == nil {
		t.Error("a revoked token works")
	}
	if n := b.get("/newsroom/tokens").Find(`form[action$="/revoke"]`).Length(); n != 0 {
		t.Error("a revoked token can be revoked")
	}
}

func TestAccount(t *testing.T) {
	m := staffed(t)
	b, other := m.browser().signIn("boss@ledger.example"), m.browser().signIn("boss@ledger.example")
	p := b.get("/newsroom/account").is(200, "")
	if text := p.Find("#sessions + ul").Text(); strings.Count(text, "Firefox, Windows") < 2 || strings.Count(text, "this device") != 1 {
		t.Errorf("the sessions are %q", text)
	}
	if p.Find("input[name=keys][checked]").Length() != 1 {
		t.Error("shortcuts are off to begin with")
	}
	b.post("/newsroom/account", "name", "", "language", "fr").refused("name")
	b.post("/newsroom/account", "name", "Ada B.", "language", "fr").is(303, "/newsroom/account")
	p = b.get("/newsroom/account").is(200, "")
	if p.Find("html").AttrOr("lang", "") != "fr" || p.Find("body").AttrOr("data-keys", "") != "off" || p.Find("main h1").Text() != "Votre compte" {
		t.Errorf("the page is in %q, keys %q", p.Find("html").AttrOr("lang", ""), p.Find("body").AttrOr("data-keys", ""))
	}
	id := p.Find(`#sessions + ul input[name=id]`).AttrOr("value", "")
	b.post("/newsroom/account/sessions", "id", id).is(303, "/newsroom/account")
	other.get("/newsroom/account").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Faccount")
	other.signIn("boss@ledger.example")
	b.post("/newsroom/account/password", "password", "ada boss ledger").is(422, "")
	b.post("/newsroom/account/password", "password", better).is(303, "/newsroom/account")
	other.get("/newsroom/account").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Faccount")
	other.post("/newsroom/sign-in", "email", "boss@ledger.example", "password", better).is(303, "/newsroom/")
	b.post("/newsroom/account/sessions").is(303, "/newsroom/account")
	other.get("/newsroom/account").is(303, "/newsroom/sign-in?to=%2Fnewsroom%2Faccount")
	b.get("/newsroom/account").is(200, "")
}

func TestPasskeysByScript(t *testing.T) {
	m := staffed(t)
	rp := virtualwebauthn.RelyingParty{ID: "ledger.example", Origin: origin}
	auth := virtualwebauthn.NewAuthenticator()
	key := newKey()
	type ceremony struct {
		Ticket  string
		Options json.RawMessage
	}
	create := func(b *browser, options string, fields map[string]any) map[string]any {
		t.Helper()
		var c ceremony
		if status := b.script(options, fields, &c); status != 200 {
			t.Fatalf("%s: %d %+v", options, status, c)
		}
		o, err := virtualwebauthn.ParseAttestationOptions(string(c.Options))
		m.ok(err)
		auth.Options.UserHandle = []byte(o.UserID)
		auth.AddCredential(key)
		return map[string]any{"ticket": c.Ticket, "name": "Laptop", "answer": json.RawMessage(virtualwebauthn.CreateAttestationResponse(rp, auth, key, *o))}
	}
	get := func(b *browser, to string) map[string]any {
		t.Helper()
		var c ceremony
		b.script("/newsroom/sign-in/passkey/options", map[string]string{}, &c)
		o, err := virtualwebauthn.ParseAssertionOptions(string(c.Options))
		m.ok(err)
		key.Counter++
		return map[string]any{"ticket": c.Ticket, "to": to, "answer": json.RawMessage(virtualwebauthn.CreateAssertionResponse(rp, auth, key, *o))}
	}
	b := m.browser().signIn("boss@ledger.example")
	var said map[string]string
	if status := b.script("/newsroom/account/passkeys", create(b, "/newsroom/account/passkeys/options", nil), &said); status != 200 || said["to"] != "/newsroom/account" {
		t.Fatalf("%d %v", status, said)
	}
	if text := b.get("/newsroom/account").Find("#passkeys").Parent().Text(); !strings.Contains(text, "Laptop") {
		t.Errorf("the account shows %q", text)
	}
	c := m.browser()
	answer := get(c, "/newsroom/people")
	if status := c.script("/newsroom/sign-in/passkey", answer, &said); status != 200 || said["to"] != "/newsroom/people" {
		t.Fatalf("%d %v", status, said)
	}
	c.get("/newsroom/people").is(200, "")
	if status := m.browser().script("/newsroom/sign-in/passkey", answer, &said); status != 403 {
		t.Errorf("an answer used again: %d", status)
	}
	if status := m.browser().script("/newsroom/sign-in/passkey", get(c, "https://evil.example"), &said); status != 200 || said["to"] != "/newsroom/" {
		t.Errorf("it leads to %v", said)
	}
	m.add(16 * time.Minute)
	if status := c.script("/newsroom/confirm/passkey", get(c, "/newsroom/tokens/new"), &said); status != 200 || said["to"] != "/newsroom/tokens/new" {
		t.Errorf("%d %v", status, said)
	}
	c.get("/newsroom/tokens/new").is(200, "")
	c.post("/newsroom/account/passkeys/remove", "id", c.get("/newsroom/account").Find(`#passkeys ~ ul input[name=id]`).AttrOr("value", "")).is(303, "/newsroom/account")
	if status := m.browser().script("/newsroom/sign-in/passkey", get(c, ""), &said); status != 403 || said["detail"] == "" {
		t.Errorf("a removed passkey: %d %v", status, said)
	}
	if p := m.browser().send("POST", "/newsroom/sign-in/passkey", "application/json", "{"); p.status != 422 {
		t.Errorf("half a message: %d", p.status)
	}
}

// newKey returns a key whose public half is written whole: the virtual device drops leading zeros of its numbers, which a
// real one does not.
func newKey() virtualwebauthn.Credential {
	for {
		if k := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(k.Key.AttestationData()) == 77 {
			return k
		}
	}
}

// TestFirstRunWithPasskey: the setup needs no password.
func TestFirstRunWithPasskey(t *testing.T) {
	m := open(t)
	secret, err := m.keep.Setup(t.Context())
	m.ok(err)
	b := m.browser()
	var c struct {
		Ticket  string
		Options json.RawMessage
	}
	var said map[string]string
	if status := b.script("/newsroom/join/passkey/options", map[string]string{"key": secret, "name": "Ada", "email": "nothing"}, &said); status != 422 || !strings.Contains(said["detail"], "email address") {
		t.Errorf("%d %v", status, said)
	}
	if status := b.script("/newsroom/join/passkey/options", map[string]string{"key": secret, "name": "Ada", "email": "ada@ledger.example"}, &c); status != 200 {
		t.Fatalf("%d", status)
	}
	o, err := virtualwebauthn.ParseAttestationOptions(string(c.Options))
	m.ok(err)
	answer := virtualwebauthn.CreateAttestationResponse(virtualwebauthn.RelyingParty{ID: "ledger.example", Origin: origin}, virtualwebauthn.NewAuthenticator(), newKey(), *o)
	if status := b.script("/newsroom/join/passkey", map[string]any{"ticket": c.Ticket, "answer": json.RawMessage(answer)}, &said); status != 200 || said["to"] != "/newsroom/setup/site" {
		t.Fatalf("%d %v", status, said)
	}
	p := b.get("/newsroom/account").is(200, "")
	if text := p.Find("#password").Parent().Text(); !strings.Contains(text, "no password") {
		t.Errorf("the account says %q", text)
	}
	id := p.Find(`#passkeys ~ ul input[name=id]`).AttrOr("value", "")
	if text := b.post("/newsroom/account/passkeys/remove", "id", id).is(409, "").Find("main").Text(); !strings.Contains(text, "only way into your account") {
		t.Errorf("it says %q", text)
	}
}

func TestSingleSignOnScreens(t *testing.T) {
	m := staffed(t)
	b := m.browser()
	b.get("/newsroom/sign-in/oidc").is(404, "")
	if b.get("/newsroom/sign-in").Find(`a[href^="/newsroom/sign-in/oidc"]`).Length() != 0 {
		t.Error("a single sign-on that is off is offered")
	}
	b.get("/newsroom/sign-in/oidc/callback?error=access_denied&state=x").is(303, "/newsroom/sign-in")
	if text := b.get("/newsroom/sign-in").Find(".toast").Text(); !strings.Contains(text, "cancelled") {
		t.Errorf("it says %q", text)
	}
	b.get("/newsroom/sign-in/oidc/callback?code=x&state=x").is(404, "")
}

// screens are all pages that can be asked for, with who may.
var screens = map[string]identity.Role{
	"/newsroom/sign-in": "", "/newsroom/sign-in/second": "", "/newsroom/sign-in/link": "", "/newsroom/sign-in/reset": "",
	"/newsroom/sign-in/link?key=LINK": "", "/newsroom/sign-in/reset?key=RESET": "", "/newsroom/invitation?key=INVITATION": "",
	"/newsroom/confirm": identity.Reporter, "/newsroom/account": identity.Reporter, "/newsroom/account/password": identity.Reporter,
	"/newsroom/account/authenticator": identity.Reporter, "/newsroom/account/passkeys": identity.Reporter,
	"/newsroom/people": identity.Admin, "/newsroom/people/new": identity.Admin, "/newsroom/people/ID": identity.Admin, "/newsroom/people/INVITED": identity.Admin,
	"/newsroom/tokens": identity.Admin, "/newsroom/tokens/new": identity.Admin,
}

// TestEveryScreen: each is there for whom it is for, in both languages, with one heading of the first level, none skipped,
// and a label for each field; and not for others.
func TestEveryScreen(t *testing.T) {
	m := staffed(t)
	m.mail = true
	bo := m.person("bo@ledger.example", identity.Reporter)
	boss, err := identity.FindEmail(t.Context(), m.db, "boss@ledger.example")
	m.ok(err)
	invited, address, _, err := m.keep.Invite(t.Context(), boss.Person(), identity.Invitation{Email: "cy@ledger.example", Name: "Cy", Role: identity.Editor, Sections: []string{"world"}})
	m.ok(err)
	_, _, err = m.keep.CreateToken(t.Context(), boss.Person(), identity.TokenInput{Name: "Bridge", Role: identity.Editor})
	m.ok(err)
	var nobody identity.Device
	m.ok(m.keep.SendLink(t.Context(), boss.Email, "en", nobody))
	m.ok(m.keep.SendReset(t.Context(), boss.Email, "en", nobody))
	key := func(text string) string { return strings.Fields(text[strings.Index(text, "key=")+4:])[0] }
	fill := strings.NewReplacer("LINK", key(m.mails[1]), "RESET", key(m.mails[2]), "INVITATION", key(address), "INVITED", invited.ID, "ID", bo.ID)
	for path, who := range screens {
		for _, lang := range []string{"en", "fr"} {
			b := m.browser()
			b.lang = lang
			if who != "" {
				m.ok(m.keep.UpdateProfile(t.Context(), bo.Person(), identity.Profile{Name: bo.Name, Language: lang}))
				m.ok(m.keep.UpdateProfile(t.Context(), boss.Person(), identity.Profile{Name: boss.Name, Language: lang}))
				b.signIn(map[identity.Role]string{identity.Reporter: bo.Email, identity.Admin: boss.Email}[who])
			}
			p := b.get(fill.Replace(path)).is(200, "")
			soundness(t, path, p)
			if got := p.Find("html").AttrOr("lang", ""); got != lang {
				t.Errorf("%s is in %q, not %q", path, got, lang)
			}
		}
		if who == identity.Admin {
			m.browser().signIn(bo.Email).get(fill.Replace(path)).is(403, "")
		}
		if who != "" {
			m.browser().get(fill.Replace(path)).is(303, "/newsroom/sign-in?to="+url.QueryEscape(fill.Replace(path)))
		}
	}
	have := map[string]bool{}
	for path := range screens {
		path, _, _ = strings.Cut(path, "?")
		have[strings.Replace(strings.Replace(path, "INVITED", "{id}", 1), "ID", "{id}", 1)] = true
	}
	for _, r := range m.shell.Routes() {
		path, get := strings.CutPrefix(r.Pattern, "GET ")
		if get && !have[path] && path != "/newsroom/setup" && !strings.Contains(path, "oidc") {
			t.Errorf("%s is not looked at", path)
		}
	}
}

func soundness(t *testing.T, path string, p *page) {
	t.Helper()
	if n := p.Find("h1").Length(); n != 1 {
		t.Errorf("%s: %d headings of the first level", path, n)
	}
	level := 0
	p.Find("h1, h2, h3, h4").Each(func(_ int, s *goquery.Selection) {
		n := int(goquery.NodeName(s)[1] - '0')
		if n > level+1 {
			t.Errorf("%s: heading %q skips a level", path, s.Text())
		}
		level = n
	})
	p.Find("main input, main select, main textarea").Each(func(_ int, s *goquery.Selection) {
		id, named := s.Attr("id")
		kind := s.AttrOr("type", "")
		if kind == "hidden" || s.AttrOr("aria-hidden", "") == "true" || s.Closest("label").Length() == 1 || named && p.Find(`label[for="`+id+`"]`).Length() == 1 {
			return
		}
		t.Errorf("%s: the field %s has no label", path, s.AttrOr("name", id))
	})
	ids := map[string]bool{}
	p.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if ids[id] {
			t.Errorf("%s: two things are called %s", path, id)
		}
		ids[id] = true
	})
	p.Find("[style], [onclick], script:not([type='module']):not([type='application/json'])").Each(func(_ int, s *goquery.Selection) {
		t.Errorf("%s: %s is forbidden by the page's policy", path, goquery.NodeName(s))
	})
}
