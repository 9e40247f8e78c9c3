// Package date reads the dates of wire formats and says what they leave open.
// It owns the notations (RFC 3339, ISO 8601 basic as NITF writes it, and what agencies make of both) and the rule for
// dates without an offset. It must not know which field of which format a date comes from.
package date

import (
	"strings"
	"time"
)

// Date is a point in time as a file gave it.
type Date struct {
	// Raw is the text of the file, without blanks around it.
	Raw string
	// Time is the instant, in the file's own offset. It is zero if the file gives no offset, or no date that can be
	// read.
	Time time.Time
	wall time.Time // the clock reading, as UTC, of a date without an offset
}

// layouts are tried by whether the text has an offset; fractions of seconds are taken by all.
var (
	withOffset = []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07",
		"20060102T150405Z0700", "20060102T150405Z07:00", "20060102T150405Z07",
		"2006-01-02T15:04Z07:00", "20060102T1504Z0700",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z0700",
		"20060102150405Z0700",
	}
	withoutOffset = []string{
		"2006-01-02T15:04:05", "20060102T150405", "2006-01-02 15:04:05", "2006-01-02T15:04",
		"2006-01-02", "20060102", "20060102150405", "2006-01",
	}
)

// Parse reads a date. It never fails: what it cannot read is left in Raw.
func Parse(raw string) Date {
	d := Date{Raw: strings.TrimSpace(raw)}
	if len(d.Raw) < 6 || len(d.Raw) > 40 || d.Raw[0] < '0' || d.Raw[0] > '9' {
		return d
	}
	for _, layout := range withOffset {
		if t, err := time.Parse(layout, d.Raw); err == nil {
			if t.Year() > 1 {
				d.Time = t
			}
			return d
		}
	}
	for _, layout := range withoutOffset {
		if t, err := time.Parse(layout, d.Raw); err == nil {
			if t.Year() > 1 {
				d.wall = t
			}
			return d
		}
	}
	return d
}

// At makes a date of an instant.
func At(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return Date{Raw: t.Format(time.RFC3339Nano), Time: t}
}

// IsZero reports whether the date gives no instant by itself. (With it, encoding/json leaves such dates out.)
func (d Date) IsZero() bool { return d.Time.IsZero() }

// Naive reports whether the file gives a clock reading without saying where.
func (d Date) Naive() bool { return !d.wall.IsZero() }

// In returns the instant, taking a clock reading without an offset as one at loc; the zero time if there is none.
// Which place is right is the agency's habit, so only the settings of a source can say it.
func (d Date) In(loc *time.Location) time.Time {
	if d.wall.IsZero() {
		return d.Time
	}
	w := d.wall
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), loc)
}

// Placeholder reports whether the text stands for "no date": empty, the year 1, zeros, or the pattern itself
// ("YYYYMMDD000000-HHMM").
func (d Date) Placeholder() bool {
	return d.Raw == "" || strings.HasPrefix(d.Raw, "0001") || strings.HasPrefix(d.Raw, "0000") ||
		strings.HasPrefix(strings.ToUpper(d.Raw), "YYYY")
}

// Unreadable reports whether the text is there, is no placeholder, and cannot be read as a date. An embargo with
// such a date must be taken to hold.
func (d Date) Unreadable() bool {
	return !d.Placeholder() && d.Time.IsZero() && d.wall.IsZero()
}

// MarshalJSON writes the instant as RFC 3339.
func (d Date) MarshalJSON() ([]byte, error) { return d.Time.MarshalJSON() }
