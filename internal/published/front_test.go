package published_test

import (
	"fmt"
	"testing"

	"masthead/internal/published"
)

func TestFrontsFromBeforeAreRead(t *testing.T) {
	var f published.Front
	if err := f.UnmarshalJSON([]byte(`{"containers":[{"layout":"lead","pinned":["a","b"],"list":"all"},{"layout":"row","id":"1"}]}`)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Containers[0].Cards); got != fmt.Sprint([]published.Placed{{Story: "a"}, {Story: "b"}}) {
		t.Errorf("pinned stories became %s", got)
	}
	if f.Containers[0].ID != "2" || f.Containers[1].ID != "1" || f.Containers[0].List != "all" {
		t.Errorf("containers %+v", f.Containers)
	}
}

func TestFrontByRule(t *testing.T) {
	s := published.Site{
		Languages: []string{"en", "fr"}, Place: "calgary",
		Sections: []published.Section{{Slug: "local"}, {Slug: "alberta"}, {Slug: "hockey", Parent: "local"}, {Slug: "hidden", Hidden: true}, {Slug: "opinion"}},
		Regions:  []published.Region{{Slug: "banff", Name: "Banff", Province: "Alberta"}, {Slug: "calgary", Name: "Calgary", Province: "Alberta"}},
	}
	lists := func(name string) (out []string) {
		for _, k := range s.FrontByRule(name).Containers {
			out = append(out, k.ID+" "+k.Layout+" "+k.List)
		}
		return out
	}
	for name, want := range map[string]string{
		"en/home":    "[1 lead all 2 row region/calgary 3 row section/local 4 row section/alberta 5 video kind/video 6 opinion kind/opinion 7 most  8 service ]",
		"fr/r/banff": "[1 lead region/banff 2 row region/banff/local 3 row region/banff/opinion 4 row section/alberta 5 river all 6 most ]",
	} {
		if got := fmt.Sprint(lists(name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"", "en", "de/home", "en/x", "en/r/", "en/r/oslo", "en/home/"} {
		if s.FrontByRule(name) != nil {
			t.Errorf("there is a front %q", name)
		}
	}
}

func FuzzStoredFront(f *testing.F) {
	for _, s := range []string{
		`{"containers":[{"layout":"lead","pinned":["a","b"],"list":"all"},{"layout":"row","id":"1"}]}`,
		`{"containers":[{"id":"2","layout":"river","cards":[{"story":"a","boost":2}]},{"layout":"notice","text":"x"}]}`, `{}`, `{"containers":null}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var a, b published.Front
		if err := a.UnmarshalJSON([]byte(text)); err != nil {
			return
		}
		seen := map[string]bool{}
		for _, k := range a.Containers {
			if k.ID == "" {
				t.Fatal("a container without an id")
			}
			seen[k.ID] = true
		}
		if err := b.UnmarshalJSON([]byte(text)); err != nil || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatal("read twice it differs", err)
		}
	})
}
