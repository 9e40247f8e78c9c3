package caller_test

import (
	"net/netip"
	"testing"

	"masthead/internal/caller"
)

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"203.0.113.7:41", nil, "203.0.113.7"},
		{"203.0.113.7:41", []string{"198.51.100.1"}, "203.0.113.7"}, // anybody may write that
		{"127.0.0.1:41", []string{"198.51.100.1"}, "198.51.100.1"},
		{"127.0.0.1:41", []string{"192.0.2.9, 198.51.100.1"}, "198.51.100.1"}, // the proxy adds at the end
		{"127.0.0.1:41", []string{"192.0.2.9", "198.51.100.1"}, "198.51.100.1"},
		{"[::1]:41", []string{" 2001:db8::5 "}, "2001:db8::5"},
		{"[::ffff:127.0.0.1]:41", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"127.0.0.1:41", []string{"unknown"}, "127.0.0.1"},
		{"127.0.0.1:41", []string{""}, "127.0.0.1"},
		{"127.0.0.1:41", nil, "127.0.0.1"},
		{"[fe80::1%eth0]:41", nil, "fe80::1%eth0"},
		{"@", []string{"198.51.100.1"}, ""},
		{"", nil, ""},
	} {
		got := caller.Address(c.remote, c.forwarded)
		if want, _ := netip.ParseAddr(c.want); got != want {
			t.Errorf("%s, forwarded for %q: %v, want %v", c.remote, c.forwarded, got, c.want)
		}
	}
}

// A stranger's header changes nothing.
func FuzzAddress(f *testing.F) {
	f.Add("198.51.100.1, 192.0.2.1", "x")
	f.Add("", "2001:db8::%1")
	f.Fuzz(func(t *testing.T, one, two string) {
		if got := caller.Address("203.0.113.7:41", []string{one, two}); got != netip.MustParseAddr("203.0.113.7") {
			t.Errorf("forwarded for %q, %q: %v", one, two, got)
		}
		caller.Address("127.0.0.1:41", []string{one, two})
		caller.Address(one, []string{two})
	})
}
