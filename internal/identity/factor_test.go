package identity_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/seal"
)

func TestAuthenticator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, err := h.keep.BeginAuthenticator(h.ctx, h.boss)
		h.ok(err)
		_, err = h.keep.AddAuthenticator(h.ctx, h.boss, a.Ticket, "000000")
		h.kind(err, errs.Invalid, "a wrong code")
		h.enter("boss@ledger.example", good) // it has not worked yet: it is not asked for
		bo := h.add("bo@ledger.example", identity.Reporter)
		_, err = h.keep.AddAuthenticator(h.ctx, bo, a.Ticket, h.code(a.Secret))
		h.kind(err, errs.NotFound, "another's authenticator")
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
		p, _ := h.session(in.Secret)
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
		_, s := h.session(in.Secret)
		c, err = h.keep.AskPasskey(h.ctx)
		h.ok(err)
		h.ok(h.keep.ConfirmPasskey(h.ctx, p, s, c.Ticket, laptop.get(t, c), here))
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
