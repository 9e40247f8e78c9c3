package av

import (
	"bytes"
	"encoding/binary"

	"masthead/internal/errs"
)

// page is an Ogg page, RFC 3533 §6.
type page struct {
	first   bool
	granule int64
	serial  uint32
	size    int64
	body    []byte // as much of it as was asked for
}

// maxPage is the largest that a page can be.
const maxPage = 27 + 255 + 255*255

// oggPage reads a page from the start of b, which may be cut; false: there is none.
func oggPage(b []byte) (p page, ok bool) {
	if len(b) < 27 || string(b[:4]) != "OggS" || b[4] != 0 || len(b) < 27+int(b[26]) {
		return p, false
	}
	head := 27 + int(b[26])
	p = page{
		first:   b[5]&2 != 0,
		granule: int64(binary.LittleEndian.Uint64(b[6:])),
		serial:  binary.LittleEndian.Uint32(b[14:]),
		size:    int64(head),
	}
	for _, n := range b[27:head] {
		p.size += int64(n)
	}
	p.body = b[head:min(int(p.size), len(b))]
	return p, true
}

func probeOgg(f *file) (Info, error) {
	info := Info{Kind: Audio, Type: "audio/ogg", Faststart: true, Plays: true, demuxer: "ogg"}
	serial, rate, skip := uint32(0), uint64(0), int64(0)
	film := false
	for at, n := int64(0), 0; n < maxTracks && f.another(); n++ {
		p, ok := oggPage(f.bytes(at, min(maxPage, f.size-at)))
		if !ok || !p.first { // the first pages of all streams come before anything else
			break
		}
		b := p.body
		switch {
		case bytes.HasPrefix(b, []byte("OpusHead")) && len(b) >= 19: // RFC 7845 §5.1: always 48 kHz
			info.AudioCodec, serial, rate, skip = "opus", p.serial, 48000, int64(binary.LittleEndian.Uint16(b[10:]))
		case bytes.HasPrefix(b, []byte("\x01vorbis")) && len(b) >= 16: // Vorbis I §4.2.2
			info.AudioCodec, serial, rate = "vorbis", p.serial, uint64(binary.LittleEndian.Uint32(b[12:]))
		case bytes.HasPrefix(b, []byte("\x7FFLAC")) && len(b) >= 30: // RFC 9639 §10.1
			info.AudioCodec, serial, rate = "flac", p.serial, uint64(binary.BigEndian.Uint32(b[26:])&0xFFFFFF>>4)
		case bytes.HasPrefix(b, []byte("\x80theora")):
			film = true
		}
		at += p.size
	}
	switch {
	case film:
		return Info{}, errs.Errorf(errs.Invalid, "films in Ogg (Theora) are not taken; export it as MP4 or WebM")
	case info.AudioCodec == "":
		return Info{}, errs.Errorf(errs.Invalid, "the Ogg file holds neither Opus, Vorbis nor FLAC")
	case rate == 0:
		return Info{}, damaged("it does not say how fast it plays")
	}
	last, ok := lastGranule(f, serial)
	if !ok {
		return Info{}, truncated("there is no sound in it")
	}
	info.Duration = ticks(uint64(max(0, last-skip)), rate)
	return info, nil
}

// lastGranule finds the last page of a stream that says where it ends, in the last pages of the file.
func lastGranule(f *file, serial uint32) (int64, bool) {
	from := max(0, f.size-4*maxPage)
	b := f.bytes(from, f.size-from)
	for len(b) > 0 {
		i := bytes.LastIndex(b, []byte("OggS"))
		if i < 0 {
			return 0, false
		}
		if p, ok := oggPage(b[i:]); ok && p.serial == serial && p.granule > 0 {
			return p.granule, true
		}
		b = b[:i]
	}
	return 0, false
}
