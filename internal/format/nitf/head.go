package nitf

import (
	"strings"

	"masthead/internal/format/date"
	"masthead/internal/format/xmltree"
)

// readHead reads head and docdata. Some agencies put elements of docdata beside it, so docdata's are looked for in
// both.
func (it *Item) readHead(head *xmltree.Node) {
	doc := head.Child("docdata")
	in := func(name string) *xmltree.Node {
		if n := doc.Child(name); n != nil {
			return n
		}
		return head.Child(name)
	}
	it.Title = head.Child("title").Line()
	it.Status = status(doc.Attr("management-status"))
	it.RefersTo = doc.Attr("management-doc-idref")
	it.RefersToStatus = status(doc.Attr("management-idref-status"))
	it.ID = strings.TrimSpace(in("doc-id").Attr("id-string"))
	it.IDSource = in("doc-id").Attr("regsrc")
	du := in("du-key")
	it.DuKey, it.DuVersion, it.DuGeneration = strings.TrimSpace(du.Attr("key")), du.Attr("version"), du.Attr("generation")
	it.Urgency = number(in("urgency").Attr("ed-urg"))
	it.Issued = dateOf(in("date.issue"))
	it.Released = dateOf(in("date.release"))
	it.Expires = dateOf(in("date.expire"))
	it.Published = date.Parse(in("pubdata").Attr("date.publication"))
	it.CopyrightHolder = in("doc.copyright").Attr("holder")
	it.CopyrightYear = in("doc.copyright").Attr("year")
	it.Usage = xmltree.OneLine(in("doc.rights").Attr("limitations"))
	it.Series = in("series").Attr("series.name")
	it.Fixture = in("fixture").Attr("fix-id")
	it.Correction = xmltree.OneLine(in("correction").Attr("info"))
	for _, parent := range []*xmltree.Node{doc, head} {
		for _, m := range parent.Children("ed-msg") {
			it.EdNotes = collect(it.EdNotes, first(m.Attr("info"), m.AllText()))
		}
		for _, k := range parent.Child("key-list").Children("keyword") {
			it.Keywords = collect(it.Keywords, first(k.Attr("key"), k.AllText()))
		}
		it.identified(parent.Child("identified-content"))
	}
	for _, r := range head.Children("revision-history") {
		it.Revised = dateOf(r)
		it.RevisionNote = xmltree.OneLine(r.Attr("comment"))
	}
	for _, m := range head.Children("meta") {
		if name := m.Attr("name"); name != "" {
			it.Meta = append(it.Meta, Meta{name, m.Attr("content")})
		}
	}
	it.subjects(head.Child("tobject"))
}

// dateOf prefers @norm, which is the one that counts (NITF 3.6 §date.issue), to text.
func dateOf(n *xmltree.Node) date.Date {
	return date.Parse(first(n.Attr("norm"), n.Line()))
}

func status(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "cancelled" {
		return "canceled"
	}
	return s
}

func (it *Item) subjects(tobject *xmltree.Node) {
	it.Type = tobject.Attr("tobject.type")
	it.Property = tobject.Child("tobject.property").Attr("tobject.property.type")
	for _, s := range tobject.Children("tobject.subject") {
		it.Subjects = append(it.Subjects, Subject{
			Code:   s.Attr("tobject.subject.refnum"),
			Scheme: s.Attr("tobject.subject.ipr"),
			Type:   s.Attr("tobject.subject.type"),
			Matter: s.Attr("tobject.subject.matter"),
			Detail: s.Attr("tobject.subject.detail"),
		})
	}
}

func (it *Item) identified(n *xmltree.Node) {
	if n == nil {
		return
	}
	for _, k := range n.Kids {
		switch k.Name.Local {
		case "person":
			it.People = collect(it.People, k.Spaced())
		case "org":
			it.Organisations = collect(it.Organisations, k.Spaced())
		case "location":
			it.Places = collect(it.Places, k.Spaced())
		}
	}
}

func (it *Item) readBodyHead(n *xmltree.Node) {
	head := n.Child("hedline")
	if head == nil {
		head = n.Child("headline") // so spelled by one large agency
	}
	if hl1 := head.Child("hl1"); hl1 != nil {
		it.Headline = hl1.Line()
	}
	for _, h := range head.Children("hl2") {
		it.Subheads = collect(it.Subheads, h.AllText())
	}
	for _, note := range n.Children("note") {
		if !publishable(note) {
			it.EdNotes = collect(it.EdNotes, note.Spaced())
		}
	}
	var names, titles []string
	for _, by := range n.Children("byline") {
		names = collect(names, strings.TrimRight(by.Spaced("byttl"), ", ")) // "By Ann Lee, <byttl>…"
		for _, t := range by.Children("byttl") {
			titles = collect(titles, t.AllText())
		}
	}
	it.Byline, it.BylTitle = strings.Join(names, ", "), strings.Join(titles, ", ")
	it.Distributor = n.Child("distributor").Line()
	dateline := n.Child("dateline")
	it.Dateline = dateline.Spaced("story.date")
	it.StoryDate = dateOf(dateline.Child("story.date"))
	it.Abstract = n.Child("abstract").Spaced("media")
}

// publishable reports whether a note is for readers: type is std, pa (publishable advisory) or npa (not for them).
func publishable(note *xmltree.Node) bool {
	return note.Attr("type") != "npa" && note.Attr("noteclass") != "editorsnote"
}
