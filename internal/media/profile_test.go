package media_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"testing"

	"github.com/gen2brain/webp"

	"masthead/internal/db/dbtest"
	"masthead/internal/media"
)

// TestProfiles: a picture in the colours of a camera is shown in those of the web. What readers get has no profile.
func TestProfiles(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	patch := image.NewRGBA(image.Rect(0, 0, 640, 480))
	draw.Draw(patch, patch.Rect, image.NewUniform(color.RGBA{200, 100, 50, 255}), image.Point{}, draw.Src)
	var plain bytes.Buffer
	if err := png.Encode(&plain, patch); err != nil {
		t.Fatal(err)
	}
	jpg := asJPEG(t, patch)
	profile := media.AdobeProfile()
	var lossy bytes.Buffer
	if err := webp.Encode(&lossy, patch); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		file []byte
		want [3]float64
	}{
		{"patch.jpg", append(append(bytes.Clone(jpg[:2]), profileSegments(profile)...), jpg[2:]...), [3]float64{227, 100, 42}},
		{"patch.png", profiledPNG(plain.Bytes(), profile), [3]float64{227, 100, 42}},
		{"plain.png", plain.Bytes(), [3]float64{200, 100, 50}},
		{"plain.webp", lossy.Bytes(), [3]float64{200, 100, 50}},
	} {
		m := add(t, d, l, media.Upload{Name: tt.name, Body: bytes.NewReader(tt.file)})
		for _, when := range []string{"at once", "when all is made"} {
			if when != "at once" {
				m = makeAll(t, d, l, m.ID)
			}
			for _, r := range m.Renditions {
				if r.Type == "image/webp" {
					continue // the decoder reads it pale: see fromVideo
				}
				c := color.RGBAModel.Convert(decoded(t, l, r).At(100, 100)).(color.RGBA)
				for i, got := range []uint8{c.R, c.G, c.B} {
					if math.Abs(float64(got)-tt.want[i]) > 4 {
						t.Errorf("%s, %s: %s has %v, not %v", tt.name, when, r.URL, c, tt.want)
						break
					}
				}
				if bytes.Contains(fetch(t, l, r), []byte("acsp")) {
					t.Errorf("%s: %s has a profile", tt.name, r.URL)
				}
			}
		}
	}
}

// profileSegments are a profile in two parts, the second one first.
func profileSegments(p []byte) (b []byte) {
	for _, part := range []struct {
		n    byte
		body []byte
	}{{2, p[200:]}, {1, p[:200]}} {
		b = append(b, 0xFF, 0xE2)
		b = binary.BigEndian.AppendUint16(b, uint16(2+14+len(part.body)))
		b = append(b, "ICC_PROFILE\x00"...)
		b = append(append(b, part.n, 2), part.body...)
	}
	return b
}

// profiledPNG puts a profile behind a PNG's header.
func profiledPNG(file, profile []byte) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write(profile)
	w.Close()
	chunk := append([]byte("iCCPcamera\x00\x00"), z.Bytes()...)
	b := bytes.Clone(file[:33])
	b = binary.BigEndian.AppendUint32(b, uint32(len(chunk)-4))
	b = append(b, chunk...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(chunk))
	return append(b, file[33:]...)
}
