// Package media is the library: pictures, video and sound as they came, what the newsroom knows of them and may do with
// them, and the sizes and crops that pages show. Files are kept by the hash of their content (Blobs). It must not know
// stories: who may see a medium is decided by package published.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// Library is the newsroom's pictures, video and sound. It is safe for concurrent use.
type Library struct {
	db    *db.DB
	blobs Blobs
	spool string        // folder of files on their way in, on the disk of the blobs where those are on disk
	door  chan struct{} // whoever takes a picture in holds it, and
	work  chan struct{} // whoever makes one's sizes: each takes some hundred megabytes
}

// Open opens the library of a database: its files are in the folder dir.
func Open(d *db.DB, dir string) (*Library, error) {
	disk, err := OpenDisk(dir)
	if err != nil {
		return nil, err
	}
	spool := filepath.Join(dir, "tmp")
	if err := os.MkdirAll(spool, 0o755); err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	return &Library{db: d, blobs: disk, spool: spool, door: make(chan struct{}, 1), work: make(chan struct{}, 1)}, nil
}

// storedFile is a file of a medium.
type storedFile struct {
	Name  string
	Type  string
	Hash  string
	Size  int64
	Staff bool // an original: readers must not get it
}

// Item returns a medium as the newsroom has it, one that was removed too; NotFound if there is none of that id.
func (l *Library) Item(ctx context.Context, id string) (Item, error) { return Get(ctx, l.db, id) }

// Get is Item inside a transaction.
func Get(ctx context.Context, q db.Queryer, id string) (Item, error) {
	if !isID(id) {
		return Item{}, errs.Errorf(errs.NotFound, "no media %q", id)
	}
	return selectByID(ctx, q, id)
}

// Find returns what readers get of a medium; NotFound if there is none of that id, or it was removed.
func Find(ctx context.Context, q db.Queryer, id string) (doc.Media, error) {
	m, err := Get(ctx, q, id)
	if err == nil && !m.Removed.IsZero() {
		err = errs.Errorf(errs.NotFound, "media %s was removed from the library", id)
	}
	return m.Media, err
}

// List returns the media that a query chooses, the newest first.
func (l *Library) List(ctx context.Context, q Query) (Page, error) {
	return List(ctx, l.db, q, l.db.Now())
}

// List is the library's list at a moment, for those who have no library at hand.
func List(ctx context.Context, d db.Queryer, q Query, now time.Time) (Page, error) {
	if q.N <= 0 {
		q.N = 60
	}
	q.N = min(q.N, 200)
	if q.New > 0 {
		q.From = now.AddDate(0, 0, -q.New)
	}
	return selectPage(ctx, d, q, now)
}

// soon is how long before their end rights are warned of.
const soon = 7 * 24 * time.Hour

// Expiring returns the media that readers see and whose rights end within a week or have ended, those that end first
// first, at most 200.
func (l *Library) Expiring(ctx context.Context) ([]Item, error) {
	now := l.db.Now()
	list, err := selectExpiring(ctx, l.db, now.Add(soon), 200)
	return slices.DeleteFunc(list, func(m Item) bool {
		s := m.Rights.Standing(now)
		return s.May() && (s.Until.IsZero() || s.Until.After(now.Add(soon)))
	}), err
}

// Twins returns the other media that look the same, the most alike first: films by their stills.
func (l *Library) Twins(ctx context.Context, id string) ([]Item, error) {
	m, err := l.Item(ctx, id)
	if err != nil || m.likeness == 0 {
		return nil, err
	}
	list, err := selectAlike(ctx, l.db, m.likeness, 500)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(o Item) bool { return o.ID == id || distance(o.likeness, m.likeness) > alike })
	slices.SortStableFunc(list, func(a, b Item) int {
		return distance(a.likeness, m.likeness) - distance(b.likeness, m.likeness)
	})
	return list[:min(len(list), 20)], nil
}

// Uses returns who uses a medium, the newest first.
func (l *Library) Uses(ctx context.Context, id string) ([]Use, error) {
	return selectUses(ctx, l.db, id)
}

// LastAlt returns the alternative text that a medium had where it was used last; "" if it had none.
func (l *Library) LastAlt(ctx context.Context, id string) (string, error) {
	return selectLastAlt(ctx, l.db, id)
}

// SetUses notes what the newest version of a story, or a front, uses: alternative texts by the ids of media. What lacks one
// is a picture that has none of its own either.
func SetUses(ctx context.Context, tx *db.Tx, owner string, alts map[string]doc.Alt) error {
	return replaceUses(ctx, tx, owner, alts)
}

// Versions returns what the newsroom said of a medium, the newest first.
func (l *Library) Versions(ctx context.Context, id string) ([]Version, error) {
	return selectVersions(ctx, l.db, id)
}

// Index gives media from before the library the words by which they are found, and a first version: a hundred of them, by id
// after last. It returns the last one's id, "" when there are no more.
func Index(ctx context.Context, tx *db.Tx, last string) (string, error) {
	list, err := selectUnversioned(ctx, tx, last, 100)
	if err != nil {
		return "", err
	}
	next := ""
	for i := range list {
		m := &list[i]
		if err := update(ctx, tx, m); err != nil {
			return "", fmt.Errorf("index media %s: %w", m.ID, err)
		}
		if err := insertVersion(ctx, tx, m, m.Who); err != nil {
			return "", fmt.Errorf("index media %s: %w", m.ID, err)
		}
		next = m.ID
	}
	return next, nil
}

// File is an open file of a medium, as http.ServeContent wants it. Close it.
type File struct {
	Blob
	Type     string // MIME type
	Size     int64
	Modified time.Time // when the medium came into the library
	ETag     string    // strong, quoted
}

// OpenFile opens a file that pages show, by the id of its medium and its name. It does not ask whether readers may see
// that medium. A name from before the medium was changed, or of a size that is not made yet, is NotFound: see Nearest.
func (l *Library) OpenFile(ctx context.Context, id, name string) (File, error) {
	return l.open(ctx, id, name, false)
}

// OpenStaffFile opens any file of a medium, its original too.
func (l *Library) OpenStaffFile(ctx context.Context, id, name string) (File, error) {
	return l.open(ctx, id, name, true)
}

func (l *Library) open(ctx context.Context, id, name string, staff bool) (File, error) {
	if !isID(id) || !isName(name) {
		return File{}, errs.Errorf(errs.NotFound, "no file %q of media %q", name, id)
	}
	f, created, err := selectFile(ctx, l.db, id, name)
	if err != nil {
		return File{}, err
	}
	if f.Staff && !staff {
		return File{}, errs.Errorf(errs.NotFound, "no file %s of media %s", name, id)
	}
	file, err := l.blobs.Open(ctx, f.Hash)
	if err != nil {
		return File{}, fmt.Errorf("open %s of media %s: %w", name, id, err)
	}
	return File{file, f.Type, f.Size, created, `"` + f.Hash[:32] + `"`}, nil
}

// Nearest returns the name of the file that does best for one that is not there: the same size of the newest version, else the
// next larger one of its type, else any. ok is false if the medium has none of that kind.
func (l *Library) Nearest(ctx context.Context, id, name string) (nearest string, ok bool, err error) {
	if !isID(id) || !isName(name) {
		return "", false, nil
	}
	files, err := selectFiles(ctx, l.db, id)
	if err != nil {
		return "", false, err
	}
	want := partsOfName(name)
	near := func(f storedFile) int { return want.near(partsOfName(f.Name)) }
	files = slices.DeleteFunc(files, func(f storedFile) bool { return f.Staff || f.Name == name || near(f) < 0 })
	slices.SortStableFunc(files, func(a, b storedFile) int { return near(b) - near(a) })
	for _, f := range files {
		b, err := l.blobs.Open(ctx, f.Hash)
		if errs.Is(err, errs.NotFound) { // lost on the disk: it would be asked for its nearest in turn
			continue
		}
		if err != nil {
			return "", false, err
		}
		return f.Name, true, b.Close()
	}
	return "", false, nil
}

// identity is the hash of a kind, a key and content: what makes a medium the same one.
func identity(kind, key string, content ...string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d\x00%s", kind, len(key), key)
	for _, c := range content {
		fmt.Fprintf(h, "\x00%s", c)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// idOf makes the public id of an identity: the same medium has it in every database.
func idOf(hash string) string {
	raw, _ := hex.DecodeString(hash[:16])
	return "m" + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
}

// put stores a spooled file. It is written down first: a crash leaves a note without a file, and never a file that no sweep
// finds.
func (l *Library) put(ctx context.Context, s *Spooled) error {
	if err := l.db.InTx(ctx, func(tx *db.Tx) error { return noteBlob(ctx, tx, s.Hash) }); err != nil {
		return fmt.Errorf("store media file: %w", err)
	}
	return l.blobs.Put(ctx, s)
}

// keep stores a file and describes it under a name of which its content's hash is a part.
func (l *Library) keep(ctx context.Context, base, extension, typ string, data []byte) (storedFile, error) {
	s, err := Spool(ctx, l.spool, strings.NewReader(string(data)), int64(len(data)))
	if err != nil {
		return storedFile{}, err
	}
	defer s.Drop()
	return named(base, extension, typ, s.Hash, s.Size), l.put(ctx, s)
}

func named(base, extension, typ, hash string, size int64) storedFile {
	return storedFile{Name: base + "-" + hash[:8] + "." + extension, Type: typ, Hash: hash, Size: size}
}
