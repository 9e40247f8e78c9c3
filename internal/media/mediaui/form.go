package mediaui

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/media"
)

// sheet is what the newsroom says of a medium, as the fields of a form show it: by the fields' names.
type sheet map[string]string

// The fields of one line and of several; lists have one entry a line.
var (
	lineFields = []string{"title", "credit", "creator", "copyright", "source", "place"}
	textFields = []string{"caption", "instructions"}
	allFields  = slices.Concat(textFields, lineFields, []string{"taken", "people", "keywords", "focus_x", "focus_y", "category", "cost", "note", "leases", "consent"})
)

// consents are the ticks about the people shown, in the order of the form.
var consents = []struct {
	name string
	of   func(*media.Consent) *bool
}{
	{"given", func(c *media.Consent) *bool { return &c.Given }},
	{"minor", func(c *media.Consent) *bool { return &c.Minor }},
	{"guardian", func(c *media.Consent) *bool { return &c.Guardian }},
	{"ban", func(c *media.Consent) *bool { return &c.Ban }},
}

// clockForm is how a moment stands in a field.
const clockForm = "2006-01-02T15:04"

// sheetOf writes what is known of a medium into the fields. Days of leases are the newsroom's; when a picture was taken
// is told by the clock of the place where it was.
func sheetOf(f media.Facts, focus media.Focus, rights media.Rights, zone *time.Location) sheet {
	s := sheet{
		"title": f.Title, "caption": f.Caption, "credit": f.Credit, "creator": f.Creator, "copyright": f.Copyright, "source": f.Source,
		"instructions": f.Instructions, "place": f.Place, "people": strings.Join(f.People, "\n"), "keywords": strings.Join(f.Keywords, "\n"),
		"focus_x": percent(focus.X), "focus_y": percent(focus.Y),
		"category": rights.Category, "cost": rights.Cost, "note": rights.Note,
	}
	if !f.Taken.IsZero() {
		s["taken"] = f.Taken.Format(clockForm)
	}
	var leases []string
	for _, l := range rights.Leases {
		leases = append(leases, leaseOf(l, zone).line())
	}
	s["leases"] = strings.Join(leases, "\n")
	var ticks []string
	for _, c := range consents {
		if *c.of(&rights.Consent) {
			ticks = append(ticks, c.name)
		}
	}
	s["consent"] = strings.Join(ticks, " ")
	return s
}

// ticked reports whether a sheet has a tick about the people shown.
func (s sheet) ticked(name string) bool { return slices.Contains(strings.Fields(s["consent"]), name) }

func sheetOfItem(m media.Item, zone *time.Location) sheet {
	return sheetOf(m.Facts, media.Focus{X: m.FocusX, Y: m.FocusY}, m.Rights, zone)
}

// percent writes a fraction as percent, to a tenth.
func percent(fraction float64) string {
	return strconv.FormatFloat(math.Round(fraction*1000)/10, 'f', -1, 64)
}

// lease is a lease in the fields of a form; Until is the last day on which it holds.
type lease struct{ Kind, From, Until, Note string }

func leaseOf(l media.Lease, zone *time.Location) (out lease) {
	out = lease{Kind: "allow", Note: l.Note}
	if l.Deny {
		out.Kind = "deny"
	}
	if !l.From.IsZero() {
		out.From = l.From.In(zone).Format(time.DateOnly)
	}
	if !l.Until.IsZero() {
		out.Until = l.Until.Add(-time.Nanosecond).In(zone).Format(time.DateOnly)
	}
	return out
}

func (l lease) line() string { return strings.Join([]string{l.Kind, l.From, l.Until, l.Note}, "|") }

// leases reads the leases of a sheet.
func (s sheet) leases() (list []lease) {
	for line := range strings.Lines(s["leases"]) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "|", 4)
		if len(parts) == 4 {
			list = append(list, lease{parts[0], parts[1], parts[2], parts[3]})
		}
	}
	return list
}

// readSheet reads a form. A field that the form did not have is not in it.
func readSheet(f url.Values) sheet {
	s := sheet{}
	for _, name := range allFields {
		if !f.Has(name) {
			continue
		}
		v := strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
		switch {
		case name == "consent":
			var ticks []string
			for _, c := range consents {
				if slices.Contains(f[name], c.name) {
					ticks = append(ticks, c.name)
				}
			}
			v = strings.Join(ticks, " ")
		case name == "people" || name == "keywords":
			var list []string
			for line := range strings.Lines(v) {
				if line = strings.TrimSpace(line); line != "" {
					list = append(list, line)
				}
			}
			v = strings.Join(list, "\n")
		case slices.Contains(lineFields, name):
			v = strings.Join(strings.Fields(v), " ")
		}
		s[name] = v
	}
	if kinds := f["lease_kind"]; len(kinds) > 0 {
		at := func(name string, i int) string {
			if i < len(f[name]) {
				return strings.Join(strings.Fields(f[name][i]), " ")
			}
			return ""
		}
		var lines []string
		for i := range kinds {
			if l := (lease{kinds[i], at("lease_from", i), at("lease_until", i), at("lease_note", i)}); l.Kind == "allow" || l.Kind == "deny" {
				lines = append(lines, l.line())
			}
		}
		s["leases"] = strings.Join(lines, "\n")
	}
	return s
}

// changed are the fields of a sheet that say something else than another one.
func (s sheet) changed(from sheet) (fields []string) {
	for _, name := range allFields {
		if v, ok := s[name]; ok && v != from[name] {
			fields = append(fields, name)
		}
	}
	return fields
}

// change makes what a sheet changes of a medium, in the fields named. wrong are fields that cannot be read, with the
// keys of the sentences about them.
func (s sheet) change(m media.Item, fields []string, zone *time.Location) (c media.Change, wrong map[string]string) {
	wrong = map[string]string{}
	rights := m.Rights
	focus := media.Focus{X: m.FocusX, Y: m.FocusY}
	list := func(v string) *[]string {
		l := strings.Split(v, "\n")
		if v == "" {
			l = []string{}
		}
		return &l
	}
	for _, name := range fields {
		v := s[name]
		switch name {
		case "title":
			c.Title = &v
		case "caption":
			c.Caption = &v
		case "credit":
			c.Credit = &v
		case "creator":
			c.Creator = &v
		case "copyright":
			c.Copyright = &v
		case "source":
			c.Source = &v
		case "instructions":
			c.Instructions = &v
		case "place":
			c.Place = &v
		case "people":
			c.People = list(v)
		case "keywords":
			c.Keywords = list(v)
		case "taken":
			at, ok := moment(v)
			if !ok {
				wrong[name] = "e_taken"
			}
			c.Taken = &at
		case "focus_x", "focus_y":
			n, err := strconv.ParseFloat(strings.ReplaceAll(v, ",", "."), 64)
			if err != nil || !(n >= 0 && n <= 100) {
				wrong[name] = "e_focus"
				continue
			}
			if name == "focus_x" {
				focus.X = n / 100
			} else {
				focus.Y = n / 100
			}
			c.Focus = &focus
		case "category":
			rights.Category = v
			c.Rights = &rights
		case "cost":
			rights.Cost = v
			c.Rights = &rights
		case "note":
			rights.Note = v
			c.Rights = &rights
		case "consent":
			for _, t := range consents {
				*t.of(&rights.Consent) = s.ticked(t.name)
			}
			c.Rights = &rights
		case "leases":
			var key string
			if rights.Leases, key = s.readLeases(m.Rights.Leases, zone); key != "" {
				wrong[name] = key
			}
			c.Rights = &rights
		}
	}
	return c, wrong
}

// readLeases makes leases of a sheet's; one that stands as it was keeps its hours.
func (s sheet) readLeases(was []media.Lease, zone *time.Location) (list []media.Lease, wrong string) {
	for _, l := range s.leases() {
		if i := slices.IndexFunc(was, func(w media.Lease) bool { return leaseOf(w, zone) == l }); i >= 0 {
			list = append(list, was[i])
			continue
		}
		out := media.Lease{Deny: l.Kind == "deny", Note: l.Note}
		var ok bool
		if out.From, ok = day(l.From, zone); !ok {
			return nil, "e_lease_day"
		}
		if out.Until, ok = day(l.Until, zone); !ok {
			return nil, "e_lease_day"
		}
		if !out.Until.IsZero() { // to the end of its last day
			out.Until = out.Until.AddDate(0, 0, 1)
			if !out.Until.After(out.From) {
				return nil, "e_lease_order"
			}
		}
		list = append(list, out)
	}
	return list, ""
}

// day reads a day of the newsroom; empty is no day, which is good too.
func day(text string, zone *time.Location) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	return t, err == nil && t.Year() >= 1800 && t.Year() < 10000
}

// moment reads a day and a time, with seconds or without, as the library keeps times of no known zone.
func moment(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	for _, form := range []string{clockForm, clockForm + ":05"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() >= 1800 && t.Year() < 10000 {
			return t, true
		}
	}
	return time.Time{}, false
}
