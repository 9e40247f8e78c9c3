package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"masthead/internal/errs"
)

// scalar is a JSON string that feeds also write as number or boolean; null and anything else count as none.
type scalar string

// UnmarshalJSON never fails: a wrong type in one field must not lose the item.
func (s *scalar) UnmarshalJSON(b []byte) error {
	*s = ""
	switch {
	case b[0] == '"':
		var v string
		if err := json.Unmarshal(b, &v); err != nil {
			return err
		}
		*s = scalar(strings.TrimSpace(clean(v)))
	case b[0] != '{' && b[0] != '[' && string(b) != "null":
		*s = scalar(b)
	}
	return nil
}

// many is a JSON array, or one value without its brackets; elements of another type are left out.
type many[T any] []T

func (m *many[T]) UnmarshalJSON(b []byte) error {
	*m = nil
	var raw []json.RawMessage
	if b[0] != '[' {
		raw = []json.RawMessage{b}
	} else if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	for _, e := range raw[:min(len(raw), maxLists)] {
		var v T
		if string(e) != "null" && json.Unmarshal(e, &v) == nil {
			*m = append(*m, v)
		}
	}
	return nil
}

// jsonAuthor is an author object of JSON Feed; some feeds write the bare name.
type jsonAuthor struct{ Name, URL scalar }

func (a *jsonAuthor) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return a.Name.UnmarshalJSON(b)
	}
	type fields jsonAuthor
	return json.Unmarshal(b, (*fields)(a))
}

// jsonHead is what JSON Feed says beside the items.
type jsonHead struct {
	Version, Title, Description, Language scalar
	HomePage                              scalar           `json:"home_page_url"`
	FeedURL                               scalar           `json:"feed_url"`
	Author, Authors                       many[jsonAuthor] // 1.0, 1.1
}

type jsonItem struct {
	ID, URL, Title, Summary, Image, Language scalar
	External                                 scalar `json:"external_url"`
	HTML                                     scalar `json:"content_html"`
	Text                                     scalar `json:"content_text"`
	Banner                                   scalar `json:"banner_image"`
	Published                                scalar `json:"date_published"`
	Modified                                 scalar `json:"date_modified"`
	Author, Authors                          many[jsonAuthor]
	Tags                                     many[scalar]
	Attachments                              many[jsonAttachment]
}

type jsonAttachment struct {
	URL, Title scalar
	Type       scalar `json:"mime_type"`
	Size       scalar `json:"size_in_bytes"`
	Seconds    scalar `json:"duration_in_seconds"`
}

// readJSON reads JSON Feed item by item, so that a file cut short still gives what came whole.
func readJSON(text []byte, base string) (*Feed, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errs.Errorf(errs.Invalid, "this is JSON, but not a JSON Feed: its root is no object")
	}
	head := map[string]json.RawMessage{}
	items, listed, failed := []jsonItem(nil), false, error(nil)
	lost := 0
	for failed == nil && dec.More() {
		t, err := dec.Token()
		if err != nil {
			failed = err
			break
		}
		key, _ := t.(string)
		if key == "items" && !listed {
			listed = true
			items, lost, failed = jsonItems(dec)
			continue
		}
		var v json.RawMessage
		if failed = dec.Decode(&v); failed == nil && len(head) < maxAttrs {
			head[key] = v
		}
	}
	if failed == nil {
		_, failed = dec.Token()
	}
	var h jsonHead
	if b, err := json.Marshal(head); err == nil {
		if err := json.Unmarshal(b, &h); err != nil {
			return nil, errs.Errorf(errs.Invalid, "JSON Feed's head cannot be read: %w", err)
		}
	}
	known := strings.Contains(string(h.Version), "jsonfeed.org")
	if !known && (!listed || h.Version == "" && h.Title == "") {
		if failed != nil {
			return nil, errs.Errorf(errs.Invalid, "JSON is broken at byte %d: %w", dec.InputOffset(), cutShort(failed))
		}
		return nil, errs.Errorf(errs.Invalid, "this is JSON, but not a JSON Feed: it has no version and no items")
	}
	if failed != nil && len(items) == 0 {
		return nil, errs.Errorf(errs.Invalid, "feed has no complete item: JSON is broken at byte %d: %w",
			dec.InputOffset(), cutShort(failed))
	}
	f := h.feed(base)
	if failed != nil {
		f.problem(fmt.Sprintf("JSON is broken at byte %d: %v; %d complete items were read", dec.InputOffset(), cutShort(failed), len(items)))
	}
	if lost > 0 {
		f.problem(fmt.Sprintf("%d items are no JSON objects or beyond the limit of 100,000 and were left out", lost))
	}
	for i := range items {
		f.Items = append(f.Items, items[i].item(f, base))
	}
	return f, nil
}

// jsonItems reads the items array up to its end or the first error.
func jsonItems(dec *json.Decoder) (items []jsonItem, lost int, err error) {
	t, err := dec.Token()
	if err != nil || t != json.Delim('[') {
		if err == nil && t == json.Delim('{') {
			err = errors.New("items is no array")
		}
		return nil, 0, err
	}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return items, lost, err
		}
		var it jsonItem
		if raw[0] != '{' || len(items) == MaxItems || json.Unmarshal(raw, &it) != nil {
			lost++
			continue
		}
		items = append(items, it)
	}
	_, err = dec.Token()
	return items, lost, err
}

// cutShort gives the end of the input the same words wherever it is met.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the document ends early")
	}
	return err
}

func (h *jsonHead) feed(base string) *Feed {
	version := string(h.Version)
	if at := strings.LastIndexByte(version, '/'); at >= 0 {
		version = version[at+1:]
	}
	if version == "1" {
		version = "1.0"
	}
	return &Feed{
		Format: strings.TrimSpace("jsonfeed " + version), Title: line(string(h.Title)), Description: line(string(h.Description)),
		Link: resolveURL(base, string(h.HomePage)), Self: string(h.FeedURL), Language: string(h.Language),
		Authors: jsonAuthors(h.Authors, h.Author),
	}
}

// jsonAuthors prefers version 1.1's authors to 1.0's author (JSON Feed 1.1, "authors").
func jsonAuthors(lists ...many[jsonAuthor]) []Author {
	var authors []Author
	for _, list := range lists {
		for _, a := range list {
			authors = addAuthor(authors, Author{Name: line(string(a.Name)), URI: string(a.URL)})
		}
		if len(authors) > 0 {
			break
		}
	}
	return authors
}

// item applies JSON Feed 1.1 "items": title, summary and content_text are plain text.
func (j *jsonItem) item(f *Feed, base string) Item {
	if base == "" {
		base = f.Link
	}
	it := Item{
		GUID: string(j.ID), Link: resolveURL(base, string(j.URL)), External: resolveURL(base, string(j.External)),
		Title: line(string(j.Title)), Summary: paragraphs(string(j.Summary)), Content: absolutize(string(j.HTML), base),
		Published: date(string(j.Published)), Updated: date(string(j.Modified)),
		Authors: jsonAuthors(j.Authors, j.Author), Language: string(j.Language),
	}
	first(&it.Link, it.External)
	first(&it.Content, paragraphs(string(j.Text)))
	first(&it.Language, f.Language)
	for _, t := range j.Tags {
		it.Categories = append(it.Categories, Category{Term: line(string(t))})
	}
	it.Categories = distinct(it.Categories)
	var m mediaList
	for _, a := range j.Attachments {
		v := Media{URL: resolveURL(base, string(a.URL)), Type: string(a.Type), Title: line(string(a.Title))}
		v.Length, v.Duration = length(string(a.Size)), seconds(string(a.Seconds))
		m.add(v)
	}
	m.add(Media{URL: resolveURL(base, string(j.Image)), Medium: "image"})
	m.add(Media{URL: resolveURL(base, string(j.Banner)), Medium: "image"})
	it.Media = m.list
	return it
}
