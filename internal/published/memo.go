package published

import "sync"

// memo remembers what was decoded lately, by what it was decoded from: when one story of a list changes, the
// others need not be decoded again. What it gives is shared by all who ask: nobody may change it. It holds at most
// twice its size, in two generations, of which the older goes when the younger is full.
type memo[T any] struct {
	size int

	mu         sync.Mutex
	young, old map[memoKey]T
}

// memoKey is a story and the fingerprint of the bytes that were decoded.
type memoKey struct {
	id  string
	sum uint64
}

func newMemo[T any](size int) *memo[T] {
	return &memo[T]{size: size, young: map[memoKey]T{}}
}

func (m *memo[T]) get(k memoKey) (v T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok = m.young[k]; ok {
		return v, true
	}
	if v, ok = m.old[k]; ok {
		m.put(k, v)
	}
	return v, ok
}

func (m *memo[T]) add(k memoKey, v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(k, v)
}

// put keeps a value. m.mu is held.
func (m *memo[T]) put(k memoKey, v T) {
	if len(m.young) >= m.size {
		m.old, m.young = m.young, make(map[memoKey]T, m.size)
	}
	m.young[k] = v
}
