package storyui

import (
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/content/check"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// page is the editor's page. Everything on it is a form that works without script; the script puts the block editor in
// the place of the Markdown field and saves while somebody types.
type page struct {
	head
	Form      form
	Issues    []check.Issue
	Must      int
	Notes     []workflow.Note
	Shares    []workflow.Share
	Holder    *workflow.Holder
	ReadOnly  string // why the person may not write; "": they may
	Lossy     bool   // Markdown cannot hold all of the body
	State     template.JS
	Authors   []identity.Account
	Published bool // was public once: its address is known
}

// form is a story in the fields of a form.
type form struct {
	Version                                                               int
	Headline, Standfirst, Slug, Section, Language, Kind, Kicker, Dateline string
	ShortHeadline, SocialHeadline, SearchHeadline, Description            string
	Topics, Bylines, Credits                                              string // one a line
	Regions                                                               []string
	Developing                                                            bool
	LeadMedia, LeadTitle, LeadAlt, LeadCaption, LeadCredit                string
	Embargo, Legal, Cleared                                               string // embargo: 2026-11-20T07:00:00 in the newsroom's zone
	Ban, Youth                                                            bool
	Was                                                                   string // JSON of the guard that the form began from
	Markdown                                                              string
}

// Region reports whether a region is chosen.
func (f form) Region(slug string) bool { return slices.Contains(f.Regions, slug) }

const localTime = "2006-01-02T15:04:05"

func formOf(s *workflow.Story, zone *time.Location) form {
	c := &s.Copy
	f := form{
		Version: s.Version, Headline: c.Headline, Standfirst: c.Standfirst, Slug: c.Slug, Section: c.Section, Language: c.Language, Kind: c.Kind,
		Kicker: c.Kicker, Dateline: c.Dateline, ShortHeadline: c.ShortHeadline, SocialHeadline: c.SocialHeadline, SearchHeadline: c.SearchHeadline,
		Description: c.Description, Credits: strings.Join(c.Credits, "\n"), Regions: c.Regions, Developing: c.Developing,
		Legal: s.Guard.Legal, Cleared: s.Guard.Cleared, Ban: s.Guard.Ban, Youth: s.Guard.Youth, Markdown: doc.Markdown(c.Body),
	}
	var names []string
	for _, t := range c.Topics {
		names = append(names, t.Name)
	}
	f.Topics, names = strings.Join(names, "\n"), nil
	for _, b := range c.Bylines {
		if b.Role != "" {
			names = append(names, b.Name+", "+b.Role)
			continue
		}
		names = append(names, b.Name)
	}
	f.Bylines = strings.Join(names, "\n")
	if c.Lead != nil {
		f.LeadMedia, f.LeadTitle, f.LeadAlt, f.LeadCaption, f.LeadCredit = c.Lead.Media, c.Lead.Title, c.Lead.Alt, c.Lead.Caption, c.Lead.Credit
	}
	if !s.Guard.Embargo.IsZero() {
		f.Embargo = s.Guard.Embargo.In(zone).Format(localTime)
	}
	f.Was = guardText(s.Guard)
	return f
}

func guardText(g check.Guard) string {
	b, err := json.Marshal(g)
	if err != nil {
		return "" // a moment beyond the year 9999: then the form does not say what it began from
	}
	return string(b)
}

// was is the guard that the form began from; nil if it does not say.
func (f form) was() *check.Guard {
	g := new(check.Guard)
	if json.Unmarshal([]byte(f.Was), g) != nil {
		return nil
	}
	return g
}

func formFrom(r *newsroom.Request) form {
	v := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n"))
	}
	version, _ := strconv.Atoi(v("version")) // 0 conflicts with every version
	return form{
		Version: version, Headline: v("headline"), Standfirst: v("standfirst"), Slug: v("slug"), Section: v("section"), Language: v("language"), Kind: v("kind"),
		Kicker: v("kicker"), Dateline: v("dateline"), ShortHeadline: v("short_headline"), SocialHeadline: v("social_headline"), SearchHeadline: v("search_headline"),
		Description: v("description"), Topics: v("topics"), Bylines: v("bylines"), Credits: v("credits"), Regions: r.PostForm["regions"], Developing: v("developing") != "",
		LeadMedia: v("lead_media"), LeadTitle: v("lead_title"), LeadAlt: v("lead_alt"), LeadCaption: v("lead_caption"), LeadCredit: v("lead_credit"),
		Embargo: v("embargo"), Legal: v("legal"), Cleared: v("cleared"), Ban: v("ban") != "", Youth: v("youth") != "", Was: v("guard_was"),
		Markdown: strings.ReplaceAll(r.PostFormValue("body_markdown"), "\r\n", "\n"),
	}
}

// apply puts the form into a story. lossy says that what Markdown cannot hold may go.
func (f form) apply(s *workflow.Story, zone *time.Location, lossy bool) (c published.Story, g check.Guard, err error) {
	c = s.Copy
	c.Headline, c.Standfirst, c.Slug, c.Section, c.Language, c.Kind = f.Headline, f.Standfirst, f.Slug, f.Section, f.Language, f.Kind
	c.Kicker, c.Dateline, c.ShortHeadline, c.SocialHeadline, c.SearchHeadline = f.Kicker, f.Dateline, f.ShortHeadline, f.SocialHeadline, f.SearchHeadline
	c.Description, c.Regions, c.Developing = f.Description, f.Regions, f.Developing
	c.Credits = lines(f.Credits)
	c.Topics = nil
	for _, name := range lines(f.Topics) {
		i := slices.IndexFunc(s.Copy.Topics, func(t published.Topic) bool { return t.Name == name })
		if i >= 0 {
			c.Topics = append(c.Topics, s.Copy.Topics[i])
			continue
		}
		c.Topics = append(c.Topics, published.Topic{Slug: published.MakeSlug(name), Name: name})
	}
	c.Bylines = nil
	for _, line := range lines(f.Bylines) {
		name, role, _ := strings.Cut(line, ", ")
		c.Bylines = append(c.Bylines, published.Byline{Name: name, Role: role})
	}
	if f.LeadMedia == "" {
		c.Lead = nil
	} else {
		lead := published.Lead{Media: f.LeadMedia, Title: f.LeadTitle, Alt: f.LeadAlt, Caption: f.LeadCaption, Credit: f.LeadCredit}
		if c.Lead != nil && c.Lead.Media == lead.Media {
			lead.Recorded = c.Lead.Recorded
		}
		c.Lead = &lead
	}
	g = check.Guard{Legal: f.Legal, Cleared: f.Cleared, Ban: f.Ban, Youth: f.Youth}
	if f.Embargo != "" {
		day, clock, _ := strings.Cut(f.Embargo, "T")
		if g.Embargo, err = moment(day, clock, "", zone); err != nil {
			return c, g, errs.Errorf(errs.Invalid, "embargo: %w", err)
		}
	}
	if f.Markdown != doc.Markdown(s.Copy.Body) {
		if holds(s.Copy.Body) || lossy {
			c.Body, _ = doc.FromMarkdown(f.Markdown)
		} else {
			err = errs.Errorf(errs.Invalid, "body_markdown: the text has blocks that this field cannot hold, such as pictures with their credit: they would be lost; tick the box below to go on all the same")
		}
	}
	return c, g, err
}

// holds reports whether Markdown can hold all of a document.
func holds(d doc.Node) bool {
	again, _ := doc.FromMarkdown(doc.Markdown(d))
	return reflect.DeepEqual(again, doc.Normalise(d))
}

func lines(text string) (list []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func (u *ui) page(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	if err := u.Room.SeeMentions(r.Context(), r.Who, s.ID); err != nil {
		return err
	}
	return u.edit(w, r, s, formOf(s, r.Site.Location()), nil)
}

func (u *ui) edit(w http.ResponseWriter, r *newsroom.Request, s *workflow.Story, f form, wrong *fault) (err error) {
	p := page{head: head{s, wrong}, Form: f, Lossy: !holds(s.Copy.Body), Published: !s.Copy.Published.IsZero()}
	ctx := r.Context()
	if p.Issues, err = u.Room.Checks(ctx, r.Who, s.ID); err != nil {
		return err
	}
	for _, i := range p.Issues {
		if i.Level == check.Must {
			p.Must++
		}
	}
	if p.Notes, err = u.Room.Notes(ctx, r.Who, s.ID); err != nil {
		return err
	}
	if p.Shares, err = u.Room.Shares(ctx, r.Who, s.ID); err != nil {
		return err
	}
	if p.Holder, err = u.Room.Holder(ctx, s.ID); err != nil {
		return err
	}
	if p.Authors, err = identity.Accounts(ctx, u.DB); err != nil {
		return err
	}
	if err := s.MayWrite(r.Who); err != nil {
		p.ReadOnly = r.Words.T("story.read_only")
	}
	if s.State == "killed" {
		p.ReadOnly = r.Words.T("story.killed_read_only")
	}
	state, err := u.stateOf(r, s)
	if err != nil {
		return err
	}
	b, err := json.Marshal(state)
	if err != nil {
		return err
	}
	p.State = template.JS(b)
	return u.screen(w, r, newsroom.Page{
		Screen: "story", Title: p.Title(r.Words.T("story.untitled")), Data: p, Script: "editor", Style: "editor", Areas: []string{"editor", "upload", "rights"},
	})
}

// saveForm saves without script.
func (u *ui) saveForm(w http.ResponseWriter, r *newsroom.Request) error {
	s, err := u.story(r)
	if err != nil {
		return err
	}
	f := formFrom(r)
	c, g, err := f.apply(s, r.Site.Location(), r.PostFormValue("lossy") != "")
	if err == nil {
		_, err = u.Room.Save(r.Context(), r.Who, s.ID, workflow.Save{Version: f.Version, Copy: c, Guard: &g, Was: f.was()})
	}
	var conflict *workflow.ConflictError
	if errors.As(err, &conflict) {
		// What was typed stays in the fields; saving again then saves it over the newest version, which stays a version.
		f.Version, f.Was = conflict.Newest.Version, guardText(conflict.Newest.Guard)
		return u.edit(w, r, conflict.Newest, f, &fault{Text: r.Words.T("story.conflict_form", conflict.Who)})
	}
	wrong, err := faultOf(r.Words, err)
	if err != nil {
		return err
	}
	if wrong != nil {
		return u.edit(w, r, s, f, wrong)
	}
	to := path(s.ID, "")
	if next := r.PostFormValue("next"); next == "publish" {
		to = path(s.ID, "/publish")
	}
	return u.Shell.Redirect(w, r, to, r.Words.T("story.saved"))
}
