package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"testing"
)

// tags writes an ICC profile (ICC.1 section 7).
func tags(space string, connection string, list map[string][]byte) []byte {
	head := make([]byte, 128)
	copy(head[4:], "none")
	copy(head[8:], []byte{4, 0x40, 0, 0})
	copy(head[12:], "mntr"+space+connection)
	copy(head[36:], "acsp")
	copy(head[68:], fixed(0.9642, 1, 0.8249))
	table, data := binary.BigEndian.AppendUint32(nil, uint32(len(list))), []byte(nil)
	for name, body := range list {
		table = append(table, name...)
		table = binary.BigEndian.AppendUint32(table, uint32(132+12*len(list)+len(data)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(body)))
		data = append(data, body...)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
	}
	p := append(append(head, table...), data...)
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	return p
}

func fixed(list ...float64) (b []byte) {
	for _, v := range list {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

// Primaries in the connection space D50, as columns for red, green and blue.
var (
	adobeRGB  = [9]float64{0.60974, 0.20528, 0.14919, 0.31111, 0.62567, 0.06322, 0.01947, 0.06087, 0.74457}
	displayP3 = [9]float64{0.51512, 0.29198, 0.15710, 0.24120, 0.69225, 0.06657, -0.00105, 0.04189, 0.78407}
)

// AdobeProfile is a profile with the primaries and the gamma of Adobe RGB (1998).
func AdobeProfile() []byte { return matrixProfile(adobeRGB, 2.19921875) }

func matrixProfile(m [9]float64, gamma float64) []byte {
	curve := append([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), byte(int(gamma*256)>>8), byte(int(gamma*256)))
	xyz := func(i int) []byte { return append([]byte("XYZ \x00\x00\x00\x00"), fixed(m[i], m[i+3], m[i+6])...) }
	return tags("RGB ", "XYZ ", map[string][]byte{
		"rTRC": curve, "gTRC": curve, "bTRC": curve, "rXYZ": xyz(0), "gXYZ": xyz(1), "bXYZ": xyz(2),
		"wtpt": append([]byte("XYZ \x00\x00\x00\x00"), fixed(0.9642, 1, 0.8249)...),
	})
}

// inSRGB is what the profile's formula (ICC.1 annex F.3) makes of a colour.
func inSRGB(m [9]float64, gamma float64, in [3]uint8) (out [3]float64) {
	var lin [3]float64
	for i, v := range in {
		lin[i] = math.Pow(float64(v)/255, gamma)
	}
	// From D50 to the primaries of sRGB (IEC 61966-2-1), adapted by Bradford.
	back := [9]float64{3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.0334540, 0.0719453, -0.2289914, 1.4052427}
	var xyz [3]float64
	for i := range xyz {
		xyz[i] = m[3*i]*lin[0] + m[3*i+1]*lin[1] + m[3*i+2]*lin[2]
	}
	for i := range out {
		v := back[3*i]*xyz[0] + back[3*i+1]*xyz[1] + back[3*i+2]*xyz[2]
		if v = min(max(v, 0), 1); v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		out[i] = 255 * v
	}
	return out
}

func TestColours(t *testing.T) {
	for _, tt := range []struct {
		name      string
		primaries [9]float64
		gamma     float64
	}{{"Adobe RGB", adobeRGB, 2.19921875}, {"Display P3", displayP3, 2.19921875}} {
		c := coloursOf(matrixProfile(tt.primaries, tt.gamma))
		if c == nil {
			t.Fatalf("%s: the profile is not read", tt.name)
		}
		worst, sum, n := 0.0, 0.0, 0
		for r := 8; r < 256; r += 13 {
			for g := 8; g < 256; g += 13 {
				for b := 8; b < 256; b += 13 {
					in := [3]uint8{uint8(r), uint8(g), uint8(b)}
					x, y, z := c.at(in[:])
					want := inSRGB(tt.primaries, tt.gamma, in)
					for i, got := range []uint8{x, y, z} {
						off := math.Abs(float64(got) - want[i])
						worst, sum, n = max(worst, off), sum+off, n+1
					}
				}
			}
		}
		t.Logf("%s: off by %.2f on average, at most %.1f", tt.name, sum/float64(n), worst)
		if sum/float64(n) > .5 || worst > 2 {
			t.Errorf("%s: the colours are off by %.2f on average, at most %.1f", tt.name, sum/float64(n), worst)
		}
		for v := range 256 { // grey stays grey
			r, g, b := c.at([]uint8{uint8(v), uint8(v), uint8(v)})
			if max(r, g, b)-min(r, g, b) > 1 {
				t.Errorf("%s: the grey %d becomes %d, %d, %d", tt.name, v, r, g, b)
			}
		}
	}
}

// TestPrintedColours: a picture in inks goes by its profile, a table from four inks to Lab (ICC.1 section 10.11).
func TestPrintedColours(t *testing.T) {
	lut := append([]byte("mft1\x00\x00\x00\x00\x04\x03\x02\x00"), fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)...)
	straight := make([]byte, 256)
	for i := range straight {
		straight[i] = byte(i)
	}
	for range 4 {
		lut = append(lut, straight...)
	}
	for i := range 16 { // paper is white, and any ink makes it half as light
		l := 255
		for bit := range 4 {
			if i>>bit&1 == 1 {
				l /= 2
			}
		}
		lut = append(lut, byte(l), 128, 128)
	}
	for range 3 {
		lut = append(lut, straight...)
	}
	c := coloursOf(tags("CMYK", "Lab ", map[string][]byte{"A2B0": lut}))
	if c == nil {
		t.Fatal("the profile is not read")
	}
	m := image.NewCMYK(image.Rect(0, 0, 2, 1))
	m.SetCMYK(1, 0, color.CMYK{C: 255})
	out := c.printed(m)
	if got := out.RGBAAt(0, 0); got.R < 250 || got.G < 250 || got.B < 250 {
		t.Errorf("paper is %v", got)
	}
	if got := out.RGBAAt(1, 0); got.R < 110 || got.R > 128 || got.R != got.G || got.A != 255 { // L* 50 is 119
		t.Errorf("an ink that halves the lightness is %v", got)
	}
}

// TestDamagedProfiles: what is no profile of a picture changes nothing, and costs nothing.
func TestDamagedProfiles(t *testing.T) {
	good := AdobeProfile()
	huge := bytes.Clone(good)
	binary.BigEndian.PutUint32(huge[128:], 1<<31)
	far := bytes.Clone(good)
	binary.BigEndian.PutUint32(far[136:], 1<<32-8)
	for name, p := range map[string][]byte{
		"none": nil, "cut": good[:200], "four thousand million tags": huge, "a tag far outside": far, "no profile": bytes.Repeat([]byte("x"), 500),
	} {
		if coloursOf(p) != nil {
			t.Errorf("%s: taken for a profile", name)
		}
	}
}

func BenchmarkColours(b *testing.B) {
	c, m := coloursOf(AdobeProfile()), image.NewRGBA(image.Rect(0, 0, 1000, 1000))
	for i := range m.Pix {
		m.Pix[i] = byte(i * 7)
	}
	for b.Loop() {
		c.correct(m)
	}
}

func FuzzColours(f *testing.F) {
	f.Add(AdobeProfile())
	f.Add(AdobeProfile()[:300])
	f.Fuzz(func(t *testing.T, p []byte) {
		c := coloursOf(p)
		if c == nil {
			return
		}
		m := image.NewRGBA(image.Rect(0, 0, 4, 4))
		if c.channels == 4 {
			c.printed(image.NewCMYK(m.Rect))
		} else {
			c.correct(m)
		}
	})
}
