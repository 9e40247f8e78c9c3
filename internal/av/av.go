// Package av knows films and sounds as files: what one holds (Probe, read by our own bounded parsers), captions
// (WebVTT and SRT), and ffmpeg, which makes stills and smaller films of them. It knows nothing of Masthead.
package av

import (
	"bytes"
	"io"
	"time"

	"masthead/internal/errs"
)

// The kinds of a file.
const (
	Video = "video"
	Audio = "audio"
)

// Info is what a file says of itself.
type Info struct {
	Kind          string // Video or Audio
	Type          string // MIME type: video/mp4, video/webm, audio/mpeg, …; video/quicktime only of what does not play, see Plays
	Duration      time.Duration
	Width, Height int       // of the picture as it is seen: after rotation, with square pixels; 0 for sound
	Rotation      int       // degrees clockwise that a player turns the stored picture by: 0, 90, 180 or 270
	VideoCodec    string    // as RFC 6381 writes it (avc1.640028, hvc1.1.6.L93.B0, vp9), "" without a picture
	AudioCodec    string    // mp4a.40.2, opus, mp3, pcm, …; "" without sound
	HDR           bool      // the colours are PQ or HLG: screens of the usual kind need them converted
	Faststart     bool      // it can be played before the whole of it is there
	Created       time.Time // when it was recorded, by the recorder's clock; zero if it does not say
	Plays         bool      // current browsers play it as it is

	demuxer string // ffmpeg's name for the container
}

// Bounds of what is believed.
const (
	maxSide     = 16384
	maxPixels   = 1 << 26 // of a picture: 8K all around
	maxDuration = 100 * time.Hour
)

// Probe reads what the file of size bytes in r is: ISO BMFF (MP4, MOV, M4A), Matroska or WebM, MP3, WAV, Ogg. It reads
// headers and indexes only, not more than some megabytes. What is damaged, cut off or no film or sound is errs.Invalid with
// a reason for the person who sent it; an error of r itself is returned as it is.
func Probe(r io.ReaderAt, size int64) (Info, error) {
	f := &file{r: r, size: size, budget: maxRead}
	head := f.bytes(0, min(size, 64))
	var info Info
	var err error
	switch {
	case f.failed != nil:
	case size == 0:
		err = errs.Errorf(errs.Invalid, "the file is empty")
	case isBMFF(head):
		info, err = probeBMFF(f)
	case bytes.HasPrefix(head, []byte{0x1A, 0x45, 0xDF, 0xA3}):
		info, err = probeMatroska(f)
	case bytes.HasPrefix(head, []byte("OggS")):
		info, err = probeOgg(f)
	case len(head) >= 12 && isRIFF(head):
		info, err = probeWAV(f)
	default:
		info, err = probeMP3(f)
	}
	if f.failed != nil {
		return Info{}, f.failed
	}
	if err == nil {
		err = info.judge()
	}
	if err != nil {
		return Info{}, err
	}
	return info, nil
}

// judge refuses what no film or sound can be.
func (i Info) judge() error {
	switch {
	case i.Kind == Video && (i.Width <= 0 || i.Height <= 0 || i.Width > maxSide || i.Height > maxSide || i.Width*i.Height > maxPixels):
		return errs.Errorf(errs.Invalid, "the film's size of %d × %d pixels is not possible", i.Width, i.Height)
	case i.Duration <= 0:
		return errs.Errorf(errs.Invalid, "there is nothing in the file to play: its length is zero")
	case i.Duration > maxDuration:
		return errs.Errorf(errs.Invalid, "the file says that it is %d hours long; that is not possible", i.Duration/time.Hour)
	}
	return nil
}

func truncated(what string) error {
	return errs.Errorf(errs.Invalid, "the file is cut off: %s; send it again from where it was recorded", what)
}

func damaged(what string) error {
	return errs.Errorf(errs.Invalid, "the file is damaged: %s", what)
}

// ticks turns a count of units, of which rate make a second, into a duration; what does not fit is beyond maxDuration.
func ticks(n, rate uint64) time.Duration {
	if rate == 0 || n == 0 {
		return 0
	}
	if n/rate >= uint64(maxDuration/time.Second)+1 {
		return maxDuration + time.Second
	}
	return time.Duration(n/rate)*time.Second + time.Duration(n%rate*uint64(time.Second/time.Microsecond)/rate)*time.Microsecond
}
