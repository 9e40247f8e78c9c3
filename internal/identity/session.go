package identity

import (
	"context"
	"log/slog"
	"time"
	"unicode/utf8"

	"masthead/internal/audit"
	"masthead/internal/db"
)

const (
	sessionLife = 30 * 24 * time.Hour // from the last use
	freshness   = 15 * time.Minute
)

// Session is one sign-in on one device.
type Session struct {
	ID      string    `json:"id"`
	Account string    `json:"account"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
	Fresh   time.Time `json:"fresh"` // when the person last proved who they are
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
}

// Stale reports whether the person must prove again who they are before a sensitive act.
func (s *Session) Stale(now time.Time) bool { return s == nil || now.Sub(s.Fresh) > freshness }

// Session returns who a session's secret belongs to. An error of kind errs.NotFound says that it is nobody's, over, or
// of somebody who may not sign in.
func (k *Keeper) Session(ctx context.Context, secret string) (*Person, *Session, error) {
	now := k.cfg.DB.Now()
	s, a, err := selectSession(ctx, k.cfg.DB, digest(secret), now)
	if err != nil {
		return nil, nil, err
	}
	if now.Sub(s.Seen) >= time.Minute {
		err := k.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return touchSession(ctx, tx, s) })
		if err != nil { // whoever is in can still read while nothing can be written
			slog.Warn("last use not noted", "session", s.ID, "err", err)
		}
	}
	return a.Person(), s, nil
}

// Sessions returns a person's sessions, the last used first.
func (k *Keeper) Sessions(ctx context.Context, account string) ([]Session, error) {
	return selectSessions(ctx, k.cfg.DB, account, k.cfg.DB.Now())
}

// open begins a session, which proves that somebody has just shown who they are, and returns its secret.
func (k *Keeper) open(ctx context.Context, tx *db.Tx, a *Account, how string, d Device) (Admission, error) {
	if err := sweep(ctx, tx); err != nil {
		return Admission{}, err
	}
	secret := newSecret()
	s := &Session{
		ID: newID(), Account: a.ID, Created: tx.Now, Seen: tx.Now, Expires: tx.Now.Add(sessionLife), Fresh: tx.Now,
		Address: d.Address, Agent: shorten(d.Agent, 300),
	}
	if err := insertSession(ctx, tx, digest(secret), s); err != nil {
		return Admission{}, err
	}
	if err := k.forgive(ctx, tx, a.Email); err != nil {
		return Admission{}, err
	}
	err := audit.Record(ctx, tx, audit.Entry{Who: a.ID, What: "sign-in", Target: "account/" + a.ID, Address: d.Address},
		map[string]string{"by": how, "session": s.ID})
	return Admission{Secret: secret, Person: a.Person()}, err
}

func shorten(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// SignOut ends a session.
func (k *Keeper) SignOut(ctx context.Context, s *Session) error {
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, err := deleteSession(ctx, tx, s.Account, s.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: s.Account, What: "sign-out", Target: "account/" + s.Account, Address: s.Address},
			map[string]string{"session": s.ID})
	})
}

// RevokeSession ends one of a person's own sessions.
func (k *Keeper) RevokeSession(ctx context.Context, p *Person, id string) error {
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if n, err := deleteSession(ctx, tx, p.ID, id); err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "session.revoke", Target: "account/" + p.ID}, map[string]string{"session": id})
	})
}

// RevokeOthers ends all sessions of a person but the one they use.
func (k *Keeper) RevokeOthers(ctx context.Context, s *Session) (n int, err error) {
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err = revokeOthers(ctx, tx, s)
		return err
	})
	return n, err
}

func revokeOthers(ctx context.Context, tx *db.Tx, s *Session) (int, error) {
	n, err := deleteSessions(ctx, tx, s.Account, s.ID)
	if err != nil || n == 0 {
		return 0, err
	}
	return int(n), audit.Record(ctx, tx, audit.Entry{Who: s.Account, What: "session.revoke", Target: "account/" + s.Account, Address: s.Address},
		map[string]any{"others": n})
}

// confirmed notes that the person has just proved again who they are.
func (k *Keeper) confirmed(ctx context.Context, tx *db.Tx, p *Person, s *Session, d Device) error {
	if err := k.undo(ctx, tx, p.Email, d); err != nil {
		return err
	}
	return setFresh(ctx, tx, s.ID)
}
