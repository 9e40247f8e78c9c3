package plaincopy_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"masthead/internal/format/plaincopy"
)

func TestHTML(t *testing.T) {
	long := strings.Repeat("A sentence of the story. ", 8)
	tests := map[string]struct{ in, want string }{
		"empty":         {" \n ", ""},
		"one line":      {"a < b & “c”", "<p>a &lt; b &amp; “c”</p>"},
		"empty lines":   {"a\nb\n\nc\r\nd\r\n\r\n", "<p>a\nb</p><p>c\nd</p>"},
		"indented":      {"(Adds detail)\n    * One\n    By Ann\n    Gold rose\non Tuesday.", "<p>(Adds detail)</p><p>* One</p><p>By Ann</p><p>Gold rose\non Tuesday.</p>"},
		"wrapped":       {"Gold rose on\nTuesday as stocks\nfell.", "<p>Gold rose on\nTuesday as stocks\nfell.</p>"},
		"line by line":  {long + "\n" + long, "<p>" + strings.TrimSpace(long) + "</p><p>" + strings.TrimSpace(long) + "</p>"},
		"edges":         {"\n    one\ntwo\n  ", "<p>one\ntwo</p>"},
		"table":         {"Results on Monday\nAdanaspor      2 Kasimpasa  0\nSunday\nBesiktas       5 Konyaspor  1\nRize <b>       1 Kardemir   0\nThe end.", "<p>Results on Monday</p><pre>Adanaspor      2 Kasimpasa  0\nSunday\nBesiktas       5 Konyaspor  1\nRize &lt;b&gt;       1 Kardemir   0</pre><p>The end.</p>"},
		"typist":        {"One.  Two.  Three.\nFour.  Five.  Six.\nSeven.  Eight.  Nine.", "<p>One.  Two.  Three.\nFour.  Five.  Six.\nSeven.  Eight.  Nine.</p>"},
		"no-break stay": {"\u00a0a\u00a0\n\nb", "<p>\u00a0a\u00a0</p><p>b</p>"},
	}
	for name, tt := range tests {
		if got := plaincopy.HTML(tt.in); got != tt.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, tt.want)
		}
	}
}

var tag = regexp.MustCompile(`</?(p|pre)>`)

func FuzzHTML(f *testing.F) {
	f.Add("a  b  c\n1  2  3\n4  5  6\n\n x")
	f.Fuzz(func(t *testing.T, in string) {
		squeeze := func(s string) string { return strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "").Replace(s) }
		out := plaincopy.HTML(in)
		if !strings.Contains(in, "&") && squeeze(html.UnescapeString(tag.ReplaceAllString(out, " "))) != squeeze(in) {
			t.Errorf("%q became %q", in, out)
		}
	})
}
