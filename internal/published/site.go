package published

import "time"

// Site is the public side of the settings: what any page may show. Key "site".
type Site struct {
	Name      string            `json:"name"`
	Tagline   map[string]string `json:"tagline,omitempty"` // by language
	URL       string            `json:"url"`               // absolute origin without a slash at the end; "" = as asked
	Languages []string          `json:"languages"`         // the first is the default and has no URL prefix
	Zone      string            `json:"zone"`              // IANA zone of the newsroom
	Place     string            `json:"place"`             // slug of the default region
	Accent    string            `json:"accent,omitempty"`  // #rrggbb; "" = Spruce
	Clock     string            `json:"clock,omitempty"`   // "" seed form, "cp", "24"
	Density   string            `json:"density,omitempty"` // "" comfortable, "compact"
	Sections  []Section         `json:"sections"`
	Regions   []Region          `json:"regions"`
	// Links that appear only when there is something behind them.
	WebMail   string `json:"webmail,omitempty"`
	Advertise string `json:"advertise,omitempty"`
	Login     string `json:"login,omitempty"`

	Contact        string    `json:"contact,omitempty"` // e-mail address for readers
	WeatherCredit  string    `json:"weather_credit,omitempty"`
	Demo           bool      `json:"demo,omitempty"`
	Founded        int       `json:"founded,omitempty"`
	SocialImage    string    `json:"social_image,omitempty"`
	RobotsDisallow []string  `json:"robots_disallow,omitempty"`
	Changed        time.Time `json:"changed,omitzero"`
}

// Section is one part of the portal, /{slug}.
type Section struct {
	Slug   string            `json:"slug"`
	Parent string            `json:"parent,omitempty"`
	Name   map[string]string `json:"name"` // by language
	About  map[string]string `json:"about,omitempty"`
	Hidden bool              `json:"hidden,omitempty"` // not in the navigation
}

// Region is a place readers can choose, /r/{slug}.
type Region struct {
	Slug       string  `json:"slug"`
	Name       string  `json:"name"`
	NameFR     string  `json:"name_fr,omitempty"`
	Province   string  `json:"province"`
	ProvinceFR string  `json:"province_fr,omitempty"`
	Abbrev     string  `json:"abbrev,omitempty"`  // Alta.
	Country    string  `json:"country,omitempty"` // ISO 3166-1 alpha-2, lower case
	Zone       string  `json:"zone"`
	Lat        float64 `json:"lat"`
	Lon        float64 `json:"lon"`
}

// Maintenance levels.
const (
	MaintenanceOff      = "off"
	MaintenanceNotice   = "notice"
	MaintenanceReadOnly = "read-only"
	MaintenanceClosed   = "closed"
)

// Maintenance is the state of the portal. Key "maintenance".
type Maintenance struct {
	Level   string            `json:"level"`
	Message map[string]string `json:"message,omitempty"` // by language; the catalogue's sentence when empty
	Until   time.Time         `json:"until,omitzero"`
}

// TopicPage is what an editor wrote about a topic. Key "topic/{slug}".
type TopicPage struct {
	Slug  string            `json:"slug"`
	Name  map[string]string `json:"name"`
	About map[string]string `json:"about,omitempty"`
	Since time.Time         `json:"since,omitzero"` // when About was written
}

// Author is a writer's page. Key "author/{slug}".
type Author struct {
	Slug  string            `json:"slug"`
	Name  string            `json:"name"`
	Role  map[string]string `json:"role,omitempty"`
	Bio   map[string]string `json:"bio,omitempty"`
	Email string            `json:"email,omitempty"`
}

// Complete fills what a new portal has not set yet.
func (s *Site) Complete() {
	if s.Name == "" {
		s.Name = "Masthead"
	}
	if len(s.Languages) == 0 {
		s.Languages = []string{"en"}
	}
	if s.Zone == "" {
		s.Zone = "UTC"
	}
}

// Section returns the section with that slug, nil if there is none.
func (s *Site) Section(slug string) *Section {
	for i := range s.Sections {
		if s.Sections[i].Slug == slug {
			return &s.Sections[i]
		}
	}
	return nil
}

// Region returns the region with that slug, nil if there is none.
func (s *Site) Region(slug string) *Region {
	for i := range s.Regions {
		if s.Regions[i].Slug == slug {
			return &s.Regions[i]
		}
	}
	return nil
}

// Location returns the newsroom's zone; UTC if its name is unknown.
func (s *Site) Location() *time.Location { return Zone(s.Zone, time.UTC) }

// Reserved are the first parts of the portal's own addresses: no section may have such a slug.
var Reserved = []string{
	"_", "account", "admin", "ads.txt", "advertise", "api", "archive", "by", "corrections", "favicon.ico", "feed.atom", "feed.json",
	"feed.rss", "healthz", "live", "lite", "mail", "manifest.webmanifest", "media", "metrics", "most-read", "newsroom", "r", "readyz", "regions",
	"robots.txt", "search", "sitemap", "sitemap-news.xml", "sitemap.xml", "topics", "video", "videos",
}
