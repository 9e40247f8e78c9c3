package site

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/press"
	"masthead/internal/published"
	"masthead/internal/render"
)

// retryAfter is what a client is told when nobody said how long it takes.
const retryAfter = 5 * time.Minute

// showError writes the page of a failure: in the portal's look, or plain when the database does not answer.
func (s *Site) showError(w http.ResponseWriter, r *http.Request, status int, reference string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 3*time.Second)
	defer cancel()
	rec := s.View.Record(s.DB.Now())
	f := render.Failure{Status: status, Path: r.URL.Path, Reference: reference}
	var page render.Page
	var err error
	if status < 500 {
		page, err = s.Render.Error(ctx, rec, f)
		if err != nil {
			f.Status = http.StatusServiceUnavailable
		}
	}
	if status >= 500 || err != nil {
		page, err = s.plainPage(ctx, f)
	}
	if err != nil {
		slog.Error("error page not made", "path", r.URL.Path, "err", err)
		http.Error(w, http.StatusText(f.Status), f.Status)
		return
	}
	if page.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	write(w, r, page)
}

// plainPage needs nothing; it names the portal and the newest headlines if the database tells them.
func (s *Site) plainPage(ctx context.Context, f render.Failure) (render.Page, error) {
	rec := s.View.Record(s.DB.Now())
	site, err := rec.Site(ctx)
	if err != nil {
		return s.Render.Plain(nil, f, nil)
	}
	cards, err := rec.List(ctx, published.AllList(site.Languages[0]), published.Cursor{}, 10)
	if err != nil {
		cards = nil
	}
	return s.Render.Plain(site, f, cards)
}

// close says that the portal is closed, and until when.
func (s *Site) close(w http.ResponseWriter, r *http.Request, m published.Maintenance) error {
	f := render.Failure{Status: http.StatusServiceUnavailable, Path: r.URL.Path, Until: m.Until, Message: firstMessage(m)}
	page, err := s.plainPage(r.Context(), f)
	if err != nil {
		return err
	}
	wait := retryAfter
	if left := m.Until.Sub(s.DB.Now()); !m.Until.IsZero() && left > 0 {
		wait = left
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
	write(w, r, page)
	return nil
}

func firstMessage(m published.Maintenance) string {
	for _, text := range m.Message {
		return text
	}
	return ""
}

// write sends a page that is not kept.
func write(w http.ResponseWriter, r *http.Request, p render.Page) {
	press.Send(w, r, press.Page{Status: p.Status, Type: p.Type, Body: p.Body, Header: slices.Concat(p.Header, guard)})
}

// guard are the headers of every answer that browsers show.
var guard = [][2]string{
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "strict-origin-when-cross-origin"},
	{"X-Frame-Options", "DENY"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)"},
}

// tlsGuard tells browsers to stay with TLS.
const tlsGuard = "max-age=31536000"

// newReference returns the words under which the log has a failure.
func newReference() string {
	var b [4]byte
	rand.Read(b[:]) // never fails
	return strings.ToUpper(hex.EncodeToString(b[:]))
}
