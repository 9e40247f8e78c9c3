package av

import (
	"math"
	"slices"
)

// kept are the boxes that a film needs, by what they lie in (ISO/IEC 14496-12 §6.2.3; tapt, clip, matt and load are QuickTime's).
// All others may hold words, above all udta, meta and uuid with ©xyz, loci, the keys of QuickTime and XMP, but also free
// space, where programs leave what they removed.
var kept = map[string][]string{
	"":     {"ftyp", "styp", "moov", "moof", "mdat", "sidx", "ssix", "mfra", "wide"},
	"moov": {"mvhd", "trak", "mvex", "iods"},
	"trak": {"tkhd", "edts", "mdia", "tapt", "clip", "matt", "load"},
	"mdia": {"mdhd", "hdlr", "minf", "elng"},
	"minf": {"vmhd", "smhd", "hdlr", "dinf", "stbl"},
	"moof": {"mfhd", "traf"},
	"traf": {"tfhd", "tfdt", "trun", "sbgp", "sgpd", "subs", "saiz", "saio"},
}

func (p *private) bmff() error {
	for off := int64(0); off < p.size; {
		b, err := p.box(off, p.size)
		if err != nil || b.kind == "\x00\x00\x00\x00" { // what somebody's program left behind the film
			p.zero(off, p.size)
			break
		}
		if err := p.visit("", b); err != nil {
			return err
		}
		off = b.next
	}
	for _, s := range p.samples {
		if !slices.ContainsFunc(p.data, func(b box) bool { return b.body <= s.From && s.To <= b.next }) {
			return damaged("what runs along with it lies outside of its data")
		}
		p.zero(s.From, s.To)
	}
	return nil
}

// visit looks at a box that lies in one of the kind in.
func (p *private) visit(in string, b box) error {
	if !slices.Contains(kept[in], b.kind) {
		p.along = p.along || b.kind == "gps " // a dashcam's index of places, which lie between the pictures
		p.free(b)
		return nil
	}
	switch b.kind {
	case "trak":
		t := &track{}
		if err := t.read(p.file, b); err != nil {
			return err
		}
		if p.shown = t.handler == "vide"; !p.shown && t.handler != "soun" {
			return p.drop(b)
		}
	case "moof":
		p.fragments = true
	case "mdat":
		p.data = append(p.data, b)
	case "hdlr": // §8.4.3: the name is often that of the camera
		p.zero(min(b.body+24, b.next), b.next)
	case "stbl":
		if p.shown {
			return p.children(b.body, b.next, p.compressor)
		}
	}
	if kept[b.kind] == nil {
		return nil
	}
	return p.children(b.body, b.next, func(child box) error { return p.visit(b.kind, child) })
}

func (p *private) free(b box) {
	p.put(b.at+4, []byte("free"))
	p.zero(b.body, b.next)
}

// compressor empties the name that cameras write into the description of their pictures, §12.1.3.
func (p *private) compressor(b box) error {
	if b.kind != "stsd" {
		return nil
	}
	return p.children(b.body+8, b.next, func(entry box) error {
		if entry.next-entry.body >= 78 {
			p.zero(entry.body+42, entry.body+74)
		}
		return nil
	})
}

// drop takes out a track that is neither picture nor sound, with all that it holds: cameras record there where they are, a
// second a sample, drones as subtitles.
func (p *private) drop(trak box) error {
	p.dropped = true
	p.free(trak)
	var sizes, runs, chunks cursor
	wide := false
	var visit func(b box) error
	visit = func(b box) error {
		switch b.kind {
		case "mdia", "minf", "stbl":
			return p.children(b.body, b.next, visit)
		case "stsz": // §8.7.3
			sizes = p.content(b, maxPiece)
		case "stsc": // §8.7.4
			runs = p.content(b, maxPiece)
		case "stco", "co64": // §8.7.5
			chunks, wide = p.content(b, maxPiece), b.kind == "co64"
		}
		return nil
	}
	if err := p.children(trak.body, trak.next, visit); err != nil {
		return err
	}
	sizes.u32()
	each, left := int64(sizes.u32()), int64(sizes.u32())
	runs.take(8)
	chunks.u32()
	count, next, per, then := chunks.u32(), runs.u32(), int64(0), int64(runs.u32())
	for k := uint32(1); k <= count && left > 0; k++ {
		if k == next {
			runs.u32()
			if per, next, then = then, math.MaxUint32, 0; len(runs.b) >= 12 {
				next, then = runs.u32(), int64(runs.u32())
			}
		}
		from, length, n := int64(chunks.word(wide)), int64(0), min(per, left)
		if left -= n; each > 0 {
			length = n * each
		}
		for ; n > 0 && each == 0 && !sizes.short; n-- {
			length += int64(sizes.u32())
		}
		if chunks.short || sizes.short || from < 0 || length > p.size-from {
			return damaged("the index of what runs along with it is cut")
		}
		p.samples = append(p.samples, Span{From: from, To: from + length})
	}
	if left > 0 {
		return damaged("the index of what runs along with it is too short")
	}
	return nil
}
