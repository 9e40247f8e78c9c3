package render

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/local/clock"
	"masthead/internal/local/weather"
	"masthead/internal/published"
)

// weatherPage is the weather of a region.
type weatherPage struct {
	Chrome
	Crumbs                 []Link
	Title                  string
	Temp, Spoken, Sky, At  string
	Facts                  []fact
	Alerts                 []alert
	Hours                  []forecast
	Days                   []forecast
	Provider, ProviderHref string
	Nothing                string
}

type fact struct{ Name, Value string }

type alert struct {
	Title, Until, Href string
	Danger             bool
	Text               []string
}

// forecast is a row: an hour, or a day with its high and low.
type forecast struct {
	ISO, When, Sky  string
	Temp, Low       string
	Chance, Wind    string
	Spoken, LowSaid string
}

// observed is a temperature and its moment.
type observed struct {
	celsius float64
	at      time.Time
}

// observation returns a region's temperature while it is fresh, and bounds the page by its freshness.
func observation(ctx context.Context, rec *published.Recorder, region string) (observed, bool, error) {
	r, err := report(ctx, rec, region)
	if err != nil || r == nil {
		return observed{}, false, err
	}
	t := r.Temperature(rec.Now())
	if !t.Valid {
		return observed{}, false, nil
	}
	rec.Expire(r.Observed.Add(fresh))
	return observed{t.Value, r.Observed}, true, nil
}

// report is the newest report of a region, nil without one.
func report(ctx context.Context, rec *published.Recorder, region string) (*weather.Report, error) {
	raw, err := rec.Weather(ctx, region)
	if err != nil || raw == "" {
		return nil, err
	}
	r := new(weather.Report)
	if err := json.Unmarshal([]byte(raw), r); err != nil {
		return nil, fmt.Errorf("weather of %s: %w", region, err)
	}
	return r, nil
}

// shownHours is how many hours the page forecasts.
const shownHours = 24

func (r *Renderer) weather(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.Path(), "page")
	if err != nil {
		return Page{}, err
	}
	p, err := c.weatherModel(ctx, route)
	if err != nil {
		return Page{}, err
	}
	c.titled(p.Title, c.t("weather_about", p.Crumbs[len(p.Crumbs)-1].Text))
	c.sameIn(route)
	c.lite(route)
	g := c.graph()
	var steps []feeds.Crumb
	for _, l := range append(p.Crumbs, Link{Text: c.t("weather"), Href: route.Path()}) {
		steps = append(steps, feeds.Crumb{Name: l.Text, URL: c.origin + l.Href})
	}
	c.jsonLD(g.Place(*c.site.Region(route.Region)), g.Breadcrumbs(steps))
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	page, err := r.execute(c, tmplWeather, p)
	return page, err
}

func (c *Chrome) weatherModel(ctx context.Context, route Route) (*weatherPage, error) {
	place := c.site.Region(route.Region)
	if place == nil {
		return nil, errs.Errorf(errs.NotFound, "no region %q", route.Region)
	}
	name := regionName(*place, c.Lang)
	p := &weatherPage{
		Crumbs: []Link{{Text: c.t("home"), Href: c.Home}, {Text: c.t("regions"), Href: c.link("/regions")}, {Text: name, Href: c.link("/r/" + place.Slug)}},
		Title:  c.t("weather_in", name),
	}
	full, err := report(ctx, c.rec, place.Slug)
	if err != nil {
		return nil, err
	}
	if full == nil {
		p.Nothing = c.t("no_weather", name)
		return p, nil
	}
	zone := published.Zone(place.Zone, c.zone)
	w := full.Since(c.rec.Now())
	c.rec.Expire(clock.NextMidnight(c.rec.Now().In(zone)))
	p.Provider, p.ProviderHref = c.weatherFrom(full), full.URL
	if t := w.Temperature(c.rec.Now()); t.Valid {
		c.rec.Expire(w.Observed.Add(fresh))
		c.measured(p, &w, t.Value, zone)
	}
	for _, a := range w.Alerts {
		p.Alerts = append(p.Alerts, c.alert(a, zone))
	}
	c.forecasts(p, &w, zone)
	if p.Temp == "" && len(p.Hours) == 0 && len(p.Days) == 0 && len(p.Alerts) == 0 {
		p.Nothing = c.t("no_weather", name)
	}
	return p, nil
}

// weatherFrom names the provider; a demonstration without one says that nothing is measured.
func (c *Chrome) weatherFrom(w *weather.Report) string {
	name := w.Provider
	if c.Lang == "fr" && w.ProviderFR != "" {
		name = w.ProviderFR
	}
	switch {
	case name == "":
		return ""
	case c.site.Demo && w.URL == "":
		return c.t("weather_recorded")
	}
	return c.t("weather_from", name)
}

// measured says what is measured now.
func (c *Chrome) measured(p *weatherPage, w *weather.Report, celsius float64, zone *time.Location) {
	p.Temp, p.Spoken = clock.Temperature(celsius, clock.Celsius, c.Lang)
	p.Sky = capital(w.Condition.Words(c.Lang))
	p.At = c.t("observed", clock.At(w.Observed.In(zone), c.Lang))
	if w.FeelsLikeC.Valid {
		shown, _ := clock.WholeTemperature(w.FeelsLikeC.Value, clock.Celsius, c.Lang)
		p.Facts = append(p.Facts, fact{c.t("feels_like"), shown})
	}
	if wind := c.wind(w.WindKPH, w.WindDir); wind != "" {
		p.Facts = append(p.Facts, fact{c.t("wind"), wind})
	}
	if w.GustKPH.Valid && w.GustKPH.Value > w.WindKPH.Value {
		p.Facts = append(p.Facts, fact{c.t("gusts"), c.wind(w.GustKPH, "")})
	}
	if w.Humidity.Valid {
		p.Facts = append(p.Facts, fact{c.t("humidity"), clock.Percent(int(w.Humidity.Value+.5), c.Lang)})
	}
}

func (c *Chrome) wind(m weather.Measure, from string) string {
	if !m.Valid {
		return ""
	}
	s := clock.Decimal(m.Value, 0, c.Lang) + "\u00a0km/h"
	if from == "" {
		return s
	}
	if c.Lang == "fr" {
		from = strings.ReplaceAll(from, "W", "O")
	}
	return from + " " + s
}

func (c *Chrome) alert(a weather.Alert, zone *time.Location) alert {
	title, text := a.Title, a.Text
	if c.Lang == "fr" {
		title, text = or(a.TitleFR, title), or(a.TextFR, text)
	} else {
		title, text = or(title, a.TitleFR), or(text, a.TextFR)
	}
	v := alert{Title: title, Href: a.URL, Danger: a.Severity == weather.Warning}
	if text != "" {
		v.Text = strings.Split(text, "\n\n")
	}
	if !a.Until.IsZero() {
		v.Until = c.t("alert_until", clock.Stamp(a.Until.In(zone), c.Lang))
		c.rec.Expire(a.Until)
	}
	return v
}

func (c *Chrome) forecasts(p *weatherPage, w *weather.Report, zone *time.Location) {
	for _, h := range w.Hours[:min(len(w.Hours), shownHours)] {
		f := forecast{ISO: h.Time.UTC().Format(time.RFC3339), When: clock.ShortTime(h.Time.In(zone), c.Lang), Sky: capital(h.Condition.Words(c.Lang)),
			Wind: c.wind(h.WindKPH, "")}
		f.Temp, f.Spoken = c.whole(h.TempC)
		f.Chance = c.chance(h.POP)
		p.Hours = append(p.Hours, f)
	}
	if len(w.Hours) > 0 {
		c.rec.Expire(w.Hours[0].Time.Add(time.Hour))
	}
	for _, d := range w.Days {
		f := forecast{ISO: d.Date.Format(time.DateOnly), When: capital(clock.Weekday(d.Date, c.Lang)) + " " + dayOfMonth(d.Date, c.Lang), Sky: capital(d.Condition.Words(c.Lang))}
		f.Temp, f.Spoken = c.whole(d.MaxC)
		f.Low, f.LowSaid = c.whole(d.MinC)
		f.Chance = c.chance(d.POP)
		p.Days = append(p.Days, f)
	}
}

func dayOfMonth(t time.Time, lang string) string {
	if lang == "fr" && t.Day() == 1 {
		return "1er"
	}
	return fmt.Sprint(t.Day())
}

func (c *Chrome) whole(m weather.Measure) (shown, spoken string) {
	if !m.Valid {
		return "–", ""
	}
	return clock.WholeTemperature(m.Value, clock.Celsius, c.Lang)
}

func (c *Chrome) chance(m weather.Measure) string {
	if !m.Valid {
		return "–"
	}
	return clock.Percent(int(m.Value+.5), c.Lang)
}

// capital writes the first letter large.
func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
