package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/errs"
	"masthead/internal/format/date"
	"masthead/internal/format/ninjs"
	"masthead/internal/packed"
	"masthead/internal/published"
)

// reader does, on any number of goroutines, all the work on a file that needs no transaction.
type reader struct {
	o    Options
	site *published.Site
	zone *time.Location // the newsroom's
	now  func() time.Time
}

// file is a file that was read.
type file struct {
	path    string
	failed  []Failure
	notes   []Failure
	items   int
	hash    string // of the bytes
	packed  []byte
	format  string
	entries []entry
}

// entry is an item that is ready to be written.
type entry struct {
	guid, version string
	created       int64 // microseconds; 0: no date that can be right
	status        string
	digest        string // of the item
	packed        []byte

	text    bool              // it can be a story
	story   published.Story   // the story that it makes
	made    string            // digest of that story's text
	first   time.Time         // when it was first published; zero: on arrival
	changed time.Time         // when this version was made; zero: on arrival
	embargo time.Time         // zero: none
	ready   *content.Prepared // if it is new, and nothing speaks against the short way
}

// file never fails: what is wrong stands in the result.
func (r *reader) file(path string) *file {
	f := &file{path: path}
	b, err := readFile(path)
	var m Message
	if err == nil {
		m, err = Read(b, "")
	}
	if err != nil && isMedia(b) {
		f.note("", "a picture, film or sound, not copy: left where it is")
		return f
	}
	if err != nil {
		f.failed = []Failure{{Path: path, Reason: reason(err)}}
		return f
	}
	sum := sha256.Sum256(b)
	f.hash, f.packed, f.format = hex.EncodeToString(sum[:]), packed.Bytes(b), m.Format
	for _, p := range m.Problems {
		f.note(p.Item, p.Text)
	}
	f.items = len(m.Items)
	for i := range m.Items {
		e, err := r.entry(f, &m.Items[i])
		if err != nil {
			f.failed = append(f.failed, Failure{Path: path, Item: m.Items[i].URI, Reason: reason(err)})
			continue
		}
		f.entries = append(f.entries, e)
	}
	return f
}

// isMedia reports whether bytes begin as the files that agencies send beside their copy do.
func isMedia(b []byte) bool {
	if len(b) > 12 && (string(b[4:8]) == "ftyp" || string(b[8:12]) == "WEBP" || string(b[8:12]) == "WAVE") {
		return true
	}
	for _, magic := range []string{"\xff\xd8\xff", "\x89PNG\r\n", "GIF8", "ID3", "\x1aE\xdf\xa3"} {
		if strings.HasPrefix(string(b[:min(len(b), 8)]), magic) {
			return true
		}
	}
	return false
}

func (f *file) note(item, text string) {
	f.notes = append(f.notes, Failure{Path: f.path, Item: item, Reason: text})
}

func (r *reader) entry(f *file, it *ninjs.Item) (entry, error) {
	e := entry{guid: it.URI, version: it.Version, status: it.PubStatus}
	now := r.now()
	r.dates(f, &e, it, now)
	body := bodyOf(it)
	words := clean(it, body)
	raw, err := it.Marshal()
	if err != nil {
		return e, err
	}
	e.digest, e.packed = digest(raw), packed.Bytes(raw)
	story, note := storyOf(it, body, r.o, r.site)
	if note != "" {
		f.note(e.guid, note)
	}
	e.story = story
	e.text = isStory(it.Type) && words > 0
	if !e.text {
		if it.Type != "composite" && isStory(it.Type) && story.Headline == "" && e.status != canceled {
			return e, errs.Errorf(errs.Invalid, "neither a headline nor a text")
		}
		return e, nil
	}
	if e.status == canceled {
		return e, nil
	}
	e.made = textDigest(&story)
	return e, r.ready(&e, now)
}

// ready prepares the story for the case that it is new. It also judges it: what content refuses is refused here.
func (r *reader) ready(e *entry, now time.Time) (err error) {
	var p *content.Publication
	if r.o.Publish && e.status == usable && !e.embargo.After(now) {
		p = e.publication(now)
	}
	e.ready, err = content.PrepareNew(e.story, p, r.site, now)
	return err
}

// isStory reports whether items of a ninjs type may be stories; pictures and the like are kept as items. (A composite
// with a text is a story that came with its pictures.)
func isStory(kind string) bool { return kind == "" || kind == "text" || kind == "composite" }

// publication says how a story is published for the first time, the embargo aside.
func (e *entry) publication(now time.Time) *content.Publication {
	p := &content.Publication{At: e.first}
	if e.embargo.After(p.At) && !p.At.IsZero() {
		p.At = e.embargo
	}
	if p.At.After(now) {
		p.At = time.Time{}
	}
	if !p.At.IsZero() && e.changed.After(p.At) && !e.changed.After(now) {
		p.Updated = e.changed
	}
	return p
}

// dates settles when the item was made. A clock reading without a zone is one of the newsroom's; a date that is
// missing, or lies in the future, is the time of arrival, which the version does not record: it would be another
// one each time.
func (r *reader) dates(f *file, e *entry, it *ninjs.Item, now time.Time) {
	for _, d := range []*date.Date{&it.VersionCreated, &it.FirstCreated, &it.ContentCreated, &it.ContentModified, &it.EmbargoedUntil} {
		*d = date.At(d.In(r.zone))
	}
	e.embargo = it.EmbargoedUntil.Time.UTC()
	e.first, e.changed = r.possible(f, e, it.FirstCreated, now), r.possible(f, e, it.VersionCreated, now)
	if e.changed.IsZero() && it.VersionCreated.IsZero() {
		if e.changed = r.possible(f, e, it.ContentModified, now); e.changed.IsZero() {
			e.changed = e.first
		}
	}
	if e.first.IsZero() || e.changed.Before(e.first) && !e.changed.IsZero() {
		e.first = e.changed
	}
	if !e.changed.IsZero() {
		e.created = e.changed.UnixMicro()
	}
}

// possible returns the date, or zero for one before agencies had wires or one that has not come yet; clocks may
// differ by some minutes.
func (r *reader) possible(f *file, e *entry, d date.Date, now time.Time) time.Time {
	t := d.Time.UTC().Truncate(time.Microsecond)
	switch {
	case d.IsZero() || t.Year() < 1850:
		return time.Time{}
	case t.After(now.Add(10 * time.Minute)):
		f.noteOnce(e.guid, fmt.Sprintf("its date %s is in the future: the time of arrival counts", t.Format(time.RFC3339)))
		return time.Time{}
	}
	return t
}

func (f *file) noteOnce(item, text string) {
	if n := len(f.notes); n == 0 || f.notes[n-1] != (Failure{f.path, item, text}) {
		f.note(item, text)
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// textDigest is over what an editor may have written in a story that the wire made.
func textDigest(s *published.Story) string {
	b, err := json.Marshal([]any{
		s.Headline, s.ShortHeadline, s.Standfirst, s.Kicker, s.Dateline, s.Language, s.Bylines, s.Topics, s.Credits,
		s.Source, s.Rights, s.Corrections, s.Body,
	})
	if err != nil {
		return "" // every part of a story has a JSON form
	}
	return digest(b)
}
