package app

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
)

var curator = &identity.Person{ID: "curator", Name: "Cora Lang", Role: identity.Publisher}

// draw puts a picture into the library.
func (p *portal) draw(alt string) doc.Media {
	p.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for i := range 640 * 400 {
		img.Set(i%640, i/640, color.RGBA{byte(i), byte(i >> 8), byte(len(alt)), 255})
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		p.Fatal(err)
	}
	made, err := p.media.TakeIn(p.Context(), media.Upload{Name: "drawn.png", Body: &file, Key: alt, Alt: alt})
	if err != nil {
		p.Fatal(err)
	}
	var m media.Item
	if err := p.db.InTx(p.Context(), func(tx *db.Tx) (err error) { m, err = p.media.Save(p.Context(), tx, "test", made); return err }); err != nil {
		p.Fatal(err)
	}
	return m.Media
}

// randomLook dresses a card.
func randomLook(rnd *rand.Rand, pictures []string) *published.Placed {
	c := &published.Placed{Boost: rnd.IntN(3)}
	if rnd.IntN(2) == 0 {
		c.Headline = fmt.Sprint("Only on this front ", rnd.IntN(1e6))
	}
	if rnd.IntN(3) == 0 {
		c.Kicker = fmt.Sprint("Kicker ", rnd.IntN(1e6))
	}
	switch rnd.IntN(3) {
	case 0:
		c.NoPicture = true
	case 1:
		c.Picture = pictures[rnd.IntN(len(pictures))]
	}
	return c
}

// randomLaunch arranges a front and launches it, or takes a launch back.
func (p *portal) randomLaunch(rnd *rand.Rand, ids, pictures []string) (what string) {
	p.Helper()
	ctx := p.Context()
	name := []string{"en/home", "fr/home", "en/r/calgary"}[rnd.IntN(3)]
	if rnd.IntN(5) == 0 {
		if _, err := p.fronts.UndoLaunch(ctx, curator, name, 0); err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Conflict) {
			p.Fatal(err)
		}
		return "undo the launch of " + name
	}
	d, err := p.fronts.Draft(ctx, name)
	if err != nil {
		p.Fatal(err)
	}
	var ops []front.Op
	for range 1 + rnd.IntN(4) {
		k := d.Front.Containers[rnd.IntN(len(d.Front.Containers))]
		switch rnd.IntN(6) {
		case 0:
			ops = append(ops, front.Op{Do: front.OpAdd, Before: k.ID, Settings: &published.Container{
				Layout: published.Layouts[rnd.IntN(len(published.Layouts))], List: "all", Text: "Roads are closed.", Hidden: rnd.IntN(4) == 0,
			}})
		case 1:
			ops = append(ops, front.Op{Do: front.OpShift, Container: k.ID})
		default:
			if k.Room() > 0 {
				ops = append(ops, front.Op{Do: front.OpPlace, Container: k.ID, Story: ids[rnd.IntN(len(ids))], Card: randomLook(rnd, pictures)})
			}
		}
	}
	if d, _, err = p.fronts.Apply(ctx, curator, name, d.Version, ops); err != nil {
		if errs.Is(err, errs.Invalid) { // a story that was killed, a thirty-first container
			return "arrange " + name + " (refused)"
		}
		p.Fatal(err)
	}
	var only []string
	if len(d.Changed) > 1 && rnd.IntN(3) == 0 {
		only = d.Changed[:1]
	}
	if _, err := p.fronts.Launch(ctx, curator, name, only, front.Unseen); err != nil && !errs.Is(err, errs.Conflict) {
		p.Fatal(err)
	}
	return fmt.Sprintf("launch %s with %d deeds", name, len(ops))
}

// A launch is one small document: readers see it at once, however full the front is.
func TestALaunchIsSeenAtOnce(t *testing.T) {
	p := open(t)
	ctx := t.Context()
	cards, err := published.New(p.db).Record(p.now).List(ctx, "en/all", published.Cursor{}, 60)
	if err != nil {
		t.Fatal(err)
	}
	m := p.draw("A picture of the front only")
	d, err := p.fronts.Draft(ctx, "en/home")
	if err != nil {
		t.Fatal(err)
	}
	var applied, launched []time.Duration
	for i := range 20 {
		k := d.Front.Containers[i%len(d.Front.Containers)]
		if k.Room() == 0 {
			continue
		}
		p.get("/")
		op := front.Op{Do: front.OpPlace, Container: k.ID, Story: cards[i].ID}
		look := front.Op{Do: front.OpCard, Container: k.ID, Story: cards[i].ID, Card: &published.Placed{Headline: fmt.Sprint("Launch number ", i), Picture: m.ID}}
		if len(k.Cards) > 0 {
			op.Before = k.Cards[0].Story
		}
		start := time.Now()
		if d, _, err = p.fronts.Apply(ctx, curator, "en/home", d.Version, []front.Op{op, look}); err != nil {
			t.Fatal(err)
		}
		applied = append(applied, time.Since(start))
		start = time.Now()
		if _, err := p.fronts.Launch(ctx, curator, "en/home", nil, front.Unseen); err != nil {
			t.Fatal(err)
		}
		page := p.get("/").Body.String()
		launched = append(launched, time.Since(start))
		if f, err := published.New(p.db).Record(p.now).Front(ctx, "en/home"); err != nil || !strings.Contains(fmt.Sprint(f.Containers), fmt.Sprint("Launch number ", i)) {
			t.Fatal("the launch is not public", err)
		}
		if i == 0 && !strings.Contains(page, "Launch number 0") {
			t.Error("readers do not see the launch")
		}
	}
	slices.Sort(applied)
	slices.Sort(launched)
	t.Logf("a deed: median %v, most %v; a launch until the reader's new page: median %v, most %v", applied[len(applied)/2], applied[len(applied)-1], launched[len(launched)/2], launched[len(launched)-1])
	// The goals are 100 and 50 ms; a machine that is busy with other tests gets room.
	if got := applied[len(applied)/2]; got > 100*time.Millisecond {
		t.Errorf("a deed takes %v", got)
	}
	if got := launched[len(launched)/2]; got > 200*time.Millisecond {
		t.Errorf("a launch is seen after %v", got)
	}
}

// A scheduled launch is made by the running program, and by one that was started since.
func TestScheduledLaunch(t *testing.T) {
	p := open(t)
	ctx := t.Context()
	id := demoID("story bow-valley-flood")
	if _, _, err := p.fronts.Apply(ctx, curator, "en/home", 0, []front.Op{{Do: front.OpCard, Container: "1", Story: id, Card: &published.Placed{Headline: "At its moment"}}}); err != nil {
		t.Fatal(err)
	}
	if err := p.fronts.Schedule(ctx, curator, "en/home", p.now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	again := front.New(front.Config{DB: p.db, Sync: p.press.Sync})
	for _, tt := range []struct {
		after time.Duration
		want  bool
	}{{59 * time.Second, false}, {time.Second, true}} {
		p.now = p.now.Add(tt.after)
		if err := again.Release(ctx, p.now); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(p.get("/").Body.String(), "At its moment"); got != tt.want {
			t.Errorf("after %v: shown %v", tt.after, got)
		}
	}
}

// pane is what the leak test knows of a front.
type pane struct {
	name     string
	launched [][]hung // what each launch that is not undone had, the newest last
	due      time.Time
}

// hung is a card of a launched front, or with no story the text of a notice.
type hung struct {
	story string
	words set
	bird  string
}

// arrange does something with a front: every word is a canary.
func (v *aviary) arrange(c *caged) (what string, err error) {
	ctx, who := v.Context(), v.who[2+v.rnd.IntN(2)]
	f := v.panes[v.rnd.IntN(len(v.panes))]
	d, err := v.fronts.Draft(ctx, f.name)
	if err != nil {
		return "arrange", err
	}
	k := d.Front.Containers[v.rnd.IntN(len(d.Front.Containers))]
	word := func(where string) string { return v.word("the front’s " + where + " of " + c.id) }
	switch v.rnd.IntN(8) {
	case 0:
		if _, err := v.fronts.UndoLaunch(ctx, who, f.name, 0); err != nil {
			return "undo launch", err
		}
		f.launched = f.launched[:len(f.launched)-1]
		return "undo launch", nil
	case 1:
		f.due = v.now.Add(time.Duration(v.rnd.IntN(600)+1) * time.Second)
		return "schedule launch", v.fronts.Schedule(ctx, who, f.name, f.due)
	case 2:
		_, _, err = v.fronts.Apply(ctx, who, f.name, d.Version, []front.Op{{Do: front.OpAdd, Before: k.ID, Settings: &published.Container{
			Layout: "notice", Text: word("notice"), Hidden: v.rnd.IntN(2) == 0,
		}}})
	default:
		_, _, err = v.fronts.Apply(ctx, who, f.name, d.Version, []front.Op{{Do: front.OpPlace, Container: "1", Story: c.id, Card: &published.Placed{
			Headline: word("headline"), Kicker: word("kicker"), Picture: v.birds[v.rnd.IntN(len(v.birds))].id,
		}}})
	}
	if err != nil || v.rnd.IntN(3) == 0 {
		return "arrange", err
	}
	if _, err := v.fronts.Launch(ctx, who, f.name, nil, front.Unseen); err != nil {
		return "launch", err
	}
	f.due = time.Time{}
	return "launch", v.hang(f)
}

// hang notes what a launch of the whole draft gave to readers.
func (v *aviary) hang(f *pane) error {
	d, err := v.fronts.Draft(v.Context(), f.name)
	if err != nil {
		return err
	}
	var list []hung
	for _, k := range d.Front.Containers {
		if k.Hidden {
			continue
		}
		list = append(list, hung{words: set{k.Text: true}})
		for _, c := range k.Cards {
			list = append(list, hung{story: c.Story, words: set{c.Headline: true, c.Kicker: true}, bird: c.Picture})
		}
	}
	f.launched = append(f.launched, list)
	return nil
}

// releaseFronts makes the launches that are due. One of a draft that does not differ launches nothing.
func (v *aviary) releaseFronts() error {
	var now []*pane
	for _, f := range v.panes {
		if f.due.IsZero() || f.due.After(v.now) {
			continue
		}
		f.due = time.Time{}
		d, err := v.fronts.Draft(v.Context(), f.name)
		if err != nil {
			return err
		}
		if len(d.Changed) > 0 {
			now = append(now, f)
		}
	}
	if err := v.fronts.Release(v.Context(), v.now); err != nil {
		return err
	}
	for _, f := range now {
		if err := v.hang(f); err != nil {
			return err
		}
	}
	return nil
}

// hanging returns the words and pictures that fronts make public: those of cards whose stories are live.
func (v *aviary) hanging() (words, pictures set) {
	words, pictures = set{}, set{}
	live := map[string]bool{}
	for _, c := range v.stories {
		live[c.id] = c.live
	}
	for _, f := range v.panes {
		if len(f.launched) == 0 {
			continue
		}
		for _, h := range f.launched[len(f.launched)-1] {
			if h.story != "" && !live[h.story] {
				continue
			}
			words = words.with(h.words)
			if h.bird != "" {
				pictures[h.bird] = true
			}
		}
	}
	return words, pictures
}
