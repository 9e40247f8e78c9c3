package media

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/image/draw"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/jobs"
)

// Prepared is a medium whose files are stored; Save makes it known.
type Prepared struct {
	hash  string
	item  Item
	files []storedFile
	known bool // the library has it
}

// Item returns what the medium will be once it is saved.
func (p *Prepared) Item() Item { return p.item }

// Known reports whether the library had this very file already.
func (p *Prepared) Known() bool { return p.known }

// TakeIn stores a file as it is and makes the few sizes that it is shown in until all are made (see Make). What is no
// picture, video or sound that the library takes, is damaged, or is not what its name says, is an error of kind
// errs.Invalid whose text says why; nothing of it stays. It needs no transaction.
func (l *Library) TakeIn(ctx context.Context, up Upload) (p *Prepared, err error) {
	name := cleanName(up.Name)
	defer errs.Wrap(&err, "%s", name)
	if err := up.Rights.judge(); err != nil {
		return nil, err
	}
	spooled, err := Spool(ctx, l.spool, up.Body, maxFilm)
	if err != nil {
		return nil, err
	}
	defer spooled.Drop()
	file, err := os.Open(spooled.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	head := make([]byte, sniffed)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	f := sniff(head[:n])
	if f == nil {
		return nil, errs.Errorf(errs.Invalid, "this is no picture, video or sound that the library takes: JPEG, PNG, WebP, AVIF, HEIC, GIF, SVG, MP4, MOV, WebM, MP3, M4A, WAV or Ogg")
	}
	if err := fits(name, f); err != nil {
		return nil, err
	}
	p = &Prepared{hash: identity(f.kind, up.Key, spooled.Hash)}
	was, err := selectByHash(ctx, l.db, p.hash)
	if err != nil {
		return nil, err
	}
	if was != nil {
		p.item, p.known = *was, true
		return p, l.put(ctx, spooled) // the disk may have lost it
	}
	p.item = Item{
		Media: doc.Media{ID: idOf(p.hash), Kind: f.kind, Alt: up.Alt}, Version: 1, State: Making, Rights: up.Rights,
		Original: Original{Name: name, Type: f.mime, Size: spooled.Size, Hash: spooled.Hash},
	}
	original := named("original", f.ends[0], f.mime, spooled.Hash, spooled.Size)
	original.Staff = true
	p.item.Original.File = original.Name
	if f.kind == "photo" {
		err = l.takePicture(ctx, p, f, file, spooled.Size, up)
	} else {
		err = l.takeFilm(ctx, p, f, file, spooled.Size, up)
	}
	if err != nil {
		return nil, err
	}
	if err := l.put(ctx, spooled); err != nil || p.known {
		return p, err
	}
	p.item.describe()
	p.files = append(p.files, original)
	return p, nil
}

// describe gives readers' side of the medium what the newsroom's says.
func (m *Item) describe() { m.Caption, m.Credit = m.Facts.Caption, m.Facts.Credit }

func (l *Library) takePicture(ctx context.Context, p *Prepared, f *format, r io.ReaderAt, size int64, up Upload) error {
	if err := enter(ctx, l.door); err != nil {
		return err
	}
	defer leave(l.door)
	file, err := readAll(io.NewSectionReader(r, 0, size), size, maxPictureBytes)
	if err != nil {
		return err
	}
	m := &p.item
	m.FocusX, m.FocusY = up.Focus.point()
	if f == formatSVG {
		m.State, m.Facts = Ready, up.Facts
		drawing, err := l.drawing(ctx, m, file)
		p.files = append(p.files, drawing)
		return err
	}
	if err := polyglot(file); err != nil {
		return err
	}
	if err := measure(f, file); err != nil {
		return err
	}
	readFacts(file, m, up.Facts)
	src, err := decode(f, file)
	if err != nil {
		return err
	}
	m.Width, m.Height = src.size()
	return l.quick(ctx, p, "", src)
}

// enter waits for a place; leave gives it back.
func enter(ctx context.Context, place chan struct{}) error {
	select {
	case place <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func leave(place chan struct{}) { <-place }

// quickWidths are the sizes that are there at once, as JPEG.
var quickWidths = []int{320, 640, 1216}

// quick makes the sizes that a picture is shown in until Make has made all of them.
func (l *Library) quick(ctx context.Context, p *Prepared, prefix string, src pixels) error {
	m := &p.item
	list := slices.DeleteFunc(widths(m.Width), func(w int) bool { return !slices.Contains(quickWidths, w) && m.Width > quickWidths[len(quickWidths)-1] })
	b := src.Bounds()
	most := list[len(list)-1]
	w, h := most, max(1, (m.Height*most+m.Width/2)/m.Width)
	if turned(src.turn) {
		w, h = h, w
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Rect, image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(small, small.Rect, src.Image, b, draw.Over, nil)
	sizes := cascade(upright(src.colours.correct(small), src.turn), list, m.Width, m.Height)
	m.Colour, m.likeness = dominant(sizes[0]), likeness(sizes[0])
	for _, s := range sizes {
		f, err := l.jpeg(ctx, m, prefix+"w"+strconv.Itoa(s.Rect.Dx()), s)
		if err != nil {
			return err
		}
		p.files = append(p.files, f)
		m.Renditions = append(m.Renditions, rendition(m.ID, f, s.Rect.Dx(), s.Rect.Dy()))
	}
	return nil
}

func rendition(id string, f storedFile, w, h int) doc.Rendition {
	return doc.Rendition{URL: Path(id, f.Name), Type: f.Type, Width: w, Height: h, Bytes: f.Size}
}

// JobMake is the kind of the jobs that make a medium's files; the name is its id.
const JobMake = "media"

// JobFilm is that of uploaded films and sounds, which take hours: pictures do not wait for them.
const JobFilm = "film"

// addJob leaves the work of making a medium's files.
func addJob(ctx context.Context, tx *db.Tx, m *Item) error {
	kind := JobMake
	if m.Kind != "photo" && m.Original.Hash != "" {
		kind = JobFilm
	}
	return jobs.Add(ctx, tx, kind, m.ID, tx.Now, struct{}{})
}

// Save writes a prepared medium's row, and leaves the work of making its files. The same file and key twice is one
// medium: the first, which comes back if it was removed.
func (l *Library) Save(ctx context.Context, tx *db.Tx, who string, p *Prepared) (m Item, err error) {
	defer errs.Wrap(&err, "save media %s", p.item.ID)
	if p.known {
		return l.BringBack(ctx, tx, p.item.ID)
	}
	m = p.item
	m.Who, m.Created, m.Updated = who, tx.Now, tx.Now
	isNew, err := insert(ctx, tx, p.hash, &m, p.files)
	if err != nil {
		return m, err
	}
	if !isNew {
		was, err := selectByHash(ctx, tx, p.hash)
		if err != nil || was == nil {
			return m, fmt.Errorf("another medium has its id: %w", err)
		}
		return *was, nil
	}
	if err := insertVersion(ctx, tx, &m, who); err != nil {
		return m, err
	}
	if m.State == Making {
		err = addJob(ctx, tx, &m)
	}
	return m, err
}

// Alter makes a person's change in what is known of a medium. base is the version it was made from: if that is not the newest,
// nothing is written and the error is of kind errs.Conflict. The files that hold credit or crops are made anew by Make.
func (l *Library) Alter(ctx context.Context, tx *db.Tx, who, id string, base int, c Change) (m Item, err error) {
	if m, err = Get(ctx, tx, id); err != nil {
		return m, err
	}
	if m.Version != base {
		return m, errs.Errorf(errs.Conflict, "media %s was changed by somebody else: version %d is the newest, this was made from %d", id, m.Version, base)
	}
	if err := c.apply(&m); err != nil {
		return m, err
	}
	return m, l.alter(ctx, tx, who, &m)
}

// Restore brings back what was said of a medium in an earlier version.
func (l *Library) Restore(ctx context.Context, tx *db.Tx, who, id string, version int) (m Item, err error) {
	if m, err = Get(ctx, tx, id); err != nil {
		return m, err
	}
	list, err := selectVersions(ctx, tx, id)
	if err != nil {
		return m, err
	}
	i := slices.IndexFunc(list, func(v Version) bool { return v.Version == version })
	if i < 0 {
		return m, errs.Errorf(errs.NotFound, "media %s has no version %d", id, version)
	}
	m.Facts, m.Rights, m.FocusX, m.FocusY = list[i].Facts, list[i].Rights, list[i].Focus.X, list[i].Focus.Y
	return m, l.alter(ctx, tx, who, &m)
}

func (l *Library) alter(ctx context.Context, tx *db.Tx, who string, m *Item) error {
	if !m.Removed.IsZero() {
		return errs.Errorf(errs.Conflict, "%s was removed from the library: bring it back first", m.Original.Name)
	}
	m.describe()
	m.Version++
	m.Updated = tx.Now
	if err := update(ctx, tx, m); err != nil {
		return fmt.Errorf("change media %s: %w", m.ID, err)
	}
	if err := insertVersion(ctx, tx, m, who); err != nil {
		return fmt.Errorf("change media %s: %w", m.ID, err)
	}
	if m.State == Failed && m.Kind == "photo" {
		return nil
	}
	return addJob(ctx, tx, m)
}

// Keeps is how long a medium that was removed can be brought back.
const Keeps = 30 * 24 * time.Hour

// Remove takes a medium that nothing uses out of the library; errs.Conflict while something does. It can be brought back
// until Keeps is over: the next Sweep then forgets it with its files.
func (l *Library) Remove(ctx context.Context, tx *db.Tx, id string) error {
	m, err := Get(ctx, tx, id)
	if err != nil || !m.Removed.IsZero() {
		return err
	}
	uses, err := selectUses(ctx, tx, id)
	if err != nil {
		return err
	}
	if len(uses) > 0 {
		return errs.Errorf(errs.Conflict, "%s is used in %d stories or fronts: take it out there first", m.Original.Name, len(uses))
	}
	if err := setRemoved(ctx, tx, id, tx.Now); err != nil {
		return fmt.Errorf("remove media %s: %w", id, err)
	}
	return nil
}

// BringBack returns a medium that was removed to the library, as it was.
func (l *Library) BringBack(ctx context.Context, tx *db.Tx, id string) (m Item, err error) {
	if m, err = Get(ctx, tx, id); err != nil || m.Removed.IsZero() {
		return m, err
	}
	m.Removed = time.Time{}
	if err := setRemoved(ctx, tx, id, m.Removed); err != nil {
		return m, fmt.Errorf("bring media %s back: %w", id, err)
	}
	return m, nil
}

// Limits of what is said of a medium, in bytes and items.
const (
	maxText  = 10_000
	maxShort = 1000
	maxNames = 100
)

func (c Change) apply(m *Item) error {
	for _, s := range []struct {
		name string
		from *string
		to   *string
		max  int
	}{
		{"title", c.Title, &m.Facts.Title, maxShort}, {"caption", c.Caption, &m.Facts.Caption, maxText}, {"credit", c.Credit, &m.Facts.Credit, maxShort},
		{"creator", c.Creator, &m.Facts.Creator, maxShort}, {"copyright", c.Copyright, &m.Facts.Copyright, maxShort}, {"source", c.Source, &m.Facts.Source, maxShort},
		{"instructions", c.Instructions, &m.Facts.Instructions, maxText}, {"place", c.Place, &m.Facts.Place, maxShort},
	} {
		if s.from == nil {
			continue
		}
		if len(*s.from) > s.max || !utf8.ValidString(*s.from) {
			return errs.Errorf(errs.Invalid, "%s: at most %d bytes of UTF-8 text are taken", s.name, s.max)
		}
		*s.to = strings.TrimSpace(printable(*s.from))
	}
	for _, s := range []struct {
		name string
		from *[]string
		to   *[]string
	}{{"people", c.People, &m.Facts.People}, {"keywords", c.Keywords, &m.Facts.Keywords}} {
		if s.from == nil {
			continue
		}
		list := trimmed(*s.from)
		if len(list) > maxNames || slices.ContainsFunc(list, func(n string) bool { return len(n) > maxShort || !utf8.ValidString(n) }) {
			return errs.Errorf(errs.Invalid, "%s: at most %d of at most %d bytes are taken", s.name, maxNames, maxShort)
		}
		*s.to = list
	}
	if c.Taken != nil {
		m.Facts.Taken = c.Taken.UTC()
	}
	if c.Focus != nil {
		m.FocusX, m.FocusY = c.Focus.point()
	}
	if c.Rights != nil {
		if err := c.Rights.judge(); err != nil {
			return err
		}
		m.Rights = *c.Rights
	}
	return nil
}

// trimmed returns the texts without spaces around them, without empty ones and repetitions.
func trimmed(list []string) (out []string) {
	for _, s := range list {
		if s = strings.TrimSpace(printable(s)); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// printable leaves control characters out that no text has, and no file's metadata may.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// cleanName is a file's name as people read it: without folders and what no name may hold.
func cleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	for len(name) > 200 {
		_, n := utf8.DecodeRuneInString(name)
		name = name[n:]
	}
	if name == "" {
		return "untitled"
	}
	return name
}

// jpeg keeps a picture as JPEG, with its credit.
func (l *Library) jpeg(ctx context.Context, of *Item, base string, m *image.RGBA) (storedFile, error) {
	file, err := plainEncoder.file(m)
	if err == nil {
		file, err = of.stamp(file)
	}
	if err != nil {
		return storedFile{}, err
	}
	return l.keep(ctx, base, "jpg", "image/jpeg", file)
}
