package media

import (
	"fmt"
	"image"
	"image/color"
	"slices"

	"golang.org/x/image/draw"
)

// allWidths are the widths that pages choose from.
var allWidths = []int{320, 480, 640, 800, 1216, 1600}

// widths returns the widths for a picture of that width, least first: none is larger than the picture, and the
// largest is the picture's own when that is less than the largest of all.
func widths(own int) []int {
	var list []int
	for _, w := range allWidths {
		if w <= own {
			list = append(list, w)
		}
	}
	if n := len(list); n == 0 || own < allWidths[len(allWidths)-1] && own > list[n-1]*11/10 {
		list = append(list, own)
	}
	return list
}

// cropSpec is a fixed ratio, its great width and its small ones for cards.
type cropSpec struct {
	w, h  int
	great int
	small []int
}

const maxCardSquare = 224

var crops = []cropSpec{{16, 9, 1200, nil}, {4, 3, 1200, nil}, {1, 1, 1200, []int{112, 224}}}

// widths returns the crop's widths, least first, none larger than what was cut.
func (c cropSpec) widths(own int) []int {
	list := []int{min(c.great, own)}
	for _, w := range c.small {
		if w < own {
			list = append(list, w)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// cascade makes the widths, given and returned least first, each from the next larger; rw:rh is their ratio.
func cascade(src *image.RGBA, list []int, rw, rh int) []*image.RGBA {
	out := make([]*image.RGBA, len(list))
	for i, w := range slices.Backward(list) {
		if src.Rect.Dx() != w {
			to := image.NewRGBA(image.Rect(0, 0, w, max(1, (rh*w+rw/2)/rw)))
			draw.CatmullRom.Scale(to, to.Rect, src, src.Rect, draw.Src, nil)
			src = to
		}
		out[i] = src
	}
	return out
}

// reduced is the picture made so small that its lesser edge still serves the greatest width and crop: all of
// them are made from it, and a camera's 20 million pixels are gone through once.
func reduced(src *image.RGBA) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	least := allWidths[len(allWidths)-1]
	if min(w, h) <= least {
		return src
	}
	return cascade(src, []int{max(least, (w*least+h/2)/h)}, w, h)[0]
}

// flat returns the picture as opaque pixels from the origin on, on white where it is transparent.
func flat(m image.Image) *image.RGBA {
	b := m.Bounds()
	if p, ok := m.(*image.RGBA); ok && b.Min == (image.Point{}) && p.Stride == 4*b.Dx() && p.Opaque() {
		return p
	}
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	if o, ok := m.(interface{ Opaque() bool }); !ok || !o.Opaque() {
		draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	}
	draw.Draw(out, out.Rect, m, b.Min, draw.Over)
	return out
}

// cut copies a part out.
func cut(src *image.RGBA, r image.Rectangle) *image.RGBA {
	if r == src.Rect {
		return src
	}
	out := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(out, out.Rect, src, r.Min, draw.Src)
	return out
}

// cropRect is the largest part of a picture with the ratio rw:rh, its middle as near to the focal point as the
// edges allow.
func cropRect(w, h, rw, rh int, fx, fy float64) image.Rectangle {
	cw, ch := w, w*rh/rw
	if ch > h {
		cw, ch = h*rw/rh, h
	}
	cw, ch = max(1, cw), max(1, ch)
	x := min(max(int(fx*float64(w))-cw/2, 0), w-cw)
	y := min(max(int(fy*float64(h))-ch/2, 0), h-ch)
	return image.Rect(x, y, x+cw, y+ch)
}

// dominant is the mean of the most frequent colours, in 4096 boxes, as #rrggbb.
func dominant(m *image.RGBA) string {
	var boxes [4096]struct{ n, r, g, b int }
	best := 0
	for i := 0; i+3 < len(m.Pix); i += 4 {
		r, g, b := int(m.Pix[i]), int(m.Pix[i+1]), int(m.Pix[i+2])
		k := r>>4<<8 | g>>4<<4 | b>>4
		c := &boxes[k]
		c.n, c.r, c.g, c.b = c.n+1, c.r+r, c.g+g, c.b+b
		if c.n > boxes[best].n {
			best = k
		}
	}
	c := boxes[best]
	n := max(1, c.n)
	return fmt.Sprintf("#%02x%02x%02x", c.r/n, c.g/n, c.b/n)
}

// upright turns a picture as its EXIF orientation (1 to 8) asks.
func upright(m *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			to := [...]image.Point{{x, y}, {w - 1 - x, y}, {w - 1 - x, h - 1 - y}, {x, h - 1 - y}, {y, x}, {h - 1 - y, x}, {h - 1 - y, w - 1 - x}, {y, w - 1 - x}}[orientation-1]
			out.SetRGBA(to.X, to.Y, color.RGBA(m.RGBAAt(x, y)))
		}
	}
	return out
}
