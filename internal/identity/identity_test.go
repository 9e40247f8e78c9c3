package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/go-cmp/cmp"
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

func TestSetup(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	dbtest.EachAt(t, c.Now, func(t *testing.T, d *db.DB) {
		h := bare(t, c, d)
		if empty, err := h.keep.Empty(h.ctx); err != nil || !empty {
			t.Fatalf("a new portal is empty: %t %v", empty, err)
		}
		old, err := h.keep.Setup(h.ctx)
		h.ok(err)
		key, err := h.keep.Setup(h.ctx)
		h.ok(err)
		h.kind(h.keep.CheckSetup(h.ctx, old), errs.NotFound, "a key that was replaced")
		h.ok(h.keep.CheckSetup(h.ctx, key))
		join := identity.Joining{Key: key, Name: "Ada  Boss ", Email: "Boss@Ledger.example", Password: good, Language: "fr"}
		for name, c := range map[string]func(*identity.Joining){
			"no key":         func(j *identity.Joining) { j.Key = "" },
			"short password": func(j *identity.Joining) { j.Password = "short" },
			"no address":     func(j *identity.Joining) { j.Email = "boss" },
			"no name":        func(j *identity.Joining) { j.Name = " " },
		} {
			bad := join
			c(&bad)
			if _, err := h.keep.Join(h.ctx, bad, here); err == nil {
				t.Errorf("%s: it is taken", name)
			}
		}
		in, err := h.keep.Join(h.ctx, join, here)
		h.ok(err)
		p, _ := h.session(in.Secret)
		want := &identity.Person{ID: p.ID, Name: "Ada Boss", Email: "boss@ledger.example", Role: identity.Admin, Language: "fr"}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Error(diff)
		}
		_, err = h.keep.Join(h.ctx, join, here)
		h.kind(err, errs.NotFound, "the setup's key a second time")
		_, err = h.keep.Setup(h.ctx)
		h.kind(err, errs.Conflict, "a setup when somebody works here")
	})
}

// TestSetupOnce: of many who hold the key at once, one becomes the administrator.
func TestSetupOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := bare(t, nil, d)
		key, err := h.keep.Setup(h.ctx)
		h.ok(err)
		var wg sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			wg.Go(func() {
				_, results[i] = h.keep.Join(h.ctx, identity.Joining{Key: key, Name: "A", Email: fmt.Sprintf("a%d@b.example", i), Password: good}, here)
			})
		}
		wg.Wait()
		in := 0
		for _, err := range results {
			if err == nil {
				in++
			} else if !errs.Is(err, errs.NotFound) {
				t.Error(err)
			}
		}
		list, err := identity.Accounts(h.ctx, d)
		h.ok(err)
		if in != 1 || len(list) != 1 {
			t.Errorf("%d got in, %d accounts", in, len(list))
		}
	})
}

func TestPasswords(t *testing.T) {
	for password, want := range map[string]bool{
		"short": false, "twelve chars": true, "correct horse battery": true, "aaaaaaaaaaaaaaaa": false, "123456789012345": false,
		"abcdefghijklmnop": false, "ledgerledger1": false, "boss@ledger.example": false, "masthead newsroom": false, "ada boss ledger": false,
		"ledger of the quiet lake": true, "ééééééééàààà": false, "漢字仮名交文書手紙本山川": true, strings.Repeat("long ", 300): false,
	} {
		err := identity.CheckPassword(password, "boss@ledger.example", "Ada Boss", "The Ledger")
		if (err == nil) != want {
			t.Errorf("%q: %v", password, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "password: ") {
			t.Errorf("%q: the error does not name the field: %v", password, err)
		}
		if err != nil && strings.Contains(err.Error(), password) {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.enter("boss@ledger.example", good)
		b := h.enter(" Boss@Ledger.EXAMPLE ", good)
		if a == b || len(a) < 43 {
			t.Error("two sign-ins share a secret, or it is short")
		}
		_, wrong := h.keep.SignIn(h.ctx, "boss@ledger.example", better, here)
		_, unknown := h.keep.SignIn(h.ctx, "nobody@ledger.example", good, here)
		_, empty := h.keep.SignIn(h.ctx, "", "", here)
		bo := h.add("bo@ledger.example", identity.Reporter)
		h.ok(h.keep.UpdateAccount(h.ctx, h.boss, bo.ID, identity.Change{Name: "Bo", Role: identity.Reporter, State: identity.Suspended}))
		_, suspended := h.keep.SignIn(h.ctx, "bo@ledger.example", good, here)
		_, _, _, err := h.keep.Invite(h.ctx, h.boss, identity.Invitation{Email: "new@ledger.example", Name: "New", Role: identity.Editor})
		h.ok(err)
		_, invited := h.keep.SignIn(h.ctx, "new@ledger.example", "", here)
		for name, err := range map[string]error{"wrong password": wrong, "unknown": unknown, "empty": empty, "suspended": suspended, "invited": invited} {
			h.kind(err, errs.Forbidden, name)
			if err.Error() != wrong.Error() {
				t.Errorf("%s: the answer %q differs from that to a wrong password", name, err)
			}
		}
		var got []string
		for _, e := range h.deeds("sign-in*") {
			got = append(got, e.What+" "+e.Address)
		}
		want := []string{"sign-in.failed 192.0.2.7", "sign-in.failed 192.0.2.7", "sign-in.failed 192.0.2.7", "sign-in.failed 192.0.2.7", "sign-in.failed 192.0.2.7", "sign-in 192.0.2.7", "sign-in 192.0.2.7"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestEqualTime: an unknown address costs a hash as a known one does. Both are measured in the same run, so that a slow
// machine changes neither.
func TestEqualTime(t *testing.T) {
	h := bare(t, nil, dbtest.SQLite(t))
	_, err := h.keep.Add(h.ctx, identity.CommandLine(), identity.Invitation{Email: "boss@ledger.example", Name: "Ada", Role: identity.Admin}, good)
	h.ok(err)
	least := func(email string) time.Duration {
		best := time.Hour
		for range 4 {
			start := time.Now()
			if _, err := h.keep.SignIn(h.ctx, email, better, here); !errs.Is(err, errs.Forbidden) {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	known, unknown := least("boss@ledger.example"), least("nobody@ledger.example")
	if unknown < known/2 || known < unknown/2 {
		t.Errorf("a known address takes %v, an unknown one %v", known, unknown)
	}
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret := h.enter("boss@ledger.example", good)
		p, s := h.session(secret)
		if p.ID != h.boss.ID || s.Address != here.Address || s.Agent != here.Agent || s.Stale(h.clock.Now()) {
			t.Errorf("%+v %+v", p, s)
		}
		h.clock.add(16 * time.Minute)
		if _, s = h.session(secret); !s.Stale(h.clock.Now()) {
			t.Error("after 16 minutes it is still fresh")
		}
		h.kind(h.keep.Confirm(h.ctx, p, s, better, here), errs.Forbidden, "a wrong password")
		h.ok(h.keep.Confirm(h.ctx, p, s, good, here))
		if _, s = h.session(secret); s.Stale(h.clock.Now()) {
			t.Error("confirmed, and not fresh")
		}
		for range 3 { // used now and then, it lives on; each step is shorter than its life
			h.clock.add(29 * 24 * time.Hour)
			h.session(secret)
		}
		h.clock.add(31 * 24 * time.Hour)
		_, _, err := h.keep.Session(h.ctx, secret)
		h.kind(err, errs.NotFound, "a session unused for 31 days")
		_, _, err = h.keep.Session(h.ctx, "")
		h.kind(err, errs.NotFound, "no secret")

		one, two, three := h.enter("boss@ledger.example", good), h.enter("boss@ledger.example", good), h.enter("boss@ledger.example", good)
		_, s = h.session(one)
		_, other := h.session(two)
		bo := h.add("bo@ledger.example", identity.Reporter)
		h.ok(h.keep.RevokeSession(h.ctx, bo, other.ID))
		h.session(two) // another's session cannot be ended by its id
		h.ok(h.keep.RevokeSession(h.ctx, p, other.ID))
		_, _, err = h.keep.Session(h.ctx, two)
		h.kind(err, errs.NotFound, "a revoked session")
		h.ok(h.keep.ChangePassword(h.ctx, p, s, better))
		_, _, err = h.keep.Session(h.ctx, three)
		h.kind(err, errs.NotFound, "another session after a change of password")
		h.session(one)
		_, err = h.keep.SignIn(h.ctx, p.Email, good, here)
		h.kind(err, errs.Forbidden, "the old password")
		h.enter(p.Email, better)
		if n, err := h.keep.RevokeOthers(h.ctx, s); err != nil || n != 1 {
			t.Errorf("others: %d %v", n, err)
		}
		list, err := h.keep.Sessions(h.ctx, p.ID)
		h.ok(err)
		if len(list) != 1 || list[0].ID != s.ID {
			t.Errorf("%+v", list)
		}
		h.ok(h.keep.SignOut(h.ctx, s))
		_, _, err = h.keep.Session(h.ctx, one)
		h.kind(err, errs.NotFound, "a session after signing out")
		if n := len(h.deeds("session.revoke")); n != 3 {
			t.Errorf("%d revocations in the log", n)
		}
		if n := len(h.deeds("sign-out")); n != 1 {
			t.Errorf("%d sign-outs in the log", n)
		}
	})
}

// TestSeenOnceAMinute: pages do not write to the database each time they are read.
func TestSeenOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret := h.enter("boss@ledger.example", good)
		_, first := h.session(secret)
		h.clock.add(59 * time.Second)
		h.session(secret)
		if _, s := h.session(secret); !s.Seen.Equal(first.Seen) {
			t.Errorf("seen at %v", s.Seen)
		}
		h.clock.add(time.Second)
		h.session(secret)
		if _, s := h.session(secret); !s.Seen.Equal(h.clock.Now()) {
			t.Errorf("a minute later it is seen at %v", s.Seen)
		}
	})
}

func TestAttemptsPerAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := func(i int) identity.Device { return identity.Device{Address: fmt.Sprintf("198.51.100.%d", i)} }
		for i := range 9 {
			_, err := h.keep.SignIn(h.ctx, "boss@ledger.example", better, at(i))
			h.kind(err, errs.Forbidden, "a failed attempt")
		}
		h.enter("boss@ledger.example", good) // the tenth is right, and forgets the others
		for i := range 10 {
			_, err := h.keep.SignIn(h.ctx, "boss@ledger.example", better, at(i))
			h.kind(err, errs.Forbidden, "a failed attempt")
		}
		again := bare(t, h.clock, h.db) // the counters survive a restart
		_, err := again.keep.SignIn(h.ctx, "BOSS@ledger.example", good, at(99))
		h.kind(err, errs.Unavailable, "the eleventh attempt")
		var many *identity.TooMany
		if !errors.As(err, &many) || !many.Until.Equal(h.clock.Now().Add(15*time.Minute)) {
			t.Errorf("it does not say until when: %v", err)
		}
		h.add("bo@ledger.example", identity.Reporter)
		h.enter("bo@ledger.example", good)
		h.clock.add(15 * time.Minute)
		h.enter("boss@ledger.example", good)
	})
}

func TestAttemptsPerAddress(t *testing.T) {
	h := bare(t, &clock{}, dbtest.SQLite(t))
	key, err := h.keep.Setup(h.ctx)
	h.ok(err)
	_, err = h.keep.Join(h.ctx, identity.Joining{Key: key, Name: "A", Email: "a@b.example", Password: good}, here)
	h.ok(err)
	for range 60 { // right ones do not count
		if _, err := h.keep.AskPasskey(h.ctx); err != nil {
			t.Fatal(err)
		}
	}
	h.enter("a@b.example", good)
	for i := range 50 {
		_, err := h.keep.SignIn(h.ctx, fmt.Sprintf("n%d@b.example", i), better, here)
		h.kind(err, errs.Forbidden, "a failed attempt")
	}
	_, err = h.keep.SignIn(h.ctx, "a@b.example", good, here)
	h.kind(err, errs.Unavailable, "the fifty-first attempt from an address")
	if _, err := h.keep.SignIn(h.ctx, "a@b.example", good, identity.Device{Address: "203.0.113.9"}); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}

func TestAuthenticator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, err := h.keep.BeginAuthenticator(h.ctx, h.boss)
		h.ok(err)
		_, err = h.keep.AddAuthenticator(h.ctx, h.boss, a.Ticket, "000000")
		h.kind(err, errs.Invalid, "a wrong code")
		h.enter("boss@ledger.example", good) // it has not worked yet: it is not asked for
		seed, codes := h.app(h.boss)
		if len(codes) != 10 {
			t.Fatalf("%d recovery codes", len(codes))
		}
		in, err := h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
		h.ok(err)
		if in.Secret != "" || in.Ticket == "" {
			t.Fatalf("a password alone opens the door: %+v", in)
		}
		_, err = h.keep.Second(h.ctx, in.Ticket, "", here)
		h.kind(err, errs.Forbidden, "no code")
		_, err = h.keep.Second(h.ctx, in.Ticket, h.code(seed), here)
		h.kind(err, errs.Forbidden, "the code that added the authenticator")
		h.clock.add(time.Minute)
		code := h.code(seed)
		got, err := h.keep.Second(h.ctx, in.Ticket, code[:3]+" "+code[3:], here)
		h.ok(err)
		h.session(got.Secret)
		_, err = h.keep.Second(h.ctx, in.Ticket, code, here)
		h.kind(err, errs.NotFound, "the ticket a second time")
		in, err = h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
		h.ok(err)
		_, err = h.keep.Second(h.ctx, in.Ticket, code, here)
		h.kind(err, errs.Forbidden, "the same code again")
		_, err = h.keep.Second(h.ctx, in.Ticket, strings.ToUpper(codes[3]), here)
		h.ok(err)
		in, err = h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
		h.ok(err)
		_, err = h.keep.Second(h.ctx, in.Ticket, codes[3], here)
		h.kind(err, errs.Forbidden, "a recovery code again")
		h.clock.add(11 * time.Minute)
		_, err = h.keep.Second(h.ctx, in.Ticket, codes[4], here)
		h.kind(err, errs.NotFound, "a ticket that is too old")
		if n, err := h.keep.RecoveryLeft(h.ctx, h.boss.ID); err != nil || n != 9 {
			t.Errorf("%d codes are left, %v", n, err)
		}
		fresh, err := h.keep.NewRecoveryCodes(h.ctx, h.boss)
		h.ok(err)
		in, err = h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
		h.ok(err)
		_, err = h.keep.Second(h.ctx, in.Ticket, codes[5], here)
		h.kind(err, errs.Forbidden, "a code of the old set")
		_, err = h.keep.Second(h.ctx, in.Ticket, fresh[0], here)
		h.ok(err)
		h.ok(h.keep.RemoveAuthenticator(h.ctx, h.boss))
		h.enter("boss@ledger.example", good)
		_, err = h.keep.NewRecoveryCodes(h.ctx, h.boss)
		h.kind(err, errs.Conflict, "codes that stand for nothing")
	})
}

// TestGuessingCodes: who has the password may guess ten codes, however often they begin anew.
func TestGuessingCodes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.app(h.boss)
		tried := 0
		for range 20 {
			in, err := h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
			if errs.Is(err, errs.Unavailable) {
				break
			}
			h.ok(err)
			if _, err = h.keep.Second(h.ctx, in.Ticket, "000000", here); errs.Is(err, errs.Forbidden) {
				tried++
			}
		}
		if tried > 10 {
			t.Errorf("%d codes could be guessed", tried)
		}
	})
}

// TestCodeAtOnce: of many who use one code at once, one gets in.
func TestCodeAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		seed, _ := h.app(h.boss)
		h.clock.add(time.Minute)
		tickets := make([]string, 4)
		for i := range tickets {
			in, err := h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
			h.ok(err)
			tickets[i] = in.Ticket
		}
		code := h.code(seed)
		var wg sync.WaitGroup
		results := make([]error, len(tickets))
		for i := range tickets {
			wg.Go(func() { _, results[i] = h.keep.Second(h.ctx, tickets[i], code, here) })
		}
		wg.Wait()
		in := 0
		for _, err := range results {
			if err == nil {
				in++
			}
		}
		if in != 1 {
			t.Errorf("%d got in with one code: %v", in, results)
		}
	})
}

func TestLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ok(h.keep.SendLink(h.ctx, "nobody@ledger.example", "en", here))
		if len(h.mails) != 0 {
			t.Fatalf("mail to nobody: %v", h.mails)
		}
		h.ok(h.keep.SendLink(h.ctx, "Boss@ledger.example", "en", here))
		key := h.lastMail()
		if m := h.mails[0]; m.To != "boss@ledger.example" || !strings.Contains(m.Text, origin+"/newsroom/sign-in/link?key=") || !strings.Contains(m.Subject, "ledger.example") {
			t.Errorf("%+v", m)
		}
		h.ok(h.keep.CheckLink(h.ctx, key))
		in, err := h.keep.FollowLink(h.ctx, key, here)
		h.ok(err)
		h.session(in.Secret)
		_, err = h.keep.FollowLink(h.ctx, key, here)
		h.kind(err, errs.NotFound, "a link a second time")
		h.ok(h.keep.SendLink(h.ctx, "boss@ledger.example", "en", here))
		old := h.lastMail()
		h.ok(h.keep.SendLink(h.ctx, "boss@ledger.example", "en", here))
		_, err = h.keep.FollowLink(h.ctx, old, here)
		h.kind(err, errs.NotFound, "a link that was replaced")
		h.clock.add(15 * time.Minute)
		_, err = h.keep.FollowLink(h.ctx, h.lastMail(), here)
		h.kind(err, errs.NotFound, "a link after 15 minutes")
		h.app(h.boss)
		h.ok(h.keep.SendLink(h.ctx, "boss@ledger.example", "en", here))
		in, err = h.keep.FollowLink(h.ctx, h.lastMail(), here)
		h.ok(err)
		if in.Secret != "" || in.Ticket == "" {
			t.Error("a link goes past the second factor")
		}
		var last error
		for range 6 {
			last = h.keep.SendLink(h.ctx, "boss@ledger.example", "en", here)
		}
		h.kind(last, errs.Unavailable, "too many links")
		h.kind(h.keep.CheckLink(h.ctx, "nothing"), errs.NotFound, "no link")
	})
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret := h.enter("boss@ledger.example", good)
		h.ok(h.keep.SendReset(h.ctx, "boss@ledger.example", "fr", here))
		if m := h.mails[0]; !strings.Contains(m.Subject, "mot de passe") {
			t.Errorf("not in the language that was asked for: %+v", m)
		}
		key := h.lastMail()
		_, err := h.keep.Reset(h.ctx, key, "short", here)
		h.kind(err, errs.Invalid, "a short password")
		in, err := h.keep.Reset(h.ctx, key, better, here)
		h.ok(err)
		h.session(in.Secret)
		_, _, err = h.keep.Session(h.ctx, secret)
		h.kind(err, errs.NotFound, "a session from before the reset")
		_, err = h.keep.Reset(h.ctx, key, good, here)
		h.kind(err, errs.NotFound, "a reset a second time")
		h.enter("boss@ledger.example", better)
		h.app(h.boss)
		h.ok(h.keep.SendReset(h.ctx, "boss@ledger.example", "en", here))
		in, err = h.keep.Reset(h.ctx, h.lastMail(), good, here)
		h.ok(err)
		if in.Secret != "" {
			t.Error("a reset by mail goes past the second factor")
		}
	})
}

// TestOwnerGetsBackIn: the operator's reset opens a suspended account with a lost authenticator.
func TestOwnerGetsBackIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other := h.add("other@ledger.example", identity.Admin)
		h.app(h.boss)
		for range 12 {
			h.keep.SignIn(h.ctx, "boss@ledger.example", better, here)
		}
		h.ok(h.keep.UpdateAccount(h.ctx, other, h.boss.ID, identity.Change{Name: "Ada", Role: identity.Admin, State: identity.Suspended}))
		address, err := h.keep.ResetAccount(h.ctx, identity.CommandLine(), "boss@ledger.example")
		h.ok(err)
		in, err := h.keep.Reset(h.ctx, h.key(address), better, here)
		h.ok(err)
		p, _ := h.session(in.Secret)
		if p.Role != identity.Admin {
			t.Errorf("back as %s", p.Role)
		}
		_, err = h.keep.ResetAccount(h.ctx, h.add("bo@ledger.example", identity.Publisher), "boss@ledger.example")
		h.kind(err, errs.Forbidden, "a publisher who resets an account")
	})
}

func TestInvitation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := identity.Invitation{Email: "Bo@Ledger.example", Name: "Bo", Role: identity.Editor, Sections: []string{"world", "local", "world"}, Language: "fr"}
		a, address, sent, err := h.keep.Invite(h.ctx, h.boss, in)
		h.ok(err)
		if !sent || len(h.mails) != 1 || h.lastMail() != h.key(address) || !strings.Contains(h.mails[0].Text, "Ada Boss") {
			t.Errorf("mail: %+v", h.mails)
		}
		_, newer, _, err := h.keep.Invite(h.ctx, h.boss, in)
		h.ok(err)
		_, err = h.keep.CheckInvitation(h.ctx, h.key(address))
		h.kind(err, errs.NotFound, "an invitation that was replaced")
		key := h.key(newer)
		who, err := h.keep.CheckInvitation(h.ctx, key)
		h.ok(err)
		if who.ID != a.ID || who.State != identity.Invited || !cmp.Equal(who.Sections, []string{"local", "world"}) {
			t.Errorf("%+v", who)
		}
		got, err := h.keep.Join(h.ctx, identity.Joining{Key: key, Name: "Bo Li", Email: "evil@elsewhere.example", Password: good}, here)
		h.ok(err)
		p, _ := h.session(got.Secret)
		want := &identity.Person{ID: a.ID, Name: "Bo Li", Email: "bo@ledger.example", Role: identity.Editor, Sections: []string{"local", "world"}, Language: "fr"}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Error(diff)
		}
		_, err = h.keep.Join(h.ctx, identity.Joining{Key: key, Name: "Bo", Password: good}, here)
		h.kind(err, errs.NotFound, "an invitation a second time")
		_, _, _, err = h.keep.Invite(h.ctx, h.boss, in)
		h.kind(err, errs.Invalid, "somebody who works here")
		_, _, _, err = h.keep.Invite(h.ctx, p, identity.Invitation{Email: "x@y.example", Name: "X", Role: identity.Admin})
		h.kind(err, errs.Forbidden, "an editor who invites")
		_, address, _, err = h.keep.Invite(h.ctx, h.boss, identity.Invitation{Email: "late@ledger.example", Name: "Late", Role: identity.Reporter})
		h.ok(err)
		h.clock.add(7 * 24 * time.Hour)
		_, err = h.keep.CheckInvitation(h.ctx, h.key(address))
		h.kind(err, errs.NotFound, "an invitation after seven days")
		for name, bad := range map[string]identity.Invitation{
			"email": {Email: "Bo <bo@x.example>", Name: "B", Role: identity.Editor}, "name": {Email: "b@x.example", Role: identity.Editor},
			"role": {Email: "b@x.example", Name: "B", Role: "king"}, "sections": {Email: "b@x.example", Name: "B", Role: identity.Editor, Sections: []string{"a b"}},
		} {
			_, _, _, err := h.keep.Invite(h.ctx, h.boss, bad)
			h.kind(err, errs.Invalid, name)
			if !strings.HasPrefix(err.Error(), name+": ") {
				t.Errorf("%s: the error does not name the field: %v", name, err)
			}
		}
	})
}

func TestLastAdministrator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		change := func(id string, role identity.Role, state string) error {
			return h.keep.UpdateAccount(h.ctx, h.boss, id, identity.Change{Name: "Ada", Role: role, State: state})
		}
		_, _, _, err := h.keep.Invite(h.ctx, h.boss, identity.Invitation{Email: "i@x.example", Name: "I", Role: identity.Admin}) // does not count
		h.ok(err)
		h.kind(change(h.boss.ID, identity.Publisher, ""), errs.Conflict, "demoted")
		h.kind(change(h.boss.ID, identity.Admin, identity.Suspended), errs.Conflict, "suspended")
		h.kind(h.keep.RemoveAccount(h.ctx, h.boss, h.boss.ID), errs.Conflict, "removed")
		h.ok(change(h.boss.ID, identity.Admin, identity.Active))
		second := h.add("second@ledger.example", identity.Admin)
		secret := h.enter("second@ledger.example", good)

		var wg sync.WaitGroup // each demotes the other at once: one stays
		results := make([]error, 2)
		for i, id := range []string{h.boss.ID, second.ID} {
			wg.Go(func() { results[i] = change(id, identity.Editor, "") })
		}
		wg.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Errorf("both or neither were demoted: %v", results)
		}
		gone := second.ID
		if results[0] == nil {
			gone = h.boss.ID
		}
		h.ok(h.keep.RemoveAccount(h.ctx, h.boss, gone))
		if gone == second.ID {
			_, _, err := h.keep.Session(h.ctx, secret)
			h.kind(err, errs.NotFound, "a session of somebody who was removed")
		}
		_, err = identity.FindAccount(h.ctx, h.db, gone)
		h.kind(err, errs.NotFound, "somebody who was removed")
		var details []string
		for _, e := range h.deeds("account.change") {
			details = append(details, string(e.Detail))
		}
		if len(details) != 2 || !strings.Contains(details[0], `"role":["admin","editor"]`) {
			t.Errorf("the log says %v", details)
		}
	})
}

// TestRoleChangesAtOnce: a person's next request is judged by the new role; suspended, there is none.
func TestRoleChangesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bo := h.add("bo@ledger.example", identity.Publisher)
		secret := h.enter("bo@ledger.example", good)
		h.ok(h.keep.UpdateAccount(h.ctx, h.boss, bo.ID, identity.Change{Name: "Bo", Role: identity.Reporter, Sections: []string{"world"}}))
		if p, _ := h.session(secret); p.May(identity.Publish) || p.MayIn(identity.Write, "local") || !p.MayIn(identity.Write, "world") {
			t.Errorf("%+v", p)
		}
		h.ok(h.keep.UpdateAccount(h.ctx, h.boss, bo.ID, identity.Change{Name: "Bo", Role: identity.Reporter, State: identity.Suspended}))
		_, _, err := h.keep.Session(h.ctx, secret)
		h.kind(err, errs.NotFound, "a session of somebody who is suspended")
		h.kind(h.keep.UpdateAccount(h.ctx, bo, h.boss.ID, identity.Change{Name: "x", Role: identity.Reporter}), errs.Forbidden, "a reporter who changes an account")
	})
}

func TestProfile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret := h.enter("boss@ledger.example", good)
		h.ok(h.keep.UpdateProfile(h.ctx, h.boss, identity.Profile{Name: "Ada B.", Language: "fr", NoKeys: true}))
		if p, _ := h.session(secret); p.Name != "Ada B." || p.Language != "fr" || !p.NoKeys || p.Role != identity.Admin {
			t.Errorf("%+v", p)
		}
		h.kind(h.keep.UpdateProfile(h.ctx, h.boss, identity.Profile{Name: "Ada", Language: "tlh"}), errs.Invalid, "a language without screens")
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		until := h.clock.Now().Add(time.Hour)
		secret, tok, err := h.keep.CreateToken(h.ctx, h.boss, identity.TokenInput{Name: "CMS bridge", Role: identity.Editor, Sections: []string{"world"}, Expires: until})
		h.ok(err)
		if !strings.HasPrefix(secret, "mh_") || len(secret) < 46 {
			t.Errorf("secret of %d characters", len(secret))
		}
		p, err := h.keep.Token(h.ctx, secret)
		h.ok(err)
		want := &identity.Person{ID: "token:" + tok.ID, Name: "CMS bridge", Role: identity.Editor, Sections: []string{"world"}}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Error(diff)
		}
		list, err := h.keep.Tokens(h.ctx)
		h.ok(err)
		tok.Used = h.clock.Now()
		if diff := cmp.Diff([]identity.Token{tok}, list); diff != "" {
			t.Error(diff)
		}
		for _, bad := range []string{"", "mh_", secret + "x", strings.TrimPrefix(secret, "mh_"), h.enter("boss@ledger.example", good)} {
			_, err := h.keep.Token(h.ctx, bad)
			h.kind(err, errs.NotFound, "a wrong token")
		}
		_, _, err = h.keep.Session(h.ctx, secret)
		h.kind(err, errs.NotFound, "a token as a session")
		h.clock.add(time.Hour)
		_, err = h.keep.Token(h.ctx, secret)
		h.kind(err, errs.NotFound, "a token after its time")
		forever, tok, err := h.keep.CreateToken(h.ctx, h.boss, identity.TokenInput{Name: "x", Role: identity.Reporter})
		h.ok(err)
		h.kind(h.keep.RevokeToken(h.ctx, p, tok.ID), errs.Forbidden, "an editor's token that revokes")
		h.ok(h.keep.RevokeToken(h.ctx, h.boss, tok.ID))
		_, err = h.keep.Token(h.ctx, forever)
		h.kind(err, errs.NotFound, "a revoked token")
		h.kind(h.keep.RevokeToken(h.ctx, h.boss, tok.ID), errs.NotFound, "a token revoked twice")
		_, _, err = h.keep.CreateToken(h.ctx, p, identity.TokenInput{Name: "x", Role: identity.Admin})
		h.kind(err, errs.Forbidden, "an editor's token that makes tokens")
		_, _, err = h.keep.CreateToken(h.ctx, h.boss, identity.TokenInput{Name: "x", Role: identity.Admin, Expires: h.clock.Now()})
		h.kind(err, errs.Invalid, "a token that is over before it begins")
		if n := len(h.deeds("token.*")); n != 3 {
			t.Errorf("%d deeds in the log", n)
		}
	})
}

// device is an authenticator with one passkey.
type device struct {
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func newDevice() *device {
	return &device{
		virtualwebauthn.RelyingParty{Name: "ledger.example", ID: "ledger.example", Origin: origin}, virtualwebauthn.NewAuthenticator(),
		newKey(),
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

// create answers the making of a passkey, as a browser would.
func (d *device) create(t *testing.T, c identity.Ceremony, account string) []byte {
	t.Helper()
	b, err := json.Marshal(c.Options)
	if err != nil {
		t.Fatal(err)
	}
	o, err := virtualwebauthn.ParseAttestationOptions(string(b))
	if err != nil {
		t.Fatal(err)
	}
	d.auth.Options.UserHandle = []byte(account)
	if account == "" {
		d.auth.Options.UserHandle = []byte(o.UserID)
	}
	d.auth.AddCredential(d.key)
	return []byte(virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.key, *o))
}

// get answers the asking for a passkey.
func (d *device) get(t *testing.T, c identity.Ceremony) []byte {
	t.Helper()
	b, err := json.Marshal(c.Options)
	if err != nil {
		t.Fatal(err)
	}
	o, err := virtualwebauthn.ParseAssertionOptions(string(b))
	if err != nil {
		t.Fatal(err)
	}
	d.key.Counter++
	return []byte(virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.key, *o))
}

func TestPasskeys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		laptop := newDevice()
		c, err := h.keep.BeginPasskey(h.ctx, h.boss)
		h.ok(err)
		answer := laptop.create(t, c, h.boss.ID)
		bo := h.add("bo@ledger.example", identity.Reporter)
		h.kind(h.keep.AddPasskey(h.ctx, bo, c.Ticket, "Stolen", answer), errs.NotFound, "another's ceremony")
		c, err = h.keep.BeginPasskey(h.ctx, h.boss)
		h.ok(err)
		answer = laptop.create(t, c, h.boss.ID)
		h.ok(h.keep.AddPasskey(h.ctx, h.boss, c.Ticket, "Laptop", answer))
		h.kind(h.keep.AddPasskey(h.ctx, h.boss, c.Ticket, "Again", answer), errs.NotFound, "a ceremony a second time")
		h.app(h.boss) // a passkey needs no second factor

		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		sign := laptop.get(t, c)
		in, err := h.keep.SignInPasskey(h.ctx, c.Ticket, sign, here)
		h.ok(err)
		p, s := h.session(in.Secret)
		if p.ID != h.boss.ID {
			t.Errorf("signed in as %s", p.Name)
		}
		_, err = h.keep.SignInPasskey(h.ctx, c.Ticket, sign, here)
		h.kind(err, errs.NotFound, "an answer a second time")
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		_, err = h.keep.SignInPasskey(h.ctx, c.Ticket, sign, here)
		h.kind(err, errs.Forbidden, "an answer to another challenge")

		elsewhere := *laptop
		elsewhere.rp.Origin = "https://evil.example"
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		_, err = h.keep.SignInPasskey(h.ctx, c.Ticket, elsewhere.get(t, c), here)
		h.kind(err, errs.Forbidden, "an answer of another site")
		unlocked := *laptop
		unlocked.auth.Options.UserNotVerified = true
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		_, err = h.keep.SignInPasskey(h.ctx, c.Ticket, unlocked.get(t, c), here)
		h.kind(err, errs.Forbidden, "a device that did not ask who holds it")
		copied := *laptop
		copied.key.Counter = 0
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		_, err = h.keep.SignInPasskey(h.ctx, c.Ticket, copied.get(t, c), here)
		h.kind(err, errs.Forbidden, "a copied key")

		h.clock.add(time.Hour)
		_, s2 := h.session(in.Secret)
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		h.ok(h.keep.ConfirmPasskey(h.ctx, p, s2, c.Ticket, laptop.get(t, c), here))
		if _, s = h.session(in.Secret); s.Stale(h.clock.Now()) {
			t.Error("confirmed by passkey, and not fresh")
		}
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		h.kind(h.keep.ConfirmPasskey(h.ctx, bo, s, c.Ticket, laptop.get(t, c), here), errs.Forbidden, "another's passkey")
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		late := laptop.get(t, c)
		h.clock.add(11 * time.Minute)
		_, err = h.keep.SignInPasskey(h.ctx, c.Ticket, late, here)
		h.kind(err, errs.NotFound, "an answer that took too long")

		keys, err := h.keep.Passkeys(h.ctx, p.ID)
		h.ok(err)
		if len(keys) != 1 || keys[0].Name != "Laptop" || keys[0].Used.IsZero() {
			t.Fatalf("%+v", keys)
		}
		h.kind(h.keep.RemovePasskey(h.ctx, bo, keys[0].ID), errs.NotFound, "another's passkey removed")
		h.ok(h.keep.RemovePasskey(h.ctx, p, keys[0].ID))
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		_, err = h.keep.SignInPasskey(h.ctx, c.Ticket, laptop.get(t, c), here)
		h.kind(err, errs.Forbidden, "a passkey that was removed")
	})
}

func TestJoinWithPasskey(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	dbtest.EachAt(t, c.Now, func(t *testing.T, d *db.DB) {
		h := bare(t, c, d)
		key, err := h.keep.Setup(h.ctx)
		h.ok(err)
		_, err = h.keep.BeginJoin(h.ctx, identity.Joining{Key: "x", Name: "Ada", Email: "ada@ledger.example"})
		h.kind(err, errs.NotFound, "no key")
		phone := newDevice()
		join := func(j identity.Joining) (identity.Admission, error) {
			t.Helper()
			c, err := h.keep.BeginJoin(h.ctx, j)
			h.ok(err)
			return h.keep.FinishJoin(h.ctx, c.Ticket, "Phone", phone.create(t, c, ""), here)
		}
		in, err := join(identity.Joining{Key: key, Name: "Ada", Email: "ada@ledger.example"})
		h.ok(err)
		p, _ := h.session(in.Secret)
		if p.Role != identity.Admin || p.Email != "ada@ledger.example" {
			t.Errorf("%+v", p)
		}
		ask, err := h.keep.AskPasskey(h.ctx)
		h.ok(err)
		if _, err := h.keep.SignInPasskey(h.ctx, ask.Ticket, phone.get(t, ask), here); err != nil {
			t.Error(err)
		}
		keys, err := h.keep.Passkeys(h.ctx, p.ID)
		h.ok(err)
		h.kind(h.keep.RemovePasskey(h.ctx, p, keys[0].ID), errs.Conflict, "the only way in, removed")
		_, address, _, err := h.keep.Invite(h.ctx, p, identity.Invitation{Email: "bo@ledger.example", Name: "Bo", Role: identity.Reporter})
		h.ok(err)
		phone = newDevice()
		in, err = join(identity.Joining{Key: h.key(address), Name: "Bo Li", Email: "other@ledger.example"})
		h.ok(err)
		if bo, _ := h.session(in.Secret); bo.Email != "bo@ledger.example" || bo.Role != identity.Reporter || bo.Name != "Bo Li" {
			t.Errorf("%+v", bo)
		}
		_, err = h.keep.CheckInvitation(h.ctx, h.key(address))
		h.kind(err, errs.NotFound, "an invitation that was taken up")
	})
}

// TestNoSecretInTheDatabase looks for every secret that was given out in every column of every table.
func TestNoSecretInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		session := h.enter("boss@ledger.example", good)
		seed, codes := h.app(h.boss)
		token, _, err := h.keep.CreateToken(h.ctx, h.boss, identity.TokenInput{Name: "x", Role: identity.Editor})
		h.ok(err)
		_, address, _, err := h.keep.Invite(h.ctx, h.boss, identity.Invitation{Email: "bo@ledger.example", Name: "Bo", Role: identity.Reporter})
		h.ok(err)
		h.ok(h.keep.SendLink(h.ctx, "boss@ledger.example", "en", here))
		link := h.lastMail()
		pending, err := h.keep.BeginAuthenticator(h.ctx, h.boss)
		h.ok(err)
		second, err := h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
		h.ok(err)
		h.keep.SignIn(h.ctx, "a password typed as address", "wrong but private", here)
		hidden := append(codes, session, seed, token, h.key(address), link, pending.Secret, pending.Ticket, second.Ticket, good,
			"a password typed as address", "wrong but private", strings.ReplaceAll(codes[0], "-", ""))
		text := dump(t, h.db)
		if !strings.Contains(text, "boss@ledger.example") || !strings.Contains(text, "argon2id") {
			t.Fatal("the dump is not whole")
		}
		for _, s := range hidden {
			if strings.Contains(text, s) {
				t.Errorf("the database holds the secret %q", s)
			}
		}
	})
}

// dump returns everything in the tables of who works here and of what was done.
func dump(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	for _, table := range []string{"account", "passkey", "recovery", "session", "ticket", "attempt", "token", "audit"} {
		rows, err := d.Query(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				if raw, ok := (*v.(*any)).([]byte); ok {
					fmt.Fprintln(&b, string(raw))
					continue
				}
				fmt.Fprintln(&b, *v.(*any))
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	return b.String()
}

// FuzzPasskeyAnswer: whatever a browser sends, nobody gets in by it, and it is never our fault.
func FuzzPasskeyAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}`))
	f.Add([]byte(`{`))
	f.Add([]byte(`null`))
	key, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		f.Fatal(err)
	}
	keep := identity.New(identity.Config{DB: dbtest.SQLite(f), Key: key, Origin: func(context.Context) string { return origin }})
	f.Fuzz(func(t *testing.T, answer []byte) {
		c, err := keep.AskPasskey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = keep.SignInPasskey(t.Context(), c.Ticket, answer, identity.Device{Address: c.Ticket})
		if k := errs.KindOf(err); err == nil || k != errs.Forbidden {
			t.Errorf("%q: %v", answer, err)
		}
	})
}

// FuzzCheckPassword: what passes is long, and the judgement shows nothing of the password.
func FuzzCheckPassword(f *testing.F) {
	f.Add("four quite unusual words", "boss@ledger.example")
	f.Add("ledgerledgerledger", "Ledger")
	f.Fuzz(func(t *testing.T, password, known string) {
		err := identity.CheckPassword(password, known)
		if err == nil && len([]rune(password)) < 12 {
			t.Errorf("%q passes", password)
		}
		if err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", password, err)
		}
	})
}

// FuzzInvitation: an address that is taken is one, in lower case, and is found again.
func FuzzInvitation(f *testing.F) {
	f.Add("Bo@Ledger.example", "Bo", "world")
	f.Add("a@b\r\nBcc: c@d", "", "x y")
	d := dbtest.SQLite(f)
	keep := identity.New(identity.Config{DB: d, Origin: func(context.Context) string { return origin }})
	f.Fuzz(func(t *testing.T, email, name, section string) {
		a, _, _, err := keep.Invite(t.Context(), identity.CommandLine(), identity.Invitation{Email: email, Name: name, Role: identity.Editor, Sections: []string{section}})
		if errs.Is(err, errs.Invalid) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		found, err := identity.FindEmail(t.Context(), d, email)
		if err != nil || found.ID != a.ID || strings.ContainsAny(found.Email+found.Name, "\r\n") || found.Email != strings.ToLower(found.Email) {
			t.Errorf("%q %q: %+v %v", email, name, found, err)
		}
		if err := keep.RemoveAccount(t.Context(), identity.CommandLine(), a.ID); err != nil {
			t.Fatal(err)
		}
	})
}
