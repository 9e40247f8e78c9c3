package picmeta_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"masthead/internal/fixture"
	"masthead/internal/format/picmeta"
)

// expectation is an entry of the reference values, which another program has read.
type expectation struct {
	Orientation int                        `json:"orientation"`
	HasIIM      bool                       `json:"has_iim"`
	HasXMP      bool                       `json:"has_xmp"`
	HasEXIF     bool                       `json:"has_exif"`
	Charset     string                     `json:"iim_coded_character_set"`
	Digest      *bool                      `json:"iptc_digest_matches"`
	GPS         []float64                  `json:"gps"`
	IIM         map[string]json.RawMessage `json:"iim"`
	XMP         map[string]json.RawMessage `json:"xmp"`
	EXIF        map[string]json.RawMessage `json:"exif"`
}

// iimNames and xmpNames say where the reference's names stand in the blocks.
var iimNames = map[string]uint16{
	"title": 0x0205, "urgency": 0x020A, "subject_codes": 0x020C, "category": 0x020F, "supplemental_categories": 0x0214,
	"keywords": 0x0219, "instructions": 0x0228, "date_created": 0x0237, "time_created": 0x023C, "byline": 0x0250,
	"byline_title": 0x0255, "city": 0x025A, "sublocation": 0x025C, "state": 0x025F, "country_code": 0x0264,
	"country": 0x0265, "job_id": 0x0267, "headline": 0x0269, "credit": 0x026E, "source": 0x0273, "copyright": 0x0274,
	"caption": 0x0278, "caption_writer": 0x027A,
}

var xmpNames = map[string]string{
	"title": "dc:title", "urgency": "photoshop:Urgency", "subject_codes": "Iptc4xmpCore:SubjectCode",
	"category": "photoshop:Category", "supplemental_categories": "photoshop:SupplementalCategories",
	"keywords": "dc:subject", "instructions": "photoshop:Instructions", "date_created": "photoshop:DateCreated",
	"byline": "dc:creator", "byline_title": "photoshop:AuthorsPosition", "city": "photoshop:City",
	"sublocation": "Iptc4xmpCore:Location", "state": "photoshop:State", "country_code": "Iptc4xmpCore:CountryCode",
	"country": "photoshop:Country", "job_id": "photoshop:TransmissionReference", "headline": "photoshop:Headline",
	"credit": "photoshop:Credit", "source": "photoshop:Source", "copyright": "dc:rights", "caption": "dc:description",
	"caption_writer": "photoshop:CaptionWriter", "usage_terms": "xmpRights:UsageTerms",
	"web_statement": "xmpRights:WebStatement", "digital_source_type": "Iptc4xmpExt:DigitalSourceType",
	"persons": "Iptc4xmpExt:PersonInImage", "alt_text": "Iptc4xmpCore:AltTextAccessibility",
	"extended_description": "Iptc4xmpCore:ExtDescrAccessibility",
}

func expectations(t testing.TB) map[string]expectation {
	t.Helper()
	text, err := os.ReadFile(fixture.Data(t, "photos", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]expectation
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 30 {
		t.Fatalf("%d files only", len(all))
	}
	return all
}

func photo(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(fixture.Data(t, "photos", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestReadEveryBlock compares every value of every file with what another program reads.
func TestReadEveryBlock(t *testing.T) {
	// What we read otherwise than the reference, and why.
	deviations := map[string]bool{
		"withIptc.jpg IIM category":               true, // three values of a field that holds one; the reference shows the last
		"metadata_demo_iim_and_xmp_only.jpg GPS":  true, // the place is in XMP; the reference looks into EXIF
		"IPTC-PhotometadataRef-Std2021.1.jpg GPS": true, // as before: the places shown have their coordinates
	}
	met := map[string]bool{}
	compared := 0
	for name, want := range expectations(t) {
		t.Run(name, func(t *testing.T) {
			b, err := picmeta.Read(photo(t, name))
			if err != nil {
				t.Fatal(err)
			}
			got := func(where string, key string, want json.RawMessage, got []string) {
				compared++
				if diff := cmp.Diff(values(t, want), shortened(got)); diff != "" {
					if id := name + " " + where + " " + key; deviations[id] {
						met[id] = true
						return
					}
					t.Errorf("%s %s (-want +got):\n%s", where, key, diff)
				}
			}
			for key, v := range want.IIM {
				set, ok := iimNames[key]
				if !ok {
					t.Fatalf("where is %s in IIM?", key)
				}
				read := slices.Clone(b.IIM[set])
				for i := range read {
					switch {
					case key == "date_created" && len(read[i]) == 10: // against the standard, with "-"
						read[i] = strings.ReplaceAll(read[i], "-", ":")
					case key == "date_created" && len(read[i]) == 8:
						read[i] = read[i][:4] + ":" + read[i][4:6] + ":" + read[i][6:]
					case key == "time_created" && len(read[i]) >= 6:
						s := read[i]
						read[i] = s[:2] + ":" + s[2:4] + ":" + s[4:6]
						if len(s) == 11 {
							read[i] += s[6:9] + ":" + s[9:]
						}
					}
				}
				got("IIM", key, v, read)
			}
			for key, v := range want.XMP {
				property, ok := xmpNames[key]
				if !ok {
					t.Fatalf("where is %s in XMP?", key)
				}
				read := slices.Clone(b.XMP[property])
				if key == "date_created" {
					for i, s := range read {
						day, clock, ok := strings.Cut(s, "T")
						read[i] = strings.ReplaceAll(day, "-", ":")
						if ok {
							read[i] += " " + strings.NewReplacer("Z", "+00:00", " ", "").Replace(clock)
						}
					}
				}
				got("XMP", key, v, read)
			}
			for key, set := range iimNames {
				if _, ok := want.IIM[key]; !ok && len(b.IIM[set]) > 0 {
					t.Errorf("IIM %s is %q, which the reference does not have", key, b.IIM[set])
				}
			}
			for key, property := range xmpNames {
				if _, ok := want.XMP[key]; !ok && len(b.XMP[property]) > 0 {
					t.Errorf("XMP %s is %q, which the reference does not have", key, b.XMP[property])
				}
			}
			exif := map[string]string{}
			if b.EXIF != nil {
				exif = map[string]string{"caption": b.EXIF.Description, "byline": b.EXIF.Artist, "copyright": b.EXIF.Copyright, "date_created": b.EXIF.Taken}
			}
			for key, v := range want.EXIF {
				got("EXIF", key, v, []string{exif[key]})
			}
			for key, v := range exif {
				if _, ok := want.EXIF[key]; !ok && v != "" {
					t.Errorf("EXIF %s is %q, which the reference does not have", key, v)
				}
			}
			if (b.IIM != nil) != want.HasIIM || (b.XMP != nil) != want.HasXMP || (b.EXIF != nil) != want.HasEXIF {
				t.Errorf("blocks IIM %t, XMP %t, EXIF %t; want %t, %t, %t", b.IIM != nil, b.XMP != nil, b.EXIF != nil, want.HasIIM, want.HasXMP, want.HasEXIF)
			}
			if saysUTF8 := slices.Contains(b.IIM[0x015A], "\x1B%G"); saysUTF8 != (want.Charset == "UTF-8") {
				t.Errorf("IIM says UTF-8: %t, want %q", saysUTF8, want.Charset)
			}
			digest := picmeta.NoDigest
			if want.Digest != nil {
				digest = map[bool]picmeta.Digest{true: picmeta.InStep, false: picmeta.Apart}[*want.Digest]
			}
			if b.Digest != digest {
				t.Errorf("digest %d, want %d", b.Digest, digest)
			}
			f := b.Facts()
			if o := max(1, want.Orientation); f.Orientation != o || picmeta.Orientation(photo(t, name)) != o {
				t.Errorf("orientation %d and %d, want %d", f.Orientation, picmeta.Orientation(photo(t, name)), o)
			}
			if id := name + " GPS"; deviations[id] {
				met[id] = f.GPS
			} else if f.GPS != (want.GPS != nil) {
				t.Errorf("GPS %t, want %v", f.GPS, want.GPS)
			}
		})
	}
	for id := range deviations {
		if !met[id] {
			t.Errorf("%s: is no deviation any more", id)
		}
	}
	if compared < 500 {
		t.Errorf("%d values compared only", compared)
	}
	t.Logf("%d values compared", compared)
}

// values returns the text or texts of a reference value.
func values(t *testing.T, raw json.RawMessage) (list []string) {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	many, ok := v.([]any)
	if !ok {
		many = []any{v}
	}
	for _, one := range many {
		list = append(list, fmt.Sprint(one))
	}
	return list
}

// shortened makes of texts what the reference makes of them: no blanks at the ends, 300 characters and an ellipsis.
func shortened(list []string) (out []string) {
	for _, s := range list {
		s = strings.TrimSpace(s)
		if r := []rune(s); len(r) > 300 {
			s = string(r[:300]) + "…"
		}
		out = append(out, s)
	}
	return out
}
