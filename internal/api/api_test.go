package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/api"
	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/front"
	"masthead/internal/identity"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// portal is a newsroom with a token of each role, asked over HTTP.
type portal struct {
	testing.TB
	db     *db.DB
	now    *time.Time
	url    string
	tokens map[identity.Role]string
	spec   *description
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func each(t *testing.T, fn func(p *portal)) {
	now := noon
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, d *db.DB) {
		now = noon
		fn(newPortal(t, d, &now))
	})
}

func newPortal(t testing.TB, d *db.DB, now *time.Time) *portal {
	_, err := content.Do(t.Context(), d, "test", func(k *content.Desk) error {
		return k.SetSite(t.Context(), &published.Site{
			Zone: "America/Edmonton", Languages: []string{"en", "fr"},
			Sections: []published.Section{{Slug: "world", Name: map[string]string{"en": "World"}}, {Slug: "sports"}},
			Regions:  []published.Region{{Slug: "calgary", Name: "Calgary", Zone: "America/Edmonton"}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	keeper := identity.New(identity.Config{DB: d})
	p := &portal{TB: t, db: d, now: now, tokens: map[identity.Role]string{}}
	for _, role := range identity.Roles {
		secret, _, err := keeper.CreateToken(t.Context(), identity.CommandLine(), identity.TokenInput{Name: string(role), Role: role, Expires: now.Add(1000 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		p.tokens[role] = secret
	}
	server := httptest.NewServer(api.New(api.Config{
		DB: d, Room: workflow.New(workflow.Config{DB: d}), Staff: keeper, Fronts: front.New(front.Config{DB: d}), Origin: func() string { return "https://news.example" }, Version: "1.2.3",
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	p.spec = p.describe()
	return p
}

// said is an answer.
type said struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// ask sends a request as a role ("": as nobody) and holds the answer to the description. header is Name: value.
func (p *portal) ask(role identity.Role, method, path, body string, header ...string) said {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), method, p.url+api.Prefix+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	if role != "" {
		r.Header.Set("Authorization", "Bearer "+p.tokens[role])
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	*p.now = p.now.Add(time.Second)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	s := said{res.StatusCode, res.Header, string(text), nil}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &s.body); err != nil {
			p.Fatalf("%s %s answers %q: %v", method, path, text, err)
		}
	}
	if p.spec != nil {
		p.spec.holds(p, method, path, s)
	}
	return s
}

func (p *portal) want(status int, s said) said {
	p.Helper()
	if s.status != status {
		p.Fatalf("status %d, want %d: %s", s.status, status, s.text)
	}
	return s
}

func (s said) str(name string) string { v, _ := s.body[name].(string); return v }
func (s said) num(name string) int    { v, _ := s.body[name].(float64); return int(v) }

const clean = `{"headline": "River falls two metres", "standfirst": "What it means for the valley.", "section": "world", "regions": ["calgary"],
	"topics": ["Water"], "bylines": [{"name": "Amina Okafor"}], "body_markdown": "The river fell by two metres overnight, the city said."}`

func (p *portal) create(body string) said {
	p.Helper()
	return p.want(http.StatusCreated, p.ask(identity.Reporter, "POST", "/stories", body))
}

// description is what the API says of itself.
type description struct {
	paths   map[string]map[string]*operation
	schemas map[string]any // by name
}

type operation struct {
	ID        string `json:"operationId"`
	Needs     string `json:"x-needs"`
	Responses map[string]struct {
		Content map[string]struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

func (p *portal) describe() *description {
	p.Helper()
	res, err := http.Get(p.url + api.Prefix + "/openapi.json")
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	var whole struct {
		OpenAPI    string                           `json:"openapi"`
		Paths      map[string]map[string]*operation `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.NewDecoder(res.Body).Decode(&whole); err != nil {
		p.Fatal(err)
	}
	if whole.OpenAPI != "3.1.0" || res.StatusCode != http.StatusOK {
		p.Fatalf("version %q, status %d", whole.OpenAPI, res.StatusCode)
	}
	return &description{whole.Paths, whole.Components.Schemas}
}

// find returns the operation of a request.
func (d *description) find(method, path string) *operation {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for pattern, list := range d.paths {
		want := strings.Split(pattern, "/")
		fits := len(want) == len(parts)
		for i := 0; fits && i < len(want); i++ {
			fits = want[i] == parts[i] || strings.HasPrefix(want[i], "{")
		}
		if fits && list[strings.ToLower(method)] != nil {
			return list[strings.ToLower(method)]
		}
	}
	return nil
}

// holds compares an answer with what the description says of it.
func (d *description) holds(t *portal, method, path string, s said) {
	t.Helper()
	o := d.find(method, path)
	if o == nil {
		return
	}
	r, ok := o.Responses[fmt.Sprint(s.status)]
	if !ok {
		if r, ok = o.Responses["default"]; !ok {
			t.Errorf("%s answers %d, which its description does not have", o.ID, s.status)
			return
		}
	}
	kind, _, _ := strings.Cut(s.header.Get("Content-Type"), ";")
	c, ok := r.Content[kind]
	if !ok {
		if len(r.Content) > 0 || s.text != "" {
			t.Errorf("%s answers %d as %q, which its description does not have", o.ID, s.status, kind)
		}
		return
	}
	var schema, value any
	if json.Unmarshal(c.Schema, &schema) != nil || json.Unmarshal([]byte(s.text), &value) != nil {
		t.Fatalf("%s: schema %s of %s", o.ID, c.Schema, s.text)
	}
	for _, wrong := range d.judge(schema, value, "") {
		t.Errorf("%s answers %d otherwise than described: %s", o.ID, s.status, wrong)
	}
}

// judge holds a value to a JSON schema, of which it knows what the description uses.
func (d *description) judge(schema, value any, at string) (wrong []string) {
	s, _ := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok {
		named, ok := d.schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
		if !ok {
			return []string{at + ": there is no " + ref}
		}
		return d.judge(named, value, at)
	}
	var kinds []string
	switch k := s["type"].(type) {
	case string:
		kinds = []string{k}
	case []any:
		for _, x := range k {
			kinds = append(kinds, x.(string))
		}
	}
	kind := "null"
	switch v := value.(type) {
	case map[string]any:
		kind = "object"
	case []any:
		kind = "array"
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
		if v == float64(int64(v)) && slices.Contains(kinds, "integer") {
			kind = "integer"
		}
	}
	if len(kinds) > 0 && !slices.Contains(kinds, kind) {
		return []string{fmt.Sprintf("%s is %s, not %v", at, kind, kinds)}
	}
	if o, ok := value.(map[string]any); ok {
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		for _, name := range required {
			if _, there := o[name.(string)]; !there {
				wrong = append(wrong, fmt.Sprintf("%s.%s is missing", at, name))
			}
		}
		for name, v := range o {
			switch p, known := properties[name]; {
			case known:
				wrong = append(wrong, d.judge(p, v, at+"."+name)...)
			case s["additionalProperties"] == false:
				wrong = append(wrong, fmt.Sprintf("%s.%s is not described", at, name))
			default:
				if more, ok := s["additionalProperties"].(map[string]any); ok {
					wrong = append(wrong, d.judge(more, v, at+"."+name)...)
				}
			}
		}
	}
	if list, ok := value.([]any); ok && s["items"] != nil {
		for i, v := range list {
			wrong = append(wrong, d.judge(s["items"], v, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	if allowed, ok := s["enum"].([]any); ok && !slices.Contains(allowed, value) {
		wrong = append(wrong, fmt.Sprintf("%s is %v, none of %v", at, value, allowed))
	}
	if text, ok := value.(string); ok && s["format"] == "date-time" {
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			wrong = append(wrong, at+" is no moment: "+text)
		}
	}
	return wrong
}

func TestJudgeCanFail(t *testing.T) {
	var schema any
	if err := json.Unmarshal([]byte(`{"type": "object", "additionalProperties": false, "required": ["a"], "properties": {"a": {"type": "integer"},
		"b": {"type": "array", "items": {"enum": ["x"]}}, "c": {"type": "string", "format": "date-time"}}}`), &schema); err != nil {
		t.Fatal(err)
	}
	for text, n := range map[string]int{`{"a": 1, "b": ["x"], "c": "2026-01-01T00:00:00Z"}`: 0, `{}`: 1, `{"a": 1.5}`: 1, `{"a": 1, "b": ["y"]}`: 1,
		`{"a": 1, "c": "now"}`: 1, `{"a": 1, "d": 1}`: 1, `[]`: 1} {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if got := new(description).judge(schema, value, ""); len(got) != n {
			t.Errorf("%s: %v, want %d", text, got, n)
		}
	}
}

func TestStoryFromDraftToKill(t *testing.T) {
	each(t, func(p *portal) {
		made := p.create(clean)
		id := made.str("id")
		if made.str("state") != "draft" || made.num("version") != 1 || made.header.Get("ETag") != `"1"` ||
			made.header.Get("Location") != "/api/v1/stories/"+id || made.str("url") != "https://news.example/world/river-falls-two-metres-"+id {
			p.Errorf("made %s, ETag %s, Location %s", made.text, made.header.Get("ETag"), made.header.Get("Location"))
		}
		got := p.want(200, p.ask(identity.Reporter, "GET", "/stories/"+id, ""))
		if got.str("headline") != "River falls two metres" || got.str("language") != "en" || got.str("kind") != "story" ||
			cmp.Diff([]any{"Water"}, got.body["topics"]) != "" || cmp.Diff([]any{map[string]any{"name": "Amina Okafor"}}, got.body["bylines"]) != "" {
			p.Errorf("got %s", got.text)
		}
		changed := p.want(200, p.ask(identity.Reporter, "PATCH", "/stories/"+id, `{"headline": "River falls three metres", "note": "checked"}`, `If-Match: "1"`))
		if changed.num("version") != 2 || changed.header.Get("ETag") != `"2"` {
			p.Errorf("changed %s", changed.text)
		}
		if c := p.want(200, p.ask(identity.Reporter, "GET", "/stories/"+id+"/checks", "")); c.body["clear"] != true {
			p.Errorf("checks %s", c.text)
		}
		if s := p.want(200, p.ask(identity.Editor, "POST", "/stories/"+id+"/state", `{"state": "ready"}`)); s.str("state") != "ready" {
			p.Errorf("state %s", s.text)
		}
		at := p.now.Add(time.Hour).Format(time.RFC3339)
		if s := p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/schedule", `{"at": "`+at+`", "version": 2}`)); s.str("state") != "scheduled" {
			p.Errorf("scheduled %s", s.text)
		}
		if s := p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/unschedule", "")); s.str("state") != "ready" {
			p.Errorf("unscheduled %s", s.text)
		}
		live := p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/publish", `{"version": 2}`))
		if live.str("state") != "live" {
			p.Errorf("published %s", live.text)
		}
		if s := p.want(200, p.ask(identity.Editor, "PATCH", "/stories/"+id, `{"standfirst": "New."}`, "If-Match: "+live.header.Get("ETag"))); s.str("state") != "changed" {
			p.Errorf("changed %s", s.text)
		}
		if s := p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/update", `{"substantive": true, "note": "New standfirst"}`)); s.str("state") != "live" {
			p.Errorf("updated %s", s.text)
		}
		p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/correct", `{"was": "two metres", "now": "three metres", "place": "top"}`))
		got = p.want(200, p.ask(identity.Reporter, "GET", "/stories/"+id, ""))
		if list, _ := got.body["corrections"].([]any); len(list) != 1 || list[0].(map[string]any)["place"] != "top" {
			p.Errorf("corrections %v", got.body["corrections"])
		}
		versions := p.want(200, p.ask(identity.Reporter, "GET", "/stories/"+id+"/versions", ""))
		newest := versions.body["versions"].([]any)[0].(map[string]any)
		restored := p.want(200, p.ask(identity.Editor, "POST", "/stories/"+id+"/restore", fmt.Sprintf(`{"n": 1, "version": %v}`, newest["n"])))
		if text := p.want(200, p.ask(identity.Reporter, "GET", fmt.Sprintf("/stories/%s/versions/%d", id, restored.num("version")), "")); text.str("headline") != "River falls two metres" {
			p.Errorf("restored %s", text.text)
		}
		diff := p.want(200, p.ask(identity.Reporter, "GET", "/stories/"+id+"/compare?from=1&to=2", ""))
		if cmp.Diff("headline", diff.body["fields"].([]any)[0].(map[string]any)["name"]) != "" {
			p.Errorf("compare %s", diff.text)
		}
		if topics := p.want(200, p.ask(identity.Reporter, "GET", "/topics", "")); cmp.Diff([]any{map[string]any{"slug": "water", "name": "Water"}}, topics.body["topics"]) != "" {
			p.Errorf("topics %s", topics.text)
		}
		p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/undo", ""))
		p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/publish", `{}`))
		if r := p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/takedown", `{"reason": "A court order."}`)); r.str("act") != "take-down" {
			p.Errorf("taken down %s", r.text)
		}
		p.want(422, p.ask(identity.Publisher, "POST", "/stories/"+id+"/kill", `{"slug": "other", "reason": "Wrong."}`))
		slug := p.want(200, p.ask(identity.Reporter, "GET", "/stories/"+id, "")).str("slug")
		p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/kill", `{"slug": "`+slug+`", "reason": "Wrong."}`))
		p.want(410, p.ask(identity.Publisher, "POST", "/stories/"+id+"/publish", `{}`))
		p.want(409, p.ask(identity.Publisher, "POST", "/stories/"+p.create(clean).str("id")+"/update", `{}`))
	})
}

func TestBodies(t *testing.T) {
	each(t, func(p *portal) {
		for _, c := range []struct {
			name, body string
			dropped    []any
			first      string
		}{
			{"markdown", `{"body_markdown": "**One.**\n\n![x](https://a.example/x.png)"}`, []any{map[string]any{"what": "img", "detail": "https://a.example/x.png"}}, "One."},
			{"html", `{"body_html": "<p>One.</p><script>alert(1)</script>"}`, []any{map[string]any{"what": "script"}}, "One."},
			{"document", `{"body": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "One."}]}]}}`, nil, "One."},
			{"none", `{"headline": "Only this"}`, nil, ""},
		} {
			s := p.create(c.body)
			got, _ := s.body["dropped"].([]any)
			for _, d := range got {
				if m := d.(map[string]any); m["reason"] == "" {
					p.Errorf("%s: no reason in %v", c.name, m)
				} else {
					delete(m, "reason")
				}
			}
			if diff := cmp.Diff(c.dropped, got); diff != "" {
				p.Errorf("%s: dropped (-want +got)\n%s", c.name, diff)
			}
			text := p.ask(identity.Reporter, "GET", "/stories/"+s.str("id"), "").text
			if c.first != "" && !strings.Contains(text, `"text":"`+c.first+`"`) {
				p.Errorf("%s: %s", c.name, text)
			}
		}
	})
}

func TestTextIsExact(t *testing.T) {
	each(t, func(p *portal) {
		s := p.create(`{"headline": "\ud83d\udea2 d\u2019Odesa \\ud83d 𝄞 \u00e9", "section": "world"}`)
		if got := p.ask(identity.Reporter, "GET", "/stories/"+s.str("id"), "").str("headline"); got != "🚢 d’Odesa \\ud83d 𝄞 é" {
			p.Errorf("came out as %q", got)
		}
	})
}

func TestFaultsNameTheField(t *testing.T) {
	each(t, func(p *portal) {
		s := p.create(clean)
		story := "/stories/" + s.str("id")
		for _, c := range []struct {
			name           string
			role           identity.Role
			method, path   string
			body           string
			status         int
			location, says string
		}{
			{"unknown section", identity.Reporter, "POST", "/stories", `{"section": "moon"}`, 422, "body.section", "moon"},
			{"unknown region", identity.Reporter, "POST", "/stories", `{"regions": ["moon"]}`, 422, "body.regions", "moon"},
			{"wrong type", identity.Reporter, "POST", "/stories", `{"headline": 5}`, 422, "body.headline", "string"},
			{"unknown field", identity.Reporter, "POST", "/stories", `{"heading": "x"}`, 422, "body.heading", "unexpected"},
			{"unknown kind", identity.Reporter, "POST", "/stories", `{"kind": "poem"}`, 422, "body.kind", "story"},
			{"topic of no letters", identity.Reporter, "POST", "/stories", `{"topics": ["Water", "!"]}`, 422, "body.topics[1]", "letters"},
			{"two bodies", identity.Reporter, "POST", "/stories", `{"body_html": "x", "body_markdown": "x"}`, 422, "body.body", "one of"},
			{"fault in the document", identity.Reporter, "POST", "/stories", `{"body": {"type": "doc", "content": [{"type": "paragraph"}, {"type": "blink"}]}}`, 422, "body.body.content[1]", "blink"},
			{"no moment", identity.Reporter, "POST", "/stories", `{"embargo": "tomorrow"}`, 422, "body.embargo", "moment"},
			{"no UTF-8", identity.Reporter, "POST", "/stories", "{\"headline\": \"\xe9\"}", 400, "body", "UTF-8"},
			{"half a character", identity.Reporter, "POST", "/stories", `{"headline": "a \\ \ud83d b"}`, 400, "body", "half"},
			{"the other half", identity.Reporter, "POST", "/stories", `{"headline": "\udc00"}`, 400, "body", "half"},
			{"no JSON", identity.Reporter, "POST", "/stories", `{"headline": `, 400, "body", "JSON"},
			{"no version", identity.Reporter, "PATCH", story, `{"headline": "x"}`, 428, "", "If-Match"},
			{"version of the past", identity.Publisher, "POST", story + "/schedule", `{"at": "2020-01-01T00:00:00Z"}`, 422, "body.at", "passed"},
			{"no reason", identity.Publisher, "POST", story + "/takedown", `{}`, 422, "body", "reason"},
			{"wrong slug", identity.Publisher, "POST", story + "/kill", `{"slug": "x", "reason": "y"}`, 422, "body.slug", "slug"},
			{"correction without words", identity.Publisher, "POST", story + "/correct", `{}`, 422, "body.was", "wrong"},
			{"unknown query", identity.Reporter, "GET", "/stories?colour=red", "", 422, "query.colour", "unknown"},
			{"limit", identity.Reporter, "GET", "/stories?limit=1000", "", 422, "query.limit", "200"},
			{"no such story", identity.Reporter, "GET", "/stories/none", "", 404, "", "none"},
			{"no such address", identity.Reporter, "GET", "/nothing", "", 404, "", "openapi.json"},
		} {
			got := p.want(c.status, p.ask(c.role, c.method, c.path, c.body))
			if kind := got.header.Get("Content-Type"); kind != "application/problem+json" || got.num("status") != c.status || got.str("title") == "" || got.str("type") == "" {
				p.Errorf("%s: %s is no problem: %s", c.name, kind, got.text)
			}
			if !strings.Contains(got.text, c.says) {
				p.Errorf("%s: %s does not say %q", c.name, got.text, c.says)
			}
			if c.location == "" {
				continue
			}
			list, _ := got.body["errors"].([]any)
			if !slices.ContainsFunc(list, func(e any) bool { return e.(map[string]any)["location"] == c.location }) {
				p.Errorf("%s: %s does not name %s", c.name, got.text, c.location)
			}
		}
	})
}

func TestChecksHoldBack(t *testing.T) {
	each(t, func(p *portal) {
		id := p.create(strings.Replace(clean, "two metres overnight", "TK metres overnight", 1)).str("id")
		got := p.want(422, p.ask(identity.Publisher, "POST", "/stories/"+id+"/publish", `{}`))
		if !strings.Contains(got.text, `"code":"tk"`) || !strings.Contains(got.text, `"text":"TK is left`) {
			p.Errorf("held back by %s", got.text)
		}
		if s := p.want(200, p.ask(identity.Publisher, "POST", "/stories/"+id+"/publish", `{"override": "TK Metres is a company"}`)); s.str("state") != "live" {
			p.Errorf("overridden %s", s.text)
		}
		log := p.want(200, p.ask(identity.Publisher, "GET", "/audit?what=story.override&target=story/"+id, ""))
		if !strings.Contains(log.text, "TK Metres is a company") || !strings.Contains(log.text, `"who":"token:`) {
			p.Errorf("log %s", log.text)
		}
	})
}

func TestConflictSaysWhatChanged(t *testing.T) {
	each(t, func(p *portal) {
		id := p.create(clean).str("id")
		p.want(200, p.ask(identity.Editor, "PATCH", "/stories/"+id, `{"version": 1, "body_markdown": "The river fell by three metres and 88 centimetres overnight, the city said."}`))
		for _, c := range []struct {
			method, path, body string
			header             []string
		}{
			{"PATCH", "/stories/" + id, `{"headline": "Mine"}`, []string{`If-Match: "1"`}},
			{"PATCH", "/stories/" + id, `{"headline": "Mine", "version": 1}`, nil},
			{"POST", "/stories/" + id + "/publish", `{"version": 1}`, nil},
			{"POST", "/stories/" + id + "/restore", `{"version": 1, "n": 1}`, nil},
		} {
			got := p.want(409, p.ask(identity.Publisher, c.method, c.path, c.body, c.header...))
			var changed struct {
				Version int
				Who     string
				Changed struct{ Blocks, Fields, Facts []map[string]any }
			}
			if err := json.Unmarshal([]byte(got.text), &changed); err != nil {
				p.Fatal(err)
			}
			if changed.Version != 2 || changed.Who != "editor" || len(changed.Changed.Blocks) != 1 || changed.Changed.Blocks[0]["kind"] != "changed" ||
				changed.Changed.Facts[0]["new"] != "88 centimetres" {
				p.Errorf("%s %s: %s", c.method, c.path, got.text)
			}
		}
		if s := p.ask(identity.Reporter, "GET", "/stories/"+id, ""); s.str("headline") != "River falls two metres" || s.num("version") != 2 {
			p.Errorf("a refused change was kept: %s", s.text)
		}
	})
}

// TestWhoMayDoWhat asks for everything as everybody: what the rules do not allow is refused before anything is read.
func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(p *portal) {
		n := 0
		for path, list := range p.spec.paths {
			for method, o := range list {
				method = strings.ToUpper(method)
				at := strings.NewReplacer("{id}", "none", "{n}", "1").Replace(path)
				needs := identity.Action(o.Needs)
				if _, ok := identity.Rules[needs]; !ok {
					p.Errorf("%s needs %q, which is no rule", o.ID, o.Needs)
				}
				if s := p.ask("", method, at, ""); s.status != 401 || !strings.HasPrefix(s.header.Get("WWW-Authenticate"), "Bearer") {
					p.Errorf("%s: nobody gets %d", o.ID, s.status)
				}
				if s := p.ask("", method, at, "", "Authorization: Bearer mh_wrong"); s.status != 401 || !strings.Contains(s.header.Get("WWW-Authenticate"), "invalid_token") {
					p.Errorf("%s: a wrong token gets %d", o.ID, s.status)
				}
				if s := p.ask("", method, at, "", "Cookie: session="+p.tokens[identity.Admin]); s.status != 401 {
					p.Errorf("%s: a cookie gets %d", o.ID, s.status)
				}
				for i, role := range identity.Roles {
					may := i >= slices.Index(identity.Roles, identity.Rules[needs])
					s := p.ask(role, method, at, "")
					if strings.Contains(s.text, "nothing at this address") {
						p.Errorf("%s is described and not there", o.ID)
					}
					if (s.status != 403) != may || s.status == 401 {
						p.Errorf("%s: a %s gets %d, may is %v", o.ID, role, s.status, may)
					}
				}
				n++
			}
		}
		if n < 25 {
			p.Errorf("only %d operations were tried", n)
		}
	})
}

func TestTokensEnd(t *testing.T) {
	each(t, func(p *portal) {
		made := p.want(201, p.ask(identity.Admin, "POST", "/tokens", `{"name": "wire desk", "role": "reporter", "expires": "2026-11-21T00:00:00Z"}`))
		p.tokens["new"] = made.str("secret")
		p.want(200, p.ask("new", "GET", "/sections", ""))
		if list := p.ask(identity.Admin, "GET", "/tokens", ""); strings.Contains(list.text, made.str("secret")) || !strings.Contains(list.text, "wire desk") {
			p.Errorf("tokens %s", list.text)
		}
		*p.now = time.Date(2026, 11, 21, 0, 0, 1, 0, time.UTC)
		p.want(401, p.ask("new", "GET", "/sections", ""))

		other := p.want(201, p.ask(identity.Admin, "POST", "/tokens", `{"name": "x", "role": "reporter"}`, "Idempotency-Key: a"))
		p.tokens["other"] = other.str("secret")
		p.want(200, p.ask("other", "GET", "/regions", ""))
		p.want(204, p.ask(identity.Admin, "DELETE", "/tokens/"+other.str("id"), ""))
		p.want(401, p.ask("other", "GET", "/regions", ""))
		var n int
		if err := p.db.QueryRow(p.Context(), `SELECT COUNT(*) FROM answer`).Scan(&n); err != nil || n != 0 {
			p.Errorf("%d answers with a secret are kept, %v", n, err)
		}
	})
}

func TestTokensOfOneSection(t *testing.T) {
	each(t, func(p *portal) {
		made := p.want(201, p.ask(identity.Admin, "POST", "/tokens", `{"name": "sports desk", "role": "publisher", "sections": ["sports"]}`))
		p.tokens["sports"] = made.str("secret")
		world := "/stories/" + p.create(clean).str("id")
		p.want(403, p.ask("sports", "POST", "/stories", clean))
		p.want(403, p.ask("sports", "PATCH", world, `{"version": 1, "headline": "x"}`))
		p.want(403, p.ask("sports", "POST", world+"/publish", `{}`))
		p.want(403, p.ask("sports", "POST", world+"/state", `{"state": "ready"}`))
		p.want(403, p.ask("sports", "POST", world+"/kill", `{"slug": "river-falls-two-metres", "reason": "r"}`))
		mine := p.want(201, p.ask("sports", "POST", "/stories", strings.Replace(clean, "world", "sports", 1)))
		p.want(403, p.ask("sports", "PATCH", "/stories/"+mine.str("id"), `{"version": 1, "section": "world"}`))
		p.want(200, p.ask("sports", "POST", "/stories/"+mine.str("id")+"/publish", `{}`))
	})
}

// TestOurFaultsAreNotTold takes the database away: the answer is a problem and says nothing of the inside.
func TestOurFaultsAreNotTold(t *testing.T) {
	each(t, func(p *portal) {
		if err := p.db.Close(); err != nil {
			p.Fatal(err)
		}
		got := p.ask(identity.Reporter, "GET", "/stories", "")
		if got.status < 500 || got.header.Get("Content-Type") != "application/problem+json" || strings.Contains(got.text, "sql") {
			p.Errorf("%d %s", got.status, got.text)
		}
	})
}

// FuzzChange sends anything as a change of a story: it is done or refused, and nothing breaks.
func FuzzChange(f *testing.F) {
	f.Add(`"1"`, `{"headline": "x"}`)
	f.Add(`W/"0"`, `{"version": 1, "embargo": "2026-01-01T00:00:00Z", "lead": {"media": ""}, "bylines": [{"name": ""}]}`)
	f.Add("", `{"version": 1, "body": {"type": "doc", "content": [{"type": "table"}]}}`)
	f.Add("", "{\"version\": 1, \"body_html\": \"<p>\x00\"}")
	now := noon
	p := newPortal(f, dbtest.SQLiteAt(f, func() time.Time { return now }), &now)
	id := p.create(clean).str("id")
	f.Fuzz(func(t *testing.T, tag, body string) {
		if strings.ContainsAny(tag, "\x00\r\n") {
			return
		}
		var header []string
		if !strings.ContainsFunc(tag, func(r rune) bool { return r < ' ' || r > '~' }) {
			header = []string{"If-Match: " + tag}
		}
		q := *p
		q.TB = t
		if s := q.ask(identity.Editor, "PATCH", "/stories/"+id, body, header...); s.status >= 500 {
			t.Errorf("%d: %s", s.status, s.text)
		}
	})
}

func TestRepeatedRequests(t *testing.T) {
	each(t, func(p *portal) {
		key := "Idempotency-Key: 7b1f"
		first := p.want(201, p.ask(identity.Reporter, "POST", "/stories", clean, key))
		again := p.want(201, p.ask(identity.Reporter, "POST", "/stories", clean, key))
		if diff := cmp.Diff(first.body, again.body); diff != "" || again.header.Get("Idempotency-Replayed") != "true" ||
			again.header.Get("ETag") != `"1"` || again.header.Get("Location") != first.header.Get("Location") {
			p.Errorf("the second answer differs: %s %v", diff, again.header)
		}
		if other := p.want(422, p.ask(identity.Reporter, "POST", "/stories", `{"headline": "Other"}`, key)); !strings.Contains(other.text, "header.Idempotency-Key") {
			p.Errorf("another request with the key: %s", other.text)
		}
		if list := p.ask(identity.Reporter, "GET", "/stories", ""); len(list.body["stories"].([]any)) != 1 {
			p.Errorf("one request made %s", list.text)
		}
		if mine := p.want(201, p.ask(identity.Editor, "POST", "/stories", clean, key)); mine.str("id") == first.str("id") {
			p.Error("two callers share a key")
		}
		p.want(422, p.ask(identity.Reporter, "POST", "/stories", `{"section": "moon"}`, "Idempotency-Key: bad"))
		p.want(201, p.ask(identity.Reporter, "POST", "/stories", `{"section": "world"}`, "Idempotency-Key: bad"))
		story := "/stories/" + first.str("id")
		p.want(200, p.ask(identity.Publisher, "POST", story+"/publish", `{}`, "Idempotency-Key: out"))
		p.want(200, p.ask(identity.Publisher, "POST", story+"/publish", `{}`, "Idempotency-Key: out"))
		down := p.want(200, p.ask(identity.Publisher, "POST", story+"/takedown", `{"reason": "r"}`, "Idempotency-Key: down"))
		if again := p.want(200, p.ask(identity.Publisher, "POST", story+"/takedown", `{"reason": "r"}`, "Idempotency-Key: down")); cmp.Diff(down.body, again.body) != "" {
			p.Errorf("the second answer is %s", again.text)
		}
		entries, err := audit.List(p.Context(), p.db, audit.Filter{What: "story.publish"})
		if err != nil || len(entries) != 1 {
			p.Errorf("published %d times, %v", len(entries), err)
		}
		*p.now = p.now.Add(25 * time.Hour)
		if late := p.want(201, p.ask(identity.Reporter, "POST", "/stories", clean, key)); late.str("id") == first.str("id") {
			p.Error("an answer is kept for more than a day")
		}
	})
}

// TestRepeatedAtOnce sends one request ten times at once: one story comes of it.
func TestRepeatedAtOnce(t *testing.T) {
	each(t, func(p *portal) {
		done := make(chan int)
		for range 10 {
			go func() {
				r, _ := http.NewRequestWithContext(p.Context(), "POST", p.url+api.Prefix+"/stories", strings.NewReader(clean))
				r.Header.Set("Authorization", "Bearer "+p.tokens[identity.Reporter])
				r.Header.Set("Idempotency-Key", "once")
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					done <- 0
					return
				}
				res.Body.Close()
				done <- res.StatusCode
			}()
		}
		for range 10 {
			if s := <-done; s != 201 && s != 409 {
				p.Errorf("status %d", s)
			}
		}
		if list := p.ask(identity.Reporter, "GET", "/stories", ""); len(list.body["stories"].([]any)) != 1 {
			p.Errorf("one request made %s", list.text)
		}
	})
}

func TestLists(t *testing.T) {
	each(t, func(p *portal) {
		for i := range 5 {
			p.create(fmt.Sprintf(`{"headline": "Story %d", "section": %q}`, i, []string{"world", "sports"}[i%2]))
		}
		var got []string
		for path := "/stories?limit=2"; path != ""; {
			s := p.want(200, p.ask(identity.Reporter, "GET", path, ""))
			for _, r := range s.body["stories"].([]any) {
				got = append(got, r.(map[string]any)["headline"].(string))
			}
			path = ""
			if s.str("next") != "" {
				path = "/stories?limit=2&cursor=" + s.str("next")
			}
		}
		if diff := cmp.Diff([]string{"Story 4", "Story 3", "Story 2", "Story 1", "Story 0"}, got); diff != "" {
			p.Errorf("(-want +got)\n%s", diff)
		}
		for path, n := range map[string]int{"section=sports": 2, "state=draft,live": 5, "state=live": 0, "q=story+3": 1, "picture=true": 0} {
			if s := p.want(200, p.ask(identity.Reporter, "GET", "/stories?"+path, "")); len(s.body["stories"].([]any)) != n {
				p.Errorf("%s: %s", path, s.text)
			}
		}
		first := p.want(200, p.ask(identity.Publisher, "GET", "/audit?what=story.*&limit=3", ""))
		second := p.want(200, p.ask(identity.Publisher, "GET", "/audit?what=story.*&limit=3&cursor="+first.str("next"), ""))
		if len(first.body["entries"].([]any)) != 3 || len(second.body["entries"].([]any)) != 2 || second.str("next") != "" {
			p.Errorf("audit %s then %s", first.text, second.text)
		}
		p.want(200, p.ask(identity.Reporter, "GET", "/people", ""))
		if s := p.want(200, p.ask(identity.Reporter, "GET", "/sections", "")); len(s.body["sections"].([]any)) != 2 {
			p.Errorf("sections %s", s.text)
		}
		if s := p.want(200, p.ask(identity.Reporter, "GET", "/regions", "")); len(s.body["regions"].([]any)) != 1 {
			p.Errorf("regions %s", s.text)
		}
	})
}

func TestLimits(t *testing.T) {
	each(t, func(p *portal) {
		status := func(role identity.Role, body io.Reader) int {
			r, err := http.NewRequestWithContext(p.Context(), "POST", p.url+api.Prefix+"/stories", body)
			if err != nil {
				p.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+p.tokens[role])
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				p.Fatal(err)
			}
			res.Body.Close()
			return res.StatusCode
		}
		big := []byte(`{"body_html": "` + strings.Repeat("x", 12<<20) + `"}`)
		if got := status(identity.Admin, bytes.NewReader(big)); got != 413 {
			p.Errorf("12 MiB and more: %d", got)
		}
		refused := 0
		for range 105 {
			if status(identity.Editor, strings.NewReader(`{"section": "moon"}`)) == 429 {
				refused++
			}
		}
		if refused != 5 || status(identity.Reporter, strings.NewReader(`{}`)) != 201 {
			p.Errorf("%d of 105 requests were refused, or another token's was", refused)
		}
		*p.now = p.now.Add(time.Second)
		if got := status(identity.Editor, strings.NewReader(`{}`)); got != 201 {
			p.Errorf("a second later: %d", got)
		}
	})
}
