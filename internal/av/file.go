package av

import (
	"encoding/binary"
	"errors"
	"io"
)

// Bounds of the reading: bytes altogether, bytes of one read, boxes or elements or pages looked at.
const (
	maxRead  = 256 << 20
	maxPiece = 16 << 20
	maxParts = 1 << 20
	maxDepth = 16 // of boxes in boxes
)

// file is a bounded view of an outside file. A failure of the reader sticks; reading beyond the end or the budget gives
// nil, so that parsers ask once, where it matters.
type file struct {
	r      io.ReaderAt
	size   int64
	budget int64
	parts  int
	depth  int
	failed error
}

// bytes returns the n bytes at off, nil if they are not all there or too many.
func (f *file) bytes(off, n int64) []byte {
	if f.failed != nil || off < 0 || n < 0 || n > maxPiece || off > f.size-n || n > f.budget {
		return nil
	}
	f.budget -= n
	b := make([]byte, n)
	got, err := f.r.ReadAt(b, off)
	if int64(got) == n {
		return b
	}
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	f.failed = err
	return nil
}

// another counts a part; false means that there are more than any real file has.
func (f *file) another() bool {
	f.parts++
	return f.parts <= maxParts && f.budget > 0 && f.failed == nil
}

// down goes one level deeper, into what lies in a box or an element.
func (f *file) down() error {
	if f.depth++; f.depth > maxDepth {
		return damaged("its parts lie in each other without end")
	}
	return nil
}

// cursor reads numbers off a piece in memory; beyond its end everything is zero and short is set.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.b, c.short = nil, true
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) u8() uint8 {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// word reads 64 bits if long, else 32.
func (c *cursor) word(long bool) uint64 {
	if long {
		return c.u64()
	}
	return uint64(c.u32())
}
