package reads

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"net/netip"
	"time"
)

// Window is how long a reader of a story is counted once.
const Window = 30 * time.Minute

// Bounds of a crowd: how many readings it remembers, in some 50 MB (then it forgets the older half early), and how many
// readers of one story one address can have within Window. A proxy on this machine that does not say for whom it asks has
// no such bound.
const (
	mostReadings = 1 << 20
	mostBehind   = 100
)

// crowd knows who was counted lately, for what: each reading as a hash of address, browser and story under a random key.
// Every Window a new key is made; the one before is kept as long again, because its readings count till then, and is gone
// after it. Nothing of it is ever written or logged.
type crowd struct{ young, old generation }

// generation are the readings under one key.
type generation struct {
	mac    hash.Hash
	start  time.Time
	seen   map[uint64]uint32 // hash of a reading: when it was counted, milliseconds after start
	behind map[uint64]int    // hash of an address and a story: how many readers
}

func newGeneration(start time.Time) generation {
	var key [32]byte
	rand.Read(key[:]) // never fails
	return generation{mac: hmac.New(sha256.New, key[:]), start: start, seen: map[uint64]uint32{}, behind: map[uint64]int{}}
}

// enter says whether a reader is to be counted, and remembers it if so. Everything that it is given may be anybody's
// invention.
func (c *crowd) enter(now time.Time, v Visit) Outcome {
	c.age(now)
	from := household(v.From)
	if c.old.has(now, from, v) || c.young.has(now, from, v) {
		return Again
	}
	if !from.IsLoopback() {
		place := c.young.sum(from, v.Story, "")
		if c.young.behind[place] >= mostBehind {
			return Crowded
		}
		c.young.behind[place]++
	}
	c.young.seen[c.young.sum(from, v.Story, v.Agent)] = uint32(now.Sub(c.young.start).Milliseconds())
	return Counted
}

// age begins a new generation when it is time, or when this one is full.
func (c *crowd) age(now time.Time) {
	since := now.Sub(c.young.start)
	switch {
	case c.young.mac == nil || since >= 2*Window || since < 0:
		c.young, c.old = newGeneration(now), generation{}
	case since >= Window || len(c.young.seen) >= mostReadings/2:
		c.young, c.old = newGeneration(now), c.young
	}
}

// has reports whether a reading was counted within Window before now.
func (g *generation) has(now time.Time, from netip.Addr, v Visit) bool {
	if len(g.seen) == 0 {
		return false
	}
	at, ok := g.seen[g.sum(from, v.Story, v.Agent)]
	return ok && now.Sub(g.start.Add(time.Duration(at)*time.Millisecond)) < Window
}

func (g *generation) sum(from netip.Addr, story, agent string) uint64 {
	g.mac.Reset()
	addr := from.As16()
	g.mac.Write(addr[:])
	g.mac.Write([]byte(story))
	g.mac.Write([]byte{0})
	g.mac.Write([]byte(agent))
	var b [sha256.Size]byte
	return binary.BigEndian.Uint64(g.mac.Sum(b[:0]))
}

// household is the part of an address that one reader does not change: a home has 2^64 addresses of IPv6 for itself.
func household(a netip.Addr) netip.Addr {
	if !a.Is6() || a.IsLoopback() {
		return a
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}
