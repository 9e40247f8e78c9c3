package media

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/av"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// TypeHLS is the type of playlists.
const TypeHLS = "application/vnd.apple.mpegurl"

// Names of a film's files: v720-….mp4 with its playlist v720-….m3u8, a128 of a sound; hls-….m3u8 names the
// playlists; video-… or audio-… is the original where readers may have it.
const (
	hlsFile  = "hls"
	maxList  = 4 << 20 // bytes of a playlist
	maxStill = 6       // candidates for the still
)

// step is one part of the work on a film: Finish adds it to what the film has then, so that what a person changed meanwhile
// stays, and a restart loses no part that was finished.
type step struct {
	files      []storedFile
	renditions []doc.Rendition
	still      *Item   // with a new still, if the film has none yet
	progress   float64 // of the whole work, from 0 to 1
	note       string  // why readers do not get more than there is
	end        bool
}

// rungBase is the base name of the files of a size.
func rungBase(kind string, r av.Rung) string {
	if kind == "audio" {
		return "a" + strings.TrimSuffix(r.Name, "k")
	}
	return "v" + strings.TrimSuffix(r.Name, "p")
}

// baseOf is a file's name without its hash and ending.
func baseOf(name string) string {
	base, _, _ := strings.Cut(name, ".")
	return base[:max(0, strings.LastIndexByte(base, '-'))]
}

func fileOf(files []storedFile, base, ext string) (storedFile, bool) {
	i := slices.IndexFunc(files, func(f storedFile) bool { return baseOf(f.Name) == base && path.Ext(f.Name) == "."+ext })
	if i < 0 {
		return storedFile{}, false
	}
	return files[i], true
}

// nextStep does the next missing part of the work on a film: its still, then one size after another, the smallest first.
// nil: nothing is missing.
func (l *Library) nextStep(ctx context.Context, m Item, files []storedFile) (*step, error) {
	tools, err := av.Find(ctx)
	if errs.Is(err, errs.Unavailable) {
		if m.State != Making && m.Fault == err.Error() {
			return nil, nil
		}
		return &step{note: err.Error(), end: true}, nil
	}
	if err != nil {
		return nil, err
	}
	source, info, done, err := l.probe(ctx, m)
	if err != nil {
		return nil, err
	}
	defer done()
	if _, has := fileOf(files, posterFile, "jpg"); m.Kind == "video" && m.Poster == nil && !has {
		s, err := l.stillStep(ctx, tools, m, source, info)
		if !errs.Is(err, errs.Invalid) { // a film without a picture that can be its still is a film yet
			return s, err
		}
	}
	ladder := av.Ladder(info)
	for i, r := range slices.Backward(ladder) {
		base := rungBase(m.Kind, r)
		if _, has := fileOf(files, base, "m3u8"); has {
			continue
		}
		s, err := l.rungStep(ctx, tools, m, files, source, info, r, float64(len(ladder)-1-i)/float64(len(ladder)), 1/float64(len(ladder)))
		if err == nil {
			s.end = i == 0
		}
		return s, err
	}
	if m.State == Making {
		return &step{end: true}, nil
	}
	return nil, nil
}

// stillStep takes candidates for a film's still, and the best one.
func (l *Library) stillStep(ctx context.Context, tools *av.Tools, m Item, source string, info av.Info) (*step, error) {
	frames, err := tools.Frames(ctx, source, info, maxStill)
	if err != nil {
		return nil, err
	}
	p := &Prepared{item: m}
	for i, f := range frames {
		file, err := l.keep(ctx, "frame"+strconv.Itoa(i+1), "jpg", "image/jpeg", f.JPEG)
		if err != nil {
			return nil, err
		}
		file.Staff = true
		p.files = append(p.files, file)
	}
	if err := l.takePoster(ctx, p, frames[av.Best(frames)].JPEG, m.Alt); err != nil {
		return nil, err
	}
	return &step{files: p.files, still: &p.item}, nil
}

// rungStep makes one size, and the playlist that names all there are.
func (l *Library) rungStep(ctx context.Context, tools *av.Tools, m Item, files []storedFile, source string, info av.Info, r av.Rung, from, part float64) (*step, error) {
	dir, err := os.MkdirTemp(l.spool, "film-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var told time.Time
	out, err := tools.Encode(ctx, source, info, r, dir, func(done float64) {
		if now := l.db.Now(); now.Sub(told) >= 2*time.Second {
			told = now
			l.tell(ctx, m.ID, from+part*done)
		}
	})
	if err != nil {
		return nil, err
	}
	f, err := os.Open(out.MP4)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	spooled, err := Spool(ctx, l.spool, f, maxFilm)
	if err != nil {
		return nil, err
	}
	defer spooled.Drop()
	if err := l.put(ctx, spooled); err != nil {
		return nil, err
	}
	base := rungBase(m.Kind, r)
	mp4 := named(base, "mp4", m.Kind+"/mp4", spooled.Hash, spooled.Size)
	list, err := l.keep(ctx, base, "m3u8", TypeHLS, av.Rename(out.Playlist, mp4.Name))
	if err != nil {
		return nil, err
	}
	s := &step{files: []storedFile{mp4, list}, progress: from + part}
	s.renditions = []doc.Rendition{rendition(m.ID, mp4, r.Width, r.Height)}
	master, err := l.master(ctx, m.Kind, append(slices.Clone(files), s.files...), info)
	if err != nil {
		return nil, err
	}
	file, err := l.keep(ctx, hlsFile, "m3u8", TypeHLS, master)
	if err != nil {
		return nil, err
	}
	s.files = append(s.files, file)
	s.renditions = append(s.renditions, rendition(m.ID, file, 0, 0))
	return s, nil
}

// master writes the playlist that names the playlists of all sizes there are.
func (l *Library) master(ctx context.Context, kind string, files []storedFile, info av.Info) ([]byte, error) {
	var list []av.Variant
	for _, r := range av.Ladder(info) {
		base := rungBase(kind, r)
		mp4, has := fileOf(files, base, "mp4")
		playlist, also := fileOf(files, base, "m3u8")
		if !has || !also {
			continue
		}
		text, err := l.read(ctx, playlist.Hash, maxList)
		if err != nil {
			return nil, err
		}
		b, err := l.blobs.Open(ctx, mp4.Hash)
		if err != nil {
			return nil, err
		}
		made, err := av.Probe(b, mp4.Size)
		b.Close()
		if err != nil {
			return nil, fmt.Errorf("size %s that was made: %w", base, err)
		}
		list = append(list, av.Variant{URI: playlist.Name, Playlist: text, Info: made})
	}
	return av.Master(list)
}

// tell notes how far the work is. That it cannot be noted stops no work.
func (l *Library) tell(ctx context.Context, id string, progress float64) {
	l.db.InTx(ctx, func(tx *db.Tx) error {
		m, err := Get(ctx, tx, id)
		if err != nil {
			return err
		}
		m.Progress = progress
		return updateProgress(ctx, tx, &m)
	})
}

// finish adds a part of the work to what the film has now.
func (s *step) finish(ctx context.Context, tx *db.Tx, m *Item) error {
	files, err := selectFiles(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	add := s.files
	if s.still != nil {
		if m.Poster == nil {
			m.Poster, m.Colour, m.FocusX, m.FocusY, m.likeness = s.still.Poster, s.still.Colour, s.still.FocusX, s.still.FocusY, s.still.likeness
		} else { // somebody brought one meanwhile
			add = slices.DeleteFunc(slices.Clone(add), func(f storedFile) bool { return strings.HasPrefix(f.Name, "poster-") })
		}
	}
	isOld := func(base, ext string) bool {
		return ext != ".jpg" && slices.ContainsFunc(add, func(f storedFile) bool { return baseOf(f.Name) == base && path.Ext(f.Name) == ext })
	}
	files = slices.DeleteFunc(files, func(f storedFile) bool { return isOld(baseOf(f.Name), path.Ext(f.Name)) })
	m.Renditions = slices.DeleteFunc(m.Renditions, func(r doc.Rendition) bool { return isOld(baseOf(path.Base(r.URL)), path.Ext(r.URL)) })
	m.Renditions = inOrder(append(m.Renditions, s.renditions...))
	m.Progress, m.Fault = s.progress, s.note
	if s.end {
		m.Progress, m.State = 0, Ready
		if len(m.Renditions) == 0 {
			m.State = Failed
		}
	}
	return putFiles(ctx, tx, m.ID, append(files, add...))
}

// inOrder puts a film's files in the order in which players try them: the playlist, then the sizes, the largest first,
// then the original. An original that plays everywhere is not offered beside sizes that are kinder to readers' lines.
func inOrder(list []doc.Rendition) []doc.Rendition {
	rank := func(r doc.Rendition) int {
		base := baseOf(path.Base(r.URL))
		switch {
		case base == hlsFile:
			return 1 << 30
		case base == "video" || base == "audio":
			return -1
		}
		n, _ := strconv.Atoi(strings.TrimLeft(base, "va"))
		return n
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b doc.Rendition) int { return rank(b) - rank(a) })
	if len(list) > 1 {
		list = slices.DeleteFunc(list, func(r doc.Rendition) bool { return rank(r) < 0 })
	}
	return list
}
