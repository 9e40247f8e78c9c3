package draw

import "math"

// hash is a lattice value from 0 to 1.
func hash(seed uint32, x, y int32) float32 {
	v := uint32(x)*0x8da6b343 ^ uint32(y)*0xd8163841 ^ seed*0xcb1ab31f
	v ^= v >> 15
	v *= 0x2c1b3c6d
	v ^= v >> 12
	v *= 0x297a2d39
	v ^= v >> 15
	return float32(v>>8) / (1 << 24)
}

// noise1 is smooth value noise along a line, from 0 to 1.
func noise1(seed uint32, x float64) float64 {
	i := math.Floor(x)
	f := x - i
	f = f * f * (3 - 2*f)
	a, b := float64(hash(seed, int32(i), 0)), float64(hash(seed, int32(i)+1, 0))
	return a + (b-a)*f
}

// fractal1 sums octaves of noise1; from 0 to 1, mostly near the middle.
func fractal1(seed uint32, x float64, octaves int) float64 {
	sum, amp, total := 0.0, 1.0, 0.0
	for o := range octaves {
		sum += amp * noise1(seed+uint32(o)*131, x)
		total += amp
		amp *= .5
		x *= 2.03
	}
	return sum / total
}

// ridge1 is fractal noise folded into crests, as mountains have.
func ridge1(seed uint32, x float64, octaves int) float64 {
	sum, amp, total := 0.0, 1.0, 0.0
	for o := range octaves {
		n := 1 - math.Abs(2*noise1(seed+uint32(o)*977, x)-1)
		sum += amp * n * n
		total += amp
		amp *= .48
		x *= 2.1
	}
	return sum / total
}

func noise2(seed uint32, x, y float64) float64 {
	ix, iy := math.Floor(x), math.Floor(y)
	fx, fy := x-ix, y-iy
	fx, fy = fx*fx*(3-2*fx), fy*fy*(3-2*fy)
	i, j := int32(ix), int32(iy)
	a, b := float64(hash(seed, i, j)), float64(hash(seed, i+1, j))
	d, e := float64(hash(seed, i, j+1)), float64(hash(seed, i+1, j+1))
	return a + (b-a)*fx + (d-a)*fy + (a-b-d+e)*fx*fy
}

func fractal2(seed uint32, x, y float64, octaves int) float64 {
	sum, amp, total := 0.0, 1.0, 0.0
	for o := range octaves {
		sum += amp * noise2(seed+uint32(o)*57, x, y)
		total += amp
		amp *= .5
		x, y = x*2.02, y*2.02
	}
	return sum / total
}

// field lays a colour over the box with an opacity that fn gives. fn is asked on a coarse grid and
// smoothed between, which is what keeps clouds and lights cheap.
func (c *canvas) field(y0, y1 float64, col rgb, fn func(x, y float64) float64) {
	const cell = 6
	h := float64(c.h)
	py0, py1 := max(0, int(y0*h)), min(c.h, int(y1*h))
	cols := c.w/cell + 2
	line := func(gy int) []float64 {
		out := make([]float64, cols)
		for gx := range out {
			out[gx] = min(max(fn(float64(gx*cell)/h, float64(py0+gy*cell)/h), 0), 1)
		}
		return out
	}
	top, bottom := line(0), line(1)
	for y := py0; y < py1; y++ {
		gy := y - py0
		if gy > 0 && gy%cell == 0 {
			top, bottom = bottom, line(gy/cell+1)
		}
		fy := float64(gy%cell) / cell
		for x := range c.w {
			g, fx := x/cell, float64(x%cell)/cell
			a := top[g] + (top[g+1]-top[g])*fx
			b := bottom[g] + (bottom[g+1]-bottom[g])*fx
			if v := a + (b-a)*fy; v > .002 {
				c.blend(y*c.w+x, col, float32(v))
			}
		}
	}
}

// clouds drifts soft banks of cloud between y0 and y1; cover runs from 0 (clear) to 1.
func (c *canvas) clouds(y0, y1 float64, col rgb, cover, opacity float64, seed uint32) {
	c.field(y0, y1, col, func(x, y float64) float64 {
		k := (y - y0) / (y1 - y0)
		edge := min(k*4, (1-k)*3, 1)
		n := fractal2(seed+c.seed, (x+c.t*.01)*2.6, y*8.5/(.55+.7*(y-y0)), 5)
		return (n - (1 - cover)) * 3.2 * edge * opacity
	})
}
