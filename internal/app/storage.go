package app

import (
	"context"
	"reflect"

	"masthead/internal/config"
	"masthead/internal/ops/opsui"
)

// storage measures what the portal takes of the disk.
func (a *App) storage(ctx context.Context) (s opsui.Storage, err error) {
	if s.Database, err = a.db.Size(ctx); err != nil {
		return s, err
	}
	s.Media, err = opsui.FolderSize(MediaFolder(a.cfg.Data))
	s.Free = freeDisk(a.cfg.Data.Data)
	return s, err
}

// cache tells the numbers of the page cache.
func (a *App) cache() opsui.Cache {
	s := a.press.Stats()
	return opsui.Cache{Pages: a.press.Len(), Bytes: a.press.Bytes(), Hits: s.Hits.Load(), Misses: s.Misses.Load()}
}

// fromFile names the settings that the settings file sets at each start.
func fromFile(c *config.Site) (keys []string) {
	if c == nil {
		return nil
	}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			keys = append(keys, v.Type().Field(i).Tag.Get("toml"))
		}
	}
	return keys
}
