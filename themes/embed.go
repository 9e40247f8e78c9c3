// Package themes carries the themes that the program ships: templates, built style sheets and scripts, fonts. It has no
// behaviour; package theme loads what lies here.
package themes

import "embed"

// Broadsheet is the default theme, and the example for theme makers. Its files begin with "broadsheet/".
//
//go:embed broadsheet/*/*.html broadsheet/dist broadsheet/fonts/*.woff2 broadsheet/fonts/NOTICE
var Broadsheet embed.FS
