// Package clock holds the words of time and measure as readers see them, in English and in Canadian French: dates,
// times of day, time zones, ages, durations, temperatures and numbers.
//
// Every function is pure: the moment comes in as an argument, already in the place's zone (t.In(zone)), and no
// function asks what time it is. It knows nothing of places, pages or readers.
//
// A language is a BCP 47 tag; what begins with "fr" is French and everything else English. French keeps a number
// and what belongs to it together with U+00A0: "22 nov.", "5 h 42", "−13,4 °C".
package clock

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const nbsp = "\u00a0"

func french(lang string) bool { return strings.HasPrefix(lang, "fr") }

// Weekday returns the day's name: "Friday", "vendredi".
func Weekday(t time.Time, lang string) string { return words(lang).Weekdays[t.Weekday()] }

// Month returns the month's full name: "November", "novembre".
func Month(m time.Month, lang string) string { return words(lang).Months[m-1] }

// MonthYear returns the heading of a month: "November 2024", "novembre 2024".
func MonthYear(t time.Time, lang string) string {
	return Month(t.Month(), lang) + " " + strconv.Itoa(t.Year())
}

// LongDate returns the long form: "Friday, November 22, 2024", "vendredi 22 novembre 2024".
func LongDate(t time.Time, lang string) string {
	if french(lang) {
		return fmt.Sprintf("%s %s%s%s %d", Weekday(t, lang), frenchDay(t.Day()), nbsp, Month(t.Month(), lang), t.Year())
	}
	return fmt.Sprintf("%s, %s %d, %d", Weekday(t, lang), Month(t.Month(), lang), t.Day(), t.Year())
}

// ShortDate returns the date of the narrow strip, without a year: "Fri., Nov. 22", "ven. 22 nov.".
func ShortDate(t time.Time, lang string) string {
	w := words(lang)
	if french(lang) {
		return w.WeekdaysShort[t.Weekday()] + " " + dayMonth(t, lang)
	}
	return w.WeekdaysShort[t.Weekday()] + ", " + dayMonth(t, lang)
}

// Date returns the date with the short month: "Nov. 22, 2024", "22 nov. 2024", "1er juill. 2024".
func Date(t time.Time, lang string) string {
	if french(lang) {
		return dayMonth(t, lang) + " " + strconv.Itoa(t.Year())
	}
	return dayMonth(t, lang) + ", " + strconv.Itoa(t.Year())
}

func dayMonth(t time.Time, lang string) string {
	short := words(lang).MonthsShort[t.Month()-1]
	if french(lang) {
		return frenchDay(t.Day()) + nbsp + short
	}
	return short + " " + strconv.Itoa(t.Day())
}

// frenchDay writes the first of a month as an ordinal: "1er".
func frenchDay(d int) string {
	if d == 1 {
		return "1er"
	}
	return strconv.Itoa(d)
}

// TimeOfDay returns "5:42 a.m.", "12:00 p.m.", "5 h 42", "0 h 05".
func TimeOfDay(t time.Time, lang string) string {
	if french(lang) {
		return fmt.Sprintf("%d%sh%s%02d", t.Hour(), nbsp, nbsp, t.Minute())
	}
	return fmt.Sprintf("%d:%02d %s", hour12(t), t.Minute(), half(t))
}

// ShortTime is TimeOfDay without the minutes of a full hour: "5 a.m.", "5:42 a.m.", "5 h", "5 h 42".
func ShortTime(t time.Time, lang string) string {
	if t.Minute() != 0 {
		return TimeOfDay(t, lang)
	}
	if french(lang) {
		return strconv.Itoa(t.Hour()) + nbsp + "h"
	}
	return strconv.Itoa(hour12(t)) + " " + half(t)
}

// At says when something was observed: "at 5 a.m.", "à 5 h".
func At(t time.Time, lang string) string {
	if french(lang) {
		return "à " + ShortTime(t, lang)
	}
	return "at " + ShortTime(t, lang)
}

func hour12(t time.Time) int { return (t.Hour()+11)%12 + 1 }

func half(t time.Time) string {
	if t.Hour() < 12 {
		return "a.m."
	}
	return "p.m."
}

// Stamp is a full date and time with its zone: "Nov. 22, 2024, 5:42 a.m. MST", "22 nov. 2024 à 5 h 42 HNR".
func Stamp(t time.Time, lang string) string {
	if french(lang) {
		return Date(t, lang) + " à " + TimeOfDay(t, lang) + " " + Zone(t, lang)
	}
	return Date(t, lang) + ", " + TimeOfDay(t, lang) + " " + Zone(t, lang)
}

// Posted is the line under a story's byline: "Posted Nov. 22, 2024, 5:42 a.m. MST",
// "Publié le 22 nov. 2024 à 5 h 42 HNR".
func Posted(t time.Time, lang string) string {
	if french(lang) {
		return "Publié le " + Stamp(t, lang)
	}
	return "Posted " + Stamp(t, lang)
}

// Updated is the line after it: only the time when both fall on one day of the place ("Updated 7:10 a.m.",
// "Mis à jour à 7 h 10"), the whole stamp otherwise. Both moments must be in the same zone.
func Updated(t, posted time.Time, lang string) string {
	same := t.Year() == posted.Year() && t.YearDay() == posted.YearDay()
	switch {
	case french(lang) && same:
		return "Mis à jour à " + TimeOfDay(t, lang)
	case french(lang):
		return "Mis à jour le " + Stamp(t, lang)
	case same:
		return "Updated " + TimeOfDay(t, lang)
	}
	return "Updated " + Stamp(t, lang)
}

// frenchZones are the Canadian French forms of the zone abbreviations in the tz database.
var frenchZones = map[string]string{
	"NST": "HNT", "NDT": "HAT", "AST": "HNA", "ADT": "HAA", "EST": "HNE", "EDT": "HAE", "CST": "HNC", "CDT": "HAC",
	"MST": "HNR", "MDT": "HAR", "PST": "HNP", "PDT": "HAP",
}

// Zone returns the abbreviation of t's time zone: "MST", in French "HNR". A zone that has only a number in the
// tz database is written from UTC: "UTC+10:30", "UTC−3".
func Zone(t time.Time, lang string) string {
	name, offset := t.Zone()
	if name != "" && name[0] != '+' && name[0] != '-' {
		if fr, ok := frenchZones[name]; ok && french(lang) && -12*3600 < offset && offset < 0 {
			return fr
		}
		return name
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "−", -offset
	}
	s := "UTC" + sign + strconv.Itoa(offset/3600)
	if m := offset % 3600 / 60; m != 0 {
		s += fmt.Sprintf(":%02d", m)
	}
	return s
}

// NextMidnight returns the first moment of the next calendar day in t's zone, also on the days on which a change of
// the clocks swallows or repeats midnight. A page that shows a date is right until then.
func NextMidnight(t time.Time) time.Time {
	at := t
	for {
		h, m, s := at.Clock()
		midnight := at.Add(24*time.Hour - time.Duration(h*3600+m*60+s)*time.Second - time.Duration(at.Nanosecond()))
		_, change := at.ZoneBounds()
		if change.IsZero() || midnight.Before(change) {
			return midnight
		}
		if y, m, d := change.Date(); time.Date(y, m, d, 0, 0, 0, 0, time.UTC).After(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)) {
			return change
		}
		at = change
	}
}
