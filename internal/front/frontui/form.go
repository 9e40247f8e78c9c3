package frontui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/local/clock"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
)

// form is what the screens beside the board have in common.
type form struct {
	Base, Back, Front string
	Version           int
	Fault             string
	Most              most
}

// most are the bounds of what can be entered.
type most struct{ Headline, Kicker, Title, Text, Slots int }

var bounds = most{front.MostHeadline, front.MostKicker, front.MostTitle, front.MostText, front.MostSlots}

func (s *screen) form(d front.Draft) form {
	return form{Base: s.base, Back: s.base, Front: s.title(s.PathValue("region"), s.lang), Version: d.Version, Most: bounds}
}

// page answers with a form; with a fault as what was sent does not fit.
func (u *ui) page(w http.ResponseWriter, s *screen, name, title, fault string, data any) error {
	p := newsroom.Page{Screen: name, Title: title, Nav: "fronts", Data: data, Areas: []string{"fronts"}}
	if fault != "" {
		p.Status = http.StatusUnprocessableEntity
	}
	return u.Shell.Page(w, s.Request, p)
}

// placedAt finds the card that a form is about.
func (u *ui) placedAt(s *screen) (d front.Draft, k published.Container, c published.Placed, err error) {
	if d, err = u.Keeper.Draft(s.Context(), s.name); err != nil {
		return d, k, c, err
	}
	i := d.Front.Container(s.FormValue("container"))
	if i < 0 {
		return d, k, c, errs.Errorf(errs.NotFound, "no container %q on the front", s.FormValue("container"))
	}
	k = d.Front.Containers[i]
	j := k.Card(s.FormValue("story"))
	if j < 0 {
		return d, k, c, errs.Errorf(errs.NotFound, "no card of story %q in the container", s.FormValue("story"))
	}
	return d, k, k.Cards[j], nil
}

// cardForm is what a card has on this front only.
type cardForm struct {
	form
	ID, Container, Story               string
	Headline, Kicker, Picture          string // Picture "none": without
	OwnHeadline, OwnKicker, OwnPicture string // the story's
	Shown                              string // address of the picture as it stands
	Text                               string // searched for among pictures
	Pictures                           []picture
}

type picture struct{ ID, Src, Thumb, Name, Credit, Mark, Right string }

// pictureOf is a picture with what may be done with it: Mark for the eye, Right in words.
func (u *ui) pictureOf(s *screen, m media.Item) picture {
	small, standing := thumb(m.Renditions), m.Rights.Standing(u.DB.Now())
	p := picture{ID: m.ID, Src: small, Thumb: small, Name: m.Called(), Credit: m.Credit, Mark: standing.Mark(u.DB.Now())}
	p.Right = s.Words.T("rights."+p.Mark, "")
	if p.Mark == "ending" {
		p.Right = s.Words.T("rights.ending", clock.ShortDate(standing.Until.Add(-time.Nanosecond).In(s.Site.Location()), s.Lang))
	}
	return p
}

const picturesShown = 12

func (u *ui) cardPage(w http.ResponseWriter, s *screen) error {
	d, k, c, err := u.placedAt(s)
	if err != nil {
		return err
	}
	return u.showCard(w, s, d, k, c, "")
}

func (u *ui) showCard(w http.ResponseWriter, s *screen, d front.Draft, k published.Container, c published.Placed, fault string) error {
	t := d.Stories[c.Story]
	f := cardForm{
		form: s.form(d), ID: k.ID, Story: c.Story, Headline: c.Headline, Kicker: c.Kicker, Picture: c.Picture,
		OwnHeadline: s.headline(d, c.Story), OwnKicker: t.Kicker, OwnPicture: t.Picture, Shown: t.Picture, Text: strings.TrimSpace(s.FormValue("q")),
	}
	if d.Front.Container(k.ID) >= 0 {
		f.Container = s.titleOf(k)
	}
	f.Fault = fault
	if c.NoPicture {
		f.Picture, f.Shown = "none", ""
	}
	if len(f.Text) > maxText {
		f.Text = f.Text[:maxText]
	}
	q, err := media.ParseQuery(f.Text)
	if err != nil {
		fault = err.Error()
		f.Fault = fault
	}
	q.Kind, q.N = "photo", picturesShown
	found, err := media.List(s.Context(), u.DB, q, u.DB.Now())
	if err != nil {
		return err
	}
	if c.Picture != "" {
		f.Shown = ownPicture(d, c.Picture)
		if !slices.ContainsFunc(found.Items, func(m media.Item) bool { return m.ID == c.Picture }) {
			if m, err := media.Get(s.Context(), u.DB, c.Picture); err == nil {
				f.Pictures = append(f.Pictures, u.pictureOf(s, m))
				f.Shown = f.Pictures[0].Src
			} else if !errs.Is(err, errs.NotFound) {
				return err
			}
		}
	}
	for _, m := range found.Items {
		f.Pictures = append(f.Pictures, u.pictureOf(s, m))
	}
	return u.page(w, s, "front-card", s.Words.T("fronts.card_title"), fault, f)
}

// card keeps what a card has on this front only; or looks for pictures and keeps nothing.
func (u *ui) card(w http.ResponseWriter, s *screen) error {
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	k := published.Container{ID: s.PostFormValue("container")}
	c := published.Placed{Story: s.PostFormValue("story")}
	if !isID(k.ID) || !isID(c.Story) {
		return errDeed
	}
	if i := d.Front.Container(k.ID); i >= 0 { // else somebody has removed it: the keeper knows who
		k = d.Front.Containers[i]
		if j := k.Card(c.Story); j >= 0 {
			c = k.Cards[j]
		}
	}
	c.Headline, c.Kicker = line(s.PostFormValue("headline")), line(s.PostFormValue("kicker"))
	had := c.Picture
	c.Picture, c.NoPicture = s.PostFormValue("picture"), false
	if c.Picture == "none" {
		c.Picture, c.NoPicture = "", true
	}
	switch {
	case s.PostFormValue("find") != "":
		return u.showCard(w, s, d, k, c, "")
	case c.Picture != "" && !isID(c.Picture):
		return errDeed
	case c.Picture != "" && c.Picture != had && !u.may(s, c.Picture):
		return u.showCard(w, s, d, k, c, s.Words.T("fronts.e_rights"))
	case len([]rune(c.Headline)) > bounds.Headline:
		return u.showCard(w, s, d, k, c, s.Words.T("fronts.e_headline", bounds.Headline))
	case len([]rune(c.Kicker)) > bounds.Kicker:
		return u.showCard(w, s, d, k, c, s.Words.T("fronts.e_kicker", bounds.Kicker))
	}
	if c.Headline == d.Stories[c.Story].Headline {
		c.Headline = ""
	}
	if c.Kicker == d.Stories[c.Story].Kicker {
		c.Kicker = ""
	}
	op := front.Op{Do: front.OpCard, Story: c.Story, Container: k.ID, Card: &c}
	return u.keep(w, s, op, func(d front.Draft, now *front.Place, why string) error {
		if now != nil {
			k = d.Front.Containers[d.Front.Container(now.Container)]
		}
		return u.showCard(w, s, d, k, c, why)
	})
}

// may reports whether a picture's rights allow its use; of one that there is not the keeper speaks.
func (u *ui) may(s *screen, id string) bool {
	m, err := media.Get(s.Context(), u.DB, id)
	return err != nil || m.Rights.Standing(u.DB.Now()).May()
}

// line is a text of one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// moveForm asks where a card goes.
type moveForm struct {
	form
	ID, Story, Headline string
	Targets             []option
}

func (u *ui) movePage(w http.ResponseWriter, s *screen) error {
	d, k, c, err := u.placedAt(s)
	if err != nil {
		return err
	}
	f := moveForm{form: s.form(d), ID: k.ID, Story: c.Story, Headline: s.headline(d, c.Story), Targets: s.targets(d, k.ID)}
	return u.page(w, s, "front-move", s.Words.T("fronts.move_title"), "", f)
}

func (u *ui) move(w http.ResponseWriter, s *screen) error {
	d, k, c, err := u.placedAt(s)
	if err != nil {
		return err
	}
	op, err := place(d, c.Story, s.PostFormValue("to"), s.PostFormValue("at"))
	if err != nil {
		return u.refuse(w, s, err)
	}
	op.From, op.Card = k.ID, nil
	return u.apply(w, s, *op)
}

// boxForm is the settings of a container.
type boxForm struct {
	form
	ID, Name       string
	Titles         []option // by language; Text is the title
	Layouts, Lists []option
	Slots          int
	Text           string
	Hidden         bool
}

func (u *ui) containerPage(w http.ResponseWriter, s *screen) error {
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	i := d.Front.Container(s.FormValue("id"))
	if i < 0 {
		return errs.Errorf(errs.NotFound, "no container %q on the front", s.FormValue("id"))
	}
	return u.showContainer(w, s, d, d.Front.Containers[i], "")
}

func (u *ui) showContainer(w http.ResponseWriter, s *screen, d front.Draft, k published.Container, fault string) error {
	f := boxForm{form: s.form(d), ID: k.ID, Name: s.titleOf(k), Slots: k.Slots, Text: k.Text, Hidden: k.Hidden}
	f.Fault = fault
	for _, l := range s.Site.Languages {
		f.Titles = append(f.Titles, option{Value: l, Name: s.Words.T("fronts.lang_" + l), Text: k.Title[l]})
	}
	for _, l := range published.Layouts {
		f.Layouts = append(f.Layouts, option{Value: l, Name: s.layout(l), Chosen: l == k.Layout})
	}
	for _, l := range s.lists(k.List) {
		o := option{Value: l, Name: s.listName(l), Chosen: l == k.List}
		if l == "" {
			o.Name = s.Words.T("fronts.list_none")
		}
		f.Lists = append(f.Lists, o)
	}
	return u.page(w, s, "front-container", s.Words.T("fronts.container_title", f.Name), fault, f)
}

// lists are what a container can be filled from by rule; one that it has already stays to be chosen.
func (s *screen) lists(now string) []string {
	list := []string{"", "all", "kind/video", "kind/opinion"}
	if region := s.PathValue("region"); region != "" {
		list = append(list, "region/"+region)
		for _, sec := range s.Site.Sections {
			list = append(list, "region/"+region+"/"+sec.Slug)
		}
	}
	for _, sec := range s.Site.Sections {
		list = append(list, "section/"+sec.Slug)
	}
	if s.PathValue("region") == "" {
		for _, g := range s.Site.Regions {
			list = append(list, "region/"+g.Slug)
		}
	}
	if !slices.Contains(list, now) {
		list = append(list, now)
	}
	return list
}

func (u *ui) container(w http.ResponseWriter, s *screen) error {
	d, err := u.Keeper.Draft(s.Context(), s.name)
	if err != nil {
		return err
	}
	k := published.Container{ID: s.PostFormValue("id")}
	if i := d.Front.Container(k.ID); i >= 0 { // else somebody has removed it: the keeper knows who
		k = d.Front.Containers[i]
	} else if !isID(k.ID) {
		return errDeed
	}
	if s.PostFormValue("do") == "remove" {
		return u.apply(w, s, front.Op{Do: front.OpDrop, Container: k.ID})
	}
	fault := ""
	k.Title = map[string]string{}
	for _, l := range s.Site.Languages {
		t := line(s.PostFormValue("title_" + l))
		if len([]rune(t)) > bounds.Title {
			fault = s.Words.T("fronts.e_title", bounds.Title)
		}
		if t != "" {
			k.Title[l] = t
		}
	}
	if len(k.Title) == 0 {
		k.Title = nil
	}
	if k.Layout = s.PostFormValue("layout"); !slices.Contains(published.Layouts, k.Layout) {
		return errDeed
	}
	list := s.PostFormValue("list")
	if !slices.Contains(s.lists(k.List), list) {
		return errDeed
	}
	k.List = list
	k.Slots, err = strconv.Atoi(line(s.PostFormValue("slots")))
	if err != nil && line(s.PostFormValue("slots")) != "" || k.Slots < 0 || k.Slots > bounds.Slots {
		fault = s.Words.T("fronts.e_slots", bounds.Slots)
	}
	if k.Text = strings.TrimSpace(s.PostFormValue("text")); len([]rune(k.Text)) > bounds.Text {
		fault = s.Words.T("fronts.e_text", bounds.Text)
	}
	k.Hidden = s.PostFormValue("hidden") != ""
	if fault != "" {
		return u.showContainer(w, s, d, k, fault)
	}
	k.Cards = nil // they are not part of the settings
	return u.keep(w, s, front.Op{Do: front.OpSettings, Container: k.ID, Settings: &k}, func(d front.Draft, _ *front.Place, why string) error {
		return u.showContainer(w, s, d, k, why)
	})
}
