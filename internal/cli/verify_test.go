package cli

import "testing"

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 files", 1: "1 file", 96: "96 files", 999: "999 files", 1000: "1,000 files", 1234567: "1,234,567 files"} {
		if got := counted(n, "file", "files"); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
