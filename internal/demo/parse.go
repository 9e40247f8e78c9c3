package demo

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"masthead/internal/doc"
)

// Parse reads one story file: "name: value" lines, a line "---", then the body (see body.go). Times are
// offsets back from now: "-3h20m", "-2y4d 05:42" (at that clock time in now's zone), "+2d". "{day}" is the
// weekday of publication and "{day-1}" the one before it, in the story's language.
func Parse(text string, now time.Time) (Story, error) {
	head, body, ok := strings.Cut(withDays(text, now), "\n---\n")
	if !ok {
		return Story{}, fmt.Errorf("story file: no line --- between the fields and the body")
	}
	s := Story{Language: "en", Kind: "story"}
	for line := range strings.Lines(head) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			return s, fmt.Errorf("story file: line %q is not name: value", line)
		}
		if err := s.set(name, strings.TrimSpace(value), now); err != nil {
			return s, fmt.Errorf("story file, field %s: %w", name, err)
		}
	}
	content, err := parseBody(body)
	if err != nil {
		return s, fmt.Errorf("story %s: %w", s.Key, err)
	}
	s.Body = doc.Node{Type: "doc", Content: content}
	return s, nil
}

func (s *Story) set(name, value string, now time.Time) (err error) {
	switch name {
	case "key":
		s.Key = value
	case "slug":
		s.Slug = value
	case "lang":
		s.Language = value
	case "section":
		s.Section = value
	case "regions":
		s.Regions = list(value, ",")
	case "topics":
		s.Topics = list(value, ",")
	case "by":
		for _, b := range list(value, ";") {
			f := columns(b, 2)
			s.Bylines = append(s.Bylines, Byline{f[0], f[1]})
		}
	case "dateline":
		s.Dateline = value
	case "credits":
		s.Credits = list(value, ";")
	case "kind":
		s.Kind = value
	case "headline":
		s.Headline = value
	case "short":
		s.ShortHead = value
	case "standfirst":
		s.Standfirst = value
	case "lead":
		f := columns(value, 4)
		s.Lead = Lead{f[0], f[1], f[2], f[3]}
	case "published":
		s.Published, err = when(value, now)
	case "updated":
		s.Updated, err = when(value, now)
	case "embargo":
		s.Embargo, err = when(value, now)
	case "correction":
		f := columns(value, 4)
		c := Correction{Place: f[1], Was: f[2], Now: f[3]}
		c.At, err = when(f[0], now)
		s.Corrections = append(s.Corrections, c)
	case "killed":
		s.Killed = value
	case "translation":
		s.TranslationOf = value
	default:
		return fmt.Errorf("not a field of a story")
	}
	return err
}

func list(value, sep string) []string {
	var out []string
	for part := range strings.SplitSeq(value, sep) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// columns splits on "|" into exactly n trimmed fields, empty where the line has fewer.
func columns(value string, n int) []string {
	out := make([]string, n)
	for i, part := range strings.SplitN(value, "|", n) {
		out[i] = strings.TrimSpace(part)
	}
	return out
}

var offset = regexp.MustCompile(`^([+-])(?:(\d{1,2})y)?(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?: (\d\d):(\d\d))?$`)

func when(value string, now time.Time) (time.Time, error) {
	m := offset.FindStringSubmatch(value)
	if m == nil || len(value) < 3 {
		return time.Time{}, fmt.Errorf("time %q is not an offset such as -3h20m or -2y4d 05:42", value)
	}
	n := make([]int, len(m))
	for i := 2; i < len(m); i++ {
		n[i], _ = strconv.Atoi(m[i]) // an absent part counts as 0
		if m[1] == "-" && i < 6 {
			n[i] = -n[i]
		}
	}
	t := now.AddDate(n[2], 0, n[3]).Add(time.Duration(n[4])*time.Hour + time.Duration(n[5])*time.Minute)
	if m[6] != "" {
		t = time.Date(t.Year(), t.Month(), t.Day(), n[6], n[7], 0, 0, now.Location())
	}
	return t.Truncate(time.Minute), nil
}

var (
	weekday   = regexp.MustCompile(`\{day([+-]\d)?\}`)
	published = regexp.MustCompile(`(?m)^published: (.*)$`)
)

// withDays writes the weekdays out; a file without a readable time of publication stays as it is.
func withDays(text string, now time.Time) string {
	m := published.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	day, err := when(m[1], now)
	if err != nil {
		return text
	}
	french := []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	inFrench := strings.Contains(text, "lang: fr\n")
	return weekday.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.Atoi(weekday.FindStringSubmatch(s)[1]) // "{day}" counts as 0
		d := day.AddDate(0, 0, n).Weekday()
		if inFrench {
			return french[d]
		}
		return d.String()
	})
}

// chart reads a chart directive's JSON, one series of values; keys it does not know are refused.
func chart(text string) (doc.Node, error) {
	var spec struct {
		Type   string    `json:"type"`
		Title  string    `json:"title"`
		Unit   string    `json:"unit"`
		Labels []string  `json:"labels"`
		Values []float64 `json:"values"`
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&spec); err != nil {
		return doc.Node{}, fmt.Errorf("chart: %w", err)
	}
	if len(spec.Labels) != len(spec.Values) {
		return doc.Node{}, fmt.Errorf("chart %q: %d labels for %d values", spec.Title, len(spec.Labels), len(spec.Values))
	}
	labels, values := make([]any, len(spec.Labels)), make([]any, len(spec.Values))
	for i := range labels {
		labels[i], values[i] = spec.Labels[i], spec.Values[i]
	}
	return doc.Node{Type: "chart", Attrs: doc.Attrs{"spec": map[string]any{
		"type": spec.Type, "title": spec.Title, "unit": spec.Unit, "labels": labels,
		"series": []any{map[string]any{"values": values}},
	}}}, nil
}
