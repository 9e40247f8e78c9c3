package search

import (
	"iter"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/french"
	"golang.org/x/text/unicode/norm"
)

// maxWord bounds a folded word in bytes; the rest of a longer one does not count, in text and query alike.
const maxWord = 40

// word is one word of a text: folded (lower case, no accents), and where it stands (bytes).
type word struct {
	folded     string
	start, end int
}

// words yields the words of a text in order: runs of letters, digits and marks. An apostrophe parts words, and
// the single letter it leaves is no word of its own (l’eau, d’Odesa, Odesa’s). Scripts written without spaces
// count every character as a word.
func words(text string) iter.Seq[word] {
	return func(yield func(word) bool) {
		start := -1 // of the word that is being read
		before := rune(' ')
		emit := func(end int, after rune) bool {
			if start < 0 {
				return true
			}
			from := start
			start = -1
			raw := text[from:end]
			if (apostrophe(before) || apostrophe(after)) && utf8.RuneCountInString(raw) == 1 {
				return true
			}
			f := fold(raw)
			return f == "" || yield(word{f, from, end})
		}
		last := rune(' ')
		for i, r := range text {
			switch {
			case ideograph(r):
				if !emit(i, r) {
					return
				}
				start, before = i, last
				if !emit(i+utf8.RuneLen(r), ' ') {
					return
				}
			case inWord(r):
				if start < 0 {
					start, before = i, last
				}
			default:
				if !emit(i, r) {
					return
				}
			}
			last = r
		}
		emit(len(text), ' ')
	}
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '‘' }

func ideograph(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// fold returns a word in lower case without accents, ligatures opened, at most maxWord bytes; "" if nothing is
// left of it. Only letters and digits remain.
func fold(raw string) string {
	if plain(raw) {
		return clip(strings.ToLower(raw))
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(raw) {
		r = unicode.ToLower(r)
		if s := opened(r); s != "" {
			b.WriteString(s)
		} else if !unicode.IsMark(r) && inWord(r) {
			b.WriteRune(r)
		}
		if b.Len() > maxWord {
			break
		}
	}
	return clip(b.String())
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func clip(s string) string {
	if len(s) <= maxWord {
		return s
	}
	n := maxWord
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// opened spells out the Latin letters that decomposition leaves whole.
func opened(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ø':
		return "o"
	case 'ß':
		return "ss"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	}
	return ""
}

// language is how the words of a language are brought to their stems.
type language struct {
	code string // at the front of every stem, so that a word of one language never meets that of another
	stem func(string) string
	stop func(string) bool
}

// languageOf takes a BCP 47 tag; only the primary tag counts.
func languageOf(tag string) language {
	code, _, _ := strings.Cut(tag, "-")
	code = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(code))
	if len(code) > 8 {
		code = code[:8]
	}
	switch code {
	case "en":
		return language{code, stemEnglish, stopEnglish}
	case "fr":
		return language{code, stemFrench, stopFrench}
	}
	return language{code, func(w string) string { return w }, func(string) bool { return false }}
}

// token returns the indexed form of a folded word, "" if the word is not indexed.
func (l language) token(folded string) string {
	hash := xxhash.Sum64String(folded)
	for i := range len(l.code) {
		hash = hash*31 + uint64(l.code[i])
	}
	slot := &memo[hash%uint64(len(memo))]
	if m := slot.Load(); m != nil && m.folded == folded && m.code == l.code {
		return m.token
	}
	m := &remembered{code: l.code, folded: strings.Clone(folded)}
	if !l.stop(folded) {
		m.token = l.code + "_" + l.stem(folded)
	}
	slot.Store(m)
	return m.token
}

// memo remembers the tokens of words met lately. Stemming is a pure function and costs most of the work of
// preparing a story, and nine words of ten were in the stories before.
var memo [1 << 14]atomic.Pointer[remembered]

type remembered struct{ code, folded, token string }

// tokens returns the indexed form of a text.
func (l language) tokens(text string) (list []string) {
	for w := range words(text) {
		if t := l.token(w.folded); t != "" {
			list = append(list, t)
		}
	}
	return list
}

// tag is the token of a property; no word has a second underscore.
func (l language) tag(kind, value string) string {
	return l.code + "_" + kind + "_" + strings.Map(func(r rune) rune {
		if r != '-' && inWord(r) && !unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return '_'
	}, clip(value))
}

func stemEnglish(w string) string { return orWhole(english.Stem(w, true), w) }

// stemFrench works on words without accents, because readers leave them out: élevée, élevé and eleve have to
// meet. It puts back the one accent that the stemmer needs (première, premier) and takes the endings in -e
// that it leaves.
func stemFrench(w string) string {
	s := w
	if rest, found := strings.CutSuffix(strings.TrimSuffix(w, "s"), "iere"); found {
		s = rest + "ière"
	}
	s = french.Stem(s, true)
	if !plain(s) {
		s = fold(s)
	}
	if len(s) > 3 {
		s = strings.TrimRight(s, "e")
	}
	return orWhole(s, w)
}

func orWhole(stem, w string) string {
	if stem == "" {
		return w
	}
	return stem
}

// Words that stand in nearly every story tell nothing and cost half of the index; they are not indexed and not
// searched. A phrase reads over them. Words that carry a meaning of their own (not, who, été) stay.

func stopEnglish(w string) bool {
	switch w {
	case "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have", "he",
		"her", "his", "in", "is", "it", "its", "of", "on", "or", "she", "that", "the", "their", "they", "this", "to",
		"was", "were", "which", "with":
		return true
	}
	return false
}

func stopFrench(w string) bool {
	switch w {
	case "a", "au", "aux", "avec", "ce", "ces", "cette", "dans", "de", "des", "du", "elle", "en", "est", "et", "il",
		"ils", "la", "le", "les", "leur", "leurs", "mais", "ne", "on", "ou", "par", "pour", "qu", "que", "qui", "sa",
		"se", "ses", "sont", "sur", "un", "une":
		return true
	}
	return false
}
