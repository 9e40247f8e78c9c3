package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

// Fault is what Verify found wrong with a file.
type Fault struct {
	Kind  string // missing, changed, orphan
	Media string // the medium's id; "" of an orphan
	Name  string // of the file in its address; of an orphan its hash
	Hash  string // under which the file is kept, or should be
}

// Verify reads every file of every medium and compares it with its hash, then looks for files that no medium has. fn is
// called for each fault; files and media are how many were looked at. A file that came within the last day and has no medium yet
// is on its way in, and no orphan.
func (l *Library) Verify(ctx context.Context, fn func(Fault)) (files, media int, err error) {
	defer errs.Wrap(&err, "verify media")
	last := ""
	err = eachFile(ctx, l.db, func(id string, f storedFile) error {
		files++
		if id != last {
			media++
			last = id
		}
		kind, err := l.look(ctx, f)
		if kind != "" {
			fn(Fault{kind, id, f.Name, f.Hash})
		}
		return err
	})
	if err != nil {
		return files, media, err
	}
	return files, media, l.orphans(ctx, l.db.Now().Add(-24*time.Hour), func(s Stat) error {
		fn(Fault{"orphan", "", s.Hash, s.Hash})
		return nil
	})
}

// look compares a file with what is known of it.
func (l *Library) look(ctx context.Context, f storedFile) (fault string, err error) {
	b, err := l.blobs.Open(ctx, f.Hash)
	if errs.Is(err, errs.NotFound) {
		return "missing", nil
	}
	if err != nil {
		return "", err
	}
	defer b.Close()
	h := sha256.New()
	size, err := io.Copy(h, whileLive{ctx, b})
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "changed", nil // it cannot be read
	}
	if size != f.Size || hex.EncodeToString(h.Sum(nil)) != f.Hash {
		return "changed", nil
	}
	return "", nil
}

// forget deletes the rows of media that were removed long ago. A use that was noted all the same keeps one.
func (l *Library) forget(ctx context.Context) error {
	for {
		more := false
		err := l.db.InTx(ctx, func(tx *db.Tx) error {
			ids, err := selectRemoved(ctx, tx, tx.Now.Add(-Keeps), 100)
			if err != nil {
				return err
			}
			more = len(ids) > 0
			for _, id := range ids {
				if err := deleteMedia(ctx, tx, id); err != nil {
					return fmt.Errorf("forget media %s: %w", id, err)
				}
			}
			return nil
		})
		if err != nil || !more {
			return err
		}
	}
}

// orphans calls fn for the files from before a moment that no medium has.
func (l *Library) orphans(ctx context.Context, before time.Time, fn func(Stat) error) error {
	return l.blobs.Each(ctx, func(s Stat) error {
		if !s.Kept.Before(before) {
			return nil
		}
		yes, err := known(ctx, l.db, s.Hash)
		if err != nil || yes {
			return err
		}
		return fn(s)
	})
}

// Sweep forgets the media that can no longer be brought back, and removes what was left from before a moment: files on
// their way in that a crash stopped, and files that no medium has any more. It returns how many.
func (l *Library) Sweep(ctx context.Context, before time.Time) (n int, err error) {
	if err := l.forget(ctx); err != nil {
		return 0, err
	}
	err = sweepSpool(l.spool, before)
	return n, errors.Join(err, l.orphans(ctx, before, func(s Stat) error {
		n++
		if err := l.blobs.Remove(ctx, s.Hash); err != nil {
			return fmt.Errorf("sweep media: %w", err)
		}
		return nil
	}))
}
