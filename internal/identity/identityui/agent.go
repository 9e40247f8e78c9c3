package identityui

import (
	"strings"

	"masthead/internal/newsroom"
)

// The browsers and systems that a person may recognise their device by; the first that is found counts, since most
// browsers name the others too.
var (
	browsers = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// agent says in words which device a browser's own name stands for: "Firefox, Windows".
func agent(r *newsroom.Request, text string) string {
	find := func(list [][2]string) string {
		for _, pair := range list {
			if strings.Contains(text, pair[0]) {
				return pair[1]
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	switch {
	case browser == "" && system == "":
		return r.Words.T("people.unknown_device")
	case browser == "" || system == "":
		return browser + system
	}
	return browser + ", " + system
}
