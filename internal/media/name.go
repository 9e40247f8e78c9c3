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

func isID(s string) bool { return len(s) > 0 && len(s) <= 64 && made(s, alnum) }

// isName: letters, digits and hyphens, a hyphen and eight hex digits, a dot and an extension.
func isName(s string) bool {
	base, ext, found := strings.Cut(s, ".")
	if !found || len(s) > 100 || len(ext) < 2 || len(ext) > 5 || !made(ext, alnum) {
		return false
	}
	i := strings.LastIndexByte(base, '-')
	if i < 1 || len(base)-i-1 != 8 || !made(base[i+1:], "0123456789abcdef") {
		return false
	}
	return made(base[:i], alnum+"-")
}

const alnum = "abcdefghijklmnopqrstuvwxyz0123456789"

// made reports whether s has only characters of the alphabet.
func made(s, alphabet string) bool {
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}
