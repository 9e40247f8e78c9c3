// Package picmeta reads what picture files say about themselves, and writes credit and rights into pictures that we
// made. It owns the blocks (IPTC IIM, XMP, EXIF) in the containers JPEG, PNG, WebP, AVIF and HEIC, and the rule which
// block is believed; it must not know what Masthead does with a picture.
//
// Every file is taken as hostile: sizes, counts and depths are bounded, offsets are followed once, and a damaged block
// is lost alone. A place on the map is never given away nor written, only that there is one.
package picmeta

import (
	"bytes"
	"time"

	"masthead/internal/errs"
)

// maxBlock bounds one block, in bytes. Real blocks are some kilobytes; what is larger carries pictures, not words.
const maxBlock = 1 << 20

// maxPackets bounds how many packets of XMP, and parts of one, a file may have. Real files have one, or the twenty parts
// of a long one.
const maxPackets = 100

// Block is what stands in each of a file's blocks, not merged. A block that a file does not have is nil.
type Block struct {
	IIM    IIM
	XMP    XMP
	EXIF   *EXIF
	Digest Digest
}

// Digest is what the file's own checksum says of its IIM block (Metadata Working Group 2.0, section 3.3).
type Digest uint8

// The digests.
const (
	NoDigest Digest = iota // no checksum
	InStep                 // the IIM block is as it was when XMP was last brought in step with it
	Apart                  // the IIM block was changed since then
)

// Facts is what a file says about its picture, merged from its blocks. Text is trimmed and has line ends "\n"; what is
// not said is empty.
type Facts struct {
	Title, Headline, Caption, Credit string
	Creator                          string // several are joined by "; "
	CreatorTitle, Copyright, Source  string
	Instructions, UsageTerms         string
	City, State, Country, Location   string // the place shown
	People, Keywords                 []string
	Alt, LongAlt                     string    // for people who do not see the picture
	Taken                            time.Time // zero if not said
	Zoned                            bool      // Taken is an instant; otherwise it is the reading of a clock, as UTC
	WebStatement, LicensorURL        string    // as the file has them, which may be no addresses
	DigitalSource                    string    // of the IPTC vocabulary digitalsourcetype, usually its address
	Orientation                      int       // 1 to 8 (EXIF 2.32, section 4.6.4): how the stored pixels are to be turned
	GPS                              bool      // the file says where the camera stood
}

// Read returns the blocks of a JPEG, PNG, WebP, AVIF or HEIC file, or of an XMP sidecar. A file without any gives an
// empty Block. What is damaged is left out. Only a file of another kind is an errs.Invalid error.
func Read(file []byte) (Block, error) {
	p, err := takeApart(file)
	if err != nil {
		return Block{}, err
	}
	b := Block{IIM: readIIM(p.iim), XMP: readXMP(p.xmp, p.extended), EXIF: readEXIF(p.exif), Digest: digest(p)}
	if p.turned && b.EXIF != nil {
		b.EXIF.Orientation = 1
	}
	return b, nil
}

// Orientation returns how the stored pixels of a file are to be turned, 1 to 8; 1, as they lie, when the file does not
// say, cannot be read, or is of a format whose decoders turn the picture themselves (AVIF, HEIC).
func Orientation(file []byte) int {
	p, err := takeApart(file)
	if err != nil || p.turned {
		return 1
	}
	if e := readEXIF(p.exif); e != nil {
		return e.Orientation
	}
	return 1
}

// parts are the raw blocks of a file.
type parts struct {
	iim, checksum []byte
	xmp           [][]byte // packets
	extended      [][]byte // bodies of JPEG's segments of extended XMP
	exif          []byte   // begins with TIFF's header
	turned        bool     // decoders turn the picture by the container's word, not by EXIF's
}

// container is a kind of file.
type container uint8

const (
	unknown container = iota
	jpegFile
	pngFile
	webpFile
	heifFile
	sidecar
)

func kindOf(b []byte) container {
	switch {
	case bytes.HasPrefix(b, []byte("\xFF\xD8\xFF")):
		return jpegFile
	case bytes.HasPrefix(b, []byte(pngMagic)):
		return pngFile
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return webpFile
	case len(b) >= 12 && string(b[4:8]) == "ftyp":
		return heifFile
	case looksLikeXMP(b):
		return sidecar
	}
	return unknown
}

func takeApart(file []byte) (parts, error) {
	switch kindOf(file) {
	case jpegFile:
		return readJPEG(file), nil
	case pngFile:
		return readPNG(file), nil
	case webpFile:
		return readWebP(file), nil
	case heifFile:
		return readHEIF(file), nil
	case sidecar:
		return parts{xmp: [][]byte{bounded(file)}}, nil
	}
	return parts{}, errs.Errorf(errs.Invalid, "picture metadata: the file is no JPEG, PNG, WebP, AVIF, HEIC or XMP")
}

// bounded returns a block, or nothing if it is too large to be one.
func bounded(b []byte) []byte {
	if len(b) > maxBlock {
		return nil
	}
	return b
}
