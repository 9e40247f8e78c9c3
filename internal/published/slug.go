package published

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// slugLimit bounds a slug's length in bytes; whole words are kept.
const slugLimit = 80

// MakeSlug returns the form of a text that URLs use: lower-case ASCII letters and digits with single hyphens;
// accents folded (é → e, œ → oe), other scripts dropped. "" if nothing is left.
func MakeSlug(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		case r == '\'', r == '’', unicode.Is(unicode.Mn, r): // l’été → lete; combining accents
		default:
			if s := b.String(); s != "" && s[len(s)-1] != '-' {
				b.WriteByte('-')
			}
		}
	}
	s := strings.Trim(b.String(), "-")
	if len(s) > slugLimit {
		s = s[:slugLimit+1]
		if i := strings.LastIndexByte(s, '-'); i > 0 {
			s = s[:i]
		} else {
			s = s[:slugLimit]
		}
	}
	return s
}
