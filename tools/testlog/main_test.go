package main

import (
	"strings"
	"testing"
)

func run(t *testing.T, lines ...string) (*testlog, string) {
	t.Helper()
	var out strings.Builder
	l := &testlog{out: &out, packages: map[string]*pkg{}}
	if err := l.read(strings.NewReader(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
	return l, out.String()
}

func TestCountsTestsBySubtests(t *testing.T) {
	l, _ := run(t,
		`{"Action":"pass","Package":"p","Test":"TestA/one"}`,
		`{"Action":"pass","Package":"p","Test":"TestA/two"}`,
		`{"Action":"pass","Package":"p","Test":"TestA"}`,
		`{"Action":"pass","Package":"p","Test":"TestB"}`,
		`{"Action":"pass","Package":"p","Elapsed":1.5}`)
	if l.passed != 3 || l.failed != 0 || l.skipped != 0 || !l.good(true) {
		t.Errorf("got %d passed, %d failed, %d skipped, good %v; want 3, 0, 0, true", l.passed, l.failed, l.skipped, l.good(true))
	}
}

func TestFailureIsPrintedAndCountedOnce(t *testing.T) {
	l, out := run(t,
		`{"Action":"output","Package":"p","Test":"TestA/one","Output":"want 1\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestA/one"}`,
		`{"Action":"fail","Package":"p","Test":"TestA"}`,
		`{"Action":"fail","Package":"p"}`)
	if l.failed != 1 || l.good(false) {
		t.Errorf("got %d failed, good %v; want 1, false", l.failed, l.good(false))
	}
	if !strings.Contains(out, "want 1\n") {
		t.Errorf("the failure's words are missing from %q", out)
	}
}

func TestSkipFailsOnlyWhenAsked(t *testing.T) {
	l, _ := run(t,
		`{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: no server\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestA"}`,
		`{"Action":"pass","Package":"p","Test":"TestB"}`,
		`{"Action":"pass","Package":"p"}`)
	if l.skipped != 1 || !l.good(false) || l.good(true) {
		t.Errorf("got %d skipped, good %v without and %v with -skips=fail; want 1, true, false", l.skipped, l.good(false), l.good(true))
	}
}

func TestBadRuns(t *testing.T) {
	for name, lines := range map[string][]string{
		"nothing ran":      {`{"Action":"skip","Package":"p"}`},
		"does not build":   {`{"ImportPath":"p","Action":"build-output","Output":"undefined: x\n"}`, `{"Action":"fail","Package":"p"}`},
		"cut off":          {`{"Action":"start","Package":"p"}`, `{"Action":"pass","Package":"p","Test":"TestA"}`},
		"race in the end":  {`{"Action":"pass","Package":"p","Test":"TestA"}`, `{"Action":"output","Package":"p","Output":"DATA RACE\n"}`, `{"Action":"fail","Package":"p"}`},
		"the runner spoke": {`go: no such module`},
	} {
		t.Run(name, func(t *testing.T) {
			if l, out := run(t, lines...); l.good(false) {
				t.Errorf("passed; printed %q", out)
			}
		})
	}
}
