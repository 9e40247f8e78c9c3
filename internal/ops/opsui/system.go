package opsui

import (
	"context"
	"io/fs"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/audit"
	"masthead/internal/av"
	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/jobs"
	"masthead/internal/local/clock"
	"masthead/internal/newsroom"
	"masthead/internal/published"
)

type systemPage struct {
	form
	Levels      []string
	Cache       Cache
	Share       string // of requests that the page cache answered; empty: none was asked
	Memory      string
	Maintenance *published.Maintenance
	Until       string
	Counts      map[string]int
	Failed      []Work
	Waiting     []Work
	Next        string // when the next story goes out by itself
	Late        []string
	Mail        bool
	Feeds       []Feed
	Database    string
	Media       string
	Free        string
	Lacks       string // why films are not made in sizes; "" if they are
	Version     string
	Calm        bool // nothing needs anybody
}

// Work is a job as the page shows it.
type Work struct {
	jobs.Job
	What, When string
}

// Feed is a source of wire copy.
type Feed struct {
	Name   string
	Last   string
	Silent bool // for longer than four times the gap that is usual
}

var levels = []string{published.MaintenanceOff, published.MaintenanceNotice, published.MaintenanceReadOnly, published.MaintenanceClosed}

func (u *ui) showSystem(w http.ResponseWriter, r *newsroom.Request) error {
	return u.systemPage(w, r, nil)
}

func (u *ui) systemPage(w http.ResponseWriter, r *newsroom.Request, mistake error) error {
	p := &systemPage{Levels: levels, Version: u.Version}
	status := 0
	if mistake != nil {
		if err := p.take(r, mistake); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	for _, fill := range []func(*newsroom.Request, *systemPage) error{u.fillCache, u.fillMaintenance, u.fillJobs, u.fillDue, u.fillFeeds, u.fillStorage, u.fillFilms} {
		if err := fill(r, p); err != nil {
			return err
		}
	}
	silent := slices.ContainsFunc(p.Feeds, func(f Feed) bool { return f.Silent })
	p.Calm = p.Mail && len(p.Failed) == 0 && len(p.Late) == 0 && !silent && p.Maintenance.Level == published.MaintenanceOff
	return u.Shell.Page(w, r, newsroom.Page{Screen: "system", Title: r.Words.T("system.title"), Nav: "system", Data: p, Status: status})
}

func (u *ui) fillCache(r *newsroom.Request, p *systemPage) error {
	if u.Cache == nil {
		return nil
	}
	p.Cache = u.Config.Cache()
	if all := p.Cache.Hits + p.Cache.Misses; all > 0 {
		p.Share = clock.Percent(int(p.Cache.Hits*100/all), r.Lang)
	}
	p.Memory = size(p.Cache.Bytes, r.Lang)
	return nil
}

func (u *ui) fillFilms(r *newsroom.Request, p *systemPage) error {
	_, err := av.Find(r.Context())
	if errs.Is(err, errs.Unavailable) {
		p.Lacks, err = err.Error(), nil
	}
	return err
}

func (u *ui) fillMaintenance(r *newsroom.Request, p *systemPage) error {
	m, err := u.View.Record(u.DB.Now()).Maintenance(r.Context())
	if err != nil {
		return errs.Errorf(errs.Unavailable, "maintenance: %w", err)
	}
	if m == nil || m.Level == "" {
		m = &published.Maintenance{Level: published.MaintenanceOff}
	}
	p.Maintenance, p.Until = m, stamp(r, m.Until)
	p.Stored = map[string]string{"level": m.Level, "text_en": m.Message["en"], "text_fr": m.Message["fr"]}
	if !m.Until.IsZero() {
		p.Stored["until"] = m.Until.In(r.Site.Location()).Format(minutes)
	}
	return nil
}

const minutes = "2006-01-02T15:04" // what a field for a date and time holds

func (u *ui) setMaintenance(w http.ResponseWriter, r *newsroom.Request) error {
	if err := post(r); err != nil {
		return err
	}
	m := published.Maintenance{Level: r.PostForm.Get("level"), Message: map[string]string{}}
	for _, l := range r.Site.Languages {
		if text := strings.TrimSpace(r.PostForm.Get("text_" + l)); text != "" {
			m.Message[l] = text
		}
	}
	if text := r.PostForm.Get("until"); text != "" {
		t, err := time.ParseInLocation(minutes, text, r.Site.Location())
		if err != nil || !t.After(u.DB.Now()) {
			return u.systemPage(w, r, fault("until", "e_until"))
		}
		m.Until = t.UTC()
	}
	if !slices.Contains(levels, m.Level) {
		return u.systemPage(w, r, fault("level", "e_choice"))
	}
	err := u.Do(r.Context(), r.Who.ID, func(k *content.Desk) error {
		if err := k.SetMaintenance(r.Context(), m); err != nil {
			return err
		}
		return audit.Record(r.Context(), k.Tx(), audit.Entry{Who: r.Who.ID, What: "maintenance." + m.Level, Target: "maintenance"}, m)
	})
	if err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, "/newsroom/system", r.Words.T("system.set_"+strings.ReplaceAll(m.Level, "-", "_")))
}

func (u *ui) fillJobs(r *newsroom.Request, p *systemPage) (err error) {
	if p.Counts, err = jobs.Counts(r.Context(), u.DB); err != nil {
		return err
	}
	for state, list := range map[string]*[]Work{jobs.Failed: &p.Failed, jobs.Waiting: &p.Waiting} {
		found, err := jobs.List(r.Context(), u.DB, state, 50)
		if err != nil {
			return err
		}
		for _, j := range found {
			what, missing := r.Words.Text("system.job_" + j.Kind)
			if missing != nil {
				what = j.Kind
			}
			*list = append(*list, Work{j, what, stamp(r, j.Due)})
		}
	}
	p.Mail, err = u.Mail.Ready(r.Context(), u.DB)
	return unlessSealed(err)
}

func (u *ui) changeJob(w http.ResponseWriter, r *newsroom.Request) error {
	if err := post(r); err != nil {
		return err
	}
	do := r.PostForm.Get("do")
	act := map[string]func(context.Context, *db.Tx, int64) error{"retry": jobs.Retry, "drop": jobs.Drop}[do]
	id, err := strconv.ParseInt(r.PostForm.Get("id"), 10, 64)
	if err != nil || act == nil {
		return errs.Errorf(errs.NotFound, "job %q: there is none", r.PostForm.Get("id"))
	}
	err = u.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := act(r.Context(), tx, id); err != nil {
			return err
		}
		return audit.Record(r.Context(), tx, audit.Entry{Who: r.Who.ID, What: "job." + do, Target: "job/" + strconv.FormatInt(id, 10)}, nil)
	})
	if err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, "/newsroom/system", r.Words.T("system.job_"+do+"_done"))
}

func (u *ui) fillDue(r *newsroom.Request, p *systemPage) error {
	next, err := content.NextDue(r.Context(), u.DB)
	if err != nil {
		return err
	}
	p.Next = stamp(r, next)
	p.Late, err = content.Late(r.Context(), u.DB, u.DB.Now())
	return err
}

func (u *ui) fillFeeds(r *newsroom.Request, p *systemPage) error {
	names, err := wires(r.Context(), u.DB)
	if err != nil {
		return err
	}
	for _, name := range names {
		came, err := lastMessages(r.Context(), u.DB, name, 51)
		if err != nil {
			return err
		}
		p.Feeds = append(p.Feeds, Feed{name, stamp(r, came[0]), silent(u.DB.Now(), came)})
	}
	return nil
}

// silent reports whether a source has sent nothing for longer than four times its median gap. Too few messages tell
// nothing.
func silent(now time.Time, newestFirst []time.Time) bool {
	const few = 4
	var gaps []time.Duration
	for i := 1; i < len(newestFirst); i++ {
		gaps = append(gaps, newestFirst[i-1].Sub(newestFirst[i]))
	}
	if len(gaps) < few {
		return false
	}
	slices.Sort(gaps)
	return now.Sub(newestFirst[0]) > max(4*gaps[len(gaps)/2], time.Minute)
}

func (u *ui) fillStorage(r *newsroom.Request, p *systemPage) error {
	if u.Storage == nil {
		return nil
	}
	s, err := u.Config.Storage(r.Context())
	p.Database, p.Media = size(s.Database, r.Lang), size(s.Media, r.Lang)
	if s.Free > 0 {
		p.Free = size(s.Free, r.Lang)
	}
	return err
}

// size writes a number of bytes: 1.2 GB, 1,2 Go.
func size(bytes int64, lang string) string {
	units := []string{"KB", "MB", "GB", "TB"}
	if lang == "fr" {
		units = []string{"Ko", "Mo", "Go", "To"}
	}
	n, i := float64(bytes)/1000, 0
	for n >= 1000 && i < len(units)-1 {
		n, i = n/1000, i+1
	}
	return clock.Decimal(n, 1, lang) + "\u00a0" + units[i]
}

// FolderSize returns how many bytes the files below a folder have.
func FolderSize(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil { // else it has just gone
			n += info.Size()
		}
		return nil
	})
	return n, err
}
