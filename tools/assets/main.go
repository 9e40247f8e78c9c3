// Command assets builds the committed files that browsers get from their sources, minified: the theme's style sheets and
// reader's script, and the newsroom's. Run it in the repository's root after a change of themes/broadsheet or ui; the
// latter needs "npm ci" in ui once.
//
//	go run ./tools/assets          writes themes/broadsheet/dist and internal/newsroom/dist
//	go run ./tools/assets -check   fails if a committed file is not what its sources give
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

const theme = "themes/broadsheet"

func main() {
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	files, err := build(".")
	if err != nil {
		return err
	}
	var stale error
	for name, b := range files {
		if !check {
			if err := os.WriteFile(name, b, 0o644); err != nil {
				return err
			}
			fmt.Printf("%s %d bytes\n", name, len(b))
			continue
		}
		old, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.Equal(old, b) {
			stale = errors.Join(stale, fmt.Errorf("%s is older than its sources: run go run ./tools/assets", name))
		}
	}
	return stale
}

// bundle is a set of files that are built in one go.
type bundle struct {
	from, to string   // folders
	entries  []string // of from; each becomes a file of to
}

var bundles = []bundle{
	{theme, theme + "/dist", []string{"js/reader.js", "js/lightbox.js", "css/front.css", "css/page.css", "css/story.css", "css/lite.css"}},
	{"ui", "internal/newsroom/dist", []string{"newsroom.ts", "events.ts", "editor.ts", "css/newsroom.css", "css/editor.css"}},
}

// build returns the built files by path below root.
func build(root string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, b := range bundles {
		if err := b.build(root, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func (b bundle) build(root string, files map[string][]byte) error {
	base, err := filepath.Abs(filepath.Join(root, b.from))
	if err != nil {
		return err
	}
	options := api.BuildOptions{
		AbsWorkingDir:     base,
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		External:          []string{"/_/a/*"},
		EntryNames:        "[name]",
		Outdir:            filepath.Join(base, "dist"),
		LogLimit:          10,
	}
	for _, e := range b.entries {
		options.EntryPoints = append(options.EntryPoints, filepath.Join(base, filepath.FromSlash(e)))
	}
	result := api.Build(options)
	for _, m := range append(result.Errors, result.Warnings...) {
		return errors.New(api.FormatMessages([]api.Message{m}, api.FormatMessagesOptions{})[0])
	}
	for _, f := range result.OutputFiles {
		files[filepath.Join(root, b.to, filepath.Base(f.Path))] = f.Contents
	}
	return nil
}
