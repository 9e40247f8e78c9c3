package av

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"masthead/internal/errs"
	"masthead/internal/format/charset"
)

// Bounds of a file of captions.
const (
	maxCaptions = 4 << 20
	maxCues     = 20_000
	maxCueText  = 2_000
)

// cue is what is shown for a while.
type cue struct {
	start, end time.Duration
	settings   string
	text       string // of WebVTT
}

// Captions reads captions in WebVTT (W3C) or SRT, in UTF-8, UTF-16 or windows-1252, and returns them as WebVTT that
// holds cues only, in order, and how many there are. Styles, regions and notes are left out; of the marks inside a cue
// those that WebVTT knows stay. What cannot be read is errs.Invalid with the number of the line.
func Captions(b []byte) (vtt []byte, cues int, err error) {
	if len(b) > maxCaptions {
		return nil, 0, errs.Errorf(errs.Invalid, "the captions have %d bytes, at most %d are taken", len(b), maxCaptions)
	}
	text, _, err := charset.Decode(b, "")
	if err != nil {
		return nil, 0, errs.Errorf(errs.Invalid, "the captions are in no encoding that we read; save them as UTF-8: %w", err)
	}
	s := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(string(text))
	r := reader{lines: strings.Split(s, "\n")}
	var list []cue
	switch first := r.lines[0]; {
	case first == "WEBVTT" || strings.HasPrefix(first, "WEBVTT ") || strings.HasPrefix(first, "WEBVTT\t"):
		list, err = r.vtt()
	case strings.HasPrefix(first, "[Script Info]"):
		err = errs.Errorf(errs.Invalid, "these captions are SubStation Alpha; save them as WebVTT or SRT")
	case strings.HasPrefix(strings.TrimSpace(first), "<"):
		err = errs.Errorf(errs.Invalid, "these captions are XML; save them as WebVTT or SRT")
	default:
		list, err = r.srt()
	}
	switch {
	case err != nil:
		return nil, 0, err
	case len(list) == 0:
		return nil, 0, errs.Errorf(errs.Invalid, "there is no caption in the file")
	}
	slices.SortStableFunc(list, func(a, b cue) int { return int(a.start - b.start) })
	return write(list), len(list), nil
}

func write(list []cue) []byte {
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	for _, c := range list {
		fmt.Fprintf(&b, "\n%s --> %s%s\n%s\n", stamp(c.start), stamp(c.end), c.settings, c.text)
	}
	return b.Bytes()
}

func stamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// reader goes through the lines of a file of captions.
type reader struct {
	lines []string
	at    int // of the next line, from 0
}

// block returns the next lines up to a blank one, and the number of the first; nil at the end.
func (r *reader) block() (lines []string, number int) {
	for r.at < len(r.lines) && strings.TrimSpace(r.lines[r.at]) == "" {
		r.at++
	}
	begin := r.at
	for r.at < len(r.lines) && strings.TrimSpace(r.lines[r.at]) != "" {
		r.at++
	}
	return r.lines[begin:r.at], begin + 1
}

// vtt reads WebVTT §4 and §6.1. The first block is the header.
func (r *reader) vtt() (list []cue, err error) {
	r.block()
	for {
		lines, n := r.block()
		if len(lines) == 0 {
			return list, nil
		}
		word, _, _ := strings.Cut(strings.ReplaceAll(lines[0], "\t", " "), " ")
		timed := strings.Contains(lines[0], "-->")
		if !timed && (word == "NOTE" || word == "STYLE" || word == "REGION") {
			continue
		}
		if !timed && len(lines) > 1 && strings.Contains(lines[1], "-->") { // the first is its name
			lines, n, timed = lines[1:], n+1, true
		}
		if !timed {
			return nil, lineError(n, "a time such as 00:01:02.500 --> 00:01:04.000 is missing", lines[0])
		}
		c, err := timing(lines[0], n)
		if err != nil {
			return nil, err
		}
		c.text = marks(strings.Join(lines[1:], "\n"), false)
		if list, err = add(list, c, n); err != nil {
			return nil, err
		}
	}
}

// clockish is a line that means a time, rightly written or not.
var clockish = regexp.MustCompile(`\d:\d\d|-->|->`)

// srt reads SubRip: a number, a time, text, a blank line. A blank line inside a text is common and stays in the cue.
func (r *reader) srt() (list []cue, err error) {
	for {
		lines, n := r.block()
		if len(lines) == 0 {
			return list, nil
		}
		first := lines[0]
		if len(lines) > 1 && isNumber(first) && !strings.Contains(first, "-->") {
			lines, n = lines[1:], n+1
		}
		if !strings.Contains(lines[0], "-->") {
			if len(list) > 0 && !isNumber(first) && !clockish.MatchString(lines[0]) {
				last := &list[len(list)-1]
				last.text = strings.TrimPrefix(last.text+"\n"+marks(strings.Join(lines, "\n"), true), "\n")
				if len(last.text) > maxCueText {
					return nil, lineError(n, "a caption is longer than anybody can read", "")
				}
				continue
			}
			if isNumber(lines[0]) && len(lines) == 1 {
				continue // a number without a caption
			}
			return nil, lineError(n, "a time such as 00:01:02,500 --> 00:01:04,000 is missing", lines[0])
		}
		c, err := timing(lines[0], n)
		if err != nil {
			return nil, err
		}
		c.settings = "" // SRT's are pixels of some screen
		c.text = marks(strings.Join(lines[1:], "\n"), true)
		if list, err = add(list, c, n); err != nil {
			return nil, err
		}
	}
}

func isNumber(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func add(list []cue, c cue, line int) ([]cue, error) {
	switch {
	case len(list) >= maxCues:
		return nil, errs.Errorf(errs.Invalid, "there are more than %d captions", maxCues)
	case len(c.text) > maxCueText:
		return nil, lineError(line, "a caption is longer than anybody can read", "")
	}
	return append(list, c), nil
}

func lineError(n int, what, found string) error {
	if found == "" {
		return errs.Errorf(errs.Invalid, "line %d of the captions: %s", n, what)
	}
	if r := []rune(found); len(r) > 40 {
		found = string(r[:40]) + "…"
	}
	return errs.Errorf(errs.Invalid, "line %d of the captions: %s, it says %q", n, what, found)
}

var (
	times   = regexp.MustCompile(`^\s*(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?\s*-->\s*(?:(\d{1,2}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?(?:\s+(.*?))?\s*$`)
	setting = regexp.MustCompile(`^(vertical:(rl|lr)|line:-?\d{1,4}(\.\d{1,4})?%?(,(start|center|end))?|position:\d{1,3}(\.\d{1,4})?%(,(line-left|center|line-right))?|size:\d{1,3}(\.\d{1,4})?%|align:(start|center|end|left|right))$`)
)

// timing reads the line with the times, and of WebVTT's settings (§3.5) those that need no region.
func timing(line string, n int) (c cue, err error) {
	m := times.FindStringSubmatch(line)
	if m == nil {
		return c, lineError(n, "a time such as 00:01:02.500 --> 00:01:04.000 is expected", line)
	}
	var ok1, ok2 bool
	if c.start, ok1 = moment(m[1:5]); !ok1 {
		return c, lineError(n, "there are no such minutes or seconds", line)
	}
	if c.end, ok2 = moment(m[5:9]); !ok2 {
		return c, lineError(n, "there are no such minutes or seconds", line)
	}
	if c.end <= c.start {
		return c, lineError(n, "the caption ends before it begins", line)
	}
	for _, s := range strings.Fields(m[9]) {
		if setting.MatchString(s) && !strings.Contains(c.settings, s[:strings.Index(s, ":")+1]) {
			c.settings += " " + s
		}
	}
	return c, nil
}

// moment reads hours, minutes, seconds and a fraction.
func moment(part []string) (time.Duration, bool) {
	var n [4]int
	for i, s := range part {
		if i == 3 {
			s = (s + "000")[:3]
		}
		n[i], _ = strconv.Atoi(s)
	}
	d := time.Duration(n[0])*time.Hour + time.Duration(n[1])*time.Minute + time.Duration(n[2])*time.Second + time.Duration(n[3])*time.Millisecond
	return d, n[1] < 60 && n[2] < 60
}
