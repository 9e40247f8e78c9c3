package media

import (
	"bytes"
	"context"
	"fmt"
	"regexp"

	"masthead/internal/doc"
	"masthead/internal/errs"
)

const (
	maxFilm       = 4 << 30 // bytes of a film or a sound
	maxTrackBytes = 4 << 20
)

// FilmInput is a film that the program brings along: an MP4 file that browsers play, with its still and its captions.
type FilmInput struct {
	MP4           []byte
	Width, Height int
	Duration      int // seconds
	Key           string
	Poster        []byte // JPEG or PNG
	PosterAlt     string
	Tracks        []TrackInput
	Caption       string
	Credit        string
	Transcript    string
}

// TrackInput is a WebVTT file.
type TrackInput struct {
	VTT   []byte
	Kind  string // captions, subtitles
	Lang  string // BCP 47
	Label string
}

// Film stores a film's files and the first sizes of its still. It needs no transaction.
func (l *Library) Film(ctx context.Context, in FilmInput) (p *Prepared, err error) {
	defer errs.Wrap(&err, "take in film %s", in.Key)
	if err := in.judge(); err != nil {
		return nil, err
	}
	content := []string{string(in.MP4), string(in.Poster)}
	for _, t := range in.Tracks {
		content = append(content, t.Kind+"\x00"+t.Lang, string(t.VTT))
	}
	p = &Prepared{hash: identity("video", in.Key, content...)}
	if was, err := selectByHash(ctx, l.db, p.hash); err != nil || was != nil {
		if was != nil {
			p.item, p.known = *was, true
		}
		return p, err
	}
	p.item = Item{
		Media: doc.Media{ID: idOf(p.hash), Kind: "video", Width: in.Width, Height: in.Height, Duration: in.Duration, Transcript: in.Transcript},
		Facts: Facts{Caption: in.Caption, Credit: in.Credit}, Version: 1, State: Making,
	}
	m := &p.item
	m.describe()
	f, err := l.keep(ctx, "video", "mp4", "video/mp4", in.MP4)
	if err != nil {
		return nil, err
	}
	p.files = append(p.files, f)
	m.Renditions = []doc.Rendition{rendition(m.ID, f, in.Width, in.Height)}
	for i, t := range in.Tracks {
		f, err := l.keep(ctx, fmt.Sprintf("track%d", i+1), "vtt", "text/vtt; charset=utf-8", t.VTT)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, f)
		m.Tracks = append(m.Tracks, doc.Track{URL: Path(m.ID, f.Name), Kind: t.Kind, Lang: t.Lang, Label: t.Label})
	}
	return p, l.takePoster(ctx, p, in.Poster, in.PosterAlt)
}

// posterFile is the base name of the picture that a film's still is made from.
const posterFile = "poster-original"

// takePoster keeps the picture that a film's still is made from, and makes its first sizes.
func (l *Library) takePoster(ctx context.Context, p *Prepared, file []byte, alt string) error {
	f := sniff(file)
	if f == nil || f.kind != "photo" || f == formatSVG {
		return errs.Errorf(errs.Invalid, "the still is no picture that can be shown")
	}
	author, err := l.author(ctx, p.item)
	if err != nil {
		return err
	}
	still := &Prepared{item: Item{Facts: author.Facts, Rights: author.Rights, Media: doc.Media{ID: p.item.ID, Kind: "photo", Alt: alt, FocusX: .5, FocusY: .5}}}
	if err := polyglot(file); err != nil {
		return err
	}
	if err := measure(f, file); err != nil {
		return err
	}
	if err := enter(ctx, l.door); err != nil {
		return err
	}
	defer leave(l.door)
	src, err := decode(f, file)
	if err != nil {
		return err
	}
	still.item.Width, still.item.Height = src.size()
	if err := l.quick(ctx, still, "poster-", src); err != nil {
		return err
	}
	original, err := l.keep(ctx, posterFile, f.ends[0], f.mime, file)
	if err != nil {
		return err
	}
	original.Staff = true
	p.files = append(append(p.files, still.files...), original)
	m := &p.item
	m.Poster, m.Colour, m.FocusX, m.FocusY, m.likeness = &still.item.Media, still.item.Colour, .5, .5, still.item.likeness
	return nil
}

// author is a film with the credit and the rights of its still, where that is a picture of the library.
func (l *Library) author(ctx context.Context, m Item) (Item, error) {
	if m.Still == "" {
		return m, nil
	}
	picture, err := l.Item(ctx, m.Still)
	if errs.Is(err, errs.NotFound) { // it was removed since
		return m, nil
	}
	m.Facts, m.Rights = picture.Facts, picture.Rights
	return m, err
}

// makeFilm makes the sizes of a film's still, else the next part of the film itself.
func (l *Library) makeFilm(ctx context.Context, m Item) (*Made, error) {
	all, err := selectFiles(ctx, l.db, m.ID)
	if err != nil {
		return nil, err
	}
	out, err := l.makeStill(ctx, m, all)
	if out != nil || err != nil || m.Original.Hash == "" {
		return out, err
	}
	s, err := l.nextStep(ctx, m, all)
	if errs.Is(err, errs.Invalid) && ctx.Err() == nil {
		if m.State != Making && m.Fault == err.Error() {
			return nil, nil
		}
		s, err = &step{note: err.Error(), end: true}, nil
	}
	if s == nil || err != nil {
		return nil, err
	}
	return &Made{item: m, step: s, more: !s.end}, nil
}

// makeStill makes the sizes of a film's still; nil: they are right.
func (l *Library) makeStill(ctx context.Context, m Item, all []storedFile) (*Made, error) {
	if m.Poster == nil {
		return nil, nil
	}
	out := &Made{item: m, media: m.Media, more: m.Original.Hash != ""}
	var still storedFile
	for _, f := range all {
		p := partsOfName(f.Name)
		if p.family == posterFile {
			still = f
		}
		if f.Staff || len(p.family) < len("poster-") || p.family[:len("poster-")] != "poster-" {
			out.files = append(out.files, f)
		}
	}
	author, err := l.author(ctx, m)
	if err != nil {
		return nil, err
	}
	want := made{Recipe: recipe, Words: author.stampDigest()}
	if m.Original.Hash != "" { // its still can be another one later
		want.Still = still.Hash
	}
	if still.Hash == "" || m.made == want && (m.State == Ready || m.Original.Hash != "") {
		return nil, nil
	}
	out.made = want
	if err := enter(ctx, l.work); err != nil {
		return nil, err
	}
	defer leave(l.work)
	file, err := l.read(ctx, still.Hash, maxPictureBytes)
	if err != nil {
		return nil, err
	}
	src, err := decode(formatOf(still.Type), file)
	if err != nil {
		return nil, err
	}
	made := &Made{item: author, media: *m.Poster, prefix: "poster-"}
	if err := l.render(ctx, made, src.working()); err != nil {
		return nil, err
	}
	out.files = append(out.files, made.files...)
	out.media.Poster = &made.media
	return out, nil
}

var language = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$`)

func (in FilmInput) judge() error {
	switch {
	case len(in.MP4) < 12 || string(in.MP4[4:8]) != "ftyp": // ISO/IEC 14496-12 §4.3
		return errs.Errorf(errs.Invalid, "not an MP4 file: it does not begin with ftyp")
	case in.Width <= 0 || in.Height <= 0 || in.Width > maxEdge || in.Height > maxEdge:
		return errs.Errorf(errs.Invalid, "the video's size of %d × %d is not possible", in.Width, in.Height)
	case in.Duration < 0:
		return errs.Errorf(errs.Invalid, "the video's duration of %d seconds is not possible", in.Duration)
	}
	for _, t := range in.Tracks {
		if err := t.judge(); err != nil {
			return err
		}
	}
	return nil
}

func (t TrackInput) judge() error {
	body, found := bytes.CutPrefix(bytes.TrimPrefix(t.VTT, []byte("\uFEFF")), []byte("WEBVTT"))
	switch {
	case !found || len(body) > 0 && body[0] != ' ' && body[0] != '\t' && body[0] != '\n' && body[0] != '\r':
		return errs.Errorf(errs.Invalid, "the track %s is not WebVTT: it does not begin with WEBVTT", t.Lang)
	case len(t.VTT) > maxTrackBytes:
		return errs.Errorf(errs.Invalid, "the track %s has %d bytes, at most %d are taken", t.Lang, len(t.VTT), maxTrackBytes)
	case t.Kind != "captions" && t.Kind != "subtitles":
		return errs.Errorf(errs.Invalid, "the track's kind %q is neither captions nor subtitles", t.Kind)
	case !language.MatchString(t.Lang):
		return errs.Errorf(errs.Invalid, "the track's language %q is no language tag", t.Lang)
	}
	return nil
}
