package theme_test

import (
	"bytes"
	"html/template"
	"strings"
	"testing"
	"testing/fstest"

	"masthead/internal/theme"
)

type page struct {
	Title string
	Items []struct{ Name string }
}

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

func shipped() fstest.MapFS {
	return files(
		"parts/item.html", `{{define "item"}}<li>{{.Name}}{{end}}`,
		"front/front.html", `{{say}} {{.Title}}{{range .Items}}{{template "item" .}}{{end}} {{asset "a.js"}}`,
		"dist/front.css", `body{src:url(/_/a/t.woff2)}`, "dist/a.js", "1", "fonts/t.woff2", "font", "notes.txt", "not part of it",
	)
}

func config(override fstest.MapFS) theme.Config {
	c := theme.Config{
		Files: shipped(), Languages: []string{"en", "fr"}, Pages: map[string]any{"front/front.html": page{}},
		Funcs: func(lang string) template.FuncMap {
			return template.FuncMap{"say": func() string { return map[string]string{"en": "Hello", "fr": "Bonjour"}[lang] }}
		},
	}
	if override != nil {
		c.Override = override
	}
	return c
}

func render(t *testing.T, th *theme.Theme, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := th.Execute(&b, lang, "front/front.html", page{Title: "<b>", Items: []struct{ Name string }{{"x"}}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExecute(t *testing.T) {
	th, err := theme.Load(config(nil))
	if err != nil {
		t.Fatal(err)
	}
	url, err := th.URL("a.js")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := render(t, th, "fr"), "Bonjour &lt;b&gt;<li>x "+url; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	name := strings.TrimPrefix(url, theme.AssetPrefix)
	if a, ok := th.Asset(name); !ok || string(a.Body) != "1" || !strings.HasPrefix(a.Type, "text/javascript") || !strings.HasPrefix(name, "a-") {
		t.Errorf("asset %q: %v %v", name, a, ok)
	}
	if _, ok := th.Asset("notes.txt"); ok {
		t.Error("a file that is no part of the theme is served")
	}
	if _, err := th.URL("b.js"); err == nil {
		t.Error("a missing asset has an address")
	}
}

func TestOverrideTakesSingleFiles(t *testing.T) {
	plain, err := theme.Load(config(nil))
	if err != nil {
		t.Fatal(err)
	}
	own, err := theme.Load(config(files("parts/item.html", `{{define "item"}}* {{.Name}}{{end}}`, "extra.css", "h1{color:red}</style>")))
	if err != nil {
		t.Fatal(err)
	}
	if got := render(t, own, "en"); !strings.Contains(got, "* x") {
		t.Errorf("got %q", got)
	}
	css := string(own.Style("front", "").HTML)
	if !strings.Contains(css, "h1{color:red}") || strings.Count(css, "</style>") != 1 {
		t.Errorf("style %q", css)
	}
	if plain.Version() == own.Version() {
		t.Error("the version did not change with the files")
	}
}

func TestBrokenOverrideNamesFileAndLineAndChangesNothing(t *testing.T) {
	override := files()
	cfg := config(override)
	live, err := theme.NewLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	before := live.Theme()
	for name, c := range map[string]struct{ file, text, want string }{
		"syntax":          {"front/front.html", "line one\n{{if}}", "front/front.html:2"},
		"unknown field":   {"front/front.html", "line one\n\n{{.Titel}}", "front/front.html:3"},
		"field in a list": {"parts/item.html", `{{define "item"}}{{.Nam}}{{end}}`, "parts/item.html:1"},
		"unknown func":    {"front/front.html", "{{sya}}", "front/front.html:1"},
		"unknown asset":   {"front/front.html", "\n{{asset \"no.js\"}}", "front/front.html:2"},
		"unsafe place":    {"front/front.html", "\n<a href='{{.Title}}", "front/front.html"},
	} {
		t.Run(name, func(t *testing.T) {
			override[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			defer delete(override, c.file)
			err := live.Reload()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v does not name %s", err, c.want)
			}
			if live.Theme() != before {
				t.Error("the theme changed")
			}
		})
	}
	override["front/front.html"] = &fstest.MapFile{Data: []byte("new {{.Title}}")}
	if err := live.Reload(); err != nil || render(t, live.Theme(), "en") != "new &lt;b&gt;" {
		t.Errorf("a good override was not taken: %v", err)
	}
}

func TestStyleAndPolicy(t *testing.T) {
	th, err := theme.Load(config(nil))
	if err != nil {
		t.Fatal(err)
	}
	plain, gold := th.Style("front", ""), th.Style("front", "#C98A00")
	if strings.Contains(string(plain.HTML), "--accent") || !strings.Contains(string(gold.HTML), "--accent:#8d6005") || plain.Hash == gold.Hash {
		t.Errorf("accents: %s / %s", plain.HTML, gold.HTML)
	}
	if again := th.Style("front", "#C98A00"); again != gold {
		t.Error("the same style differs")
	}
	font, _ := th.URL("t.woff2")
	if !strings.Contains(string(plain.HTML), "url("+font+")") {
		t.Errorf("the sheet does not name %s: %s", font, plain.HTML)
	}
	script, hash := theme.LookScript()
	if len(script) > 220 {
		t.Errorf("the inline script has %d bytes", len(script))
	}
	p := theme.Policy(true, plain)
	for _, want := range []string{"default-src 'none'", "script-src 'self' " + hash, "style-src " + plain.Hash, "frame-ancestors 'none'"} {
		if !strings.Contains(p, want) {
			t.Errorf("policy %q lacks %q", p, want)
		}
	}
	if p := theme.Policy(false, plain); !strings.Contains(p, "script-src 'none'") {
		t.Errorf("policy without scripts: %q", p)
	}
}
