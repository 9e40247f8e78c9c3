package media

import (
	"bytes"
	"errors"
	"image"
	_ "image/gif" // for image.Decode
	"image/jpeg"
	_ "image/png"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/heic"
	"github.com/gen2brain/webp"

	"masthead/internal/errs"
	"masthead/internal/format/picmeta"
)

// Limits of what is taken in.
const (
	maxPictureBytes = 64 << 20
	maxPixels       = 64 << 20
	maxEdge         = 20_000
	minEdge         = 16
)

// measure judges the size of a picture from its head, before anything is unpacked.
func measure(f *format, file []byte) error {
	var c image.Config
	var err error
	r := bytes.NewReader(file)
	switch f {
	case formatAVIF:
		c, err = avif.DecodeConfig(r)
	case formatHEIC: // heic.DecodeConfig reads 32 KiB and fails when a telephone's EXIF or XMP lies behind them
		if c.Width, c.Height = picmeta.Extent(file); c.Width == 0 || c.Height == 0 {
			err = errors.New("it gives no size")
		}
	default:
		c, _, err = image.DecodeConfig(r)
	}
	if err != nil {
		return errs.Errorf(errs.Invalid, "damaged %s picture: %w", f.name, err)
	}
	largest, all, err := picmeta.Coded(file)
	if err != nil {
		return err
	}
	if largest > maxPixels || all > 4*maxPixels { // a grid counts twice, and phones put a mask beside it
		return errs.Errorf(errs.Invalid, "the picture's data have more pixels than the %d × %d that it speaks of, and more than %d million", c.Width, c.Height, maxPixels>>20)
	}
	return judgeSize(c.Width, c.Height)
}

// pixels are an unpacked picture, and what it takes to show it as it was meant.
type pixels struct {
	image.Image
	turn    int // EXIF 2.32 §4.6.4
	colours *colours
}

// working returns the pixels that sizes and crops are made from: upright, opaque, in sRGB.
func (p pixels) working() *image.RGBA {
	return upright(p.colours.correct(reduced(flat(p.Image))), p.turn)
}

// size is the picture's when it stands upright.
func (p pixels) size() (w, h int) {
	w, h = p.Bounds().Dx(), p.Bounds().Dy()
	if turned(p.turn) {
		w, h = h, w
	}
	return w, h
}

// decode unpacks a picture whose size has been judged.
func decode(f *format, file []byte) (pixels, error) {
	m, err := unpack(f, file)
	if err != nil {
		return pixels{}, errs.Errorf(errs.Invalid, "damaged %s picture: %w", f.name, err)
	}
	p := pixels{m, turnOf(f, file), coloursOf(picmeta.Profile(file))}
	if p.colours != nil {
		switch m := m.(type) {
		case *image.CMYK:
			if p.colours.channels == 4 {
				p.Image = p.colours.printed(m)
			}
			p.colours = nil
		case *image.Gray, *image.Gray16:
		default:
			if p.colours.channels != 3 { // a profile of other pixels
				p.colours = nil
			}
		}
	}
	return p, judgeSize(m.Bounds().Dx(), m.Bounds().Dy())
}

func unpack(f *format, file []byte) (m image.Image, err error) {
	r := bytes.NewReader(file)
	switch f {
	case formatJPEG:
		m, err = jpeg.Decode(r)
	case formatAVIF:
		m, err = avif.Decode(r)
	case formatHEIC:
		m, err = heic.Decode(r)
	case formatWebP:
		m, err = webp.Decode(r)
		if y, ok := m.(*image.NYCbCrA); ok {
			m = fromVideo(y)
		}
	default:
		m, _, err = image.Decode(r)
	}
	return m, err
}

// fromVideo reads the pixels of a lossy WebP, which are those of video (ITU-R BT.601: black is 16, white 235). As an image
// of Go's they would be pale, for there black is 0.
func fromVideo(m *image.NYCbCrA) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, m.Rect.Dx(), m.Rect.Dy()))
	to := out.Pix
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			c := m.COffset(x, y)
			l, u, v := 76309*(int32(m.Y[m.YOffset(x, y)])-16), int32(m.Cb[c])-128, int32(m.Cr[c])-128
			p := to[:4:4]
			p[0], p[1], p[2], p[3] = byte16(l+104597*v), byte16(l-25675*u-53279*v), byte16(l+132201*u), m.A[m.AOffset(x, y)]
			to = to[4:]
		}
	}
	return out
}

// byte16 rounds a number in 65536ths to what a byte holds.
func byte16(v int32) uint8 { return uint8(min(max((v+1<<15)>>16, 0), 255)) }

func judgeSize(w, h int) error {
	if w < minEdge || h < minEdge {
		return errs.Errorf(errs.Invalid, "the picture is %d × %d pixels, at least %d × %d are needed", w, h, minEdge, minEdge)
	}
	if w > maxEdge || h > maxEdge || w*h > maxPixels {
		return errs.Errorf(errs.Invalid, "the picture is %d × %d pixels, at most %d an edge and %d million in all are taken", w, h, maxEdge, maxPixels>>20)
	}
	return nil
}

// turned reports whether an orientation (EXIF 2.32 §4.6.4) swaps width and height.
func turned(orientation int) bool { return orientation >= 5 && orientation <= 8 }
