package doc

import (
	"math"
	"strconv"
	"strings"
)

// chartData is a chart's spec read into Go. A missing value is NaN.
type chartData struct {
	kind, title, description, unit, source string
	labels                                 []string
	series                                 []chartSeries
	low, high, step                        float64
}

type chartSeries struct {
	name   string
	values []float64
}

// The drawing's size in its own units; it scales to the column.
const (
	chartWidth, chartHeight  = 640.0, 360.0
	chartLeft, chartRight    = 64.0, 632.0
	chartTop, chartBottom    = 16.0, 320.0
	chartLabels, chartMaxTik = 12, 5
)

func readChart(spec Attrs) (chartData, bool) {
	c := chartData{
		kind: spec.Str("type"), title: spec.Str("title"), description: spec.Str("description"),
		unit: spec.Str("unit"), source: spec.Str("source"), labels: spec.Strings("labels"),
	}
	for _, s := range spec.Items("series") {
		values, _ := plain(s["values"]).([]any)
		line := chartSeries{name: s.Str("name"), values: make([]float64, len(c.labels))}
		for i := range line.values {
			line.values[i] = math.NaN()
			if i < len(values) {
				if v, ok := plain(values[i]).(float64); ok && math.Abs(v) < 1e15 {
					line.values[i] = v
					c.low, c.high = min(c.low, v), max(c.high, v)
				}
			}
		}
		c.series = append(c.series, line)
	}
	if c.high-c.low < 1e-6 {
		c.high = c.low + 1
	}
	c.step = niceStep((c.high - c.low) / chartMaxTik)
	c.low = math.Floor(c.low/c.step) * c.step
	c.high = math.Ceil(c.high/c.step) * c.step
	return c, len(c.labels) > 0 && len(c.series) > 0
}

// niceStep rounds up to 1, 2 or 5 times a power of ten.
func niceStep(s float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(s)))
	for _, m := range []float64{1, 2, 5} {
		if s <= m*p {
			return m * p
		}
	}
	return 10 * p
}

func (c *chartData) y(v float64) float64 {
	return chartBottom - (v-c.low)/(c.high-c.low)*(chartBottom-chartTop)
}

// chart draws the numbers and gives them again as a table, which is all that feeds get.
func (r *renderer) chart(n *Node) {
	c, ok := readChart(n.Attrs.Object("spec"))
	if !ok {
		return
	}
	r.raw("<figure")
	r.class("chart")
	r.raw(">")
	if c.title != "" {
		r.elem("p", "ct", c.title)
	}
	if r.feed {
		r.chartTable(&c)
	} else {
		r.drawing(&c)
		if len(c.series) > 1 || c.series[0].name != "" {
			r.raw(`<ul class="legend">`)
			for i, s := range c.series {
				r.elem("li", "s"+strconv.Itoa(i+1), s.name)
			}
			r.raw("</ul>")
		}
		r.raw("<details><summary>")
		r.text(r.e.Labels.Data)
		r.raw(`</summary><div class="tbl" role="region" tabindex="0"`)
		r.attr("aria-label", r.chartName(&c))
		r.raw(">")
		r.chartTable(&c)
		r.raw("</div></details>")
	}
	if c.source != "" {
		r.elem("figcaption", "", fill(r.e.Labels.Source, "source", c.source))
	}
	r.raw("</figure>")
}

func (r *renderer) chartName(c *chartData) string {
	if c.title != "" {
		return c.title
	}
	return r.e.Labels.Chart
}

func (r *renderer) drawing(c *chartData) {
	id := r.labelID()
	r.raw(`<svg viewBox="0 0 640 360" role="img"`)
	if c.description != "" {
		r.attr("aria-labelledby", id+" "+id+"-desc")
	} else {
		r.attr("aria-labelledby", id)
	}
	r.raw("><title")
	r.attr("id", id)
	r.raw(">")
	r.text(r.chartName(c))
	r.raw("</title>")
	if c.description != "" {
		r.raw("<desc")
		r.attr("id", id+"-desc")
		r.raw(">")
		r.text(c.description)
		r.raw("</desc>")
	}
	r.axes(c)
	if c.kind == "line" {
		r.lines(c)
	} else {
		r.bars(c)
	}
	r.raw("</svg>")
}

func (r *renderer) axes(c *chartData) {
	r.raw(`<g class="axis" fill="currentColor" stroke="currentColor" font-size="13">`)
	steps := int(math.Round((c.high - c.low) / c.step))
	for i := 0; i <= steps && i <= 4*chartMaxTik; i++ {
		v := c.low + float64(i)*c.step
		y := c.y(v)
		r.raw(`<path d="M`, xy(chartLeft, y), "H", coord(chartRight), `" stroke-opacity=".2"/>`)
		r.label(chartLeft-8, y+4, "end", r.number(v, c.step))
	}
	every := (len(c.labels) + chartLabels - 1) / chartLabels
	slot := (chartRight - chartLeft) / float64(len(c.labels))
	for i, s := range c.labels {
		if i%every == 0 {
			r.label(chartLeft+slot*(float64(i)+.5), chartBottom+22, "middle", clip(s, 16))
		}
	}
	r.raw("</g>")
}

func (r *renderer) label(x, y float64, anchor, s string) {
	r.raw(`<text x="`, coord(x), `" y="`, coord(y), `" text-anchor="`, anchor, `" stroke="none">`)
	r.text(s)
	r.raw("</text>")
}

func (r *renderer) bars(c *chartData) {
	slot := (chartRight - chartLeft) / float64(len(c.labels))
	width := slot * .8 / float64(len(c.series))
	zero := c.y(0)
	for i, s := range c.series {
		r.raw(`<g class="s`, strconv.Itoa(i+1), `" fill="currentColor">`)
		for j, v := range s.values {
			if math.IsNaN(v) {
				continue
			}
			x, y := chartLeft+slot*(float64(j)+.1)+width*float64(i), c.y(v)
			r.raw(`<rect x="`, coord(x), `" y="`, coord(min(y, zero)), `" width="`, coord(width), `" height="`,
				coord(math.Abs(zero-y)), `"/>`)
		}
		r.raw("</g>")
	}
}

func (r *renderer) lines(c *chartData) {
	slot := (chartRight - chartLeft) / float64(len(c.labels))
	for i, s := range c.series {
		var d strings.Builder
		command := "M"
		for j, v := range s.values {
			if math.IsNaN(v) {
				command = "M"
				continue
			}
			d.WriteString(command)
			d.WriteString(xy(chartLeft+slot*(float64(j)+.5), c.y(v)))
			command = "L"
		}
		r.raw(`<path class="s`, strconv.Itoa(i+1), `" d="`, d.String(), `" fill="none" stroke="currentColor" stroke-width="3"/>`)
	}
}

func xy(x, y float64) string { return coord(x) + " " + coord(y) }

func coord(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// number writes a value as the page's language does, with a real minus sign; a step of less than one
// decides how many decimals.
func (r *renderer) number(v, step float64) string {
	decimals := -1
	if step > 0 {
		decimals = max(0, int(math.Ceil(-math.Log10(step))))
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	if strings.HasPrefix(r.e.Lang, "fr") {
		s = strings.Replace(s, ".", ",", 1)
	}
	if v < 0 {
		s = "\u2212" + s
	}
	return s
}

func (r *renderer) chartTable(c *chartData) {
	r.raw("<table><thead><tr><td></td>")
	for _, s := range c.series {
		name := s.name
		if name == "" {
			name = r.chartName(c)
		}
		if c.unit != "" {
			name = strings.TrimSpace(name + " (" + c.unit + ")")
		}
		r.raw("<th")
		if !r.feed {
			r.raw(` scope="col"`)
		}
		r.raw(">")
		r.text(name)
		r.raw("</th>")
	}
	r.raw("</tr></thead><tbody>")
	for i, label := range c.labels {
		r.raw("<tr><th")
		if !r.feed {
			r.raw(` scope="row"`)
		}
		r.raw(">")
		r.text(label)
		r.raw("</th>")
		for _, s := range c.series {
			r.raw("<td>")
			if !math.IsNaN(s.values[i]) {
				r.raw(r.number(s.values[i], 0))
			}
			r.raw("</td>")
		}
		r.raw("</tr>")
	}
	r.raw("</tbody></table>")
}
