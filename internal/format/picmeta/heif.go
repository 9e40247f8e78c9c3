package picmeta

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sort"

	"masthead/internal/errs"
)

// The bounds of an AVIF or HEIC file. A picture of a phone has about a hundred items, a tile each.
const (
	maxBoxes = 10_000
	maxItems = 10_000
)

const (
	itemEXIF = "Exif"
	itemMIME = "mime"
	xmpType  = "application/rdf+xml"
)

// box is a box of the ISO base media file format (ISO/IEC 14496-12, section 4.2): whole is all of it, body what follows
// its header.
type box struct {
	kind        string
	whole, body []byte
}

// boxes splits bytes into boxes, up to the end or the first damaged one.
func boxes(b []byte) (list []box, complete bool) {
	for len(b) >= 8 && len(list) < maxBoxes {
		n, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
		switch {
		case n == 0:
			n = uint64(len(b))
		case n == 1 && len(b) >= 16:
			n, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if n < head || n > uint64(len(b)) {
			return list, false
		}
		list = append(list, box{string(b[4:8]), b[:n], b[head:n]})
		b = b[n:]
	}
	return list, len(b) == 0
}

func find(list []box, kind string) []byte {
	for _, b := range list {
		if b.kind == kind {
			return b.body
		}
	}
	return nil
}

// item is a thing of a HEIF file (ISO/IEC 14496-12, section 8.11): an image, a tile, a block of metadata.
type item struct {
	id      uint32
	kind    string
	content string // the type of a "mime" item
	info    []byte // its box in iinf
	inIDAT  bool
	extents []extent
	odd     bool // its data are elsewhere, or made of other items'
}

type extent struct{ at, size uint64 }

// heif is a file's directory of items.
type heif struct {
	file, idat []byte
	top, meta  []box
	whole      bool   // all of the meta box was read
	version    []byte // of the meta box, and its flags
	items      []item
}

func parseHEIF(file []byte) (h heif, complete bool) {
	h.file = file
	h.top, complete = boxes(file)
	body := find(h.top, "meta")
	if len(body) < 4 {
		return h, false
	}
	h.version = body[:4]
	h.meta, h.whole = boxes(body[4:])
	h.idat = find(h.meta, "idat")
	h.items = itemInfos(find(h.meta, "iinf"))
	locate(h.items, find(h.meta, "iloc"))
	return h, complete && h.whole
}

// itemInfos reads the box iinf (section 8.11.6).
func itemInfos(b []byte) (list []item) {
	c := cursor{b: b}
	version := c.uint(1)
	c.skip(3)
	if version == 0 {
		c.skip(2)
	} else {
		c.skip(4)
	}
	infos, _ := boxes(c.b)
	for _, info := range infos[:min(len(infos), maxItems)] {
		c := cursor{b: info.body}
		version := c.uint(1)
		c.skip(3)
		it := item{info: info.whole}
		width := 2
		if version >= 3 {
			width = 4
		}
		it.id = uint32(c.uint(width))
		c.skip(2) // protection
		if version >= 2 {
			it.kind = string(c.take(4))
		}
		c.word() // name
		if it.kind == itemMIME || version < 2 {
			it.content = c.word()
		}
		if info.kind == "infe" && !c.failed {
			list = append(list, it)
		}
	}
	return list
}

// locate reads where the items' data are from the box iloc (section 8.11.3).
func locate(items []item, b []byte) {
	at := map[uint32]int{}
	for i, it := range items {
		at[it.id] = i
	}
	c := cursor{b: b}
	version := c.uint(1)
	c.skip(3)
	widths := c.uint(2)
	offset, length, base, index := int(widths>>12), int(widths>>8&15), int(widths>>4&15), int(widths&15)
	wide := 2
	if version >= 2 {
		wide = 4
	}
	extents := 0
	for n := c.uint(wide); n > 0 && !c.failed; n-- {
		id := uint32(c.uint(wide))
		var method uint64
		if version > 0 {
			method = c.uint(2) & 15
		}
		elsewhere := c.uint(2) != 0
		start := c.uint(base)
		var list []extent
		for m := c.uint(2); m > 0 && !c.failed; m-- {
			if extents++; extents > maxItems {
				return
			}
			if version > 0 {
				c.skip(index)
			}
			list = append(list, extent{start + c.uint(offset), c.uint(length)})
		}
		if i, ok := at[id]; ok && !c.failed {
			items[i].extents, items[i].inIDAT, items[i].odd = list, method == 1, elsewhere || method > 1
		}
	}
}

// data returns an item's data, if they are there and no more than most bytes.
func (h heif) data(it item, most int) ([]byte, bool) {
	if it.odd || len(it.extents) == 0 {
		return nil, false
	}
	from := h.file
	if it.inIDAT {
		from = h.idat
	}
	var out []byte
	for _, e := range it.extents {
		if e.at > uint64(len(from)) {
			return nil, false
		}
		if e.size == 0 { // to the end (section 8.11.3.1)
			e.size = uint64(len(from)) - e.at
		}
		if e.size > uint64(len(from))-e.at || uint64(len(out))+e.size > uint64(most) {
			return nil, false
		}
		if len(it.extents) == 1 {
			return from[e.at : e.at+e.size], true
		}
		out = append(out, from[e.at:e.at+e.size]...)
	}
	return out, true
}

// Extent returns the largest size that an AVIF or HEIC file gives any of its pictures (ISO/IEC 23008-12, section 6.5.3), in
// pixels; 0 if it gives none. The directory is at the file's head, but the words it names may lie anywhere.
func Extent(file []byte) (w, h int) {
	top, _ := boxes(file)
	meta := find(top, "meta")
	if len(meta) < 4 {
		return 0, 0
	}
	list, _ := boxes(meta[4:])
	list, _ = boxes(find(list, "iprp"))
	list, _ = boxes(find(list, "ipco"))
	for _, b := range list {
		if b.kind == "ispe" && len(b.body) >= 12 {
			w, h = max(w, int(binary.BigEndian.Uint32(b.body[4:]))), max(h, int(binary.BigEndian.Uint32(b.body[8:])))
		}
	}
	return w, h
}

func readHEIF(file []byte) parts {
	p := parts{turned: true}
	h, _ := parseHEIF(file)
	for _, it := range h.items {
		switch {
		case it.kind == itemEXIF && p.exif == nil:
			// The data begin with where TIFF's header is (ISO/IEC 23008-12, annex A.2.1).
			if b, ok := h.data(it, maxBlock); ok && len(b) >= 4 {
				if skip := uint64(binary.BigEndian.Uint32(b)); skip < uint64(len(b)-4) {
					p.exif = b[4+skip:]
				}
			}
		case it.content == xmpType && p.xmp == nil:
			b, _ := h.data(it, maxBlock)
			p.xmp = [][]byte{b}
		}
	}
	return p
}

// stampHEIF writes the file anew: the same items but for metadata, their data one after the other in their order, and a
// packet of XMP as an item of its own behind them, which describes the primary item (ISO/IEC 23008-12, annex A.3).
func stampHEIF(file []byte, m marks) ([]byte, error) {
	h, complete := parseHEIF(file)
	if !complete || find(h.meta, "iloc") == nil || find(h.meta, "pitm") == nil {
		return nil, errs.Errorf(errs.Invalid, "stamp AVIF: the file is damaged or cut")
	}
	if find(h.top, "moov") != nil {
		return nil, errs.Errorf(errs.Invalid, "stamp AVIF: the file holds a sequence of pictures; a still picture is needed")
	}
	l, err := h.layOut(m.xmp)
	if err != nil {
		return nil, err
	}
	meta := h.metaBox(l, 0)
	var before, after []byte
	behind := false
	for _, b := range h.top {
		switch {
		case b.kind == "meta":
			behind = true
		case b.kind == "mdat" || b.kind == "free" || b.kind == "skip":
		case behind:
			after = append(after, b.whole...)
		default:
			before = append(before, b.whole...)
		}
	}
	start := len(before) + len(meta) + len(after) + 8
	out := make([]byte, 0, start+len(l.data))
	out = append(out, before...)
	out = append(out, h.metaBox(l, uint32(start))...)
	out = append(out, after...)
	return appendBox(out, "mdat", l.data), nil
}

// layout is which items the new file has, and where in its data each one's are.
type layout struct {
	items []item
	at    map[uint32]extent
	data  []byte
	xmp   uint32 // the packet's item, 0 if there is none
}

func (h heif) layOut(packet []byte) (layout, error) {
	l := layout{at: map[uint32]extent{}}
	most := uint32(0)
	for _, it := range h.items {
		if it.kind == itemEXIF || it.kind == "uri " || it.content != "" {
			continue
		}
		most = max(most, it.id)
		l.items = append(l.items, it)
	}
	if len(l.items) == 0 {
		return l, errs.Errorf(errs.Invalid, "stamp AVIF: there is no picture in the file")
	}
	if most >= 0xFFFF {
		return l, errs.Errorf(errs.Invalid, "stamp AVIF: items have numbers up to %d, more than 65534", most)
	}
	order := slices.Clone(l.items)
	sort.SliceStable(order, func(i, j int) bool { return order[i].start() < order[j].start() })
	type source struct {
		inIDAT bool
		extent
	}
	placed := map[source]extent{} // equal tiles of a grid share their data
	for _, it := range order {
		single := len(it.extents) == 1
		var from source
		if single {
			from = source{it.inIDAT, it.extents[0]}
		}
		if at, ok := placed[from]; ok && single {
			l.at[it.id] = at
			continue
		}
		b, ok := h.data(it, len(h.file))
		if !ok || len(l.data)+len(b) > len(h.file) {
			return l, errs.Errorf(errs.Invalid, "stamp AVIF: the data of item %d are not in the file, or overlap with others'", it.id)
		}
		l.at[it.id] = extent{uint64(len(l.data)), uint64(len(b))}
		l.data = append(l.data, b...)
		if single {
			placed[from] = l.at[it.id]
		}
	}
	if len(packet) > 0 {
		l.xmp = most + 1
		l.at[l.xmp] = extent{uint64(len(l.data)), uint64(len(packet))}
		l.data = append(l.data, packet...)
		info := []byte{2, 0, 0, 0, byte(l.xmp >> 8), byte(l.xmp), 0, 0}
		info = append(info, itemMIME+"XMP\x00"+xmpType+"\x00"...)
		l.items = append(l.items, item{id: l.xmp, info: appendBox(nil, "infe", info)})
	}
	return l, nil
}

// start returns where an item's data begin; those in the box idat come first.
func (it item) start() uint64 {
	if it.inIDAT || len(it.extents) == 0 {
		return 0
	}
	return it.extents[0].at
}

// metaBox writes the box meta for data that begin at start.
func (h heif) metaBox(l layout, start uint32) []byte {
	body := bytes.Clone(h.version)
	for _, b := range h.meta {
		switch b.kind {
		case "iloc":
			body = appendBox(body, "iloc", l.locations(start))
		case "iinf":
			body = appendBox(body, "iinf", l.infos())
			if find(h.meta, "iref") == nil {
				body = l.appendReferences(body, nil, find(h.meta, "pitm"))
			}
		case "iref":
			body = l.appendReferences(body, b.body, find(h.meta, "pitm"))
		case "idat", "free", "skip":
		default:
			body = append(body, b.whole...)
		}
	}
	return appendBox(nil, "meta", body)
}

// infos writes the body of iinf, version 0.
func (l layout) infos() []byte {
	b := []byte{0, 0, 0, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(len(l.items)))
	for _, it := range l.items {
		b = append(b, it.info...)
	}
	return b
}

// locations writes the body of iloc, version 0, with offsets and lengths of 32 bits and one extent an item.
func (l layout) locations(start uint32) []byte {
	b := []byte{0, 0, 0, 0, 0x44, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(len(l.items)))
	for _, it := range l.items {
		e := l.at[it.id]
		b = binary.BigEndian.AppendUint16(b, uint16(it.id))
		b = append(b, 0, 0, 0, 1) // in this file; one extent
		b = binary.BigEndian.AppendUint32(b, start+uint32(e.at))
		b = binary.BigEndian.AppendUint32(b, uint32(e.size))
	}
	return b
}

// appendReferences writes the box iref (section 8.11.12) without references of items that are gone, and with the
// packet's to the primary item.
func (l layout) appendReferences(out, old, primary []byte) []byte {
	c := cursor{b: old}
	head := []byte{0, 0, 0, 0}
	if len(old) >= 4 {
		head = c.take(4)
	}
	width := 2
	if head[0] > 0 {
		width = 4
	}
	body := bytes.Clone(head)
	refs, _ := boxes(c.b)
	for _, r := range refs {
		from := cursor{b: r.body}
		id := uint32(from.uint(width))
		if _, ok := l.at[id]; ok && id != l.xmp { // the packet may have the number of one that is gone
			body = append(body, r.whole...)
		}
	}
	if l.xmp != 0 {
		p := cursor{b: primary}
		wide := 2
		if p.uint(1) > 0 {
			wide = 4
		}
		p.skip(3)
		ref := appendUint(nil, width, uint64(l.xmp))
		ref = append(ref, 0, 1)
		ref = appendUint(ref, width, p.uint(wide))
		body = appendBox(body, "cdsc", ref)
	}
	if len(body) == 4 {
		return out
	}
	return appendBox(out, "iref", body)
}

func appendBox(out []byte, kind string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(8+len(body)))
	out = append(out, kind...)
	return append(out, body...)
}

func appendUint(out []byte, width int, v uint64) []byte {
	for i := width - 1; i >= 0; i-- {
		out = append(out, byte(v>>(8*i)))
	}
	return out
}

// cursor reads a box from its beginning. What is not there reads as zero, and failed is set.
type cursor struct {
	b      []byte
	failed bool
}

func (c *cursor) take(n int) []byte {
	if n > len(c.b) {
		c.b, c.failed = nil, true
		return nil
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

func (c *cursor) skip(n int) { c.take(n) }

// uint reads a big-endian number of 0 to 8 bytes.
func (c *cursor) uint(n int) (v uint64) {
	for _, b := range c.take(n) {
		v = v<<8 | uint64(b)
	}
	return v
}

// word reads a text that a zero byte ends.
func (c *cursor) word() string {
	w, rest, ok := bytes.Cut(c.b, []byte{0})
	if !ok {
		w, rest = c.b, nil // the last text of a box may lack its end
	}
	c.b = rest
	return string(w)
}
