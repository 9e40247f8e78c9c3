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
	main := t.directory(t.order.Uint32(b[4:]))
	if main == nil {
		return nil
	}
	camera, position := t.directory(t.offset(main[tagEXIF])), t.directory(t.offset(main[tagGPS]))
	e := &EXIF{
		Description: t.text(main[tagDescription]), Artist: t.text(main[tagArtist]), Copyright: t.text(main[tagCopyright]),
		Taken: t.text(camera[tagTaken]), Zone: t.text(camera[tagZone]), Orientation: 1,
		GPS: position[tagLatitude] != nil || position[tagLongitude] != nil,
	}
	if v := main[tagOrientation]; v != nil {
		if o := int(t.order.Uint16(v[8:])); o >= 1 && o <= 8 {
			e.Orientation = o
		}
	}
	return e
}

// directory returns the entries of the directory at an offset by their tags, of each tag the last: a tag that stands
// there thousands of times costs no more than once. It is nil if no directory begins there.
func (t tiff) directory(at uint32) map[uint16]entry {
	if at < 8 || int64(at)+2 > int64(len(t.b)) {
		return nil
	}
	list := map[uint16]entry{}
	n := int(t.order.Uint16(t.b[at:]))
	for rest := t.b[at+2:]; n > 0 && len(rest) >= 12; n, rest = n-1, rest[12:] {
		list[t.order.Uint16(rest)] = entry(rest[:12])
	}
	return list
}

// offset returns where the directory is that an entry points to; 0, where none can be, if there is no entry.
func (t tiff) offset(v entry) uint32 {
	if v == nil {
		return 0
	}
	return t.order.Uint32(v[8:])
}

// text returns an entry's first text that is not blank: Copyright may hold two, with a zero byte between.
func (t tiff) text(v entry) string {
	const bytesType, ascii, undefined, utf8Type = 1, 2, 7, 129
	if v == nil {
		return ""
	}
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
