// Package ranking says what is read most: it weighs the counts of package reads and publishes, for each language and each
// region of it, the ids of the first stories, so that pages can show them and change when they do. It counts nothing.
package ranking

import (
	"context"
	"maps"
	"slices"
	"time"

	"masthead/internal/changes"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/published"
	"masthead/internal/published/publish"
	"masthead/internal/reads"
)

// Every is how often a ranking is made, by one of all nodes.
const Every = time.Minute

// What counts: reads of the last day, each half as much as one six hours younger.
const (
	reach    = 24 * time.Hour
	halfLife = 6 * time.Hour
)

// mostWeighed is how many of the stories that are read are looked at: deeper down nobody reads.
const mostWeighed = 1000

// Make makes the rankings anew if it is time and no other node did. It returns the number of the change, 0 if nothing is
// different from before.
func Make(ctx context.Context, d *db.DB, view *published.View) (seq int64, err error) {
	defer errs.Wrap(&err, "rank what is read most")
	mine := false
	err = d.InTx(ctx, func(tx *db.Tx) error {
		// A little early is in time, or a clock's trifle would leave every second turn out.
		mine, err = takeTurn(ctx, tx, Every-Every/10)
		if err != nil || !mine {
			return err
		}
		return reads.Fold(ctx, tx)
	})
	if err != nil || !mine {
		return 0, err
	}
	now := d.Now()
	top, err := reads.Top(ctx, d, now, now.Add(-reach), halfLife, mostWeighed)
	if err != nil {
		return 0, err
	}
	next, err := rank(ctx, view.Record(now), top)
	if err != nil {
		return 0, err
	}
	before, err := view.Rankings(ctx)
	if err != nil {
		return 0, err
	}
	return write(ctx, d, before, next)
}

// rank puts stories, the most read first, into the rankings that they belong to, by name. Stories that are not live belong
// to none.
func rank(ctx context.Context, rec *published.Recorder, top []reads.Read) (map[string][]string, error) {
	site, err := rec.Site(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, r := range top {
		card, err := rec.Card(ctx, r.Story)
		if err != nil {
			return nil, err
		}
		if card == nil || !slices.Contains(site.Languages, card.Language) {
			continue
		}
		names := []string{published.MostName(card.Language, "")}
		for _, slug := range card.Regions {
			if name := published.MostName(card.Language, slug); site.Region(slug) != nil && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		for _, name := range names {
			if len(out[name]) < published.MostReadLimit {
				out[name] = append(out[name], card.ID)
			}
		}
	}
	return out, nil
}

// write publishes the rankings that are different from before.
func write(ctx context.Context, d *db.DB, before map[string]published.MostRead, next map[string][]string) (seq int64, err error) {
	facts := map[string]any{}
	for name, ids := range next {
		if !slices.Equal(before[name].Stories, ids) {
			facts[name] = published.MostRead{Stories: ids}
		}
	}
	for name := range before {
		if next[name] == nil {
			facts[name] = nil
		}
	}
	if len(facts) == 0 {
		return 0, nil
	}
	err = d.InTx(ctx, func(tx *db.Tx) error {
		var touched []changes.Change
		for _, name := range slices.Sorted(maps.Keys(facts)) {
			c, err := publish.Fact(ctx, tx, published.KindMost, name, facts[name])
			if err != nil {
				return err
			}
			touched = append(touched, c...)
		}
		seq, err = changes.Record(ctx, tx, touched)
		return err
	})
	return seq, err
}
