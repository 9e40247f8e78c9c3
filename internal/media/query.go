package media

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"masthead/internal/errs"
)

// Query chooses media, the newest first. Empty fields choose all.
type Query struct {
	Text     string   // as it was typed
	Words    []string // each must be found; folded, "field:word" for one field
	Without  []string // none may be found
	Kind     string   // photo, video, audio
	Shape    string   // landscape, portrait, square
	Rights   []string // categories; "none": nobody has said
	Not      []string // categories that are left out
	Cost     string
	Used     *bool
	Credited *bool
	NoAlt    *bool     // a use of it lacks an alternative text
	Ending   bool      // rights that end within a week, or have ended
	From, To time.Time // when it came to the library; To is exclusive
	New      int       // came within so many days
	State    string
	Removed  bool   // those that were taken out of the library, instead of those in it
	Before   string // from a Page: the list goes on after it
	N        int    // at most 200; 0: 60
}

// fields of words that can be searched by themselves.
var fields = map[string]string{
	"credit": "credit", "by": "by", "place": "place", "person": "person", "people": "person", "title": "title", "caption": "caption", "keyword": "keyword", "source": "source",
}

// ParseQuery reads what a person types: words, "words together" (each of them), -word, and fields: credit:, by:, place:, person:, title:,
// caption:, keyword:, source:, rights:agency, -rights:stock, cost:free, used:yes, is:landscape, is:removed, expires:soon, needs:credit, needs:alt, new:week,
// after:2026-01, before:2026-03-15. What has the form of a field and is none is an error of kind errs.Invalid.
func ParseQuery(text string) (q Query, err error) {
	q.Text = strings.TrimSpace(text)
	if len(text) > 1000 {
		return q, errs.Errorf(errs.Invalid, "the search is longer than 1000 letters: shorten it")
	}
	for _, t := range tokens(text) {
		if err := q.add(t); err != nil {
			return q, err
		}
	}
	return q, nil
}

// token is one part of what was typed.
type token struct {
	not          bool
	field, value string
}

// tokens parts a text at spaces outside quotation marks.
func tokens(text string) (list []token) {
	var b strings.Builder
	quoted := false
	flush := func() {
		s := b.String()
		b.Reset()
		t := token{value: s}
		t.value, t.not = strings.CutPrefix(s, "-")
		if field, value, ok := strings.Cut(t.value, ":"); ok && field != "" && isField(field) {
			t.field, t.value = strings.ToLower(field), value
		}
		if t.value != "" {
			list = append(list, t)
		}
	}
	for _, r := range text {
		switch {
		case r == '"' || r == '“' || r == '”' || r == '«' || r == '»':
			quoted = !quoted
		case unicode.IsSpace(r) && !quoted:
			flush()
		default:
			b.WriteRune(r)
		}
	}
	flush()
	return list
}

func isField(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

func (q *Query) add(t token) error {
	value := strings.ToLower(t.value)
	yes := func(what ...string) bool { return slices.Contains(what, value) }
	switch t.field {
	case "":
		q.words("", t)
	case "rights":
		if value != "none" && !slices.Contains(Categories, value) {
			return errs.Errorf(errs.Invalid, "rights:%s: use none, %s", t.value, strings.Join(Categories, ", "))
		}
		if t.not {
			q.Not = append(q.Not, value)
		} else {
			q.Rights = append(q.Rights, value)
		}
	case "cost":
		if !slices.Contains(Costs, value) {
			return errs.Errorf(errs.Invalid, "cost:%s: use %s", t.value, strings.Join(Costs, ", "))
		}
		q.Cost = value
	case "used":
		b := yes("yes", "oui") != t.not
		q.Used = &b
	case "is":
		switch value {
		case "landscape", "portrait", "square":
			q.Shape = value
		case "photo", "video", "audio":
			q.Kind = value
		case Making, Ready, Failed:
			q.State = value
		case "removed":
			q.Removed = true
		default:
			return errs.Errorf(errs.Invalid, "is:%s: use photo, video, audio, landscape, portrait, square, making, failed or removed", t.value)
		}
	case "expires":
		q.Ending = true
	case "needs":
		b := t.not
		switch value {
		case "credit":
			q.Credited = &b
		case "alt":
			b = !b
			q.NoAlt = &b
		default:
			return errs.Errorf(errs.Invalid, "needs:%s: use needs:credit or needs:alt", t.value)
		}
	case "new":
		q.New = map[string]int{"today": 1, "week": 7, "month": 31}[value]
		if q.New == 0 {
			return errs.Errorf(errs.Invalid, "new:%s: use today, week or month", t.value)
		}
	case "after", "before":
		at, err := day(value)
		if err != nil {
			return err
		}
		if t.field == "after" {
			q.From = at
		} else {
			q.To = at
		}
	default:
		field, ok := fields[t.field]
		if !ok {
			return errs.Errorf(errs.Invalid, "%s: is no field: use credit, by, place, person, title, caption, keyword, source, rights, cost, used, is, expires, needs, new, after or before", t.field)
		}
		q.words(field+":", t)
	}
	return nil
}

func (q *Query) words(prefix string, t token) {
	for _, w := range wordsOf(t.value) {
		if t.not {
			q.Without = append(q.Without, prefix+w)
		} else {
			q.Words = append(q.Words, prefix+w)
		}
	}
}

func day(s string) (time.Time, error) {
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		if at, err := time.Parse(form, s); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errs.Errorf(errs.Invalid, "the date %q: write it as 2026-03-15, 2026-03 or 2026", s)
}

// maxWord bounds one word of the index, in bytes; maxWords how many of one medium are indexed.
const (
	maxWord  = 40
	maxWords = 400
)

// wordsOf parts a text into folded words: small letters without accents, digits.
func wordsOf(text string) (list []string) {
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			list = append(list, b.String())
			b.Reset()
		}
	}
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if b.Len() < maxWord {
				b.WriteRune(unicode.ToLower(r))
			}
		case unicode.Is(unicode.Mn, r):
		default:
			flush()
		}
	}
	flush()
	return list
}

// index returns the words by which a medium is found.
func (m *Item) index() []string {
	f := m.Facts
	var list []string
	add := func(field, text string) {
		for _, w := range wordsOf(text) {
			if len(list) < 2*maxWords {
				list = append(list, w, field+":"+w)
			}
		}
	}
	add("title", f.Title)
	add("caption", f.Caption)
	add("caption", m.Alt)
	add("credit", f.Credit)
	add("credit", f.Copyright)
	add("by", f.Creator)
	add("source", f.Source)
	add("place", f.Place)
	for _, p := range f.People {
		add("person", p)
	}
	for _, k := range f.Keywords {
		add("keyword", k)
	}
	add("title", m.Original.Name)
	add("rights", m.Rights.Category)
	slices.Sort(list)
	return slices.Compact(list)
}
