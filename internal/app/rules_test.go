package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// rulebook is a portal with somebody of every role, who ask for everything that there is.
type rulebook struct {
	*portal
	n int
}

// member is somebody who works here; nil is nobody.
type member struct{ *identity.Person }

// hire makes an account.
func (b *rulebook) hire(role identity.Role, sections ...string) *member {
	b.Helper()
	b.n++
	m := &member{&identity.Person{ID: fmt.Sprintf("%s-%d", role, b.n), Name: "A " + string(role), Role: role, Sections: sections}}
	b.write(`INSERT INTO account (id, email, name, role, sections, language, state, password, totp, prefs, created, seen) VALUES ($1, $2, $3, $4, $5, 'en', 'active', '', '', '{}', 0, 0)`,
		m.ID, m.ID+"@ledger.example", m.Name, string(role), strings.Join(sections, "\n"))
	return m
}

func (b *rulebook) write(statement string, args ...any) {
	b.Helper()
	if err := b.db.InTx(b.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(b.Context(), statement, args...)
		return err
	}); err != nil {
		b.Fatal(err)
	}
}

// cookie is a new session of theirs, as some routes end the one that they are asked with.
func (b *rulebook) cookie(m *member) *http.Cookie {
	b.Helper()
	b.n++
	secret := fmt.Sprintf("secret-of-a-session-%d", b.n)
	sum := sha256.Sum256([]byte(secret))
	now := b.now.UnixMicro()
	b.write(`INSERT INTO session (hash, id, account, created, seen, expires, fresh, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, '', '')`,
		hex.EncodeToString(sum[:]), fmt.Sprint("s", b.n), m.ID, now, now, b.now.Add(time.Hour).UnixMicro(), now)
	return &http.Cookie{Name: "masthead", Value: secret}
}

// story makes a draft of somebody's, or a live story.
func (b *rulebook) story(m *member, section string, live bool) (id string) {
	b.Helper()
	s, err := b.room.Create(b.Context(), m.Person, published.Story{Headline: "Rules are looked at", Section: section, Body: paragraph("Text.")}, check.Guard{})
	if err == nil && live {
		s, err = b.room.Publish(b.Context(), m.Person, s.ID, workflow.Publication{})
	}
	if err != nil {
		b.Fatal(err)
	}
	return s.ID
}

// ask asks for a route as somebody does from a page of our own, or from elsewhere.
func (b *rulebook) ask(r newsroom.Route, m *member, story, from string) *httptest.ResponseRecorder {
	b.Helper()
	method, path, _ := strings.Cut(r.Pattern, " ")
	path = strings.NewReplacer("{$}", "", "/newsroom/stories/{id}", "/newsroom/stories/"+story, "{id}", "none", "{file}", "none", "{secret}", "none").Replace(path)
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + "none" + after
	}
	if strings.HasSuffix(path, "/events") {
		path += "?once=1"
	}
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Second)
	defer cancel()
	q := httptest.NewRequestWithContext(ctx, method, origin+path, strings.NewReader(""))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", from)
	if m != nil {
		q.AddCookie(b.cookie(m))
	}
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, q)
	return w
}

func acts(r newsroom.Route) bool {
	return !strings.HasPrefix(r.Pattern, "GET ") && !strings.HasPrefix(r.Pattern, "HEAD ")
}

// TestEveryRouteIsUnderTheRules asks for every route of the newsroom as every role, as somebody of another section and as
// nobody, and for every change from another site.
func TestEveryRouteIsUnderTheRules(t *testing.T) {
	b := &rulebook{portal: open(t)}
	people := map[identity.Role]*member{}
	for _, role := range identity.Roles {
		people[role] = b.hire(role)
	}
	b.hire(identity.Admin) // so that nobody is the last
	routes := b.shell.Routes()
	if len(routes) < 40 {
		t.Errorf("the newsroom has only %d routes", len(routes))
	}
	for _, r := range routes {
		if least := leastFor(r); !(&identity.Person{ID: "x", Role: identity.Rules[r.Needs]}).May(least) {
			t.Errorf("%s needs %s, which lets in more than %s does", r.Pattern, r.Needs, least)
		}
		if _, ruled := identity.Rules[r.Needs]; !ruled && r.Needs != identity.Anyone {
			t.Errorf("%s needs %q, which no rule knows", r.Pattern, r.Needs)
		}
		for _, role := range identity.Roles {
			m := people[role]
			w := b.ask(r, m, b.story(m, "world", false), "same-origin")
			b.headers(r, w)
			switch refused := w.Code == http.StatusForbidden; {
			case w.Code >= 500 && w.Code != http.StatusServiceUnavailable: // mail is not set up here
				t.Errorf("%s as %s answers %d", r.Pattern, role, w.Code)
			case w.Code == http.StatusUnauthorized:
				t.Errorf("%s does not know the session of a %s", r.Pattern, role)
			case refused != !m.May(r.Needs):
				t.Errorf("%s needs %s; as %s it answers %d: %s", r.Pattern, r.Needs, role, w.Code, told(w))
			}
			if !acts(r) {
				continue
			}
			for _, from := range []string{"cross-site", "same-site"} {
				if w := b.ask(r, m, "none", from); w.Code != http.StatusForbidden {
					t.Errorf("%s as %s from a page that is %s answers %d", r.Pattern, role, from, w.Code)
				}
			}
			if w := b.ask(r, m, "none", ""); w.Code != http.StatusForbidden {
				t.Errorf("%s as %s, from nobody knows where, answers %d", r.Pattern, role, w.Code)
			}
		}
		b.nobody(r)
	}
}

// leastFor is what a route must need at least, by what its address says that it does: the rules in the words of the
// newsroom, written down once more.
func leastFor(r newsroom.Route) identity.Action {
	_, path, _ := strings.Cut(r.Pattern, " ")
	rest := strings.TrimPrefix(path, newsroom.Prefix)
	first, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
	switch {
	case slices.Contains([]string{"sign-in", "sign-out", "invitation", "join", "shared", "phone"}, first), rest == "/setup":
		return identity.Anyone
	case first == "account", first == "confirm":
		return identity.SignedIn
	case slices.Contains([]string{"people", "tokens", "settings", "system", "setup", "webhooks", "jobs", "maintenance"}, first):
		return identity.Manage
	case first == "audit":
		return identity.ReadAudit
	case strings.HasSuffix(rest, "/kill"):
		return identity.Kill
	}
	for _, end := range []string{"/publish", "/unschedule", "/undo-publish", "/correct", "/take-down"} {
		if strings.HasSuffix(rest, end) {
			return identity.Publish
		}
	}
	return identity.Read
}

// told is what an answer says to a person.
func told(w *httptest.ResponseRecorder) string {
	_, main, _ := strings.Cut(w.Body.String(), "<main")
	return strings.Join(strings.Fields(main), " ")[:min(300, len(strings.Join(strings.Fields(main), " ")))]
}

// nobody asks without a session: only what anyone may use answers, the rest leads to the door.
func (b *rulebook) nobody(r newsroom.Route) {
	b.Helper()
	w := b.ask(r, nil, "none", "same-origin")
	b.headers(r, w)
	to := w.Header().Get("Location")
	door := w.Code == http.StatusSeeOther && strings.HasPrefix(to, "/newsroom/sign-in")
	switch {
	case w.Code >= 500 && w.Code != http.StatusServiceUnavailable: // mail is not set up here
		b.Errorf("%s as nobody answers %d", r.Pattern, w.Code)
	case r.Needs == identity.Anyone:
		if w.Code == http.StatusUnauthorized && acts(r) && !strings.Contains(r.Pattern, "sign-in") {
			b.Errorf("%s is for anyone and answers %d", r.Pattern, w.Code)
		}
	case acts(r) && w.Code != http.StatusUnauthorized, !acts(r) && !door:
		b.Errorf("%s needs %s; as nobody it answers %d to %q", r.Pattern, r.Needs, w.Code, to)
	}
	if acts(r) {
		if w := b.ask(r, nil, "none", "cross-site"); w.Code != http.StatusForbidden {
			b.Errorf("%s as nobody from another site answers %d", r.Pattern, w.Code)
		}
	}
}

// headers holds what every answer of the newsroom carries.
func (b *rulebook) headers(r newsroom.Route, w *httptest.ResponseRecorder) {
	b.Helper()
	h := w.Header()
	for name, want := range map[string]string{
		"X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := h.Get(name); got != want {
			b.Errorf("%s answers with %s %q", r.Pattern, name, got)
		}
	}
	if got := h.Get("X-Robots-Tag"); !strings.HasPrefix(got, "noindex") {
		b.Errorf("%s answers with X-Robots-Tag %q", r.Pattern, got)
	}
	if c := h.Get("Cache-Control"); !strings.Contains(c, "no-store") && !strings.Contains(c, "private") {
		b.Errorf("%s may be kept by a cache: %q", r.Pattern, c)
	}
	if p := h.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || !strings.Contains(p, "frame-ancestors 'self'") && !strings.Contains(p, "frame-ancestors 'none'") {
		b.Errorf("%s answers with the policy %q", r.Pattern, p)
	}
}

// TestOtherSections: somebody of one section reads the stories of another and changes none of them.
func TestOtherSections(t *testing.T) {
	b := &rulebook{portal: open(t)}
	b.hire(identity.Admin)
	owner := b.hire(identity.Publisher)
	for _, role := range []identity.Role{identity.Reporter, identity.Editor, identity.Publisher} {
		m := b.hire(role, "sports")
		for _, r := range b.shell.Routes() {
			if !strings.Contains(r.Pattern, "/newsroom/stories/{id}") || !m.May(r.Needs) {
				continue
			}
			id := b.story(owner, "world", true)
			before, err := b.room.Story(t.Context(), owner.Person, id)
			if err != nil {
				t.Fatal(err)
			}
			w := b.ask(r, m, id, "same-origin")
			switch {
			case !acts(r) && w.Code == http.StatusForbidden && r.Needs == identity.Read:
				t.Errorf("%s: a %s of sports may not read", r.Pattern, role)
			case strings.HasSuffix(r.Pattern, "/notes"): // a remark is everybody's; an empty one leads back
			case acts(r) && w.Code != http.StatusForbidden && w.Code != http.StatusNotFound && w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusConflict && w.Code != http.StatusLocked:
				t.Errorf("%s: a %s of sports acts on a story of world: %d", r.Pattern, role, w.Code)
			}
			after, err := b.room.Story(t.Context(), owner.Person, id)
			if err != nil {
				t.Fatal(err)
			}
			if after.State != content.Live || after.Version != before.Version || after.Assignee != before.Assignee {
				t.Errorf("%s: a %s of sports changed a story of world", r.Pattern, role)
			}
		}
	}
}

// TestEveryOperationAsksForAToken asks for every operation of the staff API without a token, with somebody's cookie, and
// with tokens that are nobody's: none answers, each says how to come in.
func TestEveryOperationAsksForAToken(t *testing.T) {
	b := &rulebook{portal: open(t)}
	admin := b.hire(identity.Admin)
	id := b.story(admin, "world", true)
	var described struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	w := b.get("/api/v1/openapi.json")
	if err := json.Unmarshal(w.Body.Bytes(), &described); err != nil || w.Code != http.StatusOK {
		t.Fatalf("the API does not describe itself: %d, %v", w.Code, err)
	}
	n := 0
	for path, methods := range described.Paths {
		path = strings.NewReplacer("{id}", id).Replace(path)
		if !strings.HasPrefix(path, "/api/v1") {
			path = "/api/v1" + path
		}
		for method := range methods {
			if method == "parameters" || strings.HasSuffix(path, "/openapi.json") {
				continue
			}
			n++
			for name, give := range map[string]func(*http.Request){
				"nobody":                   func(*http.Request) {},
				"a cookie":                 func(r *http.Request) { r.AddCookie(b.cookie(admin)) },
				"a token that is nobody’s": func(r *http.Request) { r.Header.Set("Authorization", "Bearer mh_0123456789abcdef0123456789abcdef") },
				"a session as a token":     func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+b.cookie(admin).Value) },
				"basic":                    func(r *http.Request) { r.SetBasicAuth(admin.ID, "x") },
			} {
				r := httptest.NewRequest(strings.ToUpper(method), origin+path, strings.NewReader("{}"))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Sec-Fetch-Site", "same-origin")
				give(r)
				w := httptest.NewRecorder()
				b.Handler().ServeHTTP(w, r)
				if w.Code != http.StatusUnauthorized || !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Bearer") || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/problem+json") {
					t.Errorf("%s %s with %s answers %d, %q, %q", method, path, name, w.Code, w.Header().Get("WWW-Authenticate"), w.Header().Get("Content-Type"))
				}
				if h := w.Header(); h.Get("Access-Control-Allow-Origin") != "" || h.Get("Set-Cookie") != "" || !strings.Contains(h.Get("Cache-Control"), "no-store") {
					t.Errorf("%s %s answers with the headers %v", method, path, h)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("the API describes only %d operations", n)
	}
}

// TestReceiptLooksAtTheDayOfTheNewsroom: the archive counts days in the newsroom's zone.
func TestReceiptLooksAtTheDayOfTheNewsroom(t *testing.T) {
	p := open(t)
	p.now = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC) // the evening of the 20th in Alberta
	paul := &identity.Person{ID: "paul", Name: "Paul", Role: identity.Publisher}
	s, err := p.room.Create(t.Context(), paul, published.Story{Headline: "Evening news", Section: "world", Regions: []string{"calgary"}, Body: paragraph("Text.")}, check.Guard{})
	if err == nil {
		s, err = p.room.Publish(t.Context(), paul, s.ID, workflow.Publication{Override: "a test"})
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.room.TakeDown(t.Context(), paul, s.ID, "It was not true.")
	if err != nil {
		t.Fatal(err)
	}
	if want := (workflow.Surface{Name: "archive", Path: "/archive/2026/11/20", State: "removed"}); !slices.Contains(r.Surfaces, want) {
		t.Errorf("looked at %+v, not %+v", r.Surfaces, want)
	}
}

// TestDemoStaffAfterABreak: a demo that stopped before it wrote down its logins makes new ones for the people it has.
func TestDemoStaffAfterABreak(t *testing.T) {
	p := open(t)
	var lines []string
	for range 2 {
		os.Remove(filepath.Join(p.cfg.Data.Data, loginsFile))
		var err error
		if lines, err = p.DemoLogins(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, password, _ := strings.Cut(lines[0], ": ")
	for _, one := range demoStaff {
		in, err := p.staff.SignIn(t.Context(), one.Email, password, identity.Device{})
		if err != nil || in.Person.Role != one.Role {
			t.Errorf("%s: %+v, %v", one.Email, in.Person, err)
		}
	}
}
