package fault_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the engine of a data folder

	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/identity"
	"masthead/internal/packed"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// server is the built program on a data folder that is a small file system of its own, so that it can be filled.
type server struct {
	t       *testing.T
	bin     string
	data    string
	address string
	cmd     *exec.Cmd
	done    chan error
	log     bytes.Buffer
	starts  int
}

// size of the file system: a portal with room for what the test writes.
const size = "size=96m"

// found builds the program, mounts its disk and lets two people in.
func found(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, bin: filepath.Join(t.TempDir(), "masthead"), data: t.TempDir()}
	c := exec.Command("go", "build", "-o", s.bin, "masthead/cmd/masthead")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
	if err := syscall.Mount("tmpfs", s.data, "tmpfs", 0, size); err != nil {
		t.Fatalf("mount a file system of the test's own: %v: run this test as root (in a container: with the capability SYS_ADMIN)", err)
	}
	t.Cleanup(func() {
		s.kill()
		if err := syscall.Unmount(s.data, 0); err != nil {
			syscall.Unmount(s.data, syscall.MNT_DETACH)
			t.Errorf("unmount: %v", err)
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.address = l.Addr().String()
	must(t, l.Close())
	s.serve() // makes the portal
	for _, p := range []struct{ email, name, role string }{{ada, "Ada Fournier", "admin"}, {ben, "Ben Okafor", "editor"}} {
		s.run(password+"\n", "user", "add", p.email, "--name", p.name, "--role", p.role, "--password-stdin", "--data", s.data)
	}
	return s
}

// The people who work here, and what they all type at the door.
const (
	ada      = "ada@ledger.example"
	ben      = "ben@ledger.example"
	password = "seven grey geese over the river"
)

// draft makes a story beside the server, as a program does.
func (s *server) draft() string {
	s.t.Helper()
	ctx := s.t.Context()
	d, err := db.Open(ctx, db.Config{URL: filepath.Join(s.data, "masthead.db")})
	must(s.t, err)
	defer d.Close()
	made, err := workflow.New(workflow.Config{DB: d}).Create(ctx, &identity.Person{ID: "test", Name: "The test", Role: identity.Admin},
		published.Story{Headline: "While everything breaks"}, check.Guard{})
	must(s.t, err)
	return made.ID
}

func (s *server) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.data, "MASTHEAD_WEATHER=off", "TMPDIR=" + os.TempDir()}
}

// run runs a command of the program beside the server.
func (s *server) run(in string, args ...string) string {
	s.t.Helper()
	c := exec.Command(s.bin, args...)
	c.Env, c.Stdin = s.environment(), strings.NewReader(in)
	out, err := c.CombinedOutput()
	if err != nil {
		s.t.Fatalf("masthead %v: %v\n%s", args, err, out)
	}
	return string(out)
}

var listening = regexp.MustCompile(`listening on `)

// serve starts the program and returns when it answers.
func (s *server) serve() {
	s.t.Helper()
	s.starts++
	c := exec.Command(s.bin, "serve", "--data", s.data, "--listen", s.address)
	c.Env, c.Stderr = s.environment(), &s.log
	out, err := c.StdoutPipe()
	must(s.t, err)
	must(s.t, c.Start())
	s.cmd, s.done = c, make(chan error, 1)
	ready := make(chan bool, 1)
	go func(done chan error) {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if listening.MatchString(lines.Text()) {
				ready <- true
				break
			}
		}
		io.Copy(io.Discard, out)
		done <- c.Wait()
	}(s.done)
	select {
	case <-ready:
	case err := <-s.done:
		s.cmd = nil
		s.t.Fatalf("the server ended: %v\n%s", err, s.log.String())
	case <-time.After(30 * time.Second):
		s.t.Fatalf("the server does not listen after 30 seconds\n%s", s.log.String())
	}
}

// kill ends the program as a power cut does.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Kill()
	<-s.done
	s.cmd = nil
}

// filler is the file that fills the disk.
func (s *server) filler() string { return filepath.Join(s.data, "filler") }

// fill fills the disk to the last byte.
func (s *server) fill() {
	s.t.Helper()
	f, err := os.OpenFile(s.filler(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if errors.Is(err, syscall.ENOSPC) {
		return
	}
	must(s.t, err)
	defer f.Close()
	for chunk := make([]byte, 1<<20); len(chunk) > 0; {
		if _, err := f.Write(chunk); errors.Is(err, syscall.ENOSPC) {
			chunk = chunk[:len(chunk)/2]
		} else {
			must(s.t, err)
		}
	}
}

func (s *server) free() {
	s.t.Helper()
	if err := os.Remove(s.filler()); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.t.Fatal(err)
	}
}

// texts returns every version of a story that the disk holds, the newest first.
func (s *server) texts(story string) (list []string, err error) {
	d, err := sql.Open("sqlite", "file:"+filepath.Join(s.data, "masthead.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	rows, err := d.QueryContext(context.Background(), `SELECT data FROM revision WHERE story = ? ORDER BY version DESC`, story)
	if err != nil {
		return nil, fmt.Errorf("read the versions of %s: %w", story, err)
	}
	defer rows.Close()
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		var text json.RawMessage
		if err := packed.Read(data, &text); err != nil {
			return nil, err
		}
		list = append(list, string(text))
	}
	return list, rows.Err()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
