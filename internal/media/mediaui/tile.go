package mediaui

import (
	"strconv"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/local/clock"
	"masthead/internal/media"
	"masthead/internal/newsroom"
)

// tile is a medium in the grid, in words.
type tile struct {
	media.Item
	Name    string // its title, the beginning of its caption, or the file's name
	Sources []source
	Img     string // "" while there is nothing to show
	Rights  mark
	Length  string // of a film or a sound
	Work    int    // how far the work on a film is, in percent
	Percent string // that in words; "" before it begins
	Ban     bool   // somebody in it must not be shown
	Gone    string // that it was removed, and until when it can be brought back
}

// source is one file of a picture element.
type source struct{ Type, URL string }

// mark is what may be done with a medium, as a shape and a word.
type mark struct {
	Kind string // free, conditional, pay, denied, expired, ending, none
	Word string
	Note string // the conditions
}

// thumb is the width of a tile's picture.
const thumb = 320

func (u *ui) tile(r *newsroom.Request, m media.Item) tile {
	t := tile{Item: m, Name: m.Called(), Rights: u.mark(r, m.Rights), Ban: m.Rights.Consent.Ban}
	t.Sources, t.Img = sources(m.Media, thumb)
	if m.State == media.Making && m.Progress > 0 {
		t.Work = int(m.Progress * 100)
		t.Percent = clock.Percent(t.Work, r.Lang)
	}
	if !m.Removed.IsZero() {
		t.Gone = r.Words.T("library.gone", lastDay(r, m.Removed.Add(media.Keeps)))
	}
	if m.Duration > 0 {
		t.Length = length(m.Duration)
	}
	return t
}

// Credited reports whether the medium says whose it is.
func (t tile) Credited() bool { return t.Facts.Credit != "" || t.Media.Credit != "" }

func cut(text string, n int) string {
	letters := []rune(text)
	if len(letters) <= n {
		return text
	}
	return strings.TrimSpace(string(letters[:n-1])) + "…"
}

// sources returns a picture's files for a width: one of each newer type, and one that every browser shows.
func sources(m doc.Media, width int) (list []source, img string) {
	if m.Poster != nil {
		return sources(*m.Poster, width)
	}
	best := map[string]doc.Rendition{}
	for _, f := range m.Renditions {
		if !strings.HasPrefix(f.Type, "image/") {
			continue
		}
		was, ok := best[f.Type]
		if !ok || was.Width < width && f.Width > was.Width || f.Width >= width && f.Width < was.Width {
			best[f.Type] = f
		}
	}
	for _, typ := range []string{"image/avif", "image/webp"} {
		if f, ok := best[typ]; ok {
			list = append(list, source{typ, newsroom.Prefix + f.URL})
		}
	}
	for _, typ := range []string{"image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp", "image/avif"} {
		if f, ok := best[typ]; ok {
			return list, newsroom.Prefix + f.URL
		}
	}
	return list, ""
}

// mark says what may be done with a medium now.
func (u *ui) mark(r *newsroom.Request, rights media.Rights) mark {
	now := u.DB.Now()
	s := rights.Standing(now)
	kind := s.Mark(now)
	word := r.Words.T("rights." + kind)
	if kind == "ending" {
		word = r.Words.T("rights.ending", lastDay(r, s.Until))
	}
	return mark{kind, word, s.Note}
}

// lastDay is the last day on which something that ends at a moment holds.
func lastDay(r *newsroom.Request, end time.Time) string {
	return clock.ShortDate(end.Add(-time.Nanosecond).In(r.Site.Location()), r.Lang)
}

func length(seconds int) string {
	text := strconv.Itoa(seconds % 60)
	if len(text) < 2 {
		text = "0" + text
	}
	return strconv.Itoa(seconds/60) + ":" + text
}
