package weather

import (
	"context"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"time"

	"masthead/internal/local/place"
)

// Recorded is the demo's provider: plausible weather for any place and time without a network, and always the same
// for the same place and hour. It is a model, not a measurement, and its name says so.
//
// Temperature is a yearly mean by latitude, a yearly wave that is coldest three weeks into January (July in the south)
// and weak on mild coasts, a daily wave that is coldest at dawn, and a drift over days drawn from the place's name.
type Recorded struct {
	Now func() time.Time
}

// Weather implements Provider. It never fails.
func (d Recorded) Weather(_ context.Context, p place.Place) (Report, error) {
	local := zone(p)
	now := d.Now().In(local)
	hour := now.Add(-time.Duration(now.Minute())*time.Minute - time.Duration(now.Second())*time.Second).Truncate(time.Second)
	m := newModel(p)
	r := Report{
		Place: p, Observed: hour, Provider: "Recorded for the demo", ProviderFR: "Enregistré pour la démonstration",
		TempC: celsius(m.temperature(hour)), Humidity: percent(math.Round(60 + 35*m.wet(hour))),
		WindKPH: kph(m.wind(hour)), WindDir: compass(360 * m.drift("from", hour, 60)), Condition: m.sky(hour),
	}
	r.FeelsLikeC = windChill(r.TempC.Value, r.WindKPH.Value)
	if r.WindKPH.Value > 30 {
		r.GustKPH = kph(math.Round(r.WindKPH.Value * 1.6))
	}
	for i := range maxHours {
		t := hour.Add(time.Duration(i) * time.Hour)
		r.Hours = append(r.Hours, Hour{Time: t, TempC: celsius(m.temperature(t)), POP: percent(m.pop(t)), WindKPH: kph(m.wind(t)), Condition: m.sky(t)})
	}
	for i := range maxDays {
		r.Days = append(r.Days, m.day(time.Date(hour.Year(), hour.Month(), hour.Day()+i, 0, 0, 0, 0, local)))
	}
	if gust := m.windiest(hour); gust.WindKPH.Value > 38 {
		r.Alerts = []Alert{{
			Title: "Wind advisory (sample)", TitleFR: "Avis de vent (exemple)", Severity: Advisory,
			Text:   "Strong winds are expected. This alert was made up for the demo.",
			TextFR: "Des vents forts sont prévus. Cette alerte a été inventée pour la démonstration.",
			From:   gust.Time.Add(-2 * time.Hour), Until: gust.Time.Add(4 * time.Hour),
		}}
	}
	return check(r)
}

// model is the weather of one place.
type model struct {
	seed          string
	lon           float64
	mean, yearly  float64 // °C: the mean, and half the way from the coldest to the warmest day
	coldest       float64 // day of the year
	daily, unrest float64 // °C: half the way from night to day, and the reach of the drift
}

func newModel(p place.Place) model {
	lat := math.Abs(p.Lat)
	m := model{seed: p.Slug, lon: p.Lon, mean: 30.5 - 0.51*lat, yearly: 0.27 * lat, coldest: 20, daily: 4.5, unrest: 7}
	if mild(p) {
		m.mean, m.yearly, m.daily, m.unrest = m.mean+4.5, m.yearly*0.55, 3, 4
	}
	if p.Lat < 0 {
		m.coldest = 202
	}
	return m
}

// mild reports whether a sea keeps the place's seasons flat: the British and French west, Canada's Pacific coast, Australia.
func mild(p place.Place) bool {
	switch p.Country {
	case "gb", "fr", "au":
		return true
	}
	return p.Zone == "America/Vancouver" && p.Lon < -121 && p.Lat < 55 || p.Zone == "America/Los_Angeles" && p.Lon < -117.1
}

func (m model) temperature(t time.Time) float64 {
	season := math.Cos(2 * math.Pi * (float64(t.YearDay()) - m.coldest) / 365.25)
	sun := math.Mod(float64(t.Unix())/3600+m.lon/15+48, 24) // mean solar hour
	v := m.mean - m.yearly*season - m.daily*math.Cos(2*math.Pi*(sun-4)/24)*(1-0.5*m.wet(t)) + m.unrest*(2*m.drift("air", t, 72)-1)
	return math.Round(v*10)/10 + 0 // no −0
}

// wet is 0 for dry and 1 for rain, over spells of a day and a half.
func (m model) wet(t time.Time) float64 { return m.drift("wet", t, 36) }

func (m model) wind(t time.Time) float64 {
	w := m.drift("wind", t, 30)
	return math.Round(4 + 46*w*w*w + 6*m.drift("gust", t, 3))
}

func (m model) pop(t time.Time) float64 {
	return math.Round(min(max(m.wet(t)-0.45, 0)/0.45, 1)*9) * 10
}

func (m model) sky(t time.Time) Condition {
	wet, temp := m.wet(t), m.temperature(t)
	switch {
	case wet > 0.72 && temp < -0.5:
		return Snow
	case wet > 0.72 && temp < 1.5:
		return Sleet
	case wet > 0.92 && temp > 17:
		return Thunder
	case wet > 0.78:
		return Rain
	case wet > 0.72:
		return Drizzle
	case wet > 0.66 && m.wind(t) < 9:
		return Fog
	case wet > 0.5:
		return Cloudy
	case wet > 0.32:
		return Partly
	}
	return Clear
}

// day looks at every hour of a calendar day. Its condition is the wettest of the daylight hours.
func (m model) day(date time.Time) Day {
	d := Day{Date: date}
	lo, hi, pop, wet := math.Inf(1), math.Inf(-1), 0.0, -1.0
	for t := date; t.Before(date.AddDate(0, 0, 1)); t = t.Add(time.Hour) {
		v := m.temperature(t)
		lo, hi, pop = min(lo, v), max(hi, v), max(pop, m.pop(t))
		if w := m.wet(t); t.Hour() >= 7 && t.Hour() < 20 && w > wet {
			wet, d.Condition = w, m.sky(t)
		}
	}
	d.MinC, d.MaxC, d.POP = celsius(lo), celsius(hi), percent(pop)
	return d
}

// windiest is the hour of the next day and a half with the most wind.
func (m model) windiest(from time.Time) Hour {
	best := Hour{Time: from}
	for i := range 36 {
		t := from.Add(time.Duration(i) * time.Hour)
		if w := m.wind(t); w > best.WindKPH.Value {
			best = Hour{Time: t, WindKPH: kph(w)}
		}
	}
	return best
}

// drift is a smooth curve between 0 and 1 that passes through a new chance value every so many hours.
func (m model) drift(of string, t time.Time, hours int64) float64 {
	span := hours * 3600
	step := t.Unix() / span
	part := float64(t.Unix()%span) / float64(span)
	if part < 0 {
		step, part = step-1, part+1
	}
	ease := (1 - math.Cos(math.Pi*part)) / 2
	return m.chance(of, step)*(1-ease) + m.chance(of, step+1)*ease
}

func (m model) chance(of string, step int64) float64 {
	h := fnv.New64a()
	h.Write([]byte(strings.Join([]string{m.seed, of, strconv.FormatInt(step, 10)}, "|")))
	x := h.Sum64()
	x ^= x >> 32 // the low bits of short keys differ most
	x *= 0x9e3779b97f4a7c15
	return float64(x>>11) / (1 << 53)
}

// windChill is Environment Canada's index, for air at or below zero and wind from 5 km/h.
func windChill(c, wind float64) Measure {
	if c > 0 || wind < 5 {
		return Measure{}
	}
	v := math.Pow(wind, 0.16)
	return feels(math.Round(13.12 + 0.6215*c - 11.37*v + 0.3965*c*v))
}
