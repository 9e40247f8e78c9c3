package date_test

import (
	"encoding/json"
	"testing"
	"time"

	"masthead/internal/format/date"
)

func TestParse(t *testing.T) {
	tests := map[string]string{ // raw → UTC, "" if there is no instant
		"2018-10-21T16:25:32-05:00":     "2018-10-21T21:25:32Z",
		" 2018-10-19T11:17:00.150Z\n":   "2018-10-19T11:17:00.15Z",
		"2017-08-24T04:38:34+0000":      "2017-08-24T04:38:34Z",
		"20160908T132446+0100":          "2016-09-08T12:24:46Z",
		"20151210T191044Z":              "2015-12-10T19:10:44Z",
		"2012-01-01T10:00+01:00":        "2012-01-01T09:00:00Z",
		"2020-03-27T11:52:47.78-04:00":  "2020-03-27T15:52:47.78Z",
		"2020-03-27T11:52:47.123456789": "",
		"20141126T152703":               "",
		"2016-02":                       "",
		"0001-01-01T00:00:00":           "",
		"0001-01-01T00:00:00Z":          "",
		"YYYYMMDD000000-HHMM":           "",
		"tomorrow":                      "",
		"2018-13-41T00:00:00Z":          "",
		"":                              "",
	}
	for raw, want := range tests {
		d := date.Parse(raw)
		got := ""
		if !d.IsZero() {
			got = d.Time.UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("Parse(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestKinds(t *testing.T) {
	tests := map[string]struct{ naive, placeholder, unreadable bool }{
		"2018-10-21T16:25:32-05:00": {},
		"20141126T152703":           {naive: true},
		"2014-11-26":                {naive: true},
		"":                          {placeholder: true},
		"0001-01-01T00:00:00":       {placeholder: true},
		"YYYYMMDD000000-HHMM":       {placeholder: true},
		"next Friday":               {unreadable: true},
	}
	for raw, want := range tests {
		d := date.Parse(raw)
		if d.Naive() != want.naive || d.Placeholder() != want.placeholder || d.Unreadable() != want.unreadable {
			t.Errorf("%q: naive %v, placeholder %v, unreadable %v", raw, d.Naive(), d.Placeholder(), d.Unreadable())
		}
	}
}

func TestIn(t *testing.T) {
	helsinki := time.FixedZone("EET", 2*3600)
	if got := date.Parse("20141126T152703").In(helsinki).UTC().Format(time.RFC3339); got != "2014-11-26T13:27:03Z" {
		t.Error(got)
	}
	if got := date.Parse("20151210T191044Z").In(helsinki).UTC().Format(time.RFC3339); got != "2015-12-10T19:10:44Z" {
		t.Error(got)
	}
	if !date.Parse("soon").In(helsinki).IsZero() {
		t.Error("an unreadable date has an instant")
	}
}

func TestJSON(t *testing.T) {
	type dates struct {
		A date.Date `json:"a,omitzero"`
		B date.Date `json:"b,omitzero"`
	}
	b, err := json.Marshal(dates{A: date.Parse("2017-08-24T04:38:34+0000"), B: date.Parse("20141126T152703")})
	if want := `{"a":"2017-08-24T04:38:34Z"}`; err != nil || string(b) != want {
		t.Errorf("got %s, %v; want %s", b, err, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("20160908T132446+0100")
	f.Add("2018-10-21T16:25:32.5-05:00")
	f.Fuzz(func(t *testing.T, raw string) {
		d := date.Parse(raw)
		if d.Naive() && !d.IsZero() {
			t.Errorf("%q is both naive and an instant", raw)
		}
		if !d.IsZero() {
			if _, err := d.MarshalJSON(); err != nil && d.Time.Year() <= 9999 {
				t.Errorf("%q: %v", raw, err)
			}
		}
	})
}
