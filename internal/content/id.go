package content

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"
)

// epoch is where ids begin to count: they stay short, and later ids sort later, which keeps the database's
// pages dense.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// idCount distinguishes ids of one second; it starts anywhere in four thousand million, so that two processes do not
// meet in the same second. A meeting would be a duplicate key, never an overwrite.
var idCount = sync.OnceValue(func() *atomic.Uint32 {
	var b [4]byte
	rand.Read(b[:]) // never fails
	n := new(atomic.Uint32)
	n.Store(binary.LittleEndian.Uint32(b[:]))
	return n
})

// idLetters leaves out vowels and look-alikes, so that no id spells a word or is misread aloud.
const idLetters = "0123456789bcdfghjkmnpqrstvwxyz"

// NewID returns a new story's id: thirteen lower-case letters and digits, of the second and a number.
func NewID(now time.Time) string {
	n := uint64(max(now.Sub(epoch)/time.Second, 0))<<32 | uint64(idCount().Add(1))
	var b [13]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = idLetters[n%uint64(len(idLetters))]
		n /= uint64(len(idLetters))
	}
	return string(b[:])
}
