package wire

import (
	"html"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/format/date"
	"masthead/internal/format/feed"
	"masthead/internal/format/ninjs"
)

// adaptFeed adds the items of a feed in the words of ninjs. Where one guid stands twice the newer one counts, of
// two without dates the later.
func (m *Message) adaptFeed(f *feed.Feed) {
	at := map[string]int{}
	for i := range f.Items {
		it := feedItem(f, &f.Items[i])
		old, twice := at[it.URI]
		if !twice {
			at[it.URI] = len(m.Items)
			m.Items = append(m.Items, it)
			continue
		}
		m.problem(it.URI, "stands twice in the feed: the newer one counts")
		if was := m.Items[old].VersionCreated; was.IsZero() || it.VersionCreated.IsZero() || !it.VersionCreated.Time.Before(was.Time) {
			m.Items[old] = it
		}
	}
}

func feedItem(f *feed.Feed, e *feed.Item) ninjs.Item {
	it := ninjs.Item{
		URI: qualified(e.GUID, first(f.ID, f.Self, f.Link, f.Title)), Type: "text", Language: e.Language,
		FirstCreated: feedDate(e.Published), VersionCreated: feedDate(e.Updated), By: feedBy(e.Authors),
		InfoSources: feedSources(f, e),
	}
	if it.FirstCreated.Raw == "" {
		it.FirstCreated = it.VersionCreated
	}
	if it.VersionCreated.Raw == "" {
		it.VersionCreated = it.FirstCreated
	}
	if it.URI != e.GUID {
		it.AltIDs = append(it.AltIDs, ninjs.AltID{Role: "guid", Value: e.GUID})
	}
	if e.Link != "" && e.Link != e.GUID {
		it.AltIDs = append(it.AltIDs, ninjs.AltID{Role: "link", Value: e.Link})
	}
	if e.Title != "" {
		it.Headlines = []ninjs.Text{{Role: "main", Value: e.Title}}
	}
	body := first(e.Content, e.Summary)
	if body != "" {
		it.Bodies = []ninjs.Text{{Role: "html", ContentType: "text/html", Value: body}}
	}
	if e.Content != "" && e.Summary != "" {
		if s := plain(e.Summary); s != "" {
			it.Descriptions = []ninjs.Text{{Role: "summary", Value: s}}
		}
	}
	for _, c := range e.Categories {
		it.Subjects = append(it.Subjects, ninjs.Concept{Name: first(c.Label, c.Term), Literal: c.Term, Scheme: c.Scheme})
	}
	for _, media := range e.Media {
		if a := feedMedia(media); len(a.Renditions) > 0 {
			it.Associations = append(it.Associations, a)
		}
	}
	return it
}

// feedDate keeps a clock reading without a zone as one: which zone is meant is for the settings to say.
func feedDate(d feed.Date) date.Date {
	switch {
	case d.Time.IsZero():
		return date.Date{}
	case d.Floating:
		return date.Parse(d.Time.Format("2006-01-02T15:04:05"))
	}
	return date.At(d.Time.Truncate(time.Microsecond))
}

func feedBy(list []feed.Author) string {
	var names []string
	for _, a := range list {
		if a.Name != "" && !strings.Contains(a.Name, "@") {
			names = append(names, oneLine(a.Name))
		}
	}
	return strings.Join(names, "; ")
}

func feedSources(f *feed.Feed, e *feed.Item) []ninjs.Source {
	if e.Source.Title != "" {
		return []ninjs.Source{{Role: "provider", Name: oneLine(e.Source.Title), URI: e.Source.Link}}
	}
	if f.Title != "" {
		return []ninjs.Source{{Role: "provider", Name: oneLine(f.Title), URI: f.Link}}
	}
	return nil
}

func feedMedia(media feed.Media) ninjs.Item {
	a := ninjs.Item{Name: media.Medium, Type: media.Medium, By: media.Credit, CopyrightNotice: media.Copyright}
	if media.Medium == "image" {
		a.Type = "picture"
	}
	if media.Title != "" {
		a.Headlines = []ninjs.Text{{Role: "main", Value: media.Title}}
	}
	if media.Description != "" {
		a.Descriptions = []ninjs.Text{{Role: "caption", Value: media.Description}}
	}
	if media.URL != "" {
		a.Renditions = []ninjs.Rendition{{
			Name: "original", Href: media.URL, ContentType: media.Type, Width: media.Width, Height: media.Height,
			SizeInBytes: media.Length, Duration: media.Duration.Seconds(),
		}}
	}
	return a
}

// plain returns the words of a piece of HTML as one line.
func plain(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return oneLine(text)
	}
	if !strings.Contains(text, "<") {
		return oneLine(html.UnescapeString(text))
	}
	d, _ := doc.FromHTML(text, doc.HTMLOptions{})
	return oneLine(doc.Text(d))
}
