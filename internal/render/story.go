package render

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/feeds"
	"masthead/internal/local/clock"
	"masthead/internal/published"
	"masthead/internal/words"
)

type storyPage struct {
	Chrome
	StoryLang    string // when it is not the page's
	Kicker       Link
	Live         bool
	Gallery      bool // photos are the story
	Headline     string
	Standfirst   string
	Key          template.HTML
	Bylines      []Piece
	Org          string
	Posted       Moment
	Updated      *Moment
	Changes      string // path of the public list of changes
	Minutes      int
	Age          string
	Opinion      string
	Top, End     []Fix
	Body         template.HTML
	Developing   bool
	Files        string
	Topics       []Link
	Writers      []Writer
	AboutWriters string
	ShareURL     string
	ShareMail    string
	TellMail     string
	Translation  *Link
	TransLang    string
	Related      *Container
	ID           string // for the script, which reports that the story was read
	Most         string // path of what is read most; "" for none
}

// Piece is a name in a sentence: what stands before it, and where it leads.
type Piece struct{ Before, Text, Href string }

// Moment is a time for machines and for people.
type Moment struct{ ISO, Text string }

// Fix is a correction.
type Fix struct {
	ISO, Date, Text string
}

// Writer is a line about an author.
type Writer struct{ Name, Initials, Href, Role, Bio string }

// storyRoute answers a story's addresses: with the page, the way to its one address, or that it was removed.
func (r *Renderer) storyRoute(ctx context.Context, rec *published.Recorder, route Route) (Page, error) {
	found, err := rec.Story(ctx, route.ID)
	if err != nil {
		return Page{}, err
	}
	if found.Tombstone != nil {
		return r.gone(ctx, rec, route, found.Tombstone)
	}
	s := found.Story
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	lang := s.Language
	if !slices.Contains(site.Languages, lang) {
		lang = site.Languages[0]
	}
	if route.Kind == KindShare {
		return r.share(ctx, rec, route, lang, s)
	}
	canonical := Route{Kind: KindStory, Section: s.Section, Slug: s.Slug, ID: s.ID, Lite: route.Lite}
	if route.Kind == KindChanges {
		canonical.Kind = KindChanges
	}
	if canonical.Path() != route.Path() {
		return moved(canonical.Path()), nil
	}
	switch {
	case route.Lite:
		return r.liteStory(ctx, rec, canonical, lang, s)
	case canonical.Kind == KindChanges:
		return r.changes(ctx, rec, canonical, lang, s)
	}
	return r.story(ctx, rec, canonical, lang, s)
}

// Forms in which a story that is not public can be looked at.
const (
	PreviewPage = ""
	PreviewLite = "lite"
	PreviewFeed = "feed" // the item that feed readers get, as text
)

// Preview makes the page of a story that is given, as if it were public.
func (r *Renderer) Preview(ctx context.Context, rec *published.Recorder, s *published.Story, form string) (p Page, err error) {
	defer errs.Wrap(&err, "preview story %s", s.ID)
	site, err := rec.Site(ctx)
	if err != nil {
		return Page{}, err
	}
	route := Route{Kind: KindStory, Section: s.Section, Slug: s.Slug, ID: s.ID, Lite: form == PreviewLite}
	lang := s.Language
	if !slices.Contains(site.Languages, lang) {
		lang = site.Languages[0]
	}
	switch form {
	case PreviewLite:
		return r.liteStory(ctx, rec, route, lang, s)
	case PreviewFeed:
		c, err := r.chrome(ctx, rec, lang, s.Path(), "")
		if err != nil {
			return Page{}, err
		}
		it, err := c.item(ctx, s)
		if err != nil {
			return Page{}, err
		}
		ch := feeds.Channel{Home: c.origin + "/", Self: c.origin + "/feed.rss", Language: c.Locale, Author: c.Name, Title: c.Name}
		return Page{Status: 200, Type: "text/plain; charset=utf-8", Body: feeds.RSS(ch, []feeds.Item{it}), Lang: c.Locale}, nil
	}
	return r.story(ctx, rec, route, lang, s)
}

func (r *Renderer) story(ctx context.Context, rec *published.Recorder, route Route, lang string, s *published.Story) (Page, error) {
	c, err := r.chrome(ctx, rec, lang, s.Path(), "story")
	if err != nil {
		return Page{}, err
	}
	zone := published.Zone(s.Zone, c.zone)
	p := &storyPage{
		Headline: s.Headline, Standfirst: s.Standfirst, Live: s.Kind == "live", Gallery: s.Kind == "gallery", Developing: s.Developing,
		Posted:  Moment{s.Published.Format(time.RFC3339), clock.Posted(s.Published.In(zone), lang)},
		Minutes: minutes(s.Words), Topics: c.topics(s), Org: c.Name, ID: s.ID,
	}
	if s.Kind != "obituary" {
		p.Most = c.link("/most-read")
	}
	if s.Language != lang {
		p.StoryLang = s.Language
	}
	p.Kicker = Link{Text: c.sectionName(s.Section), Href: c.link("/" + s.Section)}
	c.currentSection(s.Section)
	p.Bylines, p.Org = c.bylines(s)
	if s.Updated.After(s.Published.Add(time.Minute)) {
		p.Updated = &Moment{s.Updated.Format(time.RFC3339), clock.Updated(s.Updated.In(zone), s.Published.In(zone), lang)}
	}
	if len(s.Log) > 1 {
		p.Changes = s.Path() + "/changes"
	}
	age, until := clock.Age(rec.Now(), s.Published, lang)
	rec.Expire(until)
	if age != "" {
		p.Age = c.t("story_age", age)
	}
	if s.Kind == "opinion" {
		p.Opinion = c.t("opinion_note")
	}
	p.Top, p.End = c.fixes(s, zone)
	p.Files = withFiles(s.Credits)
	if err := c.content(ctx, p, s, zone); err != nil {
		return Page{}, err
	}
	if err := c.writers(ctx, p, s); err != nil {
		return Page{}, err
	}
	p.AboutWriters = c.aboutWriters(p.Writers)
	c.share(p, s)
	if err := c.translation(ctx, p, s); err != nil {
		return Page{}, err
	}
	if p.Related, err = c.earlier(ctx, s); err != nil {
		return Page{}, err
	}
	c.storyHead(p, s, zone)
	c.lite(route)
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	page, err := r.execute(c, tmplStory, p)
	return page, err
}

// minutes is how long a text takes to read, at 230 words a minute.
func minutes(words int) int { return (words + 115) / 230 }

func (c *Chrome) topics(s *published.Story) []Link {
	var l []Link
	for _, t := range s.Topics {
		l = append(l, Link{Text: t.Name, Href: c.link("/topics/" + t.Slug)})
	}
	return l
}

// bylines names the writers; wire copy without one names the agency, other copy the site.
func (c *Chrome) bylines(s *published.Story) (list []Piece, org string) {
	for i, b := range s.Bylines {
		p := Piece{Text: b.Name}
		if b.Slug != "" {
			p.Href = c.link("/by/" + b.Slug)
		}
		if i > 0 {
			p.Before = ", "
			if i == len(s.Bylines)-1 {
				p.Before = " " + c.t("and") + " "
			}
		}
		list = append(list, p)
	}
	switch {
	case len(list) == 0 && s.Source != "":
		return []Piece{{Text: s.Source}}, ""
	case len(list) == 0:
		return []Piece{{Text: c.Name}}, ""
	case s.Source != "":
		return list, s.Source
	}
	return list, c.Name
}

func (c *Chrome) fixes(s *published.Story, zone *time.Location) (top, end []Fix) {
	for _, k := range s.Corrections {
		f := Fix{ISO: k.At.Format(time.RFC3339), Date: clock.Date(k.At.In(zone), c.Lang), Text: k.Text}
		if k.Place == "top" {
			top = append(top, f)
		} else {
			end = append(end, f)
		}
	}
	return top, end
}

// withFiles is the closing credit. Credits are whole sentences.
func withFiles(credits []string) string { return strings.Join(credits, ". ") }

// sizesBody is the room of a picture in the text.
const sizesBody = "(min-width:640px) 608px," + wholeWidth

// sizesKey is the room of the key picture, and of others that are as wide.
const sizesKey = "(min-width:1200px) 838px,(min-width:640px) 608px," + wholeWidth

// labels are the words that rendering adds to a document.
func (c *Chrome) labels() doc.Labels {
	return doc.Labels{
		Watch: c.t("watch"), Listen: c.t("listen"), Read: c.t("read"),
		Play: c.t("play_video"), PlayVideo: c.t("play_video_name"), Duration: c.t("duration"), Recorded: c.t("recorded"),
		Date:       c.day,
		Transcript: c.t("transcript"), Captions: c.t("captions"),
		Spoken:    func(n int) string { return clock.SpokenLength(time.Duration(n)*time.Second, c.Lang) },
		KeyPoints: c.t("key_points"), Related: c.t("related"), Gallery: c.t("gallery"), Of: c.t("photo_of"), Enlarge: c.t("enlarge"),
		Table: c.t("table"), Chart: c.t("chart"), Data: c.t("data"), Source: c.t("source"), OpenOn: c.t("open_on"),
	}
}

// day says a day such as 2006-01-02 in words; what is none stays.
func (c *Chrome) day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return clock.Date(t, c.Lang)
}

// env resolves what a story's document names.
func (c *Chrome) env(ctx context.Context, s *published.Story, failed *error) doc.Env {
	return doc.Env{
		Media: func(id string) (doc.Media, bool) { m, ok := s.Media[id]; return m, ok },
		Story: func(id string) (doc.Ref, bool) {
			k, err := c.rec.Card(ctx, id)
			if err != nil {
				*failed = err
			}
			if err != nil || k == nil {
				return doc.Ref{}, false
			}
			return doc.Ref{URL: k.Path(), Headline: k.Headline, Standfirst: k.Standfirst}, true
		},
		Labels: c.labels(), Lang: c.Lang, BaseURL: c.origin, Day: c.now.Format(time.DateOnly),
		Sizes: doc.Sizes{Text: sizesBody, Key: sizesKey, Wide: sizesKey, Small: "300px"},
		Look:  func(m doc.Media) string { return c.looks.class(&m) },
	}
}

// content renders key media and body.
func (c *Chrome) content(ctx context.Context, p *storyPage, s *published.Story, zone *time.Location) error {
	var failed error
	env := c.env(ctx, s, &failed)
	env.FirstEager = true
	if p.Gallery {
		env.Sizes.Gallery = sizesKey
	}
	if s.Lead != nil && !(p.Gallery && slices.Contains(doc.MediaIDs(s.Body), s.Lead.Media)) {
		if m, ok := s.Media[s.Lead.Media]; ok {
			n := leadNode(s.Lead, m)
			if m.Kind == "photo" {
				p.Key = template.HTML(doc.KeyPhoto(n, env))
				env.FirstPhoto = 2
			} else {
				p.Key = template.HTML(doc.KeyVideo(n, c.ago(s.Lead.Recorded, zone), env))
			}
			env.FirstEager = m.Kind != "photo" && m.Poster == nil || p.Key == ""
		}
	}
	p.Body = template.HTML(doc.HTML(datelined(s.Body, s.Dateline), env))
	return failed
}

// leadNode writes key media as the document would.
func leadNode(l *published.Lead, m doc.Media) doc.Node {
	return doc.Node{Type: m.Kind, Attrs: doc.Attrs{
		"media": l.Media, "title": l.Title, "alt": l.Alt, "caption": l.Caption, "credit": l.Credit,
	}}
}

// ago says how old something is, or its date while it is younger than a day.
func (c *Chrome) ago(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	text, until := clock.Ago(c.rec.Now(), t.In(zone), c.Lang)
	c.rec.Expire(until)
	if text == "" {
		return clock.Date(t.In(zone), c.Lang)
	}
	return text
}

// datelined puts the dateline before the first paragraph of running text, unless the text has it already.
func datelined(d doc.Node, line string) doc.Node {
	if line == "" {
		return d
	}
	i := slices.IndexFunc(d.Content, func(n doc.Node) bool { return n.Type == "paragraph" && len(n.Content) > 0 })
	if i < 0 || strings.HasPrefix(strings.ToLower(d.Content[i].Content[0].Text), strings.ToLower(line)) {
		return d
	}
	d.Content = slices.Clone(d.Content)
	first := d.Content[i]
	first.Content = slices.Insert(slices.Clone(first.Content), 0, doc.Node{Type: "text", Text: line + " — "})
	d.Content[i] = first
	return d
}

// writers are the authors who have a page.
func (c *Chrome) writers(ctx context.Context, p *storyPage, s *published.Story) error {
	for _, b := range s.Bylines {
		if b.Slug == "" {
			continue
		}
		a, err := c.rec.Author(ctx, b.Slug)
		if err != nil {
			return err
		}
		if a != nil {
			p.Writers = append(p.Writers, Writer{
				Name: a.Name, Initials: initials(a.Name), Href: c.link("/by/" + a.Slug), Role: c.named(a.Role, b.Role), Bio: c.named(a.Bio, ""),
			})
		}
	}
	return nil
}

// aboutWriters heads what is said of the authors.
func (c *Chrome) aboutWriters(list []Writer) string {
	if len(list) == 1 {
		return c.t("about_author", list[0].Name)
	}
	return c.t("about_authors")
}

// initials are the first letters of a name's first and last word.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	first := func(s string) string { return string([]rune(s)[0]) }
	if len(words) == 1 {
		return first(words[0])
	}
	return first(words[0]) + first(words[len(words)-1])
}

func (c *Chrome) share(p *storyPage, s *published.Story) {
	address := c.origin + s.Path()
	p.ShareURL = address
	p.ShareMail = "mailto:?subject=" + mailEscape(s.Headline) + "&body=" + mailEscape(s.Headline+"\n"+address)
	if c.site.Contact != "" {
		p.TellMail = "mailto:" + c.site.Contact + "?subject=" + mailEscape(c.t("tell_subject", s.Headline)) + "&body=" + mailEscape(address+"\n\n")
	}
}

// mailEscape writes a header of a mailto address (RFC 6068 §2).
func mailEscape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), "%0A", "%0D%0A")
}

// translation links the same story in another language.
func (c *Chrome) translation(ctx context.Context, p *storyPage, s *published.Story) error {
	if s.Translation == "" {
		return nil
	}
	k, err := c.rec.Card(ctx, s.Translation)
	if err != nil || k == nil {
		return err
	}
	p.Translation, p.TransLang = &Link{Text: words.For(k.Language).T("read_this"), Href: k.Path()}, k.Language
	c.Head.Alternates = []Alternate{{locale(s.Language), c.origin + s.Path()}, {locale(k.Language), c.origin + k.Path()}}
	slices.SortFunc(c.Head.Alternates, func(a, b Alternate) int { return strings.Compare(a.Lang, b.Lang) })
	return nil
}

// earlierShown is how many stories stand below a story.
const earlierShown = 4

// earlier is a row of the stories published before this one in its first topic, else in its section. What is
// published later cannot change it, so a new story leaves the pages of old ones alone.
func (c *Chrome) earlier(ctx context.Context, s *published.Story) (*Container, error) {
	if s.Kind == "obituary" {
		return nil, nil
	}
	before := published.Cursor{At: s.Published.UnixMicro(), ID: s.ID}
	from := []struct{ list, name, href string }{}
	if len(s.Topics) > 0 {
		t := s.Topics[0]
		from = append(from, struct{ list, name, href string }{published.TopicList(s.Language, t.Slug), t.Name, "/topics/" + t.Slug})
	}
	from = append(from, struct{ list, name, href string }{published.SectionList(s.Language, s.Section), c.sectionName(s.Section), "/" + s.Section})
	for i, f := range from {
		list, err := c.rec.List(ctx, f.list, before, earlierShown)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 || len(list) < 3 && i < len(from)-1 {
			continue
		}
		return c.row("earlier", c.t("earlier_in", f.name), Link{Text: c.t("more_from", f.name), Href: c.link(f.href)}, c.cards(list)), nil
	}
	return nil, nil
}

func (c *Chrome) storyHead(p *storyPage, s *published.Story, zone *time.Location) {
	title := s.SearchHeadline
	if title == "" {
		title = s.Headline
	}
	about := s.Description
	if about == "" {
		about = s.Standfirst
	}
	if about == "" {
		about = doc.FirstParagraph(s.Body)
	}
	c.Head.Social = s.SocialHeadline
	c.titled(title, clip(about, 300))
	if s.SocialHeadline == "" {
		c.Head.Social = s.Headline
	}
	c.Head.Type = "article"
	c.Head.Published = s.Published.In(zone).Format(time.RFC3339)
	c.Head.Modified = later(s.Published, s.Updated).In(zone).Format(time.RFC3339)
	c.Head.Section = p.Kicker.Text
	for _, t := range s.Topics {
		c.Head.Tags = append(c.Head.Tags, t.Name)
	}
	for _, b := range p.Bylines {
		if b.Href != "" {
			b.Text = c.origin + b.Href
		}
		c.Head.Authors = append(c.Head.Authors, b.Text)
	}
	images, drawn := c.storyImages(s)
	c.Head.Images, c.Head.Large = images, true
	c.feedsOf(Route{Kind: KindSection, Section: s.Section, Lang: c.prefix()}, p.Kicker.Text)
	g := c.graph()
	g.Drawn = drawn
	names, steps := []string{}, []feeds.Crumb{{Name: c.t("home"), URL: c.origin + c.Home}}
	for _, slug := range c.ancestors(s.Section) {
		names = append(names, c.sectionName(slug))
		steps = append(steps, feeds.Crumb{Name: c.sectionName(slug), URL: c.origin + c.link("/"+slug)})
	}
	steps = append(steps, feeds.Crumb{Name: s.Headline, URL: c.origin + s.Path()})
	c.jsonLD(append(g.Story(s, names), g.Breadcrumbs(steps))...)
}

// prefix is the language prefix of listings, "" for the site's default.
func (c *Chrome) prefix() string {
	if c.Lang == c.site.Languages[0] {
		return ""
	}
	return c.Lang
}

// ancestors are a section and those above it, outermost first.
func (c *Chrome) ancestors(slug string) []string {
	var list []string
	for slug != "" && !slices.Contains(list, slug) {
		list = append(list, slug)
		s := c.site.Section(slug)
		if s == nil {
			break
		}
		slug = s.Parent
	}
	slices.Reverse(list)
	return list
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// clip shortens a text to n characters at a word.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	s = string(r[:n])
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:.–—") + "…"
}

// changesPage is the public list of a story's changes.
type changesPage struct {
	Chrome
	Story Link
	Log   []change
}

type change struct {
	Moment
	What, Note string
}

func (r *Renderer) changes(ctx context.Context, rec *published.Recorder, route Route, lang string, s *published.Story) (Page, error) {
	if len(s.Log) == 0 {
		return Page{}, errs.Errorf(errs.NotFound, "no list of changes for story %s", s.ID)
	}
	c, err := r.chrome(ctx, rec, lang, route.Path(), "page")
	if err != nil {
		return Page{}, err
	}
	zone := published.Zone(s.Zone, c.zone)
	p := &changesPage{Story: Link{Text: s.Headline, Href: s.Path()}}
	for _, l := range s.Log {
		p.Log = append(p.Log, change{Moment{l.At.Format(time.RFC3339), clock.Stamp(l.At.In(zone), lang)}, c.t("log_" + logKind(l.Kind)), l.Note})
	}
	c.currentSection(s.Section)
	c.titled(c.t("what_changed_in", s.Headline), c.t("changes_about"))
	c.Head.Robots = "noindex, follow"
	c.lite(route)
	c.Footer.Legal = c.legal()
	p.Chrome = *c
	page, err := r.execute(c, tmplChanges, p)
	return page, err
}

func logKind(k string) string {
	switch k {
	case "published", "updated", "corrected":
		return k
	}
	return "updated"
}
