package weather

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/local/place"
)

// node is a value of a JSON answer. Every step into it is allowed and ends, where there is nothing, in a node of nothing.
type node struct{ v any }

func parseJSON(b []byte) (node, error) {
	if len(b) > maxAnswer {
		return node{}, errs.Errorf(errs.Invalid, "answer has %d bytes", len(b))
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return node{}, errs.Errorf(errs.Invalid, "answer is not JSON: %w", err)
	}
	return node{v}, nil
}

func (n node) at(path ...string) node {
	for _, key := range path {
		m, _ := n.v.(map[string]any)
		n = node{m[key]}
	}
	return n
}

// list returns the first most elements of an array.
func (n node) list(most int) []node {
	l, _ := n.v.([]any)
	out := make([]node, 0, min(len(l), most))
	for _, v := range l[:min(len(l), most)] {
		out = append(out, node{v})
	}
	return out
}

// text is a string, or the English or else the French side of a bilingual value.
func (n node) text() string {
	switch v := n.v.(type) {
	case string:
		return v
	case map[string]any:
		for _, lang := range []string{"en", "fr"} {
			if s, ok := v[lang].(string); ok && s != "" {
				return s
			}
		}
	}
	return ""
}

// number is a number or a string that is one, bare, inside "value" or on a side of a bilingual value; else NaN.
func (n node) number() float64 {
	switch v := n.v.(type) {
	case float64:
		return v
	case string:
		return number(v)
	case map[string]any:
		for _, key := range []string{"value", "en", "fr"} {
			if inner, ok := v[key]; ok && inner != nil {
				if m, nested := inner.(map[string]any); nested && key != "value" {
					inner = m["value"]
				}
				if f := (node{inner}).number(); !math.IsNaN(f) {
					return f
				}
			}
		}
	}
	return math.NaN()
}

// time is an RFC 3339 time between 1990 and 2200, or zero.
func (n node) time() time.Time {
	t, err := time.Parse(time.RFC3339, n.text())
	if err != nil || t.Year() < 1990 || t.Year() >= 2200 {
		return time.Time{}
	}
	return t
}

// features are those of a FeatureCollection, or the one feature that the answer itself is.
func (n node) features() []node {
	if n.at("type").text() == "Feature" {
		return []node{n}
	}
	return n.at("features").list(500)
}

// nearest orders point features by their distance from a place, those within 100 km only.
func nearest(features []node, p place.Place) []node {
	distance := func(f node) float64 {
		c := f.at("geometry", "coordinates").list(2)
		if len(c) < 2 {
			return math.NaN()
		}
		return place.Distance(c[1].number(), c[0].number(), p.Lat, p.Lon)
	}
	features = slices.DeleteFunc(slices.Clone(features), func(f node) bool { return !(distance(f) < 100) })
	slices.SortStableFunc(features, func(a, b node) int {
		switch da, db := distance(a), distance(b); {
		case da < db:
			return -1
		case da > db:
			return 1
		}
		return 0
	})
	return features
}

// readCityFeatures reads GeoMet's citypageweather-realtime collection: the city pages as bilingual GeoJSON. Of several the
// nearest to the place is taken.
func readCityFeatures(n node, p place.Place) (Report, error) {
	pages := nearest(n.features(), p)
	if len(pages) == 0 {
		return Report{}, errs.Errorf(errs.NotFound, "no city page within 100 km of %s", p.Slug)
	}
	page, local := pages[0].at("properties"), zone(p)
	r := canadian(p)
	current := page.at("currentConditions")
	if t := current.at("timestamp").time(); !t.IsZero() {
		r.Observed = t.In(local)
		r.TempC, r.Humidity = celsius(current.at("temperature").number()), percent(current.at("relativeHumidity").number())
		r.FeelsLikeC = feelsLike(r.TempC, current.at("windChill").number(), current.at("humidex").number())
		wind := current.at("wind")
		r.WindKPH, r.GustKPH = kph(wind.at("speed").number()), kph(wind.at("gust").number())
		r.WindDir = point(wind.at("direction", "value").text())
		r.Condition = sky(current.at("iconCode").number(), current.at("condition").text())
	}
	issued := page.at("forecastGroup", "timestamp").time()
	if issued.IsZero() {
		issued = page.at("lastUpdated").time()
	}
	var periods []period
	for _, f := range page.at("forecastGroup", "forecasts").list(3 * maxDays) {
		short := f.at("abbreviatedForecast")
		one := period{icon: short.at("icon").number(), words: short.at("textSummary").text(), pop: percent(short.at("pop").number())}
		for _, t := range f.at("temperatures", "temperature").list(2) {
			one.night = t.at("class").text() == "low"
			one.temp = celsius(t.number())
		}
		periods = append(periods, one)
	}
	r.Days = periodDays(issued, local, periods)
	for _, h := range page.at("hourlyForecastGroup", "hourlyForecasts").list(4 * maxHours) {
		t, temp := h.at("timestamp").time(), celsius(h.at("temperature").number())
		if !t.IsZero() && temp.Valid {
			r.Hours = append(r.Hours, Hour{Time: t.In(local), TempC: temp, POP: percent(h.at("lop").number()),
				WindKPH: kph(h.at("wind", "speed").number()), Condition: sky(h.at("iconCode").number(), h.at("condition").text())})
		}
	}
	return check(r)
}

// readStations reads observations of GeoMet's swob-realtime collection. Of the stations near the place the nearest
// with a temperature is taken, and of its observations the latest.
func readStations(n node, p place.Place) (Report, error) {
	best := canadian(p)
	station := ""
	for _, f := range nearest(n.features(), p) {
		o := f.at("properties")
		t := o.at("date_tm-value").time()
		name := o.at("stn_nam-value").text()
		temp := celsius(measured(o, "air_temp", "°C"))
		if t.IsZero() || !temp.Valid || station != "" && (name != station || !t.After(best.Observed)) {
			continue
		}
		station = name
		best.Observed, best.TempC = t.In(zone(p)), temp
		best.Humidity = percent(measured(o, "rel_hum", "%"))
		best.WindKPH = kph(measured(o, "avg_wnd_spd_10m_pst10mts", "km/h"))
		best.GustKPH = kph(measured(o, "max_wnd_gst_spd_10m_pst10mts", "km/h"))
		best.WindDir = compass(measured(o, "avg_wnd_dir_10m_pst10mts", "°"))
	}
	return check(best)
}

// measured is an element of a surface observation in the unit named, if its quality is not marked bad (0 and below).
func measured(o node, element, unit string) float64 {
	if u := o.at(element + "-uom").text(); u != "" && u != unit {
		return math.NaN()
	}
	if q := o.at(element + "-qa").number(); q <= 0 {
		return math.NaN()
	}
	return o.at(element).number()
}

// readAlertFeatures reads GeoMet's weather-alerts collection: the alerts whose area holds the place and that have not
// been ended.
func readAlertFeatures(n node, p place.Place) []Alert {
	var alerts []Alert
	local := zone(p)
	for _, f := range n.features() {
		o := f.at("properties")
		status := strings.ToLower(o.at("status_en").text())
		name, nameFR := title(o.at("alert_name_en").text()), title(o.at("alert_name_fr").text())
		if name == "" && nameFR == "" || status == "ended" || status == "cancelled" || !covers(f.at("geometry"), p) {
			continue
		}
		a := Alert{
			Title: name, TitleFR: nameFR, Severity: severity(o.at("alert_type").text()),
			Text: text(o.at("alert_text_en").text()), TextFR: text(o.at("alert_text_fr").text()),
			URL: "https://weather.gc.ca/warnings/index_e.html",
		}
		if a.From = o.at("validity_datetime").time(); a.From.IsZero() {
			a.From = o.at("publication_datetime").time()
		}
		if a.Until = o.at("event_end_datetime").time(); a.Until.IsZero() {
			a.Until = o.at("expiration_datetime").time()
		}
		alerts = addAlert(alerts, a, local)
	}
	return alerts
}

// addAlert puts times into the place's zone and drops what is already there under the same title.
func addAlert(alerts []Alert, a Alert, local *time.Location) []Alert {
	same := func(b Alert) bool { return a.Title == b.Title && a.TitleFR == b.TitleFR }
	if len(alerts) >= maxAlerts || slices.ContainsFunc(alerts, same) {
		return alerts
	}
	for _, t := range []*time.Time{&a.From, &a.Until} {
		if !t.IsZero() {
			*t = t.In(local)
		}
	}
	return append(alerts, a)
}

// covers reports whether a GeoJSON area holds the place. An alert without an area is for everyone.
func covers(geometry node, p place.Place) bool {
	switch geometry.at("type").text() {
	case "Polygon":
		return inRings(geometry.at("coordinates"), p)
	case "MultiPolygon":
		return slices.ContainsFunc(geometry.at("coordinates").list(500), func(n node) bool { return inRings(n, p) })
	}
	return geometry.v == nil
}

// inRings counts crossings of all rings, so that a hole is outside.
func inRings(rings node, p place.Place) bool {
	inside := false
	for _, ring := range rings.list(100) {
		var line [][2]float64
		for _, c := range ring.list(20_000) {
			if xy := c.list(2); len(xy) == 2 {
				line = append(line, [2]float64{xy[0].number(), xy[1].number()})
			}
		}
		inside = inside != within(line, p.Lon, p.Lat)
	}
	return inside
}

// within is the even-odd rule for a ring of x, y pairs; NaN crosses nothing.
func within(ring [][2]float64, x, y float64) bool {
	inside := false
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		if (a[1] > y) != (b[1] > y) && x < (b[0]-a[0])*(y-a[1])/(b[1]-a[1])+a[0] {
			inside = !inside
		}
	}
	return inside
}
