package av

import (
	"bytes"
	"encoding/binary"
)

// oggHead is the beginning of a stream: the packets that describe it, and the pages that hold them.
type oggHead struct {
	pages  []Span
	parts  [][]byte // of the packet that is being read: they lie in the pages
	number int      // of that packet
	size   int      // of all of it
}

// ogg empties the comments of all streams, and what is no page. A stream of something else than sound runs along with it.
func (p *private) ogg() error {
	heads := map[uint32]*oggHead{} // of the streams whose heads are not complete
	for at := int64(0); at < p.size && p.another(); {
		page, ok := oggPage(p.bytes(at, min(27+255, p.size-at)))
		if !ok {
			b := p.bytes(at, min(maxPage, p.size-at))
			next := at + int64(len(b))
			if i := bytes.Index(b[min(1, len(b)):], []byte("OggS")); i >= 0 {
				next = at + 1 + int64(i)
			}
			p.zero(at, next)
			at = next
			continue
		}
		if page.first {
			heads[page.serial] = &oggHead{}
		}
		if h := heads[page.serial]; h != nil {
			done, err := h.page(at, p.bytes(at, min(page.size, p.size-at)))
			if err != nil {
				return err
			}
			if done {
				for _, page := range h.pages {
					p.put(page.From, sealed(page.Head))
				}
				delete(heads, page.serial)
			}
		}
		at += page.size
	}
	p.along = p.along || len(heads) > 0
	return nil
}

// page reads a page of the head, and reports whether it was the last.
func (h *oggHead) page(at int64, b []byte) (done bool, err error) {
	if len(b) < 27 || len(b) < 27+int(b[26]) || h.size > maxPiece {
		return false, damaged("its head is too large")
	}
	h.size += len(b)
	h.pages = append(h.pages, Span{at, at + int64(len(b)), b})
	from := 27 + int(b[26])
	for _, n := range b[27:from] {
		end := min(from+int(n), len(b))
		h.parts = append(h.parts, b[from:end])
		if from = end; n == 255 || done {
			continue
		}
		packet := bytes.Join(h.parts, nil)
		if done, err = silent(packet, h.number); err != nil {
			return false, err
		}
		for _, part := range h.parts {
			packet = packet[copy(part, packet):]
		}
		h.parts, h.number = nil, h.number+1
	}
	return done, nil
}

// silent empties a packet of a head, of that number, and reports whether what comes after it is no comment. The name of
// the encoder takes the place of all else, so that the packet stays as long.
func silent(b []byte, number int) (last bool, err error) {
	comments := 0 // where they begin
	switch {
	case bytes.HasPrefix(b, []byte("OpusHead")), bytes.HasPrefix(b, []byte("\x01vorbis")):
		return false, nil
	case bytes.HasPrefix(b, []byte("\x7FFLAC")) && len(b) > 13: // RFC 9639 §10.1: with the first block
		return b[13]&0x80 != 0, nil
	case bytes.HasPrefix(b, []byte("OpusTags")): // RFC 7845 §5.2
		comments, last = 8, true
	case bytes.HasPrefix(b, []byte("\x03vorbis")): // Vorbis I §5.2.1
		comments, last = 7, true
	case number > 0 && len(b) >= 4: // a block of FLAC, RFC 9639 §8
		kind := b[0] & 0x7F
		if last = b[0]&0x80 != 0; kind == 3 { // where to find what
			return last, nil
		}
		if comments = 4; kind != 4 {
			b[0] = b[0]&0x80 | 1 // padding
			clear(b[4:])
			return last, nil
		}
	default:
		return false, damaged("a stream in it is no sound")
	}
	framing := 0
	if comments == 7 {
		framing = 1
	}
	n := len(b) - comments - 8 - framing
	if n < 0 {
		return false, damaged("its comments are cut")
	}
	clear(b[comments:])
	binary.LittleEndian.PutUint32(b[comments:], uint32(n))
	if framing > 0 {
		b[len(b)-1] = 1
	}
	return last, nil
}

// sealed gives a page the checksum that fits it, RFC 3533 §6: a CRC of the polynomial 0x04c11db7.
func sealed(page []byte) []byte {
	var sum uint32
	clear(page[22:26])
	for _, c := range page {
		sum ^= uint32(c) << 24
		for range 8 {
			carry := sum >> 31
			sum = sum<<1 ^ carry*0x04c11db7
		}
	}
	binary.LittleEndian.PutUint32(page[22:], sum)
	return page
}
