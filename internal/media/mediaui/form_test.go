package mediaui

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/media"
)

// deadlines is an answer's connection that notes until when it waits for more of the request.
type deadlines struct {
	http.ResponseWriter
	read time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read = t; return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { return nil }

// A sender that says nothing for a minute is gone; one that has sent all waits for what becomes of it.
func TestFlowing(t *testing.T) {
	d := &deadlines{}
	f := &flowing{io.NopCloser(strings.NewReader("ab")), http.NewResponseController(d)}
	if _, err := f.Read(make([]byte, 2)); err != nil || time.Until(d.read) > silence {
		t.Errorf("in the middle: %v, %s", err, time.Until(d.read))
	}
	if _, err := f.Read(make([]byte, 2)); err != io.EOF || time.Until(d.read) < working-time.Minute {
		t.Errorf("at the end: %v, %s", err, time.Until(d.read))
	}
}

func TestPartsOf(t *testing.T) {
	for q, want := range map[string][]string{
		"": nil, "  flood  -stock ": {"flood", "-stock"}, `by:"Jane Roe" used:no`: {`by:"Jane Roe"`, "used:no"}, "a a": {"a"}, `"open end`: {`"open end`},
	} {
		if got := partsOf(q); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
	}
}

// FuzzPartsOf: the parts of a search, put together again, have the same parts.
func FuzzPartsOf(f *testing.F) {
	f.Add(`flood -stock by:"Jane Roe" «deux mots»`)
	f.Fuzz(func(t *testing.T, q string) {
		parts := partsOf(q)
		if len(parts) > maxParts {
			t.Fatalf("%d parts", len(parts))
		}
		if again := partsOf(strings.Join(parts, " ")); len(parts) > 0 && !slices.Equal(parts, again) && !strings.ContainsAny(q, "\"“”«»") {
			t.Errorf("%q becomes %q", parts, again)
		}
	})
}

func FuzzReadUndo(f *testing.F) {
	f.Add("m1.2-m2.10")
	f.Add("-.")
	f.Fuzz(func(t *testing.T, text string) {
		was, err := readUndo(text)
		if err == nil && (len(was) == 0 || len(was) > maxMany) {
			t.Errorf("%q: %d media", text, len(was))
		}
		for id, v := range was {
			if err == nil && (id == "" || v < 2) {
				t.Errorf("%q: %q version %d", text, id, v)
			}
		}
	})
}

// FuzzSheet: whatever a form sends is read or refused, and what was stored and is sent back changes nothing.
func FuzzSheet(f *testing.F) {
	f.Add("caption=A&lease_kind=allow&lease_from=2026-01-01&lease_until=2026-02-01&lease_note=a|b&focus_x=12.5&taken=2026-03-15T14:30")
	f.Add("lease_kind=deny&lease_until=9999-12-31&people=a%0Ab&focus_x=NaN")
	zone, err := time.LoadLocation("America/St_Johns")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s := readSheet(v)
		c, wrong := s.change(media.Item{}, s.changed(sheet{}), zone)
		if len(wrong) > 0 || c.Rights == nil {
			return
		}
		stored := sheetOf(media.Facts{}, media.Focus{}, *c.Rights, zone)
		again, wrong := stored.change(media.Item{Rights: *c.Rights}, []string{"leases"}, zone)
		if len(wrong) > 0 || !slices.EqualFunc(again.Rights.Leases, c.Rights.Leases, func(a, b media.Lease) bool {
			return a.Deny == b.Deny && a.From.Equal(b.From) && a.Until.Equal(b.Until)
		}) {
			t.Errorf("leases %+v come back as %+v (%v)", c.Rights.Leases, again.Rights.Leases, wrong)
		}
	})
}
