package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"math"

	"github.com/kovidgoyal/imaging/prism/meta/icc"
)

// colours turns what a camera or a printing press calls a colour into sRGB, which is what browsers take a file without a
// profile for. It is a table of points between which it goes straight; nil leaves a picture as it is.
type colours struct {
	channels int       // 1 grey, 3 red, green and blue, 4 inks
	side     int       // points along each channel
	table    []float32 // red, green and blue light of each point, 0 to 1; the last channel's points are neighbours
}

// points along each channel, by how many there are. A table takes 20 to 100 ms, and is within a step or two of the
// profile.
var points = map[icc.ColorSpace]struct{ channels, side int }{
	icc.ColorSpaceGray: {1, 256}, icc.ColorSpaceRGB: {3, 33}, icc.ColorSpaceCMYK: {4, 17},
}

// coloursOf reads an ICC profile; nil if it is that of sRGB, or damaged, or of a kind that pictures do not have: such a
// picture is shown as if it had none.
func coloursOf(profile []byte) (c *colours) {
	defer func() {
		if recover() != nil { // the library follows whatever a damaged profile says
			c = nil
		}
	}()
	if !inBounds(profile) {
		return nil
	}
	p, err := icc.DecodeProfile(bytes.NewReader(profile))
	if err != nil || p.IsSRGB() {
		return nil
	}
	size, ok := points[p.Header.DataColorSpace]
	if !ok {
		return nil
	}
	t, err := p.CreateTransformerToSRGB(icc.RelativeColorimetricRenderingIntent, true, size.channels, false, false, true)
	if err != nil {
		return nil
	}
	c = &colours{channels: size.channels, side: size.side}
	n := 1
	for range c.channels {
		n *= c.side
	}
	c.table = make([]float32, 0, 3*n)
	in, out := make([]float64, 4), make([]float64, 4)
	for i := range n {
		for ch, rest := c.channels-1, i; ch >= 0; ch, rest = ch-1, rest/c.side {
			in[ch] = float64(rest%c.side) / float64(c.side-1)
		}
		t.TransformGeneral(out, in)
		for _, v := range out[:3] {
			if math.IsNaN(v) {
				v = 0
			}
			// Light, because it changes more evenly than its sRGB; and what sRGB does not have stays outside, or the way
			// there from what it has would bend early.
			c.table = append(c.table, float32(light(min(max(v, -1), 2))))
		}
	}
	return c
}

// inBounds reports whether the tags that a profile names are within it (ICC.1 section 7.3): the library believes them.
func inBounds(profile []byte) bool {
	const head, entry = 132, 12
	if len(profile) < head {
		return false
	}
	n := int(binary.BigEndian.Uint32(profile[128:]))
	if n > 100 || len(profile) < head+n*entry {
		return false
	}
	for i := range n {
		e := profile[head+i*entry:]
		at, size := uint64(binary.BigEndian.Uint32(e[4:])), uint64(binary.BigEndian.Uint32(e[8:]))
		if at < head || at+size > uint64(len(profile)) {
			return false
		}
	}
	return true
}

// at returns the sRGB colour of one pixel's channels.
func (c *colours) at(in []uint8) (r, g, b uint8) {
	var place [16]int // the corners of the box around the colour: their places in the table
	var weight [16]float32
	weight[0] = 1
	corners := 1
	for _, v := range in[:c.channels] {
		x := float32(v) * float32(c.side-1) / 255
		low := min(int(x), c.side-2)
		part := x - float32(low)
		for i := range corners {
			p := place[i]*c.side + low
			place[i], place[i+corners] = p, p+1
			weight[i], weight[i+corners] = weight[i]*(1-part), weight[i]*part
		}
		corners *= 2
	}
	var red, green, blue float32
	for i, w := range weight[:corners] {
		t := c.table[3*place[i]:][:3]
		red, green, blue = red+w*t[0], green+w*t[1], blue+w*t[2]
	}
	return shade(red), shade(green), shade(blue)
}

// light is the light of an sRGB value, both 0 to 1 (IEC 61966-2-1).
func light(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// shade is the sRGB value of light.
func shade(v float32) uint8 { return shades[int(min(max(v, 0), 1)*float32(len(shades)-1)+.5)] }

// shades are the sRGB values of light in even steps, fine enough for the darkest.
var shades = func() (list [8192]uint8) {
	for i := range list {
		v := float64(i) / float64(len(list)-1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		list[i] = uint8(255*v + .5)
	}
	return list
}()

// correct changes the pixels of an opaque picture in place.
func (c *colours) correct(m *image.RGBA) *image.RGBA {
	if c == nil {
		return m
	}
	for i := 0; i+3 < len(m.Pix); i += 4 {
		p := m.Pix[i : i+3 : i+3]
		p[0], p[1], p[2] = c.at(p)
	}
	return m
}

// printed turns a picture in inks into one in light.
func (c *colours) printed(m *image.CMYK) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, m.Rect.Dx(), m.Rect.Dy()))
	for y := range m.Rect.Dy() {
		from, to := m.Pix[y*m.Stride:], out.Pix[y*out.Stride:]
		for x := range m.Rect.Dx() {
			p := to[4*x : 4*x+4 : 4*x+4]
			p[0], p[1], p[2] = c.at(from[4*x : 4*x+4])
			p[3] = 255
		}
	}
	return out
}
