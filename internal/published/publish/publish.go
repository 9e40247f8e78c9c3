// Package publish writes the readers' view. Only code that decides what becomes public may import it; code
// that serves readers may not. Every function writes inside the caller's transaction and returns the changes
// that the caller must record in it.
package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"masthead/internal/changes"
	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/packed"
	"masthead/internal/published"
	"masthead/internal/search"
)

// Snapshot is a story made ready to be written: the work that needs no transaction is done.
type Snapshot struct {
	story *published.Story
	card  string
	body  []byte
	lists []place
	media []string
	day   int
	words search.Entry
}

// place is a story's stand in one list.
type place struct {
	list string
	at   int64
}

func (p place) String() string { return changes.Change{Key: p.list, At: p.at}.String() }

// Prepare makes the snapshot of a story under the settings of site.
func Prepare(s *published.Story, site *published.Site) (Snapshot, error) {
	card, err := json.Marshal(CardOf(s))
	if err != nil {
		return Snapshot{}, fmt.Errorf("card of %s: %w", s.ID, err)
	}
	body, err := packed.Value(s)
	if err != nil {
		return Snapshot{}, fmt.Errorf("snapshot of %s: %w", s.ID, err)
	}
	snap := Snapshot{story: s, card: string(card), body: body, lists: listsOf(s, site), day: dayOf(s.Published, site.Location()), words: search.Prepare(s)}
	for id := range s.Media {
		snap.media = append(snap.media, id)
	}
	slices.Sort(snap.media)
	return snap, nil
}

// Packed returns the compressed JSON of the story as it was given to Prepare.
func (s Snapshot) Packed() []byte { return s.body }

// dayOf returns the calendar day as yyyymmdd.
func dayOf(t time.Time, zone *time.Location) int {
	y, m, d := t.In(zone).Date()
	return y*10000 + int(m)*100 + d
}

// CardOf returns what lists show of a story.
func CardOf(s *published.Story) published.Card {
	c := published.Card{
		ID: s.ID, Slug: s.Slug, Section: s.Section, Language: s.Language, Kind: s.Kind,
		Headline: s.Headline, Standfirst: s.Standfirst, Kicker: s.Kicker, Regions: s.Regions, Topics: s.Topics,
		Bylines: s.Bylines, Corrected: len(s.Corrections) > 0, Published: s.Published, Updated: s.Updated,
	}
	if s.ShortHeadline != "" {
		c.Headline = s.ShortHeadline
	}
	if s.Lead == nil {
		return c
	}
	m, ok := s.Media[s.Lead.Media]
	if !ok {
		return c
	}
	c.Duration = m.Duration
	if m.Poster != nil {
		m = *m.Poster
	}
	if s.Lead.Alt != "" {
		m.Alt = s.Lead.Alt
	}
	c.Picture = pictureOf(m)
	return c
}

// pictureOf keeps what a card needs of a picture.
func pictureOf(m doc.Media) *doc.Media {
	if len(m.Renditions) == 0 {
		return nil
	}
	m.Transcript, m.Tracks, m.Poster = "", nil, nil
	return &m
}

func listsOf(s *published.Story, site *published.Site) []place {
	at := s.Published.UnixMicro()
	names := []string{published.AllList(s.Language), published.KindListName(s.Language, s.Kind)}
	if s.Lead != nil && s.Kind != "video" && s.Media[s.Lead.Media].Kind == "video" {
		names = append(names, published.KindListName(s.Language, "video"))
	}
	var sections []string
	for slug := s.Section; slug != "" && !slices.Contains(sections, slug); {
		sections = append(sections, slug)
		parent := ""
		if sec := site.Section(slug); sec != nil {
			parent = sec.Parent
		}
		slug = parent
	}
	for _, sec := range sections {
		names = append(names, published.SectionList(s.Language, sec))
	}
	for _, region := range s.Regions {
		names = append(names, published.RegionList(s.Language, region))
		for _, sec := range sections {
			names = append(names, published.RegionSectionList(s.Language, region, sec))
		}
	}
	for _, t := range s.Topics {
		names = append(names, published.TopicList(s.Language, t.Slug))
	}
	for _, b := range s.Bylines {
		if b.Slug != "" {
			names = append(names, published.AuthorList(b.Slug))
		}
	}
	slices.Sort(names)
	places := make([]place, 0, len(names)+1)
	for _, n := range slices.Compact(names) {
		places = append(places, place{n, at})
	}
	if len(s.Corrections) > 0 {
		places = append(places, place{published.CorrectionsList(s.Language), s.Corrections[0].At.UnixMicro()})
	}
	return places
}

// Put makes the story public, or replaces what is public of it. A killed story stays killed: errs.Gone.
func Put(ctx context.Context, tx *db.Tx, snap Snapshot) (touched []changes.Change, err error) {
	s := snap.story
	defer errs.Wrap(&err, "publish story %s", s.ID)
	old, err := selectStand(ctx, tx, s.ID)
	if err != nil {
		return nil, err
	}
	if old.status == published.Killed {
		return nil, errs.Errorf(errs.Gone, "the story was killed and cannot come back")
	}
	if err := upsertStory(ctx, tx, snap, old.status != published.Unknown); err != nil {
		return nil, err
	}
	for _, p := range old.lists {
		if !slices.Contains(snap.lists, p) {
			if err := deleteFromList(ctx, tx, p, s.ID); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range snap.lists {
		if !slices.Contains(old.lists, p) {
			if err := insertIntoList(ctx, tx, p, s.ID); err != nil {
				return nil, err
			}
		}
	}
	touched = touch(s.ID, slices.Concat(old.lists, snap.lists))
	days, err := count(ctx, tx, old, stand{status: published.Live, day: snap.day, all: published.AllList(s.Language)})
	if err != nil {
		return nil, err
	}
	if err := putMedia(ctx, tx, s.ID, old.media, snap.media); err != nil {
		return nil, err
	}
	touched = append(touched, days...)
	if old.status != published.Live {
		fronts, err := refreshFronts(ctx, tx, s.ID)
		if err != nil {
			return nil, err
		}
		touched = append(touched, fronts...)
	}
	return touched, search.Put(ctx, tx, snap.words)
}

// Remove takes a story down (or kills it) and leaves the tombstone. A story that was never public gets none, so that
// its address does not become known.
func Remove(ctx context.Context, tx *db.Tx, t published.Tombstone) (touched []changes.Change, err error) {
	defer errs.Wrap(&err, "remove story %s", t.ID)
	old, err := selectStand(ctx, tx, t.ID)
	if err != nil {
		return nil, err
	}
	if old.status == published.Unknown || (old.status == published.Killed && t.Status != published.Killed) {
		return nil, nil
	}
	card, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	if err := buryStory(ctx, tx, t, string(card)); err != nil {
		return nil, err
	}
	for _, p := range old.lists {
		if err := deleteFromList(ctx, tx, p, t.ID); err != nil {
			return nil, err
		}
	}
	days, err := count(ctx, tx, old, stand{})
	if err != nil {
		return nil, err
	}
	if err := putMedia(ctx, tx, t.ID, old.media, nil); err != nil {
		return nil, err
	}
	fronts, err := refreshFronts(ctx, tx, t.ID)
	if err != nil {
		return nil, err
	}
	return slices.Concat(touch(t.ID, old.lists), days, fronts), search.Remove(ctx, tx, t.ID)
}

// Erase takes a story out as if it had never been public: no tombstone stays. It is for the minutes in which a publication
// can be undone.
func Erase(ctx context.Context, tx *db.Tx, id string) (touched []changes.Change, err error) {
	touched, err = Remove(ctx, tx, published.Tombstone{ID: id, Status: published.Killed, At: tx.Now})
	if err != nil {
		return nil, err
	}
	if err := deleteStory(ctx, tx, id); err != nil {
		return nil, fmt.Errorf("erase story %s: %w", id, err)
	}
	return touched, nil
}

// touch names what a story in these places is part of.
func touch(id string, places []place) []changes.Change {
	list := []changes.Change{{Key: published.Key(published.KindStory, id)}}
	for _, p := range places {
		list = append(list, changes.Change{Key: published.Key(published.KindList, p.list), At: p.at})
	}
	return list
}

// count moves the story from its old day to its new one in the calendar.
func count(ctx context.Context, tx *db.Tx, from, to stand) (touched []changes.Change, err error) {
	was, is := from.status == published.Live, to.status == published.Live
	if was && is && from.day == to.day && from.all == to.all {
		return nil, nil
	}
	for _, c := range []struct {
		on bool
		s  stand
		n  int
	}{{was, from, -1}, {is, to, 1}} {
		if !c.on {
			continue
		}
		if err := addCount(ctx, tx, c.s.all, c.s.day, c.n); err != nil {
			return nil, err
		}
		touched = append(touched, changes.Change{Key: published.Key(published.KindDays, c.s.all), At: int64(c.s.day)})
	}
	return touched, nil
}

// Media writes what readers get of a medium anew into every snapshot that shows it: the stories' text and place stay as they
// are.
func Media(ctx context.Context, tx *db.Tx, m doc.Media) (touched []changes.Change, err error) {
	defer errs.Wrap(&err, "publish media %s", m.ID)
	ids, err := selectShowing(ctx, tx, m.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		s, err := selectSnapshot(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if s == nil || reflect.DeepEqual(s.Media[m.ID], m) {
			continue
		}
		s.Media[m.ID] = m
		card, err := json.Marshal(CardOf(s))
		if err != nil {
			return nil, err
		}
		body, err := packed.Value(s)
		if err != nil {
			return nil, err
		}
		if err := rewriteStory(ctx, tx, id, string(card), body); err != nil {
			return nil, err
		}
		old, err := selectStand(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		touched = append(touched, touch(id, old.lists)...)
	}
	return touched, nil
}

func putMedia(ctx context.Context, tx *db.Tx, story string, old, media []string) error {
	for _, m := range old {
		if !slices.Contains(media, m) {
			if err := deleteMedia(ctx, tx, m, story); err != nil {
				return err
			}
		}
	}
	for _, m := range media {
		if !slices.Contains(old, m) {
			if err := insertMedia(ctx, tx, m, story); err != nil {
				return err
			}
		}
	}
	return nil
}

// Fact writes one of the small documents that pages are built from: kind and name as package published
// names them. A nil value removes it.
func Fact(ctx context.Context, tx *db.Tx, kind, name string, v any) ([]changes.Change, error) {
	key := published.Key(kind, name)
	if v == nil {
		if err := deleteFact(ctx, tx, kind, name); err != nil {
			return nil, fmt.Errorf("remove %s: %w", key, err)
		}
		return []changes.Change{{Key: key}}, nil
	}
	var text string
	if raw, ok := v.(published.RawWeather); ok {
		text = string(raw)
	} else {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", key, err)
		}
		text = string(b)
	}
	if err := upsertFact(ctx, tx, kind, name, text); err != nil {
		return nil, fmt.Errorf("write %s: %w", key, err)
	}
	return []changes.Change{{Key: key}}, nil
}

// Path makes an address from before lead to a story for good.
func Path(ctx context.Context, tx *db.Tx, path, story string) error {
	return upsertPath(ctx, tx, path, story)
}
