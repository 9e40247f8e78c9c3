// Package feeds writes what machines read of the public site: RSS, Atom, JSON Feed, sitemaps, robots.txt, the
// web manifest, the search description and JSON-LD. It turns values into bytes and does nothing else: no
// database, no clock, no HTTP. The same values give the same bytes, so that the page cache can compare them.
package feeds

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/published"
)

// Address returns the absolute URL of a path in a language: the site's first language has no prefix, every
// other is /{language}/…. origin has no slash at the end.
func Address(site *published.Site, origin, lang, path string) string {
	if lang != "" && len(site.Languages) > 0 && lang != site.Languages[0] {
		path = "/" + lang + strings.TrimSuffix(path, "/")
	}
	return origin + (&url.URL{Path: path}).EscapedPath()
}

// StoryAddress returns the absolute URL of a story, which has no language prefix: it is in one language only.
func StoryAddress(origin, section, slug, id string) string {
	return Address(&published.Site{}, origin, "", published.Path(section, slug, id))
}

// Channel is the head of a feed. Home, Self, Next and Icon are absolute URLs; Next and Icon may be empty.
type Channel struct {
	Title       string
	Description string
	Home        string // the page that lists the same stories
	Self        string // the feed
	Next        string // the feed's next, older page
	Language    string // BCP 47
	Icon        string // square picture
	Author      string // who stands behind entries without a name: the site's name
	Rights      string
	Updated     time.Time // zero: the newest change among the items
}

// Item is one story of a feed. All text is plain but HTML.
type Item struct {
	ID         string // a URI that never changes
	URL        string
	Title      string
	Summary    string
	HTML       string // the whole text, with absolute addresses
	Language   string
	Rights     string
	Published  time.Time
	Updated    time.Time // last substantive change
	Modified   time.Time // last change of any kind
	Authors    []Author
	Categories []Category
	Picture    *File
	Banner     *File // the picture cut to 16:9
	Thumbnail  *File
	Clip       *File // a video or a sound
}

// Author is a writer or an agency; URL may be empty.
type Author struct{ Name, URL string }

// Category is a section or a topic: a slug and its name.
type Category struct{ Term, Label string }

// File is a picture, a video or a sound of an item.
type File struct {
	URL           string
	Type          string // MIME type
	Width, Height int
	Bytes         int64 // 0: unknown
	Duration      int   // seconds
	Title         string
	Text          string // caption, or the alternative text
	Credit        string
}

// ItemOf makes an item of a story. html is the story's text as doc.FeedHTML renders it, with absolute
// addresses; sections are the names that the story's section has for readers, outermost first.
func ItemOf(s *published.Story, site *published.Site, origin, html string, sections []published.Section) Item {
	it := Item{
		ID:        tagURI(site, origin, s.ID, s.Published),
		URL:       StoryAddress(origin, s.Section, s.Slug, s.ID),
		Title:     s.Headline,
		Summary:   s.Standfirst,
		HTML:      html,
		Language:  s.Language,
		Rights:    s.Rights,
		Published: s.Published,
		Updated:   latest(s.Published, s.Updated),
		Modified:  latest(s.Published, s.Updated, s.Modified),
		Authors:   authorsOf(s, site, origin),
	}
	for _, sec := range sections {
		it.Categories = append(it.Categories, Category{sec.Slug, named(sec.Name, s.Language, sec.Slug)})
	}
	for _, t := range s.Topics {
		it.Categories = append(it.Categories, Category{t.Slug, t.Name})
	}
	it.attach(s, origin)
	return it
}

// attach adds the lead video or sound, and the picture that stands for the story.
func (it *Item) attach(s *published.Story, origin string) {
	if m := leadOf(s); m != nil && m.Kind != "photo" {
		if f, ok := widest(m.Renditions, m.Kind+"/"); ok {
			it.Clip = fileOf(origin, f, m)
			it.Clip.Title, it.Clip.Duration = or(s.Lead.Title, s.Headline), m.Duration
		}
	}
	picture := KeyPicture(s)
	if picture == nil {
		return
	}
	for _, k := range picture.Crops {
		if f, ok := widest(k.Renditions, "image/jpeg"); ok && k.Ratio == "16:9" {
			it.Banner = fileOf(origin, f, picture)
		}
	}
	if f, ok := widest(picture.Renditions, "image/jpeg"); ok {
		it.Picture = fileOf(origin, f, picture)
	}
	if f, ok := narrowest(picture.Renditions, "image/jpeg", 320); ok {
		it.Thumbnail = fileOf(origin, f, picture)
	}
}

// leadOf returns the lead medium with the story's own words on it, nil if there is none.
func leadOf(s *published.Story) *doc.Media {
	if s.Lead == nil {
		return nil
	}
	m, ok := s.Media[s.Lead.Media]
	if !ok {
		return nil
	}
	own := func(to *string, word string) {
		if word != "" {
			*to = word
		}
	}
	own(&m.Alt, s.Lead.Alt)
	own(&m.Caption, s.Lead.Caption)
	own(&m.Credit, s.Lead.Credit)
	return &m
}

func fileOf(origin string, r doc.Rendition, m *doc.Media) *File {
	f := &File{URL: absolute(origin, r.URL), Type: r.Type, Width: r.Width, Height: r.Height, Bytes: r.Bytes, Text: m.Caption, Credit: m.Credit}
	if f.Text == "" {
		f.Text = m.Alt
	}
	return f
}

func widest(list []doc.Rendition, typ string) (best doc.Rendition, ok bool) {
	for _, r := range list {
		if strings.HasPrefix(r.Type, typ) && (!ok || r.Width > best.Width) {
			best, ok = r, true
		}
	}
	return best, ok
}

func narrowest(list []doc.Rendition, typ string, least int) (best doc.Rendition, ok bool) {
	for _, r := range list {
		if strings.HasPrefix(r.Type, typ) && r.Width >= least && (!ok || r.Width < best.Width) {
			best, ok = r, true
		}
	}
	return best, ok
}

// absolute puts the origin before a path of this site.
func absolute(origin, address string) string {
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") {
		return origin + address
	}
	return address
}

func authorsOf(s *published.Story, site *published.Site, origin string) []Author {
	var list []Author
	for _, b := range s.Bylines {
		a := Author{Name: b.Name}
		if b.Slug != "" {
			a.URL = Address(site, origin, s.Language, "/by/"+b.Slug)
		}
		list = append(list, a)
	}
	if len(list) > 0 {
		return list
	}
	if s.Source != "" {
		return []Author{{Name: s.Source}}
	}
	return []Author{{Name: site.Name, URL: Address(site, origin, s.Language, "/")}}
}

// tagURI names a story for good (RFC 4151): the host, the day it was first published, and its id. A new slug,
// section or language prefix does not change it.
func tagURI(site *published.Site, origin, id string, published time.Time) string {
	base := site.URL
	if base == "" {
		base = origin
	}
	host := "localhost"
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = strings.ReplaceAll(u.Hostname(), ":", "-")
	}
	return "tag:" + host + "," + published.UTC().Format(time.DateOnly) + ":story/" + url.PathEscape(id)
}

// named returns the name in a language, in English when there is none, else the fallback.
func named(names map[string]string, lang, fallback string) string {
	for _, l := range []string{lang, "en"} {
		if n := names[l]; n != "" {
			return n
		}
	}
	return fallback
}

func latest(times ...time.Time) time.Time {
	return slices.MaxFunc(times, time.Time.Compare)
}

// updated is when a feed last changed: what the channel says, else its items.
func updated(ch Channel, items []Item) time.Time {
	t := ch.Updated
	if !t.IsZero() {
		return t
	}
	for _, it := range items {
		t = latest(t, it.Published, it.Updated, it.Modified)
	}
	return t
}
