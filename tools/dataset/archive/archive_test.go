package archive_test

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"masthead/internal/doc"
	"masthead/tools/dataset/archive"
)

var until = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func TestTheSameSeedMakesTheSameStories(t *testing.T) {
	a, b, c := archive.New(1000, 1, until), archive.New(1000, 1, until), archive.New(1000, 2, until)
	for _, i := range []int{0, 1, 500, 999} {
		if x, y := a.Story(i), b.Story(i); !reflect.DeepEqual(x, y) {
			t.Errorf("story %d differs: %q, %q", i, x.Copy.Headline, y.Copy.Headline)
		}
		if x, y := a.Story(i), c.Story(i); reflect.DeepEqual(x.Copy.Body, y.Copy.Body) {
			t.Errorf("story %d is the same with another seed", i)
		}
	}
}

func TestStoriesLookLikeNews(t *testing.T) {
	const n = 2000
	a := archive.New(n, 1, until)
	known := map[string]bool{}
	for _, s := range a.Site().Sections {
		known["section "+s.Slug] = true
	}
	for _, r := range a.Site().Regions {
		known["region "+r.Slug] = true
	}
	var last time.Time
	words, french, corrected := 0, 0, 0
	forms, topics := map[string]bool{}, map[string]bool{}
	for i := range n {
		d := a.Story(i)
		s := d.Copy
		if err := doc.Validate(s.Body); err != nil {
			t.Fatalf("story %d: %v", i, err)
		}
		if d.Publication.At.Before(last) || d.Publication.At.After(until) {
			t.Errorf("story %d is of %v after one of %v", i, d.Publication.At, last)
		}
		last = d.Publication.At
		if c := utf8.RuneCountInString(s.Headline); c < 40 || c > 100 {
			t.Errorf("headline of %d letters: %q", c, s.Headline)
		}
		count := doc.Words(s.Body)
		if count < 110 || count > 1700 {
			t.Errorf("story %d has %d words", i, count)
		}
		words += count
		if !known["section "+s.Section] {
			t.Errorf("section %q", s.Section)
		}
		for _, r := range s.Regions {
			if !known["region "+r] {
				t.Errorf("region %q", r)
			}
		}
		for _, x := range s.Topics {
			topics[x.Slug] = true
		}
		if s.Language == "fr" {
			french++
		}
		corrected += len(s.Corrections)
		for w := range strings.FieldsSeq(doc.Text(s.Body)) {
			forms[strings.Trim(w, ".,“”«»")] = true
		}
	}
	if mean := words / n; mean < 500 || mean > 700 {
		t.Errorf("mean length %d words", mean)
	}
	if french < n/10 || french > n/5 {
		t.Errorf("%d of %d in French", french, n)
	}
	if corrected == 0 || len(topics) < 1000 || len(forms) < 8000 {
		t.Errorf("%d corrections, %d topics, %d word forms", corrected, len(topics), len(forms))
	}
}
