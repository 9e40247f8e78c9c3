// Command testlog reads the output of go test -json and prints what a person wants to know: one line per
// package, and all that a failed test said. It exits with status 1 if a test failed, if none ran, or, with
// -skips=fail, if one was skipped; with -tally it appends "passed failed skipped" to a file.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is one line of test2json's output; see go doc test2json.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

func main() {
	tally := flag.String("tally", "", "file to which \"passed failed skipped\" is appended")
	skips := flag.String("skips", "count", "what a skipped test does: count or fail")
	flag.Parse()
	l := &testlog{out: os.Stdout, packages: map[string]*pkg{}}
	if err := l.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(2)
	}
	if *tally != "" {
		if err := appendLine(*tally, fmt.Sprintf("%d %d %d\n", l.passed, l.failed, l.skipped)); err != nil {
			fmt.Fprintln(os.Stderr, "testlog:", err)
			os.Exit(2)
		}
	}
	if !l.good(*skips == "fail") {
		os.Exit(1)
	}
}

func appendLine(path, line string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, line)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// pkg is what is known of a package under test.
type pkg struct {
	outcome map[string]string   // of a test by its name: pass, fail or skip
	output  map[string][]string // by the test's name, "" for the package's own
}

// testlog counts and prints.
type testlog struct {
	out                     io.Writer
	packages                map[string]*pkg
	passed, failed, skipped int
	skips                   []string
}

func (l *testlog) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(l.out, lines.Text()) // the go command's own words
			continue
		}
		l.add(e)
	}
	return lines.Err()
}

func (l *testlog) add(e event) {
	if e.Action == "build-output" {
		fmt.Fprint(l.out, e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p := l.packages[e.Package]
	if p == nil {
		p = &pkg{outcome: map[string]string{}, output: map[string][]string{}}
		l.packages[e.Package] = p
	}
	switch e.Action {
	case "output":
		p.output[e.Test] = append(p.output[e.Test], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			l.end(e, p)
			delete(l.packages, e.Package)
			return
		}
		p.outcome[e.Test] = e.Action
		if e.Action == "pass" {
			delete(p.output, e.Test)
		}
	}
}

// end counts a package's tests and prints its line. A test with subtests is counted by them.
func (l *testlog) end(e event, p *pkg) {
	var passed, failed, skipped int
	names := make([]string, 0, len(p.outcome))
	for name := range p.outcome {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		inner := ""
		for _, other := range names {
			if strings.HasPrefix(other, name+"/") {
				inner += p.outcome[other] + " "
			}
		}
		switch p.outcome[name] {
		case "pass":
			if inner == "" {
				passed++
			}
		case "skip":
			skipped++
			why := strings.TrimSpace(strings.Join(p.output[name], ""))
			l.skips = append(l.skips, fmt.Sprintf("%s %s: %s", e.Package, name, lastLines(why)))
		case "fail":
			if !strings.Contains(inner, "fail") {
				failed++
			}
			fmt.Fprint(l.out, strings.Join(p.output[name], ""))
		}
	}
	if e.Action == "fail" {
		if failed == 0 {
			failed = 1 // it did not build, panicked or ran out of time
		}
		fmt.Fprint(l.out, strings.Join(p.output[""], ""))
	}
	l.passed, l.failed, l.skipped = l.passed+passed, l.failed+failed, l.skipped+skipped
	if len(names) > 0 || e.Action == "fail" {
		fmt.Fprintf(l.out, "   %-4s  %-44s %6.1fs  %d passed%s%s\n", e.Action, e.Package, e.Elapsed, passed, some(failed, "failed"), some(skipped, "skipped"))
	}
}

// lastLines joins what a skipped test said, without the runner's own lines.
func lastLines(text string) string {
	var said []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") && line != "" {
			said = append(said, line)
		}
	}
	return strings.Join(said, " ")
}

func some(n int, word string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, word)
}

// good reports whether the run may pass, and says why it may not.
func (l *testlog) good(skipsFail bool) bool {
	ok := l.failed == 0
	for name := range l.packages {
		fmt.Fprintf(l.out, "   %s was cut off: it neither passed nor failed\n", name)
		ok = false
	}
	if l.passed+l.failed == 0 {
		fmt.Fprintln(l.out, "   no test ran")
		ok = false
	}
	for _, s := range l.skips {
		fmt.Fprintln(l.out, "   skipped:", s)
	}
	return ok && (len(l.skips) == 0 || !skipsFail)
}
