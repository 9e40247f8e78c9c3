package doc

import (
	"slices"
	"strings"
)

// Heading is one sub-heading.
type Heading struct {
	Level int // 2 to 4
	Text  string
}

// Quote is what somebody said, as marked.
type Quote struct{ Speaker, Text string }

// Walk calls see for every node below and including n in document order, parents before children; see
// answers whether to go into the node.
func Walk(n *Node, see func(*Node) bool) {
	if !see(n) {
		return
	}
	for i := range n.Content {
		Walk(&n.Content[i], see)
	}
}

// ordered collects values once each, in the order they came.
type ordered[T comparable] struct{ list []T }

func (o *ordered[T]) add(v T) {
	var zero T
	if v != zero && !slices.Contains(o.list, v) {
		o.list = append(o.list, v)
	}
}

// MediaIDs returns the ids of all pictures, videos and sounds that the document shows, watch targets
// included (they may turn out to be stories).
func MediaIDs(d Node) []string {
	var ids ordered[string]
	Walk(&d, func(n *Node) bool {
		switch n.Type {
		case "photo", "video", "audio":
			ids.add(n.Attrs.Str("media"))
		case "gallery":
			for _, a := range n.Attrs.Items("items") {
				ids.add(a.Str("media"))
			}
		case "watch":
			ids.add(n.Attrs.Str("target"))
		}
		return true
	})
	return ids.list
}

// Alt is the alternative text of a medium where something shows it.
type Alt struct {
	Text  string // the first, where it is shown twice
	Lacks bool   // a picture has none somewhere, and is not marked decorative there
}

// Alts returns the alternative texts that the document gives the media it shows, by their ids.
func Alts(d Node) map[string]Alt {
	alts := map[string]Alt{}
	add := func(id string, a Attrs, picture bool) {
		if id == "" {
			return
		}
		alt, text := alts[id], a.Str("alt")
		if alt.Text == "" {
			alt.Text = text
		}
		alt.Lacks = alt.Lacks || picture && strings.TrimSpace(text) == "" && !a.Bool("decorative")
		alts[id] = alt
	}
	Walk(&d, func(n *Node) bool {
		switch n.Type {
		case "photo", "video", "audio":
			add(n.Attrs.Str("media"), n.Attrs, n.Type == "photo")
		case "gallery":
			for _, a := range n.Attrs.Items("items") {
				add(a.Str("media"), a, true)
			}
		case "watch":
			add(n.Attrs.Str("target"), nil, false)
		}
		return true
	})
	return alts
}

// StoryIDs returns the ids of all stories that the document points to, watch targets included (they may
// turn out to be media).
func StoryIDs(d Node) []string {
	var ids ordered[string]
	Walk(&d, func(n *Node) bool {
		switch n.Type {
		case "related":
			for _, id := range n.Attrs.Strings("stories") {
				ids.add(id)
			}
		case "watch":
			ids.add(n.Attrs.Str("target"))
		}
		return true
	})
	return ids.list
}

// Headings returns the sub-headings in order; unlike the other walkers it keeps equal ones.
func Headings(d Node) []Heading {
	var out []Heading
	Walk(&d, func(n *Node) bool {
		if n.Type == "heading" {
			out = append(out, Heading{Level: n.Attrs.Int("level"), Text: inlineText(n.Content)})
		}
		return true
	})
	return out
}

// Links returns the addresses that the text, promos and embeds link to.
func Links(d Node) []string {
	var links ordered[string]
	Walk(&d, func(n *Node) bool {
		switch n.Type {
		case "promo", "embed":
			links.add(n.Attrs.Str("url"))
		}
		for _, m := range n.Marks {
			if m.Type == "link" {
				links.add(m.Attrs.Str("href"))
			}
		}
		return true
	})
	return links.list
}

// Quotes returns what is marked as said by somebody; texts next to each other by one speaker are one quote.
func Quotes(d Node) []Quote {
	var quotes ordered[Quote]
	Walk(&d, func(n *Node) bool {
		if len(n.Content) == 0 || !isInline(n.Content[0].Type) {
			return true
		}
		var q Quote
		for _, c := range n.Content {
			speaker := ""
			for _, m := range c.Marks {
				if m.Type == "quote" {
					speaker = m.Attrs.Str("speaker")
				}
			}
			if speaker != q.Speaker {
				if q.Text != "" && q.Speaker != "" {
					quotes.add(q)
				}
				q = Quote{Speaker: speaker}
			}
			q.Text += c.Text
		}
		if q.Text != "" && q.Speaker != "" {
			quotes.add(q)
		}
		return false
	})
	return quotes.list
}

func isInline(kind string) bool { return kind == "text" || kind == "hardBreak" }

// FirstParagraph returns the words of the first paragraph of running text, "" if there is none: key points,
// fact boxes, quotes, lists and tables are not running text.
func FirstParagraph(d Node) string {
	for _, n := range d.Content {
		if n.Type == "paragraph" {
			if s := inlineText(n.Content); s != "" {
				return s
			}
		}
	}
	return ""
}
