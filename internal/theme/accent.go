package theme

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Spruce is the accent of a site that has not chosen one.
const Spruce = "#0b5563"

// Surfaces that accents must stand out from: the deepest paper of each look.
const (
	deepLight = "#ede9e2"
	deepDark  = "#2a2724"
)

// Accent is a brand colour made fit to read in both looks. Ratios are WCAG 2 contrasts on the deepest paper of
// the look: at least 4.5 in light, 6 in dark.
type Accent struct {
	Light, LightHover, OnLight string
	Dark, DarkHover, OnDark    string
	LightRatio, DarkRatio      float64
	Red                        bool // close to the red of Live: Live keeps its icon beside it
}

// DeriveAccent makes the accent of a site from one colour, #rrggbb. In OKLCH, lightness goes down in steps of .005
// until the light look reads, and up from at least .70 with little chroma until the dark one does.
func DeriveAccent(hex string) (Accent, error) {
	if strings.EqualFold(hex, Spruce) || hex == "" {
		return Accent{
			Light: Spruce, LightHover: "#083e48", OnLight: "#ffffff", LightRatio: contrast(mustHex(Spruce), mustHex(deepLight)),
			Dark: "#7cc7d4", DarkHover: "#a9dde6", OnDark: "#0f1a1c", DarkRatio: contrast(mustHex("#7cc7d4"), mustHex(deepDark)),
		}, nil
	}
	given, err := parseHex(hex)
	if err != nil {
		return Accent{}, err
	}
	c := given.oklch()
	light, lc := given, c
	for contrast(light, mustHex(deepLight)) < 4.5 && lc.l > 0 {
		lc.l -= .005
		light = lc.clip()
	}
	dc := lch{l: max(c.l, .70), c: min(c.c, .13), h: c.h}
	dark := dc.clip()
	for contrast(dark, mustHex(deepDark)) < 6 && dc.l < 1 {
		dc.l += .005
		dark = dc.clip()
	}
	degrees := c.h * 180 / math.Pi
	return Accent{
		Light: light.String(), LightHover: lch{max(lc.l-.08, 0), lc.c, lc.h}.clip().String(), OnLight: "#ffffff",
		LightRatio: contrast(light, mustHex(deepLight)),
		Dark:       dark.String(), DarkHover: lch{min(dc.l+.08, 1), dc.c, dc.h}.clip().String(), OnDark: "#141312",
		DarkRatio: contrast(dark, mustHex(deepDark)),
		Red:       degrees >= 10 && degrees <= 40 && c.c > .12,
	}, nil
}

// css returns the custom properties of the accent for the end of a style sheet; nothing for Spruce, which the
// sheet has already.
func (a Accent) css() string {
	if a.Light == Spruce {
		return ""
	}
	dark := "--accent:" + a.Dark + ";--accent-h:" + a.DarkHover + ";--on-accent:" + a.OnDark
	return ":root{--accent:" + a.Light + ";--accent-h:" + a.LightHover + ";--on-accent:" + a.OnLight + "}" +
		"@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){" + dark + "}}" +
		"@media screen{:root[data-theme=dark]{" + dark + "}}"
}

// rgb is linear-light sRGB, each part 0 to 1 when it is in gamut.
type rgb struct{ r, g, b float64 }

type lch struct{ l, c, h float64 } // OKLCH, h in radians

func parseHex(s string) (rgb, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return rgb{}, fmt.Errorf("colour %q: write it as #rrggbb", s)
	}
	part := func(shift uint) float64 {
		v := float64(n>>shift&0xff) / 255
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return rgb{part(16), part(8), part(0)}, nil
}

// mustHex is for the colours of this package.
func mustHex(s string) rgb {
	c, err := parseHex(s)
	if err != nil {
		panic(err)
	}
	return c
}

func (c rgb) String() string {
	part := func(v float64) int {
		v = min(max(v, 0), 1)
		if v <= .0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - .055
		}
		return int(math.Round(v * 255))
	}
	return fmt.Sprintf("#%02x%02x%02x", part(c.r), part(c.g), part(c.b))
}

// contrast is the WCAG 2.2 contrast ratio of two colours, of their 8-bit values.
func contrast(a, b rgb) float64 {
	lum := func(c rgb) float64 {
		c, _ = parseHex(c.String())
		return .2126*c.r + .7152*c.g + .0722*c.b
	}
	x, y := lum(a), lum(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

// oklch converts by the matrices of CSS Color 4 §9.2.
func (c rgb) oklch() lch {
	l := math.Cbrt(.4122214708*c.r + .5363325363*c.g + .0514459929*c.b)
	m := math.Cbrt(.2119034982*c.r + .6806995451*c.g + .1073969566*c.b)
	s := math.Cbrt(.0883024619*c.r + .2817188376*c.g + .6299787005*c.b)
	a := 1.9779984951*l - 2.4285922050*m + .4505937099*s
	b := .0259040371*l + .7827717662*m - .8086757660*s
	h := math.Atan2(b, a)
	if h < 0 {
		h += 2 * math.Pi
	}
	return lch{.2104542553*l + .7936177850*m - .0040720468*s, math.Hypot(a, b), h}
}

func (c lch) rgb() rgb {
	a, b := c.c*math.Cos(c.h), c.c*math.Sin(c.h)
	cube := func(v float64) float64 { return v * v * v }
	l := cube(c.l + .3963377774*a + .2158037573*b)
	m := cube(c.l - .1055613458*a - .0638541728*b)
	s := cube(c.l - .0894841775*a - 1.2914855480*b)
	return rgb{
		4.0767416621*l - 3.3077115913*m + .2309699292*s,
		-1.2684380046*l + 2.6097574011*m - .3413193965*s,
		-.0041960863*l - .7034186147*m + 1.7076147010*s,
	}
}

// clip brings a colour into sRGB by lowering its chroma.
func (c lch) clip() rgb {
	const slack = 1e-4
	in := func(v rgb) bool {
		return min(v.r, v.g, v.b) >= -slack && max(v.r, v.g, v.b) <= 1+slack
	}
	for !in(c.rgb()) && c.c > 0 {
		c.c = max(c.c-.002, 0)
	}
	return c.rgb()
}
