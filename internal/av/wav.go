package av

import "encoding/binary"

// isRIFF reports whether head begins a WAV file (EBU Tech 3306 for RF64).
func isRIFF(head []byte) bool {
	kind := string(head[:4])
	return (kind == "RIFF" || kind == "RF64" || kind == "BW64") && string(head[8:12]) == "WAVE"
}

func probeWAV(f *file) (Info, error) {
	info := Info{Kind: Audio, Type: "audio/wav", Faststart: true, demuxer: "wav"}
	var perSecond uint32
	var long int64 // of data, from ds64
	for at := int64(12); f.size-at >= 8; {
		if !f.another() {
			return Info{}, damaged("it has more parts than any sound")
		}
		head := f.bytes(at, 8)
		if head == nil {
			return Info{}, damaged("it cannot be read through")
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		body := at + 8
		switch string(head[:4]) {
		case "ds64":
			if b := f.bytes(body, 16); b != nil {
				long = int64(binary.LittleEndian.Uint64(b[8:]))
			}
		case "fmt ":
			b := f.bytes(body, min(size, 40))
			if len(b) < 16 {
				return Info{}, damaged("its format is not described")
			}
			perSecond = binary.LittleEndian.Uint32(b[8:])
			info.AudioCodec, info.Plays = wavCodec(b)
		case "data":
			if perSecond == 0 {
				return Info{}, damaged("its format is not described")
			}
			switch {
			case size == 1<<32-1 && long > 0:
				size = long
			case size == 1<<32-1 || size == 0 && f.size-body > 0: // written to a pipe: to the end
				size = f.size - body
			}
			if size > f.size-body {
				return Info{}, truncated("there is less sound in it than it says")
			}
			info.Duration = ticks(uint64(size), uint64(perSecond))
			return info, nil
		}
		at = body + size + size&1
	}
	return Info{}, truncated("there is no sound in it")
}

// wavCodec names the format of a fmt chunk and reports whether browsers play it.
func wavCodec(b []byte) (codec string, plays bool) {
	kind := binary.LittleEndian.Uint16(b)
	if kind == 0xFFFE && len(b) >= 26 {
		kind = binary.LittleEndian.Uint16(b[24:])
	}
	switch kind {
	case 1, 3:
		return "pcm", true
	case 6:
		return "alaw", true
	case 7:
		return "ulaw", true
	case 0x55:
		return "mp3", false
	}
	return "wav", false
}
