package identity_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/seal"
)

const (
	good   = "four quite unusual words"
	better = "another set of strange words"
	origin = "https://ledger.example"
)

// clock is the time of a test, which the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// message is one that was queued.
type message struct{ To, Subject, Text string }

// house is a newsroom's people under test.
type house struct {
	*testing.T
	ctx   context.Context
	clock *clock
	db    *db.DB
	keep  *identity.Keeper
	mails []message
	oidc  *identity.OIDC
	boss  *identity.Person
}

var here = identity.Device{Address: "192.0.2.7", Agent: "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}

// each runs a test on both databases, in a house that has one administrator, boss@ledger.example.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	dbtest.EachAt(t, c.Now, func(t *testing.T, d *db.DB) {
		h := bare(t, c, d)
		a, err := h.keep.Add(h.ctx, identity.CommandLine(), identity.Invitation{Email: "boss@ledger.example", Name: "Ada Boss", Role: identity.Admin}, good)
		h.ok(err)
		h.boss = a.Person()
		fn(t, h)
	})
}

func bare(t *testing.T, c *clock, d *db.DB) *house {
	key, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, ctx: t.Context(), clock: c, db: d}
	h.keep = identity.New(identity.Config{
		DB: d, Key: key, HTTP: http.DefaultClient, Origin: func(context.Context) string { return origin },
		Mail: func(_ context.Context, _ *db.Tx, to, subject, text string) error {
			h.mails = append(h.mails, message{to, subject, text})
			return nil
		},
		MailReady: func(context.Context) bool { return true },
		OIDC:      func(context.Context) (*identity.OIDC, error) { return h.oidc, nil },
	})
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) kind(err error, want errs.Kind, what string) {
	h.Helper()
	if err == nil || errs.KindOf(err) != want {
		h.Fatalf("%s: got %v (kind %d), want kind %d", what, err, errs.KindOf(err), want)
	}
}

// enter signs in by password and returns the session's secret.
func (h *house) enter(email, password string) string {
	h.Helper()
	in, err := h.keep.SignIn(h.ctx, email, password, here)
	h.ok(err)
	if in.Secret == "" {
		h.Fatalf("%s: no session: a second factor is due", email)
	}
	return in.Secret
}

func (h *house) session(secret string) (*identity.Person, *identity.Session) {
	h.Helper()
	p, s, err := h.keep.Session(h.ctx, secret)
	h.ok(err)
	return p, s
}

// add makes an account that can sign in with the good password.
func (h *house) add(email string, role identity.Role) *identity.Person {
	h.Helper()
	a, err := h.keep.Add(h.ctx, identity.CommandLine(), identity.Invitation{Email: email, Name: "Bo Reporter", Role: role}, good)
	h.ok(err)
	return a.Person()
}

// deeds returns what the audit log says, the oldest first.
func (h *house) deeds(what string) (list []audit.Entry) {
	h.Helper()
	list, err := audit.List(h.ctx, h.db, audit.Filter{What: what, Limit: 500})
	h.ok(err)
	return list
}

// key returns the secret in an address.
func (h *house) key(text string) string {
	h.Helper()
	_, rest, ok := strings.Cut(text, "?key=")
	if !ok {
		h.Fatalf("no address in %q", text)
	}
	secret, err := url.QueryUnescape(strings.Fields(rest)[0])
	h.ok(err)
	return secret
}

// lastMail returns the key of the last message.
func (h *house) lastMail() string {
	h.Helper()
	if len(h.mails) == 0 {
		h.Fatal("no mail")
	}
	return h.key(h.mails[len(h.mails)-1].Text)
}

// app adds an authenticator to an account and returns its seed and the recovery codes.
func (h *house) app(p *identity.Person) (seed string, codes []string) {
	h.Helper()
	a, err := h.keep.BeginAuthenticator(h.ctx, p)
	h.ok(err)
	codes, err = h.keep.AddAuthenticator(h.ctx, p, a.Ticket, h.code(a.Secret))
	h.ok(err)
	return a.Secret, codes
}

func (h *house) code(seed string) string {
	h.Helper()
	code, err := totp.GenerateCode(seed, h.db.Now())
	h.ok(err)
	return code
}
