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
	return judgeSize(c.Width, c.Height)
}

// decode unpacks a picture whose size has been judged.
func decode(f *format, file []byte) (m image.Image, err error) {
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
	default:
		m, _, err = image.Decode(r)
	}
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "damaged %s picture: %w", f.name, err)
	}
	return m, judgeSize(m.Bounds().Dx(), m.Bounds().Dy())
}

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
