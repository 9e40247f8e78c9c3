package media

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"masthead/internal/errs"
)

// Limits of a drawing.
const (
	maxSVGBytes = 4 << 20
	maxSVGDepth = 100
	maxSVGDrawn = 500_000 // elements, with those that are drawn again where others refer to them
)

const svgSpace = "http://www.w3.org/2000/svg"

// svgElements are the elements that a drawing keeps: shapes, text, paint. What could run, fetch or embed is not among
// them (script, foreignObject, use of other files, animation of links, iframe, style sheets with imports).
var svgElements = setOf("svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath image " +
	"linearGradient radialGradient stop pattern clipPath mask marker filter feGaussianBlur feOffset feBlend feColorMatrix feComposite " +
	"feFlood feMerge feMergeNode feMorphology feTurbulence feDropShadow switch")

// svgDropped are those that go with all they hold; others that are unknown go alone.
var svgDropped = setOf("script foreignObject iframe object embed audio video canvas handler listener set animate animateMotion animateTransform discard metadata")

var svgAttributes = setOf("id class x y x1 y1 x2 y2 cx cy r rx ry fx fy fr width height viewBox preserveAspectRatio d points transform pathLength " +
	"fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity " +
	"opacity color display visibility overflow clip-path clip-rule mask filter marker-start marker-mid marker-end vector-effect paint-order shape-rendering " +
	"font-family font-size font-weight font-style font-stretch letter-spacing word-spacing text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift " +
	"dx dy rotate textLength lengthAdjust startOffset offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits " +
	"patternTransform clipPathUnits maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY orient filterUnits primitiveUnits in in2 result stdDeviation " +
	"mode type values operator k1 k2 k3 k4 flood-color flood-opacity radius baseFrequency numOctaves seed stitchTiles xml:space lang role aria-label version xmlns")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// cleanSVG writes a drawing anew with only what cannot do harm, and finds its size in pixels (SVG 2 §8.2). What it has to
// leave out it leaves out; what is no drawing, or tries to be something else, is an error of kind errs.Invalid.
func cleanSVG(file []byte) (clean []byte, w, h int, err error) {
	if len(file) > maxSVGBytes {
		return nil, 0, 0, errs.Errorf(errs.Invalid, "the drawing has %d MB, at most %d are taken", len(file)>>20, maxSVGBytes>>20)
	}
	dec := xml.NewDecoder(bytes.NewReader(file))
	dec.Strict = true
	var out bytes.Buffer
	var open []string
	drawn := newRepeats()
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, 0, errs.Errorf(errs.Invalid, "damaged SVG: %w", err)
		}
		switch t := t.(type) {
		case xml.Directive:
			if strings.Contains(string(t), "[") { // a DOCTYPE with declarations of its own: entities
				return nil, 0, 0, errs.Errorf(errs.Invalid, "the SVG declares entities, which are not taken: save it without a DOCTYPE")
			}
		case xml.StartElement:
			name := t.Name.Local
			if len(open) == 0 && (name != "svg" || out.Len() > 0) {
				return nil, 0, 0, errs.Errorf(errs.Invalid, "not an SVG drawing: it begins with <%s>", name)
			}
			if len(open) >= maxSVGDepth {
				return nil, 0, 0, errs.Errorf(errs.Invalid, "the SVG is nested more than %d deep", maxSVGDepth)
			}
			foreign := t.Name.Space != "" && t.Name.Space != svgSpace
			if svgDropped[name] || foreign {
				if err := dec.Skip(); err != nil {
					return nil, 0, 0, errs.Errorf(errs.Invalid, "damaged SVG: %w", err)
				}
				continue
			}
			if name == "style" {
				var sheet struct {
					Text string `xml:",chardata"`
				}
				if err := dec.DecodeElement(&sheet, &t); err != nil {
					return nil, 0, 0, errs.Errorf(errs.Invalid, "damaged SVG: %w", err)
				}
				if text := cssComment.ReplaceAllString(sheet.Text, ""); len(open) > 0 && harmlessStyle(text) {
					out.WriteString("<style>")
					xml.EscapeText(&out, []byte(text))
					out.WriteString("</style>")
				}
				continue
			}
			if !svgElements[name] {
				open = append(open, "")
				continue
			}
			if len(open) == 0 {
				w, h = svgSize(t)
			}
			open = append(open, name)
			drawn.begin(writeSVG(&out, t, len(open) == 1))
		case xml.EndElement:
			if last := open[len(open)-1]; last != "" {
				out.WriteString("</" + last + ">")
				drawn.end()
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				xml.EscapeText(&out, t)
			}
		}
	}
	if out.Len() == 0 {
		return nil, 0, 0, errs.Errorf(errs.Invalid, "not an SVG drawing: it is empty")
	}
	if drawn.count() > maxSVGDrawn {
		return nil, 0, 0, errs.Errorf(errs.Invalid, "the SVG draws its parts so often that browsers would stand still: at most %d elements in all are taken", maxSVGDrawn)
	}
	return out.Bytes(), w, h, nil
}

// writeSVG writes an element's beginning, and returns the attributes that it kept: each name once, or it would be no XML.
func writeSVG(out *bytes.Buffer, t xml.StartElement, root bool) map[string]string {
	kept := map[string]string{}
	out.WriteString("<" + t.Name.Local)
	if root {
		out.WriteString(` xmlns="` + svgSpace + `"`)
	}
	for _, a := range t.Attr {
		name := a.Name.Local
		switch {
		case name == "xmlns" || a.Name.Space == "xmlns":
			continue
		case name == "href": // of xlink or alone
			if !harmlessReference(t.Name.Local, a.Value) {
				continue
			}
		case name == "style":
			if !harmlessStyle(a.Value) {
				continue
			}
		case a.Name.Space != "" || !svgAttributes[name] || !harmlessStyle(a.Value):
			continue
		}
		if _, twice := kept[name]; twice {
			continue
		}
		kept[name] = a.Value
		out.WriteString(" " + name + `="`)
		xml.EscapeText(out, []byte(a.Value))
		out.WriteString(`"`)
	}
	out.WriteString(">")
	return kept
}

var dataPicture = regexp.MustCompile(`^data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=\s]*$`)

// harmlessReference: parts of the same drawing, and pictures that it holds itself.
func harmlessReference(element, v string) bool {
	v = strings.TrimSpace(v)
	return strings.HasPrefix(v, "#") || element == "image" && dataPicture.MatchString(v)
}

var cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

var cssURL = regexp.MustCompile(`(?i)url\s*\(\s*["']?\s*([^"')\s]*)`)

// harmlessStyle: declarations that refer to nothing outside the drawing and run nothing.
func harmlessStyle(v string) bool {
	low := strings.ToLower(v)
	if strings.ContainsAny(low, `\@`) || strings.Contains(low, "expression") || strings.Contains(low, "javascript:") || strings.Contains(low, "image-set") || strings.Contains(low, "/*") {
		return false
	}
	for _, m := range cssURL.FindAllStringSubmatch(v, -1) {
		if !strings.HasPrefix(m[1], "#") {
			return false
		}
	}
	return true
}

// svgSize is the drawing's own size: width and height in pixels, else its view box, else 300 × 150 (CSS 2.1 §10.3.2).
func svgSize(t xml.StartElement) (w, h int) {
	var fw, fh float64
	var box []string
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "width":
			fw = svgLength(a.Value)
		case "height":
			fh = svgLength(a.Value)
		case "viewBox":
			box = strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
		}
	}
	if len(box) == 4 {
		bw, bh := svgLength(box[2]), svgLength(box[3])
		switch {
		case bw <= 0 || bh <= 0:
		case fw <= 0 && fh <= 0:
			fw, fh = bw, bh
		case fw <= 0:
			fw = fh * bw / bh
		case fh <= 0:
			fh = fw * bh / bw
		}
	}
	if !(fw > 0 && fh > 0) || fw > maxEdge || fh > maxEdge {
		return 300, 150
	}
	return max(1, int(fw+.5)), max(1, int(fh+.5))
}

var svgUnits = map[string]float64{"": 1, "px": 1, "pt": 4. / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}

func svgLength(s string) float64 {
	s = strings.TrimSpace(s)
	i := len(s)
	for i > 0 && (s[i-1] >= 'a' && s[i-1] <= 'z' || s[i-1] == '%') {
		i--
	}
	unit, ok := svgUnits[s[i:]]
	n, err := strconv.ParseFloat(s[:i], 64)
	if err != nil || !ok {
		return 0
	}
	return n * unit
}
