// Package press is the page cache: it keeps every public page as final bytes and knows exactly what each page
// was made of, so that a publication changes the pages that show it, at once, and nothing else.
//
// While a page is built, every question to the published view is recorded with a fingerprint of its answer.
// A committed change names keys; the pages that asked under those keys have just those questions asked
// again. Same answers: the page stays. Another answer: the page goes, and is made anew if readers asked for it
// lately. There is no purge.
//
// It must not know what a page looks like (a Build function tells) nor the working copy.
package press

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"masthead/internal/changes"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/published"
)

// Page is what a Build makes: the answer to one URL, the same for every reader.
type Page struct {
	Status int
	Type   string // Content-Type
	Body   []byte
	Header [][2]string // further headers
	Fleet  bool        // never kept: a redirect, an error
}

// Build makes the page at a canonical URL (path and, for listings, cursor). All it reads it reads through rec.
// An error of kind errs.NotFound means there is no such page.
type Build func(ctx context.Context, rec *published.Recorder, url string) (Page, error)

// Config says what a Press works with.
type Config struct {
	DB      *db.DB
	View    *published.View
	Build   Build
	Memory  int64         // bytes of bodies kept in memory; 0: 64 MiB
	Dir     string        // folder of the disk copy; "" for none
	Edition string        // changes with the program and the theme: disk copies of another edition are not used
	Hot     time.Duration // a page asked for within this time is made anew when it changes; 0: one minute
}

// Press is the cache. It is safe for concurrent use.
type Press struct {
	db    *db.DB
	view  *published.View
	build Build
	now   func() time.Time
	hot   time.Duration
	disk  *disk
	limit int64

	seed   maphash.Seed
	shards [64]shard

	mu      sync.Mutex
	index   map[string]map[*entry]struct{} // who asked under a key
	flights map[string]*flight
	builds  map[*flight]struct{}

	apply   chan struct{} // held by the one catch-up at a time
	applied atomic.Int64
	behind  atomic.Bool // the database does not answer

	renewing chan struct{} // held by the one renewal at a time
	aside    sync.WaitGroup
	edition  atomic.Pointer[string]

	size  atomic.Int64
	stats Stats
}

type shard struct {
	sync.RWMutex
	m map[string]*entry
}

// Stats counts what happened since the start.
type Stats struct {
	Hits, Misses, Builds, Kept, Dropped, Renewed, Evicted, FromDisk, Stale atomic.Int64
}

// flight is one build under way; those who ask for the same page meanwhile wait for it.
type flight struct {
	done    chan struct{}
	changed []changes.Change // applied while it was under way
	e       *entry
	body    *Body
	err     error
}

// New returns a press that has seen every change up to now.
func New(ctx context.Context, c Config) (*Press, error) {
	if c.Memory == 0 {
		c.Memory = 64 << 20
	}
	if c.Hot == 0 {
		c.Hot = time.Minute
	}
	p := &Press{
		db: c.DB, view: c.View, build: c.Build, now: c.DB.Now, hot: c.Hot, limit: c.Memory,
		seed: maphash.MakeSeed(), index: map[string]map[*entry]struct{}{}, flights: map[string]*flight{}, builds: map[*flight]struct{}{},
		apply: make(chan struct{}, 1), renewing: make(chan struct{}, 1),
	}
	for i := range p.shards {
		p.shards[i].m = map[string]*entry{}
	}
	p.edition.Store(&c.Edition)
	if c.Dir != "" {
		var err error
		if p.disk, err = openDisk(c.Dir); err != nil {
			return nil, err
		}
	}
	seq, err := changes.Last(ctx, c.DB)
	if err != nil {
		return nil, err
	}
	p.applied.Store(seq)
	return p, nil
}

// Close waits for what is under way beside the requests, and for the disk copy to be written.
func (p *Press) Close() {
	p.aside.Wait()
	if p.disk != nil {
		p.disk.close()
	}
}

// Stats returns the counters.
func (p *Press) Stats() *Stats { return &p.stats }

// Applied returns the number of the newest change that was applied.
func (p *Press) Applied() int64 { return p.applied.Load() }

// Bytes returns how much memory the bodies take.
func (p *Press) Bytes() int64 { return p.size.Load() }

// Len returns how many pages are tracked.
func (p *Press) Len() int {
	n := 0
	for i := range p.shards {
		p.shards[i].RLock()
		n += len(p.shards[i].m)
		p.shards[i].RUnlock()
	}
	return n
}

func (p *Press) shard(url string) *shard {
	return &p.shards[maphash.String(p.seed, url)%uint64(len(p.shards))]
}

func (p *Press) lookup(url string) *entry {
	s := p.shard(url)
	s.RLock()
	e := s.m[url]
	s.RUnlock()
	return e
}

// ServeCached answers from memory if it can: the fast path, with url as it came. It reports false, having
// written nothing, when the page must be made or the URL is not one that is kept.
func (p *Press) ServeCached(w http.ResponseWriter, r *http.Request, url string) bool {
	e := p.lookup(url)
	if e == nil {
		return false
	}
	now := p.now()
	b := e.body.Load()
	if b == nil || e.expired(now) {
		return false
	}
	p.stats.Hits.Add(1)
	e.touch(now)
	b.serve(w, r, p.behind.Load())
	if p.size.Load() > p.limit+p.limit/8 { // encodings made on the way count too
		p.evict()
	}
	return true
}

// Serve answers with the page at a canonical URL, made now if need be. A page that cannot be made because
// the database does not answer is served as it last was, marked stale. The error is for the caller to show.
func (p *Press) Serve(w http.ResponseWriter, r *http.Request, url string) error {
	b, stale, err := p.Page(r.Context(), url)
	if err != nil {
		return err
	}
	b.serve(w, r, stale)
	return nil
}

// Page returns the body of the page at a canonical URL, and whether it may be out of date.
func (p *Press) Page(ctx context.Context, url string) (b *Body, stale bool, err error) {
	old := p.lookup(url)
	now := p.now()
	if old != nil {
		old.touch(now)
		if !old.expired(now) {
			if b := p.load(old); b != nil {
				p.stats.Hits.Add(1)
				return b, p.behind.Load(), nil
			}
		}
		if p.behind.Load() { // asking would only keep the reader waiting
			if b := p.load(old); b != nil {
				p.stats.Stale.Add(1)
				return b, true, nil
			}
		}
	}
	p.stats.Misses.Add(1)
	f, err := p.make(ctx, url)
	if err == nil {
		f.e.touch(now)
		return f.body, false, nil
	}
	if old != nil && ours(err) {
		if b := p.load(old); b != nil {
			p.stats.Stale.Add(1)
			return b, true, nil
		}
	}
	return nil, false, err
}

// ours reports whether an error is a failure of the machinery, not an answer about the page.
func ours(err error) bool {
	k := errs.KindOf(err)
	return k == errs.Internal || k == errs.Unavailable
}

// load returns the body of a tracked page, from disk if memory let go of it.
func (p *Press) load(e *entry) *Body {
	if b := e.body.Load(); b != nil {
		return b
	}
	if p.disk == nil {
		return nil
	}
	c, err := p.disk.read(e.url)
	if err != nil || c.Sum != e.sum {
		return nil
	}
	p.stats.FromDisk.Add(1)
	b := newBody(c.Page, c.Modified)
	if e.body.CompareAndSwap(nil, b) {
		b.enter(&p.size)
		if p.lookup(e.url) != e {
			b.leave() // let go of in between
		}
		p.evict()
	}
	return b
}

// make builds a page, or waits for who is building it.
func (p *Press) make(ctx context.Context, url string) (f *flight, err error) {
	p.mu.Lock()
	if f := p.flights[url]; f != nil {
		p.mu.Unlock()
		select {
		case <-f.done:
			return f, f.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	f = &flight{done: make(chan struct{})}
	p.flights[url] = f
	p.builds[f] = struct{}{}
	p.mu.Unlock()

	defer func() {
		if r := recover(); r != nil {
			slog.Error("building a page panicked", "url", url, "panic", r, "stack", string(debug.Stack()))
			f.err = fmt.Errorf("build %s: %v", url, r)
		}
		p.mu.Lock()
		if p.flights[url] == f {
			delete(p.flights, url)
		}
		delete(p.builds, f)
		p.mu.Unlock()
		close(f.done)
		err = f.err
	}()
	// Others wait for this build, so it does not end with the request that began it, but it does end.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	f.e, f.err = p.fly(limited, f, url)
	return f, f.err
}

// patience is how long a build or a catch-up waits for the database before it counts as gone.
const patience = 8 * time.Second

// fly builds until no change came between the reading and the keeping. Whoever starts to wait after a change
// was applied must not get an answer from before it, so a touched build leaves the list of flights first.
func (p *Press) fly(ctx context.Context, f *flight, url string) (*entry, error) {
	for try := 0; ; try++ {
		p.mu.Lock()
		f.changed = nil
		p.mu.Unlock()
		e, err := p.once(ctx, url)
		if err != nil {
			return nil, err
		}
		f.body = e.body.Load()
		p.mu.Lock()
		if e.touchedBy(f.changed) {
			p.mu.Unlock()
			if try < 8 {
				continue
			}
			e.fleet = true
			return e, nil // right when it was read; too busy to be kept
		}
		if e.fleet {
			p.mu.Unlock()
			return e, nil
		}
		p.keep(e)
		p.mu.Unlock()
		p.evict()
		if p.disk != nil {
			p.disk.write(e, *p.edition.Load(), func() bool { return p.lookup(url) == e })
		}
		return e, nil
	}
}

// once builds a page, or takes over its disk copy when all the questions still have the same answers.
func (p *Press) once(ctx context.Context, url string) (*entry, error) {
	if e := p.adopt(ctx, url); e != nil {
		return e, nil
	}
	rec := p.view.Record(p.now())
	page, err := p.build(ctx, rec, url)
	if err != nil {
		return nil, err
	}
	p.stats.Builds.Add(1)
	e := newEntry(url, page, rec.Deps(), rec.Until(), p.now())
	if old := p.lookup(url); old != nil && old.sum == e.sum {
		if b := old.body.Load(); b != nil {
			e.body.Store(newBody(page, b.modified)) // the same bytes: not modified
		}
	}
	return e, nil
}

// adopt makes an entry of the disk copy from an earlier run if it is still right.
func (p *Press) adopt(ctx context.Context, url string) *entry {
	if p.disk == nil || p.lookup(url) != nil {
		return nil
	}
	c, err := p.disk.read(url)
	if err != nil || c.Edition != *p.edition.Load() {
		return nil
	}
	e := newEntry(url, c.Page, c.Deps, c.Until, c.Modified)
	if e.expired(p.now()) {
		return nil
	}
	for _, d := range c.Deps {
		if sum, err := p.view.Sum(ctx, d.Read); err != nil || sum != d.Sum {
			return nil
		}
	}
	p.stats.FromDisk.Add(1)
	return e
}

// keep puts an entry in place of its predecessor. p.mu is held.
func (p *Press) keep(e *entry) {
	s := p.shard(e.url)
	s.Lock()
	old := s.m[e.url]
	s.m[e.url] = e
	s.Unlock()
	e.used.Store(p.now().UnixNano())
	if old != nil {
		p.forget(old)
	}
	for _, d := range e.deps {
		key := d.Read.Key()
		set := p.index[key]
		if set == nil {
			set = map[*entry]struct{}{}
			p.index[key] = set
		}
		set[e] = struct{}{}
	}
	e.body.Load().enter(&p.size)
}

// forget takes an entry out of the index and its body out of the account. p.mu is held.
func (p *Press) forget(e *entry) {
	for _, d := range e.deps {
		key := d.Read.Key()
		if set := p.index[key]; set != nil {
			delete(set, e)
			if len(set) == 0 {
				delete(p.index, key)
			}
		}
	}
	if b := e.body.Swap(nil); b != nil {
		b.leave()
	}
}

// drop lets go of a page for good, on disk too. p.mu is held.
func (p *Press) drop(e *entry) {
	s := p.shard(e.url)
	s.Lock()
	if s.m[e.url] == e {
		delete(s.m, e.url)
	}
	s.Unlock()
	p.forget(e)
	if p.disk != nil {
		p.disk.remove(e.url)
	}
}

// Renew lets go of every page: the theme or the program's settings changed. edition replaces Config.Edition.
func (p *Press) Renew(edition string) {
	p.edition.Store(&edition)
	p.mu.Lock()
	defer p.mu.Unlock()
	for f := range p.builds {
		f.changed = append(f.changed, changes.Change{Key: everything})
	}
	for i := range p.shards {
		s := &p.shards[i]
		s.Lock()
		list := make([]*entry, 0, len(s.m))
		for _, e := range s.m {
			list = append(list, e)
		}
		s.m = map[string]*entry{}
		s.Unlock()
		for _, e := range list {
			p.forget(e)
		}
	}
}

// everything is the key of a change that touches every page.
const everything = "*"

// Follow applies changes as they are committed, here or on other machines, until ctx ends.
func (p *Press) Follow(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.db.Wake():
		case <-tick.C:
		}
		limited, cancel := context.WithTimeout(ctx, patience)
		err := p.CatchUp(limited)
		cancel()
		if err != nil && ctx.Err() == nil {
			if !p.behind.Swap(true) {
				slog.Error("the database does not answer; serving pages as they last were", "err", err)
			}
		} else if p.behind.Swap(false) {
			slog.Info("the database answers again")
		}
	}
}

// Sweep takes out of the disk copy what is of no use: of other editions, out of date, or changed while nobody
// followed, so that no text that was taken down lies there. Run it in the background at the start and after Renew.
func (p *Press) Sweep(ctx context.Context) {
	if p.disk == nil {
		return
	}
	p.disk.sweep(ctx, func(c copied) bool {
		if c.Edition != *p.edition.Load() || (!c.Until.IsZero() && !p.now().Before(c.Until)) {
			return false
		}
		for _, d := range c.Deps {
			if sum, err := p.view.Sum(ctx, d.Read); err == nil && sum != d.Sum {
				return false
			}
		}
		return true
	})
}
