package media_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

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

func library(t testing.TB, d *db.DB) (*media.Library, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := media.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	return media.New(d, s), dir
}

func add(t testing.TB, d *db.DB, l *media.Library, in media.PictureInput) doc.Media {
	t.Helper()
	var m doc.Media
	err := d.InTx(t.Context(), func(tx *db.Tx) (err error) {
		m, err = l.AddPicture(t.Context(), tx, in)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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
	read := jpeg.Decode
	if r.Type == "image/webp" {
		read = webp.Decode
	}
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

func TestPicture(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, _ := library(t, d)
		src := scene(1500, 1000, .1, .3)
		in := media.PictureInput{Image: src, Key: "demo/hills", Alt: "Hills", Caption: "The hills.", Credit: "Ana/Ledger", Focus: &media.Focus{X: .1, Y: .3}}
		m := add(t, d, l, in)
		if m.Kind != "photo" || m.Width != 1500 || m.Height != 1000 || m.Alt != "Hills" || m.Caption != "The hills." || m.Credit != "Ana/Ledger" || m.FocusX != .1 || m.FocusY != .3 {
			t.Errorf("medium: %+v", m)
		}
		var got []string
		for _, r := range m.Renditions {
			got = append(got, fmt.Sprintf("%s %d×%d", r.Type, r.Width, r.Height))
			if share := red(decoded(t, l, r)); share < .008 || share > .025 {
				t.Errorf("%s: the sun covers %.3f of it", r.URL, share)
			}
		}
		want := []string{
			"image/webp 320×213", "image/webp 480×320", "image/webp 640×427", "image/webp 800×533", "image/webp 1216×811",
			"image/jpeg 320×213", "image/jpeg 480×320", "image/jpeg 640×427", "image/jpeg 800×533", "image/jpeg 1216×811",
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("renditions: %v", got)
		}
		got = nil
		for _, c := range m.Crops {
			for _, r := range c.Renditions {
				got = append(got, fmt.Sprintf("%s %s %d×%d", c.Ratio, r.Type, r.Width, r.Height))
				if share := red(decoded(t, l, r)); share < .009 {
					t.Errorf("%s lost what it had to keep: %.4f", r.URL, share)
				}
			}
		}
		want = []string{
			"16:9 image/jpeg 1200×675", "4:3 image/jpeg 1200×900", "1:1 image/webp 112×112", "1:1 image/webp 224×224",
			"1:1 image/jpeg 112×112", "1:1 image/jpeg 224×224", "1:1 image/jpeg 1000×1000",
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("crops: %v", got)
		}
		if again := add(t, d, l, in); !reflect.DeepEqual(again, m) {
			t.Errorf("the same picture again: %+v", again)
		}
		if stored, err := l.Media(t.Context(), m.ID); err != nil || !reflect.DeepEqual(stored, m) {
			t.Errorf("stored: %+v %v", stored, err)
		}
		in.Key = "demo/other"
		if other := add(t, d, l, in); other.ID == m.ID {
			t.Error("another key gave the same medium")
		}
	})
}

func TestCropsFollowTheFocus(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	src := scene(900, 300, .9, .5)
	with := add(t, d, l, media.PictureInput{Image: src, Key: "a", Focus: &media.Focus{X: .9, Y: .5}})
	without := add(t, d, l, media.PictureInput{Image: src, Key: "b"})
	square := func(m doc.Media) doc.Rendition { return m.Crops[2].Renditions[len(m.Crops[2].Renditions)-1] }
	if share := red(decoded(t, l, square(with))); share < .015 {
		t.Errorf("with its focus the sun covers %.4f", share)
	}
	if share := red(decoded(t, l, square(without))); share != 0 {
		t.Errorf("in the middle there is no sun, but it covers %.4f", share)
	}
	if square(with).Width != 300 || with.Renditions[1].Width != 480 || with.Renditions[3].Width != 800 || with.Renditions[4].Width != 900 {
		t.Errorf("nothing is made larger: %+v", with.Renditions)
	}
}

func TestFilesAsTheyCome(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	src := scene(330, 220, .1, .2)
	var j, p, w bytes.Buffer
	if err := errors.Join(jpeg.Encode(&j, src, nil), png.Encode(&p, src), webp.Encode(&w, src)); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"jpeg": j.Bytes(), "png": p.Bytes(), "webp": w.Bytes()} {
		m := add(t, d, l, media.PictureInput{Bytes: b, Key: name})
		if m.Width != 330 || len(m.Renditions) != 2 || m.Renditions[0].Width != 320 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	// EXIF orientation 6: the camera was held upright, the top is at the right.
	exif := []byte("\xFF\xE1\x00\x22Exif\x00\x00MM\x00\x2A\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	turned := append(append([]byte("\xFF\xD8"), exif...), j.Bytes()[2:]...)
	m := add(t, d, l, media.PictureInput{Bytes: turned, Key: "turned"})
	if m.Width != 220 || m.Height != 330 {
		t.Fatalf("turned: %d × %d", m.Width, m.Height)
	}
	at := decoded(t, l, m.Renditions[1]).At(int(.8*220), int(.1*330)) // what was left and above is now above and right
	if r, g, _, _ := at.RGBA(); r < 0x9000 || g > 0x6000 {
		t.Errorf("the sun did not turn with the picture: %v", at)
	}
	flat := image.NewNRGBA(image.Rect(5, 5, 105, 65)) // transparent, and not from the origin
	m = add(t, d, l, media.PictureInput{Image: flat, Key: "transparent"})
	if m.Colour != "#ffffff" || m.Renditions[0].Width != 100 {
		t.Errorf("transparent becomes white: %+v", m)
	}
}

// header is the beginning of a PNG of that size: enough to be judged, not enough to be read.
func header(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	b = append(b, byte(w>>24), byte(w>>16), byte(w>>8), byte(w), byte(h>>24), byte(h>>16), byte(h>>8), byte(h), 8, 2, 0, 0, 0)
	sum := crc32.ChecksumIEEE(b[12:])
	return append(b, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
}

func TestBadPicturesAreRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	var j bytes.Buffer
	if err := jpeg.Encode(&j, scene(200, 100, .5, .5), nil); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		in   media.PictureInput
		want string
	}{
		"nothing":   {media.PictureInput{}, "no picture"},
		"empty":     {media.PictureInput{Bytes: []byte{}}, "not a GIF, JPEG, PNG or WebP"},
		"text":      {media.PictureInput{Bytes: []byte("<svg/>")}, "not a GIF, JPEG, PNG or WebP"},
		"truncated": {media.PictureInput{Bytes: j.Bytes()[:j.Len()/2]}, "damaged jpeg"},
		"bomb":      {media.PictureInput{Bytes: header(19_000, 19_000)}, "19000 × 19000"},
		"long":      {media.PictureInput{Bytes: header(4_000_000_000, 20)}, "picture"},
		"dot":       {media.PictureInput{Image: image.NewGray(image.Rect(0, 0, 1, 1))}, "1 × 1"},
	} {
		_, err := l.Picture(t.Context(), test.in)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		if err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: kind %v", name, errs.KindOf(err))
		}
	}
}

func TestNothingIsKnownBeforeItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, _ := library(t, d)
		in := media.PictureInput{Image: scene(200, 200, .5, .5), Key: "k"}
		p, err := l.Picture(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		id := p.Media().ID
		fail := errors.New("stop")
		err = d.InTx(t.Context(), func(tx *db.Tx) error {
			if _, err := l.Save(t.Context(), tx, p); err != nil {
				return err
			}
			return fail
		})
		if !errors.Is(err, fail) {
			t.Fatal(err)
		}
		if _, err := l.Media(t.Context(), id); !errs.Is(err, errs.NotFound) {
			t.Errorf("after the rollback: %v", err)
		}
		var m doc.Media
		err = d.InTx(t.Context(), func(tx *db.Tx) (err error) {
			m, err = l.Save(t.Context(), tx, p)
			return err
		})
		if err != nil || m.ID != id {
			t.Fatalf("saved: %+v %v", m, err)
		}
		if again, err := l.Picture(t.Context(), in); err != nil || !reflect.DeepEqual(again.Media(), m) {
			t.Errorf("again: %v", err)
		}
	})
}

func TestVideo(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	in := media.VideoInput{
		MP4: []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42data"), Width: 1280, Height: 720, Duration: 9, Key: "clip",
		Poster: media.PictureInput{Image: scene(640, 360, .5, .5), Alt: "A hill"}, Caption: "Hills.", Credit: "Ana", Transcript: "Wind.",
		Tracks: []media.TrackInput{{VTT: []byte("WEBVTT\n\n00:00.000 --> 00:02.000\nWind."), Kind: "captions", Lang: "en", Label: "English"}},
	}
	var m doc.Media
	for range 2 {
		before := m
		err := d.InTx(t.Context(), func(tx *db.Tx) (err error) {
			m, err = l.AddVideo(t.Context(), tx, in)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if before.ID != "" && !reflect.DeepEqual(before, m) {
			t.Errorf("the same video again: %+v", m)
		}
	}
	if m.Kind != "video" || m.Duration != 9 || m.Transcript != "Wind." || m.Poster.Alt != "A hill" || len(m.Poster.Crops) != 3 || m.Tracks[0].Label != "English" {
		t.Errorf("video: %+v", m)
	}
	if got := fetch(t, l, m.Renditions[0]); !bytes.Equal(got, in.MP4) {
		t.Errorf("file: %q", got)
	}
	decoded(t, l, m.Poster.Renditions[0])
	if id, name, ok := media.ParsePath(m.Tracks[0].URL); !ok || id != m.ID || !strings.HasSuffix(name, ".vtt") {
		t.Errorf("track %s", m.Tracks[0].URL)
	}
	if id, _, _ := media.ParsePath(m.Poster.Renditions[0].URL); id != m.ID {
		t.Errorf("the poster's files belong to %s, not to the video", id)
	}
	for want, spoil := range map[string]func(*media.VideoInput){
		"ftyp":          func(v *media.VideoInput) { v.MP4 = []byte("RIFFxxxxAVI nothing") },
		"not possible":  func(v *media.VideoInput) { v.Width = 0 },
		"WEBVTT":        func(v *media.VideoInput) { v.Tracks[0].VTT = []byte("1\n00:00:00,000") },
		"neither":       func(v *media.VideoInput) { v.Tracks[0].Kind = "karaoke" },
		"language tag":  func(v *media.VideoInput) { v.Tracks[0].Lang = "english please" },
		"no picture":    func(v *media.VideoInput) { v.Poster = media.PictureInput{} },
		"of -1 seconds": func(v *media.VideoInput) { v.Duration = -1 },
	} {
		bad := in
		bad.Tracks = []media.TrackInput{in.Tracks[0]}
		spoil(&bad)
		if _, err := l.Video(t.Context(), bad); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestOpenFileKnowsOnlyItsFiles(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	m := add(t, d, l, media.PictureInput{Image: scene(100, 100, .5, .5), Key: "k"})
	_, name, _ := media.ParsePath(m.Renditions[0].URL)
	for _, ask := range [][2]string{{m.ID, "w99-00000000.webp"}, {m.ID, "../masthead.db"}, {m.ID, ""}, {"mnone", name}, {"../" + m.ID, name}, {"", name}} {
		if _, err := l.OpenFile(t.Context(), ask[0], ask[1]); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", ask, err)
		}
	}
}

// brokenOff gives half of a file and then fails, as a dropped connection does.
type brokenOff struct{ n int }

func (b *brokenOff) Read(p []byte) (int, error) {
	if b.n -= len(p); b.n < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return len(p), nil
}

func files(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestStore(t *testing.T) {
	dir := t.TempDir()
	s, err := media.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Put(t.Context(), &brokenOff{100_000}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken off: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Put(ended, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("failures left %v", left)
	}
	const hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2 §B.1
	for range 2 {
		got, n, err := s.Put(t.Context(), strings.NewReader("abc"))
		if got != hash || n != 3 || err != nil {
			t.Fatalf("put: %s %d %v", got, n, err)
		}
	}
	if all := files(t, dir); !reflect.DeepEqual(all, []string{"ba/" + hash}) {
		t.Errorf("files: %v", all)
	}
	f, err := s.Open(hash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if b, err := io.ReadAll(f); string(b) != "abc" || err != nil {
		t.Errorf("read %q %v", b, err)
	}
	for _, bad := range []string{"", "../../etc/passwd", strings.Repeat("0", 64), strings.ToUpper(hash), "tmp"} {
		if _, err := s.Open(bad); !errs.Is(err, errs.NotFound) {
			t.Errorf("open %q: %v", bad, err)
		}
	}
}

// A process that died left a part of a file. Nobody sees it, and the next sweep takes it away.
func TestHalfAFileIsNeverSeen(t *testing.T) {
	dir := t.TempDir()
	s, err := media.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "tmp", "put-1")
	if err := os.WriteFile(half, []byte("ab"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open("put-1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("open: %v", err)
	}
	info, err := os.Stat(half)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(info.ModTime()); err != nil || len(files(t, dir)) != 1 {
		t.Errorf("a file at work was swept: %v", err)
	}
	if err := s.Sweep(info.ModTime().Add(time.Second)); err != nil || len(files(t, dir)) != 0 {
		t.Errorf("swept: %v %v", files(t, dir), err)
	}
}

func FuzzParsePath(f *testing.F) {
	for _, s := range []string{"/media/m1/w320-0123abcd.webp", "/media/m1/../x-0123abcd.webp", "/media//a-0123abcd.jpg", "/media/m1/a.b-0123abcd.jpg", "/media/m1/-0123abcd.jpg", "media", "/media/m/a-0123abcd.jpg/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, name, ok := media.ParsePath(s)
		if !ok {
			return
		}
		if media.Path(id, name) != s || strings.Contains(s, "..") || strings.Count(s, "/") != 3 || filepath.Base(name) != name {
			t.Errorf("%q was taken for %q and %q", s, id, name)
		}
	})
}

func FuzzPicture(f *testing.F) {
	var j bytes.Buffer
	if err := jpeg.Encode(&j, scene(20, 20, .5, .5), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(j.Bytes())
	f.Add(append([]byte("\xFF\xD8\xFF\xE1\x00\x22Exif\x00\x00MM\x00\x2A\x00\x00\x00\x08\xFF\xFF\x01\x12\x00\x03"), j.Bytes()[2:]...))
	f.Add(header(20, 20))
	d := dbtest.SQLite(f)
	l, _ := library(f, d)
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := l.Picture(t.Context(), media.PictureInput{Bytes: b}); err == nil && p.Media().Width < 16 {
			t.Errorf("taken with a width of %d", p.Media().Width)
		} else if err != nil && !errs.Is(err, errs.Invalid) {
			t.Error(err)
		}
	})
}

// FuzzEXIF gives a JPEG whose EXIF segment is anything and whose pixels are missing, so that no time goes into
// making sizes.
func FuzzEXIF(f *testing.F) {
	var j bytes.Buffer
	if err := jpeg.Encode(&j, scene(20, 20, .5, .5), nil); err != nil {
		f.Fatal(err)
	}
	rest := j.Bytes()[2 : j.Len()-40]
	f.Add([]byte("MM\x00\x2A\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("II\x2A\x00\x08\x00\x00\x00\xFF\xFF\x12\x01"))
	f.Add([]byte("MM\x00\x2A\xFF\xFF\xFF\xFF"))
	l, _ := library(f, dbtest.SQLite(f))
	f.Fuzz(func(t *testing.T, exif []byte) {
		if len(exif) > 60_000 {
			return
		}
		n := len(exif) + 8
		b := append([]byte("\xFF\xD8\xFF\xE1"), byte(n>>8), byte(n))
		b = append(append(append(b, "Exif\x00\x00"...), exif...), rest...)
		if _, err := l.Picture(t.Context(), media.PictureInput{Bytes: b}); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "damaged jpeg") {
			t.Errorf("a JPEG without pixels: %v", err)
		}
	})
}

func BenchmarkPicture(b *testing.B) {
	l, _ := library(b, dbtest.SQLite(b))
	src := scene(2400, 1600, .3, .3)
	for i := range b.N {
		if _, err := l.Picture(b.Context(), media.PictureInput{Image: src, Key: fmt.Sprint(i)}); err != nil {
			b.Fatal(err)
		}
	}
}
