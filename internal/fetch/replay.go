package fetch

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// Replay is a transport for tests that answers from files instead of the network: each answer is one file in dir, an
// HTTP/1.1 response as it goes over the wire, named by ReplayFile. With record it asks the network (guarded, nothing
// private allowed) and writes the files. A request that was not recorded is an error that names the file it wants.
func Replay(dir string, record bool) http.RoundTripper {
	p := replay{dir: dir}
	if record {
		p.live = network(guard{}, nil)
	}
	return p
}

// ReplayFile returns the name of the file that answers a GET of a URL.
func ReplayFile(url string) string {
	return fmt.Sprintf("%x.http", sha256.Sum256([]byte(url)))[52:]
}

type replay struct {
	dir  string
	live http.RoundTripper
}

func (p replay) RoundTrip(r *http.Request) (*http.Response, error) {
	name := filepath.Join(p.dir, ReplayFile(r.URL.String()))
	if p.live != nil {
		if err := p.record(r, name); err != nil {
			return nil, err
		}
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("no recording of %s: %w", r.URL, err)
	}
	return http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), r)
}

// record keeps the status, the headers that Get looks at, and the body in the clear, so that the files can be read.
func (p replay) record(r *http.Request, name string) error {
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	res, err := p.live.RoundTrip(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\n", res.StatusCode, http.StatusText(res.StatusCode), len(b))
	for _, h := range []string{"Content-Type", "Etag", "Last-Modified", "Location", "Retry-After"} {
		if v := res.Header.Get(h); v != "" {
			fmt.Fprintf(&out, "%s: %s\r\n", h, v)
		}
	}
	out.WriteString("\r\n")
	out.Write(b)
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, out.Bytes(), 0o644)
}
