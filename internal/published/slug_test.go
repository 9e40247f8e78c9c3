package published_test

import (
	"strings"
	"testing"

	"masthead/internal/published"
)

func TestMakeSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Grain ships leave Odesa":        "grain-ships-leave-odesa",
		"Élection : l’été, c’est fini !": "election-lete-cest-fini",
		"Œuvre, Ærø & Straße":            "oeuvre-aero-strasse",
		"  --$42M -- vote—delayed  ":     "42m-vote-delayed",
		"Łódź":                           "lodz",
		"ᐃᓄᒃᑎᑐᑦ":                         "",
		"":                               "",
		strings.Repeat("word ", 40):      strings.TrimSuffix(strings.Repeat("word-", 16), "-"),
		strings.Repeat("x", 200):         strings.Repeat("x", 80),
	} {
		if got := published.MakeSlug(in); got != want {
			t.Errorf("MakeSlug(%q) = %q, want %q", in, got, want)
		}
		if got := published.MakeSlug(published.MakeSlug(in)); got != want {
			t.Errorf("MakeSlug twice of %q = %q", in, got)
		}
	}
}
