package wire

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"masthead/internal/format/date"
	"masthead/internal/format/ninjs"
)

const maxGUID = 500 // bytes

// The statuses of an item (ninjs pubStatus, G2 pubStatus).
const (
	usable   = "usable"
	withheld = "withheld"
	canceled = "canceled"
)

// everywhere is the last zone on earth in which a clock reading comes to pass.
var everywhere = time.FixedZone("", -12*60*60)

// check brings items of all formats into one state: an id that can be a key, a status that is one of three, and an
// embargo that is an instant or, where the file does not tell its end, the status withheld. An embargo that cannot
// be understood holds.
func (m *Message) check() {
	kept := m.Items[:0]
	for i := range m.Items {
		it := &m.Items[i]
		it.URI = oneLine(it.URI)
		switch {
		case it.URI == "":
			m.problem(place(i), "without an id")
			continue
		case len(it.URI) > maxGUID:
			m.problem(place(i), fmt.Sprintf("its id is longer than %d bytes", maxGUID))
			continue
		}
		it.Version = oneLine(it.Version)
		if len(it.Version) > 100 {
			it.Version = it.Version[:100]
		}
		m.checkStatus(it)
		m.checkEmbargo(it)
		kept = append(kept, *it)
	}
	clear(m.Items[len(kept):])
	m.Items = kept
}

func (m *Message) checkStatus(it *ninjs.Item) {
	switch s := strings.ToLower(strings.TrimSpace(it.PubStatus)); s {
	case "", usable:
		it.PubStatus = usable
	case withheld, canceled:
		it.PubStatus = s
	case "cancelled", "killed", "kill":
		it.PubStatus = canceled
	default:
		m.problem(it.URI, fmt.Sprintf("the status %q is unknown: the item is held back", s))
		it.PubStatus = withheld
	}
}

func (m *Message) checkEmbargo(it *ninjs.Item) {
	e := it.EmbargoedUntil
	switch {
	case !e.IsZero() || e.Placeholder():
	case e.Naive():
		until := e.In(everywhere)
		it.EmbargoedUntil = date.At(until)
		m.problem(it.URI, fmt.Sprintf("the embargo %q does not say in which time zone: it is held until %s, when it has passed everywhere",
			e.Raw, until.UTC().Format(time.RFC3339)))
	default:
		it.EmbargoedUntil = date.Date{}
		if it.PubStatus == usable {
			it.PubStatus = withheld
		}
		m.problem(it.URI, fmt.Sprintf("the embargo %q is no date: the item is held back", e.Raw))
	}
}

// endless marks an item whose embargo has no end in the file.
func (m *Message) endless(it *ninjs.Item) {
	m.problem(it.URI, "an embargo without an end: the item is held back")
	if it.PubStatus == "" || it.PubStatus == usable {
		it.PubStatus = withheld
	}
}

// oneLine returns s without control characters, its white space as single blanks.
func oneLine(s string) string {
	clean := utf8.ValidString(s)
	for _, r := range s {
		if unicode.IsControl(r) || unicode.IsSpace(r) && r != ' ' && r != '\u00a0' && r != '\u202f' {
			clean = false
			break
		}
	}
	if clean && !strings.Contains(s, "  ") && strings.TrimSpace(s) == s {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " "))
}

// qualified makes an id that is only a number or a few letters distinct from another agency's.
func qualified(id, source string) string {
	if source == "" || len(id) >= 20 || len(id) >= 8 && strings.ContainsFunc(id, unicode.IsLetter) {
		return id
	}
	return source + "#" + id
}
