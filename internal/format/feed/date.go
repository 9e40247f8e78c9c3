package feed

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// dated is a candidate for a date; the lower rank is the better source.
type dated struct {
	rank int
	raw  string
}

// best returns the first candidate of the lowest rank that can be read, else the first that says anything.
func best(list []dated) Date {
	var d Date
	rank := 0
	for _, c := range list {
		next := date(c.raw)
		better := !next.Time.IsZero() && (d.Time.IsZero() || c.rank < rank)
		if better || d.Raw == "" {
			d, rank = next, c.rank
		}
	}
	return d
}

// date reads a date in any of the ways feeds write one: RFC 3339 and the other W3C-DTF forms, RFC 822 with its two-digit
// years and named zones, asctime, Unix seconds, months in seven languages. Null dates (year 1, the Unix epoch) and
// ambiguous ones (3/4/2020) have no time.
func date(raw string) Date {
	d := Date{Raw: line(raw)}
	if d.Raw == "" || len(d.Raw) > 100 {
		return d
	}
	p := clock{zone: time.UTC, floating: true}
	if !p.epoch(d.Raw) && !p.iso(d.Raw) && !p.words(d.Raw) {
		return d
	}
	t := p.time()
	if t.Year() < 1900 || t.Year() > 9999 || t.Equal(time.Unix(0, 0)) {
		return d
	}
	d.Time, d.Floating = t, p.floating
	return d
}

// clock is a date and time in parts.
type clock struct {
	year, month, day           int
	hour, minute, second, nsec int
	zone                       *time.Location
	floating                   bool
	unix                       int64
}

// time puts the parts together, or returns the zero time if they make no date. Second 60 is a leap second; 24:00 is
// the day's end.
func (c *clock) time() time.Time {
	if c.unix != 0 {
		return time.Unix(c.unix, 0).UTC()
	}
	if c.year == 0 || c.month < 1 || c.month > 12 || c.day < 1 || c.hour > 24 || c.minute > 59 || c.second > 60 {
		return time.Time{}
	}
	if time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC).Day() != c.day {
		return time.Time{}
	}
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, min(c.second, 59), c.nsec, c.zone).UTC()
}

// epoch reads Unix seconds or milliseconds.
func (c *clock) epoch(s string) bool {
	if len(s) != 9 && len(s) != 10 && len(s) != 13 {
		return false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return false
	}
	if len(s) == 13 {
		n /= 1000
	}
	c.unix, c.floating = n, false
	return true
}

// iso reads the year-first forms: 2003, 2003-12, 2003-12-31, 2003/12/31, 20031231, 2003-365, each but the first two with a
// time behind "T" or a space.
func (c *clock) iso(s string) bool {
	n := digits(s)
	rest := s[n:]
	switch {
	case n == 8:
		c.year, c.month, c.day = number(s[:4]), number(s[4:6]), number(s[6:8])
	case n != 4:
		return false
	default:
		c.year, c.month, c.day = number(s[:4]), 1, 1
		if rest == "" {
			return c.year > 0
		}
		sep := rest[0]
		if sep != '-' && sep != '/' && sep != '.' {
			return false
		}
		rest = rest[1:]
		n = digits(rest)
		if n == 3 && sep == '-' { // ordinal date
			c.day = number(rest[:3])
			t := time.Date(c.year, 1, c.day, 0, 0, 0, 0, time.UTC)
			if t.Year() != c.year {
				return false
			}
			c.month, c.day, rest = int(t.Month()), t.Day(), rest[3:]
			break
		}
		if n < 1 || n > 2 {
			return false
		}
		c.month, rest = number(rest[:n]), rest[n:]
		if rest == "" {
			return true
		}
		if rest[0] != sep {
			return false
		}
		rest = rest[1:]
		if n = digits(rest); n < 1 || n > 2 {
			return false
		}
		c.day, rest = number(rest[:n]), rest[n:]
	}
	if rest == "" {
		return true
	}
	if rest[0]|0x20 != 't' && rest[0] != ' ' {
		return c.offset(rest)
	}
	return c.timeOfDay(strings.TrimLeft(rest[1:], " "))
}

// timeOfDay reads 15:04, 15:04:05, 15:04:05.123, 150405 or 1504, then AM or PM and a zone.
func (c *clock) timeOfDay(s string) bool {
	n := digits(s)
	switch {
	case n == 6:
		c.hour, c.minute, c.second = number(s[:2]), number(s[2:4]), number(s[4:6])
		s = s[6:]
	case n == 4:
		c.hour, c.minute = number(s[:2]), number(s[2:4])
		s = s[4:]
	case n == 1 || n == 2:
		c.hour, s = number(s[:n]), s[n:]
		for _, to := range [...]*int{&c.minute, &c.second} {
			if s == "" || s[0] != ':' && !(s[0] == '.' && to == &c.minute) {
				break
			}
			m := digits(s[1:])
			if m < 1 || m > 2 {
				return false
			}
			*to, s = number(s[1:1+m]), s[1+m:]
		}
	default:
		return false
	}
	if s != "" && (s[0] == '.' || s[0] == ',') {
		n = digits(s[1:])
		fraction, err := strconv.ParseFloat("0."+s[1:1+min(n, 9)]+"0", 64)
		if err == nil {
			c.nsec = int(fraction * 1e9)
		}
		s = s[1+n:]
	}
	return c.offset(s)
}

// offset reads what stands behind a time: AM or PM, then a zone by offset or name, or nothing.
func (c *clock) offset(s string) bool {
	s = strings.TrimSpace(s)
	switch low := strings.ToLower(s); {
	case strings.HasPrefix(low, "am") && c.hour <= 12:
		c.hour, s = c.hour%12, strings.TrimSpace(s[2:])
	case strings.HasPrefix(low, "pm") && c.hour <= 12:
		c.hour, s = c.hour%12+12, strings.TrimSpace(s[2:])
	}
	if s == "" {
		return true
	}
	if note := strings.IndexByte(s, '('); note > 0 { // "-0500 (EST)"
		s = strings.TrimSpace(s[:note])
	}
	s = strings.ToUpper(strings.Trim(s, "()[] "))
	if name := strings.TrimRight(s, "+-:0123456789 "); name != "" {
		seconds, ok := zones[name]
		if !ok {
			return true // an unknown zone: the clock stays floating
		}
		c.zone, c.floating = time.FixedZone("", seconds), false
		if s = strings.TrimSpace(strings.TrimPrefix(s, name)); s == "" || seconds != 0 {
			return true
		}
	}
	if s[0] != '+' && s[0] != '-' {
		return true
	}
	return c.numeric(s)
}

// numeric reads +hh, +hhmm or +hh:mm. "-00:00" states that the offset is unknown (RFC 3339 §4.3) and the time UTC.
func (c *clock) numeric(s string) bool {
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	d := strings.ReplaceAll(strings.TrimLeft(s[1:], " "), ":", "")
	n := digits(d)
	hours, minutes := 0, 0
	switch n {
	case 1, 2:
		hours = number(d[:n])
	case 3, 4:
		hours, minutes = number(d[:n-2]), number(d[n-2:n])
	case 6:
		hours, minutes = number(d[:2]), number(d[2:4])
	default:
		return true
	}
	if hours > 15 || minutes > 59 {
		return true
	}
	c.zone, c.floating = time.FixedZone("", sign*(hours*3600+minutes*60)), false
	return true
}

// words reads the forms with a month's name: RFC 822 and its relatives, asctime, "May 14, 2020 3 PM".
func (c *clock) words(s string) bool {
	early := 0 // a month's name before any number: the month, unless a later word is one ("mar. 14 mai")
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
	for i := 0; i < len(fields); i++ {
		f := fields[i]
		n := digits(f)
		switch {
		case n == 0:
			if parts := strings.FieldsFunc(f, func(r rune) bool { return r == '-' || r == '/' }); len(parts) == 3 && monthName(parts[0]) > 0 {
				fields = append(fields[:i:i], append(parts, fields[i+1:]...)...)
				i--
				continue
			}
			m := monthName(f)
			switch {
			case m == 0:
			case c.day > 0 && c.month == 0:
				c.month = m
			case c.day == 0:
				early = m
			}
		case n == len(f) && c.day == 0 && n <= 2, n <= 2 && c.day == 0 && ordinal(f[n:]):
			c.day = number(f[:n])
		case c.day > 0 && c.year == 0 && n == len(f) && (n == 4 || n == 2) && c.month+early > 0:
			c.year = number(f)
			if n == 2 {
				c.year = century(c.year)
			}
		case n <= 2 && n < len(f) && (f[n] == '-' || f[n] == '/') && c.day == 0:
			parts := strings.FieldsFunc(f, func(r rune) bool { return r == '-' || r == '/' })
			if len(parts) != 3 || !c.triple(parts) {
				return false
			}
		case c.day > 0:
			done, ok := c.clockWords(fields[i:])
			if !ok {
				return false
			}
			i += done
		default:
			return false
		}
	}
	if c.month == 0 {
		c.month = early
	}
	return c.day > 0 && c.month > 0 && c.year > 0
}

// clockWords reads the time that begins the words and what belongs to it, up to a year (asctime writes it last), and
// returns how many more words that took.
func (c *clock) clockWords(fields []string) (int, bool) {
	n := 1
	for n < len(fields) && !(c.year == 0 && len(fields[n]) == 4 && digits(fields[n]) == 4) {
		n++
	}
	return n - 1, c.timeOfDay(strings.Join(fields[:n], " "))
}

// triple reads 05-Jan-2014, 14/5/2020 or 5/14/2020; with both numbers below 13 nobody can tell day from month.
func (c *clock) triple(parts []string) bool {
	a, b, y := parts[0], parts[1], parts[2]
	if digits(a) != len(a) || digits(y) != len(y) || len(y) != 4 && len(y) != 2 {
		return false
	}
	c.year = number(y)
	if len(y) == 2 {
		c.year = century(c.year)
	}
	if m := monthName(b); m > 0 {
		c.day, c.month = number(a), m
		return true
	}
	if digits(b) != len(b) || len(b) > 2 {
		return false
	}
	switch x, z := number(a), number(b); {
	case x > 12 || x == z:
		c.day, c.month = x, z
	case z > 12:
		c.day, c.month = z, x
	default:
		return false
	}
	return true
}

// century completes a year of two digits (RFC 2822 §4.3).
func century(y int) int {
	if y < 50 {
		return 2000 + y
	}
	return 1900 + y
}

func ordinal(s string) bool {
	switch strings.ToLower(s) {
	case "st", "nd", "rd", "th", ".", "er", "º":
		return true
	}
	return false
}

// digits counts the ASCII digits that s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// number reads a short run of digits.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// monthName returns the month of a name or its abbreviation in English, French, German, Spanish, Portuguese, Italian
// or Dutch, 0 if it is none.
func monthName(s string) int {
	s = strings.ToLower(strings.TrimFunc(s, unicode.IsPunct))
	for _, n := range [...]int{4, 3} {
		end := 0
		for range n {
			_, size := utf8.DecodeRuneInString(s[end:])
			end += size
		}
		if m := months[s[:end]]; m > 0 {
			return m
		}
	}
	return 0
}

var months = map[string]int{
	"jan": 1, "ene": 1, "gen": 1, "jän": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "mär": 3, "mrt": 3, "maa": 3,
	"apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mag": 5, "mei": 5, "maio": 5, "mayo": 5, "jun": 6, "juin": 6, "giu": 6,
	"jul": 7, "juil": 7, "lug": 7, "aug": 8, "aoû": 8, "aou": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "ott": 10,
	"nov": 11, "dec": 12, "déc": 12, "dez": 12, "dic": 12,
}

// zones are the named zones that feeds write, in seconds east of UTC. Military letters other than Z carry no meaning
// (RFC 2822 §4.3). HNE and its relatives are the French names of Canada's zones.
var zones = map[string]int{
	"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 3600, "BST": 3600, "CET": 3600, "MEZ": 3600, "CEST": 7200, "MESZ": 7200,
	"EET": 7200, "EEST": 10800, "MSK": 10800, "SAST": 7200, "IST": 19800, "SGT": 28800, "HKT": 28800, "AWST": 28800, "JST": 32400,
	"KST": 32400, "ACST": 34200, "ACDT": 37800, "AEST": 36000, "AEDT": 39600, "NZST": 43200, "NZDT": 46800,
	"BRT": -10800, "ART": -10800,
	"NST": -12600, "NDT": -9000, "AST": -14400, "ADT": -10800, "EST": -18000, "EDT": -14400, "CST": -21600, "CDT": -18000,
	"MST": -25200, "MDT": -21600, "PST": -28800, "PDT": -25200, "AKST": -32400, "AKDT": -28800, "HST": -36000,
	"HNT": -12600, "HAT": -9000, "HNA": -14400, "HAA": -10800, "HNE": -18000, "HAE": -14400, "HNC": -21600, "HAC": -18000,
	"HNR": -25200, "HAR": -21600, "HNP": -28800, "HAP": -25200,
}
