package wire

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"masthead/internal/errs"
)

// filesOf lists the files that the paths name, folders walked, each folder in the order of names. Hidden files are
// left out, and the same path is listed once. What cannot be listed is a Failure.
func filesOf(paths []string) (files []string, failed []Failure) {
	seen := map[string]bool{}
	add := func(path string) {
		if !seen[path] {
			seen[path] = true
			files = append(files, path)
		}
	}
	for _, root := range paths {
		if root == "-" {
			add(root)
			continue
		}
		info, err := os.Stat(root)
		if err != nil {
			failed = append(failed, Failure{Path: root, Reason: reason(err)})
			continue
		}
		if !info.IsDir() {
			add(filepath.Clean(root))
			continue
		}
		err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				failed = append(failed, Failure{Path: path, Reason: reason(err)})
			case path != root && strings.HasPrefix(d.Name(), "."):
				if d.IsDir() {
					return fs.SkipDir
				}
			case isFile(path, d):
				add(path)
			}
			return nil
		})
		if err != nil {
			failed = append(failed, Failure{Path: root, Reason: reason(err)})
		}
	}
	return slices.Clip(files), failed
}

func isFile(path string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// readFile reads a file of at most MaxBytes; "-" is the standard input.
func readFile(path string) ([]byte, error) {
	in := os.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > MaxBytes {
		return nil, errs.Errorf(errs.Invalid, "files of more than %d MB are not read", MaxBytes>>20)
	}
	return b, nil
}

// reason is the text of an error without the path, which stands before it.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// Failure is a file, or an item of one, that did not come in.
type Failure struct {
	Path   string
	Item   string // the guid, or its place in the file; "" for all of it
	Reason string
}

func (f Failure) String() string {
	if f.Item == "" {
		return fmt.Sprintf("%s: %s", f.Path, f.Reason)
	}
	return fmt.Sprintf("%s: %s: %s", f.Path, f.Item, f.Reason)
}
