package deskui_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"masthead/internal/content"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

func TestListSaysWhatStandsWhere(t *testing.T) {
	each(t, func(k desk) {
		a := k.story("amina", "River falls")
		b := k.story("rosa", "Council votes", func(c *published.Story) { c.Section, c.Regions = "sports", nil })
		k.set(b, content.InEdit)
		d := k.page("amina", "/newsroom/stories", 200)
		want := []string{"In edit Council votes", "Draft River falls"}
		var got []string
		d.Find("tr[data-row]").Each(func(i int, _ *goquery.Selection) {
			row := d.Find("tr[data-row]").Eq(i)
			got = append(got, texts(row.Find(".state"))[0]+" "+row.Find(".headline a").Text())
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		row := d.Find(fmt.Sprintf(`tr[data-id="%s"]`, a.ID))
		if state, _ := row.Attr("data-state"); state != "draft" {
			t.Errorf("the row's state is %q", state)
		}
		if diff := cmp.Diff([]string{"World · Calgary", "Amina Okafor", "6", "none"}, texts(row.Find("td.less"))); diff != "" {
			t.Error(diff)
		}
		if href, _ := row.Find(".headline a").Attr("href"); href != "/newsroom/stories/"+a.ID {
			t.Errorf("the row leads to %q", href)
		}
		if n := row.Find(`input[type=checkbox][name=id]`).Length(); n != 1 || row.Find("label").Text() == "" {
			t.Error("the row cannot be selected")
		}
		if text := row.Find("time").Text(); text != "5:00 a.m." {
			t.Errorf("updated %q, want the newsroom's time", text)
		}
	})
}

// TestWhatRolesCanDo: a form is shown to those whom it serves.
func TestWhatRolesCanDo(t *testing.T) {
	each(t, func(k desk) {
		k.story("amina", "River falls")
		for who, want := range map[string][]string{
			"amina": {"state", "spike"},
			"rosa":  {"state", "assign", "section", "topic", "spike"},
			"paul":  {"state", "assign", "section", "topic", "schedule", "take-down", "spike"},
		} {
			got := k.page(who, "/newsroom/stories", 200).Find(`.bulk button[name=act]`).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", who, diff)
			}
		}
		if res := k.do("rosa", http.MethodGet, "/newsroom/stories/many?act=schedule&id=x", nil); res.StatusCode != 403 {
			t.Errorf("an editor is asked when to publish: %d", res.StatusCode)
		}
	})
}

func TestViewsAndFilters(t *testing.T) {
	each(t, func(k desk) {
		k.story("amina", "River falls")
		edit := k.story("rosa", "Council votes")
		ready := k.story("rosa", "Budget day", func(c *published.Story) { c.Section, c.Language, c.Kind = "sports", "fr", "opinion" })
		live := k.story("rosa", "Bridge opens")
		k.set(edit, content.InEdit)
		k.set(ready, content.Ready)
		k.publish(live, workflow.Publication{})
		spiked := k.story("rosa", "Old news")
		k.set(spiked, content.Spiked)
		for query, want := range map[string][]string{
			"":                              {"Bridge opens", "Budget day", "Council votes", "River falls"},
			"view=mine":                     {"River falls"},
			"view=edit":                     {"Council votes"},
			"view=ready":                    {"Budget day"},
			"view=scheduled":                {},
			"view=today":                    {"Bridge opens"},
			"view=no-photo":                 {"Budget day", "Council votes", "River falls"},
			"state=ready&state=in-edit":     {"Budget day", "Council votes"},
			"state=spiked":                  {"Old news"},
			"section=sports":                {"Budget day"},
			"region=calgary&view=mine":      {"River falls"},
			"who=me":                        {"River falls"},
			"who=rosa&state=live":           {"Bridge opens"},
			"who=none":                      {},
			"lang=fr":                       {"Budget day"},
			"kind=opinion":                  {"Budget day"},
			"photo=with":                    {},
			"q=council":                     {"Council votes"},
			"from=2026-11-20&to=2026-11-20": {"Bridge opens", "Budget day", "Council votes", "River falls"},
			"from=2026-11-21":               {},
			"sort=headline":                 {"Bridge opens", "Budget day", "Council votes", "River falls"},
		} {
			got := k.page("amina", "/newsroom/stories?"+query, 200).Find("td.headline a").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q: %s", query, diff)
			}
		}
		d := k.page("amina", "/newsroom/stories", 200)
		counts := map[string]string{}
		d.Find("[data-view]").Each(func(_ int, s *goquery.Selection) { counts[s.AttrOr("data-view", "")] = s.Find("i").Text() })
		if diff := cmp.Diff(map[string]string{"": "", "mine": "1", "edit": "1", "ready": "1", "scheduled": "", "today": "1", "no-photo": "3"}, counts); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFiltersKeepTheirValues(t *testing.T) {
	each(t, func(k desk) {
		d := k.page("rosa", "/newsroom/stories?view=mine&q=ice&state=ready&section=world&who=amina&from=2026-11-01&photo=without&sort=due", 200)
		form := d.Find("form[data-filters]")
		got := map[string]string{"q": form.Find("#f-q").AttrOr("value", ""), "from": form.Find("#f-from").AttrOr("value", ""), "view": form.Find("[name=view]").AttrOr("value", "")}
		for _, name := range []string{"section", "who", "photo", "sort"} {
			got[name] = form.Find("#f-"+name+" option[selected]").AttrOr("value", "")
		}
		got["state"] = form.Find("[name=state][checked]").AttrOr("value", "")
		want := map[string]string{"q": "ice", "from": "2026-11-01", "view": "mine", "section": "world", "who": "amina", "photo": "without", "sort": "due", "state": "ready"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		chips := texts(d.Find(".chips li"))
		if diff := cmp.Diff([]string{"Ready ×", "World ×", "Amina Okafor ×", "Without a photo ×", "contains “ice” ×", "from 2026-11-01 ×"}, chips); diff != "" {
			t.Error(diff)
		}
		without, err := url.Parse(d.Find(`.chips a[aria-label="Remove the filter World"]`).AttrOr("href", ""))
		if err != nil || without.Query().Has("section") || without.Query().Get("q") != "ice" {
			t.Errorf("without the section: %v", without)
		}
	})
}

func TestBadFiltersAreAnsweredInWords(t *testing.T) {
	each(t, func(k desk) {
		for query, want := range map[string]struct{ field, part string }{
			"from=yesterday":                {"from", "2026-11-22"},
			"from=2026-11-20&to=2026-11-01": {"to", "before the first"},
			"state=gone":                    {"state", "states below"},
			"sort=colour":                   {"sort", "Choose from the list"},
			"view=none":                     {"view", "no such view"},
			"q=" + strings.Repeat("a", 201): {"q", "200 letters"},
		} {
			d := k.page("amina", "/newsroom/stories?"+query, 422)
			if title := d.Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
				t.Errorf("%s: title %q", query, title)
			}
			if text := d.Find(`.faults a[href="#f-` + want.field + `"]`).Text(); !strings.Contains(text, want.part) {
				t.Errorf("%s: %q", query, text)
			}
		}
		d := k.page("amina", "/newsroom/stories?from=yesterday", 422)
		if v := d.Find("#f-from").AttrOr("value", ""); v != "yesterday" {
			t.Errorf("the value is %q", v)
		}
		if text := texts(d.Find("#e-from")); len(text) != 1 || !strings.HasPrefix(text[0], "Error: ") {
			t.Errorf("at the field: %q", text)
		}
		if res := k.do("amina", http.MethodGet, "/newsroom/stories?cursor=x", nil); res.StatusCode != 422 {
			t.Errorf("a cursor from nowhere: %d", res.StatusCode)
		}
	})
}

func TestPagesGoOlderAndNewer(t *testing.T) {
	each(t, func(k desk) {
		for i := range 120 {
			k.story("amina", fmt.Sprintf("Story %03d", i))
		}
		d := k.page("amina", "/newsroom/stories", 200)
		first := func() string { return d.Find("td.headline a").First().Text() }
		var seen []string
		for range 2 {
			seen = append(seen, first())
			d = k.page("amina", d.Find(".pager a[rel=next]").AttrOr("href", ""), 200)
		}
		seen = append(seen, first())
		if n := d.Find(".pager a[rel=next]").Length(); n != 0 {
			t.Error("the last page leads on")
		}
		for range 2 {
			d = k.page("amina", d.Find(".pager a[rel=prev]").AttrOr("href", ""), 200)
			seen = append(seen, first())
		}
		if n := d.Find(".pager a[rel=prev]").Length(); n != 0 {
			t.Error("the first page leads back")
		}
		if diff := cmp.Diff([]string{"Story 119", "Story 069", "Story 019", "Story 069", "Story 119"}, seen); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEmptyListsSayWhatElseThereIs(t *testing.T) {
	each(t, func(k desk) {
		if text := k.page("amina", "/newsroom/stories", 200).Find(".empty").Text(); !strings.Contains(text, "Write the first one") {
			t.Errorf("a new newsroom: %q", text)
		}
		k.set(k.story("rosa", "Council votes"), content.Ready)
		if text := k.page("rosa", "/newsroom/stories?view=edit", 200).Find(".empty p").First().Text(); text != "Nothing needs editing. My work has 1." {
			t.Errorf("nothing to edit: %q", text)
		}
		if text := k.page("rosa", "/newsroom/stories?q=nothing", 200).Find(".empty").Text(); !strings.Contains(text, "Remove one of them") {
			t.Errorf("filtered away: %q", text)
		}
	})
}

func TestNewStoryIsWhereTheLastOneWas(t *testing.T) {
	each(t, func(k desk) {
		make := func() *workflow.Story {
			res := k.do("amina", http.MethodPost, "/newsroom/stories", nil)
			id, ok := strings.CutPrefix(res.Header.Get("Location"), "/newsroom/stories/")
			if res.StatusCode != 303 || !ok {
				t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
			}
			s, err := k.room.Story(k.Context(), people["amina"], id)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		if s := make(); s.Copy.Section != "" || s.Copy.Language != "en" || s.State != content.Draft {
			t.Errorf("the first story: %+v", s.Copy)
		}
		k.story("amina", "La rivière", func(c *published.Story) { c.Section, c.Language = "sports", "fr" })
		if s := make(); s.Copy.Section != "sports" || s.Copy.Language != "fr" {
			t.Errorf("the next story is in %s, %s", s.Copy.Section, s.Copy.Language)
		}
		var out struct{ ID, URL string }
		res := k.do("amina", http.MethodPost, "/newsroom/stories", nil, "Accept", "application/json")
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != 201 || out.URL != "/newsroom/stories/"+out.ID {
			t.Errorf("%d %+v %v", res.StatusCode, out, err)
		}
	})
}

func TestManyAtOnceAndUndo(t *testing.T) {
	each(t, func(k desk) {
		a, b := k.story("amina", "River falls"), k.story("amina", "Council votes")
		k.set(b, content.InEdit)
		live := k.story("rosa", "Bridge opens")
		k.publish(live, workflow.Publication{})
		for _, c := range []struct {
			act, value, said string
			changed          func(s *workflow.Story) bool
		}{
			{"state", "ready", "2 stories set to Ready.", func(s *workflow.Story) bool { return s.State == content.Ready }},
			{"assign", "rosa", "2 stories assigned to Rosa Delgado.", func(s *workflow.Story) bool { return s.Assignee == "rosa" }},
			{"assign", "none", "2 stories assigned to nobody.", func(s *workflow.Story) bool { return s.Assignee == "" }},
			{"section", "sports", "2 stories moved to Sports.", func(s *workflow.Story) bool { return s.Copy.Section == "sports" }},
			{"topic", "Ice roads", "Topic Ice roads added to 2 stories.", func(s *workflow.Story) bool { return len(s.Copy.Topics) == 2 }},
			{"spike", "", "2 stories spiked. They stay in the bin for 30 days.", func(s *workflow.Story) bool { return s.State == content.Spiked }},
		} {
			find := func(id string) *workflow.Story {
				s, err := k.room.Story(k.Context(), people["rosa"], id)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			before := []*workflow.Story{find(a.ID), find(b.ID)}
			form := values("id", a.ID, "id", b.ID, "act", c.act, c.act, c.value, "back", "/newsroom/stories?view=mine")
			d := k.follow("rosa", k.do("rosa", http.MethodPost, "/newsroom/stories/bulk", form))
			if text := d.Find(".undone p").Text(); text != c.said {
				t.Errorf("%s: said %q, want %q", c.act, text, c.said)
			}
			for _, id := range []string{a.ID, b.ID} {
				if !c.changed(find(id)) {
					t.Errorf("%s: story %s was not changed", c.act, id)
				}
			}
			undo := d.Find(".undone")
			back := values("edits", undo.Find("[name=edits]").AttrOr("value", ""), "back", undo.Find("[name=back]").AttrOr("value", ""))
			if text := k.follow("rosa", k.do("rosa", http.MethodPost, undo.AttrOr("action", ""), back)).Find(".undone p").Text(); text != "Undone: 2 stories are as they were." {
				t.Errorf("%s: undo said %q", c.act, text)
			}
			for i, was := range before {
				is := find(was.ID)
				if is.State != was.State || is.Assignee != was.Assignee || is.Copy.Section != was.Copy.Section || !cmp.Equal(is.Copy.Topics, was.Copy.Topics) {
					t.Errorf("%s: story %d is not as it was: %+v, was %+v", c.act, i, is, was)
				}
			}
		}
		// Half of it fails: that half is named.
		form := values("id", a.ID, "id", live.ID, "act", "state", "state", "ready")
		text := k.follow("rosa", k.do("rosa", http.MethodPost, "/newsroom/stories/bulk", form)).Find(".undone p").Text()
		if !strings.HasPrefix(text, "1 story set to Ready. 1 story was not changed: “Bridge opens”") || k.state(live.ID) != "live" {
			t.Errorf("said %q", text)
		}
	})
}

func TestManyForAScript(t *testing.T) {
	each(t, func(k desk) {
		a, other := k.story("amina", "River falls"), k.story("rosa", "Council votes")
		var out struct {
			Said, Undo string
			Done       []string
			Failed     map[string]string
		}
		form := values("id", a.ID, "id", other.ID, "act", "state", "state", "in-edit")
		res := k.do("amina", http.MethodPost, "/newsroom/stories/bulk", form, "Accept", "application/json")
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != 200 {
			t.Fatal(res.StatusCode, err)
		}
		if diff := cmp.Diff([]string{a.ID}, out.Done); diff != "" || out.Failed[other.ID] == "" || !strings.Contains(out.Said, "Council votes") {
			t.Errorf("%s %+v", diff, out)
		}
		if res := k.do("amina", http.MethodPost, "/newsroom/stories/undo", values("edits", out.Undo), "Accept", "application/json"); res.StatusCode != 200 || k.state(a.ID) != "draft" {
			t.Errorf("undo: %d, then %s", res.StatusCode, k.state(a.ID))
		}
	})
}

func TestUnclearFormsChangeNothing(t *testing.T) {
	each(t, func(k desk) {
		s := k.story("amina", "River falls")
		for name, c := range map[string]struct {
			form  url.Values
			field string
		}{
			"nothing selected":                     {values("act", "state", "state", "ready"), "id"},
			"no state":                             {values("id", s.ID, "act", "state"), "state"},
			"a state that only publishing reaches": {values("id", s.ID, "act", "state", "state", "live"), "state"},
			"nobody there":                         {values("id", s.ID, "act", "assign", "assign", "zoe"), "assign"},
			"no section":                           {values("id", s.ID, "act", "section", "section", "moon"), "section"},
			"an empty topic":                       {values("id", s.ID, "act", "topic", "topic", " … "), "topic"},
			"no act":                               {values("id", s.ID), ""},
		} {
			c.form.Set("back", "/newsroom/stories?q=river")
			d := k.read(k.do("rosa", http.MethodPost, "/newsroom/stories/bulk", c.form), 422)
			if d.Find(`.faults a[href="#f-`+c.field+`"]`).Length() != 1 || d.Find("#f-q").AttrOr("value", "") != "river" {
				t.Errorf("%s: %q", name, texts(d.Find(".faults")))
			}
		}
		if k.state(s.ID) != "draft" {
			t.Error("the story was changed")
		}
		if res := k.do("rosa", http.MethodPost, "/newsroom/stories/undo", values("edits", "rubbish")); res.StatusCode != 422 {
			t.Errorf("an undo of rubbish: %d", res.StatusCode)
		}
		var long url.Values = values("act", "spike")
		for i := range 201 {
			long.Add("id", fmt.Sprint(i))
		}
		if res := k.do("rosa", http.MethodPost, "/newsroom/stories/bulk", long); res.StatusCode != 422 {
			t.Errorf("201 stories: %d", res.StatusCode)
		}
	})
}

func TestScheduleAndTakeDownAskFirst(t *testing.T) {
	each(t, func(k desk) {
		a, b := k.story("amina", "River falls"), k.story("amina", "No section", func(c *published.Story) { c.Section = "" })
		res := k.do("paul", http.MethodPost, "/newsroom/stories/bulk", values("id", a.ID, "id", b.ID, "act", "schedule", "back", "/newsroom/stories"))
		d := k.follow("paul", res)
		if text := d.Find("h1").Text(); text != "Schedule 2 stories" || d.Find("[name=id]").Length() != 2 {
			t.Errorf("asked %q", text)
		}
		form := values("act", "schedule", "id", a.ID, "id", b.ID, "at", "2026-11-20T04:00", "back", "/newsroom/stories")
		d = k.read(k.do("paul", http.MethodPost, "/newsroom/stories/many", form), 422)
		if d.Find("#f-at").AttrOr("value", "") != "2026-11-20T04:00" || !strings.Contains(d.Find("#e-at").Text(), "is over") {
			t.Errorf("a moment that is over: %q", d.Find(".faults").Text())
		}
		form.Set("at", "2026-03-08T02:30") // clocks go from 2:00 to 3:00
		if text := k.read(k.do("paul", http.MethodPost, "/newsroom/stories/many", form), 422).Find("#e-at").Text(); !strings.Contains(text, "No clock") {
			t.Errorf("a moment that is not: %q", text)
		}
		form.Set("at", "2026-11-20T07:00")
		form.Set("embargo", "yes")
		text := k.follow("paul", k.do("paul", http.MethodPost, "/newsroom/stories/many", form)).Find(".toast").Text()
		if !strings.HasPrefix(text, "At 7:00 a.m., 1 story goes out. 1 story was not changed: “No section”") {
			t.Errorf("said %q", text)
		}
		if k.state(a.ID) != "embargoed" || k.state(b.ID) != "draft" {
			t.Errorf("%s, %s", k.state(a.ID), k.state(b.ID))
		}
		live := k.story("rosa", "Bridge opens")
		k.publish(live, workflow.Publication{})
		form = values("act", "take-down", "id", live.ID, "reason", " ")
		if text := k.read(k.do("paul", http.MethodPost, "/newsroom/stories/many", form), 422).Find("#e-reason").Text(); !strings.Contains(text, "Readers are told") {
			t.Errorf("without a reason: %q", text)
		}
		form.Set("reason", "A judge ordered it.")
		k.follow("paul", k.do("paul", http.MethodPost, "/newsroom/stories/many", form))
		if k.state(live.ID) != "taken-down" {
			t.Errorf("it is %s", k.state(live.ID))
		}
	})
}

func TestSavedViews(t *testing.T) {
	each(t, func(k desk) {
		k.story("amina", "River falls")
		form := values("query", "section=world&cursor=x&nonsense=1", "name", "World desk", "shared", "yes")
		if res := k.do("amina", http.MethodPost, "/newsroom/views", form); res.StatusCode != 403 {
			t.Errorf("a reporter shares a view: %d", res.StatusCode)
		}
		d := k.follow("rosa", k.do("rosa", http.MethodPost, "/newsroom/views", form))
		if text := d.Find(".toast").Text(); text != "View “World desk” saved." {
			t.Errorf("said %q", text)
		}
		a := k.page("amina", "/newsroom/stories", 200).Find(`.views a[href="/newsroom/stories?section=world"]`)
		if diff := cmp.Diff([]string{"World desk 1"}, texts(a)); diff != "" {
			t.Error(diff)
		}
		if a.Parent().Find("form").Length() != 0 {
			t.Error("a reporter may remove what an editor shared")
		}
		k.do("amina", http.MethodPost, "/newsroom/views", values("query", "who=me", "name", "Mine alone"))
		if n := k.page("rosa", "/newsroom/stories", 200).Find(`.views a[href="/newsroom/stories?who=me"]`).Length(); n != 0 {
			t.Error("a private view is shown to others")
		}
		remove := k.page("amina", "/newsroom/stories", 200).Find(`.views a[href="/newsroom/stories?who=me"]`).Parent().Find("form").AttrOr("action", "")
		if res := k.do("rosa", http.MethodPost, remove, nil); res.StatusCode != 404 {
			t.Errorf("another's view is removed: %d", res.StatusCode)
		}
		if text := k.follow("amina", k.do("amina", http.MethodPost, remove, nil)).Find(".toast").Text(); text != "View removed." {
			t.Errorf("said %q", text)
		}
		d = k.read(k.do("rosa", http.MethodPost, "/newsroom/views", values("query", "q=a", "name", " ")), 422)
		if !strings.Contains(d.Find("#e-name").Text(), "has no name") || d.Find("#f-q").AttrOr("value", "") != "a" {
			t.Errorf("a view without a name: %q", d.Find(".faults").Text())
		}
	})
}

func TestFragmentsAreSmall(t *testing.T) {
	each(t, func(k desk) {
		s := k.story("amina", "River falls", func(c *published.Story) {
			for range 8 {
				n := c.Body.Content[0]
				n.Content = append(n.Content[:0:0], n.Content[0])
				n.Content[0].Text = strings.Repeat("Ω wide ", 2000)
				c.Body.Content = append(c.Body.Content, n)
			}
		})
		res := k.do("rosa", http.MethodGet, "/newsroom/stories/"+s.ID+"/glance", nil)
		d := k.read(res, 200)
		html, _ := d.Html()
		if len(html) > 20<<10 || d.Find("h2").Text() != "River falls" || d.Find("nav").Length() != 0 {
			t.Errorf("%d bytes, %q", len(html), d.Find("h2").Text())
		}
		if text := d.Find(".stand").Text(); text != "What it means." || !strings.Contains(d.Text(), "The river fell by two metres.") {
			t.Errorf("it says %q and %q", text, texts(d.Selection))
		}
		if res := k.do("rosa", http.MethodGet, "/newsroom/stories/none/glance", nil); res.StatusCode != 404 {
			t.Errorf("of no story: %d", res.StatusCode)
		}
	})
}

func TestPaletteKnowsStories(t *testing.T) {
	each(t, func(k desk) {
		s := k.story("amina", "La rivière baisse")
		type item struct{ ID, Headline, Slug, Section, State, Word, URL string }
		var out struct {
			Items  []item
			People []struct{ Name, URL string }
		}
		want := item{s.ID, "La rivière baisse", "la-riviere-baisse", "World", "draft", "Draft", "/newsroom/stories/" + s.ID}
		for _, path := range []string{"/newsroom/stories/recent", "/newsroom/stories/search?q=RIVI%C3%88RE"} {
			out.Items = nil
			if err := json.NewDecoder(k.do("rosa", http.MethodGet, path, nil).Body).Decode(&out); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]item{want}, out.Items); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		if len(out.People) != len(people) {
			t.Errorf("%d people", len(out.People))
		}
		for _, q := range []string{"", "%25", strings.Repeat("a", 300)} {
			out.Items = nil
			if err := json.NewDecoder(k.do("rosa", http.MethodGet, "/newsroom/stories/search?q="+q, nil).Body).Decode(&out); err != nil || len(out.Items) != 0 {
				t.Errorf("%q finds %v %v", q, out.Items, err)
			}
		}
	})
}

func TestToday(t *testing.T) {
	each(t, func(k desk) {
		d := k.page("amina", "/newsroom/", 200)
		if diff := cmp.Diff([]string{"Nothing is scheduled or under embargo.", "Nothing needs you right now.", "Nothing is published yet."}, texts(d.Find(".today p.quiet"))); diff != "" {
			t.Error(diff)
		}
		due := k.story("amina", "Budget day")
		k.publish(due, workflow.Publication{At: noon.Add(time.Hour), Embargo: true})
		edit, ready := k.story("amina", "Council votes"), k.story("amina", "River falls")
		k.set(edit, content.InEdit)
		k.set(ready, content.Ready)
		k.publish(k.story("rosa", "Bridge opens"), workflow.Publication{})
		if _, err := k.room.AddNote(k.Context(), people["amina"], workflow.Note{Story: edit.ID, Text: "@Rosa check the vote"}); err != nil {
			t.Fatal(err)
		}
		d = k.page("rosa", "/newsroom/", 200)
		if diff := cmp.Diff([]string{"6:00 a.m. Embargoed Budget day"}, texts(d.Find("[data-next] li"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"Needs you (2)"}, texts(d.Find("#needs"))); diff != "" {
			t.Error(diff)
		}
		text := strings.Join(texts(d.Find("section[aria-labelledby=needs] li")), "|")
		if !strings.Contains(text, "1 story to edit") || !strings.Contains(text, "Amina Okafor mentions you in Council votes") || strings.Contains(text, "ready to publish") {
			t.Errorf("an editor is told %q", text)
		}
		if text := k.page("paul", "/newsroom/", 200).Find("section[aria-labelledby=needs]").Text(); !strings.Contains(text, "1 story ready to publish") {
			t.Errorf("a publisher is told %q", text)
		}
		if text := k.page("amina", "/newsroom/", 200).Find("section[aria-labelledby=needs]").Text(); !strings.Contains(text, "Your drafts") || strings.Contains(text, "to edit") {
			t.Errorf("a reporter is told %q", text)
		}
		if text := texts(d.Find("section[aria-labelledby=now]"))[0]; !strings.Contains(text, "1 story published today") || !strings.Contains(text, "Bridge opens") {
			t.Errorf("on now: %q", text)
		}
		*k.now = noon.Add(time.Hour + 3*time.Minute)
		if text := texts(k.page("rosa", "/newsroom/", 200).Find("[data-next] .wrong")); len(text) != 2 || !strings.HasPrefix(text[1], "Late by 3 minutes.") {
			t.Errorf("a late story: %q", text)
		}
		if res := k.do("rosa", http.MethodGet, "/newsroom", nil); res.Header.Get("Location") != "/newsroom/" {
			t.Errorf("/newsroom leads to %q", res.Header.Get("Location"))
		}
	})
}

func TestFirstRunGoesAway(t *testing.T) {
	each(t, func(k desk) {
		if n := k.page("paul", "/newsroom/", 200).Find(".first").Length(); n != 0 {
			t.Error("who cannot set up is asked to")
		}
		if diff := cmp.Diff([]string{"Done: Choose your sections", "Write the first story", "Publish it", "Done: Invite a colleague", "Add a passkey or an authenticator to your account"},
			texts(k.page("ada", "/newsroom/", 200).Find(".first li"))); diff != "" {
			t.Error(diff)
		}
		k.publish(k.story("ada", "River falls"), workflow.Publication{})
		if text := k.page("ada", "/newsroom/", 200).Find(".first .quiet").Text(); !strings.HasPrefix(text, "1 step left") {
			t.Errorf("%q", text)
		}
		if _, err := content.Do(k.Context(), k.db, "test", func(d *content.Desk) error {
			_, err := d.Tx().Exec(k.Context(), `UPDATE account SET totp = 'sealed' WHERE id = 'ada'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if n := k.page("ada", "/newsroom/", 200).Find(".first").Length(); n != 0 {
			t.Error("the list stays when all is done")
		}
	})
}

func TestKilledWireCopyFindsYou(t *testing.T) {
	each(t, func(k desk) {
		s := k.story("amina", "Ships leave Odesa")
		if _, err := content.Do(k.Context(), k.db, "test", func(d *content.Desk) error {
			_, err := d.Tx().Exec(k.Context(), `INSERT INTO wire_item (guid, version, created, status, provider, headline, at, message, story, made)
				VALUES ('g', '2', 0, 'canceled', 'ap', 'Grain ships', 0, 'm', $1, '')`, s.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		text := texts(k.page("amina", "/newsroom/", 200).Find(".pulled li"))
		if diff := cmp.Diff([]string{"The agency killed “Grain ships”. This story was made of it: Ships leave Odesa"}, text); diff != "" {
			t.Error(diff)
		}
		k.set(s, content.Spiked)
		if n := k.page("amina", "/newsroom/", 200).Find(".pulled").Length(); n != 0 {
			t.Error("it is told after the story is gone")
		}
	})
}

func TestFrench(t *testing.T) {
	each(t, func(k desk) {
		k.story("luc", "La rivière", func(c *published.Story) { c.Language = "fr" })
		d := k.page("luc", "/newsroom/stories?section=world", 200)
		if diff := cmp.Diff([]string{"Monde · Calgary", "Luc Roy", "6", "aucune"}, texts(d.Find("td.less"))); diff != "" {
			t.Error(diff)
		}
		if text := k.page("luc", "/newsroom/", 200).Find("#next").Text(); text != "À venir" {
			t.Errorf("%q", text)
		}
	})
}
