package published

import (
	"slices"
	"strings"

	"masthead/internal/words"
)

// FrontByRule returns the front that nobody curated, en/home or en/r/calgary; nil if the site has no such front. Of the
// portal: the newest of everything, the default place, each section, video and opinion. Of a place: the place, its
// sections, the section of its province, the portal.
func (s *Site) FrontByRule(name string) *Front {
	lang, rest, _ := strings.Cut(name, "/")
	if !slices.Contains(s.Languages, lang) {
		return nil
	}
	var f *Front
	if slug, ok := strings.CutPrefix(rest, "r/"); ok {
		p := s.Region(slug)
		if p == nil {
			return nil
		}
		f = s.regionByRule(p)
	} else if rest == "home" {
		f = s.homeByRule()
	} else {
		return nil
	}
	f.Complete()
	return f
}

func (s *Site) homeByRule() *Front {
	f := &Front{Containers: []Container{{Layout: "lead", List: "all"}}}
	if p := s.DefaultRegion(); p != nil {
		f.Containers = append(f.Containers, Container{Layout: "row", List: "region/" + p.Slug, Link: "/r/" + p.Slug})
	}
	watch := Container{Layout: "video", List: "kind/video", Link: "/video"}
	video := false
	for _, sec := range s.Sections {
		if sec.Hidden || sec.Parent != "" || sec.Slug == "opinion" {
			continue
		}
		f.Containers = append(f.Containers, Container{Layout: "row", List: "section/" + sec.Slug, Link: "/" + sec.Slug})
		if len(f.Containers) == 4 {
			video = true
			f.Containers = append(f.Containers, watch)
		}
	}
	if !video {
		f.Containers = append(f.Containers, watch)
	}
	op := Container{Layout: "opinion", List: "kind/opinion"}
	if s.Section("opinion") != nil {
		op.Link = "/opinion"
	}
	return &Front{Containers: append(f.Containers, op, Container{Layout: "most"}, Container{Layout: "service"})}
}

func (s *Site) regionByRule(p *Region) *Front {
	f := &Front{Containers: []Container{{Layout: "lead", List: "region/" + p.Slug}}}
	for _, sec := range s.Sections {
		if sec.Parent == "" && !sec.Hidden && sec.Slug != MakeSlug(p.Province) && len(f.Containers) < 4 {
			f.Containers = append(f.Containers, Container{Layout: "row", List: "region/" + p.Slug + "/" + sec.Slug, Link: "/r/" + p.Slug + "/" + sec.Slug,
				Title: sec.Name})
		}
	}
	if sec := s.Section(MakeSlug(p.Province)); sec != nil {
		f.Containers = append(f.Containers, Container{Layout: "row", List: "section/" + sec.Slug, Link: "/" + sec.Slug, Title: sec.Name})
	}
	every := map[string]string{}
	for _, lang := range s.Languages {
		every[lang] = words.For(lang).T("all_regions")
	}
	return &Front{Containers: append(f.Containers,
		Container{Layout: "river", List: "all", Title: every, Link: "/"},
		Container{Layout: "most"},
	)}
}

// DefaultRegion is where the portal is at home: the place of the settings, else the first; nil without regions.
func (s *Site) DefaultRegion() *Region {
	if p := s.Region(s.Place); p != nil {
		return p
	}
	if len(s.Regions) > 0 {
		return &s.Regions[0]
	}
	return nil
}
