package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/media"
)

// Medium is a picture, video or sound as the newsroom has it.
type Medium struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind" doc:"photo, video, audio"`
	State      string          `json:"state" doc:"making (some of its files are still to come), ready, failed"`
	Fault      string          `json:"fault,omitempty" doc:"Failed: why"`
	Version    int             `json:"version" doc:"Grows with every change that a person makes"`
	Width      int             `json:"width,omitempty"`
	Height     int             `json:"height,omitempty"`
	Duration   int             `json:"duration,omitempty" doc:"Seconds"`
	Colour     string          `json:"colour,omitempty" doc:"The dominant one, #rrggbb"`
	Focus      media.Focus     `json:"focus" doc:"What must stay in a crop, as a fraction of width and height"`
	Alt        string          `json:"alt,omitempty" doc:"What is proposed where it is used"`
	Facts      media.Facts     `json:"facts" doc:"What is known of it, first from the file itself"`
	Rights     media.Rights    `json:"rights"`
	Usable     Usable          `json:"usable"`
	Original   *media.Original `json:"original,omitempty" doc:"The file as it came"`
	Renditions []doc.Rendition `json:"renditions" doc:"Readers get them once something published shows the medium"`
	Crops      []doc.Crop      `json:"crops"`
	Poster     []doc.Rendition `json:"poster" doc:"Of a video: its still"`
	Tracks     []doc.Track     `json:"tracks" doc:"Of a video: captions"`
	Transcript string          `json:"transcript,omitempty"`
	Used       int             `json:"used" doc:"By so many stories and fronts"`
	Who        string          `json:"who" doc:"Who brought it: an account's id, token:…, or a part of the program"`
	Created    time.Time       `json:"created"`
	Updated    time.Time       `json:"updated"`
	Removed    *time.Time      `json:"removed,omitempty" doc:"When it was taken out of the library: a search for is:removed finds it"`
}

// Usable is whether the rights allow use now.
type Usable struct {
	May   bool       `json:"may"`
	Cost  string     `json:"cost" doc:"free, pay, conditional, no"`
	Until *time.Time `json:"until,omitempty" doc:"When that ends for the worse"`
	Note  string     `json:"note,omitempty" doc:"The conditions, or why not"`
}

func (a *api) medium(m *media.Item) Medium {
	s := m.Rights.Standing(a.cfg.DB.Now())
	out := Medium{
		ID: m.ID, Kind: m.Kind, State: m.State, Fault: m.Fault, Version: m.Version, Width: m.Width, Height: m.Height, Duration: m.Duration, Colour: m.Colour,
		Focus: media.Focus{X: m.FocusX, Y: m.FocusY}, Alt: m.Alt, Facts: m.Facts, Rights: m.Rights, Usable: Usable{s.May(), s.Cost, moment(s.Until), s.Note},
		Renditions: a.absolute(m.Renditions), Crops: []doc.Crop{}, Poster: []doc.Rendition{}, Tracks: []doc.Track{}, Transcript: m.Transcript,
		Used: m.Used, Who: m.Who, Created: m.Created, Updated: m.Updated, Removed: moment(m.Removed),
	}
	if m.Original.Hash != "" {
		out.Original = &m.Original
	}
	for _, c := range m.Crops {
		out.Crops = append(out.Crops, doc.Crop{Ratio: c.Ratio, Renditions: a.absolute(c.Renditions)})
	}
	if m.Poster != nil {
		out.Poster = a.absolute(m.Poster.Renditions)
	}
	for _, t := range m.Tracks {
		t.URL = a.cfg.Origin() + t.URL
		out.Tracks = append(out.Tracks, t)
	}
	return out
}

// absolute returns renditions with whole addresses.
func (a *api) absolute(list []doc.Rendition) []doc.Rendition {
	out := []doc.Rendition{}
	for _, r := range list {
		r.URL = a.cfg.Origin() + r.URL
		out = append(out, r)
	}
	return out
}

// uploadInput is a file on its way: it is read from the connection and never held in memory.
type uploadInput struct {
	Name        string `query:"name" maxLength:"500" doc:"As the file is called; its ending must fit what it holds"`
	Disposition string `header:"Content-Disposition" doc:"Has the file's name if the address does not: attachment; filename=\"river.jpg\""`
	Title       string `query:"title" maxLength:"300"`
	Caption     string `query:"caption" maxLength:"2500" doc:"This and the others win over what the file says of itself"`
	Credit      string `query:"credit" maxLength:"300"`
	Alt         string `query:"alt" maxLength:"1000" doc:"Text for who cannot see it: proposed where it is used"`
	Rights      string `query:"rights" doc:"The category of its rights, such as staff or agency"`

	r *http.Request
	w http.ResponseWriter
}

// Resolve keeps the request, whose body this operation reads itself.
func (in *uploadInput) Resolve(ctx huma.Context) []error {
	in.r, in.w = humago.Unwrap(ctx)
	for _, f := range []struct{ at, text string }{
		{"query.name", in.Name}, {"query.title", in.Title}, {"query.caption", in.Caption}, {"query.credit", in.Credit}, {"query.alt", in.Alt},
	} {
		if !utf8.ValidString(f.text) || strings.Contains(f.text, "\x00") {
			return []error{&huma.ErrorDetail{Location: f.at, Message: "no UTF-8 text"}}
		}
	}
	return nil
}

type mediumOutput struct {
	Status   int
	ETag     string `header:"ETag" doc:"The version, for If-Match"`
	Location string `header:"Location"`
	Body     Medium
}

// addMedia takes a file into the library. Its answer needs no keeping for a repeated request: the same file twice is one
// medium.
func (a *api) addMedia(ctx context.Context, in *uploadInput) (*mediumOutput, error) {
	if in.Rights != "" && !slices.Contains(media.Categories, in.Rights) {
		return nil, fault("query.rights", "none of "+strings.Join(media.Categories, ", "))
	}
	name, body, err := in.file()
	if err != nil {
		return nil, err
	}
	began := a.cfg.DB.Now().UTC().Truncate(time.Microsecond)
	m, err := a.cfg.Room.AddMedia(ctx, person(ctx), media.Upload{
		Name: name, Body: body, Alt: strings.TrimSpace(in.Alt), Rights: media.Rights{Category: in.Rights},
		Facts: media.Facts{Title: strings.TrimSpace(in.Title), Caption: strings.TrimSpace(in.Caption), Credit: strings.TrimSpace(in.Credit)},
	})
	if body.broken != nil {
		return nil, unread(body.broken)
	}
	if errs.Is(err, errs.Invalid) { // its text begins with the file's name, which may look like a field's
		return nil, problem(http.StatusUnprocessableEntity, err.Error())
	}
	if err != nil {
		return nil, err
	}
	out := &mediumOutput{Status: http.StatusCreated, ETag: etag(m.Version), Location: Prefix + "/media/" + m.ID, Body: a.medium(&m)}
	if m.Created.Before(began) { // it was there already
		out.Status = http.StatusOK
	}
	return out, nil
}

const (
	maxUpload = 4<<30 + 1<<20 // bytes of a request with a file: the library's own limits are lower or the same
	maxParts  = 20            // of a form before its file
)

// file finds the file in the request: the part “file” of a form, or else the whole body, whatever type it says it has.
func (in *uploadInput) file() (name string, body *arriving, err error) {
	limit := http.NewResponseController(in.w)
	whole := &arriving{Reader: http.MaxBytesReader(in.w, in.r.Body, maxUpload), limit: limit}
	if kind, _, err := mime.ParseMediaType(in.r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return fileName(in.Name, in.Disposition), whole, nil
	}
	in.r.Body = io.NopCloser(whole)
	parts, err := in.r.MultipartReader()
	if err != nil {
		return "", nil, problem(http.StatusBadRequest, "the form has no boundary between its parts: send it as multipart/form-data has it")
	}
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", nil, unread(err)
		}
		if part.FormName() == "file" {
			if in.Name == "" {
				in.Name = part.FileName()
			}
			return in.Name, &arriving{Reader: part, limit: limit}, nil
		}
	}
	return "", nil, fault("body.file", "the form has no file: send it as the part “file”")
}

// fileName returns what the address calls a file, or else what a Content-Disposition does (RFC 6266); "" if none says.
func fileName(name, disposition string) string {
	if name != "" {
		return name
	}
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	return strings.ToValidUTF8(params["filename"], "")
}

// unread says why a body could not be read.
func unread(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return problem(http.StatusRequestEntityTooLarge, "the file is larger than 4 GiB")
	}
	return problem(http.StatusBadRequest, "the file did not come to its end: send it again")
}

// arriving is a body that may take as long as it needs while something of it comes.
type arriving struct {
	io.Reader
	limit  *http.ResponseController
	broken error // why it did not come to its end
}

const (
	silence = time.Minute      // without a byte
	working = 10 * time.Minute // from the last byte to the answer
)

func (b *arriving) Read(p []byte) (int, error) {
	now := time.Now()
	_ = b.limit.SetReadDeadline(now.Add(silence)) // a connection without deadlines: a test's
	_ = b.limit.SetWriteDeadline(now.Add(working))
	n, err := b.Reader.Read(p)
	if err != nil {
		_ = b.limit.SetReadDeadline(time.Now().Add(working)) // or the work that follows would be ended as if the asker were gone
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.broken = err
	}
	return n, err
}

// describeUpload says in the description what the library that makes it cannot see: a body that an operation reads itself.
func (a *api) describeUpload() {
	op := a.huma.OpenAPI().Paths["/media"].Post
	op.Metadata["streamed"] = true
	op.Parameters = slices.DeleteFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == repeatHeader })
	binary := &huma.Schema{Type: "string", Format: "binary"}
	op.RequestBody = &huma.RequestBody{
		Required: true, Description: "The file, of any Content-Type, up to 4 GiB; or a form with it as the part “file”.",
		Content: map[string]*huma.MediaType{
			"application/octet-stream": {Schema: binary},
			"multipart/form-data":      {Schema: &huma.Schema{Type: "object", Properties: map[string]*huma.Schema{"file": binary}, Required: []string{"file"}}},
		},
	}
	op.Responses["200"] = &huma.Response{
		Description: "The library had this very file: it is as it was there",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Medium](), true, "")}},
	}
}

type mediaInput struct {
	Text  string `query:"q" maxLength:"500" doc:"Words, and fields as in the library's search: credit:, person:, rights:agency, used:no, new:week"`
	After string `query:"after" maxLength:"200" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"60"`
}

type mediaOutput struct {
	Body struct {
		Media []Medium `json:"media"`
		Next  string   `json:"next,omitempty" doc:"Where the following page begins; left out on the last"`
	}
}

func (a *api) listMedia(ctx context.Context, in *mediaInput) (*mediaOutput, error) {
	if !utf8.ValidString(in.Text) || strings.Contains(in.Text, "\x00") {
		return nil, fault("query.q", "no UTF-8 text")
	}
	q, err := media.ParseQuery(in.Text)
	if err != nil {
		return nil, atQuery("query.q", err)
	}
	q.Before, q.N = in.After, in.Limit
	page, err := media.List(ctx, a.cfg.DB, q, a.cfg.DB.Now())
	if err != nil {
		return nil, atQuery("query.after", err)
	}
	out := &mediaOutput{}
	out.Body.Media, out.Body.Next = []Medium{}, page.Next
	for i := range page.Items {
		out.Body.Media = append(out.Body.Media, a.medium(&page.Items[i]))
	}
	return out, nil
}

// atQuery names the place of what is Invalid; other errors stay.
func atQuery(location string, err error) error {
	if errs.Is(err, errs.Invalid) {
		return fault(location, err.Error())
	}
	return err
}

// MediumInUse is a medium with who uses it.
type MediumInUse struct {
	Medium
	Uses []media.Use `json:"uses" doc:"Stories, by id, and fronts, as front/NAME, that have it in their newest version"`
}

type mediumInUseOutput struct {
	ETag string `header:"ETag"`
	Body MediumInUse
}

func (a *api) getMedia(ctx context.Context, in *Of) (*mediumInUseOutput, error) {
	m, err := media.Get(ctx, a.cfg.DB, in.ID)
	if err != nil {
		return nil, err
	}
	if !m.Removed.IsZero() {
		return nil, errs.Errorf(errs.NotFound, "media %s was removed from the library", in.ID)
	}
	uses, err := a.cfg.Media.Uses(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &mediumInUseOutput{etag(m.Version), MediumInUse{a.medium(&m), append([]media.Use{}, uses...)}}, nil
}

// MediumChange is what a program changes of a medium; what is left out stays.
type MediumChange struct {
	media.Change
	Version int `json:"version,omitempty" minimum:"1" doc:"The one it was made from, if If-Match does not say it"`
}

type mediumChangeInput struct {
	Of
	IfMatch string `header:"If-Match" doc:"The ETag of the version that the change was made from"`
	Body    MediumChange
}

func (a *api) changeMedia(ctx context.Context, in *mediumChangeInput) (*mediumOutput, error) {
	version, err := baseVersion(in.IfMatch, in.Body.Version)
	if err != nil {
		return nil, err
	}
	m, err := a.cfg.Room.ChangeMedia(ctx, person(ctx), in.ID, version, in.Body.Change)
	if errs.Is(err, errs.Conflict) {
		p := a.problem(ctx, "", err)
		if newest, err := media.Get(ctx, a.cfg.DB, in.ID); err == nil {
			p.Version = newest.Version
		}
		return nil, p
	}
	if err != nil {
		return nil, err
	}
	return &mediumOutput{Status: http.StatusOK, ETag: etag(m.Version), Body: a.medium(&m)}, nil
}

func (a *api) removeMedia(ctx context.Context, in *Of) (*struct{}, error) {
	return nil, a.cfg.Room.RemoveMedia(ctx, person(ctx), in.ID)
}
