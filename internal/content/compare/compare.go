// Package compare says what is different between two versions of a story, for people who decide by it: changed numbers,
// names and quotes first, then the words, paragraph by paragraph; and it joins what two people wrote from one version.
// It is pure and knows no database.
package compare

import (
	"slices"
	"strings"

	"masthead/internal/doc"
	"masthead/internal/published"
)

// Op is a run of words that both sides have (same), only the old one (del) or only the new one (ins). Put together,
// same and del are the old text and same and ins the new one, character for character; del comes before ins.
type Op struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Block is a top-level block of either side, in the new side's order; a removed one stands where it stood.
type Block struct {
	Kind   string    `json:"kind"` // same, changed, added, removed, moved
	Type   string    `json:"type"` // of the node: paragraph, photo, …
	Old    int       `json:"old"`  // index among the old side's blocks, -1: none
	New    int       `json:"new"`  // among the new side's
	Ops    []Op      `json:"ops,omitempty"`
	Before *doc.Node `json:"before,omitempty"` // nil: added
	After  *doc.Node `json:"after,omitempty"`  // nil: removed
}

// Field is a part of a story besides its body that is different: headline, section, lead.alt, …
type Field struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
	Ops  []Op   `json:"ops,omitempty"`
}

// Fact is a changed number, name or quote. Old or New is empty if it is only on one side. A number stands with the
// word after it: 88,000 and 92,000 tonnes.
type Fact struct {
	Kind string `json:"kind"` // number, name, quote
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Diff is what is different between two versions. Blocks has the blocks that are the same too.
type Diff struct {
	Facts  []Fact  `json:"facts"`
	Fields []Field `json:"fields"`
	Blocks []Block `json:"blocks"`
}

// Empty reports whether nothing is different.
func (d *Diff) Empty() bool {
	return len(d.Fields) == 0 && !slices.ContainsFunc(d.Blocks, func(b Block) bool { return b.Kind != "same" })
}

// Stories compares two versions of a story.
func Stories(old, new *published.Story) Diff {
	d := Diff{Facts: []Fact{}, Fields: fields(old, new), Blocks: blocks(old.Body.Content, new.Body.Content)}
	var found facts
	for _, f := range d.Fields {
		if f.Name == "headline" || f.Name == "standfirst" {
			found.look(f.Ops, f.Old, f.New)
		}
	}
	for _, b := range d.Blocks {
		if b.Before != nil && b.After != nil && b.Kind != "same" {
			found.look(b.Ops, Words(b.Before), Words(b.After))
		}
	}
	d.Facts = append(d.Facts, found.inOrder()...)
	return d
}

// fields returns what is different besides the body, in reading order.
func fields(old, new *published.Story) []Field {
	list := []Field{}
	a, b := parts(old), parts(new)
	for i := range a {
		if a[i].text != b[i].text {
			list = append(list, Field{Name: a[i].name, Old: a[i].text, New: b[i].text, Ops: Texts(a[i].text, b[i].text)})
		}
	}
	return list
}

type named struct{ name, text string }

func parts(s *published.Story) []named {
	lead := published.Lead{}
	if s.Lead != nil {
		lead = *s.Lead
	}
	recorded, developing := "", ""
	if !lead.Recorded.IsZero() {
		recorded = lead.Recorded.UTC().Format("2006-01-02T15:04:05Z")
	}
	if s.Developing {
		developing = "true"
	}
	var topics, by []string
	for _, t := range s.Topics {
		topics = append(topics, t.Name)
	}
	for _, b := range s.Bylines {
		name := b.Name
		if b.Role != "" {
			name += " (" + b.Role + ")"
		}
		by = append(by, name)
	}
	return []named{
		{"headline", s.Headline}, {"short_headline", s.ShortHeadline}, {"social_headline", s.SocialHeadline},
		{"search_headline", s.SearchHeadline}, {"standfirst", s.Standfirst}, {"description", s.Description}, {"kicker", s.Kicker},
		{"bylines", strings.Join(by, ", ")}, {"dateline", s.Dateline},
		{"lead.media", lead.Media}, {"lead.title", lead.Title}, {"lead.alt", lead.Alt}, {"lead.caption", lead.Caption},
		{"lead.credit", lead.Credit}, {"lead.recorded", recorded},
		{"credits", strings.Join(s.Credits, "\n")}, {"section", s.Section}, {"regions", strings.Join(s.Regions, ", ")},
		{"topics", strings.Join(topics, ", ")}, {"slug", s.Slug}, {"language", s.Language}, {"kind", s.Kind},
		{"translation", s.Translation}, {"source", s.Source}, {"rights", s.Rights}, {"developing", developing}, {"zone", s.Zone},
	}
}
