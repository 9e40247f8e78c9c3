// Package charset turns the bytes of a wire file or a feed into exact Unicode text, whatever encoding they came in.
// It owns the decision between byte order mark, transport, XML declaration and the bytes themselves, and refuses
// what cannot be decoded exactly. It must not know which format the text is in, beyond the XML declaration.
package charset

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"masthead/internal/errs"
)

// Decode returns b as UTF-8 without a byte order mark, and the name of the encoding it was in (the WHATWG name in
// lower case, plus "utf-32le" and "utf-32be"). contentType is the HTTP Content-Type header, or empty.
// An XML declaration in the result says version 1.0 and UTF-8, whatever it said before.
//
// The order follows RFC 7303 section 3: byte order mark, then the charset of contentType, then the XML declaration,
// then UTF-8. Two contradictions are common enough in real copy to have rules of their own:
//   - a single-byte encoding is named, and the bytes are multi-byte UTF-8 throughout: they are read as UTF-8;
//   - UTF-8 is named (or nothing), and the bytes are not UTF-8: they are read as windows-1252 if they look like
//     Western European text.
//
// Everything else that does not fit is refused with an errs.Invalid error that gives the place of the first bad byte.
// The result may share memory with b.
func Decode(b []byte, contentType string) (text []byte, label string, err error) {
	text, label, err = decode(b, contentType)
	if err != nil {
		return nil, "", err
	}
	return normalizeDeclaration(text), label, nil
}

func decode(b []byte, contentType string) ([]byte, string, error) {
	if u, bom, ok := sniffUnicode(b); ok {
		text, err := u.decode(b[bom:])
		return text, u.name, err
	}
	isUTF8 := utf8.Valid(b)
	var firstErr error
	var unknown string
	for _, name := range []string{contentTypeLabel(contentType), declaredLabel(b)} {
		if name == "" {
			continue
		}
		enc, label := lookup(name)
		switch {
		case enc == nil:
			unknown = name
			continue
		case label == "utf-8" || saysNothing(name, b):
			continue
		case label == "utf-16le" || label == "utf-16be":
			if text, ok := decodeDeclaredUTF16(b, label); ok {
				return text, label, nil
			}
			continue // the name itself was readable as ASCII, or there is no zero byte: not UTF-16
		case isUTF8 && isSingleByte(enc):
			return b, utf8Or(label, b), nil
		}
		text, err := exact(b, enc, label)
		if err == nil {
			return text, label, nil
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	switch {
	case isUTF8:
		return b, "utf-8", nil
	case firstErr != nil:
		return nil, "", firstErr
	case unknown != "":
		return nil, "", errs.Errorf(errs.Invalid, "encoding %q is not known and the text is not UTF-8 (%s)", unknown, badUTF8(b))
	case !looksWestern(b):
		return nil, "", errs.Errorf(errs.Invalid, "text is not UTF-8 (%s) and names no other encoding", badUTF8(b))
	}
	text, err := exact(b, charmap.Windows1252, "windows-1252")
	return text, "windows-1252", err
}

// contentTypeLabel returns the charset parameter of an HTTP Content-Type header.
func contentTypeLabel(contentType string) string {
	if contentType == "" {
		return ""
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return strings.Trim(params["charset"], `'" `)
	}
	// Real headers break the grammar with blanks around "=".
	_, after, ok := strings.Cut(strings.ToLower(contentType), "charset")
	if !ok {
		return ""
	}
	after, ok = strings.CutPrefix(strings.TrimLeft(after, " \t"), "=")
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(after, ";")
	return strings.Trim(value, `'" `)
}

// lookup returns the encoding a label stands for and its WHATWG name; nil if there is none that we can decode.
func lookup(label string) (encoding.Encoding, string) {
	enc, err := htmlindex.Get(label)
	if err != nil || enc == encoding.Replacement {
		return nil, ""
	}
	name, err := htmlindex.Name(enc)
	if err != nil || name == "x-user-defined" {
		return nil, ""
	}
	return enc, name
}

// saysNothing reports that a label names ASCII while the bytes go beyond it; such a label is a default that
// somebody's server adds, and no statement about the text.
func saysNothing(label string, b []byte) bool {
	switch strings.ToLower(label) {
	case "us-ascii", "ascii", "ansi_x3.4-1968", "iso-ir-6", "iso646-us", "us", "csascii":
		return !isASCII(b)
	}
	return false
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isSingleByte(enc encoding.Encoding) bool {
	_, ok := enc.(*charmap.Charmap)
	return ok
}

// utf8Or names what valid UTF-8 really is when label was declared: plain ASCII proves nothing against the label.
func utf8Or(label string, b []byte) string {
	if isASCII(b) {
		return label
	}
	return "utf-8"
}

// exact decodes b and refuses any byte that the encoding has no character for.
func exact(b []byte, enc encoding.Encoding, label string) ([]byte, error) {
	if label == "windows-1252" {
		// The decoder maps the five unassigned bytes to C1 controls; no text holds those.
		if i := indexUnassigned1252(b); i >= 0 {
			return nil, errs.Errorf(errs.Invalid, "byte 0x%02X at %s is no character in windows-1252", b[i], place(b, i))
		}
	}
	text, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "text is not %s: %w", label, err)
	}
	if i := bytes.Index(text, []byte("\uFFFD")); i >= 0 && label != "gb18030" {
		return nil, errs.Errorf(errs.Invalid, "text is not %s at %s", label, place(text, i))
	}
	return text, nil
}

func indexUnassigned1252(b []byte) int {
	for i, c := range b {
		switch c {
		case 0x81, 0x8D, 0x8F, 0x90, 0x9D:
			return i
		}
	}
	return -1
}

// looksWestern reports whether bytes that are not UTF-8 read plausibly as windows-1252: accented letters and quotes
// stand alone or in pairs among ASCII, and are not mostly well-formed UTF-8 (which would mean damaged UTF-8).
func looksWestern(b []byte) bool {
	multi, bad, high, inRuns, run := 0, 0, 0, 0, 0
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			multi++
		}
		i += size
	}
	for i, c := range b {
		if c < utf8.RuneSelf {
			run = 0
			continue
		}
		high++
		run++
		if last := i+1 == len(b) || b[i+1] < utf8.RuneSelf; last && run > 2 {
			inRuns += run
		}
	}
	return multi*4 <= bad && inRuns*4 <= high
}

// badUTF8 describes the first byte of b that is not UTF-8.
func badUTF8(b []byte) string {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			if !utf8.FullRune(b[i:]) {
				return "it ends inside a character"
			}
			return fmt.Sprintf("byte 0x%02X at %s", b[i], place(b, i))
		}
		i += size
	}
	return "no bad byte"
}

// place names an offset the way an editor shows it.
func place(b []byte, offset int) string {
	line := bytes.Count(b[:offset], []byte("\n")) + 1
	col := offset - bytes.LastIndexByte(b[:offset], '\n')
	return fmt.Sprintf("line %d, byte %d", line, col)
}
