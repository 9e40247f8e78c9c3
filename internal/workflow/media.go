package workflow

import (
	"context"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/jobs"
	"masthead/internal/media"
)

// AddMedia takes a file into the library. It is there, in its first sizes, when AddMedia returns; the job media.JobMake
// makes the others. The same file again is the medium that is there; one that was removed comes back.
func (r *Room) AddMedia(ctx context.Context, who *identity.Person, up media.Upload) (m media.Item, err error) {
	if err := who.Need(identity.Write, ""); err != nil {
		return m, err
	}
	p, err := r.cfg.Media.TakeIn(ctx, up)
	if err != nil {
		return m, err
	}
	if p.Known() && p.Item().Removed.IsZero() {
		return p.Item(), nil
	}
	err = r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if m, err = r.cfg.Media.Save(ctx, tx, who.ID, p); err != nil {
			return err
		}
		return recordMedia(ctx, tx, who, "media.add", m, nil)
	})
	return m, err
}

// ChangeMedia changes what is known of a medium, its focal point and its rights. base is the version that the person saw:
// an error of kind errs.Conflict if it is not the newest. When it returns, readers on this node see it.
func (r *Room) ChangeMedia(ctx context.Context, who *identity.Person, id string, base int, c media.Change) (media.Item, error) {
	return r.alterMedia(ctx, who, "media.change", id, func(tx *db.Tx) (media.Item, error) {
		return r.cfg.Media.Alter(ctx, tx, who.ID, id, base, c)
	})
}

// RestoreMedia brings back what was known of a medium in an earlier version.
func (r *Room) RestoreMedia(ctx context.Context, who *identity.Person, id string, version int) (media.Item, error) {
	return r.alterMedia(ctx, who, "media.restore", id, func(tx *db.Tx) (media.Item, error) {
		return r.cfg.Media.Restore(ctx, tx, who.ID, id, version)
	})
}

// MayChangeMedia returns an error of kind errs.Forbidden unless somebody may change what is known of a medium: everybody
// who writes, but what readers see only who may publish wherever they see it.
func (r *Room) MayChangeMedia(ctx context.Context, who *identity.Person, id string) error {
	return mayChangeMedia(ctx, r.cfg.DB, who, id)
}

func mayChangeMedia(ctx context.Context, q db.Queryer, who *identity.Person, id string) error {
	if err := who.Need(identity.Write, ""); err != nil {
		return err
	}
	sections, err := selectShowing(ctx, q, id)
	if err != nil {
		return err
	}
	for _, section := range sections {
		if err := who.Need(identity.Publish, section); err != nil {
			return err
		}
	}
	return nil
}

func (r *Room) alterMedia(ctx context.Context, who *identity.Person, what, id string, fn func(tx *db.Tx) (media.Item, error)) (m media.Item, err error) {
	seq, err := content.Do(ctx, r.cfg.DB, who.ID, func(k *content.Desk) error {
		if err := mayChangeMedia(ctx, k.Tx(), who, id); err != nil {
			return err
		}
		if m, err = fn(k.Tx()); err != nil {
			return err
		}
		if err := k.SetMedia(ctx, m.Media); err != nil {
			return err
		}
		return recordMedia(ctx, k.Tx(), who, what, m, nil)
	})
	if err != nil {
		return m, err
	}
	return m, r.sync(ctx, seq)
}

// RemoveMedia takes a medium that nothing uses out of the library: one's own, or with the right to edit any.
func (r *Room) RemoveMedia(ctx context.Context, who *identity.Person, id string) error {
	return r.moveMedia(ctx, who, "media.remove", id, func(tx *db.Tx) error { return r.cfg.Media.Remove(ctx, tx, id) })
}

// BringBackMedia returns a medium that was removed to the library: one's own, or with the right to edit any.
func (r *Room) BringBackMedia(ctx context.Context, who *identity.Person, id string) error {
	return r.moveMedia(ctx, who, "media.bring-back", id, func(tx *db.Tx) error {
		_, err := r.cfg.Media.BringBack(ctx, tx, id)
		return err
	})
}

func (r *Room) moveMedia(ctx context.Context, who *identity.Person, what, id string, fn func(tx *db.Tx) error) error {
	return r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.LockOrder(ctx); err != nil { // no story that begins to use it comes between
			return err
		}
		m, err := media.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		need := identity.Edit
		if m.Who == who.ID {
			need = identity.Write
		}
		if err := who.Need(need, ""); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		return recordMedia(ctx, tx, who, what, m, map[string]string{"hash": m.Original.Hash})
	})
}

func recordMedia(ctx context.Context, tx *db.Tx, who *identity.Person, what string, m media.Item, detail map[string]string) error {
	if detail == nil {
		detail = map[string]string{}
	}
	if m.Original.Name != "" {
		detail["name"] = m.Original.Name
	}
	return audit.Record(ctx, tx, audit.Entry{Who: who.ID, What: what, Target: "media/" + m.ID}, detail)
}

// MediaJob is the kind and the work of the jobs that make the files of media. What becomes of them, readers see too.
func (r *Room) MediaJob() (kind string, k jobs.Kind) {
	return media.JobMake, jobs.Kind{Timeout: 10 * time.Minute, Tries: 3, Do: func(ctx context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
		return nil, r.MakeMedia(ctx, j.Name)
	}}
}

// FilmJob is the kind and the work of the jobs that make the sizes of uploaded films and sounds.
func (r *Room) FilmJob() (kind string, k jobs.Kind) {
	return media.JobFilm, jobs.Kind{Timeout: 12 * time.Hour, Tries: 3, Do: func(ctx context.Context, j jobs.Job) (func(context.Context, *db.Tx) error, error) {
		return nil, r.MakeMedia(ctx, j.Name)
	}}
}

// IndexJob is the kind and the work of the job that a migration leaves where there were media before the library: they get
// the words by which they are found, and stories their uses. What it did before it was stopped it does again.
func (r *Room) IndexJob() (kind string, k jobs.Kind) {
	return "index", jobs.Kind{Timeout: 12 * time.Hour, Do: func(ctx context.Context, _ jobs.Job) (func(context.Context, *db.Tx) error, error) {
		for _, index := range []func(context.Context, *db.Tx, string) (string, error){media.Index, content.IndexUses} {
			for last, more := "", true; more; {
				err := r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
					next, err := index(ctx, tx, last)
					last, more = next, next != ""
					return err
				})
				if err != nil {
					return nil, err
				}
			}
		}
		return nil, nil
	}}
}

// MakeMedia makes the files of a medium that are missing or no longer right, and shows them to readers where they see
// it: those of a film one after another.
func (r *Room) MakeMedia(ctx context.Context, id string) error {
	for {
		made, err := r.cfg.Media.Make(ctx, id)
		if errs.Is(err, errs.NotFound) || err == nil && made == nil {
			return nil
		}
		if err != nil {
			return err
		}
		written := false
		seq, err := content.Do(ctx, r.cfg.DB, "library", func(k *content.Desk) error {
			m, ok, err := r.cfg.Media.Finish(ctx, k.Tx(), made)
			if written = ok; err != nil || !ok {
				return err
			}
			return k.SetMedia(ctx, m.Media)
		})
		if err != nil {
			return err
		}
		if err := r.sync(ctx, seq); err != nil || !written || !made.More() {
			return err
		}
	}
}

// rightsOf returns what stands in the way of using media at a moment: of a film also what stands in that of its still.
func rightsOf(ctx context.Context, q db.Queryer, used map[string]doc.Media, at time.Time) (map[string]check.Right, error) {
	rights := map[string]check.Right{}
	for id := range used {
		m, err := media.Get(ctx, q, id)
		if err != nil {
			return nil, err
		}
		r := rightAt(m.Rights, at)
		if still, err := media.Get(ctx, q, m.Still); err == nil {
			if s := rightAt(still.Rights, at); s.Denied || s.Ban || r == (check.Right{}) {
				r = s
			}
		} else if !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		if r != (check.Right{}) {
			rights[id] = r
		}
	}
	return rights, nil
}

func rightAt(rights media.Rights, at time.Time) check.Right {
	s, people := rights.Standing(at), rights.Consent
	r := check.Right{
		Denied: s.Denied, Ends: s.Until, Pay: s.Cost == "pay",
		Ban: people.Ban, Minor: people.Minor && !people.Guardian, Unasked: rights.Category == "reader" && !people.Given,
	}
	if s.Expired {
		if r.Ends = rights.LastDay(); r.Ends.IsZero() || r.Ends.After(at) {
			r.Denied = true // not yet
		}
	}
	if s.Cost == "conditional" {
		r.Promise = s.Note
	}
	return r
}
