package front

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
	"masthead/internal/published/publish"
)

// launches are kept for so long.
const launchesKept = 90 * 24 * time.Hour

// Launch gives the named containers of the draft to readers; nil: all. Nothing left to launch ends a schedule, or it would
// launch what is begun since. When it returns, readers of this node see them. A draft that does not differ is errs.Conflict.
func (k *Keeper) Launch(ctx context.Context, who *identity.Person, name string, containers []string) (l Launched, err error) {
	defer errs.Wrap(&err, "launch front %s", name)
	if err := who.Need(identity.Curate, ""); err != nil {
		return Launched{}, err
	}
	seq, err := content.Do(ctx, k.cfg.DB, who.ID, func(d *content.Desk) error {
		o, err := read(ctx, d.Tx(), d.Site(), name)
		if err != nil {
			return err
		}
		if err := checkChosen(containers, &o.state.Front, o.live); err != nil {
			return err
		}
		o.tx = d.Tx()
		next := choose(o.live, &o.state.Front, containers)
		l, err = o.launch(ctx, d, handOf(who, o.tx), next)
		if err != nil {
			return err
		}
		if o.stored && len(differ(&o.state.Front, next)) == 0 {
			if err := setDue(ctx, o.tx, name, time.Time{}, "", ""); err != nil {
				return err
			}
		}
		return k.tell(ctx, o.tx, Outcome{Version: o.version, Launch: &l})
	})
	if err != nil {
		return Launched{}, err
	}
	return l, k.sync(ctx, seq)
}

func (k *Keeper) sync(ctx context.Context, seq int64) error {
	if k.cfg.Sync == nil || seq == 0 {
		return nil
	}
	return k.cfg.Sync(ctx, seq)
}

// launch gives a front to readers and keeps what they had.
func (o *open) launch(ctx context.Context, d *content.Desk, by hand, next *published.Front) (Launched, error) {
	l := launch{Launched: Launched{At: by.at, Who: by.name, Containers: differ(next, o.live)}}
	if len(l.Containers) == 0 {
		return Launched{}, errNothing
	}
	var err error
	if next.Media, err = pictures(ctx, o.tx, o.tx.Now, next); err != nil {
		return Launched{}, err
	}
	if !o.byRule {
		if l.before, err = marshal(o.live); err != nil {
			return Launched{}, err
		}
	}
	if err := d.SetFront(ctx, o.name, next); err != nil {
		return Launched{}, err
	}
	if err := o.noteUses(ctx, next); err != nil {
		return Launched{}, err
	}
	out, err := publish.Launched(ctx, o.tx, o.name)
	if err != nil {
		return Launched{}, err
	}
	if l.data, err = marshal(out); err != nil {
		return Launched{}, err
	}
	if l.Waiting, err = waiting(ctx, o.tx, out); err != nil {
		return Launched{}, err
	}
	if err := forgetLaunches(ctx, o.tx, o.name, by.at.Add(-launchesKept)); err != nil {
		return Launched{}, err
	}
	if err := insertLaunch(ctx, o.tx, o.name, by, &l); err != nil {
		return Launched{}, err
	}
	return l.Launched, record(ctx, o.tx, by.who, "front.launch", o.name, map[string]any{"launch": l.Seq, "containers": l.Containers})
}

func record(ctx context.Context, tx *db.Tx, who, what, name string, detail any) error {
	return audit.Record(ctx, tx, audit.Entry{Who: who, What: what, Target: "front/" + name}, detail)
}

// waiting returns the stories of a front that are not live.
func waiting(ctx context.Context, tx *db.Tx, f *published.Front) (ids []string, err error) {
	d := Draft{Front: f, Live: f}
	all := d.placed()
	stories, err := selectStories(ctx, tx, all)
	for _, id := range all {
		if !stories[id].Live {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// UndoLaunch gives readers back what they had before the newest launch that is not undone. The draft stays.
func (k *Keeper) UndoLaunch(ctx context.Context, who *identity.Person, name string) (out Launched, err error) {
	defer errs.Wrap(&err, "undo the launch of front %s", name)
	if err := who.Need(identity.Curate, ""); err != nil {
		return Launched{}, err
	}
	seq, err := content.Do(ctx, k.cfg.DB, who.ID, func(d *content.Desk) error {
		tx := d.Tx()
		l, err := selectLaunch(ctx, tx, name, 0)
		if err != nil {
			return err
		}
		now, err := publish.Launched(ctx, tx, name)
		if err != nil {
			return err
		}
		if text, err := marshal(now); err != nil {
			return err
		} else if !sameFront(text, l.data) {
			return errs.Errorf(errs.Conflict, "the front was changed in another way since: launch what it should be")
		}
		// The draft must not follow: an untouched one is what readers have.
		o, err := read(ctx, tx, d.Site(), name)
		if err != nil {
			return err
		}
		if !o.stored {
			if err := putDraft(ctx, tx, o); err != nil {
				return err
			}
		}
		o.tx = tx
		var before *published.Front // nil: by rule
		if l.before != "" {
			before = new(published.Front)
			if err := json.Unmarshal([]byte(l.before), before); err != nil {
				return err
			}
			if before.Media, err = pictures(ctx, tx, tx.Now, before); err != nil {
				return err
			}
		}
		if err := d.SetFront(ctx, name, before); err != nil {
			return err
		}
		if before == nil {
			before = d.Site().FrontByRule(name)
		}
		if err := o.noteUses(ctx, before); err != nil {
			return err
		}
		if err := markLaunchUndone(ctx, tx, l.Seq); err != nil {
			return err
		}
		out = l.Launched
		out.Undone = true
		if err := record(ctx, tx, who.ID, "front.undo-launch", name, map[string]any{"launch": l.Seq}); err != nil {
			return err
		}
		return k.tell(ctx, tx, Outcome{Version: o.version, Launch: &out})
	})
	if err != nil {
		return Launched{}, err
	}
	return out, k.sync(ctx, seq)
}

// sameFront reports whether two launched fronts are the same but for what the library says of their pictures.
func sameFront(a, b string) bool {
	var x, y published.Front
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	return len(differ(&x, &y)) == 0
}

// Discard returns the named containers of the draft to what readers have; nil: all. Undo takes it back.
func (k *Keeper) Discard(ctx context.Context, who *identity.Person, name string, containers []string) (d Draft, err error) {
	defer errs.Wrap(&err, "discard on front %s", name)
	err = k.inDraft(ctx, who, name, func(o *open, _ *published.Site) error {
		if err := checkChosen(containers, &o.state.Front, o.live); err != nil {
			return err
		}
		next := choose(&o.state.Front, o.live, containers)
		if len(differ(next, &o.state.Front)) == 0 {
			return errNothing
		}
		if err := o.replace(ctx, handOf(who, o.tx), "discard", next); err != nil {
			return err
		}
		return record(ctx, o.tx, who.ID, "front.discard", name, map[string]any{"containers": containers})
	})
	if err != nil {
		return Draft{}, err
	}
	return k.Draft(ctx, name)
}

// Restore makes the draft of what a launch had. Undo takes it back.
func (k *Keeper) Restore(ctx context.Context, who *identity.Person, name string, seq int64) (d Draft, err error) {
	defer errs.Wrap(&err, "restore front %s", name)
	err = k.inDraft(ctx, who, name, func(o *open, _ *published.Site) error {
		if seq <= 0 {
			return errs.Errorf(errs.NotFound, "there is no such launch of this front")
		}
		l, err := selectLaunch(ctx, o.tx, name, seq)
		if err != nil {
			return err
		}
		var f published.Front
		if err := json.Unmarshal([]byte(l.data), &f); err != nil {
			return err
		}
		if len(differ(&f, &o.state.Front)) == 0 {
			return errs.Errorf(errs.Conflict, "the draft is that already")
		}
		if err := o.replace(ctx, handOf(who, o.tx), "restore", &f); err != nil {
			return err
		}
		return record(ctx, o.tx, who.ID, "front.restore", name, map[string]any{"launch": seq})
	})
	if err != nil {
		return Draft{}, err
	}
	return k.Draft(ctx, name)
}

// History returns the newest n launches of a front, newest first.
func (k *Keeper) History(ctx context.Context, name string, n int) (list []Launched, err error) {
	defer errs.Wrap(&err, "launches of front %s", name)
	return selectLaunches(ctx, k.cfg.DB, name, min(max(n, 1), 200))
}

// Schedule launches the whole draft, as it then is, at a moment.
func (k *Keeper) Schedule(ctx context.Context, who *identity.Person, name string, at time.Time) (err error) {
	defer errs.Wrap(&err, "schedule front %s", name)
	return k.inDraft(ctx, who, name, func(o *open, _ *published.Site) error {
		if !at.After(o.tx.Now) {
			return errs.Errorf(errs.Invalid, "at: that moment has passed: give one to come, or launch")
		}
		if at.After(o.tx.Now.AddDate(0, 0, 30)) {
			return errs.Errorf(errs.Invalid, "at: that is more than 30 days from now")
		}
		if !o.stored {
			if err := putDraft(ctx, o.tx, o); err != nil {
				return err
			}
		}
		if err := setDue(ctx, o.tx, name, at, who.ID, who.Name); err != nil {
			return err
		}
		return record(ctx, o.tx, who.ID, "front.schedule", name, map[string]any{"at": at.UTC().Format(time.RFC3339)})
	})
}

// Unschedule calls a scheduled launch off.
func (k *Keeper) Unschedule(ctx context.Context, who *identity.Person, name string) (err error) {
	defer errs.Wrap(&err, "unschedule front %s", name)
	return k.inDraft(ctx, who, name, func(o *open, _ *published.Site) error {
		if o.due.IsZero() {
			return errs.Errorf(errs.Conflict, "no launch of this front is scheduled")
		}
		if err := setDue(ctx, o.tx, name, time.Time{}, "", ""); err != nil {
			return err
		}
		return record(ctx, o.tx, who.ID, "front.unschedule", name, nil)
	})
}

// Release makes the launches whose moment has come, each in its own transaction. A launch of a front that the site has no
// longer is called off.
func (k *Keeper) Release(ctx context.Context, now time.Time) error {
	due, err := selectDue(ctx, k.cfg.DB, now)
	if err != nil {
		return err
	}
	var all error
	for _, name := range due {
		all = errors.Join(all, k.release(ctx, name, now))
	}
	return all
}

func (k *Keeper) release(ctx context.Context, name string, now time.Time) (err error) {
	defer errs.Wrap(&err, "launch front %s at its moment", name)
	launched := false
	seq, err := content.Do(ctx, k.cfg.DB, "schedule", func(d *content.Desk) error {
		r, _, err := selectDraft(ctx, d.Tx(), name)
		if err != nil {
			return err
		}
		if r.due.IsZero() || r.due.After(now) { // another node was first
			return nil
		}
		if err := setDue(ctx, d.Tx(), name, time.Time{}, "", ""); err != nil {
			return err
		}
		o, err := read(ctx, d.Tx(), d.Site(), name)
		if errs.Is(err, errs.NotFound) {
			return record(ctx, d.Tx(), r.by, "front.unschedule", name, nil)
		}
		if err != nil {
			return err
		}
		o.tx = d.Tx()
		_, err = o.launch(ctx, d, hand{r.by, r.person, d.Tx().Now}, copyOf(&o.state.Front))
		launched = err == nil
		if errors.Is(err, errNothing) {
			return nil
		}
		return err
	})
	if err != nil || !launched {
		return err
	}
	slog.InfoContext(ctx, "front launched at its moment", "front", name)
	return k.sync(ctx, seq)
}
