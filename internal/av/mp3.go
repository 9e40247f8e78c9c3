package av

import (
	"bytes"

	"masthead/internal/errs"
)

// frame is an MPEG audio frame's header, ISO/IEC 11172-3 §2.4.1.3 and 13818-3.
type frame struct {
	size    int64
	rate    int // samples a second
	samples int
	side    int64 // where the data of a layer III frame begin
}

var mp3Bits = [2][16]int{ // kbit/s of layer III: version 1, versions 2 and 2.5
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
}

// mp3Frame reads a header of layer III; false: there is none.
func mp3Frame(b []byte) (f frame, ok bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 {
		return f, false
	}
	version, layer := b[1]>>3&3, b[1]>>1&3 // 3: version 1, 2: version 2, 0: version 2.5
	rate := b[2] >> 2 & 3
	if version == 1 || layer != 1 || rate == 3 {
		return f, false
	}
	f.rate = [3]int{44100, 48000, 32000}[rate]
	f.samples, f.side = 1152, 36
	table := 0
	mono := b[3]>>6 == 3
	if mono {
		f.side = 21
	}
	if version != 3 {
		table, f.rate, f.samples, f.side = 1, f.rate/2, 576, 21
		if mono {
			f.side = 13
		}
	}
	if version == 0 {
		f.rate /= 2
	}
	bits := mp3Bits[table][b[2]>>4]
	if bits == 0 {
		return f, false
	}
	f.size = int64(f.samples/8*bits*1000/f.rate) + int64(b[2]>>1&1)
	return f, true
}

// Bounds of the search for sound in an MP3 file: bytes before the first frame, and frames that are walked before the
// rest is reckoned.
const (
	mp3Lead   = 64 << 10
	mp3Frames = 100_000
)

// probeMP3 is asked last: a file of which nobody knows what it is ends here.
func probeMP3(f *file) (Info, error) {
	at := afterID3(f)
	first, at, ok := firstFrame(f, at)
	if !ok {
		return Info{}, errs.Errorf(errs.Invalid, "this is neither a film nor a sound that we read: MP4, MOV, WebM, MP3, M4A, WAV and Ogg are")
	}
	end := f.size
	if end-at >= 128 && bytes.HasPrefix(f.bytes(end-128, 3), []byte("TAG")) { // ID3v1
		end -= 128
	}
	info := Info{Kind: Audio, Type: "audio/mpeg", AudioCodec: "mp3", Faststart: true, Plays: true, demuxer: "mp3"}
	samples := said(f.bytes(at, min(first.size, f.size-at)), first) * uint64(first.samples)
	if samples == 0 {
		samples, _ = walk(f, at, end, mp3Frames)
	}
	info.Duration = ticks(samples, uint64(first.rate))
	return info, nil
}

// afterID3 skips ID3v2 tags.
func afterID3(f *file) (at int64) {
	for range 8 {
		n := id3(f.bytes(at, 10))
		if n == 0 {
			return at
		}
		at += n
	}
	return at
}

// id3 returns how long the ID3v2 tag is of which b is the head; 0: it is of none.
func id3(b []byte) int64 {
	if !bytes.HasPrefix(b, []byte("ID3")) || len(b) < 10 || (b[6]|b[7]|b[8]|b[9])&0x80 != 0 {
		return 0
	}
	n := 10 + int64(b[6])<<21 + int64(b[7])<<14 + int64(b[8])<<7 + int64(b[9])
	if b[5]&0x10 != 0 { // a footer
		n += 10
	}
	return n
}

// firstFrame finds the first frame that another of its kind follows, or with which the file ends.
func firstFrame(f *file, from int64) (frame, int64, bool) {
	if from >= f.size {
		return frame{}, 0, false
	}
	b := f.bytes(from, min(mp3Lead, f.size-from))
	for i := range b {
		one, ok := mp3Frame(b[i:])
		if !ok {
			continue
		}
		next := from + int64(i) + one.size
		if next == f.size {
			return one, from + int64(i), true
		}
		if two, ok := mp3Frame(f.bytes(next, 4)); ok && two.rate == one.rate && f.another() {
			return one, from + int64(i), true
		}
	}
	return frame{}, 0, false
}

// said returns how many frames a Xing, Info or VBRI header gives; 0: it is not there.
func said(b []byte, f frame) uint64 {
	if c := (cursor{b: b}); c.take(int(f.side)) != nil {
		if kind := string(c.take(4)); (kind == "Xing" || kind == "Info") && c.u32()&1 != 0 {
			return uint64(c.u32())
		}
	}
	if c := (cursor{b: b}); c.take(36) != nil && string(c.take(4)) == "VBRI" {
		c.take(10)
		return uint64(c.u32())
	}
	return 0
}

// walk counts the samples frame by frame, and returns where the frames end; of what follows the last one of most that it
// looks at it reckons as many samples as in those.
func walk(f *file, at, end int64, most int) (samples uint64, to int64) {
	const piece = 256 << 10
	var b []byte
	begin, base := at, at
	for n := 0; ; n++ {
		if at-base+4 > int64(len(b)) {
			if at >= end {
				return samples, at
			}
			base, b = at, f.bytes(at, min(piece, end-at))
		}
		if at-base+4 > int64(len(b)) {
			return samples, at
		}
		h, ok := mp3Frame(b[at-base:])
		if !ok {
			return samples, at
		}
		samples += uint64(h.samples)
		at += h.size
		if n == most && at < end {
			return uint64(float64(samples) * float64(end-begin) / float64(at-begin)), at
		}
	}
}
