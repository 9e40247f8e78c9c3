// Package newsroom is the frame of the staff's screens: it finds out who asks, holds every route to the rule it names,
// makes pages of a feature's templates inside one layout, and turns errors into words. The screens themselves belong
// to the features; it knows none of them.
package newsroom

import (
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
	"masthead/internal/words"
)

// Prefix is where all screens live.
const Prefix = "/newsroom"

// Config is what a Shell works with.
type Config struct {
	DB   *db.DB
	View *published.View
	// Session returns who a session's secret belongs to; an error of kind errs.NotFound if it is nobody's or over.
	Session func(ctx context.Context, secret string) (*identity.Person, *identity.Session, error)
	// Secure says whether the newsroom is reached by TLS.
	Secure bool
	// Empty reports whether nobody works here yet: the setup is then the only screen.
	Empty func(ctx context.Context) (bool, error)
}

// Route is one address of the newsroom, what a person must be allowed to use it, and what it does. Handlers leave
// their errors to the shell.
type Route struct {
	Pattern string // as for http.ServeMux, with a method: "GET /newsroom/stories"
	Needs   identity.Action
	Handle  func(w http.ResponseWriter, r *Request) error
	// Limit is the most bytes of a request's body; 0: 1 MiB.
	Limit int64
}

// Request is a request with what every screen needs of it.
type Request struct {
	*http.Request
	Who     *identity.Person  // nil: nobody has signed in, on routes that Anyone may use
	Session *identity.Session // nil likewise
	Lang    string            // of the screens: en, fr
	Words   *words.Catalogue
	Site    *published.Site
}

// Shell is the newsroom's frame. Mount every feature before it serves.
type Shell struct {
	cfg       Config
	mux       *http.ServeMux
	routes    []Route
	templates map[string]*template.Template // by screen
	layout    *template.Template
	assets    assets
	guard     *http.CrossOriginProtection
}

// New returns a shell that knows no screens yet.
func New(c Config) (*Shell, error) {
	s := &Shell{cfg: c, mux: http.NewServeMux(), templates: map[string]*template.Template{}, guard: http.NewCrossOriginProtection()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.layout, err = template.New("").Funcs(s.funcs()).ParseFS(views, "layout.html"); err != nil {
		return nil, fmt.Errorf("newsroom: %w", err)
	}
	if err := s.Mount(Views(views), nil); err != nil {
		return nil, err
	}
	s.mux.HandleFunc("GET "+assetPrefix+"{file}", s.asset)
	s.mux.Handle("/", s.handle(Route{Needs: identity.Anyone, Handle: func(http.ResponseWriter, *Request) error {
		return errs.Errorf(errs.NotFound, "no such screen")
	}}))
	return s, nil
}

// Mount adds a feature: its templates and its routes. Each file of views is a screen that defines "content"; it may use
// the layout's parts and those of the file parts.html beside it.
func (s *Shell) Mount(views fs.FS, routes []Route) error {
	names, err := fs.Glob(views, "*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		screen := strings.TrimSuffix(name, ".html")
		if screen == "parts" {
			continue
		}
		if s.templates[screen] != nil {
			return fmt.Errorf("newsroom: two screens are called %s", screen)
		}
		t, err := s.layout.Clone()
		if err != nil {
			return err
		}
		files := []string{name}
		if slices.Contains(names, "parts.html") {
			files = append(files, "parts.html")
		}
		if s.templates[screen], err = t.ParseFS(views, files...); err != nil {
			return fmt.Errorf("newsroom: screen %s: %w", screen, err)
		}
	}
	for _, r := range routes {
		if !strings.Contains(r.Pattern, " "+Prefix) || r.Needs == "" {
			return fmt.Errorf("newsroom: route %q must begin with %s and name what it needs", r.Pattern, Prefix)
		}
		s.mux.Handle(r.Pattern, s.handle(r))
		s.routes = append(s.routes, r)
	}
	return nil
}

// Routes returns all routes that were mounted.
func (s *Shell) Routes() []Route { return slices.Clone(s.routes) }

func (s *Shell) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }
