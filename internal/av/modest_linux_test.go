package av_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"masthead/internal/av"
)

// While a film is made readers are served as before: ffmpeg has the lowest claim on the machine, and takes one core.
func TestEncodeIsModest(t *testing.T) {
	path := film(t, "hlg.mov", join(moving("854x480", 6), tone(6), words("-c:v libx265 -x265-params log-level=none -preset ultrafast -pix_fmt yuv420p10 -tag:v hvc1 -color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc -c:a aac"))...)
	info, err := probe(read(t, path))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var looked, claims, busy int
	_, err = tools(t).Encode(t.Context(), path, info, av.Ladder(info)[1], dir, func(float64) {
		n := 0
		for _, task := range tasksOf(dir) {
			looked++
			if task.nice < 15 {
				claims++
			}
			if task.worked >= 100*time.Millisecond {
				n++
			}
		}
		busy = max(busy, n)
	})
	if err != nil {
		t.Fatal(err)
	}
	if looked == 0 || claims > 0 || busy != 1 {
		t.Errorf("looked at threads %d times: %d times one had a higher claim; %d worked beside each other", looked, claims, busy)
	}
}

type task struct {
	nice   int
	worked time.Duration
}

// tasksOf are the threads of the program in whose arguments a folder is (proc(5)).
func tasksOf(dir string) (list []task) {
	programs, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, p := range programs {
		if b, _ := os.ReadFile(p); !strings.Contains(string(b), dir) {
			continue
		}
		stats, _ := filepath.Glob(filepath.Dir(p) + "/task/*/stat")
		for _, s := range stats {
			b, err := os.ReadFile(s)
			if err != nil {
				continue
			}
			var user, system, nice int
			fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
			fmt.Sscan(fields[11]+" "+fields[12]+" "+fields[16], &user, &system, &nice)
			list = append(list, task{nice, time.Duration(user+system) * 10 * time.Millisecond})
		}
	}
	return list
}
