package picmeta_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/format/picmeta"
)

// TestFactsOfFiles shows the merged facts of files whose blocks say different things.
func TestFactsOfFiles(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name string
		why  string
		got  func(f picmeta.Facts) any
		want any
	}{
		{"metadata_demo_iim_and_xmp_only.jpg", "IIM was changed after XMP", func(f picmeta.Facts) any { return f.Creator }, "Carl Seibert (IIM)"},
		{"metadata_demo_iim_and_xmp_only.jpg", "only XMP has them", func(f picmeta.Facts) any { return f.WebStatement }, "metadatamatters.blog"},
		{"exiftool-MWG.jpg", "no checksum: XMP first", func(f picmeta.Facts) any { return f.Copyright }, "RIGHT-XMP-Copyright"},
		{"exiftool-MWG.jpg", "XMP says no state", func(f picmeta.Facts) any { return f.State }, "RIGHT-IPTC-State"},
		{"pa.jpg", "EXIF holds the caption of the day", func(f picmeta.Facts) any { return f.Caption[:26] }, "File photo dated 24-06-201"},
		{"metadata_demo_exif_only.jpg", "EXIF is all there is", func(f picmeta.Facts) any { return f.Creator }, "Carl Seibert (Exif)"},
		{"guardian-turner.jpg", "line ends", func(f picmeta.Facts) any { return f.Caption[len(f.Caption)-30:] }, "mn.\nPhotograph: Graham Turner."},
		{"IPTC-PhotometadataRef-Std2017.1.jpg", "several", func(f picmeta.Facts) any { return f.Creator }, "Creator1 (ref2017.1); Creator2 (ref2017.1)"},
		{"IPTC-PhotometadataRef-Std2017.1.jpg", "people", func(f picmeta.Facts) any { return f.People }, []string{"Person Shown 1 (ref2017.1)", "Person Shown 2 (ref2017.1)"}},
		{"IPTC-PhotometadataRef-Std2021.1.jpg", "a list's structure", func(f picmeta.Facts) any { return f.LicensorURL }, "https://example.com/LicensorURL_1_ref2021.1"},
		{"getty.jpg", "a list that is empty in XMP", func(f picmeta.Facts) any { return f.Keywords }, []string(nil)},
		{"cp-montreal-police.jpg", "XMP says the day, EXIF time and offset", func(f picmeta.Facts) any { return f.Taken.Equal(utc("2020-07-08T09:49:13-04:00")) && f.Zoned }, true},
		{"guardian-turner.jpg", "XMP says no offset", func(f picmeta.Facts) any { return f.Taken }, utc("2015-04-15T01:08:44.088Z")},
		{"guardian-turner.jpg", "nor does EXIF", func(f picmeta.Facts) any { return f.Zoned }, false},
		{"cech.jpg", "an offset after a blank", func(f picmeta.Facts) any { return f.Taken.Equal(utc("2008-08-20T00:00:00Z")) && f.Zoned }, true},
		{"exiftool-PhotoMechanic.jpg", "XMP says the day, IIM the time", func(f picmeta.Facts) any { return f.Taken.Equal(utc("2006-10-29T06:27:51-05:00")) && f.Zoned }, true},
		{"long_description.jpg", "blanks at the end", func(f picmeta.Facts) any { return f.Headline }, "Enduring Freedom"},
		{"noExif.jpg", "nothing", func(f picmeta.Facts) any { return f }, picmeta.Facts{Orientation: 1}},
	} {
		if diff := cmp.Diff(c.want, c.got(read(t, photo(t, c.name)))); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", c.name, c.why, diff)
		}
	}
}

// TestFactsFollowTheDigest changes what the checksum says, and nothing else.
func TestFactsFollowTheDigest(t *testing.T) {
	long := "A caption of many words that IIM cannot hold to its end"
	b := picmeta.Block{
		IIM: picmeta.IIM{0x0278: {"IIM"}, 0x0219: {"a"}, 0x0237: {"20260310"}, 0x0250: {long[:31]}, 0x025A: {"Bonn"}},
		XMP: picmeta.XMP{"dc:description": {"XMP"}, "dc:subject": {"b"}, "photoshop:DateCreated": {"2026-03-11"}, "dc:creator": {long}, "photoshop:Headline": {"H"}},
	}
	type facts struct {
		Caption, Keyword, Day, Headline, City string
	}
	for digest, want := range map[picmeta.Digest]facts{
		picmeta.NoDigest: {"XMP", "b", "2026-03-11", "H", "Bonn"},
		picmeta.InStep:   {"XMP", "b", "2026-03-11", "H", "Bonn"},
		picmeta.Apart:    {"IIM", "a", "2026-03-10", "H", "Bonn"},
	} {
		b.Digest = digest
		f := b.Facts()
		if got := (facts{f.Caption, f.Keywords[0], f.Taken.Format(time.DateOnly), f.Headline, f.City}); got != want {
			t.Errorf("%d: %v, want %v", digest, got, want)
		}
		if f.Creator != long {
			t.Errorf("%d: the creator is %q: IIM's is cut, not changed", digest, f.Creator)
		}
	}
}
