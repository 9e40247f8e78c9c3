package weather_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/local/place"
	"masthead/internal/local/weather"
)

func town(t testing.TB, slug string) place.Place {
	t.Helper()
	p, ok := place.All().Slug(slug)
	if !ok {
		t.Fatalf("no place %s", slug)
	}
	return p
}

func answer(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(fixture.Data(t, "weather", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func is(t *testing.T, what string, got weather.Measure, want float64) {
	t.Helper()
	if !got.Valid || math.Abs(got.Value-want) > 0.051 {
		t.Errorf("%s: got %+v, want %v", what, got, want)
	}
}

// facts are what an independent reader found in a city page.
type facts struct {
	Current struct {
		Observed string `json:"observed_utc"`
		Temp     string `json:"temperature_c"`
		Humidity string `json:"humidity_pct"`
		Wind     string `json:"wind_speed"`
		Dir      string `json:"wind_dir"`
		Chill    string `json:"wind_chill"`
		Humidex  string `json:"humidex"`
	} `json:"current"`
	First []struct {
		Period string      `json:"period"`
		Temps  [][2]string `json:"temps"`
		POP    string      `json:"pop"`
	} `json:"first_forecasts"`
	Hourly   int `json:"hourly"`
	Warnings []struct {
		Type string `json:"type"`
	} `json:"warnings"`
}

func expected(t testing.TB, name string, v any) {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(answer(t, "expected.json"), &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[name], v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func float(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCityPagesAsExpected(t *testing.T) {
	for name, slug := range map[string]string{
		"msc-citypage/env-canada-2025-02-05.xml": "ottawa", "msc-citypage/s0000458_e.xml": "toronto",
		"msc-citypage/s0000458_e_windchill.xml": "toronto", "msc-citypage/fakeOttawaWeather.xml": "ottawa",
		"msc-citypage/quebec-2022-03-21-fr-latin1.xml": "quebec-city",
	} {
		t.Run(name, func(t *testing.T) {
			var want facts
			expected(t, name, &want)
			r, err := weather.ReadMSC(answer(t, name), town(t, slug))
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Observed.UTC().Format("20060102150405"); got != want.Current.Observed {
				t.Errorf("observed %s, want %s", got, want.Current.Observed)
			}
			is(t, "temperature", r.TempC, float(t, want.Current.Temp))
			is(t, "humidity", r.Humidity, float(t, want.Current.Humidity))
			is(t, "wind", r.WindKPH, float(t, want.Current.Wind))
			if want := strings.ReplaceAll(want.Current.Dir, "O", "W"); r.WindDir != want {
				t.Errorf("wind from %q, want %q", r.WindDir, want)
			}
			if want.Current.Chill != "" {
				is(t, "wind chill", r.FeelsLikeC, float(t, want.Current.Chill))
			}
			if len(r.Hours) != want.Hourly || len(r.Alerts) != len(want.Warnings) || r.Condition == weather.Unknown {
				t.Errorf("%d hours, %d alerts, %q; want %d and %d", len(r.Hours), len(r.Alerts), r.Condition, want.Hourly, len(want.Warnings))
			}
			checkPeriods(t, r, want)
		})
	}
}

// checkPeriods finds each expected high and low on the day whose name the period has.
func checkPeriods(t *testing.T, r weather.Report, want facts) {
	t.Helper()
	french := map[string]time.Weekday{"lundi": time.Monday, "mardi": time.Tuesday}
	day := 0
	for i, f := range want.First {
		night := f.Temps[0][0] == "low"
		if i > 0 && want.First[i-1].Temps[0][0] == "low" {
			day++
		}
		d := r.Days[day]
		name, _, _ := strings.Cut(f.Period, " ")
		if w, ok := french[name]; ok && d.Date.Weekday() != w || strings.HasSuffix(name, "day") && d.Date.Weekday().String() != name {
			t.Errorf("period %q fell on %s", f.Period, d.Date.Weekday())
		}
		got := d.MaxC
		if night {
			got = d.MinC
		}
		is(t, f.Period, got, float(t, f.Temps[0][1]))
		if f.POP != "" && d.POP.Value < float(t, f.POP) {
			t.Errorf("%s: chance %v, want at least %s", f.Period, d.POP, f.POP)
		}
	}
}

func TestCityPageDetails(t *testing.T) {
	r, err := weather.ReadMSC(answer(t, "msc-citypage/env-canada-2025-02-05.xml"), town(t, "ottawa"))
	if err != nil {
		t.Fatal(err)
	}
	a := r.Alerts[0]
	if a.Title != "Weather advisory" || a.TitleFR != "" || a.Severity != weather.Advisory ||
		!strings.HasPrefix(a.URL, "https://weather.gc.ca/warnings/report_e.html?onrm104#") {
		t.Errorf("alert %+v", a)
	}
	if got := a.From.Format(time.RFC3339) + " " + a.Until.UTC().Format(time.RFC3339); got != "2025-02-05T18:07:55-05:00 2025-02-06T15:07:55Z" {
		t.Errorf("alert holds %s", got)
	}
	h := r.Hours[0]
	if h.Time.UTC().Format(time.RFC3339) != "2025-02-06T00:00:00Z" || h.Condition != weather.Clear {
		t.Errorf("first hour %+v", h)
	}
	is(t, "first hour", h.TempC, -16)
	if len(r.Days) != 7 || r.Condition != weather.Clear || r.Days[1].Condition != weather.Snow {
		t.Errorf("%d days, now %s, tomorrow %s", len(r.Days), r.Condition, r.Days[1].Condition)
	}
	if r, err := weather.ReadMSC(answer(t, "msc-citypage/quebec-2022-03-21-fr-latin1.xml"), town(t, "quebec-city")); err != nil ||
		r.WindDir != "WNW" || r.WindDirIn("fr") != "ONO" || r.Condition != weather.Cloudy || r.GustKPH.Value != 28 {
		t.Errorf("Québec: %+v, %v", r, err)
	}
	if _, err := weather.ReadMSC(answer(t, "msc-citypage/s0000458_e.xml"), town(t, "calgary")); !errs.Is(err, errs.Invalid) {
		t.Errorf("Toronto's page taken for Calgary's: %v", err)
	}
}

func TestAlertFeatures(t *testing.T) {
	b := answer(t, "msc-geomet/eccc-alerts-2026-03-05.geojson")
	for slug, want := range map[string]string{
		"toronto": "Freezing rain warning", "mississauga": "Freezing rain warning", "hamilton": "Freezing rain warning",
		"st-catharines": "Special weather statement", "calgary": "",
	} {
		r, err := weather.ReadMSC(b, town(t, slug))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range r.Alerts {
			got = append(got, a.Title)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", slug, got, want)
		}
	}
	r, _ := weather.ReadMSC(b, town(t, "toronto"))
	a := r.Alerts[0]
	if a.TitleFR != "Avertissement de pluie verglaçante" || a.Severity != weather.Warning ||
		!strings.HasPrefix(a.Text, "Freezing rain on tap.\n\nWhat:\n") || !strings.HasPrefix(a.TextFR, "Pluie verglaçante en perspective.\n\nQuoi :") {
		t.Errorf("alert %+v", a)
	}
	if got := a.From.Format(time.RFC3339) + " " + a.Until.Format(time.RFC3339); got != "2026-03-05T17:00:00-05:00 2026-03-06T01:00:00-05:00" {
		t.Errorf("alert holds %s", got)
	}
}

func TestCAP(t *testing.T) {
	lake := place.Place{Slug: "savant-lake", Lat: 50.24, Lon: -90.7, Zone: "America/Winnipeg", Country: "ca"}
	r, err := weather.ReadMSC(answer(t, "cap/eccc-thunderstorm-warning-2023.xml"), lake)
	if err != nil || len(r.Alerts) != 1 {
		t.Fatalf("%+v, %v", r.Alerts, err)
	}
	a := r.Alerts[0]
	if a.Title != "Severe thunderstorm warning" || a.TitleFR == "" || a.Severity != weather.Warning || !strings.Contains(a.Text, "Flindt Lake") ||
		!strings.Contains(a.TextFR, "orage") || a.URL != "http://weather.gc.ca/warnings/index_e.html" ||
		a.Until.UTC().Format(time.RFC3339) != "2023-08-06T01:36:22Z" || a.From.UTC().Format(time.RFC3339) != "2023-08-05T22:37:22Z" {
		t.Errorf("alert %+v", a)
	}
	if r, err := weather.ReadMSC(answer(t, "cap/eccc-thunderstorm-warning-2023.xml"), town(t, "calgary")); err != nil || len(r.Alerts) != 0 {
		t.Errorf("Calgary: %v, %v", r.Alerts, err)
	}
	if r, err := weather.ReadMSC(answer(t, "cap/eccc-thunderstorm-warning-ended-2023.xml"), lake); err != nil || len(r.Alerts) != 0 {
		t.Errorf("an ended warning still shows: %v, %v", r.Alerts, err)
	}
}

func TestStation(t *testing.T) {
	near := place.Place{Slug: "tadoule-lake", Lat: 58.7, Lon: -98.5, Zone: "America/Winnipeg", Country: "ca"}
	r, err := weather.ReadMSC(answer(t, "msc-geomet/swob-CYBQ.geojson"), near)
	if err != nil {
		t.Fatal(err)
	}
	is(t, "temperature", r.TempC, 5.9)
	is(t, "humidity", r.Humidity, 50)
	is(t, "wind", r.WindKPH, 9.4)
	if r.WindDir != "N" || r.GustKPH.Valid || r.Observed.UTC().Format(time.RFC3339) != "2020-05-31T02:00:00Z" {
		t.Errorf("%+v", r)
	}
}

func TestOpenMeteo(t *testing.T) {
	toronto, err := weather.ReadOpenMeteo(answer(t, "open-meteo/toronto-2026-03-05-imperial.json"), town(t, "toronto"))
	if err != nil {
		t.Fatal(err)
	}
	is(t, "32.6 °F", toronto.TempC, 0.33)
	is(t, "feels like 22.5 °F", toronto.FeelsLikeC, -5.28)
	is(t, "13.2 mp/h", toronto.WindKPH, 21.24)
	is(t, "gusts of 33.3 mp/h", toronto.GustKPH, 53.59)
	if got := toronto.Observed.Format(time.RFC3339); got != "2026-03-05T21:00:00-05:00" || toronto.Condition != weather.Cloudy || toronto.Humidity.Valid {
		t.Errorf("observed %s, %s, humidity %v", got, toronto.Condition, toronto.Humidity)
	}
	if len(toronto.Hours) != 48 || !toronto.Hours[0].Time.Equal(toronto.Observed) || len(toronto.Days) != 7 {
		t.Errorf("%d hours from %s, %d days", len(toronto.Hours), toronto.Hours[0].Time, len(toronto.Days))
	}
	if got := toronto.Days[0].Date.Format(time.RFC3339) + " " + toronto.Days[4].Date.Format(time.RFC3339); got != "2026-03-05T00:00:00-05:00 2026-03-09T00:00:00-04:00" {
		t.Errorf("days at %s", got)
	}
	is(t, "today's high 39.3 °F", toronto.Days[0].MaxC, 4.06)
	is(t, "today's chance", toronto.Days[0].POP, 69)

	melbourne, err := weather.ReadOpenMeteo(answer(t, "open-meteo/melbourne-2025-05-09.json"), town(t, "melbourne"))
	if err != nil {
		t.Fatal(err)
	}
	if melbourne.TempC.Valid || melbourne.Observed.UTC().Format(time.RFC3339) != "2025-05-09T13:15:00Z" || melbourne.Condition != weather.Unknown {
		t.Errorf("Melbourne's answer has no temperature now: %+v", melbourne.TempC)
	}
	if got := melbourne.Hours[0].Time; !got.Equal(time.Date(2025, 5, 9, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("hours begin at %s", got)
	}
	is(t, "high", melbourne.Days[0].MaxC, 18.1)

	daily, err := weather.ReadOpenMeteo(answer(t, "open-meteo/daily-forecast.json"), town(t, "melbourne"))
	if err != nil || len(daily.Days) != 7 || daily.Days[0].Condition != weather.Drizzle || !daily.Observed.IsZero() || len(daily.Hours) != 0 {
		t.Errorf("%+v, %v", daily, err)
	}
}

const sparse = `{"latitude":51.04,"longitude":-114.07,"utc_offset_seconds":-25200,` +
	`"current":{"time":"2024-11-22T05:42","temperature_2m":%T,"weather_code":null},` +
	`"hourly":{"time":["2024-11-22T06:00","2024-11-22T07:00","nonsense"],"temperature_2m":[null,-12.5,3],"precipitation_probability":null,"weather_code":[71]}}`

func TestOpenMeteoGapsAndNonsense(t *testing.T) {
	calgary := town(t, "calgary")
	for temp, valid := range map[string]bool{"-13.4": true, "60": true, "-90": true, "60.1": false, "-273": false, "999": false, "null": false, `"x"`: false, "1e999": false} {
		r, err := weather.ReadOpenMeteo([]byte(strings.ReplaceAll(sparse, "%T", temp)), calgary)
		if err != nil || r.TempC.Valid != valid {
			t.Errorf("temperature %s: %+v, %v", temp, r.TempC, err)
			continue
		}
		if len(r.Hours) != 1 || r.Hours[0].TempC.Value != -12.5 || r.Hours[0].POP.Valid || r.Hours[0].Condition != weather.Unknown {
			t.Errorf("hours %+v", r.Hours)
		}
	}
	for name, b := range map[string]string{
		"empty": "", "html": "<html>busy</html>", "cut": sparse[:60], "array": "[]", "null": "null", "nothing": "{}",
		"refusal":   `{"error":true,"reason":"Cannot resolve"}`,
		"elsewhere": strings.Replace(sparse, "51.04", "-51.04", 1),
		"offset":    strings.Replace(sparse, "-25200", "99999999", 1),
		"bare":      `{"latitude":51.04,"longitude":-114.07}`,
	} {
		if r, err := weather.ReadOpenMeteo([]byte(strings.ReplaceAll(b, "%T", "1")), calgary); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestBrokenCanadianAnswers(t *testing.T) {
	page := string(answer(t, "msc-citypage/s0000458_e.xml"))
	toronto := town(t, "toronto")
	for name, b := range map[string]string{
		"empty": "", "cut": page[:len(page)/2], "html": "<html><body>busy</body></html>", "null": "null", "no features": `{"type":"FeatureCollection","features":[]}`,
		"entity bomb": `<!DOCTYPE a [<!ENTITY b "bbbb">]><siteData>&b;</siteData>`,
		"no weather":  `<siteData><location><name lat="43.65N" lon="79.38W">Toronto</name></location></siteData>`,
		"encoding":    `<?xml version="1.0" encoding="UTF-7"?>` + page,
	} {
		if r, err := weather.ReadMSC([]byte(b), toronto); err == nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
	r, err := weather.ReadMSC([]byte(strings.Replace(page, ">25.6<", ">256<", 1)), toronto)
	if err != nil || r.TempC.Valid {
		t.Errorf("256 °C: %+v, %v", r.TempC, err)
	}
	r, err = weather.ReadMSC([]byte(strings.Replace(page, ">25.6<", "><", 1)), toronto)
	if err != nil || r.TempC.Valid || !r.Humidity.Valid {
		t.Errorf("no temperature: %+v, %v", r.TempC, err)
	}
}

func FuzzReadOpenMeteo(f *testing.F) {
	f.Add([]byte(strings.ReplaceAll(sparse, "%T", "-13.4")))
	f.Add(answer(f, "open-meteo/daily-forecast.json"))
	calgary := town(f, "calgary")
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := weather.ReadOpenMeteo(b, calgary); err == nil {
			believable(t, r)
		}
	})
}

func FuzzReadMSC(f *testing.F) {
	for _, name := range []string{"msc-citypage/fakeOttawaWeather.xml", "msc-citypage/quebec-2022-03-21-fr-latin1.xml", "cap/eccc-thunderstorm-warning-2023.xml", "msc-geomet/swob-CYBQ.geojson"} {
		f.Add(answer(f, name))
	}
	f.Add([]byte(cityFeatures))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[-115,50],[-113,50],[-113,52]]]},"properties":{"alert_type":"watch","alert_name_en":"wind watch","expiration_datetime":"2026-03-06T08:04:06.795Z"}}]}`))
	calgary := town(f, "calgary")
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := weather.ReadMSC(b, calgary); err == nil {
			believable(t, r)
		}
	})
}

func believable(t *testing.T, r weather.Report) {
	t.Helper()
	temps := []weather.Measure{r.TempC}
	for _, h := range r.Hours {
		temps = append(temps, h.TempC)
	}
	for _, d := range r.Days {
		temps = append(temps, d.MinC, d.MaxC)
	}
	for _, m := range temps {
		if m.Valid && !(m.Value >= -90 && m.Value <= 60) {
			t.Fatalf("%v °C", m.Value)
		}
	}
	if len(r.Hours) > 48 || len(r.Days) > 7 || len(r.Alerts) > 20 {
		t.Fatalf("%d hours, %d days, %d alerts", len(r.Hours), len(r.Days), len(r.Alerts))
	}
	for _, a := range r.Alerts {
		if a.Title == "" && a.TitleFR == "" || a.URL != "" && !strings.HasPrefix(a.URL, "http") {
			t.Fatalf("alert %+v", a)
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
}
