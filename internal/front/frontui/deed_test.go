package frontui

import (
	"slices"
	"strings"
	"testing"
)

func FuzzParseDeed(f *testing.F) {
	for _, s := range []string{"up lead k3f9", "boost 1 k3f9 2", "place k3f9 lead -", "move a k3f9 b -", "add", "discard 12", "remove  a\tb", "place k3f9 lead ^", "up LEAD x", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDeed(text)
		if err != nil {
			return
		}
		if n, known := arguments[d.name]; !known || len(d.args) != n {
			t.Errorf("%q is %q with %d arguments", text, d.name, len(d.args))
		}
		again, err := parseDeed(strings.Join(append([]string{d.name}, d.args...), " "))
		if err != nil || again.name != d.name || !slices.Equal(again.args, d.args) {
			t.Errorf("%q is read another way when it is written again: %v %v", text, again, err)
		}
	})
}
