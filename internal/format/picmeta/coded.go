package picmeta

import (
	"bytes"

	"masthead/internal/errs"
)

// Coded returns how many pixels the largest picture in an AVIF or HEIC file has, and all together, tiles, masks and
// thumbnails too, as their coded data say: decoders make room for that, whatever size the container speaks of. A file whose
// pictures cannot all be found, or with a sequence of pictures, is an errs.Invalid error. Files of other kinds have none.
func Coded(file []byte) (largest, all int64, err error) {
	if kindOf(file) != heifFile {
		return 0, 0, nil
	}
	h, _ := parseHEIF(file)
	if find(h.top, "moov") != nil {
		return 0, 0, errs.Errorf(errs.Invalid, "the file holds a sequence of pictures; a still picture is needed")
	}
	if !h.whole || len(h.items) >= maxItems {
		return 0, 0, errs.Errorf(errs.Invalid, "the file is damaged: not all that is in it can be found")
	}
	setups := h.setups()
	for _, it := range h.items {
		b, _ := h.data(it, len(file)) // of what is not there, decoders make nothing
		most := int64(0)
		switch it.kind {
		case "av01":
			most = av1Pixels(b)
		case "hvc1":
			most = hevcPixels(b)
		case "grid":
			most = canvasPixels(b, 4)
		case "iovl":
			most = canvasPixels(b, 10)
		}
		for _, s := range setups[it.id] {
			switch {
			case s.kind == "av1C" && len(s.body) > 4: // AV1 Codec ISO Media File Format Binding, section 2.3.3
				most = max(most, av1Pixels(s.body[4:]))
			case s.kind == "hvcC":
				most = max(most, setupPixels(s.body))
			}
		}
		largest, all = max(largest, most), all+most
	}
	return largest, all, nil
}

// setups returns the properties that belong to each item (ISO/IEC 23008-12, section 9.3.1).
func (h heif) setups() map[uint32][]box {
	props, _ := boxes(find(h.meta, "iprp"))
	list, _ := boxes(find(props, "ipco"))
	out := map[uint32][]box{}
	for _, p := range props {
		if p.kind != "ipma" {
			continue
		}
		c := cursor{b: p.body}
		version := c.uint(1)
		flags := c.uint(3)
		wide, width := 2, 1
		if version > 0 {
			wide = 4
		}
		if flags&1 != 0 {
			width = 2
		}
		for n := c.uint(4); n > 0 && !c.failed; n-- {
			id := uint32(c.uint(wide))
			for m := c.uint(1); m > 0 && !c.failed; m-- {
				i := c.uint(width) & (1<<(8*width-1) - 1) // without the mark that it is essential
				if i > 0 && i <= uint64(len(list)) && (list[i-1].kind == "av1C" || list[i-1].kind == "hvcC") && len(out[id]) < 8 {
					out[id] = append(out[id], list[i-1])
				}
			}
		}
	}
	return out
}

// canvasPixels reads the size of a picture that is put together of others, which stands behind skip bytes (ISO/IEC
// 23008-12, sections 6.6.2.3.2 and 6.6.2.2.2).
func canvasPixels(b []byte, skip int) int64 {
	c := cursor{b: b}
	c.skip(1)
	width := 2
	if c.uint(1)&1 != 0 {
		width = 4
	}
	c.skip(skip - 2)
	return area(c.uint(width), c.uint(width))
}

// area is bounded, so that sums of it are numbers.
func area(w, h uint64) int64 {
	const most = 1 << 20
	return int64(min(w, most)) * int64(min(h, most))
}

// av1Pixels returns the most that a sequence header in AV1 data announces (AV1 bitstream specification, section 5.3).
func av1Pixels(b []byte) (most int64) {
	for len(b) > 0 {
		head := b[0]
		b = b[1:]
		if head&4 != 0 { // an extension
			b = b[min(1, len(b)):]
		}
		n := uint64(len(b))
		if head&2 != 0 {
			n, b = leb128(b)
		}
		n = min(n, uint64(len(b)))
		if head>>3&15 == 1 {
			most = max(most, sequencePixels(b[:n]))
		}
		b = b[n:]
	}
	return most
}

func leb128(b []byte) (v uint64, rest []byte) {
	for i := 0; i < 8 && i < len(b); i++ {
		v |= uint64(b[i]&0x7F) << (7 * i)
		if b[i]&0x80 == 0 {
			return v, b[i+1:]
		}
	}
	return 0, nil
}

// sequencePixels reads a sequence header (section 5.5.1).
func sequencePixels(b []byte) int64 {
	r := bits{b: b}
	r.skip(4)
	if r.flag() { // a still picture's shorter one
		r.skip(5)
	} else {
		r.operatingPoints()
	}
	w, h := int(r.read(4))+1, int(r.read(4))+1
	return area(r.read(w)+1, r.read(h)+1)
}

func (r *bits) operatingPoints() {
	delay := 0
	if r.flag() { // timing
		r.skip(64)
		if r.flag() {
			r.golomb()
		}
		if r.flag() { // a decoder's model
			delay = int(r.read(5)) + 1
			r.skip(42)
		}
	}
	display := r.flag()
	for n := r.read(5) + 1; n > 0; n-- {
		r.skip(12)
		if r.read(5) > 7 {
			r.skip(1)
		}
		if delay > 0 && r.flag() {
			r.skip(2*delay + 1)
		}
		if display && r.flag() {
			r.skip(4)
		}
	}
}

// setupPixels returns the most that the parameter sets of an hvcC announce (ISO/IEC 14496-15, section 8.3.3.1).
func setupPixels(b []byte) (most int64) {
	c := cursor{b: b}
	c.skip(22)
	for n := c.uint(1); n > 0 && !c.failed; n-- {
		c.skip(1)
		for m := c.uint(2); m > 0 && !c.failed; m-- {
			most = max(most, unitPixels(c.take(int(c.uint(2)))))
		}
	}
	return most
}

// hevcPixels is setupPixels of parameter sets among the units of a picture, each behind its length.
func hevcPixels(b []byte) (most int64) {
	for c := (cursor{b: b}); len(c.b) > 0 && !c.failed; {
		most = max(most, unitPixels(c.take(int(c.uint(4)))))
	}
	return most
}

// unitPixels reads a sequence parameter set (ITU-T H.265, section 7.3.2.2); other units have no pixels.
func unitPixels(unit []byte) int64 {
	if len(unit) < 3 || unit[0]>>1&0x3F != 33 {
		return 0
	}
	r := bits{b: bytes.ReplaceAll(unit[2:], []byte{0, 0, 3}, []byte{0, 0})} // section 7.4.2
	r.skip(4)
	layers := int(r.read(3))
	r.skip(1 + 96)
	var has [8][2]bool
	for i := range layers {
		has[i] = [2]bool{r.flag(), r.flag()}
	}
	if layers > 0 {
		r.skip(2 * (8 - layers))
	}
	for i := range layers {
		if has[i][0] {
			r.skip(88)
		}
		if has[i][1] {
			r.skip(8)
		}
	}
	r.golomb()
	if r.golomb() == 3 {
		r.skip(1)
	}
	return area(r.golomb(), r.golomb())
}

// bits reads numbers of some bits; beyond the end all are zero.
type bits struct {
	b  []byte
	at int
}

func (r *bits) skip(n int) { r.at += n }

func (r *bits) flag() bool { return r.read(1) == 1 }

func (r *bits) read(n int) (v uint64) {
	for range n {
		v <<= 1
		if i := r.at >> 3; i < len(r.b) {
			v |= uint64(r.b[i]>>(7-r.at&7)) & 1
		}
		r.at++
	}
	return v
}

// golomb reads an unsigned number of ITU-T H.265, section 9.2, which AV1 has too.
func (r *bits) golomb() uint64 {
	zeros := 0
	for zeros < 32 && !r.flag() {
		zeros++
	}
	return 1<<zeros - 1 + r.read(zeros)
}
