package media

import "encoding/binary"

// orientation reads the tag Orientation (0x0112) of the first image directory of a JPEG's EXIF segment
// (EXIF 2.32 §4.6.4, TIFF 6.0 §2); 1, as it lies, when there is none or it is damaged.
func orientation(jpeg []byte) int {
	if len(jpeg) < 4 || jpeg[0] != 0xFF || jpeg[1] != 0xD8 {
		return 1
	}
	for b := jpeg[2:]; len(b) >= 4 && b[0] == 0xFF; {
		marker, n := b[1], int(binary.BigEndian.Uint16(b[2:]))
		if marker == 0xDA || n < 2 || len(b) < 2+n {
			return 1
		}
		if body := b[4 : 2+n]; marker == 0xE1 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		b = b[2+n:]
	}
	return 1
}

func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
