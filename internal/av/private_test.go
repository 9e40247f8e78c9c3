package av_test

import (
	"bytes"
	"io"
	"testing"

	"masthead/internal/av"
)

func TestBlank(t *testing.T) {
	for _, name := range []string{"here.mp4", "here.mov"} {
		path := film(t, name, join(moving("320x180", 1), words(plain+" -metadata location=+52.5200+013.4050/ -movflags use_metadata_tags -metadata com.apple.quicktime.location.ISO6709=+52.5200+013.4050/"))...)
		b := read(t, path)
		if !bytes.Contains(b, []byte("+52.5200")) {
			t.Fatal("the test's film does not say where it was recorded")
		}
		list, tracks, err := av.Private(bytes.NewReader(b), int64(len(b)))
		if err != nil || tracks || len(list) == 0 {
			t.Fatalf("%s: %v %v %v", name, list, tracks, err)
		}
		got, err := io.ReadAll(av.Blank(piecemeal{bytes.NewReader(b)}, list))
		if err != nil || len(got) != len(b) || bytes.Contains(got, []byte("+52.5200")) {
			t.Errorf("%s: the place is still there: %v", name, err)
		}
		was, _ := probe(b)
		if now, err := probe(got); err != nil || now.Duration != was.Duration || now.VideoCodec != was.VideoCodec {
			t.Errorf("%s: it is another film now: %+v, %v", name, now, err)
		}
		if list, _, _ := av.Private(bytes.NewReader(got), int64(len(got))); len(list) != 0 {
			t.Errorf("%s: left %v", name, list)
		}
	}
}

// piecemeal reads in small uneven pieces.
type piecemeal struct{ r io.Reader }

func (i piecemeal) Read(p []byte) (int, error) { return i.r.Read(p[:min(len(p), 7)]) }

func FuzzPrivate(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\x00\x00\x00\x18moov\x00\x00\x00\x10udta\x00\x00\x00\x08\xa9xyz"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, _, err := av.Private(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, s := range list {
			if s.From < 0 || s.To > int64(len(b)) || s.From > s.To {
				t.Errorf("span %v of %d bytes", s, len(b))
			}
		}
	})
}
