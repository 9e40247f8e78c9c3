package wire

import (
	"regexp"
	"slices"
	"strings"

	"masthead/internal/errs"
	"masthead/internal/format/ninjs"
	"masthead/internal/published"
)

// desks gives the sections that a top concept of IPTC's Media Topics, or of the Subject Codes before them, may go
// to, by its two digits, best first.
var desks = map[string][]string{
	"01": {"arts", "culture", "entertainment", "arts-culture", "arts-and-culture"},
	"02": {"crime", "courts", "justice"},
	"03": {"emergencies", "local", "news"},
	"04": {"business", "economy", "money"},
	"05": {"education"},
	"06": {"environment", "climate", "science"},
	"07": {"health"},
	"08": {"life", "lifestyle"},
	"09": {"labour", "work", "business"},
	"10": {"life", "lifestyle", "living"},
	"11": {"politics"},
	"12": {"religion"},
	"13": {"science", "technology", "tech"},
	"14": {"society"},
	"15": {"sports", "sport"},
	"16": {"world", "international"},
	"17": {"weather"},
}

// topCode finds the top concept in a code of either scheme: medtop:04000000, 11006005, …/subjectcode/15054000. Media
// Topics below the top (200…) do not show theirs.
var topCode = regexp.MustCompile(`(?:^|[:/#])(0[1-9]|1[0-7])[0-9]{6}$`)

// sectionOf chooses the section: the one asked for, else the one that the subjects mean, else the first.
func sectionOf(it *ninjs.Item, o Options, site *published.Site) string {
	if o.Section != "" {
		return o.Section
	}
	for _, s := range it.Subjects {
		for _, code := range []string{s.Literal, s.URI} {
			if m := topCode.FindStringSubmatch(code); m != nil {
				for _, slug := range desks[m[1]] {
					if site.Section(slug) != nil {
						return slug
					}
				}
			}
		}
		if slug := published.MakeSlug(s.Name); slug != "" && site.Section(slug) != nil {
			return slug
		}
	}
	for i := range site.Sections {
		if site.Sections[i].Parent == "" && !site.Sections[i].Hidden {
			return site.Sections[i].Slug
		}
	}
	return "news"
}

// known refuses a section or region that the site does not have. A site that has none at all takes any.
func (o Options) known(site *published.Site) error {
	if o.Section != "" && len(site.Sections) > 0 && site.Section(o.Section) == nil {
		var names []string
		for _, s := range site.Sections {
			names = append(names, s.Slug)
		}
		return unknown("section", o.Section, names)
	}
	if o.Region != "" && len(site.Regions) > 0 && site.Region(o.Region) == nil {
		var names []string
		for _, r := range site.Regions {
			names = append(names, r.Slug)
		}
		return unknown("region", o.Region, names)
	}
	for what, slug := range map[string]string{"section": o.Section, "region": o.Region} {
		if slug != published.MakeSlug(slug) {
			return errs.Errorf(errs.Invalid, "%s %q: use small letters, digits and hyphens, as in addresses", what, slug)
		}
	}
	return nil
}

func unknown(what, slug string, names []string) error {
	slices.Sort(names)
	return errs.Errorf(errs.Invalid, "there is no %s %q: use one of %s", what, slug, strings.Join(names, ", "))
}
