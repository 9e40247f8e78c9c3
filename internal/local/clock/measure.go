package clock

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Unit is the temperature unit that a reader chose.
type Unit uint8

// The units. Celsius is shown with one decimal, Fahrenheit with none.
const (
	Celsius Unit = iota
	Fahrenheit
)

// Temperature returns what is shown for c degrees Celsius ("−13.4°C", "−13,4 °C", "8°F") and what is said in its place
// ("minus 13.4 degrees Celsius", "moins 13,4 degrés Celsius"). Zero has no sign. What is not a number gives "".
func Temperature(c float64, unit Unit, lang string) (shown, spoken string) {
	places, letter := 1, "C"
	if unit == Fahrenheit {
		c, places, letter = c*9/5+32, 0, "F"
	}
	return temperature(c, places, letter, lang)
}

// WholeTemperature is Temperature without decimals, for forecasts.
func WholeTemperature(c float64, unit Unit, lang string) (shown, spoken string) {
	letter := "C"
	if unit == Fahrenheit {
		c, letter = c*9/5+32, "F"
	}
	return temperature(c, 0, letter, lang)
}

func temperature(v float64, places int, letter, lang string) (shown, spoken string) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "", ""
	}
	w := words(lang)
	say := w.Celsius
	if letter == "F" {
		say = w.Fahrenheit
	}
	amount := Decimal(math.Abs(v), places, lang)
	if round(v, places) < 0 {
		return "−" + amount + w.Degree + letter, w.Minus + " " + amount + " " + say
	}
	return amount + w.Degree + letter, amount + " " + say
}

// round rounds half away from zero, as the strip's script does for what it shows.
func round(v float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(v*scale) / scale
}

// Decimal writes a number with a fixed count of decimals (0 to 6) and thousands parted: "13.4", "13,4", "1,234.5".
// The minus is U+2212; what rounds to zero has none.
func Decimal(v float64, places int, lang string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	places = min(max(places, 0), 6)
	r := round(v, places)
	whole, part, found := strings.Cut(strconv.FormatFloat(math.Abs(r), 'f', places, 64), ".")
	s := thousands(whole, lang)
	if found {
		s += words(lang).Decimal + part
	}
	if r < 0 {
		return "−" + s
	}
	return s
}

// Number writes a whole number with thousands parted: "88,000", "88 000". The minus is U+2212.
func Number(n int, lang string) string {
	s := strconv.Itoa(n)
	if digits, negative := strings.CutPrefix(s, "-"); negative {
		return "−" + thousands(digits, lang)
	}
	return thousands(s, lang)
}

// Percent writes a share in whole percent: "40%", "40 %".
func Percent(n int, lang string) string {
	if french(lang) {
		return Number(n, lang) + nbsp + "%"
	}
	return Number(n, lang) + "%"
}

// thousands groups digits by three: always in English, from five digits up in French, where "2024" stays whole.
func thousands(digits, lang string) string {
	sep := ","
	if french(lang) {
		if len(digits) <= 4 {
			return digits
		}
		sep = nbsp
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + sep + digits[i:]
	}
	return digits
}

// Length writes a clip's running time: "2:18", "1:02:03". It is the same in both languages; less than a second is cut off.
func Length(d time.Duration) string {
	h, m, s := split(d)
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, m, s)
	}
	return fmt.Sprintf("%d:%02d", m, s)
}

// Duration is Length with its label: "Duration 2:18", "Durée : 2:18".
func Duration(d time.Duration, lang string) string {
	if french(lang) {
		return "Durée" + nbsp + ": " + Length(d)
	}
	return "Duration " + Length(d)
}

// SpokenLength says a running time in words: "2 minutes 18 seconds", "1 heure 2 minutes". Parts that are zero are left out.
func SpokenLength(d time.Duration, lang string) string {
	hour, minute, second := [2]string{"hour", "hours"}, [2]string{"minute", "minutes"}, [2]string{"second", "seconds"}
	if french(lang) {
		hour, second = [2]string{"heure", "heures"}, [2]string{"seconde", "secondes"}
	}
	h, m, s := split(d)
	var parts []string
	if h > 0 {
		parts = append(parts, count(h, hour))
	}
	if m > 0 {
		parts = append(parts, count(m, minute))
	}
	if s > 0 || len(parts) == 0 {
		parts = append(parts, count(s, second))
	}
	spoken := strings.Join(parts, " ")
	if spoken == "0 secondes" {
		return "0 seconde"
	}
	return spoken
}

func split(d time.Duration) (h, m, s int) {
	total := int(max(d, 0) / time.Second)
	return total / 3600, total / 60 % 60, total % 60
}
