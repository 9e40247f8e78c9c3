package workflow_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// library gives a room the library of its database.
func (r room) library() (*workflow.Room, *media.Library) {
	r.Helper()
	l, err := media.Open(r.db, r.TempDir())
	if err != nil {
		r.Fatal(err)
	}
	return workflow.New(workflow.Config{DB: r.db, Media: l, Emit: func(context.Context, *db.Tx, string, any) error { return nil }}), l
}

// upload adds a small grey picture, another one for each width.
func (r room) upload(room *workflow.Room, who *identity.Person, width int) media.Item {
	r.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, width, 30))); err != nil {
		r.Fatal(err)
	}
	m, err := room.AddMedia(r.Context(), who, media.Upload{Name: "a.png", Body: &file, Facts: media.Facts{Credit: "Jo"}})
	if err != nil {
		r.Fatal(err)
	}
	return m
}

// Everybody who writes may say more of a medium; once readers see it, only who may publish there.
func TestWhoMayChangeMedia(t *testing.T) {
	each(t, func(r room) {
		room, _ := r.library()
		m := r.upload(room, amina, 40)
		change := func(who *identity.Person) error {
			r.Helper()
			credit := "Photo by " + who.Name
			after, err := room.ChangeMedia(r.Context(), who, m.ID, m.Version, media.Change{Credit: &credit})
			if err == nil {
				m = after
			}
			return err
		}
		sports := &identity.Person{ID: "sam", Name: "Sam", Role: identity.Publisher, Sections: []string{"sports"}}
		for _, who := range []*identity.Person{amina, rosa, sports} {
			if err := change(who); err != nil {
				r.Errorf("%s, before anybody sees it: %v", who.Name, err)
			}
		}
		c := clean("River falls")
		c.Lead = &published.Lead{Media: m.ID, Alt: "A river"}
		s := r.create(paul, c)
		if _, err := r.Publish(r.Context(), paul, s.ID, workflow.Publication{}); err != nil {
			r.Fatal(err)
		}
		for _, who := range []*identity.Person{amina, rosa, sports} {
			if err := change(who); !errs.Is(err, errs.Forbidden) {
				r.Errorf("%s changed what readers see: %v", who.Name, err)
			}
			if _, err := room.RestoreMedia(r.Context(), who, m.ID, 1); !errs.Is(err, errs.Forbidden) {
				r.Errorf("%s brought back what readers saw: %v", who.Name, err)
			}
		}
		if err := change(paul); err != nil {
			r.Error(err)
		}
	})
}

// Rights that are taken away while a story waits for its moment hold it back, unless that was known when it was scheduled;
// and what the waiting text shows stays in the library, whatever the newest one shows.
func TestRightsTakenAwayMeanwhile(t *testing.T) {
	each(t, func(r room) {
		room, _ := r.library()
		m, spare := r.upload(room, paul, 40), r.upload(room, paul, 50)
		deny := media.Change{Rights: &media.Rights{Cost: "no"}}
		at := r.now.Add(time.Hour)
		schedule := func(headline string, p workflow.Publication) *workflow.Story {
			r.Helper()
			c := clean(headline)
			c.Lead = &published.Lead{Media: m.ID, Alt: "A river"}
			s := r.create(paul, c)
			p.At = at
			s, err := r.Publish(r.Context(), paul, s.ID, p)
			if err != nil {
				r.Fatal(err)
			}
			return s
		}
		held := schedule("Held back", workflow.Publication{})
		held.Copy.Lead = &published.Lead{Media: spare.ID, Alt: "Another river"}
		if _, err := room.Save(r.Context(), paul, held.ID, workflow.Save{Version: held.Version, Copy: held.Copy}); err != nil {
			r.Fatal(err)
		}
		if err := room.RemoveMedia(r.Context(), paul, m.ID); !errs.Is(err, errs.Conflict) {
			r.Errorf("the picture of a text that waits was removed: %v", err)
		}
		if _, err := room.ChangeMedia(r.Context(), paul, m.ID, m.Version, deny); err != nil {
			r.Fatal(err)
		}
		known := schedule("Known", workflow.Publication{Override: "The agency agreed by telephone."})
		*r.now = at
		if _, _, err := content.ReleaseDue(r.Context(), r.db, "clock"); err != nil {
			r.Fatal(err)
		}
		for id, want := range map[string]content.State{held.ID: content.Ready, known.ID: content.Live} {
			s, err := content.Find(r.Context(), r.db, id)
			if err != nil || s.State != want {
				r.Errorf("%s is %s, want %s; %v", s.Copy.Headline, s.State, want, err)
			}
		}
	})
}

// A picture whose lease has ended keeps a story from going out; the one that has a day left does not.
func TestEndedRightsBlock(t *testing.T) {
	each(t, func(r room) {
		room, l := r.library()
		m := r.upload(room, paul, 40)
		lease := func(until time.Time) {
			r.Helper()
			var err error
			m, err = room.ChangeMedia(r.Context(), paul, m.ID, m.Version, media.Change{Rights: &media.Rights{Leases: []media.Lease{{Until: until}}}})
			if err != nil {
				r.Fatal(err)
			}
		}
		c := clean("River falls")
		c.Lead = &published.Lead{Media: m.ID, Alt: "A river"}
		s := r.create(paul, c)
		lease(r.now.Add(-time.Hour))
		var b *workflow.BlockedError
		if _, err := r.Publish(r.Context(), paul, s.ID, workflow.Publication{}); !errors.As(err, &b) || b.Issues[0].Code != "rights_ended" {
			r.Errorf("published with an ended right: %v", err)
		}
		lease(r.now.Add(24 * time.Hour))
		if _, err := r.Publish(r.Context(), paul, s.ID, workflow.Publication{}); err != nil {
			r.Error(err)
		}
		if err := room.RemoveMedia(r.Context(), paul, m.ID); !errs.Is(err, errs.Conflict) {
			r.Errorf("a picture that readers see was removed: %v", err)
		}
		warned := func(why string, rights media.Rights) {
			r.Helper()
			var err error
			if m, err = room.ChangeMedia(r.Context(), paul, m.ID, m.Version, media.Change{Rights: &rights}); err != nil {
				r.Fatal(err)
			}
			if list, err := l.Expiring(r.Context()); err != nil || len(list) != 1 || list[0].ID != m.ID {
				r.Errorf("%s: warned of %v, %v", why, list, err)
			}
		}
		warned("ends tomorrow", m.Rights)
		warned("has ended", media.Rights{Leases: []media.Lease{{Until: r.now.Add(-time.Hour)}}})
		warned("denied", media.Rights{Cost: "no"})
		warned("denied since yesterday", media.Rights{Leases: []media.Lease{{Deny: true, From: r.now.Add(-24 * time.Hour)}}})
		warned("not allowed yet", media.Rights{Leases: []media.Lease{{From: r.now.Add(24 * time.Hour)}}})
		if _, err := room.ChangeMedia(r.Context(), &identity.Person{}, m.ID, m.Version, media.Change{}); !errs.Is(err, errs.Forbidden) {
			r.Errorf("nobody changed a picture: %v", err)
		}
	})
}

// A picture in which somebody must not be shown keeps a story back until somebody signs it off; a child without a parent's
// consent and a reader's picture without that of those shown are spoken of.
func TestConsentIsChecked(t *testing.T) {
	each(t, func(r room) {
		l, err := media.Open(r.db, t.TempDir())
		if err != nil {
			r.Fatal(err)
		}
		room := workflow.New(workflow.Config{DB: r.db, Media: l})
		var file bytes.Buffer
		if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
			r.Fatal(err)
		}
		m, err := room.AddMedia(r.Context(), paul, media.Upload{Name: "a.png", Body: &file, Facts: media.Facts{Credit: "Jo"}, Rights: media.Rights{
			Category: "reader", Consent: media.Consent{Minor: true, Ban: true},
		}})
		if err != nil {
			r.Fatal(err)
		}
		c := clean("River falls")
		c.Lead = &published.Lead{Media: m.ID, Alt: "A river"}
		s := r.create(paul, c)
		var codes []string
		issues, err := r.Checks(r.Context(), paul, s.ID)
		for _, i := range issues {
			codes = append(codes, string(i.Level)+" "+i.Code)
		}
		if want := []string{"must rights_ban", "consider rights_minor", "consider rights_unasked"}; err != nil || !slices.Equal(codes, want) {
			r.Errorf("checks: %q %v, want %q", codes, err, want)
		}
		var b *workflow.BlockedError
		if _, err := r.Publish(r.Context(), paul, s.ID, workflow.Publication{}); !errors.As(err, &b) {
			r.Errorf("published under a ban: %v", err)
		}
		rights := m.Rights
		rights.Consent = media.Consent{Given: true, Minor: true, Guardian: true}
		if _, err := room.ChangeMedia(r.Context(), paul, m.ID, m.Version, media.Change{Rights: &rights}); err != nil {
			r.Fatal(err)
		}
		if issues, err := r.Checks(r.Context(), paul, s.ID); err != nil || len(issues) > 0 {
			r.Errorf("with every consent: %v %v", issues, err)
		}
	})
}

// A film whose still is a picture of the library goes out no longer than that picture may be shown.
func TestRightsOfAStillBlock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "port.mp4")
	if out, err := exec.Command("ffmpeg", append(strings.Fields("-v error -f lavfi -i testsrc2=s=320x180:r=10:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p"), path)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	film, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(r room) {
		l, err := media.Open(r.db, t.TempDir())
		if err != nil {
			r.Fatal(err)
		}
		room := workflow.New(workflow.Config{DB: r.db, Media: l})
		bring := func(name string, file []byte) media.Item {
			m, err := room.AddMedia(r.Context(), paul, media.Upload{Name: name, Body: bytes.NewReader(file), Facts: media.Facts{Credit: "Jo"}})
			if err != nil {
				r.Fatal(err)
			}
			return m
		}
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 400, 300))); err != nil {
			r.Fatal(err)
		}
		picture, m := bring("a.png", b.Bytes()), bring("port.mp4", film)
		if _, err := room.ChoosePicture(r.Context(), paul, m.ID, picture.ID); err != nil {
			r.Fatal(err)
		}
		if _, err := room.ChangeMedia(r.Context(), paul, picture.ID, picture.Version, media.Change{Rights: &media.Rights{Cost: "no"}}); err != nil {
			r.Fatal(err)
		}
		c := clean("River falls")
		c.Lead = &published.Lead{Media: m.ID, Alt: "A river"}
		var blocked *workflow.BlockedError
		if _, err := r.Publish(r.Context(), paul, r.create(paul, c).ID, workflow.Publication{}); !errors.As(err, &blocked) || blocked.Issues[0].Code != "rights_denied" {
			r.Errorf("published with a still that may not be shown: %v", err)
		}
	})
}
