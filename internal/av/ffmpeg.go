package av

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
)

// Tools is ffmpeg, as it was found on this machine. It is safe for concurrent use.
type Tools struct {
	ffmpeg string
	nice   string // "" where there is none
	tones  bool   // it can bring HDR colours to what usual screens show
}

// Find looks for ffmpeg in the search path and asks it what it can. What is missing is an error of kind
// errs.Unavailable that says so.
func Find(ctx context.Context) (*Tools, error) {
	p, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, errs.Errorf(errs.Unavailable, "ffmpeg is not installed on this machine")
	}
	t := &Tools{ffmpeg: p}
	if t.nice, err = exec.LookPath("nice"); err != nil {
		t.nice = ""
	}
	encoders, err := t.ask(ctx, "-encoders")
	if err != nil {
		return nil, err
	}
	for _, need := range []string{"libx264", "aac"} {
		if !slices.Contains(encoders, need) {
			return nil, errs.Errorf(errs.Unavailable, "the ffmpeg of this machine lacks the encoder %s", need)
		}
	}
	filters, err := t.ask(ctx, "-filters")
	t.tones = slices.Contains(filters, "zscale") && slices.Contains(filters, "tonemap")
	return t, err
}

// ask returns the words of one of ffmpeg's lists.
func (t *Tools) ask(ctx context.Context, list string) ([]string, error) {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	out, err := exec.CommandContext(ctx, t.ffmpeg, "-hide_banner", list).Output()
	if err != nil {
		return nil, errs.Errorf(errs.Unavailable, "ffmpeg does not run: %w", err)
	}
	return strings.Fields(string(out)), nil
}

// input are the arguments with which a source is opened: as what Probe found it to be and nothing else, so that no
// playlist in disguise makes ffmpeg read another file or ask another machine. Pictures that are larger than the file said
// are not decoded.
func (i Info) input(path string) []string {
	return []string{"-protocol_whitelist", "file", "-f", i.demuxer, "-threads", "1", "-max_pixels", strconv.Itoa(maxPixels), "-i", "file:" + path}
}

// command is ffmpeg at work: with the lowest claim on the machine, ended with the context.
func (t *Tools) command(ctx context.Context, args ...string) *exec.Cmd {
	args = append([]string{t.ffmpeg, "-hide_banner", "-nostdin", "-v", "error", "-y", "-filter_threads", "1"}, args...)
	if t.nice != "" {
		args = append([]string{t.nice, "-n", "15"}, args...)
	}
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.WaitDelay = 5 * time.Second
	return c
}

// tail keeps the last words of a program.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	t.b = t.b[max(0, len(t.b)-1000):]
	return len(p), nil
}

func (t *tail) String() string { return strings.ToValidUTF8(strings.TrimSpace(string(t.b)), "") }

// Frame is a still of a film.
type Frame struct {
	At   time.Duration
	JPEG []byte
}

// maxFrame bounds a still, in bytes, and its longest edge.
const (
	maxFrame     = 16 << 20
	maxFrameEdge = 2560
)

// Frames returns at most n stills from evenly spread places of the film at path, which Probe found to be that; of each
// place the most telling one. Those of which little is to be seen, black ones foremost, are left out if there are others.
func (t *Tools) Frames(ctx context.Context, path string, i Info, n int) ([]Frame, error) {
	var list []Frame
	most := 0
	for k := range n {
		at := i.Duration * time.Duration(2*k+1) / time.Duration(2*n)
		jpeg, err := t.frame(ctx, path, i, at)
		if err != nil {
			return nil, fmt.Errorf("still at %s: %w", at, err)
		}
		if len(jpeg) > 0 {
			list, most = append(list, Frame{at, jpeg}), max(most, len(jpeg))
		}
	}
	if len(list) == 0 {
		return nil, errs.Errorf(errs.Invalid, "no picture of the film can be read")
	}
	return slices.DeleteFunc(list, func(f Frame) bool { return len(f.JPEG) < most/5 }), nil
}

func (t *Tools) frame(ctx context.Context, path string, i Info, at time.Duration) ([]byte, error) {
	timed, stop := context.WithTimeout(ctx, 2*time.Minute)
	defer stop()
	by := min(1, float64(maxFrameEdge)/float64(max(i.Width, i.Height)))
	args := append([]string{"-ss", seconds(at), "-t", "4"}, i.input(path)...)
	c := t.command(timed, append(args, "-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1", "-vf", t.picture(i, even(i.Width, by), even(i.Height, by))+",thumbnail=24", // which holds 24 frames: small ones
		"-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3", "-fs", strconv.Itoa(maxFrame), "-f", "image2pipe", "pipe:1")...)
	var said tail
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	defer tie(c)()
	if err := c.Run(); err != nil {
		return nil, failed(ctx, timed, err, said.String())
	}
	return out.Bytes(), nil
}

// picture are the filters that make a picture of that size with square pixels and colours for usual screens.
func (t *Tools) picture(i Info, w, h int) string {
	s := fmt.Sprintf("scale=%d:%d,setsar=1", w, h)
	if i.HDR && t.tones {
		s += ",zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
	}
	return s + ",format=yuv420p"
}

// Best returns the place of the still in which most is to be seen.
func Best(list []Frame) int {
	best := 0
	for i, f := range list {
		if len(f.JPEG) > len(list[best].JPEG) {
			best = i
		}
	}
	return best
}

// Out is a film in one size: an MP4 file that plays from its beginning, and the media playlist that offers the parts of
// it (RFC 8216 §4.3.2.2, byte ranges), in which it is called by its base name: see Rename. The file begins with an index
// of its segments (ISO/IEC 14496-12 §8.16.3): players that know no playlists find any moment of it with two or three
// requests, not by walking through all of it.
type Out struct {
	MP4      string // path
	Playlist []byte
}

const mediaFile = "media.mp4"

// Encode makes one size of the film or sound at path, which Probe found to be that, in the folder dir. It takes up to
// many times the film's length of one core; progress hears from 0 to 1 how far it is. A source that ffmpeg cannot
// read is an error of kind errs.Invalid.
func (t *Tools) Encode(ctx context.Context, path string, i Info, r Rung, dir string, progress func(float64)) (out Out, err error) {
	defer errs.Wrap(&err, "make the size %s", r.Name)
	timed, stop := context.WithTimeout(ctx, 10*time.Minute+40*i.Duration)
	defer stop()
	out.MP4 = filepath.Join(dir, mediaFile)
	args := append(i.input(path), "-progress", "pipe:1", "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-t", seconds(i.Duration+time.Second))
	if i.Kind == Video {
		args = append(args, "-map", "0:v:0", "-vf", t.picture(i, r.Width, r.Height), "-fpsmax", "60", "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "22",
			"-maxrate", strconv.Itoa(r.Video), "-bufsize", strconv.Itoa(2*r.Video), "-sc_threshold", "0", "-g", "100000", "-force_key_frames", fmt.Sprintf("expr:gte(t,n_forced*%d)", segment/time.Second))
	}
	args = append(args, "-map", "0:a:0?", "-c:a", "aac", "-b:a", strconv.Itoa(r.Audio), "-ac", "2", "-ar", "48000", "-threads", "1",
		"-f", "mp4", "-movflags", "frag_keyframe+delay_moov+default_base_moof+global_sidx")
	if i.Kind == Audio {
		args = append(args, "-frag_duration", strconv.FormatInt(segment.Microseconds(), 10))
	}
	args = append(args, "file:"+out.MP4)
	c := t.command(timed, args...)
	var said tail
	c.Stderr = &said
	defer tie(c)()
	pipe, err := c.StdoutPipe()
	if err != nil {
		return out, err
	}
	if err := c.Start(); err != nil {
		return out, errs.Errorf(errs.Unavailable, "ffmpeg does not run: %w", err)
	}
	limit := int64(2*float64(r.Video+r.Audio)/8*i.Duration.Seconds()) + 16<<20
	large := false
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		us, ok := strings.CutPrefix(lines.Text(), "out_time_us=")
		n, err := strconv.ParseInt(us, 10, 64)
		if !ok || err != nil {
			continue
		}
		progress(min(max(float64(n)/float64(i.Duration.Microseconds()), 0), 1))
		if st, err := os.Stat(out.MP4); err == nil && st.Size() > limit {
			large = true
			stop()
		}
	}
	err = c.Wait()
	switch {
	case large:
		return out, errs.Errorf(errs.Invalid, "the film became larger than %d MB", limit>>20)
	case err != nil:
		return out, failed(ctx, timed, err, said.String())
	}
	out.Playlist, err = playlistOf(out.MP4)
	return out, err
}

func playlistOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return Playlist(f, st.Size(), mediaFile)
}

// failed tells a source that cannot be read, or not in the time that timed gave, from work that was stopped with ctx.
func failed(ctx, timed context.Context, err error, said string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if timed.Err() != nil {
		return errs.Errorf(errs.Invalid, "ffmpeg came to no end with it")
	}
	if end, ok := errors.AsType[*exec.ExitError](err); ok && end.ExitCode() > 0 { // not killed by somebody else
		return errs.Errorf(errs.Invalid, "ffmpeg cannot read it: %s", said)
	}
	return errs.Errorf(errs.Unavailable, "ffmpeg does not run: %w", err)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
