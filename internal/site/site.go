// Package site answers readers: it finds the cached page, has it made if need be, and serves files, search and
// the few forms. Reader pages are the same for everyone; nothing here looks at who asks. It must not know the
// working copy.
package site

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/media"
	"masthead/internal/press"
	"masthead/internal/published"
	"masthead/internal/reads"
	"masthead/internal/render"
	"masthead/internal/theme"
)

// Config is what a Site works with.
type Config struct {
	DB     *db.DB
	View   *published.View
	Press  *press.Press
	Render *render.Renderer
	Theme  *theme.Live
	Media  *media.Library
	Reads  *reads.Counter
}

// Site is the public site.
type Site struct {
	Config
	mux      *http.ServeMux
	requests *prometheus.CounterVec
	visits   *prometheus.CounterVec
	own      *http.CrossOriginProtection // refuses what other sites make browsers send
	state    atomic.Pointer[state]
}

// state is the maintenance level as of a number of the change log.
type state struct {
	seq int64
	m   published.Maintenance
}

// maxForm bounds a reader's form.
const maxForm = 16 << 10

// New returns the public site.
func New(c Config) *Site {
	s := &Site{Config: c, requests: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "masthead", Name: "requests_total", Help: "Requests that were not answered from memory, by status class.",
	}, []string{"status"}), visits: newVisits(), own: http.NewCrossOriginProtection()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /_/a/{file}", s.handle(s.asset))
	mux.Handle("GET /media/{id}/{file}", s.handle(s.mediaFile))
	mux.Handle("POST /_/read/{id}", s.handle(s.read))
	mux.Handle("GET /search", s.handle(s.search))
	mux.Handle("GET /{lang}/search", s.handle(s.search))
	mux.Handle("POST /regions", s.handle(s.choosePlace))
	mux.Handle("POST /{lang}/regions", s.handle(s.choosePlace))
	mux.Handle("/", s.handle(s.page))
	s.mux = mux
	return s
}

// Counters returns what metrics say of requests and of what readers' scripts report.
func (s *Site) Counters() []prometheus.Collector { return []prometheus.Collector{s.requests, s.visits} }

// ServeHTTP answers cached pages itself and leaves the rest to the routes.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	if r.TLS != nil {
		w.Header()["Strict-Transport-Security"] = hsts
	}
	if read && r.URL.RawQuery == "" && s.closed() == nil && s.Press.ServeCached(w, r, r.URL.Path) {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	s.mux.ServeHTTP(w, r)
}

var hsts = []string{tlsGuard}

// Build returns the press's way to make a page.
func Build(pages *render.Renderer) press.Build {
	return func(ctx context.Context, rec *published.Recorder, address string) (press.Page, error) {
		path, query, _ := strings.Cut(address, "?")
		route, ok := render.Parse(path, query)
		if !ok {
			return press.Page{}, errs.Errorf(errs.NotFound, "no page %s", address)
		}
		page, err := pages.Page(ctx, rec, route)
		if err != nil {
			return press.Page{}, err
		}
		p := press.Page{Status: page.Status, Type: page.Type, Body: page.Body, Header: append(page.Header, guard...)}
		if page.Location != "" {
			p.Header = append(p.Header, [2]string{"Location", page.Location})
			p.Fleet = true
		}
		if page.Lang != "" {
			p.Header = append(p.Header, [2]string{"Content-Language", page.Lang})
		}
		if page.Status == http.StatusGone { // it has as many addresses as anybody likes to write
			p.Fleet = true
		}
		if !route.Before.Zero() {
			known, err := stands(ctx, rec, route.Before)
			if err != nil {
				return press.Page{}, err
			}
			p.Fleet = p.Fleet || !known
		}
		return p, nil
	}
}

// stands reports whether a cursor is a real story's place: pages at made-up ones are not kept, or anybody could fill
// the cache.
func stands(ctx context.Context, rec *published.Recorder, at published.Cursor) (bool, error) {
	c, err := rec.Card(ctx, at.ID)
	return c != nil && c.Published.UnixMicro() == at.At, err
}

// page answers everything that the press keeps.
func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return &refusal{http.StatusMethodNotAllowed}
	}
	route, ok := render.Parse(r.URL.Path, r.URL.RawQuery)
	if m := s.closed(); m != nil && !(ok && open(route)) {
		return s.close(w, r, *m)
	}
	if !ok {
		return s.moved(w, r)
	}
	canonical := route.String()
	if path, _, _ := strings.Cut(canonical, "?"); path != r.URL.Path {
		http.Redirect(w, r, canonical, http.StatusMovedPermanently)
		return nil
	}
	err := s.Press.Serve(w, r, canonical)
	if errs.Is(err, errs.NotFound) {
		return s.moved(w, r)
	}
	return err
}

// open reports whether a page is answered while the portal is closed: the text edition, and what a browser asks for
// beside any page. A robots.txt that fails would keep crawlers away for a day after the door opens.
func open(route render.Route) bool {
	switch route.Kind {
	case render.KindIcon, render.KindManifest, render.KindRobots:
		return true
	}
	return route.Lite
}

// moved sends an address from before to its story, or says that there is none.
func (s *Site) moved(w http.ResponseWriter, r *http.Request) error {
	id, err := s.View.Moved(r.Context(), r.URL.Path)
	if err != nil {
		return err
	}
	found, err := s.View.Record(s.DB.Now()).Story(r.Context(), id)
	if err != nil {
		return err
	}
	if found.Tombstone != nil {
		return s.Press.Serve(w, r, (&render.Route{Kind: render.KindStory, ID: id}).String())
	}
	http.Redirect(w, r, found.Story.Path(), http.StatusMovedPermanently)
	return nil
}

// closed returns the maintenance state if the portal is closed, nil otherwise. It asks the database only when
// a change was applied since it last did.
func (s *Site) closed() *published.Maintenance {
	m := s.maintenance()
	if m.Level == published.MaintenanceClosed {
		return m
	}
	return nil
}

func (s *Site) maintenance() *published.Maintenance {
	seq := s.Press.Applied()
	old := s.state.Load()
	if old != nil && old.seq == seq {
		return &old.m
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	m, err := s.View.Record(s.DB.Now()).Maintenance(ctx)
	if err != nil {
		m = &published.Maintenance{Level: published.MaintenanceOff}
		if old != nil {
			m = &old.m
		}
		s.state.Store(&state{seq, *m}) // asked again after the next change, not by every reader
		return m
	}
	s.state.Store(&state{seq, *m})
	return m
}

// handler is a handler that leaves its errors to handle.
type handler func(w http.ResponseWriter, r *http.Request) error

// refusal is an error whose status is all there is to say.
type refusal struct{ status int }

func (r *refusal) Error() string { return http.StatusText(r.status) }

// handle is the one place where a reader's request becomes an error page. Only what we did not expect is logged.
func (s *Site) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			s.requests.WithLabelValues("ok").Inc()
			return
		}
		status, reference := statusOf(err), ""
		s.requests.WithLabelValues(string(rune('0'+status/100)) + "xx").Inc()
		if status >= 500 && !errors.Is(err, context.Canceled) {
			reference = newReference()
			slog.Error("request failed", "reference", reference, "method", r.Method, "path", r.URL.Path, "err", err)
		}
		s.showError(w, r, status, reference)
	})
}

func statusOf(err error) int {
	var no *refusal
	if errors.As(err, &no) {
		return no.status
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return http.StatusRequestEntityTooLarge
	}
	switch errs.KindOf(err) {
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Gone:
		return http.StatusGone
	case errs.Invalid:
		return http.StatusBadRequest
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.Conflict:
		return http.StatusConflict
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// local returns a path of this site to go back to; "/" for anything else.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(to, `\`) {
		return "/"
	}
	return u.RequestURI()
}
