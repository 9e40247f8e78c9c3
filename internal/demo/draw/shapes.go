package draw

import "math"

type point struct{ x, y float64 }

// paint is a fill that may run from one colour to another down the picture.
type paint struct {
	top, bottom rgb
	y0, y1      float64
	alpha       float64
}

func flat(col rgb) paint { return paint{top: col, bottom: col, y1: 1, alpha: 1} }

func sheer(col rgb, alpha float64) paint { return paint{top: col, bottom: col, y1: 1, alpha: alpha} }

func down(top, bottom rgb, y0, y1 float64) paint { return paint{top, bottom, y0, y1, 1} }

func (p paint) at(y float64) rgb {
	if p.top == p.bottom {
		return p.top
	}
	return mix(p.top, p.bottom, (y-p.y0)/(p.y1-p.y0))
}

// poly fills a polygon (even-odd, edges smoothed) whose points are in canvas space.
func (c *canvas) poly(pts []point, p paint) {
	const sub = 4
	h := float64(c.h)
	ymin, ymax := math.Inf(1), math.Inf(-1)
	for _, q := range pts {
		ymin, ymax = min(ymin, q.y*h), max(ymax, q.y*h)
	}
	var xs [64]float64
	for y := max(0, int(ymin)); y < min(c.h, int(math.Ceil(ymax))); y++ {
		lo, hi := c.w, -1
		for s := range sub {
			sy := float64(y) + (float64(s)+.5)/sub
			n := 0
			for i, a := range pts {
				b := pts[(i+1)%len(pts)]
				ay, by := a.y*h, b.y*h
				if (ay <= sy) == (by <= sy) || n == len(xs) {
					continue
				}
				xs[n] = (a.x + (b.x-a.x)*(sy-ay)/(by-ay)) * h
				for j := n; j > 0 && xs[j] < xs[j-1]; j-- {
					xs[j], xs[j-1] = xs[j-1], xs[j]
				}
				n++
			}
			for i := 0; i+1 < n; i += 2 {
				x0, x1 := max(xs[i], 0), min(xs[i+1], float64(c.w))
				if x1 > x0 {
					c.cover(x0, x1, 1./sub)
					lo, hi = min(lo, int(x0)), max(hi, min(int(x1), c.w-1))
				}
			}
		}
		if hi < lo {
			continue
		}
		col, alpha := p.at((float64(y)+.5)/h), float32(p.alpha)
		for x := lo; x <= hi; x++ {
			if k := c.span[x]; k > 0 {
				c.blend(y*c.w+x, col, min(k, 1)*alpha)
				c.span[x] = 0
			}
		}
		c.span[hi+1] = 0
	}
}

// cover adds the run from x0 to x1 to the row's coverage.
func (c *canvas) cover(x0, x1 float64, k float32) {
	a, b := int(x0), int(x1)
	if a == b {
		c.span[a] += float32(x1-x0) * k
		return
	}
	c.span[a] += float32(float64(a+1)-x0) * k
	for x := a + 1; x < b; x++ {
		c.span[x] += k
	}
	c.span[b] += float32(x1-float64(b)) * k
}

func (c *canvas) rect(x, y, w, h float64, p paint) {
	c.poly([]point{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, p)
}

func (c *canvas) ellipse(x, y, rx, ry float64, p paint) {
	c.poly(arc(x, y, rx, ry, 0, 2*math.Pi), p)
}

// arc lists points along an ellipse between two angles, clockwise from the right.
func arc(x, y, rx, ry, a0, a1 float64) []point {
	n := 12 + int(56*math.Abs(a1-a0)/(2*math.Pi))
	out := make([]point, n+1)
	for i := range out {
		a := a0 + (a1-a0)*float64(i)/float64(n)
		out[i] = point{x + rx*math.Cos(a), y + ry*math.Sin(a)}
	}
	return out
}

// line strokes a segment of the given width with square ends.
func (c *canvas) line(x0, y0, x1, y1, width float64, p paint) {
	dx, dy := x1-x0, y1-y0
	l := math.Hypot(dx, dy)
	if l == 0 {
		return
	}
	nx, ny := -dy/l*width/2, dx/l*width/2
	c.poly([]point{{x0 + nx, y0 + ny}, {x1 + nx, y1 + ny}, {x1 - nx, y1 - ny}, {x0 - nx, y0 - ny}}, p)
}

func (c *canvas) path(pts []point, width float64, p paint) {
	for i := 1; i < len(pts); i++ {
		c.line(pts[i-1].x, pts[i-1].y, pts[i].x, pts[i].y, width, p)
	}
}

// ground fills each column from top(x) to the bottom of the picture, far colour above and near below.
func (c *canvas) ground(top func(x float64) float64, near, far rgb) {
	h := float64(c.h)
	for x := range c.w {
		t := top((float64(x)+.5)/h) * h
		y0 := int(math.Floor(t))
		inv := 1 / max(float64(c.h)-t, 1)
		for y := max(y0, 0); y < c.h; y++ {
			col := mix(far, near, (float64(y)-t)*inv)
			if y == y0 {
				c.blend(y*c.w+x, col, float32(float64(y0+1)-t))
				continue
			}
			c.px[y*c.w+x] = col
		}
	}
}

func level(y float64) func(float64) float64 { return func(float64) float64 { return y } }
