package fetch_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"masthead/internal/errs"
	"masthead/internal/fetch"
)

func serve(t *testing.T, h http.HandlerFunc) (*fetch.Client, string) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return fetch.New(fetch.Config{Version: "1.2", Allow: loopback}), srv.URL
}

func TestGetSendsAndKeeps(t *testing.T) {
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.SetCookie(w, &http.Cookie{Name: "track", Value: "1"})
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Fri, 22 Nov 2024 12:42:00 GMT")
		fmt.Fprintf(w, "agent=%s cookie=%q referer=%q accept=%s", r.UserAgent(), r.Header.Get("Cookie"), r.Referer(), r.Header.Get("Accept"))
	})
	res, err := c.Get(t.Context(), url+"/old#part", fetch.Options{Accept: "application/json"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(res.Body), `agent=Masthead/1.2 cookie="" referer="" accept=application/json`; got != want {
		t.Errorf("server saw %s, want %s", got, want)
	}
	if res.Status != 200 || res.URL != url+"/new" || res.ETag != `"v1"` || res.LastModified != "Fri, 22 Nov 2024 12:42:00 GMT" || res.NotModified {
		t.Errorf("response %+v", res)
	}
}

func TestConditionalGet(t *testing.T) {
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "Fri, 22 Nov 2024 12:42:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Write([]byte("new"))
	})
	res, err := c.Get(t.Context(), url, fetch.Options{ETag: `"v1"`, LastModified: "Fri, 22 Nov 2024 12:42:00 GMT"})
	if err != nil || !res.NotModified || res.Status != 304 || res.Body != nil {
		t.Errorf("%+v, %v", res, err)
	}
	if res, err = c.Get(t.Context(), url, fetch.Options{ETag: `"v0"`}); err != nil || res.NotModified || string(res.Body) != "new" {
		t.Errorf("%+v, %v", res, err)
	}
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func TestBodies(t *testing.T) {
	bomb := gzipped(make([]byte, 50<<20))
	bodies := map[string]struct {
		encoding string
		body     []byte
	}{
		"/plain": {"", []byte("12345678")}, "/zipped": {"gzip", gzipped([]byte("12345678"))}, "/large": {"", make([]byte, 2000)},
		"/bomb": {"gzip", bomb}, "/liar": {"gzip", []byte("not gzip at all")}, "/br": {"br", []byte("x")},
		"/corrupt": {"gzip", append(gzipped(nil)[:10], 0xff, 0xff, 0xff, 0xff, 0xff)},
	}
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b := bodies[r.URL.Path]
		if b.encoding != "" {
			w.Header().Set("Content-Encoding", b.encoding)
		}
		if f, ok := w.(http.Flusher); ok && r.URL.Path == "/large" {
			f.Flush() // no Content-Length
		}
		w.Write(b.body)
	})
	for path, want := range map[string]string{"/plain": "12345678", "/zipped": "12345678"} {
		if res, err := c.Get(t.Context(), url+path, fetch.Options{MaxBody: 1000}); err != nil || string(res.Body) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := c.Get(t.Context(), url+"/plain", fetch.Options{MaxBody: 8}); err != nil {
		t.Errorf("a body of exactly the limit: %v", err)
	}
	for path, says := range map[string]string{
		"/large": "larger than 1000", "/bomb": "larger than 1000", "/liar": "is not", "/corrupt": "is not", "/br": "not asked for",
	} {
		_, err := c.Get(t.Context(), url+path, fetch.Options{MaxBody: 1000})
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want an error saying %q", path, err, says)
		}
	}
	if _, err := c.Get(t.Context(), url+"/bomb", fetch.Options{MaxBody: 1 << 20}); !errs.Is(err, errs.Invalid) {
		t.Errorf("bomb under the wire limit: %v", err)
	}
}

func TestTypes(t *testing.T) {
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("t"))
		w.Write([]byte("x"))
	})
	o := fetch.Options{Types: []string{"application/json", "application/geo+json"}}
	for typ, ok := range map[string]bool{"application/json;%20charset=utf-8": true, "APPLICATION/GEO%2Bjson": true, "text/html": false, "nonsense": false} {
		if _, err := c.Get(t.Context(), url+"?t="+typ, o); (err == nil) != ok || !ok && !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

func TestBadAddresses(t *testing.T) {
	c := fetch.New(fetch.Config{})
	for _, a := range []string{"", "example.com", "file:///etc/passwd", "gopher://example.com/", "http://", "http://:80/", "https://a b/", "http://x/" + strings.Repeat("a", 5000)} {
		if _, err := c.Get(t.Context(), a, fetch.Options{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%.40q: %v", a, err)
		}
	}
}

func TestRedirectLimits(t *testing.T) {
	var asked atomic.Int32
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path == "/file" {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
			return
		}
		http.Redirect(w, r, r.URL.Path+"a", http.StatusFound)
	})
	if _, err := c.Get(t.Context(), url+"/", fetch.Options{}); !errs.Is(err, errs.Invalid) || asked.Load() != 6 {
		t.Errorf("endless redirects: %v after %d", err, asked.Load())
	}
	if _, err := c.Get(t.Context(), url+"/file", fetch.Options{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("redirect to a file: %v", err)
	}
}

func TestHeaderLimitAndSlowServer(t *testing.T) {
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			w.Write([]byte("a"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return
		}
		w.Header().Set("X", strings.Repeat("x", 200<<10))
	})
	if _, err := c.Get(t.Context(), url+"/header", fetch.Options{Tries: 1}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("huge header: %v", err)
	}
	start := time.Now()
	_, err := c.Get(t.Context(), url+"/slow", fetch.Options{Timeout: 100 * time.Millisecond})
	if !errs.Is(err, errs.Unavailable) || time.Since(start) > 3*time.Second {
		t.Errorf("slow body: %v after %s", err, time.Since(start))
	}
}

func TestStatusKinds(t *testing.T) {
	for status, kind := range map[int]errs.Kind{
		404: errs.NotFound, 410: errs.Gone, 401: errs.Forbidden, 403: errs.Forbidden, 400: errs.Invalid, 304: errs.Invalid, 501: errs.Invalid,
		500: errs.Unavailable, 503: errs.Unavailable, 429: errs.Unavailable,
	} {
		c, url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
		_, err := c.Get(t.Context(), url+"/x?key=secret", fetch.Options{Tries: 1})
		var se *fetch.StatusError
		if errs.KindOf(err) != kind || !errors.As(err, &se) || se.Status != status || strings.Contains(err.Error(), "secret") {
			t.Errorf("%d: %v of kind %d", status, err, errs.KindOf(err))
		}
	}
}

// answers is a network whose answers are written down.
type answers struct {
	t     *testing.T
	list  []string
	times []time.Time
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.times = append(a.times, time.Now())
	if len(a.times) > len(a.list) {
		a.t.Fatalf("asked %d times", len(a.times))
	}
	status, after, _ := strings.Cut(a.list[len(a.times)-1], " ")
	if status == "cut" {
		return nil, io.ErrUnexpectedEOF
	}
	res := &http.Response{Header: http.Header{}, Body: io.NopCloser(strings.NewReader("ok")), Request: r}
	fmt.Sscan(status, &res.StatusCode)
	if after != "" {
		res.Header.Set("Retry-After", after)
	}
	return res, nil
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		name     string
		list     []string
		ok       bool
		min, max time.Duration // of all pauses together
	}{
		{"passes at once", []string{"200"}, true, 0, 0},
		{"one hiccup", []string{"503", "200"}, true, 250 * time.Millisecond, 500 * time.Millisecond},
		{"cut line twice", []string{"cut", "cut", "200"}, true, 750 * time.Millisecond, 1500 * time.Millisecond},
		{"as asked", []string{"429 7", "200"}, true, 7 * time.Second, 7 * time.Second},
		{"date", []string{"503 Sat, 01 Jan 2000 00:00:04 GMT", "200"}, true, 4 * time.Second, 4 * time.Second},
		{"too long to wait", []string{"429 3600"}, false, 0, 0},
		{"never", []string{"500", "502", "504"}, false, 750 * time.Millisecond, 1500 * time.Millisecond},
		{"not ours to repeat", []string{"404"}, false, 0, 0},
		{"nonsense", []string{"503 soon", "200"}, true, 250 * time.Millisecond, 500 * time.Millisecond},
		{"endless", []string{"503 99999999999999999999"}, false, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // time starts at 2000-01-01 00:00 UTC and passes by itself
				a := &answers{t: t, list: c.list}
				res, err := fetch.New(fetch.Config{Transport: a}).Get(t.Context(), "https://feeds.example/x", fetch.Options{})
				if (err == nil) != c.ok || c.ok && string(res.Body) != "ok" || len(a.times) != len(c.list) {
					t.Fatalf("%v, %v after %d tries", res, err, len(a.times))
				}
				if spent := a.times[len(a.times)-1].Sub(a.times[0]); spent < c.min || spent > c.max {
					t.Errorf("paused %s, want %s to %s", spent, c.min, c.max)
				}
			})
		})
	}
}

func TestRetryAfterReachesTheCaller(t *testing.T) {
	a := &answers{t: t, list: []string{"429 3600"}}
	_, err := fetch.New(fetch.Config{Transport: a}).Get(t.Context(), "https://feeds.example/x", fetch.Options{})
	var se *fetch.StatusError
	if !errors.As(err, &se) || se.RetryAfter != time.Hour {
		t.Errorf("%v: %+v", err, se)
	}
}

func TestReplay(t *testing.T) {
	dir := t.TempDir()
	const url = "https://feeds.example/news.xml"
	answer := "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n<rss>"
	if err := os.WriteFile(filepath.Join(dir, fetch.ReplayFile(url)), []byte(answer), 0o644); err != nil {
		t.Fatal(err)
	}
	c := fetch.New(fetch.Config{Transport: fetch.Replay(dir, false)})
	res, err := c.Get(t.Context(), url, fetch.Options{Types: []string{"text/xml"}})
	if err != nil || string(res.Body) != "<rss>" || res.ETag != `"a"` {
		t.Errorf("%+v, %v", res, err)
	}
	if _, err := c.Get(t.Context(), url+"?other", fetch.Options{Tries: 1}); err == nil || !strings.Contains(err.Error(), fetch.ReplayFile(url+"?other")) {
		t.Errorf("an unrecorded request: %v", err)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, v := range []string{"120", "-1", "Fri, 31 Dec 1999 23:59:59 GMT", "1e9", "99999999999999999999", ""} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		res := &answers{t: t, list: []string{"404 " + v}}
		_, err := fetch.New(fetch.Config{Transport: res}).Get(t.Context(), "https://feeds.example/x", fetch.Options{})
		var se *fetch.StatusError
		if !errors.As(err, &se) || se.RetryAfter < 0 || se.RetryAfter > 24*time.Hour {
			t.Errorf("%q: %v", v, se)
		}
	})
}

func TestPost(t *testing.T) {
	var asked atomic.Int32
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
		case "/down":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/large":
			w.Write(make([]byte, 100))
		default:
			b, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s %s %s", r.Method, r.UserAgent(), r.Header.Get("X-Of"), b)
		}
	})
	post := func(path string) (*fetch.Response, error) {
		return c.Post(t.Context(), url+path, map[string]string{"X-Of": "us"}, []byte("text"), fetch.Options{MaxBody: 99})
	}
	if res, err := post("/"); err != nil || string(res.Body) != "POST Masthead/1.2 us text" {
		t.Errorf("%+v, %v", res, err)
	}
	for path, want := range map[string]int{"/moved": 307, "/down": 503} {
		asked.Store(0)
		_, err := post(path)
		var status *fetch.StatusError
		if !errors.As(err, &status) || status.Status != want || asked.Load() != 1 {
			t.Errorf("%s: %v after %d requests", path, err, asked.Load())
		}
	}
	if _, err := post("/large"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a large answer: %v", err)
	}
	if _, err := fetch.New(fetch.Config{}).Post(t.Context(), url, nil, nil, fetch.Options{}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("to a private address: %v", err)
	}
}

func TestHTTPIsGuarded(t *testing.T) {
	c, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/endless" {
			w.Write(make([]byte, 9<<20))
			return
		}
		io.WriteString(w, r.UserAgent())
	})
	get := func(c *fetch.Client, path string) (string, error) {
		res, err := c.HTTP().Get(url + path)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		return string(b), err
	}
	if got, err := get(c, "/"); got != "Masthead/1.2" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	if _, err := get(c, "/endless"); err == nil {
		t.Error("an answer without end was read")
	}
	var refused *fetch.Refused
	if _, err := get(fetch.New(fetch.Config{}), "/"); !errors.As(err, &refused) {
		t.Errorf("to a private address: %v", err)
	}
}
