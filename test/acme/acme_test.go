// Package acme_test shows that the program fetches its certificate from a certificate authority: a real one,
// letsencrypt's test server, with real challenges and a name server of our own. It is a module of its own so that
// the authority's dependencies are not the program's.
package acme_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
)

const domain = "news.example"

func TestServesWithCertificateOfAnAuthority(t *testing.T) {
	program := build(t)
	httpPort, tlsPort := freePort(t), freePort(t)
	directory, root, issued := authority(t, httpPort, tlsPort)
	dir := t.TempDir()
	rootFile := filepath.Join(dir, "root.pem")
	if err := os.WriteFile(rootFile, root, 0o600); err != nil {
		t.Fatal(err)
	}
	said := serve(t, program, "serve", "--data", filepath.Join(dir, "data"), "--weather", "off",
		"--tls-domain", domain, "--tls-email", "editor@news.example", "--tls-ca", directory, "--tls-root", rootFile,
		"--tls-listen", address(tlsPort), "--tls-redirect", address(httpPort))

	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(issued) {
		t.Fatal("the authority's root is no PEM certificate")
	}
	client := &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{
			ForceAttemptHTTP2: true,
			TLSClientConfig:   &tls.Config{RootCAs: pool, ServerName: domain},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var res *http.Response
	var err error
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if res, err = client.Get("https://" + address(tlsPort) + "/healthz"); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatalf("no certificate in 90 seconds: %v\n%s", err, said())
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
		t.Errorf("got %s over %s, want 200 over HTTP/2.0", res.Status, res.Proto)
	}
	if got := res.TLS.PeerCertificates[0].DNSNames; len(got) != 1 || got[0] != domain {
		t.Errorf("the certificate is for %v, want %s", got, domain)
	}
	redirects(t, client, address(httpPort))
}

// redirects asks without TLS, which must lead to the same address with it.
func redirects(t *testing.T, client *http.Client, addr string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/sports?page=2", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = domain
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got, want := res.Header.Get("Location"), "https://"+domain+"/sports?page=2"; res.StatusCode != http.StatusPermanentRedirect || got != want {
		t.Errorf("plain HTTP answers %s to %q, want 308 to %q", res.Status, got, want)
	}
}

// authority starts a certificate authority that asks for proof on the two ports. It returns the address of its
// directory, the root of that address, and the root of what it issues, both as PEM.
func authority(t *testing.T, httpPort, tlsPort int) (directory string, root, issued []byte) {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: 86400}})
	checker := va.New(quiet, httpPort, tlsPort, true, nameServer(t), store)
	front := wfe.New(quiet, store, checker, issuer, nil, true, false, 1, 1)
	s := httptest.NewTLSServer(front.Handler())
	t.Cleanup(s.Close)
	root = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	return s.URL + wfe.DirectoryPath, root, issuer.GetRootCert(0).PEM()
}

// nameServer answers over TCP, which is how the authority asks, that every name is this machine.
func nameServer(t *testing.T) string {
	t.Helper()
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dns.Server{Listener: on, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			m.Answer = []dns.RR{&dns.A{
				Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1},
				A:   net.IPv4(127, 0, 0, 1),
			}}
		}
		w.WriteMsg(m)
	})}
	done := make(chan struct{})
	go func() { s.ActivateAndServe(); close(done) }()
	t.Cleanup(func() { on.Close(); <-done })
	return on.Addr().String()
}

func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "masthead")
	c := exec.Command("go", "build", "-o", program, "./cmd/masthead")
	c.Dir = filepath.Join("..", "..")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// serve runs the program until the test ends, and checks that it then stops well. The result returns what it said.
func serve(t *testing.T, program string, args ...string) func() string {
	t.Helper()
	out := &words{}
	c := exec.Command(program, args...)
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			t.Errorf("stopping: %v\n%s", err, out)
		}
	})
	return out.String
}

// words collects what a program says.
type words struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
