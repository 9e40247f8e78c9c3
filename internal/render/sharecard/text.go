package sharecard

import (
	"embed"
	"fmt"
	"image"
	"image/color"
	"sort"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

//go:embed fonts/*.ttf fonts/NOTICE
var files embed.FS

// family names a typeface with those that stand in for letters it has not.
type family int

const (
	serif family = iota // headlines
	sans
)

// families are the parsed fonts of each family, the family's own first.
var families = sync.OnceValues(func() ([2][]*sfnt.Font, error) {
	var all [2][]*sfnt.Font
	for i, own := range [2]string{"newsreader-display-600.ttf", "public-sans-600.ttf"} {
		for _, name := range []string{own, "canadian-aboriginal.ttf", ""} {
			b := gobold.TTF // Greek and Cyrillic
			if name != "" {
				var err error
				if b, err = files.ReadFile("fonts/" + name); err != nil {
					return all, err
				}
			}
			f, err := opentype.Parse(b)
			if err != nil {
				return all, fmt.Errorf("read the font %s: %w", name, err)
			}
			all[i] = append(all[i], f)
		}
	}
	return all, nil
})

// text is one line in one size. It is for one goroutine.
type text struct {
	runs  []run
	width float64
	faces []font.Face
}

// run is a stretch of letters of one face.
type run struct {
	face  font.Face
	runes []rune
}

// newText lays out a line.
func newText(f family, s string, size float64) (*text, error) {
	all, err := families()
	if err != nil {
		return nil, err
	}
	t := &text{}
	var buf sfnt.Buffer
	faces := make([]font.Face, len(all[f]))
	for _, r := range plain(s) {
		at := holder(all[f], &buf, r)
		if at < 0 {
			continue
		}
		if faces[at] == nil {
			face, err := opentype.NewFace(all[f][at], &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
			if err != nil {
				return nil, fmt.Errorf("set a line at %v pixels: %w", size, err)
			}
			faces[at], t.faces = face, append(t.faces, face)
		}
		if n := len(t.runs); n > 0 && t.runs[n-1].face == faces[at] {
			t.runs[n-1].runes = append(t.runs[n-1].runes, r)
		} else {
			t.runs = append(t.runs, run{faces[at], []rune{r}})
		}
	}
	for _, r := range t.runs {
		t.width += float64(font.MeasureString(r.face, string(r.runes))) / 64
	}
	return t, nil
}

// draw writes the line with its foot at base.
func (t *text) draw(img *image.RGBA, left, base int, c color.NRGBA) error {
	d := font.Drawer{Dst: img, Src: image.NewUniform(c), Dot: fixed.P(left, base)}
	for _, r := range t.runs {
		d.Face = r.face
		d.DrawString(string(r.runes))
	}
	for _, f := range t.faces {
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// holder is the first font that has a letter, -1 for none.
func holder(fonts []*sfnt.Font, buf *sfnt.Buffer, r rune) int {
	for i, f := range fonts {
		if g, err := f.GlyphIndex(buf, r); err == nil && g != 0 {
			return i
		}
	}
	return -1
}

// plain composes letters with their accents and drops what has no shape; narrow spaces become those that fonts have.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u202f':
			return '\u00a0'
		case r == '\u2011':
			return '-'
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, norm.NFC.String(s))
}

// words are a text's words with their widths, in ems.
type words struct {
	family
	list  []string
	ems   []float64
	space float64
}

// emSize is at which size words are measured.
const emSize = 100

func measure(f family, s string) (words, error) {
	w := words{family: f}
	for word := range strings.SplitSeq(plain(s), " ") {
		if word == "" {
			continue
		}
		t, err := newText(f, word, emSize)
		if err != nil {
			return w, err
		}
		if t.width == 0 {
			continue // no font has it
		}
		w.list, w.ems = append(w.list, word), append(w.ems, t.width/emSize)
	}
	space, err := newText(f, " ", emSize)
	if err != nil {
		return w, err
	}
	w.space = space.width / emSize
	return w, nil
}

// fits reports whether the text has room at a size without a word being broken.
func (w words) fits(size, wide, high float64) bool {
	for _, em := range w.ems {
		if em*size > wide {
			return false
		}
	}
	return float64(len(w.wrap(size, wide)))*size*lineHeight <= high
}

// wrap breaks the text into lines. A word that is too wide for a line alone is broken.
func (w words) wrap(size, wide float64) (lines []string) {
	var line strings.Builder
	used := 0.0
	end := func() {
		if line.Len() > 0 {
			lines = append(lines, line.String())
			line.Reset()
			used = 0
		}
	}
	for i, word := range w.list {
		em := w.ems[i] * size
		if used > 0 && used+w.space*size+em > wide {
			end()
		}
		if em > wide {
			r := []rune(word)
			for n := w.most(r, size, wide); n < len(r); n = w.most(r, size, wide) {
				lines = append(lines, string(r[:n]))
				r = r[n:]
			}
			word, em = string(r), em*float64(len(r))/float64(len([]rune(w.list[i])))
		}
		if used > 0 {
			line.WriteByte(' ')
			used += w.space * size
		}
		line.WriteString(word)
		used += em
	}
	end()
	return lines
}

// most is how many letters of a word fit on a line; at least one.
func (w words) most(word []rune, size, wide float64) int {
	n := sort.Search(len(word), func(i int) bool {
		t, err := newText(w.family, string(word[:i+1]), size)
		return err != nil || t.width > wide
	})
	return max(n, 1)
}

// balanced breaks into n lines of about the same width.
func (w words) balanced(size, wide float64, n int) []string {
	least, best := wide/2, wide
	for best-least > 4 {
		if mid := (least + best) / 2; len(w.wrap(size, mid)) <= n && w.fits(size, mid, float64(n+1)*size*lineHeight) {
			best = mid
		} else {
			least = mid
		}
	}
	return w.wrap(size, best)
}
