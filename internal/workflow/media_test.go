package workflow_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"slices"
	"testing"
	"time"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// A picture whose lease has ended keeps a story from going out; the one that has a day left does not.
func TestEndedRightsBlock(t *testing.T) {
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
		m, err := room.AddMedia(r.Context(), paul, media.Upload{Name: "a.png", Body: &file, Facts: media.Facts{Credit: "Jo"}})
		if err != nil {
			r.Fatal(err)
		}
		lease := func(until time.Time) {
			r.Helper()
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
		if list, err := l.Expiring(r.Context()); err != nil || len(list) != 1 || list[0].ID != m.ID {
			r.Errorf("expiring: %v %v", list, err)
		}
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
