package media

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"masthead/internal/av"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// Edit is a change of what goes with a film or a sound; its files are stored. Apply makes it known.
type Edit struct {
	id    string
	apply func(m *Item, files []storedFile) ([]storedFile, error)
}

// Apply makes a change known, as a new version of the medium. The sizes of a new still are made by Make.
func (l *Library) Apply(ctx context.Context, tx *db.Tx, who string, e *Edit) (m Item, err error) {
	if m, err = Get(ctx, tx, e.id); err != nil {
		return m, err
	}
	if m.Kind == "photo" {
		return m, errs.Errorf(errs.Invalid, "media %s is a picture: stills, tracks and transcripts go with video and sound", m.ID)
	}
	files, err := selectFiles(ctx, tx, m.ID)
	if err != nil {
		return m, err
	}
	if files, err = e.apply(&m, files); err != nil {
		return m, err
	}
	if err := putFiles(ctx, tx, m.ID, files); err != nil {
		return m, fmt.Errorf("files of media %s: %w", m.ID, err)
	}
	return m, l.alter(ctx, tx, who, &m)
}

// Frames returns the names of the stills that the program took from a film, in the order of the film; OpenStaffFile opens them.
func (l *Library) Frames(ctx context.Context, id string) (names []string, err error) {
	files, err := selectFiles(ctx, l.db, id)
	for _, f := range files {
		if isFrame(f) {
			names = append(names, f.Name)
		}
	}
	return names, err
}

func isFrame(f storedFile) bool { return f.Staff && partsOfName(f.Name).family == "frame" }

// Frame makes one of the stills that Frames names the film's still.
func (l *Library) Frame(ctx context.Context, id, name string) (*Edit, error) {
	files, err := selectFiles(ctx, l.db, id)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(files, func(f storedFile) bool { return f.Name == name && isFrame(f) })
	if i < 0 {
		return nil, errs.Errorf(errs.NotFound, "film %s has no still %q to choose", id, name)
	}
	file, err := l.read(ctx, files[i].Hash, maxPictureBytes)
	if err != nil {
		return nil, err
	}
	return l.Still(ctx, id, file)
}

// Picture makes a picture of the library the still of a film. The still bears that picture's credit.
func (l *Library) Picture(ctx context.Context, id, picture string) (*Edit, error) {
	m, err := l.Item(ctx, picture)
	if err != nil {
		return nil, err
	}
	if m.Kind != "photo" || m.Original.Hash == "" || m.Original.Type == formatSVG.mime || !m.Removed.IsZero() {
		return nil, errs.Errorf(errs.Invalid, "media %s is no picture that can be a still", picture)
	}
	if !m.Rights.Standing(l.db.Now()).May() {
		return nil, errs.Errorf(errs.Invalid, "the rights of %s do not allow to show it now", m.Original.Name)
	}
	file, err := l.read(ctx, m.Original.Hash, maxPictureBytes)
	if err != nil {
		return nil, err
	}
	return l.still(ctx, id, picture, file)
}

// Still makes a picture that somebody brings the still of a film.
func (l *Library) Still(ctx context.Context, id string, file []byte) (*Edit, error) {
	return l.still(ctx, id, "", file)
}

func (l *Library) still(ctx context.Context, id, from string, file []byte) (*Edit, error) {
	m, err := l.Item(ctx, id)
	if err != nil {
		return nil, err
	}
	if m.Kind != "video" || m.Original.Hash == "" {
		return nil, errs.Errorf(errs.Invalid, "media %s is no film that was uploaded: only those can have another still", id)
	}
	if len(file) > maxPictureBytes {
		return nil, errs.Errorf(errs.Invalid, "the still has %d MB, at most %d are taken", len(file)>>20, maxPictureBytes>>20)
	}
	m.Still = from
	p := &Prepared{item: m}
	alt := m.Alt
	if m.Poster != nil {
		alt = m.Poster.Alt
	}
	if err := l.takePoster(ctx, p, file, alt); err != nil {
		return nil, err
	}
	return &Edit{id, func(m *Item, files []storedFile) ([]storedFile, error) {
		m.Poster, m.Colour, m.FocusX, m.FocusY, m.likeness = p.item.Poster, p.item.Colour, .5, .5, p.item.likeness
		m.Still = from
		files = slices.DeleteFunc(files, func(f storedFile) bool { return strings.HasPrefix(f.Name, "poster-") })
		return append(files, p.files...), nil
	}}, nil
}

const maxTracks = 20

// Track adds captions or subtitles to a film, WebVTT or SRT, in place of those of the same kind and language. Where there is
// no transcript yet, they give one.
func (l *Library) Track(ctx context.Context, id string, t TrackInput) (*Edit, error) {
	if len(t.VTT) > maxTrackBytes {
		return nil, errs.Errorf(errs.Invalid, "the captions have %d bytes, at most %d are taken", len(t.VTT), maxTrackBytes)
	}
	vtt, _, err := av.Captions(t.VTT)
	if err != nil {
		return nil, err
	}
	t.VTT = vtt
	if t.Label = strings.TrimSpace(t.Label); len(t.Label) > maxShort || !utf8.ValidString(t.Label) {
		return nil, errs.Errorf(errs.Invalid, "the captions' name: at most %d bytes of UTF-8 text are taken", maxShort)
	}
	if err := t.judge(); err != nil {
		return nil, err
	}
	file, err := l.keep(ctx, "track-"+strings.ToLower(t.Lang)+"-"+t.Kind, "vtt", "text/vtt; charset=utf-8", bytes.Clone(vtt))
	if err != nil {
		return nil, err
	}
	return &Edit{id, func(m *Item, files []storedFile) ([]storedFile, error) {
		for _, was := range m.Tracks {
			if was.Kind == t.Kind && strings.EqualFold(was.Lang, t.Lang) {
				files = m.dropTrack(was.URL, files)
				break
			}
		}
		if len(m.Tracks) >= maxTracks {
			return nil, errs.Errorf(errs.Invalid, "there are %s tracks already, more are not taken", strconv.Itoa(maxTracks))
		}
		m.Tracks = append(m.Tracks, doc.Track{URL: Path(m.ID, file.Name), Kind: t.Kind, Lang: t.Lang, Label: t.Label})
		if m.Transcript == "" {
			m.Transcript = cutText(av.Transcript(vtt), maxTranscript)
		}
		return append(files, file), nil
	}}, nil
}

// DropTrack removes the captions at an address.
func (l *Library) DropTrack(id, url string) *Edit {
	return &Edit{id, func(m *Item, files []storedFile) ([]storedFile, error) {
		if !slices.ContainsFunc(m.Tracks, func(t doc.Track) bool { return t.URL == url }) {
			return nil, errs.Errorf(errs.NotFound, "media %s has no captions %q", id, url)
		}
		return m.dropTrack(url, files), nil
	}}
}

func (m *Item) dropTrack(url string, files []storedFile) []storedFile {
	m.Tracks = slices.DeleteFunc(slices.Clone(m.Tracks), func(t doc.Track) bool { return t.URL == url })
	return slices.DeleteFunc(files, func(f storedFile) bool { return f.Name == path.Base(url) })
}

const maxTranscript = 1 << 20 // bytes

// Transcript sets what is said in a film or a sound, a paragraph a line.
func (l *Library) Transcript(id, text string) (*Edit, error) {
	if len(text) > maxTranscript || !utf8.ValidString(text) {
		return nil, errs.Errorf(errs.Invalid, "the transcript: at most %d bytes of UTF-8 text are taken", maxTranscript)
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	return &Edit{id, func(m *Item, files []storedFile) ([]storedFile, error) {
		m.Transcript = text
		return files, nil
	}}, nil
}
