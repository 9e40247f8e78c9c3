package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/media"
)

// forever marks a file whose address changes with its content.
const forever = "public, max-age=31536000, immutable"

// asset serves a file of the theme.
func (s *Site) asset(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.Theme.Theme().Asset(r.PathValue("file"))
	if !ok {
		return errs.Errorf(errs.NotFound, "no file %s", r.URL.Path)
	}
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Cache-Control", forever)
	h.Set("X-Content-Type-Options", "nosniff")
	body := a.Body
	if a.Gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.Gzip
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return nil
}

// mediaFile serves a picture, a clip or its captions, with ranges. A file that no published story shows does not
// exist.
func (s *Site) mediaFile(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	public, err := s.View.MediaPublic(r.Context(), id)
	if err != nil {
		return err
	}
	if !public {
		return errs.Errorf(errs.NotFound, "no file %s", r.URL.Path)
	}
	f, err := s.Media.OpenFile(r.Context(), id, r.PathValue("file"))
	if errs.Is(err, errs.NotFound) { // from before the medium was changed, or not made yet
		if name, ok, err := s.Media.Nearest(r.Context(), id, r.PathValue("file")); err != nil {
			return err
		} else if ok {
			w.Header().Set("Cache-Control", "public, max-age=60")
			http.Redirect(w, r, media.Path(id, name), http.StatusFound)
			return nil
		}
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Cache-Control", forever)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("ETag", f.ETag)
	http.ServeContent(&steady{w, http.NewResponseController(w)}, r, "", f.Modified, f)
	return nil
}

// steady lets a film flow longer than the server's limit on writing, as long as the client takes some of it each
// minute.
type steady struct {
	http.ResponseWriter
	limit *http.ResponseController
}

func (s *steady) Write(b []byte) (int, error) {
	s.limit.SetWriteDeadline(time.Now().Add(time.Minute)) // not supported in tests; then there is no limit to move
	return s.ResponseWriter.Write(b)
}
