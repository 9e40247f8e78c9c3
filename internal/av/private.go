package av

import (
	"io"
	"slices"
)

// Span is a part of a file: bytes from From, before To.
type Span struct{ From, To int64 }

// Private finds what a film that was recorded with a camera says besides picture and sound, foremost where it was
// recorded: the boxes for users' data and descriptions (ISO/IEC 14496-12 §8.10.1 and §8.11; ©xyz, loci and the keys of QuickTime are in
// them). Each span begins with the four bytes of a box's type. tracks reports that such things run along with the film
// too, as action cameras write them; no span covers those. Other containers have none.
func Private(r io.ReaderAt, size int64) (list []Span, tracks bool, err error) {
	f := &file{r: r, size: size, budget: maxRead}
	if !isBMFF(f.bytes(0, min(size, 64))) {
		return nil, false, f.failed
	}
	var visit func(b box) error
	visit = func(b box) error {
		switch b.kind {
		case "moov", "trak", "mdia", "moof", "traf", "minf":
			return f.children(b.body, b.next, visit)
		case "udta", "meta", "uuid", "XMP_":
			list = append(list, Span{b.at + 4, b.next})
			if b.body != b.at+8 { // a long size stands between
				list[len(list)-1] = Span{b.body, b.next}
				tracks = true // such a box cannot be renamed with its content: nobody makes them
			}
		case "hdlr": // §8.4.3
			c := f.content(b, 12)
			c.take(8)
			if kind := string(c.take(4)); !slices.Contains([]string{"vide", "soun", "text", "sbtl", "subt", "clcp", "tmcd", "hint", "mhlr", "alis", "url "}, kind) {
				tracks = true
			}
		}
		return nil
	}
	err = f.children(0, size, visit)
	if f.failed != nil {
		err = f.failed
	}
	return list, tracks, err
}

// Blank reads r with the boxes that Private found turned into free space of zeros.
func Blank(r io.Reader, list []Span) io.Reader { return &blank{r: r, list: list} }

type blank struct {
	r    io.Reader
	at   int64
	list []Span
}

func (b *blank) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	for _, s := range b.list {
		for i := max(s.From, b.at); i < min(s.To, b.at+int64(n)); i++ {
			p[i-b.at] = 0
			if k := i - s.From; k < 4 {
				p[i-b.at] = "free"[k]
			}
		}
	}
	b.at += int64(n)
	return n, err
}
