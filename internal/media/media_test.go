package media_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/webp"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/media"
)

// scene draws a landscape: a sky that pales to the ground, hills, and a red disc that shows where a crop went.
func scene(w, h int, sunX, sunY float64) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	hills := make([]float64, w)
	for x := range hills {
		hills[x] = .7 + .1*math.Sin(float64(x)/float64(w)*9)
	}
	for y := range h {
		for x := range w {
			fy := float64(y) / float64(h)
			c := color.RGBA{uint8(40 + 120*fy), uint8(90 + 100*fy), 200, 255}
			if fy > hills[x] {
				c = color.RGBA{30, uint8(90 + (x*7+y*13)%30), 40, 255}
			}
			dx, dy := float64(x)-sunX*float64(w), float64(y)-sunY*float64(h)
			if r := float64(h) / 12; dx*dx+dy*dy < r*r {
				c = color.RGBA{220, 20, 20, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func library(t testing.TB, d *db.DB) (*media.Library, string) {
	t.Helper()
	dir := t.TempDir()
	l, err := media.Open(d, dir)
	if err != nil {
		t.Fatal(err)
	}
	return l, dir
}

func add(t testing.TB, d *db.DB, l *media.Library, up media.Upload) media.Item {
	t.Helper()
	p, err := l.TakeIn(t.Context(), up)
	if err != nil {
		t.Fatal(err)
	}
	var m media.Item
	in(t, d, func(tx *db.Tx) error {
		m, err = l.Save(t.Context(), tx, "ana", p)
		return err
	})
	return m
}

func in(t testing.TB, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// makeAll does the work that Save left.
func makeAll(t testing.TB, d *db.DB, l *media.Library, id string) media.Item {
	t.Helper()
	made, err := l.Make(t.Context(), id)
	if err != nil || made == nil {
		t.Fatalf("make: %v %v", made, err)
	}
	var m media.Item
	in(t, d, func(tx *db.Tx) error {
		var ok bool
		if m, ok, err = l.Finish(t.Context(), tx, made); err == nil && !ok {
			err = errors.New("not written")
		}
		return err
	})
	return m
}

// fetch reads a rendition as a reader would, by its address.
func fetch(t *testing.T, l *media.Library, r doc.Rendition) []byte {
	t.Helper()
	id, name, ok := media.ParsePath(r.URL)
	if !ok {
		t.Fatalf("address %q", r.URL)
	}
	f, err := l.OpenFile(t.Context(), id, name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(b)) != r.Bytes || f.Size != r.Bytes || f.Type != r.Type || len(f.ETag) != 34 || f.Modified.IsZero() {
		t.Errorf("%s: %d bytes, %+v", r.URL, len(b), f)
	}
	return b
}

func decoded(t *testing.T, l *media.Library, r doc.Rendition) image.Image {
	t.Helper()
	read := map[string]func(io.Reader) (image.Image, error){"image/avif": avif.Decode, "image/webp": webp.Decode, "image/jpeg": jpeg.Decode}[r.Type]
	m, err := read(bytes.NewReader(fetch(t, l, r)))
	if err != nil {
		t.Fatalf("%s: %v", r.URL, err)
	}
	if b := m.Bounds(); b.Dx() != r.Width || b.Dy() != r.Height {
		t.Errorf("%s is %v, said to be %d × %d", r.URL, b, r.Width, r.Height)
	}
	return m
}

func red(m image.Image) float64 {
	n, all, b := 0, 0, m.Bounds()
	step := max(1, b.Dx()/200) // enough to know
	for y := b.Min.Y; y < b.Max.Y; y += step {
		for x := b.Min.X; x < b.Max.X; x += step {
			all++
			if r, g, bl, _ := m.At(x, y).RGBA(); r > 0x9000 && g < 0x5000 && bl < 0x5000 {
				n++
			}
		}
	}
	return float64(n) / float64(all)
}

func sizes(list []doc.Rendition) (got []string) {
	for _, r := range list {
		got = append(got, fmt.Sprintf("%s %d×%d", strings.TrimPrefix(r.Type, "image/"), r.Width, r.Height))
	}
	return got
}

func TestPicture(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, dir := library(t, d)
		file := asJPEG(t, scene(1500, 1000, .1, .3))
		up := media.Upload{
			Name: "hills.JPG", Body: bytes.NewReader(file), Key: "one", Alt: "Hills",
			Facts: media.Facts{Caption: "The hills.", Credit: "Ana/Ledger"}, Focus: &media.Focus{X: .1, Y: .3},
		}
		m := add(t, d, l, up)
		if m.Kind != "photo" || m.Width != 1500 || m.Height != 1000 || m.Alt != "Hills" || m.Caption != "The hills." || m.Credit != "Ana/Ledger" ||
			m.FocusX != .1 || m.FocusY != .3 || m.State != media.Making || m.Version != 1 || m.Who != "ana" || m.Original.Name != "hills.JPG" || m.Original.Size != int64(len(file)) {
			t.Errorf("medium: %+v", m)
		}
		if got, want := sizes(m.Renditions), []string{"jpeg 320×213", "jpeg 640×427", "jpeg 1216×811"}; !reflect.DeepEqual(got, want) {
			t.Errorf("at once: %v", got)
		}
		first := m.Renditions[0]
		m = makeAll(t, d, l, m.ID)
		var want []string
		for _, typ := range []string{"avif", "webp", "jpeg"} {
			for _, s := range []string{"320×213", "480×320", "640×427", "800×533", "1216×811", "1500×1000"} {
				want = append(want, typ+" "+s)
			}
		}
		if got := sizes(m.Renditions); !reflect.DeepEqual(got, want) || m.State != media.Ready {
			t.Errorf("renditions: %v, %s", got, m.State)
		}
		for _, r := range m.Renditions {
			if share := red(decoded(t, l, r)); share < .008 || share > .025 {
				t.Errorf("%s: the sun covers %.3f of it", r.URL, share)
			}
		}
		var got []string
		for _, c := range m.Crops {
			for i, s := range sizes(c.Renditions) {
				got = append(got, c.Ratio+" "+s)
				if share := red(decoded(t, l, c.Renditions[i])); share < .009 {
					t.Errorf("%s lost what it had to keep: %.4f", c.Renditions[i].URL, share)
				}
			}
		}
		want = []string{
			"16:9 jpeg 1200×675", "4:3 jpeg 1200×900", "1:1 avif 112×112", "1:1 avif 224×224", "1:1 webp 112×112", "1:1 webp 224×224",
			"1:1 jpeg 112×112", "1:1 jpeg 224×224", "1:1 jpeg 1000×1000",
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("crops: %v", got)
		}
		if stored, err := l.Item(t.Context(), m.ID); err != nil || !reflect.DeepEqual(stored.Media, m.Media) {
			t.Errorf("stored: %+v %v", stored, err)
		}
		if again, err := l.Make(t.Context(), m.ID); again != nil || err != nil {
			t.Errorf("made twice: %v %v", again, err)
		}
		up.Body = bytes.NewReader(file)
		if again := add(t, d, l, up); again.ID != m.ID || again.State != media.Ready {
			t.Errorf("the same picture again: %+v", again)
		}
		up.Key, up.Body = "two", bytes.NewReader(file)
		if other := add(t, d, l, up); other.ID == m.ID {
			t.Error("another key gave the same medium")
		}
		// The original is what came, and readers do not get it.
		if _, err := l.OpenFile(t.Context(), m.ID, m.Original.File); !errs.Is(err, errs.NotFound) {
			t.Errorf("readers get the original: %v", err)
		}
		f, err := l.OpenStaffFile(t.Context(), m.ID, m.Original.File)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := io.ReadAll(f)
		f.Close()
		if err != nil || !bytes.Equal(kept, file) {
			t.Errorf("the original has %d bytes of %d, %v", len(kept), len(file), err)
		}
		// An address from before leads to what took its place.
		id, name, _ := media.ParsePath(first.URL)
		if near, ok, err := l.Nearest(t.Context(), id, strings.Replace(name, "w320-", "w330-", 1)); err != nil || !ok || !strings.HasPrefix(near, "w480-") || !strings.HasSuffix(near, ".jpg") {
			t.Errorf("nearest to w330: %s %v %v", near, ok, err)
		}
		var faults []media.Fault
		n, verified, err := l.Verify(t.Context(), func(f media.Fault) { faults = append(faults, f) })
		if err != nil || len(faults) > 0 || n < 25 || verified != 2 {
			t.Errorf("verify: %d files of %d media, %v, %v", n, verified, faults, err)
		}
		// What is changed, gone or nobody's on the disk is found.
		blob := func(name string) string {
			file, err := l.OpenStaffFile(t.Context(), m.ID, name)
			if err != nil {
				t.Fatal(err)
			}
			file.Close()
			list, _ := filepath.Glob(filepath.Join(dir, "*", strings.Trim(file.ETag, `"`)+"*"))
			return list[0]
		}
		_, wide, _ := media.ParsePath(m.Renditions[4].URL)
		_, small, _ := media.ParsePath(m.Renditions[6].URL)
		if err := os.Remove(blob(wide)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(blob(small), []byte("other"), 0o644); err != nil {
			t.Fatal(err)
		}
		old := time.Now().AddDate(0, 0, -3)
		stray := filepath.Join(dir, "ab", "ab"+strings.Repeat("0", 62))
		_ = os.Mkdir(filepath.Dir(stray), 0o755)
		if err := errors.Join(os.WriteFile(stray, nil, 0o644), os.Chtimes(stray, old, old)); err != nil {
			t.Fatal(err)
		}
		_, _, err = l.Verify(t.Context(), func(f media.Fault) {
			if !media.IsHash(f.Hash) {
				t.Errorf("%+v does not say which file", f)
			}
			f.Hash = ""
			faults = append(faults, f)
		})
		wantFaults := map[media.Fault]bool{{Kind: "missing", Media: m.ID, Name: wide}: true, {Kind: "changed", Media: m.ID, Name: small}: true, {Kind: "orphan", Name: filepath.Base(stray)}: true}
		for _, f := range faults {
			delete(wantFaults, f)
		}
		if err != nil || len(wantFaults) > 0 || len(faults) > 4 { // the other key's medium has files of the same content
			t.Errorf("faults: %v, not found: %v, %v", faults, wantFaults, err)
		}
		yesterday := time.Now().AddDate(0, 0, -1)
		if n, err := l.Sweep(t.Context(), yesterday); n != 0 || err != nil {
			t.Errorf("swept %d that the library never stored, %v", n, err)
		}
		if n, err := l.SweepOrphans(t.Context(), yesterday); n != 1 || err != nil {
			t.Errorf("swept %d orphans, %v", n, err)
		}
		// Who brings the file again brings back what the disk lost.
		if err := os.Remove(blob(m.Original.File)); err != nil {
			t.Fatal(err)
		}
		up.Key, up.Body = "one", bytes.NewReader(file)
		if p, err := l.TakeIn(t.Context(), up); err != nil || !p.Known() {
			t.Errorf("again: %v", err)
		}
		if f, err = l.OpenStaffFile(t.Context(), m.ID, m.Original.File); err != nil {
			t.Errorf("the original did not come back: %v", err)
		} else {
			f.Close()
		}
	})
}

// A sweep takes what the library let go a day ago, and neither what is in use nor anything that another database knows.
func TestSweep(t *testing.T) {
	now := time.Now()
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		l, dir := library(t, d)
		m := add(t, d, l, media.Upload{Name: "a.jpg", Body: bytes.NewReader(asJPEG(t, scene(400, 300, .5, .5)))})
		left := func() int {
			list, _ := filepath.Glob(filepath.Join(dir, "??", "*"))
			return len(list)
		}
		all := left()
		sweep := func(what string, lib *media.Library, want int) {
			t.Helper()
			before := left()
			if n, err := lib.Sweep(t.Context(), now.AddDate(0, 0, -1)); n != want || err != nil || before-left() != want {
				t.Errorf("%s: %d were swept, want %d of %d; %v", what, n, want, before, err)
			}
		}
		other, err := media.Open(dbtest.SQLite(t), dir)
		if err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 7)
		sweep("in use", l, 0)
		sweep("of another database", other, 0)
		in(t, d, func(tx *db.Tx) error { return l.Remove(t.Context(), tx, m.ID) })
		now = now.AddDate(0, 0, 29)
		sweep("can be brought back", l, 0)
		now = now.AddDate(0, 0, 2)
		sweep("let go just now", l, 0)
		now = now.AddDate(0, 0, 2)
		sweep("let go", l, all)
	})
}

// TestRemoved: what was removed is found only as such, comes back as it was, and goes with its files after thirty days.
func TestRemoved(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		began := time.Now()
		defer func() { now = began }()
		l, dir := library(t, d)
		file := asJPEG(t, scene(300, 200, .5, .5))
		up := func() media.Upload {
			return media.Upload{Name: "River.jpg", Body: bytes.NewReader(file), Facts: media.Facts{Credit: "Jo"}}
		}
		m := add(t, d, l, up())
		remove := func() {
			t.Helper()
			in(t, d, func(tx *db.Tx) error { return l.Remove(t.Context(), tx, m.ID) })
		}
		list := func(q string) (n int) {
			t.Helper()
			ask, err := media.ParseQuery(q)
			if err != nil {
				t.Fatal(err)
			}
			p, err := l.List(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			return len(p.Items)
		}
		remove()
		if list("river") != 0 || list("river is:removed") != 1 {
			t.Errorf("in the library %d, removed %d", list("river"), list("river is:removed"))
		}
		if _, err := media.Find(t.Context(), d, m.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("a story finds what was removed: %v", err)
		}
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := l.Alter(t.Context(), tx, "ben", m.ID, 1, media.Change{})
			return err
		})
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("what was removed is changed: %v", err)
		}
		back := func(how string, m media.Item) {
			t.Helper()
			if now, err := l.Item(t.Context(), m.ID); err != nil || !now.Removed.IsZero() || now.Facts.Credit != "Jo" || list("river") != 1 {
				t.Errorf("brought back by %s: %+v %v", how, now.Facts, err)
			}
			f, err := l.OpenStaffFile(t.Context(), m.ID, m.Original.File)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, file) {
				t.Errorf("brought back by %s: the original has %d bytes, %v", how, len(got), err)
			}
		}
		in(t, d, func(tx *db.Tx) (err error) {
			_, err = l.BringBack(t.Context(), tx, m.ID)
			return err
		})
		back("undo", m)
		remove()
		back("another upload", add(t, d, l, up()))

		// A day less than thirty keeps it; a use that was noted meanwhile keeps it longer.
		remove()
		sweep := func(after time.Duration) (there bool) {
			t.Helper()
			now = now.Add(after)
			if _, err := l.Sweep(t.Context(), now.Add(-24*time.Hour)); err != nil {
				t.Fatal(err)
			}
			_, err := l.Item(t.Context(), m.ID)
			return err == nil
		}
		if !sweep(media.Keeps - 24*time.Hour) {
			t.Fatal("it went before its time")
		}
		in(t, d, func(tx *db.Tx) error {
			return media.SetUses(t.Context(), tx, "story1", map[string]doc.Alt{m.ID: {Text: "A river"}})
		})
		if !sweep(48 * time.Hour) {
			t.Fatal("it went though a story names it")
		}
		in(t, d, func(tx *db.Tx) error { return media.SetUses(t.Context(), tx, "story1", nil) })
		if sweep(time.Minute) {
			t.Error("it is there after its time")
		}
		sweep(48 * time.Hour)
		if left, _ := filepath.Glob(filepath.Join(dir, "??", "*")); len(left) != 0 {
			t.Errorf("files are left: %v", left)
		}
	})
}

// TestTelephonesGetLightFiles: a picture full of leaves fits what a page's first picture may weigh, from its first moment.
func TestTelephonesGetLightFiles(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	leaves := scene(1000, 750, .5, .5)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range leaves.Pix {
		if i%4 != 3 {
			leaves.Pix[i] = byte(max(0, min(255, int(leaves.Pix[i])+rnd.IntN(81)-40)))
		}
	}
	m := add(t, d, l, media.Upload{Name: "leaves.jpg", Body: bytes.NewReader(asJPEG(t, leaves))})
	for _, m := range []media.Item{m, makeAll(t, d, l, m.ID)} {
		for _, r := range m.Renditions {
			n := len(fetch(t, l, r))
			t.Logf("%s, %d wide: %d bytes", r.Type, r.Width, n)
			if r.Width <= 800 && n > 90<<10 {
				t.Errorf("%s, %d wide, has %d bytes", r.Type, r.Width, n)
			}
		}
	}
}

// A size that the disk has lost leads to one that is there, not to another lost one.
func TestNearestIsThere(t *testing.T) {
	d := dbtest.SQLite(t)
	l, dir := library(t, d)
	m := add(t, d, l, media.Upload{Name: "a.jpg", Body: bytes.NewReader(asJPEG(t, scene(900, 600, .5, .5)))})
	for _, r := range m.Renditions[:2] {
		if err := os.Remove(media.DiskPath(dir, fmt.Sprintf("%x", sha256.Sum256(fetch(t, l, r))))); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range m.Renditions[:2] {
		_, name, _ := media.ParsePath(r.URL)
		if near, ok, err := l.Nearest(t.Context(), m.ID, name); err != nil || !ok || media.Path(m.ID, near) != m.Renditions[2].URL {
			t.Errorf("%s leads to %q, %v, %v", name, near, ok, err)
		}
	}
}

func TestCropsFollowTheFocus(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	m := add(t, d, l, media.Upload{Name: "a.jpg", Body: bytes.NewReader(asJPEG(t, scene(900, 300, .9, .5)))})
	m = makeAll(t, d, l, m.ID)
	square := func(m media.Item) doc.Rendition { return m.Crops[2].Renditions[len(m.Crops[2].Renditions)-1] }
	if share := red(decoded(t, l, square(m))); share != 0 {
		t.Errorf("in the middle there is no sun, but it covers %.4f", share)
	}
	if last := m.Renditions[len(m.Renditions)-1]; square(m).Width != 300 || last.Width != 900 {
		t.Errorf("nothing is made larger: %+v", m.Renditions)
	}
	old := square(m).URL
	in(t, d, func(tx *db.Tx) (err error) {
		m, err = l.Alter(t.Context(), tx, "ben", m.ID, 1, media.Change{Focus: &media.Focus{X: .9, Y: .5}})
		return err
	})
	m = makeAll(t, d, l, m.ID)
	if share := red(decoded(t, l, square(m))); share < .015 || m.Version != 2 {
		t.Errorf("with its focus the sun covers %.4f, version %d", share, m.Version)
	}
	id, name, _ := media.ParsePath(old)
	if near, ok, err := l.Nearest(t.Context(), id, name); !ok || err != nil || media.Path(id, near) != square(m).URL {
		t.Errorf("the old square leads to %s, %v", near, err)
	}
}

// A change made while the files are being made wins: what was made for the old one is not written.
func TestChangedMeanwhile(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	m := add(t, d, l, media.Upload{Name: "a.jpg", Body: bytes.NewReader(asJPEG(t, scene(400, 300, .9, .5)))})
	made, err := l.Make(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	caption := "Sunset"
	in(t, d, func(tx *db.Tx) error {
		_, err := l.Alter(t.Context(), tx, "ben", m.ID, 1, media.Change{Caption: &caption})
		return err
	})
	in(t, d, func(tx *db.Tx) error {
		_, ok, err := l.Finish(t.Context(), tx, made)
		if ok {
			t.Error("written over a newer version")
		}
		return err
	})
	if err := d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := l.Alter(t.Context(), tx, "ana", m.ID, 1, media.Change{Caption: &caption})
		return err
	}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a change of an old version: %v", err)
	}
	in(t, d, func(tx *db.Tx) (err error) {
		m, err = l.Restore(t.Context(), tx, "ana", m.ID, 1)
		return err
	})
	if v, err := l.Versions(t.Context(), m.ID); err != nil || m.Caption != "" || m.Version != 3 || len(v) != 3 || v[1].Facts.Caption != caption || v[1].Who != "ben" {
		t.Errorf("restored: %q, version %d, %+v, %v", m.Caption, m.Version, v, err)
	}
}

func TestTakeInRefuses(t *testing.T) {
	d := dbtest.SQLite(t)
	l, dir := library(t, d)
	good := asJPEG(t, scene(200, 200, .5, .5))
	head := []byte("IHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00")
	bomb := binary.BigEndian.AppendUint32(append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), head...), crc32.ChecksumIEEE(head))
	liar, err := os.ReadFile("testdata/bomb.avif") // 12,000 × 8,000 grey pixels in a container that speaks of 100 × 100
	if err != nil {
		t.Fatal(err)
	}
	zip := append(bytes.Clone(good), "PK\x03\x04evil.jar"...)
	zip = append(zip, "PK\x05\x06"+strings.Repeat("\x00", 18)...)
	for name, c := range map[string]struct {
		file string
		data []byte
		says string
	}{
		"nothing":           {"a.jpg", nil, "no picture"},
		"text":              {"a.txt", []byte("hello"), "no picture"},
		"program":           {"a.jpg", []byte("\x7fELF\x02\x01\x01"), "no picture"},
		"wrong ending":      {"a.png", good, "JPEG"},
		"cut off":           {"a.jpg", good[:len(good)/2], "damaged JPEG"},
		"head only":         {"a.jpg", good[:300], "damaged JPEG"},
		"bomb":              {"a.png", bomb, "65535 × 65535 pixels, at most"},
		"hidden bomb":       {"a.avif", liar, "more pixels than the 100 × 100"},
		"too small":         {"a.jpg", asJPEG(t, scene(10, 10, 0, 0)), "at least 16"},
		"archive behind":    {"a.jpg", zip, "ZIP"},
		"page in front":     {"a.gif", []byte("GIF89a/*<script>alert(1)</script>*/"), "web page"},
		"pdf":               {"a.jpg", append([]byte("\xff\xd8\xff\xe0\x00\x20%PDF-1.4"), good...), "PDF"},
		"entities":          {"a.svg", []byte(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>`), "entities"},
		"no drawing":        {"a.svg", []byte(`<?xml version="1.0"?><html><svg/></html>`), "not an SVG"},
		"damaged drawing":   {"a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><g>`), "damaged SVG"},
		"damaged telephone": {"a.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x08meta"), "damaged HEIC"},
		"damaged avif":      {"a.avif", []byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif\x00\x00\x00\x08meta"), "damaged AVIF"},
	} {
		p, err := l.TakeIn(t.Context(), media.Upload{Name: c.file, Body: bytes.NewReader(c.data)})
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), c.file) {
			t.Errorf("%s: %v %v", name, p, err)
		}
	}
	filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			t.Errorf("left behind: %s", path)
		}
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.TakeIn(ctx, media.Upload{Name: "a.jpg", Body: bytes.NewReader(good)}); err == nil {
		t.Error("taken in although nobody waits")
	}
}
