package render

import (
	"context"
	"encoding/json"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"masthead/internal/doc"
	"masthead/internal/feeds"
	"masthead/internal/local/clock"
	"masthead/internal/published"
	"masthead/internal/theme"
	"masthead/internal/words"
)

// Link is a named address.
type Link struct {
	Text, Href string
	Current    bool
	Sub        []Link
}

// Chrome is what every page has around its own content.
type Chrome struct {
	Lang, Locale string
	Name         string // of the site
	Home         string // path of the front in the page's language
	Search       string
	Chooser      string // path of the regions page
	Path         string // the page's own
	Login        string
	Compact      bool
	Demo         bool

	Style, Look template.HTML
	Words       string // JSON for the script
	Head        Head
	Notice      string // maintenance, one sentence
	Strip       Strip
	Site        []Link // Home, WebMail, Regions, Advertise
	Sections    []Link // with their sub-sections
	Footer      Footer

	words  *words.Catalogue
	site   *published.Site
	zone   *time.Location
	now    time.Time // in the newsroom's zone
	theme  *theme.Theme
	sheet  theme.Style
	bare   bool // a page without script
	looks  *looks
	rec    *published.Recorder
	origin string
	path   string
}

// Head is what a page says of itself to machines.
type Head struct {
	Title, Description string
	Canonical          string
	Robots             string
	Alternates         []Alternate
	Feeds              []Feed
	JSONLD             template.HTML
	Type               string // og:type
	Social             string // headline for sharing
	Images             []SocialImage
	Large              bool   // the picture is one to be shown large
	Published          string // of an article, RFC 3339
	Modified           string
	Section            string
	Tags               []string
	Authors            []string // addresses of their pages, else names
	Lite               string   // path of the text-only edition
	Preload            *Picture
}

// Alternate is the page in a language.
type Alternate struct{ Lang, URL string }

// Feed is a feed of the page's own stories.
type Feed struct{ Type, Title, Href string }

// SocialImage is one crop of the lead picture.
type SocialImage struct {
	URL           string
	Alt           string
	Width, Height int
}

// Strip is the local strip as the default place has it.
type Strip struct {
	Long, Short, Date string
	LongGap, ShortGap string // as wide as the clock that the script adds
	Place, Regions    string
	Weather           string // path
	Temp, Spoken, At  string // empty without a fresh observation
	Data, Words       string // JSON for the script
}

// Footer is the bottom of the page.
type Footer struct {
	About   []Link
	Regions []Link
	Legal   string
	Lite    string
}

// frame is what pages of one site and language have in common; building it once keeps pages cheap.
type frame struct {
	sections []Link
	site     []Link
	about    []Link
	regions  []Link
	words    string
	strip    string // words
	zone     *time.Location
}

type frameKey struct {
	site *published.Site
	lang string
}

// locale is the language as the page's lang attribute and hreflang say it. The house's languages are Canadian.
func locale(lang string) string {
	switch lang {
	case "en", "fr":
		return lang + "-CA"
	}
	return lang
}

// chrome asks what the frame of a page needs. path is the page's own, without origin.
func (r *Renderer) chrome(ctx context.Context, rec *published.Recorder, lang, path, style string) (*Chrome, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return nil, err
	}
	th := r.theme.Theme()
	sheet := th.Style(style, site.Accent)
	look, _ := theme.LookScript()
	f := r.frame(site, lang)
	c := &Chrome{
		Lang: lang, Locale: locale(lang), Name: site.Name, Login: site.Login, Compact: site.Density == "compact", Demo: site.Demo,
		Style: sheet.HTML, Look: look, Words: f.words, Site: f.site, Sections: f.sections,
		words: words.For(lang), site: site, zone: f.zone, now: rec.Now().In(f.zone), theme: th,
		sheet: sheet, looks: &looks{}, rec: rec, origin: site.URL, path: path,
	}
	c.Home, c.Search, c.Chooser, c.Path = c.link("/"), c.link("/search"), c.link("/regions"), path
	c.Footer = Footer{About: f.about, Regions: f.regions}
	c.Head = Head{Type: "website", Canonical: c.origin + path, Robots: "max-image-preview:large"}
	c.feedsOf(Route{Kind: KindFront, Lang: c.prefix()}, c.Name)
	if err := c.notice(ctx); err != nil {
		return nil, err
	}
	if err := c.strip(ctx, f); err != nil {
		return nil, err
	}
	return c, nil
}

// link puts the language's prefix before a path of a listing.
func (c *Chrome) link(path string) string { return langPath(c.site, c.Lang, path) }

func langPath(site *published.Site, lang, path string) string {
	if lang == site.Languages[0] {
		return path
	}
	if path == "/" {
		return "/" + lang
	}
	return "/" + lang + path
}

// t is a text of the catalogue.
func (c *Chrome) t(key string, args ...any) string { return c.words.T(key, args...) }

// named picks the language of a name that people gave.
func (c *Chrome) named(m map[string]string, or string) string {
	return named(m, c.Lang, c.site, or)
}

func named(m map[string]string, lang string, site *published.Site, or string) string {
	if s := m[lang]; s != "" {
		return s
	}
	if s := m[site.Languages[0]]; s != "" {
		return s
	}
	return or
}

// titled sets title and description and what follows from them.
func (c *Chrome) titled(title, description string) {
	c.Head.Title, c.Head.Description = title, description
	if c.Head.Social == "" {
		c.Head.Social = title
	}
}

// sameIn says that the listing exists in every language of the site.
func (c *Chrome) sameIn(route Route) {
	if len(c.site.Languages) < 2 || !route.Before.Zero() {
		return
	}
	route.Lang = ""
	for _, l := range c.site.Languages {
		c.Head.Alternates = append(c.Head.Alternates, Alternate{locale(l), c.origin + langPath(c.site, l, route.Path())})
	}
	c.Head.Alternates = append(c.Head.Alternates, Alternate{"x-default", c.origin + route.Path()})
}

// feedsOf offers the feeds of a listing.
func (c *Chrome) feedsOf(route Route, title string) {
	route.Before = published.Cursor{}
	c.Head.Feeds = nil
	for _, f := range []struct{ format, kind, name string }{
		{FormatRSS, "application/rss+xml", "RSS"}, {FormatAtom, "application/atom+xml", "Atom"}, {FormatJSON, "application/feed+json", "JSON"},
	} {
		route.Format = f.format
		c.Head.Feeds = append(c.Head.Feeds, Feed{f.kind, title + " (" + f.name + ")", route.Path()})
	}
}

// images offers the crops of a picture for sharing.
func (c *Chrome) images(m *doc.Media) {
	if list := socialImages(c.origin, m); list != nil {
		c.Head.Images, c.Head.Large = list, true
	}
}

// lite offers the text-only edition of the page.
func (c *Chrome) lite(route Route) {
	route.Lite = true
	c.Head.Lite = route.Path()
	c.Footer.Lite = c.Head.Lite
}

// graph makes JSON-LD for the page.
func (c *Chrome) graph() feeds.Graph {
	return feeds.Graph{Site: c.site, Origin: c.origin, Language: c.Lang, Logo: c.origin + "/icon-512.png", LogoSize: 512}
}

func (c *Chrome) jsonLD(nodes ...feeds.Node) {
	if b := feeds.JSONLD(nodes...); b != nil {
		c.Head.JSONLD = template.HTML(`<script type="application/ld+json">` + string(b) + `</script>`)
	}
}

func (c *Chrome) notice(ctx context.Context) error {
	m, err := c.rec.Maintenance(ctx)
	if err != nil || m.Level == published.MaintenanceOff || m.Level == "" {
		return err
	}
	c.Notice = m.Message[c.Lang]
	if c.Notice == "" {
		c.Notice = c.t("maintenance") + "."
		off := m.Level == published.MaintenanceReadOnly
		switch until := m.Until.In(c.zone); {
		case !m.Until.IsZero() && m.Until.After(c.rec.Now()):
			day := strings.TrimRight(strings.TrimSuffix(clock.Date(until, c.Lang), until.Format("2006")), ", \u00a0")
			hour := clock.ShortTime(until, c.Lang) + " " + clock.Zone(until, c.Lang)
			if off {
				c.Notice += " " + c.t("maintenance_off_until", hour, day)
			} else {
				c.Notice += " " + c.t("maintenance_until", hour, day)
			}
			c.rec.Expire(m.Until)
		case off:
			c.Notice += " " + c.t("maintenance_off")
		}
	}
	return nil
}

// fresh is how old an observation may be to be shown.
const fresh = 3 * time.Hour

// stripPlace is what the script needs to know of the page's default place.
type stripPlace struct {
	Slug string     `json:"slug"`
	Zone string     `json:"tz"`
	Name string     `json:"name"`
	Temp *stripTemp `json:"temp,omitempty"`
}

type stripTemp struct {
	C  float64 `json:"c"`
	At string  `json:"at"`
}

func (c *Chrome) strip(ctx context.Context, f *frame) error {
	place := defaultPlace(c.site)
	zone := published.Zone(place.Zone, c.zone)
	now := c.rec.Now().In(zone)
	c.rec.Expire(clock.NextMidnight(now))
	c.rec.Expire(clock.NextMidnight(c.now)) // dates of stories, the last day of promos
	data := stripPlace{Slug: place.Slug, Zone: zone.String(), Name: regionName(place, c.Lang)}
	c.Strip = Strip{
		Long: clock.LongDate(now, c.Lang), Short: clock.ShortDate(now, c.Lang), Date: now.Format(time.DateOnly),
		Place: data.Name, Regions: c.link("/regions") + "?return=" + url.QueryEscape(c.path), Words: f.strip,
	}
	// Not the hour of now: the page must be the same all day.
	ten := time.Date(now.Year(), now.Month(), now.Day(), 10, 0, 0, 0, zone)
	long, short := clock.Strip(ten, c.Lang, clockStyle(c.site))
	c.Strip.LongGap, c.Strip.ShortGap = gap(long, c.Strip.Long), gap(short, c.Strip.Short)
	if place.Slug != "" {
		c.Strip.Weather = c.link("/r/" + place.Slug + "/weather")
		obs, ok, err := observation(ctx, c.rec, place.Slug)
		if err != nil {
			return err
		}
		if ok {
			c.Strip.Temp, c.Strip.Spoken = clock.Temperature(obs.celsius, clock.Celsius, c.Lang)
			c.Strip.At = clock.At(obs.at.In(zone), c.Lang)
			data.Temp = &stripTemp{obs.celsius, obs.at.UTC().Format(time.RFC3339)}
		}
	}
	b, err := json.Marshal(data)
	c.Strip.Data = string(b)
	return err
}

// gap is what follows the date in a strip's text, its digits all alike: a page must not tell a time.
func gap(text, date string) string {
	// The date's spaces may be of another width; its letters are the same.
	rest := []rune(text)[min(len([]rune(date)), len([]rune(text))):]
	for i, r := range rest {
		if r >= '0' && r <= '9' {
			rest[i] = '0'
		}
	}
	return string(rest)
}

// defaultPlace is the site's default region; without one the strip has the newsroom's zone and no weather.
func defaultPlace(site *published.Site) published.Region {
	if p := site.DefaultRegion(); p != nil {
		return *p
	}
	return published.Region{}
}

func regionName(p published.Region, lang string) string {
	if lang == "fr" && p.NameFR != "" {
		return p.NameFR
	}
	return p.Name
}

func provinceName(p published.Region, lang string) string {
	if lang == "fr" && p.ProvinceFR != "" {
		return p.ProvinceFR
	}
	return p.Province
}

// frame returns the common parts of a site's pages in a language. The site's value changes with its settings.
func (r *Renderer) frame(site *published.Site, lang string) *frame {
	key := frameKey{site, lang}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f, ok := r.frames[key]; ok {
		return f
	}
	if len(r.frames) > 16 {
		clear(r.frames)
	}
	f := newFrame(site, lang)
	r.frames[key] = f
	return f
}

func newFrame(site *published.Site, lang string) *frame {
	w := words.For(lang)
	at := func(path string) string { return langPath(site, lang, path) }
	f := &frame{zone: site.Location()}
	f.sections = []Link{{Text: w.T("top_stories"), Href: at("/")}}
	for _, s := range site.Sections {
		if s.Hidden || s.Parent != "" {
			continue
		}
		l := Link{Text: named(s.Name, lang, site, s.Slug), Href: at("/" + s.Slug)}
		for _, sub := range site.Sections {
			if sub.Parent == s.Slug && !sub.Hidden {
				l.Sub = append(l.Sub, Link{Text: named(sub.Name, lang, site, sub.Slug), Href: at("/" + sub.Slug)})
			}
		}
		f.sections = append(f.sections, l)
	}
	f.site = []Link{{Text: w.T("home"), Href: at("/")}}
	if site.WebMail != "" {
		f.site = append(f.site, Link{Text: w.T("webmail"), Href: site.WebMail})
	}
	f.site = append(f.site, Link{Text: w.T("regions"), Href: at("/regions")})
	if site.Advertise != "" {
		f.site = append(f.site, Link{Text: w.T("advertise"), Href: site.Advertise})
	}
	f.about = []Link{
		{Text: w.T("corrections"), Href: at("/corrections")}, {Text: w.T("archive"), Href: at("/archive")},
		{Text: w.T("videos"), Href: at("/video")}, {Text: "RSS", Href: at("/feed.rss")},
	}
	if lang != site.Languages[0] {
		f.about[3].Href = "/" + lang + "/feed.rss"
	}
	if site.Contact != "" {
		f.about = append(f.about, Link{Text: w.T("contact"), Href: "mailto:" + site.Contact})
	}
	for _, l := range site.Languages {
		if l != lang {
			f.about = append(f.about, Link{Text: words.For(l).T("language_name"), Href: langPath(site, l, "/")})
		}
	}
	for _, p := range site.Regions {
		f.regions = append(f.regions, Link{Text: regionName(p, lang), Href: at("/r/" + p.Slug)})
	}
	f.words = scriptWords(w)
	strip, err := json.Marshal(clock.StripWords(lang, clockStyle(site)))
	if err != nil {
		panic(err) // strings
	}
	f.strip = string(strip)
	return f
}

func clockStyle(site *published.Site) clock.Style {
	switch site.Clock {
	case "cp":
		return clock.CP
	case "24":
		return clock.Hours24
	}
	return clock.Seed
}

// scriptWords are the texts that the script says.
func scriptWords(w *words.Catalogue) string {
	m := map[string]string{}
	for _, k := range w.Keys() {
		if name, ok := strings.CutPrefix(k, "js_"); ok {
			m[name] = w.T(k)
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings
	}
	return string(b)
}

// current marks the section that the page belongs to, in the row of sections.
func (c *Chrome) current(path string) {
	i := slices.IndexFunc(c.Sections, func(l Link) bool { return l.Href == path })
	if i < 0 {
		return
	}
	c.Sections = slices.Clone(c.Sections)
	c.Sections[i].Current = true
}

// currentSection marks a section, or its parent in the row.
func (c *Chrome) currentSection(slug string) {
	if s := c.site.Section(slug); s != nil && s.Parent != "" {
		slug = s.Parent
	}
	c.current(c.link("/" + slug))
}

// sectionName is a section's name in the page's language.
func (c *Chrome) sectionName(slug string) string {
	if s := c.site.Section(slug); s != nil {
		return c.named(s.Name, slug)
	}
	return slug
}

// legal is the last line of the footer.
func (c *Chrome) legal() string {
	if c.site.Demo {
		return c.t("legal_demo", c.Name)
	}
	return c.t("legal", c.now.Year(), c.Name)
}
