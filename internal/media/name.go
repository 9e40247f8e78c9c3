package media

import "strings"

// Path returns the public address of a medium's file. The name holds a part of its content's hash, so what
// is at an address never changes.
func Path(id, name string) string { return "/media/" + id + "/" + name }

// ParsePath takes an address apart: /media/{id}/{name}-{hash8}.{extension}. ok is false for anything that
// Path could not have made.
func ParsePath(path string) (id, name string, ok bool) {
	rest, found := strings.CutPrefix(path, "/media/")
	if !found {
		return "", "", false
	}
	id, name, found = strings.Cut(rest, "/")
	if !found || !isID(id) || !isName(name) {
		return "", "", false
	}
	return id, name, true
}

func isID(s string) bool { return len(s) > 0 && len(s) <= 64 && madeOf(s, alnum) }

// isName: letters, digits and hyphens, a hyphen and eight hex digits, a dot and an extension.
func isName(s string) bool {
	base, ext, found := strings.Cut(s, ".")
	if !found || len(s) > 100 || len(ext) < 2 || len(ext) > 5 || !madeOf(ext, alnum) {
		return false
	}
	i := strings.LastIndexByte(base, '-')
	if i < 1 || len(base)-i-1 != 8 || !madeOf(base[i+1:], "0123456789abcdef") {
		return false
	}
	return madeOf(base[:i], alnum+"-")
}

const alnum = "abcdefghijklmnopqrstuvwxyz0123456789"

// made reports whether s has only characters of the alphabet.
func madeOf(s, alphabet string) bool {
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

// nameParts is a file's name taken apart: w640-1a2b3c4d.webp, c1x1-112-1a2b3c4d.jpg, poster-w640-….jpg.
type nameParts struct {
	family string // all before the width: w, c1x1, poster-w
	width  int
	ext    string
}

func partsOfName(name string) (p nameParts) {
	base, ext, _ := strings.Cut(name, ".")
	if i := strings.LastIndexByte(base, '-'); i >= 0 {
		base = base[:i]
	}
	i := len(base)
	for i > 0 && base[i-1] >= '0' && base[i-1] <= '9' {
		i--
	}
	p.family, p.ext = strings.TrimSuffix(base[:i], "-"), ext
	for _, c := range base[i:] {
		p.width = min(p.width*10+int(c-'0'), 1<<20)
	}
	return p
}

// near says how well another file does instead: larger is better, below zero not at all.
func (p nameParts) near(o nameParts) int {
	if p.family != o.family {
		return -1
	}
	score := 1 << 21
	if p.ext == o.ext {
		score += 1 << 22
	}
	if o.width < p.width {
		return score - (p.width-o.width)*2 - 1<<10 // a smaller one is blurred: rather a larger one
	}
	return score - (o.width - p.width)
}
