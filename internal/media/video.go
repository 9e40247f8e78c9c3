package media

import (
	"bytes"
	"context"
	"fmt"
	"regexp"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

const (
	maxVideoBytes = 1 << 30
	maxTrackBytes = 4 << 20
)

// VideoInput is a video to be taken in as it is: an MP4 file that browsers play.
type VideoInput struct {
	MP4           []byte
	Width, Height int
	Duration      int // seconds
	Key           string
	Poster        PictureInput // its key, alt and words are used; its files belong to the video
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

// Video stores a video's files and makes its poster's sizes. It needs no transaction.
func (l *Library) Video(ctx context.Context, in VideoInput) (*Prepared, error) {
	return l.video(ctx, l.db, in)
}

// AddVideo is Video and Save in one transaction.
func (l *Library) AddVideo(ctx context.Context, tx *db.Tx, in VideoInput) (doc.Media, error) {
	p, err := l.video(ctx, tx, in)
	if err != nil {
		return doc.Media{}, err
	}
	return l.Save(ctx, tx, p)
}

func (l *Library) video(ctx context.Context, q db.Queryer, in VideoInput) (p *Prepared, err error) {
	defer errs.Wrap(&err, "take in video %s", in.Key)
	if err := in.judge(); err != nil {
		return nil, err
	}
	poster, err := in.Poster.hash()
	if err != nil {
		return nil, err
	}
	content := [][]byte{in.MP4, []byte(poster)}
	for _, t := range in.Tracks {
		content = append(content, []byte(t.Kind+"\x00"+t.Lang), t.VTT)
	}
	hash := identity("video", in.Key, content...)
	if p, err := known(ctx, q, hash); p != nil || err != nil {
		return p, err
	}
	p = &Prepared{hash: hash}
	m := &p.record.Media
	*m = doc.Media{
		ID: idOf(hash), Kind: "video", Width: in.Width, Height: in.Height, Duration: in.Duration,
		Caption: in.Caption, Credit: in.Credit, Transcript: in.Transcript,
	}
	address, err := l.add(ctx, &p.record, "video", "mp4", "video/mp4", in.MP4)
	if err != nil {
		return nil, err
	}
	m.Renditions = []doc.Rendition{{URL: address, Type: "video/mp4", Width: in.Width, Height: in.Height, Bytes: int64(len(in.MP4))}}
	for i, t := range in.Tracks {
		address, err := l.add(ctx, &p.record, fmt.Sprintf("track%d", i+1), "vtt", "text/vtt; charset=utf-8", t.VTT)
		if err != nil {
			return nil, err
		}
		m.Tracks = append(m.Tracks, doc.Track{URL: address, Kind: t.Kind, Lang: t.Lang, Label: t.Label})
	}
	m.Poster = &doc.Media{ID: m.ID}
	if err := l.make(ctx, &p.record, m.Poster, in.Poster, "poster-"); err != nil {
		return nil, err
	}
	m.Colour, m.FocusX, m.FocusY = m.Poster.Colour, m.Poster.FocusX, m.Poster.FocusY
	return p, nil
}

var language = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$`)

func (in VideoInput) judge() error {
	switch {
	case len(in.MP4) > maxVideoBytes:
		return errs.Errorf(errs.Invalid, "the video has %d bytes, at most %d are taken", len(in.MP4), maxVideoBytes)
	case len(in.MP4) < 12 || string(in.MP4[4:8]) != "ftyp": // ISO/IEC 14496-12 §4.3
		return errs.Errorf(errs.Invalid, "not an MP4 file: it does not begin with ftyp")
	case in.Width <= 0 || in.Height <= 0 || in.Width > maxEdge || in.Height > maxEdge:
		return errs.Errorf(errs.Invalid, "the video's size of %d × %d is not possible", in.Width, in.Height)
	case in.Duration < 0:
		return errs.Errorf(errs.Invalid, "the video's duration of %d seconds is not possible", in.Duration)
	}
	for _, t := range in.Tracks {
		body, found := bytes.CutPrefix(bytes.TrimPrefix(t.VTT, []byte("\uFEFF")), []byte("WEBVTT"))
		if !found || len(body) > 0 && body[0] != ' ' && body[0] != '\t' && body[0] != '\n' && body[0] != '\r' {
			return errs.Errorf(errs.Invalid, "the track %s is not WebVTT: it does not begin with WEBVTT", t.Lang)
		}
		if len(t.VTT) > maxTrackBytes {
			return errs.Errorf(errs.Invalid, "the track %s has %d bytes, at most %d are taken", t.Lang, len(t.VTT), maxTrackBytes)
		}
		if t.Kind != "captions" && t.Kind != "subtitles" {
			return errs.Errorf(errs.Invalid, "the track's kind %q is neither captions nor subtitles", t.Kind)
		}
		if !language.MatchString(t.Lang) {
			return errs.Errorf(errs.Invalid, "the track's language %q is no language tag", t.Lang)
		}
	}
	return nil
}
