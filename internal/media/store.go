package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"masthead/internal/errs"
)

// maxFile bounds one stored file.
const maxFile = 4 << 30

// Store keeps files under the hash of their content: {dir}/{first two digits}/{hash}. A file is there whole or
// not at all, and never changes. It is safe for concurrent use, by several processes too.
type Store struct{ dir string }

// OpenStore opens the store in a folder and makes the folder when it is missing.
func OpenStore(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o755); err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	return &Store{dir}, nil
}

// Put stores what r holds and returns its hash, SHA-256 in hex, and its size. When it returns, the file
// survives a power cut. The same content twice is one file.
func (s *Store) Put(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	defer errs.Wrap(&err, "store media file")
	tmp, err := os.CreateTemp(filepath.Join(s.dir, "tmp"), "put-")
	if err != nil {
		return "", 0, err
	}
	defer os.Remove(tmp.Name()) // after the rename there is nothing to remove
	defer tmp.Close()
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(whileLive{ctx, r}, maxFile+1))
	if err != nil {
		return "", 0, err
	}
	if size > maxFile {
		return "", 0, errs.Errorf(errs.Invalid, "the file is larger than %d bytes", int64(maxFile))
	}
	hash = hex.EncodeToString(h.Sum(nil))
	path := s.path(hash)
	if _, err := os.Stat(path); err == nil {
		return hash, size, nil
	}
	if err := tmp.Chmod(0o644); err != nil {
		return "", 0, err
	}
	if err := tmp.Sync(); err != nil {
		return "", 0, err
	}
	if err := tmp.Close(); err != nil {
		return "", 0, err
	}
	return hash, size, s.settle(tmp.Name(), path)
}

// settle gives a complete file its name and makes the name last.
func (s *Store) settle(tmp, path string) error {
	folder := filepath.Dir(path)
	if err := os.Mkdir(folder, 0o755); err == nil {
		if err := syncDir(s.dir); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(folder)
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Open opens a file by its hash.
func (s *Store) Open(hash string) (*os.File, error) {
	if !isHash(hash) {
		return nil, errs.Errorf(errs.NotFound, "no media file %q", hash)
	}
	f, err := os.Open(s.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.Errorf(errs.NotFound, "no media file %s", hash)
	}
	return f, err
}

// Sweep removes what a crash left half-written before that moment.
func (s *Store) Sweep(before time.Time) error {
	list, err := os.ReadDir(filepath.Join(s.dir, "tmp"))
	if err != nil {
		return fmt.Errorf("sweep media folder: %w", err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone, or at work
		}
		if err := os.Remove(filepath.Join(s.dir, "tmp", e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("sweep media folder: %w", err)
		}
	}
	return nil
}

func (s *Store) path(hash string) string { return filepath.Join(s.dir, hash[:2], hash) }

func isHash(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

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
