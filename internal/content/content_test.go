package content_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"masthead/internal/changes"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/search"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// room is a newsroom whose clock the test moves.
type room struct {
	*testing.T
	db  *db.DB
	now *time.Time
}

func each(t *testing.T, fn func(r room)) {
	now := noon
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		now = noon
		fn(room{t, d, &now})
	})
}

func (r room) try(fn func(k *content.Desk) error) error {
	r.Helper()
	_, err := content.Do(r.Context(), r.db, "test", fn)
	return err
}

func (r room) do(fn func(k *content.Desk) error) {
	r.Helper()
	if err := r.try(fn); err != nil {
		r.Fatal(err)
	}
}

func (r room) create(headline string) (id string) {
	r.do(func(k *content.Desk) error {
		s, err := k.Create(r.Context(), published.Story{Headline: headline, Section: "world", Body: paragraph("Quillfeather")})
		if err == nil {
			id = s.ID
		}
		return err
	})
	return id
}

func (r room) publish(id string, p content.Publication) {
	r.Helper()
	r.do(func(k *content.Desk) error { _, err := k.Publish(r.Context(), id, p); return err })
}

// public returns what readers find at the story's id.
func (r room) public(id string) published.Found {
	r.Helper()
	f, err := published.New(r.db).Record(*r.now).Story(r.Context(), id)
	if err != nil && !errs.Is(err, errs.NotFound) {
		r.Fatal(err)
	}
	return f
}

func (r room) list(name string) (heads []string) {
	r.Helper()
	cards, err := published.New(r.db).Record(*r.now).List(r.Context(), name, published.Cursor{}, 50)
	if err != nil {
		r.Fatal(err)
	}
	for _, c := range cards {
		heads = append(heads, c.Headline)
	}
	return heads
}

func (r room) found(word string) int {
	r.Helper()
	res, err := search.Search(r.Context(), r.db, search.Parse(word, &published.Site{}), search.Options{Lang: "en", N: 10})
	if err != nil {
		r.Fatal(err)
	}
	return res.Total
}

func paragraph(text string) doc.Node {
	return doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}}}}
}

func TestDraftIsNotPublic(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Draft")
		if f := r.public(id); f.Story != nil || f.Tombstone != nil {
			r.Errorf("a draft is public: %+v", f)
		}
		if n := r.found("quillfeather"); n != 0 {
			r.Errorf("search finds a draft")
		}
	})
}

func TestEmbargoHoldsUntilItsMoment(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Embargoed")
		lifts := noon.Add(time.Hour)
		r.publish(id, content.Publication{At: lifts})
		release := func() (n int, next time.Time) {
			n, _, err := content.ReleaseDue(r.Context(), r.db, "test")
			if err == nil {
				next, err = content.NextDue(r.Context(), r.db)
			}
			if err != nil {
				r.Fatal(err)
			}
			return n, next
		}
		*r.now = lifts.Add(-time.Microsecond)
		if n, next := release(); n != 0 || !next.Equal(lifts) {
			r.Errorf("a microsecond before: released %d, next %v, want 0, %v", n, next, lifts)
		}
		if f := r.public(id); f.Story != nil || len(r.list("en/all")) != 0 || r.found("quillfeather") != 0 {
			r.Error("public before its moment")
		}
		*r.now = lifts.Add(3 * time.Minute) // the program was stopped at the moment itself
		if n, next := release(); n != 1 || !next.IsZero() {
			r.Errorf("after the moment: released %d, next %v", n, next)
		}
		f := r.public(id)
		if f.Story == nil || !f.Story.Published.Equal(lifts) || r.found("quillfeather") != 1 {
			r.Errorf("after its moment: %+v", f)
		}
		if n, _ := release(); n != 0 {
			r.Errorf("released a second time")
		}
	})
}

func TestSavingDoesNotChangeWhatIsPublic(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Before")
		r.publish(id, content.Publication{})
		r.do(func(k *content.Desk) error {
			s, err := k.Story(r.Context(), id)
			if err != nil {
				return err
			}
			s.Copy.Headline = "After"
			_, err = k.Save(r.Context(), id, s.Version, s.Copy, "")
			return err
		})
		if got := r.public(id).Story.Headline; got != "Before" {
			r.Errorf("saved, not published: readers see %q", got)
		}
		*r.now = noon.Add(time.Hour)
		r.publish(id, content.Publication{Substantive: true, Note: "New figures."})
		s := r.public(id).Story
		if s.Headline != "After" || !s.Published.Equal(noon) || !s.Updated.Equal(*r.now) || s.Revision != 2 {
			r.Errorf("updated: %q, published %v, updated %v, revision %d", s.Headline, s.Published, s.Updated, s.Revision)
		}
		if len(s.Log) != 2 || s.Log[0].Kind != "updated" || s.Log[0].Note != "New figures." || s.Log[1].Kind != "published" {
			r.Errorf("public list of changes: %+v", s.Log)
		}
	})
}

func TestSaveFromAnOldVersionIsAConflict(t *testing.T) {
	each(t, func(r room) {
		id := r.create("One")
		save := func(version int) error {
			return r.try(func(k *content.Desk) error {
				_, err := k.Save(r.Context(), id, version, published.Story{Headline: "Two", Section: "world"}, "")
				return err
			})
		}
		if err := save(1); err != nil {
			r.Fatal(err)
		}
		if err := save(1); !errs.Is(err, errs.Conflict) {
			r.Errorf("second save from version 1: %v, want a conflict", err)
		}
	})
}

func TestTakeDownMayReturnAndKillMayNot(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Story")
		r.publish(id, content.Publication{})
		r.do(func(k *content.Desk) error { return k.TakeDown(r.Context(), id, "Being checked.") })
		if f := r.public(id); f.Tombstone == nil || f.Tombstone.Status != published.TakenDown || len(r.list("en/section/world")) != 0 || r.found("quillfeather") != 0 {
			r.Errorf("taken down: %+v, lists %v", f, r.list("en/section/world"))
		}
		r.publish(id, content.Publication{})
		if f := r.public(id); f.Story == nil || !f.Story.Published.Equal(noon) || r.found("quillfeather") != 1 {
			r.Errorf("returned: %+v", f)
		}
		r.do(func(k *content.Desk) error { return k.Kill(r.Context(), id, "Wrong.") })
		if f := r.public(id); f.Tombstone == nil || f.Tombstone.Status != published.Killed || f.Tombstone.Reason != "Wrong." {
			r.Errorf("killed: %+v", f)
		}
		if err := r.try(func(k *content.Desk) error { _, err := k.Publish(r.Context(), id, content.Publication{}); return err }); !errs.Is(err, errs.Gone) {
			r.Errorf("published after the kill: %v", err)
		}
		r.do(func(k *content.Desk) error { return k.TakeDown(r.Context(), id, "") })
		if f := r.public(id); f.Tombstone.Status != published.Killed {
			r.Errorf("taken down after the kill: %+v", f)
		}
	})
}

// An address that was never public must not become known by killing the draft.
func TestKilledDraftStaysUnknown(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Never out")
		r.do(func(k *content.Desk) error { return k.Kill(r.Context(), id, "Wrong.") })
		if f := r.public(id); f.Tombstone != nil {
			r.Errorf("tombstone of a story that was never public: %+v", f.Tombstone)
		}
	})
}

func TestCorrection(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Story")
		r.publish(id, content.Publication{})
		*r.now = noon.Add(time.Hour)
		r.do(func(k *content.Desk) error {
			_, err := k.Correct(r.Context(), id, "The count is 12.", "top", time.Time{})
			return err
		})
		s := r.public(id).Story
		if len(s.Corrections) != 1 || s.Corrections[0].Text != "The count is 12." || !s.Corrections[0].At.Equal(*r.now) {
			r.Errorf("corrections: %+v", s.Corrections)
		}
		if got := r.list("en/corrections"); len(got) != 1 {
			r.Errorf("list of corrections: %v", got)
		}
		if err := r.try(func(k *content.Desk) error {
			_, err := k.Correct(r.Context(), id, "x", "middle", time.Time{})
			return err
		}); !errs.Is(err, errs.Invalid) {
			r.Errorf("place middle: %v", err)
		}
	})
}

func TestMoveChangesListsAndCalendar(t *testing.T) {
	each(t, func(r room) {
		r.do(func(k *content.Desk) error {
			return k.SetSite(r.Context(), &published.Site{Zone: "America/Edmonton", Sections: []published.Section{{Slug: "world"}, {Slug: "europe", Parent: "world"}}})
		})
		id := r.create("Story")
		r.publish(id, content.Publication{At: time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)}) // 8 p.m. on the 19th in Calgary
		edit := func(change func(*published.Story)) {
			r.do(func(k *content.Desk) error {
				s, err := k.Story(r.Context(), id)
				if err != nil {
					return err
				}
				change(&s.Copy)
				if _, err := k.Save(r.Context(), id, s.Version, s.Copy, ""); err != nil {
					return err
				}
				_, err = k.Publish(r.Context(), id, content.Publication{})
				return err
			})
		}
		days := func() []published.Day {
			list, err := published.New(r.db).Record(noon).Days(r.Context(), "en/all", 20260101, 20261231)
			if err != nil {
				r.Fatal(err)
			}
			return list
		}
		if got := days(); len(got) != 1 || got[0] != (published.Day{Day: 20261119, N: 1}) {
			r.Errorf("calendar: %v, want one story on the 19th", got)
		}
		edit(func(s *published.Story) { s.Section = "europe" })
		if len(r.list("en/section/world")) != 1 || len(r.list("en/section/europe")) != 1 {
			r.Error("a story of a sub-section belongs to the section too")
		}
		edit(func(s *published.Story) { s.Section, s.Regions = "sports", []string{"calgary"} })
		for list, want := range map[string]int{"en/section/world": 0, "en/section/europe": 0, "en/section/sports": 1, "en/region/calgary": 1, "en/region/calgary/sports": 1, "en/all": 1} {
			if got := r.list(list); len(got) != want {
				r.Errorf("%s holds %v, want %d", list, got, want)
			}
		}
		if got := days(); len(got) != 1 || got[0].N != 1 {
			r.Errorf("calendar after moves: %v", got)
		}
	})
}

// edit saves a new headline without publishing it.
func (r room) edit(id, headline string) {
	r.Helper()
	r.do(func(k *content.Desk) error {
		s, err := k.Story(r.Context(), id)
		if err != nil {
			return err
		}
		_, err = k.Save(r.Context(), id, s.Version, published.Story{Headline: headline, Section: "world", Body: s.Copy.Body}, "")
		return err
	})
}

func (r room) working(id string) *content.Story {
	r.Helper()
	s, err := content.Find(r.Context(), r.db, id)
	if err != nil {
		r.Fatal(err)
	}
	return s
}

func TestCorrectionDoesNotPublishTheDraft(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Approved")
		r.publish(id, content.Publication{})
		r.edit(id, "Unreviewed")
		r.do(func(k *content.Desk) error {
			_, err := k.Correct(r.Context(), id, "It was five.", "end", time.Time{})
			return err
		})
		if s := r.public(id).Story; s.Headline != "Approved" || len(s.Corrections) != 1 {
			r.Errorf("readers see %q with %d corrections", s.Headline, len(s.Corrections))
		}
		if s := r.working(id); s.Copy.Headline != "Unreviewed" || len(s.Copy.Corrections) != 1 {
			r.Errorf("the draft is %q with %d corrections", s.Copy.Headline, len(s.Copy.Corrections))
		}
		r.publish(id, content.Publication{})
		if s := r.public(id).Story; s.Headline != "Unreviewed" || len(s.Corrections) != 1 || !s.Published.Equal(noon) {
			r.Errorf("published: %q with %d corrections, first published %v", s.Headline, len(s.Corrections), s.Published)
		}
	})
}

// What publishing decided is not the writer's to change: a save that leaves it out, as a form does, keeps it.
func TestSaveKeepsWhatPublishingDecided(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Before")
		r.publish(id, content.Publication{})
		*r.now = noon.Add(time.Hour)
		r.edit(id, "After")
		r.publish(id, content.Publication{})
		s := r.public(id).Story
		if s.Headline != "After" || !s.Published.Equal(noon) || s.Revision != 2 || len(s.Log) != 1 {
			r.Errorf("%q, first published %v, revision %d, log %+v", s.Headline, s.Published, s.Revision, s.Log)
		}
	})
}

func TestEmbargoReleasesTheApprovedVersion(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Approved")
		r.publish(id, content.Publication{At: noon.Add(time.Hour)})
		r.edit(id, "Unreviewed")
		*r.now = noon.Add(2 * time.Hour)
		if n, _, err := content.ReleaseDue(r.Context(), r.db, "test"); n != 1 || err != nil {
			r.Fatal(n, err)
		}
		if s := r.public(id).Story; s.Headline != "Approved" || !s.Published.Equal(noon.Add(time.Hour)) {
			r.Errorf("readers see %q, published %v", s.Headline, s.Published)
		}
		if s := r.working(id); s.Copy.Headline != "Unreviewed" || s.State != content.Live {
			r.Errorf("the draft is %q, %s", s.Copy.Headline, s.State)
		}
	})
}

func TestReturnAtALaterMomentWaits(t *testing.T) {
	each(t, func(r room) {
		id := r.create("Story")
		r.publish(id, content.Publication{})
		if err := r.try(func(k *content.Desk) error {
			_, err := k.Publish(r.Context(), id, content.Publication{At: noon.Add(time.Hour)})
			return err
		}); !errs.Is(err, errs.Conflict) {
			r.Errorf("a live story with a later moment: %v", err)
		}
		r.do(func(k *content.Desk) error { return k.TakeDown(r.Context(), id, "Being checked.") })
		r.publish(id, content.Publication{At: noon.Add(time.Hour)})
		if f := r.public(id); f.Story != nil {
			r.Error("public before its moment")
		}
		*r.now = noon.Add(time.Hour)
		if n, _, err := content.ReleaseDue(r.Context(), r.db, "test"); n != 1 || err != nil {
			r.Fatal(n, err)
		}
		if f := r.public(id); f.Story == nil || !f.Story.Published.Equal(noon) {
			r.Errorf("returned: %+v", f)
		}
	})
}

// Two hands on one story at a time: what one has acknowledged the other does not undo.
func TestHandsDoNotUndoEachOther(t *testing.T) {
	each(t, func(r room) {
		for range 10 {
			id := r.create("Story")
			r.publish(id, content.Publication{At: r.now.Add(time.Minute)})
			*r.now = r.now.Add(2 * time.Minute)
			var saved bool
			var wg sync.WaitGroup
			wg.Go(func() {
				if _, _, err := content.ReleaseDue(r.Context(), r.db, "a"); err != nil {
					r.Error(err)
				}
			})
			wg.Go(func() {
				if err := r.try(func(k *content.Desk) error { return k.Kill(r.Context(), id, "Wrong.") }); err != nil {
					r.Error(err)
				}
			})
			wg.Go(func() {
				saved = r.try(func(k *content.Desk) error {
					_, err := k.Save(r.Context(), id, 1, published.Story{Headline: "Saved", Section: "world"}, "")
					return err
				}) == nil
			})
			wg.Wait()
			s := r.working(id)
			if f := r.public(id); s.State != content.Killed || f.Story != nil {
				r.Fatalf("killed, and it is %s, public: %v", s.State, f.Story != nil)
			}
			if saved && s.Copy.Headline != "Saved" {
				r.Fatalf("saved, and the newest version says %q", s.Copy.Headline)
			}
		}
	})
}

// A transaction that fails at its end leaves nothing, not even the number of a change.
func TestFailedCommandLeavesNothing(t *testing.T) {
	each(t, func(r room) {
		before, err := changes.Last(r.Context(), r.db)
		if err != nil {
			r.Fatal(err)
		}
		stop := errors.New("stop")
		var id string
		err = r.try(func(k *content.Desk) error {
			s, err := k.Create(r.Context(), published.Story{Headline: "Lost", Section: "world", Body: paragraph("Quillfeather")})
			if err != nil {
				return err
			}
			id = s.ID
			if _, err := k.Publish(r.Context(), s.ID, content.Publication{}); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			r.Fatal(err)
		}
		if _, err := content.Find(r.Context(), r.db, id); !errs.Is(err, errs.NotFound) {
			r.Errorf("the story is there: %v", err)
		}
		if f := r.public(id); f.Story != nil || len(r.list("en/all")) != 0 || r.found("quillfeather") != 0 {
			r.Error("it is public")
		}
		if after, _ := changes.Last(r.Context(), r.db); after != before {
			r.Errorf("change log went from %d to %d", before, after)
		}
	})
}

func TestCopyIsJudged(t *testing.T) {
	each(t, func(r room) {
		for name, c := range map[string]published.Story{
			"no headline": {Section: "world"},
			"no section":  {Headline: "x"},
			"bad block":   {Headline: "x", Section: "world", Body: doc.Node{Type: "doc", Content: []doc.Node{{Type: "blink"}}}},
			"bad link": {Headline: "x", Section: "world", Body: doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{
				{Type: "text", Text: "x", Marks: []doc.Mark{{Type: "link", Attrs: doc.Attrs{"href": "javascript:alert(1)"}}}}}}}}},
		} {
			err := r.try(func(k *content.Desk) error { _, err := k.Create(r.Context(), c); return err })
			if !errs.Is(err, errs.Invalid) {
				r.Errorf("%s: %v, want invalid", name, err)
			}
		}
	})
}

func TestNewIDsAreShortAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 20_000 {
		id := content.NewID(noon)
		if len(id) != 13 || seen[id] {
			t.Fatalf("id %q, seen before: %v", id, seen[id])
		}
		seen[id] = true
	}
	if a, b := content.NewID(noon), content.NewID(noon.Add(time.Minute)); a >= b {
		t.Errorf("ids do not sort by time: %s, %s", a, b)
	}
}
