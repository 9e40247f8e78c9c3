package opsui

import (
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/local/place"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/settings"
	"masthead/internal/theme"
	"masthead/internal/words"
)

// change puts a form into the public settings.
type change func(ctx context.Context, q db.Queryer, f url.Values, s *published.Site) error

// public is a group of the public settings: it is changed with the readers' pages.
func (u *ui) public(name string, fill func(*newsroom.Request, *settingsPage) error, apply change) group {
	return group{
		kept: "site/" + name,
		fill: fill,
		save: func(r *newsroom.Request) (string, error) {
			if err := u.changeGroup(r, name, apply); err != nil {
				return "", err
			}
			return r.Words.T("settings.saved"), nil
		},
		undo: func(r *newsroom.Request) error { return u.undoGroup(r, name) },
	}
}

// changeGroup changes a group of the public settings and returns when readers see it.
func (u *ui) changeGroup(r *newsroom.Request, name string, apply change) error {
	return u.Do(r.Context(), r.Who.ID, func(k *content.Desk) error {
		s, err := clone(k.Site())
		if err != nil {
			return err
		}
		if err := apply(r.Context(), k.Tx(), r.PostForm, s); err != nil {
			return err
		}
		var before, after published.Site
		copyGroup(name, &before, k.Site())
		copyGroup(name, &after, s)
		return u.setSite(r, k, name, s, &before, audit.Entry{What: "settings." + name}, &after)
	})
}

func (u *ui) setSite(r *newsroom.Request, k *content.Desk, name string, s, before *published.Site, e audit.Entry, detail any) error {
	if err := settings.Keep(r.Context(), k.Tx(), r.Who.ID, "site/"+name, before); err != nil {
		return err
	}
	if err := k.SetSite(r.Context(), s); err != nil {
		return err
	}
	e.Who, e.Target = r.Who.ID, "settings/"+name
	return audit.Record(r.Context(), k.Tx(), e, detail)
}

func (u *ui) undoGroup(r *newsroom.Request, name string) error {
	return u.Do(r.Context(), r.Who.ID, func(k *content.Desk) error {
		var kept, before published.Site
		ok, err := settings.Kept(r.Context(), k.Tx(), "site/"+name, &kept)
		if err != nil {
			return err
		}
		if !ok {
			return errs.Errorf(errs.NotFound, "settings of %s: there is nothing to undo", name)
		}
		s, err := clone(k.Site())
		if err != nil {
			return err
		}
		copyGroup(name, &before, k.Site())
		copyGroup(name, s, &kept)
		for _, section := range k.Site().Sections {
			if s.Section(section.Slug) == nil {
				if err := unused(r.Context(), k.Tx(), section.Slug); err != nil {
					return err
				}
			}
		}
		return u.setSite(r, k, name, s, &before, audit.Entry{What: "settings.undo"}, nil)
	})
}

func clone(s *published.Site) (*published.Site, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	var out published.Site
	return &out, json.Unmarshal(text, &out)
}

// copyGroup copies what belongs to a group.
func copyGroup(name string, to, from *published.Site) {
	switch name {
	case "site":
		to.Name, to.Tagline, to.Languages, to.Zone = from.Name, from.Tagline, from.Languages, from.Zone
		to.Clock, to.Density, to.Contact = from.Clock, from.Density, from.Contact
	case "look":
		to.Accent = from.Accent
	case "sections":
		to.Sections = from.Sections
	case "places":
		to.Regions, to.Place = from.Regions, from.Place
	}
}

func (u *ui) fillSite(r *newsroom.Request, p *settingsPage) error {
	s := r.Site
	p.Stored = map[string]string{
		"name": s.Name, "tagline_en": s.Tagline["en"], "tagline_fr": s.Tagline["fr"], "languages": strings.Join(s.Languages, "\n"), "first": s.Languages[0],
		"zone": s.Zone, "clock": s.Clock, "density": s.Density, "contact": s.Contact,
	}
	p.X = zones(s.Zone)
	return nil
}

// zones are the time zones of the region packs, and one more.
func zones(also string) []string {
	list := []string{"UTC", also}
	for _, p := range place.All() {
		list = append(list, p.Zone)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func changeSite(_ context.Context, _ db.Queryer, f url.Values, s *published.Site) error {
	name, contact := strings.TrimSpace(f.Get("name")), strings.TrimSpace(f.Get("contact"))
	if name == "" || len(name) > 100 {
		return fault("name", "e_name")
	}
	languages, err := chosenLanguages(f)
	if err != nil {
		return err
	}
	if _, err := time.LoadLocation(f.Get("zone")); err != nil || f.Get("zone") == "" {
		return fault("zone", "e_zone")
	}
	if a, err := mail.ParseAddress(contact); contact != "" && (err != nil || a.Address != contact) {
		return fault("contact", "e_contact")
	}
	if !slices.Contains([]string{"", "cp", "24"}, f.Get("clock")) {
		return fault("clock", "e_choice")
	}
	if !slices.Contains([]string{"", "compact"}, f.Get("density")) {
		return fault("density", "e_choice")
	}
	s.Tagline = map[string]string{}
	for _, l := range words.Languages() {
		if t := strings.TrimSpace(f.Get("tagline_" + l)); t != "" {
			s.Tagline[l] = t
		}
	}
	s.Name, s.Languages, s.Zone, s.Clock, s.Density, s.Contact = name, languages, f.Get("zone"), f.Get("clock"), f.Get("density"), contact
	return nil
}

// chosenLanguages returns the site's languages, the first one first.
func chosenLanguages(f url.Values) ([]string, error) {
	first := f.Get("first")
	var list []string
	for _, l := range f["languages"] {
		if !slices.Contains(words.Languages(), l) {
			return nil, fault("languages", "e_choice")
		}
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	if len(list) == 0 || first != "" && !slices.Contains(list, first) {
		return nil, fault("languages", "e_languages")
	}
	slices.SortStableFunc(list, func(a, b string) int {
		switch first {
		case a:
			return -1
		case b:
			return 1
		}
		return 0
	})
	return list, nil
}

// Preset is an accent that is offered.
type Preset struct{ Name, Hex string }

var presets = []Preset{{"spruce", theme.Spruce}, {"ink", "#1f3a93"}, {"plum", "#6d2077"}, {"brick", "#9c2f1f"}, {"moss", "#3f6212"}, {"gold", "#8a6100"}}

// Look is an accent with the colours that are made of it.
type Look struct {
	Presets               []Preset
	Given                 string
	Accent                theme.Accent
	LightRatio, DarkRatio string // contrast with the paper of each look, as it is written
}

func (u *ui) fillLook(r *newsroom.Request, p *settingsPage) error {
	accent := r.Site.Accent
	if accent == "" {
		accent = theme.Spruce
	}
	if try := r.URL.Query().Get("accent"); try != "" && r.Method == "GET" {
		accent = try
	}
	p.Stored = map[string]string{"accent": accent}
	look, err := lookOf(accent)
	if err != nil {
		p.Faults = []Fault{{"accent", r.Words.T("settings.e_accent")}}
		look, err = lookOf(r.Site.Accent)
	}
	p.X = look
	return err
}

func lookOf(hex string) (Look, error) {
	a, err := theme.DeriveAccent(hex)
	return Look{presets, hex, a, fmt.Sprintf("%.2f", a.LightRatio), fmt.Sprintf("%.2f", a.DarkRatio)}, err
}

func changeLook(_ context.Context, _ db.Queryer, f url.Values, s *published.Site) error {
	hex := strings.ToLower(strings.TrimSpace(f.Get("accent")))
	if _, err := theme.DeriveAccent(hex); err != nil {
		return fault("accent", "e_accent")
	}
	if hex == theme.Spruce {
		hex = ""
	}
	s.Accent = hex
	return nil
}

func (u *ui) fillSections(r *newsroom.Request, p *settingsPage) error {
	p.X = r.Site.Sections
	return nil
}

// changeSections adds, changes, moves or removes one section.
func (u *ui) changeSections(ctx context.Context, q db.Queryer, f url.Values, s *published.Site) error {
	if f.Get("do") == "add" {
		return addSection(f, s)
	}
	i := slices.IndexFunc(s.Sections, func(x published.Section) bool { return x.Slug == f.Get("slug") })
	if i < 0 {
		return errs.Errorf(errs.NotFound, "section %s: there is none", f.Get("slug"))
	}
	switch f.Get("do") {
	case "change":
		return nameSection(f, s, &s.Sections[i])
	case "up":
		if i > 0 {
			s.Sections[i-1], s.Sections[i] = s.Sections[i], s.Sections[i-1]
		}
	case "down":
		if i < len(s.Sections)-1 {
			s.Sections[i+1], s.Sections[i] = s.Sections[i], s.Sections[i+1]
		}
	case "remove":
		if slices.ContainsFunc(s.Sections, func(x published.Section) bool { return x.Parent == s.Sections[i].Slug }) {
			return fault("section-"+s.Sections[i].Slug, "e_section_parent")
		}
		if err := unused(ctx, q, s.Sections[i].Slug); err != nil {
			return err
		}
		s.Sections = slices.Delete(s.Sections, i, i+1)
	default:
		return errs.Errorf(errs.Invalid, "nothing is known of %q", f.Get("do"))
	}
	return nil
}

// unused returns an error for a section that has stories.
func unused(ctx context.Context, q db.Queryer, slug string) error {
	n, err := storiesIn(ctx, q, slug)
	if err == nil && n > 0 {
		err = fault("section-"+slug, "e_section_used", n)
	}
	return err
}

func addSection(f url.Values, s *published.Site) error {
	x := published.Section{Slug: strings.TrimSpace(f.Get("slug"))}
	if x.Slug == "" {
		x.Slug = published.MakeSlug(f.Get("name_" + s.Languages[0]))
	}
	switch {
	case x.Slug == "" || x.Slug != published.MakeSlug(x.Slug):
		return fault("slug", "e_slug")
	case slices.Contains(published.Reserved, x.Slug) || slices.Contains(words.Languages(), x.Slug):
		return fault("slug", "e_slug_reserved", x.Slug)
	case s.Section(x.Slug) != nil:
		return fault("slug", "e_slug_taken", x.Slug)
	}
	if err := nameSection(f, s, &x); err != nil {
		return err
	}
	s.Sections = append(s.Sections, x)
	return nil
}

func nameSection(f url.Values, s *published.Site, x *published.Section) error {
	name := map[string]string{}
	for _, l := range s.Languages {
		if name[l] = strings.TrimSpace(f.Get("name_" + l)); name[l] == "" || len(name[l]) > 60 {
			return fault("name_"+l, "e_section_name")
		}
	}
	parent := f.Get("parent")
	if p := s.Section(parent); parent != "" && (p == nil || p.Parent != "" || parent == x.Slug) ||
		parent != "" && slices.ContainsFunc(s.Sections, func(c published.Section) bool { return c.Parent == x.Slug }) {
		return fault("parent", "e_parent")
	}
	x.Name, x.Parent, x.Hidden = name, parent, f.Get("hidden") != ""
	return nil
}

// Places is what the page of places shows.
type Places struct {
	Regions []published.Region
	Default string
	Found   place.List // that are not on the site yet
	Weather string
}

func (u *ui) fillPlaces(r *newsroom.Request, p *settingsPage) error {
	x := Places{Regions: r.Site.Regions, Default: r.Site.Place, Weather: u.Weather}
	q, country := r.URL.Query().Get("q"), r.URL.Query().Get("country")
	p.Stored = map[string]string{"q": q, "country": country}
	all := place.All()
	if country != "" {
		all = place.Pack(country)
	}
	for _, found := range all.Search(q, 20) {
		if r.Site.Region(found.Slug) == nil {
			x.Found = append(x.Found, found)
		}
	}
	p.X = x
	return nil
}

// changePlaces adds or removes one place, or makes it the one that readers begin with.
func changePlaces(ctx context.Context, q db.Queryer, f url.Values, s *published.Site) error {
	slug := f.Get("slug")
	if f.Get("do") == "add" {
		p, ok := place.All().Slug(slug)
		if !ok {
			return fault("q", "e_place")
		}
		addPlace(s, p)
		return nil
	}
	if s.Region(slug) == nil {
		return fault("q", "e_place")
	}
	switch f.Get("do") {
	case "default":
		s.Place = slug
	case "remove": // the addresses of a place that has stories stay good
		n, err := storiesOf(ctx, q, s.Languages, slug)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault("place-"+slug, "e_place_used", n)
		}
		s.Regions = slices.DeleteFunc(s.Regions, func(x published.Region) bool { return x.Slug == slug })
		if s.Place == slug {
			s.Place = ""
			if len(s.Regions) > 0 {
				s.Place = s.Regions[0].Slug
			}
		}
	default:
		return errs.Errorf(errs.Invalid, "nothing is known of %q", f.Get("do"))
	}
	return nil
}

func addPlace(s *published.Site, p place.Place) {
	if s.Region(p.Slug) == nil {
		s.Regions = append(s.Regions, published.RegionOf(p))
	}
	if s.Place == "" {
		s.Place = p.Slug
	}
}
