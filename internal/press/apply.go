package press

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"

	"masthead/internal/changes"
	"masthead/internal/published"
)

// renewAtOnce bounds how many pages one catch-up makes anew; further ones that changed are made when they are asked
// for.
const renewAtOnce = 48

// CatchUp applies every committed change that has not been applied yet. When it returns, no page that was
// right before and is wrong now will be served.
func (p *Press) CatchUp(ctx context.Context) error {
	select {
	case p.apply <- struct{}{}:
		defer func() { <-p.apply }()
	case <-ctx.Done():
		return ctx.Err()
	}
	var renew []*entry
	for {
		batches, err := changes.Since(ctx, p.db, p.applied.Load(), 512)
		if err != nil {
			return fmt.Errorf("read the change log: %w", err)
		}
		if len(batches) == 0 {
			p.renewAside(ctx, renew)
			return nil
		}
		dropped, err := p.check(ctx, batches)
		if err != nil {
			return err
		}
		renew = append(renew, dropped...)
		p.applied.Store(batches[len(batches)-1].Seq)
	}
}

// Sync applies the changes up to number seq; 0 is everything.
func (p *Press) Sync(ctx context.Context, seq int64) error {
	if seq != 0 && p.applied.Load() >= seq {
		return nil
	}
	return p.CatchUp(ctx)
}

// check drops the pages whose questions have other answers now and returns them.
func (p *Press) check(ctx context.Context, batches []changes.Batch) (dropped []*entry, err error) {
	suspects := p.suspects(batches)
	sums := map[published.Read]uint64{} // many pages ask the same
	for e, deps := range suspects {
		same := true
		for _, d := range deps {
			sum, asked := sums[d.Read]
			if !asked {
				if sum, err = p.view.Sum(ctx, d.Read); err != nil {
					if gone := p.db.Ping(ctx); gone != nil {
						return nil, fmt.Errorf("check page %s: %w", e.url, err)
					}
					// The answer cannot be read, the database can: this page is wrong, the others go on.
					slog.Error("page let go of: what it shows cannot be read", "url", e.url, "err", err)
					same = false
					break
				}
				sums[d.Read] = sum
			}
			if sum != d.Sum {
				same = false
				break
			}
		}
		if same {
			p.stats.Kept.Add(1)
			continue
		}
		p.mu.Lock()
		p.drop(e)
		p.mu.Unlock()
		p.stats.Dropped.Add(1)
		dropped = append(dropped, e)
	}
	return dropped, nil
}

// suspects returns the pages that the changes may have made wrong, each with the questions to ask again, and
// tells the builds under way.
func (p *Press) suspects(batches []changes.Batch) map[*entry][]published.Dep {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[*entry][]published.Dep{}
	for _, b := range batches {
		for f := range p.builds {
			f.changed = append(f.changed, b.Changes...)
		}
		if len(b.Changes) > 0 {
			clear(p.flights) // who asks from now on must not get what was read before
		}
		for _, c := range b.Changes {
			for e := range p.index[c.Key] {
				for _, d := range e.deps {
					if d.Read.Key() == c.Key && d.Touched(c.At) && !slices.Contains(found[e], d) {
						found[e] = append(found[e], d)
					}
				}
			}
		}
	}
	return found
}

// renewAside makes hot pages anew while the writer goes on: what was dropped is visible already, since whoever asks
// gets a page made then; this only spares the next reader the wait. One at a time: in a stream of changes the pages
// are made as they are asked for.
func (p *Press) renewAside(ctx context.Context, list []*entry) {
	if len(list) == 0 {
		return
	}
	select {
	case p.renewing <- struct{}{}:
	default:
		return
	}
	p.aside.Go(func() {
		defer func() { <-p.renewing }()
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		p.renew(limited, list)
	})
}

// renew makes the pages that readers asked for lately, the latest asked first.
func (p *Press) renew(ctx context.Context, list []*entry) {
	since := p.now().Add(-p.hot).UnixNano()
	list = slices.DeleteFunc(list, func(e *entry) bool { return e.used.Load() < since })
	slices.SortFunc(list, func(a, b *entry) int { return cmp.Compare(b.used.Load(), a.used.Load()) })
	if len(list) > renewAtOnce {
		list = list[:renewAtOnce]
	}
	work := make(chan *entry)
	var done sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		done.Go(func() {
			for old := range work {
				f, err := p.make(ctx, old.url)
				if err != nil {
					continue // it is gone, or will be tried again when asked for
				}
				f.e.used.Store(old.used.Load())
				p.stats.Renewed.Add(1)
			}
		})
	}
	for _, e := range list {
		work <- e
	}
	close(work)
	done.Wait()
}
