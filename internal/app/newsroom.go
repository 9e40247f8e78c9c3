package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"masthead/internal/api"
	"masthead/internal/content/check"
	"masthead/internal/content/deskui"
	"masthead/internal/content/storyui"
	"masthead/internal/db"
	"masthead/internal/fetch"
	"masthead/internal/front"
	"masthead/internal/front/frontui"
	"masthead/internal/identity"
	"masthead/internal/identity/identityui"
	"masthead/internal/jobs"
	"masthead/internal/mailer"
	"masthead/internal/media/mediaui"
	"masthead/internal/newsroom"
	"masthead/internal/ops/opsui"
	"masthead/internal/published"
	"masthead/internal/seal"
	"masthead/internal/settings"
	"masthead/internal/webhook"
	"masthead/internal/workflow"
)

// KeyFile is the name, in the data folder, of the key that seals secrets in the database.
const KeyFile = "secret.key"

// jobsAtOnce is how many quick jobs (mail, webhooks) run at a time. Making the files of media is another runner's work, one
// at a time.
const jobsAtOnce = 8

// openNewsroom builds the staff's side of the portal.
func (a *App) openNewsroom(view *published.View) error {
	key, err := seal.Open(filepath.Join(a.cfg.Data.Data, KeyFile))
	if err != nil {
		return err
	}
	allow, err := a.cfg.Server.Private()
	if err != nil {
		return err
	}
	client := fetch.New(fetch.Config{Version: a.cfg.Version, Allow: allow})
	origin := a.cfg.Server.Origin()
	post := &mailer.Mailer{DB: a.db, Key: key}
	a.staff = identity.New(identity.Config{
		DB: a.db, Key: key, Origin: func(context.Context) string { return origin }, HTTP: client.HTTP(),
		Mail: func(ctx context.Context, tx *db.Tx, to, subject, text string) error {
			return post.Queue(ctx, tx, mailer.Message{To: to, Subject: subject, Text: text})
		},
		MailReady: func(ctx context.Context) bool {
			ready, err := post.Ready(ctx, a.db)
			if err != nil {
				slog.Warn("mail settings cannot be read", "err", err)
			}
			return ready
		},
		OIDC: func(ctx context.Context) (*identity.OIDC, error) {
			o, err := settings.Load[settings.OIDC](ctx, a.db, key)
			if err != nil || o.Issuer == "" {
				return nil, err
			}
			return &identity.OIDC{Issuer: o.Issuer, ClientID: o.ClientID, Secret: o.Secret, Name: o.Name, Domains: o.Domains, Role: identity.Role(o.Role)}, nil
		},
	})
	a.room = workflow.New(workflow.Config{
		DB: a.db, Media: a.media, Sync: a.press.Sync, Surfaces: a.surfaces, Emit: webhook.Emit,
		Style: func(ctx context.Context, q db.Queryer) (rules []check.StyleRule, err error) {
			style, err := settings.Load[settings.Style](ctx, q, key)
			for _, r := range style.Rules {
				rules = append(rules, check.StyleRule(r))
			}
			return rules, err
		},
	})
	a.fronts = front.New(front.Config{DB: a.db, Sync: a.press.Sync})
	kinds := map[string]jobs.Kind{}
	kind, mail := post.Job()
	kinds[kind] = mail
	kind, hook := webhook.Job(a.db, key, client)
	kinds[kind] = hook
	a.jobs = jobs.New(a.db, jobsAtOnce, kinds)
	kind, sizes := a.room.MediaJob()
	again, index := a.room.IndexJob()
	a.slow = jobs.New(a.db, 1, map[string]jobs.Kind{kind: sizes, again: index})
	kind, films := a.room.FilmJob()
	a.films = jobs.New(a.db, 1, map[string]jobs.Kind{kind: films})
	a.shell, err = newsroom.New(newsroom.Config{
		DB: a.db, View: view, Session: a.staff.Session, Secure: strings.HasPrefix(origin, "https://"), Empty: a.staff.Empty,
	})
	if err != nil {
		return err
	}
	if err := identityui.Mount(a.shell, a.staff); err != nil {
		return err
	}
	if a.desk, err = deskui.New(deskui.Config{DB: a.db, Room: a.room, Shell: a.shell, Media: a.media}); err != nil {
		return err
	}
	if err := opsui.Mount(opsui.Config{
		Shell: a.shell, DB: a.db, View: view, Key: key, Mail: post, Do: a.Do, FromFile: fromFile(a.cfg.Site), Weather: a.cfg.Server.Weather,
		Version: a.cfg.Version, Cache: a.cache, Storage: a.storage,
		FirstDraft: func(ctx context.Context, who *identity.Person, title string) error {
			_, err := a.room.Create(ctx, who, published.Story{Headline: title}, check.Guard{})
			return err
		},
	}); err != nil {
		return err
	}
	a.api = api.New(api.Config{DB: a.db, Room: a.room, Staff: a.staff, Fronts: a.fronts, Media: a.media, Origin: func() string { return origin }, Version: a.cfg.Version})
	if err := frontui.Mount(frontui.Config{DB: a.db, Keeper: a.fronts, Room: a.room, Shell: a.shell, View: view, Render: a.render}); err != nil {
		return err
	}
	if err := mediaui.Mount(mediaui.Config{DB: a.db, Room: a.room, Shell: a.shell, Media: a.media, Staff: a.staff}); err != nil {
		return err
	}
	return storyui.Mount(storyui.Config{DB: a.db, Room: a.room, Shell: a.shell, View: view, Render: a.render, Media: a.media})
}

// Staff returns the keeper of accounts.
func (a *App) Staff() *identity.Keeper { return a.staff }

// Fronts returns the keeper of the fronts.
func (a *App) Fronts() *front.Keeper { return a.fronts }

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

// ServeHTTP leads the addresses of the newsroom and of the staff API to them, and all others to the readers' site.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var to http.Handler
	switch {
	case under(newsroom.Prefix, r.URL.Path):
		to = a.shell
	case under(api.Prefix, r.URL.Path):
		to = a.api
	default:
		a.site.ServeHTTP(w, r)
		return
	}
	if r.TLS != nil {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
	to.ServeHTTP(w, r)
}

func under(prefix, path string) bool {
	return strings.HasPrefix(path, prefix) && (len(path) == len(prefix) || path[len(prefix)] == '/')
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
	prefix, day := "", before.Published
	if site, err := published.New(a.db).Record(a.db.Now()).Site(ctx); err == nil {
		day = day.In(site.Location())
		if before.Language != site.Languages[0] {
			prefix = "/" + before.Language
		}
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
	look("most", prefix+"/most-read")
	look("archive", prefix+day.Format("/archive/2006/01/02"))
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
