package published

import (
	"sync"
	"time"
)

// zones are the time zones loaded so far, by their IANA names: at most as many as there are such names. Loading
// reads a file, and every zone loaded anew is kilobytes that live as long as any time in it.
var zones sync.Map

// Zone returns a time zone by its IANA name; or if there is no such zone.
func Zone(name string, or *time.Location) *time.Location {
	if l, ok := zones.Load(name); ok {
		return l.(*time.Location)
	}
	if name == "" {
		return or
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return or
	}
	kept, _ := zones.LoadOrStore(name, l)
	return kept.(*time.Location)
}
