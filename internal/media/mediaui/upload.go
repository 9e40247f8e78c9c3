package mediaui

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
)

func (u *ui) upload(w http.ResponseWriter, r *newsroom.Request) error {
	return u.receive(w, r, r.Who, base)
}

// receive takes what a script sends, one file as the body and its name in the address, or what a form sends, files one
// after another. Neither is ever held in memory.
func (u *ui) receive(w http.ResponseWriter, r *newsroom.Request, who *identity.Person, page string) error {
	body := &flowing{r.Body, http.NewResponseController(w)}
	r.Body = body
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		return u.receiveForm(w, r, who, page)
	}
	began := u.DB.Now()
	m, err := u.Room.AddMedia(r.Context(), who, media.Upload{Name: r.URL.Query().Get("name"), Body: body})
	if err != nil {
		status, text, err := refusal(r, err)
		if err != nil {
			return err
		}
		return newsroom.JSON(w, status, map[string]string{"detail": text})
	}
	b := brought{Item: m, Known: m.Created.Before(began.Truncate(time.Microsecond))}
	if page == base && !b.Known { // a phone is told nothing of the library
		twins, err := u.Media.Twins(r.Context(), m.ID)
		if err != nil {
			return err
		}
		for _, t := range twins {
			b.Alike = append(b.Alike, twin{t.ID, t.Called()})
		}
	}
	return newsroom.JSON(w, http.StatusCreated, b)
}

// brought is a medium as a script is told of it.
type brought struct {
	media.Item
	Known bool   `json:"known,omitempty"` // the same file was there before
	Alike []twin `json:"alike,omitempty"` // what looks the same, the most alike first
}

type twin struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// maxFiles is how many files a form may bring at once.
const maxFiles = 200

func (u *ui) receiveForm(w http.ResponseWriter, r *newsroom.Request, who *identity.Person, page string) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return errs.Errorf(errs.Invalid, "the form is damaged: send it again")
	}
	done, bad := 0, []string{}
	for range maxFiles {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errs.Errorf(errs.Invalid, "the form ends in the middle of a file: send it again")
		}
		if part.FileName() == "" { // no file was chosen
			continue
		}
		_, err = u.Room.AddMedia(r.Context(), who, media.Upload{Name: part.FileName(), Body: part})
		if err != nil {
			_, text, err := refusal(r, err)
			if err != nil {
				return err
			}
			bad = append(bad, part.FileName()+": "+text)
			continue
		}
		done++
	}
	said := r.Words.T("upload.none")
	if done > 0 || len(bad) > 0 {
		said = r.Words.T("upload.brought", done)
	}
	if len(bad) > 0 {
		said = r.Words.T("upload.refused", len(bad)) + " " + cut(strings.Join(bad, " "), 1500) + " " + said
	}
	return u.Shell.Redirect(w, r, page, said)
}

// refusal says why a file was not taken; its name stands beside that.
func refusal(r *newsroom.Request, err error) (status int, text string, _ error) {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return http.StatusRequestEntityTooLarge, r.Words.T("upload.e_large"), nil
	}
	if !errs.Is(err, errs.Invalid) {
		return 0, "", err
	}
	text, err = why(r, err, "upload.e_refused")
	return http.StatusUnprocessableEntity, text, err
}

// flowing is a body that may take as long as it needs while something of it comes: a film from a phone takes minutes.
type flowing struct {
	io.ReadCloser
	limit *http.ResponseController
}

const (
	silence = time.Minute      // without a byte
	working = 10 * time.Minute // from the last byte to the answer
)

func (f *flowing) Read(p []byte) (int, error) {
	now := time.Now()
	f.limit.SetReadDeadline(now.Add(silence)) // not supported in tests; then there is no limit to move
	f.limit.SetWriteDeadline(now.Add(working))
	return f.ReadCloser.Read(p)
}
