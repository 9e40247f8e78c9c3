package demo

import (
	"fmt"
	"regexp"
	"strings"

	"masthead/internal/doc"
)

// parseBody reads the body of a story file. Blocks are set apart by empty lines:
//
//	## heading          - item          1. item          > quotation          ---  divider
//	::photo key | alt | caption | credit        ::video key | title | caption | credit
//	::watch WATCH | target | title              ::promo title | text | url
//	::related key, key      ::embed url         ::chart {json}
//	::keypoints, ::factbox title, ::pullquote attribution, ::table, ::gallery … up to a line "::"
//
// and inside text **strong**, *em*, [words](link), [words]{quote: speaker}, [words]{claim: status; source}.
func parseBody(text string) ([]doc.Node, error) {
	var out []doc.Node
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := 0; i < len(lines); {
		line := strings.TrimSpace(lines[i])
		if line == "" {
			i++
			continue
		}
		if name, arg, ok := directive(line); ok && encloses(name) {
			end := i + 1
			for end < len(lines) && strings.TrimSpace(lines[end]) != "::" {
				end++
			}
			if end == len(lines) {
				return nil, fmt.Errorf("no closing line :: after the block ::%s", name)
			}
			n, err := enclosed(name, arg, lines[i+1:end])
			if err != nil {
				return nil, err
			}
			out, i = append(out, n), end+1
			continue
		}
		end := i
		for end < len(lines) && strings.TrimSpace(lines[end]) != "" && (end == i || !strings.HasPrefix(lines[end], "::")) {
			end++
		}
		n, err := block(lines[i:end])
		if err != nil {
			return nil, err
		}
		out, i = append(out, n), end
	}
	return out, nil
}

func directive(line string) (name, arg string, ok bool) {
	rest, ok := strings.CutPrefix(line, "::")
	name, arg, _ = strings.Cut(rest, " ")
	return name, strings.TrimSpace(arg), ok && name != ""
}

func encloses(name string) bool {
	switch name {
	case "keypoints", "factbox", "pullquote", "table", "gallery":
		return true
	}
	return false
}

func enclosed(name, arg string, lines []string) (doc.Node, error) {
	switch name {
	case "table":
		return table(lines), nil
	case "gallery":
		var items []any
		for _, line := range lines {
			f := columns(line, 4)
			items = append(items, map[string]any{"media": f[0], "alt": f[1], "caption": f[2], "credit": f[3]})
		}
		return doc.Node{Type: "gallery", Attrs: doc.Attrs{"items": items}}, nil
	}
	content, err := parseBody(strings.Join(lines, "\n"))
	if err != nil {
		return doc.Node{}, fmt.Errorf("in ::%s: %w", name, err)
	}
	switch name {
	case "keypoints":
		if len(content) != 1 || content[0].Type != "bulletList" {
			return doc.Node{}, fmt.Errorf("block ::keypoints holds one list of - items")
		}
		return doc.Node{Type: "keyPoints", Content: content[0].Content}, nil
	case "factbox":
		return doc.Node{Type: "factbox", Attrs: doc.Attrs{"title": arg}, Content: content}, nil
	}
	return doc.Node{Type: "pullquote", Attrs: doc.Attrs{"attribution": arg}, Content: content}, nil
}

func table(lines []string) doc.Node {
	t := doc.Node{Type: "table"}
	for i, line := range lines {
		kind := "tableCell"
		if i == 0 {
			kind = "tableHeader"
		}
		row := doc.Node{Type: "tableRow"}
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			row.Content = append(row.Content, doc.Node{Type: kind, Content: []doc.Node{paragraph(strings.TrimSpace(cell))}})
		}
		t.Content = append(t.Content, row)
	}
	return t
}

func paragraph(text string) doc.Node { return doc.Node{Type: "paragraph", Content: inline(text, nil)} }

var numbered = regexp.MustCompile(`^\d+\. `)

func block(lines []string) (doc.Node, error) {
	first := strings.TrimSpace(lines[0])
	if name, arg, ok := directive(first); ok {
		return single(name, arg)
	}
	switch text := strings.Join(lines, " "); {
	case first == "---":
		return doc.Node{Type: "divider"}, nil
	case strings.HasPrefix(first, "## "):
		return doc.Node{Type: "heading", Attrs: doc.Attrs{"level": 2}, Content: inline(text[3:], nil)}, nil
	case strings.HasPrefix(first, "### "):
		return doc.Node{Type: "heading", Attrs: doc.Attrs{"level": 3}, Content: inline(text[4:], nil)}, nil
	case strings.HasPrefix(first, "> "):
		return doc.Node{Type: "blockquote", Content: []doc.Node{paragraph(text[2:])}}, nil
	case strings.HasPrefix(first, "- "):
		return items("bulletList", lines), nil
	case numbered.MatchString(first):
		return items("orderedList", lines), nil
	default:
		return paragraph(text), nil
	}
}

func items(kind string, lines []string) doc.Node {
	n := doc.Node{Type: kind}
	for _, line := range lines {
		_, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		n.Content = append(n.Content, doc.Node{Type: "listItem", Content: []doc.Node{paragraph(text)}})
	}
	return n
}

func single(name, arg string) (doc.Node, error) {
	f := columns(arg, 4)
	switch name {
	case "photo":
		return doc.Node{Type: "photo", Attrs: doc.Attrs{"media": f[0], "alt": f[1], "caption": f[2], "credit": f[3]}}, nil
	case "video":
		return doc.Node{Type: "video", Attrs: doc.Attrs{"media": f[0], "title": f[1], "caption": f[2], "credit": f[3]}}, nil
	case "watch":
		return doc.Node{Type: "watch", Attrs: doc.Attrs{"label": f[0], "target": f[1], "title": f[2]}}, nil
	case "promo":
		return doc.Node{Type: "promo", Attrs: doc.Attrs{"title": f[0], "text": f[1], "url": f[2]}}, nil
	case "related":
		var keys []any
		for _, k := range list(arg, ",") {
			keys = append(keys, k)
		}
		return doc.Node{Type: "related", Attrs: doc.Attrs{"stories": keys}}, nil
	case "embed":
		return doc.Node{Type: "embed", Attrs: doc.Attrs{"url": arg}}, nil
	case "chart":
		return chart(arg)
	}
	return doc.Node{}, fmt.Errorf("block ::%s is not known", name)
}

var markup = regexp.MustCompile(`\*\*([^*]+)\*\*|\*([^*]+)\*|~~([^~]+)~~|\[([^\]]+)\](?:\(([^)\s]+)\)|\{(quote|claim): ([^};]+)(?:; ([^}]+))?\})`)

// inline turns a line of text into text nodes; marks are those of the words around it.
func inline(text string, marks []doc.Mark) []doc.Node {
	var out []doc.Node
	plain := func(s string) {
		if s != "" {
			out = append(out, doc.Node{Type: "text", Text: s, Marks: marks})
		}
	}
	for {
		m := markup.FindStringSubmatchIndex(text)
		if m == nil {
			plain(text)
			return out
		}
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		plain(text[:m[0]])
		words, mark := group(4), doc.Mark{}
		switch {
		case group(1) != "":
			words, mark = group(1), doc.Mark{Type: "strong"}
		case group(2) != "":
			words, mark = group(2), doc.Mark{Type: "em"}
		case group(3) != "":
			words, mark = group(3), doc.Mark{Type: "strike"}
		case group(5) != "":
			mark = doc.Mark{Type: "link", Attrs: doc.Attrs{"href": group(5)}}
		case group(6) == "quote":
			mark = doc.Mark{Type: "quote", Attrs: doc.Attrs{"speaker": group(7)}}
		default:
			mark = doc.Mark{Type: "claim", Attrs: doc.Attrs{"status": group(7), "source": group(8)}}
		}
		out = append(out, inline(words, append(marks[:len(marks):len(marks)], mark))...)
		text = text[m[1]:]
	}
}
