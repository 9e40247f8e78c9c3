package app

import (
	"context"

	"masthead/internal/config"
	"masthead/internal/db"
	"masthead/internal/identity"
	"masthead/internal/published"
)

// Staff opens the accounts of a portal for a command beside its server; close ends it. What commands do to accounts seals
// nothing, so they need no key, which may be on another machine. They send no mail: they print addresses.
func Staff(ctx context.Context, c config.Data) (keep *identity.Keeper, close func() error, err error) {
	if err := Exists(c); err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, db.Config{URL: DatabaseURL(c)})
	if err != nil {
		return nil, nil, err
	}
	view := published.New(d)
	origin := func(ctx context.Context) string {
		if site, err := view.Record(d.Now()).Site(ctx); err == nil && site.URL != "" {
			return site.URL
		}
		return (&config.Server{Listen: "127.0.0.1:8080"}).Origin() // never served yet: as serve will by default
	}
	return identity.New(identity.Config{DB: d, Origin: origin}), d.Close, nil
}
