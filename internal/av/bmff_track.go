package av

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// track is what a trak box says.
type track struct {
	id       uint32
	handler  string // vide, soun, …
	disabled bool
	outside  bool // its samples are in another file
	scale    uint32
	length   uint64 // in units of scale
	last     int64  // where the last chunk begins

	codec                 string
	width, height         uint16 // as coded
	aspectX, aspectY      uint32 // of a pixel; 0: not said
	shownWidth, shownHigh uint32 // 16.16, before the matrix
	rotation              int
	hdr                   bool

	fragmented                   bool
	sampleLength                 uint32 // of fragments that do not say it
	fragmentsStart, fragmentsEnd uint64
}

// read reads a child of moov; which boxes have which children is §6.2.3, table 1.
func (t *track) read(f *file, trak box) error {
	var visit func(b box) error
	visit = func(b box) error {
		switch b.kind {
		case "mdia", "minf", "stbl", "dinf":
			return f.children(b.body, b.next, visit)
		case "tkhd":
			t.tkhd(f.content(b, 96))
		case "mdhd": // §8.4.2
			c := f.content(b, 36)
			long := c.u32()>>24 == 1
			c.word(long)
			c.word(long)
			t.scale = c.u32()
			t.length = c.word(long)
			if !long && t.length == 1<<32-1 || t.length == 1<<64-1 {
				t.length = 0
			}
		case "hdlr": // §8.4.3; QuickTime has a second one in minf, of the data
			if c := f.content(b, 12); t.handler == "" {
				c.take(8)
				t.handler = string(c.take(4))
			}
		case "dref": // §8.7.2: flag 1 says that the samples are in this file
			c := f.content(b, 64)
			c.u32()
			if c.u32() > 0 {
				c.take(8)
				t.outside = c.u32()&1 == 0 && !c.short
			}
		case "stsd":
			return t.stsd(f, b)
		case "stco", "co64": // §8.7.5
			width := int64(4)
			if b.kind == "co64" {
				width = 8
			}
			c := f.content(b, 8)
			c.u32()
			n := int64(c.u32())
			if n == 0 {
				return nil
			}
			if 8+n*width > b.next-b.body {
				return damaged("its index is shorter than it says")
			}
			c = cursor{b: f.bytes(b.body+8+(n-1)*width, width)}
			t.last = int64(min(c.word(width == 8), math.MaxInt64))
		}
		return nil
	}
	return f.children(trak.body, trak.next, visit)
}

// tkhd reads a track header, §8.3.2: its number, whether it is shown, its matrix and its size.
func (t *track) tkhd(c cursor) {
	head := c.u32()
	long := head>>24 == 1
	t.disabled = head&1 == 0
	c.word(long)
	c.word(long)
	t.id = c.u32()
	c.take(4)
	c.word(long)
	c.take(16)
	var m [9]int32
	for i := range m {
		m[i] = int32(c.u32())
	}
	t.shownWidth, t.shownHigh = c.u32(), c.u32()
	if c.short {
		return
	}
	if a, b := float64(m[0]), float64(m[1]); a != 0 || b != 0 {
		t.rotation = (int(math.Round(math.Atan2(b, a)/(math.Pi/2))) + 4) % 4 * 90
	}
}

// seen is the size of the picture on a screen: with square pixels, turned.
func (t *track) seen() (width, height int) {
	w, h := float64(t.width), float64(t.height)
	switch {
	case t.aspectX > 0 && t.aspectY > 0:
		w = w * float64(t.aspectX) / float64(t.aspectY)
	case t.shownWidth > 0 && t.shownHigh > 0:
		w = h * float64(t.shownWidth) / float64(t.shownHigh)
	}
	width, height = int(math.Round(min(w, maxSide+1))), int(h)
	if t.rotation%180 == 90 {
		return height, width
	}
	return width, height
}

// stsd reads the first sample description, §8.5.2.
func (t *track) stsd(f *file, b box) error {
	if b.next-b.body < 16 || t.codec != "" {
		return nil
	}
	e, err := f.box(b.body+8, b.next)
	if err != nil {
		return err
	}
	t.codec = strings.TrimSpace(name(e.kind))
	switch t.handler {
	case "vide": // §12.1.3
		c := f.content(e, 78)
		c.take(24)
		t.width, t.height = c.u16(), c.u16()
		if e.next-e.body <= 78 {
			return nil
		}
		return f.children(e.body+78, e.next, func(b box) error { t.picture(f, e.kind, b); return nil })
	case "soun": // §12.2.3
		c := f.content(e, 4096)
		t.codec = soundCodec(e.kind, c.b)
	}
	return nil
}

// picture reads a box of a visual sample entry.
func (t *track) picture(f *file, entry string, b box) {
	c := f.content(b, 4096)
	switch b.kind {
	case "avcC": // ISO/IEC 14496-15 §5.3.3
		if len(c.b) >= 4 {
			t.codec = fmt.Sprintf("%s.%02X%02X%02X", name(entry), c.b[1], c.b[2], c.b[3])
		}
	case "hvcC":
		if s := hevcCodec(c); s != "" {
			t.codec = name(entry) + s
		}
	case "av1C":
		t.codec = av1Codec(c.b)
	case "vpcC": // VP Codec ISO Media File Format Binding
		c.u32()
		profile, level, depth := c.u8(), c.u8(), c.u8()>>4
		if !c.short && entry == "vp09" {
			t.codec = fmt.Sprintf("vp09.%02d.%02d.%02d", profile, level, depth)
		}
	case "pasp": // §12.1.4
		t.aspectX, t.aspectY = c.u32(), c.u32()
	case "colr": // §12.1.5; the numbers are those of ITU-T H.273
		if kind := string(c.take(4)); kind == "nclx" || kind == "nclc" {
			c.u16()
			transfer := c.u16()
			t.hdr = transfer == 16 || transfer == 18
		}
	}
}

// hevcCodec writes ISO/IEC 14496-15 annex E.3 from an hvcC, without the name of the entry.
func hevcCodec(c cursor) string {
	c.u8()
	general := c.u8()
	compatible := bits.Reverse32(c.u32())
	constraints := c.take(6)
	level := c.u8()
	if c.short {
		return ""
	}
	tier := "L"
	if general&0x20 != 0 {
		tier = "H"
	}
	s := fmt.Sprintf(".%s%d.%X.%s%d", [...]string{"", "A", "B", "C"}[general>>6], general&0x1F, compatible, tier, level)
	for _, b := range bytes.TrimRight(constraints, "\x00") {
		s += fmt.Sprintf(".%X", b)
	}
	return s
}

// av1Codec writes AV1 Codec ISO Media File Format Binding §5 from an av1C.
func av1Codec(b []byte) string {
	if len(b) < 3 {
		return "av01"
	}
	tier, depth := "M", 8
	if b[2]&0x80 != 0 {
		tier = "H"
	}
	if b[2]&0x40 != 0 {
		depth = 10
		if b[2]&0x20 != 0 {
			depth = 12
		}
	}
	return fmt.Sprintf("av01.%d.%02d%s.%02d", b[1]>>5, b[1]&0x1F, tier, depth)
}

// soundCodec names the codec of an audio sample entry.
func soundCodec(entry string, b []byte) string {
	switch entry {
	case "mp4a":
		// The descriptor lies in a box behind the entry, whose length QuickTime has varied, or in a wave box behind it.
		if i := bytes.Index(b, []byte("esds")); i >= 0 && i+8 < len(b) {
			return mpeg4Codec(b[i+8:])
		}
	case ".mp3", "ms\x00\x55":
		return "mp3"
	case "Opus":
		return "opus"
	case "fLaC":
		return "flac"
	case "sowt", "twos", "lpcm", "in24", "in32", "fl32", "fl64", "raw ", "ipcm", "fpcm":
		return "pcm"
	}
	return strings.TrimSpace(name(entry))
}

// mpeg4Codec names what an ES descriptor describes, ISO/IEC 14496-1 §7.2.6.
func mpeg4Codec(b []byte) string {
	c := cursor{b: b}
	for !c.short && len(c.b) > 2 {
		tag := c.u8()
		for range 4 { // the length, seven bits a byte
			if c.u8()&0x80 == 0 {
				break
			}
		}
		switch tag {
		case 3:
			c.u16()
			flags := c.u8()
			if flags&0x80 != 0 {
				c.u16()
			}
			if flags&0x40 != 0 {
				c.take(int(c.u8()))
			}
			if flags&0x20 != 0 {
				c.u16()
			}
		case 4:
			kind := c.u8()
			c.take(12)
			switch kind {
			case 0x40:
				if c.u8() != 5 {
					return "mp4a.40.2"
				}
				for c.u8()&0x80 != 0 {
				}
				return fmt.Sprintf("mp4a.40.%d", objectType(c))
			case 0x69, 0x6B:
				return "mp3"
			}
			return fmt.Sprintf("mp4a.%02x", kind)
		default:
			return "mp4a"
		}
	}
	return "mp4a"
}

// objectType reads the first number of an AudioSpecificConfig, ISO/IEC 14496-3 §1.6.2.1.
func objectType(c cursor) int {
	b := c.u16()
	if t := int(b >> 11); t != 31 {
		return t
	}
	return 32 + int(b>>5&0x3F)
}
