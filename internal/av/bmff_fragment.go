package av

import "math"

// defaults reads a child of mvex: what fragments need not say, §8.8.3.
func (m *movie) defaults(b box) error {
	if b.kind != "trex" {
		return nil
	}
	c := m.f.content(b, 24)
	c.u32()
	id := c.u32()
	c.u32()
	if t := m.track(id); t != nil {
		t.sampleLength = c.u32()
	}
	return nil
}

func (m *movie) track(id uint32) *track {
	for _, t := range m.tracks {
		if t.id == id {
			return t
		}
	}
	return nil
}

// moof reads a fragment, §8.8.4.
func (m *movie) moof(b box) error {
	part := fragment{at: b.at, next: b.next}
	main, _ := m.choose()
	err := m.f.children(b.body, b.next, func(traf box) error {
		if traf.kind != "traf" {
			return nil
		}
		t, length, err := m.traf(traf)
		if t != nil && (t == main || main == nil && part.length == 0) {
			part.length = ticks(length, uint64(t.scale))
		}
		return err
	})
	m.fragments = append(m.fragments, part)
	return err
}

// traf reads a track's part of a fragment and returns how long it is, in units of the track's scale.
func (m *movie) traf(b box) (t *track, length uint64, err error) {
	var sample uint32
	var start uint64
	said := false
	err = m.f.children(b.body, b.next, func(b box) error {
		switch b.kind {
		case "tfhd": // §8.8.7
			c := m.f.content(b, 40)
			flags := c.u32()
			if t = m.track(c.u32()); t == nil {
				return nil
			}
			sample = t.sampleLength
			if flags&1 != 0 {
				c.u64()
			}
			if flags&2 != 0 {
				c.u32()
			}
			if flags&8 != 0 {
				sample = c.u32()
			}
		case "tfdt": // §8.8.12
			c := m.f.content(b, 12)
			start, said = c.word(c.u32()>>24 == 1), true
		case "trun":
			n, err := m.trun(b, sample)
			length += n
			return err
		}
		return nil
	})
	if err != nil || t == nil {
		return t, length, err
	}
	if !said {
		start = t.fragmentsEnd
	}
	if start > math.MaxInt64 || length > math.MaxInt64 {
		return t, length, damaged("a fragment's time is not possible")
	}
	if !t.fragmented {
		t.fragmented, t.fragmentsStart = true, start
	}
	t.fragmentsEnd = max(t.fragmentsEnd, start+length)
	return t, length, nil
}

// trun adds up the samples of a run, §8.8.8.
func (m *movie) trun(b box, sample uint32) (length uint64, err error) {
	c := m.f.content(b, maxPiece)
	flags, n := c.u32(), uint64(c.u32())
	if flags&0x100 == 0 { // all have the length that the header gave
		return n * uint64(sample), nil
	}
	if flags&1 != 0 {
		c.u32()
	}
	if flags&4 != 0 {
		c.u32()
	}
	rest := 0
	for _, f := range []uint32{0x200, 0x400, 0x800} {
		if flags&f != 0 {
			rest += 4
		}
	}
	for ; n > 0 && !c.short; n-- {
		length += uint64(c.u32())
		c.take(rest)
	}
	if c.short {
		return 0, damaged("a fragment's index is shorter than it says")
	}
	return length, nil
}
