package workflow

import (
	"context"
	"strconv"

	"masthead/internal/content"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Versions returns a story's versions, newest first.
func (r *Room) Versions(ctx context.Context, who *identity.Person, id string) ([]content.Version, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	return content.Versions(ctx, r.cfg.DB, id)
}

// Text returns the text of a version. Those of a killed story are kept for those who may kill.
func (r *Room) Text(ctx context.Context, who *identity.Person, id string, n int) (*published.Story, error) {
	if err := who.Need(identity.Read, ""); err != nil {
		return nil, err
	}
	s, err := content.Find(ctx, r.cfg.DB, id)
	if err != nil {
		return nil, err
	}
	if s.State == content.Killed {
		if err := who.Need(identity.Kill, s.Copy.Section); err != nil {
			return nil, err
		}
	}
	return content.Text(ctx, r.cfg.DB, id, n)
}

// Restore makes a new version of an old one. version is the newest that the person knows.
func (r *Room) Restore(ctx context.Context, who *identity.Person, id string, n, version int) (*Story, error) {
	return r.deed(ctx, who, func(k *content.Desk) (*content.Story, error) {
		s, err := r.mine(ctx, k, who, id, identity.Write)
		if err != nil {
			return nil, err
		}
		if err := needWrite(who, s); err != nil {
			return nil, err
		}
		if s.Version != version {
			return nil, r.conflict(ctx, k.Tx(), s)
		}
		old, err := content.Text(ctx, k.Tx(), id, n)
		if err != nil {
			return nil, err
		}
		if err := who.Need(identity.Write, old.Section); err != nil {
			return nil, err
		}
		if s, err = k.SaveBy(ctx, id, version, *old, nil, "version "+strconv.Itoa(n)+" restored"); err != nil {
			return nil, err
		}
		return s, r.record(ctx, k, who, "story.restore", s, map[string]string{"version": strconv.Itoa(n)})
	})
}
