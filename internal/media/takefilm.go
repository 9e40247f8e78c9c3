package media

import (
	"context"
	"io"
	"os"
	"time"

	"masthead/internal/av"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// takeFilm takes in a film or a sound as it came. One that browsers play is there for readers at once.
func (l *Library) takeFilm(ctx context.Context, p *Prepared, f *format, r io.ReaderAt, size int64, up Upload) error {
	info, err := av.Probe(r, size)
	if err != nil {
		return err
	}
	m := &p.item
	if info.Kind != m.Kind { // an MP4 with nothing but sound, or the reverse
		p.hash = identity(info.Kind, up.Key, m.Original.Hash)
		was, err := selectByHash(ctx, l.db, p.hash)
		if err != nil {
			return err
		}
		if was != nil {
			p.item, p.known = *was, true
			return nil
		}
		m.ID, m.Kind = idOf(p.hash), info.Kind
	}
	m.Width, m.Height = info.Width, info.Height
	m.Duration = max(1, int(info.Duration.Round(time.Second)/time.Second))
	m.Facts = up.Facts
	if m.Facts.Taken.IsZero() && !info.Created.IsZero() {
		m.Facts.Taken, m.Facts.Zoned = info.Created, true
	}
	m.Facts.bound()
	if !info.Plays {
		return nil
	}
	private, along, err := av.Private(r, size)
	if err != nil || along { // readers get only what is made of it
		return err
	}
	ext := f.ends[0]
	public := named(m.Kind, ext, info.Type, m.Original.Hash, size)
	if len(private) > 0 {
		clean, err := Spool(ctx, l.spool, av.Blank(io.NewSectionReader(r, 0, size), private), maxFilm)
		if err != nil {
			return err
		}
		defer clean.Drop()
		if err := l.put(ctx, clean); err != nil {
			return err
		}
		public = named(m.Kind, ext, info.Type, clean.Hash, clean.Size)
	}
	p.files = append(p.files, public)
	m.Renditions = []doc.Rendition{rendition(m.ID, public, m.Width, m.Height)}
	return nil
}

// probe reads again what a film's original is, and opens it as a file for ffmpeg. Call done in the end.
func (l *Library) probe(ctx context.Context, m Item) (path string, info av.Info, done func(), err error) {
	b, err := l.blobs.Open(ctx, m.Original.Hash)
	if err != nil {
		return "", info, nil, err
	}
	if info, err = av.Probe(b, m.Original.Size); err != nil {
		b.Close()
		return "", info, nil, err
	}
	if f, ok := b.(*os.File); ok {
		return f.Name(), info, func() { b.Close() }, nil
	}
	defer b.Close()
	s, err := Spool(ctx, l.spool, b, maxFilm)
	if errs.Is(err, errs.Invalid) {
		return "", info, nil, errs.Errorf(errs.Unavailable, "the original of %s is not what was stored", m.ID)
	}
	if err != nil {
		return "", info, nil, err
	}
	return s.Path, info, s.Drop, nil
}
