package draw

import "math"

// tower draws a building with a lit side and rows of windows; glow is the share of windows lit.
func (c *canvas) tower(x, base, w, h float64, body, pane rgb, lit float64, seed uint32) {
	c.rect(x, base-h, w, h, down(body, mix(body, pane, .18), base-h, base))
	c.rect(x, base-h, w*.3, h, sheer(hex(0), .2))
	const cell = .016
	for r := 0; float64(r)*cell < h-.02; r++ {
		for k := 0; float64(k)*cell < w-.012; k++ {
			if n := float64(hash(seed+c.seed, int32(r), int32(k))); n < lit {
				c.rect(x+.006+float64(k)*cell, base-h+.01+float64(r)*cell, .009, .008, sheer(pane, .45+.5*n/lit))
			}
		}
	}
}

func skyline(c *canvas, l light, kind string, lit float64) {
	base := .68
	c.sky(l, base)
	if l.sunY > 1 {
		c.stars(.5, .3)
	}
	switch kind {
	case "peaks":
		c.peaks(base, .2, 2.4, l.far, mix(l.far, l.sun, .3), hex(0xf5f3f0), .4, 50)
		c.haze(.5, base, l.sky[len(l.sky)-1], 0, .4)
	case "hill":
		c.ground(func(x float64) float64 { u := (x/c.aspect - .62) / .3; return base - .2*math.Exp(-u*u*2.2) }, mix(l.near, hex(0x2d4a35), .5), mix(l.near, hex(0x3f5d45), .3))
	}
	pane := mix(hex(0xffd58a), l.sky[len(l.sky)-1], .2)
	for layer := range 3 {
		body := mix(l.far, l.near, .2+.4*float64(layer))
		for x := -.02; x < c.aspect; {
			i := int32(x*900) + int32(layer)*7000
			r := float64(hash(c.seed, i, 1))
			w := .035 + .06*float64(hash(c.seed, i, 2))
			centre := math.Exp(-math.Pow((x/c.aspect-.5)/.28, 2))
			h := (.05 + .3*r*centre + .05*r) * (1.1 - .25*float64(layer))
			c.tower(x, base, w, h, mix(body, hex(0x7b8794), .25*r), pane, lit*(.4+.3*float64(layer)), uint32(i))
			if r > .8 {
				c.line(x+w/2, base-h, x+w/2, base-h-.05, .003, flat(body))
			}
			x += w * (.75 + .5*float64(hash(c.seed, i, 3)))
		}
		c.haze(base-.3, base, l.sky[len(l.sky)-1], 0, .22)
	}
	if kind == "peaks" {
		x := c.aspect * .4
		c.rect(x-.008, base-.36, .016, .36, flat(l.near))
		c.poly([]point{{x - .035, base - .36}, {x + .035, base - .36}, {x + .024, base - .41}, {x - .024, base - .41}}, flat(hex(0xb24a3b)))
		c.line(x, base-.41, x, base-.48, .004, flat(l.near))
	}
	bank := hills(c.seed+9, base+.012, .02, 4)
	c.ground(bank, mix(l.near, hex(0x15201a), .6), mix(l.near, hex(0x24352a), .5))
	c.mirror(base+.02, 1, mix(l.sky[0], l.near, .5), .45, .35)
	c.glow(c.aspect*.5, base+.1, .6, l.sky[len(l.sky)-1], .18)
}

func harbour(c *canvas, l light, cranes int) {
	base := .66
	c.sky(l, base)
	c.ground(hills(c.seed, base, .07, 1.4), l.far, mix(l.far, l.sky[len(l.sky)-1], .45))
	steel := mix(l.near, hex(0x101820), .3)
	for i := range cranes {
		crane(c, c.aspect*(.08+.86*float64(i)/float64(max(cranes, 2))), base, .3+.05*float64(i%3), mix(steel, l.far, .35*float64(i%2)))
	}
	stack := []rgb{hex(0xb5523b), hex(0x3d6c84), hex(0xd0a24c), hex(0x6d7b6a), hex(0xc9c2b4)}
	for i := range 34 {
		x := c.aspect * float64(i) / 34
		for k := range 1 + hash32(c.seed, i)%3 {
			c.rect(x, base-.02*float64(k+1), c.aspect/34*.94, .019, flat(mix(stack[hash32(c.seed, i*5+k)%5], l.near, .35)))
		}
	}
	c.rect(0, base-.004, c.aspect, .02, flat(steel.times(.7)))
	ship(c, l, c.aspect*.62-c.t*.012, base+.035, .62, hex(0x7d2e2a))
	ship(c, l, c.aspect*.06+c.t*.02, base+.01, .3, hex(0x2d4454))
	c.mirror(base+.034, 1, mix(l.sky[0], l.near, .55), .5, .2)
	c.haze(base-.1, base+.12, l.sky[len(l.sky)-1], 0, .2)
	for i := range 6 {
		x := c.aspect*float64(hash(c.seed, int32(i), 71)) + c.t*.03
		y := .2 + .25*float64(hash(c.seed, int32(i), 72)) + .01*math.Sin(c.t*2+float64(i))
		flap := .006 + .006*math.Sin(c.t*7+float64(i)*2)
		c.path([]point{{x - .02, y - flap}, {x, y}, {x + .02, y - flap}}, .0035, flat(steel))
	}
}

func crane(c *canvas, x, base, s float64, col rgb) {
	p := flat(col)
	c.line(x, base, x+s*.06, base-s*.72, .009, p)
	c.line(x+s*.34, base, x+s*.28, base-s*.72, .009, p)
	c.line(x, base-s*.3, x+s*.34, base-s*.3, .006, p)
	c.line(x+s*.02, base-s*.28, x+s*.29, base-s*.7, .004, p)
	c.line(x-s*.5, base-s*.72, x+s*.75, base-s*.72, .012, p)
	c.line(x+s*.17, base-s*.72, x+s*.2, base-s*1.02, .008, p)
	c.line(x+s*.2, base-s*1.01, x-s*.48, base-s*.73, .003, p)
	c.line(x+s*.2, base-s*1.01, x+s*.73, base-s*.73, .003, p)
	c.line(x-s*.3, base-s*.72, x-s*.3, base-s*.35, .002, p)
	c.rect(x-s*.36, base-s*.36, s*.12, s*.06, p)
}

func ship(c *canvas, l light, x, y, s float64, hull rgb) {
	h := mix(hull, l.near, .25)
	c.poly([]point{{x - s*.02, y - s*.11}, {x + s*.93, y - s*.11}, {x + s, y - s*.14}, {x + s*.95, y}, {x + s*.03, y}}, down(h, h.times(.55), y-s*.14, y))
	c.rect(x+s*.02, y-s*.025, s*.93, s*.025, sheer(hex(0x5b1714), .6))
	c.rect(x+s*.04, y-s*.3, s*.12, s*.19, flat(mix(hex(0xe9e6de), l.near, .2)))
	c.rect(x+s*.025, y-s*.32, s*.16, s*.03, flat(mix(hex(0xf6f3ea), l.near, .2)))
	for k := range 4 {
		c.rect(x+s*.05+float64(k)*s*.026, y-s*.27, s*.016, s*.02, flat(hex(0x22303a)))
	}
	c.rect(x+s*.07, y-s*.38, s*.045, s*.07, flat(mix(hex(0xc47a35), l.near, .25)))
	for k := range 5 {
		c.rect(x+s*(.24+.13*float64(k)), y-s*.135, s*.1, s*.03, flat(mix(hex(0x9a8f7d), l.near, .3)))
		c.line(x+s*(.23+.13*float64(k)), y-s*.11, x+s*(.23+.13*float64(k)), y-s*.25, .004, flat(h.times(.8)))
	}
}

func rows(c *canvas, l light) {
	c.sky(l, .6)
	c.ground(hills(c.seed+2, .42, .12, 1.1), mix(l.near, hex(0x5a6650), .5), mix(l.far, hex(0x7a8468), .4))
	cols := []rgb{hex(0xc8483a), hex(0xe0b23e), hex(0x2f7f86), hex(0x4a6ea8), hex(0xe8e1d0), hex(0x6f9a58), hex(0xc9708a), hex(0x8a5a9a)}
	for r := range 3 {
		w := .085 + .035*float64(r)
		for i := -1; float64(i)*w < c.aspect+w; i++ {
			x := float64(i) * w
			y := .58 + .17*float64(r) - .05*math.Sin(x*1.4+float64(r))
			h := w * (1.35 + .3*float64(hash(c.seed, int32(i), int32(r))))
			col := mix(cols[hash32(c.seed+uint32(r)*17, i)%8], l.far, .32-.14*float64(r))
			c.rect(x, y-h, w*.985, h+.2, down(col, col.times(.82), y-h, y+.1))
			c.rect(x-.002, y-h-.008, w, .012, flat(col.times(.6)))
			for wy := range 2 {
				for wx := range 2 {
					px, py := x+w*(.18+.4*float64(wx)), y-h+w*(.2+.5*float64(wy))
					c.rect(px-.003, py-.003, w*.2+.006, w*.3+.006, flat(mix(hex(0xf5efe2), l.far, .1)))
					c.rect(px, py, w*.2, w*.3, flat(mix(hex(0x2c3b47), hex(0xffd48a), float64(hash(c.seed+5, int32(i*4+wx), int32(r*4+wy)))*.6)))
				}
			}
		}
	}
	c.ground(func(x float64) float64 { return .95 - .03*math.Sin(x*1.4+2) }, hex(0x4a4c50), hex(0x73757a))
}

func snowStreet(c *canvas, l light) {
	horizon := .56
	c.sky(l, horizon)
	vx := c.aspect * .52
	c.ground(level(horizon), hex(0xd5deea), mix(l.sky[len(l.sky)-1], hex(0xb8c6d8), .6))
	for side := -1.0; side <= 1; side += 2 {
		for i := 7; i >= 0; i-- {
			k, k2 := math.Pow(.62, float64(i)), math.Pow(.62, float64(i)+.92)
			x0, x1 := vx+side*1.05*k, vx+side*1.05*k2
			h := .5 + .25*float64(hash(c.seed, int32(i), int32(side+2)))
			col := mix(mix(hex(0x6a4b48), hex(0x3f5266), float64(hash(c.seed, int32(i), int32(side+5)))), l.sky[len(l.sky)-1], .12*float64(i))
			top := func(k float64) float64 { return horizon - h*k }
			c.poly([]point{{x0, top(k)}, {x1, top(k2)}, {x1, horizon + .18*k2}, {x0, horizon + .18*k}}, flat(col))
			c.poly([]point{{x0, top(k) - .03*k}, {x1, top(k2) - .03*k2}, {x1, top(k2)}, {x0, top(k)}}, flat(hex(0xf2f5f8)))
			for n := range 3 {
				f := .2 + .27*float64(n)
				wk := k + (k2-k)*f
				wx := x0 + (x1-x0)*f
				for r := range 2 {
					if hash(c.seed+9, int32(i*3+n), int32(r)*2+int32(side)) > .35 {
						y := horizon - wk*(h*.75-.22*float64(r))
						c.rect(wx-.03*wk, y, .06*wk, .11*wk, flat(mix(hex(0xffcf7d), col, .15)))
					}
				}
			}
		}
	}
	c.poly([]point{{vx - .008, horizon}, {vx + .008, horizon}, {vx + .75, 1}, {vx - .75, 1}}, down(mix(l.sky[1], hex(0x9fb0c4), .5), hex(0x8d9db2), horizon, 1))
	for s := -1.0; s <= 1; s += 2 {
		c.poly([]point{{vx + s*.002, horizon}, {vx + s*.2, 1}, {vx + s*.32, 1}}, sheer(hex(0x5d6c80), .35))
	}
	for i := 5; i >= 0; i-- {
		k := math.Pow(.62, float64(i))
		for s := -1.0; s <= 1; s += 2 {
			x, y := vx+s*.72*k, horizon+.2*k
			c.line(x, y, x, y-.5*k, .008*k+.0008, flat(hex(0x1f2632)))
			c.line(x, y-.5*k, x-s*.09*k, y-.5*k, .007*k+.0008, flat(hex(0x1f2632)))
			c.glow(x-s*.09*k, y-.48*k, .25*k, hex(0xffcf86), .85)
		}
	}
	c.snowfall(420)
}

func (c *canvas) snowfall(n int) {
	for i := range n {
		d := float64(hash(c.seed, int32(i), 91))
		v := .05 + .12*d
		x := math.Mod(float64(hash(c.seed, int32(i), 92))*c.aspect+c.t*.02+.012*math.Sin(c.t*1.5+float64(i))+c.aspect, c.aspect)
		y := math.Mod(float64(hash(c.seed, int32(i), 93))+c.t*v, 1)
		r := .001 + .0045*d*d
		c.ellipse(x, y, r, r, sheer(hex(0xffffff), .4+.4*d))
	}
}

func dome(c *canvas, l light) {
	c.sky(l, .8)
	x, base := c.aspect*.5, .8
	stone := mix(hex(0xd9c9a8), l.far, .25)
	shadow := mix(stone, l.near, .55)
	c.firs(level(.8), .16, .05, mix(l.near, hex(0x1c2a22), .5), 4)
	c.rect(x-.62, base-.2, 1.24, .2, down(stone, shadow, base-.2, base))
	c.rect(x-.64, base-.215, 1.28, .02, flat(mix(stone, hex(0xffffff), .25)))
	for i := range 20 {
		c.rect(x-.59+float64(i)*.061, base-.16, .022, .06, flat(mix(hex(0x26313c), hex(0xffd890), .35)))
		c.rect(x-.59+float64(i)*.061, base-.075, .022, .05, flat(mix(hex(0x26313c), hex(0xffd890), .15)))
	}
	c.rect(x-.2, base-.3, .4, .3, down(mix(stone, hex(0xffffff), .12), shadow, base-.3, base))
	for i := range 6 {
		c.rect(x-.16+float64(i)*.06, base-.22, .02, .2, flat(mix(stone, hex(0xffffff), .35)))
		c.rect(x-.138+float64(i)*.06, base-.22, .034, .2, sheer(shadow.times(.5), .6))
	}
	c.poly([]point{{x - .21, base - .22}, {x, base - .3}, {x + .21, base - .22}}, flat(mix(stone, hex(0xffffff), .2)))
	c.rect(x-.12, base-.42, .24, .13, down(stone, shadow, base-.42, base-.29))
	for i := range 9 {
		c.rect(x-.108+float64(i)*.025, base-.4, .011, .09, sheer(shadow.times(.5), .7))
	}
	c.poly(append(arc(x, base-.42, .115, .19, math.Pi, 2*math.Pi), point{x + .115, base - .42}), down(mix(hex(0xb79a6a), l.sun, .3), mix(hex(0x7d6545), l.near, .4), base-.61, base-.42))
	for _, k := range []float64{-.6, -.2, .25, .65} {
		c.path(arc(x, base-.42, .115*k, .19, math.Pi*1.5, math.Pi*1.5+math.Pi/2), .002, sheer(shadow.times(.6), .6))
	}
	c.rect(x-.02, base-.67, .04, .07, flat(stone))
	c.line(x, base-.67, x, base-.76, .004, flat(shadow))
	c.ground(level(base), l.earth, l.edge)
	c.poly([]point{{x - .1, base}, {x + .1, base}, {x + .6, 1}, {x - .6, 1}}, down(mix(stone, l.edge, .4), mix(shadow, l.earth, .4), base, 1))
	if l.sunY > 1 {
		c.glow(x, base-.2, .5, hex(0xffcf86), .3)
	}
}

func bridge(c *canvas, l light, kind string) {
	base := .64
	c.sky(l, base)
	c.ground(hills(c.seed+1, base, .12, 1.5), l.near, l.far)
	c.firs(hills(c.seed+1, base+.02, .1, 1.5), .05, .02, mix(l.near, hex(0x0d1a15), .4), 5)
	deck, col := .55, mix(l.near, hex(0x171c26), .4)
	if kind == "tube" {
		col = mix(hex(0xc23b30), l.near, .2)
		c.mirrorBridge(base, l, func() {
			for i := range 44 {
				x := c.aspect * (float64(i)/40 - .05)
				c.line(x, deck+.02, x+.09, deck-.1, .005, flat(col))
				c.line(x+.09, deck+.02, x, deck-.1, .005, flat(col))
			}
			c.rect(0, deck-.105, c.aspect, .012, flat(col))
			c.rect(0, deck+.015, c.aspect, .02, flat(col.times(.7)))
		})
		return
	}
	c.mirrorBridge(base, l, func() {
		c.rect(0, deck, c.aspect, .018, flat(col))
		for i := range 4 {
			x := c.aspect * (.08 + .28*float64(i))
			c.rect(x-.012, deck, .024, base-deck+.02, flat(col))
			if kind == "rail" {
				continue
			}
			span := c.aspect * .28
			c.path(arc(x+span/2, deck, span/2, .15, math.Pi, 2*math.Pi), .009, flat(col))
			for k := 1; k < 9; k++ {
				a := math.Pi + math.Pi*float64(k)/9
				px := x + span/2 + span/2*math.Cos(a)
				c.line(px, deck, px, deck+.15*math.Sin(a), .003, flat(col))
			}
		}
		if kind == "rail" {
			tram(c, l, c.aspect*.2+c.t*.05, deck)
		}
	})
}

// mirrorBridge draws what crosses the water, then the water that reflects it.
func (c *canvas) mirrorBridge(base float64, l light, cross func()) {
	cross()
	c.mirror(base, 1, mix(l.sky[0], l.near, .45), .45, .45)
}

func tram(c *canvas, l light, x, y float64) {
	for i := range 3 {
		cx := x + float64(i)*.285
		c.poly([]point{{cx + .008, y - .085}, {cx + .272, y - .085}, {cx + .28, y - .01}, {cx, y - .01}}, down(mix(hex(0xf3f1ec), l.far, .15), mix(hex(0xc9ccd0), l.near, .2), y-.085, y))
		c.rect(cx+.002, y-.028, .276, .014, flat(hex(0xb4382f)))
		for k := range 8 {
			c.rect(cx+.018+float64(k)*.032, y-.072, .024, .032, flat(mix(hex(0x20303c), hex(0xffe0a0), .55)))
		}
	}
	c.line(0, y-.14, c.aspect, y-.14, .002, flat(l.near))
	c.line(x+.4, y-.085, x+.42, y-.14, .003, flat(l.near))
}

func site(c *canvas, l light) {
	c.sky(l, .8)
	c.ground(hills(c.seed+3, .8, .06, 2), l.near, l.far)
	pane := hex(0xffdf9c)
	for i := range 4 {
		c.tower(c.aspect*(.05+.22*float64(i)), .82, .17, .2+.12*float64((i*2)%3), mix(l.far, l.near, .5), pane, .25, uint32(i))
	}
	x := c.aspect * .42
	slab := mix(hex(0xb9ab98), l.near, .25)
	for f := range 8 {
		y := .84 - .07*float64(f)
		c.rect(x, y-.012, .42, .012, flat(slab))
		for k := range 6 {
			c.rect(x+.005+float64(k)*.08, y-.07, .009, .06, flat(slab.times(.8)))
		}
		if f < 4 {
			c.rect(x+.012, y-.062, .32, .05, sheer(mix(hex(0xd98a45), l.near, .3), .8))
		}
	}
	steel := hex(0xd29b2f)
	cx := c.aspect * .36
	c.line(cx, .86, cx, .1, .012, flat(steel))
	c.line(cx-.18, .16, cx+.75, .16, .01, flat(steel))
	c.line(cx, .09, cx+.7, .155, .003, flat(steel))
	c.line(cx, .09, cx-.17, .155, .003, flat(steel))
	c.rect(cx-.19, .16, .07, .05, flat(steel.times(.6)))
	c.line(cx+.5, .16, cx+.5, .3, .002, flat(hex(0x2a2a2a)))
	c.rect(cx+.46, .3, .08, .014, flat(hex(0x8c5a35)))
	c.ground(hills(c.seed+8, .87, .02, 5), l.earth, l.edge)
}
