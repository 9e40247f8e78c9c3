package api_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"masthead/internal/fixture"
	"masthead/internal/identity"
)

var example = regexp.MustCompile("(?s)```http\n([A-Z]+) /api/v1(\\S+)\n(.*?)\n?(?:(\\{.*?)\n\n)?(\\d{3})\n(.*?)\n```")

// TestExamplesOfTheDocuments tries what docs/api.md shows, in its order.
func TestExamplesOfTheDocuments(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(fixture.Root(t), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := example.FindAllStringSubmatch(string(text), -1)
	if n := strings.Count(string(text), "```http"); len(examples) != n || n < 8 {
		t.Fatalf("%d of %d examples could be read", len(examples), n)
	}
	each(t, func(p *portal) {
		id := ""
		for _, e := range examples {
			put := strings.NewReplacer("{id}", id)
			var header []string
			for _, h := range strings.Split(e[3], "\n") {
				if strings.Contains(h, ": ") {
					header = append(header, h)
				}
			}
			status, _ := strconv.Atoi(e[5])
			got := p.want(status, p.ask(identity.Publisher, e[1], put.Replace(e[2]), put.Replace(e[4]), header...))
			if id == "" {
				id = got.str("id")
				put = strings.NewReplacer("{id}", id)
			}
			var want any
			if err := json.Unmarshal([]byte(put.Replace(e[6])), &want); err != nil {
				p.Fatalf("%s %s: %v", e[1], e[2], err)
			}
			if !within(want, any(got.body)) {
				p.Errorf("%s %s answers %s, and not %s", e[1], e[2], got.text, e[6])
			}
		}
	})
}

// within reports whether all of want is in got: objects may have more in them.
func within(want, got any) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for name, v := range w {
			ok = ok && within(v, g[name])
		}
		return ok
	case []any:
		g, ok := got.([]any)
		ok = ok && len(g) == len(w)
		for i := 0; ok && i < len(w); i++ {
			ok = within(w[i], g[i])
		}
		return ok
	}
	return want == got
}
