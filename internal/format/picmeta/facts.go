package picmeta

import (
	"strings"
	"time"

	"masthead/internal/format/date"
)

// Facts merges the blocks. XMP is believed before IIM and IIM before EXIF, each field by itself; but when the file's
// checksum says that IIM was changed after XMP was last brought in step with it, IIM comes first, unless its text is
// only the beginning of XMP's, cut at IIM's limit (Metadata Working Group 2.0, section 3).
//
// The Working Group would take description, creator, copyright and date from EXIF first. We do not: agencies edit IIM
// and XMP and leave in EXIF what the camera or the photographer wrote before.
func (b Block) Facts() Facts {
	exif := b.EXIF
	if exif == nil {
		exif = &EXIF{Orientation: 1}
	}
	f := Facts{
		Title:         b.text("dc:title", iimTitle),
		Headline:      b.text("photoshop:Headline", iimHeadline),
		Caption:       or(b.text("dc:description", iimCaption), exif.Description),
		Credit:        b.text("photoshop:Credit", iimCredit),
		Creator:       or(strings.Join(b.list("dc:creator", iimCreator), creatorsMark), exif.Artist),
		CreatorTitle:  b.text("photoshop:AuthorsPosition", iimCreatorTitle),
		Copyright:     or(b.text("dc:rights", iimCopyright), exif.Copyright),
		Source:        b.text("photoshop:Source", iimSource),
		Instructions:  b.text("photoshop:Instructions", iimInstructions),
		UsageTerms:    b.XMP.text("xmpRights:UsageTerms"),
		City:          or(b.text("photoshop:City", iimCity), b.XMP.text(shown+"City")),
		State:         or(b.text("photoshop:State", iimState), b.XMP.text(shown+"ProvinceState")),
		Country:       or(b.text("photoshop:Country", iimCountry), b.XMP.text(shown+"CountryName")),
		Location:      or(b.text("Iptc4xmpCore:Location", iimLocation), b.XMP.text(shown+"Sublocation")),
		People:        clean(b.XMP["Iptc4xmpExt:PersonInImage"]),
		Keywords:      b.list("dc:subject", iimKeywords),
		Alt:           b.XMP.text("Iptc4xmpCore:AltTextAccessibility"),
		LongAlt:       b.XMP.text("Iptc4xmpCore:ExtDescrAccessibility"),
		WebStatement:  b.XMP.text("xmpRights:WebStatement"),
		LicensorURL:   b.XMP.text("plus:Licensor/plus:LicensorURL"),
		DigitalSource: b.XMP.text("Iptc4xmpExt:DigitalSourceType"),
		Orientation:   exif.Orientation,
		GPS:           exif.GPS || b.XMP.position(),
	}
	for _, s := range []*string{&f.Title, &f.Headline, &f.Caption, &f.Credit, &f.Creator, &f.CreatorTitle, &f.Copyright, &f.Source,
		&f.Instructions, &f.UsageTerms, &f.City, &f.State, &f.Country, &f.Location, &f.Alt, &f.LongAlt, &f.WebStatement,
		&f.LicensorURL, &f.DigitalSource} {
		*s = tidy(*s)
	}
	f.Taken, f.Zoned = b.taken(exif)
	return f
}

const (
	shown        = "Iptc4xmpExt:LocationShown/Iptc4xmpExt:"
	creatorsMark = "; " // between creators, as EXIF has it (Metadata Working Group 2.0, section 5.5)
)

// text returns a field that XMP and IIM both have.
func (b Block) text(key string, dataset uint16) string {
	x, i := b.XMP.text(key), b.IIM.text(dataset)
	if b.Digest == Apart && !b.IIM.cut(dataset, x) {
		return or(i, x)
	}
	return or(x, i)
}

// list returns a field with several values.
func (b Block) list(key string, dataset uint16) []string {
	x, i := clean(b.XMP[key]), clean(b.IIM[dataset])
	if len(x) == 0 || b.Digest == Apart && len(i) > 0 {
		return i
	}
	return x
}

// taken returns when the picture was taken by the first block that says so. If that one names only the day, the first
// that tells the time of the same day is believed.
func (b Block) taken(exif *EXIF) (at time.Time, zoned bool) {
	said := []date.Date{
		b.XMP.date("photoshop:DateCreated"),
		b.IIM.taken(),
		exif.taken(),
		b.XMP.date("exif:DateTimeOriginal"),
	}
	if b.Digest == Apart {
		said[0], said[1] = said[1], said[0]
	}
	var first date.Date
	for _, d := range said {
		t := d.In(time.UTC)
		switch {
		case t.IsZero():
			continue
		case at.IsZero():
			at, first = t, d
		case dayOnly(first) && !dayOnly(d) && t.Format(time.DateOnly) == at.Format(time.DateOnly):
			at, first = t, d
		}
	}
	return at, !at.IsZero() && !first.Naive()
}

func dayOnly(d date.Date) bool { return len(d.Raw) <= len(time.DateOnly) }

// date reads a property, in which some software puts a blank before the offset.
func (x XMP) date(key string) date.Date { return date.Parse(strings.ReplaceAll(x.text(key), " ", "")) }

// taken reads the datasets Date Created (CCYYMMDD) and Time Created (HHMMSS±HHMM).
func (m IIM) taken() date.Date {
	day, clock := m.text(iimDate), m.text(iimTime)
	if len(clock) >= 6 {
		if d := date.Parse(day + "T" + clock); !d.Unreadable() {
			return d
		}
		if d := date.Parse(day + "T" + clock[:6]); !d.Unreadable() {
			return d
		}
	}
	return date.Parse(day)
}

func (e *EXIF) taken() date.Date {
	day, clock, ok := strings.Cut(e.Taken, " ")
	if !ok {
		return date.Date{}
	}
	local := strings.ReplaceAll(day, ":", "-") + "T" + clock
	if d := date.Parse(local + e.Zone); !d.Unreadable() {
		return d
	}
	return date.Parse(local)
}

// position reports whether a packet says where the camera stood.
func (x XMP) position() bool {
	for key := range x {
		if strings.HasSuffix(key, "exif:GPSLatitude") || strings.HasSuffix(key, "exif:GPSLongitude") {
			return true
		}
	}
	return false
}

func or(first, second string) string {
	if strings.TrimSpace(first) != "" {
		return first
	}
	return second
}

// tidy makes a text of one convention: line ends "\n", no other control characters, nothing blank around it.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r == 0x7F, r == '\uFEFF', r == '\uFFFE', r == '\uFFFF':
			return -1
		}
		return r
	}, s))
}

// clean tidies a list and leaves out what is empty or stands twice.
func clean(list []string) (out []string) {
	seen := map[string]bool{}
	for _, s := range list {
		if s = tidy(s); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
