package demo

import (
	"embed"
	"io/fs"
	"slices"
	"time"

	"masthead/internal/doc"
)

//go:embed stories/*.md
var storyFiles embed.FS

// Stories reads every story, newest first, dated relative to now; clock times in the files are in now's
// zone, so pass the time where the portal is. A photo or video block, and a lead, that leaves its words out has the
// picture's own. The files are part of the program and tested with it: a fault in one panics.
func Stories(now time.Time) []Story {
	names, err := fs.Glob(storyFiles, "stories/*.md")
	if err != nil {
		panic(err)
	}
	words := library(now)
	var out []Story
	for _, name := range names {
		text, err := storyFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		s, err := Parse(string(text), now)
		if err != nil {
			panic(name + ": " + err.Error())
		}
		s.fill(words)
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Story) int { return b.Published.Compare(a.Published) })
	return out
}

// library maps every media key to its own words.
func library(now time.Time) map[string]doc.Attrs {
	out := map[string]doc.Attrs{}
	for _, p := range Pictures() {
		out[p.Key] = doc.Attrs{"alt": p.Alt, "caption": p.Caption, "credit": p.Credit}
	}
	for _, v := range Videos() {
		out[v.Key] = doc.Attrs{
			"title": v.Title, "alt": v.Title, "caption": v.Description, "credit": v.Credit,
			"duration": int(v.Duration.Seconds()), "recorded": now.Add(v.Recorded).UTC().Format(time.DateOnly),
		}
	}
	return out
}

func (s *Story) fill(words map[string]doc.Attrs) {
	if own, ok := words[s.Lead.Media]; ok {
		for _, f := range []struct {
			to   *string
			name string
		}{{&s.Lead.Alt, "alt"}, {&s.Lead.Caption, "caption"}, {&s.Lead.Credit, "credit"}} {
			if *f.to == "" {
				*f.to = own.Str(f.name)
			}
		}
	}
	fillBlocks(s.Body.Content, words)
}

func fillBlocks(nodes []doc.Node, words map[string]doc.Attrs) {
	for _, n := range nodes {
		fillBlocks(n.Content, words)
		switch n.Type {
		case "photo":
			fillAttrs(n.Attrs, words, "alt", "caption", "credit")
		case "video":
			fillAttrs(n.Attrs, words, "title", "caption", "credit", "duration", "recorded")
		case "gallery":
			items, _ := n.Attrs["items"].([]any)
			for _, it := range items {
				if m, ok := it.(map[string]any); ok {
					fillAttrs(m, words, "alt", "caption", "credit")
				}
			}
		}
	}
}

func fillAttrs(a doc.Attrs, words map[string]doc.Attrs, names ...string) {
	own := words[a.Str("media")]
	for _, name := range names {
		if v, ok := own[name]; ok && (a[name] == nil || a[name] == "") {
			a[name] = v
		}
	}
}
