package editor_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"masthead/internal/doc"
	"masthead/internal/newsroom"
)

// holder is a tab that may write.
type holder struct {
	Account string    `json:"account"`
	Name    string    `json:"name"`
	Tab     string    `json:"tab"`
	Take    bool      `json:"take,omitempty"`
	at      time.Time // since when it asks
}

// story is a story on the test's server, which keeps the editor's contract in memory. Texts are judged by doc.Parse.
type story struct {
	mu       sync.Mutex
	Version  int
	Copy     map[string]any
	Language string
	holder   *holder
	wanted   *holder
	refused  []string // texts that the schema refused
	saves    int
	inFlight int
	crowd    bool                        // two saves ran at once
	fail     func(w http.ResponseWriter) // what a save does instead
	delay    time.Duration

	loseAnswer bool // a save is kept and the connection breaks
}

var site struct {
	mu      sync.Mutex
	stories map[string]*story
	files   map[string][]byte
}

// newStory puts a story of these blocks on the server and returns its id.
func newStory(t *testing.T, language string, blocks ...map[string]any) (string, *story) {
	t.Helper()
	id := strings.ToLower(strings.NewReplacer("/", "-", "_", "-", "#", "-", "`", "-", "\"", "-", "*", "-", ">", "-", ":", "-").Replace(t.Name()))
	content := make([]any, len(blocks))
	for i, b := range blocks {
		content[i] = b
	}
	s := &story{Version: 1, Language: language, Copy: map[string]any{
		"id": id, "headline": "Grain ships leave Odesa", "section": "world", "language": language, "rights": "AP",
		"topics": []any{map[string]any{"slug": "ukraine", "name": "Ukraine"}}, "body": map[string]any{"type": "doc", "content": content},
	}}
	site.mu.Lock()
	site.stories[id] = s
	site.mu.Unlock()
	return id, s
}

func p(text string) map[string]any {
	return map[string]any{"type": "paragraph", "content": []any{map[string]any{"type": "text", "text": text}}}
}

// markdown returns what the server has of a story's text.
func (s *story) markdown(t *testing.T) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := json.Marshal(s.Copy["body"])
	if err != nil {
		t.Fatal(err)
	}
	d, err := doc.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(doc.Markdown(doc.Normalise(d)))
}

func (s *story) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *story) state(id string) map[string]any {
	return map[string]any{"id": id, "version": s.Version, "copy": s.Copy, "guard": map[string]any{}, "language": s.Language, "readOnly": false,
		"holder": s.holder, "state": "draft", "media": map[string]any{"boat": medium}}
}

var medium = map[string]any{"id": "boat", "kind": "photo", "src": "/a/pixel.gif", "thumb": "/a/pixel.gif", "alt": "A boat at sea", "caption": "A boat.", "credit": "Jane Robertson", "width": 1, "height": 1}

// handout may be used on a condition, ended not any more.
var (
	handout = map[string]any{"id": "handout", "kind": "photo", "src": "/a/pixel.gif", "thumb": "/a/pixel.gif", "caption": "A plan.", "credit": "City",
		"standing": map[string]any{"cost": "conditional", "note": "Only with the story on the bridge."}}
	ended = map[string]any{"id": "ended", "kind": "photo", "src": "/a/pixel.gif", "thumb": "/a/pixel.gif", "caption": "A singer.", "credit": "Agency",
		"standing": map[string]any{"cost": "free", "expired": true, "note": "Rights were for the tour."}}
)

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the browser went away
}

func handler() http.Handler {
	mux := http.NewServeMux()
	with := func(f func(w http.ResponseWriter, r *http.Request, s *story)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			site.mu.Lock()
			s := site.stories[r.PathValue("id")]
			site.mu.Unlock()
			if s == nil {
				http.NotFound(w, r)
				return
			}
			f(w, r, s)
		}
	}
	mux.HandleFunc("GET /newsroom/stories/{id}", with(showPage))
	mux.HandleFunc("GET /newsroom/stories/{id}/state", with(func(w http.ResponseWriter, r *http.Request, s *story) {
		s.mu.Lock()
		defer s.mu.Unlock()
		answer(w, http.StatusOK, s.state(r.PathValue("id")))
	}))
	mux.HandleFunc("POST /newsroom/stories/{id}/save", with(save))
	mux.HandleFunc("POST /newsroom/stories/{id}/hold", with(hold))
	mux.HandleFunc("GET /newsroom/media/search", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"items": []any{medium, handout, ended}})
	})
	mux.HandleFunc("POST /newsroom/library", func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("name")
		if b, err := io.ReadAll(r.Body); err != nil || string(b) != "a picture" {
			answer(w, http.StatusUnprocessableEntity, map[string]any{"detail": "the file is damaged"})
			return
		}
		answer(w, http.StatusCreated, map[string]any{"id": "new", "kind": "photo", "state": "making", "facts": map[string]any{"title": name, "caption": "What the file says.", "credit": "Ana Cruz"}})
	})
	mux.HandleFunc("GET /newsroom/stories/search", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"items": []any{map[string]any{"id": "k3f9", "headline": "Insurers set terms", "section": "World", "state": "Live"}}})
	})
	mux.HandleFunc("GET /a/{file}", func(w http.ResponseWriter, r *http.Request) {
		types := map[string]string{".js": "text/javascript", ".css": "text/css", ".gif": "image/gif"}
		w.Header().Set("Content-Type", types[filepath.Ext(r.PathValue("file"))])
		w.Write(site.files[r.PathValue("file")]) //nolint:errcheck // the browser went away
	})
	mux.HandleFunc("GET /_/a/{file}", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "font/woff2") })
	mux.HandleFunc("GET /favicon.ico", func(http.ResponseWriter, *http.Request) {})
	return mux
}

func showPage(w http.ResponseWriter, r *http.Request, s *story) {
	s.mu.Lock()
	state, err := json.Marshal(s.state(r.PathValue("id")))
	headline := s.Copy["headline"]
	lang := s.Language
	s.mu.Unlock()
	text, err2 := wordsOf(lang, "editor", "upload", "rights")
	if err := cmp.Or(err, err2); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", newsroom.Policy)
	fmt.Fprintf(w, `<!doctype html><html lang="%[1]s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Story</title>
<link rel="stylesheet" href="/a/newsroom.css"><link rel="stylesheet" href="/a/editor.css">
<script src="/a/probe.js"></script><script type="module" src="/a/editor.js"></script></head><body class="bare" data-zone="America/Edmonton" data-me="%[6]s">
<div><h1 class="vh">Story</h1><p id="save-state" role="status"></p>
<form id="story" method="post" action="/newsroom/stories/%[2]s"><input type="hidden" name="version" value="1">
<label for="f-headline">Headline</label><textarea id="f-headline" name="headline" rows="1">%[3]s</textarea>
<label for="f-standfirst">Standfirst</label><textarea id="f-standfirst" name="standfirst" rows="1"></textarea>
<div id="editor" data-doc-from="doc"></div><label for="f-md">Text</label><textarea id="f-md" name="body_markdown"></textarea>
<label for="f-topics">Topics</label><textarea id="f-topics" name="topics">Ukraine</textarea>
<div class="field"><label for="f-kind">Kind</label><select id="f-kind" name="kind"><option value="story" selected>Story</option><option value="opinion">Opinion</option></select></div>
<label for="f-embargo">Embargo</label><input id="f-embargo" type="datetime-local" step="1" name="embargo">
<input type="hidden" name="language" value="%[1]s"><button>Save</button></form><a id="to-preview" href="/newsroom/stories/%[2]s/state">Preview</a></div><div id="toasts" role="status"></div>
<script type="application/json" id="doc">%[4]s</script><script type="application/json" id="words">%[5]s</script></body></html>`,
		lang, r.PathValue("id"), headline, state, text, html.EscapeString(r.FormValue("me")))
}

// wordsOf are the page's texts of some areas.
func wordsOf(lang string, areas ...string) ([]byte, error) {
	all := map[string]json.RawMessage{}
	for _, area := range areas {
		text, err := os.ReadFile("../../internal/words/staff/" + area + "." + lang + ".json")
		if err != nil {
			return nil, err
		}
		all[area] = text
	}
	return json.Marshal(all)
}

func save(w http.ResponseWriter, r *http.Request, s *story) {
	var in struct {
		Version int
		Tab     string
		Copy    map[string]any
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"title": err.Error()})
		return
	}
	s.mu.Lock()
	s.inFlight++
	s.crowd = s.crowd || s.inFlight > 1
	delay := s.delay
	s.mu.Unlock()
	time.Sleep(delay) // a slow network
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	body, err := json.Marshal(in.Copy["body"])
	if err == nil {
		_, err = doc.Parse(body)
	}
	switch {
	case s.fail != nil:
		s.fail(w)
	case err != nil:
		s.refused = append(s.refused, err.Error())
		answer(w, http.StatusUnprocessableEntity, map[string]any{"detail": err.Error()})
	case s.holder != nil && s.holder.Tab != in.Tab:
		answer(w, http.StatusLocked, map[string]any{"holder": s.holder})
	case in.Version != s.Version:
		answer(w, http.StatusConflict, map[string]any{"version": s.Version, "who": "Rosa Delgado", "copy": s.Copy, "guard": map[string]any{}})
	default:
		s.Version++
		s.saves++
		s.Copy = in.Copy
		if s.loseAnswer { // in the middle: a browser repeats a request of which nothing came back
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "{")
			w.(http.Flusher).Flush()
			cut(w)
		}
		answer(w, http.StatusOK, map[string]any{"version": s.Version, "saved": "2024-11-22T12:42:10Z", "words": 1,
			"checks": []any{map[string]any{"code": "tk", "level": "must", "text": "TK is left in the text", "where": "", "block": 1}}})
	}
}

func hold(w http.ResponseWriter, r *http.Request, s *story) {
	var in struct{ Tab, Act string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"title": err.Error()})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	me := &holder{Account: "me", Name: "Amina Okafor", Tab: in.Tab, at: time.Now()}
	mine := s.holder == nil || s.holder.Tab == in.Tab
	switch in.Act {
	case "open":
		if mine {
			s.holder = me
		}
	case "close":
		if mine {
			s.holder = nil
		}
	case "ask":
		s.wanted = me
	case "take":
		me.Take = true
		switch {
		case mine:
			s.holder, s.wanted = me, nil
		case s.wanted == nil:
			s.wanted = me
		case s.wanted.Tab == in.Tab && time.Since(s.wanted.at) > 3*time.Second: // shorter than a newsroom's
			s.holder, s.wanted = me, nil
		}
	case "give":
		s.holder, s.wanted = s.wanted, nil
	}
	answer(w, http.StatusOK, map[string]any{"mine": s.holder != nil && s.holder.Tab == in.Tab, "holder": s.holder, "wanted": s.wanted, "version": s.Version})
}

// build bundles the editor and the tests' probe.
func build() (map[string][]byte, error) {
	out := map[string][]byte{"pixel.gif": []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")}
	for _, entry := range []string{"../../ui/editor.ts", "../../ui/css/editor.css", "../../ui/css/newsroom.css", "probe.ts"} {
		abs, err := filepath.Abs(entry)
		if err != nil {
			return nil, err
		}
		modules, err := filepath.Abs("../../ui/node_modules")
		if err != nil {
			return nil, err
		}
		result := api.Build(api.BuildOptions{EntryPoints: []string{abs}, Bundle: true, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
			Format: map[bool]api.Format{true: api.FormatIIFE, false: api.FormatESModule}[entry == "probe.ts"], Target: api.ES2022, Charset: api.CharsetUTF8,
			LegalComments: api.LegalCommentsNone, External: []string{"/_/a/*"}, NodePaths: []string{modules}})
		if len(result.Errors) > 0 {
			return nil, fmt.Errorf("%s: %s", entry, result.Errors[0].Text)
		}
		out[strings.TrimSuffix(filepath.Base(entry), ".ts")+map[bool]string{true: ".js", false: ""}[strings.HasSuffix(entry, ".ts")]] = result.OutputFiles[0].Contents
	}
	return out, nil
}

// json returns the body as the server has it.
func (s *story) json(t *testing.T) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := json.Marshal(s.Copy["body"])
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
