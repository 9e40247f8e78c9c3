package published

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cespare/xxhash/v2"

	"masthead/internal/packed"
)

var errNoRow = sql.ErrNoRows

const always = math.MaxInt64

func (v *View) story(ctx context.Context, r Read) (answer, error) {
	a := answer{value: Found{}, hi: always}
	var status, revision int64
	var card string
	var data []byte
	err := v.db.QueryRow(ctx, `SELECT s.status, s.revision, s.card, b.data FROM pub_story s LEFT JOIN pub_body b ON b.id = s.id
		WHERE s.id = $1`, r.Arg).Scan(&status, &revision, &card, &data)
	if errors.Is(err, errNoRow) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	if Status(status) != Live {
		t := new(Tombstone)
		if err := json.Unmarshal([]byte(card), t); err != nil {
			return a, fmt.Errorf("tombstone: %w", err)
		}
		a.value, a.sum = Found{Tombstone: t}, xxhash.Sum64String(card)
		return a, nil
	}
	s, sum, err := v.decodeStory(r.Arg, revision, data)
	a.value, a.sum = Found{Story: s}, sum
	return a, err
}

// decodeStory returns a snapshot and the fingerprint of its bytes.
func (v *View) decodeStory(id string, revision int64, data []byte) (*Story, uint64, error) {
	key := memoKey{id, mix(xxhash.Sum64(data), uint64(revision))}
	s, ok := v.stories.get(key)
	if !ok {
		s = new(Story)
		if err := packed.Read(data, s); err != nil {
			return nil, 0, fmt.Errorf("snapshot of %s: %w", id, err)
		}
		v.stories.add(key, s)
	}
	return s, key.sum, nil
}

// mix makes one fingerprint of several, in their order.
func mix(sum uint64, more ...uint64) uint64 {
	var b [8]byte
	h := xxhash.NewWithSeed(sum)
	for _, n := range more {
		binary.LittleEndian.PutUint64(b[:], n)
		h.Write(b[:])
	}
	return h.Sum64()
}

func (v *View) card(ctx context.Context, r Read) (answer, error) {
	a := answer{value: (*Card)(nil), hi: always}
	var text string
	err := v.db.QueryRow(ctx, `SELECT card FROM pub_story WHERE id = $1 AND status = 1`, r.Arg).Scan(&text)
	if errors.Is(err, errNoRow) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	c, sum, err := v.decodeCard(r.Arg, text)
	a.value, a.sum = c, sum
	return a, err
}

// decodeCard returns a card and the fingerprint of its text.
func (v *View) decodeCard(id, text string) (c *Card, sum uint64, err error) {
	key := memoKey{id, xxhash.Sum64String(text)}
	c, ok := v.cards.get(key)
	if !ok {
		c = new(Card)
		if err := json.Unmarshal([]byte(text), c); err != nil {
			return nil, 0, fmt.Errorf("card of %s: %w", id, err)
		}
		v.cards.add(key, c)
	}
	return c, key.sum, nil
}

func (v *View) list(ctx context.Context, r Read) (answer, error) {
	until, a := span(r)
	rows, err := v.db.Query(ctx, `SELECT l.at, l.story, s.card FROM pub_list l JOIN pub_story s ON s.id = l.story
		WHERE l.list = $1 AND (l.at, l.story) < ($2, $3) AND l.at >= $4
		ORDER BY l.at DESC, l.story DESC LIMIT $5`, r.Arg, until.At, until.ID, r.Since, r.N)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	list := make([]Card, 0, min(r.N, 64))
	for rows.Next() {
		var at int64
		var id, text string
		if err := rows.Scan(&at, &id, &text); err != nil {
			return a, err
		}
		c, sum, err := v.decodeCard(id, text)
		if err != nil {
			return a, err
		}
		a.sum = mix(a.sum, uint64(at), sum)
		list = append(list, *c)
		a.lo = at
	}
	if len(list) < r.N {
		a.lo = r.Since
	}
	a.value = list
	return a, rows.Err()
}

// whole answers with the snapshots of a list: what a feed needs, in one question.
func (v *View) whole(ctx context.Context, r Read) (answer, error) {
	until, a := span(r)
	rows, err := v.db.Query(ctx, `SELECT l.at, l.story, s.revision, b.data FROM pub_list l
		JOIN pub_story s ON s.id = l.story JOIN pub_body b ON b.id = l.story
		WHERE l.list = $1 AND (l.at, l.story) < ($2, $3) AND l.at >= $4
		ORDER BY l.at DESC, l.story DESC LIMIT $5`, r.Arg, until.At, until.ID, r.Since, r.N)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	var list []*Story
	for rows.Next() {
		var at, revision int64
		var id string
		var data []byte
		if err := rows.Scan(&at, &id, &revision, &data); err != nil {
			return a, err
		}
		s, sum, err := v.decodeStory(id, revision, data)
		if err != nil {
			return a, err
		}
		a.sum = mix(a.sum, uint64(at), sum)
		list = append(list, s)
		a.lo = at
	}
	if len(list) < r.N {
		a.lo = r.Since
	}
	a.value = list
	return a, rows.Err()
}

// span turns the question's bounds into a cursor and the answer's stretch.
func span(r Read) (Cursor, answer) {
	until := r.Until
	if until.Zero() {
		until.At = always
	}
	return until, answer{lo: r.Since, hi: until.At}
}

func (v *View) links(ctx context.Context, r Read) (answer, error) {
	until, a := span(r)
	rows, err := v.db.Query(ctx, `SELECT s.id, s.section, s.slug, s.language, s.at, s.modified, s.headline
		FROM pub_list l JOIN pub_story s ON s.id = l.story
		WHERE l.list = $1 AND (l.at, l.story) < ($2, $3) AND l.at >= $4
		ORDER BY l.at DESC, l.story DESC LIMIT $5`, r.Arg, until.At, until.ID, r.Since, r.N)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	var list []Link
	for rows.Next() {
		var l Link
		var at, modified int64
		if err := rows.Scan(&l.ID, &l.Section, &l.Slug, &l.Language, &at, &modified, &l.Headline); err != nil {
			return a, err
		}
		l.Published, l.Modified = micro(at), micro(modified)
		a.sum = mix(xxhash.Sum64String(l.ID+" "+l.Section+" "+l.Slug+" "+l.Headline), a.sum, uint64(at), uint64(modified))
		list = append(list, l)
	}
	a.value = list
	return a, rows.Err()
}

// days answers from the counters. A writer reports the day (yyyymmdd) as the position.
func (v *View) days(ctx context.Context, r Read) (answer, error) {
	a := answer{lo: r.Since, hi: r.Until.At}
	rows, err := v.db.Query(ctx, `SELECT day, n FROM pub_count WHERE list = $1 AND day >= $2 AND day <= $3 AND n > 0 ORDER BY day`,
		r.Arg, r.Since, r.Until.At)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	h := xxhash.New()
	var list []Day
	for rows.Next() {
		var d Day
		if err := rows.Scan(&d.Day, &d.N); err != nil {
			return a, err
		}
		fmt.Fprintf(h, "%d %d\n", d.Day, d.N)
		list = append(list, d)
	}
	a.value, a.sum = list, h.Sum64()
	return a, rows.Err()
}

// fact answers from the small JSON documents; a missing one is nil.
func fact[T any](ctx context.Context, v *View, r Read) (answer, error) {
	a := answer{value: (*T)(nil), hi: always}
	text, err := v.selectFact(ctx, r)
	if errors.Is(err, errNoRow) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	t := new(T)
	if raw, ok := any(t).(*RawWeather); ok {
		*raw = RawWeather(text)
	} else if err := json.Unmarshal([]byte(text), t); err != nil {
		return a, err
	}
	a.value, a.sum = t, xxhash.Sum64String(text)
	return a, nil
}

// siteMemo keeps the newest settings decoded: every page asks for them.
type siteMemo struct {
	text string
	site *Site
}

func (v *View) siteFact(ctx context.Context, r Read) (answer, error) {
	text, err := v.selectFact(ctx, r)
	if errors.Is(err, errNoRow) {
		text, err = "{}", nil
	}
	if err != nil {
		return answer{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.site.site == nil || v.site.text != text {
		s := new(Site)
		if err := json.Unmarshal([]byte(text), s); err != nil {
			return answer{}, err
		}
		s.Complete()
		v.site = siteMemo{text, s}
	}
	return answer{value: v.site.site, sum: xxhash.Sum64String(text), hi: always}, nil
}

func (v *View) selectFact(ctx context.Context, r Read) (text string, err error) {
	err = v.db.QueryRow(ctx, `SELECT data FROM pub_fact WHERE kind = $1 AND name = $2`, r.Kind, r.Arg).Scan(&text)
	return text, err
}

func (v *View) selectRankings(ctx context.Context) (map[string]MostRead, error) {
	rows, err := v.db.Query(ctx, `SELECT name, data FROM pub_fact WHERE kind = $1`, KindMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]MostRead{}
	for rows.Next() {
		var name, data string
		if err := rows.Scan(&name, &data); err != nil {
			return nil, err
		}
		var m MostRead
		if err := json.Unmarshal([]byte(data), &m); err != nil {
			return nil, fmt.Errorf("%s: %w", Key(KindMost, name), err)
		}
		out[name] = m
	}
	return out, rows.Err()
}

func (v *View) selectPath(ctx context.Context, path string) (id string, err error) {
	err = v.db.QueryRow(ctx, `SELECT story FROM pub_path WHERE path = $1`, path).Scan(&id)
	return id, err
}

func (v *View) selectMediaPublic(ctx context.Context, id string) (yes bool, err error) {
	err = v.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pub_media WHERE media = $1)`, id).Scan(&yes)
	return yes, err
}

func micro(n int64) time.Time { return time.UnixMicro(n).UTC() }
