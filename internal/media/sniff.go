package media

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"slices"
	"strings"

	"masthead/internal/errs"
)

// format is a kind of file that the library takes.
type format struct {
	name string // for people
	mime string
	kind string // photo, video, audio
	ends []string
}

// The formats, and the endings that file names may have for them; the first is the one that the library gives.
var (
	formatJPEG = &format{"JPEG", "image/jpeg", "photo", []string{"jpg", "jpeg", "jpe", "jfif"}}
	formatPNG  = &format{"PNG", "image/png", "photo", []string{"png"}}
	formatGIF  = &format{"GIF", "image/gif", "photo", []string{"gif"}}
	formatWebP = &format{"WebP", "image/webp", "photo", []string{"webp"}}
	formatAVIF = &format{"AVIF", "image/avif", "photo", []string{"avif"}}
	formatHEIC = &format{"HEIC", "image/heic", "photo", []string{"heic", "heif", "hif"}}
	formatSVG  = &format{"SVG", "image/svg+xml", "photo", []string{"svg"}}
	formatMP4  = &format{"MP4", "video/mp4", "video", []string{"mp4", "m4v"}}
	formatMOV  = &format{"QuickTime", "video/quicktime", "video", []string{"mov", "qt"}}
	formatWebM = &format{"WebM", "video/webm", "video", []string{"webm", "mkv"}}
	formatM4A  = &format{"M4A", "audio/mp4", "audio", []string{"m4a", "mp4"}}
	formatMP3  = &format{"MP3", "audio/mpeg", "audio", []string{"mp3"}}
	formatWAV  = &format{"WAV", "audio/wav", "audio", []string{"wav"}}
	formatOgg  = &format{"Ogg", "audio/ogg", "audio", []string{"ogg", "oga", "opus"}}
)

var formats = []*format{formatJPEG, formatPNG, formatGIF, formatWebP, formatAVIF, formatHEIC, formatSVG, formatMP4, formatMOV, formatWebM, formatM4A, formatMP3, formatWAV, formatOgg}

// Accepted lists what the library takes, as an upload field's accept attribute wants it.
func Accepted() string {
	var list []string
	for _, f := range formats {
		list = append(list, f.mime)
		for _, e := range f.ends {
			list = append(list, "."+e)
		}
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ",")
}

// sniffed is how much of a file's beginning says what it is.
const sniffed = 4096

// sniff finds what a file is from its first bytes, not from its name; nil if the library does not take it.
func sniff(head []byte) *format {
	has := func(at int, s string) bool { return len(head) >= at+len(s) && string(head[at:at+len(s)]) == s }
	switch {
	case has(0, "\xff\xd8\xff"):
		return formatJPEG
	case has(0, "\x89PNG\r\n\x1a\n"):
		return formatPNG
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return formatGIF
	case has(0, "RIFF") && has(8, "WEBP"):
		return formatWebP
	case has(0, "RIFF") && has(8, "WAVE"):
		return formatWAV
	case has(4, "ftyp"):
		return brand(head)
	case has(4, "moov"), has(4, "mdat"), has(4, "wide"), has(4, "free"): // QuickTime from before ftyp
		return formatMOV
	case has(0, "\x1a\x45\xdf\xa3"):
		return formatWebM
	case has(0, "OggS"):
		return formatOgg
	case has(0, "ID3"), len(head) > 1 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]&0x06 != 0:
		return formatMP3
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("<svg")) || bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text, []byte("<svg")) || bytes.HasPrefix(text, []byte("<!--")) && bytes.Contains(text, []byte("<svg")) {
		return formatSVG
	}
	return nil
}

// brand tells the kinds of ISO base media apart by the brands of their first box (ISO/IEC 14496-12 §4.3).
func brand(head []byte) *format {
	n := min(int(binary.BigEndian.Uint32(head)), len(head))
	var brands []string
	for at := 8; at+4 <= n; at += 4 {
		if at != 12 { // the minor version
			brands = append(brands, string(head[at:at+4]))
		}
	}
	if len(brands) == 0 {
		return nil
	}
	is := func(any ...string) bool {
		return slices.ContainsFunc(brands, func(b string) bool { return slices.Contains(any, b) })
	}
	switch {
	case is("avif", "avis"):
		return formatAVIF
	case is("heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"):
		return formatHEIC
	case brands[0] == "qt  ":
		return formatMOV
	case brands[0] == "M4A ", brands[0] == "M4B ":
		return formatM4A
	}
	return formatMP4
}

// fits returns an error of kind errs.Invalid when a file's name promises something else than the file holds: whoever
// opens it by its name would be deceived. A name without an ending promises nothing.
func fits(name string, f *format) error {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if ext == "" || slices.Contains(f.ends, ext) || f == formatMP4 && ext == "mov" || f == formatMOV && ext == "mp4" {
		return nil
	}
	return errs.Errorf(errs.Invalid, "the name ends in .%s but the file is %s: rename it to .%s if that is right", ext, f.name, f.ends[0])
}

// polyglot returns an error of kind errs.Invalid for a picture that is also a file of another kind: an archive, a PDF or
// a page with scripts, hidden behind or inside a picture.
func polyglot(b []byte) error {
	what := ""
	head := bytes.ToLower(b[:min(len(b), 1024)])
	switch {
	case bytes.Contains(head, []byte("%pdf-")):
		what = "a PDF"
	case bytes.Contains(head, []byte("<script")), bytes.Contains(head, []byte("<html")), bytes.Contains(head, []byte("<?php")), bytes.Contains(head, []byte("<!doctype")):
		what = "a web page or program"
	case isZip(b):
		what = "a ZIP archive"
	}
	if what == "" {
		return nil
	}
	return errs.Errorf(errs.Invalid, "the picture is at the same time %s: open it in a picture program and save it anew", what)
}

// isZip reports whether the file ends as a ZIP archive does: readers of those look from the end (APPNOTE 4.3.16).
func isZip(b []byte) bool {
	tail := b[max(0, len(b)-(1<<16)-22):]
	for {
		i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
		if i < 0 {
			return false
		}
		if len(tail) >= i+22 {
			if n := int(binary.LittleEndian.Uint16(tail[i+20:])); i+22+n <= len(tail) {
				return true
			}
		}
		tail = tail[:i]
	}
}

func readAll(r io.Reader, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, errs.Errorf(errs.Invalid, "the file has %d MB, at most %d are taken", size>>20, limit>>20)
	}
	b := make([]byte, size)
	_, err := io.ReadFull(r, b)
	return b, err
}
