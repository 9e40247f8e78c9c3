package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"masthead/internal/config"
	"masthead/internal/fixture"
)

var update = flag.Bool("update", false, "write the reference into docs/operators.md")

const (
	begin = "<!-- reference: written by go test ./internal/cli -update -->\n"
	end   = "<!-- end of reference -->\n"
)

// TestReferenceIsFresh holds that docs/operators.md has every command and setting as the program has them.
func TestReferenceIsFresh(t *testing.T) {
	path := filepath.Join(fixture.Root(t), "docs", "operators.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has lost the lines around the reference", path)
	}
	now := reference(t)
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+now+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != now {
		t.Errorf("%s is not what the program says: run go test ./internal/cli -run Reference -update", path)
	}
	for _, kind := range []reflect.Type{reflect.TypeFor[config.Site](), reflect.TypeFor[config.Section]()} {
		for i := range kind.NumField() {
			if key := kind.Field(i).Tag.Get("toml"); !strings.Contains(before+after, "`"+key+"`") {
				t.Errorf("%s does not explain the setting %s of %s", path, key, kind.Name())
			}
		}
	}
}

// reference describes every command and its flags.
func reference(t *testing.T) string {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Name("masthead"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, leaf := range parser.Model.Leaves(true) {
		fmt.Fprintf(&b, "\n### `masthead %s`\n\n%s\n", strings.TrimPrefix(leaf.Path(), "masthead "), leaf.Help)
		for _, p := range leaf.Positional {
			fmt.Fprintf(&b, "\n`%s`: %s\n", p.Summary(), p.Help)
		}
		table(&b, leaf)
	}
	return b.String() + "\n"
}

func table(b *strings.Builder, leaf *kong.Node) {
	rows := 0
	for _, group := range leaf.AllFlags(true) {
		for _, f := range group {
			if f.Name == "help" {
				continue
			}
			if rows++; rows == 1 {
				b.WriteString("\n| flag | environment | default | what |\n|---|---|---|---|\n")
			}
			env := ""
			if len(f.Envs) > 0 {
				env = "`" + f.Envs[0] + "`"
			}
			standard := ""
			if f.Default != "" {
				standard = "`" + f.Default + "`"
			}
			fmt.Fprintf(b, "| `--%s` | %s | %s | %s |\n", f.Name, env, standard, strings.ReplaceAll(f.Help, "|", `\|`))
		}
	}
}
