package mediaui_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/media"
)

// send fills in one of the forms of a film's page; file may be empty.
func (k room) send(who, id, file string, fields ...string) *http.Response {
	k.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		form.WriteField(fields[i], fields[i+1])
	}
	if file != "" {
		part, _ := form.CreateFormFile("file", "file")
		part.Write([]byte(file))
	}
	form.Close()
	return k.ask(who, "POST", "/newsroom/library/"+id+"/film", form.FormDataContentType(), &b)
}

// TestFilmProgress: how far the work on a film is stands on its tile, which a script asks for, and on its page.
func TestFilmProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "port.mp4")
	if out, err := exec.Command("ffmpeg", append(strings.Fields("-v error -f lavfi -i testsrc2=s=854x480:r=10:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p"), path)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now := noon
	d := dbtest.SQLiteAt(t, nil)
	k := open(t, d, &now)
	m, err := k.room.AddMedia(t.Context(), people["luc"], media.Upload{Name: "port.mp4", Body: bytes.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	tile := func() string {
		return text(k.get("luc", "/newsroom/library/tiles?ids="+m.ID, 200).Find(`[data-state="making"] .making`))
	}
	if got := tile(); got != "Formats en préparation…" {
		t.Errorf("before the work the tile says %q", got)
	}
	for m.Progress == 0 && m.State == media.Making {
		made, err := k.library.Make(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.InTx(t.Context(), func(tx *db.Tx) error { m, _, err = k.library.Finish(t.Context(), tx, made); return err }); err != nil {
			t.Fatal(err)
		}
	}
	percent := strconv.Itoa(int(m.Progress * 100))
	if got := tile(); m.State != media.Making || got != "Formats en préparation : "+percent+" %" {
		t.Errorf("%s: at %s %% the tile says %q", m.State, percent, got)
	}
	page := k.get("luc", "/newsroom/library/"+m.ID, 200)
	if got := page.Find("[data-work]:not([hidden]) progress").AttrOr("value", ""); got != percent || page.Find(`[data-making="`+m.ID+`"][role=status]`).Length() != 1 {
		t.Errorf("at %s %% the page shows %q", percent, got)
	}
}

func TestFilmPage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "port.mp4")
	if out, err := exec.Command("ffmpeg", append(strings.Fields("-v error -f lavfi -i testsrc2=s=320x180:r=10:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p"), path)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now := noon
	k := open(t, dbtest.SQLiteAt(t, nil), &now)
	m, err := k.room.AddMedia(t.Context(), people["rosa"], media.Upload{Name: "port.mp4", Body: bytes.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	at := "/newsroom/library/" + m.ID
	if page := k.get("rosa", at, 200); page.Find("video source").Length() != 1 || page.Find("#p-film").Length() != 1 {
		t.Error("what was just brought cannot be played")
	}
	with := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	if err := k.room.MakeMedia(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	if said := text(k.get("luc", at, 200).Find("#p-film + .warn")); !strings.HasSuffix(said, ": ffmpeg n’est pas installé sur cette machine") {
		t.Errorf("without ffmpeg a French page says %q", said)
	}
	t.Setenv("PATH", with)
	if err := k.room.MakeMedia(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	page := k.get("rosa", at, 200)
	if typ, _ := page.Find("video source").First().Attr("type"); typ != media.TypeHLS || page.Find(`button[name="name"] img`).Length() == 0 {
		t.Errorf("the page of the film that was made: first source %q, %d stills", typ, page.Find(`button[name="name"]`).Length())
	}
	name, _ := page.Find(`button[name="name"]`).Last().Attr("value")
	k.send("rosa", m.ID, "", "do", "frame", "name", name)
	k.send("rosa", m.ID, "WEBVTT\n\n00:00.000 --> 00:01.000\nThe port is open.\n", "do", "track", "kind", "captions", "lang", "en", "label", "English")
	if got := k.item(m.ID); got.Version != 3 || len(got.Tracks) != 1 || got.Transcript == "" {
		t.Errorf("after two forms: %+v", got)
	}
	if page := k.get("rosa", at, 200); page.Find(`video track[srclang="en"]`).Length() != 1 || !strings.Contains(text(page.Find("#film-transcript")), "The port is open.") {
		t.Error("the captions are not on the page")
	} else if got := text(page.Find("[aria-labelledby=p-history] li")); strings.Contains(got, "Focal point") || strings.Count(got, "Still, captions or transcript") != 2 {
		t.Errorf("the history says %q", got)
	}
	k.send("rosa", m.ID, "no captions", "do", "track", "kind", "captions", "lang", "fr")
	k.send("rosa", m.ID, "", "do", "transcript", "transcript", "Other words.")
	k.send("rosa", m.ID, "", "do", "drop", "url", k.item(m.ID).Tracks[0].URL)
	if got := k.item(m.ID); len(got.Tracks) != 0 || got.Transcript != "Other words." || got.Version != 5 {
		t.Errorf("in the end: %+v", got)
	}
}
