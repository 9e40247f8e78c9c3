package wire

import (
	"regexp"
	"slices"
	"strings"

	"masthead/internal/doc"
)

// afterPlace is what stands between the place of a dateline and the text: perhaps the agency, then a dash.
var afterPlace = regexp.MustCompile(`^(?:,? [A-Z][a-zé]{2,8}\.? [0-9]{1,2})?(?: ?\([A-Za-z .&/-]{2,40}\))?(?: ?[.,]-| [-_–—]+| ?—|\s--)[  ]+`)

// agencyBehind is the agency behind the place, where the dateline field has it too: "Rom (dpa) -".
var agencyBehind = regexp.MustCompile(`\s*\([^()]{2,40}\)\s*[-–—]*$`)

// takeDateline moves the dateline out of the text if the item gives the same place as its own; else the text stays
// exactly as it is and there is no dateline. The words are taken as the text has them.
func takeDateline(body doc.Node, located string) (string, doc.Node) {
	located = agencyBehind.ReplaceAllString(oneLine(located), "")
	if located == "" || len(body.Content) == 0 || body.Content[0].Type != "paragraph" {
		return "", body
	}
	para := body.Content[0]
	if len(para.Content) == 0 || para.Content[0].Type != "text" || len(para.Content[0].Marks) > 0 {
		return "", body
	}
	text := para.Content[0].Text
	if len(text) < len(located) || !strings.EqualFold(text[:len(located)], located) {
		return "", body
	}
	mark := afterPlace.FindString(text[len(located):])
	if mark == "" || len(located)+len(mark) == len(text) && len(para.Content) == 1 {
		return "", body
	}
	run := para.Content[0]
	run.Text = text[len(located)+len(mark):]
	para.Content = slices.Clone(para.Content)
	if para.Content[0] = run; run.Text == "" {
		para.Content = para.Content[1:]
	}
	body.Content = slices.Clone(body.Content)
	body.Content[0] = para
	return text[:len(located)], body
}

// withoutByline takes a first paragraph that only repeats the item's own byline out of the text.
func withoutByline(body doc.Node, by string) doc.Node {
	if by == "" || len(body.Content) < 2 || body.Content[0].Type != "paragraph" {
		return body
	}
	text := oneLine(doc.Text(doc.Node{Type: "doc", Content: body.Content[:1]}))
	if !byWord.MatchString(text) || !strings.EqualFold(byWord.ReplaceAllString(text, ""), byWord.ReplaceAllString(oneLine(by), "")) {
		return body
	}
	body.Content = body.Content[1:]
	return body
}

// withoutHeadline takes a first heading that only repeats the item's headline out of the text.
func withoutHeadline(body doc.Node, headline string) doc.Node {
	if len(body.Content) < 2 || body.Content[0].Type != "heading" {
		return body
	}
	text := oneLine(doc.Text(doc.Node{Type: "doc", Content: body.Content[:1]}))
	if strings.EqualFold(text, oneLine(headline)) {
		body.Content = body.Content[1:]
	}
	return body
}
