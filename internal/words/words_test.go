package words_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"masthead/internal/words"
)

// both are the two kinds of catalogue.
var both = map[string]func(string) *words.Catalogue{"reader": words.For, "staff": words.Staff}

func TestCataloguesHaveTheSameKeys(t *testing.T) {
	for name, catalogue := range both {
		t.Run(name, func(t *testing.T) { sameKeys(t, catalogue) })
	}
}

func sameKeys(t *testing.T, catalogue func(string) *words.Catalogue) {
	want := catalogue("en").Keys()
	for _, lang := range words.Languages() {
		c := catalogue(lang)
		if c.Lang() != lang || !slices.Equal(c.Keys(), want) {
			t.Errorf("%s: keys differ from English", lang)
		}
		for _, k := range want {
			if s := c.T(k, 2, "x"); strings.TrimSpace(s) == "" || s == k && k != "and" {
				t.Errorf("%s: %s is %q", lang, k, s)
			}
		}
	}
}

var gap = regexp.MustCompile(`\{(\d|[a-z]+)\}`)

func TestTranslationsHaveTheSameGaps(t *testing.T) {
	for _, catalogue := range both {
		for _, k := range catalogue("en").Keys() {
			gaps := func(lang string) []string {
				g := gap.FindAllString(catalogue(lang).T(k), -1)
				slices.Sort(g)
				return slices.Compact(g)
			}
			if en, fr := gaps("en"), gaps("fr"); !slices.Equal(en, fr) {
				t.Errorf("%s: English has the gaps %v, French %v", k, en, fr)
			}
		}
	}
}

// TestFrenchTypography holds the rules for spaces and marks.
func TestFrenchTypography(t *testing.T) {
	bad := regexp.MustCompile(`[^\x{a0}]:( |$)|«[^\x{a0}]|[^\x{a0}]»| [;!?]|'|\x{2011}`)
	text, err := os.ReadFile("refusals.fr.json")
	if err != nil {
		t.Fatal(err)
	}
	var refusals map[string]string
	if err := json.Unmarshal(text, &refusals); err != nil {
		t.Fatal(err)
	}
	for k, s := range refusals {
		if bad.MatchString(s) {
			t.Errorf("%s: %q", k, s)
		}
	}
	for _, catalogue := range both {
		for _, k := range catalogue("fr").Keys() {
			if s := catalogue("fr").T(k); k != "search_help" && bad.MatchString(s) {
				t.Errorf("%s: %q", k, s)
			}
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"en", "n_stories", []any{1}, "1 story"},
		{"en", "n_stories", []any{0}, "0 stories"},
		{"fr", "n_stories", []any{0}, "0 article"},
		{"fr-CA", "n_stories", []any{41}, "41 articles"},
		{"en", "results", []any{214, "grain"}, "214 results for “grain”"},
		{"fr", "more_from", []any{"Calgary"}, "Plus de nouvelles\u00a0: Calgary"},
		{"de", "home", nil, "Home"},
		{"en", "more_from", []any{"{0} %s"}, "More from {0} %s"},
	} {
		got, err := words.For(c.lang).Text(c.key, c.args...)
		if err != nil || got != c.want {
			t.Errorf("%s %s %v: got %q %v, want %q", c.lang, c.key, c.args, got, err, c.want)
		}
	}
	for _, key := range []string{"nothing_like_this", "n_stories"} {
		if _, err := words.For("en").Text(key); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s without arguments: error %v does not name it", key, err)
		}
	}
}

// TestEveryKeyUsedExists reads the theme's templates and the code that names keys.
func TestEveryKeyUsedExists(t *testing.T) {
	known := map[string]bool{}
	for _, k := range words.For("en").Keys() {
		known[k] = true
	}
	used := map[string]bool{}
	in := func(root, ext string, key *regexp.Regexp) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ext || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := os.ReadFile(path)
			for _, m := range key.FindAllStringSubmatch(string(b), -1) {
				used[m[1]] = true
				if !known[m[1]] && !strings.HasSuffix(m[1], "_") {
					t.Errorf("%s uses %q, which no catalogue has", path, m[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	in("../../themes/broadsheet", ".html", regexp.MustCompile(`\bt "([a-z_]+)"`))
	in("../render", ".go", regexp.MustCompile(`\.(?:t|T|Text)\("([a-z_]+)"`))
	in("../published", ".go", regexp.MustCompile(`\.(?:t|T|Text)\("([a-z_]+)"`))
	if len(used) < 100 {
		t.Fatalf("found only %d keys in use", len(used))
	}
	for k := range known {
		family, _, _ := strings.Cut(k, "_")
		if !used[k] && !used[family+"_"] && !strings.HasPrefix(k, "js_") && !strings.HasPrefix(k, "kind_") {
			t.Errorf("%s is not used", k)
		}
	}
}
