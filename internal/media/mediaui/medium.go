package mediaui

import (
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
)

// page is what the screen of one medium shows.
type page struct {
	tile
	Side       bool   // it is shown beside the grid
	Big        string // the preview
	BigSources []source
	Films      []source // to play
	Film       *film    // nil of a picture
	Sheet      sheet
	Base       int // the version that the form is made from
	Now        sheet
	Both       []string // fields that somebody else changed meanwhile: the form has the person's, Now the other's
	Faults     []fault
	Leases     []lease // and an empty one to fill
	Categories []option
	Costs      []option
	Consents   []option
	File       []said // what the file itself said
	Size       string
	Who, When  string
	Versions   []past
	Uses       []use
	Twins      []tile
	May        bool
	Shown      bool   // who looks at it might, if readers did not see it
	Undo       string // the version that takes back what was just saved
	UndoSaid   string
	Why        string // its sizes could not be made, or not all of a film's
	Until      string // of one that was removed: the last day on which it can be brought back
}

// said is a name and what stands behind it.
type said struct{ Name, Text string }

// past is a version in words.
type past struct {
	Version   int
	Who, When string
	What      string // fields that it changed
}

// use is one place that shows the medium.
type use struct {
	Headline, URL, Alt string
	Live, NoAlt        bool
}

// Fault returns what is wrong with a field; "" if nothing is.
func (p *page) Fault(field string) string {
	for _, f := range p.Faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// Differs reports whether somebody else made something else of a field while the person did, and Other what.
func (p *page) Differs(field string) bool { return slices.Contains(p.Both, field) }

// Other is empty for a field that nobody else changed.
func (p *page) Other(field string) string {
	if !p.Differs(field) {
		return ""
	}
	if field == "consent" {
		var names []string
		for _, c := range p.Consents {
			if p.Now.ticked(c.Value) {
				names = append(names, c.Name)
			}
		}
		return strings.Join(names, " · ")
	}
	return strings.NewReplacer("\n", "; ", "|", " · ").Replace(p.Now[field])
}

func (u *ui) medium(w http.ResponseWriter, r *newsroom.Request) error {
	m, err := u.Media.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return u.page(w, r, &page{tile: u.tile(r, m), Base: m.Version}, 0)
}

// page fills in and answers with the screen; what a form was refused for is in it already.
func (u *ui) page(w http.ResponseWriter, r *newsroom.Request, p *page, status int) (err error) {
	ctx, m, zone := r.Context(), p.Item, r.Site.Location()
	p.Why = m.Fault
	if text, ok := r.Words.Refusal(m.Fault); ok {
		p.Why = text
	}
	p.Side = r.Header.Get("X-Fragment") == "side"
	if err := u.Room.MayChangeMedia(ctx, r.Who, m.ID); err != nil && !errs.Is(err, errs.Forbidden) {
		return err
	} else if p.May = err == nil && m.Removed.IsZero(); err != nil {
		p.Shown = r.May(identity.Write)
	}
	if !m.Removed.IsZero() {
		p.Until = lastDay(r, m.Removed.Add(media.Keeps))
	}
	p.BigSources, p.Big = sources(m.Media, 1280)
	for _, f := range m.Renditions {
		if strings.HasPrefix(f.Type, "video/") || strings.HasPrefix(f.Type, "audio/") || f.Type == media.TypeHLS {
			p.Films = append(p.Films, source{f.Type, newsroom.Prefix + f.URL})
		}
	}
	if p.Film, err = u.filmOf(r, m); err != nil {
		return err
	}
	p.Now = sheetOfItem(m, zone)
	if p.Sheet == nil {
		p.Sheet = p.Now
	}
	p.Leases = append(p.Sheet.leases(), lease{})
	p.Categories = categories(r, p.Sheet["category"])
	for _, c := range media.Costs {
		p.Costs = append(p.Costs, option{c, r.Words.T("rights.cost_" + c), c == p.Sheet["cost"]})
	}
	for _, c := range consents {
		p.Consents = append(p.Consents, option{c.name, r.Words.T("rights.consent_" + c.name), p.Sheet.ticked(c.name)})
	}
	names, err := identity.Names(ctx, u.DB)
	if err != nil {
		return err
	}
	p.Who, p.When, p.Size = nameOr(names, m.Who), stamp(r, m.Created), size(r, m.Original.Size)
	versions, err := u.Media.Versions(ctx, m.ID)
	if err != nil {
		return err
	}
	slices.SortFunc(versions, func(a, b media.Version) int { return a.Version - b.Version })
	for i, v := range versions {
		what := r.Words.T("library.first_version")
		if i > 0 {
			before := versions[i-1]
			fields := sheetOf(v.Facts, v.Focus, v.Rights, zone).changed(sheetOf(before.Facts, before.Focus, before.Rights, zone))
			if m.Kind != "photo" {
				fields = slices.DeleteFunc(fields, func(f string) bool { return strings.HasPrefix(f, "focus_") })
			}
			if what = fieldNames(r, fields); what == "" {
				what = r.Words.T("library.film_version") // versions hold no files
			}
		} else {
			p.File = u.fileSaid(r, v.Facts)
		}
		p.Versions = append(p.Versions, past{v.Version, nameOr(names, v.Who), stamp(r, v.At), what})
	}
	slices.Reverse(p.Versions)
	if p.Uses, err = u.uses(r, m.ID); err != nil {
		return err
	}
	twins, err := u.Media.Twins(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, t := range twins {
		p.Twins = append(p.Twins, u.tile(r, t))
	}
	p.Undo, p.UndoSaid = u.Shell.Told(w, r, undoCookie), u.Shell.Told(w, r, undoSaidCookie)
	return u.Shell.Page(w, r, newsroom.Page{
		Screen: "library-medium", Title: p.Name, Nav: "library", Status: status, Data: p, Areas: []string{"library"},
	})
}

func nameOr(names map[string]string, who string) string {
	if name := names[who]; name != "" {
		return name
	}
	return who
}

// fileSaid is what a medium's first version, which nobody had changed, knew.
func (u *ui) fileSaid(r *newsroom.Request, f media.Facts) (list []said) {
	s := sheetOf(f, media.Focus{}, media.Rights{}, r.Site.Location())
	for _, name := range []string{"title", "caption", "credit", "creator", "copyright", "source", "instructions", "taken", "place", "people", "keywords"} {
		if v := s[name]; v != "" {
			if name == "taken" {
				v = strings.Replace(v, "T", " ", 1)
			}
			list = append(list, said{r.Words.T("library.f_" + name), strings.ReplaceAll(v, "\n", ", ")})
		}
	}
	return list
}

// fieldNames are the names of fields in words, each once.
func fieldNames(r *newsroom.Request, fields []string) string {
	var list []string
	for _, f := range fields {
		if strings.HasPrefix(f, "focus_") {
			f = "focus"
		}
		if name := r.Words.T("library.f_" + f); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}

func (u *ui) uses(r *newsroom.Request, id string) (list []use, err error) {
	found, err := u.Media.Uses(r.Context(), id)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		out := use{Headline: f.Headline, Live: f.Live, Alt: f.Alt, NoAlt: f.NoAlt, URL: newsroom.Prefix + "/stories/" + f.Owner}
		if front, ok := strings.CutPrefix(f.Owner, "front/"); ok {
			out.Headline, out.URL = r.Words.T("library.front", front), ""
		} else if f.Headline == "" {
			out.Headline = r.Words.T("library.untitled")
		}
		list = append(list, out)
	}
	return list, nil
}

// save changes what a form says other than the version it was made from. What somebody else changed meanwhile in other
// fields stays; where both changed the same field, nothing is saved and both are shown.
func (u *ui) save(w http.ResponseWriter, r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Errorf(errs.Invalid, "the form is damaged: go back and send it again")
	}
	m, err := u.Media.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	zone, sent := r.Site.Location(), readSheet(r.PostForm)
	began, err := u.began(r, m)
	if err != nil {
		return err
	}
	now, fields := sheetOfItem(m, zone), sent.changed(began)
	p := &page{tile: u.tile(r, m), Base: m.Version, Sheet: sheet{}}
	for _, name := range allFields {
		p.Sheet[name] = now[name]
		if slices.Contains(fields, name) {
			p.Sheet[name] = sent[name]
			if now[name] != began[name] && now[name] != sent[name] {
				p.Both = append(p.Both, name)
			}
		}
	}
	if len(p.Both) > 0 {
		p.Faults = append(p.Faults, fault{p.Both[0], r.Words.T("library.e_changed", fieldNames(r, p.Both))})
		return u.page(w, r, p, http.StatusConflict)
	}
	c, wrong := sent.change(m, fields, zone)
	for _, name := range allFields {
		if key := wrong[name]; key != "" {
			p.Faults = append(p.Faults, fault{name, r.Words.T("library." + key)})
		}
	}
	if len(p.Faults) > 0 {
		return u.page(w, r, p, http.StatusUnprocessableEntity)
	}
	at := base + "/" + m.ID
	if len(fields) == 0 {
		return u.Shell.Redirect(w, r, at, r.Words.T("library.same"))
	}
	after, err := u.Room.ChangeMedia(r.Context(), r.Who, m.ID, m.Version, c)
	if err != nil {
		text, err := why(r, err, "library.e_refused")
		if err != nil {
			return err
		}
		p.Faults = append(p.Faults, fault{fields[0], text})
		return u.page(w, r, p, http.StatusUnprocessableEntity)
	}
	if newsroom.WantsJSON(r) {
		return newsroom.JSON(w, http.StatusOK, after)
	}
	u.Shell.Tell(w, undoCookie, versionText(after.Version-1))
	u.Shell.Tell(w, undoSaidCookie, r.Words.T("library.saved", fieldNames(r, fields)))
	return u.Shell.Redirect(w, r, at, "")
}

// began is what the form showed that a person sends: the medium's version then.
func (u *ui) began(r *newsroom.Request, m media.Item) (sheet, error) {
	zone := r.Site.Location()
	if r.PostForm.Get("base") == versionText(m.Version) {
		return sheetOfItem(m, zone), nil
	}
	versions, err := u.Media.Versions(r.Context(), m.ID)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if r.PostForm.Get("base") == versionText(v.Version) {
			return sheetOf(v.Facts, v.Focus, v.Rights, zone), nil
		}
	}
	return nil, errs.Errorf(errs.Invalid, "base: the form does not say which version it is made from: open the page again")
}

// restore brings back what a version said, as a new version.
func (u *ui) restore(w http.ResponseWriter, r *newsroom.Request) error {
	m, err := u.Media.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	version, err := versionOf(r.PostFormValue("version"))
	if err != nil {
		return err
	}
	after, err := u.Room.RestoreMedia(r.Context(), r.Who, m.ID, version)
	if err != nil {
		return err
	}
	if after.Version != m.Version {
		u.Shell.Tell(w, undoCookie, versionText(m.Version))
		u.Shell.Tell(w, undoSaidCookie, r.Words.T("library.restored", version))
	}
	return u.Shell.Redirect(w, r, base+"/"+m.ID, "")
}

// original gives the file as it came, to keep.
func (u *ui) original(w http.ResponseWriter, r *newsroom.Request) error {
	m, err := u.Media.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if m.Original.File == "" {
		return errs.Errorf(errs.NotFound, "the original of %s was not kept", m.ID)
	}
	f, err := u.Media.OpenStaffFile(r.Context(), m.ID, m.Original.File)
	if err != nil {
		return err
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": m.Original.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("ETag", f.ETag)
	http.ServeContent(w, r.Request, "", f.Modified, slowly{f, http.NewResponseController(w)})
	return nil
}

// slowly is a file that is sent for as long as somebody takes it.
type slowly struct {
	media.File
	limit *http.ResponseController
}

func (s slowly) Read(p []byte) (int, error) {
	s.limit.SetWriteDeadline(time.Now().Add(silence)) // not supported in tests; then there is no limit to move
	return s.File.Read(p)
}

// removal asks before a medium is removed, and says what keeps it.
type removal struct {
	tile
	Uses []use
}

func (u *ui) askRemove(w http.ResponseWriter, r *newsroom.Request) error { return u.removal(w, r, 0) }

func (u *ui) removal(w http.ResponseWriter, r *newsroom.Request, status int) error {
	m, err := u.Media.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := &removal{tile: u.tile(r, m)}
	if p.Uses, err = u.uses(r, m.ID); err != nil {
		return err
	}
	return u.Shell.Page(w, r, newsroom.Page{
		Screen: "library-remove", Title: r.Words.T("library.remove_title", p.Name), Nav: "library", Status: status, Data: p,
	})
}

func (u *ui) remove(w http.ResponseWriter, r *newsroom.Request) error {
	m, err := u.Media.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	err = u.Room.RemoveMedia(r.Context(), r.Who, m.ID)
	if errs.Is(err, errs.Conflict) { // something uses it: the page says what
		return u.removal(w, r, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	u.Shell.Tell(w, removedCookie, m.ID)
	u.Shell.Tell(w, undoSaidCookie, r.Words.T("library.removed", m.Called()))
	return u.Shell.Redirect(w, r, base, "")
}

// bringBack returns to the library what was removed from it.
func (u *ui) bringBack(w http.ResponseWriter, r *newsroom.Request) error {
	m, err := u.Media.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := u.Room.BringBackMedia(r.Context(), r.Who, m.ID); err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, base+"/"+m.ID, r.Words.T("library.brought_back", m.Called()))
}
