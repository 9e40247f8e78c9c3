package published

import (
	"time"

	"masthead/internal/doc"
)

// Story is the immutable snapshot that Publish writes: all that any reader's page, feed or answer may show of
// a story, media facts included. Times are UTC.
type Story struct {
	ID          string `json:"id"`
	Revision    int    `json:"revision"` // grows with every publication of this story
	Slug        string `json:"slug"`
	Language    string `json:"language"`              // BCP 47 primary tag: en, fr
	Section     string `json:"section"`               // slug
	Kind        string `json:"kind"`                  // story, video, gallery, opinion, obituary, live
	Translation string `json:"translation,omitempty"` // id of the same story in another language

	Headline       string   `json:"headline"`
	ShortHeadline  string   `json:"short_headline,omitempty"`
	SocialHeadline string   `json:"social_headline,omitempty"`
	SearchHeadline string   `json:"search_headline,omitempty"`
	Description    string   `json:"description,omitempty"` // for search engines; standfirst when empty
	Standfirst     string   `json:"standfirst,omitempty"`
	Kicker         string   `json:"kicker,omitempty"`
	Regions        []string `json:"regions,omitempty"` // slugs
	Topics         []Topic  `json:"topics,omitempty"`
	Bylines        []Byline `json:"bylines,omitempty"`
	Dateline       string   `json:"dateline,omitempty"` // "ODESA, Ukraine"
	Credits        []string `json:"credits,omitempty"`  // "With files from …"
	Source         string   `json:"source,omitempty"`   // wire copy: the provider's name
	Rights         string   `json:"rights,omitempty"`
	Developing     bool     `json:"developing,omitempty"`

	Lead  *Lead                `json:"lead,omitempty"`
	Body  doc.Node             `json:"body"`
	Media map[string]doc.Media `json:"media,omitempty"` // every medium that Lead and Body name

	Corrections []Correction `json:"corrections,omitempty"` // newest first
	Log         []LogEntry   `json:"log,omitempty"`         // newest first: the public list of changes

	Published time.Time `json:"published"` // first publication; decides the story's place in every list
	Updated   time.Time `json:"updated"`   // last change that an editor marked as substantive; = Published if none
	Modified  time.Time `json:"modified"`  // last publication of any kind
	Words     int       `json:"words"`
	Zone      string    `json:"zone,omitempty"` // IANA zone of the story's place; the site's when empty
}

// Topic is a subject that readers can follow.
type Topic struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// Byline is one writer.
type Byline struct {
	Slug string `json:"slug,omitempty"` // empty: no author page
	Name string `json:"name"`
	Role string `json:"role,omitempty"`
}

// Lead is the key photo or video above the text; its words win over the library's.
type Lead struct {
	Media    string    `json:"media"`
	Title    string    `json:"title,omitempty"` // video
	Alt      string    `json:"alt,omitempty"`
	Caption  string    `json:"caption,omitempty"`
	Credit   string    `json:"credit,omitempty"`
	Recorded time.Time `json:"recorded,omitzero"` // video
}

// Correction tells readers what was wrong.
type Correction struct {
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
	Place string    `json:"place"` // top (changed the meaning) or end
}

// LogEntry is one line of the public list of a story's changes.
type LogEntry struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"` // published, updated, corrected
	Note string    `json:"note,omitempty"`
}

// Status says whether a story's URL shows it.
type Status int

// A story's URL, once it worked, answers for good: with the story, or by saying that it was removed.
const (
	Unknown   Status = iota // never published: 404
	Live                    // the story
	TakenDown               // 410; may return
	Killed                  // 410, never again
)

// Card is what lists, fronts and feeds' heads show of a story.
type Card struct {
	ID         string     `json:"id"`
	Slug       string     `json:"slug"`
	Section    string     `json:"section"`
	Language   string     `json:"language"`
	Kind       string     `json:"kind"`
	Headline   string     `json:"headline"` // the short headline where there is one
	Standfirst string     `json:"standfirst,omitempty"`
	Kicker     string     `json:"kicker,omitempty"`
	Regions    []string   `json:"regions,omitempty"`
	Topics     []Topic    `json:"topics,omitempty"`
	Bylines    []Byline   `json:"bylines,omitempty"`
	Picture    *doc.Media `json:"picture,omitempty"`  // lead photo or video poster, Alt filled
	Duration   int        `json:"duration,omitempty"` // video, seconds
	Corrected  bool       `json:"corrected,omitempty"`
	Published  time.Time  `json:"published"`
	Updated    time.Time  `json:"updated"`
}

// Tombstone is what remains of a removed story.
type Tombstone struct {
	ID     string    `json:"id"`
	Status Status    `json:"status"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"` // public sentence
}

// Link is the least a sitemap needs of a story.
type Link struct {
	ID, Section, Slug, Language, Headline string
	Published, Modified                   time.Time
}

// Path returns the story's URL path: /{section}/{slug}-{id}. Only the id counts.
func Path(section, slug, id string) string { return "/" + section + "/" + slug + "-" + id }

// Path returns the story's URL path.
func (s *Story) Path() string { return Path(s.Section, s.Slug, s.ID) }

// Path returns the story's URL path.
func (c Card) Path() string { return Path(c.Section, c.Slug, c.ID) }
