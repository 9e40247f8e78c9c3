package browser_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"masthead/internal/content"
	"masthead/internal/doc"
	"masthead/internal/published"
)

// recorded makes a file with ffmpeg, which these tests need.
func recorded(t *testing.T, name, args string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("ffmpeg", append(strings.Fields("-v error -y -threads 1 "+args), path)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	return path
}

const twelveSeconds = "-f lavfi -i testsrc2=s=854x480:r=15:d=12 -f lavfi -i sine=440:d=12 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac"

// bring uploads a file by the library's field, opens its page once what can be made of it is made, and returns its id.
func (w *window) bring(path string) (id string) {
	w.t.Helper()
	w.open("/newsroom/library")
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{path}))
	tile := tileOf(filepath.Base(path))
	w.until("it is in the library", tile)
	at := w.text(tile + `.querySelector("a").getAttribute("href")`)
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(300 * time.Millisecond) {
		if w.open(at); !w.is(`document.querySelector("[data-making]")`) {
			return at[strings.LastIndexByte(at, '/')+1:]
		}
		if time.Now().After(end) {
			w.t.Fatalf("it is not made within two minutes: %s", w.text(`document.querySelector("main").innerText`))
		}
	}
}

// caption adds captions on the page of a film.
func (w *window) caption(lang string, cues string) {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "captions.srt")
	must(w.t, os.WriteFile(path, []byte(cues), 0o600))
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#track-file"), []string{path}), chromedp.SetValue(chromedp.CSS("#track-lang"), lang))
	w.press("Add captions")
	w.until("the captions are there", `document.querySelector("#p-film").parentElement.textContent.includes("Remove")`)
}

// tell publishes a story that shows a film, or plays a sound, and returns its address.
func tell(t *testing.T, headline, kind, id string) (path string) {
	t.Helper()
	command(t, func(ctx context.Context, k *content.Desk) error {
		s, err := k.Create(ctx, published.Story{Headline: headline, Section: "world", Regions: []string{"calgary"}, Body: doc.Node{Type: "doc", Content: []doc.Node{
			{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "It began on Monday."}}},
			{Type: kind, Attrs: doc.Attrs{"media": id, "title": headline}},
		}}})
		if err != nil {
			return err
		}
		_, err = k.Publish(ctx, s.ID, content.Publication{})
		path = "/world/x-" + s.ID
		return err
	})
	return path
}

// film is the player.
const film = `document.querySelector("main :is(video, audio)")`

// plays holds that the player shows pictures, unless it is one of sounds, and goes on, and that any moment can be looked for.
func (w *window) plays() {
	w.t.Helper()
	w.until("it goes on", film+`.currentTime > .3 && `+film+`.videoWidth !== 0 && !`+film+`.paused && !`+film+`.error`)
	if got := w.text(`String(Math.round(` + film + `.duration))`); got != "12" {
		w.t.Errorf("the player says that it is %s seconds long", got)
	}
	for _, at := range []string{"9", "1"} { // on, and back
		w.is(film + `.currentTime = ` + at)
		w.until("it goes on from second "+at, `(v => !v.seeking && v.currentTime > `+at+`.2 && v.currentTime < `+at+` + 2.5 && v.readyState > 2)(`+film+`)`)
	}
	w.is(film + `.pause() || true`)
}

// TestFilm: an editor uploads a film and its captions; readers play it from the playlist, look for moments, read the captions; and
// each size plays by itself where playlists are not known.
func TestFilm(t *testing.T) {
	desk := at(t, 1280, 900, "Phil Mora", "editor")
	id := desk.bring(recorded(t, "harbour.mp4", twelveSeconds))
	desk.caption("en", "1\n00:00:00,000 --> 00:00:11,900\nThe port is open.\n")
	path := tell(t, "The port opens to the ships", "video", id)
	w := newWindow(t, 1280, 900)
	w.open(path)
	if !w.is(`performance.getEntriesByType("resource").every(r => !/\.(m3u8|mp4)/.test(r.name))`) {
		t.Error("something of the film is fetched before anybody plays it")
	}
	w.until("the still", `document.querySelector("main .frame img").naturalWidth > 0`)
	w.do(chromedp.Click(chromedp.CSS("main .frame .play")))
	w.plays()
	if src := w.text(film + `.currentSrc`); !strings.HasSuffix(src, ".m3u8") {
		t.Errorf("it plays %s", src)
	}
	w.is(`(` + film + `.textTracks[0].mode = "showing")`)
	w.until("the captions", `(t => t.activeCues && t.activeCues.length == 1 && t.activeCues[0].text == "The port is open.")(`+film+`.textTracks[0])`)

	var sizes []string
	for _, s := range strings.Fields(w.text(`[...document.querySelectorAll("main video source")].map(s => s.getAttribute("src")).join(" ")`)) {
		base := s[strings.LastIndexByte(s, '/')+1:]
		base, _, _ = strings.Cut(base, "-")
		if sizes = append(sizes, base); base == "hls" {
			continue
		}
		w.is(fmt.Sprintf(`(v => { v.src = %q; v.play(); return true })(%s)`, s, film))
		w.plays()
		if got := w.text(`"v" + ` + film + `.videoHeight`); got != base {
			t.Errorf("%s shows %s", s, got)
		}
	}
	if got := strings.Join(sizes, " "); got != "hls v480 v360" {
		t.Errorf("readers are offered %s", got)
	}
}

// TestSound: a recording is played from the playlist, any moment of it.
func TestSound(t *testing.T) {
	desk := at(t, 1280, 900, "Sonia Wave", "editor")
	id := desk.bring(recorded(t, "harbour bell.wav", "-f lavfi -i sine=440:d=12"))
	w := newWindow(t, 360, 800)
	w.open(tell(t, "The bell of the harbour rings", "audio", id))
	w.do(chromedp.Focus(chromedp.CSS("main audio")))
	w.key(" ")
	w.plays()
	if src := w.text(film + `.currentSrc`); !strings.HasSuffix(src, ".m3u8") {
		t.Errorf("it plays %s", src)
	}
}

// TestFilmWithoutTools: without ffmpeg the file that was uploaded plays, its moments too, and the newsroom is told what is missing.
func TestFilmWithoutTools(t *testing.T) {
	file := recorded(t, "raw harbour.mp4", twelveSeconds+" -metadata location=+52.5200+013.4050/")
	desk := at(t, 1280, 900, "Noah Tools", "admin")
	t.Setenv("PATH", t.TempDir())
	id := desk.bring(file)
	if got := desk.text(`document.querySelector("main").innerText`); !strings.Contains(got, "ffmpeg is not installed") {
		t.Errorf("its page says %s", got)
	}
	desk.open("/newsroom/system")
	if got := desk.text(`document.querySelector("#films").parentElement.innerText`); !strings.Contains(got, "ffmpeg is not installed") {
		t.Errorf("System says %s", got)
	}
	w := newWindow(t, 360, 800)
	w.open(tell(t, "The port opens as it was filmed", "video", id))
	w.do(chromedp.Click(chromedp.CSS("main .frame .play")))
	w.plays()
	src := w.text(`new URL(` + film + `.currentSrc).pathname`)
	res, part := ask(t, src, "Range", "bytes=4-11")
	if res.StatusCode != 206 || part[:4] != "ftyp" || res.Header.Get("Content-Type") != "video/mp4" {
		t.Errorf("a range of it: %s, %q, %s", res.Status, part, res.Header.Get("Content-Type"))
	}
	if _, whole := ask(t, src); strings.Contains(whole, "+52.5200") {
		t.Error("readers are told where it was filmed")
	}
}

// TestStillOfAFilm: one of the film's own pictures, one of the library, or one that is brought stands before it, on the desk and
// where readers see the film.
func TestStillOfAFilm(t *testing.T) {
	desk := at(t, 1280, 900, "Stella Frame", "publisher")
	desk.open("/newsroom/library")
	desk.dropped("main", drawing("Harbour wall.jpg", 29))
	desk.until("the picture", tileOf("Harbour wall.jpg"))
	id := desk.bring(recorded(t, "still harbour.mp4", "-f lavfi -i testsrc2=s=640x360:r=10:d=6 -c:v libx264 -preset ultrafast -pix_fmt yuv420p"))
	path := tell(t, "The harbour before it moves", "video", id)
	w := newWindow(t, 360, 800)
	const shown = `document.querySelector("main .frame img")`
	seen := ""
	check := func(what string, choose func()) {
		t.Helper()
		desk.is(`window.before = true`)
		choose()
		desk.until("it says so", `!window.before && document.body.innerText.includes("Saved. Readers see it now.")`)
		w.open(path)
		w.until(what, shown+`.naturalWidth > 0 && new URL(`+shown+`.currentSrc).pathname.includes("/poster-")`)
		// The colours of the middle of each quarter tell the pictures apart.
		colours := w.text(`(() => { const c = document.createElement("canvas"); c.width = c.height = 4; const g = c.getContext("2d"); g.drawImage(` + shown + `, 0, 0, 4, 4); return g.getImageData(0, 0, 4, 4).data.join(" ") })()`)
		if colours == seen {
			t.Errorf("readers see %s as the still from before", what)
		}
		seen = colours
	}
	if n := desk.text(`String(document.querySelectorAll(".stills button").length)`); n == "0" || n == "1" {
		t.Fatalf("%s of the film's pictures can be chosen", n)
	}
	for _, which := range []string{"first", "last"} {
		desk.tabTo(".stills li:" + which + "-child button")
		check("the "+which+" of the film's pictures", func() { desk.key("\r") })
	}
	desk.do(chromedp.SendKeys(chromedp.CSS("#film-picture"), "harbour wall\r"))
	desk.until("the picture is found", `document.querySelector(".stills button[name=picture]")`)
	if n := desk.text(`String(document.querySelectorAll(".stills button[name=picture]").length)`); n != "1" {
		t.Errorf("%s pictures are found", n)
	}
	for _, v := range desk.violations() {
		t.Error(v)
	}
	desk.tabTo(".stills button[name=picture]")
	check("the picture of the library", func() { desk.key("\r") })
	desk.do(chromedp.SetUploadFiles(chromedp.CSS("#film-still"), pictures(t, "Brought.png")))
	check("the one that was brought", func() { desk.press("Use this still") })
	desk.do(chromedp.SendKeys(chromedp.CSS("#film-picture"), "no such words at all\r"))
	desk.until("that nothing is found", `document.querySelector("#p-film").parentElement.textContent.includes("No picture that may be shown has these words.")`)
}
