// Package sharecard draws the picture that stands for a story without one when it is shared: the headline with the
// site's name and colour. It knows nothing of stories, pages or addresses.
package sharecard

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strconv"
	"strings"
)

// Version changes with what is drawn from the same words: pictures of another version are other pictures.
const Version = 1

// Card is what a picture says. Everything but the headline and the site may be "".
type Card struct {
	Site     string
	Section  string
	Headline string
	Date     string
	Note     string // set apart, such as "This story is 3 years old."
	Accent   string // #rrggbb, dark enough to read on white
}

// Ratio is a picture's form; pixels.
type Ratio struct {
	Name          string // as in an address: 16x9
	Width, Height int
	headline      float64 // the largest letters
}

// Ratios are the forms that networks and search engines ask for, the widest first.
func Ratios() []Ratio {
	return []Ratio{{"16x9", 1200, 675, 100}, {"4x3", 1200, 900, 116}, {"1x1", 1200, 1200, 132}}
}

// Measures in pixels, and colours: those of the theme in its light look.
const (
	margin       = 80 // networks cut the widest form to 1.91:1, which leaves this
	bar          = 28
	kickerSize   = 36
	siteSize     = 44
	dateSize     = 30
	noteSize     = 32
	leastSize    = 40
	lineHeight   = 1.08
	mostHeadline = 300 // characters
	mostLine     = 90
	quality      = 82
)

var (
	paper  = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink    = color.NRGBA{0x1a, 0x18, 0x16, 0xff}
	soft   = color.NRGBA{0x5c, 0x57, 0x50, 0xff}
	rule   = color.NRGBA{0xdd, 0xd7, 0xcd, 0xff}
	signal = color.NRGBA{0xff, 0xd9, 0x78, 0xff}
)

// Draw returns the picture as JPEG. The same card gives the same bytes. Letters that no font here has are left out.
func Draw(c Card, r Ratio) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, r.Width, r.Height))
	draw.Draw(img, img.Rect, image.NewUniform(paper), image.Point{}, draw.Src)
	accent := parse(c.Accent)
	fill(img, image.Rect(0, 0, bar, r.Height), accent)
	p := painter{img: img, left: margin, right: r.Width - margin}

	top, err := p.head(c, accent)
	if err != nil {
		return nil, err
	}
	bottom, err := p.foot(c, r.Height-margin)
	if err != nil {
		return nil, err
	}
	if err := p.headline(clip(c.Headline, mostHeadline), r.headline, top, bottom); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode a picture for sharing: %w", err)
	}
	return b.Bytes(), nil
}

type painter struct {
	img         *image.RGBA
	left, right int
}

func fill(img *image.RGBA, r image.Rectangle, c color.NRGBA) {
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// head writes the section's name and returns where the headline may begin.
func (p painter) head(c Card, accent color.NRGBA) (top int, err error) {
	if c.Section == "" {
		return margin - 10, nil
	}
	t, err := fitted(sans, c.Section, kickerSize, p.right-p.left)
	if err != nil {
		return 0, err
	}
	return margin + kickerSize + 12, t.draw(p.img, p.left, margin+kickerSize-8, accent)
}

// foot writes the site's name, the date and the note, and returns where the headline must end.
func (p painter) foot(c Card, base int) (bottom int, err error) {
	date, err := fitted(sans, c.Date, dateSize, (p.right-p.left)/2)
	if err != nil {
		return 0, err
	}
	dateAt := p.right - int(date.width)
	if err := date.draw(p.img, dateAt, base, soft); err != nil {
		return 0, err
	}
	site, err := fitted(serif, c.Site, siteSize, dateAt-40-p.left)
	if err != nil {
		return 0, err
	}
	if err := site.draw(p.img, p.left, base, ink); err != nil {
		return 0, err
	}
	top := base - siteSize - 28
	fill(p.img, image.Rect(p.left, top, p.right, top+2), rule)
	bottom = top - 24
	if c.Note == "" {
		return bottom, nil
	}
	note, err := fitted(sans, c.Note, noteSize, p.right-p.left-48)
	if err != nil {
		return 0, err
	}
	box := image.Rect(p.left, bottom-64, p.left+int(note.width)+48, bottom)
	fill(p.img, box, signal)
	return box.Min.Y - 24, note.draw(p.img, p.left+24, bottom-21, ink)
}

// fitted lays out one line, cut at a word when it is wider than wide.
func fitted(f family, s string, size float64, wide int) (*text, error) {
	s = clip(s, mostLine)
	for {
		t, err := newText(f, s, size)
		if err != nil {
			return nil, err
		}
		n := len([]rune(s))
		if t.width <= float64(wide) || n < 3 {
			return t, nil
		}
		s = clip(strings.TrimSuffix(s, "…"), n-2)
	}
}

// headline writes the headline in the largest letters with which it fits between top and bottom.
func (p painter) headline(s string, size float64, top, bottom int) error {
	words, err := measure(serif, s)
	if err != nil || len(words.list) == 0 {
		return err
	}
	wide, high := float64(p.right-p.left), float64(bottom-top)
	for size > leastSize && !words.fits(size, wide, high) {
		size -= 2
	}
	lines := words.wrap(size, wide)
	if most := max(int(high/(size*lineHeight)), 1); len(lines) > most {
		lines = lines[:most]
		lines[most-1] = clip(lines[most-1]+" …", len([]rune(lines[most-1])))
	} else {
		lines = words.balanced(size, wide, len(lines))
	}
	for i, line := range lines {
		t, err := newText(serif, line, size)
		if err != nil {
			return err
		}
		base := top + int(size*(.86+float64(i)*lineHeight))
		if err := t.draw(p.img, p.left, base, ink); err != nil {
			return err
		}
	}
	return nil
}

// clip shortens a text to n characters, at a word where there is one.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	s = string(r[:max(n-1, 0)])
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:.–—") + "…"
}

// parse reads #rrggbb; what is none is the ink.
func parse(s string) color.NRGBA {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return ink
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
}
