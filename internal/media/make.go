package media

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/webp"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// How pictures are encoded.
const (
	jpegQuality = 80
	webpQuality = 75
	webpMethod  = 2 // a third of the time of 4 for 6 % more bytes
	avifQuality = 55
	avifSpeed   = 9

	// A telephone chooses widths up to phoneWidth, and the first picture of a page may weigh 90 KB, with its credit: what is
	// heavier (leaves, crowds, grain) is made again with less quality.
	phoneWidth   = 800
	phoneBytes   = 88 << 10
	leastQuality = 30
)

// recipe is the number of the way in which files are made: a medium made by another is made anew.
const recipe = 2

// made says how a medium's files were made.
type made struct {
	Recipe int    `json:"recipe,omitempty"`
	Focus  Focus  `json:"focus,omitzero"`
	Words  string `json:"words,omitempty"` // digest of the credit and rights that are in every file
	Still  string `json:"still,omitempty"` // hash of the picture that an uploaded film's still is made from
}

// Made is what Make has made of a medium; Finish writes it.
type Made struct {
	item  Item // as it was when the work began
	files []storedFile
	media doc.Media // with the new renditions and crops
	made  made
	fault string

	prefix string // of the files' names
	step   *step  // a part of the work on a film, instead of all the above
	more   bool
}

// More reports whether Make has more to do on the medium once this is written: films are made in parts, so that each that
// is finished stays.
func (m *Made) More() bool { return m.more }

// Make makes all sizes and crops of a medium that are missing or no longer right, with its credit and rights in every
// file, and stores them. It takes some seconds of one core, for one medium of this process at a time, and needs no
// transaction. Of an uploaded film it makes one part, which can take hours: see More. nil: there is nothing to do.
func (l *Library) Make(ctx context.Context, id string) (*Made, error) {
	m, err := l.Item(ctx, id)
	if err != nil {
		return nil, err
	}
	if m.Kind != "photo" {
		return l.makeFilm(ctx, m)
	}
	if m.Original.Type == formatSVG.mime {
		return l.makeDrawing(ctx, m)
	}
	want := made{Recipe: recipe, Focus: Focus{m.FocusX, m.FocusY}, Words: m.stampDigest()}
	if m.State == Ready && m.made == want {
		return nil, nil
	}
	out := &Made{item: m, media: m.Media, made: want}
	all, err := selectFiles(ctx, l.db, id)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if f.Staff {
			out.files = append(out.files, f)
		}
	}
	if m.made.Recipe == recipe && m.made.Focus == want.Focus {
		return out, l.restamp(ctx, out, all)
	}
	if err := enter(ctx, l.work); err != nil {
		return nil, err
	}
	defer leave(l.work)
	src, err := l.source(ctx, m, all)
	if errs.Is(err, errs.Invalid) {
		out.fault, out.files = err.Error(), all
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	return out, l.render(ctx, out, src)
}

// makeDrawing writes a drawing anew, with the credit and rights of now.
func (l *Library) makeDrawing(ctx context.Context, m Item) (*Made, error) {
	if m.made == m.madeDrawing() {
		return nil, nil
	}
	out := &Made{item: m}
	all, err := selectFiles(ctx, l.db, m.ID)
	if err != nil {
		return nil, err
	}
	file, err := l.read(ctx, m.Original.Hash, maxPictureBytes)
	if err != nil {
		return nil, err
	}
	drawing, err := l.drawing(ctx, &m, file)
	if errs.Is(err, errs.Invalid) {
		out.fault, out.files = err.Error(), all
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.media, out.made = m.Media, m.made
	out.files = append(slices.DeleteFunc(all, func(f storedFile) bool { return !f.Staff }), drawing)
	return out, nil
}

func (m *Item) madeDrawing() made { return made{Recipe: recipe, Words: m.stampDigest()} }

// drawing stores what readers get of a drawing, and notes that in m.
func (l *Library) drawing(ctx context.Context, m *Item, original []byte) (storedFile, error) {
	clean, w, h, err := cleanSVG(original)
	if err != nil {
		return storedFile{}, err
	}
	f, err := l.keep(ctx, "drawing", "svg", formatSVG.mime, m.stampDrawing(clean))
	m.Width, m.Height, m.made = w, h, m.madeDrawing()
	m.Renditions = []doc.Rendition{rendition(m.ID, f, w, h)}
	return f, err
}

// source decodes what a picture's sizes are made from: its original, or the largest size of a picture from before originals were kept.
func (l *Library) source(ctx context.Context, m Item, all []storedFile) (*image.RGBA, error) {
	hash, f := m.Original.Hash, formatOf(m.Original.Type)
	if hash == "" {
		var best storedFile
		for _, s := range all {
			if p := partsOfName(s.Name); s.Type == "image/jpeg" && p.family == "w" && s.Size > best.Size {
				best = s
			}
		}
		hash, f = best.Hash, formatJPEG
	}
	if f == nil || hash == "" {
		return nil, errs.Errorf(errs.Invalid, "there is no file to make its sizes from")
	}
	file, err := l.read(ctx, hash, maxPictureBytes)
	if err != nil {
		return nil, err
	}
	if err := measure(f, file); err != nil {
		return nil, err
	}
	src, err := decode(f, file)
	if err != nil {
		return nil, err
	}
	return src.working(), nil
}

func formatOf(mime string) *format {
	for _, f := range formats {
		if f.mime == mime {
			return f
		}
	}
	return nil
}

func (l *Library) read(ctx context.Context, hash string, limit int64) ([]byte, error) {
	b, err := l.blobs.Open(ctx, hash)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	data, err := io.ReadAll(io.LimitReader(b, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errs.Errorf(errs.Invalid, "the file is larger than %d MB", limit>>20)
	}
	return data, err
}

// encoder makes files of one type.
type encoder struct {
	mime, ext string
	quality   int
	encode    func(w io.Writer, m *image.RGBA, quality int) error
}

// encoders are the types of files that a picture is made in, the best first.
var encoders = []encoder{
	{"image/avif", "avif", avifQuality, func(w io.Writer, m *image.RGBA, quality int) error {
		return avif.Encode(w, m, avif.Options{Quality: quality, QualityAlpha: quality, Speed: avifSpeed, ChromaSubsampling: image.YCbCrSubsampleRatio420})
	}},
	{"image/webp", "webp", webpQuality, func(w io.Writer, m *image.RGBA, quality int) error {
		return webp.Encode(w, m, webp.Options{Quality: quality, Method: webpMethod})
	}},
	plainEncoder,
}

// plainEncoder makes what every browser shows, in a moment.
var plainEncoder = encoder{"image/jpeg", "jpg", jpegQuality, func(w io.Writer, m *image.RGBA, quality int) error {
	return jpeg.Encode(w, m, &jpeg.Options{Quality: quality})
}}

func (e encoder) file(m *image.RGBA) ([]byte, error) {
	for quality := e.quality; ; quality -= 10 {
		var b bytes.Buffer
		if err := e.encode(&b, m, quality); err != nil {
			return nil, fmt.Errorf("encode as %s: %w", e.mime, err)
		}
		if m.Rect.Dx() > phoneWidth || b.Len() <= phoneBytes || quality-10 < leastQuality {
			return b.Bytes(), nil
		}
	}
}

// render makes all sizes and crops.
func (l *Library) render(ctx context.Context, out *Made, src *image.RGBA) error {
	m := &out.media
	m.Renditions, m.Crops = nil, nil
	sizes := cascade(src, widths(m.Width), m.Width, m.Height)
	m.Colour = dominant(sizes[0])
	for _, e := range encoders {
		for _, s := range sizes {
			r, err := l.encode(ctx, out, e, out.prefix+"w"+strconv.Itoa(s.Rect.Dx()), s)
			if err != nil {
				return err
			}
			m.Renditions = append(m.Renditions, r)
		}
	}
	for _, c := range crops {
		crop, err := l.crop(ctx, out, src, c)
		if err != nil {
			return err
		}
		m.Crops = append(m.Crops, crop)
	}
	return nil
}

func (l *Library) encode(ctx context.Context, out *Made, e encoder, base string, m *image.RGBA) (doc.Rendition, error) {
	if err := ctx.Err(); err != nil {
		return doc.Rendition{}, err
	}
	file, err := e.file(m)
	if err != nil {
		return doc.Rendition{}, fmt.Errorf("%s: %w", base, err)
	}
	return l.stamped(ctx, out, base, e.ext, e.mime, file, m.Rect.Dx(), m.Rect.Dy())
}

// stamped stores a file with the medium's credit and rights in it.
func (l *Library) stamped(ctx context.Context, out *Made, base, ext, mime string, file []byte, w, h int) (doc.Rendition, error) {
	file, err := out.item.stamp(file)
	if err != nil {
		return doc.Rendition{}, fmt.Errorf("write the credit into %s: %w", base, err)
	}
	f, err := l.keep(ctx, base, ext, mime, file)
	if err != nil {
		return doc.Rendition{}, err
	}
	out.files = append(out.files, f)
	return rendition(out.item.ID, f, w, h), nil
}

// crop makes one fixed ratio in its sizes: the small ones in all types, because cards show them, the great one as JPEG
// for sharing.
func (l *Library) crop(ctx context.Context, out *Made, src *image.RGBA, c cropSpec) (doc.Crop, error) {
	part := cut(src, cropRect(src.Rect.Dx(), src.Rect.Dy(), c.w, c.h, out.media.FocusX, out.media.FocusY))
	crop := doc.Crop{Ratio: fmt.Sprintf("%d:%d", c.w, c.h)}
	sizes := cascade(part, c.widths(part.Rect.Dx()), c.w, c.h)
	for _, e := range encoders {
		for _, s := range sizes {
			if e.mime != "image/jpeg" && s.Rect.Dx() > maxCardSquare {
				continue
			}
			r, err := l.encode(ctx, out, e, fmt.Sprintf("%sc%dx%d-%d", out.prefix, c.w, c.h, s.Rect.Dx()), s)
			if err != nil {
				return crop, err
			}
			crop.Renditions = append(crop.Renditions, r)
		}
	}
	return crop, nil
}

// restamp writes the credit and rights anew into files whose pixels are right.
func (l *Library) restamp(ctx context.Context, out *Made, all []storedFile) error {
	renew := func(list []doc.Rendition) ([]doc.Rendition, error) {
		list = append([]doc.Rendition(nil), list...)
		for i, r := range list {
			name := path.Base(r.URL)
			for _, f := range all {
				if f.Name != name {
					continue
				}
				file, err := l.read(ctx, f.Hash, maxPictureBytes)
				if err != nil {
					return nil, err
				}
				base, ext, _ := strings.Cut(name, ".")
				base = base[:strings.LastIndexByte(base, '-')]
				if list[i], err = l.stamped(ctx, out, base, ext, f.Type, file, r.Width, r.Height); err != nil {
					return nil, err
				}
			}
		}
		return list, nil
	}
	m := &out.media
	var err error
	if m.Renditions, err = renew(m.Renditions); err != nil {
		return err
	}
	m.Crops = append([]doc.Crop(nil), m.Crops...)
	for i := range m.Crops {
		if m.Crops[i].Renditions, err = renew(m.Crops[i].Renditions); err != nil {
			return err
		}
	}
	return nil
}

// Finish writes what was made. It reports false, and writes nothing, when the medium was changed since in a way that
// makes it wrong: the job that the change left makes it anew.
func (l *Library) Finish(ctx context.Context, tx *db.Tx, out *Made) (m Item, ok bool, err error) {
	m, err = Get(ctx, tx, out.item.ID)
	if errs.Is(err, errs.NotFound) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	if out.step != nil {
		if err := out.step.finish(ctx, tx, &m); err != nil {
			return m, false, fmt.Errorf("files of media %s: %w", m.ID, err)
		}
		return m, true, update(ctx, tx, &m)
	}
	if m.Version != out.item.Version {
		return m, false, nil
	}
	was := m
	if out.fault != "" {
		m.State, m.Fault = Failed, out.fault
	} else {
		m.Media, m.made, m.State, m.Fault = out.media, out.made, Ready, ""
	}
	if out.more { // only its still was made
		m.State, m.Fault, m.Progress = was.State, was.Fault, was.Progress
	}
	if err := putFiles(ctx, tx, m.ID, out.files); err != nil {
		return m, false, fmt.Errorf("files of media %s: %w", m.ID, err)
	}
	if err := update(ctx, tx, &m); err != nil {
		return m, false, fmt.Errorf("files of media %s: %w", m.ID, err)
	}
	return m, true, nil
}
