package workflow_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
