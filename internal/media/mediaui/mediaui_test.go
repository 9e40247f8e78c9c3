package mediaui_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/media/mediaui"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/seal"
	"masthead/internal/workflow"
)

// noon is 5 a.m. in the newsroom's zone.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// The people of the tests' newsroom, by the cookie that is theirs.
var people = map[string]*identity.Person{
	"amina": {ID: "amina", Name: "Amina Okafor", Role: identity.Reporter},
	"theo":  {ID: "theo", Name: "Theo Lind", Role: identity.Reporter},
	"rosa":  {ID: "rosa", Name: "Rosa Delgado", Role: identity.Editor},
	"luc":   {ID: "luc", Name: "Luc Roy", Role: identity.Publisher, Language: "fr"},
}

type room struct {
	*testing.T
	db      *db.DB
	library *media.Library
	room    *workflow.Room
	shell   *newsroom.Shell
	now     *time.Time
}

func each(t *testing.T, fn func(k room)) {
	now := noon
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		now = noon
		fn(open(t, d, &now))
	})
}

func open(t *testing.T, d *db.DB, now *time.Time) room {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	library, err := media.Open(d, t.TempDir())
	must(err)
	key, err := seal.Open(filepath.Join(t.TempDir(), "key"))
	must(err)
	k := room{T: t, db: d, library: library, room: workflow.New(workflow.Config{DB: d, Media: library}), now: now}
	_, err = content.Do(t.Context(), d, "test", func(k *content.Desk) error {
		for id, p := range people {
			_, err := k.Tx().Exec(t.Context(), `INSERT INTO account (id, email, name, role, sections, language, state, password, totp, prefs, created, seen)
				VALUES ($1, $2, $3, $4, '', '', 'active', '', '', '{}', 0, 0)`, id, id+"@news.example", p.Name, string(p.Role))
			if err != nil {
				return err
			}
		}
		return k.SetSite(t.Context(), &published.Site{Name: "The Valley", Zone: "America/Edmonton", Languages: []string{"en", "fr"},
			Sections: []published.Section{{Slug: "world", Name: map[string]string{"en": "World"}}}})
	})
	must(err)
	staff := identity.New(identity.Config{DB: d, Key: key, Origin: func(context.Context) string { return "http://news.example" }})
	k.shell, err = newsroom.New(newsroom.Config{
		DB: d, View: published.New(d),
		Session: func(_ context.Context, secret string) (*identity.Person, *identity.Session, error) {
			if p := people[secret]; p != nil {
				return p, &identity.Session{ID: "s"}, nil
			}
			return nil, nil, errs.Errorf(errs.NotFound, "no such session")
		},
	})
	must(err)
	must(mediaui.Mount(mediaui.Config{DB: d, Room: k.room, Shell: k.shell, Media: library, Staff: staff}))
	return k
}

// drawn is a picture that differs by its seed.
func drawn(seed int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 96, 64))
	for y := range 64 {
		for x := range 96 {
			m.SetRGBA(x, y, color.RGBA{uint8(x*2 + seed*37), uint8(y*3 + seed*91), uint8((x ^ y) * seed), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// ask asks as a person does who sits at the newsroom's own pages.
func (k room) ask(who, method, path, kind string, body io.Reader, header ...string) *http.Response {
	k.Helper()
	r := httptest.NewRequest(method, "http://news.example"+path, body).WithContext(k.Context())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", kind)
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "masthead", Value: who})
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	k.shell.ServeHTTP(w, r)
	return w.Result()
}

func (k room) get(who, path string, status int, header ...string) *goquery.Document {
	k.Helper()
	return k.read(k.ask(who, "GET", path, "", nil, header...), status)
}

func (k room) read(res *http.Response, status int) *goquery.Document {
	k.Helper()
	d, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		k.Fatal(err)
	}
	if res.StatusCode != status {
		k.Fatalf("status %d, want %d: %s", res.StatusCode, status, d.Text())
	}
	return d
}

func (k room) post(who, path string, form url.Values, header ...string) *http.Response {
	k.Helper()
	return k.ask(who, "POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), header...)
}

// follow goes where a form leads, with the cookies that it set.
func (k room) follow(who string, res *http.Response) *goquery.Document {
	k.Helper()
	if res.StatusCode != http.StatusSeeOther {
		k.Fatalf("status %d, want a redirect: %s", res.StatusCode, k.read(res, res.StatusCode).Text())
	}
	var header []string
	for _, c := range res.Cookies() {
		header = append(header, "Cookie", c.Name+"="+c.Value)
	}
	return k.get(who, res.Header.Get("Location"), http.StatusOK, header...)
}

// bring uploads a drawn picture as a script does.
func (k room) bring(who, name string, seed int) media.Item {
	k.Helper()
	res := k.ask(who, "POST", "/newsroom/library?name="+url.QueryEscape(name), "application/octet-stream", bytes.NewReader(drawn(seed)), "Accept", "application/json")
	var m media.Item
	if err := json.NewDecoder(res.Body).Decode(&m); err != nil || res.StatusCode != http.StatusCreated {
		k.Fatalf("upload of %s: status %d, %v", name, res.StatusCode, err)
	}
	*k.now = k.now.Add(time.Second)
	return m
}

func (k room) item(id string) media.Item {
	k.Helper()
	m, err := k.library.Item(k.Context(), id)
	if err != nil {
		k.Fatal(err)
	}
	return m
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestUpload(t *testing.T) {
	each(t, func(k room) {
		if d := k.get("amina", "/newsroom/library", 200); !strings.Contains(text(d.Find("[data-empty]")), "The library is empty") {
			k.Errorf("an empty library says %q", text(d.Find("[data-empty]")))
		}
		m := k.bring("amina", "River at dawn.png", 1)
		d := k.get("rosa", "/newsroom/library", 200)
		tile := d.Find(`[data-tile][data-id="` + m.ID + `"]`)
		if tile.Length() != 1 || tile.Find(".name").Text() != "River at dawn.png" || tile.Find("img").Length() != 1 {
			k.Errorf("the tile: %s", text(tile))
		}
		for _, want := range []string{"No credit", "Rights unknown", "not used"} {
			if !strings.Contains(text(tile), want) {
				k.Errorf("the tile does not say %q: %s", want, text(tile))
			}
		}
		if src, _ := tile.Find("img").Attr("src"); !strings.HasPrefix(src, "/newsroom/media/"+m.ID) {
			k.Errorf("the tile's picture is at %q", src)
		}
		if d := k.get("rosa", "/newsroom/library/tiles?ids="+m.ID+",m0000,nothing", 200); d.Find("[data-tile]").Length() != 1 || d.Find("html head link").Length() != 0 {
			k.Error("the fragment of tiles is not the one tile")
		}

		// What is refused says why, beside nothing half-stored.
		res := k.ask("amina", "POST", "/newsroom/library?name=a.png", "application/octet-stream", strings.NewReader("no picture"), "Accept", "application/json")
		var why struct{ Detail string }
		if err := json.NewDecoder(res.Body).Decode(&why); err != nil || res.StatusCode != 422 || !strings.HasPrefix(why.Detail, "this is no picture") {
			k.Errorf("text as a picture: %d %q %v", res.StatusCode, why.Detail, err)
		}
		res = k.ask("luc", "POST", "/newsroom/library?name=a.gif", "application/octet-stream", bytes.NewReader(drawn(2)), "Accept", "application/json")
		if err := json.NewDecoder(res.Body).Decode(&why); err != nil || res.StatusCode != 422 || why.Detail != "le nom finit par .gif, mais le fichier est du PNG\u00a0: renommez-le en .png si c’est bien lui" {
			k.Errorf("a wrong ending, in French: %d %q %v", res.StatusCode, why.Detail, err)
		}

		// The form without script: several files, one of them bad.
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		for name, content := range map[string][]byte{"one.png": drawn(3), "bad.png": []byte("nothing"), "two.png": drawn(4)} {
			w, err := form.CreateFormFile("file", name)
			if err == nil {
				_, err = w.Write(content)
			}
			if err != nil {
				k.Fatal(err)
			}
		}
		form.Close()
		d = k.follow("amina", k.ask("amina", "POST", "/newsroom/library", form.FormDataContentType(), &b))
		said := text(d.Find(".toast"))
		if !strings.Contains(said, "1 file was refused: bad.png: this is no picture") || !strings.Contains(said, "2 files are in the library.") || d.Find("[data-tile]").Length() != 3 {
			k.Errorf("the form says %q; %d tiles", said, d.Find("[data-tile]").Length())
		}

		// The original comes back as it was.
		res = k.ask("amina", "GET", "/newsroom/library/"+m.ID+"/original", "", nil)
		if got, err := io.ReadAll(res.Body); err != nil || !bytes.Equal(got, drawn(1)) || !strings.Contains(res.Header.Get("Content-Disposition"), "River at dawn.png") {
			k.Errorf("the original: %d bytes, %v, %q", len(got), err, res.Header.Get("Content-Disposition"))
		}
	})
}

// Whoever brings a picture is told that it was there, and of one that looks the same.
func TestUploadsTellWhatIsThere(t *testing.T) {
	each(t, func(k room) {
		type answer struct {
			ID    string `json:"id"`
			Known bool   `json:"known"`
			Alike []struct{ ID, Name string }
		}
		send := func(name string, file []byte) (a answer) {
			k.Helper()
			res := k.ask("amina", "POST", "/newsroom/library?name="+name, "application/octet-stream", bytes.NewReader(file), "Accept", "application/json")
			if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
				k.Fatal(err)
			}
			*k.now = k.now.Add(time.Second)
			return a
		}
		first := send("river.png", drawn(3))
		again := send("river2.png", drawn(3))
		if first.Known || len(first.Alike) != 0 || !again.Known || again.ID != first.ID {
			t.Errorf("first %+v, the same file again %+v", first, again)
		}
		m, _, err := image.Decode(bytes.NewReader(drawn(3)))
		if err != nil {
			t.Fatal(err)
		}
		var smaller bytes.Buffer
		if err := jpeg.Encode(&smaller, m, nil); err != nil {
			t.Fatal(err)
		}
		if like := send("copy.jpg", smaller.Bytes()); like.Known || len(like.Alike) != 1 || like.Alike[0].ID != first.ID || like.Alike[0].Name != "river.png" {
			t.Errorf("the same picture as JPEG: %+v", like)
		}
	})
}

func TestSearch(t *testing.T) {
	each(t, func(k room) {
		a := k.bring("amina", "flood.png", 1)
		k.bring("amina", "sunny.png", 2)
		d := k.get("amina", "/newsroom/library?q=flood+needs:credit", 200)
		if ids := d.Find("[data-tile]"); ids.Length() != 1 || ids.AttrOr("data-id", "") != a.ID {
			k.Errorf("%d found", ids.Length())
		}
		var chips []string
		d.Find(".chips a").Each(func(_ int, s *goquery.Selection) { chips = append(chips, s.AttrOr("href", "")) })
		if want := []string{"/newsroom/library?q=needs%3Acredit", "/newsroom/library?q=flood"}; !slices.Equal(chips, want) {
			k.Errorf("chips lead to %q, want %q", chips, want)
		}
		if q := d.Find(`.quick a[aria-current]`); text(q) != "Needs a credit" || q.AttrOr("href", "") != "/newsroom/library?q=flood" {
			k.Errorf("the quick search in use: %q to %q", text(q), q.AttrOr("href", ""))
		}
		if d := k.get("amina", "/newsroom/library?q=zebra", 200); !strings.Contains(text(d.Find("[data-empty]")), "Remove a part of the search") {
			k.Error("nothing found says nothing")
		}
		if d := k.get("amina", "/newsroom/library?q=rights:mine", 422); !strings.Contains(text(d.Find("#e-q")), "rights:mine") {
			k.Errorf("a search that cannot be: %q", text(d.Find("#e-q")))
		}
		if d := k.get("luc", "/newsroom/library?q=rights:mine", 422); !strings.Contains(text(d.Find("#e-q")), "rights:mine : écrivez none, staff,") {
			k.Errorf("the same in French: %q", text(d.Find("#e-q")))
		}
	})
}

// TestNeedsAlt: a picture is found as long as a story shows it without alternative text, decorative ones aside.
func TestNeedsAlt(t *testing.T) {
	each(t, func(k room) {
		bare, decorative, twice, lead := k.bring("amina", "bare.png", 1), k.bring("amina", "decorative.png", 2), k.bring("amina", "twice.png", 3), k.bring("amina", "lead.png", 4)
		k.bring("amina", "unused.png", 5)
		photo := func(m media.Item, alt string, decorative bool) doc.Node {
			return doc.Node{Type: "photo", Attrs: doc.Attrs{"media": m.ID, "alt": alt, "decorative": decorative}}
		}
		story := published.Story{Headline: "The river fell", Section: "world", Language: "en", Lead: &published.Lead{Media: lead.ID}, Body: doc.Node{Type: "doc", Content: []doc.Node{
			photo(bare, "", false), photo(decorative, "", true), photo(twice, "A river", false),
			{Type: "gallery", Attrs: doc.Attrs{"items": []any{map[string]any{"media": twice.ID, "alt": "  "}, map[string]any{"media": lead.ID, "alt": "A bridge"}}}},
		}}}
		s, err := k.room.Create(k.Context(), people["amina"], story, check.Guard{})
		if err != nil {
			k.Fatal(err)
		}
		names := func(q string) (list []string) {
			d := k.get("amina", "/newsroom/library?q="+url.QueryEscape(q), 200)
			d.Find("[data-tile] .name").Each(func(_ int, s *goquery.Selection) { list = append(list, s.Text()) })
			slices.Sort(list)
			return list
		}
		if got, want := names("needs:alt"), []string{"bare.png", "lead.png", "twice.png"}; !slices.Equal(got, want) {
			k.Errorf("need alt text: %q, want %q", got, want)
		}
		if got, want := names("-needs:alt used:yes"), []string{"decorative.png"}; !slices.Equal(got, want) {
			k.Errorf("used and described: %q, want %q", got, want)
		}
		d := k.get("amina", "/newsroom/library?q=needs:alt", 200)
		if tile := text(d.Find(`[data-tile][data-id="` + bare.ID + `"]`)); !strings.Contains(tile, "No alt text in 1 use") || text(d.Find(".chips .chip")) != "Needs alt text ×" {
			k.Errorf("the tile says %q, the chip %q", tile, text(d.Find(".chips .chip")))
		}
		if used := text(k.get("amina", "/newsroom/library/"+twice.ID, 200).Find("#p-used + ul")); used != "The river fell Alt text there: A river No alt text there" {
			k.Errorf("its page says %q", used)
		}
		story.Lead.Alt = "A bridge"
		story.Body.Content = []doc.Node{photo(bare, "A bare river", false), photo(twice, "", false)}
		if _, err := k.room.Save(k.Context(), people["amina"], s.ID, workflow.Save{Copy: story, Version: s.Version}); err != nil {
			k.Fatal(err)
		}
		if got, want := names("needs:alt"), []string{"twice.png"}; !slices.Equal(got, want) {
			k.Errorf("after words were written: %q, want %q", got, want)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	each(t, func(k room) {
		a, b := k.bring("amina", "a.png", 1), k.bring("theo", "b.png", 2)
		form := values("id", a.ID, "id", b.ID, "act", "credit", "credit", "Ana Cruz", "back", "/newsroom/library?q=png")
		d := k.follow("amina", k.post("amina", "/newsroom/library/bulk", form))
		if k.item(a.ID).Facts.Credit != "Ana Cruz" || k.item(b.ID).Facts.Credit != "Ana Cruz" {
			k.Error("the credit was not set")
		}
		if said := text(d.Find(".undone p")); said != "Credit of 2 media set to “Ana Cruz”." {
			k.Errorf("it says %q", said)
		}
		undo := d.Find(".undone [name=undo]").AttrOr("value", "")
		*k.now = k.now.Add(time.Second)
		// Somebody changes one of them meanwhile: that one stays.
		caption := "Seen from the bridge"
		if _, err := k.room.ChangeMedia(k.Context(), people["rosa"], b.ID, k.item(b.ID).Version, media.Change{Caption: &caption}); err != nil {
			k.Fatal(err)
		}
		res := k.post("amina", "/newsroom/library/undo", values("undo", undo), "Accept", "application/json")
		var out struct {
			Said   string
			Done   []string
			Failed map[string]string
		}
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil || !slices.Equal(out.Done, []string{a.ID}) || out.Failed[b.ID] == "" {
			k.Errorf("undo: %+v %v", out, err)
		}
		if k.item(a.ID).Facts.Credit != "" || k.item(b.ID).Facts.Credit != "Ana Cruz" {
			k.Error("undo did not bring back the one and leave the other")
		}
		k.follow("amina", k.post("amina", "/newsroom/library/bulk", values("id", a.ID, "act", "category", "category", "agency")))
		if got := k.item(a.ID).Rights.Category; got != "agency" {
			k.Errorf("rights %q", got)
		}
		// Keywords are added to those that are there, each once.
		river := []string{"river"}
		if _, err := k.room.ChangeMedia(k.Context(), people["rosa"], b.ID, k.item(b.ID).Version, media.Change{Keywords: &river}); err != nil {
			k.Fatal(err)
		}
		d = k.follow("amina", k.post("amina", "/newsroom/library/bulk", values("id", a.ID, "id", b.ID, "act", "keywords", "keywords", " flood, river ,, high water")))
		if got, want := k.item(b.ID).Facts.Keywords, []string{"river", "flood", "high water"}; !slices.Equal(got, want) || len(k.item(a.ID).Facts.Keywords) != 3 {
			k.Errorf("keywords %q, want %q", got, want)
		}
		k.follow("amina", k.post("amina", "/newsroom/library/undo", values("undo", d.Find(".undone [name=undo]").AttrOr("value", ""))))
		if got := k.item(b.ID).Facts.Keywords; !slices.Equal(got, river) || len(k.item(a.ID).Facts.Keywords) != 0 {
			k.Errorf("keywords after undo: %q", got)
		}
		for name, form := range map[string]url.Values{
			"no keyword": values("id", a.ID, "act", "keywords", "keywords", " , "), "nothing selected": values("act", "credit", "credit", "x"), "no credit": values("id", a.ID, "act", "credit"),
			"no such rights": values("id", a.ID, "act", "category", "category", "mine"), "no act": values("id", a.ID),
		} {
			if res := k.post("amina", "/newsroom/library/bulk", form, "Accept", "application/json"); res.StatusCode != 422 {
				k.Errorf("%s: status %d", name, res.StatusCode)
			}
		}
		for _, undo := range []string{"", "x", a.ID, a.ID + ".0", a.ID + ".1", "a.2-" + strings.Repeat("b.3-", 300)} {
			if res := k.post("amina", "/newsroom/library/undo", values("undo", undo), "Accept", "application/json"); res.StatusCode != 422 {
				k.Errorf("undo %.20q: status %d", undo, res.StatusCode)
			}
		}
	})
}

func TestOneMedium(t *testing.T) {
	each(t, func(k room) {
		m := k.bring("amina", "river.png", 1)
		at := "/newsroom/library/" + m.ID
		form := func(d *goquery.Document, pairs ...string) url.Values {
			v := url.Values{}
			d.Find("form#medium").Parent().Find("input[name], textarea[name], select[name]").Each(func(_ int, s *goquery.Selection) {
				if s.Closest("form").Length() > 0 && !s.Closest("form").Is("#medium") {
					return
				}
				value := s.AttrOr("value", "")
				switch {
				case s.Is("[type=checkbox]:not([checked])"):
					return
				case s.Is("textarea"):
					value = s.Text()
				case s.Is("select"):
					value = s.Find("option[selected]").AttrOr("value", "")
				}
				v.Add(s.AttrOr("name", ""), value)
			})
			for i := 0; i < len(pairs); i += 2 {
				v.Set(pairs[i], pairs[i+1])
			}
			return v
		}
		first := k.get("amina", at, 200)
		if res := k.post("amina", at, form(first)); res.StatusCode != 303 || k.item(m.ID).Version != m.Version {
			k.Errorf("a form that changes nothing makes version %d of %d", k.item(m.ID).Version, m.Version)
		}
		d := k.follow("amina", k.post("amina", at, form(first, "caption", "The river.", "credit", " Ana  Cruz ", "people", "Ana Cruz\r\n\r\nBo Li", "focus_x", "25,5", "taken", "2026-03-15T14:30")))
		got := k.item(m.ID)
		if got.Facts.Caption != "The river." || got.Facts.Credit != "Ana Cruz" || !slices.Equal(got.Facts.People, []string{"Ana Cruz", "Bo Li"}) || got.FocusX != .255 || got.FocusY != .5 {
			k.Errorf("saved %+v, focus %v %v", got.Facts, got.FocusX, got.FocusY)
		}
		if v := d.Find("[name=taken]").AttrOr("value", ""); v != "2026-03-15T14:30" {
			k.Errorf("the time it was taken became %q", v)
		}
		if said := text(d.Find(".undone p")); !strings.Contains(said, "Caption, Credit") || !strings.Contains(said, "Focal point") {
			k.Errorf("it says %q", said)
		}
		*k.now = k.now.Add(time.Second)

		// Rosa has the form of before: what she changes elsewhere joins, what both changed is shown twice and not saved.
		k.follow("rosa", k.post("rosa", at, form(first, "place", "Calgary")))
		if got := k.item(m.ID); got.Facts.Place != "Calgary" || got.Facts.Caption != "The river." {
			k.Errorf("two people's changes do not join: %+v", got.Facts)
		}
		*k.now = k.now.Add(time.Second)
		d = k.read(k.post("rosa", at, form(first, "caption", "A stream.")), 409)
		if mine := d.Find("[name=caption]").Text(); mine != "A stream." || !strings.Contains(text(d.Find(".box.warn")), "Now in the library: The river.") || k.item(m.ID).Facts.Caption != "The river." {
			k.Errorf("the conflict shows %q and %q", mine, text(d.Find(".box.warn")))
		}
		k.follow("rosa", k.post("rosa", at, form(d)))
		if got := k.item(m.ID).Facts.Caption; got != "A stream." {
			k.Errorf("saved knowingly: %q", got)
		}
		*k.now = k.now.Add(time.Second)

		// History says who and what, and brings a version back.
		d = k.get("amina", at, 200)
		history := text(d.Find("#p-history").Parent())
		if !strings.Contains(history, "Rosa Delgado: Caption") || !strings.Contains(history, "Amina Okafor: came to the library") {
			k.Errorf("history: %s", history)
		}
		k.follow("amina", k.post("amina", at+"/restore", values("version", "2")))
		if got := k.item(m.ID).Facts; got.Caption != "The river." || got.Place != "" {
			k.Errorf("back at version 2: %+v", got)
		}

		for name, c := range map[string]struct{ field, value, id string }{
			"focus": {"focus_x", "120", "e-focus_x"}, "taken": {"taken", "yesterday", "e-taken"}, "lease": {"lease_kind", "allow", "e-leases"},
		} {
			v := form(k.get("amina", at, 200), c.field, c.value)
			if name == "lease" {
				v["lease_from"], v["lease_until"] = []string{"2026-05-02"}, []string{"2026-05-01"}
			}
			if d := k.read(k.post("amina", at, v), 422); d.Find("#"+c.id).Length() != 1 {
				k.Errorf("%s: nothing is said at the field", name)
			}
		}
	})
}

// TestLeases: days are the newsroom's, the last one counts, and what ends is said in words wherever the medium is shown.
func TestLeases(t *testing.T) {
	each(t, func(k room) {
		m := k.bring("amina", "singer.png", 1)
		at := "/newsroom/library/" + m.ID
		v := values("base", "1", "lease_kind", "allow", "lease_from", "2026-11-01", "lease_until", "2026-11-24", "lease_note", "For the tour", "category", "agency")
		k.follow("amina", k.post("amina", at, v))
		l := k.item(m.ID).Rights.Leases
		if len(l) != 1 || l[0].Until.UTC().Format(time.RFC3339) != "2026-11-25T07:00:00Z" || l[0].Deny {
			k.Fatalf("lease %+v", l)
		}
		d := k.get("amina", at, 200)
		if until := d.Find("[name=lease_until]").First().AttrOr("value", ""); until != "2026-11-24" {
			k.Errorf("its last day is shown as %s", until)
		}
		if got := text(k.get("amina", "/newsroom/library", 200).Find(".tile .rights")); got != "Rights end Tues., Nov. 24" {
			k.Errorf("four days before it says %q", got)
		}
		*k.now = time.Date(2026, 11, 25, 6, 59, 0, 0, time.UTC)
		if got := text(k.get("amina", at, 200).Find(".head .rights")); !strings.HasPrefix(got, "Rights end") {
			k.Errorf("in the last minute it says %q", got)
		}
		*k.now = k.now.Add(2 * time.Minute)
		if got := text(k.get("amina", at, 200).Find(".head .rights")); got != "Rights have ended" {
			k.Errorf("after it: %q", got)
		}
		k.follow("amina", k.post("amina", at, values("base", "2", "lease_kind", "")))
		if l := k.item(m.ID).Rights.Leases; len(l) != 0 {
			k.Errorf("it was not removed: %+v", l)
		}
	})
}

// TestConsent: the ticks about the people shown are kept with the rights, and one is cleared by sending the form without it.
func TestConsent(t *testing.T) {
	each(t, func(k room) {
		m := k.bring("amina", "school.png", 1)
		at := "/newsroom/library/" + m.ID
		d := k.follow("amina", k.post("amina", at, values("base", "1", "consent", "", "consent", "ban", "consent", "minor")))
		if got, want := k.item(m.ID).Rights.Consent, (media.Consent{Minor: true, Ban: true}); got != want || !strings.HasPrefix(text(d.Find(".undone")), "Saved: People shown.") {
			k.Errorf("consent %+v, said %q", got, text(d.Find(".undone")))
		}
		var ticked []string
		d.Find("#f-consent [checked]").Each(func(_ int, s *goquery.Selection) { ticked = append(ticked, s.AttrOr("value", "")) })
		if want := []string{"minor", "ban"}; !slices.Equal(ticked, want) {
			k.Errorf("ticked are %q, want %q", ticked, want)
		}
		if tile := text(k.get("luc", "/newsroom/library", 200).Find("[data-tile]")); !strings.Contains(tile, "Interdiction de publication") {
			k.Errorf("the tile says %q", tile)
		}
		// Somebody else unticks what amina ticks: both are shown, in words.
		k.post("rosa", at, values("base", "2", "consent", "", "consent", "minor"))
		d = k.read(k.post("amina", at, values("base", "2", "consent", "", "consent", "given", "consent", "ban")), 409)
		if other := text(d.Find("#f-consent .warn")); other != "Now in the library: A child or a young person can be recognised" {
			k.Errorf("the other's is told as %q", other)
		}
		k.follow("amina", k.post("amina", at, values("base", "3", "consent", "")))
		if got := k.item(m.ID); got.Version != 4 || got.Rights.Consent != (media.Consent{}) {
			k.Errorf("unticked: %+v", got.Rights.Consent)
		}
		k.follow("amina", k.post("amina", at, values("base", "4", "credit", "Jo")))
		if got := k.item(m.ID); got.Version != 5 {
			k.Errorf("a form without ticks: version %d", got.Version)
		}
	})
}

func TestRemove(t *testing.T) {
	each(t, func(k room) {
		own, other, used := k.bring("amina", "own.png", 1), k.bring("theo", "other.png", 2), k.bring("amina", "used.png", 3)
		_, err := k.room.Create(k.Context(), people["amina"], published.Story{Headline: "The river fell", Section: "world", Language: "en", Body: doc.Node{Type: "doc", Content: []doc.Node{
			{Type: "photo", Attrs: doc.Attrs{"media": used.ID, "alt": "A river"}},
		}}}, check.Guard{})
		if err != nil {
			k.Fatal(err)
		}
		if d := k.get("amina", "/newsroom/library/"+own.ID+"/remove", 200); text(d.Find("form button.danger")) != "Remove “own.png”" {
			k.Errorf("it asks with %q", text(d.Find("form button.danger")))
		}
		if res := k.post("amina", "/newsroom/library/"+other.ID+"/remove", nil); res.StatusCode != 403 {
			k.Errorf("a reporter removes another's: %d", res.StatusCode)
		}
		k.item(other.ID)
		d := k.read(k.post("amina", "/newsroom/library/"+used.ID+"/remove", nil), 409)
		if !strings.Contains(text(d.Find("main")), "The river fell") || d.Find("form button.danger").Length() != 0 {
			k.Errorf("what is used: %s", text(d.Find("main")))
		}
		k.item(used.ID)
		tile := `[data-tile][data-id="` + own.ID + `"]`
		d = k.follow("amina", k.post("amina", "/newsroom/library/"+own.ID+"/remove", nil))
		if said := text(d.Find(".undone")); said != "“own.png” was removed from the library.Undo" || d.Find(tile).Length() != 0 {
			k.Errorf("it says %q; %d tiles", said, d.Find(tile).Length())
		}
		undo, _ := d.Find(".undone").Attr("action")
		if d = k.get("amina", "/newsroom/library?q=is:removed", 200); d.Find("[data-tile]").Length() != 1 || !strings.Contains(text(d.Find(tile)), "until Sun., Dec. 20") {
			k.Errorf("what was removed: %s", text(d.Find("[data-tile]")))
		}
		d = k.get("amina", "/newsroom/library/"+own.ID, 200)
		if at, _ := d.Find("form.undone").Attr("action"); at != undo || d.Find(".save").Length() != 0 {
			k.Errorf("the page of what was removed: %s", text(d.Find("main")))
		}
		if res := k.post("amina", "/newsroom/library/"+own.ID, values("base", "1", "credit", "Jo")); res.StatusCode != 422 || k.item(own.ID).Version != 1 {
			k.Errorf("what was removed is changed: %d", res.StatusCode)
		}
		if res := k.post("theo", undo, nil); res.StatusCode != 403 {
			k.Errorf("a reporter brings another's back: %d", res.StatusCode)
		}
		if d = k.follow("amina", k.post("amina", undo, nil)); text(d.Find(".toast")) != "“own.png” is in the library again." || k.item(own.ID).Version != 1 {
			k.Errorf("brought back: %q", text(d.Find(".toast")))
		}
		if d = k.get("amina", "/newsroom/library", 200); d.Find(tile).Length() != 1 {
			k.Error("what was brought back is not in the library")
		}
		if res := k.post("rosa", "/newsroom/library/"+other.ID+"/remove", nil); res.StatusCode != 303 {
			k.Errorf("an editor removes another's: %d", res.StatusCode)
		}
	})
}

// TestPhone: an address that needs no sign-in brings files in a person's name and does nothing else.
func TestPhone(t *testing.T) {
	each(t, func(k room) {
		d := k.read(k.post("amina", "/newsroom/library/phone", nil), 200)
		address := text(d.Find("code.secret"))
		at, ok := strings.CutPrefix(address, "http://news.example")
		if !ok || d.Find("svg.qr path").Length() != 2 || !strings.Contains(text(d.Find("main")), "Amina Okafor") {
			k.Fatalf("address %q", address)
		}
		page := k.get("", at, 200)
		if !strings.Contains(text(page.Find("main")), "Amina Okafor") || page.Find("nav").Length() != 0 {
			k.Errorf("the phone shows %s", text(page.Find("main")))
		}
		res := k.ask("", "POST", at+"?name=phone.png", "application/octet-stream", bytes.NewReader(drawn(1)), "Accept", "application/json")
		var m media.Item
		if err := json.NewDecoder(res.Body).Decode(&m); err != nil || res.StatusCode != 201 || k.item(m.ID).Who != "amina" {
			k.Errorf("status %d, %v, by %q", res.StatusCode, err, m.Who)
		}
		// Whoever is signed in on the phone, it is Amina's address.
		res = k.ask("rosa", "POST", at+"?name=phone2.png", "application/octet-stream", bytes.NewReader(drawn(2)), "Accept", "application/json")
		if err := json.NewDecoder(res.Body).Decode(&m); err != nil || k.item(m.ID).Who != "amina" {
			k.Errorf("by %q, %v", m.Who, err)
		}
		if res := k.ask("", "GET", "/newsroom/library/"+m.ID, "", nil); res.StatusCode != 303 {
			k.Errorf("the phone sees the library: %d", res.StatusCode)
		}
		k.follow("amina", k.post("amina", "/newsroom/library/phone/end", nil))
		k.get("", at, 404)
		if res := k.ask("", "POST", at+"?name=late.png", "application/octet-stream", bytes.NewReader(drawn(3)), "Accept", "application/json"); res.StatusCode != 404 {
			k.Errorf("an address that was ended takes a file: %d", res.StatusCode)
		}
	})
}
