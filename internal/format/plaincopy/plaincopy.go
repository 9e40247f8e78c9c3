// Package plaincopy turns wire copy that is set in plain text into HTML: paragraphs, and aligned columns as pre.
// It owns the guess where a paragraph begins and what is a table; it changes no character but blanks at the edges of
// paragraphs. It must not know which format the text came from.
package plaincopy

import (
	"strings"

	"masthead/internal/format/xmltree"
)

// HTML returns text as a row of p and pre elements.
//
// A paragraph begins after an empty line or at an indented one. Text that has neither is one paragraph per line if
// its lines are long, and one paragraph in all if they are wrapped. Three or more lines with columns in them, and
// single short lines between those, are a table.
func HTML(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n")
	each := !setByHand(lines) && longLines(lines)
	var b []byte
	var para []string
	flush := func() {
		if s := strings.Trim(strings.Join(para, "\n"), " \t\n"); s != "" {
			b = append(xmltree.AppendText(append(b, "<p>"...), s), "</p>"...)
		}
		para = para[:0]
	}
	for i := 0; i < len(lines); {
		if n := tableAt(lines[i:]); n > 0 {
			flush()
			table := strings.Join(lines[i:i+n], "\n")
			b = append(xmltree.AppendText(append(b, "<pre>"...), table), "</pre>"...)
			i += n
			continue
		}
		if each || blank(lines[i]) || indented(lines[i]) {
			flush()
		}
		para = append(para, lines[i])
		i++
	}
	flush()
	return string(b)
}

func blank(line string) bool { return strings.Trim(line, " \t") == "" }

func indented(line string) bool {
	return strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
}

// setByHand reports whether empty or indented lines tell the paragraphs. The edges of the text tell nothing.
func setByHand(lines []string) bool {
	seen, gap := false, false
	for _, l := range lines {
		switch {
		case blank(l):
			gap = seen
		case gap || seen && indented(l):
			return true
		default:
			seen = true
		}
	}
	return false
}

func longLines(lines []string) bool {
	total, n := 0, 0
	for _, l := range lines {
		if !blank(l) {
			total += len(l)
			n++
		}
	}
	return n > 1 && total/n > 100
}

// maxHeading is how long a line between rows of a table may be.
const maxHeading = 60

// tableAt returns how many lines from the first on are a table, 0 if none is there.
func tableAt(lines []string) int {
	if !columns(lines[0]) {
		return 0
	}
	rows, end := 0, 0
	for i, l := range lines {
		switch {
		case columns(l):
			rows++
			end = i + 1
		case i > end || blank(l) || len(l) > maxHeading:
			return enough(rows, end)
		}
	}
	return enough(rows, end)
}

func enough(rows, end int) int {
	if rows < 3 {
		return 0
	}
	return end
}

// columns reports whether a line has gaps inside: one of three blanks or a tab, or two of two blanks that do not
// follow the end of a sentence, as typists set them.
func columns(line string) bool {
	line = strings.Trim(line, " \t")
	narrow := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '\t' {
			return true
		}
		if line[i] != ' ' {
			continue
		}
		n := 1
		for line[i+n] == ' ' {
			n++
		}
		if n >= 3 {
			return true
		}
		if n == 2 && !strings.ContainsRune(".?!:\"", rune(line[i-1])) {
			narrow++
		}
		i += n - 1
	}
	return narrow >= 2
}
