package search

import (
	"slices"
	"strings"

	"masthead/internal/doc"
	"masthead/internal/published"
)

// fields are the texts of a story by weight. Each element stands alone: no phrase runs from one into the next.
type fields struct {
	head []string // headlines
	lede []string // standfirst, kicker, people, topics
	body []string // dateline, paragraphs, captions, alternative texts, credits, transcript
}

// maxDepth bounds the walk through a document; deeper nodes are not read.
const maxDepth = 64

func fieldsOf(s *published.Story) fields {
	var f fields
	add(&f.head, s.Headline)
	add(&f.head, s.ShortHeadline)
	add(&f.lede, s.Standfirst)
	add(&f.lede, s.Kicker)
	for _, b := range s.Bylines {
		add(&f.lede, b.Name)
	}
	for _, t := range s.Topics {
		add(&f.lede, t.Name)
	}
	add(&f.body, s.Dateline)
	w := walker{story: s, fields: &f}
	w.blocks(s.Body.Content, 0)
	if l := s.Lead; l != nil {
		m := s.Media[l.Media]
		add(&f.body, l.Title)
		w.medium(m, l.Alt, l.Caption, l.Credit)
		if m.Poster != nil {
			add(&f.body, m.Poster.Alt)
		}
	}
	for _, c := range s.Credits {
		add(&f.body, c)
	}
	add(&f.body, s.Source)
	for _, id := range w.transcripts {
		add(&f.body, s.Media[id].Transcript)
	}
	if s.Lead != nil {
		add(&f.body, s.Media[s.Lead.Media].Transcript)
	}
	return f
}

// add appends a text that says something and is not there already.
func add(list *[]string, text string) {
	if text = strings.TrimSpace(text); text != "" && (len(text) > 500 || !slices.Contains(*list, text)) {
		*list = append(*list, text)
	}
}

type walker struct {
	story       *published.Story
	fields      *fields
	transcripts []string
}

// blocks reads block nodes: one with inline content is a paragraph, the others are looked into.
func (w *walker) blocks(list []doc.Node, depth int) {
	if depth > maxDepth {
		return
	}
	for i := range list {
		n := &list[i]
		w.attrs(n)
		if inline(n.Content) {
			w.paragraph(n.Content)
		} else {
			w.blocks(n.Content, depth+1)
		}
	}
}

func inline(list []doc.Node) bool {
	return len(list) > 0 && (list[0].Type == "text" || list[0].Type == "hardBreak")
}

func (w *walker) paragraph(list []doc.Node) {
	var b strings.Builder
	for _, n := range list {
		if n.Type == "hardBreak" {
			b.WriteByte(' ')
		}
		b.WriteString(n.Text)
		for _, m := range n.Marks {
			if m.Type == "quote" {
				add(&w.fields.lede, m.Attrs.Str("speaker"))
			}
		}
	}
	add(&w.fields.body, b.String())
}

// attrs reads the words that a block carries outside its content.
func (w *walker) attrs(n *doc.Node) {
	switch n.Type {
	case "photo", "video", "audio":
		add(&w.fields.body, n.Attrs.Str("title"))
		id := n.Attrs.Str("media")
		w.medium(w.story.Media[id], n.Attrs.Str("alt"), n.Attrs.Str("caption"), n.Attrs.Str("credit"))
		if n.Type != "photo" {
			w.transcripts = append(w.transcripts, id)
		}
	case "gallery":
		add(&w.fields.body, n.Attrs.Str("title"))
		items, _ := n.Attrs["items"].([]any)
		for _, item := range items {
			fields, _ := item.(map[string]any)
			a := doc.Attrs(fields)
			w.medium(w.story.Media[a.Str("media")], a.Str("alt"), a.Str("caption"), a.Str("credit"))
		}
	case "pullquote":
		add(&w.fields.lede, n.Attrs.Str("attribution"))
	case "factbox":
		add(&w.fields.body, n.Attrs.Str("title"))
	case "table":
		add(&w.fields.body, n.Attrs.Str("caption"))
	case "chart":
		spec, _ := n.Attrs["spec"].(map[string]any)
		add(&w.fields.body, doc.Attrs(spec).Str("title"))
		add(&w.fields.body, doc.Attrs(spec).Str("description"))
	}
}

// medium reads what a picture or clip says; the story's own words win over the library's.
func (w *walker) medium(m doc.Media, alt, caption, credit string) {
	add(&w.fields.body, first(caption, m.Caption))
	add(&w.fields.body, first(alt, m.Alt))
	add(&w.fields.body, first(credit, m.Credit))
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
