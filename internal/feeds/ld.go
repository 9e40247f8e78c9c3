package feeds

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/published"
)

// Node is one schema.org thing. A value that is empty is left out when it is written.
type Node map[string]any

// JSONLD writes the things as one graph for <script type="application/ld+json">: <, >, & and the two line
// separators of Unicode are escaped, so that no text can end the script. Nothing gives nil.
func JSONLD(nodes ...Node) []byte {
	var graph []any
	for _, n := range nodes {
		if v, ok := prune(n); ok {
			graph = append(graph, v)
		}
	}
	if len(graph) == 0 {
		return nil
	}
	b, err := json.Marshal(map[string]any{"@context": "https://schema.org", "@graph": graph})
	if err != nil {
		panic(err) // strings, numbers and lists of them always encode
	}
	return b
}

// prune drops what is empty: schema.org has no empty values.
func prune(v any) (any, bool) {
	switch v := v.(type) {
	case Node:
		out := make(Node, len(v))
		things := 0
		for k, x := range v {
			if p, ok := prune(x); ok {
				out[k] = p
				if k != "@type" {
					things++
				}
			}
		}
		return out, things > 0
	case []Node:
		var out []any
		for _, n := range v {
			if p, ok := prune(n); ok {
				out = append(out, p)
			}
		}
		return out, len(out) > 0
	case []string:
		return v, len(v) > 0
	case string:
		return v, strings.TrimSpace(v) != ""
	case int:
		return v, v != 0
	case bool:
		return v, true
	}
	return nil, false
}

// Graph makes the things of one site's pages in one language.
type Graph struct {
	Site     *published.Site
	Origin   string // absolute, without a slash at the end
	Language string
	Logo     string // square PNG of at least 112 pixels; absolute
	LogoSize int    // its edge in pixels
	Drawn    []File // what stands for a story that has no picture, or none that is cut yet; absolute
}

// URL returns the absolute URL of a path in the graph's language.
func (g Graph) URL(path string) string { return Address(g.Site, g.Origin, g.Language, path) }

func (g Graph) orgID() string { return g.Origin + "/#organization" }

// Organization is the publisher.
func (g Graph) Organization() Node {
	n := Node{
		"@type": "NewsMediaOrganization", "@id": g.orgID(), "name": g.Site.Name, "url": g.Origin + "/",
		"description": named(g.Site.Tagline, g.Language, ""), "email": g.Site.Contact,
		"logo": Node{"@type": "ImageObject", "url": g.Logo, "width": g.LogoSize, "height": g.LogoSize},
	}
	if g.Logo == "" {
		delete(n, "logo")
	}
	if g.Site.Founded > 0 {
		n["foundingDate"] = fmt.Sprintf("%04d", g.Site.Founded)
	}
	return n
}

// Home are the things of the front page: the site with its search, and the publisher.
func (g Graph) Home() []Node {
	site := Node{
		"@type": "WebSite", "@id": g.URL("/") + "#website", "url": g.URL("/"), "name": g.Site.Name, "inLanguage": g.Language,
		"description": named(g.Site.Tagline, g.Language, ""),
		"publisher":   Node{"@id": g.orgID()},
		"potentialAction": Node{
			"@type":  "SearchAction",
			"target": Node{"@type": "EntryPoint", "urlTemplate": g.URL("/search") + "?q={query}"},
		},
	}
	return []Node{site, g.Organization()}
}

// Crumb is one step of the way to a page. The last one is the page itself.
type Crumb struct{ Name, URL string }

// Breadcrumbs is the way to a page, outermost first; nil for less than two steps.
func (g Graph) Breadcrumbs(steps []Crumb) Node {
	if len(steps) < 2 {
		return nil
	}
	var list []Node
	for i, s := range steps {
		list = append(list, Node{"@type": "ListItem", "position": i + 1, "name": s.Name, "item": s.URL})
	}
	return Node{"@type": "BreadcrumbList", "itemListElement": list}
}

// ItemList is the list of the stories on a page, in its order.
func (g Graph) ItemList(cards []published.Card) Node {
	var list []Node
	for i, c := range cards {
		list = append(list, Node{
			"@type": "ListItem", "position": i + 1, "name": c.Headline,
			"url": StoryAddress(g.Origin, c.Section, c.Slug, c.ID),
		})
	}
	return Node{"@type": "ItemList", "itemListElement": list}
}

// Collection is a section, topic, region or archive page with its list.
func (g Graph) Collection(name, about, pageURL string, cards []published.Card) Node {
	n := Node{
		"@type": "CollectionPage", "@id": pageURL, "url": pageURL, "name": name, "description": about,
		"inLanguage": g.Language, "isPartOf": Node{"@id": g.URL("/") + "#website"},
	}
	if len(cards) > 0 {
		n["mainEntity"] = g.ItemList(cards)
	}
	return n
}

// Place is a region as schema.org knows places.
func (g Graph) Place(r published.Region) Node {
	name, in := r.Name, r.Province
	if g.Language == "fr" {
		name, in = or(r.NameFR, name), or(r.ProvinceFR, in)
	}
	n := Node{"@type": "Place", "name": name, "containedInPlace": Node{"@type": "AdministrativeArea", "name": in}}
	if r.Lat != 0 || r.Lon != 0 {
		n["latitude"], n["longitude"] = degrees(r.Lat), degrees(r.Lon)
	}
	return n
}

func degrees(f float64) string { return fmt.Sprintf("%.4f", f) }

// Profile is a writer's page.
func (g Graph) Profile(a published.Author) Node {
	page := g.URL("/by/" + a.Slug)
	return Node{
		"@type": "ProfilePage", "@id": page, "url": page, "inLanguage": g.Language,
		"mainEntity": Node{
			"@type": "Person", "@id": page + "#person", "name": a.Name, "url": page, "email": a.Email,
			"jobTitle": named(a.Role, g.Language, ""), "description": named(a.Bio, g.Language, ""),
			"worksFor": Node{"@type": "NewsMediaOrganization", "@id": g.orgID(), "name": g.Site.Name, "url": g.Origin + "/"},
		},
	}
}

// stamp is a moment in a zone with its offset.
func stamp(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.RFC3339)
}

func (g Graph) zoneOf(s *published.Story) *time.Location {
	return published.Zone(s.Zone, g.Site.Location())
}

// picture is an image file as a thing.
func (g Graph) picture(r doc.Rendition, m *doc.Media) Node {
	address := absolute(g.Origin, r.URL)
	return Node{
		"@type": "ImageObject", "url": address, "contentUrl": address, "width": r.Width, "height": r.Height,
		"caption": or(m.Caption, m.Alt), "creditText": m.Credit,
	}
}

// pictures are the three crops that search engines ask for, 16:9, 4:3 and 1:1, each in its widest JPEG; the
// whole picture when there are no crops.
func (g Graph) pictures(m *doc.Media) []Node {
	if m == nil {
		return nil
	}
	var list []Node
	for _, ratio := range []string{"16:9", "4:3", "1:1"} {
		for _, c := range m.Crops {
			if c.Ratio != ratio {
				continue
			}
			if r, ok := widest(c.Renditions, "image/jpeg"); ok {
				list = append(list, g.picture(r, m))
			}
		}
	}
	if len(list) == 0 {
		if r, ok := widest(m.Renditions, "image/jpeg"); ok {
			list = append(list, g.picture(r, m))
		}
	}
	return list
}

// drawn are the pictures that stand for a story's own.
func (g Graph) drawn() (list []Node) {
	for _, f := range g.Drawn {
		list = append(list, Node{"@type": "ImageObject", "url": f.URL, "contentUrl": f.URL, "width": f.Width, "height": f.Height, "caption": f.Text})
	}
	return list
}

// iso8601 is a duration in hours, minutes and seconds (ISO 8601-1 §5.5.2).
func iso8601(seconds int) string {
	if seconds <= 0 {
		return ""
	}
	s := "PT"
	for _, p := range []struct {
		n    int
		unit string
	}{{seconds / 3600, "H"}, {seconds / 60 % 60, "M"}, {seconds % 60, "S"}} {
		if p.n > 0 {
			s += fmt.Sprint(p.n) + p.unit
		}
	}
	return s
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// fragment makes a part of a URL out of a name.
func fragment(name string) string {
	return url.PathEscape(strings.ToLower(strings.ReplaceAll(name, " ", "-")))
}
