package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"masthead/internal/errs"
)

// Disk keeps blobs in a folder: {dir}/{first two digits}/{hash}.
type Disk struct{ dir string }

// OpenDisk opens the folder and makes it when it is missing.
func OpenDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	return &Disk{dir}, nil
}

// Put moves the spooled file to its place; it must lie on the same disk.
func (d *Disk) Put(ctx context.Context, f *Spooled) (err error) {
	defer errs.Wrap(&err, "store media file")
	path := d.path(f.Hash)
	if err := os.Chmod(f.Path, 0o644); err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.Mkdir(folder, 0o755); err == nil {
		if err := syncDir(d.dir); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Rename(f.Path, path); err != nil {
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
func (d *Disk) Open(_ context.Context, hash string) (Blob, error) {
	if !IsHash(hash) {
		return nil, errs.Errorf(errs.NotFound, "no media file %q", hash)
	}
	f, err := os.Open(d.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.Errorf(errs.NotFound, "no media file %s", hash)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Remove lets a file go.
func (d *Disk) Remove(_ context.Context, hash string) error {
	if !IsHash(hash) {
		return nil
	}
	if err := os.Remove(d.path(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove media file: %w", err)
	}
	return nil
}

// Each walks the folder.
func (d *Disk) Each(ctx context.Context, fn func(Stat) error) error {
	for i := range 256 {
		list, err := os.ReadDir(filepath.Join(d.dir, fmt.Sprintf("%02x", i)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("walk media folder: %w", err)
		}
		for _, e := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil || !IsHash(e.Name()) {
				continue // gone meanwhile, or not ours
			}
			if err := fn(Stat{Hash: e.Name(), Size: info.Size(), Kept: info.ModTime()}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Disk) path(hash string) string { return DiskPath(d.dir, hash) }

// DiskPath is where a Disk keeps a file in its folder.
func DiskPath(dir, hash string) string { return filepath.Join(dir, hash[:2], hash) }
