// Package weather asks weather services about a place and reads their answers into one Report: what is measured now,
// the next hours and days, and alerts. The services are Open-Meteo, the Meteorological Service of Canada, and for
// the demo a model inside the program. It keeps nothing: storing reports and asking on time is its caller's work, for
// which Due gives the rule. It knows nothing of pages, databases or readers.
package weather

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"masthead/internal/errs"
	"masthead/internal/local/place"
)

// Provider is a source of weather. An answer that is slow, wrong or missing is an error and has no other effect.
type Provider interface {
	Weather(ctx context.Context, p place.Place) (Report, error)
}

// Measure is a number that may be missing. What a provider left out, or gave beyond belief, is not Valid.
type Measure struct {
	Value float64
	Valid bool
}

// Report is the weather of a place. Times are in the place's zone.
type Report struct {
	Place      place.Place
	Observed   time.Time // of the values up to Condition; zero if the answer had none
	TempC      Measure   // −90 to 60
	FeelsLikeC Measure   // wind chill, humidex or the like
	Humidity   Measure   // percent
	WindKPH    Measure
	GustKPH    Measure
	WindDir    string // where it comes from, one of 16 points in English letters ("WNW"), or ""
	Condition  Condition
	Hours      []Hour  // at most 48, ascending
	Days       []Day   // at most 7, ascending
	Alerts     []Alert // most severe first
	Provider   string  // who is to be named, in English and French, with a link
	ProviderFR string
	URL        string
}

// Hour is the forecast for the hour that begins at Time.
type Hour struct {
	Time      time.Time
	TempC     Measure
	POP       Measure // probability of precipitation, percent
	WindKPH   Measure
	Condition Condition
}

// Day is the forecast of a calendar day; Date is its midnight. MinC may be that of the night that follows.
type Day struct {
	Date       time.Time
	MinC, MaxC Measure
	POP        Measure
	Condition  Condition
}

// Severity orders alerts as the Meteorological Service of Canada does.
type Severity string

// The severities, most severe first.
const (
	Warning   Severity = "warning"
	Watch     Severity = "watch"
	Advisory  Severity = "advisory"
	Statement Severity = "statement"
)

// Alert is an official notice of dangerous weather. Of Title and Text either language may be empty; From and Until
// may be zero.
type Alert struct {
	Title, TitleFR string
	Text, TextFR   string
	Severity       Severity
	From, Until    time.Time
	URL            string // http or https, or ""
}

// fresh is how old an observation may be and still be called the weather now.
const fresh = 3 * time.Hour

// Temperature returns the temperature if it is still true at now: observed less than three hours before, and not
// in the future by more than a clock's error.
func (r Report) Temperature(now time.Time) Measure {
	if age := now.Sub(r.Observed); r.Observed.IsZero() || age >= fresh || age < -15*time.Minute {
		return Measure{}
	}
	return r.TempC
}

// Since returns the report without what is over at now: hours, days and alerts of the past.
func (r Report) Since(now time.Time) Report {
	r.Hours = slices.DeleteFunc(slices.Clone(r.Hours), func(h Hour) bool { return !h.Time.Add(time.Hour).After(now) })
	r.Days = slices.DeleteFunc(slices.Clone(r.Days), func(d Day) bool { return !d.Date.AddDate(0, 0, 1).After(now) })
	r.Alerts = slices.DeleteFunc(slices.Clone(r.Alerts), func(a Alert) bool { return !a.Until.IsZero() && !a.Until.After(now) })
	return r
}

// Next returns when to ask a provider again after it was asked at asked and has failed so many times in a row (0 after
// an answer). retryAfter is what the provider itself wished for, or 0.
func Next(asked time.Time, failures int, retryAfter time.Duration) time.Time {
	const usual, first, most = 15 * time.Minute, 2 * time.Minute, time.Hour
	wait := usual
	if failures > 0 {
		wait = min(first<<min(failures-1, 10), most)
	}
	return asked.Add(max(wait, min(retryAfter, 24*time.Hour)))
}

// Due reports whether it is time to ask again. A place never asked about (zero asked) is due.
func Due(now, asked time.Time, failures int, retryAfter time.Duration) bool {
	return asked.IsZero() || !now.Before(Next(asked, failures, retryAfter))
}

// Bounds of what is read from an answer.
const (
	maxAnswer = 4 << 20
	maxHours  = 48
	maxDays   = 7
	maxAlerts = 20
	maxText   = 10_000
)

// check refuses an answer without anything to show, and puts the rest into bounds and order.
func check(r Report) (Report, error) {
	if !r.TempC.Valid && len(r.Hours) == 0 && len(r.Days) == 0 && len(r.Alerts) == 0 {
		return Report{}, errs.Errorf(errs.Invalid, "the answer has no weather in it")
	}
	if !r.Observed.IsZero() {
		r = forward(r)
	}
	r.Hours = r.Hours[:min(len(r.Hours), maxHours)]
	r.Days = r.Days[:min(len(r.Days), maxDays)]
	rank := []Severity{Warning, Watch, Advisory, Statement}
	slices.SortStableFunc(r.Alerts, func(a, b Alert) int { return slices.Index(rank, a.Severity) - slices.Index(rank, b.Severity) })
	r.Alerts = r.Alerts[:min(len(r.Alerts), maxAlerts)]
	return r, nil
}

// forward drops hours and days before the observation: some answers begin days back.
func forward(r Report) Report {
	alerts := r.Alerts
	r = r.Since(r.Observed)
	r.Alerts = alerts
	return r
}

// zone is the place's time zone, UTC if it has none that is known.
func zone(p place.Place) *time.Location {
	if loc, err := time.LoadLocation(p.Zone); err == nil {
		return loc
	}
	return time.UTC
}

// link passes a web address on and drops everything else.
func link(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(s) > 2000 {
		return ""
	}
	return u.String()
}

// title tidies a provider's heading: one line, a capital first, nothing shouted.
func title(s string) string {
	s = strings.Join(strings.Fields(cut(s, 300)), " ")
	if s == strings.ToUpper(s) {
		s = strings.ToLower(s)
	}
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// text tidies a provider's prose: paragraphs parted by one empty line.
func text(s string) string {
	var paras []string
	for para := range strings.SplitSeq(strings.ReplaceAll(cut(s, maxText), "\r", ""), "\n\n") {
		if para = strings.TrimSpace(para); para != "" {
			paras = append(paras, para)
		}
	}
	return strings.Join(paras, "\n\n")
}

// cut bounds a string to n bytes of valid UTF-8.
func cut(s string, n int) string {
	return strings.ToValidUTF8(s[:min(len(s), n)], "")
}
