// Package themes carries the themes that the program ships: templates, built style sheets and scripts, fonts. It has no
// behaviour; package theme loads what lies here.
package themes

import (
	"embed"
	"io/fs"
)

//go:embed broadsheet/*/*.html broadsheet/dist broadsheet/fonts/*.woff2 broadsheet/fonts/NOTICE
var files embed.FS

// Broadsheet is the default theme, and the example for theme makers.
func Broadsheet() fs.FS {
	sub, err := fs.Sub(files, "broadsheet")
	if err != nil {
		panic(err) // the name is valid
	}
	return sub
}
