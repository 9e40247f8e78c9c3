package newsroom

import "html/template"

// icons are drawn here: 16 by 16, in the colour of the text. The shape tells a state without its colour.
var icons = map[string]string{
	"state-draft":        `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"state-in-edit":      `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 2.75a5.25 5.25 0 0 0 0 10.5z" fill="currentColor"/>`,
	"state-ready":        `<circle cx="8" cy="8" r="6" fill="currentColor"/>`,
	"state-scheduled":    `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 4.5V8l2.5 1.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"state-embargoed":    `<path d="M4 2.5h8M4 13.5h8M5 2.5c0 3 3 4 3 5.5s-3 2.5-3 5.5M11 2.5c0 3-3 4-3 5.5s3 2.5 3 5.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"state-live":         `<path d="M3 3h10v10H3z" fill="currentColor"/>`,
	"state-changed":      `<path d="M3.75 3.75h8.5v8.5h-8.5z" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M3 3h5v10H3z" fill="currentColor"/>`,
	"state-taken-down":   `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="m4.5 11.5 7-7" stroke="currentColor" stroke-width="1.5"/>`,
	"state-killed":       `<path d="m3.5 3.5 9 9m0-9-9 9" stroke="currentColor" stroke-width="2"/>`,
	"state-spiked":       `<path d="M3 5h10M6 5V3h4v2M4.5 5l.5 8h6l.5-8" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"must":               `<path d="M8 2l6 11H2z" fill="currentColor"/>`,
	"consider":           `<circle cx="8" cy="8" r="4" fill="currentColor"/>`,
	"nav-today":          `<path d="M2.75 3.75h10.5v9.5H2.75zM2.75 6.75h10.5M5.5 2v3M10.5 2v3" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"nav-stories":        `<path d="M3.75 2.75h8.5v10.5h-8.5zM6 6h4M6 8.5h4M6 11h2.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"nav-fronts":         `<path d="M2.75 2.75h10.5v4.5H2.75zM2.75 9.75h4.5v3.5h-4.5zM9.75 9.75h3.5v3.5h-3.5z" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"nav-people":         `<circle cx="8" cy="5.25" r="2.5" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M3 13.5c.5-3 2.5-4.25 5-4.25s4.5 1.25 5 4.25" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"nav-audit":          `<path d="M3 4h1M6.5 4H13M3 8h1M6.5 8H13M3 12h1M6.5 12H13" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"nav-settings":       `<path d="M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="10" cy="5" r="1.5" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="6" cy="11" r="1.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"nav-system":         `<path d="M1.5 8.5H5l2-5 2.5 9 1.5-4h3.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"site":               `<path d="M6.5 3.5h-3v9h9v-3M9 2.75h4.25V7M13 3 7.5 8.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"sign-out":           `<path d="M9.5 3.5h-6v9h6M7 8h6.5M11 5.5 13.5 8 11 10.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"bell":               `<path d="M4 11.5V7a4 4 0 0 1 8 0v4.5zM2.5 11.5h11M6.75 13.75h2.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"search":             `<circle cx="7" cy="7" r="4" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="m10 10 3.5 3.5" stroke="currentColor" stroke-width="1.5"/>`,
	"plus":               `<path d="M8 3v10M3 8h10" stroke="currentColor" stroke-width="1.5"/>`,
	"more":               `<circle cx="3.5" cy="8" r="1.25" fill="currentColor"/><circle cx="8" cy="8" r="1.25" fill="currentColor"/><circle cx="12.5" cy="8" r="1.25" fill="currentColor"/>`,
	"collapse":           `<path d="M9.5 4 5.5 8l4 4" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"person":             `<circle cx="8" cy="5.25" r="2.5" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M3 13.5c.5-3 2.5-4.25 5-4.25s4.5 1.25 5 4.25" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"up":                 `<path d="M8 13V3.5M4 7.5l4-4 4 4" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"down":               `<path d="M8 3v9.5M4 8.5l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"ok":                 `<path d="m3 8.5 3.5 3.5L13 4.5" fill="none" stroke="currentColor" stroke-width="2"/>`,
	"nav-library":        `<path d="M2.75 3.75h10.5v8.5H2.75zM3 11l3.25-3.5 2.5 2.5 1.75-1.5L13 11" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="10.25" cy="6.25" r="1" fill="currentColor"/>`,
	"rights-free":        `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="m5.5 8 1.75 1.75L10.5 6.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"rights-conditional": `<path d="M8 2.5 14 13H2z" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 6v3.5M8 10.5V12" stroke="currentColor" stroke-width="1.5"/>`,
	"rights-pay":         `<path d="M2.5 4.5h11v7h-11z" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="8" cy="8" r="1.75" fill="currentColor"/>`,
	"rights-denied":      `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="m4.5 4.5 7 7" stroke="currentColor" stroke-width="1.5"/>`,
	"rights-expired":     `<circle cx="8" cy="8" r="6" fill="currentColor"/><path d="m5.75 5.75 4.5 4.5m0-4.5-4.5 4.5" stroke="var(--paper)" stroke-width="1.5"/>`,
	"rights-ending":      `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 4.5V8l2.5 1.5" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
	"rights-none":        `<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 2"/>`,
}

// icon draws an icon; nothing for a name that has none.
func icon(name string) template.HTML {
	shape, ok := icons[name]
	if !ok {
		return ""
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">` + shape + `</svg>`)
}
