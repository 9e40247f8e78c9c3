package mediaui

import (
	"io"
	"net/http"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/media"
	"masthead/internal/newsroom"
)

// film is what the screen of a video or a sound shows besides that of any medium.
type film struct {
	Frames []frame

	Looked   bool // for a picture that can be the still, by
	Words    string
	Pictures []tile
}

// frame is a still that can be chosen.
type frame struct {
	N         int // from 1
	Name, URL string
}

// maxFilmForm bounds a form with a still or captions.
const maxFilmForm = 65 << 20

func (u *ui) filmOf(r *newsroom.Request, m media.Item) (*film, error) {
	if m.Kind == "photo" {
		return nil, nil
	}
	f := &film{}
	names, err := u.Media.Frames(r.Context(), m.ID)
	for i, n := range names {
		f.Frames = append(f.Frames, frame{i + 1, n, newsroom.Prefix + media.Path(m.ID, n)})
	}
	if err == nil && m.Kind == "video" && r.URL.Query().Has("still") {
		err = u.findStills(r, f)
	}
	return f, err
}

const stillsFound = 24

// findStills looks for pictures of the library that can be a film's still.
func (u *ui) findStills(r *newsroom.Request, f *film) error {
	f.Looked, f.Words = true, r.URL.Query().Get("still")
	q, err := media.ParseQuery(f.Words)
	if errs.Is(err, errs.Invalid) {
		return nil // nothing is found
	}
	q.Kind, q.N = "photo", stillsFound
	page, err := u.Media.List(r.Context(), q)
	for _, m := range page.Items {
		if m.Rights.Standing(u.DB.Now()).May() && m.Original.File != "" && !strings.HasSuffix(m.Original.File, ".svg") {
			f.Pictures = append(f.Pictures, u.tile(r, m))
		}
	}
	return err
}

// film does what one of the forms of a film asks: another still, captions, the transcript.
func (u *ui) film(w http.ResponseWriter, r *newsroom.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	at := base + "/" + id
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return errs.Errorf(errs.Invalid, "the form is damaged: go back and send it again")
	}
	defer r.MultipartForm.RemoveAll()
	var err error
	switch do := r.PostForm.Get("do"); do {
	case "frame":
		_, err = u.Room.ChooseFrame(ctx, r.Who, id, r.PostForm.Get("name"))
	case "picture":
		_, err = u.Room.ChoosePicture(ctx, r.Who, id, r.PostForm.Get("picture"))
	case "drop":
		_, err = u.Room.DropTrack(ctx, r.Who, id, r.PostForm.Get("url"))
	case "transcript":
		_, err = u.Room.SetTranscript(ctx, r.Who, id, r.PostForm.Get("transcript"))
	case "still", "track":
		var file []byte
		if file, err = sentFile(r); err != nil {
			break
		}
		if len(file) == 0 {
			return u.Shell.Redirect(w, r, at, r.Words.T("upload.none"))
		}
		if do == "still" {
			_, err = u.Room.SetStill(ctx, r.Who, id, file)
			break
		}
		_, err = u.Room.AddTrack(ctx, r.Who, id, media.TrackInput{
			VTT: file, Kind: r.PostForm.Get("kind"), Lang: strings.TrimSpace(r.PostForm.Get("lang")), Label: r.PostForm.Get("label"),
		})
	default:
		return errs.Errorf(errs.Invalid, "do: the form does not say what to change")
	}
	if err != nil {
		text, err := why(r, err, "library.e_refused")
		if err != nil {
			return err
		}
		return u.Shell.Redirect(w, r, at, text)
	}
	return u.Shell.Redirect(w, r, at, r.Words.T("library.film_saved"))
}

func sentFile(r *newsroom.Request) ([]byte, error) {
	f, _, err := r.FormFile("file")
	if err != nil {
		return nil, nil // none was chosen
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFilmForm))
}
