package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"masthead/internal/format/picmeta"
)

// readFacts takes what a picture says of itself, except where whoever brought it knows better. What cannot be read is
// left out.
func readFacts(file []byte, m *Item, brought Facts) {
	block, err := picmeta.Read(file)
	if err != nil {
		m.Facts = brought
		return
	}
	said := block.Facts()
	m.Facts = Facts{
		Title: said.Headline, Caption: said.Caption, Credit: said.Credit, Creator: said.Creator, Copyright: said.Copyright, Source: said.Source,
		Instructions: said.Instructions, Taken: said.Taken, Zoned: said.Zoned, People: trimmed(said.People), Keywords: trimmed(said.Keywords),
		WebStatement: said.WebStatement, LicensorURL: said.LicensorURL, DigitalSource: said.DigitalSource,
	}
	if m.Facts.Title == "" {
		m.Facts.Title = said.Title
	}
	place := slices.DeleteFunc([]string{said.Location, said.City, said.State, said.Country}, func(s string) bool { return s == "" })
	m.Facts.Place = strings.Join(slices.Compact(place), ", ")
	if m.Alt == "" {
		m.Alt = said.Alt
	}
	if m.Rights.Note == "" && len(said.UsageTerms) <= maxNote {
		m.Rights.Note = said.UsageTerms
	}
	m.Facts.overlay(brought)
	m.Facts.bound()
}

// overlay puts what is known over what was said.
func (f *Facts) overlay(known Facts) {
	for _, s := range []struct{ to, from *string }{
		{&f.Title, &known.Title}, {&f.Caption, &known.Caption}, {&f.Credit, &known.Credit}, {&f.Creator, &known.Creator}, {&f.Copyright, &known.Copyright},
		{&f.Source, &known.Source}, {&f.Instructions, &known.Instructions}, {&f.Place, &known.Place},
	} {
		if *s.from != "" {
			*s.to = *s.from
		}
	}
	if !known.Taken.IsZero() {
		f.Taken, f.Zoned = known.Taken, known.Zoned
	}
	if len(known.People) > 0 {
		f.People = known.People
	}
	if len(known.Keywords) > 0 {
		f.Keywords = known.Keywords
	}
}

// bound cuts what a file says to what the library keeps.
func (f *Facts) bound() {
	for _, s := range []*string{&f.Title, &f.Credit, &f.Creator, &f.Copyright, &f.Source, &f.Place, &f.WebStatement, &f.LicensorURL, &f.DigitalSource} {
		*s = cutText(*s, maxShort)
	}
	f.Caption, f.Instructions = cutText(f.Caption, maxText), cutText(f.Instructions, maxText)
	f.People, f.Keywords = f.People[:min(len(f.People), maxNames)], f.Keywords[:min(len(f.Keywords), maxNames)]
	for _, list := range [][]string{f.People, f.Keywords} {
		for i := range list {
			list[i] = cutText(list[i], maxShort)
		}
	}
}

// cutText is the text, or as many whole letters of its beginning as fit into n bytes.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// turnOf returns how a decoded picture must be turned. Decoders of HEIC and AVIF have done it: there the file's own
// boxes say so, and EXIF does not count (ISO/IEC 23008-12 §6.5.10).
func turnOf(f *format, file []byte) int {
	if f == formatHEIC || f == formatAVIF {
		return 1
	}
	return picmeta.Orientation(file)
}

// stamped is what every file that readers get says of itself: whose it is and under what terms, and no more. Words for
// the newsroom, and where the camera stood, stay in the library.
func (m *Item) stamped() picmeta.Stamped {
	f := m.Facts
	return picmeta.Stamped{
		Credit: f.Credit, Creator: f.Creator, Copyright: f.Copyright, Source: f.Source, UsageTerms: m.Rights.Note,
		WebStatement: f.WebStatement, LicensorURL: f.LicensorURL, DigitalSource: f.DigitalSource,
	}
}

// stampDigest changes with the words that are written into a medium's files.
func (m *Item) stampDigest() string {
	b, err := json.Marshal(m.stamped())
	if err != nil {
		return "" // a struct of texts
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// stampDrawing is stamp for a drawing that cleanSVG wrote: its first tag ends with its first >.
func (m *Item) stampDrawing(clean []byte) []byte {
	packet := m.stamped().Packet()
	if packet == nil {
		return clean
	}
	at := bytes.IndexByte(clean, '>') + 1
	return slices.Concat(clean[:at], []byte("<metadata>"), packet, []byte("</metadata>"), clean[at:])
}

// stamp writes the medium's credit and rights into one of its files.
func (m *Item) stamp(file []byte) ([]byte, error) { return picmeta.Stamp(file, m.stamped()) }
