package newsroom

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/andybalholm/brotli"

	"masthead/themes"
)

// dist is what tools/assets makes of the folder ui: scripts and style sheets.
//
//go:embed dist
var dist embed.FS

const assetPrefix = Prefix + "/_/"

// file is a built file. Its address changes with its content, so that it can be kept for good.
type file struct {
	kind               string
	plain, gzip, brotl []byte
}

// assets are the built files by the name in their address, and those names by the plain ones.
type assets struct {
	files map[string]file
	urls  map[string]string
}

// loadAssets reads what was built, and the theme's fonts: the screens wear the same ones, but do not change with a site's
// own theme.
func loadAssets() (a assets, err error) {
	a = assets{map[string]file{}, map[string]string{}}
	fonts := themes.Broadsheet()
	names, err := fs.Glob(fonts, "fonts/*.woff2")
	if err != nil {
		return a, err
	}
	for _, name := range names {
		b, err := fs.ReadFile(fonts, name)
		if err == nil {
			err = a.add(path.Base(name), b)
		}
		if err != nil {
			return a, err
		}
	}
	if names, err = fs.Glob(dist, "dist/*"); err != nil {
		return a, err
	}
	for _, name := range names {
		b, err := dist.ReadFile(name)
		if err != nil {
			return a, err
		}
		if path.Ext(name) == ".css" {
			b = fontURL.ReplaceAllFunc(b, func(m []byte) []byte {
				if u, ok := a.urls[path.Base(string(m))]; ok {
					return []byte(u)
				}
				return m
			})
		}
		if err := a.add(path.Base(name), b); err != nil {
			return a, err
		}
	}
	return a, nil
}

var fontURL = regexp.MustCompile(`/_/a/[a-z0-9-]+\.woff2`)

func (a assets) add(plain string, b []byte) (err error) {
	sum := sha256.Sum256(b)
	ext := path.Ext(plain)
	f := file{kind: kinds[ext], plain: b}
	if f.kind == "" {
		return fmt.Errorf("built file %s: of no kind that is served", plain)
	}
	if ext != ".woff2" {
		if f.gzip, f.brotl, err = compress(b); err != nil {
			return err
		}
	}
	hashed := strings.TrimSuffix(plain, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
	a.files[hashed], a.urls[plain] = f, assetPrefix+hashed
	return nil
}

var kinds = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}

func compress(b []byte) (zipped, brotl []byte, err error) {
	var z, br bytes.Buffer
	zw := gzip.NewWriter(&z)
	bw := brotli.NewWriterLevel(&br, 9)
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{zw, bw} {
		if _, err := w.Write(b); err != nil {
			return nil, nil, err
		}
		if err := w.Close(); err != nil {
			return nil, nil, err
		}
	}
	return z.Bytes(), br.Bytes(), nil
}

// url returns the address of a built file.
func (a assets) url(name string) (string, error) {
	if u, ok := a.urls[name]; ok {
		return u, nil
	}
	return "", fmt.Errorf("no built file %s", name)
}

// asset serves a built file.
func (s *Shell) asset(w http.ResponseWriter, r *http.Request) {
	f, ok := s.assets.files[r.PathValue("file")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	accept := r.Header.Get("Accept-Encoding")
	switch {
	case f.brotl != nil && strings.Contains(accept, "br"):
		h.Set("Content-Encoding", "br")
		body = f.brotl
	case f.gzip != nil && strings.Contains(accept, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	w.Write(body) // a client that is gone is no fault of ours
}
