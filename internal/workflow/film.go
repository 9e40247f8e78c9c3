package workflow

import (
	"context"

	"masthead/internal/db"
	"masthead/internal/identity"
	"masthead/internal/media"
)

// ChooseFrame makes one of the stills that the program took from a film the film's still.
func (r *Room) ChooseFrame(ctx context.Context, who *identity.Person, id, name string) (media.Item, error) {
	return r.editFilm(ctx, who, "media.still", id, func() (*media.Edit, error) { return r.cfg.Media.Frame(ctx, id, name) })
}

// ChoosePicture makes a picture of the library the still of a film.
func (r *Room) ChoosePicture(ctx context.Context, who *identity.Person, id, picture string) (media.Item, error) {
	return r.editFilm(ctx, who, "media.still", id, func() (*media.Edit, error) { return r.cfg.Media.Picture(ctx, id, picture) })
}

// SetStill makes a picture the still of a film.
func (r *Room) SetStill(ctx context.Context, who *identity.Person, id string, file []byte) (media.Item, error) {
	return r.editFilm(ctx, who, "media.still", id, func() (*media.Edit, error) { return r.cfg.Media.Still(ctx, id, file) })
}

// AddTrack adds captions or subtitles to a film or a sound.
func (r *Room) AddTrack(ctx context.Context, who *identity.Person, id string, t media.TrackInput) (media.Item, error) {
	return r.editFilm(ctx, who, "media.track", id, func() (*media.Edit, error) { return r.cfg.Media.Track(ctx, id, t) })
}

// DropTrack removes the captions at an address.
func (r *Room) DropTrack(ctx context.Context, who *identity.Person, id, url string) (media.Item, error) {
	return r.editFilm(ctx, who, "media.track", id, func() (*media.Edit, error) { return r.cfg.Media.DropTrack(id, url), nil })
}

// SetTranscript sets what is said in a film or a sound.
func (r *Room) SetTranscript(ctx context.Context, who *identity.Person, id, text string) (media.Item, error) {
	return r.editFilm(ctx, who, "media.transcript", id, func() (*media.Edit, error) { return r.cfg.Media.Transcript(id, text) })
}

// editFilm prepares a change, which can take seconds, and makes it known. When it returns, readers on this node see it.
func (r *Room) editFilm(ctx context.Context, who *identity.Person, what, id string, prepare func() (*media.Edit, error)) (m media.Item, err error) {
	if err := r.MayChangeMedia(ctx, who, id); err != nil {
		return m, err
	}
	e, err := prepare()
	if err != nil {
		return m, err
	}
	return r.alterMedia(ctx, who, what, id, func(tx *db.Tx) (media.Item, error) { return r.cfg.Media.Apply(ctx, tx, who.ID, e) })
}
