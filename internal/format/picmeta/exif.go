package picmeta

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// EXIF is what its directories say, as far as a newsroom can use it.
type EXIF struct {
	Description, Artist, Copyright string
	Taken                          string // DateTimeOriginal, "2006:01:02 15:04:05"
	Zone                           string // OffsetTimeOriginal, "+02:00"; mostly empty
	Orientation                    int    // 1 to 8; 1 if the file does not say
	GPS                            bool   // there is a position; it is not read
}

// Tags (EXIF 2.32, sections 4.6.4 to 4.6.6).
const (
	tagDescription = 0x010E
	tagOrientation = 0x0112
	tagArtist      = 0x013B
	tagCopyright   = 0x8298
	tagEXIF        = 0x8769 // where the directory of the camera's settings is
	tagGPS         = 0x8825 // where the directory of the position is
	tagTaken       = 0x9003
	tagZone        = 0x9011
	tagLatitude    = 0x0002
	tagLongitude   = 0x0004
)

// tiff is a block in TIFF 6.0's form. Its directories hold offsets, which may lead anywhere.
type tiff struct {
	b     []byte
	order binary.ByteOrder
}

// entry is a directory's entry of 12 bytes: tag, type, count, and the value or its offset.
type entry []byte

// readEXIF reads the first image's directory and the two that it points to, each once, so that no loop of offsets can
// hold it up. It returns nil if there is no directory.
func readEXIF(b []byte) *EXIF {
	if len(b) < 8 {
		return nil
	}
	t := tiff{b: b}
	switch string(b[:4]) {
	case "II*\x00":
		t.order = binary.LittleEndian
	case "MM\x00*":
		t.order = binary.BigEndian
	default:
		return nil
	}
	e := &EXIF{Orientation: 1}
	var camera, position uint32
	found := t.each(t.order.Uint32(b[4:]), func(tag uint16, v entry) {
		switch tag {
		case tagDescription:
			e.Description = t.text(v)
		case tagArtist:
			e.Artist = t.text(v)
		case tagCopyright:
			e.Copyright = t.text(v)
		case tagOrientation:
			if o := int(t.order.Uint16(v[8:])); o >= 1 && o <= 8 {
				e.Orientation = o
			}
		case tagEXIF:
			camera = t.order.Uint32(v[8:])
		case tagGPS:
			position = t.order.Uint32(v[8:])
		}
	})
	if !found {
		return nil
	}
	t.each(camera, func(tag uint16, v entry) {
		switch tag {
		case tagTaken:
			e.Taken = t.text(v)
		case tagZone:
			e.Zone = t.text(v)
		}
	})
	t.each(position, func(tag uint16, v entry) {
		e.GPS = e.GPS || tag == tagLatitude || tag == tagLongitude
	})
	return e
}

// each calls f for the entries of the directory at an offset, and reports whether one begins there.
func (t tiff) each(at uint32, f func(uint16, entry)) bool {
	if at < 8 || int64(at)+2 > int64(len(t.b)) {
		return false
	}
	n := int(t.order.Uint16(t.b[at:]))
	for rest := t.b[at+2:]; n > 0 && len(rest) >= 12; n, rest = n-1, rest[12:] {
		f(t.order.Uint16(rest), entry(rest[:12]))
	}
	return true
}

// text returns an entry's first text that is not blank: Copyright may hold two, with a zero byte between.
func (t tiff) text(v entry) string {
	const bytesType, ascii, undefined, utf8Type = 1, 2, 7, 129
	switch t.order.Uint16(v[2:]) {
	case bytesType, ascii, undefined, utf8Type:
	default:
		return ""
	}
	n, at := int64(t.order.Uint32(v[4:])), int64(t.order.Uint32(v[8:]))
	value := []byte(v[8:])
	switch {
	case n <= 4:
		value = value[:n]
	case n > maxValue || at+n > int64(len(t.b)):
		return ""
	default:
		value = t.b[at : at+n]
	}
	for s := range strings.SplitSeq(western(value), "\x00") {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// western reads bytes that name no encoding: UTF-8 if they are that, otherwise windows-1252, which holds Latin-1.
func western(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, _ := charmap.Windows1252.NewDecoder().String(string(b)) // every byte stands for something
	return s
}

// turnOnly returns a block that holds an orientation and nothing else.
func turnOnly(orientation int) []byte {
	return []byte{'M', 'M', 0, '*', 0, 0, 0, 8,
		0, 1, tagOrientation >> 8, tagOrientation & 0xFF, 0, 3, 0, 0, 0, 1, 0, byte(orientation), 0, 0,
		0, 0, 0, 0}
}
