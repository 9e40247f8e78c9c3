package doc

import (
	"slices"
	"strconv"
	"strings"
)

func (r *renderer) find(id string) (Media, bool) {
	if r.e.Media == nil || id == "" {
		return Media{}, false
	}
	return r.e.Media(id)
}

func (r *renderer) media(n *Node) {
	if n.Type == "gallery" {
		r.gallery(n)
		return
	}
	m, ok := r.find(n.Attrs.Str("media"))
	if !ok {
		return
	}
	switch n.Type {
	case "photo":
		r.photo(m, n.Attrs, n.Attrs.Str("size"))
	default:
		r.clip(n, m, n.Type, "")
	}
}

// KeyPhoto renders the key media of a story whose node is a photo: loaded at once, with the id photo-1.
func KeyPhoto(photo Node, e Env) string {
	e.FirstPhoto, e.FirstEager = 1, true
	r := renderer{e: e, eager: true}
	if m, ok := r.find(photo.Attrs.Str("media")); ok {
		r.photo(m, photo.Attrs, "key")
	}
	return string(r.b)
}

// FeedKey renders the key media of a story, photo, video or sound, for feeds.
func FeedKey(media Node, e Env) string {
	r := renderer{e: e, feed: true}
	r.media(&media)
	return string(r.b)
}

// own gives the block's own words, or else the library's.
func own(a Attrs, name, library string) string {
	if s := a.Str(name); s != "" {
		return s
	}
	return library
}

func (r *renderer) photo(m Media, a Attrs, class string) { r.numbered(m, a, class, "") }

// numbered writes a photo; number, which of a gallery's it is, stands before the caption.
func (r *renderer) numbered(m Media, a Attrs, class, number string) {
	if len(pictures(m)) == 0 {
		return
	}
	alt := own(a, "alt", m.Alt)
	if a.Bool("decorative") {
		alt = ""
	}
	r.raw("<figure")
	if class != "" && class != "gallery" {
		r.class(class)
	}
	r.raw(">")
	if r.feed {
		r.img(m, alt, "")
	} else {
		r.photos++
		r.raw("<a")
		r.attr("id", "photo-"+strconv.Itoa(r.photos))
		r.attr("href", largest(m).URL)
		if alt == "" {
			r.attr("aria-label", r.e.Labels.Enlarge)
		}
		r.raw(">")
		r.picture(m, alt, r.e.Sizes.of(class))
		r.raw("</a>")
	}
	caption, credit := own(a, "caption", m.Caption), own(a, "credit", m.Credit)
	if caption != "" || credit != "" || number != "" {
		r.raw("<figcaption>")
		if number != "" {
			r.elem("p", "no", number)
		}
		r.caption(caption, credit)
		r.raw("</figcaption>")
	}
	r.raw("</figure>")
}

// caption writes what the picture means and, behind it, who made it.
func (r *renderer) caption(caption, credit string) {
	r.text(caption)
	if credit == "" {
		return
	}
	if caption != "" {
		r.raw(" ")
	}
	if r.feed {
		r.text("(" + credit + ")")
		return
	}
	r.elem("span", "credit", "("+credit+")")
}

// pictures are the renditions a browser can show as an image, without an animation or video among them.
func pictures(m Media) []Rendition {
	var out []Rendition
	for _, f := range m.Renditions {
		if strings.HasPrefix(f.Type, "image/") && f.URL != "" {
			out = append(out, f)
		}
	}
	return out
}

// largest prefers JPEG, which every program opens.
func largest(m Media) Rendition {
	var best Rendition
	for _, f := range pictures(m) {
		jpeg, had := f.Type == "image/jpeg", best.Type == "image/jpeg"
		if best.URL == "" || jpeg && !had || jpeg == had && f.Width > best.Width {
			best = f
		}
	}
	return best
}

// plainest is the file for programs that know no srcset: a JPEG of about 800 pixels.
func plainest(m Media) Rendition {
	best := largest(m)
	for _, f := range pictures(m) {
		if f.Type == best.Type && f.Width >= 640 && f.Width < best.Width {
			best = f
		}
	}
	return best
}

// picture writes the image with the better formats before it, the best first.
func (r *renderer) picture(m Media, alt, sizes string) {
	files := pictures(m)
	fallback := largest(m).Type
	var types []string
	for _, t := range []string{"image/avif", "image/webp"} {
		if t != fallback && slices.ContainsFunc(files, func(f Rendition) bool { return f.Type == t }) {
			types = append(types, t)
		}
	}
	if len(types) > 0 {
		r.raw("<picture>")
	}
	for _, t := range types {
		r.raw("<source")
		r.attr("type", t)
		r.srcset(files, t, sizes)
		r.raw(">")
	}
	r.img(m, alt, sizes)
	if len(types) > 0 {
		r.raw("</picture>")
	}
}

func (r *renderer) img(m Media, alt, sizes string) {
	f := plainest(m)
	r.raw("<img")
	if r.e.Look != nil && !r.feed {
		if look := r.e.Look(m); look != "" {
			r.attr("class", look)
		}
	}
	r.attr("src", r.url(f.URL))
	width, height := m.Width, m.Height
	if width == 0 || height == 0 {
		width, height = f.Width, f.Height
	}
	if !r.feed {
		r.srcset(pictures(m), f.Type, sizes)
	} else if f.Width > 0 && f.Height > 0 {
		width, height = f.Width, f.Height
	}
	if width > 0 && height > 0 {
		r.intAttr("width", width)
		r.intAttr("height", height)
	}
	r.attr("alt", alt)
	if !r.feed {
		if r.eager {
			r.raw(` fetchpriority="high"`)
			r.eager = false
		} else {
			r.raw(` loading="lazy" decoding="async"`)
		}
	}
	r.raw(">")
}

// srcset lists the widths of one type. Addresses with a space or comma in them cannot stand in a srcset.
func (r *renderer) srcset(files []Rendition, kind, sizes string) {
	var set []string
	for _, f := range files {
		if f.Type == kind && !strings.ContainsAny(f.URL, " ,\t\n") {
			if f.Width > 0 {
				set = append(set, f.URL+" "+strconv.Itoa(f.Width)+"w")
			} else if len(files) == 1 || kind != "image/jpeg" {
				set = []string{f.URL}
				break
			}
		}
	}
	if len(set) == 0 {
		return
	}
	r.attr("srcset", strings.Join(set, ", "))
	if sizes != "" && strings.HasSuffix(set[0], "w") {
		r.attr("sizes", sizes)
	}
}

func (r *renderer) gallery(n *Node) {
	title := n.Attrs.Str("title")
	if title == "" {
		title = r.e.Labels.Gallery
	}
	var items []Attrs
	for _, a := range n.Attrs.Items("items") {
		if m, ok := r.find(a.Str("media")); ok && len(pictures(m)) > 0 {
			items = append(items, a)
		}
	}
	if len(items) == 0 {
		return
	}
	if !r.feed {
		id := r.labelID()
		r.part(`div role="group"`, "gallery", id)
		r.raw(`<p class="gt"`)
		r.id(id)
		r.raw(">")
		r.text(title)
		r.raw("</p><ul>")
	}
	for i, a := range items {
		m, _ := r.find(a.Str("media"))
		number := ""
		if !r.feed {
			r.raw("<li>")
			if len(items) > 1 {
				number = fill(fill(r.e.Labels.Of, "n", strconv.Itoa(i+1)), "total", strconv.Itoa(len(items)))
			}
		}
		r.numbered(m, a, "gallery", number)
		if !r.feed {
			r.raw("</li>")
		}
	}
	if !r.feed {
		r.raw("</ul></div>")
	}
}
