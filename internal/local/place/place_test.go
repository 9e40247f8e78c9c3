package place_test

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"masthead/internal/local/place"
)

func TestPacksHaveTheirSize(t *testing.T) {
	for country, least := range map[string]int{"ca": 70, "us": 60, "gb": 30, "fr": 30, "au": 20} {
		if got := len(place.Pack(country)); got < least {
			t.Errorf("pack %s has %d places, want at least %d", country, got, least)
		}
	}
	if got := place.Pack("xx"); got != nil {
		t.Errorf("pack xx = %v, want none", got)
	}
	provinces := map[string]bool{}
	for _, p := range place.Pack("ca") {
		provinces[p.Abbrev] = true
	}
	if len(provinces) != 13 {
		t.Errorf("the Canadian pack covers %d provinces and territories, want 13", len(provinces))
	}
}

func TestEveryPlaceIsSane(t *testing.T) {
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	january := time.Date(2025, 1, 15, 12, 0, 0, 0, time.UTC)
	for _, p := range place.All() {
		if !slug.MatchString(p.Slug) || seen[p.Slug] {
			t.Errorf("%q: slug %q is malformed or not unique", p.Name, p.Slug)
		}
		seen[p.Slug] = true
		for _, s := range []string{p.Name, p.NameFR, p.Province, p.ProvinceFR, p.Abbrev, p.AbbrevFR, p.Country} {
			if s == "" || s != strings.TrimSpace(s) || strings.Contains(s, "'") {
				t.Errorf("%s: bad name %q", p.Slug, s)
			}
		}
		if math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 180 {
			t.Errorf("%s: %v,%v is not on the globe", p.Slug, p.Lat, p.Lon)
		}
		zone, err := time.LoadLocation(p.Zone)
		if err != nil {
			t.Errorf("%s: %v", p.Slug, err)
			continue
		}
		// Standard time is within three hours of the sun's.
		_, offset := january.In(zone).Zone()
		if sun := p.Lon / 15; math.Abs(float64(offset)/3600-sun) > 3 {
			t.Errorf("%s: zone %s is %d s off UTC, the sun says %.1f h", p.Slug, p.Zone, offset, sun)
		}
	}
	for _, p := range place.All() {
		if p.Parent == "" {
			continue
		}
		parent, ok := place.All().Slug(p.Parent)
		if !ok || parent.Parent != "" {
			t.Errorf("%s: parent %q is missing or has a parent itself", p.Slug, p.Parent)
		}
		if d := place.Distance(p.Lat, p.Lon, parent.Lat, parent.Lon); d > 60 {
			t.Errorf("%s: parent %s is %.0f km away", p.Slug, p.Parent, d)
		}
	}
}

// The zones that a table made from province borders gets wrong.
func TestZonesThatSurprise(t *testing.T) {
	for slug, zone := range map[string]string{
		"calgary": "America/Edmonton", "regina": "America/Regina", "saskatoon": "America/Regina",
		"lloydminster": "America/Edmonton", "creston": "America/Creston", "cranbrook": "America/Edmonton",
		"fort-st-john": "America/Dawson_Creek", "st-johns": "America/St_Johns", "kenora": "America/Winnipeg",
		"atikokan": "America/Atikokan", "labrador-city": "America/Goose_Bay", "rankin-inlet": "America/Rankin_Inlet",
		"iles-de-la-madeleine": "America/Halifax", "el-paso": "America/Denver", "phoenix": "America/Phoenix",
		"pensacola": "America/Chicago", "broken-hill": "Australia/Broken_Hill", "brisbane": "Australia/Brisbane",
	} {
		p, ok := place.All().Slug(slug)
		if !ok || p.Zone != zone {
			t.Errorf("%s: zone %q (found %v), want %s", slug, p.Zone, ok, zone)
		}
	}
}

func TestSaskatchewanKeepsItsTimeInSummer(t *testing.T) {
	p, _ := place.All().Slug("regina")
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		t.Fatal(err)
	}
	for _, month := range []time.Month{time.January, time.July} {
		if name, offset := time.Date(2025, month, 1, 12, 0, 0, 0, zone).Zone(); name != "CST" || offset != -6*3600 {
			t.Errorf("%s: %s %d", month, name, offset)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		lat, lon float64
		slug     string
		within   float64
	}{
		{51.05, -114.07, "calgary", 2},
		{52.3, -113.95, "red-deer", 15},
		{47.6, -52.7, "st-johns", 6},
		{-33.9, 151.2, "sydney", 10},
		{64.5, -150, "anchorage", 400},
	} {
		p, km, ok := place.All().Nearest(c.lat, c.lon)
		if !ok || p.Slug != c.slug || km > c.within {
			t.Errorf("nearest to %v,%v is %s at %.1f km, want %s within %.0f", c.lat, c.lon, p.Slug, km, c.slug, c.within)
		}
	}
	for _, c := range [][2]float64{{91, 0}, {0, 181}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		if p, _, ok := place.All().Nearest(c[0], c[1]); ok {
			t.Errorf("nearest to %v is %s, want none", c, p.Slug)
		}
	}
	if _, _, ok := (place.List{}).Nearest(51, -114); ok {
		t.Error("an empty list has a nearest place")
	}
}

func TestSearch(t *testing.T) {
	for q, want := range map[string]string{
		"red d":      "red-deer red-deer-county",
		"RED DEER ":  "red-deer red-deer-county",
		"st johns":   "st-johns",
		"st. john’s": "st-johns",
		"montreal":   "montreal",
		"montréal":   "montreal",
		"trois-riv":  "trois-rivieres",
		"levis":      "levis",
		"val d'or":   "val-dor",
		"iles":       "iles-de-la-madeleine sept-iles",
		"hat":        "medicine-hat",
		"zzz":        "",
		"":           "",
		"  .'":       "",
	} {
		var got []string
		for _, p := range place.Pack("ca").Search(q, 10) {
			got = append(got, p.Slug)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("search %q = %v, want %s", q, got, want)
		}
	}
	if got := place.All().Search("s", 3); len(got) != 3 {
		t.Errorf("search bounded to 3 gave %d", len(got))
	}
	if got := place.All().Search(strings.Repeat("é", 100), 3); len(got) != 0 {
		t.Errorf("an endless query found %v", got)
	}
}

func TestNames(t *testing.T) {
	rd, _ := place.All().Slug("red-deer")
	if got := rd.Label("en-CA") + "|" + rd.Label("fr-CA"); got != "Red Deer, Alta.|Red Deer (Alb.)" {
		t.Error(got)
	}
	qc, _ := place.All().Slug("quebec-city")
	if got := qc.In("en") + "|" + qc.In("fr") + "|" + qc.ProvinceIn("en") + "|" + qc.ProvinceIn("fr"); got != "Quebec City|Québec|Quebec|Québec" {
		t.Error(got)
	}
}

func FuzzSearch(f *testing.F) {
	for _, q := range []string{"red d", "Montréal", "st john’s", "\xff\xfe", "œuf", "İstanbul"} {
		f.Add(q)
	}
	all := place.All()
	f.Fuzz(func(t *testing.T, q string) {
		for _, p := range all.Search(q, 5) {
			if !strings.Contains(" "+place.Fold(p.Name), " "+place.Fold(q)) && !strings.Contains(" "+place.Fold(p.NameFR), " "+place.Fold(q)) {
				t.Errorf("search %q found %s", q, p.Slug)
			}
		}
		if once := place.Fold(q); place.Fold(once) != once {
			t.Errorf("fold %q is not stable: %q", q, once)
		}
	})
}
