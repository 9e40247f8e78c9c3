package db

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"
	"text/template"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"masthead/internal/errs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to the newest migration. The same files serve both engines: they are templates
// over the few words that differ.
func (d *DB) migrate(ctx context.Context) error {
	files, err := render(d.dialect)
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.dialect == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, d.write, files, opts...)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return errs.Errorf(errs.Invalid, "the data is of a newer version (schema %d, this program knows %d): use that version of masthead, or restore a backup made before the upgrade", have, want)
	}
	if have == want {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		var partial *goose.PartialError
		if errors.As(err, &partial) {
			return fmt.Errorf("migration %s: %w", partial.Failed.Source.Path, partial.Failed.Error)
		}
		return err
	}
	return nil
}

func render(dialect Dialect) (fs.FS, error) {
	words := map[string]any{
		"sqlite":   dialect == SQLite,
		"postgres": dialect == Postgres,
		"serial":   "INTEGER PRIMARY KEY AUTOINCREMENT",
		"blob":     "BLOB",
		"norowid":  "WITHOUT ROWID",
	}
	if dialect == Postgres {
		words["serial"] = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
		words["blob"] = "BYTEA"
		words["norowid"] = ""
	}
	list, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	out := fstest.MapFS{}
	for _, name := range list {
		t, err := template.New(name).ParseFS(migrations, name)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, strings.TrimPrefix(name, "migrations/"), words); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[strings.TrimPrefix(name, "migrations/")] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return out, nil
}
