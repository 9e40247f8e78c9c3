package feed

import (
	"fmt"
	"strings"

	"masthead/internal/errs"
)

// reader turns an XML document into a Feed, one child of the channel at a time, so that a large feed is never a large tree.
type reader struct {
	sc     scanner
	names  scope
	feed   *Feed
	atom   bool   // the document's own elements are Atom's
	old    bool   // Atom 0.3
	up     []open // containers open around the current element: rss or RDF and channel, or feed
	stop   string // why reading ended before the document did
	begun  bool   // a channel or feed element was met
	dates  []dated
	itunes string // the channel's description in iTunes' words
}

func readXML(text, base string) (*Feed, error) {
	r := &reader{sc: scanner{s: text}, feed: &Feed{}}
	root := r.sc.next()
	for root == isText || root == isEnd {
		root = r.sc.next()
	}
	if root == atEnd {
		return nil, errs.Errorf(errs.Invalid, "no feed: there is no XML element in the file")
	}
	if err := r.root(base); err != nil {
		return nil, err
	}
	r.body()
	if r.stop == "" && r.sc.cut {
		r.stop = "the document ends inside a tag or comment"
	}
	switch {
	case r.stop != "" && len(r.feed.Items) == 0:
		return nil, errs.Errorf(errs.Invalid, "feed has no complete item: %s", r.stop)
	case r.stop != "":
		r.feed.problem(fmt.Sprintf("%s; %d complete items were read", r.stop, len(r.feed.Items)))
	case !r.begun:
		r.feed.problem("there is no channel in the feed")
	}
	first(&r.feed.Description, r.itunes)
	r.feed.Updated = best(r.dates)
	return r.feed, nil
}

// root recognises the format from the first element.
func (r *reader) root(base string) error {
	r.names.declare(r.sc.attrs)
	prefix, local := split(r.sc.name)
	uri, _ := r.names.uri(prefix)
	top := r.child(&node{base: base, bare: true})
	switch strings.ToLower(local) {
	case "rss":
		r.names.core = uri
		r.feed.Format = strings.TrimSpace("rss " + top.attr("version"))
	case "channel":
		r.names.core = uri
		r.feed.Format = "rss"
		r.begun = true
	case "rdf":
		r.feed.Format = "rss 1.0"
	case "feed":
		r.names.core = uri
		r.atom, r.begun = true, true
		r.old = strings.HasPrefix(uri, "purl.org/atom") || strings.HasPrefix(top.attr("version"), "0.")
		r.feed.Format = "atom 1.0"
		if r.old {
			r.feed.Format = "atom 0.3"
		}
	case "html", "head", "body":
		return errs.Errorf(errs.Invalid, "this is an HTML page, not a feed")
	case "opml":
		return errs.Errorf(errs.Invalid, "this is OPML, a list of feeds, not a feed")
	default:
		return errs.Errorf(errs.Invalid, "this is XML with the root <%.40s>, not a feed", r.sc.name)
	}
	r.feed.Language = top.lang
	if !r.sc.empty {
		r.up = append(r.up, open{top, r.sc.name, 0})
	}
	return nil
}

// body reads the containers and hands each of their other children to take, until the root ends or r.stop is set.
func (r *reader) body() {
	for len(r.up) > 0 && r.stop == "" {
		switch r.sc.next() {
		case atEnd:
			r.stop = "the document ends without </" + r.up[0].raw + ">"
		case isEnd:
			for i := len(r.up) - 1; i >= 0; i-- {
				if strings.EqualFold(r.up[i].raw, r.sc.name) {
					r.names.bound = r.names.bound[:r.up[i].scope]
					r.up = r.up[:i]
					break
				}
			}
		case isStart:
			r.element()
		}
	}
}

// opened reports whether name, as written, is a container that is open.
func (r *reader) opened(name string) bool {
	for _, c := range r.up {
		if strings.EqualFold(c.raw, name) {
			return true
		}
	}
	return false
}

// element reads the element that the scanner is on: a container is opened, any other read whole and taken.
func (r *reader) element() {
	mark, raw, empty := len(r.names.bound), r.sc.name, r.sc.empty
	r.names.declare(r.sc.attrs)
	up := r.up[len(r.up)-1]
	n := r.child(up.node)
	if n.name == unknown+":channel" && up.name == "rdf:rdf" { // RSS 1.0 in a namespace of its own
		prefix, _ := split(raw)
		r.names.core, _ = r.names.uri(prefix)
		n.name = "channel"
	}
	if n.name == "channel" && !r.atom && len(r.up) == 1 {
		r.begun = true
		if n.lang != "" {
			r.feed.Language = n.lang
		}
		if !empty {
			r.up = append(r.up, open{n, raw, mark})
		} else {
			r.names.bound = r.names.bound[:mark]
		}
		return
	}
	whole := empty || r.fill(n, raw, mark)
	r.names.bound = r.names.bound[:mark]
	if !whole {
		return
	}
	switch {
	case !r.atom && n.name == "item", r.atom && n.name == "entry":
		r.begun = true
		if len(r.feed.Items) == MaxItems {
			r.stop = "the feed holds more than 100,000 items"
			return
		}
		r.feed.Items = append(r.feed.Items, r.item(n))
	default:
		r.about(n)
	}
}

// about takes what an element says of the feed as a whole. RSS 1.0 has image and textinput beside its channel: they
// are not the feed's.
func (r *reader) about(n *node) {
	f, own := r.feed, strings.TrimPrefix(n.name, "atom:")
	switch own {
	case "title":
		first(&f.Title, r.title(n))
	case "dc:title":
		first(&f.Title, r.title(n))
	case "description", "subtitle", "tagline":
		first(&f.Description, r.title(n))
	case "itunes:summary", "itunes:subtitle":
		first(&r.itunes, r.title(n))
	case "id":
		first(&f.ID, n.own())
	case "link":
		r.feedLink(n)
	case "language", "dc:language":
		if s := n.own(); s != "" && (f.Language == "" || !r.atom) {
			f.Language = s
		}
	case "lastbuilddate", "updated", "modified", "dcterms:modified":
		r.dates = append(r.dates, dated{0, n.own()})
	case "pubdate", "dc:date":
		r.dates = append(r.dates, dated{1, n.own()})
	case "author", "managingeditor", "dc:creator", "itunes:author":
		f.Authors = addAuthor(f.Authors, author(n))
	}
}

// feedLink takes a link of the feed. In RSS the channel's page is where relative references start from, unless
// xml:base says otherwise: the feed itself often lies on another host. In Atom that is the document (RFC 4287 §2).
func (r *reader) feedLink(n *node) {
	f := r.feed
	href, rel := n.attr("href"), strings.ToLower(n.attr("rel"))
	if n.name == "link" && !r.atom && href == "" {
		href, rel = n.own(), "channel"
	}
	if href == "" {
		return
	}
	href = n.url(href)
	switch rel {
	case "self":
		first(&f.Self, href)
		r.rebase(href, false)
	case "", "alternate", "channel":
		if rel == "channel" || f.Link == "" {
			f.Link = href
		}
		r.rebase(href, rel == "channel")
	}
}

// rebase makes href the base of what follows where no base is known, or where it replaces the one the caller gave.
func (r *reader) rebase(href string, replace bool) {
	if !webURL(href) {
		return
	}
	for _, c := range r.up {
		if c.attr("xml:base") != "" {
			return
		}
	}
	for _, c := range r.up {
		if c.base == "" || replace {
			c.base = href
		}
	}
}

// first sets *s if it is still empty.
func first(s *string, value string) {
	if *s == "" {
		*s = value
	}
}
