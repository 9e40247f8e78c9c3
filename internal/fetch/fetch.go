// Package fetch is the program's only way out to other servers: one HTTP client that refuses addresses inside private
// networks, bounds everything it takes in, keeps no cookies and asks again politely. It knows nothing of what
// the answers mean.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"masthead/internal/errs"
)

// Config is what the client is made of. Zero values mean the defaults named.
type Config struct {
	Version string         // goes into the User-Agent, "Masthead/VERSION"
	Allow   []netip.Prefix // addresses outside the open internet that may be asked all the same
	// Proxy is the only proxy ever used; the environment is not looked at. Its address must be public or allowed.
	// Behind a proxy the names of hosts are resolved there, where this client cannot check them.
	Proxy     *url.URL
	Transport http.RoundTripper // in tests, Replay; nil is the network
}

// Options are the wishes of one request. Zero values mean the defaults named.
type Options struct {
	ETag, LastModified string        // of the copy at hand, as an earlier Response gave them
	Accept             string        // the Accept header; default */*
	Types              []string      // media types that are wanted; empty takes any. An answer that names none passes
	MaxBody            int64         // bytes after decompression; default 8 MiB
	Timeout            time.Duration // for everything, retries and body included; default 30 s
	Tries              int           // how often to ask at most; default 3
}

// Response is a whole answer: status 2xx, or 304 with NotModified and no body.
type Response struct {
	Status             int
	Header             http.Header
	Body               []byte
	URL                string // where the answer came from after redirects
	ETag, LastModified string // to be passed in the next Options
	NotModified        bool
}

// StatusError is an answer that is neither 2xx nor 304. RetryAfter is what the server asked for, 0 to 24 h.
type StatusError struct {
	Status     int
	RetryAfter time.Duration
}

func (e *StatusError) Error() string {
	if text := http.StatusText(e.Status); text != "" {
		return fmt.Sprintf("status %d (%s)", e.Status, text)
	}
	return fmt.Sprintf("status %d", e.Status)
}

// Limits that no option lifts.
const (
	maxURL       = 4096
	maxHeader    = 64 << 10
	maxRedirects = 5
)

// Client asks other servers. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	guard guard
	agent string
}

// New makes a client.
func New(c Config) *Client {
	g := guard{allow: c.Allow}
	cl := &Client{guard: g, agent: "Masthead/" + c.Version}
	if c.Version == "" {
		cl.agent = "Masthead"
	}
	rt := c.Transport
	if rt == nil {
		rt = network(g, c.Proxy)
	}
	cl.http = &http.Client{Transport: rt, CheckRedirect: cl.redirect}
	return cl
}

// network is the guarded transport.
func network(g guard, proxy *url.URL) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: g.control}
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // decompression is ours, to bound it
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  20 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        60 * time.Second,
	}
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	return t
}

// Get asks for a URL, up to Tries times when the network or the server (429, 500, 502, 503, 504) fails in a way that may
// pass, waiting in between as long as Retry-After says if that is short, and else a growing while.
//
// Errors have a kind: Invalid for a URL or an answer that cannot be used, Forbidden for an address that is not allowed
// (with *Refused in the chain), NotFound and Gone as the server says, Unavailable for what may pass. What the server
// answered is in the chain as *StatusError. Their text never holds the URL's query or credentials.
func (c *Client) Get(ctx context.Context, address string, o Options) (*Response, error) {
	u, err := c.parse(address)
	if err != nil {
		return nil, err
	}
	o = withDefaults(o)
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	for try := 1; ; try++ {
		resp, err := c.try(ctx, u, o)
		if err == nil {
			return resp, nil
		}
		wait, again := pause(err, try)
		if !again || try >= o.Tries || !sleep(ctx, wait) {
			return nil, c.explain(ctx, "get", u, err)
		}
	}
}

// Post sends a body once, and follows no redirect: what was meant for one address goes to no other. Header is added to the
// request's own. It takes at most o.MaxBody bytes of the answer in o.Timeout; o's other wishes do not apply. Errors
// are as of Get; an answer that redirects is a *StatusError.
func (c *Client) Post(ctx context.Context, address string, header map[string]string, content []byte, o Options) (*Response, error) {
	u, err := c.parse(address)
	if err != nil {
		return nil, err
	}
	o = withDefaults(o)
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set("Accept-Encoding", "gzip")
	once := &http.Client{Transport: c.http.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := once.Do(r)
	if err == nil {
		defer res.Body.Close()
		var out *Response
		if out, err = answer(res, o); err == nil {
			return out, nil
		}
	}
	return nil, c.explain(ctx, "post", u, err)
}

// HTTP returns a client of the standard library that goes the same guarded way, for packages that speak a protocol of
// their own: a whole request takes at most 30 s, and an answer that is larger than 8 MiB breaks off.
func (c *Client) HTTP() *http.Client {
	return &http.Client{Transport: bounded{c}, CheckRedirect: c.redirect, Timeout: 30 * time.Second}
}

// bounded is the guarded transport with limits on answers.
type bounded struct{ c *Client }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := b.c.permitted(r.URL); err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", b.c.agent)
	res, err := b.c.http.Transport.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, withDefaults(Options{}).MaxBody)
	}
	return res, err
}

func withDefaults(o Options) Options {
	if o.Accept == "" {
		o.Accept = "*/*"
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 8 << 20
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Tries <= 0 {
		o.Tries = 3
	}
	return o
}

func (c *Client) parse(address string) (*url.URL, error) {
	if len(address) > maxURL {
		return nil, errs.Errorf(errs.Invalid, "address has %d bytes, at most %d are taken", len(address), maxURL)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "address cannot be read: %w", errors.Unwrap(err))
	}
	if err := c.permitted(u); err != nil {
		return nil, errs.Errorf(kindOf(err), "%s: %w", shown(u), err)
	}
	u.Fragment = ""
	return u, nil
}

// permitted checks what can be seen before a name is resolved.
func (c *Client) permitted(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return errs.Errorf(errs.Invalid, "only http:// and https:// addresses of a host can be asked")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		return c.guard.check(a)
	}
	return nil
}

func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errs.Errorf(errs.Invalid, "more than %d redirects", maxRedirects)
	}
	if len(r.URL.String()) > maxURL {
		return errs.Errorf(errs.Invalid, "redirected to an address of more than %d bytes", maxURL)
	}
	r.Header.Del("Referer") // it would tell one server the address of another, credentials in its query included
	return c.permitted(r.URL)
}

func (c *Client) try(ctx context.Context, u *url.URL, o Options) (*Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set("Accept", o.Accept)
	r.Header.Set("Accept-Encoding", "gzip")
	if o.ETag != "" {
		r.Header.Set("If-None-Match", o.ETag)
	}
	if o.LastModified != "" {
		r.Header.Set("If-Modified-Since", o.LastModified)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return answer(res, o)
}

// answer reads an answer whole.
func answer(res *http.Response, o Options) (out *Response, err error) {
	out = &Response{
		Status: res.StatusCode, Header: res.Header, URL: res.Request.URL.String(),
		ETag: res.Header.Get("ETag"), LastModified: res.Header.Get("Last-Modified"),
	}
	switch {
	case res.StatusCode == http.StatusNotModified && (o.ETag != "" || o.LastModified != ""):
		out.NotModified = true
		return out, nil
	case res.StatusCode < 200 || res.StatusCode > 299:
		io.CopyN(io.Discard, res.Body, 4<<10) // lets the connection be used again; what it says does not matter
		return nil, &StatusError{Status: res.StatusCode, RetryAfter: retryAfter(res.Header.Get("Retry-After"), time.Now())}
	}
	if err := wanted(res.Header.Get("Content-Type"), o.Types); err != nil {
		return nil, err
	}
	out.Body, err = body(res, o.MaxBody)
	return out, err
}

func wanted(contentType string, types []string) error {
	if contentType == "" || len(types) == 0 {
		return nil
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && media == "" || !slices.Contains(types, media) {
		return errs.Errorf(errs.Invalid, "answer is %.80q, not one of %v", contentType, types)
	}
	return nil
}

// shown is a URL without what must not be seen in a log.
func shown(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

func (c *Client) explain(ctx context.Context, verb string, u *url.URL, err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // its text has the whole URL
	}
	if ctx.Err() == context.DeadlineExceeded {
		return errs.Errorf(errs.Unavailable, "%s %s: no whole answer in time: %w", verb, shown(u), err)
	}
	return errs.Errorf(kindOf(err), "%s %s: %w", verb, shown(u), err)
}

// kindOf says what a caller can do about a failed request.
func kindOf(err error) errs.Kind {
	var known *errs.Error
	var refused *Refused
	var status *StatusError
	switch {
	case errors.As(err, &refused):
		return errs.Forbidden
	case errors.As(err, &known):
		return known.Kind
	case !errors.As(err, &status) || passing(status.Status):
		return errs.Unavailable
	case status.Status == http.StatusNotFound:
		return errs.NotFound
	case status.Status == http.StatusGone:
		return errs.Gone
	case status.Status == http.StatusUnauthorized, status.Status == http.StatusForbidden:
		return errs.Forbidden
	}
	return errs.Invalid
}
