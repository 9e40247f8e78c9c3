package av

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"time"

	"masthead/internal/errs"
)

// Playlist writes the media playlist (RFC 8216 §4.3.3) of an MP4 file in fragments: each of them is a segment, a byte
// range of the one file, which the playlist calls name. A file without fragments is errs.Invalid.
func Playlist(r io.ReaderAt, size int64, name string) ([]byte, error) {
	f := &file{r: r, size: size, budget: maxRead}
	m, err := readMovie(f)
	switch {
	case f.failed != nil:
		return nil, f.failed
	case err != nil:
		return nil, err
	case len(m.fragments) == 0:
		return nil, errs.Errorf(errs.Invalid, "the film is not in fragments")
	}
	var longest time.Duration
	for _, part := range m.fragments {
		longest = max(longest, part.length)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n", max(1, int(math.Ceil(longest.Seconds()))))
	fmt.Fprintf(&b, "#EXT-X-MAP:URI=\"%s\",BYTERANGE=\"%d@0\"\n", name, m.indexEnd)
	for _, part := range m.fragments {
		fmt.Fprintf(&b, "#EXTINF:%.6f,\n#EXT-X-BYTERANGE:%d@%d\n%s\n", part.length.Seconds(), part.next-part.at, part.at, name)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return b.Bytes(), nil
}
