package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/tools/dataset/archive"
)

const (
	chunk = 250    // stories that a worker prepares at a time
	batch = 10_000 // stories of one transaction
)

// loader writes an archive: workers prepare stories side by side, one goroutine writes them in their order.
type loader struct {
	db      *db.DB
	archive *archive.Archive
	n       int
	until   time.Time
	began   time.Time
	workers int
}

// prepared is a chunk of stories, or why there is none.
type prepared struct {
	list []*content.Prepared
	err  error
}

func (l *loader) load(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := l.portal(ctx); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	chunks, err := l.prepare(ctx)
	if err != nil {
		return err
	}
	for done := 0; done < l.n; {
		from := done
		_, err := content.Do(ctx, l.db, "dataset", func(k *content.Desk) error {
			for done < l.n && done-from < batch {
				c, err := next(ctx, chunks)
				if err != nil {
					return err
				}
				for _, r := range c.list {
					if _, err := k.CreateReady(ctx, r); err != nil {
						return err
					}
				}
				done += len(c.list)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("stories %d to %d: %w", from, done, err)
		}
		spent := time.Since(l.began)
		fmt.Fprintf(os.Stderr, "%d of %d stories, %.0f a second\n", done, l.n, float64(done)/spent.Seconds())
	}
	return nil
}

// portal writes the settings, the people and the topics.
func (l *loader) portal(ctx context.Context) error {
	_, err := content.Do(ctx, l.db, "dataset", func(k *content.Desk) error {
		site := l.archive.Site()
		if err := k.SetSite(ctx, &site); err != nil {
			return err
		}
		for _, a := range l.archive.Authors() {
			if err := k.SetAuthor(ctx, a); err != nil {
				return err
			}
		}
		for _, t := range l.archive.Topics() {
			if err := k.SetTopic(ctx, t); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// prepare starts the workers. The chunks come in order, each on a channel of its own.
func (l *loader) prepare(ctx context.Context) (<-chan chan prepared, error) {
	site := l.archive.Site()
	site.Changed = l.until
	site.Complete()
	count := (l.n + chunk - 1) / chunk
	order := make(chan chan prepared, 4*l.workers)
	slots := make([]chan prepared, count)
	for i := range slots {
		slots[i] = make(chan prepared, 1)
	}
	var taken atomic.Int64
	room := make(chan struct{}, 4*l.workers)
	for range l.workers {
		go func() {
			for {
				select {
				case room <- struct{}{}:
				case <-ctx.Done():
					return
				}
				i := int(taken.Add(1) - 1)
				if i >= count {
					return
				}
				p := prepared{}
				for n := i * chunk; n < min(l.n, (i+1)*chunk) && p.err == nil; n++ {
					d := l.archive.Story(n)
					var r *content.Prepared
					r, p.err = content.PrepareNew(d.Copy, &d.Publication, &site, l.until)
					p.list = append(p.list, r)
				}
				slots[i] <- p
			}
		}()
	}
	go func() {
		defer close(order)
		for _, s := range slots {
			select {
			case order <- s:
				<-room
			case <-ctx.Done():
				return
			}
		}
	}()
	return order, nil
}

func next(ctx context.Context, chunks <-chan chan prepared) (prepared, error) {
	select {
	case s := <-chunks:
		select {
		case p := <-s:
			return p, p.err
		case <-ctx.Done():
			return prepared{}, ctx.Err()
		}
	case <-ctx.Done():
		return prepared{}, ctx.Err()
	}
}
