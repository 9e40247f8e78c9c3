package draw

import "math"

func rink(c *canvas, l light) {
	c.sky(l, .4)
	if l.sunY > 1 {
		c.stars(.35, .3)
	}
	c.firs(hills(c.seed, .42, .05, 3), .13, .04, mix(l.near, hex(0x0a1418), .5), 3)
	c.ground(level(.42), hex(0xeef4f8), hex(0xa8bccb))
	edge := func(y float64) float64 { return .55 + .8*(y-.46) }
	mid := c.aspect * .5
	c.poly([]point{{mid - edge(.46), .46}, {mid + edge(.46), .46}, {mid + edge(1.1), 1.1}, {mid - edge(1.1), 1.1}}, down(hex(0xd7e6ef), hex(0xf6fafc), .46, 1))
	c.line(mid-edge(.46), .455, mid+edge(.46), .455, .03, flat(hex(0xd9cfc0)))
	c.line(mid-edge(.46), .468, mid+edge(.46), .468, .008, flat(hex(0xd8a832)))
	for _, m := range []struct {
		y   float64
		col rgb
	}{{.53, hex(0x2f5da8)}, {.66, hex(0xc23a34)}, {.87, hex(0x2f5da8)}} {
		c.rect(mid-edge(m.y), m.y, 2*edge(m.y), .006+.02*(m.y-.45), sheer(m.col, .75))
	}
	c.ellipse(mid, .67, .26, .075, sheer(hex(0x2f5da8), .8))
	c.ellipse(mid, .67, .25, .07, flat(hex(0xe6eff5)))
	c.rect(mid-.26, .664, .52, .012, sheer(hex(0xc23a34), .75))
	c.field(.47, 1, hex(0xffffff), func(x, y float64) float64 { return (fractal2(c.seed+3, x*16+y*9, y*5, 3) - .5) * 1.3 })
	for i := range 7 {
		x := mid + (float64(hash(c.seed, int32(i), 1))-.5)*1.25
		y := .55 + .36*float64(i)/7
		skater(c, x+.04*math.Sin(c.t+float64(i)), y, .12+.26*(y-.5), []rgb{hex(0x9e2f2c), hex(0x1f3f6b)}[i%2], float64(hash(c.seed, int32(i), 2)) > .5)
	}
	for _, x := range []float64{.12, .88} {
		c.line(x*c.aspect, .5, x*c.aspect, .06, .008, flat(hex(0x2a323c)))
		c.glow(x*c.aspect, .07, .5, hex(0xfff0c8), .7)
	}
}

func skater(c *canvas, x, y, s float64, shirt rgb, left bool) {
	d := 1.0
	if left {
		d = -1
	}
	dark := hex(0x1b2028)
	c.ellipse(x, y+.005, s*.3, s*.04, sheer(hex(0x5d7386), .4))
	c.line(x-d*s*.05, y-s*.4, x-d*s*.28, y, s*.11, flat(dark))
	c.line(x+d*s*.05, y-s*.4, x+d*s*.2, y, s*.11, flat(dark))
	c.poly([]point{{x - d*s*.13, y - s*.36}, {x + d*s*.14, y - s*.36}, {x + d*s*.26, y - s*.8}, {x - d*s*.02, y - s*.82}}, flat(shirt))
	c.line(x+d*s*.2, y-s*.72, x+d*s*.42, y-s*.45, s*.08, flat(shirt.times(.85)))
	c.line(x+d*s*.36, y-s*.52, x+d*s*.62, y-s*.02, s*.025, flat(hex(0x6b4a2a)))
	c.line(x+d*s*.61, y-s*.02, x+d*s*.75, y-s*.01, s*.03, flat(hex(0x6b4a2a)))
	c.ellipse(x+d*s*.16, y-s*.9, s*.09, s*.1, flat(shirt.times(.6)))
}

// head is an abstract likeness for a columnist: shapes and a palette, nobody's face.
func head(c *canvas, skin, hair, coat, back rgb, style int) {
	c.wash(0, 1, even(0, 1, back, mix(back, hex(0xffffff), .25)))
	c.clouds(0, 1, mix(back, hex(0xffffff), .4), .6, .5, 4)
	x := c.aspect * .5
	if style%3 == 1 {
		c.ellipse(x, .47, .25, .3, flat(hair))
		c.rect(x-.25, .45, .5, .3, flat(hair))
	}
	c.poly([]point{{x - .46, 1.02}, {x - .38, .84}, {x - .12, .74}, {x + .12, .74}, {x + .38, .84}, {x + .46, 1.02}}, down(coat, coat.times(.75), .74, 1))
	c.rect(x-.085, .6, .17, .17, flat(skin.times(.84)))
	c.poly([]point{{x - .1, .735}, {x, .9}, {x + .1, .735}, {x, .78}}, flat(mix(hex(0xf4f0e8), coat, .1)))
	c.ellipse(x, .45, .185, .235, flat(skin))
	half := arc(x, .45, .185, .235, -math.Pi/2, math.Pi/2)
	c.poly(half, sheer(skin.times(.6), .35))
	switch style % 3 {
	case 0:
		c.poly(append(arc(x, .42, .2, .24, math.Pi, 2*math.Pi), point{x + .16, .34}, point{x, .3}, point{x - .15, .36}), flat(hair))
	case 1:
		c.poly(append(arc(x, .44, .205, .26, math.Pi*.95, 2*math.Pi), point{x + .1, .33}, point{x - .08, .27}), flat(hair))
	case 2:
		c.ellipse(x, .19, .1, .09, flat(hair))
		c.poly(append(arc(x, .4, .195, .22, math.Pi, 2*math.Pi), point{x, .27}), flat(hair))
	}
	ink := mix(hex(0x1f1a1a), skin, .15)
	for s := -1.0; s <= 1; s += 2 {
		c.ellipse(x+s*.072, .455, .015, .013, flat(ink))
		c.line(x+s*.1, .418, x+s*.045, .413, .009, flat(hair.times(.8)))
		if style >= 3 {
			c.path(arc(x+s*.075, .455, .052, .045, 0, 2*math.Pi), .007, flat(hex(0x2b2b30)))
		}
	}
	if style >= 3 {
		c.line(x-.024, .45, x+.024, .45, .007, flat(hex(0x2b2b30)))
	}
	c.path([]point{{x + .005, .46}, {x + .028, .53}, {x - .005, .535}}, .007, sheer(skin.times(.55), .8))
	c.path(arc(x, .575, .06, .022, .2, math.Pi-.2), .009, flat(mix(hex(0x8a3b36), skin, .35)))
	if style == 5 || style == 3 {
		c.poly(append(arc(x, .5, .18, .2, .15, math.Pi-.15), point{x - .12, .57}, point{x, .545}, point{x + .12, .57}), sheer(hair, .8))
	}
}

func books(c *canvas, back rgb) {
	c.wash(0, 1, even(0, 1, back, back.times(.7)))
	c.glow(c.aspect*.3, .1, .9, hex(0xffe2b0), .4)
	cols := []rgb{hex(0x8f2f2a), hex(0x2f4f6b), hex(0xd6a74a), hex(0x4b6b4f), hex(0xe4dccb), hex(0x5b3f63), hex(0xc46a3a), hex(0x23303a)}
	for shelf := range 3 {
		y := .34 + .31*float64(shelf)
		for x := .05; x < c.aspect-.06; {
			i := int32(x*1000) + int32(shelf)*5000
			w, h := .028+.035*float64(hash(c.seed, i, 1)), .16+.08*float64(hash(c.seed, i, 2))
			col := cols[hash32(c.seed, int(i))%8]
			c.rect(x, y-h, w, h, down(col, col.times(.75), y-h, y))
			c.rect(x, y-h, w*.18, h, sheer(hex(0xffffff), .16))
			c.rect(x+w*.82, y-h, w*.18, h, sheer(hex(0), .25))
			c.rect(x+w*.2, y-h*.8, w*.6, .008, sheer(hex(0xf3e2b4), .7))
			c.rect(x+w*.2, y-h*.72, w*.6, .05, sheer(hex(0xf3e2b4), .25))
			x += w + .003
			if hash(c.seed, i, 3) > .93 {
				x += .07
			}
		}
		c.rect(0, y, c.aspect, .028, down(hex(0x7a5233), hex(0x4a301d), y, y+.028))
		c.haze(y+.028, y+.08, hex(0), .35, 0)
	}
}

func kitchen(c *canvas, wall rgb) {
	c.wash(0, 1, even(0, .7, wall, mix(wall, hex(0xffffff), .25)))
	x, w := c.aspect*.32, c.aspect*.4
	c.rect(x-.02, .06, w+.04, .5, flat(hex(0xf4efe4)))
	c.rect(x, .08, w, .46, down(hex(0x9fc0d6), hex(0xf4dcb8), .08, .54))
	for i := range 3 {
		base := .44 + .04*float64(i)
		var pts []point
		for k := range 21 {
			px := x + w*float64(k)/20
			pts = append(pts, point{px, base - .09*ridge1(c.seed+uint32(i), px*3, 4)})
		}
		c.poly(append(pts, point{x + w, .54}, point{x, .54}), flat(mix(hex(0x8fa2b8), hex(0x3f5d50), float64(i)/2)))
	}
	c.rect(x+w/2-.008, .08, .016, .46, flat(hex(0xf4efe4)))
	c.rect(x, .3, w, .012, flat(hex(0xf4efe4)))
	c.glow(x+w/2, .4, .7, hex(0xfff0cf), .4)
	c.poly([]point{{-.1, 1.01}, {.08, .66}, {c.aspect - .08, .66}, {c.aspect + .1, 1.01}}, down(hex(0xb07c4c), hex(0x7d4f2c), .66, 1))
	for i := range 6 {
		c.line(.1+float64(i)*c.aspect/6, .66, float64(i)*c.aspect/5-.05, 1, .003, sheer(hex(0x4f3018), .4))
	}
	c.poly([]point{{x + .02, .66}, {x + w - .02, .66}, {x + w + .25, 1}, {x - .12, 1}}, sheer(hex(0xffe9c2), .22))
	mx := c.aspect * .64
	c.ellipse(mx+.01, .83, .1, .025, sheer(hex(0x2a180c), .35))
	c.path(arc(mx+.085, .75, .038, .04, -1.6, 1.6), .014, flat(hex(0xb5402f)))
	c.poly([]point{{mx - .08, .69}, {mx + .08, .69}, {mx + .068, .83}, {mx - .068, .83}}, down(hex(0xc94b37), hex(0x93301f), .69, .83))
	c.ellipse(mx, .69, .08, .02, flat(hex(0x3a1f14)))
	for i := range 3 {
		var pts []point
		for k := range 12 {
			f := float64(k) / 11
			pts = append(pts, point{mx - .03 + .03*float64(i) + .015*math.Sin(f*6+float64(i)+c.t), .67 - .16*f})
		}
		c.path(pts, .006, sheer(hex(0xffffff), .22))
	}
	px := c.aspect * .3
	c.poly([]point{{px - .16, .8}, {px + .1, .76}, {px + .2, .87}, {px - .08, .92}}, flat(hex(0xf6f2e8)))
	for i := range 6 {
		f := float64(i) / 6
		c.line(px-.12+.07*f, .815+.09*f, px+.07+.07*f, .785+.085*f, .004, sheer(hex(0x58616b), .6))
	}
	c.line(px+.14, .76, px+.02, .9, .008, flat(hex(0x27415c)))
}

// figures is a printed-chart abstraction: bars, a line and a grid.
func figures(c *canvas, paper, ink, accent rgb) {
	c.wash(0, 1, even(0, 1, paper, paper.times(.9)))
	for i := range 9 {
		c.line(.08, .12+float64(i)*.09, c.aspect-.08, .12+float64(i)*.09, .002, sheer(ink, .18))
	}
	n := 18
	var pts []point
	for i := range n {
		x := .1 + (c.aspect-.2)*float64(i)/float64(n)
		v := .14 + .38*float64(i)/float64(n) + .22*(fractal1(c.seed, float64(i)*.7, 3)-.5)
		w := (c.aspect - .2) / float64(n) * .68
		c.rect(x+.012, .85-v+.012, w, v-.012, sheer(ink, .12))
		c.rect(x, .85-v, w, v, down(mix(ink, paper, .25+.3*float64(i%3)/3), mix(ink, paper, .1), .85-v, .85))
		pts = append(pts, point{x + w/2, .85 - v - .08 - .1*fractal1(c.seed+4, float64(i)*.9, 2)})
	}
	c.path(pts, .01, flat(accent))
	for _, p := range pts {
		c.ellipse(p.x, p.y, .014, .014, flat(accent))
		c.ellipse(p.x, p.y, .007, .007, flat(paper))
	}
	c.line(.08, .852, c.aspect-.08, .852, .006, flat(ink))
}

func stage(c *canvas, beam rgb) {
	c.wash(0, 1, even(0, 1, hex(0x0a0a16), hex(0x1d1530), hex(0x0a0810)))
	for i := range 7 {
		x := c.aspect * (.08 + .14*float64(i))
		lean := .3*math.Sin(float64(i)*2.1+c.t*.6) + (.5-x/c.aspect)*.4
		col := mix(beam, hex(0xff9d5c), float64(i%3)/2.4)
		for k := range 3 {
			s := .05 + .05*float64(k)
			c.poly([]point{{x - .008, .02}, {x + .008, .02}, {x + lean + s, .78}, {x + lean - s, .78}}, sheer(col, .1))
		}
		c.glow(x, .03, .12, col, .9)
	}
	c.rect(0, .7, c.aspect, .06, down(hex(0x3a2a4a), hex(0x120d1a), .7, .76))
	for i, x := range []float64{.36, .5, .66} {
		px := x * c.aspect
		c.glow(px, .56, .2, hex(0xffe6c0), .45)
		c.line(px-.02, .71, px-.01, .6, .018, flat(hex(0x0c0912)))
		c.line(px+.025, .71, px+.01, .6, .018, flat(hex(0x0c0912)))
		c.ellipse(px, .56, .035, .07, flat(hex(0x0c0912)))
		c.ellipse(px, .46, .024, .03, flat(hex(0x0c0912)))
		c.line(px-.08, .6-.04*float64(i%2), px+.07, .54, .012, flat(hex(0x23151c)))
	}
	for r := range 3 {
		y := .84 + .08*float64(r)
		for i := -1; float64(i)*.075 < c.aspect+.1; i++ {
			x := (float64(i) + .6*float64(hash(c.seed, int32(i), int32(r)))) * .075
			dy := .03 * float64(hash(c.seed+2, int32(i), int32(r)))
			c.ellipse(x, y-dy, .026, .034, flat(hex(0x08070d)))
			c.ellipse(x, y+.06-dy, .05, .05, flat(hex(0x08070d)))
			if hash(c.seed+4, int32(i), int32(r)) > .75 {
				c.line(x+.03, y+.03-dy, x+.045, y-.09-dy, .016, flat(hex(0x08070d)))
			}
		}
	}
}

func curling(c *canvas) {
	c.wash(0, 1, even(0, 1, hex(0xdbe8ef), hex(0xf2f7fa)))
	x, y := c.aspect*.42, .5
	for i, col := range []rgb{hex(0x2f6db0), hex(0xf4f8fa), hex(0xc8372d), hex(0xf4f8fa)} {
		r := .44 - .115*float64(i)
		c.ellipse(x, y, r, r, flat(col))
	}
	c.field(0, 1, hex(0xffffff), func(px, py float64) float64 { return (fractal2(c.seed, px*30, py*30, 2) - .42) * .8 })
	c.line(0, y, c.aspect, y, .006, sheer(hex(0x1f2a33), .5))
	c.line(x, 0, x, 1, .006, sheer(hex(0x1f2a33), .5))
	for i, p := range []point{{.36, .42}, {.5, .62}, {.6, .35}, {.75, .7}, {.28, .78}} {
		px, r := p.x*c.aspect, .075
		c.ellipse(px+.02, p.y+.025, r, r, sheer(hex(0x3c4a57), .3))
		c.ellipse(px, p.y, r, r, down(hex(0x9a9fa3), hex(0x5a6066), p.y-r, p.y+r))
		cap := []rgb{hex(0xd23c2e), hex(0xe9bb35)}[i%2]
		c.ellipse(px, p.y, r*.66, r*.66, flat(cap))
		c.line(px-r*.4, p.y+r*.1, px+r*.45, p.y-r*.15, .024, flat(cap.times(.7)))
	}
}

func table(c *canvas, cloth rgb) {
	c.wash(0, 1, even(0, 1, cloth, cloth.times(.85)))
	for i := range 30 {
		c.line(float64(i)*c.aspect/29, 0, float64(i)*c.aspect/29, 1, .008, sheer(hex(0xffffff), .07))
		c.line(0, float64(i)/20, c.aspect, float64(i)/20, .008, sheer(hex(0xffffff), .07))
	}
	food := []rgb{hex(0xd98a3a), hex(0xa3402c), hex(0x6f8f45), hex(0xe8cf8a), hex(0x7b4a2d)}
	for i, p := range []point{{.2, .3}, {.52, .5}, {.82, .27}, {.27, .78}, {.8, .77}, {.51, .08}, {.53, .96}} {
		x, r := p.x*c.aspect, .15+.05*float64(hash(c.seed, int32(i), 4))
		c.ellipse(x+.015, p.y+.02, r, r, sheer(hex(0), .22))
		c.ellipse(x, p.y, r, r, flat(hex(0xf7f3ea)))
		c.ellipse(x, p.y, r*.78, r*.78, flat(hex(0xe9e2d4)))
		for k := range 15 {
			a, d := float64(hash(c.seed, int32(k), int32(i)))*6.28, r*.6*math.Sqrt(float64(hash(c.seed+3, int32(k), int32(i))))
			col := mix(food[(i+k%2)%5], hex(0xffe9c0), .3*float64(hash(c.seed+6, int32(k), int32(i))))
			fx, fy := x+d*math.Cos(a), p.y+d*math.Sin(a)
			c.ellipse(fx+.004, fy+.006, .034, .024, sheer(hex(0x3a2414), .3))
			c.ellipse(fx, fy, .034, .024, flat(col))
			c.ellipse(fx-.008, fy-.007, .015, .008, sheer(hex(0xfff4d8), .35))
		}
	}
}

func chamber(c *canvas) {
	c.wash(0, 1, even(0, 1, hex(0x5b3f2c), hex(0x8a6242), hex(0x4a3222)))
	for i := range 24 {
		c.rect(float64(i)*c.aspect/24, 0, .012, .5, sheer(hex(0x2d1c10), .35))
	}
	x := c.aspect * .5
	c.glow(x, .15, .8, hex(0xffe2ac), .55)
	c.ellipse(x, .2, .1, .1, flat(hex(0xc9a24e)))
	c.ellipse(x, .2, .082, .082, flat(hex(0x3b5568)))
	c.fir(x, .27, .12, hex(0xe9dfc6))
	for r := range 4 {
		k := float64(r)
		rx, ry, y := .45+.24*k, .1+.06*k, .46+.09*k
		c.poly(append(arc(x, y, rx, ry, 0, math.Pi), arc(x, y+.06, rx, ry, math.Pi, 0)...), down(hex(0xa87848).times(1-.08*k), hex(0x5f3e22), y, y+ry+.06))
		for i := range 7 + r*2 {
			a := math.Pi * (float64(i) + .5) / float64(7+r*2)
			px, py := x+rx*math.Cos(a), y+ry*math.Sin(a)
			if hash(c.seed, int32(i), int32(r)) > .22 {
				coat := mix(hex(0x23303f), hex(0x6d3038), float64(hash(c.seed+1, int32(i), int32(r))))
				c.ellipse(px, py-.005, .036+.006*k, .035+.006*k, flat(coat))
				c.ellipse(px, py-.055-.008*k, .018+.003*k, .022+.003*k, flat(mix(hex(0xe0b794), hex(0x6a4630), float64(hash(c.seed+2, int32(i), int32(r))))))
			}
		}
	}
	c.haze(.8, 1, hex(0x1a0f08), 0, .55)
}

func berg(c *canvas, l light) {
	c.sky(l, .58)
	c.ground(hills(c.seed+1, .6, .1, .9), mix(l.far, hex(0x5b6a60), .4), l.far)
	x := c.aspect * .44
	ice := []point{{x - .3, .6}, {x - .26, .45}, {x - .17, .42}, {x - .1, .24}, {x - .03, .2}, {x + .02, .3}, {x + .1, .34}, {x + .15, .28}, {x + .24, .46}, {x + .3, .6}}
	c.poly(ice, down(hex(0xf6fbfd), hex(0xa9cfdd), .2, .6))
	c.poly([]point{{x - .03, .2}, {x + .02, .3}, {x - .02, .6}, {x - .12, .6}, {x - .08, .4}}, sheer(hex(0x6fa7c0), .45))
	c.poly([]point{{x + .15, .28}, {x + .24, .46}, {x + .3, .6}, {x + .16, .6}, {x + .19, .45}}, sheer(hex(0x6fa7c0), .45))
	c.mirror(.6, 1, mix(l.sky[0], hex(0x1f4a5c), .5), .55, .2)
	rock := hills(c.seed+6, .86, .1, 2)
	cut := func(px float64) float64 { return rock(px) + .35*max(0, .62-px/c.aspect) }
	c.ground(cut, hex(0x2a2420), hex(0x6a5a48))
	lx := c.aspect * .86
	c.poly([]point{{lx - .045, cut(lx) + .02}, {lx - .028, .42}, {lx + .028, .42}, {lx + .045, cut(lx) + .02}}, flat(hex(0xf3efe6)))
	for i := range 2 {
		c.rect(lx-.038, .5+.12*float64(i), .076, .05, flat(hex(0xc03a2e)))
	}
	c.rect(lx-.036, .41, .072, .014, flat(hex(0x2a2a2e)))
	c.rect(lx-.02, .36, .04, .05, flat(hex(0xffe7a8)))
	c.poly([]point{{lx - .028, .365}, {lx, .32}, {lx + .028, .365}}, flat(hex(0xc03a2e)))
	c.glow(lx, .385, .25, hex(0xffe9b0), .6)
}
