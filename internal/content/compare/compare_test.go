package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"masthead/internal/content/compare"
	"masthead/internal/doc"
	"masthead/internal/published"
)

func body(markdown string) doc.Node { d, _ := doc.FromMarkdown(markdown); return d }

func story(markdown string) *published.Story { return &published.Story{Body: body(markdown)} }

// sketch writes a comparison for people to read in a table of tests.
func sketch(d compare.Diff) (lines []string) {
	for _, f := range d.Facts {
		lines = append(lines, fmt.Sprintf("%s: %s → %s", f.Kind, f.Old, f.New))
	}
	for _, f := range d.Fields {
		lines = append(lines, f.Name+": "+marked(f.Ops))
	}
	for _, b := range d.Blocks {
		if b.Kind != "same" {
			lines = append(lines, fmt.Sprintf("%s %s %d %d: %s", b.Kind, b.Type, b.Old, b.New, marked(b.Ops)))
		}
	}
	return lines
}

func marked(ops []compare.Op) string {
	var b strings.Builder
	for _, o := range ops {
		switch o.Kind {
		case "del":
			b.WriteString("[-" + o.Text + "-]")
		case "ins":
			b.WriteString("{+" + o.Text + "+}")
		default:
			b.WriteString(o.Text)
		}
	}
	return b.String()
}

func TestStories(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"nothing", "One.\n\nTwo.", "One.\n\nTwo.", nil},
		{"a number with its unit", "The ships carried 88,000 tonnes of grain.", "The ships carried 92,000 tonnes of grain.",
			[]string{"number: 88,000 → 92,000 tonnes", "changed paragraph 0 0: The ships carried [-88,000-]{+92,000+} tonnes of grain."}},
		{"a number that went", "It cost $4.5 million, or 12% of all.", "It cost $4.5 million.",
			[]string{"number: 12% of → ", "changed paragraph 0 0: It cost $4.5 million[-, or 12% of all-]."}},
		{"a name", "The mayor, Amina Okafor, spoke first.", "The mayor, Dana Petrenko, spoke first.",
			[]string{"name: Amina Okafor → Dana Petrenko", "changed paragraph 0 0: The mayor, [-Amina Okafor-]{+Dana Petrenko+}, spoke first."}},
		{"a quote", "She said: “We left.” They did.", "She said: “We stayed.” They did.",
			[]string{"quote: “We left.” → “We stayed.”", "changed paragraph 0 0: She said: “We [-left-]{+stayed+}.” They did."}},
		{"a phrase reads as one", "They went home in the evening.", "They stayed out in the evening.",
			[]string{"changed paragraph 0 0: They [-went home-]{+stayed out+} in the evening."}},
		{"added and removed", "The first paragraph.\n\nQuite other words here.", "New at the top of all.\n\nThe first paragraph.",
			[]string{"added paragraph -1 0: {+New at the top of all.+}", "removed paragraph 1 -1: [-Quite other words here.-]"}},
		{"moved", "Alpha is the first of all letters.\n\nBeta is the second of all letters that are.\n\nGamma comes third, of course, always.",
			"Beta is the second of all letters that are.\n\nGamma comes third, of course, always.\n\nAlpha is the first of all letters.",
			[]string{"moved paragraph 0 2: "}},
		{"a paragraph that became a heading", "What the insurers want now\n\nMore.", "## What insurers want now\n\nMore.",
			[]string{"changed heading 0 0: What [-the -]insurers want now"}},
		{"marks only", "A **bold** word.", "A bold word.", []string{"changed paragraph 0 0: A bold word."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := compare.Stories(story(c.old), story(c.new))
			if diff := cmp.Diff(c.want, sketch(d)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if d.Empty() != (len(c.want) == 0) {
				t.Errorf("Empty is %v", d.Empty())
			}
		})
	}
}

func TestFields(t *testing.T) {
	old := &published.Story{Headline: "Three ships leave", Section: "world", Topics: []published.Topic{{Name: "Grain"}}}
	new := &published.Story{Headline: "Four ships leave", Section: "local", Topics: []published.Topic{{Name: "Grain"}, {Name: "Ukraine"}},
		Bylines: []published.Byline{{Name: "Amina Okafor", Role: "Ledger"}}, Lead: &published.Lead{Media: "m1", Alt: "A quay"}}
	want := []string{"headline: [-Three-]{+Four+} ships leave", "bylines: {+Amina Okafor (Ledger)+}", "lead.media: {+m1+}", "lead.alt: {+A quay+}",
		"section: [-world-]{+local+}", "topics: Grain{+, Ukraine+}"}
	if diff := cmp.Diff(want, sketch(compare.Stories(old, new))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// sides puts the runs together again.
func sides(ops []compare.Op) (old, new string) {
	for _, o := range ops {
		if o.Kind != "ins" {
			old += o.Text
		}
		if o.Kind != "del" {
			new += o.Text
		}
	}
	return old, new
}

func holds(t interface{ Errorf(string, ...any) }, old, new *published.Story) {
	d := compare.Stories(old, new)
	seenOld, seenNew, at := map[int]bool{}, map[int]bool{}, 0
	for _, b := range d.Blocks {
		var before, after string
		if b.Before != nil {
			before = compare.Words(b.Before)
			if diff := cmp.Diff(&old.Body.Content[b.Old], b.Before); diff != "" || seenOld[b.Old] {
				t.Errorf("old block %d is wrong or there twice\n%s", b.Old, diff)
			}
			seenOld[b.Old] = true
		}
		if b.After != nil {
			after = compare.Words(b.After)
			if b.New != at {
				t.Errorf("new block %d stands where %d is due", b.New, at)
			}
			at++
			seenNew[b.New] = true
		}
		if b.Kind == "same" || b.Kind == "moved" && b.Ops == nil {
			if string(b.Before.JSON()) != string(b.After.JSON()) {
				t.Errorf("%s, but %s is not %s", b.Kind, b.Before.JSON(), b.After.JSON())
			}
			continue
		}
		if gotOld, gotNew := sides(b.Ops); gotOld != before || gotNew != after {
			t.Errorf("%s: runs give %q and %q, want %q and %q", b.Kind, gotOld, gotNew, before, after)
		}
	}
	if len(seenOld) != len(old.Body.Content) || len(seenNew) != len(new.Body.Content) {
		t.Errorf("%d of %d old and %d of %d new blocks are there", len(seenOld), len(old.Body.Content), len(seenNew), len(new.Body.Content))
	}
	for _, f := range d.Fields {
		if gotOld, gotNew := sides(f.Ops); gotOld != f.Old || gotNew != f.New {
			t.Errorf("%s: runs give %q and %q", f.Name, gotOld, gotNew)
		}
	}
}

// drawn is a text of few words, so that texts are often alike.
func drawn(t *rapid.T, name string) doc.Node {
	words := rapid.SampledFrom([]string{"grain", "ships", "88,000", "tonnes", "Olena", "“quay”", "left.", "été", "𝄞", "won’t"})
	line := rapid.Map(rapid.SliceOfN(words, 1, 8), func(w []string) string { return strings.Join(w, " ") })
	return body(strings.Join(rapid.SliceOfN(line, 0, 8).Draw(t, name), "\n\n"))
}

func TestRunsGiveBothSidesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		holds(t, &published.Story{Body: drawn(t, "old"), Headline: "a"}, &published.Story{Body: drawn(t, "new"), Headline: "b"})
	})
}

func FuzzTexts(f *testing.F) {
	f.Add("88,000 tonnes", "92,000 tonnes")
	f.Add("a\xffb", "\ud7ff𝄞 é")
	f.Fuzz(func(t *testing.T, a, b string) {
		if x, y := sides(compare.Texts(a, b)); x != a || y != b {
			t.Errorf("%q and %q give %q and %q", a, b, x, y)
		}
		holds(t, story(a), story(b))
	})
}

func states(list []compare.Piece) (out []string) {
	words := func(nodes []doc.Node) string {
		var s []string
		for i := range nodes {
			s = append(s, compare.Words(&nodes[i]))
		}
		return strings.Join(s, " ")
	}
	for _, p := range list {
		out = append(out, p.State+": "+words(p.Base)+" | "+words(p.Mine)+" | "+words(p.Theirs))
	}
	return out
}

func TestMerge(t *testing.T) {
	const base = "One is here.\n\nTwo is here.\n\nThree is here."
	for _, c := range []struct {
		name, mine, theirs string
		want               []string
	}{
		{"nobody", base, base, []string{"same: One is here. Two is here. Three is here. | One is here. Two is here. Three is here. | One is here. Two is here. Three is here."}},
		{"paragraphs side by side", "One is here.\n\nTwo was here.\n\nThree is here.", "One is here.\n\nTwo is here.\n\nThree was here.",
			[]string{"same: One is here. | One is here. | One is here.", "mine: Two is here. | Two was here. | Two is here.", "theirs: Three is here. | Three is here. | Three was here."}},
		{"the same paragraph", "One is here.\n\nTwo was here.\n\nThree is here.", "One is here.\n\nTwo will be here.\n\nThree is here.",
			[]string{"same: One is here. | One is here. | One is here.", "conflict: Two is here. | Two was here. | Two will be here.", "same: Three is here. | Three is here. | Three is here."}},
		{"the same change", "One is here.\n\nTwo was here.\n\nThree is here.", "One is here.\n\nTwo was here.\n\nThree is here.",
			[]string{"same: One is here. | One is here. | One is here.", "both: Two is here. | Two was here. | Two was here.", "same: Three is here. | Three is here. | Three is here."}},
		{"removed and changed", "One is here.\n\nThree is here.", "One is here.\n\nTwo was here.\n\nThree is here.",
			[]string{"same: One is here. | One is here. | One is here.", "conflict: Two is here. |  | Two was here.", "same: Three is here. | Three is here. | Three is here."}},
		{"added at both ends", "Zero.\n\n" + base, base + "\n\nFour.",
			[]string{"mine:  | Zero. | ", "same: One is here. Two is here. Three is here. | One is here. Two is here. Three is here. | One is here. Two is here. Three is here.", "theirs:  |  | Four."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, states(compare.Merge(body(base), body(c.mine), body(c.theirs)))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestMergeLosesNothing(t *testing.T) {
	same := func(t *rapid.T, what string, want, got doc.Node) {
		if string(want.JSON()) != string(got.JSON()) {
			t.Fatalf("%s: %s is not %s", what, got.JSON(), want.JSON())
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := drawn(t, "base"), drawn(t, "mine"), drawn(t, "theirs")
		var a, b, c doc.Node
		a.Type, b.Type, c.Type = "doc", "doc", "doc"
		for _, p := range compare.Merge(base, mine, theirs) {
			a.Content, b.Content, c.Content = append(a.Content, p.Base...), append(b.Content, p.Mine...), append(c.Content, p.Theirs...)
			changed := func(x []doc.Node) bool {
				return cmp.Diff(append([]doc.Node{}, p.Base...), append([]doc.Node{}, x...)) != ""
			}
			if p.State == "conflict" && !(changed(p.Mine) && changed(p.Theirs)) {
				t.Fatalf("a conflict where one changed nothing: %v", states([]compare.Piece{p}))
			}
		}
		same(t, "base", base, a)
		same(t, "mine", mine, b)
		same(t, "theirs", theirs, c)
		for _, x := range []struct{ mine, theirs, want doc.Node }{{mine, base, mine}, {base, theirs, theirs}, {mine, mine, mine}} {
			got, ok := compare.Join(compare.Merge(base, x.mine, x.theirs))
			if !ok {
				t.Fatal("a conflict where one changed nothing")
			}
			same(t, "joined", x.want, got)
		}
	})
}

func long(change bool) *published.Story {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "Paragraph %d has thirty words of its own, and %d of them are numbers, which is what a reader who compares two versions of a long story looks for.", i, i*i)
		if change && i%3 == 0 {
			b.WriteString(" And it was changed.")
		}
		b.WriteString("\n\n")
	}
	return story(b.String())
}

// TestLongStories: in 9,000 words exactly the paragraphs that changed are told. How long it takes is for the benchmark.
func TestLongStories(t *testing.T) {
	d := compare.Stories(long(false), long(true))
	n := 0
	for _, b := range d.Blocks {
		if b.Kind == "changed" {
			n++
		}
	}
	if n != 100 {
		t.Errorf("%d blocks are changed, want 100", n)
	}
}

func BenchmarkStories(b *testing.B) {
	old, new := long(false), long(true)
	for b.Loop() {
		compare.Stories(old, new)
	}
}
