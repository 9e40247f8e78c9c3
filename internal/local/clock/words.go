package clock

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Style is the newsroom's "Clock" setting for the strip. French has one form and ignores it.
type Style uint8

// The styles: the seed's form "05:42 AM", the Canadian Press form "5:42 a.m." and the 24-hour form "05:42".
const (
	Seed Style = iota
	CP
	Hours24
)

// Words are the patterns and names from which the strip's script writes the same text in the reader's zone as Strip
// writes here. In Long and Short: {wd} weekday, {ws} short weekday, {mo} month, {ms} short month, {d} day (with First
// after a 1), {y} year, {h} hour 1–12, {hh} the same in two digits, {H} hour 0–23, {HH} in two digits, {m} minute in
// two digits, {ap} AM or PM. Weekdays begin with Sunday, months with January.
type Words struct {
	Long          string     `json:"long"`
	Short         string     `json:"short"`
	Weekdays      [7]string  `json:"wd"`
	WeekdaysShort [7]string  `json:"ws"`
	Months        [12]string `json:"mo"`
	MonthsShort   [12]string `json:"ms"`
	First         string     `json:"first"`
	AM            string     `json:"am"`
	PM            string     `json:"pm"`
	Decimal       string     `json:"dec"`
	Degree        string     `json:"deg"`
	Minus         string     `json:"minus"`
	Celsius       string     `json:"sayC"`
	Fahrenheit    string     `json:"sayF"`
}

// StripWords returns the words of the local strip for a language and style.
func StripWords(lang string, style Style) Words {
	w := words(lang)
	if french(lang) {
		return w
	}
	switch style {
	case CP:
		w.Long, w.Short = "{wd}, {mo} {d}, {y}, {h}:{m} {ap}", "{ws}, {ms} {d}, {h}:{m} {ap}"
		w.AM, w.PM = "a.m.", "p.m."
	case Hours24:
		w.Long, w.Short = "{wd}, {mo} {d}, {y}, {HH}:{m}", "{ws}, {ms} {d}, {HH}:{m}"
	}
	return w
}

// Strip returns the local strip's date and time: long from 600 px up, short below.
func Strip(t time.Time, lang string, style Style) (long, short string) {
	w := StripWords(lang, style)
	day, ap := strconv.Itoa(t.Day()), w.AM
	if t.Day() == 1 {
		day += w.First
	}
	if t.Hour() >= 12 {
		ap = w.PM
	}
	fill := strings.NewReplacer(
		"{wd}", w.Weekdays[t.Weekday()], "{ws}", w.WeekdaysShort[t.Weekday()],
		"{mo}", w.Months[t.Month()-1], "{ms}", w.MonthsShort[t.Month()-1],
		"{d}", day, "{y}", strconv.Itoa(t.Year()),
		"{h}", strconv.Itoa(hour12(t)), "{hh}", fmt.Sprintf("%02d", hour12(t)),
		"{H}", strconv.Itoa(t.Hour()), "{HH}", fmt.Sprintf("%02d", t.Hour()),
		"{m}", fmt.Sprintf("%02d", t.Minute()), "{ap}", ap,
	)
	return fill.Replace(w.Long), fill.Replace(w.Short)
}

func words(lang string) Words {
	if french(lang) {
		return frenchWords
	}
	return englishWords
}

// Short months follow The Canadian Press: March to July are never shortened.
var englishWords = Words{
	Long:          "{wd}, {mo} {d}, {y}, {hh}:{m} {ap}",
	Short:         "{ws}, {ms} {d}, {h}:{m} {ap}",
	Weekdays:      [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	WeekdaysShort: [7]string{"Sun.", "Mon.", "Tues.", "Wed.", "Thurs.", "Fri.", "Sat."},
	Months: [12]string{"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"},
	MonthsShort: [12]string{"Jan.", "Feb.", "March", "April", "May", "June",
		"July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."},
	AM: "AM", PM: "PM", Decimal: ".", Degree: "°", Minus: "minus",
	Celsius: "degrees Celsius", Fahrenheit: "degrees Fahrenheit",
}

var frenchWords = Words{
	Long:          "{wd} {d} {mo} {y}, {H} h {m}",
	Short:         "{ws} {d} {ms}, {H} h {m}",
	Weekdays:      [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	WeekdaysShort: [7]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
	Months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	MonthsShort: [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin",
		"juill.", "août", "sept.", "oct.", "nov.", "déc."},
	First: "er", Decimal: ",", Degree: nbsp + "°", Minus: "moins",
	Celsius: "degrés Celsius", Fahrenheit: "degrés Fahrenheit",
}
