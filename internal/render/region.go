package render

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/published"
)

// region makes the front of a place: what is curated for it, or by rule the place, its province, the portal.
func (r *Renderer) region(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	f, err := curated(ctx, rec, lang+"/r/"+route.Region)
	if err != nil {
		return Page{}, err
	}
	return r.placeFront(ctx, rec, route, lang, f)
}

func (r *Renderer) placeFront(ctx context.Context, rec *published.Recorder, route Route, lang string, front *published.Front) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.Path(), "front")
	if err != nil {
		return Page{}, err
	}
	place := c.site.Region(route.Region)
	if place == nil {
		return Page{}, errs.Errorf(errs.NotFound, "no region %q", route.Region)
	}
	name := regionName(*place, lang)
	p := &frontPage{Title: name, Region: true, Place: place.Slug}
	p.Acts = []Link{{Text: c.t("weather"), Href: c.link("/r/" + place.Slug + "/weather")}}
	local, err := rec.List(ctx, published.RegionList(lang, place.Slug), published.Cursor{}, leadSlots)
	if err != nil {
		return Page{}, err
	}
	switch len(local) {
	case 0:
		p.Empty = c.t("nothing_from", name, provinceName(*place, lang))
	case leadSlots:
		last := local[leadSlots-1]
		older := route
		older.Before = published.Cursor{At: last.Published.UnixMicro(), ID: last.ID}
		p.Older = older.String()
	}
	b := c.builder(front, *place)
	b.regional = true
	if err := b.fill(ctx); err != nil {
		return Page{}, err
	}
	c.titled(c.t("region_head", name), c.t("listing_about", name, c.Name))
	return r.finishFront(c, b, p, route)
}

// regionsPage is the chooser.
type regionsPage struct {
	Chrome
	Title     string
	Provinces []province
}

type province struct {
	Name   string
	Places []choice
}

// choice is one place with what the script needs to find the nearest.
type choice struct {
	Slug, Name, Zone string
	Lat, Lon         string
	Label            string
}

func (r *Renderer) regions(ctx context.Context, rec *published.Recorder, route Route, lang string) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, route.Path(), "page")
	if err != nil {
		return Page{}, err
	}
	p := &regionsPage{Title: c.t("choose_place"), Provinces: c.provinces()}
	c.titled(p.Title, c.t("regions_about", c.Name))
	c.sameIn(route)
	c.lite(route)
	c.jsonLD(c.graph().Breadcrumbs([]feeds.Crumb{{Name: c.t("home"), URL: c.origin + c.Home}, {Name: p.Title, URL: c.Head.Canonical}}))
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	return r.execute(c, tmplRegions, p)
}

// provinces groups the places, in the order in which the settings first name a province.
func (c *Chrome) provinces() []province {
	var list []province
	for _, p := range c.site.Regions {
		name := provinceName(p, c.Lang)
		i := slices.IndexFunc(list, func(v province) bool { return v.Name == name })
		if i < 0 {
			list = append(list, province{Name: name})
			i = len(list) - 1
		}
		label := regionName(p, c.Lang)
		if p.Abbrev != "" && c.Lang != "fr" {
			label += ", " + p.Abbrev
		}
		list[i].Places = append(list[i].Places, choice{
			Slug: p.Slug, Name: regionName(p, c.Lang), Zone: p.Zone, Lat: degrees(p.Lat), Lon: degrees(p.Lon), Label: label,
		})
	}
	return list
}

func degrees(f float64) string {
	b, _ := json.Marshal(float64(int(f*100)) / 100) // a finite number
	return strings.TrimSpace(string(b))
}

// nearPart is the Near you row alone, for the script.
type nearPart struct {
	Row Container
}

// nearSpare is how many more stories the script gets than the row has room for: it leaves out what the page shows already.
const nearSpare = 8

// near makes the row of a place for the script to put in the place of the default one.
func (r *Renderer) near(ctx context.Context, rec *published.Recorder, route Route) (Page, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	place := site.Region(route.Region)
	if place == nil {
		return Page{}, errs.Errorf(errs.NotFound, "no region %q", route.Region)
	}
	c, err := r.chrome(ctx, rec, site.Languages[0], "/", "front")
	if err != nil {
		return Page{}, err
	}
	c.looks = nil // the page that it is put into has a sheet of its own
	list, err := rec.List(ctx, published.RegionList(c.Lang, place.Slug), published.Cursor{}, rowSlots+nearSpare)
	if err != nil {
		return Page{}, err
	}
	if len(list) == 0 {
		return Page{}, errs.Errorf(errs.NotFound, "nothing from %s yet", place.Slug)
	}
	name := regionName(*place, c.Lang)
	row := c.row("near", name, Link{Text: c.t("more_from", name), Href: c.link("/r/" + place.Slug)}, c.cards(list))
	row.Near = c.Lang
	page, err := r.execute(c, tmplNear, &nearPart{Row: *row})
	return page, err
}
