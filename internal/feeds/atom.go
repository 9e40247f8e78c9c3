package feeds

import "time"

// Atom writes an Atom feed (RFC 4287) with Media RSS for pictures. A feed without items and without
// Channel.Updated says that it changed at the beginning of Unix time: the element is required.
func Atom(ch Channel, items []Item) []byte {
	w := newXML()
	w.start("feed", "xmlns", "http://www.w3.org/2005/Atom", "xmlns:media", "http://search.yahoo.com/mrss/", "xml:lang", ch.Language)
	w.text("id", ch.Self)
	w.text("title", ch.Title)
	w.text("subtitle", ch.Description)
	changed := updated(ch, items)
	if changed.IsZero() {
		changed = time.Unix(0, 0)
	}
	w.text("updated", atomTime(changed))
	w.empty("link", "rel", "self", "type", "application/atom+xml", "href", ch.Self)
	w.empty("link", "rel", "alternate", "type", "text/html", "hreflang", ch.Language, "href", ch.Home)
	if ch.Next != "" {
		w.empty("link", "rel", "next", "type", "application/atom+xml", "href", ch.Next)
	}
	author := ch.Author
	if author == "" {
		author = ch.Title
	}
	w.start("author")
	w.text("name", author)
	w.end()
	w.text("rights", ch.Rights)
	w.text("icon", ch.Icon)
	w.text("generator", "Masthead")
	for _, it := range items {
		w.atomEntry(it, ch.Language)
	}
	w.end()
	return w.Bytes()
}

// atomTime is RFC 3339 in UTC; fractions of a second are left out.
func atomTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (w *xmlWriter) atomEntry(it Item, lang string) {
	own := it.Language
	if own == lang {
		own = ""
	}
	w.start("entry", "xml:lang", own)
	w.text("id", it.ID)
	w.text("title", it.Title)
	w.text("published", atomTime(it.Published))
	w.text("updated", atomTime(latest(it.Published, it.Updated)))
	w.empty("link", "rel", "alternate", "type", "text/html", "hreflang", it.Language, "href", it.URL)
	for _, f := range []*File{it.Clip, it.Picture} {
		if f != nil {
			w.empty("link", "rel", "enclosure", "type", f.Type, "length", number(f.Bytes), "title", or(f.Title, f.Text), "href", f.URL)
		}
	}
	for _, a := range it.Authors {
		w.start("author")
		w.text("name", a.Name)
		w.text("uri", a.URL)
		w.end()
	}
	for _, c := range it.Categories {
		w.empty("category", "term", c.Term, "label", c.Label)
	}
	w.text("rights", it.Rights)
	w.text("summary", it.Summary)
	w.text("content", it.HTML, "type", "html")
	w.media(it)
	w.end()
}
