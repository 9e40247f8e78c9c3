// Package nitf reads NITF 3.x, the News Industry Text Format, as a file of its own or inside NewsML-G2.
// It owns where NITF keeps each fact, the places where real files keep it instead, and the way from NITF's body to
// HTML. It must not know what anybody does with an item.
package nitf

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/format/date"
	"masthead/internal/format/xmltree"
)

// Item is one NITF document.
type Item struct {
	// ID is docdata/doc-id/@id-string. Documents without one have the du-key, which stays through the updates of a
	// story, or a digest of their content; IDDerived says so.
	ID        string
	IDDerived bool
	IDSource  string // doc-id/@regsrc, who gave the id

	DuKey, DuVersion, DuGeneration string // the dynamic use key: which running story, and which state of it
	// Status is docdata/@management-status in lower case: usable, embargoed, withheld, canceled; "" if not stated.
	Status string
	// RefersTo is the document that this one updates or cancels, RefersToStatus its new status.
	RefersTo, RefersToStatus string
	Urgency                  int // 1 (most urgent) to 8; 0 if not stated

	Issued, Released, Expires date.Date // docdata/date.*
	Published                 date.Date // pubdata/@date.publication
	StoryDate                 date.Date // dateline/story.date
	Revised                   date.Date // the last revision-history
	RevisionNote              string

	Title    string   // head/title; with some agencies a routing line
	Headline string   // hl1; many tables and flashes have none
	Subheads []string // hl2 of the hedline
	Language string
	Byline   string // without byttl
	BylTitle string // byttl, the writer's position or house
	Dateline string // place, without the date
	Abstract string
	Tagline  string

	Distributor     string
	EdNotes         []string // ed-msg and notes not for publication
	Correction      string
	Keywords        []string
	Subjects        []Subject
	People          []string // of identified-content
	Organisations   []string
	Places          []string
	Type, Property  string // tobject.type and its property: news, feature, …
	CopyrightHolder string
	CopyrightYear   string
	Usage           string // doc.rights limitations
	Series          string
	Fixture         string
	Meta            []Meta

	// BodyHTML is the body in HTML: p, h2, ul, ol, dl, table, figure, blockquote, pre, aside, hr and inline a, em,
	// strong, br and the like. Text and the blanks in it are exact.
	BodyHTML string
	Media    []Media
}

// Subject is a tobject.subject.
type Subject struct{ Code, Scheme, Type, Matter, Detail string }

// Name is the narrowest name given.
func (s Subject) Name() string {
	for _, n := range []string{s.Detail, s.Matter, s.Type} {
		if n != "" {
			return n
		}
	}
	return ""
}

// Meta is a head/meta.
type Meta struct{ Name, Content string }

// Media is a picture, video or audio of the body.
type Media struct {
	Type            string // image, video, audio, graphic, …
	Files           []File
	Caption, Credit string
	Alt             string
}

// File is a media-reference.
type File struct {
	Source, ContentType, Name string
	Width, Height             int // pixels
}

// Embargo reports whether the document asks to be held, and until when; an until that IsZero tells no instant: it has
// no offset, cannot be read, or is not there. NITF has no element of its own for it: the status "embargoed" says it,
// and so does a release after the issue or without one (which may be long past).
func (it *Item) Embargo() (until date.Date, held bool) {
	if it.Status == "embargoed" {
		return it.Released, true
	}
	released, issued := it.Released.In(time.UTC), it.Issued.In(time.UTC) // only their order counts
	if released.IsZero() || !issued.IsZero() && !released.After(issued) {
		return date.Date{}, false
	}
	return it.Released, true
}

// Parse reads a NITF file. Errors are of kind errs.Invalid.
func Parse(b []byte) (*Item, error) {
	root, err := xmltree.Read(b)
	if err != nil {
		return nil, err
	}
	if root.Name.Local != "nitf" {
		return nil, errs.Errorf(errs.Invalid, "the root element is <%s>, not <nitf>", root.Name.Local)
	}
	return FromTree(root), nil
}

// FromTree reads a <nitf> element.
func FromTree(root *xmltree.Node) *Item {
	it := &Item{}
	head, body := root.Child("head"), root.Child("body")
	it.Language = first(root.Lang(), root.Attr("baselang"), body.Lang())
	it.readHead(head)
	it.readBodyHead(body.Child("body.head"))
	r := renderer{item: it}
	r.blocks(body.Child("body.content"))
	it.BodyHTML = string(r.b)
	it.Tagline = body.Child("body.end").Child("tagline").Line()
	if it.ID == "" {
		it.ID, it.IDDerived = it.deriveID(), true
	}
	return it
}

func (it *Item) deriveID() string {
	if it.DuKey != "" {
		return "du-key:" + it.DuKey
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{it.IDSource, it.Issued.Raw, it.Headline, it.Title, it.BodyHTML}, "\x00")))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// collect appends the non-empty lines of text or attribute values.
func collect(list []string, values ...string) []string {
	for _, v := range values {
		if v = xmltree.OneLine(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}
