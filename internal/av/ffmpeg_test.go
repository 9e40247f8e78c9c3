package av_test

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"masthead/internal/av"
	"masthead/internal/errs"
)

func tools(t *testing.T) *av.Tools {
	t.Helper()
	tools, err := av.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

const plain = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac"

func TestFindNothing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := av.Find(t.Context()); !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "not installed") {
		t.Errorf("got %v", err)
	}
}

func TestLadder(t *testing.T) {
	for _, c := range []struct {
		kind string
		w, h int
		want []av.Rung
	}{
		{"video", 3840, 2160, []av.Rung{{"1080p", 1920, 1080, 5_000_000, 128_000}, {"720p", 1280, 720, 2_800_000, 128_000}, {"480p", 854, 480, 1_200_000, 96_000}, {"360p", 640, 360, 700_000, 96_000}}},
		{"video", 406, 720, []av.Rung{{"360p", 360, 638, 700_000, 96_000}}},
		{"video", 201, 99, []av.Rung{{"99p", 202, 100, 700_000, 96_000}}},
		{"video", 16000, 400, []av.Rung{{"360p", 3840, 96, 700_000, 96_000}}},
		{"audio", 0, 0, []av.Rung{{"128k", 0, 0, 0, 128_000}, {"64k", 0, 0, 0, 64_000}}},
	} {
		got := av.Ladder(av.Info{Kind: c.kind, Width: c.w, Height: c.h})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %d × %d: got %v, want %v", c.kind, c.w, c.h, got, c.want)
		}
	}
}

func TestEncode(t *testing.T) {
	tools := tools(t)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"film.mp4", join(moving("640x360", 8), tone(8), words(plain))},
		{"silent.webm", join(moving("180x320", 2), words("-c:v libvpx -deadline realtime"))},
		{"hlg.mov", join(moving("320x180", 1), words("-c:v libx265 -x265-params log-level=none -preset ultrafast -pix_fmt yuv420p10 -tag:v hvc1 -color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc"))},
		{"voice.wav", tone(8)},
		{"voice.ogg", join(tone(2), words("-c:a libopus"))},
		{"voice.mp3", join(tone(2), words("-c:a libmp3lame"))},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := film(t, c.name, c.args...)
			info, err := probe(read(t, path))
			if err != nil {
				t.Fatal(err)
			}
			r := av.Ladder(info)[0]
			last := 0.0
			out, err := tools.Encode(t.Context(), path, info, r, t.TempDir(), func(done float64) { last = done })
			if err != nil {
				t.Fatal(err)
			}
			if last < .5 || last > 1 {
				t.Errorf("the last progress is %v", last)
			}
			got, err := probe(read(t, out.MP4))
			if err != nil {
				t.Fatal(err)
			}
			if got.Kind != info.Kind || got.Width != r.Width || got.Height != r.Height || !got.Plays || !got.Faststart || got.HDR || (got.AudioCodec == "") != (info.AudioCodec == "") {
				t.Errorf("made %+v of %+v", got, info)
			}
			if d := got.Duration - info.Duration; d.Abs() > 300*time.Millisecond {
				t.Errorf("it is %s long, its source %s", got.Duration, info.Duration)
			}
			checkParts(t, out)
			list := string(av.Rename(out.Playlist, "v360-12345678.mp4"))
			segments := strings.Count(list, "#EXTINF")
			if strings.Contains(list, "media.mp4") || strings.Count(list, "v360-12345678.mp4") != segments+1 {
				t.Errorf("the media file's name is not everywhere:\n%s", list)
			}
			if want := 1 + int(info.Duration/(6*time.Second+time.Second/2)); segments != want {
				t.Errorf("%d segments, want %d:\n%s", segments, want, list)
			}
			master, err := av.Master([]av.Variant{{URI: "v360.m3u8", Playlist: []byte(list), Info: got}})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(master, []byte(`CODECS="`)) || !bytes.HasSuffix(master, []byte("\nv360.m3u8\n")) {
				t.Errorf("master:\n%s", master)
			}
		})
	}
}

// checkParts: an index of the segments comes first, the playlist's ranges are the fragments one behind the other, and
// ffmpeg plays the playlist to its end.
func checkParts(t *testing.T, out av.Out) {
	t.Helper()
	b := read(t, out.MP4)
	at := bytes.Index(b, []byte("moof")) - 4
	if i := bytes.Index(b, []byte("sidx")); i < 0 || i > at {
		t.Error("no index of segments before the first of them")
	}
	for line := range strings.Lines(string(out.Playlist)) {
		var n, from int
		if _, err := fmt.Sscanf(line, "#EXT-X-BYTERANGE:%d@%d", &n, &from); err != nil {
			continue
		}
		if from != at || from+n > len(b) || string(b[from+4:from+8]) != "moof" {
			t.Fatalf("the range %s is no fragment; one begins at %d", line, at)
		}
		at += n
	}
	if !bytes.HasPrefix(b[at+4:], []byte("mfra")) {
		t.Errorf("the ranges end at %d of %d", at, len(b))
	}
	list := strings.TrimSuffix(out.MP4, ".mp4") + ".m3u8"
	if err := os.WriteFile(list, out.Playlist, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("ffmpeg", "-v", "error", "-i", list, "-f", "null", "-").CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Errorf("ffmpeg plays the playlist: %v\n%s", err, said)
	}
}

func TestPlaylistNeedsFragments(t *testing.T) {
	b := read(t, film(t, "whole.mp4", join(moving("160x90", 1), words(plain))...))
	if list, err := av.Playlist(bytes.NewReader(b), int64(len(b)), "a.mp4"); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %q, %v", list, err)
	}
}

func TestMaster(t *testing.T) {
	list := []byte("#EXTM3U\n#EXTINF:6.0,\n#EXT-X-BYTERANGE:600@100\nm.mp4\n#EXTINF:2.0,\n#EXT-X-BYTERANGE:400@700\nm.mp4\n#EXT-X-ENDLIST\n")
	got, err := av.Master([]av.Variant{{"a.m3u8", list, av.Info{Kind: "video", Width: 640, Height: 360, VideoCodec: "avc1.64001E", AudioCodec: "mp4a.40.2"}}})
	want := "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-STREAM-INF:BANDWIDTH=1600,AVERAGE-BANDWIDTH=1000,CODECS=\"avc1.64001E,mp4a.40.2\",RESOLUTION=640x360\na.m3u8\n"
	if err != nil || string(got) != want {
		t.Errorf("got %v\n%s", err, got)
	}
	for _, bad := range []string{"", "#EXTINF:NaN,\n#EXT-X-BYTERANGE:1@0\n", "#EXTINF:1,\n#EXT-X-BYTERANGE:-1@0\n"} {
		if _, err := av.Master([]av.Variant{{Playlist: []byte(bad)}}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestFrames(t *testing.T) {
	path := film(t, "dark.mp4", join(words("-f lavfi -i color=black:s=320x180:r=15:d=2"), moving("320x180", 6), words("-filter_complex [0][1]concat=n=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p"))...)
	info, err := probe(read(t, path))
	if err != nil {
		t.Fatal(err)
	}
	list, err := tools(t).Frames(t.Context(), path, info, 4)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].At < 2*time.Second {
		t.Errorf("%d stills, the first at %s: the black one should be missing", len(list), list[0].At)
	}
	m, err := jpeg.Decode(bytes.NewReader(list[av.Best(list)].JPEG))
	if err != nil || m.Bounds().Dx() != 320 || m.Bounds().Dy() != 180 {
		t.Errorf("the best still: %v", err)
	}
}

func TestEncodeStops(t *testing.T) {
	path := film(t, "long.mp4", join(moving("640x360", 60), words(plain))...)
	info, err := probe(read(t, path))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, err = tools(t).Encode(ctx, path, info, av.Ladder(info)[0], t.TempDir(), func(float64) { stop() })
	if err == nil || errs.Is(err, errs.Invalid) || ctx.Err() == nil {
		t.Errorf("got %v", err)
	}
}

// A playlist that took the place of the film must not make ffmpeg read what it names, on this machine or another.
func TestEncodeReadsNothingElse(t *testing.T) {
	secret := film(t, "secret.mp4", join(moving("320x180", 1), words(plain))...)
	info, err := probe(read(t, secret))
	if err != nil {
		t.Fatal(err)
	}
	ffmpeg := tools(t)
	asked := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		http.ServeFile(w, r, secret)
	}))
	defer server.Close()
	for _, from := range []string{"secret.mp4", "file://" + secret, server.URL + "/secret.mp4", "concat:" + secret, "subfile,,start,0,end,0,,:" + secret} {
		for _, trick := range []string{"ffconcat version 1.0\nfile '" + from + "'\n", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + from + "\n#EXT-X-ENDLIST\n",
			`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1"><BaseURL>` + from + `</BaseURL></Representation></AdaptationSet></Period></MPD>`} {
			path := filepath.Join(filepath.Dir(secret), "film.mp4")
			if err := os.WriteFile(path, []byte(trick), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := ffmpeg.Encode(t.Context(), path, info, av.Ladder(info)[0], t.TempDir(), func(float64) {}); !errs.Is(err, errs.Invalid) {
				t.Errorf("%q: %v", trick, err)
			}
			if list, err := ffmpeg.Frames(t.Context(), path, info, 1); !errs.Is(err, errs.Invalid) {
				t.Errorf("%q: %d stills, %v", trick, len(list), err)
			}
		}
	}
	if len(asked) > 0 {
		t.Errorf("another machine was asked for %s", <-asked)
	}
}

// A film whose pictures are larger than it said takes no memory for them.
func TestEncodeOfTooLarge(t *testing.T) {
	large := film(t, "large.mp4", words("-f lavfi -i color=red:s=9000x8000:r=1:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p")...)
	if info, err := probe(read(t, large)); !errs.Is(err, errs.Invalid) {
		t.Errorf("it was taken as %+v, %v", info, err)
	}
	info, err := probe(read(t, film(t, "small.mp4", join(moving("320x180", 1), words(plain))...)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tools(t).Encode(t.Context(), large, info, av.Ladder(info)[0], t.TempDir(), func(float64) {}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v", err)
	}
}
