package app

import (
	"context"
	"log/slog"
	"time"

	"masthead/internal/published"
	"masthead/internal/reads/ranking"
)

// rankReads says each minute what is read most. Of many nodes one does; the others find that it is done.
func (a *App) rankReads(ctx context.Context) {
	tick := time.NewTicker(ranking.Every / 4)
	defer tick.Stop()
	for {
		if err := a.RankReads(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("most read not ranked; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// RankReads makes the rankings of what is read most anew, if it is time, and returns when this node's readers see them.
func (a *App) RankReads(ctx context.Context) error {
	seq, err := ranking.Make(ctx, a.db, published.New(a.db))
	if err != nil || seq == 0 {
		return err
	}
	return a.press.Sync(ctx, seq)
}
