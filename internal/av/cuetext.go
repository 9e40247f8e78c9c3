package av

import (
	"html"
	"regexp"
	"strings"
	"time"
)

var (
	mark     = regexp.MustCompile(`^<(/?)([a-zA-Z]*)((?:\.[\w-]{1,40})*)(?:[ \t\n]+([^<>]{0,200}))?>`)
	inside   = regexp.MustCompile(`^<(\d{2,3}:)?\d{2}:\d{2}\.\d{3}>`) // a time inside a cue
	entity   = regexp.MustCompile(`^&(amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});`)
	override = regexp.MustCompile(`\{\\[^{}\n]{0,100}\}`) // of SubStation, found in SRT
	language = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$`)
)

// marks writes a cue's text with well-formed marks only (WebVTT §3.4): of SRT b, i and u, of WebVTT also c, v, lang, ruby, rt
// and times. Other marks are dropped, what they stand around stays; open ones are closed; a stray < is a character.
func marks(s string, srt bool) string {
	if srt {
		s = override.ReplaceAllString(s, "")
	}
	var b strings.Builder
	var open []string
	for s != "" {
		i := strings.IndexAny(s, "<>&")
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		switch {
		case s[0] == '>':
			b.WriteString("&gt;")
			s = s[1:]
		case s[0] == '&':
			n := 1
			if e := entity.FindString(s); e != "" {
				b.WriteString(escape(html.UnescapeString(e)))
				n = len(e)
			} else {
				b.WriteString("&amp;")
			}
			s = s[n:]
		case !srt && inside.MatchString(s):
			t := inside.FindString(s)
			b.WriteString(t)
			s = s[len(t):]
		default:
			m := mark.FindStringSubmatch(s)
			if m == nil {
				b.WriteString("&lt;")
				s = s[1:]
				continue
			}
			s = s[len(m[0]):]
			open = writeMark(&b, open, m, srt)
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		b.WriteString("</" + open[i] + ">")
	}
	lines := strings.FieldsFunc(b.String(), func(r rune) bool { return r == '\n' })
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", " ", "\r", " ", "\x00", "").Replace(s)
}

// writeMark writes one mark, m as the expression has it, and returns which are open after it.
func writeMark(b *strings.Builder, open, m []string, srt bool) []string {
	name := strings.ToLower(m[2])
	const maxOpen = 16
	allowed := name == "b" || name == "i" || name == "u" || !srt && (name == "c" || name == "v" || name == "lang" || name == "ruby" || name == "rt")
	switch {
	case !allowed:
	case m[1] == "/":
		if len(open) > 0 && open[len(open)-1] == name { // one that closes another is left out; the end closes all
			b.WriteString("</" + name + ">")
			open = open[:len(open)-1]
		}
	case len(open) >= maxOpen:
	case name == "v" || name == "lang":
		text := strings.TrimSpace(escape(html.UnescapeString(strings.ReplaceAll(m[4], "\n", " "))))
		if text == "" || name == "lang" && !language.MatchString(text) {
			return open
		}
		b.WriteString("<" + name + " " + text + ">")
		open = append(open, name)
	default:
		b.WriteString("<" + name + ">")
		open = append(open, name)
	}
	return open
}

// Breaks of a transcript: a silence after which a new paragraph begins, and a length after which the next end of
// a sentence is one.
const (
	silence   = 2 * time.Second
	paragraph = 500
)

// Transcript makes running text of captions that Captions has written: paragraphs with a blank line between them, the
// speaker's name in front where captions name one. Lines that captions repeat while they roll are there once.
func Transcript(vtt []byte) string {
	var paras []string
	var para strings.Builder
	flush := func() {
		if para.Len() > 0 {
			paras = append(paras, para.String())
		}
		para.Reset()
	}
	speaker, last := "", ""
	var before time.Duration
	r := reader{lines: strings.Split(string(vtt), "\n")}
	for r.block(); ; {
		lines, n := r.block()
		if len(lines) == 0 {
			break
		}
		c, err := timing(lines[0], n)
		if err != nil {
			continue
		}
		if ended(para.String()) && (c.start-before >= silence || para.Len() >= paragraph) {
			flush()
		}
		before = c.end
		for _, line := range lines[1:] {
			who, text := spoken(line)
			if text == "" || text == last {
				continue
			}
			last = text
			said := strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "– ") || strings.HasPrefix(text, "— ")
			if said || who != "" && who != speaker {
				flush()
			}
			if para.Len() > 0 {
				para.WriteByte(' ')
			} else if who != "" && who != speaker {
				para.WriteString(who + ": ")
			}
			if who != "" {
				speaker = who
			}
			para.WriteString(text)
		}
	}
	flush()
	return strings.Join(paras, "\n\n")
}

var voice = regexp.MustCompile(`<v ([^>]*)>`)
var anyMark = regexp.MustCompile(`<[^>]*>`)

// spoken returns a line without marks, and who says it if a mark tells.
func spoken(line string) (who, text string) {
	if m := voice.FindStringSubmatch(line); m != nil {
		who = html.UnescapeString(m[1])
	}
	text = html.UnescapeString(anyMark.ReplaceAllString(line, ""))
	return who, strings.Join(strings.Fields(text), " ")
}

// ended reports whether a text ends with the end of a sentence.
func ended(s string) bool {
	s = strings.TrimRight(s, `"'”’»)] `+"\u00a0")
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…")
}
