package picmeta

import (
	"encoding/binary"
	"strings"
	"testing"

	"masthead/internal/errs"
)

// pen writes bits.
type pen struct{ s strings.Builder }

func (p *pen) put(v uint64, n int) *pen {
	for i := n - 1; i >= 0; i-- {
		p.s.WriteByte('0' + byte(v>>i&1))
	}
	return p
}

// golomb writes numbers as ITU-T H.265, section 9.2, has them.
func (p *pen) golomb(list ...uint64) *pen {
	for _, v := range list {
		n := 0
		for (v+1)>>(n+1) > 0 {
			n++
		}
		p.put(0, n).put(v+1, n+1)
	}
	return p
}

func (p *pen) bytes() (b []byte) {
	s := p.s.String() + "10000000"
	for ; len(s) >= 8; s = s[8:] {
		var v byte
		for _, c := range s[:8] {
			v = v<<1 | byte(c-'0')
		}
		b = append(b, v)
	}
	return b
}

func obu(sequence []byte) []byte {
	return append([]byte{0x12, 0, 0x0A, byte(len(sequence))}, sequence...) // behind a temporal delimiter
}

func TestPixelsOfCodedData(t *testing.T) {
	still := new(pen).put(0, 3).put(1, 1).put(1, 1).put(8, 5).put(13, 4).put(12, 4).put(11999, 14).put(7999, 13).bytes()
	full := new(pen).put(0, 3).put(0, 2).
		put(1, 1).put(1, 32).put(50, 32).put(1, 1).golomb(1).put(1, 1).put(9, 5).put(1, 32).put(9, 5).put(9, 5). // timing and model
		put(1, 1).put(1, 5).
		put(0, 12).put(9, 5).put(1, 1).put(1, 1).put(7, 10).put(7, 10).put(0, 1).put(1, 1).put(3, 4).
		put(0, 12).put(4, 5).put(0, 1).put(0, 1).
		put(15, 4).put(15, 4).put(65535, 16).put(255, 16).bytes()
	sps := append([]byte{33 << 1, 1}, new(pen).put(0, 4).put(1, 3).put(1, 1).put(0, 96).put(3, 2).put(0, 14).put(0, 96).golomb(0, 3).put(0, 1).golomb(8192, 4320).bytes()...)
	for i := 2; i < len(sps); i++ { // as it stands in a file (section 7.4.2)
		if i >= 4 && sps[i] <= 3 && sps[i-1] == 0 && sps[i-2] == 0 {
			sps = append(sps[:i], append([]byte{3}, sps[i:]...)...)
		}
	}
	unit := append(binary.BigEndian.AppendUint32(nil, uint32(len(sps))), sps...)
	setup := append(make([]byte, 22), 1, 33, 0, 1, 0, byte(len(sps)))
	for name, c := range map[string]struct{ got, want int64 }{
		"AV1, a still":         {av1Pixels(obu(still)), 12000 * 8000},
		"AV1, in full":         {av1Pixels(obu(full)), 65536 * 256},
		"AV1, the larger":      {av1Pixels(append(obu(full), obu(still)...)), 12000 * 8000},
		"AV1, to the end":      {av1Pixels(append([]byte{0x08}, still...)), 12000 * 8000},
		"AV1, cut":             {av1Pixels([]byte{0x0A, 0x7F}), 1},
		"HEVC in the data":     {hevcPixels(unit), 8192 * 4320},
		"HEVC beside the data": {setupPixels(append(setup, sps...)), 8192 * 4320},
		"HEVC, cut":            {hevcPixels(unit[:9]), 0},
		"grid":                 {canvasPixels([]byte{0, 0, 1, 1, 0x20, 0, 0x10, 0}, 4), 8192 * 4096},
		"grid of long numbers": {canvasPixels([]byte{0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0}, 4), 65536 * 256},
		"overlay":              {canvasPixels([]byte{0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0x20, 0, 0x10, 0}, 10), 8192 * 4096},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d pixels, want %d", name, c.got, c.want)
		}
	}
}

func TestCodedNeedsAllOfTheFile(t *testing.T) {
	file := "\x00\x00\x00\x10ftypavif\x00\x00\x00\x00" + "\x00\x00\x00\x14meta\x00\x00\x00\x00" + "\x00\x00\x00\xFFiprp"
	for name, b := range map[string]string{"a cut list": file, "no list": file[:16], "a sequence": file[:16] + "\x00\x00\x00\x08moov"} {
		if _, _, err := Coded([]byte(b)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, all, err := Coded([]byte("\xFF\xD8\xFF")); all != 0 || err != nil {
		t.Errorf("a JPEG: %d, %v", all, err)
	}
}
