package site

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"masthead/internal/caller"
	"masthead/internal/errs"
	"masthead/internal/reads"
)

func newVisits() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "masthead", Name: "reads_total", Help: "Views of stories that readers' scripts reported, by what became of them.",
	}, []string{"outcome"})
}

// read counts a view of a story that a reader's script reports. Whatever comes of it the answer is the same, so that it
// tells nothing of stories that are not public; what else the request has, cookies and a body, is not looked at.
func (s *Site) read(w http.ResponseWriter, r *http.Request) error {
	if err := s.own.Check(r); err != nil {
		return errs.Errorf(errs.Forbidden, "read reported by another site: %w", err)
	}
	if s.closed() == nil {
		from := caller.Address(r.RemoteAddr, r.Header.Values("X-Forwarded-For"))
		out := s.Reads.Count(r.Context(), reads.Visit{Story: r.PathValue("id"), From: from, Agent: r.UserAgent()})
		s.visits.WithLabelValues(string(out)).Inc()
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
