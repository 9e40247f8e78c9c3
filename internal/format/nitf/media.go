package nitf

import (
	"strings"

	"masthead/internal/format/xmltree"
)

// media writes a figure and notes it in the item. The first file is shown; all are in Item.Media.
func (r *renderer) media(n *xmltree.Node) {
	m := Media{Type: strings.ToLower(n.Attr("media-type"))}
	for _, f := range n.Children("media-reference") {
		m.Files = append(m.Files, File{
			Source:      strings.TrimSpace(first(f.Attr("source"), f.Attr("data-location"))),
			ContentType: f.Attr("mime-type"),
			Name:        f.Attr("name"),
			Width:       number(f.Attr("width")),
			Height:      number(f.Attr("height")),
		})
		m.Alt = first(m.Alt, f.Attr("alternate-text"))
		m.Credit = first(m.Credit, f.Attr("source-credit"))
	}
	var captions []string
	for _, c := range n.Children("media-caption") {
		captions = collect(captions, c.Spaced())
	}
	m.Caption = strings.Join(captions, " ")
	m.Credit = first(n.Child("media-producer").Line(), m.Credit)
	if m.Type == "" && len(m.Files) > 0 {
		m.Type, _, _ = strings.Cut(m.Files[0].ContentType, "/")
	}
	if len(m.Files) == 0 && m.Caption == "" {
		return
	}
	r.item.Media = append(r.item.Media, m)
	r.b = append(r.b, "<figure>"...)
	if len(m.Files) > 0 && m.Files[0].Source != "" {
		r.file(&m)
	}
	r.caption(n, &m)
	r.b = append(r.b, "</figure>"...)
}

func (r *renderer) file(m *Media) {
	src := m.Files[0].Source
	switch m.Type {
	case "video", "audio":
		r.b = append(append(r.b, '<'), m.Type...)
		r.b = xmltree.AppendValue(append(r.b, " controls src="...), src)
		r.b = append(r.b, '>')
		r.end(m.Type)
	case "image", "photo", "picture", "graphic", "":
		r.b = xmltree.AppendValue(append(r.b, "<img src="...), src)
		r.b = xmltree.AppendValue(append(r.b, " alt="...), m.Alt)
		r.b = append(r.b, '>')
	default:
		r.b = xmltree.AppendValue(append(r.b, "<a href="...), src)
		r.b = append(r.b, '>')
		r.b = xmltree.AppendText(r.b, first(m.Files[0].Name, src))
		r.end("a")
	}
}

func (r *renderer) caption(n *xmltree.Node, m *Media) {
	if m.Caption == "" && m.Credit == "" {
		return
	}
	r.b = append(r.b, "<figcaption>"...)
	if m.Caption != "" {
		for _, c := range n.Children("media-caption") {
			r.flow(c)
		}
	}
	if m.Credit != "" {
		r.b = append(r.b, "<cite>"...)
		r.b = xmltree.AppendText(r.b, m.Credit)
		r.end("cite")
	}
	r.b = append(r.b, "</figcaption>"...)
}
