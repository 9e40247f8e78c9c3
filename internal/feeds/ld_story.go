package feeds

import (
	"slices"
	"strings"
	"unicode/utf8"

	"masthead/internal/doc"
	"masthead/internal/published"
)

// maxHeadline is how long search engines want a headline at most, in characters.
const maxHeadline = 110

// Story are the things of a story's page by its kind; none for an obituary, out of respect for the family.
// sections are the names of its section for readers, outermost first.
func (g Graph) Story(s *published.Story, sections []string) []Node {
	switch s.Kind {
	case "obituary":
		return nil
	case "video":
		if v := g.Video(s); v != nil {
			return []Node{v, g.Article(s, sections)}
		}
	case "gallery":
		return []Node{g.Gallery(s), g.Article(s, sections)}
	}
	return []Node{g.Article(s, sections)}
}

// Article is a NewsArticle, or an OpinionNewsArticle.
func (g Graph) Article(s *published.Story, sections []string) Node {
	page, zone := StoryAddress(g.Origin, s.Section, s.Slug, s.ID), g.zoneOf(s)
	kind := "NewsArticle"
	if s.Kind == "opinion" {
		kind = "OpinionNewsArticle"
	}
	n := Node{
		"@type": kind, "@id": page + "#article", "url": page, "mainEntityOfPage": page,
		"headline": shorten(s.Headline, maxHeadline), "alternativeHeadline": s.ShortHeadline,
		"description": or(s.Description, s.Standfirst), "inLanguage": s.Language,
		"datePublished": stamp(s.Published, zone), "dateModified": stamp(latest(s.Published, s.Updated), zone),
		"author": g.authors(s), "publisher": g.Organization(),
		"articleSection": sections, "dateline": s.Dateline, "wordCount": s.Words,
		"isAccessibleForFree": true, "copyrightNotice": s.Rights,
	}
	var keywords []string
	for _, t := range s.Topics {
		keywords = append(keywords, t.Name)
	}
	n["keywords"] = keywords
	var corrections []Node
	for _, c := range s.Corrections {
		corrections = append(corrections, Node{"@type": "CorrectionComment", "text": c.Text, "datePublished": stamp(c.At, zone)})
	}
	n["correction"] = corrections
	if s.Source != "" {
		n["sourceOrganization"] = g.agency(s.Source)
	}
	n["image"] = g.pictures(KeyPicture(s))
	if len(g.Drawn) > 0 {
		n["image"] = g.drawn()
	}
	if s.Kind == "video" {
		n["video"] = Node{"@id": page + "#video"}
	} else if lead := leadOf(s); lead != nil {
		n["video"] = g.video(s, lead)
	}
	return n
}

// KeyPicture is the picture that stands for a story: its lead, the still of its lead video, or its first photo; nil
// if there is none.
func KeyPicture(s *published.Story) *doc.Media {
	if m := posterOf(leadOf(s)); m != nil && m.Kind != "audio" {
		return m
	}
	return firstPhoto(s)
}

// Video is the lead video; nil when the story has none.
func (g Graph) Video(s *published.Story) Node {
	lead := leadOf(s)
	if lead == nil {
		return nil
	}
	v := g.video(s, lead)
	if v != nil && s.Kind == "video" {
		v["mainEntityOfPage"] = StoryAddress(g.Origin, s.Section, s.Slug, s.ID)
	}
	return v
}

func (g Graph) video(s *published.Story, m *doc.Media) Node {
	file, ok := widest(m.Renditions, "video/")
	if m.Kind != "video" || !ok {
		return nil
	}
	zone := g.zoneOf(s)
	var thumbnails []string
	for _, p := range g.pictures(m.Poster) {
		thumbnails = append(thumbnails, p["url"].(string))
	}
	var captions []Node
	for _, t := range m.Tracks {
		captions = append(captions, Node{
			"@type": "MediaObject", "contentUrl": absolute(g.Origin, t.URL), "encodingFormat": "text/vtt", "inLanguage": t.Lang, "name": t.Label,
		})
	}
	name := or(s.Lead.Title, s.Headline)
	return Node{
		"@type": "VideoObject", "@id": StoryAddress(g.Origin, s.Section, s.Slug, s.ID) + "#video",
		"name": name, "description": or(m.Caption, or(s.Standfirst, name)), "thumbnailUrl": thumbnails,
		"uploadDate": stamp(s.Published, zone), "dateCreated": stamp(s.Lead.Recorded, zone),
		"duration": iso8601(m.Duration), "contentUrl": absolute(g.Origin, file.URL), "encodingFormat": file.Type,
		"width": m.Width, "height": m.Height, "creditText": m.Credit, "transcript": m.Transcript, "caption": captions,
		"inLanguage": s.Language, "publisher": Node{"@id": g.orgID()},
	}
}

// Gallery is an ImageGallery of all photos of the story, in their order.
func (g Graph) Gallery(s *published.Story) Node {
	page := StoryAddress(g.Origin, s.Section, s.Slug, s.ID)
	var photos []Node
	lead := leadOf(s)
	if lead != nil && lead.Kind == "photo" && !slices.Contains(doc.MediaIDs(s.Body), s.Lead.Media) {
		photos = append(photos, g.whole(lead))
	}
	for _, p := range shownPhotos(s) {
		photos = append(photos, g.whole(p))
	}
	return Node{
		"@type": "ImageGallery", "@id": page + "#gallery", "url": page, "name": s.Headline,
		"description": or(s.Description, s.Standfirst), "inLanguage": s.Language,
		"datePublished": stamp(s.Published, g.zoneOf(s)), "dateModified": stamp(latest(s.Published, s.Updated), g.zoneOf(s)),
		"author": g.authors(s), "publisher": Node{"@id": g.orgID()}, "image": photos,
	}
}

func (g Graph) whole(m *doc.Media) Node {
	r, ok := widest(m.Renditions, "image/jpeg")
	if !ok {
		return nil
	}
	return g.picture(r, m)
}

// authors are the writers; the agency for wire copy without a name; the site when nobody is named.
func (g Graph) authors(s *published.Story) []Node {
	if len(s.Bylines) == 0 {
		if s.Source != "" {
			return []Node{g.agency(s.Source)}
		}
		return []Node{{"@type": "NewsMediaOrganization", "@id": g.orgID(), "name": g.Site.Name, "url": g.Origin + "/"}}
	}
	var list []Node
	for _, b := range s.Bylines {
		p := Node{"@type": "Person", "name": b.Name, "jobTitle": b.Role}
		if b.Slug != "" {
			p["url"] = Address(g.Site, g.Origin, s.Language, "/by/"+b.Slug)
		}
		list = append(list, p)
	}
	return list
}

// agency is a provider of wire copy; its id makes it the same thing on every page of the site.
func (g Graph) agency(name string) Node {
	return Node{"@type": "Organization", "@id": g.Origin + "/#source-" + fragment(name), "name": name}
}

func posterOf(m *doc.Media) *doc.Media {
	if m != nil && m.Kind == "video" {
		return m.Poster
	}
	return m
}

// shownPhotos are the photos of the text with the words that the story gives them.
func shownPhotos(s *published.Story) []*doc.Media {
	var list []*doc.Media
	add := func(a doc.Attrs) {
		m, ok := s.Media[a.Str("media")]
		if !ok || m.Kind != "photo" {
			return
		}
		m.Alt, m.Caption, m.Credit = or(a.Str("alt"), m.Alt), or(a.Str("caption"), m.Caption), or(a.Str("credit"), m.Credit)
		list = append(list, &m)
	}
	var walk func(n doc.Node)
	walk = func(n doc.Node) {
		switch n.Type {
		case "photo":
			add(n.Attrs)
		case "gallery":
			items, _ := n.Attrs["items"].([]any)
			for _, it := range items {
				if a, ok := it.(map[string]any); ok {
					add(a)
				}
			}
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(s.Body)
	return list
}

func firstPhoto(s *published.Story) *doc.Media {
	if list := shownPhotos(s); len(list) > 0 {
		return list[0]
	}
	return nil
}

// shorten cuts s at a word's end so that it has at most n characters, the ellipsis included.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	s = cut(s, n-1)
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:–—-") + "…"
}
