package picmeta

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// maxValue bounds one text of any block, in bytes, and maxValues how many texts of a block are kept.
const (
	maxValue  = 64 << 10
	maxValues = 4000
)

// IIM is an IPTC IIM block (version 4): the values of each dataset of the records 1 and 2, in their order. A key is
// record<<8 + dataset, so 2:105 is 0x0269.
type IIM map[uint16][]string

// Datasets (IIM 4.2, chapters 5 and 6).
const (
	iimCharset      = 1<<8 | 90
	iimVersion      = 2<<8 | 0
	iimTitle        = 2<<8 | 5
	iimKeywords     = 2<<8 | 25
	iimInstructions = 2<<8 | 40
	iimDate         = 2<<8 | 55
	iimTime         = 2<<8 | 60
	iimCreator      = 2<<8 | 80
	iimCreatorTitle = 2<<8 | 85
	iimCity         = 2<<8 | 90
	iimLocation     = 2<<8 | 92
	iimState        = 2<<8 | 95
	iimCountry      = 2<<8 | 101
	iimHeadline     = 2<<8 | 105
	iimCredit       = 2<<8 | 110
	iimSource       = 2<<8 | 115
	iimCopyright    = 2<<8 | 116
	iimCaption      = 2<<8 | 120
)

// iimMax is how many bytes a dataset may hold. A text of that length may be the beginning of a longer one.
var iimMax = map[uint16]int{
	iimTitle: 64, iimKeywords: 64, iimInstructions: 256, iimCreator: 32, iimCreatorTitle: 32, iimCity: 32, iimLocation: 32,
	iimState: 32, iimCountry: 64, iimHeadline: 256, iimCredit: 32, iimSource: 32, iimCopyright: 128, iimCaption: 2000,
}

// The coded character sets (ISO 2022 escapes) that are written or read differently from the rest.
const (
	escUTF8   = "\x1B%G"
	escLatin2 = "\x1B.B"
)

// readIIM reads datasets up to the first that is damaged; nil if there are none.
func readIIM(b []byte) IIM {
	raw := map[uint16][][]byte{}
	count := 0
	for len(b) >= 5 && b[0] == 0x1C && count < maxValues {
		key := uint16(b[1])<<8 | uint16(b[2])
		n := int64(binary.BigEndian.Uint16(b[3:]))
		b = b[5:]
		if n&0x8000 != 0 { // an extended dataset: its length has a length (IIM 4.2, section 1.5)
			width := int(n & 0x7FFF)
			if width > 4 || len(b) < width {
				break
			}
			n = 0
			for _, c := range b[:width] {
				n = n<<8 | int64(c)
			}
			b = b[width:]
		}
		if n > int64(len(b)) {
			break
		}
		if record := key >> 8; record <= 2 && n > 0 && n <= maxValue {
			raw[key] = append(raw[key], b[:n])
			count++
		}
		b = b[n:]
	}
	if len(raw) == 0 {
		return nil
	}
	var charset string
	if sets := raw[iimCharset]; len(sets) > 0 {
		charset = string(sets[0])
	}
	out := IIM{}
	for key, values := range raw {
		for _, v := range values {
			if s := strings.TrimRight(iimText(v, charset), "\x00"); strings.TrimSpace(s) != "" {
				out[key] = append(out[key], s)
			}
		}
	}
	return out
}

// iimText reads a value. Much software writes UTF-8 without saying so: what is valid UTF-8 is read as that.
func iimText(v []byte, charset string) string {
	if charset == escLatin2 && !utf8.Valid(v) {
		s, _ := charmap.ISO8859_2.NewDecoder().String(string(v)) // every byte stands for something
		return s
	}
	return western(v)
}

// text returns a dataset's value; the last, if it stands several times and should not.
func (m IIM) text(key uint16) string {
	if v := m[key]; len(v) > 0 {
		return v[len(v)-1]
	}
	return ""
}

// cut reports whether a text may have lost its end to the dataset's limit.
func (m IIM) cut(key uint16, whole string) bool {
	s := m.text(key)
	return len(s) < len(whole) && len(s) >= iimMax[key]-utf8.UTFMax && strings.HasPrefix(whole, s)
}

// appendIIM adds a dataset, cut at a character if it is longer than it may be.
func appendIIM(out []byte, key uint16, value string) []byte {
	if value == "" {
		return out
	}
	if most, ok := iimMax[key]; ok && len(value) > most {
		for !utf8.RuneStart(value[most]) {
			most--
		}
		value = value[:most]
	}
	out = append(out, 0x1C, byte(key>>8), byte(key))
	out = binary.BigEndian.AppendUint16(out, uint16(len(value)))
	return append(out, value...)
}
