// Package icon draws a site's icon, its initial on its accent colour, in every file that browsers and
// phones ask for. It knows nothing of the site but these two.
package icon

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// File is one file of the icon.
type File struct {
	Name     string // favicon.ico, icon.svg, icon-192.png, …
	Type     string // MIME type
	Size     int    // edge in pixels; 0: any
	Maskable bool   // a phone may cut it to a shape
	Data     []byte
}

// Set draws all files: favicon.ico (16, 32 and 48 pixels), icon.svg, icon-32.png, icon-192.png, icon-512.png,
// apple-touch-icon.png (180) and icon-maskable-512.png. The initial is the name's first letter or digit;
// accent is #rrggbb, Spruce when it is not. The same name and accent give the same bytes.
func Set(name, accent string) ([]File, error) {
	g, err := outline(initial(name))
	if err != nil {
		return nil, err
	}
	d := drawing{glyph: g, ground: parse(accent)}
	d.ink = inkOn(d.ground)
	files := []File{{Name: "icon.svg", Type: "image/svg+xml", Data: d.svg()}}
	for _, p := range []struct {
		name     string
		size     int
		full     bool // to the edges, for systems that round the corners themselves
		maskable bool
	}{
		{"icon-32.png", 32, false, false}, {"apple-touch-icon.png", 180, true, false}, {"icon-192.png", 192, false, false},
		{"icon-512.png", 512, false, false}, {"icon-maskable-512.png", 512, true, true},
	} {
		data, err := d.png(p.size, p.full, p.maskable)
		if err != nil {
			return nil, err
		}
		files = append(files, File{p.name, "image/png", p.size, p.maskable, data})
	}
	ico, err := d.ico(16, 32, 48)
	if err != nil {
		return nil, err
	}
	return append(files, File{Name: "favicon.ico", Type: "image/x-icon", Data: ico}), nil
}

func initial(name string) rune {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
	}
	return 'M'
}

// glyph is a letter's outline in ems, y down, with its box.
type glyph struct {
	segments               sfnt.Segments
	left, top, right, base float64
}

const ppem = 1000

func outline(r rune) (glyph, error) {
	f, err := sfnt.Parse(gobold.TTF)
	if err != nil {
		return glyph{}, fmt.Errorf("read the icon's font: %w", err)
	}
	var buf sfnt.Buffer
	i, err := f.GlyphIndex(&buf, r)
	if err != nil || i == 0 { // a letter that the font has not
		if i, err = f.GlyphIndex(&buf, 'M'); err != nil {
			return glyph{}, fmt.Errorf("read the icon's font: %w", err)
		}
	}
	segs, err := f.LoadGlyph(&buf, i, fixed.I(ppem), nil)
	if err != nil {
		return glyph{}, fmt.Errorf("read the icon's font: %w", err)
	}
	box, _, err := f.GlyphBounds(&buf, i, fixed.I(ppem), font.HintingNone)
	if err != nil {
		return glyph{}, fmt.Errorf("read the icon's font: %w", err)
	}
	return glyph{segs, em(box.Min.X), em(box.Min.Y), em(box.Max.X), em(box.Max.Y)}, nil
}

func em(v fixed.Int26_6) float64 { return float64(v) / 64 / ppem }

type drawing struct {
	glyph       glyph
	ground, ink color.NRGBA
}

// place returns how to put the letter in the middle of a square of that size, its greater edge a share of it.
func (d drawing) place(size, share float64) func(fixed.Point26_6) (x, y float64) {
	g := d.glyph
	scale := size * share / max(g.right-g.left, g.base-g.top)
	dx := (size - (g.right+g.left)*scale) / 2
	dy := (size - (g.top+g.base)*scale) / 2
	return func(p fixed.Point26_6) (float64, float64) { return em(p.X)*scale + dx, em(p.Y)*scale + dy }
}

const (
	share  = 0.56 // of the edge that the letter takes
	corner = 0.18 // radius
)

func (d drawing) paint(size int, full, maskable bool) *image.NRGBA {
	s := float64(size)
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	if full {
		draw.Draw(img, img.Bounds(), image.NewUniform(d.ground), image.Point{}, draw.Src)
	} else {
		z := vector.NewRasterizer(size, size)
		square(z, float32(s), float32(s*corner))
		z.Draw(img, img.Bounds(), image.NewUniform(d.ground), image.Point{})
	}
	part := share
	if maskable {
		part = 0.44 // inside the circle of 80 percent that every mask leaves
	}
	at := d.place(s, part)
	pt := func(p fixed.Point26_6) (float32, float32) { x, y := at(p); return float32(x), float32(y) }
	z := vector.NewRasterizer(size, size)
	for _, seg := range d.glyph.segments {
		ax, ay := pt(seg.Args[0])
		bx, by := pt(seg.Args[1])
		cx, cy := pt(seg.Args[2])
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			z.ClosePath()
			z.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			z.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	z.ClosePath()
	z.Draw(img, img.Bounds(), image.NewUniform(d.ink), image.Point{})
	return img
}

// square adds a square with round corners.
func square(z *vector.Rasterizer, s, r float32) {
	const k = 0.5523 // of the radius: where a cubic's handles make a quarter of a circle
	h := r * (1 - k)
	z.MoveTo(r, 0)
	z.LineTo(s-r, 0)
	z.CubeTo(s-h, 0, s, h, s, r)
	z.LineTo(s, s-r)
	z.CubeTo(s, s-h, s-h, s, s-r, s)
	z.LineTo(r, s)
	z.CubeTo(h, s, 0, s-h, 0, s-r)
	z.LineTo(0, r)
	z.CubeTo(0, h, h, 0, r, 0)
	z.ClosePath()
}

func (d drawing) png(size int, full, maskable bool) ([]byte, error) {
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&b, d.paint(size, full, maskable)); err != nil {
		return nil, fmt.Errorf("draw the icon at %d pixels: %w", size, err)
	}
	return b.Bytes(), nil
}

// ico packs PNGs into an .ico file: a header of 6 bytes, 16 for each picture, then the pictures.
func (d drawing) ico(sizes ...int) ([]byte, error) {
	head := binary.LittleEndian.AppendUint16(nil, 0)
	head = binary.LittleEndian.AppendUint16(head, 1)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(sizes)))
	var body []byte
	for _, s := range sizes {
		data, err := d.png(s, false, false)
		if err != nil {
			return nil, err
		}
		head = append(head, byte(s), byte(s), 0, 0, 1, 0, 32, 0)
		head = binary.LittleEndian.AppendUint32(head, uint32(len(data)))
		head = binary.LittleEndian.AppendUint32(head, uint32(6+16*len(sizes)+len(body)))
		body = append(body, data...)
	}
	return append(head, body...), nil
}

func (d drawing) svg() []byte {
	const size = 64.0
	at := d.place(size, share)
	var p strings.Builder
	pt := func(args ...fixed.Point26_6) {
		for i, a := range args {
			x, y := at(a)
			if i > 0 {
				p.WriteByte(' ')
			}
			p.WriteString(short(x) + " " + short(y))
		}
	}
	for i, seg := range d.glyph.segments {
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				p.WriteByte('Z')
			}
			p.WriteByte('M')
			pt(seg.Args[0])
		case sfnt.SegmentOpLineTo:
			p.WriteByte('L')
			pt(seg.Args[0])
		case sfnt.SegmentOpQuadTo:
			p.WriteByte('Q')
			pt(seg.Args[:2]...)
		case sfnt.SegmentOpCubeTo:
			p.WriteByte('C')
			pt(seg.Args[:3]...)
		}
	}
	p.WriteByte('Z')
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="%s" fill="%s"/><path fill="%s" d="%s"/></svg>`+"\n",
		short(size*corner), hex(d.ground), hex(d.ink), p.String())
}

func short(f float64) string { return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64) }

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func parse(accent string) color.NRGBA {
	n, err := strconv.ParseUint(strings.TrimPrefix(accent, "#"), 16, 32)
	if err != nil || len(accent) != 7 || accent[0] != '#' {
		n = 0x0B5563
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xFF}
}

// inkOn is white or near black, whichever stands out more (WCAG 2 contrast).
func inkOn(c color.NRGBA) color.NRGBA {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	l := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	if 1.05/(l+0.05) >= (l+0.05)/0.0585 {
		return color.NRGBA{255, 255, 255, 255}
	}
	return color.NRGBA{0x14, 0x13, 0x12, 255}
}
