package weather

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"masthead/internal/errs"
	"masthead/internal/local/place"
)

// sitePage is the city page of the Meteorological Service of Canada in its XML form, in one language.
type sitePage struct {
	XMLName xml.Name
	Name    struct {
		Lat string `xml:"lat,attr"`
		Lon string `xml:"lon,attr"`
	} `xml:"location>name"`
	Events []struct {
		Type        string      `xml:"type,attr"`
		Description string      `xml:"description,attr"`
		Expiry      string      `xml:"expiryTime,attr"`
		URL         string      `xml:"url,attr"`
		Times       []pageTimes `xml:"dateTime"`
	} `xml:"warnings>event"`
	Current struct {
		Times     []pageTimes `xml:"dateTime"`
		Condition string      `xml:"condition"`
		Icon      string      `xml:"iconCode"`
		Temp      string      `xml:"temperature"`
		Chill     string      `xml:"windChill"`
		Humidex   string      `xml:"humidex"`
		Humidity  string      `xml:"relativeHumidity"`
		Wind      pageWind    `xml:"wind"`
	} `xml:"currentConditions"`
	Issued    []pageTimes `xml:"forecastGroup>dateTime"`
	Forecasts []struct {
		Icon  string `xml:"abbreviatedForecast>iconCode"`
		POP   string `xml:"abbreviatedForecast>pop"`
		Short string `xml:"abbreviatedForecast>textSummary"`
		Temps []struct {
			Class string `xml:"class,attr"`
			Value string `xml:",chardata"`
		} `xml:"temperatures>temperature"`
	} `xml:"forecastGroup>forecast"`
	Hours []struct {
		UTC       string   `xml:"dateTimeUTC,attr"`
		Condition string   `xml:"condition"`
		Icon      string   `xml:"iconCode"`
		Temp      string   `xml:"temperature"`
		LOP       string   `xml:"lop"`
		Wind      pageWind `xml:"wind"`
	} `xml:"hourlyForecastGroup>hourlyForecast"`
}

type pageWind struct {
	Speed     string `xml:"speed"`
	Gust      string `xml:"gust"`
	Direction string `xml:"direction"`
}

// pageTimes is one of the two forms, UTC and local, in which a city page gives each time.
type pageTimes struct {
	Name  string `xml:"name,attr"`
	Zone  string `xml:"zone,attr"`
	Stamp string `xml:"timeStamp"`
}

// readCityPage reads the XML form. What follows the root element is not looked at.
func readCityPage(b []byte, p place.Place) (Report, error) {
	var page sitePage
	if err := decodeXML(b, &page); err != nil {
		return Report{}, errs.Errorf(errs.Invalid, "city page: %w", err)
	}
	if page.XMLName.Local != "siteData" {
		return Report{}, errs.Errorf(errs.Invalid, "city page: root element is %.40q, not siteData", page.XMLName.Local)
	}
	lat, lon := degrees(page.Name.Lat), degrees(page.Name.Lon)
	if !near(lat, lon, p) {
		return Report{}, errs.Errorf(errs.Invalid, "city page is for another place, at %.20s %.20s", page.Name.Lat, page.Name.Lon)
	}
	local := zone(p)
	r := canadian(p)
	if t := utcTime(page.Current.Times); !t.IsZero() {
		c := page.Current
		r.Observed = t.In(local)
		r.TempC, r.Humidity = celsius(number(c.Temp)), percent(number(c.Humidity))
		r.FeelsLikeC = feelsLike(r.TempC, number(c.Chill), number(c.Humidex))
		r.WindKPH, r.GustKPH, r.WindDir = kph(number(c.Wind.Speed)), kph(number(c.Wind.Gust)), point(c.Wind.Direction)
		r.Condition = sky(number(c.Icon), c.Condition)
	}
	var periods []period
	for _, f := range page.Forecasts[:min(len(page.Forecasts), 3*maxDays)] {
		one := period{icon: number(f.Icon), words: f.Short, pop: percent(number(f.POP))}
		for _, t := range f.Temps[:min(len(f.Temps), 2)] {
			one.night = t.Class == "low"
			one.temp = celsius(number(t.Value))
		}
		periods = append(periods, one)
	}
	r.Days = periodDays(utcTime(page.Issued), local, periods)
	for _, h := range page.Hours[:min(len(page.Hours), 4*maxHours)] {
		t, err := time.ParseInLocation("200601021504", h.UTC, time.UTC)
		if temp := celsius(number(h.Temp)); err == nil && temp.Valid {
			r.Hours = append(r.Hours, Hour{Time: t.In(local), TempC: temp, POP: percent(number(h.LOP)),
				WindKPH: kph(number(h.Wind.Speed)), Condition: sky(number(h.Icon), h.Condition)})
		}
	}
	french := strings.HasSuffix(page.Name.Lon, "O") || bytes.Contains(b[:min(len(b), 4000)], []byte("Nord</continent>"))
	for _, e := range page.Events[:min(len(page.Events), maxAlerts)] {
		if e.Type == "ended" || title(e.Description) == "" {
			continue
		}
		a := Alert{Title: title(e.Description), Severity: severity(e.Type), URL: link(e.URL)}
		if french {
			a.Title, a.TitleFR = "", a.Title
		}
		if t := utcTime(e.Times); !t.IsZero() {
			a.From = t.In(local)
		}
		if t, err := time.ParseInLocation("20060102150405", e.Expiry, time.UTC); err == nil {
			a.Until = t.In(local)
		}
		r.Alerts = append(r.Alerts, a)
	}
	return check(r)
}

// decodeXML reads one document of at most maxAnswer bytes in UTF-8 or a Latin encoding. A document that is valid UTF-8
// with characters beyond ASCII is read as UTF-8 whatever it declares.
func decodeXML(b []byte, v any) error {
	if len(b) > maxAnswer {
		return errs.Errorf(errs.Invalid, "document has %d bytes", len(b))
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "iso-8859-1", "latin1", "windows-1252", "cp1252":
			if utf8.Valid(b) {
				return in, nil
			}
			return charmap.Windows1252.NewDecoder().Reader(in), nil
		case "us-ascii", "ascii", "utf8":
			return in, nil
		}
		return nil, errs.Errorf(errs.Invalid, "encoding %.40q is not known", label)
	}
	return d.Decode(v)
}

// degrees reads a coordinate with its hemisphere at the end: "45.40N", "75.69W", in French "71.22O".
func degrees(s string) float64 {
	s = strings.TrimSpace(s)
	if s == "" {
		return number("")
	}
	v := number(s[:len(s)-1])
	switch s[len(s)-1] {
	case 'S', 'W', 'O':
		return -v
	case 'N', 'E':
		return v
	}
	return number("")
}

// near reports whether a station or page can speak for a place: within 100 km. NaN is near nothing.
func near(lat, lon float64, p place.Place) bool {
	return place.Distance(lat, lon, p.Lat, p.Lon) < 100
}

func utcTime(times []pageTimes) time.Time {
	for _, t := range times {
		if t.Zone != "UTC" {
			continue
		}
		if at, err := time.ParseInLocation("20060102150405", strings.TrimSpace(t.Stamp), time.UTC); err == nil {
			return at
		}
	}
	return time.Time{}
}

func feelsLike(temp Measure, chill, humidex float64) Measure {
	if m := feels(chill); m.Valid && temp.Valid && m.Value <= temp.Value {
		return m
	}
	if m := feels(humidex); m.Valid && temp.Valid && m.Value >= temp.Value {
		return m
	}
	return Measure{}
}

func severity(kind string) Severity {
	switch s := Severity(strings.ToLower(kind)); s {
	case Warning, Watch, Advisory:
		return s
	}
	return Statement
}

func canadian(p place.Place) Report {
	return Report{Place: p, Provider: "Environment and Climate Change Canada",
		ProviderFR: "Environnement et Changement climatique Canada", URL: "https://weather.gc.ca/"}
}

// period is one of the alternating day and night periods of a Canadian forecast.
type period struct {
	night     bool // it has a low, not a high
	temp, pop Measure
	icon      float64
	words     string
}

// periodDays joins periods to days. They follow each other from the one in which the forecast was issued; one that is
// issued in the small hours and begins with a night belongs to the day before.
func periodDays(issued time.Time, local *time.Location, periods []period) []Day {
	if issued.IsZero() || len(periods) == 0 {
		return nil
	}
	issued = issued.In(local)
	date := time.Date(issued.Year(), issued.Month(), issued.Day(), 0, 0, 0, 0, local)
	if periods[0].night && issued.Hour() < 5 {
		date = date.AddDate(0, 0, -1)
	}
	var days []Day
	for i, f := range periods {
		c := sky(f.icon, f.words)
		if i == 0 || periods[i-1].night {
			days = append(days, Day{Date: date, Condition: c})
			date = date.AddDate(0, 0, 1)
		}
		d := &days[len(days)-1]
		if f.night {
			d.MinC = f.temp
		} else {
			d.MaxC = f.temp
		}
		if f.pop.Valid && f.pop.Value > d.POP.Value {
			d.POP = f.pop
		}
	}
	return days
}
