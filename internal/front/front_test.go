package front_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
)

var (
	rita = &identity.Person{ID: "rita", Name: "Rita Doan", Role: identity.Publisher}
	sam  = &identity.Person{ID: "sam", Name: "Sam Osei", Role: identity.Publisher}
)

const home = "en/home"

// room is a newsroom with stories a, b, c, … whose time the test moves.
type room struct {
	*testing.T
	*front.Keeper
	db  *db.DB
	now *time.Time
}

func each(t *testing.T, fn func(r *room)) {
	t.Helper()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		r := &room{T: t, db: d, now: &now, Keeper: front.New(front.Config{DB: d})}
		r.site("world", "local")
		fn(r)
	})
}

func (r *room) site(sections ...string) {
	r.Helper()
	r.do(func(k *content.Desk) error {
		s := *k.Site()
		s.Name, s.Languages, s.Zone, s.Place = "The Ledger", []string{"en", "fr"}, "America/Edmonton", "calgary"
		s.Sections = nil
		for _, slug := range sections {
			s.Sections = append(s.Sections, published.Section{Slug: slug, Name: map[string]string{"en": strings.ToUpper(slug[:1]) + slug[1:]}})
		}
		s.Regions = []published.Region{{Slug: "calgary", Name: "Calgary", Province: "Alberta", Zone: "America/Edmonton"}}
		return k.SetSite(r.Context(), &s)
	})
}

func (r *room) do(fn func(k *content.Desk) error) {
	r.Helper()
	if _, err := content.Do(r.Context(), r.db, "test", fn); err != nil {
		r.Fatal(err)
	}
}

func paragraph(text string) doc.Node {
	return doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}}}}
}

// story makes a story and, at a moment that is not to come, publishes it. after is how long from now it becomes public.
func (r *room) story(headline string, after time.Duration) (id string) {
	r.Helper()
	r.do(func(k *content.Desk) error {
		s, err := k.Create(r.Context(), published.Story{Headline: headline, Section: "world", Language: "en", Body: paragraph("Some text.")})
		if err != nil {
			return err
		}
		id = s.ID
		p := content.Publication{}
		if after > 0 {
			p.At = k.Tx().Now.Add(after)
		}
		_, err = k.Publish(r.Context(), id, p)
		return err
	})
	return id
}

func (r *room) stories(n int) (ids []string) {
	r.Helper()
	for i := range n {
		ids = append(ids, r.story(fmt.Sprintf("Story %d", i+1), 0))
	}
	return ids
}

func (r *room) draft(name string) front.Draft {
	r.Helper()
	d, err := r.Draft(r.Context(), name)
	if err != nil {
		r.Fatal(err)
	}
	return d
}

// apply does deeds that must all be done.
func (r *room) apply(who *identity.Person, ops ...front.Op) front.Draft {
	r.Helper()
	d, lost, err := r.Apply(r.Context(), who, home, r.draft(home).Version, ops)
	if err != nil || len(lost) > 0 {
		r.Fatal(lost, err)
	}
	return d
}

func place(story, into, before string) front.Op {
	return front.Op{Do: front.OpPlace, Story: story, Container: into, Before: before}
}

func move(story, from, into, before string) front.Op {
	return front.Op{Do: front.OpPlace, Story: story, From: from, Container: into, Before: before}
}

// cards returns the stories of a container, by the names that the test gave them.
func cards(f *published.Front, container string) (ids []string) {
	for _, c := range f.Containers[f.Container(container)].Cards {
		ids = append(ids, c.Story)
	}
	return ids
}

func (r *room) want(what string, got, want any) {
	r.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		r.Errorf("%s: %v, want %v", what, got, want)
	}
}

// public returns what readers have of a front; nil: it is by rule.
func (r *room) public(name string) *published.Front {
	r.Helper()
	f, err := published.New(r.db).Record(r.db.Now()).Front(r.Context(), name)
	if err != nil {
		r.Fatal(err)
	}
	return f
}

func TestNamesAndTheFirstDraft(t *testing.T) {
	each(t, func(r *room) {
		names, err := r.Names(r.Context())
		if err != nil {
			r.Fatal(err)
		}
		var all []string
		for _, n := range names {
			all = append(all, n.Name)
		}
		r.want("fronts", all, "[en/home en/r/calgary fr/home fr/r/calgary]")
		d := r.draft(home)
		if d.Version != 0 || !d.ByRule || len(d.Changed) != 0 || d.Last != nil || d.Scheduled != nil {
			r.Errorf("a front that nobody touched: %+v", d)
		}
		r.want("its first container", d.Front.Containers[0].Layout, "lead")
		if _, err := r.Draft(r.Context(), "en/r/atlantis"); !errs.Is(err, errs.NotFound) {
			r.Errorf("an unknown front: %v", err)
		}
	})
}

func TestPlacingMovingRemoving(t *testing.T) {
	each(t, func(r *room) {
		s := r.stories(6)
		d := r.apply(rita, place(s[0], "2", ""), place(s[1], "2", s[0]), place(s[2], "2", ""), place(s[3], "2", s[0]))
		r.want("placed", cards(d.Front, "2"), []string{s[1], s[3], s[0], s[2]})
		r.want("changed", d.Changed, "[2]")
		d = r.apply(rita, move(s[2], "2", "2", s[1]), move(s[3], "2", "1", ""))
		r.want("moved", cards(d.Front, "2"), []string{s[2], s[1], s[0]})
		r.want("into another", cards(d.Front, "1"), []string{s[3]})

		// A row holds four: over it the last falls, but never the one just placed.
		d = r.apply(rita, place(s[4], "2", ""), place(s[5], "2", ""))
		r.want("full", cards(d.Front, "2"), []string{s[2], s[1], s[0], s[5]})
		if f := d.Previously["2"]; len(f) != 1 || f[0].Story != s[4] || !f[0].Limit || f[0].Who != "Rita Doan" {
			r.Errorf("fallen: %+v", f)
		}
		d = r.apply(rita, front.Op{Do: front.OpRemove, Story: s[1], From: "2"})
		if f := d.Previously["2"]; len(f) != 2 || f[0].Story != s[1] || f[0].Limit {
			r.Errorf("removed: %+v", f)
		}
		d = r.apply(rita, place(s[1], "2", ""))
		if f := d.Previously["2"]; len(f) != 1 {
			r.Errorf("placed again it is not among the fallen: %+v", f)
		}
		// The draft is there for another keeper of the same database.
		again, err := front.New(front.Config{DB: r.db}).Draft(r.Context(), home)
		if err != nil {
			r.Fatal(err)
		}
		r.want("read again", cards(again.Front, "2"), cards(d.Front, "2"))
	})
}

func TestWordsOfACardAndContainers(t *testing.T) {
	each(t, func(r *room) {
		s := r.stories(3)
		d := r.apply(rita, place(s[0], "1", ""), front.Op{Do: front.OpCard, Story: s[0], Container: "1", Card: &published.Placed{Headline: " Only\there ", Kicker: "Flood", Boost: 2}})
		if c := d.Front.Containers[0].Cards[0]; c != (published.Placed{Story: s[0], Headline: "Only here", Kicker: "Flood", Boost: 2}) {
			r.Errorf("card: %+v", c)
		}
		d = r.apply(rita,
			front.Op{Do: front.OpAdd, Before: "2", Settings: &published.Container{ID: "notice", Layout: "notice", Text: "Polls close at 8."}},
			front.Op{Do: front.OpAdd, Before: "1", Settings: &published.Container{Layout: "river", List: "section/local", Title: map[string]string{"en": "Local", "fr": ""}}},
			front.Op{Do: front.OpSettings, Container: "2", Settings: &published.Container{Layout: "split", Slots: 2, Link: "/world"}},
			front.Op{Do: front.OpShift, Container: "3", Before: "2"},
		)
		var order []string
		for _, k := range d.Front.Containers {
			order = append(order, k.ID)
		}
		id := order[0]
		r.want("order", order[:5], []string{id, "1", "notice", "3", "2"})
		r.want("changed", d.Changed, []string{id, "1", "notice", "2"}) // 3 stands before 2, or 2 after 3
		for name, bad := range map[string]front.Op{
			"a card in a notice":       place(s[0], "notice", ""),
			"a layout that is none":    {Do: front.OpAdd, Settings: &published.Container{Layout: "carousel"}},
			"a link elsewhere":         {Do: front.OpSettings, Container: "1", Settings: &published.Container{Layout: "lead", Link: "//evil.example"}},
			"a list that is none":      {Do: front.OpSettings, Container: "1", Settings: &published.Container{Layout: "lead", List: "author/x"}},
			"an id twice":              {Do: front.OpAdd, Settings: &published.Container{ID: "1", Layout: "row"}},
			"too much boost":           {Do: front.OpCard, Story: s[0], Container: "1", Card: &published.Placed{Boost: 3}},
			"a picture there is not":   {Do: front.OpCard, Story: s[0], Container: "1", Card: &published.Placed{Picture: "mnone"}},
			"a story there is not":     place("none", "1", ""),
			"a headline without end":   {Do: front.OpCard, Story: s[0], Container: "1", Card: &published.Placed{Headline: strings.Repeat("x", 300)}},
			"a deed there is not":      {Do: "burn"},
			"a language there is not":  {Do: front.OpAdd, Settings: &published.Container{Layout: "row", Title: map[string]string{"de": "Welt"}}},
			"a card that is not there": {Do: front.OpRemove, Story: s[2], From: "1"},
		} {
			if _, _, err := r.Apply(r.Context(), rita, home, d.Version, []front.Op{bad}); !errs.Is(err, errs.Invalid) {
				r.Errorf("%s: %v", name, err)
			}
		}
		// All or nothing.
		if _, _, err := r.Apply(r.Context(), rita, home, d.Version, []front.Op{place(s[1], "1", ""), {Do: "burn"}}); err == nil {
			r.Error("a bad deed was done")
		}
		r.want("after refused deeds the version", r.draft(home).Version, d.Version)
	})
}

func TestTwoEditors(t *testing.T) {
	each(t, func(r *room) {
		s := r.stories(6)
		base := r.apply(rita, place(s[0], "2", ""), place(s[1], "2", ""), place(s[2], "2", "")).Version

		// What does not touch the same card merges.
		r.apply(rita, move(s[2], "2", "1", ""))
		d, lost, err := r.Apply(r.Context(), sam, home, base, []front.Op{move(s[1], "2", "2", s[0]), place(s[3], "2", s[2])})
		if err != nil || len(lost) > 0 {
			r.Fatal(lost, err)
		}
		r.want("merged", cards(d.Front, "2"), []string{s[1], s[0], s[3]})
		r.want("and", cards(d.Front, "1"), []string{s[2]})

		// The same card: the second is offered again, and the rest of its deeds are done.
		op := move(s[2], "2", "3", "")
		op.ID = "mine"
		d, lost, err = r.Apply(r.Context(), sam, home, base, []front.Op{op, place(s[4], "1", "")})
		if err != nil || len(lost) != 1 {
			r.Fatal(lost, err)
		}
		if l := lost[0]; l.Who != "Rita Doan" || l.Op.ID != "mine" || l.Now == nil || *l.Now != (front.Place{Container: "1", N: 1}) || l.When.IsZero() {
			r.Errorf("lost: %+v", l)
		}
		r.want("the other deed", cards(d.Front, "1"), []string{s[2], s[4]})

		// A container that is gone, and one that somebody filled meanwhile.
		base = d.Version
		r.apply(rita, front.Op{Do: front.OpDrop, Container: "3"}, place(s[5], "4", ""))
		d, lost, err = r.Apply(r.Context(), sam, home, base, []front.Op{place(s[0], "3", ""), {Do: front.OpDrop, Container: "4"}})
		if err != nil || len(lost) != 2 || lost[0].Who != "Rita Doan" || lost[1].Who != "Rita Doan" {
			r.Fatal(lost, err)
		}
		r.want("the filled container", cards(d.Front, "4"), []string{s[5]})

		// One's own deeds are never in one's way.
		base = d.Version
		r.apply(sam, move(s[5], "4", "1", ""))
		if _, lost, err = r.Apply(r.Context(), sam, home, base, []front.Op{move(s[5], "1", "4", "")}); err != nil || len(lost) != 0 {
			r.Error(lost, err)
		}
		if _, _, err := r.Apply(r.Context(), sam, home, 10_000, nil); !errs.Is(err, errs.Invalid) {
			r.Errorf("a version to come: %v", err)
		}
		// Deeds are known for a week.
		*r.now = r.now.Add(8 * 24 * time.Hour)
		r.apply(rita, place(s[0], "1", ""))
		if _, _, err := r.Apply(r.Context(), sam, home, 1, []front.Op{place(s[0], "2", "")}); !errs.Is(err, errs.Conflict) {
			r.Errorf("a version from long ago: %v", err)
		}
	})
}

func TestUndo(t *testing.T) {
	each(t, func(r *room) {
		s := r.stories(6)
		r.apply(rita, place(s[0], "2", ""), place(s[1], "2", ""), place(s[2], "2", ""), place(s[3], "2", ""))
		r.apply(rita, place(s[5], "1", ""))
		settings := published.Container{Layout: "row", Slots: 2}
		added := published.Container{ID: "extra", Layout: "row"}
		for name, ops := range map[string][]front.Op{
			"place over the limit": {place(s[4], "2", s[1])},
			"move within":          {move(s[3], "2", "2", s[0])},
			"move to another":      {move(s[1], "2", "1", s[5])},
			"remove":               {{Do: front.OpRemove, Story: s[1], From: "2"}},
			"words":                {{Do: front.OpCard, Story: s[1], Container: "2", Card: &published.Placed{Headline: "Other", Boost: 1}}},
			"add":                  {{Do: front.OpAdd, Settings: &added, Before: "2"}},
			"drop":                 {{Do: front.OpDrop, Container: "2"}},
			"shift":                {{Do: front.OpShift, Container: "2", Before: "1"}},
			"fewer slots":          {{Do: front.OpSettings, Container: "2", Settings: &settings}},
		} {
			before := r.draft(home)
			d := r.apply(rita, ops...)
			if fmt.Sprint(d.Front) == fmt.Sprint(before.Front) {
				r.Errorf("%s changed nothing", name)
			}
			after, err := r.Undo(r.Context(), rita, home)
			if err != nil {
				r.Fatal(name, err)
			}
			if fmt.Sprint(after.Front) != fmt.Sprint(before.Front) {
				r.Errorf("%s: after undo\n%v, before\n%v", name, after.Front, before.Front)
			}
		}

		// One deed after the other, and past what somebody else does elsewhere.
		r.apply(rita, move(s[0], "2", "1", ""), move(s[1], "2", "1", ""))
		r.apply(sam, place(s[4], "3", ""))
		if _, err := r.Undo(r.Context(), rita, home); err != nil {
			r.Fatal(err)
		}
		d, err := r.Undo(r.Context(), rita, home)
		if err != nil {
			r.Fatal(err)
		}
		r.want("two deeds back", cards(d.Front, "2"), s[:4])
		r.want("the other's stays", cards(d.Front, "3"), s[4:5])

		// What somebody else has moved since is theirs.
		r.apply(rita, move(s[0], "2", "1", ""))
		r.apply(sam, move(s[0], "1", "3", ""))
		if _, err := r.Undo(r.Context(), rita, home); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "Sam Osei") {
			r.Errorf("undo over another's move: %v", err)
		}
		if _, err := r.Undo(r.Context(), &identity.Person{ID: "new", Name: "New", Role: identity.Publisher}, home); !errs.Is(err, errs.NotFound) {
			r.Errorf("undo of nothing: %v", err)
		}
	})
}

func TestLaunchDiscardHistory(t *testing.T) {
	each(t, func(r *room) {
		s := r.stories(6)
		d := r.apply(rita, place(s[0], "1", ""), place(s[1], "2", ""), front.Op{Do: front.OpShift, Container: "3", Before: "2"})
		r.want("changed", d.Changed, "[1 2]") // 3 stands before 2, or 2 after 3
		l, err := r.Launch(r.Context(), rita, home, []string{"1"})
		if err != nil {
			r.Fatal(err)
		}
		r.want("launched", l.Containers, "[1]")
		pub := r.public(home)
		r.want("public lead", cards(pub, "1"), s[:1])
		r.want("public row", len(cards(pub, "2")), 0)
		d = r.draft(home)
		r.want("still changed", d.Changed, "[2]")
		if d.ByRule || d.Last == nil || d.Last.Who != "Rita Doan" {
			r.Errorf("draft after the launch: %+v", d)
		}

		d, err = r.Discard(r.Context(), sam, home, []string{"2"})
		if err != nil {
			r.Fatal(err)
		}
		r.want("changed after discarding the row", d.Changed, "[]")
		if f := d.Previously["2"]; len(f) != 1 || f[0].Story != s[1] {
			r.Errorf("a discarded card: %+v", f)
		}
		if d, err = r.Undo(r.Context(), sam, home); err != nil {
			r.Fatal(err)
		}
		r.want("after undo", d.Changed, "[2]")
		if _, err := r.Launch(r.Context(), rita, home, nil); err != nil {
			r.Fatal(err)
		}
		if _, err := r.Launch(r.Context(), rita, home, nil); !errs.Is(err, errs.Conflict) {
			r.Errorf("a launch of nothing: %v", err)
		}
		if _, err := r.Launch(r.Context(), rita, home, []string{"none"}); !errs.Is(err, errs.Invalid) {
			r.Errorf("a launch of a container there is not: %v", err)
		}
		third := r.apply(sam, place(s[2], "1", s[0]))
		if _, err := r.Launch(r.Context(), sam, home, nil); err != nil {
			r.Fatal(err)
		}
		r.want("public", cards(r.public(home), "1"), []string{s[2], s[0]})

		// Undo takes one launch after the other back, to the rule.
		for i, want := range []int{1, 1} {
			if _, err := r.UndoLaunch(r.Context(), rita, home); err != nil {
				r.Fatal(i, err)
			}
			r.want("public lead after undo", len(cards(r.public(home), "1")), want)
		}
		if _, err := r.UndoLaunch(r.Context(), rita, home); err != nil {
			r.Fatal(err)
		}
		if f := r.public(home); f != nil {
			r.Errorf("by rule again: %+v", f)
		}
		if _, err := r.UndoLaunch(r.Context(), rita, home); !errs.Is(err, errs.NotFound) {
			r.Errorf("nothing to undo: %v", err)
		}
		r.want("the draft stays", cards(r.draft(home).Front, "1"), cards(third.Front, "1"))
		list, err := r.History(r.Context(), home, 10)
		if err != nil || len(list) != 3 || !list[0].Undone || list[0].Who != "Sam Osei" || list[2].Who != "Rita Doan" {
			r.Fatalf("%+v %v", list, err)
		}
		if d, err = r.Restore(r.Context(), sam, home, list[2].Seq); err != nil {
			r.Fatal(err)
		}
		r.want("restored", cards(d.Front, "1"), s[:1])
		r.want("what the draft had is not lost", d.Previously["1"][0].Story, s[2])
		log, err := audit.List(r.Context(), r.db, audit.Filter{Target: "front/" + home})
		if err != nil || len(log) != 8 {
			r.Errorf("audit: %+v, %v", log, err)
		}
	})
}

func TestScheduledLaunchSurvivesARestart(t *testing.T) {
	each(t, func(r *room) {
		s := r.stories(2)
		r.apply(rita, place(s[0], "1", ""))
		at := r.db.Now().Add(time.Hour)
		if err := r.Schedule(r.Context(), rita, home, r.db.Now()); !errs.Is(err, errs.Invalid) {
			r.Errorf("a moment that has passed: %v", err)
		}
		if err := r.Schedule(r.Context(), rita, home, at); err != nil {
			r.Fatal(err)
		}
		if d := r.draft(home); d.Scheduled == nil || !d.Scheduled.At.Equal(at) || d.Scheduled.Who != "Rita Doan" {
			r.Errorf("scheduled: %+v", d.Scheduled)
		}
		r.apply(sam, place(s[1], "1", "")) // the draft as it then is
		again := front.New(front.Config{DB: r.db})
		if err := again.Release(r.Context(), at.Add(-time.Microsecond)); err != nil {
			r.Fatal(err)
		}
		if r.public(home) != nil {
			r.Error("launched before its moment")
		}
		for range 2 { // twice has no second effect
			if err := again.Release(r.Context(), at); err != nil {
				r.Fatal(err)
			}
		}
		r.want("public", cards(r.public(home), "1"), s)
		d := r.draft(home)
		if d.Scheduled != nil || d.Last == nil || d.Last.Who != "Rita Doan" {
			r.Errorf("after its moment: %+v, %+v", d.Scheduled, d.Last)
		}
		if list, _ := r.History(r.Context(), home, 10); len(list) != 1 {
			r.Errorf("launches: %+v", list)
		}
		if err := r.Schedule(r.Context(), rita, home, at); err != nil {
			r.Fatal(err)
		}
		if err := r.Unschedule(r.Context(), sam, home); err != nil {
			r.Fatal(err)
		}
		if err := r.Unschedule(r.Context(), sam, home); !errs.Is(err, errs.Conflict) {
			r.Errorf("called off twice: %v", err)
		}
	})
}

func TestALaunchOfAllThatDiffersEndsASchedule(t *testing.T) {
	each(t, func(r *room) {
		s := r.stories(3)
		d := r.apply(rita, place(s[0], "1", ""), place(s[1], "2", ""))
		if err := r.Schedule(r.Context(), rita, home, r.db.Now().Add(time.Hour)); err != nil {
			r.Fatal(err)
		}
		for i, id := range d.Changed {
			if _, err := r.Launch(r.Context(), sam, home, []string{id}); err != nil {
				r.Fatal(err)
			}
			if due := r.draft(home).Scheduled; (due == nil) != (i == len(d.Changed)-1) {
				r.Errorf("after container %s the schedule is %v", id, due)
			}
		}
		// What is begun since is not launched half done.
		r.apply(sam, place(s[2], "1", ""))
		if err := r.Release(r.Context(), r.db.Now().Add(time.Hour)); err != nil {
			r.Fatal(err)
		}
		r.want("public", cards(r.public(home), "1"), s[:1])
	})
}

func (r *room) library() *media.Library {
	r.Helper()
	lib, err := media.Open(r.db, r.TempDir())
	if err != nil {
		r.Fatal(err)
	}
	return lib
}

func (r *room) picture(alt string, rights ...media.Lease) doc.Media {
	r.Helper()
	lib := r.library()
	img := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for i := range 640 * 400 {
		img.Set(i%640, i/640, color.RGBA{byte(i), byte(i >> 8), 90, 255})
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		r.Fatal(err)
	}
	made, err := lib.TakeIn(r.Context(), media.Upload{Name: "a.png", Body: &file, Key: alt, Alt: alt, Rights: media.Rights{Leases: rights}})
	if err != nil {
		r.Fatal(err)
	}
	var m media.Item
	if err := r.db.InTx(r.Context(), func(tx *db.Tx) (err error) { m, err = lib.Save(r.Context(), tx, "ana", made); return err }); err != nil {
		r.Fatal(err)
	}
	return m.Media
}

// A picture whose rights have ended is not brought onto a front; a card that has it keeps it until somebody takes it away.
func TestPictureWithoutRights(t *testing.T) {
	each(t, func(r *room) {
		s := r.story("Out", 0)
		m := r.picture("A river")
		lease := func(until time.Time) {
			r.Helper()
			lib, err := media.Open(r.db, r.TempDir())
			if err != nil {
				r.Fatal(err)
			}
			now, err := media.Get(r.Context(), r.db, m.ID)
			if err != nil {
				r.Fatal(err)
			}
			if err := r.db.InTx(r.Context(), func(tx *db.Tx) error {
				_, err := lib.Alter(r.Context(), tx, "ana", m.ID, now.Version, media.Change{Rights: &media.Rights{Leases: []media.Lease{{Until: until}}}})
				return err
			}); err != nil {
				r.Fatal(err)
			}
		}
		with := func(headline string) front.Op {
			return front.Op{Do: front.OpCard, Story: s, Container: "1", Card: &published.Placed{Headline: headline, Picture: m.ID}}
		}
		d := r.apply(rita, place(s, "1", ""))
		lease(r.now.Add(-time.Hour))
		if _, _, err := r.Apply(r.Context(), rita, home, d.Version, []front.Op{with("")}); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "rights") {
			r.Errorf("a picture without rights: %v", err)
		}
		lease(r.now.Add(time.Hour))
		r.apply(rita, with(""))
		*r.now = r.now.Add(2 * time.Hour)
		if d := r.apply(rita, with("Other words")); d.Media[m.ID].Src == "" {
			r.Error("the picture is gone with its rights")
		}
	})
}

// A launched card whose story waits tells readers nothing, not its words and not its picture, until its moment.
func TestACardWaitsForItsStory(t *testing.T) {
	each(t, func(r *room) {
		live, waits := r.story("Out", 0), r.story("Waits", time.Hour)
		m := r.picture("A river")
		d := r.apply(rita, place(live, "1", ""), place(waits, "1", live),
			front.Op{Do: front.OpCard, Story: waits, Container: "1", Card: &published.Placed{Headline: "Words of the front", Picture: m.ID}})
		if d.Stories[waits].Live || !d.Stories[live].Live || d.Stories[waits].State != "embargoed" || d.Media[m.ID].Src == "" {
			r.Errorf("stories: %+v", d.Stories)
		}
		l, err := r.Launch(r.Context(), rita, home, nil)
		if err != nil {
			r.Fatal(err)
		}
		r.want("waiting", l.Waiting, []string{waits})
		view := published.New(r.db)
		isPublic := func() bool {
			ok, err := view.MediaPublic(r.Context(), m.ID)
			if err != nil {
				r.Fatal(err)
			}
			return ok
		}
		r.want("public", cards(r.public(home), "1"), []string{live})
		if f := r.public(home); len(f.Media) != 0 || isPublic() {
			r.Error("the picture of a card that waits is public")
		}
		r.want("not different", r.draft(home).Changed, "[]")

		*r.now = r.now.Add(time.Hour)
		if n, _, err := content.ReleaseDue(r.Context(), r.db, "embargo"); n != 1 || err != nil {
			r.Fatal(n, err)
		}
		f := r.public(home)
		r.want("public then", cards(f, "1"), []string{waits, live})
		if f.Containers[0].Cards[0].Headline != "Words of the front" || f.Media[m.ID].ID != m.ID || !isPublic() {
			r.Errorf("the card has not its words or its picture: %+v", f.Containers[0].Cards[0])
		}
		r.do(func(k *content.Desk) error { return k.TakeDown(r.Context(), waits, "Being checked.") })
		if r.want("after it was taken down", cards(r.public(home), "1"), []string{live}); isPublic() {
			r.Error("the picture of a card that is gone is public")
		}

		// The library's news of the picture reach the front.
		r.do(func(k *content.Desk) error {
			_, err := k.Publish(r.Context(), waits, content.Publication{})
			return err
		})
		m.FocusX = 0.25
		r.do(func(k *content.Desk) error { return k.SetMedia(r.Context(), m) })
		if got := r.public(home).Media[m.ID].FocusX; got != 0.25 {
			r.Errorf("focal point %v", got)
		}
		// A front without the card has no picture.
		r.apply(rita, front.Op{Do: front.OpRemove, Story: waits, From: "1"})
		if _, err := r.Launch(r.Context(), rita, home, nil); err != nil {
			r.Fatal(err)
		}
		if isPublic() {
			r.Error("the picture of a removed card is public")
		}
	})
}

// A picture is launched only while its rights allow it, and is in the library for as long as a front has it.
func TestRightsAndUsesOfAPicture(t *testing.T) {
	each(t, func(r *room) {
		s := r.story("Out", 0)
		soon := r.picture("To come", media.Lease{From: r.now.Add(48 * time.Hour)})
		m := r.picture("For two days", media.Lease{From: r.now.Add(-time.Hour), Until: r.now.Add(48 * time.Hour)})
		card := func(id string) front.Op {
			return front.Op{Do: front.OpCard, Story: s, Container: "1", Card: &published.Placed{Picture: id}}
		}
		d := r.apply(rita, place(s, "1", ""), card(m.ID))
		if _, _, err := r.Apply(r.Context(), rita, home, d.Version, []front.Op{card(soon.ID)}); !errs.Is(err, errs.Invalid) {
			r.Errorf("a picture that may not be used yet: %v", err)
		}
		remove := func() error {
			return r.db.InTx(r.Context(), func(tx *db.Tx) error { return r.library().Remove(r.Context(), tx, m.ID) })
		}
		if err := remove(); !errs.Is(err, errs.Conflict) {
			r.Errorf("a picture of a draft was removed: %v", err)
		}
		shown := func() int { return len(r.public(home).Media) }
		if _, err := r.Launch(r.Context(), rita, home, nil); err != nil || shown() != 1 {
			r.Errorf("launched with %d pictures: %v", shown(), err)
		}
		r.apply(rita, front.Op{Do: front.OpCard, Story: s, Container: "1", Card: &published.Placed{Headline: "Without"}})
		if err := remove(); !errs.Is(err, errs.Conflict) {
			r.Errorf("a picture of a launched front was removed: %v", err)
		}
		if _, err := r.Launch(r.Context(), rita, home, nil); err != nil || shown() != 0 {
			r.Errorf("launched with %d pictures: %v", shown(), err)
		}
		*r.now = r.now.Add(72 * time.Hour)
		if _, err := r.UndoLaunch(r.Context(), rita, home); err != nil || shown() != 0 {
			r.Errorf("a picture whose rights ended came back: %d, %v", shown(), err)
		}
		r.apply(rita, front.Op{Do: front.OpRemove, Story: s, From: "1"})
		if _, err := r.Launch(r.Context(), rita, home, nil); err != nil {
			r.Error(err)
		}
		if err := remove(); err != nil {
			r.Errorf("a picture that no front has: %v", err)
		}
	})
}

func TestOnlyWhoMayCurate(t *testing.T) {
	each(t, func(r *room) {
		ctx, editor := r.Context(), &identity.Person{ID: "ed", Name: "Ed", Role: identity.Editor}
		for name, try := range map[string]func() error{
			"apply":       func() error { _, _, err := r.Apply(ctx, editor, home, 0, nil); return err },
			"undo":        func() error { _, err := r.Undo(ctx, editor, home); return err },
			"launch":      func() error { _, err := r.Launch(ctx, editor, home, nil); return err },
			"discard":     func() error { _, err := r.Discard(ctx, editor, home, nil); return err },
			"schedule":    func() error { return r.Schedule(ctx, editor, home, r.db.Now().Add(time.Hour)) },
			"unschedule":  func() error { return r.Unschedule(ctx, editor, home) },
			"undo launch": func() error { _, err := r.UndoLaunch(ctx, editor, home); return err },
			"restore":     func() error { _, err := r.Restore(ctx, editor, home, 1); return err },
			"arranging":   func() error { _, err := r.Arranging(ctx, editor, home, "1"); return err },
		} {
			if err := try(); !errs.Is(err, errs.Forbidden) {
				r.Errorf("%s: %v", name, err)
			}
		}
		// Sections do not limit who arranges fronts.
		one := &identity.Person{ID: "w", Name: "W", Role: identity.Publisher, Sections: []string{"world"}}
		if _, _, err := r.Apply(ctx, one, home, 0, []front.Op{{Do: front.OpShift, Container: "2", Before: "1"}}); err != nil {
			r.Error(err)
		}
	})
}

func TestWhoIsArranging(t *testing.T) {
	each(t, func(r *room) {
		s := r.story("One", 0)
		ctx := r.Context()
		if _, err := r.Arranging(ctx, rita, home, "2"); err != nil {
			r.Fatal(err)
		}
		*r.now = r.now.Add(20 * time.Second)
		r.apply(rita, place(s, "1", ""))
		other := front.New(front.Config{DB: r.db}) // another node knows by the deeds
		for name, k := range map[string]*front.Keeper{"here": r.Keeper, "on another node": other} {
			list, err := k.Arranging(ctx, sam, home, "")
			want := map[string]int{"here": 2, "on another node": 1}[name]
			if err != nil || len(list) != want || list[0].Name != "Rita Doan" || list[0].Container != "1" {
				r.Errorf("%s: %+v, %v", name, list, err)
			}
			if own, _ := k.Arranging(ctx, rita, home, ""); len(own) != 0 {
				r.Errorf("%s: one's own: %+v", name, own)
			}
		}
		*r.now = r.now.Add(31 * time.Second)
		if list, _ := r.Arranging(ctx, sam, home, ""); len(list) != 0 {
			r.Errorf("half a minute later: %+v", list)
		}
	})
}
