package app

import (
	"archive/zip"
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // restores the dump

	"masthead/internal/config"
	"masthead/internal/db/dbtest"
	"masthead/internal/identity"
	"masthead/internal/jobs"
	"masthead/internal/media"
	"masthead/internal/workflow"
)

// TestPortalOfAnEarlierVersion opens a small portal that an earlier version of the program made (schema 3, before the
// library): its database on each engine and its files are in testdata/schema3.zip. All that readers had is where it was,
// and the newsroom works on.
func TestPortalOfAnEarlierVersion(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { upgraded(t, unpack(t), "") })
	t.Run("postgres", func(t *testing.T) {
		dir, url := unpack(t), dbtest.PostgresURL(t)
		dump, err := os.ReadFile(filepath.Join(dir, "postgres.sql"))
		if err != nil {
			t.Fatal(err)
		}
		d, err := sql.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if _, err := d.ExecContext(t.Context(), string(dump)); err != nil {
			t.Fatal(err)
		}
		upgraded(t, dir, url)
	})
}

// unpack lays the portal's files into a folder of the test's own.
func unpack(t *testing.T) string {
	z, err := zip.OpenReader("testdata/schema3.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	dir := t.TempDir()
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func upgraded(t *testing.T, dir, database string) {
	var later atomic.Int64 // nanoseconds after the portal was left
	left := time.Date(2026, 11, 20, 19, 0, 0, 0, time.UTC)
	p := &portal{T: t}
	a, err := New(t.Context(), Config{
		Data: config.Data{Data: dir, Database: database}, Server: config.Server{Listen: "127.0.0.1:0", URL: origin, CacheMemory: 16, Weather: "off"},
		Version: "test", Clock: func() time.Time { return left.Add(time.Duration(later.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	p.App = a

	front := p.get("/").Body.String()
	for _, want := range []string{"The footbridge stays shut", "Ferry timetable grows again"} {
		if !strings.Contains(front, want) {
			t.Errorf("the front does not show %q", want)
		}
	}
	if strings.Contains(front, "Held until") || strings.Contains(front, "legal advice") {
		t.Error("the front shows what is held or killed")
	}
	bridge := p.linkTo(front, "the-footbridge-stays-shut")
	page := p.get(bridge)
	for _, want := range []string{"“It holds,” the engineer said — and nobody crossed.", "L’été, l’eau baisse.", "It is steel.", "Geese wait."} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s does not say %q", bridge, want)
		}
	}
	p.allFiles(bridge)
	ferry := p.linkTo(front, "ferry-grows")
	if w := p.get("/local/ferry-timetable-grows" + ferry[strings.LastIndexByte(ferry, '-'):]); w.Code != 301 || w.Header().Get("Location") != ferry {
		t.Errorf("an address from before answers %d to %q", w.Code, w.Header().Get("Location"))
	}

	p.workOff() // the migration left what only the program can do
	luc := p.signIn("luc@ledger.example", "les oies du canal")
	for query, want := range map[string]int{"": 2, "footbridge": 1, "oies": 1, "credit:okafor": 1, "used:yes": 2, "nothing": 0} {
		q, err := media.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		list, err := a.media.List(t.Context(), q)
		if err != nil || len(list.Items) != want {
			t.Errorf("the library finds %d media for %q, not %d: %v", len(list.Items), query, want, err)
		}
	}
	if n, m, err := a.media.Verify(t.Context(), func(f media.Fault) { t.Errorf("verify: %+v", f) }); err != nil || n == 0 || m != 2 {
		t.Errorf("verify looked at %d files of %d media: %v", n, m, err)
	}
	if list, err := a.media.List(t.Context(), media.Query{Words: []string{"oies"}}); err != nil || len(list.Items) != 1 {
		t.Errorf("the geese: %d, %v", len(list.Items), err)
	} else if uses, err := a.media.Uses(t.Context(), list.Items[0].ID); err != nil || len(uses) != 4 {
		t.Errorf("three stories and a draft have the geese, the library knows of %+v: %v", uses, err)
	}
	q, _ := media.ParseQuery("footbridge")
	list, err := a.media.List(t.Context(), q)
	if err != nil || len(list.Items) == 0 {
		t.Fatal(err)
	}
	credit := "Kim Arsenault"
	if _, err := a.room.ChangeMedia(t.Context(), luc, list.Items[0].ID, list.Items[0].Version, media.Change{Credit: &credit, Focus: &media.Focus{X: .8, Y: .5}}); err != nil {
		t.Fatal(err)
	}
	p.workOff()
	p.allFiles(bridge)

	drafts, err := a.room.List(t.Context(), luc, workflow.Query{State: []string{"draft"}})
	if err != nil || len(drafts.Rows) != 1 {
		t.Fatalf("%d drafts: %v", len(drafts.Rows), err)
	}
	if _, err := a.room.Publish(t.Context(), luc, drafts.Rows[0].ID, workflow.Publication{}); err != nil {
		t.Fatal(err)
	}
	later.Store(int64(4 * time.Hour))
	if err := a.ReleaseDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	front = p.get("/").Body.String()
	for _, want := range []string{"A draft with geese", "Held until the evening"} {
		if !strings.Contains(front, want) {
			t.Errorf("four hours on the front does not show %q", want)
		}
	}
}

// workOff does all that waits to be done.
func (p *portal) workOff() {
	p.Helper()
	ctx, stop := context.WithCancel(p.Context())
	var running sync.WaitGroup
	running.Go(func() { p.slow.Run(ctx) })
	defer running.Wait()
	defer stop()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		n, err := jobs.Counts(ctx, p.db)
		if err != nil || time.Now().After(end) {
			p.Fatalf("the jobs: %v, %v", n, err)
		}
		if len(n) == 0 {
			return
		}
	}
}

// allFiles asks for every file that a page names.
func (p *portal) allFiles(page string) {
	p.Helper()
	files := regexp.MustCompile(`/media/[^"\s,]+`).FindAllString(p.get(page).Body.String(), -1)
	if len(files) < 10 {
		p.Errorf("%d addresses of files on %s", len(files), page)
	}
	for _, f := range files {
		if w := p.get(f); w.Code != 200 {
			p.Errorf("%s answers %d", f, w.Code)
		}
	}
}

// linkTo returns the path on a page that has the words.
func (p *portal) linkTo(page, words string) string {
	p.Helper()
	found := regexp.MustCompile(`href="(/[^"]*` + words + `-[0-9a-z]{13})"`).FindStringSubmatch(page)
	if found == nil {
		p.Fatalf("no link with %q in %v", words, regexp.MustCompile(`href="/[^"]*"`).FindAllString(page, -1))
	}
	return found[1]
}

func (p *portal) signIn(email, password string) *identity.Person {
	p.Helper()
	in, err := p.staff.SignIn(p.Context(), email, password, identity.Device{})
	if err != nil {
		p.Fatal(err)
	}
	return in.Person
}
