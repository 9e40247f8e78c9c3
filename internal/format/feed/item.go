package feed

import "strings"

// ranked keeps the best of several values for one field; the lower rank wins, and of equals the first.
type ranked struct {
	value string
	rank  int
}

func (r *ranked) offer(rank int, value string) {
	if value != "" && (r.value == "" || rank < r.rank) {
		*r = ranked{value, rank}
	}
}

// draft is an item while its elements are read.
type draft struct {
	Item
	title, link, summary, content ranked
	published, updated            []dated
	guidLink                      string
	media                         mediaList
}

// item reads RSS item and Atom entry. One list of elements serves both, because feeds mix them: Atom elements in RSS,
// RSS and Dublin Core in Atom.
func (r *reader) item(n *node) Item {
	d := &draft{}
	d.Language = n.lang
	if n.bare {
		d.Language = r.feed.Language
	}
	d.GUID = n.attr("rdf:about")
	for _, k := range n.kids {
		if k.name != "" && !r.identity(d, k) && !r.text(d, k) {
			d.media.read(k, n)
		}
	}
	it := d.Item
	d.title.offer(3, d.media.title)
	d.summary.offer(3, d.media.description)
	it.Title, it.Summary, it.Content = d.title.value, d.summary.value, d.content.value
	it.Published, it.Updated = best(d.published), best(d.updated)
	d.link.offer(9, d.guidLink)
	it.Link, it.Media = d.link.value, d.media.list
	it.Categories = append(it.Categories, d.media.categories...)
	it.Categories = distinct(it.Categories)
	return it
}

// identity takes the elements that say what the item is, where, when and by whom. It reports whether k was one.
func (r *reader) identity(d *draft, k *node) bool {
	switch strings.TrimPrefix(k.name, "atom:") {
	case "guid", "id":
		r.guid(d, k)
	case "link":
		r.link(d, k)
	case "dc:identifier":
		if s := k.own(); webURL(s) {
			d.link.offer(5, s)
		}
	case "pubdate", "published", "issued":
		d.published = append(d.published, dated{0, k.own()})
	case "dc:date", "dcterms:issued", "dcterms:date", "prism:publicationdate":
		d.published = append(d.published, dated{1, k.own()})
	case "created", "dcterms:created":
		d.published = append(d.published, dated{2, k.own()})
	case "updated", "modified", "dcterms:modified":
		d.updated = append(d.updated, dated{0, k.own()})
	case "author", "dc:creator", "dc:author":
		d.Authors = addAuthor(d.Authors, author(k))
	case "itunes:author":
		if len(d.Authors) == 0 {
			d.Authors = addAuthor(d.Authors, author(k))
		}
	case "category", "dc:subject":
		if len(d.Categories) < maxLists {
			d.Categories = append(d.Categories, category(k))
		}
	case "language", "dc:language":
		if s := k.own(); s != "" {
			d.Language = s
		}
	case "source":
		d.Source = r.source(k)
	default:
		return false
	}
	return true
}

// text takes the texts. It reports whether k was one.
func (r *reader) text(d *draft, k *node) bool {
	atom := r.atom || strings.HasPrefix(k.name, "atom:")
	switch strings.TrimPrefix(k.name, "atom:") {
	case "title":
		d.title.offer(0, r.title(k))
	case "dc:title":
		d.title.offer(1, r.title(k))
	case "itunes:title":
		d.title.offer(2, r.title(k))
	case "description":
		d.summary.offer(0, r.fragment(k, false))
	case "summary":
		d.summary.offer(1, r.fragment(k, atom))
	case "dcterms:abstract":
		d.summary.offer(2, r.fragment(k, false))
	case "itunes:summary":
		d.summary.offer(4, r.fragment(k, false))
	case "itunes:subtitle":
		d.summary.offer(5, r.fragment(k, false))
	case "content:encoded":
		d.content.offer(0, r.fragment(k, false))
	case "content":
		first(&d.ContentURL, k.url(k.attr("src")))
		d.content.offer(1, r.fragment(k, atom))
		if !k.bare && d.content.value != "" {
			d.Language = k.lang
		}
	case "encoded", "fullitem", "xhtml:body", "xhtml:div", "body":
		d.content.offer(2, r.fragment(k, false))
	default:
		return false
	}
	return true
}

// guid takes RSS guid or Atom id. An RSS guid is also the item's link unless it says that it is none (RSS 2.0, guid).
func (r *reader) guid(d *draft, k *node) {
	id := k.own()
	if id == "" {
		return
	}
	if d.GUID == "" || k.name == "guid" || r.atom {
		d.GUID = id
	}
	if k.name == "guid" && webURL(id) && !strings.EqualFold(k.attr("ispermalink"), "false") {
		first(&d.guidLink, id)
	}
}

// link takes RSS link, Atom link of the relations that matter here, and Atom links in RSS.
func (r *reader) link(d *draft, k *node) {
	href := k.attr("href")
	if href == "" {
		if s := k.own(); s != "" {
			d.link.offer(0, k.url(s))
		}
		return
	}
	href = k.url(href)
	typ := strings.ToLower(k.attr("type"))
	switch strings.ToLower(k.attr("rel")) {
	case "", "alternate":
		rank := 1
		if typ != "" && !strings.Contains(typ, "html") {
			rank = 2
		}
		d.link.offer(rank, href)
	case "related":
		first(&d.External, href)
	case "enclosure":
		d.media.add(Media{URL: href, Type: typ, Length: length(k.attr("length")), Title: k.attr("title")})
	}
}

// source reads RSS source (an address and a name) and Atom source (a feed's head).
func (r *reader) source(n *node) Source {
	s := Source{Link: n.url(n.attr("url")), Title: plain(n.own())}
	for _, k := range n.kids {
		switch strings.TrimPrefix(k.name, "atom:") {
		case "title":
			s.Title = r.title(k)
		case "id":
			s.ID = k.own()
		case "link":
			if rel := k.attr("rel"); rel == "" || rel == "alternate" {
				first(&s.Link, k.url(k.attr("href")))
			}
		case "author":
			s.Authors = addAuthor(s.Authors, author(k))
		}
	}
	return s
}

func category(n *node) Category {
	c := Category{Term: n.attr("term"), Label: n.attr("label"), Scheme: n.attr("scheme")}
	first(&c.Term, plain(n.own()))
	first(&c.Scheme, n.attr("domain"))
	return c
}

// distinct drops empty categories and repetitions, and keeps the order.
func distinct(list []Category) []Category {
	seen := make(map[Category]bool, len(list))
	kept := list[:0]
	for _, c := range list {
		if c.Term == "" && c.Label == "" || seen[c] || len(kept) == maxLists {
			continue
		}
		seen[c] = true
		kept = append(kept, c)
	}
	return kept
}
