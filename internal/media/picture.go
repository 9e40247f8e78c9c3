package media

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // a picture may come as GIF, JPEG, PNG or WebP
	"image/jpeg"
	_ "image/png"
	"strconv"

	"github.com/gen2brain/webp"
	"golang.org/x/sync/errgroup"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// Limits of what is taken in.
const (
	maxPictureBytes = 64 << 20
	maxPixels       = 64 << 20
	maxEdge         = 20_000
	minEdge         = 16
)

const (
	jpegQuality = 80
	webpQuality = 75
	webpMethod  = 2 // a third of the time of 4 for 6 % more bytes
)

// PictureInput is a picture to be taken in: the bytes of a GIF, JPEG, PNG or WebP file, or else an image that
// the program drew.
type PictureInput struct {
	Bytes   []byte
	Image   image.Image
	Key     string // where it comes from, such as a wire's id of it: the same content under another key is another picture
	Alt     string
	Caption string
	Credit  string
	Focus   *Focus // nil: the middle
}

// Focus is what must stay in a crop, as a fraction of width and height.
type Focus struct{ X, Y float64 }

func (f *Focus) point() (x, y float64) {
	if f == nil {
		return .5, .5
	}
	return min(max(f.X, 0), 1), min(max(f.Y, 0), 1)
}

// Picture makes a picture's sizes and crops and stores the files. It needs no transaction and takes about a
// second of one core; a picture that the library has costs one look-up.
func (l *Library) Picture(ctx context.Context, in PictureInput) (*Prepared, error) {
	return l.picture(ctx, l.db, in)
}

// AddPicture is Picture and Save in one transaction. The transaction waits while the picture is made; where
// writers wait for each other, call Picture before it begins.
func (l *Library) AddPicture(ctx context.Context, tx *db.Tx, in PictureInput) (doc.Media, error) {
	p, err := l.picture(ctx, tx, in)
	if err != nil {
		return doc.Media{}, err
	}
	return l.Save(ctx, tx, p)
}

func (l *Library) picture(ctx context.Context, q db.Queryer, in PictureInput) (p *Prepared, err error) {
	defer errs.Wrap(&err, "take in picture %s", in.Key)
	hash, err := in.hash()
	if err != nil {
		return nil, err
	}
	if p, err := known(ctx, q, hash); p != nil || err != nil {
		return p, err
	}
	p = &Prepared{hash: hash}
	p.record.Media = doc.Media{ID: idOf(hash)}
	if err := l.make(ctx, &p.record, &p.record.Media, in, ""); err != nil {
		return nil, err
	}
	return p, nil
}

// known returns the medium of that identity, nil when the library has none.
func known(ctx context.Context, q db.Queryer, hash string) (*Prepared, error) {
	r, err := selectByHash(ctx, q, hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &Prepared{hash: hash, record: r, saved: true}, nil
}

func (in PictureInput) hash() (string, error) {
	if in.Bytes != nil {
		return identity("photo", in.Key, in.Bytes), nil
	}
	if in.Image == nil {
		return "", errs.Errorf(errs.Invalid, "there is no picture")
	}
	if err := judgeSize(in.Image.Bounds().Dx(), in.Image.Bounds().Dy()); err != nil {
		return "", err
	}
	m := flat(in.Image)
	return identity("photo", in.Key, []byte(m.Rect.String()), m.Pix), nil
}

// decode reads the picture after its size has been judged from its head.
func (in PictureInput) decode() (*image.RGBA, error) {
	if in.Bytes == nil {
		return flat(in.Image), nil
	}
	if len(in.Bytes) > maxPictureBytes {
		return nil, errs.Errorf(errs.Invalid, "the picture has %d bytes, at most %d are taken", len(in.Bytes), maxPictureBytes)
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(in.Bytes))
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "not a GIF, JPEG, PNG or WebP picture: %w", err)
	}
	if err := judgeSize(head.Width, head.Height); err != nil {
		return nil, err
	}
	turn := 1
	if format == "jpeg" {
		turn = orientation(in.Bytes)
	}
	m, _, err := image.Decode(bytes.NewReader(in.Bytes))
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "damaged %s picture: %w", format, err)
	}
	if err := judgeSize(m.Bounds().Dx(), m.Bounds().Dy()); err != nil {
		return nil, err
	}
	return upright(flat(m), turn), nil
}

// small reports whether a drawn picture takes so little memory that several may be made at a time.
func (in PictureInput) small() bool {
	return in.Image != nil && in.Image.Bounds().Dx()*in.Image.Bounds().Dy() <= 2<<20
}

func judgeSize(w, h int) error {
	if w < minEdge || h < minEdge {
		return errs.Errorf(errs.Invalid, "the picture is %d × %d pixels, at least %d × %d are needed", w, h, minEdge, minEdge)
	}
	if w > maxEdge || h > maxEdge || w*h > maxPixels {
		return errs.Errorf(errs.Invalid, "the picture is %d × %d pixels, at most %d and %d in all are taken", w, h, maxEdge, maxPixels)
	}
	return nil
}

// make stores all sizes and crops of a picture in the record and describes them in m. Names begin with prefix.
func (l *Library) make(ctx context.Context, r *record, m *doc.Media, in PictureInput, prefix string) error {
	if !in.small() {
		select {
		case l.work <- struct{}{}:
			defer func() { <-l.work }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	src, err := in.decode()
	if err != nil {
		return err
	}
	m.Kind, m.Width, m.Height = "photo", src.Rect.Dx(), src.Rect.Dy()
	m.FocusX, m.FocusY = in.Focus.point()
	m.Alt, m.Caption, m.Credit = in.Alt, in.Caption, in.Credit
	w := &writer{store: l.store, r: r}
	w.puts.SetLimit(putsAtOnce)
	var webps, jpegs []doc.Rendition
	base := reduced(src)
	sizes := cascade(base, widths(m.Width), m.Width, m.Height)
	for _, s := range sizes {
		name := prefix + "w" + strconv.Itoa(s.Rect.Dx())
		webps = append(webps, w.webp(ctx, name, s))
		jpegs = append(jpegs, w.jpeg(ctx, name, s))
	}
	m.Renditions = append(webps, jpegs...)
	m.Colour = dominant(sizes[0])
	for _, c := range crops {
		m.Crops = append(m.Crops, w.crop(ctx, prefix, base, m, c))
	}
	return errors.Join(w.puts.Wait(), w.err)
}

// writer encodes pictures and stores them meanwhile: a disk makes many files safe in the time of one. It
// remembers the first error.
type writer struct {
	store *Store
	r     *record
	puts  errgroup.Group
	err   error
}

const putsAtOnce = 8

func (w *writer) webp(ctx context.Context, name string, m *image.RGBA) doc.Rendition {
	return w.encode(ctx, name, "webp", "image/webp", m, func(b *bytes.Buffer) error {
		return webp.Encode(b, m, webp.Options{Quality: webpQuality, Method: webpMethod})
	})
}

func (w *writer) jpeg(ctx context.Context, name string, m *image.RGBA) doc.Rendition {
	return w.encode(ctx, name, "jpg", "image/jpeg", m, func(b *bytes.Buffer) error {
		return jpeg.Encode(b, m, &jpeg.Options{Quality: jpegQuality})
	})
}

func (w *writer) encode(ctx context.Context, name, extension, typ string, m *image.RGBA, into func(*bytes.Buffer) error) doc.Rendition {
	if w.err == nil {
		w.err = ctx.Err()
	}
	if w.err != nil {
		return doc.Rendition{}
	}
	var b bytes.Buffer
	if err := into(&b); err != nil {
		w.err = fmt.Errorf("encode %s as %s: %w", name, typ, err)
		return doc.Rendition{}
	}
	data := b.Bytes()
	w.puts.Go(func() error {
		_, _, err := w.store.Put(ctx, bytes.NewReader(data))
		return err
	})
	address := w.r.name(name, extension, typ, data)
	return doc.Rendition{URL: address, Type: typ, Width: m.Rect.Dx(), Height: m.Rect.Dy(), Bytes: int64(len(data))}
}

// crop makes one fixed ratio in its sizes: WebP for the small ones too, because cards show them.
func (w *writer) crop(ctx context.Context, prefix string, src *image.RGBA, m *doc.Media, c cropSpec) doc.Crop {
	part := cut(src, cropRect(src.Rect.Dx(), src.Rect.Dy(), c.w, c.h, m.FocusX, m.FocusY))
	out := doc.Crop{Ratio: fmt.Sprintf("%d:%d", c.w, c.h)}
	var webps, jpegs []doc.Rendition
	for _, s := range cascade(part, c.widths(part.Rect.Dx()), c.w, c.h) {
		name := fmt.Sprintf("%sc%dx%d-%d", prefix, c.w, c.h, s.Rect.Dx())
		if s.Rect.Dx() <= maxCardSquare {
			webps = append(webps, w.webp(ctx, name, s))
		}
		jpegs = append(jpegs, w.jpeg(ctx, name, s))
	}
	out.Renditions = append(webps, jpegs...)
	return out
}
