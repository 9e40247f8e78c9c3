package press

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"masthead/internal/packed"
	"masthead/internal/published"
)

// disk is the copy of served pages on disk: it gives warm restarts, and pages that memory let go of stay
// servable when the database is gone. It is a cache: losing it loses nothing, so it is not synced.
type disk struct {
	dir string

	mu    sync.Mutex
	state map[string]uint64 // url → sum of what is on disk, or is about to be, in this run
	queue chan copied
	stop  func()
	done  sync.WaitGroup
}

// copied is a page with all that is needed to judge it later.
type copied struct {
	URL      string
	Edition  string
	Sum      uint64
	Page     Page
	Deps     []published.Dep
	Until    time.Time
	Modified time.Time
}

func openDisk(dir string) (*disk, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("page cache: %w", err)
	}
	d := &disk{dir: dir, state: map[string]uint64{}, queue: make(chan copied, 256)}
	stopped := make(chan struct{})
	d.stop = sync.OnceFunc(func() { close(stopped) })
	d.done.Go(func() {
		for {
			select {
			case c := <-d.queue:
				d.store(c)
			case <-stopped:
				d.drain()
				return
			}
		}
	})
	return d, nil
}

// drain copies what is waiting.
func (d *disk) drain() {
	for {
		select {
		case c := <-d.queue:
			d.store(c)
		default:
			return
		}
	}
}

func (d *disk) close() {
	d.stop()
	d.done.Wait()
}

func (d *disk) path(url string) string {
	h := fnv.New128a()
	h.Write([]byte(url))
	name := hex.EncodeToString(h.Sum(nil))
	return filepath.Join(d.dir, name[:2], name[2:])
}

// write copies a page in the background; when the disk is slower than the builds, some are not copied.
func (d *disk) write(e *entry, edition string) {
	b := e.body.Load()
	if b == nil {
		return
	}
	c := copied{URL: e.url, Edition: edition, Sum: e.sum, Page: b.page, Deps: e.deps, Until: e.until, Modified: b.modified}
	select {
	case d.queue <- c:
	default:
	}
}

func (d *disk) store(c copied) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(c); err != nil {
		slog.Warn("page not copied to disk", "url", c.URL, "err", err)
		return
	}
	path := d.path(c.URL)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := replaceFile(path, packed.Bytes(buf.Bytes())); err != nil {
		slog.Warn("page not copied to disk", "url", c.URL, "err", err)
		delete(d.state, c.URL)
		return
	}
	d.state[c.URL] = c.Sum
}

func replaceFile(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, b, 0o640); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// has reports whether this run has copied the page.
func (d *disk) has(url string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.state[url]
	return ok
}

func (d *disk) read(url string) (c copied, err error) {
	b, err := os.ReadFile(d.path(url))
	if err != nil {
		return c, err
	}
	raw, err := packed.Unpack(b)
	if err != nil {
		return c, err
	}
	if err := gob.NewDecoder(bytes.NewReader(raw)).Decode(&c); err != nil {
		return c, err
	}
	if c.URL != url || c.Sum != sumOf(c.Page) {
		return c, fmt.Errorf("page copy of %s is damaged", url)
	}
	return c, nil
}

func (d *disk) remove(url string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.state, url)
	os.Remove(d.path(url)) // absent is as good
}
