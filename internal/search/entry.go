package search

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/published"
)

// Entry is a story made ready for the index.
type Entry struct {
	story  string
	at     time.Time
	lang   language
	facets string
	// Tokens parted by spaces; see gap.
	body, lede, head, tags string
	vocabulary             [][2]string // folded and shown words of the headline, sorted
}

// gap stands between two texts of a field, so that no phrase runs from one into the other.
const gap = "_"

// What is indexed of one story at most, in words. PostgreSQL counts positions up to 16,383 only.
const (
	maxHead = 200
	maxLede = 3000
	maxBody = 12000
)

// Prepare makes the index entry of a story. It is pure computation: do it before the transaction begins.
func Prepare(s *published.Story) Entry {
	f := fieldsOf(s)
	e := Entry{story: s.ID, at: s.Published.UTC(), lang: languageOf(s.Language), facets: facetsOf(s)}
	e.head = e.lang.join(f.head, maxHead)
	e.lede = e.lang.join(f.lede, maxLede)
	e.body = e.lang.join(f.body, maxBody)
	e.tags = strings.Join(tagsOf(s, e.lang), " ")
	e.vocabulary = vocabularyOf(s.Headline)
	return e
}

func (l language) join(texts []string, limit int) string {
	var b strings.Builder
	n := 0
	for _, text := range texts {
		if n > 0 && n < limit {
			b.WriteString(gap)
			b.WriteByte(' ')
			n++
		}
		for w := range words(text) {
			t := l.token(w.folded)
			if t == "" {
				continue
			}
			if n >= limit {
				return b.String()
			}
			b.WriteString(t)
			b.WriteByte(' ')
			n++
		}
	}
	return b.String()
}

// Kinds of tags.
const (
	tagAny     = "l"
	tagSection = "s"
	tagRegion  = "r"
	tagKind    = "k"
	tagBy      = "b"
)

// maxTags bounds the regions and the words of bylines that one story is found by.
const maxTags = 64

func tagsOf(s *published.Story, l language) []string {
	tags := []string{l.tag(tagAny, ""), l.tag(tagSection, s.Section), l.tag(tagKind, s.Kind)}
	for _, r := range s.Regions {
		tags = append(tags, l.tag(tagRegion, r))
	}
	for _, b := range s.Bylines {
		for w := range words(b.Name) {
			tags = append(tags, l.tag(tagBy, w.folded))
		}
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	return tags[:min(len(tags), maxTags)]
}

// facetsOf is what the counts beside the results are made of. The year is that of UTC.
func facetsOf(s *published.Story) string {
	clean := strings.NewReplacer("|", " ", ",", " ").Replace
	regions := make([]string, 0, len(s.Regions))
	for _, r := range s.Regions[:min(len(s.Regions), maxTags)] {
		regions = append(regions, clean(r))
	}
	return clean(s.Section) + "|" + clean(s.Kind) + "|" + strconv.Itoa(s.Published.UTC().Year()) + "|" + strings.Join(regions, ",")
}

// vocabularyOf returns the words of a headline that are long enough to be guessed at.
func vocabularyOf(headline string) [][2]string {
	var list [][2]string
	for w := range words(headline) {
		if len(list) == maxHead {
			break
		}
		if len(w.folded) >= minGuess {
			list = append(list, [2]string{w.folded, strings.ToLower(headline[w.start:w.end])})
		}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return slices.CompactFunc(list, func(a, b [2]string) bool { return a[0] == b[0] })
}

// second is the share of numbers that one second of publishing has.
const second = 1024

// Put writes the entries of stories that the transaction publishes, in place of those before. Call it late in the
// transaction: on PostgreSQL it takes the lock that orders commits. FTS5 is several times faster when the stories of
// a transaction come in the order of their publication, as Put takes those that it is given at once; who calls it
// story by story does well to sort them before.
func Put(ctx context.Context, tx *db.Tx, entries ...Entry) error {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.at.Compare(b.at) })
	for _, e := range entries {
		if err := put(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

func put(ctx context.Context, tx *db.Tx, e Entry) (err error) {
	defer errs.Wrap(&err, "index story %s", e.story)
	if err := tx.LockOrder(ctx); err != nil {
		return err
	}
	old, at, found, err := selectDoc(ctx, tx, e.story)
	if err != nil {
		return err
	}
	number := old
	if found {
		if err := deleteDoc(ctx, tx, old); err != nil {
			return err
		}
	}
	if !found || at != e.at.UnixMicro() {
		if number, err = freeNumber(ctx, tx, e.at); err != nil {
			return err
		}
	}
	if err := insertDoc(ctx, tx, number, e); err != nil {
		return err
	}
	return insertVocabulary(ctx, tx, e)
}

// freeNumber returns a number in the second of at. A second that is full (an archive dated by the day) lends
// from the seconds after it, in growing steps.
func freeNumber(ctx context.Context, tx *db.Tx, at time.Time) (int64, error) {
	base := max(0, at.Unix()) * second
	for step := int64(0); ; step = max(1, step*2) {
		from := base + step*second
		last, err := selectLast(ctx, tx, from, from+second)
		if err != nil {
			return 0, err
		}
		if last < from+second-1 {
			return max(last+1, from), nil
		}
	}
}

// Remove takes a story out of the index. One that is not there is no error.
func Remove(ctx context.Context, tx *db.Tx, id string) (err error) {
	defer errs.Wrap(&err, "take story %s out of the index", id)
	number, _, found, err := selectDoc(ctx, tx, id)
	if err != nil || !found {
		return err
	}
	return deleteDoc(ctx, tx, number)
}
