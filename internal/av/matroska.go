package av

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"

	"masthead/internal/errs"
)

// The elements of RFC 9559 §5 that are looked at.
const (
	idEBML, idDocType                          = 0x1A45DFA3, 0x4282
	idSegment, idCluster                       = 0x18538067, 0x1F43B675
	idInfo, idScale, idDuration, idDate        = 0x1549A966, 0x2AD7B1, 0x4489, 0x4461
	idTracks, idTrack, idTrackType             = 0x1654AE6B, 0xAE, 0x83
	idCodec, idCodecPrivate, idEncodings       = 0x86, 0x63A2, 0x6D80
	idVideo, idPixelWidth, idPixelHeight       = 0xE0, 0xB0, 0xBA
	idDisplayWidth, idDisplayHeight            = 0x54B0, 0x54BA
	idDisplayUnit, idColour, idTransfer        = 0x54B2, 0x55B0, 0x55BA
	idTimestamp, idSimpleBlock, idGroup, idRaw = 0xE7, 0xA3, 0xA0, 0xA1
)

// element is an EBML element, RFC 8794 §6: its place in the file.
type element struct {
	id             uint32
	at, body, next int64
	endless        bool // of unknown size: it ends where an element comes that cannot be in it
}

// webm is what the elements of a file said.
type webm struct {
	f       *file
	docType string
	scale   uint64 // nanoseconds of a tick
	length  float64
	date    time.Time
	tracks  []webmTrack
	cluster uint64 // timestamp of the cluster that is being read
	last    uint64 // timestamp of the last block
	first   int64  // where the first cluster is; -1: none
}

type webmTrack struct {
	kind                uint64
	codec               string
	private             []byte
	width, height       uint64
	showWidth, showHigh uint64
	unit, transfer      uint64
	encoded             bool // compressed or encrypted, §5.1.4.1.31
}

// element reads the header at off, which lies in what ends at end.
func (f *file) element(off, end int64) (element, error) {
	if !f.another() {
		return element{}, damaged("it has more parts than any film")
	}
	head := f.bytes(off, min(12, end-off))
	id, n := vint(head, 4, true)
	if n == 0 {
		return element{}, damaged(fmt.Sprintf("at byte %d there is no element of a film", off))
	}
	size, m := vint(head[n:], 8, false)
	if m == 0 {
		return element{}, damaged(fmt.Sprintf("the element at byte %d has no size", off))
	}
	e := element{id: uint32(id), at: off, body: off + int64(n+m)}
	switch {
	case size == 1<<(7*m)-1:
		e.endless, e.next = true, end
	case size > uint64(end-e.body):
		e.next = end
		return e, errBeyond
	default:
		e.next = e.body + int64(size)
	}
	return e, nil
}

// vint reads a variable-size integer of RFC 8794 §4, of at most limit bytes, and its length; 0: there is none.
func vint(b []byte, limit int, marker bool) (v uint64, n int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	n = 1
	for b[0]>>(8-n) == 0 {
		n++
	}
	if n > limit || n > len(b) {
		return 0, 0
	}
	for _, c := range b[:n] {
		v = v<<8 | uint64(c)
	}
	if !marker {
		v &= 1<<(7*n) - 1
	}
	return v, n
}

// elements calls do for each element between from and to.
func (f *file) elements(from, to int64, do func(element) error) error {
	if err := f.down(); err != nil {
		return err
	}
	defer func() { f.depth-- }()
	for off := from; off < to; {
		e, err := f.element(off, to)
		if err != nil {
			return err
		}
		if err := do(e); err != nil {
			return err
		}
		off = e.next
	}
	return nil
}

func (f *file) uint(e element) (v uint64) {
	for _, c := range f.bytes(e.body, min(8, e.next-e.body)) {
		v = v<<8 | uint64(c)
	}
	return v
}

func (f *file) text(e element) string {
	return string(bytes.TrimRight(f.bytes(e.body, min(64, e.next-e.body)), "\x00"))
}

func probeMatroska(f *file) (Info, error) {
	w := &webm{f: f, docType: "matroska", scale: 1_000_000, first: -1}
	if err := w.read(); err != nil {
		return Info{}, err
	}
	info := Info{Created: w.date, Faststart: true, demuxer: "matroska"}
	for _, t := range w.tracks {
		switch {
		case t.encoded:
			return Info{}, errs.Errorf(errs.Invalid, "the film is protected or packed in a way that browsers do not read; export it as MP4")
		case t.kind == 1 && info.VideoCodec == "":
			info.VideoCodec, info.HDR = t.name(), t.transfer == 16 || t.transfer == 18
			info.Width, info.Height = t.seen()
		case t.kind == 2 && info.AudioCodec == "":
			info.AudioCodec = t.name()
		}
	}
	info.Kind, info.Type = Video, "video/"+w.docType
	if info.VideoCodec == "" {
		info.Kind, info.Type = Audio, "audio/"+w.docType
		if info.AudioCodec == "" {
			return Info{}, errs.Errorf(errs.Invalid, "there is neither picture nor sound in the file")
		}
	}
	length := w.length
	if length <= 0 {
		length = float64(w.last)
	}
	if seconds := length * float64(w.scale) / 1e9; seconds >= 0 && !math.IsInf(seconds, 0) {
		info.Duration = time.Duration(min(seconds, maxDuration.Seconds()+1)*1e6) * time.Microsecond
	}
	info.Plays = w.docType == "webm" && (info.Kind == Audio || info.VideoCodec == "vp8" || info.VideoCodec == "vp9" || strings.HasPrefix(info.VideoCodec, "av01")) &&
		(info.AudioCodec == "" || info.AudioCodec == "opus" || info.AudioCodec == "vorbis")
	if w.docType == "matroska" {
		info.Type = strings.Replace(info.Type, "/", "/x-", 1)
	}
	return info, nil
}

func (w *webm) read() error {
	head, err := w.f.element(0, w.f.size)
	if err != nil || head.endless {
		return damaged("its first part is not readable")
	}
	err = w.f.elements(head.body, head.next, func(e element) error {
		if e.id == idDocType {
			w.docType = w.f.text(e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if w.docType != "webm" && w.docType != "matroska" {
		return errs.Errorf(errs.Invalid, "the file is of the kind %q, which is neither WebM nor Matroska", w.docType)
	}
	segment, err := w.f.element(head.next, w.f.size)
	switch {
	case err == errBeyond:
		return truncated("it says that it is longer than it is")
	case err != nil:
		return err
	case segment.id != idSegment:
		return damaged("there is no film in it")
	}
	if err := w.segment(segment); err != nil {
		return err
	}
	if len(w.tracks) == 0 {
		return truncated("what it holds is not described in it")
	}
	if w.first < 0 {
		return truncated("there is neither picture nor sound in it")
	}
	return nil
}

// segment reads the children of a segment. Clusters are walked through only if nothing says how long the film is, as in
// what browsers record (they write no Duration, and sizes that they do not know).
func (w *webm) segment(s element) error {
	for off := s.body; off < s.next; {
		e, err := w.f.element(off, s.next)
		if err == errBeyond {
			return truncated("a part goes beyond its end")
		}
		if err != nil {
			if w.first >= 0 && w.f.failed == nil && s.endless {
				return nil // what comes behind a recording that just stopped
			}
			return err
		}
		switch e.id {
		case idInfo:
			err = w.f.elements(e.body, e.next, w.info)
		case idTracks:
			err = w.f.elements(e.body, e.next, w.track)
		case idCluster:
			if w.first < 0 {
				w.first = off
			}
			if w.length <= 0 || e.endless {
				e.next, err = w.blocks(e)
			}
		default:
			if e.endless {
				return damaged("a part has no size")
			}
		}
		if err != nil {
			return err
		}
		off = e.next
	}
	return nil
}

func (w *webm) info(e element) error {
	switch e.id {
	case idScale:
		w.scale = max(w.f.uint(e), 1)
	case idDuration:
		bits := w.f.uint(e)
		w.length = math.Float64frombits(bits)
		if e.next-e.body == 4 {
			w.length = float64(math.Float32frombits(uint32(bits)))
		}
		if math.IsNaN(w.length) || math.IsInf(w.length, 0) {
			return damaged("its length is no number")
		}
	case idDate: // nanoseconds since 2001
		at := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.f.uint(e)))
		if at.Year() >= 1980 && at.Year() <= 2100 {
			w.date = at.Truncate(time.Second)
		}
	}
	return nil
}

func (w *webm) track(e element) error {
	if e.id != idTrack {
		return nil
	}
	if len(w.tracks) >= maxTracks {
		return damaged("it has more tracks than any film")
	}
	var t webmTrack
	var visit func(e element) error
	visit = func(e element) error {
		switch e.id {
		case idVideo, idColour:
			return w.f.elements(e.body, e.next, visit)
		case idTrackType:
			t.kind = w.f.uint(e)
		case idCodec:
			t.codec = w.f.text(e)
		case idCodecPrivate:
			t.private = w.f.bytes(e.body, min(64, e.next-e.body))
		case idEncodings:
			t.encoded = true
		case idPixelWidth:
			t.width = w.f.uint(e)
		case idPixelHeight:
			t.height = w.f.uint(e)
		case idDisplayWidth:
			t.showWidth = w.f.uint(e)
		case idDisplayHeight:
			t.showHigh = w.f.uint(e)
		case idDisplayUnit:
			t.unit = w.f.uint(e)
		case idTransfer:
			t.transfer = w.f.uint(e)
		}
		return nil
	}
	err := w.f.elements(e.body, e.next, visit)
	w.tracks = append(w.tracks, t)
	return err
}

// blocks reads a cluster for the times of its blocks and returns where it ends.
func (w *webm) blocks(c element) (next int64, err error) {
	for off := c.body; off < c.next; {
		e, err := w.f.element(off, c.next)
		if c.endless && (err != nil || topLevel(e.id)) {
			if err != nil && w.f.failed == nil {
				return c.next, nil // the recording stopped here
			}
			return off, err
		}
		if err != nil {
			return 0, err
		}
		switch e.id {
		case idTimestamp:
			w.cluster = w.f.uint(e)
			w.last = max(w.last, w.cluster)
		case idSimpleBlock, idRaw: // §10: the track's number, then the time from the cluster's
			b := w.f.bytes(e.body, min(10, e.next-e.body))
			if _, n := vint(b, 8, false); n > 0 && len(b) >= n+2 {
				if after := int16(uint16(b[n])<<8 | uint16(b[n+1])); after > 0 {
					w.last = max(w.last, w.cluster+uint64(after))
				}
			}
		case idGroup:
			e.next = e.body // its children come as if they were the cluster's
		}
		off = e.next
	}
	return c.next, nil
}

// topLevel reports whether an element is a child of a segment, which ends a cluster of unknown size.
func topLevel(id uint32) bool {
	switch id {
	case idCluster, idInfo, idTracks, 0x114D9B74, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367: // seek head, cues, attachments, chapters, tags
		return true
	}
	return false
}

// seen is the size of the picture on a screen. DisplayUnit 0 is pixels, 3 a ratio; the others measure paper.
func (t webmTrack) seen() (width, height int) {
	w, h := float64(min(t.width, maxSide+1)), float64(min(t.height, maxSide+1))
	if t.showWidth > 0 && t.showHigh > 0 && (t.unit == 0 || t.unit == 3) {
		w = min(h*float64(t.showWidth)/float64(t.showHigh), maxSide+1)
	}
	return int(math.Round(w)), int(h)
}

// name gives a codec of the Matroska codec registry (RFC 9559 §27.17) its name of RFC 6381.
func (t webmTrack) name() string {
	switch t.codec {
	case "V_VP8":
		return "vp8"
	case "V_VP9":
		return "vp9"
	case "V_AV1":
		return av1Codec(t.private)
	case "V_MPEG4/ISO/AVC":
		if len(t.private) >= 4 {
			return fmt.Sprintf("avc1.%02X%02X%02X", t.private[1], t.private[2], t.private[3])
		}
		return "avc1"
	case "V_MPEGH/ISO/HEVC":
		return "hvc1" + hevcCodec(cursor{b: t.private})
	case "A_OPUS":
		return "opus"
	case "A_VORBIS":
		return "vorbis"
	case "A_FLAC":
		return "flac"
	case "A_MPEG/L3":
		return "mp3"
	case "A_AAC":
		if len(t.private) < 2 {
			return "mp4a.40.2"
		}
		return fmt.Sprintf("mp4a.40.%d", objectType(cursor{b: t.private}))
	}
	return strings.ToLower(name(t.codec))
}
