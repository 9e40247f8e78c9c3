package draw_test

import (
	"crypto/sha256"
	"image"
	"testing"

	"masthead/internal/demo/draw"
)

func sum(img image.Image) [32]byte { return sha256.Sum256(img.(*image.RGBA).Pix) }

func TestScenesAreDifferentAndRepeatable(t *testing.T) {
	seen := map[[32]byte]string{}
	for _, name := range draw.Names() {
		img := draw.Scene(name, 240, 160)
		if img.Bounds() != image.Rect(0, 0, 240, 160) {
			t.Errorf("%s: bounds %v", name, img.Bounds())
		}
		first := sum(img)
		if other := seen[first]; other != "" {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[first] = name
		if first != sum(draw.Scene(name, 240, 160)) {
			t.Errorf("%s differs from one call to the next", name)
		}
	}
	if len(seen) < 36 {
		t.Errorf("%d scenes", len(seen))
	}
}

func TestAnySizeIsPainted(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {7, 3}, {90, 160}, {160, 90}, {811, 20}} {
		for _, name := range draw.Names() {
			if got := draw.Scene(name, size.X, size.Y).Bounds().Size(); got != size {
				t.Errorf("%s at %v: %v", name, size, got)
			}
		}
	}
	if draw.Scene("no such scene", 10, 10) != nil || draw.Scene("books", 0, 10) != nil {
		t.Error("an unknown scene or an empty size gave a picture")
	}
}

func TestFramesMove(t *testing.T) {
	for _, name := range []string{"harbour-dawn", "wind-turbines", "aurora", "snow-street"} {
		if sum(draw.Frame(name, 0, 160, 90)) == sum(draw.Frame(name, 1, 160, 90)) {
			t.Errorf("%s stands still", name)
		}
	}
}

func BenchmarkScene(b *testing.B) {
	for _, name := range draw.Names() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				draw.Scene(name, 1216, 811)
			}
		})
	}
}
