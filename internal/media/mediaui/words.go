package mediaui

import (
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/local/clock"
	"masthead/internal/newsroom"
)

func stamp(r *newsroom.Request, t time.Time) string {
	return clock.Stamp(t.In(r.Site.Location()), r.Lang)
}

// size writes bytes as people count them; "" for none.
func size(r *newsroom.Request, n int64) string {
	if n == 0 {
		return ""
	}
	unit, value := "kb", float64(n)/1e3
	if n >= 1e6 {
		unit, value = "mb", float64(n)/1e6
	}
	text := strconv.FormatFloat(value, 'f', 1, 64)
	if r.Lang == "fr" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return r.Words.T("library.size_"+unit, text)
}

// versionText writes the number of a version as forms carry it, and versionOf reads it.
func versionText(n int) string { return strconv.Itoa(n) }

func versionOf(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, errs.Errorf(errs.Invalid, "version: %q is no number of a version", text)
	}
	return n, nil
}
