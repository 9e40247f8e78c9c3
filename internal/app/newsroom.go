package app

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"masthead/internal/content/storyui"
	"masthead/internal/identity"
	"masthead/internal/identity/identityui"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/seal"
	"masthead/internal/workflow"
)

// KeyFile is the name, in the data folder, of the key that seals secrets in the database.
const KeyFile = "secret.key"

// openNewsroom builds the staff's side of the portal.
func (a *App) openNewsroom(view *published.View) error {
	key, err := seal.Open(filepath.Join(a.cfg.Data.Data, KeyFile))
	if err != nil {
		return err
	}
	origin := a.cfg.Server.Origin()
	a.staff = identity.New(identity.Config{DB: a.db, Key: key, Origin: func(context.Context) string { return origin }})
	a.room = workflow.New(workflow.Config{DB: a.db, Sync: a.press.Sync, Surfaces: a.surfaces})
	a.shell, err = newsroom.New(newsroom.Config{
		DB: a.db, View: view, Session: a.staff.Session, Secure: strings.HasPrefix(origin, "https://"), Empty: a.staff.Empty,
	})
	if err != nil {
		return err
	}
	if err := identityui.Mount(a.shell, a.staff); err != nil {
		return err
	}
	return storyui.Mount(storyui.Config{DB: a.db, Room: a.room, Shell: a.shell, View: view, Render: a.render, Media: a.media})
}

// Staff returns the keeper of accounts.
func (a *App) Staff() *identity.Keeper { return a.staff }

// Room returns the newsroom at work.
func (a *App) Room() *workflow.Room { return a.room }

// Shell returns the frame of the newsroom's screens.
func (a *App) Shell() *newsroom.Shell { return a.shell }

// SetupAddress returns the address at which the first person makes an account; "" if somebody works here already. Each call
// makes a new one and ends the one before.
func (a *App) SetupAddress(ctx context.Context) (string, error) {
	empty, err := a.staff.Empty(ctx)
	if err != nil || !empty {
		return "", err
	}
	secret, err := a.staff.Setup(ctx)
	return a.cfg.Server.Origin() + newsroom.Prefix + "/setup?key=" + secret, err
}

// ServeHTTP leads the newsroom's addresses to it, and all others to the readers' site.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path := r.URL.Path; strings.HasPrefix(path, newsroom.Prefix) && (len(path) == len(newsroom.Prefix) || path[len(newsroom.Prefix)] == '/') {
		if r.TLS != nil {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		a.shell.ServeHTTP(w, r)
		return
	}
	a.site.ServeHTTP(w, r)
}

// surfaces looks at every place where readers could find a story that was just removed. before is what was public.
func (a *App) surfaces(ctx context.Context, before *published.Story) (list []workflow.Surface) {
	look := func(name, path string) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		if err != nil {
			return // an address that cannot be asked for shows nothing
		}
		var w seen
		a.site.ServeHTTP(&w, r)
		s := workflow.Surface{Name: name, Path: path, State: "removed"}
		switch {
		case w.status == http.StatusGone:
			s.State = "gone"
		case w.status == http.StatusOK && bytes.Contains(w.body.Bytes(), []byte(before.ID)):
			s.State = "still-there"
		}
		list = append(list, s)
	}
	prefix := ""
	if site, err := published.New(a.db).Record(a.db.Now()).Site(ctx); err == nil && before.Language != site.Languages[0] {
		prefix = "/" + before.Language
	}
	look("page", before.Path())
	look("lite", "/lite"+before.Path())
	look("changes", before.Path()+"/changes")
	look("front", prefix+"/")
	look("feed", prefix+"/feed.rss")
	look("section", prefix+"/"+before.Section)
	look("feed", prefix+"/"+before.Section+"/feed.rss")
	for _, region := range before.Regions {
		look("region", prefix+"/r/"+region)
	}
	for _, t := range before.Topics {
		look("topic", prefix+"/topics/"+t.Slug)
	}
	for _, b := range before.Bylines {
		if b.Slug != "" {
			look("author", "/by/"+b.Slug)
		}
	}
	look("archive", prefix+before.Published.Format("/archive/2006/01/02"))
	look("sitemap", "/sitemap-news.xml")
	look("search", prefix+"/search?q="+url.QueryEscape(before.Headline))
	return list
}

// seen is an answer that is looked at instead of sent.
type seen struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (s *seen) Header() http.Header {
	if s.header == nil {
		s.header = http.Header{}
	}
	return s.header
}

func (s *seen) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func (s *seen) Write(b []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	return s.body.Write(b)
}
