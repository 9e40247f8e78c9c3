// Command assets builds the theme's committed files from their sources: style sheets and the reader's script, minified.
// Run it in the repository's root after a change of themes/broadsheet/css or js.
//
//	go run ./tools/assets          writes themes/broadsheet/dist
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

// sheets are the style sheets that pages name; each imports what it needs.
var sheets = []string{"front", "page", "story", "lite"}

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

// build returns the files of dist by path below root.
func build(root string) (map[string][]byte, error) {
	base, err := filepath.Abs(filepath.Join(root, theme))
	if err != nil {
		return nil, err
	}
	options := api.BuildOptions{
		EntryPoints:       []string{filepath.Join(base, "js", "reader.js")},
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		External:          []string{"/_/a/*"},
		Outdir:            filepath.Join(base, "dist"),
	}
	for _, s := range sheets {
		options.EntryPoints = append(options.EntryPoints, filepath.Join(base, "css", s+".css"))
	}
	options.EntryNames = "[name]"
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return nil, errors.New(api.FormatMessages(result.Errors, api.FormatMessagesOptions{})[0])
	}
	if len(result.Warnings) > 0 {
		return nil, errors.New(api.FormatMessages(result.Warnings, api.FormatMessagesOptions{})[0])
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Join(root, theme, "dist", filepath.Base(f.Path))] = f.Contents
	}
	return files, nil
}
