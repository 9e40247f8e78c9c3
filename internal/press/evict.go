package press

// most bounds the pages that are tracked, with or without a body in memory.
const most = 200_000

// evict frees memory: of a few pages looked at, the one unasked for longest loses its body (the disk copy, if
// there is one, keeps the page), or goes altogether. Looking at a few is nearly as good as an exact order and
// costs readers nothing.
func (p *Press) evict() {
	for tries := 0; p.size.Load() > p.limit && tries < 10_000; tries++ {
		p.mu.Lock()
		e := p.oldest(8, true)
		if e == nil {
			p.mu.Unlock()
			return
		}
		p.stats.Evicted.Add(1)
		if p.disk != nil && p.disk.has(e.url) {
			if b := e.body.Swap(nil); b != nil {
				b.leave()
			}
		} else {
			p.drop(e)
		}
		p.mu.Unlock()
	}
	for p.Len() > most {
		p.mu.Lock()
		if e := p.oldest(8, false); e != nil {
			p.drop(e)
		}
		p.mu.Unlock()
	}
}

// oldest returns the least lately used of n pages, taken as the maps' random order gives them.
func (p *Press) oldest(n int, withBody bool) (found *entry) {
	start := int(p.stats.Evicted.Load()+p.stats.Builds.Load()) % len(p.shards)
	for i := range p.shards {
		s := &p.shards[(start+i)%len(p.shards)]
		s.RLock()
		for _, e := range s.m {
			if withBody && e.body.Load() == nil {
				continue
			}
			if found == nil || e.used.Load() < found.used.Load() {
				found = e
			}
			if n--; n == 0 {
				break
			}
		}
		s.RUnlock()
		if n <= 0 {
			break
		}
	}
	return found
}
