package storyui_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/content/storyui"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/render"
	"masthead/internal/theme"
	"masthead/internal/words"
	"masthead/internal/workflow"
	"masthead/themes"
)

var noon = time.Date(2026, 11, 20, 19, 0, 0, 0, time.UTC) // noon in Calgary

// desk is a newsroom in which a cookie's value is the role of who asks.
type desk struct {
	*testing.T
	shell *newsroom.Shell
	room  *workflow.Room
	db    *db.DB
	now   *time.Time

	render *render.Renderer
}

func person(role string) *identity.Person {
	role, lang, _ := strings.Cut(role, "-")
	return &identity.Person{ID: role, Name: strings.ToUpper(role[:1]) + role[1:], Role: identity.Role(role), Language: lang}
}

func open(t *testing.T) *desk {
	t.Helper()
	now := noon
	k := &desk{T: t, now: &now, db: dbtest.SQLiteAt(t, func() time.Time { return now })}
	view := published.New(k.db)
	var err error
	k.shell, err = newsroom.New(newsroom.Config{
		DB: k.db, View: view,
		Session: func(_ context.Context, secret string) (*identity.Person, *identity.Session, error) {
			if secret == "" {
				return nil, nil, errs.Errorf(errs.NotFound, "no such session")
			}
			return person(secret), &identity.Session{ID: "s"}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	library, err := media.Open(k.db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	k.room = workflow.New(workflow.Config{DB: k.db, Media: library})
	live, err := theme.NewLive(render.ThemeConfig(theme.Config{Files: themes.Broadsheet(), Override: os.DirFS(t.TempDir())}))
	if err != nil {
		t.Fatal(err)
	}
	k.render = render.New(live)
	if err := storyui.Mount(storyui.Config{DB: k.db, Room: k.room, Shell: k.shell, View: view, Render: k.render, Media: library}); err != nil {
		t.Fatal(err)
	}
	_, err = content.Do(t.Context(), k.db, "test", func(d *content.Desk) error {
		return d.SetSite(t.Context(), &published.Site{
			Name: "The Foothills Ledger", Zone: "America/Edmonton", Languages: []string{"en", "fr"},
			Sections: []published.Section{{Slug: "world", Name: map[string]string{"en": "World", "fr": "Monde"}}},
			Regions:  []published.Region{{Slug: "calgary", Name: "Calgary"}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	text string
	doc  *goquery.Document
}

func (k *desk) ask(method, path, who string, body io.Reader, header ...string) answer {
	k.Helper()
	r := httptest.NewRequest(method, "http://news.example"+path, body)
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "masthead", Value: who})
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	k.shell.ServeHTTP(w, r)
	a := answer{Response: w.Result(), text: w.Body.String()}
	var err error
	if a.doc, err = goquery.NewDocumentFromReader(strings.NewReader(a.text)); err != nil {
		k.Fatal(err)
	}
	return a
}

func (k *desk) get(path, who string) answer { k.Helper(); return k.ask("GET", path, who, nil) }

func (k *desk) post(path, who string, form url.Values) answer {
	k.Helper()
	return k.ask("POST", path, who, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

func (k *desk) send(path, who string, v any) (status int, out map[string]any) {
	k.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		k.Fatal(err)
	}
	a := k.ask("POST", path, who, strings.NewReader(string(b)), "Accept", "application/json", "Content-Type", "application/json")
	if err := json.Unmarshal([]byte(a.text), &out); err != nil {
		k.Fatalf("%s: %q: %v", path, a.text, err)
	}
	return a.StatusCode, out
}

func (k *desk) create(c published.Story) *workflow.Story {
	k.Helper()
	s, err := k.room.Create(k.Context(), person("reporter"), c, check.Guard{})
	if err != nil {
		k.Fatal(err)
	}
	return s
}

func story(headline string) published.Story {
	return published.Story{
		Headline: headline, Standfirst: "What it means for the valley.", Section: "world", Language: "en", Kind: "story", Regions: []string{"calgary"},
		Topics: []published.Topic{{Slug: "water", Name: "Water"}},
		Body:   doc.Node{Type: "doc", Content: []doc.Node{{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "The river fell by two metres overnight, the city said."}}}}},
	}
}

// fields returns the editor's form as a browser would send it unchanged.
func fields(a answer) url.Values {
	v := url.Values{}
	a.doc.Find("#story input, #story textarea, #story select").Each(func(_ int, s *goquery.Selection) {
		name, _ := s.Attr("name")
		kind, _ := s.Attr("type")
		_, checked := s.Attr("checked")
		switch {
		case name == "", (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(s) == "textarea":
			v.Add(name, s.Text())
		case goquery.NodeName(s) == "select":
			v.Add(name, s.Find("option[selected]").AttrOr("value", ""))
		default:
			v.Add(name, s.AttrOr("value", ""))
		}
	})
	return v
}

// TestAStoryFromTheFirstWordToTheLast tells a story's life through the forms, without script.
func TestAStoryFromTheFirstWordToTheLast(t *testing.T) {
	k := open(t)
	s := k.create(published.Story{})
	at := "/newsroom/stories/" + s.ID
	form := fields(k.get(at, "reporter"))
	form.Set("headline", "Flood’s end")
	form.Set("standfirst", "Water falls.")
	form.Set("section", "world")
	form.Set("regions", "calgary")
	form.Set("topics", "Water\nBow River")
	form.Set("bylines", "Amina Okafor, Reporter\nAnne-Marie Côté")
	form.Set("body_markdown", "The river fell by TK metres, the city said.\n\n## What next\n\nThe bridge **opens** on Friday.")
	if a := k.post(at, "reporter", form); a.StatusCode != 303 {
		t.Fatalf("saved: %d %s", a.StatusCode, a.doc.Find("#fault").Text())
	}
	now, err := k.room.Story(t.Context(), person("reporter"), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c := now.Copy; c.Headline != "Flood’s end" || len(c.Topics) != 2 || c.Topics[1].Slug != "bow-river" || c.Bylines[0].Role != "Reporter" || c.Body.Content[1].Type != "heading" {
		t.Errorf("kept %+v", c)
	}
	if again := k.post(at, "reporter", fields(k.get(at, "reporter"))); again.StatusCode != 303 {
		t.Fatal(again.StatusCode)
	}
	if same, err := k.room.Story(t.Context(), person("reporter"), s.ID); err != nil || same.Version != now.Version {
		t.Errorf("saving an unchanged form made version %d of %d, %v", same.Version, now.Version, err)
	}

	page := k.get(at+"/publish", "publisher")
	if page.doc.Find(".issues .must").Length() == 0 || !strings.Contains(page.doc.Find("code").Text(), "/world/floods-end-"+s.ID) {
		t.Errorf("before publishing: %s", page.doc.Find("main").Text())
	}
	publish := url.Values{"version": {strconv.Itoa(now.Version)}, "when": {"now"}}
	if a := k.post(at+"/publish", "publisher", publish); a.StatusCode != 422 || a.doc.Find("#fault a[href='#override']").Length() != 1 {
		t.Errorf("published with TK: %d", a.StatusCode)
	}
	publish.Set("override", "The town is called TK.")
	if a := k.post(at+"/publish", "publisher", publish); a.StatusCode != 303 {
		t.Fatalf("published: %d %s", a.StatusCode, a.doc.Find("#fault").Text())
	}
	page = k.get(at, "publisher")
	if got := page.doc.Find(".story-head .state").Text(); !strings.Contains(got, "Live") {
		t.Errorf("state %q", got)
	}
	if page.doc.Find("form[action$='/undo-publish']").Length() != 1 {
		t.Error("no way to undo")
	}
	if a := k.post(at+"/undo-publish", "publisher", nil); a.StatusCode != 303 {
		t.Errorf("undone: %d", a.StatusCode)
	}
	now, _ = k.room.Story(t.Context(), person("publisher"), s.ID)
	publish.Set("version", strconv.Itoa(now.Version))
	if a := k.post(at+"/publish", "publisher", publish); a.StatusCode != 303 {
		t.Fatalf("published again: %d", a.StatusCode)
	}
	if a := k.post(at+"/correct", "publisher", url.Values{"was": {"two"}, "now": {""}, "place": {"end"}}); a.StatusCode != 422 || a.doc.Find("#was").AttrOr("value", "") != "two" {
		t.Errorf("half a correction: %d", a.StatusCode)
	}
	if a := k.post(at+"/correct", "publisher", url.Values{"was": {"two metres"}, "now": {"three metres"}, "place": {"end"}, "act": {"preview"}}); a.doc.Find(".box").First().Text() != "An earlier version gave two metres. The story now says three metres." {
		t.Errorf("the sentence: %q", a.doc.Find(".box").First().Text())
	}
	if a := k.post(at+"/correct", "publisher", url.Values{"was": {"two metres"}, "now": {"three metres"}, "place": {"end"}}); a.StatusCode != 303 {
		t.Errorf("corrected: %d", a.StatusCode)
	}
	if a := k.post(at+"/take-down", "publisher", url.Values{"reason": {""}}); a.StatusCode != 422 {
		t.Errorf("taken down without a reason: %d", a.StatusCode)
	}
	if a := k.post(at+"/take-down", "publisher", url.Values{"reason": {"The source withdrew it."}}); a.StatusCode != 303 {
		t.Errorf("taken down: %d", a.StatusCode)
	}
	if a := k.post(at+"/kill", "publisher", url.Values{"reason": {"A court ordered it."}, "slug": {"floods"}}); a.StatusCode != 422 || a.doc.Find("#slug").AttrOr("value", "") != "floods" {
		t.Errorf("killed by a wrong slug: %d", a.StatusCode)
	}
	if a := k.post(at+"/kill", "publisher", url.Values{"reason": {"A court ordered it."}, "slug": {"floods-end"}}); a.StatusCode != 303 {
		t.Errorf("killed: %d %s", a.StatusCode, a.doc.Find("#fault").Text())
	}
	if a := k.get(at+"/receipts", "reporter"); a.doc.Find("section.panel").Length() != 2 {
		t.Errorf("receipts: %s", a.doc.Find("main").Text())
	}
	if a := k.post(at, "publisher", form); a.StatusCode != 410 {
		t.Errorf("saved after the kill: %d", a.StatusCode)
	}
}

// TestScreens: every screen answers every role as the rules say, with one h1, in both languages.
func TestScreens(t *testing.T) {
	k := open(t)
	s := k.create(story("River falls"))
	if _, err := k.room.Publish(t.Context(), person("publisher"), s.ID, workflow.Publication{}); err != nil {
		t.Fatal(err)
	}
	needs := map[string]identity.Role{
		"": identity.Reporter, "/versions": identity.Reporter, "/versions/compare": identity.Reporter, "/preview": identity.Reporter, "/receipts": identity.Reporter,
		"/publish": identity.Publisher, "/correct": identity.Publisher, "/take-down": identity.Publisher, "/kill": identity.Publisher,
	}
	order := map[identity.Role]int{identity.Reporter: 0, identity.Editor: 1, identity.Publisher: 2, identity.Admin: 3}
	for at, least := range needs {
		for _, role := range identity.Roles {
			a := k.get("/newsroom/stories/"+s.ID+at, string(role)+"-fr")
			want := 200
			if order[role] < order[least] {
				want = 403
			}
			if a.StatusCode != want {
				t.Errorf("%s for a %s: %d, want %d", at, role, a.StatusCode, want)
			}
			if n := a.doc.Find("h1").Length(); n != 1 {
				t.Errorf("%s for a %s has %d h1", at, role, n)
			}
			if a.doc.Find("html").AttrOr("lang", "") != "fr" || strings.Contains(a.doc.Find("main").Text(), "story.") || strings.Contains(a.doc.Find("main").Text(), "publish.") {
				t.Errorf("%s for a %s has words without a text", at, role)
			}
		}
		if a := k.get("/newsroom/stories/"+s.ID+at, ""); a.StatusCode != 303 {
			t.Errorf("%s for nobody: %d", at, a.StatusCode)
		}
		if a := k.get("/newsroom/stories/none"+at, "admin"); a.StatusCode != 404 {
			t.Errorf("%s of no story: %d", at, a.StatusCode)
		}
	}
}

// TestCompareShowsBothTexts: what changed is marked, what did not is there to read around it.
func TestCompareShowsBothTexts(t *testing.T) {
	k := open(t)
	c := story("River falls")
	c.Body.Content = append(c.Body.Content, doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: "The bridge stays shut."}}})
	s := k.create(c)
	c.Body.Content[0].Content[0].Text = "The river fell by three metres overnight, the city said."
	if _, err := k.room.Save(t.Context(), person("reporter"), s.ID, workflow.Save{Version: 1, Copy: c}); err != nil {
		t.Fatal(err)
	}
	for view, selector := range map[string]string{"side": ".sides", "inline": ".inline"} {
		room := k.get("/newsroom/stories/"+s.ID+"/versions/compare?a=1&b=2&view="+view, "reporter").doc.Find(selector)
		if got := room.Find("del").Text() + " → " + room.Find("ins").Text(); got != "two → three" {
			t.Errorf("%s: %q", view, got)
		}
		if n := strings.Count(room.Text(), "The bridge stays shut."); n != map[string]int{"side": 2, "inline": 1}[view] {
			t.Errorf("%s shows what did not change %d times", view, n)
		}
	}
}

func TestSavesOfTheEditor(t *testing.T) {
	k := open(t)
	s := k.create(story("River falls"))
	at := "/newsroom/stories/" + s.ID
	save := func(who string, version int, tab, headline string) (int, map[string]any) {
		c := s.Copy
		c.Headline = headline
		return k.send(at+"/save", who, map[string]any{"version": version, "tab": tab, "auto": true, "copy": c, "guard": map[string]any{"legal": "Counsel reads it."}})
	}
	status, out := save("reporter", 1, "t1", "One")
	if status != 200 || out["version"] != 2.0 || out["words"] != 10.0 {
		t.Fatalf("%d %v", status, out)
	}
	found := false
	for _, c := range out["checks"].([]any) {
		found = found || c.(map[string]any)["level"] == "must"
	}
	if !found {
		t.Errorf("the legal hold is no issue: %v", out["checks"])
	}
	if status, out = save("editor", 1, "t2", "Two"); status != 409 || out["version"] != 2.0 || out["copy"].(map[string]any)["headline"] != "One" || out["who"] != "reporter" {
		t.Errorf("an old version: %d %v", status, out)
	}
	if status, out := k.send(at+"/hold", "reporter", map[string]string{"tab": "t1", "act": "open"}); status != 200 || out["mine"] != true {
		t.Errorf("hold: %d %v", status, out)
	}
	if status, out = save("editor", 2, "t2", "Two"); status != 423 || out["holder"].(map[string]any)["tab"] != "t1" {
		t.Errorf("held: %d %v", status, out)
	}
	for name, body := range map[string]string{
		"no JSON":     `{`,
		"no document": `{"version":2,"copy":{"body":{"type":"doc","content":[{"type":"script"}]}}}`,
		"no section":  `{"version":2,"copy":{"section":"moon"}}`,
		"no text":     `{"version":2,"copy":{"headline":7}}`,
	} {
		a := k.ask("POST", at+"/save", "reporter", strings.NewReader(body), "Accept", "application/json")
		if a.StatusCode != 422 || !strings.Contains(a.text, `"detail"`) {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.text)
		}
	}
	state := k.ask("GET", at+"/state", "reporter", nil, "Accept", "application/json")
	var got struct {
		Version int
		Copy    published.Story
		Holder  *workflow.Holder
	}
	if err := json.Unmarshal([]byte(state.text), &got); err != nil || got.Version != 2 || got.Copy.Headline != "One" || got.Holder == nil {
		t.Errorf("state %+v, %v", got, err)
	}
}

// TestConflictWithoutScript: what was typed stays in the fields when somebody else was faster.
func TestConflictWithoutScript(t *testing.T) {
	k := open(t)
	s := k.create(story("River falls"))
	at := "/newsroom/stories/" + s.ID
	mine := fields(k.get(at, "reporter"))
	theirs := fields(k.get(at, "editor"))
	theirs.Set("headline", "Theirs")
	k.post(at, "editor", theirs)
	mine.Set("headline", "Mine")
	a := k.post(at, "reporter", mine)
	if a.StatusCode != 422 || a.doc.Find("#headline").Text() != "Mine" || !strings.Contains(a.doc.Find("#fault").Text(), "editor") {
		t.Fatalf("%d %q", a.StatusCode, a.doc.Find("#fault").Text())
	}
	if a = k.post(at, "reporter", fields(a)); a.StatusCode != 303 {
		t.Fatal(a.StatusCode)
	}
	list, err := k.room.Versions(t.Context(), person("editor"), s.ID)
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	if old, err := k.room.Text(t.Context(), person("editor"), s.ID, 2); err != nil || old.Headline != "Theirs" {
		t.Errorf("the other's text: %v, %v", old, err)
	}
}

// TestGuardWithoutScript: a form that began before a hold was set does not take it away.
func TestGuardWithoutScript(t *testing.T) {
	k := open(t)
	s := k.create(story("River falls"))
	at := "/newsroom/stories/" + s.ID
	mine, theirs := fields(k.get(at, "editor")), fields(k.get(at, "publisher"))
	theirs.Set("legal", "Counsel reads it.")
	if a := k.post(at, "publisher", theirs); a.StatusCode != 303 {
		t.Fatal(a.StatusCode)
	}
	mine.Set("headline", "Mine")
	if a := k.post(at, "editor", mine); a.StatusCode != 303 {
		t.Fatal(a.StatusCode)
	}
	now, err := k.room.Story(t.Context(), person("editor"), s.ID)
	if err != nil || now.Guard.Legal != "Counsel reads it." || now.Copy.Headline != "Mine" {
		t.Errorf("%+v, %v", now.Guard, err)
	}
	c := now.Copy
	c.Headline = "Script"
	status, out := k.send(at+"/save", "editor", map[string]any{"version": now.Version, "copy": c, "guard": map[string]any{"legal": ""}, "was": map[string]any{}})
	if now, err = k.room.Story(t.Context(), person("editor"), s.ID); status != 200 || err != nil || now.Guard.Legal == "" || now.Copy.Headline != "Script" {
		t.Errorf("%d %v: %+v, %v", status, out, now, err)
	}
}

// TestMarkdownLosesNothingUnasked: blocks that the fallback field cannot hold go only if somebody says so.
func TestMarkdownLosesNothingUnasked(t *testing.T) {
	k := open(t)
	c := story("River falls")
	c.Body.Content = append(c.Body.Content, doc.Node{Type: "promo", Attrs: doc.Attrs{"title": "Tonight", "text": "Come.", "url": "https://example.com/", "action": "Save a seat", "until": ""}})
	s := k.create(c)
	at := "/newsroom/stories/" + s.ID
	form := fields(k.get(at, "reporter"))
	form.Set("headline", "River rises")
	if a := k.post(at, "reporter", form); a.StatusCode != 303 {
		t.Errorf("the text was not touched: %d", a.StatusCode)
	}
	now, _ := k.room.Story(t.Context(), person("reporter"), s.ID)
	if len(now.Copy.Body.Content) != 2 {
		t.Errorf("the promo box is gone")
	}
	form = fields(k.get(at, "reporter"))
	form.Set("body_markdown", "All new.")
	if a := k.post(at, "reporter", form); a.StatusCode != 422 || a.doc.Find("#body_markdown").Text() != "All new." ||
		!strings.HasPrefix(a.doc.Find("#fault a[href='#body_markdown']").Text(), "The text has blocks") {
		t.Errorf("lost without a word: %d", a.StatusCode)
	}
	form.Set("lossy", "1")
	if a := k.post(at, "reporter", form); a.StatusCode != 303 {
		t.Errorf("lost on request: %d", a.StatusCode)
	}
}

// TestFaultsSpeakTheLanguage: a fault is said at the top and at its field, in the language of the person's screens.
func TestFaultsSpeakTheLanguage(t *testing.T) {
	k := open(t)
	draft := k.create(story("River falls"))
	if _, err := k.room.Publish(t.Context(), person("publisher"), draft.ID, workflow.Publication{Version: draft.Version}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ at, field string }{
		{"", "headline"}, {"", "embargo"}, {"/correct", "was"}, {"/take-down", "reason"}, {"/kill", "slug"},
	} {
		form := fields(k.get("/newsroom/stories/"+draft.ID+x.at, "admin-fr"))
		form.Set(x.field, map[string]string{"headline": strings.Repeat("x", 2000), "embargo": "soon"}[x.field])
		if x.field == "slug" {
			form.Set("reason", "Une erreur.")
		}
		a := k.post("/newsroom/stories/"+draft.ID+x.at, "admin-fr", form)
		top, here := a.doc.Find("#fault a").Text(), a.doc.Find("#"+x.field+"_wrong").Text()
		want := words.Staff("fr").T("story.e_" + x.field)
		if a.StatusCode != 422 || top != want || !strings.HasSuffix(here, want) || a.doc.Find("#"+x.field).Length() != 1 {
			t.Errorf("%s: %d, top %q, field %q, want %q", x.field, a.StatusCode, top, here, want)
		}
	}
}

// TestTooLate: a button that the story no longer allows leads back to the story, which says so.
func TestTooLate(t *testing.T) {
	k := open(t)
	at := "/newsroom/stories/" + k.create(story("River falls")).ID
	for path, want := range map[string]string{"/undo-publish": "story.e_changed", "/unschedule": "story.e_changed", "/notes": "story.e_note_empty"} {
		a := k.post(at+path, "admin", nil)
		to, said := a.Header.Get("Location"), a.Header.Get("Set-Cookie")
		if a.StatusCode != 303 || !strings.HasPrefix(to, at) || !strings.Contains(said, url.QueryEscape(words.Staff("en").T(want))) {
			t.Errorf("%s: %d to %s, said %q", path, a.StatusCode, to, said)
		}
	}
}

func TestSchedules(t *testing.T) {
	k := open(t)
	s := k.create(story("River falls"))
	at := "/newsroom/stories/" + s.ID
	for _, c := range []struct{ now, day, clock, which, want, field string }{
		{"2026-11-20T19:00:00Z", "2026-11-21", "07:00", "", "2026-11-21T14:00:00Z", ""},
		{"2026-11-20T19:00:00Z", "2026-11-21", "07:00:30", "", "2026-11-21T14:00:30Z", ""},
		{"2026-11-20T19:00:00Z", "2026-11-20", "07:00", "", "", "day"},
		{"2026-11-20T19:00:00Z", "20 November", "07:00", "", "", "day"},
		{"2025-03-01T19:00:00Z", "2025-03-09", "02:30", "", "", "clock"},
		{"2025-03-01T19:00:00Z", "2025-03-09", "03:30", "", "2025-03-09T09:30:00Z", ""},
		{"2025-10-01T19:00:00Z", "2025-11-02", "01:30", "", "", "which"},
		{"2025-10-01T19:00:00Z", "2025-11-02", "01:30", "first", "2025-11-02T07:30:00Z", ""},
		{"2025-10-01T19:00:00Z", "2025-11-02", "01:30", "second", "2025-11-02T08:30:00Z", ""},
	} {
		*k.now, _ = time.Parse(time.RFC3339, c.now)
		now, _ := k.room.Story(t.Context(), person("publisher"), s.ID)
		a := k.post(at+"/publish", "publisher", url.Values{"version": {strconv.Itoa(now.Version)}, "when": {"at"}, "day": {c.day}, "clock": {c.clock}, "which": {c.which}})
		now, _ = k.room.Story(t.Context(), person("publisher"), s.ID)
		if c.want == "" {
			if a.StatusCode != 422 || a.doc.Find("#fault a").AttrOr("href", "") != "#"+c.field || a.doc.Find("#"+c.field).Length() != 1 {
				t.Errorf("%s %s: %d, fault %q", c.day, c.clock, a.StatusCode, a.doc.Find("#fault").Text())
			}
			continue
		}
		if a.StatusCode != 303 || now.State != content.Scheduled || now.Due.Format(time.RFC3339) != c.want {
			t.Errorf("%s %s: %d, %s at %s, want %s", c.day, c.clock, a.StatusCode, now.State, now.Due.Format(time.RFC3339), c.want)
		}
		if a := k.post(at+"/unschedule", "publisher", nil); a.StatusCode != 303 {
			t.Errorf("unscheduled: %d", a.StatusCode)
		}
	}
}

// TestPreviewIsThePage: what the preview shows is what publishing makes.
func TestPreviewIsThePage(t *testing.T) {
	k := open(t)
	c := story("River falls")
	c.Body.Content = append(c.Body.Content, doc.Node{Type: "paragraph", Content: []doc.Node{{
		Type: "text", Text: "The city's film", Marks: []doc.Mark{{Type: "link", Attrs: doc.Attrs{"href": "https://city.example/media/film"}}},
	}}})
	s := k.create(c)
	if _, err := k.room.Publish(t.Context(), person("publisher"), s.ID, workflow.Publication{}); err != nil {
		t.Fatal(err)
	}
	rec := published.New(k.db).Record(*k.now)
	for _, as := range []string{"", "?as=lite"} {
		a := k.get("/newsroom/stories/"+s.ID+"/preview/page"+as, "reporter")
		if a.StatusCode != 200 || a.doc.Find("h1").Text() != "River falls" {
			t.Errorf("preview%s: %d %q", as, a.StatusCode, a.doc.Find("h1").Text())
		}
		page, err := k.render.Page(t.Context(), rec, render.Route{Kind: render.KindStory, Section: "world", Slug: "river-falls", ID: s.ID, Lite: as != ""})
		if err != nil {
			t.Fatal(err)
		}
		if string(page.Body) != a.text {
			t.Errorf("preview%s is not the page that readers get", as)
		}
		if p := a.Header.Get("Content-Security-Policy"); !strings.HasSuffix(p, "frame-ancestors 'self'") || strings.Contains(p, "frame-ancestors 'none'") {
			t.Errorf("policy %q", p)
		}
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Robots-Tag") != "noindex, nofollow" {
			t.Errorf("headers %v", a.Header)
		}
	}
}

func TestPreviewOfTheFeed(t *testing.T) {
	k := open(t)
	s := k.create(story("River & falls"))
	a := k.get("/newsroom/stories/"+s.ID+"/preview/page?as=feed", "reporter")
	if a.StatusCode != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") || !strings.Contains(a.text, "<title>River &amp; falls</title>") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if p := a.Header.Get("Content-Security-Policy"); p != "default-src 'none'; frame-ancestors 'self'" {
		t.Errorf("policy %q", p)
	}
}

func TestSharedLinks(t *testing.T) {
	k := open(t)
	s := k.create(story("River falls"))
	at := "/newsroom/stories/" + s.ID
	a := k.post(at+"/share", "reporter", url.Values{"days": {"7"}})
	link := a.doc.Find("code.secret").Text()
	_, path, ok := strings.Cut(link, "news.example")
	if a.StatusCode != 200 || !ok {
		t.Fatalf("%d %q", a.StatusCode, link)
	}
	if a := k.get(path, ""); a.StatusCode != 200 || a.doc.Find(".box.warn").Length() != 1 {
		t.Errorf("shared: %d", a.StatusCode)
	}
	if a := k.get(path+"/page", ""); a.StatusCode != 200 || a.doc.Find("h1").Text() != "River falls" {
		t.Errorf("shared page: %d", a.StatusCode)
	}
	if a := k.get(path+"/media/abc/x.jpg", ""); a.StatusCode != 404 {
		t.Errorf("a file of another story: %d", a.StatusCode)
	}
	again := k.get(at+"/preview", "reporter")
	if again.doc.Find("code.secret").Length() != 0 {
		t.Error("the secret is shown twice")
	}
	revoke := again.doc.Find("form[action$='/revoke']").AttrOr("action", "")
	if a := k.post(revoke, "reporter", nil); a.StatusCode != 303 {
		t.Errorf("revoked: %d", a.StatusCode)
	}
	for _, p := range []string{path, path + "/page"} {
		if a := k.get(p, ""); a.StatusCode != 404 || strings.Contains(a.text, "River falls") {
			t.Errorf("after revoking, %s: %d", p, a.StatusCode)
		}
	}
	if a := k.post(at+"/share", "reporter", url.Values{"days": {"31"}}); a.StatusCode != 422 {
		t.Errorf("31 days: %d", a.StatusCode)
	}
}
