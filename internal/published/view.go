// Package published is the readers' view: immutable snapshots of what is public now, and the only thing that
// code serving readers may read. It reads and nothing else; package published/publish writes. It must
// not know the working copy: that is how an embargo cannot leak.
//
// Every question is a Read, a comparable value. A Recorder notes each question with a fingerprint of its
// answer, so that a page built from the answers can later be told stale or still right by asking again.
package published

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
)

// Kinds of questions. With the argument they form the key that writers report as changed.
const (
	KindStory       = "story"       // arg: id
	KindCard        = "card"        // arg: id; same key as story
	KindList        = "list"        // arg: list name
	KindLinks       = "links"       // arg: list name; same key as list
	KindWhole       = "whole"       // arg: list name; same key as list
	KindDays        = "days"        // arg: list name
	KindSite        = "site"        // no arg
	KindMaintenance = "maintenance" // no arg
	KindFront       = "front"       // arg: language/name
	KindTopic       = "topic"       // arg: slug
	KindAuthor      = "author"      // arg: slug
	KindWeather     = "weather"     // arg: region's slug
	KindMost        = "most"        // arg: language, or language/region's slug
)

// Read is one question to the published view.
type Read struct {
	Kind  string
	Arg   string
	Since int64  // list, links, days: not older than this, Unix microseconds
	Until Cursor // list, links, days: older than this; zero means from the newest
	N     int    // list, links: at most so many
}

// Key returns the key that a writer touches when the answer may have changed.
func (r Read) Key() string {
	kind := r.Kind
	switch kind {
	case KindCard:
		kind = KindStory
	case KindLinks, KindWhole:
		kind = KindList
	}
	return Key(kind, r.Arg)
}

// Key joins a kind and an argument.
func Key(kind, arg string) string {
	if arg == "" {
		return kind
	}
	return kind + "/" + arg
}

// Cursor is a place in a list: stories strictly before it in the order (at, id) descending.
type Cursor struct {
	At int64 // Unix microseconds; 0 with ID "" means the newest end
	ID string
}

// Zero reports whether c is the newest end.
func (c Cursor) Zero() bool { return c.At == 0 && c.ID == "" }

// Dep is a question, the fingerprint of its answer, and the stretch of the list that the answer depends on.
type Dep struct {
	Read   Read
	Sum    uint64
	Lo, Hi int64 // inclusive; a change at 0 (all of it) always touches
}

// Touched reports whether a change of the dependency's key at a position may change the answer.
func (d Dep) Touched(at int64) bool { return at == 0 || (d.Lo <= at && at <= d.Hi) }

// View answers questions from one database. It is safe for concurrent use.
type View struct {
	db *db.DB

	mu   sync.Mutex
	site siteMemo

	stories *memo[*Story]
	cards   *memo[*Card]
}

// Decoded stories and cards that are kept: those of the feeds and of the fronts.
const (
	storyMemo = 200
	cardMemo  = 1000
)

// New returns the view of a database.
func New(d *db.DB) *View {
	return &View{db: d, stories: newMemo[*Story](storyMemo), cards: newMemo[*Card](cardMemo)}
}

// Sum asks again and returns the fingerprint of the answer as it is now.
func (v *View) Sum(ctx context.Context, r Read) (uint64, error) {
	a, err := v.ask(ctx, r)
	return a.sum, err
}

// answer is what a question yields: the value, its fingerprint, and the stretch it depends on.
type answer struct {
	value  any
	sum    uint64
	lo, hi int64
}

func (v *View) ask(ctx context.Context, r Read) (a answer, err error) {
	defer errs.Wrap(&err, "read %s", r.Key())
	switch r.Kind {
	case KindStory:
		return v.story(ctx, r)
	case KindCard:
		return v.card(ctx, r)
	case KindList:
		return v.list(ctx, r)
	case KindLinks:
		return v.links(ctx, r)
	case KindWhole:
		return v.whole(ctx, r)
	case KindDays:
		return v.days(ctx, r)
	case KindSite:
		return v.siteFact(ctx, r)
	case KindMaintenance:
		return fact[Maintenance](ctx, v, r)
	case KindFront:
		return fact[Front](ctx, v, r)
	case KindTopic:
		return fact[TopicPage](ctx, v, r)
	case KindAuthor:
		return fact[Author](ctx, v, r)
	case KindWeather:
		return fact[RawWeather](ctx, v, r)
	case KindMost:
		return fact[MostRead](ctx, v, r)
	}
	return answer{}, fmt.Errorf("unknown question %q", r.Kind)
}

// Recorder asks the view on behalf of one page and keeps what the page depends on. It is for one goroutine.
type Recorder struct {
	view  *View
	now   time.Time
	until time.Time
	deps  []Dep
	memo  map[Read]any
}

// Record starts the recording of a page that is built at the moment now.
func (v *View) Record(now time.Time) *Recorder {
	return &Recorder{view: v, now: now, memo: map[Read]any{}}
}

// Now returns the moment at which the page is built. What is said of it changes with time: see Expire.
func (r *Recorder) Now() time.Time { return r.now }

// Expire says that the page is right only until t; the earliest wins.
func (r *Recorder) Expire(t time.Time) {
	if !t.IsZero() && (r.until.IsZero() || t.Before(r.until)) {
		r.until = t
	}
}

// Until returns when the page stops being right by itself; zero means never.
func (r *Recorder) Until() time.Time { return r.until }

// Deps returns what the page depends on, each question once.
func (r *Recorder) Deps() []Dep { return r.deps }

func ask[T any](ctx context.Context, rec *Recorder, q Read) (T, error) {
	var zero T
	if v, ok := rec.memo[q]; ok {
		return v.(T), nil
	}
	a, err := rec.view.ask(ctx, q)
	if err != nil {
		return zero, err
	}
	rec.deps = append(rec.deps, Dep{Read: q, Sum: a.sum, Lo: a.lo, Hi: a.hi})
	rec.memo[q] = a.value
	return a.value.(T), nil
}

// Site returns the public settings.
func (r *Recorder) Site(ctx context.Context) (*Site, error) {
	return ask[*Site](ctx, r, Read{Kind: KindSite})
}

// Maintenance returns the state of the portal; level off when nobody has set one.
func (r *Recorder) Maintenance(ctx context.Context) (*Maintenance, error) {
	m, err := ask[*Maintenance](ctx, r, Read{Kind: KindMaintenance})
	if err == nil && m == nil {
		m = &Maintenance{Level: MaintenanceOff}
	}
	return m, err
}

// Found is what stands at a story's id: the story, or the tombstone of a removed one. It is shared: do not change it.
type Found struct {
	Story     *Story
	Tombstone *Tombstone
}

// Story returns what stands at id. An id that was never published is errs.NotFound.
func (r *Recorder) Story(ctx context.Context, id string) (Found, error) {
	f, err := ask[Found](ctx, r, Read{Kind: KindStory, Arg: id})
	if err == nil && f.Story == nil && f.Tombstone == nil {
		return f, errs.Errorf(errs.NotFound, "no story %s", id)
	}
	return f, err
}

// Card returns the card of a live story; nil if it is not live.
func (r *Recorder) Card(ctx context.Context, id string) (*Card, error) {
	return ask[*Card](ctx, r, Read{Kind: KindCard, Arg: id})
}

// List returns at most n cards of a list, newest first, older than the cursor.
func (r *Recorder) List(ctx context.Context, list string, before Cursor, n int) ([]Card, error) {
	return ask[[]Card](ctx, r, Read{Kind: KindList, Arg: list, Until: before, N: n})
}

// Whole returns the snapshots of the newest n stories of a list.
func (r *Recorder) Whole(ctx context.Context, list string, n int) ([]*Story, error) {
	return ask[[]*Story](ctx, r, Read{Kind: KindWhole, Arg: list, N: n})
}

// Links returns the stories of a list as a sitemap needs them, newest first.
func (r *Recorder) Links(ctx context.Context, list string, since, until time.Time, n int) ([]Link, error) {
	return ask[[]Link](ctx, r, Read{Kind: KindLinks, Arg: list, Since: since.UnixMicro(), Until: Cursor{At: until.UnixMicro()}, N: n})
}

// Day is how many stories of a list were published on a day of the newsroom's calendar.
type Day struct {
	Day int // yyyymmdd
	N   int
}

// Days returns the days with stories from one day to another (both yyyymmdd, inclusive), oldest first.
func (r *Recorder) Days(ctx context.Context, list string, from, to int) ([]Day, error) {
	return ask[[]Day](ctx, r, Read{Kind: KindDays, Arg: list, Since: int64(from), Until: Cursor{At: int64(to)}})
}

// Front returns the curated page of that name ("en/home"), nil if nobody made one.
func (r *Recorder) Front(ctx context.Context, name string) (*Front, error) {
	return ask[*Front](ctx, r, Read{Kind: KindFront, Arg: name})
}

// Topic returns what an editor wrote about a topic, nil if nobody did.
func (r *Recorder) Topic(ctx context.Context, slug string) (*TopicPage, error) {
	return ask[*TopicPage](ctx, r, Read{Kind: KindTopic, Arg: slug})
}

// Author returns a writer's page, nil if there is none.
func (r *Recorder) Author(ctx context.Context, slug string) (*Author, error) {
	return ask[*Author](ctx, r, Read{Kind: KindAuthor, Arg: slug})
}

// RawWeather is a stored weather report as JSON, for package local to read.
type RawWeather string

// Weather returns the newest report of a region, "" if there is none.
func (r *Recorder) Weather(ctx context.Context, region string) (RawWeather, error) {
	w, err := ask[*RawWeather](ctx, r, Read{Kind: KindWeather, Arg: region})
	if err != nil || w == nil {
		return "", err
	}
	return *w, nil
}

// MostRead is what readers read most lately, in one language, everywhere or in one region. Key "most/{lang}" or
// "most/{lang}/{region}".
type MostRead struct {
	Stories []string `json:"stories"` // ids, the most read first, at most MostReadLimit
}

// MostReadLimit is how many stories a ranking has; MostReadLeast is how many a region's must have to stand by itself.
const (
	MostReadLimit = 10
	MostReadLeast = 5
)

// MostName is the name of a ranking: of a region, or of the whole portal where that is "".
func MostName(lang, region string) string {
	if region == "" {
		return lang
	}
	return listName(lang, region)
}

// Most returns the cards of what is read most in a language, at most MostReadLimit, the most read first. Of a region that
// has fewer than MostReadLeast it returns the whole portal's. Empty: nobody has read anything lately.
func (r *Recorder) Most(ctx context.Context, lang, region string) ([]Card, error) {
	list, err := r.Ranked(ctx, lang, region)
	if err != nil || region == "" || len(list) >= MostReadLeast {
		return list, err
	}
	return r.Ranked(ctx, lang, "")
}

// Ranked is Most without the help of the whole portal. A story that is not live any more is left out at once, whenever
// the ranking was made.
func (r *Recorder) Ranked(ctx context.Context, lang, region string) ([]Card, error) {
	m, err := ask[*MostRead](ctx, r, Read{Kind: KindMost, Arg: MostName(lang, region)})
	if err != nil || m == nil {
		return nil, err
	}
	var list []Card
	for _, id := range m.Stories[:min(len(m.Stories), MostReadLimit)] {
		c, err := r.Card(ctx, id)
		if err != nil {
			return nil, err
		}
		if c != nil {
			list = append(list, *c)
		}
	}
	return list, nil
}

// Rankings returns what is said to be read most, by name (see MostName). It is not recorded: who makes rankings asks it, to
// write only what is different.
func (v *View) Rankings(ctx context.Context) (map[string]MostRead, error) {
	list, err := v.selectRankings(ctx)
	if err != nil {
		return nil, fmt.Errorf("rankings: %w", err)
	}
	return list, nil
}

// Moved returns the id of the story that an address from before leads to. It is not recorded: redirects are
// not cached.
func (v *View) Moved(ctx context.Context, path string) (id string, err error) {
	id, err = v.selectPath(ctx, path)
	if errors.Is(err, errNoRow) {
		return "", errs.Errorf(errs.NotFound, "no page %s", path)
	}
	return id, err
}

// MediaPublic reports whether a published story shows the medium: files of others do not exist for readers.
func (v *View) MediaPublic(ctx context.Context, id string) (bool, error) {
	return v.selectMediaPublic(ctx, id)
}

// Languages joined as the site has them, for building list names.
func listName(parts ...string) string { return strings.Join(parts, "/") }

// Names of lists. Every list is in one language but AuthorList.
func AllList(lang string) string              { return listName(lang, "all") }
func SectionList(lang, section string) string { return listName(lang, "section", section) }
func RegionList(lang, region string) string   { return listName(lang, "region", region) }
func RegionSectionList(lang, region, section string) string {
	return listName(lang, "region", region, section)
}
func TopicList(lang, topic string) string   { return listName(lang, "topic", topic) }
func KindListName(lang, kind string) string { return listName(lang, "kind", kind) }
func AuthorList(author string) string       { return listName("author", author) }

// CorrectionsList holds the corrected stories at the time of their newest correction.
func CorrectionsList(lang string) string { return listName(lang, "corrections") }
