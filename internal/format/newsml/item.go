package newsml

import (
	"strconv"
	"strings"

	"masthead/internal/format/date"
	"masthead/internal/format/xmltree"
)

func item(n *xmltree.Node) Item {
	it := Item{
		Kind:            n.Name.Local,
		GUID:            strings.TrimSpace(n.Attr("guid")),
		Version:         n.Attr("version"),
		StandardVersion: n.Attr("standardversion"),
		Language:        n.Lang(),
	}
	it.itemMeta(n.Child("itemMeta"))
	it.rights(n.Children("rightsInfo"))
	for _, meta := range n.Children("contentMeta") {
		it.contentMeta(meta)
	}
	it.content(n.Child("contentSet"))
	it.groups(n)
	return it
}

func (it *Item) itemMeta(n *xmltree.Node) {
	it.Class = concept(n.Child("itemClass")).Code()
	it.Provider = concept(n.Child("provider"))
	it.VersionCreated = date.Parse(n.Child("versionCreated").AllText())
	it.FirstCreated = date.Parse(n.Child("firstCreated").AllText())
	if e := n.Child("embargoed"); e != nil {
		it.embargoed, it.held = date.Parse(e.AllText()), true
	}
	it.StatusCode = concept(n.Child("pubStatus")).Code()
	it.Status = strings.ToLower(lastPart(it.StatusCode))
	switch it.Status {
	case "":
		it.Status = "usable"
	case "cancelled":
		it.Status = "canceled"
	}
	it.Title = n.Child("title").Spaced()
	for _, e := range n.Children("edNote") {
		if s := e.Spaced(); s != "" {
			it.EdNotes = append(it.EdNotes, Note{e.Attr("role"), s})
		}
	}
	it.Signals = codes(n.Children("signal"))
	for _, l := range n.Children("link") {
		it.Links = append(it.Links, Link{
			Rel:      first(l.Attr("rel"), l.Attr("reluri")),
			Href:     l.Attr("href"),
			ResidRef: first(l.Attr("residref"), l.Attr("guidref")),
			Version:  l.Attr("version"),
			Title:    first(l.Child("title").Spaced(), l.Child("headline").Spaced()),
		})
	}
	it.altIDs(n)
}

func (it *Item) altIDs(n *xmltree.Node) {
	for _, a := range n.Children("altId") {
		it.AltIDs = append(it.AltIDs, AltID{a.Attr("type"), a.Line()})
	}
}

func (it *Item) rights(infos []*xmltree.Node) {
	for _, r := range infos {
		holder := concept(r.Child("copyrightHolder"))
		it.CopyrightHolder = first(it.CopyrightHolder, holder.Name(it.Language), holder.Literal, holder.Code())
		it.CopyrightNotice = first(it.CopyrightNotice, inLanguage(texts(r.Children("copyrightNotice")), it.Language))
		it.UsageTerms = first(it.UsageTerms, inLanguage(texts(r.Children("usageTerms")), it.Language))
	}
}

func (it *Item) contentMeta(n *xmltree.Node) {
	if u, err := strconv.Atoi(n.Child("urgency").Line()); err == nil && u > 0 && u < 10 {
		it.Urgency = u
	}
	if d := n.Child("contentCreated"); d != nil {
		it.ContentCreated = date.Parse(d.AllText())
	}
	if d := n.Child("contentModified"); d != nil {
		it.ContentModified = date.Parse(d.AllText())
	}
	it.Headlines = append(it.Headlines, texts(n.Children("headline"))...)
	it.Slugline = first(it.Slugline, n.Child("slugline").Spaced())
	it.Bylines = append(it.Bylines, lines(n.Children("by"))...)
	it.Dateline = first(it.Dateline, n.Child("dateline").Spaced())
	it.CreditLine = first(it.CreditLine, n.Child("creditline").Spaced())
	it.Descriptions = append(it.Descriptions, texts(n.Children("description"))...)
	it.Creators = append(it.Creators, concepts(n.Children("creator"))...)
	it.Creators = append(it.Creators, concepts(n.Children("contributor"))...)
	it.InfoSources = append(it.InfoSources, concepts(n.Children("infoSource"))...)
	it.Subjects = append(it.Subjects, concepts(n.Children("subject"))...)
	it.Genres = append(it.Genres, concepts(n.Children("genre"))...)
	it.Located = append(it.Located, concepts(n.Children("located"))...)
	it.Keywords = append(it.Keywords, lines(n.Children("keyword"))...)
	for _, l := range n.Children("language") {
		if tag := l.Attr("tag"); tag != "" {
			it.Languages = append(it.Languages, tag)
		}
	}
	it.altIDs(n)
}

func concept(n *xmltree.Node) Concept {
	if n == nil {
		return Concept{}
	}
	return Concept{
		QCode:   strings.TrimSpace(n.Attr("qcode")),
		URI:     strings.TrimSpace(n.Attr("uri")),
		Literal: n.Attr("literal"),
		Type:    first(n.Attr("type"), n.Attr("typeuri")),
		Role:    first(n.Attr("role"), n.Attr("roleuri")),
		Names:   texts(n.Children("name")),
	}
}

func concepts(nodes []*xmltree.Node) []Concept {
	all := make([]Concept, 0, len(nodes))
	for _, n := range nodes {
		all = append(all, concept(n))
	}
	return all
}

func texts(nodes []*xmltree.Node) []Text {
	var all []Text
	for _, n := range nodes {
		if s := n.Spaced(); s != "" {
			all = append(all, Text{first(n.Attr("role"), n.Attr("roleuri")), n.Lang(), s})
		}
	}
	return all
}

func lines(nodes []*xmltree.Node) []string {
	var all []string
	for _, n := range nodes {
		if s := n.Spaced(); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func codes(nodes []*xmltree.Node) []string {
	var all []string
	for _, n := range nodes {
		if c := concept(n).Code(); c != "" {
			all = append(all, c)
		}
	}
	return all
}

// inLanguage picks the text of the language, else the first.
func inLanguage(all []Text, lang string) string {
	return Concept{Names: all}.Name(lang)
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// lastPart is the code in a qcode (stat:usable) or at the end of a URI.
func lastPart(s string) string {
	return s[strings.LastIndexAny(s, ":/#")+1:]
}
