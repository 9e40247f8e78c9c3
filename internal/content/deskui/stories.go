package deskui

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/workflow"
)

// pageSize is how many stories a page of the list has unless more are asked for.
const pageSize = 50

// tab is a view to choose.
type tab struct {
	ID, Name, URL string
	Count         string // "" where nobody must act
	Chosen        bool
	Mine, Shared  bool // of saved ones
}

// chip is a filter that is set, with the way to the list without it.
type chip struct{ Name, Without string }

// fault is what a field of a form cannot be.
type fault struct{ Field, Text string }

// row is a story in the list, in words.
type row struct {
	workflow.Row
	Title, Word, Where, Who, When, Due string
}

// list is what the screen of the list shows.
type list struct {
	Tabs, Saved              []tab
	Filters                  filters
	Open                     bool // the filters are shown
	Chips                    []chip
	Faults                   []fault
	States, Sections         []option
	Regions, People          []option
	Langs, Kinds             []option
	Photos, Sorts, Sizes     []option
	Rows                     []row
	Older, Newer             string
	Query                    string // of the view as it could be saved
	Back                     string // this page
	Empty                    string
	Undo, UndoSaid           string // what the form before this page can be undone by
	MaySave, MayShare        bool
	MayEdit, MayPublish, Own bool
	Assign, Move             []option
	MoveTo                   []option // states that a form can set
}

func (u *UI) list(w http.ResponseWriter, r *newsroom.Request) error {
	return u.listPage(w, r, r.URL.Query(), nil)
}

// listPage answers with the list that an address asks for; more are faults of a form on it.
func (u *UI) listPage(w http.ResponseWriter, r *newsroom.Request, v url.Values, more []fault) error {
	f, q := readFilters(v, r.Who.ID, r.Site.Location())
	people, names, err := u.names(r.Context())
	if err != nil {
		return err
	}
	l := &list{
		Filters: f, Open: f.narrowed(), Query: f.values().Encode(), Back: r.URL.RequestURI(),
		MaySave: r.May(identity.Write), MayShare: r.May(identity.Edit), MayEdit: r.May(identity.Edit), MayPublish: r.May(identity.Publish),
	}
	if r.Method != http.MethodGet {
		l.Back = address(f.values())
	}
	for field, key := range f.Faults {
		l.Faults = append(l.Faults, fault{field, r.Words.T(key)})
	}
	slices.SortFunc(l.Faults, func(a, b fault) int { return strings.Compare(a.Field, b.Field) })
	l.Faults = append(l.Faults, more...)
	if len(f.Faults) == 0 {
		found, err := u.room.List(r.Context(), r.Who, q)
		if err != nil {
			return err
		}
		for _, s := range found.Rows {
			l.Rows = append(l.Rows, u.row(r, s, names))
		}
		l.page(f, found.Next)
	}
	if err := u.tabs(r, l, f); err != nil {
		return err
	}
	l.choices(r, f, people)
	l.chips(r, f, names)
	if len(l.Rows) == 0 {
		l.Empty = l.empty(r, f)
	}
	l.Undo, l.UndoSaid = u.shell.Told(w, r, undoCookie), u.shell.Told(w, r, undoSaidCookie)
	page := newsroom.Page{Screen: "stories", Title: r.Words.T("shell.stories"), Nav: "stories", Data: l, Areas: []string{"stories"}}
	if len(l.Faults) > 0 {
		page.Status = http.StatusUnprocessableEntity
	}
	return u.shell.Page(w, r, page)
}

// row puts a story into words.
func (u *UI) row(r *newsroom.Request, s workflow.Row, names map[string]string) row {
	now, zone := u.db.Now(), r.Site.Location()
	out := row{Row: s, Title: headlineOf(s.Headline, r.Words), Word: stateWord(r, s.Shown), When: when(s.Updated, now, zone, r.Lang)}
	var where []string
	if s.Section != "" {
		where = append(where, sectionName(r.Site, s.Section, r.Lang))
	}
	for _, g := range s.Regions {
		where = append(where, regionName(r.Site, g, r.Lang))
	}
	out.Where = strings.Join(where, " · ")
	who := s.Assignee
	if who == "" {
		who = s.Author
	}
	if out.Who = names[who]; out.Who == "" {
		out.Who = who
	}
	if !s.Due.IsZero() {
		out.Due = moment(s.Due, now, zone, r.Lang)
	}
	return out
}

// page makes the ways to the older and the newer page.
func (l *list) page(f filters, next string) {
	base := f.values()
	if next != "" {
		v := cloneValues(base)
		v.Set("cursor", next)
		for _, c := range append(slices.Clone(f.Trail), f.Cursor) {
			v.Add("trail", c)
		}
		l.Older = address(v)
	}
	if f.Cursor == "" {
		return
	}
	v := cloneValues(base)
	if n := len(f.Trail); n > 0 {
		if f.Trail[n-1] != "" {
			v.Set("cursor", f.Trail[n-1])
		}
		for _, c := range f.Trail[:n-1] {
			v.Add("trail", c)
		}
	}
	l.Newer = address(v)
}

func cloneValues(v url.Values) url.Values {
	out := url.Values{}
	for k, list := range v {
		out[k] = slices.Clone(list)
	}
	return out
}

// tabs are the views that everybody has, and the saved ones.
func (u *UI) tabs(r *newsroom.Request, l *list, f filters) error {
	saved, err := u.room.Views(r.Context(), r.Who)
	if err != nil {
		return err
	}
	queries := make([]workflow.Query, 0, len(builtIn)+len(saved))
	for _, b := range builtIn {
		queries = append(queries, b.query(r.Who.ID))
	}
	for _, s := range saved {
		v, _ := url.ParseQuery(s.Query) // what cannot be read of it chooses nothing
		_, q := readFilters(v, r.Who.ID, r.Site.Location())
		queries = append(queries, q)
	}
	counts, err := u.room.Counts(r.Context(), r.Who, queries...)
	if err != nil {
		return err
	}
	l.Tabs = append(l.Tabs, tab{Name: r.Words.T("stories.view_all"), URL: stories, Chosen: f.View == "" && l.Query == ""})
	for i, b := range builtIn {
		l.Tabs = append(l.Tabs, tab{
			ID: b.name, Name: r.Words.T("stories.view_" + b.name), URL: stories + "?view=" + b.name, Count: number(counts[i]), Chosen: f.View == b.name && l.Query == "view="+b.name,
		})
	}
	for i, s := range saved {
		l.Saved = append(l.Saved, tab{
			ID: s.ID, Name: s.Name, URL: stories + "?" + s.Query, Count: number(counts[len(builtIn)+i]), Chosen: s.Query == l.Query && s.Query != "",
			Mine: s.Account == r.Who.ID || s.Shared && r.May(identity.Manage), Shared: s.Shared,
		})
	}
	return nil
}

// choices are what the forms offer.
func (l *list) choices(r *newsroom.Request, f filters, people []identity.Account) {
	t := r.Words.T
	for _, s := range shownStates {
		l.States = append(l.States, option{s, stateWord(r, s), slices.Contains(f.State, s)})
	}
	for _, s := range shownStates[:3] {
		if s != "ready" || l.MayEdit {
			l.MoveTo = append(l.MoveTo, option{Value: s, Name: stateWord(r, s)})
		}
	}
	l.Sections = append(l.Sections, option{"", t("stories.any"), f.Section == ""})
	for _, s := range r.Site.Sections {
		name := sectionName(r.Site, s.Slug, r.Lang)
		l.Sections = append(l.Sections, option{s.Slug, name, f.Section == s.Slug})
		if r.Who.MayIn(identity.Edit, s.Slug) {
			l.Move = append(l.Move, option{Value: s.Slug, Name: name})
		}
	}
	l.Regions = append(l.Regions, option{"", t("stories.any"), f.Region == ""})
	for _, g := range r.Site.Regions {
		l.Regions = append(l.Regions, option{g.Slug, regionName(r.Site, g.Slug, r.Lang), f.Region == g.Slug})
	}
	l.People = []option{{"", t("stories.any"), f.Who == ""}, {"me", t("stories.who_me"), f.Who == "me"}, {"none", t("stories.who_none"), f.Who == "none"}}
	l.Assign = []option{{Value: "none", Name: t("stories.who_none")}}
	for _, a := range people {
		if a.State == identity.Suspended {
			continue
		}
		l.People = append(l.People, option{a.ID, a.Name, f.Who == a.ID})
		l.Assign = append(l.Assign, option{Value: a.ID, Name: a.Name})
	}
	any := func(chosen string) []option { return []option{{"", t("stories.any"), chosen == ""}} }
	l.Langs = any(f.Lang)
	for _, s := range r.Site.Languages {
		l.Langs = append(l.Langs, option{s, languageName(r, s), f.Lang == s})
	}
	l.Kinds = any(f.Kind)
	for _, s := range kinds {
		l.Kinds = append(l.Kinds, option{s, t("stories.kind_" + s), f.Kind == s})
	}
	l.Photos = any(f.Photo)
	for _, s := range []string{"with", "without"} {
		l.Photos = append(l.Photos, option{s, t("stories.photo_" + s), f.Photo == s})
	}
	for _, s := range sorts {
		l.Sorts = append(l.Sorts, option{s, t("stories.sort_" + s), f.Sort == s})
	}
	for _, s := range pageSizes {
		l.Sizes = append(l.Sizes, option{s, s, f.Rows == s})
	}
}

func languageName(r *newsroom.Request, tag string) string {
	if tag == "en" || tag == "fr" {
		return r.Words.T("stories.lang_" + tag)
	}
	return tag
}

// chips are the filters that are set, by their names.
func (l *list) chips(r *newsroom.Request, f filters, names map[string]string) {
	t := r.Words.T
	add := func(field, value, name string) {
		if value != "" {
			l.Chips = append(l.Chips, chip{name, f.without(field, value)})
		}
	}
	for _, s := range f.State {
		add("state", s, stateWord(r, s))
	}
	add("section", f.Section, sectionName(r.Site, f.Section, r.Lang))
	add("region", f.Region, regionName(r.Site, f.Region, r.Lang))
	who := names[f.Who]
	if f.Who == "me" || f.Who == "none" {
		who = t("stories.who_" + f.Who)
	}
	if who == "" {
		who = f.Who
	}
	add("who", f.Who, who)
	add("lang", f.Lang, languageName(r, f.Lang))
	kind := f.Kind
	if slices.Contains(kinds, f.Kind) {
		kind = t("stories.kind_" + f.Kind)
	}
	add("kind", f.Kind, kind)
	if f.Photo == "with" || f.Photo == "without" {
		add("photo", f.Photo, t("stories.photo_"+f.Photo))
	}
	add("q", f.Text, t("stories.chip_text", f.Text))
	add("from", f.From, t("stories.chip_from", f.From))
	add("to", f.To, t("stories.chip_to", f.To))
}

// empty says why there is nothing, and what there is instead.
func (l *list) empty(r *newsroom.Request, f filters) string {
	switch {
	case len(l.Faults) > 0:
		return r.Words.T("stories.empty_fault")
	case f.narrowed():
		return r.Words.T("stories.empty_filtered")
	case f.View == "":
		return r.Words.T("stories.empty_all")
	}
	said := r.Words.T("stories.empty_" + f.View)
	for _, t := range l.Tabs {
		if t.ID != f.View && t.ID != "" && t.Count != "" {
			return said + " " + r.Words.T("stories.empty_other", t.Name, t.Count)
		}
	}
	return said
}

// saveView keeps the list as it is under a name.
func (u *UI) saveView(w http.ResponseWriter, r *newsroom.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v, _ := url.ParseQuery(r.PostForm.Get("query")) // what cannot be read of it is left away
	f, _ := readFilters(v, r.Who.ID, r.Site.Location())
	name := strings.TrimSpace(r.PostForm.Get("name"))
	var wrong string
	switch {
	case name == "":
		wrong = "stories.e_view_name"
	case len(name) > 80:
		wrong = "stories.e_view_long"
	}
	if wrong != "" {
		return u.listPage(w, r, f.values(), []fault{{"name", r.Words.T(wrong)}})
	}
	_, err := u.room.SaveView(r.Context(), r.Who, workflow.View{Name: name, Query: f.values().Encode(), Shared: r.PostForm.Get("shared") != ""})
	if err != nil {
		return err
	}
	return u.shell.Redirect(w, r, address(f.values()), r.Words.T("stories.view_saved", name))
}

func (u *UI) dropView(w http.ResponseWriter, r *newsroom.Request) error {
	if err := u.room.DropView(r.Context(), r.Who, r.PathValue("id")); err != nil {
		return err
	}
	return u.shell.Redirect(w, r, stories, r.Words.T("stories.view_removed"))
}

// local reads a moment as a form has it in the newsroom's zone; ok is false for one that no clock there shows.
func local(text string, zone *time.Location) (t time.Time, ok bool) {
	const form = "2006-01-02T15:04"
	if len(text) > len(form) {
		text = text[:len(form)] // some browsers send seconds
	}
	t, err := time.ParseInLocation(form, text, zone)
	return t, err == nil && t.Format(form) == text
}
