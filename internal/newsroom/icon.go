package newsroom

import "html/template"

// icons are drawn here: 16 by 16, in the colour of the text. The shape tells a state without its colour.
var icons = map[string]string{
	"state-draft":      `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"state-in-edit":    `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 2.75a5.25 5.25 0 0 0 0 10.5z" fill="currentColor"/>`,
	"state-ready":      `<circle cx="8" cy="8" r="6" fill="currentColor"/>`,
	"state-scheduled":  `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 4.5V8l2.5 1.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"state-embargoed":  `<path d="M4 2.5h8M4 13.5h8M5 2.5c0 3 3 4 3 5.5s-3 2.5-3 5.5M11 2.5c0 3-3 4-3 5.5s3 2.5 3 5.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"state-live":       `<path d="M3 3h10v10H3z" fill="currentColor"/>`,
	"state-changed":    `<path d="M3.75 3.75h8.5v8.5h-8.5z" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M3 3h5v10H3z" fill="currentColor"/>`,
	"state-taken-down": `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="m4.5 11.5 7-7" stroke="currentColor" stroke-width="1.5"/>`,
	"state-killed":     `<path d="m3.5 3.5 9 9m0-9-9 9" stroke="currentColor" stroke-width="2"/>`,
	"state-spiked":     `<path d="M3 5h10M6 5V3h4v2M4.5 5l.5 8h6l.5-8" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"must":             `<path d="M8 2l6 11H2z" fill="currentColor"/>`,
	"consider":         `<circle cx="8" cy="8" r="4" fill="currentColor"/>`,
	"ok":               `<path d="m3 8.5 3.5 3.5L13 4.5" fill="none" stroke="currentColor" stroke-width="2"/>`,
}

// icon draws an icon; nothing for a name that has none.
func icon(name string) template.HTML {
	shape, ok := icons[name]
	if !ok {
		return ""
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">` + shape + `</svg>`)
}
