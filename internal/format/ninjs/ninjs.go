// Package ninjs reads IPTC ninjs 1.x, 2.x and 3.x and writes ninjs 3.
// It owns the differences between the versions, which it finds from the content, and the quirks of real files.
// It must not know what anybody does with an item. Field names follow the ninjs 3.1 schema.
package ninjs

import (
	"bytes"
	"encoding/json"
	"slices"

	"masthead/internal/format/date"
)

// Item is a news object, in the words of ninjs 3.1. Only URI is never empty in a parsed item (associated items apart).
type Item struct {
	// Read is the major version of ninjs that the item was written in: 1, 2 or 3.
	Read int `json:"-"`

	Name               string           `json:"name,omitempty"` // of an associated item: its name in the parent
	URI                string           `json:"uri"`
	Type               string           `json:"type,omitempty"` // text, picture, video, audio, graphic, composite, …
	RepresentationType string           `json:"representationType,omitempty"`
	Profile            string           `json:"profile,omitempty"`
	Version            string           `json:"version,omitempty"`
	FirstCreated       date.Date        `json:"firstCreated,omitzero"`
	VersionCreated     date.Date        `json:"versionCreated,omitzero"`
	ContentCreated     date.Date        `json:"contentCreated,omitzero"`
	ContentModified    date.Date        `json:"-"` // not in the schema
	EmbargoedUntil     date.Date        `json:"embargoedUntil,omitzero"`
	PubStatus          string           `json:"pubStatus,omitempty"` // usable, withheld, canceled; "" counts as usable
	Urgency            int              `json:"urgency,omitempty"`   // 1 (most urgent) to 9
	CopyrightHolder    string           `json:"copyrightHolder,omitempty"`
	CopyrightNotice    string           `json:"copyrightNotice,omitempty"`
	UsageTerms         string           `json:"usageTerms,omitempty"`
	EdNote             string           `json:"edNote,omitempty"`
	Language           string           `json:"language,omitempty"`
	Descriptions       []Text           `json:"descriptions,omitempty"`
	Bodies             []Text           `json:"bodies,omitempty"`
	Headlines          []Text           `json:"headlines,omitempty"`
	People             []Concept        `json:"people,omitempty"`
	Organisations      []Concept        `json:"organisations,omitempty"`
	Places             []Concept        `json:"places,omitempty"`
	Subjects           []Concept        `json:"subjects,omitempty"`
	Events             []Concept        `json:"events,omitempty"`
	Objects            []Concept        `json:"objects,omitempty"`
	InfoSources        []Source         `json:"infoSources,omitempty"`
	Title              string           `json:"title,omitempty"`
	By                 string           `json:"by,omitempty"`
	Slugline           string           `json:"slugline,omitempty"`
	Located            string           `json:"located,omitempty"`
	Renditions         []Rendition      `json:"renditions,omitempty"`
	Associations       []Item           `json:"associations,omitempty"`
	AltIDs             []AltID          `json:"altIds,omitempty"`
	Standard           *Standard        `json:"standard,omitempty"`
	Genres             []Genre          `json:"genres,omitempty"`
	Expires            date.Date        `json:"expires,omitzero"`
	RightsInfo         *RightsInfo      `json:"rightsInfo,omitempty"`
	DigitalSourceType  *Genre           `json:"digitalSourceType,omitempty"`
	TrustIndicators    []TrustIndicator `json:"trustIndicators,omitempty"`
}

// Text is a headline, a description or a body. Role says which one: main, caption, html, text, …
type Text struct {
	Role        string `json:"role,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	CharCount   int    `json:"charCount,omitempty"`
	WordCount   int    `json:"wordCount,omitempty"`
	Value       string `json:"value"`
}

// Concept is a person, organisation, place, subject, event or object. Literal is its code without a scheme.
type Concept struct {
	Name    string          `json:"name,omitempty"`
	Rel     string          `json:"rel,omitempty"`
	URI     string          `json:"uri,omitempty"`
	Literal string          `json:"literal,omitempty"`
	GeoJSON json.RawMessage `json:"geoJSON,omitempty"` // of a place
	Scheme  string          `json:"-"`                 // ninjs 1: the vocabulary that the code belongs to
}

// Genre is a kind of item by name or code.
type Genre struct {
	Name    string `json:"name,omitempty"`
	URI     string `json:"uri,omitempty"`
	Literal string `json:"literal,omitempty"`
}

// Source is who the information comes from.
type Source struct {
	Name    string `json:"name,omitempty"`
	Role    string `json:"role,omitempty"`
	URI     string `json:"uri,omitempty"`
	Literal string `json:"literal,omitempty"`
}

// Rendition is one file of a picture, video or audio item.
type Rendition struct {
	Name        string  `json:"name"`
	Href        string  `json:"href,omitempty"`
	ContentType string  `json:"contentType,omitempty"`
	Title       string  `json:"title,omitempty"`
	Width       int     `json:"width,omitempty"`
	Height      int     `json:"height,omitempty"`
	SizeInBytes int64   `json:"sizeInBytes,omitempty"`
	Duration    float64 `json:"duration,omitempty"` // seconds
	Format      string  `json:"format,omitempty"`
	POI         *Point  `json:"poi,omitempty"` // point of interest, in pixels
}

// Point is a place in a picture, in pixels from its top left corner.
type Point struct {
	X int `json:"x"`
	Y int `json:"y"`
}

// AltID is another identifier of the item.
type AltID struct {
	Role  string `json:"role,omitempty"`
	Value string `json:"value,omitempty"`
}

// Standard names the standard that an item follows.
type Standard struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
	Schema  string `json:"schema,omitempty"`
}

// RightsInfo is a rights expression.
type RightsInfo struct {
	LangID        string `json:"langId,omitempty"`
	LinkedRights  string `json:"linkedRights,omitempty"`
	EncodedRights string `json:"encodedRights,omitempty"`
}

// TrustIndicator links to a document about the trust to put in the item.
type TrustIndicator struct {
	Role  string `json:"role,omitempty"`
	Title string `json:"title,omitempty"`
	Href  string `json:"href,omitempty"`
}

// Embargo reports whether the item must be held, and until when; an until that IsZero tells no instant: it has no
// offset, or cannot be read.
func (it *Item) Embargo() (until date.Date, held bool) {
	if it.EmbargoedUntil.Placeholder() {
		return date.Date{}, false
	}
	return it.EmbargoedUntil, true
}

// Headline returns the main headline: the one of role main, else the first without a role, else the first.
func (it *Item) Headline() string {
	best := ""
	for _, h := range it.Headlines {
		switch {
		case h.Role == "main":
			return h.Value
		case best == "" || h.Role == "":
			best = h.Value
		}
	}
	return best
}

// Body returns the body that keeps most: HTML before plain text before anything else; ok is false if there is none.
func (it *Item) Body() (body Text, ok bool) {
	rank := 0
	for _, b := range it.Bodies {
		if r := bodyRank(b); r > rank {
			body, rank = b, r
		}
	}
	return body, rank > 0
}

func bodyRank(b Text) int {
	if b.Value == "" {
		return 0
	}
	switch b.ContentType {
	case "text/html", "application/xhtml+xml":
		switch b.Role {
		case "html", "xhtml", "html5", "main", "":
			return 5
		}
		return 4
	case "text/plain":
		return 3
	case "":
		return 2
	}
	return 1
}

// The standard that Marshal writes.
const (
	standardName   = "ninjs"
	standardVer    = "3.1"
	standardSchema = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
)

// The closed lists of the schema.
var (
	types    = []string{"text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"}
	statuses = []string{"usable", "withheld", "canceled"}
)

// conforming returns the item without values that the schema does not allow in its closed lists. A state it does not
// know, and an embargo whose end cannot be written, become "withheld": never may writing release a story.
func (it Item) conforming() Item {
	if !slices.Contains(types, it.Type) {
		it.Type = ""
	}
	until, held := it.Embargo()
	if it.PubStatus != "canceled" && (held && until.IsZero() || it.PubStatus != "" && !slices.Contains(statuses, it.PubStatus)) {
		it.PubStatus = "withheld"
	}
	if it.RepresentationType != "full" && it.RepresentationType != "partial" {
		it.RepresentationType = ""
	}
	it.Associations = slices.Clone(it.Associations)
	for i := range it.Associations {
		it.Associations[i] = it.Associations[i].conforming()
	}
	return it
}

// Marshal returns the item as ninjs 3 on one line, without a line end. Dates that give no instant are left out, as are
// types that the schema does not know. An embargo without an instant and an unknown state are written as withheld.
func (it *Item) Marshal() ([]byte, error) {
	out := it.conforming()
	out.Name = ""
	out.Standard = &Standard{standardName, standardVer, standardSchema}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&out); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
