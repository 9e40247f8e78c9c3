package opsui

import (
	"testing"
	"time"
)

// TestSilent: a wire is silent when nothing came for longer than four times its usual gap.
func TestSilent(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ago := func(minutes ...int) (list []time.Time) {
		for _, m := range minutes {
			list = append(list, now.Add(-time.Duration(m)*time.Minute))
		}
		return list
	}
	for name, c := range map[string]struct {
		came []time.Time
		want bool
	}{
		"as usual":             {ago(39, 49, 59, 69, 79), false},
		"longer":               {ago(41, 51, 61, 71, 81), true},
		"one long gap before":  {ago(39, 49, 59, 69, 900), false},
		"too few to tell":      {ago(900, 910), false},
		"all of one moment":    {ago(0, 0, 0, 0, 0), false},
		"never but once":       {ago(900), false},
		"a pile a while ago":   {ago(5, 5, 5, 5, 5), true},
		"irregular, yet usual": {ago(100, 110, 200, 210, 400), false},
	} {
		if got := silent(now, c.came); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
