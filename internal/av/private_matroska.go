package av

import "encoding/binary"

// More elements of RFC 9559 §5.
const (
	idVoid, idSum                 = 0xEC, 0xBF
	idSeekHead, idCues            = 0x114D9B74, 0x1C53BB6B
	idMuxer, idWriter             = 0x4D80, 0x5741
	idTrackName, idCodecName      = 0x536E, 0x258688
	idCodecSettings, idAttachment = 0x3A9697, 0x7446
)

// matroska empties what is not needed to play: tags, attachments, chapters, titles, names of files, of tracks and of programs.
func (p *private) matroska() error {
	head, err := p.element(0, p.size)
	if err != nil {
		return err
	}
	segment, err := p.element(head.next, p.size)
	if err != nil {
		return err
	}
	w := &webm{f: p.file}
	for off := segment.body; off < segment.next; {
		e, err := p.element(off, segment.next)
		if err != nil { // what comes behind a recording that just stopped
			p.zero(off, segment.next)
			break
		}
		switch {
		case e.id == idSeekHead || e.id == idCues || e.id == idCluster && !e.endless:
		case e.id == idCluster:
			e.next, err = w.blocks(e)
		case e.id == idInfo:
			err = p.elements(e.body, e.next, p.description)
		case e.id == idTracks:
			err = p.elements(e.body, e.next, p.track)
		default:
			p.void(e)
		}
		if err != nil {
			return err
		}
		off = e.next
	}
	p.zero(segment.next, p.size)
	return nil
}

func (p *private) description(e element) error {
	switch e.id {
	case idScale, idDuration, idDate:
	case idMuxer, idWriter: // they must be there
		p.zero(e.body, e.next)
	default:
		p.void(e)
	}
	return nil
}

func (p *private) track(e element) error {
	if e.id != idTrack {
		p.void(e)
		return nil
	}
	return p.elements(e.body, e.next, func(e element) error {
		switch e.id {
		case idTrackType:
			if kind := p.uint(e); kind != 1 && kind != 2 { // drones write as subtitles where they are
				p.along = true
			}
		case idTrackName, idCodecName, idCodecSettings, idAttachment, idSum:
			p.void(e)
		}
		return nil
	})
}

// void makes of an element one that says nothing, RFC 8794 §11.3.2. A checksum of what is changed goes the same way.
func (p *private) void(e element) {
	if e.id != idVoid {
		head := []byte{idVoid, 0x80 | byte(e.next-e.at-2)}
		if e.next-e.at >= 9 {
			head = binary.BigEndian.AppendUint64([]byte{idVoid}, 1<<56|uint64(e.next-e.at-9))
		}
		p.put(e.at, head)
		e.body = e.at + int64(len(head))
	}
	p.zero(e.body, e.next)
}
