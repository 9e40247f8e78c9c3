package api

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/identity"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// Row is a story in a list.
type Row struct {
	ID        string     `json:"id"`
	Headline  string     `json:"headline"`
	Slug      string     `json:"slug"`
	Section   string     `json:"section"`
	Language  string     `json:"language"`
	Kind      string     `json:"kind"`
	State     string     `json:"state"`
	Regions   []string   `json:"regions"`
	Author    string     `json:"author"`
	Assignee  string     `json:"assignee"`
	Version   int        `json:"version"`
	Words     int        `json:"words"`
	Picture   bool       `json:"picture" doc:"Has a picture or video"`
	Due       *time.Time `json:"due,omitempty"`
	Updated   time.Time  `json:"updated"`
	Published *time.Time `json:"published,omitempty"`
}

type listInput struct {
	State    []string  `query:"state" enum:"draft,in-edit,ready,scheduled,embargoed,live,changed,taken-down,killed,spiked" doc:"draft, in-edit, ready, scheduled, embargoed, live, changed, taken-down, killed, spiked; several with commas"`
	Section  string    `query:"section"`
	Region   string    `query:"region"`
	Language string    `query:"language"`
	Kind     string    `query:"kind"`
	Assignee string    `query:"assignee" doc:"An account's id, or none"`
	Mine     string    `query:"mine" doc:"An account's id: who wrote it or works on it"`
	Picture  string    `query:"picture" enum:"true,false"`
	Text     string    `query:"q" maxLength:"200" doc:"Words of the headline or the slug, or an id"`
	From     time.Time `query:"from" doc:"Changed at this moment or later"`
	To       time.Time `query:"to" doc:"Changed before"`
	Sort     string    `query:"sort" enum:"updated,due,headline" default:"updated"`
	Cursor   string    `query:"cursor" doc:"next of the page before"`
	Limit    int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type listOutput struct {
	Body struct {
		Stories []Row  `json:"stories"`
		Next    string `json:"next,omitempty" doc:"The cursor of the following page; left out on the last"`
	}
}

func (a *api) listStories(ctx context.Context, in *listInput) (*listOutput, error) {
	q := workflow.Query{
		State: in.State, Section: in.Section, Region: in.Region, Language: in.Language, Kind: in.Kind, Assignee: in.Assignee, Mine: in.Mine,
		Text: in.Text, From: in.From, To: in.To, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit,
	}
	if in.Picture != "" {
		with := in.Picture == "true"
		q.Picture = &with
	}
	l, err := a.cfg.Room.List(ctx, person(ctx), q)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Stories, out.Body.Next = []Row{}, l.Next
	for _, r := range l.Rows {
		out.Body.Stories = append(out.Body.Stories, Row{
			ID: r.ID, Headline: r.Headline, Slug: r.Slug, Section: r.Section, Language: r.Language, Kind: r.Kind, State: r.Shown,
			Regions: append([]string{}, r.Regions...), Author: r.Author, Assignee: r.Assignee, Version: r.Version, Words: r.Words, Picture: r.Picture,
			Due: moment(r.Due), Updated: r.Updated, Published: moment(r.Published),
		})
	}
	return out, nil
}

func (a *api) site(ctx context.Context) (*published.Site, error) {
	return a.view.Record(a.cfg.DB.Now()).Site(ctx)
}

// Section is a part of the portal.
type Section struct {
	Slug   string            `json:"slug"`
	Parent string            `json:"parent,omitempty"`
	Name   map[string]string `json:"name" doc:"By language"`
}

type sectionsOutput struct {
	Body struct {
		Sections []Section `json:"sections"`
	}
}

func (a *api) listSections(ctx context.Context, _ *struct{}) (*sectionsOutput, error) {
	s, err := a.site(ctx)
	if err != nil {
		return nil, err
	}
	out := &sectionsOutput{}
	out.Body.Sections = []Section{}
	for _, x := range s.Sections {
		name := x.Name
		if name == nil {
			name = map[string]string{}
		}
		out.Body.Sections = append(out.Body.Sections, Section{x.Slug, x.Parent, name})
	}
	return out, nil
}

// Region is a place that readers can choose.
type Region struct {
	Slug     string  `json:"slug"`
	Name     string  `json:"name"`
	Province string  `json:"province"`
	Country  string  `json:"country,omitempty" doc:"ISO 3166-1 alpha-2, small letters"`
	Zone     string  `json:"zone" doc:"Of the IANA"`
	Lat      float64 `json:"lat"`
	Lon      float64 `json:"lon"`
}

type regionsOutput struct {
	Body struct {
		Regions []Region `json:"regions"`
	}
}

func (a *api) listRegions(ctx context.Context, _ *struct{}) (*regionsOutput, error) {
	s, err := a.site(ctx)
	if err != nil {
		return nil, err
	}
	out := &regionsOutput{}
	out.Body.Regions = []Region{}
	for _, r := range s.Regions {
		out.Body.Regions = append(out.Body.Regions, Region{r.Slug, r.Name, r.Province, r.Country, r.Zone, r.Lat, r.Lon})
	}
	return out, nil
}

// Topic is a subject of published stories.
type Topic struct {
	Slug string `json:"slug"`
	Name string `json:"name" doc:"As the newest story has it"`
}

type topicsInput struct {
	Language string `query:"language" doc:"The portal's first if left out"`
	Cursor   string `query:"cursor" maxLength:"200" doc:"next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type topicsOutput struct {
	Body struct {
		Topics []Topic `json:"topics"`
		Next   string  `json:"next,omitempty"`
	}
}

func (a *api) listTopics(ctx context.Context, in *topicsInput) (*topicsOutput, error) {
	if in.Language == "" {
		s, err := a.site(ctx)
		if err != nil {
			return nil, err
		}
		in.Language = s.Languages[0]
	}
	slugs, err := selectTopics(ctx, a.cfg.DB, in.Language, in.Cursor, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &topicsOutput{}
	out.Body.Topics = []Topic{}
	if len(slugs) > in.Limit {
		slugs = slugs[:in.Limit]
		out.Body.Next = slugs[in.Limit-1]
	}
	view := a.view.Record(a.cfg.DB.Now())
	for _, slug := range slugs {
		newest, err := view.List(ctx, published.TopicList(in.Language, slug), published.Cursor{}, 1)
		if err != nil {
			return nil, err
		}
		out.Body.Topics = append(out.Body.Topics, Topic{slug, nameOf(slug, newest)})
	}
	return out, nil
}

func nameOf(slug string, cards []published.Card) string {
	for _, c := range cards {
		for _, t := range c.Topics {
			if t.Slug == slug {
				return t.Name
			}
		}
	}
	return slug
}

// Person is somebody who works here.
type Person struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Role     string   `json:"role"`
	Sections []string `json:"sections" doc:"Only these; none: all"`
	State    string   `json:"state"`
	Email    string   `json:"email,omitempty" doc:"For those who manage people"`
}

type peopleOutput struct {
	Body struct {
		People []Person `json:"people"`
	}
}

func (a *api) listPeople(ctx context.Context, _ *struct{}) (*peopleOutput, error) {
	list, err := identity.Accounts(ctx, a.cfg.DB)
	if err != nil {
		return nil, err
	}
	out := &peopleOutput{}
	out.Body.People = []Person{}
	for _, x := range list {
		p := Person{ID: x.ID, Name: x.Name, Role: string(x.Role), Sections: append([]string{}, x.Sections...), State: x.State}
		if person(ctx).May(identity.Manage) {
			p.Email = x.Email
		}
		out.Body.People = append(out.Body.People, p)
	}
	return out, nil
}

// name returns the name of who did something; their id if it cannot be had.
func (a *api) name(ctx context.Context, who string) string {
	name, err := identity.Name(ctx, a.cfg.DB, who)
	if err != nil || name == "" {
		return who
	}
	return name
}

// Token is the key of a program.
type Token struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Role     string     `json:"role"`
	Sections []string   `json:"sections" doc:"Only these; none: all"`
	Account  string     `json:"account" doc:"Who made it"`
	Created  time.Time  `json:"created"`
	Expires  *time.Time `json:"expires,omitempty" doc:"Left out: never"`
	Used     *time.Time `json:"used,omitempty"`
	Revoked  *time.Time `json:"revoked,omitempty"`
}

func tokenOf(t identity.Token) Token {
	return Token{t.ID, t.Name, string(t.Role), append([]string{}, t.Sections...), t.Account, t.Created, moment(t.Expires), moment(t.Used), moment(t.Revoked)}
}

type tokensOutput struct {
	Body struct {
		Tokens []Token `json:"tokens"`
	}
}

func (a *api) listTokens(ctx context.Context, _ *struct{}) (*tokensOutput, error) {
	list, err := a.cfg.Staff.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	out := &tokensOutput{}
	out.Body.Tokens = []Token{}
	for _, t := range list {
		out.Body.Tokens = append(out.Body.Tokens, tokenOf(t))
	}
	return out, nil
}

type tokenInput struct {
	Body struct {
		Name     string    `json:"name" minLength:"1" maxLength:"100" doc:"What it is for"`
		Role     string    `json:"role" enum:"reporter,editor,publisher,admin"`
		Sections []string  `json:"sections,omitempty" maxItems:"100" doc:"Only these; none: all"`
		Expires  time.Time `json:"expires,omitempty" doc:"Left out: never"`
	}
}

type tokenOutput struct {
	Status int
	Body   struct {
		Token
		Secret string `json:"secret" doc:"It cannot be read again"`
	}
}

func (a *api) createToken(ctx context.Context, in *tokenInput) (*tokenOutput, error) {
	secret, t, err := a.cfg.Staff.CreateToken(ctx, person(ctx), identity.TokenInput{
		Name: in.Body.Name, Role: identity.Role(in.Body.Role), Sections: in.Body.Sections, Expires: in.Body.Expires,
	})
	if err != nil {
		return nil, err
	}
	out := &tokenOutput{Status: 201}
	out.Body.Token, out.Body.Secret = tokenOf(t), secret
	return out, nil
}

func (a *api) revokeToken(ctx context.Context, in *Of) (*struct{}, error) {
	return nil, a.cfg.Staff.RevokeToken(ctx, person(ctx), in.ID)
}

// Deed is an entry of the audit log.
type Deed struct {
	Seq     int64          `json:"seq"`
	At      time.Time      `json:"at"`
	Who     string         `json:"who"`
	What    string         `json:"what"`
	Target  string         `json:"target"`
	Detail  map[string]any `json:"detail,omitempty"`
	Address string         `json:"address,omitempty"`
}

type auditInput struct {
	Who    string    `query:"who"`
	Target string    `query:"target" doc:"story/ID, account/ID, …"`
	What   string    `query:"what" doc:"A deed, or a group such as story.*"`
	From   time.Time `query:"from"`
	To     time.Time `query:"to"`
	Cursor string    `query:"cursor" pattern:"^[0-9]{1,18}$" doc:"next of the page before"`
	Limit  int       `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type auditOutput struct {
	Body struct {
		Entries []Deed `json:"entries"`
		Next    string `json:"next,omitempty"`
	}
}

func (a *api) listAudit(ctx context.Context, in *auditInput) (*auditOutput, error) {
	f := audit.Filter{Who: in.Who, Target: in.Target, What: in.What, From: in.From, To: in.To, Limit: in.Limit}
	f.Before, _ = strconv.ParseInt(in.Cursor, 10, 64) // the pattern holds digits only; "" is 0, the newest
	list, err := audit.List(ctx, a.cfg.DB, f)
	if err != nil {
		return nil, err
	}
	out := &auditOutput{}
	out.Body.Entries = []Deed{}
	for _, e := range list {
		d := Deed{Seq: e.Seq, At: e.At, Who: e.Who, What: e.What, Target: e.Target, Address: e.Address}
		if strings.HasPrefix(string(e.Detail), "{") {
			if err := json.Unmarshal(e.Detail, &d.Detail); err != nil {
				return nil, err
			}
		}
		out.Body.Entries = append(out.Body.Entries, d)
	}
	if len(list) == in.Limit {
		out.Body.Next = strconv.FormatInt(list[len(list)-1].Seq, 10)
	}
	return out, nil
}
