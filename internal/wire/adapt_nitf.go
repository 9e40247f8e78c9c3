package wire

import (
	"strings"

	"masthead/internal/format/date"
	"masthead/internal/format/ninjs"
	"masthead/internal/format/nitf"
)

// adaptNITF adds a NITF document in the words of ninjs. A document that withdraws another one also adds that
// one's cancellation (NITF 3.6 §docdata management-idref-status).
func (m *Message) adaptNITF(n *nitf.Item) {
	source := first(n.IDSource, n.Distributor, n.CopyrightHolder)
	it := ninjs.Item{
		URI: qualified(n.ID, source), Type: "text", Version: n.DuVersion, Language: n.Language,
		FirstCreated: firstDate(n.Issued, n.Published, n.StoryDate), Expires: dated(n.Expires),
		VersionCreated: firstDate(n.Revised, n.Issued, n.Published, n.StoryDate),
		Urgency:        n.Urgency, PubStatus: n.Status,
		CopyrightHolder: n.CopyrightHolder, UsageTerms: n.Usage, Title: n.Title, Slugline: nitfSlug(n),
		By: withTitle(n.Byline, n.BylTitle), Located: n.Dateline, EdNote: nitfNotes(n),
	}
	if n.CopyrightHolder != "" && n.CopyrightYear != "" {
		it.CopyrightNotice = "© " + n.CopyrightYear + " " + n.CopyrightHolder
	}
	if it.PubStatus == "embargoed" {
		it.PubStatus = usable
	}
	if until, held := n.Embargo(); held {
		it.EmbargoedUntil = until
		if until.IsZero() && !until.Naive() && !until.Unreadable() {
			m.endless(&it)
		}
	}
	nitfTexts(&it, n)
	nitfConcepts(&it, n)
	if name := first(n.Distributor, n.CopyrightHolder, n.IDSource); name != "" {
		it.InfoSources = append(it.InfoSources, ninjs.Source{Role: "provider", Name: name})
	}
	if it.URI != n.ID {
		it.AltIDs = append(it.AltIDs, ninjs.AltID{Role: "doc-id", Value: n.ID})
	}
	if n.DuKey != "" && n.DuKey != n.ID {
		it.AltIDs = append(it.AltIDs, ninjs.AltID{Role: "du-key", Value: n.DuKey})
	}
	m.Items = append(m.Items, it)
	if to := qualified(n.RefersTo, source); to != "" && to != it.URI && n.RefersToStatus == canceled {
		m.Items = append(m.Items, ninjs.Item{URI: to, Type: "text", PubStatus: canceled, VersionCreated: it.VersionCreated,
			Headlines: it.Headlines, InfoSources: it.InfoSources})
	}
}

func nitfTexts(it *ninjs.Item, n *nitf.Item) {
	if n.Headline != "" {
		it.Headlines = append(it.Headlines, ninjs.Text{Role: "main", Value: n.Headline})
	}
	for _, s := range n.Subheads {
		it.Headlines = append(it.Headlines, ninjs.Text{Role: "sub", Value: s})
	}
	if n.Abstract != "" {
		it.Descriptions = append(it.Descriptions, ninjs.Text{Role: "summary", Value: n.Abstract})
	}
	if n.BodyHTML != "" {
		it.Bodies = append(it.Bodies, ninjs.Text{Role: "html", ContentType: "text/html", Value: n.BodyHTML})
	}
	for _, media := range n.Media {
		a := ninjs.Item{Name: media.Type, Type: nitfMediaTypes[media.Type], By: media.Credit}
		if media.Caption != "" {
			a.Descriptions = append(a.Descriptions, ninjs.Text{Role: "caption", Value: media.Caption})
		}
		for _, f := range media.Files {
			a.Renditions = append(a.Renditions, ninjs.Rendition{Name: f.Name, Href: f.Source, ContentType: f.ContentType, Width: f.Width, Height: f.Height})
		}
		it.Associations = append(it.Associations, a)
	}
}

// nitfMediaTypes gives ninjs's word for NITF's media-type.
var nitfMediaTypes = map[string]string{"image": "picture", "video": "video", "audio": "audio", "graphic": "graphic"}

func nitfConcepts(it *ninjs.Item, n *nitf.Item) {
	for _, s := range n.Subjects {
		it.Subjects = append(it.Subjects, ninjs.Concept{Name: s.Name(), Literal: s.Code, Scheme: s.Scheme})
	}
	for _, k := range n.Keywords {
		it.Subjects = append(it.Subjects, ninjs.Concept{Name: k, Rel: "keyword"})
	}
	for _, p := range n.People {
		it.People = append(it.People, ninjs.Concept{Name: p})
	}
	for _, o := range n.Organisations {
		it.Organisations = append(it.Organisations, ninjs.Concept{Name: o})
	}
	for _, p := range n.Places {
		it.Places = append(it.Places, ninjs.Concept{Name: p})
	}
}

// nitfSlug takes what serves as a slug: NITF has no element for one.
func nitfSlug(n *nitf.Item) string {
	routing := n.Title != "" && n.Title[0] >= '0' && n.Title[0] <= '9' // "1 POLITICS Brexit" is for the desk
	if n.Title != n.Headline && !routing && len(n.Title) < 80 {
		return n.Title
	}
	return n.Fixture
}

func nitfNotes(n *nitf.Item) string {
	notes := n.EdNotes
	if n.Correction != "" {
		notes = append(notes[:len(notes):len(notes)], n.Correction)
	}
	return strings.Join(notes, "\n")
}

// firstDate returns the first date that says something.
func firstDate(list ...date.Date) date.Date {
	for _, d := range list {
		if !d.IsZero() || d.Naive() {
			return d
		}
	}
	return date.Date{}
}

// dated returns d unless it is a placeholder or unreadable.
func dated(d date.Date) date.Date { return firstDate(d) }
