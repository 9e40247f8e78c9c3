package weather

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/fetch"
	"masthead/internal/local/place"
)

// OpenMeteo asks the forecast service of Open-Meteo or a server of one's own with the same API.
type OpenMeteo struct {
	Client *fetch.Client
	Base   string // "" is the service's own address
	Key    string // of a paid account, or ""
}

// Weather implements Provider.
func (o OpenMeteo) Weather(ctx context.Context, p place.Place) (Report, error) {
	q := url.Values{
		"latitude":         {coordinate(p.Lat)},
		"longitude":        {coordinate(p.Lon)},
		"current":          {"temperature_2m,relative_humidity_2m,apparent_temperature,weather_code,wind_speed_10m,wind_direction_10m,wind_gusts_10m"},
		"hourly":           {"temperature_2m,precipitation_probability,weather_code,wind_speed_10m"},
		"daily":            {"weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max"},
		"forecast_hours":   {strconv.Itoa(maxHours)},
		"forecast_days":    {strconv.Itoa(maxDays)},
		"timezone":         {p.Zone},
		"temperature_unit": {"celsius"},
		"wind_speed_unit":  {"kmh"},
	}
	if o.Key != "" {
		q.Set("apikey", o.Key)
	}
	res, err := o.Client.Get(ctx, strings.TrimSuffix(cmp.Or(o.Base, "https://api.open-meteo.com"), "/")+"/v1/forecast?"+q.Encode(), asking)
	if err != nil {
		return Report{}, fmt.Errorf("weather of %s: %w", p.Slug, err)
	}
	r, err := ReadOpenMeteo(res.Body, p)
	if err != nil {
		return Report{}, fmt.Errorf("weather of %s: %w", p.Slug, err)
	}
	return r, nil
}

// asking bounds one request to a provider.
var asking = fetch.Options{MaxBody: maxAnswer, Timeout: 20 * time.Second, Tries: 2}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }

// series is one group of an answer: named values or arrays of values, and the units they are in.
type series struct {
	values map[string]json.RawMessage
	units  map[string]string
	clock  *time.Location
}

// ReadOpenMeteo reads an answer of Open-Meteo's /v1/forecast for a place, in whatever units it was asked for. Its times
// are local and naive, at the one offset that the answer names for all of them.
func ReadOpenMeteo(b []byte, p place.Place) (Report, error) {
	var a struct {
		Latitude, Longitude *float64
		Offset              int  `json:"utc_offset_seconds"`
		Failed              bool `json:"error"`
		Reason              string
		Current, Hourly     map[string]json.RawMessage
		Daily               map[string]json.RawMessage
		CurrentUnits        map[string]string `json:"current_units"`
		HourlyUnits         map[string]string `json:"hourly_units"`
		DailyUnits          map[string]string `json:"daily_units"`
	}
	if len(b) > maxAnswer {
		return Report{}, errs.Errorf(errs.Invalid, "open-meteo answer has %d bytes", len(b))
	}
	if err := json.Unmarshal(b, &a); err != nil {
		return Report{}, errs.Errorf(errs.Invalid, "open-meteo answer: %w", err)
	}
	if a.Failed {
		return Report{}, errs.Errorf(errs.Invalid, "open-meteo refuses: %.200s", a.Reason)
	}
	if a.Latitude == nil || a.Longitude == nil || place.Distance(*a.Latitude, *a.Longitude, p.Lat, p.Lon) > 60 {
		return Report{}, errs.Errorf(errs.Invalid, "open-meteo answer is for another place")
	}
	if a.Offset < -16*3600 || a.Offset > 16*3600 {
		return Report{}, errs.Errorf(errs.Invalid, "open-meteo answer has a UTC offset of %d s", a.Offset)
	}
	at := time.FixedZone("", a.Offset)
	local := zone(p)
	r := Report{Place: p, Provider: "Open-Meteo", ProviderFR: "Open-Meteo", URL: "https://open-meteo.com/"}
	now := series{a.Current, a.CurrentUnits, at}
	if t := now.time(0); !t.IsZero() {
		r.Observed = t.In(local)
		r.TempC, r.FeelsLikeC = celsius(now.degrees("temperature_2m", 0)), feels(now.degrees("apparent_temperature", 0))
		r.Humidity = percent(now.number("relative_humidity_2m", 0))
		r.WindKPH, r.GustKPH = kph(now.speed("wind_speed_10m", 0)), kph(now.speed("wind_gusts_10m", 0))
		r.WindDir = compass(now.number("wind_direction_10m", 0))
		r.Condition = wmo(now.number("weather_code", 0))
	}
	hourly := series{lists(a.Hourly), a.HourlyUnits, at}
	for i := range hourly.len() {
		h := Hour{
			Time: hourly.time(i).In(local), TempC: celsius(hourly.degrees("temperature_2m", i)),
			POP:     percent(hourly.number("precipitation_probability", i)),
			WindKPH: kph(hourly.speed("wind_speed_10m", i)), Condition: wmo(hourly.number("weather_code", i)),
		}
		if h.TempC.Valid && !hourly.time(i).IsZero() {
			r.Hours = append(r.Hours, h)
		}
	}
	daily := series{lists(a.Daily), a.DailyUnits, local}
	for i := range daily.len() {
		d := Day{
			Date: daily.time(i), MinC: celsius(daily.degrees("temperature_2m_min", i)),
			MaxC: celsius(daily.degrees("temperature_2m_max", i)),
			POP:  percent(daily.number("precipitation_probability_max", i)), Condition: wmo(daily.number("weather_code", i)),
		}
		if (d.MinC.Valid || d.MaxC.Valid) && !d.Date.IsZero() {
			r.Days = append(r.Days, d)
		}
	}
	return check(r)
}

// lists splits the arrays of a group once, so that each value is found by its index. Keys become "name/index".
func lists(group map[string]json.RawMessage) map[string]json.RawMessage {
	const most = 24 * 17 // the service's longest forecast
	out := make(map[string]json.RawMessage)
	for name, raw := range group {
		var list []json.RawMessage
		if len(name) > 60 || json.Unmarshal(raw, &list) != nil {
			continue
		}
		for i, v := range list[:min(len(list), most)] {
			out[name+"/"+strconv.Itoa(i)] = v
		}
	}
	return out
}

// len counts the times of a group of arrays.
func (s series) len() int {
	n := 0
	for s.values["time/"+strconv.Itoa(n)] != nil {
		n++
	}
	return n
}

func (s series) raw(name string, i int) json.RawMessage {
	if v, ok := s.values[name+"/"+strconv.Itoa(i)]; ok {
		return v
	}
	return s.values[name]
}

// number is a value; null, absent and everything that is not a number is NaN.
func (s series) number(name string, i int) float64 { return number(string(s.raw(name, i))) }

func (s series) degrees(name string, i int) float64 {
	v := s.number(name, i)
	switch s.units[name] {
	case "°C", "":
		return v
	case "°F":
		return (v - 32) * 5 / 9
	}
	return math.NaN()
}

func (s series) speed(name string, i int) float64 {
	v := s.number(name, i)
	switch s.units[name] {
	case "km/h", "":
		return v
	case "mp/h":
		return v * 1.609344
	case "m/s":
		return v * 3.6
	case "kn":
		return v * 1.852
	}
	return math.NaN()
}

// time reads "2006-01-02T15:04" or "2006-01-02" on the group's clock; what it cannot read is zero.
func (s series) time(i int) time.Time {
	var v string
	if json.Unmarshal(s.raw("time", i), &v) != nil {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, v, s.clock); err == nil && t.Year() >= 1990 && t.Year() < 2200 {
			return t
		}
	}
	return time.Time{}
}
