package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"masthead/internal/app"
	"masthead/internal/config"
	"masthead/internal/errs"
	"masthead/internal/media"
)

type verifyCommand struct {
	config.Data
	RemoveOrphans bool `help:"Remove the files that no medium has, when they are older than a day."`
}

// Run tells one line for each file that is not as it should be, and ends with status 1 if there was one.
func (c *verifyCommand) Run(ctx context.Context, s *streams) error {
	library, done, err := app.Library(ctx, c.Data)
	if err != nil {
		return err
	}
	defer done()
	bad := 0
	files, count, err := library.Verify(ctx, func(f media.Fault) {
		if f.Kind == "orphan" && c.RemoveOrphans {
			return
		}
		bad++
		fmt.Fprintln(s.out, c.line(f))
	})
	if err != nil {
		return err
	}
	if c.RemoveOrphans {
		if files == 0 {
			return errs.Errorf(errs.Conflict, "the database has no media at all, so nothing was removed: is it the one that belongs to %s?", app.MediaFolder(c.Data))
		}
		n, err := library.SweepOrphans(ctx, time.Now().Add(-24*time.Hour))
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "Removed %s that no medium had.\n", counted(n, "file", "files"))
	}
	looked := counted(files, "file", "files") + " of " + counted(count, "medium", "media")
	if bad > 0 {
		fmt.Fprintf(s.out, "%s found; looked at %s.\n", counted(bad, "fault", "faults"), looked)
		return exit(1)
	}
	fmt.Fprintf(s.out, "%s are as they should be.\n", looked)
	return nil
}

// line says what is wrong with a file, and what to do.
func (c *verifyCommand) line(f media.Fault) string {
	at := media.DiskPath(app.MediaFolder(c.Data), f.Hash)
	switch f.Kind {
	case "missing":
		return fmt.Sprintf("missing: %s, which is %s of medium %s: put it back from a backup", at, f.Name, f.Media)
	case "changed":
		return fmt.Sprintf("changed: %s, which is %s of medium %s: it is damaged or was altered; replace it from a backup", at, f.Name, f.Media)
	}
	return fmt.Sprintf("orphan: %s: no medium has it; --remove-orphans removes it", at)
}

// counted writes a number with its thousands apart, and the noun that fits it.
func counted(n int, one, many string) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	if n == 1 {
		return text + " " + one
	}
	return text + " " + many
}
