package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"masthead/internal/content"
	"masthead/internal/local/place"
	"masthead/internal/local/weather"
	"masthead/internal/published"
)

// asking is how it stands with one region's weather.
type asking struct {
	at       time.Time
	failures int
}

// followWeather keeps each region's weather fresh. A provider that is slow, wrong or gone changes nothing but the
// age of the last report, which pages stop showing by themselves.
func (a *App) followWeather(ctx context.Context) {
	if a.wx == nil {
		return
	}
	asked := map[string]*asking{}
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		a.askWeather(ctx, asked)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *App) askWeather(ctx context.Context, asked map[string]*asking) {
	site, err := published.New(a.db).Record(a.db.Now()).Site(ctx)
	if err != nil {
		return // the follower of the change log reports a database that does not answer
	}
	for _, r := range site.Regions {
		s := asked[r.Slug]
		if s == nil {
			s = &asking{}
			asked[r.Slug] = s
		}
		if ctx.Err() != nil || !weather.Due(a.db.Now(), s.at, s.failures, 0) {
			continue
		}
		s.at = a.db.Now()
		if err := a.updateWeather(ctx, r); err != nil {
			s.failures++
			if ctx.Err() == nil {
				slog.Warn("no weather", "region", r.Slug, "failures", s.failures, "err", err)
			}
			continue
		}
		s.failures = 0
	}
}

func (a *App) updateWeather(ctx context.Context, r published.Region) error {
	ask, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	report, err := a.wx.Weather(ask, place.Place{
		Slug: r.Slug, Name: r.Name, NameFR: r.NameFR, Province: r.Province, ProvinceFR: r.ProvinceFR, Country: r.Country, Zone: r.Zone, Lat: r.Lat, Lon: r.Lon,
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return a.Do(ctx, "weather", func(k *content.Desk) error {
		return k.SetWeather(ctx, r.Slug, published.RawWeather(text))
	})
}
