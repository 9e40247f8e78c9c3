// Package check looks a story over before it is published: what must be put right, and what is worth a second thought.
// It is pure: it is given the facts and knows no database.
package check

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/local/clock"
	"masthead/internal/published"
	"masthead/internal/words"
)

// Guard is what holds a story back besides its text. The newsroom keeps it beside the working copy; no reader sees it.
type Guard struct {
	Embargo time.Time `json:"embargo,omitzero"`  // not before
	Legal   string    `json:"legal,omitempty"`   // why it may not go out: a legal hold
	Ban     bool      `json:"ban,omitempty"`     // a publication ban lies on the case
	Youth   bool      `json:"youth,omitempty"`   // a young person must not be named
	Cleared string    `json:"cleared,omitempty"` // who signed off ban and youth: a name
}

// Level says whether an issue keeps a story from going out.
type Level string

// The levels.
const (
	Must     Level = "must"
	Consider Level = "consider"
)

// Issue is one thing that the checks found.
type Issue struct {
	Code  string   `json:"code"`
	Level Level    `json:"level"`
	Args  []string `json:"args,omitempty"`
	Field string   `json:"field,omitempty"` // headline, section, lead, …
	Block int      `json:"block"`           // index of the top-level block; -1: none
}

// StyleRule is one of the newsroom's house-style rules: words to avoid, what to write, and why. Pattern is a word or a
// phrase, or several with "|" between them; it matches whole words, a final "*" any ending, and small letters match
// capitals too. Direct speech is left alone.
type StyleRule struct {
	Pattern    string `json:"pattern"`
	Suggestion string `json:"suggestion"`
	Reason     string `json:"reason"`
}

// Right is what stands in the way of using a medium at the moment when the story would go out.
type Right struct {
	Denied  bool      // nobody may use it
	Ends    time.Time // when it may no longer be used; past: it may not be used any more. Zero: never
	Pay     bool      // every use costs
	Promise string    // the conditions under which it may be used
	Ban     bool      // a court or the law forbids showing who somebody in it is
	Minor   bool      // it shows a young person, and no parent or guardian has agreed
	Unasked bool      // a reader sent it, and nobody has noted that those shown agree
}

// Facts are what the checks need to know besides the story.
type Facts struct {
	Site         *published.Site
	Now          time.Time            // when the story would go out
	Media        map[string]doc.Media // by id; nil: not known, and then no medium is said to be missing
	Rights       map[string]Right     // of the media that may not simply be used, by id
	Wire         string               // of the wire item it was made of: "", withheld, canceled
	RecentPhotos map[string]string    // media id → headline of the story that used it in the last 48 hours
	Broken       []string             // links known to be broken
	Style        []StyleRule
	Names        []string // spellings of people and things already used: topics, authors
}

// order is where the fields that are not the body stand in what a person reads.
var order = []string{"embargo", "legal", "ban", "youth", "wire", "headline", "standfirst", "lead", "body", "section", "regions", "topics"}

// Story looks a story over: what must be put right first, each group in reading order. The same story and facts give
// the same issues.
func Story(c *published.Story, g Guard, f Facts) []Issue {
	l := look{c: c, f: f, cleared: g.Cleared != "", parts: partsOf(c)}
	l.guard(g)
	l.details()
	l.media()
	for _, p := range l.parts {
		l.unfinished(p)
	}
	l.wording()
	l.links()
	l.headings()
	l.speech()
	l.names()
	l.reading()
	l.ending()
	slices.SortStableFunc(l.found, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(place(a), place(b)), cmp.Compare(a.Block, b.Block))
	})
	return slices.CompactFunc(l.found, func(a, b Issue) bool {
		return a.Code == b.Code && a.Block == b.Block && a.Field == b.Field && slices.Equal(a.Args, b.Args)
	})
}

func place(i Issue) int {
	if i.Block >= 0 {
		return slices.Index(order, "body")
	}
	return slices.Index(order, i.Field)
}

// Blocks reports whether any of the issues keeps a story from going out.
func Blocks(list []Issue) bool {
	return slices.ContainsFunc(list, func(i Issue) bool { return i.Level == Must })
}

// Text says an issue in a language of the newsroom: what was found and what to do about it.
func Text(c *words.Catalogue, i Issue) string {
	args := make([]any, len(i.Args))
	for n, a := range i.Args {
		args[n] = a
	}
	switch last := len(args) - 1; strings.TrimPrefix(i.Code, "gallery_") {
	case "embargo":
		if at, err := time.Parse(time.RFC3339, i.Args[last]); err == nil {
			args[last] = clock.Date(at, c.Lang()) + ", " + clock.TimeOfDay(at, c.Lang())
		}
	case "rights_end", "rights_ended":
		if day, err := time.Parse(time.DateOnly, i.Args[last]); err == nil {
			args[last] = clock.Date(day, c.Lang())
		}
	}
	return c.T("checks."+i.Code, args...)
}

// look is one look at one story.
type look struct {
	c     *published.Story
	f     Facts
	parts []part
	found []Issue

	cleared bool // somebody has signed off whom the story shows
}

func (l *look) field(level Level, code, field string, args ...string) {
	l.found = append(l.found, Issue{Code: code, Level: level, Args: args, Field: field, Block: -1})
}

func (l *look) block(level Level, code string, block int, args ...string) {
	l.found = append(l.found, Issue{Code: code, Level: level, Args: args, Field: "body", Block: block})
}

// at reports an issue where a part of the text stands.
func (l *look) at(level Level, code string, p part, args ...string) {
	l.found = append(l.found, Issue{Code: code, Level: level, Args: args, Field: p.field, Block: p.block})
}

// part is a run of words that are read together: the headline, a paragraph, a caption.
type part struct {
	field string
	block int    // -1: not in the body
	kind  string // the node's type; "note" for what is not running text
	text  string
	node  *doc.Node // what holds the text as inline nodes; nil: an attribute or a field
}

// notes are the attributes with words of the story in them.
var notes = []string{"title", "alt", "caption", "credit", "attribution", "text", "action"}

func partsOf(c *published.Story) (list []part) {
	add := func(field string, block int, text string) {
		if strings.TrimSpace(text) != "" {
			list = append(list, part{field: field, block: block, kind: "note", text: text})
		}
	}
	add("headline", -1, c.Headline)
	for _, h := range []string{c.ShortHeadline, c.SocialHeadline, c.SearchHeadline} {
		add("headline", -1, h)
	}
	add("standfirst", -1, c.Standfirst)
	add("standfirst", -1, c.Description)
	if c.Lead != nil {
		for _, s := range []string{c.Lead.Title, c.Lead.Alt, c.Lead.Caption, c.Lead.Credit} {
			add("lead", -1, s)
		}
	}
	for i := range c.Body.Content {
		doc.Walk(&c.Body.Content[i], func(n *doc.Node) bool {
			for _, name := range notes {
				add("body", i, n.Attrs.Str(name))
			}
			for _, item := range n.Attrs.Items("items") {
				for _, name := range notes {
					add("body", i, item.Str(name))
				}
			}
			if spec := n.Attrs.Object("spec"); spec != nil {
				add("body", i, spec.Str("title"))
				add("body", i, spec.Str("description"))
			}
			if len(n.Content) == 0 || n.Content[0].Type != "text" && n.Content[0].Type != "hardBreak" {
				return true
			}
			list = append(list, part{field: "body", block: i, kind: n.Type, text: inline(n), node: n})
			return false
		})
	}
	return list
}

func inline(n *doc.Node) string {
	var b strings.Builder
	for _, c := range n.Content {
		if c.Type == "hardBreak" {
			b.WriteByte('\n')
		} else {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}
