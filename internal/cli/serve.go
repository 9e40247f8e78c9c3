package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"masthead/internal/app"
	"masthead/internal/config"
)

type serveCommand struct {
	config.Data
	config.Server
}

func (c *serveCommand) Run(ctx context.Context, s *streams, file *config.File) error {
	if err := c.Server.Check(); err != nil {
		return err
	}
	logTo(s.err, c.Server)
	a, err := app.New(ctx, app.Config{Data: c.Data, Server: c.Server, Site: file.Site, Version: Version})
	if err != nil {
		return err
	}
	defer a.Close()
	return serve(ctx, a, func(addrs []string) {
		fmt.Fprintf(s.out, "%s is served, listening on %s. Ctrl-C stops it.\n", c.Server.Origin(), strings.Join(addrs, ", "))
		switch address, err := a.SetupAddress(ctx); {
		case err != nil:
			slog.Error("no setup address", "err", err)
		case address != "":
			fmt.Fprintf(s.out, "Nobody works here yet. Set the newsroom up, once, at %s\n", address)
		}
	})
}

// serve runs a until the context ends; SIGHUP reads theme and settings again.
func serve(ctx context.Context, a *app.App, ready func([]string)) error {
	debug.SetGCPercent(60) // most of the memory is pages, which live long: less of it for what is collected
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	return a.Run(ctx, reload, ready)
}

type demoCommand struct {
	Data   string `help:"Folder of the demo." type:"path" default:"masthead-demo" env:"MASTHEAD_DATA" placeholder:"DIR"`
	Listen string `help:"Address of the site." default:"127.0.0.1:8080" env:"MASTHEAD_LISTEN" placeholder:"ADDR"`
}

func (c *demoCommand) Run(ctx context.Context, s *streams) error {
	began := time.Now()
	server := config.Server{Listen: c.Listen, CacheMemory: 64, Weather: "recorded", LogFormat: "text", LogLevel: "warn"}
	logTo(s.err, server)
	a, err := app.New(ctx, app.Config{Data: config.Data{Data: c.Data}, Server: server, Version: Version})
	if err != nil {
		return err
	}
	defer a.Close()
	say := func(line string) { fmt.Fprintln(s.out, line) }
	if err := a.FillDemo(ctx, say); err != nil {
		return err
	}
	logins, err := a.DemoLogins(ctx)
	if err != nil {
		return err
	}
	defer say("Stopped.")
	return serve(ctx, a, func(addrs []string) {
		fmt.Fprintf(s.out, "The Foothills Ledger is at http://%s/ (ready after %.1f s). Ctrl-C stops it.\n", addrs[0], time.Since(began).Seconds())
		fmt.Fprintf(s.out, "Its newsroom is at http://%s/newsroom/. %s\n", addrs[0], strings.Join(logins, "\n"))
	})
}
