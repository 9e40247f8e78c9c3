package cli

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"masthead/internal/app"
	"masthead/internal/config"
	"masthead/internal/db"
	"masthead/internal/wire"
)

type wireCommand struct {
	Parse  wireParse  `cmd:"" help:"Print each item as one line of ninjs 3 JSON; touches no database."`
	Ingest wireIngest `cmd:"" help:"Bring items in. Safe to repeat: the newest version of an item wins."`
}

type wireParse struct {
	Files []string `arg:"" name:"file" help:"Files or folders; - is the standard input."`
}

func (c *wireParse) Run(s *streams) error {
	failed, err := wire.Parse(s.out, s.err, c.Files)
	if err != nil {
		return err
	}
	if failed > 0 {
		fmt.Fprintf(s.err, "masthead: %d of the files could not be read whole; see above\n", failed)
		return exit(1)
	}
	return nil
}

type wireIngest struct {
	config.Data
	Files   []string `arg:"" name:"file" help:"Files or folders."`
	Publish bool     `help:"Publish the items; otherwise they come in as drafts."`
	Section string   `help:"Section for all of them; default: by subject." placeholder:"SLUG"`
	Region  string   `help:"Region for all of them." placeholder:"SLUG"`
	Source  string   `help:"Name under which the messages are kept." placeholder:"NAME"`
}

func (c *wireIngest) Run(ctx context.Context, s *streams) error {
	if app.Exists(c.Data) != nil {
		fmt.Fprintf(s.err, "masthead: making a new portal in %s\n", c.Data.Data)
	}
	d, err := db.Open(ctx, db.Config{URL: app.DatabaseURL(c.Data)})
	if err != nil {
		return err
	}
	defer d.Close()
	debug.SetGCPercent(400) // much is read once and thrown away; memory is small all the same
	p := progress{s: s, live: terminal(s.err)}
	r, err := wire.Ingest(ctx, d, c.Files, wire.Options{Publish: c.Publish, Section: c.Section, Region: c.Region, Source: c.Source, Progress: p.show})
	p.end()
	if err != nil && r.Files == 0 && r.Items == 0 {
		return err
	}
	for _, f := range r.Failed {
		fmt.Fprintln(s.err, "not in:", f)
	}
	for _, f := range r.Problems {
		fmt.Fprintln(s.err, "note:", f)
	}
	fmt.Fprintf(s.out, "%d items in %d files: %d new, %d updated, %d unchanged, %d older", r.Items, r.Files, r.New, r.Updated, r.Unchanged, r.Older)
	for _, n := range []struct {
		n    int
		what string
	}{{r.Published, "published"}, {r.Embargoed, "embargoed"}, {r.Withheld, "withheld"}, {r.Canceled, "canceled"}, {r.Edited, "left alone because they were edited here"}, {r.Kept, "kept without a story"}, {r.Foreign, "in a language the site does not have"}, {len(r.Failed), "not in"}} {
		if n.n > 0 {
			fmt.Fprintf(s.out, ", %d %s", n.n, n.what)
		}
	}
	fmt.Fprintln(s.out, ".")
	if err != nil {
		return err
	}
	if len(r.Failed) > 0 {
		return exit(1)
	}
	return nil
}

// progress tells how far a long work is: over and over on one line of a terminal, a line every few seconds
// elsewhere.
type progress struct {
	s    *streams
	live bool
	last time.Time
	used bool
}

func (p *progress) show(w wire.Progress) {
	every := 5 * time.Second
	if p.live {
		every = 100 * time.Millisecond
	}
	if time.Since(p.last) < every {
		return
	}
	p.last, p.used = time.Now(), true
	line := fmt.Sprintf("%d of %d files, %d items in", w.Files, w.Total, w.Items)
	if p.live {
		fmt.Fprintf(p.s.err, "\r%s\x1b[K", line)
		return
	}
	fmt.Fprintln(p.s.err, line)
}

func (p *progress) end() {
	if p.live && p.used {
		fmt.Fprint(p.s.err, "\r\x1b[K")
	}
}
