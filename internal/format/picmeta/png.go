package picmeta

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"

	"masthead/internal/errs"
)

const (
	pngMagic = "\x89PNG\r\n\x1a\n"
	pngXMP   = "XML:com.adobe.xmp\x00" // the keyword of the text chunk (XMP part 3, section 1.1.5)
)

// chunk is one of a PNG's: whole is all of it, body its data.
type chunk struct {
	kind        string
	whole, body []byte
}

// pngChunks calls see for the chunks of a PNG up to its end or the first damaged one (PNG 3, section 5). Checksums are not
// looked at. There is no list of them: a file can have millions.
func pngChunks(file []byte, see func(chunk)) (complete bool) {
	for b := file[len(pngMagic):]; len(b) >= 12; {
		n := int64(binary.BigEndian.Uint32(b))
		if n > int64(len(b))-12 {
			return false
		}
		c := chunk{string(b[4:8]), b[:12+n], b[8 : 8+n]}
		see(c)
		if c.kind == "IEND" {
			return true
		}
		b = b[12+n:]
	}
	return false
}

func readPNG(file []byte) (p parts) {
	pngChunks(file, func(c chunk) {
		switch {
		case c.kind == "eXIf" && p.exif == nil:
			p.exif = bounded(c.body)
		case c.kind == "iTXt" && p.xmp == nil:
			if rest, ok := bytes.CutPrefix(c.body, []byte(pngXMP)); ok {
				p.xmp = [][]byte{internationalText(rest)}
			}
		}
	})
	return p
}

// internationalText returns the text of an iTXt chunk whose keyword is cut off (PNG 3, section 11.3.3.4): a flag whether
// it is compressed, the method, language and translated keyword, each ended by a zero byte.
func internationalText(b []byte) []byte {
	if len(b) < 4 {
		return nil
	}
	compressed := b[0] == 1
	b = b[2:]
	for range 2 {
		_, rest, ok := bytes.Cut(b, []byte{0})
		if !ok {
			return nil
		}
		b = rest
	}
	if !compressed {
		return bounded(b)
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(z, maxBlock+1))
	if err != nil {
		return nil
	}
	return bounded(text)
}

// stampPNG takes out all texts and EXIF, and puts the new blocks behind the header, where readers that stop at the
// pixels find them.
func stampPNG(file []byte, m marks) ([]byte, error) {
	var list []chunk
	complete := pngChunks(file, func(c chunk) { list = append(list, c) })
	if !complete || list[0].kind != "IHDR" {
		return nil, errs.Errorf(errs.Invalid, "stamp PNG: the file is damaged or cut")
	}
	out := make([]byte, 0, len(file)+len(m.xmp)+len(m.exif)+128)
	out = append(out, pngMagic...)
	for i, c := range list {
		switch c.kind {
		case "tEXt", "zTXt", "iTXt", "eXIf", "tIME":
			continue
		}
		out = append(out, c.whole...)
		if i > 0 {
			continue
		}
		if len(m.exif) > 0 {
			out = appendPNG(out, "eXIf", "", m.exif)
		}
		if len(m.xmp) > 0 {
			out = appendPNG(out, "iTXt", pngXMP+"\x00\x00\x00\x00", m.xmp)
		}
	}
	return out, nil
}

func appendPNG(out []byte, kind, head string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(head)+len(body)))
	at := len(out)
	out = append(append(append(out, kind...), head...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[at:]))
}
