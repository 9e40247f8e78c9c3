package workflow_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// The people of the tests' newsroom.
var (
	amina = &identity.Person{ID: "amina", Name: "Amina Okafor", Role: identity.Reporter}
	ben   = &identity.Person{ID: "ben", Name: "Ben Achak", Role: identity.Reporter}
	rosa  = &identity.Person{ID: "rosa", Name: "Rosa Delgado", Role: identity.Editor}
	paul  = &identity.Person{ID: "paul", Name: "Paul Nadeau", Role: identity.Publisher}
	sport = &identity.Person{ID: "sven", Name: "Sven Lund", Role: identity.Publisher, Sections: []string{"sports"}}
)

type room struct {
	*testing.T
	*workflow.Room
	db     *db.DB
	now    *time.Time
	events *[]string
}

func each(t *testing.T, fn func(r room)) {
	now := noon
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		now = noon
		var events []string
		r := room{t, nil, d, &now, &events}
		r.Room = workflow.New(workflow.Config{DB: d, Emit: func(_ context.Context, _ *db.Tx, event string, _ any) error {
			events = append(events, event)
			return nil
		}})
		_, err := content.Do(t.Context(), d, "test", func(k *content.Desk) error {
			return k.SetSite(t.Context(), &published.Site{
				Zone:     "America/Edmonton",
				Sections: []published.Section{{Slug: "world"}, {Slug: "sports"}}, Regions: []published.Region{{Slug: "calgary"}, {Slug: "red-deer"}},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		fn(r)
	})
}

func body(paragraphs ...string) doc.Node {
	d := doc.Node{Type: "doc"}
	for _, p := range paragraphs {
		n := doc.Node{Type: "paragraph"}
		if p != "" {
			n.Content = []doc.Node{{Type: "text", Text: p}}
		}
		d.Content = append(d.Content, n)
	}
	return d
}

// clean is a story that the checks let pass.
func clean(headline string) published.Story {
	return published.Story{
		Headline: headline, Standfirst: "What it means for the valley.", Section: "world", Language: "en", Kind: "story", Regions: []string{"calgary"},
		Topics: []published.Topic{{Slug: "water", Name: "Water"}}, Body: body("The river fell by two metres overnight, the city said."),
	}
}

func (r room) create(who *identity.Person, c published.Story) *workflow.Story {
	r.Helper()
	s, err := r.Create(r.Context(), who, c, check.Guard{})
	if err != nil {
		r.Fatal(err)
	}
	return s
}

func (r room) publish(s *workflow.Story) *workflow.Story {
	r.Helper()
	out, err := r.Publish(r.Context(), paul, s.ID, workflow.Publication{Version: s.Version})
	if err != nil {
		r.Fatal(err)
	}
	return out
}

func (r room) save(who *identity.Person, s *workflow.Story, change func(*published.Story)) *workflow.Story {
	r.Helper()
	c := s.Copy
	change(&c)
	out, err := r.Save(r.Context(), who, s.ID, workflow.Save{Version: s.Version, Copy: c})
	if err != nil {
		r.Fatal(err)
	}
	return out
}

func (r room) public(id string) (headline string, status published.Status) {
	r.Helper()
	f, err := published.New(r.db).Record(*r.now).Story(r.Context(), id)
	switch {
	case errs.Is(err, errs.NotFound):
		return "", published.Unknown
	case err != nil:
		r.Fatal(err)
	case f.Tombstone != nil:
		return "", f.Tombstone.Status
	}
	return f.Story.Headline, published.Live
}

func TestFromDraftToKilled(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		s := r.create(amina, published.Story{})
		if s.State != content.Draft || s.Author != "amina" || s.Copy.Language != "en" {
			r.Fatalf("a new story: %+v", s)
		}
		if _, err := r.Publish(ctx, paul, s.ID, workflow.Publication{Override: "no time"}); err == nil {
			r.Error("a story without a headline went out")
		}
		s = r.save(amina, s, func(c *published.Story) { *c = clean("River falls") })
		if s.State != content.Draft || s.Shown != "draft" {
			r.Errorf("saving changed the state to %s", s.Shown)
		}
		s = r.publish(s)
		if s.Shown != "live" || s.Out != s.Version || s.URL != "/world/river-falls-"+s.ID {
			r.Errorf("published: %s, out %d of %d, %s", s.Shown, s.Out, s.Version, s.URL)
		}
		if !s.UndoTill.Equal(noon.Add(10 * time.Minute)) {
			r.Errorf("undo until %s", s.UndoTill)
		}
		s = r.save(amina, s, func(c *published.Story) { c.Headline = "River falls fast" })
		if s.Shown != "changed" || s.State != content.Live {
			r.Errorf("saved after publication: %s", s.Shown)
		}
		if h, _ := r.public(s.ID); h != "River falls" {
			r.Errorf("readers see %q", h)
		}
		if _, err := r.Correct(ctx, paul, s.ID, workflow.Correction{Was: "two metres", Now: "three metres", Place: "end"}); err != nil {
			r.Fatal(err)
		}
		f, err := published.New(r.db).Record(*r.now).Story(ctx, s.ID)
		if err != nil {
			r.Fatal(err)
		}
		if got := f.Story.Corrections[0].Text; f.Story.Headline != "River falls" || got != "An earlier version gave two metres. The story now says three metres." {
			r.Errorf("corrected: %q, %q", f.Story.Headline, got)
		}
		if s, err = r.Story(ctx, paul, s.ID); err != nil || s.Shown != "changed" {
			r.Errorf("after the correction: %v, %v", s.Shown, err)
		}
		if _, err := r.Kill(ctx, paul, s.ID, "river", "A court ordered it."); !errs.Is(err, errs.Invalid) {
			r.Errorf("killed by a wrong slug: %v", err)
		}
		receipt, err := r.Kill(ctx, paul, s.ID, "river-falls", "A court ordered it.")
		if err != nil || receipt.Act != "kill" {
			r.Fatal(receipt, err)
		}
		if _, status := r.public(s.ID); status != published.Killed {
			r.Errorf("readers' status %d", status)
		}
		for name, try := range map[string]func() error{
			"publish": func() error { _, err := r.Publish(ctx, paul, s.ID, workflow.Publication{}); return err },
			"save": func() error {
				_, err := r.Save(ctx, rosa, s.ID, workflow.Save{Version: s.Version, Copy: clean("Back")})
				return err
			},
			"restore": func() error { _, err := r.Restore(ctx, rosa, s.ID, 1, s.Version); return err },
			"share":   func() error { _, _, err := r.Share(ctx, rosa, s.ID, time.Hour); return err },
		} {
			if err := try(); !errs.Is(err, errs.Gone) {
				r.Errorf("%s of a killed story: %v", name, err)
			}
		}
		var deeds []string
		log, err := audit.List(ctx, r.db, audit.Filter{Target: "story/" + s.ID})
		for _, e := range log {
			deeds = append(deeds, e.Who+" "+e.What)
		}
		want := []string{"paul story.kill", "paul story.correct", "paul story.publish", "amina story.create"}
		if err != nil || !equal(deeds, want) {
			r.Errorf("audit %q, %v", deeds, err)
		}
		if want := []string{"story.published", "story.corrected", "story.killed"}; !equal(*r.events, want) {
			r.Errorf("told %q", *r.events)
		}
	})
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		s := r.create(amina, clean("River falls"))
		live := r.publish(r.create(amina, clean("Live already")))
		ready := content.Ready
		for name, c := range map[string]struct {
			may []*identity.Person
			not []*identity.Person
			do  func(who *identity.Person) error
		}{
			"save": {[]*identity.Person{amina, rosa, paul}, []*identity.Person{ben, sport}, func(who *identity.Person) error {
				now, err := r.Story(ctx, paul, s.ID)
				if err != nil {
					return err
				}
				c := now.Copy
				c.Kicker = who.Name
				_, err = r.Save(ctx, who, s.ID, workflow.Save{Version: now.Version, Copy: c})
				return err
			}},
			"ready": {[]*identity.Person{rosa, paul}, []*identity.Person{amina, ben, sport}, func(who *identity.Person) error {
				o, err := r.Edit(ctx, who, []workflow.Edit{{ID: s.ID, State: &ready}})
				if err == nil && len(o.Failed) > 0 {
					return errs.Errorf(errs.Forbidden, "%s", o.Failed[s.ID])
				}
				return err
			}},
			"update": {[]*identity.Person{paul}, []*identity.Person{amina, ben, rosa, sport}, func(who *identity.Person) error {
				_, err := r.Publish(ctx, who, live.ID, workflow.Publication{})
				return err
			}},
			"correct": {[]*identity.Person{paul}, []*identity.Person{amina, rosa, sport}, func(who *identity.Person) error {
				_, err := r.Correct(ctx, who, live.ID, workflow.Correction{Text: "It was two.", Place: "end"})
				return err
			}},
			"share": {[]*identity.Person{amina, rosa}, []*identity.Person{ben, sport}, func(who *identity.Person) error {
				_, _, err := r.Share(ctx, who, s.ID, time.Hour)
				return err
			}},
			"kill": {nil, []*identity.Person{amina, rosa, sport}, func(who *identity.Person) error {
				_, err := r.Kill(ctx, who, live.ID, "live-already", "No.")
				return err
			}},
		} {
			for _, who := range c.may {
				if err := c.do(who); err != nil {
					r.Errorf("%s by %s: %v", name, who.Name, err)
				}
			}
			for _, who := range c.not {
				if err := c.do(who); !errs.Is(err, errs.Forbidden) {
					r.Errorf("%s by %s: %v, want it forbidden", name, who.Name, err)
				}
			}
		}
	})
}

func TestTwoPeopleSaveAtOnce(t *testing.T) {
	each(t, func(r room) {
		s := r.create(amina, clean("River falls"))
		mine, theirs := s.Copy, s.Copy
		theirs.Headline, mine.Headline = "Hers", "His"
		if _, err := r.Save(r.Context(), rosa, s.ID, workflow.Save{Version: s.Version, Copy: theirs}); err != nil {
			r.Fatal(err)
		}
		_, err := r.Save(r.Context(), amina, s.ID, workflow.Save{Version: s.Version, Copy: mine})
		var c *workflow.ConflictError
		if !errors.As(err, &c) || c.Newest.Copy.Headline != "Hers" || !errs.Is(err, errs.Conflict) {
			r.Fatalf("error %v", err)
		}
		now, err := r.Story(r.Context(), amina, s.ID)
		if err != nil || now.Copy.Headline != "Hers" || now.Version != c.Newest.Version {
			r.Errorf("the newest is %q of version %d, %v", now.Copy.Headline, now.Version, err)
		}
	})
}

// TestSavingWhileTyping: automatic versions of one person replace each other, all that somebody chose stay.
func TestSavingWhileTyping(t *testing.T) {
	each(t, func(r room) {
		s := r.create(amina, clean("River falls"))
		typed := func(who *identity.Person, text string, auto bool) {
			r.Helper()
			c := s.Copy
			c.Body = body(text)
			next, err := r.Save(r.Context(), who, s.ID, workflow.Save{Version: s.Version, Copy: c, Auto: auto, Tab: "t-" + who.ID})
			if err != nil {
				r.Fatal(err)
			}
			s = next
		}
		typed(amina, "a", true)  // 2
		typed(amina, "ab", true) // 3 in place of 2
		typed(amina, "ab", true) // the same: nothing
		typed(rosa, "abc", true) // 4
		typed(rosa, "abd", false)
		typed(rosa, "abde", true) // 6
		*r.now = r.now.Add(11 * time.Minute)
		typed(rosa, "abdef", true) // 7: the one before is old
		s = r.publish(s)           // 8
		typed(rosa, "abdefg", true)
		var kept []int
		list, err := r.Versions(r.Context(), rosa, s.ID)
		for _, v := range list {
			kept = append(kept, v.N)
		}
		if err != nil || !equal(kept, []int{9, 8, 7, 6, 5, 4, 3, 1}) {
			r.Errorf("kept %v, %v", kept, err)
		}
		old, err := r.Text(r.Context(), rosa, s.ID, 3)
		if err != nil || doc.Text(old.Body) != doc.Text(body("ab")) {
			r.Errorf("version 3 is %q, %v", doc.Text(old.Body), err)
		}
		back, err := r.Restore(r.Context(), rosa, s.ID, 3, s.Version)
		if err != nil || back.Version != 10 || doc.Text(back.Copy.Body) != doc.Text(body("ab")) || back.Shown != "changed" {
			r.Errorf("restored: %+v, %v", back, err)
		}
	})
}

// TestTypingForAnHour: however long somebody types, no more than ten minutes of it can be lost to a slip.
func TestTypingForAnHour(t *testing.T) {
	each(t, func(r room) {
		s := r.create(amina, clean("River falls"))
		for minute := range 61 {
			*r.now = noon.Add(time.Duration(minute) * time.Minute)
			c := s.Copy
			c.Headline = "River falls " + strconv.Itoa(minute)
			next, err := r.Save(r.Context(), amina, s.ID, workflow.Save{Version: s.Version, Copy: c, Auto: true})
			if err != nil {
				r.Fatal(err)
			}
			s = next
		}
		list, err := r.Versions(r.Context(), amina, s.ID)
		if err != nil || len(list) < 7 || len(list) > 9 {
			r.Fatalf("%d versions of an hour, %v", len(list), err)
		}
		for i, v := range list[1:] {
			if gap := list[i].At.Sub(v.At); gap > 10*time.Minute {
				r.Errorf("nothing is kept between versions %d and %d: %s", v.N, list[i].N, gap)
			}
		}
	})
}

// TestGuardOutlivesOtherPages: what holds a story back has no version; a page that did not touch it must not bring back
// what it was when the page began.
func TestGuardOutlivesOtherPages(t *testing.T) {
	each(t, func(r room) {
		s := r.create(amina, clean("River falls"))
		began, hold := check.Guard{}, check.Guard{Legal: "Counsel reads it.", Embargo: noon.Add(time.Hour)}
		put := func(who *identity.Person, headline string, g, was check.Guard) error {
			c := s.Copy
			c.Headline = headline
			next, err := r.Save(r.Context(), who, s.ID, workflow.Save{Version: s.Version, Copy: c, Guard: &g, Was: &was})
			if err == nil {
				s = next
			}
			return err
		}
		if err := put(paul, "River falls", hold, began); err != nil {
			r.Fatal(err)
		}
		for _, who := range []*identity.Person{amina, rosa} {
			if err := put(who, "Typed by "+who.Name, began, began); err != nil || s.Guard != hold || s.Copy.Headline != "Typed by "+who.Name {
				r.Errorf("%s: %+v, %v", who.Name, s.Guard, err)
			}
		}
		var conflict *workflow.ConflictError
		if err := put(rosa, "Typed", check.Guard{Ban: true}, began); !errors.As(err, &conflict) || conflict.Newest.Guard != hold {
			r.Errorf("both changed it: %v", err)
		}
		if err := put(rosa, "Typed", began, hold); err != nil || s.Guard != began {
			r.Errorf("lifted by who saw it: %+v, %v", s.Guard, err)
		}
		if _, err := r.Create(r.Context(), amina, clean("Bridge"), check.Guard{Ban: true, Cleared: "Amina"}); !errs.Is(err, errs.Forbidden) {
			r.Errorf("a writer signed off a ban: %v", err)
		}
	})
}

// TestRestoreStaysInTheSection: an old version leads nobody's story into a section that is not theirs.
func TestRestoreStaysInTheSection(t *testing.T) {
	each(t, func(r room) {
		s := r.create(rosa, clean("River falls"))
		s = r.save(rosa, s, func(c *published.Story) { c.Section = "sports" })
		if _, err := r.Restore(r.Context(), sport, s.ID, 1, s.Version); !errs.Is(err, errs.Forbidden) {
			r.Errorf("restored into another section: %v", err)
		}
	})
}

func TestChecksBlockUntilSomebodyAnswersForIt(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		c := clean("River falls")
		c.Body = body("It fell by TK metres, the city said.")
		s := r.create(amina, c)
		_, err := r.Publish(ctx, paul, s.ID, workflow.Publication{})
		var b *workflow.BlockedError
		if !errors.As(err, &b) || !errs.Is(err, errs.Invalid) || b.Issues[0].Code != "tk" {
			r.Fatalf("error %v", err)
		}
		if _, status := r.public(s.ID); status != published.Unknown {
			r.Error("readers know of it")
		}
		if _, err := r.Publish(ctx, paul, s.ID, workflow.Publication{Override: "The town is called TK."}); err != nil {
			r.Fatal(err)
		}
		log, err := audit.List(ctx, r.db, audit.Filter{What: "story.override"})
		if err != nil || len(log) != 1 || log[0].Who != "paul" {
			r.Errorf("audit %v, %v", log, err)
		}
	})
}

func TestUndoPublish(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		s := r.publish(r.create(amina, clean("River falls")))
		first := s.URL
		*r.now = r.now.Add(9 * time.Minute)
		s, err := r.UndoPublish(ctx, paul, s.ID)
		if err != nil || s.Shown != "ready" || !s.Copy.Published.IsZero() {
			r.Fatalf("undone: %+v, %v", s, err)
		}
		if _, status := r.public(s.ID); status != published.Unknown {
			r.Errorf("the address answers with status %d", status)
		}
		if _, err := r.UndoPublish(ctx, paul, s.ID); !errs.Is(err, errs.Conflict) {
			r.Errorf("undone twice: %v", err)
		}
		s = r.publish(s)
		if s.URL != first {
			r.Errorf("published again at %s, want %s", s.URL, first)
		}
		s = r.publish(r.save(amina, s, func(c *published.Story) { c.Headline = "River rises" }))
		if h, _ := r.public(s.ID); h != "River rises" {
			r.Errorf("readers see %q", h)
		}
		if s, err = r.UndoPublish(ctx, paul, s.ID); err != nil || s.Shown != "changed" || s.Copy.Headline != "River rises" {
			r.Errorf("undone: %+v, %v", s, err)
		}
		if h, _ := r.public(s.ID); h != "River falls" {
			r.Errorf("readers see %q", h)
		}
		s = r.publish(s)
		*r.now = r.now.Add(10*time.Minute + time.Second)
		if _, err := r.UndoPublish(ctx, paul, s.ID); !errs.Is(err, errs.Conflict) {
			r.Errorf("undone too late: %v", err)
		}
	})
}

func TestScheduled(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		at := noon.Add(time.Hour)
		release := func() {
			r.Helper()
			if _, _, err := content.ReleaseDue(ctx, r.db, "clock"); err != nil {
				r.Fatal(err)
			}
		}
		s := r.create(amina, clean("River falls"))
		s, err := r.Publish(ctx, paul, s.ID, workflow.Publication{At: at})
		if err != nil || s.State != content.Scheduled || !s.Due.Equal(at) {
			r.Fatalf("scheduled: %+v, %v", s, err)
		}
		s = r.save(rosa, s, func(c *published.Story) { c.Headline = "Not approved" })
		if s.State != content.Scheduled {
			r.Errorf("saving changed the state to %s", s.State)
		}
		held := r.create(amina, clean("Held back"))
		if held, err = r.Publish(ctx, paul, held.ID, workflow.Publication{At: at, Embargo: true}); err != nil || held.State != content.Embargoed {
			r.Fatal(held.State, err)
		}
		if _, err := r.Save(ctx, rosa, held.ID, workflow.Save{Version: held.Version, Copy: held.Copy, Guard: &check.Guard{Legal: "Counsel reads it."}}); err != nil {
			r.Fatal(err)
		}
		hold := func(s *workflow.Story, reason string) *workflow.Story {
			s, err := r.Save(ctx, rosa, s.ID, workflow.Save{Version: s.Version, Copy: s.Copy, Guard: &check.Guard{Legal: reason}})
			if err != nil {
				r.Fatal(err)
			}
			return s
		}
		answered := hold(r.create(amina, clean("Answered for")), "Counsel reads it.")
		another := hold(r.create(amina, clean("Held for another reason")), "Counsel reads it.")
		for _, s := range []*workflow.Story{answered, another} {
			if _, err := r.Publish(ctx, paul, s.ID, workflow.Publication{At: at, Override: "Counsel agrees."}); err != nil {
				r.Fatal(err)
			}
		}
		if another, err = r.Story(ctx, paul, another.ID); err != nil {
			r.Fatal(err)
		}
		hold(another, "A judge forbids it.")
		off := r.create(amina, clean("Off again"))
		if _, err = r.Publish(ctx, paul, off.ID, workflow.Publication{At: at}); err == nil {
			_, err = r.Unschedule(ctx, paul, off.ID)
		}
		if err != nil {
			r.Fatal(err)
		}
		release()
		*r.now = at.Add(-time.Microsecond)
		release()
		if _, status := r.public(s.ID); status != published.Unknown {
			r.Error("it was early")
		}
		*r.now = at.Add(2 * time.Minute)
		if late, err := content.Late(ctx, r.db, *r.now); err != nil || len(late) != 4 {
			r.Errorf("late: %v, %v", late, err)
		}
		release()
		if h, _ := r.public(s.ID); h != "River falls" {
			r.Errorf("readers see %q, want what was approved", h)
		}
		if s, err = r.Story(ctx, rosa, s.ID); err != nil || s.Shown != "changed" || s.Copy.Headline != "Not approved" || !s.Copy.Published.Equal(at) {
			r.Errorf("after its moment: %+v, %v", s, err)
		}
		if h, _ := r.public(answered.ID); h != "Answered for" {
			r.Error("a hold that was answered for kept the story back")
		}
		for _, id := range []string{held.ID, another.ID, off.ID} {
			if _, status := r.public(id); status != published.Unknown {
				r.Errorf("story %s is public", id)
			}
			if s, err := r.Story(ctx, rosa, id); err != nil || s.State != content.Ready {
				r.Errorf("story %s: %s, %v", id, s.State, err)
			}
		}
	})
}

func TestEditManyAndUndo(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		insertAccount(r, "amina", "Amina Okafor")
		a, b, live := r.create(amina, clean("One")), r.create(amina, clean("Two")), r.publish(r.create(amina, clean("Three")))
		ready, who, section := content.Ready, "amina", "sports"
		var edits []workflow.Edit
		for _, id := range []string{a.ID, b.ID, live.ID} {
			edits = append(edits, workflow.Edit{ID: id, State: &ready, Assignee: &who, Section: &section, Topic: &published.Topic{Name: "Ice"}})
		}
		o, err := r.Edit(ctx, rosa, edits)
		if err != nil || !equal(o.Done, []string{a.ID, b.ID}) || o.Failed[live.ID] == "" {
			r.Fatalf("%+v, %v", o, err)
		}
		now, err := r.Story(ctx, rosa, live.ID)
		if err != nil || now.Copy.Section != "world" || len(now.Copy.Topics) != 1 {
			r.Errorf("an edit that failed was half done: %+v, %v", now.Copy, err)
		}
		if now, err = r.Story(ctx, rosa, a.ID); err != nil || now.State != ready || now.Copy.Section != "sports" || now.Copy.Topics[1].Slug != "ice" {
			r.Errorf("edited: %+v, %v", now, err)
		}
		if o, err = r.Edit(ctx, rosa, o.Undo); err != nil || len(o.Failed) > 0 {
			r.Fatalf("%+v, %v", o, err)
		}
		if now, err = r.Story(ctx, rosa, a.ID); err != nil || now.State != content.Draft || now.Copy.Section != "world" || len(now.Copy.Topics) != 1 || now.Assignee != "amina" {
			r.Errorf("undone: %+v, %v", now, err)
		}
	})
}

func insertAccount(r room, id, name string) {
	r.Helper()
	err := r.db.InTx(r.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(r.Context(), `INSERT INTO account (id, email, name, role, sections, language, state, password, totp, prefs, created, seen)
			VALUES ($1, $2, $3, 'reporter', '', '', 'active', '', '', '{}', 0, 0)`, id, id+"@example.com", name)
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
}

func TestHold(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		s := r.create(amina, clean("River falls"))
		hold := func(who *identity.Person, tab, act string) *workflow.Hold {
			r.Helper()
			h, err := r.Hold(ctx, who, s.ID, tab, act)
			if err != nil {
				r.Fatal(err)
			}
			return h
		}
		save := func(who *identity.Person, tab, kicker string) error {
			now, err := r.Story(ctx, who, s.ID)
			if err != nil {
				return err
			}
			now.Copy.Kicker = kicker
			_, err = r.Save(ctx, who, s.ID, workflow.Save{Version: now.Version, Copy: now.Copy, Tab: tab})
			return err
		}
		if !hold(amina, "a1", "open").Mine {
			r.Error("the first tab did not get it")
		}
		if h := hold(amina, "a2", "open"); h.Mine || h.Holder.Tab != "a1" {
			r.Errorf("a second tab: %+v", h)
		}
		if h := hold(rosa, "r1", "open"); h.Mine || h.Holder.Account != "amina" {
			r.Errorf("a second person: %+v", h)
		}
		var held *workflow.HeldError
		if err := save(rosa, "r1", "hers"); !errors.As(err, &held) || held.Holder.Tab != "a1" {
			r.Errorf("saving past the holder: %v", err)
		}
		if _, err := r.Hold(ctx, ben, s.ID, "b1", "take"); !errs.Is(err, errs.Forbidden) {
			r.Errorf("taken by somebody who may not write: %v", err)
		}
		hold(rosa, "r1", "ask")
		if h := hold(amina, "a1", "beat"); !h.Mine || h.Wanted == nil || h.Wanted.Name != rosa.Name || h.Wanted.Take {
			r.Errorf("asked: %+v", h)
		}
		hold(rosa, "r1", "take")
		*r.now = r.now.Add(11 * time.Second)
		if h := hold(rosa, "r1", "take"); h.Mine {
			r.Error("taken before the holder could hand over")
		}
		if h := hold(amina, "a1", "beat"); !h.Mine || !h.Wanted.Take {
			r.Errorf("the holder is told: %+v", h)
		}
		if err := save(amina, "a1", "flushed"); err != nil {
			r.Errorf("the holder's last save: %v", err)
		}
		hold(amina, "a1", "give")
		if h := hold(rosa, "r1", "beat"); !h.Mine || h.Wanted != nil {
			r.Errorf("given: %+v", h)
		}
		if err := save(amina, "a1", "late"); !errors.As(err, &held) {
			r.Errorf("saving after giving: %v", err)
		}
		hold(amina, "a1", "take")
		*r.now = r.now.Add(12 * time.Second)
		hold(rosa, "r1", "beat")
		if h := hold(amina, "a1", "take"); !h.Mine {
			r.Errorf("not taken after twelve seconds: %+v", h)
		}
		*r.now = r.now.Add(31 * time.Second)
		if h := hold(rosa, "r2", "beat"); h.Mine || h.Holder != nil {
			r.Errorf("a watcher of a lost story: %+v", h)
		}
		if !hold(rosa, "r2", "open").Mine {
			r.Error("a story whose tab is gone was not given")
		}
		hold(rosa, "r2", "close")
		if who, err := r.Holder(ctx, s.ID); err != nil || who != nil {
			r.Errorf("closed: %+v, %v", who, err)
		}
	})
}

// TestReceiptOutlivesWhoAsked: a tab that is closed while a story is killed leaves the receipt to the others.
func TestReceiptOutlivesWhoAsked(t *testing.T) {
	each(t, func(r room) {
		s := r.publish(r.create(amina, clean("River falls")))
		ctx, gone := context.WithCancel(r.Context())
		killing := workflow.New(workflow.Config{DB: r.db, Surfaces: func(ctx context.Context, p *published.Story) []workflow.Surface {
			gone()
			if err := ctx.Err(); err != nil {
				r.Error(err)
			}
			return []workflow.Surface{{Name: "page", Path: p.Path(), State: "gone"}}
		}})
		if _, err := killing.Kill(ctx, paul, s.ID, s.Copy.Slug, "It was not true."); err != nil {
			r.Error(err)
		}
		if list, err := r.Receipts(r.Context(), paul, s.ID); err != nil || len(list) != 1 || len(list[0].Surfaces) != 1 {
			r.Errorf("receipts %+v, %v", list, err)
		}
	})
}

func TestNotesMentionColleagues(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		insertAccount(r, "amina", "Amina Okafor")
		insertAccount(r, "ben", "Ben Achak")
		insertAccount(r, "ben2", "Ben Achakzai")
		s := r.create(amina, clean("River falls"))
		n, err := r.AddNote(ctx, rosa, workflow.Note{Story: s.ID, Text: "@amina, is it two? cc @Ben Achak. @Zed, mail x@amina.example"})
		if err != nil {
			r.Fatal(err)
		}
		for id, want := range map[string]int{"amina": 1, "ben": 1, "ben2": 0} {
			list, err := r.Mentions(ctx, &identity.Person{ID: id})
			if err != nil || len(list) != want {
				r.Errorf("mentions of %s: %v, %v", id, list, err)
			}
		}
		all := []identity.Account{{ID: "amina", Name: "Amina Okafor"}, {ID: "jo", Name: "Joé"}, {ID: "j", Name: "Jo"}}
		for text, want := range map[string]string{"@Amina\u00a0: oui": "amina", "@Amina’s": "amina", "@Joé": "jo", "@Jo…": "j", "@Aminata": ""} {
			got := ""
			for _, a := range workflow.Mentioned(text, all) {
				got += a.ID
			}
			if got != want {
				r.Errorf("%q mentions %q, not %q", text, got, want)
			}
		}
		if err := r.SeeMentions(ctx, amina, s.ID); err != nil {
			r.Fatal(err)
		}
		if list, err := r.Mentions(ctx, amina); err != nil || len(list) != 0 {
			r.Errorf("seen mentions: %v, %v", list, err)
		}
		if err := r.ResolveNote(ctx, amina, n.ID, true); err != nil {
			r.Fatal(err)
		}
		list, err := r.Notes(ctx, rosa, s.ID)
		if err != nil || len(list) != 1 || list[0].Resolver != "amina" || !list[0].Resolved.Equal(noon) {
			r.Errorf("notes %+v, %v", list, err)
		}
	})
}

func TestSharesEnd(t *testing.T) {
	each(t, func(r room) {
		ctx := r.Context()
		s := r.create(amina, clean("River falls"))
		secret, share, err := r.Share(ctx, amina, s.ID, 24*time.Hour)
		if err != nil {
			r.Fatal(err)
		}
		if got, err := r.Shared(ctx, secret); err != nil || got.Headline != "River falls" {
			r.Errorf("shared: %v, %v", got, err)
		}
		if _, err := r.Shared(ctx, secret+"x"); !errs.Is(err, errs.NotFound) {
			r.Errorf("a wrong secret: %v", err)
		}
		*r.now = r.now.Add(24 * time.Hour)
		if _, err := r.Shared(ctx, secret); !errs.Is(err, errs.NotFound) {
			r.Errorf("after its time: %v", err)
		}
		*r.now = noon
		if err := r.Unshare(ctx, rosa, s.ID, share.ID); err != nil {
			r.Fatal(err)
		}
		if _, err := r.Shared(ctx, secret); !errs.Is(err, errs.NotFound) {
			r.Errorf("revoked: %v", err)
		}
		if secret, _, err = r.Share(ctx, amina, s.ID, time.Hour); err != nil {
			r.Fatal(err)
		}
		if _, err := r.Kill(ctx, paul, s.ID, "river-falls", "A court ordered it."); err != nil {
			r.Fatal(err)
		}
		if _, err := r.Shared(ctx, secret); !errs.Is(err, errs.NotFound) {
			r.Errorf("killed: %v", err)
		}
	})
}

func TestBylinesLeadToWritersWhoHaveAPage(t *testing.T) {
	each(t, func(r room) {
		_, err := content.Do(r.Context(), r.db, "test", func(k *content.Desk) error {
			return k.SetAuthor(r.Context(), published.Author{Slug: "amina-okafor", Name: "Amina Okafor"})
		})
		if err != nil {
			r.Fatal(err)
		}
		c := clean("River falls")
		c.Bylines = []published.Byline{{Name: " Amina Okafor "}, {Name: "Ana Lopes", Slug: "made-up"}}
		if got := r.create(amina, c).Copy.Bylines; got[0].Slug != "amina-okafor" || got[0].Name != "Amina Okafor" || got[1].Slug != "" {
			r.Errorf("bylines %+v", got)
		}
	})
}

func TestLinksToStoriesThatReadersCannotOpen(t *testing.T) {
	each(t, func(r room) {
		live, draft := r.publish(r.create(amina, clean("Live"))), r.create(amina, clean("A draft"))
		link := func(href string) doc.Node {
			return doc.Node{Type: "text", Text: "what the city said", Marks: []doc.Mark{{Type: "link", Attrs: doc.Attrs{"href": href}}}}
		}
		gone := "/world/a-draft-" + draft.ID
		c := clean("River falls")
		c.Body.Content = append(c.Body.Content, doc.Node{Type: "paragraph", Content: []doc.Node{
			link(live.URL), link(gone), link("/world/old-well-known"), link("https://elsewhere.example/world/x-" + draft.ID),
		}})
		issues, err := r.Checks(r.Context(), amina, r.create(amina, c).ID)
		if err != nil {
			r.Fatal(err)
		}
		var found []string
		for _, i := range issues {
			if i.Code == "link_broken" {
				found = append(found, i.Args...)
			}
		}
		if !equal(found, []string{gone}) {
			r.Errorf("broken: %q, want %s alone", found, gone)
		}
	})
}
