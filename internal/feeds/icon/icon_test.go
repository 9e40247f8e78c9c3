package icon_test

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"image/color"
	"image/png"
	"io"
	"reflect"
	"strings"
	"testing"

	"masthead/internal/feeds/icon"
)

func TestSet(t *testing.T) {
	files, err := icon.Set("foothills Ledger", "#0B5563")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]icon.File{}
	for _, f := range files {
		names[f.Name] = f
		if f.Type != "image/png" {
			continue
		}
		img, err := png.Decode(bytes.NewReader(f.Data))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		b := img.Bounds()
		if b.Dx() != f.Size || b.Dy() != f.Size {
			t.Errorf("%s is %v, want %d", f.Name, b, f.Size)
		}
		ground := color.NRGBAModel.Convert(img.At(f.Size/2, f.Size/16)).(color.NRGBA)
		if ground != (color.NRGBA{0x0B, 0x55, 0x63, 0xFF}) {
			t.Errorf("%s has the ground %v", f.Name, ground)
		}
		_, _, _, corner := img.At(0, 0).RGBA()
		if full := f.Maskable || f.Name == "apple-touch-icon.png"; full != (corner == 0xFFFF) {
			t.Errorf("%s has a corner of opacity %d", f.Name, corner)
		}
		white := 0
		for y := range f.Size {
			for x := range f.Size {
				if color.NRGBAModel.Convert(img.At(x, y)) == (color.NRGBA{255, 255, 255, 255}) {
					white++
				}
			}
		}
		if share := float64(white) / float64(f.Size*f.Size); share < 0.03 || share > 0.3 {
			t.Errorf("%s: the letter covers %.2f of it", f.Name, share)
		}
	}
	if len(files) != 7 || !names["icon-maskable-512.png"].Maskable || names["apple-touch-icon.png"].Size != 180 {
		t.Errorf("files: %v", reflect.ValueOf(names).MapKeys())
	}
	svg := xml.NewDecoder(bytes.NewReader(names["icon.svg"].Data))
	for {
		if _, err := svg.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	checkICO(t, names["favicon.ico"].Data)
}

func checkICO(t *testing.T, b []byte) {
	if n := binary.LittleEndian.Uint16(b[4:]); n != 3 || b[2] != 1 {
		t.Fatalf("header % x", b[:6])
	}
	for i, size := range []int{16, 32, 48} {
		e := b[6+16*i:]
		from, n := binary.LittleEndian.Uint32(e[12:]), binary.LittleEndian.Uint32(e[8:])
		img, err := png.Decode(bytes.NewReader(b[from : from+n]))
		if err != nil || img.Bounds().Dx() != size || int(e[0]) != size {
			t.Errorf("picture %d: %v", i, err)
		}
	}
}

func TestOddNames(t *testing.T) {
	same, err := icon.Set("M", "not a colour")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "…!", "ᐃᓄᒃᑎᑐᑦ"} {
		files, err := icon.Set(name, "")
		if err != nil || !reflect.DeepEqual(files, same) {
			t.Errorf("%q: another icon than M's, or %v", name, err)
		}
	}
	bright, err := icon.Set("É", "#FFE600")
	if err != nil || !strings.Contains(string(bright[0].Data), `fill="#141312"`) {
		t.Errorf("ink on yellow: %s %v", bright[0].Data, err)
	}
}
