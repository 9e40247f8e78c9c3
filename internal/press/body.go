package press

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoding is a form in which a body can be sent.
type encoding int

const (
	identity encoding = iota
	gzipped
	zstandard
	brotlied
	encodings
)

var encodingName = [encodings]string{"", "gzip", "zstd", "br"}

// small bodies are not worth encoding: one packet carries them.
const small = 860

// Body is a page as final bytes: each encoding is made once, when first asked for.
type Body struct {
	page     Page
	modified time.Time
	hash     string
	further  [][]string // page.Header's values, ready to be assigned
	variants [encodings]variant

	mu      sync.Mutex
	held    int64         // bytes of memory
	account *atomic.Int64 // the press's, while it keeps the body
}

// variant is one encoding with its headers, ready to be assigned without allocation.
type variant struct {
	once   sync.Once
	bytes  []byte
	etag   string
	header [][]string // in the order of headerNames
}

// headerNames are assigned to the response in this order; canonical, so that assigning needs no work.
var headerNames = [...]string{"Content-Type", "Content-Length", "Etag", "Last-Modified", "Cache-Control", "Vary", "Content-Encoding"}

func newBody(page Page, modified time.Time) *Body {
	b := &Body{
		page: page, modified: modified.UTC().Truncate(time.Second),
		hash: strconv.FormatUint(xxhash.Sum64(page.Body), 36), held: int64(len(page.Body)) + 1024,
	}
	b.page.Header = make([][2]string, len(page.Header))
	for i, kv := range page.Header {
		b.page.Header[i] = [2]string{http.CanonicalHeaderKey(kv[0]), kv[1]}
		b.further = append(b.further, []string{kv[1]})
	}
	return b
}

// Page returns what was built.
func (b *Body) Page() Page { return b.page }

// enter and leave move the body into and out of the press's account of memory; hold adds to it.
func (b *Body) enter(account *atomic.Int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account = account
	account.Add(b.held)
}

func (b *Body) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.account != nil {
		b.account.Add(-b.held)
		b.account = nil
	}
}

func (b *Body) hold(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held += n
	if b.account != nil {
		b.account.Add(n)
	}
}

// serve writes the body in the best encoding that the request takes, or 304.
func (b *Body) serve(w http.ResponseWriter, r *http.Request, stale bool) {
	v := b.variant(b.choose(r.Header["Accept-Encoding"]))
	h := w.Header()
	for i, value := range v.header {
		h[headerNames[i]] = value
	}
	for i, value := range b.further {
		h[b.page.Header[i][0]] = value
	}
	if stale {
		h["Warning"] = staleWarning
	}
	if b.page.Status == http.StatusOK && b.notModified(r, v) {
		delete(h, "Content-Length")
		delete(h, "Content-Type")
		delete(h, "Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(b.page.Status)
	if r.Method != http.MethodHead {
		w.Write(v.bytes)
	}
}

var staleWarning = []string{`110 - "Response is Stale"`}

// Send writes a page that is not kept, in the best encoding that the request takes, and tells every cache so.
func Send(w http.ResponseWriter, r *http.Request, page Page) {
	b := newBody(page, time.Time{})
	v := b.variant(b.choose(r.Header["Accept-Encoding"]))
	h := w.Header()
	for i, value := range v.header {
		switch headerNames[i] {
		case "Etag", "Last-Modified", "Cache-Control":
		default:
			h[headerNames[i]] = value
		}
	}
	h["Cache-Control"] = noStore
	for i, value := range b.further {
		h[b.page.Header[i][0]] = value
	}
	w.WriteHeader(page.Status)
	if r.Method != http.MethodHead {
		w.Write(v.bytes)
	}
}

// notModified follows RFC 9110 §13.2.2 for GET and HEAD.
func (b *Body) notModified(r *http.Request, v *variant) bool {
	if inm := r.Header["If-None-Match"]; len(inm) > 0 {
		for _, list := range inm {
			for tag := range strings.SplitSeq(list, ",") {
				tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
				if tag == v.etag || tag == "*" {
					return true
				}
			}
		}
		return false
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" {
		return false
	}
	t, err := http.ParseTime(since)
	return err == nil && !b.modified.After(t)
}

// variant returns the body in one encoding, made on the first call.
func (b *Body) variant(e encoding) *variant {
	v := &b.variants[e]
	v.once.Do(func() {
		v.bytes = b.encode(e)
		tag := `"` + b.hash + `"`
		if e != identity {
			tag = `"` + b.hash + "-" + encodingName[e] + `"`
		}
		v.header = [][]string{{b.page.Type}, {strconv.Itoa(len(v.bytes))}, {tag}, {b.modified.Format(http.TimeFormat)}, revalidate, varyEncoding}
		if e != identity {
			v.header = append(v.header, []string{encodingName[e]})
		}
		v.etag = tag
		if e != identity {
			b.hold(int64(len(v.bytes)))
		}
	})
	return v
}

// Browsers ask again each time and are told 304: a page is never older than its last answer.
var (
	revalidate   = []string{"public, max-age=0, must-revalidate"}
	varyEncoding = []string{"Accept-Encoding"}
	noStore      = []string{"no-store"}
)

func (b *Body) encode(e encoding) []byte {
	switch e {
	case gzipped:
		return gzipBytes(b.page.Body)
	case zstandard:
		return zstdEncoder().EncodeAll(b.page.Body, nil)
	case brotlied:
		var out strings.Builder
		w := brotli.NewWriterLevel(&out, 5)
		w.Write(b.page.Body) // a strings.Builder takes everything
		w.Close()
		return []byte(out.String())
	}
	return b.page.Body
}

var gzipPool = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, 6)
	if err != nil {
		panic(fmt.Sprintf("gzip level: %v", err))
	}
	return w
}}

func gzipBytes(b []byte) []byte {
	var out strings.Builder
	w := gzipPool.Get().(*gzip.Writer)
	defer gzipPool.Put(w)
	w.Reset(&out)
	w.Write(b)
	w.Close()
	return []byte(out.String())
}

var zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<17))
	if err != nil {
		panic(fmt.Sprintf("zstd options: %v", err))
	}
	return e
})

// dense are the types whose bytes are as few as they get.
var dense = map[string]bool{"image/jpeg": true, "image/png": true}

// choose picks the encoding by Accept-Encoding: brotli, then zstd, then gzip, where not refused with q=0.
func (b *Body) choose(accept []string) encoding {
	if len(b.page.Body) < small || dense[b.page.Type] {
		return identity
	}
	best := identity
	for _, list := range accept {
		for list != "" {
			var item string
			item, list, _ = strings.Cut(list, ",")
			name, q, _ := strings.Cut(strings.TrimSpace(item), ";")
			if refused(q) {
				continue
			}
			e := identity
			switch strings.TrimSpace(name) {
			case "gzip", "x-gzip":
				e = gzipped
			case "zstd":
				e = zstandard
			case "br":
				e = brotlied
			}
			best = max(best, e)
		}
	}
	return best
}

func refused(q string) bool {
	q = strings.TrimSpace(q)
	if !strings.HasPrefix(q, "q=") {
		return false
	}
	f, err := strconv.ParseFloat(q[2:], 64)
	return err == nil && f == 0
}
