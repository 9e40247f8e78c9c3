package deskui_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/content/deskui"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// noon is 5 a.m. in the newsroom's zone.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// The people of the tests' newsroom, by the cookie that is theirs.
var people = map[string]*identity.Person{
	"amina": {ID: "amina", Name: "Amina Okafor", Role: identity.Reporter},
	"rosa":  {ID: "rosa", Name: "Rosa Delgado", Role: identity.Editor},
	"paul":  {ID: "paul", Name: "Paul Nadeau", Role: identity.Publisher},
	"ada":   {ID: "ada", Name: "Ada Roy", Role: identity.Admin},
	"luc":   {ID: "luc", Name: "Luc Roy", Role: identity.Publisher, Language: "fr"},
}

type desk struct {
	*testing.T
	db    *db.DB
	room  *workflow.Room
	ui    *deskui.UI
	media *media.Library
	shell *newsroom.Shell
	now   *time.Time
}

func open(t *testing.T, d *db.DB, now *time.Time) desk {
	t.Helper()
	library, err := media.Open(d, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	k := desk{T: t, db: d, now: now, media: library, room: workflow.New(workflow.Config{DB: d, Media: library})}
	_, err = content.Do(t.Context(), d, "test", func(k *content.Desk) error {
		for id, p := range people {
			if err := insertAccount(t.Context(), k.Tx(), id, p); err != nil {
				return err
			}
		}
		return k.SetSite(t.Context(), &published.Site{
			Name: "The Valley", Zone: "America/Edmonton", Languages: []string{"en", "fr"},
			Sections: []published.Section{{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}}, {Slug: "sports", Name: map[string]string{"en": "Sports"}}},
			Regions:  []published.Region{{Slug: "calgary", Name: "Calgary"}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	k.shell, err = newsroom.New(newsroom.Config{
		DB: d, View: published.New(d),
		Session: func(_ context.Context, secret string) (*identity.Person, *identity.Session, error) {
			if p := people[secret]; p != nil {
				return p, &identity.Session{ID: "s"}, nil
			}
			return nil, nil, errs.Errorf(errs.NotFound, "no such session")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if k.ui, err = deskui.New(deskui.Config{DB: d, Room: k.room, Shell: k.shell, Media: k.media, Every: 5 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.ui.Close)
	return k
}

// insertAccount writes an account as it stands in the table, whatever package identity makes of it.
func insertAccount(ctx context.Context, tx *db.Tx, id string, p *identity.Person) error {
	_, err := tx.Exec(ctx, `INSERT INTO account (id, email, name, role, sections, language, state, password, totp, prefs, created, seen)
		VALUES ($1, $2, $3, $4, '', '', 'active', '', '', '{}', 0, 0)`, id, id+"@news.example", p.Name, string(p.Role))
	return err
}

func each(t *testing.T, fn func(k desk)) {
	now := noon
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		now = noon
		fn(open(t, d, &now))
	})
}

// story makes a story that the checks let pass.
func (k desk) story(who, headline string, change ...func(*published.Story)) *workflow.Story {
	k.Helper()
	c := published.Story{
		Headline: headline, Standfirst: "What it means.", Section: "world", Language: "en", Kind: "story", Regions: []string{"calgary"},
		Topics: []published.Topic{{Slug: "water", Name: "Water"}},
		Body:   doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "The river fell by two metres."}}}}},
	}
	for _, fn := range change {
		fn(&c)
	}
	s, err := k.room.Create(k.Context(), people[who], c, check.Guard{})
	if err != nil {
		k.Fatal(err)
	}
	*k.now = k.now.Add(time.Second)
	return s
}

func (k desk) set(s *workflow.Story, state content.State) {
	k.Helper()
	out, err := k.room.Edit(k.Context(), people["rosa"], []workflow.Edit{{ID: s.ID, State: &state}})
	if err != nil || len(out.Failed) > 0 {
		k.Fatal(err, out)
	}
	*k.now = k.now.Add(time.Second)
}

func (k desk) publish(s *workflow.Story, p workflow.Publication) {
	k.Helper()
	if _, err := k.room.Publish(k.Context(), people["paul"], s.ID, p); err != nil {
		k.Fatal(err)
	}
	*k.now = k.now.Add(time.Second)
}

func (k desk) state(id string) string {
	k.Helper()
	s, err := k.room.Story(k.Context(), people["paul"], id)
	if err != nil {
		k.Fatal(err)
	}
	return s.Shown
}

// do asks as a person does who sits at the newsroom's own pages.
func (k desk) do(who, method, path string, form url.Values, header ...string) *http.Response {
	k.Helper()
	r := httptest.NewRequest(method, "http://news.example"+path, strings.NewReader(form.Encode())).WithContext(k.Context())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "masthead", Value: who})
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	k.shell.ServeHTTP(w, r)
	return w.Result()
}

func (k desk) page(who, path string, status int, header ...string) *goquery.Document {
	k.Helper()
	return k.read(k.do(who, http.MethodGet, path, nil, header...), status)
}

func (k desk) read(res *http.Response, status int) *goquery.Document {
	k.Helper()
	d, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		k.Fatal(err)
	}
	if res.StatusCode != status {
		k.Fatalf("status %d, want %d: %s", res.StatusCode, status, d.Find("main").Text())
	}
	return d
}

// follow goes where a form leads, with the cookies that it set.
func (k desk) follow(who string, res *http.Response) *goquery.Document {
	k.Helper()
	if res.StatusCode != http.StatusSeeOther {
		k.Fatalf("status %d, want a redirect: %s", res.StatusCode, k.read(res, res.StatusCode).Find("main").Text())
	}
	var header []string
	for _, c := range res.Cookies() {
		header = append(header, "Cookie", c.Name+"="+c.Value)
	}
	return k.page(who, res.Header.Get("Location"), http.StatusOK, header...)
}

// texts are the words of what a selector finds, each on one line.
func texts(s *goquery.Selection) []string {
	return s.Map(func(_ int, s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") })
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}
