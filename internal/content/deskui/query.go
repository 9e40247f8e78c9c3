package deskui

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/workflow"
)

var noGuard check.Guard

// shownStates are the states as people see them, in the order of a story's life.
var shownStates = []string{
	string(content.Draft), string(content.InEdit), string(content.Ready), string(content.Scheduled), string(content.Embargoed), string(content.Live), "changed",
	string(content.TakenDown), string(content.Killed), string(content.Spiked),
}

// unfinished are the states of what is still to come.
var unfinished = shownStates[:5]

var no = false

// builtIn are the views that everybody has, by the name in the list's address.
var builtIn = []struct {
	name  string
	query func(me string) workflow.Query
}{
	{"mine", func(me string) workflow.Query {
		return workflow.Query{Mine: me, State: append(slices.Clone(unfinished), "changed")}
	}},
	{"edit", func(string) workflow.Query { return workflow.Query{State: []string{string(content.InEdit)}} }},
	{"ready", func(string) workflow.Query { return workflow.Query{State: []string{string(content.Ready)}} }},
	{"scheduled", func(string) workflow.Query {
		return workflow.Query{State: []string{string(content.Scheduled), string(content.Embargoed)}, Sort: "due"}
	}},
	{"today", func(string) workflow.Query {
		return workflow.Query{State: []string{string(content.Live), "changed"}, Today: true}
	}},
	{"no-photo", func(string) workflow.Query { return workflow.Query{State: slices.Clone(unfinished), Picture: &no} }},
}

// filters are the list's address, read.
type filters struct {
	View                             string   // of builtIn; "": all
	State                            []string // of shownStates
	Section, Region, Who, Lang, Kind string
	Photo                            string // with, without
	Text                             string
	From, To                         string // 2006-01-02
	Sort                             string
	Rows                             string // of pageSizes; "": the first
	Cursor                           string
	Trail                            []string          // the cursors of the newer pages, the newest first
	Faults                           map[string]string // field → key of its words
}

const (
	day      = "2006-01-02"
	maxTrail = 20
	maxText  = 200
)

// kinds are the kinds of story that can be chosen.
var kinds = []string{"story", "live", "video", "gallery", "opinion", "obituary", "classified"}

var sorts = []string{"updated", "due", "headline"}

// pageSizes are how many stories a page of the list may have, the usual number first.
var pageSizes = []string{"50", "100", "200"}

// readFilters reads the list's address and makes a query of it. What cannot be understood is a fault of its field and
// chooses nothing.
func readFilters(v url.Values, me string, zone *time.Location) (f filters, q workflow.Query) {
	get := func(name string) string { return strings.TrimSpace(v.Get(name)) }
	f = filters{
		View: get("view"), Section: get("section"), Region: get("region"), Who: get("who"), Lang: get("lang"), Kind: get("kind"), Photo: get("photo"),
		Text: get("q"), From: get("from"), To: get("to"), Sort: get("sort"), Rows: get("rows"), Cursor: v.Get("cursor"), Trail: v["trail"], Faults: map[string]string{},
	}
	for _, b := range builtIn {
		if b.name == f.View {
			q = b.query(me)
		}
	}
	if f.View != "" && len(q.State) == 0 {
		f.Faults["view"] = "stories.e_view"
	}
	for _, s := range v["state"] {
		switch {
		case s == "":
		case slices.Contains(shownStates, s):
			f.State = append(f.State, s)
		default:
			f.Faults["state"] = "stories.e_state"
		}
	}
	if len(f.State) > 0 {
		q.State = slices.Compact(slices.Sorted(slices.Values(f.State)))
	}
	q.Section, q.Region, q.Language, q.Kind = f.Section, f.Region, f.Lang, f.Kind
	switch f.Who {
	case "me":
		q.Assignee = me
	default:
		q.Assignee = f.Who
	}
	switch f.Photo {
	case "":
	case "with", "without":
		with := f.Photo == "with"
		q.Picture = &with
	default:
		f.Faults["photo"] = "stories.e_photo"
	}
	if q.Text = f.Text; len(f.Text) > maxText {
		q.Text = ""
		f.Faults["q"] = "stories.e_text"
	}
	q.From = f.date("from", f.From, zone)
	if to := f.date("to", f.To, zone); !to.IsZero() {
		q.To = to.AddDate(0, 0, 1)
	}
	if !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To) {
		f.Faults["to"] = "stories.e_dates"
	}
	switch {
	case f.Sort == "":
	case slices.Contains(sorts, f.Sort):
		q.Sort = f.Sort
	default:
		f.Faults["sort"] = "stories.e_sort"
	}
	switch n := slices.Index(pageSizes, f.Rows); {
	case f.Rows == "":
		q.Limit = pageSize
	case n >= 0:
		q.Limit, _ = strconv.Atoi(f.Rows)
	default:
		f.Faults["rows"] = "stories.e_rows"
	}
	q.Cursor = f.Cursor
	f.Trail = f.Trail[max(0, len(f.Trail)-maxTrail):]
	return f, q
}

// date reads a day in the newsroom's zone; zero if there is none.
func (f *filters) date(field, text string, zone *time.Location) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(day, text, zone)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		f.Faults[field] = "stories.e_date"
		return time.Time{}
	}
	return t
}

// values are the list's address without its place in the list: what a saved view keeps.
func (f filters) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("view", f.View)
	for _, s := range f.State {
		v.Add("state", s)
	}
	set("section", f.Section)
	set("region", f.Region)
	set("who", f.Who)
	set("lang", f.Lang)
	set("kind", f.Kind)
	set("photo", f.Photo)
	set("q", f.Text)
	set("from", f.From)
	set("to", f.To)
	set("sort", f.Sort)
	set("rows", f.Rows)
	return v
}

// narrowed reports whether anything but a view was chosen.
func (f filters) narrowed() bool {
	v := f.values()
	v.Del("view")
	v.Del("sort")
	v.Del("rows")
	return len(v) > 0
}

// address is the list's address with what v asks for.
func address(v url.Values) string {
	if len(v) == 0 {
		return stories
	}
	return stories + "?" + v.Encode()
}

// without is the list's address with one filter less.
func (f filters) without(field, value string) string {
	v := f.values()
	if field != "state" {
		v.Del(field)
		return address(v)
	}
	rest := slices.DeleteFunc(slices.Clone(f.State), func(s string) bool { return s == value })
	v.Del("state")
	for _, s := range rest {
		v.Add("state", s)
	}
	return address(v)
}
