package weather

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/fetch"
	"masthead/internal/local/place"
)

// MSC asks the Meteorological Service of Canada, for places in Canada only.
//
// Base is the address of the GeoMet OGC API ("" is the service's own), which is asked for the nearest city
// page and for the alerts at the place; or an address with "{slug}" in it, where a mirror keeps one file for each place, a
// city page as XML or GeoJSON, a surface observation, or a CAP alert.
type MSC struct {
	Client *fetch.Client
	Base   string
}

// Weather implements Provider. Without the alerts there is no answer: none must not look like all clear.
func (m MSC) Weather(ctx context.Context, p place.Place) (r Report, err error) {
	defer errs.Wrap(&err, "weather of %s", p.Slug)
	m.Base = cmp.Or(m.Base, "https://api.weather.gc.ca")
	if p.Country != "ca" {
		return Report{}, errs.Errorf(errs.Invalid, "the Canadian service has no weather for %s", p.Name)
	}
	if strings.Contains(m.Base, "{slug}") {
		res, err := m.Client.Get(ctx, strings.ReplaceAll(m.Base, "{slug}", url.PathEscape(p.Slug)), asking)
		if err != nil {
			return Report{}, err
		}
		return ReadMSC(res.Body, p)
	}
	// Pages are large and towns close together: only where none is near is the circle drawn wider.
	for _, reach := range []float64{0.25, 1} {
		if r, err = m.collection(ctx, "citypageweather-realtime", reach, p); !errs.Is(err, errs.NotFound) {
			break
		}
	}
	if err != nil {
		return Report{}, err
	}
	if !r.TempC.Valid {
		// The page's own station is silent: the nearest that speaks will do, and if none does the forecast stands alone.
		if near, err := m.collection(ctx, "swob-realtime", 0.4, p); err == nil {
			near.Hours, near.Days = r.Hours, r.Days
			r = near
		}
	}
	b, err := m.items(ctx, "weather-alerts", 0.02, p)
	if err != nil {
		return Report{}, err
	}
	n, err := parseJSON(b)
	if err != nil {
		return Report{}, err
	}
	if n.at("type").text() != "FeatureCollection" {
		return Report{}, errs.Errorf(errs.Invalid, "the alerts are no feature collection")
	}
	r.Alerts = readAlertFeatures(n, p)
	return check(r)
}

func (m MSC) collection(ctx context.Context, name string, reach float64, p place.Place) (Report, error) {
	b, err := m.items(ctx, name, reach, p)
	if err != nil {
		return Report{}, err
	}
	return ReadMSC(b, p)
}

// items asks a collection for what lies within reach degrees of the place (OGC API – Features 1.0 §7.15.3).
func (m MSC) items(ctx context.Context, name string, reach float64, p place.Place) ([]byte, error) {
	q := url.Values{"f": {"json"}, "limit": {"100"}, "bbox": {fmt.Sprintf("%.4f,%.4f,%.4f,%.4f", p.Lon-reach, p.Lat-reach, p.Lon+reach, p.Lat+reach)}}
	if name == "swob-realtime" {
		q.Set("sortby", "-date_tm-value")
	}
	res, err := m.Client.Get(ctx, strings.TrimSuffix(m.Base, "/")+"/collections/"+name+"/items?"+q.Encode(), asking)
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// ReadMSC reads an answer of the Canadian service, whichever of its forms it is: a city page in XML (UTF-8 or Latin-1,
// English or French) or as GeoJSON, surface observations, alerts as GeoJSON or CAP. A form that carries only part of a
// report leaves the rest empty; alerts alone may be none.
func ReadMSC(b []byte, p place.Place) (Report, error) {
	b = bytes.TrimPrefix(bytes.TrimSpace(b), []byte("\ufeff"))
	if bytes.HasPrefix(b, []byte("<")) {
		if start := b[:min(len(b), 4096)]; bytes.Contains(start, []byte("<siteData")) {
			return readCityPage(b, p)
		}
		r := canadian(p)
		var err error
		r.Alerts, err = readCAP(b, p)
		return r, err
	}
	n, err := parseJSON(b)
	if err != nil {
		return Report{}, err
	}
	if features := n.features(); len(features) > 0 {
		o := features[0].at("properties")
		switch {
		case o.at("alert_code").v != nil || o.at("alert_type").v != nil:
			r := canadian(p)
			r.Alerts = readAlertFeatures(n, p)
			return r, nil
		case o.at("date_tm-value").v != nil:
			return readStations(n, p)
		}
	}
	return readCityFeatures(n, p)
}
