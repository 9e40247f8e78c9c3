package front_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"masthead/internal/db/dbtest"
	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Editors who each see some version do what they like: no card is ever lost. It is on the draft, or among the fallen, or
// it went with a container that somebody removed, or with a deed that its own doer took back.
func TestNoCardIsLost(t *testing.T) {
	r := &room{T: t, db: dbtest.SQLite(t)}
	r.Keeper = front.New(front.Config{DB: r.db})
	r.site("world", "local")
	stories := r.stories(8)
	people := []*identity.Person{rita, sam, {ID: "kim", Name: "Kim Roy", Role: identity.Admin}}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"en/home", "fr/home", "en/r/calgary", "fr/r/calgary"}).Draw(t, "front")
		read := func() front.Draft {
			d, err := r.Draft(r.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		seen := map[string]front.Draft{}
		for _, p := range people {
			seen[p.ID] = read()
		}
		for range rapid.IntRange(5, 25).Draw(t, "steps") {
			who := rapid.SampledFrom(people).Draw(t, "who")
			before := read()
			excused := map[string]bool{}
			var after front.Draft
			if d, ok := undoes(t, r, who, name, before); ok {
				after = d
				for _, s := range stories { // taking back a place takes the card away; the deed was that person's own
					excused[s] = before.Version != after.Version
				}
			} else {
				op := drawOp(t, seen[who.ID], stories)
				d, lost, err := r.Apply(r.Context(), who, name, seen[who.ID].Version, []front.Op{op})
				if errs.Is(err, errs.Invalid) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if seen[who.ID].Version == before.Version && len(lost) > 0 {
					t.Fatalf("lost though nobody did anything: %+v", lost)
				}
				if len(lost) > 0 && d.Version != before.Version {
					t.Fatal("a lost deed was done")
				}
				if len(lost) == 0 && op.Do == front.OpDrop {
					for _, s := range on(before, op.Container) {
						excused[s] = true
					}
				}
				after = d
			}
			for _, s := range everywhere(before) {
				if there := everywhere(after); !excused[s] && !slices.Contains(there, s) {
					t.Fatalf("story %s is gone:\n%+v\n%+v", s, before.Front, after.Front)
				}
			}
			for _, k := range after.Front.Containers {
				if len(k.Cards) > k.Room() {
					t.Fatalf("%d cards in container %s", len(k.Cards), k.ID)
				}
				for i, c := range k.Cards {
					if k.Card(c.Story) != i {
						t.Fatalf("story %s twice in container %s", c.Story, k.ID)
					}
				}
			}
			if rapid.Bool().Draw(t, "looks") {
				seen[who.ID] = after
			}
		}
	})
}

func undoes(t *rapid.T, r *room, who *identity.Person, name string, before front.Draft) (front.Draft, bool) {
	if rapid.IntRange(0, 7).Draw(t, "undo") > 0 {
		return front.Draft{}, false
	}
	d, err := r.Undo(r.Context(), who, name)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Conflict) {
		return before, true
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, true
}

// drawOp makes a deed on what somebody saw.
func drawOp(t *rapid.T, d front.Draft, stories []string) front.Op {
	var containers []string
	at := map[string][]string{}
	for _, k := range d.Front.Containers {
		containers = append(containers, k.ID)
		for _, c := range k.Cards {
			at[c.Story] = append(at[c.Story], k.ID)
		}
	}
	container := func(label string) string { return rapid.SampledFrom(containers).Draw(t, label) }
	story := rapid.SampledFrom(stories).Draw(t, "story")
	before := rapid.SampledFrom(append([]string{""}, stories...)).Draw(t, "before")
	from := ""
	if list := at[story]; len(list) > 0 {
		from = rapid.SampledFrom(list).Draw(t, "from")
	}
	switch rapid.IntRange(0, 10).Draw(t, "deed") {
	case 0, 1, 2:
		return place(story, container("to"), before)
	case 3, 4, 5:
		return move(story, from, container("to"), before)
	case 6:
		return front.Op{Do: front.OpRemove, Story: story, From: from}
	case 7:
		return front.Op{Do: front.OpCard, Story: story, Container: from, Card: &published.Placed{Boost: 1}}
	case 8:
		return front.Op{Do: front.OpSettings, Container: container("of"), Settings: &published.Container{Layout: "row", Slots: rapid.IntRange(1, 6).Draw(t, "slots")}}
	case 9:
		return front.Op{Do: front.OpAdd, Before: container("before"), Settings: &published.Container{Layout: "row"}}
	}
	if len(containers) > 3 && rapid.Bool().Draw(t, "drop") {
		return front.Op{Do: front.OpDrop, Container: container("which")}
	}
	return front.Op{Do: front.OpShift, Container: container("which"), Before: container("before")}
}

func on(d front.Draft, container string) (ids []string) {
	if i := d.Front.Container(container); i >= 0 {
		ids = cards(d.Front, container)
	}
	for _, f := range d.Previously[container] {
		ids = append(ids, f.Story)
	}
	return ids
}

func everywhere(d front.Draft) (ids []string) {
	for _, k := range d.Front.Containers {
		ids = append(ids, on(d, k.ID)...)
	}
	return ids
}
