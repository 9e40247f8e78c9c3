package clock

import (
	"strconv"
	"time"
)

// Ago returns how long before now t was, in the largest whole unit from days up ("3 days ago", "2 years ago", "il y a
// 2 ans"), and the moment from which that text is no longer true. Under 24 hours and for the future the text is empty:
// what is younger than a day is shown as an absolute time. Months and years are counted on the calendar of t's zone.
func Ago(now, t time.Time, lang string) (text string, until time.Time) {
	n, u, until := elapsed(now, t)
	if n == 0 {
		return "", until
	}
	if french(lang) {
		return "il y a " + count(n, u.fr), until
	}
	return count(n, u.en) + " ago", until
}

// Age returns a story's age in years from 12 months up, for the age notice ("This story is %s." with "2 years old",
// "Cet article date de %s." with "2 ans"), and the moment from which it is no longer true. Under a year it is empty.
func Age(now, t time.Time, lang string) (text string, until time.Time) {
	n := monthsBetween(now, t) / 12
	until = addMonths(t, (n+1)*12)
	if n == 0 {
		return "", until
	}
	if french(lang) {
		return count(n, years.fr), until
	}
	return count(n, years.en) + " old", until
}

// unit is a unit of time, singular and plural, in both languages.
type unit struct{ en, fr [2]string }

var (
	days   = unit{[2]string{"day", "days"}, [2]string{"jour", "jours"}}
	weeks  = unit{[2]string{"week", "weeks"}, [2]string{"semaine", "semaines"}}
	months = unit{[2]string{"month", "months"}, [2]string{"mois", "mois"}}
	years  = unit{[2]string{"year", "years"}, [2]string{"an", "ans"}}
)

func elapsed(now, t time.Time) (n int, u unit, until time.Time) {
	const day = 24 * time.Hour
	if m := monthsBetween(now, t); m >= 12 {
		return m / 12, years, addMonths(t, (m/12+1)*12)
	} else if m > 0 {
		return m, months, addMonths(t, m+1)
	}
	d := int(now.Sub(t) / day)
	if d < 1 {
		return 0, days, t.Add(day)
	}
	n, u, until = d, days, t.Add(time.Duration(d+1)*day)
	if d >= 7 {
		n, u, until = d/7, weeks, t.Add(time.Duration(d/7+1)*7*day)
	}
	if month := addMonths(t, 1); month.Before(until) {
		until = month
	}
	return n, u, until
}

// monthsBetween returns the number of whole calendar months from t to now, 0 if now is not after t.
func monthsBetween(now, t time.Time) int {
	now = now.In(t.Location())
	n := (now.Year()-t.Year())*12 + int(now.Month()-t.Month())
	if addMonths(t, n).After(now) {
		n--
	}
	return max(n, 0)
}

// addMonths moves t by n months and stays within the month: January 31 plus one month is the last of February.
func addMonths(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, t.Location()).Day()
	return time.Date(y, m+time.Month(n), min(d, last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// count writes a number with its unit. One is singular in both languages, and in French so is zero.
func count(n int, u [2]string) string {
	if n == 1 {
		return "1 " + u[0]
	}
	return strconv.Itoa(n) + " " + u[1]
}
