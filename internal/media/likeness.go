package media

import (
	"image"
	"math/bits"

	"golang.org/x/image/draw"
)

// likeness is the difference hash of a picture: of nine by eight means of brightness, which is lighter than its left
// neighbour. Look-alikes (other sizes, formats, small retouches) differ in few bits. 0 is kept for pictures that have
// nothing to compare: one flat colour.
func likeness(m image.Image) uint64 {
	small := image.NewGray(image.Rect(0, 0, 9, 8))
	draw.BiLinear.Scale(small, small.Rect, m, m.Bounds(), draw.Src, nil)
	var h uint64
	for y := range 8 {
		for x := range 8 {
			h <<= 1
			if small.GrayAt(x+1, y).Y > small.GrayAt(x, y).Y {
				h |= 1
			}
		}
	}
	return h
}

// alike is in how many bits two likenesses may differ at most. The index finds up to seven.
const alike = 6

func distance(a, b uint64) int { return bits.OnesCount64(a ^ b) }

// parts are the keys of a likeness in the index: what differs in fewer than eight bits shares one.
func parts(h uint64) (list [8]int) {
	for i := range list {
		list[i] = i<<8 | int(h>>(8*i)&0xff)
	}
	return list
}
