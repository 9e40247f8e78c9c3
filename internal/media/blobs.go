package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"masthead/internal/errs"
)

// Blobs keeps files under the hash of their content (SHA-256, lower-case hex). A file is there whole or not at all, and
// never changes. It is safe for concurrent use, by several processes too. Package blobtest says what must hold of every kind of it.
type Blobs interface {
	// Put keeps a spooled file, in the place of one that is there already: so one that a disk damaged is whole again. When it
	// returns, the file survives a power cut.
	Put(ctx context.Context, f *Spooled) error
	// Open opens a file; an error of kind errs.NotFound if there is none. Close it.
	Open(ctx context.Context, hash string) (Blob, error)
	// Remove lets a file go; no error if there is none.
	Remove(ctx context.Context, hash string) error
	// Each calls fn for every file in the order of the hashes, until it returns an error.
	Each(ctx context.Context, fn func(Stat) error) error
}

// Blob is an open file.
type Blob interface {
	io.ReadSeekCloser
	io.ReaderAt
}

// Stat is what is known of a file without opening it.
type Stat struct {
	Hash string
	Size int64
	Kept time.Time
}

// Spooled is a file on the way to where it is kept. Drop it in the end: what was put is not lost by that.
type Spooled struct {
	Path string
	Hash string
	Size int64
}

// Spool writes what r holds, at most limit bytes, to a file in a folder, and takes its hash. More than limit is an error
// of kind errs.Invalid.
func Spool(ctx context.Context, dir string, r io.Reader, limit int64) (s *Spooled, err error) {
	tmp, err := os.CreateTemp(dir, "spool-")
	if err != nil {
		return nil, fmt.Errorf("spool a file: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	defer tmp.Close()
	h := sha256.New()
	size, err := io.Copy(io.MultiWriter(tmp, h), io.LimitReader(whileLive{ctx, r}, limit+1))
	if err != nil {
		return nil, fmt.Errorf("spool a file: %w", err)
	}
	if size > limit {
		return nil, errs.Errorf(errs.Invalid, "the file is larger than %d MB", limit>>20)
	}
	if err := tmp.Sync(); err != nil {
		return nil, fmt.Errorf("spool a file: %w", err)
	}
	return &Spooled{Path: tmp.Name(), Hash: hex.EncodeToString(h.Sum(nil)), Size: size}, tmp.Close()
}

// Drop removes the spooled file if it is still there.
func (s *Spooled) Drop() { os.Remove(s.Path) }

// whileLive stops reading when the context ends.
type whileLive struct {
	ctx context.Context
	r   io.Reader
}

func (w whileLive) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(p)
}

// IsHash reports whether a text is a hash as Blobs names files.
func IsHash(s string) bool { return len(s) == 2*sha256.Size && made16(s) }

func made16(s string) bool { return madeOf(s, "0123456789abcdef") }

// sweepSpool removes what a crash left half-written before that moment.
func sweepSpool(dir string, before time.Time) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("sweep %s: %w", dir, err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone, or at work
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("sweep %s: %w", dir, err)
		}
	}
	return nil
}
