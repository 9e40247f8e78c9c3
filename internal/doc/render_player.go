package doc

import (
	"fmt"
	"slices"
	"strings"
)

// KeyVideo renders the key media of a story whose node is a video, its still loaded at once. age is the caller's
// words for when it was made ("2 years ago"), "" for none.
func KeyVideo(video Node, age string, e Env) string {
	r := renderer{e: e, eager: true}
	if m, ok := r.find(video.Attrs.Str("media")); ok {
		r.clip(&video, m, "key", age)
	}
	return string(r.b)
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
	r.player(m, title, r.e.Sizes.of(class))
	meta := []string{age, r.duration(m.Duration)}
	if rec := a.Str("recorded"); rec != "" {
		if r.e.Labels.Date != nil {
			rec = r.e.Labels.Date(rec)
		}
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

func (r *renderer) player(m Media, title, sizes string) {
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
		// The still lies under the player, which is transparent until it plays: as a picture it comes in the best
		// format and in the size that is needed, which the player's own poster cannot.
		if m.Poster != nil && len(pictures(*m.Poster)) > 0 {
			r.picture(*m.Poster, "", sizes)
		}
	}
	r.raw(`<video controls preload="none" playsinline`)
	if m.Width > 0 && m.Height > 0 {
		r.intAttr("width", m.Width)
		r.intAttr("height", m.Height)
	}
	if m.Poster != nil && r.feed {
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
