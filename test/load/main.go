// Command load measures a portal: how soon a publication is visible, how fast pages are made that nobody asked for
// before, how long searches take, and how soon a newsroom's lists and its API answer. It reports and never fails on a figure. Archives come from tools/dataset.
//
//	go run ./test/load publish -data DIR -n 300
//	go run ./test/load cold -data DIR -pages 20000
//	go run ./test/load search -data DIR -n 2000
//	go run ./test/load newsroom -data DIR -stories 500000 -writers 50 -n 1000
//
// It writes to the archive that it measures (publish and newsroom add stories, cold empties the page cache).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"time"

	"masthead/internal/app"
	"masthead/internal/config"
	"masthead/internal/errs"
)

const usage = "usage: load publish|cold|search|newsroom -data DIR [-n N] [-pages N] [-stories N] [-writers N] [-seed S]"

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// options of all measurements; each uses what it needs.
type options struct {
	data    string
	n       int
	pages   int
	stories int
	writers int
	seed    uint64
	profile string
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	var o options
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.StringVar(&o.data, "data", "", "`folder` of the portal")
	flags.IntVar(&o.n, "n", 300, "publications, searches, or stories written")
	flags.IntVar(&o.pages, "pages", 20_000, "cold: different pages to ask for")
	flags.IntVar(&o.stories, "stories", 500_000, "newsroom: stories it has; missing ones are copied from those that are there")
	flags.IntVar(&o.writers, "writers", 50, "newsroom: programs that write at a time")
	flags.Uint64Var(&o.seed, "seed", 1, "another seed asks for other pages")
	flags.StringVar(&o.profile, "cpuprofile", "", "publish, search: write a CPU profile to `file`")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(o.data, "masthead.db")); err != nil {
		return errs.Errorf(errs.Invalid, "no portal in %q: make one with tools/dataset, and name its folder with -data", o.data)
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	switch args[0] {
	case "publish":
		return publish(ctx, o)
	case "cold":
		return cold(ctx, o)
	case "search":
		return searches(ctx, o)
	case "newsroom":
		return newsroom(ctx, o)
	}
	return errors.New(usage)
}

// portal is a portal in this process, asked through its handler.
type portal struct {
	*app.App
	cache *metrics
	stop  func()
}

// open runs the portal as serve does, on ports of its own choice, with a page cache of its own.
func open(ctx context.Context, o options) (*portal, error) {
	site := config.Server{Listen: "127.0.0.1:0", URL: "http://127.0.0.1:8080", OpsListen: "127.0.0.1:0", CacheMemory: 96, Weather: "off"}
	if err := os.RemoveAll(filepath.Join(o.data, "cache")); err != nil {
		return nil, err
	}
	a, err := app.New(ctx, app.Config{Data: config.Data{Data: o.data}, Server: site, Version: "load"})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ready, ended := make(chan []string, 1), make(chan error, 1)
	go func() { ended <- a.Run(ctx, nil, func(addrs []string) { ready <- addrs }) }()
	p := &portal{App: a, stop: func() {
		cancel()
		<-ended
		a.Close()
	}}
	select {
	case addrs := <-ready:
		p.cache = &metrics{address: "http://" + addrs[0] + "/metrics"}
		return p, nil
	case err := <-ended:
		cancel()
		return nil, errors.Join(err, a.Close())
	}
}

// get asks for a page and returns its status and text.
func (p *portal) get(path string) (status int, text string) {
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

// wait pauses for d unless ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func drain(r *http.Response) error {
	_, err := io.Copy(io.Discard, r.Body)
	return errors.Join(err, r.Body.Close())
}
