package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/content/check"
	"masthead/internal/content/compare"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// Byline is one writer.
type Byline struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
	Role string `json:"role,omitempty" maxLength:"200"`
}

// Lead is the key photo or video above the text.
type Lead struct {
	Media   string `json:"media" doc:"The id of a picture or video in the library; empty takes the key media away"`
	Title   string `json:"title,omitempty" doc:"Video"`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
}

// StoryInput is what a program says of a story. What is left out stays as it is.
type StoryInput struct {
	Headline       *string   `json:"headline,omitempty" maxLength:"500"`
	ShortHeadline  *string   `json:"short_headline,omitempty" maxLength:"500"`
	SocialHeadline *string   `json:"social_headline,omitempty" maxLength:"500"`
	SearchHeadline *string   `json:"search_headline,omitempty" maxLength:"500"`
	Description    *string   `json:"description,omitempty" maxLength:"1000" doc:"For search engines; the standfirst if empty"`
	Standfirst     *string   `json:"standfirst,omitempty" maxLength:"1000"`
	Slug           *string   `json:"slug,omitempty" maxLength:"200" doc:"Words of the address; of the headline if empty"`
	Language       *string   `json:"language,omitempty" maxLength:"20" doc:"en, fr; the portal's first if left out"`
	Section        *string   `json:"section,omitempty" maxLength:"100" doc:"A section's slug"`
	Regions        *[]string `json:"regions,omitempty" maxItems:"100" doc:"Slugs"`
	Topics         *[]string `json:"topics,omitempty" maxItems:"100" doc:"Names"`
	Bylines        *[]Byline `json:"bylines,omitempty" maxItems:"50"`
	Dateline       *string   `json:"dateline,omitempty" maxLength:"200"`
	Credits        *[]string `json:"credits,omitempty" maxItems:"50" doc:"Sentences, as “With files from The Canadian Press”"`
	Kind           *string   `json:"kind,omitempty" enum:"story,live,video,gallery,opinion,obituary"`
	Lead           *Lead     `json:"lead,omitempty"`
	Embargo        *string   `json:"embargo,omitempty" maxLength:"40" doc:"Not before this moment (RFC 3339); empty takes the embargo away"`
	Body           *document `json:"body,omitempty" doc:"The text as a document; give one of body, body_html and body_markdown"`
	BodyHTML       *string   `json:"body_html,omitempty" doc:"The text as HTML; dropped says what could not be kept"`
	BodyMarkdown   *string   `json:"body_markdown,omitempty" doc:"The text as Markdown"`
}

// Dropped is a thing of an HTML or Markdown body that is not in the story.
type Dropped struct {
	What   string `json:"what" doc:"The element, or link for an address"`
	Detail string `json:"detail,omitempty" doc:"Its address, or the start of its text"`
	Reason string `json:"reason"`
}

// apply writes what the program says over a copy and what holds it back.
func (in *StoryInput) apply(c *published.Story, g *check.Guard, origin string) ([]Dropped, error) {
	for _, f := range []struct {
		to   *string
		from *string
	}{
		{&c.Headline, in.Headline}, {&c.ShortHeadline, in.ShortHeadline}, {&c.SocialHeadline, in.SocialHeadline}, {&c.SearchHeadline, in.SearchHeadline},
		{&c.Description, in.Description}, {&c.Standfirst, in.Standfirst}, {&c.Slug, in.Slug}, {&c.Language, in.Language}, {&c.Section, in.Section},
		{&c.Dateline, in.Dateline}, {&c.Kind, in.Kind},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.Regions != nil {
		c.Regions = slices.Clone(*in.Regions)
	}
	if in.Credits != nil {
		c.Credits = slices.Clone(*in.Credits)
	}
	if in.Topics != nil {
		c.Topics = nil
		for i, name := range *in.Topics {
			slug := published.MakeSlug(name)
			if slug == "" {
				return nil, fault(fmt.Sprintf("body.topics[%d]", i), "a topic's name needs letters or digits")
			}
			c.Topics = append(c.Topics, published.Topic{Slug: slug, Name: strings.TrimSpace(name)})
		}
	}
	if in.Bylines != nil {
		was := c.Bylines
		c.Bylines = nil
		for _, b := range *in.Bylines {
			n := published.Byline{Name: b.Name, Role: b.Role}
			if i := slices.IndexFunc(was, func(o published.Byline) bool { return o.Name == b.Name }); i >= 0 {
				n.Slug = was[i].Slug
			}
			c.Bylines = append(c.Bylines, n)
		}
	}
	if l := in.Lead; l != nil && l.Media == "" {
		c.Lead = nil
	} else if l != nil {
		c.Lead = &published.Lead{Media: l.Media, Title: l.Title, Alt: l.Alt, Caption: l.Caption, Credit: l.Credit}
	}
	if in.Embargo != nil {
		g.Embargo = time.Time{}
		if *in.Embargo != "" {
			at, err := time.Parse(time.RFC3339, *in.Embargo)
			if err != nil {
				return nil, fault("body.embargo", "no moment such as 2026-11-22T05:00:00-07:00")
			}
			g.Embargo = at.UTC()
		}
	}
	return in.body(c, origin)
}

func (in *StoryInput) body(c *published.Story, origin string) ([]Dropped, error) {
	given := 0
	for _, is := range []bool{in.Body != nil, in.BodyHTML != nil, in.BodyMarkdown != nil} {
		if is {
			given++
		}
	}
	if given > 1 {
		return nil, fault("body.body", "more than one body: give one of body, body_html and body_markdown")
	}
	var lost []doc.Dropped
	switch {
	case in.Body != nil:
		d, err := doc.Parse(in.Body.RawMessage)
		if err != nil {
			return nil, err
		}
		c.Body = doc.Normalise(d)
	case in.BodyHTML != nil:
		c.Body, lost = doc.FromHTML(*in.BodyHTML, doc.HTMLOptions{Base: origin})
	case in.BodyMarkdown != nil:
		c.Body, lost = doc.FromMarkdown(*in.BodyMarkdown)
	}
	dropped := []Dropped{}
	for _, d := range lost {
		dropped = append(dropped, Dropped(d))
	}
	return dropped, nil
}

// Answer says where a story stands after a deed.
type Answer struct {
	ID      string    `json:"id"`
	Version int       `json:"version" doc:"Of the newest text"`
	State   string    `json:"state" doc:"draft, in-edit, ready, scheduled, embargoed, live, changed (live, with unpublished changes), taken-down, killed, spiked"`
	URL     string    `json:"url" doc:"Where readers find it, or will; empty while it has no section"`
	Dropped []Dropped `json:"dropped,omitempty" doc:"What of an HTML or Markdown body is not in the story"`
}

func (a *api) answer(s *workflow.Story, dropped []Dropped) Answer {
	out := Answer{ID: s.ID, Version: s.Version, State: s.Shown, Dropped: dropped}
	if s.Copy.Section != "" {
		out.URL = a.cfg.Origin() + published.Path(s.Copy.Section, workflow.SlugOf(s.ID, &s.Copy), s.ID)
	}
	return out
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// Text is the text of a story with its metadata, in the shape in which a program may send it.
type Text struct {
	Headline       string   `json:"headline"`
	ShortHeadline  string   `json:"short_headline"`
	SocialHeadline string   `json:"social_headline"`
	SearchHeadline string   `json:"search_headline"`
	Description    string   `json:"description"`
	Standfirst     string   `json:"standfirst"`
	Slug           string   `json:"slug"`
	Language       string   `json:"language"`
	Section        string   `json:"section"`
	Regions        []string `json:"regions"`
	Topics         []string `json:"topics"`
	Bylines        []Byline `json:"bylines"`
	Dateline       string   `json:"dateline"`
	Credits        []string `json:"credits"`
	Kind           string   `json:"kind"`
	Lead           *Lead    `json:"lead,omitempty"`
	Source         string   `json:"source,omitempty" doc:"Wire copy: the provider"`
	Rights         string   `json:"rights,omitempty"`
	Body           document `json:"body"`
}

func textOf(c *published.Story) Text {
	t := Text{
		Headline: c.Headline, ShortHeadline: c.ShortHeadline, SocialHeadline: c.SocialHeadline, SearchHeadline: c.SearchHeadline,
		Description: c.Description, Standfirst: c.Standfirst, Slug: c.Slug, Language: c.Language, Section: c.Section,
		Regions: append([]string{}, c.Regions...), Topics: []string{}, Bylines: []Byline{}, Dateline: c.Dateline, Credits: append([]string{}, c.Credits...),
		Kind: c.Kind, Source: c.Source, Rights: c.Rights, Body: documentOf(c.Body.JSON()),
	}
	for _, x := range c.Topics {
		t.Topics = append(t.Topics, x.Name)
	}
	for _, b := range c.Bylines {
		t.Bylines = append(t.Bylines, Byline{b.Name, b.Role})
	}
	if l := c.Lead; l != nil {
		t.Lead = &Lead{l.Media, l.Title, l.Alt, l.Caption, l.Credit}
	}
	return t
}

// Correction tells readers what was wrong.
type Correction struct {
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
	Place string    `json:"place" doc:"top (it changed the meaning) or end"`
}

// Story is a story as the newsroom has it.
type Story struct {
	Answer
	Out         int          `json:"out" doc:"The version that readers have; 0: none"`
	Due         *time.Time   `json:"due,omitempty" doc:"When it becomes public by itself"`
	Author      string       `json:"author"`
	Assignee    string       `json:"assignee"`
	Created     time.Time    `json:"created"`
	Updated     time.Time    `json:"updated"`
	Embargo     *time.Time   `json:"embargo,omitempty"`
	Corrections []Correction `json:"corrections"`
	Text
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Of names a story, or a token.
type Of struct {
	ID string `path:"id" maxLength:"60"`
}

type storyOutput struct {
	ETag string `header:"ETag"`
	Body Story
}

func (a *api) getStory(ctx context.Context, in *Of) (*storyOutput, error) {
	s, err := a.cfg.Room.Story(ctx, person(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &storyOutput{ETag: etag(s.Version), Body: Story{
		Answer: a.answer(s, nil), Out: s.Out, Due: moment(s.Due), Author: s.Author, Assignee: s.Assignee, Created: s.Created, Updated: s.Updated,
		Embargo: moment(s.Guard.Embargo), Corrections: []Correction{}, Text: textOf(&s.Copy),
	}}
	for _, c := range s.Copy.Corrections {
		out.Body.Corrections = append(out.Body.Corrections, Correction(c))
	}
	return out, nil
}

type createInput struct{ Body StoryInput }

func (a *api) createStory(ctx context.Context, in *createInput) (*told, error) {
	c, g := published.Story{Kind: "story", Body: doc.Node{Type: "doc"}}, check.Guard{}
	dropped, err := in.Body.apply(&c, &g, a.cfg.Origin())
	if err != nil {
		return nil, err
	}
	return a.deed(ctx, http.StatusCreated, dropped, func(r *workflow.Room) (*workflow.Story, error) {
		return r.Create(ctx, person(ctx), c, g)
	})
}

// Change is a new text of a story.
type Change struct {
	StoryInput
	Version int    `json:"version,omitempty" minimum:"1" doc:"The one it was made from, if If-Match does not say it"`
	Note    string `json:"note,omitempty" maxLength:"500" doc:"Of the version"`
}

type changeInput struct {
	Of
	IfMatch string `header:"If-Match" doc:"The ETag of the version that the change was made from"`
	Body    Change
}

func (a *api) changeStory(ctx context.Context, in *changeInput) (*told, error) {
	version, err := baseVersion(in.IfMatch, in.Body.Version)
	if err != nil {
		return nil, err
	}
	s, err := a.cfg.Room.Story(ctx, person(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if s.Version != version {
		return nil, a.conflict(ctx, s.ID, version, &workflow.ConflictError{Newest: s, Who: a.saver(ctx, s)})
	}
	c, g, was := s.Copy, s.Guard, s.Guard
	dropped, err := in.Body.apply(&c, &g, a.cfg.Origin())
	if err != nil {
		return nil, err
	}
	out, err := a.deed(ctx, http.StatusOK, dropped, func(r *workflow.Room) (*workflow.Story, error) {
		return r.Save(ctx, person(ctx), in.ID, workflow.Save{Version: version, Copy: c, Guard: &g, Was: &was, Note: in.Body.Note})
	})
	return out, a.conflict(ctx, in.ID, version, err)
}

// baseVersion is the version that a change was made from, as If-Match or the body says it.
func baseVersion(ifMatch string, version int) (int, error) {
	tag := strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/")
	if tag == "" && version == 0 {
		return 0, problem(http.StatusPreconditionRequired, "say which version the change was made from: If-Match, or version in the body")
	}
	if tag == "" {
		return version, nil
	}
	n, err := strconv.Atoi(strings.Trim(tag, `"`))
	if err != nil || n < 1 {
		return 0, fault("header.If-Match", "no ETag of this API: send back the one that was got with what is changed")
	}
	if version != 0 && version != n {
		return 0, fault("body.version", "not the version that If-Match says")
	}
	return n, nil
}

// conflict adds what changed since a version to the error of somebody who began from it. Other errors stay.
func (a *api) conflict(ctx context.Context, id string, version int, err error) error {
	c, ok := err.(*workflow.ConflictError)
	if !ok || version == 0 {
		return err
	}
	p := a.problem(ctx, "", c)
	base, err := a.cfg.Room.Text(ctx, person(ctx), id, version)
	switch {
	case errs.Is(err, errs.NotFound):
		return fault("body.version", "there is no such version of this story")
	case err != nil:
		return err
	}
	d := compare.Stories(base, &c.Newest.Copy)
	d.Blocks = slices.DeleteFunc(d.Blocks, func(b compare.Block) bool { return b.Kind == "same" })
	p.Changed = &d
	return p
}

// saver returns the name of who saved the newest version.
func (a *api) saver(ctx context.Context, s *workflow.Story) string {
	list, err := a.cfg.Room.Versions(ctx, person(ctx), s.ID)
	if err != nil || len(list) == 0 {
		return "somebody"
	}
	return a.name(ctx, list[0].Who)
}

type checksOutput struct {
	Body struct {
		Checks []Checked `json:"checks"`
		Clear  bool      `json:"clear" doc:"Nothing must be put right before publication"`
	}
}

func (a *api) checkStory(ctx context.Context, in *Of) (*checksOutput, error) {
	list, err := a.cfg.Room.Checks(ctx, person(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &checksOutput{}
	out.Body.Checks, out.Body.Clear = checked(list), !check.Blocks(list)
	return out, nil
}

// Version is one saved version of a story.
type Version struct {
	N    int       `json:"n"`
	At   time.Time `json:"at"`
	Who  string    `json:"who" doc:"An account's id, token:…, or a part of the program"`
	Name string    `json:"name" doc:"The name of who saved it"`
	Note string    `json:"note"`
	Auto bool      `json:"auto" doc:"Saved while typing"`
}

type versionsOutput struct {
	Body struct {
		Versions []Version `json:"versions"`
	}
}

func (a *api) listVersions(ctx context.Context, in *Of) (*versionsOutput, error) {
	if _, err := a.cfg.Room.Story(ctx, person(ctx), in.ID); err != nil {
		return nil, err
	}
	list, err := a.cfg.Room.Versions(ctx, person(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &versionsOutput{}
	out.Body.Versions = []Version{}
	names := map[string]string{}
	for _, v := range list {
		if names[v.Who] == "" {
			names[v.Who] = a.name(ctx, v.Who)
		}
		out.Body.Versions = append(out.Body.Versions, Version{v.N, v.At, v.Who, names[v.Who], v.Note, v.Auto})
	}
	return out, nil
}

type versionInput struct {
	Of
	N int `path:"n" minimum:"1"`
}

type textOutput struct{ Body Text }

func (a *api) getVersion(ctx context.Context, in *versionInput) (*textOutput, error) {
	c, err := a.cfg.Room.Text(ctx, person(ctx), in.ID, in.N)
	if err != nil {
		return nil, err
	}
	return &textOutput{textOf(c)}, nil
}

type compareInput struct {
	Of
	From int `query:"from" required:"true" minimum:"1" doc:"The older version"`
	To   int `query:"to" required:"true" minimum:"1" doc:"The newer one"`
}

type compareOutput struct{ Body compare.Diff }

func (a *api) compareVersions(ctx context.Context, in *compareInput) (*compareOutput, error) {
	old, err := a.cfg.Room.Text(ctx, person(ctx), in.ID, in.From)
	if err != nil {
		return nil, err
	}
	new, err := a.cfg.Room.Text(ctx, person(ctx), in.ID, in.To)
	if err != nil {
		return nil, err
	}
	return &compareOutput{compare.Stories(old, new)}, nil
}
