package av

import "math"

// mp3 leaves the frames of sound and empties all else: tags of ID3, APE and Lyrics3 before, between and behind them.
func (p *private) mp3() error {
	p.budget += p.size // all frames are walked through
	for at := int64(0); at < p.size && p.another(); {
		if n := id3(p.bytes(at, 10)); n > 0 {
			end := min(at+n, p.size)
			body := n - 10 // the footer's place too: what is nothing but padding has neither that nor flags
			p.put(at+5, []byte{0, byte(body >> 21 & 0x7F), byte(body >> 14 & 0x7F), byte(body >> 7 & 0x7F), byte(body & 0x7F)})
			p.zero(at+10, end)
			at = end
			continue
		}
		_, start, ok := firstFrame(p.file, at)
		if !ok {
			start = min(at+mp3Lead, p.size)
		}
		p.gap(at, start)
		if at = start; ok {
			_, at = walk(p.file, start, p.size, math.MaxInt)
			at = min(at, p.size)
		}
	}
	return nil
}

// gap empties what is no frame. Behind frames it begins as a tag of APE does: decoders pass over those.
func (p *private) gap(from, to int64) {
	if tag := "APETAGEX"; from > 0 && to-from >= int64(len(tag)) {
		p.put(from, []byte(tag))
		from += int64(len(tag))
	}
	p.zero(from, to)
}
