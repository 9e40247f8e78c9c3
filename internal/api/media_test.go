package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"masthead/internal/api"
	"masthead/internal/identity"
)

// picture is a small JPEG; each shade is another file.
func picture(t testing.TB, shade uint8) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for i := range m.Pix {
		m.Pix[i] = uint8(i/1600) + shade
	}
	m.Set(0, 0, color.RGBA{shade, 0, 0, 255})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func form(t testing.TB, field, name, file string) (body, header string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormField("note")
	if err == nil {
		_, err = io.WriteString(part, "not the file")
	}
	if err == nil {
		if part, err = w.CreateFormFile(field, name); err == nil {
			_, err = io.WriteString(part, file)
		}
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.String(), "Content-Type: " + w.FormDataContentType()
}

func TestMediaFromArrivalToRemoval(t *testing.T) {
	each(t, func(p *portal) {
		file := picture(p, 1)
		up := "/media?name=river.jpg&rights=agency&caption=" + url.QueryEscape("The river, on Friday") + "&credit=Amina+Okafor&alt=A+river"
		m := p.want(http.StatusCreated, p.ask(identity.Reporter, "POST", up, file, "Content-Type: image/jpeg", "Idempotency-Key: river"))
		id := m.str("id")
		facts, _ := m.body["facts"].(map[string]any)
		if m.str("kind") != "photo" || m.num("width") != 400 || m.num("height") != 300 || facts["caption"] != "The river, on Friday" || facts["credit"] != "Amina Okafor" ||
			m.str("alt") != "A river" || m.header.Get("ETag") != `"1"` || m.header.Get("Location") != api.Prefix+"/media/"+id {
			p.Errorf("%v %s", m.header, m.text)
		}
		if !strings.Contains(m.text, `"url":"https://news.example/media/`+id) || !strings.Contains(m.text, `"name":"river.jpg"`) || !strings.Contains(m.text, `"category":"agency"`) {
			p.Errorf("the medium is %s", m.text)
		}
		// The same file again, in a form and from somebody else, is the same medium as it was.
		body, kind := form(p, "file", "other.jpg", file)
		again := p.want(http.StatusOK, p.ask(identity.Editor, "POST", "/media?caption=Other", body, kind))
		if again.str("id") != id || strings.Contains(again.text, "Other") {
			p.Errorf("again: %s", again.text)
		}
		// A name from the header, and a type that says nothing.
		other := p.want(http.StatusCreated, p.ask(identity.Editor, "POST", "/media", picture(p, 40), `Content-Disposition: attachment; filename*=UTF-8''l%C3%A0-bas.jpg`))
		if !strings.Contains(other.text, `"name":"là-bas.jpg"`) {
			p.Errorf("other: %s", other.text)
		}

		list := p.want(http.StatusOK, p.ask(identity.Reporter, "GET", "/media?limit=1", ""))
		if rows, _ := list.body["media"].([]any); len(rows) != 1 || !strings.Contains(list.text, other.str("id")) || list.str("next") == "" {
			p.Fatalf("list: %s", list.text)
		}
		list = p.want(http.StatusOK, p.ask(identity.Reporter, "GET", "/media?limit=1&after="+url.QueryEscape(list.str("next")), ""))
		if rows, _ := list.body["media"].([]any); len(rows) != 1 || !strings.Contains(list.text, id) || list.str("next") != "" {
			p.Errorf("second page: %s", list.text)
		}
		if list = p.want(http.StatusOK, p.ask(identity.Reporter, "GET", "/media?q=credit:amina", "")); !strings.Contains(list.text, id) || strings.Contains(list.text, other.str("id")) {
			p.Errorf("of Amina: %s", list.text)
		}
		for _, q := range []string{"q=rights:moon", "after=nowhere", "q=%ff", "limit=500", "page=2"} {
			p.want(http.StatusUnprocessableEntity, p.ask(identity.Reporter, "GET", "/media?"+q, ""))
		}

		// A change says what it was made from.
		p.want(http.StatusPreconditionRequired, p.ask(identity.Reporter, "PATCH", "/media/"+id, `{"caption": "New"}`))
		changed := p.want(http.StatusOK, p.ask(identity.Reporter, "PATCH", "/media/"+id,
			`{"version": 1, "caption": "New", "people": ["Joe"], "focus": {"x": 0.25, "y": 1}, "rights": {"category": "staff", "leases": [{"until": "2026-11-21T00:00:00Z"}]}}`))
		if got := fmt.Sprint(changed.body["focus"], changed.body["usable"]); changed.num("version") != 2 || got != "map[x:0.25 y:1] map[cost:free may:true until:2026-11-21T00:00:00Z]" ||
			!strings.Contains(changed.text, `"credit":"Amina Okafor"`) {
			p.Errorf("changed: %s, %s", got, changed.text)
		}
		late := p.want(http.StatusConflict, p.ask(identity.Reporter, "PATCH", "/media/"+id, `{"caption": "Newer"}`, `If-Match: "1"`))
		if late.num("version") != 2 {
			p.Errorf("late: %s", late.text)
		}
		for _, body := range []string{`{"version": 2, "rights": {"category": "moon"}}`, `{"version": 2, "alt": "x"}`, `{"version": 2, "caption": 3}`} {
			if s := p.ask(identity.Reporter, "PATCH", "/media/"+id, body); s.status != http.StatusUnprocessableEntity {
				p.Errorf("%s: %d %s", body, s.status, s.text)
			}
		}

		// What is used stays.
		story := p.create(strings.Replace(clean, "{", `{"lead": {"media": "`+id+`", "alt": "A river"}, `, 1)).str("id")
		if got := p.want(http.StatusOK, p.ask(identity.Reporter, "GET", "/media/"+id, "")); !strings.Contains(got.text, `"uses":[{"owner":"`+story+`"`) || got.header.Get("ETag") != `"2"` {
			p.Errorf("in use: %s", got.text)
		}
		p.want(http.StatusConflict, p.ask(identity.Reporter, "DELETE", "/media/"+id, ""))
		p.want(http.StatusForbidden, p.ask(identity.Reporter, "DELETE", "/media/"+other.str("id"), ""))
		p.want(http.StatusNoContent, p.ask(identity.Editor, "DELETE", "/media/"+other.str("id"), ""))
		p.want(http.StatusNotFound, p.ask(identity.Reporter, "GET", "/media/"+other.str("id"), ""))
		gone := p.want(http.StatusOK, p.ask(identity.Reporter, "GET", "/media?q=is:removed", ""))
		if list, _ := gone.body["media"].([]any); len(list) != 1 || list[0].(map[string]any)["id"] != other.str("id") || list[0].(map[string]any)["removed"] == nil {
			p.Errorf("removed: %v", gone.body)
		}
		p.want(http.StatusNotFound, p.ask(identity.Admin, "DELETE", "/media/none", ""))
	})
}

func TestFilesThatAreRefused(t *testing.T) {
	each(t, func(p *portal) {
		file := picture(p, 1)
		wrongPart, kind := form(p, "picture", "a.jpg", file)
		cut, cutKind := form(p, "file", "a.jpg", file)
		for _, c := range []struct {
			path, body, header string
			status             int
			says               string
		}{
			{"/media?name=page.html", "<p>Hello</p>", "Content-Type: image/jpeg", 422, "page.html: this is no picture"},
			{"/media?name=river.png", file, "X: y", 422, "river.png"},
			{"/media?name=river.jpg", file[:300], "X: y", 422, "river.jpg"},
			{"/media?name=river.jpg", "", "X: y", 422, "no picture"},
			{"/media?name=river.jpg&rights=moon", file, "X: y", 422, "query.rights"},
			{"/media?name=river.jpg&credit=%ff", file, "X: y", 422, "query.credit"},
			{"/media?name=river.jpg&credit=%00", file, "X: y", 422, "query.credit"},
			{"/media?name=river.jpg&size=large", file, "X: y", 422, "size"},
			{"/media", wrongPart, kind, 422, "body.file"},
			{"/media", cut[:len(cut)/2], cutKind, 400, "send it again"},
			{"/media", file, "Content-Type: multipart/form-data", 400, "boundary"},
		} {
			s := p.ask(identity.Reporter, "POST", c.path, c.body, c.header)
			if s.status != c.status || !strings.Contains(s.text, c.says) || strings.Contains(s.text, `"body.river.jpg"`) {
				p.Errorf("%s with %s: %d %s", c.path, c.header, s.status, s.text)
			}
		}
		if list := p.want(200, p.ask(identity.Reporter, "GET", "/media", "")); len(list.body["media"].([]any)) != 0 {
			p.Errorf("something stayed: %s", list.text)
		}
	})
}

// TestLargeFilesFlow sends more than any other operation would read: it is taken to the end, and judged.
func TestLargeFilesFlow(t *testing.T) {
	each(t, func(p *portal) {
		const size = 64 << 20
		r, err := http.NewRequestWithContext(p.Context(), "POST", p.url+api.Prefix+"/media?name=long.mp4", io.LimitReader(zeros{}, size))
		if err != nil {
			p.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+p.tokens[identity.Reporter])
		r.Header.Set("Idempotency-Key", "long")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			p.Fatal(err)
		}
		defer res.Body.Close()
		var said api.Problem
		if err := json.NewDecoder(res.Body).Decode(&said); err != nil || said.Status != 422 || !strings.HasPrefix(said.Detail, "long.mp4: this is no picture") {
			p.Errorf("%+v %v", said, err)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func FuzzFileName(f *testing.F) {
	f.Add("attachment; filename=a.jpg")
	f.Add(`form-data; filename*=UTF-8''%ff%c3%a0.jpg; filename="b"`)
	f.Fuzz(func(t *testing.T, disposition string) {
		if name := api.FileName("", disposition); strings.ToValidUTF8(name, "") != name {
			t.Errorf("%q has the name %q", disposition, name)
		}
	})
}
