// Package media keeps pictures and video: the files on disk under the hash of their content, what is known
// of them in the table media, and the sizes and crops that pages show. It must not know stories: who may see
// a medium is decided by package published.
package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// Library is the newsroom's pictures and video. It is safe for concurrent use.
type Library struct {
	db    *db.DB
	store *Store
	work  chan struct{} // a picture being made holds a place: each takes some hundred megabytes

	mu   sync.Mutex
	seen map[string]record // the records asked for lately
}

// atOnce is how many pictures are made at a time; keep is how many records are remembered.
const (
	atOnce = 2
	keep   = 4096
)

// New returns the library of a database and a store.
func New(d *db.DB, s *Store) *Library {
	return &Library{db: d, store: s, work: make(chan struct{}, atOnce), seen: map[string]record{}}
}

// record is the column data of a medium's row. It never changes once written.
type record struct {
	Media doc.Media    `json:"media"`
	Files []storedFile `json:"files"`

	created time.Time
}

type storedFile struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Hash string `json:"hash"`
	Size int64  `json:"size"`
}

// Prepared is a medium whose files are stored; Save makes it known.
type Prepared struct {
	hash   string
	record record
	saved  bool
}

// Media returns what a medium will be once it is saved.
func (p *Prepared) Media() doc.Media { return p.record.Media }

// Save writes a prepared medium's row and returns the medium. The same content and key twice gives the first.
func (l *Library) Save(ctx context.Context, tx *db.Tx, p *Prepared) (doc.Media, error) {
	if p.saved {
		return p.record.Media, nil
	}
	r, err := insert(ctx, tx, p)
	if err != nil {
		return doc.Media{}, fmt.Errorf("save media %s: %w", p.record.Media.ID, err)
	}
	return r.Media, nil
}

// Media returns a medium, NotFound if there is none of that id.
func (l *Library) Media(ctx context.Context, id string) (doc.Media, error) {
	r, err := l.record(ctx, id)
	return r.Media, err
}

// Find returns a medium inside a transaction, NotFound if there is none of that id.
func Find(ctx context.Context, q db.Queryer, id string) (doc.Media, error) {
	r, err := selectByID(ctx, q, id)
	return r.Media, err
}

func (l *Library) record(ctx context.Context, id string) (record, error) {
	if !isID(id) {
		return record{}, errs.Errorf(errs.NotFound, "no media %q", id)
	}
	l.mu.Lock()
	r, ok := l.seen[id]
	l.mu.Unlock()
	if ok {
		return r, nil
	}
	r, err := selectByID(ctx, l.db, id)
	if err != nil {
		return record{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.seen) >= keep {
		clear(l.seen)
	}
	l.seen[id] = r
	return r, nil
}

// File is an open file of a medium, as http.ServeContent wants it. Close it.
type File struct {
	io.ReadSeekCloser
	Type     string // MIME type
	Size     int64
	Modified time.Time // when the medium came into the library
	ETag     string    // strong, quoted
}

// OpenFile opens a medium's file by its name. It does not ask whether readers may see it.
func (l *Library) OpenFile(ctx context.Context, id, name string) (File, error) {
	if !isName(name) {
		return File{}, errs.Errorf(errs.NotFound, "no file %q of media %q", name, id)
	}
	r, err := l.record(ctx, id)
	if err != nil {
		return File{}, err
	}
	for _, f := range r.Files {
		if f.Name != name {
			continue
		}
		file, err := l.store.Open(f.Hash)
		if err != nil {
			return File{}, fmt.Errorf("open %s of media %s: %w", name, id, err)
		}
		return File{file, f.Type, f.Size, r.created, `"` + f.Hash[:32] + `"`}, nil
	}
	return File{}, errs.Errorf(errs.NotFound, "no file %s of media %s", name, id)
}

// identity is the hash of a kind, a key and content: what makes a medium the same one.
func identity(kind, key string, content ...[]byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d\x00%s", kind, len(key), key)
	for _, c := range content {
		fmt.Fprintf(h, "\x00%d\x00", len(c))
		h.Write(c)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// idOf makes the public id of an identity: the same medium has it in every database.
func idOf(hash string) string {
	raw, _ := hex.DecodeString(hash[:16])
	return "m" + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
}

// add stores a file of a medium and returns its address.
func (l *Library) add(ctx context.Context, r *record, name, extension, typ string, data []byte) (address string, err error) {
	address = r.name(name, extension, typ, data)
	_, _, err = l.store.Put(ctx, bytes.NewReader(data))
	return address, err
}

// name notes a file of the medium and returns its address; the file is still to be stored.
func (r *record) name(name, extension, typ string, data []byte) (address string) {
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	f := storedFile{Name: name + "-" + hash[:8] + "." + extension, Type: typ, Hash: hash, Size: int64(len(data))}
	r.Files = append(r.Files, f)
	return Path(r.Media.ID, f.Name)
}
