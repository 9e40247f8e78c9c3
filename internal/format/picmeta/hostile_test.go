package picmeta_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"masthead/internal/errs"
	"masthead/internal/format/picmeta"
)

// packet is XMP around properties.
func packet(properties string) []byte {
	return []byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ` +
		`xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">` +
		properties + `</rdf:RDF></x:xmpmeta>`)
}

// withSegments is a JPEG without pixels: application segments of a number and a body each.
func withSegments(segments ...any) []byte {
	out := []byte{0xFF, 0xD8}
	for i := 0; i < len(segments); i += 2 {
		body := []byte(fmt.Sprint(segments[i+1]))
		out = append(out, 0xFF, 0xE0+byte(segments[i].(int)))
		out = binary.BigEndian.AppendUint16(out, uint16(2+len(body)))
		out = append(out, body...)
	}
	return append(out, "\xFF\xDA\x00\x02\xFF\xD9"...)
}

func withXMP(b []byte) []byte { return withSegments(1, "http://ns.adobe.com/xap/1.0/\x00"+string(b)) }

func pngWithXMP(text []byte, compressed bool) []byte {
	flag := "\x00\x00"
	if compressed {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, _ = w.Write(text)
		_ = w.Close()
		text, flag = z.Bytes(), "\x01\x00"
	}
	return pngWith("iTXt", "XML:com.adobe.xmp\x00"+flag+"\x00\x00"+string(text))
}

// pngWith is a PNG of one chunk.
func pngWith(kind, body string) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	return append(out, kind+body+"\x00\x00\x00\x00"...)
}

func sized(kind, body string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))) + kind + body
}

// heifWith is an AVIF with one item of XMP, and the box iloc as given.
func heifWith(iloc, text string) []byte {
	infe := sized("infe", "\x02\x00\x00\x00\x00\x01\x00\x00mimeXMP\x00application/rdf+xml\x00")
	return []byte(sized("ftyp", "avif\x00\x00\x00\x00") + sized("meta", "\x00\x00\x00\x00"+
		sized("iinf", "\x00\x00\x00\x00\x00\x01"+infe)+sized("pitm", "\x00\x00\x00\x00\x00\x01")+sized("iloc", iloc)+sized("idat", text)))
}

// inIDAT is an iloc that says: item 1 is the whole of idat.
const inIDAT = "\x01\x00\x00\x00\x44\x00\x00\x01\x00\x01\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"

// TestFormsOfXMP reads one text in all the forms that RDF allows, and in every container.
func TestFormsOfXMP(t *testing.T) {
	for name, properties := range map[string]string{
		"attribute":         `<rdf:Description dc:title="Ice"/>`,
		"element":           `<rdf:Description><dc:title>Ice</dc:title></rdf:Description>`,
		"default":           `<rdf:Description><dc:title><rdf:Alt><rdf:li xml:lang="fr">Glace</rdf:li><rdf:li xml:lang="x-default">Ice</rdf:li><rdf:li xml:lang="de">Eis</rdf:li></rdf:Alt></dc:title></rdf:Description>`,
		"no default":        `<rdf:Description><dc:title><rdf:Alt><rdf:li xml:lang="en">Ice</rdf:li><rdf:li xml:lang="de">Eis</rdf:li></rdf:Alt></dc:title></rdf:Description>`,
		"resource":          `<rdf:Description><dc:title rdf:resource="Ice"/></rdf:Description>`,
		"qualified":         `<rdf:Description><dc:title><rdf:Description><rdf:value>Ice</rdf:value><plus:x>no</plus:x></rdf:Description></dc:title></rdf:Description>`,
		"CDATA":             `<rdf:Description><dc:title><![CDATA[Ice]]></dc:title></rdf:Description>`,
		"in second":         `<rdf:Description dc:format="x"/><rdf:Description dc:title="Ice"/>`,
		"strange around":    `<rdf:Description xmlns:y="urn:y"><y:a><dc:title>Fire</dc:title></y:a><dc:title>Ice</dc:title></rdf:Description>`,
		"damage behind":     `<rdf:Description><dc:title>Ice</dc:title><dc:description>lost</dc:`,
		"declared entities": `<rdf:Description><dc:title>Ice</dc:title><dc:rights>&a;</dc:rights></rdf:Description>`,
	} {
		for where, file := range map[string][]byte{
			"JPEG":            withXMP(packet(properties)),
			"PNG":             pngWithXMP(packet(properties), false),
			"PNG, compressed": pngWithXMP(packet(properties), true),
			"HEIF":            heifWith(inIDAT, string(packet(properties))),
			"sidecar":         packet(properties),
		} {
			b, err := picmeta.Read(file)
			if got := b.XMP["dc:title"]; err != nil || !slices.Equal(got, []string{"Ice"}) {
				t.Errorf("%s in %s: %q, %v", name, where, got, err)
			}
		}
	}
}

func TestExtendedXMP(t *testing.T) {
	const guid = "0123456789ABCDEF0123456789ABCDEF"
	whole := packet(`<rdf:Description dc:title="Of the extension" dc:description="Long"/>`)
	half := len(whole) / 2
	part := func(guid string, size, at int, body []byte) string {
		return "http://ns.adobe.com/xmp/extension/\x00" + guid + string(binary.BigEndian.AppendUint32(
			binary.BigEndian.AppendUint32(nil, uint32(size)), uint32(at))) + string(body)
	}
	main := "http://ns.adobe.com/xap/1.0/\x00" + string(packet(`<rdf:Description xmpNote:HasExtendedXMP="`+guid+`" dc:title="Main"/>`))
	first, second := part(guid, len(whole), 0, whole[:half]), part(guid, len(whole), half, whole[half:])
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"in order":            {withSegments(1, main, 1, first, 1, second), "Long"},
		"out of order":        {withSegments(1, second, 1, main, 1, first), "Long"},
		"of another":          {withSegments(1, main, 1, part(strings.ToLower(guid), len(whole), 0, whole)), ""},
		"a part missing":      {withSegments(1, main, 1, second), ""},
		"its padding missing": {withSegments(1, main, 1, part(guid, len(whole)+9, 0, whole)), ""},
		"beyond its end":      {withSegments(1, main, 1, part(guid, half, half, whole[half:])), ""},
		"of 4 GB":             {withSegments(1, main, 1, part(guid, 0xFFFFFFFF, 0, whole)), ""},
	} {
		f := read(t, c.file)
		if f.Title != "Main" || f.Caption != c.want {
			t.Errorf("%s: %q and %q", name, f.Title, f.Caption)
		}
	}
}

// TestDamageIsLostAlone spoils one block and reads the others.
func TestDamageIsLostAlone(t *testing.T) {
	whole := photo(t, "sunrise.jpg")
	for name, c := range map[string]struct{ old, new string }{
		"EXIF": {"Exif\x00\x00II*", "Exif\x00\x00XX*"},
		"XMP":  {"<x:xmpmeta", "<x:xm<<eta"},
		"IIM":  {"8BIM\x04\x04\x00\x00\x00\x00", "8BIM\x04\x04\x00\x00\xFF\xFF"},
	} {
		spoilt := bytes.Replace(whole, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(spoilt, whole) {
			spoilt = bytes.Replace(whole, []byte("Exif\x00\x00MM"), []byte("Exif\x00\x00XX"), 1)
		}
		b, err := picmeta.Read(spoilt)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(b.EXIF != nil && b.EXIF.Artist != "", len(b.XMP) > 0, len(b.IIM) > 0); got != fmt.Sprint(name != "EXIF", name != "XMP", name != "IIM") {
			t.Errorf("%s is spoilt: %s", name, got)
		}
	}
	for n := 4; n < 40_000; n += 37 { // cut anywhere: no panic, and the rest is read
		if _, err := picmeta.Read(whole[:n]); err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

// TestHostileFilesCostLittle reads files that are made to cost memory.
func TestHostileFilesCostLittle(t *testing.T) {
	const mega = 1 << 20
	ring := "MM\x00*\x00\x00\x00\x08" + "\x00\x03" + "\x87\x69\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08" + "\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08" +
		"\x01\x0E\x00\x02\xFF\xFF\xFF\xFF\x00\x00\x00\x00" + "\x00\x00\x00\x08"
	for name, file := range map[string][]byte{
		"entities": append([]byte(`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`),
			packet(`<rdf:Description><dc:title>`+strings.Repeat("&c;", 50_000)+`</dc:title></rdf:Description>`)...),
		"depth":                    withXMP(packet(strings.Repeat("<dc:a>", 9_000))),
		"deep sidecar":             packet(strings.Repeat("<rdf:li>", 100_000)),
		"many values":              packet(`<rdf:Description><dc:subject><rdf:Bag>` + strings.Repeat("<rdf:li>a</rdf:li>", 50_000) + `</rdf:Bag></dc:subject></rdf:Description>`),
		"many names":               packet(`<rdf:Description ` + manyNames(60_000) + `/>`),
		"a long value":             packet(`<rdf:Description dc:title="` + strings.Repeat("a", 900_000) + `"/>`),
		"a huge packet":            packet(`<rdf:Description dc:title="` + strings.Repeat("a", 40*mega) + `"/>`),
		"a bomb in PNG":            pngWithXMP(packet(`<rdf:Description dc:title="`+strings.Repeat("a", 200*mega)+`"/>`), true),
		"a ring in EXIF":           withSegments(1, "Exif\x00\x00"+ring),
		"EXIF of 900 KB":           pngWith("eXIf", "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0E\x00\x02\x00\x0D\xBB\xA0\x00\x00\x00\x1A\x00\x00\x00\x00"+strings.Repeat("a", 900_000)),
		"IIM of 2 GB":              withSegments(13, "Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0A\x1C\x02\x78\x80\x04\x7F\xFF\xFF\xFF."),
		"IIM of bits":              withSegments(13, "Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\xEA\x60"+strings.Repeat("\x1C\x02\x19\x00\x01a", 10_000)),
		"65535 extents of nothing": heifWith("\x00\x00\x00\x00\x00\x00\xFF\xFF"+strings.Repeat("\x00\x01\x00\x00\xFF\xFF", 10_000), "x"),
		"a million segments":       append([]byte("\xFF\xD8"), bytes.Repeat([]byte("\xFF\xE1\x00\x02"), mega)...),
		"a million chunks of PNG":  append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("\x00\x00\x00\x00tEXt\x00\x00\x00\x00"), mega)...),
		"a million of WebP":        append([]byte("RIFF\x00\x00\x00\x00WEBP"), bytes.Repeat([]byte("ABCD\x00\x00\x00\x00"), mega)...),
		"100000 packets":           append([]byte("\xFF\xD8"), bytes.Repeat([]byte("\xFF\xE1\x00\x23http://ns.adobe.com/xap/1.0/\x00<a/>"), 100_000)...),
		"one tag 65535 times":      append([]byte("RIFF\x00\x00\x00\x00WEBPEXIF\xFE\xFE\x0C\x00"), ringOfArtists()...),
		"a name of 900 KB":         packet(`<rdf:Description><dc:` + strings.Repeat("a", 900_000) + ` ` + manyNames(4000) + `/></rdf:Description>`),
		"one extent 60000 times":   heifWith("\x01\x00\x00\x00\x44\x00\x00\x01\x00\x01\x00\x01\x00\x00\xEA\x60"+strings.Repeat("\x00\x00\x00\x00\x00\x00\xFF\xFF", 60_000), strings.Repeat("a", 70_000)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b, err := picmeta.Read(file)
		f := b.Facts()
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 24*mega {
			t.Errorf("%s: %d KB were taken", name, n>>10)
		} else {
			t.Logf("%s: %d KB", name, n>>10)
		}
		if len(f.Title) > 64<<10 || len(f.Caption) > 64<<10 || len(f.Keywords) > 4000 {
			t.Errorf("%s: a title of %d bytes, %d keywords", name, len(f.Title), len(f.Keywords))
		}
	}
}

// ringOfArtists is a block of EXIF whose directory names the same long text again and again.
func ringOfArtists() []byte {
	const n = 65535
	b := []byte("II*\x00\x08\x00\x00\x00\xFF\xFF")
	for range n {
		b = append(b, "\x3B\x01\x02\x00\x00\xFF\x00\x00"...) // Artist, 65,280 letters
		b = binary.LittleEndian.AppendUint32(b, 10+12*n)
	}
	return append(b, bytes.Repeat([]byte{0xE9}, 65_280)...)
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `dc:a%d="b" `, i)
	}
	return b.String()
}

func TestReadRefusesOtherFiles(t *testing.T) {
	for _, file := range []string{"", "GIF89a", "A text", "<html><body>no</body></html>", "RIFF\x00\x00\x00\x00WAVE", "\x00\x00\x00\x08moov"} {
		if _, err := picmeta.Read([]byte(file)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", file, err)
		}
		if o := picmeta.Orientation([]byte(file)); o != 1 {
			t.Errorf("%q: orientation %d", file, o)
		}
	}
}

// FuzzRead holds that no file stops the reader, and that what can be stamped says afterwards what was stamped, says it
// after a second time too, and has no place.
func FuzzRead(f *testing.F) {
	f.Add(withXMP(packet(`<rdf:Description dc:title="Ice"><dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject></rdf:Description>`)))
	f.Add(withSegments(1, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x02\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00\x00"))
	f.Add(withSegments(13, "Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10\x1C\x01\x5A\x00\x03\x1B%G\x1C\x02\x78\x00\x03abc"))
	f.Add(pngWithXMP(packet(`<rdf:Description dc:title="Ice"/>`), true))
	f.Add(heifWith(inIDAT, string(packet(`<rdf:Description dc:title="Ice"/>`))))
	f.Add(packet(`<rdf:Description dc:title="Ice"/>`))
	f.Add([]byte("RIFF\x20\x00\x00\x00WEBPVP8L\x05\x00\x00\x00\x2F\x00\x00\x00\x10\x00EXIF\x06\x00\x00\x00II*\x00\x08\x00"))
	for _, b := range made(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		b, err := picmeta.Read(file)
		if err != nil && !errs.Is(err, errs.Invalid) {
			t.Fatal(err)
		}
		if o := b.Facts().Orientation; o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
		if largest, all, err := picmeta.Coded(file); largest < 0 || all < largest || err != nil && !errs.Is(err, errs.Invalid) {
			t.Fatalf("coded: %d of %d pixels, %v", largest, all, err)
		}
		once, err := picmeta.Stamp(file, full)
		if err != nil {
			return
		}
		after := read(t, once)
		if after.Credit != full.Credit || after.GPS || after.Alt != full.Alt {
			t.Fatalf("stamped: %+v", after)
		}
		twice, err := picmeta.Stamp(once, full)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("stamped again: %v, %d bytes instead of %d", err, len(twice), len(once))
		}
	})
}
