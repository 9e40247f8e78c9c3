package wire

import (
	"bytes"
	"encoding/json"
	"strconv"

	"masthead/internal/format/charset"
)

// maxParts bounds into how many pieces a damaged file of items is taken apart.
const maxParts = 10_000

func place(i int) string { return "item " + strconv.Itoa(i+1) }

// splitJSON takes a file of several ninjs items apart, so that a broken one does not take the others with it:
// a list, an object with a list under "item" or "items", or one item a line. nil if it is none of these.
func splitJSON(b []byte) [][]byte {
	text, _, err := charset.Decode(b, "")
	if err != nil {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(text, &list) == nil {
		return parts(list)
	}
	var wrapped map[string]json.RawMessage
	if json.Unmarshal(text, &wrapped) == nil {
		for _, name := range []string{"item", "items", "_items"} {
			if json.Unmarshal(wrapped[name], &list) == nil {
				return parts(list)
			}
		}
		return nil
	}
	return lines(text)
}

func parts(list []json.RawMessage) [][]byte {
	if len(list) > maxParts {
		return nil
	}
	out := make([][]byte, len(list))
	for i, p := range list {
		out[i] = p
	}
	return out
}

// lines returns the lines of a file in which every item has its own; nil if the first is no whole value, as in a
// single item that is written on many lines.
func lines(text []byte) [][]byte {
	var out [][]byte
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if len(out) == maxParts || line[0] != '{' {
			return nil
		}
		out = append(out, line)
	}
	if len(out) == 0 || !json.Valid(out[0]) && !json.Valid(out[len(out)-1]) {
		return nil
	}
	return out
}
