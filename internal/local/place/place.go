// Package place is the gazetteer: towns, their names in English and French, the province or state they lie in, their
// time zone and co-ordinates. The towns come in region packs, one per country, from which a newsroom ticks those
// it covers. It knows nothing of weather, of readers or of any database.
package place

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Place is one town. Zone is an IANA name that time.LoadLocation knows; Lat and Lon are WGS 84 degrees, north
// and east positive. Parent is the slug of the bigger place nearby whose news fills a quiet page, or "".
// Abbrev and AbbrevFR are the short forms of the province used after a town's name ("Alta.", "Alb.").
type Place struct {
	Slug             string
	Name, NameFR     string
	Province         string
	ProvinceFR       string
	Abbrev, AbbrevFR string
	Country          string // lower-case ISO 3166-1 alpha-2
	Zone             string
	Lat, Lon         float64
	Parent           string
}

// In returns the place's name in a language ("fr…" is French, everything else English).
func (p Place) In(lang string) string {
	if french(lang) {
		return p.NameFR
	}
	return p.Name
}

// ProvinceIn returns the province's full name in a language.
func (p Place) ProvinceIn(lang string) string {
	if french(lang) {
		return p.ProvinceFR
	}
	return p.Province
}

// Label returns the name with the short form of its province: "Red Deer, Alta.", in French "Red Deer (Alb.)".
func (p Place) Label(lang string) string {
	if french(lang) {
		return p.NameFR + " (" + p.AbbrevFR + ")"
	}
	return p.Name + ", " + p.Abbrev
}

func french(lang string) bool { return strings.HasPrefix(lang, "fr") }

// List is a set of places in the order a chooser shows them.
type List []Place

// Countries are the codes of the region packs that Pack knows.
func Countries() []string { return []string{"ca", "us", "gb", "fr", "au"} }

// Pack returns a country's region pack. It is empty for a country without a pack. The list is the caller's own.
func Pack(country string) List {
	var l List
	for _, p := range gazetteer() {
		if p.Country == country {
			l = append(l, p)
		}
	}
	return l
}

// All returns every place of every pack. The list is the caller's own.
func All() List { return slices.Clone(gazetteer()) }

// Slug returns the place with this slug.
func (l List) Slug(slug string) (Place, bool) {
	i := slices.IndexFunc(l, func(p Place) bool { return p.Slug == slug })
	if i < 0 {
		return Place{}, false
	}
	return l[i], true
}

// Nearest returns the place of the list nearest to a point, by great-circle distance, and how far it is in kilometres.
// It reports false when the list is empty or the point is not on the globe.
func (l List) Nearest(lat, lon float64) (p Place, km float64, ok bool) {
	if len(l) == 0 || !(math.Abs(lat) <= 90) || !(math.Abs(lon) <= 180) {
		return Place{}, 0, false
	}
	km = math.Inf(1)
	for _, q := range l {
		if d := Distance(lat, lon, q.Lat, q.Lon); d < km {
			p, km = q, d
		}
	}
	return p, km, true
}

// Distance returns the great-circle distance between two points in kilometres (haversine, mean earth radius).
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	sinLat, sinLon := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := sinLat*sinLat + math.Cos(lat1*rad)*math.Cos(lat2*rad)*sinLon*sinLon
	return 2 * 6371.0088 * math.Asin(math.Sqrt(min(1, h)))
}

// Search returns up to n places whose English or French name, or one of its words, starts with q. Case, accents
// and punctuation do not matter: "red d" finds Red Deer, "st johns" St. John’s, "trois riv" Trois-Rivières.
// Names that start with q come before names with a later word that does; an empty q finds nothing.
func (l List) Search(q string, n int) List {
	const longest = 80 // no name comes near; what is longer matches nothing
	if len(q) > longest {
		return nil
	}
	q = Fold(q)
	if q == "" {
		return nil
	}
	var first, later List
	for _, p := range l {
		en, fr := Fold(p.Name), Fold(p.NameFR)
		switch {
		case strings.HasPrefix(en, q) || strings.HasPrefix(fr, q):
			first = append(first, p)
		case strings.Contains(en, " "+q) || strings.Contains(fr, " "+q):
			later = append(later, p)
		}
	}
	found := append(first, later...)
	return found[:min(max(n, 0), len(found))]
}

// Fold reduces a name to lower-case letters and digits without accents, its words parted by single spaces.
// Apostrophes and full stops vanish; every other mark parts words.
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == '.':
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteString(spelled(unicode.ToLower(r)))
		default:
			gap = true
		}
	}
	return b.String()
}

// spelled writes out the letters that have no decomposition.
func spelled(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ø':
		return "o"
	case 'ß':
		return "ss"
	}
	return string(r)
}

//go:embed *.csv
var packs embed.FS

var gazetteer = sync.OnceValue(func() List {
	regions := map[string][]string{}
	for _, row := range rows("regions.csv") {
		regions[row[0]] = row
	}
	var all List
	for _, country := range Countries() {
		for _, row := range rows(country + ".csv") {
			all = append(all, read(row, regions[row[2]]))
		}
	}
	return all
})

// rows reads an embedded table without its heading. The tables are part of the program: a bad one is a bug.
func rows(name string) [][]string {
	b, err := packs.ReadFile(name)
	if err != nil {
		panic(err)
	}
	table, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return table[1:]
}

func read(row, region []string) Place {
	lat, errLat := strconv.ParseFloat(row[4], 64)
	lon, errLon := strconv.ParseFloat(row[5], 64)
	if errLat != nil || errLon != nil || region == nil {
		panic(fmt.Sprintf("region pack: bad row %q", row))
	}
	p := Place{
		Name: row[0], NameFR: row[1], Zone: row[3], Lat: lat, Lon: lon, Slug: row[6], Parent: row[7],
		Province: region[1], ProvinceFR: region[2], Abbrev: region[3], AbbrevFR: region[4], Country: region[5],
	}
	if p.NameFR == "" {
		p.NameFR = p.Name
	}
	if p.Slug == "" {
		p.Slug = strings.ReplaceAll(Fold(p.Name), " ", "-")
	}
	return p
}
