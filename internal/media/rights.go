package media

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"masthead/internal/errs"
)

// Categories are the kinds of rights that the newsroom has in a medium.
var Categories = []string{"staff", "contract", "commissioned", "agency", "handout", "reader", "social", "cc", "public-domain", "obituary", "screengrab"}

// Costs say what using a medium takes: nothing, a condition that somebody must see and accept, money, or that it may
// not be used.
var Costs = []string{"free", "conditional", "pay", "no"}

// costOf is what a category costs unless the medium says otherwise.
var costOf = map[string]string{
	"staff": "free", "contract": "free", "commissioned": "free", "agency": "free", "public-domain": "free",
	"handout": "conditional", "reader": "conditional", "social": "conditional", "cc": "conditional", "obituary": "conditional", "screengrab": "conditional",
}

// Rights is what the newsroom may do with a medium. Empty: nobody has said.
type Rights struct {
	Category string  `json:"category,omitempty"` // one of Categories
	Cost     string  `json:"cost,omitempty"`     // one of Costs; "": the category's own
	Note     string  `json:"note,omitempty"`     // the conditions
	Leases   []Lease `json:"leases,omitempty"`
	Consent  Consent `json:"consent,omitzero"`
}

// Consent is what is noted about the people who can be recognised in a medium.
type Consent struct {
	Given    bool `json:"given,omitempty"`    // they have agreed that it is published
	Minor    bool `json:"minor,omitempty"`    // a child or a young person is among them
	Guardian bool `json:"guardian,omitempty"` // a parent or guardian has agreed
	Ban      bool `json:"ban,omitempty"`      // a court or the law forbids showing who somebody is
}

// Lease allows or denies use for a time. With any lease that allows, the medium may be used only within one of them.
type Lease struct {
	Deny  bool      `json:"deny,omitempty"`
	From  time.Time `json:"from,omitzero"`  // zero: since ever
	Until time.Time `json:"until,omitzero"` // zero: for good
	Note  string    `json:"note,omitempty"`
}

func (l Lease) covers(at time.Time) bool {
	return !at.Before(l.From) && (l.Until.IsZero() || at.Before(l.Until))
}

// Standing is whether a medium may be used at a moment.
type Standing struct {
	Cost    string    `json:"cost"`
	Denied  bool      `json:"denied,omitempty"`  // a lease forbids it now, or it costs "no"
	Expired bool      `json:"expired,omitempty"` // no lease allows it any more (or yet)
	Until   time.Time `json:"until,omitzero"`    // when what holds now ends for the worse; zero: never
	Note    string    `json:"note,omitempty"`    // the conditions, or why not
}

// May reports whether the medium may be used, conditions aside.
func (s Standing) May() bool { return !s.Denied && !s.Expired }

// Mark is in one word what may be done with a medium at the moment of its standing: expired, denied, ending within the
// week, else what its use costs; "none" if nobody has said.
func (s Standing) Mark(now time.Time) string {
	switch {
	case s.Expired:
		return "expired"
	case s.Denied:
		return "denied"
	case !s.Until.IsZero() && s.Until.Sub(now) <= soon:
		return "ending"
	}
	return cmp.Or(s.Cost, "none")
}

// Standing says whether the medium may be used at a moment.
func (r Rights) Standing(now time.Time) Standing {
	s := Standing{Cost: r.Cost, Note: r.Note}
	if s.Cost == "" {
		s.Cost = costOf[r.Category]
	}
	s.Denied = s.Cost == "no"
	allows, allowed := false, false
	var until time.Time // the last moment of the leases that allow it now; zero: for good
	for _, l := range r.Leases {
		switch {
		case l.Deny && l.covers(now):
			s.Denied = true
			if l.Note != "" {
				s.Note = l.Note
			}
		case l.Deny && l.From.After(now):
			s.Until = earlier(s.Until, l.From)
		case !l.Deny:
			allows = true
			if !l.covers(now) {
				continue
			}
			if !allowed || l.Until.IsZero() || (!until.IsZero() && l.Until.After(until)) {
				until = l.Until
			}
			allowed = true
			if l.Note != "" && s.Note == "" {
				s.Note = l.Note
			}
		}
	}
	s.Expired = allows && !allowed
	if allowed {
		s.Until = earlier(s.Until, until)
	}
	return s
}

// earlier returns the earlier of two moments; zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

const (
	maxLeases = 50
	maxNote   = 4000 // bytes
)

// judge returns an error of kind errs.Invalid for rights that say nothing sensible.
func (r Rights) judge() error {
	switch {
	case r.Category != "" && !slices.Contains(Categories, r.Category):
		return errs.Errorf(errs.Invalid, "rights: %q is none of %s", r.Category, strings.Join(Categories, ", "))
	case r.Cost != "" && !slices.Contains(Costs, r.Cost):
		return errs.Errorf(errs.Invalid, "cost: %q is none of %s", r.Cost, strings.Join(Costs, ", "))
	case len(r.Note) > maxNote:
		return errs.Errorf(errs.Invalid, "conditions: longer than %d bytes", maxNote)
	case len(r.Leases) > maxLeases:
		return errs.Errorf(errs.Invalid, "leases: more than %d", maxLeases)
	}
	for i, l := range r.Leases {
		if !l.Until.IsZero() && !l.Until.After(l.From) {
			return errs.Errorf(errs.Invalid, "lease %d: it ends %s, before it begins", i+1, l.Until.Format(time.DateOnly))
		}
		if len(l.Note) > maxNote {
			return errs.Errorf(errs.Invalid, "lease %d: its note is longer than %d bytes", i+1, maxNote)
		}
	}
	return nil
}

// ends returns the moment at which the rights become worse, or became so if that is past: now, where they do not say when.
// Zero: never.
func (r Rights) ends(now time.Time) (end time.Time) {
	s := r.Standing(now)
	switch {
	case s.Denied:
		return now
	case s.Expired && r.LastDay().IsZero(): // not yet
		return now
	case s.Expired:
		return r.LastDay()
	}
	return s.Until
}

// LastDay returns the moment at which the last lease that allows use ends; zero if none ends.
func (r Rights) LastDay() (end time.Time) {
	for _, l := range r.Leases {
		if !l.Deny && l.Until.After(end) {
			end = l.Until
		}
	}
	return end
}
