package workflow

import (
	"context"
	"crypto/rand"
	"strings"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

// View is a named query of the stories list.
type View struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	Name    string `json:"name"`
	Query   string `json:"query"` // of the list's address
	Shared  bool   `json:"shared"`
}

// Views returns a person's views and the shared ones, by name.
func (r *Room) Views(ctx context.Context, who *identity.Person) ([]View, error) {
	return selectViews(ctx, r.cfg.DB, who.ID)
}

// SaveView keeps a view. Sharing one with everybody needs an editor.
func (r *Room) SaveView(ctx context.Context, who *identity.Person, v View) (*View, error) {
	v.Name = strings.TrimSpace(v.Name)
	switch {
	case v.Name == "":
		return nil, errs.Errorf(errs.Invalid, "name: give the view a name")
	case len(v.Name) > 80:
		return nil, errs.Errorf(errs.Invalid, "name: longer than 80 bytes")
	case len(v.Query) > 2000:
		return nil, errs.Errorf(errs.Invalid, "query: longer than 2,000 bytes")
	}
	needs := identity.Write
	if v.Shared {
		needs = identity.Edit
	}
	if err := who.Need(needs, ""); err != nil {
		return nil, err
	}
	v.ID, v.Account = rand.Text()[:16], who.ID
	return &v, r.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return insertView(ctx, tx, &v) })
}

// DropView removes a view of one's own; an admin may remove any shared one.
func (r *Room) DropView(ctx context.Context, who *identity.Person, id string) error {
	return r.cfg.DB.InTx(ctx, func(tx *db.Tx) error { return deleteView(ctx, tx, id, who.ID, who.May(identity.Manage)) })
}
