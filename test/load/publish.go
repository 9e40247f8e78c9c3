package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/published"
	"masthead/tools/dataset/archive"
)

// built is the counter of pages that were made.
const built = "masthead_press_builds_total"

// desk is where the measured stories are published: a sub-section and a region.
const desk = "energy"

// publish measures publications while everything that shows them is hot, and pages that do not show them too.
func publish(ctx context.Context, o options) error {
	p, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer p.stop()
	site, err := published.New(p.DB()).Record(p.DB().Now()).Site(ctx)
	if err != nil {
		return err
	}
	if site.Section(desk) == nil || len(site.Regions) == 0 {
		return fmt.Errorf("the portal has no section %q or no region: make it with tools/dataset", desk)
	}
	region := site.Regions[0].Slug
	m := &publication{
		portal: p, archive: archive.New(max(o.n, 1000), o.seed+1000, p.DB().Now()), region: region,
		show: []string{
			"/", "/" + desk, "/" + site.Section(desk).Parent, "/r/" + region, "/r/" + region + "/" + desk,
			"/" + desk + "/feed.rss", "/" + desk + "/feed.atom", "/" + desk + "/feed.json", "/sitemap-news.xml",
		},
		times: times{},
	}
	if m.others, err = m.unrelated(ctx, o, site); err != nil {
		return err
	}
	for i := range o.n {
		if err := m.once(ctx, i); err != nil {
			return fmt.Errorf("publication %d: %w", i, err)
		}
	}
	if err := m.times.print(os.Stdout); err != nil {
		return err
	}
	n := int64(o.n)
	fmt.Printf("pages made anew during a publication: %.1f of the %d that show it (mean); %d unrelated pages hot, %d of them made anew in all\n",
		float64(m.built)/float64(n), len(m.show), len(m.others), m.disturbed)
	return nil
}

// publication is the measuring of publications.
type publication struct {
	*portal
	archive   *archive.Archive
	region    string
	show      []string // pages that show a new story
	others    []string // pages that do not
	times     times
	built     int64
	disturbed int
}

// unrelated returns pages that a publication in our section and region does not change, warm.
func (m *publication) unrelated(ctx context.Context, o options, site *published.Site) ([]string, error) {
	pick, err := newPicker(ctx, m.DB(), o.seed)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, s := range site.Sections {
		if s.Slug != desk && s.Slug != site.Section(desk).Parent {
			list = append(list, "/fr/"+s.Slug) // our stories are in English
		}
	}
	for len(list) < 200 {
		s, err := pick.story(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	for _, path := range list {
		if status, _ := m.get(path); status != http.StatusOK {
			return nil, fmt.Errorf("page %s answers %d", path, status)
		}
	}
	return list, nil
}

// once publishes a story and looks for it everywhere.
func (m *publication) once(ctx context.Context, i int) error {
	for _, path := range slices.Concat(m.show, m.others) {
		if status, _ := m.get(path); status != http.StatusOK { // asked for lately
			return fmt.Errorf("page %s answers %d", path, status)
		}
	}
	c := m.archive.Story(i).Copy
	c.ID, c.Slug, c.Language, c.Section, c.Regions, c.Corrections, c.Log = "", "", "en", desk, []string{m.region}, nil, nil
	mark := "zq" + strings.Map(func(r rune) rune { return r - '0' + 'k' }, fmt.Sprintf("%09d", time.Now().UnixNano()%1e9))
	c.Headline = "Report " + mark + ": " + c.Headline
	before, err := m.cache.read(ctx)
	if err != nil {
		return err
	}
	var s *content.Story
	work := processorTime()
	start := time.Now()
	err = m.Do(ctx, "load", func(k *content.Desk) error {
		var err error
		if s, err = k.Create(ctx, c); err != nil {
			return err
		}
		s, err = k.Publish(ctx, s.ID, content.Publication{})
		return err
	})
	done := time.Since(start)
	m.times.add("processor time of that", processorTime()-work)
	if err != nil {
		return err
	}
	after, err := m.cache.read(ctx)
	if err != nil {
		return err
	}
	m.times.add("Publish returns", done)
	m.built += after[built] - before[built]
	start = time.Now()
	for _, path := range append(slices.Clone(m.show), s.Copy.Path(), "/search?q="+mark) {
		status, text := m.get(path)
		if status != http.StatusOK || !strings.Contains(text, mark) {
			return fmt.Errorf("page %s (status %d) does not show story %s", path, status, s.ID)
		}
	}
	m.times.add("and seen on every page", done+time.Since(start))
	return m.undisturbed(ctx)
}

// undisturbed counts the unrelated pages that had to be made anew.
func (m *publication) undisturbed(ctx context.Context) error {
	before, err := m.cache.read(ctx)
	if err != nil {
		return err
	}
	for _, path := range m.others {
		m.get(path)
	}
	after, err := m.cache.read(ctx)
	if err != nil {
		return err
	}
	m.disturbed += int(after[built] - before[built])
	return nil
}
