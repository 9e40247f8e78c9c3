package av

import (
	"bytes"
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
)

// Rung is one of the sizes that a film is offered in.
type Rung struct {
	Name          string // by the picture's short edge, 720p; of sound by its rate, 128k
	Width, Height int    // even; 0 for sound
	Video, Audio  int    // most bits a second; Video is 0 for sound
}

// ladder is what a film is offered in, by the picture's short edge.
var ladder = []struct{ edge, video, audio int }{{1080, 5_000_000, 128_000}, {720, 2_800_000, 128_000}, {480, 1_200_000, 96_000}, {360, 700_000, 96_000}}

// longest is the longest edge that decoders of telephones take.
const longest = 3840

// Ladder returns the sizes that fit a source, the largest first: none is larger than the source.
func Ladder(i Info) []Rung {
	if i.Kind == Audio {
		return []Rung{{Name: "128k", Audio: 128_000}, {Name: "64k", Audio: 64_000}}
	}
	short, long := min(i.Width, i.Height), max(i.Width, i.Height)
	var list []Rung
	for n, step := range ladder {
		edge := step.edge
		if edge > short {
			if n < len(ladder)-1 || len(list) > 0 {
				continue
			}
			edge = short
		}
		by := min(float64(edge)/float64(short), longest/float64(long), 1)
		list = append(list, Rung{Name: strconv.Itoa(edge) + "p", Width: even(i.Width, by), Height: even(i.Height, by), Video: step.video, Audio: step.audio})
	}
	return list
}

func even(n int, by float64) int { return max(2, int(math.Floor(float64(n)*by/2+.5))*2) }

// Variant is one size of a film or sound in a Master playlist.
type Variant struct {
	URI      string // of its media playlist, from where the master is
	Playlist []byte // that media playlist
	Info     Info   // what Probe reads in its media file
}

// Master writes a multivariant playlist (RFC 8216 §4.3.4), in the order given: players begin with the first.
func Master(list []Variant) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for _, v := range list {
		peak, average, err := bandwidth(v.Playlist)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.URI, err)
		}
		var codecs []string
		for _, c := range []string{v.Info.VideoCodec, v.Info.AudioCodec} {
			if c != "" {
				codecs = append(codecs, c)
			}
		}
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,CODECS=%q", peak, average, strings.Join(codecs, ","))
		if v.Info.Kind == Video {
			fmt.Fprintf(&b, ",RESOLUTION=%dx%d", v.Info.Width, v.Info.Height)
		}
		fmt.Fprintf(&b, "\n%s\n", v.URI)
	}
	return b.Bytes(), nil
}

// bandwidth reckons from a media playlist with byte ranges the most bits a second of its segments, and of all of them.
func bandwidth(playlist []byte) (peak, average int, err error) {
	var length, seconds, bits float64
	for line := range strings.Lines(string(playlist)) {
		line = strings.TrimSpace(line)
		if s, ok := strings.CutPrefix(line, "#EXTINF:"); ok {
			s, _, _ = strings.Cut(s, ",")
			length, err = strconv.ParseFloat(s, 64)
			if err != nil || !(length > 0 && length < maxDuration.Seconds()) {
				return 0, 0, errs.Errorf(errs.Invalid, "the playlist has a segment of %q seconds", s)
			}
		}
		if s, ok := strings.CutPrefix(line, "#EXT-X-BYTERANGE:"); ok && length > 0 {
			s, _, _ = strings.Cut(s, "@")
			n, err := strconv.ParseUint(s, 10, 40)
			if err != nil {
				return 0, 0, errs.Errorf(errs.Invalid, "the playlist has a segment of %q bytes", s)
			}
			peak = max(peak, int(math.Ceil(float64(n)*8/length)))
			seconds, bits, length = seconds+length, bits+float64(n)*8, 0
		}
	}
	if seconds == 0 {
		return 0, 0, errs.Errorf(errs.Invalid, "the playlist has no segments")
	}
	return peak, int(math.Ceil(bits / seconds)), nil
}

// Rename returns a media playlist that Encode wrote with another name of its media file.
func Rename(playlist []byte, name string) []byte {
	var b bytes.Buffer
	for line := range strings.Lines(string(playlist)) {
		if strings.TrimSpace(line) == mediaFile {
			line = name + "\n"
		}
		b.WriteString(strings.ReplaceAll(line, `URI="`+mediaFile+`"`, `URI="`+path.Base(name)+`"`))
	}
	return b.Bytes()
}

// segment is how long the parts are that players fetch.
const segment = 6 * time.Second
