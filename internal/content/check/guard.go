// Package check looks a story over before it is published: what must be put right, and what is worth a second thought.
// It is pure: it is given the facts and knows no database.
package check

import "time"

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

// StyleRule is one of the newsroom's house-style rules: words to avoid, what to write, and why.
type StyleRule struct {
	Pattern    string `json:"pattern"`
	Suggestion string `json:"suggestion"`
	Reason     string `json:"reason"`
}
