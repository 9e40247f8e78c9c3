package storyui

import (
	"strings"
	"time"

	"masthead/internal/errs"
)

// moment reads a day (2026-11-20) and a time of day (07:00 or 07:00:30) in a zone. A time that the clocks skip on that day is
// refused; one that comes twice needs which: first or second.
func moment(day, clock, which string, zone *time.Location) (time.Time, error) {
	day, clock = strings.TrimSpace(day), strings.TrimSpace(clock)
	if len(clock) == len("15:04") {
		clock += ":00"
	}
	const layout = time.DateOnly + " 15:04:05"
	t, err := time.ParseInLocation(layout, day+" "+clock, zone)
	if err != nil {
		return t, errs.Errorf(errs.Invalid, "day: %q at %q is no day and time: write them like 2026-11-20 and 07:00", day, clock)
	}
	if t.Format(layout) != day+" "+clock {
		return t, errs.Errorf(errs.Invalid, "clock: %s does not exist on that day: the clocks go forward then; choose an hour later", clock[:5])
	}
	for _, shift := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour} {
		for _, other := range []time.Time{t.Add(shift), t.Add(-shift)} {
			if other.Format(layout) != t.Format(layout) {
				continue
			}
			first, second := t, other
			if second.Before(first) {
				first, second = second, first
			}
			switch which {
			case "first":
				return first, nil
			case "second":
				return second, nil
			}
			return t, errs.Errorf(errs.Invalid, "which: %s comes twice on that day, because the clocks go back: choose the first or the second", clock[:5])
		}
	}
	return t, nil
}
