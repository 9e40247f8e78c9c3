package frontui

import (
	"masthead/internal/doc"
	"masthead/internal/front"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// feed is what can be placed.
type feed struct {
	Feeds     []option
	Text      string // searched for
	Found     []card
	NoneFound string
	Targets   []option
}

const feedSize = 30

func (u *ui) feed(s *screen, d front.Draft, v seen) (f feed, err error) {
	f.Text = v.text
	for _, name := range []string{"", "free", "read", "search"} {
		w := seen{preview: v.preview, look: v.look, feed: name}
		if name == "search" {
			if v.feed != name {
				continue
			}
			w.text = v.text
		}
		o := option{Value: name, URL: s.base + w.query(), Chosen: v.feed == name}
		if name == "" {
			o.Value = "new"
		}
		o.Name = s.Words.T("fronts.feed_" + o.Value)
		f.Feeds = append(f.Feeds, o)
	}
	f.Targets = s.targets(d, "")
	if v.feed == "search" {
		f.NoneFound = s.Words.T("fronts.search_none")
		f.Found, err = u.searched(s, d, v.text)
		return f, err
	}
	f.NoneFound = s.Words.T("fronts.feed_none")
	rec := u.View.Record(s.now)
	if v.feed == "read" {
		most, err := rec.Most(s.Context(), s.lang, s.PathValue("region"))
		if err != nil {
			return f, err
		}
		for _, c := range most {
			y := s.liveCard(c)
			y.Why = s.where(d, c.ID)
			f.Found = append(f.Found, y)
		}
		return f, nil
	}
	lists := []string{s.lang + "/all"}
	if region := s.PathValue("region"); region != "" {
		lists = []string{published.RegionList(s.lang, region), s.lang + "/all"}
	}
	known := map[string]bool{}
	for _, list := range lists {
		found, err := rec.List(s.Context(), list, published.Cursor{}, feedSize*2)
		if err != nil {
			return f, err
		}
		for _, c := range found {
			if known[c.ID] || len(f.Found) == feedSize {
				continue
			}
			known[c.ID] = true
			y := s.liveCard(c)
			y.Why = s.where(d, c.ID)
			if v.feed == "free" && y.Why != "" {
				continue
			}
			f.Found = append(f.Found, y)
		}
	}
	return f, nil
}

// searched are stories by words of their headline, also those that are not live yet: they show when they become so.
func (u *ui) searched(s *screen, d front.Draft, text string) (list []card, err error) {
	if text == "" {
		return nil, nil
	}
	found, err := u.Room.List(s.Context(), s.Who, workflow.Query{
		Text: text, Language: s.lang, Limit: feedSize,
		State: []string{"draft", "in-edit", "ready", "scheduled", "embargoed", "live", "changed"},
	})
	if err != nil {
		return nil, err
	}
	rec := u.View.Record(s.now)
	for _, row := range found.Rows {
		y := card{Story: row.ID, Headline: row.Headline, State: row.Shown, Word: s.state(row.Shown), When: s.at(row.Updated)}
		if y.Headline == "" {
			y.Headline = s.Words.T("stories.untitled")
		}
		if row.Shown == "live" || row.Shown == "changed" {
			c, err := rec.Card(s.Context(), row.ID)
			if err != nil {
				return nil, err
			}
			if c != nil {
				y = s.liveCard(*c)
			}
		}
		y.Why = s.where(d, row.ID)
		list = append(list, y)
	}
	return list, nil
}

// where says on which place of the draft a story is; "" if it is not on it.
func (s *screen) where(d front.Draft, story string) string {
	for _, k := range d.Front.Containers {
		if i := k.Card(story); i >= 0 {
			return s.Words.T("fronts.placed_at", i+1, s.titleOf(k))
		}
	}
	return ""
}

// targets are the containers that stories can be placed in.
func (s *screen) targets(d front.Draft, chosen string) (list []option) {
	for _, k := range d.Front.Containers {
		if places(k) {
			list = append(list, option{Value: k.ID, Name: s.titleOf(k), Chosen: k.ID == chosen})
		}
	}
	return list
}

// thumb is the address of the smallest picture of a medium, where the newsroom may see it.
func thumb(files []doc.Rendition) string {
	for _, f := range files {
		if len(f.Type) > 6 && f.Type[:6] == "image/" {
			return newsroom.Prefix + f.URL
		}
	}
	return ""
}
