// Package theme loads a theme: templates, style sheets, scripts and fonts, the shipped ones or a site's own in their
// place. It checks every template before it is used, gives files addresses that change with their content, and
// says what a Content-Security-Policy must allow. It must not know stories, view models or HTTP.
package theme

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Config says what makes up a theme.
type Config struct {
	Files    fs.FS // the shipped theme
	Override fs.FS // files that take the place of shipped ones of the same path; nil for none
	// Languages are the interface's; Funcs returns a language's template functions.
	Languages []string
	Funcs     func(lang string) template.FuncMap
	// Pages names every page's template with a value of the type it is given, for the check.
	Pages map[string]any
}

// Live is a theme that can be loaded anew while it is used.
type Live struct {
	cfg     Config
	current atomic.Pointer[Theme]
}

// NewLive loads the theme.
func NewLive(cfg Config) (*Live, error) {
	l := &Live{cfg: cfg}
	return l, l.Reload()
}

// Reload reads all files again. On an error, which names the file and line, the theme stays as it was.
func (l *Live) Reload() error {
	t, err := Load(l.cfg)
	if err != nil {
		return err
	}
	l.current.Store(t)
	return nil
}

// Theme returns the theme as it is now.
func (l *Live) Theme() *Theme { return l.current.Load() }

// Theme is a loaded and checked theme. It does not change.
type Theme struct {
	sets    map[string]*template.Template // by language
	styles  map[string]string             // by name: dist/front.css is front
	assets  map[string]Asset              // by file name as it is in the address
	urls    map[string]string             // by plain file name
	version string

	mu    sync.Mutex
	built map[[2]string]Style
}

// AssetPrefix is the path under which assets are served.
const AssetPrefix = "/_/a/"

// Asset is a file with an address of its own for each content: it may be kept for good.
type Asset struct {
	Type string
	Body []byte
	Gzip []byte // nil where it would save nothing
}

// Load reads and checks a theme.
func Load(cfg Config) (*Theme, error) {
	t := &Theme{
		sets: map[string]*template.Template{}, styles: map[string]string{}, assets: map[string]Asset{},
		urls: map[string]string{}, built: map[[2]string]Style{},
	}
	files, err := read(cfg)
	if err != nil {
		return nil, err
	}
	t.addAssets(files)
	for _, lang := range cfg.Languages {
		if t.sets[lang], err = t.parse(files, cfg.Funcs(lang)); err != nil {
			return nil, err
		}
	}
	for _, lang := range cfg.Languages {
		if err := check(t.sets[lang], cfg.Pages); err != nil {
			return nil, err
		}
	}
	t.version = version(files)
	return t, nil
}

// Version is a short word that changes with any file of the theme.
func (t *Theme) Version() string { return t.version }

// limit bounds one file of a theme.
const limit = 4 << 20

// read returns the theme's files by path, each from the override when it is there.
func read(cfg Config) (map[string][]byte, error) {
	files := map[string][]byte{}
	for i, fsys := range []fs.FS{cfg.Files, cfg.Override} {
		if fsys == nil {
			continue
		}
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && name == "." && i == 1 {
				return fs.SkipAll // a site without a theme folder
			}
			if err != nil {
				return err
			}
			if d.IsDir() && name != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			if d.IsDir() || kind(name) == "" {
				return nil
			}
			f, err := fsys.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			b, err := io.ReadAll(io.LimitReader(f, limit+1))
			if err == nil && len(b) > limit {
				err = fmt.Errorf("larger than %d bytes", limit)
			}
			if err != nil {
				return fmt.Errorf("theme file %s: %w", name, err)
			}
			files[name] = b
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// kind is the media type of a theme file, "" for files that are no part of the running theme.
func kind(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	}
	return ""
}

// addAssets takes scripts, fonts and pictures first: style sheets name them.
func (t *Theme) addAssets(files map[string][]byte) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		ext := path.Ext(name)
		if ext == ".html" || ext == ".css" {
			continue
		}
		sum := sha256.Sum256(files[name])
		base := path.Base(name)
		hashed := strings.TrimSuffix(base, ext) + "-" + hex.EncodeToString(sum[:4]) + ext
		t.urls[base] = AssetPrefix + hashed
		t.assets[hashed] = Asset{kind(name), files[name], zipped(files[name])}
	}
	var pairs []string
	for _, base := range slices.Sorted(maps.Keys(t.urls)) {
		pairs = append(pairs, AssetPrefix+base, t.urls[base])
	}
	addresses := strings.NewReplacer(pairs...)
	extra := ""
	if b, ok := files["extra.css"]; ok {
		extra = addresses.Replace(string(b))
	}
	for name, b := range files {
		if page, ok := strings.CutPrefix(name, "dist/"); ok && path.Ext(name) == ".css" {
			// A closing tag inside a sheet would end the style element of the page.
			css := strings.ReplaceAll(addresses.Replace(string(b))+extra, "</", `<\/`)
			t.styles[strings.TrimSuffix(page, ".css")] = strings.TrimSpace(css)
		}
	}
}

func (t *Theme) parse(files map[string][]byte, funcs template.FuncMap) (*template.Template, error) {
	set := template.New("theme").Funcs(funcs).Funcs(template.FuncMap{"asset": t.URL})
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".html" {
			continue
		}
		if _, err := set.New(name).Parse(string(files[name])); err != nil {
			return nil, fmt.Errorf("theme: %w", err)
		}
	}
	return set, nil
}

// zipped returns the gzip form of a file, nil if that is hardly smaller.
func zipped(b []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	w.Write(b) // a buffer takes everything
	w.Close()
	if out.Len() > len(b)*9/10 {
		return nil
	}
	return out.Bytes()
}

func version(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s %d\n", name, len(files[name]))
		h.Write(files[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// URL returns the address of an asset by its plain file name. One that the theme does not have is an error.
func (t *Theme) URL(name string) (string, error) {
	u, ok := t.urls[name]
	if !ok {
		return "", fmt.Errorf("the theme has no file %q", name)
	}
	return u, nil
}

// Asset returns the file with that hashed name, the rest of a path after AssetPrefix.
func (t *Theme) Asset(hashed string) (Asset, bool) {
	a, ok := t.assets[hashed]
	return a, ok
}

// Execute writes a page in a language that the theme was loaded for.
func (t *Theme) Execute(w io.Writer, lang, page string, data any) error {
	set, ok := t.sets[lang]
	if !ok {
		return fmt.Errorf("the theme has no language %q", lang)
	}
	return set.ExecuteTemplate(w, page, data)
}

// Style is the style sheet of a page, ready to stand in its head.
type Style struct {
	HTML template.HTML // <style>…</style>
	Hash string        // 'sha256-…' for the policy
}

// Style returns the sheet of that name with the site's accent. Of a colour that cannot be read nothing is taken.
func (t *Theme) Style(name, accent string) Style {
	key := [2]string{name, accent}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.built[key]; ok {
		return s
	}
	css := t.styles[name]
	if a, err := DeriveAccent(accent); err == nil {
		css += a.css()
	}
	s := Inline(css)
	if len(t.built) > 200 { // somebody is trying colours
		clear(t.built)
	}
	t.built[key] = s
	return s
}

// Inline makes a style element of rules that the program wrote.
func Inline(css string) Style {
	css = strings.ReplaceAll(css, "</", `<\/`)
	return Style{HTML: template.HTML("<style>" + css + "</style>"), Hash: hash(css)}
}

// hash is a source expression of CSP 3 §2.3.1.
func hash(inline string) string {
	sum := sha256.Sum256([]byte(inline))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// look sets the reader's look and text size before anything is painted. The theme's script writes the entry.
const look = `try{let[t,s]=(localStorage.mh_look||"").split(","),d=document.documentElement.dataset;t&&(d.theme=t);s&&(d.size=s)}catch{}`

// LookScript returns the one inline script, and its hash for the policy.
func LookScript() (template.HTML, string) {
	return "<script>" + look + "</script>", hash(look)
}

// Policy returns the Content-Security-Policy of a page with those style sheets. Nothing from elsewhere is allowed, and
// inline nothing but the sheets and, with scripts, the look script.
func Policy(scripts bool, sheets ...Style) string {
	script := "'none'"
	if scripts {
		_, h := LookScript()
		script = "'self' " + h
	}
	var b bytes.Buffer
	b.WriteString("default-src 'none'; script-src " + script + "; style-src")
	for _, s := range sheets {
		if s.Hash != "" {
			b.WriteString(" " + s.Hash)
		}
	}
	b.WriteString("; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'")
	b.WriteString("; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	return b.String()
}
