package feeds

import (
	"strings"
	"time"
)

// rssTime is RFC 822's date with the four-digit year that RSS 2.0 wants.
func rssTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC1123Z)
}

// RSS writes an RSS 2.0 feed with the Atom, Dublin Core, Content and Media RSS modules.
func RSS(ch Channel, items []Item) []byte {
	w := newXML()
	w.start("rss", "version", "2.0",
		"xmlns:atom", "http://www.w3.org/2005/Atom",
		"xmlns:content", "http://purl.org/rss/1.0/modules/content/",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:media", "http://search.yahoo.com/mrss/")
	w.start("channel")
	w.text("title", ch.Title)
	w.text("link", ch.Home)
	w.tag("description", nil) // must be there, if empty
	w.WriteByte('>')
	w.escape(ch.Description, false)
	w.WriteString("</description>\n")
	w.text("language", ch.Language)
	w.text("copyright", ch.Rights)
	w.text("lastBuildDate", rssTime(updated(ch, items)))
	w.text("generator", "Masthead")
	w.text("docs", "https://www.rssboard.org/rss-specification")
	w.empty("atom:link", "rel", "self", "type", "application/rss+xml", "href", ch.Self)
	if ch.Next != "" {
		w.empty("atom:link", "rel", "next", "type", "application/rss+xml", "href", ch.Next)
	}
	if ch.Icon != "" {
		w.start("image")
		w.text("url", ch.Icon)
		w.text("title", ch.Title)
		w.text("link", ch.Home)
		w.end()
	}
	for _, it := range items {
		w.rssItem(it)
	}
	w.end()
	w.end()
	return w.Bytes()
}

func (w *xmlWriter) rssItem(it Item) {
	w.start("item")
	w.text("title", it.Title)
	w.text("link", it.URL)
	w.text("guid", it.ID, "isPermaLink", "false")
	w.text("pubDate", rssTime(it.Published))
	for _, a := range it.Authors {
		w.text("dc:creator", a.Name)
	}
	for _, c := range it.Categories {
		w.text("category", c.Label)
	}
	w.text("description", htmlText.Replace(it.Summary)) // readers take it for HTML
	w.text("content:encoded", it.HTML)
	if v := it.Clip; v != nil && v.Bytes > 0 { // at most one, and its length must be known
		w.empty("enclosure", "url", v.URL, "length", number(v.Bytes), "type", v.Type)
	}
	w.media(it)
	w.end()
}

// media writes the picture and the clip by Media RSS 1.5.1.
func (w *xmlWriter) media(it Item) {
	if v := it.Clip; v != nil {
		medium, _, _ := strings.Cut(v.Type, "/")
		w.mediaContent(v, medium, it.Thumbnail)
	}
	if p := it.Picture; p != nil {
		w.mediaContent(p, "image", nil)
	}
	w.thumbnail(it.Thumbnail)
}

func (w *xmlWriter) mediaContent(f *File, medium string, poster *File) {
	w.start("media:content", "url", f.URL, "type", f.Type, "medium", medium, "fileSize", number(f.Bytes),
		"duration", number(f.Duration), "width", number(f.Width), "height", number(f.Height))
	w.text("media:title", f.Title, "type", "plain")
	w.text("media:description", f.Text, "type", "plain")
	w.text("media:credit", f.Credit)
	w.thumbnail(poster)
	w.end()
}

func (w *xmlWriter) thumbnail(f *File) {
	if f != nil {
		w.empty("media:thumbnail", "url", f.URL, "width", number(f.Width), "height", number(f.Height))
	}
}
