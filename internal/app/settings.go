package app

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"masthead/internal/config"
	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/local/place"
	"masthead/internal/published"
	"masthead/internal/theme"
)

// applySite takes the [site] table over into the database, and the address that readers use. It writes only
// when something differs.
func (a *App) applySite(ctx context.Context, c *config.Site) error {
	_, err := content.Do(ctx, a.db, "settings", func(k *content.Desk) error {
		site := *k.Site()
		if origin := a.cfg.Server.Origin(); a.cfg.Server.Listen != "" {
			site.URL = origin
		}
		if c != nil {
			if err := merge(&site, c); err != nil {
				return err
			}
		}
		if reflect.DeepEqual(site, *k.Site()) {
			return nil
		}
		return k.SetSite(ctx, &site)
	})
	return err
}

// merge puts the table's settings into site; what the table leaves out stays.
func merge(site *published.Site, c *config.Site) error {
	for _, s := range []struct{ to, from *string }{
		{&site.Name, &c.Name}, {&site.Zone, &c.Zone}, {&site.Accent, &c.Accent}, {&site.Clock, &c.Clock},
		{&site.Density, &c.Density}, {&site.Contact, &c.Contact}, {&site.Place, &c.Place},
	} {
		if *s.from != "" {
			*s.to = *s.from
		}
	}
	if _, err := time.LoadLocation(site.Zone); err != nil {
		return errs.Errorf(errs.Invalid, "settings: no time zone %q: use an IANA name such as America/Edmonton", site.Zone)
	}
	if site.Accent != "" {
		if _, err := theme.DeriveAccent(site.Accent); err != nil {
			return errs.Errorf(errs.Invalid, "settings: accent: %w", err)
		}
	}
	if c.Tagline != nil {
		site.Tagline = c.Tagline
	}
	if c.Languages != nil {
		site.Languages = c.Languages
	}
	if c.Sections != nil {
		site.Sections = nil
		for _, s := range c.Sections {
			if s.Slug == "" || s.Slug != published.MakeSlug(s.Slug) {
				return errs.Errorf(errs.Invalid, "settings: section slug %q: use lower-case letters, digits and hyphens", s.Slug)
			}
			if slices.Contains(published.Reserved, s.Slug) || slices.Contains(site.Languages, s.Slug) {
				return errs.Errorf(errs.Invalid, "settings: section slug %q is taken by a page of the portal; choose another", s.Slug)
			}
			site.Sections = append(site.Sections, published.Section{Slug: s.Slug, Parent: s.Parent, Name: s.Name})
		}
	}
	if c.Regions != nil {
		site.Regions = nil
		all := place.All()
		for _, slug := range c.Regions {
			i := slices.IndexFunc(all, func(p place.Place) bool { return p.Slug == slug })
			if i < 0 {
				return errs.Errorf(errs.Invalid, "settings: no place %q in the gazetteer; near in spelling: %s", slug, near(all, slug))
			}
			site.Regions = append(site.Regions, published.RegionOf(all[i]))
		}
		if site.Place == "" && len(site.Regions) > 0 {
			site.Place = site.Regions[0].Slug
		}
	}
	if site.Place != "" && site.Region(site.Place) == nil {
		return errs.Errorf(errs.Invalid, "settings: the default place %q is not one of the regions", site.Place)
	}
	return nil
}

// near lists places whose slugs begin alike.
func near(all place.List, slug string) string {
	var found []string
	for _, p := range all {
		if len(slug) >= 3 && strings.HasPrefix(p.Slug, slug[:3]) {
			found = append(found, p.Slug)
		}
	}
	if len(found) == 0 {
		return "none"
	}
	return strings.Join(found[:min(len(found), 8)], ", ")
}
