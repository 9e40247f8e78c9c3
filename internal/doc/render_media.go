package doc

import (
	"fmt"
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

// KeyVideo renders the key media of a story whose node is a video. age is the caller's words for when it was
// made ("2 years ago"), "" for none.
func KeyVideo(video Node, age string, e Env) string {
	r := renderer{e: e}
	if m, ok := r.find(video.Attrs.Str("media")); ok {
		r.clip(&video, m, "key", age)
	}
	return string(r.b)
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

// own gives the block's own words, or else the library's.
func own(a Attrs, name, library string) string {
	if s := a.Str(name); s != "" {
		return s
	}
	return library
}

func (r *renderer) photo(m Media, a Attrs, class string) {
	if len(pictures(m)) == 0 {
		return
	}
	alt := own(a, "alt", m.Alt)
	if a.Bool("decorative") {
		alt = ""
	}
	r.raw("<figure")
	if class != "" {
		r.class(class)
	}
	r.raw(">")
	if r.feed {
		r.img(m, alt)
	} else {
		r.photos++
		r.raw("<a")
		r.attr("id", "photo-"+strconv.Itoa(r.photos))
		r.attr("href", largest(m).URL)
		if alt == "" {
			r.attr("aria-label", r.e.Labels.Enlarge)
		}
		r.raw(">")
		r.picture(m, alt)
		r.raw("</a>")
	}
	caption, credit := own(a, "caption", m.Caption), own(a, "credit", m.Credit)
	if caption != "" || credit != "" {
		r.raw("<figcaption>")
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

func (r *renderer) picture(m Media, alt string) {
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
		r.srcset(files, t)
		r.raw(">")
	}
	r.img(m, alt)
	if len(types) > 0 {
		r.raw("</picture>")
	}
}

func (r *renderer) img(m Media, alt string) {
	f := plainest(m)
	r.raw("<img")
	r.attr("src", r.url(f.URL))
	width, height := m.Width, m.Height
	if width == 0 || height == 0 {
		width, height = f.Width, f.Height
	}
	if !r.feed {
		r.srcset(pictures(m), f.Type)
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
func (r *renderer) srcset(files []Rendition, kind string) {
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
	if r.e.Sizes != "" && strings.HasSuffix(set[0], "w") {
		r.attr("sizes", r.e.Sizes)
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
	for _, a := range items {
		m, _ := r.find(a.Str("media"))
		if !r.feed {
			r.raw("<li>")
		}
		r.photo(m, a, "")
		if !r.feed {
			r.raw("</li>")
		}
	}
	if !r.feed {
		r.raw("</ul></div>")
	}
}

// clip writes a video or sound with all that is known of it.
func (r *renderer) clip(n *Node, m Media, class, age string) {
	a := n.Attrs
	title := a.Str("title")
	if d := a.Int("duration"); d > 0 {
		m.Duration = d
	}
	r.raw("<figure")
	r.class(class)
	r.raw(">")
	r.player(m, title)
	meta := []string{age, r.duration(m.Duration)}
	if rec := a.Str("recorded"); rec != "" {
		meta = append(meta, fill(r.e.Labels.Recorded, "date", rec))
	}
	meta = slices.DeleteFunc(meta, func(s string) bool { return s == "" })
	caption, credit := own(a, "caption", m.Caption), own(a, "credit", m.Credit)
	if title != "" || len(meta) > 0 || caption != "" || credit != "" || m.Transcript != "" {
		r.raw("<figcaption>")
		if title != "" {
			r.elem("p", "vt", title)
		}
		if len(meta) > 0 {
			r.elem("p", "vm", strings.Join(meta, " · "))
		}
		if caption != "" || credit != "" {
			r.raw("<p>")
			r.caption(caption, credit)
			r.raw("</p>")
		}
		r.transcript(m)
		r.raw("</figcaption>")
	}
	r.raw("</figure>")
}

func (r *renderer) player(m Media, title string) {
	if m.Kind == "audio" {
		r.raw(`<audio controls preload="none"`)
		if title != "" {
			r.attr("aria-label", title)
		}
		r.raw(">")
		r.sources(m)
		r.raw("</audio>")
		return
	}
	if !r.feed {
		r.raw(`<div class="frame">`)
	}
	r.raw(`<video controls preload="none" playsinline`)
	if m.Width > 0 && m.Height > 0 {
		r.intAttr("width", m.Width)
		r.intAttr("height", m.Height)
	}
	if m.Poster != nil {
		if poster := plainest(*m.Poster); poster.URL != "" {
			r.attr("poster", r.url(poster.URL))
		}
	}
	if title != "" {
		r.attr("aria-label", title)
	}
	r.raw(">")
	r.sources(m)
	r.raw("</video>")
	if !r.feed {
		r.playButton(m, title)
		r.raw("</div>")
	}
}

// playButton is shown by the site's script, which it serves for the first play; without it the player's own
// controls are all there.
func (r *renderer) playButton(m Media, title string) {
	l := r.e.Labels
	if l.Play == "" {
		return
	}
	r.raw(`<button class="play" type="button" hidden`)
	if title != "" && l.PlayVideo != "" {
		spoken := clock(m.Duration)
		if l.Spoken != nil {
			spoken = l.Spoken(m.Duration)
		}
		r.attr("aria-label", fill(fill(l.PlayVideo, "duration", spoken), "title", title))
	}
	r.raw(`><svg viewBox="0 0 14 16" aria-hidden="true"><path d="M0 0l14 8-14 8z" fill="currentColor"/></svg>`)
	r.text(l.Play)
	if m.Duration > 0 {
		r.raw(` <span>`, clock(m.Duration), `</span>`)
	}
	r.raw("</button>")
}

func (r *renderer) sources(m Media) {
	for _, f := range m.Renditions {
		if strings.HasPrefix(f.Type, "image/") || f.URL == "" {
			continue
		}
		r.raw("<source")
		r.attr("src", r.url(f.URL))
		if f.Type != "" {
			r.attr("type", f.Type)
		}
		r.raw(">")
	}
	if r.feed {
		return // captions of another site are not loaded by players
	}
	for _, t := range m.Tracks {
		r.raw("<track")
		r.attr("src", r.url(t.URL))
		r.attr("kind", t.Kind)
		r.attr("srclang", t.Lang)
		label := t.Label
		if label == "" {
			label = r.e.Labels.Captions
		}
		if label != "" {
			r.attr("label", label)
		}
		r.raw(">")
	}
}

func (r *renderer) transcript(m Media) {
	if m.Transcript == "" || r.feed {
		return
	}
	r.raw(`<details class="transcript"><summary>`)
	r.text(r.e.Labels.Transcript)
	r.raw("</summary>")
	for para := range strings.SplitSeq(m.Transcript, "\n") {
		if para = strings.TrimSpace(para); para != "" {
			r.elem("p", "", para)
		}
	}
	r.raw("</details>")
}

func (r *renderer) duration(seconds int) string {
	if seconds <= 0 {
		return ""
	}
	return fill(r.e.Labels.Duration, "duration", clock(seconds))
}

// clock writes seconds as 2:18 or 1:02:18.
func clock(seconds int) string {
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
