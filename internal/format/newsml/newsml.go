// Package newsml reads NewsML-G2: news items, packages and news messages that carry them.
// It owns where G2 keeps each fact of an item. Items of other kinds (concepts, events, planning, catalogues) are
// recognised and not read further. It must not know what anybody does with an item, and it fetches nothing: codes
// stay codes, and members of a package may never come.
package newsml

import (
	"strings"

	"masthead/internal/errs"
	"masthead/internal/format/date"
	"masthead/internal/format/nitf"
	"masthead/internal/format/xmltree"
)

// Message is what one file carries. For a file with a bare item, only Items is set.
type Message struct {
	Sent                                 date.Date
	Sender, TransmitID, Origin, Priority string
	Destinations, Channels, Signals      []string
	Items                                []Item
}

// Item is one G2 item. Codes are as the file writes them: "medtop:04000000".
type Item struct {
	Kind            string // the element: newsItem, packageItem, conceptItem, planningItem, …
	GUID, Version   string // versions may be random numbers: VersionCreated orders them
	StandardVersion string
	Language        string // xml:lang of the item

	Class    string  // itemClass: ninat:text, ninat:picture, …
	Provider Concept // who publishes the item
	// Status is the last part of pubStatus: usable, withheld, canceled; usable if there is none (G2 §pubStatus).
	Status, StatusCode              string
	VersionCreated, FirstCreated    date.Date
	ContentCreated, ContentModified date.Date
	Title                           string // itemMeta/title, for handling, not for readers
	EdNotes                         []Note
	Signals                         []string
	Links                           []Link
	AltIDs                          []AltID
	embargoed                       date.Date
	held                            bool

	Urgency         int // 1 (most urgent) to 9; 0 if not stated
	Headlines       []Text
	Slugline        string
	Bylines         []string
	Dateline        string
	CreditLine      string
	Descriptions    []Text
	Creators        []Concept // creator and contributor
	InfoSources     []Concept
	Languages       []string // of the content
	Keywords        []string
	Subjects        []Concept
	Genres          []Concept
	Located         []Concept
	CopyrightHolder string
	CopyrightNotice string
	UsageTerms      string

	// The body, in one of two forms; both are empty for pictures, packages and cancelled items.
	BodyType string     // contenttype as stated; unreliable
	BodyHTML string     // of XHTML, NITF and HTML data: text exact, nothing made safe
	BodyText string     // of plain text data
	NITF     *nitf.Item // of a NITF body, with what it says beside the G2 metadata

	Renditions []Rendition
	RootGroup  string // of a package
	Groups     []Group
}

// Concept is a thing with a name: a person, a subject, a place. Real files give any of the codes, or only a name.
type Concept struct {
	QCode, URI, Literal string
	Type, Role          string
	Names               []Text
}

// Code returns the qcode, else the URI, else the literal.
func (c Concept) Code() string { return first(c.QCode, c.URI, c.Literal) }

// Name returns the name in a language, else the first name; "" if there is none. Mnemonics are a last choice.
func (c Concept) Name(lang string) string {
	best, rank := "", 0
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	for _, n := range c.Names {
		nBase, _, _ := strings.Cut(strings.ToLower(n.Lang), "-")
		r := 2
		switch {
		case strings.HasSuffix(n.Role, "mnemonic"):
			r = 1
		case strings.EqualFold(n.Lang, lang):
			r = 4
		case nBase == base:
			r = 3
		}
		if r > rank {
			best, rank = n.Value, r
		}
	}
	return best
}

// Text is a piece of text with its role and language, "" where not stated. It is one line.
type Text struct{ Role, Lang, Value string }

// Note is an edNote.
type Note struct{ Role, Text string }

// Link points to something related: Rel says how. ResidRef is the GUID of an item.
type Link struct{ Rel, Href, ResidRef, Version, Title string }

// AltID is another identifier.
type AltID struct{ Type, Value string }

// Rendition is a remoteContent: one file of a picture or video.
type Rendition struct {
	Rendition, Href, ResidRef string
	ContentType, Format       string
	Width, Height             int
	Size                      int64   // bytes
	Duration                  float64 // seconds
	AltText                   string
}

// Group is a group of a package. Members are items by GUID, or other groups.
type Group struct {
	ID, Role, Mode string
	Refs           []Ref
}

// Ref is a member of a group: an item (ResidRef or Href) or a group (GroupID).
type Ref struct {
	ResidRef, Href, Version, GroupID string
	Class, Headline                  string
}

// Headline returns the main headline: the first without a role or with one that ends in "main", else the first.
func (it *Item) Headline() string {
	for _, h := range it.Headlines {
		if h.Role == "" || strings.HasSuffix(strings.ToLower(h.Role), "main") {
			return h.Value
		}
	}
	if len(it.Headlines) > 0 {
		return it.Headlines[0].Value
	}
	return ""
}

// Description returns the first description whose role ends in the given word (caption, summary, …), "" for any.
func (it *Item) Description(role string) string {
	for _, d := range it.Descriptions {
		if strings.HasSuffix(strings.ToLower(d.Role), role) {
			return d.Value
		}
	}
	return ""
}

// Type returns the last part of the item class: text, picture, video, audio, graphic, composite, …
func (it *Item) Type() string { return lastPart(it.Class) }

// Embargo reports whether the item must be held, and until when; an until that IsZero has no end that the file tells.
// An empty embargoed element means just that (G2 §embargoed).
func (it *Item) Embargo() (until date.Date, held bool) {
	if it.held && it.embargoed.Raw != "" && it.embargoed.Placeholder() {
		return date.Date{}, false
	}
	return it.embargoed, it.held
}

// Refusal says why the item is no story or package that can be taken in; nil if it is one.
func (it *Item) Refusal() error {
	switch it.Kind {
	case "newsItem", "packageItem":
		if it.GUID == "" {
			return errs.Errorf(errs.Invalid, "a %s without a guid", it.Kind)
		}
		return nil
	case "conceptItem", "knowledgeItem":
		return errs.Errorf(errs.Invalid, "a %s (people, places, events) is not a story", it.Kind)
	case "planningItem":
		return errs.Errorf(errs.Invalid, "a planningItem (what is going to be covered) is not a story")
	case "catalogItem", "catalog":
		return errs.Errorf(errs.Invalid, "a %s (a list of code schemes) is not a story", it.Kind)
	}
	return errs.Errorf(errs.Invalid, "a <%s> is not a story", it.Kind)
}

// IsItem reports whether a root element of that name is read by Parse.
func IsItem(root string) bool {
	switch root {
	case "newsMessage", "newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem", "catalog":
		return true
	}
	return false
}

// Parse reads a file. Errors are of kind errs.Invalid. Items are not checked: see Refusal.
func Parse(b []byte) (*Message, error) {
	root, err := xmltree.Read(b)
	if err != nil {
		return nil, err
	}
	if !IsItem(root.Name.Local) {
		return nil, errs.Errorf(errs.Invalid, "the root element <%s> is no NewsML-G2 item or message", root.Name.Local)
	}
	if root.Name.Local != "newsMessage" {
		return &Message{Items: []Item{item(root)}}, nil
	}
	m := message(root.Child("header"))
	for _, set := range root.Children("itemSet") {
		for _, k := range set.Kids {
			if !k.IsText() {
				m.Items = append(m.Items, item(k))
			}
		}
	}
	if len(m.Items) == 0 {
		return nil, errs.Errorf(errs.Invalid, "a news message without items")
	}
	return m, nil
}

func message(h *xmltree.Node) *Message {
	return &Message{
		Sent:         date.Parse(h.Child("sent").AllText()),
		Sender:       h.Child("sender").Line(),
		TransmitID:   h.Child("transmitId").Line(),
		Origin:       h.Child("origin").Line(),
		Priority:     h.Child("priority").Line(),
		Destinations: lines(h.Children("destination")),
		Channels:     lines(h.Children("channel")),
		Signals:      codes(h.Children("signal")),
	}
}
