package mediaui_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"masthead/internal/words"
)

var verb = regexp.MustCompile(`%(\[\d\])?([a-z])`)

// TestRefusalsInFrench: whatever the library refuses, a French screen says it in French.
func TestRefusalsInFrench(t *testing.T) {
	fr, n := words.Staff("fr"), 0
	for _, dir := range []string{"..", "../../av"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(x ast.Node) bool {
				format, ok := refused(x)
				if !ok {
					return true
				}
				n++
				var args []any
				for _, v := range verb.FindAllStringSubmatch(format, -1) {
					args = append(args, map[string]any{"d": 7, "s": "word", "q": "word", "w": errors.New("cause")}[v[2]])
				}
				if text, ok := fr.Refusal(format, args...); !ok || text == "" || strings.Contains(text, "%!") {
					t.Errorf("%s: %q is %q in French (internal/words/refusals.fr.json)", name, format, text)
				}
				return true
			})
		}
	}
	if n < 70 {
		t.Errorf("only %d refusals were found", n)
	}
}

// refused returns what an error that a person can mend says.
func refused(x ast.Node) (format string, ok bool) {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return "", false
	}
	fn, _ := call.Fun.(*ast.SelectorExpr)
	kind, _ := call.Args[0].(*ast.SelectorExpr)
	text, isText := call.Args[1].(*ast.BasicLit)
	if fn == nil || fn.Sel.Name != "Errorf" || kind == nil || kind.Sel.Name != "Invalid" && kind.Sel.Name != "Conflict" || !isText {
		return "", false
	}
	format, err := strconv.Unquote(text.Value)
	return format, err == nil
}
