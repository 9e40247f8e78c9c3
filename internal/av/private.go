package av

import (
	"bytes"
	"io"
	"slices"
)

// Span is a part of a file, the bytes from From and before To, that readers get as Head and zeros behind it.
type Span struct {
	From, To int64
	Head     []byte
}

// Private finds what a file that Probe read says besides picture and sound, foremost where it was recorded and with what:
// users' data, tags, comments, covers, what programs leave between and behind the parts. Blank leaves all of that out, at
// the same places and in the same length, so that the file plays as before. along reports that such things run along with
// the picture or the sound, where no span covers them; only a file that was made of this one is without. An error is one of r.
func Private(r io.ReaderAt, size int64) (list []Span, along bool, err error) {
	p := &private{file: &file{r: r, size: size, budget: maxRead}}
	head := p.bytes(0, min(size, 64))
	switch {
	case isBMFF(head):
		err = p.bmff()
	case bytes.HasPrefix(head, []byte{0x1A, 0x45, 0xDF, 0xA3}):
		err = p.matroska()
	case bytes.HasPrefix(head, []byte("OggS")):
		err = p.ogg()
	case len(head) >= 12 && isRIFF(head):
		err = p.wav()
	default:
		err = p.mp3()
	}
	if p.failed != nil {
		return nil, false, p.failed
	}
	slices.SortFunc(p.list, func(a, b Span) int { return int(min(max(a.From-b.From, -1), 1)) })
	for i := range p.list {
		p.along = p.along || i > 0 && p.list[i].From < p.list[i-1].To // the file's parts lie over each other
	}
	return p.list, p.along || p.dropped && p.fragments || err != nil || !p.another(), nil
}

// private collects the spans of a file.
type private struct {
	*file
	list  []Span
	along bool

	// Of ISO BMFF: whether the track that is looked at is pictures, others were taken out, and there are fragments; where the
	// data lie, and in them those of the tracks that were taken out.
	shown, dropped, fragments bool
	data                      []box
	samples                   []Span
}

// put replaces the bytes at a place.
func (p *private) put(at int64, b []byte) {
	if !bytes.Equal(p.bytes(at, int64(len(b))), b) {
		p.list = append(p.list, Span{at, at + int64(len(b)), b})
	}
}

// zero empties a part, if it is not empty already.
func (p *private) zero(from, to int64) {
	for at := from; at < to; at += 4096 {
		n := min(4096, to-at)
		if bytes.Count(p.bytes(at, n), []byte{0}) != int(n) {
			p.list = append(p.list, Span{from, to, nil})
			return
		}
	}
}

// Blank reads r, a file from its beginning, with the spans that Private found in it filled as they say.
func Blank(r io.Reader, list []Span) io.Reader { return &blank{r: r, list: list} }

type blank struct {
	r    io.Reader
	at   int64
	list []Span // those that do not end before at, by their beginning
}

func (b *blank) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	end := b.at + int64(n)
	for len(b.list) > 0 && b.list[0].From < end {
		s := b.list[0]
		from := max(s.From, b.at)
		part := p[from-b.at : min(s.To, end)-b.at]
		clear(part)
		copy(part, s.Head[min(from-s.From, int64(len(s.Head))):])
		if s.To > end {
			break
		}
		b.list = b.list[1:]
	}
	b.at = end
	return n, err
}
