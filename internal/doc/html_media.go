package doc

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// figure reads a <figure>: with a picture in it the caption belongs to the picture and shares its fate.
func (r *htmlReader) figure(n *html.Node, c context) {
	if c.figure != nil || c.plain {
		r.within(n, c, c)
		return
	}
	var picture, caption *html.Node
	for k := range n.Descendants() {
		switch k.DataAtom {
		case atom.Img:
			if picture == nil {
				picture = k
			}
		case atom.Figcaption:
			if caption == nil {
				caption = k
			}
		}
	}
	inner := c
	inner.plain = picture == nil
	if picture != nil {
		inner.figure = &figure{}
		if caption != nil {
			inner.figure.credit, inner.figure.caption = creditOf(caption), words(caption, isCredit)
		}
	}
	r.within(n, c, inner)
	if f := inner.figure; f != nil && f.caption != "" {
		r.drop("figcaption", f.caption, "its picture was left out")
	}
}

func isCredit(n *html.Node) bool {
	return unwanted(n) != "" || strings.Contains(attr(n, "class"), "credit")
}

func creditOf(caption *html.Node) string {
	for k := range caption.Descendants() {
		if k.Type == html.ElementNode && strings.Contains(attr(k, "class"), "credit") {
			return strings.TrimSuffix(strings.TrimPrefix(words(k, func(*html.Node) bool { return false }), "("), ")")
		}
	}
	return ""
}

func (r *htmlReader) image(n *html.Node, c context) {
	raw := attr(n, "src")
	if tiny(attr(n, "width")) || tiny(attr(n, "height")) {
		r.drop("img", raw, "a counting pixel")
		return
	}
	src, ok := resolve(raw, r.base, false)
	if !ok || schemeOf(src) != "https" && schemeOf(src) != "http" {
		r.drop("img", raw, "not the address of a picture")
		return
	}
	var id string
	if r.o.Media != nil {
		id, ok = r.o.Media(src)
	}
	if r.o.Media == nil || !ok || !isID(id) {
		r.drop("img", src, "the picture is not in the library")
		return
	}
	photo := Node{Type: "photo", Attrs: Attrs{"media": id}}
	set := func(name, value string, limit int) {
		if value = strings.TrimSpace(clean(value, false)); value != "" {
			photo.Attrs[name] = clip(value, limit)
		}
	}
	set("alt", attr(n, "alt"), 2000)
	if c.figure != nil {
		set("caption", c.figure.caption, 5000)
		set("credit", c.figure.credit, 500)
		*c.figure = figure{}
	}
	if !r.spend(200 + len(attr(n, "alt"))) {
		return
	}
	if blank(r.line) {
		r.flush(c)
		r.add(photo)
		return
	}
	r.later = append(r.later, photo)
}

func tiny(size string) bool {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(size), "px"))
	return err == nil && n <= 1
}

// table keeps a table as a table. One of a single cell is only a box around its content.
func (r *htmlReader) table(n *html.Node, c context) {
	r.flush(c)
	rows, caption := tableRows(n)
	c.heading = 0
	if len(rows) == 1 && cells(rows[0]) == 1 || len(rows) == 0 {
		r.children(n, c)
		r.flush(c)
		return
	}
	t := Node{Type: "table"}
	if caption != nil {
		if s := clip(words(caption, isCredit), 2000); s != "" {
			t.Attrs = Attrs{"caption": s}
		}
	}
	if !r.open(t) {
		r.children(n, c)
		r.flush(c)
		return
	}
	for _, row := range rows {
		if unwanted(row) != "" || cells(row) == 0 || !r.open(Node{Type: "tableRow"}) {
			continue
		}
		for k := row.FirstChild; k != nil; k = k.NextSibling {
			r.cell(k, c)
		}
		r.close()
	}
	r.close()
}

func (r *htmlReader) cell(k *html.Node, c context) {
	if k.DataAtom != atom.Td && k.DataAtom != atom.Th || unwanted(k) != "" {
		return
	}
	n := Node{Type: "tableCell", Attrs: Attrs{}}
	if k.DataAtom == atom.Th {
		n.Type = "tableHeader"
	}
	for name, limit := range map[string]int{"colspan": 100, "rowspan": 1000} {
		if v, err := strconv.Atoi(strings.TrimSpace(attr(k, name))); err == nil && v > 1 {
			n.Attrs[name] = float64(min(v, limit))
		}
	}
	if r.open(n) {
		r.children(k, c)
		r.flush(c)
		r.close()
	}
}

// tableRows finds the rows of this table, not of one inside it.
func tableRows(n *html.Node) (rows []*html.Node, caption *html.Node) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		switch k.DataAtom {
		case atom.Caption:
			caption = k
		case atom.Tr:
			rows = append(rows, k)
		case atom.Thead, atom.Tbody, atom.Tfoot:
			inner, _ := tableRows(k)
			rows = append(rows, inner...)
		}
	}
	return rows, caption
}

func cells(row *html.Node) int {
	n := 0
	for k := row.FirstChild; k != nil; k = k.NextSibling {
		if k.DataAtom == atom.Td || k.DataAtom == atom.Th {
			n++
		}
	}
	return n
}
