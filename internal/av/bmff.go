package av

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"masthead/internal/errs"
)

// box is a box of ISO/IEC 14496-12 §4.2: its place in the file.
type box struct {
	kind           string
	at, body, next int64 // where it, its content and what follows it begin
}

// movie is what the boxes of a file said.
type movie struct {
	f         *file
	brand     string // major brand, "qt  " also for QuickTime files from before ftyp
	index     bool   // a moov was read
	indexEnd  int64  // where it ends
	data      int64  // where the first mdat is; -1: none
	faststart bool
	scale     uint32
	length    uint64 // in units of scale
	created   time.Time
	tracks    []*track
	fragments []fragment
}

// fragment is a moof with its mdat.
type fragment struct {
	at, next int64
	length   time.Duration // of its part of the first track
}

func isBMFF(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	switch string(head[4:8]) {
	case "ftyp", "styp", "moov", "moof", "mdat", "wide", "free", "skip", "pnot": // the later ones begin old QuickTime files
		return true
	}
	return false
}

// box reads the header of the box at off, which lies in what ends at end.
func (f *file) box(off, end int64) (box, error) {
	if !f.another() {
		return box{}, damaged("it has more parts than any film")
	}
	c := cursor{b: f.bytes(off, min(16, end-off))}
	size := uint64(c.u32())
	b := box{kind: string(c.take(4)), at: off, body: off + 8}
	if c.short {
		return box{}, damaged(fmt.Sprintf("a part is cut at byte %d", off))
	}
	switch size {
	case 0: // to the end
		b.next = end
		return b, nil
	case 1:
		size, b.body = c.u64(), off+16
	}
	if size < uint64(b.body-off) {
		return box{}, damaged(fmt.Sprintf("the part %s at byte %d has an impossible size of %d bytes", name(b.kind), off, size))
	}
	if size > uint64(end-off) {
		b.next = end
		return b, errBeyond
	}
	b.next = off + int64(size)
	return b, nil
}

// errBeyond comes with a box that is larger than what it lies in.
var errBeyond = damaged("a part goes beyond the end of what it lies in")

// name makes four bytes of a file fit for a sentence.
func name(kind string) string {
	if strings.ContainsFunc(kind, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Sprintf("%x", kind)
	}
	return kind
}

// children calls do for each box between from and to.
func (f *file) children(from, to int64, do func(box) error) error {
	if err := f.down(); err != nil {
		return err
	}
	defer func() { f.depth-- }()
	for off := from; to-off >= 8; {
		b, err := f.box(off, to)
		if err != nil {
			return err
		}
		if b.next == to && b.body == off+8 && b.kind == "\x00\x00\x00\x00" {
			return nil // QuickTime ends a list with a zero
		}
		if err := do(b); err != nil {
			return err
		}
		off = b.next
	}
	return nil
}

// content returns the first bytes of a box, at most n.
func (f *file) content(b box, n int64) cursor {
	return cursor{b: f.bytes(b.body, min(n, b.next-b.body))}
}

func readMovie(f *file) (*movie, error) {
	m := &movie{f: f, brand: "qt  ", data: -1}
	for off := int64(0); f.size-off >= 8; {
		b, err := f.box(off, f.size)
		if err != nil && err != errBeyond {
			if m.index && m.data >= 0 && f.failed == nil {
				break // what somebody's program left behind the film
			}
			return nil, err
		}
		if err == errBeyond && m.foreign(b.kind) {
			break
		}
		if err == errBeyond {
			return nil, truncated(fmt.Sprintf("the part %s at byte %d goes beyond its end", name(b.kind), b.at))
		}
		if err := m.part(b); err != nil {
			return nil, err
		}
		off = b.next
	}
	if !m.index {
		return nil, m.missing()
	}
	return m, nil
}

// foreign reports whether a box that is no part of a film comes after all of one.
func (m *movie) foreign(kind string) bool {
	return m.index && m.data >= 0 && kind != "mdat" && kind != "moof"
}

func (m *movie) missing() error {
	for _, still := range []string{"heic", "heix", "mif1", "msf1", "avif", "avis", "jxl "} {
		if m.brand == still {
			return errs.Errorf(errs.Invalid, "this is a picture (%s), not a film or a sound", strings.TrimSpace(m.brand))
		}
	}
	if m.data >= 0 || len(m.fragments) > 0 {
		return truncated("the index that a recorder writes last (moov) is missing")
	}
	return damaged("there is no index (moov) in it")
}

func (m *movie) part(b box) error {
	switch b.kind {
	case "ftyp": // §4.3
		c := m.f.content(b, 4)
		m.brand = string(c.take(4))
	case "mdat":
		if m.data < 0 {
			m.data, m.faststart = b.at, m.index
		}
		if n := len(m.fragments); n > 0 {
			m.fragments[n-1].next = b.next
		}
	case "moov":
		if m.index {
			return damaged("it has two indexes (moov)")
		}
		m.index, m.indexEnd = true, b.next
		return m.f.children(b.body, b.next, m.header)
	case "moof":
		return m.moof(b)
	}
	return nil
}

// header reads a child of moov.
func (m *movie) header(b box) error {
	switch b.kind {
	case "mvhd": // §8.2.2
		c := m.f.content(b, 36)
		long := c.u32()>>24 == 1
		made := c.word(long)
		c.word(long)
		m.scale = c.u32()
		m.length = c.word(long)
		if !long && m.length == 1<<32-1 || m.length == 1<<64-1 {
			m.length = 0 // it does not know
		}
		if m.created.IsZero() {
			m.created = since1904(made)
		}
	case "trak":
		if len(m.tracks) >= maxTracks {
			return damaged("it has more tracks than any film")
		}
		t := &track{}
		m.tracks = append(m.tracks, t)
		return t.read(m.f, b)
	case "mvex":
		return m.f.children(b.body, b.next, m.defaults)
	case "meta":
		if at := appleDate(m.f, b); !at.IsZero() {
			m.created = at
		}
	case "cmov":
		return errs.Errorf(errs.Invalid, "the film's index is compressed, as in the nineties; export it as MP4")
	}
	return nil
}

const maxTracks = 64

// since1904 reads a time of §8.2.2: seconds since 1904. What nobody can have recorded is no time.
func since1904(seconds uint64) time.Time {
	const to1970 = 2082844800
	if seconds > 1<<33 {
		return time.Time{}
	}
	t := time.Unix(int64(seconds)-to1970, 0).UTC()
	if t.Year() < 1980 || t.Year() > 2100 {
		return time.Time{}
	}
	return t
}

// appleDate reads com.apple.quicktime.creationdate: when a phone recorded the film, which an export keeps while it
// writes its own time into mvhd (QuickTime File Format, Metadata).
func appleDate(f *file, meta box) (at time.Time) {
	const key = "com.apple.quicktime.creationdate"
	b := f.bytes(meta.body, min(meta.next-meta.body, 64<<10))
	c := cursor{b: b}
	index := uint32(0)
	for !c.short && len(c.b) >= 8 && at.IsZero() {
		n := c.u32()
		kind := string(c.take(4))
		if n < 8 {
			return at
		}
		inner := cursor{b: c.take(int(n) - 8)}
		switch kind {
		case "keys":
			inner.u32()
			for i, count := uint32(1), inner.u32(); i <= count && !inner.short; i++ {
				size := inner.u32()
				inner.take(4) // its namespace
				if string(inner.take(int(size)-8)) == key {
					index = i
				}
			}
		case "ilst":
			for !inner.short && len(inner.b) >= 8 {
				n, item := inner.u32(), inner.u32()
				value := inner.take(int(n) - 8)
				if item == index && index > 0 && len(value) > 16 { // a data box, its type and its locale
					at, _ = time.Parse("2006-01-02T15:04:05-0700", string(value[16:]))
				}
			}
		}
	}
	return at.UTC()
}

func probeBMFF(f *file) (Info, error) {
	m, err := readMovie(f)
	if err != nil {
		return Info{}, err
	}
	info := Info{Created: m.created, Faststart: m.faststart || m.data < 0, demuxer: "mov"}
	v, a := m.choose()
	for _, t := range m.tracks {
		if t.last >= f.size && t.last > 0 {
			return Info{}, truncated(fmt.Sprintf("its index points to byte %d, it ends at %d", t.last, f.size))
		}
	}
	for _, t := range []*track{v, a} {
		if t == nil {
			continue
		}
		if strings.HasPrefix(t.codec, "enc") {
			return Info{}, errs.Errorf(errs.Invalid, "the film is protected against copying and cannot be taken")
		}
		if t.outside {
			return Info{}, errs.Errorf(errs.Invalid, "the file only refers to pictures or sound in another file; export it with all that it shows")
		}
	}
	if v == nil && a == nil {
		return Info{}, errs.Errorf(errs.Invalid, "there is neither picture nor sound in the file")
	}
	info.Duration = m.duration()
	info.Kind, info.Type = Audio, "audio/mp4"
	if a != nil {
		info.AudioCodec = a.codec
	}
	if v != nil {
		info.Kind, info.Type = Video, "video/mp4"
		if m.brand == "qt  " {
			info.Type = "video/quicktime"
		}
		info.VideoCodec, info.HDR, info.Rotation = v.codec, v.hdr, v.rotation
		info.Width, info.Height = v.seen()
	}
	info.Plays = plays(info)
	if info.Plays && info.Kind == Video {
		info.Type = "video/mp4" // browsers play such a MOV too, but refuse the name video/quicktime unseen
	}
	return info, nil
}

// choose returns the tracks that a player shows: the largest picture, the first sound.
func (m *movie) choose() (v, a *track) {
	for _, t := range m.tracks {
		switch {
		case t.codec == "" || t.disabled:
		case t.handler == "vide" && (v == nil || int(t.width)*int(t.height) > int(v.width)*int(v.height)):
			v = t
		case t.handler == "soun" && a == nil:
			a = t
		}
	}
	return v, a
}

// duration is the longest of what the index and the fragments say.
func (m *movie) duration() time.Duration {
	d := ticks(m.length, uint64(m.scale))
	for _, t := range m.tracks {
		if m.length == 0 {
			d = max(d, ticks(t.length, uint64(t.scale)))
		}
		if t.fragmented {
			d = max(d, ticks(t.fragmentsEnd-t.fragmentsStart, uint64(t.scale)))
		}
	}
	return d
}

// plays reports whether current browsers play the codecs in this container.
func plays(i Info) bool {
	video := i.Kind == Audio || browserVideo(i.VideoCodec)
	audio := i.AudioCodec == "" || slices.Contains([]string{"mp4a.40.2", "mp4a.40.5", "mp4a.40.29", "mp3", "opus", "flac"}, i.AudioCodec)
	return video && audio
}

func browserVideo(codec string) bool {
	for _, ok := range []string{"avc1.42", "avc1.4D", "avc1.64", "avc3.42", "avc3.4D", "avc3.64", "vp09.00", "av01.0"} {
		if strings.HasPrefix(codec, ok) {
			return true
		}
	}
	return false
}
