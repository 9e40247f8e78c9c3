package weather_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"masthead/internal/errs"
	"masthead/internal/fetch"
	"masthead/internal/local/place"
	"masthead/internal/local/weather"
)

// cityFeatures is written in the form of GeoMet's bilingual city pages: the farther page comes first.
const cityFeatures = `{"type":"FeatureCollection","features":[
{"type":"Feature","geometry":{"type":"Point","coordinates":[-114.4,51.3]},"properties":{"currentConditions":{"timestamp":{"en":"2026-03-05T12:00:00Z"},"temperature":{"value":{"en":20,"fr":20}}}}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[-114.06,51.05]},"properties":{"name":{"en":"Calgary","fr":"Calgary"},"lastUpdated":"2026-03-05T12:20:00Z",
 "currentConditions":{"timestamp":{"en":"2026-03-05T12:00:00Z","fr":"2026-03-05T12:00:00Z"},"condition":{"en":"Light Snow","fr":"Faible neige"},
  "temperature":{"value":{"en":-13.4,"fr":-13.4},"units":{"en":"C","fr":"C"}},"windChill":{"value":{"en":-21,"fr":-21}},"relativeHumidity":{"value":{"en":78,"fr":78}},
  "wind":{"speed":{"value":{"en":15,"fr":15}},"direction":{"value":{"en":"WNW","fr":"ONO"}}}},
 "forecastGroup":{"timestamp":{"en":"2026-03-05T12:00:00Z"},"forecasts":[
  {"temperatures":{"temperature":[{"class":{"en":"high","fr":"maximum"},"value":{"en":-4,"fr":-4}}]},"abbreviatedForecast":{"icon":{"value":17},"pop":{"value":{"en":70,"fr":70}}}},
  {"temperatures":{"temperature":[{"class":{"en":"low","fr":"minimum"},"value":{"en":-16,"fr":-16}}]},"abbreviatedForecast":{"icon":{"value":30}}}]},
 "hourlyForecastGroup":{"hourlyForecasts":[{"timestamp":"2026-03-05T13:00:00Z","temperature":{"value":{"en":-12,"fr":-12}},"lop":{"value":{"en":60,"fr":60}},"iconCode":{"value":16},"wind":{"speed":{"value":{"en":20,"fr":20}}}}]}}}]}`

const noAlerts = `{"type":"FeatureCollection","features":[]}`

func client(t *testing.T, h http.HandlerFunc) (*fetch.Client, string) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}), srv.URL
}

func TestOpenMeteoIsAskedInMetricUnits(t *testing.T) {
	c, url := client(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != "/v1/forecast" || q.Get("latitude") != "43.6532" || q.Get("timezone") != "America/Toronto" ||
			q.Get("temperature_unit") != "celsius" || q.Get("wind_speed_unit") != "kmh" || q.Get("apikey") != "k" {
			t.Errorf("asked %s", r.URL)
		}
		w.Write(answer(t, "open-meteo/toronto-2026-03-05-imperial.json"))
	})
	r, err := weather.OpenMeteo{Client: c, Base: url + "/", Key: "k"}.Weather(t.Context(), town(t, "toronto"))
	if err != nil || r.Provider != "Open-Meteo" || r.Place.Slug != "toronto" {
		t.Fatalf("%+v, %v", r, err)
	}
	is(t, "temperature", r.TempC, 0.33)
}

func TestMSC(t *testing.T) {
	silent := false
	alerts := noAlerts
	c, url := client(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "citypageweather-realtime"):
			if strings.HasPrefix(r.URL.Query().Get("bbox"), "-114.3219,50.7947,") {
				w.Write([]byte(noAlerts)) // nothing so near: the wider circle is asked next
				return
			}
			body := cityFeatures
			if silent {
				body = strings.Replace(body, `-13.4`, `null`, 1)
				body = strings.Replace(body, `-13.4`, `null`, 1)
			}
			w.Write([]byte(body))
		case strings.Contains(r.URL.Path, "swob-realtime"):
			w.Write([]byte(`{"features":[{"type":"Feature","geometry":{"coordinates":[-114.0,51.1,1084]},"properties":{"date_tm-value":"2026-03-05T12:30:00.000Z","stn_nam-value":"CALGARY","air_temp":-12.9,"air_temp-uom":"°C","air_temp-qa":100}}]}`))
		case alerts == "":
			http.Error(w, "busy", http.StatusNotImplemented)
		default:
			w.Write([]byte(alerts))
		}
	})
	m := weather.MSC{Client: c, Base: url}
	calgary := town(t, "calgary")
	r, err := m.Weather(t.Context(), calgary)
	if err != nil {
		t.Fatal(err)
	}
	is(t, "temperature", r.TempC, -13.4)
	is(t, "wind chill", r.FeelsLikeC, -21)
	is(t, "high", r.Days[0].MaxC, -4)
	is(t, "low", r.Days[0].MinC, -16)
	is(t, "chance", r.Days[0].POP, 70)
	is(t, "hour", r.Hours[0].TempC, -12)
	if r.Condition != weather.Snow || r.Days[0].Condition != weather.Snow || r.WindDir != "WNW" || len(r.Days) != 1 ||
		r.Observed.Format(time.RFC3339) != "2026-03-05T05:00:00-07:00" || r.Days[0].Date.Format(time.DateOnly) != "2026-03-05" {
		t.Errorf("%+v", r)
	}
	silent = true
	if r, err = m.Weather(t.Context(), calgary); err != nil || len(r.Days) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	is(t, "the station nearby", r.TempC, -12.9)
	alerts = ""
	if r, err := m.Weather(t.Context(), calgary); err == nil {
		t.Errorf("alerts could not be had, and the answer is %+v", r)
	}
	if _, err := m.Weather(t.Context(), town(t, "seattle")); !errs.Is(err, errs.Invalid) {
		t.Errorf("Seattle: %v", err)
	}
}

func TestMSCMirrorOfPages(t *testing.T) {
	c, url := client(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/pages/ottawa_e.xml" {
			t.Errorf("asked %s", r.URL)
		}
		w.Write(answer(t, "msc-citypage/env-canada-2025-02-05.xml"))
	})
	r, err := weather.MSC{Client: c, Base: url + "/pages/{slug}_e.xml"}.Weather(t.Context(), town(t, "ottawa"))
	if err != nil || len(r.Alerts) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	is(t, "temperature", r.TempC, -13.6)
}

func TestProviderThatIsGone(t *testing.T) {
	c, url := client(t, func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) })
	for _, p := range []weather.Provider{weather.OpenMeteo{Client: c, Base: url}, weather.MSC{Client: c, Base: url}} {
		if r, err := p.Weather(t.Context(), town(t, "calgary")); !errs.Is(err, errs.NotFound) {
			t.Errorf("%T: %+v, %v", p, r, err)
		}
	}
}

func TestRecorded(t *testing.T) {
	at := time.Date(2024, 11, 22, 12, 42, 7, 0, time.UTC)
	d := weather.Recorded{Now: func() time.Time { return at }}
	one, err := d.Weather(t.Context(), town(t, "calgary"))
	if err != nil {
		t.Fatal(err)
	}
	again, _ := d.Weather(t.Context(), town(t, "calgary"))
	if !reflect.DeepEqual(one, again) {
		t.Error("the same hour has two weathers")
	}
	if one.Provider != "Recorded for the demo" || one.Observed.Format(time.RFC3339) != "2024-11-22T05:00:00-07:00" || len(one.Hours) != 48 || len(one.Days) != 7 {
		t.Errorf("%+v", one)
	}
	at = at.Add(3 * time.Hour)
	later, _ := d.Weather(t.Context(), town(t, "calgary"))
	if later.TempC != one.Hours[3].TempC || later.Condition != one.Hours[3].Condition {
		t.Errorf("forecast %v came as %v", one.Hours[3], later.TempC)
	}
}

// Every place has a climate: the mean over a season's noons lies where a reader would expect it.
func TestRecordedClimate(t *testing.T) {
	for _, c := range []struct {
		slug   string
		month  time.Month
		lo, hi float64
	}{
		{"calgary", time.November, -7, 1}, {"calgary", time.January, -16, -5}, {"calgary", time.July, 13, 22},
		{"vancouver", time.January, 0, 8}, {"iqaluit", time.January, -32, -15}, {"miami", time.July, 24, 31},
		{"london", time.July, 13, 21}, {"sydney", time.January, 17, 25}, {"sydney", time.July, 9, 16}, {"yellowknife", time.July, 10, 20},
	} {
		var sum, n float64
		for year := 2020; year < 2026; year++ {
			for h := 0; h < 28*24; h += 67 {
				at := time.Date(year, c.month, 1, h, 0, 0, 0, time.UTC)
				r, err := weather.Recorded{Now: func() time.Time { return at }}.Weather(t.Context(), town(t, c.slug))
				if err != nil || !r.TempC.Valid {
					t.Fatal(r, err)
				}
				sum, n = sum+r.TempC.Value, n+1
			}
		}
		if mean := sum / n; math.IsNaN(mean) || mean < c.lo || mean > c.hi {
			t.Errorf("%s in %s: %.1f °C, want %v to %v", c.slug, c.month, mean, c.lo, c.hi)
		}
	}
}

func TestRecordedHasAllKindsOfWeather(t *testing.T) {
	seen := map[weather.Condition]bool{}
	alerts := 0
	reports := 0
	for i, p := range place.Pack("ca") {
		if i%4 != 0 {
			continue
		}
		for month := range 12 {
			reports++
			at := time.Date(2025, time.Month(month+1), 10, 18, 0, 0, 0, time.UTC)
			r, err := weather.Recorded{Now: func() time.Time { return at }}.Weather(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			believable(t, r)
			alerts += len(r.Alerts)
			for _, d := range r.Days {
				seen[d.Condition] = true
				if d.MinC.Value > d.MaxC.Value || d.Condition == weather.Snow && d.MinC.Value > 1 {
					t.Errorf("%s: %+v", p.Slug, d)
				}
			}
		}
	}
	for _, c := range []weather.Condition{weather.Clear, weather.Partly, weather.Cloudy, weather.Drizzle, weather.Rain, weather.Snow, weather.Sleet, weather.Thunder} {
		if !seen[c] {
			t.Errorf("never %s", c)
		}
	}
	if share := float64(alerts) / float64(reports); share < 0.02 || share > 0.4 {
		t.Errorf("%.2f of reports have an alert", share)
	}
}

func TestTemperatureDisappearsRatherThanLies(t *testing.T) {
	at := time.Date(2024, 11, 22, 12, 0, 0, 0, time.UTC)
	r := weather.Report{Observed: at, TempC: weather.Measure{Value: -13.4, Valid: true}}
	for after, valid := range map[time.Duration]bool{0: true, 179 * time.Minute: true, 3 * time.Hour: false, -10 * time.Minute: true, -time.Hour: false} {
		if got := r.Temperature(at.Add(after)); got.Valid != valid {
			t.Errorf("%s later: %+v", after, got)
		}
	}
	if (weather.Report{TempC: r.TempC}).Temperature(at).Valid {
		t.Error("a temperature of no known time is shown")
	}
}

func TestSinceDropsThePast(t *testing.T) {
	at := time.Date(2024, 11, 22, 12, 0, 0, 0, time.UTC)
	r, err := weather.Recorded{Now: func() time.Time { return at }}.Weather(t.Context(), town(t, "calgary"))
	if err != nil {
		t.Fatal(err)
	}
	r.Alerts = []weather.Alert{{Title: "Over", Until: at.Add(time.Hour)}, {Title: "On", Until: at.Add(72 * time.Hour)}, {Title: "Open"}}
	got := r.Since(at.Add(25 * time.Hour))
	if len(got.Hours) != 23 || len(got.Days) != 6 || len(got.Alerts) != 2 || got.Alerts[0].Title != "On" || len(r.Hours) != 48 || len(r.Alerts) != 3 {
		t.Errorf("%d hours, %d days, alerts %v; before %d", len(got.Hours), len(got.Days), got.Alerts, len(r.Hours))
	}
}

func TestDue(t *testing.T) {
	asked := time.Date(2024, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		failures int
		wish     time.Duration
		wait     time.Duration
	}{
		{0, 0, 15 * time.Minute}, {1, 0, 2 * time.Minute}, {2, 0, 4 * time.Minute}, {5, 0, 32 * time.Minute}, {6, 0, time.Hour}, {1000, 0, time.Hour},
		{1, 3 * time.Hour, 3 * time.Hour}, {0, 1000 * time.Hour, 24 * time.Hour},
	} {
		if weather.Due(asked.Add(c.wait-time.Second), asked, c.failures, c.wish) || !weather.Due(asked.Add(c.wait), asked, c.failures, c.wish) {
			t.Errorf("after %d failures and a wish of %s: not due after %s", c.failures, c.wish, c.wait)
		}
	}
	if !weather.Due(asked, time.Time{}, 0, 0) {
		t.Error("a place never asked about is not due")
	}
}
