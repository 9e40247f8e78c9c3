package weather

import (
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/local/place"
)

// capAlert is a message of the Common Alerting Protocol 1.2, as much as is used of it.
type capAlert struct {
	XMLName xml.Name
	Status  string    `xml:"status"`
	MsgType string    `xml:"msgType"`
	Infos   []capInfo `xml:"info"`
}

type capInfo struct {
	Language    string `xml:"language"`
	Event       string `xml:"event"`
	Response    string `xml:"responseType"`
	Urgency     string `xml:"urgency"`
	Severity    string `xml:"severity"`
	Effective   string `xml:"effective"`
	Onset       string `xml:"onset"`
	Expires     string `xml:"expires"`
	Headline    string `xml:"headline"`
	Description string `xml:"description"`
	Instruction string `xml:"instruction"`
	Web         string `xml:"web"`
	Parameters  []struct {
		Name  string `xml:"valueName"`
		Value string `xml:"value"`
	} `xml:"parameter"`
	Areas []struct {
		Polygons []string `xml:"polygon"`
	} `xml:"area"`
}

// readCAP reads a CAP message into at most one alert. Tests, drafts and cancellations hold none; neither does one that
// says in either language that it has ended, or whose areas do not hold the place.
func readCAP(b []byte, p place.Place) ([]Alert, error) {
	var m capAlert
	if err := decodeXML(b, &m); err != nil {
		return nil, errs.Errorf(errs.Invalid, "alert: %w", err)
	}
	if m.XMLName.Local != "alert" {
		return nil, errs.Errorf(errs.Invalid, "alert: root element is %.40q", m.XMLName.Local)
	}
	infos := m.Infos[:min(len(m.Infos), maxAlerts)]
	if m.Status != "Actual" || m.MsgType != "Alert" && m.MsgType != "Update" || slices.ContainsFunc(infos, capInfo.ended) {
		return nil, nil
	}
	a := Alert{}
	for _, i := range infos {
		if !i.covers(p) {
			continue
		}
		t, words := title(i.headline()), text(i.Description+"\n\n"+i.Instruction)
		if strings.HasPrefix(strings.ToLower(i.Language), "fr") {
			a.TitleFR, a.TextFR = t, words
		} else {
			a.Title, a.Text, a.URL = t, words, link(i.Web)
		}
		if a.Severity == "" {
			a.Severity = i.rank()
		}
		if a.From = capTime(i.Onset); a.From.IsZero() {
			a.From = capTime(i.Effective)
		}
		a.Until = capTime(i.Expires)
	}
	if a.Title == "" && a.TitleFR == "" {
		return nil, nil
	}
	return addAlert(nil, a, zone(p)), nil
}

// parameter is the value of a service's own parameter, its layer's prefix left out of the name.
func (i capInfo) parameter(name string) string {
	for _, p := range i.Parameters {
		if strings.HasSuffix(p.Name, ":"+name) {
			return strings.TrimSpace(p.Value)
		}
	}
	return ""
}

func (i capInfo) ended() bool {
	h := strings.ToLower(strings.TrimSpace(i.Headline))
	return strings.HasSuffix(h, "ended") || strings.HasSuffix(h, "terminé") || strings.HasSuffix(h, "terminée") ||
		i.Response == "AllClear" || i.Urgency == "Past" || i.parameter("Alert_Location_Status") == "ended"
}

func (i capInfo) headline() string {
	if name := i.parameter("Alert_Name"); name != "" {
		return name
	}
	if i.Headline != "" {
		return i.Headline
	}
	return i.Event
}

// rank takes the Canadian kind of alert, or else CAP's own severity (CAP 1.2 §3.2.2).
func (i capInfo) rank() Severity {
	if kind := i.parameter("Alert_Type"); kind != "" {
		return severity(kind)
	}
	switch i.Severity {
	case "Extreme", "Severe":
		return Warning
	case "Moderate":
		return Watch
	case "Minor":
		return Advisory
	}
	return Statement
}

// covers reads polygons of "lat,lon lat,lon …" (CAP 1.2 §3.2.4). Areas without any are for everyone.
func (i capInfo) covers(p place.Place) bool {
	drawn := false
	for _, area := range i.Areas[:min(len(i.Areas), 500)] {
		for _, polygon := range area.Polygons {
			drawn = true
			var ring [][2]float64
			for pair := range strings.FieldsSeq(polygon) {
				lat, lon, _ := strings.Cut(pair, ",")
				ring = append(ring, [2]float64{number(lon), number(lat)})
			}
			if within(ring, p.Lon, p.Lat) {
				return true
			}
		}
	}
	return !drawn
}

func capTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if err != nil {
		return time.Time{}
	}
	return t
}
