// Package config holds the settings of a run and where they come from: flags over MASTHEAD_* environment over
// masthead.toml over defaults. What the newsroom decides (name, sections, regions) is not here but in the
// database; a [site] table in masthead.toml is taken over into it.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"masthead/internal/errs"
)

// Data is where everything lives, for every command that touches it.
type Data struct {
	Data     string `help:"Folder of the portal: database, media, caches." type:"path" default:"masthead-data" env:"MASTHEAD_DATA" placeholder:"DIR"`
	Database string `help:"PostgreSQL address (postgres://…). Default: SQLite in the data folder." env:"MASTHEAD_DATABASE" placeholder:"URL"`
	Config   string `help:"Settings file." type:"path" default:"masthead.toml" env:"MASTHEAD_CONFIG" placeholder:"FILE"`
}

// Server says how a portal is served.
type Server struct {
	Listen      string   `help:"Address of the site without TLS." default:"127.0.0.1:8080" env:"MASTHEAD_LISTEN" placeholder:"ADDR"`
	URL         string   `help:"Address that readers use, such as https://news.example. Default: from --tls-domain or --listen." env:"MASTHEAD_URL" placeholder:"URL"`
	TLSDomain   []string `help:"Domain to serve with TLS on ports 443 and 80; the certificate is fetched and renewed. Repeat for more." env:"MASTHEAD_TLS_DOMAIN" placeholder:"DOMAIN"`
	TLSEmail    string   `help:"Contact for the certificate authority." env:"MASTHEAD_TLS_EMAIL" placeholder:"EMAIL"`
	TLSCA       string   `name:"tls-ca" help:"Directory of another certificate authority (ACME)." env:"MASTHEAD_TLS_CA" placeholder:"URL"`
	TLSRoot     string   `help:"PEM file of the root that signs that authority's own address." type:"path" env:"MASTHEAD_TLS_ROOT" placeholder:"FILE"`
	TLSListen   string   `help:"Address for TLS." default:":443" env:"MASTHEAD_TLS_LISTEN" placeholder:"ADDR"`
	TLSRedirect string   `help:"Address that redirects to TLS and answers the authority's challenges." default:":80" env:"MASTHEAD_TLS_REDIRECT" placeholder:"ADDR"`
	OpsListen   string   `help:"Address of /metrics; off unless given." env:"MASTHEAD_OPS_LISTEN" placeholder:"ADDR"`

	CacheMemory  int      `help:"MiB of pages kept in memory." default:"64" env:"MASTHEAD_CACHE_MEMORY" placeholder:"MIB"`
	Weather      string   `help:"Weather source: off, open-meteo, environment-canada or recorded." enum:"off,open-meteo,environment-canada,recorded" default:"open-meteo" env:"MASTHEAD_WEATHER"`
	WeatherURL   string   `help:"Another address of the weather source." env:"MASTHEAD_WEATHER_URL" placeholder:"URL"`
	AllowPrivate []string `help:"Private network that outgoing requests may reach, such as 10.1.0.0/16. Repeat for more." env:"MASTHEAD_ALLOW_PRIVATE" placeholder:"CIDR"`
	LogFormat    string   `help:"Log lines: text or json." enum:"text,json" default:"text" env:"MASTHEAD_LOG_FORMAT"`
	LogLevel     string   `help:"Least level that is logged." enum:"debug,info,warn,error" default:"info" env:"MASTHEAD_LOG_LEVEL"`
}

// Check reports what is wrong with the settings as a whole.
func (s *Server) Check() error {
	if s.CacheMemory < 8 {
		return errs.Errorf(errs.Invalid, "cache memory of %d MiB: it needs at least 8", s.CacheMemory)
	}
	if s.URL != "" && !strings.HasPrefix(s.URL, "http://") && !strings.HasPrefix(s.URL, "https://") {
		return errs.Errorf(errs.Invalid, "url %q: it must begin with https:// or http://", s.URL)
	}
	if len(s.TLSDomain) == 0 && (s.TLSCA != "" || s.TLSEmail != "") {
		return errs.Errorf(errs.Invalid, "--tls-ca and --tls-email do nothing without --tls-domain")
	}
	_, err := s.Private()
	return err
}

// Private returns the networks of AllowPrivate.
func (s *Server) Private() (list []netip.Prefix, err error) {
	for _, text := range s.AllowPrivate {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, errs.Errorf(errs.Invalid, "private network %q: write it like 10.1.0.0/16", text)
		}
		list = append(list, p)
	}
	return list, nil
}

// Origin returns the address that readers use, without a slash at the end.
func (s *Server) Origin() string {
	switch {
	case s.URL != "":
		return strings.TrimRight(s.URL, "/")
	case len(s.TLSDomain) > 0:
		return "https://" + s.TLSDomain[0]
	}
	return "http://" + s.Listen
}

// File is a settings file: server settings by their flags' names, and a [site] table.
type File struct {
	values map[string]any
	Site   *Site
}

// Site is the [site] table: what a portal is before its newsroom has screens to say so.
type Site struct {
	Name      string            `toml:"name"`
	Tagline   map[string]string `toml:"tagline"`
	Languages []string          `toml:"languages"`
	Zone      string            `toml:"zone"`
	Accent    string            `toml:"accent"`
	Clock     string            `toml:"clock"`
	Density   string            `toml:"density"`
	Contact   string            `toml:"contact"`
	Place     string            `toml:"place"`
	Regions   []string          `toml:"regions"` // slugs of the gazetteer
	Sections  []Section         `toml:"sections"`
}

// Section is one entry of [[site.sections]].
type Section struct {
	Slug   string            `toml:"slug"`
	Parent string            `toml:"parent"`
	Name   map[string]string `toml:"name"`
}

// ReadFile reads a settings file. The default one may be missing; one that was asked for may not.
func ReadFile(path string) (*File, error) {
	f := &File{values: map[string]any{}}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if filepath.Base(path) != defaultFile {
			return nil, errs.Errorf(errs.Invalid, "settings file %s: there is none", path)
		}
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := toml.NewDecoder(bytes.NewReader(text)).Decode(&f.values); err != nil {
		return nil, errs.Errorf(errs.Invalid, "settings file %s: %w", path, err)
	}
	if _, ok := f.values["site"]; ok {
		var table struct {
			Site Site `toml:"site"`
		}
		meta, err := toml.Decode(string(text), &table)
		if err != nil {
			return nil, errs.Errorf(errs.Invalid, "settings file %s: %w", path, err)
		}
		for _, key := range meta.Undecoded() {
			if key[0] == "site" {
				return nil, errs.Errorf(errs.Invalid, "settings file %s: unknown setting %s", path, key)
			}
		}
		f.Site = &table.Site
		delete(f.values, "site")
	}
	return f, nil
}

// Resolver lets flags take their values from the file. A key that is no flag is an error, not silence.
func (f *File) Resolver(path string) kong.Resolver { return resolver{f, path} }

type resolver struct {
	file *File
	path string
}

func (r resolver) Validate(app *kong.Application) error {
	known := []string{}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			known = append(known, f.Name)
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(app.Node)
	for key := range r.file.values {
		if !slices.Contains(known, key) {
			return errs.Errorf(errs.Invalid, "settings file %s: unknown setting %q", r.path, key)
		}
	}
	return nil
}

func (r resolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	v, ok := r.file.values[flag.Name]
	if !ok || slices.ContainsFunc(flag.Envs, func(e string) bool { return os.Getenv(e) != "" }) {
		return nil, nil
	}
	if list, ok := v.([]any); ok {
		words := make([]string, len(list))
		for i, w := range list {
			words[i] = fmt.Sprint(w)
		}
		return strings.Join(words, ","), nil
	}
	return fmt.Sprint(v), nil
}

// DefaultFile returns the settings file's path when no flag gives one.
func DefaultFile() string {
	if path := os.Getenv("MASTHEAD_CONFIG"); path != "" {
		return path
	}
	return defaultFile
}

const defaultFile = "masthead.toml"

// Interactive reports whether the terminal can be written over.
func Interactive() bool { t := os.Getenv("TERM"); return t != "" && t != "dumb" }
