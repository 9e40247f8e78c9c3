package feeds

import (
	"bytes"
	"encoding/json"
)

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePage    string       `json:"home_page_url,omitempty"`
	FeedURL     string       `json:"feed_url,omitempty"`
	Description string       `json:"description,omitempty"`
	NextURL     string       `json:"next_url,omitempty"`
	Icon        string       `json:"icon,omitempty"`
	Authors     []jsonAuthor `json:"authors,omitempty"`
	Language    string       `json:"language,omitempty"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonItem struct {
	ID          string           `json:"id"`
	URL         string           `json:"url"`
	Title       string           `json:"title"`
	HTML        string           `json:"content_html"`
	Summary     string           `json:"summary,omitempty"`
	Image       string           `json:"image,omitempty"`
	Banner      string           `json:"banner_image,omitempty"`
	Published   string           `json:"date_published,omitempty"`
	Modified    string           `json:"date_modified,omitempty"`
	Authors     []jsonAuthor     `json:"authors,omitempty"`
	Tags        []string         `json:"tags,omitempty"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
}

type jsonAttachment struct {
	URL      string `json:"url"`
	Type     string `json:"mime_type"`
	Title    string `json:"title,omitempty"`
	Bytes    int64  `json:"size_in_bytes,omitempty"`
	Duration int    `json:"duration_in_seconds,omitempty"`
}

// JSONFeed writes a JSON Feed 1.1.
func JSONFeed(ch Channel, items []Item) []byte {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: ch.Title, HomePage: ch.Home, FeedURL: ch.Self,
		Description: ch.Description, NextURL: ch.Next, Icon: ch.Icon, Language: ch.Language, Items: []jsonItem{},
	}
	if ch.Author != "" {
		f.Authors = []jsonAuthor{{Name: ch.Author}}
	}
	for _, it := range items {
		f.Items = append(f.Items, jsonItemOf(it))
	}
	return plainJSON(f)
}

func jsonItemOf(it Item) jsonItem {
	j := jsonItem{
		ID: it.ID, URL: it.URL, Title: it.Title, HTML: it.HTML, Summary: it.Summary, Language: it.Language,
		Published: atomTime(it.Published), Modified: atomTime(latest(it.Published, it.Updated, it.Modified)),
	}
	if it.Picture != nil {
		j.Image = it.Picture.URL
	}
	if it.Banner != nil {
		j.Banner = it.Banner.URL
	}
	for _, a := range it.Authors {
		j.Authors = append(j.Authors, jsonAuthor(a))
	}
	for _, c := range it.Categories {
		j.Tags = append(j.Tags, c.Label)
	}
	if v := it.Clip; v != nil {
		j.Attachments = []jsonAttachment{{v.URL, v.Type, v.Title, v.Bytes, v.Duration}}
	}
	return j
}

// plainJSON is JSON for a file of its own, where <, > and & need no escape.
func plainJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings, numbers and lists of them always encode
	}
	return b.Bytes()
}
