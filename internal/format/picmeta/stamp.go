package picmeta

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"masthead/internal/errs"
)

// Stamped is what a picture that goes out says of itself. Empty fields are left out.
type Stamped struct {
	Headline, Caption, Credit string
	Creator                   string // several are joined by "; "
	Copyright, Source         string
	UsageTerms                string
	WebStatement, LicensorURL string // addresses
	DigitalSource             string // of the IPTC vocabulary digitalsourcetype
	Alt                       string
	Taken                     time.Time
	Zoned                     bool // Taken is an instant; otherwise the reading of its clock is written without an offset
}

// marks are the blocks that a file is to have.
type marks struct{ xmp, iim, exif []byte }

// Stamp returns a JPEG, PNG, WebP, AVIF or HEIC file with f as its metadata, in XMP and in JPEG in IIM too, and without
// any that it had: words, places, previews. The pixels, their colour profile and how they are to be turned stay. A file
// stamped twice is the file stamped with the last.
//
// It is for files that we made: animations of AVIF, damaged files and files of another kind are errs.Invalid errors.
func Stamp(file []byte, f Stamped) ([]byte, error) {
	f = f.tidied()
	m := marks{xmp: f.packet(), iim: f.datasets()}
	if o := Orientation(file); o != 1 {
		m.exif = turnOnly(o)
	}
	switch kindOf(file) {
	case jpegFile:
		return stampJPEG(file, m)
	case pngFile:
		return stampPNG(file, m)
	case webpFile:
		return stampWebP(file, m)
	case heifFile:
		return stampHEIF(file, m)
	}
	return nil, errs.Errorf(errs.Invalid, "stamp: the file is no JPEG, PNG, WebP, AVIF or HEIC")
}

// Packet returns f as a packet of XMP, for files that are text themselves; nil if there is nothing to say.
func (f Stamped) Packet() []byte { return f.tidied().packet() }

func (f Stamped) tidied() Stamped {
	for _, s := range []*string{&f.Headline, &f.Caption, &f.Credit, &f.Creator, &f.Copyright, &f.Source, &f.UsageTerms,
		&f.WebStatement, &f.LicensorURL, &f.DigitalSource, &f.Alt} {
		*s = tidy(*s)
	}
	return f
}

// creators returns the names in Creator.
func (f Stamped) creators() []string {
	return clean(strings.Split(f.Creator, strings.TrimSpace(creatorsMark)))
}

// packet writes XMP (ISO 16684-1, section 7); nil if there is nothing to say.
func (f Stamped) packet() []byte {
	var b bytes.Buffer
	plain := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "<%s>%s</%s>", name, escaped(value), name)
		}
	}
	language := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, `<%s><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></%s>`, name, escaped(value), name)
		}
	}
	plain("photoshop:Headline", f.Headline)
	language("dc:description", f.Caption)
	plain("photoshop:Credit", f.Credit)
	if names := f.creators(); len(names) > 0 {
		b.WriteString("<dc:creator><rdf:Seq>")
		for _, n := range names {
			plain("rdf:li", n)
		}
		b.WriteString("</rdf:Seq></dc:creator>")
	}
	language("dc:rights", f.Copyright)
	plain("photoshop:Source", f.Source)
	language("xmpRights:UsageTerms", f.UsageTerms)
	plain("xmpRights:WebStatement", f.WebStatement)
	if f.LicensorURL != "" {
		b.WriteString(`<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">`)
		plain("plus:LicensorURL", f.LicensorURL)
		b.WriteString("</rdf:li></rdf:Seq></plus:Licensor>")
	}
	plain("Iptc4xmpExt:DigitalSourceType", f.DigitalSource)
	language("Iptc4xmpCore:AltTextAccessibility", f.Alt)
	plain("photoshop:DateCreated", f.date("2006-01-02", "T15:04:05", "Z07:00"))
	if b.Len() == 0 {
		return nil
	}
	body := b.String()
	var out bytes.Buffer
	out.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" +
		`<x:xmpmeta xmlns:x="` + spaceMeta + `"><rdf:RDF xmlns:rdf="` + spaceRDF + `"><rdf:Description rdf:about=""`)
	for _, s := range spaces {
		if strings.Contains(body, "<"+s.prefix+":") {
			fmt.Fprintf(&out, ` xmlns:%s="%s"`, s.prefix, s.space)
		}
	}
	out.WriteString(">" + body + `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`)
	return out.Bytes()
}

// spaces are the namespaces that are written.
var spaces = []struct{ prefix, space string }{
	{"dc", "http://purl.org/dc/elements/1.1/"},
	{"photoshop", "http://ns.adobe.com/photoshop/1.0/"},
	{"xmpRights", "http://ns.adobe.com/xap/1.0/rights/"},
	{"Iptc4xmpCore", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"},
	{"Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"},
	{"plus", "http://ns.useplus.org/ldf/xmp/1.0/"},
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

// datasets writes IIM (version 4); nil if there is nothing to say. What IIM has no place for is in XMP only.
func (f Stamped) datasets() []byte {
	var b []byte
	b = appendIIM(b, iimDate, f.date("20060102", "", ""))
	if day := f.date("", "150405", "-0700"); len(day) > len("150405") { // IIM has no time without an offset
		b = appendIIM(b, iimTime, day)
	}
	for _, name := range f.creators() {
		b = appendIIM(b, iimCreator, name)
	}
	b = appendIIM(b, iimHeadline, f.Headline)
	b = appendIIM(b, iimCredit, f.Credit)
	b = appendIIM(b, iimSource, f.Source)
	b = appendIIM(b, iimCopyright, f.Copyright)
	b = appendIIM(b, iimCaption, f.Caption)
	if len(b) == 0 {
		return nil
	}
	head := appendIIM(nil, iimCharset, escUTF8)
	return append(appendIIM(head, iimVersion, "\x00\x04"), b...)
}

// date writes when the picture was taken: the day, the time if it is known, and the offset if that is.
func (f Stamped) date(day, clock, zone string) string {
	switch {
	case f.Taken.IsZero():
		return ""
	case f.Zoned:
		return f.Taken.Format(day + clock + zone)
	case f.Taken.Format(time.TimeOnly) == "00:00:00":
		return f.Taken.Format(day) // a day without a time is read as its first moment
	}
	return f.Taken.Format(day + clock)
}
