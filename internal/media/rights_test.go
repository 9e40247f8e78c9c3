package media_test

import (
	"testing"
	"time"

	"masthead/internal/media"
)

func TestStanding(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	now := day(10)
	for name, c := range map[string]struct {
		rights media.Rights
		want   media.Standing
	}{
		"nothing said":     {media.Rights{}, media.Standing{}},
		"agency":           {media.Rights{Category: "agency"}, media.Standing{Cost: "free"}},
		"handout":          {media.Rights{Category: "handout", Note: "This event only"}, media.Standing{Cost: "conditional", Note: "This event only"}},
		"own cost":         {media.Rights{Category: "agency", Cost: "pay"}, media.Standing{Cost: "pay"}},
		"no":               {media.Rights{Cost: "no"}, media.Standing{Cost: "no", Denied: true}},
		"lease":            {media.Rights{Leases: []media.Lease{{From: day(1), Until: day(20)}}}, media.Standing{Until: day(20)}},
		"ended":            {media.Rights{Leases: []media.Lease{{Until: day(10)}}}, media.Standing{Expired: true}},
		"not yet":          {media.Rights{Leases: []media.Lease{{From: day(11)}}}, media.Standing{Expired: true}},
		"the longer one":   {media.Rights{Leases: []media.Lease{{Until: day(12)}, {Until: day(15)}}}, media.Standing{Until: day(15)}},
		"for good":         {media.Rights{Leases: []media.Lease{{Until: day(12)}, {}}}, media.Standing{}},
		"denied now":       {media.Rights{Leases: []media.Lease{{}, {Deny: true, From: day(9), Note: "In court"}}}, media.Standing{Denied: true, Note: "In court"}},
		"denied from then": {media.Rights{Leases: []media.Lease{{Until: day(20)}, {Deny: true, From: day(14)}}}, media.Standing{Until: day(14)}},
		"denied before":    {media.Rights{Leases: []media.Lease{{Deny: true, Until: day(9)}}}, media.Standing{}},
	} {
		if got := c.rights.Standing(now); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
