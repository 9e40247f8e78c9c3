package identity_test

import (
	"testing"
	"time"

	"masthead/internal/errs"
	"masthead/internal/identity"
)

// TestPhone: an address for a phone is one person's, one at a time, for a quarter of an hour, and ends when they say so.
func TestPhone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bo := h.add("bo@ledger.example", identity.Reporter)
		first, _, err := h.keep.Phone(h.ctx, bo)
		h.ok(err)
		second, until, err := h.keep.Phone(h.ctx, bo)
		h.ok(err)
		_, err = h.keep.PhonePerson(h.ctx, first)
		h.kind(err, errs.NotFound, "an address that was replaced")
		for range 2 { // good for many files
			p, err := h.keep.PhonePerson(h.ctx, second)
			h.ok(err)
			if p.ID != bo.ID || p.Role != identity.Reporter {
				t.Errorf("it acts for %+v", p)
			}
		}
		_, _, err = h.keep.Session(h.ctx, second)
		h.kind(err, errs.NotFound, "a phone's address as a sign-in")
		h.clock.add(15*time.Minute - time.Second)
		if _, err := h.keep.PhonePerson(h.ctx, second); err != nil {
			t.Errorf("a second before %v: %v", until, err)
		}
		h.clock.add(time.Second)
		_, err = h.keep.PhonePerson(h.ctx, second)
		h.kind(err, errs.NotFound, "after a quarter of an hour")

		third, _, err := h.keep.Phone(h.ctx, bo)
		h.ok(err)
		h.ok(h.keep.EndPhone(h.ctx, h.boss))
		_, err = h.keep.PhonePerson(h.ctx, third)
		h.ok(err)
		h.ok(h.keep.EndPhone(h.ctx, bo))
		_, err = h.keep.PhonePerson(h.ctx, third)
		h.kind(err, errs.NotFound, "an address that was ended")

		fourth, _, err := h.keep.Phone(h.ctx, bo)
		h.ok(err)
		h.ok(h.keep.UpdateAccount(h.ctx, h.boss, bo.ID, identity.Change{Name: "Bo", Role: identity.Reporter, State: identity.Suspended}))
		_, err = h.keep.PhonePerson(h.ctx, fourth)
		h.kind(err, errs.NotFound, "the address of somebody who was suspended")
	})
}
