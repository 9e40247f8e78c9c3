package av_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"masthead/internal/av"
	"masthead/internal/errs"
)

// film makes a file with ffmpeg and returns its path. The tests need ffmpeg and fail without it.
func film(t testing.TB, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	out, err := exec.Command("ffmpeg", append(append([]string{"-v", "error", "-y", "-threads", "1"}, args...), path)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return path
}

// moving and tone are a test picture and a tone as ffmpeg's inputs.
func moving(size string, seconds float64) []string {
	return []string{"-f", "lavfi", "-i", fmt.Sprintf("testsrc2=s=%s:r=15:d=%g", size, seconds)}
}

func tone(seconds float64) []string {
	return []string{"-f", "lavfi", "-i", fmt.Sprintf("sine=440:d=%g", seconds)}
}

func join(lists ...[]string) (all []string) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func words(s string) []string { return strings.Fields(s) }

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func probe(b []byte) (av.Info, error) { return av.Probe(bytes.NewReader(b), int64(len(b))) }

func TestProbe(t *testing.T) {
	const h264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac"
	for _, c := range []struct {
		name string
		args []string
		want av.Info
	}{
		{"plain.mp4", join(moving("320x180", 2), tone(2), words(h264)),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "avc1.42", AudioCodec: "mp4a.40.2", Plays: true}},
		{"fast.mp4", join(moving("320x180", 2), words(h264+" -movflags faststart")),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "avc1.42", Faststart: true, Plays: true}},
		{"fragments.mp4", join(moving("320x180", 5), tone(5), words(h264+" -g 15 -movflags frag_keyframe+empty_moov+default_base_moof")),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "avc1.42", AudioCodec: "mp4a.40.2", Faststart: true, Plays: true}},
		{"phone.mov", join(moving("320x180", 2), tone(2), words("-c:v libx265 -x265-params log-level=none -preset ultrafast -pix_fmt yuv420p -tag:v hvc1 -c:a aac -metadata creation_time=2026-05-04T10:11:12Z")),
			av.Info{Kind: "video", Type: "video/quicktime", Width: 320, Height: 180, VideoCodec: "hvc1.1.", AudioCodec: "mp4a.40.2", Created: time.Date(2026, 5, 4, 10, 11, 12, 0, time.UTC)}},
		{"compatible.mov", join(moving("320x180", 2), tone(2), words(h264)),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "avc1.42", AudioCodec: "mp4a.40.2", Plays: true}},
		{"hlg.mov", join(moving("320x180", 1), words("-c:v libx265 -x265-params log-level=none -preset ultrafast -pix_fmt yuv420p10 -tag:v hvc1 -color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc")),
			av.Info{Kind: "video", Type: "video/quicktime", Width: 320, Height: 180, VideoCodec: "hvc1.2.", HDR: true}},
		{"camera.mov", join(moving("320x180", 2), tone(2), words("-c:v prores_ks -c:a pcm_s16le")),
			av.Info{Kind: "video", Type: "video/quicktime", Width: 320, Height: 180, VideoCodec: "apc", AudioCodec: "pcm"}},
		{"wide-pixels.mp4", join(moving("360x288", 1), words("-vf setsar=16/15 "+h264)),
			av.Info{Kind: "video", Type: "video/mp4", Width: 384, Height: 288, VideoCodec: "avc1.42", Plays: true}},
		{"av1.mp4", join(moving("320x180", 1), words("-c:v libsvtav1 -preset 12")),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "av01.0.00M.08", Plays: true}},
		{"vp9.mp4", join(moving("320x180", 1), words("-c:v libvpx-vp9 -deadline realtime")),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "vp09.00.", Plays: true}},
		{"ten-bits.mp4", join(moving("320x180", 1), words("-c:v libx264 -pix_fmt yuv420p10")),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "avc1.6E"}},
		{"old.mp4", join(moving("320x180", 1), words("-c:v mpeg4")),
			av.Info{Kind: "video", Type: "video/mp4", Width: 320, Height: 180, VideoCodec: "mp4v"}},
		{"vp9.webm", join(moving("320x180", 2), tone(2), words("-c:v libvpx-vp9 -deadline realtime -c:a libopus -metadata creation_time=2026-05-04T10:11:12Z")),
			av.Info{Kind: "video", Type: "video/webm", Width: 320, Height: 180, VideoCodec: "vp9", AudioCodec: "opus", Faststart: true, Plays: true, Created: time.Date(2026, 5, 4, 10, 11, 12, 0, time.UTC)}},
		{"vp8.webm", join(moving("320x180", 2), tone(2), words("-c:v libvpx -deadline realtime -c:a libvorbis")),
			av.Info{Kind: "video", Type: "video/webm", Width: 320, Height: 180, VideoCodec: "vp8", AudioCodec: "vorbis", Faststart: true, Plays: true}},
		{"av1.webm", join(moving("320x180", 1), words("-c:v libsvtav1 -preset 12")),
			av.Info{Kind: "video", Type: "video/webm", Width: 320, Height: 180, VideoCodec: "av01.0.00M.08", Faststart: true, Plays: true}},
		{"live.webm", join(moving("320x180", 3), tone(3), words("-c:v libvpx -deadline realtime -c:a libopus -f webm -live 1")),
			av.Info{Kind: "video", Type: "video/webm", Width: 320, Height: 180, VideoCodec: "vp8", AudioCodec: "opus", Faststart: true, Plays: true}},
		{"box.mkv", join(moving("320x180", 2), tone(2), words(h264)),
			av.Info{Kind: "video", Type: "video/x-matroska", Width: 320, Height: 180, VideoCodec: "avc1.42", AudioCodec: "mp4a.40.2", Faststart: true}},
		{"voice.m4a", join(tone(3), words("-c:a aac")), av.Info{Kind: "audio", Type: "audio/mp4", AudioCodec: "mp4a.40.2", Plays: true}},
		{"lossless.m4a", join(tone(3), words("-c:a alac")), av.Info{Kind: "audio", Type: "audio/mp4", AudioCodec: "alac"}},
		{"voice.mp3", join(tone(3), words("-c:a libmp3lame -metadata title=A")), av.Info{Kind: "audio", Type: "audio/mpeg", AudioCodec: "mp3", Faststart: true, Plays: true}},
		{"variable.mp3", join(tone(3), words("-c:a libmp3lame -q:a 4")), av.Info{Kind: "audio", Type: "audio/mpeg", AudioCodec: "mp3", Faststart: true, Plays: true}},
		{"no-xing.mp3", join(tone(30), words("-c:a libmp3lame -write_xing 0 -write_id3v1 1 -ar 22050")), av.Info{Kind: "audio", Type: "audio/mpeg", AudioCodec: "mp3", Faststart: true, Plays: true}},
		{"voice.wav", join(tone(3), words("-c:a pcm_s16le")), av.Info{Kind: "audio", Type: "audio/wav", AudioCodec: "pcm", Faststart: true, Plays: true}},
		{"float.wav", join(tone(3), words("-c:a pcm_f32le -rf64 always")), av.Info{Kind: "audio", Type: "audio/wav", AudioCodec: "pcm", Faststart: true, Plays: true}},
		{"many.wav", join(tone(3), words("-c:a pcm_s24le -ac 6")), av.Info{Kind: "audio", Type: "audio/wav", AudioCodec: "pcm", Faststart: true, Plays: true}},
		{"opus.ogg", join(tone(3), words("-c:a libopus")), av.Info{Kind: "audio", Type: "audio/ogg", AudioCodec: "opus", Faststart: true, Plays: true}},
		{"vorbis.ogg", join(tone(3), words("-c:a libvorbis")), av.Info{Kind: "audio", Type: "audio/ogg", AudioCodec: "vorbis", Faststart: true, Plays: true}},
		{"flac.ogg", join(tone(3), words("-c:a flac")), av.Info{Kind: "audio", Type: "audio/ogg", AudioCodec: "flac", Faststart: true, Plays: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := film(t, c.name, c.args...)
			got, err := probe(read(t, path))
			if err != nil {
				t.Fatal(err)
			}
			checkLength(t, got.Duration, path)
			for _, codec := range []struct{ got, want *string }{{&got.VideoCodec, &c.want.VideoCodec}, {&got.AudioCodec, &c.want.AudioCodec}} {
				if *codec.want != "" && strings.HasPrefix(*codec.got, *codec.want) {
					*codec.got = *codec.want // what follows are an encoder's choices
				}
			}
			got.Duration = 0
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreUnexported(av.Info{})); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// checkLength holds a length against what ffprobe reads.
func checkLength(t *testing.T, got time.Duration, path string) {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		out, _ := exec.Command("ffprobe", "-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path).Output()
		for line := range strings.Lines(string(out)) { // a recording without a length: the last packet
			at, _ := strconv.ParseFloat(strings.Trim(line, ",\n"), 64)
			want = max(want, at)
		}
	}
	if math.Abs(got.Seconds()-want) > 0.1 {
		t.Errorf("it is %v long, ffprobe says %.3f s", got, want)
	}
}

func TestProbeTurned(t *testing.T) {
	flat := film(t, "flat.mp4", join(moving("320x180", 1), words("-c:v libx264 -preset ultrafast -pix_fmt yuv420p"))...)
	for _, clockwise := range []int{90, 180, 270} {
		path := film(t, "turned.mp4", "-i", flat, "-c", "copy", "-metadata:s:v:0", fmt.Sprintf("rotate=%d", 360-clockwise)) // it counts the other way
		got, err := probe(read(t, path))
		if err != nil {
			t.Fatal(err)
		}
		if got.Rotation != clockwise || (got.Height > got.Width) != (clockwise%180 == 90) {
			t.Errorf("turned by %d: got %d and %d × %d", clockwise, got.Rotation, got.Width, got.Height)
		}
	}
}

func TestProbeDamaged(t *testing.T) {
	const h264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac"
	late := read(t, film(t, "late.mp4", join(moving("320x180", 2), tone(2), words(h264))...))
	early := read(t, film(t, "early.mp4", join(moving("320x180", 2), words(h264+" -movflags faststart"))...))
	parts := read(t, film(t, "parts.mp4", join(moving("320x180", 2), words(h264+" -g 5 -movflags frag_keyframe+empty_moov"))...))
	web := read(t, film(t, "web.webm", join(moving("320x180", 2), words("-c:v libvpx -deadline realtime"))...))
	wav := read(t, film(t, "a.wav", tone(1)...))
	change := func(b []byte, after string, at int, to ...byte) []byte {
		i := bytes.LastIndex(b, []byte(after))
		if i < 0 {
			t.Fatalf("no %s", after)
		}
		b = bytes.Clone(b)
		copy(b[i+at:], to)
		return b
	}
	for _, c := range []struct {
		name, reason string
		file         []byte
	}{
		{"nothing", "empty", nil},
		{"text", "neither a film nor a sound", []byte("Dear editor, here is the film.")},
		{"a page", "neither a film nor a sound", []byte("<!doctype html><title>Not found</title>" + strings.Repeat(" ", 5000))},
		{"a picture", "picture", []byte("\x00\x00\x00\x14ftypheic\x00\x00\x00\x00mif1\x00\x00\x00\x08meta")},
		{"without its end", "cut off", late[:len(late)*2/3]},
		{"without its end, index first", "cut off", early[:len(early)*2/3]},
		{"fragments without their end", "cut off", parts[:len(parts)-500]},
		{"webm without its end", "cut off", web[:len(web)-500]},
		{"wav without its end", "cut off", wav[:len(wav)-500]},
		{"a box of four bytes", "impossible size", change(late, "moov", -4, 0, 0, 0, 4)},
		{"a box as large as the universe", "cut off", change(early, "moov", -4, 0x7F, 0xFF, 0xFF, 0xFF)},
		{"a child larger than its parent", "goes beyond", change(early, "mvhd", -4, 0x7F, 0xFF, 0xFF, 0xFF)},
		{"no width", "not possible", change(early, "stsd", 44, 0, 0, 0, 0)},
		{"too wide", "not possible", change(early, "stsd", 44, 0xFF, 0xFF, 0xFF, 0xFF)},
		{"no length", "length is zero", change(change(early, "mvhd", 20, 0, 0, 0, 0), "mdhd", 20, 0, 0, 0, 0)},
		{"a length of years", "hours long", change(early, "mvhd", 16, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF)},
		{"an endless element", "cut off", change(web, "\x16\x54\xAE\x6B", 4, 0x01, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)},
		{"boxes in boxes", "without end", nest(atom("ftyp", "isom", 0), 40)},
		{"protected", "protected", change(early, "stsd", 16, []byte("encv")...)},
		{"in another file", "another file", change(early, "url ", 4, 0, 0, 0, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			info, err := probe(c.file)
			if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %v and %+v, want errs.Invalid with %q", err, info, c.reason)
			}
		})
	}
}

// broken fails like a disk.
type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errors.New("the disk is gone") }

func TestProbeFailingReader(t *testing.T) {
	_, err := av.Probe(broken{}, 1000)
	if err == nil || errs.Is(err, errs.Invalid) {
		t.Errorf("got %v: a failing disk is not the file's fault", err)
	}
}

// atom is a box of ISO BMFF; numbers are of four bytes.
func atom(kind string, parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = binary.BigEndian.AppendUint32(b, uint32(p))
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		}
	}
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(b))), kind...), b...)
}

// nest puts boxes into each other in a moov behind head.
func nest(head []byte, depth int) []byte {
	var b []byte
	for range depth {
		b = atom("mdia", b)
	}
	return append(head, atom("moov", atom("trak", b))...)
}

// ebml is an element of Matroska.
func ebml(id string, parts ...string) string {
	body := strings.Join(parts, "")
	return id + string([]byte{0x40 | byte(len(body)>>8), byte(len(body))}) + body
}

func seeds() [][]byte {
	zeros := func(n int) string { return strings.Repeat("\x00", n) }
	picture := atom("avc1", zeros(24), "\x01\x40\x00\xB4", zeros(50), atom("avcC", "\x01\x64\x00\x28"), atom("pasp", 16, 15), atom("colr", "nclx\x00\x09\x00\x12"))
	sound := atom("mp4a", zeros(28), atom("esds", 0, "\x03\x16\x00\x01\x00\x04\x11\x40", zeros(12), "\x05\x02\x12\x10"))
	trak := func(id int, handler string, entry []byte) []byte {
		return atom("trak", atom("tkhd", 1, 0, 0, id, 0, 2000, zeros(16), 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000, 320<<16, 180<<16),
			atom("mdia", atom("mdhd", 0, 0, 0, 1000, 2000, 0), atom("hdlr", 0, 0, handler, zeros(13)),
				atom("minf", atom("dinf", atom("dref", 0, 1, atom("url ", 1))), atom("stbl", atom("stsd", 0, 1, entry), atom("stco", 0, 1, 40)))))
	}
	mvhd := atom("mvhd", 0, 0xE0000000, 0, 1000, 2000, zeros(80))
	keys := atom("meta", atom("keys", 0, 1, atom("mdta", "com.apple.quicktime.creationdate")), atom("ilst", atom("\x00\x00\x00\x01", atom("data", 1, 0, "2026-05-04T10:11:12-0600"))))
	plain := bytes.Join([][]byte{atom("ftyp", "qt  ", 0), atom("mdat", zeros(40)), atom("moov", mvhd, trak(1, "vide", picture), trak(2, "soun", sound), keys)}, nil)
	parts := bytes.Join([][]byte{atom("ftyp", "iso5", 0), atom("moov", mvhd, trak(1, "vide", picture), atom("mvex", atom("trex", 0, 1, 1, 500, 0, 0))),
		atom("moof", atom("traf", atom("tfhd", 0x20008, 1, 250), atom("tfdt", 0, 0), atom("trun", 0x100, 2, 500, 500))), atom("mdat", "x")}, nil)
	head := ebml("\x1A\x45\xDF\xA3", ebml("\x42\x82", "webm"))
	tracks := ebml("\x16\x54\xAE\x6B", ebml("\xAE", ebml("\x83", "\x01"), ebml("\x86", "V_VP9"), ebml("\xE0", ebml("\xB0", "\x01\x40"), ebml("\xBA", "\xB4"))),
		ebml("\xAE", ebml("\x83", "\x02"), ebml("\x86", "A_OPUS")))
	cluster := ebml("\xE7", "\x00") + ebml("\xA3", "\x81\x03\xE8\x80x") + ebml("\xA0", ebml("\xA1", "\x81\x07\xD0\x00x"))
	whole := head + ebml("\x18\x53\x80\x67", ebml("\x15\x49\xA9\x66", ebml("\x2A\xD7\xB1", "\x0F\x42\x40"), ebml("\x44\x89", "\x44\xFA\x00\x00")), tracks, ebml("\x1F\x43\xB6\x75", cluster))
	live := head + "\x18\x53\x80\x67\xFF" + tracks + "\x1F\x43\xB6\x75\xFF" + cluster
	frame := "\xFF\xFB\x10\xC4" + zeros(100)
	mp3 := "ID3\x03\x00\x00\x00\x00\x00\x02xx" + frame + frame
	wav := "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1F\x00\x00\x40\x1F\x00\x00\x01\x00\x08\x00data\x04\x00\x00\x00abcd"
	opus := "OggS\x00\x02" + zeros(20) + "\x01\x13OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00\x00" + "OggS\x00\x04\x00\x77\x01\x00" + zeros(16) + "\x01\x01x"
	return [][]byte{plain, parts, []byte(whole), []byte(live), []byte(mp3), []byte(wav), []byte(opus)}
}

// TestSeeds: what the fuzzing starts from is understood, or it would find its way into nothing.
func TestSeeds(t *testing.T) {
	for i, want := range []string{"video/mp4 2s 180 341 avc1.640028 mp4a.40.2", "video/mp4 2s 180 341 avc1.640028 ", "video/webm 2s 320 180 vp9 opus", "video/webm 2s 320 180 vp9 opus", "audio/mpeg 52.244ms 0 0  mp3", "audio/wav 500µs 0 0  pcm", "audio/ogg 1.9935s 0 0  opus"} {
		info, err := probe(seeds()[i])
		if got := fmt.Sprintln(info.Type, info.Duration, info.Width, info.Height, info.VideoCodec, info.AudioCodec); err != nil || got != want+"\n" {
			t.Errorf("seed %d: %s, %v; want %s", i, got, err, want)
		}
	}
	if info, _ := probe(seeds()[0]); !info.Created.Equal(time.Date(2026, 5, 4, 16, 11, 12, 0, time.UTC)) || info.Rotation != 90 || !info.HDR {
		t.Errorf("got %+v", info)
	}
}

func FuzzProbe(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := probe(b)
		switch {
		case err != nil && !errs.Is(err, errs.Invalid):
			t.Fatalf("the error is not of the file: %v", err)
		case err != nil:
		case info.Duration <= 0 || info.Duration > 100*time.Hour:
			t.Fatalf("a length of %v", info.Duration)
		case info.Kind == av.Video && (info.Width <= 0 || info.Height <= 0 || info.Width > 16384 || info.Height > 16384):
			t.Fatalf("a size of %d × %d", info.Width, info.Height)
		case info.Type == "" || info.Kind == av.Audio && info.AudioCodec == "" || info.Kind == av.Video && info.VideoCodec == "":
			t.Fatalf("it is not said what it is: %+v", info)
		}
	})
}
