// Package scripts_test runs the stories in *.txtar on the built program: each is what an operator types, and what
// comes back. Beside testscript's own commands they have:
//
//	server start NAME ARGS…   starts masthead in the background and waits until it serves; sets $NAME to its address
//	server stop|kill|hup NAME ends it (and proves that it ended well), kills it at once, or has it reload
//	get URL STATUS            asks once and leaves page (the body) and head (status and headers)
//	until URL STATUS [REGEXP] asks for up to 15 seconds until it answers that, and holds the text
//	post URL STATUS BODY      sends a form
//	remember NAME FILE        sets $NAME to the text of a file
//	database FILE STATEMENT   changes a SQLite file
//	counted FILE QUERY N      waits up to a minute until a query on a SQLite file counts so many
package scripts_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"masthead/internal/fixture"
)

func TestScripts(t *testing.T) {
	bin := build(t)
	testscript.Run(t, testscript.Params{
		Dir:                ".",
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			// What a script puts into its folder bin stands before the programs of the machine.
			e.Setenv("PATH", strings.Join([]string{bin, filepath.Join(e.WorkDir, "bin"), e.Getenv("PATH")}, string(os.PathListSeparator)))
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("MASTHEAD_WEATHER", "off")
			e.Setenv("ROOT", fixture.Root(t))
			s := &servers{running: map[string]*server{}}
			e.Values[serversKey{}] = s
			e.Defer(s.killAll)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": serverCommand, "get": getCommand, "until": untilCommand, "post": postCommand, "upload": uploadCommand,
			"remember": rememberCommand, "database": databaseCommand, "counted": countedCommand,
		},
	})
}

// build builds the program, with the race detector if the test has it, and returns its folder.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"build", "-o", filepath.Join(dir, "masthead")}
	if race {
		args = append(args, "-race")
	}
	c := exec.Command("go", append(args, "masthead/cmd/masthead")...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
	return dir
}

type serversKey struct{}

// servers are the programs that a script has in the background, by the names it gave them.
type servers struct{ running map[string]*server }

type server struct {
	cmd  *exec.Cmd
	log  *os.File
	done chan error
}

func (s *servers) killAll() {
	for _, one := range s.running {
		one.cmd.Process.Kill()
		<-one.done
		one.log.Close()
	}
}

func serverCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: server start NAME ARGS… | stop NAME | kill NAME | hup NAME")
	}
	all := ts.Value(serversKey{}).(*servers)
	verb, name := args[0], args[1]
	if verb == "start" {
		if all.running[name] != nil {
			ts.Fatalf("a server %s runs already", name)
		}
		s, address := start(ts, name, args[2:])
		all.running[name] = s
		ts.Setenv(name, address)
		return
	}
	s := all.running[name]
	if s == nil {
		ts.Fatalf("no server %s", name)
	}
	switch verb {
	case "hup":
		ts.Check(s.cmd.Process.Signal(syscall.SIGHUP))
		return
	case "stop":
		ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	case "kill":
		ts.Check(s.cmd.Process.Kill())
	default:
		ts.Fatalf("unknown: server %s", verb)
	}
	delete(all.running, name)
	select {
	case err := <-s.done:
		if verb == "stop" && err != nil {
			ts.Fatalf("server %s did not end well: %v\n%s", name, err, ts.ReadFile(name+".log"))
		}
	case <-time.After(20 * time.Second):
		s.cmd.Process.Kill()
		ts.Fatalf("server %s did not stop within 20 seconds\n%s", name, ts.ReadFile(name+".log"))
	}
	s.log.Close()
	if strings.Contains(ts.ReadFile(name+".log"), "DATA RACE") {
		ts.Fatalf("data race:\n%s", ts.ReadFile(name+".log"))
	}
}

// listening finds where the program says that it listens.
var listening = regexp.MustCompile(`(?:listening on |at http://)([0-9.]+:[0-9]+)`)

// start starts the program and returns its address. Its words go to NAME.log.
func start(ts *testscript.TestScript, name string, args []string) (*server, string) {
	log, err := os.OpenFile(ts.MkAbs(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	ts.Check(err)
	path := ts.Getenv("PATH")
	cmd := exec.Command(filepath.Join(filepath.SplitList(path)[0], "masthead"), args...)
	cmd.Dir = ts.MkAbs(".")
	for _, key := range []string{"PATH", "HOME", "MASTHEAD_WEATHER", "TMPDIR"} {
		cmd.Env = append(cmd.Env, key+"="+ts.Getenv(key))
	}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	s := &server{cmd, log, make(chan error, 1)}
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(log, lines.Text())
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				select {
				case found <- "http://" + m[1]:
				default:
				}
			}
		}
		s.done <- cmd.Wait()
	}()
	select {
	case address := <-found:
		return s, address
	case err := <-s.done:
		ts.Fatalf("masthead %v ended: %v\n%s", args, err, ts.ReadFile(name+".log"))
	case <-time.After(2 * time.Minute):
		cmd.Process.Kill()
		ts.Fatalf("masthead %v did not serve within 2 minutes\n%s", args, ts.ReadFile(name+".log"))
	}
	return nil, ""
}

// client shows redirects instead of following them.
var client = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask sends a request and returns what came back as head and page.
func ask(method, address, body string) (status int, head, page string, err error) {
	r, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	if err != nil {
		return 0, "", "", err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := client.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, "", "", err
	}
	lines := []string{res.Status}
	for name, values := range res.Header {
		lines = append(lines, name+": "+strings.Join(values, ", "))
	}
	slices.Sort(lines[1:])
	return res.StatusCode, strings.Join(lines, "\n") + "\n", string(text), nil
}

func keep(ts *testscript.TestScript, head, page string) {
	ts.Check(os.WriteFile(ts.MkAbs("head"), []byte(head), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("page"), []byte(page), 0o644))
}

func wanted(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

func getCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: get URL STATUS")
	}
	answer(ts, http.MethodGet, args[0], "", wanted(ts, args[1]))
}

func postCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: post URL STATUS BODY")
	}
	answer(ts, http.MethodPost, args[0], args[2], wanted(ts, args[1]))
}

// uploadCommand brings a file to the library, as a program with the token that a file holds.
func uploadCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: upload SITE FILE TOKEN STATUS")
	}
	file, err := os.Open(ts.MkAbs(args[1]))
	ts.Check(err)
	defer file.Close()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, args[0]+"/api/v1/media?name="+filepath.Base(args[1]), file)
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[2])))
	res, err := client.Do(r)
	ts.Check(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	ts.Check(err)
	keep(ts, res.Status+"\n", string(text))
	if res.StatusCode != wanted(ts, args[3]) {
		ts.Fatalf("%s answered %d, not %s\n%s", args[1], res.StatusCode, args[3], text)
	}
}

func answer(ts *testscript.TestScript, method, address, body string, want int) {
	status, head, page, err := ask(method, address, body)
	ts.Check(err)
	keep(ts, head, page)
	if status != want {
		ts.Fatalf("%s %s answered %d, not %d\n%s\n%.2000s", method, address, status, want, head, page)
	}
}

func rememberCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: remember NAME FILE")
	}
	ts.Setenv(args[0], ts.ReadFile(args[1]))
}

func untilCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: until URL STATUS [REGEXP]")
	}
	want, pattern := wanted(ts, args[1]), regexp.MustCompile("")
	if len(args) == 3 {
		pattern = regexp.MustCompile(args[2])
	}
	var status int
	var head, page string
	err := errors.New("not asked")
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if status, head, page, err = ask(http.MethodGet, args[0], ""); err == nil && status == want && pattern.MatchString(page) {
			keep(ts, head, page)
			return
		}
	}
	ts.Fatalf("%s did not answer %d with %q in 15 seconds: %d %v\n%s\n%.2000s", args[0], want, pattern, status, err, head, page)
}
