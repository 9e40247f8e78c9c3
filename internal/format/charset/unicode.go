package charset

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"masthead/internal/errs"
)

// form is one of the Unicode encodings that a byte order mark or the first zero bytes tell.
type form struct {
	name  string
	width int // bytes of a code unit
	order binary.ByteOrder
}

var (
	utf8Form = form{"utf-8", 1, nil}
	utf16le  = form{"utf-16le", 2, binary.LittleEndian}
	utf16be  = form{"utf-16be", 2, binary.BigEndian}
	utf32le  = form{"utf-32le", 4, binary.LittleEndian}
	utf32be  = form{"utf-32be", 4, binary.BigEndian}
)

// sniffUnicode finds a byte order mark and its length, or the zero bytes that a first ASCII character leaves in
// UTF-16 and UTF-32 (XML 1.0 appendix F; the same holds for JSON).
func sniffUnicode(b []byte) (f form, bom int, ok bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return utf8Form, 3, true
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE, 0, 0}):
		return utf32le, 4, true
	case bytes.HasPrefix(b, []byte{0, 0, 0xFE, 0xFF}):
		return utf32be, 4, true
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return utf16le, 2, true
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return utf16be, 2, true
	}
	if len(b) < 4 {
		return form{}, 0, false
	}
	var zeros uint8
	for i := range 4 {
		if b[i] == 0 {
			zeros |= 8 >> i
		}
	}
	switch zeros {
	case 0b0111:
		return utf32le, 0, true
	case 0b1110:
		return utf32be, 0, true
	case 0b0101:
		return utf16le, 0, true
	case 0b1010:
		return utf16be, 0, true
	}
	return form{}, 0, false
}

func (f form) decode(b []byte) ([]byte, error) {
	if f.width == 1 {
		if !utf8.Valid(b) {
			return nil, errs.Errorf(errs.Invalid, "text begins with the mark of UTF-8 and is not UTF-8 (%s)", badUTF8(b))
		}
		return b, nil
	}
	if len(b)%f.width != 0 {
		return nil, errs.Errorf(errs.Invalid, "text is cut inside a character: %d bytes are no whole number of %s units", len(b), f.name)
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i += f.width {
		var r rune
		if f.width == 4 {
			u := f.order.Uint32(b[i:])
			if u > utf8.MaxRune || !utf8.ValidRune(rune(u)) {
				return nil, errs.Errorf(errs.Invalid, "no character in %s at byte %d", f.name, i)
			}
			r = rune(u)
		} else {
			r = rune(f.order.Uint16(b[i:]))
			if utf16.IsSurrogate(r) {
				if i+4 > len(b) {
					return nil, errs.Errorf(errs.Invalid, "half a character in %s at byte %d", f.name, i)
				}
				r = utf16.DecodeRune(r, rune(f.order.Uint16(b[i+2:])))
				if r == utf8.RuneError {
					return nil, errs.Errorf(errs.Invalid, "half a character in %s at byte %d", f.name, i)
				}
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}

// decodeDeclaredUTF16 reads bytes that only their transport calls UTF-16. Text of any length holds a zero byte then
// (a blank, a line end, a bracket); bytes without one are something else.
func decodeDeclaredUTF16(b []byte, label string) ([]byte, bool) {
	if bytes.IndexByte(b, 0) < 0 {
		return nil, false
	}
	f := utf16le
	if label == utf16be.name {
		f = utf16be
	}
	text, err := f.decode(b)
	return text, err == nil
}
