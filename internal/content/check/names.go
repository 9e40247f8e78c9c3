package check

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// name finds two to four words with capitals in a row; small words of family names may stand between them.
var name = regexp.MustCompile(`\p{Lu}[\p{L}’'-]+(?:[ \x{00a0}](?:(?:de|du|la|le|von|van|der|den|bin|al)[ \x{00a0}])*\p{Lu}[\p{L}’'-]+){1,3}`)

// single finds one word with a capital.
var single = regexp.MustCompile(`\p{Lu}[\p{L}’'-]+`)

// names finds a name that is spelled two ways: within the text, or otherwise than the newsroom has spelled it before.
// It is silent where it cannot know: only names of two words or more, and family names of people named in full, are
// compared, and only one letter may be different.
func (l *look) names() {
	where := map[string]part{} // first place of each full name
	lone := map[string]part{}  // and of each capitalised word by itself, in mid-sentence
	var order []string
	small := map[string]bool{} // words that also stand in small letters: no names
	for _, p := range l.parts {
		full := name.FindAllStringIndex(p.text, -1)
		for _, at := range full {
			n := unpossessed(strings.ReplaceAll(p.text[at[0]:at[1]], "\u00a0", " "))
			if _, seen := where[n]; !seen {
				where[n] = p
				order = append(order, n)
			}
		}
		for _, at := range single.FindAllStringIndex(p.text, -1) {
			if inside(full, at) || starts(p.text, at[0]) {
				continue
			}
			n := unpossessed(p.text[at[0]:at[1]])
			if _, seen := lone[n]; !seen {
				lone[n] = p
			}
		}
		for _, w := range strings.FieldsFunc(p.text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if r, _ := utf8.DecodeRuneInString(w); unicode.IsLower(r) {
				small[w] = true
			}
		}
	}
	known := map[string]bool{}
	for _, n := range l.f.Names {
		known[n] = true
	}
	for _, t := range l.c.Topics {
		known[t.Name] = true
	}
	for _, b := range l.c.Bylines {
		known[b.Name] = true
	}
	said := map[string]bool{}
	report := func(p part, odd, other string) {
		if pair := min(odd, other) + "/" + max(odd, other); !said[pair] {
			said[pair] = true
			l.at(Consider, "name_spelling", p, odd, other)
		}
	}
	for i, n := range order {
		for _, other := range order[:i] {
			if alike(n, other) && !(known[n] && known[other]) {
				report(where[n], n, other)
			}
		}
		if known[n] {
			continue
		}
		for _, k := range slices.Sorted(maps.Keys(known)) {
			if alike(n, k) {
				report(where[n], n, k)
			}
		}
	}
	l.families(order, lone, small, report)
}

// families compares words that stand alone with the family names of those who are named in full.
func (l *look) families(full []string, lone map[string]part, small map[string]bool, report func(part, string, string)) {
	last := map[string]bool{}
	for _, n := range full {
		last[n[strings.LastIndexByte(n, ' ')+1:]] = true
	}
	for _, w := range slices.Sorted(maps.Keys(lone)) {
		if last[w] || small[strings.ToLower(w)] {
			continue
		}
		for _, family := range slices.Sorted(maps.Keys(last)) {
			if near(w, family) && !lastLetter(w, family) && !small[strings.ToLower(family)] {
				report(lone[w], w, family)
			}
		}
	}
}

// alike reports whether two names have the same words but for one, which differs by a letter.
func alike(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) || len(x) < 2 {
		return false
	}
	different := -1
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		if different >= 0 {
			return false
		}
		different = i
	}
	if different < 0 || !near(x[different], y[different]) {
		return false
	}
	// Eric and Erica Olsen, the Olsen and the Olsens: two people, two numbers.
	return different == len(x)-1 && !plural(x[different], y[different]) || !lastLetter(x[different], y[different])
}

// near reports whether two words are one letter apart: one is other, missing or changes places with the next. The
// first letter must be the same, and short words are too often close.
func near(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if a == b || len(x) < 5 || len(y) < 5 || x[0] != y[0] {
		return false
	}
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	j := 0
	for j < len(x)-i && j < len(y)-i && x[len(x)-1-j] == y[len(y)-1-j] {
		j++
	}
	m, n := x[i:len(x)-j], y[i:len(y)-j]
	switch {
	case len(m) == 1 && len(n) == 1, len(m)+len(n) == 1:
		return true
	case len(m) == 2 && len(n) == 2:
		return m[0] == n[1] && m[1] == n[0]
	}
	return false
}

func plural(a, b string) bool { return a+"s" == b || b+"s" == a }

// lastLetter reports whether only the last letter is different, or more: Alberta and Alberto, Daniel and Daniela.
func lastLetter(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n := min(len(x), len(y)) - 1
	if len(x) != len(y) {
		n++
	}
	return string(x[:n]) == string(y[:n])
}

func unpossessed(s string) string {
	for _, end := range []string{"’s", "'s", "’", "'", "-"} {
		s = strings.TrimSuffix(s, end)
	}
	return s
}

func inside(spans [][]int, at []int) bool {
	return slices.ContainsFunc(spans, func(s []int) bool { return s[0] <= at[0] && at[1] <= s[1] })
}

// starts reports whether a sentence begins at text[i:], where every word has a capital.
func starts(text string, i int) bool {
	before := strings.TrimRightFunc(text[:i], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("“«\"‘'([", r) })
	r, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || strings.ContainsRune("!?…:;—–", r) || r == '.' && !abbrev.MatchString(before)
}
