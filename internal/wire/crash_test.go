package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/wire"
)

// TestMain lets the test's own program be the ingest that is killed.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "ingest-child" {
		child(os.Args[2], os.Args[3])
	}
	os.Exit(m.Run())
}

// child ingests and prints after each commit how many items are durable.
func child(database, dir string) {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Config{URL: database})
	if err == nil {
		defer d.Close()
		_, err = wire.Ingest(ctx, d, []string{dir}, wire.Options{Publish: true, Progress: func(p wire.Progress) { fmt.Println("items", p.Items) }})
	}
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// tables are what an ingest writes.
var tables = []string{"wire_message", "wire_item", "wire_version", "story", "revision", "pub_story", "pub_body", "pub_list"}

// TestKilled: an ingest that is killed at any moment and run again ends as one that nobody disturbed.
func TestKilled(t *testing.T) {
	files, kills := 1500, 6
	if testing.Short() {
		files, kills = 400, 2
	}
	dir := folder(t, files)
	for i := range 20 { // updates and cancellations among them
		write(t, dir, fmt.Sprintf("%05d-b", i), strings.ReplaceAll(version(fmt.Sprintf("urn:example:%d", i), 2, []string{"usable", "canceled"}[i%2], "Second", ""), "2026-03", "2026-02"))
	}
	calm := dbtest.SQLite(t)
	if _, err := wire.Ingest(context.Background(), calm, []string{dir}, wire.Options{Publish: true}); err != nil {
		t.Fatal(err)
	}

	path := filepath.Join(t.TempDir(), "masthead.db")
	for k := range kills {
		reported := killed(t, path, dir, k)
		d, err := db.Open(context.Background(), db.Config{URL: path})
		if err != nil {
			t.Fatal(err)
		}
		if got := count(t, d, "wire_version"); got < reported {
			t.Errorf("%d items were reported as durable, %d are there", reported, got)
		}
		d.Close()
	}
	d, err := db.Open(context.Background(), db.Config{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := wire.Ingest(context.Background(), d, []string{dir}, wire.Options{Publish: true}); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if got, want := count(t, d, table), count(t, calm, table); got != want {
			t.Errorf("%s has %d rows, undisturbed %d", table, got, want)
		}
	}
	for i := range 20 {
		guid := fmt.Sprintf("urn:example:%d", i)
		got, want := find(t, d, guid), find(t, calm, guid)
		if got.id, want.id = "", ""; got != want {
			t.Errorf("%s: %+v, undisturbed %+v", guid, got, want)
		}
	}
}

// killed starts an ingest, kills it hard after some commits or in the middle of something, and returns how many items
// it had reported.
func killed(t *testing.T, database, dir string, k int) (reported int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "ingest-child", database, dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; n <= k && lines.Scan(); n++ {
		fmt.Sscanf(lines.Text(), "items %d", &reported)
	}
	time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
	cmd.Process.Signal(syscall.SIGKILL)
	for lines.Scan() {
		fmt.Sscanf(lines.Text(), "items %d", &reported)
	}
	cmd.Wait()
	return reported
}

// TestBrokenFiles: of a folder with broken files the rest comes in, and the broken ones are named with the reason.
func TestBrokenFiles(t *testing.T) {
	files, broken := 2_500, 50
	if testing.Short() {
		files, broken = 600, 12
	}
	dir := t.TempDir()
	bad := map[string]bool{}
	for i := range files {
		name, text := fmt.Sprintf("%05d", i), sample(i)
		if len(bad) < broken && i%(files/broken) == 7 {
			bad[filepath.Join(dir, name)] = true
			switch i % 4 {
			case 0:
				text = text[:len(text)/2]
			case 1:
				text = ""
			case 2:
				text = strings.Replace(text, "urn:example", "", 1)[:40] + "\xff\xfe"
			case 3:
				text = `<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy"><!ENTITY z "&x;&x;&x;&x;&x;&x;">]><newsItem guid="g">` + strings.Repeat("&z;", 10)
			}
		}
		write(t, dir, name, text)
	}
	d := dbtest.SQLite(t)
	portal(t, d)
	var last wire.Progress
	r, err := wire.Ingest(context.Background(), d, []string{dir, filepath.Join(dir, "missing")}, wire.Options{Publish: true, Progress: func(p wire.Progress) { last = p }})
	if err != nil {
		t.Fatal(err)
	}
	if r.Published != files-broken || len(r.Failed) != broken+1 || r.Files != files || last.Files != files || last.Items != files-broken {
		t.Errorf("%d published, %d failed, %d files, progress %+v", r.Published, len(r.Failed), r.Files, last)
	}
	for _, f := range r.Failed {
		if !bad[f.Path] && filepath.Base(f.Path) != "missing" || f.Reason == "" {
			t.Errorf("failed: %s", f)
		}
	}
	if n := count(t, d, "wire_item"); n != files-broken {
		t.Errorf("%d items", n)
	}
}

// TestDiskFull: with no space left the ingest says so, and what it had reported is there and nothing half.
func TestDiskFull(t *testing.T) {
	small := t.TempDir()
	if err := syscall.Mount("none", small, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("no small disk for this test: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(small, 0) })
	ctx := context.Background()
	d, err := db.Open(ctx, db.Config{URL: filepath.Join(small, "masthead.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	portal(t, d)
	dir := folder(t, 1200)
	durable := 0
	r, err := wire.Ingest(ctx, d, []string{dir}, wire.Options{Publish: true, Progress: func(p wire.Progress) { durable = p.Items }})
	if err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Fatalf("%v after %d items", err, r.Items)
	}
	if r.Items != durable {
		t.Errorf("the report counts %d items, %d were reported as durable", r.Items, durable)
	}
	for _, table := range []string{"wire_item", "wire_version", "story", "pub_story", "pub_body"} {
		if n := count(t, d, table); n != durable {
			t.Errorf("%s has %d rows, %d items are in", table, n, durable)
		}
	}
}

// TestSideBySide: two ingests of the same folder at once bring everything in once.
func TestSideBySide(t *testing.T) {
	dir := folder(t, 300)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		portal(t, d)
		reports, errs := make([]wire.Report, 2), make([]error, 2)
		var both sync.WaitGroup
		for i := range reports {
			both.Go(func() {
				reports[i], errs[i] = wire.Ingest(context.Background(), d, []string{dir}, wire.Options{Publish: true})
			})
		}
		both.Wait()
		if errs[0] != nil || errs[1] != nil || reports[0].New+reports[1].New != 300 || reports[0].Unchanged+reports[1].Unchanged != 300 {
			t.Errorf("%v, %v; new %d and %d", errs[0], errs[1], reports[0].New, reports[1].New)
		}
		for _, table := range []string{"wire_message", "wire_item", "wire_version", "story", "pub_story"} {
			if n := count(t, d, table); n != 300 {
				t.Errorf("%s has %d rows", table, n)
			}
		}
	})
}
