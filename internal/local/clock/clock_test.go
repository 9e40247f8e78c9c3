package clock_test

import (
	"math"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"masthead/internal/local/clock"
)

func in(t *testing.T, zone, local string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", local, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(want, "~", "\u00a0"); got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestPosted(t *testing.T) {
	for _, c := range []struct{ zone, local, en, fr string }{
		{"America/Edmonton", "2024-11-22 05:42:00", "Posted Nov. 22, 2024, 5:42 a.m. MST", "Publié le 22~nov. 2024 à 5~h~42 HNR"},
		{"America/Edmonton", "2024-07-01 00:00:59", "Posted July 1, 2024, 12:00 a.m. MDT", "Publié le 1er~juill. 2024 à 0~h~00 HAR"},
		{"America/Toronto", "2024-12-31 12:05:00", "Posted Dec. 31, 2024, 12:05 p.m. EST", "Publié le 31~déc. 2024 à 12~h~05 HNE"},
		{"America/Toronto", "2025-08-01 23:59:00", "Posted Aug. 1, 2025, 11:59 p.m. EDT", "Publié le 1er~août 2025 à 23~h~59 HAE"},
		{"America/Vancouver", "2024-09-02 13:00:00", "Posted Sept. 2, 2024, 1:00 p.m. PDT", "Publié le 2~sept. 2024 à 13~h~00 HAP"},
		{"America/Vancouver", "2024-02-02 13:00:00", "Posted Feb. 2, 2024, 1:00 p.m. PST", "Publié le 2~févr. 2024 à 13~h~00 HNP"},
		{"America/Winnipeg", "2024-06-02 08:07:00", "Posted June 2, 2024, 8:07 a.m. CDT", "Publié le 2~juin 2024 à 8~h~07 HAC"},
		{"America/Regina", "2024-07-15 08:07:00", "Posted July 15, 2024, 8:07 a.m. CST", "Publié le 15~juill. 2024 à 8~h~07 HNC"},
		{"America/Halifax", "2024-03-01 08:07:00", "Posted March 1, 2024, 8:07 a.m. AST", "Publié le 1er~mars 2024 à 8~h~07 HNA"},
		{"America/Halifax", "2024-04-10 08:07:00", "Posted April 10, 2024, 8:07 a.m. ADT", "Publié le 10~avr. 2024 à 8~h~07 HAA"},
		{"America/St_Johns", "2024-01-10 08:07:00", "Posted Jan. 10, 2024, 8:07 a.m. NST", "Publié le 10~janv. 2024 à 8~h~07 HNT"},
		{"America/St_Johns", "2024-05-10 08:07:00", "Posted May 10, 2024, 8:07 a.m. NDT", "Publié le 10~mai 2024 à 8~h~07 HAT"},
		{"Europe/Paris", "2024-10-10 08:07:00", "Posted Oct. 10, 2024, 8:07 a.m. CEST", "Publié le 10~oct. 2024 à 8~h~07 CEST"},
		{"Australia/Lord_Howe", "2024-07-10 08:07:00", "Posted July 10, 2024, 8:07 a.m. UTC+10:30", "Publié le 10~juill. 2024 à 8~h~07 UTC+10:30"},
		{"America/Sao_Paulo", "2024-07-10 08:07:00", "Posted July 10, 2024, 8:07 a.m. UTC−3", "Publié le 10~juill. 2024 à 8~h~07 UTC−3"},
	} {
		at := in(t, c.zone, c.local)
		same(t, c.zone, clock.Posted(at, "en-CA"), c.en)
		same(t, c.zone, clock.Posted(at, "fr-CA"), c.fr)
	}
}

func TestUpdated(t *testing.T) {
	posted := in(t, "America/Edmonton", "2024-11-22 05:42:00")
	later, next := posted.Add(88*time.Minute), posted.Add(24*time.Hour)
	same(t, "same day", clock.Updated(later, posted, "en"), "Updated 7:10 a.m.")
	same(t, "same day", clock.Updated(later, posted, "fr"), "Mis à jour à 7~h~10")
	same(t, "next day", clock.Updated(next, posted, "en"), "Updated Nov. 23, 2024, 5:42 a.m. MST")
	same(t, "next day", clock.Updated(next, posted, "fr"), "Mis à jour le 23~nov. 2024 à 5~h~42 HNR")
	same(t, "a year on", clock.Updated(posted.AddDate(1, 0, 0), posted, "en"), "Updated Nov. 22, 2025, 5:42 a.m. MST")
}

// The two hours of the night on which clocks go back are told apart by their zone.
func TestRepeatedHour(t *testing.T) {
	first := in(t, "America/Edmonton", "2024-11-03 00:30:00").Add(time.Hour)
	same(t, "first", clock.Stamp(first, "en"), "Nov. 3, 2024, 1:30 a.m. MDT")
	same(t, "second", clock.Stamp(first.Add(time.Hour), "en"), "Nov. 3, 2024, 1:30 a.m. MST")
	same(t, "first", clock.Stamp(first, "fr"), "3~nov. 2024 à 1~h~30 HAR")
	same(t, "second", clock.Stamp(first.Add(time.Hour), "fr"), "3~nov. 2024 à 1~h~30 HNR")
	spring := in(t, "America/Edmonton", "2025-03-09 01:59:00")
	same(t, "spring", clock.Stamp(spring.Add(time.Minute), "en"), "March 9, 2025, 3:00 a.m. MDT")
}

func TestStrip(t *testing.T) {
	at := in(t, "America/Edmonton", "2024-11-22 05:42:00")
	for _, c := range []struct {
		lang        string
		style       clock.Style
		long, short string
	}{
		{"en", clock.Seed, "Friday, November 22, 2024, 05:42 AM", "Fri., Nov. 22, 5:42 AM"},
		{"en", clock.CP, "Friday, November 22, 2024, 5:42 a.m.", "Fri., Nov. 22, 5:42 a.m."},
		{"en", clock.Hours24, "Friday, November 22, 2024, 05:42", "Fri., Nov. 22, 05:42"},
		{"fr", clock.Seed, "vendredi 22 novembre 2024, 5 h 42", "ven. 22 nov., 5 h 42"},
		{"fr", clock.CP, "vendredi 22 novembre 2024, 5 h 42", "ven. 22 nov., 5 h 42"},
		{"fr", clock.Hours24, "vendredi 22 novembre 2024, 5 h 42", "ven. 22 nov., 5 h 42"},
	} {
		long, short := clock.Strip(at, c.lang, c.style)
		same(t, "long", long, c.long)
		same(t, "short", short, c.short)
	}
	for local, want := range map[string][2]string{
		"2025-01-01 00:00:00": {"Wednesday, January 1, 2025, 12:00 AM", "mercredi 1er janvier 2025, 0 h 00"},
		"2024-12-31 23:59:59": {"Tuesday, December 31, 2024, 11:59 PM", "mardi 31 décembre 2024, 23 h 59"},
		"2024-07-04 12:00:00": {"Thursday, July 4, 2024, 12:00 PM", "jeudi 4 juillet 2024, 12 h 00"},
		"2024-07-04 13:09:00": {"Thursday, July 4, 2024, 01:09 PM", "jeudi 4 juillet 2024, 13 h 09"},
	} {
		at := in(t, "America/St_Johns", local)
		en, _ := clock.Strip(at, "en-CA", clock.Seed)
		fr, _ := clock.Strip(at, "fr-CA", clock.Seed)
		same(t, local, en, want[0])
		same(t, local, fr, want[1])
	}
}

// A half-hour zone shows its own minutes.
func TestHalfHourZone(t *testing.T) {
	utc := time.Date(2024, 11, 22, 12, 12, 0, 0, time.UTC)
	_, short := clock.Strip(utc.In(in(t, "America/St_Johns", "2024-01-01 00:00:00").Location()), "en", clock.Seed)
	same(t, "St. John’s", short, "Fri., Nov. 22, 8:42 AM")
}

func TestDates(t *testing.T) {
	first := in(t, "America/Toronto", "2025-03-01 05:00:00")
	same(t, "long", clock.LongDate(first, "en"), "Saturday, March 1, 2025")
	same(t, "long", clock.LongDate(first, "fr"), "samedi 1er~mars 2025")
	same(t, "short", clock.ShortDate(first, "en"), "Sat., March 1")
	same(t, "short", clock.ShortDate(first, "fr"), "sam. 1er~mars")
	same(t, "date", clock.Date(first, "en"), "March 1, 2025")
	same(t, "date", clock.Date(first, "fr"), "1er~mars 2025")
	same(t, "month", clock.MonthYear(first, "en"), "March 2025")
	same(t, "month", clock.MonthYear(first, "fr"), "mars 2025")
	same(t, "weekday", clock.Weekday(first, "en")+clock.Weekday(first, "fr"), "Saturdaysamedi")
	same(t, "at", clock.At(first, "en"), "at 5 a.m.")
	same(t, "at", clock.At(first, "fr"), "à 5~h")
	same(t, "at", clock.At(first.Add(7*time.Hour), "en"), "at 12 p.m.")
	same(t, "at", clock.At(first.Add(19*time.Hour), "en"), "at 12 a.m.")
	same(t, "at", clock.At(first.Add(90*time.Minute), "en"), "at 6:30 a.m.")
	same(t, "at", clock.At(first.Add(90*time.Minute), "fr"), "à 6~h~30")
}

// The months that The Canadian Press never shortens, and those it does.
func TestShortMonths(t *testing.T) {
	var got []string
	for m := range 12 {
		got = append(got, strings.Fields(clock.Date(time.Date(2024, time.Month(m+1), 5, 0, 0, 0, 0, time.UTC), "en"))[0])
	}
	same(t, "months", strings.Join(got, " "), "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.")
}

func TestTemperature(t *testing.T) {
	for _, c := range []struct {
		c             float64
		unit          clock.Unit
		lang          string
		shown, spoken string
	}{
		{-13.4, clock.Celsius, "en", "−13.4°C", "minus 13.4 degrees Celsius"},
		{-13.4, clock.Celsius, "fr", "−13,4~°C", "moins 13,4 degrés Celsius"},
		{-13.4, clock.Fahrenheit, "en", "8°F", "8 degrees Fahrenheit"},
		{-13.4, clock.Fahrenheit, "fr", "8~°F", "8 degrés Fahrenheit"},
		{-0.04, clock.Celsius, "en", "0.0°C", "0.0 degrees Celsius"},
		{-0.05, clock.Celsius, "en", "−0.1°C", "minus 0.1 degrees Celsius"},
		{math.Copysign(0, -1), clock.Celsius, "fr", "0,0~°C", "0,0 degrés Celsius"},
		{25, clock.Celsius, "en", "25.0°C", "25.0 degrees Celsius"},
		{-17.9, clock.Fahrenheit, "en", "0°F", "0 degrees Fahrenheit"},
		{-40, clock.Fahrenheit, "en", "−40°F", "minus 40 degrees Fahrenheit"},
		{math.NaN(), clock.Celsius, "en", "", ""},
		{math.Inf(-1), clock.Fahrenheit, "en", "", ""},
	} {
		shown, spoken := clock.Temperature(c.c, c.unit, c.lang)
		same(t, "shown", shown, c.shown)
		same(t, "spoken", spoken, c.spoken)
	}
	shown, spoken := clock.WholeTemperature(-9.4, clock.Celsius, "en")
	same(t, "whole", shown+" "+spoken, "−9°C minus 9 degrees Celsius")
	shown, _ = clock.WholeTemperature(-0.4, clock.Celsius, "fr")
	same(t, "whole", shown, "0~°C")
}

func TestNumbers(t *testing.T) {
	same(t, "en", clock.Number(88000, "en"), "88,000")
	same(t, "fr", clock.Number(88000, "fr"), "88~000")
	same(t, "fr", clock.Number(8800, "fr"), "8800")
	same(t, "en", clock.Number(-1234567, "en"), "−1,234,567")
	same(t, "fr", clock.Number(999, "fr"), "999")
	same(t, "en", clock.Decimal(1234.56, 1, "en"), "1,234.6")
	same(t, "fr", clock.Decimal(-12345.5, 2, "fr"), "−12~345,50")
	same(t, "percent", clock.Percent(40, "en")+clock.Percent(40, "fr"), "40%40~%")
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d              time.Duration
		length, en, fr string
	}{
		{138 * time.Second, "2:18", "2 minutes 18 seconds", "2 minutes 18 secondes"},
		{61*time.Second + 900*time.Millisecond, "1:01", "1 minute 1 second", "1 minute 1 seconde"},
		{3722 * time.Second, "1:02:02", "1 hour 2 minutes 2 seconds", "1 heure 2 minutes 2 secondes"},
		{2 * time.Hour, "2:00:00", "2 hours", "2 heures"},
		{0, "0:00", "0 seconds", "0 seconde"},
		{-time.Second, "0:00", "0 seconds", "0 seconde"},
	} {
		same(t, "length", clock.Length(c.d), c.length)
		same(t, "label", clock.Duration(c.d, "en"), "Duration "+c.length)
		same(t, "label", clock.Duration(c.d, "fr"), "Durée~: "+c.length)
		same(t, "spoken", clock.SpokenLength(c.d, "en"), c.en)
		same(t, "spoken", clock.SpokenLength(c.d, "fr"), c.fr)
	}
}

func TestAgo(t *testing.T) {
	for _, c := range []struct{ then, now, en, fr, until string }{
		{"2024-11-22 05:42:00", "2024-11-22 05:42:00", "", "", "2024-11-23 05:42:00"},
		{"2024-11-22 05:42:00", "2024-11-23 05:41:59", "", "", "2024-11-23 05:42:00"},
		{"2024-11-22 05:42:00", "2024-11-23 05:42:00", "1 day ago", "il y a 1 jour", "2024-11-24 05:42:00"},
		{"2024-11-22 05:42:00", "2024-11-28 23:00:00", "6 days ago", "il y a 6 jours", "2024-11-29 05:42:00"},
		{"2024-11-22 05:42:00", "2024-11-29 05:42:00", "1 week ago", "il y a 1 semaine", "2024-12-06 05:42:00"},
		{"2024-11-22 05:42:00", "2024-12-21 05:42:00", "4 weeks ago", "il y a 4 semaines", "2024-12-22 05:42:00"},
		{"2024-11-22 05:42:00", "2024-12-22 05:42:00", "1 month ago", "il y a 1 mois", "2025-01-22 05:42:00"},
		{"2024-01-31 05:42:00", "2024-02-29 05:42:00", "1 month ago", "il y a 1 mois", "2024-03-31 05:42:00"},
		{"2024-11-22 05:42:00", "2025-11-22 05:41:59", "11 months ago", "il y a 11 mois", "2025-11-22 05:42:00"},
		{"2024-11-22 05:42:00", "2025-11-22 05:42:00", "1 year ago", "il y a 1 an", "2026-11-22 05:42:00"},
		{"2024-02-29 05:42:00", "2026-02-28 05:42:00", "2 years ago", "il y a 2 ans", "2027-02-28 05:42:00"},
		{"2024-12-31 23:59:00", "2025-01-01 00:01:00", "", "", "2025-01-01 23:59:00"},
		{"2024-11-22 05:42:00", "2020-01-01 00:00:00", "", "", "2024-11-23 05:42:00"},
		// One day is 24 hours also when the clocks change in between.
		{"2025-03-08 12:00:00", "2025-03-09 12:59:00", "", "", "2025-03-09 13:00:00"},
	} {
		then, now := in(t, "America/Edmonton", c.then), in(t, "America/Edmonton", c.now)
		en, until := clock.Ago(now, then, "en")
		fr, _ := clock.Ago(now.UTC(), then, "fr")
		same(t, c.then+" at "+c.now, en, c.en)
		same(t, c.then+" at "+c.now, fr, c.fr)
		if want := in(t, "America/Edmonton", c.until); !until.Equal(want) {
			t.Errorf("%s at %s: holds until %s, want %s", c.then, c.now, until, want)
		}
	}
}

func TestAge(t *testing.T) {
	then := in(t, "America/Edmonton", "2022-11-23 09:00:00")
	text, until := clock.Age(in(t, "America/Edmonton", "2023-11-23 08:59:00"), then, "en")
	same(t, "young", text, "")
	same(t, "young", until.Format(time.DateTime), "2023-11-23 09:00:00")
	text, _ = clock.Age(until, then, "en")
	same(t, "one", text, "1 year old")
	text, until = clock.Age(in(t, "America/Edmonton", "2024-11-23 09:00:00"), then, "en")
	same(t, "two", text, "2 years old")
	same(t, "two", until.Format(time.DateTime), "2025-11-23 09:00:00")
	text, _ = clock.Age(in(t, "America/Edmonton", "2024-11-23 09:00:00"), then, "fr")
	same(t, "two", text, "2 ans")
}

func TestNextMidnight(t *testing.T) {
	for _, c := range []struct{ zone, local, want string }{
		{"America/Edmonton", "2024-11-22 05:42:00", "2024-11-23T00:00:00-07:00"},
		{"America/Edmonton", "2024-12-31 23:59:59", "2025-01-01T00:00:00-07:00"},
		{"America/Edmonton", "2025-03-09 00:30:00", "2025-03-10T00:00:00-06:00"},
		{"America/Edmonton", "2024-11-03 00:30:00", "2024-11-04T00:00:00-07:00"},
		{"America/St_Johns", "2024-11-22 23:42:00", "2024-11-23T00:00:00-03:30"},
		{"America/Havana", "2024-03-09 12:00:00", "2024-03-10T01:00:00-04:00"}, // midnight does not exist
		{"America/Havana", "2024-11-02 12:00:00", "2024-11-03T00:00:00-04:00"}, // midnight comes twice
		{"America/Sao_Paulo", "2018-11-03 12:00:00", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", "2019-02-16 12:00:00", "2019-02-17T00:00:00-03:00"}, // 24:00 is 23:00 again
		{"Pacific/Apia", "2011-12-29 12:00:00", "2011-12-31T00:00:00+14:00"},      // a day that never was
	} {
		same(t, c.zone+" "+c.local, clock.NextMidnight(in(t, c.zone, c.local)).Format(time.RFC3339), c.want)
	}
}

// The text that Ago gives stays true until the moment it names, and changes there.
func FuzzAgo(f *testing.F) {
	f.Add(int64(1732279320), int64(1795351320))
	f.Add(int64(1709208000), int64(1740744000))
	f.Add(int64(0), int64(-5))
	zone, err := time.LoadLocation("America/St_Johns")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, then, now int64) {
		const century = 100 * 366 * 86400
		a, b := time.Unix(then%century, 0).In(zone), time.Unix(now%century, 0)
		text, until := clock.Ago(b, a, "en")
		if !until.After(b) {
			t.Fatalf("%s at %s: %q holds until %s", a, b, text, until)
		}
		before, again := clock.Ago(until.Add(-time.Second), a, "en")
		after, _ := clock.Ago(until, a, "en")
		if before != text || !again.Equal(until) || after == text {
			t.Fatalf("%s at %s: %q, a second before %s %q, then %q", a, b, text, until, before, after)
		}
		if _, next := clock.Age(b, a, "en"); !next.After(b) {
			t.Fatalf("age of %s at %s holds until %s", a, b, next)
		}
	})
}

func FuzzNextMidnight(f *testing.F) {
	f.Add(int64(1732279320), uint8(0))
	zones := []string{"America/Edmonton", "America/St_Johns", "America/Havana", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"}
	f.Fuzz(func(t *testing.T, sec int64, z uint8) {
		loc, err := time.LoadLocation(zones[int(z)%len(zones)])
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(sec%(200*366*86400), 0).In(loc)
		next := clock.NextMidnight(at)
		if !next.After(at) || next.Sub(at) > 26*time.Hour {
			t.Fatalf("after %s comes %s", at, next)
		}
		if last := next.Add(-time.Second); next.Format(time.DateOnly) <= at.Format(time.DateOnly) || last.Format(time.DateOnly) > at.Format(time.DateOnly) {
			t.Fatalf("after %s comes %s, a second before is %s", at, next, last)
		}
	})
}
