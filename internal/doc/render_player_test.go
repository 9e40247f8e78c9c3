package doc_test

import (
	"strings"
	"testing"

	"masthead/internal/doc"
)

// The player tries a film's playlist first, then its sizes in their order, each with its type.
func TestPlayerSources(t *testing.T) {
	film := doc.Media{ID: "f", Kind: "video", Width: 640, Height: 360, Renditions: []doc.Rendition{
		{URL: "/media/f/hls-00000000.m3u8", Type: "application/vnd.apple.mpegurl"},
		{URL: "/media/f/v720-00000000.mp4", Type: "video/mp4"}, {URL: "/media/f/v360-00000000.mp4", Type: "video/mp4"},
	}, Tracks: []doc.Track{{URL: "/media/f/track.vtt", Kind: "captions", Lang: "en", Label: "English"}}}
	node := doc.Node{Type: "video", Attrs: doc.Attrs{"media": "f"}}
	got := doc.KeyVideo(node, "", doc.Env{Media: func(id string) (doc.Media, bool) { return film, id == "f" }})
	at := 0
	for _, want := range []string{`<video controls preload="none"`, `width="640" height="360"`, `src="/media/f/hls-00000000.m3u8" type="application/vnd.apple.mpegurl"`,
		`src="/media/f/v720-00000000.mp4" type="video/mp4"`, `src="/media/f/v360-00000000.mp4"`, `<track src="/media/f/track.vtt" kind="captions" srclang="en" label="English"`} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("no %s in its place:\n%s", want, got)
		}
		at += i
	}
}
