// Package draw paints the demo newsroom's pictures: layered skies, hills, water, towns and rooms, in
// the manner of a flat editorial illustration. Every scene is deterministic: the same name and size
// give the same pixels. It knows nothing of stories, files or picture formats.
package draw

import (
	"image"
	"math"
)

// canvas is a float picture. Scenes draw in a space whose height is 1 and whose width is its aspect,
// so one scene fills a 3:2 still, a 16:9 frame and a 1:1 head alike.
type canvas struct {
	w, h   int
	aspect float64
	px     []rgb
	t      float64 // seconds into the clip; 0 for a still
	seed   uint32
	span   []float32 // coverage of one row, reused by poly
}

func newCanvas(w, h int, seed uint32) *canvas {
	return &canvas{w: w, h: h, aspect: float64(w) / float64(h), px: make([]rgb, w*h), seed: seed, span: make([]float32, w+2)}
}

// rgb is a colour with channels from 0 to 1, in display (gamma) space.
type rgb struct{ r, g, b float32 }

func hex(v uint32) rgb {
	return rgb{float32(v>>16&255) / 255, float32(v>>8&255) / 255, float32(v&255) / 255}
}

func mix(a, b rgb, k float64) rgb {
	f := float32(min(max(k, 0), 1))
	return rgb{a.r + (b.r-a.r)*f, a.g + (b.g-a.g)*f, a.b + (b.b-a.b)*f}
}

func (c rgb) times(k float64) rgb { f := float32(k); return rgb{c.r * f, c.g * f, c.b * f} }

// blend lays colour over pixel i with the given opacity.
func (c *canvas) blend(i int, col rgb, a float32) {
	p := &c.px[i]
	p.r += (col.r - p.r) * a
	p.g += (col.g - p.g) * a
	p.b += (col.b - p.b) * a
}

// stop is one colour of a gradient at a height from 0 (top) to 1.
type stop struct {
	at  float64
	col rgb
}

func ramp(stops []stop, y float64) rgb {
	if y <= stops[0].at {
		return stops[0].col
	}
	for i := 1; i < len(stops); i++ {
		if y <= stops[i].at {
			k := (y - stops[i-1].at) / (stops[i].at - stops[i-1].at)
			return mix(stops[i-1].col, stops[i].col, k*k*(3-2*k))
		}
	}
	return stops[len(stops)-1].col
}

// even spaces colours evenly between two heights.
func even(y0, y1 float64, cols ...rgb) []stop {
	out := make([]stop, len(cols))
	for i, col := range cols {
		out[i] = stop{y0 + (y1-y0)*float64(i)/float64(max(len(cols)-1, 1)), col}
	}
	return out
}

// wash fills the rows between y0 and y1 with a vertical gradient.
func (c *canvas) wash(y0, y1 float64, stops []stop) {
	for y := max(0, int(y0*float64(c.h))); y < min(c.h, int(math.Ceil(y1*float64(c.h)))); y++ {
		col := ramp(stops, (float64(y)+.5)/float64(c.h))
		row := c.px[y*c.w : (y+1)*c.w]
		for x := range row {
			row[x] = col
		}
	}
}

// haze lays a colour over the rows between y0 and y1, opacity a0 at the top and a1 at the bottom.
func (c *canvas) haze(y0, y1 float64, col rgb, a0, a1 float64) {
	for y := max(0, int(y0*float64(c.h))); y < min(c.h, int(y1*float64(c.h))); y++ {
		k := ((float64(y)+.5)/float64(c.h) - y0) / (y1 - y0)
		a := float32(a0 + (a1-a0)*k)
		for i := y * c.w; i < (y+1)*c.w; i++ {
			c.blend(i, col, a)
		}
	}
}

// glow adds light around a point, fading to nothing at radius r.
func (c *canvas) glow(x, y, r float64, col rgb, strength float64) {
	h := float64(c.h)
	x0, x1 := max(0, int((x-r)*h)), min(c.w, int((x+r)*h)+1)
	y0, y1 := max(0, int((y-r)*h)), min(c.h, int((y+r)*h)+1)
	s := float32(strength)
	for py := y0; py < y1; py++ {
		dy := (float64(py)+.5)/h - y
		for px := x0; px < x1; px++ {
			dx := (float64(px)+.5)/h - x
			d := 1 - (dx*dx+dy*dy)/(r*r)
			if d <= 0 {
				continue
			}
			k := float32(d*d*d) * s
			p := &c.px[py*c.w+px]
			p.r += (1 - p.r) * col.r * k
			p.g += (1 - p.g) * col.g * k
			p.b += (1 - p.b) * col.b * k
		}
	}
}

// mirror reflects what is above the horizon into the rows down to y1, darkened and rippled as water.
// calm runs from 0 (broken) to 1 (glass).
func (c *canvas) mirror(horizon, y1 float64, tint rgb, depth, calm float64) {
	h := float64(c.h)
	hy := int(horizon * h)
	if hy < 1 {
		return
	}
	for y := hy; y < min(c.h, int(math.Ceil(y1*h))); y++ {
		far := (float64(y) + .5 - float64(hy)) / (y1*h - float64(hy)) // 0 at the shore
		src := hy - 1 - int(float64(y-hy)*.92)
		fy := float64(y) / h
		wave := math.Sin(fy*260/(.35+far)+c.t*2.1) + .6*math.Sin(fy*611/(.35+far)-c.t*3.3)
		row := min(max(src+int(wave*(1-calm)*h*.012*(.3+far)), 0), hy-1)
		shift := int(wave * (1 - calm) * h * .006 * (.2 + far))
		a := float32(depth * (.35 + .65*far))
		for x := range c.w {
			sx := min(max(x+shift, 0), c.w-1)
			col := c.px[row*c.w+sx]
			i := y*c.w + x
			c.px[i] = col
			c.blend(i, tint, a)
		}
	}
}

// finish darkens the corners, adds paper grain and rounds to bytes. Grain is still from frame to frame.
func (c *canvas) finish(grain float64) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
	noise := grainTable(c.seed)
	amount := float32(grain * 255)
	inner := float64(c.w*c.w+c.h*c.h) / 4
	for y := range c.h {
		dy := float64(y) - float64(c.h)/2
		for x := range c.w {
			dx := float64(x) - float64(c.w)/2
			d := float32((dx*dx + dy*dy) / inner)
			k := 255 * (1 - .16*d*d)
			n := noise[((y*131)^(y>>3)*977+x)&4095]*amount + .5
			p := c.px[y*c.w+x]
			o := img.PixOffset(x, y)
			img.Pix[o] = clampByte(p.r*k + n)
			img.Pix[o+1] = clampByte(p.g*k + n)
			img.Pix[o+2] = clampByte(p.b*k + n)
			img.Pix[o+3] = 255
		}
	}
	return img
}

func clampByte(v float32) uint8 { return uint8(min(max(v, 0), 255)) }

func grainTable(seed uint32) *[4096]float32 {
	var t [4096]float32
	for i := range t {
		t[i] = (hash(seed, int32(i), 77) + hash(seed, int32(i), 78)) - 1
	}
	return &t
}
