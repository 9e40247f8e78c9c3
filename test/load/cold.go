package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"masthead/internal/db"
)

// cold measures the real program after its start, with an empty page cache: every page that is asked for is made.
func cold(ctx context.Context, o options) error {
	pages, err := coldPages(ctx, o)
	if err != nil {
		return err
	}
	s, err := start(ctx, o)
	if err != nil {
		return err
	}
	defer s.end()
	fmt.Printf("first answer after %s, resident memory %d MiB\n", s.answered.Round(time.Millisecond), s.memory("VmRSS"))
	t := times{}
	var size int64
	for _, g := range pages {
		began := time.Now()
		n, err := s.get(ctx, g.path)
		if err != nil {
			return err
		}
		t.add("cold "+g.kind, time.Since(began))
		size += n
	}
	if err := t.print(os.Stdout); err != nil {
		return err
	}
	c, err := s.ops.read(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("after %d different pages (%d MiB sent): resident memory %d MiB, at most %d MiB; page cache %d MiB of %d pages, heap %d MiB in use of %d MiB\n",
		len(pages), size>>20, s.memory("VmRSS"), s.memory("VmHWM"), c["masthead_press_bytes"]>>20, c["masthead_press_pages"],
		c["go_memstats_heap_inuse_bytes"]>>20, c["go_memstats_heap_sys_bytes"]>>20)
	return nil
}

// coldPages returns so many different pages: every kind of listing first, stories for the rest, mixed.
func coldPages(ctx context.Context, o options) ([]page, error) {
	d, err := db.Open(ctx, db.Config{URL: filepath.Join(o.data, "masthead.db")})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	pick, err := newPicker(ctx, d, o.seed)
	if err != nil {
		return nil, err
	}
	lists, err := pick.listings(ctx)
	if err != nil {
		return nil, err
	}
	pages := []page{{"front", "/"}, {"front", "/fr"}, {"news sitemap", "/sitemap-news.xml"}, {"sitemap index", "/sitemap.xml"}}
	for _, kind := range []string{"section", "region", "topic", "author", "archive day"} {
		list := lists[kind]
		pages = append(pages, list[:min(len(list), o.pages/10)]...)
	}
	seen := map[string]bool{}
	for tries := 0; len(pages) < o.pages && tries < 20*o.pages; tries++ {
		path, err := pick.story(ctx)
		if err != nil {
			return nil, err
		}
		if !seen[path] {
			seen[path] = true
			pages = append(pages, page{"story", path})
		}
	}
	pick.r.Shuffle(len(pages), func(i, j int) { pages[i], pages[j] = pages[j], pages[i] })
	return pages, nil
}

// server is the program under measurement.
type server struct {
	command  *exec.Cmd
	dir      string // of the binary
	origin   string
	ops      *metrics
	answered time.Duration // after the start
	client   *http.Client
}

// start builds the program, starts it on the archive and waits for the first front page.
func start(ctx context.Context, o options) (*server, error) {
	dir, err := os.MkdirTemp("", "masthead-load")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, client: &http.Client{Transport: &http.Transport{DisableCompression: true}}}
	binary := filepath.Join(dir, "masthead")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "masthead/cmd/masthead").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	if err := os.RemoveAll(filepath.Join(o.data, "cache")); err != nil {
		return nil, err
	}
	address, err := freePort()
	if err != nil {
		return nil, err
	}
	ops, err := freePort()
	if err != nil {
		return nil, err
	}
	s.origin, s.ops = "http://"+address, &metrics{address: "http://" + ops + "/metrics"}
	s.command = exec.Command(binary, "serve", "--data", o.data, "--listen", address, "--url", "http://127.0.0.1:8080", "--weather", "off",
		"--log-level", "warn", "--ops-listen", ops)
	s.command.Stderr = os.Stderr
	began := time.Now()
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	for {
		if _, err := s.get(ctx, "/"); err == nil {
			break
		} else if time.Since(began) > time.Minute {
			s.end()
			return nil, fmt.Errorf("no answer within a minute: %w", err)
		}
		if err := wait(ctx, 2*time.Millisecond); err != nil {
			s.end()
			return nil, err
		}
	}
	s.answered = time.Since(began)
	return s, nil
}

// freePort returns an address that nobody listens on just now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// get asks for a page as browsers do, compressed, and returns the bytes of its body.
func (s *server) get(ctx context.Context, path string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.origin+path, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	if err := drain(res); err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("page %s answers %s", path, res.Status)
	}
	return res.ContentLength, nil
}

// memory returns a line of the process's status in MiB; 0 where the system has none.
func (s *server) memory(name string) int {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), name+":"); ok {
			kib, _ := strconv.Atoi(strings.Fields(rest)[0])
			return kib >> 10
		}
	}
	return 0
}

// end stops the program.
func (s *server) end() error {
	err := s.command.Process.Signal(os.Interrupt)
	if err == nil {
		err = s.command.Wait()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}
