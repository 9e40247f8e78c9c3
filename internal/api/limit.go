package api

import (
	"sync"
	"time"
)

// How often a token may ask: so many times a second on average, twice as often for a moment.
const (
	perSecond = 50
	atOnce    = 2 * perSecond
)

// limits counts the requests of each token: a bucket that fills with time. There are as many as tokens.
type limits struct {
	mu  sync.Mutex
	all map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// take takes one request out of a token's bucket. It returns how long to wait if there is none.
func (l *limits) take(token string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[string]*bucket{}
	}
	b := l.all[token]
	if b == nil {
		b = &bucket{left: atOnce, at: now}
		l.all[token] = b
	}
	if passed := now.Sub(b.at); passed > 0 { // the clock may be set back
		b.left = min(atOnce, b.left+passed.Seconds()*perSecond)
	}
	b.at = now
	if b.left < 1 {
		return time.Duration((1 - b.left) / perSecond * float64(time.Second))
	}
	b.left--
	return 0
}
