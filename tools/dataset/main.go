// Command dataset fills an empty portal with an invented archive, to measure a portal of any size:
//
//	go run ./tools/dataset -data DIR -stories 1000000
//
// It writes what the newsroom's own commands write, through the same code. The same seed and end make the same archive.
// It begins anew only: an interrupted run leaves a folder that must be removed first.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/tools/dataset/archive"
)

func main() {
	var o options
	flag.StringVar(&o.data, "data", "", "`folder` of the portal, which must not hold one yet")
	flag.StringVar(&o.database, "database", "", "PostgreSQL `address` (postgres://…), instead of a folder; it must be empty")
	flag.IntVar(&o.stories, "stories", 10_000, "how many stories")
	flag.Uint64Var(&o.seed, "seed", 1, "another seed makes other stories")
	until := flag.String("until", "", "the archive's last moment, such as 2026-06-01T12:00:00Z (default: now)")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile to `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, *until); err != nil {
		fmt.Fprintln(os.Stderr, "dataset:", err)
		os.Exit(1)
	}
}

type options struct {
	data, database string
	stories        int
	seed           uint64
	profile        string
}

// open opens the database, which must be empty, with its clock at the archive's end.
func (o options) open(ctx context.Context, until time.Time) (*db.DB, string, error) {
	if (o.data == "") == (o.database == "") {
		return nil, "", errors.New("give -data DIR or -database URL")
	}
	address := o.database
	if o.data != "" {
		address = filepath.Join(o.data, "masthead.db")
		if _, err := os.Stat(address); err == nil {
			return nil, "", errs.Errorf(errs.Conflict, "there is a portal in %s: name an empty folder, or remove that one first", o.data)
		}
	}
	d, err := db.Open(ctx, db.Config{URL: address, Clock: func() time.Time { return until }, Bulk: true})
	if err != nil {
		return nil, "", err
	}
	var n int
	if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM story LIMIT 1) s`).Scan(&n); err != nil || n > 0 {
		d.Close()
		return nil, "", errors.Join(err, errs.Errorf(errs.Conflict, "the database has stories: name an empty one"))
	}
	return d, address, nil
}

func run(ctx context.Context, o options, untilText string) error {
	until := time.Now().UTC().Truncate(time.Second)
	if untilText != "" {
		t, err := time.Parse(time.RFC3339, untilText)
		if err != nil {
			return fmt.Errorf("-until: %w", err)
		}
		until = t.UTC()
	}
	if o.stories < 1 || o.stories > 20_000_000 {
		return fmt.Errorf("-stories %d: use 1 to 20000000", o.stories)
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	d, address, err := o.open(ctx, until)
	if err != nil {
		return err
	}
	debug.SetGCPercent(400) // most of what is made is thrown away at once
	began := time.Now()
	l := &loader{db: d, archive: archive.New(o.stories, o.seed, until), n: o.stories, until: until, began: began, workers: runtime.GOMAXPROCS(0)}
	if err := errors.Join(l.load(ctx), d.Close()); err != nil {
		return err
	}
	if o.data != "" {
		if err := sync(address); err != nil {
			return err
		}
	}
	spent := time.Since(began)
	fmt.Fprintf(os.Stderr, "%d stories in %s, %.0f a second\n", o.stories, spent.Round(time.Second), float64(o.stories)/spent.Seconds())
	return nil
}

// sync waits until a file is on the disk.
func sync(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
