package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

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
	best := map[string]time.Duration{"boss@ledger.example": time.Hour, "nobody@ledger.example": time.Hour}
	for range 4 {
		for email := range best {
			start := time.Now()
			if _, err := h.keep.SignIn(h.ctx, email, better, here); !errs.Is(err, errs.Forbidden) {
				t.Fatal(err)
			}
			best[email] = min(best[email], time.Since(start))
		}
	}
	known, unknown := best["boss@ledger.example"], best["nobody@ledger.example"]
	if unknown < known/4 || known < unknown/4 { // without a hash it would be a hundredth
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
