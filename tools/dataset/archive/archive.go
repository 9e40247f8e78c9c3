// Package archive invents the archive of a newspaper: any number of stories over ten years, in English and
// French, with the lengths, rhythms and frequencies of words of real ones. The same seed, size and end make the same
// stories, whichever order they are asked for in. It knows nothing of databases.
package archive

import (
	"math"
	"math/rand/v2"
	"time"

	"masthead/internal/content"
	"masthead/internal/published"
)

// zone is the newsroom's.
const zone = "America/Edmonton"

// Archive is an invented archive. It is safe for concurrent use.
type Archive struct {
	n        int
	seed     uint64
	until    time.Time
	calendar *calendar
	site     published.Site
	authors  []published.Author
	lang     [2]language // English, French
}

type language struct {
	code   string
	words  *lexicon
	topics []published.Topic
}

// New returns the archive of n stories that ends at until.
func New(n int, seed uint64, until time.Time) *Archive {
	names := newNames()
	a := &Archive{n: n, seed: seed, until: until.UTC().Truncate(time.Second), site: site(zone), authors: authors(names)}
	a.calendar = newCalendar(a.until, a.site.Location())
	en, fr := english(names), french(names)
	a.lang = [2]language{{"en", en, topics(en, topicCount*85/100)}, {"fr", fr, topics(fr, topicCount*15/100)}}
	return a
}

// Site returns the settings of the portal.
func (a *Archive) Site() published.Site { return a.site }

// Authors returns the pages of the newsroom's people.
func (a *Archive) Authors() []published.Author { return a.authors }

// Topics returns what editors wrote about the most frequent topics.
func (a *Archive) Topics() []published.TopicPage {
	return append(topicPages(a.lang[0].topics, "en", a.calendar.start), topicPages(a.lang[1].topics, "fr", a.calendar.start)...)
}

// Draft is a story with the moment it was published at, and when it was last updated (zero: never).
type Draft struct {
	Copy        published.Story
	Publication content.Publication
}

// Story returns the i-th story, 0 being the oldest.
func (a *Archive) Story(i int) Draft {
	r := rand.New(rand.NewPCG(a.seed, uint64(i)))
	at := a.calendar.at((float64(i) + r.Float64()) / float64(a.n))
	l := a.lang[0]
	if r.IntN(100) < 15 {
		l = a.lang[1]
	}
	d := Draft{
		Copy: published.Story{ID: idOf(i), Language: l.code, Section: sections[zipf(r, len(sections))][0], Kind: "story"},
		// Whole seconds, as wires and other systems say it.
		Publication: content.Publication{At: at},
	}
	s := &d.Copy
	town := a.file(s, r)
	w := newWriter(l.words, r, town, at.Year())
	a.sign(s, r, w, l)
	s.Headline = w.headline()
	if r.IntN(10) < 8 {
		s.Standfirst = w.line(w.standfirsts)
	}
	s.Body = body(w, length(r))
	a.later(&d, r, w)
	return d
}

// file gives the story its regions and kind and returns the town that it happens in.
func (a *Archive) file(s *published.Story, r *rand.Rand) (town string) {
	regions := a.site.Regions
	town = regions[r.IntN(len(regions))].Name
	for k := range [10]int{0, 0, 1, 1, 1, 1, 1, 1, 2, 3}[r.IntN(10)] {
		g := regions[(zipf(r, len(regions))+k)%len(regions)]
		s.Regions = append(s.Regions, g.Slug)
		town = g.Name
	}
	switch {
	case s.Section == "opinion" || s.Section == "letters":
		s.Kind = "opinion"
	case s.Section == "community" && r.IntN(3) == 0:
		s.Kind = "obituary"
	}
	return town
}

// sign gives the story its topics, bylines, dateline and credits.
func (a *Archive) sign(s *published.Story, r *rand.Rand, w *writer, l language) {
	for range 1 + r.IntN(4) {
		t := l.topics[zipf(r, len(l.topics))]
		if !hasTopic(s.Topics, t.Slug) {
			s.Topics = append(s.Topics, t)
		}
	}
	switch by := a.authors[zipf(r, len(a.authors))]; {
	case r.IntN(4) == 0:
		s.Source = "Prairie Wire"
		s.Bylines = []published.Byline{{Name: "Prairie Wire"}}
	default:
		s.Bylines = []published.Byline{{Slug: by.Slug, Name: by.Name, Role: by.Role[l.code]}}
	}
	if r.IntN(3) == 0 {
		s.Dateline = w.place
	}
	if r.IntN(8) == 0 {
		s.Credits = []string{w.people[0]}
	}
}

func hasTopic(list []published.Topic, slug string) bool {
	for _, t := range list {
		if t.Slug == slug {
			return true
		}
	}
	return false
}

// later adds what happened to the story after its publication: one in eight was updated, one in a hundred corrected.
func (a *Archive) later(d *Draft, r *rand.Rand, w *writer) {
	at := d.Publication.At
	if r.IntN(8) == 0 {
		if t := at.Add(time.Duration(5+r.IntN(600)) * time.Minute); t.Before(a.until) {
			d.Publication.Updated = t
		}
	}
	if r.IntN(100) == 0 {
		t := at.Add(time.Duration(1+r.IntN(96)) * time.Hour)
		if t.Before(a.until) {
			text := w.line(w.standfirsts)
			d.Copy.Corrections = []published.Correction{{At: t, Text: text, Place: [2]string{"end", "top"}[r.IntN(2)]}}
			d.Copy.Log = []published.LogEntry{{At: t, Kind: "corrected", Note: text}}
		}
	}
}

// length returns how many words a story has: log-normal about 550, from 120 to 1,500.
func length(r *rand.Rand) int {
	return int(min(max(550*math.Exp(r.NormFloat64()*.45), 120), 1500))
}

// idOf returns the id of the i-th story in the alphabet that the portal uses, in order, and lower than that of any
// story to come.
func idOf(i int) string {
	const letters = "0123456789bcdfghjkmnpqrstvwxyz"
	n := uint64(i)<<4 + 1
	id := [10]byte{}
	for k := len(id) - 1; k >= 0; k-- {
		id[k] = letters[n%uint64(len(letters))]
		n /= uint64(len(letters))
	}
	return string(id[:])
}
