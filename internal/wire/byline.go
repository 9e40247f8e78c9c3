package wire

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"masthead/internal/format/ninjs"
	"masthead/internal/published"
)

var (
	byWord   = regexp.MustCompile(`^(?i:by|par|von|por|di|av|text|tekst):?[ \x{a0}]+`)
	andWord  = regexp.MustCompile(`(?i)[ \x{a0}]+(?:and|et|und|och|og|y|&)[ \x{a0}]+`)
	initials = regexp.MustCompile(`^[A-Za-z]{1,3}(?:[/,-][A-Za-z]{1,4})*$`)
)

// agencies gives the names that readers know to the codes and addresses that agencies send for themselves.
var agencies = map[string]string{
	"ap": "The Associated Press", "ap.org": "The Associated Press", "associated press": "The Associated Press",
	"the associated press": "The Associated Press",
	"reuters":              "Reuters", "reuters.com": "Reuters", "thomson reuters": "Reuters",
	"afp": "Agence France-Presse", "afp.com": "Agence France-Presse",
	"the canadian press": "The Canadian Press", "canadian press": "The Canadian Press", "cp": "The Canadian Press",
	"la presse canadienne": "La Presse Canadienne",
	"dpa":                  "dpa", "efe": "EFE", "agencia efe": "EFE", "pa": "PA Media", "ansa.it": "ANSA", "ansa": "ANSA",
	"globenewswire.com": "GlobeNewswire", "globenewswire": "GlobeNewswire", "aap": "AAP", "ntb": "NTB", "stt": "STT",
	"tt": "TT", "bbc": "BBC", "gyi": "Getty Images",
}

// providerOf returns the name of the agency that the item comes from, "" if it says none.
func providerOf(it *ninjs.Item) string {
	for _, role := range []string{"provider", ""} {
		for _, s := range it.InfoSources {
			if role != "" && lastPart(s.Role) != role {
				continue
			}
			if name := agency(first(s.Name, lastPart(s.Literal), s.URI)); name != "" {
				return name
			}
		}
	}
	return agency(it.CopyrightHolder)
}

// agency returns the name for readers; "" for what is only a code or an address.
func agency(s string) string {
	s = oneLine(s)
	if name, ok := agencies[strings.ToLower(s)]; ok {
		return name
	}
	if strings.Contains(s, "://") || len(s) > 120 {
		return ""
	}
	return s
}

// bylinesOf reads a byline: one or more names, each perhaps with a position behind a comma. A byline that names
// only the agency, or only initials, is none.
func bylinesOf(by, source string) []published.Byline {
	by = oneLine(by)
	var list []published.Byline
	for part := range strings.SplitSeq(by, ";") {
		part = byWord.ReplaceAllString(strings.TrimSpace(part), "")
		for _, b := range onePart(part) {
			if b.Name == "" || initials.MatchString(b.Name) || isAgency(b.Name, source) || strings.Contains(b.Name, "@") || len(b.Name) > 200 {
				continue
			}
			if isAgency(b.Role, source) {
				b.Role = ""
			}
			list = append(list, b)
		}
		if len(list) >= 20 {
			break
		}
	}
	return list
}

func onePart(part string) []published.Byline {
	fields := strings.Split(part, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	// "A, B and C" are names; "A, position" and "A and B, position" end in one.
	role := ""
	if n := len(fields); n > 1 && !andWord.MatchString(" "+fields[n-1]) && !isName(fields[n-1]) && (n == 2 || andWord.MatchString(fields[n-2])) {
		role, fields = fields[n-1], fields[:n-1]
	}
	var list []published.Byline
	for _, f := range fields {
		for _, name := range andWord.Split(strings.TrimPrefix(f, "and "), -1) {
			list = append(list, published.Byline{Name: strings.TrimSpace(name), Role: role})
		}
	}
	return list
}

// positions are words that tell a position or a house from a name.
var positions = regexp.MustCompile(`(?i)\b(?:writer|reporter|correspondent|editor|chief|columnist|critic|staff|press|news|media|online|university|college|business|political|sports?|agency|the)\b`)

// isName reports whether what stands behind a comma is one more name: two words with capitals, none of them a position.
func isName(s string) bool {
	parts := strings.Fields(s)
	if len(parts) != 2 || positions.MatchString(s) {
		return false
	}
	for _, p := range parts {
		if r, _ := utf8.DecodeRuneInString(p); !unicode.IsUpper(r) || strings.ToUpper(p) == p && len(p) < 4 {
			return false
		}
	}
	return true
}

func isAgency(name, source string) bool {
	if name == "" {
		return false
	}
	_, known := agencies[strings.ToLower(name)]
	return known || strings.EqualFold(name, source) || !strings.ContainsFunc(name, unicode.IsLetter)
}
