package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"masthead/internal/changes"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/published"
)

// Front launches a front (en/home, en/r/calgary), with every picture that its cards name in Media. Only what is live of
// it becomes the fact that readers' pages are made from: a card whose story is not live yet waits, with its words and its
// picture, and shows in the transaction that publishes the story. nil returns the front to the rule.
func Front(ctx context.Context, tx *db.Tx, name string, f *published.Front) ([]changes.Change, error) {
	if f == nil {
		if err := deleteLaunched(ctx, tx, name); err != nil {
			return nil, fmt.Errorf("front %s: %w", name, err)
		}
		return showFront(ctx, tx, name, nil)
	}
	f.Complete()
	pictures := map[string]doc.Media{}
	for _, k := range f.Containers {
		for _, c := range k.Cards {
			if m, ok := f.Media[c.Picture]; ok {
				if m.Poster != nil {
					m = *m.Poster
				}
				if p := pictureOf(m); p != nil {
					pictures[c.Picture] = *p
				}
			}
		}
	}
	whole := published.Front{Containers: f.Containers, Media: pictures}
	if err := putLaunched(ctx, tx, name, &whole); err != nil {
		return nil, fmt.Errorf("front %s: %w", name, err)
	}
	return showFront(ctx, tx, name, &whole)
}

// Launched returns a front as it was launched, waiting cards included; nil if it is made by rule.
func Launched(ctx context.Context, q db.Queryer, name string) (*published.Front, error) {
	f, err := selectLaunched(ctx, q, name)
	if err != nil {
		return nil, fmt.Errorf("front %s: %w", name, err)
	}
	return f, nil
}

// AllLaunched returns the fronts that are not made by rule, as they were launched, by name.
func AllLaunched(ctx context.Context, q db.Queryer) (map[string]*published.Front, error) {
	all, err := selectAllLaunched(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("launched fronts: %w", err)
	}
	return all, nil
}

// FrontPicture gives the fronts that show a picture what the library now knows of it.
func FrontPicture(ctx context.Context, tx *db.Tx, m doc.Media) (touched []changes.Change, err error) {
	all, err := AllLaunched(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := all[name]
		if _, ok := f.Media[m.ID]; !ok {
			continue
		}
		f.Media[m.ID] = m
		list, err := Front(ctx, tx, name, f)
		if err != nil {
			return nil, err
		}
		touched = append(touched, list...)
	}
	return touched, nil
}

// refreshFronts shows the fronts anew on which a story is placed that became live, or stopped to be.
func refreshFronts(ctx context.Context, tx *db.Tx, story string) (touched []changes.Change, err error) {
	names, err := selectFrontsOf(ctx, tx, story)
	if err != nil {
		return nil, fmt.Errorf("fronts of story %s: %w", story, err)
	}
	for _, name := range names {
		f, err := Launched(ctx, tx, name)
		if err != nil {
			return nil, err
		}
		list, err := showFront(ctx, tx, name, f)
		if err != nil {
			return nil, err
		}
		touched = append(touched, list...)
	}
	return touched, nil
}

// showFront writes what is live of a launched front, and which pictures it makes public.
func showFront(ctx context.Context, tx *db.Tx, name string, whole *published.Front) ([]changes.Change, error) {
	var out *published.Front
	if whole != nil {
		live, err := selectLiveOf(ctx, tx, name)
		if err != nil {
			return nil, fmt.Errorf("front %s: %w", name, err)
		}
		out = visible(whole, live)
	}
	old, had, err := selectFront(ctx, tx, name)
	if err != nil {
		return nil, fmt.Errorf("front %s: %w", name, err)
	}
	if had == (out != nil) {
		a, err := json.Marshal(out)
		if err != nil {
			return nil, fmt.Errorf("front %s: %w", name, err)
		}
		if !had || string(a) == old {
			return nil, nil
		}
	}
	before, err := shownPictures(old)
	if err != nil {
		return nil, fmt.Errorf("front %s: %w", name, err)
	}
	var now []string
	if out != nil {
		now = slices.Sorted(maps.Keys(out.Media))
	}
	if err := putMedia(ctx, tx, published.Key(published.KindFront, name), before, now); err != nil {
		return nil, fmt.Errorf("front %s: %w", name, err)
	}
	if out == nil {
		return Fact(ctx, tx, published.KindFront, name, nil)
	}
	return Fact(ctx, tx, published.KindFront, name, out)
}

// visible is what readers may know of a front: the containers that are not hidden, the cards that are live, and their
// pictures.
func visible(whole *published.Front, live map[string]bool) *published.Front {
	out := &published.Front{Media: map[string]doc.Media{}}
	for _, k := range whole.Containers {
		if k.Hidden {
			continue
		}
		k.Cards = slices.DeleteFunc(slices.Clone(k.Cards), func(c published.Placed) bool { return !live[c.Story] })
		for _, c := range k.Cards {
			if m, ok := whole.Media[c.Picture]; ok && !c.NoPicture {
				out.Media[c.Picture] = m
			}
		}
		out.Containers = append(out.Containers, k)
	}
	return out
}

func shownPictures(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	var f published.Front
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(f.Media)), nil
}
