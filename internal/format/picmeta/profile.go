package picmeta

import (
	"bytes"
	"compress/zlib"
	"io"
)

// maxProfile bounds an ICC profile, in bytes. Those of cameras have some hundred, those of printing presses half a million.
const maxProfile = 4 << 20

// Profile returns a file's ICC profile, nil if it has none: the segments of a JPEG (ICC.1 annex B.4), iCCP of a PNG (PNG 3,
// section 11.3.2.3), ICCP of a WebP, the first colr box of an AVIF or HEIC that holds one. It is not looked into.
func Profile(file []byte) []byte {
	var p []byte
	switch kindOf(file) {
	case jpegFile:
		p = jpegProfile(file)
	case pngFile:
		var packed []byte
		pngChunks(file, func(c chunk) {
			if c.kind == "iCCP" && packed == nil {
				packed = c.body
			}
		})
		p = inflatedProfile(packed)
	case webpFile:
		webpChunks(file, func(c chunk) {
			if c.kind == "ICCP" && p == nil {
				p = c.body
			}
		})
	case heifFile:
		p = heifProfile(file)
	}
	if len(p) > maxProfile {
		return nil
	}
	return p
}

// jpegProfile joins the parts of a profile; nil unless all are there. Each begins with its number, from 1, and how many
// there are.
func jpegProfile(file []byte) (p []byte) {
	var parts [256][]byte
	count := 0
	segments(file, func(s segment) {
		if body, ok := bytes.CutPrefix(s.body, []byte(iccHead)); ok && s.marker == app2 && len(body) > 2 {
			parts[body[0]], count = body[2:], int(body[1])
		}
	})
	for i := 1; i <= count; i++ {
		if parts[i] == nil {
			return nil
		}
		p = append(p, parts[i]...)
	}
	return p
}

// inflatedProfile reads an iCCP chunk: a name that a zero byte ends, the method of compression, the profile.
func inflatedProfile(b []byte) []byte {
	_, b, ok := bytes.Cut(b, []byte{0})
	if !ok || len(b) < 1 || b[0] != 0 {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b[1:]))
	if err != nil {
		return nil
	}
	defer z.Close()
	p, err := io.ReadAll(io.LimitReader(z, maxProfile+1))
	if err != nil {
		return nil
	}
	return p
}

// heifProfile looks for the box colr among the properties of items (ISO/IEC 14496-12, section 12.1.5). Which item it
// belongs to is not asked: a picture's tiles and its preview have the colours of the picture.
func heifProfile(file []byte) []byte {
	h, _ := parseHEIF(file)
	groups, _ := boxes(find(h.meta, "iprp"))
	properties, _ := boxes(find(groups, "ipco"))
	for _, b := range properties {
		if b.kind != "colr" {
			continue
		}
		for _, kind := range []string{"prof", "rICC"} {
			if p, ok := bytes.CutPrefix(b.body, []byte(kind)); ok {
				return p
			}
		}
	}
	return nil
}
