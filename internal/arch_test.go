// Package internal_test holds the rules of the whole program that a compiler does not know: who may import whom,
// and what may be called where. Every rule reads the source only, and TestRulesCanFail shows that each can fail.
package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// entry is a package and the peers of its own row that it may import.
type entry struct {
	name  string
	peers []string
}

// rows are the layers, the lowest first. A package imports rows below its own, and the peers named here.
// Names are paths below internal/, or below the project's root for what lies elsewhere.
var rows = [][]entry{
	{ // ground: words that everything shares, and pure things that know nothing
		{"errs", nil}, {"caller", nil}, {"packed", nil}, {"words", nil}, {"themes", nil}, {"feeds/icon", nil}, {"demo/draw", nil},
		{"local/clock", nil}, {"local/place", nil}, {"seal", []string{"errs"}},
	},
	{ // the platform, and one package per standard, each into its own structs
		{"config", nil}, {"av", []string{"format/charset"}}, {"db", nil}, {"changes", []string{"db"}}, {"audit", []string{"db"}}, {"fetch", nil}, {"doc", nil},
		{"jobs", []string{"db"}}, {"settings", []string{"db", "audit"}}, {"mailer", []string{"db", "jobs", "settings"}},
		{"webhook", []string{"db", "audit", "fetch", "jobs"}},
		{"format/charset", nil}, {"format/date", nil}, {"format/xmltree", []string{"format/charset"}},
		{"format/plaincopy", []string{"format/xmltree"}},
		{"format/feed", []string{"format/charset", "format/date"}},
		{"format/nitf", []string{"format/charset", "format/date", "format/xmltree"}},
		{"format/ninjs", []string{"format/charset", "format/date"}},
		{"format/newsml", []string{"format/charset", "format/date", "format/xmltree", "format/nitf", "format/plaincopy"}},
		{"format/picmeta", []string{"format/charset", "format/date"}},
		{"format/kind", []string{"format/charset", "format/newsml", "format/ninjs"}},
	},
	{ // the domain
		{"identity", nil},
		{"published", nil}, {"search", []string{"published"}},
		{"published/publish", []string{"published", "search"}},
		{"reads", []string{"published"}}, {"reads/ranking", []string{"reads", "published", "published/publish"}},
		{"content", []string{"published", "published/publish", "media", "content/check"}}, {"content/check", []string{"published"}}, {"content/compare", []string{"published"}},
		{"workflow", []string{"content", "content/check", "identity", "media", "published"}},
		{"media", nil}, {"wire", []string{"content", "content/check", "published", "media"}},
		{"local/weather", nil}, {"demo", nil},
		{"front", []string{"published", "published/publish", "content", "identity", "media"}},
	},
	{ // what readers see
		{"theme", nil}, {"feeds", nil}, {"render/sharecard", nil}, {"render", []string{"theme", "feeds", "render/sharecard"}}, {"press", nil},
	},
	{{"site", nil}, {"newsroom", nil}, {"api", nil}},
	{ // the newsroom's screens, each over its part of the domain
		{"content/deskui", nil}, {"content/storyui", nil}, {"identity/identityui", nil}, {"ops/opsui", nil}, {"front/frontui", nil}, {"media/mediaui", nil},
	},
	{{"app", nil}},
	{{"cli", nil}},
	{{"cmd/masthead", nil}},
}

// testOnly are the packages that only tests import.
var testOnly = []string{"fixture", "db/dbtest", "media/blobtest"}

// readers are the packages that serve readers; unpublished are those that can see unpublished text. No path of
// imports leads from the first to the second: that is how an embargo cannot leak.
var (
	readers     = []string{"render", "feeds", "press", "site", "search", "theme"}
	unpublished = []string{"content", "wire", "published/publish", "reads/ranking", "front"}
)

// limited says which imports and calls are kept to which packages.
var limited = []struct {
	what string // an import path, or package.Name of a call
	only []string
	why  string
}{
	{"modernc.org/sqlite", []string{"db"}, "one package knows the engines"},
	{"github.com/jackc/pgx/v5", []string{"db"}, "one package knows the engines"},
	{"github.com/pressly/goose/v3", []string{"db"}, "the schema is the database's"},
	{"net/http", []string{"api", "fetch", "identity", "press", "render", "site", "newsroom", "content/storyui", "identity/identityui", "app", "content/deskui", "ops/opsui", "front/frontui", "media/mediaui"}, "HTTP stays at the edge"},
	{"html/template", []string{"theme", "render", "newsroom", "content/storyui", "identity/identityui"}, "one place makes pages"},
	{"os.Getenv", []string{"config"}, "settings come from one place"},
	{"os.LookupEnv", []string{"config"}, "settings come from one place"},
	{"os.Environ", []string{"config"}, "settings come from one place"},
	{"time.Now", []string{"db", "fetch", "site", "api", "media/mediaui", "app", "cli"}, "rules are given the time (site, api, mediaui: limits of a connection)"},
	{"time.Since", []string{"app", "cli"}, "rules are given the time"},
	{"time.Until", []string{"fetch"}, "rules are given the time"},
	{"context.Background", []string{"app", "cli", "site"}, "work belongs to who asked (site: the maintenance level)"},
	{"context.TODO", nil, "work belongs to who asked"},
}

// modules are the direct dependencies. ARCHITECTURE.md says in a line what each is for.
var modules = []string{
	"github.com/BurntSushi/toml", "github.com/PuerkitoBio/goquery", "github.com/alecthomas/kong", "github.com/alexedwards/argon2id", "github.com/andybalholm/brotli",
	"github.com/boombuler/barcode",
	"github.com/caddyserver/certmagic", "github.com/cespare/xxhash/v2", "github.com/chromedp/cdproto",
	"github.com/chromedp/chromedp", "github.com/coreos/go-oidc/v3", "github.com/danielgtaylor/huma/v2", "github.com/descope/virtualwebauthn", "github.com/emersion/go-sasl", "github.com/emersion/go-smtp", "github.com/evanw/esbuild", "github.com/gen2brain/avif", "github.com/gen2brain/heic", "github.com/gen2brain/webp", "github.com/go-webauthn/webauthn", "github.com/google/go-cmp", "github.com/jackc/pgx/v5", "github.com/klauspost/compress", "github.com/kljensen/snowball", "github.com/kovidgoyal/imaging", "github.com/pquerna/otp", "github.com/pressly/goose/v3", "github.com/prometheus/client_golang", "github.com/rogpeppe/go-internal", "github.com/sergi/go-diff", "github.com/wneessen/go-mail", "github.com/yuin/goldmark", "go.uber.org/zap", "golang.org/x/image", "golang.org/x/mod", "golang.org/x/net", "golang.org/x/oauth2", "golang.org/x/text", "modernc.org/sqlite",
	"pgregory.net/rapid",
}

var banned = []string{"util", "utils", "common", "helper", "helpers", "misc", "base", "shared", "model", "models", "types"}

// source is one Go file that is not a test.
type source struct {
	pkg  string // as in rows
	name string // of the file
	file *ast.File
}

// imports returns the paths that a file imports, by the name it uses.
func (s source) imports() map[string]string {
	out := map[string]string{}
	for _, i := range s.file.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		if name == "_" || name == "." {
			name += path
		}
		out[name] = path
	}
	return out
}

// own returns the project's packages that a file imports.
func (s source) own() (list []string) {
	for _, path := range s.imports() {
		if name, ok := strings.CutPrefix(path, "masthead/"); ok {
			list = append(list, strings.TrimPrefix(name, "internal/"))
		}
	}
	slices.Sort(list)
	return list
}

// outside reports whether a package is not part of the program: a tool or a test.
func outside(pkg string) bool {
	return strings.HasPrefix(pkg, "tools/") || strings.HasPrefix(pkg, "test/") || slices.Contains(testOnly, pkg)
}

func place(pkg string) (row int, e entry, ok bool) {
	for i, r := range rows {
		for _, e := range r {
			if e.name == pkg {
				return i, e, true
			}
		}
	}
	return 0, entry{}, false
}

// layering: imports point down or to a named peer, and every package has its place.
func layering(all []source) (bad []string) {
	for _, s := range all {
		if outside(s.pkg) {
			continue
		}
		row, e, ok := place(s.pkg)
		if !ok {
			bad = append(bad, fmt.Sprintf("%s has no place in the table of arch_test.go", s.pkg))
			continue
		}
		for _, to := range s.own() {
			below, _, known := place(to)
			switch {
			case outside(to):
				bad = append(bad, fmt.Sprintf("%s/%s imports %s, which is for tests and tools", s.pkg, s.name, to))
			case known && below >= row && !slices.Contains(e.peers, to):
				bad = append(bad, fmt.Sprintf("%s/%s imports %s, which is not below it", s.pkg, s.name, to))
			}
		}
	}
	return bad
}

// embargo: no path of imports leads from readers' code to unpublished text.
func embargo(all []source) (bad []string) {
	next := map[string][]string{}
	for _, s := range all {
		next[s.pkg] = append(next[s.pkg], s.own()...)
	}
	for _, from := range readers {
		seen := map[string]bool{}
		var walk func(pkg string, path []string)
		walk = func(pkg string, path []string) {
			if seen[pkg] {
				return
			}
			seen[pkg] = true
			path = append(slices.Clone(path), pkg)
			if slices.Contains(unpublished, pkg) {
				bad = append(bad, "readers' code reaches unpublished text: "+strings.Join(path, " → "))
				return
			}
			for _, to := range next[pkg] {
				walk(to, path)
			}
		}
		walk(from, nil)
	}
	return bad
}

// limits: what is limited is used only where it may be.
func limits(all []source) (bad []string) {
	for _, s := range all {
		if outside(s.pkg) {
			continue
		}
		names := s.imports()
		for _, l := range limited {
			if slices.Contains(l.only, s.pkg) {
				continue
			}
			used := false
			if pkg, call, ok := strings.Cut(l.what, "."); ok && !strings.Contains(l.what, "/") {
				used = names[pkg] == pkg && selects(s.file, pkg, call)
			} else {
				for _, path := range names {
					used = used || path == l.what || strings.HasPrefix(path, l.what+"/")
				}
			}
			if used {
				bad = append(bad, fmt.Sprintf("%s/%s uses %s: %s", s.pkg, s.name, l.what, l.why))
			}
		}
	}
	return bad
}

// sqlFiles: database/sql is used in db and in files named …_sql.go; elsewhere only its ErrNoRows is known.
func sqlFiles(all []source) (bad []string) {
	for _, s := range all {
		if s.pkg == "db" || strings.HasSuffix(s.name, "_sql.go") || outside(s.pkg) {
			continue
		}
		if s.imports()["sql"] != "database/sql" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && isName(sel.X, "sql") && sel.Sel.Name != "ErrNoRows" {
				bad = append(bad, fmt.Sprintf("%s/%s uses sql.%s: queries live in db and in files named …_sql.go", s.pkg, s.name, sel.Sel.Name))
			}
			return true
		})
	}
	return bad
}

// shape: one doc comment per package, no name that says nothing, no init.
func shape(all []source) (bad []string) {
	docs := map[string]int{}
	for _, s := range all {
		n := 0
		if s.file.Doc != nil {
			n = 1
		}
		docs[s.pkg] += n
		if slices.Contains(banned, s.file.Name.Name) {
			bad = append(bad, fmt.Sprintf("package %s: the name says nothing about what it is for", s.pkg))
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				bad = append(bad, fmt.Sprintf("%s/%s has an init: build what is needed where it is needed", s.pkg, s.name))
			}
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(docs)) {
		if docs[pkg] != 1 {
			bad = append(bad, fmt.Sprintf("package %s has %d doc comments; it needs one", pkg, docs[pkg]))
		}
	}
	return bad
}

func selects(f *ast.File, pkg, name string) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && isName(s.X, pkg) && s.Sel.Name == name {
			found = true
		}
		return !found
	})
	return found
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

var rules = map[string]func([]source) []string{
	"layering": layering, "embargo": embargo, "limits": limits, "sqlFiles": sqlFiles, "shape": shape,
}

func TestArchitecture(t *testing.T) {
	all := project(t)
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			for _, complaint := range rule(all) {
				t.Error(complaint)
			}
		})
	}
}

// TestTableIsOfToday finds packages of the table that are gone.
func TestTableIsOfToday(t *testing.T) {
	have := map[string]bool{}
	for _, s := range project(t) {
		have[s.pkg] = true
	}
	named := slices.Concat(testOnly, readers, unpublished)
	for _, r := range rows {
		for _, e := range r {
			named = append(append(named, e.name), e.peers...)
		}
	}
	for _, l := range limited {
		named = append(named, l.only...)
	}
	for _, pkg := range named {
		if !have[pkg] {
			t.Errorf("the table names %s, which does not exist", pkg)
		}
	}
}

func TestRulesCanFail(t *testing.T) {
	const head = "// Package x is here.\npackage x\n"
	for _, c := range []struct{ rule, file, text string }{
		{"layering", "internal/press/a.go", head + `import _ "masthead/internal/app"`},
		{"layering", "internal/feeds/a.go", head + `import _ "masthead/internal/render"`},
		{"layering", "internal/changes/a.go", head + `import _ "masthead/internal/fetch"`},
		{"layering", "internal/novelty/a.go", head},
		{"layering", "internal/press/a.go", head + `import _ "masthead/internal/fixture"`},
		{"layering", "internal/press/a.go", head + `import _ "masthead/tools/assets"`},
		{"embargo", "internal/render/a.go", head + `import _ "masthead/internal/content"`},
		{"embargo", "internal/site/a.go", head + `import "masthead/internal/wire"`},
		{"embargo", "internal/search/a.go", head + `import "masthead/internal/published/publish"`},
		{"limits", "internal/content/a.go", head + `import _ "modernc.org/sqlite"`},
		{"limits", "internal/content/a.go", head + `import "github.com/jackc/pgx/v5/pgconn"`},
		{"limits", "internal/content/a.go", head + `import "net/http"`},
		{"limits", "internal/site/a.go", head + `import "html/template"`},
		{"limits", "internal/app/a.go", head + `import "os"; var x = os.Getenv("X")`},
		{"limits", "internal/content/a.go", head + `import "time"; var x = time.Now`},
		{"limits", "internal/press/a.go", head + `import "context"; var x = context.Background()`},
		{"sqlFiles", "internal/content/a.go", head + `import "database/sql"; var x sql.Rows`},
		{"shape", "internal/helpers/a.go", "// Package helpers helps.\npackage helpers"},
		{"shape", "internal/press/a.go", "package x"},
		{"shape", "internal/press/a.go", head + "func init() {}"},
	} {
		t.Run(c.rule+" "+c.file, func(t *testing.T) {
			if got := rules[c.rule]([]source{parse(t, c.file, c.text)}); len(got) == 0 {
				t.Errorf("nothing wrong was found in %q", c.text)
			}
		})
	}
	two := []source{parse(t, "internal/press/a.go", head), parse(t, "internal/press/b.go", head)}
	if len(shape(two)) == 0 {
		t.Error("two doc comments in one package were not found")
	}
	around := []source{
		parse(t, "internal/theme/a.go", head+`import _ "masthead/internal/media"`),
		parse(t, "internal/media/a.go", head+`import _ "masthead/internal/content"`),
	}
	if len(embargo(around)) == 0 {
		t.Error("a path to unpublished text through another package was not found")
	}
}

func TestRulesCanPass(t *testing.T) {
	text := "// Package x is here.\npackage x\nimport (\"database/sql\"; \"masthead/internal/errs\"; \"time\")\n" +
		"var x, y, z = sql.ErrNoRows, errs.Invalid, time.Second"
	for name, rule := range rules {
		if got := rule([]source{parse(t, "internal/content/a.go", text)}); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestDependencies holds the list of direct dependencies, and that ARCHITECTURE.md gives each its reason.
func TestDependencies(t *testing.T) {
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(mod.Replace) > 0 {
		t.Error("go.mod replaces modules: then nobody can install the program by its path")
	}
	architecture, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Mod.Path)
		}
	}
	for _, m := range direct {
		if !slices.Contains(modules, m) {
			t.Errorf("%s is a new dependency: give it its place in arch_test.go and its reason in ARCHITECTURE.md", m)
		}
		if !strings.Contains(string(architecture), "`"+m+"`") {
			t.Errorf("ARCHITECTURE.md does not say what %s is for", m)
		}
	}
	for _, m := range modules {
		if !slices.Contains(direct, m) {
			t.Errorf("%s is in the list but not in go.mod", m)
		}
	}
}

// TestDocsNameWhatExists looks for every path that the documents name.
func TestDocsNameWhatExists(t *testing.T) {
	named := regexp.MustCompile("[`(]((?:internal|docs|tools|test|themes|cmd)/[a-z0-9_./-]+)[`)]")
	for _, pattern := range []string{"../*.md", "../docs/*.md"} {
		docs, err := filepath.Glob(pattern)
		if err != nil || len(docs) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(docs), err)
		}
		for _, doc := range docs {
			text, err := os.ReadFile(doc)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(text), -1) {
				if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
					t.Errorf("%s names %s, which does not exist", doc, m[1])
				}
			}
		}
	}
}

// project returns the project's own Go files but for tests.
func project(t *testing.T) (all []source) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if path != ".." && (err == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			all = append(all, parse(t, strings.TrimPrefix(path, "../"), string(text)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("found %d files only", len(all))
	}
	return all
}

func parse(t *testing.T, path, text string) source {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	dir, name := filepath.Split(path)
	return source{strings.TrimPrefix(strings.TrimSuffix(dir, "/"), "internal/"), name, f}
}
