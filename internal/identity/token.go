package identity

import (
	"context"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
)

const tokenPrefix = "mh_"

// Token is the key of a program: it acts with a role until it expires or is revoked.
type Token struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Role     Role      `json:"role"`
	Sections []string  `json:"sections,omitempty"`
	Account  string    `json:"account"` // who made it
	Created  time.Time `json:"created"`
	Expires  time.Time `json:"expires,omitzero"` // zero: never
	Used     time.Time `json:"used,omitzero"`
	Revoked  time.Time `json:"revoked,omitzero"`
}

// TokenInput is what a new token is to be.
type TokenInput struct {
	Name     string
	Role     Role
	Sections []string
	Expires  time.Time // zero: never
}

// CreateToken makes a token and returns its secret, which cannot be read again.
func (k *Keeper) CreateToken(ctx context.Context, by *Person, in TokenInput) (secret string, t Token, err error) {
	if err := by.Need(Manage, ""); err != nil {
		return "", t, err
	}
	if in.Name, err = checkName(in.Name); err != nil {
		return "", t, err
	}
	if err := checkRole(in.Role); err != nil {
		return "", t, err
	}
	if in.Sections, err = checkSections(in.Sections); err != nil {
		return "", t, err
	}
	secret = tokenPrefix + newSecret()
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if !in.Expires.IsZero() && !in.Expires.After(tx.Now) {
			return errs.Errorf(errs.Invalid, "expires: that moment has passed: give one to come")
		}
		t = Token{ID: newID(), Name: in.Name, Role: in.Role, Sections: in.Sections, Account: by.ID, Created: tx.Now, Expires: in.Expires}
		if err := insertToken(ctx, tx, digest(secret), &t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: by.ID, What: "token.create", Target: "token/" + t.ID},
			map[string]any{"name": t.Name, "role": t.Role, "sections": t.Sections})
	})
	if err != nil {
		return "", Token{}, err
	}
	return secret, t, nil
}

// Tokens returns all tokens, the newest first; the revoked ones too.
func (k *Keeper) Tokens(ctx context.Context) ([]Token, error) {
	return selectTokens(ctx, k.cfg.DB, "", "")
}

// RevokeToken ends a token at once.
func (k *Keeper) RevokeToken(ctx context.Context, by *Person, id string) error {
	if err := by.Need(Manage, ""); err != nil {
		return err
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := revokeToken(ctx, tx, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Errorf(errs.NotFound, "token %s: there is none that works", id)
		}
		return audit.Record(ctx, tx, audit.Entry{Who: by.ID, What: "token.revoke", Target: "token/" + id}, nil)
	})
}

// Token returns who a program is by its secret ("mh_…"). An error of kind errs.NotFound says that it is unknown,
// revoked or too old.
func (k *Keeper) Token(ctx context.Context, secret string) (*Person, error) {
	bad := errs.Errorf(errs.NotFound, "token: it is unknown, revoked or too old: make a new one")
	if !strings.HasPrefix(secret, tokenPrefix) {
		return nil, bad
	}
	list, err := selectTokens(ctx, k.cfg.DB, "hash", digest(secret))
	if err != nil {
		return nil, err
	}
	now := k.cfg.DB.Now()
	if len(list) == 0 || !list[0].Revoked.IsZero() || !list[0].Expires.IsZero() && !list[0].Expires.After(now) {
		return nil, bad
	}
	t := list[0]
	if now.Sub(t.Used) >= time.Minute {
		if err := k.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return touchToken(ctx, tx, t.ID) }); err != nil {
			return nil, err
		}
	}
	return &Person{ID: "token:" + t.ID, Name: t.Name, Role: t.Role, Sections: t.Sections}, nil
}
