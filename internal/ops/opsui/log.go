package opsui

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
)

// Deed is an entry of the log as the page shows it.
type Deed struct {
	audit.Entry
	Name, When, Words string
}

type logPage struct {
	form
	People map[string]string
	Deeds  []string // what can be chosen
	List   []Deed
	Older  string // address of the next page
	Query  url.Values
}

const pageSize = 100

// deeds are the groups of deeds that can be chosen.
var deeds = []string{"story.*", "settings.*", "account.*", "sign-in*", "token.*", "phone.*", "webhook.*", "maintenance.*", "job.*", "audit.*"}

// filterOf reads what is chosen: who, what, target, day.
func filterOf(r *newsroom.Request, v url.Values) (f audit.Filter, err error) {
	f = audit.Filter{Who: v.Get("who"), What: v.Get("what"), Target: strings.TrimSpace(v.Get("target")), Limit: pageSize}
	if day := v.Get("day"); day != "" {
		if f.From, err = time.ParseInLocation(time.DateOnly, day, r.Site.Location()); err != nil {
			return f, fault("day", "e_day")
		}
		f.To = f.From.AddDate(0, 0, 1)
	}
	if before := v.Get("before"); before != "" {
		if f.Before, err = strconv.ParseInt(before, 10, 64); err != nil {
			return f, errs.Errorf(errs.NotFound, "no such page of the log")
		}
	}
	return f, nil
}

func (u *ui) showLog(w http.ResponseWriter, r *newsroom.Request) error {
	q := r.URL.Query()
	p := &logPage{Deeds: deeds, Query: q}
	p.Stored = map[string]string{"who": q.Get("who"), "what": q.Get("what"), "target": q.Get("target"), "day": q.Get("day")}
	status := 0
	f, err := filterOf(r, q)
	if err != nil {
		if err := p.take(r, err); err != nil {
			return err
		}
		p.sent, status = nil, http.StatusUnprocessableEntity
	}
	if p.People, err = u.names(r.Context()); err != nil {
		return err
	}
	if status == 0 {
		if err := u.fillLog(r, p, f); err != nil {
			return err
		}
	}
	return u.Shell.Page(w, r, newsroom.Page{Screen: "audit", Title: r.Words.T("log.title"), Nav: "audit", Data: p, Status: status})
}

func (u *ui) fillLog(r *newsroom.Request, p *logPage, f audit.Filter) error {
	f.Limit = pageSize + 1
	list, err := audit.List(r.Context(), u.DB, f)
	if err != nil {
		return err
	}
	if len(list) > pageSize {
		list = list[:pageSize]
		next := url.Values{}
		for _, k := range []string{"who", "what", "target", "day"} {
			if v := p.Query.Get(k); v != "" {
				next.Set(k, v)
			}
		}
		next.Set("before", strconv.FormatInt(list[pageSize-1].Seq, 10))
		p.Older = "/newsroom/audit?" + next.Encode()
	}
	names, err := identity.Names(r.Context(), u.DB)
	if err != nil {
		return err
	}
	for _, e := range list {
		name := names[e.Who]
		if name == "" {
			name = e.Who
		}
		p.List = append(p.List, Deed{e, name, stamp(r, e.At), detailWords(e.Detail)})
	}
	return nil
}

// detailWords writes what a deed's detail says: "state: ready, to: Ada".
func detailWords(detail json.RawMessage) string {
	var v map[string]any
	if json.Unmarshal(detail, &v) != nil {
		return ""
	}
	text := []rune(inWords(v))
	if len(text) > 200 {
		return string(text[:200]) + "…"
	}
	return string(text)
}

// inWords writes a JSON value for people; what has a slug or a pattern goes by it.
func inWords(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, inWords(x))
		}
		return strings.Join(parts, " · ")
	case map[string]any:
		for _, name := range []string{"slug", "pattern"} {
			if text, ok := v[name].(string); ok {
				return text
			}
		}
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if text := inWords(v[k]); text != "" {
				parts = append(parts, k+": "+text)
			}
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}

// exportLog sends the chosen entries as a file, and notes in the log that somebody took them. What is exported ends
// with that note.
func (u *ui) exportLog(w http.ResponseWriter, r *newsroom.Request) error {
	if err := post(r); err != nil {
		return err
	}
	f, err := filterOf(r, r.PostForm)
	if err != nil {
		return errs.Errorf(errs.Invalid, "%w", err)
	}
	format := r.PostForm.Get("format")
	write, kind := jsonLines(w), "application/x-ndjson"
	switch format {
	case "csv":
		write, kind = csvRows(w), "text/csv; charset=utf-8"
	case "jsonl":
	default:
		return errs.Errorf(errs.Invalid, "format: an export is csv or jsonl")
	}
	chosen := map[string]string{"format": format, "who": f.Who, "what": f.What, "target": f.Target, "day": r.PostForm.Get("day")}
	if err := u.DB.InTx(r.Context(), func(tx *db.Tx) error {
		return audit.Record(r.Context(), tx, audit.Entry{Who: r.Who.ID, What: "audit.export", Target: "audit"}, chosen)
	}); err != nil {
		return err
	}
	f.Limit, f.Before = 500, 0
	for first := true; ; first = false {
		list, err := audit.List(r.Context(), u.DB, f)
		if err != nil && first {
			return err
		}
		if err != nil {
			panic(http.ErrAbortHandler) // the answer has begun: a file that breaks off is seen to
		}
		if first {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Disposition", `attachment; filename="audit.`+format+`"`)
		}
		if write(list) != nil {
			return nil // whoever asked is gone
		}
		if len(list) < f.Limit {
			return nil
		}
		f.Before = list[len(list)-1].Seq
	}
}

func jsonLines(w io.Writer) func([]audit.Entry) error {
	e := json.NewEncoder(w)
	return func(list []audit.Entry) error {
		for _, x := range list {
			if err := e.Encode(x); err != nil {
				return err
			}
		}
		return nil
	}
}

func csvRows(w io.Writer) func([]audit.Entry) error {
	c := csv.NewWriter(w)
	head := []string{"seq", "at", "who", "what", "target", "detail", "address"}
	return func(list []audit.Entry) error {
		if head != nil {
			c.Write(head)
			head = nil
		}
		for _, e := range list {
			c.Write([]string{
				strconv.FormatInt(e.Seq, 10), e.At.Format(time.RFC3339Nano), cell(e.Who), cell(e.What), cell(e.Target), cell(string(e.Detail)), cell(e.Address),
			})
		}
		c.Flush()
		return c.Error()
	}
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
