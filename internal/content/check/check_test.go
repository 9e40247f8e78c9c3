package check_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/content/check"
	"masthead/internal/doc"
	"masthead/internal/published"
	"masthead/internal/words"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func site() *published.Site {
	return &published.Site{Zone: "America/Edmonton", Sections: []published.Section{{Slug: "world"}, {Slug: "local"}}}
}

func facts() check.Facts {
	return check.Facts{
		Site: site(), Now: now,
		Media: map[string]doc.Media{"m1": {Kind: "photo"}, "m2": {Kind: "photo", Alt: "A quay", Credit: "Jo Ray"},
			"m3": {Kind: "photo", Alt: "A quay", Caption: "Quay TK", Credit: "Jo Ray"}, "v1": {Kind: "video"},
			"v2": {Kind: "video", Credit: "Jo Ray", Tracks: []doc.Track{{Kind: "captions"}}}},
	}
}

// clean is a story that the checks find nothing in.
func clean(t testing.TB) *published.Story {
	return &published.Story{
		Language: "en", Section: "world", Kind: "story", Headline: "Grain ships leave Odesa", Standfirst: "Three sailed before dawn.",
		Regions: []string{"calgary"}, Topics: []published.Topic{{Slug: "grain", Name: "Grain"}},
		Body: body(t, "Three grain ships left before dawn.\n\n“We went back to work, all of us,” said Olena Hrytsenko.\n\nMore will follow."),
	}
}

func body(t testing.TB, markdown string) doc.Node {
	d, dropped := doc.FromMarkdown(markdown)
	if len(dropped) > 0 {
		t.Fatalf("dropped %v", dropped)
	}
	return d
}

func block(kind string, attrs doc.Attrs) doc.Node { return doc.Node{Type: kind, Attrs: attrs} }

func TestStory(t *testing.T) {
	must := func(code, field string, block int, args ...string) check.Issue {
		return check.Issue{Code: code, Level: check.Must, Field: field, Block: block, Args: args}
	}
	may := func(code, field string, block int, args ...string) check.Issue {
		return check.Issue{Code: code, Level: check.Consider, Field: field, Block: block, Args: args}
	}
	type edit func(c *published.Story, g *check.Guard, f *check.Facts)
	text := func(md string) edit {
		return func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Body = body(t, md) }
	}
	french := func(md string) edit {
		return func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Language, c.Body = "fr", body(t, md) }
	}
	add := func(kind string, attrs doc.Attrs) edit {
		return func(c *published.Story, _ *check.Guard, _ *check.Facts) {
			c.Body.Content = append([]doc.Node{block(kind, attrs)}, c.Body.Content...)
		}
	}
	right := func(r check.Right) edit {
		return func(c *published.Story, g *check.Guard, f *check.Facts) {
			add("photo", doc.Attrs{"media": "m2"})(c, g, f)
			f.Rights = map[string]check.Right{"m2": r}
		}
	}
	for _, c := range []struct {
		name string
		edit edit
		want []check.Issue
	}{
		{"clean", func(*published.Story, *check.Guard, *check.Facts) {}, nil},
		{"no headline", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Headline = " " }, []check.Issue{must("headline", "headline", -1)}},
		{"no section", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Section = "" }, []check.Issue{must("section", "section", -1)}},
		{"unknown section", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Section = "moon" }, []check.Issue{must("section_unknown", "section", -1, "moon")}},
		{"long headline", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Headline = strings.Repeat("é", 96) }, []check.Issue{may("headline_long", "headline", -1, "96", "95")}},
		{"headline that just fits", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Headline = strings.Repeat("é", 95) }, nil},
		{"bare", func(c *published.Story, _ *check.Guard, _ *check.Facts) {
			c.Standfirst, c.Regions, c.Topics = "", nil, nil
		},
			[]check.Issue{may("standfirst", "standfirst", -1), may("region", "regions", -1), may("topic", "topics", -1)}},

		{"TK in the headline", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Headline = "TK ships leave" }, []check.Issue{must("tk", "headline", -1, "TK ships leave")}},
		{"TK in the standfirst", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Standfirst = "They carried TKTK." }, []check.Issue{must("tk", "standfirst", -1, "They carried TKTK.")}},
		{"[TK] in the text", text("The three ships that left carried [TK] tonnes of wheat and barley."), []check.Issue{must("tk", "body", 0, "… left carried [TK] tonnes of …")}},
		{"TK across marks", text("They carried **T**K tonnes."), []check.Issue{must("tk", "body", 0, "They carried TK tonnes.")}},
		{"TK in a list", text("- One.\n- TK.\n\nThe end."), []check.Issue{must("tk", "body", 0, "TK.")}},
		{"TK in a caption", add("photo", doc.Attrs{"media": "m2", "caption": "TK at work"}), []check.Issue{must("tk", "body", 0, "TK at work")}},
		{"TK in the library’s caption", add("photo", doc.Attrs{"media": "m3"}), []check.Issue{must("tk", "body", 0, "Quay TK")}},
		{"own words for the library’s TK", add("photo", doc.Attrs{"media": "m3", "caption": "The quay"}), nil},
		{"words with TK in them", text("TKO in round two. The ATK. TK Maxx. TK1. tk."), nil},

		{"photo without words", add("photo", doc.Attrs{"media": "m1"}), []check.Issue{must("alt", "body", 0), must("credit_photo", "body", 0)}},
		{"decorative photo", add("photo", doc.Attrs{"media": "m1", "decorative": true, "credit": "Jo"}), nil},
		{"words of the library", add("photo", doc.Attrs{"media": "m2"}), nil},
		{"gallery", add("gallery", doc.Attrs{"items": []any{
			map[string]any{"media": "m2"}, map[string]any{"media": "m1", "credit": "Jo"}, map[string]any{"media": "m1", "decorative": true}}}),
			[]check.Issue{must("gallery_alt", "body", 0, "2"), must("gallery_credit_photo", "body", 0, "3")}},
		{"lead", func(c *published.Story, _ *check.Guard, _ *check.Facts) { c.Lead = &published.Lead{Media: "m1"} },
			[]check.Issue{must("alt", "lead", -1), must("credit_photo", "lead", -1)}},
		{"lead with words", func(c *published.Story, _ *check.Guard, _ *check.Facts) {
			c.Lead = &published.Lead{Media: "m1", Alt: "A quay", Credit: "Jo"}
		}, nil},
		{"medium that is gone", add("photo", doc.Attrs{"media": "m9", "alt": "A", "credit": "Jo"}), []check.Issue{must("media_missing", "body", 0, "m9")}},
		{"video", add("video", doc.Attrs{"media": "v1", "title": "Port"}), []check.Issue{must("credit_video", "body", 0), may("video_captions", "body", 0, "Port")}},
		{"video with captions", add("video", doc.Attrs{"media": "v2"}), nil},
		{"photo seen lately", func(c *published.Story, g *check.Guard, f *check.Facts) {
			add("photo", doc.Attrs{"media": "m2"})(c, g, f)
			f.RecentPhotos = map[string]string{"m2": "Port reopens"}
		}, []check.Issue{may("photo_recent", "body", 0, "Port reopens")}},
		{"picture that may not be used", right(check.Right{Denied: true}), []check.Issue{must("rights_denied", "body", 0)}},
		{"right that has ended", right(check.Right{Ends: now}), []check.Issue{must("rights_ended", "body", 0, now.Format(time.DateOnly))}},
		{"right that ends soon", right(check.Right{Ends: now.AddDate(0, 0, 6)}), []check.Issue{may("rights_end", "body", 0, now.AddDate(0, 0, 6).Format(time.DateOnly))}},
		{"right until the end of a day", func(c *published.Story, g *check.Guard, f *check.Facts) {
			right(check.Right{Ends: time.Date(2026, 3, 5, 7, 0, 0, 0, time.UTC)})(c, g, f)
			f.Site.Zone = "America/Edmonton"
		}, []check.Issue{may("rights_end", "body", 0, "2026-03-04")}},
		{"right that ends later", right(check.Right{Ends: now.AddDate(0, 0, 7)}), nil},
		{"picture that costs, with a condition", right(check.Right{Pay: true, Promise: "Online only"}),
			[]check.Issue{may("rights_pay", "body", 0), may("rights_promise", "body", 0, "Online only")}},
		{"picture under a ban", right(check.Right{Ban: true}), []check.Issue{must("rights_ban", "body", 0)}},
		{"picture under a ban, signed off", func(c *published.Story, g *check.Guard, f *check.Facts) {
			right(check.Right{Ban: true})(c, g, f)
			g.Cleared = "Rosa Delgado"
		}, nil},
		{"picture of a child, sent by a reader", right(check.Right{Minor: true, Unasked: true}), []check.Issue{may("rights_minor", "body", 0), may("rights_unasked", "body", 0)}},
		{"picture of a gallery that may not be used", func(c *published.Story, g *check.Guard, f *check.Facts) {
			add("gallery", doc.Attrs{"items": []any{map[string]any{"media": "m2"}}})(c, g, f)
			f.Rights = map[string]check.Right{"m2": {Denied: true}}
		}, []check.Issue{must("gallery_rights_denied", "body", 0, "1")}},

		{"embargo", func(_ *published.Story, g *check.Guard, _ *check.Facts) { g.Embargo = now.Add(time.Second) },
			[]check.Issue{must("embargo", "embargo", -1, "2026-03-01T05:00:01-07:00")}},
		{"embargo that is over", func(_ *published.Story, g *check.Guard, _ *check.Facts) { g.Embargo = now }, nil},
		{"legal hold", func(_ *published.Story, g *check.Guard, _ *check.Facts) { g.Legal = "Claim of Mr. X" }, []check.Issue{must("legal", "legal", -1, "Claim of Mr. X")}},
		{"ban and youth", func(_ *published.Story, g *check.Guard, _ *check.Facts) { g.Ban, g.Youth = true, true }, []check.Issue{must("ban", "ban", -1), must("youth", "youth", -1)}},
		{"cleared", func(_ *published.Story, g *check.Guard, _ *check.Facts) {
			g.Ban, g.Youth, g.Cleared = true, true, "Rosa Delgado"
		}, nil},
		{"withheld", func(_ *published.Story, _ *check.Guard, f *check.Facts) { f.Wire = "withheld" }, []check.Issue{must("wire_withheld", "wire", -1)}},
		{"cancelled", func(_ *published.Story, _ *check.Guard, f *check.Facts) { f.Wire = "canceled" }, []check.Issue{must("wire_canceled", "wire", -1)}},
		{"usable", func(_ *published.Story, _ *check.Guard, f *check.Facts) { f.Wire = "usable" }, nil},

		{"broken link", func(c *published.Story, g *check.Guard, f *check.Facts) {
			c.Body = body(t, "See [the report](https://gone.example/).")
			f.Broken = []string{"https://gone.example/"}
		}, []check.Issue{may("link_broken", "body", 0, "https://gone.example/")}},
		{"link that says nothing", text("The report is [here](https://a.example/)."), []check.Issue{may("link_text", "body", 0, "here")}},
		{"French link", french("Le rapport est [ici](https://a.example/)."), []check.Issue{may("link_text", "body", 0, "ici")}},
		{"heading skipped", text("One.\n\n#### Four\n\nTwo."), []check.Issue{may("heading_level", "body", 1, "4", "2")}},
		{"headings in order", text("One.\n\n## Two\n\n### Three\n\n## Two\n\nTwo."), nil},

		{"name spelled two ways", text("Amina Okafor came. The mayor thanked Amina Okafer."), []check.Issue{may("name_spelling", "body", 0, "Amina Okafer", "Amina Okafor")}},
		{"family name alone", text("Amina Okafor came. Later Ms. Okafer left."), []check.Issue{may("name_spelling", "body", 0, "Okafer", "Okafor")}},
		{"known name", func(c *published.Story, _ *check.Guard, f *check.Facts) {
			c.Body = body(t, "The mayor thanked Amina Okafer.")
			f.Names = []string{"Amina Okafor"}
		}, []check.Issue{may("name_spelling", "body", 0, "Amina Okafer", "Amina Okafor")}},
		{"name of a topic", func(c *published.Story, _ *check.Guard, _ *check.Facts) {
			c.Body = body(t, "The mayor thanked Amina Okafer.")
			c.Topics = []published.Topic{{Slug: "amina-okafor", Name: "Amina Okafor"}}
		}, []check.Issue{may("name_spelling", "body", 0, "Amina Okafer", "Amina Okafor")}},
		{"letters that changed places", text("Olena Hrytsenko came with Olena Hrystenko."), []check.Issue{may("name_spelling", "body", 0, "Olena Hrystenko", "Olena Hrytsenko")}},
		{"accent", text("Zoé Pelletier sang. Later came Zoé Pélletier."), []check.Issue{may("name_spelling", "body", 0, "Zoé Pélletier", "Zoé Pelletier")}},
		{"two people", text("Daniel Olsen and Daniela Olsen live in Alberta with Alberto. The Olsens’ house is Erica Olsen’s."), nil},
		{"the same name with its possessive", text("Amina Okafor came. That is Amina Okafor’s house."), nil},

		{"house style", func(c *published.Story, _ *check.Guard, f *check.Facts) {
			c.Body = body(t, "Utilized by utilisers, and not utilize. “We utilized it,” she said.")
			f.Style = []check.StyleRule{{Pattern: "utilize | utilized", Suggestion: "use", Reason: "It is shorter."}}
		}, []check.Issue{may("style", "body", 0, "Utilized", "use", "It is shorter."), may("style", "body", 0, "utilize", "use", "It is shorter.")}},
		{"house style with any ending", func(c *published.Story, _ *check.Guard, f *check.Facts) {
			c.Body = body(t, "Mass\u00a0exodus, then the cops came. US or us.")
			f.Style = []check.StyleRule{{Pattern: "cop*", Suggestion: "police", Reason: "R."}, {Pattern: "US", Suggestion: "U.S.", Reason: "R."}, {Pattern: " | ", Suggestion: "x"}}
		}, []check.Issue{may("style", "body", 0, "cops", "police", "R."), may("style", "body", 0, "US", "U.S.", "R.")}},
		{"points", text("The rate rose 2 per cent, from 4 per cent to 6 per cent, in a year."), []check.Issue{may("percent", "body", 0, "2 per cent")}},
		{"French points", french("Le taux a monté de 2 %, de 4 % à 6 %, en un an."), []check.Issue{may("percent", "body", 0, "2 %")}},
		{"per cent that is right", text("The rate rose 50 per cent, from 4 per cent to 6 per cent. It rose 2 percentage points, from 4 per cent to 6 per cent. It rose by 2 per cent."), nil},

		{"quote of nobody", text("The day was long.\n\n“We went back to work, all of us.”\n\nThe ships left."), []check.Issue{may("quote_source", "body", 1, "“We went back to work, all of us.”")}},
		{"quote with its speaker before", text("Olena Hrytsenko told the Ledger so.\n\n“We went back to work, all of us.”\n\nThe ships left."), nil},
		{"French quote", french("Elle partit.\n\n« Nous sommes retournés au travail. »\n\nTout est dit."), nil},
		{"French quote of nobody", french("La nuit tomba.\n\n« Nous sommes retournés au travail. »\n\nLes bateaux partirent."), []check.Issue{may("quote_source", "body", 1, "« Nous sommes retournés au travail. »")}},
		{"a term in quotation marks", text("The “grain deal” held."), nil},
		{"pull quote of nobody", func(c *published.Story, _ *check.Guard, _ *check.Facts) {
			c.Body.Content = append([]doc.Node{{Type: "pullquote", Content: body(t, "Words.").Content}}, c.Body.Content...)
		}, []check.Issue{may("pullquote_source", "body", 0)}},

		{"long sentence", text("And " + strings.Repeat("so ", 40) + "on."), []check.Issue{may("sentence_long", "body", 0, "42", "And so so so so so so so so so so so so so so so so so so…")}},
		{"sentence of forty words", text("And " + strings.Repeat("so ", 38) + "on."), nil},
		{"hard to read", text(strings.Repeat("Internationally disproportionate administrative considerations. ", 30)), []check.Issue{may("reading", "body", -1, "104", "60")}},
		{"empty", text(""), []check.Issue{may("body_empty", "body", -1)}},
		{"cut off", text("The ships left.\n\nThe largest of them sat so low that"), []check.Issue{may("ending", "body", 1, "… of them sat so low that")}},
		{"last words are speech", text("She said: “We left.”"), nil},
		{"a heading at the end", text("The ships left.\n\n## What next"), []check.Issue{may("ending_heading", "body", 1)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, g, f := clean(t), check.Guard{}, facts()
			c.edit(s, &g, &f)
			got := check.Story(s, g, f)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			for _, i := range got {
				for _, lang := range words.Languages() {
					said := check.Text(words.Staff(lang), i)
					if strings.HasPrefix(said, "checks.") || strings.Contains(said, "{") {
						t.Errorf("%s: %s is said as %q", lang, i.Code, said)
					}
				}
			}
			if want := slices.ContainsFunc(c.want, func(i check.Issue) bool { return i.Level == check.Must }); check.Blocks(got) != want {
				t.Errorf("Blocks is %v", !want)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	s := clean(t)
	s.Topics, s.Section, s.Headline = nil, "", strings.Repeat("x", 100)
	s.Body = body(t, "Go [here](https://a.example).\n\nTK.\n\nTK again.")
	var got []string
	for _, i := range check.Story(s, check.Guard{Legal: "x"}, facts()) {
		got = append(got, i.Code)
	}
	if d := cmp.Diff([]string{"legal", "tk", "tk", "section", "headline_long", "link_text", "topic"}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func FuzzStory(f *testing.F) {
	f.Add("TK Amina Okafor met Amina Okafer. “So it is now, they all went” [here](https://a.example)", "TK", "utiliz*|US")
	f.Add("rose 2 %, from 0 % to 2 %\n\n#### x", "", "|*")
	f.Fuzz(func(t *testing.T, md, headline, pattern string) {
		d, _ := doc.FromMarkdown(md)
		s := clean(t)
		s.Body, s.Headline = d, headline
		facts := facts()
		facts.Style = []check.StyleRule{{Pattern: pattern}}
		a, b := check.Story(s, check.Guard{}, facts), check.Story(s, check.Guard{}, facts)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("not the same twice\n%s", diff)
		}
		for _, i := range a {
			if i.Block >= len(d.Content) {
				t.Errorf("%s is in block %d of %d", i.Code, i.Block, len(d.Content))
			}
		}
	})
}

func BenchmarkStory(b *testing.B) {
	s := clean(b)
	s.Body = body(b, strings.Repeat("The ships carried 41,000 tonnes of grain between them, said Olena Hrytsenko, who has loaded wheat, maize and barley at the quay "+
		"of Odesa for 19 years. “We swept the glass, we counted the men, and we went back to work.” The rate rose from 4 per cent to 6 per cent.\n\n", 180))
	f := facts()
	f.Style = slices.Repeat([]check.StyleRule{{Pattern: "utilize*|mass exodus", Suggestion: "use", Reason: "R."}}, 50)
	for b.Loop() {
		check.Story(s, check.Guard{}, f)
	}
}

func TestDaysInWords(t *testing.T) {
	for lang, want := range map[string]string{"en": "ends on March 1, 2026", "fr": "prend fin le 1er\u00a0mars 2026"} {
		if got := check.Text(words.Staff(lang), check.Issue{Code: "rights_end", Args: []string{"2026-03-01"}}); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
