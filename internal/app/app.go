// Package app is the composition root: it builds the parts of a portal from the settings, runs them and shuts
// them down. Nothing else knows all of them.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"masthead/internal/changes"
	"masthead/internal/config"
	"masthead/internal/content"
	"masthead/internal/content/deskui"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/fetch"
	"masthead/internal/front"
	"masthead/internal/identity"
	"masthead/internal/jobs"
	"masthead/internal/local/weather"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/press"
	"masthead/internal/published"
	"masthead/internal/reads"
	"masthead/internal/render"
	"masthead/internal/site"
	"masthead/internal/theme"
	"masthead/internal/workflow"
	"masthead/themes"
)

// Config is what an App is built from.
type Config struct {
	Data    config.Data
	Server  config.Server
	Site    *config.Site // the [site] table, nil if there is none
	Version string
	Clock   func() time.Time // nil: the system's
}

// App is a portal that is open: its database, its page cache, its public site and its newsroom.
type App struct {
	cfg    Config
	db     *db.DB
	media  *media.Library
	press  *press.Press
	theme  *theme.Live
	render *render.Renderer
	site   *site.Site
	reads  *reads.Counter
	wx     weather.Provider
	staff  *identity.Keeper
	room   *workflow.Room
	fronts *front.Keeper
	desk   *deskui.UI
	shell  *newsroom.Shell
	api    http.Handler
	jobs   *jobs.Runner
	slow   *jobs.Runner // the files of media
	films  *jobs.Runner // the sizes of films

	program string
	start   time.Time
}

// DatabaseURL returns where the database of a portal is.
func DatabaseURL(d config.Data) string {
	if d.Database != "" {
		return d.Database
	}
	return filepath.Join(d.Data, "masthead.db")
}

// Exists reports whether there is a portal to work on: a command beside a server must not make a new one by a
// mistyped folder. A PostgreSQL database is taken for one.
func Exists(d config.Data) error {
	if d.Database != "" {
		return nil
	}
	if _, err := os.Stat(DatabaseURL(d)); err != nil {
		return errs.Errorf(errs.Invalid, "there is no portal in %s: give its folder with --data, or make one with \"masthead serve\"", d.Data)
	}
	return nil
}

// New opens a portal. The caller runs it with Run, or just uses it, and closes it.
func New(ctx context.Context, c Config) (a *App, err error) {
	if err := os.MkdirAll(c.Data.Data, 0o750); err != nil {
		return nil, fmt.Errorf("data folder: %w: run as the folder's owner, or give another with --data", err)
	}
	a = &App{cfg: c, start: time.Now(), program: program()}
	if a.db, err = db.Open(ctx, db.Config{URL: DatabaseURL(c.Data), Clock: c.Clock}); err != nil {
		return nil, err
	}
	open := a.db
	defer func() {
		if err != nil {
			open.Close() // a is nil by then
		}
	}()
	if err := a.applySite(ctx, c.Site); err != nil {
		return nil, err
	}
	if a.media, err = media.Open(a.db, filepath.Join(c.Data.Data, "media")); err != nil {
		return nil, err
	}
	if a.theme, err = theme.NewLive(render.ThemeConfig(theme.Config{
		Files: themes.Broadsheet(), Override: os.DirFS(filepath.Join(c.Data.Data, "theme")),
	})); err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	a.render = render.New(a.theme)
	view := published.New(a.db)
	if a.press, err = press.New(ctx, press.Config{
		DB: a.db, View: view, Build: site.Build(a.render), Memory: int64(c.Server.CacheMemory) << 20,
		Dir: filepath.Join(c.Data.Data, "cache"), Edition: a.edition(),
	}); err != nil {
		return nil, err
	}
	a.reads = reads.New(a.db, view)
	a.site = site.New(site.Config{DB: a.db, View: view, Press: a.press, Render: a.render, Theme: a.theme, Media: a.media, Reads: a.reads})
	if err := a.openNewsroom(view); err != nil {
		return nil, err
	}
	a.wx, err = a.weather()
	return a, err
}

// edition changes with everything but the database that decides what a page looks like.
func (a *App) edition() string { return a.program + " " + a.theme.Theme().Version() }

// program returns the fingerprint of the running program: another build may make other pages.
func program() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := xxhash.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// Close closes what New opened.
func (a *App) Close() error {
	a.press.Close()
	return a.db.Close()
}

// DB returns the portal's database.
func (a *App) DB() *db.DB { return a.db }

// Handler returns the public site and the newsroom.
func (a *App) Handler() http.Handler { return a }

// Do runs newsroom commands and returns when this node's readers see their effect.
func (a *App) Do(ctx context.Context, who string, fn func(*content.Desk) error) error {
	seq, err := content.Do(ctx, a.db, who, fn)
	if err != nil {
		return err
	}
	return a.press.Sync(ctx, seq)
}

// Run serves until ctx ends, then finishes what is under way. ready, if not nil, is called with the addresses
// once they answer. reload is signalled to read theme and settings again.
func (a *App) Run(ctx context.Context, reload <-chan os.Signal, ready func(addrs []string)) error {
	list, err := a.open(ctx)
	if err != nil {
		return err
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	for _, f := range []func(context.Context){
		a.db.Listen, a.press.Follow, a.press.Sweep, a.releaseDue, a.followWeather, a.forgetChanges, a.emptyBin, a.jobs.Run, a.slow.Run, a.films.Run, a.sweepMedia, a.reads.Run, a.rankReads, a.launchDue,
	} {
		background.Go(func() { f(work) })
	}
	failed := make(chan error, len(list))
	var addrs []string
	for _, s := range list {
		addrs = append(addrs, s.on.Addr().String())
		go func() {
			if err := s.server.Serve(s.on); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		}()
	}
	if ready != nil {
		ready(addrs)
	}
	slog.Info("serving", "address", a.cfg.Server.Origin(), "version", a.cfg.Version, "database", a.db.Dialect())
	for running := true; running; {
		select {
		case <-ctx.Done():
			slog.Info("stopping")
			running = false
		case err = <-failed:
			err = fmt.Errorf("serve: %w", err)
			running = false
		case <-reload:
			a.Reload(ctx)
		}
	}
	a.desk.Close() // or the server would wait for its streams
	err = errors.Join(err, shutdown(list))
	stop()
	background.Wait()
	return err
}

// shutdown lets requests under way end, within a limit.
func shutdown(list []serving) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	var all error
	for _, s := range list {
		err := s.server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = s.server.Close()
		}
		all = errors.Join(all, err)
	}
	return all
}

// Reload reads the theme and the settings file again. What is wrong is logged and stays as it was.
func (a *App) Reload(ctx context.Context) {
	f, err := config.ReadFile(a.cfg.Data.Config)
	if err == nil {
		err = a.applySite(ctx, f.Site)
	}
	if err != nil {
		slog.Error("settings not reloaded", "err", err)
	}
	if err := a.theme.Reload(); err != nil {
		slog.Error("theme not reloaded; the old one stays", "err", err)
		return
	}
	a.press.Renew(a.edition())
	a.press.Sweep(ctx)
	slog.Info("theme and settings reloaded")
}

// forgetChanges keeps the change log short. A follower begins at its end, so nobody needs what is a week old.
func (a *App) forgetChanges(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := changes.Forget(ctx, a.db, a.db.Now().AddDate(0, 0, -7)); err != nil && ctx.Err() == nil {
			slog.Warn("change log not shortened", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// emptyBin removes spiked stories after their 30 days.
func (a *App) emptyBin(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := content.PurgeSpiked(ctx, a.db); err != nil && ctx.Err() == nil {
			slog.Warn("spiked stories not removed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweepMedia removes once a day the files of media that nothing refers to any more.
func (a *App) sweepMedia(ctx context.Context) {
	tick := time.NewTicker(24 * time.Hour)
	defer tick.Stop()
	for {
		if n, err := a.media.Sweep(ctx, a.db.Now().Add(-24*time.Hour)); err != nil && ctx.Err() == nil {
			slog.Warn("media folder not swept", "err", err)
		} else if n > 0 {
			slog.Info("media folder swept", "files", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// releaseDue makes embargoed stories public when their moment comes. It looks at the clock each second
// instead of sleeping until then, so that a clock that is set, or a machine that slept, makes no story late.
func (a *App) releaseDue(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if err := a.ReleaseDue(ctx); err != nil && ctx.Err() == nil {
			slog.Error("embargoed stories not released; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// ReleaseDue publishes the stories whose embargo has ended.
func (a *App) ReleaseDue(ctx context.Context) error {
	due, err := content.NextDue(ctx, a.db)
	if err != nil || due.IsZero() || due.After(a.db.Now()) {
		return err
	}
	n, seq, err := content.ReleaseDue(ctx, a.db, "embargo")
	if n > 0 {
		slog.Info("embargo ended", "stories", n)
	}
	return errors.Join(err, a.press.Sync(ctx, seq))
}

// launchDue makes scheduled launches of fronts when their moment comes, as releaseDue does with stories.
func (a *App) launchDue(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if err := a.fronts.Release(ctx, a.db.Now()); err != nil && ctx.Err() == nil {
			slog.Error("scheduled fronts not launched; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// weather returns the provider that the settings name, nil if there is none.
func (a *App) weather() (weather.Provider, error) {
	allow, err := a.cfg.Server.Private()
	if err != nil {
		return nil, err
	}
	client := fetch.New(fetch.Config{Version: a.cfg.Version, Allow: allow})
	switch a.cfg.Server.Weather {
	case "open-meteo":
		return weather.OpenMeteo{Client: client, Base: a.cfg.Server.WeatherURL}, nil
	case "environment-canada":
		return weather.MSC{Client: client, Base: a.cfg.Server.WeatherURL}, nil
	case "recorded":
		return weather.Recorded{Now: a.db.Now}, nil
	}
	return nil, nil
}
