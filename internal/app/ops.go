package app

import (
	"net/http"
	"net/http/pprof"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// opsHandler serves /metrics, and profiles of the running program.
func (a *App) opsHandler() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s := a.press.Stats()
	for _, m := range []struct {
		name, help string
		value      func() int64
	}{
		{"press_hits_total", "Pages answered from memory.", s.Hits.Load},
		{"press_misses_total", "Pages that were not ready.", s.Misses.Load},
		{"press_builds_total", "Pages built.", s.Builds.Load},
		{"press_kept_total", "Pages checked after a change and found right.", s.Kept.Load},
		{"press_dropped_total", "Pages that a change made wrong.", s.Dropped.Load},
		{"press_renewed_total", "Pages made anew at once after a change.", s.Renewed.Load},
		{"press_evicted_total", "Pages that memory let go of.", s.Evicted.Load},
		{"press_from_disk_total", "Pages taken from the disk copy.", s.FromDisk.Load},
		{"press_stale_total", "Pages served out of date because the database did not answer.", s.Stale.Load},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "masthead", Name: m.name, Help: m.help},
			func() float64 { return float64(m.value()) }))
	}
	for _, m := range []struct {
		name, help string
		value      func() float64
	}{
		{"press_bytes", "Memory taken by pages.", func() float64 { return float64(a.press.Bytes()) }},
		{"press_pages", "Pages tracked.", func() float64 { return float64(a.press.Len()) }},
	} {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "masthead", Name: m.name, Help: m.help}, m.value))
	}
	reg.MustRegister(a.site.Counters()...)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
