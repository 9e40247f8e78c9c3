package demo_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"masthead/internal/demo"
	"masthead/internal/demo/draw"
	"masthead/internal/doc"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// blocks are the nodes of the story that has everything.
var blocks = []string{
	"paragraph", "heading", "blockquote", "pullquote", "bulletList", "orderedList", "listItem", "photo", "gallery", "video", "watch",
	"promo", "related", "factbox", "keyPoints", "table", "tableRow", "tableHeader", "tableCell", "chart", "embed", "divider",
}

func walk(n doc.Node, visit func(doc.Node)) {
	visit(n)
	for _, c := range n.Content {
		walk(c, visit)
	}
}

// prose lists every text of a story that a reader sees.
func prose(s demo.Story) []string {
	out := []string{s.Headline, s.ShortHead, s.Standfirst, s.Dateline, s.Killed, s.Lead.Alt, s.Lead.Caption, s.Lead.Credit}
	for _, c := range s.Corrections {
		out = append(out, c.Was, c.Now)
	}
	walk(s.Body, func(n doc.Node) {
		out = append(out, n.Text)
		for name, v := range n.Attrs {
			if text, ok := v.(string); ok && name != "url" && name != "recorded" {
				out = append(out, text)
			}
		}
	})
	return out
}

func keys() (media, stories, sections, regions, topics map[string]bool) {
	media, stories, sections, regions, topics = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range demo.Pictures() {
		media[p.Key] = true
	}
	for _, v := range demo.Videos() {
		media[v.Key] = true
	}
	for _, s := range demo.Stories(now) {
		stories[s.Key] = true
	}
	site := demo.Site()
	for _, s := range site.Sections {
		sections[s.Slug] = true
	}
	for _, r := range site.Regions {
		regions[r.Slug] = true
	}
	for _, t := range site.Topics {
		topics[t.Slug] = true
	}
	return
}

func TestEveryStoryIsComplete(t *testing.T) {
	media, stories, sections, regions, topics := keys()
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, s := range demo.Stories(now) {
		if s.Headline == "" || s.Standfirst == "" || len(s.Bylines) == 0 || len(s.Body.Content) == 0 {
			t.Errorf("%s: headline, standfirst, byline or body is empty", s.Key)
		}
		if !slug.MatchString(s.Slug) || seen[s.Slug] || seen["key "+s.Key] {
			t.Errorf("%s: slug %q or the key is malformed or used twice", s.Key, s.Slug)
		}
		seen[s.Slug], seen["key "+s.Key] = true, true
		if !sections[s.Section] || len(s.Regions) == 0 || len(s.Topics) == 0 {
			t.Errorf("%s: section %q, regions %v, topics %v", s.Key, s.Section, s.Regions, s.Topics)
		}
		for _, r := range s.Regions {
			if !regions[r] {
				t.Errorf("%s: region %q is not in the site", s.Key, r)
			}
		}
		for _, name := range s.Topics {
			if !topics[name] {
				t.Errorf("%s: topic %q is not in the site", s.Key, name)
			}
		}
		if s.Published.IsZero() || s.Published.After(now) || s.Published.Before(now.AddDate(-3, -1, 0)) {
			t.Errorf("%s: published %v", s.Key, s.Published)
		}
		if !s.Updated.IsZero() && (s.Updated.Before(s.Published) || s.Updated.After(now)) {
			t.Errorf("%s: updated %v is not between published and now", s.Key, s.Updated)
		}
		if s.TranslationOf != "" && !stories[s.TranslationOf] {
			t.Errorf("%s: translates %q, which is no story", s.Key, s.TranslationOf)
		}
		if l := s.Lead; l.Media != "" && (!media[l.Media] || l.Alt == "" || l.Caption == "" || l.Credit == "") {
			t.Errorf("%s: lead %+v", s.Key, l)
		}
		for _, c := range s.Corrections {
			if c.Was == "" || c.Now == "" || c.At.Before(s.Published) || c.At.After(now) || c.Place != "top" && c.Place != "end" {
				t.Errorf("%s: correction %+v", s.Key, c)
			}
		}
	}
}

func TestDatesHoldWheneverTheDemoStarts(t *testing.T) {
	for _, start := range []time.Time{
		time.Date(2027, 1, 1, 0, 5, 0, 0, time.UTC), time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC), time.Date(2026, 3, 8, 3, 30, 0, 0, time.UTC),
	} {
		for _, s := range demo.Stories(start) {
			if s.Published.After(start) || s.Updated.After(start) || !s.Updated.IsZero() && s.Updated.Before(s.Published) {
				t.Errorf("%s, started %v: published %v, updated %v", s.Key, start, s.Published, s.Updated)
			}
			for _, c := range s.Corrections {
				if c.At.Before(s.Published) || c.At.After(start) {
					t.Errorf("%s, started %v: corrected %v", s.Key, start, c.At)
				}
			}
		}
	}
}

func TestBodiesUseOnlyTheSchema(t *testing.T) {
	media, stories, _, _, _ := keys()
	for _, s := range demo.Stories(now) {
		if err := doc.Validate(s.Body); err != nil {
			t.Errorf("%s: %v", s.Key, err)
		}
		walk(s.Body, func(n doc.Node) {
			switch n.Type {
			case "text":
				if n.Text == "" || strings.ContainsAny(n.Text, "*{}[]~") || strings.Contains(n.Text, "::") {
					t.Errorf("%s: markup left in %q", s.Key, n.Text)
				}
			case "photo", "video":
				if !media[n.Attrs.Str("media")] || n.Attrs.Str("caption") == "" || n.Attrs.Str("credit") == "" || n.Type == "photo" && n.Attrs.Str("alt") == "" {
					t.Errorf("%s: %s %v", s.Key, n.Type, n.Attrs)
				}
			case "watch":
				if target := n.Attrs.Str("target"); !media[target] && !stories[target] || n.Attrs.Str("title") == "" {
					t.Errorf("%s: watch %v", s.Key, n.Attrs)
				}
			case "related":
				for _, k := range n.Attrs["stories"].([]any) {
					if !stories[k.(string)] {
						t.Errorf("%s: related story %v does not exist", s.Key, k)
					}
				}
			case "gallery":
				for _, it := range n.Attrs["items"].([]any) {
					a := doc.Attrs(it.(map[string]any))
					if !media[a.Str("media")] || a.Str("alt") == "" || a.Str("caption") == "" || a.Str("credit") == "" {
						t.Errorf("%s: gallery item %v", s.Key, a)
					}
				}
			}
		})
	}
}

func TestTypography(t *testing.T) {
	frenchFault := regexp.MustCompile(`«[^\x{a0}]|[^\x{a0}]»|[^\x{a0}\d]:(\s|$)|\d\.\d|[ \x{a0}][;!?]`)
	for _, s := range demo.Stories(now) {
		for _, text := range prose(s) {
			if strings.ContainsAny(text, "\"'*") || strings.Contains(text, "--") {
				t.Errorf("%s: straight quote, asterisk or double hyphen in %q", s.Key, text)
			}
			if s.Language == "fr" && (frenchFault.MatchString(text) || strings.ContainsAny(text, "“”")) {
				t.Errorf("%s: French typography in %q", s.Key, text)
			}
		}
	}
}

func TestTheNewsroomIsLargeAndVaried(t *testing.T) {
	stories := demo.Stories(now)
	french, old, perSection, perRegion, kinds := 0, 0, map[string]int{}, map[string]int{}, map[string]int{}
	var longest, authors, corrections, headline int
	for _, s := range stories {
		if s.Language == "fr" {
			french++
		}
		if s.Published.Before(now.AddDate(-2, 0, 0)) {
			old++
		}
		perSection[s.Section]++
		kinds[s.Kind]++
		for _, r := range s.Regions {
			perRegion[r]++
		}
		words := 0
		walk(s.Body, func(n doc.Node) { words += len(strings.Fields(n.Text)) })
		longest, authors = max(longest, words), max(authors, len(s.Bylines))
		corrections, headline = max(corrections, len(s.Corrections)), max(headline, utf8.RuneCountInString(s.Headline))
	}
	if len(stories) < 64 || french < 12 || old < 6 || longest < 2500 || authors < 3 || corrections < 2 || headline < 120 {
		t.Errorf("%d stories, %d French, %d older than two years, longest %d words, %d authors, %d corrections, headline of %d characters",
			len(stories), french, old, longest, authors, corrections, headline)
	}
	for _, s := range demo.Site().Sections {
		if perSection[s.Slug] == 0 {
			t.Errorf("section %s has no story", s.Slug)
		}
	}
	for _, r := range demo.Site().Regions {
		if perRegion[r.Slug] < 4 {
			t.Errorf("region %s has %d stories", r.Slug, perRegion[r.Slug])
		}
		if _, err := time.LoadLocation(r.Zone); err != nil {
			t.Errorf("region %s: %v", r.Slug, err)
		}
	}
	for _, k := range []string{"story", "opinion", "obituary", "video", "gallery"} {
		if kinds[k] < 2 {
			t.Errorf("%d stories of kind %s", kinds[k], k)
		}
	}
}

func TestOneStoryHasEverything(t *testing.T) {
	i := slices.IndexFunc(demo.Stories(now), func(s demo.Story) bool { return s.Key == "ukraine-grain" })
	s := demo.Stories(now)[i]
	has := map[string]bool{}
	walk(s.Body, func(n doc.Node) {
		has[n.Type] = true
		for _, m := range n.Marks {
			has[m.Type] = true
		}
	})
	for _, name := range append(blocks, "strong", "em", "link", "quote", "claim") {
		if !has[name] {
			t.Errorf("no %s", name)
		}
	}
	if s.Dateline != "ODESA, Ukraine" || len(s.Credits) != 2 || len(s.Corrections) == 0 || s.Lead.Media != "odesa-port" || now.Year()-s.Published.Year() != 2 {
		t.Errorf("dateline %q, credits %v, corrections %v, lead %v, published %v", s.Dateline, s.Credits, s.Corrections, s.Lead, s.Published)
	}
}

func TestTheCanaryIsOnlyInTheEmbargoedStory(t *testing.T) {
	embargoed, killed := 0, 0
	for _, s := range demo.Stories(now) {
		canary := strings.Contains(strings.Join(prose(s), "\n"), "quillfeather")
		if canary != s.Embargo.After(now) {
			t.Errorf("%s: canary %v, embargo %v", s.Key, canary, s.Embargo)
		}
		if canary {
			embargoed++
		}
		if s.Killed != "" {
			killed++
		}
	}
	if embargoed != 1 || killed != 1 {
		t.Errorf("%d embargoed and %d killed stories, want one of each", embargoed, killed)
	}
}

func TestEveryPictureAndClipExists(t *testing.T) {
	if n := len(demo.Pictures()); n < 36 {
		t.Errorf("%d pictures", n)
	}
	scenes := draw.Names()
	for _, p := range demo.Pictures() {
		if !slices.Contains(scenes, p.Scene) || p.Alt == "" || p.Caption == "" || p.Credit == "" || p.FocusX <= 0 || p.FocusX >= 1 || p.FocusY <= 0 || p.FocusY >= 1 {
			t.Errorf("picture %+v", p)
		}
	}
	if n := len(demo.Videos()); n < 2 {
		t.Errorf("%d clips", n)
	}
	for _, v := range demo.Videos() {
		clip, err := fs.ReadFile(demo.Clips, v.File)
		if err != nil || len(clip) < 150_000 || len(clip) > 400_000 || string(clip[4:8]) != "ftyp" {
			t.Errorf("%s: %d bytes, %v", v.File, len(clip), err)
		}
		moov, mdat := strings.Index(string(clip), "moov"), strings.Index(string(clip), "mdat")
		if moov < 0 || moov > mdat {
			t.Errorf("%s: the index is not before the data", v.File)
		}
		if !slices.Contains(scenes, v.Poster) || v.Transcript == "" || v.Description == "" || len(v.Tracks) == 0 || v.Recorded >= 0 {
			t.Errorf("clip %+v", v)
		}
		for _, tr := range v.Tracks {
			vtt, err := fs.ReadFile(demo.Clips, tr.File)
			if err != nil || !strings.HasPrefix(string(vtt), "WEBVTT\n\n") {
				t.Errorf("%s: %v", tr.File, err)
			}
		}
	}
}

func TestAuthorsHavePicturesThatExist(t *testing.T) {
	media, _, _, _, _ := keys()
	names := map[string]bool{"Foothills Ledger": true}
	for _, a := range demo.Site().Authors {
		names[a.Name] = true
		if a.Bio == "" || a.Role == "" || a.Picture != "" && !media[a.Picture] {
			t.Errorf("author %+v", a)
		}
	}
	if len(names) < 11 {
		t.Errorf("%d authors", len(names)-1)
	}
	for _, s := range demo.Stories(now) {
		for _, b := range s.Bylines {
			if !names[b.Name] {
				t.Errorf("%s: byline %q is nobody of the site", s.Key, b.Name)
			}
		}
	}
}
