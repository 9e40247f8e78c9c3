package workflow

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"masthead/internal/audit"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Share is a link that shows an unpublished page to whoever has it.
type Share struct {
	ID      string    `json:"id"`
	Story   string    `json:"story"`
	Who     string    `json:"who"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Revoked time.Time `json:"revoked,omitzero"`
}

const maxShare = 30 * 24 * time.Hour

// Share makes a link's secret; it works until it expires (at most 30 days) or is revoked. Only its hash is kept.
func (r *Room) Share(ctx context.Context, who *identity.Person, id string, lasts time.Duration) (secret string, s *Share, err error) {
	if lasts <= 0 || lasts > maxShare {
		return "", nil, errs.Errorf(errs.Invalid, "lasts: a link works for at most 30 days")
	}
	secret = rand.Text()
	err = r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		story, err := content.Find(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := needWrite(who, story); err != nil {
			return err
		}
		if story.State == content.Killed {
			return errs.Errorf(errs.Gone, "the story was killed")
		}
		s = &Share{ID: rand.Text()[:16], Story: id, Who: who.ID, Created: tx.Now, Expires: tx.Now.Add(lasts)}
		if err := insertShare(ctx, tx, s, hashed(secret)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: who.ID, What: "story.share", Target: "story/" + id}, map[string]time.Time{"until": s.Expires})
	})
	return secret, s, err
}

func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Shares returns a story's links, newest first.
func (r *Room) Shares(ctx context.Context, who *identity.Person, id string) ([]Share, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	return selectShares(ctx, r.cfg.DB, id)
}

// Unshare revokes a link of a story.
func (r *Room) Unshare(ctx context.Context, who *identity.Person, id, share string) error {
	return r.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		story, err := content.Find(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := needWrite(who, story); err != nil {
			return err
		}
		if err := revokeShare(ctx, tx, id, share); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: who.ID, What: "story.unshare", Target: "story/" + id}, nil)
	})
}

// Shared returns the page-ready snapshot of a link's story; errs.NotFound if the link is over.
func (r *Room) Shared(ctx context.Context, secret string) (*published.Story, error) {
	id, err := selectShared(ctx, r.cfg.DB, hashed(secret), r.cfg.DB.Now())
	if err != nil {
		return nil, err
	}
	s, err := content.Find(ctx, r.cfg.DB, id)
	if err != nil {
		return nil, err
	}
	if s.State == content.Killed {
		return nil, errs.Errorf(errs.NotFound, "the story was killed")
	}
	return content.Snapshot(ctx, r.cfg.DB, s, r.cfg.DB.Now())
}
