package press

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"masthead/internal/changes"
	"masthead/internal/published"
)

// entry is a tracked page: what it depends on and, unless memory let go of it, its body.
type entry struct {
	url   string
	deps  []published.Dep
	until time.Time // right by itself until then; zero: for good
	sum   uint64    // of status, type, headers and body
	fleet bool
	body  atomic.Pointer[Body]
	used  atomic.Int64 // when a reader last asked, Unix nanoseconds
}

func newEntry(url string, page Page, deps []published.Dep, until, modified time.Time) *entry {
	e := &entry{url: url, deps: deps, until: until.UTC(), sum: sumOf(page), fleet: page.Fleet}
	e.body.Store(newBody(page, modified))
	return e
}

func sumOf(page Page) uint64 {
	h := xxhash.New()
	h.WriteString(page.Type)
	h.Write([]byte{byte(page.Status), byte(page.Status >> 8)})
	for _, kv := range page.Header {
		h.WriteString(kv[0])
		h.WriteString(kv[1])
	}
	h.Write(page.Body)
	return h.Sum64()
}

func (e *entry) expired(now time.Time) bool { return !e.until.IsZero() && !now.Before(e.until) }

// touch notes the use; to the second, so that a hot page's line of memory is not written by every core.
func (e *entry) touch(now time.Time) {
	if n := now.UnixNano(); n-e.used.Load() > int64(time.Second) {
		e.used.Store(n)
	}
}

func (e *entry) touchedBy(list []changes.Change) bool {
	return slices.ContainsFunc(list, func(c changes.Change) bool {
		return c.Key == everything || slices.ContainsFunc(e.deps, func(d published.Dep) bool {
			return d.Read.Key() == c.Key && d.Touched(c.At)
		})
	})
}

// copy is the form of the page on disk.
func (e *entry) copy(b *Body, edition string) copied {
	return copied{URL: e.url, Edition: edition, Sum: e.sum, Page: b.page, Deps: e.deps, Until: e.until, Modified: b.modified}
}
