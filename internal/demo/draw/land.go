package draw

import "math"

// light is the palette of an outdoor scene.
type light struct {
	sky         []rgb // from the zenith to the horizon
	sun         rgb
	sunX, sunY  float64 // as fractions of width and height; sunY > 1 means no sun
	cloud       rgb
	cover       float64
	far, near   rgb // hills: distant and close
	earth, edge rgb // foreground: close and at its far edge
}

func dawn() light {
	return light{[]rgb{hex(0x47628f), hex(0x9d95a8), hex(0xf0b58c), hex(0xfbdcae)}, hex(0xffd9a0), .68, .5, hex(0xf6cdb4), .5, hex(0x8d86a0), hex(0x39455f), hex(0x1d2632), hex(0x4a4a52)}
}

func noon() light {
	return light{[]rgb{hex(0x3f7fb8), hex(0x83b3d6), hex(0xcfe3ea)}, hex(0xfff6d8), .25, .18, hex(0xf7fafb), .55, hex(0x8fabc0), hex(0x3f6270), hex(0x3f5b35), hex(0x8b9a5b)}
}

func dusk() light {
	return light{[]rgb{hex(0x1f2748), hex(0x51406f), hex(0xb35d70), hex(0xf2a36b)}, hex(0xffb070), .35, .6, hex(0xd98578), .5, hex(0x6b4f78), hex(0x2a2543), hex(0x14131f), hex(0x3a2c43)}
}

func winter() light {
	return light{[]rgb{hex(0x8ba6bd), hex(0xb9c9d4), hex(0xe9e4df)}, hex(0xfff2dd), .3, .4, hex(0xf2f2f0), .55, hex(0xa9b7c4), hex(0x5d7083), hex(0xe8edf0), hex(0xc5d2dc)}
}

func night() light {
	return light{[]rgb{hex(0x060b1c), hex(0x0f1c38), hex(0x24395c)}, hex(0xdfe8ff), .8, 2, hex(0x31466b), .35, hex(0x1c2b47), hex(0x0d1728), hex(0x070c16), hex(0x101b2d)}
}

func smoke() light {
	return light{[]rgb{hex(0x6d4a3a), hex(0xb06a3c), hex(0xe6a15a)}, hex(0xff7a3c), .62, .3, hex(0x8d6a58), .62, hex(0x9c6a4a), hex(0x4a3028), hex(0x1d1411), hex(0x3a241b)}
}

func storm() light {
	return light{[]rgb{hex(0x2e3b46), hex(0x566672), hex(0xb9b79c)}, hex(0xf1e6b4), .5, 2, hex(0x3a464f), .66, hex(0x6f7d80), hex(0x39483f), hex(0x3c4529), hex(0x8c8b4e)}
}

func harvest() light {
	return light{[]rgb{hex(0x4c7fa5), hex(0x9fbcc6), hex(0xf3dfb4)}, hex(0xffe6a6), .74, .42, hex(0xfdf2de), .5, hex(0x9aa6a4), hex(0x6a7158), hex(0xa9762a), hex(0xe3bd62)}
}

func (c *canvas) sky(l light, horizon float64) {
	c.wash(0, 1, even(0, horizon, l.sky...))
	if l.sunY < 1 {
		c.glow(l.sunX*c.aspect, l.sunY, .9, l.sun, .55)
		c.glow(l.sunX*c.aspect, l.sunY, .25, l.sun, .7)
		c.ellipse(l.sunX*c.aspect, l.sunY, .032, .032, sheer(mix(l.sun, hex(0xffffff), .5), .9))
	}
	c.clouds(.02, horizon, l.cloud, l.cover, .8, 11)
}

func (c *canvas) stars(y1, density float64) {
	n := int(700 * density * c.aspect)
	for i := range n {
		x, y := float64(hash(c.seed, int32(i), 5))*c.aspect, float64(hash(c.seed, int32(i), 6))*y1
		r := .0007 + .0016*math.Pow(float64(hash(c.seed, int32(i), 7)), 6)
		a := .35 + .65*float64(hash(c.seed, int32(i), 8))
		c.rect(x-r, y-r, 2*r, 2*r, sheer(hex(0xf4f6ff), a*(1-y/y1*.7)))
	}
}

// peaks is one wall of mountains with light on one flank and snow above the snow line.
func (c *canvas) peaks(base, height, scale float64, body, lit, snow rgb, snowline float64, seed uint32) {
	seed += c.seed
	top := func(x float64) float64 { return base - height*(.25+.75*ridge1(seed, x*scale, 6)) }
	h := float64(c.h)
	pad := int(.06*h) + 2 // a face looks this far along the crest
	edge := make([]float64, c.w+4*pad)
	for i := range edge {
		edge[i] = top((float64(i-2*pad) + .5) / h)
	}
	wide := max(pad/3, 1)
	for px := range c.w {
		x, t := (float64(px)+.5)/h, edge[px+2*pad]
		line := base - height*snowline - .03*fractal1(seed+3, x*38, 3)
		y0 := int(t * h)
		for py := max(y0, 0); py < min(c.h, int(base*h)+2); py++ {
			y := (float64(py) + .5) / h
			k := (y - t) / (1 - t)
			along := 2*pad + px + int((noise2(seed+9, x*16+y*9, y*15-x*4)-.5)*1.3*float64(pad))
			slope := (edge[along+wide] - edge[along-wide]) * h / float64(2*wide)
			facing := min(max(.5+slope*.55, 0), 1)
			col := mix(body, lit, facing)
			if y < line {
				col = mix(col, snow, min((line-y)*22, .9)*(.35+.65*facing))
			}
			a := float32(1)
			if py == y0 {
				a = float32(float64(y0+1) - t*h)
			}
			c.blend(py*c.w+px, mix(col, body, k*1.2), a)
		}
	}
	c.wash(base, 1, []stop{{0, body}})
}

func (c *canvas) firs(base func(float64) float64, size, gap float64, col rgb, seed uint32) {
	for i := 0; float64(i)*gap < c.aspect+gap; i++ {
		r := float64(hash(c.seed+seed, int32(i), 1))
		x := (float64(i) + r) * gap
		s := size * (.55 + .75*float64(hash(c.seed+seed, int32(i), 2)))
		c.fir(x, base(x)+.01, s, mix(col, hex(0), .25*r))
	}
}

func (c *canvas) fir(x, y, s float64, col rgb) {
	pts := []point{{x, y - s}}
	for k := 1; k <= 4; k++ {
		f := float64(k) / 4
		pts = append(pts, point{x + s*.2*f, y - s*(1-f*.92)}, point{x + s*.11*f, y - s*(1-f*.92)})
	}
	for k := 4; k >= 1; k-- {
		f := float64(k) / 4
		pts = append(pts, point{x - s*.11*f, y - s*(1-f*.92)}, point{x - s*.2*f, y - s*(1-f*.92)})
	}
	c.poly(pts, flat(col))
}

func hills(seed uint32, base, height, scale float64) func(float64) float64 {
	return func(x float64) float64 { return base - height*fractal1(seed, x*scale, 4) }
}

func mountains(c *canvas, l light, foot string) {
	c.sky(l, .66)
	snow := mix(hex(0xffffff), l.sky[len(l.sky)-1], .35)
	c.peaks(.62, .42, 1.9, mix(l.far, l.sky[len(l.sky)-1], .25), mix(l.far, l.sun, .35), snow, .42, 21)
	c.haze(.4, .66, l.sky[len(l.sky)-1], 0, .45)
	c.peaks(.66, .25, 2.7, l.near, mix(l.near, l.sun, .22), snow, .75, 35)
	c.haze(.5, .7, l.sky[len(l.sky)-1], 0, .3)
	shore := hills(c.seed+4, .69, .05, 3)
	c.ground(shore, mix(l.near, hex(0), .35), mix(l.near, l.far, .3))
	c.firs(shore, .09, .016, mix(l.near, hex(0x0b1712), .6), 8)
	switch foot {
	case "lake":
		c.mirror(.7, 1, mix(l.near, l.sky[0], .5), .5, .75)
		c.haze(.7, .72, l.sky[len(l.sky)-1], .35, 0)
	case "river":
		c.ground(hills(c.seed+7, .74, .02, 2), l.earth, l.edge)
		river(c, l, .73)
	default:
		c.ground(hills(c.seed+7, .79, .06, 1.6), l.earth, l.edge)
		c.firs(hills(c.seed+7, .83, .06, 1.6), .2, .11, mix(l.earth, hex(0), .5), 10)
		c.ground(hills(c.seed+17, .95, .05, 2), mix(l.earth, hex(0), .4), l.earth)
	}
}

// river winds from the horizon to the viewer.
func river(c *canvas, l light, y0 float64) {
	var left, right []point
	for i := range 41 {
		k := float64(i) / 40
		y := y0 + (1.02-y0)*k
		mid := c.aspect * (.5 + .2*math.Sin(k*4.2+1)*(1-k*.3))
		half := .006 + .3*k*k
		left = append(left, point{mid - half, y})
		right = append([]point{{mid + half*.8, y}}, right...)
	}
	bright := mix(l.sky[len(l.sky)-1], l.sun, .3)
	c.poly(append(left, right...), down(bright, mix(l.sky[0], l.near, .35), y0, 1))
	for i := range 46 {
		k := math.Pow(float64(hash(c.seed, int32(i), 61)), .7)
		y := y0 + (1-y0)*k
		mid := c.aspect*(.5+.2*math.Sin(k*4.2+1)*(1-k*.3)) + (float64(hash(c.seed, int32(i), 62))-.5)*.4*k*k
		c.rect(mid-.06*k, y, .12*k, .003*k, sheer(hex(0xffffff), .2))
	}
}

func prairie(c *canvas, l light, extra string) {
	horizon := .64
	c.sky(l, horizon)
	c.ground(hills(c.seed+2, horizon+.005, .03, 1.3), l.near, l.far)
	c.ground(level(horizon+.012), l.earth, l.edge)
	vx := c.aspect * (.35 + .3*float64(hash(c.seed, 3, 3)))
	for i := -26; i <= 26; i++ {
		x := vx + float64(i)*.15
		c.poly([]point{{vx + float64(i)*.012, horizon + .015}, {x - .035 + float64(i)*.1, 1}, {x + .03 + float64(i)*.1, 1}}, sheer(mix(l.earth, hex(0), .3), .28))
	}
	c.field(horizon, 1, mix(l.edge, hex(0xffffff), .25), func(x, y float64) float64 {
		return (fractal2(c.seed+5, x*4, (y-horizon)*26/(.3+y-horizon), 3) - .52) * 1.1
	})
	switch extra {
	case "elevators":
		elevators(c, l, horizon+.02)
	case "turbines":
		for i, x := range []float64{.16, .33, .52, .7, .88} {
			turbine(c, x*c.aspect, horizon+.02+.05*float64(i%3), .2+.11*float64((i*2)%5)/2, float64(i)*.9, mix(hex(0xf4f4f0), l.far, .18))
		}
	case "train":
		freight(c, l, horizon+.07)
	case "road":
		c.poly([]point{{vx - .004, horizon + .012}, {vx + .004, horizon + .012}, {vx + .5, 1}, {vx - .28, 1}}, down(mix(l.far, hex(0x777777), .5), hex(0x3b3b40), horizon, 1))
		for i := range 7 {
			k0 := math.Pow(float64(i)/7+.03, 1.9)
			y := horizon + .012 + (1-horizon)*k0
			c.poly([]point{{vx + .11*k0 - .003*k0, y}, {vx + .11*k0 + .006*k0, y}, {vx + .13*k0 + .01*k0, y + .05*k0}, {vx + .13*k0 - .006*k0, y + .05*k0}}, flat(hex(0xe8d9a0)))
		}
	case "pumpjacks":
		for i, x := range []float64{.22, .62, .84} {
			pumpjack(c, x*c.aspect, horizon+.06+.05*float64(i%2), .17+.07*float64(i%2), mix(l.earth, hex(0x0c0c10), .75))
		}
	}
	for i := range 150 {
		x := float64(hash(c.seed, int32(i), 41)) * c.aspect
		s := .03 + .06*float64(hash(c.seed, int32(i), 42))
		c.line(x, 1, x+(.3-float64(hash(c.seed, int32(i), 43)))*s, 1-s, .0022, sheer(mix(l.earth, l.edge, float64(hash(c.seed, int32(i), 44))), .8))
	}
}

func elevators(c *canvas, l light, y float64) {
	cols := []rgb{hex(0xa8432f), hex(0xd9d3c4), hex(0x4c6b58)}
	for i, x := range []float64{.54, .66, .78} {
		s := .3 - .03*float64(i)
		x, w := x*c.aspect, s*.36
		body := mix(cols[i], l.near, .2)
		c.rect(x, y-s*.72, w, s*.72, flat(body))
		c.rect(x, y-s*.72, w*.36, s*.72, sheer(hex(0), .22))
		c.poly([]point{{x - .006, y - s*.7}, {x + w*.26, y - s*.84}, {x + w*.74, y - s*.84}, {x + w + .006, y - s*.7}}, flat(body.times(.72)))
		c.rect(x+w*.26, y-s, w*.48, s*.18, flat(body))
		c.poly([]point{{x + w*.2, y - s*.99}, {x + w*.5, y - s*1.1}, {x + w*.8, y - s*.99}}, flat(body.times(.7)))
		c.rect(x+w, y-s*.25, w*.5, s*.25, flat(body.times(.85)))
		c.rect(x+w*.42, y-s*.5, w*.35, s*.12, sheer(hex(0xffffff), .25))
	}
	c.rect(0, y, c.aspect, .008, flat(mix(l.earth, hex(0x2a2420), .7)))
	for i := range 9 {
		px := float64(i) * c.aspect / 8
		c.line(px, y+.01, px, y-.1, .003, flat(mix(l.earth, hex(0x1a1614), .6)))
		c.line(px-.014, y-.092, px+.014, y-.092, .0025, flat(mix(l.earth, hex(0x1a1614), .6)))
	}
}

func turbine(c *canvas, x, y, s, phase float64, col rgb) {
	c.poly([]point{{x - s*.018, y}, {x - s*.008, y - s}, {x + s*.008, y - s}, {x + s*.018, y}}, down(col, col.times(.8), y-s, y))
	for k := range 3 {
		a := phase + c.t*1.3 + float64(k)*2*math.Pi/3
		ux, uy := math.Cos(a), math.Sin(a)
		c.poly([]point{{x, y - s}, {x + ux*s*.16 - uy*s*.026, y - s + uy*s*.16 + ux*s*.026}, {x + ux*s*.6, y - s + uy*s*.6}}, flat(col))
	}
	c.ellipse(x, y-s, s*.022, s*.022, flat(col.times(.9)))
}

func pumpjack(c *canvas, x, y, s float64, col rgb) {
	a := -.28 + .2*math.Sin(c.t*1.4)
	bx, by := x, y-s*.75
	ux, uy := math.Cos(a), math.Sin(a)
	c.poly([]point{{x - s*.3, y}, {x - .005, by}, {x + .005, by}, {x + s*.3, y}, {x + s*.24, y}, {x, by + s*.1}, {x - s*.24, y}}, flat(col))
	c.line(bx-ux*s*.6, by-uy*s*.6, bx+ux*s*.55, by+uy*s*.55, s*.07, flat(col))
	c.ellipse(bx-ux*s*.62, by-uy*s*.62+s*.06, s*.09, s*.16, flat(col))
	c.line(bx-ux*s*.64, by-uy*s*.64, bx-ux*s*.64, y, .003, flat(col))
	c.ellipse(bx+ux*s*.5, by+uy*s*.5+s*.3, s*.13, s*.13, flat(col))
	c.rect(x-s*.75, y-s*.04, s*1.5, s*.06, flat(col))
}

func freight(c *canvas, l light, y float64) {
	cols := []rgb{hex(0x8c3b2e), hex(0x3f5c73), hex(0xc08a3a), hex(0x56614f), hex(0x7a6f66)}
	off := math.Mod(c.t*.12, .3)
	for i := range int(c.aspect/.15) + 4 {
		x := float64(i)*.15 - .3 + off
		body := mix(cols[hash32(c.seed, i)%5], l.near, .22)
		c.poly([]point{{x + .006, y - .085}, {x + .136, y - .085}, {x + .142, y - .02}, {x, y - .02}}, down(body, body.times(.7), y-.085, y-.02))
		for k := range 5 {
			c.rect(x+.02+float64(k)*.026, y-.08, .004, .055, sheer(hex(0), .25))
		}
		for _, wx := range []float64{.02, .045, .1, .125} {
			c.ellipse(x+wx, y-.01, .009, .009, flat(hex(0x17171a)))
		}
	}
	c.rect(0, y, c.aspect, .006, flat(hex(0x2b2723)))
	c.ground(level(y+.006), l.earth, mix(l.edge, l.earth, .5))
}

func hash32(seed uint32, i int) int { return int(hash(seed, int32(i), 99) * 1e6) }

func aurora(c *canvas, l light) {
	c.sky(l, .8)
	c.stars(.75, .8)
	for b, col := range []rgb{hex(0x4df0a4), hex(0x36c6b0), hex(0x9d6bf0)} {
		fb := float64(b)
		c.field(0, .8, col, func(x, y float64) float64 {
			foot := .56 - .1*fb + .16*math.Sin(x*2.1+fb*1.7+c.t*.18) + .08*math.Sin(x*5.3+fb-c.t*.27)
			if y > foot+.02 {
				return 0
			}
			curtain := .4 + .6*noise1(c.seed+uint32(b), x*22+math.Sin(c.t*.3)*.8)
			rise := math.Exp(-(foot-y)*(4.2+2*fb)) * min((foot+.02-y)*30, 1)
			return rise * curtain * .62
		})
	}
	c.peaks(.84, .18, 2.2, hex(0x0b1526), hex(0x16304a), hex(0x3c6a7c), .7, 3)
	c.ground(hills(c.seed+5, .88, .04, 2), hex(0x05090f), hex(0x0d1a24))
	c.firs(hills(c.seed+5, .9, .04, 2), .13, .035, hex(0x060c12), 2)
}

func wildfire(c *canvas, l light) {
	c.sky(l, .75)
	c.clouds(.05, .8, hex(0x4b3630), .7, .9, 40)
	for i := range 3 {
		base := hills(c.seed+uint32(i)*3, .62+.12*float64(i), .1, 1.8)
		c.ground(base, mix(l.near, hex(0), .2*float64(i)), mix(l.far, l.near, float64(i)/2))
		if i == 0 {
			for k := range 7 {
				x := c.aspect * (.1 + .13*float64(k))
				c.glow(x, base(x), .12, hex(0xff7b2e), .75)
			}
		}
		c.firs(base, .06+.07*float64(i), .018+.02*float64(i), mix(l.near, hex(0x0d0907), .3+.3*float64(i)), uint32(i))
	}
	c.haze(.5, .95, hex(0xc07a48), .3, 0)
}
