package app

import (
	"context"
	"path/filepath"

	"masthead/internal/config"
	"masthead/internal/db"
	"masthead/internal/media"
)

// Library opens the library of a portal for a command beside its server; close ends it.
func Library(ctx context.Context, c config.Data) (l *media.Library, close func() error, err error) {
	if err := Exists(c); err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, db.Config{URL: DatabaseURL(c)})
	if err != nil {
		return nil, nil, err
	}
	if l, err = media.Open(d, MediaFolder(c)); err != nil {
		d.Close()
		return nil, nil, err
	}
	return l, d.Close, nil
}

// MediaFolder is where a portal keeps the files of its library.
func MediaFolder(c config.Data) string { return filepath.Join(c.Data, "media") }
