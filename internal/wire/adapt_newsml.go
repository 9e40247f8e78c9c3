package wire

import (
	"slices"
	"strings"

	"masthead/internal/format/newsml"
	"masthead/internal/format/ninjs"
)

// adaptNewsML adds a NewsML-G2 item in the words of ninjs.
func (m *Message) adaptNewsML(g *newsml.Item) {
	lang := g.Language
	if len(g.Languages) > 0 {
		lang = g.Languages[0]
	}
	it := ninjs.Item{
		URI: g.GUID, Type: g.Type(), Version: g.Version, Language: lang,
		FirstCreated: g.FirstCreated, VersionCreated: g.VersionCreated,
		ContentCreated: g.ContentCreated, ContentModified: g.ContentModified,
		PubStatus: g.Status, Urgency: g.Urgency,
		CopyrightHolder: g.CopyrightHolder, CopyrightNotice: g.CopyrightNotice, UsageTerms: g.UsageTerms,
		Title: g.Title, Slugline: g.Slugline, By: g2By(g), Located: g2Located(g, lang),
		Genres: g2Genres(g.Genres, lang),
	}
	if until, held := g.Embargo(); held {
		it.EmbargoedUntil = until
		if until.IsZero() && !until.Naive() && !until.Unreadable() {
			m.endless(&it)
		}
	}
	for _, h := range g.Headlines {
		it.Headlines = append(it.Headlines, ninjs.Text{Role: lastPart(h.Role), Value: h.Value})
	}
	for _, d := range g.Descriptions {
		it.Descriptions = append(it.Descriptions, ninjs.Text{Role: lastPart(d.Role), Value: d.Value})
	}
	it.EdNote = g2Notes(g)
	g2Body(&it, g)
	g2Concepts(&it, g, lang)
	g2Media(&it, g)
	for _, a := range g.AltIDs {
		it.AltIDs = append(it.AltIDs, ninjs.AltID{Role: a.Type, Value: a.Value})
	}
	m.Items = append(m.Items, it)
}

func g2By(g *newsml.Item) string {
	by := slices.Clone(g.Bylines)
	if g.NITF != nil && len(by) == 0 && g.NITF.Byline != "" {
		by = append(by, withTitle(g.NITF.Byline, g.NITF.BylTitle))
	}
	if len(by) > 0 {
		return strings.Join(by, "; ")
	}
	// Without a byline only creators that are named as people who write count: others are desks and systems.
	for _, c := range g.Creators {
		name := c.Name(g.Language)
		writes := c.Role == "" || slices.Contains([]string{"author", "writer", "reporter", "byline"}, lastPart(c.Role))
		person := c.Type == "" || lastPart(c.Type) == "person"
		if name != "" && writes && person && strings.Contains(name, " ") {
			by = append(by, name)
		}
	}
	return strings.Join(slices.Compact(by), "; ")
}

func g2Located(g *newsml.Item, lang string) string {
	if g.Dateline != "" {
		return g.Dateline
	}
	if g.NITF != nil && g.NITF.Dateline != "" {
		return g.NITF.Dateline
	}
	for _, l := range g.Located {
		if n := l.Name(lang); n != "" {
			return n
		}
		if l.Literal != "" {
			return l.Literal
		}
	}
	return ""
}

func g2Notes(g *newsml.Item) string {
	var notes []string
	for _, n := range g.EdNotes {
		notes = append(notes, n.Text)
	}
	return strings.Join(notes, "\n")
}

func g2Body(it *ninjs.Item, g *newsml.Item) {
	switch {
	case g.BodyHTML != "":
		it.Bodies = append(it.Bodies, ninjs.Text{Role: "html", ContentType: "text/html", Value: g.BodyHTML})
	case g.BodyText != "":
		it.Bodies = append(it.Bodies, ninjs.Text{Role: "text", ContentType: "text/plain", Value: g.BodyText})
	}
	if n := g.NITF; n != nil {
		if len(it.Headlines) == 0 && n.Headline != "" {
			it.Headlines = append(it.Headlines, ninjs.Text{Role: "main", Value: n.Headline})
		}
		if len(it.Descriptions) == 0 && n.Abstract != "" {
			it.Descriptions = append(it.Descriptions, ninjs.Text{Role: "summary", Value: n.Abstract})
		}
		if len(it.Bodies) == 0 && n.BodyHTML != "" {
			it.Bodies = append(it.Bodies, ninjs.Text{Role: "html", ContentType: "text/html", Value: n.BodyHTML})
		}
	}
}

// g2Concepts sorts subjects by what they are: ninjs has a list for each kind.
func g2Concepts(it *ninjs.Item, g *newsml.Item, lang string) {
	for _, s := range g.Subjects {
		c := g2Concept(s, lang)
		switch lastPart(s.Type) {
		case "person":
			it.People = append(it.People, c)
		case "organisation":
			it.Organisations = append(it.Organisations, c)
		case "geoArea", "POI", "poi", "city", "country", "area":
			it.Places = append(it.Places, c)
		case "event":
			it.Events = append(it.Events, c)
		case "object":
			it.Objects = append(it.Objects, c)
		default:
			it.Subjects = append(it.Subjects, c)
		}
	}
	for _, k := range g.Keywords {
		it.Subjects = append(it.Subjects, ninjs.Concept{Name: k, Rel: "keyword"})
	}
	for _, l := range g.Located {
		if c := g2Concept(l, lang); c.Name != "" {
			it.Places = append(it.Places, c)
		}
	}
	it.InfoSources = g2Sources(g, lang)
}

func g2Sources(g *newsml.Item, lang string) []ninjs.Source {
	var list []ninjs.Source
	add := func(role string, c newsml.Concept) {
		if p := g2Concept(c, lang); p.Name != "" || p.URI != "" || p.Literal != "" {
			list = append(list, ninjs.Source{Role: role, Name: p.Name, URI: p.URI, Literal: p.Literal})
		}
	}
	add("provider", g.Provider)
	for _, s := range g.InfoSources {
		add("source", s)
	}
	if g.CreditLine != "" {
		list = append(list, ninjs.Source{Role: "creditline", Name: g.CreditLine})
	}
	return list
}

func g2Concept(c newsml.Concept, lang string) ninjs.Concept {
	out := ninjs.Concept{Name: c.Name(lang), URI: c.URI, Literal: c.Literal, Rel: lastPart(c.Role)}
	if c.QCode != "" {
		out.Literal = c.QCode
	}
	return out
}

func g2Genres(list []newsml.Concept, lang string) []ninjs.Genre {
	var out []ninjs.Genre
	for _, c := range list {
		g := g2Concept(c, lang)
		out = append(out, ninjs.Genre{Name: g.Name, URI: g.URI, Literal: g.Literal})
	}
	return out
}

// g2Media adds the files of a picture or video, what the item links to, and the members of a package.
func g2Media(it *ninjs.Item, g *newsml.Item) {
	for _, r := range g.Renditions {
		it.Renditions = append(it.Renditions, ninjs.Rendition{
			Name: lastPart(r.Rendition), Href: r.Href, ContentType: r.ContentType, Format: r.Format,
			Width: r.Width, Height: r.Height, SizeInBytes: r.Size, Duration: r.Duration,
		})
	}
	for _, group := range g.Groups {
		for _, ref := range group.Refs {
			if id := first(ref.ResidRef, ref.Href); id != "" {
				it.Associations = append(it.Associations, member(id, lastPart(ref.Class), ref.Version, ref.Headline, lastPart(group.Role)))
			}
		}
	}
	for _, l := range g.Links {
		if id := first(l.ResidRef, l.Href); id != "" {
			it.Associations = append(it.Associations, member(id, "", l.Version, l.Title, lastPart(l.Rel)))
		}
	}
	if g.Kind == "packageItem" {
		it.Type = "composite"
	}
}

func member(id, kind, version, headline, name string) ninjs.Item {
	a := ninjs.Item{URI: id, Type: kind, Version: version, Name: name}
	if headline != "" {
		a.Headlines = []ninjs.Text{{Value: headline}}
	}
	return a
}

// lastPart is the code in a qcode (stat:usable) or at the end of a URI.
func lastPart(s string) string { return s[strings.LastIndexAny(s, ":/#")+1:] }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// withTitle puts a writer's position or house behind the name.
func withTitle(name, title string) string {
	if name == "" || title == "" {
		return name
	}
	return name + ", " + title
}
