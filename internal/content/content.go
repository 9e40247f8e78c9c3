// Package content is the working copy: stories with every version that was saved, their states, and the
// commands that change them. It decides what becomes public and when, and writes the published view in the
// same transaction. Code that serves readers must not import it.
package content

import (
	"context"
	"fmt"
	"time"

	"masthead/internal/changes"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

// State is where a story stands in the newsroom.
type State string

// The states. Saving never changes a state.
const (
	Draft     State = "draft"
	InEdit    State = "in-edit"
	Ready     State = "ready"
	Scheduled State = "scheduled" // becomes live by itself at a moment that the newsroom chose
	Embargoed State = "embargoed" // the same, at a moment that others chose
	Live      State = "live"
	TakenDown State = "taken-down" // may return
	Killed    State = "killed"     // never again
	Spiked    State = "spiked"     // in the bin; it goes after 30 days
)

// Waits reports whether a story becomes live by itself.
func (s State) Waits() bool { return s == Scheduled || s == Embargoed }

// Story is a story as the newsroom has it: the newest version.
type Story struct {
	ID      string    `json:"id"`
	State   State     `json:"-"`
	Version int       `json:"-"` // grows with every save
	Out     int       `json:"-"` // live: the version that readers have; others have been saved since if it is not Version
	Due     time.Time `json:"-"` // scheduled, embargoed: when it becomes live

	Author   string      `json:"-"` // who created it
	Assignee string      `json:"-"` // who works on it; "": nobody
	Guard    check.Guard `json:"-"`
	Created  time.Time   `json:"-"`
	Updated  time.Time   `json:"-"`
	Spiked   time.Time   `json:"-"`

	approved int    // scheduled, embargoed: the version that becomes live
	pardon   string // the same: what spoke against it when it was approved, one a line

	// Copy is the text and its metadata, in the shape in which it will be published. ID, Revision, Media,
	// Published, Updated, Modified, Log and Words are set by publishing, not by the writer.
	Copy published.Story `json:"copy"`
}

// Desk is the hand of one person (or program) in one transaction: its methods are the commands. What they
// change for readers is recorded when the transaction ends.
type Desk struct {
	tx      *db.Tx
	who     string
	site    *published.Site
	touched []changes.Change
}

// Do runs commands in one transaction, all or nothing. seq is the number of the change that readers' pages must
// have applied to show it; 0 if nothing public changed.
func Do(ctx context.Context, d *db.DB, who string, fn func(*Desk) error) (seq int64, err error) {
	err = d.InTx(ctx, func(tx *db.Tx) error {
		// Commands read, decide and write: one at a time, or two that read the same would undo each other.
		if err := tx.LockOrder(ctx); err != nil {
			return err
		}
		site, err := readSite(ctx, tx)
		if err != nil {
			return fmt.Errorf("read the settings: %w", err)
		}
		k := &Desk{tx: tx, who: who, site: site}
		if err := fn(k); err != nil {
			return err
		}
		seq, err = changes.Record(ctx, tx, k.touched)
		return err
	})
	return seq, err
}

// Tx returns the transaction, for what other packages write in it.
func (k *Desk) Tx() *db.Tx { return k.tx }

// Site returns the settings as this transaction sees them.
func (k *Desk) Site() *published.Site { return k.site }

func (k *Desk) touch(list []changes.Change, err error) error {
	k.touched = append(k.touched, list...)
	return err
}

// SetSite replaces the public settings.
func (k *Desk) SetSite(ctx context.Context, s *published.Site) error {
	s.Changed = k.tx.Now
	if err := k.touch(publish.Fact(ctx, k.tx, published.KindSite, "", s)); err != nil {
		return err
	}
	var err error
	k.site, err = readSite(ctx, k.tx)
	return err
}

// SetMaintenance changes the state of the portal.
func (k *Desk) SetMaintenance(ctx context.Context, m published.Maintenance) error {
	switch m.Level {
	case published.MaintenanceOff, published.MaintenanceNotice, published.MaintenanceReadOnly, published.MaintenanceClosed:
	default:
		return errs.Errorf(errs.Invalid, "maintenance level %q: use off, notice, read-only or closed", m.Level)
	}
	return k.touch(publish.Fact(ctx, k.tx, published.KindMaintenance, "", m))
}

// SetMedia shows readers a medium as it is now, wherever they see it.
func (k *Desk) SetMedia(ctx context.Context, m doc.Media) error {
	if err := k.touch(publish.Media(ctx, k.tx, m)); err != nil {
		return err
	}
	return k.touch(publish.FrontPicture(ctx, k.tx, m))
}

// SetFront launches a curated page, with the pictures that only its cards have in Media; nil returns it to the rule. What
// of it is not live waits until it is.
func (k *Desk) SetFront(ctx context.Context, name string, f *published.Front) error {
	return k.touch(publish.Front(ctx, k.tx, name, f))
}

// SetTopic writes about a topic.
func (k *Desk) SetTopic(ctx context.Context, t published.TopicPage) error {
	return k.touch(publish.Fact(ctx, k.tx, published.KindTopic, t.Slug, t))
}

// SetAuthor writes a writer's page.
func (k *Desk) SetAuthor(ctx context.Context, a published.Author) error {
	return k.touch(publish.Fact(ctx, k.tx, published.KindAuthor, a.Slug, a))
}

// SetWeather stores a region's newest report as JSON.
func (k *Desk) SetWeather(ctx context.Context, region string, report published.RawWeather) error {
	return k.touch(publish.Fact(ctx, k.tx, published.KindWeather, region, report))
}

// AddPath makes an address from before lead to a story, for good.
func (k *Desk) AddPath(ctx context.Context, path, story string) error {
	return publish.Path(ctx, k.tx, path, story)
}
