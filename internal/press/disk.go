package press

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io/fs"
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
	state map[string]uint64 // url → sum of what is on disk, in this run
	queue chan waiting
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

// waiting is a page to be copied, and how to tell whether it is still the page then.
type waiting struct {
	copied
	current func() bool
}

// settle is how often pages are copied: one that changes again meanwhile is copied once, and a publication has the
// processor for itself.
const settle = 2 * time.Second

func openDisk(dir string) (*disk, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("page cache: %w", err)
	}
	d := &disk{dir: dir, state: map[string]uint64{}, queue: make(chan waiting, 1024)}
	stopped := make(chan struct{})
	d.stop = sync.OnceFunc(func() { close(stopped) })
	d.done.Go(func() {
		tick := time.NewTicker(settle)
		defer tick.Stop()
		for stop := false; !stop; {
			select {
			case <-tick.C:
			case <-stopped:
				stop = true
			}
			d.drain()
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

// write copies a page in the background. When more are built than it takes, some are copied only when memory lets
// go of them.
func (d *disk) write(e *entry, edition string, current func() bool) {
	b := e.body.Load()
	if b == nil {
		return
	}
	select {
	case d.queue <- waiting{e.copy(b, edition), current}:
	default:
	}
}

func (d *disk) store(c waiting) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(c.copied); err != nil {
		slog.Warn("page not copied to disk", "url", c.URL, "err", err)
		return
	}
	path, data := d.path(c.URL), packed.Bytes(buf.Bytes())
	d.mu.Lock()
	defer d.mu.Unlock()
	if !c.current() { // looked at under the lock: whoever lets go of the page removes its copy after this
		return
	}
	if err := replaceFile(path, data); err != nil {
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

// has reports whether this run has copied this form of the page.
func (d *disk) has(e *entry) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	sum, ok := d.state[e.url]
	return ok && sum == e.sum
}

func (d *disk) read(url string) (c copied, err error) {
	c, err = readCopy(d.path(url))
	if err == nil && c.URL != url {
		err = fmt.Errorf("page copy of %s is of %s", url, c.URL)
	}
	return c, err
}

func readCopy(path string) (c copied, err error) {
	b, err := os.ReadFile(path)
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
	if c.Sum != sumOf(c.Page) {
		return c, fmt.Errorf("page copy %s is damaged", path)
	}
	return c, nil
}

func (d *disk) remove(url string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.state, url)
	os.Remove(d.path(url)) // absent is as good
}

// most of what the folder may hold.
const mostDisk = 4 << 30

// sweep removes the copies that keep tells to be of no use any more, what a crash left half-written, and what is
// beyond the folder's size.
func (d *disk) sweep(ctx context.Context, keep func(copied) bool) {
	var size int64
	filepath.WalkDir(d.dir, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return ctx.Err()
		}
		c, readErr := readCopy(path)
		if info, err := f.Info(); err == nil {
			size += info.Size()
		}
		if readErr == nil && d.path(c.URL) == path && size <= mostDisk && keep(c) {
			return ctx.Err()
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if again, err := readCopy(path); err == nil && readErr == nil && again.Sum != c.Sum {
			return ctx.Err() // copied anew meanwhile
		}
		delete(d.state, c.URL)
		os.Remove(path) // absent is as good
		return ctx.Err()
	})
}
