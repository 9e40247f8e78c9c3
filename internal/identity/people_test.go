package identity_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

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
		_, err = h.keep.SignIn(h.ctx, "boss@ledger.example", good, here)
		h.kind(err, errs.Forbidden, "the old password, now without its second factor")
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

// TestProfileKeepsTheRole: who changes their name while an administrator changes their role gets both.
func TestProfileKeepsTheRole(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bo := h.add("bo@ledger.example", identity.Publisher)
		for i := range 20 {
			role := []identity.Role{identity.Reporter, identity.Publisher}[i%2]
			var both sync.WaitGroup
			both.Go(func() {
				if err := h.keep.UpdateProfile(h.ctx, bo, identity.Profile{Name: "Bo", NoKeys: i%2 == 0}); err != nil {
					t.Error(err)
				}
			})
			both.Go(func() {
				if err := h.keep.UpdateAccount(h.ctx, h.boss, bo.ID, identity.Change{Name: "Bo", Role: role}); err != nil {
					t.Error(err)
				}
			})
			both.Wait()
			if a, err := identity.FindAccount(h.ctx, h.keep.DB(), bo.ID); err != nil || a.Role != role || a.NoKeys != (i%2 == 0) {
				t.Fatalf("round %d: %+v, %v", i, a, err)
			}
		}
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
		names, err := identity.Names(h.ctx, h.keep.DB())
		h.ok(err)
		if diff := cmp.Diff(map[string]string{p.ID: "CMS bridge", h.boss.ID: h.boss.Name}, names); diff != "" {
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
