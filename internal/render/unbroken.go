package render

import (
	"html/template"
	"regexp"
)

// hour finds times of day with their zone, as package clock writes them.
var hour = regexp.MustCompile(`\d{1,2}(:\d\d)? [ap]\.m\.( [A-Z]{2,5}\b)?|\d{1,2}\x{a0}h(\x{a0}\d\d)?([ \x{a0}][A-Z]{2,5}\b)?`)

// unbroken keeps times of day on one line.
func unbroken(s string) template.HTML {
	return template.HTML(hour.ReplaceAllString(template.HTMLEscapeString(s), `<span class="nb">$0</span>`))
}
