// Package kind finds out which format bytes are in, from what is in them and never from a file's name.
// It owns the recognition only: that a file is of a kind does not mean that its parser will take it.
package kind

import (
	"bytes"
	"fmt"
	"strings"

	"masthead/internal/format/charset"
)

// Kind names a format that Masthead reads.
type Kind string

// The formats. Unknown is the zero value.
const (
	Unknown  Kind = ""
	Ninjs1   Kind = "ninjs1"
	Ninjs2   Kind = "ninjs2"
	Ninjs3   Kind = "ninjs3"
	NewsMLG2 Kind = "newsml-g2"
	NITF     Kind = "nitf"
	RSS      Kind = "rss" // 0.91 to 2.0
	RSS1     Kind = "rss1.0"
	Atom     Kind = "atom"
	JSONFeed Kind = "jsonfeed"
)

// Of returns the kind of b, and a description with its article: "a NITF document", "a NewsML 1.2 document",
// "plain text". For an unknown kind the description is what to tell the person who sent it.
func Of(b []byte) (Kind, string) {
	text := b
	if wide(b) {
		decoded, _, err := charset.Decode(b, "")
		if err != nil {
			return Unknown, "a damaged file: " + err.Error()
		}
		text = decoded
	}
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")), " \t\r\n")
	switch {
	case len(text) == 0:
		return Unknown, "an empty file"
	case text[0] == '<':
		return ofXML(text)
	case text[0] == '{' || text[0] == '[':
		return ofJSON(text)
	}
	return Unknown, ofOther(text)
}

// wide reports whether b is in UTF-16 or UTF-32, in which ASCII is not readable.
func wide(b []byte) bool {
	if bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF")) {
		return true
	}
	return len(b) >= 4 && (b[0] == 0 || b[1] == 0) && bytes.ContainsAny(b[:4], "<{[")
}

// ofOther describes what is neither XML nor JSON.
func ofOther(b []byte) string {
	head := b[:min(len(b), 4096)]
	for magic, what := range map[string]string{
		"%PDF-": "a PDF file", "PK\x03\x04": "a ZIP archive", "\x1F\x8B": "a gzip file", "\xFF\xD8\xFF": "a JPEG picture",
		"\x89PNG": "a PNG picture", "GIF8": "a GIF picture", "BEGIN:VCALENDAR": "an iCalendar file",
		"BEGIN:VCARD": "a vCard",
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return what
		}
	}
	switch {
	case head[0] == 0x16 && bytes.IndexByte(head, 0x02) > 0:
		return "an ANPA 1312 message"
	case head[0] == 0x01 && bytes.IndexByte(head, 0x02) > 0:
		return "an IPTC 7901 message"
	case bytes.IndexByte(head, 0) >= 0:
		return "a binary file"
	case isMail(head):
		return "an e-mail message"
	}
	return "plain text"
}

// isMail reports whether the first lines are header fields of a message, one of them a telling one.
func isMail(head []byte) bool {
	telling := false
	for line := range strings.Lines(string(head)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, _, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return false
		}
		switch strings.ToLower(name) {
		case "received", "message-id", "delivered-to", "return-path", "mime-version":
			telling = true
		}
	}
	return telling
}

// withArticle puts "a" or "an" before a name.
func withArticle(s string) string {
	if strings.ContainsRune("aeiouAEIOU", rune(s[0])) {
		return "an " + s
	}
	return "a " + s
}

func document(format string, args ...any) string {
	return withArticle(fmt.Sprintf(format, args...))
}
