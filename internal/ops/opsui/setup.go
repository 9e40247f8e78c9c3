package opsui

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/local/place"
	"masthead/internal/newsroom"
	"masthead/internal/published"
)

// steps are the screens of the first run after the one that makes the first account.
var steps = []string{"site", "places", "look", "sections", "mail", "done"}

type setupPage struct {
	settingsPage
	Step       string
	N, Of      int
	Back, Next string // steps
	Countries  []string
	Provinces  []string
	Towns      []town
	Presets    []string
}

// town is one that can be ticked.
type town struct {
	place.Place
	Ticked bool
}

func (u *ui) showSetup(w http.ResponseWriter, r *newsroom.Request) error {
	step := r.URL.Query().Get("step")
	if step == "" {
		step = steps[0]
	}
	return u.setupPage(w, r, step, nil)
}

func (u *ui) setupPage(w http.ResponseWriter, r *newsroom.Request, step string, mistake error) error {
	i := slices.Index(steps, step)
	if i < 0 {
		return errs.Errorf(errs.NotFound, "no step %s", step)
	}
	p := &setupPage{Step: step, N: i + 2, Of: len(steps) + 1}
	if i > 0 {
		p.Back = steps[i-1]
	}
	if i < len(steps)-1 {
		p.Next = steps[i+1]
	}
	status := 0
	if mistake != nil {
		if err := p.take(r, mistake); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	if err := u.fillSetup(r, p); err != nil {
		return err
	}
	return u.Shell.Page(w, r, newsroom.Page{Screen: "setup-site", Title: r.Words.T("settings.s_" + step), Data: p, Status: status, Bare: true})
}

func (u *ui) fillSetup(r *newsroom.Request, p *setupPage) error {
	switch p.Step {
	case "places":
		p.fillTowns(r)
		return nil
	case "sections":
		p.Presets = []string{"starter", "daily", "regional"}
		return nil
	case "done":
		return nil
	}
	return u.groups[p.Step].fill(r, &p.settingsPage)
}

// fillTowns lists the towns of one province, and those of others that are on the site: what is saved is what is ticked.
// If no province was asked for, it is that of the town where readers begin, or the first.
func (p *setupPage) fillTowns(r *newsroom.Request) {
	p.Countries = place.Countries()
	country, province := r.FormValue("country"), r.FormValue("province")
	if begin, ok := place.All().Slug(r.Site.Place); ok && country == "" {
		country, province = begin.Country, begin.ProvinceIn(r.Lang)
	}
	if !slices.Contains(p.Countries, country) {
		country = p.Countries[0]
	}
	pack := place.Pack(country)
	for _, t := range pack {
		if name := t.ProvinceIn(r.Lang); !slices.Contains(p.Provinces, name) {
			p.Provinces = append(p.Provinces, name)
		}
	}
	slices.Sort(p.Provinces)
	if !slices.Contains(p.Provinces, province) && len(p.Provinces) > 0 {
		province = p.Provinces[0]
	}
	add := func(t place.Place) {
		ticked := r.Site.Region(t.Slug) != nil
		if r.Method == http.MethodPost {
			ticked = slices.Contains(r.PostForm["places"], t.Slug)
		}
		p.Towns = append(p.Towns, town{t, ticked})
	}
	for _, x := range r.Site.Regions {
		if t, ok := place.All().Slug(x.Slug); ok && (t.Country != country || t.ProvinceIn(r.Lang) != province) {
			add(t)
		}
	}
	for _, t := range pack {
		if t.ProvinceIn(r.Lang) == province {
			add(t)
		}
	}
	p.Stored = map[string]string{"country": country, "province": province, "place": r.Site.Place}
}

func (u *ui) saveSetup(w http.ResponseWriter, r *newsroom.Request) error {
	if err := post(r); err != nil {
		return err
	}
	step := r.PostForm.Get("step")
	i := slices.Index(steps, step)
	if i < 0 {
		return errs.Errorf(errs.NotFound, "no step %s", step)
	}
	if step == "done" {
		return u.finishSetup(w, r)
	}
	var err error
	switch step {
	case "site":
		err = u.changeGroup(r, "site", changeSite)
	case "places":
		err = u.firstPlaces(r)
	case "look":
		err = u.changeGroup(r, "look", changeLook)
	case "sections":
		err = u.changeGroup(r, "sections", changeToPreset)
	case "mail":
		_, err = u.saveMail(r)
	}
	if err != nil {
		return u.setupPage(w, r, step, err)
	}
	return u.Shell.Redirect(w, r, "/newsroom/setup/site?step="+steps[i+1], "")
}

// firstPlaces puts the chosen towns on the site. The newsroom's time zone, if it is none yet, becomes that of the town
// that readers begin with.
func (u *ui) firstPlaces(r *newsroom.Request) error {
	if err := u.changeGroup(r, "places", choosePlaces); err != nil {
		return err
	}
	return u.changeGroup(r, "site", func(_ context.Context, _ db.Queryer, _ url.Values, s *published.Site) error {
		if region := s.Region(s.Place); s.Zone == "UTC" && region != nil {
			s.Zone = region.Zone
		}
		return nil
	})
}

func choosePlaces(_ context.Context, _ db.Queryer, f url.Values, s *published.Site) error {
	chosen := f["places"]
	if len(chosen) == 0 {
		return fault("places", "e_places")
	}
	s.Regions, s.Place = nil, ""
	for _, slug := range chosen {
		p, ok := place.All().Slug(slug)
		if !ok {
			return fault("places", "e_place")
		}
		addPlace(s, p)
	}
	if first := f.Get("place"); first != "" {
		if s.Region(first) == nil {
			return fault("place", "e_first_place")
		}
		s.Place = first
	}
	return nil
}

// names of sections in English and French, by slug, and the presets made of them.
var (
	sectionNames = map[string][2]string{
		"news": {"News", "Actualités"}, "local": {"Local", "Local"}, "region": {"Region", "Région"}, "politics": {"Politics", "Politique"},
		"business": {"Business", "Affaires"}, "sports": {"Sports", "Sports"}, "arts": {"Arts", "Arts"}, "life": {"Life", "Vie"},
		"opinion": {"Opinion", "Opinions"}, "world": {"World", "Monde"}, "canada": {"Canada", "Canada"}, "science": {"Science", "Science"},
		"weather": {"Weather", "Météo"}, "obituaries": {"Obituaries", "Avis de décès"},
	}
	sectionPresets = map[string][]string{
		"starter":  {"news", "sports", "life", "opinion"},
		"daily":    {"local", "politics", "business", "sports", "arts", "opinion", "obituaries"},
		"regional": {"local", "region", "world", "politics", "business", "sports", "arts", "life", "science", "opinion", "obituaries"},
	}
)

// changeToPreset puts a preset's sections in the place of those that are there; sections with stories stay.
func changeToPreset(ctx context.Context, q db.Queryer, f url.Values, s *published.Site) error {
	slugs := sectionPresets[f.Get("preset")]
	if slugs == nil {
		return fault("preset", "e_choice")
	}
	var kept []published.Section
	for _, x := range s.Sections {
		n, err := storiesIn(ctx, q, x.Slug)
		if err != nil {
			return err
		}
		if n > 0 && !slices.Contains(slugs, x.Slug) {
			kept = append(kept, x)
		}
	}
	s.Sections = nil
	for _, slug := range slugs {
		name := sectionNames[slug]
		s.Sections = append(s.Sections, published.Section{Slug: slug, Name: map[string]string{"en": name[0], "fr": name[1]}})
	}
	for _, x := range kept {
		if x.Parent != "" && s.Section(x.Parent) == nil && !slices.ContainsFunc(kept, func(k published.Section) bool { return k.Slug == x.Parent }) {
			x.Parent = ""
		}
		s.Sections = append(s.Sections, x)
	}
	return nil
}

// finishSetup makes the first draft and goes to Today.
func (u *ui) finishSetup(w http.ResponseWriter, r *newsroom.Request) error {
	if len(r.Site.Sections) == 0 { // skipped; without a section nothing can be published
		r.PostForm.Set("preset", "starter")
		if err := u.changeGroup(r, "sections", changeToPreset); err != nil {
			return err
		}
	}
	city := r.Site.Name
	if region := r.Site.Region(r.Site.Place); region != nil {
		city = region.Name
		if r.Lang == "fr" && region.NameFR != "" {
			city = region.NameFR
		}
	}
	if err := u.FirstDraft(r.Context(), r.Who, r.Words.T("settings.hello", city)); err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, newsroom.Prefix+"/", r.Words.T("settings.ready"))
}
