package picmeta

import (
	"bytes"
	"encoding/binary"

	"masthead/internal/errs"
)

// The flags of the chunk VP8X (RFC 9649, section 2.7.1).
const (
	webpXMP   = 0x04
	webpEXIF  = 0x08
	webpAlpha = 0x10
)

// webpChunks calls see for the chunks of a WebP up to its end or the first damaged one (RFC 9649, section 2.3). There is no
// list of them: a file can have millions.
func webpChunks(file []byte, see func(chunk)) (complete bool) {
	b := file[12:]
	for len(b) >= 8 {
		n := int64(binary.LittleEndian.Uint32(b[4:]))
		if n > int64(len(b))-8 {
			return false
		}
		padded := min(8+even(int(n)), len(b)) // some software forgets the last padding
		see(chunk{string(b[:4]), b[:padded], b[8 : 8+n]})
		b = b[padded:]
	}
	return len(b) == 0
}

func readWebP(file []byte) (p parts) {
	webpChunks(file, func(c chunk) {
		switch {
		case c.kind == "EXIF" && p.exif == nil:
			p.exif = bounded(bytes.TrimPrefix(c.body, []byte(exifHead)))
		case c.kind == "XMP " && p.xmp == nil:
			p.xmp = [][]byte{bounded(c.body)}
		}
	})
	return p
}

// stampWebP keeps what makes the picture and puts the new blocks behind it (RFC 9649, section 2.7). Files of the simple
// form get the extended one, which alone can hold them.
func stampWebP(file []byte, m marks) ([]byte, error) {
	var list []chunk
	complete := webpChunks(file, func(c chunk) { list = append(list, c) })
	if !complete || len(list) == 0 {
		return nil, errs.Errorf(errs.Invalid, "stamp WebP: the file is damaged or cut")
	}
	head, err := extendedHeader(list[0])
	if err != nil {
		return nil, err
	}
	head[0] &^= webpXMP | webpEXIF
	if len(m.xmp) > 0 {
		head[0] |= webpXMP
	}
	if len(m.exif) > 0 {
		head[0] |= webpEXIF
	}
	out := make([]byte, 0, len(file)+len(m.xmp)+len(m.exif)+64)
	out = append(out, "RIFF\x00\x00\x00\x00WEBP"...)
	out = appendWebP(out, "VP8X", head)
	for _, c := range list {
		switch c.kind {
		case "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L":
			out = appendWebP(out, c.kind, c.body)
		}
	}
	if len(m.exif) > 0 {
		out = appendWebP(out, "EXIF", m.exif)
	}
	if len(m.xmp) > 0 {
		out = appendWebP(out, "XMP ", m.xmp)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

// extendedHeader returns the data of the chunk VP8X for a file that begins with this chunk: flags, and width and height
// less one in 24 bits each.
func extendedHeader(first chunk) ([]byte, error) {
	b := first.body
	var flags byte
	var width, height uint32 // less one
	switch {
	case first.kind == "VP8X" && len(b) >= 10:
		return bytes.Clone(b[:10]), nil
	case first.kind == "VP8 " && len(b) >= 10 && bytes.Equal(b[3:6], []byte{0x9D, 0x01, 0x2A}): // RFC 6386, section 9.1
		width, height = uint32(binary.LittleEndian.Uint16(b[6:])&0x3FFF)-1, uint32(binary.LittleEndian.Uint16(b[8:])&0x3FFF)-1
	case first.kind == "VP8L" && len(b) >= 5 && b[0] == 0x2F: // RFC 9649, section 3.4
		bits := binary.LittleEndian.Uint32(b[1:])
		width, height = bits&0x3FFF, bits>>14&0x3FFF
		if bits>>28&1 == 1 {
			flags = webpAlpha
		}
	default:
		return nil, errs.Errorf(errs.Invalid, "stamp WebP: the file begins with a %q chunk that holds no picture", first.kind)
	}
	return []byte{flags, 0, 0, 0, byte(width), byte(width >> 8), byte(width >> 16), byte(height), byte(height >> 8), byte(height >> 16)}, nil
}

func appendWebP(out []byte, kind string, body []byte) []byte {
	out = append(out, kind...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}
