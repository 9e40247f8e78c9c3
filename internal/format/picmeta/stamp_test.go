package picmeta_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/webp"
	"github.com/google/go-cmp/cmp"

	"masthead/internal/errs"
	"masthead/internal/format/picmeta"
)

var east = time.FixedZone("", -4*3600)

// full fills every field, with characters that XML and IIM's lengths make hard.
var full = picmeta.Stamped{
	Headline:      "Ferry & bridge <closed>",
	Caption:       "Passengers wait at the pier in Montréal on Tuesday.\nThe ferry \"Ida\" stays moored until the ice has gone, the harbour office said; no date is given — «peut-être» in May. 渡船",
	Credit:        "Masthead/Zoë Åkerström-Quistgaard-Łukaszewicz",
	Creator:       "Zoë Åkerström; Second Person",
	Copyright:     "© 2026 Masthead. All rights reserved.",
	Source:        "Masthead",
	UsageTerms:    "Editorial use only. No resale.",
	WebStatement:  "https://example.com/rights?a=1&b=2",
	LicensorURL:   "https://example.com/licence",
	DigitalSource: "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
	Alt:           "People with bags stand in the snow beside a moored ferry.",
	Taken:         time.Date(2026, 3, 10, 16, 5, 9, 0, east),
	Zoned:         true,
}

// drawing is a picture of w by h with some detail; see-through in a corner if it has alpha.
func drawing(w, h int, alpha bool) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			c := color.NRGBA{uint8(x * 255 / w), uint8(y * 255 / h), uint8(r.IntN(60) + 90), 255}
			if alpha && x+y < w/2 {
				c.A = uint8(x)
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// made are pictures as the program makes them, by name of a file.
func made(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	enc := func(name string, write func(b *bytes.Buffer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = b.Bytes()
	}
	for _, alpha := range []bool{false, true} {
		m, suffix := drawing(61, 40, alpha), map[bool]string{true: "-alpha"}[alpha]
		enc("plain"+suffix+".png", func(b *bytes.Buffer) error { return png.Encode(b, m) })
		enc("lossy"+suffix+".webp", func(b *bytes.Buffer) error { return webp.Encode(b, m, webp.Options{Quality: 70}) })
		enc("lossless"+suffix+".webp", func(b *bytes.Buffer) error { return webp.Encode(b, m, webp.Options{Lossless: true, Quality: 100}) })
		enc("plain"+suffix+".avif", func(b *bytes.Buffer) error { return avif.Encode(b, m, avif.Options{Speed: 10}) })
	}
	enc("plain.jpg", func(b *bytes.Buffer) error { return jpeg.Encode(b, drawing(61, 40, false), nil) })
	return out
}

// marked are pictures with metadata of others, positions among them.
func marked(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range []string{"sunrise.jpg", "sunrise.webp", "landscape_6.jpg", "cp-montreal-police.jpg", "exiftool-MWG.jpg",
		"exiftool-GPS.jpg", "cech.jpg", "IPTC-PhotometadataRef-Std2021.1.jpg"} {
		out[name] = photo(t, name)
	}
	dir := t.TempDir()
	for name, b := range made(t) {
		if ext := filepath.Ext(name); ext == ".avif" || ext == ".png" {
			save(t, dir, map[string][]byte{"gps-" + name: b})
		}
	}
	exiftool(t, "-q", "-overwrite_original", "-GPSLatitude=45.5", "-GPSLatitudeRef=N", "-GPSLongitude=73.5", "-GPSLongitudeRef=W",
		"-XMP-dc:Title=Old title", "-XMP-exif:GPSLatitude=45.5", "-EXIF:Artist=Old artist", dir)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		if out[filepath.Base(f)], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func save(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func exiftool(t testing.TB, args ...string) []byte {
	t.Helper()
	var said strings.Builder
	c := exec.Command("exiftool", args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("exiftool (Debian's libimage-exiftool-perl): %v\n%s", err, said.String())
	}
	return out
}

func stamp(t testing.TB, name string, b []byte, f picmeta.Stamped) []byte {
	t.Helper()
	out, err := picmeta.Stamp(b, f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

func all(t testing.TB) map[string][]byte {
	out := made(t)
	for name, b := range marked(t) {
		out[name] = b
	}
	return out
}

// TestExifToolReadsEveryField stamps every kind of file and has another program read it.
func TestExifToolReadsEveryField(t *testing.T) {
	dir := t.TempDir()
	files := all(t)
	for name, b := range files {
		save(t, dir, map[string][]byte{name: stamp(t, name, b, full)})
	}
	// -a and -ee show blocks that stand twice or inside others, too.
	var read []map[string]any
	if err := json.Unmarshal(exiftool(t, "-j", "-n", "-G1", "-a", "-ee", "-charset", "iptc=latin", dir), &read); err != nil {
		t.Fatal(err)
	}
	if len(read) != len(files) {
		t.Fatalf("exiftool read %d files of %d", len(read), len(files))
	}
	want := map[string]any{
		"XMP-photoshop:Headline":            full.Headline,
		"XMP-dc:Description":                full.Caption,
		"XMP-photoshop:Credit":              full.Credit,
		"XMP-dc:Creator":                    []any{"Zoë Åkerström", "Second Person"},
		"XMP-dc:Rights":                     full.Copyright,
		"XMP-photoshop:Source":              full.Source,
		"XMP-xmpRights:UsageTerms":          full.UsageTerms,
		"XMP-xmpRights:WebStatement":        full.WebStatement,
		"XMP-plus:LicensorURL":              full.LicensorURL,
		"XMP-iptcExt:DigitalSourceType":     full.DigitalSource,
		"XMP-iptcCore:AltTextAccessibility": full.Alt,
		"XMP-photoshop:DateCreated":         "2026:03:10 16:05:09-04:00",
	}
	wantIIM := map[string]any{
		"IPTC:CodedCharacterSet":        "\x1b%G",
		"IPTC:ApplicationRecordVersion": 4.0,
		"IPTC:Headline":                 full.Headline,
		"IPTC:Caption-Abstract":         full.Caption,
		"IPTC:Credit":                   "Masthead/Zoë Åkerström-Quistg", // 32 bytes, and no half character
		"IPTC:By-line":                  []any{"Zoë Åkerström", "Second Person"},
		"IPTC:CopyrightNotice":          full.Copyright,
		"IPTC:Source":                   full.Source,
		"IPTC:DateCreated":              "2026:03:10",
		"IPTC:TimeCreated":              "16:05:09-04:00",
	}
	for _, got := range read {
		name := filepath.Base(got["SourceFile"].(string))
		blocks := map[string]any{}
		for key, v := range got {
			group, _, _ := strings.Cut(key, ":")
			switch {
			case strings.HasPrefix(group, "XMP-") && group != "XMP-x", group == "IPTC":
				blocks[key] = v
			case key == "ExifTool:Warning", key == "ExifTool:Error", strings.Contains(key, "GPS"), group == "GPS", group == "ExifIFD",
				group == "IFD1", strings.Contains(key, "Artist"):
				t.Errorf("%s: %s is %v", name, key, v)
			}
		}
		expected := map[string]any{}
		for key, v := range want {
			expected[key] = v
		}
		if strings.HasSuffix(name, ".jpg") {
			for key, v := range wantIIM {
				expected[key] = v
			}
			if d := got["Photoshop:IPTCDigest"]; d == nil || d != got["File:CurrentIPTCDigest"] {
				t.Errorf("%s: digest %v, of the block %v", name, d, got["File:CurrentIPTCDigest"])
			}
		}
		if diff := cmp.Diff(expected, blocks); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestPixelsStay decodes before and after.
func TestPixelsStay(t *testing.T) {
	dir := t.TempDir()
	for name, b := range all(t) {
		stamped := stamp(t, name, b, full)
		if !bytes.Equal(pixels(t, name, b), pixels(t, name, stamped)) {
			t.Errorf("%s: other pixels", name)
		}
		if a, z := picmeta.Orientation(b), picmeta.Orientation(stamped); a != z {
			t.Errorf("%s: orientation %d, was %d", name, z, a)
		}
		switch filepath.Ext(name) {
		case ".jpg":
			if !bytes.Equal(scan(b), scan(stamped)) {
				t.Errorf("%s: the scan is another", name)
			}
			if bytes.Count(b, []byte("ICC_PROFILE\x00")) != bytes.Count(stamped, []byte("ICC_PROFILE\x00")) {
				t.Errorf("%s: the colour profile is gone", name)
			}
		case ".avif":
			// A second decoder, if it is installed.
			if tool, err := exec.LookPath("avifdec"); err == nil {
				save(t, dir, map[string][]byte{name: stamped})
				if out, err := exec.Command(tool, "--info", filepath.Join(dir, name)).CombinedOutput(); err != nil || !strings.Contains(string(out), "XMP") {
					t.Errorf("%s: avifdec: %v\n%s", name, err, out)
				}
			}
		}
	}
}

// scan returns what follows a JPEG's segments.
func scan(b []byte) []byte {
	for b = b[2:]; b[1] != 0xDA; {
		b = b[2+int(b[2])<<8+int(b[3]):]
	}
	return b
}

func pixels(t testing.TB, name string, b []byte) []byte {
	t.Helper()
	var m image.Image
	var err error
	switch filepath.Ext(name) {
	case ".jpg":
		m, err = jpeg.Decode(bytes.NewReader(b))
	case ".png":
		m, err = png.Decode(bytes.NewReader(b))
	case ".webp":
		m, err = webp.Decode(bytes.NewReader(b))
	case ".avif":
		m, err = avif.Decode(bytes.NewReader(b))
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	out := fmt.Appendf(nil, "%v", m.Bounds())
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			r, g, b, a := m.At(x, y).RGBA()
			out = append(out, byte(r>>8), byte(g>>8), byte(b>>8), byte(a>>8))
		}
	}
	return out
}

// TestLastStampHolds stamps twice, and reads what was stamped.
func TestLastStampHolds(t *testing.T) {
	second := picmeta.Stamped{Credit: "Another", Caption: "Short", Taken: time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)}
	for name, b := range all(t) {
		once := stamp(t, name, b, second)
		if twice := stamp(t, name, stamp(t, name, b, full), second); !bytes.Equal(once, twice) {
			t.Errorf("%s: stamped twice it is another file: %d and %d bytes", name, len(twice), len(once))
		}
		if diff := cmp.Diff(facts(full, b), read(t, stamp(t, name, b, full))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(facts(second, b), read(t, once)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		nothing := stamp(t, name, stamp(t, name, b, full), picmeta.Stamped{})
		if block, err := picmeta.Read(nothing); err != nil || block.IIM != nil || block.XMP != nil || block.Digest != picmeta.NoDigest {
			t.Errorf("%s: stamped with nothing it has %v, %v", name, block, err)
		}
	}
}

func read(t testing.TB, b []byte) picmeta.Facts {
	t.Helper()
	block, err := picmeta.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return block.Facts()
}

// facts are what is read from a file once f is stamped on it.
func facts(f picmeta.Stamped, before []byte) picmeta.Facts {
	return picmeta.Facts{
		Headline: f.Headline, Caption: f.Caption, Credit: f.Credit, Creator: f.Creator, Copyright: f.Copyright, Source: f.Source,
		UsageTerms: f.UsageTerms, WebStatement: f.WebStatement, LicensorURL: f.LicensorURL, DigitalSource: f.DigitalSource,
		Alt: f.Alt, Taken: f.Taken, Zoned: f.Zoned, Orientation: picmeta.Orientation(before),
	}
}

func TestStampIsSmall(t *testing.T) {
	src, err := jpeg.Decode(bytes.NewReader(photo(t, "sunrise.jpg")))
	if err != nil {
		t.Fatal(err)
	}
	small := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			small.Set(x, y, src.At(x*src.Bounds().Dx()/320, y*src.Bounds().Dy()/200))
		}
	}
	var j, w, a bytes.Buffer
	if err := jpeg.Encode(&j, small, &jpeg.Options{Quality: 75}); err != nil {
		t.Fatal(err)
	}
	if err := webp.Encode(&w, small, webp.Options{Quality: 75}); err != nil {
		t.Fatal(err)
	}
	if err := avif.Encode(&a, small, avif.Options{Quality: 55, Speed: 8}); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"jpg": j.Bytes(), "webp": w.Bytes(), "avif": a.Bytes()} {
		more := len(stamp(t, name, b, full)) - len(b)
		t.Logf("%s: %d bytes, %d more", name, len(b), more)
		if more >= len(b) || more > 2900 {
			t.Errorf("%s: %d bytes more than %d", name, more, len(b))
		}
	}
}

func TestStampRefuses(t *testing.T) {
	files := made(t)
	long := picmeta.Stamped{Caption: strings.Repeat("é", 40_000)}
	for name, c := range map[string]struct {
		file []byte
		f    picmeta.Stamped
	}{
		"nothing":          {nil, full},
		"a text":           {[]byte("Only a text that stands in a file."), full},
		"a sidecar":        {photo(t, "aap-sidecar-photo.xmp"), full},
		"JPEG, cut":        {files["plain.jpg"][:100], full},
		"JPEG, long":       {files["plain.jpg"], long},
		"PNG, cut":         {files["plain.png"][:len(files["plain.png"])-20], full},
		"WebP, cut":        {files["lossy.webp"][:len(files["lossy.webp"])-20], full},
		"WebP, no picture": {[]byte("RIFF\x10\x00\x00\x00WEBPJUNK\x04\x00\x00\x00abcd"), full},
		"AVIF, cut":        {files["plain.avif"][:len(files["plain.avif"])-20], full},
		"AVIF, no items":   {[]byte("\x00\x00\x00\x0cftypavif"), full},
	} {
		if out, err := picmeta.Stamp(c.file, c.f); !errs.Is(err, errs.Invalid) || out != nil {
			t.Errorf("%s: %d bytes, %v", name, len(out), err)
		}
	}
}

// TestDays shows that nothing is said that is not known of the time.
func TestDays(t *testing.T) {
	b := made(t)["plain.jpg"]
	noon := time.Date(2026, 3, 10, 12, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		f          picmeta.Stamped
		xmp, clock string
	}{
		{picmeta.Stamped{Taken: noon, Zoned: true}, "2026-03-10T12:30:00Z", "123000+0000"},
		{picmeta.Stamped{Taken: noon}, "2026-03-10T12:30:00", ""},
		{picmeta.Stamped{Taken: noon.Truncate(24 * time.Hour)}, "2026-03-10", ""},
		{picmeta.Stamped{Credit: "x"}, "", ""},
	} {
		block, err := picmeta.Read(stamp(t, "jpg", b, c.f))
		if err != nil {
			t.Fatal(err)
		}
		if x, i := strings.Join(block.XMP["photoshop:DateCreated"], "|"), strings.Join(block.IIM[0x023C], "|"); x != c.xmp || i != c.clock {
			t.Errorf("%v: %q and %q", c.f.Taken, x, i)
		}
	}
}

// big is a JPEG of about 500 KB with every field.
func big(b *testing.B) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, drawing(1280, 820, false), &jpeg.Options{Quality: 84}); err != nil {
		b.Fatal(err)
	}
	return stamp(b, "big", out.Bytes(), full)
}

func BenchmarkRead(b *testing.B) {
	file := big(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		block, err := picmeta.Read(file)
		if err != nil || block.Facts().Credit != full.Credit {
			b.Fatal(err)
		}
	}
}

func BenchmarkStamp(b *testing.B) {
	file := big(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := picmeta.Stamp(file, full); err != nil {
			b.Fatal(err)
		}
	}
}
