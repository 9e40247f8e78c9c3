package compare

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	number = regexp.MustCompile(`[$€£]?\d+(?:[.,\x{a0}]\d+)*%?`)
	unit   = regexp.MustCompile(`^[\s-]*((?:per cent|percent|pour cent|percentage points?|million|billion|millions? d[e’]|milliards? d[e’])\s*)?(\p{L}+)?`)
	proper = regexp.MustCompile(`\p{Lu}[\p{L}’'-]+(?:[ \x{a0}](?:(?:de|du|la|le|von|van|der|den|bin|al)[ \x{a0}])*\p{Lu}[\p{L}’'-]+)*`)
	speech = regexp.MustCompile(`“[^“”]*”|«[^«»]*»`)
)

// facts collects changed numbers, names and quotes, each once.
type facts struct{ numbers, names, quotes []Fact }

func (f *facts) inOrder() []Fact { return slices.Concat(f.numbers, f.names, f.quotes) }

// look finds the facts that are different between two versions of one text.
func (f *facts) look(ops []Op, old, new string) {
	if old == new {
		return
	}
	f.numbers = pairs(f.numbers, "number", numbers(ops, "del"), numbers(ops, "ins"))
	f.names = pairs(f.names, "name", names(old), names(new))
	f.quotes = pairs(f.quotes, "quote", speech.FindAllString(old, -1), speech.FindAllString(new, -1))
}

// pairs takes what both sides have away and puts together what is left, in order.
func pairs(list []Fact, kind string, old, new []string) []Fact {
	old = slices.Clone(old)
	var added []string
	for _, s := range new {
		if i := slices.Index(old, s); i >= 0 {
			old = slices.Delete(old, i, i+1)
		} else {
			added = append(added, s)
		}
	}
	for i := range max(len(old), len(added)) {
		f := Fact{Kind: kind}
		if i < len(old) {
			f.Old = old[i]
		}
		if i < len(added) {
			f.New = added[i]
		}
		if kind == "number" {
			f.Old = withoutUnit(f.Old, f.New)
		}
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// numbers returns the numbers of one side that stand in changed words, with the words after them.
func numbers(ops []Op, side string) (list []string) {
	var text strings.Builder
	var changed [][2]int
	for _, o := range ops {
		if o.Kind != "same" && o.Kind != side {
			continue
		}
		if o.Kind == side {
			changed = append(changed, [2]int{text.Len(), text.Len() + len(o.Text)})
		}
		text.WriteString(o.Text)
	}
	s := text.String()
	for _, at := range number.FindAllStringIndex(s, -1) {
		touched := slices.ContainsFunc(changed, func(c [2]int) bool { return at[0] < c[1] && c[0] < at[1] })
		if before, _ := utf8.DecodeLastRuneInString(s[:at[0]]); !touched || unicode.IsLetter(before) {
			continue
		}
		n := s[at[0]:at[1]]
		if u := strings.TrimSpace(unit.FindString(s[at[1]:])); u != "" {
			n += " " + u
		}
		list = append(list, n)
	}
	return list
}

// withoutUnit leaves the words after a number out where the other side says the same.
func withoutUnit(old, new string) string {
	n, u, ok := strings.Cut(old, " ")
	_, v, _ := strings.Cut(new, " ")
	if ok && u == v {
		return n
	}
	return old
}

// names returns the names in a text: words with capitals, but for those that only begin a sentence.
func names(text string) (list []string) {
	for _, at := range proper.FindAllStringIndex(text, -1) {
		n := strings.ReplaceAll(text[at[0]:at[1]], "\u00a0", " ")
		before := strings.TrimRightFunc(text[:at[0]], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("“«\"‘'([", r) })
		last, _ := utf8.DecodeLastRuneInString(before)
		if begins := before == "" || strings.ContainsRune(".!?…:", last); begins && !strings.Contains(n, " ") {
			continue
		}
		for _, end := range []string{"’s", "'s", "’", "'", "-"} {
			n = strings.TrimSuffix(n, end)
		}
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}
