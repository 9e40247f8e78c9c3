package media_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/media"
)

// camera is a photograph of 12 million pixels, with the noise of a real one.
func camera(b *testing.B) []byte {
	m := scene(4000, 3000, .3, .3)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		if i%4 != 3 {
			m.Pix[i] = byte(max(0, min(255, int(m.Pix[i])+rnd.IntN(17)-8)))
		}
	}
	return asJPEG(b, m)
}

// peak is the most memory that the process ever held, in MiB; 0 where the system does not say.
func peak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}

// From the upload until the picture can be seen.
func BenchmarkTakeIn(b *testing.B) {
	d := dbtest.SQLite(b)
	l, _ := library(b, d)
	file := camera(b)
	b.SetBytes(int64(len(file)))
	b.ResetTimer()
	for i := range b.N {
		add(b, d, l, media.Upload{Name: "a.jpg", Key: fmt.Sprint(i), Body: bytes.NewReader(file)})
	}
}

// All sizes and crops.
func BenchmarkMake(b *testing.B) {
	d := dbtest.SQLite(b)
	l, _ := library(b, d)
	file := camera(b)
	b.ResetTimer()
	for i := range b.N {
		m := add(b, d, l, media.Upload{Name: "a.jpg", Key: fmt.Sprint(i), Body: bytes.NewReader(file)})
		makeAll(b, d, l, m.ID)
	}
	b.ReportMetric(peak(), "MiB-peak")
}

// A new credit in every file.
func BenchmarkRestamp(b *testing.B) {
	d := dbtest.SQLite(b)
	l, _ := library(b, d)
	m := add(b, d, l, media.Upload{Name: "a.jpg", Body: bytes.NewReader(camera(b))})
	m = makeAll(b, d, l, m.ID)
	b.ResetTimer()
	for i := range b.N {
		credit := fmt.Sprint("Ana/", i)
		in(b, d, func(tx *db.Tx) (err error) {
			m, err = l.Alter(b.Context(), tx, "ana", m.ID, m.Version, media.Change{Credit: &credit})
			return err
		})
		m = makeAll(b, d, l, m.ID)
	}
}
