package archive

import (
	"sort"
	"time"
)

// years is how far back an archive reaches.
const years = 10

// calendar says when stories are published: each hour of the archive has a weight, and the stories stand along
// their sum. A later story is never earlier than one before it.
type calendar struct {
	start time.Time
	sum   []float64 // of the weights up to and including each hour
}

// perHour is the share of a newsroom's day that is published in each hour of its clock.
var perHour = [24]float64{1, .7, .5, .5, 1, 3, 6, 8, 7, 7, 7, 7, 6, 6, 6, 7, 7, 6, 4, 3, 3, 2.5, 2, 1.5}

// perWeekday begins with Sunday.
var perWeekday = [7]float64{.55, 1, 1.05, 1.05, 1.05, 1, .5}

// newCalendar covers the years up to until, an output that grows by half in that time, and thirty busy days (an
// election, a flood) with twice as much.
func newCalendar(until time.Time, zone *time.Location) *calendar {
	start := until.AddDate(-years, 0, 0)
	hours := int(until.Sub(start).Hours())
	c := &calendar{start: until.Add(-time.Duration(hours) * time.Hour), sum: make([]float64, hours)}
	total := 0.0
	for h := range hours {
		t := c.start.Add(time.Duration(h) * time.Hour).In(zone)
		w := perHour[t.Hour()] * perWeekday[t.Weekday()] * (1 + .5*float64(h)/float64(hours))
		if (h/24)%121 == 60 {
			w *= 2
		}
		total += w
		c.sum[h] = total
	}
	return c
}

// at returns the moment at a share (0 to 1) of the archive, in whole seconds.
func (c *calendar) at(share float64) time.Time {
	want := share * c.sum[len(c.sum)-1]
	h := sort.SearchFloat64s(c.sum, want)
	h = min(h, len(c.sum)-1)
	before := 0.0
	if h > 0 {
		before = c.sum[h-1]
	}
	part := (want - before) / (c.sum[h] - before)
	t := c.start.Add(time.Duration(h)*time.Hour + time.Duration(part*float64(time.Hour)))
	return t.UTC().Truncate(time.Second)
}
