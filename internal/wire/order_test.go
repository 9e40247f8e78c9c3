package wire_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/wire"
)

// TestAnyOrder: whatever the order of arrival, repeated and split over runs, the same versions end in the same state.
func TestAnyOrder(t *testing.T) {
	c := clock{noon}
	dbtest.EachAt(t, c.now, func(t *testing.T, d *db.DB) {
		portal(t, d)
		n := 0
		dir := t.TempDir()
		rapid.Check(t, func(rt *rapid.T) {
			n++
			status := rapid.SliceOfN(rapid.SampledFrom([]string{"usable", "usable", "usable", "withheld", "canceled"}), 1, 5).Draw(rt, "status")
			run := func(guid string, order []int, runs int) item {
				for len(order) > 0 {
					k := max(len(order)/max(runs, 1), 1)
					var files []string
					for i, v := range order[:k] {
						text := version(guid, v+1, status[v], fmt.Sprintf("version %d", v+1), "")
						files = append(files, write(t, dir, fmt.Sprintf("%s-%02d", guid, i), text))
					}
					if _, err := wire.Ingest(context.Background(), d, files, wire.Options{Publish: true}); err != nil {
						rt.Fatal(err)
					}
					order = order[k:]
				}
				return outcome(find(t, d, guid))
			}
			straight := make([]int, len(status))
			for i := range straight {
				straight[i] = i
			}
			order := rapid.Permutation(straight).Draw(rt, "order")
			order = append(order, rapid.SliceOfN(rapid.SampledFrom(straight), 0, 3).Draw(rt, "again")...)
			want := run(fmt.Sprint("straight", n), straight, 1)
			if got := run(fmt.Sprint("other", n), order, rapid.IntRange(1, 3).Draw(rt, "runs")); got != want {
				rt.Fatalf("%v in the order %v: %+v\nin their own order: %+v", status, order, got, want)
			}
		})
	})
}

// outcome is the part of an item that must not depend on the order: what readers see, except that an address that
// never was public is unknown where one that was says that the story is gone; and, unless it is canceled, the text.
func outcome(it item) item {
	it.id, it.state = "", ""
	if it.public == "410" {
		it.public = ""
	}
	if it.status == "canceled" {
		it.headline = ""
	}
	return it
}
