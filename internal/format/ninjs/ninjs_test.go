package ninjs_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/format/date"
	"masthead/internal/format/ninjs"
)

type stamp struct{ Raw, UTC string }

// facts are what expected.json says of an item.
type facts struct {
	URI, GUID, Type, Profile, Version, PubStatus, UsageTerms, EdNote, Language, Byline, Headline, Slugline string
	Located, Source, CopyrightHolder, Title, Expires                                                       string
	Urgency                                                                                                int
	VersionCreated, FirstCreated, Embargoed                                                                stamp
	Subjects                                                                                               []struct{ Code, Scheme, Name string }
	SubjectCount                                                                                           int `json:"subject_count"`
	Places, Renditions                                                                                     []string
	Headlines                                                                                              []struct{ Role, Value string }
	Bodies                                                                                                 []struct{ Role, ContentType string }
	BodyStart                                                                                              string `json:"body_start"`
	BodyEnd                                                                                                string `json:"body_end"`
	DescriptionStart                                                                                       string `json:"description_start"`
	Associations                                                                                           any
}

func expected(t testing.TB) map[string][]facts {
	b, err := os.ReadFile(fixture.Data(t, "wire", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct {
		Format string
		Items  json.RawMessage
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	want := map[string][]facts{}
	for name, f := range all {
		if f.Format != "ninjs" {
			continue
		}
		var items []facts
		if err := json.Unmarshal(f.Items, &items); err != nil {
			t.Fatal(name, err)
		}
		want[name] = items
	}
	return want
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// plain is the text of HTML, with a blank for each tag.
func plain(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return words(b.String())
		case html.TextToken:
			b.Write(z.Text())
		default:
			b.WriteByte(' ')
		}
	}
}

func squeeze(s string) string { return strings.ReplaceAll(words(s), " ", "") }

func TestRealFiles(t *testing.T) {
	want := expected(t)
	if len(want) < 18 {
		t.Fatalf("only %d files", len(want))
	}
	for name, items := range want {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(fixture.Data(t, "wire", name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := ninjs.Parse(b)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(items) {
				t.Fatalf("%d items, want %d", len(got), len(items))
			}
			for i := range items {
				check(t, &got[i], &items[i])
				roundTrip(t, &got[i])
			}
			if v := path.Base(name); len(v) > 4 && v[0] == 'v' && v[2] == '.' && got[0].Read != int(v[1]-'0') {
				t.Errorf("read as ninjs %d", got[0].Read)
			}
		})
	}
}

func check(t *testing.T, got *ninjs.Item, want *facts) {
	t.Helper()
	same := func(what, got, want string) {
		t.Helper()
		if cut, ok := strings.CutSuffix(want, "…"); ok {
			if !strings.HasPrefix(words(got), words(cut)) {
				t.Errorf("%s: got %q, want it to begin with %q", what, got, cut)
			}
			return
		}
		if want != "" && words(got) != words(want) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	when := func(what string, got date.Date, want stamp) {
		t.Helper()
		if want.UTC != "" {
			w, err := time.Parse(time.RFC3339, want.UTC)
			if err != nil || !got.Time.Truncate(time.Second).Equal(w) {
				t.Errorf("%s: got %v, want %v", what, got, want)
			}
		}
	}
	same("uri", got.URI, want.URI)
	if want.URI == "" {
		same("guid", got.URI, want.GUID)
	} else if want.GUID != "" && !slices.Contains(got.AltIDs, ninjs.AltID{Role: "guid", Value: want.GUID}) {
		t.Errorf("alternative ids %v lack guid %q", got.AltIDs, want.GUID)
	}
	same("type", got.Type, want.Type)
	same("profile", got.Profile, want.Profile)
	same("version", got.Version, want.Version)
	same("pubstatus", got.PubStatus, want.PubStatus)
	same("usageterms", got.UsageTerms, want.UsageTerms)
	same("ednote", got.EdNote, want.EdNote)
	same("language", got.Language, want.Language)
	same("byline", got.By, want.Byline)
	same("headline", got.Headline(), want.Headline)
	same("slugline", got.Slugline, want.Slugline)
	same("located", got.Located, want.Located)
	same("copyrightholder", got.CopyrightHolder, want.CopyrightHolder)
	same("title", got.Title, want.Title)
	same("expires", got.Expires.Raw, want.Expires)
	when("versioncreated", got.VersionCreated, want.VersionCreated)
	when("firstcreated", got.FirstCreated, want.FirstCreated)
	when("embargoed", got.EmbargoedUntil, want.Embargoed)
	if got.EmbargoedUntil.Raw != want.Embargoed.Raw {
		t.Errorf("embargo %q, want %q", got.EmbargoedUntil.Raw, want.Embargoed.Raw)
	}
	if want.Urgency != 0 && got.Urgency != want.Urgency {
		t.Errorf("urgency %d, want %d", got.Urgency, want.Urgency)
	}
	if want.Source != "" && !slices.ContainsFunc(got.InfoSources, func(s ninjs.Source) bool { return s.Name == want.Source }) {
		t.Errorf("sources %v lack %q", got.InfoSources, want.Source)
	}
	if want.SubjectCount != 0 && len(got.Subjects) != want.SubjectCount {
		t.Errorf("%d subjects, want %d", len(got.Subjects), want.SubjectCount)
	}
	for i, s := range want.Subjects {
		if i >= len(got.Subjects) {
			break
		}
		g := got.Subjects[i]
		same("subject", g.Name, s.Name)
		same("subject scheme", g.Scheme, s.Scheme)
		if s.Code != "" && s.Code != g.Literal && s.Code != g.URI {
			t.Errorf("subject %v, want code %q", g, s.Code)
		}
	}
	for i, p := range want.Places {
		if i < len(got.Places) {
			same("place", got.Places[i].Name, p)
		}
	}
	if len(want.Places) != len(got.Places) {
		t.Errorf("%d places, want %d", len(got.Places), len(want.Places))
	}
	for i, h := range want.Headlines {
		same("headlines", got.Headlines[i].Role+" "+got.Headlines[i].Value, h.Role+" "+h.Value)
	}
	for i, b := range want.Bodies {
		same("bodies", got.Bodies[i].Role+" "+got.Bodies[i].ContentType, b.Role+" "+b.ContentType)
	}
	var names []string
	for _, r := range got.Renditions {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	slices.Sort(want.Renditions)
	if d := cmp.Diff(want.Renditions, names); d != "" {
		t.Errorf("renditions (-want +got):\n%s", d)
	}
	checkAssociations(t, got.Associations, want.Associations)
	checkBody(t, got, want)
}

func checkAssociations(t *testing.T, got []ninjs.Item, want any) {
	t.Helper()
	types := map[string]string{}
	switch want := want.(type) {
	case nil:
		return
	case map[string]any:
		for name, typ := range want {
			types[name], _ = typ.(string)
		}
	case []any:
		for _, a := range want {
			m := a.(map[string]any)
			types[m["name"].(string)], _ = m["type"].(string)
		}
	}
	found := map[string]string{}
	for _, a := range got {
		found[a.Name] = a.Type
	}
	if d := cmp.Diff(types, found); d != "" {
		t.Errorf("associations (-want +got):\n%s", d)
	}
}

func checkBody(t *testing.T, got *ninjs.Item, want *facts) {
	t.Helper()
	holds := func(texts []ninjs.Text, part string) bool {
		return slices.ContainsFunc(texts, func(x ninjs.Text) bool {
			return strings.Contains(squeeze(plain(x.Value)), squeeze(part)) || strings.Contains(squeeze(x.Value), squeeze(part))
		})
	}
	if want.BodyStart != "" && !holds(got.Bodies, want.BodyStart) {
		t.Errorf("no body holds %q", want.BodyStart)
	}
	if want.BodyEnd != "" && !holds(got.Bodies, want.BodyEnd) {
		t.Errorf("no body holds %q", want.BodyEnd)
	}
	if start := strings.TrimSuffix(want.DescriptionStart, "…"); start != "" && !holds(got.Descriptions, start) {
		t.Errorf("no description holds %q", want.DescriptionStart)
	}
	if _, ok := got.Body(); ok != (want.BodyStart != "") && want.BodyStart != "" {
		t.Error("no body is best")
	}
}

// roundTrip writes the item as ninjs 3 and reads it again: nothing may change but what ninjs 3 has no place for.
func roundTrip(t *testing.T, it *ninjs.Item) {
	t.Helper()
	line, err := it.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(line, "\n\r") {
		t.Error("more than one line")
	}
	again, err := ninjs.Parse(line)
	if err != nil || len(again) != 1 {
		t.Fatalf("%v in %s", err, line)
	}
	if again[0].Read != 3 {
		t.Errorf("written as ninjs %d", again[0].Read)
	}
	var clean func(it ninjs.Item) ninjs.Item
	clean = func(it ninjs.Item) ninjs.Item {
		it.Read, it.Standard, it.ContentModified = 0, nil, date.Date{}
		for _, d := range []*date.Date{&it.FirstCreated, &it.VersionCreated, &it.ContentCreated, &it.EmbargoedUntil, &it.Expires} {
			*d = date.At(d.Time.UTC())
			if d.Time.IsZero() {
				*d = date.Date{}
			}
		}
		for _, list := range []*[]ninjs.Concept{&it.People, &it.Organisations, &it.Places, &it.Subjects, &it.Events, &it.Objects} {
			*list = slices.Clone(*list)
			for i := range *list {
				(*list)[i].Scheme = ""
			}
		}
		it.Associations = slices.Clone(it.Associations)
		for i := range it.Associations {
			it.Associations[i] = clean(it.Associations[i])
		}
		return it
	}
	a, b := clean(*it), clean(again[0])
	a.Name = ""
	if d := cmp.Diff(a, b, cmp.AllowUnexported(date.Date{})); d != "" {
		t.Errorf("round trip (-before +after):\n%s", d)
	}
}

func TestParseShapes(t *testing.T) {
	one := `{"uri":"u1","type":"text","versioncreated":"2020-01-01T00:00:00Z","headline":"A “b”"}`
	tests := map[string]struct {
		in   string
		uris []string
	}{
		"bare":         {one, []string{"u1"}},
		"list":         {"[" + one + "," + strings.Replace(one, "u1", "u2", 1) + "]", []string{"u1", "u2"}},
		"wrapped":      {`{"total":1,"item":[` + one + `]}`, []string{"u1"}},
		"line by line": {one + "\n" + strings.Replace(one, "u1", "u2", 1) + "\n", []string{"u1", "u2"}},
		"guid":         {`{"guid":"g","type":"text","headline":"x","version":3,"urgency":"4","associations":{"a":null}}`, []string{"g"}},
		"mark":         {"\xEF\xBB\xBF" + one, []string{"u1"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			items, err := ninjs.Parse([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			var uris []string
			for _, it := range items {
				uris = append(uris, it.URI)
			}
			if d := cmp.Diff(tt.uris, uris); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"empty":          {"", "no ninjs item"},
		"cut off":        {"{\"uri\":\"u\",\n\"type\":", "line 2: the JSON ends in the middle"},
		"broken":         {"{\"uri\":\n}", "line 2"},
		"other JSON":     {`{"a":1}`, "no ninjs item"},
		"number":         {`1`, "no JSON object"},
		"list of what":   {`["x"]`, "item 1 of the list"},
		"no id":          {`{"type":"text","headline":"Hello","versioncreated":"2020-01-01T00:00:00Z"}`, `without uri or guid (headline "Hello")`},
		"half character": {`{"uri":"u","type":"text","headline":"a \ud83d b"}`, `half a character (\ud83d)`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ninjs.Parse([]byte(tt.in))
			if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want an invalid one with %q", err, tt.want)
			}
		})
	}
}

func TestExactText(t *testing.T) {
	in := `{"uri":"u","type":"text","versionCreated":"2020-01-01T00:00:00+01:00","headlines":[{"role":"main","value":"\ud83d\ude00 “a”\u00a0& <b> \\ud83d \u2028"}],"bodies":[]}`
	items, err := ninjs.Parse([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	want := "😀 “a”\u00a0& <b> \\ud83d \u2028"
	if got := items[0].Headline(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	line, err := items[0].Marshal()
	if err != nil || !strings.Contains(string(line), "“a”\u00a0& <b>") || !strings.Contains(string(line), `"versionCreated":"2020-01-01T00:00:00+01:00"`) {
		t.Errorf("%s, %v", line, err)
	}
}

func TestMarshalKeepsToTheSchema(t *testing.T) {
	items, err := ninjs.Parse([]byte(`{"uri":"u","type":"advisory","pubstatus":"usable","representationtype":"incomplete","headline":"x",` +
		`"embargoed":"2018-05-28T16:40:08","associations":{"a":{"uri":"v","type":"other"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := items[0].Marshal()
	want := `{"uri":"u","representationType":"partial","pubStatus":"withheld","headlines":[{"role":"main","value":"x"}],` +
		`"associations":[{"name":"a","uri":"v"}],` +
		`"standard":{"name":"ninjs","version":"3.1","schema":"http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"}}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if items[0].Type != "advisory" || items[0].Associations[0].Type != "other" || !items[0].EmbargoedUntil.Naive() {
		t.Errorf("writing changed the item: %+v", items[0])
	}
}

func TestEmbargoAndState(t *testing.T) {
	tests := map[string]struct {
		fields  string
		held    bool
		written string
	}{
		"none":        {`"pubstatus":"usable"`, false, "usable"},
		"instant":     {`"embargoed":"2018-05-28T16:40:08Z","pubStatus":"usable"`, true, "usable"},
		"no offset":   {`"embargoed":"2018-05-28T16:40:08"`, true, "withheld"},
		"unreadable":  {`"embargoedUntil":"Friday"`, true, "withheld"},
		"placeholder": {`"embargoed":"0001-01-01T00:00:00"`, false, ""},
		"canceled":    {`"embargoed":"Friday","pubstatus":"stat:Cancelled"`, true, "canceled"},
		"odd state":   {`"pubstatus":"embargoed"`, false, "withheld"},
	}
	for name, tt := range tests {
		items, err := ninjs.Parse([]byte(`{"uri":"u","type":"text","headline":"x",` + tt.fields + `}`))
		if err != nil {
			t.Fatal(name, err)
		}
		b, err := items[0].Marshal()
		if err != nil {
			t.Fatal(name, err)
		}
		var out struct{ PubStatus string }
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatal(name, err)
		}
		if _, held := items[0].Embargo(); held != tt.held || out.PubStatus != tt.written {
			t.Errorf("%s: held %v, written as %q", name, held, out.PubStatus)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"guid":"g","type":"text","headline":"x","associations":{"a":{"guid":"h"}},"renditions":{"r":{"width":"1"}},"altids":{"k":1}}`))
	f.Add([]byte(`[{"uri":"u","versionCreated":"2020-01-01T00:00:00Z","headlines":[{"value":"\ud83d\ude00"}],"places":["x"]}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := ninjs.Parse(b)
		if err != nil {
			return
		}
		for i := range items {
			if _, err := items[i].Marshal(); err != nil {
				t.Error(err)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	names, err := filepath.Glob(fixture.Data(b, "wire", "ninjs", "*.json"))
	if err != nil {
		b.Fatal(err)
	}
	var files [][]byte
	for _, name := range names {
		f, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, f)
	}
	for b.Loop() {
		for _, f := range files {
			if _, err := ninjs.Parse(f); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(files)*b.N)/b.Elapsed().Seconds(), "items/s")
}
