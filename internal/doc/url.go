package doc

import (
	"net/url"
	"slices"
	"strings"
)

// badURL says why a URL may not be stored, "" if it may. The scheme "/" stands for paths of this site.
func badURL(s string, schemes []string) string {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return "the address has a space, control character or backslash in it"
		}
	}
	scheme := schemeOf(s)
	if scheme == "" {
		if !slices.Contains(schemes, "/") || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
			return "the address is relative; write it out with https:// in front"
		}
	} else if !slices.Contains(schemes, scheme) {
		return "addresses that begin with " + scheme + ": are not allowed here"
	}
	u, err := url.Parse(s)
	if err != nil {
		return "the address cannot be read"
	}
	if (scheme == "http" || scheme == "https") && u.Hostname() == "" {
		return "the address has no host"
	}
	return ""
}

// safeHref is the renderer's own last look at an address, cheap enough to do on each: no document, however
// it came to be, gets another scheme onto a page.
func safeHref(s string) bool {
	switch schemeOf(s) {
	case "http", "https", "mailto", "tel":
		return true
	case "":
		return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.HasPrefix(s, `/\`)
	}
	return false
}

// schemeOf returns the lower-case scheme before the first colon, "" if there is none (RFC 3986 section 3.1).
func schemeOf(s string) string {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case c == ':' && i > 0:
			return strings.ToLower(s[:i])
		default:
			return ""
		}
	}
	return ""
}

// resolve reads an address as a browser reads an attribute: tabs and newlines are dropped, spaces and stray
// percent signs encoded, and a relative one completed by base. rooted lets paths of this site stay as they are.
func resolve(raw string, base *url.URL, rooted bool) (string, bool) {
	s := strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	s = encodeStray(s)
	if s == "" || s[0] == '#' {
		return "", false
	}
	switch scheme := schemeOf(s); {
	case scheme == "http" || scheme == "https" || scheme == "mailto" || scheme == "tel":
		s = scheme + s[len(scheme):]
	case scheme != "":
		return "", false
	case base != nil:
		u, err := url.Parse(s)
		if err != nil {
			return "", false
		}
		s = base.ResolveReference(u).String()
	case strings.HasPrefix(s, "//"):
		s = "https:" + s
	case !rooted:
		return "", false
	}
	if len(s) > 4096 || badURL(s, []string{"http", "https", "mailto", "tel", "/"}) != "" {
		return "", false
	}
	if !rooted && schemeOf(s) == "" {
		return "", false
	}
	return s, true
}

func encodeStray(s string) string {
	clean := true
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == '\\' || c == 0x7f || c == '%' {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\t' || c == '\n' || c == '\r':
		case c == ' ':
			b.WriteString("%20")
		case c == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])):
			b.WriteString("%25")
		case c == '\\':
			b.WriteByte('/')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
