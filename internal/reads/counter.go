package reads

import (
	"context"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"masthead/internal/db"
	"masthead/internal/published"
)

// Every is how often counts are written. A program that is killed loses what was counted since it last wrote.
const Every = 10 * time.Second

// mostPending bounds the sums that wait for a database that is away. More are not counted.
const mostPending = 1 << 16

// longestAgent is how much of a User-Agent is looked at, in bytes.
const longestAgent = 512

// Visit is one view of a story, as the reader's script reports it.
type Visit struct {
	Story string
	From  netip.Addr
	Agent string // the User-Agent header
}

// Outcome says what became of a visit.
type Outcome string

// The outcomes. Only Counted changes a sum.
const (
	Counted Outcome = "counted"
	Again   Outcome = "again"   // the same reader, within Window
	Robot   Outcome = "robot"   // it says so, or does not say what it is
	Crowded Outcome = "crowded" // one address reports more readers of one story than may be
	Unknown Outcome = "unknown" // no live story
	Lost    Outcome = "lost"    // the database did not answer, or has been away for long
)

// Counter counts visits in memory and writes sums. It is safe for concurrent use.
type Counter struct {
	db   *db.DB
	view *published.View
	live *memo

	mu      sync.Mutex
	crowd   crowd
	pending map[slot]int

	writing sync.Mutex // one Flush at a time
}

// New returns a counter of a database's live stories.
func New(d *db.DB, view *published.View) *Counter {
	return &Counter{db: d, view: view, live: newMemo(), pending: map[slot]int{}}
}

// Count counts a visit, if it is one of a reader who was not counted for this story within Window. The sum is in the
// database after the next Flush.
func (c *Counter) Count(ctx context.Context, v Visit) Outcome {
	v.Agent = v.Agent[:min(len(v.Agent), longestAgent)]
	switch {
	case !idLike(v.Story):
		return Unknown
	case robot(v.Agent):
		return Robot
	}
	live, err := c.isLive(ctx, v.Story)
	switch {
	case err != nil:
		return Lost // who follows the change log reports a database that does not answer
	case !live:
		return Unknown
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.db.Now()
	key := slot{v.Story, slotOf(now)}
	if len(c.pending) >= mostPending && c.pending[key] == 0 {
		return Lost
	}
	if out := c.crowd.enter(now, v); out != Counted {
		return out
	}
	c.pending[key]++
	return Counted
}

// Flush writes what was counted since the last. What cannot be written waits for the next.
func (c *Counter) Flush(ctx context.Context) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.live.forget()
	c.mu.Lock()
	c.crowd.age(c.db.Now()) // also when nobody reads
	sums := c.pending
	c.pending = map[slot]int{}
	c.mu.Unlock()
	if len(sums) == 0 {
		return nil
	}
	// In one order, so that two nodes do not wait for each other's rows.
	keys := slices.SortedFunc(maps.Keys(sums), func(a, b slot) int {
		if a.story != b.story {
			return strings.Compare(a.story, b.story)
		}
		return int(a.at - b.at)
	})
	err := c.db.InTx(ctx, func(tx *db.Tx) error {
		for _, k := range keys {
			if err := add(ctx, tx, k, sums[k]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		for k, n := range sums {
			c.pending[k] += n
		}
	}
	return err
}

// Run writes until ctx ends, and then what is left.
func (c *Counter) Run(ctx context.Context) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	away := false
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := c.Flush(last); err != nil {
				slog.Warn("last reads not written", "err", err)
			}
			return
		case <-tick.C:
		}
		err := c.Flush(ctx)
		if err != nil && !away && ctx.Err() == nil {
			slog.Warn("reads not written; they wait", "err", err)
		}
		away = err != nil
	}
}

// idLike reports whether a text can be a story's id, so that nothing else reaches the database.
func idLike(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, b := range []byte(s) {
		if !(b >= 'a' && b <= 'z' || b >= '0' && b <= '9') {
			return false
		}
	}
	return true
}

// robots are words that programs without a reader have in their names.
var robots = []string{"bot", "crawl", "spider"}

func robot(agent string) bool {
	agent = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(agent)), "cubot", "") // a make of phones
	return agent == "" || slices.ContainsFunc(robots, func(word string) bool { return strings.Contains(agent, word) })
}

// isLive asks the published view, once a story between two writes.
func (c *Counter) isLive(ctx context.Context, id string) (bool, error) {
	if yes, ok := c.live.get(id); ok {
		return yes, nil
	}
	card, err := c.view.Record(c.db.Now()).Card(ctx, id)
	if err != nil {
		return false, err
	}
	c.live.add(id, card != nil)
	return card != nil, nil
}

// memo remembers which ids are those of live stories. It holds at most twice its size, in two generations.
type memo struct {
	mu         sync.Mutex
	young, old map[string]bool
}

const memoSize = 4096

func newMemo() *memo { return &memo{young: map[string]bool{}} }

func (m *memo) get(id string) (live, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if live, ok = m.young[id]; ok {
		return live, true
	}
	live, ok = m.old[id]
	return live, ok
}

func (m *memo) add(id string, live bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.young) >= memoSize {
		m.young, m.old = map[string]bool{}, m.young
	}
	m.young[id] = live
}

func (m *memo) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.young, m.old = map[string]bool{}, nil
}
