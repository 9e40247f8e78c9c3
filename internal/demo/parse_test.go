package demo_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/demo"
	"masthead/internal/doc"
)

func TestParseBody(t *testing.T) {
	for _, tc := range []struct{ name, body, want string }{
		{"paragraph and marks", "A **b** and *c*.", `[{"type":"paragraph","content":[{"type":"text","text":"A "},{"type":"text","marks":[{"type":"strong"}],"text":"b"},{"type":"text","text":" and "},{"type":"text","marks":[{"type":"em"}],"text":"c"},{"type":"text","text":"."}]}]`},
		{"link", "[a](/b)", `[{"type":"paragraph","content":[{"type":"text","marks":[{"type":"link","attrs":{"href":"/b"}}],"text":"a"}]}]`},
		{"quote", "[a]{quote: B C}", `[{"type":"paragraph","content":[{"type":"text","marks":[{"type":"quote","attrs":{"speaker":"B C"}}],"text":"a"}]}]`},
		{"claim", "[a]{claim: unverified; army}", `[{"type":"paragraph","content":[{"type":"text","marks":[{"type":"claim","attrs":{"source":"army","status":"unverified"}}],"text":"a"}]}]`},
		{"heading", "### H", `[{"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"H"}]}]`},
		{"list", "- a", `[{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}]}]`},
		{"table", "::table\n| a |\n| b |\n::", `[{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}]},{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]}]`},
		{"photo", "::photo k | a | c | x", `[{"type":"photo","attrs":{"alt":"a","caption":"c","credit":"x","media":"k"}}]`},
		{"related", "::related a, b", `[{"type":"related","attrs":{"stories":["a","b"]}}]`},
	} {
		s, err := demo.Parse("key: k\n---\n"+tc.body, now)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		got, err := json.Marshal(s.Body.Content)
		if err != nil || string(got) != tc.want {
			t.Errorf("%s:\n got %s\nwant %s (%v)", tc.name, got, tc.want, err)
		}
	}
}

func TestParseTimes(t *testing.T) {
	for offset, want := range map[string]time.Time{
		"-3h20m":       now.Add(-3*time.Hour - 20*time.Minute),
		"-2y4d 05:42":  time.Date(2024, 11, 19, 5, 42, 0, 0, time.UTC),
		"+2d":          now.AddDate(0, 0, 2),
		"-1y10m":       now.AddDate(-1, 0, 0).Add(-10 * time.Minute),
		"-1d 16:45":    time.Date(2026, 11, 22, 16, 45, 0, 0, time.UTC),
		"-1y170d12h5m": now.AddDate(-1, 0, -170).Add(-12*time.Hour - 5*time.Minute),
	} {
		s, err := demo.Parse("published: "+offset+"\n---\n", now)
		if err != nil || !s.Published.Equal(want) {
			t.Errorf("%s is %v, want %v (%v)", offset, s.Published, want, err)
		}
	}
}

func TestParseWritesWeekdays(t *testing.T) {
	for text, want := range map[string]string{ // now is a Monday
		"published: -1d 09:00\nheadline: On {day}, not {day-1}\n---\n":  "On Sunday, not Saturday",
		"lang: fr\npublished: -2h\nheadline: De {day} à {day+2}\n---\n": "De lundi à mercredi",
	} {
		if s, err := demo.Parse(text, now); err != nil || s.Headline != want {
			t.Errorf("headline %q, want %q (%v)", s.Headline, want, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, part := range map[string]string{
		"key: a":                                    "no line ---",
		"nonsense\n---\n":                           "not name: value",
		"colour: red\n---\n":                        "not a field",
		"published: yesterday\n---\n":               "not an offset",
		"key: a\n---\n::factbox A\ntext":            "no closing line",
		"key: a\n---\n::bogus x":                    "not known",
		"key: a\n---\n::chart {":                    "chart",
		"key: a\n---\n::chart {\"labels\":[\"a\"]}": "1 labels for 0 values",
	} {
		if _, err := demo.Parse(text, now); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: error %v, want one with %q", text, err, part)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("key: a\n---\nA **b** [c](/d) [e]{quote: F}\n\n::table\n| a |\n::\n\n- x\n\n::chart {}")
	f.Add("published: -2y4d 05:42\nlead: a | b\n---\n::gallery\na | b | c | d\n::")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := demo.Parse(text, now)
		if err != nil {
			return
		}
		walk(s.Body, func(n doc.Node) {
			if !slices.Contains(doc.SchemaNames(), n.Type) {
				t.Errorf("node %q", n.Type)
			}
		})
	})
}
