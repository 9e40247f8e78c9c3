package picmeta

import (
	"bytes"
	"crypto/md5" // the digest's algorithm is the format's
	"encoding/binary"

	"masthead/internal/errs"
)

// What the segments begin with (EXIF 2.32 section 4.7.2, XMP part 3 sections 1.1.3 and 1.1.3.1).
const (
	exifHead      = "Exif\x00\x00"
	xmpHead       = "http://ns.adobe.com/xap/1.0/\x00"
	extendedHead  = "http://ns.adobe.com/xmp/extension/\x00"
	photoshopHead = "Photoshop 3.0\x00"
	iccHead       = "ICC_PROFILE\x00"
)

// Markers (ITU-T T.81 table B.1).
const (
	soi   = 0xD8
	sos   = 0xDA
	app0  = 0xE0
	app1  = 0xE1
	app2  = 0xE2
	app13 = 0xED
	app14 = 0xEE
	app15 = 0xEF
	com   = 0xFE
)

// segment is one of a JPEG's marker segments before its first scan: whole is all of it, body what follows the length.
type segment struct {
	marker      byte
	whole, body []byte
}

// segments calls see for the segments up to the first scan, and returns what begins with that scan; nil if none is found.
// There is no list of them: a file can have millions.
func segments(file []byte, see func(segment)) (scan []byte) {
	for b := file[2:]; len(b) >= 4 && b[0] == 0xFF; {
		if b[1] == 0xFF { // fill byte
			b = b[1:]
			continue
		}
		if b[1] == sos {
			return b
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 2 || len(b) < 2+n {
			return nil
		}
		see(segment{b[1], b[:2+n], b[4 : 2+n]})
		b = b[2+n:]
	}
	return nil
}

func readJPEG(file []byte) (p parts) {
	var photoshop []byte
	segments(file, func(s segment) {
		switch {
		case s.marker == app1 && p.exif == nil && bytes.HasPrefix(s.body, []byte(exifHead)):
			p.exif = s.body[len(exifHead):]
		case s.marker == app1 && bytes.HasPrefix(s.body, []byte(extendedHead)):
			if len(p.extended) < maxPackets {
				p.extended = append(p.extended, s.body[len(extendedHead):])
			}
		case s.marker == app1:
			if packet := packetOf(s.body); packet != nil && len(p.xmp) < maxPackets {
				p.xmp = append(p.xmp, packet)
			}
		case s.marker == app13 && bytes.HasPrefix(s.body, []byte(photoshopHead)) && len(photoshop) < maxBlock:
			photoshop = append(photoshop, s.body[len(photoshopHead):]...) // a resource may go on in the next segment
		}
	})
	p.iim, p.checksum = resources(photoshop)
	return p
}

// packetOf returns the XMP packet of an APP1 segment, or nil. Some software spoils the first bytes of the head.
func packetOf(body []byte) []byte {
	name := []byte(xmpHead[len("http"):])
	if i := bytes.Index(body[:min(len(body), 2*len(xmpHead))], name); i >= 0 {
		return body[i+len(name):]
	}
	if looksLikeXMP(body) {
		return body
	}
	return nil
}

// The image resources of Photoshop that matter here.
const (
	resourceIIM    = 0x0404
	resourceDigest = 0x0425
)

// resources walks through Photoshop's image resource blocks (Photoshop file format, section 3).
func resources(b []byte) (iim, checksum []byte) {
	for len(b) >= 12 {
		switch string(b[:4]) {
		case "8BIM", "PHUT", "AgHg", "DCSR", "MeSa":
		default:
			return iim, checksum
		}
		id := binary.BigEndian.Uint16(b[4:])
		head := 6 + even(1+int(b[6])) // a Pascal string, padded
		if len(b) < head+4 {
			return iim, checksum
		}
		n := int64(binary.BigEndian.Uint32(b[head:]))
		b = b[head+4:]
		if n > int64(len(b)) {
			return iim, checksum
		}
		switch {
		case id == resourceIIM && iim == nil:
			iim = b[:n]
		case id == resourceDigest && n == md5.Size:
			checksum = b[:n]
		}
		b = b[min(even(int(n)), len(b)):]
	}
	return iim, checksum
}

func even(n int) int { return n + n&1 }

func digest(p parts) Digest {
	if p.checksum == nil || p.iim == nil {
		return NoDigest
	}
	if sum := md5.Sum(p.iim); bytes.Equal(sum[:], p.checksum) {
		return InStep
	}
	return Apart
}

// stampJPEG keeps what decoders need and puts new blocks before it. The scans are not touched.
func stampJPEG(file []byte, m marks) ([]byte, error) {
	var keep []segment
	scan := segments(file, func(s segment) {
		if kept(s) {
			keep = append(keep, s)
		}
	})
	if scan == nil {
		return nil, errs.Errorf(errs.Invalid, "stamp JPEG: there is no scan; the file is damaged")
	}
	if len(xmpHead)+len(m.xmp) > 0xFFFF-2 {
		return nil, errs.Errorf(errs.Invalid, "stamp JPEG: %d bytes of words do not fit into it; shorten the caption", len(m.xmp))
	}
	out := make([]byte, 0, len(file)+len(m.xmp)+len(m.iim)+len(m.exif)+256)
	out = append(out, 0xFF, soi)
	for len(keep) > 0 && keep[0].marker == app0 { // JFIF comes first (JFIF 1.02)
		out = append(out, keep[0].whole...)
		keep = keep[1:]
	}
	if len(m.exif) > 0 {
		out = appendSegment(out, app1, exifHead, m.exif)
	}
	if len(m.xmp) > 0 {
		out = appendSegment(out, app1, xmpHead, m.xmp)
	}
	if len(m.iim) > 0 {
		sum := md5.Sum(m.iim)
		b := appendResource(nil, resourceIIM, m.iim)
		out = appendSegment(out, app13, photoshopHead, appendResource(b, resourceDigest, sum[:]))
	}
	for _, s := range keep {
		out = append(out, s.whole...)
	}
	return append(out, scan...), nil
}

// kept reports whether decoders need a segment.
func kept(s segment) bool {
	switch {
	case s.marker == app0, s.marker == app14:
		return true // JFIF, and Adobe's note which colours the channels are
	case s.marker == app2:
		return bytes.HasPrefix(s.body, []byte(iccHead))
	}
	return (s.marker < app0 || s.marker > app15) && s.marker != com
}

func appendSegment(out []byte, marker byte, head string, body []byte) []byte {
	out = append(out, 0xFF, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(2+len(head)+len(body)))
	out = append(out, head...)
	return append(out, body...)
}

func appendResource(out []byte, id uint16, body []byte) []byte {
	out = append(out, "8BIM"...)
	out = binary.BigEndian.AppendUint16(out, id)
	out = append(out, 0, 0) // no name
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}
