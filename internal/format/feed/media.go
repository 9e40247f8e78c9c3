package feed

import (
	"path"
	"strconv"
	"strings"
	"time"
)

// mediaList collects the media of one item. An address that comes again completes the first.
type mediaList struct {
	list        []Media
	at          map[string]int // address to index
	groups      int
	held        *Media // what the item says of all its media; read when first needed
	objects     bool   // the item has media:content or media:group
	title       string // mediaRSS title and description of the item, for an item that has no other
	description string // HTML
	categories  []Category
}

func (m *mediaList) add(v Media) {
	if v.URL == "" && v.Player == "" || len(m.list) >= maxLists {
		return
	}
	if v.Medium == "" {
		v.Medium = medium(v)
	}
	i, ok := m.at[v.URL]
	if !ok || v.URL == "" {
		if m.at == nil {
			m.at = map[string]int{}
		}
		m.at[v.URL] = len(m.list)
		m.list = append(m.list, v)
		return
	}
	m.list[i] = v.over(m.list[i])
}

// over returns v with what it leaves empty taken from w.
func (v Media) over(w Media) Media {
	for _, p := range [...]struct{ to, from *string }{
		{&v.URL, &w.URL}, {&v.Type, &w.Type}, {&v.Medium, &w.Medium}, {&v.Title, &w.Title}, {&v.Description, &w.Description},
		{&v.Credit, &w.Credit}, {&v.Copyright, &w.Copyright}, {&v.Thumbnail, &w.Thumbnail}, {&v.Player, &w.Player},
	} {
		first(p.to, *p.from)
	}
	if v.Length == 0 {
		v.Length = w.Length
	}
	if v.Width == 0 && v.Height == 0 {
		v.Width, v.Height = w.Width, w.Height
	}
	if v.Duration == 0 {
		v.Duration = w.Duration
	}
	if v.Group == 0 {
		v.Group = w.Group
	}
	v.Default = v.Default || w.Default
	return v
}

// read takes an element of an item if it is about media. What mediaRSS says at the item's level holds for all its
// objects unless they say it themselves (Media RSS 1.5.1, "optional elements").
func (m *mediaList) read(k, item *node) {
	switch k.name {
	case "enclosure", "enc:enclosure":
		href := k.attr("url")
		first(&href, k.attr("href"))
		first(&href, k.attr("rdf:resource"))
		first(&href, k.attr("resource"))
		typ := k.attr("type")
		first(&typ, k.attr("enc:type"))
		size := k.attr("length")
		first(&size, k.attr("enc:length"))
		m.add(Media{URL: k.url(href), Type: typ, Length: length(size)})
	case "media:group":
		m.groups++
		m.container(k, described(k, m.shared(item)), m.groups)
	case "media:content":
		m.object(k, m.shared(item), 0)
	case "media:thumbnail", "media:player":
		if v := m.shared(item); !m.objects {
			m.lone(k, v)
		}
	case "media:title":
		first(&m.title, mediaText(k))
	case "media:description", "media:text":
		first(&m.description, mediaHTML(k))
	case "media:category":
		m.category(k)
	case "itunes:image":
		m.add(Media{URL: k.url(k.attr("href")), Medium: "image"})
	case "image":
		href := k.attr("href")
		first(&href, k.attr("url"))
		if c := k.child("url"); c != nil {
			first(&href, c.own())
		}
		first(&href, k.own())
		if href = k.url(href); webURL(href) {
			m.add(Media{URL: href, Medium: "image"})
		}
	}
}

// shared returns what the elements at the item's level say of all its media.
func (m *mediaList) shared(item *node) Media {
	if m.held == nil {
		v := described(item, Media{})
		m.held = &v
		m.objects = item.child("media:content") != nil || item.child("media:group") != nil
	}
	return *m.held
}

// lone takes a thumbnail or player of an item or group that has no object; v is what is said of it.
func (m *mediaList) lone(k *node, v Media) {
	v.Thumbnail = ""
	if k.name == "media:player" {
		v.Player = k.url(k.attr("url"))
		m.add(v)
		return
	}
	v.Player = ""
	v.URL, v.Medium = k.url(k.attr("url")), "image"
	v.Width, v.Height = pixels(k.attr("width")), pixels(k.attr("height"))
	m.add(v)
}

// container reads the objects of a group, and what the group says in place of the item.
func (m *mediaList) container(n *node, v Media, group int) {
	found := false
	for _, k := range n.kids {
		switch k.name {
		case "media:content":
			m.object(k, v, group)
			found = true
		case "media:title":
			first(&m.title, mediaText(k))
		case "media:description", "media:text":
			first(&m.description, mediaHTML(k))
		case "media:category":
			m.category(k)
		}
	}
	if found {
		return
	}
	for _, k := range n.kids {
		if k.name == "media:thumbnail" || k.name == "media:player" {
			m.lone(k, v)
		}
	}
}

// object reads a media:content; v holds what it inherits.
func (m *mediaList) object(n *node, v Media, group int) {
	v = described(n, v)
	v.URL, v.Type, v.Medium = n.url(n.attr("url")), n.attr("type"), strings.ToLower(n.attr("medium"))
	v.Length = length(n.attr("filesize"))
	v.Width, v.Height = pixels(n.attr("width")), pixels(n.attr("height"))
	v.Group, v.Default = group, strings.EqualFold(n.attr("isdefault"), "true")
	v.Duration = seconds(n.attr("duration"))
	for _, k := range n.kids {
		if k.name == "media:category" {
			m.category(k)
		}
	}
	m.add(v)
}

// described returns v with what the elements directly inside n say of a media object.
func described(n *node, v Media) Media {
	var own Media
	var credits []string
	for _, k := range n.kids {
		switch k.name {
		case "media:title":
			first(&own.Title, mediaText(k))
		case "media:description", "media:text":
			first(&own.Description, mediaText(k))
		case "media:credit":
			if s := mediaText(k); s != "" && len(credits) < 20 {
				credits = append(credits, s)
			}
		case "media:copyright":
			first(&own.Copyright, mediaText(k))
		case "media:thumbnail":
			first(&own.Thumbnail, k.url(k.attr("url")))
		case "media:player":
			first(&own.Player, k.url(k.attr("url")))
		}
	}
	own.Credit = strings.Join(credits, ", ")
	return own.over(v)
}

func (m *mediaList) category(n *node) {
	if len(m.categories) < maxLists {
		c := Category{Term: plain(n.own()), Label: n.attr("label"), Scheme: n.attr("scheme")}
		first(&c.Scheme, "http://search.yahoo.com/mrss/category_schema") // Media RSS 1.5.1, media:category
		m.categories = append(m.categories, c)
	}
}

// mediaText is the plain text of a mediaRSS element, which says itself when it is HTML.
func mediaText(n *node) string {
	if strings.EqualFold(n.attr("type"), "html") || tagged(n.own()) {
		return plain(n.own())
	}
	return line(n.all())
}

// mediaHTML is the same as HTML.
func mediaHTML(n *node) string {
	s := n.own()
	if strings.EqualFold(n.attr("type"), "html") || tagged(s) {
		return absolutize(s, n.base)
	}
	return paragraphs(s)
}

// length reads a size in bytes; a negative, absurd or unreadable one is unknown.
func length(s string) int64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(0 < n && n < 1<<53) {
		return 0
	}
	return int64(n)
}

// seconds reads a duration, which may have a fraction.
func seconds(s string) time.Duration {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(0 < n && n < 1e7) {
		return 0
	}
	return time.Duration(n * float64(time.Second))
}

// pixels reads a width or height.
func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 1<<20 {
		return 0
	}
	return n
}

// medium guesses the kind of an object from its type, then from its address.
func medium(v Media) string {
	family, _, _ := strings.Cut(strings.ToLower(v.Type), "/")
	switch family {
	case "image", "audio", "video":
		return family
	case "":
	default:
		return ""
	}
	name, _, _ := strings.Cut(v.URL, "?")
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif":
		return "image"
	case ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac":
		return "audio"
	case ".mp4", ".m4v", ".webm", ".mov", ".m3u8", ".ogv":
		return "video"
	}
	return ""
}
