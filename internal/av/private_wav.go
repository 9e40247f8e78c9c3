package av

import (
	"encoding/binary"
	"slices"
)

// wav makes chunks of no meaning of all but the sound and its format: bext, iXML, LIST, id3 and others say who recorded
// what with which machine, and where.
func (p *private) wav() error {
	at, long := int64(12), int64(0)
	for p.size-at >= 8 && p.another() {
		head := p.bytes(at, 8)
		if head == nil {
			break
		}
		kind, size := string(head[:4]), int64(binary.LittleEndian.Uint32(head[4:]))
		body := at + 8
		if b := p.bytes(body, 16); kind == "ds64" && b != nil {
			long = int64(min(binary.LittleEndian.Uint64(b[8:]), uint64(p.size)))
		}
		if kind == "data" && size == 1<<32-1 && long > 0 {
			size = long
		}
		if kind == "data" && (size == 1<<32-1 || size == 0) { // written to a pipe: to the end
			return nil
		}
		next := min(body+size+size&1, p.size)
		if !slices.Contains([]string{"fmt ", "fact", "data", "ds64"}, kind) {
			p.put(at, []byte("JUNK"))
			p.zero(body, next)
		}
		at = next
	}
	p.zero(at, p.size)
	return nil
}
