package wire

import (
	"bufio"
	"fmt"
	"io"
	"unicode/utf8"

	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/format/ninjs"
)

// Parse writes each item of the files as one line of ninjs 3 JSON to w; folders are walked, "-" is the standard
// input. Bodies are written as the HTML that the story document keeps, and as text. What is wrong with a file or an
// item goes to errw, one line each with the file's name. failed counts the files that gave nothing or lost an item;
// err is for w.
func Parse(w, errw io.Writer, files []string) (failed int, err error) {
	list, bad := filesOf(files)
	for _, f := range bad {
		fmt.Fprintln(errw, f)
	}
	failed = len(bad)
	out := bufio.NewWriter(w)
	for _, path := range list {
		ok, err := parseFile(out, errw, path)
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			return failed, fmt.Errorf("write the items of %s: %w", path, err)
		}
		if !ok {
			failed++
		}
	}
	return failed, nil
}

// parseFile reports whether the file could be read.
func parseFile(w io.Writer, errw io.Writer, path string) (ok bool, err error) {
	b, readErr := readFile(path)
	var m Message
	if readErr == nil {
		m, readErr = Read(b, "")
	}
	if readErr != nil {
		fmt.Fprintln(errw, Failure{Path: path, Reason: reason(readErr)})
		return false, nil
	}
	for _, p := range m.Problems {
		fmt.Fprintln(errw, Failure{Path: path, Item: p.Item, Reason: p.Text})
	}
	for i := range m.Items {
		it := &m.Items[i]
		body := bodyOf(it)
		clean(it, body)
		addText(it, body)
		line, err := it.Marshal()
		if err != nil {
			return false, errs.Errorf(errs.Internal, "%s: %w", it.URI, err)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return false, err
		}
	}
	return true, nil
}

// clean replaces the item's bodies by what the document made of them keeps, as HTML, and counts the words.
func clean(it *ninjs.Item, body doc.Node) (words int) {
	it.Bodies = nil
	if len(body.Content) == 0 {
		return 0
	}
	words = doc.Words(body)
	it.Bodies = []ninjs.Text{{Role: "html", ContentType: "text/html", WordCount: words, Value: doc.FeedHTML(body, doc.Env{})}}
	return words
}

// addText adds the body as plain text.
func addText(it *ninjs.Item, body doc.Node) {
	if len(it.Bodies) == 0 {
		return
	}
	text := doc.Text(body)
	chars := utf8.RuneCountInString(text)
	it.Bodies[0].CharCount = chars
	it.Bodies = append(it.Bodies, ninjs.Text{Role: "text", ContentType: "text/plain", CharCount: chars, WordCount: it.Bodies[0].WordCount, Value: text})
}
