package newsml

import (
	"encoding/base64"
	"html"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/format/charset"
	"masthead/internal/format/nitf"
	"masthead/internal/format/plaincopy"
	"masthead/internal/format/xmltree"
)

// content reads a contentSet. Its members are renditions of one content, so the first body that has text is taken.
func (it *Item) content(set *xmltree.Node) {
	if set == nil {
		return
	}
	for _, k := range set.Kids {
		if k.Name.Space != set.Name.Space {
			continue
		}
		switch k.Name.Local {
		case "inlineXML":
			it.BodyType = first(it.BodyType, k.Attr("contenttype"))
			if it.BodyHTML == "" {
				it.inlineXML(k)
			}
		case "inlineData":
			it.BodyType = first(it.BodyType, k.Attr("contenttype"))
			if it.BodyHTML == "" && it.BodyText == "" {
				it.inlineData(k)
			}
		case "remoteContent":
			it.Renditions = append(it.Renditions, rendition(k))
		}
	}
}

// inlineXML goes by the elements it finds, as contenttype is unreliable: XHTML (in any namespace) or NITF. Any other
// vocabulary leaves the body empty.
func (it *Item) inlineXML(n *xmltree.Node) {
	for _, k := range n.Kids {
		var b []byte
		switch k.Name.Local {
		case "nitf":
			it.fromNITF(nitf.FromTree(k))
			return
		case "html":
			b = bodyOf(k.Child("body")).AppendInnerHTML(nil)
		case "body":
			b = bodyOf(k).AppendInnerHTML(nil)
		case "p", "div", "section", "article", "ul", "ol", "table", "pre", "h1", "h2", "h3", "blockquote", "figure":
			b = bodyOf(n).AppendInnerHTML(nil)
		default:
			continue
		}
		it.BodyHTML = layOut(trim(string(b)))
		return
	}
}

// manyLines is from how many line ends on a lone paragraph is taken for copy set by hand.
const manyLines = 4

// layOut gives a body that is one paragraph of many lines, as some agencies send whole stories and tables, its
// paragraphs and columns back.
func layOut(body string) string {
	inner, ok := strings.CutPrefix(body, "<p>")
	if !ok {
		return body
	}
	inner, ok = strings.CutSuffix(inner, "</p>")
	if !ok || strings.Contains(inner, "<") || strings.Count(inner, "\n") < manyLines {
		return body
	}
	return plaincopy.HTML(html.UnescapeString(inner))
}

func trim(s string) string { return strings.Trim(s, " \t\r\n") }

// bodyOf returns the element whose children are the story. Where the body marks a main section (dpa does, with routing
// and notes for editors around it), that is the story; elements marked as not for publication are left out otherwise.
func bodyOf(body *xmltree.Node) *xmltree.Node {
	if body == nil {
		return &xmltree.Node{}
	}
	out := &xmltree.Node{Name: body.Name}
	for _, k := range body.Kids {
		if !k.IsText() && hasClass(k, "main") && (k.Name.Local == "section" || k.Name.Local == "article" || k.Name.Local == "div") {
			out.Kids = append(out.Kids, k.Kids...)
		}
	}
	if len(out.Kids) > 0 {
		return out
	}
	for _, k := range body.Kids {
		if k.IsText() || !hasClass(k, "notepad") && !hasClass(k, "np-nonpublic") {
			out.Kids = append(out.Kids, k)
		}
	}
	return out
}

func hasClass(n *xmltree.Node, class string) bool {
	return slices.Contains(strings.Fields(n.Attr("class")), class)
}

// fromNITF takes the body, and from the rest what the item itself does not say.
func (it *Item) fromNITF(n *nitf.Item) {
	it.NITF = n
	it.BodyHTML = n.BodyHTML
	if len(it.Headlines) == 0 && n.Headline != "" {
		it.Headlines = []Text{{Value: n.Headline}}
	}
	if len(it.Bylines) == 0 && n.Byline != "" {
		it.Bylines = []string{n.Byline}
	}
	it.Dateline = first(it.Dateline, n.Dateline)
	if until, held := n.Embargo(); held && !it.held {
		it.embargoed, it.held = until, true
	}
}

// inlineData holds plain text or HTML, sometimes HTML under the name of plain text, sometimes in base64.
func (it *Item) inlineData(n *xmltree.Node) {
	s := n.AllText()
	media := strings.ToLower(n.Attr("contenttype"))
	if strings.Contains(strings.ToLower(n.Attr("encoding")), "base64") {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
		if err != nil || !strings.HasPrefix(media, "text/") {
			return
		}
		text, _, err := charset.Decode(raw, media)
		if err != nil {
			return
		}
		s = string(text)
	}
	s = strings.Trim(s, "\r\n")
	switch {
	case strings.Contains(media, "html") || looksLikeHTML(s):
		it.BodyHTML = layOut(trim(s))
	case media == "" || strings.HasPrefix(media, "text/"):
		it.BodyText = s
	}
}

func looksLikeHTML(s string) bool {
	s = strings.ToLower(trim(s))
	for _, start := range []string{"<p>", "<p ", "<div", "<html", "<body", "<!doctype html", "<h1", "<h2", "<section", "<article"} {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

func rendition(n *xmltree.Node) Rendition {
	return Rendition{
		Rendition:   first(n.Attr("rendition"), n.Attr("renditionuri")),
		Href:        strings.TrimSpace(n.Attr("href")),
		ResidRef:    n.Attr("residref"),
		ContentType: n.Attr("contenttype"),
		Format:      first(n.Attr("format"), n.Attr("formaturi")),
		Width:       int(number(n.Attr("width"))),
		Height:      int(number(n.Attr("height"))),
		Size:        int64(number(n.Attr("size"))),
		Duration:    duration(n.Attr("duration"), lastPart(n.Attr("durationunit"))),
		AltText:     first(n.Child("altText").Spaced(), n.Child("alttext").Spaced()),
	}
}

func number(s string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= 0 && f < 1e15) {
		return 0
	}
	return f
}

// duration gives seconds; the unit is seconds unless stated (G2 §durationunit). Units that depend on a frame or
// edit rate, and ISO durations, give 0.
func duration(value, unit string) float64 {
	switch unit {
	case "", "seconds":
		return number(value)
	case "milliseconds":
		return number(value) / 1000
	case "minutes":
		return number(value) * 60
	}
	return 0
}

// groups reads a groupSet; members that stand in a package without one make a group of their own.
func (it *Item) groups(n *xmltree.Node) {
	if loose := refs(n); len(loose) > 0 {
		it.Groups = append(it.Groups, Group{Refs: loose})
	}
	set := n.Child("groupSet")
	it.RootGroup = set.Attr("root")
	for _, g := range set.Children("group") {
		it.Groups = append(it.Groups, Group{ID: g.Attr("id"), Role: first(g.Attr("role"), g.Attr("roleuri")), Mode: g.Attr("mode"), Refs: refs(g)})
	}
}

func refs(g *xmltree.Node) []Ref {
	var all []Ref
	for _, k := range g.Kids {
		switch k.Name.Local {
		case "itemRef":
			all = append(all, Ref{
				ResidRef: k.Attr("residref"), Href: k.Attr("href"), Version: k.Attr("version"),
				Class:    concept(k.Child("itemClass")).Code(),
				Headline: first(k.Child("headline").Spaced(), k.Child("title").Spaced()),
			})
		case "groupRef":
			all = append(all, Ref{GroupID: k.Attr("idref")})
		}
	}
	return all
}
