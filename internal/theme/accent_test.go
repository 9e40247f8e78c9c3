package theme_test

import (
	"math"
	"strings"
	"testing"

	"masthead/internal/theme"
)

func TestDeriveAccent(t *testing.T) {
	for _, c := range []struct {
		name, given, light string
		ratio              float64
		dark               string
	}{
		{"Spruce", "#0B5563", "#0B5563", 6.96, "#7CC7D4"},
		{"Press red", "#B3131B", "#B3131B", 5.74, "#F2897E"},
		{"Prairie gold", "#C98A00", "#8D6005", 4.56, "#D69B3B"},
		{"Lake", "#1257A8", "#1257A8", 5.87, "#6EA8F6"},
		{"Forest", "#1E6B3C", "#1E6B3C", 5.38, "#6BB581"},
		{"Plum", "#6D2C73", "#6D2C73", 7.69, "#D38DD9"},
		{"Rust", "#B4491A", "#B24718", 4.56, "#ED8C67"},
		{"Slate", "#41505F", "#41505F", 6.84, "#96A7B8"},
		{"too light", "#FFE600", "#756901", 4.59, "#F6E67B"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := theme.DeriveAccent(c.given)
			if err != nil {
				t.Fatal(err)
			}
			if !near(a.Light, c.light) || !near(a.Dark, c.dark) {
				t.Errorf("got %s and %s, want %s and %s", a.Light, a.Dark, c.light, c.dark)
			}
			if math.Abs(a.LightRatio-c.ratio) > .06 || a.LightRatio < 4.5 || a.DarkRatio < 6 {
				t.Errorf("ratios %.2f and %.2f, want %.2f and at least 6", a.LightRatio, a.DarkRatio, c.ratio)
			}
			if red := c.name == "Press red"; a.Red != red {
				t.Errorf("red is %v, want %v", a.Red, red)
			}
		})
	}
}

// near allows the last digit of each part to differ: published tables round at another step.
func near(got, want string) bool {
	got, want = strings.ToLower(got), strings.ToLower(want)
	for i := 1; i < 7; i += 2 {
		a, b := hexByte(got[i:i+2]), hexByte(want[i:i+2])
		if a-b > 2 || b-a > 2 {
			return false
		}
	}
	return true
}

func hexByte(s string) int {
	return strings.IndexByte("0123456789abcdef", s[0])*16 + strings.IndexByte("0123456789abcdef", s[1])
}

func TestDeriveAccentRefusesWhatIsNoColour(t *testing.T) {
	for _, s := range []string{"red", "#12345", "#1234567", "#gggggg", "123456"} {
		if _, err := theme.DeriveAccent(s); err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("%q: error %v does not name it", s, err)
		}
	}
}
