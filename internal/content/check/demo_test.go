package check_test

import (
	"strings"
	"testing"

	"masthead/internal/content/check"
	"masthead/internal/demo"
	"masthead/internal/published"
	"masthead/internal/words"
)

// TestDemoIsQuiet looks over stories that an editor has let through: what is found in them is mostly wrong, and checks
// that cry wolf are not read.
func TestDemoIsQuiet(t *testing.T) {
	f := facts()
	f.Media = nil
	for _, a := range demo.Site().Authors {
		f.Names = append(f.Names, a.Name)
	}
	f.Site = &published.Site{}
	for _, s := range demo.Site().Sections {
		f.Site.Sections = append(f.Site.Sections, published.Section{Slug: s.Slug})
	}
	stories := demo.Stories(now)
	found := map[string]int{}
	for _, s := range stories {
		c := &published.Story{Language: s.Language, Section: s.Section, Kind: s.Kind, Headline: s.Headline, Standfirst: s.Standfirst,
			Regions: s.Regions, Body: s.Body}
		for _, name := range s.Topics {
			c.Topics = append(c.Topics, published.Topic{Slug: name, Name: name})
		}
		if s.Lead.Media != "" {
			c.Lead = &published.Lead{Media: s.Lead.Media, Alt: s.Lead.Alt, Caption: s.Lead.Caption, Credit: s.Lead.Credit}
		}
		for _, i := range check.Story(c, check.Guard{}, f) {
			found[i.Code]++
			t.Logf("%s: %s %d: %s", s.Key, i.Code, i.Block, check.Text(words.Staff("en"), i))
			if i.Level == check.Must {
				t.Errorf("%s may not go out: %s", s.Key, i.Code)
			}
		}
	}
	for code, most := range map[string]int{"name_spelling": 0, "percent": 0, "quote_source": 2, "sentence_long": 6, "ending": 0, "reading": 0, "link_text": 0, "heading_level": 0} {
		if found[code] > most {
			t.Errorf("%s was found %d times in %d stories", code, found[code], len(stories))
		}
	}
	if len(stories) < 50 || strings.TrimSpace(stories[0].Headline) == "" {
		t.Error("no stories were looked over")
	}
}
