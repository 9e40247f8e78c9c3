package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
// called for each fault; files and media are how many were looked at. A file that came within the last day is on its way in,
// one that the library let go waits for Sweep: neither is an orphan.
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
	return files, media, l.orphans(ctx, l.db.Now().Add(-24*time.Hour), func(hash string) error {
		fn(Fault{"orphan", "", hash, hash})
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

// orphans calls fn for the files from before a moment of which the database knows nothing.
func (l *Library) orphans(ctx context.Context, before time.Time, fn func(hash string) error) error {
	return l.blobs.Each(ctx, func(s Stat) error {
		if !s.Kept.Before(before) {
			return nil
		}
		if yes, err := known(ctx, l.db, s.Hash); err != nil || yes {
			return err
		}
		return fn(s.Hash)
	})
}

// Sweep forgets the media that can no longer be brought back, and removes what was left from before a moment: files on
// their way in that a crash stopped, and files that the library stored or let go before it and no medium has. It returns
// how many of these. Files that the database does not know stay: it may be the wrong one.
func (l *Library) Sweep(ctx context.Context, before time.Time) (n int, err error) {
	if err := l.forget(ctx); err != nil {
		return 0, err
	}
	if err := sweepSpool(l.spool, before); err != nil {
		return 0, err
	}
	idle, err := selectIdle(ctx, l.db, before)
	if err != nil {
		return 0, fmt.Errorf("sweep media: %w", err)
	}
	for _, hash := range idle {
		// In one transaction: who stores the same content meanwhile waits for it, and then finds no file.
		err := l.db.InTx(ctx, func(tx *db.Tx) error {
			gone, err := forgetBlob(ctx, tx, hash, before)
			if err != nil || !gone {
				return err
			}
			n++
			return l.blobs.Remove(ctx, hash)
		})
		if err != nil {
			return n, fmt.Errorf("sweep media: %w", err)
		}
	}
	return n, nil
}

// SweepOrphans is Sweep that removes the orphans of which Verify tells too.
func (l *Library) SweepOrphans(ctx context.Context, before time.Time) (n int, err error) {
	err = l.orphans(ctx, before, func(hash string) error {
		return l.db.InTx(ctx, func(tx *db.Tx) error { return adoptBlob(ctx, tx, hash) })
	})
	if err != nil {
		return 0, fmt.Errorf("sweep media: %w", err)
	}
	return l.Sweep(ctx, before)
}
