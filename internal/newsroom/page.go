package newsroom

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"masthead/internal/content/check"
	"masthead/internal/identity"
	"masthead/internal/local/clock"
	"masthead/internal/words"
)

//go:embed views layout.html
var views embed.FS

// Page is one screen with its data.
type Page struct {
	Screen string // the template's file name without .html
	Title  string // in words, without the site's name
	Nav    string // which entry of the navigation is current: today, stories, people, …
	Status int    // 0: 200
	Data   any
	// Script and Style name further built files beside the newsroom's own: "editor" loads editor.js.
	Script, Style string
	// Areas are the words that the page's scripts need, besides shell: see words.Catalogue.Area.
	Areas []string
	// Bare leaves navigation and bar away: sign-in, setup, shared previews.
	Bare bool
}

// View is what a template gets as its dot.
type View struct {
	*Request
	Page
	Now  time.Time
	Look string // "", light or dark
	Slim bool   // the navigation is collapsed
	Said string // what the form before this page did
}

// Page answers with a screen: the whole page, or for a script that asks with the header X-Fragment, its content only.
func (s *Shell) Page(w http.ResponseWriter, r *Request, p Page) error {
	t := s.templates[p.Screen]
	if t == nil {
		return fmt.Errorf("no screen %s", p.Screen)
	}
	v := View{Request: r, Page: p, Now: s.cfg.DB.Now(), Said: s.Told(w, r, saidCookie)}
	if c, err := r.Cookie("look"); err == nil && (c.Value == "light" || c.Value == "dark") {
		v.Look = c.Value
	}
	if c, err := r.Cookie("nav"); err == nil {
		v.Slim = c.Value == "slim"
	}
	part := "layout"
	if r.Header.Get("X-Fragment") != "" {
		part = "content"
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, part, v); err != nil {
		return fmt.Errorf("screen %s: %w", p.Screen, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if p.Status != 0 {
		w.WriteHeader(p.Status)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// T writes a text of the newsroom's catalogue.
func (v View) T(key string, args ...any) (string, error) { return v.Words.Text(key, args...) }

// Time writes a moment's time of day in the newsroom's zone: 5:42 a.m.
func (v View) Time(t time.Time) string { return clock.TimeOfDay(t.In(v.Site.Location()), v.Lang) }

// Stamp writes a moment with its day in the newsroom's zone.
func (v View) Stamp(t time.Time) string { return clock.Stamp(t.In(v.Site.Location()), v.Lang) }

// StateWord is a story's state in words: draft, in-edit, …
func (v View) StateWord(state string) (string, error) {
	return v.T("shell.state_" + strings.ReplaceAll(state, "-", "_"))
}

// Check says what a pre-publication check found.
func (v View) Check(i check.Issue) string { return check.Text(v.Words, i) }

// Origin returns the address under which the newsroom is reached, without a slash at the end.
func (v View) Origin() string {
	if v.Site.URL != "" {
		return v.Site.URL
	}
	return "http://" + v.Host
}

// WordsJSON returns the texts that the page's scripts need.
func (v View) WordsJSON() (template.JS, error) {
	all := map[string]any{}
	for _, area := range append([]string{"shell", "palette"}, v.Areas...) {
		all[area] = v.Words.Area(area)
	}
	b, err := json.Marshal(all)
	return template.JS(b), err
}

// Entry is one line of the navigation.
type Entry struct {
	Name, Path, Key string
}

// Entries returns a group of the navigation as far as the person who asks may go.
func (v View) Entries(group string) (list []Entry) {
	for _, e := range navigation {
		if e.group == group && v.Who.May(e.needs) {
			list = append(list, Entry{e.name, Prefix + e.path, e.key})
		}
	}
	return list
}

// navigation is every screen of the frame, in order. Keys are what follows g.
var navigation = []struct {
	name, path, key, group string
	needs                  identity.Action
}{
	{"today", "/", "t", "work", identity.Read},
	{"stories", "/stories", "s", "work", identity.Read},
	{"fronts", "/fronts", "f", "work", identity.Curate},
	{"library", "/library", "m", "work", identity.Read},
	{"people", "/people", "p", "set_up", identity.Manage},
	{"audit", "/audit", "u", "set_up", identity.ReadAudit},
	{"settings", "/settings", "e", "set_up", identity.Manage},
	{"system", "/system", "y", "set_up", identity.Manage},
}

func (s *Shell) funcs() template.FuncMap {
	return template.FuncMap{
		"asset": s.assets.url,
		"built": func(name string) string { return s.assets.urls[name] },
		"icon":  icon,
		"join":  strings.Join,
		"list":  func(v ...any) []any { return v },
		"dict":  dict,
		"local": Local,
	}
}

// dict makes a map of pairs, to hand several values to a part.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict needs pairs")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		k, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[k] = pairs[i+1]
	}
	return m, nil
}

// Local returns a name in the screens' language, in another one if there is none, or otherwise.
func Local(names map[string]string, lang, otherwise string) string {
	if name := names[lang]; name != "" {
		return name
	}
	for _, l := range words.Languages() {
		if name := names[l]; name != "" {
			return name
		}
	}
	return otherwise
}

// JSON answers a script.
func JSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(b)
	return err
}

// WantsJSON reports whether a script asks, and not a browser's form.
func WantsJSON(r *Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// Redirect goes to another screen after a form was done. said, if not empty, is told there once.
func (s *Shell) Redirect(w http.ResponseWriter, r *Request, to, said string) error {
	if said != "" {
		s.Tell(w, saidCookie, said)
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

const saidCookie = "said"

// Tell keeps a text for the next page that asks for its name, at most a minute. A browser keeps 4 KB.
func (s *Shell) Tell(w http.ResponseWriter, name, text string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: url.QueryEscape(text), Path: Prefix, MaxAge: 60, HttpOnly: true, Secure: s.cfg.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// Told returns what was kept under a name, and forgets it.
func (s *Shell) Told(w http.ResponseWriter, r *Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: name, Path: Prefix, MaxAge: -1, HttpOnly: true, Secure: s.cfg.Secure, SameSite: http.SameSiteLaxMode})
	text, err := url.QueryUnescape(c.Value)
	if err != nil {
		return ""
	}
	return text
}

// Views returns the folder of a feature's templates.
func Views(files embed.FS) fs.FS {
	sub, err := fs.Sub(files, "views")
	if err != nil {
		panic(err) // the name is valid
	}
	return sub
}
