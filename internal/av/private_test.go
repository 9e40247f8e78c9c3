package av_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"masthead/internal/av"
)

// canary is what readers must not get of a file.
const canary = "+52.5200+013.4050/"

// blanked returns what readers get of a file.
func blanked(t *testing.T, b []byte) []byte {
	t.Helper()
	list, along, err := av.Private(bytes.NewReader(b), int64(len(b)))
	if err != nil || along || len(list) == 0 {
		t.Fatalf("found %v, %v, %v", list, along, err)
	}
	got, err := io.ReadAll(av.Blank(piecemeal{bytes.NewReader(b)}, list))
	if err != nil || len(got) != len(b) {
		t.Fatalf("%d of %d bytes: %v", len(got), len(b), err)
	}
	if list, along, err := av.Private(bytes.NewReader(got), int64(len(got))); len(list) > 0 || along || err != nil {
		t.Errorf("what is blanked has %v, %v, %v", list, along, err)
	}
	return got
}

// output runs a program and returns what it says.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// said are all words that exiftool and ffprobe find in a file.
func said(t *testing.T, path string) string {
	return output(t, "exiftool", "-a", "-G1", "-ee3", "-U", "-api", "LargeFileSupport=1", path) + output(t, "ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters", path)
}

// content is a digest of each packet of picture and sound.
func content(t *testing.T, path string) string {
	return output(t, "ffmpeg", "-v", "error", "-i", path, "-map", "0:V?", "-map", "0:a?", "-c", "copy", "-f", "streamhash", "-")
}

// What a camera, a recorder or an editor's program wrote into a file is nowhere in what readers get, for any program that
// looks for it; picture and sound are the same to the last bit, and nobody complains of the file.
func TestBlank(t *testing.T) {
	dir := t.TempDir()
	keep := func(name string, b string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cover := film(t, "cover.jpg", words("-f lavfi -i testsrc2=s=600x600:d=1 -frames:v 1 -q:v 2")...)
	output(t, "exiftool", "-q", "-overwrite_original", "-Comment="+canary, "-Make="+canary, "-GPSLatitude=52.52", "-GPSLatitudeRef=N", cover)
	chapters := keep("chapters", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle="+canary+"\n")
	subtitles := keep("subtitles.srt", "1\n00:00:00,000 --> 00:00:00,900\n"+canary+"\n")
	words := func(s string) []string { return strings.Fields(strings.ReplaceAll(s, "HERE", canary)) }
	const tags = " -metadata title=HERE -metadata comment=HERE -metadata location=HERE"
	big := " -metadata big=HERE" + strings.Repeat("x", 100_000) // more than a page of Ogg
	for _, c := range []struct {
		name string
		args []string
	}{
		{"tags.mp4", join(moving("320x180", 1), words(plain+tags))},
		{"keys.mov", join(moving("320x180", 1), words(plain+tags+" -movflags use_metadata_tags -metadata com.apple.quicktime.location.ISO6709=HERE"))},
		{"track.mp4", join(moving("320x180", 1), words(plain+" -metadata:s:v handler_name=HERE"))},
		{"fragments.mp4", join(moving("320x180", 1), words(plain+tags+" -movflags frag_keyframe+empty_moov"))},
		{"drone.mp4", join(moving("320x180", 1), []string{"-i", subtitles}, words(plain+" -c:s mov_text"))},
		{"chapters.mp4", join(moving("320x180", 1), []string{"-i", chapters}, words(plain))},
		{"cover.m4a", join(tone(1), []string{"-i", cover}, words("-map 0 -map 1 -c:a aac -c:v copy -disposition:v attached_pic"+tags))},
		{"tags.webm", join(moving("320x180", 1), tone(1), words("-c:v libvpx -deadline realtime -c:a libopus -metadata:s:v title=HERE -metadata:s:a location=HERE"+tags))},
		{"live.webm", join(moving("320x180", 1), tone(1), words("-c:v libvpx -deadline realtime -c:a libopus -f webm -live 1"+tags))},
		{"chapters.webm", join(moving("320x180", 1), []string{"-i", chapters}, words("-c:v libvpx -deadline realtime"))},
		{"cover.mkv", join(moving("320x180", 1), words(plain+tags), []string{"-attach", cover, "-metadata:s:t", "mimetype=image/jpeg"})},
		{"tags.mp3", join(tone(1), words("-c:a libmp3lame -write_id3v1 1 -id3v2_version 4"+tags))},
		{"cover.mp3", join(tone(1), []string{"-i", cover}, words("-map 0 -map 1 -c:a libmp3lame -c:v copy -id3v2_version 3"+tags))},
		{"opus.ogg", join(tone(1), words("-c:a libopus"+tags))},
		{"opus-big.ogg", join(tone(1), words("-c:a libopus"+big))},
		{"vorbis.ogg", join(tone(1), words("-c:a libvorbis"+tags))},
		{"vorbis-big.ogg", join(tone(1), words("-c:a libvorbis"+big))},
		{"flac.ogg", join(tone(1), words("-c:a flac"+tags))},
		{"flac-big.ogg", join(tone(1), words("-c:a flac"+big))},
		{"tags.wav", join(tone(1), words("-c:a pcm_s16le -write_bext 1 -metadata description=HERE"+tags))},
		{"long.wav", join(tone(1), words("-c:a pcm_s16le -rf64 always"+tags))},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := film(t, c.name, c.args...)
			b := read(t, path)
			if !bytes.Contains(b, []byte(canary)) {
				t.Fatal("the test's file says nothing")
			}
			got := blanked(t, b)
			public := keep("public-"+c.name, string(got))
			if s := said(t, public); bytes.Contains(got, []byte(canary)) || strings.Contains(s, canary) || strings.Contains(s, "GPS") || strings.Contains(s, "Lavf") {
				t.Errorf("it still says:\n%s", s)
			}
			if was, now := content(t, path), content(t, public); now == "" || now != was {
				t.Errorf("picture and sound were\n%s\nand are\n%s", was, now)
			}
			if s := output(t, "ffmpeg", "-v", "error", "-i", public, "-f", "null", "-"); s != "" {
				t.Errorf("ffmpeg says of it: %s", s)
			}
			was, err := probe(b)
			now, also := probe(got)
			if err != nil || also != nil || now.Duration != was.Duration || now.VideoCodec != was.VideoCodec || now.AudioCodec != was.AudioCodec {
				t.Errorf("it was %+v, %v and is %+v, %v", was, err, now, also)
			}
		})
	}
}

// What lies outside of the parts of a file, and what its own program took for free, is empty.
func TestBlankAround(t *testing.T) {
	mp4 := read(t, film(t, "plain.mp4", join(moving("160x90", 1), words(plain))...))
	web := read(t, film(t, "plain.webm", join(moving("160x90", 1), words("-c:v libvpx -deadline realtime"))...))
	mp3 := read(t, film(t, "plain.mp3", join(tone(1), words("-c:a libmp3lame"))...))
	ogg := read(t, film(t, "plain.ogg", join(tone(1), words("-c:a libopus"))...))
	wav := read(t, film(t, "plain.wav", tone(1)...))
	id3 := "ID3\x04\x00\x10\x00\x00\x01\x00" + canary + strings.Repeat("\xFF", 128-len(canary)) + "3DI\x04\x00\x10\x00\x00\x01\x00"
	for name, file := range map[string][]byte{
		"a trailer of a camera":  append(bytes.Clone(mp4), canary+"8db42d694ccc418790edff439fe026bf"...),
		"free space":             append(bytes.Clone(mp4), atom("free", canary)...),
		"a box of a long length": append(bytes.Clone(mp4), "\x00\x00\x00\x01uuid\x00\x00\x00\x00\x00\x00\x00\x28"+canary+"      "...),
		"behind a WebM film":     append(bytes.Clone(web), canary...),
		"two ID3 tags":           append([]byte(id3), mp3...),
		"a tag in the middle":    bytes.Join([][]byte{mp3, []byte(id3), mp3}, nil),
		"words before an MP3":    append([]byte(canary), mp3[bytes.Index(mp3, []byte("\xFF\xFB")):]...),
		"words behind an MP3":    append(bytes.Clone(mp3), "LYRICSBEGIN"+canary+"LYRICS200"...),
		"an APE tag":             append(bytes.Clone(mp3), "APETAGEX\xD0\x07\x00\x00"+strings.Repeat(canary, 9000)+"TAG"+strings.Repeat(" ", 125)...),
		"two songs":              bytes.Join([][]byte{ogg, []byte(canary), ogg}, nil),
		"behind a WAV":           append(bytes.Clone(wav), "id3 \x12\x00\x00\x00"+canary+"xxx"...),
	} {
		t.Run(name, func(t *testing.T) {
			if got := blanked(t, file); bytes.Contains(got, []byte(canary)) {
				t.Errorf("it is there: %q", got[max(0, bytes.Index(got, []byte(canary))-20):][:60])
			}
		})
	}
}

// Where what runs along cannot be taken out, readers do not get the file.
func TestPrivateAlong(t *testing.T) {
	subtitles := filepath.Join(t.TempDir(), "place.srt")
	if err := os.WriteFile(subtitles, []byte("1\n00:00:00,000 --> 00:00:00,900\n"+canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	track := join(moving("160x90", 1), []string{"-i", subtitles})
	mp4 := read(t, film(t, "plain.mp4", join(moving("160x90", 1), words(plain))...))
	for name, b := range map[string][]byte{
		"subtitles in Matroska":  read(t, film(t, "a.webm", join(track, words("-c:v libvpx -deadline realtime -c:s webvtt"))...)),
		"subtitles in fragments": read(t, film(t, "a.mp4", join(track, words(plain+" -c:s mov_text -movflags frag_keyframe+empty_moov"))...)),
		"a dashcam's index":      bytes.Replace(mp4, []byte("udta"), []byte("gps "), 1),
	} {
		if _, along, err := av.Private(bytes.NewReader(b), int64(len(b))); !along || err != nil {
			t.Errorf("%s: %v, %v", name, along, err)
		}
	}
	if _, _, err := av.Private(broken{}, 1000); err == nil {
		t.Error("a failing disk was not told")
	}
}

// piecemeal reads in small uneven pieces.
type piecemeal struct{ r io.Reader }

func (i piecemeal) Read(p []byte) (int, error) { return i.r.Read(p[:min(len(p), 7)]) }

// FuzzPrivate: the spans are in the file and in order.
func FuzzPrivate(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	chunk := func(kind, body string) string {
		return kind + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body
	}
	f.Add(bytes.Join([][]byte{atom("ftyp", "isom", 0), atom("mdat", "place"), atom("moov", atom("udta", "x"), atom("trak", atom("mdia", atom("hdlr", 0, 0, "meta", 0, 0, 0, "GoPro"),
		atom("minf", atom("stbl", atom("stsz", 0, 0, 1, 5), atom("stsc", 0, 1, 1, 1, 1), atom("stco", 0, 1, 24))))))}, nil))
	f.Add([]byte(ebml("\x1A\x45\xDF\xA3", ebml("\x42\x82", "webm")) + ebml("\x18\x53\x80\x67", ebml("\x12\x54\xC3\x67", "tags"), ebml("\x15\x49\xA9\x66", ebml("\x7B\xA9", "title"), ebml("\x57\x41", "program")))))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVE" + chunk("fmt ", "0123456789012345") + chunk("LIST", "INFO") + chunk("data", "abcd")))
	f.Add([]byte("OggS\x00\x02" + strings.Repeat("\x00", 20) + "\x01\x13OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00\x00OggS\x00\x00" + strings.Repeat("\x00", 20) + "\x01\x14OpusTags\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, along, err := av.Private(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		if along {
			return
		}
		end := int64(0)
		for _, s := range list {
			if s.From < end || s.To > int64(len(b)) || s.From >= s.To || int64(len(s.Head)) > s.To-s.From {
				t.Fatalf("span %v of %d bytes", s, len(b))
			}
			end = s.To
		}
		got, err := io.ReadAll(av.Blank(bytes.NewReader(b), list))
		if err != nil || len(got) != len(b) {
			t.Fatalf("%d of %d bytes: %v", len(got), len(b), err)
		}
	})
}
