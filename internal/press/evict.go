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
		p.mu.Unlock()
		if e == nil {
			return
		}
		p.letGo(e)
	}
	for p.Len() > most {
		p.mu.Lock()
		if e := p.oldest(8, false); e != nil {
			p.drop(e)
		}
		p.mu.Unlock()
	}
}

// letGo takes a page's body out of memory. Without a copy on disk the page itself goes.
func (p *Press) letGo(e *entry) {
	p.stats.Evicted.Add(1)
	b := e.body.Load()
	if p.disk != nil && b != nil && !p.disk.has(e) {
		p.disk.store(waiting{e.copy(b, *p.edition.Load()), func() bool { return p.lookup(e.url) == e }})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.disk == nil || !p.disk.has(e) {
		p.drop(e)
		return
	}
	if b := e.body.Swap(nil); b != nil {
		b.leave()
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
