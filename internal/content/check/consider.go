package check

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"masthead/internal/doc"
)

// wording holds the text to the house style and to the difference between per cent and percentage points.
func (l *look) wording() {
	l.style()
	for _, p := range l.parts {
		if !strings.Contains(p.text, "%") && !strings.Contains(p.text, "cent") { // most, and splitting takes time
			continue
		}
		for _, s := range sentences(p.text) {
			if wrong := points(s); wrong != "" {
				l.at(Consider, "percent", p, wrong)
			}
		}
	}
}

// style finds words that the house style avoids. All rules together say first whether a part has any of them: most
// have none.
func (l *look) style() {
	var all []string
	for _, rule := range l.f.Style {
		all = append(all, rule.expressions()...)
	}
	any := whole(all)
	if any == nil {
		return
	}
	for _, p := range l.parts {
		text := withoutSpeech(p.text)
		if !any.MatchString(text) {
			continue
		}
		for _, rule := range l.f.Style {
			re := whole(rule.expressions())
			if re == nil {
				continue
			}
			for _, at := range re.FindAllStringSubmatchIndex(text, -1) {
				l.at(Consider, "style", p, text[at[2]:at[3]], rule.Suggestion, rule.Reason)
			}
		}
	}
}

// expressions returns what matches each word or phrase of a rule.
func (r StyleRule) expressions() (all []string) {
	for _, p := range strings.Split(r.Pattern, "|") {
		p = strings.Join(strings.Fields(p), " ")
		stem, any := strings.CutSuffix(p, "*")
		if stem == "" {
			continue
		}
		e := strings.ReplaceAll(regexp.QuoteMeta(stem), " ", `\s+`)
		if any {
			e += `\p{L}*`
		}
		if strings.ToLower(stem) == stem {
			e = "(?i:" + e + ")"
		}
		all = append(all, e)
	}
	return all
}

// whole returns the expression of any of them as whole words, nil if there are none.
func whole(all []string) *regexp.Regexp {
	if len(all) == 0 {
		return nil
	}
	re, err := regexp.Compile(`(?:^|[^\p{L}\p{N}])(` + strings.Join(all, "|") + `)(?:$|[^\p{L}\p{N}])`)
	if err != nil { // too long for the engine: such rules match nothing
		return nil
	}
	return re
}

// quoted finds what is between quotation marks.
var quoted = regexp.MustCompile(`“[^“”]*”|«[^«»]*»|"[^"]*"`)

// withoutSpeech returns the text with direct speech blanked out.
func withoutSpeech(text string) string {
	return quoted.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(" ", len(s)) })
}

var (
	span = regexp.MustCompile(`(?i)\b(?:from|de)\s+(\d+(?:[.,]\d+)?)(?:\s*(?:per cent|percent|pour cent|%))?\s+(?:to|à)\s+(\d+(?:[.,]\d+)?)\s*(?:(?:per cent|percent|pour cent)\b|%)`)
	step = regexp.MustCompile(`(?i)(\d+(?:[.,]\d+)?)\s*(?:(?:per cent|percent|pour cent)\b|%)`)
)

// points returns the change that a sentence gives in per cent where it means percentage points: "rose by 2 per cent,
// from 4 per cent to 6 per cent". "" if there is none.
func points(sentence string) string {
	at := span.FindStringSubmatchIndex(sentence)
	if at == nil {
		return ""
	}
	a, b := number(sentence[at[2]:at[3]]), number(sentence[at[4]:at[5]])
	rest := sentence[:at[0]] + strings.Repeat(" ", at[1]-at[0]) + sentence[at[1]:]
	for _, m := range step.FindAllStringSubmatch(rest, -1) {
		change := number(m[1])
		relative := math.Abs(b-a) / a * 100
		if math.Abs(change-math.Abs(b-a)) < 0.051 && math.Abs(change-relative) > 0.6 {
			return m[0]
		}
	}
	return ""
}

func number(s string) float64 {
	f, _ := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return f
}

// vague are words that say nothing of where a link leads.
var vague = []string{
	"here", "click here", "this", "this link", "link", "read more", "more", "this page", "this website",
	"ici", "cliquez ici", "ce lien", "lien", "lire la suite", "en savoir plus", "cette page", "ce site",
}

// links looks at where links lead and at what they say.
func (l *look) links() {
	for _, p := range l.parts {
		if p.node == nil {
			continue
		}
		for _, k := range linksOf(p.node) {
			if slices.Contains(l.f.Broken, k.href) {
				l.at(Consider, "link_broken", p, k.href)
			}
			said := strings.ToLower(strings.TrimFunc(k.text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }))
			if slices.Contains(vague, said) {
				l.at(Consider, "link_text", p, strings.TrimSpace(k.text))
			}
		}
	}
	for i := range l.c.Body.Content {
		doc.Walk(&l.c.Body.Content[i], func(n *doc.Node) bool {
			if url := n.Attrs.Str("url"); url != "" && slices.Contains(l.f.Broken, url) {
				l.block(Consider, "link_broken", i, url)
			}
			return true
		})
	}
}

type link struct{ href, text string }

// linksOf returns the links of a block; text of one address side by side is one link.
func linksOf(n *doc.Node) (list []link) {
	last := ""
	for _, c := range n.Content {
		href := ""
		for _, m := range c.Marks {
			if m.Type == "link" {
				href = m.Attrs.Str("href")
			}
		}
		if href != "" && href == last {
			list[len(list)-1].text += c.Text
		} else if href != "" {
			list = append(list, link{href, c.Text})
		}
		last = href
	}
	return list
}

// headings finds a level that is skipped: the story's own headline is the first.
func (l *look) headings() {
	last := 1
	for i, n := range l.c.Body.Content {
		if n.Type != "heading" {
			continue
		}
		level := n.Attrs.Int("level")
		if level > last+1 {
			l.block(Consider, "heading_level", i, strconv.Itoa(level), strconv.Itoa(last+1))
		}
		last = level
	}
}

// says finds the words by which a text tells who spoke or wrote.
var says = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:said|says?|saying|told|tells?|asked|asks?|wrote|writes?|written|according to|added|adds|` +
	`replied|recalled|recalls|explained|explains|announced|called|calls|calling|read|reads|put it|argued|argues|warned|warns|insisted|joked|` +
	`laughed|quoted|described|describes|declared|stated|states|noted|notes|thinks?|thought|shouted|answered|promised|posted|titled|named|dubbed|known|` +
	`dit|disent|disait|déclar\p{L}+|affirm\p{L}+|expliqu\p{L}+|ajout\p{L}+|selon|d’après|d'après|racont\p{L}+|écri\p{L}+|répond\p{L}*|` +
	`souten\p{L}+|soutient|précis\p{L}+|indiqu\p{L}+|not(?:e|ent|é|ée)|lanc\p{L}+|confi\p{L}+|résum\p{L}+|rappel\p{L}+|demand\p{L}+|estim\p{L}+|` +
	`admet\p{L}*|reconn\p{L}+|conclu\p{L}*|glisse|sourit|soupire|appel\p{L}+|titr\p{L}+|lire|lit|nomm\p{L}+|pense\p{L}*)(?:$|[^\p{L}])`)

// shortest is how many words between quotation marks are speech and not a term.
const shortest = 5

// speech finds direct speech without a word of who said it, in its paragraph or in one beside it.
func (l *look) speech() {
	var run []part
	for _, p := range l.parts {
		if p.kind == "paragraph" {
			run = append(run, p)
		}
	}
	named := func(i int) bool {
		if i < 0 || i >= len(run) {
			return false
		}
		return says.MatchString(withoutSpeech(run[i].text)) || speaker(run[i].node)
	}
	for i, p := range run {
		if top := l.c.Body.Content[p.block].Type; top != "paragraph" {
			continue
		}
		if named(i-1) || named(i) || named(i+1) {
			continue
		}
		for _, q := range quoted.FindAllString(p.text, -1) {
			if len(strings.Fields(q)) >= shortest {
				l.at(Consider, "quote_source", p, clip(q, 60))
				break
			}
		}
	}
	for i, n := range l.c.Body.Content {
		if n.Type == "pullquote" && blank(n.Attrs.Str("attribution")) {
			l.block(Consider, "pullquote_source", i)
		}
	}
}

func speaker(n *doc.Node) bool {
	return slices.ContainsFunc(n.Content, func(c doc.Node) bool {
		return slices.ContainsFunc(c.Marks, func(m doc.Mark) bool { return m.Type == "quote" && m.Attrs.Str("speaker") != "" })
	})
}

// clip returns the first n characters of a text at most, at a word's end.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	s = string([]rune(s)[:n])
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	return s + "…"
}

// How hard a text is to read. A sentence of more than 40 words is pointed at by itself: readers who meet sentences of
// 43 words understand less than a tenth of them (a study of the American Press Institute). The whole is measured by LIX, words a sentence plus the share of words of more than six letters
// (Björnsson, "Läsbarhet", 1968), which needs no syllables and so serves English and French alike (Anderson, "Lix and
// Rix", Journal of Reading 26, 1983); 60 is its "very difficult". French has longer words: 5 more.
const (
	longestSentence = 40
	hardest         = 60
	frenchMore      = 5
	leastWords      = 100 // fewer say nothing of a text
)

// reading finds long sentences and a text that is hard as a whole.
func (l *look) reading() {
	n, count, long := 0, 0, 0
	for _, p := range l.parts {
		if p.kind != "paragraph" {
			continue
		}
		for _, s := range sentences(p.text) {
			ws := strings.Fields(s)
			here := 0
			for _, w := range ws {
				w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
				if w == "" {
					continue
				}
				here++
				if utf8.RuneCountInString(w) > 6 {
					long++
				}
			}
			n, count = n+1, count+here
			if here > longestSentence {
				l.at(Consider, "sentence_long", p, strconv.Itoa(here), clip(strings.TrimSpace(s), 60))
			}
		}
	}
	if n == 0 || count < leastWords {
		return
	}
	lix, limit := float64(count)/float64(n)+100*float64(long)/float64(count), float64(hardest)
	if l.c.Language == "fr" {
		limit += frenchMore
	}
	if lix > limit {
		l.field(Consider, "reading", "body", strconv.Itoa(int(math.Round(lix))), strconv.Itoa(int(limit)))
	}
}

var (
	stop   = regexp.MustCompile(`[.!?…]+[”"’'»)\]\s\x{00a0}]*(?:\s|$)`)
	abbrev = regexp.MustCompile(`(?i)(?:^|[\s(“«.])(?:mr|mrs|ms|dr|st|ste|mme|mlle|m|no|vs|gen|lt|col|sgt|prof|rev|hon|jr|sr|inc|ltd|co|jan|feb|aug|sept|oct|nov|dec|alta|ont|que|sask|man|\p{L})\.$`)
)

// sentences splits a text. A full stop after an abbreviation or an initial ends no sentence.
func sentences(text string) (list []string) {
	from := 0
	for _, at := range stop.FindAllStringIndex(text, -1) {
		next, _ := utf8.DecodeRuneInString(text[at[1]:])
		if text[at[0]] == '.' && (abbrev.MatchString(text[from:at[0]+1]) || unicode.IsLower(next)) {
			continue
		}
		list = append(list, text[from:at[1]])
		from = at[1]
	}
	if strings.TrimSpace(text[from:]) != "" {
		list = append(list, text[from:])
	}
	return list
}

// ending finds a story without a body, and one that stops in the middle.
func (l *look) ending() {
	body := l.c.Body.Content
	if !slices.ContainsFunc(l.parts, func(p part) bool { return p.node != nil && !blank(p.text) }) {
		if l.c.Kind != "video" && l.c.Kind != "gallery" || l.c.Lead == nil && len(body) == 0 {
			l.field(Consider, "body_empty", "body")
		}
		return
	}
	last := len(body) - 1
	switch n := body[last]; n.Type {
	case "heading":
		l.block(Consider, "ending_heading", last)
	case "paragraph":
		text := strings.TrimRightFunc(inline(&n), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("”\"’'»)]", r) })
		r, _ := utf8.DecodeLastRuneInString(text)
		if text != "" && !strings.ContainsRune(".!?…", r) {
			words := strings.Fields(text)
			l.block(Consider, "ending", last, "… "+strings.Join(words[max(0, len(words)-6):], " "))
		}
	}
}
