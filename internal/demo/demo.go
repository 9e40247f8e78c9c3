// Package demo is the content of the ready-made newsroom: the Foothills Ledger's stories, pictures,
// clips, sections, places and people, as plain values. It is data only; it must not know how any of it
// is stored, published or shown.
package demo

import (
	"time"

	"masthead/internal/doc"
)

// Story is one story as a newsroom would file it. Media keys name a Picture or a Video.
type Story struct {
	Key        string // stable name inside the demo
	Slug       string
	Language   string // "en" or "fr"
	Section    string // slug of a section or sub-section
	Regions    []string
	Topics     []string
	Bylines    []Byline
	Dateline   string
	Credits    []string // closing credit: "With files from …"
	Kind       string   // story, opinion, obituary, video, gallery
	Headline   string
	ShortHead  string // headline for small cards, may be empty
	Standfirst string
	Body       doc.Node // Type "doc"
	Lead       Lead

	Embargo       time.Time // zero: none
	Published     time.Time // for an embargoed story, when it was filed
	Updated       time.Time // zero: never changed after it was published
	Corrections   []Correction
	Killed        string // the reason readers are told; "" for a live story
	TranslationOf string // key of the story this one translates
}

// Byline is one author of a story; Name matches an Author of the Site, or is an agency's.
type Byline struct{ Name, Role string }

// Lead is the story's key picture or video in the story's own words; Media is "" when there is none.
type Lead struct{ Media, Alt, Caption, Credit string }

// Correction is what a story said and what is right, each a whole sentence. Place is "top" when the meaning changed, else "end".
type Correction struct {
	At       time.Time
	Was, Now string
	Place    string
}
