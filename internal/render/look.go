package render

import (
	"html/template"
	"math"
	"regexp"
	"strconv"
	"strings"

	"masthead/internal/doc"
	"masthead/internal/theme"
)

// looks is the small style sheet of one page's pictures: the colour behind each until it is there, and the point that
// stays in sight when it is cut. Style attributes are what the policy forbids; this has a hash like the theme's sheet.
type looks struct {
	css     strings.Builder
	classes map[string]string // by declarations
}

// class returns the class of a picture, "" if it needs none. Pictures that look alike share one.
func (l *looks) class(m *doc.Media) string {
	rules := lookOf(m)
	if rules == "" {
		return ""
	}
	if l.classes == nil {
		l.classes = map[string]string{}
	}
	name, ok := l.classes[rules]
	if !ok {
		name = "k" + strconv.Itoa(len(l.classes))
		l.classes[rules] = name
		l.css.WriteString("." + name + "{" + rules + "}")
	}
	return name
}

// sheet is the page's style element; empty when no picture needs one.
func (l *looks) sheet() theme.Style {
	if l == nil || l.css.Len() == 0 {
		return theme.Style{}
	}
	return theme.Inline(l.css.String())
}

var hexColour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// lookOf writes a picture's colour and focal point as CSS declarations.
func lookOf(m *doc.Media) string {
	var s []string
	if hexColour.MatchString(m.Colour) {
		s = append(s, "background:"+m.Colour)
	}
	unset := m.FocusX == 0 && m.FocusY == 0
	if x, y := percent(m.FocusX), percent(m.FocusY); !unset && (x != "50%" || y != "50%") {
		s = append(s, "object-position:"+x+" "+y)
	}
	return strings.Join(s, ";")
}

// percent writes a fraction, to a tenth of a percent.
func percent(f float64) string {
	if math.IsNaN(f) {
		f = .5
	}
	return strconv.FormatFloat(math.Round(min(max(f, 0), 1)*1000)/10, 'f', -1, 64) + "%"
}

// Pictures is the style element of the page's pictures, for its head.
func (c Chrome) Pictures() template.HTML { return c.looks.sheet().HTML }
