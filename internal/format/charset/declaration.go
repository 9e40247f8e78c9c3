package charset

import (
	"bytes"
	"regexp"
)

// declarationLimit is how far an XML declaration can reach; real ones stay under a hundred bytes.
const declarationLimit = 1024

var encodingAttr = regexp.MustCompile(`\bencoding\s*=\s*["']\s*([A-Za-z0-9._:\-]+)\s*["']`)

// declaration returns where the XML declaration of b lies; blanks before it, which XML forbids and feeds have, are
// skipped. end is 0 if there is none.
func declaration(b []byte) (start, end int) {
	start = len(b) - len(bytes.TrimLeft(b, " \t\r\n"))
	head := b[start:min(len(b), start+declarationLimit)]
	if len(head) < 6 || !bytes.HasPrefix(head, []byte("<?xml")) || !bytes.ContainsRune([]byte(" \t\r\n?"), rune(head[5])) {
		return 0, 0
	}
	stop := bytes.Index(head, []byte("?>"))
	if stop < 0 {
		return 0, 0
	}
	return start, start + stop + 2
}

// declaredLabel returns the encoding that the XML declaration of b names, or "".
func declaredLabel(b []byte) string {
	start, end := declaration(b)
	if m := encodingAttr.FindSubmatch(b[start:end]); m != nil {
		return string(m[1])
	}
	return ""
}

// normalizeDeclaration makes the XML declaration of decoded text true: UTF-8 now, and version 1.0, the only one that
// encoding/xml takes. Line ends inside it are kept so that line numbers stay right.
func normalizeDeclaration(text []byte) []byte {
	start, end := declaration(text)
	if end == 0 {
		return text
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>`
	if string(text[start:end]) == want {
		return text
	}
	lines := bytes.Repeat([]byte("\n"), bytes.Count(text[start:end], []byte("\n")))
	out := make([]byte, 0, len(text)+len(want))
	out = append(out, text[:start]...)
	out = append(out, want[:len(want)-2]...)
	out = append(out, lines...)
	out = append(out, "?>"...)
	return append(out, text[end:]...)
}
