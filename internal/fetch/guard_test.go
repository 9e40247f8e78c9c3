package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"masthead/internal/errs"
	"masthead/internal/fetch"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func TestPrivateAddressesAreRefused(t *testing.T) {
	c := fetch.New(fetch.Config{})
	for _, host := range []string{
		"127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1",
		"198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
		"[::]", "[::1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:10.0.0.1]",
		"[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]",
		"[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[2001::1]", "[2002:7f00:1::]", "[3fff::1]", "[100::1]", "[5f00::1]",
		"localhost", "[fe80::1%25eth0]",
	} {
		_, err := c.Get(t.Context(), "http://"+host+":1/feed?key=secret", fetch.Options{})
		var refused *fetch.Refused
		if !errors.As(err, &refused) || !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v, want a refusal", host, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error holds the query: %v", host, err)
		}
	}
}

func TestPublicAddressesPassTheGuard(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is sent
	c := fetch.New(fetch.Config{})
	for _, host := range []string{"1.1.1.1", "192.0.1.1", "172.32.0.1", "[2606:4700::1111]", "[64:ff9b::101:101]", "[::ffff:8.8.8.8]"} {
		_, err := c.Get(ctx, "http://"+host+"/", fetch.Options{})
		var refused *fetch.Refused
		if errors.As(err, &refused) || !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestAllowedPrivateAddress(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("in")) }))
	defer srv.Close()
	c := fetch.New(fetch.Config{Allow: loopback})
	for _, url := range []string{srv.URL, strings.Replace(srv.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1)} {
		res, err := c.Get(t.Context(), url, fetch.Options{})
		if err != nil || string(res.Body) != "in" {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// A server that is allowed cannot send the client on to one that is not.
func TestRedirectToPrivateAddressIsRefused(t *testing.T) {
	for _, target := range []string{"http://169.254.169.254/latest/", "http://[::ffff:10.0.0.1]/", "http://localhost:1/"} {
		srv := httptest.NewServer(http.RedirectHandler(target, http.StatusFound))
		c := fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
		if strings.Contains(target, "localhost") {
			c = fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}})
		}
		_, err := c.Get(t.Context(), srv.URL, fetch.Options{})
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("to %s: %v, want a refusal", target, err)
		}
		srv.Close()
	}
}

// The environment's proxy would see every request; it is never asked.
func TestProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Errorf("proxy asked for %s", r.URL) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fetch.New(fetch.Config{Allow: loopback}).Get(ctx, "http://192.0.1.1/", fetch.Options{}); err == nil {
		t.Error("an answer came from nowhere")
	}
}
