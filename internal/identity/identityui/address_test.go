package identityui

import (
	"net/http/httptest"
	"testing"
)

func TestAddressBelievesOnlyAProxyOnThisMachine(t *testing.T) {
	for _, c := range []struct{ peer, told, want string }{
		{"203.0.113.7:4000", "", "203.0.113.7"},
		{"203.0.113.7:4000", "198.51.100.1", "203.0.113.7"},
		{"127.0.0.1:4000", "", "127.0.0.1"},
		{"127.0.0.1:4000", "198.51.100.1", "198.51.100.1"},
		{"[::1]:4000", "192.0.2.9, 198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:4000", "somebody", "127.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.told)
		if got := address(r); got != c.want {
			t.Errorf("from %s, told %q: %s, want %s", c.peer, c.told, got, c.want)
		}
	}
}
