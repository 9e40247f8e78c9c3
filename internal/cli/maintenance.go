package cli

import (
	"context"
	"fmt"
	"time"

	"masthead/internal/app"
	"masthead/internal/config"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/published"
)

type maintenanceCommand struct {
	config.Data
	Level   string `arg:"" help:"off, notice (readers are told), read-only (forms are off), closed (503 but for the text edition)." enum:"off,notice,read-only,closed"`
	Message string `help:"What readers are told. Default: that the platform is in maintenance mode." placeholder:"TEXT"`
	Until   string `help:"When it ends: 15:04 or 2006-01-02T15:04 in the newsroom's zone, or with an offset." placeholder:"TIME"`
}

func (c *maintenanceCommand) Run(ctx context.Context, s *streams) error {
	if err := app.Exists(c.Data); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: app.DatabaseURL(c.Data)})
	if err != nil {
		return err
	}
	defer d.Close()
	m := published.Maintenance{Level: c.Level}
	_, err = content.Do(ctx, d, "command line", func(k *content.Desk) error {
		if c.Message != "" {
			m.Message = map[string]string{}
			for _, lang := range k.Site().Languages {
				m.Message[lang] = c.Message
			}
		}
		if m.Until, err = parseUntil(c.Until, k.Site().Location(), d.Now()); err != nil {
			return err
		}
		return k.SetMaintenance(ctx, m)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Maintenance: %s. A running server shows it within a second.\n", c.Level)
	return nil
}

// parseUntil reads a time; a time of day alone is the next such.
func parseUntil(text string, zone *time.Location, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", "15:04"} {
		t, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		if layout == "15:04" {
			y, m, d := now.In(zone).Date()
			t = time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, zone)
			if !t.After(now) {
				t = time.Date(y, m, d+1, t.Hour(), t.Minute(), 0, 0, zone)
			}
		}
		if !t.After(now) {
			return time.Time{}, errs.Errorf(errs.Invalid, "--until %s has passed: give a time to come", text)
		}
		return t.UTC(), nil
	}
	return time.Time{}, errs.Errorf(errs.Invalid, "--until %q: write 15:04, 2006-01-02T15:04 or 2006-01-02T15:04-07:00", text)
}
