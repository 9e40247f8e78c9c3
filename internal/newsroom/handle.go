package newsroom

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/words"
)

const maxBody = 1 << 20

// CookieName is the session cookie's: with TLS it is bound to this host and to TLS.
func (s *Shell) CookieName() string {
	if s.cfg.Secure {
		return "__Host-masthead"
	}
	return "masthead"
}

// Secure reports whether the newsroom is reached by TLS: cookies are then sent by TLS only.
func (s *Shell) Secure() bool { return s.cfg.Secure }

// handle is the one place where a staff request meets the rules and where errors become pages.
func (s *Shell) handle(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		protect(w.Header())
		limit := route.Limit
		if limit == 0 {
			limit = maxBody
		}
		hr.Body = http.MaxBytesReader(w, hr.Body, limit)
		r, err := s.request(hr)
		if err == nil {
			err = s.admit(w, r, route)
		}
		if err == nil {
			err = route.Handle(w, r)
		}
		if err != nil && !errors.Is(err, errAnswered) {
			s.fail(w, r, err)
		}
	})
}

// errAnswered says that admit has answered already.
var errAnswered = errors.New("answered")

// request finds out who asks, in which language, of which site.
func (s *Shell) request(hr *http.Request) (r *Request, err error) {
	r = &Request{Request: hr, Lang: "en", Words: words.Staff("en")}
	if r.Site, err = s.cfg.View.Record(s.cfg.DB.Now()).Site(hr.Context()); err != nil {
		return r, errs.Errorf(errs.Unavailable, "settings: %w", err)
	}
	r.Lang = r.Site.Languages[0]
	if c, err := hr.Cookie(s.CookieName()); err == nil {
		r.Who, r.Session, err = s.cfg.Session(hr.Context(), c.Value)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return r, err
		}
	}
	if r.Who == nil {
		r.Lang = preferred(hr.Header.Get("Accept-Language"), r.Lang)
	} else if r.Who.Language != "" {
		r.Lang = r.Who.Language
	}
	r.Words = words.Staff(r.Lang)
	r.Lang = r.Words.Lang()
	return r, nil
}

// preferred returns the first language of Accept-Language that the screens have.
func preferred(accept, otherwise string) string {
	for part := range strings.SplitSeq(accept, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		for _, l := range words.Languages() {
			if primary == l {
				return l
			}
		}
	}
	return otherwise
}

var errOrigin = &errs.Error{Kind: errs.Forbidden, Msg: "the request came from another site: open the newsroom itself and try again"}

// admit lets a request pass that the rules allow. A change must come from our own pages: browsers say where a request
// comes from, and one that says nothing cannot use a cookie to change anything.
func (s *Shell) admit(w http.ResponseWriter, r *Request, route Route) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		silent := r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == ""
		if s.guard.Check(r.Request) != nil || silent && r.Who != nil {
			return errOrigin
		}
	}
	switch {
	case r.Who.May(route.Needs):
		return nil
	case r.Who != nil:
		return r.Who.Need(route.Needs, "")
	}
	if s.cfg.Empty != nil {
		if empty, err := s.cfg.Empty(r.Context()); err != nil {
			return err
		} else if empty {
			http.Redirect(w, r.Request, Prefix+"/setup", http.StatusSeeOther)
			return errAnswered
		}
	}
	if r.Method != http.MethodGet || r.Header.Get("Accept") == "application/json" {
		w.Header().Set("WWW-Authenticate", "Session")
		w.WriteHeader(http.StatusUnauthorized)
		return errAnswered
	}
	to := Prefix + "/sign-in"
	if r.URL.Path != Prefix && r.URL.Path != Prefix+"/" {
		to += "?to=" + url.QueryEscape(r.URL.RequestURI())
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return errAnswered
}

// protect sets what every answer of the newsroom carries. A handler may allow more for one answer.
func protect(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// Policy is the newsroom's Content-Security-Policy: our own scripts and styles, no frames but our own previews, and
// nobody may frame a screen but a screen.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; manifest-src 'self'"

// statusOf chooses the HTTP status of an error.
func statusOf(err error) int {
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
		return http.StatusUnprocessableEntity
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.Conflict:
		return http.StatusConflict
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// failure is what the error screen shows.
type failure struct{ Title, Why string }

// fail answers an error: a page for a person, JSON for a script. Only what we did not expect is logged; its text is
// not shown.
func (s *Shell) fail(w http.ResponseWriter, r *Request, err error) {
	status := statusOf(err)
	kinds := map[int]string{
		http.StatusNotFound: "not_found", http.StatusGone: "gone", http.StatusForbidden: "forbidden", http.StatusConflict: "conflict",
		http.StatusServiceUnavailable: "unavailable", http.StatusInternalServerError: "internal",
	}
	kind := kinds[status]
	if kind == "" {
		kind = "invalid"
	}
	f := failure{Title: r.Words.T("shell.e_" + kind), Why: err.Error()}
	switch kind {
	case "conflict", "gone", "invalid": // the rules speak English: who reads another language gets the general sentence
		if r.Lang != "en" && !WantsJSON(r) {
			f.Why = r.Words.T("shell.e_" + kind + "_why")
		}
	case "forbidden":
		f.Why = r.Words.T("shell.e_forbidden_why")
		if errors.Is(err, errOrigin) {
			f.Why = r.Words.T("shell.e_origin")
		}
	case "not_found", "unavailable":
		f.Why = r.Words.T("shell.e_" + kind + "_why")
	case "internal":
		reference := rand.Text()[:8]
		f.Why = r.Words.T("shell.e_internal_why", reference)
		if r.Context().Err() == nil {
			slog.Error("newsroom request failed", "reference", reference, "method", r.Method, "route", r.Pattern, "err", err)
		}
	}
	if WantsJSON(r) {
		JSON(w, status, map[string]string{"title": f.Title, "detail": f.Why})
		return
	}
	if err := s.Page(w, r, Page{Screen: "failure", Title: f.Title, Status: status, Data: f}); err != nil {
		http.Error(w, f.Title+"\n"+f.Why, status)
	}
}

// Back returns a path of the newsroom to go to after a form; its front for anything else.
func Back(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || strings.Contains(to, `\`) || u.Path != Prefix && !strings.HasPrefix(u.Path, Prefix+"/") {
		return Prefix + "/"
	}
	return u.RequestURI()
}

// May reports whether the person who asks may do that; for templates too.
func (r *Request) May(a identity.Action) bool { return r.Who.May(a) }

// Framed lets our own screens frame a page that is under the readers' policy.
func Framed(policy string) string {
	parts := slices.DeleteFunc(strings.Split(policy, ";"), func(p string) bool { return strings.HasPrefix(strings.TrimSpace(p), "frame-ancestors") })
	return strings.Join(parts, ";") + "; frame-ancestors 'self'"
}
