package search

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"masthead/internal/db"
	"masthead/internal/errs"
)

// What is guessed at: words of at least minGuess bytes, at most maxGuesses of a query, among at most
// maxCandidates known words that begin with the same letter.
const (
	minGuess      = 4
	maxGuesses    = 4
	maxCandidates = 20_000
	maxTried      = 3 // candidates looked up in the index for each word
)

// Suggest returns the text of a query with its unknown words replaced by words of headlines that are spelled
// nearly so, "" if there is nothing to suggest. It is meant for a query that found nothing or little: it looks
// through part of the vocabulary, which takes milliseconds. The first letter of a word is taken to be right.
func Suggest(ctx context.Context, d *db.DB, q Query, lang string) (text string, err error) {
	defer errs.Wrap(&err, "suggest")
	l := languageOf(lang)
	text = q.Text
	guesses := 0
	for _, t := range slices.Backward(q.Terms) { // so that the places before it stay right
		if t.Not || t.end > len(q.Text) {
			continue
		}
		part := q.Text[t.start:t.end]
		fixed := part
		for _, w := range slices.Backward(slices.Collect(words(part))) {
			if len(w.folded) < minGuess || l.token(w.folded) == "" || guesses == maxGuesses {
				continue
			}
			guesses++
			better, err := nearest(ctx, d, l, w.folded)
			if err != nil {
				return "", err
			}
			if better != "" {
				fixed = fixed[:w.start] + better + fixed[w.end:]
			}
		}
		text = text[:t.start] + fixed + text[t.end:]
	}
	if text == q.Text {
		return "", nil
	}
	return text, nil
}

// nearest returns the known word closest to an unknown one, the most used among equals; "" if the word is known
// or nothing is near.
func nearest(ctx context.Context, d *db.DB, l language, w string) (string, error) {
	n, err := uses(ctx, d, l, w)
	if err != nil || n > 0 {
		return "", err
	}
	limit := 1
	if utf8.RuneCountInString(w) >= 6 {
		limit = 2
	}
	_, size := utf8.DecodeRuneInString(w)
	length := utf8.RuneCountInString(w)
	list, err := selectVocabulary(ctx, d, l.code, w[:size], w[:size]+string(utf8.MaxRune), length-limit, length+limit, maxCandidates)
	if err != nil {
		return "", err
	}
	type candidate struct {
		known
		distance int
	}
	var near []candidate
	for _, k := range list {
		if n := distance(w, k.word, limit); n <= limit {
			near = append(near, candidate{k, n})
		}
	}
	slices.SortFunc(near, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.word, b.word)
	})
	best, most := "", 0
	for i, c := range near {
		if i == maxTried || best != "" && c.distance > near[0].distance {
			break
		}
		n, err := uses(ctx, d, l, c.word)
		if err != nil {
			return "", err
		}
		if n > most {
			best, most = c.shown, n
		}
	}
	return best, nil
}

// uses counts the stories that have a word, up to Cap.
func uses(ctx context.Context, d *db.DB, l language, folded string) (n int, err error) {
	t := l.token(folded)
	if t == "" {
		return 0, nil
	}
	list, err := selectFacets(ctx, d, plan{have: [][]string{{t}}, to: lastNumber}, Cap)
	for _, c := range list {
		n += c.n
	}
	return n, err
}

// distance is the number of letters inserted, left out, replaced or swapped with their neighbour between two
// words; above limit it is only known to be more.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	var before []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		next := make([]int, len(y)+1)
		next[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		if slices.Min(next) > limit {
			return limit + 1
		}
		before, row = row, next
	}
	return row[len(y)]
}
