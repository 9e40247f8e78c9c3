// Package cli is the command line: it reads the settings, builds what a command needs and says in words what
// happened. What fails says what, on what, and what to do.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // the zones of places, wherever the program runs

	"github.com/alecthomas/kong"

	"masthead/internal/config"
	"masthead/internal/errs"
)

// Version is set when a release is built.
var Version = "dev"

type commands struct {
	Demo        demoCommand        `cmd:"" help:"Make a ready newsroom and serve it."`
	Serve       serveCommand       `cmd:"" help:"Serve a portal."`
	Wire        wireCommand        `cmd:"" help:"Read wire copy and feeds."`
	User        userCommand        `cmd:"" help:"Decide who works here."`
	Token       tokenCommand       `cmd:"" help:"Let programs use the newsroom."`
	Maintenance maintenanceCommand `cmd:"" help:"Tell readers that work is going on, or close the portal."`
	Verify      verifyCommand      `cmd:"" help:"Look whether every file of the library is there and as it came, beside a running server."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// streams are where a command writes.
type streams struct {
	out, err io.Writer
}

// exit is an error that has been told already; it only carries the status.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// Main runs the command line and returns the process's exit status: 0 done, 1 failed, 2 wrong use.
func Main(args []string) int {
	s := &streams{os.Stdout, os.Stderr}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	path := settingsPath(args)
	file, err := config.ReadFile(path)
	if err != nil {
		fmt.Fprintln(s.err, "masthead:", err)
		return 2
	}
	status := -1
	parser, err := kong.New(&c, kong.Name("masthead"), kong.Description("A whole regional news portal in one program."),
		kong.UsageOnError(), kong.Writers(s.out, s.err), kong.Exit(func(code int) { status = code }),
		kong.Resolvers(file.Resolver(path)), kong.Bind(s, file), kong.BindTo(ctx, (*context.Context)(nil)), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(s.err, "masthead:", err)
		return 2
	}
	run, err := parser.Parse(args)
	if status >= 0 { // help was asked for
		return status
	}
	if err != nil {
		fmt.Fprintf(s.err, "masthead: %v\nRun \"masthead --help\" for the commands.\n", err)
		return 2
	}
	err = run.Run()
	var code exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(s.err, "masthead: stopped; what was reported as done is kept")
		return 1
	case errs.Is(err, errs.Invalid):
		fmt.Fprintln(s.err, "masthead:", err)
		return 2
	}
	fmt.Fprintln(s.err, "masthead:", err)
	return 1
}

// settingsPath finds --config before the flags are read, because the file is where they get their defaults.
func settingsPath(args []string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			return v
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return config.DefaultFile()
}

type versionCommand struct{}

func (versionCommand) Run(s *streams) error {
	_, err := fmt.Fprintln(s.out, "masthead", Version)
	return err
}

// logTo sets up the program's log.
func logTo(w io.Writer, c config.Server) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(w, o)
	if c.LogFormat == "json" {
		h = slog.NewJSONHandler(w, o)
	}
	slog.SetDefault(slog.New(h))
}

// terminal reports whether w is one a person watches.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && config.Interactive()
}
