package search_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"masthead/internal/search"
)

// shape writes a query so that tests can compare it.
func shape(q search.Query) string {
	var b strings.Builder
	for _, t := range q.Terms {
		fmt.Fprintf(&b, "[%s", t.Text)
		if t.Phrase {
			b.WriteString(" phrase")
		}
		if t.Not {
			b.WriteString(" not")
		}
		b.WriteString("]")
	}
	for _, f := range q.Filters {
		fmt.Fprintf(&b, "{%s=%s", f.Op, f.Value)
		if f.Slugs != nil {
			fmt.Fprint(&b, " ", f.Slugs)
		}
		if f.Not {
			b.WriteString(" not")
		}
		b.WriteString("}")
	}
	for _, t := range []time.Time{q.After, q.Before} {
		if !t.IsZero() {
			b.WriteString("<" + t.Format("2006-01-02T15:04Z0700") + ">")
		}
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"  grain   ships ", "[grain][ships]"},
		{`"grain ships" -war -"old port"`, "[grain ships phrase][war not][old port phrase not]"},
		{`« grain ships » “port`, "[grain ships phrase][port phrase]"},
		{`a"b c"d`, "[a][b c phrase][d]"},
		{"section:world", "{section=world [world europe]}"},
		{"Section:MONDE in:Alberta", "{section=MONDE [world europe]}{in=Alberta [calgary red-deer]}"},
		{`in:"red deer" -in:Québec`, "{in=red deer [red-deer]}{in=Québec [quebec] not}"},
		{"in:alta. in:atlantis", "{in=alta. [calgary red-deer]}{in=atlantis [atlantis]}"},
		{`by:okafor -by:"A. Núñez"`, "{by=okafor}{by=A. Núñez not}"},
		{"kind:Video", "{kind=Video [video]}"},
		{"after:2024 before:2024-11", "{after=2024}{before=2024-11}<2024-01-01T00:00-0700><2024-11-01T00:00-0600>"},
		{"before:2024-11-22 before:2023", "{before=2024-11-22}{before=2023}<2023-01-01T00:00-0700>"},
		{"before:2024-13 after:x -before:2024", "[before:2024-13][after:x][before:2024 not]"},
		{`colour:red colour:"dark red" section: by:""`, "[colour:red][colour:][dark red phrase][section:][by:]"},
		{"- -- ! --x a-b", "[--x][a-b]"},
		{"12:30", "[12:30]"},
		{strings.Repeat("a ", 40), strings.Repeat("[a]", 16)},
	} {
		if got := shape(search.Parse(c.text, site)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestWithout(t *testing.T) {
	q := search.Parse(`grain section:world  ships -in:"red deer"`, site)
	want := []string{`grain ships -in:"red deer"`, "grain section:world  ships"}
	for i, f := range q.Filters {
		if got := q.Without(f); got != want[i] {
			t.Errorf("without %s: got %q, want %q", f.Op, got, want[i])
		}
	}
	if got := search.Parse("section:world", site); got.Without(got.Filters[0]) != "" || got.Empty() {
		t.Errorf("got %q", got.Without(got.Filters[0]))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "grain -war", `"a b" section:world in:"red deer" by:x before:2024-11-22 after:2024 kind:video`,
		`-"`, `:`, `--`, `section:"`, "«l’eau»", "\xff\x00", "in:\u0130", "before:0001-01-01", `-by:"-"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := search.Parse(text, site)
		if n := len(q.Terms) + len(q.Filters); n > 16 {
			t.Fatalf("%d terms", n)
		}
		if len(q.Text) > 500 || !utf8.ValidString(q.Text) {
			t.Fatalf("text %q", q.Text)
		}
		if again := search.Parse(q.Text, site); shape(again) != shape(q) {
			t.Fatalf("%q read again: %s, first %s", text, shape(again), shape(q))
		}
		for _, g := range q.Filters {
			if len(g.Slugs) > 64 {
				t.Fatalf("%d choices", len(g.Slugs))
			}
			q.Without(g)
		}
	})
}
