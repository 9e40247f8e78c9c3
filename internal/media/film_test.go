package media_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/media"
)

// recorded makes a film with ffmpeg, which the tests need.
func recorded(t testing.TB, name, args string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("ffmpeg", append(strings.Fields("-v error -y -threads 1 "+args), path)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const clip = "-f lavfi -i testsrc2=s=854x480:r=10:d=2 -f lavfi -i sine=440:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -movflags use_metadata_tags -metadata location=+52.5200+013.4050/ -metadata creation_time=2026-05-04T10:11:12Z"

// work does the next parts of the work on a film, at most n; it reports how many there were.
func work(t testing.TB, d *db.DB, l *media.Library, id string, n int) (did int) {
	t.Helper()
	for did < n {
		made, err := l.Make(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if made == nil {
			return did
		}
		did++
		in(t, d, func(tx *db.Tx) error {
			_, ok, err := l.Finish(t.Context(), tx, made)
			if !ok {
				t.Error("what was made was not written")
			}
			return err
		})
		if !made.More() {
			return did
		}
	}
	return did
}

func TestFilm(t *testing.T) {
	file := recorded(t, "port.mp4", clip)
	if !bytes.Contains(file, []byte("+52.5200")) {
		t.Fatal("the film does not say where it was recorded")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, dir := library(t, d)
		m := add(t, d, l, media.Upload{Name: "port.mp4", Body: bytes.NewReader(file)})
		if m.Kind != "video" || m.Width != 854 || m.Height != 480 || m.Duration != 2 || m.State != media.Making || m.Facts.Taken.IsZero() {
			t.Fatalf("taken in as %+v", m)
		}
		if len(m.Renditions) != 1 || m.Renditions[0].Type != "video/mp4" {
			t.Fatalf("it does not play at once: %v", m.Renditions)
		}
		if public := fetch(t, l, m.Renditions[0]); bytes.Contains(public, []byte("+52.5200")) || len(public) != len(file) {
			t.Error("readers are told where it was recorded")
		}
		o, err := l.OpenStaffFile(t.Context(), m.ID, m.Original.File)
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := io.ReadAll(o)
		o.Close()
		if !bytes.Equal(kept, file) {
			t.Error("the original was altered")
		}

		// The still, its sizes, and the first size of the film; then the program stops.
		if n := work(t, d, l, m.ID, 3); n != 3 {
			t.Fatalf("%d parts", n)
		}
		m, _ = l.Item(t.Context(), m.ID)
		if m.Poster == nil || len(m.Poster.Crops) == 0 || m.State != media.Making || m.Progress != .5 {
			t.Errorf("after the first size: still %v, %s, %v done", m.Poster != nil, m.State, m.Progress)
		}
		if got := names(m); got != "hls v360" {
			t.Fatalf("after the first size readers get %s", got)
		}
		first := m.Renditions[1].URL
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if made, err := l.Make(stopped, m.ID); err == nil {
			t.Fatalf("work went on after the end: %v", made)
		}
		l, err = media.Open(d, dir)
		if err != nil {
			t.Fatal(err)
		}
		title := "Port" // a change that came meanwhile
		in(t, d, func(tx *db.Tx) error {
			_, err := l.Alter(t.Context(), tx, "ana", m.ID, 1, media.Change{Title: &title})
			return err
		})
		if n := work(t, d, l, m.ID, 9); n != 1 {
			t.Errorf("%d parts were made after the restart, want the one that was missing", n)
		}
		m, _ = l.Item(t.Context(), m.ID)
		if got := names(m); got != "hls v480 v360" || m.State != media.Ready || m.Fault != "" || m.Progress != 0 || m.Facts.Title != "Port" {
			t.Errorf("in the end readers get %s; %+v", got, m)
		}
		if m.Renditions[2].URL != first {
			t.Error("the first size was made again")
		}
		master := string(fetch(t, l, m.Renditions[0]))
		if m.Renditions[0].Type != "application/vnd.apple.mpegurl" || strings.Count(master, "#EXT-X-STREAM-INF") != 2 || !strings.Contains(master, "RESOLUTION=854x480") {
			t.Errorf("master:\n%s", master)
		}
		for line := range strings.Lines(master) { // every name leads to a file that readers get
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				f, err := l.OpenFile(t.Context(), m.ID, line)
				if err != nil {
					t.Fatal(err)
				}
				text, _ := io.ReadAll(f)
				f.Close()
				if !strings.Contains(string(text), pathBase(m.Renditions[1].URL)) && !strings.Contains(string(text), pathBase(first)) {
					t.Errorf("%s names no size:\n%s", line, text)
				}
			}
		}
		if n := work(t, d, l, m.ID, 9); n != 0 {
			t.Errorf("%d parts were made of what is complete", n)
		}
		if _, _, err := l.Verify(t.Context(), func(f media.Fault) { t.Errorf("%+v", f) }); err != nil {
			t.Error(err)
		}
	})
}

func pathBase(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }

// names are what readers get of a film, in order.
func names(m media.Item) string {
	var list []string
	for _, r := range m.Renditions {
		base, _, _ := strings.Cut(pathBase(r.URL), "-")
		list = append(list, base)
	}
	return strings.Join(list, " ")
}

func TestSound(t *testing.T) {
	file := recorded(t, "talk.wav", "-f lavfi -i sine=440:d=2")
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	m := add(t, d, l, media.Upload{Name: "talk.wav", Body: bytes.NewReader(file)})
	if m.Kind != "audio" || names(m) != "audio" {
		t.Errorf("taken in as %s: %s", m.Kind, names(m))
	}
	work(t, d, l, m.ID, 9)
	if m, _ = l.Item(t.Context(), m.ID); names(m) != "hls a128 a64" || m.State != media.Ready || m.Renditions[1].Type != "audio/mp4" {
		t.Errorf("%s, %s", names(m), m.State)
	}
}

func TestFilmWithoutTools(t *testing.T) {
	plays := recorded(t, "port.mp4", clip)
	camera := recorded(t, "raw.mov", "-f lavfi -i testsrc2=s=320x180:r=10:d=1 -c:v prores_ks")
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	t.Setenv("PATH", t.TempDir())
	for _, c := range []struct {
		name  string
		file  []byte
		state string
	}{{"port.mp4", plays, media.Ready}, {"raw.mov", camera, media.Failed}} {
		m := add(t, d, l, media.Upload{Name: c.name, Body: bytes.NewReader(c.file)})
		if n := work(t, d, l, m.ID, 9); n != 1 {
			t.Errorf("%s: %d parts", c.name, n)
		}
		if m, _ = l.Item(t.Context(), m.ID); m.State != c.state || !strings.Contains(m.Fault, "ffmpeg is not installed") {
			t.Errorf("%s: %s, %q", c.name, m.State, m.Fault)
		}
		if made, err := l.Make(t.Context(), m.ID); made != nil || err != nil {
			t.Errorf("%s: tried again: %v", c.name, err)
		}
	}
}

// Whatever a recorder wrote into a file, readers get it neither in the file as it came nor in what is made of it; the
// newsroom has the original to the last bit.
func TestReadersAreNotToldWhere(t *testing.T) {
	const here = "+52.5200+013.4050/"
	const tags = " -metadata title=" + here + " -metadata comment=" + here + " -metadata location=" + here + " -metadata:s location=" + here + " "
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	for _, c := range []struct{ name, args string }{
		{"port.mp4", "-f lavfi -i testsrc2=s=320x180:r=10:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p" + tags},
		{"port.webm", "-f lavfi -i testsrc2=s=320x180:r=10:d=1 -c:v libvpx -deadline realtime" + tags},
		{"talk.mp3", "-f lavfi -i sine=440:d=1 -c:a libmp3lame -write_id3v1 1" + tags},
		{"talk.ogg", "-f lavfi -i sine=440:d=1 -c:a libopus" + tags},
		{"talk.wav", "-f lavfi -i sine=440:d=1 -write_bext 1 -metadata description=" + here + tags},
		{"talk.m4a", "-f lavfi -i sine=440:d=1 -c:a aac" + tags},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := recorded(t, c.name, c.args)
			m := add(t, d, l, media.Upload{Name: c.name, Body: bytes.NewReader(file)})
			if !bytes.Contains(file, []byte(here)) || len(m.Renditions) != 1 {
				t.Fatalf("the test's file says nothing, or readers get %v", m.Renditions)
			}
			untold := func(files []doc.Rendition) {
				t.Helper()
				for _, r := range files {
					path := filepath.Join(t.TempDir(), pathBase(r.URL))
					if err := os.WriteFile(path, fetch(t, l, r), 0o600); err != nil {
						t.Fatal(err)
					}
					said, _ := exec.Command("exiftool", "-a", "-G1", "-ee", "-U", path).CombinedOutput()
					if strings.Contains(string(said), here) || strings.Contains(string(said), "GPS") || bytes.Contains(fetch(t, l, r), []byte(here)) {
						t.Errorf("%s says:\n%s", r.URL, said)
					}
				}
			}
			untold(m.Renditions)
			work(t, d, l, m.ID, 9)
			m, err := l.Item(t.Context(), m.ID)
			if err != nil || m.State != media.Ready || len(m.Renditions) < 2 {
				t.Fatalf("%v, %v", m, err)
			}
			untold(m.Renditions)
			o, err := l.OpenStaffFile(t.Context(), m.ID, m.Original.File)
			if err != nil {
				t.Fatal(err)
			}
			defer o.Close()
			if kept, _ := io.ReadAll(o); !bytes.Equal(kept, file) {
				t.Error("the original was altered")
			}
		})
	}
}

// TestFilmRefused: what is no film, or only leads to one, is refused before ffmpeg sees anything of it.
func TestFilmRefused(t *testing.T) {
	file := recorded(t, "port.mp4", clip)
	d := dbtest.SQLite(t)
	l, dir := library(t, d)
	tools := t.TempDir()
	if err := os.WriteFile(filepath.Join(tools, "ffmpeg"), []byte("#!/bin/sh\necho \"$@\" >>"+filepath.Join(tools, "asked")+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools)
	const head = "\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom"
	hls, list := "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/film.ts\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile '/etc/passwd'\n"
	for name, b := range map[string]string{
		"cut.mp4": string(file[:len(file)/2]), "empty.mp4": head,
		"hls.mp4": hls, "hls.mov": hls, "hls.webm": hls, "hls.mp3": hls, "hls.m3u8": hls, "list.mp4": list, "list.wav": list, "list.ogg": list,
		"behind.mp4": head + hls, "tag.mp3": "ID3\x03\x00\x00\x00\x00\x00\x00" + hls, "dash.mp4": "<?xml version=\"1.0\"?><MPD/>", "words.sdp": "v=0\r\nc=IN IP4 127.0.0.1\r\nm=video 1 RTP/AVP 96\r\n",
	} {
		if _, err := l.TakeIn(t.Context(), media.Upload{Name: name, Body: strings.NewReader(b)}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asked, err := os.ReadFile(filepath.Join(tools, "asked")); err == nil {
		t.Errorf("ffmpeg was asked: %s", asked)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestFilmEdits(t *testing.T) {
	file := recorded(t, "port.mp4", "-f lavfi -i testsrc2=s=320x180:r=10:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, _ := library(t, d)
		m := add(t, d, l, media.Upload{Name: "port.mp4", Body: bytes.NewReader(file)})
		work(t, d, l, m.ID, 9)
		apply := func(e *media.Edit, err error) media.Item {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			in(t, d, func(tx *db.Tx) error { m, err = l.Apply(t.Context(), tx, "ana", e); return err })
			return m
		}
		frames, err := l.Frames(t.Context(), m.ID)
		if err != nil || len(frames) == 0 {
			t.Fatalf("stills to choose: %v %v", frames, err)
		}
		for what, change := range map[string]func() (*media.Edit, error){
			"a still of the film": func() (*media.Edit, error) { return l.Frame(t.Context(), m.ID, frames[0]) },
			"a picture":           func() (*media.Edit, error) { return l.Still(t.Context(), m.ID, asJPEG(t, scene(640, 360, .2, .2))) },
		} {
			was, _ := l.Item(t.Context(), m.ID)
			now := apply(change())
			work(t, d, l, m.ID, 9)
			now, _ = l.Item(t.Context(), m.ID)
			if now.Version != was.Version+1 || now.State != media.Ready || len(now.Poster.Crops) == 0 || names(now) != "hls v180" {
				t.Errorf("%s: %+v", what, now)
			}
			decoded(t, l, now.Poster.Renditions[len(now.Poster.Renditions)-1])
		}
		if _, err := l.Frame(t.Context(), m.ID, m.Original.File); !errs.Is(err, errs.NotFound) {
			t.Errorf("the original was chosen as a still: %v", err)
		}
		srt := []byte("1\r\n00:00:00,000 --> 00:00:01,500\r\nThe port is open.\r\n")
		apply(l.Track(t.Context(), m.ID, media.TrackInput{VTT: srt, Kind: "captions", Lang: "en", Label: "English"}))
		apply(l.Track(t.Context(), m.ID, media.TrackInput{VTT: srt, Kind: "captions", Lang: "en", Label: "English (new)"}))
		if len(m.Tracks) != 1 || m.Tracks[0].Label != "English (new)" || m.Transcript != "The port is open." {
			t.Errorf("tracks %v, transcript %q", m.Tracks, m.Transcript)
		}
		if _, err := l.Track(t.Context(), m.ID, media.TrackInput{VTT: srt, Kind: "chapters", Lang: "en"}); !errs.Is(err, errs.Invalid) {
			t.Errorf("chapters: %v", err)
		}
		apply(l.DropTrack(m.ID, m.Tracks[0].URL), nil)
		apply(l.Transcript(m.ID, " One.\r\nTwo.\n"))
		if len(m.Tracks) != 0 || m.Transcript != "One.\nTwo." {
			t.Errorf("tracks %v, transcript %q", m.Tracks, m.Transcript)
		}
		if _, _, err := l.Verify(t.Context(), func(f media.Fault) {
			if f.Kind != "orphan" {
				t.Errorf("%+v", f)
			}
		}); err != nil {
			t.Error(err)
		}
	})
}

// TestStillOfTheLibrary: a picture of the library that is a film's still bears its own credit, in every file; one that may not be
// shown is not taken.
func TestStillOfTheLibrary(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	film := add(t, d, l, media.Upload{Name: "port.mp4", Body: bytes.NewReader(recorded(t, "port.mp4", "-f lavfi -i testsrc2=s=320x180:r=10:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p")), Facts: media.Facts{Credit: "Ana Cruz"}})
	work(t, d, l, film.ID, 9)
	photo := add(t, d, l, media.Upload{Name: "harbour.jpg", Body: bytes.NewReader(asJPEG(t, scene(640, 360, .2, .2))), Facts: media.Facts{Credit: "Bo Lind"}})
	denied := add(t, d, l, media.Upload{Name: "denied.jpg", Body: bytes.NewReader(asJPEG(t, scene(640, 360, .7, .2))), Rights: media.Rights{Cost: "no"}})
	if _, err := l.Picture(t.Context(), film.ID, denied.ID); !errs.Is(err, errs.Invalid) {
		t.Errorf("a picture that may not be shown: %v", err)
	}
	if _, err := l.Picture(t.Context(), film.ID, film.ID); !errs.Is(err, errs.Invalid) {
		t.Errorf("a film as a still: %v", err)
	}
	gone := add(t, d, l, media.Upload{Name: "gone.jpg", Body: bytes.NewReader(asJPEG(t, scene(640, 360, .5, .5)))})
	in(t, d, func(tx *db.Tx) error { return l.Remove(t.Context(), tx, gone.ID) })
	if _, err := l.Picture(t.Context(), film.ID, gone.ID); !errs.Is(err, errs.Invalid) {
		t.Errorf("a picture that was removed: %v", err)
	}
	credits := func(want string) {
		t.Helper()
		m, err := l.Item(t.Context(), film.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range m.Poster.Renditions {
			path := filepath.Join(t.TempDir(), pathBase(r.URL))
			if err := os.WriteFile(path, fetch(t, l, r), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("exiftool", "-s3", "-XMP:Credit", path).CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != want {
				t.Errorf("%s is credited to %s, %v", r.URL, out, err)
			}
		}
	}
	apply := func(e *media.Edit, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		in(t, d, func(tx *db.Tx) error { _, err := l.Apply(t.Context(), tx, "ana", e); return err })
	}
	apply(l.Picture(t.Context(), film.ID, photo.ID))
	credits("Bo Lind")
	work(t, d, l, film.ID, 9)
	credits("Bo Lind")
	frames, err := l.Frames(t.Context(), film.ID)
	if err != nil {
		t.Fatal(err)
	}
	apply(l.Frame(t.Context(), film.ID, frames[0]))
	work(t, d, l, film.ID, 9)
	credits("Ana Cruz")
}

// TestFilmTwins: the same film from another encoder is pointed out, and a still brings its picture as a look-alike.
func TestFilmTwins(t *testing.T) {
	const source = "-f lavfi -i mandelbrot=s=640x360:r=10:end_scale=0.01 -t 4 -preset ultrafast -pix_fmt yuv420p "
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, _ := library(t, d)
		m := add(t, d, l, media.Upload{Name: "port.mp4", Body: bytes.NewReader(recorded(t, "port.mp4", source+"-c:v libx264"))})
		work(t, d, l, m.ID, 9)
		again := add(t, d, l, media.Upload{Name: "again.mp4", Body: bytes.NewReader(recorded(t, "again.mp4", source+"-c:v libx264 -crf 35 -s 480x270"))})
		work(t, d, l, again.ID, 9)
		picture := asJPEG(t, scene(640, 360, .2, .2))
		photo := add(t, d, l, media.Upload{Name: "harbour.jpg", Body: bytes.NewReader(picture)})
		twins := func(want ...string) {
			t.Helper()
			list, err := l.Twins(t.Context(), m.ID)
			var got []string
			for _, twin := range list {
				got = append(got, twin.ID)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("look-alikes are %v, %v; want %v", got, err, want)
			}
		}
		twins(again.ID)
		edit, err := l.Still(t.Context(), m.ID, picture)
		if err != nil {
			t.Fatal(err)
		}
		in(t, d, func(tx *db.Tx) error { _, err := l.Apply(t.Context(), tx, "ana", edit); return err })
		twins(photo.ID)
		work(t, d, l, m.ID, 9)
		twins(photo.ID)
	})
}

// A film that is too small for a still is made all the same.
func TestFilmWithoutStill(t *testing.T) {
	file := recorded(t, "tiny.mp4", "-f lavfi -i color=red:s=64x8:r=10:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p")
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	m := add(t, d, l, media.Upload{Name: "tiny.mp4", Body: bytes.NewReader(file)})
	work(t, d, l, m.ID, 9)
	if m, _ = l.Item(t.Context(), m.ID); m.State != media.Ready || names(m) != "hls v8" || m.Poster != nil || m.Fault != "" {
		t.Errorf("%s: %s, %q", names(m), m.State, m.Fault)
	}
}
